//! What belongs to one process or one run alone: the lock of a job, and the mark of a plan that was carried
//! out.

use super::disk::{remove_if_there, sync_folder, to_json, unreadable, unwritable};
use super::sharing::{self, make_folder, make_root, new_file};
use crate::domain::job::JobName;
use crate::history::{HistoryError, JobHolder, JobLock, RunId};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// Where the mark of a plan stands. A seal is hexadecimal; whatever else a file claims to be its seal can
/// name nothing outside the folder.
pub(super) fn path(root: &Path, seal: &str) -> PathBuf {
    let name: String = seal.chars().filter(char::is_ascii_alphanumeric).collect();
    root.join("plans").join(name)
}

/// Marks a plan as carried out by this run; gives the mark. It is there with its name in it or not at all, so
/// that whoever comes second always learns who came first.
pub(super) fn claim(root: &Path, seal: &str, run: &RunId) -> Result<PathBuf, HistoryError> {
    let mark = path(root, seal);
    let folder = root.join("plans");
    make_folder(&folder).map_err(|e| unwritable(&folder, &e))?;
    let beside = folder.join(format!("{run}.new"));
    let linked = (|| {
        let mut file = new_file(&beside)?;
        file.write_all(run.as_str().as_bytes())?;
        file.sync_all()?;
        // Unlike a rename, this never takes the place of what is there.
        fs::hard_link(&beside, &mark)
    })();
    let _ = fs::remove_file(&beside);
    match linked {
        Ok(()) => match sync_folder(&folder) {
            Ok(()) => Ok(mark),
            Err(error) => {
                let _ = fs::remove_file(&mark);
                Err(unwritable(&mark, &error))
            }
        },
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(match applied(root, seal)? {
                Some(other) => HistoryError::PlanApplied(other),
                None => unwritable(&mark, &error),
            })
        }
        Err(error) => Err(unwritable(&mark, &error)),
    }
}

/// Takes the mark of a run away that wrote nothing. One of another run stays: a run that lost the race for
/// the plan, and died before it was cleared away, names the same plan.
pub(super) fn release(mark: &Path, run: &RunId) -> io::Result<()> {
    match fs::read_to_string(mark) {
        Ok(text) if text.trim() == run.as_str() => remove_if_there(mark),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The run that a mark names.
pub(super) fn applied(root: &Path, seal: &str) -> Result<Option<RunId>, HistoryError> {
    let mark = path(root, seal);
    match fs::read_to_string(&mark) {
        Ok(text) => Ok(RunId::parse(text.trim())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(&mark, &error)),
    }
}

/// A job's lock: the operating system's, so that it dies with its process. The file says who has it.
struct FileJobLock {
    file: File,
    taken_over: Option<JobHolder>,
}

impl JobLock for FileJobLock {
    fn taken_over(&self) -> Option<&JobHolder> {
        self.taken_over.as_ref()
    }
}

impl Drop for FileJobLock {
    /// An empty file says that the job came to its end; a name in it, that its process died.
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

/// Takes a job.
pub(super) fn lock_job(
    root: &Path,
    job: &JobName,
    holder: &JobHolder,
) -> Result<Box<dyn JobLock>, HistoryError> {
    sharing::check(root)?;
    let folder = root.join("jobs");
    make_root(root).map_err(|e| unwritable(root, &e))?;
    make_folder(&folder).map_err(|e| unwritable(&folder, &e))?;
    let path = folder.join(format!("{job}.lock"));
    let mut file = open_lock(&path).map_err(|e| unwritable(&path, &e))?;
    let locked = file.try_lock();
    let named = read_holder(&mut file);
    match locked {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(HistoryError::JobUnderWay {
                job: job.clone(),
                holder: named,
            });
        }
        Err(TryLockError::Error(error)) => return Err(unwritable(&path, &error)),
    }
    to_json(holder)
        .and_then(|line| {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(line.as_bytes())
        })
        .map_err(|e| unwritable(&path, &e))?;
    Ok(Box::new(FileJobLock {
        file,
        taken_over: named,
    }))
}

/// Opens the file of a job, and makes it where it is missing.
fn open_lock(path: &Path) -> io::Result<File> {
    match new_file(path) {
        // Another process may have made it this very moment.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => drop(made?),
    }
    OpenOptions::new().read(true).write(true).open(path)
}

/// Who stands in the file; nobody where that cannot be understood: the name is for people alone.
fn read_holder(file: &mut File) -> Option<JobHolder> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn holder(pid: u32) -> JobHolder {
        JobHolder {
            user: "marie".into(),
            host: "h".into(),
            pid,
            since: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_job_belongs_to_one_at_a_time() {
        let root = tempfile::tempdir().expect("folder");
        let job: JobName = "night".parse().expect("name");
        let first = lock_job(root.path(), &job, &holder(1)).expect("free");
        assert!(first.taken_over().is_none());
        match lock_job(root.path(), &job, &holder(2)) {
            Err(HistoryError::JobUnderWay { holder: named, .. }) => {
                assert_eq!(named, Some(holder(1)));
            }
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("two at once"),
        }
        let other: JobName = "morning".parse().expect("name");
        lock_job(root.path(), &other, &holder(2)).expect("another job is free");
        drop(first);
        let next = lock_job(root.path(), &job, &holder(3)).expect("free again");
        assert!(next.taken_over().is_none(), "the first came to its end");
    }

    #[test]
    fn a_plan_is_carried_out_once() {
        let root = tempfile::tempdir().expect("folder");
        let run = RunId::parse("20261122-155234-k3f9").expect("run");
        let other = RunId::parse("20261122-155235-k3f9").expect("run");
        assert_eq!(applied(root.path(), "ab12").expect("read"), None);
        claim(root.path(), "ab12", &run).expect("first");
        assert_eq!(
            claim(root.path(), "ab12", &other),
            Err(HistoryError::PlanApplied(run.clone()))
        );
        assert_eq!(applied(root.path(), "ab12").expect("read"), Some(run));
        assert!(!path(root.path(), "../../x").ends_with("../x"));
    }
}
