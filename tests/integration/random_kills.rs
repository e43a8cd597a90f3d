//! A run of a thousand accounts, killed or cut at random, resumed, killed in its resume too: afterwards every
//! account is in one of its two states, and the history says which. A sample each time; fifty times a run of five
//! thousand with `ENTCTL_PROVE`; `ENTCTL_SEED` repeats one that failed.

use crate::interrupted::{MODIFY, step};
use crate::premises::DISABLED;
use crate::school::{PROFILE, Pupil, School, Through};
use crate::support::entctl::{Entctl, Running};
use crate::support::ldap_utils::Scope;
use crate::support::output::Output;
use crate::support::proxy::{Fault, Moment, Proxy, Victim, When};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Accounts of the run.
fn accounts() -> usize {
    match std::env::var_os("ENTCTL_PROVE") {
        Some(_) => 5_000,
        None => 1_000,
    }
}

/// What breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blow {
    /// `kill -9`.
    Kill,
    /// The connection; the server takes the next one.
    Cut,
    /// The connection, and nobody answers any more.
    Down,
}

/// The school, and those whose accounts are closed and opened again and again.
struct Ground {
    school: School,
    people: BTreeSet<String>,
    list: String,
    /// Which of them the directory has as closed: all or none.
    closed: bool,
    /// Messages of a run that nothing disturbs.
    messages: usize,
    /// How often a resume is broken at most.
    resumes_broken: usize,
    /// The runs that the history must still have, whole.
    runs: Vec<String>,
}

impl Ground {
    fn new() -> Self {
        let school = School::with(accounts() + 200);
        let pupils: Vec<Pupil> = school
            .pupils("")
            .into_iter()
            .filter(|pupil| pupil.locked.is_none())
            .take(accounts())
            .collect();
        assert_eq!(pupils.len(), accounts());
        let mut list = "login\r\n".to_owned();
        for pupil in &pupils {
            list.push_str(&pupil.login);
            list.push_str("\r\n");
        }
        let list = school.home().write("mille.csv", list);
        let mut ground = Ground {
            people: pupils.into_iter().map(|pupil| pupil.dn).collect(),
            list: list.display().to_string(),
            school,
            closed: false,
            messages: 0,
            resumes_broken: 1,
            runs: Vec::new(),
        };
        // Once undisturbed, to know how long it is.
        let proxy = Proxy::start(ground.school.sandbox.url());
        let through = ground.school.through(&proxy);
        let _ = ground.turn(&through).run().expect_success();
        let run = last_run(&through);
        let messages = proxy.tags().len();
        assert_eq!(proxy.count(MODIFY), accounts());
        ground.settled(&run);
        ground.messages = messages;
        ground
    }

