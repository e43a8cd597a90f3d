//! Notices: who is told when an administrator changes a password, a redirect or a recovery address, what stands in
//! the mail, and that whatever becomes of it changes nothing of what was written.

use crate::premises::{School, slips};
use crate::support::entctl::Entctl;
use crate::support::output::Output;
use crate::support::pty::Terminal;
use crate::support::smtp::{Act, At, Manner, Smtp, Tls, say};
use crate::support::waiting::wait_until;
use mail_parser::MessageParser;
use std::time::{Duration, Instant};

const PARENT: &str = "parent_college";
const OTHER: &str = "mother_older_links";
const OPERATOR: &str = "venue au secrétariat";

/// A mail as its reader sees it.
#[derive(Debug)]
struct Mail {
    to: String,
    subject: String,
    text: String,
    /// All of it, as it came.
    whole: String,
}

impl Mail {
    fn parse(bytes: &[u8]) -> Self {
        let mail = MessageParser::default().parse(bytes).expect("a mail");
        let to = mail.to().and_then(|a| a.first()).expect("to");
        Mail {
            to: to.address().expect("an address").to_owned(),
            subject: mail.subject().expect("a subject").to_owned(),
            text: mail.body_text(0).expect("text").into_owned(),
            whole: format!(
                "{}\n{}\n{}",
                String::from_utf8_lossy(bytes),
                mail.body_text(0).expect("text"),
                mail.body_html(0).expect("html")
            ),
        }
    }
}

/// Those of the sandbox since it was up, by address.
fn mails(school: &School) -> Vec<Mail> {
    let mails = school.sandbox().mails();
    let mut mails: Vec<Mail> = mails.iter().map(|m| Mail::parse(m.as_bytes())).collect();
    mails.sort_by(|a, b| a.to.cmp(&b.to));
    mails
}

fn received(server: &Smtp) -> Vec<Mail> {
    server
        .received()
        .iter()
        .map(|m| Mail::parse(&m.data))
        .collect()
}

/// Takes the mails away that arrived until now.
fn empty(school: &School) {
    for file in super::school::listed(&school.sandbox().status().mail_dir) {
        std::fs::remove_file(file).expect("removed");
    }
}

fn to<'a>(mails: &'a [Mail], address: &str) -> &'a Mail {
    mails
        .iter()
        .find(|mail| mail.to == address)
        .unwrap_or_else(|| panic!("nobody wrote to {address}: {mails:?}"))
}

fn own(school: &School, who: &str) -> String {
    format!("{}@courriel.example", school.login(who))
}

/// `mail …` as the administrator of the collège, without questions.
fn mail(school: &School, words: &[&str]) -> Entctl {
    school
        .college(&["mail"])
        .args(words)
        .args(["--yes", "--reason", OPERATOR])
}

fn set(school: &School, who: &str, address: &str) -> Entctl {
    mail(school, &["set", &school.login(who), "--redirect", address])
}

fn change(school: &School, who: &str, ldif: &str) {
    let whole = format!("dn: {}\nchangetype: modify\n{ldif}\n", school.dn(who));
    school.manage().modify(&whole).expect_success();
}

fn redirected(school: &School, who: &str) -> Vec<String> {
    school.entry(who).all("entctlMailRedirect")
}

/// A profile `smtp` of the inter-school administrator that sends through this port; redirect and recovery address
/// of a parent stand apart. `more`: lines of its `mail` table.
fn with_port(school: &School, port: u16, more: &str) {
    let timeout = if more.contains("timeout =") {
        ""
    } else {
        "timeout = 1\n"
    };
    school.profile(
        "smtp",
        school.sandbox().url(),
        &format!(
            "[profiles.smtp.redirect]\nway = \"own\"\nown_domains = [\"ent.example.test\"]\n\
             [profiles.smtp.recovery]\nparent = [\"ENTPersonAutresMails\"]\n\
             [profiles.smtp.mail]\nserver = \"smtp://127.0.0.1:{port}\"\nfrom = \"ent@example.test\"\n\
             contact = \"la vie scolaire (05 61 00 00 00)\"\n{timeout}{more}"
        ),
    );
}

