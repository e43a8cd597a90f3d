use super::*;
use proptest::prelude::*;

fn dn(uid: &str) -> Dn {
    Dn::parse(&format!("uid={uid},dc=x")).expect("dn")
}

fn group(members: &[&str], pairs: &[(&str, &str)]) -> Group {
    Group {
        members: members.iter().map(|m| dn(m)).collect(),
        pairs: pairs.iter().map(|(a, b)| (dn(a), dn(b))).collect(),
    }
}

fn session(groups: Vec<Group>) -> Session {
    Session::new(groups, Ledger::new(dn("top")))
}

fn press(session: &mut Session, answer: Answer) -> Result<(), Conflict> {
    let question = session.next().expect("a question");
    let marks = ("m".to_owned(), "m".to_owned());
    session.answer(&question, answer, marks, Timestamp::UNIX_EPOCH)
}

fn asked(session: &Session) -> Option<(String, String)> {
    let question = session.next()?;
    let name = |dn: &Dn| dn.rdn_value().unwrap_or_default();
    Some((name(&question.kept), name(&question.other)))
}

fn pair(a: &str, b: &str) -> Option<(String, String)> {
    Some((a.to_owned(), b.to_owned()))
}

fn decided(ledger: &Ledger) -> Vec<(Answer, String, String)> {
    let name = |dn: &Dn| dn.rdn_value().unwrap_or_default();
    ledger
        .decided()
        .iter()
        .map(|e| (e.answer, name(&e.kept.dn), name(&e.other.dn)))
        .collect()
}

#[test]
fn pairs_come_one_after_the_other_and_a_review_goes_on_where_it_was() {
    let groups = vec![
        group(&["a", "b"], &[("a", "b")]),
        group(&["c", "d"], &[("c", "d")]),
        group(&["e", "f"], &[("e", "f")]),
    ];
    let mut first = session(groups.clone());
    assert_eq!((first.left(), asked(&first)), (3, pair("a", "b")));
    press(&mut first, Answer::Later).expect("taken");
    assert_eq!(asked(&first), pair("c", "d"));
    press(&mut first, Answer::Link).expect("taken");

    let mut second = Session::new(groups.clone(), first.ledger().clone());
    assert_eq!(
        asked(&second),
        pair("e", "f"),
        "those never shown come first"
    );
    press(&mut second, Answer::Dismiss).expect("taken");
    assert_eq!(asked(&second), pair("a", "b"), "then those left for later");
    press(&mut second, Answer::Later).expect("taken");
    assert_eq!(asked(&second), None, "once in a session");
    assert_eq!(
        decided(second.ledger()),
        [
            (Answer::Link, "c".into(), "d".into()),
            (Answer::Dismiss, "e".into(), "f".into())
        ]
    );
}

#[test]
fn turned_round_the_other_one_is_kept_and_back_turns_again() {
    let mut session = session(vec![group(&["a", "b"], &[("a", "b")])]);
    press(&mut session, Answer::Turn).expect("taken");
    assert_eq!(asked(&session), pair("b", "a"));
    press(&mut session, Answer::Merge).expect("taken");
    assert_eq!(
        decided(session.ledger()),
        [(Answer::Merge, "b".into(), "a".into())]
    );
    session.back();
    assert_eq!(asked(&session), pair("b", "a"));
    session.back();
    assert_eq!(asked(&session), pair("a", "b"));
    assert_eq!(session.back(), None);
}

#[test]
fn three_accounts_are_compared_with_the_kept_one_and_those_left_over_among_themselves() {
    let three = group(&["a", "b", "c"], &[("a", "b"), ("b", "c")]);
    let mut session = session(vec![three]);
    let question = session.next().expect("a question");
    assert_eq!((question.place, question.of), (1, 2));
    press(&mut session, Answer::Dismiss).expect("taken");
    assert_eq!(asked(&session), pair("a", "c"));
    press(&mut session, Answer::Dismiss).expect("taken");
    assert_eq!(asked(&session), pair("b", "c"), "alike without the first");
    press(&mut session, Answer::Link).expect("taken");
    assert_eq!(asked(&session), None);
}

#[test]
fn whoever_is_not_the_kept_one_is_none_of_those_joined_to_it() {
    let three = group(&["a", "b", "c"], &[("a", "b"), ("a", "c"), ("b", "c")]);
    let mut session = session(vec![three]);
    press(&mut session, Answer::Link).expect("taken");
    press(&mut session, Answer::Dismiss).expect("taken");
    assert_eq!(asked(&session), None);
    assert_eq!(session.ledger().implied(), [(dn("c"), dn("b"))]);
}

