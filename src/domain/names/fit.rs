//! How well a person answers to the words typed.

use super::fold::{folded_words, tokens};
use crate::domain::account::Account;
use std::collections::BTreeMap;

/// How well a person answers to the words typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The words are not this person's.
    None,
    /// Every word typed is a word of the name or the beginning of one, but not the whole name was typed.
    Part,
    /// The words typed are a full name of the person, nothing missing and nothing more.
    Exact,
}

/// The names under which a person may be asked for, as stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PersonNames<'a> {
    /// Usual given name (`givenName`); empty where there is none.
    pub given_name: &'a str,
    /// Family name in use (`sn`); empty where there is none.
    pub family_name: &'a str,
    /// Family name at birth (`ENTPersonNomPatro`), where known.
    pub birth_name: Option<&'a str>,
    /// Name as the directory shows it (`displayName` or `cn`); may be empty.
    pub display_name: &'a str,
    /// Other given names (`ENTPersonAutresPrenoms`).
    pub other_given: &'a [String],
}

impl<'a> From<&'a Account> for PersonNames<'a> {
    fn from(account: &'a Account) -> Self {
        PersonNames {
            given_name: &account.given_name,
            family_name: &account.family_name,
            birth_name: account.birth_name.as_deref(),
            display_name: &account.full_name,
            other_given: &[],
        }
    }
}

impl PersonNames<'_> {
    /// The folded words of the given name and of the family names (in use, then at birth where it
    /// differs), as [`nearest`](crate::domain::nearest::nearest) compares them.
    pub fn words(&self) -> Vec<String> {
        let mut words = folded_words(self.given_name);
        let family = folded_words(self.family_name);
        let birth = self.birth_name.map(folded_words).unwrap_or_default();
        words.extend(family.iter().cloned());
        if birth != family {
            words.extend(birth);
        }
        words
    }
}

/// Words with how often each is there: typing a word twice asks for two of them.
type Bag = BTreeMap<String, usize>;

/// Says how the folded words typed (see [`tokens`]) answer to a person.
///
/// [`Fit::Exact`], word order aside, for: given name and family name; given name and birth name; given
/// name and both; the shown name, where it holds a whole family name and a word of the given name. Other
/// given names may be added, each of them whole. Parts of a compound name count as words, so "jean
/// dupont" is only [`Fit::Part`] for Jean-Baptiste Dupont. No words fit nobody.
pub fn fit(query_words: &[String], person: &PersonNames<'_>) -> Fit {
    if query_words.is_empty() {
        return Fit::None;
    }
    let names = Names::of(person);
    let typed = bag(query_words.iter().cloned());
    let exact = names.full_names().iter().any(|full| {
        minus(&typed, full).is_some_and(|extra| is_made_of(&extra, &names.other_given))
    });
    if exact {
        Fit::Exact
    } else if each_begins_one(query_words, &names.all_words()) {
        Fit::Part
    } else {
        Fit::None
    }
}

/// A person's names as bags of folded words.
struct Names {
    given: Vec<String>,
    family: Vec<String>,
    /// Empty where it is unknown or the same as the family name.
    birth: Vec<String>,
    display: Vec<String>,
    other_given: Vec<Bag>,
}

impl Names {
    fn of(person: &PersonNames<'_>) -> Self {
        let family = folded_words(person.family_name);
        let mut birth = person.birth_name.map(folded_words).unwrap_or_default();
        if birth == family {
            birth.clear();
        }
        Names {
            given: folded_words(person.given_name),
            family,
            birth,
            display: tokens(person.display_name),
            other_given: person
                .other_given
                .iter()
                .take(8) // as many as a registry gives; keeps the search for a fit short
                .map(|name| bag(folded_words(name)))
                .filter(|bag| !bag.is_empty())
                .collect(),
        }
    }

    /// The names that are whole: none for a person without a family and a given name.
    fn full_names(&self) -> Vec<Bag> {
        let (given, family, birth) = (&self.given, &self.family, &self.birth);
        let mut full = vec![union(&[given, family])];
        if !birth.is_empty() {
            full.push(union(&[given, birth]));
            full.push(union(&[given, family, birth]));
        }
        if self.display_is_full() {
            full.push(union(&[&self.display]));
        }
        full.retain(|name| !name.is_empty());
        full
    }

