//! The configuration once read: typed, complete with defaults, checked.

use crate::domain::account::Role;
use crate::domain::dn::Dn;
use crate::domain::expiry::AtEnd;
use crate::domain::filter::Filter;
use crate::domain::limits::ChangeLimit;
use crate::domain::password::Style;
use crate::i18n::{Language, Text};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Everything the configuration files say.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Language to speak where neither the command line nor the locale says.
    pub language: Option<Language>,
    /// Profile used where none is named.
    pub default_profile: Option<String>,
    /// The profiles by name: those of the file, and the sandboxes' where the name was free.
    pub profiles: BTreeMap<String, Profile>,
    /// The file read; `None` where there was none.
    pub source: Option<PathBuf>,
    /// Where the configuration was looked for, to name it when there is none.
    pub looked_for: Option<PathBuf>,
    /// Sandbox files that could not be used, each with its reason; told only when it matters, so that a
    /// broken sandbox never stops work on a real directory.
    pub warnings: Vec<Text>,
}

/// Whether many changes are written together, in one transaction (RFC 5805).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Transactions {
    /// Each change by itself.
    #[default]
    Off,
    /// Together, where that is safe; refused on a directory that replicates.
    Guarded,
    /// The same on a directory that replicates: whatever a failed transaction leaves on the replicas is accepted.
    GuardedAlthoughReplicated,
}

impl Transactions {
    /// The words of the key, in the order of their force.
    pub const WORDS: &'static [&'static str] = &["off", "guarded", "guarded-although-replicated"];

    /// By its word.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "off" => Some(Transactions::Off),
            "guarded" => Some(Transactions::Guarded),
            "guarded-although-replicated" => Some(Transactions::GuardedAlthoughReplicated),
            _ => None,
        }
    }
}

/// One directory, and how it is administered.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name: letters, digits, `.`, `-`, `_`; begins with a letter or a digit, so it can name a folder.
    pub name: String,
    /// The file it stands in.
    pub source: PathBuf,
    /// Servers, tried in this order; at least one, each accepted by [`super::url::ServerUrl::parse`].
    pub urls: Vec<String>,
    /// Whether `ldap://` connections are turned to TLS first (RFC 4511 section 4.14).
    pub start_tls: bool,
    /// Certificate authorities to trust, PEM.
    pub ca_file: Option<PathBuf>,
    /// Certificate shown to the server, PEM; there exactly where `client_key` is.
    pub client_certificate: Option<PathBuf>,
    /// Its private key, PEM.
    pub client_key: Option<PathBuf>,
    /// Whether a password may cross the network in clear text (see [`super::plaintext_refused`]).
    pub allow_plaintext_password: bool,
    /// The top of the ENT in the directory.
    pub base_dn: Dn,
    /// Where people are looked for.
    pub people_base: Dn,
    /// Where schools are looked for.
    pub structures_base: Dn,
    /// Where classes and groups are looked for.
    pub groups_base: Dn,
    /// Which attributes and classes the directory uses.
    pub schema: SchemaPreset,
    /// Attributes that differ from the preset: logical name to attribute names, in order.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Schools in scope by UAI; `None` is every school.
    pub schools: Option<Vec<String>>,
    /// Classes the profile is narrowed to, by name; every class where empty.
    pub classes: Vec<String>,
    /// Roles the profile is narrowed to; every role where empty.
    pub roles: Vec<Role>,
    /// Commands the profile is narrowed to, as patterns of [`super::verbs`]; `None` is every command.
    pub commands: Option<Vec<String>>,
    /// Folder of the history; `None` is the usual one.
    pub history: Option<PathBuf>,
    /// Socket of the system log, which is told of every change; `None` tells nobody.
    pub syslog: Option<PathBuf>,
    /// Time limit to connect, TLS included.
    pub connect_timeout: Duration,
    /// Time limit of one request.
    pub operation_timeout: Duration,
    /// Entries asked for at a time (RFC 2696), 1 to 10 000.
    pub page_size: u32,
    /// Most writes on their way to the server at once.
    pub window: usize,
    /// Whether many changes are written together as one.
    pub transactions: Transactions,
    /// Most changes written together as one.
    pub transaction_changes: usize,
    /// Accounts that are never touched.
    pub protected: Option<Filter>,
    /// How a person's name in the directory follows from the login.
    pub user_dn_template: Option<LoginTemplate>,
    /// The entry of the password policy; `None` is found by asking the directory.
    pub policy_dn: Option<Dn>,
    /// As whom entctl works.
    pub authentication: Authentication,
    /// How mail is redirected; `None` where the profile does not say.
    pub redirect: Option<RedirectSettings>,
    /// Where recovery addresses stand, by role; the usual places where a role is not named.
    pub recovery: BTreeMap<Role, Vec<String>>,
    /// New passwords.
    pub passwords: PasswordSettings,
    /// Printed slips.
    pub slips: SlipSettings,
    /// Safety limits.
    pub limits: LimitSettings,
    /// How mail is sent; `None` where the profile has no way to.
    pub mail: Option<super::mail::MailSettings>,
    /// What a login page may ask for; `None` where it may ask for nothing.
    pub login_page: Option<super::login_page::LoginPageSettings>,
    /// How accounts of one person are joined.
    pub join: super::join::JoinSettings,
}

