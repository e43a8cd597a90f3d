//! What goes wrong behind a login page: mail server and directory down, workers killed, many at once.

use super::*;
use crate::support::ber::op;
use crate::support::proxy::{Fault, Moment, Proxy, Step, Victim, When};
use std::net::TcpListener;

/// A port where nobody listens.
fn nobody() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

#[track_caller]
fn assert_old(school: &School, who: &str) {
    let bound = school.bind(who, &school.old_password(who));
    assert_eq!((bound.code, bound.must_change), (0, false), "{bound:?}");
}

#[test]
fn a_mail_server_that_is_down_keeps_requests_for_an_hour() {
    let school = School::up(30);
    page(&school, nobody(), "", "");
    for who in [PARENT, OTHER] {
        let taken = ask(&school, school.login(who)).run().expect_success();
        assert_eq!(seen(&taken), seen(&ask(&school, "nobody").run()));
    }
    let output = work(&school).run().expect_status(10);
    assert!(output.stderr.contains("mail server"), "{output}");
    assert_eq!((records(&school).len(), runs(&school)), (2, 0));
    assert_old(&school, PARENT);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "", "");
    work(&school).at("+50m").run().expect_success();
    assert_eq!((arrived(&server).len(), records(&school).len()), (2, 0));

    // After that nobody waits for it any more, and the history says so.
    let third = "parent_accents";
    ask(&school, school.login(third)).run().expect_success();
    work(&school).at("+70m").run().expect_success();
    assert_eq!((arrived(&server).len(), records(&school).len()), (2, 0));
    let noted = known(&school, third);
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0].1, "request-expired");
    assert_old(&school, third);
}

#[test]
fn a_directory_that_fails_looks_alike_for_every_login() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    let typed = |school: &School| {
        [
            school.login(PARENT),
            "nobody".to_owned(),
            "lea*".to_owned(),
            String::new(),
        ]
    };
    let alike = |what: &str, prepare: &dyn Fn()| {
        let mut first = None;
        for typed in typed(&school) {
            prepare();
            let output = ask(&school, typed).run();
            assert_ne!(output.status, Some(0), "{what}");
            let first = first.get_or_insert_with(|| seen(&output));
            assert_eq!(&seen(&output), first, "{what}");
        }
        assert_eq!(records(&school).len(), 0, "{what}");
    };
    page_at(
        &school,
        &format!("ldap://127.0.0.1:{}", nobody()),
        server.port,
        "",
        "",
    );
    alike("down", &|| {});
    // Cut while the login is looked for: whichever search that is.
    let proxy = Proxy::start(school.sandbox().url());
    page_at(&school, &proxy.url(), server.port, "", "");
    ask(&school, "nobody").run().expect_success();
    let searches = proxy.count(op::SEARCH);
    std::fs::remove_file(&records(&school)[0]).expect("removed");
    alike("cut", &|| {
        proxy.arm(Step {
            when: When::Operation(op::SEARCH, proxy.count(op::SEARCH) + searches),
            moment: Moment::Held,
            fault: Fault::Cut,
        });
    });
    page(&school, server.port, "", "");
    std::fs::remove_dir(spool(&school)).expect("empty");
    std::fs::write(spool(&school), "in the way").expect("a file");
    alike("no folder", &|| {});
    std::fs::remove_file(spool(&school)).expect("removed");
    page(&school, server.port, "", "max_waiting = 1\n");
    ask(&school, "").run().expect_success();
    let mut answers = typed(&school).map(|typed| seen(&ask(&school, typed).run().expect_status(1)));
    answers.sort();
    assert_eq!(answers[0], answers[3], "full");
    assert_eq!(records(&school).len(), 1);
}

