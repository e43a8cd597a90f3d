//! Taking runs away: only ended ones, each whole, whatever happens meanwhile.

use super::*;
use crate::history::Pruned;

fn ended(history: &FileHistory) -> RunId {
    let mut record = history.begin(manifest()).expect("begin");
    record.intend(&changes(1)).expect("intend");
    record.record(&done(0)).expect("record");
    record.finish(Timestamp::UNIX_EPOCH).expect("finish");
    record.id().clone()
}

#[test]
fn only_ended_runs_go() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let gone = [ended(&history), ended(&history)];
    let kept = ended(&history);
    let prepared = history.begin(manifest()).expect("begin").id().clone();
    let running = history.begin(manifest()).expect("begin");
    let mut unfinished = history.begin(manifest()).expect("begin");
    unfinished.intend(&changes(1)).expect("intend");
    let interrupted = unfinished.id().clone();
    drop(unfinished);
    let not_ended = [prepared, running.id().clone(), interrupted];

    let asked: Vec<RunId> = gone.iter().chain(&not_ended).cloned().collect();
    let pruned = history.prune(&asked).expect("prune");
    assert_eq!(pruned.gone, gone);
    let under_way: Vec<_> = not_ended
        .iter()
        .map(|id| (id.clone(), HistoryError::UnderWay(id.clone())))
        .collect();
    assert_eq!(pruned.kept, under_way);
    for id in &gone {
        assert_eq!(
            history.load(id).err(),
            Some(HistoryError::NoSuchRun(id.to_string()))
        );
    }
    assert!(history.load(&kept).is_ok());
    for id in &not_ended {
        assert!(history.load(id).is_ok(), "{id}");
        assert!(history.markers().join(id.as_str()).exists(), "{id}");
    }
    let left = fs::read_dir(history.root.join("pruned")).expect("folder");
    assert_eq!(left.count(), 0);
}

#[test]
fn what_a_crash_left_half_removed_is_no_run_and_goes_next_time() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let half = ended(&history);
    // As a crash leaves it: out of the runs, a part of it removed.
    let aside = history.root.join("pruned").join(half.as_str());
    fs::create_dir(history.root.join("pruned")).expect("folder");
    fs::rename(history.runs().join(half.as_str()), &aside).expect("rename");
    fs::remove_file(aside.join("intent.jsonl")).expect("remove");
    let (runs, damaged) = history.list().expect("list");
    assert!(runs.is_empty());
    assert_eq!(damaged, vec![]);
    assert_eq!(history.prune(&[]).expect("prune"), Pruned::default());
    assert!(!aside.exists());
}

#[test]
fn a_run_that_is_gone_already_is_no_failure() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().join("none"));
    let never = RunId::new(Timestamp::UNIX_EPOCH, "2222");
    let nothing = history.prune(std::slice::from_ref(&never)).expect("prune");
    assert_eq!(nothing, Pruned::default());
    assert!(!history.root.exists(), "nothing is made for it");
    ended(&history);
    let pruned = history.prune(std::slice::from_ref(&never)).expect("prune");
    assert_eq!(pruned.gone, [never]);
}

#[test]
fn two_who_prune_at_once_lose_nothing_else() {
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let gone: Vec<RunId> = (0..40).map(|_| ended(&history)).collect();
    let kept: Vec<RunId> = (0..5).map(|_| ended(&history)).collect();
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(|| history.prune(&gone));
        let other = scope.spawn(|| history.prune(&gone));
        (one.join().expect("one"), other.join().expect("other"))
    });
    for pruned in [one.expect("one"), other.expect("other")] {
        for (id, why) in pruned.kept {
            // Held by the other one that very moment.
            assert_eq!(why, HistoryError::UnderWay(id));
        }
    }
    let (runs, damaged) = history.list().expect("list");
    assert_eq!(damaged, vec![]);
    let mut left: Vec<RunId> = runs.into_iter().map(|run| run.manifest.run).collect();
    left.sort();
    let mut expected = kept;
    expected.sort();
    assert_eq!(left, expected);
}
