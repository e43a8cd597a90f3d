//! The history as a port: every run that writes is recorded here, its intent before the first write, its
//! outcomes as they come. The adapter that keeps it in files is `history::files`; the format is described
//! in `docs/history-format.md`.
//!
//! No password and no password hash is ever given to it.

use crate::domain::account::AccountRef;
use crate::domain::change::Change;
use crate::domain::decision::decisions;
use crate::domain::dn::Dn;
use crate::domain::job::JobName;
use crate::domain::mention::{Mention, Sign};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

pub mod bundle;
mod decided;
pub mod files;
pub mod journal;

pub use decided::{outcome_of, telling};

/// Version of the format that this entctl writes.
pub const FORMAT_VERSION: u32 = 1;

/// Name of a run: `20261122-155234-k3f9`, UTC, so that names sort by time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(String);

impl RunId {
    /// Takes a name as typed, if it has the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 20
            && bytes.iter().enumerate().all(|(i, b)| match i {
                8 | 15 => *b == b'-',
                0..=14 => b.is_ascii_digit(),
                _ => b.is_ascii_digit() || b.is_ascii_lowercase(),
            });
        shaped.then(|| RunId(text.to_owned()))
    }

    /// Makes a name from the time and four letters that keep two runs of one second apart.
    pub fn new(at: Timestamp, suffix: &str) -> Self {
        let time = at.to_zoned(jiff::tz::TimeZone::UTC);
        RunId(format!("{}-{suffix}", time.strftime("%Y%m%d-%H%M%S")))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How the new passwords of a run reach people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Delivery {
    /// No password is made.
    None,
    /// Shown on the screen at the end.
    Print,
    /// Written to a slips file.
    Slips {
        /// The final file.
        path: PathBuf,
    },
    /// Mailed to each person; nobody else sees them.
    Mail,
    /// Given to nobody: it takes the place of one that has ended (`password expire`).
    Nobody,
}

/// Who does what, where and why: written first, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT_VERSION`] of the writer.
    pub format_version: u32,
    /// Name of the run.
    pub run: RunId,
    /// The command's two words, such as `password reset`.
    pub verb: String,
    /// The command line as typed. Secrets cannot stand on it.
    pub command: Vec<String>,
    /// Why, as given with `--reason`.
    pub reason: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// User of the operating system.
    pub user: String,
    /// The user behind `sudo`, if any.
    pub sudo_user: Option<String>,
    /// Name of the machine.
    pub host: String,
    /// Process id, for a person who looks for it.
    pub pid: u32,
    /// Profile of the configuration.
    pub profile: String,
    /// Server written to.
    pub url: String,
    /// Base of the directory.
    pub base_dn: Dn,
    /// Name bound as.
    pub bound_as: Option<String>,
    /// How passwords are handed out.
    pub delivery: Delivery,
    /// Which kind of new passwords were made, for a resume that must make others.
    pub style: Option<String>,
    /// The job that this was a run of (`--job`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobName>,
    /// Seal of the saved plan that was carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// The run that this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<RunId>,
    /// How many accounts and rows were left out before anything was meant (`--keep-going`).
    #[serde(default, skip_serializing_if = "is_none_at_all")]
    pub left_out: u64,
    /// Rows of the file that said how everything is to be (`mail sync`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// When the passwords of this run end, where they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands in a reference"
)]
fn is_none_at_all(count: &u64) -> bool {
    *count == 0
}

/// How one change ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutcomeKind {
    /// Written.
    Done,
    /// Already as asked.
    Unchanged,
    /// Not written: the values relied on had changed, or a rule forbids it.
    Refused,
    /// Not written: the server refused.
    Failed,
    /// Nobody knows yet.
    Unknown,
}

/// How far a password that goes by mail has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailState {
    /// Meant; nothing is written yet. With an outcome: looked at, not begun for the reason of its code, and still to be
    /// sent.
    Prepared,
    /// In the directory; not known to be mailed.
    Written,
    /// Taken by the mail server.
    Mailed,
    /// Not mailed.
    Failed,
    /// Not mailed, and the former password put back.
    Restored,
}

impl MailState {
    /// Stable word; the sentence is `mail-state-…`.
    pub fn as_str(self) -> &'static str {
        match self {
            MailState::Prepared => "prepared",
            MailState::Written => "written",
            MailState::Mailed => "mailed",
            MailState::Failed => "failed",
            MailState::Restored => "restored",
        }
    }
}

