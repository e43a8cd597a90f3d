//! Closing and opening accounts, and what a reset does to one that is closed.

use super::premises::{DISABLED, School, printed, slips};
use crate::support::ldap_utils::code;
use crate::support::pty::Terminal;

#[test]
fn a_locked_account_cannot_log_in_until_it_is_unlocked() {
    let school = School::up(30);
    let login = school.login("accents");
    let old = school.old_password("accents");
    assert_eq!(school.bind("accents", &old).code, 0);
    let locked = school
        .inter(&["account", "lock", "zoe lefevre", "--yes"])
        .run()
        .expect_success();
    assert!(locked.stderr.contains("1 account disabled"), "{locked}");
    assert_eq!(
        school.entry("accents").all("pwdAccountLockedTime"),
        [DISABLED]
    );
    let refused = school.bind("accents", &old);
    assert_eq!(refused.code, code::INVALID_CREDENTIALS, "{refused:?}");
    let opened = school
        .inter(&["account", "unlock", &login, "--yes"])
        .run()
        .expect_success();
    assert!(opened.stderr.contains("1 account"), "{opened}");
    assert_eq!(school.entry("accents").one("pwdAccountLockedTime"), None);
    let bound = school.bind("accents", &old);
    assert_eq!((bound.code, bound.must_change), (0, false), "{bound:?}");
}

#[test]
fn locking_and_unlocking_twice_is_nothing_to_do() {
    let school = School::up(30);
    let login = school.login("accents");
    for (verb, kind) in [("lock", "account-lock"), ("unlock", "account-unlock")] {
        let run = |format: &str| {
            school
                .inter(&["--format", format, "account", verb, &login, "--yes"])
                .run()
                .expect_success()
        };
        let first = run("json").json_lines();
        assert_eq!(first[0]["type"], kind);
        assert_eq!(first[0]["outcome"], "done");
        assert_eq!(first[1]["counts"]["done"], 1);
        let before = school.dump();
        let again = run("json").json_lines();
        assert_eq!(again[0]["outcome"], "unchanged", "{again:?}");
        assert!(again[1]["run"].is_null(), "{again:?}");
        let told = run("table");
        assert_eq!(told.stdout, "");
        assert!(told.stderr.starts_with("Already"), "{told}");
        school.assert_untouched(&before);
    }
}

#[test]
fn wrong_passwords_lock_an_account_and_unlock_opens_it() {
    let school = School::up(30);
    let old = school.old_password("accents");
    let mistype = || {
        for _ in 0..5 {
            assert_ne!(school.bind("accents", "mistyped").code, 0);
        }
        let mark = school.entry("accents").one("pwdAccountLockedTime");
        assert_ne!(mark.as_deref(), Some(DISABLED));
        assert!(mark.is_some(), "the server locks after five");
        assert_ne!(school.bind("accents", &old).code, 0);
    };
    mistype();
    let show = ["--format", "json", "account", "show", "zoe lefevre"];
    let card = school.inter(&show).run().expect_success().json();
    assert!(card["locked_since"].is_string(), "{card}");
    assert_eq!(card["disabled"], false);
    let unlock = ["account", "unlock", "zoe lefevre", "--yes"];
    let _ = school.inter(&unlock).run().expect_success();
    assert_eq!(school.bind("accents", &old).code, 0);
    // A lock that the server set does not stand in the way of disabling.
    mistype();
    let lock = ["account", "lock", "zoe lefevre", "--yes"];
    let _ = school.inter(&lock).run().expect_success();
    assert_eq!(
        school.entry("accents").all("pwdAccountLockedTime"),
        [DISABLED]
    );
}

