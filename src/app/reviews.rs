//! Where the decisions of a review are kept until they are applied: a file beside the history, of one person's own.

use super::App;
use crate::config::Profile;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::i18n::Text;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Folder and lock bear this name.
const NAME: &str = "reviews";

impl App {
    /// The file of a profile and a user of the machine: `reviews/<profile>-<number of the user>.json` beside the
    /// profile's history. In a shared history everybody has a file of their own.
    fn review_file(&self, profile: &Profile) -> PathBuf {
        let history = profile
            .history
            .clone()
            .unwrap_or_else(|| self.history_folder());
        // A profile may be called anything; a file may not.
        let name: String = profile
            .name
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || c == '-' || c == '_' {
                    c
                } else {
                    '_'
                }
            })
            .collect();
        let user = rustix::process::getuid().as_raw();
        history.join(NAME).join(format!("{name}-{user}.json"))
    }

    /// What is kept, if anything.
    ///
    /// # Errors
    /// Cannot be read (1).
    pub fn read_review(&self, profile: &Profile) -> Result<Option<Vec<u8>>> {
        let path = self.review_file(profile);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(CommandError::new(
                ExitStatus::Failed,
                "review-unreadable",
                Text::new("review-unreadable").with("file", path.display().to_string()),
            )
            .because(explain::system(&error.to_string()))),
        }
    }

    /// The file, for a message.
    pub fn review_place(&self, profile: &Profile) -> String {
        self.review_file(profile).display().to_string()
    }

    /// Keeps this in place of what was kept: whole or not at all, on the disk before this returns, and nobody else's
    /// to read.
    ///
    /// # Errors
    /// Cannot be written (1); what was kept before stays.
    pub fn keep_review(&self, profile: &Profile, content: &[u8]) -> Result<()> {
        let path = self.review_file(profile);
        (|| {
            let folder = path.parent().ok_or(ErrorKind::NotFound)?;
            make_folder(folder)?;
            // Made 0600, and taken away again where it does not get as far as its name.
            let mut beside = tempfile::NamedTempFile::new_in(folder)?;
            beside.write_all(content)?;
            beside.as_file().sync_all()?;
            beside.persist(&path).map_err(|error| error.error)?;
            File::open(folder)?.sync_all()
        })()
        .map_err(|error: io::Error| {
            CommandError::new(
                ExitStatus::Failed,
                "review-unwritable",
                Text::new("review-unwritable").with("file", path.display().to_string()),
            )
            .because(explain::system(&error.to_string()))
        })
    }

    /// Forgets what is kept.
    ///
    /// # Errors
    /// Cannot be removed (1).
    pub fn forget_review(&self, profile: &Profile) -> Result<()> {
        let path = self.review_file(profile);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(CommandError::new(
                ExitStatus::Failed,
                "review-unwritable",
                Text::new("review-unwritable").with("file", path.display().to_string()),
            )
            .because(explain::system(&error.to_string()))),
            _ => Ok(()),
        }
    }
}

/// Makes the folder, private; in a history that a group shares everybody of the group may keep a file in it, which
/// stays their own.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder)?;
    let of_group = |path: &Path| path.metadata().map(|m| m.permissions().mode() & 0o020 != 0);
    let shared = folder.parent().map_or(Ok(false), of_group)?;
    if shared && !of_group(folder)? {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o2770))?;
    }
    Ok(())
}
