//! The one door for writes. Whatever a command wants to change goes through [`Door::carry_out`], and what
//! a crash left goes through [`Door::resume`]: history and new passwords durable first, then the writes,
//! each with the values it relies on, then the outcomes, then the report.

use crate::directory::{Directory, DirectoryWriter};
use crate::domain::change::{Change, Plan};
use crate::domain::dn::Dn;
use crate::domain::secret::Password;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::history::{History, Manifest, Outcome, OutcomeKind, Run, RunId, RunRecord, RunState};
use crate::i18n::Text;
use futures_util::StreamExt as _;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

mod settle;
mod write;

use settle::Earlier;
pub use settle::Standing;

/// Writes under way at once on the one connection. Enough to hide the round trips, few enough to leave the
/// server's other users their turn.
const WRITES_IN_FLIGHT: usize = 8;

/// A slips file: durable before the first write, final only for the accounts that were written
/// (design: passwords of a batch survive the batch).
pub trait SlipsFile: Send {
    /// Makes the pending file, complete and synced, with the password of each change.
    ///
    /// # Errors
    /// Where it cannot be written; nothing is left behind then.
    fn prepare(&mut self, run: &RunId) -> Result<()>;

    /// Makes the final file, for these changes only, and takes the pending one away. `None` where nobody
    /// was written.
    ///
    /// # Errors
    /// Where it cannot be written; the pending file stays then.
    fn finish(&mut self, written: &BTreeSet<u64>) -> Result<Option<PathBuf>>;

    /// Takes the pending file away: nothing was written.
    ///
    /// # Errors
    /// Where it cannot be removed.
    fn discard(&mut self) -> Result<()>;
}

/// The new passwords of a run, by change number, and the paper they go to, if any.
#[derive(Default)]
pub struct NewPasswords {
    /// By number of the change in the plan.
    pub by_change: BTreeMap<u64, Password>,
    /// The slips.
    pub slips: Option<Box<dyn SlipsFile>>,
}

/// How one change ended, with what is worth telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// How.
    pub outcome: OutcomeKind,
    /// Stable code of the reason where it was not done.
    pub code: Option<String>,
    /// The reason in words.
    pub reason: Option<Text>,
}

impl Ending {
    pub(crate) fn done() -> Self {
        Ending {
            outcome: OutcomeKind::Done,
            code: None,
            reason: None,
        }
    }

