//! Plans that are saved, looked at, and carried out: bound to what they were made from, once, by one profile.

use crate::school::{Pupil, School, assert_private, listed, read_slips};
use crate::support::ber::op;
use crate::support::entctl::Entctl;
use crate::support::output::Output;
use crate::support::proxy::{Fault, Proxy, Step, When};
use crate::support::pty::Terminal;
use std::path::{Path, PathBuf};

/// `account lock` of these pupils into a plan.
fn plan_locks(school: &School, pupils: &[Pupil], name: &str, more: &[&str]) -> PathBuf {
    let logins: String = pupils.iter().map(|p| format!("{}\n", p.login)).collect();
    let list = school
        .home()
        .write(format!("{name}.csv"), format!("login\n{logins}"));
    let plan = school.home().file(name);
    let _ = school
        .entctl(["account", "lock", "--from"])
        .arg(&list)
        .arg("--plan")
        .arg(&plan)
        .args(more)
        .run()
        .expect_success();
    plan
}

fn apply(school: &School, plan: &Path) -> Entctl {
    school.entctl(["plan", "apply"]).arg(plan)
}

#[track_caller]
fn code(output: &Output) -> String {
    let errors = output.json_errors();
    errors[0]["code"].as_str().unwrap_or_default().to_owned()
}

fn runs(school: &School) -> usize {
    let output = school
        .entctl(["history", "list", "--format", "json"])
        .run()
        .expect_success();
    output.json()["runs"].as_array().expect("runs").len()
}

/// Three decisions of others: one is disabled, one gets another login, one another school.
fn change_three(school: &School, pupils: &[Pupil], elsewhere: &str) {
    let [disabled, renamed, moved] = [&pupils[5], &pupils[70], &pupils[199]];
    let _ = school
        .eye
        .modify(&format!(
            "dn: {}\nchangetype: modify\nreplace: pwdAccountLockedTime\n\
             pwdAccountLockedTime: 000001010000Z\n-\n\n\
             dn: {}\nchangetype: modify\nreplace: ENTPersonLogin\nENTPersonLogin: un.autre\n-\n\n\
             dn: {}\nchangetype: modify\nreplace: ENTPersonStructRattach\n\
             ENTPersonStructRattach: {elsewhere}\n-\n",
            disabled.dn, renamed.dn, moved.dn
        ))
        .expect_success();
}

#[test]
fn a_plan_of_200_refuses_the_3_that_others_changed_and_does_the_others_when_told() {
    let school = School::with(320);
    let pupils: Vec<Pupil> = school
        .pupils("(!(pwdAccountLockedTime=*))")
        .into_iter()
        .take(200)
        .collect();
    assert_eq!(pupils.len(), 200);
    let plan = plan_locks(
        &school,
        &pupils,
        "fermer.plan",
        &["--max-changes", "300", "--reason", "fin d'année"],
    );
    assert_private(&plan);
    let planned = school.dump();

    let other = school
        .eye
        .search(
            &format!("ou=structures,{}", school.sandbox.base_dn()),
            crate::support::ldap_utils::Scope::Sub,
            "(objectClass=ENTEtablissement)",
            &["1.1"],
        )
        .into_iter()
        .map(|entry| entry.dn)
        .find(|dn| {
            school
                .eye
                .read(&pupils[199].dn, &["ENTPersonStructRattach"])
                .and_then(|entry| entry.one("ENTPersonStructRattach"))
                .as_ref()
                != Some(dn)
        })
        .expect("two schools");
    change_three(&school, &pupils, &other);
    let before = school.dump();
    assert_eq!(planned.comparable().changed(&before.comparable()).len(), 3);

    let refused = apply(&school, &plan).french().run().expect_status(6);
    for pupil in [&pupils[5], &pupils[70], &pupils[199]] {
        assert!(refused.stderr.contains(&pupil.family), "{refused}");
    }
    assert!(!refused.stderr.contains(&pupils[6].login), "{refused}");
    school.assert_untouched(&before);
    assert_eq!(runs(&school), 0, "nothing was begun");

    // What was measured when it was saved needs no second word; a limit that is given now holds.
    let limited = apply(&school, &plan)
        .args(["--keep-going", "--format", "json", "--max-changes", "196"])
        .run()
        .expect_status(6);
    assert_eq!(code(&limited), "too-many-changes");
    school.assert_untouched(&before);

    let rejects = school.home().file("restent.csv");
    let done = apply(&school, &plan)
        .args(["--keep-going", "--format", "json"])
        .arg("--rejects")
        .arg(&rejects)
        .run()
        .expect_status(3);
    let lines = done.json_lines();
    let summary = lines.last().expect("a summary");
    assert_eq!(summary["counts"]["done"], 197, "{summary}");
    assert_eq!(summary["counts"]["refused"], 3, "{summary}");
    let _ = school
        .entctl(["history", "list", "--outcome", "done"])
        .run()
        .expect_status(5);
    assert_private(&rejects);
    let rows = std::fs::read_to_string(&rejects).expect("rejects");
    assert_eq!(rows.lines().count(), 4, "{rows}");
    assert!(rows.contains(&pupils[70].dn), "{rows}");

    let changed = school.changed_since(&before);
    assert_eq!(changed.len(), 197);
    for kept in [&pupils[5], &pupils[70], &pupils[199]] {
        assert!(!changed.contains(&kept.dn.to_lowercase()), "{}", kept.dn);
    }
    let locked = school.pupils("(pwdAccountLockedTime=000001010000Z)");
    let ours = |dn: &str| pupils.iter().any(|p| p.dn == dn);
    assert_eq!(locked.iter().filter(|p| ours(&p.dn)).count(), 198);

    // Carried out: not again, and the history tells the reason that the plan was made for.
    let again = apply(&school, &plan)
        .args(["--keep-going", "--format", "json"])
        .run()
        .expect_status(6);
    assert_eq!(code(&again), "plan-applied");
    let list = school
        .entctl(["history", "list", "--format", "json"])
        .run()
        .expect_success()
        .json();
    assert_eq!(list["runs"][0]["reason"], "fin d'année");
    assert_eq!(list["runs"][0]["plan"].as_str().map(str::len), Some(64));
}

