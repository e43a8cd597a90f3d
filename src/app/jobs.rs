//! Jobs: one process at a time, waited for where that was asked.

use super::App;
use crate::config::Profile;
use crate::domain::job::JobName;
use crate::error::Result;
use crate::explain;
use crate::history::{HistoryError, JobHolder, JobLock};
use crate::i18n::Text;
use std::time::{Duration, Instant};

/// How often a lock that is held is looked at again: the system tells nobody when it becomes free.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

impl App {
    /// Takes a job, waiting for another process to end for so long at most. The job is ours until what this
    /// gives is dropped.
    ///
    /// # Errors
    /// Exit 12 where another process has it to the end of that time.
    pub async fn lock_job(
        &self,
        profile: &Profile,
        job: &JobName,
        wait: Duration,
    ) -> Result<Box<dyn JobLock>> {
        let history = self.history(profile);
        let holder = JobHolder {
            user: self.surroundings.user(),
            host: self.surroundings.host(),
            pid: std::process::id(),
            since: self.now(),
        };
        let begun = Instant::now();
        let mut told = false;
        loop {
            match history.lock_job(job, &holder) {
                Err(HistoryError::JobUnderWay { .. }) if begun.elapsed() < wait => {
                    if !told {
                        told = true;
                        self.printer
                            .note(&Text::new("job-waiting").with("job", job.as_str()));
                    }
                    let left = wait.saturating_sub(begun.elapsed());
                    tokio::time::sleep(LOOK_AGAIN.min(left)).await;
                }
                Err(error) => return Err(explain::history(error)),
                Ok(lock) => {
                    if let Some(before) = lock.taken_over() {
                        self.printer.warn(
                            &Text::new("job-taken-over")
                                .with("job", job.as_str())
                                .with("holder", explain::job_holder(before)),
                        );
                    }
                    return Ok(lock);
                }
            }
        }
    }
}
