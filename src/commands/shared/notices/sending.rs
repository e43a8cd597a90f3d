//! One notice: its letter, its message, and a mail server that is not waited for long.

use super::Mail;
use crate::app::{App, Office, PostOffice};
use crate::commands::shared::{Correspondence, login_of, message};
use crate::domain::account::Account;
use crate::domain::notice::Subject;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::history::RunId;
use crate::i18n::Text;
use crate::letters::About;
use crate::mail::{Envelope, MailError, MailErrorKind, Message};
use std::time::Duration;

/// What is needed to write notices.
pub(super) struct Ready {
    pub(super) post: PostOffice,
    writing: Correspondence,
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
            writing: Correspondence::new(app, office, accounts).await?,
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
        let (at, to) = (app.now(), (&mail.account, &mail.notice.to));
        let about = match mail.notice.subject {
            Subject::Password => About::PasswordChanged {
                login: login_of(&mail.account),
            },
            Subject::Addresses(what) => About::AddressChanged {
                address: &mail.notice.to,
                what,
            },
        };
        let languages = mail.languages.as_deref();
        let letter = self
            .writing
            .letter(&self.post, &mail.account, languages, at, about)?;
        message(&self.post, run, mail.number, at, to, &letter)
    }
}
