//! The former password, put back where the new one could not be mailed. Its hash is read before the new one is
//! written, stays in memory alone, and is wiped.

use crate::directory::{DirectoryError, ErrorKind, RawModification, RawModificationKind};
use crate::domain::change::{Change, Modification, NewValue};
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::error::Result;
use crate::execute::Door;
use crate::explain;
use zeroize::{Zeroize, Zeroizing};

/// Values that are wiped.
type Values = Vec<Zeroizing<Vec<u8>>>;

/// One step of the way back.
type Backward = (RawModificationKind, String, Values);

/// What an account held before its change, as far as it takes to put it back. Not `Debug`.
pub(super) struct Former {
    /// The way back, hashes included.
    steps: Vec<Backward>,
    /// What the way back relies on.
    written: Option<Written>,
}

/// An account as it stands after the write.
struct Written {
    /// The change, relying on what there is now.
    change: Change,
    /// The hash of the password that was written. The server's clock counts whole seconds: two passwords of one second
    /// are told apart by nothing else.
    hash: Zeroizing<Vec<u8>>,
}

impl Door {
    /// Reads what the change will replace. `None` where the hash may not be read.
    pub(super) async fn former(&self, change: &Change) -> Result<Option<Former>> {
        let attributes: Vec<String> = change
            .modifications
            .iter()
            .map(|modification| modification.attribute().to_owned())
            .collect();
        let entry = self
            .reader
            .read(&change.account.dn, &attributes)
            .await
            .map_err(explain::directory)?;
        Ok(entry.and_then(|entry| way_back(change, entry)))
    }

    /// Notes how the account stands after the write. One whose password somebody else has replaced already is
    /// not put back.
    pub(super) async fn note_written(&self, former: &mut Former, change: &Change) -> Result<()> {
        let now = self.look(change).await?;
        former.written = now
            .filter(|now| self.names.must_change_in(now))
            .and_then(|now| {
                let [hash] = now.values(password_of(change)?) else {
                    return None;
                };
                Some(Written {
                    change: self.once_more(change, &now),
                    hash: Zeroizing::new(hash.to_vec()),
                })
            });
        Ok(())
    }

    /// Puts the former password back; `false` where the server does not take it or somebody was faster.
    pub(super) async fn put_back(&self, former: &Former) -> bool {
        let Some(written) = &former.written else {
            return false;
        };
        let modifications: Vec<RawModification> = former
            .steps
            .iter()
            .map(|(kind, attribute, values)| RawModification {
                kind: *kind,
                attribute: attribute.clone(),
                values: values.iter().map(|value| value.to_vec()).collect(),
            })
            .collect();
        let mut sent = self.send_raw(written, &modifications).await;
        // The mail server took its time, and the connection has not outlived it. Never sent: once more.
        if sent
            .as_ref()
            .is_err_and(|error| error.kind == ErrorKind::ConnectionLost)
            && self.writer.reconnect().await.is_ok()
        {
            sent = self.send_raw(written, &modifications).await;
        }
        // The copies that the request was made of.
        for modification in modifications {
            for value in modification.values {
                drop(Zeroizing::new(value));
            }
        }
        sent.is_ok()
    }

    async fn send_raw(
        &self,
        written: &Written,
        modifications: &[RawModification],
    ) -> Result<(), DirectoryError> {
        let Written { change, hash } = written;
        let failed = || DirectoryError::new(ErrorKind::AssertionFailed, "");
        let password = password_of(change).ok_or_else(failed)?;
        let dn = &change.account.dn;
        let assertion = if self.reader.capabilities().await?.assertion() {
            let ours = Filter::equal(password, hash.as_slice());
            Some(Filter::And(vec![change.assertion(), ours]))
        } else {
            let mut attributes = crate::execute::write::relied_attributes(change);
            attributes.push(password.to_owned());
            let now = self.reader.read(dn, &attributes).await?;
            let as_written = now.is_some_and(|now| {
                change.drifted(&now).is_empty()
                    && matches!(now.values(password), [held] if **held == ***hash)
            });
            if !as_written {
                return Err(failed());
            }
            None
        };
        self.writer
            .modify(dn, modifications, assertion.as_ref())
            .await
    }
}

