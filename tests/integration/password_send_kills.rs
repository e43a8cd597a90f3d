//! `password send`, killed at every message of either conversation, then resumed; and killed in its resume too. The
//! promise each time, asked by logging in: the old password works, or the one of a mail that was accepted, or the
//! history says by name who has neither, and a resume repairs it.

use crate::mailing::*;
use crate::premises::School;
use crate::support::ber::op;
use crate::support::proxy::{Fault, Moment, Proxy, Step, Victim, When};
use crate::support::smtp::{Act, At, Manner, Smtp, Tls};
use std::collections::BTreeMap;

const WHO: [&str; 2] = [PARENT, OTHER];
const MORE: &str = "max_per_account = 1000\n";

/// The school, and two people with a password of their own, again and again.
struct Ground {
    school: School,
    hashes: BTreeMap<&'static str, String>,
}

/// What happened to one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Has {
    TheOld,
    TheMailed,
    Neither,
}

impl Ground {
    fn new() -> Self {
        let school = School::up(30);
        let hashes = WHO.map(|who| {
            let entry = school.manage().read(&school.dn(who), &["userPassword"]);
            let hash = entry.and_then(|entry| entry.one("userPassword"));
            (who, hash.expect("a hash"))
        });
        Ground {
            hashes: BTreeMap::from(hashes),
            school,
        }
    }

    /// Everybody has the password of their own choosing again, and no run is open.
    fn anew(&self) {
        for (who, hash) in &self.hashes {
            // A policy notes former passwords by the second, and takes none that is there already.
            next_second(&self.school, who);
            if self.school.bind(who, &self.school.old_password(who)).code != 0 {
                let old = format!("replace: userPassword\nuserPassword: {hash}");
                change(&self.school, who, &old);
            }
            change(&self.school, who, "replace: pwdReset");
            assert_old(&self.school, who);
        }
        for who in WHO {
            next_second(&self.school, who);
        }
        let history = self.school.history("smtp");
        if history.exists() {
            std::fs::remove_dir_all(history).expect("a history of its own each time");
        }
    }

    /// Sends to both, to be killed by `victim`; whether that happened.
    fn killed(&self, victim: &Victim, resume: bool) -> bool {
        let command = if resume {
            self.school.with("smtp", &["history", "resume"])
        } else {
            send_by(&self.school, &WHO)
        };
        let running = command.spawn();
        victim.is(running.pid());
        let output = running.wait();
        if output.signal.is_none() {
            assert!(matches!(output.status, Some(0 | 5)), "{output}");
        }
        output.signal == Some(9)
    }

    /// Which password of whom works, of all that were accepted.
    fn has(&self, who: &str, mails: &[Mail]) -> Has {
        let works = |password: &str| self.school.bind(who, password).code == 0;
        let address = format!("{}@courriel.example", self.school.login(who));
        if works(&self.school.old_password(who)) {
            Has::TheOld
        } else if mails
            .iter()
            .filter(|mail| mail.to == address)
            .any(|mail| works(&mail.password()))
        {
            Has::TheMailed
        } else {
            Has::Neither
        }
    }

    /// The promise, after a kill, and after the resume that follows it.
    #[track_caller]
    fn promise(&self, told: &str, servers: &[&Smtp]) {
        let run = runs(&self.school).pop();
        let mails = || servers.iter().flat_map(|s| received(s)).collect::<Vec<_>>();
        for (at, who) in WHO.iter().enumerate() {
            if self.has(who, &mails()) == Has::Neither {
                let run = run.as_deref().expect("nothing is written without a run");
                let state = &states(&self.school, "smtp", run)[at];
                assert!(
                    ["prepared", "written", "failed"].contains(&state.as_str()),
                    "{told}: {who} has nothing, and the history says {state}"
                );
            }
        }
        let good = Smtp::start(Manner::new(Tls::None));
        with_server(&self.school, &good, self.school.sandbox().url(), MORE);
        let resumed = self.school.with("smtp", &["history", "resume"]).run();
        let open = run.is_some();
        // Killed before its intent, or after its end: nothing is left to do.
        let resumed = resumed.expect_one_of(told);
        let mut all = mails();
        all.extend(received(&good));
        let now = WHO.map(|who| self.has(who, &all));
        match now {
            [Has::TheOld, Has::TheOld] => assert!(
                received(&good).is_empty(),
                "{told}: never begun, so never sent\n{resumed}"
            ),
            both => assert_eq!(both, [Has::TheMailed; 2], "{told}\n{resumed}"),
        }
        if open && now == [Has::TheMailed; 2] {
            let run = runs(&self.school).pop().expect("a run");
            assert_eq!(states(&self.school, "smtp", &run), ["mailed"; 2], "{told}");
        }
        // What does not work any more was replaced by something newer.
        let again = self.school.with("smtp", &["history", "resume"]).run();
        again.expect_one_of(told);
        assert_eq!(WHO.map(|who| self.has(who, &all)), now, "{told}");
    }
}

