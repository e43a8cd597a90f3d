//! A run taken back: value by value, by entctl and by ldapmodify alone; what others have changed since stays
//! and is named.

use crate::interrupted::{MODIFY, step};
use crate::premises::DISABLED;
use crate::school::{Pupil, School};
use crate::support::ldap_utils::Scope;
use crate::support::ldif::Dump;
use crate::support::output::Output;
use crate::support::proxy::{Fault, Moment, Proxy, Victim, When};
use crate::support::pty::Terminal;
use serde_json::Value;
use std::fmt::Write as _;

/// What a login leaves behind, whoever locks or opens the account.
const LOGINS: [&str; 2] = ["pwdLastSuccess", "pwdFailureTime"];

/// A school, and thirty pupils who may log in.
struct Scene {
    school: School,
    pupils: Vec<Pupil>,
    file: String,
}

impl Scene {
    fn new() -> Self {
        let school = School::with(90);
        let mut pupils = school.pupils("(!(pwdAccountLockedTime=*))");
        pupils.retain(|p| p.has_password && !p.must_change);
        pupils.truncate(30);
        assert_eq!(pupils.len(), 30);
        let mut file = "login\n".to_owned();
        for pupil in &pupils {
            let _ = writeln!(file, "{}", pupil.login);
        }
        school.home().write("trente.csv", &file);
        Scene {
            school,
            pupils,
            file,
        }
    }

    fn json(&self, args: &[&str]) -> Output {
        self.school
            .entctl(["--format", "json"])
            .args(args)
            .arg("--yes")
            .run()
    }

    /// Carries a verb out on these pupils; the name of the run.
    #[track_caller]
    fn done(&self, verb: &[&str], expected: u64) -> String {
        let output = self.json(verb).expect_success();
        let summary = summary(&output);
        assert_eq!(summary["counts"]["done"], expected, "{output}");
        summary["run"].as_str().expect("a run").to_owned()
    }

    #[track_caller]
    fn lock(&self) -> String {
        self.done(&["account", "lock", "--from", "trente.csv"], 30)
    }

    fn undo(&self, run: &str, more: &[&str]) -> Output {
        let undo = ["history", "undo", run];
        self.json(&[&undo[..], more].concat())
    }

    /// The directory, as far as two states can ever be equal.
    fn dump(&self) -> Dump {
        self.school.dump().comparable()
    }

    #[track_caller]
    fn assert_as(&self, before: &Dump) {
        assert_eq!(before.diff(&self.dump()), "");
    }

    fn lock_of(&self, pupil: &Pupil) -> Option<String> {
        self.school
            .eye
            .read(&pupil.dn, &["pwdAccountLockedTime"])
            .expect("the pupil")
            .one("pwdAccountLockedTime")
    }

    /// A school that is not this one.
    fn another_school(&self, school: &str) -> String {
        let base = format!("ou=structures,{}", self.school.sandbox.base_dn());
        self.school
            .eye
            .search(
                &base,
                Scope::Sub,
                "(objectClass=ENTEtablissement)",
                &["1.1"],
            )
            .into_iter()
            .map(|entry| entry.dn)
            .find(|dn| !dn.eq_ignore_ascii_case(school))
            .expect("another school")
    }

    fn modify(&self, pupil: &Pupil, steps: &str) {
        let ldif = format!("dn: {}\nchangetype: modify\n{steps}", pupil.dn);
        let _ = self.school.eye.modify(&ldif).expect_success();
    }
}

fn summary(output: &Output) -> Value {
    let last = output.json_lines().pop().expect("a summary");
    assert_eq!(last["type"], "summary", "{output}");
    last
}

#[track_caller]
fn name_of(output: &Output) -> String {
    summary(output)["run"].as_str().expect("a run").to_owned()
}

