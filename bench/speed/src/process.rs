//! One command, run and measured.
//!
//! Linux counts into a child's peak memory what its parent held when it started it. So each command is started by a
//! process that holds next to nothing: this program again, as `speed measured`.

use crate::Result;
use crate::server::Server;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What one run took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Measured {
    /// From start to end, in seconds.
    pub elapsed: f64,
    /// Time on a processor, the command's own and the system's for it, in seconds.
    pub cpu: f64,
    /// The same of the server, where it was looked at.
    #[serde(default)]
    pub server: f64,
    /// The most that was resident at once, in KiB.
    pub peak: i64,
    /// Exit status; -1 where a signal ended it.
    pub status: i32,
}

/// A command to be measured: what it is, and what it may see.
#[derive(Debug, Clone)]
pub struct Job {
    command: Vec<OsString>,
    answer: PathBuf,
    environment: Vec<(OsString, OsString)>,
    status: i32,
}

/// Programs of the system only: no wrapper of whoever measures.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

impl Job {
    /// This program, its answer to nobody.
    pub fn new(program: impl Into<OsString>) -> Self {
        Job {
            command: vec![program.into()],
            answer: PathBuf::from("/dev/null"),
            environment: Vec::new(),
            status: 0,
        }
    }

    /// With these words behind it.
    pub fn args<S: Into<OsString>>(mut self, words: impl IntoIterator<Item = S>) -> Self {
        self.command.extend(words.into_iter().map(Into::into));
        self
    }

    /// Its answer to a file.
    pub fn answer(mut self, file: impl Into<PathBuf>) -> Self {
        self.answer = file.into();
        self
    }

    /// It must end with this, not with 0.
    pub fn ending(mut self, status: i32) -> Self {
        self.status = status;
        self
    }

    /// Beside the few variables that every command has.
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Runs it and measures, the server too.
    ///
    /// # Errors
    /// As [`Job::run`].
    pub fn run_on(&self, server: &Server) -> Result<Measured> {
        let before = server.cpu();
        let measured = self.run()?;
        Ok(Measured {
            server: server.cpu() - before,
            ..measured
        })
    }

    /// Runs it and measures.
    ///
    /// # Errors
    /// Where it cannot be started, or ends otherwise than it may; with what it said.
    pub fn run(&self) -> Result<Measured> {
        let note = tempfile::NamedTempFile::new()?;
        let said = Command::new(std::env::current_exe()?)
            .arg("measured")
            .arg("--out")
            .arg(note.path())
            .arg("--answer")
            .arg(&self.answer)
            .arg("--")
            .args(&self.command)
            .env_clear()
            .env("PATH", PATH)
            .env("LC_ALL", "C.UTF-8")
            .envs(self.environment.iter().map(|(n, v)| (n, v)))
            .stdin(Stdio::null())
            .output()?;
        let words = String::from_utf8_lossy(&said.stderr).into_owned();
        let program = PathBuf::from(&self.command[0]);
        if !said.status.success() {
            return Err(format!("{}: {words}", program.display()).into());
        }
        let measured: Measured = serde_json::from_slice(&std::fs::read(note.path())?)?;
        if measured.status != self.status {
            let status = measured.status;
            return Err(format!("{} ended with {status}: {words}", program.display()).into());
        }
        Ok(measured)
    }
}

/// What `speed measured` does.
///
/// # Errors
/// Where the command does not start, or its measure cannot be written.
pub fn measure_here(command: &[OsString], answer: &Path, out: &Path) -> Result<()> {
    let (program, words) = command.split_first().ok_or("no command")?;
    let answer = File::create(answer)?;
    let begin = Instant::now();
    let status = Command::new(program).args(words).stdout(answer).status()?;
    let elapsed = begin.elapsed().as_secs_f64();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cpu = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    let measured = Measured {
        elapsed,
        cpu: cpu as f64 / 1e6,
        server: 0.0,
        peak: usage.max_rss(),
        status: status.code().unwrap_or(-1),
    };
    std::fs::write(out, serde_json::to_vec(&measured)?)?;
    Ok(())
}
