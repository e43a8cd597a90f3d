//! Where everything of a sandbox lies.

use super::error::SandboxError;
use std::path::{Path, PathBuf};

/// Longest path a unix socket can have on Linux, without the final NUL (unix(7): `sun_path[108]`).
const LONGEST_SOCKET_PATH: usize = 107;

/// The folder that holds all the sandboxes of a person, such as `$XDG_STATE_HOME/entctl/sandboxes`. Given
/// by the caller: this room reads no environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxPaths {
    root: PathBuf,
}

impl SandboxPaths {
    /// Sandboxes are kept below `root`, which should be absolute; it is made when the first one is.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        SandboxPaths { root: root.into() }
    }

    /// The folder that holds all the sandboxes.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files of one sandbox.
    ///
    /// # Errors
    /// [`SandboxError::InvalidName`]; [`SandboxError::UnusablePath`].
    pub(super) fn layout(&self, name: &str) -> Result<Layout, SandboxError> {
        if !is_name(name) {
            return Err(SandboxError::InvalidName(name.to_owned()));
        }
        let root = std::path::absolute(&self.root).map_err(SandboxError::io(&self.root))?;
        match root.to_str() {
            Some(text) if !text.chars().any(char::is_control) => Ok(Layout {
                folder: root.join(name),
                lock: root.join(format!(".{name}.lock")),
            }),
            _ => Err(SandboxError::UnusablePath(root)),
        }
    }
}

/// Whether this can be the name of a sandbox: it becomes a folder and a profile.
pub(super) fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && !name.starts_with('-')
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// The files of one sandbox.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    folder: PathBuf,
    lock: PathBuf,
}

impl Layout {
    /// The sandbox's own folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Held by whoever makes or removes the sandbox. Beside the folder, for it outlives it.
    pub(super) fn lock(&self) -> &Path {
        &self.lock
    }

    /// slapd's cn=config.
    pub(super) fn slapd_config(&self) -> PathBuf {
        self.folder.join("config")
    }

    /// slapd's data.
    pub(super) fn database(&self) -> PathBuf {
        self.folder.join("db")
    }

    /// Certificates and keys.
    pub(super) fn tls(&self) -> PathBuf {
        self.folder.join("tls")
    }

    /// Certificate of the sandbox's own authority.
    pub(super) fn ca_file(&self) -> PathBuf {
        self.tls().join("ca.pem")
    }

    /// Where mail sent in the sandbox lands.
    pub(super) fn mail(&self) -> PathBuf {
        self.folder.join("mail")
    }

    /// Where requests of a login page wait, a folder for each profile.
    pub(super) fn requests(&self) -> PathBuf {
        self.folder.join("requests")
    }

    /// History of the runs made in the sandbox.
    pub(super) fn history(&self) -> PathBuf {
        self.folder.join("history")
    }

    /// The generated profiles.
    pub(super) fn entctl_config(&self) -> PathBuf {
        self.folder.join("entctl.toml")
    }

    /// One file per administrator account.
    pub(super) fn passwords(&self) -> PathBuf {
        self.folder.join("passwords")
    }

    /// The password of one administrator account, without a line end.
    pub(super) fn password_file(&self, administrator: &str) -> PathBuf {
        self.passwords().join(administrator)
    }

    /// What the generator knows and the directory does not tell.
    pub(super) fn truth(&self) -> PathBuf {
        self.folder.join("truth.json")
    }

    /// What slapd says.
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("slapd.log")
    }

    /// Written by slapd, removed by it when it ends in order.
    pub(super) fn pid_file(&self) -> PathBuf {
        self.folder.join("slapd.pid")
    }

    /// What [`super::state`] keeps.
    pub(super) fn state(&self) -> PathBuf {
        self.folder.join("state.json")
    }

    /// The ldapi socket where its path is short enough, else `None`.
    pub(super) fn socket(&self) -> Option<PathBuf> {
        let socket = self.folder.join("ldapi");
        (socket.as_os_str().len() <= LONGEST_SOCKET_PATH).then_some(socket)
    }

    /// A path as slapd's configuration takes it: slapd cuts values at blanks and knows no quotes there, so
    /// a path with any is written relative to the sandbox's folder, where slapd and slapadd run.
    pub(super) fn for_slapd(&self, path: &Path) -> String {
        let plain = |p: &Path| p.to_string_lossy().into_owned();
        let whole = plain(path);
        if whole.contains([' ', '"', '\\', '\'']) {
            path.strip_prefix(&self.folder).map(plain).unwrap_or(whole)
        } else {
            whole
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        for good in ["sandbox", "a", "demo-2", &"x".repeat(32)] {
            assert!(is_name(good), "{good}");
        }
        for bad in [
            "",
            "-a",
            "A",
            "é",
            "a b",
            "../x",
            ".",
            "a/b",
            &"x".repeat(33),
        ] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_long_path_has_no_socket_beside_it() {
        let at = |root: String| SandboxPaths::new(root).layout("demo").expect("layout");
        // folder + "/demo/ldapi" is 11 bytes more
        assert!(at(format!("/{}", "x".repeat(95))).socket().is_some());
        assert!(at(format!("/{}", "x".repeat(96))).socket().is_none());
    }

    #[test]
    fn blanks_make_a_path_relative() {
        let plain = SandboxPaths::new("/tmp/x").layout("demo").expect("layout");
        assert_eq!(plain.for_slapd(&plain.database()), "/tmp/x/demo/db");
        let blank = SandboxPaths::new("/tmp/un dossier")
            .layout("demo")
            .expect("layout");
        assert_eq!(blank.for_slapd(&blank.ca_file()), "tls/ca.pem");
    }
}
