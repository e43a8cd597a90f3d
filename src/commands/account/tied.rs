//! The other accounts of a person.

use crate::app::Office;
use crate::domain::account::{Account, AccountRef};
use crate::domain::dn::Dn;
use crate::error::Result;
use std::collections::{BTreeMap, BTreeSet};

/// The other accounts of the person, as far as they are in scope.
#[derive(Default)]
pub struct Tied {
    /// The principal of which it is a secondary.
    pub linked_to: Option<Account>,
    /// Its secondaries.
    pub linked: Vec<Account>,
    /// The account that absorbed it.
    pub merged_into: Option<Account>,
    /// Those it absorbed.
    pub merged: Vec<Account>,
}

impl Tied {
    /// Reads them; also gives how many are named and not to be seen.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn read(office: &Office, account: &Account) -> Result<(Tied, usize)> {
        let ties = &account.ties;
        let named: BTreeSet<&Dn> = (ties.linked_to.iter().chain(&ties.merged_into))
            .chain(&ties.linked)
            .chain(&ties.merged)
            .collect();
        let names: Vec<Dn> = named.into_iter().cloned().collect();
        let found = office.people.read_accounts(&names).await?;
        let inside = office.people.in_scope(&found).await?;
        let shown: BTreeMap<Dn, Account> = found
            .into_iter()
            .zip(inside)
            .filter(|(_, inside)| *inside)
            .map(|(account, _)| (account.dn.clone(), account))
            .collect();
        let seen = |dn: &Dn| shown.get(dn).cloned();
        let tied = Tied {
            merged_into: ties.merged_into.as_ref().and_then(seen),
            linked_to: ties.linked_to.as_ref().and_then(seen),
            merged: ties.merged.iter().filter_map(seen).collect(),
            linked: ties.linked.iter().filter_map(seen).collect(),
        };
        Ok((tied, names.len() - shown.len()))
    }
}

/// How they are named.
pub fn references(accounts: &[Account]) -> Vec<AccountRef> {
    accounts.iter().map(Account::reference).collect()
}
