//! entctl administers the accounts of a French school's ENT in its LDAP directory.
//!
//! The rooms, and who may know whom (kept true by `tests/architecture.rs`):
//!
//! ```text
//! main → lib → app (composition root: the only place that names concrete adapters)
//! cli (what is typed) ← commands (one file per verb: Args, then one function that tells the story)
//! commands → execute (the one door for writes) → domain (pure: no I/O, no clock, no ldap3, no clap)
//! commands → output (table, json, csv; decides nothing)
//! ports: directory, history   ←   adapters: directory::ldap, history::files
//! schema (mapping as data), config, i18n (locales/en, fr), slips, spreadsheet
//! ```

pub mod directory;
pub mod domain;
pub mod error;
pub mod i18n;
pub mod sandbox;
