//! A real Postfix of a test's own: its queue, its configuration and its port, delivering into folders that the
//! test can read. It asks a directory whose mail goes where, with the very maps of `contrib/postfix/` and the
//! settings of `docs/mail-server.md`.
//!
//! Postfix starts as root only. Where the tests do not run as root, it is started by sudo.

use super::entctl::PATH;
use super::slapd::free_port;
use super::waiting::PATIENCE;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const MANUAL: &str = include_str!("../../docs/mail-server.md");
const MISSING: &str = "Postfix is not installed: sudo apt-get install --no-install-recommends postfix \
                       postfix-ldap (or scripts/install-packages.sh test)";
const NOT_ROOT: &str = "Postfix starts as root only: run the tests as root, or as somebody whose sudo asks for \
                        no password";
/// Whose the mailboxes are where the tests run as root: Postfix delivers nothing as root.
const NOBODY: u32 = 65_534;

/// The directory that Postfix asks.
#[derive(Debug, Clone)]
pub struct Asked {
    pub url: String,
    pub bind_dn: String,
    pub bind_password: String,
    pub search_base: String,
    /// The domain of its mailboxes.
    pub domain: String,
}

/// A running Postfix; ends when dropped.
#[derive(Debug)]
pub struct Postfix {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Postfix {
    /// Starts one that has redirects of that way, and sends what leaves its domain to a port of this machine.
    ///
    /// # Panics
    /// Where it is not installed, may not be started, or does not listen, with its log.
    pub fn start(way: &str, asked: &Asked, outside: u16) -> Self {
        assert!(Path::new("/usr/sbin/postfix").exists(), "{MISSING}");
        assert!(
            Path::new("/usr/lib/postfix/postfix-ldap.so").exists(),
            "{MISSING}"
        );
        let folder = TempDir::new().expect("a temporary folder");
        let root = folder.path();
        // Postfix's own users have to get through.
        std::fs::set_permissions(root, std::fs::Permissions::from_mode(0o755)).expect("a mode");
        for name in ["etc", "queue", "data", "boxes"] {
            std::fs::create_dir(root.join(name)).expect("a folder");
        }
        let user = rustix::process::geteuid().as_raw();
        let owner = if user == 0 { NOBODY } else { user };
        maps(&root.join("etc"), asked);
        let mut postfix = None;
        // Another process may take the free port before Postfix does: then Postfix ends at once.
        for _ in 0..5 {
            let port = free_port();
            write(
                root,
                "etc/main.cf",
                &main_cf(root, way, asked, outside, owner),
            );
            write(root, "etc/master.cf", &master_cf(port));
            hand_over(root, owner);
            let log = std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(root.join("log"))
                .expect("a log");
            let mut child = as_root("postfix")
                .arg("-c")
                .arg(root.join("etc"))
                .arg("start-fg")
                .stdin(Stdio::null())
                .stderr(log.try_clone().expect("a log"))
                .stdout(log)
                .spawn()
                .expect("postfix");
            if greets(&mut child, port) {
                postfix = Some((child, port));
                break;
            }
            stop(root, &mut child);
        }
        let Some((child, port)) = postfix else {
            panic!("Postfix does not listen:\n{}", log(root));
        };
        Postfix {
            child,
            port,
            folder,
        }
    }

    /// Hands in a message to these addresses; what Postfix says to it decides the status.
    pub fn send(&self, to: &str) -> Output {
        as_user("smtp-source")
            .args(["-4", "-f", "expediteur@ailleurs.example", "-t", to])
            .arg(format!("127.0.0.1:{}", self.port))
            .output()
            .expect(MISSING)
    }

