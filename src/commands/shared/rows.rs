//! The accounts that the rows of a file name. All rows are looked at before anything is done.

use super::pick::Given;
use crate::app::{App, Office};
use crate::domain::account::Account;
use crate::domain::change::Refusal;
use crate::domain::dn::Dn;
use crate::domain::ties::Broken;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::people::{Instead, Placed, Resolved, Who};
use crate::spreadsheet::{self, Table, TableFault, Targets};
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
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
    /// Rows that no directory need be asked about.
    left_out: Vec<Refusal>,
}

/// Reads a list of accounts (`--from`). With `keep_going` a row without a name, and one that names somebody
/// named before, is no fault of the file: it is left out like those that name nobody.
///
/// # Errors
/// Exit 2: not readable, or faulty; every faulty row is told.
pub fn read_list(app: &App, file: &Path, keep_going: bool) -> Result<List> {
    let bytes = app.read_input(file)?;
    let name = file.display().to_string();
    let table = Table::read(&bytes).map_err(|faults| spreadsheet::refused(&name, &faults))?;
    list_of(name, table, keep_going)
}

/// What was read from a file of this name as a list whose rows may be objects of JSON, one a line, instead.
///
/// # Errors
/// As [`read_list`].
pub fn rows_in(name: String, bytes: &[u8], keep_going: bool) -> Result<List> {
    let table = Table::read_either(bytes).map_err(|faults| spreadsheet::refused(&name, &faults))?;
    list_of(name, table, keep_going)
}

fn list_of(name: String, table: Table, keep_going: bool) -> Result<List> {
    let refused = |faults: &[TableFault]| spreadsheet::refused(&name, faults);
    let targets = spreadsheet::split_targets(&table).map_err(|fault| refused(&[fault]))?;
    if !keep_going && !targets.faults.is_empty() {
        return Err(refused(&targets.faults));
    }
    let Targets { rows, faults } = targets;
    let by_name = rows
        .iter()
        .any(|row| matches!(row.given, spreadsheet::Given::Name { .. }));
    let rows = rows
        .into_iter()
        .map(|row| (row.line, row.given.into_text()))
        .collect();
    let left_out = faults.into_iter().filter_map(of_row).collect();
    Ok(List {
        name,
        table,
        rows,
        by_name,
        left_out,
    })
}

