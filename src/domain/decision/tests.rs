//! Which changes belong together, what they wait for, and what a look ahead finds.

use super::*;
use crate::domain::change::{Before, Operation};
use proptest::prelude::*;

fn dn(uid: &str) -> Dn {
    Dn::parse(&format!("uid={uid},dc=x")).expect("dn")
}

fn person(uid: &str) -> AccountRef {
    AccountRef {
        dn: dn(uid),
        uid: None,
        login: None,
        name: uid.to_owned(),
    }
}

/// A change of a decision on `kept` and `with` that writes to `target`.
fn part(kept: &str, with: &[&str], target: &str, modifications: Vec<Modification>) -> Change {
    Change {
        account: person(kept),
        operation: Operation::ModifyEntry { dn: dn(target) },
        relies_on: Vec::new(),
        besides: Vec::new(),
        with: with.iter().map(|uid| person(uid)).collect(),
        modifications,
        before: Vec::new(),
        notes: Vec::new(),
    }
}

fn add(attribute: &str, value: &str) -> Modification {
    Modification::Add {
        attribute: attribute.into(),
        values: vec![NewValue::Text(value.into())],
    }
}

fn delete(attribute: &str, value: &str) -> Modification {
    Modification::Delete {
        attribute: attribute.into(),
        values: vec![NewValue::Text(value.into())],
    }
}

fn holds(attribute: &str, value: &str) -> Reliance {
    Reliance::Holds {
        attribute: attribute.into(),
        value: value.into(),
    }
}

fn waits_of(changes: &[Change]) -> Vec<Vec<usize>> {
    waits(changes, &decisions(changes))
}

#[test]
fn neighbours_of_one_account_that_name_others_are_one_decision() {
    let changes = [
        part("a", &["b"], "a", vec![]),
        part("a", &["b"], "child", vec![]),
        part("c", &["d"], "c", vec![]),
        part("e", &[], "e", vec![]),
        part("e", &[], "e", vec![]),
        part("a", &["f"], "a", vec![]),
    ];
    assert_eq!(decisions(&changes), [0..2, 2..3, 3..4, 4..5, 5..6]);
    let plan = Plan {
        changes: changes.to_vec(),
        ..Plan::default()
    };
    // Two changes of one account that stand alone are one account; a decision is one each time.
    assert_eq!(plan.accounts(), 4);
}

#[test]
fn the_accounts_of_a_decision_are_named_once_each() {
    let changes = [
        part("a", &["b"], "a", vec![]),
        part("a", &["b", "c", "a"], "child", vec![]),
    ];
    let names = |refs: Vec<&AccountRef>| -> Vec<String> {
        refs.into_iter()
            .map(|account| account.name.clone())
            .collect()
    };
    assert_eq!(names(others(&changes)), ["b", "c"]);
    assert_eq!(names(accounts(&changes)), ["a", "b", "c"]);
}

#[test]
fn decisions_on_other_values_of_one_group_wait_for_nobody() {
    let mut first = part("a", &["b"], "group", vec![add("member", "uid=a,dc=x")]);
    let mut second = part("c", &["d"], "group", vec![add("member", "uid=c,dc=x")]);
    first.relies_on.push(holds("entryUUID", "1"));
    second.relies_on.push(holds("entryUUID", "1"));
    assert_eq!(waits_of(&[first, second]), [vec![], Vec::<usize>::new()]);
}

#[test]
fn a_decision_waits_for_the_one_that_writes_what_it_relies_on() {
    let first = part("a", &["b"], "group", vec![add("member", "uid=a,dc=x")]);
    let mut second = part("c", &["d"], "other", vec![add("member", "uid=c,dc=x")]);
    second.besides.push(crate::domain::change::Condition {
        dn: dn("group"),
        relies_on: vec![holds("MEMBER", "UID=a, DC=x")],
    });
    let whole = part(
        "e",
        &["f"],
        "other",
        vec![Modification::Replace {
            attribute: "member".into(),
            values: vec![],
        }],
    );
    let gone = Change {
        operation: Operation::DeleteEntry { dn: dn("other") },
        ..part("g", &["h"], "other", vec![])
    };
    let after = part("i", &["j"], "other", vec![add("mail", "x")]);
    let alone = part("k", &[], "group", vec![delete("member", "uid=a,dc=x")]);
    assert_eq!(
        waits_of(&[first, second, whole, gone, after, alone]),
        [vec![], vec![0], vec![1], vec![2], vec![3], vec![]]
    );
}

