//! All that the directory holds on one person, for that person.

use super::premises::{School, assert_says_nothing_of};
use crate::support::ldap_utils::Scope;
use crate::support::ldif::LdifEntry;
use crate::support::output::Output;
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;

const SECRETS: [&str; 2] = ["userPassword", "pwdHistory"];

fn export(school: &School, who: &str) -> serde_json::Value {
    school
        .inter(&["--format", "json", "account", "export", &school.uid(who)])
        .run()
        .expect_success()
        .json()
}

/// A value with every entry it names said by that entry's own words, found by the second eye.
fn said(school: &School, value: &str) -> String {
    value
        .split('$')
        .map(|part| {
            if !part.ends_with(school.sandbox().base_dn()) {
                return part.to_owned();
            }
            let entry = school.eye().read(part, &["*"]);
            let entry = entry.unwrap_or_else(|| panic!("{part} is gone"));
            let usual = entry.one("ENTStructureNomCourant");
            usual.or_else(|| entry.one("cn")).expect("a name")
        })
        .collect::<Vec<_>>()
        .join("$")
}

fn values(document: &serde_json::Value, attribute: &str) -> BTreeSet<String> {
    document["attributes"]
        .as_array()
        .expect("attributes")
        .iter()
        .filter(|held| held["attribute"] == attribute)
        .flat_map(|held| held["values"].as_array().expect("values").clone())
        .map(|value| value.as_str().expect("text").to_owned())
        .collect()
}

/// Every value that the second eye sees is there, secrets aside.
fn assert_whole(school: &School, who: &str, document: &serde_json::Value) {
    let entry = school
        .eye()
        .read(&school.dn(who), &["*"])
        .expect("the entry");
    assert!(entry.attributes.len() > 15, "{entry:?}");
    for attribute in entry.attributes.keys() {
        if SECRETS.contains(&attribute.as_str()) {
            continue;
        }
        let all = entry.all(attribute);
        let wanted: BTreeSet<String> = all.iter().map(|v| said(school, v)).collect();
        assert_eq!(values(document, attribute), wanted, "{attribute} of {who}");
    }
}

/// What nobody else's export may hold of this person.
fn private(entry: &LdifEntry) -> Vec<String> {
    ["mail", "mobile", "homePhone", "ENTPersonLogin", "uid"]
        .iter()
        .flat_map(|attribute| entry.all(attribute))
        .collect()
}

fn hashes(school: &School) -> Vec<String> {
    let base = school.sandbox().base_dn();
    let all = school
        .manage()
        .search(base, Scope::Sub, "(userPassword=*)", &["userPassword"]);
    let hashes: Vec<String> = all.iter().flat_map(|e| e.all("userPassword")).collect();
    assert!(hashes.len() > 50);
    hashes
}

#[test]
fn everything_the_directory_holds_is_there_and_nothing_of_others() {
    let school = School::up(30);
    for who in [
        "parent_both_schools",
        "sibling_college",
        "older_links",
        "teacher_and_parent",
    ] {
        assert_whole(&school, who, &export(&school, who));
    }
    let document = export(&school, "parent_both_schools");
    assert_eq!(
        document["children"],
        serde_json::json!(["Emma Bernard", "Lucas Bernard"])
    );
    let links = document["relations"].as_array().expect("relations").iter();
    let links = links.filter(|r| r["attribute"] == "ENTElevePersRelEleve");
    assert_eq!(links.count(), 2);
    assert_eq!(document["people_not_shown"], 0);
    // Two parents: each appears by name in the pupil's, and nothing of either in the other's.
    let (mother, father) = (school.entry("mother_older_links"), school.entry("no_mail"));
    let hashes = hashes(&school);
    for profile in [school.sandbox().profile(), school.sandbox().manage()] {
        for format in ["json", "table", "csv"] {
            let run = |who: &str| -> Output {
                let uid = school.uid(who);
                let words = ["--format", format, "account", "export", &uid];
                school.with(&profile, &words).run().expect_success()
            };
            let pupil = run("older_links");
            assert!(pupil.stdout.contains("Hervé Morel"), "{pupil}");
            assert_says_nothing_of(&pupil, &private(&mother));
            assert_says_nothing_of(&pupil, &private(&father));
            let both = [run("mother_older_links"), run("no_mail"), pupil];
            assert_says_nothing_of(&both[0], &private(&father));
            assert_says_nothing_of(&both[1], &private(&mother));
            // What the child's account says of one parent is not what it says of the other.
            assert!(both[0].stdout.contains("Agnès Morel"), "{}", both[0]);
            assert_says_nothing_of(&both[0], &["Hervé".to_owned()]);
            assert_says_nothing_of(&both[1], &["Agnès".to_owned()]);
            for output in &both {
                assert_says_nothing_of(output, &hashes);
                assert_says_nothing_of(output, &["userPassword".into(), "{ssha".into()]);
            }
        }
    }
}

