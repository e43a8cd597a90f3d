//! What happened between an interrupted run and its `history resume`: slips lost, passwords chosen, other
//! runs made. No slip is wrong, and nobody else's work is undone.

use crate::interrupted::{MODIFY, Scene, assert_history};
use crate::school::{Pupil, School, last_cell, listed, read_slips};
use crate::support::entctl::press_ctrl_c;
use crate::support::ldap_utils::LdapUtils;
use crate::support::output::Output;
use crate::support::proxy::{Fault, Moment, Proxy, Step, Victim, When};
use crate::support::waiting::PATIENCE;
use std::path::{Path, PathBuf};

#[test]
fn passwords_that_nobody_saw_are_made_anew() {
    let school = School::small();
    let pupils = [school.pupil("zoe.lefevre"), school.pupil("romane.faure")];
    let victim = Victim::new();
    let step = Step::done(When::Operation(MODIFY, 2), Fault::Kill(victim.clone()));
    let proxy = Proxy::with(school.sandbox.url(), [step]);
    let through = school.through(&proxy);
    let running = through
        .entctl(["password", "reset", "--print", "--yes", "--style", "digits"])
        .args(pupils.iter().map(|p| &p.login))
        .spawn();
    victim.is(running.pid());
    let output = running.wait();
    assert_eq!((output.signal, output.stdout.as_str()), (Some(9), ""));

    let resumed = through.entctl(["history", "resume"]).run().expect_success();
    assert!(
        resumed.stderr.contains("were not shown to anybody"),
        "{resumed}"
    );
    for pupil in &pupils {
        let given = last_cell(&resumed.stdout, &pupil.login);
        assert!(given.bytes().all(|b| b.is_ascii_digit()), "{given}");
        school.assert_given(pupil, &given);
    }
    assert_history(&through, 2);
}

#[test]
fn lost_slips_are_made_anew_for_everybody() {
    let scene = Scene::new();
    let (proxy, _) = scene.killed(Moment::Done, When::Operation(MODIFY, 6));
    let through = scene.school.through(&proxy);
    let waiting = listed(&scene.folder);
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    std::fs::remove_file(&waiting[0]).expect("the slips in waiting");
    let resumed = through.entctl(["history", "resume"]).run().expect_success();
    assert!(resumed.stderr.contains("are lost"), "{resumed}");
    scene.assert_complete(&through);
}

#[test]
fn lost_slips_are_made_anew_also_where_another_file_took_their_name() {
    let scene = Scene::new();
    let (proxy, _) = scene.killed(Moment::Done, When::Operation(MODIFY, 6));
    let through = scene.school.through(&proxy);
    for waiting in listed(&scene.folder) {
        std::fs::remove_file(waiting).expect("the slips in waiting");
    }
    std::fs::write(&scene.slips, "à quelqu'un d'autre").expect("a file");
    let _ = through.entctl(["history", "resume"]).run().expect_success();
    let kept = std::fs::read_to_string(&scene.slips).expect("the file");
    assert_eq!(kept, "à quelqu'un d'autre");
    let others: Vec<PathBuf> = listed(&scene.folder)
        .into_iter()
        .filter(|path| *path != scene.slips)
        .collect();
    assert_eq!(others.len(), 1, "{others:?}");
    scene.school.assert_slips(&others[0], &scene.class);
}

/// The slips in waiting: login and password of each line.
fn waiting_slips(folder: &Path) -> Vec<(String, String)> {
    let waiting = listed(folder);
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    crate::school::assert_private(&waiting[0]);
    let text = std::fs::read_to_string(&waiting[0]).expect("slips in waiting");
    text.lines()
        .skip(1)
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let text = |key: &str| line[key].as_str().expect(key).to_owned();
            (text("login"), text("password"))
        })
        .collect()
}

/// The owner changes the password with ldappasswd.
#[track_caller]
fn owner_chooses(school: &School, pupil: &Pupil, old: &str, new: &str) {
    let _ = LdapUtils::new(school.sandbox.url(), &pupil.dn, old)
        .passwd(&pupil.dn, Some(old), new)
        .expect_success();
}

