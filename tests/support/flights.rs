//! A line as slow as needed between a client and an LDAP server, to see how often the client waits.
//!
//! It holds every answer back until the server has answered all that was asked and the client has been silent for a
//! while, and then delivers all of them together: so whatever the client asks without waiting is one *flight*, and each
//! flight is one round trip, however slow or busy the machine is that the test runs on.

use super::ber::{Message, read_message};
use super::waiting::lock;
use std::collections::BTreeSet;
use std::io::{BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a client is silent that has asked all it asks at once. It computes between two requests of one flight for
/// some microseconds; the rest is for the other tests on the machine.
const SILENCE: Duration = Duration::from_millis(120);

/// The same where nothing can be read of what passes, so that it is not known whether the server has answered all.
const LONG_SILENCE: Duration = Duration::from_millis(500);

/// The operations of one flight by their tags, in the order in which they were sent; those without an answer too.
/// Empty where the line cannot read them.
pub type Flight = Vec<u8>;

#[derive(Default)]
struct State {
    connections: usize,
    flights: Vec<Flight>,
    requests: Vec<Message>,
    /// Whether the client has had an answer since it last spoke.
    answered: bool,
    /// Requests that the server has not answered yet.
    open: BTreeSet<u64>,
    held: Vec<u8>,
    /// When either end last said something.
    spoke: Option<Instant>,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// The line. It lives as long as the test.
pub struct Flights {
    shared: Arc<Shared>,
    url: String,
}

impl Flights {
    /// In front of this server (`ldap://127.0.0.1:PORT`), for one connection after the other. Of `ldaps://` only the
    /// flights are counted.
    ///
    /// # Panics
    /// For another kind of URL.
    pub fn start(upstream: &str) -> Self {
        let (scheme, place) = upstream
            .split_once("://")
            .filter(|(scheme, _)| matches!(*scheme, "ldap" | "ldaps"))
            .unwrap_or_else(|| panic!("only ldap:// and ldaps:// can be followed, not {upstream}"));
        let upstream = place.trim_end_matches('/').to_owned();
        let reads = scheme == "ldap";
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let url = format!("{scheme}://{}", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared::default());
        let line = Arc::clone(&shared);
        std::thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                let server = TcpStream::connect(&upstream).expect("the server");
                carry(&line, &client, &server, reads);
            }
        });
        Flights { shared, url }
    }

    /// The URL for the client.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The flights since the last call, and how many connections they needed.
    pub fn take(&self) -> (usize, Vec<Flight>) {
        let mut state = lock(&self.shared.state);
        state.requests.clear();
        (
            std::mem::take(&mut state.connections),
            std::mem::take(&mut state.flights),
        )
    }

    /// The requests since the last [`Flights::take`].
    pub fn requests(&self) -> Vec<Message> {
        lock(&self.shared.state).requests.clone()
    }
}

/// One connection from its beginning to its end.
fn carry(shared: &Arc<Shared>, client: &TcpStream, server: &TcpStream, reads: bool) {
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    *lock(&shared.state) = {
        let mut former = lock(&shared.state);
        State {
            connections: former.connections + 1,
            flights: std::mem::take(&mut former.flights),
            requests: std::mem::take(&mut former.requests),
            answered: true,
            ..State::default()
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            if reads {
                from_server(shared, server);
            } else {
                unread_from_server(shared, server);
            }
            close(shared);
        });
        let silence = if reads { SILENCE } else { LONG_SILENCE };
        scope.spawn(move || deliver(shared, client, silence));
        if reads {
            from_client(shared, client, server);
        } else {
            unread_from_client(shared, client, server);
        }
        close(shared);
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    });
}

fn close(shared: &Shared) {
    lock(&shared.state).closed = true;
    shared.changed.notify_all();
}

fn from_client(shared: &Shared, client: &TcpStream, mut server: &TcpStream) {
    let mut reader = BufReader::new(client);
    while let Ok(Some(message)) = read_message(&mut reader) {
        {
            let mut state = lock(&shared.state);
            state.requests.push(message.clone());
            state.spoke = Some(Instant::now());
            if !message.is_unanswered() {
                if std::mem::take(&mut state.answered) {
                    state.flights.push(Flight::new());
                }
                state.open.insert(message.id);
            }
            // What needs no answer waits for none either: it belongs to whatever went before it.
            if let Some(flight) = state.flights.last_mut() {
                flight.push(message.tag);
            }
        }
        if server.write_all(&message.bytes).is_err() {
            return;
        }
    }
}

fn from_server(shared: &Shared, server: &TcpStream) {
    let mut reader = BufReader::new(server);
    while let Ok(Some(message)) = read_message(&mut reader) {
        let mut state = lock(&shared.state);
        state.held.extend(&message.bytes);
        if message.is_final() {
            state.open.remove(&message.id);
        }
        drop(state);
        shared.changed.notify_all();
    }
}

fn unread_from_client(shared: &Shared, mut client: &TcpStream, mut server: &TcpStream) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(length @ 1..) = client.read(&mut bytes) {
        {
            let mut state = lock(&shared.state);
            state.spoke = Some(Instant::now());
            if std::mem::take(&mut state.answered) {
                state.flights.push(Flight::new());
            }
        }
        if server.write_all(&bytes[..length]).is_err() {
            return;
        }
    }
}

fn unread_from_server(shared: &Shared, mut server: &TcpStream) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(length @ 1..) = server.read(&mut bytes) {
        let mut state = lock(&shared.state);
        state.spoke = Some(Instant::now());
        state.held.extend(&bytes[..length]);
        drop(state);
        shared.changed.notify_all();
    }
}

fn deliver(shared: &Shared, mut client: &TcpStream, silence: Duration) {
    loop {
        let mut state = shared
            .changed
            .wait_while(lock(&shared.state), |state| {
                !state.closed && (state.held.is_empty() || !state.open.is_empty())
            })
            .unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return;
        }
        let silent = state.spoke.map_or(silence, |spoke| spoke.elapsed());
        if silent < silence {
            drop(state);
            std::thread::sleep(silence - silent);
            continue;
        }
        let held = std::mem::take(&mut state.held);
        // Under the lock: what the client says to this must not be taken for a part of the flight before.
        state.answered = true;
        if client.write_all(&held).is_err() {
            return;
        }
    }
}
