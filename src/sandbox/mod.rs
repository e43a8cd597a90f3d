//! The sandbox: a real, throw-away directory with two schools of made-up people, to learn and to test in.
//!
//! A sandbox is a folder and a slapd process on loopback, run as whoever asked, with OpenLDAP's own
//! durability and with password policy, memberOf and referential integrity as in a real ENT. [`up`] makes
//! or starts one, [`down`] leaves nothing behind. This room speaks to slapd through its tools and files
//! alone; what entctl does in the sandbox goes through the same doors as everywhere.
//!
//! Linux only: which process is whose is read in `/proc`.

mod access;
mod certificates;
mod directory_data;
mod error;
mod files;
mod layout;
mod ldif;
mod lock;
mod passwords;
mod people;
mod profiles;
mod server;
mod shell;
mod slapd_config;
mod state;
mod tree;
mod truth;

pub use error::SandboxError;
pub use layout::SandboxPaths;
pub use shell::shell;
pub use state::{SandboxInfo, SandboxState};

use layout::Layout;
use lock::NameLock;
use people::Population;
use serde::{Deserialize, Serialize};
use server::Ports;
use state::State;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use tree::ADMINISTRATORS;

/// Fewest pupils of a sandbox: the people who are always there.
pub const MIN_PUPILS: u32 = people::CAST_PUPILS;
/// Most pupils of a sandbox; with it come about twice as many parents.
pub const MAX_PUPILS: u32 = 1_000_000;
/// Name of the sandbox nobody named.
pub const DEFAULT_NAME: &str = "sandbox";

/// What sandbox is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpRequest {
    /// 1 to 32 of `a-z`, `0-9` and `-`.
    pub name: String,
    /// From [`MIN_PUPILS`] to [`MAX_PUPILS`]; parents and staff follow.
    pub pupils: u32,
    /// The same seed and number of pupils give the same people.
    pub seed: u64,
}

impl Default for UpRequest {
    fn default() -> Self {
        UpRequest {
            name: DEFAULT_NAME.to_owned(),
            pupils: 900,
            seed: 1,
        }
    }
}

/// What [`up`] had to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UpOutcome {
    /// Made from nothing (or anew, after a crash).
    Created,
    /// Was stopped and runs again, with the data it had.
    Restarted,
    /// Ran already; the request's pupils and seed were not looked at.
    AlreadyRunning,
}

/// Makes sure that the sandbox runs. Two calls for one name at once: the second waits for the first, and
/// finds it running. When making it fails, nothing of it stays.
///
/// # Errors
/// Any [`SandboxError`] but [`SandboxError::Absent`].
pub fn up(
    paths: &SandboxPaths,
    request: &UpRequest,
) -> Result<(SandboxInfo, UpOutcome), SandboxError> {
    let layout = paths.layout(&request.name)?;
    if !(MIN_PUPILS..=MAX_PUPILS).contains(&request.pupils) {
        return Err(SandboxError::PupilsOutOfRange(request.pupils));
    }
    server::check_installed()?;
    files::private_folder(paths.root())?;
    let lock = NameLock::acquire(&layout)?;
    let outcome = match (state_of(&layout), State::read(&layout)) {
        (SandboxState::Running, _) => UpOutcome::AlreadyRunning,
        (SandboxState::Stopped, Some(state)) => {
            restart(&layout, state)?;
            UpOutcome::Restarted
        }
        _ => {
            create(&layout, request, lock)?;
            UpOutcome::Created
        }
    };
    Ok((info(&layout, &request.name), outcome))
}

/// Ends the sandbox and removes all of it. False where there was none.
///
/// # Errors
/// [`SandboxError::InvalidName`]; [`SandboxError::WillNotStop`]; [`SandboxError::Io`].
pub fn down(paths: &SandboxPaths, name: &str) -> Result<bool, SandboxError> {
    let layout = paths.layout(name)?;
    if !paths.root().is_dir() {
        return Ok(false);
    }
    let lock = NameLock::acquire(&layout)?;
    let there = layout.folder().exists() || server::running(&layout).is_some();
    clear(&layout)?;
    lock.remove()?;
    Ok(there)
}

/// Removes the sandbox and makes it anew with what was asked for when it was made: the same people, the
/// passwords and states they had on the first day, new administrators' passwords, perhaps other ports.
///
/// # Errors
/// [`SandboxError::Absent`] where there is none, else as [`up`].
pub fn reset(paths: &SandboxPaths, name: &str) -> Result<SandboxInfo, SandboxError> {
    let layout = paths.layout(name)?;
    let absent = || SandboxError::Absent(name.to_owned());
    server::check_installed()?;
    if !paths.root().is_dir() {
        return Err(absent());
    }
    let lock = NameLock::acquire(&layout)?;
    let Some(state) = State::read(&layout) else {
        if !layout.folder().exists() {
            lock.remove()?;
        }
        return Err(absent());
    };
    create(&layout, &state.request, lock)?;
    Ok(info(&layout, name))
}

/// How the sandbox stands. Reads only.
///
/// # Errors
/// [`SandboxError::InvalidName`].
pub fn status(paths: &SandboxPaths, name: &str) -> Result<SandboxInfo, SandboxError> {
    Ok(info(&paths.layout(name)?, name))
}

/// Names of the sandboxes there are, running or not, in order.
pub fn list(paths: &SandboxPaths) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(paths.root()) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            (layout::is_name(&name) && entry.path().is_dir()).then_some(name)
        })
        .collect();
    names.sort();
    names
}