#[test]
fn a_run_of_thirty_is_taken_back_and_that_once_more() {
    let scene = Scene::new();
    assert_eq!(scene.file.lines().count(), 31);
    let before = scene.dump();
    let run = scene.lock();
    let locked = scene.dump();
    assert_eq!(before.changed(&locked).len(), 30);
    let undone = scene
        .undo(&run, &["--reason", "mauvaise liste"])
        .expect_success();
    assert_eq!(summary(&undone)["counts"]["done"], 30, "{undone}");
    assert_eq!(undone.json_lines()[0]["type"], "history-undo");
    scene.assert_as(&before);
    // Nothing is left to take back.
    let csn = scene.school.dump();
    let again = scene.undo(&run, &[]).expect_success();
    assert_eq!(summary(&again)["counts"]["unchanged"], 30, "{again}");
    assert!(summary(&again)["run"].is_null());
    scene.school.assert_untouched(&csn);
    // The undo is a run like every other.
    let back = name_of(&undone);
    let shown = scene
        .school
        .entctl(["history", "show", &back, "--format", "json"])
        .run()
        .expect_success()
        .json();
    assert_eq!(shown["verb"], "history undo");
    assert_eq!(shown["reason"], "mauvaise liste");
    assert_eq!(shown["undoes"], run.as_str());
    let once_more = scene.undo(&back, &[]).expect_success();
    assert_eq!(summary(&once_more)["counts"]["done"], 30, "{once_more}");
    scene.assert_as(&locked);
}

#[test]
fn only_those_named_are_taken_back() {
    let scene = Scene::new();
    let before = scene.dump();
    let run = scene.lock();
    let locked = scene.dump();
    let (one, two) = (&scene.pupils[3], &scene.pupils[7]);
    let undone = scene
        .undo(&run, &["--only", &one.login, &two.dn])
        .expect_success();
    assert_eq!(summary(&undone)["counts"]["done"], 2, "{undone}");
    let after = scene.dump();
    assert_eq!(
        locked.changed(&after),
        [one.dn.clone(), two.dn.clone()].into()
    );
    assert_eq!(before.changed(&after).len(), 28);
    // Somebody else is not in this run, whoever exists in the directory.
    let outsider = scene.school.pupils("(pwdAccountLockedTime=*)");
    let stranger = outsider
        .iter()
        .find(|p| scene.pupils.iter().all(|q| q.dn != p.dn))
        .expect("somebody else");
    let refused = scene.undo(&run, &["--only", &stranger.login]);
    assert_eq!(refused.status, Some(5), "{refused}");
    assert!(refused.stderr.contains("\"not-found\""), "{refused}");
}

#[test]
fn what_others_have_changed_since_stays_and_is_named() {
    let scene = Scene::new();
    let run = scene.lock();
    // The nightly feed moves pupils to another class, and writes what it knows of them.
    let moved_class = &scene.pupils[1];
    let entry = scene.school.eye.read(&moved_class.dn, &["ENTEleveClasses"]);
    let class = entry.expect("pupil").one("ENTEleveClasses").expect("class");
    let (school, _) = class.split_once('$').expect("a class");
    scene.modify(
        moved_class,
        &format!("replace: ENTEleveClasses\nENTEleveClasses: {school}$5Z\n"),
    );
    let other = scene.another_school(school);
    scene.modify(
        moved_class,
        &format!("replace: ENTPersonStructRattach\nENTPersonStructRattach: {other}\n"),
    );
    scene.modify(&scene.pupils[2], "replace: givenName\ngivenName: Lou-Ann\n");
    // Another administrator opens one.
    let opened = &scene.pupils[4];
    scene.modify(opened, "delete: pwdAccountLockedTime\n");
    // One tries to log in meanwhile, and fails.
    assert_ne!(scene.school.bind(&scene.pupils[5], "mistyped").code, 0);
    let undone = scene.undo(&run, &[]).expect_success();
    assert_eq!(summary(&undone)["counts"]["done"], 29, "{undone}");
    assert_eq!(summary(&undone)["counts"]["unchanged"], 1, "{undone}");
    for pupil in &scene.pupils {
        assert_eq!(scene.lock_of(pupil), None, "{pupil:?}");
    }
    let kept = scene.school.eye.read(&moved_class.dn, &["ENTEleveClasses"]);
    assert!(
        kept.expect("pupil")
            .one("ENTEleveClasses")
            .is_some_and(|c| c.ends_with("$5Z"))
    );
    let one = &scene.pupils[5];
    assert_eq!(scene.school.bind(one, &one.first_password()).code, 0);
}

