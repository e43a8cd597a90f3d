//! A bar for long work: on stderr, on a terminal, and only after a moment.

use indicatif::{ProgressBar as Bar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// Work shorter than this shows no bar: a flash would only disturb.
const SHOW_AFTER: Duration = Duration::from_millis(400);

/// How often a sign of life moves.
const TICK: Duration = Duration::from_millis(120);

/// A sign that something is under way of which nobody knows how long it takes. Gone when dropped.
pub struct Waiting {
    bar: Bar,
}

impl Waiting {
    pub(super) fn new(wanted: bool, label: String) -> Self {
        let style = ProgressStyle::with_template("{spinner} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = Bar::with_draw_target(None, ProgressDrawTarget::hidden())
            .with_style(style)
            .with_message(label);
        if wanted {
            let bar = bar.clone();
            std::thread::spawn(move || {
                std::thread::sleep(SHOW_AFTER);
                if !bar.is_finished() {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                    bar.enable_steady_tick(TICK);
                }
            });
        }
        Waiting { bar }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A bar that may be invisible.
pub struct ProgressBar {
    bar: Bar,
    label: String,
    started: Instant,
    wanted: bool,
    shown: bool,
}

impl ProgressBar {
    pub(super) fn new(wanted: bool, label: String) -> Self {
        ProgressBar {
            bar: Bar::hidden(),
            label,
            started: Instant::now(),
            wanted,
            shown: false,
        }
    }

    /// So many of so many are done.
    pub fn at(&mut self, done: u64, total: u64) {
        if self.wanted && !self.shown && self.started.elapsed() >= SHOW_AFTER {
            self.shown = true;
            let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            self.bar = Bar::with_draw_target(Some(total), ProgressDrawTarget::stderr())
                .with_style(style)
                .with_message(self.label.clone());
        }
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    /// Takes the bar off the screen.
    pub fn close(self) {
        self.bar.finish_and_clear();
    }
}
