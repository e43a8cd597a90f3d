//! One change, written: the operation with its Assertion, or compared just before where the server has none.

use super::settle::Earlier;
use super::{Door, Ending};
use crate::directory::{
    Directory, DirectoryError, ErrorKind, RawModification, RawModificationKind,
};
use crate::domain::change::{Change, Modification, NewValue, Operation, Reliance};
use crate::domain::effect::touched_names;
use crate::domain::entry::Entry;
use crate::domain::secret::Password;
use crate::error::Result;
use crate::explain;
use crate::history::OutcomeKind;
use crate::i18n::Text;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How often a write is sent again to a server that says it is busy, and how long to wait before each.
const BUSY_WAITS: [Duration; 3] = [
    Duration::from_millis(200),
    Duration::from_millis(800),
    Duration::from_secs(2),
];

impl Door {
    /// Writes one change. `Err` only where the directory cannot be reached any more.
    pub(super) async fn write(
        &self,
        change: &Change,
        password: Option<&Password>,
    ) -> Result<Ending> {
        let error = match self.send(change, password).await {
            Ok(()) => return Ok(Ending::done()),
            Err(error) => error,
        };
        match error.kind {
            // Sent, and no answer: only the directory knows. Where it is out of reach that stays unknown,
            // which is what the report must say.
            ErrorKind::OutcomeUnknown => {
                let settled = match self.mend().await {
                    Ok(()) => self.settle(change, password, Earlier::default()).await,
                    Err(error) => Err(explain::directory(error)),
                };
                settled.or_else(|_| self.ending_of(error))
            }
            // Never sent: once more, on the next server that answers.
            ErrorKind::ConnectionLost => {
                self.mend().await.map_err(explain::directory)?;
                match self.send(change, password).await {
                    Ok(()) => Ok(Ending::done()),
                    Err(error) => self.ending_of(error),
                }
            }
            ErrorKind::AssertionFailed if change.makes_entry() => Ok(drift(&[])),
            ErrorKind::AssertionFailed => match self.look(change).await? {
                None => Ok(gone()),
                // The server says that something moved, and nothing did: it could not see the values.
                // Once more, then it is the server's word.
                Some(now) if change.drifted(&now).is_empty() => {
                    match self.send(change, password).await {
                        Ok(()) => Ok(Ending::done()),
                        Err(error) => self.ending_of(error),
                    }
                }
                Some(now) => Ok(drift(&change.drifted(&now))),
            },
            _ => self.ending_of(error),
        }
    }

    /// Connects again, and remembers that it did: what was learnt of the server may be that of another one.
    ///
    /// # Errors
    /// As for connecting.
    pub(super) async fn mend(&self) -> Result<(), DirectoryError> {
        self.mended.fetch_add(1, Ordering::Relaxed);
        self.writer.reconnect().await
    }

    /// Sends the Modify, again after a wait where the server is busy.
    pub(super) async fn send(
        &self,
        change: &Change,
        password: Option<&Password>,
    ) -> Result<(), DirectoryError> {
        let modifications = fill(&change.modifications, password)?;
        let dn = change.target();
        let mut waits = BUSY_WAITS.iter();
        loop {
            if moved_besides(&*self.reader, change).await?.is_some() {
                return Err(DirectoryError::new(ErrorKind::AssertionFailed, ""));
            }
            // An Add asserts by itself that there is no such entry.
            let assertion = if change.makes_entry() {
                None
            } else if self.reader.capabilities().await?.assertion() {
                Some(change.assertion())
            } else {
                // No control: look just before. What is left of the race is the server's to lose.
                let attributes = relied_attributes(change);
                match self.reader.read(dn, &attributes).await? {
                    None => return Err(DirectoryError::new(ErrorKind::NoSuchObject, "")),
                    Some(now) if !change.drifted(&now).is_empty() => {
                        return Err(DirectoryError::new(ErrorKind::AssertionFailed, ""));
                    }
                    Some(_) => None,
                }
            };
            let sent = Instant::now();
            let answer = match &change.operation {
                Operation::Modify | Operation::ModifyEntry { .. } => {
                    let assertion = assertion.as_ref();
                    self.writer.modify(dn, &modifications, assertion).await
                }
                Operation::AddEntry { .. } => {
                    let made = self.writer.add(dn, &attributes_of(change)).await;
                    // What is not there is the entry above: the account itself is not gone.
                    made.map_err(|error| match error.kind {
                        ErrorKind::NoSuchObject => DirectoryError {
                            kind: ErrorKind::Other,
                            ..error
                        },
                        _ => error,
                    })
                }
                Operation::DeleteEntry { .. } => self.writer.delete(dn, assertion.as_ref()).await,
            };
            match &answer {
                Ok(()) => self.window().answered(sent.elapsed()),
                Err(error) if error.kind == ErrorKind::Busy => self.window().busy(),
                Err(_) => {}
            }
            match (&answer, waits.next()) {
                (Err(error), Some(wait)) if error.kind == ErrorKind::Busy => {
                    tokio::time::sleep(*wait).await;
                }
                _ => return answer,
            }
        }
    }

