//! `account review` at a real terminal: decided, left, gone on with, applied, taken back.

use super::premises::School as Premises;
use crate::support::ldif::Dump;
use crate::support::pty::{CTRL_C, ESCAPE, Terminal};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;

const REVIEW: [&str; 2] = ["account", "review"];
/// The line of keys, which ends every question.
const KEYS: &str = "[q]uit";

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&REVIEW[..], more].concat()
}

fn at_terminal(premises: &Premises, more: &[&str]) -> Terminal {
    let args = with(&[&["--lang", "en"], more].concat());
    Terminal::start(premises.inter(&args))
}

fn waiting(premises: &Premises) -> Vec<Value> {
    let listed = premises
        .inter(&with(&["--list", "--format", "json"]))
        .run()
        .expect_success()
        .json();
    assert_eq!(listed["type"], "review");
    listed["decisions"].as_array().expect("a list").clone()
}

fn dn(decision: &Value, side: &str) -> String {
    decision[side]["dn"].as_str().expect("a name").to_owned()
}

/// People and groups, without what a login or a write leaves behind.
fn directory(premises: &Premises) -> Dump {
    let traces = ["pwdLastSuccess", "pwdFailureTime"];
    premises.dump().comparable().without(&traces)
}

#[test]
fn three_decisions_are_kept_gone_on_with_applied_as_one_and_taken_back_as_one() {
    let premises = Premises::up(120);
    let before = directory(&premises);

    let mut first = at_terminal(&premises, &[]);
    first.expect(KEYS);
    first.send("z");
    first.expect("The key “z” does nothing here.");
    first.send(ESCAPE);
    first.expect("This key does nothing here.");
    first.send("l");
    first.expect("Linked: ");
    first.expect(KEYS);
    first.send("M");
    first.expect("Merged: ");
    first.expect(KEYS);
    first.send("q");
    let (status, screen) = first.wait();
    assert_eq!(status, 0, "{screen}");
    assert!(screen.contains("2 decisions are kept"), "{screen}");
    premises_unchanged(&premises, &before);

    let mut second = at_terminal(&premises, &["--reason", "doubles"]);
    second.expect("goes on where it stopped: 2 decisions");
    second.expect(KEYS);
    second.send("n");
    second.expect("Two people: ");
    second.expect(KEYS);
    let decisions = waiting_beside(&premises);
    second.send("a");
    second.expect("Carry out these 3 decisions? [y/N]");
    second.send_line("y");
    let (status, screen) = second.wait();
    assert_eq!(status, 0, "{screen}");
    assert!(screen.contains("3 decisions carried out"), "{screen}");

    let read = |dn: &str| premises.eye().read(dn, &["*", "+"]).expect("an entry");
    let [link, merge, apart] = &decisions[..] else {
        panic!("{decisions:?}");
    };
    let held = |dn: &str, attribute: &str| read(dn).all(attribute);
    let (kept, other) = (dn(link, "keep"), dn(link, "other"));
    assert_eq!(
        held(&other, "ENTPersRelRapprochPrincipal"),
        std::slice::from_ref(&kept)
    );
    assert!(held(&kept, "ENTPersRelRapprochSecondaire").contains(&other));
    let children = held(&kept, "ENTAuxPersRelEleveEleve");
    let theirs = held(&other, "ENTAuxPersRelEleveEleve");
    assert!(!theirs.is_empty() && theirs.iter().all(|child| children.contains(child)));
    let (kept, other) = (dn(merge, "keep"), dn(merge, "other"));
    assert_eq!(held(&other, "ENTPersRelFusionPrincipal"), [kept]);
    let (kept, other) = (dn(apart, "keep"), dn(apart, "other"));
    assert_eq!(held(&other, "entctlNotSame"), [kept]);
    assert!(waiting(&premises).is_empty());

    let runs = premises
        .inter(&["history", "list", "--format", "json"])
        .run()
        .expect_success()
        .json();
    let run = &runs["runs"][0];
    assert_eq!(
        (&run["verb"], &run["reason"]),
        (&"account review".into(), &"doubles".into())
    );
    let name = run["run"].as_str().expect("a name");
    premises
        .inter(&["history", "undo", name, "--yes"])
        .run()
        .expect_success();
    premises_unchanged(&premises, &before);
}

/// What is kept while another process looks through the pairs: reading needs no lock.
fn waiting_beside(premises: &Premises) -> Vec<Value> {
    waiting(premises)
}

#[track_caller]
fn premises_unchanged(premises: &Premises, before: &Dump) {
    let after = directory(premises);
    assert!(before.changed(&after).is_empty(), "{}", before.diff(&after));
}

