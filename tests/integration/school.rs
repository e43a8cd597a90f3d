<<<<<<< HEAD
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
            "urls = [{}]\n{more}\n[profiles.{PROFILE}.bind]\ndn = {}\npassword_file = {}",
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
=======
//! The two schools of a sandbox as the tests of guards and faults see them: its people by what they are there
//! for, and profiles of a test's own (through a proxy, with a limit, with a filter).

use crate::support::entctl::Entctl;
use crate::support::ldap_utils::{BindResult, LdapUtils, Scope, bind};
use crate::support::ldif::{Dump, LdifEntry};
use crate::support::output::Output;
use crate::support::sandbox::Sandbox;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Number of the lycée.
pub const LYCEE: &str = "0310043Y";
/// The value of `pwdAccountLockedTime` that closes an account for good.
pub const DISABLED: &str = "000001010000Z";

/// A sandbox and who is in it.
pub struct School {
    sandbox: Sandbox,
    cast: BTreeMap<String, String>,
}

impl School {
    /// Two schools with that many pupils.
    pub fn up(pupils: usize) -> Self {
        let sandbox = Sandbox::up(pupils);
        let truth: serde_json::Value = serde_json::from_str(&sandbox.truth()).expect("truth.json");
        let cast = serde_json::from_value(truth["cast"].clone()).expect("the cast");
        School { sandbox, cast }
    }

    /// The sandbox itself.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// entctl as the inter-school administrator.
    pub fn inter(&self, args: &[&str]) -> Entctl {
        self.sandbox.entctl(args)
    }

    /// entctl as the administrator of the collège.
    pub fn college(&self, args: &[&str]) -> Entctl {
        self.sandbox.entctl_as(&self.sandbox.college(), args)
    }

    /// entctl as the administrator of the lycée.
    pub fn lycee(&self, args: &[&str]) -> Entctl {
        self.sandbox.entctl_as(&self.sandbox.lycee(), args)
    }

    /// entctl with a profile made by [`School::profile`].
    pub fn with(&self, profile: &str, args: &[&str]) -> Entctl {
        self.sandbox.entctl_as(profile, args)
    }

    /// Adds a profile of the inter-school administrator to the person's configuration. `more`: lines of its
    /// table. Its history is a folder of its own.
    pub fn profile(&self, name: &str, url: &str, more: &str) {
        let status = self.sandbox.status();
        self.profile_as(
            name,
            url,
            more,
            &format!(
                "dn = \"{}\"\npassword_file = \"{}\"\n",
                status.bind_dn,
                status.bind_password_file.display()
            ),
        );
    }

    /// The same with another `bind` table.
    pub fn profile_as(&self, name: &str, url: &str, more: &str, bind: &str) {
        let folder = self.sandbox.home().path().join("config/entctl");
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join("config.toml");
        let mut text = std::fs::read_to_string(&file).unwrap_or_default();
        let start = format!("[profiles.{name}]\n");
        if let Some(at) = text.find(&start) {
            let end = text[at + 1..]
                .find("\n# end\n")
                .map_or(text.len(), |e| at + 1 + e + 7);
            text.replace_range(at..end, "");
        }
        let history = if more.contains("history =") {
            String::new()
        } else {
            format!("history = \"{}\"\n", self.history(name).display())
        };
        text.push_str(&format!(
            "{start}urls = [\"{url}\"]\nbase_dn = \"{}\"\n{history}{more}\n[profiles.{name}.bind]\n{bind}\n# end\n",
            self.sandbox.base_dn()
        ));
        std::fs::write(&file, text).expect("the configuration");
    }

    /// The history folder of a profile made by [`School::profile`].
    pub fn history(&self, profile: &str) -> PathBuf {
        self.sandbox
            .home()
            .path()
            .join("state")
            .join(format!("history-{profile}"))
    }

    /// The history folder of the sandbox's own profiles.
    pub fn sandbox_history(&self) -> PathBuf {
        self.sandbox_folder().join("history")
    }

    /// The folder the sandbox lives in.
    pub fn sandbox_folder(&self) -> PathBuf {
        let config = &self.sandbox.status().config;
        config.parent().expect("its folder").to_owned()
    }

    /// A file in the person's home.
    pub fn file(&self, name: &str) -> PathBuf {
        self.sandbox.home().file(name)
    }

