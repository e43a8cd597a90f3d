//! The directory as a port: what the commands may ask of it, in domain types.
//!
//! [`Directory`] reads. [`DirectoryWriter`] writes, and only `execute` (the one door for writes) is given
//! one. The adapter for LDAP is `directory::ldap`; only `app` names it.

pub mod ldap;

pub use crate::domain::certificate::TlsProblem;
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::domain::secret::Password;
use async_trait::async_trait;
use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

/// How far below the base a search looks (RFC 4511 section 4.5.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The base entry alone.
    Base,
    /// Its direct children.
    One,
    /// The whole subtree, base included.
    Subtree,
}

/// A search to be made, always paged by the adapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Where to start.
    pub base: Dn,
    /// How deep.
    pub depth: Depth,
    /// What to find.
    pub filter: Filter,
    /// Attributes wanted, operational ones by name; never empty (ask for `1.1` to get names only).
    pub attributes: Vec<String>,
}

/// What a server can do, as its root DSE says (RFC 4512 section 5.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// OIDs of `supportedControl`.
    pub controls: Vec<String>,
    /// OIDs of `supportedExtension`.
    pub extensions: Vec<String>,
    /// `namingContexts`: where its databases begin.
    pub naming_contexts: Vec<String>,
}

impl Capabilities {
    /// Whether writes can carry an Assertion (RFC 4528).
    pub fn assertion(&self) -> bool {
        self.controls.iter().any(|oid| oid == "1.3.6.1.1.12")
    }

    /// Whether several writes can be made as one (RFC 5805: the Start Transaction extended operation).
    pub fn transactions(&self) -> bool {
        self.extensions.iter().any(|oid| oid == "1.3.6.1.1.21.1")
    }

    /// The innermost of the naming contexts that hold this name: one database.
    pub fn context_of(&self, dn: &Dn) -> Option<Dn> {
        let contexts = self.naming_contexts.iter();
        contexts
            .filter_map(|context| Dn::parse(context).ok())
            .filter(|context| dn.is_within(context))
            .max_by_key(|context| context.normalized().len())
    }

    /// Whether the server keeps a password policy (draft-behera-ldap-password-policy): only then it knows
    /// who chose a password, who must change it, and who is locked.
    pub fn password_policy(&self) -> bool {
        self.controls
            .iter()
            .any(|oid| oid == "1.3.6.1.4.1.42.2.27.8.5.1")
    }
}

/// Where and as whom a connection stands; safe to show and to keep in a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// URL of the server that answered.
    pub url: String,
    /// Name bound as; `None` when anonymous or given by the server (SASL EXTERNAL).
    pub bound_as: Option<String>,
}

/// Reading.
///
/// Guarantees of every implementation: each call ends within the profile's time limit; a list is whole or
/// the call fails (a size limit hit is [`ErrorKind::SizeLimit`], never a short list); a panic of the
/// library underneath becomes [`ErrorKind::Protocol`].
#[async_trait]
pub trait Directory: Send + Sync {
    /// Where this connection stands.
    fn session(&self) -> Session;

    /// What the server can do; asked once per connection and kept.
    ///
    /// # Errors
    /// As for any read.
    async fn capabilities(&self) -> Result<Capabilities, DirectoryError>;

    /// Searches and hands over the entries page by page; stops early when the visitor breaks.
    /// `page_size` is a hint.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchObject`] where the base does not exist; [`ErrorKind::Other`] with code 10 where part of the result
    /// is on another server, once what came until that was told has been handed over; else as for any read.
    async fn search_pages(
        &self,
        search: &Search,
        visit: &mut (dyn FnMut(Vec<Entry>) -> ControlFlow<()> + Send),
    ) -> Result<(), DirectoryError>;

    /// All the entries found, in the server's order.
    ///
    /// # Errors
    /// As [`Directory::search_pages`].
    async fn search(&self, search: &Search) -> Result<Vec<Entry>, DirectoryError> {
        let mut all = Vec::new();
        self.search_pages(search, &mut |page| {
            all.extend(page);
            ControlFlow::Continue(())
        })
        .await?;
        Ok(all)
    }

    /// Reads several entries by name, many at a time over the one connection. A name that does not exist,
    /// or may not be read, gives `None` in its place.
    ///
    /// Names that stand under one entry (people of one base) cost a search for each hundred of them, and one for each
    /// that is not there; others one each. All that is read is in memory: whoever has tens of thousands of names asks
    /// for few attributes, or in parts.
    ///
    /// # Errors
    /// As for any read.
    async fn read_many(
        &self,
        names: &[Dn],
        attributes: &[String],
    ) -> Result<Vec<Option<Entry>>, DirectoryError>;

