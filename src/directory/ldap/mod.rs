//! The directory over LDAP: the only room that names `ldap3` and `rustls`.
//!
//! [`LdapDirectory`] keeps one connection and sends many requests at once over it. It never retries and
//! never reconnects by itself: after a loss the caller decides, calls [`LdapDirectory::reconnect`] and
//! reads again what it relies on. Referrals are not followed: the address a server names is not one the
//! administrator chose to send a password to; they are errors that name it.

mod address;
mod ber;
mod bind;
mod connect;
mod courier;
mod decode;
mod filter;
mod link;
mod many;
mod network;
mod operation;
mod pages;
mod paging;
mod policy_control;
mod results;
mod root_dse;
mod search;
mod start_tls;
mod tls;
mod transaction;
mod write;

#[cfg(test)]
mod tests;

use crate::directory::{
    Capabilities, Directory, DirectoryError, DirectoryWriter, ErrorKind, NotTogether, Prepared,
    RawModification, Search, Session, Together, Way,
};
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::domain::secret::Password;
use async_trait::async_trait;
use link::Link;
use pages::Paged;
use search::Query;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use transaction::{Begun, Transaction};

/// How to reach a directory.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Servers in the order they are tried: `ldap://`, `ldaps://`, `ldapi://`.
    pub urls: Vec<String>,
    /// Whether `ldap://` connections are secured by StartTLS (RFC 4511 section 4.14) before anything else.
    pub start_tls: bool,
    /// Certificate authorities (PEM) to trust *instead of* the system's.
    pub ca_file: Option<PathBuf>,
    /// Certificate chain (PEM) that we show, with [`Settings::client_key`].
    pub client_certificate: Option<PathBuf>,
    /// Its private key (PEM).
    pub client_key: Option<PathBuf>,
    /// As whom.
    pub credentials: Credentials,
    /// Most time for name resolution, TCP and TLS, per server.
    pub connect_timeout: Duration,
    /// Most time for one request and its answer, or for one page of a search.
    pub operation_timeout: Duration,
    /// Entries per page of a search.
    pub page_size: u32,
    /// Whether a password may cross the network in plain text.
    pub allow_plaintext_password: bool,
    /// Most requests in flight at once, at least 1.
    pub window: usize,
}

/// How one proves who one is.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// As nobody.
    Anonymous,
    /// Name and password (RFC 4513 section 5.1.3).
    Simple {
        /// Name of the account.
        dn: Dn,
        /// Its password.
        password: Password,
    },
    /// As the connection shows: client certificate, or Unix user on a local socket (SASL EXTERNAL).
    External,
}

/// What the server says at a person's login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BindOutcome {
    /// Nothing but a change of password is allowed.
    pub must_change: bool,
    /// Seconds until the password expires, where the server warns.
    pub expires_in: Option<i64>,
    /// Logins left with an expired password, where the server counts them.
    pub grace: Option<i64>,
}

/// A directory over LDAP. Clones share the connection.
#[derive(Clone)]
pub struct LdapDirectory(Arc<Shared>);

struct Shared {
    settings: Settings,
    // Apart from the settings, because one's own password may change.
    credentials: Mutex<Credentials>,
    link: Mutex<Arc<Link>>,
    window: Arc<Semaphore>,
    reconnecting: tokio::sync::Mutex<()>,
    /// A second connection, once it was asked for.
    beside: Mutex<Option<Arc<Link>>>,
    /// Transactions that were begun, with nothing in them.
    begun: Mutex<Vec<(Way, Begun)>>,
}

impl LdapDirectory {
    /// Connects and logs in to the first server that answers.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidUrl`] and [`ErrorKind::Insecure`] before anything is sent;
    /// [`ErrorKind::InvalidCredentials`], [`ErrorKind::BindAccountLocked`] and
    /// [`ErrorKind::MustChangeFirst`] from the first server that answers; where none does, the most
    /// telling of their errors.
    pub async fn connect(settings: Settings) -> Result<Self, DirectoryError> {
        let (directory, outcome) = Self::connect_as_person(settings).await?;
        if outcome.must_change {
            directory.close().await;
            let error = DirectoryError::new(
                ErrorKind::MustChangeFirst,
                "the password of this account must be changed first",
            );
            return Err(operation::at(&directory.link(), error));
        }
        Ok(directory)
    }

