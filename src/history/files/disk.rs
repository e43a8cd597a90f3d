//! Reading and writing the files of a run: whole or not at all.

use super::sharing::new_file;
use super::{FORMAT_VERSION, Finish};
use crate::history::{HistoryError, Manifest, Outcome, RunId, Told};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::time::Duration;

/// The last outcome of each change, and what went before it.
type Outcomes = (BTreeMap<u64, Outcome>, BTreeMap<u64, Told>);

/// How often a lock that is held is tried again, and how long after.
const LOOKERS: u32 = 20;
const AN_INSTANT: Duration = Duration::from_millis(5);

/// Whether a living process holds the run's lock. A lock dies with its process, so this is never stale.
pub(super) fn is_locked(folder: &Path) -> bool {
    match File::open(folder.join("lock")) {
        Ok(file) => matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)),
        // Being made by another user this very moment, or not ours to look at: not ours to take either.
        Err(error) => error.kind() == io::ErrorKind::PermissionDenied,
    }
}

/// Takes a run's lock. Whoever looks at it (`is_locked`) holds it for an instant, and is no process that works
/// on the run.
pub(super) fn take_lock(lock: &File) -> Result<(), TryLockError> {
    for _ in 0..LOOKERS {
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(AN_INSTANT),
            taken => return taken,
        }
    }
    lock.try_lock()
}

/// Writes a file so that it is there whole or not at all: beside, synced, renamed, folder synced. `also` is durable
/// before the file appears.
///
/// Each sync waits for the disk, a hundred times as long as the write itself: what is synced at the same time is
/// waited for once.
pub(super) fn write_whole(
    folder: &Path,
    name: &str,
    content: &str,
    also: Vec<File>,
) -> io::Result<()> {
    let beside = folder.join(format!("{name}.new"));
    let written = (|| {
        remove_if_there(&beside)?;
        let mut file = new_file(&beside)?;
        file.write_all(content.as_bytes())?;
        let mut to_sync = also;
        to_sync.push(file);
        sync_together(&to_sync)?;
        fs::rename(&beside, folder.join(name))?;
        sync_folder(folder)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Writes a new file so that whoever looks sees it whole; whether it survives a crash of the machine is for
/// [`sync_together`], with the folder.
pub(super) fn write_unsynced(folder: &Path, name: &str, content: &str) -> io::Result<File> {
    let beside = folder.join(format!("{name}.new"));
    remove_if_there(&beside)?;
    let mut file = new_file(&beside)?;
    file.write_all(content.as_bytes())?;
    fs::rename(&beside, folder.join(name))?;
    Ok(file)
}

/// Syncs files and folders side by side.
pub(super) fn sync_together(files: &[File]) -> io::Result<()> {
    let Some((first, others)) = files.split_first() else {
        return Ok(());
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = others
            .iter()
            .map(|file| {
                let one = std::thread::Builder::new();
                // No thread to be had: one after the other.
                one.spawn_scoped(scope, || file.sync_all())
                    .map_err(|_| file)
            })
            .collect();
        let mut all = first.sync_all();
        for other in others {
            let synced = match other {
                Ok(thread) => thread
                    .join()
                    .unwrap_or_else(|_| Err(io::Error::other("a sync did not end"))),
                Err(file) => file.sync_all(),
            };
            all = all.and(synced);
        }
        all
    })
}

pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

pub(super) fn to_json<T: Serialize>(value: &T) -> io::Result<String> {
    serde_json::to_string(value)
        .map(|line| line + "\n")
        .map_err(io::Error::other)
}

pub(super) fn parse<T: for<'a> Deserialize<'a>>(line: &str) -> Result<T, String> {
    serde_json::from_str(line).map_err(|e| e.to_string())
}

pub(super) fn read_lines(path: &Path) -> Result<Vec<String>, HistoryError> {
    let file = File::open(path).map_err(|e| unreadable(path, &e))?;
    BufReader::new(file)
        .lines()
        .collect::<io::Result<_>>()
        .map_err(|e| unreadable(path, &e))
}

pub(super) fn read_manifest(folder: &Path, id: &RunId) -> Result<Manifest, HistoryError> {
    /// What every version of the manifest has.
    #[derive(Deserialize)]
    struct AnyManifest {
        format_version: u32,
    }
    let path = folder.join("manifest.json");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        // The manifest comes first: without anything that was meant, the run never began.
        Err(error)
            if error.kind() == io::ErrorKind::NotFound && !folder.join("intent.jsonl").exists() =>
        {
            return Err(HistoryError::NoSuchRun(id.to_string()));
        }
        Err(error) => return Err(unreadable(&path, &error)),
    };
    // A machine that stops before the intent may leave the name without the content: the same.
    if is_blank(&text) && !folder.join("intent.jsonl").exists() {
        return Err(HistoryError::NoSuchRun(id.to_string()));
    }
    let any: AnyManifest = parse(&text).map_err(|r| damaged(&path, 1, &r))?;
    if any.format_version > FORMAT_VERSION {
        return Err(HistoryError::NewerFormat {
            run: id.clone(),
            version: any.format_version,
        });
    }
    parse(&text).map_err(|r| damaged(&path, 1, &r))
}

/// What a file holds whose name survived a crash of the machine, and whose content did not.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c == '\0' || c.is_whitespace())
}

pub(super) fn read_finish(folder: &Path) -> Result<Option<Finish>, HistoryError> {
    let path = folder.join("finished.json");
    match fs::read_to_string(&path) {
        // A machine that stopped in the middle of the sync: the end was not told yet.
        Ok(text) if is_blank(&text) => Ok(None),
        Ok(text) => parse(&text).map(Some).map_err(|r| damaged(&path, 1, &r)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(&path, &error)),
    }
}

/// Reads the outcomes. A last line without its end is what a crash leaves: it is ignored, and resume finds
/// that change again in the directory.
/// The last outcome of each change, and how many there were.
pub(super) fn read_outcomes(folder: &Path) -> Result<Outcomes, HistoryError> {
    let path = folder.join("outcomes.jsonl");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Outcomes::default()),
        Err(error) => return Err(unreadable(&path, &error)),
    };
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let (mut outcomes, mut told) = Outcomes::default();
    for (i, line) in text[..whole].lines().enumerate() {
        let outcome: Outcome = parse(line).map_err(|r| damaged(&path, i + 1, &r))?;
        told.entry(outcome.change).or_default().add(&outcome);
        outcomes.insert(outcome.change, outcome);
    }
    Ok((outcomes, told))
}

pub(super) fn unwritable(path: &Path, error: &io::Error) -> HistoryError {
    HistoryError::Unwritable {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> HistoryError {
    HistoryError::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

pub(super) fn damaged(path: &Path, line: usize, reason: &str) -> HistoryError {
    HistoryError::Unreadable {
        path: path.to_owned(),
        reason: format!("line {line}: {reason}"),
    }
}
