//! A file as a table: checked columns, and rows that know their line.

use super::column::{self, Column, fold};
use super::encoding::decode;
use super::fault::TableFault;
use super::scan::{detect_separator, scan, separator_line};
use super::write::undo_defusing;
use crate::i18n::Text;
use std::collections::HashMap;
use std::fmt;

/// What a file holds. `Debug` shows no cell, because one may be a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns as written, up to the last one that has a name.
    pub columns: Vec<String>,
    /// The rows, at least one, each with as many cells as there are columns.
    pub rows: Vec<Row>,
}

/// One row. `Debug` shows no cell.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Line of the file the row begins on, from 1, line breaks inside quotes counted.
    pub line: u64,
    /// Its cells, as many as the table has columns.
    pub cells: Vec<String>,
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("columns", &self.columns.len())
            .field("rows", &self.rows.len())
            .finish()
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("line", &self.line)
            .field("cells", &self.cells.len())
            .finish()
    }
}

impl Row {
    /// The cell of a column without the white space around it.
    pub fn trimmed(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }
}

impl Table {
    /// Reads the bytes of a file.
    ///
    /// Empty lines and lines of nothing but separators are skipped. Columns without a name after the
    /// last named one do not count; a row must reach that last named column (a shorter one may have been
    /// cut), and what it has beyond must be blank. A cell defused on writing (see
    /// [`super::write_csv`]) is as it was before.
    ///
    /// # Errors
    /// Every fault of the rows and the header at once; where the file cannot be followed any further
    /// (encoding, quotes, a last line without its end), that fault alone.
    pub fn read(bytes: &[u8]) -> Result<Table, Vec<TableFault>> {
        let text = decode(bytes).map_err(|fault| vec![fault])?;
        Table::of_text(text.trim_start_matches('\u{feff}'))
    }

    /// The same, of what the bytes say.
    pub(super) fn of_text(text: &str) -> Result<Table, Vec<TableFault>> {
        let (named, body, first_line) = separator_line(text);
        let separator = named.unwrap_or_else(|| detect_separator(body));
        let records = scan(body, separator, first_line).map_err(|fault| vec![fault])?;
        let mut places = records.iter();

        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(body.as_bytes());
        let mut header: Option<(u64, Vec<String>)> = None;
        let mut rows = Vec::with_capacity(records.len());
        let mut faults = Vec::new();
        let mut record = csv::StringRecord::new();
        loop {
            let after = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            // From a slice of valid UTF-8 and with any number of cells, reading cannot fail.
            if !reader.read_record(&mut record).unwrap_or(false) {
                break;
            }
            // The reader stops in front of the blank lines and line ends that it will skip.
            let rest = body.as_bytes().get(after..).unwrap_or_default();
            let ends = rest
                .iter()
                .take_while(|b| matches!(b, b'\r' | b'\n'))
                .count();
            // Both find the same records, in one order.
            let start = after + ends;
            let place = places.find(|place| place.start >= start);
            let Some(place) = place.filter(|place| place.start == start) else {
                return Err(vec![TableFault::TextAfterQuote {
                    line: first_line,
                    cell: 1,
                }]);
            };
            if place.blank {
                continue;
            }
            let mut cells = Vec::with_capacity(record.len());
            cells.extend(record.iter().map(undo_defusing).map(str::to_owned));
            match &header {
                None => header = Some((place.line, named_columns(cells))),
                Some((_, columns)) => match fit(cells, columns.len()) {
                    Ok(cells) => rows.push(Row {
                        line: place.line,
                        cells,
                    }),
                    Err(found) => faults.push(TableFault::CellCount {
                        line: place.line,
                        expected: columns.len(),
                        found,
                    }),
                },
            }
        }
        let Some((line, columns)) = header else {
            return Err(vec![TableFault::Empty]);
        };
        if let Some(fault) = duplicate(&columns, line) {
            faults.insert(0, fault);
        }
        if rows.is_empty() && faults.is_empty() {
            faults.push(TableFault::NoRows { line });
        }
        if faults.is_empty() {
            Ok(Table { columns, rows })
        } else {
            Err(faults)
        }
    }

    /// A copy of the columns that say whose account a row means, and of no other: what stands beside a
    /// password may be one too.
    #[must_use]
    pub fn names_alone(&self) -> Table {
        let kept: Vec<usize> = (0..self.columns.len())
            .filter(|at| {
                let known = |column: &&Column| column.position(&self.columns) == Some(*at);
                let column = Column::ALL.iter().find(known);
                column.is_some_and(|column| *column != Column::Password)
            })
            .collect();
        let of = |cells: &[String]| kept.iter().map(|at| cells[*at].clone()).collect();
        Table {
            columns: of(&self.columns),
            rows: self
                .rows
                .iter()
                .map(|row| Row {
                    line: row.line,
                    cells: of(&row.cells),
                })
                .collect(),
        }
    }

    /// Where a known column stands, if it is there.
    pub fn column(&self, column: Column) -> Option<usize> {
        column.position(&self.columns)
    }

    /// Where a column that only one command knows (`uid_a`) stands; compared by [`fold`].
    pub fn named(&self, name: &str) -> Option<usize> {
        column::position(name, &self.columns)
    }

    /// Where a column that must be there stands.
    ///
    /// # Errors
    /// [`TableFault::MissingColumn`].
    pub fn want(&self, column: Column) -> Result<usize, TableFault> {
        self.column(column).ok_or_else(|| self.missing(&[column]))
    }

    /// Where a column that must be there, and that only one command knows, stands.
    ///
    /// # Errors
    /// [`TableFault::MissingColumn`].
    pub fn want_named(&self, name: &str) -> Result<usize, TableFault> {
        self.named(name).ok_or_else(|| TableFault::MissingColumn {
            found: self.columns.clone(),
            expected: vec![Text::new("spreadsheet-column-named").with("name", name)],
        })
    }

