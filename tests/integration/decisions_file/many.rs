//! Many decisions in one file, with some that cannot be: a hundred, and five thousand under `ENTCTL_PROVE`.

use super::{Premises, Sheet, summary};
use crate::support::ldap_utils::Scope;
use crate::support::ldif::LdifEntry;
use entctl::domain::duplicates::check::{Side, check};
use entctl::spreadsheet::{Table, write_csv};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const COLUMNS: [&str; 10] = [
    "uid_a", "uid_b", "keep", "decision", "cluster", "check", "name_a", "name_b", "login_a",
    "login_b",
];

/// Pupils of the sandbox, decisions, and those of them that cannot be.
fn size() -> (usize, usize, usize) {
    match std::env::var_os("ENTCTL_PROVE") {
        Some(_) => (9_000, 5_000, 20),
        None => (260, 100, 8),
    }
}

/// Parents who use their account, and parents who never had a password.
fn parents(premises: &Premises) -> (Vec<LdifEntry>, Vec<LdifEntry>) {
    let base = format!("ou=personnes,{}", premises.sandbox().base_dn());
    let only = "(&(objectClass=ENTAuxPersRelEleve)(!(objectClass=ENTAuxEnseignant))\
                (!(objectClass=ENTAuxNonEnsEtab))(!(pwdAccountLockedTime=*))(!(ENTPersonDateNaissance=*)))";
    let mut found = premises
        .manage()
        .search(&base, Scope::Sub, only, &["*", "+"]);
    found.sort_by(|a, b| a.dn.cmp(&b.dn));
    found
        .into_iter()
        .partition(|entry| entry.one("userPassword").is_some())
}

fn row(a: &LdifEntry, b: &LdifEntry, number: usize) -> Vec<String> {
    let text = |entry: &LdifEntry, name: &str| entry.one(name).unwrap_or_default();
    let parts = |entry: &LdifEntry| ["uid", "sn", "givenName"].map(|name| text(entry, name));
    let (of_a, of_b) = (parts(a), parts(b));
    fn side(parts: &[String; 3]) -> Side<'_> {
        Side {
            uid: &parts[0],
            family: &parts[1],
            given: &parts[2],
        }
    }
    vec![
        of_a[0].clone(),
        of_b[0].clone(),
        "a".to_owned(),
        "link".to_owned(),
        number.to_string(),
        check(side(&of_a), side(&of_b)),
        format!("{} {}", of_a[2], of_a[1]),
        format!("{} {}", of_b[2], of_b[1]),
        text(a, "ENTPersonLogin"),
        text(b, "ENTPersonLogin"),
    ]
}

