//! Reads the Fluent files as text: what the sentences look like, before anything is put into them.

use std::collections::BTreeMap;
use std::path::Path;

/// One sentence of a file.
#[derive(Debug, Clone)]
pub struct Message {
    /// `clap.ftl`
    pub file: String,
    /// Its key.
    pub key: String,
    /// Its pattern as written, lines joined by newlines.
    pub pattern: String,
}

impl Message {
    /// What a person reads: placeables become `X`, the frame of a plural goes, each variant stays on its
    /// own line.
    pub fn said(&self) -> String {
        said(&self.pattern)
    }
}

/// Every sentence of a language.
pub fn all(language: &str) -> Vec<Message> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("locales")
        .join(language);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of a language")
        .flatten()
        .map(|file| file.path())
        .collect();
    files.sort();
    files
        .iter()
        .flat_map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            read(
                &name,
                &std::fs::read_to_string(path).expect("a Fluent file"),
            )
        })
        .collect()
}

/// The sentences of a language by key.
pub fn by_key(language: &str) -> BTreeMap<String, Message> {
    all(language)
        .into_iter()
        .map(|message| (message.key.clone(), message))
        .collect()
}

fn read(file: &str, text: &str) -> Vec<Message> {
    let mut found: Vec<Message> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let begins = line.starts_with(|c: char| c.is_ascii_alphabetic());
        match (begins, line.split_once('=')) {
            (true, Some((key, pattern))) => found.push(Message {
                file: file.to_owned(),
                key: key.trim().to_owned(),
                pattern: pattern.trim().to_owned(),
            }),
            _ => {
                if let Some(message) = found.last_mut() {
                    message.pattern.push('\n');
                    message.pattern.push_str(line.trim());
                }
            }
        }
    }
    found
}

fn said(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if let Some(inside) = rest.strip_prefix("{ $") {
            let end = inside.find(['}', '>']).unwrap_or(inside.len() - 1);
            // `{ $count ->` opens a plural, `{ $name }` stands for something.
            if inside.as_bytes()[end] == b'}' {
                out.push('X');
            }
            rest = &inside[end + 1..];
        } else if c == '}' {
            rest = &rest[1..];
        } else if let Some(after) = ["[one]", "*[other]"]
            .iter()
            .find_map(|frame| rest.strip_prefix(frame))
        {
            rest = after;
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_pattern_is_read_as_a_person_reads_it() {
    let text = "# note\nlist = { $count ->\n    [one] { $count } compte.\n   *[other] { $count } comptes.\n}\n\
                name = « { $name } » !\n";
    let read = read("x.ftl", text);
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].said(), "X compte.\nX comptes.");
    assert_eq!(read[1].said(), "« X » !");
    assert_eq!(said("{ $a } et { $b }"), "X et X");
}
