//! The time of an answer tells nobody apart. What is compared are whole processes, as a login page sees them.

use super::*;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use std::time::Instant;

/// Kinds of what visitors type.
const KINDS: [&str; 4] = ["known", "unknown", "limited", "part"];

/// The share of pairs in which the first took longer: 0.5 where nobody can tell them apart.
fn area(one: &[f64], other: &[f64]) -> f64 {
    let mut won = 0.0;
    for a in one {
        for b in other {
            won += match a.total_cmp(b) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    won / (one.len() * other.len()) as f64
}

#[test]
fn the_area_is_a_half_where_nothing_tells_two_apart() {
    assert_eq!(area(&[1.0, 2.0], &[1.0, 2.0]), 0.5);
    assert_eq!(area(&[3.0, 4.0], &[1.0, 2.0]), 1.0);
    assert_eq!(area(&[1.0], &[2.0]), 0.0);
}

#[expect(
    clippy::print_stderr,
    reason = "captured, and shown where the test fails"
)]
#[test]
fn the_time_of_an_answer_tells_no_two_kinds_apart() {
    let seed: u64 = match std::env::var("ENTCTL_SEED") {
        Ok(seed) => seed.parse().expect("ENTCTL_SEED is a number"),
        Err(_) => rand::random(),
    };
    eprintln!("again with ENTCTL_SEED={seed}");
    // Two samples of one kind differ by chance: the area of 200 against 200 strays by 0.03 (its standard
    // deviation), of 40 against 40 by 0.065. With six pairs, and on a machine that does other things too, the bounds
    // are five and four of them away.
    let (each, answer, low) = match std::env::var_os("ENTCTL_PROVE") {
        Some(_) => (200, 0.4, 0.35),
        None => (40, 0.1, 0.24),
    };
    // To be tried by hand with next to no waiting: what is left then is the work itself.
    let answer = match std::env::var("ENTCTL_ANSWER_AFTER") {
        Ok(given) => given.parse().expect("seconds"),
        Err(_) => answer,
    };
    let school = School::up(if each > 100 { 500 } else { 150 });
    let server = Smtp::start(
        Manner::new(Tls::None).always(At::Rcpt, Act::Uneven(Duration::from_secs(5), seed)),
    );
    page(
        &school,
        server.port,
        "max_per_account = 1\ntimeout = 20\n",
        &format!("answer_after = {answer:?}\nmax_per_hour = 100000\n"),
    );
    let limited = school.login(PARENT);
    ask(&school, limited.clone()).run().expect_success();
    work(&school).run().expect_success();
    let fresh = parents(&school);
    assert!(fresh.len() >= each, "{} parents", fresh.len());
    let part = limited[..limited.len() - 2].to_owned();
    let staying = school
        .with("page", &["password", "send", "--requested", "--watch"])
        .timeout(Duration::from_secs(1800))
        .spawn();
    let mut order: Vec<usize> = (0..KINDS.len() * each).map(|n| n % KINDS.len()).collect();
    order.shuffle(&mut StdRng::seed_from_u64(seed));
    let mut times = vec![Vec::new(); KINDS.len()];
    let mut answers = std::collections::BTreeSet::new();
    let mut fresh = fresh.into_iter();
    for (number, kind) in order.into_iter().enumerate() {
        let typed = match KINDS[kind] {
            "known" => fresh.next().expect("another one"),
            "unknown" => format!("nobody.at.all{number}"),
            "limited" => limited.clone(),
            _ => part.clone(),
        };
        let entctl = ask(&school, typed);
        let begun = Instant::now();
        let output = entctl.run();
        times[kind].push(begun.elapsed().as_secs_f64());
        answers.insert(seen(&output));
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    staying.signal(rustix::process::Signal::TERM);
    let _ = staying.wait();
    assert!(!server.received().is_empty(), "the worker has worked");
    let mut told = Vec::new();
    for one in 0..KINDS.len() {
        for other in one + 1..KINDS.len() {
            let area = area(&times[one], &times[other]);
            eprintln!("{} / {}: {area:.3}", KINDS[one], KINDS[other]);
            if !(low..=1.0 - low).contains(&area) {
                told.push((KINDS[one], KINDS[other], area));
            }
        }
    }
    assert!(told.is_empty(), "{told:?}");
}

/// Logins of parents with a mail address, each once.
pub fn parents(school: &School) -> Vec<String> {
    let base = format!("ou=personnes,{}", school.sandbox().base_dn());
    let found = school.eye().search(
        &base,
        crate::support::ldap_utils::Scope::Sub,
        "(&(objectClass=ENTAuxPersRelEleve)(mail=*))",
        &["ENTPersonLogin", "mail"],
    );
    let own = school.login(PARENT);
    found
        .iter()
        // Not those who share an address: they are sent nothing.
        .filter_map(|entry| {
            let login = entry.one("ENTPersonLogin")?;
            let own = format!("{login}@");
            let mine = entry.all("mail").iter().all(|mail| mail.starts_with(&own));
            mine.then_some(login)
        })
        .filter(|login| *login != own)
        .collect()
}
