//! One TOML value read as what its key takes.

use super::filter_syntax;
use super::keys::Kind;
use super::mail_url::MailUrl;
use super::model::LoginTemplate;
use super::nearest::nearest;
use super::problem::Fault;
use super::url::ServerUrl;
use super::verbs;
use crate::domain::dn::Dn;
use crate::domain::filter::Filter;
use crate::domain::limits::ChangeLimit;
use crate::domain::mail_address::{MailAddress, Mailbox};
use crate::domain::stretch::Stretch;
use crate::i18n::Text;
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeInteger, DeValue};

/// The longest time limit taken.
const LONGEST: Duration = Duration::from_secs(3600);

/// A value of the configuration, checked.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// [`Kind::Text`], [`Kind::Choice`], [`Kind::WebUrl`], [`Kind::Variable`], [`Kind::AttributeName`].
    Text(String),
    /// [`Kind::Boolean`], [`Kind::SystemLog`].
    Flag(bool),
    /// [`Kind::ServerUrls`], [`Kind::Uais`], [`Kind::AttributeNames`], [`Kind::Command`],
    /// [`Kind::ClassNames`], [`Kind::Choices`], [`Kind::Commands`], [`Kind::Domains`].
    Texts(Vec<String>),
    /// [`Kind::Path`], [`Kind::SystemLog`].
    Path(PathBuf),
    /// [`Kind::Dn`].
    Dn(Dn),
    /// [`Kind::Seconds`].
    Seconds(Duration),
    /// [`Kind::Integer`].
    Integer(u64),
    /// [`Kind::Filter`].
    Filter(Filter),
    /// [`Kind::LoginTemplate`].
    Template(LoginTemplate),
    /// [`Kind::ChangeLimit`].
    Limit(ChangeLimit),
    /// [`Kind::MailServer`].
    MailServer(MailUrl),
    /// [`Kind::Mailbox`].
    Mailbox(Mailbox),
    /// [`Kind::TimeZone`].
    TimeZone(TimeZone),
}

/// What relative paths start from.
#[derive(Debug, Clone)]
pub struct Surroundings<'a> {
    /// The configuration file's folder.
    pub folder: &'a Path,
    /// The home folder, for `~/`.
    pub home: Option<PathBuf>,
}

/// Faults with the byte offset of each.
pub type Faults = Vec<(usize, Fault)>;

/// Reads a value as its kind.
///
/// # Errors
/// Every fault of the value, those of each member of a list included.
pub fn read(
    kind: Kind,
    value: &Spanned<DeValue<'_>>,
    around: &Surroundings<'_>,
) -> Result<Value, Faults> {
    let at = value.span().start;
    let one = |fault| vec![(at, fault)];
    let value_ref = value.get_ref();
    match kind {
        Kind::Boolean => value_ref
            .as_bool()
            .map(Value::Flag)
            .ok_or_else(|| one(wrong_type(kind, value_ref))),
        Kind::SystemLog if value_ref.as_bool().is_some() => read(Kind::Boolean, value, around),
        Kind::Seconds => seconds(kind, value_ref).map_err(one),
        Kind::Integer { min, max } => match value_ref {
            DeValue::Integer(integer) => whole(integer)
                .filter(|n| (min..=max).contains(n))
                .map(Value::Integer)
                .ok_or_else(|| one(invalid(kind, integer.to_string()))),
            other => Err(one(wrong_type(kind, other))),
        },
        Kind::ChangeLimit => match value_ref {
            DeValue::Integer(integer) => whole(integer)
                .filter(|n| *n > 0)
                .map(|n| Value::Limit(ChangeLimit::Count(n)))
                .ok_or_else(|| one(invalid(kind, integer.to_string()))),
            DeValue::String(text) => text
                .parse()
                .map(Value::Limit)
                .map_err(|_| one(invalid(kind, text.to_string()))),
            other => Err(one(wrong_type(kind, other))),
        },
        Kind::ServerUrls
        | Kind::Uais
        | Kind::Command
        | Kind::ClassNames
        | Kind::Choices(_)
        | Kind::Domains
        | Kind::Commands => list(kind, value),
        Kind::AttributeNames if value_ref.is_str() => text(kind, value_ref, around)
            .map_err(one)
            .map(|value| match value {
                Value::Text(name) => Value::Texts(vec![name]),
                other => other,
            }),
        Kind::AttributeNames => list(kind, value),
        _ => text(kind, value_ref, around).map_err(one),
    }
}

fn wrong_type(kind: Kind, found: &DeValue<'_>) -> Fault {
    Fault::WrongType {
        expected: kind.expected(),
        found: found.type_str(),
    }
}

