//! `password send`: lines that cannot be trusted, people who must not be touched, addresses that are tricks, servers
//! that die or tire in the middle of a batch, and what others do meanwhile.

use crate::mailing::*;
use crate::premises::School;
use crate::support::ber::op;
use crate::support::proxy::{Fault, Proxy, Step, When};
use crate::support::pty::Terminal;
use crate::support::smtp::{Act, At, Manner, Smtp, Tls, say, say_after};
use base64::Engine as _;
use std::time::{Duration, Instant};

const THIRD: &str = "parent_accents";
const ALL: [&str; 3] = [PARENT, OTHER, THIRD];

fn url(school: &School) -> String {
    school.sandbox().url().to_owned()
}

#[test]
fn a_line_that_cannot_be_trusted_carries_no_password() {
    let school = School::up(30);
    let before = school.dump();
    let mut stripped = Manner::new(Tls::Start);
    stripped.offers = vec!["8BITMIME"];
    let injected = Act::Say(b"220 go ahead\r\n250 2.0.0 said before\r\n".to_vec());
    let mut known = Manner::new(Tls::Implicit);
    known.offers = vec!["AUTH PLAIN LOGIN"];
    known.login = Some(("ent", "right"));
    let wrong = school.write("wrong", "wrong\n");
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&wrong, private).expect("private");
    let login = format!("user = \"ent\"\npassword_file = \"{wrong}\"\n");
    for (manner, scheme, trusted, more, status, code) in [
        (
            Manner::new(Tls::Implicit),
            "smtps",
            false,
            "",
            1,
            "mail-certificate",
        ),
        (
            Manner::new(Tls::Start),
            "smtp",
            false,
            "start_tls = true\n",
            1,
            "mail-certificate",
        ),
        (
            stripped,
            "smtp",
            true,
            "start_tls = true\n",
            2,
            "mail-insecure",
        ),
        (
            Manner::new(Tls::Start).always(At::StartTls, injected),
            "smtp",
            true,
            "start_tls = true\n",
            2,
            "mail-insecure",
        ),
        (
            known.clone(),
            "smtps",
            true,
            login.as_str(),
            11,
            "mail-denied",
        ),
        (known, "smtps", true, "", 11, "mail-denied"),
    ] {
        let server = Smtp::start(manner);
        let trust = if trusted {
            format!("ca_file = \"{}\"\n", server.ca_file.display())
        } else {
            String::new()
        };
        let mail = format!(
            "server = \"{scheme}://127.0.0.1:{}\"\ntimeout = 2\n{trust}{more}",
            server.port
        );
        profile(&school, &url(&school), "", &mail, &inter(&school));
        let output = send_by(&school, &[PARENT]).run().expect_status(status);
        let error = &output.json_errors()[0];
        assert_eq!(error["code"], code, "{output}");
        let hints = error["hints"].as_array();
        assert!(hints.is_some_and(|h| !h.is_empty()), "what to do\n{output}");
        assert!(!format!("{output}").contains("wrong\n"), "{output}");
        assert!(!server.commands().iter().any(|c| c.starts_with("RCPT")));
        assert_eq!(runs(&school), Vec::<String>::new(), "{code}");
        school.assert_untouched(&before);
    }
}

#[test]
fn an_encrypted_line_with_a_login_carries_one() {
    let school = School::up(30);
    for (tls, scheme) in [(Tls::Implicit, "smtps"), (Tls::Start, "smtp")] {
        let mut manner = Manner::new(tls);
        manner.offers.push("AUTH PLAIN LOGIN");
        manner.login = Some(("ent", "right"));
        let server = Smtp::start(manner);
        let file = school.write("right", "right\n");
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(&file, private).expect("private");
        let mail = format!(
            "server = \"{scheme}://127.0.0.1:{}\"\nca_file = \"{}\"\nstart_tls = {}\n\
             user = \"ent\"\npassword_file = \"{file}\"\n",
            server.port,
            server.ca_file.display(),
            tls == Tls::Start
        );
        profile(&school, &url(&school), "", &mail, &inter(&school));
        send_by(&school, &[PARENT]).run().expect_success();
        assert!(server.received()[0].encrypted);
        assert_temporary(&school, PARENT, &received(&server)[0].password());
    }
}

