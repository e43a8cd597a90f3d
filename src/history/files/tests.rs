//! What a crash, a full disk or another process may do to a history, and what is then read back.

use super::*;
use crate::domain::change::{Modification, NewValue, Operation};
use crate::history::Delivery;
use std::os::unix::fs::PermissionsExt;

mod mailed;
mod prune;
mod sharing;

fn manifest() -> Manifest {
    Manifest {
        format_version: FORMAT_VERSION,
        run: RunId::new(Timestamp::UNIX_EPOCH, "2222"),
        verb: "password reset".into(),
        command: vec!["password".into(), "reset".into()],
        reason: None,
        started_at: "2026-11-22T15:52:34Z".parse().expect("time"),
        user: "secretaire".into(),
        sudo_user: None,
        host: "bureau".into(),
        pid: 1,
        profile: "college".into(),
        url: "ldaps://localhost".into(),
        base_dn: Dn::parse("dc=x").expect("dn"),
        bound_as: None,
        delivery: Delivery::Print,
        style: None,
        job: None,
        plan: None,
        undoes: None,
        left_out: 0,
        rows: None,
        valid_until: None,
    }
}

fn changes(n: usize) -> Vec<Change> {
    (0..n)
        .map(|i| Change {
            account: AccountRef {
                dn: Dn::parse(&format!("uid=e{i},dc=x")).expect("dn"),
                uid: None,
                login: None,
                name: format!("Élève {i}"),
            },
            operation: Operation::Modify,
            besides: Vec::new(),
            with: Vec::new(),
            relies_on: vec![],
            modifications: vec![Modification::Replace {
                attribute: "userPassword".into(),
                values: vec![NewValue::Password],
            }],
            before: vec![],
            notes: vec![],
        })
        .collect()
}

fn done(change: u64) -> Outcome {
    Outcome {
        change,
        outcome: OutcomeKind::Done,
        code: None,
        shown: false,
        mail: None,
        at: manifest().started_at,
    }
}

#[test]
fn two_runs_of_one_second_are_listed_newest_first() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().join("history"));
    // The last letters of a name are drawn: enough runs that they cannot be in order by chance.
    let mut begun = Vec::new();
    for millisecond in 100..116 {
        let mut manifest = manifest();
        let at = format!("2026-11-22T15:52:34.{millisecond}Z");
        manifest.started_at = at.parse().expect("time");
        begun.push(history.begin(manifest).expect("begin").id().clone());
    }
    begun.reverse();
    let (runs, damaged) = history.list().expect("list");
    let listed: Vec<RunId> = runs.into_iter().map(|run| run.manifest.run).collect();
    assert_eq!(listed, begun);
    assert_eq!(damaged, vec![]);
}

#[test]
fn a_run_passes_through_its_states() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().join("history"));
    let mut record = history.begin(manifest()).expect("begin");
    let id = record.id().clone();
    assert_eq!(history.load(&id).expect("load").state, RunState::Running);
    assert!(
        history.unfinished().expect("list").is_empty(),
        "it is alive"
    );
    drop(record);
    assert_eq!(history.load(&id).expect("load").state, RunState::Prepared);
    assert_eq!(history.unfinished().expect("list"), vec![id.clone()]);

    let (run, again) = history.reopen(&id).expect("reopen");
    assert_eq!(run.state, RunState::Prepared);
    assert!(matches!(
        history.reopen(&id).err(),
        Some(HistoryError::UnderWay(_))
    ));
    record = again;
    record.intend(&changes(2)).expect("intend");
    record.record(&done(1)).expect("record");
    drop(record);
    let (run, mut record) = history.reopen(&id).expect("reopen");
    assert_eq!(run.state, RunState::Unfinished);
    assert_eq!(run.changes, changes(2));
    assert_eq!(run.outcomes.keys().copied().collect::<Vec<_>>(), [1]);
    record.record(&done(0)).expect("record");
    record.finish(Timestamp::UNIX_EPOCH).expect("finish");
    drop(record);
    let summary = history.list().expect("list").0.remove(0);
    assert_eq!(summary.state, RunState::Finished);
    assert_eq!(summary.counts, BTreeMap::from([(OutcomeKind::Done, 2)]));
    assert!(history.unfinished().expect("list").is_empty());
    let set = history
        .passwords_set_since(manifest().started_at, None)
        .expect("set");
    assert_eq!(set.len(), 2);
    let runs = history.list().expect("list").0;
    let others = history
        .passwords_set_since(manifest().started_at, Some(&runs[0].manifest.run))
        .expect("set");
    assert!(others.is_empty());
    assert!(
        history
            .passwords_set_since("2026-11-22T15:52:35Z".parse().expect("time"), None)
            .expect("set")
            .is_empty()
    );
}

