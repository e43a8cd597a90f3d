//! `password send`: where the mail goes, who gets none, and what every failure of the mail server leaves behind,
//! read in the directory by logging in.

use crate::mailing::*;
use crate::premises::School;
use crate::support::ber::op;
use crate::support::proxy::{Fault, Moment, Proxy, Step, Victim, When};
use crate::support::smtp::{Act, At, Manner, Smtp, Tls, say};
use std::time::Duration;

#[test]
fn a_temporary_password_goes_to_the_recovery_address_alone() {
    let school = School::up(30);
    let address = format!("{}@courriel.example", school.login(PARENT));
    let before = school.dump();
    let output = send(&school, &[PARENT])
        .arg("--verbose")
        .run()
        .expect_success();
    let lines = output.json_lines();
    assert_eq!(lines[0]["type"], "password-send");
    assert_eq!(
        (&lines[0]["outcome"], &lines[0]["mail"]),
        (&"done".into(), &"mailed".into())
    );
    let mails = mails(&school);
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, address);
    let password = mails[0].password();
    assert_temporary(&school, PARENT, &password);
    assert_not_old(&school, PARENT);
    let end = school.entry(PARENT).one("entctlTemporaryPasswordEnd");
    assert!(end.is_some_and(|end| end.ends_with('Z')));
    let traces = ["pwdLastSuccess", "pwdFailureTime"];
    let changed = before
        .comparable()
        .without(&traces)
        .changed(&school.dump().comparable().without(&traces));
    assert_eq!(changed.into_iter().collect::<Vec<_>>(), [school.dn(PARENT)]);
    // Nobody else has seen it.
    let told = format!("{}{}", output.stdout, output.stderr);
    let kept = everything_in(&school.sandbox_history());
    for where_it_must_not_be in [told, kept, everything_in(school.sandbox().home().path())] {
        assert!(!where_it_must_not_be.contains(&password));
    }
    // The person chooses another.
    let login = school.login(PARENT);
    school
        .college(&["password", "change", &login, "--stdin"])
        .stdin(format!("{password}\nMon chat é roux 42\n"))
        .run()
        .expect_success();
    assert_eq!(school.bind(PARENT, "Mon chat é roux 42").code, 0);
}

#[test]
fn whoever_must_not_be_mailed_a_password_is_refused_and_told_why() {
    let school = School::up(30);
    let address = format!("{}@courriel.example", school.login(PARENT));
    // Forwards to the very mailbox: by another account that receives at that address.
    change(&school, OTHER, &format!("add: mail\nmail: {address}"));
    let ent = format!("{}@ent.example.test", school.login(PARENT));
    redirect(&school, OTHER, &ent);
    refused(send(&school, &[PARENT]).run(), "recovery-behind");
    let own = format!("replace: mail\nmail: {ent}");
    change(&school, PARENT, &own);
    refused(send(&school, &[PARENT]).run(), "recovery-behind");
    change(&school, PARENT, "delete: mail");
    refused(send(&school, &[PARENT]).run(), "recovery-missing");
    refused(send(&school, &["namesake_college"]).run(), "role-pupil");
    let lock = "replace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z";
    change(&school, "parent_accents", lock);
    refused(send(&school, &["parent_accents"]).run(), "account-disabled");
    assert!(mails(&school).is_empty());
    assert_old(&school, PARENT);
}

#[test]
fn an_address_that_several_share_is_refused_or_lists_those_asked_for() {
    let school = School::up(30);
    let address = format!("{}@courriel.example", school.login(PARENT));
    let third = "parent_accents";
    for who in [OTHER, third] {
        change(&school, who, &format!("replace: mail\nmail: {address}"));
    }
    refused(send(&school, &[PARENT]).run(), "recovery-shared");
    assert!(mails(&school).is_empty());

    let server = Smtp::start(Manner::new(Tls::None));
    let list = "shared_address = \"list\"\n";
    with_server(&school, &server, school.sandbox().url(), list);
    send_by(&school, &[PARENT]).run().expect_success();
    let mail = &received(&server)[0];
    assert_temporary(&school, PARENT, &mail.password());
    assert_old(&school, OTHER);
    assert!(!mail.text.contains(&school.login(OTHER)), "{}", mail.text);

    send_by(&school, &[PARENT, OTHER]).run().expect_success();
    let mails = received(&server);
    assert_eq!(mails.len(), 2, "one mail for both");
    let mut passwords = mails[1].passwords();
    assert_eq!(passwords.len(), 2, "{}", mails[1].text);
    if school.bind(PARENT, &passwords[0]).code != 0 {
        passwords.reverse();
    }
    assert_temporary(&school, PARENT, &passwords[0]);
    assert_temporary(&school, OTHER, &passwords[1]);
    assert_old(&school, third);
}

