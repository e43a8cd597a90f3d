//! entctl administers the accounts of a French school's ENT in its LDAP directory.
//!
//! The rooms, and who may know whom (kept true by `tests/architecture.rs`):
//!
//! ```text
//! main → lib → app (composition root: the only place that names concrete adapters)
//! cli (what is typed) ← commands (one file per verb: Args, then one function that tells the story)
//! commands → execute (the one door for writes) → domain (pure: no I/O, no clock, no ldap3, no clap)
//! commands → output (table, json, csv; decides nothing)
//! ports: directory, history, mail, spool   ←   adapters: directory::ldap, history::files, mail::smtp, mail::folder,
//!                                              spool::files
//! schema (mapping as data), config, i18n (locales/en, fr), slips, letters, dossier, spreadsheet, plan_file
//! ```

pub mod app;
pub mod cli;
pub mod commands;
pub mod config;
pub mod directory;
pub mod domain;
pub mod dossier;
pub mod error;
pub mod execute;
pub mod explain;
pub mod history;
pub mod i18n;
pub mod letters;
pub mod mail;
pub mod output;
pub mod people;
pub mod plan_file;
pub mod random;
pub mod run;
pub mod sandbox;
pub mod schema;
pub mod slips;
pub mod spool;
pub mod spreadsheet;
pub mod surroundings;
pub mod trust;
