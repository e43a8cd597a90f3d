//! Runs entctl in a sealed room: an empty environment, its own HOME, XDG folders and TMPDIR, a fixed
//! locale, width and time zone, and a time limit.

use super::output::Output;
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a run may take unless [`Entctl::timeout`] says otherwise.
pub const TIMEOUT: Duration = Duration::from_secs(60);

/// How long the pipes may stay open once the process has ended.
const DRAIN: Duration = Duration::from_secs(5);

/// The PATH of the sealed room: where Debian puts slapd and ldap-utils, nothing of the developer's own.
pub const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

/// A person's machine: an empty HOME that is gone with this value.
#[derive(Debug)]
pub struct Home {
    dir: TempDir,
}

impl Home {
    /// An empty home.
    pub fn new() -> Self {
        let dir = tempfile::Builder::new()
            .prefix("entctl-test-")
            .tempdir()
            .expect("a temporary folder");
        for folder in ["home", "config", "data", "state", "cache", "run", "tmp"] {
            std::fs::DirBuilder::new()
                .mode(0o700)
                .create(dir.path().join(folder))
                .expect("a folder of the sealed room");
        }
        Home { dir }
    }

    /// The folder that holds all the others (`home`, `config`, `data`, `state`, `cache`, `run`, `tmp`).
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A path in HOME, which is also the current folder of every run.
    pub fn file(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join("home").join(name)
    }

    /// Writes a file in HOME and returns its path.
    pub fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.file(name);
        std::fs::write(&path, content).expect("a file in HOME");
        path
    }

    /// entctl with these arguments, ready to [`Entctl::run`].
    pub fn entctl<I, S>(&self, args: I) -> Entctl
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        self.program(env!("CARGO_BIN_EXE_entctl"), args)
    }

    /// Another program in the same room, such as `sh` or `man`.
    pub fn program<I, S>(&self, program: impl AsRef<OsStr>, args: I) -> Entctl
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let mut command = Command::new(program);
        command
            .args(args)
            .env_clear()
            .envs(self.environment())
            .current_dir(self.dir.path().join("home"));
        Entctl {
            command,
            stdin: None,
            timeout: TIMEOUT,
        }
    }

    /// The whole environment of the room.
    fn environment(&self) -> Vec<(&'static str, OsString)> {
        let folder = |name: &str| self.dir.path().join(name).into_os_string();
        vec![
            ("HOME", folder("home")),
            ("XDG_CONFIG_HOME", folder("config")),
            ("XDG_DATA_HOME", folder("data")),
            ("XDG_STATE_HOME", folder("state")),
            ("XDG_CACHE_HOME", folder("cache")),
            ("XDG_RUNTIME_DIR", folder("run")),
            ("TMPDIR", folder("tmp")),
            ("PATH", PATH.into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("COLUMNS", "100".into()),
            ("TZ", "Europe/Paris".into()),
        ]
    }
}

/// A run to be made. Without [`Entctl::stdin`] it reads an empty standard input.
pub struct Entctl {
    command: Command,
    stdin: Option<Vec<u8>>,
    timeout: Duration,
}