    /// Writes a file in the person's home and gives its name there.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        self.sandbox
            .home()
            .write(name, content)
            .display()
            .to_string()
    }

    /// Number of one of the cast.
    #[track_caller]
    pub fn uid(&self, who: &str) -> String {
        self.cast
            .get(who)
            .unwrap_or_else(|| panic!("nobody is there as {who}"))
            .clone()
    }

    /// Full name in the directory of one of the cast.
    #[track_caller]
    pub fn dn(&self, who: &str) -> String {
        self.dn_of_uid(&self.uid(who))
    }

    /// The same by number.
    pub fn dn_of_uid(&self, uid: &str) -> String {
        format!("uid={uid},ou=personnes,{}", self.sandbox.base_dn())
    }

    /// The entry of one of the cast, as the second eye sees it now, operational attributes included.
    #[track_caller]
    pub fn entry(&self, who: &str) -> LdifEntry {
        self.eye()
            .read(&self.dn(who), &["*", "+"])
            .unwrap_or_else(|| panic!("{who} is gone"))
    }

    /// The login of one of the cast.
    #[track_caller]
    pub fn login(&self, who: &str) -> String {
        self.entry(who).one("ENTPersonLogin").expect("a login")
    }

    /// The password that one of the cast chose before the test began.
    pub fn old_password(&self, who: &str) -> String {
        format!("ent-{}", self.uid(who))
    }

    /// Binds as one of the cast.
    #[track_caller]
    pub fn bind(&self, who: &str, password: &str) -> BindResult {
        bind(self.sandbox.url(), &self.dn(who), password)
    }

    /// ldap-utils as the inter-school administrator.
    pub fn eye(&self) -> LdapUtils {
        self.sandbox.second_eye()
    }

    /// ldap-utils as the administrator who may read and write everything, password hashes too.
    pub fn manage(&self) -> LdapUtils {
        let file = self
            .sandbox
            .status()
            .bind_password_file
            .with_file_name("admin-manage");
        let password = std::fs::read_to_string(&file).expect("a password file");
        let dn = format!(
            "uid=admin-manage,ou=administrateurs,{}",
            self.sandbox.base_dn()
        );
        LdapUtils::new(self.sandbox.url(), &dn, password.trim_end())
    }

    /// Every person, school, group and rule with all attributes there are: hashes and the server's own
    /// bookkeeping too. (The administrators are left out: the server notes on them when they log in.)
    #[track_caller]
    pub fn dump(&self) -> Dump {
        let eye = self.manage();
        let mut entries = Vec::new();
        for branch in ["personnes", "structures", "groupes", "politiques"] {
            let base = format!("ou={branch},{}", self.sandbox.base_dn());
            entries.extend(eye.search(&base, Scope::Sub, "(objectClass=*)", &["*", "+"]));
        }
        Dump::new(entries)
    }

    /// Checks that the directory is as it was, to the last bookkeeping attribute.
    #[track_caller]
    pub fn assert_untouched(&self, before: &Dump) {
        assert_eq!(before.diff(&self.dump()), "");
    }

    /// The pupils that the directory has in a class, by number.
    pub fn pupils_of(&self, class: &str) -> Vec<LdifEntry> {
        let base = format!("ou=personnes,{}", self.sandbox.base_dn());
        let all = self
            .eye()
            .search(&base, Scope::Sub, "(objectClass=ENTEleve)", &["*", "+"]);
        let ending = format!("${class}");
        all.into_iter()
            .filter(|pupil| {
                pupil
                    .all("ENTEleveClasses")
                    .iter()
                    .any(|c| c.ends_with(&ending))
            })
            .collect()
    }
}

/// A row of a slips file: login and password.
pub fn slips(file: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(file)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.display()));
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.as_bytes());
    let heads = reader.headers().expect("a header").clone();
    let column = |names: [&str; 2]| {
        heads
            .iter()
            .position(|head| names.iter().any(|n| head.eq_ignore_ascii_case(n)))
            .unwrap_or_else(|| panic!("no column {names:?} in {heads:?}"))
    };
    let (login, password) = (
        column(["login", "identifiant"]),
        column(["password", "mot de passe"]),
    );
    reader
        .records()
        .map(|row| {
            let row = row.expect("a row");
            (row[login].to_owned(), row[password].to_owned())
        })
        .collect()
}

/// The only password that a reset with `--print --format json` gave.
#[track_caller]
pub fn printed(output: &Output) -> String {
    let lines = output.json_lines();
    let passwords: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["password"].as_str())
        .collect();
    match passwords.as_slice() {
        [one] => (*one).to_owned(),
        several => panic!("{} passwords\n{output}", several.len()),
    }
}

/// Checks that none of these words stands in what a run said, whatever the case.
#[track_caller]
pub fn assert_says_nothing_of(output: &Output, words: &[String]) {
    let said = format!("{}{}", output.stdout, output.stderr).to_lowercase();
    for word in words {
        assert!(
            !word.is_empty() && !said.contains(&word.to_lowercase()),
            "“{word}” is told\n{output}"
        );
    }
>>>>>>> guards
}
