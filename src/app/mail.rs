//! How a profile sends mail: the adapter it names, its letters, its time zone.

use super::App;
use crate::config::{self, EXAMPLE_FILE, MailSettings, MailWay, PasswordSource, Profile};
use crate::domain::secret::Password;
use crate::error::{CommandError, Result};
use crate::explain;
use crate::i18n::Text;
use crate::letters::Letters;
use crate::mail::MailServer;
use crate::mail::folder::MailFolder;
use crate::mail::pace::Paced;
use crate::mail::smtp::{Security, Settings, SmtpServer};
use jiff::tz::TimeZone;
use std::time::Duration;

/// All that is needed to write to people.
pub struct PostOffice {
    /// The profile's settings: sender, contact.
    pub settings: MailSettings,
    /// The mail server, at the profile's pace. Nothing is connected yet.
    pub server: Box<dyn MailServer>,
    /// The letters, checked.
    pub letters: Letters,
    /// The school's time zone.
    pub time_zone: TimeZone,
    /// Time limit of each step.
    pub timeout: Duration,
}

/// Where the way of sending names no time limit.
const TIMEOUT: Duration = Duration::from_secs(30);

impl App {
    /// Opens the post office of a profile: templates checked, password read. Nothing is connected.
    ///
    /// # Errors
    /// Exit 2: `mail-not-configured`, `letters-invalid`, `mail-insecure`, those of
    /// [`config::read_password`]; `mail-certificate` where authorities cannot be read.
    pub fn post_office(&self, profile: &Profile) -> Result<PostOffice> {
        let settings = self.mail_settings(profile)?.clone();
        let letters = Letters::load(settings.templates.as_deref())?;
        let server: Box<dyn MailServer> = match &settings.way {
            // No provider to be spared.
            MailWay::Folder(folder) => Box::new(MailFolder::new(folder.clone())),
            MailWay::Server {
                url,
                start_tls,
                ca_file,
                login,
                timeout,
            } => {
                let login = match login {
                    Some((user, source)) => {
                        Some((user.clone(), self.mail_password(user, source, profile)?))
                    }
                    None => None,
                };
                let security = match (url.implicit_tls, start_tls) {
                    (true, _) => Security::Implicit,
                    (false, true) => Security::StartTls,
                    (false, false) => Security::Plain,
                };
                let machine = rustix::system::uname();
                let server = SmtpServer::new(Settings {
                    host: url.host.clone(),
                    port: url.port,
                    security,
                    ca_file: ca_file.clone(),
                    login,
                    timeout: *timeout,
                    own_name: machine.nodename().to_string_lossy().into_owned(),
                })
                .map_err(|error| explain::mail(&error))?;
                Box::new(Paced::new(Box::new(server), settings.max_per_minute))
            }
        };
        let timeout = match &settings.way {
            MailWay::Server { timeout, .. } => *timeout,
            MailWay::Folder(_) => TIMEOUT,
        };
        Ok(PostOffice {
            timeout,
            time_zone: settings.time_zone.clone().unwrap_or_else(TimeZone::system),
            settings,
            server,
            letters,
        })
    }

    /// How a profile sends mail; nothing is opened.
    ///
    /// # Errors
    /// Exit 2, `mail-not-configured`.
    pub fn mail_settings<'a>(&self, profile: &'a Profile) -> Result<&'a MailSettings> {
        profile.mail.as_ref().ok_or_else(|| {
            CommandError::usage(
                "mail-not-configured",
                Text::new("mail-not-configured").with("profile", &profile.name),
            )
            .hint(
                Text::new("mail-not-configured-hint")
                    .with("section", format!("[profiles.{}.mail]", profile.name))
                    .with("example", EXAMPLE_FILE),
            )
        })
    }

    fn mail_password(
        &self,
        user: &str,
        source: &PasswordSource,
        profile: &Profile,
    ) -> Result<Password> {
        config::read_password(source, &mut || {
            if !self.printer.can_ask() {
                return Err(CommandError::usage(
                    "password-prompt-impossible",
                    Text::new("app-password-prompt-impossible").with("profile", &profile.name),
                )
                .hint(Text::new("app-password-prompt-impossible-hint")));
            }
            self.ask_secret(&Text::new("mail-ask-password").with("user", user))
        })
    }
}
