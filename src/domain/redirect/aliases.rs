//! Redirects that stand apart from the person: one entry for each ENT address, which says where its mail goes.
//!
//! Whoever reads joins them to the accounts, so that all the other rules see one entry that holds everything; the
//! planned change is then parted again, into what is written to the account and what becomes of each alias.

use super::{MailRefusal, MailRules, Wanted, beyond, same};
use crate::domain::account::Account;
use crate::domain::change::{
    Before, Change, Condition, Modification, NewValue, Operation, Reliance,
};
use crate::domain::dn::Dn;
use crate::domain::effect::{steps, touched};
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use std::collections::HashMap;

/// How such entries are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasRule {
    /// Where they stand.
    pub base: Dn,
    /// Their structural class.
    pub class: String,
    /// The attribute that names them: the address whose mail goes elsewhere.
    pub address: String,
}

impl AliasRule {
    /// Finds the aliases of these addresses.
    pub fn filter(&self, addresses: &[String]) -> Filter {
        let one = |address: &String| Filter::equal(&self.address, address);
        self.among(Filter::Or(addresses.iter().map(one).collect()))
    }

    /// Finds, among the aliases.
    pub fn among(&self, filter: Filter) -> Filter {
        Filter::And(vec![Filter::equal("objectClass", &self.class), filter])
    }
}

/// Alias entries as they were read, by address.
#[derive(Debug, Default)]
pub struct Aliases(HashMap<String, Vec<Entry>>);

impl Aliases {
    /// Orders them.
    pub fn new(rule: &AliasRule, entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut by_address: HashMap<String, Vec<Entry>> = HashMap::new();
        for entry in entries {
            for address in entry.texts(&rule.address) {
                let held: &mut Vec<Entry> = by_address.entry(key(&address)).or_default();
                // Who is asked for two addresses at once may answer twice.
                if held.iter().all(|held| held.dn != entry.dn) {
                    held.push(entry.clone());
                }
            }
        }
        Aliases(by_address)
    }

    fn of(&self, address: &str) -> &[Entry] {
        self.0.get(&key(address)).map_or(&[], Vec::as_slice)
    }

    /// Gives an account's entry what its aliases say, as if it stood there. Nothing, where redirects stand on the
    /// accounts.
    pub fn join(&self, rules: &MailRules, entry: &mut Entry) {
        if rules.way.aliases.is_none() {
            return;
        }
        let mut values: Vec<String> = Vec::new();
        let own = rules.ent_addresses(entry);
        for alias in own.iter().flat_map(|a| self.of(a)) {
            if !belongs(rules, alias, &own) {
                continue;
            }
            for value in alias.texts(&rules.way.attribute) {
                if !values.iter().any(|v| same(v, &value)) {
                    values.push(value);
                }
            }
        }
        let is_ours = |name: &str| name.eq_ignore_ascii_case(&rules.way.attribute);
        entry.attributes.retain(|a| !is_ours(&a.name));
        if !values.is_empty() {
            *entry = std::mem::replace(entry, Entry::new(entry.dn.clone()))
                .with(&rules.way.attribute, &values);
        }
    }

    /// What must hold of the aliases where mail to this account leads to this address by one of them: a password that
    /// is sent there must not go to where somebody else led it before.
    pub fn leading(&self, rules: &MailRules, entry: &Entry, address: &str) -> Vec<Condition> {
        let own = rules.ent_addresses(entry);
        let leads = |alias: &&Entry| {
            alias
                .texts(&rules.way.attribute)
                .iter()
                .any(|v| same(v, address))
        };
        own.iter()
            .flat_map(|own| self.of(own))
            .filter(leads)
            .map(|alias| Condition {
                dn: alias.dn.clone(),
                relies_on: holds(&rules.way.attribute, &alias.texts(&rules.way.attribute)),
            })
            .collect()
    }

    /// The changes that bring this about on an entry joined with these aliases; none where it is so already.
    ///
    /// # Errors
    /// What may not be.
    pub fn plan(
        &self,
        rules: &MailRules,
        account: &Account,
        entry: &Entry,
        wanted: &Wanted,
    ) -> Result<Vec<Change>, MailRefusal> {
        match super::plan(rules, account, entry, wanted)? {
            Some(change) => self.part(rules, account, entry, change),
            None => Ok(Vec::new()),
        }
    }