    pub(crate) fn because(outcome: OutcomeKind, code: &str, reason: Text) -> Self {
        Ending {
            outcome,
            code: Some(code.to_owned()),
            reason: Some(reason),
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
}

impl RunReport {
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

    /// The exit status, by the precedence of the contract: 3 before 6.
    pub fn status(&self) -> ExitStatus {
        let count = |kind: OutcomeKind| self.endings.values().filter(|e| e.outcome == kind).count();
        let good = count(OutcomeKind::Done) + count(OutcomeKind::Unchanged);
        let interrupted = self
            .stopped
            .as_ref()
            .is_some_and(|e| e.status() == ExitStatus::Interrupted);
        if interrupted {
            ExitStatus::Interrupted
        } else if count(OutcomeKind::Unknown) > 0 {
            ExitStatus::Partial
        } else if good as u64 == self.changes && self.stopped.is_none() {
            ExitStatus::Done
        } else if good > 0 {
            ExitStatus::Partial
        } else if let Some(stopped) = &self.stopped {
            stopped.status()
        } else if count(OutcomeKind::Failed) > 0 {
            ExitStatus::Failed
        } else {
            ExitStatus::Refused
        }
    }
}

/// Told after each change: number of changes ended, number meant.
pub type Progress<'a> = dyn FnMut(u64, u64) + Send + 'a;

/// The door. Made by `app`, the only one who is given a writer.
#[derive(Clone)]
pub struct Door {
    reader: Arc<dyn Directory>,
    writer: Arc<dyn DirectoryWriter>,
    history: Arc<dyn History>,
    clock: fn() -> Timestamp,
    interrupted: Arc<AtomicBool>,
    names: settle::AttributeNames,
}

impl Door {
    /// Puts the door together. `names` are the attributes by which a password that was set is recognised;
    /// `interrupted` is set when the person presses Ctrl-C.
    pub fn new(
        reader: Arc<dyn Directory>,
        writer: Arc<dyn DirectoryWriter>,
        history: Arc<dyn History>,
        clock: fn() -> Timestamp,
        interrupted: Arc<AtomicBool>,
        schema: &crate::schema::Schema,
    ) -> Self {
        Door {
            reader,
            writer,
            history,
            clock,
            interrupted,
            names: settle::AttributeNames::of(schema),
        }
    }

    /// Carries out a plan: intent first, writes, outcomes. Each change is one Modify that carries the values
    /// it relies on; one that is refused stops nobody else.
    ///
    /// # Errors
    /// Only where nothing was written: history or slips not writable. What happens after the first write
    /// is in the report.
    pub async fn carry_out(
        &self,
        manifest: Manifest,
        plan: &Plan,
        mut passwords: NewPasswords,
        progress: &mut Progress<'_>,
    ) -> Result<RunReport> {
        let mut record = self.history.begin(manifest).map_err(explain::history)?;
        if let Some(slips) = &mut passwords.slips
            && let Err(error) = slips.prepare(record.id())
        {
            record.abandon().map_err(explain::history)?;
            return Err(error);
        }
        if let Err(error) = record.intend(&plan.changes) {
            if let Some(slips) = &mut passwords.slips {
                slips.discard()?;
            }
            record.abandon().map_err(explain::history)?;
            return Err(explain::history(error));
        }
        let todo: Vec<u64> = (0..plan.changes.len() as u64).collect();
        Ok(self
            .work(
                record,
                &plan.changes,
                BTreeMap::new(),
                todo,
                passwords,
                Mode::Fresh,
                progress,
            )
            .await)
    }

    /// Finishes a run that stopped. Each change without an outcome is found done, not done, or overtaken by
    /// reading the directory; `passwords` are those of the slips that the run had made, or new ones
    /// (`remake`) where those are lost: then every account of the run whose owner has not chosen another
    /// one since is given a new one. An account that was written already is looked at again: its owner may
    /// have chosen another password since.
    pub async fn resume(
        &self,
        run: &Run,
        record: Box<dyn RunRecord>,
        passwords: NewPasswords,
        remake: bool,
        progress: &mut Progress<'_>,
    ) -> RunReport {
        let (kept, todo) = unsettled(run, remake || self.names.tell_the_owners_choice());
        let earlier = self.earlier(run, remake);
        self.work(
            record,
            &run.changes,
            kept,
            todo,
            passwords,
            Mode::Again(&earlier),
            progress,
        )
        .await
    }

    /// What the history knows of each change of a stopped run.
    fn earlier(&self, run: &Run, remake: bool) -> BTreeMap<u64, Earlier> {
        let manifest = &run.manifest;
        // A history that cannot be read whole leaves what the directory shows.
        let given_since = self
            .history
            .passwords_set_since(manifest.started_at, Some(&manifest.run))
            .unwrap_or_default();
        (0u64..)
            .zip(&run.changes)
            .map(|(number, change)| {
                let outcome = run.outcomes.get(&number).map(|o| o.outcome);
                let earlier = Earlier {
                    remake,
                    was_done: outcome == Some(OutcomeKind::Done),
                    given_since: given_since.contains(&change.account.dn),
                };
                (number, earlier)
            })
            .collect()
    }

    /// Changes the password of the person who is logged in, with the old one. Recorded like every other
    /// write, without either password.
    ///
    /// # Errors
    /// As the server answers; history not writable (nothing is changed then).
    pub async fn change_own_password(
        &self,
        manifest: Manifest,
        change: &Change,
        old: &Password,
        new: &Password,
    ) -> Result<RunId> {
        let mut record = self.history.begin(manifest).map_err(explain::history)?;
        record
            .intend(std::slice::from_ref(change))
            .map_err(explain::history)?;
        let id = record.id().clone();
        let answer = self.writer.change_own_password(old, new).await;
        let (outcome, code) = match &answer {
            Ok(()) => (OutcomeKind::Done, None),
            Err(error) if error.kind == crate::directory::ErrorKind::OutcomeUnknown => {
                (OutcomeKind::Unknown, Some("outcome-unknown"))
            }
            Err(_) => (OutcomeKind::Failed, Some("refused-by-server")),
        };
        let at = (self.clock)();
        let recorded = record
            .record(&Outcome {
                change: 0,
                outcome,
                code: code.map(str::to_owned),
                at,
            })
            .and_then(|()| record.finish(at));
        answer.map_err(explain::password_refused)?;
        recorded.map_err(explain::history)?;
        Ok(id)
    }

    #[allow(clippy::too_many_arguments)]
    async fn work(
        &self,
        mut record: Box<dyn RunRecord>,
        changes: &[Change],
        kept: BTreeMap<u64, Ending>,
        todo: Vec<u64>,
        mut passwords: NewPasswords,
        mode: Mode<'_>,
        progress: &mut Progress<'_>,
    ) -> RunReport {
        let mut endings = kept;
        let mut stopped = None;
        let total = changes.len() as u64;
        progress(endings.len() as u64, total);
        {
            let known = &passwords.by_change;
            let writes = futures_util::stream::iter(todo)
                .take_while(|_| {
                    let go_on = !self.interrupted.load(Ordering::Relaxed);
                    async move { go_on }
                })
                .map(|number| async move {
                    let change = &changes[usize::try_from(number).unwrap_or(usize::MAX)];
                    let ending = match mode {
                        Mode::Fresh => self.write(change, known.get(&number)).await,
                        Mode::Again(earlier) => {
                            let earlier = earlier.get(&number).copied().unwrap_or_default();
                            self.settle(change, known.get(&number), earlier).await
                        }
                    };
                    (number, ending)
                })
                .buffer_unordered(WRITES_IN_FLIGHT);
            let mut writes = std::pin::pin!(writes);
            while let Some((number, ending)) = writes.next().await {
                match ending {
                    Ok(ending) => {
                        let recorded = record.record(&Outcome {
                            change: number,
                            outcome: ending.outcome,
                            code: ending.code.clone(),
                            at: (self.clock)(),
                        });
                        endings.insert(number, ending);
                        progress(endings.len() as u64, total);
                        if let Err(error) = recorded {
                            // The write is done; what cannot be noted is found again by a resume.
                            stopped.get_or_insert(explain::history(error));
                        }
                    }
                    // The directory is out of reach: what was not tried stays for a resume.
                    Err(error) => {
                        stopped.get_or_insert(error);
                        break;
                    }
                }
                if stopped.is_some() {
                    break;
                }
            }
        }
        if stopped.is_none() && self.interrupted.load(Ordering::Relaxed) {
            stopped = Some(CommandError::new(
                ExitStatus::Interrupted,
                "interrupted",
                Text::new("execute-interrupted"),
            ));
        }
        let mut report = RunReport {
            run: record.id().clone(),
            endings,
            slips: None,
            stopped,
            changes: total,
        };
        let settled = report
            .endings
            .values()
            .all(|e| e.outcome != OutcomeKind::Unknown);
        if report.unfinished() || !settled {
            // The pending slips stay with the unfinished run.
            if report.stopped.is_none() {
                report.stopped = Some(CommandError::new(
                    ExitStatus::Partial,
                    "outcome-unknown",
                    Text::new("execute-outcome-unknown"),
                ));
            }
            return report;
        }
        // Outcomes first: where the final slips are, a resume knows that all was settled.
        let closed = record
            .sync()
            .map_err(explain::history)
            .and_then(|()| match &mut passwords.slips {
                Some(slips) => slips.finish(&report.written()),
                None => Ok(None),
            })
            .and_then(|slips| {
                report.slips = slips;
                record.finish((self.clock)()).map_err(explain::history)
            });
        if let Err(error) = closed {
            report.stopped = Some(error);
        }
        report
    }

    /// The history this door writes to.
    pub fn history(&self) -> &dyn History {
        &*self.history
    }

    /// Where the writes go, for the manifest.
    pub fn session(&self) -> crate::directory::Session {
        self.reader.session()
    }
}

/// How [`Door::work`] treats each change.
#[derive(Debug, Clone, Copy)]
enum Mode<'a> {
    /// Written as planned.
    Fresh,
    /// Found done, not done or overtaken first.
    Again(&'a BTreeMap<u64, Earlier>),
}

/// What a stopped run has settled already, and the numbers of the changes still to be looked at. Passwords
/// that were written are among these where `passwords_too`: none is handed out that is not valid any more.
fn unsettled(run: &Run, passwords_too: bool) -> (BTreeMap<u64, Ending>, Vec<u64>) {
    let mut kept = BTreeMap::new();
    let mut todo = Vec::new();
    for (number, change) in (0u64..).zip(&run.changes) {
        match run.outcomes.get(&number) {
            Some(outcome)
                if outcome.outcome != OutcomeKind::Unknown
                    && !(passwords_too
                        && outcome.outcome == OutcomeKind::Done
                        && change.sets_password()) =>
            {
                kept.insert(
                    number,
                    Ending {
                        outcome: outcome.outcome,
                        code: outcome.code.clone(),
                        reason: outcome
                            .code
                            .as_ref()
                            .map(|code| Text::new(format!("outcome-{code}"))),
                    },
                );
            }
            _ => todo.push(number),
        }
    }
    (kept, todo)
}

/// Whether a run may be resumed at all, or has nothing left to do.
pub fn resumable(run: &Run) -> bool {
    matches!(run.state, RunState::Prepared | RunState::Unfinished)
}

/// The names of the accounts of a plan, for guards.
pub fn targets(plan: &Plan) -> BTreeSet<Dn> {
    plan.changes
        .iter()
        .map(|change| change.account.dn.clone())
        .collect()
}
