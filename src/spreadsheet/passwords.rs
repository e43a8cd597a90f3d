//! Passwords that a school imposes (`--password-from FILE`).

use super::column::Column;
use super::fault::TableFault;
use super::table::Table;
use super::targets::{Given, read_targets};
use crate::domain::secret::Password;
use std::mem;
use zeroize::Zeroize;

/// One row: an account and the password it shall have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenPassword {
    /// Line of the file, from 1.
    pub line: u64,
    /// The account it means.
    pub given: Given,
    /// The password, as it stands in the cell.
    pub password: Password,
}

/// Reads a list of accounts (columns as in [`read_targets`]) with a password column. Takes the table and
/// wipes that column.
///
/// # Errors
/// As [`read_targets`], and for every password that is empty or that nobody could type. No error holds a
/// password, not even where the header is missing and the first row stands in its place.
pub fn read_passwords(mut table: Table) -> Result<Vec<GivenPassword>, Vec<TableFault>> {
    let result = read(&mut table);
    // Whatever went wrong: a file without a header, or with the passwords in another column.
    table
        .rows
        .iter_mut()
        .flat_map(|row| row.cells.iter_mut())
        .chain(table.columns.iter_mut())
        .for_each(Zeroize::zeroize);
    result
}

fn read(table: &mut Table) -> Result<Vec<GivenPassword>, Vec<TableFault>> {
    let mut faults = Vec::new();
    let column = table
        .want(Column::Password)
        .map_err(|f| faults.push(f))
        .ok();
    let targets = read_targets(table).unwrap_or_else(|found| {
        faults.extend(found);
        Vec::new()
    });
    if let Some(column) = column {
        for row in &table.rows {
            match row.cells.get(column).map_or("", String::as_str) {
                "" => faults.push(TableFault::EmptyCell {
                    line: row.line,
                    column: table.columns[column].clone(),
                }),
                cell if cell.trim() != cell || cell.chars().any(char::is_control) => {
                    faults.push(TableFault::UnusablePassword { line: row.line });
                }
                _ => {}
            }
        }
    }
    let (Some(column), true) = (column, faults.is_empty()) else {
        hide_unknown_columns(&mut faults);
        faults.sort_by_key(TableFault::line);
        return Err(faults);
    };
    // Without faults there is one target a row, in order.
    Ok(targets
        .into_iter()
        .zip(&mut table.rows)
        .map(|(target, row)| GivenPassword {
            line: target.line,
            given: target.given,
            password: Password::new(mem::take(&mut row.cells[column])),
        })
        .collect())
}

/// A file without a header has an account and its password in the first line: names that are no
/// column's are not repeated.
fn hide_unknown_columns(faults: &mut [TableFault]) {
    for fault in faults {
        if let TableFault::MissingColumn { found, .. } = fault {
            found.retain(|name| {
                let header = [name.clone()];
                Column::ALL.iter().any(|c| c.position(&header).is_some())
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, Localizer};

    fn read(file: &str) -> Result<Vec<GivenPassword>, Vec<TableFault>> {
        read_passwords(Table::read(file.as_bytes()).expect("a table"))
    }

    #[test]
    fn passwords_are_read_as_they_stand() {
        let given = read("Identifiant;Mot de passe\nlea;a;\n\nbob;\"x;\"\"y z\"\n").expect("reads");
        let plain: Vec<_> = given
            .iter()
            .map(|g| (g.line, g.given.text(), g.password.expose()))
            .collect();
        assert_eq!(plain, [(2, "lea", "a"), (4, "bob", "x;\"y z")]);
    }

    #[test]
    fn faults_of_both_columns_come_in_the_order_of_the_file() {
        assert_eq!(
            read("login;mdp\nlea;\nbob; x\nzoe;ok\nLEA;a\tb\n"),
            Err(vec![
                TableFault::EmptyCell {
                    line: 2,
                    column: "mdp".into()
                },
                TableFault::UnusablePassword { line: 3 },
                TableFault::Repeated {
                    line: 5,
                    first: 2,
                    given: "LEA".into()
                },
                TableFault::UnusablePassword { line: 5 },
            ])
        );
    }

    #[test]
    fn a_missing_header_does_not_give_a_password_away() {
        let faults = read("lea.dupont;abricot-42\nbob;cerise-17\n").expect_err("refused");
        let localizer = Localizer::new(Language::Fr);
        let error = super::super::refused("mdp.csv", &faults);
        let told: String = error.lines().iter().map(|l| localizer.say(l)).collect();
        assert!(!told.contains("abricot"), "{told}");
        assert!(!format!("{error:?} {faults:?}").contains("abricot"));
        assert!(told.contains("mot de passe"), "{told}");
    }
}
