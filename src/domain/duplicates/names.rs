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
    /// How each word sounds, where there are several; of one it is [`Name::sound`].
    sounds: Box<[Box<str>]>,
    /// Which letters stand in it ([`letters`] of what is joined).
    pub letters: u64,
    /// People who bear it.
    pub bearers: u32,
}

impl Name {
    /// How the word in this place sounds.
    pub fn sound_of(&self, word: usize) -> &str {
        self.sounds.get(word).unwrap_or(&self.sound)
    }
}

/// Which letters stand in a word, each as a bit. A slip of the hand (a letter more, less or another) changes two of
/// them at most, so most words are told to be further apart without going through them.
pub(super) fn letters(word: &str) -> u64 {
    word.chars()
        .fold(0, |bits, c| bits | 1 << (u32::from(c) % 64))
}

/// Whether two words are at most so many slips apart (optimal string alignment).
pub(super) fn within(x: &str, y: &str, slips: usize) -> bool {
    let far = x.len().abs_diff(y.len()) > 4 * slips
        || (letters(x) ^ letters(y)).count_ones() as usize > 2 * slips;
    !far && strsim::osa_distance(x, y) <= slips
}

/// Every name that occurs, each once. Place 0 is no name.
#[derive(Debug)]
pub(super) struct Names {
    places: HashMap<Box<str>, u32>,
    /// Places of names as they are written, so that one is folded once for each way of writing it.
    written: HashMap<Box<str>, u32>,
    all: Vec<Name>,
}

impl Default for Names {
    fn default() -> Self {
        Names {
            places: HashMap::from([("".into(), 0)]),
            written: HashMap::new(),
            all: vec![Name::default()],
        }
    }
}

impl Names {
    /// The place of a family name as written.
    pub fn family(&mut self, written: &str) -> u32 {
        self.place(written, |folded| {
            let (words, stem) = family_words(folded);
            (words, stem)
        })
    }

    /// The place of given names as written.
    pub fn given(&mut self, written: &str) -> u32 {
        self.place(written, |folded| {
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

    /// Lets go of what only serves to add names.
    pub fn complete(&mut self) {
        self.written = HashMap::new();
    }

    fn place(&mut self, written: &str, split: impl Fn(&str) -> (Vec<Box<str>>, String)) -> u32 {
        if written.is_empty() {
            return 0;
        }
        if let Some(place) = self.written.get(written) {
            return *place;
        }
        let place = self.folded(fold(written), split);
        self.written.insert(written.into(), place);
        place
    }

    fn folded(&mut self, folded: String, split: impl Fn(&str) -> (Vec<Box<str>>, String)) -> u32 {
        if let Some(place) = self.places.get(folded.as_str()) {
            return *place;
        }
        let (words, stem) = split(&folded);
        let joined = words.concat();
        let place = u32::try_from(self.all.len()).unwrap_or(0);
        let sounds = match words.len() {
            1 => Box::default(),
            _ => words.iter().map(|word| sound(word).into()).collect(),
        };
        self.all.push(Name {
            sound: sound(&joined).into(),
            sounds,
            letters: letters(&joined),
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
    if words.is_empty() && begun.is_empty() {
        // Somebody is called Ou, or Ne.
        begun = folded.replace(' ', "");
    }
    if !begun.is_empty() {
        // A name that is a particle alone: Le, El.
        stem.push_str(&begun);
        words.push(begun.into_boxed_str());
    }
    (words, stem)
}
