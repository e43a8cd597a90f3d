//! What is decided and waits: listed, forgotten, and freed of what does not hold any more.

use super::face::{Face, faces};
use super::ledger::{Answer, Entry};
use super::shelf::Shelf;
use crate::app::{App, Office};
use crate::config::Profile;
use crate::domain::account::AccountRef;
use crate::domain::dn::Dn;
use crate::domain::duplicates::check::{self, check};
use crate::error::{ExitStatus, Result};
use crate::i18n::Text;
use crate::output::{Cell, Column, Format, Table};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Serialize)]
struct ReviewJson {
    r#type: &'static str,
    decisions: Vec<DecisionJson>,
    dropped: usize,
}

#[derive(Serialize)]
struct DecisionJson {
    decision: &'static str,
    keep: AccountRef,
    other: AccountRef,
    at: Timestamp,
}

/// Shows what waits. What does not hold any more is named, and left to the next review.
///
/// # Errors
/// As the directory answers; the file cannot be read (1).
pub(super) async fn list(app: &App) -> Result<ExitStatus> {
    let office = app.open().await?;
    let shelf = Shelf::open(app, &office)?;
    let (faces, stale) = look(&office, &shelf).await?;
    name(app, &stale);
    let entries: Vec<&Entry> = shelf
        .ledger()
        .decided()
        .into_iter()
        .filter(|entry| !stale.iter().any(|old| old.entry == **entry))
        .collect();
    if app.printer.format() == Format::Json {
        let account = |dn: &Dn| faces.get(dn).map(|face| face.account.reference());
        app.printer.json(&ReviewJson {
            r#type: "review",
            decisions: entries
                .iter()
                .filter_map(|entry| {
                    Some(DecisionJson {
                        decision: entry.answer.verdict()?.code(),
                        keep: account(&entry.kept.dn)?,
                        other: account(&entry.other.dn)?,
                        at: entry.at,
                    })
                })
                .collect(),
            dropped: stale.len(),
        });
        return Ok(ExitStatus::Done);
    }
    app.printer.table(&table(app, &entries, &faces));
    app.printer
        .note(&Text::new("review-waiting").with("count", entries.len()));
    Ok(ExitStatus::Done)
}

/// Forgets what waits, after a yes.
///
/// # Errors
/// The file cannot be removed (1); interrupted.
pub(super) fn discard(app: &App, profile: &Profile, yes: bool) -> Result<ExitStatus> {
    if app.read_review(profile)?.is_none() {
        app.printer.note(&Text::new("review-nothing"));
        return Ok(ExitStatus::Done);
    }
    crate::commands::shared::require_yes_for_machines(app, yes, false)?;
    if !yes && !app.printer.confirm(&Text::new("review-discard"))? {
        app.printer.note(&Text::new("nothing-done"));
        return Ok(ExitStatus::Done);
    }
    app.forget_review(profile)?;
    app.printer.note(&Text::new("review-discarded"));
    Ok(ExitStatus::Done)
}

/// A decision that does not hold any more.
struct Stale {
    entry: Entry,
    /// Key of why.
    why: &'static str,
    names: [String; 2],
}

/// Takes out what does not hold any more, and names it.
///
/// # Errors
/// As the directory answers; the file cannot be written (1).
pub(super) async fn drop_stale(app: &App, office: &Office, shelf: &mut Shelf<'_>) -> Result<()> {
    let (_, stale) = look(office, shelf).await?;
    name(app, &stale);
    let mut ledger = shelf.ledger().clone();
    for old in &stale {
        ledger.forget(&old.entry.kept.dn, &old.entry.other.dn);
    }
    shelf.keep(&ledger)
}

fn name(app: &App, stale: &[Stale]) {
    for old in stale {
        let [kept, other] = &old.names;
        app.printer
            .warn(&Text::new(old.why).with("name", kept).with("other", other));
    }
}

/// The accounts as they are, and the decisions about those that are not what they were.
///
/// # Errors
/// As the directory answers.
async fn look(office: &Office, shelf: &Shelf<'_>) -> Result<(BTreeMap<Dn, Face>, Vec<Stale>)> {
    let decided = shelf.ledger().decided();
    let names: BTreeSet<&Dn> = decided
        .iter()
        .flat_map(|entry| [&entry.kept.dn, &entry.other.dn])
        .collect();
    let names: Vec<Dn> = names.into_iter().cloned().collect();
    let faces = faces(office, &names).await?;
    let stale = decided
        .into_iter()
        .filter_map(|entry| {
            let why = why_stale(entry, &faces)?;
            let called = |dn: &Dn| match faces.get(dn) {
                Some(face) => face.named(),
                None => dn.rdn_value().unwrap_or_else(|| dn.as_str().to_owned()),
            };
            Some(Stale {
                entry: entry.clone(),
                why,
                names: [called(&entry.kept.dn), called(&entry.other.dn)],
            })
        })
        .collect();
    Ok((faces, stale))
}

fn why_stale(entry: &Entry, faces: &BTreeMap<Dn, Face>) -> Option<&'static str> {
    let (Some(kept), Some(other)) = (faces.get(&entry.kept.dn), faces.get(&entry.other.dn)) else {
        return Some("review-dropped-gone");
    };
    if kept.is_tied(other) {
        return Some("review-dropped-joined");
    }
    if kept.is_told_apart(other) {
        return Some("review-dropped-apart");
    }
    let changed = kept.mark() != entry.kept.mark || other.mark() != entry.other.mark;
    changed.then_some("review-dropped-changed")
}

/// Decisions as a table; in CSV as `account link`, `merge` and `dismiss` read them.
pub(super) fn table<'a>(app: &App, entries: &[&Entry], faces: &'a BTreeMap<Dn, Face>) -> Table {
    let csv = app.printer.format() == Format::Csv;
    let mut table = Table::new(if csv { CSV } else { SCREEN });
    for entry in entries {
        let sides = (faces.get(&entry.kept.dn), faces.get(&entry.other.dn));
        let (Some(kept), Some(other), Some(verdict)) = (sides.0, sides.1, entry.answer.verdict())
        else {
            continue;
        };
        if !csv {
            table.push(vec![
                word(entry.answer),
                kept.named().into(),
                other.named().into(),
            ]);
            continue;
        }
        let side = |face: &'a Face| check::Side {
            uid: &face.raw.uid,
            family: &face.raw.family,
            given: &face.raw.given,
        };
        let (a, b) = (side(kept), side(other));
        table.push(vec![
            a.uid.into(),
            b.uid.into(),
            "a".into(),
            verdict.code().into(),
            check(a, b).into(),
            kept.account.display_name.clone().into(),
            other.account.display_name.clone().into(),
            kept.account.login.clone().into(),
            other.account.login.clone().into(),
        ]);
    }
    table
}

/// An answer as a cell.
fn word(answer: Answer) -> Cell {
    let code = answer.verdict().map_or("", |verdict| verdict.code());
    Cell::Coded {
        code: code.to_owned(),
        text: Text::new(format!("review-decided-{code}")),
    }
}

const SCREEN: &[Column] = &[
    Column {
        key: "decision",
        title: "review-decision",
    },
    Column {
        key: "keep",
        title: "duplicates-keep",
    },
    Column {
        key: "other",
        title: "duplicates-other",
    },
];

const CSV: &[Column] = &[
    column("uid_a"),
    column("uid_b"),
    column("keep"),
    column("decision"),
    column("check"),
    column("name_a"),
    column("name_b"),
    column("login_a"),
    column("login_b"),
];

const fn column(key: &'static str) -> Column {
    // Never on a screen: there the other columns are shown.
    Column { key, title: key }
}
