//! Whose accounts are meant: one by name, or many. Several matches are chosen from by a person, never by us.

use super::cards;
use super::rows::read_list;
use crate::app::{App, Office};
use crate::cli::TargetArgs;
use crate::domain::account::{Account, Role};
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::output::{Format, words};
use crate::people::{Resolved, Selector, Strictness};
use std::collections::BTreeSet;

/// An account that was asked for, and how: its line where a file named it.
#[derive(Debug, Clone)]
pub struct Given {
    /// The account.
    pub account: Account,
    /// Line of the file, from 1.
    pub line: Option<u64>,
}

impl From<Account> for Given {
    /// An account that no file named.
    fn from(account: Account) -> Self {
        Given {
            account,
            line: None,
        }
    }
}

/// How an account may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To look at: outside the schools of the profile nothing exists.
    Read,
    /// To write: outside is refused as such.
    Write,
}

/// The one account a text names. A person at the terminal chooses among several and among near ones;
/// otherwise that is an error with the candidates.
///
/// # Errors
/// Not found, several (5); outside the profile's schools (5 for reading, 6 for writing).
pub async fn one(app: &App, office: &Office, text: &str, to_write: bool) -> Result<Account> {
    let purpose = if to_write {
        Purpose::Write
    } else {
        Purpose::Read
    };
    let ask = app.printer.can_ask() && app.printer.format() == Format::Table;
    pick(
        app,
        office,
        text,
        Strictness::Part,
        ask,
        purpose,
        &Role::ALL,
    )
    .await
}

async fn pick(
    app: &App,
    office: &Office,
    text: &str,
    strictness: Strictness,
    ask: bool,
    purpose: Purpose,
    roles: &[Role],
) -> Result<Account> {
    let mut resolved = office.people.resolve(text, strictness).await?;
    // As if it were not there: whoever does not exist is answered with the nearest, so is this one.
    if resolved == Resolved::OutOfScope && purpose == Purpose::Read {
        let nearest = office.people.nearest_to(text).await?;
        resolved = Resolved::Nothing { nearest };
    }
    match resolved {
        Resolved::One(account) => Ok(*account),
        Resolved::Many(mut candidates) => {
            // Where some are whom the verb is for, the others only stand in the way.
            if candidates.iter().any(|a| has_role(a, roles)) {
                candidates.retain(|a| has_role(a, roles));
            }
            if let [only] = candidates.as_slice() {
                return Ok(only.clone());
            }
            let question = Text::new("pick-several").with("text", text);
            match choose(app, office, &question, &candidates, ask).await? {
                Some(account) => Ok(account),
                None if ask => Err(nothing_chosen()),
                None => Err(listed(
                    app,
                    office,
                    CommandError::new(ExitStatus::NotFound, "ambiguous", question),
                    &candidates,
                )
                .await?
                .hint(Text::new("pick-several-hint"))),
            }
        }
        Resolved::Nothing { nearest } => {
            let message = Text::new("pick-nothing").with("text", text);
            if nearest.is_empty() {
                return Err(
                    CommandError::new(ExitStatus::NotFound, "not-found", message)
                        .hint(Text::new("pick-nothing-hint")),
                );
            }
            let question = Text::new("pick-near").with("text", text);
            match choose(app, office, &question, &nearest, ask).await? {
                Some(account) => Ok(account),
                None if ask => Err(nothing_chosen()),
                None => Err(listed(
                    app,
                    office,
                    CommandError::new(ExitStatus::NotFound, "not-found", question),
                    &nearest,
                )
                .await?
                .hint(Text::new("pick-near-hint"))),
            }
        }
        Resolved::OutOfScope => Err(out_of_scope(text)),
    }
}

fn has_role(account: &Account, roles: &[Role]) -> bool {
    roles.iter().any(|role| account.is(*role))
}

fn out_of_scope(text: &str) -> CommandError {
    CommandError::new(
        ExitStatus::Refused,
        "out-of-scope",
        Text::new("pick-out-of-scope").with("text", text),
    )
    .hint(Text::new("pick-out-of-scope-hint"))
}

fn nothing_chosen() -> CommandError {
    CommandError::new(
        ExitStatus::NotFound,
        "nothing-chosen",
        Text::new("nothing-done"),
    )
}

