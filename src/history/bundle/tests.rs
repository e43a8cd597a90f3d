//! What is written is what is read; nothing else is.

use super::*;
use crate::domain::account::AccountRef;
use crate::domain::change::{Before, Modification, NewValue, Operation};
use crate::domain::dn::Dn;
use crate::history::{Delivery, OutcomeKind, RunId};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn run(name: &str, reason: Option<String>, state: RunState) -> Run {
    let at: Timestamp = "2026-11-22T15:52:34.25Z".parse().expect("time");
    let outcome = Outcome {
        change: 0,
        outcome: OutcomeKind::Done,
        code: None,
        shown: true,
        mail: None,
        at,
    };
    Run {
        manifest: Manifest {
            run: RunId::new(at, "2222"),
            reason,
            ..manifest(at)
        },
        state,
        changes: vec![Change {
            account: AccountRef {
                dn: Dn::parse("uid=e1,dc=x").expect("dn"),
                uid: Some("e1".into()),
                login: None,
                name: name.into(),
            },
            operation: Operation::Modify,
            besides: Vec::new(),
            with: Vec::new(),
            relies_on: vec![],
            modifications: vec![Modification::Replace {
                attribute: "pwdAccountLockedTime".into(),
                values: vec![NewValue::Text("000001010000Z".into()), NewValue::Password],
            }],
            before: vec![Before {
                attribute: "pwdAccountLockedTime".into(),
                values: vec![name.into()],
            }],
            notes: vec!["was-locked".into()],
        }],
        outcomes: BTreeMap::from([(0, outcome)]),
        told: std::collections::BTreeMap::new(),
        finished_at: (state == RunState::Finished).then_some(at),
    }
}

/// As the history itself reads one back.
fn manifest(at: Timestamp) -> Manifest {
    serde_json::from_value(serde_json::json!({
        "format_version": FORMAT_VERSION, "run": "20261122-155234-2222", "verb": "account lock",
        "command": ["account", "lock"], "reason": null, "started_at": at, "user": "secretaire",
        "sudo_user": null, "host": "bureau", "pid": 1, "profile": "college",
        "url": "ldaps://localhost", "base_dn": "dc=x", "bound_as": null,
        "delivery": Delivery::None, "style": null,
    }))
    .expect("a manifest")
}

/// The document as the printer writes it.
fn document(run: &Run) -> Value {
    let mut document = serde_json::to_value(write(run).expect("write")).expect("JSON");
    document["format_version"] = 1.into();
    document
}

fn bytes(document: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(document).expect("JSON")
}

fn assert_same(read: &Run, written: &Run) {
    assert_eq!(read.manifest, written.manifest);
    assert_eq!(read.state, written.state);
    assert_eq!(read.changes, written.changes);
    assert_eq!(read.outcomes, written.outcomes);
    assert_eq!(read.finished_at, written.finished_at);
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(name in ".*", reason in proptest::option::of(".*")) {
        let run = run(&name, reason, RunState::Finished);
        assert_same(&read(&bytes(&document(&run))).expect("read"), &run);
    }

    #[test]
    fn no_byte_changed_or_missing_goes_unnoticed(at in 0.0f64..1.0, byte in any::<u8>(), cut in any::<bool>()) {
        let run = run("Léa", None, RunState::Finished);
        let whole = bytes(&document(&run));
        let position = (at * whole.len() as f64) as usize;
        let mut other = whole.clone();
        if cut {
            other.truncate(position);
        } else {
            other[position] = byte;
        }
        // Where it still reads, it reads the same: blanks between words do not count.
        if let Ok(read) = read(&other) {
            assert_same(&read, &run);
        }
    }
}

#[test]
fn a_value_changed_by_hand_is_refused() {
    let mut document = document(&run("Léa", None, RunState::Finished));
    document["content"]["changes"][0]["before"][0]["values"][0] = "Zoé".into();
    assert!(matches!(
        read(&bytes(&document)),
        Err(BundleError::Damaged(_))
    ));
}

#[test]
fn blanks_and_order_do_not_count() {
    let run = run("Léa", None, RunState::Finished);
    let document = document(&run);
    let compact = document.to_string();
    assert_same(&read(compact.as_bytes()).expect("read"), &run);
    // Sorted names are what the checksum rests on.
    let value: Value = serde_json::from_str(r#"{"b":1,"a":2}"#).expect("JSON");
    assert_eq!(value.to_string(), r#"{"a":2,"b":1}"#);
}

#[test]
fn another_file_a_cut_one_and_a_newer_one_are_told_apart() {
    for other in ["", "login;name\n", "{}", "[]", "{\"type\":\"run\"}"] {
        assert_eq!(
            read(other.as_bytes()).err(),
            Some(BundleError::NotABundle),
            "{other}"
        );
    }
    let whole = document(&run("Léa", None, RunState::Finished));
    // As it is written, the type stands before the content.
    let text = serde_json::to_string(&write(&run("Léa", None, RunState::Finished)).expect("write"))
        .expect("JSON");
    assert!(matches!(
        read(&text.as_bytes()[..text.len() - 9]),
        Err(BundleError::Damaged(_))
    ));
    let mut newer = whole.clone();
    newer["format_version"] = 2.into();
    assert_eq!(read(&bytes(&newer)).err(), Some(BundleError::Newer(2)));
    let mut newer = whole;
    newer["content"]["manifest"]["format_version"] = 99.into();
    newer["sha256"] = checksum(&newer["content"]).into();
    assert_eq!(read(&bytes(&newer)).err(), Some(BundleError::Newer(99)));
}

#[test]
fn what_is_not_known_is_ignored_but_counts() {
    let run = run("Léa", None, RunState::Finished);
    let mut document = document(&run);
    document["content"]["later"] = "x".into();
    assert!(matches!(
        read(&bytes(&document)),
        Err(BundleError::Damaged(_))
    ));
    document["sha256"] = checksum(&document["content"]).into();
    assert_same(&read(&bytes(&document)).expect("read"), &run);
}

#[test]
fn a_run_that_was_under_way_reads_as_interrupted() {
    let running = document(&run("Léa", None, RunState::Running));
    let read = read(&bytes(&running)).expect("read");
    assert_eq!(read.state, RunState::Unfinished);
}
