//! Merges on made-up families, taken back, and checked for what they must never lose.

use super::super::tests::{
    LOCKED, carried_out, child, dn, dump, family, group, names, parent, parties, scene,
};
use super::super::{JoinRules, link, unlink};
use super::*;
use crate::domain::account::{Role, tests::person};
use crate::domain::entry::Entry;
use crate::domain::redirect::{CopyRule, Way};
use crate::domain::undo::{UndoAttributes, undo};
use proptest::prelude::*;
use std::collections::BTreeMap;

const USUAL: MergeRules<'static> = MergeRules {
    join_keys: JoinKeys::Leave,
    delete_absorbed: false,
    mail: None,
};

fn merged_by(
    entries: &[Entry],
    rules: &MergeRules<'_>,
    kept: &str,
    others: &[&str],
) -> (Vec<Entry>, Joined) {
    let joined = merge(&scene(entries), &names(), rules, &parties(kept, others));
    (carried_out(entries, &joined.changes), joined)
}

fn merged(entries: &[Entry], kept: &str, others: &[&str]) -> Vec<Entry> {
    merged_by(entries, &USUAL, kept, others).0
}

fn at<'a>(entries: &'a [Entry], uid: &str) -> &'a Entry {
    entries.iter().find(|e| e.dn == dn(uid)).expect("entry")
}

/// The entries with the changes taken back, the last one first.
fn undone(entries: &[Entry], changes: &[Change]) -> Vec<Entry> {
    let attributes = UndoAttributes {
        identity: vec!["entryUUID".into()],
        locked: Some("locked".into()),
        classes: Vec::new(),
    };
    let mut now = entries.to_vec();
    for change in changes.iter().rev() {
        let entry = now.iter().find(|e| e.dn == *change.target());
        let undone = undo(change, entry, &attributes).expect("the entry is there");
        assert!(undone.moved.is_empty(), "{:?}", undone.moved);
        let Some(back) = undone.change else { continue };
        if back.makes_entry() {
            let mut made = Entry::new(back.target().clone());
            for modification in &back.modifications {
                let Modification::Add { attribute, values } = modification else {
                    panic!("an entry is made of what is added");
                };
                let text = |v: &NewValue| match v {
                    NewValue::Text(text) => text.clone(),
                    NewValue::Password => panic!("a password"),
                };
                made.put(attribute, &values.iter().map(text).collect::<Vec<_>>());
            }
            now.push(made);
        } else {
            now = carried_out(&now, &[back]);
        }
    }
    now
}

/// The values that name an account, but those that say what became of it.
fn naming(entries: &[Entry], uid: &str) -> Vec<String> {
    let intended = |name: &str| ["merged", "former"].contains(&name);
    let mut found = Vec::new();
    for entry in entries {
        for attribute in entry.attributes.iter().filter(|a| !intended(&a.name)) {
            for value in entry.texts(&attribute.name) {
                let text = dn(uid).as_str().to_owned();
                if mentions(&value, &dn(uid)) || value.contains(&text) {
                    found.push(format!("{} {} {value}", entry.dn, attribute.name));
                }
            }
        }
    }
    found
}

