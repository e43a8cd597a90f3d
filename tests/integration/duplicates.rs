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
    assert_eq!(probable, truth, "every one of them, and nobody else");
    assert_eq!(listed("possible"), listed("possible"), "to the byte");
    premises.assert_untouched(&before);
}

/// Everybody, as ldapsearch writes them to a file.
fn exported(premises: &Premises) -> String {
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
    String::from_utf8(export.stdout).expect("UTF-8")
}

#[test]
fn a_file_of_ldapsearch_gives_the_answer_of_the_directory() {
    let premises = Premises::up(120);
    let file = premises.write("people.ldif", exported(&premises));
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
fn pairs_linked_or_told_apart_in_the_directory_do_not_come_back() {
    let premises = Premises::up(120);
    let listed = || {
        pairs(
            &premises
                .inter(&["account", "duplicates", "--format", "csv"])
                .run()
                .expect_success()
                .stdout,
        )
    };
    let before = listed();
    let mut some = before.iter().map(|pair| pair.iter().collect::<Vec<_>>());
    let mut two = || {
        let pair = some.next().expect("a pair");
        (premises.dn_of_uid(pair[0]), premises.dn_of_uid(pair[1]))
    };
    let ((principal, secondary), (one, other)) = (two(), two());
    premises
        .manage()
        .modify(&format!(
            "dn: {secondary}\nchangetype: modify\nadd: objectClass\nobjectClass: ENTPersonRelation\n-\n\
             add: ENTPersRelRapprochPrincipal\nENTPersRelRapprochPrincipal: {principal}\n\n\
             dn: {one}\nchangetype: modify\nadd: objectClass\nobjectClass: entctlJoinedAccount\n-\n\
             add: entctlNotSame\nentctlNotSame: {other}\n"
        ))
        .expect_success();
    let after = listed();
    let uid = |dn: &str| {
        let name = dn.split(',').next().expect("a name");
        name.trim_start_matches("uid=").to_owned()
    };
    for (a, b) in [(&principal, &secondary), (&one, &other)] {
        let pair: Pair = [uid(a), uid(b)].into();
        assert!(before.contains(&pair) && !after.contains(&pair), "{pair:?}");
    }
    assert!(after.is_subset(&before));
}

#[test]
fn the_columns_stand_in_their_order_and_what_is_written_is_read_again() {
    let premises = Premises::up(120);
    let listed = premises
        .inter(&[
            "account",
            "duplicates",
            "--decide",
            "merge",
            "--format",
            "csv",
        ])
        .run()
        .expect_success()
        .stdout;
    let Ok(table) = Table::read(listed.as_bytes()) else {
        panic!("no table: {listed}");
    };
    assert_eq!(
        table.columns,
        [
            "uid_a",
            "uid_b",
            "keep",
            "decision",
            "cluster",
            "score",
            "tier",
            "reasons",
            "check",
            "name_a",
            "name_b",
            "login_a",
            "login_b",
            "keep_reason",
            "in_words"
        ]
    );
    assert!(table.rows.len() > 5);
    // As a spreadsheet writes it again: every cell is what it was.
    let again: String = std::iter::once(table.columns.join(";"))
        .chain(table.rows.iter().map(|row| {
            let cells = row.cells.iter();
            let quoted: Vec<String> = cells.map(|cell| format!("\"{cell}\"")).collect();
            quoted.join(";")
        }))
        .collect::<Vec<_>>()
        .join("\r\n")
        + "\r\n";
    let Ok(read) = Table::read(again.as_bytes()) else {
        panic!("no table: {again}");
    };
    let cells = |table: &Table| -> Vec<Vec<String>> {
        table.rows.iter().map(|row| row.cells.clone()).collect()
    };
    assert_eq!(cells(&read), cells(&table));
}

#[test]
fn a_file_in_another_order_gives_the_same_answer_and_a_cluster_of_three_is_one() {
    let premises = Premises::up(120);
    let exported = exported(&premises);
    let exported = exported.trim_end();
    let entries: Vec<&str> = exported.split("\n\n").collect();
    let turned: Vec<&str> = entries.iter().rev().copied().collect();
    let compare = |name: &str, entries: &[&str]| {
        let file = premises.write(name, entries.join("\n\n"));
        premises
            .inter(&[
                "account",
                "duplicates",
                "--from-ldif",
                &file,
                "--format",
                "json",
            ])
            .run()
            .expect_success()
            .json()
    };
    let answer = compare("right.ldif", &entries);
    assert_eq!(answer, compare("turned.ldif", &turned));
    let of_three: Vec<&Value> = answer["clusters"]
        .as_array()
        .expect("clusters")
        .iter()
        .filter(|cluster| cluster["accounts"].as_array().is_some_and(|a| a.len() == 3))
        .collect();
    assert!(!of_three.is_empty(), "{answer}");
    for cluster in of_three {
        let pairs = answer["pairs"].as_array().expect("pairs");
        let theirs = pairs.iter().filter(|p| p["cluster"] == cluster["cluster"]);
        assert!(theirs.count() >= 2);
    }
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
