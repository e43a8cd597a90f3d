//! `account set`: the right of correction, read back with ldap-utils.

use super::premises::{School, assert_says_nothing_of};
use crate::support::ldap_utils;
use crate::support::ldif::LdifEntry;
use crate::support::output::Output;
use crate::support::slapd::Slapd;

const PUPIL: &str = "lea dupont 6A";

fn set(school: &School, words: &[&str]) -> Output {
    school
        .college(&["account", "set", PUPIL])
        .args(words)
        .arg("--yes")
        .run()
}

/// The entry without the server's bookkeeping.
fn held(school: &School, who: &str) -> Vec<(String, Vec<String>)> {
    let entry: LdifEntry = school.entry(who);
    let wanted = [
        "sn",
        "givenName",
        "cn",
        "displayName",
        "mobile",
        "homePhone",
        "mail",
        "personalTitle",
        "ENTPersonDateNaissance",
        "ENTPersonAdresse",
        "ENTPersonCodePostal",
        "ENTPersonVille",
        "ENTPersonPays",
        "preferredLanguage",
        "ENTPersonLogin",
    ];
    wanted
        .iter()
        .map(|name| ((*name).to_owned(), entry.all(name)))
        .collect()
}

fn code(output: &Output) -> String {
    output.json_errors()[0]["code"]
        .as_str()
        .expect("a code")
        .to_owned()
}

#[test]
fn a_telephone_number_is_corrected_and_stored_in_one_form() {
    let school = School::up(30);
    let run = set(
        &school,
        &["téléphone=05.61.91.00 01", "portable=0692 12 34 56"],
    )
    .expect_success();
    let entry = school.entry("namesake_6a");
    assert_eq!(entry.all("homePhone"), ["+33 5 61 91 00 01"]);
    assert_eq!(entry.all("mobile"), ["+262 692 12 34 56"]);
    assert!(run.stderr.contains("the pupils' database"), "{run}");
    // Typed in another way it is the same number: nothing to do, nothing written.
    let before = school.dump();
    let again = set(&school, &["phone=+33 (0)5 61 91 00 01"]).expect_success();
    assert!(again.stderr.contains("nothing to do"), "{again}");
    school.assert_untouched(&before);
    set(&school, &["phone="]).expect_success();
    assert!(school.entry("namesake_6a").one("homePhone").is_none());
}

#[test]
fn every_field_is_written_in_the_form_of_the_directory() {
    let school = School::up(30);
    set(
        &school,
        &[
            "naissance=2014-03-14",
            "civilité=mme",
            "adresse=12 rue des Lilas; Bât. B",
            "code-postal=31 000",
            "ville=Toulouse",
            "courriel=lea@example.fr",
            "language=FR",
        ],
    )
    .expect_success();
    let entry = school.entry("namesake_6a");
    for (attribute, value) in [
        ("ENTPersonDateNaissance", "14/03/2014"),
        ("personalTitle", "Mme"),
        ("ENTPersonAdresse", "12 rue des Lilas$Bât. B"),
        ("ENTPersonCodePostal", "31000"),
        ("ENTPersonVille", "Toulouse"),
        ("mail", "lea@example.fr"),
        ("preferredLanguage", "fr"),
    ] {
        assert_eq!(entry.all(attribute), [value], "{attribute}");
    }
    // Abroad, five digits are not asked for.
    set(&school, &["postcode=SW1A 1AA"]).expect_status(2);
    set(&school, &["country=Royaume-Uni", "postcode=SW1A 1AA"]).expect_success();
    set(&school, &["postcode=EC1A 1BB"]).expect_success();
    assert_eq!(
        school.entry("namesake_6a").all("ENTPersonCodePostal"),
        ["EC1A 1BB"]
    );
}

