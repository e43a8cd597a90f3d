//! What the worker does with a run that left somebody without a mail: when it goes on, how often, and for how long.

use super::*;
use crate::support::ber::op;
use crate::support::proxy::{Fault, Moment, Proxy, Step, Victim, When};
use crate::support::smtp::say;
use std::net::TcpListener;

const THIRD: &str = "parent_accents";

/// A port where nobody listens.
fn nobody() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

fn address(school: &School, who: &str) -> String {
    format!("{}@courriel.example", school.login(who))
}

/// How often a server was asked to take a mail for somebody.
fn asked_for(server: &Smtp, address: &str) -> usize {
    let commands = server.commands();
    let asked = |c: &&String| c.starts_with("RCPT") && c.contains(address);
    commands.iter().filter(asked).count()
}

/// Requests, and a worker that is killed at a write to the directory.
fn killed(school: &School, who: &[&str], moment: Moment, mail: &str) {
    let server = Smtp::start(Manner::new(Tls::None));
    let victim = Victim::new();
    let proxy = Proxy::with(
        school.sandbox().url(),
        [Step {
            when: When::Operation(op::MODIFY, 1),
            moment,
            fault: Fault::Kill(victim.clone()),
        }],
    );
    page_at(school, &proxy.url(), server.port, mail, "");
    for who in who {
        ask(school, school.login(who)).run().expect_success();
    }
    let running = work(school).spawn();
    victim.is(running.pid());
    assert_eq!(running.wait().signal, Some(9));
}

/// The same, while it hands over the first mail.
fn killed_in_mail(school: &School, who: &[&str], mail: &str) {
    let victim = Victim::new();
    let act = Act::Kill(victim.clone());
    let server = Smtp::start(Manner::new(Tls::None).once(At::Data, act));
    page(school, server.port, mail, "");
    for who in who {
        ask(school, school.login(who)).run().expect_success();
    }
    let running = work(school).spawn();
    victim.is(running.pid());
    assert_eq!(running.wait().signal, Some(9));
}

fn is_old(school: &School, who: &str) -> bool {
    school.bind(who, &school.old_password(who)).code == 0
}

#[test]
fn a_message_that_is_refused_for_one_is_written_once_and_keeps_nobody_waiting() {
    let school = School::up(30);
    let hers = address(&school, PARENT);
    let refused = say("554 5.7.1 no");
    let server = Smtp::start(Manner::new(Tls::None).whose(At::Data, refused, &hers));
    page(&school, server.port, "", "");
    for who in [PARENT, OTHER, THIRD] {
        ask(&school, school.login(who)).run().expect_success();
    }
    let staying = school
        .with("page", &["password", "send", "--requested", "--watch"])
        .spawn();
    wait_until("the others are served", || arrived(&server).len() == 2);
    // Looks later, it still is as it was.
    for (count, who) in [(3, OTHER), (4, THIRD), (5, "parent_lycee")] {
        ask(&school, school.login(who)).run().expect_success();
        wait_until("who came later is served", || {
            arrived(&server).len() == count
        });
    }
    staying.signal(rustix::process::Signal::TERM);
    let ended = staying.wait().expect_success();
    assert_eq!(asked_for(&server, &hers), 1, "{ended}");
    assert_eq!(ended.stderr.matches("history resume").count(), 1, "{ended}");
}

#[test]
fn a_run_that_a_mail_server_cut_is_not_gone_on_with_at_every_look() {
    let school = School::up(30);
    // It takes the first message, and breaks off over every other.
    let cut = Act::Close;
    let server = Smtp::start(Manner::new(Tls::None).from(At::Data, cut, 2));
    page(&school, server.port, "", "");
    for who in [PARENT, OTHER, THIRD, "parent_lycee"] {
        ask(&school, school.login(who)).run().expect_success();
    }
    work(&school).run().expect_status(13);
    let asked = server.commands().len();
    for later in ["+1m", "+2m"] {
        work(&school).at(later).run().expect_success();
    }
    assert_eq!(server.commands().len(), asked);
    // What was not begun is known to be looked at, and open.
    let good = Smtp::start(Manner::new(Tls::None));
    page(&school, good.port, "", "");
    work(&school).at("+6m").run().expect_success();
    assert_eq!(arrived(&good).len(), 3);
    for (to, password) in arrived(&good) {
        let all = [PARENT, OTHER, THIRD, "parent_lycee"];
        let who = all.iter().find(|who| to == address(&school, who));
        assert_temporary(&school, who.expect("one of them"), &password);
    }
}

