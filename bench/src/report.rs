//! The tables that the bench prints.

use crate::evaluate::{Counts, Evaluation, Tier, why_alike};
use crate::truth::{Pair, Truth};
use std::fmt::Write as _;

/// What the product promises: F1 over certain and probable together.
pub const LEAST_F1: f64 = 0.97;

/// False pairs in certain that are shown one by one.
const SHOWN: usize = 20;

/// How many of what stand in a directory.
pub fn directory(truth: &Truth, people: usize) -> String {
    let mut out = String::new();
    let mut copies = std::collections::BTreeMap::<usize, usize>::new();
    for (person, _) in truth.people.values() {
        *copies.entry(*person).or_default() += 1;
    }
    let times = |n: usize| copies.values().filter(|c| **c == n).count();
    let more = people - times(1);
    let _ = writeln!(
        out,
        "{} accounts of {people} people; {more} ({:.1} %) stand twice or more, {} three times; {} pairs to find",
        truth.people.len(),
        100.0 * more as f64 / people as f64,
        times(3),
        truth.same.len(),
    );
    out
}

/// The whole report. `naive` is the rule beside the tool.
pub fn text(tool: &Evaluation, naive: Option<&Evaluation>, truth: &Truth) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{:26}{:>8}{:>8}{:>8}{:>11}{:>9}{:>8}",
        "", "right", "wrong", "missed", "precision", "recall", "F1"
    );
    for (tier, counts) in &tool.alone {
        let _ = writeln!(out, "{}", row(tier.word(), *counts));
    }
    for (tier, counts) in &tool.up_to[1..] {
        let name = if *tier == Tier::Probable {
            "certain + probable"
        } else {
            "all three"
        };
        let _ = writeln!(out, "{}", row(name, *counts));
    }
    if let Some(naive) = naive {
        let _ = writeln!(out, "{}", row("naive rule", naive.main()));
    }
    let beside = naive.is_some();
    let _ = write!(
        out,
        "\nfound, in certain or probable, by what sets the two entries apart\n"
    );
    for (kind, (found, all)) in &tool.kinds {
        let _ = write!(
            out,
            "  {kind:30}{found:>7} of {all:<7}{:>6.1} %",
            percent(*found, *all)
        );
        if beside {
            let by_rule = naive
                .and_then(|n| n.kinds.get(kind))
                .map_or(0, |(found, _)| *found);
            let _ = write!(out, "   naive {:>6.1} %", percent(by_rule, *all));
        }
        out.push('\n');
    }
    let _ = write!(
        out,
        "\ntaken for one person though they are two, by why they look alike\n"
    );
    let _ = writeln!(
        out,
        "  {:30}{:>8}{:>9}{:>9}{:>10}{}",
        "",
        "certain",
        "probable",
        "possible",
        "pairs",
        if beside { "   naive" } else { "" }
    );
    for (kind, ([certain, probable, possible], all)) in &tool.traps {
        let _ = write!(out, "  {kind:30}{certain:>8}{probable:>9}{possible:>9}");
        // Those that nobody counted beforehand: any two people would do.
        let _ = if *all == 0 {
            write!(out, "{:>10}", "-")
        } else {
            write!(out, "{all:>10}")
        };
        if beside {
            let by_rule = naive
                .and_then(|n| n.traps.get(kind))
                .map_or(0, |(wrong, _)| wrong.iter().sum::<usize>());
            let _ = write!(out, "{by_rule:>8}");
        }
        out.push('\n');
    }
    false_certain(&mut out, &tool.false_certain, truth);
    out
}

fn row(name: &str, counts: Counts) -> String {
    format!(
        "{name:26}{:>8}{:>8}{:>8}{:>11.4}{:>9.4}{:>8.4}",
        counts.right,
        counts.wrong,
        counts.missed,
        counts.precision(),
        counts.recall(),
        counts.f1()
    )
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        100.0 * part as f64 / whole as f64
    }
}

fn false_certain(out: &mut String, pairs: &[Pair], truth: &Truth) {
    if pairs.is_empty() {
        return;
    }
    let _ = write!(out, "\nfalse pairs in certain: {}\n", pairs.len());
    for pair in pairs.iter().take(SHOWN) {
        let why: Vec<String> = why_alike(pair, truth).into_iter().collect();
        let _ = writeln!(out, "  {} {}  {}", pair.0, pair.1, why.join(" "));
    }
    if pairs.len() > SHOWN {
        let _ = writeln!(out, "  …");
    }
}

/// Why the answer is not good enough, one line each; none where it is.
pub fn shortcomings(tool: &Evaluation, naive: &Evaluation) -> Vec<String> {
    let mut lines = Vec::new();
    let f1 = tool.main().f1();
    if f1 < LEAST_F1 {
        lines.push(format!(
            "F1 over certain and probable is {f1:.4}, below {LEAST_F1}"
        ));
    }
    if !tool.false_certain.is_empty() {
        lines.push(format!(
            "{} false pairs in certain",
            tool.false_certain.len()
        ));
    }
    if f1 < naive.main().f1() {
        lines.push("the naive rule is better".to_owned());
    }
    lines
}