#[test]
fn the_full_name_follows_and_the_login_stays() {
    let school = School::up(30);
    let login = school.login("namesake_6a");
    let plan = school
        .college(&["account", "set", PUPIL, "nom=Durand", "--dry-run"])
        .french()
        .run()
        .expect_success();
    for word in [
        "nom complet",
        "Léa Dupont",
        "Léa Durand",
        "Avant",
        "Après",
        "base élèves",
    ] {
        assert!(
            format!("{}{}", plan.stdout, plan.stderr).contains(word),
            "{word}\n{plan}"
        );
    }
    assert_eq!(school.entry("namesake_6a").all("sn"), ["Dupont"]);
    set(&school, &["nom=Durand"]).expect_success();
    let entry = school.entry("namesake_6a");
    assert_eq!(entry.all("sn"), ["Durand"]);
    assert_eq!(entry.all("cn"), ["Léa Durand"]);
    assert_eq!(entry.all("displayName"), ["Léa Durand"]);
    assert_eq!(entry.all("ENTPersonLogin"), [login]);
    // A full name of its own is nobody's to compose.
    let own = school.entry("special_characters").all("cn");
    let said = school
        .college(&["account", "set", &school.login("special_characters")])
        .args(["last-name=O'Neill", "--yes"])
        .run()
        .expect_success();
    assert!(said.stderr.contains("full name"), "{said}");
    assert_eq!(school.entry("special_characters").all("cn"), own);
}

#[test]
fn the_run_can_be_taken_back_by_ldapmodify_alone() {
    let school = School::up(30);
    let before = held(&school, "namesake_6a");
    set(
        &school,
        &[
            "nom=Durand",
            "phone=0561910001",
            "mail=",
            "naissance=14/03/2014",
        ],
    )
    .expect_success();
    assert_ne!(held(&school, "namesake_6a"), before);
    let runs = super::school::listed(&school.sandbox_history().join("runs"));
    let undo = std::fs::read_to_string(runs[0].join("undo.ldif")).expect("undo.ldif");
    school.manage().modify(&undo).expect_success();
    assert_eq!(held(&school, "namesake_6a"), before);
}

#[test]
fn a_value_that_cannot_be_is_refused_with_what_was_expected() {
    let school = School::up(30);
    let before = school.dump();
    for (typed, expected) in [
        ("phone=06 39 98", "06 39 98 12 34"),
        ("phone=sur liste rouge", "06 39 98 12 34"),
        ("birth-date=31/02/2014", "14/03/2014"),
        ("birth-date=01/01/2999", "not to come"),
        ("mail=\"a b\"@example.fr", "prenom.nom@example.fr"),
        ("mail=lea@localhost", "prenom.nom@example.fr"),
        ("postcode=3100", "31000"),
        ("last-name=", "always has one"),
        ("last-name=a$b", "Anne-Sophie"),
        ("last-name=a\u{1b}[31mb", "Anne-Sophie"),
        ("title=Docteur", "M., Mme"),
    ] {
        let told = set(&school, &[typed]).expect_status(2);
        assert!(told.stderr.contains(expected), "{typed}\n{told}");
        assert!(!told.stderr.contains('\u{1b}'), "{told}");
        let json = school
            .college(&["--format", "json", "account", "set", PUPIL, typed, "--yes"])
            .run()
            .expect_status(2);
        assert_eq!(code(&json), "field-value", "{json}");
    }
    let french = school
        .college(&["account", "set", PUPIL, "portable=12", "--yes"])
        .french()
        .run()
        .expect_status(2);
    assert!(
        french.stderr.contains("portable : « 12 » ne convient pas"),
        "{french}"
    );
    school.assert_untouched(&before);
}

