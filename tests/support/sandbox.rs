//! entctl's own sandbox as the ground of a test: up in a home of its own, down when dropped.

use super::entctl::{Entctl, Home, pid};
use super::ldap_utils::LdapUtils;
use serde::Deserialize;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Its name, hence its profiles: `essai`, `essai-college`, `essai-lycee`, `essai-manage`.
pub const NAME: &str = "essai";

/// Making a directory of thousands takes a while on a busy machine.
const UP: Duration = Duration::from_secs(180);

/// What `entctl sandbox status --format json` prints (docs/output.md).
#[derive(Debug, Clone, Deserialize)]
pub struct Status {
    /// `sandbox`
    #[serde(rename = "type")]
    pub kind: String,
    /// `running` when it answers.
    pub state: String,
    /// Plain LDAP on loopback.
    pub url: String,
    /// The same with TLS.
    pub ldaps_url: String,
    /// The authority that signed its certificate (PEM).
    pub ca_file: PathBuf,
    /// Suffix of the data.
    pub base_dn: String,
    /// Who the inter-school administrator is.
    pub bind_dn: String,
    /// Where that one's password is kept.
    pub bind_password_file: PathBuf,
    /// The configuration that the profiles stand in.
    pub config: PathBuf,
    /// Where mail lands.
    pub mail_dir: PathBuf,
    /// The true pairs of parents who stand twice.
    pub truth_file: PathBuf,
    /// slapd's process id.
    pub pid: u32,
}

impl Status {
    /// Reads the document.
    ///
    /// # Errors
    /// Where a field is missing or of another kind.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

/// A sandbox of this test alone.
pub struct Sandbox {
    home: Home,
    status: Status,
}

impl Sandbox {
    /// Two schools with that many pupils (24 at least: the people who are always there).
    ///
    /// # Panics
    /// Where entctl cannot raise it, showing all it said.
    pub fn up(pupils: usize) -> Self {
        Sandbox::up_with(pupils, &[])
    }

    /// The same with more arguments of `sandbox up`.
    ///
    /// # Panics
    /// As [`Sandbox::up`].
    pub fn up_with(pupils: usize, more: &[&str]) -> Self {
        let home = Home::new();
        let pupils = pupils.to_string();
        let up = home
            .entctl(["sandbox", "up", "--name", NAME, "--pupils", &pupils])
            .args(["--format", "json"])
            .args(more)
            .timeout(UP)
            .run();
        // From here on the guard below takes down whatever stands, even where this was half a success.
        let guard = Down(&home);
        let _ = up.expect_success();
        let told = home
            .entctl(["sandbox", "status", "--name", NAME, "--format", "json"])
            .run()
            .expect_success();
        let status = Status::parse(&told.stdout)
            .unwrap_or_else(|error| panic!("status of the sandbox: {error}\n{told}"));
        assert_eq!(status.kind, "sandbox", "{told}");
        std::mem::forget(guard);
        Sandbox { home, status }
    }

    /// The home it stands in: run everything else there.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// What its status says.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// entctl as the inter-school administrator of this sandbox.
    pub fn entctl<I, S>(&self, args: I) -> Entctl
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        self.entctl_as(&self.profile(), args)
    }

