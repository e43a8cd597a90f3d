//! A sandbox that replicates: its own slapd with syncprov, and a second one that follows it (syncrepl,
//! refreshAndPersist, RFC 4533). And what slapcat(8) reads from either, without a server in between.

use super::entctl::PATH;
use super::ldap_utils::{LdapUtils, Scope};
use super::ldif::{Dump, parse};
use super::sandbox::{NAME, Sandbox};
use super::slapd::{free_port, listens};
use super::waiting::{wait_until, wait_within};
use base64::Engine as _;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Some 17,000 entries (5,000 pupils and their families) come over one by one, each its own commit, beside other tests.
const FILLED_WITHIN: Duration = Duration::from_secs(300);

/// The folder of a sandbox.
pub fn folder(sandbox: &Sandbox) -> &Path {
    let config = &sandbox.status().config;
    config.parent().expect("a folder")
}

/// Everything slapcat reads from the data of this configuration; fails where an entry cannot be read.
///
/// # Panics
/// Where slapcat says anything at all but the data.
#[track_caller]
pub fn slapcat(config: &Path, working_folder: &Path) -> Dump {
    let output = slap("slapcat", config, working_folder, &["-n", "1"], None);
    Dump::new(parse(&output))
}

/// Stops the sandbox's slapd in order and starts it again, changed in between.
///
/// # Panics
/// Where it does not end, or does not come back at the same place.
#[track_caller]
pub fn restart(sandbox: &Sandbox, between: impl FnOnce(&Path)) {
    let folder = folder(sandbox);
    let file = folder.join("slapd.pid");
    let text = std::fs::read_to_string(&file).expect("the number of slapd's process");
    let raw = text.trim().parse().expect("a number");
    let pid = rustix::process::Pid::from_raw(raw).expect("a process");
    rustix::process::kill_process(pid, rustix::process::Signal::INT)
        .expect("slapd is asked to end");
    // It takes its pid file away as the last thing it does.
    wait_until("slapd ends", || {
        !file.exists() && !Path::new(&format!("/proc/{raw}/exe")).exists()
    });
    between(folder);
    let again = sandbox
        .home()
        .entctl(["sandbox", "up", "--name", NAME, "--format", "json"])
        .run()
        .expect_success();
    assert_eq!(again.json()["url"], sandbox.url(), "{again}");
}

/// Makes the sandbox a provider. Whoever follows it reads without a limit.
#[track_caller]
pub fn provide(sandbox: &Sandbox) {
    let module = "dn: cn=module{0},cn=config\nchangetype: modify\nadd: olcModuleLoad\nolcModuleLoad: syncprov\n";
    let overlay = format!(
        "dn: olcDatabase={{1}}mdb,cn=config\nchangetype: modify\nadd: olcLimits\n\
         olcLimits: dn.exact=\"{}\" size=unlimited time=unlimited\n\n\
         dn: olcOverlay={{9}}syncprov,olcDatabase={{1}}mdb,cn=config\nchangetype: add\n\
         objectClass: olcOverlayConfig\nobjectClass: olcSyncProvConfig\nolcOverlay: {{9}}syncprov\n",
        manager(sandbox)
    );
    // One after the other: what a module brings is known once it is loaded.
    reconfigure(sandbox, &[module, &overlay]);
}

/// Gives the sandbox's slapd one more overlay. `settings`: its class and what is set of it.
///
/// # Panics
/// As [`restart`].
#[track_caller]
pub fn add_overlay(sandbox: &Sandbox, name: &str, settings: &str) {
    let module = format!(
        "dn: cn=module{{0}},cn=config\nchangetype: modify\nadd: olcModuleLoad\nolcModuleLoad: {name}\n"
    );
    let overlay = format!(
        "dn: olcOverlay={{9}}{name},olcDatabase={{1}}mdb,cn=config\nchangetype: add\n\
         objectClass: olcOverlayConfig\nolcOverlay: {{9}}{name}\n{settings}"
    );
    reconfigure(sandbox, &[&module, &overlay]);
}

/// Changes the configuration of the sandbox's slapd (LDIF, below `cn=config`), which restarts.
///
/// # Panics
/// As [`restart`].
#[track_caller]
pub fn reconfigure(sandbox: &Sandbox, changes: &[&str]) {
    restart(sandbox, |folder| {
        for change in changes {
            let config = folder.join("config");
            let _ = slap("slapmodify", &config, folder, &["-n", "0"], Some(change));
        }
    });
}

fn managing(sandbox: &Sandbox) -> LdapUtils {
    let file = sandbox
        .status()
        .bind_password_file
        .with_file_name("admin-manage");
    let password = std::fs::read_to_string(file).expect("a password");
    LdapUtils::new(sandbox.url(), &manager(sandbox), password.trim_end())
}

