//! The document in words, section by section: the same for the screen and for paper.

use super::{Done, Dossier, Held, label};
use crate::domain::time::{LOCKED_FOR_GOOD, parse_generalized};
use crate::history::OutcomeKind;
use crate::i18n::{Localizer, Text};
use crate::output::words;
use crate::schema::words::{self as known, ValueKind};

/// A titled list of lines.
#[derive(Debug)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// What stands in it; empty sections are left out, the history's aside.
    pub rows: Vec<Row>,
}

/// A title and what is said under it.
#[derive(Debug)]
pub struct Row {
    /// What it is.
    pub title: String,
    /// The values in words.
    pub values: Vec<String>,
    /// Pictures and other bytes, for a page; said in words on a screen.
    pub(super) bytes: Vec<Vec<u8>>,
}

impl Row {
    /// All values in words, bytes by their size.
    pub fn said(&self, localizer: &Localizer) -> Vec<String> {
        let bytes = self
            .bytes
            .iter()
            .map(|bytes| localizer.say(&Text::new("export-binary").with("count", bytes.len())));
        self.values.iter().cloned().chain(bytes).collect()
    }
}

/// The title of the document, and when it was drawn up.
pub fn heading(dossier: &Dossier, localizer: &Localizer) -> (String, String) {
    let title = Text::new("export-title").with("name", &dossier.account.name);
    let at = words::moment(dossier.exported_at, localizer.language());
    (
        localizer.say(&title),
        localizer.say(&Text::new("export-made").with("at", at)),
    )
}

/// All sections, in their order.
pub fn sections(dossier: &Dossier, localizer: &Localizer) -> Vec<Section> {
    let mut person = vec![
        row(
            localizer.word("export-role"),
            dossier
                .roles
                .iter()
                .map(|role| localizer.word(&format!("role-{role}")))
                .collect(),
        ),
        row(localizer.word("export-school"), dossier.schools.clone()),
        row(
            localizer.word("export-state"),
            dossier
                .state
                .iter()
                .map(|code| localizer.word(&format!("state-{code}")))
                .collect(),
        ),
    ];
    person.extend(
        dossier
            .attributes
            .iter()
            .map(|held| of_held(held, localizer)),
    );
    let family = vec![
        row(localizer.word("export-children"), dossier.children.clone()),
        row(localizer.word("export-parents"), dossier.parents.clone()),
        row(localizer.word("export-groups"), dossier.groups.clone()),
    ];
    let relations = dossier
        .relations
        .iter()
        .map(|relation| {
            let mut row = of_held(&relation.held, localizer);
            let title = Text::new("export-of")
                .with("label", &relation.held.label)
                .with("name", &relation.name);
            row.title = localizer.say(&title);
            row
        })
        .collect();
    let mut history: Vec<Row> = dossier
        .history
        .iter()
        .map(|done| of_run(done, localizer))
        .collect();
    if history.is_empty() {
        history.push(row(String::new(), vec![localizer.word("export-empty")]));
    }
    [
        ("export-section-person", person),
        ("export-section-family", family),
        ("export-section-relations", relations),
        ("export-section-history", history),
    ]
    .into_iter()
    .map(|(key, rows)| Section {
        title: localizer.word(key),
        rows: rows
            .into_iter()
            .filter(|row: &Row| !row.values.is_empty() || !row.bytes.is_empty())
            .collect(),
    })
    .filter(|section| !section.rows.is_empty())
    .collect()
}

fn row(title: String, values: Vec<String>) -> Row {
    Row {
        title,
        values,
        bytes: Vec::new(),
    }
}

fn of_held(held: &Held, localizer: &Localizer) -> Row {
    Row {
        title: held.label.clone(),
        values: held
            .values
            .iter()
            .map(|value| in_words(value, held.kind, localizer))
            .collect(),
        bytes: held.bytes.clone(),
    }
}

