//! `password expire` and `password reset --valid-for`: with the clock of entctl moved past the end, who can still log
//! in is asked of the directory itself.

use crate::mailing::{Mail, assert_temporary, change, everything_in, mails, send};
use crate::premises::{DISABLED, School, slips};
use crate::support::entctl::Entctl;
use crate::support::output::Output;
use crate::support::proxy::{Fault, Moment, Proxy, Step, Victim, When};
use crate::support::smtp::{Manner, Smtp, Tls};

const PARENT: &str = "parent_college";
const OTHER: &str = "mother_older_links";
const THIRD: &str = "parent_accents";

/// A year and more after the end of everything that ends.
const LATER: &str = "+400d";

const END: &str = "entctlTemporaryPasswordEnd";
const CLASS: &str = "entctlAccount";

/// Where the end stands, for profiles of a test's own.
const NAMED: &str =
    "temporary_until = \"entctlTemporaryPasswordEnd\"\ntemporary_class = \"entctlAccount\"\n";

fn expire(school: &School, more: &[&str]) -> Entctl {
    school
        .college(&["password", "expire", "--yes"])
        .args(more)
        .at(LATER)
}

/// Mails these people a temporary password each; gives the passwords in their order.
fn mailed(school: &School, who: &[&str]) -> Vec<String> {
    let before = mails(school).len();
    who.iter()
        .map(|who| {
            send(school, &[who]).run().expect_success();
            let address = format!("{}@courriel.example", school.login(who));
            let mails = mails(school);
            assert!(mails.len() > before);
            let mail: Vec<&Mail> = mails.iter().filter(|m| m.to == address).collect();
            mail.last().expect("a mail").password()
        })
        .collect()
}

/// The owner changes the password with entctl.
fn choose(school: &School, who: &str, old: &str, new: &str) {
    school
        .college(&["password", "change", &school.login(who), "--stdin"])
        .stdin(format!("{old}\n{new}\n"))
        .run()
        .expect_success();
}

fn attributes(table: &str, profile: &str) -> String {
    format!("[profiles.{profile}.attributes]\n{NAMED}[profiles.{profile}.passwords]\n{table}\n")
}

#[track_caller]
fn assert_silent(output: Output) {
    let output = output.expect_success();
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("", ""));
}

#[track_caller]
fn assert_ended(school: &School, who: &str, password: &str) {
    assert_ne!(school.bind(who, password).code, 0, "{who}");
    let entry = school.entry(who);
    assert_eq!(entry.one("pwdReset").as_deref(), Some("TRUE"), "{who}");
    assert_eq!(entry.one(END), None, "{who}");
    assert!(
        !entry.all("objectClass").iter().any(|c| c == CLASS),
        "{who}"
    );
}

#[test]
fn after_its_end_a_mailed_password_no_longer_works_and_nothing_else_is_touched() {
    let school = School::up(30);
    let passwords = mailed(&school, &[PARENT, OTHER]);
    choose(&school, OTHER, &passwords[1], "Mon chat est roux 42");
    // The owner may not write the end: it stands on, and says nothing any more.
    assert!(school.entry(OTHER).one(END).is_some());
    let file = school.file("6A.csv");
    school
        .college(&["password", "reset", "--class", "6A", "--yes", "--slips"])
        .arg(&file)
        .run()
        .expect_success();
    let letters = slips(&file);
    assert!(!letters.is_empty());

    // Before the end nothing is done but tidying up, which is told.
    let early = school.college(&["password", "expire", "--yes"]).run();
    let early = early.expect_success();
    assert_eq!(early.stderr.lines().count(), 1, "{early}");
    assert_temporary(&school, PARENT, &passwords[0]);
    assert_eq!(school.entry(OTHER).one(END), None);
    assert_silent(school.college(&["password", "expire", "--yes"]).run());

    let done = expire(&school, &[]).run().expect_success();
    assert_eq!((done.stdout.as_str(), done.stderr.lines().count()), ("", 1));
    assert_ended(&school, PARENT, &passwords[0]);
    assert_eq!(school.bind(OTHER, "Mon chat est roux 42").code, 0);
    for pupil in school.pupils_of("6A") {
        let login = pupil.one("ENTPersonLogin").expect("login");
        let (_, password) = letters.iter().find(|(l, _)| *l == login).expect("a slip");
        let bound = crate::support::ldap_utils::bind(school.sandbox().url(), &pupil.dn, password);
        assert_eq!((bound.code, bound.must_change), (0, true), "{login}");
    }
    let before = school.dump();
    assert_silent(expire(&school, &[]).run());
    school.assert_untouched(&before);
    let ran = [
        "history",
        "list",
        "--job",
        "password-expire",
        "--since",
        "1h",
    ];
    school
        .college(&ran)
        .args(["--outcome", "done"])
        .at(LATER)
        .run()
        .expect_success();
}