#[test]
fn a_person_is_not_sent_one_password_after_the_other() {
    let school = School::up(30);
    for _ in 0..3 {
        send(&school, &[PARENT]).run().expect_success();
    }
    refused(send(&school, &[PARENT]).run(), "sent-too-often");
    let mails = mails(&school);
    assert_eq!(mails.len(), 3);
    let bound = |mail: &Mail| school.bind(PARENT, &mail.password()).code == 0;
    assert_eq!(mails.iter().filter(|mail| bound(mail)).count(), 1);
}

#[test]
fn a_simulation_shows_the_letter_without_a_password() {
    let school = School::up(30);
    let before = school.dump();
    let shown = school
        .college(&["password", "send", &school.login(PARENT), "--dry-run"])
        .french()
        .run()
        .expect_success();
    assert!(
        shown.stdout.contains("[mot de passe provisoire]"),
        "{shown}"
    );
    assert!(shown.stdout.contains("Collège Jean-Moulin"), "{shown}");
    assert!(mails(&school).is_empty());
    school.assert_untouched(&before);
}

#[test]
fn a_saved_plan_holds_no_password_and_sends_when_applied() {
    let school = School::up(30);
    let file = school.file("envoi.plan").display().to_string();
    let before = school.dump();
    send(&school, &[PARENT])
        .args(["--plan", &file])
        .run()
        .expect_success();
    school.assert_untouched(&before);
    assert!(mails(&school).is_empty());
    school
        .college(&["plan", "apply", &file, "--yes"])
        .run()
        .expect_success();
    let mails = mails(&school);
    assert_temporary(&school, PARENT, &mails[0].password());
}

#[test]
fn a_mail_server_that_is_down_changes_nothing() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    let before = school.dump();
    for (manner, status, code) in [
        (None, 10, "mail-unreachable"),
        (Some((At::Greeting, Act::Stall)), 10, "mail-timeout"),
        (Some((At::Ehlo, Act::Close)), 10, "mail-connection-lost"),
        (Some((At::Mail, say("550 5.7.1 no"))), 1, "mail-refused"),
    ] {
        let fake = manner.map(|(at, act)| Smtp::start(Manner::new(Tls::None).always(at, act)));
        with_server(
            &school,
            fake.as_ref().unwrap_or(&server),
            school.sandbox().url(),
            "",
        );
        if fake.is_none() {
            // A port that nobody listens at.
            let file = school
                .sandbox()
                .home()
                .path()
                .join("config/entctl/config.toml");
            let text = std::fs::read_to_string(&file).expect("the configuration");
            let old = format!("127.0.0.1:{}", server.port);
            std::fs::write(&file, text.replace(&old, "127.0.0.1:1")).expect("written");
        }
        let output = send_by(&school, &[PARENT]).run().expect_status(status);
        assert_eq!(output.json_errors()[0]["code"], code, "{output}");
        assert_eq!(runs(&school), Vec::<String>::new(), "{code}");
        school.assert_untouched(&before);
    }
}

#[test]
fn one_refused_address_does_not_stop_the_others() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None).once(At::Rcpt, say("550 5.1.1 nobody")));
    with_server(&school, &server, school.sandbox().url(), "");
    let output = send_by(&school, &[PARENT, OTHER]).run().expect_status(3);
    let lines = output.json_lines();
    assert_eq!(lines[0]["code"], "mail-recipient-refused");
    assert_eq!(lines[1]["mail"], "mailed");
    assert_old(&school, PARENT);
    assert_temporary(&school, OTHER, &received(&server)[0].password());
    assert_eq!(
        states(&school, "smtp", &runs(&school)[0]),
        ["failed", "mailed"]
    );
}