fn invalid(kind: Kind, given: String) -> Fault {
    Fault::Invalid {
        expected: kind.expected(),
        given: Some(given),
        nearest: None,
    }
}

/// A value that may well be a secret put in the wrong place.
fn invalid_hidden(kind: Kind) -> Fault {
    Fault::Invalid {
        expected: kind.expected(),
        given: None,
        nearest: None,
    }
}

fn whole(integer: &DeInteger<'_>) -> Option<u64> {
    i64::from_str_radix(integer.as_str(), integer.radix())
        .ok()
        .and_then(|n| u64::try_from(n).ok())
}

fn seconds(kind: Kind, value: &DeValue<'_>) -> Result<Value, Fault> {
    let (number, given) = match value {
        DeValue::Integer(integer) => (whole(integer).map(|n| n.to_string()), integer.to_string()),
        DeValue::Float(float) => (Some(float.as_str().to_owned()), float.to_string()),
        DeValue::String(text) => (
            text.strip_suffix('s').map(|n| n.trim_end().to_owned()),
            text.to_string(),
        ),
        other => return Err(wrong_type(kind, other)),
    };
    number
        .filter(|n| n.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        .and_then(|n| n.parse::<f64>().ok())
        .and_then(|n| Duration::try_from_secs_f64(n).ok())
        .filter(|limit| !limit.is_zero() && *limit <= LONGEST)
        .map(Value::Seconds)
        .ok_or_else(|| invalid(kind, given))
}

/// Kinds written as one string.
fn text(kind: Kind, value: &DeValue<'_>, around: &Surroundings<'_>) -> Result<Value, Fault> {
    let DeValue::String(text) = value else {
        return Err(wrong_type(kind, value));
    };
    let text: &str = text;
    let read = match kind {
        Kind::Text => (!text.trim().is_empty()).then(|| Value::Text(text.to_owned())),
        Kind::Choice(words) if !words.contains(&text) => {
            return Err(Fault::Invalid {
                expected: kind.expected(),
                given: Some(text.to_owned()),
                nearest: nearest(text, words.iter().copied()).map(str::to_owned),
            });
        }
        Kind::Choice(_) => Some(Value::Text(text.to_owned())),
        Kind::Path | Kind::SystemLog => path(text, around).map(Value::Path),
        Kind::WebUrl => is_web_url(text).then(|| Value::Text(text.to_owned())),
        // The root would be read by RFC 4514, and is no base for anything of ours.
        Kind::Dn => Dn::parse(text)
            .ok()
            .filter(|dn| !dn.normalized().is_empty())
            .map(Value::Dn),
        Kind::Filter => filter_syntax::check(text)
            .is_ok()
            .then(|| Value::Filter(Filter::Typed(text.to_owned()))),
        Kind::LoginTemplate => LoginTemplate::parse(text).map(Value::Template),
        Kind::AttributeNames | Kind::AttributeName => {
            is_attribute_name(text).then(|| Value::Text(text.to_owned()))
        }
        Kind::Variable if !is_variable_name(text) => return Err(invalid_hidden(kind)),
        Kind::Variable => Some(Value::Text(text.to_owned())),
        Kind::MailServer => MailUrl::parse(text).map(Value::MailServer),
        Kind::Mailbox => Mailbox::parse(text).map(Value::Mailbox),
        Kind::Stretch => text.parse::<Stretch>().ok().map(|s| Value::Seconds(s.0)),
        Kind::TimeZone => time_zone(text).map(Value::TimeZone),
        _ => None,
    };
    read.ok_or_else(|| match kind {
        // An address may hold `user:password@`.
        Kind::WebUrl | Kind::MailServer if text.contains('@') => invalid_hidden(kind),
        _ => invalid(kind, text.to_owned()),
    })
}

/// Kinds written as a list of strings.
fn list(kind: Kind, value: &Spanned<DeValue<'_>>) -> Result<Value, Faults> {
    let at = value.span().start;
    let Some(members) = value.get_ref().as_array() else {
        return Err(vec![(at, wrong_type(kind, value.get_ref()))]);
    };
    let mut faults = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for member in members {
        let at = member.span().start;
        let Some(text) = member.get_ref().as_str() else {
            faults.push((at, wrong_type(kind, member.get_ref())));
            continue;
        };
        let fits = match kind {
            Kind::ServerUrls => ServerUrl::parse(text).is_some(),
            Kind::Uais => is_uai(text),
            Kind::AttributeNames => is_attribute_name(text),
            Kind::ClassNames => !text.trim().is_empty(),
            Kind::Domains => is_domain(text),
            Kind::Choices(words) => words.contains(&text),
            Kind::Commands => verbs::is_known(text),
            // Arguments may be empty, the program not.
            _ => !texts.is_empty() || !text.is_empty(),
        };
        let near = match kind {
            Kind::Choices(words) => nearest(text, words.iter().copied()).map(str::to_owned),
            Kind::Commands => verbs::nearest_to(text),
            _ => None,
        };
        if fits {
            texts.push(text.to_owned());
        } else if near.is_some() {
            let fault = Fault::Invalid {
                expected: kind.expected(),
                given: Some(text.to_owned()),
                nearest: near,
            };
            faults.push((at, fault));
        } else if kind == Kind::Command || text.contains('@') {
            faults.push((at, invalid_hidden(kind)));
        } else {
            faults.push((at, invalid(kind, text.to_owned())));
        }
    }
    if members.is_empty() {
        faults.push((at, invalid(kind, "[]".to_owned())));
    }
    if faults.is_empty() {
        Ok(Value::Texts(texts))
    } else {
        Err(faults)
    }
}

/// A path from the file's folder; `~/` is the home, where there is one. NUL cannot stand in a path.
fn path(text: &str, around: &Surroundings<'_>) -> Option<PathBuf> {
    if text.is_empty() || text.contains('\0') {
        return None;
    }
    match text.strip_prefix("~/") {
        Some(rest) => Some(around.home.as_ref()?.join(rest)),
        None => Some(around.folder.join(text)),
    }
}

/// An `http` or `https` address that can be printed on a slip as it is.
fn is_web_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty()
            && !host.contains('@')
            && !rest.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}

