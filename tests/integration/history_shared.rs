//! A history that several users of the machine share, and what the system log is told of it.

use crate::interrupted::{MODIFY, step};
use crate::premises::{School, printed};
use crate::support::entctl::{Entctl, Home};
use crate::support::ldif::LdifEntry;
use crate::support::proxy::{Fault, Moment, Proxy, Victim, When};
use std::collections::BTreeSet;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

/// The group of the administrators, and two of them. Nobody on any machine has these numbers.
const GROUP: u32 = 64_711;
const ALICE: u32 = 64_721;
const BOB: u32 = 64_722;

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The group that the shared folder is given: as an ordinary user one of one's own.
fn group() -> u32 {
    if is_root() {
        GROUP
    } else {
        rustix::process::getegid().as_raw()
    }
}

/// One administrator at their own machine account.
struct Desk {
    home: Home,
    user: u32,
}

/// What they share: a folder for the history that root made for their group, and the program.
struct Shared {
    school: School,
    folder: tempfile::TempDir,
}

impl Shared {
    fn new(pupils: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("chmod");
        let shared = Shared {
            school: School::up(pupils),
            folder,
        };
        std::fs::create_dir(shared.history()).expect("a folder");
        chown(shared.history(), None, Some(group())).expect("chown");
        std::fs::set_permissions(shared.history(), Permissions::from_mode(0o2770)).expect("chmod");
        // Where the tests are built may be closed to everybody else.
        std::fs::copy(env!("CARGO_BIN_EXE_entctl"), shared.program()).expect("the program");
        shared
    }

    fn history(&self) -> PathBuf {
        self.folder.path().join("history")
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("entctl")
    }

    fn desk(&self, user: u32, url: &str) -> Desk {
        let home = Home::new();
        let config = home.write(
            "config.toml",
            format!(
                "[profiles.college]\nurls = [\"{url}\"]\nbase_dn = \"{}\"\nhistory = \"{}\"\n\
                 syslog = false\n[profiles.college.bind]\ndn = \"{}\"\n\
                 password_env = \"ENTCTL_TEST_PASSWORD\"\n",
                self.school.sandbox().base_dn(),
                self.history().display(),
                self.school.sandbox().status().bind_dn,
            ),
        );
        if is_root() {
            let folders = std::fs::read_dir(home.path()).expect("the home");
            let below = folders.map(|folder| folder.expect("a folder").path());
            for path in below.chain([home.path().to_owned(), config]) {
                chown(path, Some(user), Some(user)).expect("chown");
            }
        }
        Desk { home, user }
    }

    /// entctl as that user; their files would be closed to everybody else, were it for their umask.
    fn at(&self, desk: &Desk, args: &[&str]) -> Entctl {
        let run = desk
            .home
            .program("sh", ["-c", "umask 077; exec \"$@\"", "sh"])
            .arg(self.program())
            .args(["--config", "config.toml", "--profile", "college"])
            .args(args)
            .env(
                "ENTCTL_TEST_PASSWORD",
                self.school.sandbox().bind_password(),
            );
        if is_root() {
            run.by_user(desk.user, GROUP)
        } else {
            run
        }
    }

    fn pupils(&self) -> Vec<LdifEntry> {
        let mut pupils = self.school.pupils_of("6A");
        pupils.extend(self.school.pupils_of("5A"));
        pupils.retain(|pupil| pupil.all("pwdAccountLockedTime").is_empty());
        pupils
    }

    /// All that lies in the history is open to the group, and to nobody else.
    #[track_caller]
    fn assert_shared(&self) {
        let mut owners = BTreeSet::new();
        for path in all_below(&self.history()) {
            let found = std::fs::metadata(&path).expect("metadata");
            let expected = if found.is_dir() { 0o2770 } else { 0o660 };
            assert_eq!(found.mode() & 0o7777, expected, "{}", path.display());
            assert_eq!(found.gid(), group(), "{}", path.display());
            owners.insert(found.uid());
        }
        if is_root() {
            // Truly two users, neither of them root.
            assert_eq!(owners, BTreeSet::from([ALICE, BOB]));
        } else {
            // One user plays both: what a second one may do is seen in the modes alone.
            assert_eq!(
                owners,
                BTreeSet::from([rustix::process::geteuid().as_raw()])
            );
        }
    }
}

fn all_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(all_below(&path));
        }
        found.push(path);
    }
    found
}

fn login(pupil: &LdifEntry) -> String {
    pupil.one("ENTPersonLogin").expect("a login")
}

