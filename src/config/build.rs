//! Checked tables made into settings: defaults, what a profile takes from the top of the file, and the
//! rules between several keys.

use super::check::{Document, Table};
use super::keys::{ALIAS_WAYS, KEYS, Key, Section};
use super::model::*;
use super::problem::{Fault, Problem};
use super::url::{Scheme, ServerUrl};
use super::value::Value;
use crate::domain::account::Role;
use crate::domain::dn::Dn;
use crate::domain::expiry::AtEnd;
use crate::domain::limits::ChangeLimit;
use crate::domain::password::Style;
use crate::i18n::Language;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where syslog(3) finds the system log: rsyslog, syslog-ng and journald all listen there.
const SYSTEM_LOG: &str = "/dev/log";

/// The profiles of a checked file, and the mistakes that show only when keys are seen together. Profiles
/// with mistakes are left out.
pub fn build(document: &Document, file: &Path, problems: &mut Vec<Problem>) -> Config {
    let top = Reader(&document.top);
    Config {
        language: top.text("language").and_then(|word| {
            Language::ALL
                .into_iter()
                .find(|language| language.as_str() == word)
        }),
        default_profile: top.text("default_profile"),
        profiles: document
            .profiles
            .iter()
            .filter_map(|(name, table)| {
                profile(name, table, &document.top, file, problems)
                    .map(|profile| (name.clone(), profile))
            })
            .collect(),
        source: Some(file.to_owned()),
        looked_for: Some(file.to_owned()),
        warnings: Vec::new(),
    }
}

/// A table's values by type.
pub(super) struct Reader<'a>(pub &'a Table);

macro_rules! reader {
    ($name:ident, $variant:ident, $type:ty) => {
        pub fn $name(&self, name: &str) -> Option<$type> {
            match self.0.value(name)? {
                Value::$variant(value) => Some(value.clone()),
                _ => None,
            }
        }
    };
}

impl Reader<'_> {
    reader!(text, Text, String);
    reader!(flag, Flag, bool);
    reader!(texts, Texts, Vec<String>);
    reader!(path, Path, PathBuf);
    reader!(dn, Dn, Dn);
    reader!(seconds, Seconds, Duration);
    reader!(integer, Integer, u64);
    reader!(filter, Filter, crate::domain::filter::Filter);
    reader!(template, Template, LoginTemplate);
    reader!(limit, Limit, ChangeLimit);
    reader!(mail_server, MailServer, super::mail_url::MailUrl);
    reader!(mailbox, Mailbox, crate::domain::mail_address::Mailbox);
    reader!(time_zone, TimeZone, jiff::tz::TimeZone);

    fn size(&self, name: &str) -> Option<usize> {
        self.integer(name)
            .and_then(|size| usize::try_from(size).ok())
    }
}

fn profile(
    name: &str,
    table: &Table,
    top: &Table,
    file: &Path,
    problems: &mut Vec<Problem>,
) -> Option<Profile> {
    let read = Reader(table);
    certificate_pair(table, problems);
    let authentication = authentication(table, problems);
    start_tls(table, problems);
    let mail = super::mail::read(table, top, problems);
    let base_dn = read.dn("base_dn")?;
    let base = |name: &str| read.dn(name).unwrap_or_else(|| base_dn.clone());
    Some(Profile {
        name: name.to_owned(),
        source: file.to_owned(),
        urls: read.texts("urls")?,
        start_tls: read.flag("start_tls").unwrap_or(false),
        ca_file: read.path("ca_file"),
        client_certificate: read.path("client_certificate"),
        client_key: read.path("client_key"),
        allow_plaintext_password: read.flag("allow_plaintext_password").unwrap_or(false),
        people_base: base("people_base"),
        structures_base: base("structures_base"),
        groups_base: base("groups_base"),
        base_dn,
        schema: match read.text("schema").as_deref() {
            Some("inetorgperson") => SchemaPreset::InetOrgPerson,
            _ => SchemaPreset::Sdet,
        },
        attributes: table
            .table("attributes")
            .into_iter()
            .flat_map(Table::values)
            .filter_map(|(name, value)| match value {
                Value::Texts(names) => Some((name.to_owned(), names.clone())),
                _ => None,
            })
            .collect(),
        schools: read.texts("schools"),
        classes: read.texts("classes").unwrap_or_default(),
        roles: read
            .texts("roles")
            .unwrap_or_default()
            .iter()
            .filter_map(|word| Role::ALL.into_iter().find(|role| role.as_str() == word))
            .collect(),
        commands: read.texts("commands"),
        history: read.path("history"),
        syslog: match read.flag("syslog") {
            Some(false) => None,
            Some(true) => Some(PathBuf::from(SYSTEM_LOG)),
            None => read
                .path("syslog")
                .or_else(|| Some(PathBuf::from(SYSTEM_LOG))),
        },
        connect_timeout: read
            .seconds("connect_timeout")
            .unwrap_or(Duration::from_secs(5)),
        operation_timeout: read
            .seconds("operation_timeout")
            .unwrap_or(Duration::from_secs(30)),
        page_size: read
            .integer("page_size")
            .and_then(|size| u32::try_from(size).ok())
            .unwrap_or(1000),
        window: read.size("window").unwrap_or(128),
        transactions: read
            .text("transactions")
            .and_then(|word| Transactions::of(&word))
            .unwrap_or_default(),
        transaction_changes: read.size("transaction_changes").unwrap_or(1000),
        protected: read.filter("protected"),
        user_dn_template: read.template("user_dn_template"),
        policy_dn: read.dn("policy_dn"),
        authentication: authentication?,
        redirect: redirect(table, problems),
        recovery: recovery(table),
        passwords: passwords(table, top),
        slips: SlipSettings {
            ent_url: inherited(table, top, "slips", |read| read.text("ent_url")),
            help: inherited(table, top, "slips", |read| read.text("help")),
        },
        limits: LimitSettings {
            max_changes: inherited(table, top, "limits", |read| read.limit("max_changes")),
            max_shrink: inherited(table, top, "limits", |read| read.limit("max_shrink")),
        },
        mail: mail?,
        login_page: super::login_page::read(table),
        join: super::join::read(table),
    })
}

