//! Redirects and recovery addresses, read back with ldap-utils.

use super::premises::School;
use crate::support::output::Output;
use crate::support::pty::Terminal;

const PARENT: &str = "parent_college";

/// `mail …` as the administrator of the collège, without questions.
fn mail(school: &School, words: &[&str]) -> Output {
    school
        .college(&["mail"])
        .args(words)
        .args(["--yes", "--reason", "venue au secrétariat"])
        .run()
}

fn ent(school: &School, who: &str) -> String {
    format!("{}@ent.example.test", school.login(who))
}

/// Who forwards, by hand.
fn redirect(school: &School, who: &str, to: &str) {
    let ldif = format!(
        "dn: {}\nchangetype: modify\nadd: objectClass\nobjectClass: entctlMailRedirectAccount\n-\nadd: \
         entctlMailRedirect\nentctlMailRedirect: {to}\n",
        school.dn(who)
    );
    school.manage().modify(&ldif).expect_success();
}

#[test]
fn a_redirect_is_set_with_its_class_and_taken_away_with_it() {
    let school = School::up(30);
    let login = school.login(PARENT);
    let before = school.entry(PARENT).all("objectClass");
    let set = [
        "set",
        &login,
        "--redirect",
        "Celine@boite.example",
        "--keep-copy",
    ];
    let told = mail(&school, &set).expect_success();
    // In this sandbox as in Occitanie: the redirect of a parent is the recovery address.
    assert!(told.stderr.contains("recovery address changes"), "{told}");
    let entry = school.entry(PARENT);
    assert_eq!(entry.all("entctlMailRedirect"), ["Celine@boite.example"]);
    assert_eq!(entry.all("entctlMailKeepCopy"), ["TRUE"]);
    assert!(
        entry
            .all("objectClass")
            .contains(&"entctlMailRedirectAccount".to_owned())
    );
    let unchanged = school.dump();
    let again = [
        "set",
        &login,
        "--redirect",
        "celine@BOITE.example",
        "--keep-copy",
    ];
    assert!(
        mail(&school, &again)
            .expect_success()
            .stderr
            .contains("nothing to do")
    );
    school.assert_untouched(&unchanged);

    mail(&school, &["set", &login, "--no-keep-copy"]).expect_success();
    assert!(school.entry(PARENT).one("entctlMailKeepCopy").is_none());
    mail(&school, &["clear", &login, "--redirect"]).expect_success();
    let entry = school.entry(PARENT);
    assert!(entry.one("entctlMailRedirect").is_none());
    assert_eq!(entry.all("objectClass"), before);
    let gone = mail(&school, &["clear", &login, "--redirect"]).expect_success();
    assert!(gone.stderr.contains("nothing to do"), "{gone}");
}

#[test]
fn a_run_is_taken_back_by_entctl_and_by_ldapmodify_alone() {
    let school = School::up(30);
    let login = school.login(PARENT);
    let held = |school: &School| {
        let entry = school.entry(PARENT);
        ["entctlMailRedirect", "entctlMailKeepCopy", "objectClass"].map(|a| entry.all(a))
    };
    let before = held(&school);
    let set = [
        "set",
        &login,
        "--redirect",
        "c@boite.example",
        "--keep-copy",
    ];
    mail(&school, &set).expect_success();
    let runs = super::school::listed(&school.sandbox_history().join("runs"));
    let undo = std::fs::read_to_string(runs[0].join("undo.ldif")).expect("undo.ldif");
    school.manage().modify(&undo).expect_success();
    assert_eq!(held(&school), before);
    mail(&school, &set).expect_success();
    let runs = super::school::listed(&school.sandbox_history().join("runs"));
    let run = runs[1]
        .file_name()
        .expect("name")
        .to_string_lossy()
        .into_owned();
    school
        .college(&["history", "undo", &run, "--yes"])
        .run()
        .expect_success();
    assert_eq!(held(&school), before);
}

#[test]
fn a_redirect_from_which_mail_comes_back_is_refused_with_its_way() {
    let school = School::up(30);
    // A to B to C, and C back to A; through the other school too.
    redirect(&school, "parent_lycee", &ent(&school, "mother_older_links"));
    redirect(
        &school,
        "mother_older_links",
        &ent(&school, PARENT).to_uppercase(),
    );
    let before = school.dump();
    let login = school.login(PARENT);
    let to = ent(&school, "parent_lycee");
    let told = mail(&school, &["set", &login, "--redirect", &to]).expect_status(6);
    let way = format!("{to} → {}", ent(&school, "mother_older_links"));
    assert!(told.stderr.contains(&way), "{told}");
    let own = mail(
        &school,
        &["set", &login, "--redirect", &ent(&school, PARENT)],
    )
    .expect_status(6);
    assert!(own.stderr.contains("the ENT address itself"), "{own}");
    school.assert_untouched(&before);
    // A loop among others is theirs: mail to a chain that ends somewhere passes.
    redirect(&school, "parent_disabled", "g@boite.example");
    let chain = ent(&school, "parent_disabled");
    mail(&school, &["set", &login, "--redirect", &chain]).expect_success();
}