#[test]
fn what_is_decided_survives_a_kill_and_an_interruption_and_one_review_goes_at_a_time() {
    let premises = Premises::up(120);
    let mut killed = at_terminal(&premises, &[]);
    killed.expect(KEYS);
    killed.send("l");
    killed.expect("Linked: ");
    killed.expect(KEYS);

    let mut second = at_terminal(&premises, &[]);
    second.expect("Another review is under way.");
    assert_eq!(second.wait().0, 12);

    let status = std::process::Command::new("kill")
        .args(["-9", &killed.pid().to_string()])
        .status();
    assert!(status.expect("kill").success());
    assert_eq!(killed.wait().0, 128 + 9);
    assert_eq!(waiting(&premises).len(), 1);

    let mut interrupted = at_terminal(&premises, &[]);
    interrupted.expect("1 decision waits");
    interrupted.expect(KEYS);
    interrupted.send("x");
    interrupted.expect("To keep from now on: ");
    interrupted.expect(KEYS);
    interrupted.send("d");
    interrupted.expect("Two people: ");
    interrupted.expect(KEYS);
    interrupted.send("u");
    interrupted.expect("The last answer is taken back.");
    interrupted.expect("your choice");
    interrupted.expect(KEYS);
    interrupted.send(CTRL_C);
    assert_eq!(interrupted.wait().0, 130);
    assert_eq!(waiting(&premises).len(), 1, "the second was taken back");

    let folder = premises.sandbox_history().join("reviews");
    let file = std::fs::read_dir(&folder)
        .expect("a folder")
        .next()
        .expect("a file")
        .expect("a file")
        .path();
    let mode = file.metadata().expect("its mode").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let held = std::fs::read_to_string(&file).expect("text");
    let kept = &waiting(&premises)[0]["keep"];
    let name = kept["name"].as_str().expect("a name");
    assert!(!held.contains(name), "names stay in the directory: {held}");

    premises
        .inter(&with(&["--discard", "--yes"]))
        .run()
        .expect_success();
    assert!(waiting(&premises).is_empty() && !file.exists());
}

#[test]
fn an_account_that_changed_since_is_looked_at_again() {
    let premises = Premises::up(120);
    let mut first = at_terminal(&premises, &[]);
    for said in ["Linked: ", "Linked: "] {
        first.expect(KEYS);
        first.send("l");
        first.expect(said);
    }
    first.expect(KEYS);
    first.send("q");
    assert_eq!(first.wait().0, 0);
    let decisions = waiting(&premises);
    assert_eq!(decisions.len(), 2);

    let changed = dn(&decisions[0], "other");
    let ldif = format!(
        "dn: {changed}\nchangetype: modify\nreplace: personalTitle\npersonalTitle: Mme\n-\nreplace: mobile\nmobile: +33 6 39 98 99 99\n"
    );
    let _ = premises.manage().modify(&ldif).expect_success();
    let left = premises
        .inter(&with(&["--apply", "--yes", "--lang", "en"]))
        .run()
        .expect_success();
    assert!(left.stderr.contains("has changed since"), "{}", left.stderr);
    assert!(
        left.stderr.contains("1 decision carried out"),
        "{}",
        left.stderr
    );
    let entry = premises.eye().read(&changed, &["*"]).expect("an entry");
    assert!(entry.all("ENTPersRelRapprochPrincipal").is_empty());
    let done = dn(&decisions[1], "other");
    let entry = premises.eye().read(&done, &["*"]).expect("an entry");
    assert_eq!(
        entry.all("ENTPersRelRapprochPrincipal"),
        [dn(&decisions[1], "keep")]
    );
}

#[test]
fn a_plan_is_saved_and_what_it_has_done_is_taken_off_the_list() {
    let premises = Premises::up(120);
    let mut first = at_terminal(&premises, &[]);
    first.expect(KEYS);
    first.send("l");
    first.expect("Linked: ");
    first.expect(KEYS);
    first.send("q");
    assert_eq!(first.wait().0, 0);
    let before = directory(&premises);

    let simulated = premises
        .inter(&with(&["--apply", "--dry-run", "--lang", "en"]))
        .run()
        .expect_success();
    assert!(
        simulated.stderr.contains("Dry run: 1 decision"),
        "{}",
        simulated.stderr
    );
    let plan = premises.file("review.plan").display().to_string();
    premises
        .inter(&with(&["--apply", "--plan", &plan]))
        .run()
        .expect_success();
    premises_unchanged(&premises, &before);
    assert_eq!(waiting(&premises).len(), 1);
    premises
        .inter(&["plan", "apply", &plan, "--yes"])
        .run()
        .expect_success();
    let listed = premises
        .inter(&with(&["--list", "--lang", "en"]))
        .run()
        .expect_success();
    assert!(
        listed.stderr.contains("joined already"),
        "{}",
        listed.stderr
    );
    assert!(
        listed.stderr.contains("No decision waits."),
        "{}",
        listed.stderr
    );
}

#[test]
fn without_a_terminal_the_next_step_is_named() {
    let premises = Premises::up(120);
    let refused = premises
        .inter(&with(&["--format", "json"]))
        .run()
        .expect_status(2);
    let error = &refused.json_errors()[0];
    assert_eq!(error["code"], "review-no-terminal");
    let hints = error["hints"].to_string();
    assert!(hints.contains("account duplicates --format csv"), "{hints}");
    assert!(hints.contains("account link --from"), "{hints}");
}

#[test]
fn a_narrow_terminal_stays_readable_in_both_languages() {
    let premises = Premises::up(120);
    for (columns, language, keep) in [
        (80, "fr", "À GARDER"),
        (60, "en", "TO KEEP"),
        (34, "fr", "À GARDER"),
    ] {
        let args = with(&["--lang", language, "--color", "never"]);
        let mut terminal = Terminal::start_wide(premises.inter(&args), columns);
        terminal.expect(KEYS);
        terminal.send("q");
        let (status, screen) = terminal.wait();
        assert_eq!(status, 0, "{screen}");
        assert!(
            screen.contains(keep) && screen.contains('≠') && screen.contains('='),
            "{screen}"
        );
        let wide = screen.lines().filter(|line| line.chars().count() > columns);
        assert_eq!(
            wide.collect::<Vec<_>>(),
            Vec::<&str>::new(),
            "{columns}\n{screen}"
        );
    }
}
