//! New passwords, and what was begun before a join: never for an account that it closed, and nothing that opens it.

use super::*;
use crate::interrupted::{MODIFY, Scene};
use crate::premises::slips;
use crate::support::proxy::{Fault, Moment, Proxy, Step, Victim, When};

const CHILD: &str = "namesake_6a";
const AGAIN: &str = "namesake_5a";

#[test]
fn a_pupil_named_by_the_login_of_a_secondary_is_given_a_password_for_the_principal() {
    let school = School::up(30);
    link(&school, CHILD, AGAIN, true);
    let (principal, secondary) = (school.login(CHILD), school.login(AGAIN));
    let reset = school
        .inter(&[
            "password", "reset", &secondary, "--print", "--yes", "--format", "json",
        ])
        .run()
        .expect_success();
    let line = &reset.json_lines()[0];
    assert_eq!(line["account"]["login"], principal.as_str());
    assert_eq!(line["asked"], serde_json::json!([secondary]));
    let password = printed(&reset);
    let bound = school.bind(CHILD, &password);
    assert_eq!((bound.code, bound.must_change), (0, true), "{bound:?}");
    assert_closed(&school, AGAIN, &[&password]);

    // A class: no slip for what nobody can log in with.
    let file = school.file("5A.csv");
    let path = file.display().to_string();
    school
        .inter(&[
            "password", "reset", "--class", "5A", "--school", "0310042X", "--yes", "--slips",
        ])
        .arg(&path)
        .run()
        .expect_success();
    let given = slips(&file);
    assert!(!given.is_empty());
    assert!(
        given.iter().all(|(login, _)| *login != secondary),
        "{given:?}"
    );
    assert_closed(&school, AGAIN, &[]);

    // A file with both: one pupil, one password.
    let list = school.write("liste.csv", format!("login\n{secondary}\n{principal}\n"));
    let again = school
        .inter(&[
            "password", "reset", "--from", &list, "--print", "--yes", "--format", "json",
        ])
        .run()
        .expect_success();
    let password = printed(&again);
    assert_eq!(school.bind(CHILD, &password).code, 0);
    // Two passwords for one pupil are none.
    let rows = format!("login;password\n{secondary};Chat-roux-17\n{principal};Chien-noir-18\n");
    let imposed = school.write("imposes.csv", rows);
    school
        .inter(&[
            "password",
            "reset",
            "--password-from",
            &imposed,
            "--print",
            "--yes",
        ])
        .run()
        .expect_status(2);
    assert_eq!(school.bind(CHILD, &password).code, 0);
}

#[test]
fn the_rules_are_those_of_the_account_that_serves() {
    let school = School::up(30);
    absorb(&school, KEPT, ABSORBED);
    let before = school.dump();
    let refused = school
        .inter(&[
            "password",
            "reset",
            &school.login(ABSORBED),
            "--print",
            "--yes",
            "--format",
            "json",
        ])
        .run()
        .expect_status(6);
    assert_eq!(error_of(&refused)["code"], "role-parent", "{refused}");
    school.assert_untouched(&before);
}

/// Joined and closed by hand, between the intent of a reset and its resume.
fn close_meanwhile(scene: &Scene, absorbed: &crate::school::Pupil, kept: &crate::school::Pupil) {
    let ldif = format!(
        "dn: {}\nchangetype: modify\nadd: objectClass\nobjectClass: ENTPersonRelation\n-\n\
         add: ENTPersRelFusionPrincipal\nENTPersRelFusionPrincipal: {}\n-\n\
         replace: pwdAccountLockedTime\npwdAccountLockedTime: {DISABLED}\n",
        absorbed.dn, kept.dn
    );
    scene.school.eye.modify(&ldif).expect_success();
}

#[test]
fn neither_a_reset_nor_its_resume_opens_an_account_that_was_absorbed_meanwhile() {
    // Before anything was written, and after some were.
    for when in [When::Operation(MODIFY, 1), When::Operation(MODIFY, 6)] {
        let scene = Scene::new();
        let (proxy, fired) = scene.killed(Moment::Done, when);
        assert!(fired);
        let through = scene.school.through(&proxy);
        for pair in scene.class.chunks_exact(2) {
            close_meanwhile(&scene, &pair[0], &pair[1]);
        }
        let resumed = through.entctl(["history", "resume"]).run();
        assert!(scene.slips.exists(), "{resumed}");
        assert!(
            resumed.stderr.contains("disabled by somebody else"),
            "{resumed}"
        );
        let given = slips(&scene.slips);
        for pair in scene.class.chunks_exact(2) {
            let absorbed = &pair[0];
            let entry = scene
                .school
                .eye
                .read(&absorbed.dn, &["*", "+"])
                .expect("there");
            assert_eq!(
                entry.all("pwdAccountLockedTime"),
                [DISABLED],
                "{}\n{resumed}",
                absorbed.login
            );
            let slip = given.iter().find(|(login, _)| *login == absorbed.typed);
            let passwords = slip.map(|(_, password)| password.clone());
            for password in passwords.iter().chain([&absorbed.first_password()]) {
                let bound = scene.school.bind(absorbed, password);
                assert_ne!(bound.code, 0, "{} is open\n{resumed}", absorbed.login);
            }
        }
    }
}

#[test]
fn what_was_begun_before_a_join_does_not_open_the_account_after_it() {
    let school = School::up(30);
    let login = school.login(ABSORBED);
    let done = school
        .inter(&["account", "lock", &login, "--yes", "--format", "json"])
        .run()
        .expect_success();
    let lines = done.json_lines();
    let locked = lines.last().expect("a summary")["run"]
        .as_str()
        .expect("a run")
        .to_owned();
    let plan = school.file("ouvrir.plan").display().to_string();
    school
        .inter(&["account", "unlock", &login, "--plan", &plan])
        .run()
        .expect_success();
    // Killed before it was written.
    let victim = Victim::new();
    let step = Step {
        when: When::Operation(MODIFY, 1),
        moment: Moment::Held,
        fault: Fault::Kill(victim.clone()),
    };
    let proxy = Proxy::with(school.sandbox().url(), [step]);
    school.profile("weg", &proxy.url(), "");
    let running = school
        .with("weg", &["account", "unlock", &login, "--yes"])
        .spawn();
    victim.is(running.pid());
    assert_eq!(running.wait().signal, Some(9));

    // A merge takes the class of parents away too, and is drift by that alone.
    link(&school, KEPT, ABSORBED, true);
    let before = school.dump();
    let undone = school
        .inter(&["history", "undo", &locked, "--yes", "--format", "json"])
        .run()
        .expect_status(6);
    assert_eq!(error_of(&undone)["code"], "account-secondary", "{undone}");
    let applied = school
        .inter(&["plan", "apply", &plan, "--yes", "--format", "json"])
        .run()
        .expect_status(6);
    assert_eq!(error_of(&applied)["code"], "account-secondary", "{applied}");
    let resumed = school
        .with("weg", &["history", "resume", "--format", "json"])
        .run();
    let line = &resumed.json_lines()[0];
    assert_eq!(line["code"], "account-secondary", "{resumed}");
    school.assert_untouched(&before);
    assert_closed(&school, ABSORBED, &[]);
}