    /// Connects and logs in as a person, for whom a password that must be changed is no failure.
    ///
    /// # Errors
    /// As [`LdapDirectory::connect`], without [`ErrorKind::MustChangeFirst`] where the server lets the
    /// person in to change it.
    pub async fn connect_as_person(
        settings: Settings,
    ) -> Result<(Self, BindOutcome), DirectoryError> {
        let (link, outcome) = bind::first_that_answers(&settings, &settings.credentials, 0).await?;
        let shared = Shared {
            credentials: Mutex::new(settings.credentials.clone()),
            link: Mutex::new(link),
            window: Arc::new(Semaphore::new(settings.window.max(1))),
            reconnecting: tokio::sync::Mutex::new(()),
            beside: Mutex::default(),
            begun: Mutex::default(),
            settings,
        };
        Ok((LdapDirectory(Arc::new(shared)), outcome))
    }

    /// After a loss: logs in again, at the next server that answers (the lost one last). Where the
    /// connection is in order, or another caller has just mended it, nothing happens.
    ///
    /// # Errors
    /// As [`LdapDirectory::connect`]; the former connection stays in place then, and the next call tries
    /// again.
    pub async fn reconnect(&self) -> Result<(), DirectoryError> {
        let _turn = self.0.reconnecting.lock().await;
        let lost = self.link();
        if lost.is_usable() {
            return Ok(());
        }
        let credentials = held(&self.0.credentials).clone();
        let next = lost.index + 1;
        let (link, outcome) =
            bind::first_that_answers(&self.0.settings, &credentials, next).await?;
        let was_person = lost.must_change.load(std::sync::atomic::Ordering::Relaxed);
        if outcome.must_change && !was_person {
            let error = DirectoryError::new(
                ErrorKind::MustChangeFirst,
                "the password of this account must be changed first",
            );
            return Err(operation::at(&link, error));
        }
        *held(&self.0.link) = link;
        Ok(())
    }

    /// A second connection to the server that the first one leads to.
    async fn open_beside(&self) -> Result<Arc<Link>, DirectoryError> {
        let first = self.link();
        let credentials = held(&self.0.credentials).clone();
        let (second, _) = bind::to_the_one(&self.0.settings, &credentials, first.index).await?;
        Ok(second)
    }

    fn link_of(&self, way: Way) -> Arc<Link> {
        let beside = held(&self.0.beside).clone();
        let beside = beside.filter(|_| way == Way::Beside);
        beside.unwrap_or_else(|| self.link())
    }

    /// The transaction that was begun on this way; none where the connection is another one by now.
    fn begun(&self, way: Way) -> Option<Begun> {
        let link = self.link_of(way);
        let mut begun = held(&self.0.begun);
        let at = begun.iter().position(|(on, _)| *on == way)?;
        let (_, begun) = begun.swap_remove(at);
        Some(begun).filter(|begun| begun.is_on(&link))
    }

    /// Takes leave of the server (RFC 4511 section 4.3). Operations afterwards fail as on a lost
    /// connection.
    pub async fn close(&self) {
        let beside = held(&self.0.beside).take();
        for link in beside.into_iter().chain([self.link()]) {
            link.mark_lost();
            let mut handle = link.handle();
            // Leaving is a courtesy: a server that does not take it is left all the same.
            let left = async {
                let _ = handle.unbind().await;
                link.end().await;
            };
            let _ = tokio::time::timeout(operation::COURTESY, left).await;
        }
    }

    fn link(&self) -> Arc<Link> {
        Arc::clone(&held(&self.0.link))
    }

    fn limit(&self) -> Duration {
        self.0.settings.operation_timeout
    }

    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        // The window is never closed, so there is always a permit in the end.
        Arc::clone(&self.0.window).acquire_owned().await.ok()
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that could panic runs under these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes a filter out and makes sure that the library can read it: its Assertion control panics on one
/// it cannot, and a typed filter may be anything.
///
/// # Errors
/// [`ErrorKind::InvalidFilter`].
fn checked_filter(filter: &Filter) -> Result<String, DirectoryError> {
    let text = filter.to_string();
    // The library's parser follows every parenthesis by a call of itself.
    if text.bytes().filter(|byte| *byte == b'(').count() > MOST_PARENTHESES && deep(&text) {
        return Err(DirectoryError::new(
            ErrorKind::InvalidFilter,
            "parentheses too deep",
        ));
    }
    if filter::is_ours(filter) {
        // Written by us, with every value escaped.
        return Ok(text);
    }
    match ldap3::parse_filter(&text) {
        Ok(_) => Ok(text),
        Err(()) => Err(DirectoryError::new(
            ErrorKind::InvalidFilter,
            results::shown(&text),
        )),
    }
}

/// Deepest nesting of a filter; a person's has two or three levels.
const MOST_PARENTHESES: usize = 100;

fn deep(text: &str) -> bool {
    let mut level = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'(' => level += 1,
            b')' => level = level.saturating_sub(1),
            _ => {}
        }
        level > MOST_PARENTHESES
    })
}