#[test]
fn the_kept_account_has_everything_and_the_absorbed_one_points_to_it() {
    let mut before = family();
    before[1] = before[1]
        .clone()
        .with("right", &["canteen"])
        .with("onlyParent", &["x"])
        .with("former", &["older.b"])
        .with("alias", &["tom.dad"])
        .with("key", &["AC$1"]);
    before.push(
        Entry::new(dn("stage"))
            .with("objectClass", &["Pupil"])
            .with("tutor", &[format!("12${}$x", dn("b"))])
            .with("owner", &[dn("b").as_str()]),
    );
    let (after, joined) = merged_by(&before, &USUAL, "a", &["b"]);
    let (a, b) = (at(&after, "a"), at(&after, "b"));
    assert_eq!(a.texts("children").len(), 3);
    assert!(a.holds("right", "canteen"));
    assert_eq!(a.texts("former"), ["login.b", "tom.dad", "older.b"]);
    assert_eq!(a.texts("merged"), [dn("b").as_str()]);
    assert!(!a.has("key"), "the feed goes on knowing the other one");
    assert_eq!(b.texts("mergedInto"), [dn("a").as_str()]);
    assert_eq!(b.texts("locked"), [LOCKED]);
    assert!(!b.has("children") && !b.has("onlyParent"));
    assert_eq!(b.texts("objectClass"), ["Person", "Relation"]);
    assert_eq!(at(&after, "tom").texts("father"), [dn("a").as_str()]);
    assert_eq!(at(&after, "council").texts("memberId"), ["c", "a"]);
    assert_eq!(at(&after, "all").texts("member").len(), 2);
    assert_eq!(
        at(&after, "stage").texts("tutor"),
        [format!("12${}$x", dn("a"))]
    );
    assert_eq!(naming(&after, "b"), [] as [String; 0]);
    let order: Vec<&Dn> = joined.changes.iter().map(Change::target).collect();
    assert_eq!(order.first(), Some(&&dn("a")), "what is gained comes first");
    assert_eq!(order.last(), Some(&&dn("b")), "who loses comes last");
    assert_eq!(merged(&after, "a", &["b"]), after, "again changes nothing");
}

#[test]
fn twice_on_one_child_becomes_once_with_the_strongest_rights() {
    let mut before = family();
    let on_lou = [
        format!("{}$90$N$3$N$O", dn("a")),
        format!("{}$20$O$1$O$N", dn("b")),
        format!("{}$10$O$1$O$N", dn("c")),
    ];
    before[4].put("linked", &on_lou);
    let (after, joined) = merged_by(&before, &USUAL, "a", &["b"]);
    let mut values = at(&after, "lou").texts("linked");
    values.sort();
    assert_eq!(
        values,
        [format!("{}$20$O$1$O$O", dn("a")), on_lou[2].clone()]
    );
    let on_child = joined.changes.iter().filter(|c| *c.target() == dn("lou"));
    assert_eq!(on_child.count(), 1, "one Modify: never without a parent");
}

#[test]
fn keys_are_left_or_moved_or_copied() {
    let mut before = family();
    before[0] = before[0].clone().with("key", &["AC$a"]);
    before[1] = before[1].clone().with("key", &["AC$b", "ENT$b"]);
    for (join_keys, of_a, of_b) in [
        (JoinKeys::Leave, vec!["AC$a"], vec!["AC$b", "ENT$b"]),
        (
            JoinKeys::Move,
            vec!["AC$a", "AC$b", "ENT$b"],
            vec!["entctl$b"],
        ),
        (
            JoinKeys::Copy,
            vec!["AC$a", "AC$b", "ENT$b"],
            vec!["AC$b", "ENT$b"],
        ),
    ] {
        let rules = MergeRules { join_keys, ..USUAL };
        let (after, joined) = merged_by(&before, &rules, "a", &["b"]);
        assert_eq!(at(&after, "a").texts("key"), of_a, "{join_keys:?}");
        assert_eq!(at(&after, "b").texts("key"), of_b, "{join_keys:?}");
        assert_eq!(dump(&undone(&after, &joined.changes)), dump(&before));
        // Nobody has the same key at the same time, unless that is what is wanted.
        if join_keys == JoinKeys::Move {
            let last = joined.changes.last().expect("a change");
            assert_eq!((last.target(), last.modifications.len()), (&dn("a"), 1));
        }
        let again = merged_by(&after, &rules, "a", &["b"]).0;
        assert_eq!(dump(&again), dump(&after));
    }
}

#[test]
fn a_deleted_account_is_named_nowhere_and_comes_back_without_its_password() {
    let mut before = family();
    before[1] = before[1]
        .clone()
        .with("secret", &["{SSHA}x"])
        .with("title", &["M."]);
    let rules = MergeRules {
        delete_absorbed: true,
        ..USUAL
    };
    let (after, joined) = merged_by(&before, &rules, "a", &["b"]);
    assert!(after.iter().all(|e| e.dn != dn("b")));
    assert_eq!(naming(&after, "b"), [] as [String; 0]);
    assert!(!at(&after, "a").has("merged"));
    let last = joined.changes.last().expect("a change");
    assert!(last.removes_entry(), "last of all");
    assert!(!format!("{joined:?}").contains("SSHA"));
    let mut since = at(&before, "b").clone();
    since.put("secret", &["{SSHA}another".into()]);
    since.attributes.retain(|a| a.name != "entryUUID");
    assert!(last.is_as_read(&since), "a password is nobody's business");
    since.put("title", &["Mme".into()]);
    assert!(!last.is_as_read(&since));
    let mut known = before.clone();
    for entry in &mut known {
        if entry.dn == dn("b") {
            entry.put("secret", &[]);
            entry.put("entryUUID", &[]);
        }
    }
    assert_eq!(dump(&undone(&after, &joined.changes)), dump(&known));
}

