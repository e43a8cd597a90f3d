//! What was typed, as a command: parsed in the person's language.

use super::Entctl;
use crate::cli;
use crate::error::CommandError;
use crate::i18n::{Language, Localizer};
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};
use std::ffi::OsString;

/// What is shown instead of running a command.
pub enum Shown {
    /// `--help`, `--version`.
    Answer(String),
    /// What was typed wrong.
    Mistake(CommandError),
}

/// Parses the command line, the program's name first.
///
/// # Errors
/// What to show instead.
pub fn parse(args: &[OsString], language: Language) -> Result<Entctl, Shown> {
    let localizer = Localizer::new(language);
    let command = cli::localize(Entctl::command(), &localizer);
    let matches = command.try_get_matches_from(args);
    match matches.and_then(|matches| Entctl::from_arg_matches(&matches)) {
        Ok(typed) => Ok(typed),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            ) =>
        {
            Err(Shown::Answer(error.render().to_string()))
        }
        Err(error) => Err(Shown::Mistake(cli::parse_error(&error, &path(args)))),
    }
}

/// The subcommands typed, for the hint at their help: `entctl password reset`.
fn path(args: &[OsString]) -> String {
    let mut path = vec!["entctl".to_owned()];
    let mut here = Entctl::command();
    for word in args.iter().skip(1).filter_map(|word| word.to_str()) {
        let Some(sub) = here.find_subcommand(word).cloned() else {
            continue;
        };
        path.push(word.to_owned());
        here = sub;
    }
    path.join(" ")
}
