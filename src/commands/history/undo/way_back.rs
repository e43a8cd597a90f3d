//! What taking a run back comes to: the inverse changes, and everything that stays as it is, with its reason.

use crate::app::Office;
use crate::commands::shared::{Given, named, protected, refusal_text};
use crate::domain::account::{Account, AccountRef};
use crate::domain::change::{Change, Plan, Refusal};
use crate::domain::dn::Dn;
use crate::domain::undo::{self, Moved};
use crate::error::Result;
use crate::explain;
use crate::i18n::Text;
use crate::schema::words;
use std::collections::{BTreeMap, BTreeSet};

/// Note of a change that leaves some values as others have made them since.
pub const NOTE_MOVED_SINCE: &str = "moved-since";

/// Why something of an account is not taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Others have changed these values since.
    Moved(Vec<Moved>),
    /// A password was set: nobody keeps the former one.
    Password,
    /// The former values were not kept.
    NotKept,
    /// The account is not there any more.
    Gone,
}

/// An account of which something, or all, stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Whose.
    pub account: AccountRef,
    /// Why.
    pub why: Why,
}

impl Left {
    /// Stable code of the reason.
    pub fn code(&self) -> &'static str {
        match self.why {
            Why::Moved(_) => NOTE_MOVED_SINCE,
            Why::Password => "password-not-kept",
            Why::NotKept => "not-kept",
            Why::Gone => "gone",
        }
    }

    /// In words, with the fields that others have changed as a person calls them.
    pub fn lines(&self) -> Vec<Text> {
        let Why::Moved(moved) = &self.why else {
            return vec![refusal_text(&self.refusal())];
        };
        let name = named(&self.account);
        moved
            .iter()
            .map(|one| {
                Text::new("undo-left-moved")
                    .with("name", &name)
                    .with("field", field(&one.attribute))
            })
            .collect()
    }

    /// The same for the report.
    pub fn refusal(&self) -> Refusal {
        Refusal {
            account: Some(self.account.clone()),
            given: None,
            line: None,
            code: self.code().to_owned(),
        }
    }
}

fn field(attribute: &str) -> Text {
    words::key(attribute).map_or_else(|| Text::new("plain").with("text", attribute), Text::new)
}

/// The way back of some changes.
#[derive(Debug, Default)]
pub struct WayBack {
    /// The inverse changes, last first; accounts that are back already are its unchanged ones, and those
    /// that may not be changed its refusals.
    pub plan: Plan,
    /// What stays as it is.
    pub left: Vec<Left>,
    /// The accounts of the changes, as they are now.
    pub accounts: Vec<Account>,
}

/// Looks at the accounts as they are now, and computes the way back of each change.
///
/// # Errors
/// As the directory answers.
pub async fn find(office: &Office, changes: &[&Change]) -> Result<WayBack> {
    let names = office.people.schema().undo();
    let changes = by_account(changes);
    let dns: Vec<Dn> = changes.iter().map(|c| c.account.dn.clone()).collect();
    let wanted: BTreeSet<String> = changes
        .iter()
        .flat_map(|change| undo::attributes(change, &names))
        .collect();
    let wanted: Vec<String> = wanted.into_iter().collect();
    let entries = office
        .people
        .directory()
        .read_many(&dns, &wanted)
        .await
        .map_err(explain::directory)?;
    let accounts = office.people.read_accounts(&dns).await?;
    let refused = refused(office, &accounts).await?;
    let mut way = WayBack::default();
    for (change, now) in changes.iter().zip(entries).rev() {
        let current = accounts.iter().find(|a| a.dn == change.account.dn);
        let account = current.map_or_else(|| change.account.clone(), Account::reference);
        let (Some(now), Some(_)) = (now, current) else {
            way.left.push(Left {
                account,
                why: Why::Gone,
            });
            continue;
        };
        let undone = undo::undo(change, &now, &names);
        let why = if change.sets_password() {
            Some(Why::Password)
        } else if !undone.lost.is_empty() {
            Some(Why::NotKept)
        } else if !undone.moved.is_empty() {
            Some(Why::Moved(undone.moved))
        } else {
            None
        };
        if undone.change.is_none() && why.is_none() {
            way.plan.unchanged.push(account);
            continue;
        }
        if let Some((_, code)) = refused.iter().find(|(dn, _)| *dn == change.account.dn) {
            way.plan.refusals.push(Refusal {
                account: Some(account),
                given: None,
                line: None,
                code: (*code).to_owned(),
            });
            continue;
        }
        if let Some(mut inverse) = undone.change {
            inverse.account = account.clone();
            inverse
                .notes
                .extend(why.is_some().then(|| NOTE_MOVED_SINCE.to_owned()));
            way.plan.changes.push(inverse);
        }
        way.left.extend(why.map(|why| Left { account, why }));
    }
    way.accounts = accounts;
    Ok(way)
}

/// One change an account: several of one run are taken back as one, for the writes of a run have no order.
/// Those that set a password stay apart: what cannot come back must not keep the rest.
fn by_account(changes: &[&Change]) -> Vec<Change> {
    let mut grouped: Vec<Vec<&Change>> = Vec::new();
    let mut places: BTreeMap<&Dn, usize> = BTreeMap::new();
    for change in changes {
        if change.sets_password() {
            grouped.push(vec![change]);
            continue;
        }
        let place = *places.entry(&change.account.dn).or_insert(grouped.len());
        match grouped.get_mut(place) {
            Some(group) => group.push(change),
            None => grouped.push(vec![change]),
        }
    }
    grouped
        .iter()
        .filter_map(|group| undo::compose(group))
        .collect()
}

/// The accounts that this profile may not change, and the code of the reason.
async fn refused(office: &Office, accounts: &[Account]) -> Result<Vec<(Dn, &'static str)>> {
    let mut refused = Vec::new();
    let inside = office.people.in_scope(accounts).await?;
    for (account, inside) in accounts.iter().zip(inside) {
        if !inside {
            refused.push((account.dn.clone(), "out-of-scope"));
        }
    }
    let given: Vec<Given> = accounts
        .iter()
        .map(|account| Given {
            account: account.clone(),
            line: None,
        })
        .collect();
    for dn in protected(office, &given).await? {
        refused.push((dn, "protected"));
    }
    Ok(refused)
}
