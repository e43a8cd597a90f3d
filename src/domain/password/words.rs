//! French words joined by hyphens.
//!
//! The list is the French one of BIP 39: 2,048 words of five to eight letters, chosen to be inoffensive,
//! told apart by their first four letters even without accents.

use super::random::{Random, pick};
use crate::domain::names::fold;

/// Entropy of a word: one of 2,048.
pub(super) const BITS: f64 = 11.0;
/// Never fewer words than these.
const FEWEST: usize = 3;
/// Letters of the shortest and of the longest word of the list.
const SHORTEST_WORD: usize = 5;
const LONGEST_WORD: usize = 8;

/// Length of the shortest password of so many words.
pub(super) fn shortest(words: usize) -> usize {
    words.saturating_mul(SHORTEST_WORD + 1) - 1
}

/// Length of the longest password of so many words.
pub(super) fn longest(words: usize) -> usize {
    words.saturating_mul(LONGEST_WORD + 1) - 1
}

/// How many words make the shortest password as long as asked.
pub(super) fn parts_for(minimum_length: usize) -> usize {
    minimum_length
        .saturating_add(1)
        .div_ceil(SHORTEST_WORD + 1)
        .max(FEWEST)
}

/// Draws the words and joins them.
pub(super) fn draw(words: usize, random: &mut dyn Random) -> String {
    let list = bip39::Language::French.word_list();
    // Room for all at once: a string that grew would leave copies of the password behind.
    let mut password = String::with_capacity(longest(words));
    for i in 0..words {
        if i > 0 {
            password.push('-');
        }
        password.push_str(&fold(pick::<&str>(list, random)));
    }
    password
}

#[cfg(test)]
mod tests {
    use super::super::random::tests::Scripted;
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_list_is_what_the_entropy_says() {
        let words: BTreeSet<String> = bip39::Language::French
            .word_list()
            .iter()
            .map(|word| fold(word))
            .collect();
        assert_eq!(words.len(), 2048, "different even without accents");
        assert!(
            words
                .iter()
                .all(|word| word.bytes().all(|b| b.is_ascii_lowercase()))
        );
        let lengths: BTreeSet<usize> = words.iter().map(String::len).collect();
        assert_eq!(lengths.first(), Some(&SHORTEST_WORD));
        assert_eq!(lengths.last(), Some(&LONGEST_WORD));
        let beginnings: BTreeSet<&str> = words.iter().map(|word| &word[..4]).collect();
        assert_eq!(beginnings.len(), 2048);
    }

    #[test]
    fn words_are_drawn_by_number() {
        let drawn = draw(3, &mut Scripted(vec![0, 18, 2047]));
        assert_eq!(drawn, "abaisser-academie-zoologie");
    }

    #[test]
    fn lengths_count_the_hyphens() {
        assert_eq!((shortest(3), longest(3)), (17, 26));
        assert_eq!(parts_for(0), 3);
        assert_eq!(parts_for(17), 3);
        assert_eq!(parts_for(18), 4);
    }
}