#[test]
fn a_disabled_account_stays_so_through_a_reset_and_is_named() {
    let school = School::up(60);
    let login = school.login("disabled");
    let reset = ["password", "reset", &login, "--print", "--yes"];
    let run = school
        .inter(&["--format", "json"])
        .args(reset)
        .run()
        .expect_success();
    let password = printed(&run);
    let notes = run.json_lines()[0]["notes"].clone();
    let notes = notes.as_array().expect("notes");
    assert!(notes.iter().any(|n| n == "stays-disabled"), "{run}");
    let entry = school.entry("disabled");
    assert_eq!(entry.all("pwdAccountLockedTime"), [DISABLED]);
    assert_eq!(entry.one("pwdReset").as_deref(), Some("TRUE"));
    assert_ne!(school.bind("disabled", &password).code, 0);
    for (run, sentence) in [
        (school.inter(&reset), "the account stays disabled"),
        (school.inter(&reset).french(), "le compte reste désactivé"),
    ] {
        let told = run.run().expect_success();
        let named = told
            .stderr
            .lines()
            .find(|line| line.contains(sentence))
            .unwrap_or_else(|| panic!("nothing says “{sentence}”\n{told}"));
        assert!(named.contains("Nathan Rousseau"), "{told}");
    }
    // In a class, the one is named among the others.
    let told = school
        .inter(&["password", "reset", "--class", "4A", "--yes"])
        .args(["--slips", "4a.csv"])
        .run()
        .expect_success();
    assert!(told.stderr.contains("Nathan Rousseau"), "{told}");
    let rows = slips(&school.file("4a.csv"));
    let (_, password) = rows
        .iter()
        .find(|(name, _)| *name == login)
        .expect("a slip for him too");
    assert_eq!(
        school.entry("disabled").all("pwdAccountLockedTime"),
        [DISABLED]
    );
    assert_ne!(school.bind("disabled", password).code, 0);
    // Opened again, the slip is good.
    let _ = school
        .inter(&["account", "unlock", &login, "--yes"])
        .run()
        .expect_success();
    let bound = school.bind("disabled", password);
    assert_eq!((bound.code, bound.must_change), (0, true), "{bound:?}");
}

#[test]
fn a_person_is_asked_and_a_machine_must_say_yes() {
    let school = School::up(30);
    let before = school.dump();
    let login = school.login("accents");
    let lock = ["account", "lock", &login];
    let told = school.inter(&lock).run().expect_status(2);
    assert!(told.stderr.contains("--yes"), "{told}");
    let told = school
        .inter(&["--format", "json"])
        .args(lock)
        .run()
        .expect_status(2);
    assert_eq!(told.json_errors()[0]["code"], "yes-needed");
    for no in ["n", ""] {
        let mut terminal = Terminal::start(school.inter(&lock));
        terminal.expect("Disable 1 account? [y/N]");
        terminal.send_line(no);
        let (status, screen) = terminal.wait();
        assert_eq!(status, 0, "{screen}");
        assert!(screen.contains("Nothing was done"), "{screen}");
        assert!(screen.contains("Lefèvre"), "{screen}");
    }
    school.assert_untouched(&before);
    let mut terminal = Terminal::start(school.inter(&lock).french());
    terminal.expect("Désactiver 1 compte ? [o/N]");
    terminal.send_line("o");
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert_eq!(
        school.entry("accents").all("pwdAccountLockedTime"),
        [DISABLED]
    );
}

#[test]
fn a_class_is_closed_and_opened_as_one() {
    let school = School::up(60);
    let marks = || -> Vec<Option<String>> {
        let pupils = school.pupils_of("6A");
        assert!(pupils.len() > 5);
        pupils
            .iter()
            .map(|pupil| pupil.one("pwdAccountLockedTime"))
            .collect()
    };
    let parent = school.entry("parent_college");
    for (verb, expected) in [("lock", Some(DISABLED.to_owned())), ("unlock", None)] {
        let run = school
            .inter(&["--format", "json", "account", verb, "--class", "6A"])
            .args(["--yes", "--reason", "voyage scolaire"])
            .run()
            .expect_success();
        assert!(marks().iter().all(|mark| *mark == expected), "{run}");
        let history = school
            .inter(&["history", "list", "--format", "json"])
            .run()
            .expect_success();
        assert!(history.stdout.contains("voyage scolaire"), "{history}");
    }
    let same = school.entry("parent_college");
    assert_eq!(parent.one("entryCSN"), same.one("entryCSN"));
}

#[test]
fn a_limit_on_changes_is_kept() {
    let school = School::up(60);
    let before = school.dump();
    for limit in ["3", "1%"] {
        let told = school
            .inter(&["account", "lock", "--class", "6A", "--yes"])
            .args(["--max-changes", limit])
            .run()
            .expect_status(6);
        assert!(told.stderr.contains("nothing was done"), "{told}");
    }
    school.assert_untouched(&before);
}