    fn verb(&self) -> &'static str {
        if self.closed { "unlock" } else { "lock" }
    }

    /// The other way round than it stands.
    fn turn(&self, through: &Through<'_>) -> Entctl {
        through
            .entctl(["account", self.verb(), "--from", &self.list, "--yes"])
            .args(["--max-changes", "6000"])
    }

    /// Who of them is closed, as ldapsearch sees it; anything but the two states fails.
    fn closed(&self) -> BTreeSet<String> {
        let filter = "(objectClass=ENTEleve)";
        let wanted = ["pwdAccountLockedTime"];
        let all = self
            .school
            .eye
            .search(&self.school.people(), Scope::Sub, filter, &wanted);
        let of_ours: Vec<_> = all.iter().filter(|e| self.people.contains(&e.dn)).collect();
        assert_eq!(of_ours.len(), accounts(), "somebody is gone");
        of_ours
            .into_iter()
            .filter(|entry| match entry.one("pwdAccountLockedTime") {
                Some(value) => {
                    assert_eq!(value, DISABLED, "{}", entry.dn);
                    true
                }
                None => false,
            })
            .map(|entry| entry.dn.clone())
            .collect()
    }

    /// The run went through: all are on the other side, and the history says so of each.
    #[track_caller]
    fn settled(&mut self, run: &str) {
        let proxy = Proxy::start(self.school.sandbox.url());
        let through = self.school.through(&proxy);
        self.closed = !self.closed;
        let closed = self.closed();
        assert_eq!(closed.len(), if self.closed { accounts() } else { 0 });
        let shown = show(&through, run);
        assert_eq!(shown["state"], "finished");
        let outcomes = outcomes(&shown);
        assert_eq!(outcomes.len(), accounts());
        for (dn, outcome) in &outcomes {
            assert_eq!(outcome.as_deref(), Some("done"), "{dn}");
        }
        self.runs.push(run.to_owned());
        self.assert_nothing_lost(&through);
    }

    /// Every run that came to its end is there, whole; none is open.
    #[track_caller]
    fn assert_nothing_lost(&self, through: &Through<'_>) {
        assert!(through.unfinished().is_empty());
        let listed = through
            .entctl(["history", "list", "--outcome", "done", "--format", "json"])
            .run()
            .expect_success();
        assert_eq!(listed.stderr, "", "{listed}");
        let listed = listed.json();
        let names: BTreeSet<&str> = listed["runs"]
            .as_array()
            .expect("runs")
            .iter()
            .inspect(|run| assert_eq!(run["counts"]["done"], accounts(), "{run}"))
            .filter_map(|run| run["run"].as_str())
            .collect();
        let known: BTreeSet<&str> = self.runs.iter().map(String::as_str).collect();
        assert_eq!(names, known);
    }

    /// What an interrupted run says of each account is what the directory shows; where it says nothing, the
    /// account is on one of the two sides.
    #[track_caller]
    fn assert_told_truly(
        &self,
        through: &Through<'_>,
        run: &str,
    ) -> BTreeMap<String, Option<String>> {
        let shown = show(through, run);
        assert_eq!(shown["state"], "unfinished");
        let closed = self.closed();
        let outcomes = outcomes(&shown);
        assert_eq!(outcomes.len(), accounts());
        for (dn, outcome) in &outcomes {
            match outcome.as_deref() {
                Some("done") => assert_eq!(closed.contains(dn), !self.closed, "{dn}"),
                None | Some("unknown") => {}
                Some(other) => panic!("{dn}: {other}"),
            }
        }
        outcomes
    }

    /// One run, broken there, and what becomes of it. Returns whether it was broken at all.
    fn disturbed(&mut self, random: &mut StdRng, blow: Blow) -> bool {
        let moment = [Moment::Held, Moment::Done][random.random_range(0..2)];
        let number = random.random_range(1..=self.messages);
        let proxy = Proxy::start(self.school.sandbox.url());
        let through = self.school.through(&proxy);
        let (output, fired) = struck(self.turn(&through), &proxy, blow, moment, number);
        let mut trail = format!(
            "{blow:?} {moment:?} at message {number} of {}",
            self.messages
        );
        if through.unfinished().is_empty() {
            // Cut and connected again, killed in its goodbye, or broken off before there was anything to keep.
            match through
                .runs()
                .pop()
                .filter(|run| run.join("finished.json").exists())
            {
                Some(run) if !self.runs.contains(&name(&run)) => self.settled(&name(&run)),
                _ => {
                    assert!(
                        matches!(output.status, None | Some(10)),
                        "{trail}\n{output}"
                    );
                    assert_eq!(
                        self.closed().len(),
                        if self.closed { accounts() } else { 0 }
                    );
                    self.assert_nothing_lost(&through);
                }
            }
            return fired;
        }
        let run = last_run(&through);
        if !through.intent_is_durable() {
            assert_eq!(
                self.closed().len(),
                if self.closed { accounts() } else { 0 },
                "{trail}"
            );
            let _ = through.entctl(["history", "resume"]).run().expect_success();
            self.assert_nothing_lost(&through);
            return fired;
        }
        // Its resume may be broken too.
        for _ in 0..random.random_range(0..=self.resumes_broken) {
            let before = self.assert_told_truly(&through, &run);
            let open = before
                .values()
                .filter(|o| o.as_deref() != Some("done"))
                .count();
            let number = random.random_range(1..=2 * open + 10);
            let moment = [Moment::Held, Moment::Done][random.random_range(0..2)];
            let proxy = Proxy::start(self.school.sandbox.url());
            let again = self.school.through(&proxy);
            let resume = again.entctl(["history", "resume"]);
            let (output, fired) = struck(resume, &proxy, Blow::Kill, moment, number);
            trail.push_str(&format!(
                "; resume of {open} killed {moment:?} at {number}: {fired}"
            ));
            if !fired {
                let _ = output.expect_success();
                break;
            }
            if again.unfinished().is_empty() {
                break;
            }
            // What was noted stays noted.
            let after = self.assert_told_truly(&again, &run);
            for (dn, outcome) in before {
                if outcome.as_deref() == Some("done") {
                    assert_eq!(after[&dn], outcome, "{trail}: {dn}");
                }
            }
        }
        let proxy = Proxy::start(self.school.sandbox.url());
        let again = self.school.through(&proxy);
        let resumed = again.entctl(["history", "resume"]).run();
        assert_eq!(resumed.status, Some(0), "{trail}\n{resumed}");
        self.settled(&run);
        fired
    }
}

