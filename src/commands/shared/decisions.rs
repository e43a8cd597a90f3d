//! The decisions of a file (`account link|merge|dismiss --from`). All rows are looked at before anything is done, and
//! the directory is asked few questions, however many rows there are.

use super::writing::Writing;
use crate::app::{App, Office};
use crate::domain::account::Account;
use crate::domain::change::Plan;
use crate::domain::dn::Dn;
use crate::domain::join::{Decision, Grouped, Lookup, Misfit, Named, Verdict, group, is_same_cell};
use crate::error::Result;
use crate::i18n::Text;
use crate::output::{Cell, Column, Table as Screen, words};
use crate::people::{Resolved, Who};
use crate::spreadsheet::{self, Decisions, NamedBy, Table, TableFault};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The decisions of a file that are this verb's. Rows that cannot be done are left out where the command goes on
/// without them; rows of other verbs, and those on which nothing was decided, are counted.
///
/// # Errors
/// Exit 2: not readable, faulty, or a row no longer fits the accounts it names (then the whole file, whatever the
/// options). Rows that name nobody (5), or that may not be done (2, 6), unless the command goes on without them. As the
/// directory answers.
pub async fn decisions_from(
    app: &App,
    writing: &mut Writing<'_>,
    file: &Path,
    verdict: Verdict,
) -> Result<Vec<Decision>> {
    let bytes = app.read_input(file)?;
    let name = file.display().to_string();
    let refused = |faults: &[TableFault]| spreadsheet::refused(&name, faults);
    let table = Table::read(&bytes).map_err(|faults| refused(&faults))?;
    let decisions =
        spreadsheet::read_decisions(&table, verdict).map_err(|faults| refused(&faults))?;
    writing.rejects_beside(file)?;
    let looking = app.printer.waiting(&Text::new("join-checking"));
    let named = look_up(&writing.office, &decisions).await?;
    drop(looking);
    let misfits = misfits(&named, verdict);
    if !misfits.is_empty() {
        return Err(refused(&misfits));
    }
    writing.leaves_rows(left_as_they_are(&decisions, verdict));
    writing.named_in(table);
    let Grouped {
        decisions,
        lines,
        refused,
    } = group(&named, verdict);
    let whole = verdict != Verdict::Dismiss;
    writing.decided_in(&name, refused, lines, whole)?;
    Ok(decisions)
}

/// The rows of this verb that do not fit what the directory holds now.
fn misfits(named: &[Named], verdict: Verdict) -> Vec<TableFault> {
    named
        .iter()
        .filter(|named| named.row.verdict == verdict)
        .filter_map(|named| {
            let what = match named.misfit()? {
                Misfit::Check => "check",
                Misfit::Name => "name",
                Misfit::Login => "login",
            };
            let line = named.row.line;
            Some(TableFault::Misfit { line, what })
        })
        .collect()
}

fn left_as_they_are(decisions: &Decisions, verdict: Verdict) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for row in decisions.rows.iter().filter(|row| row.verdict != verdict) {
        *counts.entry(row.verdict.code()).or_insert(0) += 1;
    }
    if decisions.undecided > 0 {
        counts.insert("undecided", decisions.undecided);
    }
    counts
}

/// Whom each row names: those very accounts, whoever serves in their place.
async fn look_up(office: &Office, decisions: &Decisions) -> Result<Vec<Named>> {
    let texts: Vec<&str> = decisions
        .rows
        .iter()
        .flat_map(|row| [row.a.text.as_str(), row.b.text.as_str()])
        .collect();
    let found = match decisions.by {
        NamedBy::Id => office.people.listed(&["id"], &texts).await?,
        NamedBy::Login => office.people.listed(&["login", "alias"], &texts).await?,
        NamedBy::Any => {
            let resolved = office.people.resolve_many(&texts, Who::Entry).await?;
            resolved.into_iter().map(of_resolved).collect()
        }
    };
    let mut found = found.into_iter();
    let mut next = || found.next().unwrap_or(Lookup::Not("not-found"));
    let mut named: Vec<Named> = decisions
        .rows
        .iter()
        .map(|row| Named {
            row: row.clone(),
            a: next(),
            b: next(),
        })
        .collect();
    if decisions.by == NamedBy::Id {
        mend_numbers(office, &mut named).await?;
    }
    Ok(named)
}

