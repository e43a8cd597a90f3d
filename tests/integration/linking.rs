//! `account link` and `account unlink`: one person's accounts joined and taken apart again, read back with ldap-utils.

use crate::premises::{DISABLED, School};
use crate::support::ldif::{Dump, LdifEntry};
use crate::support::output::Output;
use serde_json::Value;

/// What a login leaves behind.
const LOGINS: [&str; 2] = ["pwdLastSuccess", "pwdFailureTime"];

fn dump(school: &School) -> Dump {
    school.dump().comparable().without(&LOGINS)
}

/// The history of this machine, gone: another machine has none of it.
fn forget(school: &School) {
    let history = school.sandbox_history();
    if history.exists() {
        std::fs::remove_dir_all(&history).expect("the history goes");
    }
}

#[track_caller]
fn done(school: &School, args: &[&str]) -> Output {
    school.inter(args).args(["--yes"]).run().expect_success()
}

#[track_caller]
fn link(school: &School, principal: &str, secondaries: &[&str]) -> Output {
    let mut args = vec![
        "account".to_owned(),
        "link".to_owned(),
        school.uid(principal),
    ];
    args.extend(secondaries.iter().map(|who| school.uid(who)));
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    done(school, &args)
}

fn holds(entry: &LdifEntry, attribute: &str, value: &str) -> bool {
    entry
        .all(attribute)
        .iter()
        .any(|v| v.eq_ignore_ascii_case(value))
}

fn groups_of(school: &School, dn: &str) -> Vec<String> {
    let entry = school.eye().read(dn, &["memberOf"]).expect("an account");
    entry.all("memberOf")
}

#[test]
fn a_principal_has_all_that_both_had_and_unlink_leaves_no_trace() {
    let school = School::up(60);
    let before = dump(&school);
    let (a, b) = (school.dn("duplicate_a"), school.dn("duplicate_b"));
    let groups_before = [groups_of(&school, &a), groups_of(&school, &b)].concat();
    let output = link(&school, "duplicate_a", &["duplicate_b"]);
    assert!(!output.stdout.contains("uid="), "{output}");
    let (principal, secondary) = (school.entry("duplicate_a"), school.entry("duplicate_b"));
    assert!(holds(&principal, "ENTPersRelRapprochSecondaire", &b));
    assert!(holds(&secondary, "ENTPersRelRapprochPrincipal", &a));
    assert!(holds(&secondary, "pwdAccountLockedTime", DISABLED));
    for child in ["child_of_duplicate_college", "child_of_duplicate_lycee"] {
        let dn = school.dn(child);
        assert!(holds(&principal, "ENTAuxPersRelEleveEleve", &dn), "{child}");
        let links = school.entry(child).all("ENTElevePersRelEleve");
        let names = |who: &str| links.iter().any(|l| l.starts_with(&format!("{who}$")));
        assert!(names(&a), "{child}: {links:?}");
    }
    let lycee = school.entry("child_of_duplicate_lycee");
    let of = |who: &str| -> Vec<String> {
        let links = lycee.all("ENTElevePersRelEleve");
        let ends = links.iter().filter_map(|l| l.strip_prefix(who));
        ends.map(str::to_owned).collect()
    };
    assert_eq!(of(&a), of(&b), "repeated with the same rights");
    let groups = groups_of(&school, &a);
    for group in groups_before {
        assert!(groups.contains(&group), "{group}");
        let entry = school.eye().read(&group, &["member"]).expect("a group");
        assert!(holds(&entry, "member", &a), "{group}");
    }
    assert_ne!(
        school
            .bind("duplicate_b", &school.old_password("duplicate_b"))
            .code,
        0
    );
    // Once more: nothing is left to do.
    let csn = school.dump();
    let _ = link(&school, "duplicate_a", &["duplicate_b"]);
    school.assert_untouched(&csn.without(&[]));
    forget(&school);
    let login = school.login("duplicate_b");
    let _ = done(&school, &["account", "unlink", &login]);
    assert_eq!(before.diff(&dump(&school)), "");
}