#[test]
fn what_passes_is_tried_again_with_the_same_message() {
    let school = School::up(30);
    for (at, act) in [
        (At::Rcpt, say("450 4.2.0 later")),
        (At::Data, say("451 4.3.0 later")),
        (At::Data, Act::Close),
        (At::Dot, say("452 4.3.1 full")),
        (At::Dot, Act::KeepAndClose),
        (At::Dot, Act::Close),
    ] {
        let told = format!("{at:?} {act:?}");
        let server = Smtp::start(Manner::new(Tls::None).once(at, act));
        with_server(
            &school,
            &server,
            school.sandbox().url(),
            "max_per_account = 100\n",
        );
        send_by(&school, &[PARENT]).run().expect_success();
        let mails = received(&server);
        let ids: std::collections::BTreeSet<&String> = mails.iter().map(|m| &m.id).collect();
        assert_eq!(ids.len(), 1, "one message, however often: {told}");
        assert_temporary(&school, PARENT, &mails[0].password());
    }
}

#[test]
fn a_message_refused_after_the_write_is_named_and_resume_sends_a_fresh_one() {
    let school = School::up(30);
    for (at, act) in [
        (At::Data, say("554 5.7.1 no")),
        (At::Dot, say("550 5.7.1 spam")),
        (At::Dot, say("garbage")),
        (At::Dot, Act::KeepAndClose),
    ] {
        let told = format!("{at:?} {act:?}");
        let bad = Smtp::start(Manner::new(Tls::None).always(at, act));
        with_server(
            &school,
            &bad,
            school.sandbox().url(),
            "max_per_account = 100\n",
        );
        let output = send_by(&school, &[PARENT]).run().expect_status(13);
        let line = &output.json_lines()[0];
        assert_eq!(
            (&line["outcome"], &line["mail"]),
            (&"failed".into(), &"failed".into())
        );
        assert!(output.stderr.contains("history resume"), "{told} {output}");
        assert_not_old(&school, PARENT);
        // No step back where the mail may be there: its password works.
        for mail in received(&bad) {
            assert_temporary(&school, PARENT, &mail.password());
        }

        let good = Smtp::start(Manner::new(Tls::None));
        with_server(&school, &good, school.sandbox().url(), "");
        school
            .with("smtp", &["history", "resume"])
            .run()
            .expect_success();
        let fresh = received(&good);
        assert_eq!(fresh.len(), 1, "{told}");
        assert_temporary(&school, PARENT, &fresh[0].password());
        for former in received(&bad) {
            assert_ne!(school.bind(PARENT, &former.password()).code, 0, "{told}");
            assert_ne!(former.id, fresh[0].id, "{told}");
        }
        let run = runs(&school).pop().expect("a run");
        assert_eq!(states(&school, "smtp", &run), ["mailed"], "{told}");
    }
}