#[test]
fn one_whom_others_have_disabled_since_is_left_and_named() {
    let scene = Scene::new();
    // Locked by the server after wrong passwords, then opened by a run.
    let (one, two) = (&scene.pupils[0], &scene.pupils[1]);
    for pupil in [one, two] {
        for _ in 0..5 {
            assert_ne!(scene.school.bind(pupil, "mistyped").code, 0);
        }
    }
    let before = scene.dump().without(&LOGINS);
    let marks = [scene.lock_of(one), scene.lock_of(two)];
    assert!(marks.iter().flatten().all(|m| m != DISABLED), "{marks:?}");
    let run = scene.done(&["account", "unlock", &one.login, &two.login], 2);
    assert_eq!(scene.school.bind(two, &two.first_password()).code, 0);
    // Another administrator disables one of them.
    scene.modify(
        one,
        &format!("add: pwdAccountLockedTime\npwdAccountLockedTime: {DISABLED}\n"),
    );
    let undone = scene
        .school
        .entctl(["history", "undo", &run, "--yes"])
        .french()
        .run();
    assert_eq!(undone.status, Some(3), "{undone}");
    let named = undone
        .stderr
        .lines()
        .find(|line| line.contains(&one.login))
        .unwrap_or_else(|| panic!("{undone}"));
    assert!(named.contains("« Blocage de l'accès »"), "{undone}");
    assert!(!undone.stderr.contains(&two.login), "{undone}");
    assert_eq!(scene.lock_of(one).as_deref(), Some(DISABLED));
    assert_eq!(scene.lock_of(two), marks[1], "the server's own lock again");
    let after = scene.dump().without(&LOGINS);
    assert_eq!(before.changed(&after), [one.dn.clone()].into());
    // Nothing but what is left: refused, and said so.
    let again = scene.undo(&run, &["--only", &one.login]);
    assert_eq!(again.status, Some(6), "{again}");
    assert!(again.stderr.contains("\"moved-since\""), "{again}");
}

#[test]
fn a_lock_of_the_servers_own_comes_back_from_under_a_disabling() {
    let scene = Scene::new();
    let (shut, disabled) = (&scene.pupils[0], &scene.pupils[1]);
    let mistype = |pupil: &Pupil| {
        for _ in 0..5 {
            assert_ne!(scene.school.bind(pupil, "mistyped").code, 0);
        }
        scene.lock_of(pupil).expect("the server locks after five")
    };
    let mark = mistype(shut);
    let run = scene.done(&["account", "lock", &shut.login], 1);
    assert_eq!(scene.lock_of(shut).as_deref(), Some(DISABLED));
    let _ = scene.undo(&run, &[]).expect_success();
    assert_eq!(scene.lock_of(shut), Some(mark));
    // And one that was opened, and locked by the server since, is disabled again.
    let _ = scene.done(&["account", "lock", &disabled.login], 1);
    let run = scene.done(&["account", "unlock", &disabled.login], 1);
    let _ = mistype(disabled);
    let _ = scene.undo(&run, &[]).expect_success();
    assert_eq!(scene.lock_of(disabled).as_deref(), Some(DISABLED));
}

#[test]
fn who_is_gone_is_named_and_the_others_are_put_back() {
    let scene = Scene::new();
    let run = scene.lock();
    let gone = &scene.pupils[6];
    let ldif = format!("dn: {}\nchangetype: delete\n", gone.dn);
    let _ = scene.school.eye.modify(&ldif).expect_success();
    let undone = scene.undo(&run, &[]);
    assert_eq!(undone.status, Some(3), "{undone}");
    let lines = undone.json_lines();
    let refused: Vec<_> = lines.iter().filter(|l| l["outcome"] == "refused").collect();
    assert_eq!(refused.len(), 1, "{undone}");
    assert_eq!(refused[0]["code"], "gone-since");
    assert_eq!(refused[0]["account"]["login"], gone.login.as_str());
    assert_eq!(summary(&undone)["counts"]["done"], 29, "{undone}");
}