#[test]
fn a_saved_plan_says_the_line_that_carries_it_out_and_who_is_so_already() {
    let school = School::small();
    let pupils = school.class("6A");
    let _ = school
        .entctl(["account", "lock", &pupils[0].login, "--yes"])
        .run()
        .expect_success();
    let list = school.home().write(
        "liste.csv",
        format!("login\n{}\n{}\n", pupils[0].login, pupils[1].login),
    );
    let plan = school.home().file("départs de juin.plan");
    let saved = school
        .entctl(["account", "lock", "--from"])
        .arg(&list)
        .arg("--plan")
        .arg(&plan)
        .french()
        .run()
        .expect_success();
    let line = format!("entctl --profile essai plan apply '{}'", plan.display());
    assert!(saved.stderr.contains(&line), "{saved}");
    let already = "1 autre compte est déjà ainsi.";
    assert!(saved.stderr.contains(already), "{saved}");
    let shown = school.entctl(["plan", "show"]).arg(&plan).french().run();
    assert!(shown.stderr.contains(already), "{shown}");
}

#[test]
fn a_plan_is_shown_as_a_table_as_json_and_as_records_that_ldapmodify_carries_out() {
    let school = School::small();
    let pupils = school.class("6A");
    let open: Vec<Pupil> = pupils.into_iter().filter(|p| p.locked.is_none()).collect();
    let before = school.dump();
    let plan = plan_locks(&school, &open, "6A.plan", &[]);
    school.assert_untouched(&before);
    assert_eq!(runs(&school), 0);

    let shown = school
        .entctl(["plan", "show"])
        .arg(&plan)
        .french()
        .run()
        .expect_success();
    assert!(shown.stdout.contains("account lock"), "{shown}");
    assert!(
        shown.stdout.contains("Accès : ouvert → désactivé"),
        "{shown}"
    );
    for pupil in &open {
        assert!(shown.stdout.contains(&pupil.login), "{shown}");
    }
    let json = school
        .entctl(["plan", "show", "--format", "json"])
        .arg(&plan)
        .run()
        .expect_success()
        .json();
    assert_eq!(json["type"], "plan");
    assert_eq!(json["planned"].as_array().map(Vec::len), Some(open.len()));

    let ldif = school
        .entctl(["plan", "show", "--format", "ldif"])
        .arg(&plan)
        .run()
        .expect_success();
    let _ = school.eye.modify(&ldif.stdout).expect_success();
    let locked = school.pupils("(pwdAccountLockedTime=000001010000Z)");
    for pupil in &open {
        assert!(locked.iter().any(|p| p.dn == pupil.dn), "{}", pupil.login);
    }
    let elsewhere = school
        .entctl(["account", "list", "--format", "ldif"])
        .run()
        .expect_status(2);
    assert!(elsewhere.stderr.contains("LDIF"), "{elsewhere}");
}