/// The attribute that the password is written to.
fn password_of(change: &Change) -> Option<&str> {
    change
        .modifications
        .iter()
        .find_map(|modification| match modification {
            Modification::Replace { attribute, values } if values.contains(&NewValue::Password) => {
                Some(attribute.as_str())
            }
            _ => None,
        })
}

fn way_back(change: &Change, mut entry: Entry) -> Option<Former> {
    let mut held: Vec<(String, Values)> = entry
        .attributes
        .iter_mut()
        .map(|one| {
            // Short values stand in the entry itself, which does not wipe them: that is done where they stand.
            let values = one.values.iter_mut().map(|held| {
                let value = Zeroizing::new(held.to_vec());
                held.zeroize();
                value
            });
            (one.name.to_string(), values.collect())
        })
        .collect();
    let mut take = |attribute: &str| {
        held.iter_mut()
            .find(|(name, _)| name.eq_ignore_ascii_case(attribute))
            .map(|(_, values)| std::mem::take(values))
            .unwrap_or_default()
    };
    let mut steps = Vec::new();
    for modification in &change.modifications {
        match modification {
            Modification::Replace { attribute, values } => {
                let former = take(attribute);
                // A password in clear would be hashed anew; only a hash is what was there.
                let is_hash = !former.is_empty() && former.iter().all(|v| v.starts_with(b"{"));
                if values.contains(&NewValue::Password) && !is_hash {
                    return None;
                }
                steps.push((RawModificationKind::Replace, attribute.clone(), former));
            }
            Modification::Add { attribute, values } => {
                let added = values
                    .iter()
                    .filter_map(|value| match value {
                        NewValue::Text(text) => Some(Zeroizing::new(text.as_bytes().to_vec())),
                        NewValue::Password => None,
                    })
                    .collect();
                steps.push((RawModificationKind::Delete, attribute.clone(), added));
            }
            // No change of this kind deletes.
            Modification::Delete { .. } => return None,
        }
    }
    Some(Former {
        steps,
        written: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountRef;
    use crate::domain::change::Operation;
    use crate::domain::dn::Dn;

    fn change() -> Change {
        let dn = Dn::parse("uid=p,dc=x").expect("dn");
        let text = |text: &str| vec![NewValue::Text(text.into())];
        Change {
            account: AccountRef {
                dn,
                uid: None,
                login: None,
                name: "Claire".into(),
            },
            operation: Operation::Modify,
            besides: Vec::new(),
            with: Vec::new(),
            relies_on: vec![],
            modifications: vec![
                Modification::Replace {
                    attribute: "userPassword".into(),
                    values: vec![NewValue::Password],
                },
                Modification::Replace {
                    attribute: "pwdReset".into(),
                    values: text("TRUE"),
                },
                Modification::Add {
                    attribute: "objectClass".into(),
                    values: text("entctlAccount"),
                },
            ],
            before: vec![],
            notes: vec![],
        }
    }

    #[test]
    fn the_way_back_is_what_stood_there() {
        let entry = Entry::new(change().account.dn)
            .with("userpassword", &["{SSHA512}abc"])
            .with("objectClass", &["top", "person"]);
        let former = way_back(&change(), entry).expect("a way back");
        let steps: Vec<(RawModificationKind, &str, Vec<&[u8]>)> = former
            .steps
            .iter()
            .map(|(kind, name, values)| {
                let values = values.iter().map(|v| v.as_slice()).collect();
                (*kind, name.as_str(), values)
            })
            .collect();
        assert_eq!(
            steps,
            [
                (
                    RawModificationKind::Replace,
                    "userPassword",
                    vec![b"{SSHA512}abc".as_slice()]
                ),
                (RawModificationKind::Replace, "pwdReset", vec![]),
                (
                    RawModificationKind::Delete,
                    "objectClass",
                    vec![b"entctlAccount".as_slice()]
                ),
            ]
        );
    }

    #[test]
    fn without_a_hash_to_read_there_is_no_way_back() {
        let nothing = Entry::new(change().account.dn);
        assert!(way_back(&change(), nothing).is_none());
        let clear = Entry::new(change().account.dn).with("userPassword", &["abricot"]);
        assert!(way_back(&change(), clear).is_none());
    }
}
