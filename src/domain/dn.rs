//! Distinguished names (RFC 4514): parsed, compared as a directory compares them, built from typed
//! values.
//!
//! Why our own and not a crate: `docs/decisions/0005-own-dn-type.md`.

use std::fmt;
use std::hash::{Hash, Hasher};

/// A distinguished name. Keeps the spelling it was read with; equality, order and hash go by a
/// normalized form (attribute types and values without case, escapes and optional spaces resolved).
///
/// Values are compared as caseIgnoreMatch would, which is how `uid`, `cn`, `ou` and `dc` compare; the
/// spaces inside a value are kept as they are.
#[derive(Clone)]
pub struct Dn {
    text: String,
    /// `None` where it is the text itself, as in most directories.
    normalized: Option<Box<str>>,
}

/// The text is not a distinguished name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a distinguished name, at byte {at}")]
pub struct InvalidDn {
    /// Byte offset of the first character that does not fit.
    pub at: usize,
}

/// One attribute type and value of an RDN, unescaped.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ava {
    kind: String,
    value: Vec<u8>,
}

impl Dn {
    /// Parses the string form of RFC 4514 section 3 (and the optional spaces older writers put around
    /// `,` and `=`). The empty text is the root, as in RFC 4514.
    ///
    /// # Errors
    /// [`InvalidDn`] with the place where the text stops being a DN.
    pub fn parse(text: &str) -> Result<Self, InvalidDn> {
        let normalized = if !is_plain(text) {
            Some(normalize(&parse_rdns(text)?))
        } else if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Some(text.to_ascii_lowercase())
        } else {
            None
        };
        Ok(Dn {
            text: text.to_owned(),
            normalized: normalized.map(String::into_boxed_str),
        })
    }

    /// The name below `parent` whose RDN is `attribute=value`; the value is escaped.
    #[must_use]
    pub fn child(&self, attribute: &str, value: &str) -> Self {
        let rdn = format!("{attribute}={}", escape_value(value));
        let text = if self.text.is_empty() {
            rdn
        } else {
            format!("{rdn},{}", self.text)
        };
        // Built from escaped parts, so it parses; if it ever did not, comparing by text is still safe.
        Dn::parse(&text).unwrap_or_else(|_| Dn {
            normalized: Some(text.to_lowercase().into_boxed_str()),
            text,
        })
    }

    /// The name as it was read or built.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form that names are compared by.
    pub fn normalized(&self) -> &str {
        self.normalized.as_deref().unwrap_or(&self.text)
    }

    /// The same, where nothing else of the name is needed.
    pub fn into_normalized(self) -> String {
        self.normalized.map_or(self.text, String::from)
    }

    /// Whether this name is `base` or stands somewhere below it.
    pub fn is_within(&self, base: &Dn) -> bool {
        let (own, base) = (self.normalized(), base.normalized());
        let below = || {
            own.strip_suffix(base)
                .is_some_and(|rdns| rdns.ends_with(','))
        };
        base.is_empty() || own == base || below()
    }

    /// Whether the first RDN of both is made of the same attributes: people of one directory are named alike.
    pub fn is_named_like(&self, other: &Dn) -> bool {
        let attributes = |dn: &Dn| -> Vec<String> {
            let rdns = parse_rdns(&dn.text).unwrap_or_default();
            let first = rdns.into_iter().next().unwrap_or_default();
            let mut names: Vec<String> = first
                .into_iter()
                .map(|ava| ava.kind.to_ascii_lowercase())
                .collect();
            names.sort();
            names
        };
        attributes(self) == attributes(other)
    }

    /// Whether a value of this attribute is part of the first RDN.
    pub fn is_named_by(&self, attribute: &str) -> bool {
        parse_rdns(&self.text).is_ok_and(|rdns| {
            rdns.first().is_some_and(|rdn| {
                rdn.iter()
                    .any(|ava| ava.kind.eq_ignore_ascii_case(attribute))
            })
        })
    }

    /// Attribute and value of the first RDN, and the name it stands under, of a name that is written plainly (nothing
    /// escaped, one attribute a step); `None` for any other.
    pub fn plain_parts(&self) -> Option<(&str, &str, &str)> {
        if !is_plain(&self.text) {
            return None;
        }
        let (first, parent) = self.text.split_once(',')?;
        let (attribute, value) = first.split_once('=')?;
        Some((attribute, value, parent))
    }

    /// The value of the first RDN (its first attribute where it has several), unescaped.
    pub fn rdn_value(&self) -> Option<String> {
        parse_rdns(&self.text)
            .ok()?
            .first()?
            .first()
            .map(|ava| String::from_utf8_lossy(&ava.value).into_owned())
    }
}

