//! A folder that a group may write to, and one that everybody may.

use super::*;
use std::os::unix::fs::MetadataExt;

/// A group that this process may give files to, and is not what its files get by themselves where it can be
/// otherwise: root takes any, anybody else one of their own.
fn another_group() -> u32 {
    if rustix::process::geteuid().is_root() {
        return 4711;
    }
    let own = rustix::process::getegid();
    let groups = rustix::process::getgroups().expect("groups");
    groups
        .into_iter()
        .find(|group| *group != own)
        .unwrap_or(own)
        .as_raw()
}

fn root(mode: u32, group: u32) -> (tempfile::TempDir, FileHistory) {
    let folder = tempfile::tempdir().expect("folder");
    let root = folder.path().join("history");
    fs::create_dir(&root).expect("root");
    std::os::unix::fs::chown(&root, None, Some(group)).expect("chown");
    fs::set_permissions(&root, fs::Permissions::from_mode(mode)).expect("chmod");
    (folder, FileHistory::new(root))
}

fn all_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            found.extend(all_below(&path));
        }
        found.push(path);
    }
    found
}

fn whole_run(history: &FileHistory) -> RunId {
    let mut record = history.begin(manifest()).expect("begin");
    record.intend(&changes(1)).expect("intend");
    record.record(&done(0)).expect("record");
    record.finish(Timestamp::UNIX_EPOCH).expect("finish");
    record.id().clone()
}

#[test]
fn what_is_made_in_a_shared_folder_belongs_to_its_group() {
    let group = another_group();
    // With the setgid bit and without: the group is that of the root in any case.
    for mode in [0o2770, 0o770, 0o2775] {
        let (_folder, history) = root(mode, group);
        whole_run(&history);
        let mut open = history.begin(manifest()).expect("begin");
        open.intend(&changes(1)).expect("intend");
        open.record(&done(0)).expect("record");
        let paths = all_below(&history.root);
        // Two folders, a marker, a run of six files, one of seven.
        assert_eq!(paths.len(), 3 + 7 + 8, "{paths:?}");
        for path in paths {
            let found = fs::metadata(&path).expect("metadata");
            let expected = if found.is_dir() { 0o2770 } else { 0o660 };
            assert_eq!(found.mode() & 0o7777, expected, "{}", path.display());
            assert_eq!(found.gid(), group, "{}", path.display());
        }
        drop(open);
    }
}

#[test]
fn a_folder_that_only_its_owner_writes_to_stays_private() {
    for mode in [0o700, 0o755] {
        let (_folder, history) = root(mode, another_group());
        whole_run(&history);
        for path in all_below(&history.root) {
            let mode = fs::metadata(&path).expect("metadata").mode();
            assert_eq!(mode & 0o077, 0, "{}", path.display());
        }
    }
}

#[test]
fn a_root_made_below_a_shared_folder_is_private_all_the_same() {
    let (_folder, history) = root(0o2770, another_group());
    let below = FileHistory::new(history.root.join("own"));
    whole_run(&below);
    let found = fs::metadata(&below.root).expect("metadata");
    assert_eq!(found.mode() & 0o077, 0);
}

#[test]
fn a_private_history_that_becomes_shared_takes_new_runs_of_everybody() {
    let group = another_group();
    let (_folder, history) = root(0o700, group);
    whole_run(&history);
    fs::set_permissions(&history.root, fs::Permissions::from_mode(0o2770)).expect("chmod");
    let id = whole_run(&history);
    for path in [
        history.runs(),
        history.markers(),
        history.runs().join(id.as_str()),
    ] {
        let found = fs::metadata(&path).expect("metadata");
        assert_eq!(found.mode() & 0o7777, 0o2770, "{}", path.display());
    }
}

#[test]
fn a_history_that_anybody_may_write_to_is_refused() {
    let (_folder, history) = root(0o700, another_group());
    let id = whole_run(&history);
    fs::set_permissions(&history.root, fs::Permissions::from_mode(0o1777)).expect("chmod");
    let refused = Some(HistoryError::WorldWritable(history.root.clone()));
    assert_eq!(history.begin(manifest()).err(), refused);
    assert_eq!(history.reopen(&id).err(), refused);
    assert_eq!(history.load(&id).err(), refused);
    assert_eq!(history.list().err(), refused);
    assert_eq!(history.unfinished().err(), refused);
    assert_eq!(history.prune(std::slice::from_ref(&id)).err(), refused);
    assert!(history.runs().join(id.as_str()).is_dir());
}

#[test]
fn a_lock_that_may_not_be_looked_at_is_not_taken() {
    if rustix::process::geteuid().is_root() {
        // Root may look at everything; what others meet is in the integration tests.
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    let history = FileHistory::new(folder.path().to_owned());
    let id = history.begin(manifest()).expect("begin").id().clone();
    let lock = history.runs().join(id.as_str()).join("lock");
    fs::set_permissions(&lock, fs::Permissions::from_mode(0o000)).expect("chmod");
    assert_eq!(history.load(&id).expect("load").state, RunState::Running);
    assert!(history.unfinished().expect("list").is_empty());
}

#[test]
fn many_begin_at_once_in_a_folder_that_was_just_made() {
    let (_folder, history) = root(0o2770, another_group());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| whole_run(&history));
        }
    });
    let (runs, damaged) = history.list().expect("list");
    assert_eq!(damaged, vec![]);
    assert_eq!(runs.len(), 8);
    let entries = fs::read_dir(&history.root).expect("root");
    let mut names: Vec<_> = entries.map(|e| e.expect("entry").file_name()).collect();
    names.sort();
    assert_eq!(names, ["runs", "unfinished"]);
}
