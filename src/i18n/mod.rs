//! Words: every sentence a person reads, in French and in English.
//!
//! The rest of the code makes [`Text`]s (a key and its arguments) and never a sentence; a [`Localizer`]
//! turns them into words at the edge. The sentences are Fluent files in `locales/`, one file a room, and
//! both languages must hold the same keys with the same arguments (a test below).

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, OnceLock, PoisonError};
use unic_langid::LanguageIdentifier;

/// A language entctl speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
}

impl Language {
    /// Both languages.
    pub const ALL: [Language; 2] = [Language::En, Language::Fr];

    /// `en` or `fr`.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Fr => "fr",
        }
    }

    /// The language of a locale name such as `fr_FR.UTF-8`, `en`, `C`; `None` for one we do not speak.
    pub fn from_locale(locale: &str) -> Option<Self> {
        let primary = locale
            .split(['_', '-', '.', '@'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        match primary.as_str() {
            "fr" => Some(Language::Fr),
            "en" | "c" | "posix" => Some(Language::En),
            _ => None,
        }
    }
}

/// A value put into a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// Text from anywhere; control characters are made visible when it is rendered.
    Str(String),
    /// A number, which chooses the plural form.
    Number(i64),
    /// A sentence within a sentence.
    Text(Box<Text>),
}

impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Arg::Str(value.to_owned())
    }
}

impl From<String> for Arg {
    fn from(value: String) -> Self {
        Arg::Str(value)
    }
}

impl From<&String> for Arg {
    fn from(value: &String) -> Self {
        Arg::Str(value.clone())
    }
}

