//! Letters and digits that are not taken for one another.

use super::random::{Random, pick};

/// Left out: what looks like a digit or another letter (`i l o q s z`). Those that are the same shape
/// small and capital (`c`, `v`, `w`, `x`…) are here only small.
const SMALL: &[u8] = b"abcdefghjkmnprtuvwxy";
/// Capitals with a shape of their own; without `B I O Q S Z`, which look like digits.
const CAPITAL: &[u8] = b"ADEFGHJLMNRT";
/// Without 0 and 1.
const DIGITS: &[u8] = b"23456789";
/// Nine characters: 47.6 bits, and they fit a policy of ten at most.
pub(super) const FEWEST: usize = 9;

/// Draws a password of so many characters with at least one small letter, one capital and one digit,
/// each that [`bits`] counts equally likely.
pub(super) fn draw(characters: usize, random: &mut dyn Random) -> String {
    let alphabet = [SMALL, CAPITAL, DIGITS].concat();
    let mut password = String::with_capacity(characters);
    // Drawn anew as a whole: putting the missing kind somewhere would favour some passwords.
    loop {
        password.clear();
        password.extend((0..characters).map(|_| char::from(*pick(&alphabet, random))));
        let holds = |kind: &[u8]| password.bytes().any(|byte| kind.contains(&byte));
        if [SMALL, CAPITAL, DIGITS].into_iter().all(holds) {
            return password;
        }
    }
}

/// The exact entropy of so many characters (at least three): all sequences, less those without one of
/// the kinds (inclusion and exclusion).
pub(super) fn bits(characters: usize) -> f64 {
    space([SMALL.len(), CAPITAL.len(), DIGITS.len()], characters).log2()
}

/// How many sequences of three kinds of characters hold each kind.
fn space(kinds: [usize; 3], characters: usize) -> f64 {
    let sequences = |alphabet: usize| -> f64 {
        let power = i32::try_from(characters).unwrap_or(i32::MAX);
        f64::from(u32::try_from(alphabet).unwrap_or(u32::MAX)).powi(power)
    };
    let [a, b, c] = kinds;
    sequences(a + b + c) - sequences(a + b) - sequences(a + c) - sequences(b + c)
        + sequences(a)
        + sequences(b)
        + sequences(c)
}

#[cfg(test)]
mod tests {
    use super::super::random::tests::{Scripted, Seeded};
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_space_is_counted_right() {
        // Two kinds of one and one of two, four characters, listed.
        let kind = [0, 1, 2, 2];
        let mut count = 0_u32;
        for n in 0..256_usize {
            let kinds: BTreeSet<i32> = (0..4).map(|i| kind[n >> (2 * i) & 3]).collect();
            count += u32::from(kinds.len() == 3);
        }
        assert!((space([1, 1, 2], 4) - f64::from(count)).abs() < 1e-9);
        assert!(bits(FEWEST) > 45.0);
        assert!(bits(FEWEST - 1) < 45.0, "nine are needed");
    }

    #[test]
    fn the_whole_space_of_three_characters_is_drawn() {
        let mut random = Seeded(7);
        let drawn: BTreeSet<String> = (0..300_000).map(|_| draw(3, &mut random)).collect();
        let size = f64::from(u32::try_from(drawn.len()).expect("few"));
        assert!((size.log2() - bits(3)).abs() < 1e-9, "{size}");
    }

    #[test]
    fn no_sign_looks_like_another() {
        let alphabet = [SMALL, CAPITAL, DIGITS].concat();
        assert_eq!(alphabet.iter().collect::<BTreeSet<_>>().len(), 40);
        for one_of in ["0OoQ", "1lIi", "5Ss", "2Zz", "8B", "9qg"] {
            let held = alphabet
                .iter()
                .filter(|byte| one_of.contains(char::from(**byte)))
                .count();
            assert!(held <= 1 || one_of == "9qg" && held == 2, "{one_of}");
        }
        for small in SMALL.iter().filter(|s| b"ckpuvwxy".contains(s)) {
            assert!(!CAPITAL.contains(&small.to_ascii_uppercase()));
        }
    }

    #[test]
    fn a_kind_that_is_missing_is_drawn_anew() {
        // a a A is thrown away, a A 2 is kept.
        let mut random = Scripted(vec![0, 0, 20, 0, 20, 32]);
        assert_eq!(draw(3, &mut random), "aA2");
    }
}
