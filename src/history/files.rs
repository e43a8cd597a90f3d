//! The history kept in a folder: one folder a run, named by the run. Format: `docs/history-format.md`.
//!
//! Order of writing is what makes it trustworthy: marker, folder and manifest first, the intent whole and
//! synced before the directory is touched, outcomes appended as they come, the end last.

use super::{
    AccountRun, Delivery, FORMAT_VERSION, History, HistoryError, JobHolder, JobLock, Manifest,
    Mentioned, Outcome, OutcomeKind, Pruned, Run, RunId, RunRecord, RunState, RunSummary,
};
use crate::domain::account::AccountRef;
use crate::domain::change::Change;
use crate::domain::decision::decisions;
use crate::domain::dn::Dn;
use crate::domain::job::JobName;
use crate::domain::mention::Mention;
use jiff::Timestamp;
use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

mod claims;
mod counted;
mod disk;
mod mailed;
mod mentions;
mod prune;
mod record;
mod reverse;
mod sharing;

use disk::{
    damaged, is_locked, parse, read_finish, read_lines, read_manifest, read_outcomes,
    remove_if_there, sync_together, take_lock, to_json, unreadable, unwritable, write_unsynced,
};
use record::FileRecord;
use sharing::{make_folder, make_new_folder, make_root, new_file};

/// Letters of the last part of a run's name: none that look alike.
const SUFFIX_LETTERS: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";

/// First line of `intent.jsonl`.
#[derive(Serialize, Deserialize)]
struct IntentHead {
    format_version: u32,
    changes: u64,
}

/// `finished.json`.
#[derive(Serialize, Deserialize)]
struct Finish {
    format_version: u32,
    finished_at: Timestamp,
    changes: u64,
    counts: BTreeMap<OutcomeKind, u64>,
}

/// A folder of runs.
pub struct FileHistory {
    root: PathBuf,
}

impl FileHistory {
    /// A history in this folder, which is made when the first run is.
    pub fn new(root: PathBuf) -> Self {
        FileHistory { root }
    }

    fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    fn markers(&self) -> PathBuf {
        self.root.join("unfinished")
    }

    fn names(&self, folder: &Path) -> Result<Vec<RunId>, HistoryError> {
        sharing::check(&self.root)?;
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(folder, &error)),
        };
        let mut names: Vec<RunId> = entries
            .filter_map(|entry| RunId::parse(entry.ok()?.file_name().to_str()?))
            .collect();
        names.sort_by(|a, b| b.cmp(a));
        Ok(names)
    }

    fn read(&self, id: &RunId) -> Result<Run, HistoryError> {
        let folder = self.runs().join(id.as_str());
        // First: a run that ends while it is read is not one that was interrupted.
        let locked = is_locked(&folder);
        let manifest = read_manifest(&folder, id)?;
        let intent = folder.join("intent.jsonl");
        let mut changes = Vec::new();
        let has_intent = intent.exists();
        if has_intent {
            let mut lines = read_lines(&intent)?.into_iter();
            let head: IntentHead = lines
                .next()
                .map_or_else(|| Err("empty".to_owned()), |l| parse(&l))
                .map_err(|reason| damaged(&intent, 1, &reason))?;
            for (i, line) in lines.enumerate() {
                changes.push(parse::<Change>(&line).map_err(|r| damaged(&intent, i + 2, &r))?);
            }
            if changes.len() as u64 != head.changes {
                return Err(damaged(&intent, changes.len() + 2, "cut short"));
            }
        }
        let finish = read_finish(&folder)?;
        let state = match (&finish, has_intent) {
            (Some(_), _) => RunState::Finished,
            (None, _) if locked => RunState::Running,
            (None, true) => RunState::Unfinished,
            (None, false) => RunState::Prepared,
        };
        let (outcomes, told) = read_outcomes(&folder)?;
        Ok(Run {
            manifest,
            state,
            changes,
            outcomes,
            told,
            finished_at: finish.map(|f| f.finished_at),
        })
    }

    /// Accounts whose password such runs have written since then.
    fn passwords_written_since(
        &self,
        since: Timestamp,
        aside: Option<&RunId>,
        such: fn(&Delivery) -> bool,
    ) -> Result<BTreeSet<Dn>, HistoryError> {
        let mut set = BTreeSet::new();
        for id in self.since(since)? {
            if aside == Some(&id) {
                continue;
            }
            let Ok(run) = self.read(&id) else { continue };
            if !such(&run.manifest.delivery) {
                continue;
            }
            for (number, change) in run.changes.iter().enumerate() {
                let done = run
                    .outcomes
                    .get(&(number as u64))
                    .is_some_and(|o| o.outcome == OutcomeKind::Done && o.at >= since);
                if done && change.sets_password() {
                    set.insert(change.account.dn.clone());
                }
            }
        }
        Ok(set)
    }

    fn summary(&self, id: &RunId) -> Result<RunSummary, HistoryError> {
        let folder = self.runs().join(id.as_str());
        let manifest = read_manifest(&folder, id)?;
        if let Some(finish) = read_finish(&folder)? {
            return Ok(RunSummary {
                manifest,
                state: RunState::Finished,
                changes: finish.changes,
                counts: finish.counts,
                finished_at: Some(finish.finished_at),
            });
        }
        Ok(self.read(id)?.summary())
    }

    /// Runs that noted an outcome at `since` or later, newest first: whenever they began, for one that was
    /// interrupted may have been resumed since.
    fn since(&self, since: Timestamp) -> Result<Vec<RunId>, HistoryError> {
        let mut names = self.names(&self.runs())?;
        names.retain(|name| {
            let outcomes = self.runs().join(name.as_str()).join("outcomes.jsonl");
            fs::metadata(outcomes)
                .and_then(|file| file.modified())
                .is_ok_and(|written| Timestamp::try_from(written).is_ok_and(|at| at >= since))
        });
        Ok(names)
    }
}