fn by_smtp(school: &School, words: &[&str]) -> Entctl {
    school
        .with("smtp", words)
        .args(["--yes", "--reason", OPERATOR])
        .timeout(Duration::from_secs(60))
}

#[track_caller]
fn summary(output: &Output) -> serde_json::Value {
    output.json_lines().last().expect("a summary").clone()
}

#[test]
fn the_former_and_the_new_address_are_told_and_neither_learns_the_other() {
    let school = School::up(30);
    let courriel = own(&school, PARENT);
    let told = set(&school, PARENT, "premiere@boite.example")
        .run()
        .expect_success();
    assert!(told.stderr.contains("2 notices were mailed"), "{told}");
    // In this sandbox as in Occitanie: the redirect of a parent is the recovery address too.
    let first = mails(&school);
    assert_eq!(first.len(), 2, "{first:?}");
    let new = to(&first, "premiere@boite.example");
    assert!(
        new.text
            .contains("désormais transmis à premiere@boite.example")
    );
    assert!(new.text.contains("est désormais l'adresse de secours"));
    let former = to(&first, &courriel);
    assert!(former.text.contains("n'est plus l'adresse de secours"));
    assert!(!former.text.contains("transmis"), "{former:?}");

    empty(&school);
    set(&school, PARENT, "seconde@boite.example")
        .run()
        .expect_success();
    let second = mails(&school);
    assert_eq!(second.len(), 2, "{second:?}");
    let new = to(&second, "seconde@boite.example");
    let former = to(&second, "premiere@boite.example");
    assert!(!new.whole.contains("premiere"), "{new:?}");
    assert!(!former.whole.contains("seconde"), "{former:?}");
    assert!(
        former
            .text
            .contains("ne sont plus transmis à premiere@boite.example")
    );
    let login = school.login(PARENT);
    for mail in &second {
        assert!(mail.subject.starts_with("Collège Jean-Moulin"), "{mail:?}");
        for word in ["Céline Dupont", "secrétariat de l'établissement"] {
            assert!(mail.text.contains(word), "{word} {mail:?}");
        }
        for secret in [login.as_str(), OPERATOR, "admin-college"] {
            assert!(!mail.whole.contains(secret), "{secret} {mail:?}");
        }
    }

    empty(&school);
    mail(&school, &["clear", &login, "--redirect"])
        .run()
        .expect_success();
    let cleared = mails(&school);
    assert_eq!(cleared.len(), 2, "{cleared:?}");
    let former = to(&cleared, "seconde@boite.example");
    assert!(former.text.contains("ne sont plus transmis"));
    // What comes next in the list is the recovery address again.
    assert!(
        to(&cleared, &courriel)
            .text
            .contains("désormais l'adresse de secours")
    );
}

#[test]
fn a_recovery_address_that_stands_apart_is_told_apart() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    with_port(&school, server.port, "max_per_minute = 10000\n");
    let login = school.login(PARENT);
    let set = |address| ["mail", "set", &login, "--recovery", address].map(str::to_owned);
    for address in ["un@boite.example", "deux@boite.example"] {
        let words = set(address);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        by_smtp(&school, &words).run().expect_success();
    }
    let mails = received(&server);
    let told: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(
        told,
        ["un@boite.example", "un@boite.example", "deux@boite.example"]
    );
    assert!(mails[1].text.contains("n'est plus l'adresse de secours"));
    assert!(mails[1].text.contains("la vie scolaire (05 61 00 00 00)"));
    assert!(!mails[1].whole.contains("deux@"), "{:?}", mails[1]);
    assert!(!mails[2].whole.contains("un@boite"), "{:?}", mails[2]);
    assert!(!mails[2].text.contains("transmis"), "{:?}", mails[2]);
}

