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
const PRINCIPAL: [&str; 8] = [
    "principal",
    "compte principal",
    "principal account",
    "account to keep",
    "compte à garder",
    "à garder",
    "garder",
    "keep",
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
        all.iter()
            .any(|text| !text.is_empty() && fold(text) == word)
    };
    match (word.as_str(), names(a), names(b)) {
        ("" | "a", _, _) | (_, true, false) => Some(false),
        ("b", _, _) | (_, false, true) => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::write_csv;
    use super::*;
    use crate::domain::account::Account;
    use crate::domain::join::rows_tests::account;
    use crate::domain::join::{Decision, Lookup, Named, check_of, group};
    use proptest::prelude::*;

    fn read(text: &str, verb: Verdict) -> Result<Decisions, Vec<TableFault>> {
        read_decisions(&Table::read(text.as_bytes()).expect("a table"), verb)
    }

    /// Line, verb, the two accounts, whether the second is kept, what is wrong.
    type Said = (
        u64,
        &'static str,
        String,
        String,
        bool,
        Option<&'static str>,
    );

    fn said(text: &str) -> Vec<Said> {
        let rows = read(text, Verdict::Link).expect("rows").rows;
        rows.into_iter()
            .map(|row| {
                let fault = row.fault.map(|(code, _)| code);
                (
                    row.line,
                    row.verdict.code(),
                    row.a.text,
                    row.b.text,
                    row.keep_b,
                    fault,
                )
            })
            .collect()
    }

    #[test]
    fn words_are_understood_in_both_languages() {
        let row = |line, verb, keep_b| (line, verb, "1".to_owned(), "2".to_owned(), keep_b, None);
        assert_eq!(
            said(
                "UID_A;uid b;Garder;Décision\n1;2;;Rapprocher\n1;2;b;FUSION\n1;2;2;écarter\n1;2;1;link\n1;2;x;\n"
            ),
            [
                row(2, "link", false),
                row(3, "merge", true),
                row(4, "dismiss", true),
                row(5, "link", false),
            ]
        );
        let without = read(
            "uid_a;uid_b;decision\n1;2;\n3;4;merge\n5;6;\n",
            Verdict::Link,
        );
        assert_eq!(without.expect("rows").undecided, 2);
    }

    #[test]
    fn a_file_made_by_hand_needs_no_more_than_two_columns() {
        for (text, by) in [
            ("uid_a;uid_b\n1;2\n", NamedBy::Id),
            ("login_a;login_b\n1;2\n", NamedBy::Login),
            ("Principal;Secondaire\n1;2\n", NamedBy::Any),
            ("keep;absorb\n1;2\n", NamedBy::Any),
            ("Compte à garder;compte absorbé\n1;2\n", NamedBy::Any),
            ("uid_a;uid_b;login_a;login_b\n1;2;3;4\n", NamedBy::Id),
        ] {
            let decisions = read(text, Verdict::Merge).expect("rows");
            assert_eq!(decisions.by, by, "{text}");
            let row = &decisions.rows[0];
            assert_eq!(
                (row.a.text.as_str(), row.b.text.as_str()),
                ("1", "2"),
                "{text}"
            );
            assert_eq!((row.verdict, row.keep_b), (Verdict::Merge, false));
        }
        for text in [
            "uid_a;x\n1;2\n",
            "uid_a;login_b\n1;2\n",
            "login;decision\n1;link\n",
        ] {
            let faults = read(text, Verdict::Link).expect_err("refused");
            assert_eq!(faults[0].code(), "file-missing-column", "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_row_is_a_matter_of_that_row() {
        let faults: Vec<Option<&str>> = said(
            "uid_a;uid_b;keep;decision\n1;2;c;link\n1;;a;link\n;2;a;link\n1;2;a;lien\n;;;\n3;4;a;link\n",
        )
        .into_iter()
        .map(|row| row.5)
        .collect();
        assert_eq!(
            faults,
            [
                Some("unknown-word"),
                Some("empty-cell"),
                Some("empty-cell"),
                Some("unknown-word"),
                None
            ]
        );
    }

    #[test]
    fn a_number_that_stands_for_two_families_refuses_the_file() {
        // Connected by way of a row on which nothing was decided.
        let whole =
            "uid_a;uid_b;cluster;decision\n1;2;1;link\n2;3;1;\n3;4;1;link\n5;6;2;link\n7;8;;\n";
        assert!(read(whole, Verdict::Link).is_ok());
        let mixed = "uid_a;uid_b;cluster;decision\n1;2;1;link\n5;6;2;link\n3;4;1;merge\n";
        assert_eq!(
            read(mixed, Verdict::Link),
            Err(vec![TableFault::MixedFamily {
                line: 4,
                first: 2,
                number: "1".into()
            }])
        );
    }

    const COLUMNS: [&str; 13] = [
        "uid_a", "uid_b", "keep", "decision", "cluster", "score", "tier", "reasons", "check",
        "name_a", "name_b", "login_a", "login_b",
    ];

    /// What `account duplicates` writes of families of these sizes, each row of the kept account decided on.
    fn written(sizes: &[usize]) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        let mut next = 0;
        for (cluster, size) in (1..).zip(sizes) {
            let members: Vec<Account> = (next..next + size)
                .map(|n| account(&n.to_string()))
                .collect();
            next += size;
            for (at, a) in members.iter().enumerate() {
                for b in &members[at + 1..] {
                    let cell = |text: &str| text.to_owned();
                    let uid = |account: &Account| account.uid.clone().unwrap_or_default();
                    let login = |account: &Account| account.login.clone().unwrap_or_default();
                    rows.push(vec![
                        uid(a),
                        uid(b),
                        cell("a"),
                        cell(if at == 0 { "link" } else { "" }),
                        cluster.to_string(),
                        format!("0.9{}", rows.len()),
                        cell("certain"),
                        format!("mobile-same {}", rows.len()),
                        check_of(a, b),
                        a.display_name.clone(),
                        b.display_name.clone(),
                        login(a),
                        login(b),
                    ]);
                }
            }
        }
        rows
    }

    /// Decisions, and the rows that are refused with their codes.
    type Decided = (Vec<Decision>, Vec<(u64, String)>);

    /// What the file comes to, every number being somebody's; `None` where it is refused as a whole.
    fn decided(rows: &[Vec<String>]) -> Option<Decided> {
        let table = Table::read(&write_csv(&COLUMNS, rows)).expect("a table");
        let decisions = read_decisions(&table, Verdict::Link).ok()?;
        let named: Vec<Named> = decisions
            .rows
            .into_iter()
            .map(|row| {
                let find = |text: &str| Lookup::One(Box::new(account(text)));
                Named {
                    a: find(&row.a.text),
                    b: find(&row.b.text),
                    row,
                }
            })
            .collect();
        if named.iter().any(|named| named.misfit().is_some()) {
            return None;
        }
        let grouped = group(&named, Verdict::Link);
        let refused = grouped.refused.into_iter();
        let refused = refused
            .map(|r| (r.line.unwrap_or_default(), r.code))
            .collect();
        Some((grouped.decisions, refused))
    }

    /// The decisions without their lines, for rows may be sorted as a whole.
    fn without_lines(decided: Option<Decided>) -> Option<Vec<(String, Vec<String>)>> {
        let (decisions, refused) = decided?;
        assert_eq!(refused, []);
        let mut all: Vec<(String, Vec<String>)> = decisions
            .into_iter()
            .map(|decision| {
                let mut others: Vec<String> = decision
                    .others
                    .iter()
                    .map(|(other, _)| other.dn.to_string())
                    .collect();
                others.sort();
                (decision.kept.dn.to_string(), others)
            })
            .collect();
        all.sort();
        Some(all)
    }

    proptest! {
        #[test]
        fn rows_sorted_as_a_whole_are_the_same_decisions(
            sizes in prop::collection::vec(2usize..5, 1..5),
            order in Just((0..40).collect::<Vec<usize>>()).prop_shuffle(),
        ) {
            let rows = written(&sizes);
            let sorted: Vec<Vec<String>> =
                order.iter().filter_map(|at| rows.get(*at).cloned()).collect();
            let before = without_lines(decided(&rows));
            prop_assert_eq!(before.as_ref().map(Vec::len), Some(sizes.len()));
            prop_assert_eq!(before, without_lines(decided(&sorted)));
        }

        /// The columns in which a person writes cannot be guarded by what was written before.
        #[test]
        fn a_column_sorted_alone_is_refused_or_changes_nothing(
            sizes in prop::collection::vec(2usize..5, 1..5),
            column in 0..COLUMNS.len(),
            order in Just((0..40).collect::<Vec<usize>>()).prop_shuffle(),
        ) {
            prop_assume!(!["keep", "decision"].contains(&COLUMNS[column]));
            let rows = written(&sizes);
            let cells = order.iter().filter_map(|at| rows.get(*at)).map(|row| row[column].clone());
            let mut sorted = rows.clone();
            for (row, cell) in sorted.iter_mut().zip(cells) {
                row[column] = cell;
            }
            let after = decided(&sorted);
            prop_assert!(after.is_none() || after == decided(&rows), "{}", COLUMNS[column]);
        }

        /// A person who names the account to keep by its number is guarded in that column too.
        #[test]
        fn the_account_to_keep_named_by_its_number_is_never_another_ones(
            count in 2usize..6,
            order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
        ) {
            let mut rows = written(&vec![2; count]);
            for row in &mut rows {
                row[2] = row[1].clone();
            }
            let mut sorted = rows.clone();
            let cells = order.iter().filter_map(|at| rows.get(*at)).map(|row| row[2].clone());
            for (row, cell) in sorted.iter_mut().zip(cells) {
                row[2] = cell;
            }
            let (before, after) = (decided(&rows), decided(&sorted));
            let (_, refused) = after.clone().expect("rows");
            prop_assert!(before == after || !refused.is_empty());
        }
    }
}