trait OneOf {
    fn expect_one_of(self, told: &str) -> Self;
}

impl OneOf for crate::support::output::Output {
    /// Resumed, or nothing to resume.
    #[track_caller]
    fn expect_one_of(self, told: &str) -> Self {
        assert!(matches!(self.status, Some(0 | 5)), "{told}\n{self}");
        self
    }
}

#[test]
fn killed_at_every_message_to_the_directory_nobody_is_left_without_a_password() {
    let ground = Ground::new();
    let school = &ground.school;
    // One who may read hashes looks at each account once more between the write and the mail.
    for bind in [inter(school), manager(school)] {
        ground.anew();
        let server = Smtp::start(Manner::new(Tls::None));
        let proxy = Proxy::start(school.sandbox().url());
        with_server_as(school, &server, &proxy.url(), MORE, &bind);
        send_by(school, &WHO).run().expect_success();
        let messages = proxy.tags().len();
        assert_eq!(proxy.count(op::MODIFY), 2);
        let first = proxy.tags().iter().position(|tag| *tag == op::MODIFY);
        let first = first.expect("a write") + 1;
        let mut killed = 0;
        // What comes before the first write changes nothing wherever it is killed; the last of it is enough.
        for number in first - 1..=messages {
            for moment in [Moment::Held, Moment::Done] {
                let told = format!("{moment:?} {number} of {messages}, {bind}");
                ground.anew();
                let server = Smtp::start(Manner::new(Tls::None));
                let victim = Victim::new();
                let step = Step {
                    when: When::Message(number),
                    moment,
                    fault: Fault::Kill(victim.clone()),
                };
                let proxy = Proxy::with(school.sandbox().url(), [step]);
                with_server_as(school, &server, &proxy.url(), MORE, &bind);
                killed += usize::from(ground.killed(&victim, false));
                ground.promise(&told, &[&server]);
            }
        }
        // The last message is a goodbye, to which there is no answer.
        assert!(killed >= 2 * (messages - first), "{killed} of {messages}");
    }
}

#[test]
fn killed_at_every_word_to_the_mail_server_nobody_is_left_without_a_password() {
    let ground = Ground::new();
    let school = &ground.school;
    for (at, times) in [
        (At::Ehlo, 1),
        (At::Mail, 2),
        (At::Rcpt, 2),
        (At::Data, 2),
        (At::Body, 2),
        // Taken, and killed before that could be noted.
        (At::Dot, 2),
        (At::Rset, 1),
    ] {
        for nth in 1..=times {
            let told = format!("{at:?} {nth}");
            ground.anew();
            let victim = Victim::new();
            let act = Act::Kill(victim.clone());
            let server = Smtp::start(Manner::new(Tls::None).nth(at, act, nth));
            with_server(school, &server, school.sandbox().url(), MORE);
            assert!(ground.killed(&victim, false), "{told}");
            ground.promise(&told, &[&server]);
        }
    }
}

#[test]
fn a_resume_that_is_killed_too_is_resumed_again() {
    let ground = Ground::new();
    let school = &ground.school;
    let mut points: Vec<(Result<At, Moment>, usize)> = Vec::new();
    for nth in 1..=2 {
        points.extend([At::Mail, At::Rcpt, At::Data, At::Dot].map(|at| (Ok(at), nth)));
        points.extend([Moment::Held, Moment::Done].map(|moment| (Err(moment), nth)));
    }
    for (point, nth) in points {
        let told = format!("{point:?} {nth}");
        ground.anew();
        // The first has a password that nobody knows, the second was not begun.
        let victim = Victim::new();
        let bad = Smtp::start(Manner::new(Tls::None).nth(At::Data, Act::Kill(victim.clone()), 1));
        with_server(school, &bad, school.sandbox().url(), MORE);
        assert!(ground.killed(&victim, false), "{told}");
        assert_not_old(school, PARENT);

        let victim = Victim::new();
        let manner = Manner::new(Tls::None);
        let (manner, steps) = match point {
            Ok(at) => (manner.nth(at, Act::Kill(victim.clone()), nth), vec![]),
            Err(moment) => {
                let step = Step {
                    when: When::Operation(op::MODIFY, nth),
                    moment,
                    fault: Fault::Kill(victim.clone()),
                };
                (manner, vec![step])
            }
        };
        let second = Smtp::start(manner);
        let proxy = Proxy::with(school.sandbox().url(), steps);
        with_server(school, &second, &proxy.url(), MORE);
        assert!(ground.killed(&victim, true), "{told}");
        ground.promise(&format!("resume killed at {told}"), &[&bad, &second]);
    }
}