#[test]
fn a_first_letter_is_told_to_the_parent_and_a_pupils_password_to_nobody() {
    let school = School::up(30);
    let pupil = school.login("namesake_6a");
    let reset = ["password", "reset", &pupil, "--yes", "--slips", "p.csv"];
    school.college(&reset).run().expect_success();
    school
        .college(&["password", "reset", &pupil, "--yes", "--notify"])
        .args(["--slips", "q.csv"])
        .run()
        .expect_success();
    assert!(mails(&school).is_empty());

    let who = "parent_never_set";
    let file = school.file("premiers.csv");
    let login = school.login(who);
    school
        .college(&["password", "reset", &login, "--first", "--yes", "--slips"])
        .arg(&file)
        .run()
        .expect_success();
    let told = mails(&school);
    assert_eq!(told.len(), 1, "{told:?}");
    let password = slips(&file).pop().expect("a slip").1;
    let mail = to(&told, &own(&school, who));
    assert!(
        mail.text
            .contains("a changé le mot de passe de votre compte")
    );
    assert!(mail.text.contains(&login), "which account");
    assert!(!mail.whole.contains(&password));
    assert_eq!(school.bind(who, &password).code, 0);
}

#[test]
fn many_are_told_only_where_it_is_asked_for_and_then_paced() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    with_port(&school, server.port, "max_per_minute = 120\n");
    let rows = |domain: &str| {
        let row = |who: &str| format!("{};{who}@{domain}.example\n", school.login(who));
        let rows: String = [PARENT, OTHER].map(row).concat();
        school.write("redirections.csv", format!("login;redirect\n{rows}"))
    };
    let sync = |file: &str, more: &[&str]| {
        by_smtp(&school, &["mail", "sync", file, "--format", "json"])
            .args(more)
            .args(["--max-shrink", "100%", "--max-changes", "100"])
            .run()
            .expect_success()
    };
    let quiet = sync(&rows("un"), &[]);
    assert!(summary(&quiet).get("notices").is_none(), "{quiet}");
    assert!(server.received().is_empty());

    let told = sync(&rows("deux"), &["--notify"]);
    let end = summary(&told);
    assert_eq!(end["notices"], serde_json::json!({"sent": 4, "failed": 0}));
    // Four recipients, half a second apart.
    assert!(
        end["elapsed_ms"].as_u64().expect("a time") >= 1500,
        "{told}"
    );
    let mails = received(&server);
    assert_eq!(mails.len(), 4);
    for who in [PARENT, OTHER] {
        assert!(
            to(&mails, &format!("{who}@un.example"))
                .text
                .contains("ne sont plus")
        );
        assert!(
            to(&mails, &format!("{who}@deux.example"))
                .text
                .contains("sont désormais")
        );
    }
    let line = &told.json_lines()[0];
    let addresses: Vec<&str> = line["notices"]
        .as_array()
        .expect("notices")
        .iter()
        .map(|notice| {
            assert_eq!(notice["outcome"], "sent");
            notice["address"].as_str().expect("an address")
        })
        .collect();
    assert_eq!(addresses.len(), 2, "{told}");
}

