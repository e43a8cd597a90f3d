//! New passwords and the rules they obey.
//!
//! [`PolicyRules`] is what the server enforces, read from its policy; [`generate()`] makes a password of a
//! [`Style`] within them from random numbers that are handed in; [`check()`] judges one that a person or a
//! school chose; [`explain`] says the rules before anybody is asked to type.

mod check;
mod generate;
mod letters;
mod mixed;
mod random;
mod rules;
mod style;
mod unknown;
mod words;

pub use check::{PersonalWords, Weakness, check};
pub use generate::{StyleDoesNotFit, generate};
pub use random::Random;
pub use rules::{PolicyRules, Rule, explain};
pub use style::{Style, UnknownStyle};
pub use unknown::unknown;
