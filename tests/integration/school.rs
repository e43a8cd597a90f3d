//! What the tests of writing share: the pupils of a sandbox as ldap-utils show them, the slips of a run read
//! without entctl's own code, a profile that goes through a proxy.

use crate::support::entctl::{Entctl, Home};
use crate::support::ldap_utils::{BindResult, LdapUtils, Scope, bind};
use crate::support::ldif::Dump;
use crate::support::proxy::Proxy;
use crate::support::sandbox::Sandbox;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Name of the profile that goes through a proxy.
pub const PROFILE: &str = "bureau";

/// A pupil as the directory has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pupil {
    pub dn: String,
    pub uid: String,
    pub login: String,
    /// What a slip tells to type: the alias, where there is one.
    pub typed: String,
    pub given: String,
    pub family: String,
    pub class: String,
    /// Whether a password was ever set.
    pub has_password: bool,
    /// `pwdAccountLockedTime`, as it stands.
    pub locked: Option<String>,
    /// `pwdReset: TRUE`.
    pub must_change: bool,
}

impl Pupil {
    /// The password of the sandbox's people who have one (`truth.json`, `password_rule`).
    pub fn first_password(&self) -> String {
        format!("ent-{}", self.uid)
    }
}

/// A sandbox, and an eye that sees hashes and policy attributes.
pub struct School {
    pub sandbox: Sandbox,
    pub eye: LdapUtils,
}

impl School {
    /// With so many pupils.
    pub fn with(pupils: usize) -> Self {
        let sandbox = Sandbox::up(pupils);
        let eye = manager(&sandbox);
        School { sandbox, eye }
    }

    /// The usual small one: ten pupils or so a class.
    pub fn small() -> Self {
        School::with(60)
    }

    pub fn home(&self) -> &Home {
        self.sandbox.home()
    }

    /// entctl as the administrator of both schools.
    pub fn entctl<I, S>(&self, args: I) -> Entctl
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        self.sandbox.entctl(args)
    }

    /// Everybody, hashes and all. Administrators are left out: each of their logins leaves a trace.
    pub fn dump(&self) -> Dump {
        self.eye.dump(&self.people())
    }

    pub fn people(&self) -> String {
        format!("ou=personnes,{}", self.sandbox.base_dn())
    }

    /// The names of those whose entry differs, the traces of logins aside.
    pub fn changed_since(&self, before: &Dump) -> BTreeSet<String> {
        let traces = ["pwdLastSuccess", "pwdFailureTime"];
        let after = self.dump().comparable().without(&traces);
        before.comparable().without(&traces).changed(&after)
    }

    /// Fails where anything at all has been written.
    #[track_caller]
    pub fn assert_untouched(&self, before: &Dump) {
        assert_eq!(before.diff(&self.dump()), "", "the directory was written");
    }

    /// Pupils by filter.
    pub fn pupils(&self, filter: &str) -> Vec<Pupil> {
        let filter = format!("(&(objectClass=ENTEleve){filter})");
        let mut pupils: Vec<Pupil> = self
            .eye
            .search(&self.people(), Scope::Sub, &filter, &["*", "+"])
            .iter()
            .map(|entry| {
                let text = |name: &str| entry.one(name).unwrap_or_default();
                let class = text("ENTEleveClasses");
                Pupil {
                    dn: entry.dn.clone(),
                    uid: text("uid"),
                    login: text("ENTPersonLogin"),
                    typed: entry
                        .one("ENTPersonAlias")
                        .unwrap_or_else(|| text("ENTPersonLogin")),
                    given: text("givenName"),
                    family: text("sn"),
                    class: class.rsplit('$').next().unwrap_or_default().to_owned(),
                    has_password: entry.one("userPassword").is_some(),
                    locked: entry.one("pwdAccountLockedTime"),
                    must_change: entry.one("pwdReset").as_deref() == Some("TRUE"),
                }
            })
            .collect();
        pupils.sort_by(|a, b| a.login.cmp(&b.login));
        pupils
    }

    /// Pupils of a class (of both schools, where both have it).
    #[track_caller]
    pub fn class(&self, name: &str) -> Vec<Pupil> {
        let mut pupils = self.pupils("");
        pupils.retain(|pupil| pupil.class == name);
        assert!(!pupils.is_empty(), "nobody in {name}");
        pupils
    }

    /// The pupil with this login.
    #[track_caller]
    pub fn pupil(&self, login: &str) -> Pupil {
        let mut found = self.pupils(&format!("(ENTPersonLogin={login})"));
        assert_eq!(found.len(), 1, "{login}");
        found.remove(0)
    }

    /// Binds as this pupil.
    pub fn bind(&self, pupil: &Pupil, password: &str) -> BindResult {
        bind(self.sandbox.url(), &pupil.dn, password)
    }

    /// This password was handed out: it binds, and must be changed.
    #[track_caller]
    pub fn assert_given(&self, pupil: &Pupil, password: &str) {
        let result = self.bind(pupil, password);
        assert_eq!(
            (result.code, result.must_change),
            (0, true),
            "{}: {}",
            pupil.login,
            result.said
        );
    }

    /// The password this pupil had from the beginning still binds.
    #[track_caller]
    pub fn assert_old_password(&self, pupil: &Pupil) {
        if pupil.has_password && pupil.locked.is_none() {
            let result = self.bind(pupil, &pupil.first_password());
            assert_eq!(result.code, 0, "{}: {}", pupil.login, result.said);
        }
    }

    /// Slips for exactly these pupils, and each of them binds. Those who are disabled are left to the test.
    #[track_caller]
    pub fn assert_slips(&self, path: &Path, pupils: &[Pupil]) {
        let slips = read_slips(path);
        let wanted: BTreeSet<&str> = pupils.iter().map(|p| p.typed.as_str()).collect();
        let found: BTreeSet<&str> = slips.keys().map(String::as_str).collect();
        assert_eq!(found, wanted, "{}", path.display());
        for pupil in pupils.iter().filter(|p| p.locked.is_none()) {
            self.assert_given(pupil, &slips[&pupil.typed]);
        }
    }

    /// Writes a profile that reaches the directory through this proxy, with a history of its own.
    pub fn through(&self, proxy: &Proxy) -> Through<'_> {
        self.through_with(proxy, "")
    }

    /// The same with more lines in the profile.
    pub fn through_with(&self, proxy: &Proxy, more: &str) -> Through<'_> {
        let history = self.home().file("history");
        let status = self.sandbox.status();
        let mut text = format!("[profiles.{PROFILE}]\n");
        for (key, value) in [
            ("base_dn", self.sandbox.base_dn()),
            ("schema", "sdet"),
            ("history", &history.display().to_string()),
        ] {
            let _ = writeln!(text, "{key} = {}", toml::Value::from(value));
        }
        let _ = writeln!(
            text,
            "syslog = false\nurls = [{}]\n{more}\n[profiles.{PROFILE}.bind]\ndn = {}\npassword_file = {}",
            toml::Value::from(proxy.url()),
            toml::Value::from(status.bind_dn.as_str()),
            toml::Value::from(status.bind_password_file.display().to_string()),
        );
        let config = self.home().write("bureau.toml", text);
        Through {
            school: self,
            config,
            history,
        }
    }
}

