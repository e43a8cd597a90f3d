//! `scripts/install-packages.sh`, with a package manager that only takes notes.

use crate::support::entctl::Home;
use crate::support::output::Output;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/install-packages.sh");

/// A machine whose every command is one of ours.
struct Machine {
    home: Home,
    bin: PathBuf,
}

impl Machine {
    /// With these packages installed, Rust as new as can be, and nobody who may install anything.
    fn with(installed: &[&str]) -> Self {
        let home = Home::new();
        let bin = home.file("bin");
        std::fs::create_dir(&bin).expect("a folder");
        for tool in [
            "bash", "cat", "dirname", "env", "grep", "head", "sed", "sort",
        ] {
            let real = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(tool));
            let real = real.iter().find(|path| path.exists()).expect("a tool");
            symlink(real, bin.join(tool)).expect("a link");
        }
        let machine = Machine { home, bin };
        let installed = installed.join(" ");
        machine.command(
            "dpkg-query",
            &format!("for last; do :; done; case ' {installed} ' in *\" $last \"*) echo -n installed;; *) exit 1;; esac"),
        );
        machine.command("apt-get", "echo \"apt-get $*\" >>\"$HOME/calls\"");
        machine.command("id", "echo 1000");
        machine.command("rustc", "echo 'rustc 999.0.0 (0000 2099-01-01)'");
        for tool in ["cargo", "make", "cc"] {
            machine.command(tool, "exit 0");
        }
        machine
    }

    fn command(&self, name: &str, script: &str) {
        let path = self.bin.join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a command");
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&path, executable).expect("a mode");
    }

    fn without(self, name: &str) -> Self {
        std::fs::remove_file(self.bin.join(name)).expect("a command");
        self
    }

    fn run(&self, what: &str) -> Output {
        self.home
            .program("/bin/bash", [SCRIPT, what])
            .env("PATH", &self.bin)
            .run()
    }

    fn apt_was_called(&self) -> bool {
        self.home.file("calls").exists()
    }
}

const ALL: [&str; 10] = [
    "slapd",
    "ldap-utils",
    "faketime",
    "man-db",
    "groff-base",
    "python3-minimal",
    "python3-ldap3",
    "postfix",
    "postfix-ldap",
    "libreoffice-calc-nogui",
];

#[test]
fn nothing_is_said_or_done_when_nothing_is_missing() {
    let measured = ["slapd", "ldap-utils", "python3-ldap3"];
    for (what, installed) in [
        ("test", &ALL[..]),
        ("demo", &ALL[..2]),
        ("bench", &measured),
    ] {
        let machine = Machine::with(installed);
        let output = machine.run(what);
        assert_eq!(
            (
                output.status,
                output.stdout.as_str(),
                output.stderr.as_str()
            ),
            (Some(0), "", ""),
            "{output}"
        );
        assert!(!machine.apt_was_called());
    }
}

/// A machine whose root takes notes: it runs nothing of the system's.
fn noting(installed: &[&str]) -> Machine {
    let machine = Machine::with(installed);
    machine.command("id", "echo 0");
    for tool in ["sh", "update-rc.d", "systemctl", "deb-systemd-helper"] {
        machine.command(tool, &format!("echo \"{tool} $*\" >>\"$HOME/calls\""));
    }
    machine.command(
        "debconf-set-selections",
        "while read -r line; do echo \"debconf $line\" >>\"$HOME/calls\"; done",
    );
    machine.command("mktemp", "echo \"$HOME/log\"");
    for tool in ["rm", "tail"] {
        symlink(
            ["/usr/bin", "/bin"]
                .map(|folder| Path::new(folder).join(tool))
                .iter()
                .find(|path| path.exists())
                .expect("a tool"),
            machine.bin.join(tool),
        )
        .expect("a link");
    }
    machine
}

