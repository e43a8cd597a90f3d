//! What somebody decided of the accounts of one person.

use crate::domain::account::Account;

/// What is to become of accounts that stand for one person, or seem to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Rapprochement: both stay, the kept one is the principal.
    Link,
    /// Fusion: the kept one counts, the others are absorbed.
    Merge,
    /// Two people, however alike.
    Dismiss,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Verdict; 3] = [Verdict::Link, Verdict::Merge, Verdict::Dismiss];

    /// The stable word, as in the column `decision`.
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Link => "link",
            Verdict::Merge => "merge",
            Verdict::Dismiss => "dismiss",
        }
    }
}

/// One decision: a person may have more than two accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What was decided.
    pub verdict: Verdict,
    /// The principal, or the one that is kept; of two people either.
    pub kept: Account,
    /// The others, each with the line of the file that names it.
    pub others: Vec<(Account, Option<u64>)>,
}
