//! `password reset` of one pupil or a few: by a name as one would say it, at a terminal and in a script.

use crate::school::{School, assert_private, last_cell, read_slips, slips_folder};
use crate::support::ldap_utils::{LdapUtils, Scope, bind, code};
use crate::support::pty::{ENTER, Terminal};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const ZOE: &str = "zoe.lefevre";

#[test]
fn a_pupil_named_without_accents_gets_a_password_that_must_be_changed() {
    let school = School::small();
    let zoe = school.pupil(ZOE);
    let before = school.dump();
    let reset = school
        .entctl(["password", "reset", "zoe lefevre", "--print", "--yes"])
        .run()
        .expect_success();
    let given = last_cell(&reset.stdout, ZOE);
    assert_eq!(
        school.changed_since(&before),
        BTreeSet::from([zoe.dn.clone()])
    );

    // The old one is over; the new one opens the door and nothing behind it.
    let old = school.bind(&zoe, &zoe.first_password());
    assert_eq!(old.code, code::INVALID_CREDENTIALS, "{}", old.said);
    school.assert_given(&zoe, &given);
    let as_zoe = LdapUtils::new(school.sandbox.url(), &zoe.dn, &given);
    let refused = as_zoe
        .try_search(&zoe.dn, Scope::Base, "(objectClass=*)", &["uid"])
        .expect_err("refused until the password is changed");
    assert_eq!(refused.code, code::INSUFFICIENT_ACCESS, "{refused}");

    let chosen = "Mon chat é roux 42";
    let _ = school
        .entctl(["password", "change", ZOE, "--stdin"])
        .stdin(format!("{given}\n{chosen}\n"))
        .run()
        .expect_success();
    let bound = school.bind(&zoe, chosen);
    assert_eq!((bound.code, bound.must_change), (0, false), "{bound:?}");
    let as_zoe = LdapUtils::new(school.sandbox.url(), &zoe.dn, chosen);
    let own = as_zoe.read(&zoe.dn, &["uid"]).expect("her own entry");
    assert_eq!(own.one("uid"), Some(zoe.uid.clone()));
    let over = school.bind(&zoe, &given);
    assert_eq!(over.code, code::INVALID_CREDENTIALS, "{}", over.said);
}

#[test]
fn at_a_terminal_one_confirms_and_reads_the_password() {
    let school = School::small();
    let zoe = school.pupil(ZOE);
    let mut terminal =
        Terminal::start(school.entctl(["password", "reset", "zoe lefevre"]).french());
    let question = terminal.expect("? [o/N]");
    assert!(
        question
            .contains("Réinitialiser le mot de passe de Zoé Lefèvre · 6A · Collège Jean-Moulin"),
        "{question}"
    );
    // Nothing is written before the answer.
    school.assert_old_password(&zoe);
    terminal.send_line("o");
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    school.assert_given(&zoe, &last_cell(&screen, ZOE));
    assert!(
        screen.contains("1 mot de passe réinitialisé, à changer à la première connexion"),
        "{screen}"
    );
}

#[test]
fn anything_but_yes_resets_nobody() {
    let school = School::small();
    let before = school.dump();
    for (answer, expected) in [("n", 0), ("", 0), ("peut-être\rn", 0), ("\u{4}", 130)] {
        let mut terminal =
            Terminal::start(school.entctl(["password", "reset", "zoe lefevre"]).french());
        terminal.expect("? [o/N] ");
        terminal.send(answer);
        if expected == 0 {
            terminal.send(ENTER);
        }
        terminal.expect("Rien n'a été fait.");
        let (status, screen) = terminal.wait();
        assert_eq!(status, expected, "{answer:?}\n{screen}");
    }
    school.assert_untouched(&before);
}

#[test]
fn a_misspelled_name_offers_the_nearest_and_resets_nobody() {
    let school = School::small();
    let before = school.dump();
    let output = school
        .entctl(["password", "reset", "zoé lefebvre", "--print", "--yes"])
        .run()
        .expect_status(5);
    assert_eq!(output.stdout, "", "{output}");
    assert!(
        output
            .stderr
            .contains("Zoé Lefèvre · 6A · Collège Jean-Moulin · born 13/10/2015"),
        "{output}"
    );
    let json = school
        .entctl(["password", "reset", "zoé lefebvre", "--print", "--yes"])
        .args(["--format", "json"])
        .run()
        .expect_status(5);
    let errors = json.json_errors();
    assert_eq!(errors.len(), 1, "{json}");
    assert_eq!(errors[0]["code"], "not-found");
    assert_eq!(errors[0]["details"]["candidates"][0]["login"], ZOE);
    school.assert_untouched(&before);
}