    /// A shown name such as "Dupont L." or "Léa" is not a full one.
    fn display_is_full(&self) -> bool {
        let display = union(&[&self.display]);
        [&self.family, &self.birth].into_iter().any(|family| {
            let rest = minus(&display, &union(&[family])).filter(|_| !family.is_empty());
            rest.is_some_and(|rest| self.given.iter().any(|word| rest.contains_key(word)))
        })
    }

    /// Every word of every name, each as often as the name that has it most often.
    fn all_words(&self) -> Vec<String> {
        let sources = [
            union(&[&self.given, &self.family, &self.birth]),
            union(&[&self.display]),
        ];
        let mut most = Bag::new();
        for (word, count) in sources.iter().chain(&self.other_given).flatten() {
            let held = most.entry(word.clone()).or_default();
            *held = (*held).max(*count);
        }
        most.into_iter()
            .flat_map(|(word, count)| std::iter::repeat_n(word, count))
            .collect()
    }
}

fn bag(words: impl IntoIterator<Item = String>) -> Bag {
    let mut bag = Bag::new();
    for word in words {
        *bag.entry(word).or_default() += 1;
    }
    bag
}

fn union(names: &[&Vec<String>]) -> Bag {
    bag(names.iter().flat_map(|words| words.iter().cloned()))
}

/// What is left of a bag without the words of another; `None` where it does not hold them all.
fn minus(from: &Bag, what: &Bag) -> Option<Bag> {
    let mut rest = from.clone();
    for (word, count) in what {
        let held = rest.get_mut(word)?;
        *held = held.checked_sub(*count)?;
        if *held == 0 {
            rest.remove(word);
        }
    }
    Some(rest)
}

/// Whether a bag is nothing but some of these names, each whole and at most once.
fn is_made_of(words: &Bag, names: &[Bag]) -> bool {
    if words.is_empty() {
        return true;
    }
    names.split_first().is_some_and(|(name, others)| {
        minus(words, name).is_some_and(|rest| is_made_of(&rest, others))
            || is_made_of(words, others)
    })
}

/// Whether every word typed can be given a name word of its own that it begins: a bipartite matching
/// (augmenting paths), since "jean j" must find two words for Jean-Jacques whichever comes first.
fn each_begins_one(typed: &[String], words: &[String]) -> bool {
    fn assign(
        i: usize,
        typed: &[String],
        words: &[String],
        taken: &mut [Option<usize>],
        seen: &mut [bool],
    ) -> bool {
        for (j, word) in words.iter().enumerate() {
            if seen[j] || !word.starts_with(&typed[i]) {
                continue;
            }
            seen[j] = true;
            let free = match taken[j] {
                None => true,
                Some(holder) => assign(holder, typed, words, taken, seen),
            };
            if free {
                taken[j] = Some(i);
                return true;
            }
        }
        false
    }
    let mut taken = vec![None; words.len()];
    (0..typed.len()).all(|i| {
        let mut seen = vec![false; words.len()];
        assign(i, typed, words, &mut taken, &mut seen)
    })
}

#[cfg(test)]
mod tests {
    use super::super::test_names::people;
    use super::*;
    use proptest::prelude::*;

    fn person<'a>(given: &'a str, family: &'a str) -> PersonNames<'a> {
        PersonNames {
            given_name: given,
            family_name: family,
            ..PersonNames::default()
        }
    }

    fn says(typed: &str, person: &PersonNames<'_>) -> Fit {
        fit(&tokens(typed), person)
    }

