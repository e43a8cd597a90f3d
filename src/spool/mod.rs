//! Requests of a login page that wait for their worker, as a port. Every request leaves one record of the same size,
//! whoever asked for whatever: who looks on from outside, at the clock or at the disk, learns nothing. A record that
//! matched nobody is blank: what was typed is kept nowhere, for people type passwords there.
//!
//! The adapter that keeps them in a folder is `spool::files`.

use crate::domain::dn::Dn;
use jiff::Timestamp;
use std::path::PathBuf;

pub mod files;

/// Name of a record; it says nothing of what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordName(String);

/// A request that named an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its record.
    pub name: RecordName,
    /// When it was made.
    pub at: Timestamp,
    /// Whose account.
    pub account: Dn,
}

/// What waits.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Those that named an account, oldest first.
    pub requests: Vec<Request>,
    /// Those that named nobody.
    pub blank: Vec<RecordName>,
    /// What entctl did not write so, or not to its end.
    pub damaged: Vec<RecordName>,
}

/// Why requests cannot be taken or read. Never depends on what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpoolError {
    /// The folder or a file in it cannot be written.
    #[error("cannot write {path}: {reason}")]
    Unwritable {
        /// Which.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The folder or a file in it cannot be read.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// Others than its owner have rights to the folder: they could ask in anybody's name, and see who asked.
    #[error("others may enter {0}")]
    NotPrivate(PathBuf),
    /// As many wait as may.
    #[error("{waiting} requests wait")]
    Full {
        /// How many.
        waiting: u64,
    },
}

/// Where requests wait.
pub trait Spool: Send + Sync {
    /// Makes a request durable: of this account, or of nobody. The same is done either way.
    ///
    /// # Errors
    /// [`SpoolError`]; nothing is left behind then.
    fn put(&self, account: Option<&Dn>, at: Timestamp) -> Result<(), SpoolError>;

    /// All that waits. Records that are being written are left out.
    ///
    /// # Errors
    /// [`SpoolError::Unreadable`], [`SpoolError::NotPrivate`].
    fn waiting(&self) -> Result<Waiting, SpoolError>;

    /// Takes records away; those that are gone already are no error.
    ///
    /// # Errors
    /// [`SpoolError::Unwritable`].
    fn remove(&self, names: &[RecordName]) -> Result<(), SpoolError>;
}
