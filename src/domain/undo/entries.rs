//! Entries that were made, and go again; entries that went, and are made again.

use super::{Moved, Undone, same_values};
use crate::domain::change::{Before, Change, Modification, NewValue, Operation, Reliance};
use crate::domain::dn::Dn;
use crate::domain::effect::{Touched, touched};
use crate::domain::entry::Entry;

/// The class that every entry has (RFC 4512 section 4.2), which some servers add by themselves.
const TOP: &str = "top";

/// Takes away an entry that was made, where it still is what was made. What others have written into it since is
/// theirs, and keeps it there.
pub(super) fn unmake(change: &Change, dn: &Dn, now: Option<&Entry>) -> Undone {
    let (Some(now), Some(made)) = (now, touched(change)) else {
        return nothing();
    };
    let moved = moved(&made, now, |one| &one.after);
    if !moved.is_empty() {
        return Undone { moved, ..nothing() };
    }
    let values = |one: &Touched| now.texts(&one.attribute);
    let inverse = Change {
        account: change.account.clone(),
        operation: Operation::DeleteEntry { dn: dn.clone() },
        besides: change.besides.clone(),
        with: change.with.clone(),
        relies_on: made
            .iter()
            .flat_map(|one| {
                let holds = |value| Reliance::Holds {
                    attribute: one.attribute.clone(),
                    value,
                };
                one.after.iter().cloned().map(holds)
            })
            .collect(),
        modifications: made
            .iter()
            .map(|one| Modification::Delete {
                attribute: one.attribute.clone(),
                values: values(one).into_iter().map(NewValue::Text).collect(),
            })
            .collect(),
        before: made
            .iter()
            .map(|one| Before {
                attribute: one.attribute.clone(),
                values: values(one),
            })
            .collect(),
        notes: Vec::new(),
    };
    Undone {
        change: Some(inverse),
        ..nothing()
    }
}

/// Makes an entry that went again, where nobody has made another one in its place. It is a new entry with the old
/// values: what the server itself gave it (`entryUUID`) does not come back.
pub(super) fn make_again(change: &Change, dn: &Dn, now: Option<&Entry>) -> Undone {
    let Some(gone) = touched(change) else {
        return nothing();
    };
    // A password is in no history: whoever makes the entry again says so.
    let gone: Vec<Touched> = gone
        .into_iter()
        .filter(|one| !change.is_not_kept(&one.attribute))
        .collect();
    if let Some(now) = now {
        let moved = moved(&gone, now, |one| &one.before);
        return Undone { moved, ..nothing() };
    }
    let inverse = Change {
        account: change.account.clone(),
        operation: Operation::AddEntry { dn: dn.clone() },
        besides: change.besides.clone(),
        with: change.with.clone(),
        relies_on: Vec::new(),
        modifications: gone
            .iter()
            .map(|one| Modification::Add {
                attribute: one.attribute.clone(),
                values: one.before.iter().cloned().map(NewValue::Text).collect(),
            })
            .collect(),
        before: gone
            .iter()
            .map(|one| Before {
                attribute: one.attribute.clone(),
                values: Vec::new(),
            })
            .collect(),
        notes: Vec::new(),
    };
    Undone {
        change: Some(inverse),
        ..nothing()
    }
}

fn nothing() -> Undone {
    Undone {
        change: None,
        moved: Vec::new(),
        lost: Vec::new(),
    }
}

/// The attributes that are not as they should be, those that nobody knew of among them.
fn moved<'a>(
    known: &'a [Touched],
    now: &Entry,
    expected: impl Fn(&'a Touched) -> &'a Vec<String>,
) -> Vec<Moved> {
    let differs = |one: &&'a Touched| {
        let without_top = |values: &[String]| -> Vec<String> {
            let is_top = |v: &&String| !v.eq_ignore_ascii_case(TOP);
            values.iter().filter(is_top).cloned().collect()
        };
        let present = now.texts(&one.attribute);
        !same_values(&without_top(&present), &without_top(expected(one)))
    };
    let foreign = now
        .attributes
        .iter()
        .map(|a| a.name.as_str())
        .filter(|name| {
            !known
                .iter()
                .any(|one| one.attribute.eq_ignore_ascii_case(name))
        });
    known
        .iter()
        .filter(differs)
        .map(|one| one.attribute.as_str())
        .chain(foreign)
        .map(|attribute| Moved {
            attribute: attribute.to_owned(),
            values: now.texts(attribute),
        })
        .collect()
}
