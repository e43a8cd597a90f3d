//! The integration tests: one binary, one module a subject, against a real slapd.

/// Real servers, the second eye, the proxy, the terminal.
#[path = "../support/mod.rs"]
mod support;

/// Shared: a class that is reset into a file, killed at an exact message.
mod interrupted;
/// Shared: a history of runs made up without a directory.
mod login_page;
mod made_up;
/// Shared: passwords that go by mail, and the profile that sends them.
mod mailing;
mod merging;
/// Shared: the people of the sandbox and profiles of a test's own, for the tests of guards and faults.
mod premises;
/// Shared: the pupils of a sandbox, the slips of a run, a profile that goes through a proxy.
mod school;

/// Closing and opening accounts.
mod access;
/// Many passwords at once: a class, a school, a group, a filter, a file of a thousand.
mod class_and_file;
/// The services, timers and crontab lines of `contrib/`.
mod contrib;
/// The right of correction: `account set`.
mod correction;
/// Decisions of several changes: whole or not at all, and taken back as one.
mod decisions;
/// Decisions on pairs of accounts, from a file: all or none, sorted wrongly, through a real spreadsheet.
mod decisions_file;
/// `scripts/demo.sh`.
mod demo;
/// Whose data must go: pupils without a class, parents without a child, staff without a post.
mod departed;
/// Folders that cannot be written, disks that are full.
mod disks;
/// What is printed in JSON is what the documents say.
mod documented_json;
/// What others do between the plan and the write, and answers that are lost.
mod drift;
/// A simulation writes nothing anywhere.
mod dry_run;
/// `account duplicates`: parents who stand twice.
mod duplicates;
/// All that is held on one person, for that person.
mod export;
/// Wrong passwords and certificates, servers that are down or silent, Ctrl-C.
mod faults;
/// A few refused in a long list, on a directory just loaded, and what a replica makes of it.
mod few_refused;
/// Many accounts cost few searches.
mod few_searches;
/// One profile for forty schools.
mod forty_schools;
/// `history list --account`: what became of one person.
mod history_account;
/// `history prune`, `history export`, and a history that an older entctl wrote.
mod history_keep;
/// `history list`, its filters, and two who write it at once.
mod history_list;
/// A history that several users of the machine share, and what the system log is told.
mod history_shared;
/// Names and words that would steer a terminal, a spreadsheet, a filter.
mod hostile_data;
/// `scripts/install-packages.sh`.
mod install_packages;
/// Jobs: did it run, never two at once, whose turn it is.
mod jobs;
/// After a join: who is served, and what stays closed.
mod joined;
/// A link and a merge, killed and cut at their LDAP messages.
mod joins_broken;
/// One merge of many taken back.
mod joins_many;
/// Killed at every LDAP message, then resumed.
mod kill_and_resume;
/// Servers that do not take a question about many.
mod limited;
/// `account link` and `account unlink`.
mod linking;
/// Redirects and recovery addresses: `mail show`, `mail set`, `mail clear`.
mod mail_aliases;
/// Redirects as a real Postfix follows them.
mod mail_delivery;
mod mail_redirect;
/// `mail sync` and `mail list` at size.
mod mail_sizes;
/// The conversation with a mail server, and every way in which it fails.
mod mail_smtp;
/// `mail list` and `mail sync`.
mod mail_sync;
/// What is said when something is wrong: `docs/messages.md`.
mod messages;
/// Profiles narrowed to classes, roles and commands.
mod narrowed;
/// Mails to those whom a change concerns.
mod notices;
/// One's own password, at a terminal and by a program.
mod password_change;
/// The end of temporary passwords: `password expire`, `password reset --valid-for`.
mod password_expire;
/// `password reset` of one pupil or a few, at a terminal and in a script.
mod password_reset;
/// `password send`: temporary passwords by mail.
mod password_send;
/// `password send`: encryption, guards, addresses that are tricks, batches, a full disk.
mod password_send_guards;
/// `password send`, killed at every message of either conversation, then resumed.
mod password_send_kills;
/// Finding one account by whatever a person may call it, and its card.
mod people;
/// A directory of inetOrgPerson entries, with and without a password policy.
mod plain_directory;
/// Plans that are saved and carried out later.
mod plans;
/// A run of a thousand, killed and cut at random.
mod random_kills;
/// The accounts left out, as a file to be mended and read again.
mod rejects;
/// What happened between an interrupted run and its resume.
mod resume;
/// `account review` at a terminal.
mod review;
/// How often a command on one account waits for the directory: `docs/round-trips.md`.
mod round_trips;
/// Who may be seen and changed: namesakes, roles, schools, protected accounts.
mod scope_and_roles;
/// No password anywhere but where it is handed out.
mod secrets;
/// Many changes written as one: all or none, broken, refused, and the server's data whole afterwards.
mod transactions;
/// A run taken back, by entctl and by ldapmodify alone.
mod undo;
/// Passwords that reach nobody, and runs that are not one's own to finish.
mod unseen;
/// The binary starts.
mod version;
