//! One message, whole: headers and bodies as they cross the wire. The one place that makes them.

use crate::domain::mail_address::{MailAddress, Mailbox, header_words};
use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox as LettreMailbox, MultiPart, SinglePart};
use sha2::{Digest as _, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// Most characters of a subject.
const LONGEST_SUBJECT: usize = 180;

/// Most octets of a line without its end (RFC 5322 section 2.1.1).
const LONGEST_LINE: usize = 998;

/// The name of one message in the whole world (RFC 5322 section 3.6.4), chosen by us and not by chance, so that a
/// message sent again is known for the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageId(String);

impl MessageId {
    /// The name of the `number`th message of a run to an account. Nothing of either can be read in it. `from` gives
    /// its domain, as RFC 5322 recommends.
    pub fn of(run: &str, account: &str, number: u32, from: &MailAddress) -> Self {
        let mut hash = Sha256::new();
        for part in [run.as_bytes(), account.as_bytes(), &number.to_be_bytes()] {
            // Each with its length: `ab`, `c` is not `a`, `bc`.
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let hex: String = digest.iter().take(16).map(|b| format!("{b:02x}")).collect();
        let domain = from.domain().to_ascii_lowercase();
        MessageId(format!("<entctl.{hex}@{domain}>"))
    }

    /// With its angle brackets, as it stands in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Letters and digits alone, fit for the name of a file and for ENVID (RFC 3461 section 4.4).
    pub fn token(&self) -> &str {
        let inside = self.0.trim_start_matches("<entctl.");
        inside.split('@').next().unwrap_or_default()
    }
}

/// What a message is made of. `Debug` is not derived: the bodies hold passwords.
pub struct Parts<'a> {
    /// Its name.
    pub id: MessageId,
    /// When it was written.
    pub date: Timestamp,
    /// From whom.
    pub from: &'a Mailbox,
    /// Where an answer goes, if elsewhere.
    pub reply_to: Option<&'a Mailbox>,
    /// To whom.
    pub to: &'a Mailbox,
    /// Its subject; never a secret, since mail programs and logs show it.
    pub subject: &'a str,
    /// `fr` or `en` (RFC 3282).
    pub language: &'a str,
    /// The text.
    pub text: &'a str,
    /// The same as HTML, a whole page.
    pub html: &'a str,
}

/// A message that cannot be written: never seen with checked addresses. Says nothing of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the message cannot be written")]
pub struct NotAMessage;

/// A message as it crosses the wire, 7 bits (so that no server has to offer 8BITMIME), lines short enough. `Debug`
/// prints its name and its size.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    id: MessageId,
    bytes: Zeroizing<Vec<u8>>,
}

impl Message {
    /// Writes a message: text and HTML as alternatives, and the headers that keep holiday notices from answering
    /// (`Auto-Submitted`, RFC 3834). The same parts give the same bytes.
    ///
    /// # Errors
    /// [`NotAMessage`].
    pub fn compose(parts: &Parts<'_>) -> Result<Self, NotAMessage> {
        let boundary = format!("entctl-{}", parts.id.token());
        let single = |kind: ContentType, body: &str| {
            SinglePart::builder().header(kind).body(body.to_owned())
        };
        let bodies = MultiPart::alternative()
            .boundary(boundary)
            .singlepart(single(ContentType::TEXT_PLAIN, parts.text))
            .singlepart(single(ContentType::TEXT_HTML, parts.html));
        let raw = |name: &'static str, value: &str| {
            HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
        };
        let mut builder = lettre::Message::builder()
            .message_id(Some(parts.id.as_str().to_owned()))
            .date(parts.date.into())
            .from(mailbox(parts.from)?)
            .to(mailbox(parts.to)?)
            .subject(header_words(parts.subject, LONGEST_SUBJECT));
        if let Some(reply_to) = parts.reply_to {
            builder = builder.reply_to(mailbox(reply_to)?);
        }
        let message = builder
            .raw_header(raw("Auto-Submitted", "auto-generated"))
            .raw_header(raw("Content-Language", &header_words(parts.language, 16)))
            .multipart(bodies)
            .map_err(|_| NotAMessage)?;
        Message::new(parts.id.clone(), message.formatted())
    }

    /// Takes the bytes of a message.
    ///
    /// # Errors
    /// [`NotAMessage`] where they are not 7 bits or a line is too long.
    fn new(id: MessageId, bytes: Vec<u8>) -> Result<Self, NotAMessage> {
        let bytes = Zeroizing::new(bytes);
        let fits = bytes.is_ascii()
            && bytes
                .split(|b| *b == b'\n')
                .all(|line| line.strip_suffix(b"\r").unwrap_or(line).len() <= LONGEST_LINE);
        if fits {
            Ok(Message { id, bytes })
        } else {
            Err(NotAMessage)
        }
    }

    /// Its name.
    pub fn id(&self) -> &MessageId {
        &self.id
    }

    /// All of it. Every call is a place where a password may leave.
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({}, {} octets)", self.id.0, self.bytes.len())
    }
}

/// A name with a line break would make lettre panic, one with NUL would make the header vanish:
/// [`header_words`] leaves neither.
fn mailbox(mailbox: &Mailbox) -> Result<LettreMailbox, NotAMessage> {
    let address = mailbox.address.as_str().parse().map_err(|_| NotAMessage)?;
    let name = mailbox.name.as_deref().map(|name| header_words(name, 120));
    Ok(LettreMailbox::new(
        name.filter(|name| !name.is_empty()),
        address,
    ))
}
