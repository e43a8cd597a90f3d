//! Links made and taken apart on made-up families.

use super::*;
use crate::domain::change::{Modification, NewValue};
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use std::collections::BTreeMap;

pub(super) const LOCKED: &str = crate::domain::time::LOCKED_FOR_GOOD;

pub(super) fn dn(uid: &str) -> Dn {
    Dn::parse(&format!("uid={uid},ou=p,dc=x")).expect("dn")
}

pub(super) fn reference(uid: &str) -> AccountRef {
    AccountRef {
        dn: dn(uid),
        uid: Some(uid.to_owned()),
        login: Some(format!("login.{uid}")),
        name: uid.to_uppercase(),
    }
}

pub(super) fn names() -> JoinNames {
    let one = |name: &str| Some(name.to_owned());
    let some = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
    JoinNames {
        children: some(&["children"]),
        parent_classes: some(&["Parent"]),
        parent_only: some(&["onlyParent"]),
        linked: some(&["linked"]),
        child_links: some(&["linked", "parents", "father", "home"]),
        single: some(&["father"]),
        member: some(&["member"]),
        member_id: some(&["memberId"]),
        rights: some(&["right"]),
        references: some(&["tutor"]),
        dn_syntax: some(&["owner", "children"]),
        mail: some(&["forward", "recover"]),
        linked_to: one("linkedTo"),
        secondaries: one("secondary"),
        merged_into: one("mergedInto"),
        absorbed: one("merged"),
        relation_class: one("Relation"),
        record: one("gave"),
        not_same: one("notSame"),
        former_login: one("former"),
        record_class: one("Joined"),
        locked: one("locked"),
        id: one("uid"),
        login: one("login"),
        alias: one("alias"),
        join_key: one("key"),
        password: one("secret"),
    }
}

/// A parent of these children.
pub(super) fn parent(uid: &str, children: &[&str]) -> Entry {
    let children: Vec<String> = children.iter().map(|c| dn(c).as_str().to_owned()).collect();
    Entry::new(dn(uid))
        .with("objectClass", &["Person", "Parent"])
        .with("uid", &[uid])
        .with("cn", &[uid.to_uppercase()])
        .with("login", &[format!("login.{uid}")])
        .with("entryUUID", &[format!("uuid-{uid}")])
        .with("children", &children)
}

/// A child of these parents.
pub(super) fn child(uid: &str, parents: &[&str]) -> Entry {
    let names: Vec<String> = parents.iter().map(|p| dn(p).as_str().to_owned()).collect();
    let linked: Vec<String> = names.iter().map(|n| format!("{n}$20$O$1$O$O")).collect();
    Entry::new(dn(uid))
        .with("objectClass", &["Person", "Pupil"])
        .with("cn", &[uid.to_uppercase()])
        .with("entryUUID", &[format!("uuid-{uid}")])
        .with("linked", &linked)
        .with("parents", &names)
        .with("father", &names[..1])
}

/// A group of these members.
pub(super) fn group(cn: &str, members: &[&str]) -> Entry {
    let names: Vec<String> = members.iter().map(|m| dn(m).as_str().to_owned()).collect();
    Entry::new(dn(cn))
        .with("objectClass", &["Group"])
        .with("cn", &[cn])
        .with("entryUUID", &[format!("uuid-{cn}")])
        .with("member", &names)
        .with("memberId", members)
}

/// Two accounts of one person with a child each and one in common; `c` is the other parent.
pub(super) fn family() -> Vec<Entry> {
    vec![
        parent("a", &["lea", "lou"]),
        parent("b", &["lou", "tom"]),
        parent("c", &["lea"]),
        child("lea", &["a", "c"]),
        child("lou", &["b", "a"]),
        child("tom", &["b"]),
        group("council", &["b", "c"]),
        group("all", &["a", "b", "c"]),
    ]
}

pub(super) fn parties(kept: &str, others: &[&str]) -> Parties {
    Parties {
        kept: reference(kept),
        others: others.iter().map(|o| reference(o)).collect(),
    }
}

/// The entries as the changes leave them; a change that does not fit panics.
pub(super) fn carried_out(entries: &[Entry], changes: &[Change]) -> Vec<Entry> {
    let mut after: BTreeMap<Dn, Entry> =
        entries.iter().map(|e| (e.dn.clone(), e.clone())).collect();
    for change in changes {
        if change.removes_entry() {
            after.remove(change.target());
            continue;
        }
        let entry = after.get_mut(change.target()).expect("the entry");
        assert!(
            change.drifted(entry).is_empty(),
            "{:?}",
            change.drifted(entry)
        );
        for modification in &change.modifications {
            let name = modification.attribute().to_owned();
            let mut values = entry.texts(&name);
            let texts = |values: &[NewValue]| -> Vec<String> {
                let text = |v: &NewValue| match v {
                    NewValue::Text(text) => text.clone(),
                    NewValue::Password => panic!("a password"),
                };
                values.iter().map(text).collect()
            };
            match modification {
                Modification::Add { values: put, .. } => {
                    for value in texts(put) {
                        assert!(!values.contains(&value), "{name} holds {value} already");
                        values.push(value);
                    }
                }
                Modification::Delete { values: taken, .. } => {
                    for value in texts(taken) {
                        assert!(values.contains(&value), "{name} lacks {value}");
                        values.retain(|v| *v != value);
                    }
                }
                Modification::Replace { values: put, .. } => values = texts(put),
            }
            entry.put(&name, &values);
        }
    }
    after.into_values().collect()
}

