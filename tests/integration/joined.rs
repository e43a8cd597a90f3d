//! What becomes of accounts after a join: the login of a secondary or of an absorbed account still finds the person,
//! and nothing opens such an account again. The joins are made by hand, as any tool may make them.

use crate::mailing::mails;
use crate::premises::{DISABLED, School, printed};
use crate::support::ldap_utils::bind;
use crate::support::output::Output;

mod mail;
mod page;
mod reset;

/// The mother who stands twice, with a child in each school.
const KEPT: &str = "duplicate_a";
const ABSORBED: &str = "duplicate_b";

/// Makes `absorbed` one with `kept`, as a merge leaves both.
fn absorb(school: &School, kept: &str, absorbed: &str) {
    with_password(school, absorbed);
    let (a, b) = (school.entry(kept), school.entry(absorbed));
    let children: Vec<String> = b
        .all("ENTAuxPersRelEleveEleve")
        .into_iter()
        .filter(|child| !a.all("ENTAuxPersRelEleveEleve").contains(child))
        .map(|child| format!("-\nadd: ENTAuxPersRelEleveEleve\nENTAuxPersRelEleveEleve: {child}\n"))
        .collect();
    let login = b.one("ENTPersonLogin").expect("a login");
    let mut ldif = format!(
        "dn: {}\nchangetype: modify\n{}add: ENTPersRelFusionSecondaire\nENTPersRelFusionSecondaire: {}\n-\n\
         add: entctlFormerLogin\nentctlFormerLogin: {login}\n{}\n",
        a.dn,
        classes(&a, &["ENTPersonRelation", "entctlJoinedAccount"]),
        b.dn,
        children.concat(),
    );
    let aux = ["ENTAuxPersRelEleveEleve", "ENTAuxPersRelEleveRepresentant"];
    let gone: String = aux
        .iter()
        .filter(|name| !b.all(name).is_empty())
        .map(|name| format!("delete: {name}\n-\n"))
        .collect();
    let class = if b
        .all("objectClass")
        .iter()
        .any(|c| c == "ENTAuxPersRelEleve")
    {
        "delete: objectClass\nobjectClass: ENTAuxPersRelEleve\n-\n"
    } else {
        ""
    };
    ldif.push_str(&format!(
        "dn: {}\nchangetype: modify\n{gone}{class}{}add: ENTPersRelFusionPrincipal\n\
         ENTPersRelFusionPrincipal: {}\n-\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: {DISABLED}\n",
        b.dn,
        classes(&b, &["ENTPersonRelation"]),
        a.dn,
    ));
    school.manage().modify(&ldif).expect_success();
}

/// Links `secondary` to `principal`, as a link leaves both; `closed` as it does by default.
fn link(school: &School, principal: &str, secondary: &str, closed: bool) {
    with_password(school, secondary);
    let (p, s) = (school.entry(principal), school.entry(secondary));
    let lock = if closed {
        format!("-\nreplace: pwdAccountLockedTime\npwdAccountLockedTime: {DISABLED}\n")
    } else {
        String::new()
    };
    let ldif = format!(
        "dn: {}\nchangetype: modify\n{}add: ENTPersRelRapprochSecondaire\nENTPersRelRapprochSecondaire: {}\n\n\
         dn: {}\nchangetype: modify\n{}add: ENTPersRelRapprochPrincipal\nENTPersRelRapprochPrincipal: {}\n{lock}",
        p.dn,
        classes(&p, &["ENTPersonRelation"]),
        s.dn,
        s.dn,
        classes(&s, &["ENTPersonRelation"]),
        p.dn,
    );
    school.manage().modify(&ldif).expect_success();
}

