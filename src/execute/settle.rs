//! A change whose outcome nobody knows, after a crash or a lost answer: found done, not done, or overtaken,
//! by reading the directory. A password is never tried by logging in with it: that could lock the account.

use super::write::{drift, gone, texts};
use super::{Door, Ending};
use crate::directory::{DirectoryError, ErrorKind, PolicyReason};
use crate::domain::change::{Change, Modification, NewValue, Reliance};
use crate::domain::entry::Entry;
use crate::domain::expiry::NOTE_ENDED;
use crate::domain::secret::Password;
use crate::error::Result;
use crate::history::OutcomeKind;
use crate::i18n::Text;
use crate::schema::Schema;

/// Looks at one account before it counts as changed by others again and again.
const LOOKS: usize = 4;

/// The attributes by which a set password is recognised.
#[derive(Debug, Clone)]
pub(super) struct AttributeNames {
    must_change: Option<String>,
    password_changed: Option<String>,
    temporary_until: Option<String>,
}

impl AttributeNames {
    pub(super) fn of(schema: &Schema) -> Self {
        AttributeNames {
            must_change: schema.one("must_change").map(str::to_owned),
            password_changed: schema.one("password_changed").map(str::to_owned),
            temporary_until: schema.one("temporary_until").map(str::to_owned),
        }
    }

    /// The attribute that tells when a password was set.
    pub(super) fn password_changed(&self) -> Option<&str> {
        self.password_changed.as_deref()
    }

    /// Whether this directory shows that an owner has chosen a password since a reset.
    pub(super) fn tell_the_owners_choice(&self) -> bool {
        self.must_change.is_some() && self.password_changed.is_some()
    }

    /// Whether a password was set since the plan was made.
    pub(super) fn password_moved(&self, change: &Change, now: &Entry) -> bool {
        change.drifted(now).iter().any(|reliance| {
            self.password_changed
                .as_deref()
                .is_some_and(|name| name.eq_ignore_ascii_case(reliance.attribute()))
        })
    }

    pub(super) fn must_change_in(&self, now: &Entry) -> bool {
        self.must_change
            .as_deref()
            .is_some_and(|n| now.holds(n, "TRUE"))
    }
}

/// Where a change stands, as the directory shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Everything relied on still holds: it was not written.
    NotDone,
    /// What was to be written is there.
    Done,
    /// A password was set since, and must still be changed: by this run, or by another reset.
    PasswordSet,
    /// The owner has chosen a password since: theirs, and left alone.
    OwnerChanged,
    /// Something else relied on has moved.
    Overtaken,
}

/// What is known of a change before it is settled.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Earlier {
    /// The passwords of the run are lost: this is a new one.
    pub remake: bool,
    /// The history says that it was written; a password may have been chosen since.
    pub was_done: bool,
    /// The history says that a later run has given this account a password.
    pub given_since: bool,
    /// Why the account may not be changed any more.
    pub barred: Option<&'static str>,
    /// How it ended, where it was not done or could not be taken back: its decision is on its way back.
    pub stopped_here: Option<OutcomeKind>,
}

impl Earlier {
    /// Whether it should have been taken back, and was not.
    pub(super) fn is_open(&self) -> bool {
        self.stopped_here == Some(OutcomeKind::Unknown)
    }
}

/// Judges a change by the entry as it is now. Pure.
pub(super) fn judge(change: &Change, now: &Entry, names: &AttributeNames) -> Standing {
    let drifted = change.drifted(now);
    if ends(change)
        && let Some(standing) = judge_end(change, now, names)
    {
        return standing;
    }
    if change.sets_password() {
        let is = |name: &Option<String>, r: &Reliance| {
            name.as_deref()
                .is_some_and(|n| n.eq_ignore_ascii_case(r.attribute()))
        };
        if drifted.is_empty() {
            return Standing::NotDone;
        }
        if drifted.iter().any(|r| !is(&names.password_changed, r)) {
            return Standing::Overtaken;
        }
        return if names.must_change_in(now) {
            Standing::PasswordSet
        } else {
            Standing::OwnerChanged
        };
    }
    // An entry that is to go is there.
    if !change.removes_entry() && has_effect(change, now) {
        Standing::Done
    } else if change.makes_entry() {
        // Another one is in its place.
        Standing::Overtaken
    } else if drifted.is_empty() {
        Standing::NotDone
    } else {
        Standing::Overtaken
    }
}

