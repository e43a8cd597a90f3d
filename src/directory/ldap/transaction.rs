//! Several Modifies made together or not at all (RFC 5805), each entry guarded.
//!
//! The guards of all entries go first: an empty Modify with an Assertion (RFC 4528). A server works a transaction off in
//! the order in which its requests arrived (slapd: at the end, in one piece), but those of one connection may overtake
//! each other on their way in: all guards are answered before the first Modify is sent, all Modifies before the end.
//! So a guard that no longer holds stops the transaction before anything in it was written.

use super::link::Link;
use super::operation::{self, Answer, COURTESY, Request, at};
use super::results::redact;
use super::write::{asserted, is_secret, protected, step, texts};
use crate::directory::{DirectoryError, ErrorKind, NotTogether, Together};
use futures_util::{StreamExt as _, stream};
use ldap3::asn1::{PL, StructureTag, TagClass, parse_tag};
use ldap3::controls::{RawControl, TxnSpec};
use ldap3::exop::{EndTxn, Exop, StartTxn};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Requests of one transaction on their way at once: slapd closes a connection on which more than 1,000 wait
/// (`olcConnMaxPendingAuth`).
const ON_THEIR_WAY: usize = 500;

/// Makes these writes together.
///
/// # Errors
/// As [`crate::directory::DirectoryWriter::modify_together`].
pub(super) async fn commit(
    link: &Arc<Link>,
    limit: Duration,
    allow_plain: bool,
    writes: &[Together],
) -> Result<Duration, NotTogether> {
    if writes.iter().flat_map(|w| &w.modifications).any(is_secret) {
        protected(link, allow_plain).map_err(whole)?;
    }
    let secrets = texts(
        writes
            .iter()
            .flat_map(|w| &w.modifications)
            .filter(|m| is_secret(m)),
    );
    let kept = |failed: NotTogether| NotTogether {
        error: redact(failed.error, &secrets),
        ..failed
    };
    let transaction = Transaction::start(link, limit).await?;
    let guards = transaction.send_all(writes, guard).await.map_err(kept)?;
    let modifies = transaction.send_all(writes, modify).await.map_err(kept)?;
    let begun = Instant::now();
    let answer = transaction.end(true).await.map_err(whole)?;
    operation::judged(link, &answer.result).map_err(|error| {
        // Both lists are in the order of the writes.
        let refused = answer.value.as_deref().and_then(refused_message);
        let place = |ids: &[i32]| ids.iter().position(|id| Some(*id) == refused);
        kept(NotTogether {
            at: place(&guards).or_else(|| place(&modifies)),
            error: half_made(error),
        })
    })?;
    Ok(begun.elapsed())
}

/// One that was begun.
struct Transaction<'a> {
    link: &'a Arc<Link>,
    limit: Duration,
    /// What the server calls it; slapd, which has one for each connection, calls it nothing.
    id: String,
}

impl<'a> Transaction<'a> {
    async fn start(link: &'a Arc<Link>, limit: Duration) -> Result<Self, NotTogether> {
        let request = Request::Extended {
            exop: Exop::from(StartTxn),
            controls: Vec::new(),
        };
        let answer = operation::exchange(link, limit, None, request)
            .await
            .map_err(unmade)?;
        operation::judged(link, &answer.result).map_err(whole)?;
        let id = String::from_utf8(answer.value.unwrap_or_default()).map_err(|_| {
            let error =
                DirectoryError::new(ErrorKind::Protocol, "the transaction has no legible name");
            whole(at(link, error))
        })?;
        Ok(Transaction { link, limit, id })
    }