/// Runs it and strikes at that message.
fn struck(run: Entctl, proxy: &Proxy, blow: Blow, moment: Moment, number: usize) -> (Output, bool) {
    let victim = Victim::new();
    let fault = match blow {
        Blow::Kill => Fault::Kill(victim.clone()),
        Blow::Cut => Fault::Cut,
        Blow::Down => Fault::Down,
    };
    proxy.arm(step(moment, When::Message(number), fault));
    let running: Running = run.spawn();
    victim.is(running.pid());
    let output = running.wait();
    (output, proxy.fired() > 0)
}

/// Name of the newest run.
#[track_caller]
fn last_run(through: &Through<'_>) -> String {
    name(&through.runs().pop().expect("a run"))
}

fn name(run: &Path) -> String {
    run.file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned()
}

#[track_caller]
fn show(through: &Through<'_>, run: &str) -> Value {
    through
        .entctl(["history", "show", run, "--format", "json"])
        .run()
        .expect_success()
        .json()
}

/// How each account ended, by the history.
fn outcomes(shown: &Value) -> BTreeMap<String, Option<String>> {
    shown["accounts"]
        .as_array()
        .expect("accounts")
        .iter()
        .map(|account| {
            let dn = account["account"]["dn"].as_str().expect("dn").to_owned();
            (dn, account["outcome"].as_str().map(str::to_owned))
        })
        .collect()
}

#[expect(
    clippy::print_stderr,
    reason = "captured, and shown where the test fails"
)]
#[test]
fn a_run_of_a_thousand_broken_at_random_loses_nothing() {
    let seed: u64 = match std::env::var("ENTCTL_SEED") {
        Ok(seed) => seed.parse().expect("ENTCTL_SEED is a number"),
        Err(_) => rand::random(),
    };
    let (times, resumes_broken) = match std::env::var_os("ENTCTL_PROVE") {
        Some(_) => (50, 2),
        None => (6, 1),
    };
    eprintln!("again with ENTCTL_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut ground = Ground::new();
    ground.resumes_broken = resumes_broken;
    let traces = ["pwdAccountLockedTime", "pwdLastSuccess", "pwdFailureTime"];
    let before = ground.school.dump().comparable().without(&traces);
    let mut broken = 0;
    for number in 1..=times {
        let blow = [Blow::Kill, Blow::Cut, Blow::Down][number % 3];
        eprintln!(
            "{number} of {times}: account {}, {blow:?} ({PROFILE})",
            ground.verb()
        );
        broken += usize::from(ground.disturbed(&mut random, blow));
    }
    assert_eq!(broken, times, "each was broken");
    // Nothing else was written to anybody.
    let after = ground.school.dump().comparable().without(&traces);
    assert_eq!(before.diff(&after), "");
}
