//! Profiles narrowed to classes, roles and commands: what is outside is as if it were not there.

use super::premises::{School, assert_says_nothing_of};
use crate::support::output::Output;
use std::collections::BTreeSet;

const COLLEGE: &str = "0310042X";

/// A sandbox, and a profile `étroit` narrowed so.
fn narrowed(more: &str) -> School {
    let school = School::up(30);
    let url = school.sandbox().url().to_owned();
    school.profile("etroit", &url, more);
    school
}

fn listed(output: &Output) -> BTreeSet<String> {
    let json = output.json();
    let people = json["accounts"].as_array().expect("accounts");
    people
        .iter()
        .map(|person| person["dn"].as_str().expect("a dn").to_owned())
        .collect()
}

#[test]
fn a_class_is_its_pupils_their_parents_and_its_teachers() {
    let school = narrowed(&format!("schools = [\"{COLLEGE}\"]\nclasses = [\"6 a\"]"));
    let list = school
        .with("etroit", &["--format", "json", "account", "list"])
        .run()
        .expect_success();
    let found = listed(&list);
    for (who, inside) in [
        ("namesake_6a", true),
        ("parent_college", true),
        ("namesake_5a", false),
        ("parent_of_namesake_5a", false),
        // By one of two children, who is in 6A; and the brother of 6A at the lycée is not.
        ("parent_both_schools", true),
        ("sibling_lycee", false),
        ("teacher_and_parent", false),
    ] {
        let expected = inside
            || (who == "teacher_and_parent"
                && school
                    .entry(who)
                    .all("ENTAuxEnsClasses")
                    .iter()
                    .any(|class| class.ends_with("$6A")));
        assert_eq!(found.contains(&school.dn(who)), expected, "{who}\n{list}");
    }
    // Counted by another way: the pupils of 6A of the collège, whoever else is there.
    let pupils: BTreeSet<String> = school
        .pupils_of("6A")
        .iter()
        .map(|entry| entry.dn.clone())
        .collect();
    let roles = school
        .with("etroit", &["--format", "json", "account", "list"])
        .args(["--role", "pupil"])
        .run()
        .expect_success();
    assert_eq!(listed(&roles), pupils);
    let teachers = school
        .with("etroit", &["--format", "json", "account", "list"])
        .args(["--role", "teacher"])
        .run()
        .expect_success();
    assert!(!listed(&teachers).is_empty(), "{teachers}");
    for dn in listed(&teachers) {
        let entry = school
            .eye()
            .read(&dn, &["ENTAuxEnsClasses"])
            .expect("entry");
        let taught = entry.all("ENTAuxEnsClasses");
        assert!(taught.iter().any(|class| class.ends_with("$6A")), "{dn}");
    }
    let staff = school
        .with("etroit", &["--format", "json", "account", "list"])
        .args(["--role", "staff"])
        .run()
        .expect_success();
    assert!(listed(&staff).is_empty(), "staff have no class\n{staff}");
}

#[test]
fn outside_the_class_nobody_is_found_and_nobody_is_written() {
    let school = narrowed(&format!("schools = [\"{COLLEGE}\"]\nclasses = [\"6A\"]"));
    let before = school.dump();
    let login = school.login("namesake_5a");
    let hidden = [school.uid("namesake_5a"), "5A".to_owned()];
    let told = school
        .with("etroit", &["account", "show", &login])
        .run()
        .expect_status(5);
    assert_says_nothing_of(&told, &hidden);
    let told = school
        .with("etroit", &["--format", "json", "password", "reset", &login])
        .args(["--print", "--yes"])
        .run()
        .expect_status(6);
    assert_eq!(told.json_errors()[0]["code"], "out-of-scope", "{told}");
    assert_says_nothing_of(&told, &hidden);
    // Of two namesakes one is here: nobody has to choose.
    school
        .with("etroit", &["account", "show", "lea dupont"])
        .run()
        .expect_success();
    let told = school
        .with("etroit", &["account", "list", "--class", "5A"])
        .run()
        .expect_status(5);
    assert!(
        told.stderr.contains("6A") && !told.stderr.contains("5B"),
        "{told}"
    );
    school.assert_untouched(&before);
    school
        .with("etroit", &["account", "lock", "lea dupont", "--yes"])
        .run()
        .expect_success();
    let locked = school.entry("namesake_6a");
    assert!(locked.one("pwdAccountLockedTime").is_some());
}

#[test]
fn every_role_of_a_person_must_be_allowed() {
    let school = narrowed("roles = [\"pupil\", \"parent\"]");
    let list = school
        .with("etroit", &["--format", "json", "account", "list"])
        .run()
        .expect_success();
    let found = listed(&list);
    assert!(found.contains(&school.dn("namesake_5a")));
    assert!(found.contains(&school.dn("parent_lycee")));
    assert!(
        !found.contains(&school.dn("teacher_and_parent")),
        "a teacher too"
    );
    school
        .with(
            "etroit",
            &["account", "show", &school.login("teacher_and_parent")],
        )
        .run()
        .expect_status(5);
    school
        .with(
            "etroit",
            &["account", "lock", &school.login("teacher_and_parent")],
        )
        .arg("--yes")
        .run()
        .expect_status(6);
    // A parent is in by a child, whatever the profile may do with pupils.
    let school = narrowed("roles = [\"parent\"]\nclasses = [\"6A\"]");
    let list = school
        .with("etroit", &["--format", "json", "account", "list"])
        .run()
        .expect_success();
    let found = listed(&list);
    assert!(found.contains(&school.dn("parent_college")), "{list}");
    assert!(!found.contains(&school.dn("namesake_6a")), "{list}");
    assert!(
        !found.contains(&school.dn("parent_of_namesake_5a")),
        "{list}"
    );
}

