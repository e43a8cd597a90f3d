//! What the generator knows and the directory does not tell, kept beside the data for tests and benches.

use super::people::{Person, Population};
use super::tree::SCHOOLS;
use serde::Serialize;
use std::collections::BTreeMap;

/// `truth.json`.
#[derive(Debug, Serialize)]
pub(super) struct Truth<'a> {
    format_version: u32,
    seed: u64,
    pupils: usize,
    parents: usize,
    staff: usize,
    schools: Vec<&'static str>,
    /// The rule after which those who chose a password chose it.
    password_rule: &'static str,
    /// Pairs of accounts that are one person; three accounts give three pairs.
    duplicates: Vec<Pair<'a>>,
    /// `uid`s of the people who are always there, by what they are there for.
    cast: &'a BTreeMap<&'static str, String>,
    teachers_who_are_parents: Vec<&'a str>,
    parents_in_both_schools: Vec<&'a str>,
    without_mail: Vec<&'a str>,
    disabled: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct Pair<'a> {
    a: &'a str,
    b: &'a str,
    /// How the second was made to differ.
    difference: &'static str,
}

impl<'a> Truth<'a> {
    pub(super) fn of(population: &'a Population, seed: u64) -> Self {
        let adults = &population.adults;
        let uid = |index: usize| adults[index].person.uid.as_str();
        let everybody = || {
            let pupils = population.pupils.iter().map(|p| &p.person);
            pupils.chain(adults.iter().map(|a| &a.person))
        };
        let those = |test: fn(&Person) -> bool| {
            let found = everybody().filter(|p| test(p));
            found.map(|p| p.uid.as_str()).collect()
        };
        let parents = || adults.iter().filter(|a| !a.children.is_empty());
        Truth {
            format_version: 1,
            seed,
            pupils: population.pupils.len(),
            parents: parents().count(),
            staff: adults.iter().filter(|a| a.post.is_some()).count(),
            schools: SCHOOLS.iter().map(|s| s.uai).collect(),
            password_rule: "ent-<uid>",
            duplicates: population
                .duplicates
                .iter()
                .map(|(a, b, difference)| Pair {
                    a: uid(*a),
                    b: uid(*b),
                    difference,
                })
                .collect(),
            cast: &population.cast,
            teachers_who_are_parents: parents()
                .filter(|a| a.post.is_some())
                .map(|a| a.person.uid.as_str())
                .collect(),
            parents_in_both_schools: parents()
                .filter(|a| population.in_both_schools(a))
                .map(|a| a.person.uid.as_str())
                .collect(),
            without_mail: those(|p| p.mail.is_none()),
            disabled: those(|p| p.disabled),
        }
    }
}
