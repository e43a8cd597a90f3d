//! Syllables that can be pronounced: a consonant and a vowel.

use super::random::{Random, pick};

/// Without `l`, which looks like `1` and `I`, and without those that are hard to say before every vowel
/// (`q`, `w`, `x`).
const CONSONANTS: [char; 16] = [
    'b', 'c', 'd', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p', 'r', 's', 't', 'v', 'z',
];
/// Without `i` and `o`, which look like `1` and `0`.
const VOWELS: [char; 4] = ['a', 'e', 'u', 'y'];
/// Two syllables that must not stand together on a slip for a child.
const UNWANTED: [&str; 12] = [
    "bete", "byte", "caca", "kaka", "naze", "nazy", "pede", "puta", "pute", "suce", "tare", "zyzy",
];
/// Six syllables of 64, the unwanted left out: 35.9 bits.
pub(super) const FEWEST_SYLLABLES: usize = 6;

/// Draws a password of so many syllables, each that [`bits`] counts equally likely.
pub(super) fn draw(syllables: usize, random: &mut dyn Random) -> String {
    let mut password = String::with_capacity(syllables * 2);
    // Drawn anew as a whole: mending one syllable would make some passwords likelier than others.
    loop {
        password.clear();
        for _ in 0..syllables {
            password.push(*pick(&CONSONANTS, random));
            password.push(*pick(&VOWELS, random));
        }
        // Consonants and vowels alternate, so a pair can only stand at a syllable's beginning.
        if !UNWANTED.iter().any(|pair| password.contains(pair)) {
            return password;
        }
    }
}

/// The exact entropy of so many syllables: how many sequences hold no unwanted pair, counted syllable by
/// syllable from how many sequences end in each.
pub(super) fn bits(syllables: usize) -> f64 {
    let all: Vec<String> = CONSONANTS
        .iter()
        .flat_map(|c| VOWELS.iter().map(move |v| format!("{c}{v}")))
        .collect();
    let mut ending_in = vec![1.0_f64; all.len()];
    for _ in 1..syllables {
        let total: f64 = ending_in.iter().sum();
        ending_in = all
            .iter()
            .map(|last| {
                let lost: f64 = all
                    .iter()
                    .zip(&ending_in)
                    .filter(|(before, _)| UNWANTED.contains(&format!("{before}{last}").as_str()))
                    .map(|(_, count)| count)
                    .sum();
                total - lost
            })
            .collect();
    }
    ending_in.iter().sum::<f64>().log2()
}

#[cfg(test)]
mod tests {
    use super::super::random::tests::{Scripted, Seeded};
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_entropy_counts_the_space() {
        // Every sequence of three syllables, listed.
        let mut count = 0_u32;
        let all: Vec<String> = CONSONANTS
            .iter()
            .flat_map(|c| VOWELS.iter().map(move |v| format!("{c}{v}")))
            .collect();
        for a in &all {
            for b in &all {
                for c in &all {
                    let password = format!("{a}{b}{c}");
                    count += u32::from(!UNWANTED.iter().any(|pair| password.contains(pair)));
                }
            }
        }
        assert!((bits(3) - f64::from(count).log2()).abs() < 1e-9);
        assert!((bits(1) - 6.0).abs() < 1e-9);
        assert!(bits(FEWEST_SYLLABLES) > 35.9);
    }

    #[test]
    fn the_whole_space_of_two_syllables_is_drawn() {
        let mut random = Seeded(1);
        let drawn: BTreeSet<String> = (0..100_000).map(|_| draw(2, &mut random)).collect();
        let size = f64::from(u32::try_from(drawn.len()).expect("few"));
        assert!((size.log2() - bits(2)).abs() < 1e-9, "{size}");
    }

    #[test]
    fn an_unwanted_word_is_drawn_anew() {
        // c-a c-a is thrown away, b-a b-e is kept.
        let mut random = Scripted(vec![1, 0, 1, 0, 0, 0, 0, 1]);
        assert_eq!(draw(2, &mut random), "babe");
    }

    #[test]
    fn no_letter_looks_like_another_sign() {
        for c in CONSONANTS.iter().chain(&VOWELS) {
            assert!(!"ilo".contains(*c));
        }
    }
}
