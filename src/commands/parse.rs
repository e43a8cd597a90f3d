//! What was typed, as a command: parsed in the person's language.

use super::Entctl;
use crate::cli;
use crate::error::CommandError;
use crate::i18n::{Language, Localizer};
use clap::error::ErrorKind;
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches};
use std::ffi::OsString;

/// What is shown instead of running a command.
pub enum Shown {
    /// `--help`, `--version`.
    Answer(String),
    /// What was typed wrong.
    Mistake(CommandError),
}

/// Parses the command line, the program's name first. Its words are put into the language only where clap has something
/// to say: to understand what was typed it needs none, and putting them in takes longer than all the rest.
///
/// # Errors
/// What to show instead.
pub fn parse(args: &[OsString], language: Language) -> Result<Entctl, Shown> {
    match understood(Entctl::command().disable_help_subcommand(true), args) {
        Ok(typed) => return Ok(typed),
        // Said alike in every language.
        Err(asked) if asked.kind() == ErrorKind::DisplayVersion => {
            return Err(Shown::Answer(asked.render().to_string()));
        }
        Err(_) => {}
    }
    let localizer = Localizer::new(language);
    match understood(cli::localize(Entctl::command(), &localizer), args) {
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

fn understood(command: Command, args: &[OsString]) -> Result<Entctl, clap::Error> {
    let matches = command.try_get_matches_from(args)?;
    Ok(Entctl {
        verb: verb(&matches),
        ..Entctl::from_arg_matches(&matches)?
    })
}

/// The command as it is typed: `password reset`.
fn verb(matches: &ArgMatches) -> String {
    let mut words = Vec::new();
    let mut here = matches.subcommand();
    while let Some((name, inside)) = here {
        words.push(name);
        here = inside.subcommand();
    }
    words.join(" ")
}

/// The subcommands typed, for the hint at their help: `entctl password reset`.
fn path(args: &[OsString]) -> String {
    let mut path = vec!["entctl".to_owned()];
    let mut here = Entctl::command();
    here.build();
    let mut words = args.iter().skip(1).filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        if takes_next_word(&here, word) {
            words.next();
            continue;
        }
        let Some(sub) = here.find_subcommand(word).cloned() else {
            continue;
        };
        path.push(word.to_owned());
        here = sub;
    }
    path.join(" ")
}

/// Whether a word is an option whose value is the next word.
fn takes_next_word(command: &Command, word: &str) -> bool {
    let Some(name) = word.strip_prefix("--") else {
        return false;
    };
    command
        .get_arguments()
        .any(|arg| arg.get_long() == Some(name) && arg.get_action().takes_values())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_an_option_is_no_command() {
        let path = |line: &str| path(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(
            path("entctl --profile sandbox password rest"),
            "entctl password"
        );
        assert_eq!(path("entctl sandbox up --nom x"), "entctl sandbox up");
        assert_eq!(
            path("entctl password reset --class history lea"),
            "entctl password reset"
        );
    }
}
