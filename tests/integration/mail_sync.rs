//! `mail sync` and `mail list`, read back with ldap-utils.

use super::school::School;
use crate::support::ber::op;
use crate::support::entctl::Entctl;
use crate::support::ldap_utils::Scope;
use crate::support::output::Output;
use crate::support::proxy::{Fault, Moment, Proxy, Step, Victim, When};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// How the profile that goes through a proxy writes redirects.
pub const RULES: &str =
    "[profiles.bureau.redirect]\nway = \"own\"\nown_domains = [\"ent.example.test\"]\n";

/// Logins of the adults, sorted.
pub fn adults(school: &School) -> Vec<String> {
    let filter = "(&(ENTPersonLogin=*)(mail=*)(!(objectClass=ENTEleve)))";
    let mut logins: Vec<String> = school
        .eye
        .search(&school.people(), Scope::Sub, filter, &["ENTPersonLogin"])
        .iter()
        .filter_map(|entry| entry.one("ENTPersonLogin"))
        .collect();
    logins.sort();
    logins
}

/// Who forwards where, as the directory has it.
pub fn redirects(school: &School) -> BTreeMap<String, String> {
    school
        .eye
        .search(
            &school.people(),
            Scope::Sub,
            "(entctlMailRedirect=*)",
            &["ENTPersonLogin", "entctlMailRedirect"],
        )
        .iter()
        .map(|entry| {
            let text = |name: &str| entry.one(name).unwrap_or_default();
            (text("ENTPersonLogin"), text("entctlMailRedirect"))
        })
        .collect()
}

/// A file with these rows.
pub fn file(school: &School, rows: impl IntoIterator<Item = (String, String)>) -> PathBuf {
    let mut text = "login;redirect;keep_copy\n".to_owned();
    for (login, to) in rows {
        text.push_str(&format!("{login};{to};oui\n"));
    }
    school.home().write("redirections.csv", text)
}

/// Everybody to an address outside.
pub fn personal<'a>(logins: &'a [String]) -> impl Iterator<Item = (String, String)> + 'a {
    logins
        .iter()
        .map(|login| (login.clone(), format!("{login}@boite.example")))
}

/// `mail sync` of a file.
pub fn sync(school: &School, file: &std::path::Path, more: &[&str]) -> Output {
    school
        .entctl(["mail", "sync"])
        .arg(file)
        .arg("--yes")
        .args(more)
        // Twenty thousand under `ENTCTL_PROVE`, by a program built for debugging.
        .timeout(Duration::from_secs(300))
        .run()
}

/// The code of the error.
pub fn code(output: &Output) -> String {
    output.json_errors()[0]["code"]
        .as_str()
        .expect("a code")
        .to_owned()
}

#[test]
fn a_file_that_was_cut_or_shrank_is_refused_with_and_without_prune() {
    let school = School::with(60);
    let logins = adults(&school);
    let whole = file(&school, personal(&logins));
    sync(&school, &whole, &["--max-changes", "100%"]).expect_success();
    let before = school.dump();
    let text = std::fs::read_to_string(&whole).expect("file");
    let half = &text[..text.len() / 2];
    let on_a_line = format!("{}\n", half.rsplit_once('\n').expect("lines").0);
    for more in [&[][..], &["--prune"], &["--prune", "--keep-going"]] {
        let json = [more, &["--format", "json"]].concat();
        let cut = school.home().write("cut.csv", half);
        assert_eq!(
            code(&sync(&school, &cut, &json).expect_status(2)),
            "file-cut"
        );
        let short = school.home().write("short.csv", &on_a_line);
        assert_eq!(
            code(&sync(&school, &short, &json).expect_status(6)),
            "source-shrank"
        );
        let empty = school.home().write("empty.csv", "login;redirect\n");
        assert_eq!(
            code(&sync(&school, &empty, &json).expect_status(2)),
            "file-no-rows"
        );
        let lines = school
            .home()
            .write("cut.jsonl", "{\"login\":\"a\",\"redirect\":null}");
        assert_eq!(
            code(&sync(&school, &lines, &json).expect_status(2)),
            "file-cut"
        );
    }
    school.assert_untouched(&before);
    // Said in so many words, it is taken.
    let short = school.home().write("short.csv", &on_a_line);
    let all = ["--prune", "--max-shrink", "100%", "--max-changes", "100%"];
    sync(&school, &short, &all).expect_success();
    assert_eq!(redirects(&school).len(), on_a_line.lines().count() - 1);
}

