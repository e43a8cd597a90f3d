//! Failures of the folder in which requests of a login page wait. They are the same whatever was asked for.

use super::system;
use crate::error::{CommandError, ExitStatus};
use crate::i18n::Text;
use crate::spool::SpoolError;

/// A failed call of the spool.
pub fn spool(error: SpoolError) -> CommandError {
    let failed = |code: &'static str, text| CommandError::new(ExitStatus::Failed, code, text);
    match error {
        SpoolError::Unwritable { path, reason } => failed(
            "spool-unwritable",
            Text::new("spool-unwritable").with("path", path.display().to_string()),
        )
        .because(system(&reason)),
        SpoolError::Unreadable { path, reason } => failed(
            "spool-unreadable",
            Text::new("spool-unreadable").with("path", path.display().to_string()),
        )
        .because(system(&reason)),
        SpoolError::NotPrivate(path) => failed(
            "spool-not-private",
            Text::new("spool-not-private").with("path", path.display().to_string()),
        )
        .hint(Text::new("spool-not-private-hint").with("path", path.display().to_string())),
        SpoolError::Full { waiting } => {
            failed("spool-full", Text::new("spool-full").with("count", waiting))
                .hint(Text::new("spool-full-hint"))
        }
    }
}
