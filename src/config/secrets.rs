//! Reading a password from where a profile says: a file, a program, an environment variable, a prompt.
//!
//! What is read goes into a buffer that is wiped, and from there straight into [`Password`]. No error
//! holds any of it: a file or program is named, its content never.

use super::model::PasswordSource;
use crate::domain::secret::Password;
use crate::error::{CommandError, Result};
use crate::i18n::Text;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::Zeroizing;

/// Most bytes of a password's line.
const LONGEST: usize = 4096;

/// Time a program has to give a password; a password manager may ask its owner first.
const COMMAND_LIMIT: Duration = Duration::from_secs(30);

/// Most bytes of a failed program's complaint that are shown.
const COMPLAINT: usize = 500;

/// Reads the password from its source; `prompt` asks at the terminal where the source is the prompt.
///
/// A file must belong to the user or to root and be closed to group and others. A program is run without
/// a shell, without input, for at most 30 seconds. File and program give their first line, without its
/// end. Blocks until done.
///
/// # Errors
/// Exit 2 with the codes `password-file`, `password-command`, `password-environment`; whatever `prompt`
/// gives.
pub fn read_password(
    source: &PasswordSource,
    prompt: &mut dyn FnMut() -> Result<Password>,
) -> Result<Password> {
    match source {
        PasswordSource::Prompt => prompt(),
        PasswordSource::File(path) => from_file(path),
        PasswordSource::Command(command) => from_command(command, COMMAND_LIMIT),
        PasswordSource::Environment(name) => from_variable(name, std::env::var_os(name)),
    }
}

fn from_file(path: &Path) -> Result<Password> {
    let shown = path.display().to_string();
    let refused = |reason: Text| {
        CommandError::usage(
            "password-file",
            Text::new("config-password-file").with("file", &shown),
        )
        .because(reason)
    };
    let unreadable = |error: std::io::Error| {
        refused(match error.kind() {
            std::io::ErrorKind::NotFound => Text::new("config-file-missing"),
            std::io::ErrorKind::PermissionDenied => Text::new("config-file-forbidden"),
            _ => Text::new("config-file-other").with("detail", error.to_string()),
        })
    };
    // Without O_NONBLOCK the opening of a named pipe would wait for a writer.
    let nonblocking = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or(0);
    let mut file = File::options()
        .read(true)
        .custom_flags(nonblocking)
        .open(path)
        .map_err(unreadable)?;
    // Asked of the open file, not of the path: what was checked is what is read.
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(refused(Text::new("config-password-file-kind")));
    }
    let user = rustix::process::geteuid().as_raw();
    if metadata.uid() != user && metadata.uid() != 0 {
        return Err(refused(
            Text::new("config-password-file-owner").with("owner", metadata.uid().to_string()),
        ));
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(refused(
            Text::new("config-password-file-mode").with("mode", format!("{mode:04o}")),
        )
        .hint(Text::new("config-hint-chmod").with("command", format!("chmod 600 {shown}"))));
    }
    let mut buffer = Zeroizing::new([0_u8; LONGEST + 1]);
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
    first_line(&buffer[..filled]).map_err(refused)
}

/// The first line as a password; an editor's byte order mark before it is not part of it.
fn first_line(bytes: &[u8]) -> Result<Password, Text> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.len() > LONGEST - 2 {
        return Err(Text::new("config-password-too-long").with("most", (LONGEST - 2).to_string()));
    }
    match std::str::from_utf8(line) {
        Ok("") => Err(Text::new("config-password-empty")),
        Ok(line) => Ok(Password::new(line.to_owned())),
        Err(_) => Err(Text::new("config-password-not-text")),
    }
}

fn from_variable(name: &str, value: Option<OsString>) -> Result<Password> {
    let refused = |reason: &str| {
        CommandError::usage(
            "password-environment",
            Text::new("config-password-variable").with("name", name),
        )
        .because(Text::new(reason))
    };
    let value = value.ok_or_else(|| refused("config-password-variable-unset"))?;
    match value.into_string() {
        Ok(text) if text.is_empty() => Err(refused("config-password-empty")),
        Ok(text) => Ok(Password::new(text)),
        Err(value) => {
            drop(Zeroizing::new(value.into_encoded_bytes()));
            Err(refused("config-password-not-text"))
        }
    }
}

/// Runs the program on a thread of its own, with its own little runtime: the caller may or may not be
/// inside one, and none may be started inside another.
fn from_command(command: &[String], limit: Duration) -> Result<Password> {
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
                runtime.block_on(run(command, limit))
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

async fn run(command: &[String], limit: Duration) -> std::io::Result<Output> {
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