#[test]
fn without_a_last_run_the_directory_is_what_a_file_is_measured_by() {
    let school = School::with(60);
    let logins = adults(&school);
    sync(
        &school,
        &file(&school, personal(&logins)),
        &["--max-changes", "100%"],
    )
    .expect_success();
    std::fs::remove_dir_all(school.sandbox.status().config.with_file_name("history"))
        .expect("history");
    let before = school.dump();
    let short = file(&school, personal(&logins[..logins.len() / 2]));
    let told = sync(&school, &short, &["--format", "json"]).expect_status(6);
    assert_eq!(code(&told), "source-shrank", "{told}");
    school.assert_untouched(&before);
}

#[test]
fn a_night_that_was_saved_and_applied_is_what_the_next_one_is_measured_by() {
    let school = School::with(60);
    let logins = adults(&school);
    let source = file(&school, personal(&logins[..40]));
    let plan = school.home().file("nuit.plan");
    let to = plan.to_str().expect("a path");
    sync(&school, &source, &["--max-changes", "100%", "--plan", to]).expect_success();
    let apply = || {
        school
            .entctl(["plan", "apply", to, "--yes"])
            .args(["--max-changes", "100%"])
    };
    apply().run().expect_success();
    assert_eq!(redirects(&school).len(), 40);
    // Twenty rows for the twenty who forward still: shorter than the last run's, though not than the directory's.
    let by_hand = logins[20..40].iter().map(|login| {
        let found = school.eye.search(
            &school.people(),
            Scope::Sub,
            &format!("(ENTPersonLogin={login})"),
            &["uid"],
        );
        format!(
            "dn: {}\nchangetype: modify\ndelete: entctlMailRedirect\n-\ndelete: entctlMailKeepCopy\n\n",
            found[0].dn
        )
    });
    let ldif: String = by_hand.collect();
    school.eye.modify(&ldif).expect_success();
    let short = file(&school, personal(&logins[..20]));
    let told = sync(&school, &short, &["--format", "json"]).expect_status(6);
    assert_eq!(code(&told), "source-shrank", "{told}");
    assert!(told.stderr.contains("40"), "{told}");
    // It was a run of the job.
    let ran = ["history", "list", "--job", "mail-sync", "--outcome", "done"];
    school.entctl(ran).run().expect_success();
}

#[test]
fn a_loop_in_the_file_is_refused_with_its_lines() {
    let school = School::with(60);
    let logins = adults(&school);
    let ent = |at: usize| format!("{}@ent.example.test", logins[at]);
    let rows = [
        (logins[0].clone(), "x@boite.example".to_owned()),
        (logins[1].clone(), ent(2)),
        (logins[2].clone(), ent(1)),
        (logins[3].clone(), ent(0)),
    ];
    let source = file(&school, rows.clone());
    let before = school.dump();
    let told = sync(&school, &source, &[]).expect_status(6);
    assert!(told.stderr.contains("lines 3, 4"), "{told}");
    assert!(
        told.stderr.contains(&format!("{} → {}", ent(1), ent(2))),
        "{told}"
    );
    school.assert_untouched(&before);
    // Left out, the others are done; their rows lie beside the file.
    sync(&school, &source, &["--keep-going"]).expect_status(3);
    assert_eq!(redirects(&school).len(), 2);
    let rejects = std::fs::read_to_string(source.with_file_name("redirections-rejects.csv"))
        .expect("rejects");
    assert_eq!(rejects.matches("redirect-loop").count(), 2, "{rejects}");
}

#[test]
fn those_who_left_do_not_stop_the_night() {
    let school = School::with(60);
    let logins = adults(&school);
    let mut rows: Vec<(String, String)> = personal(&logins[..20]).collect();
    rows.extend(
        ["parti.un", "parti.deux", "parti.trois"].map(|l| (l.to_owned(), "x@y.example".to_owned())),
    );
    rows.push((logins[21].clone(), "pas une adresse".to_owned()));
    let source = file(&school, rows);
    sync(&school, &source, &[]).expect_status(5);
    assert!(redirects(&school).is_empty());
    let told = sync(&school, &source, &["--keep-going"]).expect_status(3);
    assert!(told.stderr.contains("Line 22"), "{told}");
    assert_eq!(redirects(&school).len(), 20);
    let rejects = std::fs::read_to_string(source.with_file_name("redirections-rejects.csv"))
        .expect("rejects");
    assert_eq!(rejects.matches("not-found").count(), 3, "{rejects}");
    assert_eq!(rejects.matches("address-invalid").count(), 1, "{rejects}");
}