/// A faulty row as one that is left out; nothing for what is wrong with a whole file.
fn of_row(fault: TableFault) -> Option<Refusal> {
    let (line, given, code) = match fault {
        TableFault::EmptyCell { line, .. } => (line, None, "empty-cell"),
        TableFault::Repeated { line, given, .. } => (line, Some(given), "repeated"),
        _ => return None,
    };
    Some(Refusal {
        account: None,
        given,
        line: Some(line),
        code: code.to_owned(),
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
    pub async fn find(&self, office: &Office, who: Who) -> Result<Rows> {
        let texts: Vec<&str> = self.rows.iter().map(|(_, text)| text.as_str()).collect();
        Ok(self.named(office.people.resolve_many(&texts, who).await?))
    }

    /// The same where somebody has looked up already what each row names.
    pub fn named(&self, resolved: Vec<Resolved>) -> Rows {
        Rows {
            left_out: self.left_out.clone(),
            ..rows_as(
                &self.name,
                &self.rows(),
                resolved.into_iter().map(seen),
                dn_of,
            )
        }
    }

    /// The same among many who are kept elsewhere, by place.
    pub fn placed(&self, placed: Vec<Placed>) -> Rows<usize> {
        let seen = placed.into_iter().map(|placed| match placed {
            Placed::One(at, instead) => Ok((at, instead.map(|instead| *instead))),
            Placed::Many => Err(FaultKind::Several),
            Placed::Nothing => Err(FaultKind::Nobody),
            Placed::OutOfScope => Err(FaultKind::OutOfScope),
            Placed::Broken(why) => Err(FaultKind::Broken(why)),
        });
        Rows {
            left_out: self.left_out.clone(),
            ..rows_as(&self.name, &self.rows(), seen, |at| *at)
        }
    }
}

/// What the rows of a file name.
pub struct Rows<A = Account> {
    file: String,
    /// The accounts, in the order of the rows.
    pub found: Vec<Given<A>>,
    /// Rows that lead to an account which another row names or leads to, by a join: the same person, and no fault of
    /// the file. The account knows of them, too.
    pub met: Vec<Given<A>>,
    /// The rows that do not name exactly one account in scope.
    faults: Vec<Fault>,
    /// The rows that were left out before anybody was looked for.
    left_out: Vec<Refusal>,
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
    /// Nobody can tell which account serves.
    Broken(Broken),
}

impl Fault {
    fn status(&self) -> ExitStatus {
        match self.kind {
            FaultKind::Nobody | FaultKind::Several => ExitStatus::NotFound,
            FaultKind::OutOfScope | FaultKind::Broken(_) => ExitStatus::Refused,
            FaultKind::Twice(_) => ExitStatus::Usage,
        }
    }

    fn say(&self) -> Text {
        let key = match self.kind {
            FaultKind::Nobody => "pick-row-nothing",
            FaultKind::Several => "pick-row-several",
            FaultKind::OutOfScope => "pick-row-out-of-scope",
            FaultKind::Twice(_) => "pick-row-twice",
            FaultKind::Broken(Broken::Gone) => "pick-row-joined-to-nobody",
            FaultKind::Broken(Broken::Chain) => "pick-row-joined-in-chain",
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
            FaultKind::Broken(why) => why.code(),
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
    /// The same where two rows must not be about one person, however they name them.
    pub fn each_alone(mut self) -> Self {
        let lines: BTreeMap<&Dn, u64> = self
            .found
            .iter()
            .filter_map(|given| Some((&given.account.dn, given.line?)))
            .collect();
        for given in &self.met {
            let first = lines.get(&given.account.dn).copied().unwrap_or_default();
            self.faults.push(Fault {
                line: given.line.unwrap_or_default(),
                text: given
                    .asked
                    .first()
                    .map(|a| a.text.clone())
                    .unwrap_or_default(),
                kind: FaultKind::Twice(first),
            });
        }
        self.faults.sort_by_key(|fault| fault.line);
        self.met.clear();
        self
    }
}

impl<A> Rows<A> {
    /// The accounts, where every row names one.
    ///
    /// # Errors
    /// Twice the same account (2); not found, several (5); outside the profile's schools (6): all told at
    /// once.
    pub fn all(self) -> Result<Vec<Given<A>>> {
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
    pub fn some(self) -> (Vec<Given<A>>, Vec<Refusal>) {
        let mut refusals = self.left_out;
        refusals.extend(self.faults.into_iter().map(Fault::refusal));
        (self.found, refusals)
    }
}

/// The accounts that these rows name, in their order: line, and text as written.
///
/// # Errors
/// As the directory answers.
pub async fn rows_of(office: &Office, file: &str, rows: &[(u64, &str)], who: Who) -> Result<Rows> {
    let texts: Vec<&str> = rows.iter().map(|(_, text)| *text).collect();
    let resolved = office.people.resolve_many(&texts, who).await?;
    Ok(rows_as(file, rows, resolved.into_iter().map(seen), dn_of))
}

/// What a row names, and what led there; or why it names nobody.
type Seen<A> = Result<(A, Option<Instead>), FaultKind>;

fn seen(resolved: Resolved) -> Seen<Account> {
    Err(match resolved {
        Resolved::One(found) => return Ok((found.account, found.instead)),
        Resolved::Many(_) => FaultKind::Several,
        Resolved::Nothing { .. } => FaultKind::Nobody,
        Resolved::OutOfScope => FaultKind::OutOfScope,
        Resolved::Broken(_, why) => FaultKind::Broken(why),
    })
}

fn dn_of(account: &Account) -> Dn {
    account.dn.clone()
}

/// The same where somebody has looked up already what each row names. `key`: what makes two accounts one.
fn rows_as<A, K: Eq + Hash>(
    file: &str,
    rows: &[(u64, &str)],
    seen: impl Iterator<Item = Seen<A>>,
    key: impl Fn(&A) -> K,
) -> Rows<A> {
    let mut places: HashMap<K, usize> = HashMap::with_capacity(rows.len());
    let mut found: Vec<Given<A>> = Vec::with_capacity(rows.len());
    let mut met = Vec::new();
    let mut faults = Vec::new();
    for ((line, text), seen) in rows.iter().zip(seen) {
        let kind = match seen {
            Ok((account, instead)) => {
                let given = Given::led(account, instead, text, Some(*line));
                let first = places.get(&key(&given.account)).map(|at| &mut found[*at]);
                match first {
                    // Two rows of one account that does not know of it, or that are the same account twice.
                    Some(first) if first.asked.is_empty() && given.asked.is_empty() => {
                        FaultKind::Twice(first.line.unwrap_or_default())
                    }
                    Some(first) => {
                        first.asked.extend(given.asked.clone());
                        met.push(given);
                        continue;
                    }
                    None => {
                        places.insert(key(&given.account), found.len());
                        found.push(given);
                        continue;
                    }
                }
            }
            Err(kind) => kind,
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
        met,
        faults,
        left_out: Vec::new(),
    }
}