#[test]
fn a_mail_server_that_is_down_changes_nothing_of_what_was_written() {
    let school = School::up(30);
    redirect_by_hand(&school, "avant@boite.example");
    let cases = [
        (None, "mail-unreachable"),
        (Some((At::Greeting, Act::Stall)), "mail-timeout"),
        (Some((At::Dot, Act::Stall)), "mail-timeout"),
        (Some((At::Ehlo, Act::Close)), "mail-connection-lost"),
        (Some((At::Mail, say("550 5.7.1 no"))), "mail-refused"),
        (Some((At::Data, say("garbage"))), "mail-protocol"),
    ];
    for (place, (manner, code)) in (0..).zip(cases) {
        let fake = manner.map(|(at, act)| Smtp::start(Manner::new(Tls::None).always(at, act)));
        with_port(&school, fake.as_ref().map_or(1, |fake| fake.port), "");
        let address = format!("apres{place}@boite.example");
        let login = school.login(PARENT);
        let words = ["mail", "set", &login, "--redirect", &address];
        let begun = Instant::now();
        let output = by_smtp(&school, &words)
            .arg("--format=json")
            .run()
            .expect_success();
        // Once, and not once for each of the two: a step may take a second.
        assert!(begun.elapsed() < Duration::from_secs(6), "{code}");
        assert_eq!(redirected(&school, PARENT), [address.as_str()]);
        let lines = output.json_lines();
        assert_eq!(lines[0]["outcome"], "done");
        for notice in lines[0]["notices"].as_array().expect("notices") {
            assert_eq!(
                (&notice["outcome"], &notice["code"]),
                (&"failed".into(), &code.into()),
                "{output}"
            );
        }
        let counts = serde_json::json!({"sent": 0, "failed": 2});
        assert_eq!(summary(&output)["notices"], counts, "{output}");
        assert!(output.stderr.contains(&address), "by name\n{output}");
        if let Some(fake) = fake {
            assert_eq!(fake.connections(), 1, "{code}");
        }
    }
}

/// Where a parent's mail is to go, without a notice.
fn redirect_by_hand(school: &School, to: &str) {
    change(
        school,
        PARENT,
        &format!(
            "add: objectClass\nobjectClass: entctlMailRedirectAccount\n-\nadd: \
             entctlMailRedirect\nentctlMailRedirect: {to}"
        ),
    );
}

#[test]
fn one_address_that_is_refused_does_not_keep_the_other_from_being_told() {
    let school = School::up(30);
    redirect_by_hand(&school, "avant@boite.example");
    for answer in ["550 5.1.1 nobody", "450 4.2.0 later"] {
        let server = Smtp::start(Manner::new(Tls::None).once(At::Rcpt, say(answer)));
        with_port(&school, server.port, "max_per_minute = 10000\n");
        let before = redirected(&school, PARENT);
        let address = format!("a{}@boite.example", &answer[..3]);
        let login = school.login(PARENT);
        let words = ["mail", "set", &login, "--redirect", &address];
        let told = by_smtp(&school, &words).run().expect_success();
        let mails = received(&server);
        assert_eq!(mails.len(), 1, "{told}");
        assert_eq!(mails[0].to, before[0]);
        assert!(told.stderr.contains("Céline Dupont"), "{told}");
        assert!(told.stderr.contains(&address), "{told}");
        assert!(told.stderr.contains("1 notice was mailed"), "{told}");
    }
}

#[test]
fn without_a_way_of_sending_mail_nothing_is_said_and_asking_for_it_is_refused() {
    let school = School::up(30);
    let redirect =
        "[profiles.plain.redirect]\nway = \"own\"\nown_domains = [\"ent.example.test\"]\n";
    school.profile("plain", school.sandbox().url(), redirect);
    let login = school.login(PARENT);
    let words = [
        "mail",
        "set",
        &login,
        "--redirect",
        "a@boite.example",
        "--yes",
    ];
    let asked = |more: &[&str]| {
        school
            .with("plain", &words)
            .args(["--reason", OPERATOR, "--format", "json"])
            .args(more)
            .run()
    };
    let before = school.dump();
    for more in [&["--notify"][..], &["--notify", "--dry-run"]] {
        let refused = asked(more).expect_status(2);
        assert_eq!(refused.json_errors()[0]["code"], "mail-not-configured");
    }
    school.assert_untouched(&before);
    let silent = asked(&[]).expect_success();
    assert_eq!(silent.stderr, "", "{silent}");
    assert!(summary(&silent).get("notices").is_none());
    assert_eq!(redirected(&school, PARENT), ["a@boite.example"]);
}

