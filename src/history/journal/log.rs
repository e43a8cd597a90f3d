//! The socket of the system log: told without ever waiting for it.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use syslog::{Facility, Formatter3164, LogFormat as _, Severity};

/// Lines kept for a log that is behind. Beyond that the oldest are lost.
const BACKLOG: usize = 100_000;

/// How long the end of a run waits, at most and once, for a log that is there but behind.
const PATIENCE: Duration = Duration::from_millis(200);

/// The system log, or its absence.
pub(super) struct SystemLog {
    path: PathBuf,
    socket: Option<UnixDatagram>,
    formatter: Formatter3164,
    /// Lines that the log had no room for yet.
    waiting: VecDeque<Vec<u8>>,
}

impl SystemLog {
    /// The log at this socket, if anything listens there.
    pub(super) fn new(path: PathBuf) -> Self {
        SystemLog {
            socket: None,
            path,
            formatter: Formatter3164 {
                facility: Facility::LOG_AUTHPRIV,
                // A log on the same machine knows its name.
                hostname: None,
                process: "entctl".to_owned(),
                pid: std::process::id(),
            },
            waiting: VecDeque::new(),
        }
    }

    /// Tells one line: a notice where all went well, else a warning.
    pub(super) fn tell(&mut self, line: &str, well: bool) {
        let severity = if well {
            Severity::LOG_NOTICE
        } else {
            Severity::LOG_WARNING
        };
        let mut message = Vec::new();
        if self.formatter.format(&mut message, severity, line).is_err() {
            return;
        }
        self.waiting.push_back(message);
        if self.waiting.len() > BACKLOG {
            self.waiting.pop_front();
        }
        self.send_waiting();
    }

    /// Sends what the log takes now, in order. What it has no room for stays; what it refuses is dropped.
    fn send_waiting(&mut self) {
        while let Some(message) = self.waiting.front() {
            let mut sent = send(self.socket.as_ref(), message);
            if matches!(&sent, Err(error) if gone(error)) {
                // Not there yet, or started anew meanwhile: looked for again, which costs nothing.
                self.socket = connect(&self.path).ok();
                sent = send(self.socket.as_ref(), message);
            }
            if matches!(&sent, Err(error) if error.kind() == ErrorKind::WouldBlock) {
                return;
            }
            self.waiting.pop_front();
        }
    }

    /// Gives a log that is behind a moment to take the rest.
    fn wait_a_moment(&mut self) {
        let until = Instant::now() + PATIENCE;
        while let (Some(message), Some(socket)) = (self.waiting.pop_front(), &self.socket) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero()
                || socket.set_nonblocking(false).is_err()
                || socket.set_write_timeout(Some(left)).is_err()
                || socket.send(&message).is_err()
            {
                return;
            }
        }
    }
}

impl Drop for SystemLog {
    fn drop(&mut self) {
        self.wait_a_moment();
    }
}

fn connect(path: &PathBuf) -> io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    socket.connect(path)?;
    Ok(socket)
}

fn send(socket: Option<&UnixDatagram>, message: &[u8]) -> io::Result<usize> {
    socket
        .ok_or_else(|| io::Error::from(ErrorKind::NotConnected))?
        .send(message)
}

fn gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotConnected
            | ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::BrokenPipe
            | ErrorKind::NotFound
    )
}