/// The outcome of one change of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Number of the change in the intent, from 0.
    pub change: u64,
    /// How it ended.
    pub outcome: OutcomeKind,
    /// Stable code of the reason where it was not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether the new password was shown on the screen: it cannot be had again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shown: bool,
    /// How far a password that goes by mail has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailState>,
    /// When.
    pub at: Timestamp,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// A living process works on it.
    Running,
    /// It stopped before its intent was durable: nothing was written to the directory.
    Prepared,
    /// It stopped in the middle: `history resume` finishes it.
    Unfinished,
    /// It ended and said so.
    Finished,
}

/// How often something was noted of one change, all goes at its run together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// A password that goes by mail was written.
    pub written: u64,
    /// A go at it came to an end.
    pub ended: u64,
}

impl Told {
    /// Counts one more outcome.
    pub fn add(&mut self, outcome: &Outcome) {
        match outcome.mail {
            Some(MailState::Written) => self.written += 1,
            _ => self.ended += 1,
        }
    }
}

/// A run as read back.
#[derive(Debug, Clone)]
pub struct Run {
    /// Who, what, where, why.
    pub manifest: Manifest,
    /// Where it stands.
    pub state: RunState,
    /// The intent: all changes, empty while [`RunState::Prepared`].
    pub changes: Vec<Change>,
    /// Outcomes by change number; the last one written counts.
    pub outcomes: BTreeMap<u64, Outcome>,
    /// What went before the last outcome, by change number.
    pub told: BTreeMap<u64, Told>,
    /// When it ended, if it did.
    pub finished_at: Option<Timestamp>,
}

impl Outcome {
    /// Whether there is nothing more to do: neither unknown, nor a mail that is still to be begun.
    pub fn is_settled(&self) -> bool {
        self.outcome != OutcomeKind::Unknown && self.mail != Some(MailState::Prepared)
    }
}

impl Run {
    /// How the changes of a decision ended, as the one that speaks for them.
    pub fn outcome_of(&self, decision: Range<usize>) -> Option<&Outcome> {
        let parts: Vec<Option<&Outcome>> =
            decision.map(|at| self.outcomes.get(&(at as u64))).collect();
        outcome_of(&parts)
    }

    /// How many decisions ended in each way; those without an outcome are left out.
    pub fn counts(&self) -> BTreeMap<OutcomeKind, u64> {
        let mut counts = BTreeMap::new();
        for decision in decisions(&self.changes) {
            if let Some(outcome) = self.outcome_of(decision) {
                *counts.entry(outcome.outcome).or_insert(0) += 1;
            }
        }
        counts
    }

    /// The run without its changes.
    pub fn summary(&self) -> RunSummary {
        RunSummary {
            manifest: self.manifest.clone(),
            state: self.state,
            changes: decisions(&self.changes).len() as u64,
            counts: self.counts(),
            finished_at: self.finished_at,
        }
    }
}

/// One line of `history list`: a run without its changes.
#[derive(Debug, Clone)]
pub struct RunSummary {
    /// Who, what, where, why.
    pub manifest: Manifest,
    /// Where it stands.
    pub state: RunState,
    /// Number of decisions meant: of changes that stand alone each is one.
    pub changes: u64,
    /// How many ended in each way.
    pub counts: BTreeMap<OutcomeKind, u64>,
    /// When it ended, if it did.
    pub finished_at: Option<Timestamp>,
}

/// What one run did, or meant to do, to one account.
#[derive(Debug, Clone)]
pub struct AccountRun {
    /// Who, what, where, why.
    pub manifest: Manifest,
    /// What was meant: one change; of a decision on several accounts, what it wrote to this one's own entry.
    pub changes: Vec<Change>,
    /// How it ended; `None` where it was not begun.
    pub outcome: Option<Outcome>,
}

/// An account as a run names it, and what became of it there.
#[derive(Debug, Clone)]
pub struct Mentioned {
    /// The run.
    pub run: RunId,
    /// The account, by the names it had then.
    pub account: AccountRef,
    /// By what it was recognized.
    pub sign: Sign,
    /// How its change ended; `None` where it was not begun.
    pub outcome: Option<Outcome>,
}

