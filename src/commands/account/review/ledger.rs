//! What a person has decided so far, in the order of deciding: what is kept in the file of a review. Names of entries
//! and marks, and nothing of what stands in them.

use crate::domain::dn::Dn;
use crate::domain::join::Verdict;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the file's form.
pub(super) const FORMAT_VERSION: u32 = 1;

/// What was answered of two accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Answer {
    /// One person: rapprochement.
    Link,
    /// One person: fusion.
    Merge,
    /// Two people.
    Dismiss,
    /// Another time.
    Later,
    /// No decision yet: the other account is the one to keep. All that was answered of this person before is void.
    Turn,
}

impl Answer {
    /// What is to be carried out, if anything.
    pub fn verdict(self) -> Option<Verdict> {
        match self {
            Answer::Link => Some(Verdict::Link),
            Answer::Merge => Some(Verdict::Merge),
            Answer::Dismiss => Some(Verdict::Dismiss),
            Answer::Later | Answer::Turn => None,
        }
    }

    fn joins(self) -> bool {
        matches!(self, Answer::Link | Answer::Merge)
    }
}

/// An account as it was when it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    /// Name of the entry.
    pub dn: Dn,
    /// Changes where what was shown of it changes ([`super::face::Face::mark`]).
    pub mark: String,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// What was answered.
    pub answer: Answer,
    /// The one to keep.
    pub kept: Seen,
    /// The other one.
    pub other: Seen,
    /// All the accounts that were taken for this person's then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group: Vec<Dn>,
    /// When.
    pub at: Timestamp,
}

impl Entry {
    /// Whether it is about these two, in either order.
    pub fn is_about(&self, a: &Dn, b: &Dn) -> bool {
        let (kept, other) = (&self.kept.dn, &self.other.dn);
        (kept == a && other == b) || (kept == b && other == a)
    }
}

/// The answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ledger {
    /// Version of the form.
    pub format_version: u32,
    /// Top of the directory that it is about.
    pub base_dn: Dn,
    /// In the order of answering.
    pub entries: Vec<Entry>,
}

impl Ledger {
    /// Nothing answered yet.
    pub fn new(base_dn: Dn) -> Self {
        Ledger {
            format_version: FORMAT_VERSION,
            base_dn,
            entries: Vec::new(),
        }
    }

    /// The answers that hold, with their places: of each pair the last one, unless its person was begun anew.
    pub fn standing(&self) -> Vec<(usize, &Entry)> {
        let mut held: BTreeMap<(&Dn, &Dn), usize> = BTreeMap::new();
        for (place, entry) in self.entries.iter().enumerate() {
            let (a, b) = (&entry.kept.dn, &entry.other.dn);
            if entry.answer == Answer::Turn {
                let within = |dn: &Dn| entry.group.contains(dn) || dn == a || dn == b;
                held.retain(|(x, y), _| !(within(x) && within(y)));
            } else {
                held.insert(if a < b { (a, b) } else { (b, a) }, place);
            }
        }
        let mut places: Vec<usize> = held.into_values().collect();
        places.sort_unstable();
        places
            .into_iter()
            .map(|place| (place, &self.entries[place]))
            .collect()
    }

    /// The answers that are to be carried out.
    pub fn decided(&self) -> Vec<&Entry> {
        let standing = self.standing().into_iter().map(|(_, entry)| entry);
        standing
            .filter(|entry| entry.answer.verdict().is_some())
            .collect()
    }

    /// What was decided before that does not go with joining these two: an account has one principal, and a principal
    /// has none.
    pub fn conflict(&self, kept: &Dn, other: &Dn) -> Option<&Entry> {
        self.decided()
            .into_iter()
            .filter(|entry| entry.answer.joins() && !entry.is_about(kept, other))
            .find(|entry| {
                entry.other.dn == *other || entry.other.dn == *kept || entry.kept.dn == *other
            })
    }

    /// Whether this account is joined to another one by what was decided.
    pub fn joined_to(&self, dn: &Dn) -> Option<&Dn> {
        self.decided()
            .into_iter()
            .find(|entry| entry.answer.joins() && entry.other.dn == *dn)
            .map(|entry| &entry.kept.dn)
    }

    /// Pairs that are two people because of what was decided of others: where B is joined to A, and C is not A, C is
    /// not B either.
    pub fn implied(&self) -> Vec<(Dn, Dn)> {
        let decided = self.decided();
        let mut pairs = Vec::new();
        for apart in decided.iter().filter(|e| e.answer == Answer::Dismiss) {
            let sides = [
                (&apart.kept.dn, &apart.other.dn),
                (&apart.other.dn, &apart.kept.dn),
            ];
            for (one, another) in sides {
                for joined in decided.iter().filter(|e| e.answer.joins()) {
                    let with = &joined.other.dn;
                    let together = apart.group.contains(with) && apart.group.contains(another);
                    let known = || decided.iter().any(|e| e.is_about(with, another));
                    if joined.kept.dn == *one && with != another && together && !known() {
                        pairs.push((another.clone(), with.clone()));
                    }
                }
            }
        }
        pairs.sort();
        pairs.dedup();
        pairs
    }

    /// Takes out what is about these two.
    pub fn forget(&mut self, a: &Dn, b: &Dn) {
        self.entries.retain(|entry| !entry.is_about(a, b));
    }
}
