//! That the same seed gives the same directory, and that whatever is said of it is true by construction.

use families::level::LEVELS;
use families::people::{Person, Tie, World};
use families::records::{Mark, Record};
use families::truth::pair;
use families::{Made, ldif, made, truth_files};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Small enough for a test, large enough for most traps.
const PEOPLE: usize = 400;

fn directory(made: &Made) -> Vec<u8> {
    let mut out = Vec::new();
    ldif::write(&mut out, &made.world, &made.records).expect("memory");
    out
}

/// Homes and contacts of two people, by their ties.
fn is_true(world: &World, a: &Person, b: &Person, tie: Tie) -> bool {
    let landline = |person: &Person| world.homes[person.home].landline.clone();
    let one_name = a.used_name == b.used_name;
    let one_home = a.home == b.home;
    match tie {
        Tie::SpousesOneName => one_name && one_home,
        Tie::SpousesTwoNames => !one_name && one_home,
        Tie::SpousesNearNames => one_name && one_home && a.sex != b.sex,
        Tie::SameSexCouple => a.sex == b.sex && one_home,
        Tie::SeparatedParents => !one_home,
        Tie::SharedMail => a.mail.is_some() && a.mail == b.mail,
        Tie::SharedMobile => a.mobile.is_some() && a.mobile == b.mobile,
        Tie::FatherAndSon | Tie::MotherAndDaughter => {
            a.sex == b.sex && a.generation != b.generation && a.birth_name == b.birth_name
        }
        Tie::NamesakeGenerations => one_name && a.given == b.given && a.generation != b.generation,
        Tie::Twins => {
            a.born == b.born && a.birth_name == b.birth_name && a.given != b.given && a.sex == b.sex
        }
        Tie::Siblings => a.birth_name == b.birth_name && a.given != b.given,
        Tie::SiblingsAtOneAddress | Tie::InLawsAtOneAddress => one_home,
        Tie::GrandparentsLandline => {
            !one_home && landline(a).is_some() && landline(a) == landline(b)
        }
        Tie::Colleagues => one_home && landline(a).is_some(),
        Tie::HomonymAtSchool | Tie::HomonymElsewhere => one_name && a.given == b.given,
    }
}

fn digits(text: &str) -> String {
    let digits: String = text
        .replace("(0)", "")
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    digits[digits.len() - 9..].to_owned()
}

