//! Who may be seen and changed: namesakes, roles, the schools of a profile, classes, protected accounts.

use super::premises::{DISABLED, LYCEE, School, assert_says_nothing_of, printed, slips as rows_of};
use crate::support::ldap_utils::Scope;
use std::collections::BTreeSet;

#[test]
fn a_namesake_is_never_guessed() {
    let school = School::up(30);
    let before = school.dump();
    let told = school
        .inter(&["password", "reset", "lea dupont", "--print", "--yes"])
        .run()
        .expect_status(5);
    assert_eq!(told.stdout, "");
    for who in ["namesake_6a", "namesake_5a"] {
        let entry = school.entry(who);
        let login = entry.one("ENTPersonLogin").expect("a login");
        let line = told
            .stderr
            .lines()
            .find(|line| line.ends_with(&login))
            .unwrap_or_else(|| panic!("{login} is not among the candidates\n{told}"));
        let class = entry.one("ENTEleveClasses").expect("a class");
        let class = class.split('$').nth(1).expect("its name");
        let born = entry.one("ENTPersonDateNaissance").expect("a birth date");
        for told in ["Léa Dupont", class, "Collège Jean-Moulin", &born] {
            assert!(line.contains(told), "“{told}” in {line}");
        }
    }
    let told = school
        .inter(&["--format", "json", "password", "reset", "lea dupont"])
        .args(["--print", "--yes"])
        .run()
        .expect_status(5);
    let error = &told.json_errors()[0];
    assert_eq!(error["code"], "ambiguous");
    let candidates = error["details"]["candidates"]
        .as_array()
        .expect("candidates");
    assert_eq!(candidates.len(), 2, "{told}");
    for candidate in candidates {
        for field in ["school", "birth_date", "login", "dn"] {
            assert!(candidate[field].is_string(), "{field} in {candidate}");
        }
        assert_eq!(candidate["classes"].as_array().map(Vec::len), Some(1));
    }
    let french = school
        .inter(&["password", "reset", "lea dupont", "--print", "--yes"])
        .french()
        .run()
        .expect_status(5);
    assert!(
        french
            .stderr
            .contains("Plusieurs personnes correspondent à « lea dupont » :"),
        "{french}"
    );
    school.assert_untouched(&before);
}

#[test]
fn the_class_tells_namesakes_apart() {
    let school = School::up(30);
    let run = school
        .inter(&["--format", "json", "password", "reset", "lea dupont 6A"])
        .args(["--print", "--yes"])
        .run()
        .expect_success();
    assert_eq!(
        run.json_lines()[0]["account"]["dn"],
        school.dn("namesake_6a")
    );
    assert!(school.bind("namesake_6a", &printed(&run)).must_change);
    let other = school.bind("namesake_5a", &school.old_password("namesake_5a"));
    assert_eq!((other.code, other.must_change), (0, false), "{other:?}");
}

#[test]
fn a_misspelled_name_offers_the_nearest_and_resets_nobody() {
    let school = School::up(30);
    let before = school.dump();
    let told = school
        .inter(&["password", "reset", "zoe lefebvre", "--print", "--yes"])
        .run()
        .expect_status(5);
    assert!(told.stderr.contains(&school.login("accents")), "{told}");
    assert_eq!(told.stdout, "");
    school.assert_untouched(&before);
}

#[test]
fn a_parents_password_goes_by_mail() {
    let school = School::up(30);
    let before = school.dump();
    for who in ["parent_college", "parent_never_set", "teacher_and_parent"] {
        let login = school.login(who);
        let reset = ["password", "reset", &login, "--print", "--yes"];
        let english = school.inter(&reset).run().expect_status(6);
        assert!(
            english
                .stderr
                .contains("a parent's password goes by mail, it is not given here"),
            "{english}"
        );
        let french = school.inter(&reset).french().run().expect_status(6);
        assert!(
            french
                .stderr
                .contains("mot de passe d'un parent part par e-mail"),
            "{french}"
        );
        let json = school
            .inter(&["--format", "json"])
            .args(reset)
            .run()
            .expect_status(6);
        assert_eq!(json.json_errors()[0]["code"], "role-parent", "{json}");
    }
    school.assert_untouched(&before);
}

