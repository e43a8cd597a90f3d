//! What a command on one account is going to ask, asked in one flight: while the directory looks for the account it is
//! also asked what it can do, which schools there are, what its rules for passwords are. Each wait is a round trip, and
//! the directory is often twenty milliseconds away ([the table](../../docs/round-trips.md)).
//!
//! Nothing is answered from here that could have moved in between: what was found in advance is handed out once, to
//! the search that it was asked for.

use super::People;
use super::policy::PolicyPlace;
use crate::directory::{Depth, Search};
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::error::Result;
use crate::explain;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a command will need besides the account itself.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// What the server can do: whoever writes has to know.
    pub server: bool,
    /// The schools: their names are shown. Where the profile is narrowed to some, they are read anyway.
    pub schools: bool,
    /// The rules for passwords: some will be made.
    pub policy: Option<PolicyPlace>,
    /// The accounts that nobody may change (RFC 4515).
    pub protected: Option<String>,
    /// Attributes that are no part of an account, to be handed out by [`People::entry`].
    pub attributes: Vec<String>,
}

/// What is to be asked, and what was found in advance.
#[derive(Default)]
pub(super) struct Foresight {
    needs: Needs,
    /// Accounts by the filter that finds them.
    found: BTreeMap<String, Vec<Account>>,
    entries: BTreeMap<Dn, Entry>,
    /// The accounts of which it is known whether the filter of the protected ones matches them.
    judged: BTreeSet<Dn>,
    matching: BTreeSet<Dn>,
}

impl People {
    /// Says what will be needed, before an account is looked for.
    pub fn foresee(&self, needs: Needs) {
        let mut foresight = self.foresight();
        let so_far = &mut foresight.needs;
        so_far.server |= needs.server;
        so_far.schools |= needs.schools;
        so_far.policy = needs.policy.or(so_far.policy.take());
        so_far.protected = needs.protected.or(so_far.protected.take());
        so_far.attributes.extend(needs.attributes);
    }

    /// An entry with these attributes: as it was found, where they stood in [`Needs`] and it is asked for the first
    /// time; else read now.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn entry(&self, dn: &Dn, attributes: &[String]) -> Result<Option<Entry>> {
        let found = {
            let mut foresight = self.foresight();
            let asked = &foresight.needs.attributes;
            let all = attributes.iter().all(|wanted| asked.contains(wanted));
            all.then(|| foresight.entries.remove(dn)).flatten()
        };
        match found {
            Some(entry) => Ok(Some(entry)),
            None => self
                .directory
                .read(dn, attributes)
                .await
                .map_err(explain::directory),
        }
    }

    pub(super) fn foresight(&self) -> MutexGuard<'_, Foresight> {
        // Nothing that could panic runs under this lock.
        self.foresight
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a search, and meanwhile for all that will be needed. What cannot be had now is asked again, and told,
    /// where it is needed.
    pub(super) async fn ahead<T>(&self, search: impl Future<Output = T>) -> T {
        let (server, schools, policy) = {
            let mut foresight = self.foresight();
            let needs = &mut foresight.needs;
            (
                std::mem::take(&mut needs.server),
                std::mem::take(&mut needs.schools) || self.scope.asks_for_schools(),
                needs.policy.take(),
            )
        };
        let server = async {
            if server {
                let _ = self.directory.capabilities().await;
            }
        };
        let schools = async {
            if schools {
                let _ = self.all_schools().await;
            }
        };
        let policy = async {
            if let Some(place) = &policy {
                let _ = self.server_rules(place).await;
            }
        };
        futures_util::join!(search, server, schools, policy).0
    }

    /// The accounts that a filter finds, or found in advance; with all that was said to be needed of them.
    pub(super) async fn look_for(&self, filter: Filter) -> Result<Vec<Account>> {
        let key = filter.to_string();
        let (found, protected) = {
            let mut foresight = self.foresight();
            (
                foresight.found.remove(&key),
                foresight.needs.protected.clone(),
            )
        };
        if let Some(found) = found {
            return Ok(found);
        }
        let Some(typed) = protected else {
            return self.search_accounts(filter).await;
        };
        let (found, matching) = futures_util::join!(
            self.search_accounts(filter.clone()),
            self.names_of(Filter::And(vec![filter, Filter::Typed(typed)]))
        );
        let found = found?;
        if let Ok(matching) = matching {
            let mut foresight = self.foresight();
            foresight
                .judged
                .extend(found.iter().map(|account| account.dn.clone()));
            foresight.matching.extend(matching);
        }
        Ok(found)
    }

    /// Notes what a filter would find; handed out by the next [`People::look_for`] with it.
    pub(super) fn note_found(&self, filter: &Filter, found: Vec<Account>) {
        self.foresight().found.insert(filter.to_string(), found);
    }

    /// Of these accounts those that the filter of the protected ones is known to match, and those of which it is not
    /// known. Told once: what comes later is asked anew.
    pub(super) fn judged(&self, typed: &str, accounts: &[Account]) -> (BTreeSet<Dn>, Vec<Account>) {
        let mut foresight = self.foresight();
        if foresight.needs.protected.as_deref() != Some(typed) {
            return (BTreeSet::new(), accounts.to_vec());
        }
        let judged = std::mem::take(&mut foresight.judged);
        let matching = std::mem::take(&mut foresight.matching);
        let (known, unknown): (Vec<&Account>, Vec<&Account>) = accounts
            .iter()
            .partition(|account| judged.contains(&account.dn));
        let known = known.into_iter().map(|account| account.dn.clone());
        (
            known.filter(|dn| matching.contains(dn)).collect(),
            unknown.into_iter().cloned().collect(),
        )
    }

    /// The attributes that accounts are read with.
    pub(super) fn attributes_ahead(&self) -> Vec<String> {
        let mut attributes = self.schema.person_attributes();
        for wanted in &self.foresight().needs.attributes {
            if !attributes.contains(wanted) {
                attributes.push(wanted.clone());
            }
        }
        attributes
    }

    /// Keeps entries that were read with more than makes an account.
    pub(super) fn keep_entries<'a>(&self, entries: impl IntoIterator<Item = &'a Entry>) {
        let mut foresight = self.foresight();
        if foresight.needs.attributes.is_empty() {
            return;
        }
        for entry in entries {
            foresight.entries.insert(entry.dn.clone(), entry.clone());
        }
    }

    async fn names_of(&self, filter: Filter) -> Result<Vec<Dn>> {
        let entries = self
            .directory
            .search(&Search {
                base: self.bases.people.clone(),
                depth: Depth::Subtree,
                filter,
                attributes: vec!["1.1".to_owned()],
            })
            .await
            .map_err(explain::directory)?;
        Ok(entries.into_iter().map(|entry| entry.dn).collect())
    }
}

/// Shared by the clones of one [`People`].
pub(super) type Shared = std::sync::Arc<Mutex<Foresight>>;
