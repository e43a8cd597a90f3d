//! The slips of a run under way: on disk before the first password is written to the directory, final
//! only for the accounts that were written.
//!
//! At every instant either the partial file or the final one is whole on disk, so that a crash between
//! any two steps loses no password; a resume reopens the partial file and finishes again.

use super::private_file::{self, Trouble};
use super::target::{SlipsTarget, shown};
use super::{Slip, SlipText, partial, render};
use crate::domain::secret::Password;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::{Localizer, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// A run's partial slips file and what it holds. Dropping it leaves the file where it is.
#[derive(Debug)]
pub struct PendingSlips {
    target: SlipsTarget,
    run: String,
    slips: BTreeMap<u64, Slip>,
}

impl PendingSlips {
    /// Writes the partial file: new, 0600, whole, and on the disk with its name when this returns. Each
    /// slip goes with the number of its change in the plan.
    ///
    /// # Errors
    /// `slips-unwritable` (exit 1): nothing is left on disk, and nothing was written to the directory. A
    /// file or a link that already has the partial file's name is left alone.
    pub fn create(target: &SlipsTarget, run_id: &str, slips: Vec<(u64, Slip)>) -> Result<Self> {
        let slips: BTreeMap<u64, Slip> = slips.into_iter().collect();
        partial::write(run_id, &slips)
            .ok_or_else(|| Trouble::from(io::Error::from(ErrorKind::InvalidData)))
            .and_then(|bytes| private_file::write_new(&target.partial_path(run_id), &bytes))
            .map_err(|trouble| {
                CommandError::new(
                    ExitStatus::Failed,
                    "slips-unwritable",
                    Text::new("slips-unwritable").with("path", shown(target.path())),
                )
                .because(trouble.text())
            })?;
        Ok(PendingSlips {
            target: target.clone(),
            run: run_id.to_owned(),
            slips,
        })
    }

    /// Finds the slips of a run that did not end; `None` where the partial file is gone.
    ///
    /// # Errors
    /// `slips-unreadable` (exit 1) for a file that is not ours or that others may read, and for one that
    /// is cut or of another run. One that is cut was never whole, so its run has written nothing yet.
    pub fn reopen(target: &SlipsTarget, run_id: &str) -> Result<Option<Self>> {
        let path = target.partial_path(run_id);
        let refused = |cause: Text| {
            CommandError::new(
                ExitStatus::Failed,
                "slips-unreadable",
                Text::new("slips-unreadable").with("path", shown(&path)),
            )
            .because(cause)
        };
        let Some(bytes) = private_file::read(&path).map_err(|t| refused(t.text()))? else {
            return Ok(None);
        };
        let slips = partial::read(run_id, &bytes)
            .ok_or_else(|| refused(Text::new("slips-cause-damaged")))?;
        Ok(Some(PendingSlips {
            target: target.clone(),
            run: run_id.to_owned(),
            slips,
        }))
    }

    /// The new password of a change, if it has a slip.
    pub fn password_of(&self, number: u64) -> Option<&Password> {
        self.slips.get(&number).map(|slip| &slip.password)
    }

    /// Makes the final file with the slips of the changes that were written, then removes the partial
    /// one. Gives the final file's path, `None` where nothing was written. Numbers without a slip are
    /// passed over; ask [`PendingSlips::password_of`] first.
    ///
    /// Nothing is ever overwritten: where somebody has put another file under the name asked for since,
    /// the slips go to `<name>-<run id>.<extension>`. A final file with this very content is the one that
    /// an earlier call left just before it was killed.
    ///
    /// # Errors
    /// `slips-not-finished` (exit 3): the passwords are still in the partial file, whose path is told; a
    /// resume finishes it. `slips-not-removed` (exit 3): the final file is there, and so is the partial
    /// one.
    pub fn finish(
        self,
        written: &BTreeSet<u64>,
        text: &SlipText,
        localizer: &Localizer,
    ) -> Result<Option<PathBuf>> {
        let chosen: Vec<&Slip> = self
            .slips
            .iter()
            .filter(|(number, _)| written.contains(number))
            .map(|(_, slip)| slip)
            .collect();
        if chosen.is_empty() {
            self.discard()?;
            return Ok(None);
        }
        let bytes = render(self.target.format(), chosen, text, localizer)
            .map_err(|error| self.unfinished().because(error.message().clone()))?;
        let path = self
            .place(&bytes)
            .map_err(|trouble| self.unfinished().because(trouble.text()))?;
        self.discard()?;
        Ok(Some(path))
    }

    /// Removes the partial file, for a run in which nobody's password was written.
    ///
    /// # Errors
    /// `slips-not-removed` (exit 3), with the path: the file holds passwords.
    pub fn discard(self) -> Result<()> {
        let partial = self.target.partial_path(&self.run);
        private_file::remove(&self.target.ready_path(&self.run))
            .and_then(|()| private_file::remove(&partial))
            .and_then(|()| private_file::sync_folder_of(&partial))
            .map_err(|error| {
                CommandError::new(
                    ExitStatus::Partial,
                    "slips-not-removed",
                    Text::new("slips-not-removed").with("path", shown(&partial)),
                )
                .because(Trouble::from(error).text())
            })
    }

    /// Puts the finished file under the first free name and gives that name.
    fn place(&self, bytes: &[u8]) -> Result<PathBuf, Trouble> {
        let ready = self.target.ready_path(&self.run);
        let names = [
            self.target.path().to_owned(),
            self.target.other_path(&self.run),
        ];
        for name in names {
            if holds(&name, bytes) {
                return Ok(name);
            }
            // A killed call may have left one; it is ours by its name, and never read.
            private_file::remove(&ready)?;
            private_file::write_new(&ready, bytes)?;
            match TempPath::try_from_path(&ready)?.persist_noclobber(&name) {
                Ok(()) => {
                    private_file::sync_folder_of(&name)?;
                    return Ok(name);
                }
                Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => {}
                Err(refused) => return Err(refused.error.into()),
            }
        }
        Err(io::Error::from(ErrorKind::AlreadyExists).into())
    }

    fn unfinished(&self) -> CommandError {
        let partial = self.target.partial_path(&self.run);
        CommandError::new(
            ExitStatus::Partial,
            "slips-not-finished",
            Text::new("slips-not-finished")
                .with("path", shown(self.target.path()))
                .with("partial", shown(&partial)),
        )
        .hint(Text::new("slips-hint-resume").with("run", &self.run))
    }
}

/// Whether a private file of ours has exactly this content.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    matches!(private_file::read(path), Ok(Some(found)) if found.as_slice() == bytes)
}

#[cfg(test)]
#[path = "pending_tests.rs"]
mod tests;