#[test]
fn nobody_is_told_where_that_is_turned_off() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    with_port(&school, server.port, "notices = false\n");
    let login = school.login(PARENT);
    let words = |address| ["mail", "set", &login, "--redirect", address].map(str::to_owned);
    let run = |address, more: &[&str]| {
        let words = words(address);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        by_smtp(&school, &words).args(more).run().expect_success()
    };
    run("a@boite.example", &[]);
    assert!(server.received().is_empty());
    run("b@boite.example", &["--notify"]);
    assert_eq!(server.received().len(), 2);
    with_port(&school, server.port, "");
    run("c@boite.example", &["--no-notify"]);
    assert_eq!(server.received().len(), 2);
    let both = by_smtp(&school, &["mail", "clear", &login, "--redirect"])
        .args(["--notify", "--no-notify"])
        .run();
    both.expect_status(2);
}

#[test]
fn a_simulation_and_the_question_say_to_whom_and_send_nothing() {
    let school = School::up(30);
    let courriel = own(&school, PARENT);
    let before = school.dump();
    let shown = set(&school, PARENT, "celine@boite.example")
        .arg("--dry-run")
        .french()
        .run()
        .expect_success();
    for address in ["celine@boite.example", &courriel] {
        assert!(shown.stderr.contains(address), "{shown}");
    }
    assert!(shown.stderr.contains("Des avis"), "{shown}");
    let json = set(&school, PARENT, "celine@boite.example")
        .args(["--dry-run", "--format", "json"])
        .run()
        .expect_success();
    assert_eq!(summary(&json)["notices"], serde_json::json!({"planned": 2}));
    assert_eq!(json.json_lines()[0]["notices"][0]["outcome"], "planned");
    school.assert_untouched(&before);

    let login = school.login(PARENT);
    let words = ["mail", "set", &login, "--redirect", "celine@boite.example"];
    let typed = school.college(&words).args(["--reason", OPERATOR]).french();
    let mut terminal = Terminal::start(typed);
    let asked = terminal.expect("Enregistrer ?");
    assert!(asked.contains("Des avis"), "{asked}");
    assert!(mails(&school).is_empty());
    terminal.send_line("n");
    terminal.wait();
    assert!(mails(&school).is_empty());
    school.assert_untouched(&before);
}

#[test]
fn each_is_written_to_in_their_language_and_no_name_makes_a_header() {
    let school = School::up(30);
    let name = "Zoe\r\nBcc: espion@boite.example\r\n\r\n<b>x</b>";
    let encoded = base64(name);
    change(
        &school,
        PARENT,
        &format!(
            "replace: preferredLanguage\npreferredLanguage: en-GB, fr;q=0.5\n-\nreplace: displayName\ndisplayName:: {encoded}"
        ),
    );
    set(&school, PARENT, "celine@boite.example")
        .run()
        .expect_success();
    let mails = mails(&school);
    assert_eq!(mails.len(), 2);
    for mail in &mails {
        assert!(mail.text.contains("On "), "{mail:?}");
        assert!(mail.subject.contains("has changed") || mail.subject.contains("have changed"));
        let headers = mail.whole.split("\r\n\r\n").next().expect("headers");
        assert!(
            !headers.lines().any(|line| line.starts_with("Bcc")),
            "{headers}"
        );
        assert!(!mail.whole.contains("<b>x</b></p>"), "{mail:?}");
    }
}

