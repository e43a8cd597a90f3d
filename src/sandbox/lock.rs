//! One at a time: making and removing a sandbox of one name.

use super::error::SandboxError;
use super::files;
use super::layout::Layout;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The right to change a sandbox; given back on drop, also by a process that dies.
#[derive(Debug)]
pub(super) struct NameLock {
    path: PathBuf,
    _file: File,
}

impl NameLock {
    /// Waits for the lock. The folder that holds the sandboxes must exist.
    pub(super) fn acquire(layout: &Layout) -> Result<Self, SandboxError> {
        let path = layout.lock();
        loop {
            let file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .open(path)
                .map_err(SandboxError::io(path))?;
            file.lock().map_err(SandboxError::io(path))?;
            // The one before us may have removed the file while we waited: then ours is locked in vain.
            if still_there(path, &file) {
                return Ok(NameLock {
                    path: path.to_owned(),
                    _file: file,
                });
            }
        }
    }

    /// Whether somebody is changing the sandbox right now.
    pub(super) fn is_held(layout: &Layout) -> bool {
        File::open(layout.lock())
            .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Gives the lock back and removes its file, for a sandbox that is gone.
    pub(super) fn remove(self) -> Result<(), SandboxError> {
        files::remove_file(&self.path)
    }
}

fn still_there(path: &Path, file: &File) -> bool {
    match (std::fs::metadata(path), file.metadata()) {
        (Ok(named), Ok(held)) => named.dev() == held.dev() && named.ino() == held.ino(),
        _ => false,
    }
}