#[test]
fn a_protected_person_and_one_of_another_school_are_never_mailed_a_password() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    let before = school.dump();
    let top = format!("protected = \"(uid={})\"\n", school.uid(PARENT));
    let mail = format!("server = \"smtp://127.0.0.1:{}\"\n", server.port);
    profile(&school, &url(&school), &top, &mail, &inter(&school));
    let output = send_by(&school, &[PARENT]).run().expect_status(6);
    assert_eq!(output.json_errors()[0]["code"], "protected", "{output}");
    // With others: nobody, unless told to go on; then only the others.
    send_by(&school, &[PARENT, OTHER]).run().expect_status(6);
    school.assert_untouched(&before);
    let output = school
        .lycee(&["password", "send", &school.login(PARENT), "--yes"])
        .run()
        .expect_status(6);
    let address = format!("{}@courriel.example", school.login(PARENT));
    assert!(!output.stderr.contains(&address), "{output}");
    school.assert_untouched(&before);
    assert!(mails(&school).is_empty() && server.commands().is_empty());
    send_by(&school, &[PARENT, OTHER])
        .arg("--keep-going")
        .run()
        .expect_status(3);
    assert_old(&school, PARENT);
    assert_temporary(&school, OTHER, &received(&server)[0].password());
}

#[test]
fn an_address_that_is_a_trick_gets_nothing() {
    let school = School::up(30);
    let login = school.login(PARENT);
    let long = format!("{}@example.test", "a".repeat(300));
    let before = school.entry(PARENT).one("userPassword");
    for (address, code) in [
        (
            "claire@x.example\r\nBcc: thief@x.example",
            "recovery-unusable",
        ),
        ("claire@x.example\u{7}", "recovery-unusable"),
        ("\"claire dupont\"@x.example", "recovery-unusable"),
        (
            "\"claire@x.example> RCPT TO:<thief\"@x.example",
            "recovery-unusable",
        ),
        ("claire(at home)@x.example", "recovery-unusable"),
        ("<>", "recovery-unusable"),
        ("<claire@x.example>", "recovery-unusable"),
        ("claire@x.example, thief@x.example", "recovery-unusable"),
        ("claire@x.example;thief@x.example", "recovery-unusable"),
        ("claire@x.example$thief@x.example", "recovery-unusable"),
        ("claire@x.example.", "recovery-unusable"),
        ("claire@[127.0.0.1]", "recovery-unusable"),
        ("claire@localhost", "recovery-unusable"),
        ("claire%ent.example.test@x.example", "recovery-unusable"),
        ("ent.example.test!claire@x.example", "recovery-unusable"),
        (long.as_str(), "recovery-unusable"),
        (&format!("{login}@ENT.Example.TEST"), "recovery-behind"),
        (
            &format!("{login}+secours@ent.example.test"),
            "recovery-behind",
        ),
        (&format!("{login}@sub.ent.example.test"), "recovery-behind"),
    ] {
        let encoded = base64::engine::general_purpose::STANDARD.encode(address);
        change(&school, PARENT, &format!("replace: mail\nmail:: {encoded}"));
        let output = send(&school, &[PARENT]).run();
        assert!(!output.stderr.contains('\u{7}'), "{address:?}");
        assert_eq!(output.status, Some(6), "{address:?}\n{output}");
        refused(output, code);
    }
    assert!(mails(&school).is_empty());
    assert_eq!(school.entry(PARENT).one("userPassword"), before);
    assert_old(&school, PARENT);
    // What looks odd and is none.
    for address in [
        "Claire.D+ent@Boite.EXAMPLE",
        "o'hara_1@xn--cole-9oa.example",
    ] {
        change(&school, PARENT, &format!("replace: mail\nmail: {address}"));
        send(&school, &[PARENT]).run().expect_success();
        assert!(mails(&school).iter().any(|mail| mail.to == address));
    }
}