#[test]
fn two_users_write_one_history_at_once_and_nothing_is_lost() {
    const ROUNDS: usize = 5;
    let shared = Shared::new(60);
    let url = shared.school.sandbox().url().to_owned();
    let (alice, bob) = (shared.desk(ALICE, &url), shared.desk(BOB, &url));
    let pupils = shared.pupils();
    let mut expected = BTreeSet::new();
    for pair in pupils.chunks(2).take(ROUNDS) {
        let writers: Vec<_> = [&alice, &bob]
            .into_iter()
            .zip(pair)
            .map(|(desk, pupil)| {
                let login = login(pupil);
                expected.insert((login.clone(), desk.user));
                let args = ["account", "lock", &login, "--yes", "--reason", &login];
                shared.at(desk, &args).spawn()
            })
            .collect();
        // Both look while both write: nothing is ever met half made or closed.
        for desk in [&alice, &bob] {
            let list = shared.at(desk, &["history", "list"]).run();
            let list = list.expect_success();
            assert!(!list.stderr.contains("cannot be read"), "{list}");
        }
        for writer in writers {
            let _ = writer.wait().expect_success();
        }
    }
    for desk in [&alice, &bob] {
        let list = ["history", "list", "--outcome", "done", "--format", "json"];
        let list = shared.at(desk, &list).run().expect_success().json();
        let runs = list["runs"].as_array().expect("runs").clone();
        let found: BTreeSet<(String, u32)> = runs
            .iter()
            .map(|run| {
                let text = |key: &str| run[key].as_str().expect(key).to_owned();
                let show = ["history", "show", &text("run"), "--format", "json"];
                let shown = shared.at(desk, &show).run().expect_success().json();
                assert_eq!(shown["accounts"][0]["outcome"], "done");
                let user = text("user").parse().unwrap_or_default();
                (text("reason"), user)
            })
            .collect();
        if is_root() {
            assert_eq!(found, expected);
        } else {
            assert_eq!(found.len(), expected.len());
        }
    }
    shared.assert_shared();
    for pupil in pupils.iter().take(2 * ROUNDS) {
        let now = shared
            .school
            .eye()
            .read(&pupil.dn, &["pwdAccountLockedTime"])
            .expect("the entry");
        assert_eq!(
            now.one("pwdAccountLockedTime").as_deref(),
            Some("000001010000Z")
        );
    }
}

#[test]
fn what_one_user_left_another_finishes_and_prunes() {
    let shared = Shared::new(60);
    let url = shared.school.sandbox().url().to_owned();
    let pupils = shared.pupils();
    let logins: Vec<String> = pupils.iter().take(4).map(login).collect();
    let victim = Victim::new();
    let kill = step(
        Moment::Held,
        When::Operation(MODIFY, 2),
        Fault::Kill(victim.clone()),
    );
    let proxy = Proxy::with(&url, [kill]);
    let (alice, bob) = (
        shared.desk(ALICE, &proxy.url()),
        shared.desk(BOB, &proxy.url()),
    );
    let mut lock = vec!["account", "lock", "--yes"];
    lock.extend(logins.iter().map(String::as_str));
    let running = shared.at(&alice, &lock).spawn();
    victim.is(running.pid());
    let output = running.wait();
    assert_eq!(output.signal, Some(9), "{output}");

    // Whoever writes next is told, and may finish it.
    let other = login(&pupils[5]);
    let next = ["account", "lock", &other, "--yes"];
    let next = shared.at(&bob, &next).run().expect_success();
    assert!(next.stderr.contains("history resume"), "{next}");
    let resumed = shared.at(&bob, &["history", "resume"]).run();
    let _ = resumed.expect_success();
    for pupil in pupils.iter().take(4) {
        let now = shared
            .school
            .eye()
            .read(&pupil.dn, &["pwdAccountLockedTime"])
            .expect("the entry");
        assert_eq!(
            now.one("pwdAccountLockedTime").as_deref(),
            Some("000001010000Z")
        );
    }
    shared.assert_shared();
    let prune = ["history", "prune", "--older-than", "0h", "--yes"];
    let pruned = shared.at(&alice, &prune).run().expect_success();
    assert!(pruned.stderr.contains("2 runs"), "{pruned}");
    let list = shared.at(&bob, &["history", "list", "--format", "json"]);
    let list = list.run().expect_success().json();
    assert_eq!(list["runs"], serde_json::json!([]));
}

