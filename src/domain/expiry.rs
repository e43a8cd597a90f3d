//! The end of temporary passwords: whose has come, and what is written then. Pure: the present is handed in.
//!
//! The end stands with the password, in an attribute of its own, written in the same Modify. Together with
//! must-change it tells a password that was mailed from one on a slip, which has none. It outlives the owner's own
//! change, and another tool's: such a mark says nothing any more, and is taken away before it can be taken for
//! that of a later password.

use super::account::{Account, AccountState};
use super::change::{Before, Change, Modification, NewValue, Operation, Reliance};
use super::intents::{AccessAttributes, lock, relied_identity, reset};
use super::time::parse_generalized;
use jiff::{SignedDuration, Timestamp};

/// Note of a change: a temporary password that was not used in time ends.
pub const NOTE_ENDED: &str = "temporary-ended";
/// Note of a change: an end that is no longer that of the password is taken away, and nothing else.
pub const NOTE_OUTLIVED: &str = "end-outlived";

/// How far the server's clock and ours may be apart.
const CLOCKS: SignedDuration = SignedDuration::from_mins(5);

/// What becomes of a password that was not used by its end (`at_end`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AtEnd {
    /// One that nobody knows takes its place.
    #[default]
    Replace,
    /// The account is disabled.
    Disable,
}

impl AtEnd {
    /// As the configuration writes it.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "replace" => Some(AtEnd::Replace),
            "disable" => Some(AtEnd::Disable),
            _ => None,
        }
    }
}

/// What an end in the directory says of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Nothing is to be done: no end, one to come, one that cannot be read, or an account that is disabled already.
    Nothing,
    /// The password has ended, and was never used to choose another.
    Ended,
    /// The end is that of an earlier password.
    Outlived,
}

/// Judges the end that stands in the directory. An account that is to be disabled and is so already keeps its end,
/// which counts again when it is opened.
pub fn due(state: &AccountState, at_end: AtEnd, now: Timestamp) -> Due {
    let Some(until) = state.temporary_until.as_deref().and_then(parse_generalized) else {
        return Due::Nothing;
    };
    let set_after = state.password_changed_at.is_some_and(|at| at > until);
    if !state.must_change || set_after {
        Due::Outlived
    } else if until > now || (state.disabled && at_end == AtEnd::Disable) {
        Due::Nothing
    } else {
        Due::Ended
    }
}

/// A password with an end as a history knows it, where the directory has no place for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// When its run began.
    pub begun: Timestamp,
    /// When it was noted as written.
    pub noted: Timestamp,
    /// The end that the run said.
    pub until: Timestamp,
}

impl Given {
    /// The end: reckoned from when the password was noted, since a run that was resumed gives those that were left
    /// as much time as the others. Never earlier than what the person was told.
    pub fn end(&self) -> Timestamp {
        let valid = self.until.duration_since(self.begun);
        self.noted.checked_add(valid).unwrap_or(Timestamp::MAX)
    }

    /// Whether the account still has this very password, unused, and its end has come.
    pub fn is_due(&self, state: &AccountState, at_end: AtEnd, now: Timestamp) -> bool {
        let fits = state.password_changed_at.is_some_and(|at| {
            let from = self.begun.checked_sub(CLOCKS).unwrap_or(Timestamp::MIN);
            let to = self.noted.checked_add(CLOCKS).unwrap_or(Timestamp::MAX);
            (from..=to).contains(&at)
        });
        let left_disabled = state.disabled && at_end == AtEnd::Disable;
        fits && state.must_change && self.end() <= now && !left_disabled
    }
}

/// What is written at the end, in one Modify that relies on the end, must-change and the password as they were read:
/// the account keeps the obligation to change. `classes`: the entry's object classes; `class_goes`: whether the class
/// of the end is there for nothing else. `None` where the directory cannot do it.
pub fn end(
    account: &Account,
    names: &AccessAttributes,
    at_end: AtEnd,
    classes: &[String],
    class_goes: bool,
) -> Option<Change> {
    let must_change = names.must_change.clone()?;
    let mut change = match at_end {
        AtEnd::Replace => reset(account, names),
        AtEnd::Disable => {
            let mut change = lock(account, names)?;
            change.relies_on.extend(relied_password(account, names));
            change
        }
    };
    // What it was needs no telling; of somebody disabled it matters that it stays.
    change
        .notes
        .retain(|note| note == super::intents::NOTE_STAYS_DISABLED);
    change.notes.push(NOTE_ENDED.to_owned());
    change.relies_on.push(Reliance::Holds {
        attribute: must_change,
        value: "TRUE".to_owned(),
    });
    take_away(account, names, classes, class_goes, &mut change);
    Some(change)
}

/// Takes an outlived end away: no password, no lock, no obligation is touched.
pub fn tidy(
    account: &Account,
    names: &AccessAttributes,
    classes: &[String],
    class_goes: bool,
) -> Change {
    let mut change = Change {
        account: account.reference(),
        operation: Operation::Modify,
        besides: Vec::new(),
        with: Vec::new(),
        relies_on: relied_identity(account),
        modifications: Vec::new(),
        before: Vec::new(),
        notes: vec![NOTE_OUTLIVED.to_owned()],
    };
    change.relies_on.extend(relied_password(account, names));
    if let Some(attribute) = names.must_change.clone() {
        let value = "TRUE".to_owned();
        change.relies_on.push(if account.state.must_change {
            Reliance::Holds { attribute, value }
        } else {
            Reliance::Lacks { attribute, value }
        });
    }
    take_away(account, names, classes, class_goes, &mut change);
    change
}

/// The very password that was read.
fn relied_password(account: &Account, names: &AccessAttributes) -> Option<Reliance> {
    let attribute = names.password_changed.clone()?;
    Some(match account.state.password_mark.clone() {
        Some(value) => Reliance::Holds { attribute, value },
        None => Reliance::Absent { attribute },
    })
}

/// The end goes, as it stands there, and its class with it.
fn take_away(
    account: &Account,
    names: &AccessAttributes,
    classes: &[String],
    class_goes: bool,
    change: &mut Change,
) {
    let (Some(attribute), Some(value)) = (&names.temporary_until, &account.state.temporary_until)
    else {
        return;
    };
    change.modifications.retain(|modification| {
        !matches!(modification, Modification::Replace { attribute: a, .. } if a == attribute)
    });
    let mut take = |attribute: &str, value: &str, before: Vec<String>| {
        change.relies_on.push(Reliance::Holds {
            attribute: attribute.to_owned(),
            value: value.to_owned(),
        });
        change.modifications.push(Modification::Delete {
            attribute: attribute.to_owned(),
            values: vec![NewValue::Text(value.to_owned())],
        });
        change.before.push(Before {
            attribute: attribute.to_owned(),
            values: before,
        });
    };
    take(attribute, value, vec![value.clone()]);
    let held = |class: &&String| classes.iter().any(|held| held.eq_ignore_ascii_case(class));
    if let (Some(class), true) = (names.temporary_class.as_ref().filter(held), class_goes) {
        take("objectClass", class, classes.to_vec());
    }
}

#[cfg(test)]
#[path = "expiry_tests.rs"]
mod tests;
