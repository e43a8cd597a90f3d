//! The messenger between a server and the library: what a search finds is taken out of the stream and kept as it came,
//! by request; all else is handed on. The library makes a tree of each message and wakes somebody for it; of a hundred
//! thousand entries only the end of each page is left to it that way.

use super::ber::{First, first_message};
use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

/// SearchResultEntry (RFC 4511 section 4.5.2).
const ENTRY: u8 = 0x64;
/// SearchResultDone.
const DONE: u8 = 0x65;

/// Most bytes taken from the network at a time.
const CHUNK: usize = 1 << 17;

/// What the searches of one connection have found and nobody has fetched yet.
#[derive(Debug, Default)]
pub(super) struct Found(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// By request, one SearchResultEntry after the other, as it came.
    entries: HashMap<i32, Vec<u8>>,
    /// Requests whose answer nobody wants any more.
    given_up: HashSet<i32>,
}

impl Found {
    /// All that came for this request so far, one SearchResultEntry after the other.
    pub(super) fn fetch(&self, id: i32) -> Vec<u8> {
        self.kept().entries.remove(&id).unwrap_or_default()
    }

    /// Nothing of this request is wanted any more, also of what is still to come.
    pub(super) fn give_up(&self, id: i32) {
        let mut kept = self.kept();
        kept.entries.remove(&id);
        kept.given_up.insert(id);
    }

    /// Puts aside what is an entry, and appends all other messages to `onward`. How many bytes are done with; the rest
    /// is the beginning of a message. `None` where that is none of LDAP.
    fn sort(&self, bytes: &[u8], onward: &mut Vec<u8>) -> Option<usize> {
        let mut kept = self.kept();
        let mut at = 0;
        loop {
            let message = match first_message(&bytes[at..]) {
                First::Whole(message) => message,
                First::Cut => return Some(at),
                First::Strange => {
                    onward.extend_from_slice(&bytes[at..]);
                    return None;
                }
            };
            if message.operation == ENTRY {
                if !kept.given_up.contains(&message.id) {
                    let entries = kept.entries.entry(message.id).or_default();
                    entries.extend_from_slice(message.body);
                }
            } else {
                if message.operation == DONE {
                    kept.given_up.remove(&message.id);
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
    let (from_library, to_library) = library.into_split();
    tokio::select! {
        ended = inward(from_server, to_library, &found) => ended,
        ended = outward(from_library, to_server) => ended,
    }
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
        unread.reserve(CHUNK);
        let ended = server.read_buf(&mut unread).await? == 0;
        let done = match understood
            .then(|| found.sort(&unread, &mut onward))
            .flatten()
        {
            // Where a message is cut for good, the library may say so.
            Some(done) if !ended => done,
            Some(done) => {
                onward.extend_from_slice(&unread[done..]);
                unread.len()
            }
            None => {
                if !understood {
                    onward.extend_from_slice(&unread);
                }
                understood = false;
                unread.len()
            }
        };
        unread.drain(..done);
        // Where the library has ended, it has its reasons, and says them itself.
        if !onward.is_empty() && library.write_all(&onward).await.is_err() || ended {
            return Ok(());
        }
        onward.clear();
    }
}

async fn outward<S: AsyncWrite>(
    mut library: OwnedReadHalf,
    mut server: WriteHalf<S>,
) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    loop {
        // What came in one go leaves in one.
        let length = library.read(&mut chunk).await?;
        if length == 0 {
            return server.shutdown().await;
        }
        server.write_all(&chunk[..length]).await?;
        server.flush().await?;
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
        assert!(carried.await.expect("no panic").is_ok());
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
                let done = found.sort(&unread, &mut onward).expect("LDAP");
                unread.drain(..done);
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
