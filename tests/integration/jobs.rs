//! Jobs: whether last night's ran, never two at once, and what a dead one leaves.