    /// Sends one request for each write, many on their way at once, and waits until the server has taken all of them
    /// in. Gives their numbers, in the order of the writes.
    async fn send_all(
        &self,
        writes: &[Together],
        made: fn(&Together) -> Result<Request, DirectoryError>,
    ) -> Result<Vec<i32>, NotTogether> {
        let sent = |(place, write): (usize, &Together)| {
            let request = made(write).map(|request| self.part(request));
            async move {
                let answer = operation::exchange(
                    self.link,
                    self.limit,
                    None,
                    request.map_err(|e| (place, e))?,
                )
                .await
                .map_err(|error| (place, lost(error)))?;
                operation::judged(self.link, &answer.result).map_err(|error| (place, error))?;
                Ok::<i32, (usize, DirectoryError)>(answer.id)
            }
        };
        let answers: Vec<_> = stream::iter(writes.iter().enumerate().map(sent).collect::<Vec<_>>())
            .buffered(ON_THEIR_WAY)
            .collect()
            .await;
        let mut ids = Vec::with_capacity(answers.len());
        let mut refused = None;
        for answer in answers {
            match answer {
                Ok(id) => ids.push(id),
                Err(found) => {
                    refused.get_or_insert(found);
                }
            }
        }
        let Some((place, error)) = refused else {
            return Ok(ids);
        };
        // What the server has taken in so far is given up; where the connection is gone, it has given it up itself.
        let _ = timeout(COURTESY, self.end(false)).await;
        Err(NotTogether {
            at: Some(place),
            error,
        })
    }

    fn part(&self, mut request: Request) -> Request {
        if let Request::Modify { controls, .. } = &mut request {
            controls.push(RawControl::from(TxnSpec { txn_id: &self.id }));
        }
        request
    }

    async fn end(&self, commit: bool) -> Result<Answer, DirectoryError> {
        let request = Request::Extended {
            exop: Exop::from(EndTxn {
                txn_id: &self.id,
                commit,
            }),
            controls: Vec::new(),
        };
        operation::exchange(self.link, self.limit, None, request).await
    }
}

fn guard(write: &Together) -> Result<Request, DirectoryError> {
    Ok(Request::Modify {
        dn: write.dn.as_str().to_owned(),
        modifications: Vec::new(),
        controls: asserted(&write.dn, Some(&write.assertion))?
            .into_iter()
            .collect(),
    })
}

fn modify(write: &Together) -> Result<Request, DirectoryError> {
    Ok(Request::Modify {
        dn: write.dn.as_str().to_owned(),
        modifications: write
            .modifications
            .iter()
            .map(step)
            .collect::<Result<_, _>>()?,
        controls: Vec::new(),
    })
}

/// A failure of all of them.
fn whole(error: DirectoryError) -> NotTogether {
    NotTogether { at: None, error }
}

fn unmade(error: DirectoryError) -> NotTogether {
    whole(lost(error))
}

/// No answer before the end was asked for: then nothing of the transaction is ever made.
fn lost(mut error: DirectoryError) -> DirectoryError {
    if error.kind == ErrorKind::OutcomeUnknown {
        error.kind = ErrorKind::ConnectionLost;
    }
    error
}

/// Several databases behind one server commit one after the other (71, affectsMultipleDSAs, comes when the first has):
/// what was made then, nobody knows.
fn half_made(mut error: DirectoryError) -> DirectoryError {
    if error.result_code == Some(71) {
        error.kind = ErrorKind::OutcomeUnknown;
    }
    error
}

/// Which request could not be carried out: `SEQUENCE { messageID INTEGER OPTIONAL, … }` (section 3.4).
fn refused_message(value: &[u8]) -> Option<i32> {
    let (_, sequence) = parse_tag(value).ok()?;
    let PL::C(parts) = sequence.payload else {
        return None;
    };
    let number = parts.into_iter().next()?;
    let StructureTag {
        class: TagClass::Universal,
        id: 2,
        payload: PL::P(bytes),
    } = number
    else {
        return None;
    };
    if bytes.is_empty() || bytes.len() > 4 {
        return None;
    }
    let value = bytes
        .iter()
        .fold(0_i64, |sum, byte| (sum << 8) | i64::from(*byte));
    i32::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refused_request_is_read() {
        assert_eq!(refused_message(b"0\x03\x02\x01\x07"), Some(7));
        assert_eq!(refused_message(b"0\x04\x02\x02\x01\x00"), Some(256));
        for wrong in [
            &b""[..],
            b"0\0",
            b"0\x02\x02\0",
            b"\x04\x01x",
            b"0\x03\x04\x01\x07",
            b"0\xff",
        ] {
            assert_eq!(refused_message(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn an_answer_that_is_missing_before_the_end_means_that_nothing_was_made() {
        let error = lost(DirectoryError::new(ErrorKind::OutcomeUnknown, ""));
        assert_eq!(error.kind, ErrorKind::ConnectionLost);
        let error = lost(DirectoryError::new(ErrorKind::Busy, ""));
        assert_eq!(error.kind, ErrorKind::Busy);
    }
}