impl Entctl {
    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<I, S>(mut self, args: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        self.command.args(args);
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Takes an environment variable away.
    #[must_use]
    pub fn without_env(mut self, key: impl AsRef<OsStr>) -> Self {
        self.command.env_remove(key);
        self
    }

    /// Speaks French, as a school office has it.
    #[must_use]
    pub fn french(self) -> Self {
        // C.UTF-8 is the only UTF-8 locale of a bare Debian; entctl reads the name, not the locale files.
        self.env("LC_ALL", "fr_FR.UTF-8")
    }

    /// Feeds the standard input.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// Another time limit than [`TIMEOUT`].
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// Moves the clock that the program sees, in libfaketime's words: `+400d`, or an absolute
    /// `@2027-09-01 08:00:00` that runs on from there.
    ///
    /// # Panics
    /// Where Debian's `faketime` is not installed.
    #[must_use]
    pub fn at(self, when: &str) -> Self {
        let library = faketime_library();
        self.env("LD_PRELOAD", library)
            .env("FAKETIME", when)
            // Timeouts and measured times must stay true when only the calendar is moved.
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    }

    /// Runs as another user of the machine, without that user's other groups. Only root can.
    #[must_use]
    pub fn by_user(mut self, user: u32, group: u32) -> Self {
        self.command.uid(user).gid(group);
        self
    }

    /// Runs to the end.
    ///
    /// # Panics
    /// Where the program cannot be started, passes its time limit (its whole process group is killed),
    /// or leaves something behind that holds its output open.
    #[must_use]
    pub fn run(self) -> Output {
        self.spawn().wait()
    }

    /// Starts and returns at once, for tests that act while it runs.
    ///
    /// # Panics
    /// Where the program cannot be started.
    pub fn spawn(mut self) -> Running {
        let shown = format!("{:?}", self.command.get_program());
        let args: Vec<_> = self.command.get_args().map(OsStr::to_owned).collect();
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own, so that a time limit takes the children too.
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{shown} does not start: {error}"));
        let input = self.stdin.take().unwrap_or_default();
        let stdin = child.stdin.take();
        let feeder = std::thread::spawn(move || {
            if let Some(mut pipe) = stdin {
                // A program may end without reading all it is given.
                let _ = pipe.write_all(&input);
            }
        });
        let stdout = drain(child.stdout.take());
        let stderr = drain(child.stderr.take());
        Running {
            shown: format!("{shown} {args:?}"),
            pid: child.id(),
            status: watch(child),
            stdout,
            stderr,
            feeder: Some(feeder),
            limit: self.timeout,
            deadline: Instant::now() + self.timeout,
            ended: false,
        }
    }

    /// The command itself, for a runner of another kind (a terminal).
    pub fn into_command(self) -> Command {
        self.command
    }
}

/// Debian's libfaketime, found whatever the machine's architecture.
fn faketime_library() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").expect("/usr/lib");
    folders
        .flatten()
        .map(|folder| folder.path().join("faketime/libfaketime.so.1"))
        .find(|library| library.exists())
        .expect("libfaketime is missing: sudo apt-get install faketime")
}

/// Reads a pipe to its end in a thread.
fn drain(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut bytes);
        }
        let _ = sender.send(bytes);
    });
    receiver
}

/// Waits for a child in a thread, so that the test can wait with a limit.
fn watch(mut child: Child) -> Receiver<ExitStatus> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        if let Ok(status) = child.wait() {
            let _ = sender.send(status);
        }
    });
    receiver
}

/// A run under way; killed with its group when dropped.
pub struct Running {
    shown: String,
    pid: u32,
    status: Receiver<ExitStatus>,
    stdout: Receiver<Vec<u8>>,
    stderr: Receiver<Vec<u8>>,
    feeder: Option<JoinHandle<()>>,
    limit: Duration,
    deadline: Instant,
    ended: bool,
}

impl Running {
    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Sends a signal to the program alone, as `kill` does.
    pub fn signal(&self, signal: rustix::process::Signal) {
        if let Some(pid) = pid(self.pid) {
            let _ = rustix::process::kill_process(pid, signal);
        }
    }

    /// Waits for the end.
    ///
    /// # Panics
    /// As [`Entctl::run`].
    #[must_use]
    pub fn wait(mut self) -> Output {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let Ok(status) = self.status.recv_timeout(left) else {
            self.kill_group();
            self.ended = true;
            let _ = self.status.recv_timeout(DRAIN);
            let text = |pipe: &Receiver<Vec<u8>>| {
                String::from_utf8_lossy(&pipe.recv_timeout(DRAIN).unwrap_or_default()).into_owned()
            };
            panic!(
                "{} was killed after {:?}\n{}--- stderr ---\n{}",
                self.shown,
                self.limit,
                text(&self.stdout),
                text(&self.stderr),
            );
        };
        self.ended = true;
        let pipe = |name: &str, pipe: &Receiver<Vec<u8>>| {
            pipe.recv_timeout(DRAIN).unwrap_or_else(|_| {
                panic!(
                    "{} ended ({status}), but something it left behind still holds its {name} open",
                    self.shown
                )
            })
        };
        let stdout_bytes = pipe("standard output", &self.stdout);
        let stderr_bytes = pipe("standard error", &self.stderr);
        if let Some(feeder) = self.feeder.take() {
            let _ = feeder.join();
        }
        Output {
            status: status.code(),
            signal: status.signal(),
            stdout: String::from_utf8_lossy(&stdout_bytes).into_owned(),
            stderr: String::from_utf8_lossy(&stderr_bytes).into_owned(),
            stdout_bytes,
        }
    }

