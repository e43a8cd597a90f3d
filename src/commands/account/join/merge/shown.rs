//! A merge before it is confirmed: the accounts side by side, what is gained, what is closed.

use super::Merges;
use crate::app::{App, Office};
use crate::domain::account::Account;
use crate::domain::change::{Change, Modification, NewValue};
use crate::domain::dn::Dn;
use crate::domain::duplicates::KeepReason;
use crate::domain::join::Decision;
use crate::error::Result;
use crate::i18n::Text;
use crate::output::{Cell, Column, Table, words};
use std::collections::{BTreeMap, BTreeSet};

const FIELD: Column = Column {
    key: "field",
    title: "column-field",
};
const KEPT: Column = Column {
    key: "kept",
    title: "merge-column-kept",
};
const ABSORBED: Column = Column {
    key: "absorbed",
    title: "merge-column-absorbed",
};

/// Side by side, then what is gained.
///
/// # Errors
/// As the directory answers.
pub(super) async fn show(
    app: &App,
    office: &Office,
    decision: &Decision,
    merges: &Merges,
) -> Result<()> {
    let children = children(office, decision.accounts()).await?;
    for (other, _) in &decision.others {
        let table = side_by_side(app, &decision.kept, other, &children);
        app.printer.table(&table);
    }
    for line in gains(decision, merges, &children) {
        app.printer.note(&line);
    }
    Ok(())
}

/// Which account is kept, and why that one: for a person to agree with, and told where nobody is asked too.
pub(super) fn propose(app: &App, decision: &Decision, reason: KeepReason) {
    let why = Text::new(format!("duplicates-keep-{}", reason.code()));
    app.printer.note(
        &Text::new("merge-proposed")
            .with("name", login_of(&decision.kept))
            .with("reason", why),
    );
}

/// What a person must know before saying yes.
pub(super) fn warn(app: &App, decision: &Decision, merges: &Merges, deletes: bool) {
    let printer = &app.printer;
    for (other, _) in &decision.others {
        let key = match (deletes, merges.names.locked.is_some()) {
            (true, _) => "merge-deletes",
            (false, true) => "merge-closes",
            (false, false) => "merge-stays-open",
        };
        let text = Text::new(key)
            .with("login", login_of(other))
            .with("kept", login_of(&decision.kept));
        if key == "merge-closes" {
            printer.note(&text);
        } else {
            printer.warn(&text);
        }
    }
    for remark in &merges.remarks {
        let key = format!("merge-remark-{}", remark.code);
        printer.warn(&Text::new(key).with("about", &remark.about));
    }
}

pub(super) fn login_of(account: &Account) -> String {
    let login = account.login.clone();
    login.unwrap_or_else(|| account.display_name.clone())
}

/// The names of these people's children, as far as the profile may see them.
///
/// # Errors
/// As the directory answers.
pub(super) async fn children<'a>(
    office: &Office,
    accounts: impl Iterator<Item = &'a Account>,
) -> Result<BTreeMap<Dn, String>> {
    let all: BTreeSet<Dn> = accounts.flat_map(|a| a.children.iter().cloned()).collect();
    let all: Vec<Dn> = all.into_iter().collect();
    let children = office.people.read_accounts(&all).await?;
    let inside = office.people.in_scope(&children).await?;
    Ok(children
        .into_iter()
        .zip(inside)
        .filter_map(|(child, inside)| inside.then_some((child.dn, child.display_name)))
        .collect())
}

