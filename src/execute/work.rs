//! The changes of a run, written many at a time: each ending noted as it comes, the run closed at its end.

use super::settle::{AttributeNames, Earlier};
use super::together::{Terms, Told, Turn, Under};
use super::{Door, Ending, NewPasswords, Progress, RunReport};
use crate::domain::change::Change;
use crate::domain::decision;
use crate::domain::secret::Password;
use crate::error::{CommandError, Result};
use crate::explain;
use crate::history::{Outcome, OutcomeKind, Run, RunRecord, outcome_of};
use crate::i18n::Text;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

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
    /// The decisions still to be looked at, as ranges of changes.
    pub(super) todo: Vec<Range<usize>>,
    pub(super) passwords: NewPasswords,
    pub(super) mode: Mode,
    /// Whether many are written together.
    pub(super) terms: Option<Terms>,
    /// What is to be told already.
    pub(super) told: Told,
}

impl<'a> Job<'a> {
    /// All of a plan, for the first time.
    pub(super) fn fresh(changes: &'a [Change], passwords: NewPasswords) -> Self {
        Job {
            changes,
            settled: BTreeMap::new(),
            todo: decision::decisions(changes),
            passwords,
            mode: Mode::Fresh,
            terms: None,
            told: Told::default(),
        }
    }

    /// What a stopped run has left to do. Where the directory tells the owner's choice, or the passwords are
    /// new ones, a password that was written is looked at again: none is handed out that is not valid any
    /// more. One that somebody has seen on the screen stays. A decision of several changes is settled where all of
    /// them are done, or none is.
    pub(super) fn again(
        run: &'a Run,
        passwords: NewPasswords,
        earlier: BTreeMap<u64, Earlier>,
        names: &AttributeNames,
    ) -> Self {
        let mut settled = BTreeMap::new();
        let mut todo = Vec::new();
        for range in decision::decisions(&run.changes) {
            let outcomes: Vec<Option<&Outcome>> = range
                .clone()
                .map(|at| run.outcomes.get(&(at as u64)))
                .collect();
            let is_settled = |at: usize| {
                let (number, change) = (at as u64, &run.changes[at]);
                let remake = earlier.get(&number).is_some_and(|e| e.remake);
                let look_again = remake || names.tell_the_owners_choice();
                run.outcomes
                    .get(&number)
                    .is_some_and(|outcome| is_settled(outcome, change, look_again))
            };
            let over = range.clone().all(is_settled) && outcome_of(&outcomes).is_some();
            if over || range.len() > 1 {
                // Of a decision that is not at its end all that is known stays, until it is noted anew.
                let known = range.clone().zip(outcomes);
                settled.extend(known.filter_map(|(at, o)| Some((at as u64, ending_of(o?)))));
            }
            if !over {
                todo.push(range);
            }
        }
        Job {
            changes: &run.changes,
            settled,
            todo,
            passwords,
            mode: Mode::Again(earlier),
            // Each one must be looked at.
            terms: None,
            told: Told::default(),
        }
    }
}

/// Where the endings of a run are noted, as they come: in the history, and for the report.
pub(super) struct Book {
    pages: Mutex<Pages>,
    clock: fn() -> jiff::Timestamp,
}

struct Pages {
    record: Box<dyn RunRecord>,
    endings: BTreeMap<u64, Ending>,
}

impl Book {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an ending of this change was noted, in this go or an earlier one.
    pub(super) fn has(&self, number: u64) -> bool {
        self.pages().endings.contains_key(&number)
    }

    /// Notes that these changes were done, all at once.
    ///
    /// # Errors
    /// As [`Book::note`].
    pub(super) fn note_done(&self, numbers: impl Iterator<Item = u64>) -> Result<()> {
        let mut pages = self.pages();
        let at = (self.clock)();
        let outcomes: Vec<Outcome> = numbers
            .map(|change| Outcome {
                change,
                outcome: OutcomeKind::Done,
                code: None,
                shown: false,
                mail: None,
                at,
            })
            .collect();
        let noted = pages.record.record_together(&outcomes);
        for outcome in outcomes {
            pages.endings.insert(outcome.change, Ending::done());
        }
        noted.map_err(explain::history_after_write)
    }

    /// Notes how a change ended.
    ///
    /// # Errors
    /// The history cannot be written. What is done is done: a resume finds it again.
    pub(super) fn note(&self, number: u64, ending: Ending) -> Result<()> {
        let mut pages = self.pages();
        let noted = pages.record.record(&Outcome {
            change: number,
            outcome: ending.outcome,
            code: ending.code.clone(),
            shown: false,
            mail: ending.mail,
            at: (self.clock)(),
        });
        pages.endings.insert(number, ending);
        noted.map_err(explain::history_after_write)
    }
}

