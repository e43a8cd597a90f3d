//! The way of transactions: one after the other, on one connection or on two, and what comes of each.

use super::super::Door;
use super::super::settle::Earlier;
use super::super::write::fill;
use super::size::{LEAST, Size};
use super::{Told, Turn, Under, number};
use crate::directory::{DirectoryError, ErrorKind, NotTogether, Together, Way};
use crate::error::Result;
use crate::explain;
use futures_util::StreamExt as _;
use futures_util::stream;
use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;

/// slapd answers a request of a transaction a moment before it has done with it, and an end that comes within that moment
/// takes away what its thread still works on: the server dies (2.5.13, seen on a busy machine). So long it is left alone,
/// the way there and back included. While another transaction ends, that costs nothing.
const SETTLING: Duration = Duration::from_millis(5);

/// What the two connections share.
pub(super) struct Course<'a, 'b> {
    pub(super) under: &'a Under<'a>,
    /// How often the connection had been made anew before.
    pub(super) mended: usize,
    /// What the way there and back takes.
    pub(super) way: Duration,
    /// Whose transaction ends.
    pub(super) turn: tokio::sync::Mutex<()>,
    pub(super) state: Mutex<State<'b>>,
}

pub(super) struct State<'b> {
    pub(super) queue: VecDeque<Turn>,
    pub(super) size: Size,
    /// For the usual way.
    pub(super) rest: Vec<Turn>,
    pub(super) told: &'b mut Told,
    pub(super) progress: &'b mut (dyn FnMut(usize) + Send),
    /// No further transaction is begun.
    pub(super) over: bool,
}

impl<'b> Course<'_, 'b> {
    fn state(&self) -> MutexGuard<'_, State<'b>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn committed(&self, count: usize, took: Duration) {
        let mut state = self.state();
        let took_ms = took.as_millis();
        state.told.technical.push(format!(
            "transaction: {count} changes committed in {took_ms} ms"
        ));
        state.size.committed(count, took);
        (state.progress)(count);
    }

    fn refused(&self, told: String) {
        let mut state = self.state();
        state.told.technical.push(told);
        state.size.refused();
    }

    fn breaks_off(&self, told: String) {
        let mut state = self.state();
        state.told.technical.push(told);
        state.over = true;
    }

    fn leaves(&self, batch: Vec<Turn>) {
        self.state().rest.extend(batch);
    }
}

impl Door {
    /// Sends transactions on one connection, until there is nothing more to send. Only one ends at a time, whichever
    /// connection it came on: the server works off one after the other, and what it takes for each is measured.
    pub(super) async fn on_the_way(&self, way: Way, course: &Course<'_, '_>) -> Result<()> {
        while let Some((batch, writes)) = self.next_batch(course) {
            let ended = match self.writer.prepare_together(way, writes).await {
                Ok(prepared) => {
                    let settled = tokio::time::Instant::now() + SETTLING.saturating_sub(course.way);
                    let _turn = course.turn.lock().await;
                    tokio::time::sleep_until(settled).await;
                    prepared.commit().await
                }
                Err(failed) => Err(failed),
            };
            // The other one may end now: what came of this one is noted meanwhile. It takes its turn in the one round of
            // the runtime, and what it says leaves in the next.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            let noted = self.ended(way, batch, ended, course).await;
            if noted.is_err() {
                course.state().over = true;
            }
            noted?;
        }
        Ok(())
    }

    /// The next changes that go together, with what is sent of them.
    fn next_batch(&self, course: &Course<'_, '_>) -> Option<(Vec<Turn>, Vec<Together>)> {
        let under = course.under;
        let mut state = course.state();
        // Another connection may lead to another server, of which nothing is known.
        let mended = self.mended.load(Ordering::Relaxed) != course.mended;
        loop {
            if state.over || mended || state.queue.len() < LEAST || !(under.goes_on)() {
                return None;
            }
            let most = state.size.take()?.min(state.queue.len());
            let batch: Vec<Turn> = state.queue.drain(..most).collect();
            let writes = batch.iter().map(|turn| {
                let change = under.change(turn);
                fill(&change.modifications, under.password(turn)).map(|modifications| Together {
                    dn: change.target().clone(),
                    modifications,
                    assertion: change.assertion(),
                })
            });
            match writes.collect() {
                Ok(writes) => return Some((batch, writes)),
                Err(_) => state.rest.extend(batch),
            }
        }
    }

    /// Notes what came of a transaction.
    async fn ended(
        &self,
        way: Way,
        batch: Vec<Turn>,
        ended: std::result::Result<Duration, NotTogether>,
        course: &Course<'_, '_>,
    ) -> Result<()> {
        let under = course.under;
        let count = batch.len();
        match ended {
            Ok(took) => {
                under.book.note_done(batch.iter().map(number))?;
                course.committed(count, took);
                Ok(())
            }
            Err(NotTogether { error, .. }) if error.kind == ErrorKind::OutcomeUnknown => {
                course.breaks_off(format!(
                    "transaction: no answer to the end of one of {count} changes: {error}"
                ));
                self.find_together(&batch, course, &error).await
            }
            Err(NotTogether { at, error }) => {
                let refused = at.map(|at| under.change(&batch[at]).target().as_str());
                let told = format!(
                    "transaction: {count} changes, nothing written, because of {}: {error}",
                    refused.unwrap_or("the whole")
                );
                course.leaves(batch);
                if !is_of_the_way(error.kind) {
                    course.refused(told);
                    return Ok(());
                }
                course.breaks_off(told);
                match way {
                    Way::Own => self.mend().await.map_err(explain::directory),
                    Way::Beside => Ok(()),
                }
            }
        }
    }

    /// Nobody knows whether a transaction was made: its changes are looked at, one by one.
    async fn find_together(
        &self,
        batch: &[Turn],
        course: &Course<'_, '_>,
        error: &DirectoryError,
    ) -> Result<()> {
        let under = course.under;
        let reached = self.mend().await.is_ok();
        let again = OnceCell::new();
        let again = &again;
        let looks = batch.iter().map(|turn| async move {
            let (change, password) = (under.change(turn), under.password(turn));
            let look = || self.settle(change, password, Earlier::default());
            let settled = match reached {
                true => look().await.ok(),
                false => None,
            };
            // Where the second connection was lost, the first may be, too: that shows when it is used.
            let settled = match settled {
                None if reached
                    && *again
                        .get_or_init(|| async { self.mend().await.is_ok() })
                        .await =>
                {
                    look().await.ok()
                }
                settled => settled,
            };
            let ending = match settled {
                Some(ending) => ending,
                None => self.ending_of(error.clone())?,
            };
            under.book.note(number(turn), ending)
        });
        let mut looks = std::pin::pin!(stream::iter(looks).buffer_unordered(self.window().size()));
        while let Some(noted) = looks.next().await {
            noted?;
            (course.state().progress)(1);
        }
        Ok(())
    }
}

/// Whether an error is one of the connection, not of what was sent.
fn is_of_the_way(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionLost
            | ErrorKind::Timeout
            | ErrorKind::Protocol
            | ErrorKind::Unreachable
            | ErrorKind::Tls
    )
}
