//! What is taken back, what is left alone, and that nothing of others is ever overwritten.

use super::*;
use crate::domain::account::AccountRef;
use crate::domain::change::NewValue;
use crate::domain::dn::Dn;
use crate::domain::effect::apply;
use crate::domain::time::LOCKED_FOR_GOOD;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const LOCK: &str = "pwdAccountLockedTime";

fn dn() -> Dn {
    Dn::parse("uid=f26a0001,dc=x").expect("dn")
}

fn names() -> UndoAttributes {
    UndoAttributes {
        identity: vec!["entryUUID".into(), "ENTPersonLogin".into()],
        locked: Some(LOCK.into()),
        classes: vec![("Known".into(), vec!["known".into(), "also".into()])],
    }
}

fn texts(values: &[&str]) -> Vec<NewValue> {
    values
        .iter()
        .map(|v| NewValue::Text((*v).to_owned()))
        .collect()
}

fn replace(attribute: &str, values: &[&str]) -> Modification {
    Modification::Replace {
        attribute: attribute.into(),
        values: texts(values),
    }
}

fn add(attribute: &str, values: &[&str]) -> Modification {
    Modification::Add {
        attribute: attribute.into(),
        values: texts(values),
    }
}

fn delete(attribute: &str, values: &[&str]) -> Modification {
    Modification::Delete {
        attribute: attribute.into(),
        values: texts(values),
    }
}

/// A change planned on this entry.
fn planned(on: &Entry, modifications: Vec<Modification>) -> Change {
    let mut change = Change {
        account: AccountRef {
            dn: dn(),
            uid: None,
            login: None,
            name: "Léa".into(),
        },
        operation: Operation::Modify,
        besides: Vec::new(),
        with: Vec::new(),
        relies_on: vec![
            Reliance::Holds {
                attribute: "entryUUID".into(),
                value: "u-1".into(),
            },
            Reliance::Holds {
                attribute: "ENTPersonStructRattach".into(),
                value: "ou=college,dc=x".into(),
            },
        ],
        modifications,
        before: vec![],
        notes: vec![],
    };
    change.before = touched_names(&change)
        .into_iter()
        .map(|attribute| Before {
            values: on.texts(&attribute),
            attribute,
        })
        .collect();
    change
}

fn entry(attributes: &[(&str, &[&str])]) -> Entry {
    attributes.iter().fold(
        Entry::new(dn()).with("entryUUID", &["u-1"]),
        |entry, (name, values)| entry.with(name, values),
    )
}

/// The entry after a Modify, or `None` where a server refuses it: a value that is not there cannot go, one
/// that is there cannot come (RFC 4511 section 4.6), and the values relied on must hold.
fn modified(entry: &Entry, change: &Change) -> Option<Entry> {
    if !change.drifted(entry).is_empty() {
        return None;
    }
    let mut after = entry.clone();
    for modification in &change.modifications {
        let (Modification::Add { attribute, values }
        | Modification::Delete { attribute, values }
        | Modification::Replace { attribute, values }) = modification;
        let mut now = after.texts(attribute);
        for value in values {
            let NewValue::Text(value) = value else {
                return None;
            };
            let there = now.iter().any(|n| alike(n, value));
            match modification {
                Modification::Add { .. } if there => return None,
                Modification::Delete { .. } if !there => return None,
                _ => {}
            }
        }
        apply(modification, attribute, &mut now);
        after
            .attributes
            .retain(|a| !a.name.eq_ignore_ascii_case(attribute));
        let now: Vec<&str> = now.iter().map(String::as_str).collect();
        after = after.with(attribute, &now);
    }
    Some(after)
}

type Sets = BTreeMap<String, BTreeSet<String>>;

fn sets(entry: &Entry) -> Sets {
    entry
        .attributes
        .iter()
        .filter(|a| !a.values.is_empty())
        .map(|a| {
            let values = entry.texts(&a.name).into_iter().collect();
            (a.name.to_ascii_lowercase().to_string(), values)
        })
        .collect()
}

