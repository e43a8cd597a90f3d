//! A merge (fusion): one account counts from now on. The kept one gains the children, groups and rights of those it
//! absorbs, every value that names one of these names it instead, and they are closed, pointing to it, or go.

mod collapse;
mod mail;
mod records;

use super::draft::Draft;
use super::link::{called, childless};
use super::mention::{mentions, named, renamed};
use super::names::{JoinKeys, JoinNames};
use super::scene::Scene;
use super::{Joined, Parties, Remark};
use crate::domain::account::Account;
use crate::domain::change::{Before, Change, Modification, NewValue, Operation, Reliance};
use crate::domain::dn::Dn;
use crate::domain::redirect::MailRules;
use crate::domain::time::LOCKED_FOR_GOOD;
use collapse::strongest;
use records::Records;
use std::collections::BTreeSet;

/// What a key of a feed begins with that stands where another one was taken away: a required attribute is never
/// empty.
pub const PLACEHOLDER: &str = "entctl$";

/// What a merge is to do beside joining.
#[derive(Debug, Clone, Copy)]
pub struct MergeRules<'a> {
    /// What becomes of the keys under which the feeds know an absorbed account.
    pub join_keys: JoinKeys,
    /// Whether absorbed accounts go, instead of staying closed.
    pub delete_absorbed: bool,
    /// How redirects and recovery addresses are written, and the kept account; `None` leaves them.
    pub mail: Option<(&'a MailRules, &'a Account)>,
}

/// Merges accounts into the kept one; all of them must be in the scene, and allowed by [`super::may_join`]. Those that
/// are to be deleted must have been read with all their attributes. Done again, it changes nothing.
pub fn merge(
    scene: &Scene,
    names: &JoinNames,
    rules: &MergeRules<'_>,
    parties: &Parties,
) -> Joined {
    let mut work = Work::new(scene, names, parties);
    work.stays = !rules.delete_absorbed;
    work.take_over();
    work.pass_on_ties();
    if let Some((mail_rules, kept)) = rules.mail {
        mail::inherit(&mut work, mail_rules, kept);
    }
    work.reserve_logins();
    if rules.join_keys == JoinKeys::Copy {
        work.copy_keys();
    }
    let moved = if rules.join_keys == JoinKeys::Move {
        work.take_keys()
    } else {
        Vec::new()
    };
    for other in work.absorbed.clone() {
        if rules.delete_absorbed {
            work.delete(&other, rules.join_keys);
        } else {
            work.close(&other);
        }
    }
    work.rely_on_ties();
    let mut joined = work.joined();
    joined
        .changes
        .extend(keys_at_last(scene, names, parties, &moved));
    joined
}

/// Gives the kept account again what a feed has brought back to those it absorbed: children, groups, names anywhere.
/// What was decided at the merge, and may have been decided otherwise since, is left: mail, logins, keys, who is
/// closed.
pub fn carry(scene: &Scene, names: &JoinNames, parties: &Parties) -> Joined {
    let mut work = Work::new(scene, names, parties);
    work.take_over();
    work.pass_on_ties();
    work.joined()
}

/// A merge under way.
struct Work<'a> {
    draft: Draft<'a>,
    scene: &'a Scene,
    names: &'a JoinNames,
    parties: &'a Parties,
    kept: Dn,
    absorbed: Vec<Dn>,
    /// Whether the absorbed entries stay.
    stays: bool,
    remarks: Vec<Remark>,
}

impl<'a> Work<'a> {
    fn new(scene: &'a Scene, names: &'a JoinNames, parties: &'a Parties) -> Self {
        Work {
            draft: Draft::new(scene),
            scene,
            names,
            parties,
            kept: parties.kept.dn.clone(),
            absorbed: parties.others.iter().map(|o| o.dn.clone()).collect(),
            stays: true,
            remarks: Vec::new(),
        }
    }

    fn joined(mut self) -> Joined {
        // First of all what is gained; those who lose come last.
        self.draft.at_first(&self.kept);
        for other in &self.absorbed {
            self.draft.at_last(other);
        }
        Joined {
            changes: self.draft.changes(self.parties),
            remarks: self.remarks,
        }
    }

    fn is_absorbed(&self, dn: &Dn) -> bool {
        self.absorbed.contains(dn)
    }

