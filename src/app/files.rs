//! What the commands read and write beside the directory: input files, standard input, generated pages.

use super::App;
use crate::domain::secret::Password;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::slips::private_file::{self, Trouble};
use rustix::fs::{Access, access};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Largest input file taken: a million rows fit.
const LARGEST: u64 = 256 * 1024 * 1024;

impl App {
    /// The bytes of a file, or of standard input for `-`.
    ///
    /// # Errors
    /// Exit 2: cannot be read, too large.
    pub fn read_input(&self, path: &Path) -> Result<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(Vec::new());
        let read = if path == Path::new("-") {
            io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)
        } else {
            fs::File::open(path).and_then(|file| {
                // Never grown, so never copied and left behind; the one byte more is how the end is seen.
                let length = file.metadata().map_or(0, |about| about.len());
                bytes.reserve_exact(length.min(LARGEST) as usize + 1);
                file.take(LARGEST + 1).read_to_end(&mut bytes)
            })
        };
        let shown = path.display().to_string();
        match read {
            Ok(n) if n as u64 <= LARGEST => Ok(bytes),
            Ok(_) => Err(CommandError::usage(
                "file-too-large",
                Text::new("app-file-too-large").with("file", shown),
            )),
            Err(error) => Err(CommandError::usage(
                "file-unreadable",
                Text::new("app-file-unreadable").with("file", shown),
            )
            .because(crate::explain::system(&error.to_string()))
            .hint(Text::new("app-file-unreadable-hint"))),
        }
    }

    /// So many secrets from standard input, one a line.
    ///
    /// # Errors
    /// Exit 2 where there are fewer lines.
    pub fn read_secrets_from_stdin(&self, count: usize) -> Result<Vec<Password>> {
        let bytes = self.read_input(Path::new("-"))?;
        let secrets: Vec<Password> = std::str::from_utf8(&bytes)
            .unwrap_or_default()
            .lines()
            .map(|line| Password::new(line.to_owned()))
            .collect();
        if secrets.len() < count || secrets.iter().take(count).any(Password::is_empty) {
            return Err(CommandError::usage(
                "stdin-lines-missing",
                Text::new("app-stdin-lines").with("count", count),
            ));
        }
        Ok(secrets)
    }

    /// Checks, before anything else, that a file of a person's own can be made there.
    ///
    /// # Errors
    /// Exit 2: `file-exists` (nothing is ever overwritten; a link counts, wherever it leads), `file-folder`.
    pub fn check_new_file(&self, path: &Path) -> Result<()> {
        if path.symlink_metadata().is_ok() {
            return Err(exists(path));
        }
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = whole.parent().unwrap_or(Path::new("/"));
        let key = match access(folder, Access::WRITE_OK | Access::EXEC_OK) {
            _ if !folder.is_dir() => "app-file-folder",
            Ok(()) => return Ok(()),
            Err(_) => "app-file-folder-unwritable",
        };
        Err(CommandError::usage(
            "file-folder",
            Text::new(key).with("folder", folder.display().to_string()),
        ))
    }

    /// Whether this is a file that something can lie beside: not standard input, a pipe or a device.
    pub fn is_plain_file(&self, path: &Path) -> bool {
        path.metadata().is_ok_and(|file| file.is_file())
            // What a shell hands in (`<(…)`) may be a file without a name.
            && !path.starts_with("/dev")
            && !path.starts_with("/proc")
    }

    /// Writes a new file that nobody else may read, whole or not at all; gives its absolute path.
    ///
    /// # Errors
    /// Exit 2 where it exists meanwhile, else exit 1.
    pub fn write_private_file(&self, path: &Path, content: &[u8]) -> Result<PathBuf> {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        match private_file::write_new(&whole, content) {
            Ok(()) => Ok(whole),
            Err(Trouble::Io(error)) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(exists(path))
            }
            Err(trouble) => Err(CommandError::new(
                ExitStatus::Failed,
                "file-unwritable",
                Text::new("app-file-unwritable").with("file", path.display().to_string()),
            )
            .because(trouble.text())),
        }
    }

    /// Writes a generated page, with its folder.
    ///
    /// # Errors
    /// Exit 1.
    pub fn write_file(&self, path: &Path, content: &str) -> Result<()> {
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(path, content))
            .map_err(|error| {
                CommandError::new(
                    ExitStatus::Failed,
                    "file-unwritable",
                    Text::new("app-file-unwritable").with("file", path.display().to_string()),
                )
                .because(crate::explain::system(&error.to_string()))
            })
    }
}

fn exists(path: &Path) -> CommandError {
    CommandError::usage(
        "file-exists",
        Text::new("app-file-exists").with("file", path.display().to_string()),
    )
    .hint(Text::new("app-file-exists-hint"))
}
