//! The changes of a run, written many at a time: each ending noted as it comes, the run closed at its end.

use super::settle::{AttributeNames, Earlier};
use super::{Door, Ending, NewPasswords, Progress, RunReport};
use crate::domain::change::Change;
use crate::error::{CommandError, Result};
use crate::explain;
use crate::history::{Outcome, OutcomeKind, Run, RunRecord};
use crate::i18n::Text;
use futures_util::StreamExt as _;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

/// Writes under way at once on the one connection. Enough to hide the round trips, few enough to leave the
/// server's other users their turn.
const WRITES_IN_FLIGHT: usize = 8;

/// How each change is treated.
pub(super) enum Mode {
    /// Written as planned.
    Fresh,
    /// Found done, not done or overtaken first; with what the history knows, by change number.
    Again(BTreeMap<u64, Earlier>),
}

/// What is to be done in one go.
pub(super) struct Job<'a> {
    pub(super) changes: &'a [Change],
    /// What an earlier go has settled.
    pub(super) settled: BTreeMap<u64, Ending>,
    /// Numbers of the changes still to be looked at.
    pub(super) todo: Vec<u64>,
    pub(super) passwords: NewPasswords,
    pub(super) mode: Mode,
}

impl<'a> Job<'a> {
    /// What a stopped run has left to do. Where the directory tells the owner's choice, or the passwords are
    /// new ones, a password that was written is looked at again: none is handed out that is not valid any
    /// more. One that somebody has seen on the screen stays.
    pub(super) fn again(
        run: &'a Run,
        passwords: NewPasswords,
        earlier: BTreeMap<u64, Earlier>,
        names: &AttributeNames,
    ) -> Self {
        let mut settled = BTreeMap::new();
        let mut todo = Vec::new();
        for (number, change) in (0u64..).zip(&run.changes) {
            let remake = earlier.get(&number).is_some_and(|e| e.remake);
            let look_again = remake || names.tell_the_owners_choice();
            match run.outcomes.get(&number) {
                Some(outcome) if is_settled(outcome, change, look_again) => {
                    settled.insert(number, ending_of(outcome));
                }
                _ => todo.push(number),
            }
        }
        Job {
            changes: &run.changes,
            settled,
            todo,
            passwords,
            mode: Mode::Again(earlier),
        }
    }
}

/// Whether a change needs no second look: one without an outcome always does, and so does a password that
/// was written but not seen by anybody, where `look_again`.
fn is_settled(outcome: &Outcome, change: &Change, look_again: bool) -> bool {
    let open = look_again
        && outcome.outcome == OutcomeKind::Done
        && change.sets_password()
        && !outcome.shown;
    outcome.outcome != OutcomeKind::Unknown && !open
}

pub(super) fn ending_of(outcome: &Outcome) -> Ending {
    let ending = match &outcome.code {
        Some(code) => Ending::because(outcome.outcome, code, Text::new(format!("outcome-{code}"))),
        None => Ending {
            outcome: outcome.outcome,
            ..Ending::done()
        },
    };
    Ending {
        mail: outcome.mail,
        ..ending
    }
}

impl Door {
    /// Works through a job. An ending that cannot be had (the directory is out of reach) stops the run: what
    /// was sent is waited for, nothing new begins, and the run stays unfinished.
    pub(super) async fn work(
        &self,
        mut record: Box<dyn RunRecord>,
        job: Job<'_>,
        progress: &mut Progress<'_>,
    ) -> RunReport {
        let total = job.changes.len() as u64;
        let mut endings = job.settled;
        let mut stopped: Option<CommandError> = None;
        let halted = AtomicBool::new(false);
        progress(endings.len() as u64, total);
        {
            let (changes, known) = (job.changes, &job.passwords.by_change);
            let (halted, mode) = (&halted, &job.mode);
            let writes = futures_util::stream::iter(job.todo)
                .take_while(|_| {
                    let go_on = !self.interrupted.load(Ordering::Relaxed)
                        && !halted.load(Ordering::Relaxed);
                    async move { go_on }
                })
                .map(|number| async move {
                    let change = &changes[usize::try_from(number).unwrap_or(usize::MAX)];
                    let password = known.get(&number);
                    let ending = match mode {
                        Mode::Fresh => self.write(change, password).await,
                        Mode::Again(earlier) => {
                            let earlier = earlier.get(&number).copied().unwrap_or_default();
                            self.settle(change, password, earlier).await
                        }
                    };
                    (number, ending)
                })
                .buffer_unordered(WRITES_IN_FLIGHT);
            let mut writes = std::pin::pin!(writes);
            while let Some((number, ending)) = writes.next().await {
                let noted = ending.and_then(|ending| {
                    let noted = record.record(&Outcome {
                        change: number,
                        outcome: ending.outcome,
                        code: ending.code.clone(),
                        shown: false,
                        mail: ending.mail,
                        at: (self.clock)(),
                    });
                    endings.insert(number, ending);
                    progress(endings.len() as u64, total);
                    // The write is done; what cannot be noted is found again by a resume.
                    noted.map_err(explain::history_after_write)
                });
                if let Err(error) = noted {
                    halted.store(true, Ordering::Relaxed);
                    stopped.get_or_insert(error);
                }
            }
        }
        let report = RunReport::new(record, endings, total, stopped);
        self.close(report, job.passwords)
    }