#[test]
fn a_history_that_anybody_may_write_to_stops_every_write() {
    let shared = Shared::new(60);
    let url = shared.school.sandbox().url().to_owned();
    let alice = shared.desk(ALICE, &url);
    std::fs::set_permissions(shared.history(), Permissions::from_mode(0o2777)).expect("chmod");
    let before = shared.school.dump();
    let login = login(&shared.pupils()[0]);
    let lock = ["account", "lock", &login, "--yes", "--format", "json"];
    let refused = shared.at(&alice, &lock).run();
    assert_eq!(refused.status, Some(1), "{refused}");
    assert_eq!(
        refused.json_errors()[0]["code"],
        "history-world-writable",
        "{refused}"
    );
    shared.school.assert_untouched(&before);
    let list = shared.at(&alice, &["history", "list"]).french().run();
    assert_eq!(list.status, Some(1), "{list}");
    assert!(list.stderr.contains("chmod o-w"), "{list}");
}

/// All lines that the log was told so far.
fn heard(log: &UnixDatagram) -> Vec<String> {
    let mut lines = Vec::new();
    let mut buffer = [0; 65_536];
    while let Ok(length) = log.recv(&mut buffer) {
        lines.push(String::from_utf8_lossy(&buffer[..length]).into_owned());
    }
    lines
}

/// The `name=value` words of a line, after its head.
fn words(line: &str) -> Vec<(&str, &str)> {
    let (_, text) = line.split_once("]: ").expect("a head");
    text.split(' ')
        .map(|word| word.split_once('=').expect("a word"))
        .collect()
}

#[test]
fn the_system_log_is_told_each_change_and_no_password() {
    let school = School::up(60);
    let socket = school.file("log");
    let log = UnixDatagram::bind(&socket).expect("a socket");
    log.set_nonblocking(true).expect("non-blocking");
    let more = format!("syslog = \"{}\"", socket.display());
    school.profile("bureau", school.sandbox().url(), &more);

    let lock = [
        "account", "lock", "--class", "6A", "--yes", "--reason", "le motif",
    ];
    let locked = school.with("bureau", &[&lock[..], &["--format", "json"]].concat());
    let locked = locked.run().expect_success();
    let lines = locked.json_lines();
    let (summary, results) = lines.split_last().expect("lines");
    let written: BTreeSet<(&str, &str)> = results
        .iter()
        .filter(|line| line["outcome"] == "done")
        .map(|line| {
            let text = |key: &str| line["account"][key].as_str().expect("text");
            (text("dn"), text("login"))
        })
        .collect();
    assert!(written.len() > 5, "{locked}");
    let told = heard(&log);
    let mut accounts = BTreeSet::new();
    for line in &told {
        assert!(line.starts_with("<85>"), "{line}");
        assert!(line.contains(" entctl["), "{line}");
        assert!(!line.contains("motif"), "{line}");
        let words = words(line);
        let get = |key: &str| words.iter().find(|w| w.0 == key).map(|w| w.1);
        assert_eq!(get("run"), summary["run"].as_str());
        assert_eq!(get("command"), Some("account-lock"));
        assert!(get("user").is_some_and(|user| !user.is_empty()), "{line}");
        assert_eq!(get("outcome"), Some("done"));
        assert_eq!(get("code"), None);
        accounts.insert((
            get("account").unwrap_or_default(),
            get("login").unwrap_or_default(),
        ));
    }
    assert_eq!(told.len(), written.len());
    assert_eq!(accounts, written);

    let pupil = school.login("namesake_5a");
    let reset = [
        "password", "reset", &pupil, "--print", "--yes", "--format", "json",
    ];
    let reset = school.with("bureau", &reset).run().expect_success();
    let password = printed(&reset);
    let told = heard(&log);
    // Written, then shown: one change, one line.
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("command=password-reset"), "{told:?}");
    assert!(!told[0].contains(&password), "{told:?}");

    // Looking is not told.
    let _ = school
        .with("bureau", &["history", "list"])
        .run()
        .expect_success();
    assert_eq!(heard(&log), Vec::<String>::new());

    // Switched off, or dead: the run is as good.
    drop(log);
    let unlock = ["account", "unlock", &pupil, "--yes"];
    let other = ["account", "unlock", "--class", "6A", "--yes"];
    let _ = school.with("bureau", &other).run().expect_success();
    std::fs::remove_file(&socket).expect("the socket");
    let log = UnixDatagram::bind(&socket).expect("a socket");
    log.set_nonblocking(true).expect("non-blocking");
    school.profile("bureau", school.sandbox().url(), "syslog = false");
    let _ = school.with("bureau", &unlock).run();
    let lock = ["account", "lock", &pupil, "--yes"];
    let _ = school.with("bureau", &lock).run().expect_success();
    assert_eq!(heard(&log), Vec::<String>::new());
}
