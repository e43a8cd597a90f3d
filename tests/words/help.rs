//! The help of every command and argument, in both languages.

use crate::fluent;
use clap::{Command, CommandFactory};
use entctl::cli;
use entctl::commands::Entctl;
use entctl::i18n::{Language, Localizer};
use std::collections::BTreeSet;

/// Every command with its path in keys (`password-reset`, `entctl` for the whole).
fn commands(root: &Command) -> Vec<(String, Command)> {
    fn walk(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
        let here = if path.is_empty() { "entctl" } else { path };
        found.push((here.to_owned(), command.clone()));
        for sub in command.get_subcommands() {
            let inner = match path {
                "" => sub.get_name().to_owned(),
                path => format!("{path}-{}", sub.get_name()),
            };
            walk(sub, &inner, found);
        }
    }
    let mut found = Vec::new();
    walk(root, "", &mut found);
    found
}

/// The tree as clap alone builds it: English, without our headings.
fn plain() -> Vec<(String, Command)> {
    commands(&Entctl::command())
}

/// The tree as a person of this language sees it.
fn localized(language: Language) -> Vec<(String, Command)> {
    commands(&cli::localize(Entctl::command(), &Localizer::new(language)))
}

/// The keys of `help.ftl`.
fn french_keys() -> BTreeSet<String> {
    fluent::all("fr")
        .into_iter()
        .filter(|message| message.file == "help.ftl")
        .map(|message| message.key)
        .collect()
}

#[test]
fn every_command_and_argument_has_french_help() {
    let known = french_keys();
    let mut missing = Vec::new();
    for (path, command) in plain() {
        let key = format!("help-{path}");
        if !known.contains(&key) {
            missing.push(key);
        }
        for argument in command.get_arguments() {
            let keys = cli::keys(&path, argument);
            if !keys.iter().any(|key| known.contains(key)) {
                missing.push(keys.join(" or "));
            }
        }
    }
    assert_eq!(
        missing,
        Vec::<String>::new(),
        "missing in locales/fr/help.ftl"
    );
}

#[test]
fn every_line_of_the_french_help_is_used() {
    let known = french_keys();
    let mut used = BTreeSet::new();
    for (path, command) in plain() {
        used.insert(format!("help-{path}"));
        for argument in command.get_arguments() {
            // The first that exists is the one shown: the general one is hidden by an own one.
            let shown = cli::keys(&path, argument)
                .into_iter()
                .find(|key| known.contains(key));
            used.extend(shown);
        }
    }
    let unused: Vec<_> = known.difference(&used).collect();
    assert_eq!(unused, Vec::<&String>::new(), "nobody sees these");
}

