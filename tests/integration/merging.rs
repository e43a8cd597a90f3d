//! `account merge`: one account of a person counts, and nothing that named the other is lost; read back with ldap-utils.

use crate::premises::{DISABLED, School};
use crate::support::ldif::{Dump, LdifEntry};
use crate::support::output::Output;
use std::os::unix::fs::PermissionsExt as _;

/// What a login leaves behind.
const LOGINS: [&str; 2] = ["pwdLastSuccess", "pwdFailureTime"];
/// What is not a reference: where the absorbed account is, and what it was called.
const INTENDED: [&str; 2] = ["ENTPersRelFusionSecondaire", "entctlFormerLogin"];

fn dump(school: &School) -> Dump {
    school.dump().comparable().without(&LOGINS)
}

fn holds(entry: &LdifEntry, attribute: &str, value: &str) -> bool {
    let mut values = entry.all(attribute).into_iter();
    values.any(|v| v.eq_ignore_ascii_case(value))
}

#[track_caller]
fn merge(school: &School, kept: &str, absorbed: &[&str], more: &[&str]) -> Output {
    let mut words = vec!["account".to_owned(), "merge".to_owned()];
    words.extend(["--keep".to_owned(), school.uid(kept)]);
    for who in absorbed {
        words.extend(["--absorb".to_owned(), school.uid(who)]);
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    school.inter(&words).args(["--yes"]).args(more).run()
}

/// The run that a command has just made.
fn last_run(school: &School) -> String {
    let listed = school
        .inter(&["history", "list", "--format", "json"])
        .run()
        .expect_success();
    let document = listed.json();
    let runs = document["runs"].as_array().expect("runs");
    runs[0]["run"].as_str().expect("a run").to_owned()
}

#[track_caller]
fn undo(school: &School) -> Output {
    let run = last_run(school);
    school.inter(&["history", "undo", &run, "--yes"]).run()
}

/// Every value of the dump that holds this text, but the intended ones.
fn naming(dump: &Dump, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (dn, attributes) in &dump.0 {
        for (name, values) in attributes {
            if dn == text || INTENDED.contains(&name.as_str()) {
                continue;
            }
            let all = values.iter().filter(|v| v.contains(text));
            found.extend(all.map(|v| format!("{dn}: {name}: {v}")));
        }
    }
    found
}

#[track_caller]
fn change(school: &School, ldif: &str) {
    let _ = school.manage().modify(ldif).expect_success();
}

/// The second account is named everywhere an account can be named.
fn named_everywhere(school: &School) {
    let (a, b) = (school.dn("duplicate_a"), school.dn("duplicate_b"));
    let child = school.dn("child_of_duplicate_lycee");
    let small = school.dn("child_of_duplicate_college");
    let base = school.sandbox().base_dn();
    let groups = school.manage().search(
        &format!("ou=groupes,{base}"),
        crate::support::ldap_utils::Scope::Sub,
        "(objectClass=groupOfNames)",
        &["member"],
    );
    let schools = school.manage().search(
        &format!("ou=structures,{base}"),
        crate::support::ldap_utils::Scope::Sub,
        "(objectClass=ENTEtablissement)",
        &["cn"],
    );
    let of = |who: &str, groups: &LdifEntry| holds(groups, "member", who);
    let new: Vec<&LdifEntry> = groups.iter().filter(|g| !of(&b, g)).take(3).collect();
    let mut ldif = String::new();
    for group in &new {
        ldif.push_str(&format!(
            "dn: {}\nchangetype: modify\nadd: member\nmember: {b}\n\n",
            group.dn
        ));
    }
    ldif.push_str(&format!(
        "dn: {}\nchangetype: modify\nadd: owner\nowner: {b}\n\n",
        new[0].dn
    ));
    ldif.push_str(&format!(
        "dn: {}\nchangetype: modify\nreplace: ENTStructureResponsable\nENTStructureResponsable: {b}\n\n",
        schools[0].dn
    ));
    // All the attributes of the one child, and twice on the other.
    ldif.push_str(&format!(
        "dn: {child}\nchangetype: modify\nreplace: ENTElevePersRelEleve\nENTElevePersRelEleve: {b}$10$O$1$O$N\n\
         -\nreplace: ENTEleveParents\nENTEleveParents: {b}\n-\nreplace: ENTEleveMere\nENTEleveMere: {b}\n\
         -\nreplace: ENTElevePersRelEleve1\nENTElevePersRelEleve1: {b}\n\
         -\nreplace: ENTEleveAutoriteParentale\nENTEleveAutoriteParentale: {b}\n\
         -\nreplace: ENTEleveAdresseRel\nENTEleveAdresseRel: {b}\n\
         -\nreplace: ENTEleveEntrTutStage\nENTEleveEntrTutStage: {b}\n\n"
    ));
    ldif.push_str(&format!(
        "dn: {small}\nchangetype: modify\nreplace: ENTElevePersRelEleve\n\
         ENTElevePersRelEleve: {a}$90$N$3$N$O\nENTElevePersRelEleve: {b}$10$O$1$O$N\n\n\
         dn: {b}\nchangetype: modify\nadd: ENTAuxPersRelEleveEleve\nENTAuxPersRelEleveEleve: {small}\n"
    ));
    change(school, &ldif);
}

#[test]
fn nothing_names_the_absorbed_account_and_undo_restores_the_directory() {
    let school = School::up(60);
    named_everywhere(&school);
    let before = dump(&school);
    let (a, b) = (school.dn("duplicate_a"), school.dn("duplicate_b"));
    let login = school.login("duplicate_b");
    let letters = school.file("lettres.csv");
    let output = merge(
        &school,
        "duplicate_a",
        &["duplicate_b"],
        &["--report", letters.to_str().expect("a path")],
    )
    .expect_success();
    assert!(!output.all().contains("uid="), "{output}");
    let after = dump(&school);
    assert_eq!(naming(&after, &b), [] as [String; 0]);
    let (kept, absorbed) = (school.entry("duplicate_a"), school.entry("duplicate_b"));
    assert!(holds(&kept, "ENTPersRelFusionSecondaire", &b));
    assert!(holds(&kept, "entctlFormerLogin", &login));
    assert!(holds(&absorbed, "ENTPersRelFusionPrincipal", &a));
    assert!(holds(&absorbed, "pwdAccountLockedTime", DISABLED));
    assert!(!holds(&absorbed, "objectClass", "ENTAuxPersRelEleve"));
    for child in ["child_of_duplicate_college", "child_of_duplicate_lycee"] {
        assert!(holds(&kept, "ENTAuxPersRelEleveEleve", &school.dn(child)));
    }
    let small = school.entry("child_of_duplicate_college");
    assert_eq!(
        small.all("ENTElevePersRelEleve"),
        [format!("{a}$10$O$1$O$O")],
        "one value, the strongest rights"
    );
    assert!(kept.all("memberOf").len() >= 3, "{kept:?}");
    assert_eq!(absorbed.all("memberOf"), [] as [String; 0]);
    let closed = school.bind("duplicate_b", &school.old_password("duplicate_b"));
    assert_ne!(closed.code, 0);
    let text = std::fs::read_to_string(&letters).expect("the letter's file");
    assert!(text.starts_with('\u{feff}'));
    assert!(text.contains(&login) && text.contains("Théo"), "{text}");
    let mode = letters.metadata().expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Once more: nothing is left to do.
    let again = merge(&school, "duplicate_a", &["duplicate_b"], &[]).expect_success();
    assert!(again.all().contains("already"), "{again}");
    assert_eq!(after.diff(&dump(&school)), "");
    let _ = undo(&school).expect_success();
    assert_eq!(before.diff(&dump(&school)), "");
    assert_eq!(
        school
            .bind("duplicate_b", &school.old_password("duplicate_b"))
            .code,
        0
    );
}
