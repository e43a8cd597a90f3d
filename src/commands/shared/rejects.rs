//! The accounts that a run left out (`--keep-going`), as a file that can be mended and read again.

use crate::app::App;
use crate::domain::account::AccountRef;
use crate::domain::change::Plan;
use crate::domain::dn::Dn;
use crate::error::{CommandError, ExitStatus};
use crate::execute::RunReport;
use crate::history::OutcomeKind;
use crate::i18n::Text;
use crate::spreadsheet::{Column, Row, Table, fold, write_csv};
use std::collections::{BTreeMap, BTreeSet};

/// Columns that are added to those of the file read; taken off again when such a file is read once more.
const ADDED: [&str; 3] = ["line", "code", "reason"];

/// One account or row that was left out.
#[derive(Debug, Clone)]
pub struct Reject {
    /// Whose, where that is known.
    pub account: Option<AccountRef>,
    /// What stood in the file.
    pub given: Option<String>,
    /// Line of the file read.
    pub line: Option<u64>,
    /// Stable code.
    pub code: String,
    /// Why, in words.
    pub reason: Text,
}

impl Reject {
    /// The same with the line that named the account; of a decision on several accounts, one for each of its lines.
    pub fn on_lines(&self, lines: &BTreeMap<Dn, Vec<u64>>) -> Vec<Reject> {
        let by_account = || lines.get(&self.account.as_ref()?.dn);
        match (self.line, by_account()) {
            (None, Some(lines)) => lines
                .iter()
                .map(|line| Reject {
                    line: Some(*line),
                    ..self.clone()
                })
                .collect(),
            _ => vec![self.clone()],
        }
    }
}

/// What a plan leaves out.
pub fn of_plan(plan: &Plan) -> Vec<Reject> {
    plan.refusals
        .iter()
        .map(|refusal| Reject {
            account: refusal.account.clone(),
            given: refusal.given.clone(),
            line: refusal.line,
            code: refusal.code.clone(),
            reason: super::report::refusal_text(refusal),
        })
        .collect()
}

/// What a run refused, or the server did. An outcome that nobody knows is for `history resume`.
pub fn of_run(plan: &Plan, report: &RunReport) -> Vec<Reject> {
    report
        .decisions
        .iter()
        .filter_map(|decision| {
            let change = plan.changes.get(decision.start)?;
            let ending = report.of_decision(decision)?;
            if !matches!(ending.outcome, OutcomeKind::Refused | OutcomeKind::Failed) {
                return None;
            }
            Some(Reject {
                account: Some(change.account.clone()),
                given: None,
                line: None,
                code: ending.code.clone().unwrap_or_default(),
                reason: ending.reason.clone()?,
            })
        })
        .collect()
}

/// The rejects could not be written once the others were done: never “nothing was changed”. All of them
/// have been named.
pub fn not_written(error: CommandError) -> CommandError {
    CommandError::new(
        ExitStatus::Partial,
        "rejects-not-written",
        Text::new("rejects-not-written"),
    )
    .because(error.message().clone())
}

/// The file. Where a list was read: its columns and rows as they stood there, passwords left out; else who
/// each account is.
pub fn render(app: &App, rejects: &[Reject], source: Option<&Table>) -> Vec<u8> {
    let reason = |reject: &Reject| {
        [
            reject.line.map(|l| l.to_string()).unwrap_or_default(),
            reject.code.clone(),
            app.printer.say(&reject.reason),
        ]
    };
    if let Some(table) = source {
        let own = own_columns(&table.columns);
        // Slips may be read as a list: their passwords are not written a second time.
        let secret = Column::Password.position(&table.columns);
        let kept: Vec<usize> = (0..own).filter(|at| Some(*at) != secret).collect();
        let names = with_other_names(&table.columns[..own]);
        let mut columns: Vec<String> = kept.iter().map(|at| names[*at].clone()).collect();
        columns.extend(ADDED.map(str::to_owned));
        let by_line: BTreeMap<u64, &Row> = table.rows.iter().map(|row| (row.line, row)).collect();
        let rows: Vec<Vec<String>> = rejects
            .iter()
            .map(|reject| {
                let row = reject.line.and_then(|line| by_line.get(&line));
                let cell = |at: &usize| {
                    row.and_then(|row| row.cells.get(*at).cloned())
                        .unwrap_or_default()
                };
                kept.iter().map(cell).chain(reason(reject)).collect()
            })
            .collect();
        return write_csv(&columns, &rows);
    }
    let columns = ["dn", "name"].into_iter().chain(ADDED).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = rejects
        .iter()
        .map(|reject| {
            let (dn, name) = match &reject.account {
                Some(account) => (account.dn.to_string(), account.name.clone()),
                None => (reject.given.clone().unwrap_or_default(), String::new()),
            };
            [dn, name].into_iter().chain(reason(reject)).collect()
        })
        .collect();
    write_csv(&columns, &rows)
}

/// How many columns are the list's own: those that an earlier run added stand last, in their order. A
/// school's own column of such a name stays.
fn own_columns(columns: &[String]) -> usize {
    let Some(own) = columns.len().checked_sub(ADDED.len()) else {
        return columns.len();
    };
    if columns[own..] == ADDED {
        own
    } else {
        columns.len()
    }
}

/// The list's own columns, none of which may be called as one that is added: a file in which two have one
/// name could not be read again. A number tells them apart.
fn with_other_names(own: &[String]) -> Vec<String> {
    let mut taken: BTreeSet<String> = ADDED.iter().map(|name| fold(name)).collect();
    taken.extend(own.iter().map(|name| fold(name)));
    own.iter()
        .map(|name| {
            if !ADDED.contains(&fold(name).as_str()) {
                return name.clone();
            }
            let free = (2..).map(|number| format!("{name} {number}"));
            let mut free = free.filter(|other| taken.insert(fold(other)));
            free.next().unwrap_or_default()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn only_columns_that_an_earlier_run_added_are_taken_off() {
        for (columns, own) in [
            (&["login", "line", "code", "reason"][..], 1),
            (&["login", "line", "reason", "code"], 4),
            (&["line", "code", "reason", "login"], 4),
            (&["code", "login"], 2),
            (&["line", "code", "reason"], 0),
            (&["code"], 1),
        ] {
            assert_eq!(own_columns(&texts(columns)), own, "{columns:?}");
        }
    }

    #[test]
    fn a_lists_own_column_is_never_called_as_an_added_one() {
        let own = texts(&["Nom", "Code", "code 2", "Line", "motif"]);
        let named = with_other_names(&own);
        assert_eq!(named, ["Nom", "Code 3", "code 2", "Line 2", "motif"]);
    }
}