fn of_resolved(resolved: Resolved) -> Lookup {
    match resolved {
        Resolved::One(found) => Lookup::One(Box::new(found.account)),
        Resolved::Many(_) => Lookup::Not("ambiguous"),
        Resolved::Nothing { .. } => Lookup::Not("not-found"),
        Resolved::Broken(..) => Lookup::Not("ambiguous"),
        Resolved::OutOfScope => Lookup::Not("out-of-scope"),
    }
}

/// A spreadsheet takes `00123` for a number and saves `123`. Where a row names nobody, or somebody whom it does not
/// fit, and the login beside is of an account whose number is the same but for that, it is that account.
async fn mend_numbers(office: &Office, named: &mut [Named]) -> Result<()> {
    let doubtful: Vec<usize> = (0..named.len())
        .filter(|at| {
            let row = &named[*at];
            let missing = |lookup: &Lookup| *lookup == Lookup::Not("not-found");
            let logins = [&row.row.a.login, &row.row.b.login];
            let has_login = logins.iter().any(|login| !login.is_empty());
            has_login && (missing(&row.a) || missing(&row.b) || row.misfit().is_some())
        })
        .collect();
    if doubtful.is_empty() {
        return Ok(());
    }
    let logins: Vec<&str> = doubtful
        .iter()
        .flat_map(|at| [&named[*at].row.a.login, &named[*at].row.b.login])
        .map(String::as_str)
        .collect();
    let found = office.people.listed(&["login", "alias"], &logins).await?;
    for (at, pair) in doubtful.into_iter().zip(found.chunks(2)) {
        let row = &mut named[at];
        for (text, place, by_login) in [
            (&row.row.a.text, &mut row.a, &pair[0]),
            (&row.row.b.text, &mut row.b, &pair[1]),
        ] {
            let fits = |account: &Account| {
                let uid = account.uid.as_deref();
                uid.is_some_and(|uid| is_same_cell(text, uid))
            };
            if let Lookup::One(account) = by_login
                && fits(account)
            {
                *place = by_login.clone();
            }
        }
    }
    Ok(())
}

/// What a file holds beside the decisions of the command, in words; nothing where there is nothing else.
pub fn other_rows(counts: &BTreeMap<&'static str, u64>) -> Vec<Text> {
    counts
        .iter()
        .map(|(what, count)| Text::new(format!("decisions-left-{what}")).with("count", *count))
        .collect()
}

const COLUMNS: &[Column] = &[
    Column {
        key: "decision",
        title: "decisions-column-verb",
    },
    Column {
        key: "kept",
        title: "decisions-column-kept",
    },
    Column {
        key: "others",
        title: "decisions-column-others",
    },
];

/// Before the question: each decision that the plan holds, the account that is kept and the others, in a row.
pub fn show_decisions(app: &App, plan: &Plan, decisions: &[Decision]) {
    let written: BTreeSet<&Dn> = plan
        .changes
        .iter()
        .flat_map(|change| std::iter::once(&change.account).chain(&change.with))
        .map(|account| &account.dn)
        .collect();
    let mut table = Screen::new(COLUMNS);
    for decision in decisions {
        if decision
            .accounts()
            .all(|account| written.contains(&account.dn))
        {
            let code = decision.verdict.code();
            let others: Vec<String> = decision.others.iter().map(|(o, _)| called(o)).collect();
            table.push(vec![
                Cell::Coded {
                    text: Text::new(format!("decision-{code}")),
                    code: code.to_owned(),
                },
                called(&decision.kept).into(),
                others.join(", ").into(),
            ]);
        }
    }
    if !plan.changes.is_empty() {
        app.printer.table(&table);
    }
}

fn called(account: &Account) -> String {
    words::called(&account.display_name, account.login.as_deref())
}