impl History for FileHistory {
    fn lock_job(
        &self,
        job: &JobName,
        holder: &JobHolder,
    ) -> Result<Box<dyn JobLock>, HistoryError> {
        claims::lock_job(&self.root, job, holder)
    }

    fn plan_applied(&self, seal: &str) -> Result<Option<RunId>, HistoryError> {
        claims::applied(&self.root, seal)
    }

    fn begin(&self, mut manifest: Manifest) -> Result<Box<dyn RunRecord>, HistoryError> {
        sharing::check(&self.root)?;
        make_root(&self.root).map_err(|e| unwritable(&self.root, &e))?;
        for folder in [&self.runs(), &self.markers()] {
            make_folder(folder).map_err(|e| unwritable(folder, &e))?;
        }
        let plan = manifest.plan.clone();
        loop {
            let id = RunId::new(manifest.started_at, &suffix());
            let folder = self.runs().join(id.as_str());
            let marker = self.markers().join(id.as_str());
            match make_new_folder(&folder) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(unwritable(&folder, &error)),
            }
            manifest.run = id.clone();
            let made = (|| {
                let lock = new_file(&folder.join("lock"))?;
                // A reader that looks at this very moment holds it for an instant: wait.
                lock.lock()?;
                new_file(&marker)?;
                let text = to_json(&manifest)?;
                let mut unsynced = vec![
                    write_unsynced(&folder, "manifest.json", &text)?,
                    File::open(self.markers())?,
                    File::open(self.runs())?,
                ];
                if needs_its_manifest(&manifest) {
                    unsynced.push(File::open(&folder)?);
                    sync_together(&std::mem::take(&mut unsynced))?;
                }
                Ok::<_, io::Error>((lock, unsynced))
            })()
            .map_err(|e| unwritable(&folder, &e))
            .and_then(|(lock, unsynced)| {
                // Two who carry out the same plan at once: one of them wins.
                let claim = plan
                    .as_deref()
                    .map(|seal| claims::claim(&self.root, seal, &id));
                Ok((lock, unsynced, claim.transpose()?))
            });
            return match made {
                Ok((lock, beginning, claim)) => Ok(Box::new(FileRecord {
                    id,
                    beginning,
                    folder,
                    marker,
                    claim,
                    outcomes: None,
                    changes: 0,
                    together: Vec::new(),
                    counted: BTreeMap::new(),
                    synced_at: None,
                    unsynced: false,
                    draft: None,
                    _lock: lock,
                })),
                Err(error) => {
                    let _ = fs::remove_dir_all(&folder);
                    let _ = fs::remove_file(&marker);
                    Err(error)
                }
            };
        }
    }

    fn reopen(&self, id: &RunId) -> Result<(Run, Box<dyn RunRecord>), HistoryError> {
        sharing::check(&self.root)?;
        let folder = self.runs().join(id.as_str());
        if !folder.is_dir() {
            // A crash between marker and folder leaves a marker of a run that never was.
            let _ = fs::remove_file(self.markers().join(id.as_str()));
            return Err(HistoryError::NoSuchRun(id.to_string()));
        }
        let lock_file = folder.join("lock");
        let lock = open_lock(&lock_file).map_err(|e| unwritable(&lock_file, &e))?;
        match take_lock(&lock) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(HistoryError::UnderWay(id.clone())),
            Err(TryLockError::Error(error)) => return Err(unwritable(&lock_file, &error)),
        }
        let read = self.read(id);
        if read
            .as_ref()
            .is_ok_and(|run| run.state == RunState::Finished)
        {
            // A crash between the end and the marker: nobody is to be told of it for ever.
            remove_if_there(&self.markers().join(id.as_str()))
                .map_err(|e| unwritable(&folder, &e))?;
        }
        if let Err(HistoryError::NoSuchRun(_)) = read {
            // A crash between marker and manifest: the run never began, and nobody works on it.
            fs::remove_dir_all(&folder)
                .and_then(|()| remove_if_there(&self.markers().join(id.as_str())))
                .map_err(|e| unwritable(&folder, &e))?;
        }
        let mut run = read?;
        if run.state == RunState::Running {
            // The lock seen by `read` is our own.
            run.state = if folder.join("intent.jsonl").exists() {
                RunState::Unfinished
            } else {
                RunState::Prepared
            };
        }
        let counted = run
            .outcomes
            .values()
            .map(|o| (o.change, o.clone()))
            .collect();
        let record = FileRecord {
            id: id.clone(),
            beginning: Vec::new(),
            marker: self.markers().join(id.as_str()),
            claim: run
                .manifest
                .plan
                .as_deref()
                .map(|seal| claims::path(&self.root, seal)),
            outcomes: None,
            changes: run.changes.len() as u64,
            together: counted::together(&run.changes),
            counted,
            synced_at: None,
            unsynced: false,
            draft: None,
            _lock: lock,
            folder,
        };
        Ok((run, Box::new(record)))
    }

    fn load(&self, id: &RunId) -> Result<Run, HistoryError> {
        sharing::check(&self.root)?;
        self.read(id)
    }

    fn list(&self) -> Result<(Vec<RunSummary>, Vec<HistoryError>), HistoryError> {
        let mut whole = Vec::new();
        let mut damaged = Vec::new();
        for id in self.names(&self.runs())? {
            match self.summary(&id) {
                Ok(summary) => whole.push(summary),
                // Another process is just beginning it, or has taken it back.
                Err(HistoryError::NoSuchRun(_)) => {}
                Err(error) => damaged.push(error),
            }
        }
        // Names tell the second; two runs of one second are told apart by the manifest.
        whole.sort_by_key(|run| std::cmp::Reverse(run.manifest.started_at));
        Ok((whole, damaged))
    }

    fn unfinished(&self) -> Result<Vec<RunId>, HistoryError> {
        let mut names = self.names(&self.markers())?;
        names.retain(|id| {
            let folder = self.runs().join(id.as_str());
            // In this order: a run may end between two looks. One that has ended is not open, even where a
            // crash left its marker.
            folder.is_dir() && !is_locked(&folder) && !matches!(read_finish(&folder), Ok(Some(_)))
        });
        Ok(names)
    }

    fn runs_of_job(&self, job: &JobName, since: Timestamp) -> Result<Vec<Run>, HistoryError> {
        self.of_job(job, since)
    }

    fn passwords_set_since(
        &self,
        since: Timestamp,
        aside: Option<&RunId>,
    ) -> Result<BTreeSet<Dn>, HistoryError> {
        self.passwords_written_since(since, aside, |_| true)
    }

    fn passwords_given_since(
        &self,
        since: Timestamp,
        aside: Option<&RunId>,
    ) -> Result<BTreeSet<Dn>, HistoryError> {
        self.passwords_written_since(since, aside, |delivery| *delivery != Delivery::Nobody)
    }

    fn mailed_since(&self, since: Timestamp) -> Result<BTreeMap<Dn, u64>, HistoryError> {
        self.mails_of_accounts(since)
    }

    fn mentions(&self, who: &Mention) -> Result<(Vec<Mentioned>, Vec<HistoryError>), HistoryError> {
        let mut found = Vec::new();
        let mut damaged = Vec::new();
        for id in self.names(&self.runs())? {
            match mentions::in_run(&self.runs().join(id.as_str()), &id, who) {
                Ok(mut here) => found.append(&mut here),
                Err(error) => damaged.push(error),
            }
        }
        Ok((found, damaged))
    }

    fn last_run_on(&self, account: &AccountRef) -> Result<Option<RunSummary>, HistoryError> {
        // The intents are looked through as text first: thousands of runs are not worth parsing to find
        // the one that names an account.
        let name = to_json(&account.dn).unwrap_or_default();
        let name = name.trim_end();
        for id in self.names(&self.runs())? {
            let intent = self.runs().join(id.as_str()).join("intent.jsonl");
            if !fs::read_to_string(&intent).is_ok_and(|text| text.contains(name)) {
                continue;
            }
            let Ok(run) = self.read(&id) else { continue };
            let touched = run.changes.iter().enumerate().any(|(number, change)| {
                change.is_about(&account.dn)
                    && run
                        .outcomes
                        .get(&(number as u64))
                        .is_some_and(|o| o.outcome == OutcomeKind::Done)
            });
            if touched {
                return self.summary(&id).map(Some);
            }
        }
        Ok(None)
    }

    fn prune(&self, runs: &[RunId]) -> Result<Pruned, HistoryError> {
        self.take_away(runs)
    }

    fn runs_on(
        &self,
        account: &AccountRef,
    ) -> Result<(Vec<AccountRun>, Vec<HistoryError>), HistoryError> {
        let mut found = Vec::new();
        let mut damaged = Vec::new();
        for id in self.names(&self.runs())? {
            // Each is read whole: a name may be spelled otherwise in an older intent.
            let run = match self.read(&id) {
                Ok(run) => run,
                Err(error) => {
                    damaged.push(error);
                    continue;
                }
            };
            for decision in decisions(&run.changes) {
                let changes = &run.changes[decision.clone()];
                if !changes.iter().any(|change| change.is_about(&account.dn)) {
                    continue;
                }
                // What a decision wrote to entries of other people is theirs.
                let own = |c: &&Change| c.with.is_empty() || *c.target() == account.dn;
                found.push(AccountRun {
                    manifest: run.manifest.clone(),
                    outcome: run.outcome_of(decision.clone()).cloned(),
                    changes: changes.iter().filter(own).cloned().collect(),
                });
            }
        }
        found.sort_by_key(|run| run.manifest.started_at);
        Ok((found, damaged))
    }
}

/// Whether something outside the folder belongs to the run before its intent is there: pending slips, the mark of a
/// plan. Then the manifest has to be durable first, so that a resume finds them; else it becomes so with the intent.
fn needs_its_manifest(manifest: &Manifest) -> bool {
    manifest.plan.is_some() || !matches!(manifest.delivery, Delivery::None | Delivery::Print)
}

/// Opens the lock of a run that is there. Some file systems want the right to write for it, most do not.
fn open_lock(path: &Path) -> io::Result<File> {
    match fs::OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => new_file(path),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => File::open(path),
        opened => opened,
    }
}

fn suffix() -> String {
    let mut random = rand::rng();
    (0..4)
        .map(|_| SUFFIX_LETTERS[random.random_range(0..SUFFIX_LETTERS.len())] as char)
        .collect()
}

#[cfg(test)]
mod tests;
