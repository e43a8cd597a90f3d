//! Requests of a login page: what was typed there, where they wait, and when their worker is to stop.

use super::App;
use crate::config::{EXAMPLE_FILE, LoginPageSettings, Profile};
use crate::error::{CommandError, Result};
use crate::i18n::Text;
use crate::spool::Spool;
use crate::spool::files::FileSpool;
use std::io::{self, Read as _};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use zeroize::Zeroizing;

/// What is read of standard input, in bytes: far more than a login has.
const KEPT: u64 = 1024;

/// What is read and thrown away after that, so that whoever writes to us is not cut off.
const DRAINED: u64 = 64 * 1024 * 1024;

/// How often a worker that waits looks whether it is to stop.
const AN_INSTANT: Duration = Duration::from_millis(50);

impl App {
    /// How the profile takes requests of a login page.
    ///
    /// # Errors
    /// Exit 2, `login-page-not-configured`.
    pub fn login_page(&self, profile: &Profile) -> Result<LoginPageSettings> {
        profile.login_page.clone().ok_or_else(|| {
            CommandError::usage(
                "login-page-not-configured",
                Text::new("login-page-not-configured").with("profile", &profile.name),
            )
            .hint(
                Text::new("login-page-not-configured-hint")
                    .with("section", format!("[profiles.{}.login_page]", profile.name))
                    .with("example", EXAMPLE_FILE),
            )
        })
    }

    /// Where its requests wait.
    pub fn spool(&self, settings: &LoginPageSettings) -> Box<dyn Spool> {
        Box::new(FileSpool::new(settings.spool.clone(), settings.max_waiting))
    }

    /// What was typed, as it came on standard input: all of it, or as much as shows that it is too long. Nothing that
    /// cannot be read; wiped when dropped.
    pub fn read_typed(&self) -> Zeroizing<Vec<u8>> {
        // At its size from the beginning: a buffer that grows leaves copies.
        let mut typed = Zeroizing::new(Vec::with_capacity(KEPT as usize + 1));
        let mut input = io::stdin().lock();
        let read = input.by_ref().take(KEPT).read_to_end(&mut typed);
        if read.is_err() {
            typed.clear();
        }
        let _ = io::copy(&mut input.take(DRAINED), &mut io::sink());
        typed
    }

    /// Watches for Ctrl-C and for being told to end, as a service is: what is under way is finished, nothing new is
    /// begun.
    pub fn watch_termination(&self) {
        self.watch_interrupt();
        let interrupted = self.interrupted.clone();
        if let Ok(mut told) = signal(SignalKind::terminate()) {
            tokio::spawn(async move {
                if told.recv().await.is_some() {
                    interrupted.store(true, Ordering::Relaxed);
                }
            });
        }
    }

    /// Waits so long, or until it is time to stop.
    pub async fn pause(&self, time: Duration) {
        let _ = tokio::time::timeout(time, async {
            while !self.is_interrupted() {
                tokio::time::sleep(AN_INSTANT).await;
            }
        })
        .await;
    }
}
