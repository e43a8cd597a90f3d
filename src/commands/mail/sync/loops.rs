//! Loops that a file would make among redirects, told with its lines.

use super::desired::Wish;
use super::everybody::Everybody;
use crate::commands::shared::Given;
use crate::domain::redirect::graph::{Forward, leading_into, loops};
use crate::domain::redirect::{Wanted, same};
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::spreadsheet;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Who of the file would be in a loop, by place, were it written: with the redirects of everybody else as they are.
/// `wishes`: what the file asks for of those who forward to somebody here, and what it would change. `leave_out`: those
/// in loops are left out then, else it is an error.
///
/// Only those who forward to somebody here are looked at: nobody else is in a loop, or on the way into one.
pub fn in_loops(
    everybody: &Everybody,
    wishes: &[(&Given<usize>, Wanted)],
    leave_out: bool,
) -> Result<BTreeSet<usize>> {
    let mut looked_at: BTreeSet<usize> = everybody.inward.forwarding().collect();
    for (one, wanted) in wishes {
        if let Wish::Set(to) = &wanted.redirect
            && to.iter().any(|to| everybody.inward.is_here(to.as_str()))
        {
            looked_at.insert(one.account);
        }
    }
    if looked_at.is_empty() {
        return Ok(BTreeSet::new());
    }
    // From here on by place among those looked at.
    let places: Vec<usize> = looked_at.into_iter().collect();
    let of_place: HashMap<usize, usize> =
        places.iter().enumerate().map(|(n, at)| (*at, n)).collect();
    let mut forwards: Vec<Forward> = places
        .iter()
        .map(|at| {
            let entry = everybody.sweep.at(*at);
            entry.map_or_else(Forward::default, |entry| everybody.rules.forward(&entry))
        })
        .collect();
    let mut lines: BTreeMap<usize, u64> = BTreeMap::new();
    // What is as it was is not of this file's making.
    let mut moved: BTreeSet<usize> = BTreeSet::new();
    for (one, wanted) in wishes {
        let Some(at) = of_place.get(&one.account).copied() else {
            continue;
        };
        match &wanted.redirect {
            Wish::Leave => continue,
            Wish::Clear => forwards[at].to.clear(),
            Wish::Set(to) => {
                let to: Vec<String> = to.iter().map(ToString::to_string).collect();
                if !same_addresses(&forwards[at].to, &to) {
                    moved.insert(at);
                }
                forwards[at].to = to;
            }
        }
        lines.insert(at, one.line.unwrap_or(0));
    }
    let mut looped = BTreeSet::new();
    let mut told = Vec::new();
    let rings = loops(&forwards);
    let mut ways: Vec<Vec<usize>> = leading_into(&forwards, &rings)
        .into_iter()
        .filter(|(at, _)| moved.contains(at))
        .map(|(_, way)| way)
        .collect();
    ways.sort_by_key(|way| lines.get(&way[0]).copied());
    for mut ring in rings {
        // A loop that nobody of the file is in was there before, and stays somebody else's.
        if !ring.iter().any(|at| lines.contains_key(at)) {
            continue;
        }
        // The way begins where the file does.
        let first =
            (0..ring.len()).min_by_key(|k| lines.get(&ring[*k]).copied().unwrap_or(u64::MAX));
        ring.rotate_left(first.unwrap_or(0));
        looped.extend(
            ring.iter()
                .filter(|at| lines.contains_key(at))
                .map(|at| places[*at]),
        );
        let closed: Vec<usize> = ring.iter().chain(ring.first()).copied().collect();
        let of_the_file: Vec<usize> = ring
            .into_iter()
            .filter(|at| lines.contains_key(at))
            .collect();
        told.push(way_told(&forwards, &lines, &of_the_file, &closed));
    }
    for way in ways {
        looped.insert(places[way[0]]);
        told.push(way_told(&forwards, &lines, &way[..1], &way));
    }
    if told.is_empty() || leave_out {
        return Ok(looped);
    }
    Err(spreadsheet::with_rows(
        CommandError::new(
            ExitStatus::Refused,
            "redirect-loop",
            Text::new("mail-sync-loops").with("count", told.len()),
        ),
        told,
    )
    .hint(Text::new("mail-sync-loops-hint")))
}

/// The rows that are to blame, and the way that mail would go.
fn way_told(
    forwards: &[Forward],
    lines: &BTreeMap<usize, u64>,
    of_the_file: &[usize],
    way: &[usize],
) -> Text {
    let line = |at: &usize| lines.get(at).map(ToString::to_string);
    let rows: Vec<String> = of_the_file.iter().filter_map(line).collect();
    let address = |at: &usize| forwards[*at].own.first().cloned().unwrap_or_default();
    let way: Vec<String> = way.iter().map(address).collect();
    Text::new("mail-sync-loop")
        .with("count", rows.len())
        .with("lines", rows.join(", "))
        .with("way", way.join(" → "))
}

fn same_addresses(a: &[String], b: &[String]) -> bool {
    let within = |a: &[String], b: &[String]| a.iter().all(|x| b.iter().any(|y| same(x, y)));
    within(a, b) && within(b, a)
}
