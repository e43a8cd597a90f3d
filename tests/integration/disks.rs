//! Folders that cannot be written and disks that are full: then nothing is written to the directory either.

use super::premises::{School, slips};
use crate::support::entctl::Entctl;
use crate::support::output::Output;
use std::path::Path;

/// Runs entctl in a mount namespace of its own, in which `folder` is a small disk. `prepare` is done there
/// before, `after` afterwards (its output is added to the run's); the disk is gone with the process.
fn on_a_small_disk(
    school: &School,
    folder: &Path,
    options: &str,
    prepare: &str,
    after: &str,
    args: &[&str],
) -> Output {
    // Root may mount; anybody else may in a user namespace, where the kernel allows those.
    let unshare: &[&str] = if rustix::process::geteuid().is_root() {
        &["--mount"]
    } else {
        &["--mount", "--map-root-user"]
    };
    let script = "set -e; disk=$1; options=$2; prepare=$3; after=$4; shift 4; mkdir -p \"$disk\"\n\
         mount -t tmpfs -o \"$options\" entctl-test \"$disk\" || { echo cannot-mount >&2; exit 99; }\n\
         cd \"$disk\"; eval \"$prepare\"; cd - >/dev/null\n\
         set +e; \"$@\"; status=$?\n\
         cd \"$disk\"; eval \"$after\"; exit $status";
    let run = school
        .sandbox()
        .home()
        .program("unshare", unshare)
        .args(["sh", "-c", script, "sh"])
        .args([folder.as_os_str()])
        .args([options, prepare, after, env!("CARGO_BIN_EXE_entctl")])
        .args(args)
        .run();
    assert!(
        run.status != Some(99) && !run.stderr.starts_with("unshare:"),
        "a small disk needs root or user namespaces (kernel.unprivileged_userns_clone=1)\n{run}"
    );
    run
}

/// Leaves this many bytes free, and no inode where zero.
fn fill(free: usize) -> String {
    format!(
        "cat /dev/zero >fill 2>/dev/null || true; size=$(stat -c %s fill); \
         truncate -s $((size - {free})) fill"
    )
}

const LIST: &str = "echo; echo left:; find . -mindepth 1 ! -name fill | sort";

#[test]
fn a_full_disk_for_the_slips_stops_everything_before_the_first_write() {
    let school = School::up(60);
    school.profile("disk", school.sandbox().url(), "");
    let before = school.dump();
    let disk = school.file("disk");
    // Full to the last byte, and with room for a part of the slips.
    for free in [0, 4096] {
        let file = disk.join("s.csv").display().to_string();
        let school_reset = ["--profile", "disk", "password", "reset", "--role", "pupil"];
        let reset = [&school_reset[..], &["--yes", "--slips", &file]].concat();
        let run = on_a_small_disk(&school, &disk, "size=64k", &fill(free), LIST, &reset);
        let run = run.expect_status(1);
        assert!(run.stderr.contains("s.csv"), "{run}");
        assert!(run.stdout.ends_with("left:\n"), "nothing is left\n{run}");
        school.assert_untouched(&before);
    }
    // The history holds no unfinished run: there is nothing to resume.
    let list = school.with("disk", &["history", "list"]).run();
    assert!(!list.stderr.contains("resume"), "{list}");
}

#[test]
fn a_full_disk_for_the_history_stops_everything_before_the_first_write() {
    let school = School::up(60);
    let disk = school.file("disk");
    let history = format!("history = \"{}\"", disk.join("history").display());
    school.profile("disk", school.sandbox().url(), &history);
    let before = school.dump();
    for free in [0, 4096, 12288] {
        for more in [&["--slips", "s.csv"][..], &["--print"]] {
            let reset = ["--profile", "disk", "password", "reset", "--role", "pupil"];
            let args = [&reset[..], &["--yes"], more].concat();
            let run = on_a_small_disk(&school, &disk, "size=64k", &fill(free), "", &args);
            let run = run.expect_status(1);
            assert!(run.stderr.contains("history"), "{run}");
            assert_eq!(run.stdout, "", "no password is shown\n{run}");
            school.assert_untouched(&before);
            let names = std::fs::read_dir(school.file("")).expect("home");
            let names: Vec<_> = names.flatten().map(|e| e.file_name()).collect();
            assert_eq!(names, ["disk"], "no slips are left");
        }
        let lock = [
            "--profile",
            "disk",
            "account",
            "lock",
            "--role",
            "pupil",
            "--yes",
            "--max-changes",
            "1000",
        ];
        let run = on_a_small_disk(&school, &disk, "size=64k", &fill(free), "", &lock);
        let _ = run.expect_status(1);
        school.assert_untouched(&before);
    }
    // The same with room enough goes through: it was the disk.
    let reset = ["--profile", "disk", "password", "reset", "--class", "6A"];
    let args = [&reset[..], &["--yes", "--slips", "s.csv"]].concat();
    let _ = on_a_small_disk(&school, &disk, "size=10M", "", "", &args).expect_success();
    assert_eq!(
        slips(&school.file("s.csv")).len(),
        school.pupils_of("6A").len()
    );
}

