//! Where the program takes its memory from (`docs/decisions/0019-an-allocator-of-its-own.md`). A package of its own: a
//! word to a library written in C is unsafe to Rust, and entctl itself has nothing of the kind.

use libmimalloc_sys::{mi_option_set, mi_option_t};

/// The allocator.
pub use mimalloc::MiMalloc as Allocator;

/// `mi_option_purge_delay` of mimalloc.h, version 2: milliseconds after which memory that was given back is given back
/// to the system; never where negative.
const PURGE_DELAY: mi_option_t = 15;

/// Keeps for the program what it has given back, until it ends. By itself the allocator returns it to the system after
/// ten milliseconds, and a program that reads a hundred thousand entries takes it again right afterwards, a page at a
/// time: that was a tenth of its time. Call it first of all, while there is one thread.
pub fn keep() {
    // SAFETY: a plain store into a table of the allocator, which it reads whenever it gives memory back. To be called
    // before there is a second thread.
    unsafe { mi_option_set(PURGE_DELAY, -1) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use libmimalloc_sys::mi_option_get;

    #[test]
    fn it_is_the_delay_that_is_set() {
        // SAFETY: reads a number from a table of the allocator.
        let delay = || unsafe { mi_option_get(PURGE_DELAY) };
        // Its value where nobody has said anything (options.c), which the options beside it do not have.
        assert_eq!(delay(), 10);
        keep();
        assert_eq!(delay(), -1);
    }
}