/// Escapes an attribute value for a DN (RFC 4514 section 2.4).
fn escape_value(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (i, c) in value.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' => {
                out.push('\\');
                out.push(c);
            }
            '#' | ' ' if i == 0 => {
                out.push('\\');
                out.push(c);
            }
            ' ' if i == last => out.push_str("\\ "),
            c if c.is_control() => {
                let mut buffer = [0; 4];
                for byte in c.encode_utf8(&mut buffer).bytes() {
                    out.push_str(&format!("\\{byte:02x}"));
                }
            }
            c => out.push(c),
        }
    }
    out
}

fn parse_rdns(text: &str) -> Result<Vec<Vec<Ava>>, InvalidDn> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut rdns = Vec::new();
    skip_spaces(bytes, &mut at);
    if at == bytes.len() {
        return Ok(rdns);
    }
    loop {
        let mut rdn = vec![parse_ava(bytes, &mut at)?];
        while bytes.get(at) == Some(&b'+') {
            at += 1;
            rdn.push(parse_ava(bytes, &mut at)?);
        }
        rdns.push(rdn);
        match bytes.get(at) {
            None => return Ok(rdns),
            Some(b',' | b';') => at += 1,
            Some(_) => return Err(InvalidDn { at }),
        }
    }
}

fn skip_spaces(bytes: &[u8], at: &mut usize) {
    while bytes.get(*at) == Some(&b' ') {
        *at += 1;
    }
}

fn parse_ava(bytes: &[u8], at: &mut usize) -> Result<Ava, InvalidDn> {
    skip_spaces(bytes, at);
    let start = *at;
    while bytes
        .get(*at)
        .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
    {
        *at += 1;
    }
    let kind = String::from_utf8_lossy(&bytes[start..*at]).into_owned();
    skip_spaces(bytes, at);
    if kind.is_empty() || bytes.get(*at) != Some(&b'=') {
        return Err(InvalidDn { at: *at });
    }
    *at += 1;
    skip_spaces(bytes, at);
    let value = match bytes.get(*at) {
        Some(b'#') => parse_hex_string(bytes, at)?,
        Some(b'"') => parse_quoted(bytes, at)?,
        _ => parse_string(bytes, at)?,
    };
    Ok(Ava { kind, value })
}

/// `#` and hexadecimal digits: a BER value. Kept as its text, for such values are only ever compared.
fn parse_hex_string(bytes: &[u8], at: &mut usize) -> Result<Vec<u8>, InvalidDn> {
    let start = *at;
    *at += 1;
    while bytes.get(*at).is_some_and(u8::is_ascii_hexdigit) {
        *at += 1;
    }
    let value = bytes[start..*at].to_vec();
    skip_spaces(bytes, at);
    if value.len() < 3 || value.len().is_multiple_of(2) {
        return Err(InvalidDn { at: *at });
    }
    Ok(value)
}

/// The quoted form of RFC 2253, which some servers still write.
fn parse_quoted(bytes: &[u8], at: &mut usize) -> Result<Vec<u8>, InvalidDn> {
    *at += 1;
    let mut value = Vec::new();
    loop {
        match bytes.get(*at) {
            None => return Err(InvalidDn { at: *at }),
            Some(b'"') => {
                *at += 1;
                skip_spaces(bytes, at);
                return Ok(value);
            }
            Some(b'\\') => value.push(parse_escape(bytes, at)?),
            Some(&b) => {
                value.push(b);
                *at += 1;
            }
        }
    }
}

fn parse_string(bytes: &[u8], at: &mut usize) -> Result<Vec<u8>, InvalidDn> {
    let mut value = Vec::new();
    // Trailing spaces count only where they were escaped.
    let mut kept = 0;
    loop {
        match bytes.get(*at) {
            None | Some(b',' | b';' | b'+') => {
                value.truncate(kept);
                return Ok(value);
            }
            Some(b'\\') => {
                value.push(parse_escape(bytes, at)?);
                kept = value.len();
            }
            Some(b'"' | b'<' | b'>' | 0) => return Err(InvalidDn { at: *at }),
            Some(&b) => {
                value.push(b);
                *at += 1;
                if b != b' ' {
                    kept = value.len();
                }
            }
        }
    }
}

fn parse_escape(bytes: &[u8], at: &mut usize) -> Result<u8, InvalidDn> {
    let hex = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
    let first = *bytes.get(*at + 1).ok_or(InvalidDn { at: *at })?;
    if let (Some(high), Some(low)) = (hex(first), bytes.get(*at + 2).copied().and_then(hex)) {
        *at += 3;
        return Ok(high * 16 + low);
    }
    if matches!(
        first,
        b'"' | b'+' | b',' | b';' | b'<' | b'>' | b' ' | b'#' | b'=' | b'\\'
    ) {
        *at += 2;
        return Ok(first);
    }
    Err(InvalidDn { at: *at })
}

