//! What the TOML parser complains about, in our words.
//!
//! The parser speaks English only; its fixed descriptions are sorted here into a dozen sentences that
//! exist in both languages. One it may add later falls into the general one, with its place.

use super::problem::{Fault, Problem, position};

/// The mistakes the parser found: at most one a line, for what follows on the same line is an echo; and
/// nothing after a text, list or table that is left open, for then all the rest is.
pub fn problems(errors: &[toml::de::Error], text: &str) -> Vec<Problem> {
    let mut errors: Vec<_> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(text.len()..text.len());
            let token = text.get(span.clone()).unwrap_or_default();
            let what = sort(error.message(), token);
            (place(text, span.start, what), what)
        })
        .collect();
    errors.sort_by_key(|(at, _)| *at);
    let mut found: Vec<Problem> = Vec::new();
    let mut last_line = 0;
    for (at, what) in errors {
        let (line, _) = position(text, at);
        if line == last_line {
            continue;
        }
        last_line = line;
        found.push(Problem {
            at,
            key: String::new(),
            fault: Fault::Syntax { what },
        });
        if matches!(what, "string" | "array" | "inline-table") {
            break;
        }
    }
    found
}

/// Where a person would look: the parser names the byte it stumbled over, which may lie within a word
/// (`fr` taken for the beginning of `false`) or on the line after an open list.
fn place(text: &str, at: usize, what: &str) -> usize {
    let before = text.get(..at).unwrap_or_default();
    match what {
        "value" => before
            .trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.'))
            .len(),
        "array" => before.trim_end().len(),
        _ => at,
    }
}

/// The sentence, under `config-syntax-`, for a description of the parser and the text it is about.
fn sort(message: &str, token: &str) -> &'static str {
    let about = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if about(&["duplicate key"]) {
        "duplicate"
    } else if about(&["cannot extend"]) {
        "extend"
    } else if about(&["must be quoted"]) {
        match token.chars().next() {
            None => "no-value",
            Some('0'..='9' | '+' | '-' | '.') => "value",
            Some(_) => "unquoted",
        }
    } else if about(&["escape", "unicode value"]) {
        "escape"
    } else if about(&["keys cannot", "unquoted key"]) {
        "key"
    } else if about(&[
        "basic string",
        "literal string",
        "invalid string",
        "opening quote",
    ]) {
        "string"
    } else if about(&["inline table"]) {
        "inline-table"
    } else if about(&["array table", "unclosed table", "table open"]) {
        "header"
    } else if about(&["array"]) {
        "array"
    } else if about(&["unexpected key or value"]) {
        "rest"
    } else if about(&[
        "key with no value",
        "missing value",
        "assignment",
        "extra `=`",
        "key-value pair",
    ]) {
        "no-value"
    } else if about(&[
        "number",
        "integer",
        "float",
        "boolean",
        "date",
        "time",
        "radix",
        "sign",
        "zero",
        "`_`",
        "invalid value",
    ]) {
        "value"
    } else if about(&["recurs"]) {
        "deep"
    } else {
        "other"
    }
}
