//! `history list --account`: what became of one person, under all the names they had.

use crate::made_up::{MadeUp, Office, account};
use entctl::domain::account::AccountRef;
use entctl::history::OutcomeKind;

#[test]
fn each_run_says_what_became_of_the_account() {
    let office = Office::new();
    let others = ("paul", "Paul Martin", Some(OutcomeKind::Done));
    let lea = |outcome| ("lea.dupont", "Léa Dupont", outcome);
    for (number, reason, accounts, ends) in [
        (0, "a", vec![others, lea(Some(OutcomeKind::Done))], true),
        (1, "b", vec![lea(Some(OutcomeKind::Refused)), others], true),
        (2, "c", vec![others], true),
        (3, "d", vec![others, lea(None)], false),
    ] {
        office.make(&MadeUp {
            at: &format!("2026-11-22T10:00:0{number}Z"),
            reason,
            accounts: &accounts,
            ends,
            ..MadeUp::default()
        });
    }
    for typed in [
        "lea.dupont",
        "LEA.DUPONT",
        "n-lea.dupont",
        "UID=n-lea.dupont, ou=Personnes,dc=ent",
        "dupont lea",
        "Mme Léa DUPONT",
    ] {
        assert_eq!(office.reasons(&["--account", typed]), "dba", "{typed}");
    }
    let output = office
        .list(&["--account", "lea.dupont", "--format", "json"])
        .run()
        .expect_success();
    let runs = output.json()["runs"].as_array().expect("runs").clone();
    let told: Vec<String> = runs
        .iter()
        .map(|run| {
            let accounts = run["accounts"].as_array().expect("accounts");
            assert_eq!(accounts.len(), 1, "{run}");
            assert_eq!(accounts[0]["account"]["login"], "lea.dupont");
            format!("{} {}", accounts[0]["outcome"], accounts[0]["code"])
        })
        .collect();
    assert_eq!(
        told,
        ["null null", "\"refused\" \"drift\"", "\"done\" null"]
    );
    // Without the question there is no such field.
    let plain = office.list(&["--format", "json"]).run().expect_success();
    assert!(plain.json()["runs"][0].get("accounts").is_none(), "{plain}");

    let french = office.list(&["--account", "léa dupont"]).french();
    let french = french.run().expect_success();
    for words in [
        "Résultat",
        "pas commencé",
        "refusé",
        "modifié par quelqu'un d'autre entre-temps",
        "fait",
    ] {
        assert!(french.stdout.contains(words), "{words}\n{french}");
    }
    assert!(french.stderr.contains("history resume"), "{french}");
    let csv = office.list(&["--account=lea.dupont", "--format=csv"]).run();
    let csv = csv.expect_success();
    let lines: Vec<&str> = csv.stdout.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(
        lines[0],
        "run;started_at;user;command;changes;state;reason;outcome;code"
    );
    assert!(lines[2].ends_with(";b;refused;drift"), "{csv}");
    assert!(lines[1].ends_with(";d;pending;"), "{csv}");
}

#[test]
fn a_namesake_is_never_guessed() {
    let office = Office::new();
    let done = Some(OutcomeKind::Done);
    for (number, (login, name)) in [
        ("lea.dupont", "Léa Dupont"),
        ("lea.dupont2", "Lea DUPONT"),
        // Somebody whose login is another one's name.
        ("hugo", "Zoé Lefèvre"),
        ("h.m", "Hugo"),
    ]
    .into_iter()
    .enumerate()
    {
        office.make(&MadeUp {
            at: &format!("2026-11-22T10:00:0{number}Z"),
            reason: login,
            accounts: &[(login, name, done)],
            ..MadeUp::default()
        });
    }
    let output = office
        .list(&["--account", "léa dupont"])
        .run()
        .expect_status(5);
    assert_eq!(output.stdout, "");
    for words in [
        "several people called “léa dupont”",
        "Léa Dupont · lea.dupont · n-lea.dupont",
        "Lea DUPONT · lea.dupont2 · n-lea.dupont2",
    ] {
        assert!(output.stderr.contains(words), "{words}\n{output}");
    }
    assert!(!output.stderr.contains("dc=ent"), "{output}");
    let json = office
        .list(&["--account=lea dupont", "--format=json"])
        .run()
        .expect_status(5);
    let error = json.json_errors().remove(0);
    assert_eq!(error["code"], "ambiguous");
    assert_eq!(
        error["details"]["candidates"].as_array().map(Vec::len),
        Some(2)
    );
    // What narrows the list does not choose the person.
    let narrowed = office.list(&["--account=lea dupont", "--until=22/11/2026 11:00"]);
    let _ = narrowed.run().expect_status(5);
    // The surer sign counts: a login before a name.
    assert_eq!(office.reasons(&["--account", "hugo"]), "hugo");
    assert_eq!(office.reasons(&["--account", "lea.dupont2"]), "lea.dupont2");
    // A part of a name is nobody's.
    let nobody = office.list(&["--account", "dupont"]).french();
    let nobody = nobody.run().expect_status(5);
    assert!(
        nobody
            .stderr
            .contains("ne connaît personne du nom de « dupont »"),
        "{nobody}"
    );
}

#[test]
fn an_account_is_followed_through_its_names() {
    let office = Office::new();
    let outcomes = [Some(OutcomeKind::Done)];
    let before = account("lea.dupont", "Léa Dupont");
    let after = AccountRef {
        login: Some("lea.martin".into()),
        name: "Léa Martin".into(),
        ..before.clone()
    };
    for (at, reason, account) in [
        ("2026-11-22T10:00:00Z", "a", before),
        ("2026-11-22T10:00:01Z", "b", after),
    ] {
        let run = MadeUp {
            at,
            reason,
            ..MadeUp::default()
        };
        office.make_of(&run, vec![account], &outcomes);
    }
    for typed in ["lea.dupont", "lea.martin", "lea dupont", "martin lea"] {
        assert_eq!(office.reasons(&["--account", typed]), "ba", "{typed}");
    }
}
