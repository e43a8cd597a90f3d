//! One connection to one server, and why it ended.

use super::courier::Found;
use super::paging::Paging;
use super::results::shown;
use super::tls;
use crate::directory::{Capabilities, DirectoryError, ErrorKind};
use crate::trust;
use ldap3::{Ldap, LdapConnAsync, LdapError};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{OnceCell, watch};
use tokio::task::{AbortHandle, JoinError, JoinHandle};
use tokio::time::timeout;

/// How long we wait to learn why a connection ended once we know that it did: the reason is stored by
/// another task, right after.
const REASON_WAIT: Duration = Duration::from_millis(500);

/// A live connection. Dropping the last reference closes it, even where one of its tasks hangs in a send.
pub(super) struct Link {
    /// Never used itself: each operation clones it, since options set on a handle stick to it.
    handle: Ldap,
    /// URL of the server, as configured.
    pub url: String,
    /// Its place among the profile's URLs.
    pub index: usize,
    /// Whether what is sent cannot be read on the way (TLS, or it never leaves the machine).
    pub protected: bool,
    /// Whether this login may do nothing but change its password.
    pub must_change: AtomicBool,
    /// What the server can do, once asked.
    pub capabilities: OnceCell<Capabilities>,
    /// Its searches of several pages.
    pub paging: Paging,
    /// What its searches have found and nobody has fetched yet.
    pub found: Arc<Found>,
    lost: AtomicBool,
    ended: watch::Receiver<Option<DirectoryError>>,
    driver: AbortHandle,
    courier: AbortHandle,
}

/// What lies between the server and the library.
pub(super) struct Carried {
    /// The task that carries; it ends with what ended the connection.
    pub courier: JoinHandle<io::Result<()>>,
    /// What it keeps back.
    pub found: Arc<Found>,
}

impl Link {
    /// Starts driving a connection, in the thread in which it was made.
    pub(super) fn start(
        connection: LdapConnAsync,
        handle: Ldap,
        Carried { courier, found }: Carried,
        url: String,
        index: usize,
        protected: bool,
    ) -> Self {
        let (tell, ended) = watch::channel(None);
        let driver = tokio::spawn(connection.drive());
        let aborts = (driver.abort_handle(), courier.abort_handle());
        tokio::spawn(async move {
            let by_library = driver.await;
            // What was said before leaving is brought to the server, however long that takes. A library that could not go
            // on has nothing to say, and somebody waits for the reason.
            let by_server = match by_library {
                Ok(Ok(())) => courier.await,
                Ok(Err(_)) | Err(_) => timeout(REASON_WAIT, courier).await.unwrap_or(Ok(Ok(()))),
            };
            let reason = match by_server {
                Ok(Err(error)) => broken(&error),
                Ok(Ok(())) | Err(_) => end_of(by_library),
            };
            // Nobody listens any more where the link was dropped.
            let _ = tell.send(Some(reason));
        });
        Link {
            handle,
            url,
            index,
            protected,
            must_change: AtomicBool::new(false),
            capabilities: OnceCell::new(),
            paging: Paging::default(),
            found,
            lost: AtomicBool::new(false),
            ended,
            driver: aborts.0,
            courier: aborts.1,
        }
    }

    /// A handle with nothing set on it.
    pub(super) fn handle(&self) -> Ldap {
        self.handle.clone()
    }

    /// Notes that this connection is not to be relied on any more.
    pub(super) fn mark_lost(&self) {
        self.lost.store(true, Ordering::Relaxed);
    }

    /// Whether operations may still be tried on it.
    pub(super) fn is_usable(&self) -> bool {
        !self.lost.load(Ordering::Relaxed) && self.ended.borrow().is_none()
    }

    /// Waits until all that was said has left and the connection is closed, by either side.
    pub(super) async fn end(&self) {
        let mut ended = self.ended.clone();
        // An error means that the tasks are gone, and the connection with them.
        let _ = ended.wait_for(Option::is_some).await;
    }

    /// Why the connection ended: [`ErrorKind::ConnectionLost`], [`ErrorKind::Protocol`] or
    /// [`ErrorKind::Tls`].
    pub(super) async fn reason(&self) -> DirectoryError {
        let mut ended = self.ended.clone();
        let known = timeout(REASON_WAIT, ended.wait_for(Option::is_some)).await;
        match known {
            Ok(Ok(reason)) => reason.clone().unwrap_or_else(closed),
            Ok(Err(_)) | Err(_) => closed(),
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // The courier first: of a library that is gone it would take leave of the server, which nobody waits for.
        self.courier.abort();
        self.driver.abort();
    }
}

/// The server hung up.
pub(super) fn closed() -> DirectoryError {
    DirectoryError::new(
        ErrorKind::ConnectionLost,
        "the server closed the connection",
    )
}

fn broken(error: &io::Error) -> DirectoryError {
    match trust::inside(error) {
        Some(inner) => tls::error(trust::problem(inner), &inner.to_string()),
        None => DirectoryError::new(ErrorKind::ConnectionLost, shown(&error.to_string())),
    }
}

fn end_of(driver: Result<ldap3::result::Result<()>, JoinError>) -> DirectoryError {
    match driver {
        Ok(Ok(())) => closed(),
        // The library says no more than this when the bytes are not LDAP.
        Ok(Err(LdapError::Io { source })) if source.to_string() == "decoding error" => {
            DirectoryError::new(ErrorKind::Protocol, "the answer is not LDAP")
        }
        Ok(Err(other)) => DirectoryError::new(ErrorKind::ConnectionLost, shown(&other.to_string())),
        Err(panic) if panic.is_panic() => not_understood(),
        Err(_) => closed(),
    }
}

/// The library panicked on what the server sent.
pub(super) fn not_understood() -> DirectoryError {
    DirectoryError::new(
        ErrorKind::Protocol,
        "the server's answer could not be understood",
    )
}
