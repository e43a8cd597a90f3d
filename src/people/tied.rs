//! Accounts that are tied to others, found from whichever side is left.

use super::{BATCH, People, Place};
use crate::directory::{Depth, Search};
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::domain::join::{Gift, JoinNames};
use crate::error::Result;
use crate::explain;
use std::collections::{BTreeMap, BTreeSet};

/// An account with what is recorded on it of links.
#[derive(Debug, Clone)]
pub struct Tied {
    /// The account.
    pub account: Account,
    /// What its links gave, by its own records.
    pub gifts: Vec<Gift>,
}

impl People {
    /// Every account that is linked to another one, or was and still has a record of it; in scope or not.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn linked(&self, names: &JoinNames) -> Result<Vec<Tied>> {
        let marks = [&names.secondaries, &names.linked_to, &names.record];
        let parts: Vec<Filter> = marks.into_iter().flatten().map(Filter::present).collect();
        self.tied(names, Filter::Or(parts)).await
    }

    /// Every account that was absorbed by another one; in scope or not.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn merged(&self, names: &JoinNames) -> Result<Vec<Account>> {
        let parts: Vec<Filter> = names.merged_into.iter().map(Filter::present).collect();
        let found = self.tied(names, Filter::Or(parts)).await?;
        Ok(found.into_iter().map(|tied| tied.account).collect())
    }

    /// The accounts on which a link with one of these is noted, though they may know nothing of it any more: a server
    /// that erases the names of what is gone leaves the records, which are text. By secondary.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn principals_of(
        &self,
        names: &JoinNames,
        secondaries: &[Dn],
    ) -> Result<BTreeMap<Dn, Vec<Tied>>> {
        let texts: Vec<&str> = secondaries.iter().map(Dn::as_str).collect();
        let found = self.noted(names, &texts).await?;
        Ok(secondaries
            .iter()
            .map(|secondary| {
                let knows = |tied: &&Tied| {
                    tied.account.ties.linked.contains(secondary)
                        || tied.gifts.iter().any(|gift| gift.is_from(secondary))
                };
                let principals = found.iter().filter(knows).cloned().collect();
                (secondary.clone(), principals)
            })
            .collect())
    }

    /// The secondaries that go, or went, by these texts, as records name them: by the whole name or the number. In the
    /// order given.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn recorded_as(&self, names: &JoinNames, texts: &[&str]) -> Result<Vec<Vec<Dn>>> {
        let found = self.noted(names, texts).await?;
        let recorded: BTreeSet<Dn> = found
            .iter()
            .flat_map(|tied| &tied.gifts)
            .filter_map(|gift| Dn::parse(&gift.from).ok())
            .collect();
        let of = |text: &&str| {
            let text = text.trim();
            let typed = Dn::parse(text).ok();
            let meant = |dn: &&Dn| {
                let number = dn.rdn_value();
                typed.as_ref() == Some(*dn)
                    || number.is_some_and(|number| number.eq_ignore_ascii_case(text))
            };
            recorded.iter().filter(meant).cloned().collect()
        };
        Ok(texts.iter().map(of).collect())
    }

    /// The accounts that name one of these as a secondary, in a record or by name.
    async fn noted(&self, names: &JoinNames, texts: &[&str]) -> Result<Vec<Tied>> {
        let mut found: BTreeMap<Dn, Tied> = BTreeMap::new();
        let texts: BTreeSet<&str> = texts.iter().map(|text| text.trim()).collect();
        let texts: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        let noting = |texts: &[&str]| {
            let mut parts = Vec::new();
            for text in texts {
                if let Some(record) = &names.record {
                    parts.push(Filter::contains(record, Gift::sign_of(text)));
                }
                if let Some(secondaries) = &names.secondaries
                    && Dn::parse(text).is_ok()
                {
                    parts.push(Filter::equal(secondaries, *text));
                }
            }
            Filter::Or(parts)
        };
        // What can stand in no attribute is noted nowhere.
        let mut texts = texts;
        texts.retain(|text| noting(&[*text]) != Filter::Or(Vec::new()));
        let attributes = self.tied_attributes(names);
        let place = Place {
            base: &self.bases.people,
            attributes: &attributes,
        };
        for batch in texts.chunks(BATCH) {
            let entries = self.search_parts(&place, batch, &noting).await?;
            for tied in self.as_tied(names, &entries) {
                found.insert(tied.account.dn.clone(), tied);
            }
        }
        Ok(found.into_values().collect())
    }

    async fn tied(&self, names: &JoinNames, filter: Filter) -> Result<Vec<Tied>> {
        if filter == Filter::Or(Vec::new()) {
            return Ok(Vec::new());
        }
        let entries = self
            .directory
            .search(&Search {
                base: self.bases.people.clone(),
                depth: Depth::Subtree,
                filter,
                attributes: self.tied_attributes(names),
            })
            .await
            .map_err(explain::directory)?;
        Ok(self.as_tied(names, &entries))
    }

    fn tied_attributes(&self, names: &JoinNames) -> Vec<String> {
        let mut attributes = self.schema.person_attributes();
        attributes.extend(names.record.clone());
        attributes
    }

    /// The people among these entries.
    fn as_tied(&self, names: &JoinNames, entries: &[Entry]) -> Vec<Tied> {
        let gifts = |entry: &Entry| -> Vec<Gift> {
            let records = names.record.iter().flat_map(|record| entry.texts(record));
            records.filter_map(|record| Gift::read(&record)).collect()
        };
        entries
            .iter()
            .filter(|entry| self.schema.is_person(entry))
            .map(|entry| Tied {
                account: self.schema.account(entry),
                gifts: gifts(entry),
            })
            .collect()
    }
}