    /// The value as it is when all is done: the kept account in the place of those it absorbs.
    fn as_kept(&self, value: &str) -> String {
        let mut value = value.to_owned();
        for other in &self.absorbed {
            if let Some(new) = renamed(&value, other, &self.kept) {
                value = new;
            }
        }
        value
    }

    /// Children, rights and groups of the absorbed accounts, and every value that names one of them.
    fn take_over(&mut self) {
        let records = Records::read(self);
        self.take_children_and_rights();
        let naming: BTreeSet<Dn> = self
            .absorbed
            .iter()
            .flat_map(|other| self.scene.naming(other))
            .map(|entry| entry.dn.clone())
            .collect();
        for on in naming {
            // What goes names whom it likes.
            if self.stays || !self.is_absorbed(&on) {
                self.repoint(&on, &records);
            }
        }
        self.repoint_numbers();
        records.write(self);
    }

    fn take_children_and_rights(&mut self) {
        let names = self.names;
        for other in self.absorbed.clone() {
            for attribute in names.rights.iter().chain(&names.children) {
                for value in self.draft.values(&other, attribute) {
                    self.draft.add(&self.kept, attribute, &value);
                }
            }
            self.parent_again();
            if !self.stays {
                continue;
            }
            for attribute in &names.children {
                for value in self.draft.values(&other, attribute) {
                    self.draft.remove(&other, attribute, &value);
                }
            }
            let was_parent = self.is_parent(&other);
            childless(&mut self.draft, names, &other);
            if was_parent && !self.is_parent(&other) {
                for attribute in &names.parent_only {
                    for value in self.draft.values(&other, attribute) {
                        self.draft.remove(&other, attribute, &value);
                    }
                }
            }
        }
    }

    /// A parent whose own account lost its last child is one again.
    fn parent_again(&mut self) {
        let mut children = self.names.children.iter();
        let has_child = children.any(|a| !self.draft.values(&self.kept, a).is_empty());
        if has_child && !self.is_parent(&self.kept) {
            let class = self.names.parent_classes.first();
            self.draft.need_class(&self.kept, class);
        }
    }

    fn is_parent(&self, dn: &Dn) -> bool {
        let mut classes = self.names.parent_classes.iter();
        classes.any(|class| self.draft.holds(dn, "objectClass", class))
    }

    /// Every value of an entry that names an absorbed account names the kept one.
    fn repoint(&mut self, on: &Dn, records: &Records) {
        let names = self.names;
        for attribute in names.naming() {
            if self.is_tie(attribute) {
                continue;
            }
            let is_linked = names
                .linked
                .iter()
                .any(|l| l.eq_ignore_ascii_case(attribute));
            if is_linked {
                self.collapse(on, attribute, records);
            }
            for value in self.draft.values(on, attribute) {
                if self.absorbed.iter().any(|other| mentions(&value, other)) {
                    self.draft.remove(on, attribute, &value);
                    self.draft.add(on, attribute, &self.as_kept(&value));
                }
            }
        }
    }

    /// The ties between accounts have rules of their own.
    fn is_tie(&self, attribute: &str) -> bool {
        let names = self.names;
        [
            &names.linked_to,
            &names.secondaries,
            &names.merged_into,
            &names.absorbed,
        ]
        .into_iter()
        .flatten()
        .any(|tie| tie.eq_ignore_ascii_case(attribute))
    }

    /// Makes one value of all that name the person on a child, with the strongest rights. What a link gave stays
    /// beside it: it goes again with the link.
    fn collapse(&mut self, on: &Dn, attribute: &str, records: &Records) {
        let of_person = |value: &String| {
            named(value).any(|dn| dn == self.kept || self.is_absorbed(&dn))
                && !records.gave(on, attribute, value)
        };
        let mut values: Vec<String> = self.draft.values(on, attribute);
        values.retain(of_person);
        // Those of the kept account first: what it says counts where nothing is stronger.
        values.sort_by_key(|value| !mentions(value, &self.kept));
        let renamed: Vec<String> = values.iter().map(|v| self.as_kept(v)).collect();
        let Some(one) = strongest(&renamed) else {
            return;
        };
        if values.len() == 1 && renamed == values {
            return;
        }
        for value in &values {
            self.draft.remove(on, attribute, value);
        }
        self.draft.add(on, attribute, &one);
    }

