//! Private files and folders: 0600 and 0700 from the first moment.

use super::error::SandboxError;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Makes a folder only its owner may enter; its parents are made likewise where they are missing.
pub(super) fn private_folder(path: &Path) -> Result<(), SandboxError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(SandboxError::io(path))
}

/// Writes a new file that only its owner may read. Fails where the file exists.
pub(super) fn private_file(path: &Path, content: &str) -> Result<(), SandboxError> {
    let write = || {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?
            .write_all(content.as_bytes())
    };
    write().map_err(SandboxError::io(path))
}

/// Replaces a file at one stroke, so that a reader sees the old or the new content, never half.
pub(super) fn replace_private_file(path: &Path, content: &str) -> Result<(), SandboxError> {
    let draft = path.with_extension("new");
    remove_file(&draft)?;
    private_file(&draft, content)?;
    std::fs::rename(&draft, path).map_err(SandboxError::io(path))
}

/// Removes a file; one that is not there is no error.
pub(super) fn remove_file(path: &Path) -> Result<(), SandboxError> {
    absent_is_fine(std::fs::remove_file(path)).map_err(SandboxError::io(path))
}

/// Removes a folder and all in it; one that is not there is no error.
pub(super) fn remove_folder(path: &Path) -> Result<(), SandboxError> {
    absent_is_fine(std::fs::remove_dir_all(path)).map_err(SandboxError::io(path))
}

fn absent_is_fine(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