/// A plan whose first line is written anew by this.
fn with_head(plan: &Path, edit: impl FnOnce(&mut serde_json::Value)) -> String {
    let text = std::fs::read_to_string(plan).expect("the plan");
    let (head, body) = text.split_once('\n').expect("two lines");
    let mut head = serde_json::from_str(head).expect("JSON");
    edit(&mut head);
    format!("{head}\n{body}")
}

#[test]
fn a_plan_that_was_edited_or_is_newer_or_of_another_directory_is_refused_with_its_reason() {
    let school = School::small();
    let pupils = school.class("6A");
    let plan = plan_locks(&school, &pupils[..2], "deux.plan", &[]);
    let before = school.dump();
    let home = school.home();
    let text = std::fs::read_to_string(&plan).expect("the plan");

    let mut others = school.pupils("");
    others.retain(|pupil| pupil.class != "6A");
    let other = others.remove(0);
    let edited = text.replace(&pupils[1].dn, &other.dn);
    assert_ne!(edited, text);
    let sealed = with_head(&plan, |head| head["format_version"] = 99.into());
    let version = with_head(&plan, |head| head["entctl"] = "99.0.0".into());
    let cut = &text[..text.len() - 20];
    for (name, content, status, code_wanted, said) in [
        ("edite.plan", edited.as_str(), 6, "plan-altered", "modifié"),
        ("coupe.plan", cut, 6, "plan-altered", "abîmé"),
        ("neuf.plan", sealed.as_str(), 6, "plan-newer", "plus récent"),
        (
            "autre.plan",
            version.as_str(),
            6,
            "plan-other-version",
            "99.0.0",
        ),
        ("liste.csv", "login\nx\n", 2, "not-a-plan", "pas un plan"),
        ("vide.plan", "", 2, "not-a-plan", "pas un plan"),
    ] {
        let file = home.write(name, content);
        for verb in ["show", "apply"] {
            let output = school
                .entctl(["plan", verb, "--format", "json"])
                .arg(&file)
                .run()
                .expect_status(status);
            assert_eq!(code(&output), code_wanted, "{name}");
            let output = school.entctl(["plan", verb]).arg(&file).french().run();
            assert!(output.stderr.contains(said), "{output}");
        }
    }

    // The right plan, the wrong profile.
    let college = school.sandbox.college();
    let output = school
        .sandbox
        .entctl_as(&college, ["plan", "apply", "--format", "json"])
        .arg(&plan)
        .run()
        .expect_status(6);
    assert_eq!(code(&output), "plan-other-profile");
    school.assert_untouched(&before);

    // The same names, another directory: the sandbox made anew from the same seed.
    let name = school.sandbox.profile();
    let _ = school
        .home()
        .entctl(["sandbox", "reset", "--name", &name])
        .timeout(std::time::Duration::from_secs(60))
        .run()
        .expect_success();
    let output = apply(&school, &plan)
        .args(["--format", "json"])
        .run()
        .expect_status(6);
    assert_eq!(code(&output), "plan-other-directory");
    assert_eq!(runs(&school), 0);
}

#[test]
fn a_plan_of_new_passwords_holds_none_and_gives_them_when_it_is_carried_out() {
    let school = School::small();
    let pupils = school.class("6A");
    let plan = school.home().file("6A.plan");
    let planning = |more: &[&str]| {
        school
            .entctl(["password", "reset", "--class", "6A", "--plan"])
            .arg(&plan)
            .args(more)
            .run()
    };
    let slips = school.home().file("6A.csv");
    let output = planning(&["--slips", "x.csv", "--format", "json"]).expect_status(2);
    assert_eq!(code(&output), "plan-with-slips");
    let saved = planning(&["--style", "letters"]).expect_success();
    assert!(saved.stderr.contains("add --slips FILE.html"), "{saved}");
    let _ = planning(&[]).expect_status(2);

    let no_way = apply(&school, &plan)
        .args(["--format", "json"])
        .run()
        .expect_status(2);
    assert_eq!(code(&no_way), "no-way-out");
    let _ = apply(&school, &plan)
        .arg("--slips")
        .arg(&slips)
        .run()
        .expect_success();
    school.assert_slips(&slips, &pupils);
    let text = std::fs::read_to_string(&plan).expect("the plan");
    for password in read_slips(&slips).values() {
        assert!(!text.contains(password.as_str()), "a password in the plan");
        assert!(
            password.chars().all(|c| c.is_ascii_lowercase()),
            "of the style that was planned: {password}"
        );
    }
    let locks = plan_locks(&school, &pupils[..1], "un.plan", &[]);
    let output = apply(&school, &locks)
        .args(["--print", "--format", "json"])
        .run()
        .expect_status(2);
    assert_eq!(code(&output), "plan-without-passwords");
}

