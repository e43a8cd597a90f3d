//! `mail sync` after a join: rows follow the pointer.

use super::*;

fn redirect_of(school: &School, who: &str) -> Option<String> {
    school.entry(who).one("entctlMailRedirect")
}

fn sync(school: &School, rows: &str, more: &[&str]) -> Output {
    let file = school.write(
        "redirections.csv",
        format!("login;redirect;recovery\n{rows}"),
    );
    school
        .inter(&[
            "mail",
            "sync",
            &file,
            "--yes",
            "--max-changes",
            "100%",
            "--max-shrink",
            "100%",
        ])
        .args(more)
        .run()
}

#[test]
fn rows_of_absorbed_and_secondary_accounts_are_about_those_that_serve() {
    let school = School::up(30);
    let [kept, absorbed, principal, secondary] =
        [KEPT, ABSORBED, "triplet_a", "triplet_b"].map(|who| school.login(who));
    absorb(&school, KEPT, ABSORBED);
    link(&school, "triplet_a", "triplet_b", true);
    let rows = format!("{absorbed};nathalie@boite.example;\n{secondary};karim@boite.example;\n");
    let done = sync(&school, &rows, &["--format", "json"]).expect_success();
    let lines = done.json_lines();
    let of = |login: &str| lines.iter().find(|l| l["account"]["login"] == login);
    let line = of(&kept).expect("a line");
    assert_eq!(
        (&line["outcome"], &line["asked"]),
        (&"done".into(), &serde_json::json!([absorbed]))
    );
    assert_eq!(
        of(&principal).expect("a line")["asked"],
        serde_json::json!([secondary])
    );
    assert_eq!(
        redirect_of(&school, KEPT).as_deref(),
        Some("nathalie@boite.example")
    );
    assert_eq!(
        redirect_of(&school, "triplet_a").as_deref(),
        Some("karim@boite.example")
    );
    for who in [ABSORBED, "triplet_b"] {
        assert_eq!(redirect_of(&school, who), None);
    }
    // The next night.
    let before = school.dump();
    for more in [&[][..], &["--prune"]] {
        let again = sync(&school, &rows, more).expect_success();
        assert_eq!((again.stdout.as_str(), again.stderr.as_str()), ("", ""));
    }
    school.assert_untouched(&before);
    // The file names both, and they agree: one account, still nothing to do.
    let both = format!("{rows}{kept};nathalie@boite.example;\n");
    let again = sync(&school, &both, &[]).expect_success();
    assert_eq!(again.stderr, "");
    school.assert_untouched(&before);
}

#[test]
fn two_rows_that_meet_must_agree() {
    let school = School::up(30);
    let [kept, absorbed, other] = [KEPT, ABSORBED, "parent_accents"].map(|who| school.login(who));
    absorb(&school, KEPT, ABSORBED);
    let before = school.dump();
    let rows = format!(
        "{absorbed};une@boite.example;\n{other};autre@boite.example;\n{kept};deux@boite.example;\n"
    );
    let refused = sync(&school, &rows, &["--format", "json"]).expect_status(6);
    let told = error_of(&refused).to_string();
    assert!(told.contains("line 2 and line 4"), "{told}");
    assert!(told.contains("line 4 and line 2"), "{told}");
    school.assert_untouched(&before);

    let rejects = school.file("rejets.csv").display().to_string();
    let done = sync(
        &school,
        &rows,
        &["--keep-going", "--rejects", &rejects, "--format", "json"],
    )
    .expect_status(3);
    let refused = done
        .json_lines()
        .into_iter()
        .filter(|l| l["outcome"] == "refused");
    let lines: Vec<serde_json::Value> = refused.map(|l| l["line"].clone()).collect();
    assert_eq!(
        lines,
        [serde_json::json!(2), serde_json::json!(4)],
        "{done}"
    );
    assert_eq!(
        redirect_of(&school, "parent_accents").as_deref(),
        Some("autre@boite.example")
    );
    assert_eq!(redirect_of(&school, KEPT), None);
    let left = std::fs::read_to_string(&rejects).expect("the rejects");
    for login in [&kept, &absorbed] {
        assert!(left.contains(login.as_str()), "{left}");
    }
    assert_eq!(left.matches("joined-contradictory").count(), 2, "{left}");

    // What one leaves open, the other may say.
    let rows = format!("{absorbed};une@boite.example;\n{kept};;\n");
    sync(&school, &rows, &[]).expect_success();
    assert_eq!(
        redirect_of(&school, KEPT).as_deref(),
        Some("une@boite.example")
    );
}

#[test]
fn pruning_leaves_alone_what_stands_on_accounts_that_others_serve() {
    let school = School::up(30);
    let kept = school.login(KEPT);
    crate::mailing::redirect(&school, ABSORBED, "ancienne@boite.example");
    crate::mailing::redirect(&school, "parent_accents", "partie@boite.example");
    absorb(&school, KEPT, ABSORBED);
    let rows = format!("{kept};nathalie@boite.example;\n");
    sync(&school, &rows, &["--prune"]).expect_success();
    assert_eq!(
        redirect_of(&school, "parent_accents"),
        None,
        "not in the file"
    );
    assert_eq!(
        redirect_of(&school, ABSORBED).as_deref(),
        Some("ancienne@boite.example")
    );
    // It still leads somewhere, but is in no list.
    let listed = school
        .inter(&["mail", "list", "--format", "json"])
        .run()
        .expect_success();
    let listed = listed.json()["redirects"].to_string();
    assert!(
        listed.contains(&kept) && !listed.contains(&school.login(ABSORBED)),
        "{listed}"
    );
    // Setting one for the absorbed account sets that of the kept one.
    school
        .inter(&[
            "mail",
            "clear",
            &school.login(ABSORBED),
            "--redirect",
            "--yes",
        ])
        .run()
        .expect_success();
    assert_eq!(redirect_of(&school, KEPT), None);
}
