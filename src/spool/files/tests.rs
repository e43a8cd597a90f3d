use super::*;
use std::os::unix::fs::PermissionsExt as _;

fn spool(max_waiting: u64) -> (tempfile::TempDir, FileSpool) {
    let home = tempfile::tempdir().expect("a folder");
    let spool = FileSpool::new(home.path().join("deep/requests"), max_waiting);
    (home, spool)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a moment")
}

fn dn(uid: &str) -> Dn {
    Dn::parse(&format!("uid={uid},ou=personnes,dc=ent,dc=fr")).expect("a name")
}

#[test]
fn a_request_comes_back_oldest_first_and_one_for_nobody_is_blank() {
    let (_home, spool) = spool(10);
    spool.put(Some(&dn("b")), at(20)).expect("taken");
    spool.put(None, at(15)).expect("taken");
    spool.put(Some(&dn("a")), at(10)).expect("taken");
    let waiting = spool.waiting().expect("read");
    let whose: Vec<&Dn> = waiting.requests.iter().map(|r| &r.account).collect();
    assert_eq!(whose, [&dn("a"), &dn("b")]);
    assert_eq!(waiting.requests[0].at, at(10));
    assert_eq!((waiting.blank.len(), waiting.damaged.len()), (1, 0));
    spool.remove(&waiting.blank).expect("gone");
    spool.remove(&waiting.blank).expect("gone already");
    spool
        .remove(&[waiting.requests[0].name.clone()])
        .expect("gone");
    let left = spool.waiting().expect("read");
    assert_eq!((left.requests.len(), left.blank.len()), (1, 0));
}

#[test]
fn every_record_has_one_size_and_is_for_its_owner_alone() {
    let (_home, spool) = spool(10);
    let long = dn(&"x".repeat(3000));
    for account in [None, Some(&dn("a")), Some(&long)] {
        spool.put(account, at(1)).expect("taken");
    }
    let folder = fs::metadata(&spool.folder).expect("a folder");
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    for entry in fs::read_dir(&spool.folder).expect("read").flatten() {
        let file = entry.metadata().expect("a file");
        assert_eq!(
            (file.len(), file.permissions().mode() & 0o777),
            (SIZE as u64, 0o600)
        );
        let name = entry.file_name().into_string().expect("text");
        assert_eq!(name.len(), 32 + WHOLE.len(), "{name}");
    }
    assert_eq!(spool.waiting().expect("read").requests.len(), 2);
}

#[test]
fn a_name_that_does_not_fit_is_nobody() {
    let (_home, spool) = spool(10);
    spool
        .put(Some(&dn(&"x".repeat(SIZE))), at(1))
        .expect("taken");
    assert_eq!(spool.waiting().expect("read").blank.len(), 1);
}

#[test]
fn beyond_the_most_all_are_refused_alike() {
    let (_home, spool) = spool(2);
    spool.put(None, at(1)).expect("taken");
    spool.put(Some(&dn("a")), at(1)).expect("taken");
    for account in [None, Some(&dn("a"))] {
        assert_eq!(
            spool.put(account, at(1)),
            Err(SpoolError::Full { waiting: 2 })
        );
    }
}

#[test]
fn a_folder_that_others_may_enter_is_refused() {
    let (_home, spool) = spool(2);
    spool.put(None, at(1)).expect("taken");
    fs::set_permissions(&spool.folder, fs::Permissions::from_mode(0o750)).expect("opened");
    let refused = SpoolError::NotPrivate(spool.folder.clone());
    assert_eq!(spool.put(None, at(1)), Err(refused.clone()));
    assert_eq!(spool.waiting(), Err(refused));
}

#[test]
fn what_is_not_a_record_is_named_and_what_is_being_written_is_left() {
    let (_home, spool) = spool(100);
    spool.put(None, at(1)).expect("taken");
    let whole = spool.waiting().expect("read").blank.len();
    let file = |name: &str, text: &str| fs::write(spool.folder.join(name), text).expect("written");
    file("short.request", "{}");
    file("long.request", &" ".repeat(SIZE + 1));
    file(
        "newer.request",
        &format!(
            "{:<1$}",
            r#"{"format_version":9,"at":"2026-11-22T10:00:00Z","account":"dc=fr"}"#, SIZE
        ),
    );
    file("a.new", "half");
    file("README", "somebody's");
    std::os::unix::fs::symlink("/etc/hostname", spool.folder.join("link.request")).expect("a link");
    fs::create_dir(spool.folder.join("folder.request")).expect("a folder");
    let waiting = spool.waiting().expect("read");
    assert_eq!(
        (
            waiting.requests.len(),
            waiting.blank.len(),
            waiting.damaged.len()
        ),
        (0, whole, 4)
    );
    assert!(spool.folder.join("a.new").exists());
    let old = fs::File::options()
        .write(true)
        .open(spool.folder.join("a.new"))
        .expect("a file");
    old.set_modified(SystemTime::now() - LEFT_BEHIND * 2)
        .expect("old");
    spool.waiting().expect("read");
    assert!(!spool.folder.join("a.new").exists(), "left by a crash");
}
