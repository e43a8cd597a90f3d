//! A server made by hand, for answers that no real server gives.

use ldap3::asn1::{StructureTag, TagClass, parse_tag, parse_uint};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Application tags of RFC 4511 section 4.2 and on.
pub(super) const UNBIND: u64 = 2;
pub(super) const SEARCH: u64 = 3;
pub(super) const MODIFY: u64 = 6;
pub(super) const ENTRY: u8 = 0x64;
pub(super) const SEARCH_DONE: u8 = 0x65;
pub(super) const MODIFY_DONE: u8 = 0x67;
pub(super) const REFERENCE: u8 = 0x73;
pub(super) const ABANDON: u64 = 16;

/// A listening server.
pub(super) struct Fake {
    pub url: String,
    /// Connections taken so far.
    pub taken: Arc<AtomicUsize>,
}

impl Fake {
    /// Gives each connection to `behave`; it closes when that ends.
    pub(super) async fn raw<F, B>(behave: B) -> Self
    where
        B: Fn(Talk) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("ldap://{}", listener.local_addr().expect("an address"));
        let taken = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(behave(Talk(stream)));
            }
        });
        Fake { url, taken }
    }

    /// Lets everybody in first.
    pub(super) async fn after_bind<F, B>(behave: B) -> Self
    where
        B: Fn(Talk) -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let behave = Arc::new(behave);
        Self::raw(move |mut talk: Talk| {
            let behave = Arc::clone(&behave);
            async move {
                if let Some(bind) = talk.request().await {
                    talk.say(&result(bind.id, 0x61, 0, b"")).await;
                    behave(talk).await;
                }
            }
        })
        .await
    }

    pub(super) fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }
}

/// A request as far as the tests look at it.
#[derive(Debug)]
pub(super) struct Request {
    pub id: u8,
    pub operation: u64,
    pub parts: Vec<StructureTag>,
}

/// The server's end of a connection.
pub(super) struct Talk(pub TcpStream);

impl Talk {
    /// The next request; nothing when the client has left.
    pub(super) async fn request(&mut self) -> Option<Request> {
        let mut bytes = vec![0; 2];
        self.0.read_exact(&mut bytes).await.ok()?;
        let mut length = usize::from(bytes[1]);
        if length >= 128 {
            let mut long = vec![0; length - 128];
            self.0.read_exact(&mut long).await.ok()?;
            length = long.iter().fold(0, |sum, b| (sum << 8) | usize::from(*b));
            bytes.extend(long);
        }
        let start = bytes.len();
        bytes.resize(start + length, 0);
        self.0.read_exact(&mut bytes[start..]).await.ok()?;
        let (_, message) = parse_tag(&bytes).expect("BER");
        let mut parts = message.expect_constructed().expect("a message").into_iter();
        let id = parts.next()?.expect_primitive()?;
        let (_, id) = parse_uint(&id).expect("a number");
        let operation = parts.next()?;
        assert_eq!(operation.class, TagClass::Application);
        Some(Request {
            id: u8::try_from(id).expect("few messages"),
            operation: operation.id,
            parts: operation.expect_constructed().unwrap_or_default(),
        })
    }

    pub(super) async fn say(&mut self, bytes: &[u8]) {
        // The client may have left: that is its right.
        let _ = self.0.write_all(bytes).await;
    }

    /// Says nothing until the client leaves.
    pub(super) async fn wait(&mut self) {
        let mut unread = [0; 1024];
        while matches!(self.0.read(&mut unread).await, Ok(1..)) {}
    }
}

/// `tag length content`, with as many octets of length as needed.
pub(super) fn ber(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short) if short < 128 => out.push(short),
        _ => {
            out.push(0x84);
            let length = u32::try_from(content.len()).expect("small");
            out.extend(length.to_be_bytes());
        }
    }
    out.extend(content);
    out
}

/// A message with one operation and, at the end, whatever more.
pub(super) fn message(id: u8, operation: &[u8], more: &[u8]) -> Vec<u8> {
    ber(0x30, &[&[2, 1, id], operation, more].concat())
}

/// An operation that is a result (RFC 4511 section 4.1.9).
pub(super) fn result_of(tag: u8, code: u8, text: &[u8]) -> Vec<u8> {
    ber(tag, &[&[10, 1, code, 4, 0], &ber(4, text)[..]].concat())
}

pub(super) fn result(id: u8, tag: u8, code: u8, text: &[u8]) -> Vec<u8> {
    message(id, &result_of(tag, code, text), &[])
}

/// A search result entry without attributes.
pub(super) fn entry(id: u8, name: &[u8]) -> Vec<u8> {
    let content = [ber(4, name), ber(0x30, &[])].concat();
    message(id, &ber(ENTRY, &content), &[])
}

/// The end of a page that is not the last.
pub(super) fn page_done(id: u8, cookie: &[u8]) -> Vec<u8> {
    let value = ber(0x30, &[&[2, 1, 0], &ber(4, cookie)[..]].concat());
    let control = [ber(4, b"1.2.840.113556.1.4.319"), ber(4, &value)].concat();
    let controls = ber(0xa0, &ber(0x30, &control));
    message(id, &result_of(SEARCH_DONE, 0, b""), &controls)
}
