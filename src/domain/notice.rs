//! Whom a change concerns who has not made it, and what they are told: a password that an administrator changed,
//! a redirect or a recovery address that is another one now. Nothing of it is a secret.

use super::account::{Account, Role};
use super::change::{Change, Operation};
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
    /// Whether this is only about a redirect to some other address: somebody whose mail is led away by a stranger hears
    /// of it where a forgotten password would be sent.
    pub elsewhere: bool,
}

impl Addresses {
    /// Both said of one address, in one mail.
    #[must_use]
    pub fn and(self, other: Addresses) -> Addresses {
        let (redirect, recovery) = (
            self.redirect.or(other.redirect),
            self.recovery.or(other.recovery),
        );
        Addresses {
            redirect,
            recovery,
            keep_copy: self.keep_copy || other.keep_copy,
            others: self.others || other.others,
            elsewhere: redirect.is_none() && recovery.is_none(),
        }
    }
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

/// Who is told of a change, on the entry as it was read before, aliases joined to it. Nobody writes to pupils, and nothing goes to the
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
    // An alias of the account is joined to the entry; of what it holds, only where mail goes is the account's.
    let alias = change.operation != Operation::Modify;
    for one in touched {
        if alias && !one.attribute.eq_ignore_ascii_case(&rules.way.attribute) {
            continue;
        }
        before.put(&one.attribute, &one.before);
        after.put(&one.attribute, &one.after);
    }
    let own = rules.ent_addresses(entry);
    let mut told = Told {
        own: &own,
        found: Vec::new(),
    };
    let (was, is) = (rules.redirect(&before), rules.redirect(&after));
    let redirected = is
        .addresses
        .iter()
        .any(|now| !was.addresses.iter().any(|then| same(then, now)));
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
        for (address, side) in [(&was, Side::Former), (&is, Side::New)] {
            if let Some(address) = address {
                told.about(address).recovery = Some(side);
            }
        }
    }
    // Whose mail is led away hears of it where nobody has changed anything, too.
    if let Some(address) = is.filter(|_| redirected && unchanged) {
        let about = told.about(&address);
        about.elsewhere = about.redirect.is_none();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::tests::person;
    use crate::domain::change::{Modification, NewValue};
    use crate::domain::redirect::{CopyRule, THE_REDIRECT, Wanted, Way, Wish, plan};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn rules(recovery: &[&str]) -> MailRules {
        let recovery: Vec<String> = recovery.iter().map(|a| (*a).to_owned()).collect();
        MailRules {
            way: Way {
                attribute: "redirect".into(),
                separator: None,
                several: true,
                class: None,
                copy: CopyRule::OwnAddress,
                aliases: None,
            },
            address: vec!["mail".into()],
            own_domains: vec!["ent.example".into()],
            allowed: Vec::new(),
            forbidden: Vec::new(),
            recovery: BTreeMap::from([
                (Role::Parent, recovery.clone()),
                (Role::Pupil, recovery.clone()),
            ]),
        }
    }

    fn entry(held: &[(&str, &[&str])]) -> Entry {
        let start = Entry::new(person(&[]).dn).with("mail", &["zoe@ent.example"]);
        held.iter()
            .fold(start, |entry, (name, values)| entry.with(name, values))
    }

    fn address(text: &str) -> MailAddress {
        MailAddress::parse(text).expect("an address")
    }

    /// What each address is told: redirect, recovery.
    fn told(rules: &MailRules, entry: &Entry, wanted: &Wanted) -> Vec<(String, &'static str)> {
        let account = person(&[Role::Parent]);
        let change = plan(rules, &account, entry, wanted)
            .expect("allowed")
            .expect("a change");
        assert!(touches(rules, &change));
        notices(rules, &account, entry, &change)
            .mails
            .into_iter()
            .map(|notice| {
                let Subject::Addresses(what) = notice.subject else {
                    panic!("no password");
                };
                let said = match (what.redirect, what.recovery) {
                    (Some(Side::New), None) => "redirect new",
                    (Some(Side::Former), None) => "redirect former",
                    (None, Some(Side::New)) => "recovery new",
                    (None, Some(Side::Former)) => "recovery former",
                    (Some(Side::New), Some(Side::New)) => "both new",
                    (Some(Side::Former), Some(Side::Former)) => "both former",
                    (Some(Side::New), Some(Side::Former)) => "in place of the recovery",
                    (Some(Side::Former), Some(Side::New)) => "now the recovery",
                    (None, None) if what.elsewhere => "elsewhere",
                    (None, None) => "nothing",
                };
                (notice.to.to_string(), said)
            })
            .collect()
    }

    fn redirect(to: &str) -> Wanted {
        Wanted {
            redirect: Wish::Set(vec![address(to)]),
            ..Wanted::default()
        }
    }

    fn pairs(of: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
        of.iter().map(|(a, b)| ((*a).to_owned(), *b)).collect()
    }

    #[test]
    fn the_former_and_the_new_address_are_told_what_concerns_each() {
        let apart = rules(&["second"]);
        let held = entry(&[
            ("redirect", &["old@x.example"]),
            ("second", &["s@x.example"]),
        ]);
        assert_eq!(
            told(&apart, &held, &redirect("new@x.example")),
            pairs(&[
                ("new@x.example", "redirect new"),
                ("old@x.example", "redirect former"),
                ("s@x.example", "elsewhere"),
            ])
        );
        let recovery = Wanted {
            recovery: Wish::Set(address("new@x.example")),
            ..Wanted::default()
        };
        assert_eq!(
            told(&apart, &held, &recovery),
            pairs(&[
                ("s@x.example", "recovery former"),
                ("new@x.example", "recovery new")
            ])
        );
        let away = Wanted {
            redirect: Wish::Clear,
            ..Wanted::default()
        };
        assert_eq!(
            told(&apart, &held, &away),
            pairs(&[("old@x.example", "redirect former")])
        );
    }

    #[test]
    fn an_address_that_is_both_gets_one_mail_about_both() {
        let one = rules(&[THE_REDIRECT, "second"]);
        let held = entry(&[
            ("redirect", &["old@x.example"]),
            ("second", &["s@x.example"]),
        ]);
        assert_eq!(
            told(&one, &held, &redirect("new@x.example")),
            pairs(&[
                ("new@x.example", "both new"),
                ("old@x.example", "both former")
            ])
        );
        // The next of the list comes in its place.
        let away = Wanted {
            redirect: Wish::Clear,
            ..Wanted::default()
        };
        assert_eq!(
            told(&one, &held, &away),
            pairs(&[
                ("old@x.example", "both former"),
                ("s@x.example", "recovery new")
            ])
        );
        let apart = rules(&["second"]);
        let swapped = Wanted {
            redirect: Wish::Set(vec![address("s@x.example")]),
            recovery: Wish::Set(address("OLD@x.example")),
            ..Wanted::default()
        };
        assert_eq!(
            told(&apart, &held, &swapped),
            pairs(&[
                ("s@x.example", "in place of the recovery"),
                ("old@x.example", "now the recovery")
            ])
        );
    }

    #[test]
    fn whoever_keeps_the_mail_is_told_that_it_goes_elsewhere_too() {
        let rules = rules(&["second"]);
        let held = entry(&[("redirect", &["old@x.example"])]);
        let wanted = Wanted {
            redirect: Wish::Set(vec![address("old@x.example"), address("spy@x.example")]),
            ..Wanted::default()
        };
        let account = person(&[Role::Parent]);
        let change = plan(&rules, &account, &held, &wanted)
            .expect("allowed")
            .expect("a change");
        let found = notices(&rules, &account, &held, &change);
        let said: Vec<_> = found
            .mails
            .iter()
            .map(|notice| match notice.subject {
                Subject::Addresses(what) => (notice.to.as_str(), what.redirect, what.others),
                Subject::Password => panic!("no password"),
            })
            .collect();
        assert_eq!(
            said,
            [
                ("old@x.example", Some(Side::New), true),
                ("spy@x.example", Some(Side::New), true)
            ]
        );
    }

    #[test]
    fn a_copy_that_is_kept_from_now_on_is_told_and_the_own_mailbox_is_not_written_to() {
        let rules = rules(&["second"]);
        let held = entry(&[("redirect", &["old@x.example"])]);
        let wanted = Wanted {
            keep_copy: Some(true),
            ..Wanted::default()
        };
        assert_eq!(
            told(&rules, &held, &wanted),
            pairs(&[("old@x.example", "redirect new")])
        );
    }

    #[test]
    fn what_is_no_address_is_named_and_not_written_to() {
        let rules = rules(&["second"]);
        let held = entry(&[("redirect", &["à voir"])]);
        let account = person(&[Role::Parent]);
        let change = plan(&rules, &account, &held, &redirect("new@x.example"))
            .expect("allowed")
            .expect("a change");
        let found = notices(&rules, &account, &held, &change);
        assert_eq!(found.unusable, ["à voir"]);
        assert_eq!(found.mails.len(), 1);
    }

    fn password(account: &Account) -> Change {
        Change {
            account: account.reference(),
            operation: Operation::Modify,
            besides: Vec::new(),
            with: Vec::new(),
            relies_on: Vec::new(),
            modifications: vec![Modification::Replace {
                attribute: "userPassword".into(),
                values: vec![NewValue::Password],
            }],
            before: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_password_is_told_at_the_recovery_address_and_never_to_a_pupil() {
        let rules = rules(&[THE_REDIRECT, "second"]);
        let held = entry(&[
            ("redirect", &["zoe@ent.example"]),
            ("second", &["s@x.example"]),
        ]);
        let parent = person(&[Role::Parent]);
        let found = notices(&rules, &parent, &held, &password(&parent));
        assert_eq!(found.mails.len(), 1);
        assert_eq!(found.mails[0].to.as_str(), "s@x.example");
        assert_eq!(found.mails[0].subject, Subject::Password);
        for roles in [&[Role::Pupil][..], &[Role::Pupil, Role::Parent]] {
            let pupil = person(roles);
            let none = notices(&rules, &pupil, &held, &password(&pupil));
            assert_eq!(none, Notices::default());
        }
        let nowhere = notices(&rules, &parent, &entry(&[]), &password(&parent));
        assert_eq!(nowhere, Notices::default());
    }

    #[test]
    fn a_pupil_whose_redirect_is_taken_away_is_not_written_to() {
        let rules = rules(&[THE_REDIRECT]);
        let held = entry(&[("redirect", &["old@x.example"])]);
        let pupil = person(&[Role::Pupil]);
        let away = Wanted {
            redirect: Wish::Clear,
            ..Wanted::default()
        };
        let change = plan(&rules, &pupil, &held, &away)
            .expect("allowed")
            .expect("a change");
        assert_eq!(notices(&rules, &pupil, &held, &change), Notices::default());
    }

    #[test]
    fn other_attributes_concern_nobody() {
        let rules = rules(&["second"]);
        let account = person(&[Role::Parent]);
        let lock = Change {
            modifications: vec![Modification::Add {
                attribute: "pwdAccountLockedTime".into(),
                values: vec![NewValue::Text("000001010000Z".into())],
            }],
            ..password(&account)
        };
        assert!(!touches(&rules, &lock) && !touches(&rules, &password(&account)));
        assert_eq!(
            notices(&rules, &account, &entry(&[]), &lock),
            Notices::default()
        );
    }

    proptest! {
        /// Whatever becomes what: nobody gets two mails, nobody is told nothing, and whoever is new really is.
        #[test]
        fn each_address_gets_one_mail_that_is_true(
            before in proptest::collection::vec("[a-c]@[xy]\\.example", 0..3),
            after in proptest::collection::vec("[a-c]@[xy]\\.example", 1..3),
            second in "[a-c]@[xy]\\.example",
            recovery in proptest::option::of("[a-c]@[xy]\\.example"),
        ) {
            let rules = rules(&["second"]);
            let before: Vec<&str> = before.iter().map(String::as_str).collect();
            let held = entry(&[("redirect", &before), ("second", &[second.as_str()])]);
            let account = person(&[Role::Parent]);
            let wanted = Wanted {
                redirect: Wish::Set(after.iter().map(|a| address(a)).collect()),
                recovery: recovery.as_deref().map_or(Wish::Leave, |r| Wish::Set(address(r))),
                ..Wanted::default()
            };
            if let Ok(Some(change)) = plan(&rules, &account, &held, &wanted) {
                let found = notices(&rules, &account, &held, &change);
                let mut seen = Vec::new();
                for notice in &found.mails {
                    prop_assert!(!seen.contains(&notice.to.key()));
                    seen.push(notice.to.key());
                    let Subject::Addresses(what) = notice.subject else { panic!("no password") };
                    let of_its_own = what.redirect.is_some() || what.recovery.is_some();
                    prop_assert_eq!(what.elsewhere, !of_its_own);
                    let there = after.iter().any(|a| same(a, notice.to.as_str()));
                    if let Some(side) = what.redirect {
                        prop_assert_eq!(side == Side::New, there);
                    }
                }
                prop_assert!(found.unusable.is_empty());
            }
        }
    }
}