#[test]
fn the_other_school_is_refused_without_its_details() {
    let school = School::up(30);
    let before = school.dump();
    let entry = school.entry("sibling_lycee");
    let login = entry.one("ENTPersonLogin").expect("a login");
    let mut hidden: Vec<String> = [
        "2NDE 1",
        "Victor-Hugo",
        LYCEE,
        "Isabelle",
        "ou=personnes",
        &school.uid("sibling_lycee"),
        &entry.one("ENTPersonDateNaissance").expect("a birth date"),
    ]
    .map(str::to_owned)
    .to_vec();
    let by_name = [hidden.clone(), vec![login.clone()]].concat();
    for format in ["table", "json", "csv"] {
        for verb in [
            &["password", "reset", "lucas bernard", "--print"][..],
            &["account", "lock", "lucas bernard"],
            &["account", "unlock", "lucas bernard"],
        ] {
            let told = school
                .college(&["--verbose", "--format", format])
                .args(verb)
                .arg("--yes")
                .run()
                .expect_status(6);
            assert_says_nothing_of(&told, &by_name);
            if format == "json" {
                let error = told
                    .stderr
                    .lines()
                    .find(|line| line.starts_with('{'))
                    .expect("an error");
                assert!(error.contains("\"code\":\"out-of-scope\""), "{told}");
            }
        }
    }
    // Asked for by login: not even the name is told.
    hidden.extend(["Lucas".to_owned(), "Bernard ".to_owned()]);
    let told = school
        .college(&["password", "reset", &login, "--print", "--yes"])
        .run()
        .expect_status(6);
    let shown = hidden
        .iter()
        .filter(|word| !login.to_lowercase().contains(&word.trim().to_lowercase()))
        .cloned()
        .collect::<Vec<_>>();
    assert_says_nothing_of(&told, &shown);
    // A row of a file, beside one that is in the school: the whole file is refused.
    let file = school.write(
        "list.csv",
        format!("login\n{}\n{login}\n", school.login("sibling_college")),
    );
    let told = school
        .college(&["account", "lock", "--yes", "--from", &file])
        .run()
        .expect_status(6);
    assert!(told.stderr.contains("line 3"), "{told}");
    assert_says_nothing_of(&told, &shown);
    school.assert_untouched(&before);
}

#[test]
fn who_is_outside_reads_as_if_not_there() {
    let school = School::up(30);
    let alias = school.entry("alias");
    // A name that resembles one of the collège: whoever is absent is answered with the nearest there.
    let dn = school.dn("alias");
    school
        .manage()
        .modify(&format!(
            "dn: {dn}\nchangetype: modify\nreplace: displayName\ndisplayName: Emma Bernart\n-\n\
             replace: cn\ncn: Emma Bernart\n-\nreplace: sn\nsn: Bernart\n-\n\
             replace: givenName\ngivenName: Emma\n"
        ))
        .expect_success();
    let asked = [
        "emma bernart",
        "ines31",
        &alias.one("ENTPersonLogin").expect("a login"),
        &alias.one("ENTPersonJointure").expect("a join key"),
        &school.uid("alias"),
        &dn,
    ]
    .map(str::to_owned);
    let ask = || {
        let mut answers = Vec::new();
        for text in &asked {
            for format in ["table", "json"] {
                for verb in ["show", "find"] {
                    let told = school
                        .college(&["--format", format, "account", verb, text])
                        .run()
                        .expect_status(5);
                    answers.push(told.to_string());
                }
            }
        }
        answers
    };
    let there = ask();
    school
        .manage()
        .modify(&format!("dn: {dn}\nchangetype: delete\n"))
        .expect_success();
    assert_eq!(there, ask());
    assert!(there[0].contains("Emma Bernard · 6A"), "{}", there[0]);
}

