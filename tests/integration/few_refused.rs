//! A long list with a few accounts among it that the server refuses, on a directory that has only just been loaded:
//! all the others are written, the few are named, and the server's data is whole afterwards. A sample each time, the
//! issue's numbers with `ENTCTL_PROVE`.

use crate::school::{Pupil, School, read_slips, slips_folder};
use crate::support::entctl::Entctl;
use crate::support::ldif::Dump;
use crate::support::output::Output;
use crate::support::proxy::Proxy;
use crate::support::replica::{self, Replica};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Accounts that the server refuses.
const REFUSED: usize = 7;

/// A school, and a list of its pupils of whom a few have a policy that keeps a password for a lifetime.
struct Ground {
    school: School,
    pupils: Vec<Pupil>,
    /// Places of the few among the pupils.
    few: BTreeSet<usize>,
    before: Dump,
}

impl Ground {
    /// `prepared`: what is done to the directory once it stands; `kept`: the change by which the few keep theirs.
    fn new(prepared: impl FnOnce(&School), kept: fn(&str, &[&Pupil]) -> String) -> Self {
        let count = match std::env::var_os("ENTCTL_PROVE") {
            Some(_) => 5_000,
            None => 400,
        };
        let school = School::with(count);
        prepared(&school);
        let mut pupils = school.pupils("");
        pupils.truncate(count);
        assert_eq!(pupils.len(), count);
        // Evenly, from the first that has a password to keep.
        let keeps = |at: &usize| {
            let pupil: &Pupil = &pupils[*at];
            pupil.has_password && !pupil.must_change && pupil.locked.is_none()
        };
        let few: BTreeSet<usize> = (1..=REFUSED)
            .filter_map(|n| (n * count / (REFUSED + 1)..count).find(keeps))
            .collect();
        assert_eq!(few.len(), REFUSED);
        let policies = format!("ou=politiques,{}", school.sandbox.base_dn());
        let those: Vec<&Pupil> = few.iter().map(|at| &pupils[*at]).collect();
        let change = kept(&policies, &those);
        school.eye.modify(&change).expect_success();
        let before = school.dump();
        Ground {
            school,
            pupils,
            few,
            before,
        }
    }

    fn reset(&self, entctl: impl FnOnce(&[&str]) -> Entctl) -> Output {
        let mut list = "login\r\n".to_owned();
        for pupil in &self.pupils {
            let _ = write!(list, "{}\r\n", pupil.login);
        }
        let home = self.school.home();
        let list = home.write("liste.csv", list);
        let slips = slips_folder(home).join("rentree.csv");
        entctl(&["password", "reset", "--yes", "--max-changes", "6000"])
            .arg("--from")
            .arg(list)
            .arg("--slips")
            .arg(slips)
            .run()
    }

    /// All but the few have their new password, the few are named, nobody else was written.
    #[track_caller]
    fn assert_written(&self, output: &Output) {
        assert_eq!(output.status, Some(3), "{output}");
        let refused: Vec<&Pupil> = self.few.iter().map(|at| &self.pupils[*at]).collect();
        for pupil in &refused {
            assert!(
                output.stderr.contains(&pupil.family),
                "{}: {output}",
                pupil.dn
            );
        }
        let written: Vec<&Pupil> = (0..)
            .zip(&self.pupils)
            .filter_map(|(at, pupil)| (!self.few.contains(&at)).then_some(pupil))
            .collect();
        let changed = self.school.changed_since(&self.before);
        let expected: BTreeSet<String> = written.iter().map(|pupil| pupil.dn.clone()).collect();
        assert_eq!(changed, expected);
        let slips = read_slips(&slips_folder(self.school.home()).join("rentree.csv"));
        assert_eq!(slips.len(), written.len());
        let after = self.school.dump();
        for pupil in &written {
            let entry = &after.0[&pupil.dn];
            assert!(entry["pwdReset"].contains("TRUE"), "{}", pupil.dn);
            assert_ne!(
                Some(&entry["userPassword"]),
                self.before.0[&pupil.dn].get("userPassword"),
                "{}",
                pupil.dn
            );
        }
        // Those beside one that was refused, and the ends of the list.
        let last = self.pupils.len() - 1;
        let beside = self.few.iter().flat_map(|at| [at - 1, at + 1]);
        for at in beside.chain([0, last]).filter(|at| !self.few.contains(at)) {
            let pupil = &self.pupils[at];
            if pupil.locked.is_none() {
                self.school.assert_given(pupil, &slips[&pupil.typed]);
            }
        }
        for pupil in refused {
            assert!(!slips.contains_key(&pupil.typed), "{}", pupil.dn);
            self.school.assert_old_password(pupil);
        }
    }

