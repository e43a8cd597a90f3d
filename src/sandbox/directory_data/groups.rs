//! Who is in which group.

use crate::sandbox::people::{Population, PostKind};
use crate::sandbox::tree::SCHOOLS;
use std::collections::BTreeMap;

/// A groupOfNames below ou=groupes.
#[derive(Debug)]
pub(super) struct Group {
    /// Names the entry: the school's number and the name, for names repeat from school to school.
    pub(super) cn: String,
    /// Name within the school.
    pub(super) name: String,
    /// SDET class beside groupOfNames.
    pub(super) class: Option<&'static str>,
    /// Index of the school.
    pub(super) school: usize,
    /// Whether the school's entry lists it in `ENTStructureGroupes`.
    pub(super) taught: bool,
    /// `uid`s; never empty (groupOfNames requires a member).
    pub(super) members: Vec<String>,
}

/// All groups: one a class, one a teaching group, the teachers, and the parents' delegates.
pub(super) fn of(population: &Population) -> Vec<Group> {
    type Key = (usize, Option<&'static str>, bool, String);
    let mut groups: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    let mut add = |school, class, taught, name: &str, uid: &str| {
        groups
            .entry((school, class, taught, name.to_owned()))
            .or_default()
            .push(uid.to_owned());
    };
    for pupil in &population.pupils {
        let uid = &pupil.person.uid;
        add(pupil.school, Some("ENTClasse"), false, &pupil.class, uid);
        for group in &pupil.groups {
            add(pupil.school, Some("ENTGroupe"), true, group, uid);
        }
    }
    for adult in &population.adults {
        if let Some(post) = &adult.post
            && matches!(post.kind, PostKind::Teacher(..))
        {
            for school in &post.schools {
                add(
                    *school,
                    Some("ENTProfil"),
                    false,
                    "Enseignants",
                    &adult.person.uid,
                );
            }
        }
    }
    for delegate in delegates(population) {
        let adult = &population.adults[delegate];
        if let Some(child) = adult.children.first() {
            let school = population.pupils[*child].school;
            add(school, None, false, "Parents délégués", &adult.person.uid);
        }
    }
    groups
        .into_iter()
        .map(|((school, class, taught, name), members)| Group {
            cn: format!("{}_{name}", SCHOOLS[school].uai),
            name,
            class,
            school,
            taught,
            members,
        })
        .collect()
}

/// Every fortieth adult, and the second account of every third person who has two: what one account alone
/// may do is what a merge must not lose.
fn delegates(population: &Population) -> std::collections::BTreeSet<usize> {
    let doubles = population.duplicates.iter().map(|(_, second, _)| *second);
    doubles
        .step_by(3)
        .chain((0..population.adults.len()).step_by(40))
        .collect()
}
