//! Decisions of several changes: which changes of a plan belong together, which decisions must wait for which, and
//! whether everything that one relies on still holds.

use super::account::AccountRef;
use super::change::{Change, Modification, NewValue, Plan, Reliance};
use super::dn::Dn;
use super::effect::{apply, touched_names};
use super::entry::Entry;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

/// Which changes belong together, in their order: neighbours of one account that name other accounts. A change that
/// names none is a decision of its own.
pub fn decisions(changes: &[Change]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (number, change) in changes.iter().enumerate() {
        let before = number.checked_sub(1).and_then(|last| changes.get(last));
        let goes_on = before.is_some_and(|last| {
            !last.with.is_empty() && !change.with.is_empty() && last.account.dn == change.account.dn
        });
        match found.last_mut() {
            Some(range) if goes_on => range.end = number + 1,
            _ => found.push(number..number + 1),
        }
    }
    found
}

/// The other accounts of a decision, each once, in the order they are named.
pub fn others(decision: &[Change]) -> Vec<&AccountRef> {
    let mut seen: BTreeSet<&Dn> = decision.iter().map(|c| &c.account.dn).collect();
    let named = decision.iter().flat_map(|change| &change.with);
    named.filter(|other| seen.insert(&other.dn)).collect()
}

/// All the accounts of a decision, the one it is about first.
pub fn accounts(decision: &[Change]) -> Vec<&AccountRef> {
    let kept = decision.first().map(|change| &change.account);
    kept.into_iter().chain(others(decision)).collect()
}

impl Plan {
    /// Which changes belong together ([`decisions`]).
    pub fn decisions(&self) -> Vec<Range<usize>> {
        decisions(&self.changes)
    }

    /// How many accounts are changed: of those whose changes stand alone each counts once, and so does a decision on
    /// several.
    pub fn accounts(&self) -> usize {
        let mut alone: BTreeSet<&Dn> = BTreeSet::new();
        let mut together = 0;
        for range in self.decisions() {
            match self.changes.get(range.start) {
                Some(change) if change.with.is_empty() => {
                    alone.insert(&change.account.dn);
                }
                _ => together += 1,
            }
        }
        alone.len() + together
    }
}

/// Why a decision cannot be carried out any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which of its changes.
    pub at: usize,
    /// Whether the entry is not there any more.
    pub gone: bool,
    /// The attribute that has moved.
    pub attribute: Option<String>,
    /// What was relied on, where that is what has moved.
    pub reliance: Option<Reliance>,
}

/// Looks ahead: whether the changes of one entry, with their places in the decision, hold one after another on the
/// entry as it is now. It must have been read with [`needed`].
pub fn foresee(changes: &[(usize, &Change)], now: Option<&Entry>) -> Option<Fault> {
    let mut now = now.cloned();
    for (at, change) in changes {
        let fault = |gone: bool, attribute: Option<String>, reliance: Option<Reliance>| {
            Some(Fault {
                at: *at,
                gone,
                attribute,
                reliance,
            })
        };
        match &now {
            Some(_) if change.makes_entry() => {
                return fault(false, touched_names(change).into_iter().next(), None);
            }
            None if !change.makes_entry() => return fault(true, None, None),
            Some(entry) => {
                if let Some(moved) = change.drifted(entry).first() {
                    let attribute = Some(moved.attribute().to_owned());
                    return fault(false, attribute, Some((*moved).clone()));
                }
                if change.removes_entry() && !change.is_as_read(entry) {
                    return fault(false, touched_names(change).pop(), None);
                }
            }
            None => {}
        }
        now = after(change, now.as_ref());
    }
    None
}

/// The entry as a change leaves it; `None` where it goes. Of what the server writes by itself nothing is known.
pub fn after(change: &Change, now: Option<&Entry>) -> Option<Entry> {
    if change.removes_entry() {
        return None;
    }
    let mut entry = match now {
        Some(now) => now.clone(),
        None if change.makes_entry() => Entry::new(change.target().clone()),
        None => return None,
    };
    for name in touched_names(change) {
        let mut values = entry.texts(&name);
        for modification in &change.modifications {
            apply(modification, &name, &mut values);
        }
        if values.is_empty() {
            entry
                .attributes
                .retain(|a| !a.name.eq_ignore_ascii_case(&name));
        } else {
            entry.put(&name, &values);
        }
    }
    Some(entry)
}

