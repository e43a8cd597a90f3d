//! A password from a program: run without a shell, without input, within a time limit.

use super::{LONGEST, first_line};
use crate::domain::secret::Password;
use crate::error::{CommandError, Result};
use crate::i18n::Text;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::Zeroizing;

/// Time a program has to give a password; a password manager may ask its owner first. It alone is stopped
/// then, not what it started: it stays in our process group, so that it may use the terminal.
pub(super) const LIMIT: Duration = Duration::from_secs(30);

/// Most bytes of a failed program's complaint that are shown.
const COMPLAINT: usize = 500;

/// Runs the program on a thread of its own, with its own little runtime: the caller may or may not be
/// inside one, and none may be started inside another.
pub(super) fn run(command: &[String], limit: Duration) -> Result<Password> {
    let program = command.first().map_or("", String::as_str);
    let refused = |reason: Text| {
        CommandError::usage(
            "password-command",
            Text::new("config-password-command").with("program", program),
        )
        .because(reason)
    };
    let other = |error: std::io::Error| {
        refused(match error.kind() {
            std::io::ErrorKind::NotFound => Text::new("config-command-missing"),
            std::io::ErrorKind::PermissionDenied => Text::new("config-command-forbidden"),
            _ => Text::new("config-file-other").with("detail", error.to_string()),
        })
    };
    let outcome = std::thread::scope(|scope| {
        scope
            .spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()?;
                runtime.block_on(gather(command, limit))
            })
            .join()
    });
    let output = match outcome {
        Ok(output) => output.map_err(other)?,
        Err(_) => return Err(refused(Text::new("config-command-failed"))),
    };
    let Some(status) = output.status else {
        return Err(refused(
            Text::new("config-command-timeout").with("seconds", limit.as_secs().to_string()),
        ));
    };
    if !status.success() {
        let complaint = String::from_utf8_lossy(output.complaint.bytes());
        let complaint = complaint.trim();
        let error = refused(exit_text(status));
        return Err(if complaint.is_empty() {
            error
        } else {
            error.because(Text::new("config-command-says").with("complaint", complaint))
        });
    }
    first_line(output.answer.bytes()).map_err(refused)
}

fn exit_text(status: ExitStatus) -> Text {
    match (status.code(), status.signal()) {
        (Some(code), _) => Text::new("config-command-exit").with("status", code.to_string()),
        (None, Some(signal)) => {
            Text::new("config-command-signal").with("signal", signal.to_string())
        }
        (None, None) => Text::new("config-command-failed"),
    }
}

/// The first bytes of a stream, in memory that is wiped and never moved.
struct Head {
    buffer: Zeroizing<Vec<u8>>,
    filled: usize,
}

impl Head {
    fn new(size: usize) -> Self {
        Head {
            buffer: Zeroizing::new(vec![0; size]),
            filled: 0,
        }
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }

    /// Reads to the end of the stream; what does not fit is read and wiped, so that the program never
    /// waits for a reader.
    async fn fill(&mut self, mut stream: impl AsyncRead + Unpin) {
        let mut rest = Zeroizing::new([0_u8; 512]);
        loop {
            let read = if self.filled < self.buffer.len() {
                let read = stream.read(&mut self.buffer[self.filled..]).await;
                self.filled += read.as_ref().copied().unwrap_or(0);
                read
            } else {
                stream.read(&mut rest[..]).await
            };
            if !matches!(read, Ok(1..)) {
                return;
            }
        }
    }
}

/// What a program did.
struct Output {
    /// `None` where it was stopped at the time limit.
    status: Option<ExitStatus>,
    answer: Head,
    complaint: Head,
}

async fn gather(command: &[String], limit: Duration) -> std::io::Result<Output> {
    let (program, arguments) = command
        .split_first()
        .ok_or(std::io::ErrorKind::InvalidInput)?;
    let mut child = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut answer = Head::new(LONGEST + 1);
    let mut complaint = Head::new(COMPLAINT);
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let status = {
        let reading = async {
            if let (Some(stdout), Some(stderr)) = (stdout, stderr) {
                tokio::join!(answer.fill(stdout), complaint.fill(stderr));
            }
        };
        let mut reading = std::pin::pin!(reading);
        let mut all_read = false;
        let finished = tokio::time::timeout(limit, async {
            tokio::select! {
                () = &mut reading => {
                    all_read = true;
                    child.wait().await
                }
                status = child.wait() => status,
            }
        })
        .await;
        if !all_read && finished.is_ok() {
            // What it wrote is in the pipe by now; a daemon it left behind may hold the pipe open for
            // ever, so the end of the stream is not waited for.
            let _ = tokio::time::timeout(Duration::from_millis(200), reading).await;
        }
        finished
    };
    let status = match status {
        Ok(status) => Some(status?),
        Err(_) => {
            child.start_kill()?;
            child.wait().await?;
            None
        }
    };
    Ok(Output {
        status,
        answer,
        complaint,
    })
}
