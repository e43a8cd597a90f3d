//! `FIELD=VALUE` as it is typed: which field, and the value it would hold.

use crate::domain::account::Account;
use crate::domain::correction::{Around, Correction, Field, Wrong, elsewhere, normalise};
use crate::domain::entry::Entry;
use crate::domain::names;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::schema::Schema;
use jiff::civil::Date;
use serde_json::json;

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

/// The fields that cannot be corrected so, each with its name: all are told, as everything is before a write.
#[derive(Default)]
struct Faults(Vec<(String, CommandError)>);

impl Faults {
    /// A field is told once, by what was found first.
    fn add(&mut self, field: &str, error: CommandError) {
        if !self.0.iter().any(|(known, _)| known == field) {
            self.0.push((field.to_owned(), error));
        }
    }

    /// `done` where there are none; one as it is, several as one error (`fields-faulty`) with the status of the
    /// gravest.
    fn or<T>(mut self, done: T) -> Result<T> {
        let Some(status) = self.0.iter().map(|(_, error)| error.status()).max() else {
            return Ok(done);
        };
        if self.0.len() == 1 {
            return self.0.pop().map_or(Ok(done), |(_, only)| Err(only));
        }
        let message = Text::new("set-faults").with("count", self.0.len());
        let mut error = CommandError::new(status, "fields-faulty", message);
        let mut hints: Vec<&Text> = Vec::new();
        for (_, fault) in &self.0 {
            error = error.show(fault.message().clone());
            for hint in fault.hints() {
                if !hints.contains(&hint) {
                    hints.push(hint);
                    error = error.hint(hint.clone());
                }
            }
        }
        let faults: Vec<_> = self
            .0
            .iter()
            .map(|(field, fault)| json!({ "field": field, "code": fault.code() }))
            .collect();
        Err(error.details(json!({ "faults": faults })))
    }
}

/// The fields typed, and values that can be right at all: what depends on the person is judged by [`of`].
///
/// # Errors
/// Each unknown field, one that is corrected elsewhere, one named twice, or given a value and emptied, an
/// impossible value (2).
pub fn read(schema: &Schema, words: &[String], today: Date) -> Result<Vec<Typed>> {
    let mut typed: Vec<Typed> = Vec::new();
    let mut faults = Faults::default();
    let twice = |key: &str, field: &Field| {
        CommandError::usage("field-twice", Text::new(key).with("field", label(field)))
    };
    for word in words {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let Some(field) = schema.field(name) else {
            faults.add(name.trim(), unknown(schema, name.trim()));
            continue;
        };
        match typed.iter_mut().find(|t| t.field.name == field.name) {
            Some(known) if field.several => known.values.push(value.to_owned()),
            Some(_) => faults.add(&field.name, twice("set-twice", &field)),
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
        let emptied = |value: &String| value.trim().is_empty();
        if one.values.len() > 1 && one.values.iter().any(emptied) {
            // Which of the two is meant?
            let error = twice("set-given-and-emptied", &one.field);
            faults.add(&one.field.name, error);
        } else if let Err(error) = values(one, &around) {
            faults.add(&one.field.name, error);
        }
    }
    faults.or(typed)
}

/// The corrections of one person.
///
/// # Errors
/// Each field that is not this person's, a value that does not fit this person (2); a field that names the
/// entry itself (6).
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
    let mut faults = Faults::default();
    for one in typed {
        match correction(account, one, &around) {
            Ok(correction) => corrections.push(correction),
            Err(error) => faults.add(&one.field.name, error),
        }
    }
    faults.or(corrections)
}

fn correction(account: &Account, typed: &Typed, around: &Around) -> Result<Correction> {
    let field = &typed.field;
    let about = |key: &str| {
        Text::new(key)
            .with("field", label(field))
            .with("name", &account.display_name)
    };
    if !field.is_of(&account.roles) {
        let message = about("set-not-of-role");
        return Err(CommandError::usage("field-not-of-role", message));
    }
    if account.dn.is_named_by(&field.attribute) {
        return Err(CommandError::new(
            ExitStatus::Refused,
            "field-names-account",
            about("set-names-account"),
        ));
    }
    Ok(Correction {
        field: field.clone(),
        values: values(typed, around)?,
    })
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