#[test]
fn a_worker_that_was_killed_leaves_nobody_without_a_mail_and_sends_none_twice() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    let victim = Victim::new();
    let proxy = Proxy::with(
        school.sandbox().url(),
        [Step {
            when: When::Operation(op::MODIFY, 1),
            moment: Moment::Done,
            fault: Fault::Kill(victim.clone()),
        }],
    );
    page_at(
        &school,
        &proxy.url(),
        server.port,
        "max_per_account = 1\n",
        "",
    );
    for who in [PARENT, OTHER] {
        ask(&school, school.login(who)).run().expect_success();
    }
    let running = work(&school).spawn();
    victim.is(running.pid());
    assert_eq!(running.wait().signal, Some(9));
    assert_eq!((arrived(&server).len(), records(&school).len()), (0, 2));
    work(&school).run().expect_success();
    let mails = arrived(&server);
    assert_eq!(
        (mails.len(), records(&school).len(), runs(&school)),
        (2, 0, 1)
    );
    for who in [PARENT, OTHER] {
        let login = school.login(who);
        let mail = mails.iter().find(|(to, _)| to.starts_with(&login));
        assert_temporary(&school, who, &mail.expect("a mail").1);
    }
    let none = school
        .with("page", &["history", "list", "--outcome", "unfinished"])
        .run();
    assert_eq!(none.status, Some(5), "{none}");
}

#[test]
fn a_request_that_a_run_has_served_is_known_by_that_run() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "", "");
    ask(&school, school.login(PARENT)).run().expect_success();
    let record = records(&school).pop().expect("a record");
    let bytes = std::fs::read(&record).expect("read");
    work(&school).run().expect_success();
    // As if the worker had been killed before it took the record away.
    std::fs::write(&record, &bytes).expect("written");
    work(&school).run().expect_success();
    assert_eq!(
        (
            arrived(&server).len(),
            records(&school).len(),
            runs(&school)
        ),
        (1, 0, 1)
    );
    // A new request is a new one.
    ask(&school, school.login(PARENT)).run().expect_success();
    work(&school).run().expect_success();
    assert_eq!((arrived(&server).len(), runs(&school)), (2, 2));
}

#[test]
fn twenty_at_once_for_one_account_keep_its_limit() {
    twenty_at_once("");
}

#[test]
fn twenty_at_once_keep_it_where_the_directory_does_not_tell_when_a_password_was_set() {
    twenty_at_once(NO_MARKS);
}

fn twenty_at_once(marks: &str) {
    let school = School::up(30);
    // Slow enough that all are under way together.
    let slow = Act::Late(Duration::from_millis(300));
    let server = Smtp::start(Manner::new(Tls::None).always(At::Rcpt, slow));
    page(&school, server.port, "max_per_account = 3\n", marks);
    let login = school.login(PARENT);
    ask(&school, login.clone()).run().expect_success();
    let desk = || {
        school
            .with("page", &["password", "send", "--yes", &login])
            .timeout(Duration::from_secs(120))
    };
    let mut all: Vec<Running> = (0..19).map(|_| desk().spawn()).collect();
    all.push(work(&school).timeout(Duration::from_secs(120)).spawn());
    for output in all.into_iter().map(Running::wait) {
        // Refused: as many as may be, or somebody else has just given another password.
        assert!(matches!(output.status, Some(0 | 6)), "{output}");
    }
    let at_once = arrived(&server).len();
    assert!((1..=3).contains(&at_once), "{at_once}");
    work(&school).run().expect_success();
    // What was refused has used up nothing, what was sent has.
    for _ in arrived(&server).len()..3 {
        desk().run().expect_success();
    }
    desk().run().expect_status(6);
    ask(&school, login.clone()).run().expect_success();
    work(&school).run().expect_success();
    let mails = arrived(&server);
    assert_eq!(mails.len(), 3);
    let good = mails
        .iter()
        .filter(|(_, password)| school.bind(PARENT, password).code == 0);
    assert_eq!(good.count(), 1);
}

