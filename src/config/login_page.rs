//! `[profiles.NAME.login_page]`: how requests of a login page are taken (`password send --uniform`), and how many
//! are served.

use super::build::Reader;
use super::check::Table;
use std::path::PathBuf;
use std::time::Duration;

/// What a login page may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginPageSettings {
    /// Folder in which requests wait. Of this profile alone: what waits there names accounts of its directory.
    pub spool: PathBuf,
    /// The answer comes that long after the login was read, or at the next multiple of it.
    pub answer_after: Duration,
    /// Most mails an hour.
    pub max_per_hour: u64,
    /// Most requests that wait.
    pub max_waiting: u64,
}

/// The settings of a profile; `None` where it has none, or where there are mistakes, which are told already.
pub(super) fn read(profile: &Table) -> Option<LoginPageSettings> {
    let read = Reader(profile.table("login_page")?);
    Some(LoginPageSettings {
        spool: read.path("spool")?,
        answer_after: read
            .seconds("answer_after")
            .unwrap_or(Duration::from_millis(400)),
        max_per_hour: read.integer("max_per_hour").unwrap_or(200),
        max_waiting: read.integer("max_waiting").unwrap_or(10_000),
    })
}
