//! Telephones, mail addresses and postal addresses, brought to what is compared.

use super::person::mark;
use super::sound::sound;
use crate::domain::correction::phone;
use crate::domain::names::fold;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// A number in any French notation as its international digits; `None` for what is none.
pub(super) fn phone_number(typed: &str) -> Option<u64> {
    let number = phone::everyday(typed).or_else(|| any_number(typed))?;
    // 0600000000, 0123456789: typed to fill a field.
    let subscriber = number % 100_000_000;
    let filled = subscriber % 11_111_111 == 0;
    (!filled && subscriber != 23_456_789 && subscriber != 12_345_678).then_some(number)
}

fn any_number(typed: &str) -> Option<u64> {
    let plain: String = typed
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, '+' | '(' | ')'))
        .collect();
    let stored = phone::normalise(&plain).or_else(|| {
        // A spreadsheet took the leading zero away.
        (plain.len() == 9).then(|| phone::normalise(&format!("0{plain}")))?
    })?;
    let digits: String = stored.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Whether a number is a mobile's, by the numbering plan of the Arcep.
pub(super) fn is_mobile(number: u64) -> bool {
    let mut begin = number;
    while begin >= 1_000_000 {
        begin /= 10;
    }
    let overseas = [
        262_692, 262_693, 262_639, 590_690, 590_691, 594_694, 596_696, 596_697,
    ];
    overseas.contains(&begin) || {
        while begin >= 1_000 {
            begin /= 10;
        }
        matches!(begin, 336 | 337)
    }
}

/// Domains where dots in the name mean nothing.
const DOTS_MEAN_NOTHING: [&str; 2] = ["gmail.com", "googlemail.com"];

/// What a mail address is compared by: without case, without what follows a `+`, at Google without dots.
pub(super) fn mail_mark(typed: &str) -> Option<u64> {
    let typed = typed.trim().to_lowercase();
    let (name, domain) = typed.rsplit_once('@')?;
    let name = name.split('+').next().unwrap_or(name);
    if name.is_empty() || !domain.contains('.') {
        return None;
    }
    if DOTS_MEAN_NOTHING.contains(&domain) {
        return Some(mark(b'm', &[&name.replace('.', ""), "gmail.com"]));
    }
    Some(mark(b'm', &[name, domain]))
}

/// What a slip of the hand leaves of a mail address: two bits for each letter of the alphabet, how often it stands
/// there, and twelve for what must be the same: the first letter (`leroux.malo` and `malo.leroux` are two), the
/// digits, and the domain.
pub(super) fn mail_shape(typed: &str) -> u64 {
    let typed = typed.trim().to_lowercase();
    let (name, domain) = typed.rsplit_once('@').unwrap_or((&typed, ""));
    let name = name.split('+').next().unwrap_or(name);
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    let first = name.get(..1).unwrap_or("");
    let mut shape = mark(b'h', &[first, &digits, domain]) << 52;
    for letter in name.bytes().filter(u8::is_ascii_lowercase) {
        let at = 2 * u32::from(letter - b'a');
        let count = (shape >> at) & 3;
        shape = (shape & !(3 << at)) | (((count + 1) & 3) << at);
    }
    shape
}

/// Whether two shapes are a slip apart: one letter more or less, or one for another. Two letters swapped leave
/// the shape as it is.
pub(super) fn shapes_near(a: u64, b: u64) -> bool {
    if a >> 52 != b >> 52 {
        return false;
    }
    let mut steps = 0;
    for at in (0..52).step_by(2) {
        let (x, y) = ((a >> at) & 3, (b >> at) & 3);
        let step = (x + 4 - y) & 3;
        steps += step.min(4 - step);
    }
    steps <= 2
}

/// Whether two numbers are a slip apart: one digit, or two neighbours swapped. Of two that differ in the last digit
/// alone no slip is concluded: operators sell a family numbers in a row.
pub(super) fn numbers_near(a: u64, b: u64) -> bool {
    if a.abs_diff(b) < 10 {
        return false;
    }
    let (mut x, mut y) = (a, b);
    // The digits that differ, from the end: the place, and both digits.
    let mut first: Option<(u32, u64, u64)> = None;
    let mut second: Option<(u32, u64, u64)> = None;
    let mut place = 0;
    while x > 0 || y > 0 {
        if (x == 0) != (y == 0) {
            // One has more digits.
            return false;
        }
        let (m, n) = (x % 10, y % 10);
        if m != n {
            match (first, second) {
                (None, _) => first = Some((place, m, n)),
                (_, None) => second = Some((place, m, n)),
                _ => return false,
            }
        }
        (x, y, place) = (x / 10, y / 10, place + 1);
    }
    match (first, second) {
        (Some(_), None) => true,
        (Some((at, m, n)), Some((behind, k, l))) => at + 1 == behind && (m, n) == (l, k),
        (None, _) => false,
    }
}

