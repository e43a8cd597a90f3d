//! What a run did, change by change, and the exit status that follows.

use crate::error::{CommandError, ExitStatus};
use crate::history::{MailState, OutcomeKind, RunId, RunRecord};
use crate::i18n::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// How one change ended, with what is worth telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// How.
    pub outcome: OutcomeKind,
    /// Stable code of the reason where it was not done.
    pub code: Option<String>,
    /// The reason in words.
    pub reason: Option<Text>,
    /// The exit status it would have alone.
    pub status: ExitStatus,
    /// How far a password that goes by mail has come.
    pub mail: Option<MailState>,
}

impl Ending {
    pub(crate) fn done() -> Self {
        Ending {
            outcome: OutcomeKind::Done,
            code: None,
            reason: None,
            status: ExitStatus::Done,
            mail: None,
        }
    }

    pub(crate) fn because(outcome: OutcomeKind, code: &str, reason: Text) -> Self {
        Ending {
            outcome,
            code: Some(code.to_owned()),
            reason: Some(reason),
            status: match outcome {
                OutcomeKind::Done | OutcomeKind::Unchanged => ExitStatus::Done,
                OutcomeKind::Refused => ExitStatus::Refused,
                OutcomeKind::Failed => ExitStatus::Failed,
                OutcomeKind::Unknown => ExitStatus::Partial,
            },
            mail: None,
        }
    }

    /// Nothing is sent, for the reason of this code. `lost`: the account holds a password that nobody knows, and stays
    /// open.
    pub fn not_sent(code: &str, lost: bool) -> Self {
        let reason = Text::new(format!("outcome-{code}"));
        let ending = if lost {
            Ending {
                status: ExitStatus::NotMailed,
                ..Ending::because(OutcomeKind::Unknown, code, reason)
            }
        } else {
            Ending::because(OutcomeKind::Refused, code, reason)
        };
        Ending {
            mail: Some(MailState::Failed),
            ..ending
        }
    }

    /// The ending of a write that the server refused, with the exit status of its error.
    pub(crate) fn failed(error: &CommandError) -> Self {
        Ending {
            status: error.status(),
            ..Ending::because(OutcomeKind::Failed, error.code(), error.message().clone())
        }
    }
}

/// What a run did.
pub struct RunReport {
    /// Name of the run.
    pub run: RunId,
    /// One ending a change, by number; a change that was not tried is absent.
    pub endings: BTreeMap<u64, Ending>,
    /// The final slips file, if one was made.
    pub slips: Option<PathBuf>,
    /// Why the run could not go to its end; it stays unfinished then.
    pub stopped: Option<CommandError>,
    /// Number of changes meant.
    pub changes: u64,
    /// The run, open until its passwords were shown.
    pub(super) record: Option<Box<dyn RunRecord>>,
}

impl RunReport {
    /// What a run did that has come to its end, or was stopped. Where nothing stopped it and something is left all the
    /// same, that is why it stays open.
    pub(super) fn new(
        record: Box<dyn RunRecord>,
        endings: BTreeMap<u64, Ending>,
        changes: u64,
        stopped: Option<CommandError>,
    ) -> Self {
        let stop = |status, code, key| Some(CommandError::new(status, code, Text::new(key)));
        let unknown = |ending: &Ending| ending.outcome == OutcomeKind::Unknown;
        let stopped = if stopped.is_some() {
            stopped
        } else if (endings.len() as u64) < changes {
            stop(
                ExitStatus::Interrupted,
                "interrupted",
                "execute-interrupted",
            )
        } else if endings.values().any(unknown) {
            stop(
                ExitStatus::Partial,
                "outcome-unknown",
                "execute-outcome-unknown",
            )
        } else {
            None
        };
        RunReport {
            run: record.id().clone(),
            endings,
            slips: None,
            stopped,
            changes,
            record: Some(record),
        }
    }

    /// The changes that were written.
    pub fn written(&self) -> BTreeSet<u64> {
        self.endings
            .iter()
            .filter(|(_, ending)| ending.outcome == OutcomeKind::Done)
            .map(|(number, _)| *number)
            .collect()
    }

    /// Whether `history resume` has something left to do.
    pub fn unfinished(&self) -> bool {
        self.stopped.is_some() || (self.endings.len() as u64) < self.changes
    }

    /// The exit status, by the precedence of the contract: 13 before 3, 3 before 6.
    pub fn status(&self) -> ExitStatus {
        let count = |kind: OutcomeKind| self.endings.values().filter(|e| e.outcome == kind).count();
        let good = count(OutcomeKind::Done) + count(OutcomeKind::Unchanged);
        let interrupted = self
            .stopped
            .as_ref()
            .is_some_and(|e| e.status() == ExitStatus::Interrupted);
        let not_mailed = self
            .endings
            .values()
            .any(|ending| ending.status == ExitStatus::NotMailed);
        if not_mailed {
            ExitStatus::NotMailed
        } else if interrupted {
            ExitStatus::Interrupted
        } else if count(OutcomeKind::Unknown) > 0 {
            ExitStatus::Partial
        } else if good as u64 == self.changes && self.stopped.is_none() {
            ExitStatus::Done
        } else if good > 0 {
            ExitStatus::Partial
        } else if let Some(stopped) = &self.stopped {
            stopped.status()
        } else {
            // Nothing was done: refused comes before failed, whatever else is the same for all.
            let statuses = || self.endings.values().map(|ending| ending.status);
            statuses()
                .find(|status| *status == ExitStatus::Refused)
                .or_else(|| statuses().max())
                .unwrap_or(ExitStatus::Failed)
        }
    }
}
