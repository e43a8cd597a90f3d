//! The change that brings a redirect or a recovery address about: one Modify, value by value, with the
//! auxiliary class added when it is needed and taken away with the last of what it is there for.

use super::{CopyRule, MailRules, Redirect, Standing, Way, beyond, same};
use crate::domain::account::{Account, Role};
use crate::domain::change::{Before, Change, Operation, Reliance};
use crate::domain::effect::{steps, touched};
use crate::domain::entry::Entry;
use crate::domain::intents::relied_identity;
use crate::domain::mail_address::MailAddress;
use crate::domain::rules::mail_stays;
use std::collections::BTreeSet;

/// Note of a change: the redirect is also the recovery address, which changes with it.
pub const NOTE_SETS_RECOVERY: &str = "sets-recovery";
/// Note of a change: the recovery address is also the redirect, which changes with it.
pub const NOTE_SETS_REDIRECT: &str = "sets-redirect";
/// Note of a change: there is no ENT address that could be redirected.
pub const NOTE_NO_ENT_ADDRESS: &str = "no-ent-address";

/// What is wanted of one thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Wish<T> {
    /// As it is.
    #[default]
    Leave,
    /// Away.
    Clear,
    /// This.
    Set(T),
}

/// What is wanted of the mail of one account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Where mail is to go.
    pub redirect: Wish<Vec<MailAddress>>,
    /// Whether a copy stays in the ENT mailbox; `None` as it is, and none for a new redirect.
    pub keep_copy: Option<bool>,
    /// Where a forgotten password may be sent.
    pub recovery: Wish<MailAddress>,
}

/// Why it may not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailRefusal {
    /// The mail of this role stays in the ENT.
    Role(Role),
    /// It leads to the account's own ENT address.
    OwnAddress,
    /// The school's configuration does not let mail go to this domain.
    Domain,
    /// This directory cannot keep a copy.
    CopyImpossible,
    /// A copy of what: there is no redirect.
    CopyWithoutRedirect,
    /// This directory holds one address.
    OnlyOne,
    /// The account has no mailbox in the mail system.
    NoMailbox,
    /// Where its mail goes is written down together with that of others.
    AliasShared,
    /// No attribute is configured for the recovery address of this role.
    NoRecovery,
    /// The recovery address would be the ENT mailbox, behind the very password.
    RecoveryBehind,
    /// Redirect and recovery address are one thing in this directory, and two were given.
    RecoveryIsRedirect,
}

impl MailRefusal {
    /// One of each, for documents and tests.
    pub const ALL: [MailRefusal; 11] = [
        MailRefusal::Role(Role::Pupil),
        MailRefusal::OwnAddress,
        MailRefusal::Domain,
        MailRefusal::CopyImpossible,
        MailRefusal::CopyWithoutRedirect,
        MailRefusal::OnlyOne,
        MailRefusal::NoMailbox,
        MailRefusal::AliasShared,
        MailRefusal::NoRecovery,
        MailRefusal::RecoveryBehind,
        MailRefusal::RecoveryIsRedirect,
    ];

    /// Stable machine code.
    pub fn code(self) -> &'static str {
        match self {
            MailRefusal::Role(_) => "mail-stays",
            MailRefusal::OwnAddress => "redirect-own-address",
            MailRefusal::Domain => "redirect-domain",
            MailRefusal::CopyImpossible => "keep-copy-impossible",
            MailRefusal::CopyWithoutRedirect => "keep-copy-alone",
            MailRefusal::OnlyOne => "redirect-only-one",
            MailRefusal::NoMailbox => "no-mailbox",
            MailRefusal::AliasShared => "alias-shared",
            MailRefusal::NoRecovery => "no-recovery",
            MailRefusal::RecoveryBehind => "recovery-behind",
            MailRefusal::RecoveryIsRedirect => "recovery-is-redirect",
        }
    }
}

/// The change that brings this about on the entry as it was read; `None` where it is so already.
///
/// # Errors
/// What may not be.
pub fn plan(
    rules: &MailRules,
    account: &Account,
    entry: &Entry,
    wanted: &Wanted,
) -> Result<Option<Change>, MailRefusal> {
    let now = rules.standing(entry);
    let goals = goals(rules, &account.roles, entry, &now, wanted)?;
    if goals.is_empty() {
        return Ok(None);
    }
    let mut change = write(account, entry, goals);
    change.notes = notes(rules, account, entry, &change, wanted);
    Ok(Some(change))
}

/// Whether it is so already, for somebody of these roles whose mail stands like this: what [`plan`] would find, without
/// the account. Of a file of many rows that is most of them.
pub fn holds_already(
    rules: &MailRules,
    roles: &BTreeSet<Role>,
    entry: &Entry,
    now: &Standing,
    wanted: &Wanted,
) -> bool {
    goals(rules, roles, entry, now, wanted).is_ok_and(|goals| goals.is_empty())
}

