//! What a change does to an account, in words: the field, what it held, what it will hold.

use crate::domain::change::{Change, Modification, NewValue};
use crate::domain::time::{LOCKED_FOR_GOOD, parse_generalized};
use crate::i18n::{Localizer, Text};
use crate::output::words;
use crate::schema;

/// The fields of a change, one line each: `Mobile: 06… → 07…`. No password, not even a former one.
pub fn in_words(change: &Change, localizer: &Localizer) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for modification in &change.modifications {
        let (Modification::Add { attribute, .. }
        | Modification::Delete { attribute, .. }
        | Modification::Replace { attribute, .. }) = modification;
        let line = line(change, modification, attribute, localizer);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn line(
    change: &Change,
    modification: &Modification,
    attribute: &str,
    localizer: &Localizer,
) -> String {
    let label = label(attribute, localizer);
    let (key, values) = match modification {
        Modification::Replace { values, .. } => {
            if values.contains(&NewValue::Password) {
                return localizer.say(&Text::new("change-new-password"));
            }
            let before = change
                .before
                .iter()
                .find(|before| before.attribute.eq_ignore_ascii_case(attribute));
            return localizer.say(
                &Text::new("change-replaced")
                    .with("field", label)
                    .with(
                        "before",
                        said(
                            before
                                .iter()
                                .flat_map(|b| b.values.iter().map(String::as_str)),
                            localizer,
                        ),
                    )
                    .with("after", said(texts(values), localizer)),
            );
        }
        Modification::Add { values, .. } => ("change-added", values),
        Modification::Delete { values, .. } => ("change-deleted", values),
    };
    localizer.say(
        &Text::new(key)
            .with("field", label)
            .with("values", said(texts(values), localizer)),
    )
}

fn texts(values: &[NewValue]) -> impl Iterator<Item = &str> {
    values.iter().filter_map(|value| match value {
        NewValue::Text(text) => Some(text.as_str()),
        NewValue::Password => None,
    })
}

/// The field as a person calls it; the directory's own name where nobody has given it words.
pub fn label(attribute: &str, localizer: &Localizer) -> String {
    match schema::words::key(attribute) {
        Some(key) => localizer.word(&key),
        None => attribute.to_owned(),
    }
}

fn said<'a>(values: impl Iterator<Item = &'a str>, localizer: &Localizer) -> String {
    let values: Vec<String> = values
        .map(|value| match value {
            LOCKED_FOR_GOOD => localizer.word("state-disabled"),
            "TRUE" => localizer.word("export-yes"),
            "FALSE" => localizer.word("export-no"),
            _ => match parse_generalized(value) {
                Some(at) => words::moment(at, localizer.language()),
                None => value.to_owned(),
            },
        })
        .collect();
    if values.is_empty() {
        localizer.word("change-nothing")
    } else {
        values.join(", ")
    }
}
