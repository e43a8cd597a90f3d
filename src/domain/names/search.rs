//! What to ask the directory so that the people who may be meant are among the answers.

use super::variants::{Reach, spellings};
use crate::domain::filter::Filter;

/// Letters of a piece that a substring index finds anywhere in a value (`index_substr_any_len` of
/// slapd.conf(5) is 4).
const ANYWHERE: usize = 4;
/// Letters of a beginning that a substring index finds (`index_substr_if_minlen` is 2).
const BEGINNING: usize = 2;
/// Words looked at: more only make the filter longer, the people left over are sorted out by `fit`.
const MOST_WORDS: usize = 8;

/// The attributes that hold names, indexed for substrings by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameAttributes {
    /// Full name (`cn`, RFC 4519 section 2.3): holds every word of the name.
    pub full: String,
    /// Family name (`sn`, RFC 4519 section 2.32).
    pub family: String,
    /// Given name (`givenName`, RFC 4519 section 2.12).
    pub given: String,
    /// Further attributes that may hold a word the full name does not (`ENTPersonNomPatro`). Only those
    /// that the server indexes for substrings: one without an index makes every search read everybody.
    pub also: Vec<String>,
}

impl Default for NameAttributes {
    /// `cn`, `sn`, `givenName` (inetOrgPerson), nothing further.
    fn default() -> Self {
        NameAttributes {
            full: "cn".to_owned(),
            family: "sn".to_owned(),
            given: "givenName".to_owned(),
            also: Vec::new(),
        }
    }
}

/// The filter for the people a name may mean, from its folded words (see [`tokens`](super::tokens)).
///
/// # The search plan
///
/// A directory compares names without case but keeps accents (caseIgnoreMatch, RFC 4517 section 4.2.11):
/// `dupe` does not find `Dupé`. Reading everybody and comparing here costs too much with 100,000 people, so
/// the filter lists the spellings, in forms that a substring index answers:
///
/// * **A word of four letters or more**: of its four-letter windows, the one with the fewest spellings,
///   anywhere in the full name: `dupont` asks for `(cn=*pont*)` and the accents of `o` and `n`. Words
///   were split at hyphens and apostrophes, so no window holds one. The words are ANDed.
/// * At most 64 spellings a word. Where every window has more ("Louane"), only the likely ones: with at
///   most two accents, else with at most two French accents. One consonant is enough for that to succeed;
///   a word of vowels alone that still has too many is treated as a short one.
/// * **Words of two or three letters** are left to [`fit`](super::fit()) where a longer word is typed. Else the
///   family name, given name or full name must begin so: both of two words; of more, some two of them,
///   since in "Anh Thi Le" nothing begins with `thi`.
/// * **Single letters** are used only where nothing else was typed; no index answers them.
///
/// What comes back is a superset: [`fit`](super::fit()) decides. Of the spellings that [`fold`](super::fold())
/// unites, those with signs outside the lists (Polish, Turkish, Vietnamese letters) are found by another
/// window or another word, or not at all. No words: a filter that nobody matches.
pub fn search_filter(words: &[String], attributes: &NameAttributes) -> Filter {
    let mut long = Vec::new();
    let mut short = Vec::new();
    for word in letters_of(words) {
        match anywhere(&word, attributes) {
            Some(filter) => long.push(filter),
            None => short.push(word),
        }
    }
    if !long.is_empty() {
        return all_of(long);
    }
    let (initials, beginnings): (Vec<_>, Vec<_>) =
        short.into_iter().partition(|word| word.len() < BEGINNING);
    if beginnings.is_empty() {
        return if initials.is_empty() {
            nobody()
        } else {
            all_of(initials.iter().map(|w| begins(w, attributes)).collect())
        };
    }
    let begun: Vec<Filter> = beginnings.iter().map(|w| begins(w, attributes)).collect();
    if begun.len() <= 2 {
        return all_of(begun);
    }
    one_of(
        pairs(&begun)
            .map(|(a, b)| Filter::And(vec![a.clone(), b.clone()]))
            .collect(),
    )
}

