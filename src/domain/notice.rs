//! Whom a change concerns who has not made it, and what they are told: a password that an administrator changed,
//! a redirect or a recovery address that is another one now. Nothing of it is a secret.

use super::account::{Account, Role};
use super::change::Change;
use super::effect::{touched, touched_names};
use super::entry::Entry;
use super::mail_address::MailAddress;
use super::redirect::{MailRules, same};

/// Which end of a change an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It counts from now on.
    New,
    /// It does so no longer.
    Former,
}

impl Side {
    /// Stable word, as templates compare it.
    pub fn as_str(self) -> &'static str {
        match self {
            Side::New => "new",
            Side::Former => "former",
        }
    }
}

/// What became of one address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Addresses {
    /// As that to which mail is redirected; `None` where this is not about it.
    pub redirect: Option<Side>,
    /// As the recovery address.
    pub recovery: Option<Side>,
    /// Whether a copy of what is redirected stays in the ENT.
    pub keep_copy: bool,
    /// Whether mail is redirected to other addresses too.
    pub others: bool,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An administrator changed the password.
    Password,
    /// An administrator changed what this address is for.
    Addresses(Addresses),
}

/// One mail to one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Where it goes.
    pub to: MailAddress,
    /// What it says.
    pub subject: Subject,
}

/// The notices of one change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notices {
    /// One an address.
    pub mails: Vec<Notice>,
    /// What stands in the place of an address and is none.
    pub unusable: Vec<String>,
}

/// Whether the change may concern an address at all: asked before anything is read for it.
pub fn touches(rules: &MailRules, change: &Change) -> bool {
    let watched = rules.watched();
    touched_names(change)
        .iter()
        .any(|name| watched.iter().any(|w| w.eq_ignore_ascii_case(name)))
}

/// Who is told of a change, on the entry as it was read before. Nobody writes to pupils, and nothing goes to the
/// account's own ENT mailbox, which may be behind the very password.
pub fn notices(rules: &MailRules, account: &Account, entry: &Entry, change: &Change) -> Notices {
    let mut found = Notices::default();
    if account.is(Role::Pupil) {
        return found;
    }
    if change.sets_password() {
        let recovery = rules.recovery(&account.roles, entry);
        found.mails.extend(recovery.and_then(|recovery| {
            Some(Notice {
                to: MailAddress::parse(&recovery.address)?,
                subject: Subject::Password,
            })
        }));
        return found;
    }
    let Some(touched) = touched(change) else {
        return found;
    };
    let (mut before, mut after) = (entry.clone(), entry.clone());
    for one in touched {
        before.put(&one.attribute, &one.before);
        after.put(&one.attribute, &one.after);
    }
    let own = rules.ent_addresses(entry);
    let mut told = Told {
        own: &own,
        found: Vec::new(),
    };
    let (was, is) = (rules.redirect(&before), rules.redirect(&after));
    if was != is {
        let others = is.addresses.len() > 1;
        for address in &is.addresses {
            let about = told.about(address);
            about.redirect = Some(Side::New);
            about.keep_copy = is.keep_copy;
            about.others = others;
        }
        for address in &was.addresses {
            if !is.addresses.iter().any(|now| same(now, address)) {
                told.about(address).redirect = Some(Side::Former);
            }
        }
    }
    let recovery = |entry: &Entry| rules.recovery(&account.roles, entry).map(|r| r.address);
    let (was, is) = (recovery(&before), recovery(&after));
    let unchanged = match (&was, &is) {
        (Some(was), Some(is)) => same(was, is),
        (None, None) => true,
        _ => false,
    };
    if !unchanged {
        for (address, side) in [(was, Side::Former), (is, Side::New)] {
            if let Some(address) = address {
                told.about(&address).recovery = Some(side);
            }
        }
    }
    told.end()
}

/// What was found for each address, in the order it came up.
struct Told<'a> {
    own: &'a [String],
    found: Vec<(String, Addresses)>,
}

impl Told<'_> {
    fn about(&mut self, address: &str) -> &mut Addresses {
        let place = self
            .found
            .iter()
            .position(|(known, _)| same(known, address));
        let at = place.unwrap_or_else(|| {
            self.found.push((address.to_owned(), Addresses::default()));
            self.found.len() - 1
        });
        &mut self.found[at].1
    }

    fn end(self) -> Notices {
        let mut notices = Notices::default();
        for (address, what) in self.found {
            if self.own.iter().any(|own| same(own, &address)) {
                continue;
            }
            match MailAddress::parse(&address) {
                Some(to) => notices.mails.push(Notice {
                    to,
                    subject: Subject::Addresses(what),
                }),
                None => notices.unusable.push(address),
            }
        }
        notices
    }
}
