//! How a cost grows with the size of the work.

use super::{Kit, Measure, bulk, sync};
use crate::Result;
use crate::process::Measured;
use crate::table::{median, seconds};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Sizes, and what each took.
#[derive(Debug)]
pub struct Growth {
    what: &'static str,
    turns: BTreeMap<usize, Vec<Measured>>,
}

impl Growth {
    /// Of this work, without a turn yet.
    pub fn new(what: &'static str) -> Self {
        Growth {
            what,
            turns: BTreeMap::new(),
        }
    }

    /// One turn more.
    pub fn add(&mut self, size: usize, took: Measured) {
        self.turns.entry(size).or_default().push(took);
    }

    /// The most memory at the largest size, in MiB.
    pub fn peak_at_last(&self) -> Option<f64> {
        let (_, turns) = self.turns.last_key_value()?;
        let peak = turns.iter().map(|turn| turn.peak).max()?;
        Some(peak as f64 / 1024.0)
    }

    /// How much more the largest took than the one before it, over how much more n log n is.
    pub fn over_n_log_n(&self) -> Option<f64> {
        let mut largest = self.turns.iter().rev();
        let (more, took_more) = largest.next()?;
        let (less, took_less) = largest.next()?;
        let middle = |turns: &[Measured]| median(turns.iter().map(|turn| turn.elapsed));
        let work = |n: &usize| *n as f64 * (*n as f64).ln();
        Some(middle(took_more)? / middle(took_less)? / (work(more) / work(less)))
    }

    /// The table.
    pub fn markdown(&self) -> String {
        let mut out = format!(
            "### How {} grows\n\n| size | median | for each | peak memory | turns |\n| --- | --- | --- | --- | --- |\n",
            self.what
        );
        for (size, turns) in &self.turns {
            let took = median(turns.iter().map(|turn| turn.elapsed)).unwrap_or(0.0);
            let peak = turns.iter().map(|turn| turn.peak).max().unwrap_or(0);
            let _ = writeln!(
                out,
                "| {size} | {} | {:.1} µs | {} MiB | {} |",
                seconds(took),
                took * 1e6 / *size as f64,
                (peak + 1023) / 1024,
                turns.len(),
            );
        }
        out
    }
}

/// Resets and an unchanged sync, each from 1,000 to 100,000.
///
/// # Errors
/// As the rows themselves.
pub fn measure(kit: &Kit) -> Result<Measure> {
    let mut out = String::new();
    for growth in bulk::growth(kit)?.into_iter().chain([sync::growth(kit)?]) {
        out.push_str(&growth.markdown());
        out.push('\n');
    }
    Ok((out, Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn took(elapsed: f64) -> Measured {
        Measured {
            elapsed,
            cpu: elapsed,
            peak: 2048,
            status: 0,
        }
    }

    #[test]
    fn what_grows_as_n_log_n_is_one() {
        let mut growth = Growth::new("work");
        growth.add(1_000, took(1_000.0 * 1_000_f64.ln()));
        growth.add(10_000, took(10_000.0 * 10_000_f64.ln()));
        let ratio = growth.over_n_log_n().expect("two sizes");
        assert!((ratio - 1.0).abs() < 1e-9, "{ratio}");
        growth.add(100_000, took(1e12));
        assert!(growth.over_n_log_n().expect("three") > 1_000.0);
    }
}
