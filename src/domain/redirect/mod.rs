//! Redirects of the ENT mailbox, and recovery addresses: how a directory writes them down (as data), what
//! stands in an entry, the change that brings about what is wanted, and loops.

use super::account::Role;
use super::entry::{Entry, shown};
use super::mail_address::{MailAddress, everyday_domain, is_below, is_domain_within};
use std::collections::{BTreeMap, BTreeSet};

mod aliases;
mod change;
pub mod graph;

pub use aliases::{AliasRule, Aliases};
pub use change::{
    MailRefusal, NOTE_NO_ENT_ADDRESS, NOTE_SETS_RECOVERY, NOTE_SETS_REDIRECT, Wanted, Wish,
    applied, holds_already, moves_recovery, plan,
};

/// In a list of recovery attributes: the redirect itself, whatever its attribute is called.
pub const THE_REDIRECT: &str = "redirect";

/// One way of writing a redirect into an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The attribute that holds where mail goes.
    pub attribute: String,
    /// What stands between several addresses of one value; `None` where each has a value of its own.
    pub separator: Option<String>,
    /// Whether mail may go to several addresses.
    pub several: bool,
    /// The auxiliary class that the attributes need.
    pub class: Option<MailClass>,
    /// Where redirects stand in entries of their own, how these are written; `None` where they stand on the accounts.
    pub aliases: Option<AliasRule>,
    /// How a copy that stays in the ENT mailbox is said.
    pub copy: CopyRule,
}

/// The auxiliary class that a redirect stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailClass {
    /// Its name.
    pub name: String,
    /// Whether we add it. Otherwise it is the mark of a mailbox, which only the mail system makes.
    pub added: bool,
    /// The attributes that it is there for: the class goes with the last of them. It stays where none is named.
    pub attributes: Vec<String>,
}

/// How the copy in the ENT mailbox is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyRule {
    /// There never is one.
    Never,
    /// The account's own ENT address stands among those that mail goes to.
    OwnAddress,
    /// Values of another attribute; values that are none of these are left alone.
    Values {
        /// The attribute.
        attribute: String,
        /// There while there is a redirect.
        forwarding: Option<String>,
        /// There while a copy is kept.
        kept: Option<String>,
        /// There while none is kept.
        dropped: Option<String>,
        /// What is left where the redirect goes.
        resting: Option<String>,
    },
    /// A letter in the one value of another attribute (`[I]`): there while no copy is kept.
    Letter {
        /// The attribute.
        attribute: String,
        /// The letter.
        letter: char,
    },
}

impl CopyRule {
    /// The attribute beside the redirect's own.
    pub fn attribute(&self) -> Option<&str> {
        match self {
            CopyRule::Never | CopyRule::OwnAddress => None,
            CopyRule::Values { attribute, .. } | CopyRule::Letter { attribute, .. } => {
                Some(attribute)
            }
        }
    }
}

/// All that is to be known about redirects and recovery addresses of one profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRules {
    /// How a redirect is written.
    pub way: Way,
    /// Where ENT addresses stand.
    pub address: Vec<String>,
    /// The ENT's own domains; where empty, every address of [`MailRules::address`] is an ENT address.
    pub own_domains: Vec<String>,
    /// Where a redirect may lead; anywhere where empty.
    pub allowed: Vec<String>,
    /// Where none may lead.
    pub forbidden: Vec<String>,
    /// Attributes of recovery addresses by role, in order; [`THE_REDIRECT`] stands for the redirect.
    pub recovery: BTreeMap<Role, Vec<String>>,
}

/// A redirect as an entry holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redirect {
    /// Where mail goes, the own address aside; as written.
    pub addresses: Vec<String>,
    /// Whether a copy stays in the ENT mailbox.
    pub keep_copy: bool,
    /// Whether the mail system acts on it (see [`CopyRule::Values`], `forwarding`).
    pub active: bool,
}

/// How the mail of an entry stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its ENT addresses.
    pub own: Vec<String>,
    /// Where its mail goes on to.
    pub redirect: Redirect,
}

/// A recovery address, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The address, as written.
    pub address: String,
    /// Its attribute.
    pub attribute: String,
    /// Whether it is the redirect as well.
    pub is_redirect: bool,
}