#[test]
fn a_linked_pair_becomes_one_and_is_linked_again_by_undo() {
    let mut before = family();
    before[1] = before[1].clone().with("right", &["canteen"]);
    let rules = JoinRules::default();
    let joined = link(&scene(&before), &names(), &rules, &parties("a", &["b"]));
    let linked = carried_out(&before, &joined.changes);
    let (after, joined) = merged_by(&linked, &USUAL, "a", &["b"]);
    let (a, b) = (at(&after, "a"), at(&after, "b"));
    assert!(!a.has("gave") && !a.has("secondary") && !b.has("linkedTo"));
    assert!(a.holds("right", "canteen"), "its own by now");
    assert_eq!(naming(&after, "b"), [] as [String; 0]);
    assert_eq!(at(&after, "tom").texts("linked").len(), 1);
    let direct = merged(&before, "a", &["b"]);
    assert_eq!(
        dump(&after),
        dump(&direct),
        "as if they had never been linked"
    );
    assert_eq!(dump(&undone(&after, &joined.changes)), dump(&linked));
}

#[test]
fn secondaries_and_absorbed_accounts_are_passed_on_with_what_their_links_gave() {
    let mut before = family();
    before.push(parent("s", &["zoe"]));
    before.push(child("zoe", &["s"]));
    before.push(group("club", &["s"]));
    before.push(parent("e", &["tom"]));
    let rules = JoinRules::default();
    let joined = link(&scene(&before), &names(), &rules, &parties("b", &["s"]));
    let linked = carried_out(&before, &joined.changes);
    let linked = merged(&linked, "b", &["e"]);
    let (after, joined) = merged_by(&linked, &USUAL, "a", &["b"]);
    let a = at(&after, "a");
    assert_eq!(a.texts("secondary"), [dn("s").as_str()]);
    assert_eq!(at(&after, "s").texts("linkedTo"), [dn("a").as_str()]);
    assert_eq!(at(&after, "e").texts("mergedInto"), [dn("a").as_str()]);
    assert_eq!(a.texts("merged").len(), 2);
    assert!(a.holds("children", dn("zoe").as_str()));
    assert!(at(&after, "club").holds("member", dn("a").as_str()));
    assert!(!at(&after, "b").has("gave"));
    assert_eq!(naming(&after, "b"), [] as [String; 0]);
    // The link is taken apart as if it had always been one to the kept account.
    let apart = unlink(&scene(&after), &names(), &rules, &parties("a", &["s"]));
    let apart_entries = carried_out(&after, &apart.changes);
    let never = merged(&merged(&before, "b", &["e"]), "a", &["b"]);
    assert_eq!(dump(&apart_entries), dump(&never));
    assert_eq!(dump(&undone(&after, &joined.changes)), dump(&linked));
}

#[test]
fn what_is_its_own_by_a_merge_stays_when_a_link_goes() {
    let mut before = family();
    before.push(parent("s", &["tom"]));
    let rules = JoinRules::default();
    let joined = link(&scene(&before), &names(), &rules, &parties("a", &["s"]));
    let linked = carried_out(&before, &joined.changes);
    let after = merged(&linked, "a", &["b"]);
    let apart = unlink(&scene(&after), &names(), &rules, &parties("a", &["s"]));
    let after = carried_out(&after, &apart.changes);
    assert!(at(&after, "a").holds("children", dn("tom").as_str()));
    assert!(at(&after, "tom").holds("parents", dn("a").as_str()));
}

