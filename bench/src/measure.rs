//! How long a command took and how much memory it had at most.
//!
//! Linux counts into a child's peak what its parent held when it started it: so this is a process of its own,
//! which holds next to nothing.

use nix::sys::resource::{UsageWho, getrusage};
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// From start to end.
    pub elapsed: Duration,
    /// The most that was resident at once, in KiB.
    pub peak: i64,
    /// How it ended.
    pub status: ExitStatus,
}

/// Runs a command with its answer going to a file.
///
/// # Errors
/// Where it does not start, or the file cannot be made.
pub fn run(command: &[OsString], answer: &Path) -> io::Result<Measured> {
    let (program, arguments) = command
        .split_first()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "no command"))?;
    let answer = File::create(answer)?;
    let begin = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .stdout(answer)
        .status()?;
    let elapsed = begin.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(io::Error::from)?;
    Ok(Measured {
        elapsed,
        peak: usage.max_rss(),
        status,
    })
}