#[test]
fn a_family_of_three_is_one_decision_and_each_may_leave_it_alone() {
    let school = School::up(60);
    let before = dump(&school);
    let output = school
        .inter(&["account", "link", "--format", "json", "--yes"])
        .args(["triplet_a", "triplet_b", "triplet_c"].map(|who| school.uid(who)))
        .run()
        .expect_success();
    let lines = output.json_lines();
    let summary = lines.last().expect("a summary");
    assert_eq!(summary["type"], "summary", "{output}");
    let children = |who: &str| school.entry(who).all("ENTAuxPersRelEleveEleve").len();
    assert_eq!(children("triplet_a"), 3);
    let _ = done(&school, &["account", "unlink", &school.uid("triplet_b")]);
    assert_eq!((children("triplet_a"), children("triplet_b")), (2, 1));
    let _ = done(&school, &["account", "unlink", &school.uid("triplet_c")]);
    assert_eq!(before.diff(&dump(&school)), "");
}

/// Gives one of the cast a password, and logs in with it.
#[track_caller]
fn gets_in(school: &School, who: &str) {
    let password = "Cerise-2026-orage";
    let ldif = format!(
        "dn: {}\nchangetype: modify\nreplace: userPassword\nuserPassword: {password}\n",
        school.dn(who)
    );
    let _ = school.manage().modify(&ldif).expect_success();
    assert_eq!(school.bind(who, password).code, 0, "{who}");
}

/// Refused with this code, and nothing is written.
#[track_caller]
fn refused(school: &School, args: &[&str], code: &str) -> Output {
    let before = school.dump();
    let output = school.inter(args).args(["--yes", "--format", "json"]).run();
    assert_eq!(output.status, Some(6), "{output}");
    assert!(output.stderr.contains(&format!("\"{code}\"")), "{output}");
    school.assert_untouched(&before);
    output
}

#[test]
fn every_reason_against_a_link_says_which_decision_would_do() {
    let school = School::up(60);
    let uid = |who: &str| school.uid(who);
    let (a, b, c) = (uid("triplet_a"), uid("triplet_b"), uid("triplet_c"));
    let same = refused(&school, &["account", "link", &a, &a], "same-account");
    assert!(same.stderr.contains(&school.login("triplet_a")), "{same}");
    let pupil = uid("child_of_duplicate_lycee");
    refused(&school, &["account", "link", &a, &pupil], "roles-differ");
    let _ = link(&school, "triplet_a", &["triplet_b"]);
    let chain = refused(&school, &["account", "link", &b, &c], "kept-is-secondary");
    assert!(chain.stderr.contains(&school.login("triplet_a")), "{chain}");
    refused(&school, &["account", "link", &c, &b], "other-is-secondary");
    refused(
        &school,
        &["account", "link", &c, &a],
        "other-has-secondaries",
    );
    refused(&school, &["account", "link", &b, &a], "other-is-principal");
    let named = refused(&school, &["account", "unlink", &a], "is-principal");
    assert!(named.stderr.contains(&school.login("triplet_b")), "{named}");
    // Two who are used: asked for by name.
    let (x, y) = (uid("duplicate_a"), uid("duplicate_b"));
    let _ = refused(&school, &["account", "link", &y, &x], "only-login");
    for who in ["duplicate_a", "duplicate_b"] {
        gets_in(&school, who);
    }
    let both = refused(&school, &["account", "link", &x, &y], "both-active");
    assert!(both.stderr.contains("--both-active"), "{both}");
    let _ = done(&school, &["account", "link", &x, &y, "--both-active"]);
}

#[test]
fn a_school_does_not_touch_the_children_and_groups_of_another() {
    let school = School::up(60);
    let before = school.dump();
    // She has a child in each school: to the collège both her accounts are as good as not there, or half of them.
    let (a, b) = (school.uid("duplicate_a"), school.uid("duplicate_b"));
    let output = school.college(&["account", "link", &a, &b, "--yes"]).run();
    assert_eq!(output.status, Some(6), "{output}");
    // An account with children in both schools is in reach; linking to it would write to a child of the lycée.
    let both = school.uid("parent_both_schools");
    let small = school.uid("parent_of_namesake_college");
    let output = school
        .college(&[
            "account",
            "link",
            &small,
            &both,
            "--both-active",
            "--yes",
            "--format",
            "json",
        ])
        .run();
    assert_eq!(output.status, Some(6), "{output}");
    assert!(output.stderr.contains("\"join-out-of-scope\""), "{output}");
    for child in school
        .entry("parent_both_schools")
        .all("ENTAuxPersRelEleveEleve")
    {
        let number = child.split(['=', ',']).nth(1).expect("a number").to_owned();
        assert!(!output.stderr.contains(&number), "names a child\n{output}");
    }
    school.assert_untouched(&before);
}