    #[track_caller]
    fn assert_history_agrees(&self, entctl: impl FnOnce(&[&str]) -> Entctl) {
        let listed = entctl(&["history", "list", "--format", "json"])
            .run()
            .expect_success()
            .json();
        let counts = &listed["runs"][0]["counts"];
        assert_eq!(counts["done"], self.pupils.len() - REFUSED, "{listed}");
        assert_eq!(counts["failed"], REFUSED, "{listed}");
    }

    /// The server stops and starts again, its data can be read without it, and nothing of it has moved.
    #[track_caller]
    fn assert_data_is_whole(&self) {
        let sandbox = &self.school.sandbox;
        let running = self.school.dump();
        replica::restart(sandbox, |_| {});
        let mut read = slapcat(&self.school);
        read.0.retain(|dn, _| dn.ends_with(&self.school.people()));
        assert_eq!(read.0.len(), running.0.len());
        assert_eq!(running.diff(&self.school.dump()), "");
    }
}

/// They have a policy of their own.
fn by_their_own_policy(policies: &str, few: &[&Pupil]) -> String {
    let strict = format!("cn=stricte,{policies}");
    let mut change = format!(
        "dn: {strict}\nchangetype: add\nobjectClass: pwdPolicy\nobjectClass: device\ncn: stricte\n\
         pwdAttribute: userPassword\npwdMinAge: 2000000000\n"
    );
    for pupil in few {
        let _ = write!(
            change,
            "\ndn: {}\nchangetype: modify\nadd: pwdPolicySubentry\npwdPolicySubentry: {strict}\n",
            pupil.dn
        );
    }
    change
}

/// They have changed it today, and the policy of all wants it to be kept until tomorrow.
fn by_the_policy_of_all(policies: &str, few: &[&Pupil]) -> String {
    let mut change = format!(
        "dn: cn=default,{policies}\nchangetype: modify\nreplace: pwdMinAge\npwdMinAge: 86400\n"
    );
    for pupil in few {
        let password = pupil.first_password();
        // Whoever manages is asked no age, and what they set is to be changed.
        let _ = write!(
            change,
            "\ndn: {dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: {password}\n\n\
             dn: {dn}\nchangetype: modify\nreplace: pwdReset\n",
            dn = pupil.dn
        );
    }
    change
}

#[track_caller]
fn slapcat(school: &School) -> Dump {
    let folder = replica::folder(&school.sandbox);
    replica::slapcat(&folder.join("config"), folder)
}

#[test]
fn a_few_refused_stop_nobody_else_and_a_replica_has_the_same() {
    let ground = Ground::new(
        |school| replica::provide(&school.sandbox),
        by_their_own_policy,
    );
    let sandbox = &ground.school.sandbox;
    let replica = Replica::of(sandbox);
    replica.catch_up(sandbox);
    let output = ground.reset(|args| sandbox.entctl(args));
    ground.assert_written(&output);
    ground.assert_history_agrees(|args| sandbox.entctl(args));
    replica.catch_up(sandbox);
    ground.assert_data_is_whole();
    // Every login leaves a trace on the provider, and that comes over too.
    replica.catch_up(sandbox);
    // The state at the suffix is what the two have just agreed on; a provider writes it out when it stops.
    let agreed = ["contextCSN"];
    let provider = slapcat(&ground.school).without(&agreed);
    assert_eq!(provider.diff(&replica.slapcat().without(&agreed)), "");
}

#[test]
fn a_few_refused_stop_nobody_else() {
    let ground = Ground::new(|_| (), by_their_own_policy);
    let sandbox = &ground.school.sandbox;
    let output = ground.reset(|args| sandbox.entctl(args));
    ground.assert_written(&output);
    ground.assert_history_agrees(|args| sandbox.entctl(args));
    ground.assert_data_is_whole();
}

#[test]
fn a_few_refused_among_those_written_together_stop_nobody_else_and_harm_nothing() {
    let ground = Ground::new(|_| (), by_the_policy_of_all);
    let proxy = Proxy::start(ground.school.sandbox.url());
    let settings = "transactions = \"guarded\"\ntransaction_changes = 50";
    let through = ground.school.through_with(&proxy, settings);
    let output = ground.reset(|args| through.entctl(["--verbose"]).args(args));
    assert!(output.stderr.contains("changes committed"), "{output}");
    assert!(output.stderr.contains("nothing written"), "{output}");
    ground.assert_written(&output);
    ground.assert_history_agrees(|args| through.entctl(args));
    ground.assert_data_is_whole();
}
