//! The login page after a join: whoever types the old login is served, and learns the new one by mail alone.

use super::*;
use crate::support::smtp::{Manner, Smtp, Tls};
use std::time::Duration;

fn page(school: &School, port: u16) {
    let spool = school.sandbox().home().path().join("state/spool");
    school.profile(
        "page",
        school.sandbox().url(),
        &format!(
            "[profiles.page.attributes]\ntemporary_until = \"entctlTemporaryPasswordEnd\"\n\
             temporary_class = \"entctlAccount\"\nformer_login = \"entctlFormerLogin\"\n\
             record_class = \"entctlJoinedAccount\"\n\
             [profiles.page.redirect]\nway = \"own\"\nown_domains = [\"ent.example.test\"]\n\
             [profiles.page.recovery]\nparent = [\"redirect\", \"mail\"]\n\
             [profiles.page.mail]\nserver = \"smtp://127.0.0.1:{port}\"\nfrom = \"ent@example.test\"\n\
             timeout = 2\nmax_per_minute = 10000\n\
             [profiles.page.login_page]\nspool = \"{}\"\nanswer_after = 0.001\n",
            spool.display()
        ),
    );
}

fn ask(school: &School, typed: &str) -> Output {
    school
        .with("page", &["password", "send", "--uniform"])
        .stdin(typed)
        .run()
        .expect_success()
}

fn work(school: &School) {
    school
        .with("page", &["password", "send", "--requested"])
        .timeout(Duration::from_secs(60))
        .run()
        .expect_success();
}

#[test]
fn a_login_that_was_absorbed_is_answered_like_any_other_and_serves_the_kept_account() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port);
    let (kept, absorbed) = (school.login(KEPT), school.login(ABSORBED));
    let usual = ask(&school, &kept);
    absorb(&school, KEPT, ABSORBED);
    for _ in 0..2 {
        let answer = ask(&school, &absorbed);
        assert_eq!(
            (&answer.stdout, &answer.stderr),
            (&usual.stdout, &usual.stderr)
        );
    }
    work(&school);
    let mails = crate::mailing::received(&server);
    assert_eq!(mails.len(), 1, "three requests of one person are one mail");
    let password = mails[0].password();
    let bound = school.bind(KEPT, &password);
    assert_eq!((bound.code, bound.must_change), (0, true), "{bound:?}");
    assert!(mails[0].text.contains(&kept), "{}", mails[0].text);
    assert!(mails[0].text.contains(&absorbed), "{}", mails[0].text);
    assert_closed(&school, ABSORBED, &[&password]);

    // The entry is removed; its login is still hers.
    let delete = format!("dn: {}\nchangetype: delete\n", school.dn(ABSORBED));
    school.manage().modify(&delete).expect_success();
    let answer = ask(&school, &absorbed);
    assert_eq!(
        (&answer.stdout, &answer.stderr),
        (&usual.stdout, &usual.stderr)
    );
    work(&school);
    let mails = crate::mailing::received(&server);
    assert_eq!(mails.len(), 2);
    assert_eq!(school.bind(KEPT, &mails[1].password()).code, 0);
}

#[test]
fn of_whom_nobody_can_tell_nothing_is_sent_and_that_is_noted_once() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port);
    absorb(&school, "triplet_b", "triplet_a");
    absorb(&school, "triplet_c", "triplet_b");
    let login = school.login("triplet_a");
    for _ in 0..2 {
        ask(&school, &login);
        work(&school);
    }
    assert!(crate::mailing::received(&server).is_empty());
    let listed = school
        .with(
            "page",
            &["history", "list", "--account", &login, "--format", "json"],
        )
        .run()
        .expect_success();
    let runs = listed.json()["runs"].as_array().expect("runs").clone();
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert!(
        runs[0].to_string().contains("joined-in-chain"),
        "{}",
        runs[0]
    );
}
