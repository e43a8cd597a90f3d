//! One question about many: few searches while the server takes them, smaller ones where it does not. Servers differ in
//! how many terms a filter may have and how much may be found at once, and none says so beforehand.

use super::{BATCH, People, SIDE_BY_SIDE};
use crate::directory::{Depth, DirectoryError, ErrorKind, Search};
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::error::Result;
use crate::explain;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::collections::HashSet;
use std::pin::pin;
use tokio::task::yield_now;

/// Where is looked, and what for, whoever is meant.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Below this entry, itself included.
    pub base: &'a Dn,
    /// Attributes wanted, as in [`Search`].
    pub attributes: &'a [String],
}

impl People {
    /// The accounts that are found for these, each once, in scope or not: asked for a hundred at a time, some searches
    /// under way beside each other.
    pub(super) async fn search_accounts_of<T: Sync>(
        &self,
        all: &[T],
        filter: &(dyn Fn(&[T]) -> Filter + Sync),
    ) -> Result<Vec<Account>> {
        let attributes = self.attributes_ahead();
        let place = Place {
            base: &self.bases.people,
            attributes: &attributes,
        };
        let batches: Vec<&[T]> = all.chunks(BATCH).collect();
        // One leaves before the next is written: the server is not to wait for all of them.
        let leaves = |batch| async move {
            yield_now().await;
            batch
        };
        let mut found = pin!(
            stream::iter(batches)
                .then(leaves)
                .map(|batch| self.search_parts(&place, batch, filter))
                .buffered(SIDE_BY_SIDE)
        );
        let mut seen = HashSet::new();
        let mut accounts = Vec::new();
        // Accounts are made of some while the server looks for others.
        while let Some(entries) = found.try_next().await? {
            self.keep_entries(&entries);
            let new = entries.iter().filter(|e| seen.insert(e.dn.clone()));
            accounts.extend(new.map(|entry| self.schema.account(entry)));
        }
        Ok(accounts)
    }

    /// The entries that are found for these, in one search; where the server refuses that, in two for half of them
    /// each, and so on down to one. Whoever is found for two of these may come twice. `all` is as many as one filter may
    /// have in it.
    ///
    /// # Errors
    /// As the directory answers, where it does not even answer for one.
    pub async fn search_parts<T: Sync>(
        &self,
        place: &Place<'_>,
        all: &[T],
        filter: &(dyn Fn(&[T]) -> Filter + Sync),
    ) -> Result<Vec<Entry>> {
        let mut found = Vec::new();
        let mut parts = vec![all];
        while let Some(part) = parts.pop() {
            let search = Search {
                base: place.base.clone(),
                depth: Depth::Subtree,
                filter: filter(part),
                attributes: place.attributes.to_vec(),
            };
            match self.directory.search(&search).await {
                Ok(entries) => found.extend(entries),
                // One side to its end first: where nothing helps, few searches are made in vain.
                Err(error) if part.len() > 1 && asks_too_much(&error) => {
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.extend([second, first]);
                }
                Err(error) => return Err(explain::directory(error)),
            }
        }
        Ok(found)
    }
}

/// Whether a server that answers this may well answer a smaller question. One that finds a filter too large has no code
/// of its own for that: Active Directory and 389 DS say 11 or 53, others 1 or 80.
pub(super) fn asks_too_much(error: &DirectoryError) -> bool {
    match error.kind {
        ErrorKind::SizeLimit | ErrorKind::ServerTimeLimit => true,
        // What stands on another server (10) does not come here for a smaller question.
        ErrorKind::Other => error.result_code.is_some_and(|code| code != 10),
        _ => false,
    }
}
