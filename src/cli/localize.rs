//! Clap in the person's language. Clap itself speaks only English: help is replaced before parsing, and
//! errors are said from their kind.

use crate::error::CommandError;
use crate::i18n::{Language, Localizer, Text};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

/// Keys of the French help of a command: `help-password-reset` for the command itself, `arg-…` for its
/// arguments. An argument is said the same everywhere unless a command has its own words for it.
pub fn keys(path: &str, argument: &Arg) -> [String; 2] {
    let id = argument.get_id().as_str().replace('_', "-");
    [format!("arg-{path}-{id}"), format!("arg-{id}")]
}

/// The whole command tree in the person's language.
pub fn localize(command: Command, localizer: &Localizer) -> Command {
    walk(command, localizer, "")
}

/// Place of `--help` among the general options; those have the low numbers of their definition.
const LAST: usize = 1000;

fn walk(command: Command, localizer: &Localizer, path: &str) -> Command {
    let french = localizer.language() == Language::Fr;
    let inner = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}-{name}")
        }
    };
    let here = if path.is_empty() { "entctl" } else { path };
    let typed = if path.is_empty() {
        "entctl".to_owned()
    } else {
        format!("entctl {}", path.replace('-', " "))
    };
    let usage = usage_line(&command, &typed, localizer);
    let mut command = command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading(heading(localizer, "clap-commands"))
        .subcommand_value_name(localizer.word("clap-command"))
        .override_usage(usage)
        .help_template(format!(
            "{{about-with-newline}}\n{}: {{usage}}\n\n{{all-args}}{{after-help}}\n",
            heading(localizer, "clap-usage")
        ));
    if path.is_empty() {
        command = command.disable_version_flag(true).arg(
            Arg::new("version")
                .long("version")
                .short('V')
                .action(ArgAction::Version)
                .help(localizer.word("clap-version"))
                .help_heading(heading(localizer, "clap-global"))
                .display_order(LAST - 1),
        );
    }
    command = command.arg(
        Arg::new("help")
            .long("help")
            .short('h')
            .action(ArgAction::Help)
            .help(localizer.word("clap-help"))
            .help_heading(heading(localizer, "clap-global"))
            .display_order(LAST),
    );
    if french {
        let key = format!("help-{here}");
        if localizer.has(&key) {
            command = command.about(unbroken(localizer.word(&key), localizer));
        }
        let long = format!("help-{here}-long");
        if localizer.has(&long) {
            command = command.long_about(unbroken(localizer.word(&long), localizer));
        }
    }
    let after = format!("after-{here}");
    if localizer.has(&after) {
        let lines: Vec<String> = localizer
            .word(&after)
            .lines()
            .map(|line| format!("  {line}"))
            .collect();
        let examples = heading(localizer, "clap-examples");
        let lines = unbroken(lines.join("\n"), localizer);
        command = command.after_help(format!("{examples}:\n{lines}"));
    }
    command = command.mut_args(|argument| localize_argument(argument, localizer, here));
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    for name in names {
        let path = inner(&name);
        command = command.mut_subcommand(&name, |sub| walk(sub, localizer, &path));
    }
    command
}

fn localize_argument(argument: Arg, localizer: &Localizer, path: &str) -> Arg {
    let mut argument = argument;
    if localizer.language() == Language::Fr
        && let Some(key) = keys(path, &argument)
            .into_iter()
            .find(|key| localizer.has(key))
    {
        argument = argument.help(unbroken(localizer.word(&key), localizer));
    }
    if let Some(said) = argument.get_help_heading().map(str::to_owned) {
        let key = match said.as_str() {
            "Whose accounts" => "clap-whose",
            "Before writing" => "clap-before",
            "Global options" => "clap-global",
            "New passwords" => "clap-passwords",
            "For scripts" => "clap-scripts",
            "For a login page" => "clap-login-page",
            _ => "",
        };
        if !key.is_empty() {
            argument = argument.help_heading(heading(localizer, key));
        }
    } else if argument.is_positional() {
        argument = argument.help_heading(heading(localizer, "clap-arguments"));
    } else {
        argument = argument.help_heading(heading(localizer, "clap-options"));
    }
    let takes_values = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    if !takes_values {
        return argument;
    }
    let mut help = argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let possible: Vec<String> = argument
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    if !possible.is_empty() && !argument.is_hide_possible_values_set() {
        let text = Text::new("clap-possible").with("values", possible.join(", "));
        help = format!("{help} {}", unbroken(localizer.say(&text), localizer));
    }
    let default: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    if !default.is_empty() {
        let text = Text::new("clap-default").with("value", default.join(", "));
        help = format!("{help} {}", unbroken(localizer.say(&text), localizer));
    }
    if let Some(names) = argument.get_value_names() {
        let said: Vec<String> = names
            .iter()
            .map(|name| value_name(name.as_str(), localizer))
            .collect();
        argument = argument.value_names(said);
    }
    argument
        .help(help.trim().to_owned())
        .hide_default_value(true)
        .hide_possible_values(true)
        .hide_env(true)
}