fn letters(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Whether a mark, or its absence, agrees with what was typed.
fn agrees(world: &World, record: &Record, mark: Mark) -> bool {
    let person = &world.people[record.person];
    let marked = record.marks.contains(&mark);
    let filler = record.marks.contains(&Mark::Filler);
    match mark {
        Mark::NoTitle => marked == record.title.is_none(),
        Mark::NoMail => !marked || record.mail.is_none() || filler,
        Mark::NoMobile => !marked || record.mobile.is_none() || filler,
        Mark::NoAddress => {
            marked == record.address.is_none()
                && record.address.is_some() == record.postcode.is_some()
        }
        Mark::PartnerMail => {
            !marked
                || person
                    .partner
                    .is_some_and(|p| world.people[p].mail != person.mail)
        }
        Mark::MailTypo => {
            let typed = record.mail == record.occasion.mail;
            marked
                || typed
                || record.marks.contains(&Mark::NoMail)
                || record.marks.contains(&Mark::PartnerMail)
        }
        Mark::PhoneTypo => {
            let known = record.occasion.mobile.as_deref().map(digits);
            marked
                || record.marks.contains(&Mark::NoMobile)
                || record.mobile.as_deref().map(digits) == known
        }
        Mark::SchoolNumber => {
            let own = digits(&world.schools[record.school].phone);
            !marked || record.home_phone.as_deref().map(digits) == Some(own)
        }
        Mark::OtherSurname => !marked || person.birth_name != person.used_name,
        Mark::SecondGiven => !marked || !person.others.is_empty(),
        // Without any mark on the names they are the person's, but for capitals.
        Mark::NameTypo => {
            let spoiled = [
                Mark::NameTypo,
                Mark::AccentsLost,
                Mark::Rejoined,
                Mark::SecondGiven,
                Mark::Swapped,
                Mark::OtherSurname,
            ];
            spoiled.iter().any(|mark| record.marks.contains(mark))
                || (letters(&record.surname) == letters(&person.used_name)
                    && letters(&record.given) == letters(&person.given))
        }
        Mark::Swapped | Mark::AccentsLost | Mark::Rejoined | Mark::AddressTypo | Mark::Filler => {
            true
        }
    }
}

const MARKS: [Mark; 10] = [
    Mark::NoTitle,
    Mark::NoMail,
    Mark::NoMobile,
    Mark::NoAddress,
    Mark::PartnerMail,
    Mark::MailTypo,
    Mark::PhoneTypo,
    Mark::SchoolNumber,
    Mark::OtherSurname,
    Mark::NameTypo,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_seed_gives_the_same_directory_and_another_one_another(seed: u64, level in 0_usize..4) {
        let one = made(PEOPLE, seed, &LEVELS[level]);
        prop_assert_eq!(directory(&one), directory(&made(PEOPLE, seed, &LEVELS[level])));
        prop_assert_ne!(directory(&one), directory(&made(PEOPLE, seed.wrapping_add(1), &LEVELS[level])));
    }

    #[test]
    fn pairs_are_one_person_exactly_where_the_truth_says_so(seed: u64, level in 0_usize..4) {
        let made = made(PEOPLE, seed, &LEVELS[level]);
        let mut same = BTreeSet::new();
        for (at, a) in made.records.iter().enumerate() {
            for b in &made.records[at + 1..] {
                if a.person == b.person {
                    same.insert(pair(&a.uid, &b.uid));
                }
            }
        }
        prop_assert_eq!(&same, &made.truth.same.keys().cloned().collect());
        prop_assert!(made.truth.traps.keys().all(|pair| !same.contains(pair)));
        prop_assert!(made.truth.same.values().all(|kinds| !kinds.is_empty()));
    }

    #[test]
    fn what_two_people_are_to_each_other_is_true(seed: u64, level in 0_usize..4) {
        let made = made(PEOPLE, seed, &LEVELS[level]);
        for (a, b, tie) in &made.world.ties {
            prop_assert!(a < b);
            let (one, other) = (&made.world.people[*a], &made.world.people[*b]);
            prop_assert!(is_true(&made.world, one, other, *tie), "{tie:?}\n{one:?}\n{other:?}");
        }
    }

    #[test]
    fn what_is_said_to_have_gone_wrong_did(seed: u64, level in 0_usize..4) {
        let made = made(PEOPLE, seed, &LEVELS[level]);
        for record in &made.records {
            for mark in MARKS {
                prop_assert!(agrees(&made.world, record, mark), "{mark:?}\n{record:?}");
            }
        }
    }

    #[test]
    fn everybody_has_an_account_and_every_account_a_child_that_names_it(seed: u64, level in 0_usize..4) {
        let made = made(PEOPLE, seed, &LEVELS[level]);
        prop_assert!(made.world.people.len() >= PEOPLE);
        let people: HashSet<usize> = made.records.iter().map(|record| record.person).collect();
        prop_assert_eq!(people.len(), made.world.people.len());
        let uids: HashSet<&str> = made.records.iter().map(|record| record.uid.as_str()).collect();
        prop_assert_eq!(uids.len(), made.records.len());
        let keys: HashSet<&str> = made.records.iter().map(|record| record.jointure.as_str()).collect();
        prop_assert_eq!(keys.len(), made.records.len());
        let (mut down, mut up) = (BTreeSet::new(), BTreeSet::new());
        ldif::read(directory(&made).as_slice(), |entry| {
            let dn = &entry["dn"][0];
            for child in entry.get("entauxpersreleleveeleve").into_iter().flatten() {
                down.insert((dn.clone(), child.clone()));
            }
            for link in entry.get("entelevepersreleleve").into_iter().flatten() {
                let parent = link.split('$').next().unwrap_or_default();
                up.insert((parent.to_owned(), dn.clone()));
            }
        }).expect("LDIF");
        prop_assert_eq!(&down, &up);
        let with_children: HashSet<&String> = down.iter().map(|(parent, _)| parent).collect();
        prop_assert_eq!(with_children.len(), made.records.len());
    }

    #[test]
    fn the_truth_comes_back_from_its_files(seed: u64) {
        let made = made(PEOPLE, seed, &LEVELS[2]);
        let folder = tempfile::tempdir().expect("a folder");
        truth_files::write(folder.path(), &made.truth).expect("written");
        prop_assert_eq!(truth_files::read(folder.path()).expect("read"), made.truth);
    }
}

#[test]
fn a_large_directory_holds_every_trap_and_a_true_to_life_share_of_duplicates() {
    for seed in [1, 2] {
        let made = made(20_000, seed, &LEVELS[1]);
        let mut copies: BTreeMap<usize, usize> = BTreeMap::new();
        for record in &made.records {
            *copies.entry(record.person).or_default() += 1;
        }
        let share = copies.values().filter(|c| **c > 1).count() as f64 / copies.len() as f64;
        assert!((0.04..0.08).contains(&share), "{share}");
        assert!(
            copies.values().any(|c| *c == 3),
            "nobody stands three times"
        );
        let ties: HashSet<Tie> = made.world.ties.iter().map(|(_, _, tie)| *tie).collect();
        for tie in [
            Tie::SpousesOneName,
            Tie::SpousesTwoNames,
            Tie::SpousesNearNames,
            Tie::SameSexCouple,
            Tie::SeparatedParents,
            Tie::SharedMail,
            Tie::SharedMobile,
            Tie::FatherAndSon,
            Tie::MotherAndDaughter,
            Tie::NamesakeGenerations,
            Tie::Twins,
            Tie::Siblings,
            Tie::SiblingsAtOneAddress,
            Tie::InLawsAtOneAddress,
            Tie::GrandparentsLandline,
            Tie::Colleagues,
            Tie::HomonymAtSchool,
            Tie::HomonymElsewhere,
        ] {
            assert!(ties.contains(&tie), "{tie:?} with seed {seed}");
        }
        let marks: HashSet<Mark> = made
            .records
            .iter()
            .flat_map(|record| record.marks.iter().copied())
            .collect();
        assert_eq!(marks.len(), 16, "{marks:?}");
    }
}

#[test]
fn without_noise_nothing_goes_wrong() {
    let made = made(PEOPLE, 5, &LEVELS[0]);
    let wrong = [
        Mark::NameTypo,
        Mark::Rejoined,
        Mark::SecondGiven,
        Mark::Swapped,
        Mark::OtherSurname,
        Mark::NoTitle,
        Mark::PartnerMail,
        Mark::MailTypo,
        Mark::PhoneTypo,
        Mark::NoAddress,
        Mark::AddressTypo,
    ];
    for record in &made.records {
        assert!(
            wrong.iter().all(|mark| !record.marks.contains(mark)),
            "{record:?}"
        );
    }
}

#[test]
fn neither_the_order_nor_the_key_tells_who_is_who() {
    let made = made(4_000, 3, &LEVELS[1]);
    let numbers: BTreeMap<&str, usize> = made
        .records
        .iter()
        .enumerate()
        .map(|(at, record)| (record.uid.as_str(), at))
        .collect();
    let near = made
        .truth
        .same
        .keys()
        .filter(|(a, b)| {
            numbers[a.as_str()].abs_diff(numbers[b.as_str()]) <= made.records.len() / 20
        })
        .count();
    // By chance some ten percent stand so near each other.
    assert!(
        near * 5 < made.truth.same.len(),
        "{near} of {}",
        made.truth.same.len()
    );
}
