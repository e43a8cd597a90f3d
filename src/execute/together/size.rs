//! How many changes go into the next transaction: what the server commits within a moment, for nobody else can write
//! meanwhile. Pure: the times are handed in.

use std::time::Duration;

/// In the first one, at most.
pub(super) const FIRST: usize = 1000;
/// What the first one may take, judged by what a change took that was written by itself: within a transaction each takes
/// less, for the disk is waited for once.
const FIRST_MOMENT: Duration = Duration::from_secs(1);
/// Fewer are not worth the round trips.
pub(super) const LEAST: usize = 8;
/// What a commit may take.
const MOMENT: Duration = Duration::from_millis(200);
/// So many refused in a row, and changes go one by one.
const PATIENCE: usize = 3;

/// The size of the next transaction.
#[derive(Debug, Clone)]
pub(super) struct Size {
    next: usize,
    most: usize,
    refused: usize,
    /// Nothing was committed yet, and more are sent meanwhile: each that is sent is twice the one before.
    opening: bool,
}

impl Size {
    /// At most this many, at least [`LEAST`]. `each`: what the server took for one by itself.
    pub(super) fn new(most: usize, each: Duration) -> Self {
        let most = most.max(LEAST);
        let fits = FIRST_MOMENT.as_nanos().checked_div(each.as_nanos());
        let fits = fits.and_then(|fits| usize::try_from(fits).ok());
        Size {
            next: fits.unwrap_or(FIRST).clamp(LEAST, FIRST).min(most),
            most,
            refused: 0,
            opening: false,
        }
    }

    /// Where the next is sent while one ends: the first one is small, for until it ends the server has nothing else to do.
    pub(super) fn of_several(self) -> Self {
        Size {
            next: (self.next / 4).clamp(LEAST, self.most),
            opening: true,
            ..self
        }
    }

    /// How many to take; `None` where transactions are refused again and again.
    pub(super) fn take(&mut self) -> Option<usize> {
        let now = self.next;
        if self.opening {
            self.next = now.saturating_mul(2).clamp(LEAST, self.most);
        }
        (self.refused < PATIENCE).then_some(now)
    }

    /// So many were committed within this time. It grows fourfold at most: what one commit took says little of much
    /// larger ones.
    pub(super) fn committed(&mut self, count: usize, took: Duration) {
        self.refused = 0;
        self.opening = false;
        let each = took.as_nanos() / (count.max(1) as u128);
        let fits = MOMENT.as_nanos().checked_div(each).unwrap_or(u128::MAX);
        let fits = usize::try_from(fits).unwrap_or(usize::MAX);
        let grown = count.max(LEAST).saturating_mul(4);
        self.next = fits.min(grown).clamp(LEAST, self.most);
    }

    /// The server refused one of them, and nothing was written: where there is one there may be more, and each costs
    /// a whole transaction.
    pub(super) fn refused(&mut self) {
        self.refused += 1;
        self.opening = false;
        self.next = (self.next / 4).clamp(LEAST, self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_commit_takes_about_a_moment() {
        let mut size = Size::new(5000, Duration::ZERO);
        for _ in 0..5 {
            let count = size.take().expect("goes on");
            size.committed(
                count,
                Duration::from_micros(200) * u32::try_from(count).expect("few"),
            );
        }
        assert_eq!(size.take(), Some(1000));
        // The server has grown ten times as slow.
        size.committed(1000, Duration::from_millis(2000));
        assert_eq!(size.take(), Some(100));
    }

    #[test]
    fn a_slow_server_begins_with_few() {
        let first = |ms| Size::new(5000, Duration::from_millis(ms)).take();
        assert_eq!(first(0), Some(1000));
        assert_eq!(first(50), Some(20));
        assert_eq!(first(5000), Some(LEAST));
    }

    #[test]
    fn where_the_next_is_sent_meanwhile_the_first_ones_are_small() {
        let mut size = Size::new(1000, Duration::ZERO).of_several();
        let taken: Vec<_> = (0..4).map(|_| size.take()).collect();
        assert_eq!(taken, [250, 500, 1000, 1000].map(Some));
        let mut size = Size::new(1000, Duration::ZERO).of_several();
        size.take();
        size.committed(250, Duration::from_millis(100));
        assert_eq!(size.take(), Some(500));
        assert_eq!(size.take(), Some(500));
    }

    #[test]
    fn refusals_make_it_small_and_then_end_it() {
        let mut size = Size::new(1000, Duration::from_micros(500));
        size.refused();
        assert_eq!(size.take(), Some(250));
        size.committed(125, Duration::from_millis(1));
        assert_eq!(size.take(), Some(500));
        (0..PATIENCE).for_each(|_| size.refused());
        assert_eq!(size.take(), None);
    }

    proptest! {
        #[test]
        fn it_stays_between_its_ends(
            most in 0_usize..6000,
            each in 0_u64..10_000_000,
            told in proptest::collection::vec(proptest::option::of((0_usize..6000, 0_u64..10_000)), 0..50),
        ) {
            let mut size = Size::new(most, Duration::from_micros(each));
            for one in told {
                match one {
                    Some((count, ms)) => size.committed(count, Duration::from_millis(ms)),
                    None => size.refused(),
                }
                prop_assert!(size.take().is_none_or(|n| n >= LEAST && n <= most.max(LEAST)));
            }
        }
    }
}