    /// entctl with another of its profiles.
    pub fn entctl_as<I, S>(&self, profile: &str, args: I) -> Entctl
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        self.home.entctl(["--profile", profile]).args(args)
    }

    /// Profile of the inter-school administrator.
    pub fn profile(&self) -> String {
        NAME.to_owned()
    }

    /// Profile that sees the collège alone.
    pub fn college(&self) -> String {
        format!("{NAME}-college")
    }

    /// Profile that sees the lycée alone.
    pub fn lycee(&self) -> String {
        format!("{NAME}-lycee")
    }

    /// Profile that binds with the `manage` right, held back by no policy.
    pub fn manage(&self) -> String {
        format!("{NAME}-manage")
    }

    /// Plain LDAP on loopback.
    pub fn url(&self) -> &str {
        &self.status.url
    }

    /// Suffix of the data.
    pub fn base_dn(&self) -> &str {
        &self.status.base_dn
    }

    /// The administrator's password, as the file holds it.
    ///
    /// # Panics
    /// Where the file cannot be read.
    pub fn bind_password(&self) -> String {
        read(&self.status.bind_password_file)
            .trim_end_matches(['\r', '\n'])
            .to_owned()
    }

    /// The list of true pairs.
    ///
    /// # Panics
    /// Where the file cannot be read.
    pub fn truth(&self) -> String {
        read(&self.status.truth_file)
    }

    /// The mails that arrived, by file name.
    ///
    /// # Panics
    /// Where the folder holds what is not text.
    pub fn mails(&self) -> Vec<String> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(&self.status.mail_dir)
            .map(|folder| folder.flatten().map(|file| file.path()).collect())
            .unwrap_or_default();
        files.retain(|file| file.extension() == Some(OsStr::new("eml")));
        files.sort();
        files.iter().map(|file| read(file)).collect()
    }

    /// ldap-utils as the inter-school administrator: the second eye.
    pub fn second_eye(&self) -> LdapUtils {
        LdapUtils::new(self.url(), &self.status.bind_dn, &self.bind_password())
    }

    /// Takes it down now and says how that went. The end of the test takes it down once more, which
    /// must find nothing to do.
    ///
    /// # Panics
    /// As any run.
    #[must_use]
    pub fn down(self) -> super::output::Output {
        self.home.entctl(down_args()).run()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(Down(&self.home));
        kill_if_slapd(self.status.pid, self.home.path());
    }
}

/// Takes the sandbox of a home down when dropped.
struct Down<'a>(&'a Home);

impl Drop for Down<'_> {
    fn drop(&mut self) {
        // A panic here, while another one unwinds, would hide the test's own.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _ = self.0.entctl(down_args()).run();
        }));
    }
}

fn down_args() -> [&'static str; 4] {
    ["sandbox", "down", "--name", NAME]
}

/// The last resort: kills that process if it is still a slapd of that home, and nothing else.
fn kill_if_slapd(raw: u32, home: &Path) -> bool {
    let command = std::fs::read(format!("/proc/{raw}/cmdline")).unwrap_or_default();
    let command = String::from_utf8_lossy(&command);
    let program = command.split('\0').next().unwrap_or_default();
    let ours = program.ends_with("slapd") && command.contains(&home.display().to_string());
    match pid(raw) {
        Some(pid) if ours => {
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).is_ok()
        }
        _ => false,
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::super::slapd::Slapd;
    use super::*;

    #[test]
    fn the_status_is_read_strictly() {
        let json = r#"{"format_version":1,"type":"sandbox","state":"running","url":"ldap://127.0.0.1:1",
            "ldaps_url":"ldaps://127.0.0.1:2","ca_file":"/s/ca.pem","base_dn":"dc=ent","bind_dn":"uid=a",
            "bind_password_file":"/s/pw","config":"/s/c.toml","mail_dir":"/s/mail",
            "truth_file":"/s/truth.csv","pid":42}"#;
        let status = Status::parse(json).expect("the document");
        assert_eq!((status.kind.as_str(), status.pid), ("sandbox", 42));
        assert!(Status::parse(&json.replace("\"pid\":42", "\"pid\":\"42\"")).is_err());
        assert!(Status::parse(&json.replace("truth_file", "truth")).is_err());
    }

    #[test]
    fn only_our_own_slapd_is_ever_killed() {
        let slapd = Slapd::start();
        assert!(!kill_if_slapd(slapd.pid(), Path::new("/nowhere/of/ours")));
        assert!(!kill_if_slapd(std::process::id(), Path::new("/")));
        assert_eq!(slapd.admin().bind().code, 0);
        assert!(kill_if_slapd(slapd.pid(), slapd.folder()));
    }
}