#[test]
fn a_look_ahead_sees_what_the_decision_itself_will_have_written() {
    let now = Entry::new(dn("child")).with("link", &["b"]);
    let mut first = part("a", &["b"], "child", vec![add("link", "a")]);
    first.relies_on.push(Reliance::Lacks {
        attribute: "link".into(),
        value: "a".into(),
    });
    let mut second = part("a", &["b"], "child", vec![delete("link", "b")]);
    second.relies_on.push(holds("link", "a"));
    assert_eq!(foresee(&[(0, &first), (1, &second)], Some(&now)), None);
    let alone = foresee(&[(1, &second)], Some(&now)).expect("link a is not there");
    assert_eq!((alone.at, alone.attribute.as_deref()), (1, Some("link")));
    assert!(foresee(&[(0, &first)], None).expect("gone").gone);
}

#[test]
fn an_entry_that_goes_is_judged_as_the_decision_leaves_it() {
    let now = Entry::new(dn("b"))
        .with("sn", &["Martin"])
        .with("note", &["x"])
        .with("userPassword", &["{SSHA}x"])
        .with("entryUUID", &["1"]);
    let first = part("a", &["b"], "b", vec![delete("note", "x")]);
    let mut goes = part("a", &["b"], "b", vec![delete("sn", "Martin")]);
    goes.operation = Operation::DeleteEntry { dn: dn("b") };
    goes.relies_on.push(holds("entryUUID", "1"));
    goes.before.push(Before {
        attribute: "sn".into(),
        values: vec!["Martin".into()],
    });
    assert_eq!(foresee(&[(0, &first), (1, &goes)], Some(&now)), None);
    let fault = foresee(&[(1, &goes)], Some(&now)).expect("a note that nobody has read");
    assert_eq!(fault.at, 1);
}

fn any_changes() -> impl Strategy<Value = Vec<Change>> {
    let one = (0..4usize, 0..3usize, 0..3usize, 0..3usize, any::<bool>());
    prop::collection::vec(one, 0..20).prop_map(|all| {
        all.into_iter()
            .map(|(kept, with, target, value, adds)| {
                let with: Vec<String> = (0..with).map(|n| format!("w{n}")).collect();
                let with: Vec<&str> = with.iter().map(String::as_str).collect();
                let step = if adds { add } else { delete };
                let step = step("link", &format!("v{value}"));
                part(
                    &format!("k{kept}"),
                    &with,
                    &format!("t{target}"),
                    vec![step],
                )
            })
            .collect()
    })
}

proptest! {
    /// Every change is in one decision, in its order; a decision has one account, and only one that names others has
    /// several changes.
    #[test]
    fn every_change_belongs_to_one_decision(changes in any_changes()) {
        let ranges = decisions(&changes);
        let all: Vec<usize> = ranges.iter().cloned().flatten().collect();
        prop_assert_eq!(all, (0..changes.len()).collect::<Vec<_>>());
        for range in &ranges {
            let part = &changes[range.clone()];
            prop_assert!(part.iter().all(|c| c.account.dn == part[0].account.dn));
            prop_assert!(part.len() == 1 || part.iter().all(|c| !c.with.is_empty()));
        }
    }

    /// Two decisions that write the same value never overtake each other, and nobody waits for a later one.
    #[test]
    fn writers_of_one_value_keep_their_order(changes in any_changes()) {
        let ranges = decisions(&changes);
        let waits = waits(&changes, &ranges);
        let mut before: Vec<BTreeSet<usize>> = Vec::new();
        for (who, earlier) in waits.iter().enumerate() {
            prop_assert!(earlier.iter().all(|one| *one < who));
            let mut all: BTreeSet<usize> = earlier.iter().copied().collect();
            for one in earlier {
                all.extend(&before[*one]);
            }
            before.push(all);
        }
        let written = |range: &Range<usize>| -> BTreeSet<(String, String)> {
            changes[range.clone()]
                .iter()
                .filter(|c| !c.with.is_empty())
                .map(|c| (c.target().normalized().to_owned(), format!("{:?}", match &c.modifications[0] {
                    Modification::Add { values, .. }
                    | Modification::Delete { values, .. }
                    | Modification::Replace { values, .. } => values.clone(),
                })))
                .collect()
        };
        for (later, range) in ranges.iter().enumerate() {
            for (earlier, other) in ranges[..later].iter().enumerate() {
                let share = !written(range).is_disjoint(&written(other));
                prop_assert_eq!(share, before[later].contains(&earlier) && share);
            }
        }
    }
}