impl MailRules {
    /// Every attribute that redirects and recovery addresses are read from.
    pub fn attributes(&self) -> Vec<String> {
        let mut all: BTreeSet<&str> = BTreeSet::from(["objectClass"]);
        all.extend(self.address.iter().map(String::as_str));
        all.extend(self.recovery.values().flatten().map(|a| self.real(a)));
        all.insert(&self.way.attribute);
        all.extend(self.way.copy.attribute());
        if let Some(class) = &self.way.class {
            all.extend(class.attributes.iter().map(String::as_str));
        }
        all.into_iter().map(str::to_owned).collect()
    }

    /// The attributes in which a redirect or a recovery address is written, ENT addresses aside: a change of none of
    /// them concerns no address.
    pub fn watched(&self) -> BTreeSet<&str> {
        let mut all: BTreeSet<&str> = self
            .recovery
            .values()
            .flatten()
            .map(|a| self.real(a))
            .collect();
        all.insert(&self.way.attribute);
        all.extend(self.way.copy.attribute());
        all
    }

    /// The attribute behind a name of a recovery list.
    fn real<'a>(&'a self, attribute: &'a str) -> &'a str {
        if attribute == THE_REDIRECT {
            &self.way.attribute
        } else {
            attribute
        }
    }

    /// Whether mail to this address ends in a mailbox of the ENT, by its domain.
    pub fn is_own(&self, address: &str) -> bool {
        // Most addresses are seen to be of another domain at a glance; what is taken for ours is read in full.
        let glance = |(_, domain): (&str, &str)| {
            let domain = domain.trim();
            !domain.is_ascii()
                || self
                    .own_domains
                    .iter()
                    .any(|own| !own.is_ascii() || is_below(domain, own))
        };
        let within_ours = |domain: &str| {
            let mut ours = self.own_domains.iter();
            ours.any(|own| is_domain_within(domain, own))
        };
        address.rsplit_once('@').is_some_and(glance)
            && match everyday_domain(address.trim()) {
                Some(domain) => within_ours(domain),
                None => MailAddress::parse(address).is_some_and(|read| within_ours(read.domain())),
            }
    }