#[test]
fn a_disk_that_may_only_be_read_is_told_in_both_languages() {
    let school = School::up(30);
    let disk = school.file("disk");
    school.profile("disk", school.sandbox().url(), "");
    let before = school.dump();
    let file = disk.join("s.csv").display().to_string();
    for (language, sentence) in [
        ("en", "cannot be written to"),
        ("fr", "Il n'est pas possible d'écrire dans le dossier"),
    ] {
        let run = on_a_small_disk(
            &school,
            &disk,
            "size=64k",
            "mount -o remount,ro \"$disk\"",
            "",
            &[
                "--lang",
                language,
                "--profile",
                "disk",
                "password",
                "reset",
                "--class",
                "6A",
                "--yes",
                "--slips",
                &file,
            ],
        );
        let run = run.expect_status(2);
        assert!(run.stderr.contains(sentence), "{run}");
    }
    school.assert_untouched(&before);
}

#[test]
fn a_history_folder_that_cannot_be_is_refused_before_the_first_write() {
    let school = School::up(30);
    let file = school.write("a-file", "not a folder");
    school.profile(
        "nowhere",
        school.sandbox().url(),
        &format!("history = \"{file}/history\""),
    );
    let before = school.dump();
    let refused = |run: Entctl| {
        let run = run.run().expect_status(1);
        assert_eq!(run.stdout, "", "no password is shown\n{run}");
        run
    };
    let reset = ["password", "reset", "zoe lefevre", "--print", "--yes"];
    let run = refused(school.with("nowhere", &reset));
    assert!(run.stderr.contains("history"), "{run}");
    assert!(run.stderr.contains(&file), "{run}");
    let run = refused(school.with("nowhere", &reset).french());
    assert!(run.stderr.contains("historique"), "{run}");
    let slips = [
        "password", "reset", "--class", "6A", "--yes", "--slips", "s.csv",
    ];
    let _ = refused(school.with("nowhere", &slips));
    assert!(!school.file("s.csv").exists());
    let _ = refused(school.with("nowhere", &["account", "lock", "--class", "6A", "--yes"]));
    let change = ["password", "change", "--stdin", &school.login("accents")];
    let input = format!("{}\nnouveau-mot-7f\n", school.old_password("accents"));
    let _ = refused(school.with("nowhere", &change).stdin(input));
    // The person has logged in, which the server notes; the password is the old one.
    let noted = [
        "pwdLastSuccess",
        "entryCSN",
        "modifyTimestamp",
        "modifiersName",
    ];
    let (before, after) = (before.without(&noted), school.dump().without(&noted));
    assert_eq!(before.diff(&after), "");
    let names = std::fs::read_dir(school.file("")).expect("home");
    assert_eq!(names.count(), 1, "the file alone");
}

#[test]
fn a_slips_folder_that_cannot_be_is_refused_before_anything_is_read() {
    let school = School::up(30);
    let file = school.write("a-file", "not a folder");
    let before = school.dump();
    for (path, status) in [
        (format!("{file}/s.csv"), 2),
        (school.file("missing/s.csv").display().to_string(), 2),
        (file.clone(), 2),
        (school.file("").display().to_string(), 2),
        (school.file("s.pdf").display().to_string(), 2),
    ] {
        for lang in ["en", "fr"] {
            let run = school
                .inter(&["--lang", lang, "password", "reset", "--class", "6A"])
                .args(["--yes", "--slips", &path])
                .run()
                .expect_status(status);
            assert_eq!(run.stdout, "");
        }
    }
    school.assert_untouched(&before);
    assert_eq!(std::fs::read(&file).expect("the file"), b"not a folder");
}
