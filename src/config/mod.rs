//! The configuration: profiles in TOML, read, checked, resolved into typed settings.
//!
//! [`keys`] lists every key as data; [`check`] walks a file against it and collects all mistakes with
//! line and column; [`build`] makes [`model`]'s settings. [`load`] finds the files, [`secrets`] reads
//! passwords from where a profile says. The configuration guards against mistakes of the person who
//! writes it; it keeps nobody out (the directory's own access rules do).

pub mod build;
pub mod check;
pub mod env_vars;
pub mod filter_syntax;
pub mod join;
pub mod keys;
pub mod kind;
pub mod load;
pub mod login_page;
pub mod mail;
pub mod mail_url;
pub mod model;
pub mod nearest;
pub mod plaintext;
pub mod problem;
pub mod secrets;
pub mod select;
pub mod syntax;
pub mod url;
pub mod value;
pub mod verbs;

#[cfg(test)]
mod example_tests;
#[cfg(test)]
mod tests;

pub use crate::domain::join::JoinKeys;
pub use join::JoinSettings;
pub use load::{language_of, load};
pub use login_page::LoginPageSettings;
pub use mail::{MailSettings, MailWay};
pub use model::{
    Authentication, Config, LimitSettings, LoginTemplate, PasswordSettings, PasswordSource,
    Profile, SchemaPreset, SlipSettings, Transactions,
};
pub use plaintext::{plaintext_error, plaintext_refused};
pub use secrets::read_password;

use crate::error::Result;
use std::path::Path;
use toml::de::DeTable;
use value::Surroundings;

/// The documented example that is shipped with entctl; messages name it.
pub const EXAMPLE_FILE: &str = "config.example.toml";

/// Reads the text of a configuration file. Nothing is opened: `file` names it in messages, and paths in
/// it that are not absolute start at its folder (`~/` at the home folder).
///
/// # Errors
/// Exit 2, code `config-invalid`, with every mistake on a line of its own: file, line, column, key, what
/// was expected, the nearest valid name. Machine details: `{"problems": [{file, line, column, key,
/// code}]}`.
pub fn parse(text: &str, file: &Path) -> Result<Config> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // What stands around a syntax error is guesswork: mistakes found there would mislead.
        return Err(problem::error(syntax::problems(&errors, text), text, file));
    }
    let around = Surroundings {
        folder: file.parent().unwrap_or(Path::new("")),
        home: etcetera::home_dir().ok(),
    };
    let mut problems = Vec::new();
    let document = check::check(root.get_ref(), &around, &mut problems);
    let config = build::build(&document, file, &mut problems);
    if problems.is_empty() {
        Ok(config)
    } else {
        Err(problem::error(problems, text, file))
    }
}