#[test]
fn a_password_chosen_before_the_resume_is_left_and_named() {
    let scene = Scene::new();
    let (proxy, _) = scene.killed(Moment::Done, When::Operation(MODIFY, 6));
    let through = scene.school.through(&proxy);
    // One who had the new password already, and one who still had the old one.
    let given = waiting_slips(&scene.folder);
    let mut written = None;
    let mut unwritten = None;
    for pupil in scene
        .class
        .iter()
        .filter(|p| p.has_password && !p.must_change)
    {
        let now = scene.school.pupil(&pupil.login);
        if now.must_change {
            written.get_or_insert(now);
        } else {
            unwritten.get_or_insert(now);
        }
    }
    let (written, unwritten) = (written.expect("written"), unwritten.expect("unwritten"));
    let new = given.iter().find(|(login, _)| *login == written.login);
    let (_, new) = new.expect("a slip");
    owner_chooses(&scene.school, &written, new, "choisi en premier");
    let old = unwritten.first_password();
    owner_chooses(&scene.school, &unwritten, &old, "choisi en second");

    let resumed = through
        .entctl(["history", "resume", "--format", "json"])
        .run()
        .expect_status(3);
    for (pupil, chosen) in [
        (&written, "choisi en premier"),
        (&unwritten, "choisi en second"),
    ] {
        let result = scene.school.bind(pupil, chosen);
        assert_eq!(
            (result.code, result.must_change),
            (0, false),
            "{}",
            pupil.login
        );
        let lines = resumed.json_lines();
        let line = lines.iter().find(|l| l["account"]["login"] == *pupil.login);
        let line = line.unwrap_or_else(|| panic!("{} is not named: {resumed}", pupil.login));
        assert_eq!(
            (&line["outcome"], &line["code"]),
            (&"refused".into(), &"owner-changed".into())
        );
    }
    let others: Vec<Pupil> = scene
        .class
        .iter()
        .filter(|p| p.dn != written.dn && p.dn != unwritten.dn)
        .cloned()
        .collect();
    scene.school.assert_slips(&scene.slips, &others);
    assert!(through.unfinished().is_empty());
}

#[test]
fn an_account_disabled_before_the_resume_stays_so() {
    let scene = Scene::new();
    let (proxy, _) = scene.killed(Moment::Held, When::Operation(MODIFY, 1));
    let through = scene.school.through(&proxy);
    let zoe = scene.school.pupil("zoe.lefevre");
    let _ = scene
        .school
        .eye
        .modify(&format!(
            "dn: {}\nchangetype: modify\nreplace: pwdAccountLockedTime\n\
             pwdAccountLockedTime: 000001010000Z\n-\n",
            zoe.dn
        ))
        .expect_success();
    let resumed = through.entctl(["history", "resume"]).run().expect_status(3);
    assert!(
        resumed.stderr.contains("Zoé Lefèvre (zoe.lefevre)"),
        "{resumed}"
    );
    let after = scene.school.pupil("zoe.lefevre");
    assert_eq!(after.locked.as_deref(), Some("000001010000Z"));
    assert!(!read_slips(&scene.slips).contains_key("zoe.lefevre"));
    let others: Vec<Pupil> = scene
        .class
        .iter()
        .filter(|p| p.dn != zoe.dn)
        .cloned()
        .collect();
    scene.school.assert_slips(&scene.slips, &others);
}

#[test]
fn of_two_resumes_at_once_one_steps_back() {
    let scene = Scene::new();
    let (proxy, _) = scene.killed(Moment::Held, When::Operation(MODIFY, 3));
    drop(proxy);
    let direct = Proxy::start(scene.school.sandbox.url());
    let held = Proxy::start(scene.school.sandbox.url());
    // While the first one writes, a second one is started to its end.
    let second = {
        let through = scene.school.through(&direct);
        let run = through.run_name();
        through.entctl(["history", "resume", &run])
    };
    let (tell, told) = std::sync::mpsc::channel();
    held.arm(Step::held(
        When::Operation(MODIFY, 2),
        Fault::call(move |_| {
            let _ = tell.send(second.run());
        }),
    ));
    let through = scene.school.through(&held);
    let _ = through.entctl(["history", "resume"]).run().expect_success();
    let second = told.recv().expect("the second resume");
    let second = second.expect_status(12);
    assert_eq!(direct.count(MODIFY), 0, "{second}");
    scene.assert_complete(&through);
}

#[test]
fn ctrl_c_finishes_what_was_begun_and_the_rest_is_resumed() {
    let scene = Scene::new();
    let proxy = Proxy::start(scene.school.sandbox.url());
    // One change at a time: with the usual window all of the class could be on its way by then.
    let through = scene.school.through_with(&proxy, "window = 1");
    let (tell, told) = std::sync::mpsc::channel();
    proxy.arm(Step::done(
        When::Operation(MODIFY, 3),
        Fault::call(move |_| {
            let pid = told.recv_timeout(PATIENCE).expect("its process id");
            press_ctrl_c(pid);
        }),
    ));
    let running = scene.reset(&through).spawn();
    tell.send(running.pid()).expect("the proxy waits");
    let output = running.wait().expect_status(130);
    assert!(!scene.slips.exists(), "not final: {output}");
    let run = through.run_name();
    assert!(
        output.stderr.contains(&format!("history resume {run}")),
        "{output}"
    );
    // Any later command names it too.
    let named = through
        .entctl(["password", "reset", "zoe.lefevre", "--dry-run"])
        .run()
        .expect_success();
    assert!(named.stderr.contains(&run), "{named}");
    let _ = through
        .entctl(["history", "resume", &run])
        .run()
        .expect_success();
    scene.assert_complete(&through);
}

