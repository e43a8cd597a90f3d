//! What the TOML parser complains about, in our words.
//!
//! The parser speaks English only; its fixed descriptions are sorted here into a dozen sentences that
//! exist in both languages. One it may add later falls into the general one, with its place.

use super::problem::{Fault, Problem, position};

/// The mistakes the parser found, at most one a line: what follows on the same line is mostly an echo.
pub fn problems(errors: &[toml::de::Error], text: &str) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    let mut last_line = 0;
    for error in errors {
        let at = error.span().map_or(text.len(), |span| span.start);
        let (line, _) = position(text, at);
        if line == last_line {
            continue;
        }
        last_line = line;
        found.push(Problem {
            at,
            key: String::new(),
            fault: Fault::Syntax {
                what: sort(error.message()),
            },
        });
    }
    found
}

/// The sentence, under `config-syntax-`, for a description of the parser.
fn sort(message: &str) -> &'static str {
    let about = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if about(&["duplicate key"]) {
        "duplicate"
    } else if about(&["cannot extend"]) {
        "extend"
    } else if about(&["must be quoted"]) {
        "unquoted"
    } else if about(&["escape", "unicode value"]) {
        "escape"
    } else if about(&[
        "basic string",
        "literal string",
        "invalid string",
        "opening quote",
    ]) && !about(&["keys cannot"])
    {
        "string"
    } else if about(&["inline table"]) {
        "inline-table"
    } else if about(&["array table", "unclosed table", "table open"]) {
        "header"
    } else if about(&["array"]) {
        "array"
    } else if about(&[
        "key with no value",
        "missing value",
        "missing assignment",
        "key-value pair",
    ]) {
        "no-value"
    } else if about(&["unquoted key", "keys cannot", "unexpected key"]) {
        "key"
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
    } else if about(&["recur"]) {
        "deep"
    } else {
        "other"
    }
}
