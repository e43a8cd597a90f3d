//! "Forgotten password" on a login page: whoever is asked for, the answer is the same; a worker does the rest.

use crate::premises::School;
use crate::support::entctl::{Entctl, Running};
use crate::support::output::Output;
use crate::support::smtp::{Act, At, Manner, Smtp, Tls};
use crate::support::waiting::wait_until;
use mail_parser::MessageParser;
use std::path::{Path, PathBuf};
use std::time::Duration;

mod faults;
mod portal;
mod time;

const PARENT: &str = "parent_college";
const OTHER: &str = "mother_older_links";
/// Stands in nothing that a directory, a configuration or a test says otherwise.
const SECRET: &str = "Mon-mot-de-passe-Xq7";

/// Among the lines of a profile: a directory that does not tell when a password was set. Elsewhere that alone keeps one
/// of two who send at once from writing.
const NO_MARKS: &str = "# no marks\n";

/// A profile `page` of the inter-school administrator that sends through this server and takes requests. `more`:
/// lines of its `login_page`.
fn page(school: &School, port: u16, mail: &str, more: &str) {
    page_at(school, school.sandbox().url(), port, mail, more);
}

fn page_at(school: &School, url: &str, port: u16, mail: &str, more: &str) {
    let answer = if more.contains("answer_after") {
        ""
    } else {
        "answer_after = 0.001\n"
    };
    let marks = if more.contains(NO_MARKS) {
        "password_changed = \"description\"\n"
    } else {
        ""
    };
    let timeout = if mail.contains("timeout") {
        ""
    } else {
        "timeout = 2\n"
    };
    school.profile(
        "page",
        url,
        &format!(
            "[profiles.page.attributes]\ntemporary_until = \"entctlTemporaryPasswordEnd\"\n\
             temporary_class = \"entctlAccount\"\n{marks}\
             [profiles.page.redirect]\nway = \"own\"\nown_domains = [\"ent.example.test\"]\n\
             [profiles.page.recovery]\nparent = [\"redirect\", \"mail\"]\n\
             [profiles.page.mail]\nserver = \"smtp://127.0.0.1:{port}\"\nfrom = \"ent@example.test\"\n\
             {timeout}max_per_minute = 10000\n{mail}\
             [profiles.page.login_page]\nspool = \"{}\"\n{answer}{more}",
            spool(school).display()
        ),
    );
}

fn spool(school: &School) -> PathBuf {
    school.sandbox().home().path().join("state/spool")
}

fn records(school: &School) -> Vec<PathBuf> {
    super::school::listed(&spool(school))
}

/// The front: what a login page calls.
fn ask(school: &School, typed: impl Into<Vec<u8>>) -> Entctl {
    school
        .with("page", &["password", "send", "--uniform"])
        .stdin(typed)
}

fn work(school: &School) -> Entctl {
    school
        .with("page", &["password", "send", "--requested"])
        .timeout(Duration::from_secs(60))
}

fn runs(school: &School) -> usize {
    let folder = school.history("page").join("runs");
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

/// What the history knows of an account: (job, outcome code or kind), newest first.
fn known(school: &School, who: &str) -> Vec<(String, String)> {
    let listed = school
        .with(
            "page",
            &["history", "list", "--format", "json", "--account"],
        )
        .arg(school.login(who))
        .run();
    if listed.status == Some(5) {
        return Vec::new();
    }
    let document = listed.expect_success().json();
    let runs = document["runs"].as_array().expect("runs").clone();
    runs.iter()
        .map(|run| {
            let id = run["run"].as_str().expect("a run");
            let shown = school
                .with("page", &["history", "show", id, "--format", "json"])
                .run()
                .expect_success()
                .json();
            let dn = school.dn(who);
            let accounts = shown["accounts"].as_array().expect("accounts").clone();
            let account = accounts
                .iter()
                .find(|a| a["account"]["dn"] == dn.as_str() || a["dn"] == dn.as_str())
                .unwrap_or_else(|| panic!("{shown}"));
            let ended = account["code"].as_str().or(account["outcome"].as_str());
            let job = shown["job"].as_str().unwrap_or_default();
            (job.to_owned(), ended.unwrap_or_default().to_owned())
        })
        .collect()
}

/// The temporary passwords that arrived, with the address each went to.
fn arrived(server: &Smtp) -> Vec<(String, String)> {
    server
        .received()
        .iter()
        .map(|mail| {
            let mail = MessageParser::default().parse(&mail.data).expect("a mail");
            let to = mail.to().and_then(|a| a.first()).expect("to");
            let text = mail.body_text(0).expect("text").into_owned();
            let line = text
                .lines()
                .find(|l| {
                    l.starts_with("Mot de passe provisoire") || l.starts_with("Temporary pass")
                })
                .unwrap_or_else(|| panic!("{text}"));
            (
                to.address().expect("an address").to_owned(),
                line.split_whitespace().last().expect("one").to_owned(),
            )
        })
        .collect()
}

#[track_caller]
fn assert_temporary(school: &School, who: &str, password: &str) {
    let bound = school.bind(who, password);
    assert_eq!((bound.code, bound.must_change), (0, true), "{bound:?}");
}

fn change(school: &School, who: &str, ldif: &str) {
    let whole = format!("dn: {}\nchangetype: modify\n{ldif}\n", school.dn(who));
    school.manage().modify(&whole).expect_success();
}

/// What a caller can see of a run.
fn seen(output: &Output) -> (Option<i32>, String, String) {
    (output.status, output.stdout.clone(), output.stderr.clone())
}

/// Every file below a folder whose bytes hold this text, the directory's own database aside.
fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in super::school::listed(folder) {
        if path.is_dir() && !path.ends_with("db") {
            found.extend(holding(&path, text));
        } else if path.is_file()
            && std::fs::read(&path)
                .is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(text))
        {
            found.push(path);
        }
    }
    found
}