/// Whether a name needs nothing but small letters to be normalized: one attribute a step, no space around what
/// separates, nothing escaped, plain letters. Nearly every name of a directory is like that, and a list of a million
/// people has three million of them; all others are left to the parser.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut in_value, mut start) = (false, 0);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'=' if !in_value && at > start => (in_value, start) = (true, at + 1),
            b',' if in_value && at > start && bytes[at - 1] != b' ' => {
                (in_value, start) = (false, at + 1);
            }
            b'"' | b'+' | b',' | b';' | b'<' | b'>' | b'\\' | b'=' => return false,
            b'#' | b' ' if at == start => return false,
            byte if in_value && (b' '..=b'~').contains(byte) => {}
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') => {}
            _ => return false,
        }
    }
    in_value && bytes.len() > start && bytes.last() != Some(&b' ')
}

fn normalize(rdns: &[Vec<Ava>]) -> String {
    rdns.iter()
        .map(|rdn| {
            let mut avas: Vec<String> = rdn
                .iter()
                .map(|ava| {
                    let value = String::from_utf8_lossy(&ava.value).to_lowercase();
                    format!("{}={}", ava.kind.to_lowercase(), escape_value(&value))
                })
                .collect();
            avas.sort();
            avas.join("+")
        })
        .collect::<Vec<_>>()
        .join(",")
}

impl fmt::Display for Dn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Dn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dn({})", self.text)
    }
}

impl PartialEq for Dn {
    fn eq(&self, other: &Self) -> bool {
        self.normalized() == other.normalized()
    }
}

impl Eq for Dn {}

impl PartialOrd for Dn {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Dn {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.normalized().cmp(other.normalized())
    }
}

impl Hash for Dn {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normalized().hash(state);
    }
}

impl serde::Serialize for Dn {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for Dn {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Dn::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_compare_as_a_directory_compares_them() {
        let a = Dn::parse("uid=F08001ab,ou=personnes,dc=ent,dc=test").expect("a");
        let b = Dn::parse("UID = f08001AB , OU=Personnes; dc=ent,dc=test").expect("b");
        assert_eq!(a, b);
        assert_eq!(
            Dn::parse(r"cn=Dupont\, L\C3\A9a").expect("c"),
            Dn::parse(r#"cn="Dupont, Léa""#).expect("d")
        );
        assert_eq!(
            Dn::parse("cn=a+sn=b,dc=x").expect("e"),
            Dn::parse("sn=b+cn=a,dc=x").expect("f")
        );
    }

    #[test]
    fn what_is_not_a_name_is_refused_with_its_place() {
        for (text, at) in [
            ("dupont", 6),
            ("léa dupont", 1),
            ("uid=a,", 6),
            ("uid=a\\", 5),
            ("uid=a\\zz", 5),
            ("uid=\"a", 6),
        ] {
            assert_eq!(Dn::parse(text), Err(InvalidDn { at }), "{text}");
        }
    }

    #[test]
    fn most_names_are_plain() {
        let person = "uid=F08001ab,ou=Personnes de l'ENT,dc=ent,dc=test";
        assert!(is_plain(person));
        assert_eq!(
            Dn::parse(person).expect("a name").normalized(),
            "uid=f08001ab,ou=personnes de l'ent,dc=ent,dc=test"
        );
        for other in [
            "",
            "uid= a",
            "uid=a ,dc=x",
            "uid=a+cn=b",
            "uid=",
            "uid=#61",
            "uid=é",
            "a=b,",
        ] {
            assert!(!is_plain(other), "{other}");
        }
    }

    #[test]
    fn within_goes_by_whole_names() {
        let base = Dn::parse("dc=ent,dc=test").expect("base");
        assert!(
            Dn::parse("uid=a,DC=ent,dc=test")
                .expect("in")
                .is_within(&base)
        );
        assert!(base.is_within(&base));
        assert!(
            !Dn::parse("dc=parent,dc=test")
                .expect("out")
                .is_within(&base)
        );
        assert!(
            !Dn::parse(r"cn=x\,dc=ent,dc=test")
                .expect("esc")
                .is_within(&base)
        );
    }

    proptest! {
        #[test]
        fn any_value_survives_a_name(value in "\\PC{1,20}|[ #+,;<>=\"\\\\a\\n\\x00]{1,8}") {
            let base = Dn::parse("dc=ent,dc=test").expect("base");
            let dn = base.child("cn", &value);
            let again = Dn::parse(dn.as_str()).expect("parses");
            prop_assert_eq!(again.rdn_value(), Some(value));
            prop_assert!(again.is_within(&base));
        }

        #[test]
        fn a_plain_name_is_normalized_as_any_other(
            text in "([a-zA-Z.]{1,3}=[ a-zA-Z#0-9.+;,=\\\\é-]{0,5},?){1,3}"
        ) {
            if is_plain(&text) {
                let quickly = Dn::parse(&text).expect("plain");
                let parsed = parse_rdns(&text).map(|rdns| normalize(&rdns));
                prop_assert_eq!(parsed.as_deref(), Ok(quickly.normalized()));
                prop_assert_eq!(quickly.clone().into_normalized(), quickly.normalized());
            }
        }

        #[test]
        fn no_text_breaks_the_parser(text in ".{0,40}") {
            let _ = Dn::parse(&text);
        }
    }
}
