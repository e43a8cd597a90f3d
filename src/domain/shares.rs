//! Work on many things that do not depend on each other, by several threads at once. The answers come in the order of
//! the things, so that nothing depends on how many threads there were.

use std::num::NonZero;
use std::thread::{available_parallelism, scope};

/// A share below which starting a thread is not worth it.
const LEAST: usize = 1_000;

/// Threads at most: whoever runs this has other things to do on the machine as well.
const MOST: usize = 4;

/// What `work` makes of each of these things.
///
/// # Panics
/// Where `work` does.
pub fn each<T: Sync, R: Send>(things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = available_parallelism().map_or(1, NonZero::get).min(MOST);
    in_shares(things, threads.min(things.len() / LEAST), work)
}

fn in_shares<T: Sync, R: Send>(
    things: &[T],
    shares: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    if shares < 2 || things.is_empty() {
        return things.iter().map(work).collect();
    }
    let mut shares = things.chunks(things.len().div_ceil(shares));
    let first = shares.next().unwrap_or_default();
    let work = &work;
    scope(|scope| {
        let others: Vec<_> = shares
            .map(|share| scope.spawn(move || share.iter().map(work).collect::<Vec<R>>()))
            .collect();
        let mut all = Vec::with_capacity(things.len());
        all.extend(first.iter().map(work));
        for other in others {
            match other.join() {
                Ok(answers) => all.extend(answers),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn shares_answer_as_one_would_in_order(
            things in proptest::collection::vec(any::<u32>(), 0..50),
            shares in 0usize..8,
        ) {
            let alone: Vec<u64> = things.iter().map(|n| u64::from(*n) + 1).collect();
            prop_assert_eq!(in_shares(&things, shares, |n| u64::from(*n) + 1), alone);
        }
    }
}
