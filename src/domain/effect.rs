//! What a change does to an entry, attribute by attribute: the values before, and the values after.

use super::change::{Change, Modification, NewValue};
use super::dn::Dn;

/// An attribute as a change found it and left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Attribute description.
    pub attribute: String,
    /// Its values before; empty where it was absent.
    pub before: Vec<String>,
    /// Its values after.
    pub after: Vec<String>,
    /// Written as a whole (Replace, or Delete of all), not value by value.
    pub whole: bool,
}

/// The attributes as the change found and left them; `None` where that was not kept. A password takes all
/// that was set beside it along: an obligation to change it, without it, would be about another password.
pub fn touched(change: &Change) -> Option<Vec<Touched>> {
    if change.sets_password() {
        return None;
    }
    touched_names(change)
        .into_iter()
        .map(|attribute| {
            let before = change
                .before
                .iter()
                .find(|b| b.attribute.eq_ignore_ascii_case(&attribute))?
                .values
                .clone();
            let mut after = before.clone();
            let mut whole = false;
            for modification in &change.modifications {
                whole |= apply(modification, &attribute, &mut after);
            }
            Some(Touched {
                attribute,
                before,
                after,
                whole,
            })
        })
        .collect()
}

/// The attributes that a change writes, each once.
pub fn touched_names(change: &Change) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for modification in &change.modifications {
        let attribute = modification.attribute();
        if !names.iter().any(|n| n.eq_ignore_ascii_case(attribute)) {
            names.push(attribute.to_owned());
        }
    }
    names
}

/// Applies a step to an attribute's values; whether it wrote the attribute as a whole.
pub(super) fn apply(modification: &Modification, name: &str, values: &mut Vec<String>) -> bool {
    let (Modification::Add {
        attribute,
        values: given,
    }
    | Modification::Delete {
        attribute,
        values: given,
    }
    | Modification::Replace {
        attribute,
        values: given,
    }) = modification;
    if !attribute.eq_ignore_ascii_case(name) {
        return false;
    }
    let given: Vec<String> = given
        .iter()
        .filter_map(|value| match value {
            NewValue::Text(text) => Some(text.clone()),
            NewValue::Password => None,
        })
        .collect();
    match modification {
        Modification::Add { .. } => {
            values.extend(given);
            false
        }
        Modification::Delete { .. } if given.is_empty() => {
            values.clear();
            true
        }
        Modification::Delete { .. } => {
            values.retain(|v| !given.iter().any(|g| alike(g, v)));
            false
        }
        Modification::Replace { .. } => {
            *values = given;
            true
        }
    }
}

/// Values away first, so that an attribute of a single value never holds two.
pub fn steps(attribute: &str, take: Vec<String>, put: Vec<String>) -> Vec<Modification> {
    let texts = |values: Vec<String>| values.into_iter().map(NewValue::Text).collect();
    let mut steps = Vec::new();
    if !take.is_empty() {
        steps.push(Modification::Delete {
            attribute: attribute.to_owned(),
            values: texts(take),
        });
    }
    if !put.is_empty() {
        steps.push(Modification::Add {
            attribute: attribute.to_owned(),
            values: texts(put),
        });
    }
    steps
}

/// Whether two values are the same to the directory (caseIgnoreMatch, distinguishedNameMatch).
pub fn alike(a: &str, b: &str) -> bool {
    lowercase(a).eq(lowercase(b)) || same_name(a, b)
}

fn lowercase(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase)
}

/// Whether two texts cannot be names of one entry, told without parsing them: without escapes, names of one entry are
/// the same letters but for spaces. A group's thousands of members are compared with one.
fn cannot_be_one_name(a: &str, b: &str) -> bool {
    let plain = |text: &str| !text.contains(['\\', '"', '#', '+']);
    let letters = |c: &char| *c != ' ';
    plain(a)
        && plain(b)
        && !lowercase(a)
            .filter(letters)
            .eq(lowercase(b).filter(letters))
}

/// Whether both are names of one entry (distinguishedNameMatch).
pub fn same_name(a: &str, b: &str) -> bool {
    if cannot_be_one_name(a, b) {
        return false;
    }
    let name = |text: &str| {
        let shaped = text.contains('=') && text.contains(',');
        shaped.then(|| Dn::parse(text).ok()).flatten()
    };
    matches!((name(a), name(b)), (Some(a), Some(b)) if a == b)
}
