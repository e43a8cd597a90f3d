//! Whose temporary password has ended: as the directory says, or, where it has no place for an end, this history.

use crate::app::{App, Office};
use crate::commands::shared::{Given as GivenAccount, protected};
use crate::domain::account::Account;
use crate::domain::change::Change;
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::expiry::{AtEnd, Due, Given, due, end, tidy};
use crate::domain::filter::Filter;
use crate::domain::intents::AccessAttributes;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::history::{History, MailState, Outcome, OutcomeKind, RunState};
use crate::i18n::Text;
use crate::people::Selector;
use std::collections::BTreeMap;

/// What is to be written.
#[derive(Default)]
pub struct Found {
    /// Passwords that end.
    pub ended: Vec<Change>,
    /// Ends that are those of earlier passwords.
    pub outlived: Vec<Change>,
}

/// Finds them, in scope and as far as the selector goes; protected accounts are left alone.
///
/// # Errors
/// A directory that cannot tell, or cannot disable (6); unknown class, group or school (5); directory, history.
pub async fn find(app: &App, office: &Office, selector: &Selector) -> Result<Found> {
    let names = office.people.access().await?;
    let at_end = office.profile.passwords.at_end;
    check(&names, at_end)?;
    match names.temporary_until.clone() {
        Some(attribute) => in_directory(app, office, selector, &names, &attribute).await,
        None => in_history(app, office, selector, &names).await,
    }
}

/// Whether an owner's choice is seen, and the account can be treated as the configuration says.
fn check(names: &AccessAttributes, at_end: AtEnd) -> Result<()> {
    let by_history = names.temporary_until.is_none();
    if names.must_change.is_none() || (by_history && names.password_changed.is_none()) {
        return Err(CommandError::new(
            ExitStatus::Refused,
            "cannot-tell",
            Text::new("expire-cannot-tell"),
        )
        .hint(Text::new("expire-cannot-tell-hint")));
    }
    if at_end == AtEnd::Disable && names.locked.is_none() {
        return Err(CommandError::new(
            ExitStatus::Refused,
            "cannot-lock",
            Text::new("access-cannot-lock"),
        ));
    }
    Ok(())
}

/// One search for everybody who has an end: those are few, since this verb takes away what is past. It is compared
/// here: a server whose attribute has no ordering rule would find nobody (RFC 4511 section 4.5.1.7, `Undefined`).
async fn in_directory(
    app: &App,
    office: &Office,
    selector: &Selector,
    names: &AccessAttributes,
    attribute: &str,
) -> Result<Found> {
    let schema = office.people.schema();
    let (at_end, now) = (office.profile.passwords.at_end, app.now());
    let sweep = office
        .people
        .sweep(
            &schema.person_attributes(),
            Some(Filter::present(attribute)),
        )
        .await?;
    let concerned: Vec<Account> = sweep
        .entries()
        .map(|entry| schema.account(&entry))
        .filter(|account| due(&account.state, at_end, now) != Due::Nothing)
        // Nobody gets in with it, whatever its password.
        .filter(|account| account.ties.merged_into.is_none())
        .collect();
    let class_goes = class_goes(app, office, names);
    let mut found = Found::default();
    for account in meant(office, selector, concerned).await? {
        let classes = sweep
            .entry(&account.dn)
            .map(|entry| entry.texts("objectClass"))
            .unwrap_or_default();
        match due(&account.state, at_end, now) {
            Due::Ended => found
                .ended
                .extend(end(&account, names, at_end, &classes, class_goes)),
            Due::Outlived => found
                .outlived
                .push(tidy(&account, names, &classes, class_goes)),
            Due::Nothing => {}
        }
    }
    Ok(found)
}

/// Whether the class of the end is there for nothing else: not one that makes people what they are, nor that of
/// redirects.
fn class_goes(app: &App, office: &Office, names: &AccessAttributes) -> bool {
    let Some(class) = &names.temporary_class else {
        return false;
    };
    let alone = Entry::new(office.profile.base_dn.clone()).with("objectClass", &[class]);
    let of_redirects = app
        .mail_rules(office)
        .ok()
        .and_then(|rules| rules.way.class)
        .is_some_and(|other| other.name.eq_ignore_ascii_case(class));
    !of_redirects && !office.people.schema().is_person(&alone)
}