#[test]
fn what_the_feed_brings_back_to_an_absorbed_account_goes_to_the_kept_one() {
    let before = family();
    let mut after = merged(&before, "a", &["b"]);
    for entry in &mut after {
        let uid = entry.dn.rdn_value().unwrap_or_default();
        match uid.as_str() {
            // The feed knows nothing of the merge; somebody has opened the account for a day.
            "b" => {
                entry.put(
                    "objectClass",
                    &["Person".into(), "Relation".into(), "Parent".into()],
                );
                entry.put("children", &[dn("tom").as_str().to_owned()]);
                entry.put("locked", &[]);
            }
            "tom" => entry.put("linked", &[format!("{}$20$O$1$O$O", dn("b"))]),
            _ => {}
        }
    }
    let joined = carry(&scene(&after), &names(), &parties("a", &["b"]));
    let carried = carried_out(&after, &joined.changes);
    assert_eq!(naming(&carried, "b"), [] as [String; 0]);
    assert_eq!(
        at(&carried, "b").texts("objectClass"),
        ["Person", "Relation"]
    );
    assert!(at(&carried, "tom").holds("linked", &format!("{}$20$O$1$O$O", dn("a"))));
    assert!(!at(&carried, "b").has("locked"), "not for a feed to decide");
    let again = carry(&scene(&carried), &names(), &parties("a", &["b"]));
    assert_eq!(again.changes, []);
}

fn mail_rules() -> MailRules {
    MailRules {
        way: Way {
            attribute: "forward".into(),
            separator: None,
            several: true,
            class: None,
            aliases: None,
            copy: CopyRule::Never,
        },
        address: vec!["mail".into()],
        own_domains: vec!["ent.fr".into()],
        allowed: Vec::new(),
        forbidden: Vec::new(),
        recovery: BTreeMap::from([(Role::Parent, vec!["recover".to_owned()])]),
    }
}

#[test]
fn the_kept_account_keeps_its_own_mail_and_inherits_what_it_lacks() {
    let rules = mail_rules();
    let mut kept = person(&[Role::Parent]);
    kept.dn = dn("a");
    let with_mail = MergeRules {
        mail: Some((&rules, &kept)),
        ..USUAL
    };
    let mut before = family();
    before[1] = before[1]
        .clone()
        .with("forward", &["b@home.fr"])
        .with("recover", &["b2@home.fr"]);
    let after = merged_by(&before, &with_mail, "a", &["b"]).0;
    assert_eq!(at(&after, "a").texts("forward"), ["b@home.fr"]);
    assert_eq!(at(&after, "a").texts("recover"), ["b2@home.fr"]);
    before[0] = before[0].clone().with("forward", &["a@home.fr"]);
    let (after, joined) = merged_by(&before, &with_mail, "a", &["b"]);
    assert_eq!(at(&after, "a").texts("forward"), ["a@home.fr"]);
    assert_eq!(at(&after, "a").texts("recover"), ["b2@home.fr"]);
    assert_eq!(dump(&undone(&after, &joined.changes)), dump(&before));
}

