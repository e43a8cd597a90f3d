//! What was read before a decision: the accounts concerned, and every entry that names one of them.

use super::mention::named;
use super::names::JoinNames;
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Entries by name, and who names whom. Made once for all the decisions of a run.
#[derive(Debug, Clone, Default)]
pub struct Scene {
    entries: BTreeMap<Dn, Entry>,
    naming: BTreeMap<Dn, BTreeSet<Dn>>,
}

impl Scene {
    /// Puts entries together, each read with [`JoinNames::attributes`].
    pub fn new(entries: impl IntoIterator<Item = Entry>, names: &JoinNames) -> Self {
        let mut scene = Scene::default();
        for entry in entries {
            for attribute in names.naming() {
                for value in entry.texts(attribute) {
                    for person in named(&value) {
                        let by = scene.naming.entry(person).or_default();
                        by.insert(entry.dn.clone());
                    }
                }
            }
            scene.entries.insert(entry.dn.clone(), entry);
        }
        scene
    }

    /// An entry, if it is there.
    pub fn entry(&self, dn: &Dn) -> Option<&Entry> {
        self.entries.get(dn)
    }

    /// The entries that name this one, in the order of their names.
    pub fn naming(&self, dn: &Dn) -> impl Iterator<Item = &Entry> {
        self.naming
            .get(dn)
            .into_iter()
            .flatten()
            .filter_map(|by| self.entries.get(by))
    }

    /// All entries.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }
}