/// The account had a password of its own before.
fn with_password(school: &School, who: &str) {
    if !school.entry(who).all("pwdAccountLockedTime").is_empty() {
        return;
    }
    let password = school.old_password(who);
    let set = school.manage().passwd(&school.dn(who), None, &password);
    set.expect_success();
    let chosen = format!(
        "dn: {}\nchangetype: modify\nreplace: pwdReset\n",
        school.dn(who)
    );
    school.manage().modify(&chosen).expect_success();
    assert_eq!(school.bind(who, &password).code, 0);
}

/// The code and hints of the error; what else is told stands before it.
fn error_of(output: &Output) -> serde_json::Value {
    let error = output.stderr.lines().find(|line| line.starts_with('{'));
    serde_json::from_str(error.expect("an error")).expect("JSON")
}

/// The steps that add classes which the entry has not.
fn classes(entry: &crate::support::ldif::LdifEntry, wanted: &[&str]) -> String {
    wanted
        .iter()
        .filter(|class| !entry.all("objectClass").iter().any(|c| c == *class))
        .map(|class| format!("add: objectClass\nobjectClass: {class}\n-\n"))
        .collect()
}

/// Nobody gets in, and it is said of no password that it must be changed.
#[track_caller]
fn assert_closed(school: &School, who: &str, passwords: &[&str]) {
    assert_eq!(school.entry(who).all("pwdAccountLockedTime"), [DISABLED]);
    let old = school.old_password(who);
    for password in passwords.iter().copied().chain([old.as_str()]) {
        let bound = bind(school.sandbox().url(), &school.dn(who), password);
        assert_ne!(bound.code, 0, "{who} is open: {bound:?}");
    }
}

/// The logins that a document of accounts names.
fn logins(output: &Output) -> Vec<String> {
    let accounts = output.json()["accounts"]
        .as_array()
        .expect("accounts")
        .clone();
    accounts
        .iter()
        .map(|account| account["login"].as_str().expect("a login").to_owned())
        .collect()
}

#[test]
fn whatever_names_an_absorbed_account_finds_the_one_that_was_kept() {
    let school = School::up(30);
    let (kept, absorbed) = (school.login(KEPT), school.login(ABSORBED));
    let entry = school.entry(ABSORBED);
    let key = entry.one("ENTPersonJointure").expect("a key");
    absorb(&school, KEPT, ABSORBED);
    for text in [absorbed.as_str(), &school.uid(ABSORBED), &key] {
        // The collège sees her by the child there; the absorbed account has no child any more.
        for seen_by in [School::inter, School::college] {
            let shown = seen_by(&school, &["account", "show", text, "--format", "json"])
                .run()
                .expect_success();
            let card = shown.json();
            assert_eq!(card["account"]["login"], kept.as_str(), "{text}");
            assert_eq!(card["account"]["asked"], serde_json::json!([text]));
            assert_eq!(card["merged"][0]["login"], absorbed.as_str(), "{card}");
            assert_eq!(card["former_logins"], serde_json::json!([absorbed]));
        }
        let told = school.inter(&["account", "show", text]).run();
        let words = format!("“{absorbed}” was merged into “{kept}”");
        assert!(told.expect_success().stderr.contains(&words), "{text}");
        let found = school
            .college(&["account", "find", text, "--format", "json"])
            .run()
            .expect_success();
        assert_eq!(logins(&found), std::slice::from_ref(&kept));
        assert_eq!(
            found.json()["accounts"][0]["asked"],
            serde_json::json!([text])
        );
        let status = school
            .inter(&["password", "status", text, "--format", "json"])
            .run()
            .expect_success();
        assert_eq!(status.json_lines()[0]["account"]["login"], kept.as_str());
    }
    let french = school
        .inter(&["account", "show", &absorbed])
        .french()
        .run()
        .expect_success();
    assert!(french.stderr.contains("a été fusionné avec"), "{french}");
    assert!(french.stdout.contains("Comptes fusionnés"), "{french}");
    // Both have her name and her mail: she is one person, and nothing is to be said.
    let mail = school.entry(KEPT).all("mail").remove(0);
    for text in ["nathalie petit", &mail] {
        let shown = school
            .inter(&["account", "show", text, "--format", "json"])
            .run()
            .expect_success();
        assert_eq!(shown.stderr, "", "{shown}");
        assert_eq!(shown.json()["account"]["login"], kept.as_str());
        assert!(shown.json()["account"]["asked"].is_null(), "{shown}");
    }
    // The name of the entry still means the entry.
    let shown = school
        .inter(&["account", "show", &school.dn(ABSORBED), "--format", "json"])
        .run()
        .expect_success();
    assert_eq!(shown.json()["account"]["login"], absorbed.as_str());
    assert_eq!(
        shown.json()["account"]["state"],
        serde_json::json!(["absorbed"])
    );
    assert_eq!(shown.json()["merged_into"]["login"], kept.as_str());
}

