//! Many changes written as one (`transactions = "guarded"`): what is written, what one that is refused does to the
//! others, what a broken connection leaves, and that a transaction which fails never harms the server's data.

use crate::premises::{DISABLED, School, slips};
use crate::support::ber::op;
use crate::support::entctl::PATH;
use crate::support::ldap_utils::Scope;
use crate::support::output::Output;
use crate::support::proxy::{Fault, Moment, Proxy, Step, Victim, When};
use crate::support::replica;
use crate::support::slapd::{ADMIN, ADMIN_PASSWORD, Slapd};
use std::collections::BTreeSet;
use std::process::Command;

const PROFILE: &str = "vite";
const GUARDED: &str = "transactions = \"guarded\"";

/// A school of that many pupils, and a profile that writes many changes as one, reached at this address.
fn school(pupils: usize) -> School {
    let school = School::up(pupils);
    let url = school.sandbox().url().to_owned();
    school.profile(PROFILE, &url, GUARDED);
    school
}

/// The pupils whose account nobody has closed.
fn open(school: &School) -> BTreeSet<String> {
    pupils(school, "(!(pwdAccountLockedTime=*))")
}

fn pupils(school: &School, filter: &str) -> BTreeSet<String> {
    let base = format!("ou=personnes,{}", school.sandbox().base_dn());
    let filter = format!("(&(objectClass=ENTEleve){filter})");
    let found = school.manage().search(&base, Scope::Sub, &filter, &["1.1"]);
    found.into_iter().map(|entry| entry.dn).collect()
}

fn list(school: &School, of: &BTreeSet<String>) -> String {
    let eye = school.eye();
    let login = |dn: &String| {
        let entry = eye.read(dn, &["ENTPersonLogin"]).expect("a pupil");
        entry.one("ENTPersonLogin").expect("a login")
    };
    let rows: String = of.iter().map(|dn| login(dn) + "\r\n").collect();
    school.write("liste.csv", format!("login\r\n{rows}"))
}

fn reset(school: &School, list: &str) -> Output {
    let args = ["-v", "password", "reset", "--yes", "--from", list];
    school
        .with(PROFILE, &args)
        .args(["--max-changes", "6000", "--slips"])
        .arg(school.file("lettres.csv"))
        .run()
}

/// The server's data can be read without it, and by it after it was stopped.
#[track_caller]
fn assert_data_is_whole(school: &School) {
    let before = school.dump();
    replica::restart(school.sandbox(), |_| {});
    let folder = replica::folder(school.sandbox());
    let read = replica::slapcat(&folder.join("config"), folder);
    assert!(before.0.keys().all(|dn| read.0.contains_key(dn)));
    assert_eq!(before.diff(&school.dump()), "");
}

#[track_caller]
fn last_counts(school: &School) -> serde_json::Value {
    let listed = school
        .with(PROFILE, &["history", "list", "--format", "json"])
        .run()
        .expect_success()
        .json();
    listed["runs"][0]["counts"].clone()
}

#[test]
fn many_changes_are_written_as_one_and_each_password_binds() {
    let school = school(90);
    let proxy = Proxy::start(school.sandbox().url());
    school.profile(PROFILE, &proxy.url(), GUARDED);
    let all = open(&school);
    let list = list(&school, &all);
    let output = reset(&school, &list).expect_success();
    assert!(output.stderr.contains("changes committed in"), "{output}");
    // Begun and ended, once at least; each entry of it guarded, then written.
    assert!(proxy.count(op::EXTENDED) >= 2, "{output}");
    assert!(proxy.count(op::MODIFY) > all.len() + all.len() / 2);
    let given = slips(&school.file("lettres.csv"));
    assert_eq!(given.len(), all.len());
    assert_eq!(
        pupils(&school, "(&(pwdReset=TRUE)(!(pwdAccountLockedTime=*)))"),
        all
    );
    for (login, password) in given.iter().step_by(7) {
        let filter = format!("(|(ENTPersonLogin={login})(ENTPersonAlias={login}))");
        let dn = pupils(&school, &filter).pop_first().expect("a pupil");
        let bound = crate::support::ldap_utils::bind(school.sandbox().url(), &dn, password);
        assert_eq!(bound.code, 0, "{login}");
    }
    assert_eq!(last_counts(&school), serde_json::json!({"done": all.len()}));
    assert_data_is_whole(&school);
}