#[test]
fn a_short_help_is_one_sentence_without_a_full_stop() {
    let mut wrong = Vec::new();
    for language in Language::ALL {
        for (path, command) in localized(language) {
            let about = command.get_about().map(ToString::to_string);
            let mut helps = vec![(path.clone(), about.unwrap_or_default())];
            helps.extend(command.get_arguments().map(|argument| {
                let help = argument.get_help().map(ToString::to_string);
                (
                    format!("{path} {}", argument.get_id()),
                    help.unwrap_or_default(),
                )
            }));
            for (place, help) in helps {
                // What follows in brackets is added from the values an option takes.
                let sentence = help.split(" [").next().unwrap_or_default().trim();
                let capital = sentence.chars().next().is_some_and(char::is_uppercase);
                let one = !sentence.contains(". ") && !sentence.contains('\n');
                if !capital || !one || sentence.ends_with(['.', ':', ';']) {
                    wrong.push(format!("{} {place}: {help:?}", language.as_str()));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn nothing_of_the_french_help_is_left_in_english() {
    let english: BTreeSet<String> = plain()
        .iter()
        .flat_map(|(_, command)| {
            let about = command.get_about().map(ToString::to_string);
            let helps = command.get_arguments().filter_map(|a| a.get_help());
            about
                .into_iter()
                .chain(helps.map(ToString::to_string))
                .collect::<Vec<_>>()
        })
        .collect();
    for (path, mut command) in localized(Language::Fr) {
        let help = command.render_long_help().to_string();
        let flat = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for sentence in &english {
            assert!(!flat.contains(sentence.as_str()), "{path}: {sentence}");
        }
        for word in ["Usage", "Commands", "Options:", "Arguments:", "Print "] {
            assert!(!help.contains(word), "{path}: {word}\n{help}");
        }
    }
}

#[test]
fn the_parts_of_a_help_stand_in_their_order() {
    let orders = [
        (
            Language::En,
            [
                "Arguments:",
                "Options:",
                "Whose accounts:",
                "New passwords:",
                "Before writing:",
                "For scripts:",
                "For a login page:",
                "Global options:",
                "Examples:",
            ],
        ),
        (
            Language::Fr,
            [
                "Arguments\u{a0}:",
                "Options\u{a0}:",
                "Quels comptes\u{a0}:",
                "Nouveaux mots de passe\u{a0}:",
                "Avant d'écrire\u{a0}:",
                "Pour les scripts\u{a0}:",
                "Pour une page de connexion\u{a0}:",
                "Options générales\u{a0}:",
                "Exemples\u{a0}:",
            ],
        ),
    ];
    for (language, order) in orders {
        for (path, mut command) in localized(language) {
            let help = command.render_help().to_string();
            let lines: Vec<&str> = help.lines().collect();
            let places: Vec<_> = order
                .iter()
                .filter_map(|part| lines.iter().position(|line| line == part))
                .collect();
            assert!(places.is_sorted(), "{path}\n{help}");
            // Only clap's own headings could be others: ours are all in the list.
            let headings = lines
                .iter()
                .filter(|line| line.ends_with(':') && !line.starts_with(' '))
                .filter(|line| !line.starts_with("Comm"))
                .count();
            assert_eq!(headings, places.len(), "{path}\n{help}");
            let last = lines
                .iter()
                .rposition(|line| line.contains("-h, --help"))
                .expect("--help");
            let general = lines
                .get(last + 1)
                .is_none_or(|line| line.trim().is_empty());
            assert!(general, "{path}: --help stands last\n{help}");
        }
    }
}

#[test]
fn the_usage_says_the_whole_command() {
    for (path, mut command) in localized(Language::Fr) {
        let help = command.render_help().to_string();
        let typed = match path.as_str() {
            "entctl" => "entctl".to_owned(),
            path => format!("entctl {}", path.replace('-', " ")),
        };
        let line = format!("Utilisation\u{a0}: {typed} [OPTIONS]");
        assert!(help.contains(&line), "{line}\n{help}");
    }
}

#[test]
fn the_styles_of_passwords_are_told_with_their_strength() {
    use entctl::domain::password::{PolicyRules, Style};
    for language in Language::ALL {
        let (_, command) = localized(language)
            .into_iter()
            .find(|(path, _)| path == "password-reset")
            .expect("the command");
        let help = command
            .get_arguments()
            .find(|argument| argument.get_id() == "style")
            .and_then(|argument| argument.get_help())
            .expect("its help")
            .to_string();
        for style in Style::ALL {
            let bits = style
                .entropy_bits(&PolicyRules::unlimited())
                .expect("every style fits where there are no rules");
            let after = help
                .split_once(&format!("{} (", style.as_str()))
                .unwrap_or_else(|| panic!("{} is not in {help:?}", style.as_str()))
                .1;
            let inside = after.split(')').next().unwrap_or_default();
            let told: f64 = inside
                .split(|c: char| !c.is_ascii_digit())
                .find(|number| !number.is_empty())
                .and_then(|number| number.parse().ok())
                .unwrap_or_else(|| panic!("no number in {inside:?}"));
            // Never more than there is, and not far less: at least is what is promised.
            assert!(
                bits >= told && bits < told + 3.0,
                "{}: {told} told, {bits} real",
                style.as_str()
            );
        }
    }
}
