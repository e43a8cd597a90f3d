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
        // The log of the machine that the tests run on is not for made-up people.
        let log = if more.contains("syslog =") {
            ""
        } else {
            "syslog = false\n"
        };
        text.push_str(&format!(
            "{start}urls = [\"{url}\"]\nbase_dn = \"{}\"\n{history}{log}{more}\n[profiles.{name}.bind]\n{bind}\n# end\n",
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
}