    /// Waits until that has come true.
    ///
    /// # Panics
    /// Where it does not within half a minute, with the log.
    #[track_caller]
    pub fn wait_until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let started = Instant::now();
        while !holds() {
            let log = || self.log();
            assert!(
                started.elapsed() < PATIENCE,
                "never came true: {what}\n{}",
                log()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until no message is under way any more: then mailboxes hold all that they will hold.
    ///
    /// # Panics
    /// As [`Postfix::wait_until`].
    #[track_caller]
    pub fn wait_until_quiet(&self) {
        self.wait_until("no mail is under way", || self.under_way() == 0);
    }

    /// How many messages lie in the ENT mailbox of an account.
    pub fn mailbox(&self, uid: &str) -> usize {
        let folder = self.folder.path().join("boxes").join(uid);
        std::fs::read_dir(folder.join("Maildir/new")).map_or(0, Iterator::count)
    }

    /// What Postfix says that it does.
    pub fn log(&self) -> String {
        log(self.folder.path())
    }

    /// Messages that are neither delivered nor returned.
    fn under_way(&self) -> usize {
        let listing = as_root("find")
            .args(["maildrop", "incoming", "active", "deferred", "-type", "f"])
            .current_dir(self.folder.path().join("queue"))
            .output()
            .expect("find");
        String::from_utf8_lossy(&listing.stdout).lines().count()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        stop(self.folder.path(), &mut self.child);
        // What belongs to others is not ours to remove.
        let _ = as_root("rm")
            .arg("-rf")
            .args(["etc", "queue", "data", "boxes"].map(|name| self.folder.path().join(name)))
            .output();
    }
}

/// Stops it at once; it has its process id in its own queue.
fn stop(root: &Path, child: &mut Child) {
    let _ = as_root("postfix")
        .arg("-c")
        .arg(root.join("etc"))
        .arg("abort")
        .output();
    let _ = child.kill();
    let _ = child.wait();
}

fn as_user(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env("PATH", PATH);
    command
}

/// The program, run by root.
fn as_root(program: &str) -> Command {
    if rustix::process::geteuid().is_root() {
        return as_user(program);
    }
    let mut command = as_user("sudo");
    command.args(["-n", program]);
    command
}

/// Gives each folder to whom Postfix wants it to belong to.
fn hand_over(root: &Path, owner: u32) {
    let owner = owner.to_string();
    for (whose, names) in [
        ("root", &["queue"][..]),
        ("root:postfix", &["etc"]),
        ("postfix", &["data"]),
        (&owner, &["boxes"]),
    ] {
        let done = as_root("chown")
            .args(["-R", whose])
            .args(names.iter().map(|name| root.join(name)))
            .output()
            .is_ok_and(|output| output.status.success());
        assert!(done, "{NOT_ROOT}");
    }
}

/// Waits until Postfix greets; false where it ended instead.
fn greets(child: &mut Child, port: u16) -> bool {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
            let _ = stream.set_read_timeout(Some(PATIENCE));
            let mut line = String::new();
            let _ = BufReader::new(stream).read_line(&mut line);
            return line.starts_with("220 ");
        }
        if let Ok(Some(_)) = child.try_wait() {
            return false;
        }
        // Postfix announces its readiness to nobody: asking again is the only way.
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

fn log(root: &Path) -> String {
    std::fs::read_to_string(root.join("log")).unwrap_or_default()
}

fn write(root: &Path, name: &str, text: &str) {
    // One that was handed over to root is taken away first.
    let _ = as_root("rm").arg("-f").arg(root.join(name)).output();
    std::fs::write(root.join(name), text).expect("a file");
}

/// The maps of `contrib/postfix/`, with another directory behind them and not a word else changed.
fn maps(folder: &Path, asked: &Asked) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("contrib/postfix");
    let files: Vec<PathBuf> = std::fs::read_dir(&source)
        .expect("contrib/postfix")
        .flatten()
        .map(|file| file.path())
        .collect();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a map");
        let copy = folder.join(file.file_name().expect("a name"));
        std::fs::write(&copy, elsewhere(&text, asked)).expect("a map");
        std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o640)).expect("a mode");
    }
}

/// A map with another directory behind it.
fn elsewhere(map: &str, asked: &Asked) -> String {
    let mut text = String::new();
    for line in map.lines() {
        let key = line.split(" = ").next().unwrap_or_default();
        let value = match key {
            "server_host" => &asked.url,
            "bind_dn" => &asked.bind_dn,
            "bind_pw" => &asked.bind_password,
            "search_base" => &asked.search_base,
            "domain" => &asked.domain,
            _ => {
                text.push_str(&format!("{line}\n"));
                continue;
            }
        };
        text.push_str(&format!("{key} = {value}\n"));
    }
    text
}

/// The line of the manual that says how Postfix is told of a way.
fn alias_maps(way: &str) -> &'static str {
    MANUAL
        .lines()
        .find(|line| {
            line.starts_with("virtual_alias_maps = ")
                && line.contains(&format!("/{way}-redirect.cf"))
        })
        .unwrap_or_else(|| panic!("docs/mail-server.md has no virtual_alias_maps for {way}"))
}

fn main_cf(root: &Path, way: &str, asked: &Asked, outside: u16, owner: u32) -> String {
    let etc = root.join("etc");
    let aliases = alias_maps(way).replace("/etc/postfix", &etc.display().to_string());
    let (root, etc, domain) = (root.display(), etc.display(), &asked.domain);
    format!(
        "compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = /dev/stdout
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.{domain}
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
default_transport = smtp:[127.0.0.1]:{outside}
smtp_dns_support_level = disabled
smtp_host_lookup = native
biff = no
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = ldap:{etc}/mailboxes.cf
virtual_mailbox_base = {root}/boxes
virtual_uid_maps = static:{owner}
virtual_gid_maps = static:{owner}
{aliases}
"
    )
}

fn master_cf(port: u16) -> String {
    format!(
        "127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"
    )
}