    /// Reads one entry by name.
    ///
    /// # Errors
    /// As for any read.
    async fn read(&self, dn: &Dn, attributes: &[String]) -> Result<Option<Entry>, DirectoryError> {
        let mut found = self.read_many(std::slice::from_ref(dn), attributes).await?;
        Ok(found.pop().flatten())
    }
}

/// One step of a Modify with the values filled in. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct RawModification {
    /// What is done to the attribute.
    pub kind: RawModificationKind,
    /// Attribute description.
    pub attribute: String,
    /// The values.
    pub values: Vec<Vec<u8>>,
}

impl fmt::Debug for RawModification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} {} ({} values)",
            self.kind,
            self.attribute,
            self.values.len()
        )
    }
}

/// RFC 4511 section 4.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawModificationKind {
    /// Adds values.
    Add,
    /// Deletes values, or the attribute where none is given.
    Delete,
    /// Replaces all values.
    Replace,
}

/// One Modify among several that are made together or not at all, and what must hold before any of them is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// Name of the entry; no two of one transaction name the same.
    pub dn: Dn,
    /// The steps.
    pub modifications: Vec<RawModification>,
    /// The guard.
    pub assertion: Filter,
}

/// Why several writes were not made together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotTogether {
    /// Which of them the server would not make, where it says.
    pub at: Option<usize>,
    /// Why. [`ErrorKind::OutcomeUnknown`]: made or not, nobody knows yet. Any other: surely none of them was made.
    pub error: DirectoryError,
}

/// On which connection a transaction is sent: a server knows one at a time on each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The one of all other requests.
    Own,
    /// A second one ([`DirectoryWriter::open_beside`]); the first where there is none.
    Beside,
}

/// A transaction of which all but the end is at the server.
#[async_trait]
pub trait Prepared: Send {
    /// Ends it: all of it is made, or nothing. Gives the time that the server took, when nobody else could write.
    ///
    /// # Errors
    /// [`NotTogether`].
    async fn commit(self: Box<Self>) -> Result<Duration, NotTogether>;
}

/// Writing. Only the door (`execute`) holds one.
///
/// An error of kind [`ErrorKind::OutcomeUnknown`] means that the request may have been carried out: the
/// caller must re-read before it says anything.
#[async_trait]
pub trait DirectoryWriter: Send + Sync {
    /// Sends one Modify (RFC 4511 section 4.6), with the Assertion control (RFC 4528) marked critical
    /// where a filter is given. May be called many times at once: the requests share the connection.
    ///
    /// # Errors
    /// [`ErrorKind::AssertionFailed`] where the filter no longer holds; [`ErrorKind::OutcomeUnknown`]
    /// where no answer came.
    async fn modify(
        &self,
        dn: &Dn,
        modifications: &[RawModification],
        assertion: Option<&Filter>,
    ) -> Result<(), DirectoryError>;

    /// Begins a transaction on this way ahead of the [`DirectoryWriter::prepare_together`] that will fill it: in a flight
    /// with other requests, which it leaves alone.
    ///
    /// # Errors
    /// As for any write; nothing is lost by it.
    async fn begin_together(&self, way: Way) -> Result<(), NotTogether>;

    /// Gives up what was begun on this way and not filled.
    async fn give_up_together(&self, way: Way);

    /// Begins a transaction (RFC 5805) of several Modifies, where none was begun, and sends all but its end: the guards of all of them first,
    /// an empty Modify each, with its Assertion; the Modifies once all guards are answered. Nothing is made yet, and
    /// nobody else is kept from writing. One at a time on each way; one that is dropped is given up where the connection
    /// ends.
    ///
    /// # Errors
    /// [`NotTogether`], never of [`ErrorKind::OutcomeUnknown`].
    async fn prepare_together(
        &self,
        way: Way,
        writes: Vec<Together>,
    ) -> Result<Box<dyn Prepared>, NotTogether>;

    /// Opens a second connection to the same server, as the same account, for [`Way::Beside`]; once for all.
    ///
    /// # Errors
    /// As for connecting. The first connection is not touched by it.
    async fn open_beside(&self) -> Result<(), DirectoryError>;