#[test]
fn whom_a_value_names_and_nobody_finds_is_not_told_by_a_number() {
    let school = School::up(30);
    let gone = school.dn_of_uid("F26gone99");
    school
        .manage()
        .modify(&format!(
            "dn: {}\nchangetype: modify\nadd: manager\nmanager: {gone}\n-\n\
             add: description\ndescription: {gone}$10$1\n-\n",
            school.dn("accents")
        ))
        .expect_success();
    let document = export(&school, "accents");
    let told = "(no longer in the directory)";
    assert_eq!(
        values(&document, "manager"),
        BTreeSet::from([told.to_owned()])
    );
    let description = values(&document, "description");
    assert_eq!(description, BTreeSet::from([format!("{told}$10$1")]));
}

#[test]
fn what_a_childs_account_says_of_a_parent_is_all_there_and_said_in_words() {
    let school = School::up(30);
    let (parent, child) = (
        school.dn("parent_both_schools"),
        school.dn("sibling_college"),
    );
    school
        .manage()
        .modify(&format!(
            "dn: {child}\nchangetype: modify\nreplace: ENTEleveAdresseRel\nENTEleveAdresseRel: {parent}\n-\n\
             replace: ENTEleveEntrTutStage\nENTEleveEntrTutStage: {parent}\n-\n\
             replace: ENTElevePersRelEleve\nENTElevePersRelEleve: {parent}$2$1$2$1$0\n-\n"
        ))
        .expect_success();
    let document = export(&school, "parent_both_schools");
    let relations = document["relations"].as_array().expect("relations");
    let of_child: BTreeSet<(&str, &str)> = relations
        .iter()
        .filter(|relation| relation["name"] == "Emma Bernard")
        .map(|relation| {
            let value = relation["values"][0].as_str().expect("a value");
            (relation["attribute"].as_str().expect("a name"), value)
        })
        .collect();
    let name = document["account"]["name"].as_str().expect("a name");
    let link = format!("{name}$2$1$2$1$0");
    let wanted = [
        ("ENTEleveAdresseRel", name),
        ("ENTEleveEntrTutStage", name),
        ("ENTElevePersRelEleve", link.as_str()),
    ];
    assert_eq!(of_child, BTreeSet::from(wanted));
    // The same words on the screen and on paper, on the child's own and on the parent's.
    let said = "mère · représentant légal : non, a l'élève en charge · responsable financier : oui · \
                à contacter : oui · paiement : non";
    for who in ["parent_both_schools", "sibling_college"] {
        let uid = school.uid(who);
        let screen = school
            .inter(&["account", "export", &uid])
            .french()
            .run()
            .expect_success();
        assert!(screen.stdout.contains(said), "{screen}");
        let page = format!("{who}.html");
        let words = ["account", "export", &uid, "--out", &page];
        let _ = school.inter(&words).french().run().expect_success();
        let page = std::fs::read_to_string(school.file(&page)).expect("a page");
        assert!(page.contains(&said.replace('\'', "&#x27;")), "{page}");
    }
    // And what the parent's account says of the child.
    let document = export(&school, "sibling_college");
    let relations = document["relations"].as_array().expect("relations");
    let named = |attribute: &str| relations.iter().any(|r| r["attribute"] == attribute);
    assert!(named("ENTAuxPersRelEleveEleve"), "{document:#}");
}