#[test]
fn after_one_message_that_is_refused_nobody_else_loses_a_password() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None).always(At::Dot, say("550 5.7.1 spam")));
    with_server(&school, &server, school.sandbox().url(), "");
    let output = send_by(&school, &[PARENT, OTHER, "parent_accents"])
        .run()
        .expect_status(13);
    let mails: Vec<String> = output
        .json_lines()
        .iter()
        .filter_map(|line| line["mail"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(mails, ["failed"; 3], "{output}");
    let works = |who: &str| school.bind(who, &school.old_password(who)).code == 0;
    let lost = [PARENT, OTHER, "parent_accents"].map(works);
    assert_eq!(lost.iter().filter(|works| !**works).count(), 1);
    assert!(!lost[0], "the first alone");
}

#[test]
fn a_former_password_that_may_be_read_is_put_back() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None).always(At::Dot, say("550 5.7.1 spam")));
    let bind = manager(&school);
    with_server_as(&school, &server, school.sandbox().url(), "", &bind);
    let hash = school.manage().read(&school.dn(PARENT), &["userPassword"]);
    let hash = hash.and_then(|e| e.one("userPassword")).expect("a hash");
    let output = send_by(&school, &[PARENT]).run().expect_status(1);
    assert_eq!(output.json_lines()[0]["mail"], "restored", "{output}");
    assert_old(&school, PARENT);
    let entry = school.entry(PARENT);
    assert!(entry.one("entctlTemporaryPasswordEnd").is_none());
    assert!(
        !entry
            .all("objectClass")
            .contains(&"entctlAccount".to_owned())
    );
    let run = runs(&school).pop().expect("a run");
    assert_eq!(states(&school, "smtp", &run), ["restored"]);
    let kept = everything_in(&school.history("smtp"));
    assert!(
        !kept.contains(&hash) && !kept.contains("{SSHA"),
        "no hash is kept"
    );
    school
        .with("smtp", &["history", "resume"])
        .run()
        .expect_success();
    assert!(received(&server).is_empty());
}

#[test]
fn killed_at_each_step_of_the_writing_resume_sends_one_that_works() {
    for (moment, expected) in [
        (Moment::Held, ["mailed", "prepared"]),
        (Moment::Done, ["mailed", "prepared"]),
    ] {
        let school = School::up(30);
        let server = Smtp::start(Manner::new(Tls::None));
        let victim = Victim::new();
        let step = Step {
            when: When::Operation(op::MODIFY, 2),
            moment,
            fault: Fault::Kill(victim.clone()),
        };
        let proxy = Proxy::with(school.sandbox().url(), [step]);
        with_server(&school, &server, &proxy.url(), "max_per_account = 100\n");
        let running = send_by(&school, &[PARENT, OTHER]).spawn();
        victim.is(running.pid());
        assert_eq!(running.wait().signal, Some(9));
        let run = runs(&school).pop().expect("a run");
        assert_eq!(states(&school, "smtp", &run), expected);
        school
            .with("smtp", &["history", "resume"])
            .run()
            .expect_success();
        let mails = received(&server);
        assert_eq!(mails.len(), 2, "the first is not sent again");
        assert_temporary(&school, PARENT, &mails[0].password());
        assert_temporary(&school, OTHER, &mails[1].password());
        assert_eq!(states(&school, "smtp", &run), ["mailed", "mailed"]);
    }
}

#[test]
fn killed_before_the_answer_to_the_message_resume_replaces_what_it_may_hold() {
    let school = School::up(30);
    for (at, act) in [
        (At::Data, Act::Stall),
        (At::Dot, Act::Late(Duration::from_secs(60))),
    ] {
        let server = Smtp::start(Manner::new(Tls::None).once(at, act));
        with_server(
            &school,
            &server,
            school.sandbox().url(),
            "max_per_account = 100\n",
        );
        let running = send_by(&school, &[PARENT]).spawn();
        let written = || {
            runs(&school).last().is_some_and(|run| {
                let outcomes = school
                    .history("smtp")
                    .join("runs")
                    .join(run)
                    .join("outcomes.jsonl");
                std::fs::read_to_string(outcomes).is_ok_and(|o| o.contains("written"))
            }) && server.commands().iter().any(|c| c.starts_with("DATA"))
        };
        crate::support::waiting::wait_until("the message is under way", written);
        running.signal(rustix::process::Signal::KILL);
        assert_eq!(running.wait().signal, Some(9));
        let run = runs(&school).pop().expect("a run");
        assert_eq!(states(&school, "smtp", &run), ["written"]);
        let good = Smtp::start(Manner::new(Tls::None));
        with_server(&school, &good, school.sandbox().url(), "");
        school
            .with("smtp", &["history", "resume"])
            .run()
            .expect_success();
        assert_temporary(&school, PARENT, &received(&good)[0].password());
        for former in received(&server) {
            assert_ne!(school.bind(PARENT, &former.password()).code, 0);
        }
        assert_eq!(states(&school, "smtp", &run), ["mailed"]);
    }
}