#[test]
fn a_plan_that_was_interrupted_is_finished_by_resume_and_not_begun_again() {
    let school = School::small();
    let pupils = school.class("6A");
    let proxy = Proxy::start(school.sandbox.url());
    let through = school.through(&proxy);
    let logins: String = pupils.iter().map(|p| format!("{}\n", p.login)).collect();
    let list = school.home().write("6A.csv", format!("login\n{logins}"));
    let plan = school.home().file("6A.plan");
    let _ = through
        .entctl(["account", "lock", "--from"])
        .arg(&list)
        .arg("--plan")
        .arg(&plan)
        .run()
        .expect_success();
    let before = proxy.count(op::MODIFY);
    assert_eq!(before, 0, "a plan writes nothing");
    proxy.arm(Step::held(When::Operation(op::MODIFY, 4), Fault::Cut));
    let applied = through.entctl(["plan", "apply"]).arg(&plan).run();
    assert_eq!(proxy.fired(), 1, "{applied}");
    if applied.status != Some(0) {
        let _ = through.entctl(["history", "resume"]).run();
    }
    let locked = school.pupils("(pwdAccountLockedTime=000001010000Z)");
    for pupil in &pupils {
        assert!(locked.iter().any(|p| p.dn == pupil.dn), "{}", pupil.login);
    }
    let again = through
        .entctl(["plan", "apply", "--format", "json"])
        .arg(&plan)
        .run()
        .expect_status(6);
    assert_eq!(code(&again), "plan-applied");
}

#[test]
fn of_two_who_carry_out_one_plan_at_once_one_does() {
    let school = School::small();
    let plan = plan_locks(&school, &school.class("6A"), "6A.plan", &[]);
    let two: Vec<_> = (0..2)
        .map(|_| apply(&school, &plan).args(["--format", "json"]).spawn())
        .collect();
    let ended: Vec<Output> = two.into_iter().map(|one| one.wait()).collect();
    let mut statuses: Vec<_> = ended.iter().map(|output| output.status).collect();
    statuses.sort_unstable();
    // The second finds the plan applied, or the accounts changed already: refused either way.
    let said: Vec<&str> = ended.iter().map(|output| output.stderr.as_str()).collect();
    assert_eq!(statuses, [Some(0), Some(6)], "{said:?}");
    assert_eq!(runs(&school), 1);
}

#[test]
fn what_is_protected_since_stays_untouched_and_nothing_to_do_makes_no_file() {
    let school = School::small();
    let pupils = school.class("6A");
    let proxy = Proxy::start(school.sandbox.url());
    let plan = school.home().file("un.plan");
    let lock = ["account", "lock", pupils[0].login.as_str(), "--plan"];
    let _ = school
        .through(&proxy)
        .entctl(lock)
        .arg(&plan)
        .run()
        .expect_success();
    let before = school.dump();
    let filter = format!("protected = \"(uid={})\"", pupils[0].uid);
    let protecting = school.through_with(&proxy, &filter);
    let output = protecting
        .entctl(["plan", "apply", "--format", "json"])
        .arg(&plan)
        .run()
        .expect_status(6);
    assert_eq!(code(&output), "protected");
    school.assert_untouched(&before);

    let open = school.through(&proxy);
    let nothing = school.home().file("rien.plan");
    let unlock = ["account", "unlock", pupils[1].login.as_str()];
    let _ = open
        .entctl(unlock)
        .args(["--detailed-exitcode", "--plan"])
        .arg(&nothing)
        .run()
        .expect_success();
    assert!(!nothing.exists());
    let pending = open
        .entctl(["account", "lock", pupils[1].login.as_str()])
        .args(["--detailed-exitcode", "--plan"])
        .arg(&nothing)
        .run();
    let _ = pending.expect_status(4);
    // A plan is never overwritten.
    let text = std::fs::read(&nothing).expect("the plan");
    let _ = open
        .entctl(["account", "lock", pupils[2].login.as_str(), "--plan"])
        .arg(&nothing)
        .run()
        .expect_status(2);
    assert_eq!(std::fs::read(&nothing).expect("the plan"), text);
    assert_eq!(listed(&school.home().file("history").join("runs")).len(), 0);
}