#[test]
fn a_command_that_the_profile_leaves_out_is_refused() {
    let school = narrowed("commands = [\"account *\", \"password status\"]");
    let before = school.dump();
    for words in [
        &["password", "reset", "lea dupont 6A", "--print", "--yes"][..],
        &["history", "list"],
    ] {
        let told = school
            .with("etroit", &["--format", "json"])
            .args(words)
            .run()
            .expect_status(6);
        assert_eq!(
            told.json_errors()[0]["code"],
            "command-not-allowed",
            "{told}"
        );
    }
    let french = school
        .with("etroit", &["password", "reset", "lea"])
        .french()
        .run()
        .expect_status(6);
    assert!(
        french
            .stderr
            .contains("ne permet pas : entctl password reset"),
        "{french}"
    );
    for words in [
        &["account", "show", "lea dupont 6A"][..],
        &["password", "status", "lea dupont 6A"],
        &["sandbox", "status"],
        &["completions", "bash"],
        &["password", "reset", "--help"],
    ] {
        school.with("etroit", words).run().expect_success();
    }
    school.assert_untouched(&before);
}

#[test]
fn a_command_that_is_not_there_is_named_with_the_nearest() {
    let school = narrowed("commands = [\"password rest\"]");
    let told = school
        .with("etroit", &["account", "list"])
        .run()
        .expect_status(2);
    assert!(told.stderr.contains("“password reset”"), "{told}");
}

#[test]
fn what_a_command_did_that_the_profile_leaves_out_is_neither_taken_back_nor_finished() {
    let school = narrowed("");
    let lock = ["account", "lock", "lea dupont 6A", "--yes"];
    school.with("etroit", &lock).run().expect_success();
    let list = school
        .with("etroit", &["--format", "json", "history", "list"])
        .run()
        .expect_success();
    let run = list.json()["runs"][0]["run"]
        .as_str()
        .expect("a run")
        .to_owned();
    let file = school.file("run.json").display().to_string();
    school
        .with("etroit", &["history", "export", &run, "--out", &file])
        .run()
        .expect_success();
    let url = school.sandbox().url().to_owned();
    let before = school.dump();
    school.profile("etroit", &url, "commands = [\"history *\"]");
    let refused = |words: &[&str]| {
        let told = school
            .with("etroit", &["--format", "json"])
            .args(words)
            .run()
            .expect_status(6);
        let code = told.json_errors()[0]["code"].clone();
        assert_eq!(code, "command-not-allowed", "{told}");
    };
    refused(&["history", "undo", &run, "--yes"]);
    refused(&["history", "undo", "--from", &file, "--yes"]);
    // As a crash just before its end leaves it.
    let history = school.history("etroit");
    let ended = history.join("runs").join(&run).join("finished.json");
    std::fs::remove_file(ended).expect("finished.json");
    std::fs::write(history.join("unfinished").join(&run), "").expect("marker");
    refused(&["history", "resume", &run]);
    school.profile(
        "etroit",
        &url,
        "commands = [\"history *\", \"account lock\"]",
    );
    let resume = ["history", "resume", run.as_str()];
    school.with("etroit", &resume).run().expect_success();
    school.assert_untouched(&before);
    let undo = ["history", "undo", run.as_str(), "--yes"];
    school.with("etroit", &undo).run().expect_success();
}

#[test]
fn a_resume_begins_nothing_on_an_account_that_is_protected_or_out_of_scope_by_now() {
    for more in [
        "protected = \"(objectClass=*)\"",
        "schools = [\"0310043Y\"]",
    ] {
        let school = narrowed("");
        let lock = ["account", "lock", "lea dupont 6A", "--yes"];
        school.with("etroit", &lock).run().expect_success();
        let history = school.history("etroit");
        let run = std::fs::read_dir(history.join("runs"))
            .expect("runs")
            .next()
            .expect("a run")
            .expect("a run")
            .path();
        // As a crash leaves it before its only write.
        for file in ["finished.json", "outcomes.jsonl"] {
            std::fs::remove_file(run.join(file)).expect("a file of the run");
        }
        let name = run.file_name().expect("a name");
        std::fs::write(history.join("unfinished").join(name), "").expect("marker");
        let unlock = ["account", "unlock", &school.login("namesake_6a"), "--yes"];
        school.inter(&unlock).run().expect_success();
        let before = school.dump();
        let url = school.sandbox().url().to_owned();
        school.profile("etroit", &url, more);
        let told = school
            .with("etroit", &["--format", "json", "history", "resume"])
            .run();
        assert_eq!(told.status, Some(6), "{told}");
        school.assert_untouched(&before);
    }
}