#[test]
fn a_lock_of_the_servers_own_is_back_when_a_link_ends() {
    let school = School::up(60);
    gets_in(&school, "duplicate_b");
    for _ in 0..5 {
        assert_ne!(school.bind("duplicate_b", "mistyped").code, 0);
    }
    let locked = school.entry("duplicate_b").one("pwdAccountLockedTime");
    assert!(
        locked.as_deref().is_some_and(|l| l != DISABLED),
        "{locked:?}"
    );
    let before = dump(&school);
    let (a, b) = (school.uid("duplicate_a"), school.uid("duplicate_b"));
    let _ = done(&school, &["account", "link", &a, &b, "--both-active"]);
    let closed = school.entry("duplicate_b").one("pwdAccountLockedTime");
    assert_eq!(closed.as_deref(), Some(DISABLED));
    forget(&school);
    let _ = done(&school, &["account", "unlink", &school.uid("duplicate_b")]);
    assert_eq!(before.diff(&dump(&school)), "");
}

#[test]
fn what_another_changes_between_plan_and_link_is_drift_and_a_mistyped_password_is_not() {
    let school = School::up(60);
    let plan = school.file("plan");
    let planned = |name: &str| {
        let file = format!("{}-{name}", plan.display());
        let (a, b) = (school.uid("duplicate_a"), school.uid("duplicate_b"));
        let _ = school
            .inter(&["account", "link", &a, &b, "--both-active", "--plan", &file])
            .run()
            .expect_success();
        file
    };
    let apply = |file: &str| {
        school
            .inter(&["plan", "apply", file, "--yes", "--format", "json"])
            .run()
    };
    // The child leaves the account that it would be given from.
    let file = planned("child");
    let child = school.dn("child_of_duplicate_lycee");
    let (b, entry) = (
        school.dn("duplicate_b"),
        school.entry("child_of_duplicate_lycee"),
    );
    let value = entry
        .all("ENTElevePersRelEleve")
        .into_iter()
        .find(|v| v.starts_with(&b))
        .expect("a link");
    let moved = format!(
        "dn: {child}\nchangetype: modify\ndelete: ENTElevePersRelEleve\nENTElevePersRelEleve: {value}\n"
    );
    let _ = school.eye().modify(&moved).expect_success();
    let before = school.dump();
    let output = apply(&file);
    assert_eq!(output.status, Some(6), "{output}");
    assert!(output.stderr.contains("drift"), "{output}");
    school.assert_untouched(&before);
    let back = moved.replace("delete:", "add:");
    let _ = school.eye().modify(&back).expect_success();
    // A mistyped password, and five of them, of either account.
    gets_in(&school, "duplicate_b");
    let file = planned("typed");
    for _ in 0..5 {
        assert_ne!(school.bind("duplicate_a", "mistyped").code, 0);
        assert_ne!(school.bind("duplicate_b", "mistyped").code, 0);
    }
    let _ = apply(&file).expect_success();
    assert!(holds(
        &school.entry("duplicate_b"),
        "ENTPersRelRapprochPrincipal",
        &school.dn("duplicate_a")
    ));
}

/// What the nightly feed says of a family: it writes its own data over whatever stands there.
struct Feed<'a> {
    school: &'a School,
}

impl Feed<'_> {
    fn write(&self, dn: &str, attribute: &str, values: &[String]) {
        let mut ldif = format!("dn: {dn}\nchangetype: modify\nreplace: {attribute}\n");
        for value in values {
            ldif.push_str(&format!("{attribute}: {value}\n"));
        }
        let _ = self.school.manage().modify(&ldif).expect_success();
    }

    /// The links of these accounts and children as they were in this dump.
    fn writes_again(&self, before: &Dump, dns: &[String]) {
        for dn in dns {
            let entry = &before.0[dn];
            for (attribute, values) in entry {
                let fed =
                    attribute.starts_with("ENTEleve") || attribute.starts_with("ENTAuxPersRel");
                if fed {
                    let values: Vec<String> = values.iter().cloned().collect();
                    self.write(dn, attribute, &values);
                }
            }
        }
    }
}

