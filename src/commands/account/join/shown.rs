//! What a person sees before a yes: the accounts side by side, what one gains or loses, which login is closed or open.

use super::planning::Joining;
use crate::app::{App, Office};
use crate::domain::account::Account;
use crate::domain::change::{Change, Modification, NewValue};
use crate::domain::dn::Dn;
use crate::domain::effect::same_name;
use crate::domain::join::{Decision, Remark};
use crate::domain::time::LOCKED_FOR_GOOD;
use crate::error::Result;
use crate::i18n::Text;
use crate::output::{Cell, Column, Format, Table, words};
use crate::schema;
use std::collections::{BTreeMap, BTreeSet};

/// More decisions than this are a list, not one after the other.
const MOST_SHOWN: usize = 3;

/// Which way a decision goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The accounts are linked.
    Together,
    /// They are taken apart.
    Apart,
}

const COLUMNS: &[Column] = &[
    Column {
        key: "part",
        title: "column-part",
    },
    Column {
        key: "name",
        title: "column-name",
    },
    Column {
        key: "login",
        title: "column-login",
    },
    Column {
        key: "last_login",
        title: "column-last-login",
    },
    Column {
        key: "children",
        title: "column-children",
    },
    Column {
        key: "state",
        title: "column-state",
    },
];

/// Shows the decisions that these changes carry out; many of them as a list of changes.
///
/// # Errors
/// As the directory answers.
pub async fn decisions(
    app: &App,
    office: &Office,
    joining: &Joining,
    decisions: &[Decision],
    changes: &[Change],
    way: Way,
) -> Result<()> {
    let of = |decision: &Decision| -> Vec<&Change> {
        let kept = &decision.kept.dn;
        changes.iter().filter(|c| c.account.dn == *kept).collect()
    };
    let shown: Vec<(&Decision, Vec<&Change>)> = decisions
        .iter()
        .map(|decision| (decision, of(decision)))
        .filter(|(_, changes)| !changes.is_empty())
        .collect();
    if shown.len() > MOST_SHOWN || app.printer.format() == Format::Csv {
        let table = crate::commands::shared::changes::table(changes, &app.printer);
        app.printer.table(&table);
        return Ok(());
    }
    for (decision, changes) in shown {
        let moved = Moved::of(joining, &decision.kept.dn, &changes, way);
        let children = children(office, decision, &moved).await?;
        app.printer.table(&side_by_side(app, decision, &children));
        for text in sentences(decision, &moved, &children, way) {
            app.printer.note(&text);
        }
    }
    Ok(())
}

/// What one should know, as warnings.
pub fn remarks(app: &App, remarks: &[Remark]) {
    for remark in remarks {
        let text = Text::new(format!("link-remark-{}", remark.code)).with("about", &remark.about);
        let text = match schema::words::key(&remark.attribute) {
            Some(key) => text.with("field", Text::new(key)),
            None => text.with("field", &remark.attribute),
        };
        app.printer.warn(&text);
    }
}

/// What the kept account gains or loses.
#[derive(Default)]
struct Moved {
    children: BTreeSet<Dn>,
    groups: BTreeSet<String>,
    rights: BTreeSet<String>,
    /// Accounts that are closed, or open again.
    access: BTreeSet<Dn>,
}

impl Moved {
    fn of(joining: &Joining, kept: &Dn, changes: &[&Change], way: Way) -> Moved {
        let names = &joining.names;
        let mut moved = Moved::default();
        for change in changes {
            for modification in &change.modifications {
                let attribute = modification.attribute();
                let is = |list: &[String]| list.iter().any(|a| a.eq_ignore_ascii_case(attribute));
                if names
                    .locked
                    .as_deref()
                    .is_some_and(|a| a.eq_ignore_ascii_case(attribute))
                {
                    let closes = values(modification).any(|v| v == LOCKED_FOR_GOOD);
                    if closes == (way == Way::Together) {
                        moved.access.insert(change.target().clone());
                    }
                }
                let theirs = match way {
                    Way::Together => matches!(modification, Modification::Add { .. }),
                    Way::Apart => matches!(modification, Modification::Delete { .. }),
                };
                if !theirs {
                    continue;
                }
                let own = *change.target() == *kept;
                if own && is(&names.children) {
                    moved
                        .children
                        .extend(values(modification).filter_map(|v| Dn::parse(v).ok()));
                } else if own && is(&names.rights) {
                    moved.rights.extend(values(modification).map(str::to_owned));
                } else if is(&names.member)
                    && values(modification).any(|v| same_name(v, kept.as_str()))
                {
                    moved.groups.extend(change.target().rdn_value());
                }
            }
        }
        moved
    }
}