#[test]
fn a_faulty_row_of_the_night_is_left_out_alone() {
    let school = School::with(60);
    let logins = adults(&school);
    let to = |login: &str, to: &str| (login.to_owned(), to.to_owned());
    let mut rows: Vec<(String, String)> = personal(&logins[..3]).collect();
    rows.push(to("", "sans.nom@boite.example"));
    rows.push(to(&logins[0].to_uppercase(), "autre@boite.example"));
    let source = file(&school, rows);
    let before = school.dump();
    let refused = sync(&school, &source, &["--format", "json"]).expect_status(2);
    assert_eq!(code(&refused), "file-empty-cell", "{refused}");
    school.assert_untouched(&before);
    let told = sync(&school, &source, &["--keep-going"]).expect_status(3);
    assert!(told.stderr.contains("Line 5"), "{told}");
    assert_eq!(redirects(&school), personal(&logins[..3]).collect());
    let rejects = std::fs::read_to_string(source.with_file_name("redirections-rejects.csv"))
        .expect("rejects");
    assert!(
        rejects.contains("sans.nom@boite.example;oui;5;empty-cell"),
        "{rejects}"
    );
    assert!(
        rejects.contains("autre@boite.example;oui;6;repeated"),
        "{rejects}"
    );
    // The next night is measured by the rows that named somebody.
    let source = file(&school, personal(&logins[..3]));
    sync(&school, &source, &["--max-shrink", "1"]).expect_success();
}

#[test]
fn cells_leave_clear_and_set_and_prune_keeps_to_its_selector() {
    let school = School::with(60);
    let logins = adults(&school);
    sync(&school, &file(&school, personal(&logins[..40])), &[]).expect_success();
    let lines = format!(
        "{{\"login\":\"{}\",\"redirect\":null}}\n{{\"login\":\"{}\",\"keep_copy\":false}}\n\
         {{\"login\":\"{}\",\"redirect\":\"\"}}\n",
        logins[0], logins[1], logins[2]
    );
    let source = school.home().write("nuit.jsonl", lines);
    let teachers = [
        "--prune",
        "--role",
        "teacher",
        "--max-shrink",
        "100%",
        "--max-changes",
        "100%",
    ];
    sync(&school, &source, &teachers).expect_success();
    let now = redirects(&school);
    assert!(!now.contains_key(&logins[0]));
    assert!(now.contains_key(&logins[1]) && now.contains_key(&logins[2]));
    let left = school.eye.search(
        &school.people(),
        Scope::Sub,
        "(&(entctlMailRedirect=*)(objectClass=ENTAuxEnseignant))",
        &["ENTPersonLogin"],
    );
    let left: Vec<_> = left
        .iter()
        .filter_map(|e| e.one("ENTPersonLogin"))
        .collect();
    assert!(
        left.iter().all(|login| logins[1..3].contains(login)),
        "{left:?}"
    );
    assert!(now.len() > 3, "parents keep theirs");
    let entry = school.eye.search(
        &school.people(),
        Scope::Sub,
        &format!("(ENTPersonLogin={})", logins[1]),
        &["entctlMailKeepCopy"],
    );
    assert!(entry[0].one("entctlMailKeepCopy").is_none());
}

/// The sync of twenty through a proxy.
pub fn through(school: &School, proxy: &Proxy, source: &std::path::Path, more: &[&str]) -> Entctl {
    school
        .through_with(proxy, RULES)
        .entctl(["mail", "sync", "--yes"])
        .args(more)
        .arg(source)
}