/// The same circumstances in which plain requests harm the data (below): nobody has a former password kept, the policy
/// keeps them, and a few of a batch are refused at its end.
#[test]
fn one_that_is_refused_stops_nobody_else_and_harms_nothing() {
    let school = school(90);
    assert_eq!(pupils(&school, "(pwdHistory=*)"), BTreeSet::new());
    let with_password = "(!(pwdAccountLockedTime=*))(pwdChangedTime=*)";
    let had_one = pupils(&school, with_password);
    // Who never had one leaves no former one behind.
    let without = open(&school);
    let few: Vec<&String> = without.difference(&had_one).take(3).collect();
    assert_eq!(few.len(), 3);
    // Passwords of the sandbox are two months old; these are of today, and must stay for ten days.
    let policy = format!("cn=default,ou=politiques,{}", school.sandbox().base_dn());
    let mut change = String::new();
    for dn in &few {
        change.push_str(&format!(
            "dn: {dn}\nchangetype: modify\nadd: userPassword\nuserPassword: Assez-long-123\n\n\
             dn: {dn}\nchangetype: modify\nreplace: pwdReset\n\n"
        ));
    }
    change.push_str(&format!(
        "dn: {policy}\nchangetype: modify\nreplace: pwdMinAge\npwdMinAge: 864000\n"
    ));
    school.manage().modify(&change).expect_success();
    assert_eq!(pupils(&school, "(pwdHistory=*)"), BTreeSet::new());
    let all = pupils(&school, with_password);
    assert_eq!(all.len(), had_one.len() + few.len());
    let list = list(&school, &all);
    let output = reset(&school, &list).expect_status(3);
    assert!(
        output.stderr.contains("nothing written, because of"),
        "{output}"
    );
    let counts = last_counts(&school);
    let written = all.len() - few.len();
    assert_eq!(
        counts,
        serde_json::json!({"done": written, "failed": few.len()}),
        "{output}"
    );
    for dn in &few {
        let name = school.eye().read(dn, &["sn"]).and_then(|e| e.one("sn"));
        assert!(output.stderr.contains(&name.expect("a name")), "{output}");
    }
    let kept = pupils(&school, "(pwdHistory=*)");
    assert_eq!(kept.len(), written);
    assert!(few.iter().all(|dn| !kept.contains(*dn)));
    assert_eq!(slips(&school.file("lettres.csv")).len(), written);
    assert_data_is_whole(&school);
}

#[test]
fn what_another_changed_meanwhile_is_left_and_named() {
    let school = school(60);
    let all = open(&school);
    let dn = all.iter().nth(all.len() / 2).expect("one").clone();
    let (other, closed) = (school.manage(), dn.clone());
    // Between the look and the write: as the transaction begins.
    let meanwhile = Step::held(
        When::Operation(op::EXTENDED, 1),
        Fault::call(move |_| {
            let change = format!(
                "dn: {closed}\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: {DISABLED}\n"
            );
            other.modify(&change).expect_success();
        }),
    );
    let proxy = Proxy::with(school.sandbox().url(), [meanwhile]);
    school.profile(PROFILE, &proxy.url(), GUARDED);
    let list = list(&school, &all);
    let output = reset(&school, &list).expect_status(3);
    assert!(
        output
            .stderr
            .contains(&format!("nothing written, because of {dn}")),
        "{output}"
    );
    let counts = last_counts(&school);
    assert_eq!(
        counts,
        serde_json::json!({"done": all.len() - 1, "refused": 1}),
        "{output}"
    );
    let after = school
        .manage()
        .read(&dn, &["pwdReset", "pwdAccountLockedTime"])
        .expect("there");
    assert_eq!(after.one("pwdAccountLockedTime").as_deref(), Some(DISABLED));
}

#[test]
fn a_directory_that_replicates_is_refused_unless_forced() {
    let school = school(60);
    replica::provide(school.sandbox());
    let all = open(&school);
    let list = list(&school, &all);
    let before = school.dump();
    let output = school
        .with(
            PROFILE,
            &[
                "account",
                "lock",
                "--from",
                &list,
                "--yes",
                "--max-changes",
                "100%",
            ],
        )
        .args(["--format", "json"])
        .run()
        .expect_status(2);
    assert_eq!(output.json_errors()[0]["code"], "transactions-replicated");
    school.assert_untouched(&before);
    assert!(!school.history(PROFILE).join("runs").exists());
    let url = school.sandbox().url().to_owned();
    school.profile(
        PROFILE,
        &url,
        "transactions = \"guarded-although-replicated\"",
    );
    let output = school
        .with(
            PROFILE,
            &[
                "-v",
                "account",
                "lock",
                "--from",
                &list,
                "--yes",
                "--max-changes",
                "100%",
            ],
        )
        .run()
        .expect_success();
    assert!(output.stderr.contains("changes committed in"), "{output}");
    assert_eq!(open(&school), BTreeSet::new());
}

