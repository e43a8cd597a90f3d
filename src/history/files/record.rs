//! A run being written: the intent whole, outcomes as they come, the end last.

use super::disk::{
    remove_if_there, sync_together, to_json, unwritable, write_unsynced, write_whole,
};
use super::sharing::open_to_append;
use super::{Finish, IntentHead, claims, counted, reverse};
use crate::domain::change::Change;
use crate::domain::ldif;
use crate::history::{FORMAT_VERSION, HistoryError, Outcome, RunId, RunRecord};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Outcomes are made durable this often: not by their number, for a sync may take as long as many writes to the
/// directory. A crash of the machine loses at most so much of them, and resume finds each again by reading the
/// directory; a crash of the process loses none.
const SYNC_EVERY: Duration = Duration::from_millis(500);

/// From so many changes on, a second thread is worth its start.
const MANY: usize = 200;

/// A run being written; its lock is held as long as this lives.
pub(super) struct FileRecord {
    pub(super) id: RunId,
    pub(super) folder: PathBuf,
    pub(super) marker: PathBuf,
    /// The manifest and the folders that name the run, to be made durable with the intent.
    pub(super) beginning: Vec<File>,
    /// Says that the plan was carried out.
    pub(super) claim: Option<PathBuf>,
    pub(super) outcomes: Option<File>,
    pub(super) changes: u64,
    /// The decisions of several changes.
    pub(super) together: Vec<Range<usize>>,
    pub(super) counted: BTreeMap<u64, Outcome>,
    /// When the outcomes were last made durable.
    pub(super) synced_at: Option<Instant>,
    /// Whether outcomes were appended since.
    pub(super) unsynced: bool,
    /// What was worked out of the intent already.
    pub(super) draft: Option<Draft>,
    pub(super) _lock: File,
}

impl FileRecord {
    fn append(&mut self, outcomes: &[Outcome], sync: bool) -> Result<(), HistoryError> {
        let path = self.folder.join("outcomes.jsonl");
        let written = (|| {
            let file = match &mut self.outcomes {
                Some(file) => file,
                empty => empty.insert(open_to_append(&path)?),
            };
            // One write for whole lines: a reader never sees half a line of a living run.
            let lines: String = outcomes.iter().map(to_json).collect::<io::Result<_>>()?;
            file.write_all(lines.as_bytes())?;
            self.unsynced = true;
            if sync {
                file.sync_data()?;
                self.unsynced = false;
                self.synced_at = Some(Instant::now());
            }
            Ok(())
        })();
        if let Err(error) = written {
            // Half of the line may stand there: opened anew, it is taken away.
            self.outcomes = None;
            let error: io::Error = error;
            return Err(unwritable(&path, &error));
        }
        for outcome in outcomes {
            self.counted.insert(outcome.change, outcome.clone());
        }
        Ok(())
    }
}

/// The content of the intent's files.
pub(super) struct Draft {
    /// How many changes there are in it.
    changes: usize,
    intent: String,
    forward: String,
    undo: String,
}

impl Draft {
    fn of(id: &RunId, changes: &[Change]) -> io::Result<Self> {
        let way_there = || {
            let mut forward = format!("# entctl {id}\nversion: 1\n\n");
            for change in changes {
                forward.push_str(&ldif::forward(change));
            }
            forward
        };
        let as_json = || {
            let head = to_json(&IntentHead {
                format_version: FORMAT_VERSION,
                changes: changes.len() as u64,
            })?;
            let mut intent = head.into_bytes();
            for change in changes {
                serde_json::to_writer(&mut intent, change)?;
                intent.push(b'\n');
            }
            String::from_utf8(intent).map_err(io::Error::other)
        };
        let way_back = || reverse::text(id, changes.iter());
        let (intent, forward, undo) = if changes.len() < MANY {
            (as_json()?, way_there(), way_back())
        } else {
            // Beside each other, where a thread is to be had.
            std::thread::scope(|scope| {
                let ways = || (way_there(), way_back());
                let other = std::thread::Builder::new().spawn_scoped(scope, ways);
                let intent = as_json();
                let (forward, undo) = match other.map(|thread| thread.join()) {
                    Ok(Ok(both)) => both,
                    Ok(Err(_)) | Err(_) => ways(),
                };
                intent.map(|intent| (intent, forward, undo))
            })?
        };
        Ok(Draft {
            changes: changes.len(),
            intent,
            forward,
            undo,
        })
    }
}