impl Profile {
    /// Whether a command, such as `password reset`, may be used with this profile.
    pub fn allows(&self, verb: &str) -> bool {
        self.commands.as_ref().is_none_or(|patterns| {
            patterns
                .iter()
                .any(|pattern| super::verbs::covers(pattern, verb))
        })
    }
}

/// Which attributes and classes a directory uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaPreset {
    /// The national schema of the ENT (annex of the SDET).
    Sdet,
    /// Plain `inetOrgPerson` (RFC 2798).
    InetOrgPerson,
}

impl SchemaPreset {
    /// The name in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            SchemaPreset::Sdet => "sdet",
            SchemaPreset::InetOrgPerson => "inetorgperson",
        }
    }
}

/// As whom entctl works (RFC 4513 section 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authentication {
    /// A name and a password.
    Simple {
        /// The account.
        dn: Dn,
        /// Where its password comes from.
        password: PasswordSource,
    },
    /// What the connection itself proves: a client certificate, or the Unix user behind `ldapi`
    /// (SASL EXTERNAL, RFC 4422 appendix A).
    External,
    /// Nobody.
    Anonymous,
}

/// Where a password comes from; never the configuration itself, never the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordSource {
    /// Asked for at the terminal.
    Prompt,
    /// The first line of a file that only its owner may read.
    File(PathBuf),
    /// The first line a program writes: the program, then its arguments; never empty.
    Command(Vec<String>),
    /// An environment variable.
    Environment(String),
}

/// How new passwords look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordSettings {
    /// Their style.
    pub style: Style,
    /// Least length in characters; the directory's policy may ask for more.
    pub minimum_length: usize,
    /// What becomes of a temporary password that was not used by its end.
    pub at_end: AtEnd,
}

/// What is printed on slips beside login and password.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SlipSettings {
    /// Where one logs in.
    pub ent_url: Option<String>,
    /// Free text: whom to ask, what to do first.
    pub help: Option<String>,
}

/// How mail is redirected: the way's name, and what differs from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RedirectSettings {
    /// One of [`super::keys::REDIRECT_WAYS`].
    pub way: String,
    /// Attributes of ENT addresses; the mail addresses where empty.
    pub address: Vec<String>,
    /// Another attribute for where mail goes.
    pub attribute: Option<String>,
    /// Another auxiliary class.
    pub class: Option<String>,
    /// Whether there may be several addresses.
    pub several: Option<bool>,
    /// Where redirects stand that have entries of their own.
    pub aliases: Option<Dn>,
    /// How a copy in the ENT mailbox is said: `never`, `own-address`, `value`.
    pub keep_copy: Option<String>,
    /// With `value`: the attribute.
    pub copy_attribute: Option<String>,
    /// With `value`: what says that a copy is kept.
    pub copy_value: Option<String>,
    /// With `value`: what says that none is.
    pub no_copy_value: Option<String>,
    /// The ENT's own domains.
    pub own_domains: Vec<String>,
    /// Where a redirect may lead; anywhere where empty.
    pub allowed_domains: Vec<String>,
    /// Where none may lead.
    pub forbidden_domains: Vec<String>,
}

/// Safety limits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LimitSettings {
    /// Most changes of one run; `None` is no limit.
    pub max_changes: Option<ChangeLimit>,
    /// How much shorter than before a file may be that says how everything is to be; `None` is the usual fifth.
    pub max_shrink: Option<ChangeLimit>,
}

/// A person's name in the directory made from a login: `attribute={login},parent`.
///
/// The login stands for a whole attribute value and is escaped, so what is typed can never move the name
/// to another place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginTemplate {
    attribute: String,
    parent: Dn,
}

impl LoginTemplate {
    /// Reads `uid={login},ou=personnes,dc=ent,dc=fr`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (attribute, parent) = text.split_once("={login},")?;
        let attribute = attribute.trim();
        let parent = Dn::parse(parent).ok()?;
        (super::value::is_attribute_name(attribute)
            && !parent.as_str().contains("{login}")
            && !parent.normalized().is_empty())
        .then(|| LoginTemplate {
            attribute: attribute.to_owned(),
            parent,
        })
    }

    /// The name for this login.
    pub fn dn_for(&self, login: &str) -> Dn {
        self.parent.child(&self.attribute, login)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_cannot_move_the_name() {
        let template =
            LoginTemplate::parse("uid={login},ou=personnes,dc=ent,dc=test").expect("template");
        let dn = template.dn_for("x,ou=admins");
        assert_eq!(
            dn.as_str(),
            r"uid=x\,ou\=admins,ou=personnes,dc=ent,dc=test"
        );
        for text in [
            "uid={login}",
            "uid={login},",
            "uid=a{login},dc=test",
            "uid={user},dc=test",
            "{login},dc=test",
            "uid={login},dc={login}",
            "u d={login},dc=test",
        ] {
            assert_eq!(LoginTemplate::parse(text), None, "{text}");
        }
    }
}
