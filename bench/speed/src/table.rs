//! Medians and ratios as Markdown, and whether the targets are reached.

use crate::process::Measured;
use std::fmt::Write as _;

/// One who does the work.
#[derive(Debug)]
pub struct Entrant {
    /// Its name in the table.
    pub name: &'static str,
    /// What each turn took.
    pub turns: Vec<Measured>,
}

impl Entrant {
    /// Without a turn yet.
    pub fn new(name: &'static str) -> Self {
        Entrant {
            name,
            turns: Vec::new(),
        }
    }

    /// Seconds from start to end, in the middle of all turns.
    pub fn elapsed(&self) -> Option<f64> {
        median(self.turns.iter().map(|turn| turn.elapsed))
    }
}

/// Several on the same work.
#[derive(Debug)]
pub struct Contest {
    /// What the work is.
    pub title: String,
    /// Whoever does it; the first is whom the others are compared with.
    pub entrants: Vec<Entrant>,
    /// What is worth knowing beside the figures.
    pub notes: Vec<String>,
}

impl Contest {
    /// How long this one took, where it took part.
    pub fn elapsed(&self, name: &str) -> Option<f64> {
        self.entrants.iter().find(|e| e.name == name)?.elapsed()
    }

    /// Time of one over that of another.
    pub fn ratio(&self, one: &str, other: &str) -> Option<f64> {
        Some(self.elapsed(one)? / self.elapsed(other)?)
    }

    /// The table.
    pub fn markdown(&self) -> String {
        let mut out = format!(
            "### {}\n\n| | median | all turns | processor | peak memory | to the first |\n\
             | --- | --- | --- | --- | --- | --- |\n",
            self.title
        );
        let first = self.entrants.first().and_then(Entrant::elapsed);
        for entrant in &self.entrants {
            let Some(elapsed) = entrant.elapsed() else {
                let _ = writeln!(out, "| {} | not available | | | | |", entrant.name);
                continue;
            };
            let all = entrant.turns.iter().map(|turn| turn.elapsed);
            let (least, most) = all.fold((f64::MAX, 0.0_f64), |(a, b), t| (a.min(t), b.max(t)));
            let cpu = median(entrant.turns.iter().map(|turn| turn.cpu)).unwrap_or(0.0);
            let peak = entrant.turns.iter().map(|turn| turn.peak).max();
            let _ = writeln!(
                out,
                "| {} | {} | {} to {} | {} | {} MiB | {} |",
                entrant.name,
                seconds(elapsed),
                seconds(least),
                seconds(most),
                seconds(cpu),
                (peak.unwrap_or(0) + 1023) / 1024,
                first.map_or_else(String::new, |first| format!("{:.2}", elapsed / first)),
            );
        }
        for note in &self.notes {
            let _ = writeln!(out, "\n{note}");
        }
        out
    }
}

/// What must be reached.
#[derive(Debug, Clone)]
pub struct Target {
    /// In words.
    pub what: String,
    /// What was measured; `None` where it could not be.
    pub measured: Option<f64>,
    /// What is asked for.
    pub bound: Bound,
}

/// The side on which a figure must be.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// This or less.
    AtMost(f64),
    /// This or more.
    AtLeast(f64),
}

impl Target {
    /// Whether it is reached; what was not measured is not.
    pub fn is_reached(&self) -> bool {
        match (self.measured, self.bound) {
            (Some(measured), Bound::AtMost(most)) => measured <= most,
            (Some(measured), Bound::AtLeast(least)) => measured >= least,
            (None, _) => false,
        }
    }
}

/// The targets as a table; `judged` is false where the sizes are not those that they are about.
pub fn targets(targets: &[Target], judged: bool) -> String {
    let mut out = String::from(
        "### Targets\n\n| target | asked | measured | reached |\n| --- | --- | --- | --- |\n",
    );
    for target in targets {
        let asked = match target.bound {
            Bound::AtMost(most) => format!("at most {most}"),
            Bound::AtLeast(least) => format!("at least {least}"),
        };
        let measured = target
            .measured
            .map_or_else(|| "not available".to_owned(), |m| format!("{m:.2}"));
        let reached = match (judged, target.is_reached()) {
            (false, _) => "not judged at this size",
            (true, true) => "yes",
            (true, false) => "**no**",
        };
        let _ = writeln!(
            out,
            "| {} | {asked} | {measured} | {reached} |",
            target.what
        );
    }
    out
}

/// The middle one, or the mean of the two in the middle.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

/// A time as one reads it.
pub fn seconds(time: f64) -> String {
    match time {
        t if t < 0.1 => format!("{:.1} ms", t * 1000.0),
        t if t < 10.0 => format!("{t:.2} s"),
        t => format!("{t:.1} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_found_whatever_the_order() {
        assert_eq!(median([3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median([]), None);
    }

    #[test]
    fn what_could_not_be_measured_is_not_reached() {
        let target = |measured, bound| Target {
            what: "x".to_owned(),
            measured,
            bound,
        };
        assert!(target(Some(1.2), Bound::AtMost(1.2)).is_reached());
        assert!(!target(Some(1.21), Bound::AtMost(1.2)).is_reached());
        assert!(target(Some(18.0), Bound::AtLeast(18.0)).is_reached());
        assert!(!target(None, Bound::AtLeast(18.0)).is_reached());
    }
}
