//! The file of a review: what is decided, kept from the moment it is.

use super::ledger::{FORMAT_VERSION, Ledger};
use crate::app::{App, Office};
use crate::config::Profile;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;

/// The file, and what it holds.
pub(super) struct Shelf<'a> {
    app: &'a App,
    profile: Profile,
    ledger: Ledger,
}

impl<'a> Shelf<'a> {
    /// Reads what is kept; nothing where nothing is, or where it is about another directory.
    ///
    /// # Errors
    /// Cannot be read, or is none of ours (1).
    pub fn open(app: &'a App, office: &Office) -> Result<Shelf<'a>> {
        let profile = office.profile.clone();
        let ledger = match app.read_review(&profile)? {
            None => Ledger::new(profile.base_dn.clone()),
            Some(bytes) => read(&bytes).map_err(|reason| {
                CommandError::new(
                    ExitStatus::Failed,
                    "review-unreadable",
                    Text::new("review-unreadable").with("file", app.review_place(&profile)),
                )
                .technical(reason)
                .hint(Text::new("review-unreadable-hint"))
            })?,
        };
        if ledger.base_dn != profile.base_dn {
            return Err(CommandError::new(
                ExitStatus::Refused,
                "other-directory",
                Text::new("review-other-directory"),
            )
            .hint(Text::new("review-unreadable-hint")));
        }
        Ok(Shelf {
            app,
            profile,
            ledger,
        })
    }

    /// What is kept.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Keeps this from now on.
    ///
    /// # Errors
    /// Cannot be written (1).
    pub fn keep(&mut self, ledger: &Ledger) -> Result<()> {
        if ledger == &self.ledger {
            return Ok(());
        }
        if ledger.entries.is_empty() {
            self.app.forget_review(&self.profile)?;
        } else {
            let content = serde_json::to_vec(ledger).map_err(|error| {
                CommandError::new(
                    ExitStatus::Failed,
                    "review-unwritable",
                    Text::new("review-unwritable")
                        .with("file", self.app.review_place(&self.profile)),
                )
                .technical(error.to_string())
            })?;
            self.app.keep_review(&self.profile, &content)?;
        }
        self.ledger = ledger.clone();
        Ok(())
    }
}

fn read(bytes: &[u8]) -> std::result::Result<Ledger, String> {
    let ledger: Ledger = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if ledger.format_version > FORMAT_VERSION {
        return Err(format!("format {}", ledger.format_version));
    }
    Ok(ledger)
}