#[test]
fn an_outcome_cut_by_a_crash_is_left_out() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let mut record = history.begin(manifest()).expect("begin");
    record.intend(&changes(2)).expect("intend");
    record.record(&done(0)).expect("record");
    let id = record.id().clone();
    drop(record);
    let path = history.runs().join(id.as_str()).join("outcomes.jsonl");
    let mut text = fs::read_to_string(&path).expect("read");
    text.push_str("{\"change\":1,\"outc");
    fs::write(&path, text).expect("write");
    assert_eq!(history.load(&id).expect("load").outcomes.len(), 1);
}

#[test]
fn what_a_resume_appends_does_not_grow_into_a_line_that_was_cut() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let mut record = history.begin(manifest()).expect("begin");
    record.intend(&changes(2)).expect("intend");
    record.record(&done(0)).expect("record");
    let id = record.id().clone();
    drop(record);
    let path = history.runs().join(id.as_str()).join("outcomes.jsonl");
    let mut text = fs::read_to_string(&path).expect("read");
    text.push_str("{\"change\":1,\"outc");
    fs::write(&path, text).expect("write");
    let (_, mut record) = history.reopen(&id).expect("reopen");
    record.record(&done(1)).expect("record");
    record.finish(Timestamp::UNIX_EPOCH).expect("finish");
    drop(record);
    let run = history.load(&id).expect("whole again");
    assert_eq!(run.outcomes.keys().copied().collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn a_run_that_ended_is_not_unfinished_whatever_its_marker_says() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let mut record = history.begin(manifest()).expect("begin");
    let id = record.id().clone();
    record.intend(&changes(1)).expect("intend");
    record.record(&done(0)).expect("record");
    record.finish(Timestamp::UNIX_EPOCH).expect("finish");
    drop(record);
    fs::write(history.markers().join(id.as_str()), "").expect("marker");
    assert_eq!(history.unfinished().expect("list"), vec![]);
}

#[test]
fn a_run_that_never_wrote_gives_its_plan_free_and_no_others() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let of_plan = || Manifest {
        plan: Some("ab12".into()),
        ..manifest()
    };
    let id = history.begin(of_plan()).expect("begin").id().clone();
    // As one that came second and died before it was cleared away.
    let winner = RunId::parse("20261122-155234-k3f9").expect("run");
    let mark = folder.path().join("plans").join("ab12");
    fs::write(&mark, winner.as_str()).expect("mark");
    let (_, mut record) = history.reopen(&id).expect("reopen");
    record.abandon().expect("abandon");
    drop(record);
    assert_eq!(history.plan_applied("ab12").expect("read"), Some(winner));
    fs::remove_file(&mark).expect("remove");
    let mut record = history.begin(of_plan()).expect("begin");
    record.abandon().expect("abandon");
    assert_eq!(history.plan_applied("ab12").expect("read"), None);
}

#[test]
fn a_run_that_died_before_its_manifest_is_cleared_away() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let record = history.begin(manifest()).expect("begin");
    let id = record.id().clone();
    let run = history.runs().join(id.as_str());
    fs::remove_file(run.join("manifest.json")).expect("remove");
    assert!(matches!(
        history.reopen(&id).err(),
        Some(HistoryError::UnderWay(_))
    ));
    drop(record);
    assert_eq!(history.list().expect("list").1, vec![]);
    assert_eq!(history.unfinished().expect("list"), vec![id.clone()]);
    assert_eq!(
        history.reopen(&id).err(),
        Some(HistoryError::NoSuchRun(id.to_string()))
    );
    assert!(!run.exists());
    assert!(history.unfinished().expect("list").is_empty());
}

