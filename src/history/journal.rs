//! The history, told to the system log as well: one line a change, without secrets, where a log listens.
//!
//! It stands before the real history and never in its way: no log, a dead one or one that cannot keep up
//! fails, delays and blocks nothing; the history itself is the record. Lines are RFC 3164, what syslog(3)
//! writes and every log on `/dev/log` reads, under `authpriv`: they name people, and that is the facility
//! whose log not everybody may read.

use super::{
    AccountRun, History, HistoryError, JobHolder, JobLock, Manifest, Mentioned, Outcome,
    OutcomeKind, Pruned, Run, RunId, RunRecord, RunSummary,
};
use crate::domain::account::AccountRef;
use crate::domain::change::Change;
use crate::domain::dn::Dn;
use crate::domain::job::JobName;
use crate::domain::mention::Mention;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

mod line;
mod log;

use log::SystemLog;

/// A history whose every outcome is told to the system log.
pub struct Journal {
    inner: Arc<dyn History>,
    socket: PathBuf,
}

impl Journal {
    /// Puts the log at this socket before a history. Nothing is opened until a run writes.
    pub fn new(inner: Arc<dyn History>, socket: PathBuf) -> Self {
        Journal { inner, socket }
    }

    fn told(
        &self,
        inner: Box<dyn RunRecord>,
        manifest: Manifest,
        accounts: Vec<AccountRef>,
        told: BTreeMap<u64, OutcomeKind>,
    ) -> Box<dyn RunRecord> {
        Box::new(Told {
            log: SystemLog::new(self.socket.clone()),
            inner,
            manifest,
            accounts,
            told,
        })
    }
}

impl History for Journal {
    fn lock_job(
        &self,
        job: &JobName,
        holder: &JobHolder,
    ) -> Result<Box<dyn JobLock>, HistoryError> {
        self.inner.lock_job(job, holder)
    }

    fn runs_of_job(&self, job: &JobName, since: Timestamp) -> Result<Vec<Run>, HistoryError> {
        self.inner.runs_of_job(job, since)
    }

    fn plan_applied(&self, seal: &str) -> Result<Option<RunId>, HistoryError> {
        self.inner.plan_applied(seal)
    }

    fn begin(&self, mut manifest: Manifest) -> Result<Box<dyn RunRecord>, HistoryError> {
        let record = self.inner.begin(manifest.clone())?;
        manifest.run = record.id().clone();
        Ok(self.told(record, manifest, Vec::new(), BTreeMap::new()))
    }

    fn reopen(&self, id: &RunId) -> Result<(Run, Box<dyn RunRecord>), HistoryError> {
        let (run, record) = self.inner.reopen(id)?;
        let accounts = accounts(&run.changes);
        let told = run
            .outcomes
            .iter()
            .map(|(number, outcome)| (*number, outcome.outcome))
            .collect();
        let record = self.told(record, run.manifest.clone(), accounts, told);
        Ok((run, record))
    }

    fn load(&self, id: &RunId) -> Result<Run, HistoryError> {
        self.inner.load(id)
    }

    fn list(&self) -> Result<(Vec<RunSummary>, Vec<HistoryError>), HistoryError> {
        self.inner.list()
    }

    fn unfinished(&self) -> Result<Vec<RunId>, HistoryError> {
        self.inner.unfinished()
    }

    fn passwords_given_since(
        &self,
        since: Timestamp,
        aside: Option<&RunId>,
    ) -> Result<BTreeSet<Dn>, HistoryError> {
        self.inner.passwords_given_since(since, aside)
    }

    fn passwords_set_since(
        &self,
        since: Timestamp,
        aside: Option<&RunId>,
    ) -> Result<BTreeSet<Dn>, HistoryError> {
        self.inner.passwords_set_since(since, aside)
    }

    fn mailed_since(&self, since: Timestamp) -> Result<BTreeMap<Dn, u64>, HistoryError> {
        self.inner.mailed_since(since)
    }

    fn mentions(&self, who: &Mention) -> Result<(Vec<Mentioned>, Vec<HistoryError>), HistoryError> {
        self.inner.mentions(who)
    }

    fn last_run_on(&self, account: &AccountRef) -> Result<Option<RunSummary>, HistoryError> {
        self.inner.last_run_on(account)
    }

    fn prune(&self, runs: &[RunId]) -> Result<Pruned, HistoryError> {
        self.inner.prune(runs)
    }

    fn runs_on(
        &self,
        account: &AccountRef,
    ) -> Result<(Vec<AccountRun>, Vec<HistoryError>), HistoryError> {
        self.inner.runs_on(account)
    }
}

fn accounts(changes: &[Change]) -> Vec<AccountRef> {
    changes
        .iter()
        .map(|change| change.account.clone())
        .collect()
}

/// A run whose outcomes are told as they come.
struct Told {
    inner: Box<dyn RunRecord>,
    log: SystemLog,
    manifest: Manifest,
    accounts: Vec<AccountRef>,
    /// What was told of each change last: that a password was shown is no other outcome.
    told: BTreeMap<u64, OutcomeKind>,
}

impl Told {
    fn tell(&mut self, outcome: &Outcome) {
        let number = usize::try_from(outcome.change).ok();
        if self.told.insert(outcome.change, outcome.outcome) != Some(outcome.outcome)
            && let Some(account) = number.and_then(|number| self.accounts.get(number))
        {
            let well = matches!(outcome.outcome, OutcomeKind::Done | OutcomeKind::Unchanged);
            self.log
                .tell(&line::change(&self.manifest, account, outcome), well);
        }
    }
}

impl RunRecord for Told {
    fn id(&self) -> &RunId {
        self.inner.id()
    }

    fn draft(&mut self, changes: &[Change]) {
        self.inner.draft(changes);
    }

    fn intend(&mut self, changes: &[Change]) -> Result<(), HistoryError> {
        self.accounts = accounts(changes);
        self.inner.intend(changes)
    }

    fn record(&mut self, outcome: &Outcome) -> Result<(), HistoryError> {
        // Told even where the history fails: then more than ever.
        let recorded = self.inner.record(outcome);
        self.tell(outcome);
        recorded
    }

    fn record_together(&mut self, outcomes: &[Outcome]) -> Result<(), HistoryError> {
        let recorded = self.inner.record_together(outcomes);
        outcomes.iter().for_each(|outcome| self.tell(outcome));
        recorded
    }

    fn sync(&mut self) -> Result<(), HistoryError> {
        self.inner.sync()
    }

    fn finish(&mut self, at: Timestamp) -> Result<(), HistoryError> {
        self.inner.finish(at)
    }

    fn abandon(&mut self) -> Result<(), HistoryError> {
        self.inner.abandon()
    }
}

#[cfg(test)]
mod tests;
