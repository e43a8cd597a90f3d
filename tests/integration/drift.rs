//! What others do between the plan of a reset and its write: a mistyped password is no hindrance, a decision
//! of another person is kept. The proxy holds the write while it happens.

use crate::school::{Pupil, School, read_slips, slips_folder};
use crate::support::ber::op;
use crate::support::ldap_utils::{LdapUtils, bind};
use crate::support::output::Output;
use crate::support::proxy::{Fault, Proxy, Step, When};
use serde_json::Value;
use std::path::Path;

const ZOE: &str = "zoe.lefevre";
const FIRST_MODIFY: When = When::Operation(op::MODIFY, 1);

/// Resets one pupil through a proxy that does this just before the server sees the write.
fn reset_while(
    school: &School,
    pupil: &Pupil,
    meanwhile: impl FnOnce() + Send + 'static,
) -> Output {
    reset_with(
        school,
        pupil,
        Step::held(FIRST_MODIFY, Fault::call(move |_| meanwhile())),
    )
}

/// Resets one pupil through a proxy with this step, which must happen.
fn reset_with(school: &School, pupil: &Pupil, step: Step) -> Output {
    let proxy = Proxy::with(school.sandbox.url(), [step]);
    let output = school
        .through(&proxy)
        .entctl(["password", "reset", &pupil.login, "--print", "--yes"])
        .args(["--format", "json"])
        .run();
    assert_eq!(proxy.fired(), 1, "{output}");
    output
}

fn url(school: &School) -> String {
    school.sandbox.url().to_owned()
}

/// Another administrator disables an account, with ldapmodify.
fn disable(eye: &LdapUtils, dn: &str) {
    let _ = eye
        .modify(&format!(
            "dn: {dn}\nchangetype: modify\nreplace: pwdAccountLockedTime\n\
             pwdAccountLockedTime: 000001010000Z\n-\n"
        ))
        .expect_success();
}

#[track_caller]
fn only_line(output: &Output) -> Value {
    let mut lines = output.json_lines();
    assert_eq!(lines.len(), 2, "a result and a summary: {output}");
    lines.remove(0)
}

/// The reset went through, and its password binds.
#[track_caller]
fn assert_done(school: &School, pupil: &Pupil, output: Output) {
    let output = output.expect_success();
    let line = only_line(&output);
    assert_eq!(line["outcome"], "done", "{output}");
    school.assert_given(pupil, line["password"].as_str().expect("printed"));
}

/// Refused with this code, and no password told.
#[track_caller]
fn assert_refused(output: Output, code: &str) {
    let output = output.expect_status(6);
    let line = only_line(&output);
    assert_eq!(
        (&line["outcome"], &line["code"]),
        (&"refused".into(), &code.into()),
        "{output}"
    );
    assert_eq!(line["password"], Value::Null, "{output}");
}

#[test]
fn a_password_mistyped_by_the_owner_is_no_drift() {
    let school = School::small();
    let zoe = school.pupil(ZOE);
    let csn = |school: &School| {
        let entry = school.eye.read(&zoe.dn, &["entryCSN"]).expect("the entry");
        entry.one("entryCSN").expect("an entryCSN")
    };
    let before = csn(&school);
    let (url, dn) = (url(&school), zoe.dn.clone());
    let (tell, told) = std::sync::mpsc::channel();
    let eye = crate::school::manager(&school.sandbox);
    let output = reset_while(&school, &zoe, move || {
        assert_ne!(bind(&url, &dn, "faux").code, 0);
        let entry = eye.read(&dn, &["entryCSN"]).expect("the entry");
        let _ = tell.send(entry.one("entryCSN"));
    });
    let between = told.recv().expect("it happened").expect("an entryCSN");
    assert_ne!(before, between, "the wrong password left its trace");
    assert_done(&school, &zoe, output);
}

#[test]
fn a_lock_by_the_server_meanwhile_is_no_drift_and_is_opened() {
    let school = School::small();
    let zoe = school.pupil(ZOE);
    let (url, dn) = (url(&school), zoe.dn.clone());
    let eye = crate::school::manager(&school.sandbox);
    let output = reset_while(&school, &zoe, move || {
        for _ in 0..5 {
            assert_ne!(bind(&url, &dn, "faux").code, 0);
        }
        let entry = eye.read(&dn, &["pwdAccountLockedTime"]).expect("the entry");
        assert!(entry.one("pwdAccountLockedTime").is_some(), "not locked");
    });
    assert_done(&school, &zoe, output);
    assert_eq!(school.pupil(ZOE).locked, None);
}