#[test]
fn a_run_is_tried_again_after_five_minutes_and_an_hour_and_then_left_to_a_person() {
    let school = School::up(30);
    killed_in_mail(&school, &[PARENT], "");
    page(&school, nobody(), "", "");
    for (at, status) in [
        ("+0m", 13),
        ("+1m", 0),
        ("+6m", 13),
        ("+40m", 0),
        ("+70m", 13),
        ("+5h", 0),
        ("+50h", 0),
    ] {
        let output = work(&school).at(at).run();
        assert_eq!(output.status, Some(status), "{at}\n{output}");
        let left = output.stderr.contains("no longer tried again");
        assert_eq!(left, at == "+70m", "named once\n{output}");
    }
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "", "");
    work(&school).at("+51h").run().expect_success();
    assert_eq!(arrived(&server).len(), 0);
    school
        .with("page", &["history", "resume"])
        .run()
        .expect_success();
    assert_temporary(&school, PARENT, &arrived(&server)[0].1);
}

#[test]
fn what_a_worker_sends_again_counts_like_any_other_mail() {
    let school = School::up(30);
    killed_in_mail(&school, &[PARENT], "max_per_account = 1\n");
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "max_per_account = 1\n", "");
    let output = work(&school).run().expect_status(13);
    assert!(output.stderr.contains("history resume"), "{output}");
    assert_eq!(arrived(&server).len(), 0);
    assert_eq!(known(&school, PARENT)[0].1, "sent-too-often");
    // The ceiling of an hour: one was begun in it.
    let school = School::up(30);
    killed_in_mail(&school, &[PARENT], "");
    page(&school, server.port, "", "max_per_hour = 1\n");
    work(&school).run().expect_success();
    assert_eq!(arrived(&server).len(), 0);
    work(&school).at("+61m").run().expect_success();
    assert_eq!(arrived(&server).len(), 1);
}

#[test]
fn new_requests_are_served_before_what_is_tried_again() {
    let school = School::up(30);
    killed_in_mail(&school, &[PARENT], "");
    page(&school, nobody(), "", "");
    work(&school).run().expect_status(13);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "", "");
    ask(&school, school.login(OTHER)).run().expect_success();
    work(&school).at("+10m").run().expect_success();
    let to: Vec<String> = arrived(&server).into_iter().map(|(to, _)| to).collect();
    assert_eq!(to, [address(&school, OTHER), address(&school, PARENT)]);
}

#[test]
fn a_request_of_a_run_that_was_killed_is_not_sent_after_an_hour_either() {
    let school = School::up(30);
    killed(&school, &[PARENT, OTHER], Moment::Held, "");
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "", "");
    let _ = work(&school).at("+62m").run();
    assert_eq!((arrived(&server).len(), records(&school).len()), (0, 0));
    for who in [PARENT, OTHER] {
        assert!(is_old(&school, who));
        assert_eq!(known(&school, who)[0].1, "request-expired");
    }
    let none = school
        .with("page", &["history", "list", "--outcome", "unfinished"])
        .run();
    assert_eq!(none.status, Some(5), "{none}");
}

#[test]
fn after_an_hour_only_those_whose_password_is_lost_are_sent_one() {
    let school = School::up(30);
    killed(&school, &[PARENT, OTHER], Moment::Done, "");
    let lost: Vec<&str> = [PARENT, OTHER]
        .into_iter()
        .filter(|who| !is_old(&school, who))
        .collect();
    assert_eq!(lost.len(), 1);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "", "");
    let _ = work(&school).at("+62m").run();
    let mails = arrived(&server);
    assert_eq!((mails.len(), records(&school).len()), (1, 0));
    assert_temporary(&school, lost[0], &mails[0].1);
}

#[test]
fn a_domain_that_takes_its_time_keeps_nobody_else_waiting() {
    let school = School::up(30);
    let hers = address(&school, PARENT);
    let server = Smtp::start(Manner::new(Tls::None).whose(At::Rcpt, Act::Stall, &hers));
    page(&school, server.port, "timeout = 1\n", "");
    for who in [PARENT, OTHER, THIRD] {
        ask(&school, school.login(who)).run().expect_success();
    }
    let output = work(&school).run().expect_status(3);
    assert!(output.stderr.contains("Dupont"), "by name\n{output}");
    assert_eq!((arrived(&server).len(), records(&school).len()), (2, 0));
    assert!(is_old(&school, PARENT));
}

#[test]
fn a_run_of_a_living_worker_may_be_resumed() {
    let school = School::up(30);
    killed_in_mail(&school, &[PARENT], "");
    page(&school, nobody(), "", "");
    let staying = school
        .with("page", &["password", "send", "--requested", "--watch"])
        .spawn();
    let went = || known(&school, PARENT)[0].1 == "mail-unreachable";
    wait_until("the worker has tried", went);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "", "");
    wait_until("the run is let go", || {
        let resumed = school.with("page", &["history", "resume"]).run();
        assert!(
            !resumed.stderr.contains("password-send-requested"),
            "{resumed}"
        );
        resumed.status == Some(0)
    });
    assert_temporary(&school, PARENT, &arrived(&server)[0].1);
    staying.signal(rustix::process::Signal::TERM);
    staying.wait().expect_success();
}
