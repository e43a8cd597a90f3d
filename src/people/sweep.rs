//! Everybody at once, for what is about everybody: one search, looked up in memory afterwards. A row of a file
//! must not cost a search.

use super::serving::Led;
use super::{People, Resolved, Who};
use crate::directory::{Depth, Search};
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::domain::ties::{STEPS, next};
use crate::error::Result;
use crate::explain;
use crate::schema::IDENTIFIERS;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;

/// Logical names of the schema that name a person.
const NAMES: [&str; 5] = [
    "family_name",
    "given_name",
    "full_name",
    "display_name",
    "home_structure",
];

/// What tells by which account a person is served.
const TIES: [&str; 3] = ["linked_to", "merged_into", "account_locked"];

/// The people of a directory as one search gave them.
#[derive(Debug, Default)]
pub struct Sweep {
    entries: Vec<Entry>,
    by_name: HashMap<Dn, usize>,
    /// By what names them, without case.
    by_text: HashMap<String, Vec<usize>>,
}

impl People {
    /// Reads the people whom this filter finds, everybody without one, in scope or not: who they are, and these
    /// attributes.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn sweep(&self, attributes: &[String], filter: Option<Filter>) -> Result<Sweep> {
        let mut wanted: BTreeSet<String> = attributes.iter().cloned().collect();
        if self.scope.is_everything() {
            wanted.extend(self.schema.role_attributes());
            wanted.extend(
                IDENTIFIERS
                    .iter()
                    .chain(&NAMES)
                    .chain(&TIES)
                    .flat_map(|n| self.schema.all(n).iter().cloned()),
            );
        } else {
            // Who is in scope is told by schools, classes and children.
            wanted.extend(self.schema.person_attributes());
        }
        let mut parts = vec![self.schema.people_filter()];
        parts.extend(filter);
        let mut sweep = Sweep::default();
        let search = Search {
            base: self.bases.people.clone(),
            depth: Depth::Subtree,
            filter: Filter::And(parts),
            attributes: wanted.into_iter().collect(),
        };
        self.directory
            .search_pages(&search, &mut |page| {
                sweep.entries.extend(page);
                ControlFlow::Continue(())
            })
            .await
            .map_err(explain::directory)?;
        for (at, entry) in sweep.entries.iter().enumerate() {
            sweep.by_name.insert(entry.dn.clone(), at);
            for value in IDENTIFIERS
                .iter()
                .flat_map(|n| self.schema.all(n))
                .flat_map(|attribute| entry.texts(attribute))
            {
                let named = sweep.by_text.entry(prepared(&value)).or_default();
                if named.last() != Some(&at) {
                    named.push(at);
                }
            }
        }
        Ok(sweep)
    }

    /// What each of these identifiers names, without asking the directory again but for who is in scope.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn resolve_among(
        &self,
        sweep: &Sweep,
        texts: &[&str],
        who: Who,
    ) -> Result<Vec<Resolved>> {
        let named: Vec<Vec<Led>> = texts
            .iter()
            .map(|text| {
                let of = |at: &usize| self.schema.account(&sweep.entries[*at]);
                let found: Vec<Account> =
                    match Dn::parse(text).ok().and_then(|dn| sweep.by_name.get(&dn)) {
                        Some(at) => vec![of(at)],
                        None => {
                            let found = sweep.by_text.get(&prepared(text)).into_iter().flatten();
                            found.map(of).collect()
                        }
                    };
                let known = sweep.on_the_way(self, &found, who);
                let led = found.into_iter();
                led.map(|account| Led::new(account, &known, who)).collect()
            })
            .collect();
        let all: Vec<Account> = named
            .iter()
            .flatten()
            .map(|l| l.account().clone())
            .collect();
        let mut inside = self.in_scope(&all).await?.into_iter();
        Ok(named
            .into_iter()
            .zip(texts)
            .map(|(mut found, text)| {
                if found.is_empty() {
                    return Resolved::Nothing {
                        nearest: Vec::new(),
                    };
                }
                found.retain(|_| inside.next().unwrap_or(false));
                super::serving::among(self.best_ranked(found, text))
            })
            .collect())
    }
}

impl Sweep {
    /// Everybody, in the server's order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The same, for what is joined to them. What names a person must stay as it is.
    pub(super) fn entries_mut(&mut self) -> &mut [Entry] {
        &mut self.entries
    }

    /// Those to whom these accounts lead.
    fn on_the_way(&self, people: &People, found: &[Account], who: Who) -> BTreeMap<Dn, Account> {
        let mut known = BTreeMap::new();
        for account in found.iter().filter(|_| who == Who::Serving) {
            let mut last = account.clone();
            for _ in 0..STEPS {
                let Some(entry) = next(&last).and_then(|(dn, _)| self.entry(dn)) else {
                    break;
                };
                last = people.schema.account(entry);
                known.insert(last.dn.clone(), last.clone());
            }
        }
        known
    }

    /// The entry of this name.
    pub fn entry(&self, dn: &Dn) -> Option<&Entry> {
        self.by_name.get(dn).map(|at| &self.entries[*at])
    }

    /// Its place among [`Sweep::entries`].
    pub fn place(&self, dn: &Dn) -> Option<usize> {
        self.by_name.get(dn).copied()
    }
}

/// As [`crate::schema::Schema::identifier_rank`] compares.
fn prepared(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}