#[test]
fn the_login_of_an_account_that_was_removed_is_a_former_one() {
    let school = School::up(30);
    let (kept, absorbed) = (school.login(KEPT), school.login(ABSORBED));
    absorb(&school, KEPT, ABSORBED);
    let delete = format!("dn: {}\nchangetype: delete\n", school.dn(ABSORBED));
    school.manage().modify(&delete).expect_success();
    let shown = school
        .college(&["account", "show", &absorbed])
        .run()
        .expect_success();
    assert!(shown.stdout.contains(&kept), "{shown}");
    let words = format!("“{absorbed}” is a former login of “{kept}”");
    assert!(shown.stderr.contains(&words), "{shown}");
    // Whoever has it today has it.
    let other = school.dn("parent_accents");
    let given = format!(
        "dn: {other}\nchangetype: modify\nreplace: ENTPersonAlias\nENTPersonAlias: {absorbed}\n"
    );
    school.manage().modify(&given).expect_success();
    let shown = school
        .inter(&["account", "show", &absorbed, "--format", "json"])
        .run()
        .expect_success();
    assert_eq!(shown.json()["account"]["dn"], other.as_str());
    assert_eq!(shown.stderr, "");
}

#[test]
fn a_closed_secondary_is_served_by_its_principal_and_an_open_one_by_itself() {
    let school = School::up(30);
    let (principal, secondary) = (school.login(KEPT), school.login(ABSORBED));
    link(&school, KEPT, ABSORBED, false);
    let shown = school
        .inter(&["account", "show", &secondary, "--format", "json"])
        .run()
        .expect_success();
    let card = shown.json();
    assert_eq!(card["account"]["login"], secondary.as_str());
    assert_eq!(
        card["account"]["state"],
        serde_json::json!(["linked", "active"])
    );
    assert_eq!(card["linked_to"]["login"], principal.as_str());

    let school = School::up(30);
    link(&school, KEPT, ABSORBED, true);
    let shown = school
        .inter(&["account", "show", &secondary])
        .run()
        .expect_success();
    let words = format!("“{secondary}” is a secondary account of “{principal}”");
    assert!(shown.stderr.contains(&words), "{shown}");
    assert!(shown.stdout.contains("Secondary accounts"), "{shown}");
}