/// Which decisions have come to their end in this go.
struct Turns {
    earlier: Vec<Vec<usize>>,
    ended: Vec<AtomicBool>,
    one_more: Notify,
}

impl Turns {
    /// Once all that must come before have ended.
    async fn wait(&self, decision: usize) {
        loop {
            let next = self.one_more.notified();
            let has_ended = |one: &usize| self.ended[*one].load(Ordering::Relaxed);
            if self.earlier[decision].iter().all(has_ended) {
                return;
            }
            next.await;
        }
    }

    fn ended(&self, decision: usize) {
        self.ended[decision].store(true, Ordering::Relaxed);
        self.one_more.notify_waiters();
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
    /// Works through a job, decision by decision, many at a time. An ending that cannot be had (the directory is out of
    /// reach) stops the run: what was begun comes to its end, nothing new begins, and the run stays unfinished.
    pub(super) async fn work(
        &self,
        record: Box<dyn RunRecord>,
        job: Job<'_>,
        progress: &mut Progress<'_>,
    ) -> RunReport {
        let Job {
            changes,
            settled,
            todo,
            passwords,
            mode,
            terms,
            mut told,
        } = job;
        let total = decision::decisions(changes).len() as u64;
        let mut ended = total - todo.len() as u64;
        let mut stopped: Option<CommandError> = None;
        let halted = AtomicBool::new(false);
        let turns = Turns {
            earlier: decision::waits(changes, &todo),
            ended: todo.iter().map(|_| AtomicBool::new(false)).collect(),
            one_more: Notify::new(),
        };
        let book = Book {
            pages: Mutex::new(Pages {
                record,
                endings: settled,
            }),
            clock: self.clock,
        };
        progress(ended, total);
        {
            let known = &passwords.by_change;
            let (halted, mode, turns, book) = (&halted, &mode, &turns, &book);
            let goes_on = move || {
                !self.interrupted.load(Ordering::Relaxed) && !halted.load(Ordering::Relaxed)
            };
            let mut todo: Vec<Turn> = todo.into_iter().enumerate().collect();
            if let Some(terms) = &terms {
                let under = Under {
                    changes,
                    known,
                    book,
                    goes_on: &goes_on,
                };
                let mut further = |count: usize| {
                    ended += count as u64;
                    progress(ended, total);
                };
                let left = self
                    .together(terms, todo, &under, &mut told, &mut further)
                    .await;
                todo = left.unwrap_or_else(|error| {
                    stopped = Some(error);
                    Vec::new()
                });
            }
            let mut todo = todo.into_iter();
            let mut under_way = FuturesUnordered::new();
            loop {
                while goes_on()
                    && under_way.len() < self.window().size()
                    && let Some((turn, range)) = todo.next()
                {
                    under_way.push(async move {
                        turns.wait(turn).await;
                        let begun = goes_on() || turns.earlier[turn].is_empty();
                        let done = if begun {
                            self.one(changes, range, known, mode, book).await
                        } else {
                            Ok(())
                        };
                        if done.is_err() {
                            halted.store(true, Ordering::Relaxed);
                        }
                        turns.ended(turn);
                        done.map(|()| begun)
                    });
                }
                match under_way.next().await {
                    None => break,
                    Some(Ok(begun)) => {
                        ended += u64::from(begun);
                        progress(ended, total);
                    }
                    Some(Err(error)) => {
                        stopped.get_or_insert(error);
                    }
                }
            }
        }
        let Pages { record, endings } = book
            .pages
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let report = RunReport {
            told,
            ..RunReport::new(record, endings, decision::decisions(changes), stopped)
        };
        self.close(report, passwords)
    }

    /// One decision: a single change, or several that stand or fall together.
    async fn one(
        &self,
        changes: &[Change],
        range: Range<usize>,
        known: &BTreeMap<u64, Password>,
        mode: &Mode,
        book: &Book,
    ) -> Result<()> {
        let number = range.start as u64;
        let decision = &changes[range];
        let (password, earlier) = (known.get(&number), |mode: &Mode| match mode {
            Mode::Fresh => None,
            Mode::Again(earlier) => Some(earlier.get(&number).copied().unwrap_or_default()),
        });
        match (decision, earlier(mode)) {
            ([change], earlier) if change.with.is_empty() => {
                let ending = match earlier {
                    None => self.write(change, password).await?,
                    Some(earlier) => self.settle(change, password, earlier).await?,
                };
                book.note(number, ending)
            }
            _ => self.decide(decision, number, mode, book).await,
        }
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
