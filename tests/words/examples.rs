//! The examples under the help: real command lines, understood by the real command line.

use crate::fluent::{self, Message};
use clap::{CommandFactory, Parser};
use entctl::commands::Entctl;

/// Longer lines would break in a terminal of 100 columns, indented by two.
const LONGEST: usize = 96;

fn examples(language: &str) -> Vec<Message> {
    fluent::all(language)
        .into_iter()
        .filter(|message| message.file == "examples.ftl")
        .collect()
}

fn command_lines(message: &Message) -> Vec<&str> {
    message
        .pattern
        .lines()
        .filter(|line| line.starts_with("entctl "))
        .collect()
}

/// Splits a line as a shell does, as far as examples go: double quotes, and `> FILE` at the end.
fn split(line: &str) -> Vec<String> {
    let line = line.split(" > ").next().unwrap_or_default();
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("a word").push(c),
        }
    }
    assert!(!quoted, "an open quotation mark: {line}");
    words
}

#[test]
fn every_example_is_understood_and_is_of_its_command() {
    for language in ["en", "fr"] {
        for message in examples(language) {
            let path = message.key.strip_prefix("after-").expect("after-…");
            for line in command_lines(&message) {
                let words = split(line);
                if let Err(error) = Entctl::try_parse_from(&words) {
                    panic!("{language} {}: {line}\n{error}", message.key);
                }
                let ours = path.replace('-', " ");
                assert!(
                    path == "entctl" || line.contains(&format!(" {ours}")),
                    "{line} is no example of {ours}"
                );
            }
        }
    }
}

#[test]
fn every_verb_has_two_to_four_examples() {
    let verbs: Vec<String> = Entctl::command()
        .get_subcommands()
        .flat_map(|object| {
            let name = object.get_name().to_owned();
            let verbs: Vec<_> = object
                .get_subcommands()
                .map(|verb| format!("{name}-{}", verb.get_name()))
                .collect();
            if verbs.is_empty() { vec![name] } else { verbs }
        })
        .collect();
    for language in ["en", "fr"] {
        let known = examples(language);
        for verb in &verbs {
            let message = known
                .iter()
                .find(|message| message.key == format!("after-{verb}"))
                .unwrap_or_else(|| panic!("{language}: no examples of {verb}"));
            let count = command_lines(message).len();
            assert!((2..=4).contains(&count), "{verb}: {count} examples");
        }
        let more: Vec<_> = known
            .iter()
            .map(|message| &message.key["after-".len()..])
            .filter(|path| *path != "entctl" && !verbs.iter().any(|verb| verb == path))
            .collect();
        assert_eq!(more, Vec::<&str>::new(), "no such command");
    }
}

#[test]
fn every_example_says_what_for_and_fits_the_screen() {
    for language in ["en", "fr"] {
        for message in examples(language) {
            let mut said = false;
            for line in message.pattern.lines().filter(|line| !line.is_empty()) {
                assert!(line.chars().count() <= LONGEST, "too long: {line}");
                if line.starts_with("entctl ") {
                    assert!(said, "{}: {line} comes without a word", message.key);
                } else {
                    said = line.ends_with([':', '?']);
                    assert!(said, "{}: {line}", message.key);
                }
            }
        }
    }
}

#[test]
fn both_languages_show_the_same_commands() {
    // Names of files and reasons are said in the language; what is typed besides is the same.
    let options = |line: &str| {
        split(line)
            .into_iter()
            .filter(|word| word.starts_with("--") || !word.contains(['.', '-', ' ']))
            .filter(|word| !["large", "grand"].contains(&word.as_str()))
            .collect::<Vec<_>>()
    };
    for (english, french) in examples("en").iter().zip(&examples("fr")) {
        assert_eq!(english.key, french.key);
        let lines =
            |message| -> Vec<_> { command_lines(message).into_iter().map(options).collect() };
        assert_eq!(lines(english), lines(french), "{}", english.key);
    }
}
