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

/// The lock's name. It is nobody's job: nobody is told who holds it, and it is held for an instant.
const TURN: &str = "password-send-limit";

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
        let job = JobName::of_ours(TURN);
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
                Err(too_often(&change.account.name, limit))
            }
            _ => Ok(over),
        }
    }
}

/// Nothing is sent to the one account that was asked for: it was sent as many as may be.
pub fn too_often(name: &str, limit: MailLimit) -> CommandError {
    let code = SendRefusal::TooOften.code();
    CommandError::new(
        ExitStatus::Refused,
        code,
        Text::new("send-too-often")
            .with("name", name)
            .with("count", limit.per_account)
            .with("period", in_words(limit.period)),
    )
    .hint(Text::new("refusal-sent-too-often-hint"))
}

/// A stretch of time, in the largest unit that it is a whole number of.
fn in_words(period: SignedDuration) -> Text {
    let minutes = u64::try_from(period.as_mins()).unwrap_or_default();
    let (key, count) = match minutes {
        whole if whole > 0 && whole % 1440 == 0 => ("stretch-days", whole / 1440),
        whole if whole > 0 && whole % 60 == 0 => ("stretch-hours", whole / 60),
        other => ("stretch-minutes", other),
    };
    Text::new(key).with("count", count)
}
