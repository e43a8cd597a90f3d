//! Reads what `ldapsearch -LLL` writes (RFC 2849, content records only), independently of entctl's own
//! code, and compares directories before and after.

use base64::Engine as _;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// One entry as the server gave it. Attribute descriptions keep the case the server uses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LdifEntry {
    /// Distinguished name.
    pub dn: String,
    /// Values by attribute, in the server's order.
    pub attributes: BTreeMap<String, Vec<Vec<u8>>>,
}

impl LdifEntry {
    /// The values of an attribute (whatever the case of its name) as text, none where it is absent.
    pub fn all(&self, attribute: &str) -> Vec<String> {
        self.attributes
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(attribute))
            .flat_map(|(_, values)| values)
            .map(|value| shown(value))
            .collect()
    }

    /// The only value of an attribute.
    ///
    /// # Panics
    /// Where it has several.
    pub fn one(&self, attribute: &str) -> Option<String> {
        let mut values = self.all(attribute);
        assert!(
            values.len() < 2,
            "{attribute} of {} has {} values",
            self.dn,
            values.len()
        );
        values.pop()
    }
}

/// A value as text; what is not UTF-8 is kept apart by its base64.
fn shown(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => format!(
            "base64:{}",
            base64::engine::general_purpose::STANDARD.encode(value)
        ),
    }
}

/// Parses content records; folded lines and comments are understood.
///
/// # Panics
/// On anything that is not a content record: a test tool must not guess.
pub fn parse(text: &str) -> Vec<LdifEntry> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix(' '), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    let mut entries = Vec::new();
    let mut entry: Option<LdifEntry> = None;
    for line in lines {
        if line.is_empty() {
            entries.extend(entry.take());
        } else if !line.starts_with('#') && !line.starts_with("version:") {
            let (name, value) = parse_line(&line);
            match &mut entry {
                None => {
                    assert_eq!(name, "dn", "an entry must begin with its name: {line:?}");
                    entry = Some(LdifEntry {
                        dn: shown(&value),
                        attributes: BTreeMap::new(),
                    });
                }
                Some(entry) => entry.attributes.entry(name).or_default().push(value),
            }
        }
    }
    entries.extend(entry);
    entries
}

fn parse_line(line: &str) -> (String, Vec<u8>) {
    let (name, rest) = line
        .split_once(':')
        .unwrap_or_else(|| panic!("not LDIF: {line:?}"));
    let value = match rest.strip_prefix(':') {
        Some(encoded) => base64::engine::general_purpose::STANDARD
            .decode(encoded.trim())
            .unwrap_or_else(|error| panic!("not base64: {line:?}: {error}")),
        None => {
            assert!(!rest.starts_with('<'), "a reference to a file: {line:?}");
            rest.trim_start_matches(' ').as_bytes().to_vec()
        }
    };
    (name.to_owned(), value)
}

/// A whole subtree, operational attributes included: name → attribute → values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dump(pub BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

/// What every write moves, whoever made it, so that no two states could ever be equal with it.
const BOOKKEEPING: [&str; 4] = ["entryCSN", "contextCSN", "modifyTimestamp", "modifiersName"];

impl Dump {
    /// The dump of these entries.
    pub fn new(entries: Vec<LdifEntry>) -> Self {
        Dump(
            entries
                .into_iter()
                .map(|entry| {
                    let attributes = entry
                        .attributes
                        .into_iter()
                        .map(|(name, values)| (name, values.iter().map(|v| shown(v)).collect()))
                        .collect();
                    (entry.dn, attributes)
                })
                .collect(),
        )
    }

    /// Without the server's bookkeeping (entryCSN, contextCSN, modifyTimestamp, modifiersName).
    #[must_use]
    pub fn comparable(&self) -> Self {
        self.without(&BOOKKEEPING)
    }

    /// Without these attributes.
    #[must_use]
    pub fn without(&self, attributes: &[&str]) -> Self {
        let mut kept = self.clone();
        for entry in kept.0.values_mut() {
            entry.retain(|name, _| !attributes.iter().any(|a| a.eq_ignore_ascii_case(name)));
        }
        kept
    }

    /// The names of the entries that differ or stand on one side only.
    pub fn changed(&self, after: &Dump) -> BTreeSet<String> {
        self.0
            .keys()
            .chain(after.0.keys())
            .filter(|dn| self.0.get(*dn) != after.0.get(*dn))
            .cloned()
            .collect()
    }

    /// What changed from this one to `after`, one line a value: `- dn: attribute: value` and `+ …`;
    /// empty where they are equal.
    pub fn diff(&self, after: &Dump) -> String {
        let mut text = String::new();
        for (sign, left, right) in [('-', self, after), ('+', after, self)] {
            for (dn, attributes) in &left.0 {
                let other = right.0.get(dn);
                if other.is_none() {
                    let _ = writeln!(text, "{sign} {dn}");
                }
                for (name, values) in attributes {
                    for value in values {
                        let same = other
                            .and_then(|o| o.get(name))
                            .is_some_and(|v| v.contains(value));
                        if !same {
                            let _ = writeln!(text, "{sign} {dn}: {name}: {value}");
                        }
                    }
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "dn: uid=a,dc=x\nuid: a\nsn:: w4lsw6lvbm9yZQ==\ndescription: long \n er\n\n\
                       # a comment\ndn:: dWlkPcOpLGRjPXg=\nuid:: w6k=\nuid: e\njpegPhoto:: /9g=\n";

    #[test]
    fn records_are_read() {
        let entries = parse(TWO);
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].one("SN").as_deref(), Some("Éléonore"));
        assert_eq!(entries[0].one("description").as_deref(), Some("long er"));
        assert_eq!(entries[1].dn, "uid=é,dc=x");
        assert_eq!(entries[1].all("uid"), ["é", "e"]);
        assert_eq!(entries[1].one("jpegPhoto").as_deref(), Some("base64:/9g="));
        assert_eq!(entries[1].one("mail"), None);
    }

    #[test]
    #[should_panic(expected = "must begin with its name")]
    fn nonsense_is_refused() {
        parse("uid: a\n");
    }

    #[test]
    fn differences_are_named() {
        let before = Dump::new(parse("dn: a\nsn: 1\nentryCSN: x\n\ndn: b\nsn: 2\n"));
        let after = Dump::new(parse("dn: a\nsn: 3\nentryCSN: y\n\ndn: c\nsn: 2\n"));
        assert_eq!(
            before.comparable().diff(&after.comparable()),
            "- a: sn: 1\n- b\n- b: sn: 2\n+ a: sn: 3\n+ c\n+ c: sn: 2\n"
        );
        assert_eq!(before.diff(&before), "");
        let names: Vec<_> = before.changed(&after).into_iter().collect();
        assert_eq!(names, ["a", "b", "c"]);
        let moved = Dump::new(parse("dn: a\nsn: 1\nentryCSN: z\n\ndn: b\nsn: 2\n"));
        assert_ne!(before, moved);
        assert_eq!(before.comparable(), moved.comparable());
    }
}
