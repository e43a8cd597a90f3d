//! The accounts that a run left out (`--keep-going`), as a file that can be mended and read again.

use crate::app::App;
use crate::domain::account::AccountRef;
use crate::domain::change::Plan;
use crate::domain::dn::Dn;
use crate::execute::RunReport;
use crate::history::OutcomeKind;
use crate::i18n::Text;
use crate::spreadsheet::{Column, Row, Table, write_csv};
use std::collections::BTreeMap;

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
    /// The same with the line that named the account.
    pub fn on_line(&self, lines: &BTreeMap<Dn, u64>) -> Reject {
        let by_account = || lines.get(&self.account.as_ref()?.dn).copied();
        Reject {
            line: self.line.or_else(by_account),
            ..self.clone()
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
    (0u64..)
        .zip(&plan.changes)
        .filter_map(|(number, change)| {
            let ending = report.endings.get(&number)?;
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
        // Slips may be read as a list: their passwords are not written a second time.
        let secret = Column::Password.position(&table.columns);
        let kept: Vec<usize> = (0..table.columns.len())
            .filter(|at| {
                let name = table.columns[*at].trim().to_lowercase();
                Some(*at) != secret && !ADDED.contains(&name.as_str())
            })
            .collect();
        let mut columns: Vec<String> = kept.iter().map(|at| table.columns[*at].clone()).collect();
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