    /// The first of these columns that is there, and where it stands.
    ///
    /// # Errors
    /// [`TableFault::MissingColumn`] with all of them.
    pub fn want_any(&self, columns: &[Column]) -> Result<(Column, usize), TableFault> {
        columns
            .iter()
            .find_map(|c| Some((*c, self.column(*c)?)))
            .ok_or_else(|| self.missing(columns))
    }

    pub(super) fn missing(&self, columns: &[Column]) -> TableFault {
        TableFault::MissingColumn {
            found: self.columns.clone(),
            expected: columns
                .iter()
                .filter(|c| **c != Column::Dn)
                .map(|c| c.label())
                .collect(),
        }
    }
}

/// Drops the unnamed columns at the end, which spreadsheets add where a cell was once filled.
fn named_columns(mut columns: Vec<String>) -> Vec<String> {
    while columns.last().is_some_and(|c| c.trim().is_empty()) {
        columns.pop();
    }
    columns
}

/// Cuts blank cells beyond the last column. `Err` with the number of cells where the row is too short
/// or has content there.
fn fit(mut cells: Vec<String>, width: usize) -> Result<Vec<String>, usize> {
    let used = cells
        .iter()
        .rposition(|c| !c.trim().is_empty())
        .map_or(0, |i| i + 1);
    if cells.len() < width {
        Err(cells.len())
    } else if used > width {
        Err(used)
    } else {
        cells.truncate(width);
        Ok(cells)
    }
}

fn duplicate(columns: &[String], line: u64) -> Option<TableFault> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    columns.iter().enumerate().find_map(|(at, name)| {
        let folded = fold(name);
        if folded.is_empty() {
            return None;
        }
        let first = seen.insert(folded, at)?;
        Some(TableFault::DuplicateColumn {
            line,
            first: first + 1,
            second: at + 1,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &Table) -> Vec<(u64, Vec<&str>)> {
        table
            .rows
            .iter()
            .map(|r| (r.line, r.cells.iter().map(String::as_str).collect()))
            .collect()
    }

    #[test]
    fn rows_keep_the_line_they_begin_on() {
        let file = "sep=;\r\n\r\nNom;Prénom\r\n\"Du\r\npont\";Léa\r\n;;\r\n \r\nMartin;\"dit \"\"Bob\"\"\"\r\n";
        let table = Table::read(file.as_bytes()).expect("reads");
        assert_eq!(table.columns, ["Nom", "Prénom"]);
        assert_eq!(
            rows(&table),
            [
                (4, vec!["Du\r\npont", "Léa"]),
                (8, vec!["Martin", "dit \"Bob\""])
            ]
        );
    }

    #[test]
    fn old_macintosh_line_ends_count_too() {
        let table = Table::read(b"a,b\r\r1,2\r3,4\r").expect("reads");
        assert_eq!(rows(&table), [(3, vec!["1", "2"]), (4, vec!["3", "4"])]);
    }

    #[test]
    fn a_row_reaches_the_last_named_column_and_has_nothing_beyond() {
        let table = Table::read(b"a;b;;\n1;2\n3;;\n4;5;;;;\n").expect("reads");
        assert_eq!(
            rows(&table),
            [(2, vec!["1", "2"]), (3, vec!["3", ""]), (4, vec!["4", "5"])]
        );
        let wrong = |line, found| TableFault::CellCount {
            line,
            expected: 2,
            found,
        };
        assert_eq!(
            Table::read(b"a;b\n1\n2;3\n4;5;;6\n"),
            Err(vec![wrong(2, 1), wrong(4, 4)])
        );
    }

    #[test]
    fn faults_of_the_whole_file() {
        let fault = |bytes: &[u8]| Table::read(bytes).expect_err("refused");
        assert_eq!(fault(b""), [TableFault::Empty]);
        assert_eq!(fault(b"\xef\xbb\xbf\r\n ; \r\n"), [TableFault::Empty]);
        assert_eq!(fault(b"sep=;\r\n"), [TableFault::Empty]);
        assert_eq!(fault(b"\nlogin\n\n"), [TableFault::NoRows { line: 2 }]);
        assert_eq!(fault(b"login\na"), [TableFault::Cut { line: 2 }]);
        assert_eq!(fault(b"login"), [TableFault::Cut { line: 1 }]);
        assert_eq!(
            fault(b"login\n\"a\n"),
            [TableFault::UnclosedQuote { line: 2 }]
        );
        assert_eq!(
            fault("a;Prénom;b;PRENOM\n1;2;3;4\n".as_bytes()),
            [TableFault::DuplicateColumn {
                line: 1,
                first: 2,
                second: 4
            }]
        );
    }

    #[test]
    fn wanted_columns_are_found_or_named() {
        let table = Table::read("Établissement;Mél\n1;2\n".as_bytes()).expect("reads");
        assert_eq!(table.column(Column::School), Some(0));
        assert_eq!(
            table.want_any(&[Column::Login, Column::Mail]),
            Ok((Column::Mail, 1))
        );
        assert_eq!(table.want_named("mel"), Ok(1));
        assert_eq!(
            table.want_any(&[Column::Login, Column::Dn]),
            Err(TableFault::MissingColumn {
                found: vec!["Établissement".into(), "Mél".into()],
                expected: vec![Column::Login.label()],
            })
        );
    }

    #[test]
    fn debug_shows_no_cell() {
        let table = Table::read(b"login;password\nlea;abricot\n").expect("reads");
        let shown = format!("{table:?} {:?}", table.rows);
        assert!(!shown.contains("abricot"), "{shown}");
    }
}