fn side_by_side(
    app: &App,
    kept: &Account,
    other: &Account,
    children: &BTreeMap<Dn, String>,
) -> Table {
    let mut table = Table::new(&[FIELD, KEPT, ABSORBED]);
    let localizer = app.printer.localizer();
    type Row<'a> = (&'static str, Box<dyn Fn(&Account) -> String + 'a>);
    let rows: [Row<'_>; 8] = [
        ("name", Box::new(|a| a.display_name.clone())),
        (
            "birth-name",
            Box::new(|a| a.birth_name.clone().unwrap_or_default()),
        ),
        (
            "birth-date",
            Box::new(|a| a.birth_date.clone().unwrap_or_default()),
        ),
        ("login", Box::new(|a| a.login.clone().unwrap_or_default())),
        ("mails", Box::new(|a| a.mails.join(", "))),
        ("children", Box::new(|a| names_of(&a.children, children))),
        (
            "last-login",
            Box::new(|a| {
                let at = a.state.last_login_at;
                at.map(|at| words::day(at, localizer.language()))
                    .unwrap_or_default()
            }),
        ),
        ("state", Box::new(|a| words::state(a, localizer))),
    ];
    for (field, of) in rows {
        let (left, right) = (of(kept), of(other));
        if left.is_empty() && right.is_empty() {
            continue;
        }
        // What differs is marked, so that one sees at a glance what speaks against it.
        let mark = if left == right || left.is_empty() || right.is_empty() {
            ""
        } else {
            "≠ "
        };
        table.push(vec![
            Cell::Coded {
                code: field.to_owned(),
                text: Text::new(format!("merge-field-{field}")),
            },
            Cell::from(left),
            Cell::from(format!("{mark}{right}")),
        ]);
    }
    table
}

pub(super) fn names_of(children: &BTreeSet<Dn>, known: &BTreeMap<Dn, String>) -> String {
    let names: Vec<&str> = children
        .iter()
        .filter_map(|dn| known.get(dn))
        .map(String::as_str)
        .collect();
    names.join(", ")
}

/// What the kept account gains, in sentences.
fn gains(decision: &Decision, merges: &Merges, children: &BTreeMap<Dn, String>) -> Vec<Text> {
    let kept = &decision.kept;
    let names = &merges.names;
    let of_kept = || {
        merges
            .plan
            .changes
            .iter()
            .filter(|c| *c.target() == kept.dn)
    };
    let gained = |attributes: &[String]| -> Vec<String> {
        let all = of_kept().flat_map(|change| added(change, attributes));
        all.collect()
    };
    let new_children: BTreeSet<Dn> = gained(&names.children)
        .iter()
        .filter_map(|child| Dn::parse(child).ok())
        .collect();
    let mut groups: Vec<String> = Vec::new();
    let mut others = 0_usize;
    for change in &merges.plan.changes {
        let target = change.target();
        if decision.accounts().any(|account| account.dn == *target) {
            continue;
        }
        if !added(change, &names.member).is_empty() {
            let entry = merges.scene.entry(target);
            groups.extend(
                entry
                    .and_then(|e| e.text("cn"))
                    .or_else(|| target.rdn_value()),
            );
        } else if !decision.accounts().any(|a| a.children.contains(target)) {
            others += 1;
        }
    }
    groups.sort();
    let line = |key: &str, all: &[String]| {
        (!all.is_empty()).then(|| {
            Text::new(key)
                .with("name", login_of(kept))
                .with("count", all.len())
                .with("what", all.join(", "))
        })
    };
    let named: Vec<String> = new_children
        .iter()
        .filter_map(|dn| children.get(dn).cloned())
        .collect();
    let nothing = new_children.is_empty() && groups.is_empty();
    let mail: Vec<String> = merges
        .mail
        .iter()
        .flat_map(|rules| {
            let watched: Vec<String> = rules.watched().into_iter().map(str::to_owned).collect();
            gained(&watched)
        })
        .filter(|value| value.contains('@'))
        .collect();
    let lines = [
        line("merge-gains-children", &named),
        line("merge-gains-groups", &groups),
        line("merge-gains-rights", &gained(&names.rights)),
        line("merge-gains-mail", &mail),
        (others > 0).then(|| Text::new("merge-gains-others").with("count", others)),
        nothing.then(|| Text::new("merge-gains-nothing").with("name", login_of(kept))),
    ];
    lines.into_iter().flatten().collect()
}

/// The values that a change adds to these attributes.
fn added(change: &Change, attributes: &[String]) -> Vec<String> {
    let is_one = |name: &str| attributes.iter().any(|a| a.eq_ignore_ascii_case(name));
    let mut found = Vec::new();
    for modification in &change.modifications {
        if let Modification::Add { attribute, values } = modification
            && is_one(attribute)
        {
            found.extend(values.iter().filter_map(|value| match value {
                NewValue::Text(text) => Some(text.clone()),
                NewValue::Password => None,
            }));
        }
    }
    found
}