    /// Closes a run that came to its end. One whose passwords are to be shown stays open until they were;
    /// one that was stopped stays unfinished, its pending slips with it.
    pub(super) fn close(&self, mut report: RunReport, mut passwords: NewPasswords) -> RunReport {
        if passwords.to_screen {
            return report;
        }
        let Some(mut record) = report.record.take() else {
            return report;
        };
        if report.stopped.is_some() {
            return report;
        }
        // Outcomes first: where the final slips are, a resume knows that all was settled.
        let closed = record
            .sync()
            .map_err(explain::history_after_write)
            .and_then(|()| match &mut passwords.slips {
                Some(slips) => slips.finish(&report.written()),
                None => Ok(None),
            })
            .and_then(|slips| {
                report.slips = slips;
                record
                    .finish((self.clock)())
                    .map_err(explain::history_after_write)
            });
        if let Err(error) = closed {
            report.stopped = Some(error);
        }
        report
    }

    /// The passwords of this run were shown: notes it, and ends the run if it came to its end. A process
    /// that dies before this leaves a run whose resume gives new ones.
    ///
    /// # Errors
    /// The history cannot be written; the run stays unfinished.
    pub fn shown(&self, report: &mut RunReport) -> Result<()> {
        let Some(mut record) = report.record.take() else {
            return Ok(());
        };
        let at = (self.clock)();
        for number in report.written() {
            record
                .record(&Outcome {
                    change: number,
                    outcome: OutcomeKind::Done,
                    code: None,
                    shown: true,
                    mail: None,
                    at,
                })
                .map_err(explain::history_after_write)?;
        }
        if report.stopped.is_some() {
            return record.sync().map_err(explain::history_after_write);
        }
        record.finish(at).map_err(explain::history_after_write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountRef;
    use crate::domain::change::Operation;
    use crate::domain::change::{Modification, NewValue};
    use crate::domain::dn::Dn;

    fn outcome(kind: OutcomeKind, shown: bool) -> Outcome {
        Outcome {
            change: 0,
            outcome: kind,
            code: None,
            shown,
            mail: None,
            at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn only_what_nobody_has_seen_is_made_anew() {
        let dn = Dn::parse("uid=e,dc=x").expect("dn");
        let reset = Change {
            account: AccountRef {
                dn,
                uid: None,
                login: None,
                name: "Léa".into(),
            },
            operation: Operation::Modify,
            besides: Vec::new(),
            with: Vec::new(),
            relies_on: vec![],
            modifications: vec![Modification::Replace {
                attribute: "userPassword".into(),
                values: vec![NewValue::Password],
            }],
            before: vec![],
            notes: vec![],
        };
        for (kind, shown, look_again, settled) in [
            (OutcomeKind::Done, false, false, true),
            (OutcomeKind::Done, false, true, false),
            (OutcomeKind::Done, true, true, true),
            (OutcomeKind::Unknown, false, false, false),
            (OutcomeKind::Refused, false, true, true),
        ] {
            assert_eq!(
                is_settled(&outcome(kind, shown), &reset, look_again),
                settled,
                "{kind:?}, shown {shown}, look again {look_again}"
            );
        }
    }
}
