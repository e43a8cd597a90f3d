//! From the words on the command line to an exit status: language first, then what was typed, then the
//! command, then the error if there is one.

use crate::app::App;
use crate::cli::LanguageChoice;
use crate::commands::{self, Shown};
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::{Language, Text};
use crate::output::{self, Printer, Style};
use crate::surroundings::{Surroundings, protect_memory};
use std::ffi::OsString;
use std::path::PathBuf;

/// Runs entctl with these arguments (the program's name first) and gives the exit status.
pub fn run(args: Vec<OsString>) -> ExitStatus {
    protect_memory();
    let surroundings = Surroundings::look();
    let language = language(&args, &surroundings);
    let words: Vec<String> = args
        .iter()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let typed = match commands::parse(&args, language) {
        Ok(typed) => typed,
        Err(Shown::Answer(text)) => {
            plain(language, &args, &surroundings).answer(&text);
            return ExitStatus::Done;
        }
        Err(Shown::Mistake(error)) => {
            plain(language, &args, &surroundings).error(&error);
            return error.status();
        }
    };
    let global = typed.global.clone();
    let style = Style {
        format: global.format.into(),
        quiet: global.quiet,
        verbose: global.verbose,
        no_input: global.no_input,
        color: output::use_color(global.color.into(), surroundings.no_color()),
    };
    let app = App::new(Printer::new(style, language), global, surroundings, words);
    let answer = runtime().and_then(|runtime| {
        let answer = runtime.block_on(async {
            tokio::select! {
                answer = commands::dispatch(&app, typed) => answer,
                // What is left in the middle is for a resume.
                () = app.interrupted_twice() => Err(CommandError::new(
                    ExitStatus::Interrupted,
                    "interrupted",
                    Text::new("run-left"),
                )),
            }
        });
        // A connection that does not close must not keep the person waiting.
        runtime.shutdown_background();
        answer
    });
    match answer {
        // A list that stops half-way is no answer.
        Ok(ExitStatus::Done) if app.printer.failed() => {
            app.printer.warn(&Text::new("answer-unwritten"));
            ExitStatus::Failed
        }
        Ok(status) => status,
        // Whoever chose nobody made no mistake.
        Err(error) if error.code() == "nothing-chosen" => {
            app.printer.note(error.message());
            error.status()
        }
        Err(error) => {
            app.printer.error(&error);
            error.status()
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            CommandError::new(
                ExitStatus::Failed,
                "no-runtime",
                crate::explain::system(&error.to_string()),
            )
        })
}

/// The language, before anything is parsed: `--lang`, the environment, the configuration, then French.
fn language(args: &[OsString], surroundings: &Surroundings) -> Language {
    option(args, "--lang")
        .and_then(|value| LanguageChoice::named(&value))
        .map(Language::from)
        .or_else(|| surroundings.language())
        .or_else(|| {
            let file = option(args, "--config")
                .map(PathBuf::from)
                .unwrap_or_else(|| surroundings.config_file());
            crate::config::language_of(&file)
        })
        .unwrap_or(Language::Fr)
}

/// A printer for what is said before the options are understood.
fn plain(language: Language, args: &[OsString], surroundings: &Surroundings) -> Printer {
    let json = option(args, "--format").is_some_and(|format| format == "json");
    let style = Style {
        format: if json {
            output::Format::Json
        } else {
            output::Format::Table
        },
        quiet: false,
        verbose: false,
        no_input: true,
        color: output::use_color(output::Color::Auto, surroundings.no_color()),
    };
    Printer::new(style, language)
}

/// The value of a long option, wherever it stands before `--`.
fn option(args: &[OsString], name: &str) -> Option<String> {
    let mut words = args.iter().skip(1).map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        if word == "--" {
            return None;
        }
        if word == name {
            return words.next().map(|value| value.into_owned());
        }
        if let Some(value) = word.strip_prefix(name).and_then(|w| w.strip_prefix('=')) {
            return Some(value.to_owned());
        }
    }
    None
}
