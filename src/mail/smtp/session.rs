//! One conversation: each step with its time limit, and what an answer means.

use super::connect::{self, Line, Trust};
use super::wire::{Ear, Heard, Wire};
use super::{Security, Settings};
use crate::i18n::visible;
use crate::mail::{Envelope, MailError, MailErrorKind, Message, Receipt, Step};
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, MailParameter, RcptParameter};
use std::future::Future;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

/// Longest words of a server that are kept, in characters.
const LONGEST_WORDS: usize = 300;

/// How long a goodbye may take: nothing hangs on it.
const GOODBYE: Duration = Duration::from_secs(2);

/// A connection that has said EHLO, and logged in where there is a login.
pub(super) struct Session {
    settings: Arc<Settings>,
    connection: AsyncSmtpConnection,
    ear: Ear,
    /// Whether the server reports what becomes of a message (RFC 3461).
    dsn: bool,
    /// Whether it may be used again.
    usable: bool,
    /// How many messages went over it.
    pub messages: u32,
}

/// Within a time limit.
pub(super) async fn timed<T>(
    limit: Duration,
    step: Step,
    work: impl Future<Output = T>,
) -> Result<T, MailError> {
    tokio::time::timeout(limit, work).await.map_err(|_| {
        let words = format!("no answer within {} ms", limit.as_millis());
        MailError::new(MailErrorKind::Timeout, step, words)
    })
}

/// The connection ended.
pub(super) fn lost(step: Step) -> MailError {
    MailError::new(MailErrorKind::ConnectionLost, step, String::new())
}

/// What this machine calls itself, as EHLO takes it (RFC 5321 section 4.1.1.1).
pub(super) fn own_name(settings: &Settings) -> ClientId {
    let name = &settings.own_name;
    let whole = name.contains('.')
        && name.len() <= 253
        && name.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
    if whole {
        ClientId::Domain(name.clone())
    } else {
        ClientId::Ipv4(Ipv4Addr::LOCALHOST)
    }
}

/// What an answer means that is not the one expected.
///
/// # Errors
/// The kind by its first digit and the step; the words where they may be kept.
pub(super) fn answered(heard: &Heard, step: Step, expected: u16) -> Result<(), MailError> {
    let code = heard.code();
    if code == Some(expected) {
        return Ok(());
    }
    let kind = match (code, step) {
        (Some(400..=499), _) => MailErrorKind::Temporary,
        // Authentication required, too weak, not allowed from here.
        (Some(530 | 534 | 535 | 538), _) => MailErrorKind::Denied,
        (Some(500..=599), Step::Login) => MailErrorKind::Denied,
        (Some(500..=599), Step::Recipient) => MailErrorKind::RecipientRefused,
        (Some(500..=599), Step::Tls) => MailErrorKind::Insecure,
        (Some(500..=599), _) => MailErrorKind::Refused,
        _ => MailErrorKind::Protocol,
    };
    let said: Vec<String> = heard.lines().filter(|line| !line.is_empty()).collect();
    // Said to a password or to a message, it may repeat either.
    let telling = !matches!(step, Step::Login | Step::Data | Step::Message);
    Err(MailError {
        code,
        status: said.first().and_then(|words| enhanced_status(words)),
        ..MailError::new(
            kind,
            step,
            if telling {
                shown(&said.join(" "))
            } else {
                String::new()
            },
        )
    })
}

/// `5.1.1`, where the words begin with such a status (RFC 3463 section 2).
fn enhanced_status(words: &str) -> Option<String> {
    let first = words.split_whitespace().next()?;
    let parts: Vec<&str> = first.split('.').collect();
    let number =
        |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let right = parts.len() == 3 && parts.iter().all(number) && ["2", "4", "5"].contains(&parts[0]);
    right.then(|| first.to_owned())
}

fn shown(words: &str) -> String {
    let cut: String = words.chars().take(LONGEST_WORDS).collect();
    visible(&cut).chars().take(LONGEST_WORDS).collect()
}

