//! What is to be written, and what must still hold when it is: changes, the values they rely on, and
//! plans. Pure data: computed from a snapshot, carried out by the one door for writes (`execute`).

use super::account::AccountRef;
use super::dn::Dn;
use super::entry::Entry;
use super::filter::Filter;
use serde::{Deserialize, Serialize};

/// One value a change relied on. Sent to the server as an Assertion (RFC 4528), or compared by re-reading
/// where the server has no such control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "expect", rename_all = "kebab-case")]
pub enum Reliance {
    /// The attribute holds this value.
    Holds {
        /// Attribute description.
        attribute: String,
        /// The value as text.
        value: String,
    },
    /// The attribute does not hold this value (it may hold others, or be absent).
    Lacks {
        /// Attribute description.
        attribute: String,
        /// The value as text.
        value: String,
    },
    /// The attribute is not there at all.
    Absent {
        /// Attribute description.
        attribute: String,
    },
}

impl Reliance {
    /// The attribute concerned.
    pub fn attribute(&self) -> &str {
        match self {
            Reliance::Holds { attribute, .. }
            | Reliance::Lacks { attribute, .. }
            | Reliance::Absent { attribute } => attribute,
        }
    }

    /// The same condition as a filter for the Assertion control.
    pub fn filter(&self) -> Filter {
        match self {
            Reliance::Holds { attribute, value } => Filter::equal(attribute, value),
            Reliance::Lacks { attribute, value } => Filter::not(Filter::equal(attribute, value)),
            Reliance::Absent { attribute } => Filter::not(Filter::present(attribute)),
        }
    }

    /// Whether the condition holds on an entry as read.
    pub fn holds_on(&self, entry: &Entry) -> bool {
        match self {
            Reliance::Holds { attribute, value } => entry.holds(attribute, value),
            Reliance::Lacks { attribute, value } => !entry.holds(attribute, value),
            Reliance::Absent { attribute } => !entry.has(attribute),
        }
    }
}

/// A value to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewValue {
    /// Known when the plan is made.
    Text(String),
    /// The new password of this change's account: made or read at the door, never part of a plan.
    Password,
}

/// One step of a Modify (RFC 4511 section 4.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Modification {
    /// Adds values.
    Add {
        /// Attribute description.
        attribute: String,
        /// At least one value.
        values: Vec<NewValue>,
    },
    /// Takes values away; all of them where the list is empty.
    Delete {
        /// Attribute description.
        attribute: String,
        /// Values to take away.
        values: Vec<NewValue>,
    },
    /// Replaces all values; an empty list removes the attribute where it is there.
    Replace {
        /// Attribute description.
        attribute: String,
        /// The values from now on.
        values: Vec<NewValue>,
    },
}

impl Modification {
    /// The attribute concerned.
    pub fn attribute(&self) -> &str {
        let (Modification::Add { attribute, .. }
        | Modification::Delete { attribute, .. }
        | Modification::Replace { attribute, .. }) = self;
        attribute
    }
}

/// The state of one attribute before the change, for undo and for showing: never a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Attribute description.
    pub attribute: String,
    /// Its values; empty where it was absent.
    pub values: Vec<String>,
}

/// Attributes that hold a password, where a server shows them (RFC 2307, RFC 3112, Samba): never read into a plan.
const PASSWORDS: [&str; 4] = [
    "userPassword",
    "authPassword",
    "sambaNTPassword",
    "sambaLMPassword",
];

/// The one operation that a change is carried out as, and the entry it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Operation {
    /// A Modify of the account's own entry (RFC 4511 section 4.6).
    #[default]
    Modify,
    /// A Modify of another entry that belongs to the account.
    ModifyEntry {
        /// Its name.
        dn: Dn,
    },
    /// An Add of such an entry (section 4.7). The modifications are its attributes, each as one `Add`.
    AddEntry {
        /// Its name.
        dn: Dn,
    },
    /// A Delete of such an entry (section 4.8). The modifications take away all that was read of it.
    DeleteEntry {
        /// Its name.
        dn: Dn,
    },
}

impl Operation {
    fn is_usual(&self) -> bool {
        *self == Operation::Modify
    }
}

/// What must hold of another entry than the one that is written: asked just before the write, for no server asserts
/// two entries at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// That entry.
    pub dn: Dn,
    /// What it must hold.
    pub relies_on: Vec<Reliance>,
}

impl Condition {
    /// What no longer holds, on the entry as it is now; the first of all where it is not there any more.
    pub fn drifted(&self, now: Option<&Entry>) -> Option<&Reliance> {
        match now {
            Some(now) => self.relies_on.iter().find(|r| !r.holds_on(now)),
            None => self.relies_on.first(),
        }
    }
}

