//! A second eye on the directory: Debian's ldap-utils, which share nothing with entctl.
//!
//! Passwords reach the tools by files of mode 0600, never as arguments.

use super::ldif::{Dump, LdifEntry, parse};
use std::fmt;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The result codes that tests ask for by name (RFC 4511 appendix A).
pub mod code {
    /// success
    pub const SUCCESS: i32 = 0;
    /// constraintViolation
    pub const CONSTRAINT_VIOLATION: i32 = 19;
    /// noSuchObject
    pub const NO_SUCH_OBJECT: i32 = 32;
    /// invalidCredentials
    pub const INVALID_CREDENTIALS: i32 = 49;
    /// insufficientAccessRights; also what slapd answers to an account that must first change its password
    pub const INSUFFICIENT_ACCESS: i32 = 50;
    /// unwillingToPerform
    pub const UNWILLING: i32 = 53;
}

/// How far a search goes, in ldapsearch's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The base alone.
    Base,
    /// Its children.
    One,
    /// All below.
    Sub,
}

/// What a tool answered: the LDAP result code is its exit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// LDAP result code; 255 where no server could be reached.
    pub code: i32,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

impl Answer {
    /// Whether the result code is success.
    pub fn ok(&self) -> bool {
        self.code == code::SUCCESS
    }

    /// Checks for success.
    ///
    /// # Panics
    /// On any other code, showing what the tool said.
    #[track_caller]
    pub fn expect_success(self) -> Self {
        assert!(self.ok(), "{self}");
        self
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "result code {}\n{}{}",
            self.code, self.stdout, self.stderr
        )
    }
}

/// What a simple bind gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindResult {
    /// LDAP result code of the bind.
    pub code: i32,
    /// Whether the server says that the password must be changed before anything else.
    pub must_change: bool,
    /// What the tool said, with the policy's words.
    pub said: String,
}

/// Binds once and says how it went.
#[must_use]
pub fn bind(url: &str, dn: &str, password: &str) -> BindResult {
    LdapUtils::new(url, dn, password).bind()
}

/// ldap-utils speaking to one server as one account.
#[derive(Debug)]
pub struct LdapUtils {
    url: String,
    dn: Option<String>,
    ca_file: Option<PathBuf>,
    /// Holds the password files and is the tools' HOME, so that no ~/.ldaprc has a say.
    folder: TempDir,
}

impl LdapUtils {
    /// As this account.
    pub fn new(url: &str, dn: &str, password: &str) -> Self {
        let utils = LdapUtils {
            dn: Some(dn.to_owned()),
            ..LdapUtils::anonymous(url)
        };
        utils.secret_file("bind", password);
        utils
    }

    /// As nobody.
    pub fn anonymous(url: &str) -> Self {
        LdapUtils {
            url: url.to_owned(),
            dn: None,
            ca_file: None,
            folder: TempDir::new().expect("a temporary folder"),
        }
    }

    /// Trusts this authority (PEM) for `ldaps://` and STARTTLS.
    #[must_use]
    pub fn trusting(mut self, ca_file: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(ca_file.into());
        self
    }

    /// A simple bind (RFC 4513 section 5.1) with the password policy control.
    ///
    /// The code is that of the bind alone: an account that must change its password binds well.
    #[must_use]
    pub fn bind(&self) -> BindResult {
        let answer = self.run("ldapwhoami", &["-e", "ppolicy"], None);
        let said = format!("{}{}", answer.stdout, answer.stderr);
        // After a good bind the tool sends WhoAmI, which slapd refuses (50) until the password is changed.
        let refused = said.contains("ldap_bind:") && !said.contains("ldap_bind: Success");
        BindResult {
            code: if refused || answer.code == 255 {
                answer.code
            } else {
                code::SUCCESS
            },
            must_change: said.contains("Password must be changed"),
            said,
        }
    }

    /// Searches; `attributes` as ldapsearch takes them (`*`, `+`, names; none means `*`).
    ///
    /// # Panics
    /// Where the search fails: see [`LdapUtils::try_search`].
    #[track_caller]
    pub fn search(
        &self,
        base: &str,
        scope: Scope,
        filter: &str,
        attributes: &[&str],
    ) -> Vec<LdifEntry> {
        self.try_search(base, scope, filter, attributes)
            .unwrap_or_else(|answer| panic!("ldapsearch {base} {filter}: {answer}"))
    }

    /// Searches.
    ///
    /// # Errors
    /// What the tool answered where it was not success.
    pub fn try_search(
        &self,
        base: &str,
        scope: Scope,
        filter: &str,
        attributes: &[&str],
    ) -> Result<Vec<LdifEntry>, Answer> {
        let scope = match scope {
            Scope::Base => "base",
            Scope::One => "one",
            Scope::Sub => "sub",
        };
        let mut args = vec!["-LLL", "-o", "ldif-wrap=no", "-E", "pr=500/noprompt"];
        args.extend(["-b", base, "-s", scope, filter]);
        args.extend(attributes);
        let answer = self.run("ldapsearch", &args, None);
        if answer.ok() {
            Ok(parse(&answer.stdout))
        } else {
            Err(answer)
        }
    }

    /// One entry with these attributes, or `None` where it does not exist.
    ///
    /// # Panics
    /// Where the search fails otherwise.
    #[track_caller]
    pub fn read(&self, dn: &str, attributes: &[&str]) -> Option<LdifEntry> {
        match self.try_search(dn, Scope::Base, "(objectClass=*)", attributes) {
            Ok(mut entries) => entries.pop(),
            Err(answer) if answer.code == code::NO_SUCH_OBJECT => None,
            Err(answer) => panic!("ldapsearch {dn}: {answer}"),
        }
    }

