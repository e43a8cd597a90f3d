use super::*;
use crate::i18n::Language;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

const RUN: &str = "20260901T061500Z-1";

fn slips(count: u64) -> Vec<(u64, Slip)> {
    (0..count)
        .map(|n| {
            let slip = Slip {
                school: "Collège".into(),
                class: "6A".into(),
                last_name: format!("Nom {n:04}"),
                first_name: "Léa".into(),
                login: format!("lea{n}"),
                password: Password::new(format!("abricot-{n:04}")),
            };
            (n, slip)
        })
        .collect()
}

fn target(folder: &Path) -> SlipsTarget {
    SlipsTarget::new(&folder.join("slips.html")).expect("a slips file")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("folder")
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("folder")
        .map(|e| e.expect("name").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path)
        .expect("file")
        .permissions()
        .mode()
        & 0o7777
}

fn finish(pending: PendingSlips, written: &[u64]) -> Result<Option<PathBuf>> {
    let written = written.iter().copied().collect();
    let localizer = Localizer::new(Language::Fr);
    pending.finish(&written, &SlipText::default(), &localizer)
}

#[test]
fn only_the_accounts_written_are_in_the_final_file() {
    let folder = folder();
    let target = target(folder.path());
    let pending = PendingSlips::create(&target, RUN, slips(3)).expect("created");
    assert_eq!(names(folder.path()), [format!(".slips.html.{RUN}.partial")]);
    assert_eq!(mode(&target.partial_path(RUN)), 0o600);
    let path = finish(pending, &[0, 2, 99])
        .expect("finished")
        .expect("a file");
    assert_eq!(path, target.path());
    assert_eq!(names(folder.path()), ["slips.html"]);
    assert_eq!(mode(&path), 0o600);
    let page = fs::read_to_string(&path).expect("page");
    assert!(page.contains("abricot-0000") && page.contains("abricot-0002"));
    assert!(!page.contains("abricot-0001"));
}