/// What is still to be reached.
fn goals(
    rules: &MailRules,
    roles: &BTreeSet<Role>,
    entry: &Entry,
    now: &Standing,
    wanted: &Wanted,
) -> Result<Vec<Goal>, MailRefusal> {
    let sets = matches!(wanted.redirect, Wish::Set(_)) || matches!(wanted.recovery, Wish::Set(_));
    if let Some(role) = mail_stays(roles).filter(|_| sets || wanted.keep_copy.is_some()) {
        return Err(MailRefusal::Role(role));
    }
    let mut goals: Vec<Goal> = Vec::new();
    let (redirect, elsewhere) = split(rules, roles, &now.own, wanted)?;
    let forwards = redirect_goals(rules, entry, now, &redirect, wanted.keep_copy, &mut goals)?;
    recovery_goal(rules, roles, entry, &now.own, elsewhere, &mut goals)?;
    class_goal(&rules.way, entry, forwards, &mut goals)?;
    goals.retain(|goal| !goal.is_reached(entry));
    Ok(goals)
}

/// An attribute, and the values it is to hold.
struct Goal {
    attribute: String,
    values: Vec<String>,
}

impl Goal {
    fn is_reached(&self, entry: &Entry) -> bool {
        let held = entry.texts(&self.attribute);
        let among = |value: &String, others: &[String]| others.iter().any(|o| same(o, value));
        held.len() == self.values.len()
            && held.iter().all(|value| among(value, &self.values))
            && self.values.iter().all(|value| among(value, &held))
    }
}

/// A recovery address in an attribute of its own, `None` where it goes.
type Elsewhere = Wish<(String, Option<MailAddress>)>;

/// What is wanted of the redirect, and what of the recovery address where that is another thing.
fn split(
    rules: &MailRules,
    roles: &BTreeSet<Role>,
    ent_addresses: &[String],
    wanted: &Wanted,
) -> Result<(Wish<Vec<MailAddress>>, Elsewhere), MailRefusal> {
    let own = rules.recovery_attributes(roles);
    let Some(first) = own.first() else {
        return match wanted.recovery {
            Wish::Set(_) => Err(MailRefusal::NoRecovery),
            Wish::Leave | Wish::Clear => Ok((wanted.redirect.clone(), Wish::Leave)),
        };
    };
    if !first.eq_ignore_ascii_case(&rules.way.attribute) {
        let elsewhere = match &wanted.recovery {
            Wish::Leave => Wish::Leave,
            Wish::Clear => Wish::Set(((*first).to_owned(), None)),
            Wish::Set(address) => Wish::Set(((*first).to_owned(), Some(address.clone()))),
        };
        return Ok((wanted.redirect.clone(), elsewhere));
    }
    if let Wish::Set(address) = &wanted.recovery
        && (rules.is_own(address.as_str())
            || ent_addresses.iter().any(|own| same(own, address.as_str())))
    {
        return Err(MailRefusal::RecoveryBehind);
    }
    let redirect = match (&wanted.redirect, &wanted.recovery) {
        (redirect, Wish::Leave) => redirect.clone(),
        (Wish::Leave | Wish::Clear, Wish::Clear) => Wish::Clear,
        (Wish::Leave, Wish::Set(address)) => Wish::Set(vec![address.clone()]),
        (Wish::Set(to), Wish::Set(address)) if to.iter().any(|to| to.resembles(address)) => {
            wanted.redirect.clone()
        }
        _ => return Err(MailRefusal::RecoveryIsRedirect),
    };
    Ok((redirect, Wish::Leave))
}

