//! What was decided of pairs of accounts (`account link|merge|dismiss --from`): the rows that somebody decided on, and
//! what is wrong with the file as a whole.

use super::column::fold;
use super::fault::TableFault;
use super::table::{Row, Table};
use crate::domain::join::{Cells, DecisionRow, Families, Verdict};
use crate::i18n::Text;
use std::collections::BTreeMap;

/// Headings of the columns, the canonical name first.
const UID: [[&str; 3]; 2] = [["uid_a", "id_a", "numéro_a"], ["uid_b", "id_b", "numéro_b"]];
const LOGIN: [[&str; 3]; 2] = [
    ["login_a", "identifiant_a", "compte_a"],
    ["login_b", "identifiant_b", "compte_b"],
];
const NAME: [[&str; 2]; 2] = [["name_a", "nom_a"], ["name_b", "nom_b"]];
const PRINCIPAL: [&str; 7] = [
    "principal",
    "compte principal",
    "principal account",
    "account to keep",
    "compte à garder",
    "à garder",
    "garder",
];
const SECONDARY: [&str; 7] = [
    "secondary",
    "secondaire",
    "compte secondaire",
    "secondary account",
    "absorb",
    "absorbé",
    "compte absorbé",
];
const KEEP: [&str; 2] = ["keep", "garder"];
const DECISION: [&str; 2] = ["decision", "décision"];
const CLUSTER: [&str; 3] = ["cluster", "famille", "family"];
const CHECK: [&str; 2] = ["check", "contrôle"];

/// How a file names its accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// By number (`uid_a`, `uid_b`).
    Id,
    /// By login (`login_a`, `login_b`).
    Login,
    /// As a person would: by number, login, mail address, or full name (`principal`, `secondary`).
    Any,
}

/// The rows of a file of decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decisions {
    /// How its accounts are named.
    pub by: NamedBy,
    /// The rows on which something was decided, whatever it was, in their order.
    pub rows: Vec<DecisionRow>,
    /// Rows on which nothing was decided.
    pub undecided: u64,
}

/// Reads what was decided. Where there is no column for decisions each row is one of this verb; where there is, those
/// without a word in it are counted.
///
/// # Errors
/// The columns that name the accounts are missing; one number of a family stands for two.
pub fn read_decisions(table: &Table, verb: Verdict) -> Result<Decisions, Vec<TableFault>> {
    let columns = Columns::find(table).map_err(|fault| vec![fault])?;
    columns.one_family_each(table)?;
    let mut decisions = Decisions {
        by: columns.by,
        rows: Vec::new(),
        undecided: 0,
    };
    for row in &table.rows {
        match columns.read(table, row, verb) {
            Some(row) => decisions.rows.push(row),
            None => decisions.undecided += 1,
        }
    }
    Ok(decisions)
}

/// Where each column stands.
struct Columns {
    by: NamedBy,
    accounts: [usize; 2],
    names: [Option<usize>; 2],
    logins: [Option<usize>; 2],
    keep: Option<usize>,
    decision: Option<usize>,
    cluster: Option<usize>,
    check: Option<usize>,
}

impl Columns {
    fn find(table: &Table) -> Result<Columns, TableFault> {
        let place = |names: &[&str]| names.iter().find_map(|name| table.named(name));
        let both = |of: &[[&str; 3]; 2]| [place(&of[0]), place(&of[1])];
        let (uids, logins) = (both(&UID), both(&LOGIN));
        let pair = [place(&PRINCIPAL), place(&SECONDARY)];
        let (by, accounts) = match (uids, logins, pair) {
            ([Some(a), Some(b)], _, _) => (NamedBy::Id, [a, b]),
            ([None, None], [Some(a), Some(b)], _) => (NamedBy::Login, [a, b]),
            ([None, None], [None, None], [Some(a), Some(b)]) => (NamedBy::Any, [a, b]),
            _ => {
                let named = |name: &str| Text::new("spreadsheet-column-named").with("name", name);
                return Err(TableFault::MissingColumn {
                    found: table.columns.clone(),
                    expected: vec![named("uid_a ; uid_b"), named("login_a ; login_b")],
                });
            }
        };
        let keep = place(&KEEP).filter(|at| !accounts.contains(at));
        let check = place(&CHECK);
        let any = |at: &usize| table.rows.iter().any(|row| !row.trimmed(*at).is_empty());
        Ok(Columns {
            by,
            accounts,
            names: [place(&NAME[0]), place(&NAME[1])],
            logins: if by == NamedBy::Id {
                logins
            } else {
                [None, None]
            },
            keep,
            decision: place(&DECISION),
            cluster: place(&CLUSTER),
            // Emptied by somebody who wrote the file anew: as if it were not there.
            check: check.filter(any),
        })
    }