/// Whether a change ends a temporary password that was not used in time.
fn ends(change: &Change) -> bool {
    change.notes.iter().any(|note| note == NOTE_ENDED)
}

/// Judges the end of a temporary password. Nobody needs to know the one in its place, so that one set since is as good:
/// it is never written a second time. `None` where nothing but its effect tells.
fn judge_end(change: &Change, now: &Entry, names: &AttributeNames) -> Option<Standing> {
    let until = change.modifications.iter().find_map(|m| match m {
        Modification::Delete { attribute, values }
            if names.temporary_until.as_ref() == Some(attribute) =>
        {
            match values.as_slice() {
                [NewValue::Text(value)] => Some((attribute, value)),
                _ => None,
            }
        }
        _ => None,
    });
    let over = match until {
        Some((attribute, value)) => !now.holds(attribute, value),
        None if change.sets_password() => {
            names.password_moved(change, now) && names.must_change_in(now)
        }
        None => return None,
    };
    Some(if over {
        Standing::Done
    } else if change.drifted(now).is_empty() {
        Standing::NotDone
    } else if names.must_change_in(now) {
        Standing::Overtaken
    } else {
        Standing::OwnerChanged
    })
}

/// Whether the entry already is as the change would leave it.
pub(super) fn has_effect(change: &Change, now: &Entry) -> bool {
    change.modifications.iter().all(|m| match m {
        Modification::Add { attribute, values } => {
            texts(values).iter().all(|v| now.holds(attribute, v))
        }
        Modification::Delete { attribute, values } if values.is_empty() => !now.has(attribute),
        Modification::Delete { attribute, values } => {
            !texts(values).iter().any(|v| now.holds(attribute, v))
        }
        Modification::Replace { attribute, values } => {
            now.values(attribute).len() == values.len()
                && texts(values).iter().all(|v| now.holds(attribute, v))
        }
    })
}

impl Door {
    /// Settles one change. A write of the stopped run may still be on its way to the server and land between
    /// a look and the write that relies on it: it stands in the way of its own repetition and is no drift, so
    /// everything is looked at again.
    pub(super) async fn settle(
        &self,
        change: &Change,
        password: Option<&Password>,
        earlier: Earlier,
    ) -> Result<Ending> {
        let Earlier {
            remake,
            was_done,
            given_since,
            barred,
            ..
        } = earlier;
        for _ in 0..LOOKS {
            let now = match self.look(change).await? {
                Some(now) => now,
                None if change.makes_entry() => match barred {
                    Some(code) => return Ok(no_longer_allowed(code)),
                    None => match self.send(change, password).await {
                        Ok(()) => return Ok(Ending::done()),
                        Err(error) if error.kind == ErrorKind::AssertionFailed => continue,
                        Err(error) => return self.ending_of(error),
                    },
                },
                None if change.removes_entry() => return Ok(Ending::done()),
                None => return Ok(gone()),
            };
            let standing = judge(change, &now, &self.names);
            let sent = match standing {
                // What somebody else has done since is theirs: an undo of this run must not take it back.
                Standing::Done if !was_done && !self.may_be_ours(&now) => return Ok(by_another()),
                Standing::Done => return Ok(Ending::done()),
                Standing::OwnerChanged => return Ok(owner_changed()),
                Standing::PasswordSet | Standing::Overtaken if given_since => {
                    return Ok(reset_since());
                }
                // Somebody decided on the account since, and the password is still the one given out: by this
                // run, for no other of this history has given one, and its owner has not.
                Standing::Overtaken
                    if !remake
                        && change.sets_password()
                        && !ends(change)
                        && self.names.must_change_in(&now)
                        && (was_done || self.names.password_moved(change, &now)) =>
                {
                    return Ok(Ending::done());
                }
                Standing::Overtaken => return Ok(drift(&change.drifted(&now))),
                Standing::NotDone => match barred {
                    Some(code) => return Ok(no_longer_allowed(code)),
                    None => self.send(change, password).await,
                },
                Standing::PasswordSet => self.send(&self.once_more(change, &now), password).await,
            };
            match sent {
                Ok(()) => return Ok(Ending::done()),
                Err(error) if error.kind == ErrorKind::AssertionFailed => {}
                Err(error) => {
                    let ending = if remake {
                        self.ending_of(error)?
                    } else {
                        self.refused(change, error, &standing, &now).await?
                    };
                    let may_be_ours = was_done || standing == Standing::PasswordSet;
                    return Ok(if may_be_ours && ending.outcome == OutcomeKind::Failed {
                        // A password that the directory may still hold is never given up.
                        Ending {
                            outcome: OutcomeKind::Unknown,
                            ..ending
                        }
                    } else {
                        ending
                    });
                }
            }
        }
        Ok(drift(&[]))
    }