/// What must be read of an entry to look ahead at its changes.
pub fn needed(changes: &[(usize, &Change)]) -> Vec<String> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    for (_, change) in changes {
        names.extend(change.relies_on.iter().map(|r| r.attribute().to_owned()));
        names.extend(touched_names(change));
        if change.removes_entry() {
            names.insert("*".to_owned());
        }
    }
    if names.is_empty() {
        names.insert("1.1".to_owned());
    }
    names.into_iter().collect()
}

/// For each decision the earlier ones that it must wait for: those that write what it relies on or writes, and those
/// that rely on what it writes. Changes that stand alone wait for nobody, and nobody for them.
pub fn waits(changes: &[Change], decisions: &[Range<usize>]) -> Vec<Vec<usize>> {
    let mut root = Track::default();
    let mut all = Vec::with_capacity(decisions.len());
    for (who, range) in decisions.iter().enumerate() {
        let mut earlier = BTreeSet::new();
        for change in changes[range.clone()].iter().filter(|c| !c.with.is_empty()) {
            for (path, writes) in touches(change) {
                root.touch(&path, writes, who, &mut earlier);
            }
        }
        earlier.remove(&who);
        all.push(earlier.into_iter().collect());
    }
    all
}

/// Who wrote and who read an entry, an attribute or a value, as far as later ones must know.
#[derive(Default)]
struct Track {
    writer: Option<usize>,
    readers: BTreeSet<usize>,
    below: HashMap<String, Track>,
}

impl Track {
    fn touch(&mut self, path: &[String], writes: bool, who: usize, found: &mut BTreeSet<usize>) {
        found.extend(self.writer);
        if writes {
            found.extend(&self.readers);
        }
        let Some((first, rest)) = path.split_first() else {
            self.all_below(writes, found);
            if writes {
                *self = Track {
                    writer: Some(who),
                    ..Track::default()
                };
            } else {
                self.readers.insert(who);
            }
            return;
        };
        let below = self.below.entry(first.clone()).or_default();
        below.touch(rest, writes, who, found);
    }

    fn all_below(&self, readers_too: bool, found: &mut BTreeSet<usize>) {
        for track in self.below.values() {
            found.extend(track.writer);
            if readers_too {
                found.extend(&track.readers);
            }
            track.all_below(readers_too, found);
        }
    }
}

/// What a change reads and writes, as paths: entry, attribute, value.
fn touches(change: &Change) -> Vec<(Vec<String>, bool)> {
    let mut touches = Vec::new();
    let besides = change.besides.iter().map(|c| (&c.dn, &c.relies_on));
    for (dn, relies_on) in besides.chain([(change.target(), &change.relies_on)]) {
        for reliance in relies_on {
            let mut path = vec![
                dn.normalized().to_owned(),
                reliance.attribute().to_lowercase(),
            ];
            match reliance {
                Reliance::Holds { value, .. } | Reliance::Lacks { value, .. } => {
                    path.push(value_key(value));
                }
                Reliance::Absent { .. } => {}
            }
            touches.push((path, false));
        }
    }
    let entry = change.target().normalized().to_owned();
    if change.makes_entry() || change.removes_entry() {
        touches.push((vec![entry], true));
        return touches;
    }
    for modification in &change.modifications {
        let attribute = modification.attribute().to_lowercase();
        match modification {
            Modification::Add { values, .. } | Modification::Delete { values, .. }
                if !values.is_empty() =>
            {
                touches.extend(values.iter().filter_map(|value| match value {
                    NewValue::Text(text) => {
                        let path = vec![entry.clone(), attribute.clone(), value_key(text)];
                        Some((path, true))
                    }
                    NewValue::Password => None,
                }));
            }
            _ => touches.push((vec![entry.clone(), attribute], true)),
        }
    }
    touches
}

/// A value in the one form that all its spellings share.
fn value_key(value: &str) -> String {
    let shaped = value.contains('=') && value.contains(',');
    let name = shaped.then(|| Dn::parse(value).ok()).flatten();
    name.map_or_else(|| value.to_lowercase(), |dn| dn.normalized().to_owned())
}

#[cfg(test)]
mod tests;
