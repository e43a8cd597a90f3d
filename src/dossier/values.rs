//! Values that name other entries: found, so that their names can be read, and replaced by those names.

use crate::domain::change::{Change, Modification, NewValue};
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::schema::words::{self, ValueKind};
use base64::Engine as _;
use std::collections::{BTreeMap, BTreeSet};

/// The entries that values name.
#[derive(Debug, Default)]
pub struct References {
    found: BTreeSet<Dn>,
}

impl References {
    /// Looks through the values of an entry.
    pub fn add_entry(&mut self, entry: &Entry, base: &Dn) {
        for attribute in &entry.attributes {
            let kind = words::kind(&attribute.name);
            for text in attribute
                .values
                .iter()
                .filter_map(|value| std::str::from_utf8(value).ok())
            {
                self.add_text(text, kind, base);
            }
        }
    }

    /// Looks through what a change writes.
    pub fn add_change(&mut self, change: &Change, base: &Dn) {
        for modification in &change.modifications {
            let (Modification::Add { attribute, values }
            | Modification::Delete { attribute, values }
            | Modification::Replace { attribute, values }) = modification;
            let kind = words::kind(attribute);
            for value in values {
                if let NewValue::Text(text) = value {
                    self.add_text(text, kind, base);
                }
            }
        }
    }

    fn add_text(&mut self, text: &str, kind: ValueKind, base: &Dn) {
        match whole(text, kind, base) {
            Some(dn) => {
                self.found.insert(dn);
            }
            None => self
                .found
                .extend(text.split('$').filter_map(|part| within(part, base))),
        }
    }

    /// All of them.
    pub fn all(&self) -> &BTreeSet<Dn> {
        &self.found
    }
}

/// How entries are named to the person.
#[derive(Debug)]
pub struct Names {
    base: Dn,
    people: Dn,
    known: BTreeMap<Dn, String>,
    gone: String,
}

impl Names {
    /// Names that were read. `gone`: what is said of a person below `people` who could not be read: the name
    /// of such an entry is an identifier, and tells too much.
    pub fn new(base: Dn, people: Dn, known: BTreeMap<Dn, String>, gone: String) -> Self {
        Names {
            base,
            people,
            known,
            gone,
        }
    }

    /// A value with names in the place of entries.
    pub fn say(&self, text: &str, kind: ValueKind) -> String {
        if let Some(dn) = whole(text, kind, &self.base) {
            return self.name(&dn);
        }
        let parts: Vec<String> = text
            .split('$')
            .map(|part| match within(part, &self.base) {
                Some(dn) => self.name(&dn),
                None => part.to_owned(),
            })
            .collect();
        parts.join("$")
    }

    fn name(&self, dn: &Dn) -> String {
        match self.known.get(dn) {
            Some(name) => name.clone(),
            None if dn.is_within(&self.people) => self.gone.clone(),
            None => dn.rdn_value().unwrap_or_else(|| self.gone.clone()),
        }
    }
}

/// Whether a value, or a part of it, is the name of this entry.
pub(super) fn names_entry(text: &str, dn: &Dn) -> bool {
    let is = |part: &str| Dn::parse(part).is_ok_and(|found| found == *dn);
    is(text) || text.split('$').any(is)
}

/// The entry that a whole value names: in this directory, or anywhere where the attribute holds nothing else.
fn whole(text: &str, kind: ValueKind, base: &Dn) -> Option<Dn> {
    match kind {
        ValueKind::Name => Dn::parse(text).ok(),
        _ => within(text, base),
    }
}

fn within(text: &str, base: &Dn) -> Option<Dn> {
    // Cheap first: most values are no names of entries.
    if !text.contains('=') {
        return None;
    }
    Dn::parse(text).ok().filter(|dn| dn.is_within(base))
}

pub(super) fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
