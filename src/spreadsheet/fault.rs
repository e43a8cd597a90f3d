//! What can be wrong with a file, each with the place, and how all of it is told at once.

use crate::error::CommandError;
use crate::i18n::Text;

/// How many faults are shown before the rest is only counted.
const SHOWN: usize = 20;

/// One thing wrong with a file. Never holds the text of a cell that may be a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} (line {line:?})", code = self.code(), line = self.line())]
pub enum TableFault {
    /// Nothing in it but blank lines.
    Empty,
    /// A header and no row.
    NoRows {
        /// Line of the header.
        line: u64,
    },
    /// Bytes that are text in none of the encodings a spreadsheet saves in.
    Undecodable {
        /// Line of the first such byte.
        line: u64,
    },
    /// A NUL character: not a text file.
    Nul {
        /// Its line.
        line: u64,
    },
    /// The last line does not end: the file may have been cut while it was copied.
    Cut {
        /// The last line.
        line: u64,
    },
    /// A quote opens and never closes.
    UnclosedQuote {
        /// Line where it opens.
        line: u64,
    },
    /// A closing quote is followed by text.
    TextAfterQuote {
        /// Its line.
        line: u64,
        /// The cell in its row, from 1.
        cell: usize,
    },
    /// A row with fewer cells than the header names, or with content beyond them.
    CellCount {
        /// Line the row begins on.
        line: u64,
        /// Cells the header names.
        expected: usize,
        /// Cells found.
        found: usize,
    },
    /// Two columns of the same name.
    DuplicateColumn {
        /// Line of the header.
        line: u64,
        /// The first, from 1. Numbers and not the name: a file without a header has data there.
        first: usize,
        /// The second, from 1.
        second: usize,
    },
    /// None of the columns wanted is there.
    MissingColumn {
        /// The names that stand in the header, as far as they may be shown.
        found: Vec<String>,
        /// The names any one of which would do.
        expected: Vec<Text>,
    },
    /// A cell that must not be empty.
    EmptyCell {
        /// Line the row begins on.
        line: u64,
        /// Name of the column as the header writes it.
        column: String,
    },
    /// The same account on two rows.
    Repeated {
        /// Line of the second.
        line: u64,
        /// Line of the first.
        first: u64,
        /// What names the account.
        given: String,
    },
    /// A line that is no object of JSON with plain values.
    NotAnObject {
        /// Its line.
        line: u64,
    },
    /// Under one number of a family stand accounts that have nothing to do with each other.
    MixedFamily {
        /// Line of a row of the second family.
        line: u64,
        /// Line of the first row of that number.
        first: u64,
        /// The number.
        number: String,
    },
    /// What stands in a row is not of the accounts it names: one column was sorted alone, or the directory has
    /// moved on.
    Misfit {
        /// Line the row begins on.
        line: u64,
        /// What does not fit: `check`, `name`, `login`.
        what: &'static str,
    },
    /// A password that begins or ends with a space, or holds a control character: nobody could type it
    /// from paper.
    UnusablePassword {
        /// Line the row begins on.
        line: u64,
    },
}

impl TableFault {
    /// The line to look at, from 1, as a text editor counts.
    pub fn line(&self) -> Option<u64> {
        match self {
            TableFault::Empty | TableFault::MissingColumn { .. } => None,
            TableFault::NoRows { line }
            | TableFault::Undecodable { line }
            | TableFault::Nul { line }
            | TableFault::Cut { line }
            | TableFault::UnclosedQuote { line }
            | TableFault::TextAfterQuote { line, .. }
            | TableFault::CellCount { line, .. }
            | TableFault::DuplicateColumn { line, .. }
            | TableFault::EmptyCell { line, .. }
            | TableFault::Repeated { line, .. }
            | TableFault::NotAnObject { line }
            | TableFault::MixedFamily { line, .. }
            | TableFault::Misfit { line, .. }
            | TableFault::UnusablePassword { line } => Some(*line),
        }
    }