#[test]
fn a_machine_without_a_history_ends_the_same_passwords() {
    let school = School::up(30);
    let passwords = mailed(&school, &[PARENT]);
    std::fs::remove_dir_all(school.sandbox_history()).expect("history");
    expire(&school, &[]).run().expect_success();
    assert_ended(&school, PARENT, &passwords[0]);
    assert_silent(expire(&school, &[]).run());
}

#[test]
fn accounts_are_disabled_instead_where_the_configuration_says_so_and_undo_opens_them() {
    let school = School::up(30);
    let passwords = mailed(&school, &[PARENT, OTHER]);
    change(
        &school,
        OTHER,
        &format!("replace: pwdAccountLockedTime\npwdAccountLockedTime: {DISABLED}"),
    );
    let table = attributes("at_end = \"disable\"", "fin");
    school.profile("fin", school.sandbox().url(), &table);
    let other = school.entry(OTHER);
    let by_profile = |words: &[&str]| school.with("fin", words).at(LATER);
    let done = by_profile(&["password", "expire", "--yes", "--format", "json"]).run();
    let lines = done.expect_success().json_lines();
    assert_eq!(lines[0]["outcome"], "done");
    assert_eq!(lines[0]["notes"][0], "temporary-ended");
    assert_ne!(school.bind(PARENT, &passwords[0]).code, 0);
    let entry = school.entry(PARENT);
    assert_eq!(entry.one("pwdAccountLockedTime").as_deref(), Some(DISABLED));
    assert_eq!(
        (entry.one(END), entry.one("pwdReset").as_deref()),
        (None, Some("TRUE"))
    );
    // Whoever was disabled before keeps the end, for the day the account is opened.
    assert_eq!(school.entry(OTHER).all("entryCSN"), other.all("entryCSN"));
    assert_silent(by_profile(&["password", "expire", "--yes"]).run());

    let run = lines[1]["run"].as_str().expect("a run").to_owned();
    by_profile(&["history", "undo", &run, "--yes"])
        .run()
        .expect_success();
    assert_temporary(&school, PARENT, &passwords[0]);
    assert!(school.entry(PARENT).one(END).is_some());
}

#[test]
fn a_disabled_account_stays_disabled_while_its_password_ends() {
    let school = School::up(30);
    let passwords = mailed(&school, &[PARENT]);
    let closed = format!("replace: pwdAccountLockedTime\npwdAccountLockedTime: {DISABLED}");
    change(&school, PARENT, &closed);
    expire(&school, &[]).run().expect_success();
    let locked = school.entry(PARENT).one("pwdAccountLockedTime");
    assert_eq!(locked.as_deref(), Some(DISABLED));
    change(&school, PARENT, "delete: pwdAccountLockedTime");
    assert_ended(&school, PARENT, &passwords[0]);
}

