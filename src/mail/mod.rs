//! Mail as a port: what a command may ask of a mail server, in domain types.
//!
//! A message goes out in two steps, so that a directory can be written between them: [`MailServer::open`] ends
//! where the server has accepted the recipient, [`Accepted::deliver`] where it has accepted the message. The
//! adapters are `mail::smtp` and, for the sandbox, `mail::folder`; only `app` names them.

pub mod folder;
pub mod message;
pub mod pace;
pub mod smtp;

use crate::domain::certificate::TlsProblem;
use crate::domain::mail_address::MailAddress;
use async_trait::async_trait;
use std::fmt;

pub use message::{Message, MessageId};

/// From whom and to whom, as the mail servers see it. One recipient: what becomes of each is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Where reports of failed deliveries go.
    pub from: MailAddress,
    /// Who gets the message.
    pub to: MailAddress,
}

/// A mail server.
///
/// Guarantees of every implementation: each call ends within its time limit; nothing of a message or of a
/// password is in an error; a panic of the library underneath becomes [`MailErrorKind::Protocol`].
#[async_trait]
pub trait MailServer: Send + Sync {
    /// Connects where needed (and logs in), and has the recipient accepted. Nothing is sent to the recipient yet.
    ///
    /// # Errors
    /// Every kind but [`MailErrorKind::OutcomeUnknown`]. Nothing was sent.
    async fn open(&self, envelope: &Envelope) -> Result<Box<dyn Accepted>, MailError>;

    /// Says goodbye, where a connection stands.
    async fn close(&self);
}

/// A recipient that the server has accepted.
#[async_trait]
pub trait Accepted: Send {
    /// Hands the message over.
    ///
    /// # Errors
    /// [`MailErrorKind::OutcomeUnknown`] where no answer came after the last dot: the message may be on its way,
    /// and only the same message with the same [`MessageId`] may be sent again. With every other kind the server
    /// has not taken it.
    async fn deliver(self: Box<Self>, message: &Message) -> Result<Receipt, MailError>;

    /// Gives up: the recipient gets nothing. The connection is kept for the next where it still stands.
    async fn give_up(self: Box<Self>);
}

/// What a server said that it accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The message.
    pub id: MessageId,
    /// The number of its answer (RFC 5321 section 4.2), 250; `None` where no server was asked.
    pub code: Option<u16>,
}

/// How far the conversation had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Looking up the name, and TCP.
    Connect,
    /// The server's first word.
    Greeting,
    /// Encryption, STARTTLS included.
    Tls,
    /// EHLO.
    Hello,
    /// AUTH.
    Login,
    /// MAIL.
    Sender,
    /// RCPT.
    Recipient,
    /// DATA.
    Data,
    /// The message, and the answer after its last dot.
    Message,
}

impl Step {
    /// All of them, in order.
    pub const ALL: [Step; 9] = [
        Step::Connect,
        Step::Greeting,
        Step::Tls,
        Step::Hello,
        Step::Login,
        Step::Sender,
        Step::Recipient,
        Step::Data,
        Step::Message,
    ];

    /// Stable word; the sentence is `mail-step-…`.
    pub fn as_str(self) -> &'static str {
        match self {
            Step::Connect => "connect",
            Step::Greeting => "greeting",
            Step::Tls => "tls",
            Step::Hello => "hello",
            Step::Login => "login",
            Step::Sender => "sender",
            Step::Recipient => "recipient",
            Step::Data => "data",
            Step::Message => "message",
        }
    }
}

/// What went wrong, as far as it decides what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailErrorKind {
    /// No connection: no such name, refused, no way.
    Unreachable,
    /// No answer within the time limit.
    Timeout,
    /// The connection ended before the message was handed over.
    ConnectionLost,
    /// No trust in the server's certificate, or no encryption came about.
    Tls,
    /// Encryption was to be had by STARTTLS, and the server does not offer it, or somebody tampered with it.
    Insecure,
    /// Name and password refused, or asked for and not configured, or no way to log in that we know.
    Denied,
    /// This recipient is refused, for good.
    RecipientRefused,
    /// Refused for now (4xx): too much at once, grey-listed, full. Worth trying again later.
    Temporary,
    /// The message, its sender or the whole conversation is refused, for good.
    Refused,
    /// No answer after the last dot: accepted or not, nobody can tell.
    OutcomeUnknown,
    /// An answer that is none.
    Protocol,
    /// The folder that stands in for a mail server cannot be written.
    Storage,
}

impl MailErrorKind {
    /// All of them.
    pub const ALL: [MailErrorKind; 12] = [
        MailErrorKind::Unreachable,
        MailErrorKind::Timeout,
        MailErrorKind::ConnectionLost,
        MailErrorKind::Tls,
        MailErrorKind::Insecure,
        MailErrorKind::Denied,
        MailErrorKind::RecipientRefused,
        MailErrorKind::Temporary,
        MailErrorKind::Refused,
        MailErrorKind::OutcomeUnknown,
        MailErrorKind::Protocol,
        MailErrorKind::Storage,
    ];

    /// Whether the next recipient may fare better on the same server.
    pub fn concerns_one_recipient(self) -> bool {
        matches!(self, MailErrorKind::RecipientRefused)
    }

    /// Whether the same attempt may succeed later.
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            MailErrorKind::Unreachable
                | MailErrorKind::Timeout
                | MailErrorKind::ConnectionLost
                | MailErrorKind::Temporary
                | MailErrorKind::OutcomeUnknown
        )
    }
}

/// A failed call.
///
/// What the server said is kept for steps before the login and between it and DATA. What it says to a login or
/// after the message may repeat the password or the message, and is never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailError {
    /// What went wrong.
    pub kind: MailErrorKind,
    /// Where.
    pub step: Step,
    /// The server, as configured: `smtps://host:465`, or the folder.
    pub server: String,
    /// The number of the server's answer, where there was one.
    pub code: Option<u16>,
    /// Its enhanced status (RFC 3463) such as `5.1.1`, where there was one.
    pub status: Option<String>,
    /// For [`MailErrorKind::Tls`].
    pub tls: Option<TlsProblem>,
    /// The server's words, one line made fit to be shown, or a library's.
    pub words: String,
}

impl MailError {
    /// An error without an answer of the server.
    pub fn new(kind: MailErrorKind, step: Step, words: impl Into<String>) -> Self {
        MailError {
            kind,
            step,
            server: String::new(),
            code: None,
            status: None,
            tls: None,
            words: words.into(),
        }
    }
}

impl fmt::Display for MailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {}", self.kind, self.step.as_str())?;
        if let Some(code) = self.code {
            write!(f, " ({code})")?;
        }
        Ok(())
    }
}

impl std::error::Error for MailError {}
