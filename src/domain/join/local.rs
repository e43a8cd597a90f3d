//! What a link gave, found again in a history, where the directory has no place to record it.

use super::gift::Gift;
use super::names::JoinNames;
use crate::domain::change::{Change, Modification, NewValue};
use crate::domain::dn::Dn;

/// What the link of these two gave and has not taken back, by the changes that were made for it, oldest first: those
/// of the link itself, of its refreshes, and of what was undone. `None` where none of them knows the link.
pub fn gifts_of<'a>(
    changes: impl IntoIterator<Item = &'a Change>,
    names: &JoinNames,
    principal: &Dn,
    secondary: &Dn,
) -> Option<Vec<Gift>> {
    let mut gifts: Vec<Gift> = Vec::new();
    let mut known = false;
    for change in changes {
        let about = change.account.dn == *principal
            && change.with.iter().any(|other| other.dn == *secondary);
        if !about {
            continue;
        }
        known = true;
        for modification in &change.modifications {
            let attribute = modification.attribute();
            if names.is_tie(attribute) {
                continue;
            }
            let gift = |value: &String| Gift::new(secondary, change.target(), attribute, value);
            match modification {
                Modification::Add { values, .. } => {
                    gifts.extend(texts(values).map(|value| gift(&value)));
                }
                Modification::Delete { values, .. } => {
                    let gone: Vec<Gift> = texts(values).map(|value| gift(&value)).collect();
                    gifts.retain(|given| !gone.iter().any(|g| g.is_same_value(given)));
                }
                // Only what closes an account is written as a whole.
                Modification::Replace { values, .. } => {
                    gifts.retain(|given| {
                        given.on().as_ref() != Some(change.target())
                            || !given.attribute.eq_ignore_ascii_case(attribute)
                    });
                    let before = change
                        .before
                        .iter()
                        .find(|b| b.attribute.eq_ignore_ascii_case(attribute));
                    let before = before.and_then(|b| b.values.first().cloned());
                    let closes = change.target() == secondary;
                    gifts.extend(texts(values).filter(|_| closes).map(|value| Gift {
                        before: before.clone(),
                        ..gift(&value)
                    }));
                }
            }
        }
    }
    known.then_some(gifts)
}

fn texts(values: &[NewValue]) -> impl Iterator<Item = String> {
    values.iter().filter_map(|value| match value {
        NewValue::Text(text) => Some(text.clone()),
        NewValue::Password => None,
    })
}
