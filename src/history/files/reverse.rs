//! `undo.ldif`, the way back that `ldapmodify` alone can go.

use super::disk::{parse, read_lines, write_whole};
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

/// Writes the file anew with only what was done: at its first refusal `ldapmodify` stops, and a change that
/// was never made is refused.
pub(super) fn keep_what_was_done(
    folder: &Path,
    id: &RunId,
    changes: u64,
    outcomes: &BTreeMap<u64, Outcome>,
) -> io::Result<()> {
    let done = |number: &u64| {
        outcomes
            .get(number)
            .is_some_and(|o| o.outcome == OutcomeKind::Done)
    };
    if (0..changes).all(|number| done(&number)) {
        return Ok(());
    }
    let lines = read_lines(&folder.join("intent.jsonl")).map_err(io::Error::other)?;
    let kept = (0u64..)
        .zip(lines.iter().skip(1))
        .filter(|(number, _)| done(number))
        .map(|(_, line)| parse::<Change>(line).map_err(io::Error::other))
        .collect::<io::Result<Vec<_>>>()?;
    write_whole(folder, "undo.ldif", &text(id, kept.iter()))
}
