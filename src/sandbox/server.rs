//! The slapd process: found, filled, started, watched, stopped.

use super::error::SandboxError;
use super::layout::Layout;
use std::fs::OpenOptions;
use std::io::{BufWriter, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest wait for slapd's first answer, and for its end.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks at a process. Neither "has opened its port" nor the end of a process that is not our
/// child can be waited for as an event without unsafe code.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// How often other ports are tried where somebody else took them first.
const PORT_ATTEMPTS: usize = 5;
/// Folders searched after `PATH`: an ordinary person's `PATH` lacks `sbin`.
const PROGRAM_FOLDERS: [&str; 4] = [
    "/usr/sbin",
    "/usr/local/sbin",
    "/usr/lib/openldap",
    "/usr/libexec/openldap",
];

/// Where a program of OpenLDAP is. `search_path` is the value of `PATH`.
fn find_program(
    name: &'static str,
    search_path: Option<std::ffi::OsString>,
) -> Result<PathBuf, SandboxError> {
    let path = search_path.unwrap_or_default();
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .chain(PROGRAM_FOLDERS.iter().map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|program| {
            rustix::fs::access(program, rustix::fs::Access::EXEC_OK).is_ok() && program.is_file()
        })
        .ok_or(SandboxError::ProgramMissing(name))
}

fn program(name: &'static str) -> Result<PathBuf, SandboxError> {
    find_program(name, std::env::var_os("PATH"))
}

/// Fails where slapd is not installed, before anything is written.
pub(super) fn check_installed() -> Result<(), SandboxError> {
    program("slapd")?;
    program("slapadd").map(|_| ())
}

/// Loads LDIF into database `number` (0 is cn=config) with slapadd(8). `write` gives the LDIF; it goes
/// through a pipe, so that nothing of it stays on disk and much of it takes little memory.
pub(super) fn load(
    layout: &Layout,
    number: u8,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), SandboxError> {
    let program = program("slapadd")?;
    let mut child = Command::new(&program)
        .arg("-q")
        .arg(format!("-n{number}"))
        .arg("-F")
        .arg(layout.slapd_config())
        .current_dir(layout.folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(SandboxError::io(&program))?;
    let stdin = child.stdin.take();
    // Its words are few (it stops at the first error), so writing all before reading any cannot block.
    let written = stdin.map(|stdin| {
        let mut out = BufWriter::with_capacity(1 << 16, stdin);
        write(&mut out)?;
        out.flush()
    });
    let output = child
        .wait_with_output()
        .map_err(SandboxError::io(&program))?;
    if output.status.success() {
        // A pipe broken by a slapadd that succeeded would mean that it did not read everything.
        return written
            .unwrap_or(Ok(()))
            .map_err(SandboxError::io(&program));
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(SandboxError::Load(last_lines(&words)))
}

/// Where slapd listens on 127.0.0.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ports {
    /// ldap.
    pub(super) plain: u16,
    /// ldaps.
    pub(super) tls: u16,
}

/// Starts slapd and waits until it answers. It runs in its own process group and outlives us. `preferred`
/// are the ports it had before, taken again where they are free.
pub(super) fn start(
    layout: &Layout,
    ldapi_url: &str,
    preferred: Option<Ports>,
) -> Result<Ports, SandboxError> {
    let mut ports = preferred;
    let mut words = String::new();
    for _ in 0..PORT_ATTEMPTS {
        let tried = match ports.take() {
            Some(ports) => ports,
            None => free_ports().map_err(SandboxError::io(layout.folder()))?,
        };
        let mut child = spawn(layout, ldapi_url, tried)?;
        match wait_until_ready(&mut child, tried.plain) {
            Readiness::Ready => {
                // Collects the process when it ends while we still live; slapd does not depend on it.
                std::thread::spawn(move || child.wait());
                return Ok(tried);
            }
            Readiness::Ended => words = read_log(layout),
            Readiness::Silent => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(SandboxError::Start(read_log(layout)));
            }
        }
        // Another process may have taken a port between our look and slapd's; any other reason to end
        // would only repeat itself.
        if can_bind(tried.plain) && can_bind(tried.tls) {
            break;
        }
    }
    Err(SandboxError::Start(words))
}

fn spawn(layout: &Layout, ldapi_url: &str, ports: Ports) -> Result<Child, SandboxError> {
    let log = layout.log();
    let output = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&log)
        .map_err(SandboxError::io(&log))?;
    let errors = output.try_clone().map_err(SandboxError::io(&log))?;
    let program = program("slapd")?;
    Command::new(&program)
        .args(["-d", "0", "-F"])
        .arg(layout.slapd_config())
        .arg("-h")
        .arg(format!(
            "ldap://127.0.0.1:{}/ ldaps://127.0.0.1:{}/ {ldapi_url}/",
            ports.plain, ports.tls
        ))
        .current_dir(layout.folder())
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .process_group(0)
        .spawn()
        .map_err(SandboxError::io(&program))
}