async fn choose(
    app: &App,
    office: &Office,
    question: &Text,
    candidates: &[Account],
    ask: bool,
) -> Result<Option<Account>> {
    if !ask {
        return Ok(None);
    }
    let lines = lines(app, office, candidates).await?;
    let chosen = app.printer.choose(question, &lines)?;
    Ok(chosen.map(|i| candidates[i].clone()))
}

/// One line for each candidate: name, class or role, school, birth date, login.
async fn lines(app: &App, office: &Office, candidates: &[Account]) -> Result<Vec<String>> {
    let schools = office.people.school_names().await?;
    Ok(candidates
        .iter()
        .map(|account| {
            let school = cards::school_of(account, &schools);
            words::account_line(account, school.as_deref(), app.printer.localizer())
        })
        .collect())
}

async fn listed(
    app: &App,
    office: &Office,
    mut error: CommandError,
    candidates: &[Account],
) -> Result<CommandError> {
    for line in lines(app, office, candidates).await? {
        error = error.show(Text::new("plain").with("text", line));
    }
    let schools = office.people.school_names().await?;
    let details: Vec<_> = candidates
        .iter()
        .map(|account| cards::person_json(account, &schools))
        .collect();
    let details = serde_json::json!({ "candidates": details });
    Ok(error.details(details))
}

/// Whose accounts a command means, as typed or selected; not those of a file. `roles`: those the verb is for,
/// where the options name none. With `--yes` only identifiers and exact full names count.
///
/// # Errors
/// Nobody named (2); not found, several (5); outside the profile's schools (6).
pub async fn chosen(
    app: &App,
    office: &Office,
    args: &TargetArgs,
    roles: &[Role],
    yes: bool,
) -> Result<Vec<Given>> {
    if !args.accounts.is_empty() {
        let ask = app.printer.can_ask() && app.printer.format() == Format::Table && !yes;
        let strictness = if yes {
            Strictness::Exact
        } else {
            Strictness::Part
        };
        let texts = names_or_name(office, &args.accounts).await?;
        let mut found: Vec<Given> = Vec::new();
        for text in &texts {
            let account = pick(app, office, text, strictness, ask, Purpose::Write, roles).await?;
            if !found.iter().any(|g| g.account.dn == account.dn) {
                found.push(account.into());
            }
        }
        return Ok(found);
    }
    let mut selector = Selector {
        class: args.class.clone(),
        group: args.group.clone(),
        school: args.school.clone(),
        roles: args.role.iter().map(|r| (*r).into()).collect(),
        filter: args.filter.clone(),
    };
    if selector.is_empty() {
        return Err(
            CommandError::usage("nobody-named", Text::new("pick-nobody-named"))
                .hint(Text::new("pick-nobody-named-hint")),
        );
    }
    // A group or a filter may hold anybody: the verb's rules judge each, so that nobody is left out
    // silently. A class or a school means the people the verb is for.
    if selector.roles.is_empty() && selector.group.is_none() && selector.filter.is_none() {
        selector.roles = roles.iter().copied().collect::<BTreeSet<Role>>();
    }
    let accounts = office.people.select(&selector).await?;
    Ok(accounts.into_iter().map(Given::from).collect())
}

/// Whose accounts a command that only reads means: as [`chosen`], or those of a file.
///
/// # Errors
/// As [`chosen`]; a faulty file (2), every row of which is looked at.
pub async fn targets(
    app: &App,
    office: &Office,
    args: &TargetArgs,
    roles: &[Role],
    yes: bool,
) -> Result<Vec<Given>> {
    match &args.from {
        Some(file) => read_list(app, file, false)?.find(office).await?.all(),
        None => chosen(app, office, args, roles, yes).await,
    }
}

/// The words typed, each an account; or, where nobody has any of them as an identifier, one name that was
/// typed without quotes (`password reset lea dupont 6A`).
pub async fn names_or_name(office: &Office, words: &[String]) -> Result<Vec<String>> {
    let single = |word: &String| !word.contains(char::is_whitespace) && !word.contains('=');
    let one_name =
        words.len() > 1 && words.iter().all(single) && !office.people.any_identifier(words).await?;
    Ok(if one_name {
        vec![words.join(" ")]
    } else {
        words.to_vec()
    })
}