/// Carries a change out, lets others work, takes it back.
fn after_others(
    before: &[(&str, &[&str])],
    modifications: Vec<Modification>,
    now: &[(&str, &[&str])],
) -> (Undone, Option<Entry>) {
    let before = entry(before);
    let now = entry(now);
    let undone = undo_modify(&planned(&before, modifications), &now, &names());
    let back = undone
        .change
        .as_ref()
        .map(|change| modified(&now, change).expect("a server takes it"));
    (undone, back)
}

#[test]
fn a_lock_is_taken_back_to_what_it_was() {
    let (on, instant): (&[&str], &[&str]) = (&[LOCKED_FOR_GOOD], &["20261122150000Z"]);
    let lock = || vec![replace(LOCK, &[LOCKED_FOR_GOOD])];
    let unlock = || vec![replace(LOCK, &[])];
    let later: &[&str] = &["20261122160000Z"];
    // before, what was written, now, what it becomes (`None`: nothing to do), moved.
    for (before, written, now, becomes, moved) in [
        (&[][..], lock(), on, Some(&[][..]), false),
        (instant, lock(), on, Some(instant), false),
        // Opened by somebody, and then shut by the server: as before, as far as people decide.
        (&[], lock(), &[], None, false),
        (&[], lock(), later, None, false),
        (on, unlock(), &[], Some(on), false),
        // Wrong passwords since do not keep a disabled account open.
        (on, unlock(), later, Some(on), false),
        (on, unlock(), on, None, false),
        (instant, unlock(), &[], Some(instant), false),
        (instant, unlock(), later, None, false),
        (instant, unlock(), on, None, true),
    ] {
        let said = format!("{before:?} {written:?} {now:?}");
        let (undone, back) = after_others(&[(LOCK, before)], written, &[(LOCK, now)]);
        assert_eq!(!undone.moved.is_empty(), moved, "{said}");
        assert_eq!(
            back.map(|b| b.texts(LOCK)),
            becomes.map(|v| v.iter().map(|v| (*v).to_owned()).collect()),
            "{said}"
        );
    }
}

#[test]
fn a_password_cannot_come_back_nor_what_was_set_beside_it() {
    let on = entry(&[("pwdReset", &["TRUE"])]);
    let reset = planned(
        &entry(&[]),
        vec![
            Modification::Replace {
                attribute: "userPassword".into(),
                values: vec![NewValue::Password],
            },
            replace("pwdReset", &["TRUE"]),
        ],
    );
    let undone = undo_modify(&reset, &on, &names());
    assert_eq!(undone.change, None);
    assert_eq!(undone.lost, ["userPassword", "pwdReset"]);
    assert_eq!(plain_steps(&reset), None);
}

#[test]
fn what_was_not_kept_cannot_come_back() {
    let mut change = planned(&entry(&[]), vec![replace("title", &["M."])]);
    change.before.clear();
    let undone = undo_modify(&change, &entry(&[("title", &["M."])]), &names());
    assert_eq!((undone.change, undone.lost), (None, vec!["title".into()]));
}

#[test]
fn a_value_replaced_by_others_stays_theirs() {
    let redirect = |now| {
        after_others(
            &[("redirect", &["a@x"])],
            vec![replace("redirect", &["b@x"])],
            &[("redirect", now), ("sn", &["Dupont"])],
        )
    };
    let (undone, back) = redirect(&["b@x"]);
    assert_eq!(back.expect("back").texts("redirect"), ["a@x"]);
    assert_eq!(undone.moved, []);
    let (undone, back) = redirect(&["c@x"]);
    assert_eq!(back, None);
    assert_eq!(undone.moved[0].values, ["c@x"]);
    // What others have added beside it stays.
    let (_, back) = redirect(&["b@x", "c@x"]);
    assert_eq!(back.expect("back").texts("redirect"), ["c@x", "a@x"]);
    let (undone, back) = redirect(&["a@x"]);
    assert_eq!((undone.moved, back), (vec![], None), "already back");
}

