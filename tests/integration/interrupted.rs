//! What the tests of interrupted runs share: a class that is reset into a file, killed at an exact message.

use crate::school::{Pupil, School, Through, listed, slips_folder};
use crate::support::ber::op;
use crate::support::entctl::Entctl;
use crate::support::ldif::Dump;
use crate::support::proxy::{Fault, Moment, Proxy, Step, Victim, When};
use std::collections::BTreeSet;
use std::path::PathBuf;

pub const MODIFY: u8 = op::MODIFY;

pub fn step(moment: Moment, when: When, fault: Fault) -> Step {
    Step {
        when,
        moment,
        fault,
    }
}

/// A school and the class that is reset into a file.
pub struct Scene {
    pub school: School,
    pub class: Vec<Pupil>,
    pub folder: PathBuf,
    pub slips: PathBuf,
    pub before: Dump,
}

impl Scene {
    pub fn new() -> Self {
        let school = School::with(120);
        let class = school.class("6A");
        let folder = slips_folder(school.home());
        let slips = folder.join("6A.csv");
        let before = school.dump();
        Scene {
            school,
            class,
            folder,
            slips,
            before,
        }
    }

    pub fn reset(&self, through: &Through<'_>) -> Entctl {
        through
            .entctl(["password", "reset", "--class", "6A", "--yes", "--slips"])
            .arg(&self.slips)
    }

    /// Runs that reset and kills it there; false where it came to its end first.
    pub fn killed(&self, moment: Moment, when: When) -> (Proxy, bool) {
        let victim = Victim::new();
        let step = step(moment, when, Fault::Kill(victim.clone()));
        let proxy = Proxy::with(self.school.sandbox.url(), [step]);
        let through = self.school.through(&proxy);
        let running = self.reset(&through).spawn();
        victim.is(running.pid());
        let output = running.wait();
        let fired = output.signal == Some(9);
        if !fired {
            assert_eq!(output.status, Some(0), "{output}");
        }
        (proxy, fired)
    }

    /// Everybody of the class has a slip that binds; nobody else was touched; nothing is left behind.
    #[track_caller]
    pub fn assert_complete(&self, through: &Through<'_>) {
        assert_eq!(
            listed(&self.folder),
            std::slice::from_ref(&self.slips),
            "left behind"
        );
        self.school.assert_slips(&self.slips, &self.class);
        let names: BTreeSet<String> = self.class.iter().map(|p| p.dn.clone()).collect();
        assert_eq!(self.school.changed_since(&self.before), names);
        assert!(
            through.unfinished().is_empty(),
            "{:?}",
            through.unfinished()
        );
        assert_history(through, self.class.len());
    }

    /// As if it had never been.
    #[track_caller]
    pub fn assert_nothing(&self, through: &Through<'_>) {
        self.school.assert_untouched(&self.before);
        assert_eq!(listed(&self.folder), Vec::<PathBuf>::new(), "left behind");
        assert!(
            through.unfinished().is_empty(),
            "{:?}",
            through.unfinished()
        );
        for pupil in &self.class {
            self.school.assert_old_password(pupil);
        }
    }
}

/// `history show` and `history list` say that the only run did so many, and is over.
#[track_caller]
pub fn assert_history(through: &Through<'_>, done: usize) {
    let run = through.run_name();
    let shown = through
        .entctl(["history", "show", &run, "--format", "json"])
        .run()
        .expect_success()
        .json();
    assert_eq!(shown["state"], "finished");
    let accounts = shown["accounts"].as_array().expect("accounts");
    let outcomes = accounts.iter().filter(|a| a["outcome"] == "done").count();
    assert_eq!((outcomes, accounts.len()), (done, done), "{shown}");
    let listed = through
        .entctl(["history", "list", "--format", "json"])
        .run()
        .expect_success();
    assert!(listed.stdout.contains(&run), "{listed}");
}