#[test]
fn a_recovery_address_needs_a_reason_and_the_caller_is_asked() {
    let school = School::up(30);
    let login = school.login(PARENT);
    let before = school.dump();
    for words in [
        ["--recovery", "celine@boite.example"],
        ["--redirect", "celine@boite.example"],
    ] {
        let told = school
            .college(&["mail", "set", &login, "--yes", "--format", "json"])
            .args(words)
            .run()
            .expect_status(2);
        assert_eq!(told.json_errors()[0]["code"], "reason-needed", "{told}");
    }
    school.assert_untouched(&before);
    let mut terminal = Terminal::start(
        school
            .college(&["mail", "set", &login, "--recovery", "celine@boite.example"])
            .args(["--reason", "au téléphone"])
            .french(),
    );
    let asked = terminal.expect("Enregistrer ?");
    for word in [
        "Léa Dupont, 6A,",
        "Adresse postale",
        "l'adresse de redirection",
    ] {
        assert!(asked.contains(word), "{word}\n{asked}");
    }
    terminal.send_line("o");
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert_eq!(
        school.entry(PARENT).all("entctlMailRedirect"),
        ["celine@boite.example"]
    );
    let runs = super::school::listed(&school.sandbox_history().join("runs"));
    let manifest = std::fs::read_to_string(runs[0].join("manifest.json")).expect("manifest");
    assert!(manifest.contains("au téléphone"), "{manifest}");
}

#[test]
fn the_mail_of_a_pupil_stays_in_the_ent() {
    let school = School::up(30);
    let before = school.dump();
    let told = mail(
        &school,
        &[
            "set",
            &school.login("namesake_6a"),
            "--redirect",
            "lea@boite.example",
        ],
    )
    .expect_status(6);
    assert!(told.stderr.contains("is a pupil"), "{told}");
    school.assert_untouched(&before);
}

#[test]
fn addresses_and_domains_are_checked_before_anything_is_read() {
    let school = School::up(30);
    let before = school.dump();
    let login = school.login(PARENT);
    for bad in [
        "celine",
        "celine@localhost",
        "a b@c.example",
        "\"a\"@b.example",
        "é@b.example",
    ] {
        let told = school
            .college(&[
                "mail",
                "set",
                &login,
                "--redirect",
                bad,
                "--yes",
                "--format",
                "json",
            ])
            .run()
            .expect_status(2);
        assert_eq!(
            told.json_errors()[0]["code"],
            "address-invalid",
            "{bad}\n{told}"
        );
    }
    let url = school.sandbox().url().to_owned();
    school.profile(
        "strict",
        &url,
        "[profiles.strict.redirect]\nway = \"inetlocal\"\nown_domains = [\"ent.example.test\"]\n\
         allowed_domains = [\"ac-toulouse.example\"]\n",
    );
    let strict = |words: &[&str]| {
        school
            .with("strict", &["mail", "set", &login, "--yes", "--reason", "x"])
            .args(words)
            .run()
    };
    let told = strict(&["--redirect", "c@boite.example"]).expect_status(6);
    assert!(told.stderr.contains("mail go to boite.example."), "{told}");
    assert!(
        told.stderr.contains("are allowed: ac-toulouse.example"),
        "{told}"
    );
    let told = strict(&["--redirect", "c@ac-toulouse.example", "--keep-copy"]).expect_status(2);
    assert!(told.stderr.contains("cannot keep a copy"), "{told}");
    school.assert_untouched(&before);
    // Another way of writing it: sendmail's.
    strict(&["--redirect", "c@ac-toulouse.example"]).expect_success();
    let entry = school.entry(PARENT);
    assert_eq!(entry.all("mailRoutingAddress"), ["c@ac-toulouse.example"]);
    assert!(
        entry
            .all("objectClass")
            .contains(&"inetLocalMailRecipient".to_owned())
    );
}

#[test]
fn what_there_is_is_shown_in_words_and_in_json() {
    let school = School::up(30);
    let login = school.login(PARENT);
    let personal = school.entry(PARENT).all("mail")[0].clone();
    let shown = |words: &[&str]| {
        school
            .college(&["mail", "show", &login])
            .args(words)
            .run()
            .expect_success()
    };
    let json = shown(&["--format", "json"]).json();
    assert_eq!(json["type"], "mail");
    assert_eq!(
        json["ent_addresses"],
        serde_json::json!([ent(&school, PARENT)])
    );
    assert_eq!(json["redirect"], serde_json::json!([]));
    assert_eq!(
        json["recovery"], personal,
        "the address of the feed, for want of a redirect"
    );
    assert_eq!(json["recovery_attribute"], "mail");
    mail(
        &school,
        &[
            "set",
            &login,
            "--redirect",
            "c@boite.example",
            "--keep-copy",
        ],
    )
    .expect_success();
    let json = shown(&["--format", "json"]).json();
    assert_eq!(json["keep_copy"], true);
    assert_eq!(json["recovery"], "c@boite.example");
    assert_eq!(json["recovery_is_redirect"], true);
    let table = school
        .college(&["mail", "show", &login])
        .french()
        .run()
        .expect_success();
    for word in [
        "Adresse ENT",
        "c@boite.example",
        "une copie reste",
        "l'adresse de redirection",
    ] {
        assert!(table.stdout.contains(word), "{word}\n{table}");
    }
    // Another school's people are not there.
    school
        .college(&["mail", "show", &school.login("parent_lycee")])
        .run()
        .expect_status(5);
}

