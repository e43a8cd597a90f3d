//! The one place where a request goes out and its answer, or its absence, is understood.
//!
//! Every operation, or every flight of them, runs in a task of its own, each with a handle of its own: the library
//! panics on some answers, and options set on a handle stay on it after an early error.

use super::link::{Link, not_understood};
use super::results::{outcome, shown};
use crate::directory::{DirectoryError, ErrorKind};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use ldap3::controls::RawControl;
use ldap3::exop::Exop;
use ldap3::{Ldap, LdapError, LdapResult, Mod, RequestId};
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Once};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// How long a courtesy (abandon, unbind) may take: nobody waits for its result.
pub(super) const COURTESY: Duration = Duration::from_secs(1);

/// A value on its way out; wiped when the library has encoded it. (The encoded copy is the library's.)
#[derive(PartialEq, Eq)]
pub(super) struct Octets(pub Zeroizing<Vec<u8>>);

impl Hash for Octets {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_slice().hash(state);
    }
}

impl AsRef<[u8]> for Octets {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A request that has one answer.
pub(super) enum Request {
    /// RFC 4513 section 5.1, with the password policy control.
    SimpleBind {
        /// Name; empty for anonymous.
        dn: String,
        /// Password; empty for anonymous.
        password: Zeroizing<String>,
    },
    /// RFC 4513 section 5.2.3.
    ExternalBind,
    /// RFC 4511 section 4.6.
    Modify {
        /// Entry.
        dn: String,
        /// Steps.
        modifications: Vec<Mod<Octets>>,
        /// Controls.
        controls: Vec<RawControl>,
    },
    /// RFC 4511 section 4.7.
    Add {
        /// Entry.
        dn: String,
        /// Its attributes.
        attributes: Vec<(String, HashSet<String>)>,
    },
    /// RFC 4511 section 4.8.
    Delete {
        /// Entry.
        dn: String,
        /// Controls.
        controls: Vec<RawControl>,
    },
    /// RFC 4511 section 4.12.
    Extended {
        /// Operation.
        exop: Exop,
        /// Controls.
        controls: Vec<RawControl>,
    },
}

impl Request {
    /// Whether it may have been carried out although no answer came.
    fn writes(&self) -> bool {
        !matches!(self, Request::SimpleBind { .. } | Request::ExternalBind)
    }

