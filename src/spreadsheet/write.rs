//! Writing CSV for people and for their spreadsheets.

/// Separator of the files written: what a French spreadsheet expects.
const SEPARATOR: char = ';';

/// Writes a table: UTF-8 with a byte order mark, `;`, CRLF, quotes where needed. A cell that a
/// spreadsheet would run as a formula gets an apostrophe in front, which [`super::Table::read`] takes
/// off again. NUL, which no text file can hold, becomes U+FFFD.
///
/// The cells may be passwords: the buffer is sized first and never grows, so no copy of them is left
/// behind; wiping the result is up to the caller.
pub fn write_csv<C: AsRef<str>, R: AsRef<[D]>, D: AsRef<str>>(
    columns: &[C],
    rows: &[R],
) -> Vec<u8> {
    let header: Vec<&str> = columns.iter().map(AsRef::as_ref).collect();
    // A quoted cell at most doubles, NUL becomes three bytes; apostrophe, two quotes, separator: 4.
    let size = |cell: &str| cell.len() * 3 + 4;
    let body: usize = rows
        .iter()
        .map(|row| 2 + row.as_ref().iter().map(|c| size(c.as_ref())).sum::<usize>())
        .sum();
    let mut out = String::with_capacity(5 + header.iter().map(|c| size(c)).sum::<usize>() + body);
    out.push('\u{feff}');
    // The separator is guessed from the header, so nothing in it may look like another one.
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ');
    let quote_header = header.iter().any(|name| !name.chars().all(plain));
    write_row(&mut out, &header, quote_header);
    for row in rows {
        let cells = row.as_ref();
        // Without quotes such a row would be taken for one that a spreadsheet left over.
        let blank = cells.iter().all(|c| c.as_ref().trim().is_empty());
        write_row(&mut out, cells, blank);
    }
    out.into_bytes()
}

fn write_row<C: AsRef<str>>(out: &mut String, cells: &[C], quote_all: bool) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(SEPARATOR);
        }
        write_cell(out, cell.as_ref(), quote_all);
    }
    out.push_str("\r\n");
}

