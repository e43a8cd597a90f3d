//! The check of a row: ties two accounts and their names together, so that a file of which one column was sorted
//! alone is noticed.

use crate::domain::names::fold;
use sha2::{Digest, Sha256};

/// What is tied together of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side<'a> {
    /// The id as the row has it (`uid_a`, `uid_b`).
    pub uid: &'a str,
    /// Family name, as the directory has it.
    pub family: &'a str,
    /// Given name, as the directory has it.
    pub given: &'a str,
}

/// Letters that no spreadsheet takes for a number, a date or a formula, and that spell no word.
const LETTERS: &[u8; 20] = b"bcdfghjkmnpqrstvwxyz";

/// The check of two accounts, in either order: eight letters. Case and accents of names are aside, since the feed
/// may write them otherwise; another uid or another name gives another check, but for one case in 25 thousand
/// million.
pub fn check(a: Side<'_>, b: Side<'_>) -> String {
    let line = |side: Side<'_>| {
        let names = [fold(side.family), fold(side.given)];
        format!(
            "{}\u{0}{}\u{0}{}",
            side.uid.trim().to_lowercase(),
            names[0],
            names[1]
        )
    };
    let mut lines = [line(a), line(b)];
    lines.sort();
    let digest = Sha256::digest(lines.join("\u{1}").as_bytes());
    digest[..8]
        .iter()
        .zip(&digest[8..16])
        .map(|(x, y)| {
            let value = usize::from(*x) * 256 + usize::from(*y);
            char::from(LETTERS[value % LETTERS.len()])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn side<'a>(uid: &'a str, family: &'a str, given: &'a str) -> Side<'a> {
        Side { uid, family, given }
    }

    #[test]
    fn a_row_whose_columns_were_sorted_alone_has_another_check() {
        let (a, b, c) = (
            side("f1", "Dupont", "Léa"),
            side("f2", "DUPONT", "LEA"),
            side("f3", "Dupont", "Léa"),
        );
        assert_eq!(check(a, b), check(b, a), "either may be kept");
        assert_ne!(check(a, b), check(a, c), "another account of the same name");
        assert_ne!(check(a, b), check(a, side("f2", "Martin", "Léa")));
        assert_eq!(check(a, b), check(side("F1", "DUPONT", "Lea"), b));
    }

    proptest! {
        #[test]
        fn no_spreadsheet_changes_a_check(x in ".{0,12}", y in ".{0,12}") {
            let written = check(side(&x, &y, "a"), side(&y, &x, "b"));
            prop_assert_eq!(written.len(), 8);
            prop_assert!(written.bytes().all(|c| LETTERS.contains(&c)));
        }
    }
}