#[async_trait]
impl Directory for LdapDirectory {
    fn session(&self) -> Session {
        Session {
            url: self.link().url.clone(),
            bound_as: match &self.0.settings.credentials {
                Credentials::Simple { dn, .. } => Some(dn.as_str().to_owned()),
                Credentials::Anonymous | Credentials::External => None,
            },
        }
    }

    async fn capabilities(&self) -> Result<Capabilities, DirectoryError> {
        root_dse::capabilities(&self.link(), &self.0.window, self.limit()).await
    }

    async fn search_pages(
        &self,
        search: &Search,
        visit: &mut (dyn FnMut(Vec<Entry>) -> ControlFlow<()> + Send),
    ) -> Result<(), DirectoryError> {
        let paged = Paged {
            link: self.link(),
            window: Arc::clone(&self.0.window),
            limit: self.limit(),
            size: self.0.settings.page_size,
            query: Arc::new(Query::new(search)?),
        };
        paged.visit(visit).await
    }

    async fn read_many(
        &self,
        names: &[Dn],
        attributes: &[String],
    ) -> Result<Vec<Option<Entry>>, DirectoryError> {
        many::read(self, names, attributes).await
    }
}

#[async_trait]
impl Prepared for Transaction {
    async fn commit(self: Box<Self>) -> Result<Duration, NotTogether> {
        Transaction::commit(*self).await
    }
}

#[async_trait]
impl DirectoryWriter for LdapDirectory {
    async fn reconnect(&self) -> Result<(), DirectoryError> {
        LdapDirectory::reconnect(self).await
    }

    async fn modify(
        &self,
        dn: &Dn,
        modifications: &[RawModification],
        assertion: Option<&Filter>,
    ) -> Result<(), DirectoryError> {
        let permit = self.permit().await;
        write::modify(
            &self.link(),
            self.limit(),
            permit,
            self.0.settings.allow_plaintext_password,
            dn,
            modifications,
            assertion,
        )
        .await
    }

    async fn open_beside(&self) -> Result<(), DirectoryError> {
        let there = held(&self.0.beside).clone();
        let first = self.link().index;
        if there.is_none_or(|link| link.index != first || !link.is_usable()) {
            let opened = LdapDirectory::open_beside(self).await?;
            *held(&self.0.beside) = Some(opened);
        }
        Ok(())
    }

    async fn prepare_together(
        &self,
        way: Way,
        writes: Vec<Together>,
    ) -> Result<Box<dyn Prepared>, NotTogether> {
        let allow_plain = self.0.settings.allow_plaintext_password;
        let begun = match self.begun(way) {
            Some(begun) => begun,
            None => Begun::start(&self.link_of(way), self.limit()).await?,
        };
        let transaction = Transaction::prepare(begun, allow_plain, writes).await?;
        Ok(Box::new(transaction))
    }

    async fn begin_together(&self, way: Way) -> Result<(), NotTogether> {
        let begun = Begun::start(&self.link_of(way), self.limit()).await?;
        held(&self.0.begun).push((way, begun));
        Ok(())
    }

    async fn give_up_together(&self, way: Way) {
        if let Some(begun) = self.begun(way) {
            begun.give_up().await;
        }
    }

    async fn add(
        &self,
        dn: &Dn,
        attributes: &[(String, Vec<String>)],
    ) -> Result<(), DirectoryError> {
        let permit = self.permit().await;
        write::add(&self.link(), self.limit(), permit, dn, attributes).await
    }

    async fn delete(&self, dn: &Dn, assertion: Option<&Filter>) -> Result<(), DirectoryError> {
        let permit = self.permit().await;
        write::delete(&self.link(), self.limit(), permit, dn, assertion).await
    }

    async fn change_own_password(
        &self,
        old: &Password,
        new: &Password,
    ) -> Result<(), DirectoryError> {
        let permit = self.permit().await;
        let allow_plain = self.0.settings.allow_plaintext_password;
        write::change_own_password(&self.link(), self.limit(), permit, allow_plain, old, new)
            .await?;
        // A later reconnect must not count as a login with a wrong password.
        if let Credentials::Simple { password, .. } = &mut *held(&self.0.credentials) {
            *password = new.clone();
        }
        Ok(())
    }
}
