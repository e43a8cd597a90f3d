//! How two names stand to each other.

use super::names::{Name, within};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Short forms of given names that are not their beginning, or not only of one name.
const SHORT_FORMS: &str = include_str!("short_forms.toml");
/// Given names that are a letter apart and two names.
const TWO_NAMES: &str = include_str!("two_names.toml");
/// Given names that others are composed with: Jean alone may be another than Jean-Pierre.
const COMPOSING: [&str; 10] = [
    "jean", "marie", "anne", "pierre", "paul", "louis", "rose", "thi", "van", "ana",
];
/// A spelling that so many times more people bear is the name, and the other a slip of it, though several made it.
const SLIP: u32 = 25;

/// How two names stand to each other, nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// The same, however it is put down.
    Same,
    /// The first given name is the same; one has further ones behind it.
    First,
    /// One is a part of the other, or a short form, or the words stand in another order.
    Part,
    /// A slip of the hand apart, or said alike.
    Near,
    /// One is no more than a first letter, and it fits.
    Initial,
    /// Two names.
    Different,
}

/// How two family names stand to each other; `common` is the number of bearers from which a name is one.
pub(super) fn family_likeness(a: &Name, b: &Name, common: u32) -> Likeness {
    if a.joined == b.joined {
        return Likeness::Same;
    }
    if a.words.len() > 1 || b.words.len() > 1 {
        let (few, many) = if a.words.len() <= b.words.len() {
            (a, b)
        } else {
            (b, a)
        };
        let long = few.words.iter().any(|w| w.len() > 2);
        if long && few.words.iter().all(|w| many.words.contains(w)) {
            return if few.words.len() == many.words.len() {
                Likeness::Same
            } else {
                Likeness::Part
            };
        }
        let slipped = |at: usize| {
            let long = |other: &usize| many.words[*other].len() > 4;
            let mut others = (0..many.words.len()).filter(long);
            others.any(|other| word_near(few, at, many, other))
        };
        if (0..few.words.len()).all(slipped) {
            return Likeness::Near;
        }
    }
    if a.stem == b.stem || one_slip(a, b, common, 4) {
        return Likeness::Near;
    }
    Likeness::Different
}

/// How two given names stand to each other. `one_sex`: whether both are known to be of one sex; where not, what
/// may be the form of the other sex is another name (Frédéric, Frédérique).
pub(super) fn given_likeness(a: &Name, b: &Name, common: u32, one_sex: bool) -> Likeness {
    if a.joined == b.joined {
        return Likeness::Same;
    }
    if is_letters(a) || is_letters(b) {
        return if initials_fit(a, b) || initials_fit(b, a) {
            Likeness::Initial
        } else {
            Likeness::Different
        };
    }
    if begins(a, b) || begins(b, a) {
        return Likeness::First;
    }
    if is_part(a, b, one_sex) || is_part(b, a, one_sex) || short_form(a, b) {
        return Likeness::Part;
    }
    if initials_fit(a, b) || initials_fit(b, a) {
        return Likeness::Initial;
    }
    let (few, many) = if a.words.len() <= b.words.len() {
        (a, b)
    } else {
        (b, a)
    };
    let two = |x: &str, y: &str| are_two_names(x, y) || (!one_sex && may_be_other_sex(x, y));
    if few.words.len() < many.words.len() {
        // A slip, and further names behind: Camillle, and Camille Gérard.
        let first = &few.words[0];
        let composed = few.words.len() == 1 && COMPOSING.contains(&&**first);
        let fits = few
            .words
            .iter()
            .zip(&many.words)
            .enumerate()
            .all(|(at, (x, y))| {
                x == y || (x.len().min(y.len()) > 3 && word_near(few, at, many, at) && !two(x, y))
            });
        return if fits && !composed {
            Likeness::Near
        } else {
            Likeness::Different
        };
    }
    // Of compound names each word must fit: Jean-Pierre and Jean-Paul are brothers.
    if a.words.len() > 1 && !word_by_word(a, b) {
        return Likeness::Different;
    }
    let either = a.words.iter().zip(&b.words).any(|(x, y)| two(x, y));
    if either || two(&a.joined, &b.joined) {
        return Likeness::Different;
    }
    if one_slip(a, b, common, 3) {
        return Likeness::Near;
    }
    Likeness::Different
}

fn is_letters(name: &Name) -> bool {
    name.words.iter().all(|w| w.len() == 1)
}

/// `few` is nothing but the first letters of `many`: J.-P., JP.
fn initials_fit(few: &Name, many: &Name) -> bool {
    if few.words.len() > many.words.len() {
        return false;
    }
    let initials: String = many.words.iter().filter_map(|w| w.chars().next()).collect();
    if is_letters(few) {
        return !few.joined.is_empty() && initials.starts_with(&*few.joined);
    }
    few.words.len() == 1 && many.words.len() == 2 && *few.joined == *initials
}