/// One decision on one account: a single operation with its preconditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Whose account.
    pub account: AccountRef,
    /// What is done, and to which entry.
    #[serde(default, skip_serializing_if = "Operation::is_usual")]
    pub operation: Operation,
    /// What must still hold of that entry when the change is written.
    pub relies_on: Vec<Reliance>,
    /// What must hold of other entries then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub besides: Vec<Condition>,
    /// The other accounts of the decision, where one decision is several changes: neighbours in a plan that are of one
    /// account and name others are carried out in their order, and stand or fall together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<AccountRef>,
    /// What is written, in that one operation.
    pub modifications: Vec<Modification>,
    /// What the touched attributes held before, passwords left out.
    pub before: Vec<Before>,
    /// Things worth telling about this account, as stable codes (`stays-disabled`, `was-locked`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Change {
    /// The entry that is written.
    pub fn target(&self) -> &Dn {
        match &self.operation {
            Operation::Modify => &self.account.dn,
            Operation::ModifyEntry { dn }
            | Operation::AddEntry { dn }
            | Operation::DeleteEntry { dn } => dn,
        }
    }

    /// Whether the change is about this account, alone or with others.
    pub fn is_about(&self, dn: &Dn) -> bool {
        self.account.dn == *dn || self.with.iter().any(|other| other.dn == *dn)
    }

    /// Whether the entry is made by this change: it cannot be there yet.
    pub fn makes_entry(&self) -> bool {
        matches!(self.operation, Operation::AddEntry { .. })
    }

    /// Whether the entry goes with this change.
    pub fn removes_entry(&self) -> bool {
        matches!(self.operation, Operation::DeleteEntry { .. })
    }

    /// Whether an entry that is to go is still what was read of it, no more and no less: what others have written into
    /// it since is theirs. What was not kept of it, a password, may be another one. `now` must have been read with all
    /// its attributes but the server's own, and with those that are taken away by name.
    pub fn is_as_read(&self, now: &Entry) -> bool {
        let same = |before: &Before| {
            if self.is_not_kept(&before.attribute) {
                return true;
            }
            let held = now.texts(&before.attribute);
            held.len() == before.values.len() && before.values.iter().all(|v| held.contains(v))
        };
        // What is relied on is asked for by itself; a password is kept nowhere.
        let known = |name: &str| {
            let is = |known: &str| known.eq_ignore_ascii_case(name);
            self.before.iter().any(|before| is(&before.attribute))
                || self.relies_on.iter().any(|r| is(r.attribute()))
                || PASSWORDS.iter().any(|password| is(password))
        };
        self.before.iter().all(same) && now.attributes.iter().all(|a| known(&a.name))
    }

    /// Whether this attribute of an entry that goes is taken away without a look at its values: they are a password.
    pub fn is_not_kept(&self, attribute: &str) -> bool {
        self.removes_entry()
            && self.modifications.iter().any(|modification| {
                matches!(modification, Modification::Delete { attribute: name, values }
                    if values.is_empty() && name.eq_ignore_ascii_case(attribute))
            })
    }

    /// The Assertion: all the values relied on at once.
    pub fn assertion(&self) -> Filter {
        Filter::And(self.relies_on.iter().map(Reliance::filter).collect())
    }

    /// The values relied on that no longer hold on the entry as it is now.
    pub fn drifted<'a>(&'a self, now: &Entry) -> Vec<&'a Reliance> {
        self.relies_on.iter().filter(|r| !r.holds_on(now)).collect()
    }

    /// Whether a password is among what is written.
    pub fn sets_password(&self) -> bool {
        self.modifications.iter().any(|m| {
            let (Modification::Add { values, .. }
            | Modification::Delete { values, .. }
            | Modification::Replace { values, .. }) = m;
            values.contains(&NewValue::Password)
        })
    }
}

/// Why an account of a plan is not changed. Stable codes; the words are in `i18n`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The account, as far as it may be named.
    pub account: Option<AccountRef>,
    /// What was typed or read in the file for it, with its line where it came from a file; for `moved-since`
    /// the attribute that others have changed.
    pub given: Option<String>,
    /// Line in the input file, from 1.
    pub line: Option<u64>,
    /// Stable code, such as `role-parent`, `out-of-scope`, `own-password`.
    pub code: String,
}

/// Codes of what an undo leaves as it is: said, and no reason to refuse the rest.
const LEFT_AS_IT_IS: [&str; 6] = [
    "moved-since",
    "password-not-kept",
    "not-kept",
    "gone-since",
    "made-anew",
    "linked-since",
];

impl Refusal {
    /// Whether the rest of the plan may be carried out all the same, without being asked for.
    pub fn lets_the_rest_pass(&self) -> bool {
        LEFT_AS_IT_IS.contains(&self.code.as_str())
    }
}

/// What a command wants to do, computed from a snapshot: nothing has been written yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The changes, in the order they are written.
    pub changes: Vec<Change>,
    /// Accounts that already are as asked.
    pub unchanged: Vec<AccountRef>,
    /// Accounts and rows that are not touched, and why.
    pub refusals: Vec<Refusal>,
}