#[test]
fn an_account_disabled_meanwhile_stays_disabled() {
    let school = School::small();
    let zoe = school.pupil(ZOE);
    let eye = crate::school::manager(&school.sandbox);
    let dn = zoe.dn.clone();
    let output = reset_while(&school, &zoe, move || disable(&eye, &dn));
    assert!(
        output.stdout.contains("was disabled by somebody else")
            || output
                .stdout
                .contains("disabled by somebody else meanwhile"),
        "{output}"
    );
    assert_refused(output, "drift");
    let after = school.pupil(ZOE);
    assert_eq!(after.locked.as_deref(), Some("000001010000Z"));
    assert!(!after.must_change);
    // Nothing but the lock: once it is off, the password is the old one.
    let _ = school
        .eye
        .modify(&format!(
            "dn: {}\nchangetype: modify\ndelete: pwdAccountLockedTime\n-\n",
            zoe.dn
        ))
        .expect_success();
    school.assert_old_password(&zoe);
}

#[test]
fn an_account_enabled_meanwhile_is_not_disabled_again() {
    let school = School::small();
    let nathan = school.pupil("nathan.rousseau");
    let eye = crate::school::manager(&school.sandbox);
    let dn = nathan.dn.clone();
    let output = reset_while(&school, &nathan, move || {
        let _ = eye
            .modify(&format!(
                "dn: {dn}\nchangetype: modify\ndelete: pwdAccountLockedTime\n-\n"
            ))
            .expect_success();
    });
    assert_refused(output, "drift");
    assert_eq!(school.pupil(&nathan.login).locked, None);
}

#[test]
fn a_password_the_owner_chose_meanwhile_is_kept() {
    let school = School::small();
    let zoe = school.pupil(ZOE);
    let (url, dn, old) = (url(&school), zoe.dn.clone(), zoe.first_password());
    let output = reset_while(&school, &zoe, move || {
        let _ = LdapUtils::new(&url, &dn, &old)
            .passwd(&dn, Some(&old), "choisi par Zoé")
            .expect_success();
    });
    assert_refused(output, "drift");
    let result = school.bind(&zoe, "choisi par Zoé");
    assert_eq!((result.code, result.must_change), (0, false), "{result:?}");
}

#[test]
fn a_pupil_who_became_something_else_meanwhile_is_left_alone() {
    let school = School::small();
    let zoe = school.pupil(ZOE);
    let dn = zoe.dn.clone();
    let eye = crate::school::manager(&school.sandbox);
    let before = school.eye.read(&zoe.dn, &["userPassword"]);
    let output = reset_while(&school, &zoe, move || {
        let _ = eye
            .modify(&format!(
                "dn: {dn}\nchangetype: modify\nreplace: ENTPersonLogin\nENTPersonLogin: z.lefevre\n-\n"
            ))
            .expect_success();
    });
    assert_refused(output, "drift");
    assert_eq!(school.eye.read(&zoe.dn, &["userPassword"]), before);
}

#[test]
fn an_account_deleted_meanwhile_is_named() {
    let school = School::small();
    let zoe = school.pupil(ZOE);
    let dn = zoe.dn.clone();
    let eye = crate::school::manager(&school.sandbox);
    let output = reset_while(&school, &zoe, move || {
        let _ = eye
            .modify(&format!("dn: {dn}\nchangetype: delete\n"))
            .expect_success();
    });
    assert_refused(output, "gone");
    assert!(school.eye.read(&zoe.dn, &["uid"]).is_none());
}

/// Resets class 6A into this file through a proxy, while this happens at the first write.
fn class_while(school: &School, slips: &Path, meanwhile: impl FnOnce() + Send + 'static) -> Output {
    let step = Step::held(FIRST_MODIFY, Fault::call(move |_| meanwhile()));
    let proxy = Proxy::with(school.sandbox.url(), [step]);
    let output = school
        .through(&proxy)
        .entctl([
            "password", "reset", "--class", "6A", "--yes", "--format", "json",
        ])
        .arg("--slips")
        .arg(slips)
        .run();
    assert_eq!(proxy.fired(), 1, "{output}");
    output
}

