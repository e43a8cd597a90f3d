//! The integration tests: one binary, one module a subject, against a real slapd.

/// Real servers, the second eye, the proxy, the terminal.
#[path = "../support/mod.rs"]
mod support;

/// Shared: the pupils of a sandbox, the slips of a run, a profile that goes through a proxy.
mod school;

/// Shared: a class that is reset into a file, killed at an exact message.
mod interrupted;

/// Many passwords at once: a class, a school, a group, a filter, a file of a thousand.
mod class_and_file;
/// What others do between the plan and the write, and answers that are lost.
mod drift;
/// `scripts/install-packages.sh`.
mod install_packages;
/// Killed at every LDAP message, then resumed.
mod kill_and_resume;
/// `password reset` of one pupil or a few, at a terminal and in a script.
mod password_reset;
/// What happened between an interrupted run and its resume.
mod resume;
/// The binary starts.
mod version;