fn manager(sandbox: &Sandbox) -> String {
    format!("uid=admin-manage,ou=administrateurs,{}", sandbox.base_dn())
}

/// A slapd that follows a sandbox; ends when dropped.
pub struct Replica {
    child: Child,
    folder: TempDir,
    url: String,
}

impl Replica {
    /// Starts one, empty; it fills itself. The sandbox must be a provider ([`provide`]).
    ///
    /// # Panics
    /// Where it does not start.
    pub fn of(sandbox: &Sandbox) -> Self {
        let temporary = TempDir::new().expect("a temporary folder");
        let own = temporary.path();
        for name in ["config", "db"] {
            std::fs::create_dir(own.join(name)).expect("a folder");
        }
        let origin = folder(sandbox);
        let config = slap(
            "slapcat",
            &origin.join("config"),
            origin,
            &["-n", "0"],
            None,
        );
        let config = followers_config(&config, sandbox, own);
        let _ = slap(
            "slapadd",
            &own.join("config"),
            own,
            &["-n", "0"],
            Some(&config),
        );
        let port = free_port();
        let url = format!("ldap://127.0.0.1:{port}");
        let mut child = Command::new("slapd")
            .env("PATH", PATH)
            .args(["-d", "0", "-h", &format!("{url}/"), "-F"])
            .arg(own.join("config"))
            .current_dir(own)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("slapd starts");
        assert!(listens(&mut child, port), "the replica does not listen");
        Replica {
            child,
            folder: temporary,
            url,
        }
    }

    /// Waits until it has seen all that the sandbox has, by the state both keep at the suffix.
    ///
    /// # Panics
    /// Where that does not come.
    #[track_caller]
    pub fn catch_up(&self, sandbox: &Sandbox) {
        let state = |eye: &LdapUtils| {
            let base = sandbox.base_dn();
            let found = eye.try_search(base, Scope::Base, "(objectClass=*)", &["contextCSN"]);
            found
                .ok()
                .and_then(|mut entries| entries.pop()?.one("contextCSN"))
        };
        let (here, there) = (LdapUtils::anonymous(&self.url), managing(sandbox));
        wait_within(FILLED_WITHIN, "the replica follows", || {
            let of_provider = state(&there);
            of_provider.is_some() && state(&here) == of_provider
        });
    }

    /// What it holds.
    #[track_caller]
    pub fn slapcat(&self) -> Dump {
        slapcat(&self.folder.path().join("config"), self.folder.path())
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The provider's configuration as a follower needs it: same schema, same modules, no overlay that writes by
/// itself, no rule but that it can be read.
fn followers_config(config: &str, sandbox: &Sandbox, own: &Path) -> String {
    let password = sandbox
        .status()
        .bind_password_file
        .with_file_name("admin-manage");
    let password = std::fs::read_to_string(password).expect("a password");
    let left_out = [
        "olcpidfile",
        "olcaccess",
        "olcdbdirectory",
        "olcdbnosync",
        "olclimits",
    ];
    let mut out = String::new();
    for entry in parse(config) {
        if entry.dn.contains("olcOverlay=") {
            continue;
        }
        let _ = writeln!(out, "dn: {}", entry.dn);
        for (name, values) in &entry.attributes {
            let lower = name.to_ascii_lowercase();
            if left_out.contains(&lower.as_str()) || lower.starts_with("olctls") {
                continue;
            }
            for value in values {
                let value = base64::engine::general_purpose::STANDARD.encode(value);
                let _ = writeln!(out, "{name}:: {value}");
            }
        }
        if entry.dn.starts_with("olcDatabase={1}mdb") {
            let _ = writeln!(
                out,
                "olcDbDirectory: {}\nolcDbNoSync: TRUE\nolcSyncrepl: {{0}}rid=001 provider={} bindmethod=simple \
                 binddn=\"{}\" credentials={} searchbase=\"{}\" type=refreshAndPersist retry=\"1 +\"",
                own.join("db").display(),
                sandbox.url(),
                manager(sandbox),
                password.trim_end(),
                sandbox.base_dn()
            );
        }
        out.push('\n');
    }
    out
}

/// Runs one of OpenLDAP's offline tools.
#[track_caller]
fn slap(tool: &str, config: &Path, folder: &Path, args: &[&str], input: Option<&str>) -> String {
    let file: PathBuf = folder.join("change.ldif");
    let mut command = Command::new(tool);
    command
        .env("PATH", PATH)
        .arg("-F")
        .arg(config)
        .args(args)
        .current_dir(folder);
    if let Some(input) = input {
        std::fs::write(&file, input).expect("a file");
        command.arg("-l").arg(&file);
    }
    let output = command.output().unwrap_or_else(|e| panic!("{tool}: {e}"));
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{tool}: {words}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