/// The redirect's attributes as they are to be; whether there is a redirect then.
fn redirect_goals(
    rules: &MailRules,
    entry: &Entry,
    Standing { own, redirect: now }: &Standing,
    redirect: &Wish<Vec<MailAddress>>,
    keep_copy: Option<bool>,
    goals: &mut Vec<Goal>,
) -> Result<Option<bool>, MailRefusal> {
    let to: Vec<String> = match redirect {
        Wish::Leave => now.addresses.clone(),
        Wish::Clear => Vec::new(),
        Wish::Set(addresses) => {
            for address in addresses {
                if own.iter().any(|own| same(own, address.as_str())) {
                    return Err(MailRefusal::OwnAddress);
                }
                if !rules.may_lead_to(address) {
                    return Err(MailRefusal::Domain);
                }
            }
            addresses.iter().map(ToString::to_string).collect()
        }
    };
    if to.len() > 1 && !rules.way.several && !matches!(redirect, Wish::Leave) {
        return Err(MailRefusal::OnlyOne);
    }
    let keep = keep_copy.unwrap_or(now.keep_copy) && !to.is_empty();
    match keep_copy {
        Some(true) if to.is_empty() => return Err(MailRefusal::CopyWithoutRedirect),
        Some(true) if rules.way.copy == CopyRule::Never => return Err(MailRefusal::CopyImpossible),
        // The own address is what says it: without one there is no way to.
        Some(true) if rules.way.copy == CopyRule::OwnAddress && own.is_empty() => {
            return Err(MailRefusal::CopyImpossible);
        }
        _ => {}
    }
    if matches!(redirect, Wish::Leave) && (keep_copy.is_none() || to.is_empty()) {
        return Ok(None);
    }
    if is_so(now, &to, keep) {
        return Ok(None);
    }
    let forwards = !to.is_empty();
    goals.extend(copy_goal(&rules.way.copy, entry, forwards, keep));
    let mut values = to;
    if keep && rules.way.copy == CopyRule::OwnAddress {
        values.extend(own.first().cloned());
    }
    let values = match &rules.way.separator {
        Some(separator) if !values.is_empty() => vec![values.join(separator)],
        _ => values,
    };
    goals.push(Goal {
        attribute: rules.way.attribute.clone(),
        values,
    });
    Ok(Some(forwards))
}

/// Whether the redirect is as wanted: the same addresses in any order, the same copy, and acted upon.
fn is_so(now: &Redirect, to: &[String], keep: bool) -> bool {
    let among = |value: &String, others: &[String]| others.iter().any(|o| same(o, value));
    now.addresses.len() == to.len()
        && now.addresses.iter().all(|a| among(a, to))
        && (to.is_empty() || (now.active && now.keep_copy == keep))
}

/// The attribute beside the redirect; values of it that are not ours stay.
fn copy_goal(rule: &CopyRule, entry: &Entry, forwards: bool, keep: bool) -> Option<Goal> {
    match rule {
        CopyRule::Never | CopyRule::OwnAddress => None,
        CopyRule::Values {
            attribute,
            forwarding,
            kept,
            dropped,
            resting,
        } => {
            let held = entry.texts(attribute);
            let ours = |value: &String| {
                [forwarding, kept, dropped, resting]
                    .into_iter()
                    .flatten()
                    .any(|mark| same(mark, value))
            };
            let mut values: Vec<String> = held.iter().filter(|v| !ours(v)).cloned().collect();
            let marks: Vec<&Option<String>> = match (forwards, keep) {
                (true, true) => vec![forwarding, kept],
                (true, false) => vec![forwarding, dropped],
                // What was never written is not written for the sake of taking away.
                (false, _) if held.is_empty() => Vec::new(),
                (false, _) => vec![resting],
            };
            values.extend(marks.into_iter().flatten().cloned());
            Some(Goal {
                attribute: attribute.clone(),
                values,
            })
        }
        CopyRule::Letter { attribute, letter } => {
            let held = entry.text(attribute);
            let mode = held.clone().unwrap_or_default();
            let letters: String = mode
                .chars()
                .filter(|c| c != letter && !matches!(c, '[' | ']'))
                .chain((forwards && !keep).then_some(*letter))
                .collect();
            let untouched = held.is_none() && letters.is_empty();
            Some(Goal {
                attribute: attribute.clone(),
                values: (!untouched)
                    .then(|| format!("[{letters}]"))
                    .into_iter()
                    .collect(),
            })
        }
    }
}

/// The recovery address in an attribute of its own. ENT addresses that stand beside it stay.
fn recovery_goal(
    rules: &MailRules,
    roles: &BTreeSet<Role>,
    entry: &Entry,
    own: &[String],
    wish: Elsewhere,
    goals: &mut Vec<Goal>,
) -> Result<(), MailRefusal> {
    let Wish::Set((attribute, address)) = wish else {
        return Ok(());
    };
    if let Some(address) = &address {
        let behind = rules.is_own(address.as_str())
            || (rules.own_domains.is_empty()
                && !rules.address.contains(&attribute)
                && own.iter().any(|own| same(own, address.as_str())));
        if behind {
            return Err(MailRefusal::RecoveryBehind);
        }
        let now = rules.recovery_beside(roles, entry, own);
        if now.is_some_and(|now| {
            now.attribute.eq_ignore_ascii_case(&attribute) && same(&now.address, address.as_str())
        }) {
            return Ok(());
        }
    }
    let mut values: Vec<String> = entry
        .texts(&attribute)
        .into_iter()
        .filter(|value| rules.is_own(value))
        .collect();
    values.extend(address.map(|address| address.to_string()));
    goals.push(Goal { attribute, values });
    Ok(())
}