fn values(modification: &Modification) -> impl Iterator<Item = &str> {
    let (Modification::Add { values, .. }
    | Modification::Delete { values, .. }
    | Modification::Replace { values, .. }) = modification;
    values.iter().filter_map(|value| match value {
        NewValue::Text(text) => Some(text.as_str()),
        NewValue::Password => None,
    })
}

/// The children of all concerned, as far as the profile may see them.
async fn children(
    office: &Office,
    decision: &Decision,
    moved: &Moved,
) -> Result<BTreeMap<Dn, String>> {
    let names: BTreeSet<&Dn> = decision
        .accounts()
        .flat_map(|account| &account.children)
        .chain(&moved.children)
        .collect();
    let names: Vec<Dn> = names.into_iter().cloned().collect();
    let found = office.people.read_accounts(&names).await?;
    let inside = office.people.in_scope(&found).await?;
    Ok(found
        .into_iter()
        .zip(inside)
        .filter(|(_, inside)| *inside)
        .map(|(child, _)| (child.dn, child.display_name))
        .collect())
}

fn named<'a>(
    dns: impl IntoIterator<Item = &'a Dn>,
    children: &BTreeMap<Dn, String>,
) -> Vec<String> {
    dns.into_iter()
        .filter_map(|dn| children.get(dn).cloned())
        .collect()
}

fn side_by_side(app: &App, decision: &Decision, children: &BTreeMap<Dn, String>) -> Table {
    let localizer = app.printer.localizer();
    let mut table = Table::new(COLUMNS).yielding(&["state", "last_login"]);
    for account in decision.accounts() {
        let part = if account.dn == decision.kept.dn {
            "principal"
        } else {
            "secondary"
        };
        let last = account.state.last_login_at;
        table.push(vec![
            Cell::Coded {
                code: part.to_owned(),
                text: Text::new(format!("link-part-{part}")),
            },
            account.display_name.clone().into(),
            account.login.clone().into(),
            Cell::Shown {
                value: last.map(|at| at.to_string()).unwrap_or_default(),
                words: last
                    .map(|at| words::day(at, localizer.language()))
                    .unwrap_or_default(),
            },
            named(&account.children, children).join(", ").into(),
            Cell::Shown {
                value: words::state_codes(account).join(","),
                words: words::state(account, localizer),
            },
        ]);
    }
    table
}

/// What is gained or lost, and who gets in from now on.
fn sentences(
    decision: &Decision,
    moved: &Moved,
    children: &BTreeMap<Dn, String>,
    way: Way,
) -> Vec<Text> {
    let kept = &decision.kept.display_name;
    let say = |together: &'static str, apart: &'static str| {
        Text::new(match way {
            Way::Together => together,
            Way::Apart => apart,
        })
        .with("name", kept)
    };
    let mut said = Vec::new();
    let names = named(&moved.children, children);
    if !names.is_empty() {
        said.push(
            say("link-gains-children", "link-losing-children")
                .with("count", names.len())
                .with("children", names.join(", ")),
        );
    }
    let list = |all: &BTreeSet<String>| all.iter().cloned().collect::<Vec<_>>().join(", ");
    if !moved.groups.is_empty() {
        said.push(
            say("link-gains-groups", "link-losing-groups")
                .with("count", moved.groups.len())
                .with("groups", list(&moved.groups)),
        );
    }
    if !moved.rights.is_empty() {
        said.push(
            say("link-gains-rights", "link-losing-rights")
                .with("count", moved.rights.len())
                .with("rights", list(&moved.rights)),
        );
    }
    if said.is_empty() {
        said.push(say("link-gains-nothing", "link-losing-nothing"));
    }
    let called = |account: &Account| {
        account
            .login
            .clone()
            .unwrap_or_else(|| account.display_name.clone())
    };
    for (other, _) in &decision.others {
        let touched = moved.access.contains(&other.dn);
        let text = match (way, touched) {
            (Way::Together, true) => Text::new("link-closes").with("kept", called(&decision.kept)),
            (Way::Together, false) if other.state.disabled => continue,
            (Way::Together, false) => Text::new("link-stays-open"),
            (Way::Apart, true) => Text::new("link-opens"),
            (Way::Apart, false) => continue,
        };
        said.push(text.with("login", called(other)));
    }
    said
}