    /// Members of groups by number.
    fn repoint_numbers(&mut self) {
        let Some(id) = &self.names.id else {
            return;
        };
        let Some(own) = self.draft.values(&self.kept, id).pop() else {
            return;
        };
        let absorbed = self.absorbed.iter();
        let theirs: Vec<String> = absorbed
            .flat_map(|other| self.draft.values(other, id))
            .collect();
        for entry in self.scene.entries() {
            for attribute in &self.names.member_id {
                for number in &theirs {
                    if self.draft.remove(&entry.dn, attribute, number) {
                        self.draft.add(&entry.dn, attribute, &own);
                    }
                }
            }
        }
    }

    /// Whoever is tied to an absorbed account is tied to the kept one.
    fn pass_on_ties(&mut self) {
        let names = self.names;
        let pairs = [
            (&names.linked_to, &names.secondaries),
            (&names.merged_into, &names.absorbed),
        ];
        for (up, down) in pairs {
            let (Some(up), Some(down)) = (up, down) else {
                continue;
            };
            for other in self.absorbed.clone() {
                self.pass_on(up, down, &other);
            }
        }
    }

    fn pass_on(&mut self, up: &str, down: &str, other: &Dn) {
        let kept = self.kept.clone();
        let mut tied: BTreeSet<Dn> = self
            .draft
            .values(other, down)
            .iter()
            .filter_map(|value| Dn::parse(value).ok())
            .collect();
        let pointing = self
            .scene
            .naming(other)
            .filter(|e| e.holds(up, other.as_str()));
        tied.extend(pointing.map(|entry| entry.dn.clone()));
        for dn in tied {
            if self.draft.remove(&dn, up, other.as_str()) && dn != kept {
                self.draft.add(&dn, up, kept.as_str());
            }
            if self.stays {
                self.draft.remove(other, down, dn.as_str());
            }
            if dn != kept && !self.is_absorbed(&dn) {
                let class = self.names.relation_class.as_ref();
                self.draft.need_class(&kept, class);
                self.draft.add(&kept, down, dn.as_str());
            }
        }
        // A link between the two is one account now.
        let is_link = self.names.linked_to.as_deref() == Some(up);
        if is_link {
            self.draft.remove(&kept, down, other.as_str());
            if self.stays {
                self.draft.remove(other, up, kept.as_str());
            }
        }
    }

    /// What was typed to log in before still finds the person.
    fn reserve_logins(&mut self) {
        let names = self.names;
        for other in self.absorbed.clone() {
            let Some(former) = &names.former_login else {
                if !self.stays {
                    self.remark("login-free", &other);
                }
                continue;
            };
            let earlier = self.draft.values(&other, former);
            let logins = [&names.login, &names.alias]
                .into_iter()
                .flatten()
                .flat_map(|attribute| self.draft.values(&other, attribute));
            for login in logins.chain(earlier.iter().cloned()).collect::<Vec<_>>() {
                self.draft
                    .need_class(&self.kept, names.record_class.as_ref());
                self.draft.add(&self.kept, former, &login);
            }
            if self.stays && !earlier.is_empty() {
                for login in &earlier {
                    self.draft.remove(&other, former, login);
                }
                self.drop_record_class(&other);
            }
        }
    }

    fn drop_record_class(&mut self, dn: &Dn) {
        if let Some(class) = &self.names.record_class
            && !self.draft.keeps_records(dn, self.names)
        {
            self.draft.remove(dn, "objectClass", class);
        }
    }

    fn keys(&self, dn: &Dn) -> Vec<String> {
        let Some(attribute) = &self.names.join_key else {
            return Vec::new();
        };
        let mut keys = self.draft.values(dn, attribute);
        keys.retain(|key| !key.starts_with(PLACEHOLDER));
        keys
    }

    fn copy_keys(&mut self) {
        for other in self.absorbed.clone() {
            for key in self.keys(&other) {
                if let Some(attribute) = &self.names.join_key {
                    self.draft.add(&self.kept, attribute, &key);
                }
            }
        }
    }

