//! `contrib/`: the services, timers and crontab lines are what systemd, cron and entctl understand.

use clap::Parser as _;
use entctl::commands::Entctl;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("contrib")
        .join(name)
}

fn files(name: &str) -> Vec<PathBuf> {
    super::school::listed(&folder(name))
}

/// The command line that begins with entctl, as words.
#[track_caller]
fn assert_understood(line: &str) {
    let words: Vec<&str> = line.split_whitespace().collect();
    if let Err(error) = Entctl::try_parse_from(&words) {
        panic!("{line}\n{error}");
    }
}

#[test]
fn every_unit_is_what_systemd_understands() {
    let home = tempfile::tempdir().expect("a folder");
    let mut checked = Vec::new();
    for unit in files("systemd") {
        let text = std::fs::read_to_string(&unit).expect("unit");
        for line in text
            .lines()
            .filter_map(|l| l.strip_prefix("ExecStart=/usr/bin/entctl"))
        {
            assert_understood(&format!("entctl{line}"));
        }
        // The program lies elsewhere in a test.
        let here = text.replace("/usr/bin/entctl", env!("CARGO_BIN_EXE_entctl"));
        let copy = home.path().join(unit.file_name().expect("name"));
        std::fs::write(&copy, here).expect("copy");
        checked.push(copy);
    }
    assert!(checked.len() >= 5, "{checked:?}");
    // A template is checked as one of its instances.
    let named: Vec<PathBuf> = checked
        .iter()
        .map(|path| {
            let name = path.file_name().expect("name").to_string_lossy();
            path.with_file_name(name.replace("@.", "@x."))
        })
        .collect();
    let output = Command::new("systemd-analyze")
        .args(["verify", "--man=no", "--recursive-errors=no"])
        .args(&named)
        .env("SYSTEMD_UNIT_PATH", format!("{}:", home.path().display()))
        .output();
    match output {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.trim().is_empty(), "{said}");
        }
        // No systemd here: the form alone, section by section.
        Err(_) => {
            for unit in checked {
                let text = std::fs::read_to_string(&unit).expect("unit");
                assert_well_formed(&text);
            }
        }
    }
}

#[track_caller]
fn assert_well_formed(text: &str) {
    let mut section = "";
    for line in text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            assert!(
                ["Unit", "Service", "Timer", "Install"].contains(&name),
                "{line}"
            );
            section = name;
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or_else(|| panic!("{line}"));
        assert!(!section.is_empty() && !value.is_empty(), "{line}");
        assert!(key.chars().all(|c| c.is_ascii_alphanumeric()), "{line}");
    }
}

#[test]
fn the_form_of_a_unit_is_seen_without_systemd_too() {
    for unit in files("systemd") {
        assert_well_formed(&std::fs::read_to_string(unit).expect("unit"));
    }
}

#[test]
fn every_crontab_line_names_its_hour_its_user_and_a_command_that_is_understood() {
    let mut lines = 0;
    for file in files("cron") {
        let text = std::fs::read_to_string(file).expect("crontab");
        assert!(
            text.ends_with('\n'),
            "cron ignores a last line without its end"
        );
        for line in text
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
        {
            let fields: Vec<&str> = line.split_whitespace().collect();
            if line.contains('=') && !line.contains('*') {
                continue;
            }
            let hour = |field: &str| field == "*" || field.parse::<u8>().is_ok_and(|n| n < 60);
            assert!(fields[..5].iter().all(|field| hour(field)), "{line}");
            assert_eq!(fields[5], "entctl", "the user");
            assert_understood(&fields[6..].join(" "));
            lines += 1;
        }
    }
    assert!(lines >= 2, "mail sync and password expire");
}
