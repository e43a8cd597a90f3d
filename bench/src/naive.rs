//! The rule that one would write in an afternoon: the same name, and the same mail or the same mobile.

use crate::ldif::Attributes;
use crate::spelling::plain;
use crate::truth::{Pair, pair};
use std::collections::{BTreeMap, BTreeSet};

/// Gathers entries, then answers with the pairs.
#[derive(Debug, Clone, Default)]
pub struct Naive {
    /// Entries by name and contact.
    groups: BTreeMap<(String, String), Vec<String>>,
}

impl Naive {
    /// Takes an entry; what is no grown-up is left aside.
    pub fn take(&mut self, entry: &Attributes) {
        let first = |name: &str| {
            entry
                .get(name)
                .and_then(|values| values.first())
                .map(String::as_str)
        };
        let relative = entry.get("objectclass").is_some_and(|c| {
            c.iter()
                .any(|c| c.eq_ignore_ascii_case("ENTAuxPersRelEleve"))
        });
        let (Some(uid), Some(sn), true) = (first("uid"), first("sn"), relative) else {
            return;
        };
        let name = format!(
            "{}|{}",
            folded(sn),
            folded(first("givenname").unwrap_or_default())
        );
        let contacts = [
            first("mail").map(str::to_lowercase),
            first("mobile").map(number),
        ];
        for contact in contacts.into_iter().flatten() {
            self.groups
                .entry((name.clone(), contact))
                .or_default()
                .push(uid.to_owned());
        }
    }

    /// The pairs.
    pub fn pairs(&self) -> BTreeSet<Pair> {
        let mut pairs = BTreeSet::new();
        for group in self.groups.values() {
            for (at, a) in group.iter().enumerate() {
                pairs.extend(
                    group[at + 1..]
                        .iter()
                        .filter(|b| *b != a)
                        .map(|b| pair(a, b)),
                );
            }
        }
        pairs
    }
}

/// Without accents, case, blanks and hyphens.
fn folded(name: &str) -> String {
    plain(name)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// The last nine digits: `06 12…` and `+33 6 12…` are one number.
fn number(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(9)..].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(uid: &str, sn: &str, given: &str, mail: &str, mobile: &str) -> Attributes {
        [
            ("objectclass", "ENTAuxPersRelEleve"),
            ("uid", uid),
            ("sn", sn),
            ("givenname", given),
            ("mail", mail),
            ("mobile", mobile),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), vec![value.to_owned()]))
        .collect()
    }

    #[test]
    fn the_same_name_and_one_contact_make_a_pair() {
        let mut naive = Naive::default();
        for one in [
            entry("a", "LE GALL", "Éric", "", "06 11 22 33 44"),
            entry("b", "Le Gall", "Eric", "x@y.fr", "+33 (0)6 11 22 33 44"),
            entry("c", "Legall", "eric", "X@Y.fr", ""),
            entry("d", "Le Gall", "Erik", "x@y.fr", "0611223344"),
            entry("e", "Le Gall", "Éric", "", ""),
        ] {
            naive.take(&one);
        }
        let pairs: Vec<Pair> = naive.pairs().into_iter().collect();
        assert_eq!(pairs, [pair("a", "b"), pair("b", "c")]);
    }
}
