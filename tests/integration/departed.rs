//! `account list --state departed`: whose data must go, by what it is seen, since when.

use super::premises::School;
use crate::support::output::Output;
use serde_json::Value;

fn departed(school: &School, more: &[&str]) -> Output {
    school
        .inter(&["--format", "json", "account", "list", "--state", "departed"])
        .args(more)
        .run()
        .expect_success()
}

/// The evidence for one person; `None` where they are not listed.
fn evidence(output: &Output, dn: &str) -> Option<(Vec<String>, Option<String>)> {
    let json = output.json();
    let people = json["accounts"].as_array().expect("accounts");
    let person = people.iter().find(|person| person["dn"] == dn)?;
    let codes = person["evidence"].as_array().expect("evidence");
    Some((
        codes
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        person["gone_since"].as_str().map(str::to_owned),
    ))
}

fn modify(school: &School, dn: &str, lines: &str) {
    school
        .manage()
        .modify(&format!("dn: {dn}\nchangetype: modify\n{lines}\n"))
        .expect_success();
}

#[test]
fn pupils_parents_and_staff_who_have_gone_are_listed_with_the_evidence() {
    let school = School::up(30);
    let before = departed(&school, &[]);
    let nobody = before.json()["accounts"].as_array().map(Vec::len);
    assert_eq!(nobody, Some(0), "{before}");
    let pupil = school.dn("namesake_5a");
    let home = school
        .entry("namesake_5a")
        .one("ENTPersonStructRattach")
        .expect("a school");
    // The class is no longer among those of the school: the feed took it away in summer.
    modify(
        &school,
        &pupil,
        &format!("replace: ENTEleveClasses\nENTEleveClasses: {home}$5Z"),
    );
    let staff = school
        .eye()
        .search(
            &format!("ou=personnes,{}", school.sandbox().base_dn()),
            crate::support::ldap_utils::Scope::Sub,
            "(objectClass=ENTAuxNonEnsEtab)",
            &["ENTPersonStructRattach", "objectClass"],
        )
        .into_iter()
        .find(|e| {
            !e.all("objectClass")
                .contains(&"ENTAuxPersRelEleve".to_owned())
        })
        .expect("staff")
        .dn;
    modify(
        &school,
        &staff,
        "delete: ENTPersonStructRattach\n-\ndelete: ENTPersonFonctions",
    );
    let gone = departed(&school, &[]);
    let (codes, since) = evidence(&gone, &pupil).expect("the pupil");
    assert_eq!(codes, ["class-gone"]);
    assert!(since.is_some(), "{gone}");
    let (codes, _) = evidence(&gone, &school.dn("parent_of_namesake_5a")).expect("the parent");
    assert_eq!(codes, ["children-gone"]);
    let (codes, _) = evidence(&gone, &staff).expect("staff");
    assert_eq!(codes, ["no-post"]);
    assert_eq!(evidence(&gone, &school.dn("namesake_6a")), None);
    assert_eq!(evidence(&gone, &school.dn("parent_college")), None);
    assert_eq!(
        gone.json()["accounts"].as_array().map(Vec::len),
        Some(3),
        "{gone}"
    );
    // Just now: not for three months.
    let long = departed(&school, &["--since", "3m"]);
    assert_eq!(evidence(&long, &pupil), None, "{long}");
    let now = departed(&school, &["--since", "0h"]);
    assert!(evidence(&now, &pupil).is_some(), "{now}");
    let french = school
        .inter(&["account", "list", "--state", "departed"])
        .french()
        .run()
        .expect_success();
    assert!(french.stdout.contains("classe disparue"), "{french}");
    assert!(french.stderr.contains("pas entctl"), "{french}");
}

#[test]
fn a_parent_who_names_a_child_that_is_gone_has_no_date() {
    let school = School::up(30);
    let child = school.dn("accents");
    let parent = school.dn("parent_accents");
    school
        .manage()
        .modify(&format!("dn: {child}\nchangetype: delete\n"))
        .expect_success();
    // Whatever the server made of the link: as a server without referential integrity leaves it.
    modify(
        &school,
        &parent,
        &format!("replace: ENTAuxPersRelEleveEleve\nENTAuxPersRelEleveEleve: {child}"),
    );
    let gone = departed(&school, &[]);
    assert_eq!(
        evidence(&gone, &parent),
        Some((vec!["no-child".to_owned()], None)),
        "{gone}"
    );
    let now = departed(&school, &["--since", "0h"]);
    assert_eq!(evidence(&now, &parent), None, "{now}");
    assert!(now.stderr.contains("does not say since when"), "{now}");
}

#[test]
fn an_administrator_of_one_school_never_takes_an_unseen_child_for_gone() {
    let school = School::up(30);
    // The child at the collège has gone; the other is at the lycée, whom the collège need not see.
    let home = school
        .entry("sibling_college")
        .one("ENTPersonStructRattach")
        .expect("a school");
    modify(
        &school,
        &school.dn("sibling_college"),
        &format!("replace: ENTEleveClasses\nENTEleveClasses: {home}$6Z"),
    );
    let gone = school
        .college(&["--format", "json", "account", "list", "--state", "departed"])
        .run()
        .expect_success();
    assert!(
        evidence(&gone, &school.dn("sibling_college")).is_some(),
        "{gone}"
    );
    assert_eq!(
        evidence(&gone, &school.dn("parent_both_schools")),
        None,
        "{gone}"
    );
}

#[test]
fn since_is_about_those_who_have_gone() {
    let school = School::up(30);
    let told = school
        .inter(&[
            "--format", "json", "account", "list", "--state", "active", "--since", "3m",
        ])
        .run()
        .expect_status(2);
    assert_eq!(
        told.json_errors()[0]["code"],
        "since-without-departed",
        "{told}"
    );
    let told = school
        .inter(&["--format", "json", "account", "list", "--state", "departed"])
        .args(["--since", "hier"])
        .run()
        .expect_status(2);
    assert_eq!(told.json_errors()[0]["code"], "not-a-time", "{told}");
    // To come: everybody who is disabled today would be listed as gone.
    let told = school
        .inter(&["--format", "json", "account", "list", "--state", "departed"])
        .args(["--since", "01/09/2199"])
        .run()
        .expect_status(2);
    assert_eq!(told.json_errors()[0]["code"], "not-a-time", "{told}");
    // Disabled long ago: the mark has no date, the entry has.
    let disabled = school.dn("disabled");
    assert_eq!(evidence(&departed(&school, &[]), &disabled), None);
    let now = departed(&school, &["--since", "0h"]);
    let (codes, since) = evidence(&now, &disabled).expect("the disabled pupil");
    assert_eq!(codes, ["disabled"]);
    assert!(since.is_some());
}