#[test]
fn after_the_feed_a_refresh_gives_the_union_again_and_is_silent_then() {
    let school = School::up(60);
    let before = dump(&school);
    let _ = link(&school, "duplicate_a", &["duplicate_b"]);
    let linked = dump(&school);
    let quiet = school
        .inter(&["account", "refresh", "--yes"])
        .run()
        .expect_success();
    assert_eq!(
        (quiet.stdout.as_str(), quiet.stderr.as_str()),
        ("", ""),
        "{quiet}"
    );
    let feed = Feed { school: &school };
    let family = [
        "duplicate_a",
        "duplicate_b",
        "child_of_duplicate_college",
        "child_of_duplicate_lycee",
    ]
    .map(|who| school.dn(who));
    feed.writes_again(&before, &family);
    assert_ne!(dump(&school), linked);
    // One group loses the secondary, another one gets it.
    let (a, b) = (school.dn("duplicate_a"), school.dn("duplicate_b"));
    let group = groups_of(&school, &b).pop();
    if let Some(group) = &group {
        let _ = school
            .manage()
            .modify(&format!(
                "dn: {group}\nchangetype: modify\ndelete: member\nmember: {b}\n"
            ))
            .expect_success();
    }
    let classes = school.eye().search(
        &format!("ou=groupes,{}", school.sandbox().base_dn()),
        crate::support::ldap_utils::Scope::Sub,
        "(objectClass=ENTClasse)",
        &["1.1"],
    );
    let other = classes.first().expect("a group").dn.clone();
    let _ = school
        .manage()
        .modify(&format!(
            "dn: {other}\nchangetype: modify\nadd: member\nmember: {b}\n"
        ))
        .expect_success();
    forget(&school);
    let output = school
        .inter(&["account", "refresh", "--yes"])
        .run()
        .expect_success();
    assert_eq!(output.stderr.lines().count(), 1, "{output}");
    let principal = school.entry("duplicate_a");
    for child in ["child_of_duplicate_college", "child_of_duplicate_lycee"] {
        assert!(
            holds(&principal, "ENTAuxPersRelEleveEleve", &school.dn(child)),
            "{child}"
        );
        let links = school.entry(child).all("ENTElevePersRelEleve");
        assert!(
            links.iter().any(|l| l.starts_with(&format!("{a}$"))),
            "{links:?}"
        );
    }
    let groups = groups_of(&school, &a);
    assert!(groups.contains(&other), "{groups:?}");
    if let Some(group) = &group {
        assert!(!groups.contains(group), "{groups:?}");
    }
    let csn = school.dump();
    let again = school
        .inter(&["account", "refresh", "--yes"])
        .run()
        .expect_success();
    assert_eq!(
        (again.stdout.as_str(), again.stderr.as_str()),
        ("", ""),
        "{again}"
    );
    school.assert_untouched(&csn);
    let ran = school
        .inter(&[
            "history",
            "list",
            "--job",
            "account-refresh",
            "--since",
            "1h",
            "--outcome",
            "done",
        ])
        .run();
    assert_eq!(ran.status, Some(0), "{ran}");
    // Apart again: what was before, with what the feed has moved since.
    let _ = done(&school, &["account", "unlink", &school.uid("duplicate_b")]);
    let moved = |step: &str, group: &str| {
        format!("dn: {group}\nchangetype: modify\n{step}: member\nmember: {b}\n")
    };
    if let Some(group) = &group {
        let _ = school
            .manage()
            .modify(&moved("add", group))
            .expect_success();
    }
    let _ = school
        .manage()
        .modify(&moved("delete", &other))
        .expect_success();
    assert_eq!(before.diff(&dump(&school)), "");
}

