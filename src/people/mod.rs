//! People as one asks for them: an account named in any way, a class, a group, a school, a file. Works over
//! the directory port; reads as little as it can (the search plan is in `docs/search-plan.md`) and shows
//! nobody outside the profile's schools.

use crate::directory::{Depth, Directory, Search};
use crate::domain::account::{Account, School};
use crate::domain::dn::Dn;
use crate::domain::filter::Filter;
use crate::domain::intents::AccessAttributes;
use crate::domain::password::PolicyRules;
use crate::error::Result;
use crate::explain;
use crate::schema::Schema;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use tokio::sync::OnceCell;

mod aliases;
mod departures;
mod doubles;
mod exact;
mod expected;
mod foresight;
mod gathering;
mod handing;
mod joining;
mod listed;
mod many;
mod parts;
mod policy;
mod reach;
mod resolve;
mod scope;
mod select;
mod serving;
mod sweep;
mod tied;

pub use expected::Expected;
pub use foresight::Needs;
pub use gathering::Gathering;
pub use handing::{Handed, handing};
pub use parts::Place;
pub use policy::{PolicyPlace, policy_rules};
pub use reach::Reached;
pub use resolve::Strictness;
pub use scope::Scope;
pub use select::{Selector, unknown_school};
pub use serving::{Found, Instead, Resolved, Who};
pub use sweep::{Placed, Sweep};
pub use tied::Tied;

/// Names in one OR: filters stay small enough for every server, round trips few.
const BATCH: usize = 100;

/// From so many accounts on, everybody whom a typed filter matches is asked for, not whether it matches each of them.
const EVERYBODY_FROM: usize = 500;

/// Searches under way at a time, where one question is several: the round trips lie beside each other.
const SIDE_BY_SIDE: usize = 16;

/// Where people, schools and groups stand in the tree.
#[derive(Debug, Clone)]
pub struct Bases {
    /// People.
    pub people: Dn,
    /// Schools.
    pub schools: Dn,
    /// Groups.
    pub groups: Dn,
}

/// The people of one directory, within the schools of one profile.
#[derive(Clone)]
pub struct People {
    directory: Arc<dyn Directory>,
    schema: Arc<Schema>,
    bases: Bases,
    scope: Scope,
    schools: Arc<OnceCell<Vec<School>>>,
    policy: Arc<OnceCell<PolicyRules>>,
    foresight: foresight::Shared,
}

impl People {
    /// The people behind a connection, as far as the profile's scope goes.
    pub fn new(
        directory: Arc<dyn Directory>,
        schema: Arc<Schema>,
        bases: Bases,
        scope: Scope,
    ) -> Self {
        People {
            directory,
            schema,
            bases,
            scope,
            schools: Arc::new(OnceCell::new()),
            policy: Arc::new(OnceCell::new()),
            foresight: foresight::Shared::default(),
        }
    }

    /// The schema in use.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The directory, for reading.
    pub fn directory(&self) -> &dyn Directory {
        &*self.directory
    }