enum Readiness {
    Ready,
    Ended,
    Silent,
}

fn wait_until_ready(child: &mut Child, port: u16) -> Readiness {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if !matches!(child.try_wait(), Ok(None)) {
            return Readiness::Ended;
        }
        // The child was alive after somebody answered, so it is the child that answered.
        if answers(port) && matches!(child.try_wait(), Ok(None)) {
            return Readiness::Ready;
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    Readiness::Silent
}

/// A SearchRequest (RFC 4511 section 4.5.1) for the root DSE, base scope, filter `(objectClass=*)`,
/// attribute `1.1`, in BER.
const ROOT_DSE_REQUEST: &[u8] = b"\x30\x2a\x02\x01\x01\x63\x25\x04\x00\x0a\x01\x00\x0a\x01\x00\
    \x02\x01\x00\x02\x01\x00\x01\x01\x00\x87\x0bobjectClass\x30\x05\x04\x031.1";
/// How the answer begins after its length: message 1, and a SearchResultEntry.
const ROOT_DSE_ANSWER: &[u8] = b"\x02\x01\x01\x64";

/// Whether an LDAP server answers on this loopback port.
pub(super) fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(ROOT_DSE_REQUEST)?;
        let mut answer = [0; 6];
        stream.read_exact(&mut answer)?;
        Ok(answer[0] == 0x30 && answer.ends_with(ROOT_DSE_ANSWER))
    };
    ask().unwrap_or(false)
}

fn free_ports() -> std::io::Result<Ports> {
    // Both held at once, so that they differ.
    let plain = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let tls = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(Ports {
        plain: plain.local_addr()?.port(),
        tls: tls.local_addr()?.port(),
    })
}

fn can_bind(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// The slapd that runs on this sandbox's configuration. Known by its command line and not by a remembered
/// number, so that a number the system gave to another process is never taken for ours, and a slapd whose
/// number was never written down is still found.
pub(super) fn running(layout: &Layout) -> Option<i32> {
    let config = layout.slapd_config();
    if let Some(pid) = recorded_pid(layout)
        && is_slapd_on(pid, &config)
    {
        return Some(pid);
    }
    std::fs::read_dir("/proc")
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .find(|pid| is_slapd_on(*pid, &config))
}

fn recorded_pid(layout: &Layout) -> Option<i32> {
    let text = std::fs::read_to_string(layout.pid_file()).ok()?;
    text.trim().parse().ok()
}

/// Whether process `pid` is a slapd with `-F config`. A zombie has no command line, so it is not.
fn is_slapd_on(pid: i32, config: &Path) -> bool {
    let Ok(line) = std::fs::read(format!("/proc/{pid}/cmdline")) else {
        return false;
    };
    let words: Vec<&[u8]> = line.split(|b| *b == 0).collect();
    words.first().is_some_and(|name| name.ends_with(b"slapd"))
        && words
            .windows(2)
            .any(|pair| pair[0] == b"-F" && pair[1] == config.as_os_str().as_bytes())
}

/// Ends the slapd of this sandbox, if one runs: asks first, and kills it where it does not listen.
pub(super) fn stop(layout: &Layout) -> Result<(), SandboxError> {
    use rustix::process::Signal;
    for signal in [Signal::TERM, Signal::KILL] {
        let Some(pid) = running(layout) else {
            return Ok(());
        };
        if let Some(process) = rustix::process::Pid::from_raw(pid) {
            // A failure means that it ended meanwhile, or is not ours to end; the wait tells which.
            let _ = rustix::process::kill_process(process, signal);
        }
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if !is_slapd_on(pid, &layout.slapd_config()) {
                return Ok(());
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }
    running(layout).map_or(Ok(()), |pid| Err(SandboxError::WillNotStop(pid)))
}

fn read_log(layout: &Layout) -> String {
    let bytes = std::fs::read(layout.log()).unwrap_or_default();
    last_lines(&String::from_utf8_lossy(&bytes))
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named() {
        let found = find_program("slapd-that-is-not-there", None);
        assert!(matches!(
            found,
            Err(SandboxError::ProgramMissing("slapd-that-is-not-there"))
        ));
    }

    #[test]
    fn a_server_that_is_not_ldap_does_not_answer() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("port");
        let port = listener.local_addr().expect("address").port();
        let other = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("caller");
            stream.write_all(b"220 smtp ready\r\n").expect("greeting");
        });
        assert!(!answers(port));
        other.join().expect("thread");
        assert!(!answers(port));
    }

    #[test]
    fn another_process_is_not_taken_for_slapd() {
        let own = i32::try_from(std::process::id()).expect("pid");
        assert!(!is_slapd_on(own, Path::new("/anything")));
    }
}
