//! Whose accounts are meant: one by name, or many. Several matches are chosen from by a person, never by us.

use super::cards;
use super::rows::read_list;
use super::served::{self, Asked};
use crate::app::{App, Office};
use crate::cli::TargetArgs;
use crate::domain::account::{Account, Role};
use crate::domain::dn::Dn;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::output::{Format, words};
use crate::people::{Found, Instead, Resolved, Selector, Strictness, Who};
use std::collections::{BTreeMap, BTreeSet};

/// An account that was asked for, and how: its line where a file named it.
///
/// `A` is the account itself, or where many are asked for the place at which it is kept.
#[derive(Debug, Clone)]
pub struct Given<A = Account> {
    /// The account.
    pub account: A,
    /// Line of the file, from 1.
    pub line: Option<u64>,
    /// What was asked for, where that was another account of the same person; more than one where several led here.
    pub asked: Vec<Asked>,
}

impl Given {
    /// What a text led to.
    pub fn found(found: Found, text: &str, line: Option<u64>) -> Self {
        Given::led(found.account, found.instead, text, line)
    }
}

impl<A> Given<A> {
    /// What a text led to, by way of another account or not.
    pub fn led(account: A, instead: Option<Instead>, text: &str, line: Option<u64>) -> Self {
        Given {
            account,
            line,
            asked: match instead {
                Some(instead) => vec![Asked {
                    text: text.to_owned(),
                    instead,
                }],
                None => Vec::new(),
            },
        }
    }
}

impl From<Account> for Given {
    /// An account that no file named.
    fn from(account: Account) -> Self {
        Given {
            account,
            line: None,
            asked: Vec::new(),
        }
    }
}

/// So many typed accounts are looked up together; of fewer, each is found in the answer to whether they are one name.
const TOGETHER_FROM: usize = 9;

/// How an account may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To look at: outside the schools of the profile nothing exists.
    Read,
    /// To write: outside is refused as such.
    Write,
}

/// The one account a text names: the very entry, whatever it is joined to. For verbs about the entry itself: what it
/// holds, whether it is open, what it is joined to. A person at the terminal chooses among several and among near
/// ones; otherwise that is an error with the candidates.
///
/// # Errors
/// Not found, several (5); outside the profile's schools (5 for reading, 6 for writing).
pub async fn one(app: &App, office: &Office, text: &str, to_write: bool) -> Result<Account> {
    let given = of_text(app, office, text, to_write, Who::Entry).await?;
    Ok(given.account)
}

/// The account that serves the person whom a text names: for verbs about the person. That another one was named is
/// told. Where nobody can tell who serves, reading gives the entry itself.
///
/// # Errors
/// As [`one`]; nobody can tell who serves, for writing (6).
pub async fn serving(app: &App, office: &Office, text: &str, to_write: bool) -> Result<Given> {
    let given = of_text(app, office, text, to_write, Who::Serving).await?;
    served::tell(app, [&given]);
    Ok(given)
}

async fn of_text(
    app: &App,
    office: &Office,
    text: &str,
    to_write: bool,
    who: Who,
) -> Result<Given> {
    let purpose = if to_write {
        Purpose::Write
    } else {
        Purpose::Read
    };
    let ask = app.printer.can_ask() && app.printer.format() == Format::Table;
    let way = Way {
        strictness: Strictness::Part,
        ask,
        purpose,
        who,
    };
    pick(app, office, text, way, &Role::ALL).await
}

/// How an account is asked for.
#[derive(Debug, Clone, Copy)]
struct Way {
    strictness: Strictness,
    ask: bool,
    purpose: Purpose,
    who: Who,
}

async fn pick(app: &App, office: &Office, text: &str, way: Way, roles: &[Role]) -> Result<Given> {
    let resolved = office.people.resolve(text, way.strictness, way.who).await?;
    picked(app, office, text, resolved, way, roles).await
}

