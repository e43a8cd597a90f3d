//! The accounts that the rows of a file name. All rows are looked at before anything is done.

use super::pick::Given;
use crate::app::{App, Office};
use crate::domain::change::Refusal;
use crate::domain::dn::Dn;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::people::Resolved;
use crate::spreadsheet::{self, Table};
use std::collections::BTreeMap;
use std::path::Path;

/// A file of accounts, read and not looked up yet.
pub struct List {
    /// Its name, for messages.
    pub name: String,
    /// Its rows as they stand there.
    pub table: Table,
    /// What each row names, with its line.
    rows: Vec<(u64, String)>,
    /// Whether they are names of people, not identifiers.
    pub by_name: bool,
}

/// Reads a list of accounts (`--from`). With `keep_going` an account that stands there twice is no fault of
/// the file: its second row is left out like those that name nobody.
///
/// # Errors
/// Exit 2: not readable, or faulty; every faulty row is told.
pub fn read_list(app: &App, file: &Path, keep_going: bool) -> Result<List> {
    let bytes = app.read_input(file)?;
    let name = file.display().to_string();
    let table = Table::read(&bytes).map_err(|faults| spreadsheet::refused(&name, &faults))?;
    list_of(name, table, keep_going)
}

/// Reads a list whose rows may be objects of JSON, one a line, instead.
///
/// # Errors
/// As [`read_list`].
pub fn read_rows(app: &App, file: &Path) -> Result<List> {
    let bytes = app.read_input(file)?;
    let name = file.display().to_string();
    let table =
        Table::read_either(&bytes).map_err(|faults| spreadsheet::refused(&name, &faults))?;
    list_of(name, table, false)
}

fn list_of(name: String, table: Table, keep_going: bool) -> Result<List> {
    let read = if keep_going {
        spreadsheet::read_all_targets
    } else {
        spreadsheet::read_targets
    };
    let targets = read(&table).map_err(|faults| spreadsheet::refused(&name, &faults))?;
    let by_name = targets
        .iter()
        .any(|row| matches!(row.given, spreadsheet::Given::Name { .. }));
    let rows = targets
        .iter()
        .map(|row| (row.line, row.given.text().to_owned()))
        .collect();
    Ok(List {
        name,
        table,
        rows,
        by_name,
    })
}

impl List {
    /// What each row names, with its line.
    pub fn rows(&self) -> Vec<(u64, &str)> {
        self.rows
            .iter()
            .map(|(line, text)| (*line, text.as_str()))
            .collect()
    }

    /// Looks every row up.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn find(&self, office: &Office) -> Result<Rows> {
        rows_of(office, &self.name, &self.rows()).await
    }
}

/// What the rows of a file name.
pub struct Rows {
    file: String,
    /// The accounts, in the order of the rows.
    pub found: Vec<Given>,
    /// The rows that do not name exactly one account in scope.
    faults: Vec<Fault>,
}

struct Fault {
    line: u64,
    text: String,
    kind: FaultKind,
}

#[derive(Clone, Copy)]
enum FaultKind {
    Nobody,
    Several,
    OutOfScope,
    /// The same person as on this line.
    Twice(u64),
}

impl Fault {
    fn status(&self) -> ExitStatus {
        match self.kind {
            FaultKind::Nobody | FaultKind::Several => ExitStatus::NotFound,
            FaultKind::OutOfScope => ExitStatus::Refused,
            FaultKind::Twice(_) => ExitStatus::Usage,
        }
    }

    fn say(&self) -> Text {
        let key = match self.kind {
            FaultKind::Nobody => "pick-row-nothing",
            FaultKind::Several => "pick-row-several",
            FaultKind::OutOfScope => "pick-row-out-of-scope",
            FaultKind::Twice(_) => "pick-row-twice",
        };
        let said = Text::new(key)
            .with("line", self.line)
            .with("text", &self.text);
        match self.kind {
            FaultKind::Twice(first) => said.with("first", first),
            _ => said,
        }
    }

    fn refusal(self) -> Refusal {
        let code = match self.kind {
            FaultKind::Nobody => "not-found",
            FaultKind::Several => "ambiguous",
            FaultKind::OutOfScope => "out-of-scope",
            FaultKind::Twice(_) => "repeated",
        };
        Refusal {
            account: None,
            given: Some(self.text),
            line: Some(self.line),
            code: code.to_owned(),
        }
    }
}

impl Rows {
    /// The accounts, where every row names one.
    ///
    /// # Errors
    /// Twice the same account (2); not found, several (5); outside the profile's schools (6): all told at
    /// once.
    pub fn all(self) -> Result<Vec<Given>> {
        // The precedence of the contract: refused before not found before usage.
        let Some(status) = self.faults.iter().map(Fault::status).max() else {
            return Ok(self.found);
        };
        let message = Text::new("pick-rows")
            .with("file", &self.file)
            .with("count", self.faults.len());
        Err(spreadsheet::with_rows(
            CommandError::new(status, "file-rows", message),
            self.faults.iter().map(Fault::say),
        )
        .hint(Text::new("pick-rows-hint")))
    }

    /// The accounts that are named, and the other rows as refusals (`--keep-going`).
    pub fn some(self) -> (Vec<Given>, Vec<Refusal>) {
        let refusals = self.faults.into_iter().map(Fault::refusal).collect();
        (self.found, refusals)
    }
}

/// The accounts that these rows name, in their order: line, and text as written.
///
/// # Errors
/// As the directory answers.
pub async fn rows_of(office: &Office, file: &str, rows: &[(u64, &str)]) -> Result<Rows> {
    let texts: Vec<&str> = rows.iter().map(|(_, text)| *text).collect();
    let resolved = office.people.resolve_many(&texts).await?;
    Ok(rows_as(file, rows, resolved))
}

/// The same where somebody has looked up already what each row names.
pub fn rows_as(file: &str, rows: &[(u64, &str)], resolved: Vec<Resolved>) -> Rows {
    let mut lines: BTreeMap<Dn, u64> = BTreeMap::new();
    let mut found = Vec::new();
    let mut faults = Vec::new();
    for ((line, text), resolved) in rows.iter().zip(resolved) {
        let kind = match resolved {
            Resolved::One(account) => match lines.get(&account.dn) {
                Some(first) => FaultKind::Twice(*first),
                None => {
                    lines.insert(account.dn.clone(), *line);
                    found.push(Given {
                        account: *account,
                        line: Some(*line),
                    });
                    continue;
                }
            },
            Resolved::Many(_) => FaultKind::Several,
            Resolved::Nothing { .. } => FaultKind::Nobody,
            Resolved::OutOfScope => FaultKind::OutOfScope,
        };
        faults.push(Fault {
            line: *line,
            text: (*text).to_owned(),
            kind,
        });
    }
    Rows {
        file: file.to_owned(),
        found,
        faults,
    }
}
