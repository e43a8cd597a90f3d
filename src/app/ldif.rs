//! Entries from a file instead of a directory.

use super::App;
use crate::domain::entry::Entry;
use crate::error::{CommandError, Result};
use crate::i18n::Text;
use crate::ldif::{LdifFault, LdifReader};
use crate::schema::Schema;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

impl App {
    /// Reads the entries of an LDIF file, or of standard input for `-`, one after the other, and of each only these
    /// attributes.
    ///
    /// # Errors
    /// Exit 2: cannot be read (`file-unreadable`), not LDIF (`ldif-invalid`, with the line).
    pub fn read_ldif(
        &self,
        path: &Path,
        attributes: &[String],
        visit: &mut dyn FnMut(Entry),
    ) -> Result<()> {
        let shown = path.display().to_string();
        let unreadable = |error: &io::Error| {
            CommandError::usage(
                "file-unreadable",
                Text::new("app-file-unreadable").with("file", &shown),
            )
            .because(crate::explain::system(&error.to_string()))
        };
        let source: Box<dyn BufRead> = if path == Path::new("-") {
            Box::new(BufReader::with_capacity(1 << 16, io::stdin()))
        } else {
            let file = File::open(path).map_err(|error| unreadable(&error))?;
            Box::new(BufReader::with_capacity(1 << 18, file))
        };
        let mut reader = LdifReader::new(source).only(attributes);
        loop {
            match reader.entry() {
                Ok(Some(entry)) => visit(entry),
                Ok(None) => return Ok(()),
                Err(LdifFault::Read(error)) => return Err(unreadable(&error)),
                Err(fault) => {
                    return Err(CommandError::usage(
                        "ldif-invalid",
                        Text::new("app-ldif-invalid").with("file", &shown),
                    )
                    .show(
                        Text::new(format!("app-ldif-{}", fault.code()))
                            .with("line", fault.line().to_string()),
                    ));
                }
            }
        }
    }

    /// How the directory of the profile writes things down; the national way where no profile is asked for and
    /// there is none.
    ///
    /// # Errors
    /// As [`App::profile`], where one was asked for.
    pub fn schema_offline(&self) -> Result<Schema> {
        match self.profile() {
            Ok(profile) => Ok(self.schema_of(&profile)),
            Err(error) if self.global.profile.is_some() || self.global.config.is_some() => {
                Err(error)
            }
            Err(error) => Schema::preset("sdet", &BTreeMap::new()).ok_or(error),
        }
    }
}
