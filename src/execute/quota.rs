//! How many temporary passwords an account may be mailed, counted where it counts: whoever else sends at this moment,
//! the desk, the login page, another desk, is waited for, so that two never count the same and both send.

use super::{Door, Sending};
use crate::domain::change::Plan;
use crate::domain::job::JobName;
use crate::domain::rules::SendRefusal;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::history::{HistoryError, JobHolder, JobLock, Manifest};
use crate::i18n::Text;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// The lock's name among those of jobs.
const TURN: &str = "password-send.limit";

/// It is held for as long as an intent takes to become durable.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Most temporary passwords of one account in a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailLimit {
    /// How many.
    pub per_account: u64,
    /// In what time.
    pub period: SignedDuration,
}

impl Door {
    /// Waits for whoever counts and sends at this moment. Ours until what this gives is dropped; to be dropped as
    /// soon as the intent is durable.
    ///
    /// # Errors
    /// Somebody holds it for ever (12); history.
    pub(super) async fn turn(&self, manifest: &Manifest) -> Result<Box<dyn JobLock>> {
        let holder = JobHolder {
            user: manifest.user.clone(),
            host: manifest.host.clone(),
            pid: manifest.pid,
            since: (self.clock)(),
        };
        let begun = Instant::now();
        let job: JobName = TURN.parse().expect("a name of a job");
        loop {
            match self.history.lock_job(&job, &holder) {
                Err(HistoryError::JobUnderWay { .. }) if begun.elapsed() < PATIENCE => {
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
                answer => return answer.map_err(explain::history),
            }
        }
    }

    /// The changes of accounts that were sent as many as may be.
    ///
    /// # Errors
    /// As the history answers; `sent-too-often` (6) where that leaves nobody.
    pub(super) fn over_limit(&self, plan: &Plan, sending: &Sending<'_>) -> Result<BTreeSet<u64>> {
        let Some(limit) = sending.limit else {
            return Ok(BTreeSet::new());
        };
        let since = (self.clock)().checked_sub(limit.period);
        let sent = self
            .history
            .mailed_since(since.unwrap_or(Timestamp::UNIX_EPOCH))
            .map_err(explain::history)?;
        let over: BTreeSet<u64> = (0u64..)
            .zip(&plan.changes)
            .filter(|(_, change)| {
                sent.get(&change.account.dn).copied().unwrap_or_default() >= limit.per_account
            })
            .map(|(number, _)| number)
            .collect();
        match plan.changes.first() {
            Some(change) if over.len() == plan.changes.len() => {
                Err(too_often(&change.account.name))
            }
            _ => Ok(over),
        }
    }
}

fn too_often(name: &str) -> CommandError {
    let code = SendRefusal::TooOften.code();
    CommandError::new(
        ExitStatus::Refused,
        code,
        Text::new("refusal-sent-too-often").with("name", name),
    )
    .hint(Text::new("refusal-sent-too-often-hint"))
}
