//! The edits of one decision, put together value by value before they become changes.

use super::Parties;
use super::gift::Gift;
use super::names::JoinNames;
use super::scene::Scene;
use crate::domain::change::{Before, Change, Modification, NewValue, Operation, Reliance};
use crate::domain::dn::Dn;
use crate::domain::effect::alike;
use std::collections::BTreeMap;

/// The entries of a scene as a decision would leave them. Each entry becomes one change, in the order in which the
/// entries were first touched; [`Draft::at_last`] puts one behind all others.
#[derive(Debug)]
pub struct Draft<'a> {
    scene: &'a Scene,
    edits: BTreeMap<Dn, Vec<Edit>>,
    order: Vec<Dn>,
    last: Vec<Dn>,
    relied: BTreeMap<Dn, Vec<Reliance>>,
    deleted: Vec<Dn>,
    /// What is never kept of an entry that goes.
    secret: Option<String>,
    /// What was given and is recorded elsewhere than in the directory.
    noted: BTreeMap<Dn, Vec<Gift>>,
}

/// As many values are kept in a history as they were.
const KEPT_WHOLE: usize = 20;

/// One attribute of one entry, before and after.
#[derive(Debug)]
struct Edit {
    attribute: String,
    before: Vec<String>,
    now: Vec<String>,
    /// Those of the former that are gone, and those of the latter that are new: noted as they come and go, for a group
    /// of thousands cannot be compared with itself at each decision.
    taken: Vec<String>,
    put: Vec<String>,
    /// Written as a whole, whatever stands there by then.
    whole: bool,
}

impl<'a> Draft<'a> {
    /// Begins with the entries as they are.
    pub fn new(scene: &'a Scene) -> Self {
        Draft {
            scene,
            edits: BTreeMap::new(),
            order: Vec::new(),
            last: Vec::new(),
            relied: BTreeMap::new(),
            deleted: Vec::new(),
            secret: None,
            noted: BTreeMap::new(),
        }
    }

    /// What links gave a principal and is recorded elsewhere than in the directory.
    pub(super) fn noted(&self, principal: &Dn) -> &[Gift] {
        match self.noted.get(principal) {
            Some(gifts) => gifts,
            None => self.scene.noted(principal),
        }
    }

    /// The same, to be changed.
    pub(super) fn noted_mut(&mut self, principal: &Dn) -> &mut Vec<Gift> {
        let scene = self.scene;
        self.noted
            .entry(principal.clone())
            .or_insert_with(|| scene.noted(principal).to_vec())
    }