    /// Stable machine code.
    pub fn code(&self) -> &'static str {
        match self {
            TableFault::Empty => "file-empty",
            TableFault::NoRows { .. } => "file-no-rows",
            TableFault::Undecodable { .. } | TableFault::Nul { .. } => "file-encoding",
            TableFault::Cut { .. } => "file-cut",
            TableFault::UnclosedQuote { .. } | TableFault::TextAfterQuote { .. } => "file-quotes",
            TableFault::CellCount { .. } => "file-columns",
            TableFault::DuplicateColumn { .. } => "file-duplicate-column",
            TableFault::MissingColumn { .. } => "file-missing-column",
            TableFault::EmptyCell { .. } => "file-empty-cell",
            TableFault::Repeated { .. } => "file-repeated",
            TableFault::NotAnObject { .. } => "file-json",
            TableFault::MixedFamily { .. } => "file-mixed-family",
            TableFault::Misfit { .. } => "file-misfit",
            TableFault::UnusablePassword { .. } => "file-unusable-password",
        }
    }

    /// The fault as a sentence.
    pub fn text(&self) -> Text {
        let at = |key: &str, line: u64| Text::new(format!("spreadsheet-{key}")).with("line", line);
        match self {
            TableFault::Empty => Text::new("spreadsheet-empty"),
            TableFault::NoRows { line } => at("no-rows", *line),
            TableFault::Undecodable { line } => at("undecodable", *line),
            TableFault::Nul { line } => at("nul", *line),
            TableFault::Cut { line } => at("cut", *line),
            TableFault::NotAnObject { line } => at("not-an-object", *line),
            TableFault::UnclosedQuote { line } => at("unclosed-quote", *line),
            TableFault::TextAfterQuote { line, cell } => {
                at("text-after-quote", *line).with("column", letters(*cell))
            }
            TableFault::CellCount {
                line,
                expected,
                found,
            } => at("cell-count", *line)
                .with("expected", *expected)
                .with("found", *found),
            TableFault::DuplicateColumn {
                line,
                first,
                second,
            } => at("duplicate-column", *line)
                .with("first", letters(*first))
                .with("second", letters(*second)),
            TableFault::MissingColumn { found, expected } => {
                let expected = list(expected.clone());
                match found.as_slice() {
                    [] => Text::new("spreadsheet-missing-column-bare").with("expected", expected),
                    found => Text::new("spreadsheet-missing-column")
                        .with("expected", expected)
                        .with("found", found.join(" ; ")),
                }
            }
            TableFault::EmptyCell { line, column } => {
                at("empty-cell", *line).with("column", column.trim())
            }
            TableFault::Repeated { line, first, given } => at("repeated", *line)
                .with("first", *first)
                .with("given", given),
            TableFault::UnusablePassword { line } => at("unusable-password", *line),
            TableFault::MixedFamily {
                line,
                first,
                number,
            } => at("mixed-family", *line)
                .with("first", *first)
                .with("number", number),
            TableFault::Misfit { line, what } => at(&format!("misfit-{what}"), *line),
        }
    }

    fn hint(&self) -> Option<Text> {
        let key = match self {
            TableFault::Undecodable { .. } | TableFault::Nul { .. } => "encoding",
            TableFault::Cut { .. } => "cut",
            TableFault::UnclosedQuote { .. }
            | TableFault::TextAfterQuote { .. }
            | TableFault::CellCount { .. } => "columns",
            TableFault::MissingColumn { .. } | TableFault::NoRows { .. } => "header",
            TableFault::Repeated { .. } => "repeated",
            TableFault::Empty => "empty",
            TableFault::MixedFamily { .. } => "mixed-family",
            TableFault::Misfit { .. } => "misfit",
            _ => return None,
        };
        Some(Text::new(format!("spreadsheet-hint-{key}")))
    }
}

/// A refused file as an error for people: exit 2, the code of the first fault, the first twenty faults,
/// and how many more there are. `--format json` gets them all (`details.faults`: `code`, `line`).
///
/// `file` is the name as it was typed.
pub fn refused(file: &str, faults: &[TableFault]) -> CommandError {
    let code = faults.first().map_or("file-refused", TableFault::code);
    let details: Vec<_> = faults
        .iter()
        .map(|f| serde_json::json!({ "code": f.code(), "line": f.line() }))
        .collect();
    let mut error = CommandError::usage(code, Text::new("spreadsheet-refused").with("file", file))
        .details(serde_json::json!({ "file": file, "faults": details }));
    error = with_rows(error, faults.iter().map(TableFault::text));
    let mut hints: Vec<Text> = Vec::new();
    for hint in faults.iter().filter_map(TableFault::hint) {
        if !hints.contains(&hint) {
            hints.push(hint.clone());
            error = error.hint(hint);
        }
    }
    error
}

