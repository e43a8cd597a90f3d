//! What limits are counted by.

use super::*;
use crate::history::MailState;

fn at(minute: i64) -> Timestamp {
    let start: Timestamp = "2026-11-22T15:00:00Z".parse().expect("time");
    start + jiff::SignedDuration::from_mins(minute)
}

fn by_mail(job: &str) -> Manifest {
    Manifest {
        delivery: Delivery::Mail,
        job: job.parse().ok(),
        started_at: at(0),
        ..manifest()
    }
}

fn outcome(change: u64, outcome: OutcomeKind, mail: MailState) -> Outcome {
    Outcome {
        outcome,
        mail: Some(mail),
        at: at(1),
        ..done(change)
    }
}

#[test]
fn what_was_mailed_may_have_been_or_is_still_meant_counts_and_what_was_not_does_not() {
    let home = tempfile::tempdir().expect("a folder");
    let history = FileHistory::new(home.path().to_owned());
    let all = changes(6);
    let mut record = history.begin(by_mail("night")).expect("begun");
    record.intend(&all).expect("meant");
    for (change, kind, mail) in [
        (0, OutcomeKind::Done, MailState::Mailed),
        (1, OutcomeKind::Unknown, MailState::Written),
        (2, OutcomeKind::Unknown, MailState::Failed),
        (3, OutcomeKind::Failed, MailState::Restored),
        (4, OutcomeKind::Refused, MailState::Failed),
    ] {
        record.record(&outcome(change, kind, mail)).expect("noted");
    }
    let counted = |since| {
        let counted = history.mailed_since(since).expect("counted");
        all.iter()
            .map(|change| counted.get(&change.account.dn).copied().unwrap_or_default())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        counted(at(0)),
        [1, 1, 1, 0, 0, 1],
        "the last is still meant"
    );
    record.finish(at(2)).expect("ended");
    assert_eq!(counted(at(0)), [1, 1, 1, 0, 0, 0]);
    // Looked at from later on, by what the outcomes say.
    assert_eq!(counted(at(2)), [0; 6]);
}

#[test]
fn what_a_run_means_that_has_only_begun_counts() {
    let home = tempfile::tempdir().expect("a folder");
    let history = FileHistory::new(home.path().to_owned());
    let mut record = history.begin(by_mail("night")).expect("begun");
    record.intend(&changes(1)).expect("meant");
    let dn = &changes(1)[0].account.dn;
    let counted = || history.mailed_since(at(0)).expect("counted");
    assert_eq!(counted().get(dn), Some(&1));
    // Its process died: a resume will send it.
    drop(record);
    assert_eq!(counted().get(dn), Some(&1));
}

#[test]
fn the_runs_of_a_job_are_found_and_no_others() {
    let home = tempfile::tempdir().expect("a folder");
    let history = FileHistory::new(home.path().to_owned());
    for job in ["night", "day", "night"] {
        let mut record = history.begin(by_mail(job)).expect("begun");
        record.intend(&changes(1)).expect("meant");
    }
    let job = "night".parse().expect("a name");
    let found = |since| history.runs_of_job(&job, since).expect("read").len();
    assert_eq!((found(at(0)), found(at(1))), (2, 0));
}
