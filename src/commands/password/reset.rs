//! `entctl password reset`: a new first password for pupils, to be changed at the first login.

use super::new_passwords::{Handed, Making, hand_out};
use crate::app::{App, Office};
use crate::cli::{TargetArgs, WriteArgs};
use crate::commands::shared::{
    Given, Reporter, SummaryExtra, check_limit, people_table, protected, refuse_if_any,
    require_yes_for_machines, targets, unfinished_runs,
};
use crate::domain::account::{Account, Role};
use crate::domain::change::{Plan, Refusal};
use crate::domain::intents::{self, NOTE_HAD_OWN_PASSWORD, NOTE_STAYS_DISABLED};
use crate::domain::password::Style;
use crate::domain::rules::{ResetRefusal, may_reset};
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::output::{Format, words};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

/// Give pupils a new first password, to be changed at the first login.
#[derive(Debug, Clone, clap::Args)]
pub struct ResetArgs {
    /// Whose accounts.
    #[command(flatten)]
    pub targets: TargetArgs,

    /// Only those who have no password of their own choosing yet
    #[arg(long, help_heading = "New passwords")]
    pub only_new: bool,

    /// First letter for parents and staff who never had a password of their own (with --slips)
    #[arg(
        long,
        help_heading = "New passwords",
        requires = "slips",
        conflicts_with = "print"
    )]
    pub first: bool,

    /// Kind of password: words (French words, 33 bits of entropy or more), letters (syllables, 35), digits
    /// (36) or mixed (letters and digits, 45)
    #[arg(
        long,
        value_name = "STYLE",
        help_heading = "New passwords",
        value_parser = styles(),
        hide_possible_values = true
    )]
    pub style: Option<Style>,

    /// Show the new passwords on the screen (usual for one account on a terminal)
    #[arg(long, help_heading = "New passwords", conflicts_with = "slips")]
    pub print: bool,

    /// Write the slips to hand out: a new file, .csv or .html
    #[arg(long, value_name = "FILE", help_heading = "New passwords")]
    pub slips: Option<PathBuf>,

    /// Take the passwords from a CSV file with the columns login and password
    #[arg(long, value_name = "FILE", help_heading = "New passwords", conflicts_with_all = ["style", "from", "accounts", "class", "group", "school", "role", "filter"])]
    pub password_from: Option<PathBuf>,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// The styles by name. The help tells each with its strength, so it does not list them once more.
fn styles() -> impl TypedValueParser<Value = Style> {
    PossibleValuesParser::new(Style::ALL.map(Style::as_str)).try_map(|name| name.parse::<Style>())
}

/// Tells the story of a reset: whose, what the rules say, what would be done, a yes, the writing, the slips.
///
/// # Errors
/// Usage (2); not found or several (5); refused by role, school or guard (6); directory, history, slips.
pub async fn run(app: &App, args: &ResetArgs) -> Result<ExitStatus> {
    let reporter = Reporter::new(app, "password-reset");
    require_yes_for_machines(app, args.write.yes, args.write.dry_run)?;
    if let Some(slips) = &args.slips {
        app.check_slips_target(slips)?;
    }
    let office = app.open().await?;
    unfinished_runs(app, &office);

    let (given, imposed) = match &args.password_from {
        Some(file) => super::new_passwords::imposed(app, &office, file).await?,
        None => {
            let roles = roles(args.first);
            let given = targets(app, &office, &args.targets, roles, args.write.yes).await?;
            (given, None)
        }
    };
    if !handed_out_somehow(app, args, given.len()) {
        return Err(
            CommandError::usage("no-way-out", Text::new("reset-print-or-slips"))
                .hint(Text::new("reset-print-or-slips-hint")),
        );
    }
    let plan = plan(&office, args, &given).await?;
    if office.people.access().await?.must_change.is_none() {
        app.printer.warn(&Text::new("reset-cannot-force"));
    }
    refuse_if_any(&plan.refusals)?;
    check_limit(
        &office,
        app.limit(args.write.max_changes, &office),
        plan.changes.len(),
        roles(args.first),
    )
    .await?;
    // Made before anything is asked: what the server's policy cannot take is told now.
    let making = Making {
        style: args.style.unwrap_or(office.profile.passwords.style),
        imposed,
        to_csv: match &args.slips {
            Some(path) => path
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("csv")),
            None => app.printer.format() == Format::Csv,
        },
    };
    let passwords = making.make(app, &office, &plan, &given).await?;

    if plan.changes.is_empty() {
        if args.write.dry_run || app.printer.format() == Format::Json {
            reporter.planned(&plan);
        }
        app.printer.note(&Text::new("reset-nothing"));
        return Ok(ExitStatus::Done);
    }
    if args.write.dry_run {
        return simulate(app, &office, &reporter, &plan, &given).await;
    }
    if !args.write.yes && !confirmed(app, &office, &plan, &given).await? {
        app.printer.note(&Text::new("nothing-done"));
        return Ok(ExitStatus::Done);
    }

    let handed = Handed {
        passwords,
        slips: args.slips.clone(),
        style: making.style,
        reason: args.write.reason.clone(),
    };
    let accounts: Vec<&Account> = changed(&plan, &given);
    let (mut report, passwords) =
        hand_out(app, &office, &plan, &accounts, handed, "password reset").await?;
    let to_screen = args.slips.is_none();
    let shown = if to_screen {
        passwords.iter().map(|(n, p)| (*n, p.expose())).collect()
    } else {
        std::collections::BTreeMap::new()
    };
    reporter.done(&plan, &report, &SummaryExtra { passwords: shown });
    super::new_passwords::tell(app, &plan, &report, &passwords, &accounts, to_screen);
    super::new_passwords::shown(app, &app.door(&office), &mut report)?;
    Ok(report.status())
}

