//! Whose redirect and recovery address count after a merge: the kept account's own; where it has none, those of the
//! first absorbed account that has.

use super::Work;
use crate::domain::account::Account;
use crate::domain::change::Change;
use crate::domain::effect::{alike, touched};
use crate::domain::mail_address::MailAddress;
use crate::domain::redirect::{MailRules, Wanted, Wish, plan};

/// Lets the kept account inherit what it lacks. Where redirects stand in entries of their own, they stay where they
/// are, and that is told.
pub(super) fn inherit(work: &mut Work<'_>, rules: &MailRules, kept: &Account) {
    let Some(entry) = work.scene.entry(&work.kept) else {
        return;
    };
    let mut wanted = Wanted::default();
    let mut from = None;
    let has_redirect = !rules.redirect(entry).addresses.is_empty();
    let has_recovery = rules.recovery(&kept.roles, entry).is_some();
    for other in work.absorbed.clone() {
        let Some(theirs) = work.scene.entry(&other) else {
            continue;
        };
        let redirect = rules.redirect(theirs);
        if !has_redirect && wanted.redirect == Wish::Leave && !redirect.addresses.is_empty() {
            let addresses: Option<Vec<MailAddress>> = redirect
                .addresses
                .iter()
                .map(|address| MailAddress::parse(address))
                .collect();
            match addresses {
                Some(addresses) if rules.way.aliases.is_none() => {
                    wanted.keep_copy = (redirect.keep_copy).then_some(true);
                    wanted.redirect = Wish::Set(addresses);
                    from = Some(other.clone());
                }
                _ => work.remark("redirect-left", &other),
            }
        }
        if !has_recovery
            && wanted.recovery == Wish::Leave
            && let Some(recovery) = rules.recovery(&kept.roles, theirs)
            && !recovery.is_redirect
            && let Some(address) = MailAddress::parse(&recovery.address)
        {
            wanted.recovery = Wish::Set(address);
        }
    }
    // One that is refused leaves the other.
    let apart = [
        Wanted {
            recovery: Wish::Leave,
            ..wanted.clone()
        },
        Wanted {
            recovery: wanted.recovery,
            ..Wanted::default()
        },
    ];
    for one in apart {
        match plan(rules, kept, entry, &one) {
            Ok(Some(change)) => write(work, &change),
            Ok(None) => {}
            Err(_) => {
                if let (Wish::Set(_), Some(from)) = (&one.redirect, &from) {
                    work.remark("redirect-left", from);
                }
            }
        }
    }
}

fn write(work: &mut Work<'_>, change: &Change) {
    let kept = work.kept.clone();
    for one in touched(change).into_iter().flatten() {
        let gone = |value: &&String| !one.after.iter().any(|after| alike(after, value));
        for value in one.before.iter().filter(gone) {
            work.draft.remove(&kept, &one.attribute, value);
        }
        for value in &one.after {
            work.draft.add(&kept, &one.attribute, value);
        }
    }
}