    /// The values relied on and written, as they are now; `None` where the entry is gone.
    pub(super) async fn look(&self, change: &Change) -> Result<Option<Entry>> {
        let mut attributes = relied_attributes(change);
        let written = change.modifications.iter();
        attributes.extend(written.map(|m| m.attribute().to_owned()));
        attributes.push("modifiersName".to_owned());
        self.reader
            .read(change.target(), &attributes)
            .await
            .map_err(explain::directory)
    }

    /// The ending of a write that the server answered with a refusal; `Err` where it is out of reach.
    pub(super) fn ending_of(&self, error: DirectoryError) -> Result<Ending> {
        match error.kind {
            ErrorKind::NoSuchObject => Ok(gone()),
            ErrorKind::AssertionFailed => Ok(Ending::because(
                OutcomeKind::Refused,
                "drift",
                Text::new("outcome-drift"),
            )),
            ErrorKind::OutcomeUnknown => Ok(Ending::because(
                OutcomeKind::Unknown,
                "outcome-unknown",
                Text::new("outcome-outcome-unknown"),
            )),
            ErrorKind::Unreachable
            | ErrorKind::Tls
            | ErrorKind::ConnectionLost
            | ErrorKind::Timeout => Err(explain::directory(error)),
            _ => Ok(Ending::failed(&explain::password_refused(error))),
        }
    }
}

/// Looks at what no Assertion on the written entry can tell: other entries, and whether an entry that is to go is
/// still what was read. Gives the attribute that has moved. What is left of the race is an instant.
///
/// # Errors
/// As for any read.
pub async fn moved_besides(
    directory: &dyn Directory,
    change: &Change,
) -> Result<Option<String>, DirectoryError> {
    for condition in &change.besides {
        let relied = condition.relies_on.iter();
        let wanted: Vec<String> = relied.map(|r| r.attribute().to_owned()).collect();
        let now = directory.read(&condition.dn, &wanted).await?;
        if let Some(moved) = condition.drifted(now.as_ref()) {
            return Ok(Some(moved.attribute().to_owned()));
        }
    }
    if !change.removes_entry() {
        return Ok(None);
    }
    // What is operational, such as a lock, is told only by name.
    let mut wanted = touched_names(change);
    wanted.push("*".to_owned());
    let now = directory.read(change.target(), &wanted).await?;
    let moved = now.is_some_and(|now| !change.is_as_read(&now));
    Ok(if moved {
        touched_names(change).pop()
    } else {
        None
    })
}

/// The attributes of an entry that a change makes.
fn attributes_of(change: &Change) -> Vec<(String, Vec<String>)> {
    change
        .modifications
        .iter()
        .filter_map(|modification| match modification {
            Modification::Add { attribute, values } => Some((attribute.clone(), texts(values))),
            Modification::Delete { .. } | Modification::Replace { .. } => None,
        })
        .collect()
}

/// The values that a plan holds: all but passwords.
pub(super) fn texts(values: &[NewValue]) -> Vec<String> {
    values
        .iter()
        .filter_map(|value| match value {
            NewValue::Text(text) => Some(text.clone()),
            NewValue::Password => None,
        })
        .collect()
}

/// The attributes a change relies on.
pub(super) fn relied_attributes(change: &Change) -> Vec<String> {
    change
        .relies_on
        .iter()
        .map(|r| r.attribute().to_owned())
        .collect()
}

/// The entry is not there any more.
pub(super) fn gone() -> Ending {
    Ending::because(OutcomeKind::Refused, "gone", Text::new("outcome-gone"))
}

/// Somebody changed a value relied on. Disabling is told in its own words: it is what matters most.
pub(super) fn drift(moved: &[&Reliance]) -> Ending {
    let disabled = moved.iter().any(|reliance| {
        matches!(reliance, Reliance::Lacks { value, .. }
            if value == crate::domain::time::LOCKED_FOR_GOOD)
    });
    let key = if disabled {
        "outcome-drift-disabled"
    } else {
        "outcome-drift"
    };
    Ending::because(OutcomeKind::Refused, "drift", Text::new(key))
}

/// The modifications with the values filled in.
pub(super) fn fill(
    modifications: &[Modification],
    password: Option<&Password>,
) -> Result<Vec<RawModification>, DirectoryError> {
    modifications
        .iter()
        .map(|modification| {
            let (kind, attribute, values) = match modification {
                Modification::Add { attribute, values } => {
                    (RawModificationKind::Add, attribute, values)
                }
                Modification::Delete { attribute, values } => {
                    (RawModificationKind::Delete, attribute, values)
                }
                Modification::Replace { attribute, values } => {
                    (RawModificationKind::Replace, attribute, values)
                }
            };
            let values = values
                .iter()
                .map(|value| match value {
                    NewValue::Text(text) => Ok(text.as_bytes().to_vec()),
                    NewValue::Password => password
                        .map(|p| p.expose().as_bytes().to_vec())
                        .ok_or_else(|| {
                            DirectoryError::new(ErrorKind::Other, "no password for this change")
                        }),
                })
                .collect::<Result<_, _>>()?;
            Ok(RawModification {
                kind,
                attribute: attribute.clone(),
                values,
            })
        })
        .collect()
}
