//! `account duplicates`: the parents whom the sandbox made stand twice.

use super::premises::School as Premises;
use entctl::spreadsheet::Table;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

type Pair = BTreeSet<String>;

/// The pairs that are one person, as the sandbox made them.
fn truth(premises: &Premises) -> BTreeSet<Pair> {
    let text = std::fs::read_to_string(&premises.sandbox().status().truth_file).expect("truth");
    let truth: Value = serde_json::from_str(&text).expect("JSON");
    let pairs = truth["duplicates"].as_array().expect("a list");
    pairs
        .iter()
        .map(|pair| {
            ["a", "b"]
                .map(|side| pair[side].as_str().expect("a uid").to_owned())
                .into()
        })
        .collect()
}

/// The rows of a CSV answer: cells by column.
fn cells(csv: &str, column: &str) -> Vec<String> {
    let Ok(table) = Table::read(csv.as_bytes()) else {
        return Vec::new();
    };
    let at = table.columns.iter().position(|name| name == column);
    let at = at.unwrap_or_else(|| panic!("no column {column}"));
    table.rows.iter().map(|row| row.cells[at].clone()).collect()
}

fn pairs(csv: &str) -> BTreeSet<Pair> {
    let (a, b) = (cells(csv, "uid_a"), cells(csv, "uid_b"));
    a.into_iter().zip(b).map(|(a, b)| [a, b].into()).collect()
}

#[test]
fn the_seeded_pairs_are_found_and_nobody_else_is_certain() {
    let premises = Premises::up(300);
    let before = premises.dump();
    let truth = truth(&premises);
    let listed = |tier: &str| {
        premises
            .inter(&["account", "duplicates", "--tier", tier, "--format", "csv"])
            .run()
            .expect_success()
            .stdout
    };
    let certain = pairs(&listed("certain"));
    assert!(certain.is_subset(&truth), "{certain:?}");
    let probable = pairs(&listed("probable"));
    assert!(probable.is_subset(&truth), "{probable:?}");
    assert!(
        probable.len() * 10 >= truth.len() * 9,
        "{} of {}",
        probable.len(),
        truth.len()
    );
    assert_eq!(listed("possible"), listed("possible"), "to the byte");
    premises.assert_untouched(&before);
}

#[test]
fn a_file_of_ldapsearch_gives_the_answer_of_the_directory() {
    let premises = Premises::up(120);
    let status = premises.sandbox().status();
    let export = Command::new("ldapsearch")
        .args(["-x", "-LLL", "-o", "ldif-wrap=60", "-E", "pr=200/noprompt"])
        .args(["-H", &status.url, "-D", &status.bind_dn])
        .args(["-y", &status.bind_password_file.display().to_string()])
        .args(["-b", &format!("ou=personnes,{}", status.base_dn)])
        .args(["(objectClass=ENTPerson)", "*", "+"])
        .output()
        .expect("ldapsearch");
    assert!(export.status.success());
    let file = premises.write("people.ldif", &export.stdout);
    let asked = [
        "account",
        "duplicates",
        "--tier",
        "possible",
        "--format",
        "csv",
    ];
    let online = premises.inter(&asked).run().expect_success().stdout;
    let offline = premises
        .inter(&[&asked[..], &["--from-ldif", &file]].concat())
        .run()
        .expect_success()
        .stdout;
    assert!(pairs(&online).len() > 5, "{online}");
    assert_eq!(online, offline);

    let cut = premises.write("cut.ldif", "dn: uid=a,dc=x\nsn: A\nno line\n");
    let refused = premises
        .inter(&[
            "account",
            "duplicates",
            "--from-ldif",
            &cut,
            "--format",
            "json",
        ])
        .run()
        .expect_status(2);
    assert_eq!(refused.json_errors()[0]["code"], "ldif-invalid");
    assert!(refused.stderr.contains('3'), "{}", refused.stderr);
}

#[test]
fn who_is_outside_is_never_named_and_a_decision_stands_where_it_was_asked_for() {
    let premises = Premises::up(300);
    let asked = ["account", "duplicates", "--format", "csv"];
    let all = premises.inter(&asked).run().expect_success().stdout;
    let college = premises.college(&asked).run().expect_success().stdout;
    let lycee = premises.lycee(&asked).run().expect_success().stdout;
    let (all, college, lycee) = (pairs(&all), pairs(&college), pairs(&lycee));
    assert!(!college.is_empty() && college.is_subset(&all));
    assert!(college.len() < all.len() && lycee.len() < all.len());

    let decided = premises
        .inter(&[&asked[..], &["--decide", "link"]].concat())
        .run()
        .expect_success()
        .stdout;
    let decisions = cells(&decided, "decision");
    assert!(decisions.iter().any(|d| d == "link"));
    // The parent who stands three times: two rows of the kept account, one without.
    let clusters = cells(&decided, "cluster");
    for cluster in clusters.iter().collect::<BTreeSet<_>>() {
        let rows: Vec<&String> = decisions
            .iter()
            .zip(&clusters)
            .filter(|(_, c)| *c == cluster)
            .map(|(decision, _)| decision)
            .collect();
        let linked = rows.iter().filter(|d| **d == "link").count();
        assert!(
            linked >= 1 && linked <= rows.len().div_ceil(3) * 2,
            "{rows:?}"
        );
    }
    let undecided = premises.inter(&asked).run().expect_success().stdout;
    assert!(cells(&undecided, "decision").iter().all(String::is_empty));

    let one = cells(&decided, "uid_b")[0].clone();
    let against = premises
        .inter(&[&asked[..], &["--against", &one]].concat())
        .run()
        .expect_success()
        .stdout;
    assert!(!pairs(&against).is_empty());
    assert!(pairs(&against).iter().all(|pair| pair.contains(&one)));
}

#[test]
fn reasons_are_said_in_the_language_asked_for() {
    let premises = Premises::up(120);
    let say = |lang: &str| {
        premises
            .inter(&["account", "duplicates", "--format", "json", "--lang", lang])
            .run()
            .expect_success()
            .json()
    };
    let (french, english) = (say("fr"), say("en"));
    let first = |document: &Value| document["pairs"][0]["reasons"][0].clone();
    assert_eq!(first(&french)["code"], first(&english)["code"]);
    assert_ne!(first(&french)["message"], first(&english)["message"]);
    assert_eq!(french["type"], "duplicates");
    assert_eq!(french["pairs"][0]["keep"], "a");
}