#[test]
fn what_is_no_field_is_sent_where_it_belongs() {
    let school = School::up(30);
    let before = school.dump();
    for (typed, expected, says) in [
        (
            "password=hunter2-hunter2",
            "field-elsewhere",
            "entctl password reset",
        ),
        ("identifiant=lea", "field-elsewhere", "feed"),
        ("classe=6B", "field-elsewhere", "pupils' or staff database"),
        ("phoen=0561910001", "field-unknown", "Did you mean phone?"),
        ("pointure=36", "field-unknown", "birth-date"),
        ("=36", "field-unknown", "birth-date"),
        ("6A", "field-missing", "phone="),
    ] {
        let told = set(&school, &[typed]).expect_status(2);
        assert!(told.stderr.contains(says), "{typed}\n{told}");
        assert_says_nothing_of(&told, &["hunter2".to_owned()]);
        let json = school
            .college(&["--format", "json", "account", "set", PUPIL, typed, "--yes"])
            .run()
            .expect_status(2);
        assert_eq!(code(&json), expected, "{json}");
    }
    let twice = school
        .college(&["--format", "json", "account", "set", PUPIL])
        .args(["city=Albi", "ville=Toulouse", "--yes"])
        .run()
        .expect_status(2);
    assert_eq!(code(&twice), "field-twice", "{twice}");
    // A value and nothing, of a field that may hold several: nobody knows which is meant.
    for typed in [
        ["portable=0639981234", "portable="],
        ["mobile= ", "portable=0639981234"],
    ] {
        let both = school
            .college(&["--format", "json", "account", "set", PUPIL, "--yes"])
            .args(typed)
            .run()
            .expect_status(2);
        assert_eq!(code(&both), "field-twice", "{both}");
    }
    let parent = school
        .college(&["--format", "json", "account", "set"])
        .arg(school.login("parent_college"))
        .args(["birth-date=14/03/1980", "--yes"])
        .run()
        .expect_status(2);
    assert_eq!(code(&parent), "field-not-of-role", "{parent}");
    school.assert_untouched(&before);
}

#[test]
fn every_faulty_field_is_told_at_once() {
    let school = School::up(30);
    let before = school.dump();
    let told = |who: &str, words: &[&str], status: u8| {
        school
            .college(&["--format", "json", "account", "set", who, "--yes"])
            .args(words)
            .run()
            .expect_status(i32::from(status))
    };
    let faults = |output: &Output| -> Vec<(String, String)> {
        let error = output.json_errors().remove(0);
        assert_eq!(error["code"], "fields-faulty", "{output}");
        let faults = error["details"]["faults"].as_array().expect("faults");
        assert_eq!(error["lines"].as_array().map(Vec::len), Some(faults.len()));
        let text =
            |fault: &serde_json::Value, key: &str| fault[key].as_str().expect(key).to_owned();
        faults
            .iter()
            .map(|fault| (text(fault, "field"), text(fault, "code")))
            .collect()
    };
    let wanted = |faults: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = |(field, code): &(&str, &str)| ((*field).to_owned(), (*code).to_owned());
        faults.iter().map(owned).collect()
    };
    let words = [
        "taille=12",
        "phone=12",
        "ville=Albi",
        "naissance=31/02/2014",
        "nom=",
    ];
    assert_eq!(
        faults(&told(PUPIL, &words, 2)),
        wanted(&[
            ("taille", "field-unknown"),
            ("phone", "field-value"),
            ("birth-date", "field-value"),
            ("last-name", "field-value"),
        ])
    );
    // What depends on the person, too.
    let words = ["birth-date=14/03/1980", "country=France", "postcode=3100A"];
    let of_parent = told(&school.login("parent_college"), &words, 2);
    assert_eq!(
        faults(&of_parent),
        wanted(&[
            ("birth-date", "field-not-of-role"),
            ("postcode", "field-value")
        ])
    );
    let french = school
        .college(&["account", "set", PUPIL, "phone=12", "mail=x", "--yes"])
        .french()
        .run()
        .expect_status(2);
    for words in [
        "2 champs",
        "« 12 »",
        "« x »",
        "0262 90 12 34",
        "prenom.nom@",
    ] {
        assert!(french.stderr.contains(words), "{words}\n{french}");
    }
    school.assert_untouched(&before);
}