impl From<usize> for Arg {
    fn from(value: usize) -> Self {
        Arg::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<u64> for Arg {
    fn from(value: u64) -> Self {
        Arg::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<Text> for Arg {
    fn from(value: Text) -> Self {
        Arg::Text(Box::new(value))
    }
}

/// A sentence to be said: its key in `locales/` and what goes into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Key in the Fluent files.
    pub key: String,
    /// Arguments by name.
    pub args: Vec<(&'static str, Arg)>,
}

impl Text {
    /// A sentence without arguments.
    pub fn new(key: impl Into<String>) -> Self {
        Text {
            key: key.into(),
            args: Vec::new(),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

/// The Fluent files, embedded: (file, English, French).
const RESOURCES: &[(&str, &str, &str)] = &[
    (
        "app",
        include_str!("../../locales/en/app.ftl"),
        include_str!("../../locales/fr/app.ftl"),
    ),
    (
        "attributes",
        include_str!("../../locales/en/attributes.ftl"),
        include_str!("../../locales/fr/attributes.ftl"),
    ),
    (
        "clap",
        include_str!("../../locales/en/clap.ftl"),
        include_str!("../../locales/fr/clap.ftl"),
    ),
    (
        "config",
        include_str!("../../locales/en/config.ftl"),
        include_str!("../../locales/fr/config.ftl"),
    ),
    (
        "config_keys",
        include_str!("../../locales/en/config_keys.ftl"),
        include_str!("../../locales/fr/config_keys.ftl"),
    ),
    (
        "correction",
        include_str!("../../locales/en/correction.ftl"),
        include_str!("../../locales/fr/correction.ftl"),
    ),
    (
        "directory",
        include_str!("../../locales/en/directory.ftl"),
        include_str!("../../locales/fr/directory.ftl"),
    ),
    (
        "duplicates",
        include_str!("../../locales/en/duplicates.ftl"),
        include_str!("../../locales/fr/duplicates.ftl"),
    ),
    (
        "examples",
        include_str!("../../locales/en/examples.ftl"),
        include_str!("../../locales/fr/examples.ftl"),
    ),
    (
        "export",
        include_str!("../../locales/en/export.ftl"),
        include_str!("../../locales/fr/export.ftl"),
    ),
    (
        "general",
        include_str!("../../locales/en/general.ftl"),
        include_str!("../../locales/fr/general.ftl"),
    ),
    (
        "history",
        include_str!("../../locales/en/history.ftl"),
        include_str!("../../locales/fr/history.ftl"),
    ),
    (
        "letters",
        include_str!("../../locales/en/letters.ftl"),
        include_str!("../../locales/fr/letters.ftl"),
    ),
    (
        "link",
        include_str!("../../locales/en/link.ftl"),
        include_str!("../../locales/fr/link.ftl"),
    ),
    (
        "merge",
        include_str!("../../locales/en/merge.ftl"),
        include_str!("../../locales/fr/merge.ftl"),
    ),
    (
        "mail",
        include_str!("../../locales/en/mail.ftl"),
        include_str!("../../locales/fr/mail.ftl"),
    ),
    (
        "password",
        include_str!("../../locales/en/password.ftl"),
        include_str!("../../locales/fr/password.ftl"),
    ),
    (
        "plan",
        include_str!("../../locales/en/plan.ftl"),
        include_str!("../../locales/fr/plan.ftl"),
    ),
    (
        "people",
        include_str!("../../locales/en/people.ftl"),
        include_str!("../../locales/fr/people.ftl"),
    ),
    (
        "review",
        include_str!("../../locales/en/review.ftl"),
        include_str!("../../locales/fr/review.ftl"),
    ),
    (
        "sandbox",
        include_str!("../../locales/en/sandbox.ftl"),
        include_str!("../../locales/fr/sandbox.ftl"),
    ),
    (
        "slips",
        include_str!("../../locales/en/slips.ftl"),
        include_str!("../../locales/fr/slips.ftl"),
    ),
    (
        "spreadsheet",
        include_str!("../../locales/en/spreadsheet.ftl"),
        include_str!("../../locales/fr/spreadsheet.ftl"),
    ),
    (
        "undo",
        include_str!("../../locales/en/undo.ftl"),
        include_str!("../../locales/fr/undo.ftl"),
    ),
];

/// Help in French. English help is the doc comment beside each argument, so this file has no English twin.
const FRENCH_HELP: &str = include_str!("../../locales/fr/help.ftl");

/// Turns [`Text`]s into words of one language.
///
/// Most commands say three sentences of two thousand: the files are looked through for where each one stands when the
/// first is said, and only those that are said are read as Fluent. So no sentence may refer to another (tested).
pub struct Localizer {
    language: Language,
    places: OnceLock<HashMap<&'static str, &'static str>>,
    bundle: Mutex<FluentBundle<FluentResource>>,
}

impl Localizer {
    /// The sentences of one language. Those are embedded and tested, so reading one cannot fail; a broken one would
    /// show as its key.
    pub fn new(language: Language) -> Self {
        let id: LanguageIdentifier = language.as_str().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false);
        Localizer {
            language,
            places: OnceLock::new(),
            bundle: Mutex::new(bundle),
        }
    }

    /// The language spoken.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether a sentence with this key exists.
    pub fn has(&self, key: &str) -> bool {
        self.source(key).is_some()
    }

    /// The Fluent source of one sentence.
    fn source(&self, key: &str) -> Option<&'static str> {
        let places = self.places.get_or_init(|| {
            let files = RESOURCES
                .iter()
                .map(|(_, english, french)| match self.language {
                    Language::En => *english,
                    Language::Fr => *french,
                });
            let help = (self.language == Language::Fr).then_some(FRENCH_HELP);
            let mut places = HashMap::with_capacity(MOST_SENTENCES);
            for file in files.chain(help) {
                places.extend(sentences(file));
            }
            places
        });
        places.get(key).copied()
    }

    /// The sentence in words. Arguments come from anywhere (the directory, a file, a server), so control
    /// characters in them are made visible.
    pub fn say(&self, text: &Text) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in &text.args {
            match value {
                Arg::Str(s) => args.set(*name, visible(s)),
                Arg::Number(n) => args.set(*name, FluentValue::from(*n)),
                Arg::Text(t) => args.set(*name, self.say(t)),
            }
        }
        let mut bundle = self.bundle.lock().unwrap_or_else(PoisonError::into_inner);
        if !bundle.has_message(&text.key) {
            let Some(source) = self.source(&text.key) else {
                return text.key.clone();
            };
            let resource = match FluentResource::try_new(source.to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        let Some(pattern) = bundle.get_message(&text.key).and_then(|m| m.value()) else {
            return text.key.clone();
        };
        let mut errors = Vec::new();
        bundle
            .format_pattern(pattern, Some(&args), &mut errors)
            .into_owned()
    }

    /// The sentence with this key and no arguments.
    pub fn word(&self, key: &str) -> String {
        self.say(&Text::new(key))
    }
}

/// Room for all sentences of a language.
const MOST_SENTENCES: usize = 3000;

/// The sentences of a file: key and source. A sentence begins at a letter in the first column, and goes on in lines
/// that begin with a blank or are empty; comments stand between sentences.
fn sentences(file: &str) -> impl Iterator<Item = (&str, &str)> {
    let begins = |line: &str| line.starts_with(|c: char| c.is_ascii_alphabetic());
    let mut rest = file;
    std::iter::from_fn(move || {
        loop {
            let line = rest.split_inclusive('\n').next()?;
            if begins(line) {
                break;
            }
            rest = &rest[line.len()..];
        }
        let length: usize = rest
            .split_inclusive('\n')
            .enumerate()
            .take_while(|(at, line)| *at == 0 || !(begins(line) || line.starts_with('#')))
            .map(|(_, line)| line.len())
            .sum();
        let (sentence, after) = rest.split_at(length);
        rest = after;
        let key = sentence.split([' ', '=']).next()?;
        Some((key, sentence))
    })
}

/// Makes control characters, escape sequences and direction overrides visible, so that nothing from a
/// directory or a file can drive a terminal: ESC becomes `\x1b`, a newline `\n`.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c if deceives(c) => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// Whether a character is invisible or turns the direction of the text.
fn deceives(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// Whether a terminal would obey the character or show it as something else.
pub fn steers(c: char) -> bool {
    c.is_control() || deceives(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        let resource = FluentResource::try_new(source.to_owned())
            .unwrap_or_else(|(_, errors)| panic!("broken Fluent file: {errors:?}"));
        drop(resource);
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in source.lines() {
            let starts = line.chars().next().is_some_and(char::is_alphabetic);
            if let (true, Some((name, _))) = (starts, line.split_once(" =")) {
                key = name.to_owned();
                assert!(
                    found.insert(key.clone(), BTreeSet::new()).is_none(),
                    "{key} stands twice"
                );
            }
            for part in line.split('$').skip(1) {
                let arg: String = part
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '-' || *c == '_')
                    .collect();
                if let (false, Some(args)) = (arg.is_empty(), found.get_mut(&key)) {
                    args.insert(arg);
                }
            }
        }
        found
    }

    #[test]
    fn every_sentence_is_found_whole_and_alone() {
        for language in Language::ALL {
            let localizer = Localizer::new(language);
            for (file, english, french) in RESOURCES {
                let source = match language {
                    Language::En => english,
                    Language::Fr => french,
                };
                let whole = FluentResource::try_new((*source).to_owned()).expect(file);
                for entry in whole.entries() {
                    let fluent_syntax::ast::Entry::Message(message) = entry else {
                        assert!(
                            !matches!(entry, fluent_syntax::ast::Entry::Term(_)),
                            "{file}.ftl has a term, which no sentence could refer to"
                        );
                        continue;
                    };
                    let alone = localizer.source(message.id.name).expect(message.id.name);
                    let alone = FluentResource::try_new(alone.to_owned()).expect(alone);
                    assert_eq!(alone.entries().collect::<Vec<_>>(), [entry], "{file}.ftl");
                }
            }
        }
    }

    #[test]
    fn no_sentence_refers_to_another() {
        for (file, english, french) in RESOURCES {
            for source in [english, french] {
                for part in source.split('{').skip(1) {
                    let first = part.trim_start().chars().next();
                    assert!(
                        !first.is_some_and(|c| c.is_ascii_lowercase() || c == '-'),
                        "{file}.ftl: {{{part}"
                    );
                }
            }
        }
    }

    #[test]
    fn both_languages_say_the_same_things() {
        for (file, english, french) in RESOURCES {
            assert_eq!(messages(english), messages(french), "{file}.ftl");
        }
    }

    #[test]
    fn no_key_stands_in_two_files() {
        let mut seen = BTreeSet::new();
        for (file, english, _) in RESOURCES {
            for key in messages(english).into_keys() {
                assert!(seen.insert(key.clone()), "{key} again in {file}.ftl");
            }
        }
    }

    #[test]
    fn nothing_drives_the_terminal() {
        assert_eq!(
            visible("L\u{1b}[31méa\n\u{202e}"),
            "L\\x1b[31méa\\n\\u{202e}"
        );
    }

    #[test]
    fn locales_are_understood() {
        assert_eq!(Language::from_locale("fr_FR.UTF-8"), Some(Language::Fr));
        assert_eq!(Language::from_locale("C"), Some(Language::En));
        assert_eq!(Language::from_locale("de_DE"), None);
    }
}