/// What became of runs that were to be taken out of the history.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Taken away, or gone already.
    pub gone: Vec<RunId>,
    /// Still there, and why; not ended is [`HistoryError::UnderWay`].
    pub kept: Vec<(RunId, HistoryError)>,
}

/// Why the history could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// The folder or a file in it cannot be written (full, read-only, no right).
    #[error("cannot write {path}: {reason}")]
    Unwritable {
        /// Which file or folder.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// A file cannot be read or is damaged.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// The system's words or the place of the damage.
        reason: String,
    },
    /// No run of that name.
    #[error("no run {0}")]
    NoSuchRun(String),
    /// Anybody on the machine may write to it: nothing in it could be trusted.
    #[error("anybody may write to {0}")]
    WorldWritable(PathBuf),
    /// A living process works on that run.
    #[error("run {0} is under way")]
    UnderWay(RunId),
    /// The saved plan was carried out already.
    #[error("the plan was carried out by run {0}")]
    PlanApplied(RunId),
    /// A living process runs that job.
    #[error("job {job} is under way")]
    JobUnderWay {
        /// Which job.
        job: JobName,
        /// Who runs it, where that is told.
        holder: Option<JobHolder>,
    },
    /// Written by a newer entctl.
    #[error("run {run} has format {version}")]
    NewerFormat {
        /// Which run.
        run: RunId,
        /// Its format.
        version: u32,
    },
}

/// Who runs a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobHolder {
    /// User of the operating system.
    pub user: String,
    /// Name of the machine.
    pub host: String,
    /// Process id.
    pub pid: u32,
    /// Since when.
    pub since: Timestamp,
}

/// A job that is ours until this is dropped, or until the process ends, however it ends.
pub trait JobLock: Send + Sync {
    /// Who ran it before and died in the middle of it.
    fn taken_over(&self) -> Option<&JobHolder>;
}

/// All the runs.
pub trait History: Send + Sync {
    /// Starts a run: its name is made, its folder and manifest are durable, its lock is held until the
    /// record is dropped. The manifest's own `run` is filled in. A saved plan is marked as carried out.
    ///
    /// # Errors
    /// [`HistoryError::Unwritable`], [`HistoryError::PlanApplied`]; nothing is left behind then.
    fn begin(&self, manifest: Manifest) -> Result<Box<dyn RunRecord>, HistoryError>;

    /// Takes a job for this process: at most one process of all who share this history has it.
    ///
    /// # Errors
    /// [`HistoryError::JobUnderWay`] while a living process has it.
    fn lock_job(&self, job: &JobName, holder: &JobHolder)
    -> Result<Box<dyn JobLock>, HistoryError>;

    /// The run that carried out the plan of this seal, if one did.
    ///
    /// # Errors
    /// [`HistoryError::Unreadable`].
    fn plan_applied(&self, seal: &str) -> Result<Option<RunId>, HistoryError>;

    /// Opens a run that stopped, for resuming it, and takes its lock.
    ///
    /// # Errors
    /// [`HistoryError::UnderWay`] while a living process holds it.
    fn reopen(&self, id: &RunId) -> Result<(Run, Box<dyn RunRecord>), HistoryError>;

    /// Reads one run.
    ///
    /// # Errors
    /// [`HistoryError::NoSuchRun`], [`HistoryError::Unreadable`], [`HistoryError::NewerFormat`].
    fn load(&self, id: &RunId) -> Result<Run, HistoryError>;

    /// All runs, newest first. A damaged one is left out and named in the second list.
    ///
    /// # Errors
    /// [`HistoryError::Unreadable`] where the folder itself cannot be read.
    fn list(&self) -> Result<(Vec<RunSummary>, Vec<HistoryError>), HistoryError>;

    /// Runs that stopped before they ended, newest first; those under way are left out. Cheap: asked by
    /// every writing command.
    ///
    /// # Errors
    /// As [`History::list`].
    fn unfinished(&self) -> Result<Vec<RunId>, HistoryError>;

    /// Accounts whose password a run that began since then has set, that one run aside.
    ///
    /// # Errors
    /// As [`History::list`].
    fn passwords_set_since(
        &self,
        since: Timestamp,
        aside: Option<&RunId>,
    ) -> Result<BTreeSet<Dn>, HistoryError>;