#[test]
fn a_mailbox_is_recognised_behind_a_plus_and_in_capitals() {
    let school = School::up(30);
    let login = school.login(PARENT);
    // Another account receives where the password would go, and forwards to the ENT mailbox, written otherwise.
    change(
        &school,
        OTHER,
        "replace: mail\nmail: Grand.Mere@boite.example",
    );
    redirect(
        &school,
        OTHER,
        &format!("{}+x@ENT.example.test", login.to_uppercase()),
    );
    for address in [
        "grand.mere@boite.example",
        "GRAND.MERE+claire@Boite.example",
    ] {
        change(
            &school,
            PARENT,
            &format!("replace: mail\nmail: {address}\nmail: {login}@ent.example.test"),
        );
        refused(send(&school, &[PARENT]).run(), "recovery-behind");
    }
    assert_old(&school, PARENT);
}

#[test]
fn a_server_that_dies_in_the_middle_leaves_the_rest_to_a_resume() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None).nth(At::Rcpt, Act::Stall, 2));
    with_server(&school, &server, &url(&school), "");
    let output = send_by(&school, &ALL).run().expect_status(3);
    let lines = output.json_lines();
    assert_eq!(lines[0]["mail"], "mailed", "{output}");
    for line in &lines[1..3] {
        assert_eq!(
            (&line["outcome"], &line["code"]),
            (&"failed".into(), &"mail-timeout".into()),
            "each by name\n{output}"
        );
    }
    assert!(output.stderr.contains("history resume"), "{output}");
    for who in [OTHER, THIRD] {
        assert_old(&school, who);
    }
    let run = runs(&school).pop().expect("a run");
    assert_eq!(
        states(&school, "smtp", &run),
        ["mailed", "prepared", "prepared"]
    );

    // Still down: nothing is lost by asking.
    let dead = Smtp::start(Manner::new(Tls::None).always(At::Greeting, Act::Close));
    with_server(&school, &dead, &url(&school), "");
    let output = school.with("smtp", &["history", "resume"]).run();
    assert_eq!(output.status, Some(3), "{output}");
    assert_eq!(
        states(&school, "smtp", &run),
        ["mailed", "prepared", "prepared"]
    );

    let good = Smtp::start(Manner::new(Tls::None));
    with_server(&school, &good, &url(&school), "");
    school
        .with("smtp", &["history", "resume"])
        .run()
        .expect_success();
    assert_eq!(states(&school, "smtp", &run), ["mailed"; 3]);
    let mails = received(&good);
    assert_temporary(&school, OTHER, &mails[0].password());
    assert_temporary(&school, THIRD, &mails[1].password());
    assert_temporary(&school, PARENT, &received(&server)[0].password());
}

#[test]
fn a_resume_that_finds_the_server_down_is_resumed_later() {
    let school = School::up(30);
    let bad = Smtp::start(Manner::new(Tls::None).always(At::Dot, say("550 5.7.1 spam")));
    with_server(&school, &bad, &url(&school), "");
    send_by(&school, &[PARENT, OTHER]).run().expect_status(13);
    let dead = Smtp::start(Manner::new(Tls::None).always(At::Greeting, Act::Close));
    with_server(&school, &dead, &url(&school), "");
    for _ in 0..2 {
        let output = school.with("smtp", &["history", "resume"]).run();
        assert_eq!(output.status, Some(13), "{output}");
    }
    assert_old(&school, OTHER);
    let good = Smtp::start(Manner::new(Tls::None));
    with_server(&school, &good, &url(&school), "");
    school
        .with("smtp", &["history", "resume"])
        .run()
        .expect_success();
    assert_temporary(&school, PARENT, &received(&good)[0].password());
    assert_temporary(&school, OTHER, &received(&good)[1].password());
}

