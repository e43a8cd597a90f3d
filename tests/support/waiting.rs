//! Waiting for events with a limit.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a test tool waits for an event of a test before it gives up.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Locks, whatever happened to others.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A poisoned lock means that a test has failed already; its cleaning up still has to work.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until a condition holds, asking again and again: for things outside that tell nobody.
///
/// # Panics
/// Where it does not hold within half a minute.
#[track_caller]
pub fn wait_until(what: &str, holds: impl FnMut() -> bool) {
    wait_within(PATIENCE, what, holds);
}

/// The same for what takes longer than others.
///
/// # Panics
/// Where it does not hold within that time.
#[track_caller]
pub fn wait_within(patience: Duration, what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < patience, "never came true: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