#[test]
fn a_manifest_that_a_stopped_machine_has_emptied_is_that_of_a_run_that_never_began() {
    for (content, meant) in [("", false), ("\0\0\0", false), ("", true)] {
        let folder = tempfile::tempdir().expect("folder");
        let history = FileHistory::new(folder.path().to_owned());
        let mut record = history.begin(manifest()).expect("begin");
        if meant {
            record.intend(&changes(1)).expect("intend");
        }
        let id = record.id().clone();
        drop(record);
        let file = history.runs().join(id.as_str()).join("manifest.json");
        fs::write(file, content).expect("write");
        let (runs, damaged) = history.list().expect("list");
        assert_eq!((runs.len(), damaged.len()), (0, usize::from(meant)));
    }
}

#[test]
fn an_end_that_a_stopped_machine_has_emptied_is_none_and_is_told() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let mut record = history.begin(manifest()).expect("begin");
    record.intend(&changes(1)).expect("intend");
    record.record(&done(0)).expect("record");
    let id = record.id().clone();
    let marker = history.markers().join(id.as_str());
    record.finish(Timestamp::UNIX_EPOCH).expect("finish");
    drop(record);
    let end = history.runs().join(id.as_str()).join("finished.json");
    // As it stood before the wait for the disk was over: the marker is the last thing that goes.
    fs::write(&marker, "").expect("write");
    fs::write(&end, "").expect("write");
    assert_eq!(history.unfinished().expect("list"), vec![id.clone()]);
    let (run, mut record) = history.reopen(&id).expect("reopen");
    assert_eq!((run.state, run.outcomes.len()), (RunState::Unfinished, 1));
    record.finish(Timestamp::UNIX_EPOCH).expect("finish");
    assert!(history.unfinished().expect("list").is_empty());
    assert!(!marker.exists());
    assert_eq!(history.load(&id).expect("load").state, RunState::Finished);
}

#[test]
fn a_run_without_its_manifest_that_meant_something_is_damaged() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let mut record = history.begin(manifest()).expect("begin");
    record.intend(&changes(1)).expect("intend");
    let id = record.id().clone();
    drop(record);
    let run = history.runs().join(id.as_str());
    fs::remove_file(run.join("manifest.json")).expect("remove");
    assert_eq!(history.list().expect("list").1.len(), 1);
    assert!(matches!(
        history.reopen(&id).err(),
        Some(HistoryError::Unreadable { .. })
    ));
    assert!(run.exists(), "it is evidence");
}

#[test]
fn an_abandoned_run_leaves_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let mut record = history.begin(manifest()).expect("begin");
    record.abandon().expect("abandon");
    drop(record);
    assert!(history.list().expect("list").0.is_empty());
    assert!(history.unfinished().expect("list").is_empty());
}

#[test]
fn a_newer_or_damaged_run_is_named_not_guessed() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let id = history.begin(manifest()).expect("begin").id().clone();
    let path = history.runs().join(id.as_str()).join("manifest.json");
    fs::write(&path, "{\"format_version\":99}").expect("write");
    assert!(matches!(
        history.load(&id),
        Err(HistoryError::NewerFormat { version: 99, .. })
    ));
    fs::write(&path, "{").expect("write");
    let (whole, damaged) = history.list().expect("list");
    assert!(whole.is_empty());
    assert_eq!(damaged.len(), 1);
}

#[test]
fn nobody_else_may_read_it() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().join("h"));
    let mut record = history.begin(manifest()).expect("begin");
    record.intend(&changes(1)).expect("intend");
    let run = history.runs().join(record.id().as_str());
    for path in [
        folder.path().join("h"),
        run.clone(),
        run.join("intent.jsonl"),
    ] {
        let mode = fs::metadata(&path).expect("metadata").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}

#[test]
fn an_unwritable_folder_is_an_error() {
    let folder = tempfile::tempdir().expect("folder");
    fs::write(folder.path().join("file"), "").expect("write");
    let history = FileHistory::new(folder.path().join("file"));
    assert!(matches!(
        history.begin(manifest()).err(),
        Some(HistoryError::Unwritable { .. })
    ));
}