#[test]
fn a_job_that_could_carry_out_nothing_of_a_plan_leaves_it_for_another_day() {
    let school = School::small();
    let pupils = school.class("6A");
    let plan = plan_locks(&school, &pupils[..1], "6A.plan", &[]);
    let lock = |step: &str| {
        let _ = school
            .eye
            .modify(&format!(
                "dn: {}\nchangetype: modify\n{step}: pwdAccountLockedTime\n\
                 pwdAccountLockedTime: 000001010000Z\n-\n",
                pupils[0].dn
            ))
            .expect_success();
    };
    lock("add");
    let _ = apply(&school, &plan)
        .args(["--keep-going", "--job", "night"])
        .run()
        .expect_status(6);
    // It ran, and did not go through.
    let asked = ["history", "list", "--job", "night"];
    let _ = school.entctl(asked).run().expect_success();
    let done = school.entctl(asked).args(["--outcome", "done"]).run();
    let _ = done.expect_status(5);
    lock("delete");
    let _ = apply(&school, &plan).run().expect_success();
}

#[test]
fn rejects_that_cannot_be_written_change_no_exit_status() {
    let school = School::small();
    let pupils = school.class("6A");
    let list = format!("login\n{}\nnobody.here\n", pupils[0].login);
    let list = school.home().write("liste.csv", list);
    // Nobody can make a file there, not even root.
    let output = school
        .entctl(["account", "lock", "--keep-going", "--yes", "--from"])
        .arg(&list)
        .args(["--rejects", "/proc/restent.csv", "--format", "json"])
        .run()
        .expect_status(3);
    let lines = output.json_lines();
    let summary = lines.last().expect("a summary");
    assert_eq!(summary["counts"]["done"], 1, "{summary}");
    assert!(summary["run"].is_string(), "{summary}");
    assert_eq!(code(&output), "rejects-not-written");
}

#[test]
fn rejects_of_a_list_with_passwords_hold_none() {
    let school = School::small();
    let pupils = school.class("6A");
    let list = format!(
        "login;mot de passe\n{};Secret-1\nnobody.here;Secret-2\n",
        pupils[0].login
    );
    let list = school.home().write("bulletins.csv", list);
    let _ = school
        .entctl(["account", "lock", "--keep-going", "--yes", "--from"])
        .arg(&list)
        .run()
        .expect_status(3);
    let rejects = school.home().file("bulletins-rejects.csv");
    let rows = std::fs::read_to_string(rejects).expect("rejects");
    assert!(rows.contains("nobody.here"), "{rows}");
    assert!(!rows.contains("Secret"), "{rows}");
}

#[test]
fn at_a_terminal_a_saved_plan_is_asked_about_once_more() {
    let school = School::small();
    let pupils = school.class("6A");
    let plan = plan_locks(&school, &pupils[..2], "deux.plan", &[]);
    let before = school.dump();
    let ask = |answer: &str| {
        let mut terminal = Terminal::start(apply(&school, &plan).french());
        terminal.expect(&pupils[1].login);
        terminal.expect("Exécuter ce plan pour 2 comptes");
        terminal.expect("[o/N]");
        terminal.send_line(answer);
        terminal.wait()
    };
    let (status, screen) = ask("n");
    assert_eq!(status, 0, "{screen}");
    school.assert_untouched(&before);
    let (status, screen) = ask("o");
    assert_eq!(status, 0, "{screen}");
    assert_eq!(school.changed_since(&before).len(), 2);

    let passwords = school.home().file("mots.plan");
    let _ = school
        .entctl(["password", "reset", "--class", "6A", "--plan"])
        .arg(&passwords)
        .run()
        .expect_success();
    let slips = school.home().file("6A.csv");
    let applying = apply(&school, &passwords).arg("--slips").arg(&slips);
    let mut terminal = Terminal::start(applying.french());
    terminal.expect("ne pourront pas être");
    terminal.expect("[o/N]");
    terminal.send_line("n");
    assert_eq!(terminal.wait().0, 0);
    assert!(!slips.exists());
}

#[test]
fn whom_a_plan_left_out_when_it_was_saved_stands_in_nobodys_way() {
    let school = School::small();
    let pupils = school.class("6A");
    let list = school.home().write(
        "liste.csv",
        format!("login\n{}\npersonne.ici\n", pupils[0].login),
    );
    let plan = school.home().file("trous.plan");
    let _ = school
        .entctl(["account", "lock", "--keep-going", "--from"])
        .arg(&list)
        .arg("--plan")
        .arg(&plan)
        .run()
        .expect_status(3);
    let before = school.dump();
    let applied = apply(&school, &plan).run().expect_status(3);
    assert!(applied.stderr.contains("personne.ici"), "{applied}");
    assert_eq!(school.changed_since(&before).len(), 1);
}
