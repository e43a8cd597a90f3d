//! The people who may be one, read from the directory in one sweep and made small page by page.

use super::People;
use super::gathering::Gathering;
use crate::directory::Search;
use crate::domain::account::{Account, Role, School};
use crate::domain::dn::Dn;
use crate::domain::duplicates::{Pair, Population};
use crate::domain::entry::Entry;
use crate::error::Result;
use crate::explain;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

impl People {
    /// Everybody of a role whose account is not absorbed, in scope or not: what is rare is told by all, and who
    /// may be shown is asked afterwards. `read` is told how many there are so far.
    ///
    /// One search, page after page. Memory: what is kept of each person (some 600 bytes), and four pages at most.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn population(
        &self,
        role: Role,
        read: &mut (dyn FnMut(usize) + Send),
    ) -> Result<Population> {
        let search = Search {
            base: self.bases.people.clone(),
            depth: crate::directory::Depth::Subtree,
            filter: self.schema.compared_filter(role),
            attributes: self.schema.compared_attributes(),
        };
        let gathering = Gathering::of_all(Arc::clone(&self.schema));
        let mut count = 0;
        let mut visit = |page: Vec<Entry>| {
            count += page.len();
            read(count);
            if gathering.hand(page) {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        };
        let all = self.directory.search_pages(&search, &mut visit).await;
        let population = gathering.finish();
        all.map_err(explain::directory)?;
        Ok(population)
    }

    /// Reads the children that tell something of these pairs: their names, and what each adult is to them.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn learn_children(
        &self,
        population: &mut Population,
        accounts: &BTreeMap<String, Account>,
        pairs: &[Pair],
    ) -> Result<()> {
        let of = |at: u32| accounts.get(population.people()[at as usize].dn());
        let mut asked: BTreeSet<&Dn> = BTreeSet::new();
        for pair in pairs {
            if let (Some(a), Some(b)) = (of(pair.a), of(pair.b)) {
                if pair.rests_on_the_family() {
                    // The father of these and the grandfather of those are two.
                    asked.extend(a.children.union(&b.children));
                } else {
                    asked.extend(a.children.intersection(&b.children));
                }
            }
        }
        let names: Vec<Dn> = asked.into_iter().cloned().collect();
        let entries = self
            .directory
            .read_many(&names, &self.schema.child_attributes())
            .await
            .map_err(explain::directory)?;
        for entry in entries.iter().flatten() {
            let (name, kinship) = self.schema.child(entry);
            population.add_child(entry.dn.normalized(), &name, &kinship);
        }
        Ok(())
    }

    /// What is read of people of whom only the children are asked: nothing that tells who is in scope.
    async fn read_families(&self, names: &[Dn]) -> Result<Vec<Account>> {
        let mut attributes = self.schema.all("children").to_vec();
        attributes.push("objectClass".to_owned());
        let entries = self.directory.read_many(names, &attributes).await;
        Ok(entries
            .map_err(explain::directory)?
            .iter()
            .flatten()
            .filter(|entry| self.schema.is_person(entry))
            .map(|entry| self.schema.account(entry))
            .collect())
    }

    /// Those of these accounts who are in scope, and of this school where one is given, by the entry's name. Where
    /// everybody is in scope, nothing but their children is told.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn visible(
        &self,
        names: &[Dn],
        school: Option<&School>,
    ) -> Result<BTreeMap<String, Account>> {
        let accounts = if self.scope.is_everything() && school.is_none() {
            self.read_families(names).await?
        } else {
            self.read_accounts(names).await?
        };
        let inside = self.in_scope(&accounts).await?;
        let mut found: Vec<Account> = accounts
            .into_iter()
            .zip(inside)
            .filter_map(|(account, inside)| inside.then_some(account))
            .collect();
        if let Some(school) = school {
            let there = self.of_school(&found, school).await?;
            found.retain(|account| there.contains(&account.dn));
        }
        Ok(found
            .into_iter()
            .map(|account| (account.dn.as_str().to_owned(), account))
            .collect())
    }
}