    /// Parts a change that was planned on a joined entry: what is written to the account, and what becomes of each
    /// alias. The change itself, where redirects stand on the accounts.
    ///
    /// # Errors
    /// Mail that has no ENT address cannot go elsewhere.
    fn part(
        &self,
        rules: &MailRules,
        account: &Account,
        entry: &Entry,
        mut change: Change,
    ) -> Result<Vec<Change>, MailRefusal> {
        let Some(rule) = &rules.way.aliases else {
            return Ok(vec![change]);
        };
        let is_ours = |name: &str| name.eq_ignore_ascii_case(&rules.way.attribute);
        let wanted = touched(&change)
            .into_iter()
            .flatten()
            .find(|one| is_ours(&one.attribute));
        let Some(wanted) = wanted else {
            return Ok(vec![change]);
        };
        change.relies_on.retain(|r| !is_ours(r.attribute()));
        change.before.retain(|before| !is_ours(&before.attribute));
        change.modifications.retain(|m| !is_ours(m.attribute()));
        let own = rules.ent_addresses(entry);
        if own.is_empty() {
            return Err(MailRefusal::NoMailbox);
        }
        let shared = |alias: &Entry| !belongs(rules, alias, &own);
        if own.iter().flat_map(|a| self.of(a)).any(shared) {
            return Err(MailRefusal::AliasShared);
        }
        let notes = std::mem::take(&mut change.notes);
        let mut parts = Vec::new();
        for address in &own {
            let held = self.of(address);
            if held.is_empty() && !wanted.after.is_empty() {
                parts.push(made(rules, rule, account, address, &wanted.after));
            }
            // One that stands for two of the account's addresses is one.
            for alias in held {
                if let Some(part) = parts.iter_mut().find(|part| *part.target() == alias.dn) {
                    part.besides.extend(receives(rules, entry, address));
                    continue;
                }
                parts.extend(moved(rules, rule, account, alias, &wanted.after));
            }
            for part in &mut parts {
                if part.besides.is_empty() {
                    part.besides.extend(receives(rules, entry, address));
                }
            }
        }
        if !change.modifications.is_empty() {
            parts.insert(0, change);
        }
        if let Some(first) = parts.first_mut() {
            first.notes = notes;
        }
        Ok(parts)
    }
}

/// Whether an alias is about the mail of this account alone: one of several addresses is a list, or serves other
/// mailboxes too.
fn belongs(rules: &MailRules, alias: &Entry, own: &[String]) -> bool {
    rules.way.aliases.as_ref().is_some_and(|rule| {
        let addresses = alias.texts(&rule.address);
        addresses.iter().all(|a| own.iter().any(|own| same(own, a)))
    })
}

/// That the account still receives at an address: the next one to have it must not have their mail led away.
fn receives(rules: &MailRules, entry: &Entry, address: &str) -> Option<Condition> {
    rules.address.iter().find_map(|attribute| {
        let held = entry
            .texts(attribute)
            .into_iter()
            .find(|v| same(v, address))?;
        Some(Condition {
            dn: entry.dn.clone(),
            relies_on: holds(attribute, &[held]),
        })
    })
}

fn holds(attribute: &str, values: &[String]) -> Vec<Reliance> {
    values
        .iter()
        .map(|value| Reliance::Holds {
            attribute: attribute.to_owned(),
            value: value.clone(),
        })
        .collect()
}

/// As the directory compares addresses.
fn key(address: &str) -> String {
    address.trim().to_lowercase()
}

fn texts(values: &[String]) -> Vec<NewValue> {
    values.iter().cloned().map(NewValue::Text).collect()
}

fn made(
    rules: &MailRules,
    rule: &AliasRule,
    account: &Account,
    address: &str,
    to: &[String],
) -> Change {
    let attributes = [
        ("objectClass", vec![rule.class.clone()]),
        (rule.address.as_str(), vec![address.to_owned()]),
        (rules.way.attribute.as_str(), to.to_vec()),
    ];
    Change {
        account: account.reference(),
        operation: Operation::AddEntry {
            dn: rule.base.child(&rule.address, address),
        },
        besides: Vec::new(),
        with: Vec::new(),
        relies_on: Vec::new(),
        modifications: attributes
            .iter()
            .map(|(attribute, values)| Modification::Add {
                attribute: (*attribute).to_owned(),
                values: texts(values),
            })
            .collect(),
        before: attributes
            .iter()
            .map(|(attribute, _)| Before {
                attribute: (*attribute).to_owned(),
                values: Vec::new(),
            })
            .collect(),
        notes: Vec::new(),
    }
}

/// What becomes of an alias: it leads elsewhere, or goes; `None` where it leads there already.
fn moved(
    rules: &MailRules,
    rule: &AliasRule,
    account: &Account,
    alias: &Entry,
    to: &[String],
) -> Option<Change> {
    let target = &rules.way.attribute;
    let held = alias.texts(target);
    let (take, put) = (beyond(&held, to), beyond(to, &held));
    if take.is_empty() && put.is_empty() {
        return None;
    }
    let addresses = alias.texts(&rule.address);
    let goes = to.is_empty();
    let mut relies_on = holds(&rule.address, &addresses);
    relies_on.extend(holds(target, &held));
    let dn = alias.dn.clone();
    let before = |attribute: &str, values: &[String]| Before {
        attribute: attribute.to_owned(),
        values: values.to_vec(),
    };
    let (operation, modifications, before) = if goes {
        let all: Vec<(String, Vec<String>)> = alias
            .attributes
            .iter()
            .map(|a| (a.name.to_string(), alias.texts(&a.name)))
            .collect();
        (
            Operation::DeleteEntry { dn },
            all.iter()
                .map(|(attribute, values)| Modification::Delete {
                    attribute: attribute.clone(),
                    values: texts(values),
                })
                .collect(),
            all.iter()
                .map(|(name, values)| before(name, values))
                .collect(),
        )
    } else {
        (
            Operation::ModifyEntry { dn },
            steps(target, take, put),
            vec![before(target, &held)],
        )
    };
    Some(Change {
        account: account.reference(),
        operation,
        besides: Vec::new(),
        with: Vec::new(),
        relies_on,
        modifications,
        before,
        notes: Vec::new(),
    })
}