#[test]
fn turning_takes_back_what_was_answered_of_that_person_alone() {
    let mut session = session(vec![
        group(&["x", "y"], &[("x", "y")]),
        group(&["a", "b", "c"], &[("a", "b"), ("a", "c")]),
    ]);
    press(&mut session, Answer::Link).expect("taken");
    press(&mut session, Answer::Link).expect("taken");
    press(&mut session, Answer::Turn).expect("taken");
    assert_eq!(asked(&session), pair("c", "a"));
    assert_eq!(
        decided(session.ledger()),
        [(Answer::Link, "x".into(), "y".into())]
    );
    session.back();
    assert_eq!(decided(session.ledger()).len(), 2, "as it was before");
}

#[test]
fn an_account_is_joined_to_one_other_alone() {
    // Two persons share an account that contradicts itself.
    let mut session = session(vec![
        group(&["a", "b"], &[("a", "b")]),
        group(&["b", "c"], &[("b", "c")]),
    ]);
    press(&mut session, Answer::Link).expect("taken");
    let conflict = press(&mut session, Answer::Merge).expect_err("a secondary has none");
    assert_eq!((conflict.other, conflict.kept), (dn("b"), dn("a")));
    press(&mut session, Answer::Dismiss).expect("no conflict");
}

#[test]
fn whoever_is_proposed_by_now_the_first_answer_says_who_is_kept() {
    let mut first = session(vec![group(&["a", "b", "c"], &[("a", "b"), ("a", "c")])]);
    press(&mut first, Answer::Link).expect("taken");
    // Somebody logged in with c meanwhile.
    let now = vec![group(&["c", "a", "b"], &[("a", "b"), ("a", "c")])];
    let second = Session::new(now, first.ledger().clone());
    assert_eq!(asked(&second), pair("a", "c"));
}

#[test]
fn every_key_has_one_meaning_in_either_language_and_case() {
    for (letters, key) in [
        ("rRlL", Key::Link),
        ("fFmM", Key::Merge),
        ("dDnN", Key::Dismiss),
        ("oOxX", Key::Turn),
        ("pPsS", Key::Later),
        ("uU", Key::Back),
        ("aA", Key::Apply),
        ("?hH", Key::Help),
        ("qQ", Key::Quit),
    ] {
        for letter in letters.chars() {
            assert_eq!(Key::of(letter), Some(key), "{letter}");
        }
    }
    for letter in ['1', 'é', 'z', 'ß', ' '] {
        assert_eq!(Key::of(letter), None, "{letter}");
    }
}

fn answers() -> impl Strategy<Value = Option<Answer>> {
    prop_oneof![
        3 => Just(Some(Answer::Link)),
        2 => Just(Some(Answer::Merge)),
        2 => Just(Some(Answer::Dismiss)),
        1 => Just(Some(Answer::Later)),
        1 => Just(Some(Answer::Turn)),
        1 => Just(None),
    ]
}

proptest! {
    #[test]
    fn no_keys_lead_to_decisions_that_contradict_each_other(
        keys in prop::collection::vec(answers(), 0..40),
        stops in prop::collection::vec(0usize..40, 0..3),
    ) {
        let groups = vec![
            group(&["a", "b", "c", "d"], &[("a", "b"), ("b", "c"), ("c", "d")]),
            group(&["b", "e"], &[("b", "e")]),
            group(&["e", "f", "g"], &[("e", "f"), ("f", "g"), ("e", "g")]),
        ];
        let mut session = session(groups.clone());
        for (number, key) in keys.into_iter().enumerate() {
            if stops.contains(&number) {
                // Written, and read again by the next process.
                let text = serde_json::to_string(session.ledger()).expect("JSON");
                let read = serde_json::from_str(&text).expect("JSON");
                session = Session::new(groups.clone(), read);
            }
            let Some(question) = session.next() else { break };
            let before = session.ledger().clone();
            let left = session.left();
            match key {
                None => {
                    session.back();
                }
                Some(answer) => {
                    let marks = (String::new(), String::new());
                    match session.answer(&question, answer, marks, Timestamp::UNIX_EPOCH) {
                        Err(_) => prop_assert_eq!(&before, session.ledger()),
                        Ok(()) if answer != Answer::Turn => {
                            prop_assert_ne!(session.next(), Some(question), "not asked again");
                            // Two who are left over may be asked about each other.
                            prop_assert!(session.left() <= left + 2);
                        }
                        Ok(()) => {}
                    }
                }
            }
        }
        let decided = session.ledger().decided();
        let joins: Vec<_> = decided.iter().filter(|e| e.answer != Answer::Dismiss).collect();
        for join in &joins {
            let secondary = joins.iter().filter(|e| e.other.dn == join.other.dn).count();
            prop_assert_eq!(secondary, 1, "one principal");
            let chain = joins.iter().any(|e| e.other.dn == join.kept.dn);
            prop_assert!(!chain, "no chain");
        }
        for (a, b) in session.ledger().implied() {
            prop_assert!(!joins.iter().any(|e| e.is_about(&a, &b)));
        }
    }
}