/// A value of a table of the profile, else of the table of the same name at the top.
pub(super) fn inherited<T>(
    profile: &Table,
    top: &Table,
    table: &str,
    get: impl Fn(&Reader<'_>) -> Option<T>,
) -> Option<T> {
    [profile, top]
        .into_iter()
        .filter_map(|from| from.table(table))
        .find_map(|found| get(&Reader(found)))
}

fn passwords(table: &Table, top: &Table) -> PasswordSettings {
    let style = inherited(table, top, "passwords", |read| read.text("style"));
    let minimum = inherited(table, top, "passwords", |read| {
        read.integer("minimum_length")
    });
    PasswordSettings {
        style: style
            .and_then(|style| style.parse().ok())
            .unwrap_or(Style::Words),
        minimum_length: minimum.and_then(|n| usize::try_from(n).ok()).unwrap_or(6),
        at_end: inherited(table, top, "passwords", |read| read.text("at_end"))
            .and_then(|word| AtEnd::of(&word))
            .unwrap_or_default(),
    }
}

/// The way is what all the others are about, and a value needs its attribute.
fn redirect(table: &Table, problems: &mut Vec<Problem>) -> Option<RedirectSettings> {
    let found = table.table("redirect")?;
    let read = Reader(found);
    let Some(way) = read.text("way") else {
        if !found.has("way")
            && let Some(key) = key(Section::Redirect, "way")
        {
            let expected = key.kind.expected();
            problems.push(found.problem("way", Fault::Missing { expected }));
        }
        return None;
    };
    let keep_copy = read.text("keep_copy");
    if keep_copy.as_deref() == Some("value") {
        if !found.has("copy_attribute") {
            let other = "copy_attribute";
            problems.push(found.problem("keep_copy", Fault::Needs { other }));
        }
        if !found.has("copy_value") && !found.has("no_copy_value") {
            let other = "copy_value";
            problems.push(found.problem("keep_copy", Fault::Needs { other }));
        }
    }
    let apart = ALIAS_WAYS.contains(&way.as_str());
    if apart && !found.has("aliases") {
        let other = "aliases";
        problems.push(found.problem("way", Fault::Needs { other }));
    }
    for name in ["copy_attribute", "copy_value", "no_copy_value"] {
        if found.has(name) && !found.has("keep_copy") {
            let other = "keep_copy";
            problems.push(found.problem(name, Fault::Needs { other }));
        }
    }
    let list = |name: &str| read.texts(name).unwrap_or_default();
    Some(RedirectSettings {
        way,
        address: list("address"),
        attribute: read.text("attribute"),
        class: read.text("class"),
        several: read.flag("several"),
        aliases: read.dn("aliases"),
        keep_copy,
        copy_attribute: read.text("copy_attribute"),
        copy_value: read.text("copy_value"),
        no_copy_value: read.text("no_copy_value"),
        own_domains: list("own_domains"),
        allowed_domains: list("allowed_domains"),
        forbidden_domains: list("forbidden_domains"),
    })
}

fn recovery(table: &Table) -> BTreeMap<Role, Vec<String>> {
    let Some(found) = table.table("recovery") else {
        return BTreeMap::new();
    };
    Role::ALL
        .into_iter()
        // Nobody sends a pupil a password.
        .filter(|role| *role != Role::Pupil)
        .filter_map(|role| Some((role, Reader(found).texts(role.as_str())?)))
        .collect()
}

/// A certificate is of no use without its key, and the other way round.
fn certificate_pair(table: &Table, problems: &mut Vec<Problem>) {
    for (one, other) in [
        ("client_certificate", "client_key"),
        ("client_key", "client_certificate"),
    ] {
        if table.has(one) && !table.has(other) {
            problems.push(table.problem(one, Fault::Needs { other }));
        }
    }
}

/// `start_tls` is about `ldap://` alone; beside `ldaps://` only it is a misunderstanding worth telling.
fn start_tls(table: &Table, problems: &mut Vec<Problem>) {
    let asked = table.value("start_tls") == Some(&Value::Flag(true));
    let urls = servers(table);
    if asked && !urls.is_empty() && urls.iter().all(|(_, url)| url.scheme != Scheme::Ldap) {
        problems.push(table.problem("start_tls", Fault::StartTlsUnused));
    }
}

fn servers(table: &Table) -> Vec<(String, ServerUrl)> {
    Reader(table)
        .texts("urls")
        .unwrap_or_default()
        .into_iter()
        .filter_map(|text| ServerUrl::parse(&text).map(|url| (text, url)))
        .collect()
}

/// The ways to give a password; at most one may be named.
pub(super) const PASSWORD_KEYS: [&str; 3] = ["password_file", "password_command", "password_env"];

fn authentication(table: &Table, problems: &mut Vec<Problem>) -> Option<Authentication> {
    let Some(bind) = table.table("bind") else {
        return Some(Authentication::Anonymous);
    };
    let before = problems.len();
    let read = Reader(bind);
    let method = match read.text("method") {
        Some(method) => method,
        // Wrong, and told already.
        None if bind.has("method") => return None,
        None if bind.has("dn") || PASSWORD_KEYS.iter().any(|key| bind.has(key)) => "simple".into(),
        None => "anonymous".into(),
    };
    let named = password_keys(bind, problems);
    if method == "simple" {
        if !bind.has("dn") {
            let expected = key(Section::Bind, "dn").map(|key| key.kind.expected())?;
            problems.push(bind.problem("dn", Fault::Missing { expected }));
        }
    } else {
        let other = if method == "external" {
            "method = \"external\""
        } else {
            "method = \"anonymous\""
        };
        for key in ["dn"].into_iter().chain(named.iter().copied()) {
            if bind.has(key) {
                problems.push(bind.problem(key, Fault::Conflicts { other }));
            }
        }
    }
    if method == "external" {
        external(table, bind, problems);
    }
    if problems.len() > before {
        return None;
    }
    match method.as_str() {
        "external" => Some(Authentication::External),
        "anonymous" => Some(Authentication::Anonymous),
        _ => Some(Authentication::Simple {
            dn: read.dn("dn")?,
            password: password_source(&read, &named)?,
        }),
    }
}

/// Which ways to give a password a table names; more than one is a mistake.
pub(super) fn password_keys(table: &Table, problems: &mut Vec<Problem>) -> Vec<&'static str> {
    let named: Vec<&'static str> = PASSWORD_KEYS
        .into_iter()
        .filter(|key| table.has(key))
        .collect();
    if let [first, others @ ..] = named.as_slice() {
        for key in others {
            problems.push(table.problem(key, Fault::Conflicts { other: first }));
        }
    }
    named
}

pub(super) fn password_source(read: &Reader<'_>, named: &[&str]) -> Option<PasswordSource> {
    match named.first() {
        None => Some(PasswordSource::Prompt),
        Some(&"password_file") => read.path("password_file").map(PasswordSource::File),
        Some(&"password_command") => read.texts("password_command").map(PasswordSource::Command),
        Some(_) => read.text("password_env").map(PasswordSource::Environment),
    }
}

/// EXTERNAL proves nothing unless the connection does: a client certificate over TLS, or `ldapi`.
fn external(table: &Table, bind: &Table, problems: &mut Vec<Problem>) {
    let certificate = table.has("client_certificate");
    let start_tls = table.value("start_tls") == Some(&Value::Flag(true));
    for (text, url) in servers(table) {
        let proven = match url.scheme {
            Scheme::Ldapi => true,
            Scheme::Ldaps => certificate,
            Scheme::Ldap => certificate && start_tls,
        };
        if !proven {
            problems.push(bind.problem("method", Fault::ExternalNeedsProof { url: text }));
        }
    }
}

fn key(section: Section, name: &str) -> Option<&'static Key> {
    KEYS.iter()
        .find(|key| key.section == section && key.name == name)
}