#[test]
fn an_owner_who_chose_a_password_meanwhile_keeps_it_through_a_resume() {
    let school = School::up(30);
    // Taken, and never said so.
    let bad = Smtp::start(Manner::new(Tls::None).always(At::Dot, Act::KeepAndClose));
    with_server(&school, &bad, &url(&school), "");
    send_by(&school, &[PARENT]).run().expect_status(13);
    let password = received(&bad)[0].password();
    next_second(&school, PARENT);
    let login = school.login(PARENT);
    school
        .college(&["password", "change", &login, "--stdin"])
        .stdin(format!("{password}\nMon chat est roux 42\n"))
        .run()
        .expect_success();
    let good = Smtp::start(Manner::new(Tls::None));
    with_server(&school, &good, &url(&school), "");
    let output = school
        .with("smtp", &["history", "resume", "--format", "json"])
        .run()
        .expect_status(6);
    assert_eq!(output.json_lines()[0]["code"], "owner-changed", "{output}");
    assert!(good.commands().iter().all(|c| !c.starts_with("RCPT")));
    assert_eq!(school.bind(PARENT, "Mon chat est roux 42").code, 0);
    let run = runs(&school).pop().expect("a run");
    assert_eq!(states(&school, "smtp", &run), ["failed"]);
}

#[test]
fn what_somebody_else_wrote_in_the_same_second_is_not_put_back() {
    let school = School::up(30);
    let (dn, manage) = (school.dn(PARENT), school.manage());
    let other = say_after("550 5.7.1 spam", move || {
        manage
            .modify(&format!(
                "dn: {dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: Au-Guichet-42\n-\n\
                 replace: pwdReset\npwdReset: TRUE\n"
            ))
            .expect_success();
    });
    let server = Smtp::start(Manner::new(Tls::None).always(At::Dot, other));
    with_server_as(&school, &server, &url(&school), "", &manager(&school));
    send_by(&school, &[PARENT]).run().expect_status(13);
    assert_temporary(&school, PARENT, "Au-Guichet-42");
}

#[test]
fn of_a_shared_mail_only_those_who_were_written_are_in_it() {
    let school = School::up(30);
    let address = format!("{}@courriel.example", school.login(PARENT));
    change(&school, OTHER, &format!("replace: mail\nmail: {address}"));
    let server = Smtp::start(Manner::new(Tls::None));
    let (dn, manage) = (school.dn(OTHER), school.manage());
    let moved = Fault::call(move |_| {
        manage
            .modify(&format!(
                "dn: {dn}\nchangetype: modify\nreplace: mail\nmail: elsewhere@boite.example\n"
            ))
            .expect_success();
    });
    let step = Step::held(When::Operation(op::MODIFY, 1), moved);
    let proxy = Proxy::with(school.sandbox().url(), [step]);
    with_server(
        &school,
        &server,
        &proxy.url(),
        "shared_address = \"list\"\n",
    );
    let output = send_by(&school, &[PARENT, OTHER]).run().expect_status(3);
    let lines = output.json_lines();
    assert_eq!(lines[0]["mail"], "mailed", "{output}");
    assert_eq!(lines[1]["code"], "drift", "{output}");
    let mails = received(&server);
    assert_eq!(mails.len(), 1);
    assert_temporary(&school, PARENT, &mails[0].password());
    assert!(!mails[0].text.contains(&school.login(OTHER)));
    assert_old(&school, OTHER);
}