    /// The same, without those that nobody was ever told: what [`Delivery::Nobody`] wrote replaces a password, and
    /// gives none.
    ///
    /// # Errors
    /// As [`History::list`].
    fn passwords_given_since(
        &self,
        since: Timestamp,
        aside: Option<&RunId>,
    ) -> Result<BTreeSet<Dn>, HistoryError>;

    /// How many temporary passwords each account was mailed since then, or may have been: those of which
    /// nobody knows count, and those that a run which has not ended still means to send.
    ///
    /// # Errors
    /// As [`History::list`].
    fn mailed_since(&self, since: Timestamp) -> Result<BTreeMap<Dn, u64>, HistoryError>;

    /// The runs of a job that began since then, or noted an outcome since, newest first; those that cannot be read
    /// are left out.
    ///
    /// # Errors
    /// As [`History::list`].
    fn runs_of_job(&self, job: &JobName, since: Timestamp) -> Result<Vec<Run>, HistoryError>;

    /// Every change of an account that goes by this name, newest run first. Runs that cannot be read are
    /// named in the second list.
    ///
    /// # Errors
    /// As [`History::list`].
    fn mentions(&self, who: &Mention) -> Result<(Vec<Mentioned>, Vec<HistoryError>), HistoryError>;

    /// The last run that wrote to an account, if any.
    ///
    /// # Errors
    /// As [`History::list`].
    fn last_run_on(&self, account: &AccountRef) -> Result<Option<RunSummary>, HistoryError>;

    /// Takes runs out of the history for good, each whole or not at all. Only ended ones go: any other stays
    /// and is named. What a crash left half removed goes too.
    ///
    /// # Errors
    /// [`HistoryError::Unwritable`], [`HistoryError::WorldWritable`] where nothing could be tried.
    fn prune(&self, runs: &[RunId]) -> Result<Pruned, HistoryError>;

    /// Everything that runs did to an account, or meant to do, oldest first. A damaged run is left out and
    /// named in the second list.
    ///
    /// # Errors
    /// As [`History::list`].
    fn runs_on(
        &self,
        account: &AccountRef,
    ) -> Result<(Vec<AccountRun>, Vec<HistoryError>), HistoryError>;
}

/// A run being written. Dropping it releases its lock; unless [`RunRecord::finish`] was called, the run
/// stays unfinished.
pub trait RunRecord: Send {
    /// Name of the run.
    fn id(&self) -> &RunId;

    /// Works out what [`RunRecord::intend`] will write of these changes: for a moment that would be spent waiting.
    fn draft(&mut self, changes: &[Change]);

    /// Makes the intent durable: after this, and only after this, the directory may be written to.
    ///
    /// # Errors
    /// [`HistoryError::Unwritable`].
    fn intend(&mut self, changes: &[Change]) -> Result<(), HistoryError>;

    /// Appends an outcome.
    ///
    /// # Errors
    /// [`HistoryError::Unwritable`].
    fn record(&mut self, outcome: &Outcome) -> Result<(), HistoryError>;

    /// Appends several outcomes that came at once, and makes them durable: one write and one sync.
    ///
    /// # Errors
    /// [`HistoryError::Unwritable`].
    fn record_together(&mut self, outcomes: &[Outcome]) -> Result<(), HistoryError>;

    /// Makes the outcomes so far durable: before anything that must not be seen without them.
    ///
    /// # Errors
    /// [`HistoryError::Unwritable`].
    fn sync(&mut self) -> Result<(), HistoryError>;

    /// Makes the outcomes durable and closes the run.
    ///
    /// # Errors
    /// [`HistoryError::Unwritable`]; the run stays unfinished then.
    fn finish(&mut self, at: Timestamp) -> Result<(), HistoryError>;

    /// Takes the whole run away: nothing was written to the directory and nothing ever will.
    ///
    /// # Errors
    /// [`HistoryError::Unwritable`].
    fn abandon(&mut self) -> Result<(), HistoryError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_names_sort_by_time_and_are_checked() {
        let at: Timestamp = "2026-11-22T15:52:34Z".parse().expect("time");
        let id = RunId::new(at, "k3f9");
        assert_eq!(id.as_str(), "20261122-155234-k3f9");
        assert_eq!(RunId::parse(id.as_str()), Some(id));
        for wrong in [
            "",
            "../../etc/passwd",
            "20261122-155234-K3F9",
            "20261122-155234-k3f",
        ] {
            assert_eq!(RunId::parse(wrong), None, "{wrong}");
        }
    }
}