#[test]
fn what_an_interrupted_run_has_shown_its_resume_leaves() {
    let school = School::small();
    let class = school.class("6A");
    let proxy = Proxy::start(school.sandbox.url());
    let through = school.through(&proxy);
    let step = Step::done(When::Operation(MODIFY, 4), Fault::Down);
    proxy.arm(step);
    let output = through
        .entctl(["password", "reset", "--class", "6A", "--print", "--yes"])
        .args(["--format", "json"])
        .run();
    assert!(matches!(output.status, Some(3 | 10)), "{output}");
    let again = Proxy::start(school.sandbox.url());
    let through = school.through(&again);
    let resumed = through
        .entctl(["history", "resume", "--format", "json"])
        .run()
        .expect_success();
    // Each password is shown once: by the run itself, or by its resume; and each of them counts.
    let shown = |output: &Output, pupil: &Pupil| {
        let lines = output.json_lines();
        let line = lines.iter().find(|l| l["account"]["dn"] == *pupil.dn)?;
        line["password"].as_str().map(str::to_owned)
    };
    for pupil in &class {
        let given = match (shown(&output, pupil), shown(&resumed, pupil)) {
            (Some(given), None) | (None, Some(given)) => given,
            (first, second) => panic!("{first:?} and {second:?} for {}", pupil.dn),
        };
        school.assert_given(pupil, &given);
    }
    assert_history(&through, class.len());
}

#[test]
fn what_others_did_after_the_write_is_kept_and_no_slip_is_wrong() {
    let scene = Scene::new();
    let (proxy, _) = scene.killed(Moment::Done, When::Operation(MODIFY, 6));
    let through = scene.school.through(&proxy);
    // By the directory, not by the history: what was written may not have been noted yet.
    let mut written: Vec<Pupil> = scene
        .class
        .iter()
        .filter(|before| !before.must_change && before.locked.is_none())
        .map(|before| scene.school.pupil(&before.login))
        .filter(|now| now.must_change)
        .collect();
    // One of those who were written is disabled since, another was given yet another password.
    let (disabled, given_again) = (written.remove(0), written.remove(0));
    let lock = |value: &str| {
        let _ = scene
            .school
            .eye
            .modify(&format!(
                "dn: {}\nchangetype: modify\n{value}\n-\n",
                disabled.dn
            ))
            .expect_success();
    };
    lock("replace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z");
    let desk = scene
        .school
        .entctl(["password", "reset", &given_again.login, "--print", "--yes"])
        .run()
        .expect_success();
    let resumed = through.entctl(["history", "resume"]).run().expect_status(3);
    assert!(
        resumed.stderr.contains("was given another password since"),
        "{resumed}"
    );
    let still = scene.school.pupil(&disabled.login);
    assert_eq!(still.locked.as_deref(), Some("000001010000Z"));
    lock("delete: pwdAccountLockedTime");
    let others: Vec<Pupil> = scene
        .class
        .iter()
        .filter(|p| p.dn != given_again.dn)
        .cloned()
        .collect();
    scene.school.assert_slips(&scene.slips, &others);
    let given = last_cell(&desk.stdout, &given_again.login);
    scene.school.assert_given(&given_again, &given);
}

#[test]
fn slips_of_a_second_run_stay_valid_when_the_first_is_resumed() {
    // Killed in the middle; the office does it again into another file, and somebody resumes the first.
    let scene = Scene::new();
    let (proxy, _) = scene.killed(Moment::Done, When::Operation(MODIFY, 6));
    let through = scene.school.through(&proxy);
    let first = through.run_name();
    let second = scene.folder.join("6A-encore.csv");
    let _ = through
        .entctl(["password", "reset", "--class", "6A", "--yes", "--slips"])
        .arg(&second)
        .run()
        .expect_success();
    scene.school.assert_slips(&second, &scene.class);
    let resumed = through
        .entctl(["history", "resume", &first, "--format", "json"])
        .run()
        .expect_status(6);
    let summary = resumed.json_lines().pop().expect("a summary");
    assert_eq!(
        summary["counts"],
        serde_json::json!({"refused": scene.class.len()})
    );
    scene.school.assert_slips(&second, &scene.class);
    assert_eq!(listed(&scene.folder), [second]);
    assert!(through.unfinished().is_empty());
}
