//! How the sentences are written: no words of the machine room, French typography, nothing left in English.

use crate::fluent::{self, Message};

/// Words that belong to the machine room: a school office need not know them.
const FORBIDDEN: [&str; 11] = [
    "bind", "binds", "dn", "dns", "ldap", "ldaps", "uid", "entrée", "entrées", "entry", "entries",
];

/// Where one of them stands all the same, and why.
const ALLOWED: [(&str, &str, &str); 7] = [
    (
        "directory-credentials-hint",
        "dn",
        "the setting's own name in the configuration",
    ),
    (
        "directory-insecure-hint",
        "ldaps",
        "an address to be written in the configuration",
    ),
    ("app-stdin-lines", "entrée", "l'entrée standard"),
    ("arg-stdin", "entrée", "l'entrée standard"),
    ("arg-from", "entrée", "l'entrée standard"),
    ("choose", "entrée", "the key of the keyboard"),
    ("choose-again", "entrée", "the key of the keyboard"),
];

/// Words of English that a French sentence would not hold.
const ENGLISH: [&str; 35] = [
    "the",
    "and",
    "with",
    "of",
    "password",
    "passwords",
    "account",
    "accounts",
    "is",
    "are",
    "not",
    "nothing",
    "file",
    "run",
    "school",
    "pupil",
    "name",
    "user",
    "cannot",
    "was",
    "were",
    "this",
    "that",
    "done",
    "been",
    "from",
    "must",
    "will",
    "please",
    "login",
    "reset",
    "error",
    "warning",
    "locked",
    "slips",
];

/// Where one of them stands all the same: the names of columns and of tables, values that are typed.
const NAMES: [(&str, &str); 6] = [
    ("arg-outcome", "done"),
    ("man-config-shared", "passwords"),
    ("man-config-shared", "slips"),
    ("arg-from", "login"),
    ("arg-password-from", "login"),
    ("arg-password-from", "password"),
];

/// A sentence without what is typed: options, and the commands of entctl.
fn spoken(text: &str) -> String {
    text.lines()
        .map(|line| {
            line.split(' ')
                .take_while(|word| *word != "entctl")
                .filter(|word| !word.starts_with("--"))
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Every sentence, with the examples' command lines and the keys of a language left out.
fn sentences(language: &str) -> Vec<Message> {
    let mut all = fluent::all(language);
    for message in &mut all {
        message.pattern = message
            .pattern
            .lines()
            .filter(|line| !line.starts_with("entctl "))
            .collect::<Vec<_>>()
            .join("\n");
    }
    all
}

/// English help stands beside the arguments.
fn english_help() -> Vec<(String, String)> {
    use clap::CommandFactory as _;
    fn walk(command: &clap::Command, found: &mut Vec<(String, String)>) {
        let about = command.get_about().map(ToString::to_string);
        found.push((command.get_name().to_owned(), about.unwrap_or_default()));
        for argument in command.get_arguments() {
            let help = argument.get_help().map(ToString::to_string);
            found.push((argument.get_id().to_string(), help.unwrap_or_default()));
        }
        for sub in command.get_subcommands() {
            walk(sub, found);
        }
    }
    let mut found = Vec::new();
    walk(&entctl::commands::Entctl::command(), &mut found);
    found
}

#[test]
fn no_word_of_the_machine_room_is_said() {
    let mut wrong = Vec::new();
    let mut said: Vec<(String, String)> = english_help();
    for language in ["en", "fr"] {
        said.extend(
            sentences(language)
                .into_iter()
                .map(|message| (message.key.clone(), message.said())),
        );
    }
    for (key, text) in said {
        for word in words(&text) {
            let allowed = ALLOWED
                .iter()
                .any(|(place, allowed, _)| *place == key && *allowed == word);
            if FORBIDDEN.contains(&word.as_str()) && !allowed {
                wrong.push(format!("{key}: {word}: {text}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_exception_is_still_needed() {
    let mut all = sentences("en");
    all.extend(sentences("fr"));
    let unneeded: Vec<_> = ALLOWED
        .iter()
        .filter(|(key, word, _)| {
            !all.iter().any(|message| {
                message.key == *key && words(&message.said()).iter().any(|said| said == word)
            })
        })
        .collect();
    assert_eq!(unneeded, Vec::<&(&str, &str, &str)>::new());
}

#[test]
fn french_has_a_space_before_double_signs() {
    let mut wrong = Vec::new();
    for message in sentences("fr") {
        let text = message.said();
        let chars: Vec<char> = text.chars().collect();
        for (at, c) in chars.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| chars[at]);
            let after = chars.get(at + 1).copied();
            let spaced = matches!(before, None | Some(' ' | '\n' | '\u{a0}' | '\u{202f}'));
            let fine = match c {
                // `ldaps://`, `fichier:12:3`, `17:12` and settings keep their colons.
                ':' => {
                    let clock = before.is_some_and(|c| c.is_ascii_digit())
                        && after.is_some_and(|c| c.is_ascii_digit());
                    spaced || clock || after == Some('/') || after == Some('X')
                }
                ';' | '?' | '!' | '»' => spaced,
                '«' => matches!(after, Some(' ' | '\u{a0}' | '\u{202f}')),
                _ => true,
            };
            if !fine {
                wrong.push(format!("{}: {text}", message.key));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn quotation_marks_and_apostrophes_are_of_one_kind() {
    let mut wrong = Vec::new();
    for language in ["en", "fr"] {
        for message in sentences(language) {
            let text = message.said();
            // A CSV's own quotation mark is shown as it is.
            let shown = text.replace("(\")", "");
            let foreign: &[char] = match language {
                "fr" => &['"', '“', '”', '’', '‘'],
                _ => &['"', '«', '»', '’', '‘'],
            };
            if shown.contains(foreign) {
                wrong.push(format!("{language} {}: {text}", message.key));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn french_is_written_with_its_letters() {
    let bare = [
        "oeuvre",
        "coeur",
        "soeur",
        "etablissement",
        "eleve",
        "eleves",
        "deja",
        "apres",
        "numero",
        "ete",
        "identite",
        "role",
        "operation",
        "deverrouiller",
        "reinitialiser",
        "etat",
    ];
    let mut wrong = Vec::new();
    for message in sentences("fr") {
        for word in words(&spoken(&message.said())) {
            if bare.contains(&word.as_str()) {
                wrong.push(format!("{}: {word}", message.key));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn nothing_is_left_in_english() {
    let mut wrong = Vec::new();
    for message in sentences("fr") {
        for word in words(&spoken(&message.said())) {
            let named = NAMES.contains(&(message.key.as_str(), word.as_str()));
            if ENGLISH.contains(&word.as_str()) && !named {
                wrong.push(format!("{}: {word}: {}", message.key, message.said()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_french_sentence_is_its_english_one() {
    let english = fluent::by_key("en");
    let same: Vec<String> = sentences("fr")
        .into_iter()
        .filter(|message| {
            let text = message.said();
            // A word or two may be the same in both: STYLE, Alias, SHELL, `« X »`.
            words(&text).len() > 2 && english.get(&message.key).is_some_and(|m| m.said() == text)
        })
        .map(|message| message.key)
        .collect();
    assert_eq!(same, Vec::<String>::new());
}
