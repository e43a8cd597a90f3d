//! How the mail of each account is to be (`mail sync`): the cells as they stand, with their line.

use super::fault::TableFault;
use super::table::{Row, Table};

/// Names of the columns, the canonical one first.
const REDIRECT: [&str; 4] = [
    "redirect",
    "redirection",
    "adresse de redirection",
    "redirect address",
];
const KEEP_COPY: [&str; 4] = ["keep_copy", "garder une copie", "copie", "copy"];
const RECOVERY: [&str; 3] = ["recovery", "adresse de secours", "recovery address"];

/// What a row says, cell by cell; empty: as it is, `-`: away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desired {
    /// Line of the file, from 1.
    pub line: u64,
    /// Where mail is to go.
    pub redirect: String,
    /// Whether a copy stays.
    pub keep_copy: String,
    /// The recovery address.
    pub recovery: String,
}

/// Reads what each row says; in the order of the rows.
///
/// # Errors
/// None of the columns is there.
pub fn read_desired(table: &Table) -> Result<Vec<Desired>, TableFault> {
    let place = |names: &[&str]| names.iter().find_map(|name| table.named(name));
    let (redirect, keep_copy, recovery) = (place(&REDIRECT), place(&KEEP_COPY), place(&RECOVERY));
    if redirect.is_none() && keep_copy.is_none() && recovery.is_none() {
        table.want_named(REDIRECT[0])?;
    }
    let cell = |row: &Row, at: Option<usize>| at.map_or("", |at| row.trimmed(at)).to_owned();
    Ok(table
        .rows
        .iter()
        .map(|row| Desired {
            line: row.line,
            redirect: cell(row, redirect),
            keep_copy: cell(row, keep_copy),
            recovery: cell(row, recovery),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_taken_as_they_stand() {
        let table = Table::read(b"login;Adresse de redirection;Copie\na; a@x.fr ;oui\nb;-;\n")
            .expect("table");
        let rows = read_desired(&table).expect("rows");
        assert_eq!(
            (rows[0].redirect.as_str(), rows[0].keep_copy.as_str()),
            ("a@x.fr", "oui")
        );
        assert_eq!((rows[1].line, rows[1].redirect.as_str()), (3, "-"));
        assert_eq!(rows[1].recovery, "");
        let other = Table::read(b"login;x\na;1\n").expect("table");
        assert_eq!(
            read_desired(&other).expect_err("refused").code(),
            "file-missing-column"
        );
    }
}
