//! The right of correction: which fields a school may correct, how what was typed becomes what the directory
//! holds, and the change that writes it. The fields themselves are data of the schema room.

use super::account::Role;
use serde::Deserialize;
use std::collections::BTreeSet;

mod change;
mod elsewhere;
pub(crate) mod phone;
mod value;

pub use change::{
    Correction, NOTE_FEED_OWNED, NOTE_FULL_NAME_KEPT, NOTE_NAMES_FOLLOW, NameParts, correct,
};
pub use elsewhere::{Elsewhere, elsewhere};
pub use value::{Around, Wrong, normalise};

/// A field that may be corrected, as one directory holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its stable name, such as `birth-date`.
    pub name: String,
    /// The attribute behind it.
    pub attribute: String,
    /// What a value is.
    pub kind: Kind,
    /// For [`Kind::Choice`]: the values there are, as they are stored.
    pub choices: Vec<String>,
    /// Whom it is about; everybody where empty.
    pub roles: BTreeSet<Role>,
    /// Who has the last word.
    pub owner: Owner,
    /// Whether it may hold several values.
    pub several: bool,
    /// Whether it may not be emptied.
    pub required: bool,
}

impl Field {
    /// Whether a person of these roles has it.
    pub fn is_of(&self, roles: &BTreeSet<Role>) -> bool {
        self.roles.is_empty() || !self.roles.is_disjoint(roles)
    }
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A name of a person.
    Name,
    /// One line of text.
    Text,
    /// A telephone number.
    Phone,
    /// A day in the past.
    Date,
    /// A mail address.
    Mail,
    /// A postal address of several lines.
    Address,
    /// A postal code.
    Postcode,
    /// A language, by its code of ISO 639-1.
    Language,
    /// One of a few words.
    Choice,
}

/// Who has the last word on a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// The nightly feed, which writes its own value again.
    Feed,
    /// The school: what it writes stays.
    School,
}
