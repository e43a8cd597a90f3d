//! What a link gave, as it is recorded in the directory: one record a pair and value, on the principal, as text, so
//! that no overlay of the server takes it for a name and erases it.

use crate::domain::dn::Dn;
use crate::domain::effect::alike;
use serde::{Deserialize, Serialize};

/// One value that a link put somewhere, and that goes when the link does.
///
/// Recorded as compact JSON, names in this order: `{"from":…,"on":…,"attribute":…,"value":…}`. `from`: the secondary
/// account; `on`: the entry that holds the value. Names of entries are written as they were read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gift {
    /// The secondary account by whose link it was given.
    pub from: String,
    /// The entry that holds it.
    pub on: String,
    /// Attribute description.
    pub attribute: String,
    /// The value.
    pub value: String,
}

impl Gift {
    /// A gift.
    pub fn new(from: &Dn, on: &Dn, attribute: &str, value: &str) -> Self {
        Gift {
            from: from.as_str().to_owned(),
            on: on.as_str().to_owned(),
            attribute: attribute.to_owned(),
            value: value.to_owned(),
        }
    }

    /// The record.
    pub fn record(&self) -> String {
        // Four texts: nothing in it that JSON cannot hold.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a record; `None` for what is none.
    pub fn read(record: &str) -> Option<Self> {
        serde_json::from_str(record).ok()
    }

    /// Whether it came by this account.
    pub fn is_from(&self, secondary: &Dn) -> bool {
        Dn::parse(&self.from).is_ok_and(|from| from == *secondary)
    }

    /// The entry that holds it.
    pub fn on(&self) -> Option<Dn> {
        Dn::parse(&self.on).ok()
    }

    /// Whether it is the same value in the same place, by whatever link.
    pub fn is_same_value(&self, other: &Gift) -> bool {
        self.attribute.eq_ignore_ascii_case(&other.attribute)
            && alike(&self.value, &other.value)
            && self.on() == other.on()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_record_is_read_back_as_it_was(uid in "[a-z$]{1,8}", value in ".{0,40}") {
            let base = Dn::parse("ou=p,dc=x").expect("dn");
            let gift = Gift::new(&base.child("uid", &uid), &base, "member", &value);
            prop_assert_eq!(Gift::read(&gift.record()), Some(gift));
        }
    }

    #[test]
    fn what_is_no_record_is_none() {
        for text in ["", "{}", "uid=a", r#"{"from":"uid=a","on":"uid=b"}"#] {
            assert_eq!(Gift::read(text), None, "{text}");
        }
    }
}
