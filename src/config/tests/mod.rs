//! The room as a whole: mistakes as they are shown, files found or not, profiles chosen.

mod choosing;
mod mistakes;
mod settings;

use super::*;
use crate::error::CommandError;
use crate::i18n::{Language, Localizer};

/// The file name used in these tests.
const FILE: &str = "/etc/entctl/config.toml";

fn read(text: &str) -> Result<Config> {
    parse(text, Path::new(FILE))
}

/// Everything of an error that a person sees, one piece a line.
fn said(error: &CommandError, language: Language) -> String {
    let localizer = Localizer::new(language);
    std::iter::once(error.message())
        .chain(error.causes())
        .chain(error.lines())
        .chain(error.hints())
        .map(|text| localizer.say(text))
        .collect::<Vec<_>>()
        .join("\n")
}

/// A profile that is good, with more lines for `[profiles.x]`.
fn with(more: &str) -> String {
    format!("[profiles.x]\nurls = [\"ldaps://a.example\"]\nbase_dn = \"dc=x\"\n{more}\n")
}