#[test]
fn a_correction_is_one_person_and_keeps_to_the_school() {
    let school = School::up(30);
    let before = school.dump();
    let wanted = ["phone=0561910001", "--yes"];
    let several = school
        .inter(&["--format", "json", "account", "set", "lea dupont"])
        .args(wanted)
        .run()
        .expect_status(5);
    assert_eq!(code(&several), "ambiguous", "{several}");
    let two = school
        .inter(&["--format", "json", "account", "set"])
        .args([school.login("namesake_6a"), school.login("namesake_5a")])
        .args(wanted)
        .run()
        .expect_status(2);
    assert_eq!(code(&two), "one-account-only", "{two}");
    let other = school
        .college(&["--format", "json", "account", "set"])
        .arg(school.login("sibling_lycee"))
        .args(wanted)
        .run()
        .expect_status(6);
    assert_eq!(code(&other), "out-of-scope", "{other}");
    school.profile(
        "prudent",
        school.sandbox().url(),
        &format!("protected = \"(uid={})\"", school.uid("namesake_6a")),
    );
    let protected = school
        .with("prudent", &["--format", "json", "account", "set", PUPIL])
        .args(wanted)
        .run()
        .expect_status(6);
    assert_eq!(code(&protected), "protected", "{protected}");
    school.assert_untouched(&before);
    // A name typed without quotes.
    school
        .inter(&["account", "set", "lea", "dupont", "6A"])
        .args(wanted)
        .run()
        .expect_success();
    assert_eq!(
        school.entry("namesake_6a").all("homePhone"),
        ["+33 5 61 91 00 01"]
    );
}

#[test]
fn json_says_what_the_feed_will_do() {
    let school = School::up(30);
    let run = school
        .college(&["--format", "json", "account", "set", PUPIL])
        .args(["nom=Durand", "--yes", "--reason", "mariage des parents"])
        .run()
        .expect_success();
    let lines = run.json_lines();
    assert_eq!(lines[0]["type"], "account-set");
    assert_eq!(lines[0]["outcome"], "done");
    assert_eq!(
        lines[0]["notes"],
        serde_json::json!(["feed-owned", "names-follow"])
    );
    assert_eq!(lines[1]["type"], "summary");
    let school_owned = school
        .college(&["--format", "json", "account", "set", "lea durand 6A"])
        .args(["language=fr", "--yes"])
        .run()
        .expect_success();
    assert!(
        school_owned.json_lines()[0]["notes"].is_null(),
        "{school_owned}"
    );
}

#[test]
fn the_name_of_the_entry_is_never_corrected() {
    let slapd = Slapd::with(
        "dn: cn=Lea Dupont,ou=people,dc=ecole,dc=test\nobjectClass: inetOrgPerson\nuid: lea\n\
         cn: Lea Dupont\nsn: Dupont\ngivenName: Lea\nemployeeType: eleve\n",
    );
    let home = super::plain_directory::home(&slapd);
    let entctl = |words: &[&str]| super::plain_directory::entctl(&home, words);
    entctl(&[
        "account",
        "set",
        "lea",
        "last-name=Durand",
        "address=1 rue X; Y",
        "--yes",
    ])
    .expect_success();
    let dn = "cn=Lea Dupont,ou=people,dc=ecole,dc=test";
    let entry = slapd.admin().read(dn, &["*"]).expect("the entry");
    assert_eq!(entry.all("sn"), ["Durand"]);
    assert_eq!(entry.all("cn"), ["Lea Dupont"]);
    assert_eq!(entry.all("homePostalAddress"), ["1 rue X$Y"]);
    // An entry named by the very field.
    let slapd = Slapd::with(
        "dn: mail=lea@example.fr,ou=people,dc=ecole,dc=test\nobjectClass: inetOrgPerson\nuid: lea\n\
         cn: Lea Dupont\nsn: Dupont\ngivenName: Lea\nmail: lea@example.fr\nemployeeType: eleve\n",
    );
    let home = super::plain_directory::home(&slapd);
    let told = super::plain_directory::entctl(
        &home,
        &[
            "--format",
            "json",
            "account",
            "set",
            "lea",
            "mail=b@example.fr",
            "--yes",
        ],
    )
    .expect_status(6);
    assert_eq!(code(&told), "field-names-account", "{told}");
    let bind = ldap_utils::bind(
        slapd.url(),
        "uid=alice,ou=people,dc=ecole,dc=test",
        "alice-secret",
    );
    assert_eq!(bind.code, 0, "the server is there");
}
