//! Finding one account in what was meant, without reading whole runs: the history of years is looked
//! through as text, and only lines that may name the account are parsed.

use super::disk::{damaged, parse, read_outcomes, unreadable};
use super::{AccountRef, HistoryError, IntentHead, Mention, Mentioned, RunId};
use crate::domain::dn::Dn;
use crate::domain::mention::Sign;
use crate::history::outcome_of;
use serde::Deserialize;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;

/// A line of `intent.jsonl`, as far as it is needed here.
#[derive(Deserialize)]
struct Whose {
    account: AccountRef,
    #[serde(default)]
    with: Vec<AccountRef>,
}

/// A change, or the changes of one decision.
struct Found {
    numbers: Range<u64>,
    /// The account that the decision is about.
    kept: Dn,
    several: bool,
    /// The one that is meant.
    account: AccountRef,
    sign: Sign,
}

/// The changes of one run that are about this account.
pub(super) fn in_run(
    folder: &Path,
    id: &RunId,
    who: &Mention,
) -> Result<Vec<Mentioned>, HistoryError> {
    let path = folder.join("intent.jsonl");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(&path, &error)),
    };
    let mut lines = text.lines();
    let head: IntentHead = lines
        .next()
        .map_or_else(|| Err("empty".to_owned()), parse)
        .map_err(|reason| damaged(&path, 1, &reason))?;
    let mut found: Vec<Found> = Vec::new();
    let mut count = 0;
    for (number, line) in lines.enumerate() {
        count = number + 1;
        if who.may_stand_in(line) {
            let whose: Whose = parse(line).map_err(|reason| damaged(&path, number + 2, &reason))?;
            let kept = whose.account.dn.clone();
            let several = !whose.with.is_empty();
            // Of several accounts of one decision, the one that is recognized by the surest sign.
            let accounts = std::iter::once(whose.account).chain(whose.with);
            let fitting = accounts.filter_map(|account| Some((who.fits(&account)?, account)));
            let Some((sign, account)) = fitting.min_by_key(|(sign, _)| *sign) else {
                continue;
            };
            let number = number as u64;
            match found.last_mut() {
                // The same decision goes on.
                Some(last)
                    if several
                        && last.several
                        && last.kept == kept
                        && last.numbers.end == number =>
                {
                    last.numbers.end = number + 1;
                }
                _ => found.push(Found {
                    numbers: number..number + 1,
                    kept,
                    several,
                    account,
                    sign,
                }),
            }
        }
    }
    if count as u64 != head.changes {
        return Err(damaged(&path, count + 2, "cut short"));
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let (mut outcomes, _) = read_outcomes(folder)?;
    Ok(found
        .into_iter()
        .map(|one| {
            let parts: Vec<_> = one.numbers.map(|number| outcomes.remove(&number)).collect();
            let parts: Vec<_> = parts.iter().map(Option::as_ref).collect();
            Mentioned {
                run: id.clone(),
                account: one.account,
                sign: one.sign,
                outcome: outcome_of(&parts).cloned(),
            }
        })
        .collect())
}
