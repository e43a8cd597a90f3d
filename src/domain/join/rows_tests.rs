//! Rows put together, and rows that fit.

use super::*;
use crate::domain::account::{Account, AccountRef};
use crate::domain::dn::Dn;

/// An account with this number, whose person is called after it.
pub(crate) fn account(uid: &str) -> Account {
    let mut account = Account::gone(&AccountRef {
        dn: Dn::parse(&format!("uid={uid},ou=p,dc=x")).expect("dn"),
        uid: Some(uid.to_owned()),
        login: Some(format!("login.{uid}")),
        name: format!("Zoé Nom {uid}"),
    });
    account.given_name = "Zoé".to_owned();
    account.family_name = format!("Nom {uid}");
    account
}

/// `a b`, or `a b merge`, `a b link!` (the second is kept), `a b link 7` (a family); `?x` names nobody.
fn rows(text: &str) -> Vec<Named> {
    let lookup = |word: &str| match word.strip_prefix('?') {
        Some(_) => Lookup::Not("not-found"),
        None => Lookup::One(Box::new(account(word))),
    };
    let lines = (2u64..).zip(text.split(',').map(str::trim));
    lines
        .map(|(line, text)| {
            let words: Vec<&str> = text.split_whitespace().collect();
            let verb = words.get(2).copied().unwrap_or("link");
            let word = verb.trim_end_matches('!');
            let verdict = Verdict::ALL.into_iter().find(|v| v.code() == word);
            let cells = |text: &str| Cells {
                text: text.to_owned(),
                ..Cells::default()
            };
            Named {
                row: DecisionRow {
                    line,
                    verdict: verdict.expect("a verb"),
                    a: cells(words[0]),
                    b: cells(words[1]),
                    keep_b: verb.ends_with('!'),
                    cluster: words.get(3).copied().unwrap_or_default().to_owned(),
                    check: None,
                    fault: None,
                },
                a: lookup(words[0]),
                b: lookup(words[1]),
            }
        })
        .collect()
}

fn uid(account: &Account) -> &str {
    account.uid.as_deref().unwrap_or_default()
}

/// `kept<-other@line+other@line`, then `line:code(given)`.
fn came_to(text: &str, verdict: Verdict) -> Vec<String> {
    let grouped = group(&rows(text), verdict);
    let decisions = grouped.decisions.iter().map(|decision| {
        let others: Vec<String> = decision
            .others
            .iter()
            .map(|(other, line)| format!("{}@{}", uid(other), line.unwrap_or_default()))
            .collect();
        format!("{}<-{}", uid(&decision.kept), others.join("+"))
    });
    let refused = grouped.refused.iter().map(|refusal| {
        let given = refusal.given.clone().unwrap_or_default();
        format!(
            "{}:{}({given})",
            refusal.line.unwrap_or_default(),
            refusal.code
        )
    });
    decisions.chain(refused).collect()
}

#[test]
fn a_family_of_three_is_one_decision() {
    assert_eq!(
        came_to("a b, c d, a e link, x f link!", Verdict::Link),
        ["a<-b@2+e@4", "c<-d@3", "f<-x@5"]
    );
    // A row on the two others says nothing new, whichever of them it keeps; it stands or falls with the family.
    assert_eq!(came_to("a b, b c, a c", Verdict::Link), ["a<-b@2+c@4"]);
    let grouped = group(&rows("c b, a b, a c"), Verdict::Merge);
    assert_eq!(grouped.decisions, []);
    let grouped = group(&rows("c b, a b, a c"), Verdict::Link);
    assert_eq!(grouped.lines[&account("a").dn], [2, 3, 4]);
}

#[test]
fn contradictions_are_told_with_both_lines() {
    for (text, expected) in [
        (
            "a b, b a",
            &["2:contradictory(3)", "3:contradictory(2)"][..],
        ),
        ("a b, a b merge", &["2:contradictory(3)"]),
        ("a b, b a dismiss", &["2:contradictory(3)"]),
        ("a c, b c", &["2:absorbed-twice(3)", "3:absorbed-twice(2)"]),
        ("a c, b c merge", &["2:absorbed-twice(3)"]),
        ("a b, b c", &["2:chain(3)", "3:chain(2)"]),
        // Of one person, though two of the accounts are said to be of two.
        (
            "a b, a c, b c dismiss",
            &["2:contradictory(4)", "3:contradictory(4)"],
        ),
        // Round and round: nobody is kept.
        ("a b, b c, c a", &["2:chain(4)", "3:chain(2)", "4:chain(2)"]),
        ("a a", &["2:same-account(a)"]),
    ] {
        assert_eq!(came_to(text, Verdict::Link), expected, "{text}");
    }
    assert_eq!(
        came_to("a b dismiss, a b, c d dismiss", Verdict::Dismiss),
        ["c<-d@4", "2:contradictory(3)"]
    );
    assert_eq!(
        came_to("a b dismiss, c a, c b merge", Verdict::Dismiss),
        ["2:contradictory(4)"]
    );
}

