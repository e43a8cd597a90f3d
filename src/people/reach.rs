//! Which entries of other people a decision may write: those within the profile's schools.

use super::People;
use crate::domain::account::{Account, School};
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::error::Result;
use crate::explain;
use std::collections::BTreeSet;

/// Whose a group is (RFC 4519 section 2.21): in school directories the school.
const OWNER: &str = "owner";

/// Entries that a decision would write, told apart.
#[derive(Debug, Default)]
pub struct Reached {
    /// The people among them.
    pub people: Vec<Account>,
    /// What belongs to a school outside the profile, people aside.
    pub outside: BTreeSet<Dn>,
}

impl People {
    /// Tells entries apart by what they are. People are to be judged as people; a group is judged by its owner, else by
    /// the number of a school in its name. One that tells neither is nobody's, and left to the directory's own rules.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn reached(&self, names: &[Dn]) -> Result<Reached> {
        let mut reached = Reached::default();
        if names.is_empty() {
            return Ok(reached);
        }
        let mut attributes = self.schema.person_attributes();
        attributes.push(OWNER.to_owned());
        let entries = self
            .directory
            .read_many(names, &attributes)
            .await
            .map_err(explain::directory)?;
        let mut others = Vec::new();
        for entry in entries.into_iter().flatten() {
            if self.schema.is_person(&entry) {
                reached.people.push(self.schema.account(&entry));
            } else {
                others.push(entry);
            }
        }
        if self.scope.names_schools() && !others.is_empty() {
            let all = self.all_schools().await?;
            let outside = others
                .iter()
                .filter(|entry| self.is_of_another_school(entry, all));
            reached.outside = outside.map(|entry| entry.dn.clone()).collect();
        }
        Ok(reached)
    }

    fn is_of_another_school(&self, entry: &Entry, all: &[School]) -> bool {
        let of = schools_of(entry, all);
        !of.is_empty() && !of.iter().any(|school| self.scope.covers(school))
    }
}

/// The schools that a group is of.
fn schools_of<'a>(entry: &Entry, all: &'a [School]) -> Vec<&'a School> {
    let owners: Vec<Dn> = entry
        .texts(OWNER)
        .iter()
        .filter_map(|owner| Dn::parse(owner).ok())
        .collect();
    let owned = |school: &&School| owners.contains(&school.dn);
    let of: Vec<&School> = all.iter().filter(owned).collect();
    if !of.is_empty() {
        return of;
    }
    let name = entry.dn.as_str().to_uppercase();
    let named = |school: &&School| {
        let uai = school.uai.as_ref();
        uai.is_some_and(|uai| !uai.is_empty() && name.contains(&uai.to_uppercase()))
    };
    all.iter().filter(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn school(number: &str, uai: &str) -> School {
        School {
            dn: Dn::parse(&format!("ENTStructureSIREN={number},dc=x")).expect("dn"),
            uai: Some(uai.to_owned()),
            name: number.to_owned(),
            classes: Vec::new(),
        }
    }

    #[test]
    fn a_group_is_of_the_school_that_owns_it_else_of_the_one_whose_number_it_bears() {
        let all = [school("1", "0310042X"), school("2", "0310043Y")];
        let group = |cn: &str, owner: &[&str]| {
            let dn = Dn::parse("ou=groupes,dc=x").expect("dn").child("cn", cn);
            Entry::new(dn).with(OWNER, owner)
        };
        let of = |entry: &Entry| -> Vec<String> {
            let of = schools_of(entry, &all);
            of.into_iter().map(|s| s.name.clone()).collect()
        };
        let owned = group("0310043Y_6A", &["entstructuresiren=1, dc=x"]);
        assert_eq!(of(&owned), ["1"], "the owner comes first");
        assert_eq!(
            of(&group("ent:Etablissements:LE_LYCEE_0310043y:Parents", &[])),
            ["2"]
        );
        assert_eq!(
            of(&group("Parents délégués", &["cn=grouper,dc=x"])),
            [] as [&str; 0]
        );
    }
}