#[test]
fn a_parent_is_in_scope_by_any_child() {
    let school = School::up(30);
    let parent = school.login("parent_both_schools");
    let children = |output: &crate::support::output::Output| {
        let card = output.json();
        let names: Vec<String> = card["children"]
            .as_array()
            .expect("children")
            .iter()
            .map(|child| child["name"].as_str().expect("a name").to_owned())
            .collect();
        (names, card["relatives_not_shown"].as_u64())
    };
    let show = ["--format", "json", "account", "show", &parent];
    let college = school.college(&show).run().expect_success();
    assert_eq!(
        children(&college),
        (vec!["Emma Bernard".to_owned()], Some(1))
    );
    assert_says_nothing_of(&college, &["Lucas".to_owned(), "2NDE".to_owned()]);
    let lycee = school.lycee(&show).run().expect_success();
    assert_eq!(
        children(&lycee),
        (vec!["Lucas Bernard".to_owned()], Some(1))
    );
    let inter = school.inter(&show).run().expect_success();
    assert_eq!(children(&inter).0.len(), 2, "{inter}");
    // In scope, hence refused for what she is, not for where she is.
    let told = school
        .college(&["--format", "json", "password", "reset", &parent])
        .args(["--yes", "--print"])
        .run()
        .expect_status(6);
    assert_eq!(told.json_errors()[0]["code"], "role-parent", "{told}");
    // One who has children in the other school alone.
    let told = school
        .college(&["--format", "json", "password", "reset"])
        .args([&school.login("parent_lycee"), "--yes", "--print"])
        .run()
        .expect_status(6);
    assert_eq!(told.json_errors()[0]["code"], "out-of-scope", "{told}");
}

#[test]
fn a_parent_whom_only_the_child_names_is_in_scope_too() {
    let school = School::up(30);
    let dn = school.dn("mother_older_links");
    let login = school.login("mother_older_links");
    let other = school.dn("compound");
    // Older data: the child at the collège names the parent, who names only one at the lycée.
    school
        .manage()
        .modify(&format!(
            "dn: {dn}\nchangetype: modify\nreplace: ENTAuxPersRelEleveEleve\n\
             ENTAuxPersRelEleveEleve: {other}\n"
        ))
        .expect_success();
    let card = school
        .college(&["--format", "json", "account", "show", &login])
        .run()
        .expect_success()
        .json();
    assert_eq!(card["children"][0]["name"], "Jules Morel", "{card}");
    assert_eq!(card["children"][1], serde_json::Value::Null, "{card}");
    let told = school
        .college(&["--format", "json", "password", "reset", &login])
        .args(["--yes", "--print"])
        .run()
        .expect_status(6);
    assert_eq!(told.json_errors()[0]["code"], "role-parent", "{told}");
}

#[test]
fn a_teacher_who_is_a_parent_is_both() {
    let school = School::up(30);
    let login = school.login("teacher_and_parent");
    let card = school
        .college(&["--format", "json", "account", "show", &login])
        .run()
        .expect_success()
        .json();
    assert_eq!(
        card["account"]["roles"],
        serde_json::json!(["parent", "teacher"])
    );
    assert_eq!(card["children"][0]["name"], "Adam Fontaine", "{card}");
    for role in ["parent", "teacher"] {
        let list = school
            .college(&["--format", "json", "account", "list", "--role", role])
            .run()
            .expect_success();
        assert!(list.stdout.contains(&login), "{list}");
    }
    let told = school
        .college(&["--format", "json", "password", "reset", &login])
        .args(["--first", "--slips", "one.csv", "--yes"])
        .run()
        .expect_status(6);
    assert_eq!(told.json_errors()[0]["code"], "own-password", "{told}");
}