/// Families and groups at random, of which some accounts are merged.
fn town() -> impl Strategy<Value = Vec<Entry>> {
    let links = prop::collection::vec((0..5usize, 0..6usize, 0..4usize, any::<bool>()), 1..20);
    let members = prop::collection::vec((0..5usize, 0..3usize), 0..12);
    let references = prop::collection::vec((0..5usize, 0..6usize), 0..6);
    (links, members, references).prop_map(|(links, members, references)| {
        let mut children: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        let mut linked: BTreeMap<usize, Vec<(usize, String)>> = BTreeMap::new();
        for (adult, child, legal, both) in links {
            let known = linked.entry(child).or_default();
            if known.iter().any(|(a, _)| *a == adult) {
                continue;
            }
            let flag = if legal == 2 { "O" } else { "N" };
            let name = dn(&format!("p{adult}"));
            known.push((adult, format!("{name}$20${flag}${legal}$O$N")));
            if both {
                let children = children.entry(adult).or_default();
                children.push(dn(&format!("k{child}")).as_str().to_owned());
            }
        }
        let mut entries = Vec::new();
        for adult in 0..5 {
            let uid = format!("p{adult}");
            let mut entry = parent(&uid, &[]).with("key", &[format!("AC${adult}")]);
            let own = children.remove(&adult).unwrap_or_default();
            if own.is_empty() {
                entry.put("objectClass", &["Person".to_owned()]);
            }
            entry.put("children", &own);
            entries.push(entry);
        }
        for number in 0..6 {
            let mut entry = child(&format!("k{number}"), &["p4"]);
            let adults = linked.remove(&number).unwrap_or_default();
            let texts: Vec<String> = adults.iter().map(|(_, text)| text.clone()).collect();
            let names: Vec<String> = adults
                .iter()
                .map(|(a, _)| dn(&format!("p{a}")).as_str().to_owned())
                .collect();
            entry.put("linked", &texts);
            entry.put("parents", &names);
            entry.put("father", &names[..names.len().min(1)]);
            let tutors: Vec<String> = references
                .iter()
                .filter(|(_, k)| *k == number)
                .map(|(a, _)| format!("7${}$x", dn(&format!("p{a}"))))
                .collect();
            let once: BTreeSet<String> = tutors.into_iter().collect();
            entry.put("tutor", &once.into_iter().collect::<Vec<_>>());
            entries.push(entry);
        }
        for number in 0..3 {
            let of: BTreeSet<String> = members
                .iter()
                .filter(|(_, g)| *g == number)
                .map(|(a, _)| format!("p{a}"))
                .collect();
            let of: Vec<&str> = of.iter().map(String::as_str).collect();
            entries.push(group(&format!("g{number}"), &of));
        }
        entries
    })
}

/// Who stands in an attribute, everybody who was absorbed being the kept one.
fn people(entry: &Entry, attribute: &str, absorbed: &[&str]) -> BTreeSet<Dn> {
    let values = entry.texts(attribute);
    let all = values
        .iter()
        .flat_map(|value| named(value).collect::<Vec<_>>());
    all.map(|person| {
        if absorbed.iter().any(|uid| dn(uid) == person) {
            dn("p0")
        } else {
            person
        }
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nobody_loses_a_parent_or_a_group_and_all_of_it_can_be_taken_back(
        before in town(),
        linked_first in any::<bool>(),
        deletes in any::<bool>(),
        keys in prop::sample::select(vec![JoinKeys::Leave, JoinKeys::Move, JoinKeys::Copy]),
        two in any::<bool>(),
    ) {
        let absorbed: &[&str] = if two { &["p1", "p2"] } else { &["p1"] };
        let before = if linked_first {
            // p3 is a secondary of p1, and p1 of nobody.
            let rules = JoinRules::default();
            let joined = link(&scene(&before), &names(), &rules, &parties("p1", &["p3"]));
            carried_out(&before, &joined.changes)
        } else {
            before
        };
        let rules = MergeRules { join_keys: keys, delete_absorbed: deletes, mail: None };
        let (after, joined) = merged_by(&before, &rules, "p0", absorbed);
        for uid in absorbed {
            prop_assert_eq!(naming(&after, uid), [] as [String; 0]);
        }
        for entry in &after {
            let was = before.iter().find(|e| e.dn == entry.dn).expect("it was there");
            for attribute in ["linked", "parents", "father", "member", "tutor"] {
                prop_assert_eq!(
                    people(entry, attribute, absorbed),
                    people(was, attribute, absorbed),
                    "{} {}", entry.dn, attribute
                );
            }
        }
        let mut children = people(at(&before, "p0"), "children", &[]);
        for uid in absorbed {
            children.extend(people(at(&before, uid), "children", &[]));
        }
        prop_assert_eq!(at(&after, "p0").holds("objectClass", "Parent"), !children.is_empty());
        prop_assert_eq!(people(at(&after, "p0"), "children", &[]), children);
        let mut known = before.clone();
        if deletes {
            for entry in &mut known {
                if absorbed.iter().any(|uid| dn(uid) == entry.dn) {
                    entry.put("entryUUID", &[]);
                }
            }
        }
        prop_assert_eq!(dump(&undone(&after, &joined.changes)), dump(&known));
        prop_assert_eq!(merged_by(&after, &rules, "p0", absorbed).1.changes, []);
    }
}