    fn kill_group(&self) {
        if let Some(pid) = pid(self.pid) {
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The id is still ours as long as the watcher has not collected the child.
        if !self.ended && self.status.try_recv().is_err() {
            self.kill_group();
        }
    }
}

/// A process id as rustix wants it.
pub fn pid(raw: u32) -> Option<rustix::process::Pid> {
    i32::try_from(raw)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
}

/// Presses Ctrl-C for a process, and returns when its handler has run.
///
/// # Panics
/// Where the process does not take the signal for long.
pub fn press_ctrl_c(raw: u32) {
    let process = pid(raw).expect("a process id");
    let _ = rustix::process::kill_process(process, rustix::process::Signal::INT);
    super::waiting::wait_until("the signal is taken", || !awaits_ctrl_c(raw));
}

/// Whether a process has yet to take a SIGINT (the masks `SigPnd` and `ShdPnd` of proc(5)).
fn awaits_ctrl_c(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/status"))
        .unwrap_or_default()
        .lines()
        .filter_map(|line| {
            line.strip_prefix("ShdPnd:")
                .or(line.strip_prefix("SigPnd:"))
        })
        .filter_map(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .any(|mask| mask & 0b10 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(home: &Home, script: &str) -> Entctl {
        home.program("sh", ["-c", script])
    }

    #[test]
    fn the_room_is_sealed() {
        let home = Home::new();
        let output = sh(&home, "env | cut -d= -f1 | sort | tr '\\n' ' '; pwd").run();
        let folder = home.file("");
        assert_eq!(
            output.stdout.trim_end().trim_end_matches('/'),
            format!(
                "COLUMNS HOME LC_ALL PATH PWD TMPDIR TZ XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME \
                 XDG_RUNTIME_DIR XDG_STATE_HOME {}",
                folder.display().to_string().trim_end_matches('/')
            ),
            "{output}"
        );
    }

    #[test]
    fn input_is_fed_and_no_input_is_an_end_of_file() {
        let home = Home::new();
        assert_eq!(sh(&home, "cat").stdin("é\n").run().stdout, "é\n");
        assert_eq!(sh(&home, "cat").run().stdout, "");
        // Larger than a pipe, and never read.
        let output = sh(&home, "exit 3").stdin(vec![b'x'; 1 << 20]).run();
        assert_eq!(output.status, Some(3));
    }

    #[test]
    #[should_panic(expected = "was killed after")]
    fn a_run_that_hangs_is_killed() {
        let home = Home::new();
        let _ = sh(&home, "sleep 600 & wait")
            .timeout(Duration::from_millis(300))
            .run();
    }

    #[test]
    #[should_panic(expected = "still holds its standard output open")]
    fn a_daemon_on_our_pipe_is_noticed() {
        let home = Home::new();
        // Ends by itself, shortly after the test has noticed.
        let _ = sh(&home, "sleep 8 2>/dev/null & exit 0").run();
    }

    #[test]
    fn a_signal_is_told() {
        let home = Home::new();
        let running = home.program("sleep", ["600"]).spawn();
        running.signal(rustix::process::Signal::TERM);
        let output = running.wait();
        assert_eq!((output.status, output.signal), (None, Some(15)));
        assert!(output.to_string().ends_with("[ended by signal 15]\n"));
    }

    #[test]
    fn the_clock_can_be_moved() {
        let home = Home::new();
        let output = home
            .program("date", ["+%Y-%m-%d"])
            .at("@2031-03-04 12:00:00")
            .run();
        assert_eq!(output.stdout, "2031-03-04\n", "{output}");
    }
}