#[test]
fn what_another_process_has_sent_meanwhile_is_counted_whenever_it_did() {
    let school = School::up(60);
    let server = Smtp::start(Manner::new(Tls::None));
    let limit = "max_per_account = 1\n";
    let proxy = Proxy::start(school.sandbox().url());
    page_at(&school, &proxy.url(), server.port, limit, NO_MARKS);
    let mut logins = time::parents(&school).into_iter();
    let mut next = || logins.next().expect("another one");
    let before = proxy.count(op::SEARCH);
    let send = |login: &str| school.with("page", &["password", "send", "--yes", login]);
    send(&next()).run().expect_success();
    let searches = proxy.count(op::SEARCH) - before;
    assert!(searches > 3, "{searches}");
    for held in 1..=searches {
        let (login, mails) = (next(), arrived(&server).len());
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let (reached, seen_it) = std::sync::mpsc::channel();
        proxy.arm(Step::held(
            When::Operation(op::SEARCH, proxy.count(op::SEARCH) + held),
            Fault::call(move |_| {
                let _ = reached.send(());
                let _ = wait.recv();
            }),
        ));
        let slower = send(&login).spawn();
        seen_it
            .recv_timeout(Duration::from_secs(30))
            .expect("the slower one asks");
        // The same history, another way to the directory.
        page(&school, server.port, limit, NO_MARKS);
        let quicker = send(&login).run();
        page_at(&school, &proxy.url(), server.port, limit, NO_MARKS);
        drop(go);
        // What is meant counts too: where the slower one was held after that, it is the one that sends.
        let mut ended = [quicker.status, slower.wait().status];
        ended.sort();
        assert_eq!(ended, [Some(0), Some(6)], "held at search {held}");
        assert_eq!(arrived(&server).len(), mails + 1, "held at search {held}");
    }
}

#[test]
fn the_hourly_ceiling_lets_requests_wait_for_the_next_hour() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "", "max_per_hour = 2\n");
    for who in [PARENT, OTHER] {
        ask(&school, school.login(who)).run().expect_success();
    }
    work(&school).at("-40m").run().expect_success();
    assert_eq!(arrived(&server).len(), 2);
    for who in ["parent_accents", "parent_lycee"] {
        ask(&school, school.login(who)).run().expect_success();
    }
    let none = work(&school).run().expect_success();
    assert_eq!((none.stdout.as_str(), none.stderr.as_str()), ("", ""));
    assert_eq!((arrived(&server).len(), records(&school).len()), (2, 2));
    // The desk has no ceiling.
    let teacher = school.login("parent_alias");
    school
        .with("page", &["password", "send", "--yes", &teacher])
        .run()
        .expect_success();
    work(&school).at("+30m").run().expect_success();
    assert_eq!((arrived(&server).len(), records(&school).len()), (5, 0));
}

#[test]
fn a_worker_that_stays_serves_what_comes_and_ends_when_told() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "", "");
    let staying = school
        .with("page", &["password", "send", "--requested", "--watch"])
        .spawn();
    for (count, who) in [(1, PARENT), (2, OTHER)] {
        ask(&school, school.login(who)).run().expect_success();
        wait_until("the mail arrived", || arrived(&server).len() == count);
    }
    wait_until("the records are gone", || records(&school).is_empty());
    let second = work(&school).run().expect_status(12);
    assert!(
        second.stderr.contains("password-send-requested"),
        "{second}"
    );
    staying.signal(rustix::process::Signal::TERM);
    let ended = staying.wait().expect_success();
    assert_eq!(ended.stdout, "");
    assert_eq!(ended.stderr.lines().count(), 2, "a line a run\n{ended}");
}

#[test]
fn a_worker_that_is_told_to_end_finishes_the_mail_under_way_and_the_next_one_goes_on() {
    let school = School::up(30);
    let slow = Act::Late(Duration::from_millis(1500));
    let server = Smtp::start(Manner::new(Tls::None).once(At::Dot, slow));
    page(&school, server.port, "", "");
    let whom = [PARENT, OTHER, "parent_accents"];
    for who in whom {
        ask(&school, school.login(who)).run().expect_success();
    }
    let running = work(&school).spawn();
    wait_until("a mail is under way", || {
        server.commands().iter().any(|c| c.starts_with("DATA"))
    });
    running.signal(rustix::process::Signal::TERM);
    running.wait().expect_status(130);
    assert_eq!(arrived(&server).len(), 1);
    work(&school).run().expect_success();
    assert_eq!(
        (
            arrived(&server).len(),
            records(&school).len(),
            runs(&school)
        ),
        (3, 0, 1)
    );
    for (to, password) in arrived(&server) {
        let who = whom.iter().find(|who| to.starts_with(&school.login(who)));
        assert_temporary(&school, who.expect("one of them"), &password);
    }
}

