//! Temporary passwords that went out by mail, or may have, or are still to: what limits are counted by.

use super::FileHistory;
use super::disk::read_manifest;
use crate::domain::dn::Dn;
use crate::domain::job::JobName;
use crate::history::{
    Delivery, HistoryError, MailState, Outcome, OutcomeKind, Run, RunId, RunState,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

impl FileHistory {
    /// How many of each account.
    pub(super) fn mails_of_accounts(
        &self,
        since: Timestamp,
    ) -> Result<BTreeMap<Dn, u64>, HistoryError> {
        let mut mailed = BTreeMap::new();
        for id in self.begun_or_told_since(since)? {
            // A bulk run of passwords on slips is not worth reading whole.
            let by_mail = read_manifest(&self.runs().join(id.as_str()), &id)
                .is_ok_and(|manifest| manifest.delivery == Delivery::Mail);
            if !by_mail {
                continue;
            }
            let Ok(run) = self.read(&id) else { continue };
            let ended = run.state == RunState::Finished;
            for (number, change) in (0u64..).zip(run.changes) {
                if may_be_mailed(run.outcomes.get(&number), ended, since) {
                    *mailed.entry(change.account.dn).or_insert(0) += 1;
                }
            }
        }
        Ok(mailed)
    }

    /// The runs of a job.
    pub(super) fn of_job(&self, job: &JobName, since: Timestamp) -> Result<Vec<Run>, HistoryError> {
        let mut runs = Vec::new();
        for id in self.begun_or_told_since(since)? {
            let ours = read_manifest(&self.runs().join(id.as_str()), &id)
                .is_ok_and(|manifest| manifest.job.as_ref() == Some(job));
            if ours && let Ok(run) = self.read(&id) {
                runs.push(run);
            }
        }
        Ok(runs)
    }

    /// The runs of [`FileHistory::since`], and those that began then and have no outcome yet, newest first.
    fn begun_or_told_since(&self, since: Timestamp) -> Result<Vec<RunId>, HistoryError> {
        let told: BTreeSet<RunId> = self.since(since)?.into_iter().collect();
        // Names tell the second.
        let begun = RunId::new(since, "");
        let mut names = self.names(&self.runs())?;
        names.retain(|id| id.as_str() >= begun.as_str() || told.contains(id));
        Ok(names)
    }
}

/// Whether a temporary password went out since then, may have, or is still to.
fn may_be_mailed(outcome: Option<&Outcome>, ended: bool, since: Timestamp) -> bool {
    let Some(outcome) = outcome else {
        // Meant, and not begun: whoever works on the run will send it, or a resume.
        return !ended;
    };
    let known_not = outcome.mail == Some(MailState::Restored)
        || (outcome.mail == Some(MailState::Failed) && outcome.outcome != OutcomeKind::Unknown);
    !known_not && outcome.mail.is_some() && outcome.at >= since
}
