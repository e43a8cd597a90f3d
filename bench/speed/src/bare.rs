//! The bare client: sends what entctl sent, byte for byte, as fast as the server takes it, and does nothing else. No
//! history, no slips, no plan, nothing decoded but the end of each answer. What entctl needs beyond this is its own.
//!
//! It keeps to what any client would have to: nothing before the bind is answered; nothing is written before all
//! lookups are answered, for a write asserts what they found; a page is asked for when its predecessor is there; a
//! transaction begins and ends when all before is answered; within it, the changes wait for the guards,
//! for the server takes what is under way in any order. Where entctl found a way to wait for less than that, so
//! does this.

use crate::Result;
use crate::ber;
use crate::trace::{self, Request};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};

/// Requests under way at most, where nobody says otherwise: more than any round trip needs, and less than what makes
/// slapd cut a connection (`olcConnMaxPendingAuth`, 1000).
pub const WINDOW: usize = 1000;

/// What `speed bare` does: connects as often as entctl did. Connections that entctl used beside each other are used so
/// here, a further one as soon as all is answered that had been looked up when entctl opened it.
///
/// # Errors
/// Where the server answers otherwise than it did to entctl.
pub fn run(path: &Path, server: &str, window: usize) -> Result<()> {
    let requests = trace::read(path)?;
    let connections = requests.iter().map(|r| r.head.connection + 1).max();
    let of = |connection| {
        requests
            .iter()
            .filter(move |r| r.head.connection == connection)
    };
    let all: Vec<Vec<Step<'_>>> = (0..connections.unwrap_or(0))
        .map(|connection| steps(&of(connection).collect::<Vec<_>>(), window))
        .collect::<Result<_>>()?;
    let course = Course::new(all.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = all
            .iter()
            .enumerate()
            .map(|(connection, steps)| {
                let (course, waits) = (&course, waits(&requests, connection));
                scope.spawn(move || {
                    course.wait(&waits);
                    let sent = send(steps, server, |search| course.answered(connection, search));
                    course.ended(connection);
                    sent
                })
            })
            .collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|_| Err("it panicked".into())))
    })
}

/// For which answers of the connections before it one waits: so many searches of each, or all where that one had ended.
fn waits(requests: &[Request], connection: usize) -> Vec<Option<usize>> {
    let is_of = |r: &Request, which: usize| r.head.connection == which;
    let first = requests.iter().position(|r| is_of(r, connection));
    let (before, after) = requests.split_at(first.unwrap_or(0));
    (0..connection)
        .map(|other| {
            let goes_on = after.iter().any(|r| is_of(r, other));
            let is_search =
                |r: &Request| ber::message(&r.bytes).is_some_and(|m| m.tag == ber::SEARCH);
            let searches = before.iter().filter(|r| is_of(r, other) && is_search(r));
            goes_on.then(|| searches.count())
        })
        .collect()
}

/// How far each connection has come.
struct Course {
    /// Searches answered; `None` where it has ended.
    come: Mutex<Vec<Option<usize>>>,
    moved: Condvar,
}

impl Course {
    fn new(connections: usize) -> Self {
        Course {
            come: Mutex::new(vec![Some(0); connections]),
            moved: Condvar::new(),
        }
    }

    fn wait(&self, waits: &[Option<usize>]) {
        let come = self.come.lock().unwrap_or_else(PoisonError::into_inner);
        let is_early = |come: &mut Vec<Option<usize>>| {
            waits
                .iter()
                .zip(come.iter())
                .any(|(wanted, come)| come.is_some_and(|come| wanted.is_none_or(|w| come < w)))
        };
        drop(self.moved.wait_while(come, is_early));
    }

    fn answered(&self, connection: usize, is_search: bool) {
        if is_search {
            let mut come = self.come.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = &mut come[connection] {
                *count += 1;
            }
            self.moved.notify_all();
        }
    }

    fn ended(&self, connection: usize) {
        self.come.lock().unwrap_or_else(PoisonError::into_inner)[connection] = None;
        self.moved.notify_all();
    }
}

/// A request, and how many may be without an answer when it is sent.
#[derive(Debug, PartialEq, Eq)]
struct Step<'a> {
    bytes: &'a [u8],
    id: u32,
    most: usize,
    code: Option<u8>,
    answered: bool,
}

fn steps<'a>(requests: &[&'a Request], window: usize) -> Result<Vec<Step<'a>>> {
    let mut steps = Vec::with_capacity(requests.len());
    let mut before = None;
    let mut guards = false;
    for request in requests {
        let message = ber::message(&request.bytes).ok_or("the trace is damaged")?;
        let is_search = message.tag == ber::SEARCH;
        let after_guards = std::mem::replace(&mut guards, ber::is_guard(&request.bytes)) && !guards;
        let waits = after_guards
            || matches!(message.tag, ber::BIND | ber::EXTENDED | ber::UNBIND)
            || (is_search && ber::is_further_page(&request.bytes))
            || before.is_some_and(|before| match before {
                ber::BIND | ber::EXTENDED => true,
                before => (before == ber::SEARCH) != is_search,
            });
        let most = if waits {
            request.head.under_way
        } else {
            window.saturating_sub(1)
        };
        steps.push(Step {
            bytes: &request.bytes,
            id: message.id,
            most,
            code: request.head.code,
            answered: !message.is_unanswered(),
        });
        before = Some(message.tag);
    }
    Ok(steps)
}

