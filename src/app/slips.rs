//! The slips of a run, as the door sees them: the file protocol of `slips`, with the words and the school's
//! own lines of the profile.

use super::App;
use crate::config::Profile;
use crate::domain::secret::Password;
use crate::error::Result;
use crate::execute::SlipsFile;
use crate::history::{Manifest, RunId};
use crate::i18n::{Language, Localizer};
use crate::slips::{PendingSlips, Slip, SlipText, SlipsTarget};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The slips of a stopped run, found again: the passwords by change number, and the file.
pub type FoundSlips = (BTreeMap<u64, Password>, Box<dyn SlipsFile>);

/// A slips file that is to be made, or was found again.
struct RunSlips {
    target: SlipsTarget,
    slips: Vec<(u64, Slip)>,
    pending: Option<PendingSlips>,
    text: SlipText,
    language: Language,
}

impl SlipsFile for RunSlips {
    fn prepare(&mut self, run: &RunId) -> Result<()> {
        let pending =
            PendingSlips::create(&self.target, run.as_str(), std::mem::take(&mut self.slips))?;
        self.pending = Some(pending);
        Ok(())
    }

    fn finish(&mut self, written: &BTreeSet<u64>) -> Result<Option<PathBuf>> {
        let localizer = Localizer::new(self.language);
        match self.pending.take() {
            Some(pending) => pending.finish(written, &self.text, &localizer),
            None => Ok(None),
        }
    }

    fn discard(&mut self) -> Result<()> {
        self.pending.take().map_or(Ok(()), PendingSlips::discard)
    }
}

impl App {
    /// Checks, before anything else, that a slips file can be made there.
    ///
    /// # Errors
    /// Exit 2: exists, no such folder, unknown extension.
    pub fn check_slips_target(&self, path: &Path) -> Result<()> {
        SlipsTarget::new(path)?.check()
    }

    /// The absolute path of a slips file, for the manifest.
    ///
    /// # Errors
    /// As [`App::check_slips_target`].
    pub fn slips_path(&self, path: &Path) -> Result<PathBuf> {
        Ok(SlipsTarget::new(path)?.path().to_owned())
    }

    /// A slips file to be made with these slips. `until`: when their passwords end, where they do.
    ///
    /// # Errors
    /// As [`App::check_slips_target`].
    pub fn slips_file(
        &self,
        path: &Path,
        slips: Vec<(u64, Slip)>,
        profile: &Profile,
        until: Option<Timestamp>,
    ) -> Result<Box<dyn SlipsFile>> {
        Ok(Box::new(RunSlips {
            target: SlipsTarget::new(path)?,
            slips,
            pending: None,
            text: slip_text(profile, until),
            language: self.printer.localizer().language(),
        }))
    }

    /// The slips that a stopped run had made, with their passwords by change number; `None` where they are
    /// gone.
    ///
    /// # Errors
    /// A file that is not ours, or cut.
    pub fn pending_slips(
        &self,
        path: &Path,
        manifest: &Manifest,
        changes: u64,
        profile: &Profile,
    ) -> Result<Option<FoundSlips>> {
        let target = SlipsTarget::new(path)?;
        let Some(pending) = PendingSlips::reopen(&target, manifest.run.as_str())? else {
            return Ok(None);
        };
        let passwords = (0..changes)
            .filter_map(|number| Some((number, pending.password_of(number)?.clone())))
            .collect();
        let slips = RunSlips {
            target,
            slips: Vec::new(),
            pending: Some(pending),
            text: slip_text(profile, manifest.valid_until),
            language: self.printer.localizer().language(),
        };
        Ok(Some((passwords, Box::new(slips))))
    }

    /// Whether the final slips of a run are there already, and the pending ones gone.
    ///
    /// # Errors
    /// As [`App::check_slips_target`], existence aside.
    pub fn slips_are_final(&self, path: &Path, run: &RunId) -> Result<bool> {
        let target = SlipsTarget::new(path)?;
        Ok(target.path().exists() && !target.partial_path(run.as_str()).exists())
    }

    /// Takes away the slips of a run that wrote nothing.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn discard_slips(&self, path: &Path, run: &RunId) -> Result<()> {
        let target = SlipsTarget::new(path)?;
        // One that is cut was never whole: its run has written nothing, and it can go.
        match PendingSlips::reopen(&target, run.as_str()) {
            Ok(Some(pending)) => pending.discard(),
            Ok(None) => Ok(()),
            Err(error) => {
                let partial = target.partial_path(run.as_str());
                // A file that cannot be taken away holds passwords: the run that names it must stay.
                std::fs::remove_file(partial).map_err(|_| error)
            }
        }
    }
}

fn slip_text(profile: &Profile, until: Option<Timestamp>) -> SlipText {
    SlipText {
        until,
        ent_url: profile.slips.ent_url.clone(),
        help: profile.slips.help.clone(),
        min_length: u32::try_from(profile.passwords.minimum_length).ok(),
    }
}