fn lock(name: &str) -> Change {
    use crate::domain::change::Before;
    Change {
        modifications: vec![Modification::Replace {
            attribute: "pwdAccountLockedTime".into(),
            values: vec![NewValue::Text("000001010000Z".into())],
        }],
        before: vec![Before {
            attribute: "pwdAccountLockedTime".into(),
            values: vec![],
        }],
        account: AccountRef {
            dn: Dn::parse(&format!("uid={name},dc=x")).expect("dn"),
            uid: None,
            login: None,
            name: name.into(),
        },
        ..changes(1).remove(0)
    }
}

/// The accounts of an `undo.ldif`, in its order.
fn taken_back(history: &FileHistory, id: &RunId) -> Vec<String> {
    let path = history.runs().join(id.as_str()).join("undo.ldif");
    let text = fs::read_to_string(path).expect("undo.ldif");
    text.lines()
        .filter_map(|line| Some(line.strip_prefix("dn: ")?.to_owned()))
        .collect()
}

#[test]
fn the_way_back_goes_backwards_and_holds_only_what_was_done() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let mut record = history.begin(manifest()).expect("begin");
    let id = record.id().clone();
    record
        .intend(&[lock("a"), lock("b"), lock("c"), lock("d")])
        .expect("intend");
    assert_eq!(
        taken_back(&history, &id),
        ["uid=d,dc=x", "uid=c,dc=x", "uid=b,dc=x", "uid=a,dc=x"]
    );
    record.record(&done(0)).expect("record");
    let refused = Outcome {
        outcome: OutcomeKind::Refused,
        ..done(1)
    };
    record.record(&refused).expect("record");
    drop(record);
    // The rest is done by a resume, which knows the changes from the disk alone.
    let (_, mut record) = history.reopen(&id).expect("reopen");
    record.record(&done(2)).expect("record");
    record.record(&done(3)).expect("record");
    record.finish(Timestamp::UNIX_EPOCH).expect("finish");
    assert_eq!(
        taken_back(&history, &id),
        ["uid=d,dc=x", "uid=c,dc=x", "uid=a,dc=x"]
    );
}

#[test]
fn a_run_that_died_between_its_end_and_its_marker_is_over() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().join("history"));
    let mut record = history.begin(manifest()).expect("begin");
    let id = record.id().clone();
    record.intend(&changes(1)).expect("intent");
    record.record(&done(0)).expect("outcome");
    record.finish(manifest().started_at).expect("finish");
    drop(record);
    let marker = folder.path().join("history/unfinished").join(id.as_str());
    fs::write(&marker, "").expect("the marker");
    assert_eq!(history.unfinished().expect("unfinished"), vec![]);
    let (run, record) = history.reopen(&id).expect("reopen");
    assert_eq!(run.state, RunState::Finished);
    drop(record);
    assert!(!marker.exists(), "cleared away");
}

#[test]
fn whoever_only_looks_at_a_run_keeps_nobody_from_resuming_it() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().join("history"));
    let mut record = history.begin(manifest()).expect("begin");
    let id = record.id().clone();
    record.intend(&changes(1)).expect("intent");
    drop(record);
    let lock = folder
        .path()
        .join("history/runs")
        .join(id.as_str())
        .join("lock");
    let ended = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(std::sync::atomic::Ordering::Relaxed) {
                let looker = File::open(&lock).expect("the lock");
                let _ = looker.try_lock_shared();
                std::thread::yield_now();
            }
        });
        let states: Vec<_> = (0..200)
            .map(|_| history.reopen(&id).map(|(run, _)| run.state))
            .collect();
        ended.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(states, vec![Ok(RunState::Unfinished); 200]);
    });
    // One who works on it does.
    let (_, held) = history.reopen(&id).expect("reopen");
    assert_eq!(
        history.reopen(&id).map(|(run, _)| run.state),
        Err(HistoryError::UnderWay(id.clone()))
    );
    drop(held);
}
