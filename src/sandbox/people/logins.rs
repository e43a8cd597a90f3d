//! Identifiers given to people: the opaque `uid`, the login, the key of the feed.

use std::collections::{HashMap, HashSet};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest login without the figures that tell namesakes apart.
const LONGEST: usize = 30;

/// Gives each person a login of their own: `prenom.nom`, then `prenom.nom2` and so on.
#[derive(Debug, Default)]
pub(super) struct Logins {
    taken: HashSet<String>,
    next: HashMap<String, u32>,
}

impl Logins {
    pub(super) fn give(&mut self, given: &str, family: &str) -> String {
        let mut base = format!("{}.{}", plain(given), plain(family));
        base.truncate(LONGEST);
        if self.taken.insert(base.clone()) {
            return base;
        }
        let next = self.next.entry(base.clone()).or_insert(2);
        loop {
            let login = format!("{base}{next}");
            *next += 1;
            if self.taken.insert(login.clone()) {
                return login;
            }
        }
    }
}

/// Lower-case ASCII letters, digits and hyphens: accents are taken off, blanks and apostrophes left out.
pub(super) fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.nfd().filter(|c| !is_combining_mark(*c)) {
        match c.to_ascii_lowercase() {
            'œ' | 'Œ' => out.push_str("oe"),
            'æ' | 'Æ' => out.push_str("ae"),
            'ł' | 'Ł' => out.push('l'),
            'ß' => out.push_str("ss"),
            c if c.is_ascii_alphanumeric() || c == '-' => out.push(c),
            _ => {}
        }
    }
    out
}

/// The opaque `uid` of the nth person: `F26` and five letters or digits, none of them look-alikes. No two
/// `n` below 2^25 give the same one, for an odd factor permutes the numbers modulo a power of two.
pub(super) fn uid(n: u32) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    const MASK: u32 = (1 << 25) - 1;
    let mut rest = n.wrapping_mul(0x0135_1edb).wrapping_add(0x00ab_cdef) & MASK;
    let mut uid = String::from("F26");
    for _ in 0..5 {
        uid.push(char::from(ALPHABET[(rest % 32) as usize]));
        rest /= 32;
    }
    uid
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn logins_are_plain_and_namesakes_are_told_apart() {
        let mut logins = Logins::default();
        assert_eq!(logins.give("Léa", "Dupont"), "lea.dupont");
        assert_eq!(logins.give("Lea", "DUPONT"), "lea.dupont2");
        assert_eq!(logins.give("Léa", "Dupont"), "lea.dupont3");
        assert_eq!(logins.give("Maël", "Œuvrard"), "mael.oeuvrard");
        assert_eq!(logins.give("Chloé", "N'Guyen"), "chloe.nguyen");
        assert_eq!(
            logins.give("Jean-Baptiste", "de La Tour"),
            "jean-baptiste.delatour"
        );
    }

    proptest! {
        #[test]
        fn no_two_people_share_a_login(names in proptest::collection::vec(("[A-Cé]{1,2}", "[a-c2]{0,2}"), 1..60)) {
            let mut logins = Logins::default();
            let mut seen = HashSet::new();
            for (given, family) in names {
                let login = logins.give(&given, &family);
                prop_assert!(login.is_ascii());
                prop_assert!(seen.insert(login));
            }
        }

        #[test]
        fn no_two_numbers_share_a_uid(a in 0_u32..1 << 25, b in 0_u32..1 << 25) {
            prop_assert_eq!(a == b, uid(a) == uid(b));
        }
    }
}
