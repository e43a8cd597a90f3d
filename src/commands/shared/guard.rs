//! What stands between a plan and its writing.

use super::pick::Given;
use super::report::refusal_line;
use crate::app::{App, Office};
use crate::config::Profile;
use crate::domain::account::Account;
use crate::domain::change::{Change, Refusal};
use crate::domain::dn::Dn;
use crate::domain::join::JoinRefusal;
use crate::domain::limits::{Allowance, ChangeLimit};
use crate::domain::rules::{UnlockRefusal, opens_what_is_joined};
use crate::error::{CommandError, ExitStatus, Result};
use crate::history::Manifest;
use crate::i18n::Text;
use crate::output::Format;
use crate::people::Selector;
use crate::spreadsheet;
use std::collections::{BTreeMap, BTreeSet};

/// JSON never confirms: a write asked for in JSON needs `--yes` (or a simulation). So does one without a
/// terminal.
///
/// # Errors
/// Exit 2, before anything is read.
pub fn require_yes_for_machines(app: &App, yes: bool, dry_run: bool) -> Result<()> {
    if yes || dry_run {
        return Ok(());
    }
    if app.printer.format() != Format::Table {
        return Err(
            CommandError::usage("yes-needed", Text::new("guard-yes-needed-format"))
                .hint(Text::new("guard-yes-needed-hint")),
        );
    }
    if !app.printer.can_ask() {
        return Err(
            CommandError::usage("yes-needed", Text::new("guard-yes-needed-terminal"))
                .hint(Text::new("guard-yes-needed-hint")),
        );
    }
    Ok(())
}

/// Refuses a command that the profile is not narrowed to; of a saved plan, the command it was made by.
///
/// # Errors
/// Exit 6.
pub fn allowed(profile: &Profile, verb: &str) -> Result<()> {
    if profile.allows(verb) {
        return Ok(());
    }
    let allowed = profile.commands.clone().unwrap_or_default();
    Err(CommandError::new(
        ExitStatus::Refused,
        "command-not-allowed",
        Text::new("command-not-allowed")
            .with("command", verb)
            .with("profile", &profile.name),
    )
    .hint(Text::new("command-not-allowed-hint").with("commands", allowed.join(", "))))
}

/// Refuses more changes than allowed: a number, or a share of those in scope whom the selector means.
///
/// # Errors
/// Exit 6.
pub async fn check_limit(
    office: &Office,
    allowance: Option<Allowance>,
    changes: usize,
    among: &Selector,
) -> Result<()> {
    let Some(allowance) = allowance else {
        return Ok(());
    };
    let concerned = match allowance.limit {
        // Counted only where a share is asked for and could be passed: it reads everybody of the role.
        ChangeLimit::Percent(_) if changes as u64 > allowance.at_least => {
            office.people.select(among).await?.len() as u64
        }
        ChangeLimit::Percent(_) | ChangeLimit::Count(_) => 0,
    };
    let allowed = allowance.allowed(concerned);
    if changes as u64 <= allowed {
        return Ok(());
    }
    Err(CommandError::new(
        ExitStatus::Refused,
        "too-many-changes",
        Text::new("guard-too-many")
            .with("count", changes)
            .with("allowed", allowed),
    )
    .hint(Text::new("guard-too-many-hint")))
}

/// The names of those of these accounts that the configuration protects.
///
/// # Errors
/// As the directory answers.
pub async fn protected(office: &Office, given: &[Given]) -> Result<BTreeSet<Dn>> {
    match &office.profile.protected {
        Some(filter) => {
            let accounts: Vec<Account> = given.iter().map(|g| g.account.clone()).collect();
            office.people.matching(&filter.to_string(), &accounts).await
        }
        None => Ok(BTreeSet::new()),
    }
}

/// The names of all accounts that the configuration protects: for plans about everybody.
///
/// # Errors
/// As the directory answers.
pub async fn all_protected(office: &Office) -> Result<BTreeSet<Dn>> {
    match &office.profile.protected {
        Some(filter) => office.people.all_matching(&filter.to_string()).await,
        None => Ok(BTreeSet::new()),
    }
}

/// Those of these accounts that this profile may not change, with the code of the reason: of another school,
/// or protected.
///
/// # Errors
/// As the directory answers.
pub async fn barred(office: &Office, accounts: &[Account]) -> Result<BTreeMap<Dn, &'static str>> {
    let given: Vec<Given> = accounts.iter().cloned().map(Given::from).collect();
    let mut barred = BTreeMap::new();
    for dn in protected(office, &given).await? {
        barred.insert(dn, "protected");
    }
    let inside = office.people.in_scope(accounts).await?;
    for (account, inside) in accounts.iter().zip(inside) {
        if !inside {
            barred.insert(account.dn.clone(), "out-of-scope");
        }
    }
    Ok(barred)
}

