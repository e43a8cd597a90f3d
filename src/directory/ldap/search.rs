//! Searches of which the result comes in one piece: one request and its answer.

use super::courier::Found;
use super::decode;
use super::link::{Link, not_understood};
use super::operation::{abandon, at, explain, judged, no_answer};
use crate::directory::{Depth, DirectoryError, ErrorKind, Search};
use crate::domain::entry::Entry;
use ldap3::asn1::{PL, StructureTag, parse_tag};
use ldap3::controls::{Control, ControlType, PagedResults, RawControl};
use ldap3::{LdapResult, Scope, SearchStream};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

/// A search in the terms of the protocol, its filter checked.
pub(super) struct Query {
    base: String,
    pub(super) scope: Scope,
    filter: String,
    attributes: Vec<String>,
}

impl Query {
    /// Writes the search out and checks its filter.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidFilter`].
    pub(super) fn new(search: &Search) -> Result<Self, DirectoryError> {
        Ok(Query {
            base: search.base.as_str().to_owned(),
            scope: match search.depth {
                Depth::Base => Scope::Base,
                Depth::One => Scope::OneLevel,
                Depth::Subtree => Scope::Subtree,
            },
            filter: super::checked_filter(&search.filter)?,
            attributes: attributes(&search.attributes),
        })
    }

    /// Reads one entry.
    pub(super) fn entry(base: String, wanted: &[String]) -> Self {
        Query {
            base,
            scope: Scope::Base,
            filter: "(objectClass=*)".to_owned(),
            attributes: attributes(wanted),
        }
    }
}

/// An empty list would mean *all* to the server (RFC 4511 section 4.5.1.8); ours means none.
fn attributes(wanted: &[String]) -> Vec<String> {
    if wanted.is_empty() {
        vec!["1.1".to_owned()]
    } else {
        wanted.to_vec()
    }
}

/// What one request brought.
pub(super) struct Page {
    /// As it came: whoever asks for the next page does that before reading this one.
    pub(super) entries: Vec<u8>,
    /// What names the search where the next page is asked for; empty where there is none.
    pub(super) cookie: Vec<u8>,
    /// Where the server says that part of the result is, which it does not have.
    pub(super) elsewhere: Option<String>,
}

impl Page {
    /// The entries.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] where one is malformed.
    pub(super) fn read(self, link: &Link) -> Result<Vec<Entry>, DirectoryError> {
        let entries = decode::entries(&self.entries).map_err(|error| at(link, error));
        link.found.give_back(self.entries);
        entries
    }

    /// The entries, where these are all.
    ///
    /// # Errors
    /// As [`Page::read`], and [`continued`].
    fn whole(self, link: &Link) -> Result<Vec<Entry>, DirectoryError> {
        match &self.elsewhere {
            Some(url) => Err(at(link, continued(url))),
            None => self.read(link),
        }
    }
}

/// All that one search finds, without pages: few entries, of which the number is known beforehand.
///
/// # Errors
/// As for any read; [`ErrorKind::SizeLimit`] where they were too many after all.
pub(super) async fn few(
    link: &Arc<Link>,
    window: &Arc<Semaphore>,
    limit: Duration,
    query: &Query,
) -> Result<Vec<Entry>, DirectoryError> {
    let _turn = window.acquire().await;
    let page = one_page(link, limit, Instant::now() + limit, query, None).await;
    page.map_err(|error| at(link, error))?.whole(link)
}

