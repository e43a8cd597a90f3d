//! How names are misspelled.

use crate::chance::Chance;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Without accents, lower case.
pub fn plain(text: &str) -> String {
    without_accents(text).to_lowercase()
}

/// Without accents; ligatures in two letters.
pub fn without_accents(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(|c| match c {
            'œ' => vec!['o', 'e'],
            'Œ' => vec!['O', 'E'],
            'æ' => vec!['a', 'e'],
            other => vec![other],
        })
        .collect()
}

/// Rows of a French keyboard.
const KEYS: [&str; 3] = ["azertyuiop", "qsdfghjklm", "wxcvbn"];

/// The letter beside, if it is one of the keyboard's.
fn neighbour(chance: &mut Chance, letter: char) -> Option<char> {
    let row: Vec<char> = KEYS
        .iter()
        .find(|row| row.contains(letter))?
        .chars()
        .collect();
    let at = row.iter().position(|c| *c == letter)?;
    let beside: Vec<char> = [at.checked_sub(1), Some(at + 1)]
        .into_iter()
        .flatten()
        .filter_map(|at| row.get(at).copied())
        .collect();
    Some(*chance.one(&beside))
}

/// One slip of the finger: the key beside, two letters swapped, one doubled, one left out. Words shorter than
/// four letters, and those where the slip would change nothing, come back as they are.
pub fn typo(chance: &mut Chance, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    // The first letter is hardly ever wrong: it is looked at.
    let places: Vec<usize> = (1..letters.len())
        .filter(|at| letters[*at].is_alphabetic())
        .collect();
    if places.len() < 3 {
        return text.to_owned();
    }
    let at = *chance.one(&places);
    match chance.number(0, 3) {
        0 => {
            let lower = letters[at].to_lowercase().next().unwrap_or(letters[at]);
            let Some(beside) = neighbour(chance, lower) else {
                return text.to_owned();
            };
            letters[at] = if letters[at].is_uppercase() {
                beside.to_ascii_uppercase()
            } else {
                beside
            };
        }
        1 if at + 1 < letters.len() && letters[at + 1].is_alphabetic() => letters.swap(at, at + 1),
        2 => letters.insert(at, letters[at]),
        _ => {
            letters.remove(at);
        }
    }
    letters.into_iter().collect()
}

/// The hyphens and blanks otherwise: a blank for a hyphen, a hyphen for a blank, or nothing.
pub fn rejoined(chance: &mut Chance, text: &str) -> String {
    let to = *chance.weighted(&[(" ", 5), ("-", 3), ("", 2)]);
    text.replace([' ', '-'], to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_and_ligatures_go() {
        assert_eq!(
            without_accents("Cœur d'Éléonore Noël"),
            "Coeur d'Eleonore Noel"
        );
        assert_eq!(plain("ÉLISE"), "elise");
    }

    proptest! {
        #[test]
        fn a_typo_is_one_slip(seed: u64, word in "[A-Z][a-zé]{3,12}") {
            let wrong = typo(&mut Chance::new(seed), &word);
            let (long, short) = (word.chars().count(), wrong.chars().count());
            prop_assert!(long.abs_diff(short) <= 1, "{word} {wrong}");
            prop_assert_eq!(word.chars().next(), wrong.chars().next());
        }

        #[test]
        fn only_what_stands_between_changes(seed: u64, word in "[a-z]{1,6}([ -][a-z]{1,6}){0,2}") {
            let other = rejoined(&mut Chance::new(seed), &word);
            let letters = |t: &str| t.chars().filter(|c| c.is_alphabetic()).collect::<String>();
            prop_assert_eq!(letters(&word), letters(&other));
        }
    }
}