/// Why a change that was planned earlier is not carried out now: it would open an account that a join has closed since.
pub fn stays_closed(office: &Office, change: &Change, account: &Account) -> Option<&'static str> {
    let schema = office.people.schema();
    let locked = schema.one("account_locked")?;
    let open = office.profile.join.secondary_stays_open;
    opens_what_is_joined(change, account, locked, &schema.tie_attributes(), open)
        .map(UnlockRefusal::code)
}

/// Refuses a whole plan because of some of its accounts, each named.
///
/// # Errors
/// Exit 6.
pub fn refuse_if_any(refusals: &[Refusal]) -> Result<()> {
    let Some(first) = refusals.first() else {
        return Ok(());
    };
    if let [only] = refusals {
        let code = stable_code(&only.code);
        let mut error = CommandError::new(ExitStatus::Refused, code, refusal_line(only));
        if let Some(hint) = hint_for(&only.code) {
            error = error.hint(hint);
        }
        return Err(error);
    }
    let mut error = spreadsheet::with_rows(
        CommandError::new(
            ExitStatus::Refused,
            "refused",
            Text::new("guard-refused").with("count", refusals.len()),
        ),
        refusals.iter().map(refusal_line),
    );
    if let Some(hint) = hint_for(&first.code) {
        error = error.hint(hint);
    }
    if refusals.iter().any(|refusal| refusal.line.is_some()) {
        error = error.hint(Text::new("pick-rows-keep-going"));
    }
    Err(error)
}

fn hint_for(code: &str) -> Option<Text> {
    match code {
        "role-parent" | "role-teacher" | "role-staff" => Some(Text::new("refusal-role-hint")),
        "own-password" => Some(Text::new("refusal-own-password-hint")),
        "role-unknown" => Some(Text::new("refusal-role-unknown-hint")),
        "drift" => Some(Text::new("refusal-drift-hint")),
        "role-pupil" => Some(Text::new("refusal-role-pupil-hint")),
        "account-disabled" => Some(Text::new("refusal-account-disabled-hint")),
        "recovery-missing" | "recovery-unusable" | "recovery-behind" => {
            Some(Text::new("refusal-recovery-hint"))
        }
        "recovery-shared" => Some(Text::new("refusal-recovery-shared-hint")),
        "redirect-domain" => Some(Text::new("redirect-domain-hint")),
        "redirect-own-address" => Some(Text::new("redirect-own-address-hint")),
        "redirect-only-one" => Some(Text::new("redirect-only-one-hint")),
        "keep-copy-impossible" => Some(Text::new("keep-copy-impossible-hint")),
        "no-mailbox" => Some(Text::new("no-mailbox-hint")),
        "address-invalid" => Some(Text::new("mail-address-hint")),
        "account-absorbed" => Some(Text::new("refusal-account-absorbed-hint")),
        "account-secondary" => Some(Text::new("refusal-account-secondary-hint")),
        "is-absorbed" => Some(Text::new("refusal-account-absorbed-hint")),
        "decided-not-same" => Some(Text::new("refusal-decided-not-same-hint")),
        "sent-too-often" => Some(Text::new("refusal-sent-too-often-hint")),
        _ => None,
    }
}

fn stable_code(code: &str) -> &'static str {
    if let Some(why) = JoinRefusal::ALL.iter().find(|why| why.code() == code) {
        return why.code();
    }
    [
        "role-parent",
        "role-teacher",
        "role-staff",
        "role-unknown",
        "own-password",
        "role-pupil",
        "account-disabled",
        "account-absorbed",
        "account-secondary",
        "joined-contradictory",
        "linked-since",
        "recovery-missing",
        "recovery-unusable",
        "recovery-behind",
        "recovery-shared",
        "sent-too-often",
        "protected",
        "out-of-scope",
        "drift",
        "gone",
        "join-out-of-scope",
        "join-protected",
        "principal-gone",
        "is-principal",
        "is-absorbed",
        "link-elsewhere",
        "local-record-one",
    ]
    .into_iter()
    .find(|known| *known == code)
    .unwrap_or("refused")
}

/// Names the runs that stopped before their end, and the line that resumes them.
///
/// # Errors
/// Never for an unreadable history: that is told when it is written to.
pub fn unfinished_runs(app: &App, office: &Office) {
    let history = app.history(&office.profile);
    let Ok(runs) = history.unfinished() else {
        return;
    };
    for run in runs.iter().filter_map(|id| history.load(id).ok()) {
        if run.manifest.base_dn == office.profile.base_dn {
            app.printer.warn(&resume_line(&run.manifest));
        }
    }
}

/// The line that finishes a run: with the profile it was begun with, which is the only one that may.
pub fn resume_line(manifest: &Manifest) -> Text {
    Text::new("guard-unfinished")
        .with("run", manifest.run.as_str())
        .with("profile", &manifest.profile)
}