#[test]
fn a_chain_or_a_circle_is_told_and_never_followed() {
    let school = School::up(30);
    let [first, second, third] = ["triplet_a", "triplet_b", "triplet_c"];
    absorb(&school, second, first);
    absorb(&school, third, second);
    let login = school.login(first);
    let before = school.dump();
    let refused = |args: &[&str], code: &str| {
        let output = school.inter(args).run().expect_status(6);
        assert_eq!(error_of(&output)["code"], code, "{output}");
    };
    let json = ["--yes", "--format", "json"];
    let send = [&["password", "send", login.as_str()][..], &json].concat();
    refused(&send, "joined-in-chain");
    let reset = [&["password", "reset", "--print", login.as_str()][..], &json].concat();
    refused(&reset, "joined-in-chain");
    let list = school.write("liste.csv", format!("login\n{login}\n"));
    let rows = [&["password", "send", "--from", list.as_str()][..], &json].concat();
    refused(&rows, "file-rows");
    // Looking at it shows the entry itself, and why.
    let shown = school
        .inter(&["account", "show", &login])
        .run()
        .expect_success();
    assert!(shown.stdout.contains(&login), "{shown}");
    assert!(shown.stderr.contains("yet another one"), "{shown}");
    school.assert_untouched(&before);

    // Round in a circle.
    let circle = format!(
        "dn: {}\nchangetype: modify\nreplace: ENTPersRelFusionPrincipal\nENTPersRelFusionPrincipal: {}\n",
        school.dn(second),
        school.dn(first)
    );
    school.manage().modify(&circle).expect_success();
    refused(&send, "joined-in-chain");
    // The other end is not there: pointed to by hand, for the server keeps no such pointer.
    let nobody = format!(
        "dn: {}\nchangetype: modify\nreplace: ENTPersRelFusionPrincipal\nENTPersRelFusionPrincipal: \
         uid=nobody,ou=personnes,{}\n",
        school.dn(first),
        school.sandbox().base_dn()
    );
    school.manage().modify(&nobody).expect_success();
    refused(&send, "joined-to-nobody");
}

#[test]
fn lists_leave_absorbed_accounts_out_and_tell_a_secondary_from_a_disabled_account() {
    let school = School::up(30);
    let [kept, absorbed, principal, secondary] =
        [KEPT, ABSORBED, "triplet_a", "triplet_b"].map(|who| school.login(who));
    absorb(&school, KEPT, ABSORBED);
    link(&school, "triplet_a", "triplet_b", true);
    let list = |more: &[&str]| {
        let args = [&["account", "list", "--format", "json"][..], more].concat();
        logins(&school.inter(&args).run().expect_success())
    };
    let parents = list(&["--role", "parent"]);
    assert!(!parents.contains(&absorbed), "{parents:?}");
    for login in [&kept, &principal, &secondary] {
        assert!(parents.contains(login), "{login}");
    }
    assert!(!list(&[]).contains(&absorbed));
    let disabled = list(&["--state", "disabled"]);
    for login in [&absorbed, &secondary] {
        assert!(!disabled.contains(login), "{login} is no oddity");
    }
    assert!(disabled.contains(&school.login("parent_disabled")));
    assert_eq!(
        list(&["--state", "linked"]),
        std::slice::from_ref(&secondary)
    );
    assert_eq!(
        list(&["--state", "absorbed"]),
        std::slice::from_ref(&absorbed)
    );
    // They belong where the accounts do that absorbed them.
    for (school_number, there) in [("0310042X", 1), ("0310043Y", 1)] {
        let found = list(&[
            "--state",
            "absorbed",
            "--school",
            school_number,
            "--role",
            "parent",
        ]);
        assert_eq!(found.len(), there, "{school_number}");
    }
    let by_college = school
        .college(&["account", "list", "--state", "absorbed", "--format", "json"])
        .run()
        .expect_success();
    assert_eq!(logins(&by_college), std::slice::from_ref(&absorbed));
    assert_eq!(
        list(&["--state", "absorbed", "--role", "teacher"]),
        Vec::<String>::new()
    );

    // Letters for parents: neither the absorbed one nor the closed secondary gets any.
    let slips = school.file("lettres.csv").display().to_string();
    let planned = school
        .inter(&[
            "password",
            "reset",
            "--first",
            "--role",
            "parent",
            "--only-new",
            "--slips",
        ])
        .args([&slips, "--dry-run", "--keep-going", "--format", "json"])
        .run();
    for line in planned.json_lines() {
        for login in [&absorbed, &secondary] {
            assert_ne!(line["account"]["login"], login.as_str(), "{line}");
        }
    }
    let status = school
        .inter(&["password", "status", "--role", "parent", "--format", "json"])
        .run()
        .expect_success();
    let of = |login: &str| {
        let lines = status.json_lines();
        lines.into_iter().find(|l| l["account"]["login"] == login)
    };
    assert_eq!(of(&absorbed), None);
    assert_eq!(
        of(&secondary).expect("a line")["state"],
        serde_json::json!(["linked"])
    );
}

