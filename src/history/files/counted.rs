//! How many decisions of a run ended in which way, for its `finished.json`.

use crate::domain::change::Change;
use crate::domain::decision::decisions;
use crate::history::{Outcome, OutcomeKind, outcome_of};
use std::collections::BTreeMap;
use std::ops::Range;

/// The decisions of several changes.
pub(super) fn together(changes: &[Change]) -> Vec<Range<usize>> {
    let mut ranges = decisions(changes);
    ranges.retain(|range| range.len() > 1);
    ranges
}

/// Number of decisions among so many changes, and how many ended in each way.
pub(super) fn counts(
    changes: u64,
    together: &[Range<usize>],
    outcomes: &BTreeMap<u64, Outcome>,
) -> (u64, BTreeMap<OutcomeKind, u64>) {
    let mut counts = BTreeMap::new();
    let mut alone: BTreeMap<u64, &Outcome> = outcomes.iter().map(|(n, o)| (*n, o)).collect();
    let mut decisions = changes;
    for range in together {
        decisions -= range.len().saturating_sub(1) as u64;
        let parts = range.clone().map(|at| alone.remove(&(at as u64)));
        let parts: Vec<Option<&Outcome>> = parts.collect();
        if let Some(outcome) = outcome_of(&parts) {
            *counts.entry(outcome.outcome).or_insert(0) += 1;
        }
    }
    for outcome in alone.values() {
        *counts.entry(outcome.outcome).or_insert(0) += 1;
    }
    (decisions, counts)
}