/// The names of `few` stand at the beginning of `many`, and are no name that others are composed with.
fn begins(few: &Name, many: &Name) -> bool {
    let first = &few.words[0];
    few.words.len() < many.words.len()
        && !(few.words.len() == 1 && COMPOSING.contains(&&**first))
        && few.words.iter().zip(&many.words).all(|(x, y)| x == y)
}

/// `few` is `many` cut short: its first words (Anne, Anne-Marie), all its words in another order, its
/// initials; a later word alone only where the sex is known (Pierre is not Marie-Pierre).
fn is_part(few: &Name, many: &Name, one_sex: bool) -> bool {
    if few.words.len() > many.words.len() {
        return false;
    }
    if few
        .words
        .iter()
        .all(|w| w.len() > 1 && many.words.contains(w))
    {
        return one_sex || few.words[0] == many.words[0] || few.words.len() == many.words.len();
    }
    // JeanPaul, and Jean-Paul Georges.
    if few.joined.len() > 3 && few.joined.len() < many.joined.len() {
        let mut begun = String::new();
        let whole = many.words.iter().any(|word| {
            begun.push_str(word);
            *begun == *few.joined
        });
        if whole && (one_sex || few.words[0].len() >= many.words[0].len()) {
            return true;
        }
    }
    if few.words.len() > 1 && many.joined.starts_with(&*few.words[0]) {
        // JeanPaul Georges, and Jean Paul: the same the other way round.
        let mut begun = String::new();
        if few.words.iter().any(|word| {
            let apart = !begun.is_empty();
            begun.push_str(word);
            apart && *begun == *many.words[0]
        }) {
            return true;
        }
    }
    false
}

/// Whether a word of one name is a slip from a word of another, or said alike.
fn word_near(a: &Name, at: usize, b: &Name, other: usize) -> bool {
    let (x, y) = (&a.words[at], &b.words[other]);
    x == y || a.sound_of(at) == b.sound_of(other) || x.len().max(y.len()) >= 4 && within(x, y, 1)
}

fn word_by_word(a: &Name, b: &Name) -> bool {
    a.words
        .iter()
        .zip(&b.words)
        .enumerate()
        .all(|(at, (x, y))| {
            word_near(a, at, b, at)
                || (x.len() == 1 || y.len() == 1) && x.as_bytes()[0] == y.as_bytes()[0]
        })
}

/// A wrong, left out, doubled or swapped letter (two in long names), or said alike; two names that are both
/// common here are two names (Martin, Marlin), unless one is hardly ever written beside the other.
fn one_slip(a: &Name, b: &Name, common: u32, least: usize) -> bool {
    let (x, y) = (a.joined.chars().count(), b.joined.chars().count());
    let (rare, usual) = (a.bearers.min(b.bearers), a.bearers.max(b.bearers));
    // Of three letters only what nobody else is called: Jos, for José.
    if x.min(y) < least || (x.min(y) < 4 && (rare >= common || usual < common)) {
        return false;
    }
    let allowed = if x.min(y) >= 8 { 2 } else { 1 };
    let alike = a.sound == b.sound && a.sound.len() > 2;
    if rare >= common && rare.saturating_mul(SLIP) > usual && !alike {
        return false;
    }
    alike
        || (a.letters ^ b.letters).count_ones() as usize <= 2 * allowed
            && x.abs_diff(y) <= allowed
            && strsim::osa_distance(&a.joined, &b.joined) <= allowed
}

/// Names that differ at their end alone may be a man's and a woman's: Michel and Michèle, Julien and Julie.
fn may_be_other_sex(a: &str, b: &str) -> bool {
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let rest = |name: &str| -> String { name.chars().skip(same).collect() };
    let (a_rest, b_rest) = (rest(a), rest(b));
    if a_rest.chars().count() > 3 || b_rest.chars().count() > 3 || same < 3 {
        return false;
    }
    let female = |name: &str| name.ends_with(['e', 'a']);
    female(a) != female(b) || (a.ends_with('a') != b.ends_with('a'))
}

#[derive(serde::Deserialize)]
struct ShortForms {
    names: HashMap<String, Vec<String>>,
}

fn short_form(a: &Name, b: &Name) -> bool {
    static FORMS: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
        toml::from_str::<ShortForms>(SHORT_FORMS)
            .map(|forms| forms.names)
            .unwrap_or_default()
    });
    let is = |short: &Name, long: &Name| {
        FORMS
            .get(&*short.joined)
            .is_some_and(|longs| longs.iter().any(|l| **l == *long.joined))
    };
    is(a, b) || is(b, a)
}

#[derive(serde::Deserialize)]
struct TwoNames {
    groups: Vec<Vec<String>>,
}

/// Whether both are known for names of their own.
fn are_two_names(a: &str, b: &str) -> bool {
    static GROUPS: LazyLock<HashMap<String, HashSet<usize>>> = LazyLock::new(|| {
        let mut places: HashMap<String, HashSet<usize>> = HashMap::new();
        let read = toml::from_str::<TwoNames>(TWO_NAMES).map(|two| two.groups);
        for (place, group) in read.unwrap_or_default().into_iter().enumerate() {
            for name in group {
                places.entry(name).or_default().insert(place);
            }
        }
        places
    });
    a != b && matches!((GROUPS.get(a), GROUPS.get(b)), (Some(x), Some(y)) if !x.is_disjoint(y))
}

