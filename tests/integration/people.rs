//! Finding one account by whatever a person may call it, and its card.

use super::premises::School;

/// The numbers of those that `account show` or its candidates name.
fn shown(school: &School, text: &str) -> Vec<String> {
    let answer = school
        .inter(&["--format", "json", "account", "show", text])
        .run();
    let uid = |value: &serde_json::Value| value["uid"].as_str().expect("a number").to_owned();
    match answer.status {
        Some(0) => vec![uid(&answer.json()["account"])],
        Some(5) => {
            let error = &answer.json_errors()[0];
            let near = error["code"] == "not-found";
            let candidates = error["details"]["candidates"].as_array().cloned();
            let candidates = candidates.unwrap_or_default();
            if near {
                Vec::new()
            } else {
                candidates.iter().map(uid).collect()
            }
        }
        _ => panic!("{answer}"),
    }
}

#[test]
fn every_identifier_finds_the_account() {
    let school = School::up(30);
    let uid = school.uid("alias");
    let entry = school.entry("alias");
    let one = |attribute: &str| entry.one(attribute).expect("a value");
    let dn = school.dn("alias");
    for text in [
        dn.clone(),
        dn.to_uppercase(),
        dn.replace(',', ", "),
        one("ENTPersonLogin"),
        one("ENTPersonLogin").to_uppercase(),
        "ines31".to_owned(),
        one("mail"),
        one("uid"),
        one("uid").to_lowercase(),
        one("ENTPersonJointure"),
        format!("  {}  ", one("ENTPersonLogin")),
    ] {
        assert_eq!(shown(&school, &text), [uid.as_str()], "{text}");
    }
    // A name in the directory that is not a person's is nobody.
    for text in [
        format!("ou=personnes,{}", school.sandbox().base_dn()),
        school.sandbox().status().bind_dn.clone(),
        school.dn_of_uid("nobody"),
        "*".to_owned(),
        "in*s".to_owned(),
        "(uid=*)".to_owned(),
        String::new(),
    ] {
        assert_eq!(shown(&school, &text), [] as [&str; 0], "{text}");
    }
}

#[test]
fn a_name_is_found_as_one_would_say_it() {
    let school = School::up(30);
    for (who, ways) in [
        (
            "accents",
            &[
                "Zoé Lefèvre",
                "zoe lefevre",
                "LEFEVRE Zoe",
                "lefèvre zoé 6A",
                "zoe lefevre 6a",
                "Mme Zoé LEFÈVRE",
            ][..],
        ),
        (
            "particle",
            &[
                "Jean-Baptiste de La Tour",
                "jean baptiste de la tour",
                "de la tour jean-baptiste",
                "DE LA TOUR Jean Baptiste",
            ],
        ),
        (
            "compound",
            &[
                "Anne-Sophie Le Goff",
                "le goff anne sophie",
                "anne sophie LE GOFF",
            ],
        ),
        (
            "apostrophe",
            &["Chloé N'Guyen", "chloe n’guyen", "n guyen chloe"],
        ),
        (
            "ligature",
            &["Maël Œuvrard", "mael oeuvrard", "OEUVRARD MAEL"],
        ),
        ("parent_lycee", &["M. Stéphane Müller", "stephane muller"]),
        (
            "ulis_college",
            &["lina martin durand", "Martin-Durand Lina"],
        ),
        ("older_links", &["jules morel 3a"]),
    ] {
        for way in ways {
            assert_eq!(shown(&school, way), [school.uid(who)], "{way}");
        }
    }
}

#[test]
fn words_need_no_quotes() {
    let school = School::up(30);
    let card = school
        .inter(&[
            "--format", "json", "account", "show", "zoe", "lefevre", "6A",
        ])
        .run()
        .expect_success()
        .json();
    assert_eq!(card["account"]["uid"], school.uid("accents"));
}

#[test]
fn namesakes_are_told_apart_by_class_and_never_chosen() {
    let school = School::up(30);
    let both = shown(&school, "lea dupont");
    assert_eq!(both.len(), 2);
    assert_eq!(shown(&school, "lea dupont 6A"), [school.uid("namesake_6a")]);
    assert_eq!(shown(&school, "5A dupont lea"), [school.uid("namesake_5a")]);
    assert_eq!(shown(&school, "hugo martin").len(), 2);
    assert_eq!(
        shown(&school, "hugo martin 2NDE 1"),
        [school.uid("namesake_lycee")]
    );
    // The class of neither.
    assert_eq!(shown(&school, "lea dupont 3A"), [] as [&str; 0]);
}

#[test]
fn a_part_of_a_name_counts_for_looking_but_not_for_a_yes() {
    let school = School::up(30);
    assert_eq!(shown(&school, "zoe lefe"), [school.uid("accents")]);
    let before = school.dump();
    for text in ["zoe lefe", "zo lefevre", "lefevre", "zoe.lef"] {
        let told = school
            .inter(&["password", "reset", text, "--yes", "--print"])
            .run()
            .expect_status(5);
        assert_eq!(told.stdout, "");
    }
    let file = school.write("list.csv", "nom\nzoe lefe\n");
    let told = school
        .inter(&["account", "lock", "--from", &file, "--yes"])
        .run();
    assert!([Some(2), Some(5)].contains(&told.status), "{told}");
    school.assert_untouched(&before);
}

