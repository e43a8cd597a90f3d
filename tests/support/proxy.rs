//! A TCP proxy in front of an `ldap://` server on loopback that counts LDAP messages and breaks the
//! conversation at an exact one: the world stops before a request reaches the server, or after the server
//! has done it and before the client knows.
//!
//! Requests are numbered from 1 over all connections, in the order they arrive. A [`Step`] fires once.
//! Beside that, it can be a server that refuses some searches as often as they come ([`Proxy::refuse`]).

use super::ber::{Message, op, read_message, search_done};
pub use super::faults::{Fault, Moment, Step, Victim, When};
use super::waiting::{PATIENCE, lock};
use std::io::{BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// What the proxy has seen and has yet to do.
#[derive(Default)]
struct State {
    requests: Vec<Message>,
    answers: Vec<Message>,
    steps: Vec<Step>,
    fired: usize,
    round_trips: usize,
    client_spoke_last: bool,
    connections: usize,
    open: Vec<TcpStream>,
    closing: bool,
    listening: bool,
    refusal: Option<Refusal>,
    refused: usize,
}

/// The result code that this search is answered with; `None` where the server answers it itself.
type Refusal = Arc<dyn Fn(&Message) -> Option<u8> + Send + Sync>;

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    address: SocketAddr,
    upstream: String,
}

/// A proxy; closes all its connections when dropped.
pub struct Proxy {
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Proxy {
    /// In front of this server (`ldap://127.0.0.1:PORT`), breaking nothing yet.
    ///
    /// # Panics
    /// For another kind of URL.
    pub fn start(upstream: &str) -> Self {
        Proxy::with(upstream, [])
    }

    /// In front of this server, with a plan.
    ///
    /// # Panics
    /// For another kind of URL.
    pub fn with(upstream: &str, steps: impl IntoIterator<Item = Step>) -> Self {
        let upstream = upstream
            .strip_prefix("ldap://")
            .unwrap_or_else(|| panic!("only plain ldap:// can be followed, not {upstream}"))
            .trim_end_matches('/')
            .to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                steps: steps.into_iter().collect(),
                listening: true,
                ..State::default()
            }),
            changed: Condvar::new(),
            address: listener.local_addr().expect("an address"),
            upstream,
        });
        let acceptor = {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || accept(&shared, listener))
        };
        Proxy {
            shared,
            acceptor: Some(acceptor),
        }
    }

    /// The URL for the client.
    pub fn url(&self) -> String {
        format!("ldap://{}", self.shared.address)
    }

    /// Adds a step. Counting does not begin anew.
    pub fn arm(&self, step: Step) {
        self.shared.lock().steps.push(step);
    }

    /// From now on the searches that this gives a result code are answered with it, and the server never sees them.
    pub fn refuse(&self, code: impl Fn(&Message) -> Option<u8> + Send + Sync + 'static) {
        self.shared.lock().refusal = Some(Arc::new(code));
    }

    /// How many searches were refused so.
    pub fn refused(&self) -> usize {
        self.shared.lock().refused
    }

    /// The requests seen so far.
    pub fn requests(&self) -> Vec<Message> {
        self.shared.lock().requests.clone()
    }

    /// The answers that came from the server so far, delivered or not.
    pub fn answers(&self) -> Vec<Message> {
        self.shared.lock().answers.clone()
    }

    /// The operation tags of the requests, in order.
    pub fn tags(&self) -> Vec<u8> {
        self.shared.lock().requests.iter().map(|r| r.tag).collect()
    }

    /// How many requests carried this tag.
    pub fn count(&self, tag: u8) -> usize {
        self.tags().into_iter().filter(|seen| *seen == tag).count()
    }

    /// How often the client spoke after it had been silent or answered: the network round trips it would
    /// wait for. Requests sent together count once, those without an answer not at all.
    pub fn round_trips(&self) -> usize {
        self.shared.lock().round_trips
    }

    /// How many connections the client opened.
    pub fn connections(&self) -> usize {
        self.shared.lock().connections
    }

    /// How many steps have fired.
    pub fn fired(&self) -> usize {
        self.shared.lock().fired
    }

    /// Waits until that many steps have fired.
    ///
    /// # Panics
    /// Where they do not within half a minute.
    pub fn wait_until_fired(&self, count: usize) {
        let (state, timeout) = self
            .shared
            .changed
            .wait_timeout_while(self.shared.lock(), PATIENCE, |state| state.fired < count)
            .unwrap_or_else(PoisonError::into_inner);
        let seen: Vec<u8> = state.requests.iter().map(|r| r.tag).collect();
        drop(state);
        assert!(!timeout.timed_out(), "no fault; requests seen: {seen:02x?}");
    }

    /// Breaks all connections and accepts no more.
    pub fn down(&self) {
        self.shared.down();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.down();
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn down(&self) {
        let mut state = self.lock();
        state.closing = true;
        for stream in state.open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        if state.listening {
            drop(state);
            // Wakes the acceptor, which then closes the port.
            let _ = TcpStream::connect(self.address);
            state = self.lock();
        }
        let _ = self
            .changed
            .wait_timeout_while(state, PATIENCE, |state| state.listening);
    }

    /// Notes a request and hands out the step that it sets off.
    fn request(&self, message: &Message) -> Option<Step> {
        let mut state = self.lock();
        state.requests.push(message.clone());
        if !message.is_unanswered() {
            if !state.client_spoke_last {
                state.round_trips += 1;
            }
            state.client_spoke_last = true;
        }
        let number = state.requests.len();
        let of_kind = |tag| state.requests.iter().filter(|r| r.tag == tag).count();
        let position = state.steps.iter().position(|step| match step.when {
            When::Message(n) => n == number,
            When::Operation(tag, n) => tag == message.tag && n == of_kind(tag),
        });
        position.map(|position| state.steps.remove(position))
    }

    /// The answer to a search that never reaches the server.
    fn refusal(&self, message: &Message) -> Option<Vec<u8>> {
        let refusal = self.lock().refusal.clone()?;
        let code = (message.tag == op::SEARCH)
            .then(|| refusal(message))
            .flatten()?;
        let mut state = self.lock();
        state.refused += 1;
        state.client_spoke_last = false;
        Some(search_done(message.id, code))
    }

    fn answer(&self, message: &Message) {
        let mut state = self.lock();
        state.answers.push(message.clone());
        state.client_spoke_last = false;
    }

    fn has_fired(&self) {
        self.lock().fired += 1;
        self.changed.notify_all();
    }
}

