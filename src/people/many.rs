//! Many accounts at once, each named in any way: few searches, however many texts there are.

use super::parts::asks_too_much;
use super::resolve::in_class;
use super::serving::{Led, Resolved, Who, among};
use super::{People, Place};
use crate::directory::{Depth, Search};
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::domain::names::{self, Fit, NameQuery, PersonNames};
use crate::error::Result;
use crate::explain;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;

/// Names in one OR: each is many spellings.
const NAMES: usize = 20;

/// From so many names on, everybody is read once: the spellings of each cost the server more than a few hundred people.
const EVERYBODY_FROM: usize = 100;

impl People {
    /// Finds the accounts of many identifiers with few searches; in the order given. What is not an identifier is then
    /// looked for as an exact full name. Near names are not looked for.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn resolve_many(&self, texts: &[&str], who: Who) -> Result<Vec<Resolved>> {
        let mut resolved = self.identified(texts, who).await?;
        let left: Vec<usize> = (0..texts.len())
            .filter(|at| resolved[*at].is_none())
            .collect();
        let named: Vec<&str> = left.iter().map(|at| texts[*at]).collect();
        for (at, found) in left.into_iter().zip(self.called(&named, who).await?) {
            resolved[at] = Some(found);
        }
        let nobody = || Resolved::Nothing {
            nearest: Vec::new(),
        };
        Ok(resolved
            .into_iter()
            .map(|found| found.unwrap_or_else(nobody))
            .collect())
    }

    /// What each of these texts names as an identifier, in the order given; `None` where it is nobody's.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn identified(&self, texts: &[&str], who: Who) -> Result<Vec<Option<Resolved>>> {
        let distinct: BTreeSet<&str> = texts.iter().map(|text| text.trim()).collect();
        let (names, plain) = self.split_names(&distinct);
        let any = |texts: &[&str]| self.schema.identifiers_filter(texts);
        let both = async {
            futures_util::join!(
                self.search_accounts_of(&plain, &any),
                self.read_accounts(&names)
            )
        };
        let (found, by_name) = self.ahead(both).await;
        let (found, by_name) = (found?, by_name?);
        // Looked up, not compared with each: a list may have thousands of rows.
        let mut places: HashMap<String, Vec<usize>> = HashMap::with_capacity(found.len());
        let wanted: HashSet<String> = plain.iter().map(|text| prepared(text)).collect();
        for (at, account) in found.iter().enumerate() {
            for value in self.schema.identifiers(account).map(prepared) {
                if !wanted.contains(&value) {
                    continue;
                }
                let held = places.entry(value).or_default();
                if held.last().is_none_or(|last| found[*last].dn != account.dn) {
                    held.push(at);
                }
            }
        }
        let entries: HashMap<&Dn, usize> = (found.len()..)
            .zip(&by_name)
            .map(|(at, account)| (&account.dn, at))
            .collect();
        let named: Vec<Vec<usize>> = texts
            .iter()
            .map(|text| {
                let dn = Dn::parse(text.trim()).ok();
                match dn.filter(|dn| dn.is_within(&self.bases.people)) {
                    Some(dn) => entries.get(&dn).copied().into_iter().collect(),
                    None => places.get(&prepared(text)).cloned().unwrap_or_default(),
                }
            })
            .collect();
        let named = each_once(found.into_iter().chain(by_name), named);
        self.weighed(texts, named, who).await
    }

    /// What is left of those named, once it is known where they lead and who is in scope; asked for all at once, since a
    /// parent needs the children's schools.
    async fn weighed(
        &self,
        texts: &[&str],
        named: Vec<Vec<Account>>,
        who: Who,
    ) -> Result<Vec<Option<Resolved>>> {
        let all: Vec<&Account> = named.iter().flatten().collect();
        let known = self.on_the_way(&all, who).await?;
        let named: Vec<Vec<Led>> = named
            .into_iter()
            .map(|named| {
                let led = named.into_iter();
                led.map(|account| Led::new(account, &known, who)).collect()
            })
            .collect();
        let meant: Vec<&Account> = named.iter().flatten().map(Led::account).collect();
        let mut inside = self.these_in_scope(&meant).await?.into_iter();
        Ok(named
            .into_iter()
            .zip(texts)
            .map(|(mut led, text)| {
                if led.is_empty() {
                    return None;
                }
                led.retain(|_| inside.next().unwrap_or(false));
                Some(among(self.best_ranked(led, text.trim())))
            })
            .collect())
    }

    /// Whom each of these texts calls by the whole name, in the order given.
    async fn called(&self, texts: &[&str], who: Who) -> Result<Vec<Resolved>> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let mut queries = Vec::with_capacity(texts.len());
        for text in texts {
            queries.push(self.name_query(text.trim()).await?);
        }
        let asked: Vec<&NameQuery> = queries.iter().filter(|q| !q.words.is_empty()).collect();
        let mut by_word: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, query) in queries.iter().enumerate() {
            for word in &query.words {
                by_word.entry(word).or_default().push(at);
            }
        }
        let mut named: Vec<Vec<Account>> = vec![Vec::new(); texts.len()];
        let mut look = |page: &[Entry]| {
            for entry in page {
                let account = self.schema.account(entry);
                for at in exactly(&account, &queries, &by_word) {
                    // Found by another search already.
                    if named[at].iter().all(|known| known.dn != account.dn) {
                        named[at].push(account.clone());
                    }
                }
            }
        };
        let attributes = self.schema.person_attributes();
        let everybody = asked.len() >= EVERYBODY_FROM && {
            let search = Search {
                base: self.bases.people.clone(),
                depth: Depth::Subtree,
                filter: self.schema.people_filter(),
                attributes: attributes.clone(),
            };
            let mut visit = |page: Vec<Entry>| {
                look(&page);
                ControlFlow::Continue(())
            };
            match self.directory.search_pages(&search, &mut visit).await {
                Ok(()) => true,
                // Some accounts may read few entries at a time, and never all.
                Err(error) if asks_too_much(&error) => false,
                Err(error) => return Err(explain::directory(error)),
            }
        };
        if !everybody {
            let held_in = self.schema.name_attributes();
            let any = |queries: &[&NameQuery]| {
                let one = |query: &&NameQuery| names::search_filter(&query.words, &held_in);
                let any = Filter::Or(queries.iter().map(one).collect());
                Filter::And(vec![self.schema.people_filter(), any])
            };
            let place = Place {
                base: &self.bases.people,
                attributes: &attributes,
            };
            for batch in asked.chunks(NAMES) {
                look(&self.search_parts(&place, batch, &any).await?);
            }
        }
        let nobody = || Resolved::Nothing {
            nearest: Vec::new(),
        };
        let weighed = self.weighed_by_name(named, who).await?;
        Ok(weighed
            .into_iter()
            .map(|found| found.unwrap_or_else(nobody))
            .collect())
    }

    async fn weighed_by_name(
        &self,
        named: Vec<Vec<Account>>,
        who: Who,
    ) -> Result<Vec<Option<Resolved>>> {
        // By a name nobody is ranked.
        let texts = vec![""; named.len()];
        self.weighed(&texts, named, who).await
    }
}