/// Reads one entry, or nothing where it does not exist or shows nothing to us.
///
/// # Errors
/// As for any read.
pub(super) async fn entry(
    link: &Arc<Link>,
    window: &Arc<Semaphore>,
    limit: Duration,
    query: &Query,
) -> Result<Option<Entry>, DirectoryError> {
    let _turn = window.acquire().await;
    match one_page(link, limit, Instant::now() + limit, query, None).await {
        Ok(page) => Ok(page.whole(link)?.into_iter().next()),
        Err(error)
            if matches!(
                error.kind,
                ErrorKind::NoSuchObject | ErrorKind::InsufficientAccess
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(at(link, error)),
    }
}

async fn one_page(
    link: &Arc<Link>,
    limit: Duration,
    deadline: Instant,
    query: &Query,
    paging: Option<PagedResults>,
) -> Result<Page, DirectoryError> {
    let mut stream = start(link, limit, deadline, query, paging).await?;
    collected(link, limit, deadline, &mut stream).await
}

/// The entries of a request that was sent, and the cookie for the next. May be let go of in the middle.
///
/// # Errors
/// As for any read.
pub(super) async fn collected(
    link: &Arc<Link>,
    limit: Duration,
    deadline: Instant,
    stream: &mut Stream,
) -> Result<Page, DirectoryError> {
    let mut reference = None;
    loop {
        match timeout_at(deadline, stream.library.next()).await {
            Err(_elapsed) => {
                link.mark_lost();
                let handle = stream.library.ldap_handle();
                let id = handle.last_id();
                abandon(handle, id);
                return Err(no_answer(limit));
            }
            Ok(Err(error)) => {
                link.mark_lost();
                return Err(explain(link, error).await);
            }
            Ok(Ok(None)) => {
                let result = stream.library.finish().await;
                let found = stream.fetch();
                judged(link, &result)?;
                return Ok(Page {
                    entries: found,
                    cookie: cookie(&result),
                    elsewhere: reference,
                });
            }
            Ok(Ok(Some(item))) if item.is_ref() => {
                reference.get_or_insert_with(|| decode::references(&item.0));
            }
            Ok(Ok(Some(item))) if item.is_intermediate() => {}
            // Entries do not come this way, but for those behind a message that was none of LDAP.
            Ok(Ok(Some(_))) => {
                link.mark_lost();
                return Err(not_understood());
            }
        }
    }
}

/// A search under way: its end comes through the library, its entries do not.
pub(super) struct Stream {
    pub(super) library: SearchStream<'static, String, Vec<String>>,
    found: Arc<Found>,
    ended: bool,
}

impl Stream {
    fn id(&mut self) -> ldap3::RequestId {
        self.library.ldap_handle().last_id()
    }

    /// All that it has found, once it has ended.
    pub(super) fn fetch(&mut self) -> Vec<u8> {
        self.ended = true;
        self.found.clone().fetch(self.id())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if !self.ended {
            self.found.clone().give_up(self.id());
        }
    }
}

/// Sends the request.
///
/// # Errors
/// As for any read.
pub(super) async fn start(
    link: &Arc<Link>,
    limit: Duration,
    deadline: Instant,
    query: &Query,
    paging: Option<PagedResults>,
) -> Result<Stream, DirectoryError> {
    let mut handle = link.handle();
    if let Some(paging) = paging {
        handle.with_controls(RawControl::from(paging));
    }
    let started = handle.streaming_search(
        &query.base,
        query.scope,
        &query.filter,
        query.attributes.clone(),
    );
    match timeout_at(deadline, started).await {
        Ok(Ok(library)) => Ok(Stream {
            library,
            found: Arc::clone(&link.found),
            ended: false,
        }),
        Ok(Err(error)) => {
            link.mark_lost();
            Err(explain(link, error).await)
        }
        Err(_elapsed) => {
            link.mark_lost();
            Err(no_answer(limit))
        }
    }
}

/// A continuation reference in the result (RFC 4511 section 4.5.3): entries are missing, and a list is whole or fails. Kind
/// [`ErrorKind::Other`] with code 10.
pub(super) fn continued(url: &str) -> DirectoryError {
    DirectoryError {
        result_code: Some(10),
        ..DirectoryError::new(
            ErrorKind::Other,
            format!("part of the result is on another server: {url}"),
        )
    }
}

/// The cookie for the next page; empty after the last one, and where the server does not page.
fn cookie(result: &LdapResult) -> Vec<u8> {
    result
        .ctrls
        .iter()
        .find_map(|Control(known, raw)| match (known, &raw.val) {
            (Some(ControlType::PagedResults), Some(value)) => cookie_of(value),
            _ => None,
        })
        .unwrap_or_default()
}

/// `SEQUENCE { size INTEGER, cookie OCTET STRING }`; ldap3's own parser panics on anything else.
fn cookie_of(value: &[u8]) -> Option<Vec<u8>> {
    let (_, StructureTag { payload, .. }) = parse_tag(value).ok()?;
    let PL::C(parts) = payload else {
        return None;
    };
    parts.into_iter().nth(1)?.expect_primitive()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cookies_are_read_and_rubbish_ends_the_search() {
        assert_eq!(
            cookie_of(&[0x30, 6, 2, 1, 0, 4, 1, 7]),
            Some(vec![7]),
            "size 0, one byte of cookie"
        );
        assert_eq!(cookie_of(&[0x30, 0]), None);
        assert_eq!(cookie_of(&[]), None);
    }

    #[test]
    fn no_attributes_means_none() {
        assert_eq!(attributes(&[]), ["1.1"]);
    }

    proptest! {
        #[test]
        fn no_control_value_breaks_us(value in proptest::collection::vec(any::<u8>(), 0..30)) {
            cookie_of(&value);
        }
    }
}