#[test]
fn who_has_left_the_schools_of_the_profile_is_not_written() {
    let scene = Scene::new();
    let sandbox = &scene.school.sandbox;
    let college = |args: &[&str]| {
        sandbox
            .entctl_as(&sandbox.college(), ["--format", "json"])
            .args(args)
            .arg("--yes")
            .run()
    };
    let class = scene.school.class("6A");
    let mut open = class.iter().filter(|p| p.locked.is_none());
    let (stays, leaves) = (open.next().expect("one"), open.next().expect("two"));
    let run = name_of(&college(&["account", "lock", &stays.login, &leaves.login]).expect_success());
    let entry = scene.school.eye.read(&leaves.dn, &["ENTEleveClasses"]);
    let classes = entry.expect("pupil").one("ENTEleveClasses").expect("class");
    let (school, _) = classes.split_once('$').expect("a class");
    let other = scene.another_school(school);
    scene.modify(
        leaves,
        &format!(
            "replace: ENTPersonStructRattach\nENTPersonStructRattach: {other}\n-\n\
             replace: ENTEleveClasses\nENTEleveClasses: {other}$2NDE 1\n"
        ),
    );
    let before = scene.school.dump();
    let refused = college(&["history", "undo", &run]);
    assert_eq!(refused.status, Some(6), "{refused}");
    assert!(refused.stderr.contains("\"out-of-scope\""), "{refused}");
    scene.school.assert_untouched(&before);
    let _ = college(&["history", "undo", &run, "--only", &stays.login]).expect_success();
    assert_eq!(scene.lock_of(stays), None);
    assert_eq!(scene.lock_of(leaves).as_deref(), Some(DISABLED));
    // Once it is as before, whoever saw to that, nothing stands in the way any more.
    scene.modify(leaves, "delete: pwdAccountLockedTime\n");
    let _ = college(&["history", "undo", &run]).expect_success();
}

#[test]
fn an_undo_can_be_planned_looked_at_and_applied() {
    let scene = Scene::new();
    let before = scene.dump();
    let run = scene.lock();
    let (gone, opened) = (&scene.pupils[6], &scene.pupils[8]);
    let ldif = format!("dn: {}\nchangetype: delete\n", gone.dn);
    let _ = scene.school.eye.modify(&ldif).expect_success();
    let undo = ["history", "undo", &run, "--plan", "annuler.plan"];
    let planned = scene.school.entctl(undo).run();
    assert_eq!(planned.status, Some(3), "{planned}");
    // What moves between the plan and its end is refused, as in every plan.
    scene.modify(opened, "delete: pwdAccountLockedTime\n");
    let apply = ["plan", "apply", "annuler.plan"];
    let refused = scene.json(&apply);
    assert_eq!(refused.status, Some(6), "{refused}");
    let applied = scene.json(&[&apply[..], &["--keep-going"]].concat());
    assert_eq!(applied.status, Some(3), "{applied}");
    assert_eq!(summary(&applied)["counts"]["done"], 28, "{applied}");
    let changed = before.changed(&scene.dump());
    assert!(changed.contains(&gone.dn), "{changed:?}");
    assert!(
        scene
            .pupils
            .iter()
            .all(|p| p.dn == gone.dn || !changed.contains(&p.dn))
    );
    let shown = ["--format", "json", "history", "show", &name_of(&applied)];
    let shown = scene.school.entctl(shown).run().expect_success().json();
    assert_eq!(shown["undoes"], run.as_str());
    assert!(shown["plan"].is_string(), "{shown}");
}

#[test]
fn a_file_and_ldapmodify_alone_take_a_run_back() {
    let scene = Scene::new();
    let before = scene.dump();
    let run = scene.lock();
    let config = std::path::Path::new(&scene.school.sandbox.status().config);
    let history = config.parent().expect("a folder").join("history");
    let folder = history.join("runs").join(&run);
    let ldif = std::fs::read_to_string(folder.join("undo.ldif")).expect("undo.ldif");
    assert!(!ldif.contains("replace:"), "{ldif}");
    let _ = scene.school.eye.modify(&ldif).expect_success();
    scene.assert_as(&before);
    // Once only: the values to take away are not there any more.
    assert_ne!(scene.school.eye.modify(&ldif).code, 0);
    scene.assert_as(&before);
}

#[test]
fn new_passwords_cannot_be_taken_back() {
    let scene = Scene::new();
    let reset = ["password", "reset", &scene.pupils[0].login, "--print"];
    let run = scene.done(&reset, 1);
    let before = scene.school.dump();
    let refused = scene.undo(&run, &[]);
    assert_eq!(refused.status, Some(6), "{refused}");
    assert!(
        refused.stderr.contains("\"password-not-kept\""),
        "{refused}"
    );
    let french = scene
        .school
        .entctl(["history", "undo", &run, "--dry-run"])
        .french()
        .run();
    assert_eq!(french.status, Some(6), "{french}");
    assert!(
        french.stderr.contains("ne peut pas être annulée"),
        "{french}"
    );
    scene.school.assert_untouched(&before);
}

