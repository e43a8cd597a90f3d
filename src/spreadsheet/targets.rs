//! Lists of accounts (`--from FILE`): which account each row means.

use super::column::{Column, fold};
use super::fault::TableFault;
use super::table::{Row, Table};
use crate::domain::texts::Texts;

/// Columns that name an account by itself, in the order they are looked for.
const IDENTIFIERS: [Column; 5] = [
    Column::Login,
    Column::Id,
    Column::Dn,
    Column::JoinKey,
    Column::Mail,
];

/// What a row says of the account it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A login, id, entry name, join key or mail address.
    Identifier(String),
    /// A full name as one would say it, the class after it where the file has one: `Léa Dupont 6A`.
    Name {
        /// The words, separated by single spaces.
        text: String,
    },
}

impl Given {
    /// What was given, as text.
    pub fn text(&self) -> &str {
        match self {
            Given::Identifier(text) | Given::Name { text } => text,
        }
    }

    /// The same, where nothing else of it is needed.
    pub fn into_text(self) -> String {
        match self {
            Given::Identifier(text) | Given::Name { text } => text,
        }
    }

    /// The form in which two rows mean the same account: identifiers without case, names without case,
    /// accents and word order.
    fn key(&self) -> String {
        match self {
            Given::Identifier(text) => text.to_lowercase(),
            Given::Name { text } => {
                let mut words: Vec<String> = text.split_whitespace().map(fold).collect();
                words.sort();
                words.join(" ")
            }
        }
    }
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Line of the file, from 1.
    pub line: u64,
    /// The account it means.
    pub given: Given,
}

/// Where a table names its accounts.
enum Source {
    Identifier(usize),
    Name(usize, Option<usize>),
    Names(usize, usize, Option<usize>),
}

/// The rows of a list: those that mean an account, and what is wrong with the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets {
    /// The rows that mean an account, in their order.
    pub rows: Vec<Target>,
    /// Rows that mean nobody, or somebody named before, in their order.
    pub faults: Vec<TableFault>,
}

/// Reads a list of accounts. The first of these columns that is there decides: login, id, dn, join key,
/// mail, full name, last name with first name; a class column goes with names. Cells lose the white
/// space around them.
///
/// # Errors
/// All faulty rows at once: a missing column, empty cells, the same account twice.
pub fn read_targets(table: &Table) -> Result<Vec<Target>, Vec<TableFault>> {
    let targets = split_targets(table).map_err(|fault| vec![fault])?;
    if targets.faults.is_empty() {
        Ok(targets.rows)
    } else {
        Err(targets.faults)
    }
}

/// The same, where a faulty row is a matter of that row alone.
///
/// # Errors
/// The file as a whole names nobody: a column is missing.
pub fn split_targets(table: &Table) -> Result<Targets, TableFault> {
    let source = Source::find(table)?;
    let mut rows: Vec<Target> = Vec::with_capacity(table.rows.len());
    let mut faults = Vec::new();
    // By place, the keys of the rows.
    let mut seen = Texts::with_capacity(table.rows.len());
    for row in &table.rows {
        let line = row.line;
        match source.given(row) {
            Err(column) => faults.push(TableFault::EmptyCell {
                line,
                column: table.columns.get(column).cloned().unwrap_or_default(),
            }),
            Ok(given) => match seen.add(&given.key()) {
                Err(first) => faults.push(TableFault::Repeated {
                    line,
                    first: rows[first].line,
                    given: given.into_text(),
                }),
                Ok(_) => rows.push(Target { line, given }),
            },
        }
    }
    Ok(Targets { rows, faults })
}

impl Source {
    fn find(table: &Table) -> Result<Self, TableFault> {
        if let Ok((_, at)) = table.want_any(&IDENTIFIERS) {
            return Ok(Source::Identifier(at));
        }
        let class = table.column(Column::Class);
        if let Some(at) = table.column(Column::Name) {
            return Ok(Source::Name(at, class));
        }
        match (
            table.column(Column::LastName),
            table.column(Column::FirstName),
        ) {
            (Some(last), Some(first)) => Ok(Source::Names(last, first, class)),
            (Some(_), None) => Err(table.missing(&[Column::FirstName, Column::Login])),
            (None, Some(_)) => Err(table.missing(&[Column::LastName, Column::Login])),
            (None, None) => Err(table.missing(&[
                Column::Login,
                Column::Id,
                Column::JoinKey,
                Column::Mail,
                Column::Name,
            ])),
        }
    }

