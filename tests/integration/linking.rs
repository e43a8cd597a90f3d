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

/// The object of one account among the lines of a run.
fn _line_of<'a>(lines: &'a [Value], uid: &str) -> Option<&'a Value> {
    lines.iter().find(|line| line["account"]["uid"] == uid)
}
