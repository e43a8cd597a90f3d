//! What is true of the made-up directory: which entries are one person, which look like it and are not.

use crate::people::{PersonId, Tie, World};
use crate::records::{Mark, Record};
use std::collections::{BTreeMap, BTreeSet};

/// Two entries, the smaller uid first.
pub type Pair = (String, String);

/// A pair of two uids in the order in which pairs are kept.
pub fn pair(a: &str, b: &str) -> Pair {
    if a < b {
        (a.to_owned(), b.to_owned())
    } else {
        (b.to_owned(), a.to_owned())
    }
}

/// The truth about a directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// Pairs of entries of one person, and what sets them apart.
    pub same: BTreeMap<Pair, BTreeSet<String>>,
    /// Pairs of entries of two people who are something to each other.
    pub traps: BTreeMap<Pair, BTreeSet<String>>,
    /// For every uid: its person, and what happened when it was typed.
    pub people: BTreeMap<String, (PersonId, BTreeSet<String>)>,
}

impl Truth {
    /// The truth about these records.
    pub fn of(world: &World, records: &[Record]) -> Self {
        let mut by_person: BTreeMap<PersonId, Vec<&Record>> = BTreeMap::new();
        let mut truth = Truth::default();
        for record in records {
            by_person.entry(record.person).or_default().push(record);
            let marks = record
                .marks
                .iter()
                .map(|mark| mark.word().to_owned())
                .collect();
            truth
                .people
                .insert(record.uid.clone(), (record.person, marks));
        }
        for entries in by_person.values() {
            for (at, a) in entries.iter().enumerate() {
                for b in &entries[at + 1..] {
                    let mut kinds = kinds(a, b);
                    if entries.len() > 2 {
                        kinds.insert("stands-three-times".to_owned());
                    }
                    truth.same.insert(pair(&a.uid, &b.uid), kinds);
                }
            }
        }
        for (one, other, tie) in &world.ties {
            truth.trap(&by_person, *one, *other, *tie);
        }
        truth
    }

    fn trap(
        &mut self,
        by_person: &BTreeMap<PersonId, Vec<&Record>>,
        one: PersonId,
        other: PersonId,
        tie: Tie,
    ) {
        let entries = |person| {
            by_person
                .get(&person)
                .map(Vec::as_slice)
                .unwrap_or_default()
        };
        for a in entries(one) {
            for b in entries(other) {
                self.traps
                    .entry(pair(&a.uid, &b.uid))
                    .or_default()
                    .insert(tie.word().to_owned());
            }
        }
    }
}

/// What sets two entries of one person apart.
fn kinds(a: &Record, b: &Record) -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    // Where both suffered the same, nothing sets them apart; two slips of the finger are two.
    for mark in a.marks.symmetric_difference(&b.marks) {
        kinds.insert(mark.word().to_owned());
    }
    for mark in a.marks.intersection(&b.marks) {
        let differs = match mark {
            Mark::NameTypo => {
                a.surname.to_lowercase() != b.surname.to_lowercase() || a.given != b.given
            }
            Mark::MailTypo => a.mail != b.mail,
            Mark::PhoneTypo | Mark::AddressTypo => true,
            _ => false,
        };
        if differs {
            kinds.insert(mark.word().to_owned());
        }
    }
    for word in [Mark::Filler.word(), Mark::SchoolNumber.word()] {
        kinds.remove(word);
    }
    if a.occasion.home != b.occasion.home {
        kinds.insert("moved-house".to_owned());
    }
    if a.occasion.mobile != b.occasion.mobile {
        kinds.insert("other-mobile".to_owned());
    }
    if a.occasion.mail != b.occasion.mail {
        kinds.insert("other-mail".to_owned());
    }
    if kinds.is_empty() {
        kinds.insert("only-notation".to_owned());
    }
    if nothing_but_the_name(a, b) {
        kinds.insert("nothing-but-the-name".to_owned());
    }
    kinds.insert(
        if a.school == b.school {
            "one-school"
        } else {
            "two-schools"
        }
        .to_owned(),
    );
    kinds
}

/// Whether no contact and no child of theirs is the same: hardly anybody could tell.
fn nothing_but_the_name(a: &Record, b: &Record) -> bool {
    let spoiled = |mark: Mark| a.marks.contains(&mark) || b.marks.contains(&mark);
    let mail = a.occasion.mail == b.occasion.mail
        && !spoiled(Mark::NoMail)
        && !spoiled(Mark::PartnerMail)
        && !spoiled(Mark::MailTypo);
    let mobile = a.occasion.mobile == b.occasion.mobile
        && !spoiled(Mark::NoMobile)
        && !spoiled(Mark::PhoneTypo);
    let at_home = a.occasion.home == b.occasion.home;
    let address = at_home && !spoiled(Mark::NoAddress);
    let landline = at_home
        && a.home_phone.is_some()
        && b.home_phone.is_some()
        && !spoiled(Mark::SchoolNumber)
        && !spoiled(Mark::PhoneTypo);
    let child = a.children.iter().any(|child| b.children.contains(child));
    !mail && !mobile && !address && !landline && !child
}