    /// Under one number, whatever the rows say, stand accounts that have to do with each other.
    fn one_family_each(&self, table: &Table) -> Result<(), Vec<TableFault>> {
        let Some(cluster) = self.cluster else {
            return Ok(());
        };
        let mut rows_of: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in &table.rows {
            let number = row.trimmed(cluster);
            if !number.is_empty() {
                rows_of.entry(number).or_default().push(row);
            }
        }
        let mut faults = Vec::new();
        for (number, rows) in rows_of {
            let mut families = Families::new(rows.len());
            let mut first: BTreeMap<String, usize> = BTreeMap::new();
            for (at, row) in rows.iter().enumerate() {
                for account in self.accounts {
                    let key = row.trimmed(account).to_lowercase();
                    families.join(at, *first.entry(key).or_insert(at));
                }
            }
            if let Some(at) = (0..rows.len()).find(|at| families.root(*at) != 0) {
                faults.push(TableFault::MixedFamily {
                    line: rows[at].line,
                    first: rows[0].line,
                    number: number.to_owned(),
                });
            }
        }
        faults.sort_by_key(TableFault::line);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    /// A row on which something was decided.
    fn read(&self, table: &Table, row: &Row, verb: Verdict) -> Option<DecisionRow> {
        let cell = |at: Option<usize>| at.map_or("", |at| row.trimmed(at)).to_owned();
        let mut fault = None;
        let verdict = match self.decision.map(|at| row.trimmed(at)) {
            Some("") => return None,
            Some(word) => verdict(word).unwrap_or_else(|| {
                fault = Some(("unknown-word", word.to_owned()));
                verb
            }),
            None => verb,
        };
        let side = |side: usize| Cells {
            text: row.trimmed(self.accounts[side]).to_owned(),
            name: cell(self.names[side]),
            login: cell(self.logins[side]),
        };
        let (a, b) = (side(0), side(1));
        let keep = cell(self.keep);
        let keep_b = kept(&keep, &a, &b).unwrap_or_else(|| {
            fault.get_or_insert(("unknown-word", keep.clone()));
            false
        });
        for (side, cells) in [&a, &b].into_iter().enumerate() {
            if cells.text.is_empty() {
                let column = table.columns.get(self.accounts[side]).cloned();
                fault = Some(("empty-cell", column.unwrap_or_default()));
            }
        }
        Some(DecisionRow {
            line: row.line,
            verdict,
            a,
            b,
            keep_b,
            cluster: cell(self.cluster),
            check: self.check.map(|at| row.trimmed(at).to_owned()),
            fault,
        })
    }
}

/// The verb that a word stands for.
fn verdict(word: &str) -> Option<Verdict> {
    let known: [(Verdict, &[&str]); 3] = [
        (Verdict::Link, &["link", "rapprocher", "rapprochement"]),
        (Verdict::Merge, &["merge", "fusionner", "fusion"]),
        (Verdict::Dismiss, &["dismiss", "écarter", "distincts"]),
    ];
    let said = fold(word);
    let is = |words: &&[&str]| words.iter().any(|w| fold(w) == said);
    known
        .into_iter()
        .find(|(_, words)| is(words))
        .map(|(verdict, _)| verdict)
}

/// Whether the second account is kept: `a` or `b`, or what names one of the two, by which it is told on sight that the
/// cell belongs to this row.
fn kept(word: &str, a: &Cells, b: &Cells) -> Option<bool> {
    let word = fold(word);
    let names = |cells: &Cells| {
        let all = [&cells.text, &cells.login];
        all.iter().any(|text| !text.is_empty() && fold(text) == word)
    };
    match (word.as_str(), names(a), names(b)) {
        ("" | "a", _, _) | (_, true, false) => Some(false),
        ("b", _, _) | (_, false, true) => Some(true),
        _ => None,
    }
}
