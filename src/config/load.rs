//! Finding and reading the configuration files.

use super::model::Config;
use super::parse;
use crate::error::{CommandError, Result};
use crate::i18n::{Language, Text};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Most bytes of a configuration file; one of a hundred schools has a few ten thousand.
const LARGEST: u64 = 1024 * 1024;

/// Bytes of most: read in one go.
const USUAL: usize = 32 * 1024;

/// Loads the configuration.
///
/// `explicit` (from `--config` or `ENTCTL_CONFIG`) must be there; else `user_file` is read where it
/// exists. Then the profiles of the running sandboxes are added where the name is free; a sandbox file
/// that is gone is skipped, one that is broken becomes one of [`Config::warnings`].
///
/// # Errors
/// Exit 2: `config-unreadable` where a file cannot be read, `config-invalid` as [`parse`].
pub fn load(
    explicit: Option<&Path>,
    user_file: &Path,
    sandbox_files: &[PathBuf],
) -> Result<Config> {
    let file = explicit.unwrap_or(user_file);
    let mut config = match read(file) {
        Ok(text) => parse(&text, file)?,
        Err(Unreadable::Missing) if explicit.is_none() => Config::default(),
        Err(reason) => return Err(unreadable(file, &reason)),
    };
    config.looked_for = Some(file.to_owned());
    for file in sandbox_files {
        let sandbox = match read(file) {
            Ok(text) => parse(&text, file),
            Err(Unreadable::Missing) => continue,
            Err(reason) => Err(unreadable(file, &reason)),
        };
        match sandbox {
            Ok(sandbox) => {
                for (name, profile) in sandbox.profiles {
                    config.profiles.entry(name).or_insert(profile);
                }
            }
            Err(error) => config.warnings.push(
                Text::new("config-sandbox-skipped")
                    .with("file", file.display().to_string())
                    .with("reason", error.message().clone()),
            ),
        }
    }
    Ok(config)
}

/// The language a configuration file asks for, before anything else of it is checked: messages about its
/// mistakes are then said in it. `None` where there is no file, or no such line.
pub fn language_of(file: &Path) -> Option<Language> {
    let text = read(file).ok()?;
    let (root, _) = toml::de::DeTable::parse_recoverable(&text);
    let word = root
        .get_ref()
        .get("language")?
        .get_ref()
        .as_str()?
        .to_owned();
    Language::ALL
        .into_iter()
        .find(|language| language.as_str() == word)
}

/// Why a file could not be read.
enum Unreadable {
    Missing,
    Forbidden,
    NotText,
    TooLarge,
    Other(io::Error),
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Unreadable::Missing,
            io::ErrorKind::PermissionDenied => Unreadable::Forbidden,
            _ => Unreadable::Other(error),
        }
    }
}

fn read(file: &Path) -> Result<String, Unreadable> {
    let mut bytes = Vec::with_capacity(USUAL);
    File::open(file)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Unreadable::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| Unreadable::NotText)
}

fn unreadable(file: &Path, reason: &Unreadable) -> CommandError {
    let because = match reason {
        Unreadable::Missing => Text::new("config-file-missing"),
        Unreadable::Forbidden => Text::new("config-file-forbidden"),
        Unreadable::NotText => Text::new("config-file-not-text"),
        Unreadable::TooLarge => Text::new("config-file-too-large"),
        Unreadable::Other(error) => {
            Text::new("config-file-other").with("detail", error.to_string())
        }
    };
    CommandError::usage(
        "config-unreadable",
        Text::new("config-unreadable").with("file", file.display().to_string()),
    )
    .because(because)
}