#[test]
fn nothing_is_withdrawn_while_linked_accounts_are_missing() {
    let school = School::up(60);
    let _ = link(&school, "duplicate_a", &["duplicate_b"]);
    let _ = link(&school, "triplet_a", &["triplet_b", "triplet_c"]);
    let b = school.dn("triplet_b");
    let (login, number) = (school.login("triplet_b"), school.uid("triplet_b"));
    let before = school.entry("triplet_a").all("ENTAuxPersRelEleveEleve");
    // A bad feed: one secondary is deleted, another one has lost its children's links.
    let deleted = school
        .manage()
        .modify(&format!("dn: {b}\nchangetype: delete\n"));
    let _ = deleted.expect_success();
    let child = school.dn("child_of_duplicate_lycee");
    let lost = format!("dn: {child}\nchangetype: modify\ndelete: ENTElevePersRelEleve\n");
    let _ = school.manage().modify(&lost).expect_success();
    let output = school
        .inter(&["account", "refresh", "--yes"])
        .run()
        .expect_success();
    assert!(
        output.stderr.contains(&number),
        "{login} is named\n{output}"
    );
    assert!(output.stderr.contains("--max-shrink"), "{output}");
    assert_eq!(
        school.entry("triplet_a").all("ENTAuxPersRelEleveEleve"),
        before
    );
    let kept = school.entry("duplicate_a").all("ENTAuxPersRelEleveEleve");
    assert!(kept.contains(&child), "{kept:?}");
    // Given up by name: the account is gone, the record is not.
    let _ = done(&school, &["account", "unlink", &number]);
    let left = school.entry("triplet_a");
    assert_eq!(left.all("ENTAuxPersRelEleveEleve").len(), 2);
    assert!(
        !left
            .all("entctlLinkGave")
            .iter()
            .any(|r| r.contains(&number))
    );
}

#[test]
fn without_a_place_in_the_directory_the_history_is_the_record_if_one_says_so() {
    let school = School::up(60);
    school.profile("sparse", school.sandbox().url(), "");
    let (a, b) = (school.uid("duplicate_a"), school.uid("duplicate_b"));
    let before = dump(&school);
    let output = school
        .with("sparse", &["account", "link", &a, &b, "--yes"])
        .run();
    assert_eq!(output.status, Some(2), "{output}");
    assert!(output.stderr.contains("link_record"), "{output}");
    let link = ["account", "link", &a, &b, "--yes", "--local-record"];
    let _ = school.with("sparse", &link).run().expect_success();
    assert!(holds(
        &school.entry("duplicate_b"),
        "ENTPersRelRapprochPrincipal",
        &school.dn("duplicate_a")
    ));
    // Another machine knows nothing of it.
    school.profile("elsewhere", school.sandbox().url(), "");
    let linked = school.dump();
    let unlink = ["account", "unlink", &b, "--yes", "--format", "json"];
    let output = school.with("elsewhere", &unlink).run();
    assert_eq!(output.status, Some(6), "{output}");
    assert!(output.stderr.contains("\"link-elsewhere\""), "{output}");
    school.assert_untouched(&linked);
    let _ = school.with("sparse", &unlink).run().expect_success();
    assert_eq!(before.diff(&dump(&school)), "");
}

#[test]
fn a_script_reads_one_object_a_decision() {
    let school = School::up(60);
    let uids = ["triplet_a", "triplet_b", "triplet_c"].map(|who| school.uid(who));
    let run = |more: &[&str]| {
        school
            .inter(&["account", "link", "--format", "json"])
            .args(uids.clone())
            .args(more.iter().copied())
            .run()
            .expect_success()
            .json_lines()
    };
    for (more, outcome) in [
        (["--dry-run"], "planned"),
        (["--yes"], "done"),
        (["--yes"], "unchanged"),
    ] {
        let lines = run(&more);
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert_eq!(lines[0]["type"], "account-link");
        assert_eq!(lines[0]["outcome"], outcome);
        assert_eq!(lines[0]["account"]["uid"], uids[0]);
        assert_eq!(lines[1]["counts"][outcome], 1);
        if outcome != "unchanged" {
            let with: Vec<&Value> = lines[0]["with"].as_array().expect("with").iter().collect();
            assert_eq!(
                with.iter().map(|w| w["uid"].as_str()).collect::<Vec<_>>(),
                [Some(uids[1].as_str()), Some(uids[2].as_str())]
            );
        }
    }
}

#[test]
fn a_person_sees_both_accounts_and_what_is_gained_before_a_yes() {
    let school = School::up(60);
    let (a, b) = (school.uid("duplicate_a"), school.uid("duplicate_b"));
    let output = school
        .inter(&["account", "link", &a, &b, "--dry-run"])
        .french()
        .run()
        .expect_success();
    let said = format!("{}{}", output.stdout, output.stderr);
    for word in [
        "compte principal",
        "compte secondaire",
        "gagne un enfant : Théo Petit",
        "sera fermé",
        "Rien n'a été fait",
    ] {
        assert!(said.contains(word), "{word}\n{output}");
    }
    assert!(!said.contains("uid="), "{output}");
}

