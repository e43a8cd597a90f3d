//! An entry of the directory as it was read: a DN and its attributes, bytes kept as they came.

use super::dn::Dn;
use compact_str::CompactString;
use smallvec::SmallVec;
use std::borrow::Cow;

/// One attribute description with its values, in the order the server sent them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Attribute description as the server spelled it (RFC 4512 section 2.5).
    pub name: CompactString,
    /// Values as bytes: a directory may hold what is not UTF-8.
    pub values: Values,
}

/// A value. Nearly all are short, and of a hundred thousand entries none needs a place of its own then.
pub type Value = SmallVec<[u8; 40]>;

/// The values of an attribute: mostly one.
pub type Values = SmallVec<[Value; 1]>;

/// An entry (RFC 4511 section 4.5.2, SearchResultEntry).
///
/// Attribute names compare without case, as RFC 4512 asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The entry's name.
    pub dn: Dn,
    /// Its attributes, as read; an attribute that was not asked for is absent.
    pub attributes: Vec<Attribute>,
}

impl Entry {
    /// Makes an entry without attributes.
    pub fn new(dn: Dn) -> Self {
        Entry {
            dn,
            attributes: Vec::new(),
        }
    }

    /// Adds values to an attribute; for tests and for entries that are put together by hand.
    #[must_use]
    pub fn with<V: AsRef<[u8]>>(mut self, name: &str, values: &[V]) -> Self {
        self.attributes.push(Attribute {
            name: name.into(),
            values: values.iter().map(|v| v.as_ref().into()).collect(),
        });
        self
    }

    /// Puts these values in the place of all that an attribute holds.
    pub fn put(&mut self, name: &str, values: &[String]) {
        self.attributes
            .retain(|a| !a.name.eq_ignore_ascii_case(name));
        self.attributes.push(Attribute {
            name: name.into(),
            values: values.iter().map(|v| v.as_bytes().into()).collect(),
        });
    }

    /// The raw values of an attribute; empty where it is absent.
    pub fn values(&self, name: &str) -> &[Value] {
        self.attributes
            .iter()
            .find(|a| a.name.eq_ignore_ascii_case(name))
            .map_or(&[], |a| a.values.as_slice())
    }

    /// Whether the attribute holds at least one value.
    pub fn has(&self, name: &str) -> bool {
        !self.values(name).is_empty()
    }

    /// The values that are text. Values that are not UTF-8 are shown with replacement characters, so
    /// that a person sees that something is there.
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.values(name).iter().map(|v| owned(v)).collect()
    }

    /// The first value as text, if any.
    pub fn text(&self, name: &str) -> Option<String> {
        self.values(name).first().map(|v| owned(v))
    }

    /// Whether one value equals the text given, letters' case aside (caseIgnoreMatch, without its white space
    /// rules), or is another spelling of the same name (distinguishedNameMatch).
    pub fn holds(&self, name: &str, value: &str) -> bool {
        is_among(self.values(name), value)
    }
}

/// Whether one of these equals the text given, as [`Entry::holds`] has it.
pub fn is_among(values: &[Value], value: &str) -> bool {
    // Nothing is made of plain letters that differ: this is asked of every class of every entry.
    let same = |v: &Value| v.eq_ignore_ascii_case(value.as_bytes());
    if values.iter().any(same) {
        return true;
    }
    let plain = value.is_ascii() && !value.contains('=');
    if plain && values.iter().all(|v| v.is_ascii()) {
        return false;
    }
    let texts: Vec<String> = values.iter().map(|v| owned(v)).collect();
    let lower = value.to_lowercase();
    if texts.iter().any(|v| v.to_lowercase() == lower) {
        return true;
    }
    let shaped = |text: &str| text.contains('=') && text.contains(',');
    // Read once: a group may have thousands of members.
    let Some(wanted) = shaped(value).then(|| Dn::parse(value).ok()).flatten() else {
        return false;
    };
    texts
        .iter()
        .any(|v| shaped(v) && Dn::parse(v).is_ok_and(|dn| dn == wanted))
}

/// As text, looked through once where it is UTF-8, as nearly everything is.
pub(crate) fn shown(value: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(value) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(value),
    }
}

/// The same, as text of one's own.
pub(crate) fn owned(value: &[u8]) -> String {
    shown(value).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_held_in_any_spelling() {
        let group = Entry::new(Dn::parse("cn=g,dc=x").expect("dn"))
            .with("member", &["uid=b,dc=x", "UID=Léa,  DC=x"])
            .with("note", &["uid=a, dc=x, and more", "a=b"])
            .with("word", &["PLAIN", "ÉTÉ", "\u{212a}elvin"]);
        for (attribute, value, expected) in [
            ("member", "uid=léa,dc=x", true),
            ("MEMBER", "uid=B , dc=X", true),
            ("member", "uid=c,dc=x", false),
            // Not a name: compared as text.
            ("note", "uid=A, dc=x, and more", true),
            ("note", "uid=a,dc=x, and more", false),
            ("note", "a = b", false),
            ("note", "NOTE", false),
            ("word", "plain", true),
            ("word", "plein", false),
            ("word", "été", true),
            ("word", "kelvin", true),
        ] {
            assert_eq!(group.holds(attribute, value), expected, "{value}");
        }
    }
}
