//! A change taken back: the inverse of what was carried out, value by value, on the entry as it is now.
//!
//! What others have changed since is left alone and named. The inverse is made of values that go and values
//! that come back, never of a Replace, and relies on each of them: the server refuses it where somebody is
//! at work on the same values at that very moment. It relies on who the account is, not on its school or
//! classes, which a nightly feed may have moved weeks ago.

use super::change::{Before, Change, Modification, Operation, Reliance};
use super::dn::Dn;
use super::effect::{Touched, alike, steps, touched, touched_names};
use super::entry::Entry;
use super::time::parse_generalized;
use std::borrow::Cow;
use std::collections::HashSet;

mod entries;
pub mod links;

/// The attributes that an undo must know by their meaning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UndoAttributes {
    /// Those that say which person an entry is, the surest first (`entryUUID`, login): where the change
    /// relied on the first, the inverse relies on it alone.
    pub identity: Vec<String>,
    /// Where a lock stands (`pwdAccountLockedTime`): an instant there is the server's own doing, after wrong
    /// passwords, and never counts as changed by somebody.
    pub locked: Option<String>,
    /// Classes, and the attributes that each is there for, where the configuration tells: such a class goes when
    /// nothing of them is left, and stays while anything is.
    pub classes: Vec<(String, Vec<String>)>,
}

/// An attribute that others have changed since: left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Attribute description.
    pub attribute: String,
    /// Its values now; empty where it is gone.
    pub values: Vec<String>,
}

/// What taking a change back comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The inverse; `None` where nothing is left to do.
    pub change: Option<Change>,
    /// What others have changed since.
    pub moved: Vec<Moved>,
    /// Attributes whose former values nobody kept: passwords, and what was set beside them.
    pub lost: Vec<String>,
}

/// One attribute's way back.
#[derive(Debug, Default, PartialEq, Eq)]
struct Way {
    /// Values that go.
    take: Vec<String>,
    /// Values that come back.
    put: Vec<String>,
    /// The attribute must not be there when they do.
    absent: bool,
    /// Others have changed it since.
    moved: bool,
}

impl Way {
    fn moved() -> Self {
        Way {
            moved: true,
            ..Way::default()
        }
    }
}

/// Takes back a change that was carried out, on the entry as it is now; `None` where it is not there, or not any
/// more. The entry must have been read with [`attributes`]; one of another person, in the place of the one that was
/// changed, counts as moved. Gives `None` where the entry is needed and gone.
pub fn undo(change: &Change, now: Option<&Entry>, names: &UndoAttributes) -> Option<Undone> {
    match (&change.operation, now) {
        (Operation::Modify | Operation::ModifyEntry { .. }, now) => {
            now.map(|now| undo_modify(change, now, names))
        }
        (Operation::AddEntry { dn }, now) => Some(entries::unmake(change, dn, now)),
        (Operation::DeleteEntry { dn }, now) => Some(entries::make_again(change, dn, now)),
    }
}

fn undo_modify(change: &Change, now: &Entry, names: &UndoAttributes) -> Undone {
    let mut undone = Undone {
        change: None,
        moved: Vec::new(),
        lost: Vec::new(),
    };
    let identity = identity(change, names);
    let Some(touched) = touched(change) else {
        undone.lost = touched_names(change);
        return undone;
    };
    let same_person = identity.iter().all(|reliance| reliance.holds_on(now));
    let mut relies_on = identity;
    let mut modifications = Vec::new();
    let mut before = Vec::new();
    let mut ways: Vec<(Touched, Vec<String>, Way)> = Vec::new();
    for one in touched {
        let present = now.texts(&one.attribute);
        let is_lock = names
            .locked
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case(&one.attribute));
        let way = if !same_person {
            Way::moved()
        } else if is_lock {
            lock_back(&one, &present)
        } else if one.whole {
            whole_back(&one, &present)
        } else {
            values_back(&one, &present)
        };
        if way.moved {
            undone.moved.push(Moved {
                attribute: one.attribute.clone(),
                values: present.clone(),
            });
        }
        ways.push((one, present, way));
    }
    keep_classes_in_use(&mut ways, now, &names.classes);
    for (one, present, way) in ways {
        if way.take.is_empty() && way.put.is_empty() {
            continue;
        }
        relies_on.extend(relied(&one.attribute, &way));
        modifications.extend(steps(&one.attribute, way.take, way.put));
        before.push(Before {
            attribute: one.attribute,
            values: present,
        });
    }
    undone.change = (!modifications.is_empty()).then(|| Change {
        account: change.account.clone(),
        operation: change.operation.clone(),
        besides: change.besides.clone(),
        with: change.with.clone(),
        relies_on,
        modifications,
        before,
        notes: Vec::new(),
    });
    undone
}

