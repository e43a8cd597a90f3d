//! Reading a password from where a profile says: a file, a program, an environment variable, a prompt.
//!
//! What is read goes into a buffer that is wiped, and from there straight into [`Password`]. No error
//! holds any of it: a file or program is named, its content never.

mod command;
#[cfg(test)]
mod tests;

use super::model::PasswordSource;
use crate::domain::secret::Password;
use crate::error::{CommandError, Result};
use crate::i18n::Text;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use zeroize::Zeroizing;

/// Most bytes of a password's line.
const LONGEST: usize = 4096;

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
        PasswordSource::Command(command) => command::run(command, command::LIMIT),
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
    let mode = metadata.mode() & 0o7777;
    match exposure(metadata.uid(), mode, rustix::process::geteuid().as_raw()) {
        None => {}
        Some(Exposure::Owner(owner)) => {
            return Err(refused(
                Text::new("config-password-file-owner").with("owner", owner.to_string()),
            ));
        }
        Some(Exposure::Mode) => {
            let mode = format!("{mode:04o}");
            return Err(
                refused(Text::new("config-password-file-mode").with("mode", mode)).hint(
                    Text::new("config-hint-chmod").with("command", format!("chmod 600 {shown}")),
                ),
            );
        }
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

/// Why a file is no safe place for a password.
#[derive(Debug, PartialEq, Eq)]
enum Exposure {
    /// It belongs to this other user, who may have put anything in it.
    Owner(u32),
    /// Group or others may open it.
    Mode,
}

fn exposure(owner: u32, mode: u32, user: u32) -> Option<Exposure> {
    if owner != user && owner != 0 {
        Some(Exposure::Owner(owner))
    } else if mode & 0o077 != 0 {
        Some(Exposure::Mode)
    } else {
        None
    }
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
