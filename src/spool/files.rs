//! The spool in a folder: one file a request, all of one size, under names that say nothing.

use super::{RecordName, Request, Spool, SpoolError, Waiting};
use crate::domain::dn::Dn;
use jiff::Timestamp;
use rand::RngExt as _;
use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Size of every record: one block of most disks, and longer than any name of an account.
pub const SIZE: usize = 4096;

/// Version of the records that this entctl writes.
const FORMAT_VERSION: u32 = 1;

/// What a whole record's name ends with; one that is being written ends with [`UNFINISHED`].
const WHOLE: &str = ".request";
const UNFINISHED: &str = ".new";

/// A record that is still unfinished after this was left by a crash.
const LEFT_BEHIND: Duration = Duration::from_secs(3600);

/// What stands in a record; blanks fill it up.
#[derive(Serialize, Deserialize)]
struct Content {
    format_version: u32,
    at: Timestamp,
    account: Option<Dn>,
}

/// A folder of requests.
pub struct FileSpool {
    folder: PathBuf,
    max_waiting: u64,
}

impl FileSpool {
    /// Requests in this folder, so many at most; the folder is made when the first one comes.
    pub fn new(folder: PathBuf, max_waiting: u64) -> Self {
        FileSpool {
            folder,
            max_waiting,
        }
    }

    /// Makes the folder where it is missing, and looks at who may enter it.
    fn prepare(&self) -> Result<(), SpoolError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
            .map_err(|error| unwritable(&self.folder, &error))?;
        self.check()
    }

    fn check(&self) -> Result<(), SpoolError> {
        let mode = fs::metadata(&self.folder)
            .map_err(|error| unreadable(&self.folder, &error))?
            .mode();
        if mode & 0o077 == 0 {
            Ok(())
        } else {
            Err(SpoolError::NotPrivate(self.folder.clone()))
        }
    }

    fn names(&self) -> Result<Vec<String>, SpoolError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(&self.folder, &error)),
        };
        Ok(entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect())
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let name: u128 = rand::rng().random();
        let beside = self.folder.join(format!("{name:032x}{UNFINISHED}"));
        let whole = self.folder.join(format!("{name:032x}{WHOLE}"));
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)?;
        let written = file
            .write_all(bytes)
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&beside, &whole))
            .and_then(|()| File::open(&self.folder)?.sync_all());
        if written.is_err() {
            let _ = fs::remove_file(&beside);
            let _ = fs::remove_file(&whole);
        }
        written
    }
}

impl Spool for FileSpool {
    fn put(&self, account: Option<&Dn>, at: Timestamp) -> Result<(), SpoolError> {
        self.prepare()?;
        let waiting = self.names()?.len() as u64;
        if waiting >= self.max_waiting {
            return Err(SpoolError::Full { waiting });
        }
        let bytes = record(account, at);
        self.write(&bytes)
            .map_err(|error| unwritable(&self.folder, &error))
    }

    fn waiting(&self) -> Result<Waiting, SpoolError> {
        let mut waiting = Waiting::default();
        let names = self.names()?;
        if !names.is_empty() {
            self.check()?;
        }
        for name in names {
            let path = self.folder.join(&name);
            if name.ends_with(UNFINISHED) {
                if is_left_behind(&path) {
                    let _ = fs::remove_file(&path);
                }
                continue;
            }
            let is_folder = fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
            if is_folder || !name.ends_with(WHOLE) {
                continue;
            }
            let record = RecordName(name);
            match read(&path) {
                Ok(bytes) if is_blank(&bytes) => waiting.blank.push(record),
                Ok(bytes) => match content(&bytes) {
                    Some((at, account)) => waiting.requests.push(Request {
                        name: record,
                        at,
                        account,
                    }),
                    None => waiting.damaged.push(record),
                },
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    waiting.damaged.push(record);
                }
                Err(error) => return Err(unreadable(&path, &error)),
            }
        }
        waiting
            .requests
            .sort_by(|a, b| (a.at, &a.name).cmp(&(b.at, &b.name)));
        Ok(waiting)
    }

    fn remove(&self, names: &[RecordName]) -> Result<(), SpoolError> {
        for RecordName(name) in names {
            let path = self.folder.join(name);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(unwritable(&path, &error));
                }
                _ => {}
            }
        }
        // Not synced: a record that comes back after a power cut is known by the run that has served it.
        Ok(())
    }
}

/// The bytes of a record. An account whose name does not fit is none: no directory has such names.
fn record(account: Option<&Dn>, at: Timestamp) -> Vec<u8> {
    // Made for a blank one too, so that the same is done.
    let content = Content {
        format_version: FORMAT_VERSION,
        at,
        account: account.cloned(),
    };
    let mut bytes = serde_json::to_vec(&content).unwrap_or_default();
    if account.is_none() || bytes.len() > SIZE {
        bytes.clear();
    }
    bytes.resize(SIZE, b' ');
    bytes
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.len() == SIZE && bytes.iter().all(|byte| *byte == b' ')
}

/// When, and whose account.
fn content(bytes: &[u8]) -> Option<(Timestamp, Dn)> {
    let content: Content = serde_json::from_slice(bytes).ok()?;
    let whole = bytes.len() == SIZE && content.format_version == FORMAT_VERSION;
    Some((content.at, content.account.filter(|_| whole)?))
}

/// A file and nothing else: a link is not followed, a pipe not waited for.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
        .open(path)
        .map_err(|error| match error.raw_os_error() {
            Some(code) if code == rustix::io::Errno::LOOP.raw_os_error() => {
                io::ErrorKind::InvalidData.into()
            }
            _ => error,
        })?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::with_capacity(SIZE + 1);
    file.take(SIZE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_left_behind(path: &Path) -> bool {
    fs::metadata(path)
        .and_then(|file| file.modified())
        .is_ok_and(|at| {
            SystemTime::now()
                .duration_since(at)
                .is_ok_and(|age| age > LEFT_BEHIND)
        })
}

fn unwritable(path: &Path, error: &io::Error) -> SpoolError {
    SpoolError::Unwritable {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> SpoolError {
    SpoolError::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests;