    /// Sends one Add (RFC 4511 section 4.7): the attributes with their values, `objectClass` among them, none of
    /// them a password.
    ///
    /// # Errors
    /// [`ErrorKind::AssertionFailed`] where there is such an entry already (an Add asserts that there is none);
    /// [`ErrorKind::OutcomeUnknown`] where no answer came.
    async fn add(
        &self,
        dn: &Dn,
        attributes: &[(String, Vec<String>)],
    ) -> Result<(), DirectoryError>;

    /// Sends one Delete (RFC 4511 section 4.8), with the Assertion control as [`DirectoryWriter::modify`].
    ///
    /// # Errors
    /// As [`DirectoryWriter::modify`]; [`ErrorKind::NoSuchObject`] where it is gone.
    async fn delete(&self, dn: &Dn, assertion: Option<&Filter>) -> Result<(), DirectoryError>;

    /// Changes the password of the account this connection is bound as (RFC 3062, with the old one).
    ///
    /// # Errors
    /// [`ErrorKind::PolicyRefused`] with the policy's reason where the server gives one.
    async fn change_own_password(
        &self,
        old: &Password,
        new: &Password,
    ) -> Result<(), DirectoryError>;

    /// Connects again after a loss, to the first server of the profile that answers.
    ///
    /// # Errors
    /// As for connecting.
    async fn reconnect(&self) -> Result<(), DirectoryError>;
}

/// Why the server refused a password (draft-behera-ldap-password-policy section 6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyReason {
    /// 0
    PasswordExpired,
    /// 1
    AccountLocked,
    /// 2
    ChangeAfterReset,
    /// 3
    PasswordModNotAllowed,
    /// 4
    MustSupplyOldPassword,
    /// 5
    InsufficientQuality,
    /// 6
    TooShort,
    /// 7
    TooYoung,
    /// 8
    InHistory,
    /// 8 where the server adds that it is the present password, not a former one.
    Unchanged,
}

/// What kind of failure a directory call ended in; decides the exit status and the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// No server of the profile could be reached.
    Unreachable,
    /// The certificate was not accepted, or the handshake failed.
    Tls,
    /// No answer within the time limit (a read, or a bind).
    Timeout,
    /// The connection broke (a read, or a bind).
    ConnectionLost,
    /// Wrong name or password at bind.
    InvalidCredentials,
    /// Right password or not: the account bound as is locked or disabled.
    BindAccountLocked,
    /// The account bound as must first change its password.
    MustChangeFirst,
    /// The account has no right to do this (result code 50).
    InsufficientAccess,
    /// The entry does not exist (32).
    NoSuchObject,
    /// The values relied on no longer hold (122), or the entry to be made is there already (68).
    AssertionFailed,
    /// The server stopped at its size limit (4) or administrative limit (11), even paged.
    SizeLimit,
    /// The server stopped at its time limit (3).
    ServerTimeLimit,
    /// The password policy refused (19 or 53 with a reason, or 19 on a password).
    PolicyRefused,
    /// The value is there already (20), or the one to delete is not (16).
    ValueConflict,
    /// The server is busy or shutting down (51, 52).
    Busy,
    /// A typed filter is not RFC 4515.
    InvalidFilter,
    /// A server's URL in the settings is not one.
    InvalidUrl,
    /// A write went out and no answer came back: carried out or not, nobody knows yet.
    OutcomeUnknown,
    /// The server answered something that is not LDAP, or made the library panic.
    Protocol,
    /// The connection may not be used like this: a refusal of our own before anything was sent.
    Insecure,
    /// Any other result code.
    Other,
}

/// A failed directory call. Never holds a password: only names, codes and the server's own diagnostic,
/// with control characters taken out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind:?} (result code {result_code:?}): {diagnostic}")]
pub struct DirectoryError {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// LDAP result code where the server answered (RFC 4511 appendix A).
    pub result_code: Option<u32>,
    /// The server's or the library's own words, for `--verbose` and for the experts.
    pub diagnostic: String,
    /// The password policy's reason, where the server told one.
    pub policy: Option<PolicyReason>,
    /// What was wrong with the certificate, where the kind is [`ErrorKind::Tls`].
    pub tls: Option<TlsProblem>,
    /// Which server was meant, when known.
    pub url: Option<String>,
}

impl DirectoryError {
    /// An error without result code or reason.
    pub fn new(kind: ErrorKind, diagnostic: impl Into<String>) -> Self {
        DirectoryError {
            kind,
            result_code: None,
            diagnostic: diagnostic.into(),
            policy: None,
            tls: None,
            url: None,
        }
    }
}