#[test]
fn a_login_page_is_answered_and_served_during_a_bulk_reset() {
    let pupils = match std::env::var_os("ENTCTL_PROVE") {
        Some(_) => 1000,
        None => 100,
    };
    let school = School::up(pupils);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "", "");
    let slips = school.file("slips.csv").display().to_string();
    // The bulk run stands still at its first write for as long as the page is tried.
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (reached, seen_it) = std::sync::mpsc::channel();
    let proxy = Proxy::with(
        school.sandbox().url(),
        [Step {
            when: When::Operation(op::MODIFY, 1),
            moment: Moment::Held,
            fault: Fault::call(move |_| {
                let _ = reached.send(());
                let _ = wait.recv();
            }),
        }],
    );
    let tables = "operation_timeout = 120\n";
    school.profile("bulk", &proxy.url(), tables);
    let bulk = school
        .with(
            "bulk",
            &[
                "password", "reset", "--role", "pupil", "--slips", &slips, "--yes",
            ],
        )
        .timeout(Duration::from_secs(180))
        .spawn();
    seen_it
        .recv_timeout(Duration::from_secs(60))
        .expect("the bulk run writes");
    let one = ask(&school, school.login(PARENT)).run().expect_success();
    let other = ask(&school, "nobody").run().expect_success();
    assert_eq!(seen(&one), seen(&other));
    work(&school).run().expect_success();
    let mails = arrived(&server);
    assert_eq!(mails.len(), 1);
    assert_temporary(&school, PARENT, &mails[0].1);
    drop(go);
    bulk.wait().expect_success();
}

#[test]
fn a_mail_server_that_is_away_after_the_write_is_tried_again_later() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    let victim = Victim::new();
    let kill = Step::done(When::Operation(op::MODIFY, 1), Fault::Kill(victim.clone()));
    let proxy = Proxy::with(school.sandbox().url(), [kill]);
    page_at(&school, &proxy.url(), server.port, "", "");
    ask(&school, school.login(PARENT)).run().expect_success();
    let running = work(&school).spawn();
    victim.is(running.pid());
    assert_eq!(running.wait().signal, Some(9));
    page(&school, nobody(), "", "");
    let named = work(&school).run().expect_status(13);
    assert!(named.stderr.contains("Dupont"), "{named}");
    // Not over and over.
    page(&school, server.port, "", "");
    work(&school).run().expect_success();
    assert_eq!(arrived(&server).len(), 0);
    work(&school).at("+10m").run().expect_success();
    let mails = arrived(&server);
    assert_eq!((mails.len(), runs(&school)), (1, 1));
    assert_temporary(&school, PARENT, &mails[0].1);
}

#[test]
fn twenty_requests_at_once_are_all_taken_and_answered_alike() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "", "");
    let known = school.login(PARENT);
    let other = school.login(OTHER);
    let typed = [known.as_str(), other.as_str(), "nobody", "lea*"];
    let all: Vec<Running> = (0..20)
        .map(|number| ask(&school, typed[number % typed.len()]).spawn())
        .collect();
    let answers: Vec<Output> = all.into_iter().map(Running::wait).collect();
    for answer in &answers {
        assert_eq!(answer.status, Some(0), "{answer}");
        assert_eq!(seen(answer), seen(&answers[0]));
    }
    assert_eq!(records(&school).len(), 20);
    work(&school).run().expect_success();
    assert_eq!((arrived(&server).len(), records(&school).len()), (2, 0));
}
