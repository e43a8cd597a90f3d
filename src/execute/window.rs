//! How many writes may be under way at once: as many as hide the round trips, and no more than the server works off
//! within a moment, for it has other users.
//!
//! What an answer took is the round trip, the server's own work, and the time that the request stood behind others in
//! the server's queue. The first two are about the best time seen; what goes beyond it is the queue, which is kept by
//! us and in which everybody else must stand too. Pure: the times are handed in.

use std::time::Duration;

/// Under way at the beginning.
const FIRST: usize = 32;
/// Never fewer: one at the server while another is on its way.
const LEAST: usize = 2;
/// A queue worth less than this lets the window grow.
const SHORT: Duration = Duration::from_millis(30);
/// A queue worth more than this makes it shrink.
const LONG: Duration = Duration::from_millis(80);

/// The window. It begins small, grows with each answer that came quickly, and shrinks where answers grow slow or the
/// server is busy.
#[derive(Debug, Clone)]
pub(super) struct Window {
    size: usize,
    most: usize,
    best: Option<Duration>,
    /// Answers to come before it may shrink once more: those under way were sent before it did.
    settling: usize,
    /// The best time at the least size: with so few under way the queue is not ours.
    alone: Option<(usize, Duration)>,
}

impl Window {
    /// A window of at most this many; at least 1.
    pub(super) fn new(most: usize) -> Self {
        let most = most.max(1);
        Window {
            size: FIRST.min(most),
            most,
            best: None,
            settling: 0,
            alone: None,
        }
    }

    /// How many writes may be under way now.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// A write was carried out, and its answer took this long. Refusals are not told: they cost the server less than
    /// what is measured here.
    pub(super) fn answered(&mut self, took: Duration) {
        self.settling = self.settling.saturating_sub(1);
        let best = self.best.map_or(took, |best| best.min(took));
        self.best = Some(best);
        let queue = took.saturating_sub(best);
        if queue <= SHORT {
            self.size = (self.size + 1).min(self.most);
            self.alone = None;
        } else if queue > LONG && self.settling == 0 {
            self.shrink(self.size - (self.size / 3).max(1));
        }
        if self.size <= LEAST {
            self.look_alone(took);
        }
    }

    /// The server said that it is busy.
    pub(super) fn busy(&mut self) {
        self.settling = self.settling.saturating_sub(1);
        if self.settling == 0 {
            self.shrink(self.size / 2);
        }
    }

    fn shrink(&mut self, size: usize) {
        self.size = size.max(LEAST.min(self.most));
        self.settling = self.size;
    }

    /// At the least size the server, or the way to it, has become slower: that is the best time from now on.
    fn look_alone(&mut self, took: Duration) {
        let (seen, best) = self.alone.unwrap_or((0, took));
        let (seen, best) = (seen + 1, best.min(took));
        self.alone = Some((seen, best));
        if seen > 2 * LEAST {
            self.best = Some(best);
            self.alone = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    /// A server that works off one write at a time, behind a line: when each answer of `count` writes comes, the
    /// longest queue of the last half in time, and how long everything took.
    fn run(
        window: &mut Window,
        way: Duration,
        work: impl Fn(usize) -> Duration,
        count: usize,
    ) -> (Duration, Duration) {
        let mut now = Duration::ZERO;
        let mut free = Duration::ZERO;
        let mut under_way: VecDeque<(Duration, Duration)> = VecDeque::new();
        let (mut sent, mut longest) = (0, Duration::ZERO);
        while sent < count || !under_way.is_empty() {
            while sent < count && under_way.len() < window.size() {
                let begins = free.max(now + way / 2);
                if sent > count / 2 {
                    longest = longest.max(begins.saturating_sub(now + way / 2));
                }
                free = begins + work(sent);
                under_way.push_back((now, free + way / 2));
                sent += 1;
            }
            if let Some((at, answer)) = under_way.pop_front() {
                now = now.max(answer);
                window.answered(answer - at);
            }
        }
        (longest, now)
    }

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_far_server_is_kept_at_work() {
        let mut window = Window::new(64);
        let (_, took) = run(&mut window, 20 * MS, |_| MS / 2, 1000);
        // 500 ms of work; the first round trips cannot be hidden.
        assert!(took < 620 * MS, "{took:?}");
    }

    #[test]
    fn a_slow_server_is_not_swamped() {
        let mut window = Window::new(64);
        let (queue, took) = run(&mut window, MS, |_| 8 * MS, 500);
        assert!(queue <= LONG + 8 * MS, "{queue:?}");
        assert!(took < 500 * 8 * MS + 20 * MS, "{took:?}");
    }

    #[test]
    fn a_server_that_grows_slow_gets_less_to_do() {
        let mut window = Window::new(64);
        let work = |n| if n < 500 { MS / 4 } else { 10 * MS };
        run(&mut window, MS, work, 1000);
        assert!(window.size() <= 12, "{window:?}");
    }

    #[test]
    fn a_way_that_grows_long_is_learnt() {
        let mut window = Window::new(64);
        run(&mut window, 2 * MS, |_| MS / 2, 200);
        run(&mut window, 200 * MS, |_| MS / 2, 400);
        assert!(window.size() > 32, "{window:?}");
    }

    #[test]
    fn a_busy_server_is_left_more_room_at_once() {
        let mut window = Window::new(64);
        (0..100).for_each(|_| window.answered(MS));
        assert_eq!(window.size(), 64);
        window.busy();
        assert_eq!(window.size(), 32);
        // The others under way were sent before: they say nothing new.
        window.busy();
        assert_eq!(window.size(), 32);
        (0..200).for_each(|_| window.busy());
        assert_eq!(window.size(), LEAST);
    }

    proptest! {
        #[test]
        fn it_stays_between_its_ends(
            most in 0_usize..200,
            told in proptest::collection::vec(proptest::option::of(0_u64..400), 0..400),
        ) {
            let mut window = Window::new(most);
            for one in told {
                match one {
                    Some(ms) => window.answered(Duration::from_millis(ms)),
                    None => window.busy(),
                }
                prop_assert!(window.size() >= LEAST.min(most.max(1)) && window.size() <= most.max(1));
            }
        }

        #[test]
        fn the_queue_is_bounded_and_the_server_at_work(way in 0_u64..100, work in 100_u64..20_000) {
            let (way, work) = (Duration::from_millis(way), Duration::from_micros(work));
            let mut window = Window::new(1000);
            let (queue, took) = run(&mut window, way, |_| work, 2000);
            // What is under way when the window grows is seen an answer later.
            prop_assert!(queue <= LONG + way + work * 3, "{queue:?} {window:?}");
            // Never more than a tenth beyond the server's own time, once the window has opened.
            prop_assert!(took <= work * 2000 * 11 / 10 + way * 12, "{took:?}");
        }
    }
}
