//! The sandbox with a real slapd, looked at with the tools of ldap-utils.

use super::*;
use std::path::Path;
use std::process::{Command, Output};

mod access;
mod life;
mod rules;

/// A sandbox of its own, taken down when the test ends, however it ends.
pub(super) struct Room {
    _folder: Option<tempfile::TempDir>,
    pub(super) paths: SandboxPaths,
    pub(super) info: SandboxInfo,
}

pub(super) const PUPILS: u32 = 60;

pub(super) fn request(name: &str) -> UpRequest {
    UpRequest {
        name: name.to_owned(),
        pupils: PUPILS,
        seed: 1,
    }
}

impl Room {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let paths = SandboxPaths::new(folder.path().join("sandboxes"));
        let mut room = Room::at(paths);
        room._folder = Some(folder);
        room
    }

    pub(super) fn at(paths: SandboxPaths) -> Self {
        let (info, outcome) = up(&paths, &request("demo")).unwrap_or_else(|error| {
            panic!("These tests need slapd (Debian package slapd): {error}")
        });
        assert_eq!(outcome, UpOutcome::Created);
        assert_eq!(info.state, SandboxState::Running);
        Room {
            _folder: None,
            paths,
            info,
        }
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.paths.root().join("demo")
    }

    pub(super) fn url(&self) -> &str {
        self.info.url.as_deref().expect("url")
    }

    /// Uid of one of the cast.
    pub(super) fn uid(&self, role: &str) -> String {
        let text = std::fs::read_to_string(self.info.truth_file.as_ref().expect("truth"))
            .expect("truth.json");
        let truth: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let uid = truth["cast"][role].as_str();
        uid.unwrap_or_else(|| panic!("no {role} in the cast"))
            .to_owned()
    }

    /// DN of one of the cast.
    pub(super) fn dn(&self, role: &str) -> String {
        tree::person(&self.uid(role))
    }

    /// Runs a tool of ldap-utils as an administrator.
    pub(super) fn as_administrator(
        &self,
        uid: &str,
        tool: &str,
        args: &[&str],
        input: &str,
    ) -> Answer {
        let file = self.folder().join("passwords").join(uid);
        let dn = tree::administrator(uid);
        let file = file.to_str().expect("path");
        self.run(tool, &[&["-D", &dn, "-y", file], args].concat(), input)
    }

    /// Runs a tool of ldap-utils as one of the people.
    pub(super) fn as_person(
        &self,
        dn: &str,
        password: &str,
        tool: &str,
        args: &[&str],
        input: &str,
    ) -> Answer {
        self.run(tool, &[&["-D", dn, "-w", password], args].concat(), input)
    }

    /// Runs a tool of ldap-utils without a name.
    pub(super) fn run(&self, tool: &str, args: &[&str], input: &str) -> Answer {
        let mut command = Command::new(tool);
        command.args(["-x", "-H", self.url()]).args(args);
        finish(command, tool, input)
    }

    /// Values of one attribute, as the inter-school administrator reads them.
    pub(super) fn values(&self, dn: &str, attribute: &str) -> Vec<String> {
        self.as_administrator(
            tree::INTER,
            "ldapsearch",
            &[
                "-LLL",
                "-o",
                "ldif-wrap=no",
                "-s",
                "base",
                "-b",
                dn,
                attribute,
            ],
            "",
        )
        .values(attribute)
    }

    pub(super) fn modify(&self, uid: &str, dn: &str, change: &str) -> i32 {
        let ldif = format!("dn: {dn}\nchangetype: modify\n{change}\n");
        self.as_administrator(uid, "ldapmodify", &[], &ldif).code
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if let Err(error) = down(&self.paths, "demo") {
            assert!(std::thread::panicking(), "{error}");
        }
    }
}

pub(super) struct Answer {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Answer {
    pub(super) fn values(&self, attribute: &str) -> Vec<String> {
        let prefix = format!("{attribute}: ");
        self.out
            .lines()
            .filter_map(|line| line.strip_prefix(&prefix).map(str::to_owned))
            .collect()
    }

    pub(super) fn entries(&self) -> usize {
        self.out.lines().filter(|l| l.starts_with("dn:")).count()
    }
}

pub(super) fn finish(mut command: Command, tool: &str, input: &str) -> Answer {
    use std::io::Write;
    use std::process::Stdio;
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("These tests need {tool} (Debian package ldap-utils): {e}"));
    // A tool that fails early may not read its input.
    let _ = child
        .stdin
        .take()
        .expect("stdin")
        .write_all(input.as_bytes());
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().expect("output");
    Answer {
        code: status.code().expect("not killed"),
        out: String::from_utf8(stdout).expect("text"),
        err: String::from_utf8(stderr).expect("text"),
    }
}

pub(super) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path)
        .expect("metadata")
        .permissions()
        .mode()
        & 0o777
}