#[cfg(test)]
mod tests {
    use super::super::names::Names;
    use super::*;

    fn family(a: &str, b: &str) -> Likeness {
        let mut names = Names::default();
        let (a, b) = (names.family(a), names.family(b));
        let (ab, ba) = (
            family_likeness(names.at(a), names.at(b), 3),
            family_likeness(names.at(b), names.at(a), 3),
        );
        assert_eq!(ab, ba);
        ab
    }

    fn given(a: &str, b: &str, one_sex: bool) -> Likeness {
        let mut names = Names::default();
        let (a, b) = (names.given(a), names.given(b));
        let (ab, ba) = (
            given_likeness(names.at(a), names.at(b), 3, one_sex),
            given_likeness(names.at(b), names.at(a), 3, one_sex),
        );
        assert_eq!(ab, ba);
        ab
    }

    #[test]
    fn a_family_name_is_the_same_however_it_is_put_down() {
        for (a, b) in [
            ("De La Tour", "DELATOUR"),
            ("Le Goff", "Legoff"),
            ("d'Artagnan", "D ARTAGNAN"),
            ("Saint-Martin", "St Martin"),
            ("Lecœur", "LECOEUR"),
            ("Dupont-Martin", "Martin Dupont"),
            ("Martin épouse Durand", "Durand-Martin"),
        ] {
            assert_eq!(family(a, b), Likeness::Same, "{a} {b}");
        }
        assert_eq!(family("Dupont", "Dupont-Martin"), Likeness::Part);
        assert_eq!(family("Lefevre", "Lefebvre"), Likeness::Near);
        assert_eq!(family("de Villiers", "Villiers"), Likeness::Near);
        assert_eq!(family("Dupont", "Durand"), Likeness::Different);
        assert_eq!(family("Li", "Lu"), Likeness::Different);
    }

    #[test]
    fn a_given_name_cut_short_or_misspelled_is_found() {
        for (a, b, likeness) in [
            ("Jean-Pierre", "JEAN PIERRE", Likeness::Same),
            ("Jean-Pierre", "Jeanpierre", Likeness::Same),
            ("Anne-Marie", "Anne", Likeness::Part),
            ("Pierre-Jean", "Jean Pierre", Likeness::Part),
            ("J.-P.", "Jean-Pierre", Likeness::Initial),
            ("Cathy", "Catherine", Likeness::Part),
            ("Christophe", "Cristophe", Likeness::Near),
            ("Mathieu", "Matthieu", Likeness::Near),
            ("Jean-Pierre", "Jean-Paul", Likeness::Different),
            ("Sophie", "Sandrine", Likeness::Different),
            ("Sophie", "Sophie, Anne", Likeness::First),
            ("Jean", "Jean Pierre", Likeness::Part),
            ("Camillle", "Camille Gérard", Likeness::Near),
            ("Laurent Paul", "Laurence", Likeness::Different),
            ("J.", "Julie", Likeness::Initial),
            ("J.", "Sophie", Likeness::Different),
        ] {
            assert_eq!(given(a, b, false), likeness, "{a} {b}");
        }
    }

    #[test]
    fn two_names_a_letter_apart_are_no_slip() {
        for (a, b) in [
            ("Laure", "Laura"),
            ("Julie", "Julia"),
            ("Amélie", "Émilie"),
            ("Martin", "Martine"),
            ("Céline", "Cécile"),
        ] {
            assert_eq!(given(a, b, true), Likeness::Different, "{a} {b}");
        }
    }

    #[test]
    fn what_hardly_anybody_writes_is_a_slip_though_several_made_it() {
        let mut names = Names::default();
        let (usual, slip, other) = (
            names.given("Bertrand"),
            names.given("Bertramd"),
            names.given("Bertrund"),
        );
        for (name, bearers) in [(usual, 300), (slip, 4), (other, 40)] {
            for _ in 0..bearers {
                names.bear(name);
            }
        }
        let like = |a, b| given_likeness(names.at(a), names.at(b), 3, true);
        assert_eq!(like(usual, slip), Likeness::Near);
        assert_eq!(like(usual, other), Likeness::Different);
    }

    #[test]
    fn a_man_and_a_woman_are_two_people() {
        for (a, b) in [
            ("Michel", "Michèle"),
            ("Frédéric", "Frédérique"),
            ("Julien", "Julie"),
            ("Pascal", "Pascale"),
            ("Daniel", "Danielle"),
            ("Martin", "Martine"),
            ("Jean-Marie", "Marie"),
            ("Simon", "Simone"),
        ] {
            assert_eq!(given(a, b, false), Likeness::Different, "{a} {b}");
        }
    }
}
