//! The trade itself, pure: no I/O, no clock, no directory library, no command line.
//!
//! Everything here can be tested by calling it. Values that come from outside (entries, the time,
//! random numbers) are handed in; what goes out are plans, refusals and reasons as data, never words
//! for a person: the words are chosen in `i18n`.

pub mod account;
pub mod certificate;
pub mod change;
pub mod correction;
pub mod decision;
pub mod departed;
pub mod dn;
pub mod duplicates;
pub mod effect;
pub mod entry;
pub mod expiry;
pub mod filter;
pub mod intents;
pub mod job;
pub mod join;
pub mod ldif;
pub mod limits;
pub mod mail_address;
pub mod mention;
pub mod names;
pub mod nearest;
pub mod notice;
pub mod packed;
pub mod password;
pub mod redirect;
pub mod rules;
pub mod secret;
pub mod shares;
pub mod stretch;
pub mod subschema;
pub mod texts;
pub mod ties;
pub mod time;
pub mod typed_login;
pub mod undo;
pub mod when;