/// A national school number: seven digits and a capital letter.
fn is_uai(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 8 && bytes[..7].iter().all(u8::is_ascii_digit) && bytes[7].is_ascii_uppercase()
}

/// A mail domain (RFC 5321 section 4.1.2), whole and without blanks around it.
fn is_domain(text: &str) -> bool {
    text.trim() == text && MailAddress::parse(&format!("x@{text}")).is_some()
}

/// An attribute description (RFC 4512 section 2.5): a short name or an OID, with its options.
pub fn is_attribute_name(text: &str) -> bool {
    let mut parts = text.split(';');
    let name = parts.next().unwrap_or_default();
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let short = word(name) && name.as_bytes()[0].is_ascii_alphabetic();
    let oid = name
        .split('.')
        .all(|arc| !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit()));
    (short || (oid && name.contains('.'))) && parts.all(word)
}

fn is_variable_name(text: &str) -> bool {
    text.bytes().next().is_some_and(|b| !b.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// What a table is expected to be, for [`Fault::WrongType`].
pub fn table_expected() -> Text {
    Text::new("config-expected-table")
}

/// Where most systems keep time zones; jiff looks here first, too, unless `TZDIR` says otherwise.
const ZONES: &str = "/usr/share/zoneinfo";

/// The time zone of a name in the IANA database. Its own file first: to look a name up, jiff makes a list of all
/// there are, which takes longer than the rest of the configuration.
fn time_zone(name: &str) -> Option<TimeZone> {
    let plain = name
        .split('/')
        .all(|part| part.starts_with(|c: char| c.is_ascii_uppercase()) && !part.contains('.'));
    if plain
        && std::env::var_os("TZDIR").is_none()
        && let Ok(file) = std::fs::read(Path::new(ZONES).join(name))
        && let Ok(zone) = TimeZone::tzif(name, &file)
    {
        return Some(zone);
    }
    TimeZone::get(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_formats() {
        assert!(is_uai("0310042X"));
        assert!(is_domain("ent.example.fr") && !is_domain("localhost") && !is_domain("@x.fr"));
        for text in ["310042X", "0310042x", "03100421", "0310042XX", "031004éX"] {
            assert!(!is_uai(text), "{text}");
        }
        for text in ["mail", "ENTPersonLogin", "cn;lang-fr", "2.5.4.3"] {
            assert!(is_attribute_name(text), "{text}");
        }
        for text in ["", "2", "2.", "1mail", "ma il", "mail;", "mail)(uid=*"] {
            assert!(!is_attribute_name(text), "{text}");
        }
        for text in ["https://ent.example.fr", "http://x/y?z#a"] {
            assert!(is_web_url(text), "{text}");
        }
        for text in [
            "ent.example.fr",
            "https://",
            "https://a b",
            "https://u:p@x",
            "javascript:x",
        ] {
            assert!(!is_web_url(text), "{text}");
        }
    }
}
