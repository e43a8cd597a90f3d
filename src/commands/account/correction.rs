//! `FIELD=VALUE` as it is typed: which field, and the value it would hold.

use crate::domain::account::Account;
use crate::domain::correction::{Around, Correction, Field, Wrong, elsewhere, normalise};
use crate::domain::entry::Entry;
use crate::domain::names;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::schema::Schema;
use jiff::civil::Date;

/// A field and the values typed for it.
#[derive(Debug, Clone)]
pub struct Typed {
    field: Field,
    values: Vec<String>,
}

/// Where the name that was typed without quotes ends and the corrections begin.
///
/// # Errors
/// Nothing to correct (2); a word without `=` after the first correction (2).
pub fn split(words: &[String]) -> Result<(&[String], &[String])> {
    let begin = words.iter().position(|word| word.contains('='));
    let (name, fields) = words.split_at(begin.unwrap_or(words.len()));
    let stray = fields.iter().find(|word| !word.contains('='));
    if fields.is_empty() || stray.is_some() {
        let word = stray.or(name.last()).cloned().unwrap_or_default();
        return Err(CommandError::usage(
            "field-missing",
            Text::new("set-missing").with("text", word),
        )
        .hint(Text::new("set-missing-hint")));
    }
    Ok((name, fields))
}

/// The fields typed, and values that can be right at all: what depends on the person is judged by [`of`].
///
/// # Errors
/// An unknown field, one that is corrected elsewhere, one named twice, an impossible value (2).
pub fn read(schema: &Schema, words: &[String], today: Date) -> Result<Vec<Typed>> {
    let mut typed: Vec<Typed> = Vec::new();
    for word in words {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let field = schema
            .field(name)
            .ok_or_else(|| unknown(schema, name.trim()))?;
        match typed.iter_mut().find(|t| t.field.name == field.name) {
            Some(known) if field.several => known.values.push(value.to_owned()),
            Some(_) => {
                return Err(CommandError::usage(
                    "field-twice",
                    Text::new("set-twice").with("field", label(&field)),
                ));
            }
            None => typed.push(Typed {
                field,
                values: vec![value.to_owned()],
            }),
        }
    }
    // As if abroad: a French postal code is one there too.
    let around = Around {
        today,
        abroad: true,
    };
    for one in &typed {
        values(one, &around)?;
    }
    Ok(typed)
}

/// The corrections of one person.
///
/// # Errors
/// A field that is not this person's, a value that does not fit this person (2); a field that names the entry
/// itself (6).
pub fn of(
    schema: &Schema,
    account: &Account,
    entry: &Entry,
    typed: &[Typed],
    today: Date,
) -> Result<Vec<Correction>> {
    let around = Around {
        today,
        abroad: abroad(schema, entry, typed),
    };
    let mut corrections = Vec::new();
    for one in typed {
        let field = &one.field;
        if !field.is_of(&account.roles) {
            return Err(CommandError::usage(
                "field-not-of-role",
                Text::new("set-not-of-role")
                    .with("field", label(field))
                    .with("name", &account.display_name),
            ));
        }
        if account.dn.is_named_by(&field.attribute) {
            return Err(CommandError::new(
                ExitStatus::Refused,
                "field-names-account",
                Text::new("set-names-account")
                    .with("field", label(field))
                    .with("name", &account.display_name),
            ));
        }
        corrections.push(Correction {
            field: field.clone(),
            values: values(one, &around)?,
        });
    }
    Ok(corrections)
}

/// The name of the field that an attribute stands behind.
pub fn field_name(schema: &Schema, attribute: &str) -> String {
    let field = schema
        .fields()
        .into_iter()
        .find(|field| field.attribute.eq_ignore_ascii_case(attribute));
    match field {
        Some(field) => field.name,
        None if schema.one("display_name") == Some(attribute) => "display-name".to_owned(),
        None => "full-name".to_owned(),
    }
}

/// Whether the address is, or will be, outside France.
fn abroad(schema: &Schema, entry: &Entry, typed: &[Typed]) -> bool {
    let Some(field) = schema.field("country") else {
        return false;
    };
    let typed = typed.iter().find(|one| one.field.name == field.name);
    let country = match typed {
        Some(one) => one.values.first().cloned(),
        None => entry.text(&field.attribute),
    };
    let country = names::fold(&country.unwrap_or_default());
    !country.is_empty() && country != "france"
}

/// The values in the form they are stored in; none where the field is to be emptied.
fn values(typed: &Typed, around: &Around) -> Result<Vec<String>> {
    let mut values: Vec<String> = Vec::new();
    for value in &typed.values {
        let stored =
            normalise(&typed.field, value, around).map_err(|w| refused(&typed.field, value, w))?;
        values.extend(stored.filter(|value| !values.contains(value)));
    }
    Ok(values)
}

fn refused(field: &Field, value: &str, wrong: Wrong) -> CommandError {
    let expected = Text::new(format!("set-expected-{}", wrong.as_str()))
        .with("example", wrong.example())
        .with("choices", field.choices.join(", "));
    let message = if wrong == Wrong::Required {
        Text::new("set-value-required").with("field", label(field))
    } else {
        Text::new("set-value")
            .with("field", label(field))
            .with("value", value)
    };
    CommandError::usage("field-value", message).hint(expected)
}

/// No such field: whose it is, or the nearest, and those there are.
fn unknown(schema: &Schema, name: &str) -> CommandError {
    if let Some(whose) = elsewhere(name) {
        return CommandError::usage(
            "field-elsewhere",
            Text::new("set-elsewhere").with("field", name),
        )
        .hint(Text::new(format!("set-elsewhere-{}", whose.as_str())));
    }
    let names: Vec<String> = schema.fields().into_iter().map(|f| f.name).collect();
    let near = crate::config::nearest::nearest(name, names.iter().map(String::as_str));
    let error = CommandError::usage(
        "field-unknown",
        Text::new("set-unknown").with("field", name),
    );
    let error = match near {
        Some(near) => error.hint(Text::new("set-unknown-nearest").with("field", near)),
        None => error,
    };
    error.hint(Text::new("set-unknown-hint").with("fields", said(&schema.fields())))
}

/// The fields, in the language of the reader.
fn said(fields: &[Field]) -> Text {
    match fields {
        [] => Text::new("set-empty"),
        [only] => label(only),
        [first, rest @ ..] => Text::new("set-unknown-more")
            .with("field", label(first))
            .with("more", said(rest)),
    }
}

fn label(field: &Field) -> Text {
    Text::new(format!("set-field-{}", field.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, Localizer};
    use std::collections::BTreeMap;

    #[test]
    fn what_a_field_is_called_can_be_typed() {
        for preset in ["sdet", "inetorgperson"] {
            let schema = Schema::preset(preset, &BTreeMap::new()).expect(preset);
            for language in [Language::En, Language::Fr] {
                let localizer = Localizer::new(language);
                for field in schema.fields() {
                    let said = localizer.say(&label(&field));
                    let found = schema.field(&said).map(|found| found.name);
                    assert_eq!(found, Some(field.name), "{preset}: {said}");
                }
            }
        }
    }
}
