//! The integration tests: one binary, one module a subject, against a real slapd.

#[path = "../support/mod.rs"]
mod support;

mod class_and_file;
mod drift;
mod install_packages;
mod kill_and_resume;
mod password_reset;
mod school;
mod version;
