//! The stream under lettre's connection: it lets through one whole answer a command, and remembers it.

use lettre::transport::smtp::client::AsyncTokioStream;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Most octets of one answer. RFC 5321 section 4.5.3.1.5 allows 512 a line; EHLO has some twenty.
pub(super) const LONGEST_REPLY: usize = 32 * 1024;

/// Most octets of one line of it.
const LONGEST_LINE: usize = 2048;

/// What a connection runs over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for T {}

/// What was heard since something was last said.
#[derive(Default)]
pub(super) struct Heard {
    bytes: Vec<u8>,
    /// Where the line begins that is not whole yet.
    line: usize,
    /// Whether an answer is whole.
    whole: bool,
    /// Whether the server has closed the connection.
    pub ended: bool,
    /// Whether the connection ends because of a refusal: lettre says goodbye by itself then, and the answer that is
    /// to be reported is the one before. Nothing is read any more.
    parting: bool,
    /// Whether anything was said yet.
    pub spoken: bool,
}

impl Heard {
    /// Takes in what came.
    ///
    /// # Errors
    /// Where it is too long, no answer, or more than one.
    pub fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        let bad = |why: &'static str| Err(io::Error::new(io::ErrorKind::InvalidData, why));
        for byte in bytes {
            if self.whole {
                return bad("an answer that nobody asked for");
            }
            self.bytes.push(*byte);
            if self.bytes.len() > LONGEST_REPLY || self.bytes.len() - self.line > LONGEST_LINE {
                return bad("an answer without end");
            }
            if *byte == b'\n' {
                let line = &self.bytes[self.line..];
                let Some(last) = last_of_reply(line) else {
                    return bad("no answer of a mail server");
                };
                self.whole = last;
                self.line = self.bytes.len();
            }
        }
        Ok(())
    }

    /// Whether a whole answer came.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether a whole answer came, and it is a no.
    pub fn is_refusal(&self) -> bool {
        self.whole && self.bytes.first().is_some_and(|digit| *digit >= b'4')
    }

    /// Forgets, because something is said.
    pub fn forget(&mut self) {
        self.bytes.clear();
        self.line = 0;
        self.whole = false;
        self.spoken = true;
    }

    /// The number of the answer.
    pub fn code(&self) -> Option<u16> {
        std::str::from_utf8(self.bytes.get(..3)?).ok()?.parse().ok()
    }

    /// The words of each line.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.bytes
            .split(|b| *b == b'\n')
            .filter_map(|line| line.get(4..))
            .map(|words| String::from_utf8_lossy(words).trim().to_owned())
    }
}

/// Whether a line is the last of its answer; `None` where it is no line of an answer (RFC 5321 section 4.2).
/// A line of blanks after the number makes lettre panic.
fn last_of_reply(line: &[u8]) -> Option<bool> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let numbered = line.len() >= 3
        && (b'2'..=b'5').contains(&line[0])
        && (b'0'..=b'5').contains(&line[1])
        && line[2].is_ascii_digit();
    let words = std::str::from_utf8(line.get(4..).unwrap_or_default()).ok()?;
    let blank = !words.is_empty() && words.trim().is_empty();
    match line.get(3) {
        _ if !numbered || blank || words.contains('\r') => None,
        None | Some(b' ') => Some(true),
        Some(b'-') => Some(false),
        Some(_) => None,
    }
}

/// Shared with the session, which looks up what the server said.
#[derive(Clone, Default)]
pub(super) struct Ear(Arc<Mutex<Heard>>);

impl Ear {
    pub fn heard(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The stream itself.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    peer: SocketAddr,
    ear: Ear,
    /// Said to lettre before anything is read: after STARTTLS no greeting comes, and it waits for one.
    first: &'static [u8],
}

impl Wire {
    pub fn new(stream: Box<dyn Stream>, peer: SocketAddr, ear: Ear, first: &'static [u8]) -> Self {
        Wire {
            stream,
            peer,
            ear,
            first,
        }
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire({})", self.peer)
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.first.is_empty() {
            let some = self.first.len().min(buffer.remaining());
            let (now, later) = self.first.split_at(some);
            buffer.put_slice(now);
            self.first = later;
            return Poll::Ready(Ok(()));
        }
        if self.ear.heard().parting {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let mut heard = self.ear.heard();
        let new = &buffer.filled()[before..];
        if new.is_empty() {
            heard.ended = true;
        }
        Poll::Ready(heard.take(new))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        {
            let mut heard = self.ear.heard();
            if heard.is_refusal() && bytes.starts_with(b"QUIT") {
                heard.parting = true;
            } else {
                heard.forget();
            }
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
