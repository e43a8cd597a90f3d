//! Passwords that reach nobody, and runs that are not one's own to finish.

use super::premises::{School, printed};
use std::fs::File;
use std::process::Stdio;

/// A password is written and its answer goes to a full device; the run's name is not known yet.
fn reset_that_nobody_sees(school: &School, who: &str) -> (i32, String) {
    let full = File::options()
        .write(true)
        .open("/dev/full")
        .expect("/dev/full");
    let login = school.login(who);
    let output = school
        .inter(&["password", "reset", &login, "--print", "--yes"])
        .into_command()
        .stdin(Stdio::null())
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .expect("entctl");
    (
        output.status.code().expect("an exit status"),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn a_password_that_could_not_be_shown_is_made_anew() {
    let school = School::up(30);
    let (status, said) = reset_that_nobody_sees(&school, "accents");
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("history resume"), "{said}");
    let resumed = school
        .inter(&["history", "resume", "--format", "json"])
        .run()
        .expect_success();
    assert_eq!(school.bind("accents", &printed(&resumed)).code, 0);
}

#[test]
fn a_run_is_finished_with_its_own_profile_only() {
    let school = School::up(30);
    let (status, said) = reset_that_nobody_sees(&school, "accents");
    assert_eq!(status, 3, "{said}");
    let before = school.dump();
    let other = school
        .college(&["history", "resume"])
        .run()
        .expect_status(6);
    let own = format!("--profile {} history resume", school.sandbox().profile());
    assert!(other.stderr.contains(&own), "{other}");
    assert_eq!(other.stdout, "");
    school.assert_untouched(&before);
    let _ = school.inter(&["history", "resume"]).run().expect_success();
}

#[test]
fn a_list_that_could_not_be_written_is_no_success() {
    let school = School::up(30);
    let full = File::options()
        .write(true)
        .open("/dev/full")
        .expect("/dev/full");
    let status = school
        .inter(&["account", "list", "--class", "6A"])
        .into_command()
        .stdin(Stdio::null())
        .stdout(full)
        .status()
        .expect("entctl");
    assert_eq!(status.code(), Some(1));
}

#[test]
fn an_imposed_password_that_a_spreadsheet_would_change_is_refused() {
    let school = School::up(30);
    let before = school.dump();
    let login = school.login("accents");
    let given = school.write(
        "given.csv",
        format!("login;password\r\n{login};=abcdefgh12\r\n"),
    );
    let csv = school.file("slips.csv");
    let reset = ["password", "reset", "--password-from", &given, "--yes"];
    let refused = school
        .inter(&reset)
        .arg("--slips")
        .arg(&csv)
        .run()
        .expect_status(6);
    assert!(refused.stderr.contains("line 2"), "{refused}");
    assert!(!refused.stderr.contains("abcdefgh12"), "{refused}");
    assert!(!csv.exists());
    school.assert_untouched(&before);
    let page = school.file("slips.html");
    let _ = school
        .inter(&reset)
        .arg("--slips")
        .arg(&page)
        .run()
        .expect_success();
    assert_eq!(school.bind("accents", "=abcdefgh12").code, 0);
}
