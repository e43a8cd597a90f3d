//! Why the mail of an account may not be as wanted, in words, with what to do about it.

use crate::domain::account::Account;
use crate::domain::redirect::{MailRefusal, MailRules, Wanted, Wish};
use crate::error::{CommandError, ExitStatus};
use crate::i18n::Text;

/// What was asked for that may not be: of a redirect, the domain that is refused.
pub(super) fn what(why: MailRefusal, rules: &MailRules, wanted: &Wanted) -> Option<String> {
    let (MailRefusal::Domain, Wish::Set(to)) = (why, &wanted.redirect) else {
        return None;
    };
    let refused = to.iter().find(|address| !rules.may_lead_to(address));
    refused.map(|address| {
        let text = address.to_string();
        text.rsplit_once('@')
            .map_or(text.clone(), |(_, domain)| domain.to_owned())
    })
}

/// Why it may not be, for one account that was typed: what is wrong with the words is wrong usage.
pub(super) fn refused(
    why: MailRefusal,
    account: &Account,
    rules: &MailRules,
    wanted: &Wanted,
) -> CommandError {
    let status = match why {
        MailRefusal::CopyImpossible
        | MailRefusal::CopyWithoutRedirect
        | MailRefusal::OnlyOne
        | MailRefusal::NoRecovery
        | MailRefusal::RecoveryIsRedirect => ExitStatus::Usage,
        MailRefusal::Role(_)
        | MailRefusal::OwnAddress
        | MailRefusal::Domain
        | MailRefusal::NoMailbox
        | MailRefusal::AliasShared
        | MailRefusal::RecoveryBehind => ExitStatus::Refused,
    };
    let key = match why {
        MailRefusal::RecoveryBehind => "mail-recovery-behind".to_owned(),
        _ => format!("refusal-{}", why.code()),
    };
    let mut sentence = Text::new(key).with("name", &account.display_name);
    if why == MailRefusal::Domain {
        let domain = what(why, rules, wanted).unwrap_or_default();
        sentence = sentence.with("given", domain);
    }
    let error = CommandError::new(status, why.code(), sentence);
    match hint(why, rules) {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn hint(why: MailRefusal, rules: &MailRules) -> Option<Text> {
    Some(match why {
        MailRefusal::Domain if !rules.allowed.is_empty() => {
            Text::new("redirect-domain-allowed").with("domains", rules.allowed.join(", "))
        }
        MailRefusal::Domain => {
            Text::new("redirect-domain-forbidden").with("domains", rules.forbidden.join(", "))
        }
        MailRefusal::OwnAddress => Text::new("redirect-own-address-hint"),
        MailRefusal::RecoveryBehind => Text::new("mail-recovery-behind-hint"),
        MailRefusal::OnlyOne => Text::new("redirect-only-one-hint"),
        MailRefusal::CopyImpossible => Text::new("keep-copy-impossible-hint"),
        MailRefusal::NoMailbox => Text::new("no-mailbox-hint"),
        MailRefusal::Role(_)
        | MailRefusal::CopyWithoutRedirect
        | MailRefusal::NoRecovery
        | MailRefusal::AliasShared
        | MailRefusal::RecoveryIsRedirect => return None,
    })
}