#[test]
fn slips_end_where_reset_said_so_and_say_it() {
    let school = School::up(30);
    let file = school.file("6A.csv");
    let reset = school
        .college(&["password", "reset", "--class", "6A", "--valid-for", "7d"])
        .args(["--yes", "--format", "json", "--slips"])
        .arg(&file)
        .run()
        .expect_success();
    let lines = reset.json_lines();
    let until = lines[0]["valid_until"].as_str().expect("an end").to_owned();
    let until: jiff::Timestamp = until.parse().expect("a time");
    let text = std::fs::read_to_string(&file).expect("slips");
    assert!(
        text.lines()
            .next()
            .is_some_and(|l| l.ends_with(";valid_until")),
        "{text}"
    );
    let pupils = school.pupils_of("6A");
    let ends: Vec<String> = pupils.iter().filter_map(|p| p.one(END)).collect();
    assert_eq!(ends.len(), pupils.len());
    let expected = until.to_string().replace(['-', ':', 'T'], "");
    assert!(
        ends.iter().all(|end| *end == expected),
        "{ends:?} {expected}"
    );
    let letters = slips(&file);
    let (login, password) = letters[0].clone();
    school
        .college(&["password", "change", &login, "--stdin"])
        .stdin(format!("{password}\nMon chat est roux 42\n"))
        .run()
        .expect_success();
    let status = school.college(&["password", "status", "--class", "6A", "--format", "json"]);
    for line in status.run().expect_success().json_lines() {
        let ends = line["temporary_until"] != serde_json::Value::Null;
        assert_eq!(ends, line["account"]["login"] != *login, "{line}");
    }

    school
        .college(&["password", "expire", "--yes"])
        .at("+6d")
        .run()
        .expect_success();
    let bound = |login: &str, password: &str| {
        let pupil = pupils
            .iter()
            .find(|p| p.one("ENTPersonLogin").as_deref() == Some(login))
            .expect("a pupil");
        crate::support::ldap_utils::bind(school.sandbox().url(), &pupil.dn, password).code
    };
    assert_eq!(bound(&letters[1].0, &letters[1].1), 0, "not yet");
    let at_the_end = ["password", "expire", "--yes"];
    school.college(&at_the_end).at("+8d").run().expect_success();
    for (login, password) in &letters[1..] {
        assert_ne!(bound(login, password), 0, "{login}");
    }
    assert_eq!(bound(&login, "Mon chat est roux 42"), 0);

    let page = school.file("5A.html");
    school
        .college(&[
            "password",
            "reset",
            "--class",
            "5A",
            "--valid-for",
            "24h",
            "--yes",
            "--slips",
        ])
        .arg(&page)
        .french()
        .run()
        .expect_success();
    let page = std::fs::read_to_string(&page).expect("page");
    assert!(page.contains("Valable jusqu"), "{page}");
    let shown = school
        .college(&[
            "password",
            "reset",
            "--class",
            "4A",
            "--valid-for",
            "24h",
            "--dry-run",
        ])
        .run()
        .expect_success();
    assert!(shown.stderr.contains("Valid until"), "{shown}");
}

#[test]
fn an_end_that_outlived_its_password_never_ends_a_later_slip() {
    let school = School::up(30);
    let pupil = "namesake_college";
    let reset = |more: &[&str]| {
        let output = school
            .college(&[
                "password",
                "reset",
                &school.login(pupil),
                "--yes",
                "--print",
            ])
            .args(["--format", "json"])
            .args(more)
            .run();
        crate::premises::printed(&output.expect_success())
    };
    let by_hand = |password: &str, chosen: &str| {
        let dn = school.dn(pupil);
        let own = crate::support::ldap_utils::LdapUtils::new(school.sandbox().url(), &dn, password);
        own.passwd(&dn, Some(password), chosen).expect_success();
        assert!(school.entry(pupil).one(END).is_some(), "it stands on");
    };
    // A new slip by entctl takes it away.
    by_hand(&reset(&["--valid-for", "7d"]), "Mon chat est roux 42");
    let slip = reset(&[]);
    assert_eq!(school.entry(pupil).one(END), None);
    assert_silent(expire(&school, &[]).run());
    assert_temporary(&school, pupil, &slip);
    // So does a night between the owner's change and a slip by another tool.
    by_hand(&reset(&["--valid-for", "7d"]), "Mon chien est noir 43");
    let tidied = school
        .college(&["password", "expire", "--yes"])
        .run()
        .expect_success();
    assert_eq!(tidied.stderr.lines().count(), 1, "{tidied}");
    assert_eq!(school.bind(pupil, "Mon chien est noir 43").code, 0);
    let slip = "replace: userPassword\nuserPassword: papier-colle-12\n-\nreplace: pwdReset\npwdReset: TRUE";
    change(&school, pupil, slip);
    assert_silent(expire(&school, &[]).run());
    assert_temporary(&school, pupil, "papier-colle-12");
}