/// Entry, attribute and values, as sets; what is empty is not there.
pub(super) fn dump(entries: &[Entry]) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in entries {
        for attribute in &entry.attributes {
            for value in entry.texts(&attribute.name) {
                lines.push(format!("{} {} {value}", entry.dn, attribute.name));
            }
        }
    }
    lines.sort();
    lines
}

pub(super) fn scene(entries: &[Entry]) -> Scene {
    Scene::new(entries.to_vec(), &names())
}

fn linked(entries: &[Entry], kept: &str, others: &[&str]) -> Vec<Entry> {
    let rules = JoinRules::default();
    let joined = link(&scene(entries), &names(), &rules, &parties(kept, others));
    carried_out(entries, &joined.changes)
}

fn unlinked(entries: &[Entry], kept: &str, others: &[&str]) -> Vec<Entry> {
    let rules = JoinRules::default();
    let joined = unlink(&scene(entries), &names(), &rules, &parties(kept, others));
    carried_out(entries, &joined.changes)
}

#[test]
fn a_principal_gains_the_children_groups_and_rights_and_no_more() {
    let mut before = family();
    before[1] = before[1].clone().with("right", &["canteen"]);
    let after = linked(&before, "a", &["b"]);
    let at = |uid: &str| after.iter().find(|e| e.dn == dn(uid)).expect("entry");
    assert!(at("a").holds("children", dn("tom").as_str()));
    assert!(at("a").holds("right", "canteen"));
    assert!(at("a").holds("secondary", dn("b").as_str()));
    assert!(at("b").holds("linkedTo", dn("a").as_str()));
    assert!(at("b").holds("locked", LOCKED));
    assert!(at("tom").holds("linked", &format!("{}$20$O$1$O$O", dn("a"))));
    assert!(at("tom").holds("parents", dn("a").as_str()));
    assert_eq!(at("tom").texts("father"), [dn("b").as_str()], "stays");
    assert!(at("council").holds("member", dn("a").as_str()));
    assert!(at("council").holds("memberId", "a"));
    let records = at("a").texts("gave");
    let own = |r: &&String| r.contains("uid=lou") && r.contains("children");
    assert!(!records.iter().any(|r| own(&r)), "it had this child before");
}

#[test]
fn what_was_linked_is_taken_apart_without_a_trace() {
    let before = family();
    let after = linked(&before, "a", &["b"]);
    assert_ne!(dump(&before), dump(&after));
    assert_eq!(dump(&unlinked(&after, "a", &["b"])), dump(&before));
}

#[test]
fn linking_again_changes_nothing() {
    let after = linked(&family(), "a", &["b"]);
    let again = link(
        &scene(&after),
        &names(),
        &JoinRules::default(),
        &parties("a", &["b"]),
    );
    assert_eq!(again.changes, []);
}

#[test]
fn what_two_links_give_stays_until_both_are_gone() {
    let mut before = family();
    before.push(parent("d", &["tom"]));
    let both = linked(&linked(&before, "a", &["b"]), "a", &["d"]);
    let one = unlinked(&both, "a", &["b"]);
    let at = |entries: &[Entry], uid: &str| {
        entries
            .iter()
            .find(|e| e.dn == dn(uid))
            .expect("entry")
            .clone()
    };
    assert!(at(&one, "a").holds("children", dn("tom").as_str()));
    assert_eq!(dump(&unlinked(&one, "a", &["d"])), dump(&before));
    let other = unlinked(&unlinked(&both, "a", &["d"]), "a", &["b"]);
    assert_eq!(dump(&other), dump(&before));
    let at_once = linked(&before, "a", &["b", "d"]);
    assert_eq!(dump(&unlinked(&at_once, "a", &["d", "b"])), dump(&before));
}

#[test]
fn of_a_large_group_only_what_the_way_back_needs_is_kept() {
    let members: Vec<String> = (0..1000).map(|n| format!("m{n}")).collect();
    let mut members: Vec<&str> = members.iter().map(String::as_str).collect();
    members.push("b");
    let mut before = family();
    before.push(group("school", &members));
    let rules = JoinRules::default();
    let rules_of_merge = MergeRules {
        join_keys: JoinKeys::Leave,
        delete_absorbed: false,
        mail: None,
    };
    let linked = link(&scene(&before), &names(), &rules, &parties("a", &["b"]));
    let merged = merge(
        &scene(&before),
        &names(),
        &rules_of_merge,
        &parties("a", &["b"]),
    );
    for joined in [linked, merged] {
        let after = carried_out(&before, &joined.changes);
        let change = joined
            .changes
            .iter()
            .find(|c| *c.target() == dn("school"))
            .expect("change");
        assert!(
            change.before.iter().all(|b| b.values.len() <= 2),
            "few are kept"
        );
        let way_back = crate::domain::undo::UndoAttributes {
            identity: vec!["entryUUID".into()],
            locked: Some("locked".into()),
            classes: Vec::new(),
        };
        let now = after.iter().find(|e| e.dn == dn("school"));
        let undone = crate::domain::undo::undo(change, now, &way_back).expect("undone");
        assert_eq!(undone.moved, []);
        let back = carried_out(&after, &[undone.change.expect("a way back")]);
        let of = |entries: &[Entry]| {
            dump(&[entries
                .iter()
                .find(|e| e.dn == dn("school"))
                .expect("group")
                .clone()])
        };
        assert_eq!(of(&back), of(&before));
    }
}