#[test]
fn nobody_written_leaves_nothing() {
    let folder = folder();
    let target = target(folder.path());
    let pending = PendingSlips::create(&target, RUN, slips(3)).expect("created");
    assert_eq!(finish(pending, &[]).expect("finished"), None);
    assert!(names(folder.path()).is_empty());
    PendingSlips::create(&target, RUN, slips(3))
        .and_then(PendingSlips::discard)
        .expect("discarded");
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_resume_finds_every_password() {
    let folder = folder();
    let target = target(folder.path());
    assert!(PendingSlips::reopen(&target, RUN).expect("reads").is_none());
    drop(PendingSlips::create(&target, RUN, slips(3)).expect("created"));
    let again = PendingSlips::reopen(&target, RUN)
        .expect("reads")
        .expect("there");
    assert_eq!(
        again.password_of(1).map(Password::expose),
        Some("abricot-0001")
    );
    assert_eq!(again.password_of(3), None);
    assert!(
        PendingSlips::reopen(&target, "another")
            .expect("reads")
            .is_none()
    );
    assert!(finish(again, &[1]).expect("finished").is_some());
}

#[test]
fn a_run_killed_between_two_steps_is_finished_by_the_next() {
    let folder = folder();
    let target = target(folder.path());
    let partial = target.partial_path(RUN);
    // Killed while the finished file was written: half of it lies there.
    drop(PendingSlips::create(&target, RUN, slips(3)).expect("created"));
    fs::write(target.ready_path(RUN), "<html>").expect("half");
    let kept = fs::read(&partial).expect("partial");
    let again = PendingSlips::reopen(&target, RUN)
        .expect("reads")
        .expect("there");
    finish(again, &[0, 1]).expect("finished");
    assert_eq!(names(folder.path()), ["slips.html"]);
    // Killed after the final file got its name: the partial file is still there.
    private_file::write_new(&partial, &kept).expect("put back");
    let again = PendingSlips::reopen(&target, RUN)
        .expect("reads")
        .expect("there");
    assert_eq!(
        finish(again, &[0, 1]).expect("finished").as_deref(),
        Some(target.path())
    );
    assert_eq!(names(folder.path()), ["slips.html"]);
}

#[test]
fn a_file_put_there_meanwhile_is_not_overwritten() {
    let folder = folder();
    let target = target(folder.path());
    let pending = PendingSlips::create(&target, RUN, slips(2)).expect("created");
    let elsewhere = folder.path().join("elsewhere");
    symlink(&elsewhere, target.path()).expect("link");
    let path = finish(pending, &[0, 1]).expect("finished").expect("a file");
    assert_eq!(path, target.other_path(RUN));
    assert_eq!(mode(&path), 0o600);
    assert!(!elsewhere.exists());
    assert_eq!(
        names(folder.path()),
        [format!("slips-{RUN}.html"), "slips.html".into()]
    );
}

#[test]
fn where_both_names_are_taken_the_passwords_stay_in_the_partial_file() {
    let folder = folder();
    let target = target(folder.path());
    let pending = PendingSlips::create(&target, RUN, slips(2)).expect("created");
    for path in [target.path(), &target.other_path(RUN)] {
        fs::write(path, "mine").expect("taken");
    }
    let error = finish(pending, &[0, 1]).expect_err("refused");
    assert_eq!(
        (error.status(), error.code()),
        (ExitStatus::Partial, "slips-not-finished")
    );
    let told = Localizer::new(Language::Fr).say(error.message());
    assert!(told.contains(&shown(&target.partial_path(RUN))), "{told}");
    assert_eq!(fs::read_to_string(target.path()).expect("file"), "mine");
    assert!(!target.ready_path(RUN).exists());
    let again = PendingSlips::reopen(&target, RUN)
        .expect("reads")
        .expect("there");
    assert!(again.password_of(1).is_some());
}

#[test]
fn a_planted_partial_file_is_neither_followed_nor_removed() {
    let folder = folder();
    let target = target(folder.path());
    let victim = folder.path().join("victim");
    symlink(&victim, target.partial_path(RUN)).expect("link");
    let error = PendingSlips::create(&target, RUN, slips(1)).expect_err("refused");
    assert_eq!(
        (error.status(), error.code()),
        (ExitStatus::Failed, "slips-unwritable")
    );
    assert!(!victim.exists());
    assert!(fs::symlink_metadata(target.partial_path(RUN)).is_ok());
    // Not read through the link either, even where it leads to a good file.
    let other = PendingSlips::create(&target, "other", slips(1)).expect("created");
    fs::rename(target.partial_path("other"), &victim).expect("moved");
    drop(other);
    let error = PendingSlips::reopen(&target, RUN).expect_err("refused");
    assert_eq!(error.code(), "slips-unreadable");
    assert_eq!(error.causes()[0].key, "slips-cause-not-private");
}

#[test]
fn a_partial_file_that_is_open_to_others_or_cut_is_refused() {
    let folder = folder();
    let target = target(folder.path());
    let partial = target.partial_path(RUN);
    drop(PendingSlips::create(&target, RUN, slips(2)).expect("created"));
    let cause = || {
        PendingSlips::reopen(&target, RUN)
            .expect_err("refused")
            .causes()[0]
            .key
            .clone()
    };
    fs::set_permissions(&partial, fs::Permissions::from_mode(0o640)).expect("opened up");
    assert_eq!(cause(), "slips-cause-not-private");
    fs::set_permissions(&partial, fs::Permissions::from_mode(0o600)).expect("closed");
    let bytes = fs::read(&partial).expect("partial");
    fs::write(&partial, &bytes[..bytes.len() - 10]).expect("cut");
    assert_eq!(cause(), "slips-cause-damaged");
}

#[test]
fn a_folder_that_is_gone_is_told() {
    let folder = folder();
    let target = target(&folder.path().join("gone"));
    let error = PendingSlips::create(&target, RUN, slips(1)).expect_err("refused");
    assert_eq!(error.code(), "slips-unwritable");
    assert_eq!(error.causes()[0].key, "slips-cause-missing");
}

#[test]
fn every_error_has_its_words_and_none_has_a_password() {
    for language in Language::ALL {
        let localizer = Localizer::new(language);
        for kind in [
            ErrorKind::StorageFull,
            ErrorKind::FileTooLarge,
            ErrorKind::PermissionDenied,
            ErrorKind::ReadOnlyFilesystem,
            ErrorKind::NotFound,
            ErrorKind::AlreadyExists,
            ErrorKind::TimedOut,
        ] {
            let text = Trouble::from(io::Error::from(kind)).text();
            assert!(localizer.has(&text.key), "{}", text.key);
        }
        for key in [
            "slips-cause-not-private",
            "slips-cause-damaged",
            "slips-unwritable",
            "slips-unreadable",
            "slips-not-finished",
            "slips-not-removed",
            "slips-not-rendered",
            "slips-hint-resume",
            "slips-hint-other-name",
            "slips-exists",
            "slips-extension",
            "slips-folder-missing",
            "slips-folder-unwritable",
        ] {
            assert!(localizer.has(key), "{key}");
        }
    }
    let folder = folder();
    let pending = PendingSlips::create(&target(folder.path()), RUN, slips(1)).expect("created");
    let shown = format!("{pending:?} {:?}", pending.unfinished());
    assert!(!shown.contains("abricot"), "{shown}");
}

/// Runs [`in_a_process_of_its_own`] under a shell's limits, since umask and file size are the process's.
fn limited(limits: &str, folder: &Path, count: u64) -> String {
    let test = "slips::pending::tests::in_a_process_of_its_own";
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!("{limits}; exec \"$0\" --exact {test} --nocapture"))
        .arg(std::env::current_exe().expect("this test"))
        .env("SLIPS_FOLDER", folder)
        .env("SLIPS_COUNT", count.to_string())
        .output()
        .expect("sh");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let outcome = said
        .split("outcome=")
        .nth(1)
        .and_then(|s| s.split('\n').next());
    outcome
        .unwrap_or_else(|| panic!("no outcome: {said}"))
        .to_owned()
}