fn write_cell(out: &mut String, cell: &str, quote: bool) {
    let quote = quote
        || cell.contains([SEPARATOR, ',', '\t', '"', '\r', '\n'])
        || cell.trim().len() < cell.len();
    if quote {
        out.push('"');
    }
    if needs_apostrophe(cell) {
        out.push('\'');
    }
    for c in cell.chars() {
        match c {
            '"' => out.push_str("\"\""),
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    if quote {
        out.push('"');
    }
}

/// Characters that make a spreadsheet take a cell for a formula (OWASP, "CSV injection").
fn starts_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@') || c.is_control()
}

/// A formula, or a cell that reading would take for a defused one.
fn needs_apostrophe(cell: &str) -> bool {
    let mut chars = cell.chars();
    match (chars.next(), chars.next()) {
        (Some('\''), Some(second)) => second == '\'' || starts_formula(second),
        (Some(first), _) => starts_formula(first),
        (None, _) => false,
    }
}

/// The cell as it was before it was defused.
pub(super) fn undo_defusing(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with('\'') || rest.starts_with(starts_formula) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Table;
    use super::super::scan::{detect_separator, scan};
    use super::*;
    use encoding_rs::WINDOWS_1252;
    use proptest::prelude::*;

    fn text(columns: &[&str], rows: &[Vec<&str>]) -> String {
        String::from_utf8(write_csv(columns, rows)).expect("UTF-8")
    }

    #[test]
    fn written_as_a_french_spreadsheet_does() {
        assert_eq!(
            text(
                &["nom", "prénom"],
                &[vec!["L'Hôte; \"dit\"", "Léa"], vec!["", ""]]
            ),
            "\u{feff}nom;prénom\r\n\"L'Hôte; \"\"dit\"\"\";Léa\r\n\"\";\"\"\r\n"
        );
    }

    #[test]
    fn formulas_are_made_harmless() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+33", "'+33"),
            ("-1", "'-1"),
            ("@SUM", "'@SUM"),
            ("\tx", "\"'\tx\""),
            ("\r=1", "\"'\r=1\""),
            ("\u{7}", "'\u{7}"),
            ("'=1", "''=1"),
            ("''", "'''"),
            ("'", "'"),
            ("'t Hooft", "'t Hooft"),
            ("a=1", "a=1"),
        ] {
            assert_eq!(
                text(&["c"], &[vec![cell]]),
                format!("\u{feff}c\r\n{written}\r\n"),
                "{cell:?}"
            );
        }
    }

    #[test]
    fn a_header_cannot_mislead_the_reader() {
        for columns in [
            vec!["a,b,c", "d"],
            vec!["sep=", "x"],
            vec!["=1", "\u{feff}b"],
        ] {
            let table = Table::read(&write_csv(&columns, &[vec!["1", "2"]])).expect("reads");
            assert_eq!(table.columns, columns);
        }
    }

    #[test]
    fn the_buffer_never_grows() {
        let rows = vec![vec!["\"\"\"\"\0\0\0", "=\"", "'="]; 50];
        let written = write_csv(&["\"", "\"\"", "="], &rows);
        let bound = 5 + (5 * 3 + 3 * 4 - 3) + 50 * (2 + (7 + 2 + 2) * 3 + 3 * 4);
        assert!(written.capacity() <= bound, "{}", written.capacity());
    }

    /// Cells of every kind, those that spreadsheets stumble over first.
    fn cell() -> impl Strategy<Value = String> {
        prop_oneof![
            "['=+@\\-\t\r\n\u{1}]{0,3}[a-zéœ;,\" ]{0,4}",
            "[\"';,\t\r\n ]{0,5}",
            any::<String>().prop_map(|s| s.replace('\0', "")),
        ]
    }

    /// Text that Windows-1252 holds, an accented letter always before a plain one, as in French.
    fn french() -> impl Strategy<Value = String> {
        "([éèêëçàùïôœŒÉÀÇ€’«»][a-z;]|['=+@\\-\t\n\"; A-Za-z]){0,6}"
    }

    fn table(
        cell: impl Strategy<Value = String>,
    ) -> impl Strategy<Value = (Vec<String>, Vec<Vec<String>>)> {
        let cells = proptest::collection::vec(cell, 1..40);
        (1usize..5, cells).prop_filter_map("at least a row", |(width, cells)| {
            let columns = (0..width).map(|n| format!("col {n}")).collect();
            let rows: Vec<_> = cells.chunks_exact(width).map(<[_]>::to_vec).collect();
            (!rows.is_empty()).then_some((columns, rows))
        })
    }

    fn check(bytes: &[u8], columns: &[String], rows: &[Vec<String>]) -> Result<(), TestCaseError> {
        let read = Table::read(bytes).map_err(|f| TestCaseError::fail(format!("{f:?}")))?;
        prop_assert_eq!(&read.columns, columns);
        let cells: Vec<_> = read.rows.into_iter().map(|r| r.cells).collect();
        prop_assert_eq!(cells, rows);
        Ok(())
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back((columns, rows) in table(cell())) {
            check(&write_csv(&columns, &rows), &columns, &rows)?;
        }

        #[test]
        fn utf_16_reads_back((columns, rows) in table(cell())) {
            let written = String::from_utf8(write_csv(&columns, &rows)).expect("UTF-8");
            let little: Vec<u8> = written.encode_utf16().flat_map(u16::to_le_bytes).collect();
            check(&little, &columns, &rows)?;
            let big: Vec<u8> = written.encode_utf16().flat_map(u16::to_be_bytes).collect();
            check(&big, &columns, &rows)?;
        }

        #[test]
        fn windows_1252_and_bare_utf_16_read_back((columns, rows) in table(french())) {
            let written = String::from_utf8(write_csv(&columns, &rows)).expect("UTF-8");
            let text = written.trim_start_matches('\u{feff}');
            let (bytes, _, lost) = WINDOWS_1252.encode(text);
            prop_assert!(!lost);
            check(&bytes, &columns, &rows)?;
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            check(&little, &columns, &rows)?;
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            check(&big, &columns, &rows)?;
        }

        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Table::read(&bytes);
        }

        #[test]
        fn both_passes_agree_on_any_text(text in "[a;,\"\t\r\n' é]{0,40}") {
            let separator = detect_separator(&text);
            match (scan(&text, separator, 1), Table::read(text.as_bytes())) {
                (Ok(_), Ok(table)) => {
                    prop_assert!(table.rows.iter().all(|r| r.cells.len() == table.columns.len()));
                }
                (Err(fault), read) => prop_assert_eq!(read, Err(vec![fault])),
                (Ok(_), Err(faults)) => {
                    let quotes = faults.iter().any(|f| f.code() == "file-quotes");
                    prop_assert!(!quotes, "{:?}", faults);
                }
            }
        }
    }
}
