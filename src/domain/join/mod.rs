//! Accounts of one person joined: linked (rapprochement: both stay, the principal gets the rights of both) or merged
//! (fusion: one account counts), and taken apart again. Pure: what is computed from a [`Scene`] that was read is a
//! list of changes, carried out by the one door as one decision.
//!
//! The order of the changes is the safety: what is given comes before what is taken, the record of a gift comes with
//! the first of all, an account is closed last and opened first. No LDAP transaction is needed, and a crash between
//! two changes loses no child, no group and no way in.

mod decision;
mod dismiss;
mod draft;
mod families;
mod gift;
mod keep;
mod link;
mod local;
mod mention;
mod merge;
mod names;
mod refresh;
mod refused;
mod rows;
mod scene;

pub use decision::{Decision, Verdict};
pub use dismiss::dismiss;
pub use draft::Draft;
pub use families::Families;
pub use gift::Gift;
pub use keep::better_kept;
pub use link::{link, unlink};
pub use local::gifts_of;
pub use mention::{mentions, named, renamed};
pub use merge::{MergeRules, carry, merge};
pub use names::{JoinKeys, JoinNames, JoinRules};
pub use refresh::{Standing, refresh, standing};
pub use refused::{Asked, JoinRefusal, may_join};
pub use rows::{Cells, DecisionRow, Grouped, Lookup, Misfit, Named, check_of, group, is_same_cell};
pub use scene::Scene;

#[cfg(test)]
mod family_tests;
#[cfg(test)]
pub(crate) mod rows_tests;
#[cfg(test)]
mod tests;

use super::account::AccountRef;
use super::change::Change;

/// What a decision comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joined {
    /// The changes, in the order they are carried out; none where all is so already.
    pub changes: Vec<Change>,
    /// What a person should know: values that stay as they are.
    pub remarks: Vec<Remark>,
}

/// Something that a join leaves, or takes, and that a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Stable code: `single-kept` (a value that may stand only once was not overwritten), `may-be-fed` (the nightly
    /// feed may have given it since, and it was taken back all the same), `last-member` (would have left a group
    /// empty), `vanished` (a secondary that is not there any more; what it gave stays), `untied` (one that came back
    /// without its tie),
    /// `redirect-left` (where mail is forwarded to was not taken over), `feed-brings-back` (the nightly feed knows the
    /// deleted account, and will make it again), `login-free` (no place to keep the login of a deleted account).
    pub code: &'static str,
    /// Of whom, or of which group, by the name people know it by.
    pub about: String,
    /// The attribute, where it is about one.
    pub attribute: String,
}

/// The accounts of one decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties {
    /// The principal, or the one that is kept.
    pub kept: AccountRef,
    /// The secondaries, or those that are absorbed; at least one.
    pub others: Vec<AccountRef>,
}
