//! Where records begin and end: the separator, true line numbers, and quotes that do not match.
//!
//! The `csv` crate cuts records into cells, but it forgives a quote that never closes, counts only
//! `\n`, and gives a record after blank lines the line of the first blank one. This pass finds those.

use super::fault::TableFault;

/// One record: the line it begins on, from 1, and its bytes without the line end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) start: usize,
    /// Nothing but separators and white space, outside quotes.
    pub(super) blank: bool,
}

/// Takes Excel's leading `sep=;` line off. Gives the separator it names, the text after it, and the
/// number of the line that text begins on.
pub(super) fn separator_line(text: &str) -> (Option<u8>, &str, u64) {
    if text
        .get(..4)
        .is_some_and(|s| s.eq_ignore_ascii_case("sep="))
    {
        let rest = &text[4..];
        let mut chars = rest.chars();
        if let Some(separator @ (';' | ',' | '\t')) = chars.next() {
            let after = chars.as_str();
            for end in ["\r\n", "\n", "\r"] {
                if let Some(body) = after.strip_prefix(end) {
                    return (Some(separator as u8), body, 2);
                }
            }
        }
    }
    (None, text, 1)
}

/// The separator of the first line that is not blank: the most frequent of `;`, `,` and tab outside
/// quotes, in this order where they are even. A single column has none, which reads the same with any.
pub(super) fn detect_separator(text: &str) -> u8 {
    let mut counts = [(b';', 0usize), (b',', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (_, count) in counts.iter_mut().filter(|(s, _)| *s == byte) {
                    *count += 1;
                }
            }
        }
    }
    // max_by_key would take the last of equals.
    counts.reverse();
    counts
        .iter()
        .max_by_key(|(_, count)| *count)
        .map_or(b';', |(s, _)| *s)
}

enum State {
    CellStart,
    Plain,
    Quoted { opened: u64 },
    QuoteEnd,
}

/// Finds every record that is not an empty line.
///
/// # Errors
/// A quote that never closes, text after a closing quote, or a last line without its end. Nothing after
/// such a place can be trusted, so there is only ever one of them.
pub(super) fn scan(text: &str, separator: u8, first_line: u64) -> Result<Vec<Record>, TableFault> {
    let bytes = text.as_bytes();
    let mut records = Vec::new();
    let mut line = first_line;
    let mut at = 0;
    while at < bytes.len() {
        if let Some(width) = line_end(bytes, at) {
            at += width;
            line += 1;
            continue;
        }
        let (start, begins_on) = (at, line);
        let mut state = State::CellStart;
        let mut cells = 1;
        loop {
            let Some(&byte) = bytes.get(at) else {
                return Err(match state {
                    State::Quoted { opened } => TableFault::UnclosedQuote { line: opened },
                    _ => TableFault::Cut { line },
                });
            };
            let end = line_end(bytes, at);
            if let (State::Quoted { .. }, Some(width)) = (&state, end) {
                line += 1;
                at += width;
                continue;
            }
            if let Some(width) = end {
                records.push(Record {
                    line: begins_on,
                    start,
                    blank: is_blank(&text[start..at], separator),
                });
                at += width;
                line += 1;
                break;
            }
            state = match state {
                State::CellStart if byte == b'"' => State::Quoted { opened: line },
                State::CellStart | State::Plain | State::QuoteEnd if byte == separator => {
                    cells += 1;
                    State::CellStart
                }
                State::CellStart | State::Plain => State::Plain,
                State::Quoted { .. } if byte == b'"' => State::QuoteEnd,
                State::Quoted { opened } => State::Quoted { opened },
                State::QuoteEnd if byte == b'"' => State::Quoted { opened: line },
                State::QuoteEnd => return Err(TableFault::TextAfterQuote { line, cell: cells }),
            };
            at += 1;
        }
    }
    Ok(records)
}

fn line_end(bytes: &[u8], at: usize) -> Option<usize> {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => Some(2),
        (Some(b'\r' | b'\n'), _) => Some(1),
        _ => None,
    }
}

fn is_blank(record: &str, separator: u8) -> bool {
    record
        .chars()
        .all(|c| c == char::from(separator) || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_that_of_the_header() {
        for (text, expected) in [
            ("nom;prénom\na,b,c;d\n", b';'),
            ("nom,prénom\n", b','),
            ("nom\tprénom, usuel\tclasse\n", b'\t'),
            ("\r\n\"a,b,c\";d\n", b';'),
            ("a,b;c\n", b';'),
            ("login\n", b';'),
        ] {
            assert_eq!(detect_separator(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_line_of_excel_names_the_separator() {
        assert_eq!(
            separator_line("sep=,\r\na,b;c\r\n"),
            (Some(b','), "a,b;c\r\n", 2)
        );
        assert_eq!(separator_line("SEP=\t\na\n"), (Some(b'\t'), "a\n", 2));
        assert_eq!(separator_line("sep=;a\n"), (None, "sep=;a\n", 1));
        assert_eq!(separator_line("é"), (None, "é", 1));
    }

    #[test]
    fn records_keep_their_physical_line() {
        let text = "a;b\r\n\r\n\n\"x\r\ny\nz\";2\r3;\"4\"\"\"\n;;\n";
        let lines: Vec<(u64, bool)> = scan(text, b';', 1)
            .expect("scans")
            .iter()
            .map(|r| (r.line, r.blank))
            .collect();
        assert_eq!(lines, [(1, false), (4, false), (7, false), (8, true)]);
    }

    #[test]
    fn broken_quotes_and_cut_files_are_found() {
        assert_eq!(
            scan("a\nb\n\"c\nd\n", b';', 1),
            Err(TableFault::UnclosedQuote { line: 3 })
        );
        assert_eq!(
            scan("a;b\n1;\"x\" y\n", b';', 1),
            Err(TableFault::TextAfterQuote { line: 2, cell: 2 })
        );
        assert_eq!(scan("a;b\n1;2", b';', 1), Err(TableFault::Cut { line: 2 }));
        assert_eq!(
            scan("a;b\n1;\"2\"", b';', 1),
            Err(TableFault::Cut { line: 2 })
        );
        assert!(scan("a;b\n5\" de diagonale;c\n", b';', 1).is_ok());
    }
}