    /// Everything below a base, operational attributes included.
    ///
    /// # Panics
    /// Where the search fails.
    #[track_caller]
    pub fn dump(&self, base: &str) -> Dump {
        Dump::new(self.search(base, Scope::Sub, "(objectClass=*)", &["*", "+"]))
    }

    /// Applies change records (RFC 2849), stopping at the first that fails.
    #[must_use]
    pub fn modify(&self, ldif: &str) -> Answer {
        self.run("ldapmodify", &[], Some(ldif))
    }

    /// Sets a password (RFC 3062); `old` where the server wants it.
    #[must_use]
    pub fn passwd(&self, dn: &str, old: Option<&str>, new: &str) -> Answer {
        let new = self.secret_file("new", new);
        let old = old.map(|old| self.secret_file("old", old));
        let mut args = vec!["-T".to_owned(), new];
        if let Some(old) = old {
            args.extend(["-t".to_owned(), old]);
        }
        args.push(dn.to_owned());
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        self.run("ldappasswd", &args, None)
    }

    fn run(&self, tool: &str, args: &[&str], input: Option<&str>) -> Answer {
        let mut command = Command::new(tool);
        command
            .env_clear()
            .env("PATH", super::entctl::PATH)
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", self.folder.path())
            .env("LDAPTLS_REQCERT", "demand")
            .current_dir(self.folder.path())
            .args(["-x", "-H", &self.url, "-o", "nettimeout=10"]);
        if let Some(ca_file) = &self.ca_file {
            command.env("LDAPTLS_CACERT", ca_file);
        }
        if let Some(dn) = &self.dn {
            command.args(["-D", dn]);
            command.arg("-y").arg(self.folder.path().join("bind"));
        }
        let mut child = command
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{tool} does not start ({error}): sudo apt-get install ldap-utils")
            });
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.unwrap_or_default().to_owned();
        // In a thread: a large change file and its answers would otherwise wait for one another.
        let feeder = std::thread::spawn(move || {
            let _ = stdin.write_all(input.as_bytes());
        });
        let output = child.wait_with_output().expect("the tool's output");
        let _ = feeder.join();
        Answer {
            code: output.status.code().unwrap_or(255),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Writes a secret without a line end: the tools take the whole file as the password.
    fn secret_file(&self, name: &str, secret: &str) -> String {
        let path = self.folder.path().join(name);
        write_secret(&path, secret);
        path.display().to_string()
    }
}

/// Writes a file of mode 0600.
fn write_secret(path: &Path, secret: &str) {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .expect("a file for a secret");
    file.write_all(secret.as_bytes()).expect("the secret");
}

#[cfg(test)]
mod tests {
    use super::super::slapd::{ADMIN, Slapd};
    use super::*;

    const ALICE: &str = "uid=alice,ou=people,dc=ecole,dc=test";

    #[test]
    fn binds_are_told_apart() {
        let slapd = Slapd::start();
        let good = bind(slapd.url(), ALICE, "alice-secret");
        assert_eq!((good.code, good.must_change), (0, false), "{good:?}");
        let wrong = bind(slapd.url(), ALICE, "other");
        assert_eq!(wrong.code, code::INVALID_CREDENTIALS, "{wrong:?}");
        let nobody = bind("ldap://127.0.0.1:1", ALICE, "other");
        assert_eq!(nobody.code, 255, "{nobody:?}");
    }

    #[test]
    fn a_password_that_must_be_changed_binds_and_does_nothing_else() {
        let slapd = Slapd::start();
        slapd
            .admin()
            .passwd(ALICE, None, "given-to-her")
            .expect_success();
        let result = bind(slapd.url(), ALICE, "given-to-her");
        assert_eq!((result.code, result.must_change), (0, true), "{result:?}");
        let alice = LdapUtils::new(slapd.url(), ALICE, "given-to-her");
        let refused = alice.try_search(ALICE, Scope::Base, "(objectClass=*)", &[]);
        assert_eq!(
            refused.expect_err("refused").code,
            code::INSUFFICIENT_ACCESS
        );
        alice
            .passwd(ALICE, Some("given-to-her"), "chosen by her: é")
            .expect_success();
        let alice = LdapUtils::new(slapd.url(), ALICE, "chosen by her: é");
        assert!(!alice.bind().must_change);
        assert!(alice.read(ALICE, &["uid"]).is_some());
    }

    #[test]
    fn what_is_written_is_read_and_dumped() {
        let slapd = Slapd::start();
        let admin = slapd.admin();
        let before = admin.dump(slapd.base());
        admin
            .modify(&format!(
                "dn: {ALICE}\nchangetype: modify\nreplace: sn\nsn: Lefèvre\n-\n"
            ))
            .expect_success();
        let entry = admin.read(ALICE, &["sn", "entryUUID"]).expect("alice");
        assert_eq!(entry.one("sn").as_deref(), Some("Lefèvre"));
        assert_eq!(entry.one("entryUUID").map(|uuid| uuid.len()), Some(36));
        let after = admin.dump(slapd.base());
        assert_eq!(
            before.comparable().diff(&after.comparable()),
            format!("- {ALICE}: sn: Exemple\n+ {ALICE}: sn: Lefèvre\n")
        );
        assert_ne!(before.diff(&after), "", "the bookkeeping moved");
        assert!(admin.read("uid=none,dc=ecole,dc=test", &[]).is_none());
        let refused = admin.modify("dn: uid=none,dc=ecole,dc=test\nchangetype: delete\n");
        assert_eq!(refused.code, code::NO_SUCH_OBJECT, "{refused}");
        assert_eq!(admin.bind().code, 0, "{ADMIN}");
    }
}