    /// The ENT addresses of an entry.
    pub fn ent_addresses(&self, entry: &Entry) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for value in self.address.iter().flat_map(|a| entry.values(a)) {
            let address = shown(value);
            let ours = self.own_domains.is_empty() || self.is_own(&address);
            if ours && !found.iter().any(|f| same(f, &address)) {
                found.push(address.into_owned());
            }
        }
        found
    }

    /// The redirect of an entry.
    pub fn redirect(&self, entry: &Entry) -> Redirect {
        if !entry.has(&self.way.attribute) {
            return Redirect::default();
        }
        self.redirect_beside(entry, &self.ent_addresses(entry))
    }

    /// How the mail of an entry stands.
    pub fn standing(&self, entry: &Entry) -> Standing {
        let own = self.ent_addresses(entry);
        let redirect = match entry.has(&self.way.attribute) {
            true => self.redirect_beside(entry, &own),
            false => Redirect::default(),
        };
        Standing { own, redirect }
    }

    /// The same where the account's own addresses are known.
    fn redirect_beside(&self, entry: &Entry, own: &[String]) -> Redirect {
        let values = entry.texts(&self.way.attribute);
        let all: Vec<String> = match &self.way.separator {
            Some(separator) => values
                .iter()
                .flat_map(|value| value.split(separator.as_str()))
                .map(|part| part.trim().to_owned())
                .filter(|part| !part.is_empty())
                .collect(),
            None => values,
        };
        let is_own = |address: &String| own.iter().any(|own| same(own, address));
        let own_address = self.way.copy == CopyRule::OwnAddress;
        let held = |attribute: &str, value: &Option<String>| {
            value
                .as_ref()
                .is_some_and(|value| entry.holds(attribute, value))
        };
        let (keep_copy, active) = match &self.way.copy {
            CopyRule::Never => (false, true),
            CopyRule::OwnAddress => (all.iter().any(is_own), true),
            CopyRule::Values {
                attribute,
                forwarding,
                kept,
                dropped,
                ..
            } => (
                if kept.is_some() {
                    held(attribute, kept)
                } else {
                    !held(attribute, dropped)
                },
                forwarding.is_none() || held(attribute, forwarding),
            ),
            CopyRule::Letter { attribute, letter } => {
                let mode = entry.text(attribute).unwrap_or_default();
                (!mode.contains(*letter), true)
            }
        };
        let addresses: Vec<String> = all
            .into_iter()
            .filter(|address| !(own_address && is_own(address)))
            .collect();
        let there = !addresses.is_empty();
        Redirect {
            addresses,
            keep_copy: there && keep_copy,
            active: there && active,
        }
    }

    /// Where the entry receives, and where its mail goes on to, as loops are looked for.
    pub fn forward(&self, entry: &Entry) -> graph::Forward {
        let Standing { own, redirect } = self.standing(entry);
        let to = redirect.addresses;
        graph::Forward { own, to }
    }

    /// Where recovery addresses of somebody of these roles stand, in order. Nobody sends a pupil a password,
    /// whatever else the pupil is.
    pub fn recovery_attributes(&self, roles: &BTreeSet<Role>) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        if roles.contains(&Role::Pupil) {
            return found;
        }
        for attribute in roles
            .iter()
            .filter_map(|role| self.recovery.get(role))
            .flatten()
        {
            let attribute = self.real(attribute);
            if !found.iter().any(|f| f.eq_ignore_ascii_case(attribute)) {
                found.push(attribute);
            }
        }
        found
    }

    /// The recovery address: the first that is an address and does not end in the ENT mailbox, which is behind
    /// the very password that was forgotten.
    pub fn recovery(&self, roles: &BTreeSet<Role>, entry: &Entry) -> Option<Recovery> {
        self.recovery_beside(roles, entry, &self.ent_addresses(entry))
    }

    /// The same where the account's own addresses are known.
    fn recovery_beside(
        &self,
        roles: &BTreeSet<Role>,
        entry: &Entry,
        own: &[String],
    ) -> Option<Recovery> {
        let outside = |attribute: &str, address: &String| {
            // Where no domain says which addresses are the ENT's, one may be both: known to the ENT, and read elsewhere.
            let both = self
                .address
                .iter()
                .any(|a| a.eq_ignore_ascii_case(attribute));
            MailAddress::parse(address).is_some()
                && !self.is_own(address)
                && (both || !own.iter().any(|own| one_mailbox(own, address)))
        };
        self.recovery_attributes(roles)
            .into_iter()
            .find_map(|attribute| {
                let is_redirect = attribute.eq_ignore_ascii_case(&self.way.attribute);
                let held = if is_redirect {
                    self.redirect_beside(entry, own).addresses
                } else {
                    entry.texts(attribute)
                };
                Some(Recovery {
                    address: held
                        .into_iter()
                        .find(|address| outside(attribute, address))?,
                    attribute: attribute.to_owned(),
                    is_redirect,
                })
            })
    }

    /// The value of an attribute that this address stands in, as the directory holds it: one may hold several.
    pub fn value_with(
        &self,
        entry: &Entry,
        attribute: &str,
        address: &MailAddress,
    ) -> Option<String> {
        let is_redirect = attribute.eq_ignore_ascii_case(&self.way.attribute);
        let separator = self.way.separator.as_deref().filter(|_| is_redirect);
        let is_it = |part: &str| MailAddress::parse(part).is_some_and(|held| held == *address);
        entry.texts(attribute).into_iter().find(|value| {
            separator.map_or_else(
                || is_it(value),
                |separator| value.split(separator).any(is_it),
            )
        })
    }

    /// Whether a redirect may lead there.
    pub fn may_lead_to(&self, address: &MailAddress) -> bool {
        !within(address, &self.forbidden)
            && (self.allowed.is_empty() || within(address, &self.allowed))
    }
}

fn within(address: &MailAddress, domains: &[String]) -> bool {
    domains.iter().any(|domain| address.is_within(domain))
}

/// Those of the values that are not among the others.
fn beyond(values: &[String], others: &[String]) -> Vec<String> {
    let new = |value: &&String| !others.iter().any(|other| same(other, value));
    values.iter().filter(new).cloned().collect()
}

/// Whether two values of an entry are one to the directory, which has no regard to case in addresses (RFC 4524
/// section 2.16) and in names of classes.
pub fn same(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

/// Whether mail to both ends in one mailbox: by its address, or by one that a `+` was put into.
pub fn one_mailbox(a: &str, b: &str) -> bool {
    match (MailAddress::parse(a), MailAddress::parse(b)) {
        (Some(a), Some(b)) => a.mailbox_key() == b.mailbox_key(),
        _ => same(a, b),
    }
}