/// The run that a command made, by what it says for machines.
#[track_caller]
fn run_of(output: &Output) -> String {
    let summary = output.json_lines().pop().expect("a summary");
    summary["run"].as_str().expect("a run").to_owned()
}

/// Another child of these parents, as a feed writes it on both sides.
#[track_caller]
fn gains_a_child(school: &School, child: &str, parents: &[&str]) {
    let mut ldif = String::new();
    for parent in parents {
        ldif.push_str(&format!(
            "dn: {parent}\nchangetype: modify\nadd: ENTAuxPersRelEleveEleve\nENTAuxPersRelEleveEleve: {child}\n\n\
             dn: {child}\nchangetype: modify\nadd: ENTElevePersRelEleve\n\
             ENTElevePersRelEleve: {parent}$10$1$1$1$0\n\n"
        ));
    }
    let _ = school.manage().modify(&ldif).expect_success();
}

#[test]
fn what_two_links_give_stays_when_one_of_them_is_undone() {
    let school = School::up(60);
    let [a, b, c] = ["triplet_a", "triplet_b", "triplet_c"].map(|who| school.dn(who));
    let child = school.dn("child_of_duplicate_lycee");
    gains_a_child(&school, &child, &[&b, &c]);
    let before = dump(&school);
    let link = |who: &str| {
        let (principal, other) = (school.uid("triplet_a"), school.uid(who));
        done(
            &school,
            &["account", "link", &principal, &other, "--format", "json"],
        )
    };
    let (first, second) = (run_of(&link("triplet_b")), run_of(&link("triplet_c")));
    let _ = done(&school, &["history", "undo", &first]);
    assert!(
        holds(
            &school.entry("triplet_a"),
            "ENTAuxPersRelEleveEleve",
            &child
        ),
        "the other link gives that child as well"
    );
    let linked = school.entry("child_of_duplicate_lycee");
    let names_a = |v: &String| v.to_lowercase().starts_with(&a.to_lowercase());
    assert!(linked.all("ENTElevePersRelEleve").iter().any(names_a));
    let quiet = done(&school, &["account", "refresh"]);
    assert_eq!(quiet.stderr, "", "{quiet}");
    // The second run did not put it there: the link says what is left to take back.
    let undone = school.inter(&["history", "undo", &second, "--yes"]).run();
    assert_eq!(undone.status, Some(3), "{undone}");
    assert!(undone.stderr.contains("account unlink"), "{undone}");
    let _ = done(&school, &["account", "unlink", &school.uid("triplet_c")]);
    assert_eq!(before.diff(&dump(&school)), "");
}

#[test]
fn what_a_refresh_gave_since_is_named_when_the_link_is_undone() {
    let school = School::up(60);
    let (a, b) = (school.uid("triplet_a"), school.uid("triplet_b"));
    let made = done(&school, &["account", "link", &a, &b, "--format", "json"]);
    let run = run_of(&made);
    let child = school.dn("child_of_duplicate_lycee");
    gains_a_child(&school, &child, &[&school.dn("triplet_b")]);
    let _ = done(&school, &["account", "refresh", "--max-changes", "100%"]);
    let undone = school.inter(&["history", "undo", &run, "--yes"]).run();
    assert_eq!(undone.status, Some(3), "{undone}");
    assert!(undone.stderr.contains("account unlink"), "{undone}");
    assert!(
        undone.stderr.contains(&school.login("triplet_b")),
        "{undone}"
    );
    let _ = done(&school, &["account", "unlink", &b]);
    assert!(!holds(
        &school.entry("triplet_a"),
        "ENTAuxPersRelEleveEleve",
        &child
    ));
}

#[test]
fn nobody_is_left_without_a_login_because_the_one_to_keep_is_closed() {
    let school = School::up(60);
    let (a, b) = (school.uid("triplet_a"), school.uid("triplet_b"));
    let ldif = format!(
        "dn: {}\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: {DISABLED}\n",
        school.dn("triplet_a")
    );
    let _ = school.manage().modify(&ldif).expect_success();
    refused(&school, &["account", "link", &a, &b], "kept-is-closed");
    let merge = ["account", "merge", "--keep", &a, "--absorb", &b];
    refused(&school, &merge, "kept-is-closed");
    let _ = done(&school, &["account", "link", &b, &a]);
}