    async fn perform(self, ldap: &mut Ldap) -> ldap3::result::Result<Answer> {
        let mut value = None;
        let result = match self {
            Request::SimpleBind { dn, password } => {
                ldap.with_controls(super::policy_control::request())
                    .simple_bind(&dn, &password)
                    .await
            }
            Request::ExternalBind => ldap.sasl_external_bind().await,
            Request::Modify {
                dn,
                modifications,
                controls,
            } => {
                ldap.with_controls(controls)
                    .modify(&dn, modifications)
                    .await
            }
            Request::Add { dn, attributes } => ldap.add(&dn, attributes).await,
            Request::Delete { dn, controls } => ldap.with_controls(controls).delete(&dn).await,
            Request::Extended { exop, controls } => {
                // The library's own reading of a value panics on one that is absent or wrong: only its bytes are taken.
                let answer = ldap.with_controls(controls).extended(exop).await?;
                value = answer.0.val;
                Ok(answer.1)
            }
        };
        Ok(Answer {
            result: result?,
            value,
            id: ldap.last_id(),
        })
    }
}

/// What the server said.
pub(super) struct Answer {
    /// The result.
    pub result: LdapResult,
    /// The value of an extended operation's answer.
    pub value: Option<Vec<u8>>,
    /// The number of the request.
    pub id: RequestId,
}

/// Sends one request and waits for its result, as [`exchange`].
///
/// # Errors
/// As [`exchange`].
pub(super) async fn call(
    link: &Arc<Link>,
    limit: Duration,
    permit: Option<OwnedSemaphorePermit>,
    request: Request,
) -> Result<LdapResult, DirectoryError> {
    let answer = exchange(link, limit, permit, request).await?;
    Ok(answer.result)
}

/// Sends one request and waits for its answer at most `limit`; result codes are left to the caller.
///
/// # Errors
/// Before the request left: [`ErrorKind::ConnectionLost`], also for a write, which then was surely not
/// made. Afterwards, for a write: [`ErrorKind::OutcomeUnknown`]. For anything else
/// [`ErrorKind::Timeout`], [`ErrorKind::ConnectionLost`], [`ErrorKind::Protocol`].
pub(super) async fn exchange(
    link: &Arc<Link>,
    limit: Duration,
    permit: Option<OwnedSemaphorePermit>,
    request: Request,
) -> Result<Answer, DirectoryError> {
    let writes = request.writes();
    let mut handle = link.handle();
    let keep = Arc::clone(link);
    // A task of its own also lets a request that is out be answered when the caller gives up on it.
    let task = tokio::spawn(async move {
        let answer = timeout(limit, request.perform(&mut handle)).await;
        if answer.is_err() {
            abandon(&handle.clone(), handle.last_id());
        }
        drop((permit, keep));
        answer
    });
    let failure = match task.await {
        Ok(Ok(Ok(answer))) => return Ok(answer),
        Ok(Ok(Err(error))) => unanswered(link, writes, error).await,
        Ok(Err(_elapsed)) if writes => unknown(no_answer(limit)),
        Ok(Err(_elapsed)) => no_answer(limit),
        Err(_panic) if writes => unknown(not_understood()),
        Err(_panic) => not_understood(),
    };
    link.mark_lost();
    Err(at(link, failure))
}

/// What it means that the library gave an error in the place of an answer.
async fn unanswered(link: &Link, writes: bool, error: LdapError) -> DirectoryError {
    let sent = !matches!(error, LdapError::OpSend { .. } | LdapError::AddNoValues);
    let failure = explain(link, error).await;
    if writes && sent {
        unknown(failure)
    } else {
        failure
    }
}

/// Requests of a flight that are handed over before others of this thread get their turn.
const A_HANDFUL: usize = 32;

/// Sends many requests that write, at most `at_once` of them without an answer at a time, and gives their numbers, in
/// their order. One task for all: a task, a timer and a lock for each cost as much as the request itself.
///
/// # Errors
/// Place and failure of the first that could not be made, got no answer within `limit` of the last one that came, or
/// was refused (kinds as for [`exchange`] and [`judged`]). Nothing more is sent then, and every one that was is answered
/// already, unless the connection is lost.
pub(super) async fn exchange_all<R>(
    link: &Arc<Link>,
    limit: Duration,
    at_once: usize,
    requests: R,
) -> Result<Vec<RequestId>, (usize, DirectoryError)>
where
    R: Iterator<Item = Result<Request, DirectoryError>> + Send + 'static,
{
    let keep = Arc::clone(link);
    let task = tokio::spawn(async move { flight(&keep, limit, at_once.max(1), requests).await });
    let (place, failure) = match task.await {
        Ok(Ok(ids)) => return Ok(ids),
        Ok(Err(failure)) => failure,
        Err(_panic) => {
            link.mark_lost();
            (0, unknown(not_understood()))
        }
    };
    Err((place, at(link, failure)))
}

async fn flight(
    link: &Link,
    limit: Duration,
    at_once: usize,
    requests: impl Iterator<Item = Result<Request, DirectoryError>>,
) -> Result<Vec<RequestId>, (usize, DirectoryError)> {
    let mut requests = requests.enumerate().fuse();
    let mut under_way = FuturesUnordered::new();
    // 0 is nobody's number.
    let mut ids: Vec<RequestId> = Vec::new();
    let mut failed: Option<(usize, DirectoryError)> = None;
    loop {
        let mut full = true;
        for _ in 0..A_HANDFUL {
            if failed.is_some() || under_way.len() >= at_once {
                break;
            }
            let Some((place, request)) = requests.next() else {
                break;
            };
            match request {
                Ok(request) => {
                    let mut handle = link.handle();
                    ids.push(0);
                    under_way.push(async move { (place, request.perform(&mut handle).await) });
                    full = false;
                }
                Err(error) => failed = Some((place, error)),
            }
        }
        let next = if full {
            timeout(limit, under_way.next()).await
        } else {
            // Hands over the new ones. What has come is taken, nothing is waited for.
            match futures_util::poll!(under_way.next()) {
                Poll::Ready(landed) => Ok(landed),
                Poll::Pending => {
                    tokio::task::yield_now().await;
                    continue;
                }
            }
        };
        let failure = match next {
            Ok(None) => break,
            Ok(Some((place, Ok(answer)))) => {
                ids[place] = answer.id;
                judged(link, &answer.result)
                    .err()
                    .map(|error| (place, error))
            }
            Ok(Some((place, Err(error)))) if failed.is_none() => {
                link.mark_lost();
                Some((place, unanswered(link, true, error).await))
            }
            Ok(Some((_, Err(_)))) => None,
            Err(_elapsed) => {
                link.mark_lost();
                let place = ids.iter().position(|id| *id == 0).unwrap_or_default();
                failed.get_or_insert((place, unknown(no_answer(limit))));
                break;
            }
        };
        failed = failed.or(failure);
    }
    failed.map_or(Ok(ids), Err)
}

/// Says which server an error came from.
pub(super) fn at(link: &Link, mut error: DirectoryError) -> DirectoryError {
    error.url = Some(link.url.clone());
    error
}

/// The outcome of anything but a bind, as [`super::results::outcome`]; a missing right means that the
/// password must be changed first where the login said so.
///
/// # Errors
/// Every result code but 0.
pub(super) fn judged(link: &Link, result: &LdapResult) -> Result<(), DirectoryError> {
    outcome(result).map_err(|mut error| {
        if error.kind == ErrorKind::InsufficientAccess && link.must_change.load(Ordering::Relaxed) {
            error.kind = ErrorKind::MustChangeFirst;
        }
        at(link, error)
    })
}

/// No answer within the limit.
pub(super) fn no_answer(limit: Duration) -> DirectoryError {
    DirectoryError::new(
        ErrorKind::Timeout,
        format!("no answer within {} ms", limit.as_millis()),
    )
}

fn unknown(failure: DirectoryError) -> DirectoryError {
    DirectoryError {
        kind: ErrorKind::OutcomeUnknown,
        ..failure
    }
}

/// What an error of the library means on a live connection.
pub(super) async fn explain(link: &Link, error: LdapError) -> DirectoryError {
    match error {
        LdapError::OpSend { .. }
        | LdapError::ResultRecv { .. }
        | LdapError::EndOfStream
        | LdapError::IdScrubSend { .. }
        | LdapError::MiscSend { .. } => link.reason().await,
        LdapError::FilterParsing => {
            DirectoryError::new(ErrorKind::InvalidFilter, "not a filter of RFC 4515")
        }
        LdapError::Timeout { .. } => DirectoryError::new(ErrorKind::Timeout, "no answer in time"),
        other => DirectoryError::new(ErrorKind::ConnectionLost, shown(&other.to_string())),
    }
}

/// Tells the server that nobody waits for this answer any more (RFC 4511 section 4.11), without waiting
/// ourselves: on a dead connection even this does not go out.
pub(super) fn abandon(handle: &Ldap, id: RequestId) {
    if id == 0 {
        return;
    }
    let mut handle = handle.clone();
    tokio::spawn(async move { timeout(COURTESY, handle.abandon(id)).await.is_ok() });
}

/// Keeps the library's panics off the terminal: each one is caught and becomes an error here. Other
/// panics are shown as before.
pub(super) fn silence_library_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let of_library = info.location().is_some_and(|place| {
                ["/ldap3-", "/lber-"]
                    .iter()
                    .any(|name| place.file().contains(name))
            });
            if !of_library {
                before(info);
            }
        }));
    });
}