impl RunRecord for FileRecord {
    fn id(&self) -> &RunId {
        &self.id
    }

    fn draft(&mut self, changes: &[Change]) {
        // What goes wrong here goes wrong there too, and is told there.
        self.draft = Draft::of(&self.id, changes).ok();
    }

    fn intend(&mut self, changes: &[Change]) -> Result<(), HistoryError> {
        let written = (|| {
            let draft = self.draft.take().filter(|d| d.changes == changes.len());
            let Draft {
                intent,
                forward,
                undo,
                ..
            } = match draft {
                Some(draft) => draft,
                None => Draft::of(&self.id, changes)?,
            };
            let mut before = std::mem::take(&mut self.beginning);
            for (name, content) in [("forward.ldif", &forward), ("undo.ldif", &undo)] {
                before.push(write_unsynced(&self.folder, name, content)?);
            }
            before.push(File::open(&self.folder)?);
            // Last: its presence is what says that the directory may have been written to.
            write_whole(&self.folder, "intent.jsonl", &intent, before)
        })();
        self.changes = changes.len() as u64;
        self.together = counted::together(changes);
        written.map_err(|e| unwritable(&self.folder, &e))
    }

    fn record(&mut self, outcome: &Outcome) -> Result<(), HistoryError> {
        let due = match self.synced_at {
            Some(at) => at.elapsed() >= SYNC_EVERY,
            None => {
                self.synced_at = Some(Instant::now());
                false
            }
        };
        self.append(std::slice::from_ref(outcome), due)
    }

    fn record_together(&mut self, outcomes: &[Outcome]) -> Result<(), HistoryError> {
        if outcomes.is_empty() {
            return Ok(());
        }
        self.append(outcomes, true)
    }

    fn sync(&mut self) -> Result<(), HistoryError> {
        if let (Some(file), true) = (&self.outcomes, self.unsynced) {
            file.sync_data()
                .map_err(|e| unwritable(&self.folder.join("outcomes.jsonl"), &e))?;
            self.unsynced = false;
        }
        Ok(())
    }

    fn finish(&mut self, at: Timestamp) -> Result<(), HistoryError> {
        // Before the end can be seen: what it counts must be there.
        self.sync()?;
        let written = (|| {
            let undo = reverse::what_was_done(&self.folder, &self.id, self.changes, &self.counted)?;
            let (changes, counts) = counted::counts(self.changes, &self.together, &self.counted);
            let finish = Finish {
                format_version: FORMAT_VERSION,
                finished_at: at,
                changes,
                counts,
            };
            let finish = to_json(&finish)?;
            if let Some(undo) = &undo {
                // In the place of one that is there: never lost between the two.
                write_whole(&self.folder, "undo.ldif", undo, Vec::new())?;
            }
            // One wait for both. A machine that stops in the middle of it leaves a run that is told as unfinished: the
            // marker goes last, and an end without content is none.
            let together = [
                write_unsynced(&self.folder, "finished.json", &finish)?,
                File::open(&self.folder)?,
            ];
            sync_together(&together)?;
            remove_if_there(&self.marker)
        })();
        written.map_err(|e| unwritable(&self.folder, &e))
    }

    fn abandon(&mut self) -> Result<(), HistoryError> {
        // The plan first: without its run, nobody could ever give it free.
        let claim = self.claim.as_deref();
        claim
            .map_or(Ok(()), |mark| claims::release(mark, &self.id))
            .and_then(|()| fs::remove_dir_all(&self.folder))
            .and_then(|()| remove_if_there(&self.marker))
            .map_err(|e| unwritable(&self.folder, &e))
    }
}
