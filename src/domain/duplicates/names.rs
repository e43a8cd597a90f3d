//! French names, brought to what is compared, and how two of them stand to each other.

use super::sound::sound;
use crate::domain::names::fold;
use std::collections::HashMap;

/// Words that belong to the name that follows: written apart by one clerk and together by the next.
const PARTICLES: [&str; 20] = [
    "de", "du", "des", "d", "la", "le", "les", "l", "da", "dos", "di", "van", "von", "der", "den",
    "el", "al", "ben", "saint", "sainte",
];
/// Words between two family names that are no name.
const BETWEEN: [&str; 9] = [
    "ep", "epouse", "epse", "nee", "ne", "veuve", "vve", "ou", "et",
];
/// Short forms of given names that are not their beginning, or not only of one name.
const SHORT_FORMS: &str = include_str!("short_forms.toml");

/// A name that occurs, how often, and what it is compared by.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Name {
    /// Its words: for a family name with the particles put to what follows.
    pub words: Vec<Box<str>>,
    /// All in one word.
    pub joined: Box<str>,
    /// In one word, without particles.
    pub stem: Box<str>,
    /// How it sounds.
    pub sound: Box<str>,
    /// People who bear it.
    pub bearers: u32,
}

/// Every name that occurs, each once. Place 0 is no name.
#[derive(Debug)]
pub(super) struct Names {
    places: HashMap<Box<str>, u32>,
    all: Vec<Name>,
}

impl Default for Names {
    fn default() -> Self {
        Names {
            places: HashMap::from([("".into(), 0)]),
            all: vec![Name::default()],
        }
    }
}

impl Names {
    /// The place of a family name as written.
    pub fn family(&mut self, written: &str) -> u32 {
        let folded = fold(written);
        self.place(folded, |folded| {
            let (words, stem) = family_words(folded);
            (words, stem)
        })
    }

    /// The place of given names as written.
    pub fn given(&mut self, written: &str) -> u32 {
        let folded = fold(written);
        self.place(folded, |folded| {
            let words: Vec<Box<str>> = folded.split(' ').map(Into::into).collect();
            (words, folded.replace(' ', ""))
        })
    }

    /// One more person bears the name.
    pub fn bear(&mut self, place: u32) {
        self.all[place as usize].bearers += 1;
    }

    /// The name in a place.
    pub fn at(&self, place: u32) -> &Name {
        &self.all[place as usize]
    }

    fn place(&mut self, folded: String, split: impl Fn(&str) -> (Vec<Box<str>>, String)) -> u32 {
        if let Some(place) = self.places.get(folded.as_str()) {
            return *place;
        }
        let (words, stem) = split(&folded);
        let joined = words.concat();
        let place = u32::try_from(self.all.len()).unwrap_or(0);
        self.all.push(Name {
            sound: sound(&joined).into(),
            joined: joined.into(),
            stem: stem.into(),
            words,
            bearers: 0,
        });
        self.places.insert(folded.into(), place);
        place
    }
}

fn family_words(folded: &str) -> (Vec<Box<str>>, String) {
    let mut words = Vec::new();
    let mut stem = String::new();
    let mut begun = String::new();
    for word in folded.split(' ') {
        let word = match word {
            "st" => "saint",
            "ste" => "sainte",
            word => word,
        };
        if BETWEEN.contains(&word) {
            continue;
        }
        begun.push_str(word);
        if PARTICLES.contains(&word) {
            continue;
        }
        stem.push_str(word);
        words.push(std::mem::take(&mut begun).into_boxed_str());
    }
    if !begun.is_empty() {
        // A name that is a particle alone: Le, El.
        stem.push_str(&begun);
        words.push(begun.into_boxed_str());
    }
    (words, stem)
}

/// How two names stand to each other, nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// The same, however it is put down.
    Same,
    /// One is a part of the other, or a short form, or the words stand in another order.
    Part,
    /// A slip of the hand apart, or said alike.
    Near,
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
    }
    if a.stem == b.stem || one_slip(a, b, common) {
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
    if is_part(a, b, one_sex) || is_part(b, a, one_sex) || short_form(a, b) {
        return Likeness::Part;
    }
    // Of compound names each word must fit: Jean-Pierre and Jean-Paul are brothers.
    if a.words.len() != b.words.len() || (a.words.len() > 1 && !word_by_word(a, b)) {
        return Likeness::Different;
    }
    if !one_sex && may_be_other_sex(&a.joined, &b.joined) {
        return Likeness::Different;
    }
    if one_slip(a, b, common) {
        return Likeness::Near;
    }
    Likeness::Different
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
    let initials: String = many.words.iter().filter_map(|w| w.chars().next()).collect();
    let letters = few.words.iter().all(|w| w.len() == 1);
    (letters || (few.words.len() == 1 && many.words.len() == 2)) && *few.joined == *initials
}

fn word_by_word(a: &Name, b: &Name) -> bool {
    a.words.iter().zip(&b.words).all(|(x, y)| {
        x == y
            || sound(x) == sound(y)
            || x.len().max(y.len()) >= 4 && strsim::osa_distance(x, y) <= 1
            || (x.len() == 1 || y.len() == 1) && x.as_bytes()[0] == y.as_bytes()[0]
    })
}

/// A wrong, left out, doubled or swapped letter (two in long names), or said alike; two names that are both
/// common here are two names (Martin, Marlin).
fn one_slip(a: &Name, b: &Name, common: u32) -> bool {
    let shortest = a.joined.chars().count().min(b.joined.chars().count());
    if shortest < 4 {
        return false;
    }
    let allowed = if shortest >= 8 { 2 } else { 1 };
    let alike = a.sound == b.sound && a.sound.len() > 2;
    if a.bearers.min(b.bearers) >= common && !alike {
        return false;
    }
    alike || strsim::osa_distance(&a.joined, &b.joined) <= allowed
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
    static FORMS: std::sync::LazyLock<HashMap<String, Vec<String>>> =
        std::sync::LazyLock::new(|| {
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

#[cfg(test)]
mod tests {
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
            ("J.-P.", "Jean-Pierre", Likeness::Part),
            ("Cathy", "Catherine", Likeness::Part),
            ("Christophe", "Cristophe", Likeness::Near),
            ("Mathieu", "Matthieu", Likeness::Near),
            ("Jean-Pierre", "Jean-Paul", Likeness::Different),
            ("Sophie", "Sandrine", Likeness::Different),
        ] {
            assert_eq!(given(a, b, false), likeness, "{a} {b}");
        }
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
