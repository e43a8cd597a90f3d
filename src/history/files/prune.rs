//! Taking old runs out of the history: each is moved out of sight in one step, and only then removed.

use super::disk::{read_finish, sync_folder, unwritable};
use super::sharing::{self, make_folder};
use super::{FileHistory, HistoryError, Pruned, RunId, open_lock};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

impl FileHistory {
    fn pruned(&self) -> PathBuf {
        self.root.join("pruned")
    }

    /// Does the work of [`super::History::prune`].
    pub(super) fn take_away(&self, runs: &[RunId]) -> Result<Pruned, HistoryError> {
        sharing::check(&self.root)?;
        let aside = self.pruned();
        let failed = |error: &io::Error| unwritable(&aside, error);
        let mut result = Pruned::default();
        if !self.runs().is_dir() {
            return Ok(result);
        }
        make_folder(&aside).map_err(|e| failed(&e))?;
        // What an earlier prune was removing when the machine stopped. Not ours to remove is no failure.
        let _ = clear(&aside);
        for id in runs {
            match self.set_aside(id) {
                Ok(()) => result.gone.push(id.clone()),
                Err(error) => result.kept.push((id.clone(), error)),
            }
        }
        // Durable before anything is lost: a run is never half there.
        for folder in [&self.runs(), &aside] {
            sync_folder(folder).map_err(|e| failed(&e))?;
        }
        clear(&aside).map_err(|e| failed(&e))?;
        Ok(result)
    }

    /// Moves one ended run out of `runs/`.
    fn set_aside(&self, id: &RunId) -> Result<(), HistoryError> {
        let folder = self.runs().join(id.as_str());
        if !folder.is_dir() {
            return Ok(());
        }
        let lock_file = folder.join("lock");
        let lock = match open_lock(&lock_file) {
            // Another prune was faster, after our look.
            Err(_) if !folder.is_dir() => return Ok(()),
            opened => opened.map_err(|e| unwritable(&lock_file, &e))?,
        };
        // Held while it moves: nobody resumes what is on its way out.
        if lock.try_lock().is_err() || read_finish(&folder)?.is_none() {
            return Err(HistoryError::UnderWay(id.clone()));
        }
        if let Err(error) = fs::rename(&folder, self.pruned().join(id.as_str()))
            && folder.is_dir()
        {
            return Err(unwritable(&folder, &error));
        }
        // A crash between end and marker leaves the marker of an ended run.
        let _ = fs::remove_file(self.markers().join(id.as_str()));
        Ok(())
    }
}

/// Removes all that was set aside. Two may do it at once: what is gone already is no failure.
fn clear(aside: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(aside) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        match fs::remove_dir_all(entry?.path()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
