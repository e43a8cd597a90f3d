//! What taking a run back comes to: the inverse changes, and everything that stays as it is, with its reason.

use crate::app::Office;
use crate::commands::shared::{barred, stays_closed};
use crate::domain::account::Account;
use crate::domain::change::{Change, Plan, Refusal};
use crate::domain::dn::Dn;
use crate::domain::undo;
use crate::error::Result;
use crate::explain;
use std::collections::{BTreeMap, BTreeSet};

/// Note of a change that leaves some values as others have made them since; code of what is left so.
const MOVED_SINCE: &str = "moved-since";
/// Code of an account that was given a password: nobody keeps the former one.
pub const PASSWORD_NOT_KEPT: &str = "password-not-kept";

/// Looks at the accounts as they are now, and computes the way back of each change: the inverse changes, last
/// first; accounts that are back already as unchanged ones; as refusals the accounts that may not be changed, and
/// what stays as it is.
///
/// # Errors
/// As the directory answers.
pub async fn find(office: &Office, changes: &[&Change]) -> Result<Plan> {
    let names = office.people.schema().undo();
    let changes = by_entry(changes);
    let dns: Vec<Dn> = changes.iter().map(|c| c.account.dn.clone()).collect();
    let targets: Vec<Dn> = changes.iter().map(|c| c.target().clone()).collect();
    let wanted: BTreeSet<String> = changes
        .iter()
        .flat_map(|change| undo::attributes(change, &names))
        .collect();
    let wanted: Vec<String> = wanted.into_iter().collect();
    let entries = office
        .people
        .directory()
        .read_many(&targets, &wanted)
        .await
        .map_err(explain::directory)?;
    let accounts = office.people.read_accounts(&dns).await?;
    let barred = barred(office, &accounts).await?;
    let present: BTreeMap<&Dn, &Account> = accounts.iter().map(|a| (&a.dn, a)).collect();
    let mut plan = Plan::default();
    for (change, now) in changes.iter().zip(entries).rev() {
        let current = present.get(&change.account.dn);
        let reason = barred.get(&change.account.dn);
        // Of somebody who may not be changed, nothing is told but what the history tells.
        let account = match (current, reason) {
            (Some(current), None) => current.reference(),
            _ => change.account.clone(),
        };
        let refusal = |code: &str, given: Option<String>| Refusal {
            account: Some(account.clone()),
            given,
            line: None,
            code: code.to_owned(),
        };
        let undone = undo::undo(change, now.as_ref(), &names);
        let (Some(undone), Some(_)) = (undone, current) else {
            plan.refusals.push(refusal("gone-since", None));
            continue;
        };
        let mut left = Vec::new();
        if change.sets_password() {
            left.push(refusal(PASSWORD_NOT_KEPT, None));
        } else if !undone.lost.is_empty() {
            left.push(refusal("not-kept", None));
        }
        for moved in undone.moved {
            left.push(refusal(MOVED_SINCE, Some(moved.attribute)));
        }
        if undone.change.is_none() && left.is_empty() {
            plan.unchanged.push(account);
            continue;
        }
        let opens = || stays_closed(office, undone.change.as_ref()?, current?);
        if let Some(code) = reason.copied().or_else(opens) {
            plan.refusals.push(refusal(code, None));
            continue;
        }
        if let Some(mut inverse) = undone.change {
            inverse.account = account.clone();
            let partly = !left.is_empty();
            inverse.notes.extend(partly.then(|| MOVED_SINCE.to_owned()));
            plan.changes.push(inverse);
        }
        plan.refusals.append(&mut left);
    }
    Ok(plan)
}

/// One change an entry: several of one run are taken back as one, for the writes of a run have no order.
/// Those that set a password stay apart: what cannot come back must not keep the rest. So do entries that were made
/// or taken away.
fn by_entry(changes: &[&Change]) -> Vec<Change> {
    let mut grouped: Vec<Vec<&Change>> = Vec::new();
    let mut places: BTreeMap<&Dn, usize> = BTreeMap::new();
    for change in changes {
        if change.sets_password() || change.makes_entry() || change.removes_entry() {
            grouped.push(vec![change]);
            continue;
        }
        let place = *places.entry(change.target()).or_insert(grouped.len());
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
