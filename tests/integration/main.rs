//! The integration tests: one binary, one module a subject, against a real slapd.

#[path = "../support/mod.rs"]
mod support;

mod demo;
mod documented_json;
mod drift;
mod install_packages;
mod password_reset;
mod plain_directory;
mod school;
mod version;