#[test]
fn a_run_that_was_killed_is_resumed_and_two_never_run_at_once() {
    let school = School::with(60);
    let logins = adults(&school);
    let source = file(&school, personal(&logins[..20]));
    let victim = Victim::new();
    let proxy = Proxy::with(
        school.sandbox.url(),
        [Step {
            when: When::Operation(op::MODIFY, 8),
            moment: Moment::Held,
            fault: Fault::Kill(victim.clone()),
        }],
    );
    let running = through(&school, &proxy, &source, &[]).spawn();
    victim.is(running.pid());
    assert_eq!(running.wait().signal, Some(9));
    let half = redirects(&school).len();
    assert!(half < 20, "{half}");
    let whole = school.through_with(&proxy, RULES);
    let run = whole.run_name();
    whole
        .entctl(["history", "resume", &run])
        .run()
        .expect_success();
    assert_eq!(redirects(&school), personal(&logins[..20]).collect());
    assert!(whole.unfinished().is_empty());

    // One that waits for a server that says nothing holds the job.
    let proxy = Proxy::with(
        school.sandbox.url(),
        [Step {
            when: When::Operation(op::SEARCH, 1),
            moment: Moment::Held,
            fault: Fault::Stall,
        }],
    );
    let source = file(&school, personal(&logins[..25]));
    let first = through(&school, &proxy, &source, &[]).spawn();
    proxy.wait_until_fired(1);
    let free = Proxy::start(school.sandbox.url());
    let second = through(&school, &free, &source, &[])
        .run()
        .expect_status(12);
    assert!(second.stderr.contains("mail-sync"), "{second}");
    let waiting = through(&school, &free, &source, &["--wait", "60"]).spawn();
    first.signal(rustix::process::Signal::KILL);
    let killed = first.wait();
    assert_eq!(killed.signal, Some(9));
    waiting.wait().expect_success();
    assert_eq!(redirects(&school).len(), 25);
}

#[test]
fn those_who_forward_are_listed_with_the_loops_among_them() {
    let school = School::with(60);
    let logins = adults(&school);
    sync(&school, &file(&school, personal(&logins[..10])), &[]).expect_success();
    // A loop that another tool made.
    let by_hand = |from: usize, to: usize| {
        let found = school.eye.search(
            &school.people(),
            Scope::Sub,
            &format!("(ENTPersonLogin={})", logins[from]),
            &["uid"],
        );
        let ldif = format!(
            "dn: {}\nchangetype: modify\nreplace: entctlMailRedirect\nentctlMailRedirect: {}@ENT.example.test\n",
            found[0].dn, logins[to]
        );
        school.eye.modify(&ldif).expect_success();
    };
    by_hand(3, 5);
    by_hand(5, 7);
    by_hand(7, 3);
    let list = |words: &[&str]| {
        let json = school
            .entctl(["mail", "list", "--format", "json"])
            .args(words)
            .run();
        let redirects = json.expect_success().json()["redirects"].clone();
        let logins: Vec<String> = redirects
            .as_array()
            .expect("a list")
            .iter()
            .map(|r| r["account"]["login"].as_str().expect("login").to_owned())
            .collect();
        logins
    };
    assert_eq!(list(&[]).len(), 10);
    let ring = list(&["--loops"]);
    let at = ring.iter().position(|l| *l == logins[3]).expect("in it");
    let turned: Vec<&String> = (0..3).map(|k| &ring[(at + k) % 3]).collect();
    assert_eq!(turned, [&logins[3], &logins[5], &logins[7]]);
    assert_eq!(list(&["--external"]).len(), 7);
    assert_eq!(list(&["--domain", "BOITE.example"]).len(), 7);
    assert!(list(&["--domain", "ailleurs.example"]).is_empty());
    let csv = school
        .entctl(["mail", "list", "--loops", "--format", "csv"])
        .run()
        .expect_success();
    assert!(
        csv.stdout
            .contains("ent_address;redirect;keep_copy;external;loop"),
        "{csv}"
    );
    let college = school
        .sandbox
        .entctl_as(
            &school.sandbox.college(),
            ["mail", "list", "--format", "json"],
        )
        .run()
        .expect_success();
    let seen = college.json()["redirects"].as_array().expect("list").len();
    assert!(seen < 10, "only the own school: {seen}");
}

#[test]
fn whoever_a_mistyped_row_may_mean_keeps_the_redirect() {
    let school = School::with(60);
    let logins = adults(&school);
    sync(&school, &file(&school, personal(&logins[..5])), &[]).expect_success();
    let mut rows: Vec<(String, String)> = personal(&logins[1..5]).collect();
    rows.push((
        format!("{}x", logins[0]),
        format!("{}@boite.example", logins[0]),
    ));
    let options = ["--prune", "--max-shrink", "100%", "--max-changes", "100%"];
    let source = file(&school, rows);
    let told = sync(
        &school,
        &source,
        &[&options[..], &["--keep-going"]].concat(),
    );
    let told = told.expect_status(3);
    assert!(told.stderr.contains("keep their redirect"), "{told}");
    assert!(redirects(&school).contains_key(&logins[0]));
    // With every row understood, those who are not in the file lose it.
    sync(&school, &file(&school, personal(&logins[1..5])), &options).expect_success();
    assert!(!redirects(&school).contains_key(&logins[0]));
}
