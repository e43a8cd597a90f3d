//! Links, refreshes and ends of links, of families of every shape.

use super::tests::{LOCKED, carried_out, dn, dump, group, names, parent, parties, scene};
use super::*;
use crate::domain::entry::Entry;
use proptest::prelude::*;

const KIDS: [&str; 5] = ["k0", "k1", "k2", "k3", "k4"];
const GROUPS: [&str; 3] = ["g0", "g1", "g2"];
/// The principal, its two secondaries, and somebody else, who keeps every group from being empty.
const PARENTS: [&str; 4] = ["a", "b", "d", "z"];

/// What the feed says of a family: one bit a child, a group, a right.
#[derive(Debug, Clone, Default)]
struct Told {
    kids: [u8; 3],
    groups: [u8; 3],
    rights: [u8; 3],
    /// Children who do not stand in their parents' entries, as in older data.
    one_sided: u8,
}

fn has(mask: u8, bit: usize) -> bool {
    mask & (1 << bit) != 0
}

impl Told {
    fn kids_of(&self, parent: usize) -> Vec<&'static str> {
        let mask = self.kids.get(parent).copied().unwrap_or(0b11111);
        (0..KIDS.len())
            .filter(|k| has(mask, *k))
            .map(|k| KIDS[k])
            .collect()
    }

    /// The attributes that the feed writes.
    fn fed(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (at, uid) in PARENTS.iter().enumerate() {
            let kids: Vec<&str> = (0..KIDS.len())
                .filter(|k| self.kids_of(at).contains(&KIDS[*k]) && !has(self.one_sided, *k))
                .map(|k| KIDS[k])
                .collect();
            let mut entry = parent(uid, &kids);
            if kids.is_empty() {
                entry.put("objectClass", &["Person".to_owned()]);
            }
            let rights = self.rights.get(at).copied().unwrap_or(0);
            let rights: Vec<String> = (0..3)
                .filter(|r| has(rights, *r))
                .map(|r| format!("r{r}"))
                .collect();
            entry.put("right", &rights);
            entries.push(entry);
        }
        for kid in KIDS {
            let of: Vec<usize> = (0..4).filter(|p| self.kids_of(*p).contains(&kid)).collect();
            let names: Vec<String> = of
                .iter()
                .map(|p| dn(PARENTS[*p]).as_str().to_owned())
                .collect();
            let linked = of
                .iter()
                .map(|p| format!("{}$2{p}$O$1$O$O", dn(PARENTS[*p])));
            let linked: Vec<String> = linked.collect();
            let mut entry = Entry::new(dn(kid))
                .with("objectClass", &["Person", "Pupil"])
                .with("entryUUID", &[format!("uuid-{kid}")]);
            entry.put("linked", &linked);
            entry.put("parents", &names);
            entry.put("father", &names[..1]);
            entries.push(entry);
        }
        for (at, cn) in GROUPS.iter().enumerate() {
            let members: Vec<&str> = (0..3)
                .filter(|p| has(self.groups[*p], at))
                .map(|p| PARENTS[p])
                .chain(["z"])
                .collect();
            entries.push(group(cn, &members));
        }
        entries
    }

    /// The same written over what stands there: what the feed knows nothing of stays.
    fn feeds(&self, entries: &[Entry]) -> Vec<Entry> {
        let fed = self.fed();
        let mut after = entries.to_vec();
        for entry in &mut after {
            let new = fed.iter().find(|f| f.dn == entry.dn).expect("fed");
            for attribute in [
                "children", "right", "linked", "parents", "father", "member", "memberId",
            ] {
                if new.has(attribute) || entry.has(attribute) {
                    entry.put(attribute, &new.texts(attribute));
                }
            }
            let mut classes = entry.texts("objectClass");
            classes.retain(|class| class != "Parent");
            if new.holds("objectClass", "Parent") {
                classes.push("Parent".to_owned());
            }
            entry.put("objectClass", &classes);
        }
        after
    }
}

fn masks(bits: u32) -> impl Strategy<Value = [u8; 3]> {
    let one = 0..(1u8 << bits);
    [one.clone(), one.clone(), one]
}