#[test]
fn an_undo_that_is_killed_is_finished_by_resume() {
    for (moment, number) in [(Moment::Held, 11), (Moment::Done, 11), (Moment::Done, 30)] {
        let scene = Scene::new();
        let victim = Victim::new();
        let proxy = Proxy::start(scene.school.sandbox.url());
        let through = scene.school.through(&proxy);
        let before = scene.dump();
        let locked = through
            .entctl(["--format", "json", "account", "lock", "--yes"])
            .args(["--from", "trente.csv"])
            .run()
            .expect_success();
        let run = name_of(&locked);
        drop(proxy);
        let fault = Fault::Kill(victim.clone());
        let proxy = Proxy::with(
            scene.school.sandbox.url(),
            [step(moment, When::Operation(MODIFY, number), fault)],
        );
        let through = scene.school.through(&proxy);
        let running = through.entctl(["history", "undo", &run, "--yes"]).spawn();
        victim.is(running.pid());
        let killed = running.wait();
        assert_eq!(killed.signal, Some(9), "{killed}");
        let resumed = through.entctl(["history", "resume"]).run().expect_success();
        assert!(resumed.stderr.contains("changed (run"), "{resumed}");
        assert!(through.unfinished().is_empty());
        scene.assert_as(&before);
    }
}

#[test]
fn an_interrupted_run_is_finished_before_it_is_taken_back() {
    let scene = Scene::new();
    let victim = Victim::new();
    let fault = Fault::Kill(victim.clone());
    let proxy = Proxy::with(
        scene.school.sandbox.url(),
        [step(Moment::Done, When::Operation(MODIFY, 9), fault)],
    );
    let through = scene.school.through(&proxy);
    let before = scene.dump();
    let running = through
        .entctl(["account", "lock", "--from", "trente.csv", "--yes"])
        .spawn();
    victim.is(running.pid());
    assert_eq!(running.wait().signal, Some(9));
    let run = through.run_name();
    let undo = ["history", "undo", &run, "--yes", "--format", "json"];
    let refused = through.entctl(undo).run();
    assert_eq!(refused.status, Some(6), "{refused}");
    assert!(refused.stderr.contains("\"run-unfinished\""), "{refused}");
    assert!(refused.stderr.contains("history resume"), "{refused}");
    let _ = through.entctl(["history", "resume"]).run().expect_success();
    for pupil in &scene.pupils {
        assert_eq!(scene.lock_of(pupil).as_deref(), Some(DISABLED));
    }
    let _ = through.entctl(undo).run().expect_success();
    scene.assert_as(&before);
}

#[test]
fn another_profile_takes_nothing_back() {
    let scene = Scene::new();
    let run = scene.lock();
    let before = scene.school.dump();
    let refused = scene
        .school
        .sandbox
        .entctl_as(&scene.school.sandbox.college(), ["history", "undo", &run])
        .arg("--yes")
        .run();
    assert_eq!(refused.status, Some(6), "{refused}");
    assert!(
        refused
            .stderr
            .contains(&format!("--profile {}", scene.school.sandbox.profile())),
        "{refused}"
    );
    scene.school.assert_untouched(&before);
}

#[test]
fn at_a_terminal_all_is_said_before_it_is_asked() {
    let scene = Scene::new();
    let (one, two) = (&scene.pupils[0], &scene.pupils[1]);
    let _ = scene.done(&["account", "lock", &one.login, &two.login], 2);
    let run = scene.done(&["account", "unlock", &one.login, &two.login], 2);
    let gone = format!("dn: {}\nchangetype: delete\n", two.dn);
    let _ = scene.school.eye.modify(&gone).expect_success();
    let before = scene.school.dump();
    let ask = |answer: &str| {
        let undo = scene.school.entctl(["history", "undo", &run]).french();
        let mut terminal = Terminal::start(undo);
        terminal.expect(&one.login);
        terminal.expect(&format!("({}) : ce compte n'existe plus.", two.login));
        terminal.expect("Remettre 1 compte comme avant « account unlock » du ");
        terminal.expect("? [o/N]");
        terminal.send_line(answer);
        terminal.wait()
    };
    let (status, screen) = ask("");
    assert_eq!(status, 0, "{screen}");
    scene.school.assert_untouched(&before);
    let (status, screen) = ask("o");
    assert_eq!(status, 3, "{screen}");
    assert_eq!(scene.lock_of(one).as_deref(), Some(DISABLED));
}

