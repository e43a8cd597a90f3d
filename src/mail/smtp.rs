//! The mail port over SMTP (RFC 5321), by lettre's low-level connection.
//!
//! What lettre leaves to its caller is done here: encryption (its STARTTLS believes what was said in clear before
//! it), a time limit for every step, answers that are too long, too many or none (`wire`), the extensions that a
//! server offers, and what is kept of its words in an error (`session`).

mod connect;
mod session;
mod wire;

use super::{Accepted, Envelope, MailError, MailErrorKind, MailServer, Message, Receipt, Step};
use crate::domain::secret::Password;
use async_trait::async_trait;
use connect::Trust;
use session::Session;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long an unused connection is trusted to stand; servers drop idle ones (Postfix after 300 s).
const IDLE: Duration = Duration::from_secs(60);

/// Most messages over one connection; some servers end it after a hundred, others sooner with 421, which costs
/// one attempt more.
const MESSAGES: u32 = 50;

/// How the conversation is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314 section 3).
    Implicit,
    /// STARTTLS (RFC 3207), demanded: a server without it is refused.
    StartTls,
    /// None. Only to this machine.
    Plain,
}

/// One mail server, and how it is used.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Host name or IP address without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the conversation is protected.
    pub security: Security,
    /// Certificate authorities to trust (PEM) in place of the system's.
    pub ca_file: Option<PathBuf>,
    /// Name and password to log in with.
    pub login: Option<(String, Password)>,
    /// Time limit of each step; the last answer, which decides, gets four times as long (RFC 5321 section
    /// 4.5.3.2.6 has the server take its time there).
    pub timeout: Duration,
    /// What this machine calls itself; an address literal is said in place of what is no whole name.
    pub own_name: String,
}

impl Settings {
    /// The server as it stands in messages: `smtps://host:465`.
    pub fn url(&self) -> String {
        let scheme = match self.security {
            Security::Implicit => "smtps",
            Security::StartTls | Security::Plain => "smtp",
        };
        if self.host.contains(':') {
            format!("{scheme}://[{}]:{}", self.host, self.port)
        } else {
            format!("{scheme}://{}:{}", self.host, self.port)
        }
    }

    /// Whether the server is this machine by its name or address. Names other than `localhost` are never looked
    /// up for this: an answer can be forged.
    fn is_local(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self
                .host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback())
    }
}

/// A mail server. A connection is kept between two recipients, and made anew where it was dropped.
pub struct SmtpServer {
    settings: Arc<Settings>,
    trust: Option<Trust>,
    idle: Idle,
}

/// The connection that waits for the next recipient.
type Idle = Arc<Mutex<Option<(Session, Instant)>>>;

impl SmtpServer {
    /// Gets ready; nothing is connected.
    ///
    /// # Errors
    /// [`MailErrorKind::Tls`] where the certificate authorities cannot be read; [`MailErrorKind::Insecure`] where
    /// another machine would be spoken to in clear.
    pub fn new(settings: Settings) -> Result<Self, MailError> {
        let named = |error: MailError| MailError {
            server: settings.url(),
            ..error
        };
        let trust = match settings.security {
            Security::Plain if settings.is_local() => None,
            Security::Plain => {
                let words = "no encryption, and not this machine";
                let error = MailError::new(MailErrorKind::Insecure, Step::Connect, words);
                return Err(named(error));
            }
            Security::Implicit | Security::StartTls => {
                Some(Trust::read(settings.ca_file.as_deref()).map_err(named)?)
            }
        };
        Ok(SmtpServer {
            settings: Arc::new(settings),
            trust,
            idle: Idle::default(),
        })
    }

    /// A connection that was used before, if it still answers.
    async fn kept(&self) -> Option<Session> {
        let kept = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let (mut session, since) = kept?;
        if since.elapsed() > IDLE || session.messages >= MESSAGES {
            session.quit().await;
            return None;
        }
        session.reset().await.is_ok().then_some(session)
    }

    async fn fresh(&self) -> Result<Session, MailError> {
        Session::start(self.settings.clone(), self.trust.as_ref()).await
    }
}

#[async_trait]
impl MailServer for SmtpServer {
    async fn open(&self, envelope: &Envelope) -> Result<Box<dyn Accepted>, MailError> {
        let named = |error: MailError| MailError {
            server: self.settings.url(),
            ..error
        };
        let mut session = match self.kept().await {
            Some(mut session) => match session.envelope(envelope).await {
                Ok(()) => return Ok(self.accepted(session)),
                // A server that has had enough of this connection says so at any time, or says nothing.
                Err(error)
                    if error.code == Some(421) || error.kind == MailErrorKind::ConnectionLost =>
                {
                    self.fresh().await.map_err(named)?
                }
                Err(error) => {
                    keep(&self.idle, session);
                    return Err(named(error));
                }
            },
            None => self.fresh().await.map_err(named)?,
        };
        match session.envelope(envelope).await {
            Ok(()) => Ok(self.accepted(session)),
            Err(error) => {
                keep(&self.idle, session);
                Err(named(error))
            }
        }
    }

    async fn close(&self) {
        let kept = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some((mut session, _)) = kept {
            session.quit().await;
        }
    }
}

impl SmtpServer {
    fn accepted(&self, session: Session) -> Box<dyn Accepted> {
        Box::new(Conversation {
            session,
            idle: self.idle.clone(),
        })
    }
}

/// Puts a connection by for the next recipient, unless it is of no more use or another is there already.
fn keep(idle: &Idle, session: Session) {
    if session.usable() {
        let mut place = idle.lock().unwrap_or_else(PoisonError::into_inner);
        if place.is_none() {
            *place = Some((session, Instant::now()));
        }
    }
}

/// A recipient that the server has accepted.
struct Conversation {
    session: Session,
    idle: Idle,
}

#[async_trait]
impl Accepted for Conversation {
    async fn deliver(mut self: Box<Self>, message: &Message) -> Result<Receipt, MailError> {
        let delivered = self.session.deliver(message).await;
        let server = self.session.url();
        keep(&self.idle, self.session);
        delivered.map_err(|error| MailError { server, ..error })
    }

    async fn give_up(self: Box<Self>) {
        // RSET is said before the next recipient; QUIT where there is none.
        keep(&self.idle, self.session);
    }
}
