//! Who may be between two pages (RFC 2696). slapd keeps one place of a paged search for each connection: the first page of
//! another search takes it away, and the next page of the former is then refused. Searches of a single page may lie
//! beside each other; whoever has more goes on alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{OwnedRwLockWriteGuard, RwLock, RwLockReadGuard};

/// The paged searches of one connection.
#[derive(Debug, Default)]
pub(super) struct Paging {
    turn: Arc<RwLock<()>>,
    begun: AtomicU64,
    ended: AtomicU64,
}

/// A first page on its way, beside others.
pub(super) struct First<'a> {
    paging: &'a Paging,
    _turn: RwLockReadGuard<'a, ()>,
    mark: Mark,
}

/// Which first page it was, and whether others were on their way when it began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    number: u64,
    beside: bool,
}

impl Paging {
    /// A first page is about to be asked for; waits while another search is between its pages.
    pub(super) async fn first(&self) -> First<'_> {
        let turn = self.turn.read().await;
        let ended = self.ended.load(Ordering::SeqCst);
        let before = self.begun.fetch_add(1, Ordering::SeqCst);
        First {
            paging: self,
            _turn: turn,
            mark: Mark {
                number: before + 1,
                beside: before > ended,
            },
        }
    }

    /// There are more pages: from here on no other begins. Whether the first one still counts; else it is to be asked for
    /// once more.
    pub(super) async fn further(&self, first: Mark) -> (OwnedRwLockWriteGuard<()>, bool) {
        let turn = Arc::clone(&self.turn).write_owned().await;
        let last = self.begun.load(Ordering::SeqCst) == first.number;
        (turn, last && !first.beside)
    }
}

impl First<'_> {
    /// What tells later whether another came between.
    pub(super) fn mark(&self) -> Mark {
        self.mark
    }
}

impl Drop for First<'_> {
    fn drop(&mut self) {
        self.paging.ended.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_page_counts_unless_another_search_began_or_was_there() {
        let paging = Paging::default();
        let alone = paging.first().await;
        let mark = alone.mark();
        drop(alone);
        assert!(paging.further(mark).await.1);
        let earlier = paging.first().await;
        let later = paging.first().await;
        let marks = (earlier.mark(), later.mark());
        drop((earlier, later));
        assert!(!paging.further(marks.0).await.1, "another began");
        assert!(!paging.further(marks.1).await.1, "another was there");
    }
}
