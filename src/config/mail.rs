//! `[profiles.NAME.mail]`: how a profile sends mail.

use super::build::{PASSWORD_KEYS, Reader, inherited, password_keys, password_source};
use super::check::Table;
use super::keys::{KEYS, Section};
use super::mail_url::MailUrl;
use super::model::PasswordSource;
use super::problem::{Fault, Problem};
use crate::domain::mail_address::Mailbox;
use jiff::tz::TimeZone;
use std::path::PathBuf;
use std::time::Duration;

/// How a profile sends mail.
#[derive(Debug, Clone, PartialEq)]
pub struct MailSettings {
    /// Which way.
    pub way: MailWay,
    /// From whom mails come.
    pub from: Mailbox,
    /// Where answers go, if elsewhere.
    pub reply_to: Option<Mailbox>,
    /// Whom people may ask, as it stands in the mails.
    pub contact: Option<String>,
    /// Folder of the school's own templates.
    pub templates: Option<PathBuf>,
    /// Most recipients a minute.
    pub max_per_minute: u32,
    /// The school's time zone; `None` is the machine's.
    pub time_zone: Option<TimeZone>,
    /// How long a temporary password works.
    pub valid_for: Duration,
    /// Whether a temporary password may go to an address that other accounts have too.
    pub shared_addresses: bool,
    /// Most temporary passwords of one account in [`MailSettings::account_period`].
    pub max_per_account: u64,
    /// What they are counted in.
    pub account_period: Duration,
    /// Whether somebody whose one account an administrator changes is told by mail without being asked for.
    pub notices: bool,
}

/// Which way mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailWay {
    /// To a mail server.
    Server {
        /// Its address.
        url: MailUrl,
        /// Whether `smtp://` is turned to TLS first (RFC 3207): always for another machine, for this one where the
        /// configuration says so.
        start_tls: bool,
        /// Certificate authorities to trust, PEM.
        ca_file: Option<PathBuf>,
        /// The name to log in with, and where its password comes from.
        login: Option<(String, PasswordSource)>,
        /// Time limit of each step.
        timeout: Duration,
    },
    /// Into a folder, as files: for trying out.
    Folder(PathBuf),
}

/// The mail settings of a profile: its own, else those at the top, key by key; `Some(None)` where there are none,
/// `None` where there are mistakes.
pub(super) fn read(
    profile: &Table,
    top: &Table,
    problems: &mut Vec<Problem>,
) -> Option<Option<MailSettings>> {
    let named = |table: &Table| table.has("server") || table.has("folder");
    let own = profile.table("mail");
    let both: Vec<&Table> = own.into_iter().chain(top.table("mail")).collect();
    let Some(mail) = both.iter().copied().find(|table| named(table)) else {
        return match own {
            // Settings of a way that is nowhere named.
            Some(own) => {
                problems.push(missing(own, "server"));
                None
            }
            None => Some(None),
        };
    };
    let before = problems.len();
    if mail.has("server") && mail.has("folder") {
        problems.push(mail.problem("folder", Fault::Conflicts { other: "server" }));
    }
    // A name and password go to the server they were written for: those at the top never to a profile's own.
    let own_login = own.filter(|own| own.has("user") || PASSWORD_KEYS.iter().any(|k| own.has(k)));
    let login = login(own_login.unwrap_or(mail), problems);
    if !both.iter().any(|table| table.has("from")) {
        problems.push(missing(mail, "from"));
    }
    if problems.len() > before {
        return None;
    }
    let reader = Reader(mail);
    let way = match reader.path("folder") {
        Some(folder) => MailWay::Folder(folder),
        None => {
            let url = reader.mail_server("server")?;
            let asked = inherited(profile, top, "mail", |read| read.flag("start_tls"));
            MailWay::Server {
                start_tls: !url.implicit_tls && (!url.is_local() || asked.unwrap_or(false)),
                url,
                ca_file: inherited(profile, top, "mail", |read| read.path("ca_file")),
                login,
                timeout: inherited(profile, top, "mail", |read| read.seconds("timeout"))
                    .unwrap_or(Duration::from_secs(30)),
            }
        }
    };
    Some(Some(MailSettings {
        way,
        from: inherited(profile, top, "mail", |read| read.mailbox("from"))?,
        reply_to: inherited(profile, top, "mail", |read| read.mailbox("reply_to")),
        contact: inherited(profile, top, "mail", |read| read.text("contact")),
        templates: inherited(profile, top, "mail", |read| read.path("templates")),
        max_per_minute: inherited(profile, top, "mail", |read| read.integer("max_per_minute"))
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(60),
        time_zone: inherited(profile, top, "mail", |read| read.time_zone("time_zone")),
        valid_for: inherited(profile, top, "mail", |read| read.seconds("valid_for"))
            .unwrap_or(Duration::from_secs(24 * 3600)),
        shared_addresses: inherited(profile, top, "mail", |read| read.text("shared_address"))
            .is_some_and(|policy| policy == "list"),
        max_per_account: inherited(profile, top, "mail", |read| read.integer("max_per_account"))
            .unwrap_or(3),
        account_period: inherited(profile, top, "mail", |read| read.seconds("account_period"))
            .unwrap_or(Duration::from_secs(3600)),
        notices: inherited(profile, top, "mail", |read| read.flag("notices")).unwrap_or(true),
    }))
}

/// A name needs no password in the file: it is asked for. A password without a name is a mistake.
fn login(table: &Table, problems: &mut Vec<Problem>) -> Option<(String, PasswordSource)> {
    let named = password_keys(table, problems);
    if let (Some(first), false) = (named.first(), table.has("user")) {
        problems.push(table.problem(first, Fault::Needs { other: "user" }));
    }
    let read = Reader(table);
    Some((read.text("user")?, password_source(&read, &named)?))
}

fn missing(table: &Table, name: &'static str) -> Problem {
    let expected = KEYS
        .iter()
        .find(|key| key.section == Section::Mail && key.name == name)
        .map(|key| key.kind.expected())
        .unwrap_or_else(super::value::table_expected);
    table.problem(name, Fault::Missing { expected })
}