/// RFC 4648 section 4, for values that LDIF cannot hold as they are.
fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn a_correction_a_saved_plan_and_a_run_taken_back_tell_alike() {
    let school = School::up(30);
    let courriel = own(&school, PARENT);
    let login = school.login(PARENT);
    school
        .college(&[
            "account",
            "set",
            &login,
            "mail=celine@boite.example",
            "--yes",
        ])
        .run()
        .expect_success();
    let told = mails(&school);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        to(&told, &courriel)
            .text
            .contains("n'est plus l'adresse de secours")
    );
    assert!(!to(&told, &courriel).whole.contains("celine@boite"));
    // A telephone number concerns no address.
    empty(&school);
    school
        .college(&["account", "set", &login, "mobile=0639981234", "--yes"])
        .run()
        .expect_success();
    assert!(mails(&school).is_empty());

    let file = school.file("renvoi.plan").display().to_string();
    let plan = |more: &[&str]| {
        set(&school, PARENT, "plus@boite.example")
            .args(["--plan", &file])
            .args(more)
            .run()
    };
    plan(&["--notify"]).expect_status(2);
    plan(&[]).expect_success();
    assert!(mails(&school).is_empty());
    let applied = school
        .college(&["plan", "apply", &file, "--yes", "--format", "json"])
        .run()
        .expect_success();
    assert_eq!(mails(&school).len(), 2);
    let undo = |run: &Output, more: &[&str]| {
        let run = summary(run)["run"].as_str().expect("a run").to_owned();
        school
            .college(&["history", "undo", &run, "--yes"])
            .args(more)
            .run()
            .expect_success()
    };
    empty(&school);
    undo(&applied, &[]);
    assert!(mails(&school).is_empty(), "an undo tells nobody unasked");
    let unsaid = set(&school, PARENT, "plus@boite.example")
        .args(["--no-notify", "--format", "json"])
        .run()
        .expect_success();
    assert!(mails(&school).is_empty());
    undo(&unsaid, &["--notify"]);
    let told = mails(&school);
    assert!(
        to(&told, "plus@boite.example")
            .text
            .contains("ne sont plus")
    );
}

#[test]
fn what_is_no_address_is_named() {
    let school = School::up(30);
    redirect_by_hand(&school, "celine.boite.example");
    let output = set(&school, PARENT, "celine@boite.example")
        .args(["--format", "json"])
        .run()
        .expect_success();
    assert_eq!(summary(&output)["notices"]["failed"], 1, "{output}");
    let notices = output.json_lines()[0]["notices"].clone();
    assert_eq!(notices[0]["code"], "address-invalid", "{output}");
    assert!(output.stderr.contains("celine.boite.example"), "{output}");
}

#[test]
fn a_kill_while_the_mail_server_is_waited_for_loses_the_notice_alone() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None).always(At::Greeting, Act::Stall));
    with_port(&school, server.port, "timeout = 50\n");
    let login = school.login(PARENT);
    let words = ["mail", "set", &login, "--redirect", "celine@boite.example"];
    let running = by_smtp(&school, &words).spawn();
    wait_until("the mail server is asked", || server.connections() == 1);
    running.signal(rustix::process::Signal::KILL);
    let _ = running.wait();
    assert_eq!(redirected(&school, PARENT), ["celine@boite.example"]);
    let resumed = school
        .with("smtp", &["history", "resume"])
        .run()
        .expect_success();
    assert!(resumed.stderr.contains("No run is waiting"), "{resumed}");
    let runs = school
        .with("smtp", &["history", "list", "--format", "json"])
        .run();
    let runs = runs.expect_success().json();
    assert_eq!(runs["runs"][0]["state"], "finished");
}

#[test]
fn templates_that_cannot_be_used_stop_no_change_unless_notices_were_asked_for() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    let folder = school.file("lettres");
    std::fs::create_dir_all(folder.join("fr")).expect("a folder");
    std::fs::write(
        folder.join("fr/address-changed.txt"),
        "Subject: x\n\n{{ other }}",
    )
    .expect("written");
    let templates = format!("templates = \"{}\"\n", folder.display());
    with_port(&school, server.port, &templates);
    let login = school.login(PARENT);
    let words = ["mail", "set", &login, "--redirect", "celine@boite.example"];
    let before = school.dump();
    let asked = by_smtp(&school, &words)
        .args(["--notify", "--format", "json"])
        .run()
        .expect_status(2);
    assert_eq!(asked.json_errors()[0]["code"], "letters-invalid", "{asked}");
    school.assert_untouched(&before);
    let told = by_smtp(&school, &words)
        .args(["--format", "json"])
        .run()
        .expect_success();
    assert_eq!(redirected(&school, PARENT), ["celine@boite.example"]);
    assert_eq!(
        told.json_lines()[0]["notices"][0]["code"],
        "letters-invalid",
        "{told}"
    );
    assert!(told.stderr.contains("celine@boite.example"), "{told}");
    assert!(server.received().is_empty());
}
