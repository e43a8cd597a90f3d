//! What is decided of accounts of one person, before anything is computed from it.

use super::Parties;
use crate::domain::account::Account;

/// Which way accounts are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Rapprochement: both entries stay.
    Link,
    /// Fusion: one entry counts.
    Merge,
}

/// One decision, as a person or a file gives it: stands or falls as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Which way.
    pub verdict: Verdict,
    /// The principal, or the account that is kept.
    pub kept: Account,
    /// The secondaries, or those that are absorbed; at least one.
    pub others: Vec<Account>,
    /// Line of the file that asks for it, from 1; the first one of a family.
    pub line: Option<u64>,
}

impl Decision {
    /// The accounts by the names that a plan and a history keep.
    pub fn parties(&self) -> Parties {
        Parties {
            kept: self.kept.reference(),
            others: self.others.iter().map(Account::reference).collect(),
        }
    }

    /// All its accounts, the kept one first.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        std::iter::once(&self.kept).chain(&self.others)
    }
}
