//! Several Modifies made together or not at all (RFC 5805), each entry guarded.
//!
//! The guards of all entries go first: an empty Modify with an Assertion (RFC 4528). A server works a transaction off in
//! the order in which its requests arrived (slapd: at the end, in one piece), but those of one connection may overtake
//! each other on their way in: all guards are answered before the first Modify is sent, all Modifies before the end.
//! So a guard that no longer holds stops the transaction before anything in it was written.

use super::filter::encoded;
use super::link::Link;
use super::operation::{self, Answer, COURTESY, Request, at};
use super::results::redact;
use super::write::{ASSERTION, is_secret, protected, step, texts};
use crate::directory::{DirectoryError, ErrorKind, NotTogether, Together};
use ldap3::RequestId;
use ldap3::asn1::{PL, StructureTag, TagClass, parse_tag};
use ldap3::controls::{RawControl, TxnSpec};
use ldap3::exop::{EndTxn, Exop, StartTxn};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// Requests of one transaction on their way at once: slapd closes a connection on which more than 1,000 wait
/// (`olcConnMaxPendingAuth`); what it has answered it may still count.
const ON_THEIR_WAY: usize = 800;

/// One of which all but the end is at the server.
pub(super) struct Transaction {
    begun: Begun,
    writes: Arc<[Together]>,
    /// The numbers of the requests, in the order of the writes.
    guards: Vec<RequestId>,
    modifies: Vec<RequestId>,
}

/// One that was begun, with nothing in it.
pub(super) struct Begun {
    link: Arc<Link>,
    limit: Duration,
    /// What the server calls it; slapd, which has one for each connection, calls it nothing.
    id: String,
}

impl Transaction {
    /// Sends all but the end of one that was begun.
    ///
    /// # Errors
    /// As [`crate::directory::DirectoryWriter::prepare_together`].
    pub(super) async fn prepare(
        begun: Begun,
        allow_plain: bool,
        writes: Vec<Together>,
    ) -> Result<Self, NotTogether> {
        let writes: Arc<[Together]> = writes.into();
        if writes.iter().flat_map(|w| &w.modifications).any(is_secret) {
            protected(&begun.link, allow_plain).map_err(whole)?;
        }
        let guards = begun.send_all(&writes, guard).await;
        let guards = guards.map_err(|failed| kept(failed, &writes))?;
        let modifies = begun.send_all(&writes, modify).await;
        let modifies = modifies.map_err(|failed| kept(failed, &writes))?;
        Ok(Transaction {
            begun,
            writes,
            guards,
            modifies,
        })
    }

    /// Asks for the end, and gives the time that the server took for it.
    ///
    /// # Errors
    /// As [`crate::directory::Prepared::commit`].
    pub(super) async fn commit(self) -> Result<Duration, NotTogether> {
        let asked = Instant::now();
        let answer = self.begun.end(true).await.map_err(whole)?;
        let took = asked.elapsed();
        operation::judged(&self.begun.link, &answer.result).map_err(|error| {
            let refused = answer.value.as_deref().and_then(refused_message);
            let place = |ids: &[RequestId]| ids.iter().position(|id| Some(*id) == refused);
            let failed = NotTogether {
                at: place(&self.guards).or_else(|| place(&self.modifies)),
                error: half_made(error),
            };
            kept(failed, &self.writes)
        })?;
        Ok(took)
    }
}

impl Begun {
    /// Begins one.
    ///
    /// # Errors
    /// As for any request; none of [`ErrorKind::OutcomeUnknown`].
    pub(super) async fn start(link: &Arc<Link>, limit: Duration) -> Result<Self, NotTogether> {
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
        Ok(Begun {
            link: Arc::clone(link),
            limit,
            id,
        })
    }

    /// Whether it was begun on this connection.
    pub(super) fn is_on(&self, link: &Arc<Link>) -> bool {
        Arc::ptr_eq(&self.link, link)
    }

    /// Gives up what the server has taken in so far; where the connection is gone, it has given it up itself.
    pub(super) async fn give_up(&self) {
        let _ = timeout(COURTESY, self.end(false)).await;
    }

    /// Sends one request for each write, many on their way at once, and waits until the server has taken all of them
    /// in. Gives their numbers, in the order of the writes.
    async fn send_all(
        &self,
        writes: &Arc<[Together]>,
        made: fn(&Together, RawControl) -> Result<Request, DirectoryError>,
    ) -> Result<Vec<RequestId>, NotTogether> {
        let part = RawControl::from(TxnSpec { txn_id: &self.id });
        let writes = Arc::clone(writes);
        let requests = (0..writes.len()).map(move |place| made(&writes[place], part.clone()));
        let sent = operation::exchange_all(&self.link, self.limit, ON_THEIR_WAY, requests).await;
        let (place, error) = match sent {
            Ok(ids) => return Ok(ids),
            Err(failed) => failed,
        };
        self.give_up().await;
        Err(NotTogether {
            at: Some(place),
            error: lost(error),
        })
    }

    async fn end(&self, commit: bool) -> Result<Answer, DirectoryError> {
        let request = Request::Extended {
            exop: Exop::from(EndTxn {
                txn_id: &self.id,
                commit,
            }),
            controls: Vec::new(),
        };
        operation::exchange(&self.link, self.limit, None, request).await
    }
}

/// An empty Modify that does nothing but assert. The assertion stands as it is: what [`super::write::asserted`] says
/// beside it is for the overlays of a write, and an empty Modify gives them nothing to do.
fn guard(write: &Together, part: RawControl) -> Result<Request, DirectoryError> {
    let assertion = RawControl {
        ctype: ASSERTION.to_owned(),
        crit: true,
        val: Some(encoded(&write.assertion)?),
    };
    Ok(Request::Modify {
        dn: write.dn.as_str().to_owned(),
        modifications: Vec::new(),
        controls: vec![assertion, part],
    })
}

fn modify(write: &Together, part: RawControl) -> Result<Request, DirectoryError> {
    let steps = write.modifications.iter().map(step);
    Ok(Request::Modify {
        dn: write.dn.as_str().to_owned(),
        modifications: steps.collect::<Result<_, _>>()?,
        controls: vec![part],
    })
}

/// No password in what the server says.
fn kept(failed: NotTogether, writes: &[Together]) -> NotTogether {
    let modifications = writes.iter().flat_map(|w| &w.modifications);
    let secrets = texts(modifications.filter(|m| is_secret(m)));
    NotTogether {
        error: redact(failed.error, &secrets),
        ..failed
    }
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