#[test]
fn without_a_way_in_the_configuration_nothing_is_guessed() {
    let school = School::up(30);
    let url = school.sandbox().url().to_owned();
    school.profile("bare", &url, "");
    let told = school
        .with("bare", &["mail", "show", &school.login(PARENT)])
        .run()
        .expect_status(2);
    assert!(told.stderr.contains("[profiles.bare.redirect]"), "{told}");
}

#[test]
fn what_is_taken_away_and_what_stays_is_said() {
    let school = School::up(30);
    let login = school.login(PARENT);
    let quick = |words: &[&str]| school.college(&["mail"]).args(words).run();
    let set = ["set", &login, "--redirect", "c@boite.example"];
    let shown = quick(&[&set[..], &["--reason", "venue", "--dry-run"]].concat()).expect_success();
    assert!(!shown.stderr.contains("Kind of account"), "{shown}");
    let expert = [&set[..], &["--reason", "venue", "--dry-run", "--verbose"]].concat();
    let shown = quick(&expert).expect_success();
    assert!(shown.stderr.contains("Kind of account"), "{shown}");
    let told = mail(&school, &set).expect_success();
    assert!(
        told.stderr.contains("Written for Céline Dupont: "),
        "{told}"
    );
    assert!(told.stderr.contains("c@boite.example (run "), "{told}");

    let clear = ["clear", &login, "--recovery"];
    let told = mail(&school, &clear).expect_success();
    assert!(
        told.stderr.contains("the redirect is taken away too"),
        "{told}"
    );
    assert!(
        told.stderr.contains("Taken away for Céline Dupont: "),
        "{told}"
    );
    let told = mail(&school, &clear).expect_success();
    let stays =
        format!("The recovery address {login}@courriel.example is the one the directory has");
    assert!(told.stderr.contains(&stays), "{told}");
    assert!(!told.stderr.contains("nothing to do"), "{told}");

    let other = school.login("parent_lycee");
    let two = mail(&school, &["clear", &login, &other, "--redirect"]);
    assert!(!two.stderr.contains("mail set"), "{two}");
}

#[test]
fn a_redirect_into_a_loop_of_others_is_refused_with_its_way() {
    let school = School::up(30);
    let (a, b) = ("mother_older_links", "parent_accents");
    redirect(&school, a, &ent(&school, b));
    redirect(&school, b, &ent(&school, a));
    let before = school.dump();
    let to = ent(&school, a);
    let told = mail(&school, &["set", &school.login(PARENT), "--redirect", &to]).expect_status(6);
    let (own, further) = (ent(&school, PARENT), ent(&school, b));
    let way = format!("{own} → {to} → {further} → {to}");
    assert!(told.stderr.contains(&way), "{told}");
    let text = format!("login;redirect\n{};{to}\n", school.login(PARENT));
    let file = school.sandbox().home().write("boucle.csv", text);
    let sync = |more: &[&str]| {
        school
            .college(&["mail", "sync"])
            .arg(&file)
            .args(["--yes", "--max-shrink", "100%"])
            .args(more)
            .run()
    };
    let told = sync(&[]).expect_status(6);
    assert!(told.stderr.contains(&format!("{own} → {to}")), "{told}");
    school.assert_untouched(&before);
    // One that stands there already is not of the file's making.
    redirect(&school, PARENT, &to);
    sync(&[]).expect_success();
}

#[test]
fn a_recovery_address_in_the_ent_is_refused_where_it_is_the_redirect_too() {
    let school = School::up(30);
    let before = school.dump();
    for who in [PARENT, "mother_older_links"] {
        let told = mail(
            &school,
            &[
                "set",
                &school.login(PARENT),
                "--recovery",
                &ent(&school, who),
            ],
        )
        .expect_status(6);
        assert!(!told.stderr.is_empty(), "{told}");
    }
    school.assert_untouched(&before);
    // Mail may go there; forgotten passwords do not, and nothing is said of them.
    let to = ent(&school, "mother_older_links");
    let told = mail(&school, &["set", &school.login(PARENT), "--redirect", &to]).expect_success();
    assert!(!told.stderr.contains("recovery address changes"), "{told}");
}