/// A value as one reads it. What does not have the form it should have is shown as it is.
fn in_words(value: &str, kind: ValueKind, localizer: &Localizer) -> String {
    match kind {
        ValueKind::Time if value == LOCKED_FOR_GOOD => localizer.word("export-disabled-for-good"),
        ValueKind::Time => parse_generalized(value).map_or_else(
            || value.to_owned(),
            |at| words::moment(at, localizer.language()),
        ),
        ValueKind::YesNo => match value.to_ascii_uppercase().as_str() {
            "O" | "TRUE" => localizer.word("export-yes"),
            "N" | "FALSE" => localizer.word("export-no"),
            _ => value.to_owned(),
        },
        ValueKind::Lines => parts(value, ", "),
        ValueKind::Link => link(value, localizer).unwrap_or_else(|| parts(value, " · ")),
        ValueKind::Text | ValueKind::Name | ValueKind::Author => parts(value, " · "),
    }
}

/// A pupil's link to an adult: who, and the rights one after the other. A code that nobody knows is shown as it
/// is, what is empty is left out.
fn link(value: &str, localizer: &Localizer) -> Option<String> {
    // From behind: a name may hold a dollar sign, a code never does.
    let fields: Vec<&str> = value.rsplitn(6, '$').map(str::trim).collect();
    let [payment, contact, legal, pays, kinship, name] = fields[..] else {
        return None;
    };
    let flag = |key: &str, code: &str| {
        let said = match code.to_ascii_uppercase().as_str() {
            "" => return None,
            "1" | "O" => localizer.word("export-yes"),
            "0" | "N" => localizer.word("export-no"),
            _ => code.to_owned(),
        };
        Some(localizer.say(&Text::new(key).with("said", said)))
    };
    let who = match known::kinship(kinship) {
        Some(word) => Some(localizer.word(&format!("export-kinship-{word}"))),
        None => Some(kinship.to_owned()).filter(|code| !code.is_empty()),
    };
    let legal = match known::legal(legal) {
        Some(word) => Some(localizer.word(&format!("export-legal-{word}"))),
        None => flag("export-link-legal", legal),
    };
    let said = [
        Some(name.to_owned()).filter(|name| !name.is_empty()),
        who,
        legal,
        flag("export-link-pays", pays),
        flag("export-link-contact", contact),
        flag("export-link-payment", payment),
    ];
    Some(said.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

fn parts(value: &str, between: &str) -> String {
    let parts: Vec<&str> = value.split('$').filter(|p| !p.trim().is_empty()).collect();
    parts.join(between)
}

/// When, what, by whom, why, and what became of it.
fn of_run(done: &Done, localizer: &Localizer) -> Row {
    let key = format!("export-verb-{}", done.verb.replace(' ', "-"));
    let mut said = vec![if localizer.has(&key) {
        localizer.word(&key)
    } else {
        done.verb.clone()
    }];
    let user = match &done.sudo_user {
        Some(person) => format!("{person} ({})", done.user),
        None => done.user.clone(),
    };
    said.push(localizer.say(&Text::new("export-by").with("user", user)));
    if let Some(reason) = &done.reason {
        said.push(localizer.say(&Text::new("export-reason").with("reason", reason)));
    }
    let outcome = match done.outcome {
        None => "pending",
        Some(OutcomeKind::Done) => "done",
        Some(OutcomeKind::Unchanged) => "unchanged",
        Some(OutcomeKind::Refused) => "refused",
        Some(OutcomeKind::Failed) => "failed",
        Some(OutcomeKind::Unknown) => "unknown",
    };
    said.push(localizer.word(&format!("outcome-kind-{outcome}")));
    let mut values = vec![said.join(" · ")];
    values.extend(done.changes.iter().map(|step| {
        let written: Vec<String> = step
            .held
            .values
            .iter()
            .map(|value| in_words(value, step.held.kind, localizer))
            .collect();
        let sign = match step.op {
            "add" => "+",
            "delete" => "−",
            _ => "=",
        };
        let written = if written.is_empty() {
            "—".to_owned()
        } else {
            written.join(", ")
        };
        format!(
            "{} {sign} {written}",
            label(&step.held.attribute, localizer)
        )
    }));
    row(words::moment(done.started_at, localizer.language()), values)
}