#[test]
fn what_was_cleared_comes_back_only_where_nobody_has_filled_it() {
    for written in [replace("redirect", &[]), delete("redirect", &["a@x"])] {
        let clear = |now| {
            after_others(
                &[("redirect", &["a@x"])],
                vec![written.clone()],
                &[("redirect", now)],
            )
        };
        assert_eq!(clear(&[]).1.expect("back").texts("redirect"), ["a@x"]);
        let (undone, back) = clear(&["c@x"]);
        assert_eq!(back, None);
        assert_eq!(undone.moved.len(), 1);
    }
}

#[test]
fn links_go_and_come_back_value_by_value() {
    let (one, two, three) = ("uid=e1,dc=x", "uid=e2,dc=x", "uid=e3,dc=x");
    let link = |now: Vec<&'static str>| {
        after_others(
            &[("member", &[one])],
            vec![add("member", &[two])],
            &[("member", &now)],
        )
    };
    // Another spelling of the same name, and what the feed has added meanwhile.
    let (undone, back) = link(vec![one, "UID=e2, dc=x", three]);
    assert_eq!(back.expect("back").texts("member"), [one, three]);
    assert_eq!(undone.moved, []);
    assert_eq!(link(vec![one]).0.change, None);
    let unlink = |now: Vec<&'static str>| {
        after_others(
            &[("member", &[one, two])],
            vec![delete("member", &[two])],
            &[("member", &now)],
        )
    };
    assert_eq!(
        unlink(vec![one, three]).1.expect("back").texts("member"),
        [one, three, two]
    );
    assert_eq!(unlink(vec![two]).0.change, None);
}

#[test]
fn a_value_put_in_the_place_of_another_and_changed_since_stays() {
    let (undone, back) = after_others(
        &[("redirect", &["a@x"])],
        vec![delete("redirect", &["a@x"]), add("redirect", &["b@x"])],
        &[("redirect", &["c@x"])],
    );
    assert_eq!(back, None);
    assert_eq!(undone.moved.len(), 1);
}

#[test]
fn another_spelling_of_a_name_is_taken_back_too() {
    let (_, back) = after_others(
        &[("givenName", &["lea"])],
        vec![replace("givenName", &["Lea"])],
        &[("givenName", &["Lea"])],
    );
    assert_eq!(back.expect("back").texts("givenName"), ["lea"]);
    let (undone, back) = after_others(
        &[("givenName", &["lea"])],
        vec![replace("givenName", &["Lea"])],
        &[("givenName", &["LEA"])],
    );
    assert_eq!(back, None, "somebody's correction");
    assert_eq!(undone.moved.len(), 1);
}

#[test]
fn the_way_back_relies_on_the_person_and_not_on_the_school() {
    let before = entry(&[]);
    let lock = planned(&before, vec![replace(LOCK, &[LOCKED_FOR_GOOD])]);
    let now = entry(&[(LOCK, &[LOCKED_FOR_GOOD])]);
    let undone = undo_modify(&lock, &now, &names()).change.expect("change");
    assert_eq!(
        undone.assertion().to_string(),
        format!("(&(entryUUID=u-1)({LOCK}={LOCKED_FOR_GOOD}))")
    );
    assert_eq!(undone.before[0].values, [LOCKED_FOR_GOOD]);
    // Another person's entry of the same name.
    let stranger = Entry::new(dn())
        .with("entryUUID", &["u-2"])
        .with(LOCK, &[LOCKED_FOR_GOOD]);
    let undone = undo_modify(&lock, &stranger, &names());
    assert_eq!(undone.change, None);
    assert_eq!(undone.moved.len(), 1);
}

#[test]
fn where_the_server_gives_no_identity_the_login_is_relied_on() {
    let mut change = planned(&entry(&[]), vec![replace("title", &["M."])]);
    change.relies_on = vec![
        Reliance::Holds {
            attribute: "ENTPersonLogin".into(),
            value: "lea.dupont".into(),
        },
        Reliance::Holds {
            attribute: "ENTPersonStructRattach".into(),
            value: "ou=college,dc=x".into(),
        },
    ];
    let now = Entry::new(dn())
        .with("title", &["M."])
        .with("ENTPersonLogin", &["Lea.Dupont"]);
    let back = undo_modify(&change, &now, &names()).change.expect("change");
    assert_eq!(
        back.assertion().to_string(),
        "(&(ENTPersonLogin=lea.dupont)(title=M.))"
    );
}

