//! `mail sync` and `mail list` at size: twenty thousand rows and a hundred thousand accounts under
//! `ENTCTL_PROVE`, a twentieth and a fiftieth of that otherwise.

use super::mail_sync::{RULES, adults, code, file, personal, redirects, sync, through};
use super::plain_directory;
use super::school::School;
use crate::support::ber::op;
use crate::support::output::Output;
use crate::support::proxy::{Fault, Moment, Proxy, Step, Victim, When};
use crate::support::slapd::Slapd;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn many() -> bool {
    std::env::var_os("ENTCTL_PROVE").is_some()
}

#[test]
fn a_night_is_applied_once_and_then_nothing_is_written_or_said() {
    let (pupils, rows) = if many() {
        (13_000, 20_000)
    } else {
        (650, 1_000)
    };
    let school = School::with(pupils);
    let logins = adults(&school);
    assert!(logins.len() >= rows, "{}", logins.len());
    let logins = &logins[..rows];
    let source = file(&school, personal(logins));
    // More than a tenth at once is not an ordinary night.
    let refused = sync(&school, &source, &["--format", "json"]).expect_status(6);
    assert_eq!(code(&refused), "too-many-changes", "{refused}");
    let pending = ["--dry-run", "--detailed-exitcode", "--max-changes", "100%"];
    sync(&school, &source, &pending).expect_status(4);
    assert!(redirects(&school).is_empty());
    let first = sync(&school, &source, &["--max-changes", "100%"]).expect_success();
    assert_eq!(
        first.stderr.lines().count(),
        1,
        "one line of summary: {first}"
    );
    let wanted: BTreeMap<String, String> = personal(logins).collect();
    assert_eq!(redirects(&school), wanted);

    let before = school.dump();
    let proxy = Proxy::start(school.sandbox.url());
    let through = school.through_with(&proxy, RULES);
    let second = through
        .entctl(["mail", "sync"])
        .arg(&source)
        .arg("--yes")
        .timeout(Duration::from_secs(300))
        .run()
        .expect_success();
    assert_eq!(
        (second.stdout.as_str(), second.stderr.as_str()),
        ("", ""),
        "{second}"
    );
    school.assert_untouched(&before);
    assert_eq!(proxy.count(op::MODIFY), 0);
    // A page of the sweep is a search; a row is none.
    let pages = pupils * 4 / 500 + 20;
    assert!(
        proxy.count(op::SEARCH) < pages,
        "{} searches",
        proxy.count(op::SEARCH)
    );
    sync(&school, &source, &["--dry-run", "--detailed-exitcode"]).expect_success();
    broken_sources_are_refused(&school, logins, &source);
    changed_rows_survive_a_kill(&school, logins);
    let ran = [
        "history",
        "list",
        "--job",
        "mail-sync",
        "--since",
        "1h",
        "--outcome",
        "done",
    ];
    school.entctl(ran).run().expect_success();
}

/// Cut, shrunk, with a loop, with people who left: nothing of it reaches the directory that should not.
fn broken_sources_are_refused(school: &School, logins: &[String], source: &Path) {
    let before = school.dump();
    let text = std::fs::read_to_string(source).expect("file");
    let half = &text[..text.len() / 2];
    let on_a_line = format!("{}\n", half.rsplit_once('\n').expect("lines").0);
    let ent = |at: usize| format!("{}@ent.example.test", logins[at]);
    let looped = text
        .replacen(&format!("{}@boite.example", logins[3]), &ent(7), 1)
        .replacen(&format!("{}@boite.example", logins[7]), &ent(3), 1);
    for more in [&[][..], &["--prune"]] {
        let json = [more, &["--format", "json"]].concat();
        for (content, status, wanted) in [
            (half, 2, "file-cut"),
            (&on_a_line, 6, "source-shrank"),
            (&looped, 6, "redirect-loop"),
        ] {
            let source = school.home().write("autre.csv", content);
            let told = sync(school, &source, &json).expect_status(status);
            assert_eq!(code(&told), wanted, "{told}");
        }
    }
    let source = school.home().write("autre.csv", &looped);
    let told = sync(school, &source, &[]).expect_status(6);
    // A header, and people from line 2 on.
    assert!(told.stderr.contains("lines 5, 9"), "{told}");
    school.assert_untouched(&before);
    // Three who left, and one whose redirect is new.
    let moved = format!("{}@nouvelle.example", logins[0]);
    let gone: String = ["un", "deux", "trois"]
        .map(|name| format!("parti.{name};x@y.example;oui\n"))
        .concat();
    let text = text.replacen(&format!("{}@boite.example", logins[0]), &moved, 1) + &gone;
    let source = school.home().write("autre.csv", text);
    sync(school, &source, &["--keep-going"]).expect_status(3);
    assert_eq!(redirects(school)[&logins[0]], moved);
    assert_eq!(redirects(school).len(), logins.len());
}

