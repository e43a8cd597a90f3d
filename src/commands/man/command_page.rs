//! The page of one command.

use super::config_page;
use super::roff::{Page, bold, escape, italic};
use crate::error::ExitStatus;
use crate::i18n::Localizer;
use clap::{Arg, Command};

/// The page of a command of the localized tree; `path` is how it is typed, from `entctl` on.
pub fn page(command: &Command, path: &[&str], localizer: &Localizer) -> String {
    let name = path.join("-");
    let about = command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default();
    let mut page = Page::new(&name, 1, localizer);
    page.name(&name, &about);
    page.section("man-synopsis");
    let synopsis = synopsis(command, &path.join(" "));
    page.line(&synopsis);
    page.section("man-description");
    let long = command.get_long_about().map(ToString::to_string);
    page.paragraph(&long.unwrap_or_else(|| format!("{about}.")));
    arguments(&mut page, command);
    subcommands(&mut page, command, &name);
    examples(&mut page, command);
    page.section("man-exit-status");
    for status in ExitStatus::ALL {
        let said = page.say(&status.text());
        page.item(&bold(&status.code().to_string()), &said);
    }
    page.section("man-environment");
    for (variable, said) in crate::config::env_vars::all() {
        let said = page.say(&said);
        page.item(&bold(variable), &said);
    }
    files(&mut page);
    see_also(&mut page, command, path);
    page.finish()
}

/// The usage line of the help, the typed part of it in bold.
fn synopsis(command: &Command, typed: &str) -> String {
    let usage = command
        .get_overridden_usage()
        .map(ToString::to_string)
        .unwrap_or_default();
    let rest = usage.strip_prefix(typed).unwrap_or_default();
    format!("{}{}", bold(typed), escape(rest))
}

/// Positional arguments in a section of their own, then the options under the headings of the help.
fn arguments(page: &mut Page, command: &Command) {
    let mut positionals = command.get_positionals().peekable();
    if positionals.peek().is_some() {
        page.section("man-arguments");
        for argument in positionals {
            page.item(&italic(&value_names(argument)), &help(argument));
        }
    }
    page.section("man-options");
    let mut headings: Vec<&str> = Vec::new();
    for argument in command.get_arguments().filter(|a| !a.is_positional()) {
        if let Some(heading) = argument.get_help_heading()
            && !headings.contains(&heading)
        {
            headings.push(heading);
        }
    }
    let own = page.localizer().word("clap-options");
    for heading in headings {
        // The command's own options need no title below the section's.
        if heading.trim() != own {
            page.part(heading);
        }
        let mut options: Vec<&Arg> = command
            .get_arguments()
            .filter(|a| !a.is_positional() && a.get_help_heading() == Some(heading))
            .collect();
        options.sort_by_key(|option| option.get_display_order());
        for option in options {
            page.item(&flags(option), &help(option));
        }
    }
}

/// `-y, --yes`, `--class CLASS`.
fn flags(option: &Arg) -> String {
    let mut names: Vec<String> = Vec::new();
    names.extend(option.get_short().map(|short| bold(&format!("-{short}"))));
    names.extend(option.get_long().map(|long| bold(&format!("--{long}"))));
    let mut term = names.join(", ");
    if option.get_action().takes_values() {
        term.push(' ');
        term.push_str(&italic(&value_names(option)));
    }
    term
}

fn value_names(argument: &Arg) -> String {
    argument
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

fn help(argument: &Arg) -> String {
    argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn subcommands(page: &mut Page, command: &Command, name: &str) {
    let mut subcommands = command
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set())
        .peekable();
    if subcommands.peek().is_none() {
        return;
    }
    page.section("man-subcommands");
    for sub in subcommands {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        let term = reference(&format!("{name}-{}", sub.get_name()), 1);
        page.item(&term, &about);
    }
}

/// What the help shows after its options: a line that says what for, then the command, indented.
fn examples(page: &mut Page, command: &Command) {
    let Some(after) = command.get_after_help().map(ToString::to_string) else {
        return;
    };
    page.section("man-examples");
    // The first line is the help's own heading.
    for line in after.lines().skip(1) {
        let line = line.trim();
        if line.starts_with("entctl ") {
            page.typed(line);
        } else {
            page.paragraph(line);
        }
    }
}

fn files(page: &mut Page) {
    page.section("man-files");
    for (file, key) in [
        ("~/.config/entctl/config.toml", "man-file-config"),
        ("~/.local/state/entctl/", "man-file-state"),
    ] {
        let said = page.localizer().word(key);
        page.item(&italic(file), &said);
    }
}

/// The pages above, beside and below.
fn see_also(page: &mut Page, command: &Command, path: &[&str]) {
    let mut others: Vec<String> = (1..path.len())
        .map(|length| reference(&path[..length].join("-"), 1))
        .collect();
    others.extend(
        command
            .get_subcommands()
            .filter(|sub| !sub.is_hide_set())
            .map(|sub| reference(&format!("{}-{}", path.join("-"), sub.get_name()), 1)),
    );
    others.push(reference(config_page::NAME, 5));
    page.section("man-see-also");
    page.line(&others.join(",\n"));
}

/// Another page: `entctl-password(1)`.
pub fn reference(name: &str, section: u8) -> String {
    format!("{}({section})", bold(name))
}
