use super::super::fit::{Fit, PersonNames, fit};
use super::super::fold::tokens;
use super::super::test_names::{FAMILY, GIVEN, people};
use super::*;
use proptest::prelude::*;
use proptest::sample::Index;
use unicode_normalization::UnicodeNormalization;

/// A person as the directory stores and compares her: NFC, case aside, accents kept.
struct Stored(Vec<(&'static str, String)>);

impl Stored {
    fn new(given: &str, family: &str) -> Self {
        let kept = |text: &str| text.nfc().flat_map(char::to_lowercase).collect::<String>();
        Stored(vec![
            ("objectClass", "person".to_owned()),
            ("cn", kept(&format!("{given} {family}"))),
            ("sn", kept(family)),
            ("givenName", kept(given)),
        ])
    }

    fn matches(&self, filter: &Filter) -> bool {
        let value = |attribute: &str| {
            self.0
                .iter()
                .find(|(name, _)| *name == attribute)
                .map(|(_, value)| value.as_str())
        };
        match filter {
            Filter::And(parts) => parts.iter().all(|part| self.matches(part)),
            Filter::Or(parts) => parts.iter().any(|part| self.matches(part)),
            Filter::Not(part) => !self.matches(part),
            Filter::Present(attribute) => value(attribute).is_some(),
            Filter::Equal(attribute, wanted) => {
                value(attribute).is_some_and(|v| v.as_bytes() == wanted)
            }
            Filter::Substring {
                attribute,
                initial,
                any,
                last,
            } => value(attribute).is_some_and(|value| {
                assert_eq!(last, &None, "not used here");
                let Some(mut rest) = value.strip_prefix(initial.as_deref().unwrap_or_default())
                else {
                    return false;
                };
                any.iter()
                    .all(|piece| match rest.split_once(piece.as_str()) {
                        Some((_, after)) => {
                            rest = after;
                            true
                        }
                        None => false,
                    })
            }),
            Filter::Typed(text) => panic!("nobody typed {text}"),
        }
    }
}

fn ask(typed: &str) -> Filter {
    search_filter(&tokens(typed), &NameAttributes::default())
}

fn ask_near(typed: &str) -> Filter {
    near_filter(&tokens(typed), &NameAttributes::default())
}

/// How many spellings of each word are asked of an attribute.
fn alternatives(filter: &Filter, of: &str) -> Vec<usize> {
    match filter {
        Filter::Or(parts) if !parts.iter().any(|p| matches!(p, Filter::And(_))) => {
            let asked =
                |p: &&Filter| matches!(p, Filter::Substring { attribute, .. } if attribute == of);
            vec![parts.iter().filter(asked).count()]
        }
        Filter::And(parts) | Filter::Or(parts) => parts
            .iter()
            .flat_map(|part| alternatives(part, of))
            .collect(),
        _ => vec![1],
    }
}

/// Whether a substring index answers the filter (an AND needs one part, an OR all of them).
fn indexed(filter: &Filter) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().any(indexed),
        Filter::Or(parts) => parts.iter().all(indexed),
        // A server counts octets of UTF-8.
        Filter::Substring { initial, any, .. } => {
            initial.as_ref().is_some_and(|text| text.len() >= BEGINNING)
                || any.iter().any(|text| text.len() >= ANYWHERE)
        }
        _ => false,
    }
}

#[test]
fn the_plan_is_the_documented_one() {
    assert_eq!(
        ask("gauthier dupont"),
        Filter::And(vec![ask("gauthier"), ask("dupont")])
    );
    let Filter::Or(parts) = ask("dupont") else {
        panic!("one of several spellings");
    };
    assert!(parts.contains(&Filter::contains("cn", "pont")));
    assert!(parts.contains(&Filter::contains("cn", "pôñt")));
    assert_eq!(parts.len(), 5 * 2);
    assert_eq!(ask("lea dupont"), ask("dupont"), "short words wait for fit");
    let Filter::Or(parts) = ask("lea") else {
        panic!("one of several spellings");
    };
    for attribute in ["sn", "givenName", "cn"] {
        assert!(parts.contains(&Filter::begins(attribute, "léa")));
    }
    assert_eq!(parts.len(), 3 * 5 * 7);
    assert_eq!(ask("l lea"), ask("lea"), "single letters wait for fit");
    assert_eq!(
        ask("k"),
        Filter::Or(vec![
            Filter::begins("sn", "k"),
            Filter::begins("givenName", "k"),
            Filter::begins("cn", "k"),
        ])
    );
}

#[test]
fn a_word_with_too_many_spellings_keeps_the_likely_ones() {
    for (name, typed) in [
        ("Louane", "louane"),
        ("Océane", "oceane"),
        ("Éloane", "eloane"),
    ] {
        let filter = ask(typed);
        assert!(indexed(&filter), "{filter}");
        assert!(Stored::new(name, "Dupont").matches(&filter), "{name}");
    }
}

#[test]
fn vowels_alone_are_asked_for_as_a_beginning() {
    assert_eq!(ask("eeeeee"), ask("eee"));
    assert_eq!(ask("eeeeee dupont"), ask("dupont"));
    assert!(indexed(&ask("eeeeee")));
}

#[test]
fn no_words_match_nobody() {
    let person = Stored::new("Léa", "Dupont");
    for filter in [ask(""), ask_near("")] {
        assert_eq!(filter.to_string(), "(!(objectClass=*))");
        assert!(!person.matches(&filter));
    }
}

#[test]
fn further_attributes_are_asked_the_same() {
    let attributes = NameAttributes {
        also: vec!["ENTPersonNomPatro".to_owned()],
        ..NameAttributes::default()
    };
    let Filter::Or(parts) = search_filter(&tokens("dupont"), &attributes) else {
        panic!("one of several spellings");
    };
    assert!(parts.contains(&Filter::contains("ENTPersonNomPatro", "pont")));
}

