//! The messenger between a server and the library: what a search finds is taken out of the stream and kept as it came,
//! by request; all else is handed on. The library makes a tree of each message and wakes somebody for it; of a hundred
//! thousand entries only the end of each page is left to it that way.

use super::ber::{First, first_message};
use futures_util::FutureExt;
use std::collections::{HashMap, HashSet};
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;
use zeroize::{Zeroize, Zeroizing};

/// SearchResultEntry (RFC 4511 section 4.5.2).
const ENTRY: u8 = 0x64;
/// SearchResultDone.
const DONE: u8 = 0x65;

/// Most bytes taken from the network at a time.
const CHUNK: usize = 1 << 17;

/// From so many bytes of one search on, its entries are taken some at a time.
const MANY: usize = 1 << 14;
/// How long they may gather.
const GATHER: Duration = Duration::from_micros(100);

/// Places for entries that are kept for the next pages, at most.
const SPARES: usize = 4;
/// A page is smaller; what a server sent that does not page is not kept.
const LARGEST_SPARE: usize = 1 << 23;

/// How long a server that takes nothing any more may still say why.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What the searches of one connection have found and nobody has fetched yet.
#[derive(Debug, Default)]
pub(super) struct Found(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// By request, one SearchResultEntry after the other, as it came.
    entries: HashMap<i32, Vec<u8>>,
    /// Requests whose answer nobody wants any more.
    given_up: HashSet<i32>,
    /// Places for entries that have been used before: as large as a page, and their memory is there already.
    spare: Vec<Vec<u8>>,
}

/// How far one has come.
struct Sorted {
    /// Bytes that are done with; the rest is the beginning of a message.
    done: usize,
    /// Whether a long answer is in the middle.
    more: bool,
}

impl Found {
    /// All that came for this request so far, one SearchResultEntry after the other.
    pub(super) fn fetch(&self, id: i32) -> Vec<u8> {
        self.kept().entries.remove(&id).unwrap_or_default()
    }

    /// Takes back what [`Found::fetch`] gave, once it is read.
    pub(super) fn give_back(&self, mut read: Vec<u8>) {
        if read.len() <= MANY {
            // Hashes are read of one account, never of a page.
            read.zeroize();
        }
        read.clear();
        let mut kept = self.kept();
        if (1..=LARGEST_SPARE).contains(&read.capacity()) && kept.spare.len() < SPARES {
            kept.spare.push(read);
        }
    }

    /// Nothing of this request is wanted any more, also of what is still to come.
    pub(super) fn give_up(&self, id: i32) {
        let mut kept = self.kept();
        kept.entries.remove(&id);
        kept.given_up.insert(id);
    }

