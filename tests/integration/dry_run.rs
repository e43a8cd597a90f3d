//! `--dry-run` opens no write path: the directory, the history and the disk stay as they were.

use super::premises::School;
use crate::support::ber::op;
use crate::support::proxy::Proxy;
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// All files and folders below, with their content and the moment of their last change; the folders that
/// the server itself writes to left out.
fn disk(below: &Path, without: &[PathBuf]) -> BTreeMap<PathBuf, (i64, i64, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut todo = vec![below.to_owned()];
    while let Some(path) = todo.pop() {
        if without.contains(&path) {
            continue;
        }
        let meta = std::fs::symlink_metadata(&path).expect("its metadata");
        let mut content = Vec::new();
        if meta.is_dir() {
            let inside = std::fs::read_dir(&path).expect("a folder");
            todo.extend(inside.map(|entry| entry.expect("an entry").path()));
        } else if meta.is_file() {
            content = std::fs::read(&path).expect("a file");
        }
        found.insert(path, (meta.mtime(), meta.mtime_nsec(), content));
    }
    found
}

#[test]
fn nothing_at_all_is_written() {
    let school = School::up(60);
    let proxy = Proxy::start(school.sandbox().url());
    school.profile("through", &proxy.url(), "");
    let lea = school.login("namesake_6a");
    let never = school.login("parent_never_set");
    let closed = school.login("disabled");
    let list = school.write("list.csv", format!("login\n{lea}\n{closed}\n"));
    let imposed = school.write(
        "imposed.csv",
        format!("login;password\n{lea};montagne-4\n{closed};riviere-5\n"),
    );
    // One run that is written, so that there is a history to be left alone.
    let _ = school
        .with("through", &["account", "lock", "--yes"])
        .arg(school.login("apostrophe"))
        .run()
        .expect_success();
    let verbs: &[&[&str]] = &[
        &["password", "reset", &lea],
        &["password", "reset", &lea, "--print"],
        &["password", "reset", &closed, "--slips", "s.csv"],
        &["password", "reset", "--class", "6A", "--slips", "s.html"],
        &["password", "reset", "--class", "6A", "--only-new"],
        &[
            "password",
            "reset",
            "--role",
            "pupil",
            "--max-changes",
            "100%",
        ],
        &["password", "reset", "--from", &list, "--slips", "s.csv"],
        &["password", "reset", "--password-from", &imposed, "--print"],
        &["password", "reset", &never, "--first", "--slips", "s.csv"],
        &["account", "lock", &lea],
        &["account", "lock", "--class", "4A", "--reason", "essai"],
        &["account", "unlock", &closed],
        &["account", "unlock", "--from", &list],
    ];
    let folder = school.sandbox_folder();
    let servers = [folder.join("db"), folder.join("slapd.log")];
    let home = school.sandbox().home().path();
    let before = (school.dump(), disk(home, &servers));
    assert!(before.1.keys().any(|path| path.ends_with("intent.jsonl")));
    let written = |proxy: &Proxy| {
        [op::MODIFY, op::ADD, op::DELETE, op::MODIFY_DN]
            .map(|tag| proxy.count(tag))
            .iter()
            .sum::<usize>()
    };
    let writes = written(&proxy);
    assert_eq!(writes, 1);
    for verb in verbs {
        for more in [&[][..], &["--yes"], &["--verbose"]] {
            for format in ["table", "json", "csv"] {
                let told = school
                    .with("through", &["--format", format])
                    .args(*verb)
                    .arg("--dry-run")
                    .args(more)
                    .run()
                    .expect_success();
                assert_eq!(disk(home, &servers), before.1, "{verb:?}\n{told}");
                if format == "json" {
                    let lines = told.json_lines();
                    assert_eq!(lines[0]["outcome"], "planned", "{told}");
                    assert!(lines.iter().all(|line| line["password"].is_null()));
                    let summary = lines.last().expect("a summary");
                    assert!(summary["run"].is_null(), "{told}");
                }
            }
        }
        school.assert_untouched(&before.0);
    }
    assert_eq!(written(&proxy), writes, "no write request was even sent");
    let extended = proxy.requests();
    let extended = extended.iter().filter(|r| r.tag == op::EXTENDED).count();
    assert_eq!(extended, 0, "nor a password operation");
}

#[test]
fn a_simulation_says_what_would_be_done_and_the_run_does_that() {
    let school = School::up(60);
    let reset = ["--format", "json", "password", "reset", "--class", "6A"];
    let planned = school
        .inter(&reset)
        .arg("--dry-run")
        .run()
        .expect_success()
        .json_lines();
    let done = school
        .inter(&reset)
        .args(["--yes", "--print"])
        .run()
        .expect_success()
        .json_lines();
    let accounts = |lines: &[serde_json::Value]| -> Vec<serde_json::Value> {
        lines.iter().map(|line| line["account"].clone()).collect()
    };
    assert_eq!(accounts(&planned), accounts(&done));
    assert_eq!(planned.len(), school.pupils_of("6A").len() + 1);
    let french = school
        .inter(&["password", "reset", "--class", "6A", "--dry-run"])
        .french()
        .run()
        .expect_success();
    assert!(french.stderr.contains("Simulation : "), "{french}");
    assert!(french.stderr.contains("Rien n'a été fait."), "{french}");
}

#[test]
fn a_simulation_refuses_what_the_run_would_refuse() {
    let school = School::up(30);
    let existing = school.write("there.csv", "x");
    for (args, status) in [
        (&["password", "reset", "lea dupont"][..], 5),
        (&["password", "reset", &school.login("parent_college")], 6),
        (
            &["password", "reset", "--class", "6A", "--max-changes", "1"],
            6,
        ),
        (
            &["password", "reset", "--class", "6A", "--slips", &existing],
            2,
        ),
    ] {
        let told = school.inter(args).arg("--dry-run").run();
        let _ = told.expect_status(status);
    }
}