    /// The change for a password that was set since. Relies on the values as they are now, so that an owner
    /// who chooses a password at this very moment keeps it.
    pub(super) fn once_more(&self, change: &Change, now: &Entry) -> Change {
        let mut again = change.clone();
        if let Some(attribute) = &self.names.password_changed {
            again
                .relies_on
                .retain(|r| !r.attribute().eq_ignore_ascii_case(attribute));
            again.relies_on.push(match now.text(attribute) {
                Some(value) => Reliance::Holds {
                    attribute: attribute.clone(),
                    value,
                },
                None => Reliance::Absent {
                    attribute: attribute.clone(),
                },
            });
        }
        again
    }

    /// What a refusal says of a password of the run's own: the server may hold it already.
    async fn refused(
        &self,
        change: &Change,
        error: DirectoryError,
        standing: &Standing,
        now: &Entry,
    ) -> Result<Ending> {
        match (error.policy, standing) {
            // It holds this very password: done, where it is still to be changed.
            (Some(PolicyReason::Unchanged), _) => match self.look(change).await? {
                Some(now) if self.names.must_change_in(&now) => Ok(Ending::done()),
                Some(_) => self.ending_of(error),
                None => Ok(gone()),
            },
            // It held it: another one was given since.
            (Some(PolicyReason::InHistory), Standing::PasswordSet) => Ok(reset_since()),
            // Too young to be changed again: whose it is shows in who wrote last.
            (Some(PolicyReason::TooYoung), Standing::PasswordSet) if self.wrote_last(now) => {
                Ok(Ending::done())
            }
            _ => self.ending_of(error),
        }
    }

    /// Whether the last to write was us, as far as the server tells.
    fn may_be_ours(&self, now: &Entry) -> bool {
        let told = self.reader.session().bound_as.is_some() && now.has("modifiersName");
        !told || self.wrote_last(now)
    }

    fn wrote_last(&self, now: &Entry) -> bool {
        self.reader
            .session()
            .bound_as
            .is_some_and(|name| now.holds("modifiersName", &name))
    }
}

/// The account is as was meant, and somebody else wrote to it last.
fn by_another() -> Ending {
    Ending::because(
        OutcomeKind::Unchanged,
        "by-another",
        Text::new("outcome-by-another"),
    )
}

/// Another run has given another password since, which may be on paper already.
pub(super) fn reset_since() -> Ending {
    Ending::because(
        OutcomeKind::Refused,
        "reset-since",
        Text::new("outcome-reset-since"),
    )
}

/// The account has left the profile's scope, or is protected, since the run was begun.
pub(super) fn no_longer_allowed(code: &str) -> Ending {
    Ending::because(
        OutcomeKind::Refused,
        code,
        Text::new(format!("outcome-{code}")),
    )
}