    /// Puts aside what is an entry, and appends all other messages to `onward`. `None` where there is one that is none
    /// of LDAP.
    fn sort(&self, bytes: &[u8], onward: &mut Vec<u8>) -> Option<Sorted> {
        let mut kept = self.kept();
        let Kept {
            entries,
            given_up,
            spare,
        } = &mut *kept;
        let mut at = 0;
        let mut more = false;
        loop {
            let message = match first_message(&bytes[at..]) {
                First::Whole(message) => message,
                First::Cut => return Some(Sorted { done: at, more }),
                First::Strange => {
                    onward.extend_from_slice(&bytes[at..]);
                    return None;
                }
            };
            if message.operation == ENTRY {
                if !given_up.contains(&message.id) {
                    let entries = entries.entry(message.id);
                    let entries = entries.or_insert_with(|| spare.pop().unwrap_or_default());
                    entries.extend_from_slice(message.body);
                    more = entries.len() > MANY;
                }
            } else {
                more = false;
                if message.operation == DONE {
                    given_up.remove(&message.id);
                }
                onward.extend_from_slice(&bytes[at..at + message.length]);
            }
            at += message.length;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing that could panic runs under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries messages until one of the two ends: `stream` leads to the server, `library` to the library.
///
/// # Errors
/// What ended the connection to the server, where it was not simply closed.
pub(super) async fn carry<S>(stream: S, library: UnixStream, found: Arc<Found>) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite,
{
    let (from_server, to_server) = split(stream);
    let (mut from_library, to_library) = library.into_split();
    let mut inward = pin!(inward(from_server, to_library, &found));
    let ended = tokio::select! {
        ended = &mut inward => ended,
        ended = outward(&mut from_library, to_server) => match ended {
            Ok(()) => return Ok(()),
            // The server may have said why before it hung up, and that comes by the other way.
            Err(error) => match timeout(LAST_WORDS, &mut inward).await {
                Ok(ended) => ended,
                Err(_elapsed) => return Err(error),
            },
        },
    };
    // A socket closed over something unread takes with it what the other side has not read yet: the library hears all that
    // the server said, then closes its end.
    let mut unsaid = Zeroizing::new([0; 1024]);
    while let Ok(1..) = from_library.read(&mut *unsaid).await {}
    ended
}

async fn inward<S: AsyncRead>(
    mut server: ReadHalf<S>,
    mut library: OwnedWriteHalf,
    found: &Found,
) -> io::Result<()> {
    let mut unread = Vec::new();
    let mut onward = Vec::new();
    let mut understood = true;
    loop {
        let ended = take(&mut server, &mut unread).await;
        let mut more = false;
        match understood.then(|| found.sort(&unread, &mut onward)) {
            Some(Some(sorted)) => {
                unread.drain(..sorted.done);
                more = sorted.more;
            }
            Some(None) => {
                understood = false;
                unread.clear();
            }
            None => onward.append(&mut unread),
        }
        if ended.is_some() {
            // Where a message is cut for good, the library may say so.
            onward.append(&mut unread);
        }
        // Where the library has ended, it has its reasons, and says them itself.
        let heard = onward.is_empty() || library.write_all(&onward).await.is_ok();
        if let Some(ended) = ended {
            return ended;
        }
        if !heard {
            return Ok(());
        }
        onward.clear();
        if more {
            // A server writes each entry by itself. Whoever wakes up for each takes the processor from it, and longer
            // than the entry is worth. No timer of the runtime is as fine, and what else this thread has to do may wait
            // as long.
            std::thread::sleep(GATHER);
        }
    }
}

/// Takes what is there, and waits only where nothing is: a secured connection gives no more than a record or two at a
/// time. Gives how the connection ended, where it did.
async fn take<S: AsyncRead>(
    server: &mut ReadHalf<S>,
    unread: &mut Vec<u8>,
) -> Option<io::Result<()>> {
    unread.reserve(CHUNK);
    let mut taken = 0;
    let mut came = server.read_buf(unread).await;
    loop {
        match came {
            Ok(0) => return Some(Ok(())),
            Ok(length) => taken += length,
            Err(error) => return Some(Err(error)),
        }
        if taken >= CHUNK {
            return None;
        }
        came = server.read_buf(unread).now_or_never()?;
    }
}

/// # Errors
/// What ended the connection to the server; the library's own end is none.
async fn outward<S: AsyncWrite>(
    library: &mut OwnedReadHalf,
    mut server: WriteHalf<S>,
) -> io::Result<()> {
    // Passwords pass here as they are sent.
    let mut chunk = Zeroizing::new(vec![0; CHUNK]);
    loop {
        // What came in one go leaves in one.
        let length = library.read(&mut chunk).await.unwrap_or(0);
        if length == 0 {
            let _ = server.shutdown().await;
            return Ok(());
        }
        let sent = match server.write_all(&chunk[..length]).await {
            Ok(()) => server.flush().await,
            Err(error) => Err(error),
        };
        chunk[..length].zeroize();
        sent?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(id: u8, operation: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len() as u8;
        let mut bytes = vec![0x30, length + 5, 2, 1, id, operation, length];
        bytes.extend_from_slice(content);
        bytes
    }

    /// Two searches beside each other, a write among them.
    fn talk() -> Vec<Vec<u8>> {
        vec![
            message(1, ENTRY, b"one"),
            message(2, ENTRY, b"two"),
            message(3, 0x67, b"write"),
            message(1, ENTRY, b"three"),
            message(1, 0x73, b"reference"),
            message(1, DONE, b""),
            message(2, DONE, b""),
        ]
    }

    fn bodies(texts: &[&[u8]]) -> Vec<u8> {
        let each = texts
            .iter()
            .map(|text| message(1, ENTRY, text)[5..].to_vec());
        each.collect::<Vec<_>>().concat()
    }

    #[test]
    fn what_nobody_wants_any_more_is_not_kept() {
        let found = Found::default();
        let entry = message(1, ENTRY, b"one");
        let mut onward = Vec::new();
        found.sort(&entry, &mut onward);
        found.give_up(1);
        found.sort(&entry, &mut onward);
        assert!(found.kept().entries.is_empty());
        found.sort(&message(1, DONE, b""), &mut onward);
        assert!(found.kept().given_up.is_empty());
        assert!(found.fetch(1).is_empty());
    }

    #[tokio::test]
    async fn what_is_not_ldap_is_left_to_the_library_and_all_behind_it() {
        let (server, mut at_server) = UnixStream::pair().expect("a pair");
        let (library, mut at_library) = UnixStream::pair().expect("a pair");
        let carried = tokio::spawn(carry(server, library, Arc::default()));
        let mut heard = [0; 8];
        at_server.write_all(b"220 ").await.expect("written");
        at_library.read_exact(&mut heard[..4]).await.expect("read");
        at_server.write_all(b"mail").await.expect("written");
        at_library.read_exact(&mut heard[4..]).await.expect("read");
        assert_eq!(&heard, b"220 mail");
        drop(at_server);
        let mut rest = Vec::new();
        at_library.read_to_end(&mut rest).await.expect("its end");
        assert!(rest.is_empty());
        drop(at_library);
        assert!(carried.await.expect("no panic").is_ok());
    }

    #[tokio::test]
    async fn the_library_hears_the_last_word_whatever_it_says_meanwhile() {
        let (server, mut at_server) = UnixStream::pair().expect("a pair");
        let (library, mut at_library) = UnixStream::pair().expect("a pair");
        let carried = tokio::spawn(carry(server, library, Arc::default()));
        let last = message(0, 0x78, b"farewell");
        at_server.write_all(&last).await.expect("written");
        drop(at_server);
        // The server is gone: nobody takes this any more.
        for _ in 0..8 {
            at_library.write_all(&[0; 1024]).await.expect("written");
            tokio::task::yield_now().await;
        }
        let mut heard = Vec::new();
        at_library.read_to_end(&mut heard).await.expect("its end");
        assert_eq!(heard, last);
        drop(at_library);
        let _ = carried.await.expect("no panic");
    }

    proptest! {
        #[test]
        fn entries_are_taken_out_wherever_the_network_cuts(cuts in proptest::collection::vec(1_usize..20, 1..40)) {
            let said = talk();
            let found = Found::default();
            let (mut unread, mut onward) = (Vec::new(), Vec::new());
            let bytes = said.concat();
            let mut sent = 0;
            for cut in cuts.iter().cycle() {
                let end = (sent + cut).min(bytes.len());
                unread.extend_from_slice(&bytes[sent..end]);
                sent = end;
                let sorted = found.sort(&unread, &mut onward).expect("LDAP");
                unread.drain(..sorted.done);
                if sent == bytes.len() {
                    break;
                }
            }
            prop_assert!(unread.is_empty());
            prop_assert_eq!(onward, [&said[2][..], &said[4], &said[5], &said[6]].concat());
            prop_assert_eq!(found.fetch(1), bodies(&[b"one", b"three"]));
            prop_assert_eq!(found.fetch(2), bodies(&[b"two"]));
        }
    }
}
