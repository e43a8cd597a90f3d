//! Accounts that are tied to others, found from whichever side is left.

use super::People;
use crate::directory::{Depth, Search};
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::domain::join::{Gift, JoinNames};
use crate::error::Result;
use crate::explain;

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

    /// The accounts on which a link with this one is noted, though it may know nothing of it any more: a server that
    /// erases the names of what is gone leaves the records, which are text.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn principals_of(&self, names: &JoinNames, secondary: &Dn) -> Result<Vec<Tied>> {
        let mut found = self.noted(names, secondary.as_str()).await?;
        found.retain(|tied| {
            tied.account.ties.linked.contains(secondary)
                || tied.gifts.iter().any(|gift| gift.is_from(secondary))
        });
        Ok(found)
    }

    /// The accounts whose records name a secondary that goes, or went, by this text: its whole name or its number.
    /// Gives those secondaries too.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn recorded_as(&self, names: &JoinNames, text: &str) -> Result<Vec<Dn>> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.noted(names, text).await?;
        let meant = |dn: &Dn| {
            let number = dn.rdn_value();
            Dn::parse(text).is_ok_and(|typed| typed == *dn)
                || number.is_some_and(|number| number.eq_ignore_ascii_case(text))
        };
        let mut secondaries: Vec<Dn> = found
            .iter()
            .flat_map(|tied| &tied.gifts)
            .filter_map(|gift| Dn::parse(&gift.from).ok())
            .filter(meant)
            .collect();
        secondaries.sort();
        secondaries.dedup();
        Ok(secondaries)
    }

    /// The accounts that name this as a secondary, in a record or by name.
    async fn noted(&self, names: &JoinNames, text: &str) -> Result<Vec<Tied>> {
        let mut parts = Vec::new();
        if let Some(record) = &names.record {
            parts.push(Filter::contains(record, Gift::sign_of(text)));
        }
        if let Some(secondaries) = &names.secondaries
            && Dn::parse(text).is_ok()
        {
            parts.push(Filter::equal(secondaries, text));
        }
        self.tied(names, Filter::Or(parts)).await
    }

    async fn tied(&self, names: &JoinNames, filter: Filter) -> Result<Vec<Tied>> {
        if filter == Filter::Or(Vec::new()) {
            return Ok(Vec::new());
        }
        let mut attributes = self.schema.person_attributes();
        attributes.extend(names.record.clone());
        let entries = self
            .directory
            .search(&Search {
                base: self.bases.people.clone(),
                depth: Depth::Subtree,
                filter,
                attributes,
            })
            .await
            .map_err(explain::directory)?;
        let gifts = |entry: &Entry| -> Vec<Gift> {
            let records = names.record.iter().flat_map(|record| entry.texts(record));
            records.filter_map(|record| Gift::read(&record)).collect()
        };
        Ok(entries
            .iter()
            .filter(|entry| self.schema.is_person(entry))
            .map(|entry| Tied {
                account: self.schema.account(entry),
                gifts: gifts(entry),
            })
            .collect())
    }
}