#[test]
fn the_card_shows_who_where_and_how() {
    let school = School::up(30);
    let card = |text: &str| {
        let show = ["--format", "json", "account", "show", text];
        school.inter(&show).run().expect_success().json()
    };
    let entry = school.entry("accents");
    let zoe = card("zoe lefevre");
    assert_eq!(zoe["account"]["name"], "Zoé Lefèvre");
    assert_eq!(zoe["account"]["school"], "Collège Jean-Moulin");
    assert_eq!(zoe["account"]["classes"][0], "6A");
    assert_eq!(
        zoe["account"]["birth_date"].as_str(),
        entry.one("ENTPersonDateNaissance").as_deref()
    );
    assert_eq!(zoe["mail"][0].as_str(), entry.one("mail").as_deref());
    assert_eq!(zoe["parents"][0]["uid"], school.uid("parent_accents"));
    let groups = zoe["groups"].as_array().expect("groups");
    let member_of = entry.all("memberOf");
    assert_eq!(groups.len(), member_of.len(), "{zoe}");
    for group in groups {
        let group = group.as_str().expect("a name");
        assert!(
            member_of
                .iter()
                .any(|dn| dn.starts_with(&format!("cn={group},")))
        );
    }
    assert!(groups.iter().any(|group| group == "0310042X_6A"));
    // What was done last, by whom.
    let run = school
        .inter(&[
            "--format",
            "json",
            "account",
            "lock",
            "zoe lefevre",
            "--yes",
        ])
        .run()
        .expect_success();
    let run = run.json_lines()[1]["run"].clone();
    let zoe = card("zoe lefevre");
    assert_eq!(zoe["disabled"], true);
    assert_eq!(zoe["last_run"], run);
    assert_eq!(zoe["last_changed_by"], "admin-inter");
    let told = school
        .inter(&["account", "show", "zoe lefevre"])
        .french()
        .run()
        .expect_success();
    for words in [
        "Zoé Lefèvre",
        "élève",
        "Collège Jean-Moulin",
        "6A",
        "Responsables",
        "désactivé",
        "par admin-inter",
    ] {
        assert!(told.stdout.contains(words), "{words}\n{told}");
    }
    for word in ["DN", "LDAP", "uid=", "dc="] {
        assert!(!told.stdout.contains(word), "{word}\n{told}");
    }
}

#[test]
fn a_family_is_shown_from_both_sides_of_the_link() {
    let school = School::up(30);
    let relatives = |who: &str, side: &str| -> Vec<String> {
        let show = ["--format", "json", "account", "show", &school.login(who)];
        let card = school.inter(&show).run().expect_success().json();
        let people = card[side].as_array().expect("people");
        let mut uids: Vec<String> = people
            .iter()
            .map(|person| person["uid"].as_str().expect("a number").to_owned())
            .collect();
        assert_eq!(card["relatives_not_shown"], 0, "{card}");
        uids.sort();
        uids
    };
    let sorted = |who: &[&str]| {
        let mut uids: Vec<String> = who.iter().map(|who| school.uid(who)).collect();
        uids.sort();
        uids
    };
    // Links that stand in the older attributes alone.
    assert!(
        school
            .entry("older_links")
            .all("ENTElevePersRelEleve")
            .is_empty()
    );
    assert_eq!(
        relatives("older_links", "parents"),
        sorted(&["mother_older_links", "no_mail"])
    );
    assert_eq!(
        relatives("no_mail", "children"),
        [school.uid("older_links")]
    );
    assert_eq!(
        relatives("parent_both_schools", "children"),
        sorted(&["sibling_college", "sibling_lycee"])
    );
    // One side forgotten, then the other: both are still shown.
    let lina = school.dn("ulis_college");
    let noe = school.dn("ulis_lycee");
    let helene = school.dn("parent_ulis_college");
    school
        .manage()
        .modify(&format!(
            "dn: {helene}\nchangetype: modify\nreplace: ENTAuxPersRelEleveEleve\n\
             ENTAuxPersRelEleveEleve: {noe}\n"
        ))
        .expect_success();
    assert!(
        !school
            .entry("ulis_college")
            .all("ENTElevePersRelEleve")
            .is_empty()
    );
    assert_eq!(
        relatives("parent_ulis_college", "children"),
        sorted(&["ulis_college", "ulis_lycee"]),
        "one by the parent's side, one by the child's ({lina})"
    );
    assert_eq!(
        relatives("ulis_lycee", "parents"),
        sorted(&["parent_lycee", "parent_ulis_college"])
    );
}

#[test]
fn an_account_that_is_nobodys_is_told_with_the_nearest() {
    let school = School::up(30);
    let told = school
        .inter(&["account", "show", "zoe lefebvre"])
        .run()
        .expect_status(5);
    assert!(told.stderr.contains("Zoé Lefèvre"), "{told}");
    let near = told.stderr.lines().filter(|l| l.starts_with("  ")).count();
    assert!((1..=5).contains(&near), "{told}");
    let told = school
        .inter(&["account", "show", "xyzzy plugh"])
        .french()
        .run()
        .expect_status(5);
    assert!(
        told.stderr
            .contains("Personne ne correspond à « xyzzy plugh »."),
        "{told}"
    );
}
