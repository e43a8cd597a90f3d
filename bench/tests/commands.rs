//! The program as `make bench` runs it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn families(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_families"))
        .args(arguments)
        .output()
        .expect("families runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A small directory in a folder.
fn directory() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let made = families(&[
        "generate",
        "--people",
        "600",
        "--noise",
        "2",
        "--out",
        at(folder.path()),
    ]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(
        text(&made.stdout).contains("stand twice or more"),
        "{}",
        text(&made.stdout)
    );
    folder
}

fn at(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// The answer of somebody who knows the truth: all true pairs, and where wanted one of a trap.
fn oracle(folder: &Path, trap: bool) -> String {
    let pairs = fs::read_to_string(folder.join("pairs.csv")).expect("the truth");
    let mut answer = "uid_a;uid_b;score;tier\n".to_owned();
    let mut trapped = !trap;
    for line in pairs.lines().skip(1) {
        let fields: Vec<&str> = line.split(';').collect();
        let wanted = match fields[2] {
            "same" => true,
            _ => !std::mem::replace(&mut trapped, true),
        };
        if wanted {
            answer.push_str(&format!("{};{};1;certain\n", fields[0], fields[1]));
        }
    }
    answer
}

fn evaluated(folder: &Path, answer: &str) -> (Option<i32>, String) {
    let file = folder.join("answer.csv");
    fs::write(&file, answer).expect("written");
    let output = families(&["evaluate", "--from", at(folder), "--answer", at(&file)]);
    (
        output.status.code(),
        text(&[output.stdout, output.stderr].concat()),
    )
}

#[test]
fn who_knows_the_truth_passes_and_one_false_pair_in_certain_does_not() {
    let folder = directory();
    let (code, said) = evaluated(folder.path(), &oracle(folder.path(), false));
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("NOT GOOD ENOUGH"), "{said}");
    let (code, said) = evaluated(folder.path(), &oracle(folder.path(), true));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("false pairs in certain: 1"), "{said}");
}

#[test]
fn the_naive_rule_does_not_pass_and_an_empty_answer_neither() {
    let folder = directory();
    let naive = families(&["naive", "--from", at(folder.path())]);
    assert!(naive.status.success());
    for answer in [
        text(&naive.stdout),
        "uid_a;uid_b;tier\n".to_owned(),
        String::new(),
    ] {
        let (code, said) = evaluated(folder.path(), &answer);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("F1 over certain and probable is"), "{said}");
    }
}

#[test]
fn an_answer_about_another_directory_is_no_measure() {
    let folder = directory();
    let (code, said) = evaluated(folder.path(), "uid_a;uid_b;tier\nnobody;either;certain\n");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("line 2"), "{said}");
}

#[test]
fn what_a_command_took_is_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let answer = folder.path().join("answer");
    let output = families(&[
        "measure",
        "--answer",
        at(&answer),
        "--",
        "sh",
        "-c",
        "echo yes",
    ]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(&answer).expect("its answer"), "yes\n");
    let said = text(&output.stdout);
    let peak: u32 = said
        .split(", ")
        .nth(1)
        .and_then(|m| m.split(' ').next()?.parse().ok())
        .expect(&said);
    assert!(peak < 50, "{said}");
    let failed = families(&["measure", "--answer", at(&answer), "--", "false"]);
    assert_eq!(failed.status.code(), Some(2));
}

#[test]
fn nothing_of_what_is_measured_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("the manifest");
    let used: Vec<&str> = manifest
        .lines()
        .filter(|line| line.contains(" = ") && line.contains("path"))
        .collect();
    assert!(used.is_empty(), "{used:?}");
    let mut todo = vec![root.join("src")];
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                todo.push(entry.path());
                continue;
            }
            let text = fs::read_to_string(entry.path()).expect("source");
            for word in ["include!", "include_str!", "#[path", "entctl::"] {
                assert!(
                    !text.contains(word),
                    "{} has {word}",
                    entry.path().display()
                );
            }
        }
    }
}