#[test]
fn a_mail_server_is_installed_without_its_service_and_removes_no_other() {
    let machine = noting(&ALL[..7]);
    // Installed is what dpkg-query says once apt-get has run.
    let known = std::fs::read_to_string(machine.bin.join("dpkg-query")).expect("a command");
    let known = known.trim_start_matches("#!/bin/sh\n").trim_end();
    machine.command(
        "dpkg-query",
        &format!("[ -e \"$HOME/done\" ] && {{ echo -n installed; exit; }}\n{known}"),
    );
    machine.command(
        "apt-get",
        "echo \"apt-get $*\" >>\"$HOME/calls\"; case \"$*\" in *' install '*) : >\"$HOME/done\";; esac",
    );
    machine.run("test").expect_success();
    let calls = std::fs::read_to_string(machine.home.file("calls")).expect("calls");
    let install = calls
        .lines()
        .find(|line| line.contains(" install "))
        .expect("an installation");
    assert!(install.contains("--no-remove"), "{calls}");
    assert!(
        install.ends_with(" postfix postfix-ldap libreoffice-calc-nogui"),
        "{calls}"
    );
    for line in [
        "debconf postfix postfix/main_mailer_type select No configuration",
        "update-rc.d postfix disable",
        "systemctl --quiet disable postfix.service",
    ] {
        assert!(calls.lines().any(|call| call == line), "{line}\n{calls}");
    }
    assert!(
        !calls.contains("slapd"),
        "what is there already is left alone: {calls}"
    );
}

#[test]
fn a_postfix_that_is_there_keeps_its_service() {
    let machine = noting(&ALL[..8]);
    machine.run("test");
    let calls = std::fs::read_to_string(machine.home.file("calls")).expect("calls");
    assert!(calls.contains(" postfix-ldap"), "{calls}");
    for word in ["debconf", "update-rc.d", "systemctl"] {
        assert!(!calls.contains(word), "{calls}");
    }
}

#[test]
fn who_may_not_install_is_told_the_command() {
    let machine = Machine::with(&["slapd", "ldap-utils", "man-db", "postfix"]);
    let output = machine.run("test");
    assert_eq!(output.status, Some(1), "{output}");
    assert_eq!(
        output.stderr,
        "install-packages: faketime groff-base python3-minimal python3-ldap3 postfix-ldap libreoffice-calc-nogui must be installed \
         by root, and sudo is missing; run as root: apt-get install --no-install-recommends faketime groff-base \
         python3-minimal python3-ldap3 postfix-ldap libreoffice-calc-nogui\n"
    );
    machine.command("sudo", "exit 1");
    let output = machine.run("test");
    assert_eq!(output.status, Some(1), "{output}");
    assert!(
        output
            .stderr
            .contains("and sudo refused; run as root: apt-get"),
        "{output}"
    );
    assert!(!machine.apt_was_called());
}

#[test]
fn each_tool_that_is_missing_has_its_sentence() {
    for (tool, sentence) in [
        ("make", "make is missing"),
        ("cc", "a C compiler (cc) is missing"),
        ("cargo", "Rust is missing (cargo)"),
        ("rustc", "Rust is missing (rustc)"),
        ("apt-get", "this is not Debian"),
    ] {
        let output = Machine::with(&ALL).without(tool).run("test");
        assert_eq!(output.status, Some(1), "{output}");
        assert!(output.stderr.contains(sentence), "{output}");
        assert_eq!(output.stderr.lines().count(), 1, "{output}");
    }
}

#[test]
fn an_old_rust_is_refused() {
    let needed = env!("CARGO_PKG_RUST_VERSION");
    let machine = Machine::with(&ALL);
    machine.command("rustc", "echo 'rustc 1.9.0 (0000 2016-01-01)'");
    let output = machine.run("test");
    assert_eq!(output.status, Some(1), "{output}");
    let sentence = format!("Rust 1.9.0 is too old; entctl needs {needed} or later");
    assert!(output.stderr.contains(&sentence), "{output}");
    machine.command(
        "rustc",
        &format!("echo 'rustc {needed}.0 (0000 2025-01-01)'"),
    );
    let output = machine.run("test");
    assert_eq!(output.status, Some(0), "{output}");
}

#[test]
fn it_must_be_said_what_for() {
    let output = Machine::with(&ALL).run("everything");
    assert_eq!(output.status, Some(1), "{output}");
    assert!(output.stderr.contains("demo|test|bench"), "{output}");
}