fn accept(shared: &Arc<Shared>, listener: TcpListener) {
    while let Ok((client, _)) = listener.accept() {
        if shared.lock().closing {
            break;
        }
        // A server that is away shows as a connection that breaks at once.
        if let Ok(server) = TcpStream::connect(&shared.upstream) {
            link(shared, client, server);
        }
    }
    drop(listener);
    shared.lock().listening = false;
    shared.changed.notify_all();
}

/// One connection through the proxy.
struct Link {
    client: TcpStream,
    server: TcpStream,
    /// Held while a message is written to the client: two threads do.
    to_client: Mutex<()>,
    gate: Mutex<Gate>,
    opened: Condvar,
}

#[derive(Default)]
struct Gate {
    /// The request whose answer sets off a fault; while it is here no later request passes.
    armed: Option<(u64, Fault)>,
    silent: bool,
    closed: bool,
}

fn link(shared: &Arc<Shared>, client: TcpStream, server: TcpStream) {
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let mut state = shared.lock();
    if state.closing {
        return;
    }
    state.connections += 1;
    for stream in [&client, &server] {
        state.open.extend(stream.try_clone());
    }
    drop(state);
    let link = Arc::new(Link {
        client,
        server,
        to_client: Mutex::default(),
        gate: Mutex::default(),
        opened: Condvar::new(),
    });
    for pump in [from_client, from_server] {
        let (shared, link) = (Arc::clone(shared), Arc::clone(&link));
        std::thread::spawn(move || {
            pump(&shared, &link);
            link.cut();
        });
    }
}

impl Link {
    fn cut(&self) {
        lock(&self.gate).closed = true;
        self.opened.notify_all();
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }

    /// Does what a fault says; false where this end must stop reading.
    fn strike(&self, shared: &Shared, fault: Fault, message: &Message) -> bool {
        // What ends the client is counted before: whoever waits for its end counts right after it.
        match fault {
            Fault::Call(action) => {
                action(message);
                shared.has_fired();
                true
            }
            Fault::Stall => {
                lock(&self.gate).silent = true;
                shared.has_fired();
                true
            }
            Fault::Kill(victim) => {
                // Silence first: the connection ends by the client's death, not the other way round.
                lock(&self.gate).silent = true;
                shared.has_fired();
                victim.kill();
                true
            }
            Fault::Cut => {
                shared.has_fired();
                self.cut();
                false
            }
            Fault::Down => {
                shared.has_fired();
                self.cut();
                shared.down();
                false
            }
        }
    }

    fn tell_client(&self, bytes: &[u8]) -> bool {
        let _alone = lock(&self.to_client);
        (&self.client).write_all(bytes).is_ok()
    }

    fn is_silent(&self) -> bool {
        lock(&self.gate).silent
    }
}

fn from_client(shared: &Shared, link: &Link) {
    let mut reader = BufReader::new(&link.client);
    while let Ok(Some(message)) = read_message(&mut reader) {
        if link.is_silent() {
            continue;
        }
        let mut waits = false;
        match shared.request(&message) {
            None => {}
            Some(step) if step.moment == Moment::Held || message.is_unanswered() => {
                if !link.strike(shared, step.fault, &message) {
                    return;
                }
                if link.is_silent() {
                    continue;
                }
            }
            Some(step) => {
                lock(&link.gate).armed = Some((message.id, step.fault));
                waits = true;
            }
        }
        if let Some(answer) = shared.refusal(&message) {
            if !link.tell_client(&answer) {
                return;
            }
            continue;
        }
        if (&link.server).write_all(&message.bytes).is_err() {
            return;
        }
        if waits {
            let gate = link
                .opened
                .wait_while(lock(&link.gate), |gate| {
                    gate.armed.is_some() && !gate.closed
                })
                .unwrap_or_else(PoisonError::into_inner);
            // What the reader holds already must not pass a connection that is broken.
            let closed = gate.closed;
            drop(gate);
            if closed {
                return;
            }
        }
    }
}

fn from_server(shared: &Shared, link: &Link) {
    let mut reader = BufReader::new(&link.server);
    while let Ok(Some(message)) = read_message(&mut reader) {
        if link.is_silent() {
            continue;
        }
        shared.answer(&message);
        let fault = {
            let mut gate = lock(&link.gate);
            match gate.armed.take() {
                Some((id, fault)) if id == message.id && message.is_final() => Some(fault),
                other => {
                    gate.armed = other;
                    None
                }
            }
        };
        if let Some(fault) = fault {
            let goes_on = link.strike(shared, fault, &message);
            link.opened.notify_all();
            if !goes_on {
                return;
            }
            if link.is_silent() {
                continue;
            }
        }
        if !link.tell_client(&message.bytes) {
            return;
        }
    }
}

#[cfg(test)]
#[path = "proxy_tests.rs"]
mod tests;