/// The roles a class or a school stands for.
fn roles(first: bool) -> &'static [Role] {
    if first {
        &[Role::Parent, Role::Teacher, Role::Staff]
    } else {
        &[Role::Pupil]
    }
}

/// Passwords go to slips, or to the screen: by `--print`, or by themselves for one account on a terminal; in
/// a machine's format only where `--print` asks for it.
fn handed_out_somehow(app: &App, args: &ResetArgs, accounts: usize) -> bool {
    args.write.dry_run
        || args.print
        || args.slips.is_some()
        || (accounts == 1
            && app.printer.format() == Format::Table
            && app.printer.stdout_is_terminal())
}

/// The plan: who is changed, who has nothing to change, who is refused and why.
async fn plan(office: &Office, args: &ResetArgs, given: &[Given]) -> Result<Plan> {
    let protected = protected(office, given).await?;
    let names = office.people.access().await?;
    if names.password_changed.is_none() && (args.only_new || args.first) {
        return Err(CommandError::new(
            ExitStatus::Refused,
            "cannot-tell",
            Text::new("reset-cannot-tell"),
        )
        .hint(Text::new("reset-cannot-tell-hint")));
    }
    let mut plan = Plan::default();
    for given in given {
        let account = &given.account;
        let allowed = if protected.contains(&account.dn) {
            Err(ResetRefusal::Protected)
        } else {
            may_reset(account, args.first)
        };
        match allowed {
            // Whoever chose a password is left out of a bulk `--first`, as `--only-new` does.
            Err(ResetRefusal::OwnPassword) if args.only_new => {
                plan.unchanged.push(account.reference());
            }
            Err(refusal) => plan.refusals.push(Refusal {
                account: Some(account.reference()),
                given: None,
                line: given.line,
                code: refusal.code().to_owned(),
            }),
            Ok(()) if args.only_new && account.state.chose_password() => {
                plan.unchanged.push(account.reference());
            }
            Ok(()) => plan.changes.push(intents::reset(account, &names)),
        }
    }
    Ok(plan)
}

/// The accounts of the changes, in their order.
fn changed<'a>(plan: &Plan, given: &'a [Given]) -> Vec<&'a Account> {
    plan.changes
        .iter()
        .filter_map(|change| {
            given
                .iter()
                .map(|g| &g.account)
                .find(|account| account.dn == change.account.dn)
        })
        .collect()
}

async fn simulate(
    app: &App,
    office: &Office,
    reporter: &Reporter<'_>,
    plan: &Plan,
    given: &[Given],
) -> Result<ExitStatus> {
    if app.printer.format() == Format::Json {
        reporter.planned(plan);
    } else {
        let schools = office.people.school_names().await?;
        let accounts: Vec<Account> = changed(plan, given).into_iter().cloned().collect();
        let table = people_table(&accounts, &schools, app.printer.localizer());
        app.printer.table(&table);
        app.printer
            .note(&Text::new("reset-simulated").with("count", plan.changes.len()));
    }
    Ok(ExitStatus::Done)
}

/// Shows what is about to be done and asks.
async fn confirmed(app: &App, office: &Office, plan: &Plan, given: &[Given]) -> Result<bool> {
    let schools = office.people.school_names().await?;
    let accounts = changed(plan, given);
    let noted = |note: &str| {
        plan.changes
            .iter()
            .filter(|change| change.notes.iter().any(|n| n == note))
            .count()
    };
    if let [account] = accounts.as_slice() {
        let school = account.schools.iter().find_map(|dn| schools.get(dn));
        let line =
            words::account_line(account, school.map(String::as_str), app.printer.localizer());
        if noted(NOTE_STAYS_DISABLED) > 0 {
            app.printer
                .note(&Text::new("reset-note-disabled").with("name", account.display_name.clone()));
        }
        return app
            .printer
            .confirm(&Text::new("reset-confirm-one").with("who", line));
    }
    let owned: Vec<Account> = accounts.into_iter().cloned().collect();
    app.printer
        .table(&people_table(&owned, &schools, app.printer.localizer()));
    let own = noted(NOTE_HAD_OWN_PASSWORD);
    if own > 0 {
        app.printer
            .note(&Text::new("reset-note-own").with("count", own));
    }
    let today = reset_today(app, office, plan);
    if today > 0 {
        app.printer
            .note(&Text::new("reset-note-today").with("count", today));
    }
    let disabled = noted(NOTE_STAYS_DISABLED);
    if disabled > 0 {
        app.printer
            .note(&Text::new("reset-note-disabled-many").with("count", disabled));
    }
    app.printer.note(&Text::new("reset-note-no-undo"));
    app.printer
        .confirm(&Text::new("reset-confirm-many").with("count", plan.changes.len()))
}

/// How many of the accounts were given a password by a run since midnight.
fn reset_today(app: &App, office: &Office, plan: &Plan) -> usize {
    let midnight = app
        .now()
        .to_zoned(jiff::tz::TimeZone::system())
        .start_of_day()
        .map(|day| day.timestamp());
    let Ok(midnight) = midnight else { return 0 };
    let Ok(set) = app
        .history(&office.profile)
        .passwords_set_since(midnight, None)
    else {
        return 0;
    };
    plan.changes
        .iter()
        .filter(|change| set.contains(&change.account.dn))
        .count()
}
