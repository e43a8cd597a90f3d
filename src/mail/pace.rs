//! A mail server that is not asked too often: providers refuse those who send hundreds at once.

use super::{Accepted, Envelope, MailError, MailServer};
use async_trait::async_trait;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Stands before a mail server and lets at most so many recipients a minute through, evenly.
pub struct Paced {
    server: Box<dyn MailServer>,
    every: Duration,
    /// When the next may go.
    next: Mutex<Instant>,
}

impl Paced {
    /// At most `per_minute` recipients a minute; 0 counts as 1.
    pub fn new(server: Box<dyn MailServer>, per_minute: u32) -> Self {
        Paced {
            server,
            every: Duration::from_secs(60) / per_minute.max(1),
            next: Mutex::new(Instant::now()),
        }
    }
}

#[async_trait]
impl MailServer for Paced {
    async fn open(&self, envelope: &Envelope) -> Result<Box<dyn Accepted>, MailError> {
        let turn = {
            let mut next = self.next.lock().await;
            let turn = (*next).max(Instant::now());
            *next = turn + self.every;
            turn
        };
        tokio::time::sleep_until(turn).await;
        self.server.open(envelope).await
    }

    async fn close(&self) {
        self.server.close().await;
    }
}
