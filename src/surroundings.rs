//! What the machine and the environment say: folders, the person at the keyboard, the language; and how the
//! process protects its memory.

use crate::i18n::Language;
use std::env;
use std::path::PathBuf;

/// The environment, read once.
#[derive(Debug, Clone)]
pub struct Surroundings {
    home: PathBuf,
}

impl Surroundings {
    /// Looks around.
    pub fn look() -> Self {
        let home = etcetera::home_dir().unwrap_or_else(|_| PathBuf::from("/"));
        Surroundings { home }
    }

    /// The person's configuration file: `$XDG_CONFIG_HOME/entctl/config.toml`.
    pub fn config_file(&self) -> PathBuf {
        self.xdg("XDG_CONFIG_HOME", ".config")
            .join("entctl/config.toml")
    }

    /// Where entctl keeps what must survive: `$XDG_STATE_HOME/entctl`.
    pub fn state_folder(&self) -> PathBuf {
        self.xdg("XDG_STATE_HOME", ".local/state").join("entctl")
    }

    fn xdg(&self, variable: &str, usual: &str) -> PathBuf {
        // The XDG specification: a path that is not absolute is to be ignored.
        env::var_os(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .unwrap_or_else(|| self.home.join(usual))
    }

    /// The user of the operating system: by number in the user database, which the environment cannot fake.
    pub fn user(&self) -> String {
        let uid = rustix::process::getuid().as_raw();
        std::fs::read_to_string("/etc/passwd")
            .ok()
            .and_then(|users| {
                users.lines().find_map(|line| {
                    let mut fields = line.split(':');
                    let name = fields.next()?;
                    (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
                })
            })
            .or_else(|| env::var("LOGNAME").ok())
            .unwrap_or_else(|| uid.to_string())
    }

    /// The user behind `sudo`.
    pub fn sudo_user(&self) -> Option<String> {
        env::var("SUDO_USER").ok().filter(|name| !name.is_empty())
    }

    /// The machine's name.
    pub fn host(&self) -> String {
        rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned()
    }

    /// The language the environment asks for, if any (POSIX: LC_ALL, then LC_MESSAGES, then LANG).
    pub fn language(&self) -> Option<Language> {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .filter_map(|name| env::var(name).ok())
            .find(|value| !value.is_empty())
            .and_then(|value| Language::from_locale(&value))
    }

    /// Whether `NO_COLOR` is set to anything.
    pub fn no_color(&self) -> bool {
        env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
    }
}

/// Keeps passwords out of core dumps and out of reach of other processes of the same user: core size 0, not
/// dumpable (prctl(2), PR_SET_DUMPABLE). A system that refuses is no reason to refuse work.
pub fn protect_memory() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}