/// The runs of this history that gave passwords with an end, and what the directory shows of those.
async fn in_history(
    app: &App,
    office: &Office,
    selector: &Selector,
    names: &AccessAttributes,
) -> Result<Found> {
    let history = app.history(&office.profile);
    let (at_end, now) = (office.profile.passwords.at_end, app.now());
    let given = given(&*history, office)?;
    let ended: Vec<Dn> = given
        .iter()
        .filter(|(_, given)| given.end() <= now)
        .map(|(dn, _)| dn.clone())
        .collect();
    let mut concerned = Vec::new();
    for account in office.people.read_accounts(&ended).await? {
        let Some(given) = given.get(&account.dn) else {
            continue;
        };
        if given.is_due(&account.state, at_end, now) && !is_over(&*history, &account, given)? {
            concerned.push(account);
        }
    }
    let mut found = Found::default();
    for account in meant(office, selector, concerned).await? {
        found.ended.extend(end(&account, names, at_end, &[], false));
    }
    Ok(found)
}

/// The last password with an end of each account.
fn given(history: &dyn History, office: &Office) -> Result<BTreeMap<Dn, Given>> {
    let (runs, _) = history.list().map_err(explain::history)?;
    let mut last: BTreeMap<Dn, Given> = BTreeMap::new();
    for run in runs {
        let manifest = run.manifest;
        let Some(until) = manifest.valid_until else {
            continue;
        };
        if manifest.base_dn != office.profile.base_dn || run.state == RunState::Running {
            continue;
        }
        let Ok(run) = history.load(&manifest.run) else {
            continue;
        };
        for (number, change) in (0u64..).zip(run.changes) {
            let Some(outcome) = run.outcomes.get(&number).filter(|o| is_there(o)) else {
                continue;
            };
            let given = Given {
                begun: manifest.started_at,
                noted: outcome.at,
                until,
            };
            last.entry(change.account.dn)
                .and_modify(|known| {
                    if known.noted < given.noted {
                        *known = given;
                    }
                })
                .or_insert(given);
        }
    }
    Ok(last)
}

/// Whether the password is in the directory, as far as the history knows.
fn is_there(outcome: &Outcome) -> bool {
    outcome.outcome == OutcomeKind::Done
        || (outcome.outcome == OutcomeKind::Unknown
            && matches!(
                outcome.mail,
                Some(MailState::Written | MailState::Mailed | MailState::Failed)
            ))
}

/// Whether another run has given the account a password since, or has ended this one already.
fn is_over(history: &dyn History, account: &Account, given: &Given) -> Result<bool> {
    let (runs, _) = history
        .runs_on(&account.reference())
        .map_err(explain::history)?;
    Ok(runs.iter().any(|run| {
        let ends = run.manifest.verb == super::VERB.words;
        run.manifest.started_at > given.begun
            && (ends || run.changes.iter().any(Change::sets_password))
            && run.outcome.as_ref().is_some_and(|outcome| {
                outcome.outcome == OutcomeKind::Done && outcome.at > given.noted
            })
    }))
}

/// Those in scope whom the selector means and nobody protects.
async fn meant(
    office: &Office,
    selector: &Selector,
    accounts: Vec<Account>,
) -> Result<Vec<Account>> {
    if accounts.is_empty() && selector.is_empty() {
        return Ok(accounts);
    }
    let inside = office.people.among(selector, &accounts).await?;
    let given: Vec<GivenAccount> = accounts
        .into_iter()
        .zip(inside)
        .filter(|(_, inside)| *inside)
        .map(|(account, _)| account.into())
        .collect();
    let kept = protected(office, &given).await?;
    Ok(given
        .into_iter()
        .map(|given| given.account)
        .filter(|account| !kept.contains(&account.dn))
        .collect())
}