/// The owner has chosen another password since.
pub(super) fn owner_changed() -> Ending {
    Ending::because(
        OutcomeKind::Refused,
        "owner-changed",
        Text::new("outcome-owner-changed"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountRef;
    use crate::domain::change::Operation;
    use crate::domain::dn::Dn;
    use std::collections::BTreeMap;

    fn dn() -> Dn {
        Dn::parse("uid=e,dc=x").expect("dn")
    }

    fn names() -> AttributeNames {
        AttributeNames::of(&Schema::preset("sdet", &BTreeMap::new()).expect("preset"))
    }

    fn reset() -> Change {
        Change {
            account: AccountRef {
                dn: dn(),
                uid: None,
                login: None,
                name: "Léa".into(),
            },
            operation: Operation::Modify,
            besides: Vec::new(),
            with: Vec::new(),
            relies_on: vec![
                Reliance::Lacks {
                    attribute: "pwdAccountLockedTime".into(),
                    value: "000001010000Z".into(),
                },
                Reliance::Holds {
                    attribute: "pwdChangedTime".into(),
                    value: "20260901080000Z".into(),
                },
            ],
            modifications: vec![Modification::Replace {
                attribute: "userPassword".into(),
                values: vec![NewValue::Password],
            }],
            before: vec![],
            notes: vec![],
        }
    }

    fn now(attributes: &[(&str, &str)]) -> Entry {
        attributes
            .iter()
            .fold(Entry::new(dn()), |entry, (name, value)| {
                entry.with(name, &[value])
            })
    }

    #[test]
    fn a_reset_is_judged_by_what_the_directory_shows() {
        let old = ("pwdChangedTime", "20260901080000Z");
        let new = ("pwdChangedTime", "20261122150000Z");
        let must = ("pwdReset", "TRUE");
        let disabled = ("pwdAccountLockedTime", "000001010000Z");
        for (entry, expected) in [
            (now(&[old]), Standing::NotDone),
            (now(&[old, must]), Standing::NotDone),
            (now(&[new, must]), Standing::PasswordSet),
            (now(&[new]), Standing::OwnerChanged),
            (now(&[]), Standing::OwnerChanged),
            (now(&[old, disabled]), Standing::Overtaken),
            (now(&[new, must, disabled]), Standing::Overtaken),
            // Locked by the server after wrong passwords: login state, not drift.
            (
                now(&[old, ("pwdAccountLockedTime", "20261122150000Z")]),
                Standing::NotDone,
            ),
        ] {
            assert_eq!(judge(&reset(), &entry, &names()), expected, "{entry:?}");
        }
    }

    #[test]
    fn a_lock_is_done_when_it_is_there() {
        let attribute = "pwdAccountLockedTime".to_owned();
        let lock = Change {
            operation: Operation::Modify,
            besides: Vec::new(),
            with: Vec::new(),
            relies_on: vec![Reliance::Absent {
                attribute: attribute.clone(),
            }],
            modifications: vec![Modification::Replace {
                attribute,
                values: vec![NewValue::Text("000001010000Z".into())],
            }],
            ..reset()
        };
        let locked = now(&[("pwdAccountLockedTime", "000001010000Z")]);
        assert_eq!(judge(&lock, &locked, &names()), Standing::Done);
        assert_eq!(judge(&lock, &now(&[]), &names()), Standing::NotDone);
        let other = now(&[("pwdAccountLockedTime", "20261122150000Z")]);
        assert_eq!(judge(&lock, &other, &names()), Standing::Overtaken);
    }

    /// The end of a mailed password, replaced by one that nobody knows; with an end in the directory, or not.
    fn ended(in_directory: bool) -> Change {
        let mut change = reset();
        change.notes = vec![NOTE_ENDED.to_owned()];
        change.relies_on.push(Reliance::Holds {
            attribute: "pwdReset".into(),
            value: "TRUE".into(),
        });
        if in_directory {
            change.relies_on.push(Reliance::Holds {
                attribute: "end".into(),
                value: "20261123150000Z".into(),
            });
            change.modifications.push(Modification::Delete {
                attribute: "end".into(),
                values: vec![NewValue::Text("20261123150000Z".into())],
            });
        }
        change
    }

    #[test]
    fn an_end_is_done_once_it_is_gone_and_never_written_twice() {
        let names = AttributeNames {
            temporary_until: Some("end".into()),
            ..names()
        };
        let old = ("pwdChangedTime", "20260901080000Z");
        let new = ("pwdChangedTime", "20261122150000Z");
        let must = ("pwdReset", "TRUE");
        let end = ("end", "20261123150000Z");
        for (entry, expected) in [
            (now(&[old, must, end]), Standing::NotDone),
            (now(&[new, must]), Standing::Done),
            // Chosen since, or mailed anew: nothing is left to end.
            (now(&[new]), Standing::Done),
            (
                now(&[new, must, ("end", "20270101000000Z")]),
                Standing::Done,
            ),
            // Another tool was there first.
            (now(&[new, must, end]), Standing::Overtaken),
            (now(&[new, end]), Standing::OwnerChanged),
        ] {
            assert_eq!(judge(&ended(true), &entry, &names), expected, "{entry:?}");
        }
        for (entry, expected) in [
            (now(&[old, must]), Standing::NotDone),
            (now(&[new, must]), Standing::Done),
            (now(&[new]), Standing::OwnerChanged),
        ] {
            assert_eq!(judge(&ended(false), &entry, &names), expected, "{entry:?}");
        }
    }
}