    /// What the row means, or the column that must not be empty.
    fn given(&self, row: &Row) -> Result<Given, usize> {
        let filled = |at: usize| match row.trimmed(at) {
            "" => Err(at),
            text => Ok(text),
        };
        let class = |at: &Option<usize>| at.map_or("", |at| row.trimmed(at));
        Ok(match self {
            Source::Identifier(at) => Given::Identifier(filled(*at)?.to_owned()),
            Source::Name(at, c) => name(&[filled(*at)?, class(c)]),
            Source::Names(last, first, c) => {
                let last = filled(*last)?;
                name(&[filled(*first)?, last, class(c)])
            }
        })
    }
}

fn name(parts: &[&str]) -> Given {
    let words: Vec<&str> = parts.iter().flat_map(|p| p.split_whitespace()).collect();
    Given::Name {
        text: words.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str) -> Result<Vec<(u64, Given)>, Vec<TableFault>> {
        let table = Table::read(file.as_bytes()).expect("a table");
        Ok(read_targets(&table)?
            .into_iter()
            .map(|t| (t.line, t.given))
            .collect())
    }

    fn identifier(text: &str) -> Given {
        Given::Identifier(text.into())
    }

    fn full_name(text: &str) -> Given {
        Given::Name { text: text.into() }
    }

    #[test]
    fn an_identifier_goes_before_a_name() {
        assert_eq!(
            read("Nom;Prénom;Courriel;UID\nDupont;Léa;lea@x.fr; XYZ123 \n"),
            Ok(vec![(2, identifier("XYZ123"))])
        );
        assert_eq!(
            read("élève;courriel\nLéa;lea@x.fr\n"),
            Ok(vec![(2, identifier("lea@x.fr"))])
        );
    }

    #[test]
    fn names_carry_the_class_where_there_is_one() {
        assert_eq!(
            read("NOM;Prénom;Classe\nDupont ;  Léa  Marie;6A\nMartin;Zoé;\n"),
            Ok(vec![
                (2, full_name("Léa Marie Dupont 6A")),
                (3, full_name("Zoé Martin"))
            ])
        );
        assert_eq!(
            read("classe;nom complet\n6A;Dupont Léa\n"),
            Ok(vec![(2, full_name("Dupont Léa 6A"))])
        );
    }

    #[test]
    fn all_faulty_rows_are_told_at_once() {
        let repeated = |line, first, given: &str| TableFault::Repeated {
            line,
            first,
            given: given.into(),
        };
        assert_eq!(
            read("Login;x\nlea;1\n ;2\nbob;3\nLEA;4\n;5\n"),
            Err(vec![
                TableFault::EmptyCell {
                    line: 3,
                    column: "Login".into()
                },
                repeated(5, 2, "LEA"),
                TableFault::EmptyCell {
                    line: 6,
                    column: "Login".into()
                },
            ])
        );
        assert_eq!(
            read("élève;x\nLéa Dupont;1\nDUPONT Lea;2\n"),
            Err(vec![repeated(3, 2, "DUPONT Lea")])
        );
        assert_eq!(
            read("nom;prénom\nDupont;\n"),
            Err(vec![TableFault::EmptyCell {
                line: 2,
                column: "prénom".into()
            }])
        );
    }

    #[test]
    fn faulty_rows_do_not_stand_in_the_way_of_the_others() {
        let table = Table::read(
            "login\nlea\n \nbob\nLEA\n"
                .replace(" \n", "\"\"\n")
                .as_bytes(),
        );
        let targets = split_targets(&table.expect("a table")).expect("targets");
        let rows: Vec<_> = targets
            .rows
            .iter()
            .map(|t| (t.line, t.given.text()))
            .collect();
        assert_eq!(rows, [(2, "lea"), (4, "bob")]);
        let codes: Vec<_> = targets
            .faults
            .iter()
            .map(|f| (f.line(), f.code()))
            .collect();
        let expected = [(Some(3), "file-empty-cell"), (Some(5), "file-repeated")];
        assert_eq!(codes, expected);
        // Of a file that names nobody at all there are no others.
        let table = Table::read(b"nom;classe\nDupont;6A\n").expect("a table");
        assert_eq!(split_targets(&table).expect_err("refused").line(), None);
    }

    #[test]
    fn a_last_name_alone_names_nobody() {
        let faults = read("nom;classe\nDupont;6A\n").expect_err("refused");
        assert_eq!(
            faults,
            [TableFault::MissingColumn {
                found: vec!["nom".into(), "classe".into()],
                expected: vec![Column::FirstName.label(), Column::Login.label()],
            }]
        );
    }
}
