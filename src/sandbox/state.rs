//! What is remembered of a sandbox, and what is told of it.

use super::UpRequest;
use super::error::SandboxError;
use super::files;
use super::layout::Layout;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// How a sandbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SandboxState {
    /// slapd runs.
    Running,
    /// slapd ended in order (the machine was shut down): `up` starts it again, with its data.
    Stopped,
    /// slapd was killed, or making the sandbox was interrupted: `up` makes it anew.
    Crashed,
    /// There is none.
    Absent,
}

impl SandboxState {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            SandboxState::Running => "running",
            SandboxState::Stopped => "stopped",
            SandboxState::Crashed => "crashed",
            SandboxState::Absent => "absent",
        }
    }
}

/// What one may know of a sandbox; `entctl sandbox status --format json` prints it as it is: the fields
/// serialized are a contract, the others are for callers within the program. All fields but `type`, `name`
/// and `state` are `null` where the sandbox is absent or was never complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SandboxInfo {
    /// Always `sandbox`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name, which is also the name of its first profile.
    pub name: String,
    /// How it stands.
    pub state: SandboxState,
    /// `ldap://127.0.0.1:PORT`.
    pub url: Option<String>,
    /// `ldaps://127.0.0.1:PORT`.
    pub ldaps_url: Option<String>,
    /// `ldapi://` with the socket's path percent-encoded; the person who started the sandbox is known
    /// there as the inter-school administrator (SASL EXTERNAL).
    #[serde(skip)]
    pub ldapi_url: Option<String>,
    /// Certificate of the authority that signed the server's, PEM.
    pub ca_file: Option<PathBuf>,
    /// Certificate of the inter-school administrator, PEM; its key lies beside it.
    #[serde(skip)]
    pub client_certificate_file: Option<PathBuf>,
    /// Key of that certificate, PEM, 0600.
    #[serde(skip)]
    pub client_key_file: Option<PathBuf>,
    /// Suffix of the directory.
    pub base_dn: Option<String>,
    /// The inter-school administrator.
    pub bind_dn: Option<String>,
    /// That administrator's password, 0600, without a line end.
    pub bind_password_file: Option<PathBuf>,
    /// The generated profiles (`entctl.toml`).
    pub config: Option<PathBuf>,
    /// Where mail sent in the sandbox lands.
    pub mail_dir: Option<PathBuf>,
    /// True duplicates and the named characters.
    pub truth_file: Option<PathBuf>,
    /// slapd's process, where it runs.
    pub pid: Option<i32>,
}

/// The state file: what cannot be read off the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// Version of this file's form.
    pub(super) format_version: u32,
    /// What was asked for, so that `reset` can ask again.
    pub(super) request: UpRequest,
    /// Port of ldap.
    pub(super) port: u16,
    /// Port of ldaps.
    pub(super) tls_port: u16,
    /// The ldapi socket.
    pub(super) socket: PathBuf,
    /// Folder made for the socket alone, to be removed with the sandbox.
    pub(super) socket_folder: Option<PathBuf>,
}

/// The form written today.
pub(super) const FORMAT_VERSION: u32 = 1;

impl State {
    /// Reads the state file; `None` where there is none or it is not one of ours (an interrupted `up`).
    pub(super) fn read(layout: &Layout) -> Option<Self> {
        let text = std::fs::read_to_string(layout.state()).ok()?;
        let state: State = serde_json::from_str(&text).ok()?;
        (state.format_version == FORMAT_VERSION).then_some(state)
    }

    /// Writes the state file, at one stroke.
    pub(super) fn write(&self, layout: &Layout) -> Result<(), SandboxError> {
        let path = layout.state();
        let text = serde_json::to_string_pretty(self)
            .map_err(|e| SandboxError::io(&path)(std::io::Error::other(e)))?;
        files::replace_private_file(&path, &text)
    }

    /// `ldap://…`
    pub(super) fn url(&self) -> String {
        format!("ldap://127.0.0.1:{}", self.port)
    }

    /// `ldaps://…`
    pub(super) fn ldaps_url(&self) -> String {
        format!("ldaps://127.0.0.1:{}", self.tls_port)
    }

    /// `ldapi://…`
    pub(super) fn ldapi_url(&self) -> String {
        use std::fmt::Write as _;
        use std::os::unix::ffi::OsStrExt as _;
        let mut url = String::from("ldapi://");
        for byte in self.socket.as_os_str().as_bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                url.push(char::from(*byte));
            } else {
                let _ = write!(url, "%{byte:02X}");
            }
        }
        url
    }
}