/// Kinds of street, written out and short: they say little and are written in many ways.
static STREETS: LazyLock<HashSet<&str>> = LazyLock::new(|| HashSet::from(STREET_WORDS));
/// The words of [`STREETS`].
const STREET_WORDS: [&str; 38] = [
    "rue",
    "r",
    "avenue",
    "av",
    "ave",
    "boulevard",
    "bd",
    "bld",
    "boul",
    "chemin",
    "ch",
    "che",
    "chem",
    "route",
    "rte",
    "impasse",
    "imp",
    "allee",
    "allees",
    "all",
    "place",
    "pl",
    "quai",
    "cours",
    "crs",
    "square",
    "sq",
    "passage",
    "pas",
    "sentier",
    "ruelle",
    "lotissement",
    "lot",
    "hameau",
    "residence",
    "res",
    "cite",
    "montee",
];
/// Words that begin what stands within a house.
const WITHIN: [&str; 16] = [
    "appartement",
    "appt",
    "apt",
    "app",
    "batiment",
    "bat",
    "bt",
    "escalier",
    "esc",
    "etage",
    "porte",
    "bp",
    "hall",
    "entree",
    "logement",
    "log",
];

/// Where somebody lives, as marks; 0 for what is not known.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Home {
    /// The house.
    pub house: u64,
    /// The postcode, the town where there is none.
    pub area: u64,
    /// The house in any place of the department, and any street's house of that number in the place: what a slip
    /// in the postcode or the street leaves. A slip in the number leaves the street, which is every neighbour's.
    pub nearly: [u64; 2],
}

/// How the words sound by which streets are told, each found out once: a town has few streets and many people.
#[derive(Debug, Default)]
pub(super) struct Streets(HashMap<Box<str>, Box<str>>);

impl Streets {
    fn sound(&mut self, word: &str) -> &str {
        let said = self.0.entry(word.into());
        said.or_insert_with(|| sound(word).into())
    }
}

/// Where somebody lives, as marks.
///
/// The house is number, how the last word of the street sounds, and the postcode: `12 bis av. du Gal de Gaulle` and
/// `12bis avenue Général-de-Gaulle` are one. Without a number it is the whole street.
pub(super) fn home(address: &str, postcode: &str, town: &str, streets: &mut Streets) -> Home {
    let digits: String = postcode
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let area = if digits.is_empty() {
        fold(town)
    } else {
        digits
    };
    if area.is_empty() {
        return Home::default();
    }
    let bare = Home {
        area: mark(b'p', &[&area]),
        ..Home::default()
    };
    let lines: Vec<Vec<String>> = address
        .split(['$', '\n'])
        .map(words)
        .filter(|words| !words.is_empty())
        .collect();
    // The line of the street: a kind of street and a number, else a kind, else a number, else the first.
    let best = lines.iter().max_by_key(|words| {
        let street = words.iter().any(|w| is_street(w));
        let number = words[0].bytes().all(|b| b.is_ascii_digit());
        u8::from(street) + 2 * u8::from(number)
    });
    let Some(words) = best else {
        return bare;
    };
    let (number, street): (Vec<&String>, Vec<&String>) = {
        let numbered = words
            .iter()
            .take_while(|w| w.bytes().all(|b| b.is_ascii_digit()) || is_suffix(w))
            .count();
        (
            words[..numbered].iter().collect(),
            words[numbered..].iter().collect(),
        )
    };
    let number: String = number
        .iter()
        .map(|w| match w.as_str() {
            "b" => "bis",
            "t" => "ter",
            "q" => "quater",
            other => other,
        })
        .collect();
    let last = street
        .iter()
        .rev()
        .find(|w| w.len() > 2 && !is_street(w))
        .or(street.last());
    let Some(last) = last else {
        return bare;
    };
    if number.is_empty() {
        let all: Vec<&str> = street.iter().map(|w| w.as_str()).collect();
        return Home {
            house: mark(b'a', &[&all.join(" "), &area]),
            ..bare
        };
    }
    let department: String = area.chars().take(2).collect();
    let said = streets.sound(last);
    Home {
        house: mark(b'a', &[&number, said, &area]),
        nearly: [
            mark(b'1', &[&number, said, &department]),
            mark(b'2', &[&number, &area]),
        ],
        ..bare
    }
}

/// Whether a word is a kind of street; none is longer than `lotissement`.
fn is_street(word: &str) -> bool {
    word.len() <= 11 && STREETS.contains(word)
}

fn is_suffix(word: &str) -> bool {
    matches!(word, "bis" | "ter" | "quater" | "b" | "t" | "q")
}