    /// The attributes that passwords and access stand in, on this server: one without a password policy has
    /// none but the password itself.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn access(&self) -> Result<AccessAttributes> {
        let capabilities = self
            .directory
            .capabilities()
            .await
            .map_err(explain::directory)?;
        let names = self.schema.access();
        Ok(if capabilities.password_policy() {
            names
        } else {
            AccessAttributes {
                must_change: None,
                locked: None,
                password_changed: None,
                ..names
            }
        })
    }

    /// The identity that the server gave to the top of the directory (`entryUUID`, RFC 4530); `None` where
    /// it gives none.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn directory_id(&self, base: &Dn) -> Result<Option<String>> {
        let entry = self
            .directory
            .read(base, &["entryUUID".to_owned()])
            .await
            .map_err(explain::directory)?;
        Ok(entry.and_then(|entry| entry.text("entryUUID")))
    }

    /// Where things stand.
    pub fn bases(&self) -> &Bases {
        &self.bases
    }

    /// Whether the profile is narrowed to some schools.
    pub fn is_scoped(&self) -> bool {
        self.scope.names_schools()
    }

    /// What the profile is narrowed to.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Every school of the directory, in scope or not, by name; read once.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn all_schools(&self) -> Result<&[School]> {
        let schools = self
            .schools
            .get_or_try_init(|| async {
                let entries = self
                    .directory
                    .search(&Search {
                        base: self.bases.schools.clone(),
                        depth: Depth::Subtree,
                        filter: self.schema.schools_filter(),
                        attributes: self.schema.school_attributes(),
                    })
                    .await
                    .map_err(explain::directory)?;
                let mut schools: Vec<School> =
                    entries.iter().map(|e| self.schema.school(e)).collect();
                schools.sort_by(|a, b| a.name.cmp(&b.name));
                Ok::<_, crate::error::CommandError>(schools)
            })
            .await?;
        Ok(schools)
    }

    /// The schools in scope, by name.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn schools(&self) -> Result<Vec<&School>> {
        Ok(self
            .all_schools()
            .await?
            .iter()
            .filter(|school| self.scope.covers(school))
            .collect())
    }

    /// Names of the schools by DN, for showing.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn school_names(&self) -> Result<BTreeMap<Dn, String>> {
        Ok(self
            .all_schools()
            .await?
            .iter()
            .map(|school| (school.dn.clone(), school.name.clone()))
            .collect())
    }

    /// The accounts with these names that exist and are people.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn read_accounts(&self, names: &[Dn]) -> Result<Vec<Account>> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let entries = self
            .directory
            .read_many(names, &self.attributes_ahead())
            .await
            .map_err(explain::directory)?;
        self.keep_entries(entries.iter().flatten());
        Ok(entries
            .iter()
            .flatten()
            .filter(|entry| self.schema.is_person(entry))
            .map(|entry| self.schema.account(entry))
            .collect())
    }

    /// The accounts that a filter finds below the people's base, in scope or not.
    async fn search_accounts(&self, filter: Filter) -> Result<Vec<Account>> {
        let entries = self
            .directory
            .search(&Search {
                base: self.bases.people.clone(),
                depth: Depth::Subtree,
                filter,
                attributes: self.attributes_ahead(),
            })
            .await
            .map_err(explain::directory)?;
        self.keep_entries(&entries);
        Ok(entries.iter().map(|e| self.schema.account(e)).collect())
    }

    /// The names of all people whom a typed filter (RFC 4515) matches.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn all_matching(&self, typed: &str) -> Result<BTreeSet<Dn>> {
        let mut found = BTreeSet::new();
        let search = Search {
            base: self.bases.people.clone(),
            depth: Depth::Subtree,
            filter: Filter::And(vec![
                self.schema.people_filter(),
                Filter::Typed(typed.to_owned()),
            ]),
            attributes: vec!["1.1".to_owned()],
        };
        self.directory
            .search_pages(&search, &mut |page| {
                found.extend(page.into_iter().map(|e| e.dn));
                ControlFlow::Continue(())
            })
            .await
            .map_err(explain::directory)?;
        Ok(found)
    }

    /// The names of those of these accounts that a typed filter (RFC 4515) matches.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn matching(&self, typed: &str, accounts: &[Account]) -> Result<BTreeSet<Dn>> {
        let (mut found, accounts) = self.judged(typed, accounts);
        if accounts.len() > EVERYBODY_FROM {
            let named: HashSet<&Dn> = accounts.iter().map(|account| &account.dn).collect();
            let mut all = self.all_matching(typed).await?;
            all.retain(|dn| named.contains(dn));
            found.append(&mut all);
            return Ok(found);
        }
        let attribute = self.schema.one("id").unwrap_or("uid");
        let ids: Vec<&str> = accounts.iter().filter_map(|a| a.uid.as_deref()).collect();
        let place = Place {
            base: &self.bases.people,
            attributes: &["1.1".to_owned()],
        };
        for batch in ids.chunks(BATCH) {
            let both = |ids: &[&str]| {
                let any = Filter::any_of(attribute, ids.iter().copied());
                Filter::And(vec![any, Filter::Typed(typed.to_owned())])
            };
            let entries = self.search_parts(&place, batch, &both).await?;
            found.extend(entries.into_iter().map(|e| e.dn));
        }
        // Without an id there is only the entry itself to ask.
        for account in accounts.iter().filter(|a| a.uid.is_none()) {
            let entries = self
                .directory
                .search(&Search {
                    base: account.dn.clone(),
                    depth: Depth::Base,
                    filter: Filter::Typed(typed.to_owned()),
                    attributes: vec!["1.1".to_owned()],
                })
                .await
                .map_err(explain::directory)?;
            found.extend(entries.into_iter().map(|e| e.dn));
        }
        Ok(found)
    }
}

/// Sorts people as a list for a school is read: pupils first, then school, class, family name, given name.
pub fn sort_for_reading(accounts: &mut [Account]) {
    accounts.sort_by_cached_key(reading_order);
}

/// The same as a key.
pub fn reading_order(account: &Account) -> impl Ord + use<> {
    (
        account.roles.first().copied(),
        account.schools.iter().next().cloned(),
        account.classes.first().map(|c| c.name.clone()),
        crate::domain::names::fold(&account.family_name),
        crate::domain::names::fold(&account.given_name),
        account.dn.clone(),
    )
}
