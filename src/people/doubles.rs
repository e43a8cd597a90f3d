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
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

impl People {
    /// Everybody of a role whose account is not absorbed, in scope or not: what is rare is told by all, and who
    /// may be shown is asked afterwards. `read` is told how many there are so far.
    ///
    /// One search, page after page. Memory: what is kept of each person (some 700 bytes with the names of the
    /// children), and seven pages at most.
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
        let mut gathering = Gathering::of_all(Arc::clone(&self.schema));
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
    pub async fn learn_children(&self, population: &mut Population, pairs: &[Pair]) -> Result<()> {
        let names: Vec<Dn> = population
            .children_of(pairs)
            .into_iter()
            .filter_map(|name| Dn::parse(name).ok())
            .collect();
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

    /// Those of these people, by the entry's name, who are in scope, and of this school where one is given; `None`:
    /// all of them, and nobody need be read for it.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn visible(
        &self,
        names: &[Dn],
        school: Option<&School>,
    ) -> Result<Option<BTreeSet<String>>> {
        if self.scope.is_everything() && school.is_none() {
            return Ok(None);
        }
        let accounts = self.read_accounts(names).await?;
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
        let names = found.into_iter().map(|a| a.dn.as_str().to_owned());
        Ok(Some(names.collect()))
    }
}
