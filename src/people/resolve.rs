//! One account, named as one would name it: a DN, a login, an alias, a mail address, an id, a join key, else
//! a name, with a class where one is given.

use super::serving::{Found, Led, Resolved, Who, among, one_each};
use super::{BATCH, People};
use crate::directory::{Depth, Search};
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::domain::filter::Filter;
use crate::domain::names::{self, Fit, NameQuery, PersonNames};
use crate::domain::nearest;
use crate::error::Result;
use crate::explain;
use crate::schema::FORMER_LOGIN;
use std::ops::ControlFlow;

/// Candidates looked at for a misspelled name: more would be a search through everybody.
const NEAR_CANDIDATES: usize = 2_000;

/// How many nearest names are offered.
const NEAREST: usize = 5;

/// Which answers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// With `--yes` and in files: identifiers and exact full names.
    Exact,
    /// A person chooses or confirms: parts of a name too.
    Part,
}

impl People {
    /// Finds the account that a text names.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn resolve(&self, text: &str, strictness: Strictness, who: Who) -> Result<Resolved> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Resolved::Nothing {
                nearest: Vec::new(),
            });
        }
        let found = self.by_identifier(text).await?;
        if !found.is_empty() {
            let inside = self.led_in_scope(found, who).await?;
            return Ok(among(self.best_ranked(inside, text)));
        }
        let query = self.name_query(text).await?;
        let (exact, part) = self.by_name(&query).await?;
        // Those outside are taken out first: somebody there must not hide somebody here.
        let outside = !exact.is_empty() || (strictness == Strictness::Part && !part.is_empty());
        let exact = self.led_in_scope(exact, who).await?;
        if !exact.is_empty() {
            return Ok(among(exact));
        }
        if strictness == Strictness::Part {
            let part = self.led_in_scope(part, who).await?;
            if !part.is_empty() {
                return Ok(among(part));
            }
        }
        if outside {
            return Ok(Resolved::OutOfScope);
        }
        let nearest = self.nearest(&query, who).await?;
        Ok(Resolved::Nothing { nearest })
    }

    /// Whether one of these words is somebody's identifier, in scope or not: then each word means an
    /// account of its own; else they may be the words of one name.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn any_identifier(&self, words: &[String]) -> Result<bool> {
        for batch in words.chunks(BATCH) {
            let filter = Filter::Or(
                batch
                    .iter()
                    .map(|word| self.schema.identifier_filter(word.trim()))
                    .collect(),
            );
            if !self.search_accounts(filter).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The account with exactly this login or alias, in any school: for a person who changes their own
    /// password, and who may see little more than that.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn by_login(&self, login: &str) -> Result<Option<Account>> {
        let parts = ["login", "alias"]
            .iter()
            .flat_map(|logical| self.schema.all(logical))
            .map(|attribute| Filter::equal(attribute, login))
            .collect();
        let mut found = self.search_accounts(Filter::Or(parts)).await?;
        Ok(if found.len() == 1 { found.pop() } else { None })
    }

    /// Everybody in scope whose name, or part of it, or identifier is this: for `account find`. Absorbed accounts and
    /// closed secondaries are found as the accounts that serve in their place.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn find(&self, text: &str) -> Result<Vec<Found>> {
        let text = text.trim();
        let named = self.by_identifier(text).await?;
        let query = self.name_query(text).await?;
        let (exact, part) = self.by_name(&query).await?;
        let mut found: Vec<Led> = Vec::new();
        for led in self.led_in_scope(named, Who::Serving).await? {
            found.push(self.ranked(led, text).1);
        }
        let exact = self.led_in_scope(exact, Who::Serving).await?;
        found.extend(if exact.is_empty() {
            self.led_in_scope(part, Who::Serving).await?
        } else {
            exact
        });
        if found.is_empty() {
            let part = self.by_identifier_part(text).await?;
            found = self.led_in_scope(part, Who::Serving).await?;
        }
        Ok(one_each(found).into_iter().map(Led::found).collect())
    }

    /// The nearest names in scope, best first, for a person to choose from.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn nearest_to(&self, text: &str, who: Who) -> Result<Vec<Found>> {
        let query = self.name_query(text).await?;
        self.nearest(&query, who).await
    }

    async fn by_identifier(&self, text: &str) -> Result<Vec<Account>> {
        if let Ok(dn) = Dn::parse(text)
            && dn.is_within(&self.bases.people)
        {
            return self.read_accounts(&[dn]).await;
        }
        let mut found = self
            .search_accounts(self.schema.identifier_filter(text))
            .await?;
        found.retain(|account| self.schema.identifier_rank(account, text).is_some());
        Ok(found)
    }

    /// Those whose identifier of the best kind is this text: a login beats an alias, and so on.
    pub(super) fn best_ranked(&self, found: Vec<Led>, text: &str) -> Vec<Led> {
        let ranked: Vec<(Option<u8>, Led)> =
            found.into_iter().map(|l| self.ranked(l, text)).collect();
        // None of any: named by the entry itself.
        let best = ranked.iter().filter_map(|(rank, _)| *rank).min();
        let ranked = ranked.into_iter().filter(|(rank, _)| *rank == best);
        ranked.map(|(_, led)| led).collect()
    }

    /// By which of its identifiers an account was named.
    fn ranked(&self, mut led: Led, text: &str) -> (Option<u8>, Led) {
        let rank = self.schema.identifier_rank(led.named(), text);
        if rank == Some(FORMER_LOGIN) {
            led.by_former_login(text);
        }
        (rank, led)
    }

    async fn by_identifier_part(&self, text: &str) -> Result<Vec<Account>> {
        // Below three letters a beginning says nothing and costs a scan.
        if text.chars().count() < 3 {
            return Ok(Vec::new());
        }
        let parts = ["login", "alias", "mail"]
            .iter()
            .flat_map(|logical| self.schema.all(logical))
            .map(|attribute| Filter::begins(attribute, text))
            .collect();
        self.search_accounts(Filter::And(vec![
            self.schema.people_filter(),
            Filter::Or(parts),
        ]))
        .await
    }

    pub(super) async fn name_query(&self, text: &str) -> Result<NameQuery> {
        // Of every school: somebody of another one is then refused as such, not as unknown.
        let classes: Vec<String> = self
            .all_schools()
            .await?
            .iter()
            .flat_map(|school| school.classes.iter().cloned())
            .collect();
        Ok(names::parse_query(text, &classes))
    }

    /// Those whose whole name this is, and those of whose name it is a part; in scope or not.
    async fn by_name(&self, query: &NameQuery) -> Result<(Vec<Account>, Vec<Account>)> {
        if query.words.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let filter = Filter::And(vec![
            self.schema.people_filter(),
            names::search_filter(&query.words, &self.schema.name_attributes()),
        ]);
        let mut exact = Vec::new();
        let mut part = Vec::new();
        for account in self.search_accounts(filter).await? {
            if !in_class(&account, query) {
                continue;
            }
            match names::fit(&query.words, &PersonNames::from(&account)) {
                Fit::Exact => exact.push(account),
                Fit::Part => part.push(account),
                Fit::None => {}
            }
        }
        Ok((exact, part))
    }

    async fn nearest(&self, query: &NameQuery, who: Who) -> Result<Vec<Found>> {
        if query.words.is_empty() {
            return Ok(Vec::new());
        }
        let filter = Filter::And(vec![
            self.schema.people_filter(),
            names::near_filter(&query.words, &self.schema.name_attributes()),
        ]);
        let mut candidates = Vec::new();
        self.directory
            .search_pages(
                &Search {
                    base: self.bases.people.clone(),
                    depth: Depth::Subtree,
                    filter,
                    attributes: self.schema.person_attributes(),
                },
                &mut |page| {
                    candidates.extend(page.iter().map(|e| self.schema.account(e)));
                    if candidates.len() < NEAR_CANDIDATES {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    }
                },
            )
            .await
            .map_err(explain::directory)?;
        candidates.retain(|account| in_class(account, query));
        let ranked = nearest::nearest(
            &query.words,
            candidates.iter().map(|account| {
                let words = names::tokens(&account.display_name);
                (account, words)
            }),
            // More than are shown: those out of scope fall away.
            NEAREST * 4,
        );
        let near: Vec<Account> = ranked.into_iter().map(|(a, _)| a.clone()).collect();
        let mut near = one_each(self.led_in_scope(near, who).await?);
        near.truncate(NEAREST);
        Ok(near.into_iter().map(Led::found).collect())
    }
}

pub(super) fn in_class(account: &Account, query: &NameQuery) -> bool {
    query.class.as_ref().is_none_or(|class| {
        account
            .classes
            .iter()
            .any(|c| names::fold_class(&c.name) == names::fold_class(class))
    })
}
