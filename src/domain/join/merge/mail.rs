//! Whose redirect and recovery address count after a merge: the kept account's own; where it has none, those of the
//! first absorbed account that has.

use super::Work;
use crate::domain::account::Account;
use crate::domain::change::Change;
use crate::domain::effect::{alike, touched};
use crate::domain::mail_address::MailAddress;
use crate::domain::redirect::{MailRules, Wanted, Wish, plan};

/// Lets the kept account inherit what it lacks. Where redirects stand in entries of their own, they stay where they
/// are. A recovery address goes to the attribute that it stands in, unless that is the redirect: mail is not led away
/// for the sake of a password.
pub(super) fn inherit(work: &mut Work<'_>, rules: &MailRules, kept: &Account) {
    let Some(entry) = work.scene.entry(&work.kept) else {
        return;
    };
    let mut lacks_redirect = rules.redirect(entry).addresses.is_empty();
    let mut lacks_recovery = rules.recovery(&kept.roles, entry).is_none();
    for other in work.absorbed.clone() {
        let Some(theirs) = work.scene.entry(&other) else {
            continue;
        };
        let redirect = rules.redirect(theirs);
        if lacks_redirect && !redirect.addresses.is_empty() {
            let to = redirect.addresses.iter().map(|a| MailAddress::parse(a));
            let wanted = to.collect::<Option<Vec<_>>>().map(|to| Wanted {
                redirect: Wish::Set(to),
                keep_copy: redirect.keep_copy.then_some(true),
                recovery: Wish::Leave,
            });
            match wanted.map(|wanted| plan(rules, kept, entry, &wanted)) {
                Some(Ok(Some(change))) => {
                    write(work, &change);
                    lacks_redirect = false;
                }
                Some(Ok(None)) => {}
                Some(Err(_)) | None => work.remark("redirect-left", &other),
            }
        }
        if lacks_recovery && let Some(recovery) = rules.recovery(&kept.roles, theirs) {
            if !recovery.is_redirect {
                work.draft
                    .add(&work.kept, &recovery.attribute, &recovery.address);
            }
            lacks_recovery = recovery.is_redirect && lacks_redirect;
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