#[test]
fn at_a_terminal_the_nearest_are_chosen_from_a_list() {
    let school = School::small();
    let before = school.dump();
    let ask = || {
        let mut terminal = Terminal::start(
            school
                .entctl(["password", "reset", "zoé lefebvre"])
                .french(),
        );
        let list = terminal.expect("Votre choix (1 à ");
        assert!(
            list.contains("Personne ne s'appelle « zoé lefebvre ». Les noms les plus proches :"),
            "{list}"
        );
        assert!(list.contains("1) Zoé Lefèvre · 6A · Collège"), "{list}");
        terminal
    };
    // Nobody is taken by leaving, nor by a number that is not in the list.
    let mut terminal = ask();
    terminal.send_line("99");
    terminal.expect("Tapez un nombre de 1 à");
    terminal.send_line("");
    let (status, screen) = terminal.wait();
    assert_eq!(status, 5, "{screen}");
    school.assert_untouched(&before);

    let mut terminal = ask();
    terminal.send_line("1");
    terminal.expect("Réinitialiser le mot de passe de Zoé Lefèvre");
    terminal.send_line("o");
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    school.assert_given(&school.pupil(ZOE), &last_cell(&screen, ZOE));
}

#[test]
fn a_pupil_locked_after_wrong_passwords_is_opened_by_a_reset() {
    let school = School::small();
    let zoe = school.pupil(ZOE);
    for _ in 0..5 {
        assert_ne!(school.bind(&zoe, "faux").code, 0);
    }
    assert!(school.pupil(ZOE).locked.is_some());
    let shut = school.bind(&zoe, &zoe.first_password());
    assert_eq!(shut.code, code::INVALID_CREDENTIALS, "{}", shut.said);

    let output = school
        .entctl(["password", "reset", ZOE, "--print", "--yes"])
        .args(["--format", "json"])
        .run()
        .expect_success();
    let line = &output.json_lines()[0];
    assert_eq!(
        line["notes"],
        serde_json::json!(["was-locked", "had-own-password"])
    );
    school.assert_given(&zoe, line["password"].as_str().expect("a password"));
    assert_eq!(school.pupil(ZOE).locked, None);
}

#[test]
fn a_disabled_pupil_stays_so_and_is_named() {
    let school = School::small();
    let nathan = school.pupil("nathan.rousseau");
    assert_eq!(nathan.locked.as_deref(), Some("000001010000Z"));
    let output = school
        .entctl(["password", "reset", &nathan.login, "--print", "--yes"])
        .run()
        .expect_success();
    let given = last_cell(&output.stdout, &nathan.login);
    assert!(
        output
            .stderr
            .contains("Nathan Rousseau: the account stays disabled"),
        "{output}"
    );
    let after = school.pupil(&nathan.login);
    assert_eq!(after.locked, nathan.locked);
    assert_ne!(school.bind(&nathan, &given).code, 0, "disabled");
    // It is that very password: it opens once the account is enabled.
    let _ = school
        .entctl(["account", "unlock", &nathan.login, "--yes"])
        .run()
        .expect_success();
    school.assert_given(&nathan, &given);
}