/// The accounts at these places. One that is named once, as nearly all are, is moved there; an account is much to copy.
fn each_once(
    accounts: impl Iterator<Item = Account>,
    places: Vec<Vec<usize>>,
) -> Vec<Vec<Account>> {
    let mut held: Vec<(usize, Option<Account>)> = accounts.map(|a| (0, Some(a))).collect();
    for at in places.iter().flatten() {
        held[*at].0 += 1;
    }
    let mut take = |at: usize| {
        let (left, account) = &mut held[at];
        *left -= 1;
        match *left {
            0 => account.take(),
            _ => account.clone(),
        }
    };
    places
        .into_iter()
        .map(|places| places.into_iter().filter_map(&mut take).collect())
        .collect()
}

/// Which of these names is exactly that of this person.
fn exactly(
    account: &Account,
    queries: &[NameQuery],
    by_word: &HashMap<&str, Vec<usize>>,
) -> BTreeSet<usize> {
    let person = PersonNames::from(account);
    let mut near: BTreeSet<usize> = BTreeSet::new();
    // Whoever is called so has a word of the name: none but these need be looked at.
    for word in person.words() {
        near.extend(by_word.get(word.as_str()).into_iter().flatten());
    }
    near.retain(|at| {
        let query = &queries[*at];
        in_class(account, query) && names::fit(&query.words, &person) == Fit::Exact
    });
    near
}

/// As [`crate::schema::Schema::identifier_rank`] compares.
pub(super) fn prepared(text: &str) -> String {
    let mut prepared = String::new();
    prepare(text, &mut prepared);
    prepared
}

/// The same, in the place of a text that is there already: of many, most need no memory then.
pub(super) fn prepare(text: &str, into: &mut String) {
    into.clear();
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        into.push_str(text);
        into.make_ascii_lowercase();
    } else {
        let words: Vec<&str> = text.split_whitespace().collect();
        into.push_str(&words.join(" ").to_lowercase());
    }
}
