//! A proxy that writes down what a client sends: the same requests can then be sent by a client that does nothing else.

use crate::Result;
use crate::ber;
use crate::trace::{Head, Request};
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct Seen {
    requests: Vec<Request>,
    /// Where the request of a connection with this id stands, until it is answered.
    open: HashMap<(usize, u32), usize>,
    under_way: HashMap<usize, usize>,
    connections: usize,
}

/// A recording proxy in front of one server; listens until the process ends.
pub struct Recorder {
    seen: Arc<Mutex<Seen>>,
    address: String,
}

impl Recorder {
    /// In front of this server (`127.0.0.1:PORT`).
    ///
    /// # Errors
    /// Where no port is free.
    pub fn start(server: String) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?.to_string();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                let Ok(server) = TcpStream::connect(&server) else {
                    continue;
                };
                let _ = link(&shared, client, server);
            }
        });
        Ok(Recorder { seen, address })
    }

    /// The URL for the client.
    pub fn url(&self) -> String {
        format!("ldap://{}", self.address)
    }

    /// What was sent until now.
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.seen).requests.clone()
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

fn link(seen: &Arc<Mutex<Seen>>, client: TcpStream, server: TcpStream) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let connection = {
        let mut seen = lock(seen);
        seen.connections += 1;
        seen.connections - 1
    };
    let (from_client, to_client) = (client.try_clone()?, client);
    let (from_server, to_server) = (server.try_clone()?, server);
    let shared = Arc::clone(seen);
    std::thread::spawn(move || {
        pump(from_client, to_server, |bytes, message| {
            let mut seen = lock(&shared);
            let under_way = *seen.under_way.entry(connection).or_default();
            let place = seen.requests.len();
            seen.requests.push(Request {
                head: Head {
                    connection,
                    under_way,
                    code: None,
                    length: bytes.len(),
                },
                bytes: bytes.to_vec(),
            });
            if !message.is_unanswered() {
                seen.open.insert((connection, message.id), place);
                seen.under_way.insert(connection, under_way + 1);
            }
        });
    });
    let shared = Arc::clone(seen);
    std::thread::spawn(move || {
        pump(from_server, to_client, |_, message| {
            if !message.is_final() {
                return;
            }
            let mut seen = lock(&shared);
            if let Some(place) = seen.open.remove(&(connection, message.id)) {
                seen.requests[place].head.code = message.code;
                if let Some(under_way) = seen.under_way.get_mut(&connection) {
                    *under_way -= 1;
                }
            }
        });
    });
    Ok(())
}

/// Hands on message by message, each shown first.
fn pump(mut from: TcpStream, mut to: TcpStream, mut show: impl FnMut(&[u8], ber::Message)) {
    let mut held = Vec::new();
    let mut chunk = vec![0; 64 << 10];
    while let Ok(count) = from.read(&mut chunk) {
        if count == 0 {
            break;
        }
        held.extend_from_slice(&chunk[..count]);
        let mut at = 0;
        while let Some(message) = ber::message(&held[at..]) {
            show(&held[at..at + message.length], message);
            at += message.length;
        }
        if to.write_all(&held[..at]).is_err() {
            break;
        }
        held.drain(..at);
    }
    let _ = to.shutdown(Shutdown::Write);
}