/// A result line, and nothing else in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResultLine {
    format_version: u32,
    r#type: String,
    outcome: String,
    account: AccountObject,
    code: Option<String>,
    message: Option<String>,
    line: Option<u64>,
    password: Option<String>,
    #[serde(default)]
    notes: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountObject {
    dn: String,
    uid: Option<String>,
    login: Option<String>,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SummaryLine {
    format_version: u32,
    r#type: String,
    run: Option<String>,
    counts: BTreeMap<String, u64>,
    elapsed_ms: u64,
    slips: Option<String>,
    unfinished: bool,
}

/// The lines of a reset in JSON, read strictly.
fn contract(stdout: &str) -> (Vec<ResultLine>, SummaryLine) {
    let mut lines: Vec<&str> = stdout.lines().collect();
    let last = lines.pop().expect("a summary");
    let summary: SummaryLine = serde_json::from_str(last).expect(last);
    assert_eq!(
        (summary.format_version, summary.r#type.as_str()),
        (1, "summary")
    );
    let results: Vec<ResultLine> = lines
        .iter()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    for line in &results {
        assert_eq!(
            (line.format_version, line.r#type.as_str()),
            (1, "password-reset")
        );
        let refused = matches!(line.outcome.as_str(), "refused" | "failed");
        assert_eq!(line.code.is_some(), refused, "{line:?}");
        assert_eq!(line.message.is_some(), refused, "{line:?}");
        assert_eq!(line.line, None, "no file was read: {line:?}");
    }
    (results, summary)
}

#[test]
fn json_says_what_the_contract_says_and_no_more() {
    let school = School::small();
    let (zoe, romane) = (school.pupil(ZOE), school.pupil("romane.faure"));
    let reset = |more: &[&str]| {
        let output = school
            .entctl(["password", "reset", ZOE, "romane faure", "--format", "json"])
            .args(more)
            .run()
            .expect_success();
        assert_eq!(output.stderr, "", "{output}");
        contract(&output.stdout)
    };

    let before = school.dump();
    let (planned, summary) = reset(&["--dry-run"]);
    school.assert_untouched(&before);
    assert!(
        planned
            .iter()
            .all(|l| l.outcome == "planned" && l.password.is_none())
    );
    assert_eq!(summary.counts, BTreeMap::from([("planned".into(), 2)]));
    assert_eq!((summary.run, summary.slips), (None, None));

    let (printed, summary) = reset(&["--print", "--yes"]);
    for (line, pupil) in printed.iter().zip([&zoe, &romane]) {
        assert_eq!(line.outcome, "done");
        assert_eq!(line.account.dn, pupil.dn);
        assert_eq!(line.account.uid.as_ref(), Some(&pupil.uid));
        assert_eq!(line.account.login.as_ref(), Some(&pupil.login));
        assert_eq!(
            line.account.name,
            format!("{} {}", pupil.given, pupil.family)
        );
        school.assert_given(pupil, line.password.as_deref().expect("printed"));
    }
    assert_eq!(printed[0].notes, ["had-own-password"]);
    assert!(printed[1].notes.is_empty(), "{printed:?}");
    assert_eq!(summary.counts, BTreeMap::from([("done".into(), 2)]));
    assert!(
        !summary.unfinished && summary.elapsed_ms < 60_000,
        "{summary:?}"
    );
    let run = summary.run.expect("a run");
    let shown = school
        .entctl(["history", "show", &run, "--format", "json"])
        .run()
        .expect_success()
        .json();
    assert_eq!(shown["state"], "finished");

    let slips = slips_folder(school.home()).join("deux.csv");
    let (quiet, summary) = reset(&["--slips", slips.to_str().expect("UTF-8"), "--yes"]);
    assert!(quiet.iter().all(|l| l.password.is_none()), "{quiet:?}");
    assert_eq!(summary.slips.as_deref(), slips.to_str());
    school.assert_slips(&slips, &[zoe, romane]);
}

#[test]
fn json_and_pipes_are_never_asked_to_confirm() {
    let school = School::small();
    let before = school.dump();
    for more in [&["--format", "json"][..], &[]] {
        let output = school
            .entctl(["password", "reset", ZOE, "--print"])
            .args(more)
            .stdin("o\no\n")
            .run()
            .expect_status(2);
        assert_eq!(output.stdout, "", "{output}");
        assert!(output.stderr.contains("--yes"), "{output}");
    }
    school.assert_untouched(&before);
}

#[test]
fn several_passwords_need_a_place_to_go_to() {
    let school = School::small();
    let before = school.dump();
    for args in [&["--class", "6A"][..], &[ZOE, "romane.faure"], &[ZOE]] {
        let output = school
            .entctl(["password", "reset", "--yes"])
            .args(args)
            .run()
            .expect_status(2);
        assert!(
            output.stderr.contains("--slips") && output.stderr.contains("--print"),
            "{output}"
        );
    }
    // One account at a terminal is shown by itself; two are not.
    let terminal = Terminal::start(school.entctl(["password", "reset", ZOE, "romane.faure"]));
    let (status, screen) = terminal.wait();
    assert_eq!(status, 2, "{screen}");
    school.assert_untouched(&before);
}

#[test]
fn each_style_looks_as_it_says() {
    let school = School::small();
    let pupils = school.class("5A");
    for (style, alphabet, least) in [
        ("words", "abcdefghijklmnopqrstuvwxyz-", 10),
        ("letters", "abcdefghjkmnpqrstuvwxyz", 8),
        ("digits", "23456789", 12),
        (
            "mixed",
            "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789",
            8,
        ),
    ] {
        let path = slips_folder(school.home()).join(format!("{style}.csv"));
        let _ = school
            .entctl([
                "password", "reset", "--class", "5A", "--style", style, "--yes",
            ])
            .arg("--slips")
            .arg(&path)
            .run()
            .expect_success();
        for password in read_slips(&path).values() {
            assert!(
                password.chars().all(|c| alphabet.contains(c)),
                "{style}: {password}"
            );
            assert!(password.len() >= least, "{style}: {password}");
            assert!(
                !password.starts_with(['=', '+', '-', '@', '0']),
                "{password}"
            );
            let digits = password.bytes().all(|b| b.is_ascii_digit());
            assert!(!digits || password.len() <= 15, "{password}");
        }
        let open: Vec<_> = pupils
            .iter()
            .filter(|p| p.locked.is_none())
            .cloned()
            .collect();
        let slips = read_slips(&path);
        assert_eq!(slips.len(), pupils.len());
        let different: BTreeSet<&String> = slips.values().collect();
        assert_eq!(
            different.len(),
            slips.len(),
            "{style}: the same password twice"
        );
        for pupil in &open {
            school.assert_given(pupil, &slips[&pupil.login]);
        }
    }
}

#[test]
fn only_new_leaves_those_who_chose_their_password() {
    let school = School::small();
    let class = school.class("6A");
    let before = school.dump();
    let path = slips_folder(school.home()).join("nouveaux.csv");
    let output = school
        .entctl(["password", "reset", "--class", "6A", "--only-new", "--yes"])
        .args(["--format", "json", "--slips"])
        .arg(&path)
        .run()
        .expect_success();
    let (new, own): (Vec<_>, Vec<_>) = class
        .into_iter()
        .partition(|p| !p.has_password || p.must_change);
    assert!(!new.is_empty() && !own.is_empty());
    school.assert_slips(&path, &new);
    let names: BTreeSet<String> = new.iter().map(|p| p.dn.clone()).collect();
    assert_eq!(school.changed_since(&before), names);
    let (_, summary) = contract(&output.stdout);
    assert_eq!(
        summary.counts,
        BTreeMap::from([
            ("done".into(), new.len() as u64),
            ("unchanged".into(), own.len() as u64)
        ])
    );
}

#[test]
fn a_slips_file_is_never_overwritten() {
    let school = School::small();
    let before = school.dump();
    let folder = slips_folder(school.home());
    let path = folder.join("6A.csv");
    std::fs::write(&path, "à moi").expect("a file");
    let output = school
        .entctl(["password", "reset", "--class", "6A", "--yes", "--slips"])
        .arg(&path)
        .run()
        .expect_status(2);
    assert!(output.stderr.contains("6A.csv"), "{output}");
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), "à moi");
    assert_eq!(crate::school::listed(&folder), [path]);
    school.assert_untouched(&before);
}

#[test]
fn slips_to_print_carry_passwords_that_bind() {
    let school = School::small();
    let path = slips_folder(school.home()).join("6A.html");
    let _ = school
        .entctl(["password", "reset", "--class", "6A", "--yes", "--slips"])
        .arg(&path)
        .run()
        .expect_success();
    assert_private(&path);
    let page = std::fs::read_to_string(&path).expect("the page");
    // Values stand in <dd>, the login first, then the password.
    let values: Vec<&str> = page
        .split("<dd")
        .skip(1)
        .filter_map(|rest| rest.split_once('>')?.1.split("</dd>").next())
        .collect();
    let class = school.class("6A");
    assert_eq!(values.len(), 2 * class.len(), "{page}");
    for pair in values.chunks(2) {
        let pupil = class.iter().find(|p| p.login == pair[0]);
        let pupil = pupil.unwrap_or_else(|| panic!("whose slip is {pair:?}?"));
        assert!(page.contains(&format!("{} {}</h2>", pupil.given, pupil.family)));
        school.assert_given(pupil, pair[1]);
    }
}

#[test]
fn an_odd_name_is_found_and_reset_like_any_other() {
    let school = School::small();
    let odd = school.pupil("jeanjeannot.oneilfils");
    for said in [
        "Jean \"Jeannot\" O'Neil (fils)",
        odd.dn.as_str(),
        odd.uid.as_str(),
    ] {
        let output = school
            .entctl(["password", "reset", said, "--print", "--yes"])
            .run()
            .expect_success();
        let given = last_cell(&output.stdout, &odd.login);
        let result = bind(school.sandbox.url(), &odd.dn, &given);
        assert_eq!(
            (result.code, result.must_change),
            (0, true),
            "{said}: {output}"
        );
    }
}