#[test]
fn where_the_directory_has_no_place_for_an_end_the_history_knows_it() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    let tables = format!(
        "[profiles.sans.redirect]\nway = \"own\"\nown_domains = [\"ent.example.test\"]\n\
         [profiles.sans.recovery]\nparent = [\"redirect\", \"mail\"]\n\
         [profiles.sans.mail]\nserver = \"smtp://127.0.0.1:{}\"\nfrom = \"ent@example.test\"\n\
         timeout = 5\nmax_per_minute = 10000\n",
        server.port
    );
    school.profile("sans", school.sandbox().url(), &tables);
    let by_profile = |words: &[&str]| school.with("sans", words);
    let send = |who: &str| -> String {
        let before = server.received().len();
        by_profile(&["password", "send", &school.login(who), "--yes"])
            .run()
            .expect_success();
        let received = server.received();
        Mail::parse(&received[before].data).password()
    };
    let (first, second, third) = (send(PARENT), send(OTHER), send(THIRD));
    assert_eq!(school.entry(PARENT).one(END), None);
    choose(&school, OTHER, &second, "Mon chat est roux 42");
    // Another password by another tool: not the one that was mailed.
    change(
        &school,
        THIRD,
        "replace: userPassword\nuserPassword: papier-colle-12\n-\nreplace: pwdReset\npwdReset: TRUE",
    );
    drop(third);
    let pupil = "namesake_college";
    let output = by_profile(&[
        "password",
        "reset",
        &school.login(pupil),
        "--valid-for",
        "24h",
    ])
    .args(["--yes", "--print", "--format", "json"])
    .run();
    let slip = crate::premises::printed(&output.expect_success());
    assert_silent(by_profile(&["password", "expire", "--yes"]).run());
    by_profile(&["password", "expire", "--yes"])
        .at(LATER)
        .run()
        .expect_success();
    assert_ne!(school.bind(PARENT, &first).code, 0);
    assert_eq!(
        school.entry(PARENT).one("pwdReset").as_deref(),
        Some("TRUE")
    );
    assert_ne!(school.bind(pupil, &slip).code, 0);
    assert_eq!(school.bind(OTHER, "Mon chat est roux 42").code, 0);
    let before = school.dump();
    assert_silent(by_profile(&["password", "expire", "--yes"]).at(LATER).run());
    school.assert_untouched(&before);
    // Another machine knows nothing, and leaves everything.
    std::fs::remove_dir_all(school.history("sans")).expect("history");
    assert_silent(by_profile(&["password", "expire", "--yes"]).at(LATER).run());
}

#[test]
fn too_many_at_once_are_refused_and_protected_or_foreign_accounts_left_alone() {
    let school = School::up(30);
    let passwords = mailed(&school, &[PARENT, OTHER]);
    let before = school.dump();
    let refused = expire(&school, &["--max-changes", "1", "--format", "json"]).run();
    let refused = refused.expect_status(6);
    assert_eq!(refused.json_errors()[0]["code"], "too-many-changes");
    let table = format!(
        "protected = \"(uid={})\"\n{}",
        school.uid(PARENT),
        attributes("", "garde")
    );
    school.profile("garde", school.sandbox().url(), &table);
    let only = ["password", "expire", "--yes", "--role", "teacher"];
    assert_silent(school.with("garde", &only).at(LATER).run());
    assert_silent(
        school
            .lycee(&["password", "expire", "--yes"])
            .at(LATER)
            .run(),
    );
    school.assert_untouched(&before);
    let guarded = ["password", "expire", "--yes", "--max-changes", "1"];
    school
        .with("garde", &guarded)
        .at(LATER)
        .run()
        .expect_success();
    assert_temporary(&school, PARENT, &passwords[0]);
    assert_ended(&school, OTHER, &passwords[1]);
}