fn told() -> impl Strategy<Value = Told> {
    (masks(5), masks(3), masks(3), 0..32u8).prop_map(|(kids, groups, rights, one_sided)| Told {
        kids,
        groups,
        rights,
        one_sided,
    })
}

/// What each account has beside what the feed says.
#[derive(Debug, Clone)]
struct Own {
    locks: [Option<&'static str>; 2],
    classes: [bool; 3],
    noted: bool,
}

fn own() -> impl Strategy<Value = Own> {
    let lock = prop_oneof![
        Just(None),
        Just(Some(LOCKED)),
        Just(Some("20261101120000Z"))
    ];
    let locks = [lock.clone().boxed(), lock.boxed()];
    (locks, any::<[bool; 3]>(), any::<bool>()).prop_map(|(locks, classes, noted)| Own {
        locks,
        classes,
        noted,
    })
}

fn made(told: &Told, own: &Own) -> Vec<Entry> {
    let mut entries = told.fed();
    for (at, uid) in PARENTS[..3].iter().enumerate() {
        let entry = entries
            .iter_mut()
            .find(|e| e.dn == dn(uid))
            .expect("a parent");
        let mut classes = entry.texts("objectClass");
        if own.classes[at] {
            classes.push("Relation".to_owned());
        }
        if own.noted && at == 0 {
            classes.push("Joined".to_owned());
            entry.put("notSame", &["uid=y,ou=p,dc=x".to_owned()]);
        }
        entry.put("objectClass", &classes);
        if at > 0
            && let Some(lock) = own.locks[at - 1]
        {
            entry.put("locked", &[lock.to_owned()]);
        }
    }
    entries
}

fn rules(open: bool) -> JoinRules {
    JoinRules {
        secondary_stays_open: open,
        ..JoinRules::default()
    }
}

fn linked(entries: &[Entry], others: &[&str], open: bool) -> Vec<Entry> {
    let joined = link(
        &scene(entries),
        &names(),
        &rules(open),
        &parties("a", others),
    );
    carried_out(entries, &joined.changes)
}

fn unlinked(entries: &[Entry], others: &[&str]) -> Vec<Entry> {
    let joined = unlink(
        &scene(entries),
        &names(),
        &rules(false),
        &parties("a", others),
    );
    carried_out(entries, &joined.changes)
}

fn refreshed(entries: &[Entry], others: &[&str], withdraws: bool) -> (Vec<Entry>, Joined) {
    let joined = refresh(
        &scene(entries),
        &names(),
        &rules(false),
        &parties("a", others),
        withdraws,
    );
    (carried_out(entries, &joined.changes), joined)
}

/// What stands in one and not in the other; empty where both are alike.
fn differences(left: &[Entry], right: &[Entry]) -> Vec<String> {
    let (left, right) = (dump(left), dump(right));
    let less = left
        .iter()
        .filter(|l| !right.contains(l))
        .map(|l| format!("- {l}"));
    let more = right
        .iter()
        .filter(|r| !left.contains(r))
        .map(|r| format!("+ {r}"));
    less.chain(more).collect()
}

const ALIKE: [&str; 0] = [];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_link_and_its_end_leave_no_trace(told in told(), own in own(), open: bool, once: bool, first: bool) {
        let before = made(&told, &own);
        let both = if once {
            linked(&before, &["b", "d"], open)
        } else {
            linked(&linked(&before, &["b"], open), &["d"], open)
        };
        let order = if first { ["b", "d"] } else { ["d", "b"] };
        let after = unlinked(&unlinked(&both, &order[..1]), &order[1..]);
        prop_assert_eq!(differences(&after, &before), ALIKE);
        prop_assert_eq!(differences(&unlinked(&both, &order), &before), ALIKE);
    }

    #[test]
    fn a_refresh_has_nothing_to_do_where_nothing_moved(told in told(), own in own()) {
        let both = linked(&made(&told, &own), &["b", "d"], false);
        let (_, joined) = refreshed(&both, &["b", "d"], true);
        prop_assert_eq!(joined, Joined::default());
    }

