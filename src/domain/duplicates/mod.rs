//! Accounts that may be one person: what is compared, what it weighs, and which accounts belong together.
//!
//! After Fellegi and Sunter (*A Theory for Record Linkage*, 1969), with a third hypothesis beside "one person"
//! and "strangers": **relatives**. Spouses, and a father and his son, agree in everything but the given name;
//! a rule that knows two hypotheses takes them for one person. The probabilities are data with their reasons
//! (`weights.toml`); how rare a name or an address is, is counted in the people at hand.
//!
//! Pure and deterministic: the same people give the same answer, in whatever order they came.

mod balance;
mod blocks;
mod by_contact;
mod by_family;
mod by_name;
mod ceiling;
pub mod check;
mod children;
mod clusters;
mod contact;
mod evidence;
mod likeness;
mod names;
mod person;
mod remembered;
mod score;
mod sound;
mod tallies;
mod weights;

pub use blocks::{Found, Progress, again, find};
pub use clusters::{Cluster, KeepReason, clusters};
pub use evidence::{Evidence, Side};
pub use person::{Person, Population, Raw, Sex, Standing};
pub use score::{Pair, Tier};
pub use weights::Weights;

#[cfg(test)]
mod tests;