#[test]
fn every_name_of_the_list_is_answered_by_an_index() {
    for name in GIVEN.iter().chain(&FAMILY) {
        for filter in [ask(name), ask_near(name)] {
            assert!(indexed(&filter), "{name}: {filter}");
        }
    }
}

#[test]
fn misspelled_names_are_found() {
    for typed in [
        "lea dupond",
        "lae dupont",
        "dupomt lea",
        "lea upont",
        "lea dpuont",
        "leaa dupon",
        "léo dumont",
        "dupond",
    ] {
        assert!(
            Stored::new("Léa", "Dupont").matches(&ask_near(typed)),
            "{typed}"
        );
        assert!(
            !Stored::new("Karim", "Vasseur").matches(&ask_near(typed)),
            "{typed}"
        );
    }
}

/// A letter left out, doubled, swapped with the next or wrong.
fn slipped(word: &str, place: Index, slip: i32) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let place = place.index(letters.len());
    let next = (place + 1) % letters.len();
    match slip {
        0 => drop(letters.remove(place)),
        1 => letters.insert(place, letters[place]),
        2 if next > 0 => letters.swap(place, next),
        _ => letters[place] = 'k',
    }
    letters.into_iter().collect()
}

proptest! {
    /// No false negatives: some words of a name, in any order, find the person, as long as one has four
    /// letters or each begins a name.
    #[test]
    fn some_words_of_a_name_find_the_person(
        (given, family) in people(),
        keep in prop::collection::vec(any::<bool>(), 12),
        turn in any::<Index>(),
    ) {
        let person = PersonNames {
            given_name: &given,
            family_name: &family,
            ..PersonNames::default()
        };
        let all = person.words();
        let mut typed: Vec<String> = all
            .iter()
            .zip(&keep)
            .filter(|(_, keep)| **keep)
            .map(|(word, _)| word.clone())
            .collect();
        if typed.is_empty() {
            return Ok(());
        }
        let turn = turn.index(typed.len());
        typed.rotate_left(turn);
        prop_assert_ne!(fit(&typed, &person), Fit::None);
        let first_of = |name: &str| tokens(name).into_iter().next().unwrap_or_default();
        let begins = [first_of(&given), first_of(&family)];
        let long = typed.iter().any(|word| word.chars().count() >= 4);
        let each_begins = typed.iter().all(|word| begins.contains(word));
        if !(long || each_begins) {
            return Ok(());
        }
        let filter = search_filter(&typed, &NameAttributes::default());
        prop_assert!(
            Stored::new(&given, &family).matches(&filter),
            "{typed:?} for {given} {family}: {filter}"
        );
    }

    /// The whole name always finds the person, however short its words.
    #[test]
    fn a_full_name_finds_the_person((given, family) in people(), turn in any::<Index>()) {
        let person = PersonNames {
            given_name: &given,
            family_name: &family,
            ..PersonNames::default()
        };
        let mut typed = person.words();
        let turn = turn.index(typed.len());
        typed.rotate_left(turn);
        let filter = search_filter(&typed, &NameAttributes::default());
        prop_assert!(Stored::new(&given, &family).matches(&filter), "{filter}");
        let near = near_filter(&typed, &NameAttributes::default());
        prop_assert!(Stored::new(&given, &family).matches(&near), "{near}");
    }

    /// One slip of the finger in a full name (a letter left out, doubled, swapped or wrong) finds her.
    #[test]
    fn one_slip_still_finds_the_person(
        (given, family) in people(),
        word in any::<Index>(),
        place in any::<Index>(),
        slip in 0..4,
    ) {
        let person = PersonNames {
            given_name: &given,
            family_name: &family,
            ..PersonNames::default()
        };
        let mut typed = person.words();
        // Two names of four letters at least: in shorter ones a slip may leave nothing to hold on to.
        if typed.iter().filter(|word| word.chars().count() >= 4).count() < 2 {
            return Ok(());
        }
        let word = word.index(typed.len());
        typed[word] = slipped(&typed[word], place, slip);
        let near = near_filter(&typed, &NameAttributes::default());
        prop_assert!(
            Stored::new(&given, &family).matches(&near),
            "{typed:?} for {given} {family}: {near}"
        );
    }

    /// One slip in a long family name beside a given name of two or three letters finds the person too.
    #[test]
    fn one_slip_beside_a_short_name_still_finds_the_person(
        given in prop::sample::select(&["Léa", "Zoé", "Li", "Léo", "Aya"][..]),
        family in prop::sample::select(&["Dupont", "Lefèvre", "Béranger", "Œuvrard", "Château"][..]),
        place in any::<Index>(),
        slip in 0..4,
    ) {
        let mut typed = tokens(&format!("{given} {family}"));
        typed[1] = slipped(&typed[1], place, slip);
        let near = near_filter(&typed, &NameAttributes::default());
        prop_assert!(Stored::new(given, family).matches(&near), "{typed:?} for {given} {family}: {near}");
    }

    /// Whatever is typed, no word asks for more than 64 spellings of one attribute.
    #[test]
    fn filters_stay_small(words in prop::collection::vec("[a-y]{1,9}|[aeiouycns]{1,9}", 1..5)) {
        let filter = search_filter(&words, &NameAttributes::default());
        // Beginnings are asked of three attributes.
        let pieces = alternatives(&filter, "cn");
        prop_assert!(pieces.iter().all(|n| *n <= 64), "{filter}");
        let near = near_filter(&words, &NameAttributes::default());
        prop_assert!(near.to_string().len() < 200_000, "{} octets", near.to_string().len());
    }
}
