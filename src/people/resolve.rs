//! One account, named as one would name it: a DN, a login, an alias, a mail address, an id, a join key, else
//! a name, with a class where one is given.

use super::serving::{Found, Led, Resolved, Who, among, one_each};
use super::{BATCH, Needs, People};
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

/// More words than these are no name: they are looked up as what they are, several accounts.
const MOST_OF_A_NAME: usize = 8;

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
        // Somebody's identifier has no blank in it but in odd cases: what has one is looked for as a name at once.
        let like_a_name = text.contains(char::is_whitespace) && Dn::parse(text).is_err();
        let (found, named) = if like_a_name {
            let both = async { futures_util::join!(self.by_identifier(text), self.by_name(text)) };
            let (found, named) = self.ahead(both).await;
            (found?, Some(named))
        } else {
            (self.ahead(self.by_identifier(text)).await?, None)
        };
        if !found.is_empty() {
            let inside = self.led_in_scope(found, who).await?;
            return Ok(among(self.best_ranked(inside, text)));
        }
        let Named { query, exact, part } = match named {
            Some(named) => named?,
            None => self.by_name(text).await?,
        };
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
        if words.len() > MOST_OF_A_NAME {
            return self.any_of_many(words).await;
        }
        let whole = words.join(" ");
        let texts: Vec<&str> = words.iter().map(String::as_str).chain([&*whole]).collect();
        let filters = texts
            .iter()
            .map(|text| self.schema.identifier_filter(text.trim()));
        let filter = Filter::Or(filters.clone().collect());
        let name = self.name_filter(&names::parse_query(&whole, &[]));
        if words.len() > 1 {
            // Where none is, they are a name, and one of them may be a class.
            self.foresee(Needs {
                schools: true,
                ..Needs::default()
            });
        }
        let both = async {
            let candidates = async {
                match &name {
                    Some(name) => self.look_for(name.clone()).await,
                    None => Ok(Vec::new()),
                }
            };
            futures_util::join!(self.look_for(filter), candidates)
        };
        let (found, candidates) = self.ahead(both).await;
        let found = found?;
        let is = |text: &str, account: &Account| {
            self.schema.identifier_rank(account, text.trim()).is_some()
        };
        // What was found is what each of the texts finds, and is not asked for again.
        for (text, filter) in texts.iter().zip(filters) {
            let named = found.iter().filter(|account| is(text, account));
            self.note_found(&filter, named.cloned().collect());
        }
        if let (Some(name), Ok(candidates)) = (name, candidates) {
            self.note_found(&name, candidates);
        }
        let by_word = |account: &Account| words.iter().any(|word| is(word, account));
        Ok(found
            .iter()
            .any(|account| by_word(account) || !is(&whole, account)))
    }

    /// The same of more words than a name has.
    async fn any_of_many(&self, words: &[String]) -> Result<bool> {
        let words: Vec<&str> = words.iter().map(|word| word.trim()).collect();
        let named = |words: &[&str]| self.schema.identifiers_filter(words);
        for batch in words.chunks(BATCH) {
            if !self.search_accounts_of(batch, &named).await?.is_empty() {
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
        let both = async { futures_util::join!(self.by_identifier(text), self.by_name(text)) };
        let (named, by_name) = self.ahead(both).await;
        let (named, Named { exact, part, .. }) = (named?, by_name?);
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
        let mut found = self.look_for(self.schema.identifier_filter(text)).await?;
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
        // A class never is all that was typed.
        if !text.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ',' | ';')) {
            return Ok(names::parse_query(text, &[]));
        }
        // Of every school: somebody of another one is then refused as such, not as unknown.
        let classes: Vec<String> = self
            .all_schools()
            .await?
            .iter()
            .flat_map(|school| school.classes.iter().cloned())
            .collect();
        Ok(names::parse_query(text, &classes))
    }

    /// Matches those whose name this may be; `None` without a word.
    fn name_filter(&self, query: &NameQuery) -> Option<Filter> {
        (!query.words.is_empty()).then(|| {
            Filter::And(vec![
                self.schema.people_filter(),
                names::search_filter(&query.words, &self.schema.name_attributes()),
            ])
        })
    }

    /// Those whose whole name this is, and those of whose name it is a part; in scope or not.
    ///
    /// Which of the words are a class is known only once the schools are. Most classes leave no trace in the search
    /// (too short), so that it need not wait for them; where one does, it is made again.
    async fn by_name(&self, text: &str) -> Result<Named> {
        let guess = self.name_filter(&names::parse_query(text, &[]));
        let candidates = async {
            match &guess {
                Some(filter) => self.look_for(filter.clone()).await,
                None => Ok(Vec::new()),
            }
        };
        let (query, candidates) = futures_util::join!(self.name_query(text), candidates);
        let query = query?;
        let candidates = match self.name_filter(&query) {
            None => Vec::new(),
            filter if filter == guess => candidates?,
            Some(filter) => self.look_for(filter).await?,
        };
        let mut named = Named {
            query,
            exact: Vec::new(),
            part: Vec::new(),
        };
        for account in candidates {
            if !in_class(&account, &named.query) {
                continue;
            }
            match names::fit(&named.query.words, &PersonNames::from(&account)) {
                Fit::Exact => named.exact.push(account),
                Fit::Part => named.part.push(account),
                Fit::None => {}
            }
        }
        Ok(named)
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

/// Those whom a name means.
struct Named {
    query: NameQuery,
    /// Whose whole name it is.
    exact: Vec<Account>,
    /// Of whose name it is a part.
    part: Vec<Account>,
}

pub(super) fn in_class(account: &Account, query: &NameQuery) -> bool {
    query.class.as_ref().is_none_or(|class| {
        account
            .classes
            .iter()
            .any(|c| names::fold_class(&c.name) == names::fold_class(class))
    })
}