/// entctl with a profile that goes through a proxy.
pub struct Through<'a> {
    school: &'a School,
    config: PathBuf,
    history: PathBuf,
}

impl Through<'_> {
    pub fn entctl<I, S>(&self, args: I) -> Entctl
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        self.school
            .home()
            .entctl([OsStr::new("--config"), self.config.as_os_str()])
            .args(["--profile", PROFILE])
            .args(args)
    }

    /// The folders of the runs, oldest first.
    pub fn runs(&self) -> Vec<PathBuf> {
        listed(&self.history.join("runs"))
    }

    /// Whether the last run's intent is on the disk.
    pub fn intent_is_durable(&self) -> bool {
        self.runs()
            .last()
            .is_some_and(|run| run.join("intent.jsonl").exists())
    }

    /// Markers of runs that did not end.
    pub fn unfinished(&self) -> Vec<PathBuf> {
        listed(&self.history.join("unfinished"))
    }

    /// Name of the only run.
    #[track_caller]
    pub fn run_name(&self) -> String {
        let runs = self.runs();
        assert_eq!(runs.len(), 1, "{runs:?}");
        let name = runs[0].file_name().expect("a name");
        name.to_string_lossy().into_owned()
    }
}

/// An account of the sandbox that may see and write everything.
pub fn manager(sandbox: &Sandbox) -> LdapUtils {
    let status = sandbox.status();
    let password =
        std::fs::read_to_string(status.bind_password_file.with_file_name("admin-manage"))
            .expect("the password of the one who manages");
    let dn = format!("uid=admin-manage,ou=administrateurs,{}", status.base_dn);
    LdapUtils::new(&status.url, &dn, password.trim_end())
}

/// What a folder holds, hidden files too, sorted; nothing where there is none.
pub fn listed(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|e| e.path()).collect())
        .unwrap_or_default();
    found.sort();
    found
}

/// An empty folder in the home, for slips.
pub fn slips_folder(home: &Home) -> PathBuf {
    let folder = home.file("etiquettes");
    std::fs::create_dir_all(&folder).expect("a folder for slips");
    folder
}

/// Login and password of each slip of a CSV file; the file must be 0600 and begin with a BOM.
#[track_caller]
pub fn read_slips(path: &Path) -> BTreeMap<String, String> {
    assert_private(path);
    let bytes = std::fs::read(path).expect("the slips");
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a BOM");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text);
    let header = reader.headers().expect("a header").clone();
    let at = |name: &str| header.iter().position(|h| h == name).expect("a column");
    let (login, password) = (at("login"), at("password"));
    let mut slips = BTreeMap::new();
    for row in reader.records() {
        let row = row.expect("a row");
        let twice = slips.insert(row[login].to_owned(), row[password].to_owned());
        assert!(twice.is_none(), "{} has two slips", &row[login]);
    }
    slips
}

/// Only the owner may read it.
#[track_caller]
pub fn assert_private(path: &Path) {
    let mode = std::fs::metadata(path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .mode();
    assert_eq!(mode & 0o7777, 0o600, "{}", path.display());
}

/// The last column of the row of a text table in which this word stands.
#[track_caller]
pub fn last_cell(table: &str, word: &str) -> String {
    let row = table
        .lines()
        .find(|line| line.contains('|') && line.contains(word))
        .unwrap_or_else(|| panic!("no row with {word}:\n{table}"));
    row.rsplit('|').next().unwrap_or_default().trim().to_owned()
}