    /// Takes the keys of the absorbed accounts, and leaves something in their place. They are given to the kept one at
    /// last: a directory may refuse the same key twice.
    fn take_keys(&mut self) -> Vec<String> {
        let mut taken = Vec::new();
        for other in self.absorbed.clone() {
            let keys = self.keys(&other);
            if let (Some(attribute), true, false) =
                (&self.names.join_key, self.stays, keys.is_empty())
            {
                for key in &keys {
                    self.draft.remove(&other, attribute, key);
                }
                let number = self
                    .names
                    .id
                    .as_ref()
                    .and_then(|id| self.draft.values(&other, id).pop())
                    .or_else(|| other.rdn_value())
                    .unwrap_or_default();
                self.draft
                    .add(&other, attribute, &format!("{PLACEHOLDER}{number}"));
            }
            taken.extend(keys);
        }
        taken
    }

    /// Closes an absorbed account, which stays and says where its person is.
    fn close(&mut self, other: &Dn) {
        let names = self.names;
        let kept = self.kept.clone();
        if let (Some(up), Some(down)) = (&names.merged_into, &names.absorbed) {
            for dn in [&kept, other] {
                self.draft.need_class(dn, names.relation_class.as_ref());
            }
            self.draft.add(&kept, down, other.as_str());
            self.draft.add(other, up, kept.as_str());
        }
        if let Some(attribute) = &names.locked
            && !self.draft.holds(other, attribute, LOCKED_FOR_GOOD)
        {
            self.draft.replace(other, attribute, &[LOCKED_FOR_GOOD]);
        }
    }

    fn delete(&mut self, other: &Dn, keys: JoinKeys) {
        if keys == JoinKeys::Leave && !self.keys(other).is_empty() {
            self.remark("feed-brings-back", other);
        }
        self.draft.delete(other, self.names.password.as_ref());
    }

    fn remark(&mut self, code: &'static str, about: &Dn) {
        self.remarks.push(Remark {
            code,
            about: called(self.scene, about),
            attribute: String::new(),
        });
    }

    /// Nobody else has tied these accounts in the meantime, or closed the one that is to count.
    fn rely_on_ties(&mut self) {
        let names = self.names;
        let kept = self.kept.clone();
        for dn in std::iter::once(&kept).chain(&self.absorbed.clone()) {
            let Some(entry) = self.scene.entry(dn) else {
                continue;
            };
            for attribute in [&names.linked_to, &names.merged_into].into_iter().flatten() {
                if !entry.has(attribute) {
                    let attribute = attribute.clone();
                    self.draft.rely(dn, Reliance::Absent { attribute });
                }
            }
            if let Some(attribute) = &names.locked
                && *dn == kept
                && !entry.holds(attribute, LOCKED_FOR_GOOD)
            {
                let lock = Reliance::Lacks {
                    attribute: attribute.clone(),
                    value: LOCKED_FOR_GOOD.to_owned(),
                };
                self.draft.rely(dn, lock);
            }
        }
    }
}

/// The keys that were taken, given to the kept account when nobody else has them.
fn keys_at_last(
    scene: &Scene,
    names: &JoinNames,
    parties: &Parties,
    moved: &[String],
) -> Option<Change> {
    let attribute = names.join_key.clone()?;
    let entry = scene.entry(&parties.kept.dn)?;
    let before = entry.texts(&attribute);
    let mut new: Vec<String> = Vec::new();
    for key in moved {
        if !entry.holds(&attribute, key) && !new.contains(key) {
            new.push(key.clone());
        }
    }
    if new.is_empty() {
        return None;
    }
    let identity = entry.text("entryUUID").map(|value| Reliance::Holds {
        attribute: "entryUUID".to_owned(),
        value,
    });
    let lacks = new.iter().map(|value| Reliance::Lacks {
        attribute: attribute.clone(),
        value: value.clone(),
    });
    Some(Change {
        account: parties.kept.clone(),
        operation: Operation::Modify,
        relies_on: identity.into_iter().chain(lacks).collect(),
        besides: Vec::new(),
        with: parties.others.clone(),
        modifications: vec![Modification::Add {
            attribute: attribute.clone(),
            values: new.into_iter().map(NewValue::Text).collect(),
        }],
        before: vec![Before {
            attribute,
            values: before,
        }],
        notes: Vec::new(),
    })
}

#[cfg(test)]
mod tests;