#[test]
fn the_answer_is_the_same_whoever_is_asked_for() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "max_per_account = 1\n", "");
    let limited = "parent_accents";
    ask(&school, school.login(limited)).run().expect_success();
    work(&school).run().expect_success();
    assert_eq!(arrived(&server).len(), 1);
    // One login that is two people's.
    let twice = school.login(OTHER);
    change(
        &school,
        "parent_lycee",
        &format!("add: ENTPersonAlias\nENTPersonAlias: {twice}"),
    );
    let login = school.login(PARENT);
    let mut typed: Vec<(&str, Vec<u8>)> = vec![
        ("known", login.clone().into_bytes()),
        (
            "with the end of a line",
            format!("{login}\r\n").into_bytes(),
        ),
        ("limited", school.login(limited).into_bytes()),
        ("a pupil", school.login("namesake_college").into_bytes()),
        ("no address", school.login("no_mail").into_bytes()),
        ("two people", twice.into_bytes()),
        ("unknown", b"nobody.at.all".to_vec()),
        ("a part", login.as_bytes()[..login.len() - 2].to_vec()),
        ("a name", "Céline Dupont".into()),
        ("a number", school.uid(PARENT).into_bytes()),
        (
            "an address",
            format!("{login}@courriel.example").into_bytes(),
        ),
        ("a star", format!("{}*", &login[..4]).into_bytes()),
        ("a filter", b"*)(uid=*".to_vec()),
        ("nothing", Vec::new()),
        ("an empty line", b"\n".to_vec()),
        ("two lines", format!("{login}\n{login}\n").into_bytes()),
        ("not UTF-8", vec![0xff, 0xfe, 0x6c]),
        ("a control character", b"lea\x07dupont".to_vec()),
        ("a NUL", format!("{login}\0").into_bytes()),
        ("a password", SECRET.into()),
        ("long", vec![b'a'; 100_000]),
    ];
    typed.push(("the same once more", login.into_bytes()));
    for format in ["table", "json", "csv"] {
        let mut first = None;
        for (what, bytes) in &typed {
            let output = ask(&school, bytes.clone())
                .args(["--format", format, "--verbose"])
                .run()
                .expect_success();
            let here = seen(&output);
            let first = first.get_or_insert_with(|| here.clone());
            assert_eq!(&here, first, "{what} in {format}");
            assert!(!output.stdout.is_empty());
        }
    }
    let sizes: Vec<u64> = records(&school)
        .iter()
        .map(|path| path.metadata().expect("a record").len())
        .collect();
    assert_eq!(sizes, vec![4096; typed.len() * 3]);
    // Those that named somebody, and they alone.
    let named = records(&school)
        .iter()
        .filter(|path| std::fs::read_to_string(path).expect("text").trim() != "")
        .count();
    assert_eq!(named, 6 * 3, "known thrice, limited, a pupil, no address");
    assert_eq!(runs(&school), 1, "the front makes no run");
    for word in [SECRET, "nobody.at.all"] {
        let home = school.sandbox().home().path();
        assert_eq!(holding(home, word), Vec::<PathBuf>::new());
    }
}

#[test]
fn the_worker_sends_and_notes_what_truly_happened() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "", "");
    let quiet = work(&school).run().expect_success();
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    assert_eq!(runs(&school), 0, "nothing waited");
    for typed in ["nobody.at.all", SECRET, ""] {
        ask(&school, typed).run().expect_success();
    }
    let quiet = work(&school).run().expect_success();
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
    assert_eq!((runs(&school), records(&school).len()), (0, 0));

    let pupil = "namesake_college";
    for who in [PARENT, PARENT, OTHER, pupil, pupil] {
        ask(&school, school.login(who)).run().expect_success();
    }
    work(&school).run().expect_success();
    assert_eq!(records(&school).len(), 0);
    let mails = arrived(&server);
    assert_eq!(mails.len(), 2, "two requests of one person are one mail");
    let password = |who: &str| {
        let address = format!("{}@courriel.example", school.login(who));
        let mail = mails.iter().find(|(to, _)| *to == address);
        mail.expect("a mail").1.clone()
    };
    assert_temporary(&school, PARENT, &password(PARENT));
    assert_temporary(&school, OTHER, &password(OTHER));
    let job = "password-send-requested".to_owned();
    assert_eq!(known(&school, PARENT), [(job.clone(), "done".to_owned())]);
    assert_eq!(
        known(&school, pupil),
        [(job.clone(), "role-pupil".to_owned())]
    );
    assert_eq!(school.bind(pupil, &school.old_password(pupil)).code, 0);
    assert_eq!(runs(&school), 2);

    let forward: Vec<String> = super::school::listed(&school.history("page").join("runs"))
        .iter()
        .map(|run| std::fs::read_to_string(run.join("forward.ldif")).expect("forward"))
        .filter(|ldif| ldif.contains("changetype"))
        .collect();
    assert_eq!(forward.len(), 1, "a refusal writes nothing: {forward:?}");

    // Noted once, however often one asks.
    ask(&school, school.login(pupil)).run().expect_success();
    work(&school).run().expect_success();
    assert_eq!((runs(&school), records(&school).len()), (2, 0));
    let listed = school
        .with("page", &["history", "list", "--job", &job])
        .run()
        .expect_success();
    assert_eq!(
        listed.stdout.matches("password send").count(),
        2,
        "{listed}"
    );
    for (_, password) in mails {
        let home = school.sandbox().home().path();
        assert_eq!(holding(home, &password), Vec::<PathBuf>::new());
    }
}
