use super::*;
use proptest::prelude::*;
use std::collections::{BTreeSet, HashSet};

fn everybody(population: &Population) -> impl Iterator<Item = &Person> {
    let pupils = population.pupils.iter().map(|p| &p.person);
    pupils.chain(population.adults.iter().map(|a| &a.person))
}

#[test]
fn the_schools_have_the_size_asked_for() {
    let people = Population::generate(1, 900);
    assert_eq!(people.pupils.len(), 900);
    let college = people.pupils.iter().filter(|p| p.school == 0).count();
    assert!((580..=620).contains(&college), "{college}");
    let parents = people.adults.iter().filter(|a| !a.children.is_empty());
    let parents = parents.count();
    assert!((1_600..=1_800).contains(&parents), "{parents}");
    let staff = people.adults.iter().filter(|a| a.post.is_some()).count();
    assert_eq!(staff, 120);
    for class in ["6A", "6B", "5A", "3D", "ULIS"] {
        assert!(people.classes(0).contains(class), "{class}");
    }
    for class in ["2NDE 1", "1ERE 4", "TERM 4", "ULIS"] {
        assert!(people.classes(1).contains(class), "{class}");
    }
    assert!(!people.classes(1).contains("6A"));
    let sizes: Vec<usize> = people
        .classes(0)
        .iter()
        .map(|c| {
            people
                .pupils
                .iter()
                .filter(|p| p.school == 0 && p.class == *c)
                .count()
        })
        .collect();
    assert!(sizes.iter().all(|n| (5..=30).contains(n)), "{sizes:?}");
}

#[test]
fn every_case_of_a_school_office_is_there() {
    let people = Population::generate(1, 900);
    let pupils = &people.pupils;
    let lea: Vec<_> = pupils
        .iter()
        .filter(|p| p.person.full_name() == "Léa Dupont" && p.school == 0)
        .collect();
    let classes: BTreeSet<_> = lea.iter().map(|p| p.class.as_str()).collect();
    assert!(
        classes.contains("6A") && classes.contains("5A"),
        "{classes:?}"
    );
    let hugo = pupils
        .iter()
        .filter(|p| p.person.full_name() == "Hugo Martin");
    assert_eq!(hugo.map(|p| p.school).collect::<BTreeSet<_>>().len(), 2);
    let share = |count: usize, of: usize| count * 100 / of;
    let none = |p: &Person| p.password == Password::Never;
    let pupils_without = pupils.iter().filter(|p| none(&p.person)).count();
    assert!(
        (11..=19).contains(&share(pupils_without, 900)),
        "{pupils_without}"
    );
    let parents: Vec<_> = people
        .adults
        .iter()
        .filter(|a| !a.children.is_empty())
        .collect();
    let parents_without = parents.iter().filter(|a| none(&a.person)).count();
    assert!(
        (25..=37).contains(&share(parents_without, parents.len())),
        "{parents_without}"
    );
    let count = |test: &dyn Fn(&Person) -> bool| everybody(&people).filter(|p| test(p)).count();
    assert!(count(&|p| p.disabled) >= 4);
    assert!(count(&|p| matches!(p.password, Password::Initial(_))) >= 20);
    assert!(count(&|p| p.mail.is_none()) >= 100);
    assert!(count(&|p| p.last_login.is_some()) >= 500);
    assert!(count(&|p| p.alias.is_some()) >= 1);
    assert!(count(&|p| p.language.is_some()) >= 5);
    assert!(parents.iter().filter(|a| people.in_both_schools(a)).count() >= 5);
    assert!(parents.iter().filter(|a| a.post.is_some()).count() >= 5);
    assert!(people.duplicates.len() >= 60, "{}", people.duplicates.len());
    assert!(pupils.iter().filter(|p| p.older_links).count() >= 20);
    assert!(people.cast.len() >= 40);
}

#[test]
fn the_values_of_an_attribute_stand_together() {
    let mut out = Vec::new();
    let none = std::collections::BTreeMap::new();
    let people = Population::generate(1, 300);
    crate::sandbox::directory_data::write(&mut out, &people, &none).expect("LDIF");
    let text = String::from_utf8(out).expect("text");
    for entry in text.split("\n\n") {
        let mut names: Vec<&str> = entry
            .lines()
            .filter_map(|l| Some(l.split_once(':')?.0))
            .collect();
        names.dedup();
        let distinct: HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{entry}");
    }
}

#[test]
fn the_bytes_are_those_of_the_last_time() {
    let write = |seed, pupils| {
        let mut out = Vec::new();
        let none = std::collections::BTreeMap::new();
        let people = Population::generate(seed, pupils);
        crate::sandbox::directory_data::write(&mut out, &people, &none).expect("LDIF");
        out
    };
    let once = write(7, 120);
    assert_eq!(once, write(7, 120));
    assert_ne!(once, write(8, 120));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn what_must_hold_holds_for_any_seed(seed: u64, pupils in CAST_PUPILS..400) {
        let people = Population::generate(seed, pupils);
        prop_assert_eq!(people.pupils.len(), pupils as usize);
        let mut uids = HashSet::new();
        let mut logins = HashSet::new();
        let mut keys = HashSet::new();
        for person in everybody(&people) {
            prop_assert_eq!(person.uid.len(), 8);
            prop_assert!(uids.insert(&person.uid));
            prop_assert!(logins.insert(&person.login));
            prop_assert!(keys.insert(person.join_key));
            prop_assert!(person.mail.as_ref().is_none_or(|m| m.is_ascii() && m.contains('@')));
        }
        // Links stand on both sides, each once, and nobody is without.
        for (index, pupil) in people.pupils.iter().enumerate() {
            prop_assert!(!pupil.relations.is_empty());
            for relation in &pupil.relations {
                let children = &people.adults[relation.adult].children;
                prop_assert_eq!(children.iter().filter(|c| **c == index).count(), 1);
            }
        }
        for (index, adult) in people.adults.iter().enumerate() {
            prop_assert!(!adult.children.is_empty() || adult.post.is_some());
            for child in &adult.children {
                prop_assert!(people.pupils[*child].relations.iter().any(|r| r.adult == index));
            }
        }
        for (a, b, _) in &people.duplicates {
            prop_assert!(a != b);
            prop_assert!(!people.adults[*a].children.is_empty());
            prop_assert!(!people.adults[*b].children.is_empty());
        }
    }
}
