//! The page to print: one file that needs nothing else.

use super::sections::{Row, heading, sections};
use super::{Dossier, values};
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::{Localizer, Text, visible};
use minijinja::{Environment, UndefinedBehavior, Value, context};

/// The ending `.html` is what turns escaping on.
const NAME: &str = "page.html";
const SOURCE: &str = include_str!("page.html.j2");

/// Pictures that every browser shows, by their first bytes.
const PICTURES: [(&[u8], &str); 2] = [
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
];

/// Lays the document out in the localizer's language.
///
/// # Errors
/// `export-not-rendered`.
pub fn render(dossier: &Dossier, localizer: &Localizer) -> Result<Vec<u8>> {
    let (title, made) = heading(dossier, localizer);
    let sections: Vec<Value> = sections(dossier, localizer)
        .iter()
        .map(|section| {
            context! {
                title => &section.title,
                rows => section.rows.iter().map(|row| line(row, localizer)).collect::<Vec<_>>(),
            }
        })
        .collect();
    let document = context! {
        lang => localizer.language().as_str(),
        title => title,
        made => made,
        sections => sections,
        notes => [localizer.word("export-others"), localizer.word("export-password")].to_vec(),
    };
    fill(document).map(String::into_bytes).map_err(|_| {
        CommandError::new(
            ExitStatus::Failed,
            "export-not-rendered",
            Text::new("export-not-rendered"),
        )
    })
}

fn fill(document: Value) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_template(NAME, SOURCE)?;
    environment.get_template(NAME)?.render(document)
}

fn line(row: &Row, localizer: &Localizer) -> Value {
    let mut said: Vec<String> = row.values.iter().map(|value| visible(value)).collect();
    let mut pictures = Vec::new();
    for bytes in &row.bytes {
        match PICTURES.iter().find(|(head, _)| bytes.starts_with(head)) {
            Some((_, kind)) => {
                pictures.push(format!("data:{kind};base64,{}", values::base64(bytes)));
            }
            None => {
                said.push(localizer.say(&Text::new("export-binary").with("count", bytes.len())))
            }
        }
    }
    context! { title => visible(&row.title), values => said, pictures => pictures }
}
