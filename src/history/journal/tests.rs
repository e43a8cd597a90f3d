//! What the log hears, and what it cannot do to a run.

use super::log::SystemLog;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::{Duration, Instant};

fn bound(path: &Path) -> UnixDatagram {
    let log = UnixDatagram::bind(path).expect("a socket");
    log.set_nonblocking(true).expect("non-blocking");
    log
}

fn heard(log: &UnixDatagram) -> Vec<String> {
    let mut lines = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(length) = log.recv(&mut buffer) {
        lines.push(String::from_utf8_lossy(&buffer[..length]).into_owned());
    }
    lines
}

#[test]
fn a_line_says_its_facility_its_program_and_how_it_went() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("log");
    let log = bound(&path);
    let mut told = SystemLog::new(path);
    told.tell("outcome=done", true);
    told.tell("outcome=failed", false);
    let lines = heard(&log);
    let tag = format!(" entctl[{}]: ", std::process::id());
    // authpriv is 10; notice 5, warning 4 (RFC 3164 section 4.1.1).
    for (line, (priority, text)) in lines
        .iter()
        .zip([("<85>", "outcome=done"), ("<84>", "outcome=failed")])
    {
        assert!(line.starts_with(priority), "{line}");
        assert!(line.ends_with(&format!("{tag}{text}")), "{line}");
    }
    assert_eq!(lines.len(), 2);
}

#[test]
fn no_log_and_a_dead_one_cost_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let dead = folder.path().join("dead");
    drop(bound(&dead));
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("write");
    for path in [folder.path().join("none"), dead, file, "/".into()] {
        let begun = Instant::now();
        let mut told = SystemLog::new(path.clone());
        for _ in 0..5_000 {
            told.tell("x=y", true);
        }
        drop(told);
        assert!(begun.elapsed() < Duration::from_secs(2), "{path:?}");
    }
}

#[test]
fn a_log_that_does_not_read_holds_nobody_up() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("log");
    let log = bound(&path);
    let begun = Instant::now();
    let mut told = SystemLog::new(path);
    for number in 0..5_000 {
        told.tell(&format!("n={number}"), true);
    }
    drop(told);
    assert!(begun.elapsed() < Duration::from_secs(3));
    assert!(!heard(&log).is_empty());
}

#[test]
fn a_log_that_catches_up_hears_everything_in_order() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("log");
    let log = bound(&path);
    let mut told = SystemLog::new(path);
    let mut lines = Vec::new();
    for number in 0..2_000 {
        told.tell(&format!("n={number}"), true);
        if number % 500 == 499 {
            lines.extend(heard(&log));
        }
    }
    for _ in 0..200 {
        told.tell("last", true);
        lines.extend(heard(&log));
    }
    let numbers: Vec<usize> = lines
        .iter()
        .filter_map(|line| line.split("n=").nth(1)?.parse().ok())
        .collect();
    assert_eq!(numbers, (0..2_000).collect::<Vec<_>>());
}

#[test]
fn a_log_started_anew_is_found_again() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("log");
    let before = bound(&path);
    let mut told = SystemLog::new(path.clone());
    told.tell("n=1", true);
    assert_eq!(heard(&before).len(), 1);
    drop(before);
    told.tell("n=2", true);
    std::fs::remove_file(&path).expect("remove");
    let after = bound(&path);
    told.tell("n=3", true);
    let lines = heard(&after);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].ends_with("n=3"));
}