/// Broken as it begins, before its end, after its end: each account is open or closed, the history says which, and a
/// resume ends it. Not while its requests arrive: slapd itself may not survive that (docs/transactions.md).
#[test]
fn a_broken_transaction_leaves_each_account_in_one_of_two_states() {
    let school = school(60);
    let all = open(&school);
    let list = list(&school, &all);
    let blows: [(&str, Moment, usize); 3] = [
        ("begun", Moment::Held, 1),
        ("before its end", Moment::Held, 2),
        ("after its end", Moment::Done, 2),
    ];
    let mut closes = true;
    for kills in [true, false] {
        for (what, moment, nth) in blows {
            let when = When::Operation(op::EXTENDED, nth);
            let victim = Victim::new();
            let fault = match kills {
                true => Fault::Kill(victim.clone()),
                false => Fault::Cut,
            };
            let proxy = Proxy::with(
                school.sandbox().url(),
                [Step {
                    when,
                    moment,
                    fault,
                }],
            );
            school.profile(PROFILE, &proxy.url(), GUARDED);
            let verb = if closes { "lock" } else { "unlock" };
            let args = [
                "account",
                verb,
                "--from",
                &list,
                "--yes",
                "--max-changes",
                "100%",
            ];
            let running = school.with(PROFILE, &args).spawn();
            victim.is(running.pid());
            let output = running.wait();
            assert_eq!(proxy.fired(), 1, "{what}: {output}");
            // Together or not at all, but for the one that was written by itself in the flight of the begin, and those of
            // the way back.
            let closed = pupils(&school, &format!("(pwdAccountLockedTime={DISABLED})"));
            let written = all
                .iter()
                .filter(|dn| closed.contains(*dn) == closes)
                .count();
            if kills {
                match what {
                    "begun" => assert!(written <= 1, "{what}: {written}, {output}"),
                    "before its end" => assert_eq!(written, 1, "{what}: {output}"),
                    _ => assert_eq!(written, all.len(), "{what}: {output}"),
                }
                let resumed = school.with(PROFILE, &["history", "resume"]).run();
                let _ = resumed.expect_success();
            } else {
                let _ = output.expect_success();
            }
            let closed = pupils(&school, &format!("(pwdAccountLockedTime={DISABLED})"));
            let expected = if closes { all.len() } else { 0 };
            assert_eq!(all.intersection(&closed).count(), expected, "{what}");
            assert_eq!(
                last_counts(&school),
                serde_json::json!({"done": all.len()}),
                "{what}"
            );
            closes = !closes;
        }
    }
    assert_data_is_whole(&school);
}

/// The accounts of a list closed or opened, many small transactions at a time.
fn turn(school: &School, proxy: &Proxy, list: &str, verb: &str) -> Output {
    let small = format!("{GUARDED}\ntransaction_changes = 8");
    school.profile(PROFILE, &proxy.url(), &small);
    let args = ["-v", "account", verb, "--from", list, "--yes"];
    school
        .with(PROFILE, &args)
        .args(["--max-changes", "100%"])
        .run()
}

#[test]
fn the_next_transaction_is_sent_on_a_second_connection_and_ends_after_the_first() {
    let school = school(90);
    let all = open(&school);
    let list = list(&school, &all);
    let proxy = Proxy::start(school.sandbox().url());
    let output = turn(&school, &proxy, &list, "lock").expect_success();
    assert_eq!(proxy.connections(), 2, "{output}");
    let ended = output.stderr.matches("changes committed in").count();
    assert!(ended >= all.len() / 8 - 1, "{output}");
    assert_eq!(open(&school), BTreeSet::new());
    assert_eq!(last_counts(&school), serde_json::json!({"done": all.len()}));
    // One that fits into a transaction needs no second connection.
    let few: BTreeSet<String> = all.iter().take(9).cloned().collect();
    let eye = school.eye();
    let logins: String = few
        .iter()
        .filter_map(|dn| eye.read(dn, &["ENTPersonLogin"])?.one("ENTPersonLogin"))
        .map(|login| login + "\r\n")
        .collect();
    let few_list = school.write("neuf.csv", format!("login\r\n{logins}"));
    school.profile(PROFILE, &proxy.url(), GUARDED);
    let args = ["-v", "account", "unlock", "--from", &few_list, "--yes"];
    let output = school.with(PROFILE, &args).run().expect_success();
    assert!(output.stderr.contains("changes committed in"), "{output}");
    assert_eq!(proxy.connections(), 3, "{output}");
    assert_eq!(open(&school), few);
    assert_data_is_whole(&school);
}