impl Session {
    /// Connects, says EHLO, logs in.
    pub async fn start(settings: Arc<Settings>, trust: Option<&Trust>) -> Result<Self, MailError> {
        let line = connect::open(&settings, trust).await?;
        let Line {
            stream,
            peer,
            greeted,
        } = line;
        let ear = Ear::default();
        let first: &'static [u8] = if greeted { b"220 ready\r\n" } else { b"" };
        let wire = Wire::new(stream, peer, ear.clone(), first);
        let name = own_name(&settings);
        let opening = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &name);
        let opened = timed(settings.timeout * 2, Step::Greeting, opening).await;
        // lettre waits for the greeting and says EHLO as one.
        let step = if greeted || ear.heard().spoken {
            Step::Hello
        } else {
            Step::Greeting
        };
        let connection = opened
            .map_err(|error| MailError { step, ..error })?
            .map_err(|error| failed(&ear, step, &error, None))?;
        answered(&ear.heard(), Step::Hello, 250)?;
        let dsn = ear
            .heard()
            .lines()
            .skip(1)
            .any(|line| line.eq_ignore_ascii_case("DSN"));
        let mut session = Session {
            settings,
            connection,
            ear,
            dsn,
            usable: true,
            messages: 0,
        };
        if let Err(error) = session.log_in().await {
            session.quit().await;
            return Err(error);
        }
        Ok(session)
    }

    /// Whether another recipient may be tried over it.
    pub fn usable(&self) -> bool {
        self.usable
    }

    /// The server, for messages.
    pub fn url(&self) -> String {
        self.settings.url()
    }

    async fn log_in(&mut self) -> Result<(), MailError> {
        let Some((user, password)) = self.settings.login.clone() else {
            return Ok(());
        };
        if self.settings.security == Security::Plain && !self.settings.is_local() {
            return Err(MailError::new(MailErrorKind::Insecure, Step::Login, ""));
        }
        let known = [Mechanism::Plain, Mechanism::Login];
        if self
            .connection
            .server_info()
            .get_auth_mechanism(&known)
            .is_none()
        {
            let words = "neither AUTH PLAIN nor AUTH LOGIN is offered";
            return Err(MailError::new(MailErrorKind::Denied, Step::Login, words));
        }
        // lettre keeps copies of its own that it does not wipe.
        let credentials = Credentials::new(user, password.expose().to_owned());
        let limit = self.settings.timeout;
        let told = timed(
            limit,
            Step::Login,
            self.connection.auth(&known, &credentials),
        )
        .await?;
        match told {
            Ok(_) => answered(&self.ear.heard(), Step::Login, 235),
            Err(error) => Err(failed(&self.ear, Step::Login, &error, None)),
        }
    }

    /// One command and its answer.
    async fn say(
        &mut self,
        step: Step,
        command: impl std::fmt::Display,
        expected: u16,
    ) -> Result<(), MailError> {
        let limit = self.settings.timeout;
        let told = match timed(limit, step, self.connection.command(command)).await {
            Ok(told) => told,
            Err(error) => {
                self.usable = false;
                return Err(error);
            }
        };
        let outcome = match told {
            Ok(_) => answered(&self.ear.heard(), step, expected),
            Err(error) => Err(failed(&self.ear, step, &error, Some(expected))),
        };
        self.judge(outcome)
    }

    /// After an answer that is none, or a goodbye, the connection is of no more use.
    fn judge<T>(&mut self, outcome: Result<T, MailError>) -> Result<T, MailError> {
        if let Err(error) = &outcome {
            let refused = error.code.is_some() && error.kind != MailErrorKind::Protocol;
            if !refused || error.code == Some(421) {
                self.usable = false;
            }
        }
        outcome
    }

    /// MAIL and RCPT.
    pub async fn envelope(&mut self, envelope: &Envelope) -> Result<(), MailError> {
        let address = |text: &str, step| {
            text.parse::<Address>()
                .map_err(|_| MailError::new(MailErrorKind::Protocol, step, "not an address"))
        };
        let from = address(envelope.from.as_str(), Step::Sender)?;
        let to = address(envelope.to.as_str(), Step::Recipient)?;
        // A report of failure brings the headers back, never the body with its password.
        let headers_only = MailParameter::Other {
            keyword: "RET".to_owned(),
            value: Some("HDRS".to_owned()),
        };
        let on_failure = RcptParameter::Other {
            keyword: "NOTIFY".to_owned(),
            value: Some("FAILURE".to_owned()),
        };
        let mail = Mail::new(
            Some(from),
            self.dsn.then_some(headers_only).into_iter().collect(),
        );
        self.say(Step::Sender, mail, 250).await?;
        let rcpt = Rcpt::new(to, self.dsn.then_some(on_failure).into_iter().collect());
        match self.say(Step::Recipient, rcpt.clone(), 250).await {
            // 251: "user not local; will forward" is a yes too.
            Err(error) if error.code == Some(251) => {
                self.usable = true;
                Ok(())
            }
            other => other,
        }
    }

    /// DATA, the message, its dot, the answer.
    pub async fn deliver(&mut self, message: &Message) -> Result<Receipt, MailError> {
        self.say(Step::Data, Data, 354).await?;
        self.messages += 1;
        let limit = self.settings.timeout * 4;
        let sending = self.connection.message(message.expose());
        let outcome = match timed(limit, Step::Message, sending).await {
            Ok(Ok(_)) => answered(&self.ear.heard(), Step::Message, 250),
            Ok(Err(error)) => Err(failed(&self.ear, Step::Message, &error, Some(250))),
            Err(error) => Err(error),
        };
        let outcome = self.judge(outcome).map_err(|error| match error.kind {
            // A plain no is known to be one. All else came, or did not come, after the dot: nobody can tell.
            MailErrorKind::Temporary | MailErrorKind::Refused | MailErrorKind::Denied => error,
            _ => MailError {
                kind: MailErrorKind::OutcomeUnknown,
                ..error
            },
        });
        outcome.map(|()| Receipt {
            id: message.id().clone(),
            code: Some(250),
        })
    }

    /// Forgets the recipient (RSET).
    pub async fn reset(&mut self) -> Result<(), MailError> {
        self.say(Step::Sender, Rset, 250).await
    }

    /// Says goodbye, and does not wait long for the answer.
    pub async fn quit(&mut self) {
        self.usable = false;
        let _ = tokio::time::timeout(GOODBYE, self.connection.command(Quit)).await;
    }
}

/// What lettre's error means: the server's answer where there is a whole one, else what became of the line.
fn failed(
    ear: &Ear,
    step: Step,
    error: &lettre::transport::smtp::Error,
    expected: Option<u16>,
) -> MailError {
    let heard = ear.heard();
    if error.status().is_some()
        && heard.is_whole()
        && let Err(error) = answered(&heard, step, expected.unwrap_or(0))
    {
        return error;
    }
    let garbled = std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<std::io::Error>())
        .filter(|io| io.kind() == std::io::ErrorKind::InvalidData)
        .map(ToString::to_string);
    match garbled {
        Some(why) => MailError::new(MailErrorKind::Protocol, step, why),
        None if heard.ended || !error.is_response() => lost(step),
        None => MailError::new(MailErrorKind::Protocol, step, ""),
    }
}