#[test]
fn a_simulation_says_what_would_come_back_and_writes_nothing() {
    let scene = Scene::new();
    let run = scene.lock();
    let before = scene.school.dump();
    let told = scene
        .school
        .entctl(["history", "undo", &run, "--dry-run"])
        .run()
        .expect_success();
    assert!(
        told.stderr.contains("30 accounts would be put back"),
        "{told}"
    );
    scene.school.assert_untouched(&before);
}

#[test]
fn a_run_is_taken_back_on_another_machine_from_the_file_that_was_exported() {
    let scene = Scene::new();
    let before = scene.dump();
    let run = scene.lock();
    let file = scene.school.home().file("operation.json");
    let _ = scene
        .school
        .entctl(["history", "export", &run, "--out"])
        .arg(&file)
        .run()
        .expect_success();
    // Another profile with a history of its own, in which nothing of that run stands.
    let proxy = Proxy::start(scene.school.sandbox.url());
    let elsewhere = scene.school.through(&proxy);
    let _ = elsewhere
        .entctl(["history", "undo", &run, "--yes"])
        .run()
        .expect_status(5);
    let undone = elsewhere
        .entctl(["--format", "json", "history", "undo", "--yes", "--from"])
        .arg(&file)
        .run()
        .expect_success();
    assert_eq!(summary(&undone)["counts"]["done"], 30, "{undone}");
    scene.assert_as(&before);

    let text = std::fs::read_to_string(&file).expect("the export");
    let edited = text.replace(&scene.pupils[0].login, "quelqu.un");
    assert_ne!(edited, text);
    let damaged = scene.school.home().write("abime.json", edited);
    let refused = elsewhere
        .entctl(["--format", "json", "history", "undo", "--yes", "--from"])
        .arg(damaged)
        .run()
        .expect_status(2);
    assert_eq!(refused.json_errors()[0]["code"], "exported-run-damaged");
}

#[test]
fn the_run_may_stand_after_those_named() {
    let scene = Scene::new();
    let run = scene.lock();
    let login = &scene.pupils[3].login;
    let undone = scene.json(&["history", "undo", "--only", login, &run]);
    let undone = undone.expect_success();
    assert_eq!(summary(&undone)["counts"]["done"], 1, "{undone}");
    assert_eq!(scene.lock_of(&scene.pupils[3]), None);
    let nothing = scene.json(&["history", "undo", "--only", login]);
    assert_eq!(
        nothing.expect_status(2).json_errors()[0]["code"],
        "run-missing"
    );
}

#[test]
fn what_somebody_else_has_done_meanwhile_is_theirs_for_resume_and_for_undo() {
    let scene = Scene::new();
    let victim = Victim::new();
    let fault = Fault::Kill(victim.clone());
    let proxy = Proxy::with(
        scene.school.sandbox.url(),
        [step(Moment::Held, When::Operation(MODIFY, 1), fault)],
    );
    let through = scene.school.through(&proxy);
    let one = &scene.pupils[0];
    let running = through
        .entctl(["account", "lock", &one.login, "--yes"])
        .spawn();
    victim.is(running.pid());
    assert_eq!(running.wait().signal, Some(9));
    // Somebody else decides the same before it is resumed.
    scene.modify(
        one,
        &format!("replace: pwdAccountLockedTime\npwdAccountLockedTime: {DISABLED}\n-\n"),
    );
    let resumed = through
        .entctl(["--format", "json", "history", "resume"])
        .run()
        .expect_success();
    let line = &resumed.json_lines()[0];
    assert_eq!(
        (&line["outcome"], &line["code"]),
        (&"unchanged".into(), &"by-another".into()),
        "{resumed}"
    );
    let run = name_of(&resumed);
    let _ = through
        .entctl(["history", "undo", &run, "--yes"])
        .run()
        .expect_success();
    assert_eq!(scene.lock_of(one).as_deref(), Some(DISABLED), "theirs");
}
