//! Many entries by name in few searches: an OR of what names them, below the entry they stand under.

use super::LdapDirectory;
use super::search::{self, Query};
use crate::directory::{Depth, DirectoryError, ErrorKind, Search};
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Names in one search. No server's size limit is as low (OpenLDAP 500, Active Directory 1,000).
const IN_ONE: usize = 100;
/// Below so many of a kind, reading one by one is as good.
const FEWEST: usize = 16;
/// Searches under way at a time; each is some hundred entries.
const AT_A_TIME: usize = 4;
/// A search for a hundred names that takes longer went through all entries: the server has no index on what names
/// them, and one by one is quicker.
const SLOW: Duration = Duration::from_millis(300);

/// Reads entries as [`crate::directory::Directory::read_many`] promises it.
///
/// Names that stand under one entry and are made of one attribute (`uid=…`) are asked for a hundred at a time. What no
/// such search shows is read by its name before it counts as not there: the right to read an entry and the right to
/// search for what names it are two. Cost: a search for each hundred, and one for each name that is not found.
///
/// # Errors
/// As for any read.
pub(super) async fn read(
    directory: &LdapDirectory,
    names: &[Dn],
    attributes: &[String],
) -> Result<Vec<Option<Entry>>, DirectoryError> {
    let mut found: Vec<Option<Entry>> = vec![None; names.len()];
    let mut groups: HashMap<(String, &str), Vec<(usize, &str)>> = HashMap::new();
    for (at, name) in names.iter().enumerate() {
        if let Some((attribute, value, parent)) = name.plain_parts() {
            let kind = (attribute.to_ascii_lowercase(), parent);
            groups.entry(kind).or_default().push((at, value));
        }
    }
    for ((attribute, parent), members) in &groups {
        if members.len() >= FEWEST
            && let Ok(parent) = Dn::parse(parent)
        {
            let group = Group {
                attribute,
                parent,
                members,
            };
            group.read(directory, names, attributes, &mut found).await?;
        }
    }
    let missing: Vec<usize> = (0..names.len()).filter(|at| found[*at].is_none()).collect();
    let one_by_one = one_by_one(directory, names, attributes, &missing).await?;
    for (at, entry) in missing.into_iter().zip(one_by_one) {
        found[at] = entry;
    }
    Ok(found)
}

async fn one_by_one(
    directory: &LdapDirectory,
    names: &[Dn],
    attributes: &[String],
    places: &[usize],
) -> Result<Vec<Option<Entry>>, DirectoryError> {
    let link = directory.link();
    let queries: Vec<Query> = places
        .iter()
        .map(|at| Query::entry(names[*at].as_str().to_owned(), attributes))
        .collect();
    stream::iter(queries)
        .map(|query| {
            let link = Arc::clone(&link);
            async move { search::entry(&link, &directory.0.window, directory.limit(), &query).await }
        })
        .buffered(directory.0.settings.window.max(1))
        .try_collect()
        .await
}

/// Names under one entry, made of one attribute.
struct Group<'a> {
    attribute: &'a str,
    parent: Dn,
    /// Where it stands in the list, and its value.
    members: &'a [(usize, &'a str)],
}

impl Group<'_> {
    async fn read(
        &self,
        directory: &LdapDirectory,
        names: &[Dn],
        attributes: &[String],
        found: &mut [Option<Entry>],
    ) -> Result<(), DirectoryError> {
        let mut chunks = self.members.chunks(IN_ONE);
        let queries: Result<Vec<Query>, DirectoryError> = self
            .members
            .chunks(IN_ONE)
            .map(|chunk| self.query(chunk, attributes))
            .collect();
        let mut queries = queries?.into_iter();
        let (Some(first), Some(chunk)) = (queries.next(), chunks.next()) else {
            return Ok(());
        };
        // The first shows what such a search costs here.
        let began = Instant::now();
        let Some(entries) = search(directory, first).await? else {
            return Ok(());
        };
        put(names, chunk, entries, found);
        if began.elapsed() > SLOW {
            return Ok(());
        }
        let at_a_time = AT_A_TIME.min(directory.0.settings.window.max(1));
        let mut answers = stream::iter(queries)
            .map(|query| search(directory, query))
            .buffered(at_a_time);
        for chunk in chunks {
            if let Some(entries) = answers.next().await.transpose()?.flatten() {
                put(names, chunk, entries, found);
            }
        }
        Ok(())
    }

    fn query(
        &self,
        chunk: &[(usize, &str)],
        attributes: &[String],
    ) -> Result<Query, DirectoryError> {
        Query::new(&Search {
            base: self.parent.clone(),
            depth: Depth::One,
            filter: Filter::any_of(self.attribute, chunk.iter().map(|(_, value)| *value)),
            attributes: attributes.to_vec(),
        })
    }
}

/// `None` where the server does not want to be asked like this.
async fn search(
    directory: &LdapDirectory,
    query: Query,
) -> Result<Option<Vec<Entry>>, DirectoryError> {
    let link = directory.link();
    match search::few(&link, &directory.0.window, directory.limit(), &query).await {
        Ok(entries) => Ok(Some(entries)),
        Err(error) => match error.kind {
            ErrorKind::SizeLimit
            | ErrorKind::ServerTimeLimit
            | ErrorKind::NoSuchObject
            | ErrorKind::InsufficientAccess
            | ErrorKind::Other => Ok(None),
            _ => Err(error),
        },
    }
}

/// Puts entries in the places of their names; an entry that has the value beside its name is another.
fn put(names: &[Dn], chunk: &[(usize, &str)], entries: Vec<Entry>, found: &mut [Option<Entry>]) {
    let mut by_name: HashMap<String, Entry> = entries
        .into_iter()
        .map(|entry| (entry.dn.normalized().to_owned(), entry))
        .collect();
    for (at, _) in chunk {
        // A name that is asked for twice is read once more, by itself.
        found[*at] = by_name.remove(names[*at].normalized());
    }
}
