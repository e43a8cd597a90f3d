//! What can go wrong between entctl and a server, and exactly when: the plan of a [`super::proxy::Proxy`].

use super::ber::Message;
use super::entctl::pid;
use super::waiting::{PATIENCE, lock};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Which request a step is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The nth request of the client, from 1.
    Message(usize),
    /// The nth request with this operation tag ([`super::ber::op`]), from 1.
    Operation(u8, usize),
}

/// At which side of that request the world stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The request has arrived here; the server knows nothing of it.
    Held,
    /// The server has answered it; the client has not seen the answer. Later requests of the connection
    /// have not reached the server.
    Done,
}

/// What happens then.
pub enum Fault {
    /// The connection breaks. Earlier requests without an answer stay without.
    Cut,
    /// Silence: the sockets stay open, nothing passes any more in either direction.
    Stall,
    /// The connection breaks and no later one is accepted.
    Down,
    /// SIGKILL to the client, which never sees the connection break.
    Kill(Victim),
    /// Something else happens meanwhile (another administrator writes); then the conversation goes on.
    Call(Box<dyn FnOnce(&Message) + Send>),
}

impl Fault {
    /// A [`Fault::Call`].
    pub fn call(action: impl FnOnce(&Message) + Send + 'static) -> Self {
        Fault::Call(Box::new(action))
    }
}

/// One thing that goes wrong.
pub struct Step {
    /// Which request.
    pub when: When,
    /// Before or after the server has done it.
    pub moment: Moment,
    /// What happens.
    pub fault: Fault,
}

impl Step {
    /// Before the server sees the request.
    pub fn held(when: When, fault: Fault) -> Self {
        Step {
            when,
            moment: Moment::Held,
            fault,
        }
    }

    /// After the server has answered it, before the client sees the answer.
    pub fn done(when: When, fault: Fault) -> Self {
        Step {
            when,
            moment: Moment::Done,
            fault,
        }
    }
}

/// The client process to be killed; told once it runs.
#[derive(Debug, Clone, Default)]
pub struct Victim(Arc<(Mutex<Option<u32>>, Condvar)>);

impl Victim {
    /// Nobody yet.
    pub fn new() -> Self {
        Victim::default()
    }

    /// This process. A fault that came earlier waits for it.
    pub fn is(&self, pid: u32) {
        *lock(&self.0.0) = Some(pid);
        self.0.1.notify_all();
    }

    /// SIGKILL, as soon as it is known.
    pub fn kill(&self) {
        let (guard, _) = self
            .0
            .1
            .wait_timeout_while(lock(&self.0.0), PATIENCE, |known| known.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(pid) = guard.and_then(pid) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }
}
