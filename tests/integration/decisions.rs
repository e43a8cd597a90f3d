//! Decisions of several changes, put together by hand and carried out by `plan apply`: in their order, whole or not at
//! all, whatever breaks, and taken back as one.

use crate::interrupted::step;
use crate::school::{School, Through};
use crate::support::ber::op;
use crate::support::entctl::Entctl;
use crate::support::ldap_utils::Scope;
use crate::support::ldif::{Dump, LdifEntry};
use crate::support::output::Output;
use crate::support::proxy::{Fault, Moment, Proxy, Victim, When};
use entctl::domain::account::AccountRef;
use entctl::domain::change::{Before, Change, Modification, NewValue, Operation, Plan, Reliance};
use entctl::domain::dn::Dn;
use entctl::plan_file;
use std::path::PathBuf;

const DISABLED: &str = "000001010000Z";

/// A value that is added or taken away.
#[derive(Clone)]
enum Step {
    Add(&'static str, String),
    Take(&'static str, String),
}

/// Two parents, a child of the second, a group; and plans made by hand about them.
struct Family {
    school: School,
    a: LdifEntry,
    b: LdifEntry,
    child: LdifEntry,
    group: String,
    before: Dump,
}

fn reference(entry: &LdifEntry) -> AccountRef {
    AccountRef {
        dn: dn(&entry.dn),
        uid: entry.one("uid"),
        login: entry.one("ENTPersonLogin"),
        name: entry.one("displayName").expect("a name"),
    }
}

fn dn(text: &str) -> Dn {
    Dn::parse(text).expect("a name")
}

impl Family {
    fn new() -> Self {
        let school = School::small();
        let parents: Vec<LdifEntry> = school
            .eye
            .search(
                &school.people(),
                Scope::Sub,
                "(&(objectClass=ENTAuxPersRelEleve)(!(pwdAccountLockedTime=*))(mobile=*)\
                 (!(objectClass=ENTPersonRelation)))",
                &["*", "+"],
            )
            .into_iter()
            .collect();
        let children = |parent: &LdifEntry| parent.all("ENTAuxPersRelEleveEleve");
        let a = parents[0].clone();
        let b = parents[1..]
            .iter()
            .find(|p| children(p).iter().all(|c| !children(&a).contains(c)))
            .expect("two parents")
            .clone();
        let child = school
            .eye
            .read(&children(&b)[0], &["*", "+"])
            .expect("a child");
        let groups = format!("ou=groupes,{}", school.sandbox.base_dn());
        let group = school
            .eye
            .search(
                &groups,
                Scope::Sub,
                &format!("(!(member={}))", a.dn),
                &["member"],
            )
            .into_iter()
            .find(|group| !group.all("member").is_empty() && !group.all("member").contains(&b.dn))
            .expect("a group")
            .dn;
        let mut family = Family {
            school,
            a,
            b,
            child,
            group,
            before: Dump::default(),
        };
        family.before = family.dump();
        family
    }

    /// People and groups, the server's bookkeeping aside.
    fn dump(&self) -> Dump {
        let traces = ["pwdLastSuccess", "pwdFailureTime"];
        let dump = self.school.eye.dump(self.school.sandbox.base_dn());
        let mut dump = dump.comparable().without(&traces);
        dump.0
            .retain(|dn, _| dn.contains("ou=personnes") || dn.contains("ou=groupes"));
        dump
    }

    /// A change that relies on the entry being the same one, and on what it takes away and adds.
    fn change(&self, of: &str, steps: &[Step]) -> Change {
        let entry = self.school.eye.read(of, &["*", "+"]).expect("an entry");
        let account = reference(&self.a);
        let operation = if dn(of) == account.dn {
            Operation::Modify
        } else {
            Operation::ModifyEntry { dn: dn(of) }
        };
        let uuid = entry.one("entryUUID").expect("an identity");
        let mut change = Change {
            account,
            operation,
            relies_on: vec![Reliance::Holds {
                attribute: "entryUUID".into(),
                value: uuid,
            }],
            besides: Vec::new(),
            with: vec![reference(&self.b)],
            modifications: Vec::new(),
            before: Vec::new(),
            notes: Vec::new(),
        };
        for step in steps {
            let (Step::Add(attribute, value) | Step::Take(attribute, value)) = step.clone();
            let attribute = attribute.to_owned();
            let values = vec![NewValue::Text(value.clone())];
            if change.before.iter().all(|b| b.attribute != attribute) {
                change.before.push(Before {
                    values: entry.all(&attribute),
                    attribute: attribute.clone(),
                });
            }
            let (reliance, modification) = match step {
                Step::Add(..) => (
                    Reliance::Lacks {
                        attribute: attribute.clone(),
                        value,
                    },
                    Modification::Add { attribute, values },
                ),
                Step::Take(..) => (
                    Reliance::Holds {
                        attribute: attribute.clone(),
                        value,
                    },
                    Modification::Delete { attribute, values },
                ),
            };
            change.relies_on.push(reliance);
            change.modifications.push(modification);
        }
        change
    }

    /// What a rapprochement would write: the first parent, the child, the group, the second parent.
    fn join(&self) -> Vec<Change> {
        let (a, b, child) = (&self.a.dn, &self.b.dn, &self.child.dn);
        let mobile = self.b.one("mobile").expect("a mobile");
        vec![
            self.change(
                a,
                &[
                    Step::Add("objectClass", "ENTPersonRelation".into()),
                    Step::Add("ENTPersRelRapprochSecondaire", b.clone()),
                    Step::Add("ENTAuxPersRelEleveEleve", child.clone()),
                ],
            ),
            self.change(child, &[Step::Add("ENTEleveParents", a.clone())]),
            self.change(&self.group, &[Step::Add("member", a.clone())]),
            self.change(
                b,
                &[
                    Step::Take("mobile", mobile),
                    Step::Add("pwdAccountLockedTime", DISABLED.into()),
                ],
            ),
        ]
    }

    /// Saves these changes as a plan of the present profile.
    fn plan(&self, through: Option<&Through<'_>>, changes: &[Change], name: &str) -> PathBuf {
        match through {
            Some(through) => self.plan_of(changes, name, &|words| through.entctl(words)),
            None => self.plan_of(changes, name, &|words| self.school.entctl(words)),
        }
    }

    fn plan_of(
        &self,
        changes: &[Change],
        name: &str,
        entctl: &dyn Fn(&[&str]) -> Entctl,
    ) -> PathBuf {
        let file = self.school.home().file(name);
        let words = ["account", "set", &self.a.dn, "mobile=0600000000", "--plan"];
        let _ = entctl(&words).arg(&file).run().expect_success();
        let made = std::fs::read(&file).expect("a plan");
        std::fs::remove_file(&file).expect("removed");
        let saved = plan_file::read(&made).expect("a plan");
        let plan = Plan {
            changes: changes.to_vec(),
            ..Plan::default()
        };
        let about = plan_file::About {
            changes: changes.len() as u64,
            ..saved.about
        };
        let (bytes, _) = plan_file::write(&about, &plan).expect("a plan");
        self.school.home().write(name, bytes)
    }

    fn apply(&self, changes: &[Change], name: &str, more: &[&str]) -> Output {
        let plan = self.plan(None, changes, name);
        self.school
            .entctl(["plan", "apply"])
            .arg(plan)
            .args(["--format", "json"])
            .args(more)
            .run()
    }

    #[track_caller]
    fn assert_as_before(&self) {
        assert_eq!(self.before.diff(&self.dump()), "", "not as it was");
    }

    fn undo(&self, run: &str, more: &[&str]) -> Output {
        self.school
            .entctl(["history", "undo", run, "--yes", "--format", "json"])
            .args(more)
            .run()
    }

    /// Another administrator writes.
    #[track_caller]
    fn meanwhile(&self, ldif: &str) {
        let _ = self.school.eye.modify(ldif).expect_success();
    }
}

#[track_caller]
fn run_of(output: &Output) -> String {
    let lines = output.json_lines();
    let summary = lines.last().expect("a summary");
    summary["run"].as_str().expect("a run").to_owned()
}

fn modifies(proxy: &Proxy) -> Vec<String> {
    proxy
        .requests()
        .iter()
        .filter(|message| message.tag == op::MODIFY)
        .map(|message| String::from_utf8_lossy(&message.bytes).into_owned())
        .collect()
}

#[test]
fn the_changes_of_a_decision_are_written_in_their_order_and_taken_back_in_the_other() {
    let family = Family::new();
    let proxy = Proxy::start(family.school.sandbox.url());
    let through = family.school.through(&proxy);
    let plan = family.plan(Some(&through), &family.join(), "ordre.plan");
    let shown = through
        .entctl(["plan", "show"])
        .arg(&plan)
        .run()
        .expect_success();
    let rows = shown.stdout.matches(&reference(&family.a).name).count();
    assert_eq!(rows, 1, "a row a decision: {shown}");
    assert!(shown.stdout.contains(&reference(&family.b).name), "{shown}");

    let applied = through
        .entctl(["plan", "apply", "--format", "json"])
        .arg(&plan)
        .run()
        .expect_success();
    let order = [&family.a.dn, &family.child.dn, &family.group, &family.b.dn];
    let written = modifies(&proxy);
    assert_eq!(written.len(), 4);
    for (message, dn) in written.iter().zip(order) {
        assert!(message.contains(dn.as_str()), "{dn}");
    }
    let lines = applied.json_lines();
    assert_eq!(lines.len(), 2, "a line a decision: {applied}");
    assert_eq!(lines[0]["outcome"], "done");
    assert_eq!(lines[0]["account"]["dn"], family.a.dn.as_str());
    assert_eq!(lines[0]["with"][0]["dn"], family.b.dn.as_str());
    assert_eq!(lines[1]["counts"]["done"], 1, "{applied}");
    // The assertion on the group was heard, and memberof saw the write.
    let groups = family.school.eye.read(&family.a.dn, &["memberOf"]);
    assert!(
        groups
            .expect("there")
            .all("memberOf")
            .contains(&family.group)
    );

    let listed = through
        .entctl([
            "history",
            "list",
            "--format",
            "json",
            "--account",
            &family.b.dn,
        ])
        .run()
        .expect_success()
        .json();
    assert_eq!(listed["runs"][0]["changes"], 1, "{listed}");
    assert_eq!(listed["runs"][0]["counts"]["done"], 1, "{listed}");
    let about = listed["runs"][0]["accounts"].as_array().expect("accounts");
    assert_eq!(about.len(), 1, "{listed}");
    assert_eq!(about[0]["account"]["dn"], family.b.dn.as_str());
    let run = run_of(&applied);
    let told = through
        .entctl(["history", "show", &run, "--format", "json"])
        .run()
        .expect_success()
        .json();
    assert_eq!(told["accounts"].as_array().expect("accounts").len(), 1);
    assert_eq!(told["accounts"][0]["with"][0]["dn"], family.b.dn.as_str());

    let _ = through
        .entctl(["history", "undo", &run, "--yes", "--only", &family.b.dn])
        .run()
        .expect_success();
    let back = modifies(&proxy).split_off(4);
    for (message, dn) in back.iter().zip(order.iter().rev()) {
        assert!(message.contains(dn.as_str()), "{dn}");
    }
    family.assert_as_before();
}

#[test]
fn a_decision_that_the_server_refuses_in_its_middle_leaves_nothing_behind() {
    let family = Family::new();
    for place in 0..4 {
        let mut changes = family.join();
        // A login is not for this administrator to change: the server says so when it comes to it.
        let forbidden = family.change(
            [&family.a.dn, &family.child.dn, &family.a.dn, &family.b.dn][place],
            &[Step::Add("ENTPersonSexe", "X".into())],
        );
        changes.insert(place, forbidden);
        let refused = family
            .apply(&changes, &format!("refus-{place}.plan"), &[])
            .expect_status(11);
        let lines = refused.json_lines();
        assert_eq!(lines.len(), 2, "{refused}");
        assert_eq!(lines[0]["outcome"], "failed", "{refused}");
        assert_eq!(lines[0]["code"], "no-rights", "{refused}");
        assert_eq!(lines[1]["unfinished"], false, "{refused}");
        family.assert_as_before();
        let run = run_of(&refused);
        let folder = PathBuf::from(&family.school.sandbox.status().config)
            .with_file_name("history")
            .join("runs")
            .join(&run);
        let outcomes = std::fs::read_to_string(folder.join("outcomes.jsonl")).expect("outcomes");
        let with = |code: &str| outcomes.matches(&format!("\"{code}\"")).count();
        assert_eq!(with("taken-back"), place, "{outcomes}");
        assert_eq!(with("held-back"), 4 - place, "{outcomes}");
        let undo = std::fs::read_to_string(folder.join("undo.ldif")).expect("undo.ldif");
        assert!(!undo.contains("changetype"), "nothing was done: {undo}");
    }
}

#[test]
fn what_moved_anywhere_refuses_the_whole_decision_before_a_write() {
    let family = Family::new();
    let moved = format!(
        "dn: {}\nchangetype: modify\nreplace: mobile\nmobile: 0612345678\n-\n\n",
        family.b.dn
    );
    // Between the plan and its reading.
    let plan = family.plan(None, &family.join(), "avant.plan");
    family.meanwhile(&moved);
    let refused = family
        .school
        .entctl(["plan", "apply", "--format", "json"])
        .arg(&plan)
        .run()
        .expect_status(6);
    assert_eq!(refused.json_errors()[0]["code"], "drift", "{refused}");
    let mobile = family.b.one("mobile").expect("a mobile");
    let back = moved.replace("0612345678", &mobile);
    family.meanwhile(&back);
    family.assert_as_before();

    // With --keep-going that decision is left out whole, and the other one done.
    let other = {
        let swapped = family.change(
            &family.child.dn,
            &[Step::Add("mail", "x@exemple.fr".into())],
        );
        Change {
            account: reference(&family.b),
            with: vec![reference(&family.a)],
            ..swapped
        }
    };
    let mut changes = family.join();
    changes.push(other);
    let plan = family.plan(None, &changes, "deux.plan");
    family.meanwhile(&moved);
    let partly = family
        .school
        .entctl(["plan", "apply", "--keep-going", "--format", "json"])
        .arg(&plan)
        .run()
        .expect_status(3);
    let lines = partly.json_lines();
    let counts = &lines.last().expect("a summary")["counts"];
    assert_eq!(
        (&counts["done"], &counts["refused"]),
        (&1.into(), &1.into()),
        "{partly}"
    );
    let _ = family.undo(&run_of(&partly), &[]).expect_success();
    family.meanwhile(&back);
    family.assert_as_before();

    // Between the door's own look and the write: what was written before comes back.
    let eye = crate::school::manager(&family.school.sandbox);
    let late = moved.clone();
    let happens = Fault::call(move |_| {
        let _ = eye.modify(&late).expect_success();
    });
    let proxy = Proxy::start(family.school.sandbox.url());
    let through = family.school.through(&proxy);
    let plan = family.plan(Some(&through), &family.join(), "pendant.plan");
    proxy.arm(step(Moment::Done, When::Operation(op::MODIFY, 2), happens));
    let refused = through
        .entctl(["plan", "apply", "--format", "json"])
        .arg(&plan)
        .run()
        .expect_status(6);
    assert_eq!(refused.json_lines()[0]["code"], "drift", "{refused}");
    family.meanwhile(&back);
    family.assert_as_before();
}

#[test]
fn broken_at_any_message_a_decision_is_whole_after_a_resume() {
    let family = Family::new();
    let changes = family.join();
    let after = {
        let applied = family.apply(&changes, "entier.plan", &[]).expect_success();
        let after = family.dump();
        let _ = family.undo(&run_of(&applied), &[]).expect_success();
        family.assert_as_before();
        after
    };
    let mut wholes = [0, 0];
    for (moment, kills) in [
        (Moment::Held, true),
        (Moment::Done, true),
        (Moment::Held, false),
        (Moment::Done, false),
    ] {
        for message in 1.. {
            let proxy = Proxy::start(family.school.sandbox.url());
            let through = family.school.through(&proxy);
            let name = format!("coupe-{moment:?}-{kills}-{message}.plan");
            let plan = family.plan(Some(&through), &changes, &name);
            let planned = proxy.tags().len();
            let victim = Victim::new();
            let fault = if kills {
                Fault::Kill(victim.clone())
            } else {
                Fault::Down
            };
            proxy.arm(step(moment, When::Message(planned + message), fault));
            let running = through
                .entctl(["plan", "apply", "--format", "json"])
                .arg(&plan)
                .spawn();
            victim.is(running.pid());
            let output = running.wait();
            let fired = proxy.fired() == 1;
            // The server is there again, under another name.
            let proxy = Proxy::start(family.school.sandbox.url());
            let through = family.school.through(&proxy);
            if !through.unfinished().is_empty() {
                // A resume that is killed in its turn is resumed again.
                let again = Victim::new();
                let fault = Fault::Kill(again.clone());
                proxy.arm(step(moment, When::Message(message / 2 + 4), fault));
                let running = through.entctl(["history", "resume"]).spawn();
                again.is(running.pid());
                let _ = running.wait();
                let proxy = Proxy::start(family.school.sandbox.url());
                let through = family.school.through(&proxy);
                let _ = through.entctl(["history", "resume"]).run().expect_success();
                assert!(
                    through.unfinished().is_empty(),
                    "{message} {moment:?}: {output}"
                );
            }
            let now = family.dump();
            if family.before.diff(&now).is_empty() {
                wholes[0] += 1;
            } else {
                assert_eq!(
                    after.diff(&now),
                    "",
                    "{moment:?} {message}: half a decision"
                );
                wholes[1] += 1;
                // By hand, with what the run left.
                let run = through.runs().pop().expect("a run");
                let undo = std::fs::read_to_string(run.join("undo.ldif")).expect("undo.ldif");
                family.meanwhile(&undo);
                family.assert_as_before();
            }
            if !fired {
                break;
            }
        }
    }
    assert!(wholes[0] > 10 && wholes[1] > 10, "{wholes:?}");
}

#[test]
fn a_resume_takes_back_what_cannot_be_finished() {
    let family = Family::new();
    let proxy = Proxy::start(family.school.sandbox.url());
    let through = family.school.through(&proxy);
    let plan = family.plan(Some(&through), &family.join(), "arret.plan");
    proxy.arm(step(
        Moment::Done,
        When::Operation(op::MODIFY, 2),
        Fault::Down,
    ));
    let cut = through
        .entctl(["plan", "apply", "--format", "json"])
        .arg(&plan)
        .run()
        .expect_status(3);
    assert_eq!(cut.json_lines()[0]["code"], "outcome-unknown", "{cut}");
    let mobile = family.b.one("mobile").expect("a mobile");
    let moved = format!(
        "dn: {}\nchangetype: modify\nreplace: mobile\nmobile: 0612345678\n-\n\n",
        family.b.dn
    );
    family.meanwhile(&moved);
    let proxy = Proxy::start(family.school.sandbox.url());
    let through = family.school.through(&proxy);
    let resumed = through
        .entctl(["history", "resume", "--format", "json"])
        .run()
        .expect_status(6);
    assert_eq!(resumed.json_lines()[0]["code"], "drift", "{resumed}");
    assert!(through.unfinished().is_empty());
    family.meanwhile(&moved.replace("0612345678", &mobile));
    family.assert_as_before();
}

#[test]
fn of_two_decisions_on_one_child_only_one_is_taken_back_and_what_others_changed_stays() {
    let family = Family::new();
    let first = family.join();
    // Another pair, whose decision writes other values into the same child and group.
    let mut second: Vec<Change> = [
        (
            &family.child.dn,
            Step::Add("ENTEleveParents", family.b.dn.clone()),
        ),
        (&family.group, Step::Add("member", family.b.dn.clone())),
        (&family.child.dn, Step::Add("mobile", "0699999999".into())),
    ]
    .into_iter()
    .map(|(dn, step)| family.change(dn, &[step]))
    .collect();
    let other = family.school.pupils("")[0].clone();
    let other = family.school.eye.read(&other.dn, &["*"]).expect("a pupil");
    for change in &mut second {
        change.account = reference(&family.child);
        change.with = vec![reference(&other)];
    }
    let already = family.child.all("ENTEleveParents").contains(&family.b.dn);
    if already {
        second.remove(0);
    }
    let changes = [first, second.clone()].concat();
    let applied = family.apply(&changes, "deux.plan", &[]).expect_success();
    let counts = applied.json_lines().pop().expect("a summary")["counts"].clone();
    assert_eq!(counts["done"], 2, "{applied}");

    // Somebody has opened the second parent's account since, and given another mobile.
    family.meanwhile(&format!(
        "dn: {}\nchangetype: modify\nadd: mobile\nmobile: 0611111111\n-\n\n",
        family.b.dn
    ));
    let run = run_of(&applied);
    let undone = family.undo(&run, &["--only", &family.a.dn]);
    let mobile = family.b.one("mobile").expect("a mobile");
    let b = family
        .school
        .eye
        .read(&family.b.dn, &["*", "+"])
        .expect("there");
    assert!(
        b.all("mobile").contains(&"0611111111".to_owned()),
        "{undone:?}"
    );
    assert_eq!(b.one("pwdAccountLockedTime"), None, "{undone:?}");
    let group = family
        .school
        .eye
        .read(&family.group, &["member"])
        .expect("there");
    assert!(!group.all("member").contains(&family.a.dn), "{undone:?}");
    assert!(
        group.all("member").contains(&family.b.dn),
        "the other decision stands"
    );
    let child = family
        .school
        .eye
        .read(&family.child.dn, &["*"])
        .expect("there");
    assert!(!child.all("ENTEleveParents").contains(&family.a.dn));
    assert!(child.all("mobile").contains(&"0699999999".to_owned()));

    let rest = family.undo(&run, &[]);
    let _ = rest;
    family.meanwhile(&format!(
        "dn: {}\nchangetype: modify\nreplace: mobile\nmobile: {mobile}\n-\n\n",
        family.b.dn
    ));
    family.assert_as_before();
}

#[test]
fn a_group_that_moved_is_refused_by_the_server_and_what_others_wrote_stays() {
    let family = Family::new();
    let eye = crate::school::manager(&family.school.sandbox);
    let (group, a) = (family.group.clone(), family.a.dn.clone());
    let member = format!("dn: {group}\nchangetype: modify\nadd: member\nmember: {a}\n-\n\n");
    let theirs = member.clone();
    let happens = Fault::call(move |_| {
        let _ = eye.modify(&theirs).expect_success();
    });
    let proxy = Proxy::start(family.school.sandbox.url());
    let through = family.school.through(&proxy);
    let plan = family.plan(Some(&through), &family.join(), "groupe.plan");
    proxy.arm(step(Moment::Done, When::Operation(op::MODIFY, 2), happens));
    let refused = through
        .entctl(["plan", "apply", "--format", "json"])
        .arg(&plan)
        .run()
        .expect_status(6);
    assert_eq!(refused.json_lines()[0]["code"], "drift", "{refused}");
    let there = family.school.eye.read(&family.a.dn, &["memberOf"]);
    assert!(
        there
            .expect("there")
            .all("memberOf")
            .contains(&family.group)
    );
    family.meanwhile(&member.replace("add: member", "delete: member"));
    family.assert_as_before();
}

#[test]
fn what_cannot_be_taken_back_is_said_and_a_resume_tries_again() {
    let family = Family::new();
    // Somebody needs the class that the first change has added; then the last change is refused.
    let mut changes = family.join();
    changes[0] = family.change(
        &family.a.dn,
        &[
            Step::Add("objectClass", "entctlMailRedirectAccount".into()),
            Step::Add("ENTAuxPersRelEleveEleve", family.child.dn.clone()),
        ],
    );
    changes.push(family.change(&family.b.dn, &[Step::Add("ENTPersonSexe", "X".into())]));
    let eye = crate::school::manager(&family.school.sandbox);
    let uses = format!(
        "dn: {}\nchangetype: modify\nadd: entctlMailRedirect\n\
         entctlMailRedirect: elle@autre.example.org\n-\n\n",
        family.a.dn
    );
    let theirs = uses.clone();
    let happens = Fault::call(move |_| {
        let _ = eye.modify(&theirs).expect_success();
    });
    let proxy = Proxy::start(family.school.sandbox.url());
    let through = family.school.through(&proxy);
    let plan = family.plan(Some(&through), &changes, "coince.plan");
    proxy.arm(step(Moment::Done, When::Operation(op::MODIFY, 3), happens));
    let stuck = through
        .entctl(["plan", "apply", "--format", "json"])
        .arg(&plan)
        .run()
        .expect_status(3);
    let lines = stuck.json_lines();
    assert_eq!(lines[0]["code"], "not-taken-back", "{stuck}");
    assert_eq!(lines[1]["unfinished"], true, "{stuck}");
    let said = stuck.stderr.lines().next().expect("a line");
    assert!(said.contains("\"code\":\"not-taken-back\""), "{stuck}");
    let again = through.entctl(["history", "resume"]).run().expect_status(3);
    assert!(!through.unfinished().is_empty(), "{again}");
    family.meanwhile(&uses.replace("add: ", "delete: "));
    let _ = through.entctl(["history", "resume"]).run().expect_status(6);
    assert!(through.unfinished().is_empty());
    family.assert_as_before();
}

#[test]
fn ctrl_c_lets_the_decision_under_way_come_to_its_end() {
    let family = Family::new();
    let proxy = Proxy::start(family.school.sandbox.url());
    let through = family.school.through(&proxy);
    let plan = family.plan(Some(&through), &family.join(), "ctrl-c.plan");
    let (told, known) = std::sync::mpsc::channel::<u32>();
    let happens = Fault::call(move |_| {
        let pid = known.recv().expect("a process");
        let pid = crate::support::entctl::pid(pid).expect("a process");
        rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("sent");
    });
    proxy.arm(step(Moment::Held, When::Operation(op::MODIFY, 2), happens));
    let running = through
        .entctl(["plan", "apply", "--format", "json"])
        .arg(&plan)
        .spawn();
    told.send(running.pid()).expect("told");
    let output = running.wait();
    assert_eq!(modifies(&proxy).len(), 4, "{output}");
    assert!(through.unfinished().is_empty(), "{output}");
    assert_eq!(output.json_lines()[0]["outcome"], "done", "{output}");
}

#[test]
fn a_decision_that_builds_upon_another_waits_for_it_both_ways() {
    let family = Family::new();
    let child = &family.child.dn;
    let first = family.change(child, &[Step::Add("homePhone", "0511111111".into())]);
    let mut changes = vec![first];
    let others = family.school.pupils("");
    for (number, other) in others.iter().take(6).enumerate() {
        let other = family.school.eye.read(&other.dn, &["*"]).expect("a pupil");
        let now = format!("05{}", number.to_string().repeat(8));
        let next = format!("05{}", (number + 1).to_string().repeat(8));
        let old = if number == 0 {
            "0511111111".to_owned()
        } else {
            now
        };
        let next = if number == 0 {
            "0511111110".to_owned()
        } else {
            next
        };
        let old = if number == 1 {
            "0511111110".to_owned()
        } else {
            old
        };
        let mut change = family.change(
            child,
            &[
                Step::Take("homePhone", old.clone()),
                Step::Add("homePhone", next),
            ],
        );
        // As the decision before it will have left them.
        for before in &mut change.before {
            before.values.push(old.clone());
        }
        change.account = reference(&other);
        changes.push(change);
    }
    let applied = family.apply(&changes, "suite.plan", &[]).expect_success();
    let counts = applied.json_lines().pop().expect("a summary")["counts"].clone();
    assert_eq!(counts["done"], 7, "{applied}");
    let phones = family
        .school
        .eye
        .read(child, &["homePhone"])
        .expect("there");
    assert!(
        phones.all("homePhone").contains(&"0566666666".to_owned()),
        "{phones:?}"
    );
    let undone = family.undo(&run_of(&applied), &[]).expect_success();
    let counts = undone.json_lines().pop().expect("a summary")["counts"].clone();
    assert_eq!(counts["done"], 7, "{undone}");
    family.assert_as_before();
}

#[test]
fn an_entry_that_a_decision_removed_is_made_again_and_what_is_lost_is_said() {
    let mut family = Family::new();
    let b = family.b.dn.clone();
    // The second parent is in a group too.
    family.meanwhile(&format!(
        "dn: {}\nchangetype: modify\nadd: member\nmember: {b}\n-\n\n",
        family.group
    ));
    family.before = family.dump();
    let mut changes = vec![family.change(
        &family.a.dn,
        &[Step::Add(
            "ENTAuxPersRelEleveEleve",
            family.child.dn.clone(),
        )],
    )];
    for (dn, attributes) in &family.before.0 {
        for (attribute, values) in attributes {
            let names = ["member", "ENTEleveParents", "ENTElevePere", "ENTEleveMere"];
            let names = names.iter().chain(&[
                "ENTElevePersRelEleve1",
                "ENTElevePersRelEleve2",
                "ENTEleveAdresseRel",
            ]);
            for name in names.filter(|name| *name == attribute) {
                if values.contains(&b) {
                    changes.push(family.change(dn, &[Step::Take(name, b.clone())]));
                }
            }
        }
    }
    assert!(changes.len() > 1);
    let entry = family.school.eye.read(&b, &["*"]).expect("there");
    let mut goes = family.change(&b, &[]);
    goes.operation = Operation::DeleteEntry { dn: dn(&b) };
    for attribute in entry.attributes.keys() {
        let known = |c: &Before| c.attribute == *attribute;
        if attribute != "userPassword" && !goes.before.iter().any(known) {
            let values = entry.all(attribute);
            goes.modifications.push(Modification::Delete {
                attribute: attribute.clone(),
                values: values.iter().cloned().map(NewValue::Text).collect(),
            });
            goes.before.push(Before {
                attribute: attribute.clone(),
                values,
            });
        }
    }
    changes.push(goes);
    let manage = family.school.sandbox.manage();
    let entctl = |words: &[&str]| family.school.sandbox.entctl_as(&manage, words);
    let plan = family.plan_of(&changes, "suppression.plan", &entctl);
    let applied = entctl(&["plan", "apply", "--format", "json"])
        .arg(&plan)
        .run()
        .expect_success();
    assert!(family.school.eye.read(&b, &["1.1"]).is_none());
    let left = family.dump();
    let refers = left.0.iter().filter(|(_, attributes)| {
        attributes
            .iter()
            .any(|(name, values)| name != "ENTElevePersRelEleve" && values.contains(&b))
    });
    assert_eq!(refers.count(), 0);

    let simulated = entctl(&["history", "undo", &run_of(&applied), "--dry-run"])
        .run()
        .expect_status(3);
    let name = reference(&family.b).name;
    let said = |output: &Output| {
        output
            .stderr
            .lines()
            .any(|l| l.contains(&name) && l.contains("password"))
    };
    assert!(said(&simulated), "{simulated}");
    let undone = entctl(&[
        "history",
        "undo",
        &run_of(&applied),
        "--yes",
        "--format",
        "json",
    ])
    .run()
    .expect_status(3);
    let lines = undone.json_lines();
    assert!(lines.iter().any(|l| l["code"] == "made-anew"), "{undone}");
    let anew = [
        "entryUUID",
        "createTimestamp",
        "creatorsName",
        "userPassword",
        "pwdChangedTime",
        "pwdHistory",
        "pwdReset",
        "pwdLastSuccess",
    ];
    let (mut before, mut now) = (family.before.clone(), family.dump());
    for dump in [&mut before, &mut now] {
        if let Some(entry) = dump.0.get_mut(&b) {
            entry.retain(|name, _| !anew.contains(&name.as_str()));
        }
    }
    assert_eq!(before.diff(&now), "");
}
