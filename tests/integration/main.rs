//! The integration tests: one binary, one module a subject, against a real slapd.

#[path = "../support/mod.rs"]
mod support;

mod demo;
mod documented_json;
mod install_packages;
mod version;