    #[test]
    fn full_names_are_exact_in_any_order() {
        for (typed, given, family, expected) in [
            ("lea dupont", "Léa", "Dupont", Fit::Exact),
            ("Mme DUPONT Léa", "Léa", "Dupont", Fit::Exact),
            ("dupont", "Léa", "Dupont", Fit::Part),
            ("dup lé", "Léa", "Dupont", Fit::Part),
            ("jean dupont", "Jean-Baptiste", "Dupont", Fit::Part),
            (
                "dupont baptiste jean",
                "Jean-Baptiste",
                "Dupont",
                Fit::Exact,
            ),
            ("d'artagnan charles", "Charles", "D’Artagnan", Fit::Exact),
            ("lea martin", "Léa", "Dupont", Fit::None),
            ("lea dupont martin", "Léa", "Dupont", Fit::None),
            ("lea dupont", "Léa", "Dupont-Martin", Fit::Part),
            ("dupont dupont", "Léa", "Dupont", Fit::None),
            ("martin martin", "Martin", "Martin", Fit::Exact),
            ("martin", "Martin", "Martin", Fit::Part),
            ("j jean petit", "Jean-Jacques", "Petit", Fit::Part),
            ("upont", "Léa", "Dupont", Fit::None),
            ("dupont", "", "Dupont", Fit::Exact),
            ("", "Léa", "Dupont", Fit::None),
            ("lea", "", "", Fit::None),
        ] {
            assert_eq!(
                says(typed, &person(given, family)),
                expected,
                "{typed} for {given} {family}"
            );
        }
    }

    #[test]
    fn the_birth_name_counts_as_well() {
        let person = PersonNames {
            birth_name: Some("Le Goff"),
            ..person("Anne", "Dupont")
        };
        for (typed, expected) in [
            ("anne dupont", Fit::Exact),
            ("le goff anne", Fit::Exact),
            ("anne dupont le goff", Fit::Exact),
            ("anne goff", Fit::Part),
            ("anne dupont goff", Fit::Part),
        ] {
            assert_eq!(says(typed, &person), expected, "{typed}");
        }
    }

    #[test]
    fn a_birth_name_equal_to_the_family_name_is_one_name() {
        let person = PersonNames {
            birth_name: Some("DUPONT"),
            ..person("Léa", "Dupont")
        };
        assert_eq!(says("lea dupont dupont", &person), Fit::None);
        assert_eq!(person.words(), ["lea", "dupont"]);
    }

    #[test]
    fn the_shown_name_is_exact_only_where_it_is_full() {
        let shown = |display_name| PersonNames {
            display_name,
            ..person("Jean-Baptiste", "Dupont")
        };
        assert_eq!(says("jean dupont", &shown("Jean Dupont")), Fit::Exact);
        assert_eq!(says("jean dupont", &shown("M. Jean DUPONT")), Fit::Exact);
        assert_eq!(says("dupont j", &shown("Dupont J.")), Fit::Part);
        assert_eq!(says("jb dupont", &shown("JB Dupont")), Fit::Part);
        assert_eq!(says("dupont", &shown("Dupont")), Fit::Part);
    }

    #[test]
    fn other_given_names_may_be_added_whole() {
        let others = ["Marie-Claire".to_owned(), "Zoé".to_owned()];
        let person = PersonNames {
            other_given: &others,
            ..person("Léa", "Dupont")
        };
        assert_eq!(says("lea zoe dupont", &person), Fit::Exact);
        assert_eq!(says("lea claire marie dupont", &person), Fit::Exact);
        assert_eq!(says("lea marie dupont", &person), Fit::Part);
        assert_eq!(says("zoe dupont", &person), Fit::Part);
    }

    proptest! {
        #[test]
        fn any_order_of_the_full_name_is_exact(
            (given, family) in people(), seed in any::<prop::sample::Index>()
        ) {
            let person = person(&given, &family);
            let mut words = person.words();
            let turn = seed.index(words.len());
            words.rotate_left(turn);
            prop_assert_eq!(fit(&words, &person), Fit::Exact);
            words.push("xyz".to_owned());
            prop_assert_eq!(fit(&words, &person), Fit::None);
        }

        #[test]
        fn beginnings_of_some_words_are_a_part(
            (given, family) in people(), lengths in prop::collection::vec(0usize..6, 8)
        ) {
            let person = person(&given, &family);
            let words = person.words();
            let typed: Vec<String> = words
                .iter()
                .zip(&lengths)
                .map(|(word, length)| word.chars().take(*length).collect::<String>())
                .filter(|word| !word.is_empty())
                .collect();
            prop_assume!(!typed.is_empty());
            prop_assert_ne!(fit(&typed, &person), Fit::None);
        }
    }
}