#[test]
fn a_server_too_busy_for_anybody_is_not_asked_for_each() {
    let school = School::up(30);
    let busy = Smtp::start(Manner::new(Tls::None).always(At::Greeting, say("421 4.3.2 busy")));
    with_server(&school, &busy, &url(&school), "");
    let before = school.dump();
    let output = send_by(&school, &ALL).run().expect_status(1);
    assert_eq!(
        output.json_errors()[0]["code"],
        "mail-temporary",
        "{output}"
    );
    assert_eq!(busy.connections(), 4, "once, and three times more");
    assert_eq!(runs(&school), Vec::<String>::new());
    school.assert_untouched(&before);
}

#[test]
fn somebody_who_is_refused_for_now_is_named_and_the_others_get_their_mail() {
    let school = School::up(30);
    let grey = Smtp::start(Manner::new(Tls::None).always(At::Rcpt, say("450 4.2.0 greylisted")));
    with_server(&school, &grey, &url(&school), "");
    let before = school.dump();
    let output = send_by(&school, &[PARENT, OTHER]).run().expect_status(1);
    let lines = output.json_lines();
    for line in &lines[..2] {
        assert_eq!(line["code"], "mail-temporary", "{output}");
    }
    school.assert_untouched(&before);
    let asked = grey
        .commands()
        .iter()
        .filter(|c| c.starts_with("RCPT"))
        .count();
    assert_eq!(asked, 8, "each once, and three times more");
}

#[test]
fn ctrl_c_ends_a_batch_between_two_people_at_once() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None).nth(At::Rcpt, Act::Stall, 2));
    let mail = format!(
        "server = \"smtp://127.0.0.1:{}\"\ntimeout = 60\nmax_per_minute = 10000\n",
        server.port
    );
    profile(&school, &url(&school), "", &mail, &inter(&school));
    let running = send_by(&school, &ALL).spawn();
    crate::support::waiting::wait_until("the second recipient", || {
        let asked = server.commands();
        asked.iter().filter(|c| c.starts_with("RCPT")).count() == 2
    });
    let pressed = Instant::now();
    running.signal(rustix::process::Signal::INT);
    let output = running.wait().expect_status(130);
    assert!(pressed.elapsed() < Duration::from_secs(20), "{output}");
    let run = runs(&school).pop().expect("a run");
    assert_eq!(
        states(&school, "smtp", &run),
        ["mailed", "prepared", "prepared"]
    );
    let good = Smtp::start(Manner::new(Tls::None));
    with_server(&school, &good, &url(&school), "");
    school
        .with("smtp", &["history", "resume"])
        .run()
        .expect_success();
    assert_eq!(received(&good).len(), 2);
}

#[test]
fn no_more_recipients_a_minute_than_were_allowed() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    let mail = format!(
        "server = \"smtp://127.0.0.1:{}\"\nmax_per_minute = 40\n",
        server.port
    );
    profile(&school, &url(&school), "", &mail, &inter(&school));
    let started = Instant::now();
    send_by(&school, &ALL).run().expect_success();
    // Two pauses between three recipients, a second and a half each.
    assert!(started.elapsed() >= Duration::from_secs(3));
    assert_eq!(received(&server).len(), 3);
}

#[test]
fn a_batch_of_three_hundred_shows_how_far_it_is() {
    let school = School::up(260);
    let mut terminal = Terminal::start(
        school
            .inter(&[
                "password",
                "send",
                "--role",
                "parent",
                "--yes",
                "--keep-going",
            ])
            .timeout(Duration::from_secs(120)),
    );
    terminal.expect("Mails");
    let (status, screen) = terminal.wait();
    assert!(matches!(status, 0 | 3), "{screen}");
    let mails = mails(&school);
    assert!(mails.len() >= 300, "{} mails", mails.len());
    let ids: std::collections::BTreeSet<&String> = mails.iter().map(|mail| &mail.id).collect();
    assert_eq!(ids.len(), mails.len());
    for who in ALL {
        let address = format!("{}@courriel.example", school.login(who));
        let mail = mails
            .iter()
            .find(|mail| mail.to == address)
            .expect("a mail");
        assert_temporary(&school, who, &mail.password());
    }
}
