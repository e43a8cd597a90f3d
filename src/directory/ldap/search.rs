//! Searches, page after page (RFC 2696), so that a large result never piles up unread.

use super::courier::Found;
use super::decode;
use super::link::{Link, not_understood};
use super::operation::{COURTESY, abandon, at, explain, judged, no_answer};
use super::paging::First;
use crate::directory::{Depth, DirectoryError, ErrorKind, Search};
use crate::domain::entry::Entry;
use ldap3::asn1::{PL, StructureTag, parse_tag};
use ldap3::controls::{Control, ControlType, PagedResults, RawControl};
use ldap3::{LdapResult, Scope, SearchStream};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout, timeout_at};

/// A search in the terms of the protocol, its filter checked.
pub(super) struct Query {
    base: String,
    scope: Scope,
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
struct Page {
    /// As it came: whoever asks for the next page does that before reading this one.
    entries: Vec<u8>,
    cookie: Vec<u8>,
}

impl Page {
    fn read(self, link: &Link) -> Result<Vec<Entry>, DirectoryError> {
        let entries = decode::entries(&self.entries).map_err(|error| at(link, error));
        link.found.give_back(self.entries);
        entries
    }
}

/// A page that was asked for and is on its way.
struct Asked<'a> {
    stream: Stream,
    _turn: Option<SemaphorePermit<'a>>,
}

/// Hands over all that is found, page by page. The server makes the next page while the visitor works on the last
/// one, but for the first: whoever has seen enough mostly has with that.
///
/// The time limit holds from page to page; pages without any entry do not renew it, so a server that
/// sends only those is caught too. When the visitor breaks, the server is told to forget the search.
///
/// In memory at one time: the page that is visited, and what the connection holds of the next.
///
/// A continuation reference in the result is an error of kind [`ErrorKind::Other`] with code 10: entries
/// are missing then, and a list is whole or fails.
///
/// # Errors
/// As [`crate::directory::Directory::search_pages`].
pub(super) async fn pages(
    link: &Arc<Link>,
    window: &Arc<Semaphore>,
    limit: Duration,
    page_size: u32,
    query: &Query,
    visit: &mut (dyn FnMut(Vec<Entry>) -> ControlFlow<()> + Send),
) -> Result<(), DirectoryError> {
    let size = i32::try_from(page_size.max(1)).unwrap_or(i32::MAX);
    let ask = |cookie: Vec<u8>, deadline: Instant| async move {
        let paging = (query.scope != Scope::Base).then_some(PagedResults { size, cookie });
        let turn = window.acquire().await.ok();
        let started = start(link, limit, deadline, query, paging).await;
        Ok::<_, DirectoryError>(Asked {
            stream: started.map_err(|error| at(link, error))?,
            _turn: turn,
        })
    };
    let fetched = |mut asked: Asked<'_>, deadline: Instant| async move {
        let page = collected(link, limit, deadline, &mut asked.stream).await;
        page.map_err(|error| at(link, error))
    };
    let first = if query.scope == Scope::Base {
        None
    } else {
        Some(link.paging.first().await)
    };
    let mark = first.as_ref().map(First::mark);
    let mut deadline = Instant::now() + limit;
    let mut page = fetched(ask(Vec::new(), deadline).await?, deadline).await?;
    drop(first);
    let _alone = match mark {
        Some(mark) if !page.cookie.is_empty() => {
            let (alone, counts) = link.paging.further(mark).await;
            deadline = Instant::now() + limit;
            if !counts {
                page = fetched(ask(Vec::new(), deadline).await?, deadline).await?;
            }
            Some(alone)
        }
        _ => None,
    };
    let mut visited = false;
    loop {
        let cookie = page.cookie.clone();
        let more = !cookie.is_empty();
        let ahead = if more && visited {
            Some(ask(cookie.clone(), deadline).await?)
        } else {
            None
        };
        if !page.entries.is_empty() {
            let go_on = visit(page.read(link)?);
            visited = true;
            deadline = Instant::now() + limit;
            if go_on.is_break() {
                match ahead {
                    Some(ahead) => let_go(link, limit, query, ahead).await,
                    None if more => forget(link, limit, query, cookie).await,
                    None => {}
                }
                return Ok(());
            }
        }
        let asked = match ahead {
            Some(ahead) => ahead,
            None if more => ask(cookie, deadline).await?,
            None => return Ok(()),
        };
        page = fetched(asked, deadline).await?;
    }
}

/// Ends a search of which a page is on its way: only with that page comes what names the search to the server.
async fn let_go(link: &Arc<Link>, limit: Duration, query: &Query, mut ahead: Asked<'_>) {
    let limit = limit.min(COURTESY);
    let deadline = Instant::now() + limit;
    let page = collected(link, limit, deadline, &mut ahead.stream).await;
    drop(ahead);
    if let Ok(page) = page
        && !page.cookie.is_empty()
    {
        forget(link, limit, query, page.cookie).await;
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
    page.map_err(|error| at(link, error))?.read(link)
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
        Ok(page) => Ok(page.read(link)?.into_iter().next()),
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

/// The entries of a request that was sent, and the cookie for the next.
async fn collected(
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
                return match reference {
                    Some(url) => Err(continued(url)),
                    None => Ok(Page {
                        entries: found,
                        cookie: cookie(&result),
                    }),
                };
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
struct Stream {
    library: SearchStream<'static, String, Vec<String>>,
    found: Arc<Found>,
    ended: bool,
}

impl Stream {
    fn id(&mut self) -> ldap3::RequestId {
        self.library.ldap_handle().last_id()
    }

    /// All that it has found, once it has ended.
    fn fetch(&mut self) -> Vec<u8> {
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

async fn start(
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

fn continued(url: String) -> DirectoryError {
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

/// Asks for a page of size 0, which ends a paged search (RFC 2696 section 3). Its result does not matter.
async fn forget(link: &Arc<Link>, limit: Duration, query: &Query, cookie: Vec<u8>) {
    let paging = PagedResults { size: 0, cookie };
    let limit = limit.min(COURTESY);
    let deadline = Instant::now() + limit;
    let ended = async {
        if let Ok(mut stream) = start(link, limit, deadline, query, Some(paging)).await {
            while let Ok(Some(_)) = stream.library.next().await {}
            stream.fetch();
        }
    };
    if timeout(limit, ended).await.is_err() {
        link.mark_lost();
    }
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