/// Cut before an end and after it, on whichever connection it comes: what is on the other one comes to its end, the rest
/// goes one by one, and no account is lost or written twice.
#[test]
fn a_break_on_one_of_two_connections_stops_nobody() {
    let school = school(60);
    let all = open(&school);
    let list = list(&school, &all);
    let mut closes = true;
    for (nth, moment) in [
        (2, Moment::Held),
        (3, Moment::Done),
        (4, Moment::Held),
        (5, Moment::Done),
        (6, Moment::Done),
    ] {
        let cut = Step {
            when: When::Operation(op::EXTENDED, nth),
            moment,
            fault: Fault::Cut,
        };
        let proxy = Proxy::with(school.sandbox().url(), [cut]);
        let verb = if closes { "lock" } else { "unlock" };
        let output = turn(&school, &proxy, &list, verb).expect_success();
        assert_eq!(proxy.fired(), 1, "{nth}: {output}");
        let closed = pupils(&school, &format!("(pwdAccountLockedTime={DISABLED})"));
        let expected = if closes { all.len() } else { 0 };
        assert_eq!(all.intersection(&closed).count(), expected, "{nth}");
        assert_eq!(
            last_counts(&school),
            serde_json::json!({"done": all.len()}),
            "{nth}: {output}"
        );
        closes = !closes;
    }
    assert_data_is_whole(&school);
}

/// An assertion is handed on to what overlays do within an operation: a bare one on a write makes slapo-unique refuse it
/// and slapo-memberof forget the members. A guard is bare, and writes nothing.
#[test]
fn guards_leave_the_overlays_of_a_server_at_peace() {
    let school = school(60);
    replica::add_overlay(
        school.sandbox(),
        "unique",
        "objectClass: olcUniqueConfig\nolcUniqueURI: ldap:///?ENTPersonLogin,mail?sub\n",
    );
    let all = open(&school);
    let member_of = |dn: &String| {
        let entry = school.manage().read(dn, &["memberOf"]).expect("a pupil");
        entry.all("memberOf")
    };
    let before: Vec<_> = all.iter().map(member_of).collect();
    assert!(before.iter().any(|groups| !groups.is_empty()));
    let list = list(&school, &all);
    let output = reset(&school, &list).expect_success();
    assert!(output.stderr.contains("changes committed in"), "{output}");
    assert!(!output.stderr.contains("nothing written"), "{output}");
    assert_eq!(last_counts(&school), serde_json::json!({"done": all.len()}));
    assert_eq!(all.iter().map(member_of).collect::<Vec<_>>(), before);
    assert_data_is_whole(&school);
}

/// Why all this care: a transaction of plain requests that fails, in which an attribute type was written that no entry
/// ever held, leaves a server that writes what nobody can read.
#[test]
fn plain_requests_harm_the_data_of_this_server() {
    let slapd = Slapd::plain("");
    let dn = |uid: &str| format!("uid={uid},ou=people,{}", slapd.base());
    let failing = format!(
        "dn: {}\nchangetype: modify\nadd: roomNumber\nroomNumber: 12\n\n\
         dn: {}\nchangetype: modify\ndelete: description\ndescription: none\n",
        dn("alice"),
        dn("bob")
    );
    let modify = |ldif: &str, more: &[&str]| {
        let file = slapd.folder().join("change.ldif");
        std::fs::write(&file, ldif).expect("a file");
        let output = Command::new("ldapmodify")
            .env("PATH", PATH)
            .args(["-x", "-H", slapd.url(), "-D", ADMIN, "-w", ADMIN_PASSWORD])
            .args(more)
            .arg("-f")
            .arg(&file)
            .output();
        output.expect("ldapmodify starts").status.code()
    };
    assert_ne!(modify(&failing, &["-E", "!txn=commit"]), Some(0));
    let alice = slapd
        .admin()
        .read(&dn("alice"), &["roomNumber"])
        .expect("there");
    assert_eq!(alice.one("roomNumber"), None);
    let plain = format!(
        "dn: {}\nchangetype: modify\nadd: roomNumber\nroomNumber: 12\n",
        dn("zoe")
    );
    assert_eq!(modify(&plain, &[]), Some(0));
    let read = slapd
        .admin()
        .try_search(&dn("zoe"), Scope::Base, "(objectClass=*)", &["*"]);
    let answer = read.expect_err("nobody can read it any more");
    assert_eq!(answer.code, 80);
    let slapcat = Command::new("slapcat")
        .env("PATH", PATH)
        .args(["-n", "1", "-F"])
        .arg(slapd.folder().join("config"))
        .output()
        .expect("slapcat starts");
    let words = String::from_utf8_lossy(&slapcat.stderr);
    assert!(words.contains("not recognized"), "{words}");
}
