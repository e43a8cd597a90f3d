//! `undo.ldif`, the way back that `ldapmodify` alone can go.

use super::disk::{parse, read_lines};
use super::{Outcome, OutcomeKind, RunId};
use crate::domain::change::Change;
use crate::domain::ldif;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// The whole file, last change first.
pub(super) fn text<'a>(id: &RunId, changes: impl DoubleEndedIterator<Item = &'a Change>) -> String {
    format!("# entctl {id}\nversion: 1\n\n{}", ldif::undo_all(changes))
}

/// The file anew with only what was done: at its first refusal `ldapmodify` stops, and a change that was never made is
/// refused. `None` where all was done.
pub(super) fn what_was_done(
    folder: &Path,
    id: &RunId,
    changes: u64,
    outcomes: &BTreeMap<u64, Outcome>,
) -> io::Result<Option<String>> {
    let done = |number: &u64| {
        outcomes
            .get(number)
            .is_some_and(|o| o.outcome == OutcomeKind::Done)
    };
    if (0..changes).all(|number| done(&number)) {
        return Ok(None);
    }
    let lines = read_lines(&folder.join("intent.jsonl")).map_err(io::Error::other)?;
    let kept = (0u64..)
        .zip(lines.iter().skip(1))
        .filter(|(number, _)| done(number))
        .map(|(_, line)| parse::<Change>(line).map_err(io::Error::other))
        .collect::<io::Result<Vec<_>>>()?;
    Ok(Some(text(id, kept.iter())))
}
