//! Whose temporary password ends, and what is written then.

use super::*;
use crate::domain::account::{Role, tests::person};
use crate::domain::time::{LOCKED_FOR_GOOD, to_generalized};
use proptest::prelude::*;

fn names() -> AccessAttributes {
    AccessAttributes {
        password: "userPassword".into(),
        must_change: Some("pwdReset".into()),
        locked: Some("pwdAccountLockedTime".into()),
        password_changed: Some("pwdChangedTime".into()),
        temporary_until: Some("entctlTemporaryPasswordEnd".into()),
        temporary_class: Some("entctlAccount".into()),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).expect("time")
}

const SENT: i64 = 1_795_000_000;
const END: i64 = SENT + 86_400;

/// A parent whose password was mailed.
fn mailed() -> Account {
    let mut parent = person(&[Role::Parent]);
    parent.state = AccountState {
        must_change: true,
        password_changed_at: Some(at(SENT)),
        password_mark: Some(to_generalized(at(SENT))),
        temporary_until: Some(to_generalized(at(END))),
        has_temporary_class: true,
        ..AccountState::default()
    };
    parent
}

fn classes() -> Vec<String> {
    ["top", "ENTPerson", "entctlAccount"]
        .map(String::from)
        .to_vec()
}

fn held(attribute: &str, value: &str) -> String {
    format!("({attribute}={value})")
}

#[test]
fn a_mailed_password_ends_and_a_slip_never_does() {
    let parent = mailed().state;
    let judged = |state: &AccountState, now| due(state, AtEnd::Replace, at(now));
    assert_eq!(judged(&parent, END - 1), Due::Nothing);
    assert_eq!(judged(&parent, END), Due::Ended);
    let slip = AccountState {
        temporary_until: None,
        ..parent.clone()
    };
    assert_eq!(judged(&slip, END + 400 * 86_400), Due::Nothing);
    let unreadable = AccountState {
        temporary_until: Some("demain".into()),
        ..parent.clone()
    };
    assert_eq!(judged(&unreadable, END), Due::Nothing);
}

#[test]
fn whoever_chose_a_password_or_was_given_another_since_is_left() {
    let chosen = AccountState {
        must_change: false,
        ..mailed().state
    };
    let given_again = AccountState {
        password_changed_at: Some(at(END + 60)),
        ..mailed().state
    };
    for state in [chosen, given_again] {
        assert_eq!(due(&state, AtEnd::Replace, at(END + 120)), Due::Outlived);
        assert_eq!(due(&state, AtEnd::Disable, at(END + 120)), Due::Outlived);
    }
}

#[test]
fn a_disabled_account_is_not_disabled_again_but_its_password_is_replaced() {
    let mut parent = mailed();
    parent.state.disabled = true;
    assert_eq!(due(&parent.state, AtEnd::Disable, at(END)), Due::Nothing);
    assert_eq!(due(&parent.state, AtEnd::Replace, at(END)), Due::Ended);
    let change = end(&parent, &names(), AtEnd::Replace, &classes(), true).expect("change");
    let mark = |op: fn(String, Vec<NewValue>) -> Modification| {
        op(
            "pwdAccountLockedTime".into(),
            vec![NewValue::Text(LOCKED_FOR_GOOD.into())],
        )
    };
    assert!(change.modifications.contains(&mark(|attribute, values| {
        Modification::Add { attribute, values }
    })));
    assert!(change.modifications.contains(&mark(|attribute, values| {
        Modification::Delete { attribute, values }
    })));
}

#[test]
fn the_end_is_one_modify_that_relies_on_all_that_was_read() {
    let parent = mailed();
    for at_end in [AtEnd::Replace, AtEnd::Disable] {
        let change = end(&parent, &names(), at_end, &classes(), true).expect("change");
        let asserted = change.assertion().to_string();
        for part in [
            held("entctlTemporaryPasswordEnd", &to_generalized(at(END))),
            held("pwdReset", "TRUE"),
            held("pwdChangedTime", &to_generalized(at(SENT))),
            held("objectClass", "entctlAccount"),
        ] {
            assert!(asserted.contains(&part), "{part} in {asserted}");
        }
        assert_eq!(change.sets_password(), at_end == AtEnd::Replace);
        let takes = |attribute: &str, value: &str| {
            change.modifications.contains(&Modification::Delete {
                attribute: attribute.into(),
                values: vec![NewValue::Text(value.into())],
            })
        };
        assert!(takes(
            "entctlTemporaryPasswordEnd",
            &to_generalized(at(END))
        ));
        assert!(takes("objectClass", "entctlAccount"));
        assert_eq!(change.notes, [NOTE_ENDED]);
    }
    let shared = end(&parent, &names(), AtEnd::Replace, &classes(), false).expect("change");
    assert!(!shared.assertion().to_string().contains("entctlAccount"));
}

#[test]
fn tidying_touches_the_end_alone() {
    let mut parent = mailed();
    parent.state.must_change = false;
    let change = tidy(&parent, &names(), &classes(), false);
    assert_eq!(
        change.modifications,
        [Modification::Delete {
            attribute: "entctlTemporaryPasswordEnd".into(),
            values: vec![NewValue::Text(to_generalized(at(END)))],
        }]
    );
    assert!(
        change
            .assertion()
            .to_string()
            .contains("(!(pwdReset=TRUE))")
    );
}

fn given() -> Given {
    Given {
        begun: at(SENT),
        noted: at(SENT + 2),
        until: at(END),
    }
}

#[test]
fn a_history_ends_only_the_password_that_it_gave() {
    let state = mailed().state;
    let late = at(END + 10);
    assert!(given().is_due(&state, AtEnd::Replace, late));
    assert!(
        !given().is_due(&state, AtEnd::Replace, at(END)),
        "noted two seconds later"
    );
    let used = AccountState {
        must_change: false,
        ..state.clone()
    };
    assert!(!given().is_due(&used, AtEnd::Replace, late));
    let another = AccountState {
        password_changed_at: Some(at(SENT + 3600)),
        ..state.clone()
    };
    assert!(!given().is_due(&another, AtEnd::Replace, late));
    let untold = AccountState {
        password_changed_at: None,
        ..state
    };
    assert!(!given().is_due(&untold, AtEnd::Replace, late));
}

proptest! {
    #[test]
    fn nothing_is_ever_done_to_whoever_chose_a_password(
        until in proptest::option::of(0_i64..2_000_000_000),
        changed in proptest::option::of(0_i64..2_000_000_000),
        now in 0_i64..2_000_000_000,
        disabled: bool,
        replace: bool,
    ) {
        let state = AccountState {
            disabled,
            must_change: false,
            password_changed_at: changed.map(at),
            temporary_until: until.map(|u| to_generalized(at(u))),
            ..AccountState::default()
        };
        let at_end = if replace { AtEnd::Replace } else { AtEnd::Disable };
        prop_assert_ne!(due(&state, at_end, at(now)), Due::Ended);
        prop_assert!(!given().is_due(&state, at_end, at(now)));
    }

    #[test]
    fn no_password_ends_before_its_end(until in 0_i64..2_000_000_000, now in 0_i64..2_000_000_000) {
        let state = AccountState {
            temporary_until: Some(to_generalized(at(until))),
            password_changed_at: Some(at(0)),
            ..mailed().state
        };
        let ended = due(&state, AtEnd::Replace, at(now)) == Due::Ended;
        prop_assert_eq!(ended, until <= now);
    }
}