/// The auxiliary class, as what stands on it comes and goes. `forwards`: whether there is a redirect then;
/// `None` where the redirect is left alone.
fn class_goal(
    way: &Way,
    entry: &Entry,
    forwards: Option<bool>,
    goals: &mut Vec<Goal>,
) -> Result<(), MailRefusal> {
    let (Some(class), Some(forwards)) = (&way.class, forwards) else {
        return Ok(());
    };
    let mut classes = entry.texts("objectClass");
    let there = entry.holds("objectClass", &class.name);
    if forwards && !there {
        if !class.added {
            return Err(MailRefusal::NoMailbox);
        }
        classes.push(class.name.clone());
    } else if !forwards && there && !class.attributes.is_empty() {
        let left = |attribute: &String| {
            let goal = goals
                .iter()
                .find(|goal| goal.attribute.eq_ignore_ascii_case(attribute));
            goal.map_or_else(|| entry.has(attribute), |goal| !goal.values.is_empty())
        };
        if class.attributes.iter().any(left) {
            return Ok(());
        }
        classes.retain(|held| !same(held, &class.name));
    } else {
        return Ok(());
    }
    goals.push(Goal {
        attribute: "objectClass".to_owned(),
        values: classes,
    });
    Ok(())
}

fn write(account: &Account, entry: &Entry, goals: Vec<Goal>) -> Change {
    let mut change = Change {
        account: account.reference(),
        operation: Operation::Modify,
        besides: Vec::new(),
        with: Vec::new(),
        relies_on: relied_identity(account),
        modifications: Vec::new(),
        before: Vec::new(),
        notes: Vec::new(),
    };
    for Goal { attribute, values } in goals {
        let former = entry.texts(&attribute);
        let (take, put) = (beyond(&former, &values), beyond(&values, &former));
        if attribute == "objectClass" {
            // Another class that comes or goes meanwhile is no drift.
            let holds = |value: &String| Reliance::Holds {
                attribute: attribute.clone(),
                value: value.clone(),
            };
            change.relies_on.extend(take.iter().map(holds));
            change
                .relies_on
                .extend(put.iter().map(|value| Reliance::Lacks {
                    attribute: attribute.clone(),
                    value: value.clone(),
                }));
        } else if former.is_empty() {
            change.relies_on.push(Reliance::Absent {
                attribute: attribute.clone(),
            });
        } else {
            change
                .relies_on
                .extend(former.iter().map(|value| Reliance::Holds {
                    attribute: attribute.clone(),
                    value: value.clone(),
                }));
        }
        change.modifications.extend(steps(&attribute, take, put));
        change.before.push(Before {
            attribute,
            values: former,
        });
    }
    change
}

/// The entry as a change leaves it; as it was, where that is not told.
pub fn applied(entry: &Entry, change: &Change) -> Entry {
    let mut after = entry.clone();
    for one in touched(change).into_iter().flatten() {
        after.put(&one.attribute, &one.after);
    }
    after
}

/// Whether a forgotten password would be sent elsewhere after a change than before it, or nowhere any more.
pub fn moves_recovery(
    rules: &MailRules,
    account: &Account,
    entry: &Entry,
    change: &Change,
) -> bool {
    let address = |entry: &Entry| {
        let found = rules.recovery(&account.roles, entry)?;
        Some(found.address.trim().to_lowercase())
    };
    address(entry) != address(&applied(entry, change))
}

/// What the person should know: that one thing is the other too, that there is nothing to redirect.
fn notes(
    rules: &MailRules,
    account: &Account,
    entry: &Entry,
    change: &Change,
    wanted: &Wanted,
) -> Vec<String> {
    let writes = change
        .before
        .iter()
        .any(|before| before.attribute.eq_ignore_ascii_case(&rules.way.attribute));
    let is_recovery = rules
        .recovery_attributes(&account.roles)
        .first()
        .is_some_and(|first| first.eq_ignore_ascii_case(&rules.way.attribute));
    let mut notes = Vec::new();
    let only_redirect = wanted.redirect != Wish::Leave && wanted.recovery == Wish::Leave;
    if only_redirect && moves_recovery(rules, account, entry, change) {
        notes.push(NOTE_SETS_RECOVERY.to_owned());
    }
    let only_recovery = wanted.recovery != Wish::Leave && wanted.redirect == Wish::Leave;
    if writes && is_recovery && only_recovery {
        notes.push(NOTE_SETS_REDIRECT.to_owned());
    }
    if matches!(wanted.redirect, Wish::Set(_)) && rules.ent_addresses(entry).is_empty() {
        notes.push(NOTE_NO_ENT_ADDRESS.to_owned());
    }
    notes
}

#[cfg(test)]
#[path = "change_tests.rs"]
mod tests;