/// The same where it is known already what the text names.
async fn picked(
    app: &App,
    office: &Office,
    text: &str,
    mut resolved: Resolved,
    way: Way,
    roles: &[Role],
) -> Result<Given> {
    let Way {
        ask, purpose, who, ..
    } = way;
    let given = |found: Found| Given::found(found, text, None);
    // As if it were not there: whoever does not exist is answered with the nearest, so is this one.
    if resolved == Resolved::OutOfScope && purpose == Purpose::Read {
        let nearest = office.people.nearest_to(text, who).await?;
        resolved = Resolved::Nothing { nearest };
    }
    match resolved {
        Resolved::One(found) => Ok(given(*found)),
        Resolved::Broken(account, why) if purpose == Purpose::Read => {
            app.printer.warn(served::broken(&account, why).message());
            Ok(Given::from(*account))
        }
        Resolved::Broken(account, why) => Err(served::broken(&account, why)),
        Resolved::Many(mut candidates) => {
            // Where some are whom the verb is for, the others only stand in the way.
            if candidates.iter().any(|c| has_role(&c.account, roles)) {
                candidates.retain(|c| has_role(&c.account, roles));
            }
            if let [only] = candidates.as_slice() {
                return Ok(given(only.clone()));
            }
            let question = Text::new("pick-several").with("text", text);
            match choose(app, office, &question, &candidates, ask).await? {
                Some(found) => Ok(given(found)),
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
                Some(found) => Ok(given(found)),
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
    candidates: &[Found],
    ask: bool,
) -> Result<Option<Found>> {
    if !ask {
        return Ok(None);
    }
    let lines = lines(app, office, candidates).await?;
    let chosen = app.printer.choose(question, &lines)?;
    Ok(chosen.map(|i| candidates[i].clone()))
}

/// One line for each candidate: name, class or role, school, birth date, login.
async fn lines(app: &App, office: &Office, candidates: &[Found]) -> Result<Vec<String>> {
    let schools = office.people.school_names().await?;
    Ok(candidates
        .iter()
        .map(|found| {
            let account = &found.account;
            let school = cards::school_of(account, &schools);
            words::account_line(account, school.as_deref(), app.printer.localizer())
        })
        .collect())
}

async fn listed(
    app: &App,
    office: &Office,
    mut error: CommandError,
    candidates: &[Found],
) -> Result<CommandError> {
    for line in lines(app, office, candidates).await? {
        error = error.show(Text::new("plain").with("text", line));
    }
    let schools = office.people.school_names().await?;
    let details: Vec<_> = candidates
        .iter()
        .map(|found| cards::person_json(&found.account, &schools))
        .collect();
    let details = serde_json::json!({ "candidates": details });
    Ok(error.details(details))
}

/// Whose accounts a command means, as typed or selected; not those of a file. `roles`: those the verb is for,
/// where the options name none. With `--yes` only identifiers and exact full names count. What a selector means are
/// never absorbed accounts, nor, where the serving ones are asked for, closed secondaries.
///
/// # Errors
/// Nobody named (2); not found, several (5); outside the profile's schools, or joined to nobody knows whom (6).
pub async fn chosen(
    app: &App,
    office: &Office,
    args: &TargetArgs,
    roles: &[Role],
    yes: bool,
    who: Who,
) -> Result<Vec<Given>> {
    if !args.accounts.is_empty() {
        let texts = names_or_name(office, &args.accounts).await?;
        let found = each(app, office, &texts, roles, yes, who).await?;
        served::tell(app, &found);
        return Ok(found);
    }
    let selector = selector(args, roles);
    if selector.is_empty() {
        return Err(
            CommandError::usage("nobody-named", Text::new("pick-nobody-named"))
                .hint(Text::new("pick-nobody-named-hint")),
        );
    }
    let mut accounts = office.people.select(&selector).await?;
    accounts.retain(|account| who == Who::Entry || !account.is_closed_by_join());
    Ok(accounts.into_iter().map(Given::from).collect())
}

/// The account that each of these texts names, typed one by one; each account once. With `yes` only identifiers and
/// exact full names count.
///
/// # Errors
/// Not found, several (5); outside the profile's schools, or joined to nobody knows whom (6).
pub async fn each(
    app: &App,
    office: &Office,
    texts: &[String],
    roles: &[Role],
    yes: bool,
    who: Who,
) -> Result<Vec<Given>> {
    let ask = app.printer.can_ask() && app.printer.format() == Format::Table && !yes;
    let strictness = if yes {
        Strictness::Exact
    } else {
        Strictness::Part
    };
    let way = Way {
        strictness,
        ask,
        purpose: Purpose::Write,
        who,
    };
    // What is typed is mostly logins: asked for together. What is none is looked for one by one, by a name.
    let typed: Vec<&str> = texts.iter().map(String::as_str).collect();
    let identified = if typed.len() < TOGETHER_FROM {
        vec![None; typed.len()]
    } else {
        office.people.identified(&typed, who).await?
    };
    let mut found: Vec<Given> = Vec::new();
    let mut places: BTreeMap<Dn, usize> = BTreeMap::new();
    for (text, resolved) in texts.iter().zip(identified) {
        let given = match resolved {
            Some(resolved) => picked(app, office, text, resolved, way, roles).await?,
            None => pick(app, office, text, way, roles).await?,
        };
        match places.get(&given.account.dn) {
            Some(first) => found[*first].asked.extend(given.asked),
            None => {
                places.insert(given.account.dn.clone(), found.len());
                found.push(given);
            }
        }
    }
    Ok(found)
}

/// What the options of a command select; nothing where none was given.
pub fn selector(args: &TargetArgs, roles: &[Role]) -> Selector {
    let mut selector = Selector {
        class: args.class.clone(),
        group: args.group.clone(),
        school: args.school.clone(),
        roles: args.role.iter().map(|r| (*r).into()).collect(),
        filter: args.filter.clone(),
    };
    // A group or a filter may hold anybody: the verb's rules judge each, so that nobody is left out
    // silently. A class or a school means the people the verb is for.
    if !selector.is_empty()
        && selector.roles.is_empty()
        && selector.group.is_none()
        && selector.filter.is_none()
    {
        selector.roles = roles.iter().copied().collect::<BTreeSet<Role>>();
    }
    selector
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
    who: Who,
) -> Result<Vec<Given>> {
    let Some(file) = &args.from else {
        return chosen(app, office, args, roles, false, who).await;
    };
    let given = read_list(app, file, false)?
        .find(office, who)
        .await?
        .all()?;
    served::tell(app, &given);
    Ok(given)
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