/// `FILE` is `FICHIER` in French.
fn value_name(name: &str, localizer: &Localizer) -> String {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect::<String>()
        .to_lowercase();
    let key = format!("value-{plain}");
    if localizer.has(&key) {
        localizer.word(&key)
    } else {
        name.to_owned()
    }
}

/// French punctuation keeps to its word where clap breaks a line.
pub fn unbroken(text: String, localizer: &Localizer) -> String {
    const NO_BREAK: &str = "\u{a0}";
    if localizer.language() == Language::En {
        return text;
    }
    [":", ";", "?", "!", "»"]
        .iter()
        .fold(text, |text, mark| {
            text.replace(&format!(" {mark}"), &format!("{NO_BREAK}{mark}"))
        })
        .replace("« ", &format!("«{NO_BREAK}"))
}

/// The heading of a part of the help. Clap writes the colon; French has a space before it.
fn heading(localizer: &Localizer, key: &str) -> String {
    let title = localizer.word(key);
    match localizer.language() {
        Language::En => title,
        Language::Fr => format!("{title}\u{a0}"),
    }
}

fn usage_line(command: &Command, typed: &str, localizer: &Localizer) -> String {
    let mut line = typed.to_owned();
    line.push_str(&format!(" [{}]", localizer.word("clap-options-short")));
    if command.has_subcommands() {
        line.push_str(&format!(" <{}>", localizer.word("clap-command")));
    }
    for argument in command.get_positionals() {
        let name = argument
            .get_value_names()
            .and_then(|names| names.first())
            .map_or_else(
                || argument.get_id().to_string().to_uppercase(),
                |name| value_name(name.as_str(), localizer),
            );
        let many = argument
            .get_num_args()
            .is_some_and(|range| range.max_values() > 1)
            || matches!(argument.get_action(), ArgAction::Append);
        let dots = if many { "..." } else { "" };
        if argument.is_required_set() {
            line.push_str(&format!(" <{name}>{dots}"));
        } else {
            line.push_str(&format!(" [{name}]{dots}"));
        }
    }
    line
}

/// `--class <CLASS>` is said as `--class`, `<TEXT>...` as `TEXT`.
fn bare(argument: &str) -> String {
    let argument = argument.trim_end_matches('.');
    match argument.split_once(" <") {
        Some((option, _)) if option.starts_with('-') => option.to_owned(),
        _ => argument.replace(['<', '>', '[', ']'], ""),
    }
}

/// What was typed wrong, in the person's language. Values are never repeated whole where a secret may have
/// been typed by mistake: only options, subcommands and choices are.
pub fn parse_error(error: &clap::Error, path: &str) -> CommandError {
    let value = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let key = match error.kind() {
        ErrorKind::UnknownArgument => "clap-unknown-argument",
        ErrorKind::InvalidSubcommand => "clap-unknown-command",
        ErrorKind::InvalidValue if value(ContextKind::InvalidValue).is_empty() => {
            "clap-value-missing"
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation
            if value(ContextKind::ValidValue).is_empty() =>
        {
            "clap-invalid-value-only"
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "clap-invalid-value",
        ErrorKind::MissingRequiredArgument => "clap-missing",
        ErrorKind::ArgumentConflict
            if value(ContextKind::InvalidArg) == value(ContextKind::PriorArg) =>
        {
            "clap-twice"
        }
        ErrorKind::ArgumentConflict => "clap-conflict",
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "clap-command-missing"
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            "clap-value-count"
        }
        ErrorKind::NoEquals => "clap-value-missing",
        ErrorKind::InvalidUtf8 => "clap-not-text",
        _ => "clap-other",
    };
    let message = Text::new(key)
        .with("argument", bare(&value(ContextKind::InvalidArg)))
        .with("value", value(ContextKind::InvalidValue))
        .with("command", value(ContextKind::InvalidSubcommand))
        .with("other", bare(&value(ContextKind::PriorArg)))
        .with("choices", value(ContextKind::ValidValue));
    let mut shown = CommandError::usage("usage", message);
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand] {
        let near = value(kind);
        if !near.is_empty() {
            shown = shown.hint(Text::new("clap-near").with("near", near));
        }
    }
    shown.hint(Text::new("clap-see-help").with("command", path))
}
