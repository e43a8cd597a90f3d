//! One notice: its letter, its message, and a mail server that is not waited for long.

use super::Mail;
use crate::app::{App, Office, PostOffice};
use crate::commands::shared::{language_of, login_of, schools_of};
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::domain::mail_address::Mailbox;
use crate::domain::notice::Subject;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::history::RunId;
use crate::i18n::{Language, Text};
use crate::letters::{About, Facts, Letter};
use crate::mail::message::Parts;
use crate::mail::{Envelope, MailError, MailErrorKind, Message, MessageId};
use std::collections::BTreeMap;
use std::time::Duration;

/// What is needed to write notices.
pub(super) struct Ready {
    pub(super) post: PostOffice,
    schools: BTreeMap<Dn, String>,
    language: Language,
    ent_url: Option<String>,
}

/// A notice that did not go out.
pub(super) struct Failed {
    pub(super) error: CommandError,
    /// Whether the next one would fare no better.
    pub(super) is_the_servers: bool,
}

impl From<CommandError> for Failed {
    fn from(error: CommandError) -> Self {
        Failed {
            error,
            is_the_servers: false,
        }
    }
}

impl From<MailError> for Failed {
    fn from(error: MailError) -> Self {
        let one = error.kind.concerns_one_recipient() || error.kind == MailErrorKind::Temporary;
        Failed {
            error: explain::mail(&error),
            is_the_servers: !one,
        }
    }
}

impl Ready {
    /// Templates, the password of the mail server, and the schools in whose name these are written to.
    pub(super) async fn new(app: &App, office: &Office, accounts: &[&Account]) -> Result<Ready> {
        Ok(Ready {
            post: app.post_office(&office.profile)?,
            schools: schools_of(office, accounts).await?,
            language: app.config()?.language.unwrap_or(Language::Fr),
            ent_url: office.profile.slips.ent_url.clone(),
        })
    }

    /// Writes one notice and hands it over, once. A server that takes longer for all of it than it may for one step
    /// is given up: somebody is waiting, and the change stands already. `first`: nothing was sent before it.
    pub(super) async fn deliver(
        &self,
        app: &App,
        run: &RunId,
        mail: &Mail,
        first: bool,
    ) -> Result<(), Failed> {
        let message = self.message(app, run, mail)?;
        let envelope = Envelope {
            from: self.post.settings.from.address.clone(),
            to: mail.notice.to.clone(),
        };
        let turn = Duration::from_secs(60) / self.post.settings.max_per_minute.max(1);
        let patience = self.post.timeout + if first { Duration::ZERO } else { turn };
        let conversation = async {
            let accepted = self.post.server.open(&envelope).await?;
            accepted.deliver(&message).await
        };
        match tokio::time::timeout(patience, conversation).await {
            Ok(answer) => answer.map(drop).map_err(Failed::from),
            Err(_) => Err(Failed {
                error: CommandError::new(
                    ExitStatus::Unreachable,
                    "mail-timeout",
                    Text::new("notices-too-long"),
                ),
                is_the_servers: true,
            }),
        }
    }

    fn message(&self, app: &App, run: &RunId, mail: &Mail) -> Result<Message> {
        let at = app.now();
        let letter = self.letter(mail, at)?;
        let from = &self.post.settings.from;
        Message::compose(&Parts {
            id: MessageId::of(
                run.as_str(),
                mail.account.dn.as_str(),
                mail.number,
                &from.address,
            ),
            date: at,
            from,
            reply_to: self.post.settings.reply_to.as_ref(),
            to: &Mailbox::new(&mail.account.display_name, mail.notice.to.clone()),
            subject: &letter.subject,
            language: letter.language.as_str(),
            text: &letter.text,
            html: &letter.html,
        })
        .map_err(|_| {
            CommandError::new(
                ExitStatus::Failed,
                "letters-not-written",
                Text::new("letters-not-written"),
            )
        })
    }

    fn letter(&self, mail: &Mail, at: jiff::Timestamp) -> Result<Letter> {
        let from = self.post.settings.from.name.as_deref();
        let school = self.schools.get(&mail.account.dn).map(String::as_str);
        let facts = Facts {
            school: school.or(from).unwrap_or("ENT"),
            person: &mail.account.display_name,
            contact: self.post.settings.contact.as_deref(),
            ent_url: self.ent_url.as_deref(),
            date: &at.to_zoned(self.post.time_zone.clone()),
            about: match mail.notice.subject {
                Subject::Password => About::PasswordChanged {
                    login: login_of(&mail.account),
                },
                Subject::Addresses(what) => About::AddressChanged {
                    address: &mail.notice.to,
                    what,
                },
            },
        };
        let language = language_of(mail.languages.as_deref(), self.language);
        self.post.letters.write(&facts, language)
    }
}