/// A class stays while anything of what it is there for does: others have put something there since, or changed it. Of
/// a class that the configuration does not tell about, the attributes that came with it are the ones to look at.
fn keep_classes_in_use(
    ways: &mut [(Touched, Vec<String>, Way)],
    now: &Entry,
    known: &[(String, Vec<String>)],
) {
    let is_class = |one: &Touched| one.attribute.eq_ignore_ascii_case("objectClass");
    let is_left = |present: &[String], way: &Way| {
        !way.put.is_empty() || !without(present, &way.take).is_empty()
    };
    let came_with_it = ways.iter().any(|(one, present, way)| {
        !is_class(one) && one.before.is_empty() && !one.after.is_empty() && is_left(present, way)
    });
    let in_use = |attribute: &String| {
        let touched = |(one, _, _): &&(Touched, Vec<String>, Way)| {
            one.attribute.eq_ignore_ascii_case(attribute)
        };
        match ways.iter().find(touched) {
            Some((_, present, way)) => is_left(present, way),
            None => !now.texts(attribute).is_empty(),
        }
    };
    let used: Vec<&str> = known
        .iter()
        .filter(|(_, attributes)| attributes.iter().any(in_use))
        .map(|(class, _)| class.as_str())
        .collect();
    let stays = |class: &String| {
        let is = |other: &str| other.eq_ignore_ascii_case(class);
        if known.iter().any(|(class, _)| is(class)) {
            used.iter().any(|class| is(class))
        } else {
            came_with_it
        }
    };
    for (_, _, way) in ways.iter_mut().filter(|(one, _, _)| is_class(one)) {
        way.take.retain(|class| !stays(class));
    }
}

/// Several changes of one account, in the order they were made, as one: what the first found and the last
/// left. `None` where there is none.
pub fn compose(changes: &[&Change]) -> Option<Change> {
    let (first, others) = changes.split_first()?;
    let mut whole = (*first).clone();
    for change in others {
        whole.modifications.extend(change.modifications.clone());
        for before in &change.before {
            let known = |b: &Before| b.attribute.eq_ignore_ascii_case(&before.attribute);
            if !whole.before.iter().any(known) {
                whole.before.push(before.clone());
            }
        }
    }
    Some(whole)
}

/// What must be read of an entry before a change on it can be taken back.
pub fn attributes(change: &Change, names: &UndoAttributes) -> Vec<String> {
    if change.makes_entry() || change.removes_entry() {
        // Whatever others have put there.
        return vec!["*".to_owned()];
    }
    let mut all = touched_names(change);
    all.extend(names.identity.iter().cloned());
    if all.iter().any(|a| a.eq_ignore_ascii_case("objectClass")) {
        let users = names.classes.iter().flat_map(|(_, users)| users.clone());
        all.extend(users.collect::<Vec<_>>());
    }
    all
}

/// The steps that take a change back if nothing has moved since, for `undo.ldif`. `None` where its former
/// values are not kept.
pub fn plain_steps(change: &Change) -> Option<Vec<Modification>> {
    let touched = touched(change)?;
    Some(
        touched
            .into_iter()
            .flat_map(|one| {
                let take = without(&one.after, &one.before);
                let put = without(&one.before, &one.after);
                steps(&one.attribute, take, put)
            })
            .collect(),
    )
}

/// Who the account is, as the change relied on it: the surest sign alone, else all there are. What the
/// change itself has written is no sign.
fn identity(change: &Change, names: &UndoAttributes) -> Vec<Reliance> {
    let written = touched_names(change);
    let mut signs = Vec::new();
    for (rank, name) in names.identity.iter().enumerate() {
        let of_name = change.relies_on.iter().filter(|reliance| {
            matches!(reliance, Reliance::Holds { attribute, .. }
                if attribute.eq_ignore_ascii_case(name))
                && !written.iter().any(|w| w.eq_ignore_ascii_case(name))
        });
        signs.extend(of_name.cloned());
        if rank == 0 && !signs.is_empty() {
            break;
        }
    }
    signs
}

/// A lock: an instant there is the server's own doing and stands in nobody's way.
fn lock_back(one: &Touched, now: &[String]) -> Way {
    let decided = |values: &[String]| -> Vec<String> {
        let by_people = |v: &&String| parse_generalized(v).is_none();
        values.iter().filter(by_people).cloned().collect()
    };
    let (before, after, present) = (decided(&one.before), decided(&one.after), decided(now));
    if same_values(now, &one.before) {
        Way::default()
    } else if same_values(&before, &after) {
        // Nothing but the server's own lock was lifted. Since then it stands again, or the account is open
        // as it was left, or somebody has disabled it.
        match () {
            () if same_values(now, &one.after) => all_back(one, now),
            () if same_values(&present, &before) => Way::default(),
            () => Way::moved(),
        }
    } else if same_values(&present, &before) {
        Way::default()
    } else if same_values(&present, &after) {
        all_back(one, now)
    } else {
        Way::moved()
    }
}

/// From the values now to those before, whatever they are.
fn all_back(one: &Touched, now: &[String]) -> Way {
    Way {
        take: without(now, &one.before),
        put: without(&one.before, now),
        absent: now.is_empty(),
        moved: false,
    }
}