#[test]
fn lists_and_searches_stay_within_the_school() {
    let school = School::up(60);
    let base = format!("ou=structures,{}", school.sandbox().base_dn());
    let college = school
        .eye()
        .search(&base, Scope::Sub, "(ENTStructureUAI=0310042X)", &["1.1"])
        .remove(0)
        .dn;
    let people = format!("ou=personnes,{}", school.sandbox().base_dn());
    let uids = |filter: &str| -> BTreeSet<String> {
        let found = school.eye().search(&people, Scope::Sub, filter, &["uid"]);
        found.iter().filter_map(|entry| entry.one("uid")).collect()
    };
    let listed = |args: &[&str]| -> BTreeSet<String> {
        let answer = school.college(args).run().expect_success().json();
        let accounts = answer["accounts"].as_array().expect("accounts").clone();
        let uid = |a: &serde_json::Value| a["uid"].as_str().expect("a uid").to_owned();
        accounts.iter().map(uid).collect()
    };
    let list = ["--format", "json", "account", "list"];
    let pupils = listed(&[&list[..], &["--role", "pupil"]].concat());
    let expected = uids(&format!(
        "(&(objectClass=ENTEleve)(ENTPersonStructRattach={college}))"
    ));
    assert!(expected.len() > 20);
    assert_eq!(pupils, expected);
    let children: Vec<String> = expected.iter().map(|uid| school.dn_of_uid(uid)).collect();
    let parts: String = children
        .iter()
        .map(|dn| format!("(ENTAuxPersRelEleveEleve={dn})"))
        .collect();
    let parents = listed(&[&list[..], &["--role", "parent"]].concat());
    assert_eq!(parents, uids(&format!("(|{parts})")));
    let found = listed(&["--format", "json", "account", "find", "bernard"]);
    assert!(found.contains(&school.uid("sibling_college")));
    assert!(!found.contains(&school.uid("sibling_lycee")));
    let whole = school
        .inter(&["--format", "json", "account", "find", "bernard"])
        .run();
    assert!(whole.stdout.contains(&school.uid("sibling_lycee")));
    // The school of the other administrator is not even a school here.
    let told = school
        .college(&["account", "list", "--school", LYCEE])
        .run()
        .expect_status(5);
    assert_says_nothing_of(&told, &["Victor-Hugo".to_owned()]);
    assert!(
        told.stderr.contains("0310042X Collège Jean-Moulin"),
        "{told}"
    );
}

#[test]
fn a_class_that_two_schools_have_needs_the_school() {
    let school = School::up(30);
    let before = school.dump();
    let reset = ["password", "reset", "--class", "ULIS", "--yes"];
    let told = school
        .inter(&reset)
        .args(["--slips", "ulis.csv"])
        .run()
        .expect_status(5);
    for line in [
        "0310042X Collège Jean-Moulin",
        "0310043Y Lycée Victor-Hugo",
        "--school 0310042X",
    ] {
        assert!(told.stderr.contains(line), "{told}");
    }
    assert!(!school.file("ulis.csv").exists());
    school.assert_untouched(&before);
    let _ = school
        .inter(&reset)
        .args(["--slips", "ulis.csv", "--school", LYCEE])
        .run()
        .expect_success();
    let rows = rows_of(&school.file("ulis.csv"));
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0].0, school.login("ulis_lycee"));
    assert!(school.bind("ulis_lycee", &rows[0].1).must_change);
    // Where the profile has one school, there is nothing to ask.
    let run = school
        .college(&["--format", "json"])
        .args(reset)
        .arg("--print")
        .run()
        .expect_success();
    assert_eq!(
        run.json_lines()[0]["account"]["uid"],
        school.uid("ulis_college")
    );
}

#[test]
fn an_unknown_class_lists_those_there_are() {
    let school = School::up(30);
    let before = school.dump();
    let reset = ["password", "reset", "--class", "9Z", "--print", "--yes"];
    let told = school.inter(&reset).run().expect_status(5);
    for class in ["6A", "5A", "2NDE 1", "TERM 1", "ULIS"] {
        assert!(told.stderr.contains(class), "{class}\n{told}");
    }
    let told = school.college(&reset).run().expect_status(5);
    assert!(told.stderr.contains("6A"), "{told}");
    assert_says_nothing_of(&told, &["2NDE 1".to_owned(), "Victor".to_owned()]);
    // Typed another way, it is the same class.
    for way in ["6a", "6 A", "6ème A"] {
        let list = school.college(&["account", "list", "--class", way]).run();
        let known = list.status == Some(0);
        assert_eq!(known, way != "6ème A", "{list}");
    }
    school.assert_untouched(&before);
}

