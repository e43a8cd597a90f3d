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
    places: Places,
    known: BTreeMap<Dn, String>,
    unread: Unread,
}

/// Where whom is to be looked for.
#[derive(Debug)]
pub struct Places {
    /// The top of the directory.
    pub base: Dn,
    /// The people.
    pub people: Dn,
    /// The person whose document it is: people are named alike.
    pub person: Dn,
}

/// What is said in the place of an entry that could not be read. The name of a person's entry is an identifier,
/// and tells too much.
#[derive(Debug)]
pub struct Unread {
    /// Of a person.
    pub gone: String,
    /// Of an account that wrote and is nobody's.
    pub technical: String,
}

impl Names {
    /// Names that were read.
    pub fn new(places: Places, known: BTreeMap<Dn, String>, unread: Unread) -> Self {
        Names {
            places,
            known,
            unread,
        }
    }

    /// A value with names in the place of entries.
    pub fn say(&self, text: &str, kind: ValueKind) -> String {
        if let Some(dn) = whole(text, kind, &self.places.base) {
            return self.name(&dn, kind);
        }
        let parts: Vec<String> = text
            .split('$')
            .map(|part| match within(part, &self.places.base) {
                Some(dn) => self.name(&dn, kind),
                None => part.to_owned(),
            })
            .collect();
        parts.join("$")
    }

    fn name(&self, dn: &Dn, kind: ValueKind) -> String {
        if let Some(name) = self.known.get(dn) {
            return name.clone();
        }
        let beside_people = dn.is_within(&self.places.people);
        // Where no base of the people is configured, everything is within.
        let a_person = beside_people && dn.is_named_like(&self.places.person);
        match kind {
            ValueKind::Author if !a_person => self.unread.technical.clone(),
            _ if beside_people => self.unread.gone.clone(),
            _ => dn.rdn_value().unwrap_or_else(|| self.unread.gone.clone()),
        }
    }
}

/// What a relative's entry says of a person, and nothing else of it.
pub fn about(entry: &Entry, dn: &Dn) -> Entry {
    let mut about = entry.clone();
    for attribute in &mut about.attributes {
        attribute
            .values
            .retain(|value| std::str::from_utf8(value).is_ok_and(|text| names_entry(text, dn)));
    }
    about.attributes.retain(|a| !a.values.is_empty());
    about
}

/// Whether a value, or a part of it, is the name of this entry.
fn names_entry(text: &str, dn: &Dn) -> bool {
    let is = |part: &str| Dn::parse(part).is_ok_and(|found| found == *dn);
    is(text) || text.split('$').any(is)
}

/// The entry that a whole value names: in this directory, or anywhere where the attribute holds nothing else.
fn whole(text: &str, kind: ValueKind, base: &Dn) -> Option<Dn> {
    match kind {
        ValueKind::Name | ValueKind::Author => Dn::parse(text).ok(),
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