#[test]
fn many_decisions_are_all_looked_at_and_the_bad_ones_left_out() {
    let (pupils, count, bad) = size();
    let premises = Premises::up(pupils);
    let (kept, others) = parents(&premises);
    assert!(
        kept.len() >= count && others.len() >= count,
        "{} and {} parents",
        kept.len(),
        others.len()
    );
    let rows: Vec<Vec<String>> = kept
        .iter()
        .zip(&others)
        .take(count)
        .zip(1..)
        .map(|((kept, other), number)| row(kept, other, number))
        .collect();
    let mut sheet = Sheet(Table::read(&write_csv(&COLUMNS, &rows)).expect("a table"));
    // A family of three, whose third row says what the others say already: lines 2, 3 and 4.
    let family = [
        row(&kept[0], &others[0], 1),
        row(&kept[0], &others[1], 1),
        row(&others[0], &others[1], 1),
    ];
    for (at, cells) in family.into_iter().enumerate() {
        sheet.0.rows[at].cells = cells;
    }
    // Bad ones in four ways, from the middle on.
    let mut expected: BTreeMap<String, String> = BTreeMap::new();
    for at in 0..bad {
        let place = count / 2 + at;
        let code = match at % 4 {
            0 => {
                *sheet.cell(place, "uid_b") = format!("nobody-{at}");
                "not-found"
            }
            1 => {
                *sheet.cell(place, "keep") = "both".to_owned();
                "unknown-word"
            }
            2 => {
                let number = sheet.cell(place, "cluster").clone();
                let cells = sheet.0.rows[place - 3 - at].cells.clone();
                sheet.0.rows[place].cells = cells;
                *sheet.cell(place, "cluster") = number;
                "repeated-row"
            }
            _ => {
                *sheet.cell(place, "decision") = "fusion?".to_owned();
                "unknown-word"
            }
        };
        expected.insert((place + 2).to_string(), code.to_owned());
    }
    let before = premises.dump();
    let file = premises.write("links.csv", sheet.bytes());
    let link = |file: &str, more: &[&str]| {
        let words = [
            "account",
            "link",
            "--from",
            file,
            "--yes",
            "--both-active",
            "--format",
            "json",
        ];
        let limit = Duration::from_secs(900);
        premises
            .inter(&[&words[..], more].concat())
            .timeout(limit)
            .run()
    };
    let refused = link(&file, &[]).expect_status(5);
    let rows = refused.json_errors()[0]["details"]["rows"].clone();
    assert_eq!(rows.as_array().map(Vec::len), Some(bad), "{refused}");
    for column in ["uid_a", "uid_b", "check", "name_b", "login_a"] {
        let turned = premises.write("turned.csv", sheet.turned(column).bytes());
        let refused = link(&turned, &["--keep-going"]).expect_status(2);
        let code = refused.json_errors()[0]["code"].clone();
        let whole = ["file-misfit", "file-mixed-family"];
        assert!(
            whole.contains(&code.as_str().unwrap_or_default()),
            "{column}"
        );
    }
    premises.assert_untouched(&before);

    let done = link(&file, &["--keep-going"]).expect_status(3);
    // Three rows are one decision.
    let decisions = (count - bad - 2) as u64;
    let told = summary(&done);
    assert_eq!(told["counts"]["done"], decisions, "{told}");
    assert_eq!(told["counts"]["refused"], bad as u64, "{told}");
    let rejects = std::fs::read(premises.file("links-rejects.csv")).expect("the rejects");
    let mut rejects = Sheet(Table::read(&rejects).expect("a table"));
    let left_out: BTreeMap<String, String> = (0..rejects.0.rows.len())
        .map(|row| {
            (
                rejects.cell(row, "line").clone(),
                rejects.cell(row, "code").clone(),
            )
        })
        .collect();
    assert_eq!(left_out, expected);
    for row in 0..bad {
        assert!(!rejects.cell(row, "reason").is_empty());
    }

    // Read back: each secondary names its principal, and nobody else is tied to anybody.
    let base = format!("ou=personnes,{}", premises.sandbox().base_dn());
    let linked: BTreeSet<(String, String)> = premises
        .eye()
        .search(
            &base,
            Scope::Sub,
            "(ENTPersRelRapprochPrincipal=*)",
            &["uid", "ENTPersRelRapprochPrincipal"],
        )
        .iter()
        .map(|entry| {
            let text = |name: &str| entry.one(name).unwrap_or_default();
            (text("uid"), text("ENTPersRelRapprochPrincipal"))
        })
        .collect();
    let mut wanted = BTreeSet::new();
    for row in (0..count).filter(|row| *row != 2 && !expected.contains_key(&(row + 2).to_string()))
    {
        let kept = premises.dn_of_uid(sheet.cell(row, "uid_a"));
        wanted.insert((sheet.cell(row, "uid_b").clone(), kept));
    }
    assert_eq!(linked, wanted);

    let after = premises.dump();
    let again = link(&file, &["--keep-going"]).expect_status(3);
    assert_eq!(summary(&again)["counts"]["unchanged"], decisions, "{again}");
    premises.assert_untouched(&after);
}

#[test]
fn what_duplicates_decides_is_linked_and_nothing_else() {
    let premises = Premises::up(300);
    let asked = [
        "account",
        "duplicates",
        "--tier",
        "probable",
        "--format",
        "csv",
    ];
    let undecided = premises.inter(&asked).run().expect_success().stdout;
    let words = [
        "account",
        "link",
        "--from",
        "-",
        "--yes",
        "--both-active",
        "--keep-going",
        "--format",
        "json",
    ];
    let before = premises.dump();
    let nothing = premises
        .inter(&words)
        .stdin(undecided)
        .run()
        .expect_success();
    assert!(
        summary(&nothing)["rows_left"]["undecided"].as_u64() > Some(3),
        "{nothing}"
    );
    premises.assert_untouched(&before);
    let decided = [&asked[..], &["--decide", "link"]].concat();
    let csv = premises.inter(&decided).run().expect_success().stdout;
    let run = premises.inter(&words).stdin(csv.clone()).run();
    let told = summary(&run);
    assert!(told["counts"]["done"].as_u64() > Some(3), "{run}");
    let after = premises.dump();
    let again = premises.inter(&words).stdin(csv).run();
    assert_eq!(
        summary(&again)["counts"]["unchanged"],
        told["counts"]["done"],
        "{again}"
    );
    premises.assert_untouched(&after);
}