fn send(steps: &[Step<'_>], server: &str, answered: impl Fn(bool)) -> Result<()> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    // Message ids count up from 1: what is expected of each, by id.
    let highest = steps.iter().map(|s| s.id).max().unwrap_or(0);
    let mut expected = vec![None; usize::try_from(highest)? + 1];
    for step in steps.iter().filter(|step| step.answered) {
        expected[usize::try_from(step.id)?] = step.code;
    }
    let (mut next, mut under_way) = (0, 0);
    let (mut out, mut written) = (Vec::with_capacity(1 << 16), 0);
    let (mut held, mut chunk) = (Vec::with_capacity(1 << 18), vec![0; 1 << 17]);
    let mut unlike = Vec::new();
    while next < steps.len() || under_way > 0 || written < out.len() {
        while let Some(step) = steps.get(next).filter(|step| under_way <= step.most) {
            out.extend_from_slice(step.bytes);
            under_way += usize::from(step.answered);
            next += 1;
        }
        match stream.write(&out[written..]) {
            Ok(count) => written += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        if written == out.len() {
            out.clear();
            written = 0;
        }
        if under_way == 0 {
            continue;
        }
        let wanted = if out.is_empty() {
            PollFlags::POLLIN
        } else {
            PollFlags::POLLIN | PollFlags::POLLOUT
        };
        poll(
            &mut [PollFd::new(stream.as_fd(), wanted)],
            PollTimeout::NONE,
        )
        .map_err(io::Error::from)?;
        match stream.read(&mut chunk) {
            Ok(0) => return Err("the server ended the connection".into()),
            Ok(count) => held.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error.into()),
        }
        let mut at = 0;
        while let Some(message) = ber::message(&held[at..]) {
            at += message.length;
            if message.is_final() {
                under_way -= 1;
                answered(message.tag == ber::SEARCH_DONE);
                let like = expected.get(usize::try_from(message.id)?);
                if like != Some(&message.code) {
                    unlike.push((message, like.copied().flatten()));
                }
            }
        }
        held.drain(..at);
    }
    if let Some((message, code)) = unlike.first() {
        let count = unlike.len();
        return Err(format!(
            "{count} answers were others than entctl had, first {message:?}, which was {code:?}"
        )
        .into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Head;

    /// A request with this tag, sent by entctl with so many under way.
    fn request(id: u8, tag: u8, under_way: usize) -> Request {
        let bytes = vec![0x30, 5, 2, 1, id, tag, 0];
        let head = Head {
            connection: 0,
            under_way,
            code: Some(0),
            length: bytes.len(),
        };
        Request { head, bytes }
    }

    fn most(requests: &[(u8, usize)]) -> Vec<usize> {
        let requests: Vec<Request> = (1..)
            .zip(requests)
            .map(|(id, (tag, under_way))| request(id, *tag, *under_way))
            .collect();
        let steps = steps(&requests.iter().collect::<Vec<_>>(), 100).expect("whole messages");
        steps.iter().map(|step| step.most).collect()
    }

    #[test]
    fn a_connection_beside_waits_for_what_was_looked_up() {
        let of = |connection, id, tag| {
            let mut request = request(id, tag, 0);
            request.head.connection = connection;
            request
        };
        let beside = [
            of(0, 1, ber::BIND),
            of(0, 2, ber::SEARCH),
            of(1, 1, ber::BIND),
            of(0, 3, ber::SEARCH),
        ];
        assert_eq!(waits(&beside, 1), [Some(1)]);
        let after = [of(0, 1, ber::SEARCH), of(1, 1, ber::BIND)];
        assert_eq!(waits(&after, 1), [None]);
        assert_eq!(waits(&after, 0), []);
    }

    #[test]
    fn lookups_wait_for_the_login_and_writes_for_the_lookups() {
        let modify = ber::WRITES[0];
        let sent = [
            (ber::BIND, 0),
            (ber::SEARCH, 0),
            (ber::SEARCH, 0),
            (modify, 0),
            (modify, 1),
        ];
        assert_eq!(most(&sent), [0, 0, 99, 0, 99]);
    }

    #[test]
    fn a_transaction_waits_unless_entctl_did_not() {
        let modify = ber::WRITES[0];
        let sent = [
            (ber::EXTENDED, 0),
            (modify, 0),
            (modify, 1),
            (ber::EXTENDED, 0),
        ];
        assert_eq!(most(&sent), [0, 0, 99, 0]);
        let bold = [
            (ber::EXTENDED, 0),
            (modify, 1),
            (modify, 2),
            (ber::EXTENDED, 3),
        ];
        assert_eq!(most(&bold), [0, 1, 99, 3]);
    }
}