/// A twentieth of the rows is new: killed on the way, resumed; never two at once, the other when it may.
fn changed_rows_survive_a_kill(school: &School, logins: &[String]) {
    let changed = logins.len() / 20;
    let to = |host: &'static str| {
        let text = move |(at, login): (usize, &String)| {
            let host = if at < changed { host } else { "boite.example" };
            (login.clone(), format!("{login}@{host}"))
        };
        logins.iter().enumerate().map(text)
    };
    let wanted = |host| to(host).collect::<BTreeMap<String, String>>();
    let limit = Duration::from_secs(300);
    let source = file(school, to("neuf.example"));
    let victim = Victim::new();
    let proxy = Proxy::with(
        school.sandbox.url(),
        [Step {
            when: When::Operation(op::MODIFY, changed / 2),
            moment: Moment::Held,
            fault: Fault::Kill(victim.clone()),
        }],
    );
    let running = through(school, &proxy, &source, &[]).timeout(limit).spawn();
    victim.is(running.pid());
    assert_eq!(running.wait().signal, Some(9));
    assert_ne!(redirects(school), wanted("neuf.example"));
    let free = Proxy::start(school.sandbox.url());
    let whole = school.through_with(&free, RULES);
    let unfinished = whole.unfinished();
    assert_eq!(unfinished.len(), 1, "{unfinished:?}");
    let run = unfinished[0].file_name().expect("a name").to_owned();
    whole
        .entctl(["history", "resume"])
        .arg(run)
        .timeout(limit)
        .run()
        .expect_success();
    assert_eq!(redirects(school), wanted("neuf.example"));

    let stalled = Proxy::with(
        school.sandbox.url(),
        [Step {
            when: When::Operation(op::SEARCH, 1),
            moment: Moment::Held,
            fault: Fault::Stall,
        }],
    );
    let source = file(school, to("encore.example"));
    let first = through(school, &stalled, &source, &[]).spawn();
    stalled.wait_until_fired(1);
    through(school, &free, &source, &[]).run().expect_status(12);
    let waiting = through(school, &free, &source, &["--wait", "60"])
        .timeout(limit)
        .spawn();
    first.signal(rustix::process::Signal::KILL);
    assert_eq!(first.wait().signal, Some(9));
    waiting.wait().expect_success();
    assert_eq!(redirects(school), wanted("encore.example"));
}

/// The rings that other tools left among so many accounts, all of which forward.
const RINGS: [&[usize]; 3] = [&[11], &[20, 1900], &[31, 700, 1500]];

/// A directory of so many accounts that forward: a ninth within the ENT, to somebody whose mail leaves it.
fn forwarding(accounts: usize) -> Slapd {
    let mut ldif = String::new();
    for at in 0..accounts {
        let ring = RINGS.iter().find(|ring| ring.contains(&at));
        let to = match ring {
            Some(ring) => {
                let place = ring.iter().position(|n| *n == at).expect("in it");
                format!("p{}@ENT.example.test", ring[(place + 1) % ring.len()])
            }
            None if at % 9 == 0 => format!("p{}@ent.example.test", (at + 1) % accounts),
            None if at % 2 == 0 => format!("p{at}@boite.example"),
            None => format!("p{at}@ailleurs.example"),
        };
        let _ = write!(
            ldif,
            "dn: uid=p{at},ou=people,dc=ecole,dc=test\nobjectClass: inetOrgPerson\n\
             objectClass: inetLocalMailRecipient\nuid: p{at}\ncn: Paule Roux{at}\nsn: Roux{at}\n\
             givenName: Paule\nemployeeType: parent\nmail: p{at}@ent.example.test\n\
             mailRoutingAddress: {to}\n\n"
        );
    }
    Slapd::with_schemas(&[PathBuf::from("/etc/ldap/schema/misc.ldif")], &ldif)
}

#[test]
fn an_audit_of_all_who_forward_finds_the_rings_in_little_memory() {
    let accounts = if many() { 100_000 } else { 2_000 };
    let slapd = forwarding(accounts);
    let home = plain_directory::home(&slapd);
    let config = home.file("plain.toml");
    let text = std::fs::read_to_string(&config).expect("a configuration");
    home.write(
        "plain.toml",
        format!(
            "{text}[profiles.plain.redirect]\nway = \"inetlocal\"\nown_domains = [\"ent.example.test\"]\n"
        ),
    );
    let list = |words: &[&str]| -> Output {
        // A GiB, stacks of threads and all.
        let limited = "ulimit -v 1048576; exec \"$0\" \"$@\"";
        home.program("sh", ["-c", limited, env!("CARGO_BIN_EXE_entctl")])
            .args(["mail", "list", "--format", "csv"])
            .args(words)
            .env("ENTCTL_CONFIG", &config)
            .timeout(Duration::from_secs(120))
            .run()
            .expect_success()
    };
    let logins = |output: &Output| -> Vec<String> {
        let rows = output.stdout.trim_start_matches('\u{feff}').lines().skip(1);
        rows.map(|row| row.split(';').nth(3).expect("a login").to_owned())
            .collect()
    };
    let rings: Vec<String> = RINGS
        .iter()
        .flat_map(|ring| ring.iter().map(|at| format!("p{at}")))
        .collect();
    let mut found = logins(&list(&["--loops"]));
    // Which ring comes first is the server's order; who is in one stands together.
    found.sort();
    let mut wanted = rings.clone();
    wanted.sort();
    assert_eq!(found, wanted);
    let inside = (0..accounts)
        .filter(|at| at % 9 == 0 || rings.contains(&format!("p{at}")))
        .count();
    assert_eq!(logins(&list(&["--external"])).len(), accounts - inside);
    let there = (0..accounts)
        .filter(|at| at % 9 != 0 && at % 2 == 0 && !rings.contains(&format!("p{at}")))
        .count();
    assert_eq!(logins(&list(&["--domain", "boite.example"])).len(), there);
}