/// Values as a school's directory holds them, some alike to it.
fn a_value() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "A", "b", "c", "d", "uid=e1,dc=x", "UID=e1, dc=x"])
        .prop_map(str::to_owned)
}

/// Values that a server holds beside each other: none alike.
fn values() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(a_value(), 0..4).prop_map(|values| {
        let mut kept: Vec<String> = Vec::new();
        for value in values {
            if !kept.iter().any(|k| alike(k, &value)) {
                kept.push(value);
            }
        }
        kept
    })
}

fn an_entry() -> impl Strategy<Value = Entry> {
    (values(), values(), values()).prop_map(|(one, two, three)| {
        Entry::new(dn())
            .with("entryUUID", &["u-1"])
            .with("one", &one)
            .with("two", &two)
            .with("three", &three)
    })
}

fn modifications() -> impl Strategy<Value = Vec<Modification>> {
    let name = prop::sample::select(vec!["one", "two", "TWO"]).prop_map(str::to_owned);
    let step = (0..3u8, name, values()).prop_map(|(kind, attribute, values)| {
        let values: Vec<NewValue> = values.into_iter().map(NewValue::Text).collect();
        match kind {
            0 if !values.is_empty() => Modification::Add { attribute, values },
            1 => Modification::Delete { attribute, values },
            _ => Modification::Replace { attribute, values },
        }
    });
    prop::collection::vec(step, 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// What was carried out and taken back is as it was; and taken back once more, as it was left.
    #[test]
    fn there_and_back_again(before in an_entry(), steps in modifications()) {
        let change = planned(&before, steps);
        let Some(after) = modified(&before, &change) else { return Ok(()) };
        let undone = undo_modify(&change, &after, &names());
        prop_assert_eq!(&undone.moved, &vec![]);
        let Some(inverse) = undone.change else {
            prop_assert_eq!(sets(&before), sets(&after));
            return Ok(());
        };
        let back = modified(&after, &inverse).expect("a server takes it");
        prop_assert_eq!(sets(&back), sets(&before));
        let again = undo_modify(&inverse, &back, &names());
        prop_assert_eq!(&again.moved, &vec![]);
        let again = modified(&back, &again.change.expect("something")).expect("a server takes it");
        prop_assert_eq!(sets(&again), sets(&after));
        // The same by hand, with nothing but the file.
        let by_hand = Change {
            modifications: plain_steps(&change).expect("kept"),
            operation: Operation::Modify,
            besides: Vec::new(),
            with: Vec::new(),
            relies_on: vec![],
            ..inverse
        };
        let back = modified(&after, &by_hand).expect("a server takes it");
        prop_assert_eq!(sets(&back), sets(&before));
    }

    /// Two changes of one account are taken back as one.
    #[test]
    fn several_changes_of_one_account_are_taken_back_at_once(
        before in an_entry(),
        one in modifications(),
        two in modifications(),
    ) {
        let one = planned(&before, one);
        let Some(between) = modified(&before, &one) else { return Ok(()) };
        let two = planned(&between, two);
        let Some(after) = modified(&between, &two) else { return Ok(()) };
        let both = compose(&[&one, &two]).expect("two");
        match undo_modify(&both, &after, &names()).change {
            None => prop_assert_eq!(sets(&before), sets(&after)),
            Some(inverse) => {
                let back = modified(&after, &inverse).expect("a server takes it");
                prop_assert_eq!(sets(&back), sets(&before));
            }
        }
    }

    /// Whatever others have written meanwhile stays: a value that neither stood there before nor was
    /// written by the change never goes, and one that they took away for good never comes back in the
    /// place of theirs. Nothing that the change did not touch is touched.
    #[test]
    fn nothing_of_others_is_overwritten(
        before in an_entry(),
        steps in modifications(),
        others in modifications(),
    ) {
        let change = planned(&before, steps);
        let Some(after) = modified(&before, &change) else { return Ok(()) };
        let theirs = Change { relies_on: vec![], ..planned(&after, others) };
        let Some(now) = modified(&after, &theirs) else { return Ok(()) };
        let undone = undo_modify(&change, &now, &names());
        let Some(inverse) = undone.change else { return Ok(()) };
        let back = modified(&now, &inverse).expect("a server takes it");
        for attribute in ["one", "two", "three"] {
            let touched = touched_names(&change).iter().any(|n| n.eq_ignore_ascii_case(attribute));
            let (was, left) = (before.texts(attribute), after.texts(attribute));
            let (is, becomes) = (now.texts(attribute), back.texts(attribute));
            if !touched {
                prop_assert_eq!(&becomes, &is);
                continue;
            }
            for value in &is {
                if !becomes.contains(value) {
                    prop_assert!(left.iter().any(|l| same(l, value)), "{value} was theirs");
                    prop_assert!(!was.iter().any(|w| same(w, value)), "{value} was there before");
                }
            }
            for value in &becomes {
                if !is.contains(value) {
                    prop_assert!(was.contains(value), "{value} never stood there");
                }
            }
            // One value stays one value.
            if was.len() <= 1 && left.len() <= 1 && is.len() <= 1 {
                prop_assert!(becomes.len() <= 1, "{was:?} {left:?} {is:?} {becomes:?}");
            }
        }
        // Taken back, it says that nothing is left, or names what it left alone.
        let again = undo_modify(&change, &back, &names());
        prop_assert_eq!(again.change, None);
    }
}

#[test]
fn a_class_stays_while_others_use_what_came_with_it() {
    let before = entry(&[("objectClass", &["ENTPerson"])]);
    let change = planned(
        &before,
        vec![
            add("objectClass", &["ENTPersonRelation"]),
            add("secondary", &["uid=b,dc=x"]),
        ],
    );
    let now = entry(&[
        ("objectClass", &["ENTPerson", "ENTPersonRelation"]),
        ("secondary", &["uid=b,dc=x", "uid=c,dc=x"]),
    ]);
    let undone = undo(&change, Some(&now), &names()).expect("the entry is there");
    let back = undone.change.expect("something to take back");
    assert_eq!(
        back.modifications,
        [delete("secondary", &["uid=b,dc=x"])],
        "the class is needed by what another one added"
    );
    let untouched = entry(&[
        ("objectClass", &["ENTPerson", "ENTPersonRelation"]),
        ("secondary", &["uid=b,dc=x"]),
    ]);
    let undone = undo(&change, Some(&untouched), &names()).expect("the entry is there");
    assert_eq!(undone.change.expect("all of it").modifications.len(), 2);
}

#[test]
fn a_class_that_is_told_about_stays_for_its_own_attributes_and_goes_whatever_else_stays() {
    let before = entry(&[("objectClass", &["ENTPerson"])]);
    let change = planned(
        &before,
        vec![
            add("objectClass", &["Known", "Other"]),
            add("known", &["uid=b,dc=x"]),
            add("redirect", &["a@x"]),
        ],
    );
    let classes = ["ENTPerson", "Known", "Other"];
    let now = entry(&[
        ("objectClass", &classes),
        ("known", &["uid=b,dc=x"]),
        ("redirect", &["b@y"]),
    ]);
    let undone = undo(&change, Some(&now), &names()).expect("the entry is there");
    let named: Vec<&str> = undone.moved.iter().map(|m| m.attribute.as_str()).collect();
    assert_eq!(named, ["redirect"], "another one's redirect is named");
    assert_eq!(
        undone.change.expect("something").modifications,
        [
            delete("objectClass", &["Known"]),
            delete("known", &["uid=b,dc=x"])
        ]
    );
    // A later decision uses the class too, in an attribute that the change knows nothing of.
    let also = entry(&[
        ("objectClass", &classes),
        ("known", &["uid=b,dc=x"]),
        ("also", &["record"]),
    ]);
    assert!(attributes(&change, &names()).contains(&"also".to_owned()));
    let undone = undo(&change, Some(&also), &names()).expect("the entry is there");
    assert_eq!(
        undone.change.expect("something").modifications,
        [
            delete("objectClass", &["Other"]),
            delete("known", &["uid=b,dc=x"])
        ]
    );
}