/// An attribute that was written as a whole: back where all that was written still stands. What others have
/// added beside it stays. A value in the place of the written one is theirs, and stays alone: the attribute
/// may be one that holds a single value.
fn whole_back(one: &Touched, now: &[String]) -> Way {
    let (gone, come) = (
        without(&one.after, &one.before),
        without(&one.before, &one.after),
    );
    if is_back(one, now, &gone) {
        return Way::default();
    }
    let stands = without(&one.after, now).is_empty();
    if !stands || (one.after.is_empty() && !now.is_empty()) {
        return Way::moved();
    }
    Way {
        take: spelled(now, &gone),
        put: missing(now, &gone, come),
        absent: one.after.is_empty(),
        moved: false,
    }
}

fn is_back(one: &Touched, now: &[String], gone: &[String]) -> bool {
    same_values(now, &one.before)
        || (!one.before.is_empty()
            && without(&one.before, now).is_empty()
            && !gone.iter().any(|v| found(now, v).is_some()))
}

/// An attribute that was written value by value: what was added goes, what was taken comes back. Where a
/// value was put in the place of another one, and others have changed that, the former one stays away: the
/// attribute may be one that holds a single value. So it does where the attribute was emptied, and others
/// have filled it.
fn values_back(one: &Touched, now: &[String]) -> Way {
    let (gone, come) = (
        without(&one.after, &one.before),
        without(&one.before, &one.after),
    );
    let take = spelled(now, &gone);
    // Written in another way since: somebody's correction.
    let recast = gone
        .iter()
        .any(|v| found(now, v).is_none() && now.iter().any(|n| alike(n, v)));
    let come = missing(now, &gone, come);
    let replaced = !gone.is_empty() && take.len() < gone.len();
    let filled = one.after.is_empty() && !now.is_empty() && !is_back(one, now, &gone);
    if !come.is_empty() && (replaced || filled) {
        return Way {
            take,
            moved: true,
            ..Way::default()
        };
    }
    // Others have put their own in the place of what came.
    let supplanted = one.before.is_empty() && replaced && !without(now, &one.after).is_empty();
    Way {
        take,
        absent: one.after.is_empty() && now.is_empty(),
        put: come,
        moved: recast || supplanted,
    }
}

/// Those of the values that stand there, as they are spelled there.
fn spelled(now: &[String], values: &[String]) -> Vec<String> {
    values.iter().filter_map(|v| found(now, v)).collect()
}

/// Those of the values that do not stand there in any spelling; what is about to go does not count.
fn missing(now: &[String], going: &[String], values: Vec<String>) -> Vec<String> {
    let stays = |n: &&String| !going.iter().any(|g| same(g, n));
    values
        .into_iter()
        .filter(|v| !now.iter().filter(stays).any(|n| alike(n, v)))
        .collect()
}

/// What the way back relies on: what goes is there, what comes back is not. A value that comes back in
/// another spelling is the same to the server, and cannot be relied on to be missing.
fn relied(attribute: &str, way: &Way) -> Vec<Reliance> {
    let attribute = || attribute.to_owned();
    let mut relied: Vec<Reliance> = way
        .take
        .iter()
        .map(|value| Reliance::Holds {
            attribute: attribute(),
            value: value.clone(),
        })
        .collect();
    if way.absent {
        relied.push(Reliance::Absent {
            attribute: attribute(),
        });
        return relied;
    }
    let new = |v: &&String| !way.take.iter().any(|t| alike(t, v));
    relied.extend(way.put.iter().filter(new).map(|value| Reliance::Lacks {
        attribute: attribute(),
        value: value.clone(),
    }));
    relied
}

/// The values of the first list that are not in the second, each once. A group may have thousands of members: each is
/// looked at once.
fn without(values: &[String], others: &[String]) -> Vec<String> {
    let mut known: HashSet<Cow<'_, str>> = others.iter().map(|o| key(o)).collect();
    let mut left = Vec::new();
    for value in values {
        if known.insert(key(value)) {
            left.push(value.clone());
        }
    }
    left
}

/// The value as it stands there.
fn found(now: &[String], value: &str) -> Option<String> {
    let wanted = key(value);
    now.iter()
        .find(|n| n.as_str() == value || key(n) == wanted)
        .cloned()
}

fn same_values(a: &[String], b: &[String]) -> bool {
    without(a, b).is_empty() && without(b, a).is_empty()
}

/// Whether two values are the same to a person: to the letter, or two spellings of one name in the
/// directory or of TRUE.
fn same(a: &str, b: &str) -> bool {
    a == b || key(a) == key(b)
}

/// The one form that all spellings of a value share.
fn key(value: &str) -> Cow<'_, str> {
    if value.eq_ignore_ascii_case("TRUE") || value.eq_ignore_ascii_case("FALSE") {
        return Cow::Owned(value.to_ascii_uppercase());
    }
    let shaped = value.contains('=') && value.contains(',');
    match shaped.then(|| Dn::parse(value).ok()).flatten() {
        Some(dn) => Cow::Owned(dn.normalized().to_owned()),
        None => Cow::Borrowed(value),
    }
}

#[cfg(test)]
mod tests;