    /// What it was begun with.
    pub fn scene(&self) -> &'a Scene {
        self.scene
    }

    /// The values of an attribute as the decision leaves them so far.
    pub fn values(&self, dn: &Dn, attribute: &str) -> Vec<String> {
        match self.edit(dn, attribute) {
            Some(edit) => edit.now.clone(),
            None => self
                .scene
                .entry(dn)
                .map(|entry| entry.texts(attribute))
                .unwrap_or_default(),
        }
    }

    /// Whether an attribute holds this value, in any spelling.
    pub fn holds(&self, dn: &Dn, attribute: &str, value: &str) -> bool {
        self.values(dn, attribute).iter().any(|v| alike(v, value))
    }

    /// Adds a value; whether it was not there.
    pub fn add(&mut self, dn: &Dn, attribute: &str, value: &str) -> bool {
        if self.holds(dn, attribute, value) {
            return false;
        }
        // A value that was taken away comes back as it was spelled.
        let edit = self.touch(dn, attribute);
        let back = edit.taken.iter().position(|v| alike(v, value));
        let value = match back {
            Some(at) => edit.taken.remove(at),
            None => {
                edit.put.push(value.to_owned());
                value.to_owned()
            }
        };
        edit.now.push(value);
        true
    }

    /// Takes a value away; whether it was there.
    pub fn remove(&mut self, dn: &Dn, attribute: &str, value: &str) -> bool {
        if !self.holds(dn, attribute, value) {
            return false;
        }
        let edit = self.touch(dn, attribute);
        let gone = edit.now.iter().position(|v| alike(v, value));
        if let Some(at) = gone {
            let gone = edit.now.remove(at);
            match edit.put.iter().position(|v| *v == gone) {
                Some(at) => drop(edit.put.remove(at)),
                None => edit.taken.push(gone),
            }
        }
        true
    }

    /// Puts these values in the place of whatever stands there by then: of what the server writes by itself.
    pub fn replace(&mut self, dn: &Dn, attribute: &str, values: &[&str]) {
        let edit = self.touch(dn, attribute);
        edit.now = values.iter().map(|v| (*v).to_owned()).collect();
        edit.taken = missing_from(&edit.before, &edit.now);
        edit.put = missing_from(&edit.now, &edit.before);
        edit.whole = true;
    }

    /// What must hold of an entry beside what is written to it.
    pub fn rely(&mut self, dn: &Dn, reliance: Reliance) {
        let relied = self.relied.entry(dn.clone()).or_default();
        if !relied.contains(&reliance) {
            relied.push(reliance);
        }
    }

    /// Puts the change of an entry first, before all that were touched already.
    pub fn at_first(&mut self, dn: &Dn) {
        self.order.retain(|d| d != dn);
        self.order.insert(0, dn.clone());
    }

    /// Puts the change of an entry behind all others.
    pub fn at_last(&mut self, dn: &Dn) {
        self.order.retain(|d| d != dn);
        self.last.retain(|d| d != dn);
        self.last.push(dn.clone());
    }

    /// Deletes an entry when all else is done. It must have been read with all its attributes; of `secret`, the
    /// password, nothing is kept.
    pub fn delete(&mut self, dn: &Dn, secret: Option<&String>) {
        self.deleted.push(dn.clone());
        self.secret = secret.cloned();
    }

    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        self.deleted.is_empty()
            && self
                .edits
                .values()
                .flatten()
                .all(|edit| edit.taken.is_empty() && edit.put.is_empty())
    }

    /// The changes of the decision.
    pub fn changes(self, parties: &Parties) -> Vec<Change> {
        let order = self.order.iter().chain(&self.last);
        let modified = order.filter_map(|dn| self.modify(dn, parties));
        let removed = self.deleted.iter();
        modified
            .chain(removed.filter_map(|dn| self.removal(dn, parties)))
            .collect()
    }

    fn modify(&self, dn: &Dn, parties: &Parties) -> Option<Change> {
        let mut change = self.empty(dn, parties);
        for edit in self.edits.get(dn)? {
            let (taken, put) = (edit.taken.clone(), edit.put.clone());
            if taken.is_empty() && put.is_empty() {
                continue;
            }
            let attribute = || edit.attribute.clone();
            let texts = |values: Vec<String>| values.into_iter().map(NewValue::Text).collect();
            if !edit.whole {
                change
                    .relies_on
                    .extend(taken.iter().map(|value| Reliance::Holds {
                        attribute: attribute(),
                        value: value.clone(),
                    }));
            }
            change
                .relies_on
                .extend(put.iter().map(|value| Reliance::Lacks {
                    attribute: attribute(),
                    value: value.clone(),
                }));
            change.before.push(Before {
                attribute: attribute(),
                values: edit.kept_before(),
            });
            if edit.whole {
                change.modifications.push(Modification::Replace {
                    attribute: attribute(),
                    values: texts(edit.now.clone()),
                });
                continue;
            }
            // What goes goes first: an attribute of one value never holds two.
            if !taken.is_empty() {
                change.modifications.push(Modification::Delete {
                    attribute: attribute(),
                    values: texts(taken),
                });
            }
            if !put.is_empty() {
                change.modifications.push(Modification::Add {
                    attribute: attribute(),
                    values: texts(put),
                });
            }
        }
        (!change.modifications.is_empty()).then_some(change)
    }

    /// The removal of an entry, as it will be when all before was done.
    fn removal(&self, dn: &Dn, parties: &Parties) -> Option<Change> {
        let entry = self.scene.entry(dn)?;
        let mut change = Change {
            operation: Operation::DeleteEntry { dn: dn.clone() },
            ..self.empty(dn, parties)
        };
        for attribute in &entry.attributes {
            let is = |name: &str| attribute.name.eq_ignore_ascii_case(name);
            let values = self.values(dn, &attribute.name);
            // The server's own comes back by itself, and is another one then.
            if values.is_empty() || is("entryUUID") || self.secret.as_deref().is_some_and(is) {
                continue;
            }
            change.modifications.push(Modification::Delete {
                attribute: attribute.name.to_string(),
                values: values.iter().cloned().map(NewValue::Text).collect(),
            });
            change.before.push(Before {
                attribute: attribute.name.to_string(),
                values,
            });
        }
        if let Some(attribute) = &self.secret {
            change.modifications.push(Modification::Delete {
                attribute: attribute.clone(),
                values: Vec::new(),
            });
            change.before.push(Before {
                attribute: attribute.clone(),
                values: Vec::new(),
            });
        }
        Some(change)
    }

    fn empty(&self, dn: &Dn, parties: &Parties) -> Change {
        let operation = if *dn == parties.kept.dn {
            Operation::Modify
        } else {
            Operation::ModifyEntry { dn: dn.clone() }
        };
        let identity = self
            .scene
            .entry(dn)
            .and_then(|entry| entry.text("entryUUID"))
            .map(|value| Reliance::Holds {
                attribute: "entryUUID".to_owned(),
                value,
            });
        let relied = self.relied.get(dn).into_iter().flatten().cloned();
        Change {
            account: parties.kept.clone(),
            operation,
            relies_on: identity.into_iter().chain(relied).collect(),
            besides: Vec::new(),
            with: parties.others.clone(),
            modifications: Vec::new(),
            before: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn edit(&self, dn: &Dn, attribute: &str) -> Option<&Edit> {
        self.edits
            .get(dn)?
            .iter()
            .find(|edit| edit.attribute.eq_ignore_ascii_case(attribute))
    }

    fn touch(&mut self, dn: &Dn, attribute: &str) -> &mut Edit {
        if !self.edits.contains_key(dn) && !self.order.contains(dn) && !self.last.contains(dn) {
            self.order.push(dn.clone());
        }
        let edits = self.edits.entry(dn.clone()).or_default();
        let place = edits
            .iter()
            .position(|edit| edit.attribute.eq_ignore_ascii_case(attribute));
        let place = place.unwrap_or_else(|| {
            let before = self
                .scene
                .entry(dn)
                .map(|entry| entry.texts(attribute))
                .unwrap_or_default();
            edits.push(Edit {
                attribute: attribute.to_owned(),
                now: before.clone(),
                before,
                taken: Vec::new(),
                put: Vec::new(),
                whole: false,
            });
            edits.len() - 1
        });
        &mut edits[place]
    }
}

impl Edit {
    /// What is kept of the values before. A group may have thousands of members, and be in thousands of decisions: of
    /// one that long, what the way back needs, which is what goes, and one that stays.
    fn kept_before(&self) -> Vec<String> {
        if self.whole || self.before.len() <= KEPT_WHOLE {
            return self.before.clone();
        }
        let mut kept = self.taken.clone();
        let stays = |value: &&String| !kept.iter().any(|k| alike(k, value));
        let one = self.before.iter().find(stays).cloned();
        kept.extend(one);
        kept
    }
}

fn missing_from(values: &[String], others: &[String]) -> Vec<String> {
    let there = |value: &&String| !others.iter().any(|o| alike(o, value));
    values.iter().filter(there).cloned().collect()
}

/// Drops the classes that stand for nothing any more, and adds those that are needed.
impl Draft<'_> {
    /// Adds the class that a tie to another account needs; whether it was not there.
    pub fn need_class(&mut self, dn: &Dn, class: Option<&String>) -> bool {
        class.is_some_and(|class| self.add(dn, "objectClass", class))
    }

    /// Whether any attribute of the class that records need is still in use.
    pub fn keeps_records(&self, dn: &Dn, names: &JoinNames) -> bool {
        [&names.record, &names.not_same, &names.former_login]
            .into_iter()
            .flatten()
            .any(|attribute| !self.values(dn, attribute).is_empty())
    }

    /// Whether the account is still tied to another one.
    pub fn is_tied(&self, dn: &Dn, names: &JoinNames) -> bool {
        [
            &names.linked_to,
            &names.secondaries,
            &names.merged_into,
            &names.absorbed,
        ]
        .into_iter()
        .flatten()
        .any(|attribute| !self.values(dn, attribute).is_empty())
    }
}