/// Creates and finishes slips, and says how that ended. Started again by the tests below, with limits; by
/// itself it has none, and must succeed.
#[test]
#[allow(clippy::print_stdout)]
fn in_a_process_of_its_own() {
    let own = folder();
    let limited = std::env::var_os("SLIPS_FOLDER").map(PathBuf::from);
    let count = std::env::var("SLIPS_COUNT").map_or(2, |count| count.parse().expect("a number"));
    let folder = limited.clone().unwrap_or_else(|| own.path().to_owned());
    let slips = slips(count);
    let all: Vec<u64> = slips.iter().map(|(number, _)| *number).collect();
    let outcome = PendingSlips::create(&target(&folder), RUN, slips).and_then(|p| finish(p, &all));
    assert!(limited.is_some() || outcome.is_ok());
    match outcome {
        Ok(_) => println!("outcome=done"),
        Err(error) => println!("outcome={} {}", error.code(), error.causes()[0].key),
    }
}

#[test]
fn the_umask_neither_opens_nor_closes_the_file() {
    for umask in ["000", "077"] {
        let folder = folder();
        assert_eq!(limited(&format!("umask {umask}"), folder.path(), 2), "done");
        assert_eq!(mode(target(folder.path()).path()), 0o600, "umask {umask}");
    }
    let folder = folder();
    assert_eq!(
        limited("umask 200", folder.path(), 2),
        "slips-unwritable slips-cause-not-private"
    );
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_write_that_stops_half_way_leaves_nothing_behind() {
    let folder = folder();
    // 4 KiB a file: too little for the partial file.
    assert_eq!(
        limited("trap '' XFSZ; ulimit -f 8", folder.path(), 200),
        "slips-unwritable slips-cause-too-large"
    );
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_final_file_that_cannot_be_written_leaves_the_partial_one_whole() {
    let folder = folder();
    // 40 KiB a file: enough for 200 slips as JSON, too little for the page.
    assert_eq!(
        limited("trap '' XFSZ; ulimit -f 80", folder.path(), 200),
        "slips-not-finished slips-cause-too-large"
    );
    assert_eq!(names(folder.path()), [format!(".slips.html.{RUN}.partial")]);
    let again = PendingSlips::reopen(&target(folder.path()), RUN)
        .expect("reads")
        .expect("there");
    assert_eq!(
        again.password_of(199).map(Password::expose),
        Some("abricot-0199")
    );
    assert!(finish(again, &[199]).expect("finished").is_some());
}