#[test]
fn what_refuses_one_row_refuses_its_family_and_no_other() {
    assert_eq!(
        came_to("a b, a ?c, d e", Verdict::Merge),
        Vec::<String>::new(),
        "another verb's rows are not looked at"
    );
    assert_eq!(
        came_to("a b, a ?c, d e", Verdict::Link),
        ["d<-e@4", "2:with-line(3)", "3:not-found(?c)"]
    );
    // The kept one is not there: what ties the rows is the cell.
    assert_eq!(
        came_to("?a b, ?A c, d e", Verdict::Link),
        ["d<-e@4", "2:not-found(?a)", "3:not-found(?A)"]
    );
    // Nothing ties them but the number.
    assert_eq!(
        came_to("a b link 7, ?x ?y link 7, d e link 8", Verdict::Link),
        ["d<-e@4", "2:with-line(3)", "3:not-found(?x)"]
    );
    // The same row again is left out alone; that two are two people says nothing of a third.
    assert_eq!(
        came_to("a b, a b, a c", Verdict::Link),
        ["a<-b@2+c@4", "3:repeated-row(2)"]
    );
    assert_eq!(
        came_to(
            "a b dismiss, b a dismiss, a c dismiss, ?x a dismiss",
            Verdict::Dismiss
        ),
        ["a<-b@2", "a<-c@4", "3:repeated-row(2)", "5:not-found(?x)"]
    );
}

#[test]
fn a_row_fits_the_accounts_it_was_written_for_and_no_others() {
    let mut row = rows("a b").remove(0);
    let check = check_of(&account("b"), &account("a"));
    assert_eq!(row.misfit(), None, "a file made by hand");
    row.row.check = Some(check.to_uppercase());
    row.row.a.name = "NOM A, Zoe".to_owned();
    row.row.b.login = "LOGIN.b".to_owned();
    assert_eq!(row.misfit(), None);
    let with = |change: &dyn Fn(&mut Named)| {
        let mut row = row.clone();
        change(&mut row);
        row.misfit()
    };
    let other = Lookup::One(Box::new(account("c")));
    assert_eq!(with(&|row| row.b = other.clone()), Some(Misfit::Check));
    assert_eq!(
        with(&|row| row.row.check = Some(String::new())),
        Some(Misfit::Check)
    );
    assert_eq!(
        with(&|row| row.row.b.name = "Zoé Nom a".into()),
        Some(Misfit::Name)
    );
    assert_eq!(
        with(&|row| row.row.a.login = "login.b".into()),
        Some(Misfit::Login)
    );
    // Renamed in the directory since.
    let mut renamed = account("b");
    renamed.family_name = "Autre".to_owned();
    let renamed = Lookup::One(Box::new(renamed));
    assert_eq!(with(&|row| row.b = renamed.clone()), Some(Misfit::Check));
    // Of an account that is not there nothing can be said, of the other one something.
    let gone = |row: &mut Named| row.b = Lookup::Not("not-found");
    assert_eq!(with(&gone), None);
    assert_eq!(
        with(&|row| {
            gone(row);
            row.row.a.name = "Zoé Nom b".into();
        }),
        Some(Misfit::Name)
    );
}

#[test]
fn numbers_as_spreadsheets_show_them_are_still_the_same() {
    for (cell, value) in [
        ("123", "00123"),
        ("100000", "1E5"),
        ("1,00E+05", "1E5"),
        ("1.00E+05", "1e5"),
        (" F1 ", "f1"),
    ] {
        assert!(is_same_cell(cell, value), "{cell} {value}");
    }
    for (cell, value) in [
        ("123", "1234"),
        ("", "0"),
        ("inf", "infinity"),
        ("12", "F12"),
    ] {
        assert!(!is_same_cell(cell, value), "{cell} {value}");
    }
}