/// The filter for the people a misspelled name may mean, for [`nearest`](crate::domain::nearest::nearest)
/// to put in order.
///
/// One of these must hold, so that one wrong word, or one wrong letter in each, still finds the person:
///
/// * for each word of four letters or more, its first or its last window of four anywhere in the full name
///   (a wrong letter spoils one of them);
/// * for two words, a family name that begins like the one and a given name that begins like the other:
///   with the first and second letter typed, or the first and third (`dpuont`, `lae`);
/// * where a single short word was typed, a name that begins like it.
///
/// Every part is answered by a substring index, as in [`search_filter`].
pub fn near_filter(words: &[String], attributes: &NameAttributes) -> Filter {
    let words: Vec<Vec<char>> = letters_of(words);
    let mut parts = Vec::new();
    for word in words.iter().filter(|word| word.len() >= ANYWHERE) {
        for start in [0, word.len() - ANYWHERE] {
            let found = Reach::ALL
                .into_iter()
                .find_map(|reach| spellings(word, start, ANYWHERE, reach))
                .map(|spellings| contains_one_of(&spellings, attributes));
            if let Some(filter) = found.filter(|filter| !parts.contains(filter)) {
                parts.push(filter);
            }
        }
    }
    let beginnings: Vec<(Filter, Filter)> = words
        .iter()
        .filter(|word| word.len() >= BEGINNING)
        .map(|word| {
            let mut beginnings = beginning_spellings(word, BEGINNING);
            if let [first, second, third, ..] = word[..]
                && second != third
            {
                beginnings.extend(beginning_spellings(&[first, third], BEGINNING));
            }
            let of = |attribute: &String| {
                one_of(
                    beginnings
                        .iter()
                        .map(|b| Filter::begins(attribute, b))
                        .collect(),
                )
            };
            (of(&attributes.family), of(&attributes.given))
        })
        .collect();
    for (a, b) in pairs(&beginnings) {
        parts.push(Filter::And(vec![a.0.clone(), b.1.clone()]));
        parts.push(Filter::And(vec![b.0.clone(), a.1.clone()]));
    }
    if parts.is_empty() {
        parts.extend(beginnings.into_iter().flat_map(|(a, b)| [a, b]));
    }
    if parts.is_empty() {
        nobody()
    } else {
        one_of(parts)
    }
}

fn letters_of(words: &[String]) -> Vec<Vec<char>> {
    words
        .iter()
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .map(|word| word.chars().collect())
        .collect()
}

/// A word anywhere in the full name; `None` for a short word, or one of vowels with too many spellings.
fn anywhere(word: &[char], attributes: &NameAttributes) -> Option<Filter> {
    let last = word.len().checked_sub(ANYWHERE)?;
    let fewest = |reach| {
        (0..=last)
            .filter_map(|start| spellings(word, start, ANYWHERE, reach))
            .min_by_key(Vec::len)
    };
    let spellings = Reach::ALL.into_iter().find_map(fewest)?;
    Some(contains_one_of(&spellings, attributes))
}

fn searched_anywhere(attributes: &NameAttributes) -> impl Iterator<Item = &String> {
    std::iter::once(&attributes.full).chain(&attributes.also)
}

fn contains_one_of(spellings: &[String], attributes: &NameAttributes) -> Filter {
    one_of(
        searched_anywhere(attributes)
            .flat_map(|attribute| {
                spellings
                    .iter()
                    .map(move |s| Filter::contains(attribute, s))
            })
            .collect(),
    )
}

/// A name that begins with a short word (or with the first three letters of one of vowels).
fn begins(word: &[char], attributes: &NameAttributes) -> Filter {
    let beginnings = beginning_spellings(word, ANYWHERE - 1);
    let named = [&attributes.family, &attributes.given, &attributes.full];
    one_of(
        named
            .into_iter()
            .chain(&attributes.also)
            .flat_map(|attribute| beginnings.iter().map(move |b| Filter::begins(attribute, b)))
            .collect(),
    )
}

/// The spellings of the first letters of a word, as many letters as leave few enough.
fn beginning_spellings(word: &[char], letters: usize) -> Vec<String> {
    (1..=letters)
        .rev()
        .flat_map(|length| Reach::ALL.map(|reach| (length, reach)))
        .find_map(|(length, reach)| spellings(word, 0, length, reach))
        .unwrap_or_default()
}

fn pairs<T>(items: &[T]) -> impl Iterator<Item = (&T, &T)> {
    items
        .iter()
        .enumerate()
        .flat_map(|(i, a)| items[i + 1..].iter().map(move |b| (a, b)))
}

fn all_of(mut parts: Vec<Filter>) -> Filter {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        Filter::And(parts)
    }
}

fn one_of(mut parts: Vec<Filter>) -> Filter {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        Filter::Or(parts)
    }
}

/// Every entry has an object class; said so because not every server knows the false filter of RFC 4526.
fn nobody() -> Filter {
    Filter::not(Filter::present("objectClass"))
}

#[cfg(test)]
mod tests;
