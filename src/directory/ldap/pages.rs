//! Searches, page after page (RFC 2696), so that a large result never piles up unread.

use super::link::{Link, not_understood};
use super::network;
use super::operation::{COURTESY, at};
use super::paging;
use super::search::{Page, Query, Stream, collected, continued, start};
use crate::directory::DirectoryError;
use crate::domain::entry::Entry;
use ldap3::Scope;
use ldap3::controls::PagedResults;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{Sender, channel};
use tokio::sync::{OwnedRwLockWriteGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

/// Pages that have come and wait to be visited, at most. With two, whoever visits finds one there, and the server makes
/// another, whoever of both is slower for a while.
const AHEAD: usize = 2;

/// A search of pages, and what it is done with.
#[derive(Clone)]
pub(super) struct Paged {
    /// The connection.
    pub link: Arc<Link>,
    /// The requests that may be under way.
    pub window: Arc<Semaphore>,
    /// From page to page.
    pub limit: Duration,
    /// Entries of a page.
    pub size: u32,
    /// What is searched for.
    pub query: Arc<Query>,
}

/// A page that was asked for and is on its way.
struct Asked {
    stream: Stream,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Paged {
    /// Hands over all that is found, page by page. The network's thread asks for the next pages while the visitor works on
    /// one, but for the first: whoever has seen enough mostly has with that.
    ///
    /// The time limit holds from page to page; pages without any entry do not renew it, so a server that
    /// sends only those is caught too. When the visitor breaks, the server is told to forget the search.
    ///
    /// A continuation reference in the result is an error of kind [`ErrorKind::Other`] with code 10, once the page with which
    /// it comes has been visited: entries are missing then, and a list is whole or fails.
    ///
    /// In memory at one time: the page that is visited, [`AHEAD`] as they came, and what the connection holds of the next.
    ///
    /// # Errors
    /// As [`crate::directory::Directory::search_pages`].
    pub(super) async fn visit(
        self,
        visit: &mut (dyn FnMut(Vec<Entry>) -> ControlFlow<()> + Send),
    ) -> Result<(), DirectoryError> {
        let link = Arc::clone(&self.link);
        let First {
            page,
            alone,
            mut deadline,
        } = self.first().await?;
        let cookie = page.cookie.clone();
        let came = !page.entries.is_empty();
        match look(&link, page, visit) {
            Ok(ControlFlow::Continue(())) if cookie.is_empty() => return Ok(()),
            Ok(ControlFlow::Continue(())) => {}
            ended => {
                if !cookie.is_empty() {
                    self.forget(cookie).await;
                }
                return ended.map(|_| ());
            }
        }
        if came {
            deadline = Instant::now() + self.limit;
        }
        let (hand, mut pages) = channel(AHEAD);
        let asking = network::spawn(self.further(cookie, deadline, hand, alone))?;
        let mut ended = Ok(ControlFlow::Continue(()));
        while matches!(ended, Ok(ControlFlow::Continue(())))
            && let Some(page) = pages.recv().await
        {
            ended = look(&link, page, visit);
        }
        // Whoever reads no more has it end, and waits for the courtesies.
        drop(pages);
        let asked = asking.await.unwrap_or_else(|_panic| {
            link.mark_lost();
            Err(at(&link, not_understood()))
        });
        match ended? {
            ControlFlow::Continue(()) => asked,
            ControlFlow::Break(()) => Ok(()),
        }
    }

    async fn first(&self) -> Result<First, DirectoryError> {
        let paging = &self.link.paging;
        let first = match self.query.scope {
            Scope::Base => None,
            _ => Some(paging.first().await),
        };
        let mark = first.as_ref().map(paging::First::mark);
        let mut deadline = Instant::now() + self.limit;
        let mut page = self.page(Vec::new(), deadline).await?;
        drop(first);
        let mut alone = None;
        if let Some(mark) = mark.filter(|_| !page.cookie.is_empty()) {
            let (turn, counts) = paging.further(mark).await;
            alone = Some(turn);
            deadline = Instant::now() + self.limit;
            if !counts {
                page = self.page(Vec::new(), deadline).await?;
            }
        }
        Ok(First {
            page,
            alone,
            deadline,
        })
    }

    /// Asks for one page after the other, and hands them over.
    async fn further(
        self,
        mut cookie: Vec<u8>,
        mut deadline: Instant,
        hand: Sender<Page>,
        _alone: Option<OwnedRwLockWriteGuard<()>>,
    ) -> Result<(), DirectoryError> {
        while !cookie.is_empty() {
            let mut asked = self.ask(cookie, deadline).await?;
            let page = tokio::select! {
                page = self.fetched(&mut asked, deadline) => page?,
                () = hand.closed() => {
                    self.let_go(asked).await;
                    return Ok(());
                }
            };
            drop(asked);
            cookie = page.cookie.clone();
            if page.entries.is_empty() && page.elsewhere.is_none() {
                continue;
            }
            if hand.send(page).await.is_err() {
                if !cookie.is_empty() {
                    self.forget(cookie).await;
                }
                return Ok(());
            }
            deadline = Instant::now() + self.limit;
        }
        Ok(())
    }

    async fn page(&self, cookie: Vec<u8>, deadline: Instant) -> Result<Page, DirectoryError> {
        let mut asked = self.ask(cookie, deadline).await?;
        self.fetched(&mut asked, deadline).await
    }

    async fn ask(&self, cookie: Vec<u8>, deadline: Instant) -> Result<Asked, DirectoryError> {
        let size = i32::try_from(self.size.max(1)).unwrap_or(i32::MAX);
        let paging = (self.query.scope != Scope::Base).then_some(PagedResults { size, cookie });
        let turn = Arc::clone(&self.window).acquire_owned().await.ok();
        let started = start(&self.link, self.limit, deadline, &self.query, paging).await;
        Ok(Asked {
            stream: started.map_err(|error| at(&self.link, error))?,
            _turn: turn,
        })
    }

    async fn fetched(&self, asked: &mut Asked, deadline: Instant) -> Result<Page, DirectoryError> {
        let page = collected(&self.link, self.limit, deadline, &mut asked.stream).await;
        page.map_err(|error| at(&self.link, error))
    }

    /// Ends a search of which a page is on its way: only with that page comes what names the search to the server.
    async fn let_go(&self, mut asked: Asked) {
        let limit = self.limit.min(COURTESY);
        let deadline = Instant::now() + limit;
        let page = collected(&self.link, limit, deadline, &mut asked.stream).await;
        drop(asked);
        if let Ok(page) = page
            && !page.cookie.is_empty()
        {
            self.forget(page.cookie).await;
        }
    }

    /// Asks for a page of size 0, which ends a paged search (RFC 2696 section 3). Its result does not matter.
    async fn forget(&self, cookie: Vec<u8>) {
        let paging = PagedResults { size: 0, cookie };
        let limit = self.limit.min(COURTESY);
        let deadline = Instant::now() + limit;
        let ended = async {
            if let Ok(mut stream) =
                start(&self.link, limit, deadline, &self.query, Some(paging)).await
            {
                while let Ok(Some(_)) = stream.library.next().await {}
                stream.fetch();
            }
        };
        if timeout(limit, ended).await.is_err() {
            self.link.mark_lost();
        }
    }
}

/// Has a page visited.
///
/// # Errors
/// Where it is malformed, or part of the result is elsewhere.
fn look(
    link: &Link,
    mut page: Page,
    visit: &mut (dyn FnMut(Vec<Entry>) -> ControlFlow<()> + Send),
) -> Result<ControlFlow<()>, DirectoryError> {
    let elsewhere = page.elsewhere.take();
    let entries = page.read(link)?;
    if !entries.is_empty() && visit(entries).is_break() {
        return Ok(ControlFlow::Break(()));
    }
    match elsewhere {
        Some(url) => Err(at(link, continued(&url))),
        None => Ok(ControlFlow::Continue(())),
    }
}

/// How a search began.
struct First {
    page: Page,
    /// Where there are more: no other search is between its pages until these have come.
    alone: Option<OwnedRwLockWriteGuard<()>>,
    /// Until when there must be an entry.
    deadline: Instant,
}