#[test]
fn unlocking_does_not_open_what_a_join_has_closed() {
    let school = School::up(30);
    absorb(&school, KEPT, ABSORBED);
    link(&school, "triplet_a", "triplet_b", true);
    let before = school.dump();
    for (who, code, hint) in [
        (ABSORBED, "account-absorbed", "history undo"),
        ("triplet_b", "account-secondary", "account unlink"),
    ] {
        let output = school
            .inter(&[
                "account",
                "unlock",
                &school.login(who),
                "--yes",
                "--format",
                "json",
            ])
            .run()
            .expect_status(6);
        let error = error_of(&output);
        assert_eq!(error["code"], code, "{output}");
        assert!(error["hints"].to_string().contains(hint), "{output}");
    }
    let all = school
        .inter(&[
            "account",
            "unlock",
            "--role",
            "parent",
            "--dry-run",
            "--format",
            "json",
        ])
        .run()
        .expect_success();
    let planned: Vec<String> = all
        .json_lines()
        .iter()
        .filter(|line| line["outcome"] == "planned")
        .map(|line| {
            line["account"]["login"]
                .as_str()
                .expect("a login")
                .to_owned()
        })
        .collect();
    assert_eq!(planned, [school.login("parent_disabled")]);
    school.assert_untouched(&before);
    for who in [ABSORBED, "triplet_b"] {
        assert_closed(&school, who, &[]);
    }
    // Where links leave secondary accounts open, a closed one was closed by a person.
    let open = "[profiles.open.join]\nsecondary_login = \"open\"\n";
    school.profile("open", school.sandbox().url(), open);
    let login = school.login("triplet_b");
    school
        .with("open", &["account", "unlock", &login, "--yes"])
        .run()
        .expect_success();
    assert_eq!(
        school
            .bind("triplet_b", &school.old_password("triplet_b"))
            .code,
        0
    );
}

#[test]
fn a_password_that_is_sent_to_an_absorbed_account_is_that_of_the_kept_one() {
    let school = School::up(30);
    let (kept, absorbed) = (school.login(KEPT), school.login(ABSORBED));
    absorb(&school, KEPT, ABSORBED);
    // She stands twice with one address: that of the other is not asked for any more.
    let before = school.entry(ABSORBED);
    let sent = school
        .college(&["password", "send", &absorbed, "--yes", "--format", "json"])
        .run()
        .expect_success();
    let line = &sent.json_lines()[0];
    assert_eq!(line["account"]["login"], kept.as_str());
    assert_eq!(line["asked"], serde_json::json!([absorbed]));
    let mails = mails(&school);
    assert_eq!(mails.len(), 1);
    let text = &mails[0].text;
    let password = mails[0].password();
    assert!(
        text.contains(&format!("identifiant, {absorbed}"))
            || text.contains(&format!("login, {absorbed}")),
        "{text}"
    );
    assert!(
        text.lines()
            .any(|line| line.starts_with("Identifiant") && line.ends_with(&kept)),
        "{text}"
    );
    let bound = school.bind(KEPT, &password);
    assert_eq!((bound.code, bound.must_change), (0, true), "{bound:?}");
    assert_eq!(
        school.entry(ABSORBED).all("userPassword"),
        before.all("userPassword")
    );
    assert_closed(&school, ABSORBED, &[&password]);
    // Both named: one mail.
    school
        .college(&["password", "send", &absorbed, &kept, "--yes"])
        .run()
        .expect_success();
    assert_eq!(crate::mailing::mails(&school).len(), 2);
}