#[test]
fn a_simulation_and_a_saved_plan_change_nothing_and_hold_no_password() {
    let school = School::up(30);
    let passwords = mailed(&school, &[PARENT]);
    let before = school.dump();
    let words = ["password", "expire", "--dry-run", "--detailed-exitcode"];
    school.college(&words).run().expect_success();
    let shown = school.college(&words).at(LATER).run().expect_status(4);
    assert!(
        !shown.stdout.is_empty() && !shown.stdout.contains(&passwords[0]),
        "{shown}"
    );
    let file = school.file("fin.plan");
    school
        .college(&["password", "expire", "--plan"])
        .arg(&file)
        .at(LATER)
        .run()
        .expect_success();
    school.assert_untouched(&before);
    let text = std::fs::read_to_string(&file).expect("the plan");
    assert!(text.contains("\"values\":[\"password\"]"), "{text}");
    school
        .college(&["plan", "apply"])
        .arg(&file)
        .arg("--yes")
        .at(LATER)
        .run()
        .expect_success();
    assert_ended(&school, PARENT, &passwords[0]);
    // What took its place stands nowhere: no value of that attribute is written down.
    let kept = everything_in(&school.sandbox_history());
    let named = kept.matches("userPassword").count();
    assert!(named > 0 && !kept.contains("userPassword:: "), "{kept}");
    let ran = school.college(&[
        "history",
        "list",
        "--job",
        "password-expire",
        "--format",
        "json",
    ]);
    // Whoever applies what a job planned does that job.
    let ran = ran.run().expect_success().json();
    assert_eq!(ran["runs"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_moves_between_reading_and_writing_is_left_alone() {
    let school = School::up(30);
    let passwords = mailed(&school, &[PARENT]);
    let dn = school.dn(PARENT);
    let (url, old) = (school.sandbox().url().to_owned(), passwords[0].clone());
    let owner = move || {
        let own = crate::support::ldap_utils::LdapUtils::new(&url, &dn, &old);
        own.passwd(&dn, Some(&old), "Mon chat est roux 42")
            .expect_success();
    };
    let proxy = Proxy::with(
        school.sandbox().url(),
        [Step {
            when: When::Operation(crate::support::ber::op::MODIFY, 1),
            moment: Moment::Held,
            fault: Fault::call(move |_| owner()),
        }],
    );
    school.profile("lent", &proxy.url(), &attributes("", "lent"));
    let words = ["password", "expire", "--yes", "--format", "json"];
    let output = school.with("lent", &words).at(LATER).run().expect_status(6);
    assert_eq!(output.json_lines()[0]["code"], "drift", "{output}");
    assert_eq!(school.bind(PARENT, "Mon chat est roux 42").code, 0);
    // The next time its mark goes, and nothing else.
    school.with("lent", &words).at(LATER).run().expect_success();
    assert_eq!(school.bind(PARENT, "Mon chat est roux 42").code, 0);
    assert_eq!(school.entry(PARENT).one(END), None);
}

#[test]
fn a_killed_run_is_finished_and_writes_nothing_twice() {
    for moment in [Moment::Held, Moment::Done] {
        let school = School::up(30);
        let passwords = mailed(&school, &[PARENT, OTHER, THIRD]);
        let victim = Victim::new();
        let proxy = Proxy::with(
            school.sandbox().url(),
            [Step {
                when: When::Operation(crate::support::ber::op::MODIFY, 2),
                moment,
                fault: Fault::Kill(victim.clone()),
            }],
        );
        school.profile("lent", &proxy.url(), &attributes("", "lent"));
        let running = school
            .with("lent", &["password", "expire", "--yes"])
            .at(LATER)
            .spawn();
        victim.is(running.pid());
        assert_eq!(running.wait().signal, Some(9));
        let marks = |who: &str| school.entry(who).one("pwdChangedTime");
        let ended: Vec<(&str, Option<String>)> = [PARENT, OTHER, THIRD]
            .into_iter()
            .filter(|who| school.entry(who).one(END).is_none())
            .map(|who| (who, marks(who)))
            .collect();
        school
            .with("lent", &["history", "resume"])
            .at(LATER)
            .run()
            .expect_success();
        for (who, password) in [PARENT, OTHER, THIRD].into_iter().zip(&passwords) {
            assert_ended(&school, who, password);
        }
        for (who, mark) in ended {
            assert_eq!(marks(who), mark, "{who} was written twice");
        }
        assert_silent(
            school
                .with("lent", &["password", "expire", "--yes"])
                .at(LATER)
                .run(),
        );
    }
}

#[test]
fn a_directory_that_does_not_tell_who_chose_a_password_has_none_ended() {
    let slapd = crate::support::slapd::Slapd::plain(
        "dn: uid=lea,ou=people,dc=ecole,dc=test\nobjectClass: inetOrgPerson\nuid: lea\ncn: Lea Dupont\n\
         sn: Dupont\ngivenName: Lea\nemployeeType: eleve\nuserPassword: lea-secret\n",
    );
    let home = crate::plain_directory::home(&slapd);
    for words in [
        &["password", "expire"][..],
        &["password", "reset", "lea", "--valid-for", "7d", "--print"],
    ] {
        let words = [words, &["--yes", "--format", "json"]].concat();
        let refused = crate::plain_directory::entctl(&home, &words).expect_status(6);
        assert_eq!(refused.json_errors()[0]["code"], "cannot-tell", "{refused}");
    }
}

#[test]
fn a_plan_of_slips_keeps_their_end_and_is_not_carried_out_after_it() {
    let school = School::up(30);
    let pupil = "namesake_college";
    let file = school.file("eleve.plan");
    school
        .college(&[
            "password",
            "reset",
            &school.login(pupil),
            "--valid-for",
            "7d",
            "--plan",
        ])
        .arg(&file)
        .run()
        .expect_success();
    let apply = |when: &str| {
        let plan = school.college(&["plan", "apply"]).arg(&file);
        plan.args(["--yes", "--print", "--format", "json"])
            .at(when)
            .run()
    };
    let late = apply("+8d").expect_status(6);
    assert_eq!(late.json_errors()[0]["code"], "plan-ended", "{late}");
    let given = apply("+1d").expect_success();
    assert!(given.json_lines()[0]["valid_until"].is_string(), "{given}");
    let slip = crate::premises::printed(&given);
    assert_temporary(&school, pupil, &slip);
    assert!(school.entry(pupil).one(END).is_some());
    school
        .college(&["password", "expire", "--yes"])
        .at("+8d")
        .run()
        .expect_success();
    assert_ended(&school, pupil, &slip);
}

#[test]
fn two_at_once_never_run_and_the_second_may_wait() {
    let school = School::up(30);
    let passwords = mailed(&school, &[PARENT]);
    let proxy = Proxy::with(
        school.sandbox().url(),
        [Step {
            when: When::Operation(crate::support::ber::op::MODIFY, 1),
            moment: Moment::Held,
            fault: Fault::Stall,
        }],
    );
    let folder = format!("history = \"{}\"\n", school.history("nights").display());
    for (profile, url) in [
        ("stalled", proxy.url()),
        ("free", school.sandbox().url().to_owned()),
    ] {
        school.profile(
            profile,
            &url,
            &format!("{folder}{}", attributes("", profile)),
        );
    }
    let night = |profile: &str, more: &[&str]| {
        school
            .with(profile, &["password", "expire", "--yes"])
            .args(more)
            .at(LATER)
    };
    let first = night("stalled", &[]).spawn();
    proxy.wait_until_fired(1);
    let second = night("free", &[]).run().expect_status(12);
    assert!(second.stderr.contains("password-expire"), "{second}");
    let waiting = night("free", &["--wait", "60"]).spawn();
    first.signal(rustix::process::Signal::KILL);
    assert_eq!(first.wait().signal, Some(9));
    waiting.wait().expect_success();
    assert_ended(&school, PARENT, &passwords[0]);
}
