//! What a run did, change by change, and the exit status that follows.

use super::decide::NOT_TAKEN_BACK;
use super::together::Told;
use crate::error::{CommandError, ExitStatus};
use crate::history::{MailState, OutcomeKind, RunId, RunRecord, telling};
use crate::i18n::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

/// Code of a decision that was stopped in its middle; never noted, for a resume ends it.
const HALF_DONE: &str = "half-done";

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
    /// Which of them belong together.
    pub decisions: Vec<Range<usize>>,
    /// What was found on the way, to be told.
    pub(super) told: Told,
    /// The run, open until its passwords were shown.
    pub(super) record: Option<Box<dyn RunRecord>>,
}

impl RunReport {
    /// What a run did that has come to its end, or was stopped. Where nothing stopped it and something is left all the
    /// same, that is why it stays open.
    pub(super) fn new(
        record: Box<dyn RunRecord>,
        endings: BTreeMap<u64, Ending>,
        decisions: Vec<Range<usize>>,
        stopped: Option<CommandError>,
    ) -> Self {
        let stop = |status, code, key| Some(CommandError::new(status, code, Text::new(key)));
        let changes = decisions.last().map_or(0, |last| last.end as u64);
        let unknown = |ending: &Ending| ending.outcome == OutcomeKind::Unknown;
        let not_taken_back = |ending: &Ending| ending.code.as_deref() == Some(NOT_TAKEN_BACK);
        // A decision stops where nobody knows how one of its changes ended.
        let known = |at: usize| endings.get(&(at as u64));
        let not_begun = |decision: &Range<usize>| {
            let mut parts = decision.clone().map(known);
            let stops = parts.clone().flatten().any(unknown);
            !stops && parts.any(|ending| ending.is_none())
        };
        let stopped = if stopped.is_some() {
            stopped
        } else if endings.values().any(not_taken_back) {
            stop(
                ExitStatus::Partial,
                NOT_TAKEN_BACK,
                "execute-not-taken-back",
            )
        } else if decisions.iter().any(not_begun) {
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
            decisions,
            told: Told::default(),
            record: Some(record),
        }
    }

    /// What was found on the way, for everybody.
    pub fn notes(&self) -> &[Text] {
        &self.told.notes
    }

    /// What was found on the way, for the expert, in technical words.
    pub fn technical(&self) -> &[String] {
        &self.told.technical
    }

    /// The changes that were written; of a decision that did not come to its end, none.
    pub fn written(&self) -> BTreeSet<u64> {
        let whole = self
            .decisions
            .iter()
            .filter(|decision| self.is_written(decision));
        whole
            .flat_map(|decision| decision.clone().map(|at| at as u64))
            .filter(|number| {
                self.endings
                    .get(number)
                    .is_some_and(|ending| ending.outcome == OutcomeKind::Done)
            })
            .collect()
    }

    /// How a decision ended, as the one of its changes that says most; `None` where it was not begun. One that was
    /// stopped in its middle is neither whole nor gone.
    pub fn of_decision(&self, decision: &Range<usize>) -> Option<Ending> {
        let parts: Vec<Option<&Ending>> = decision
            .clone()
            .map(|at| self.endings.get(&(at as u64)))
            .collect();
        let told = telling(&parts, |ending| (ending.outcome, ending.code.as_deref()));
        match told.and_then(|at| parts[at]) {
            Some(ending) => Some(ending.clone()),
            None if parts.iter().flatten().next().is_some() => Some(Ending::because(
                OutcomeKind::Unknown,
                HALF_DONE,
                Text::new("outcome-half-done"),
            )),
            None => None,
        }
    }

    /// How many decisions were written.
    pub fn decisions_written(&self) -> usize {
        let written = |decision: &&Range<usize>| self.is_written(decision);
        self.decisions.iter().filter(written).count()
    }

    fn is_written(&self, decision: &Range<usize>) -> bool {
        self.of_decision(decision)
            .is_some_and(|ending| ending.outcome == OutcomeKind::Done)
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