    #[test]
    fn after_the_feed_a_refresh_is_a_link_made_anew(old in told(), new in told(), own in own()) {
        let mut new = new;
        // What a link gave and the feed gives now as well cannot be told apart from what the link gave.
        let given = |masks: &[u8; 3]| (masks[1] | masks[2]) & !masks[0];
        new.kids[0] &= !given(&old.kids);
        new.groups[0] &= !given(&old.groups);
        new.rights[0] &= !given(&old.rights);
        if old.kids[0] == 0 {
            new.kids[0] = 0;
        }
        // Nor is a child there that stands on one side only.
        let (old, new) = (Told { one_sided: 0, ..old }, Told { one_sided: 0, ..new });
        let fed = new.feeds(&linked(&made(&old, &own), &["b", "d"], false));
        let (after, _) = refreshed(&fed, &["b", "d"], true);
        let anew = linked(&made(&new, &own), &["b", "d"], false);
        prop_assert_eq!(differences(&after, &anew), ALIKE);
        let (_, again) = refreshed(&after, &["b", "d"], true);
        prop_assert_eq!(again.changes, []);
        prop_assert_eq!(differences(&unlinked(&after, &["b", "d"]), &made(&new, &own)), ALIKE);
    }

    #[test]
    fn what_a_missing_secondary_gave_stays(told in told(), own in own(), untied: bool) {
        let both = linked(&made(&told, &own), &["b", "d"], false);
        let mut hurt = both.clone();
        if untied {
            hurt.iter_mut().filter(|e| e.dn == dn("b")).for_each(|e| e.put("linkedTo", &[]));
        } else {
            hurt.retain(|e| e.dn != dn("b"));
        }
        let (after, joined) = refreshed(&hurt, &["b", "d"], true);
        prop_assert_eq!(differences(&after, &hurt), ALIKE);
        let code = if untied { "untied" } else { "vanished" };
        prop_assert_eq!(joined.remarks.len(), 1);
        prop_assert_eq!(joined.remarks[0].code, code);
    }

    #[test]
    fn nothing_is_taken_where_nothing_may_be_withdrawn(old in told(), new in told(), own in own()) {
        let fed = new.feeds(&linked(&made(&old, &own), &["b", "d"], false));
        let (after, joined) = refreshed(&fed, &["b", "d"], false);
        let (before, after) = (dump(&fed), dump(&after));
        prop_assert!(before.iter().all(|line| after.contains(line)));
        prop_assert_eq!(joined.remarks, []);
    }

    #[test]
    fn a_history_tells_what_the_directory_has_no_place_for(told in told(), own in own()) {
        let names = JoinNames { record: None, ..names() };
        let before = made(&told, &own);
        let parties = parties("a", &["b"]);
        let joined = link(&scene(&before), &names, &rules(false), &parties);
        let after = carried_out(&before, &joined.changes);
        let mut scene = Scene::new(after.clone(), &names);
        let gifts = gifts_of(&joined.changes, &names, &dn("a"), &dn("b"));
        prop_assert!(gifts_of(&joined.changes, &names, &dn("a"), &dn("d")).is_none());
        scene.note(&dn("a"), gifts.expect("the link is known"));
        let back = unlink(&scene, &names, &rules(false), &parties);
        prop_assert_eq!(differences(&carried_out(&after, &back.changes), &before), ALIKE);
    }
}

#[test]
fn a_child_whom_the_feed_gives_the_principal_in_its_own_words_stays() {
    let told = Told {
        kids: [0b00001, 0b00010, 0],
        ..Told::default()
    };
    let own = Own {
        locks: [None, None],
        classes: [false; 3],
        noted: false,
    };
    let linked = linked(&made(&told, &own), &["b"], false);
    // The child moves from the secondary to the principal; the feed writes another kinship than the link did.
    let moved = Told {
        kids: [0b00011, 0b00100, 0],
        ..Told::default()
    };
    let fed = moved.feeds(&linked);
    let (after, _) = refreshed(&fed, &["b"], true);
    let principal = after.iter().find(|e| e.dn == dn("a")).expect("a");
    assert!(principal.holds("children", dn("k1").as_str()));
    let child = after.iter().find(|e| e.dn == dn("k1")).expect("k1");
    assert_eq!(
        child
            .texts("linked")
            .iter()
            .filter(|l| l.starts_with(dn("a").as_str()))
            .count(),
        1
    );
}