#[test]
fn in_a_class_one_drift_stops_nobody_else() {
    let school = School::small();
    let slips = slips_folder(school.home()).join("6A.csv");
    let mut class = school.class("6A");
    let take = |class: &mut Vec<Pupil>, login: &str| {
        let at = class.iter().position(|p| p.login == login).expect(login);
        class.remove(at)
    };
    let disabled = take(&mut class, ZOE);
    let chose = take(&mut class, "emma.bernard");
    let gone = take(&mut class, "minh.dupont");
    let (url, eye) = (url(&school), crate::school::manager(&school.sandbox));
    let (a, b, c) = (disabled.dn.clone(), chose.clone(), gone.dn.clone());
    let output = class_while(&school, &slips, move || {
        disable(&eye, &a);
        let old = b.first_password();
        let _ = LdapUtils::new(&url, &b.dn, &old)
            .passwd(&b.dn, Some(&old), "choisi par Emma")
            .expect_success();
        let _ = eye
            .modify(&format!("dn: {c}\nchangetype: delete\n"))
            .expect_success();
    })
    .expect_status(3);

    // The slips are for those who were written, and nobody else.
    school.assert_slips(&slips, &class);
    assert_eq!(school.bind(&chose, "choisi par Emma").code, 0);
    assert_eq!(school.pupil(ZOE).locked.as_deref(), Some("000001010000Z"));
    let lines = output.json_lines();
    let code_of = |login: &str| {
        let line = lines.iter().find(|l| l["account"]["login"] == login);
        line.map(|l| l["code"].clone()).expect(login)
    };
    assert_eq!(code_of(ZOE), "drift");
    assert_eq!(code_of("emma.bernard"), "drift");
    assert_eq!(code_of("minh.dupont"), "gone");
    let summary = lines.last().expect("a summary");
    assert_eq!(
        summary["counts"],
        serde_json::json!({"done": class.len(), "refused": 3})
    );
    assert_eq!(summary["unfinished"], false, "{output}");
}

#[test]
fn an_answer_that_was_lost_is_looked_up() {
    // The server has done it, and the connection breaks before the answer is here.
    let school = School::small();
    let zoe = school.pupil(ZOE);
    let output = reset_with(&school, &zoe, Step::done(FIRST_MODIFY, Fault::Cut));
    assert_done(&school, &zoe, output);
}

#[test]
fn a_write_that_was_lost_is_sent_again() {
    let school = School::small();
    let zoe = school.pupil(ZOE);
    let output = reset_with(&school, &zoe, Step::held(FIRST_MODIFY, Fault::Cut));
    assert_done(&school, &zoe, output);
}

#[test]
fn a_class_whose_connection_breaks_in_the_middle_is_finished_in_the_same_run() {
    for step in [
        Step::done(When::Operation(op::MODIFY, 4), Fault::Cut),
        Step::held(When::Operation(op::MODIFY, 4), Fault::Cut),
    ] {
        let school = School::small();
        let class = school.class("6A");
        let slips = slips_folder(school.home()).join("6A.csv");
        let proxy = Proxy::with(school.sandbox.url(), [step]);
        let through = school.through(&proxy);
        let output = through
            .entctl([
                "password", "reset", "--class", "6A", "--yes", "--format", "json",
            ])
            .arg("--slips")
            .arg(&slips)
            .run()
            .expect_success();
        assert_eq!(proxy.fired(), 1, "{output}");
        let summary = output.json_lines().pop().expect("a summary");
        assert_eq!(summary["counts"], serde_json::json!({"done": class.len()}));
        school.assert_slips(&slips, &class);
        assert!(through.unfinished().is_empty());
    }
}

#[test]
fn a_server_that_goes_away_leaves_a_run_to_resume() {
    let school = School::small();
    let class = school.class("6A");
    let slips = slips_folder(school.home()).join("6A.csv");
    let step = Step::done(When::Operation(op::MODIFY, 4), Fault::Down);
    let proxy = Proxy::with(school.sandbox.url(), [step]);
    let through = school.through(&proxy);
    let output = through
        .entctl(["password", "reset", "--class", "6A", "--yes", "--slips"])
        .arg(&slips)
        .run();
    assert!(matches!(output.status, Some(3 | 10)), "{output}");
    assert!(
        output
            .stderr
            .contains(&format!("history resume {}", through.run_name())),
        "{output}"
    );
    assert!(!slips.exists(), "not final yet");

    let again = Proxy::start(school.sandbox.url());
    let through = school.through(&again);
    let resumed = through
        .entctl(["history", "resume", "--format", "json"])
        .run()
        .expect_success();
    let summary = resumed.json_lines().pop().expect("a summary");
    assert_eq!(summary["counts"], serde_json::json!({"done": class.len()}));
    school.assert_slips(&slips, &class);
    let _ = read_slips(&slips);
}

#[test]
fn a_server_that_stops_answering_ends_in_an_error_within_the_limit() {
    let school = School::small();
    let zoe = school.pupil(ZOE);
    let step = Step::held(FIRST_MODIFY, Fault::Stall);
    let proxy = Proxy::with(school.sandbox.url(), [step]);
    let through = school.through_with(&proxy, "connect_timeout = 1\noperation_timeout = 1");
    let started = std::time::Instant::now();
    let output = through
        .entctl([
            "password", "reset", ZOE, "--print", "--yes", "--format", "json",
        ])
        .run();
    assert!(
        started.elapsed() < std::time::Duration::from_secs(20),
        "{output}"
    );
    // Only that connection is dead: the write is looked up on a new one, and sent again there.
    assert_done(&school, &zoe, output);
}
