//! The one door for writes. Whatever a command wants to change goes through [`Door::carry_out`], and what
//! a crash left goes through [`Door::resume`]: history and new passwords durable first, then the writes,
//! each with the values it relies on, then the outcomes, then the report.

use crate::directory::{Directory, DirectoryWriter};
use crate::domain::change::{Change, Plan};
use crate::domain::decision;
use crate::domain::dn::Dn;
use crate::domain::secret::Password;
use crate::domain::undo::UndoAttributes;
use crate::error::Result;
use crate::explain;
use crate::history::{History, Manifest, Outcome, OutcomeKind, Run, RunId, RunRecord};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

mod decide;
mod quota;
mod report;
mod send;
mod settle;
mod together;
mod window;
mod work;
mod write;

pub use decide::moved;
pub use quota::{MailLimit, too_often};
pub use report::{Ending, RunReport};
pub use send::{Letterbox, Parcel, Resending, Sending};
pub use settle::Standing;
pub use together::Transactions;
pub use write::moved_besides;

use settle::Earlier;
use together::Told;

use window::Window;
use work::Job;

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
    /// Whether they are to be shown on the screen: the run then ends only once they were
    /// ([`Door::shown`]).
    pub to_screen: bool,
}

/// From so many changes on, their intent is worked out in a thread of its own.
const MANY: usize = 200;

/// Told after each decision: number of decisions ended, number meant.
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
    undo: UndoAttributes,
    window: Arc<Mutex<Window>>,
    transactions: Option<Transactions>,
    /// How often the connection was made anew.
    mended: Arc<AtomicUsize>,
}

/// How fast a door writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speed {
    /// Most writes under way at once.
    pub window: usize,
    /// Whether many changes are written together.
    pub transactions: Option<Transactions>,
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
        speed: Speed,
    ) -> Self {
        Door {
            reader,
            writer,
            history,
            clock,
            interrupted,
            names: settle::AttributeNames::of(schema),
            undo: schema.undo(),
            window: Arc::new(Mutex::new(Window::new(speed.window))),
            transactions: speed.transactions,
            mended: Arc::default(),
        }
    }

    /// How many writes may be under way, as the server's answers tell.
    fn window(&self) -> MutexGuard<'_, Window> {
        // Nothing that could panic runs under this lock.
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries out a plan: intent first, writes, outcomes. Each change is one Modify that carries the values
    /// it relies on; one that is refused stops nobody else.
    ///
    /// # Errors
    /// Only where nothing was written: history or slips not writable, many changes to be written together on a directory
    /// where that is not safe. What happens after the first write
    /// is in the report.
    pub async fn carry_out(
        &self,
        manifest: Manifest,
        plan: &Plan,
        mut passwords: NewPasswords,
        progress: &mut Progress<'_>,
    ) -> Result<RunReport> {
        let mut told = Told::default();
        let terms = self.terms(plan, &mut told).await?;
        let mut record = self.history.begin(manifest).map_err(explain::history)?;
        let id = record.id().clone();
        let prepared = match &mut passwords.slips {
            Some(slips) if plan.changes.len() >= MANY => std::thread::scope(|scope| {
                // The slips wait for the disk. Without a thread the intent is worked out when it is written.
                let draft = || record.draft(&plan.changes);
                let _ = std::thread::Builder::new().spawn_scoped(scope, draft);
                slips.prepare(&id)
            }),
            Some(slips) => slips.prepare(&id),
            None => Ok(()),
        };
        if let Err(error) = prepared {
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
        let job = Job {
            terms,
            told,
            ..Job::fresh(&plan.changes, passwords)
        };
        Ok(self.work(record, job, progress).await)
    }

    /// Finishes a run that stopped. Each change without an outcome is found done, not done, or overtaken by
    /// reading the directory; `passwords` are those of the slips that the run had made, or new ones
    /// (`remake`) where those are lost: then every account of the run whose owner has not chosen another
    /// one since is given a new one. An account that was written already is looked at again: its owner may
    /// have chosen another password since. `barred`: accounts that may not be changed any more, with the code
    /// of the reason: what was written to them is noted, and nothing is begun.
    pub async fn resume(
        &self,
        run: &Run,
        record: Box<dyn RunRecord>,
        passwords: NewPasswords,
        remake: bool,
        barred: &BTreeMap<Dn, &'static str>,
        progress: &mut Progress<'_>,
    ) -> RunReport {
        let earlier = self.earlier(run, remake, barred);
        let job = Job::again(run, passwords, earlier, &self.names);
        self.work(record, job, progress).await
    }

    /// What the history knows of each change of a stopped run.
    fn earlier(
        &self,
        run: &Run,
        remake: bool,
        barred: &BTreeMap<Dn, &'static str>,
    ) -> BTreeMap<u64, Earlier> {
        let manifest = &run.manifest;
        // A history that cannot be read whole leaves what the directory shows.
        let given_since = self
            .history
            .passwords_set_since(manifest.started_at, Some(&manifest.run))
            .unwrap_or_default();
        (0u64..)
            .zip(&run.changes)
            .map(|(number, change)| {
                let outcome = run.outcomes.get(&number);
                let kind = outcome.map(|o| o.outcome);
                let code = outcome.and_then(|o| o.code.as_deref());
                let accounts = decision::accounts(std::slice::from_ref(change));
                let refused = matches!(kind, Some(OutcomeKind::Refused | OutcomeKind::Failed));
                let earlier = Earlier {
                    remake,
                    was_done: kind == Some(OutcomeKind::Done),
                    given_since: given_since.contains(&change.account.dn),
                    barred: accounts.iter().find_map(|a| barred.get(&a.dn).copied()),
                    stopped_here: kind.filter(|_| refused || code == Some(decide::NOT_TAKEN_BACK)),
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
        if let Err(error) = record.intend(std::slice::from_ref(change)) {
            record.abandon().map_err(explain::history)?;
            return Err(explain::history(error));
        }
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
                shown: false,
                mail: None,
                at,
            })
            .and_then(|()| record.finish(at));
        answer.map_err(explain::password_refused)?;
        recorded.map_err(explain::history_after_write)?;
        Ok(id)
    }

    /// Where the writes go, for the manifest.
    pub fn session(&self) -> crate::directory::Session {
        self.reader.session()
    }
}
