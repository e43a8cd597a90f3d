//! What a change does to an account, in words: the field, what it held, what it will hold.

use crate::domain::change::Change;
use crate::domain::decision;
use crate::domain::dn::Dn;
use crate::domain::effect::{self, Touched};
use crate::domain::expiry::NOTE_ENDED;
use crate::domain::time::{LOCKED_FOR_GOOD, parse_generalized};
use crate::i18n::{Localizer, Text};
use crate::output::{Cell, Column, Printer, Table, words};
use crate::schema;
use std::collections::BTreeSet;

const COLUMNS: &[Column] = &[
    Column {
        key: "name",
        title: "column-name",
    },
    Column {
        key: "login",
        title: "column-login",
    },
    Column {
        key: "change",
        title: "column-change",
    },
];

/// Who, and what is done to each: a row a decision.
pub fn table(changes: &[Change], printer: &Printer) -> Table {
    let mut table = Table::new(COLUMNS);
    for decision in decision::decisions(changes) {
        let decision = &changes[decision];
        let Some(first) = decision.first() else {
            continue;
        };
        table.push(vec![
            first.account.name.clone().into(),
            first.account.login.clone().into(),
            cell(decision, printer),
        ]);
    }
    table
}

/// What one decision does, in one cell.
pub fn cell(decision: &[Change], printer: &Printer) -> Cell {
    let localizer = printer.localizer();
    let change = match decision {
        [change] if change.with.is_empty() => change,
        several => {
            let all = with_others(several, localizer, true).join(" ; ");
            let words = with_others(several, localizer, printer.verbose()).join(" ; ");
            return Cell::Shown { value: all, words };
        }
    };
    Cell::Shown {
        value: fields(change, localizer, true).join(" ; "),
        words: fields(change, localizer, printer.verbose()).join(" ; "),
    }
}

/// What one decision does, in words: the fields of a change; of several changes whom they are about, and how many
/// entries are written.
pub fn of_decision(decision: &[Change], printer: &Printer) -> Vec<String> {
    match decision {
        [change] if change.with.is_empty() => in_words(change, printer),
        several => with_others(several, printer.localizer(), printer.verbose()),
    }
}

/// With whom, and how many entries are written; `all`: each of them with its fields.
fn with_others(decision: &[Change], localizer: &Localizer, all: bool) -> Vec<String> {
    let others: Vec<&str> = decision::others(decision)
        .into_iter()
        .map(|other| other.name.as_str())
        .collect();
    let entries: BTreeSet<&Dn> = decision.iter().map(Change::target).collect();
    let summary = Text::new("change-decision")
        .with("others", others.join(", "))
        .with("count", entries.len());
    let mut lines = vec![localizer.say(&summary)];
    if all {
        for change in decision {
            let name = change.target().rdn_value().unwrap_or_default();
            let fields = fields(change, localizer, true).join(", ");
            lines.push(format!("{name}: {fields}"));
        }
    }
    lines
}

/// The fields of a change, one line each: `Mobile: 06… → 07…`. No password, not even a former one. That an entry
/// becomes of another kind is told to the expert (`--verbose`), and where nothing else is.
pub fn in_words(change: &Change, printer: &Printer) -> Vec<String> {
    fields(change, printer.localizer(), printer.verbose())
}

fn fields(change: &Change, localizer: &Localizer, all: bool) -> Vec<String> {
    let Some(touched) = effect::touched(change) else {
        let ended = change.notes.iter().any(|note| note == NOTE_ENDED);
        return vec![localizer.word(if ended {
            "change-password-ended"
        } else {
            "change-new-password"
        })];
    };
    // What an entry is called and which kind it is says nothing to a person.
    let made_or_gone = change.makes_entry() || change.removes_entry();
    let is_kind = |one: &Touched| one.attribute.eq_ignore_ascii_case("objectClass");
    let of_the_entry = |one: &Touched| is_kind(one) || change.target().is_named_by(&one.attribute);
    let shown: Vec<&Touched> = touched
        .iter()
        .filter(|one| one.before != one.after && !(made_or_gone && of_the_entry(one)))
        .collect();
    let only_kinds = shown.iter().all(|one| is_kind(one));
    shown
        .into_iter()
        .filter(|one| all || only_kinds || !is_kind(one))
        .map(|one| localizer.say(&replaced(one, localizer)))
        .collect()
}

/// The field, and its values before and after. What disables an account is told as its access: open, or not.
fn replaced(one: &Touched, localizer: &Localizer) -> Text {
    let decided = |values: &[String]| values.iter().any(|v| v == LOCKED_FOR_GOOD);
    let (field, nothing) = if decided(&one.before) || decided(&one.after) {
        (localizer.word("change-access"), "change-open")
    } else {
        (label(&one.attribute, localizer), "change-nothing")
    };
    Text::new("change-replaced")
        .with("field", field)
        .with("before", said(&one.before, nothing, localizer))
        .with("after", said(&one.after, nothing, localizer))
}

/// The field as a person calls it; the directory's own name where nobody has given it words.
pub fn label(attribute: &str, localizer: &Localizer) -> String {
    match schema::words::key(attribute) {
        Some(key) => localizer.word(&key),
        None => attribute.to_owned(),
    }
}

fn said(values: &[String], nothing: &str, localizer: &Localizer) -> String {
    let values: Vec<String> = values
        .iter()
        .map(|value| match value.as_str() {
            LOCKED_FOR_GOOD => localizer.word("state-disabled"),
            "TRUE" => localizer.word("export-yes"),
            "FALSE" => localizer.word("export-no"),
            _ => match parse_generalized(value) {
                Some(at) => words::moment(at, localizer.language()),
                None => value.clone(),
            },
        })
        .collect();
    if values.is_empty() {
        localizer.word(nothing)
    } else {
        values.join(", ")
    }
}