/// The generated `entctl.toml` of every sandbox, which `--profile sandbox` is found in.
pub fn config_files(paths: &SandboxPaths) -> Vec<PathBuf> {
    list(paths)
        .into_iter()
        .filter_map(|name| Some(paths.layout(&name).ok()?.entctl_config()))
        .filter(|file| file.is_file())
        .collect()
}

/// Makes the sandbox from nothing; whatever stood there goes first. The lock goes with a failure.
fn create(layout: &Layout, request: &UpRequest, lock: NameLock) -> Result<(), SandboxError> {
    clear(layout)?;
    let made = build(layout, request);
    if made.is_err() {
        // The first failure is the one to tell.
        let _ = clear(layout);
        let _ = lock.remove();
    }
    made
}

fn build(layout: &Layout, request: &UpRequest) -> Result<(), SandboxError> {
    for folder in [
        layout.folder().to_owned(),
        layout.slapd_config(),
        layout.database(),
        layout.mail(),
        layout.passwords(),
    ] {
        files::private_folder(&folder)?;
    }
    certificates::make(layout, tree::INTER)?;
    let mut administrators = BTreeMap::new();
    for account in &ADMINISTRATORS {
        let password = passwords::random();
        files::private_file(&layout.password_file(account.uid), password.expose())?;
        administrators.insert(account.uid, password);
    }
    let config = slapd_config::ldif(layout, request.pupils)?;
    server::load(layout, 0, |out| out.write_all(config.as_bytes()))?;
    let population = Population::generate(request.seed, request.pupils);
    server::load(layout, 1, |out| {
        directory_data::write(out, &population, &administrators)
    })?;
    let truth = serde_json::to_string_pretty(&truth::Truth::of(&population, request.seed))
        .map_err(|e| SandboxError::io(&layout.truth())(std::io::Error::other(e)))?;
    files::private_file(&layout.truth(), &truth)?;
    run(layout, request.clone(), None)
}

/// Starts slapd on what is there, on the ports it had if they are free.
fn restart(layout: &Layout, state: State) -> Result<(), SandboxError> {
    if let Some(folder) = &state.socket_folder {
        files::remove_folder(folder)?;
    }
    let ports = Ports {
        plain: state.port,
        tls: state.tls_port,
    };
    run(layout, state.request, Some(ports))
}

fn run(layout: &Layout, request: UpRequest, ports: Option<Ports>) -> Result<(), SandboxError> {
    let (socket, socket_folder) = match layout.socket() {
        Some(socket) => (socket, None),
        None => {
            let folder = tempfile::Builder::new()
                .prefix("entctl-")
                .permissions(std::fs::Permissions::from_mode(0o700))
                .tempdir()
                .map_err(SandboxError::io(layout.folder()))?
                .keep();
            (folder.join("ldapi"), Some(folder))
        }
    };
    let mut state = State {
        format_version: state::FORMAT_VERSION,
        request,
        port: ports.map_or(0, |p| p.plain),
        tls_port: ports.map_or(0, |p| p.tls),
        socket,
        socket_folder,
    };
    // Before slapd starts, so that whatever happens to us, `down` finds the socket's folder.
    state.write(layout)?;
    let ports = server::start(layout, &state.ldapi_url(), ports)?;
    state.port = ports.plain;
    state.tls_port = ports.tls;
    files::replace_private_file(&layout.entctl_config(), &profiles::toml(layout, &state))?;
    state.write(layout)
}

/// Ends slapd and removes everything, the lock file apart.
fn clear(layout: &Layout) -> Result<(), SandboxError> {
    server::stop(layout)?;
    if let Some(folder) = State::read(layout).and_then(|s| s.socket_folder) {
        files::remove_folder(&folder)?;
    }
    files::remove_folder(layout.folder())
}

fn state_of(layout: &Layout) -> SandboxState {
    // Ports are written last: a state without them is an `up` that was interrupted.
    let complete = State::read(layout).is_some_and(|s| s.port != 0);
    match (complete, server::running(layout).is_some()) {
        (true, true) => SandboxState::Running,
        // slapd takes its pid file away when it ends in order.
        (true, false) if !layout.pid_file().exists() => SandboxState::Stopped,
        _ if layout.folder().exists() => SandboxState::Crashed,
        _ => SandboxState::Absent,
    }
}

fn info(layout: &Layout, name: &str) -> SandboxInfo {
    let mut state = state_of(layout);
    let known = State::read(layout).filter(|s| s.port != 0);
    if known.is_none() && NameLock::is_held(layout) {
        // Somebody is making it right now: not there yet.
        state = SandboxState::Absent;
    }
    let told = known.is_some();
    let file = |path: PathBuf| told.then_some(path);
    SandboxInfo {
        kind: "sandbox".to_owned(),
        name: name.to_owned(),
        state,
        url: known.as_ref().map(State::url),
        ldaps_url: known.as_ref().map(State::ldaps_url),
        ldapi_url: known.as_ref().map(State::ldapi_url),
        ca_file: file(layout.ca_file()),
        client_certificate_file: file(layout.tls().join("client.pem")),
        client_key_file: file(layout.tls().join("client.key")),
        base_dn: told.then(|| tree::BASE_DN.to_owned()),
        bind_dn: told.then(|| tree::administrator(tree::INTER)),
        bind_password_file: file(layout.password_file(tree::INTER)),
        config: file(layout.entctl_config()),
        mail_dir: file(layout.mail()),
        truth_file: file(layout.truth()),
        pid: match state {
            SandboxState::Running => server::running(layout),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests;