#[test]
fn a_technical_account_that_wrote_is_no_person_who_is_gone() {
    let school = School::up(30);
    let document = export(&school, "accents");
    let technical = BTreeSet::from(["a technical account".to_owned()]);
    assert_eq!(values(&document, "creatorsName"), technical);
}

#[test]
fn groups_and_the_administrator_are_named() {
    let school = School::up(30);
    let document = export(&school, "older_links");
    let entry = school.entry("older_links");
    let groups: BTreeSet<String> = entry
        .all("memberOf")
        .iter()
        .map(|dn| said(&school, dn))
        .collect();
    let told: BTreeSet<String> = serde_json::from_value(document["groups"].clone()).expect("names");
    assert!(!groups.is_empty());
    assert_eq!(told, groups);
    school
        .inter(&["account", "lock", &school.uid("older_links"), "--yes"])
        .run()
        .expect_success();
    let document = export(&school, "older_links");
    let administrator = said(&school, &school.sandbox().status().bind_dn);
    assert_eq!(
        values(&document, "modifiersName"),
        BTreeSet::from([administrator])
    );
}

#[test]
fn what_runs_did_is_told_without_a_password_and_without_other_people() {
    let school = School::up(30);
    let uid = school.uid("accents");
    let other = school.uid("ligature");
    school
        .inter(&[
            "account", "lock", &uid, &other, "--yes", "--reason", "départ",
        ])
        .run()
        .expect_success();
    let reset = school
        .inter(&["--format", "json", "password", "reset", &uid, "--yes"])
        .arg("--print")
        .run()
        .expect_success();
    let password = super::premises::printed(&reset);
    let document = export(&school, "accents");
    let history = document["history"].as_array().expect("runs");
    assert_eq!(history.len(), 2, "{document:#}");
    assert_eq!(history[0]["verb"], "account lock");
    assert_eq!(history[0]["reason"], "départ");
    assert_eq!(history[0]["outcome"], "done");
    assert_eq!(history[0]["sets_password"], false);
    assert_eq!(
        history[0]["changes"][0]["attribute"],
        "pwdAccountLockedTime"
    );
    assert!(history[0]["user"].is_string() && history[0]["started_at"].is_string());
    assert_eq!(history[1]["verb"], "password reset");
    assert_eq!(history[1]["sets_password"], true);
    let text = document.to_string();
    for word in [&password, &other, "userPassword"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    // The other one has a line of their own, and nobody else's.
    let document = export(&school, "ligature");
    assert_eq!(document["history"].as_array().map(Vec::len), Some(1));
}

#[test]
fn outside_the_schools_nobody_is_there_and_a_child_elsewhere_has_no_name() {
    let school = School::up(30);
    let uid = school.uid("sibling_lycee");
    let refused = school
        .college(&["account", "export", &uid, "--out", "x.json"])
        .run()
        .expect_status(5);
    assert_says_nothing_of(&refused, &["Lucas".to_owned(), "lycée".to_owned()]);
    assert!(!school.file("x.json").exists());
    let told = school
        .college(&["--format", "json", "account", "export"])
        .arg(school.uid("parent_both_schools"))
        .run()
        .expect_success();
    assert_eq!(told.json()["people_not_shown"], 1, "{told}");
    assert_eq!(told.json()["children"], serde_json::json!(["Emma Bernard"]));
    assert!(told.stderr.contains("outside this profile"), "{told}");
    let lucas = [
        private(&school.entry("sibling_lycee")),
        vec!["Lucas".into()],
    ]
    .concat();
    assert_says_nothing_of(&told, &lucas);
}

#[test]
fn a_file_is_private_new_and_of_the_language_asked() {
    let school = School::up(30);
    let uid = school.uid("older_links");
    for (lang, label) in [("fr", "Date de naissance"), ("en", "Birth date")] {
        for ending in ["json", "html"] {
            let name = format!("{lang}.{ending}");
            let written = school
                .inter(&["--lang", lang, "account", "export", &uid, "--out", &name])
                .run()
                .expect_success();
            assert_eq!(written.stdout, "");
            let file = school.file(&name);
            let mode = std::fs::metadata(&file)
                .expect("a file")
                .permissions()
                .mode();
            assert_eq!(mode & 0o7777, 0o600, "{name}");
            let text = std::fs::read_to_string(&file).expect("text");
            assert!(text.contains(label), "{label} in {text}");
            assert!(text.contains("jules.morel") && text.contains("Agnès Morel"));
            match ending {
                "json" => {
                    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
                    assert_eq!(document["format_version"], 1);
                    assert_whole(&school, "older_links", &document);
                }
                _ => {
                    assert!(text.contains(&format!("<html lang=\"{lang}\">")), "{text}");
                    // Self-contained: nothing is fetched.
                    for outside in ["http://", "https://", "<link", "<script", "url("] {
                        assert!(!text.contains(outside), "{outside} in {text}");
                    }
                }
            }
            let again = school
                .inter(&["account", "export", &uid, "--out", &name])
                .run()
                .expect_status(2);
            assert!(again.stderr.contains("never overwritten"), "{again}");
            assert_eq!(std::fs::read_to_string(&file).expect("text"), text);
        }
    }
    std::os::unix::fs::symlink(school.file("elsewhere"), school.file("link.json")).expect("a link");
    for (out, code) in [
        ("link.json", "file-exists"),
        ("x.pdf", "export-extension"),
        ("no/x.json", "file-folder"),
    ] {
        let refused = school
            .inter(&["--format", "json", "account", "export", &uid, "--out", out])
            .run()
            .expect_status(2);
        assert_eq!(refused.json_errors()[0]["code"], code, "{refused}");
    }
    assert!(!school.file("elsewhere").exists());
}

#[test]
fn hostile_values_steer_neither_the_screen_nor_the_page() {
    let school = School::up(30);
    let hostile = "<img src=x onerror=alert(1)>\u{1b}[31m\u{202e}\u{7}";
    let encoded = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(hostile)
    };
    let dn = school.dn("accents");
    school
        .manage()
        .modify(&format!(
            "dn: {dn}\nchangetype: modify\nreplace: displayName\ndisplayName:: {encoded}\n-\n\
             add: description\ndescription:: {encoded}\ndescription: {{SSHA}}c2VjcmV0\n-\n"
        ))
        .expect_success();
    let uid = school.uid("accents");
    for format in ["table", "json"] {
        let output = school
            .inter(&["--format", format, "account", "export", &uid])
            .run()
            .expect_success();
        let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!output.stdout.contains(steers), "{:?}", output.stdout);
        assert!(!output.stdout.contains("c2VjcmV0"), "{output}");
        assert!(output.stdout.contains("onerror"), "{output}");
    }
    let document = export(&school, "accents");
    assert_eq!(
        values(&document, "description"),
        BTreeSet::from([hostile.to_owned()])
    );
    for name in ["a.html", "a.json"] {
        school
            .inter(&["account", "export", &uid, "--out", name])
            .run()
            .expect_success();
        let text = std::fs::read_to_string(school.file(name)).expect("text");
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{text}");
        assert!(!text.contains("c2VjcmV0"), "{text}");
        assert!(name == "a.json" || !text.contains("<img"), "{text}");
    }
}