/// An error with the rows it is about, the first twenty in words and the rest counted.
#[must_use]
pub fn with_rows(mut error: CommandError, rows: impl IntoIterator<Item = Text>) -> CommandError {
    let mut rows = rows.into_iter();
    for row in rows.by_ref().take(SHOWN) {
        error = error.show(row);
    }
    match rows.count() {
        0 => error,
        more => error.show(Text::new("spreadsheet-and-more").with("count", more)),
    }
}

/// A column as a spreadsheet names it: 1 is A, 27 is AA.
fn letters(mut number: usize) -> String {
    let mut out = Vec::new();
    while number > 0 {
        number -= 1;
        out.push(b'A' + u8::try_from(number % 26).unwrap_or(0));
        number /= 26;
    }
    out.iter().rev().map(|b| char::from(*b)).collect()
}

/// `a, b, c` out of sentences, whose words are only known in a language.
fn list(texts: Vec<Text>) -> Text {
    texts
        .into_iter()
        .reduce(|head, tail| {
            Text::new("spreadsheet-list")
                .with("head", head)
                .with("tail", tail)
        })
        .unwrap_or_else(|| Text::new("spreadsheet-list-nothing"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ExitStatus;
    use crate::i18n::{Language, Localizer};

    fn one_of_each() -> Vec<TableFault> {
        vec![
            TableFault::Empty,
            TableFault::NoRows { line: 1 },
            TableFault::Undecodable { line: 2 },
            TableFault::Nul { line: 3 },
            TableFault::Cut { line: 4 },
            TableFault::UnclosedQuote { line: 5 },
            TableFault::TextAfterQuote { line: 6, cell: 28 },
            TableFault::CellCount {
                line: 7,
                expected: 4,
                found: 3,
            },
            TableFault::DuplicateColumn {
                line: 8,
                first: 1,
                second: 3,
            },
            TableFault::MissingColumn {
                found: vec!["truc".into()],
                expected: vec![super::super::Column::Login.label()],
            },
            TableFault::MissingColumn {
                found: vec![],
                expected: vec![],
            },
            TableFault::EmptyCell {
                line: 9,
                column: "Identifiant".into(),
            },
            TableFault::Repeated {
                line: 10,
                first: 2,
                given: "lea.dupont".into(),
            },
            TableFault::UnusablePassword { line: 11 },
            TableFault::MixedFamily {
                line: 12,
                first: 5,
                number: "3".into(),
            },
            TableFault::Misfit {
                line: 13,
                what: "check",
            },
            TableFault::Misfit {
                line: 14,
                what: "name",
            },
            TableFault::Misfit {
                line: 15,
                what: "login",
            },
        ]
    }

    #[test]
    fn every_fault_has_a_sentence_that_names_its_line() {
        for language in Language::ALL {
            let localizer = Localizer::new(language);
            for fault in one_of_each() {
                let said = localizer.say(&fault.text());
                assert_ne!(said, fault.text().key, "no sentence for {fault:?}");
                assert!(!said.contains('{'), "{said}");
                if let Some(line) = fault.line() {
                    assert!(said.contains(&line.to_string()), "{said}");
                }
                if let Some(hint) = fault.hint() {
                    assert!(localizer.has(&hint.key), "{}", hint.key);
                }
            }
            for key in ["spreadsheet-refused", "spreadsheet-and-more"] {
                assert!(localizer.has(key), "{key}");
            }
        }
    }

    #[test]
    fn twenty_faults_are_shown_and_the_rest_is_counted() {
        let faults: Vec<_> = (1..=23)
            .map(|line| TableFault::EmptyCell {
                line,
                column: "login".into(),
            })
            .collect();
        let error = refused("liste.csv", &faults);
        assert_eq!(error.status(), ExitStatus::Usage);
        assert_eq!(error.code(), "file-empty-cell");
        assert_eq!(error.lines().len(), 21);
        let last = Localizer::new(Language::Fr).say(&error.lines()[20]);
        assert!(last.contains('3'), "{last}");
        let details = error.machine_details().expect("details");
        assert_eq!(details["faults"].as_array().map(Vec::len), Some(23));
        assert_eq!(refused("f", &faults[..20]).lines().len(), 20);
    }

    #[test]
    fn columns_are_named_as_a_spreadsheet_does() {
        assert_eq!(
            [1, 26, 27, 52, 703].map(letters),
            ["A", "Z", "AA", "AZ", "AAA"]
        );
    }
}
