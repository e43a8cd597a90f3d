//! The integration tests: one binary, one module a subject, against a real slapd.

/// Real servers, the second eye, the proxy, the terminal.
#[path = "../support/mod.rs"]
mod support;

<<<<<<< HEAD
/// Closing and opening accounts.
mod access;
mod class_and_file;
mod demo;
/// Folders that cannot be written, disks that are full.
mod disks;
mod documented_json;
mod drift;
/// A simulation writes nothing anywhere.
mod dry_run;
/// Wrong passwords and certificates, servers that are down or silent, Ctrl-C.
mod faults;
/// Names and words that would steer a terminal, a spreadsheet, a filter.
mod hostile_data;
mod install_packages;
mod kill_and_resume;
/// What is said when something is wrong: `docs/messages.md`.
mod messages;
/// One's own password, at a terminal and by a program.
mod password_change;
mod password_reset;
/// Finding one account by whatever a person may call it, and its card.
mod people;
mod plain_directory;
/// The people of the sandbox and profiles of a test's own, for the tests of guards and faults.
mod premises;
/// A school as the tests of the writing story see it.
mod school;
/// Who may be seen and changed: namesakes, roles, schools, protected accounts.
mod scope_and_roles;
/// No password anywhere but where it is handed out.
mod secrets;
=======
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
>>>>>>> reset
mod version;