#[test]
fn a_class_means_its_pupils() {
    let school = School::up(60);
    let pupils: BTreeSet<String> = school
        .pupils_of("4A")
        .iter()
        .filter_map(|pupil| pupil.one("uid"))
        .collect();
    let parent = school.entry("parent_apostrophe");
    let teacher = school.entry("teacher_and_parent");
    for verb in [
        &["account", "list", "--class", "4A"][..],
        &["account", "lock", "--class", "4A", "--dry-run"],
        &["password", "reset", "--class", "4A", "--dry-run"],
    ] {
        let answer = school
            .inter(&["--format", "json"])
            .args(verb)
            .run()
            .expect_success();
        for uid in pupils.iter().filter(|uid| {
            // Locking says nothing of who is locked already.
            verb[1] != "lock" || !locked(&school, uid)
        }) {
            assert!(answer.stdout.contains(uid), "{uid}\n{answer}");
        }
        for adult in [&parent, &teacher] {
            let uid = adult.one("uid").expect("a uid");
            assert!(!answer.stdout.contains(&uid), "{verb:?}\n{answer}");
        }
    }
    // Adults only where they are asked for.
    let answer = school
        .inter(&["--format", "json", "account", "list", "--class", "4A"])
        .args(["--role", "parent"])
        .run()
        .expect_success();
    assert!(answer.stdout.contains(&school.uid("parent_apostrophe")));
}

fn locked(school: &School, uid: &str) -> bool {
    let entry = school
        .eye()
        .read(&school.dn_of_uid(uid), &["pwdAccountLockedTime"])
        .expect("the entry");
    entry.one("pwdAccountLockedTime").as_deref() == Some(DISABLED)
}

#[test]
fn a_protected_account_is_never_touched() {
    let school = School::up(30);
    let before = school.dump();
    let filter = format!("(uid={})", school.uid("namesake_6a"));
    school.profile(
        "guarded",
        school.sandbox().url(),
        &format!("protected = \"{filter}\""),
    );
    let login = school.login("namesake_6a");
    for verb in [
        &["password", "reset", &login, "--print"][..],
        &["password", "reset", "--class", "6A", "--slips", "s.csv"],
        &["account", "lock", &login],
        &["account", "lock", "--class", "6A"],
    ] {
        let told = school.with("guarded", verb).arg("--yes").run();
        let told = told.expect_status(6);
        assert!(told.stderr.contains("Léa Dupont"), "{told}");
        assert!(told.stderr.contains("protected"), "{told}");
    }
    school.assert_untouched(&before);
    assert!(!school.file("s.csv").exists());
    let _ = school
        .with("guarded", &["password", "reset", "--yes", "--print"])
        .arg(school.login("accents"))
        .run()
        .expect_success();
}

#[test]
fn a_first_letter_is_for_those_without_a_password_of_their_own() {
    let school = School::up(30);
    let first = ["password", "reset", "--first", "--yes", "--slips"];
    for who in ["parent_never_set", "parent_initial"] {
        let file = format!("{who}.csv");
        let _ = school
            .inter(&first)
            .args([&file, &school.login(who)])
            .run()
            .expect_success();
        let rows = rows_of(&school.file(&file));
        assert_eq!(rows[0].0, school.login(who));
        let bound = school.bind(who, &rows[0].1);
        assert_eq!((bound.code, bound.must_change), (0, true), "{bound:?}");
    }
    let before = school.dump();
    let refused = school
        .inter(&first)
        .args(["c.csv", &school.login("parent_college")])
        .run()
        .expect_status(6);
    assert!(refused.stderr.contains("Céline Dupont"), "{refused}");
    // One of a class is enough to refuse the whole of it; --only-new leaves that one out.
    let class = [&first[..], &["class.csv", "--class", "6A"]].concat();
    let _ = school.inter(&class).run().expect_status(6);
    school.assert_untouched(&before);
    let run = school
        .inter(&["--format", "json"])
        .args(&class)
        .arg("--only-new")
        .run()
        .expect_success();
    let rows = rows_of(&school.file("class.csv"));
    let logins: Vec<&String> = rows.iter().map(|(login, _)| login).collect();
    assert!(logins.contains(&&school.login("parent_never_set")));
    assert!(!logins.contains(&&school.login("parent_college")));
    let unchanged = run
        .json_lines()
        .iter()
        .filter(|line| line["outcome"] == "unchanged")
        .count();
    assert!(unchanged > 0, "{run}");
    let own = school.bind("parent_college", &school.old_password("parent_college"));
    assert_eq!((own.code, own.must_change), (0, false), "{own:?}");
}