/// The words of a line of an address, number and `bis` apart, up to what stands within the house.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in fold(line).split(' ').filter(|w| !w.is_empty()) {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && digits < word.len() && is_suffix(&word[digits..]) {
            words.push(word[..digits].to_owned());
            words.push(word[digits..].to_owned());
        } else if WITHIN.contains(&word) {
            if words.is_empty() {
                // A line of nothing else: `Bât. B, appt 12`.
                return words;
            }
            break;
        } else {
            words.push(word.to_owned());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_number_in_every_notation() {
        let number = phone_number("06 39 98 12 34");
        assert!(number.is_some_and(is_mobile));
        for typed in [
            "+33 (0)6 39 98 12 34",
            "0033639981234",
            "06.39.98.12.34",
            "639981234",
            "06 39 98 12 34 (maman)",
        ] {
            assert_eq!(phone_number(typed), number, "{typed}");
        }
        assert!(phone_number("05 61 91 00 01").is_some_and(|n| !is_mobile(n)));
        for typed in ["", "06 00 00 00 00", "01 23 45 67 89", "liste rouge"] {
            assert_eq!(phone_number(typed), None, "{typed}");
        }
    }

    #[test]
    fn mail_addresses_compare_as_their_provider_reads_them() {
        assert_eq!(
            mail_mark("Lea.Dupont@Gmail.com"),
            mail_mark("leadupont+ent@googlemail.com")
        );
        assert_ne!(
            mail_mark("lea.dupont@orange.example"),
            mail_mark("leadupont@orange.example")
        );
        assert_ne!(mail_mark("lea@a.example"), mail_mark("lea@b.example"));
        assert_eq!(mail_mark("pas de mail"), None);
    }

    #[test]
    fn a_slip_is_noticed_and_a_namesakes_address_is_none() {
        let near = |a: &str, b: &str| shapes_near(mail_shape(a), mail_shape(b));
        assert!(near("lea.dupont@a.example", "lea.dupnt@a.example"));
        assert!(near("lea.dupont@a.example", "lea.dupomt@a.example"));
        assert!(near("lea.dupont@a.example", "lea.dupotn@a.example"));
        assert!(!near("lea.dupont@a.example", "lea.dupont@b.example"));
        assert!(!near("lea.dupont1@a.example", "lea.dupont2@a.example"));
        assert!(!near("lea.dupont@a.example", "dupont.lea@a.example"));
        assert!(!near("lea.dupont@a.example", "lucie.dupont@a.example"));
        assert!(numbers_near(33_639_981_234, 33_639_891_234));
        assert!(numbers_near(33_639_981_234, 33_639_981_734));
        assert!(!numbers_near(33_639_981_234, 33_639_981_235), "in a row");
        assert!(!numbers_near(33_639_981_234, 33_639_001_234));
    }

    #[test]
    fn a_slip_in_street_or_postcode_leaves_a_mark_in_common() {
        let both = |a: Home, b: Home| {
            let pairs = a.nearly.iter().zip(&b.nearly);
            pairs.filter(|(x, y)| x == y && **x != 0).count()
        };
        let home_of = |street: &str, postcode: &str| home_at(street, postcode, "Toulouse");
        let right = home_of("12 rue des Lilas", "31000");
        assert_eq!(both(right, home_of("12 r. des Lilsa", "31000")), 1);
        assert_eq!(both(right, home_of("12 rue des Lilas", "31300")), 1);
        assert_eq!(both(right, home_of("12 rue des Lilas", "65000")), 0);
        assert_eq!(both(right, home_of("14 rue des Roses", "31000")), 0);
    }

    #[test]
    fn one_house_however_it_is_written() {
        let house = home_at("12 bis avenue du Général de Gaulle", "31000", "Toulouse");
        for address in [
            "12bis av. du Gal de Gaulle",
            "Rés. Les Lilas$12 B Av Général-de-Gaulle",
            "12 BIS AVENUE DU GENERAL DE GAULLE$Appt 4",
            "Bât. C appt 12$12 bis avenue de Gaulle",
        ] {
            assert_eq!(home_at(address, "31 000", ""), house, "{address}");
        }
        assert_ne!(
            home_at("14 bis avenue du Général de Gaulle", "31000", ""),
            house
        );
        assert_eq!(home_at("14 rue X", "31000", "").area, house.area);
        assert_eq!(home_at("", "", ""), Home::default());
    }

    fn home_at(address: &str, postcode: &str, town: &str) -> Home {
        home(address, postcode, town, &mut Streets::default())
    }

    proptest! {
        #[test]
        fn a_number_is_one_whichever_way_it_is_read(typed in "(0|[+]33 ?|[+]|)(26|508|59|6[0-9]|[0-9]{2})[0-9]?([ .-]?[0-9]{2}){3,4}") {
            if let Some(number) = phone::everyday(&typed) {
                prop_assert_eq!(Some(number), any_number(&typed), "{}", typed);
            }
        }
    }
}
