//! Who may know whom: the sentences of `src/lib.rs` and `docs/decisions/`, kept true by reading the source.
//!
//! Each [`Rule`] is a row of a table; each is shown to fail on a snippet that breaks it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

#[path = "support/source.rs"]
mod source;

use source::{Reference, Source};

/// Longer files are hard to hold in the head.
const LONGEST: usize = 600;

/// What a rule forbids to name.
#[derive(Debug, Clone, Copy)]
enum Forbidden {
    /// This path and all below it; one word is another crate.
    Path(&'static str),
    /// This name, wherever it comes from.
    Name(&'static str),
    /// This macro.
    Macro(&'static str),
    /// All our rooms but the own one and these.
    RoomsExcept(&'static [&'static str]),
}

use Forbidden::{Macro, Name, Path as Below, RoomsExcept};

/// One sentence of the architecture.
struct Rule {
    /// The sentence, as it is shown with a violation.
    sentence: &'static str,
    /// Where it holds: rooms or files below `src`, without `.rs`; `app*` means all that begin so; empty
    /// means everywhere.
    inside: &'static [&'static str],
    /// Where it does not, although inside.
    except: &'static [&'static str],
    /// What must not be named there.
    forbidden: &'static [Forbidden],
    /// Whether it holds for test code as well.
    tests_too: bool,
}

const RULES: &[Rule] = &[
    Rule {
        sentence: "only directory::ldap speaks to the LDAP library",
        inside: &[],
        except: &["directory/ldap"],
        forbidden: &[Below("ldap3")],
        tests_too: false,
    },
    Rule {
        sentence: "only the adapters that encrypt, and trust, speak to the TLS libraries",
        inside: &[],
        except: &["directory/ldap", "mail/smtp", "trust"],
        forbidden: &[
            Below("rustls"),
            Below("tokio_rustls"),
            Below("rustls_native_certs"),
        ],
        tests_too: false,
    },
    Rule {
        sentence: "only mail speaks to the mail library",
        inside: &[],
        except: &["mail"],
        forbidden: &[Below("lettre")],
        tests_too: false,
    },
    Rule {
        sentence: "only app names the mail adapters",
        inside: &[],
        except: &["mail", "app*"],
        forbidden: &[Below("crate::mail::smtp"), Below("crate::mail::folder")],
        tests_too: true,
    },
    Rule {
        sentence: "letters know no mail server: what is written and how it is sent are two things",
        inside: &["letters"],
        except: &[],
        forbidden: &[Below("crate::mail")],
        tests_too: true,
    },
    Rule {
        sentence: "only sandbox makes certificates",
        inside: &[],
        except: &["sandbox"],
        forbidden: &[Below("rcgen")],
        tests_too: false,
    },
    Rule {
        sentence: "domain is pure: no other room, no input or output, no clock, no environment",
        inside: &["domain"],
        except: &[],
        forbidden: &[
            RoomsExcept(&[]),
            Below("std::fs"),
            Below("std::net"),
            Below("std::process"),
            Below("std::env"),
            Below("std::time::SystemTime"),
            Below("std::time::Instant"),
            Below("jiff::Timestamp::now"),
            Below("jiff::Zoned::now"),
            Below("tokio"),
            Below("clap"),
            Below("ldap3"),
        ],
        tests_too: false,
    },
    Rule {
        sentence: "commands tell a story in domain words: no library, no file, no network, no adapter, \
                   and no way to write but through execute",
        inside: &["commands"],
        except: &[],
        forbidden: &[
            Below("ldap3"),
            Below("lettre"),
            Below("std::fs"),
            Below("std::net"),
            Below("tokio::fs"),
            Below("tokio::net"),
            Below("crate::directory::ldap"),
            Below("crate::history::files"),
            Name("DirectoryWriter"),
        ],
        tests_too: false,
    },
    Rule {
        sentence: "there is one door for writes: only directory, execute and app know DirectoryWriter",
        inside: &[],
        except: &["directory", "execute", "app*"],
        forbidden: &[Name("DirectoryWriter")],
        tests_too: true,
    },
    Rule {
        sentence: "only app names the LDAP adapter",
        inside: &[],
        except: &["directory", "app*"],
        forbidden: &[Below("crate::directory::ldap")],
        tests_too: true,
    },
    Rule {
        sentence: "only app names the adapter that keeps the history in files",
        inside: &[],
        except: &["history", "app*"],
        forbidden: &[Below("crate::history::files")],
        tests_too: true,
    },
    Rule {
        sentence: "only app names the adapter that tells the system log",
        inside: &[],
        except: &["history", "app*"],
        forbidden: &[Below("crate::history::journal")],
        tests_too: true,
    },
    Rule {
        sentence: "only app names the adapter that keeps requests in files",
        inside: &[],
        except: &["spool", "app*"],
        forbidden: &[Below("crate::spool::files")],
        tests_too: true,
    },
    Rule {
        sentence: "only the journal speaks to the system log",
        inside: &[],
        except: &["history/journal"],
        forbidden: &[Below("syslog")],
        tests_too: false,
    },
    Rule {
        sentence: "only app names the adapter that writes slips to files",
        inside: &[],
        except: &["slips", "app*"],
        forbidden: &[
            Below("crate::slips::PendingSlips"),
            Below("crate::slips::pending"),
        ],
        tests_too: true,
    },
    Rule {
        sentence: "ports speak domain types alone",
        inside: &[
            "directory/mod",
            "history/mod",
            "spool/mod",
            "mail/mod",
            "mail/message",
            "mail/pace",
        ],
        except: &[],
        forbidden: &[RoomsExcept(&["domain"])],
        tests_too: true,
    },
    Rule {
        sentence: "output decides nothing: it knows neither the directory nor who writes",
        inside: &["output"],
        except: &[],
        forbidden: &[
            Below("crate::directory"),
            Below("crate::execute"),
            Below("crate::commands"),
        ],
        tests_too: true,
    },
    Rule {
        sentence: "only cli, commands, lib and app know how arguments are parsed",
        inside: &[],
        except: &["cli", "commands", "lib", "app*"],
        forbidden: &[Below("clap"), Below("clap_complete"), Below("clap_mangen")],
        tests_too: true,
    },
    Rule {
        sentence: "only output prints",
        inside: &[],
        except: &["output"],
        forbidden: &[
            Macro("println"),
            Macro("print"),
            Macro("eprintln"),
            Macro("eprint"),
        ],
        // What a test prints is shown when it fails, and never reaches a person otherwise.
        tests_too: false,
    },
    Rule {
        sentence: "only main ends the process",
        inside: &[],
        except: &["output", "main"],
        forbidden: &[Below("std::process::exit"), Below("rustix::process::exit")],
        tests_too: true,
    },
];

impl Rule {
    fn holds_in(&self, file: &str) -> bool {
        let within = |places: &[&str]| places.iter().any(|place| stands_in(file, place));
        (self.inside.is_empty() || within(self.inside)) && !within(self.except)
    }

    fn forbids(&self, file: &str, reference: &Reference) -> bool {
        (self.tests_too || !reference.in_test)
            && self
                .forbidden
                .iter()
                .any(|forbidden| forbidden.is_named_by(file, reference))
    }
}

impl Forbidden {
    fn is_named_by(self, file: &str, reference: &Reference) -> bool {
        let path = &reference.path;
        match self {
            Name(name) => path.iter().any(|segment| segment == name),
            Macro(name) => reference.is_macro && path.last().is_some_and(|last| last == name),
            Below(root) => {
                let root: Vec<&str> = root.split("::").collect();
                let shared = root.iter().zip(path).take_while(|(r, p)| *r == p).count();
                // A glob above it brings it in too.
                let glob = path.get(shared).is_some_and(|next| next == "*") && shared > 0;
                reference.rooted && (shared == root.len() || glob)
            }
            RoomsExcept(allowed) => {
                let own = file.split(['/', '.']).next().unwrap_or_default();
                let room = path.get(1).map(String::as_str);
                path.first().is_some_and(|first| first == "crate")
                    && room.is_some_and(|room| room != own && !allowed.contains(&room))
            }
        }
    }
}

/// Whether a file below `src` is that file or stands in that room.
fn stands_in(file: &str, place: &str) -> bool {
    match place.strip_suffix('*') {
        Some(beginning) => file.starts_with(beginning),
        None => file
            .strip_prefix(place)
            .is_some_and(|rest| rest == ".rs" || rest.starts_with('/')),
    }
}

/// Every place that breaks a rule, one line each.
fn violations(sources: &[Source]) -> String {
    let mut text = String::new();
    for source in sources {
        for rule in RULES.iter().filter(|rule| rule.holds_in(&source.file)) {
            let mut broken: Vec<(usize, String)> = source
                .references
                .iter()
                .filter(|reference| rule.forbids(&source.file, reference))
                .map(|reference| (reference.line, reference.path.join("::")))
                .collect();
            broken.sort();
            broken.dedup();
            for (line, path) in broken {
                let (file, sentence) = (&source.file, rule.sentence);
                let _ = writeln!(text, "src/{file}:{line}: names {path}, but {sentence}");
            }
        }
    }
    text
}

fn src() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
}

fn snippet(file: &str, code: &str) -> String {
    let files = BTreeMap::from([(file.to_owned(), code.to_owned())]);
    violations(&source::parse_all(&files))
}

#[test]
fn everyone_knows_only_whom_they_may() {
    let sources = source::read_all(src());
    let files: Vec<&str> = sources.iter().map(|source| source.file.as_str()).collect();
    assert!(files.contains(&"lib.rs"), "{files:?}");
    let found = violations(&sources);
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = source::read_all(src())
        .into_iter()
        .filter(|source| source.lines > LONGEST)
        .map(|source| format!("src/{}: {} lines", source.file, source.lines))
        .collect();
    assert!(long.is_empty(), "more than {LONGEST} lines: {long:#?}");
}

/// The rooms that the map at the head of `src/lib.rs` names.
fn rooms_on_the_map(lib: &str) -> Vec<String> {
    let head: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .collect();
    let head = head.join("\n");
    let map = head.split("```").nth(1).unwrap_or_default();
    let map = map.strip_prefix("text").unwrap_or(map);
    let mut depth = 0;
    let outside: String = map
        .chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            depth == 0 && *c != ')'
        })
        .collect();
    outside
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '→' | '←'))
        // `ports:` and the like are headings, not rooms.
        .filter(|word| !word.is_empty() && !word.ends_with(':'))
        .map(|word| word.replace("::", "/"))
        .collect()
}

#[test]
fn the_map_names_only_rooms_that_exist() {
    let lib = std::fs::read_to_string(src().join("lib.rs")).expect("src/lib.rs");
    let rooms = rooms_on_the_map(&lib);
    assert!(rooms.len() > 5, "the map was not found: {rooms:?}");
    let missing: Vec<&String> = rooms
        .iter()
        .filter(|room| !src().join(room).is_dir() && !src().join(format!("{room}.rs")).is_file())
        .collect();
    assert!(
        missing.is_empty(),
        "on the map, but not in src: {missing:?}"
    );
}

#[test]
fn the_map_is_read() {
    let lib = "//! Rooms:\n//!\n//! ```text\n//! main → lib (a, b)\n//! ports: x   ←   adapters: x::y\n//! ```\n";
    assert_eq!(rooms_on_the_map(lib), ["main", "lib", "x", "x/y"]);
}

/// A snippet for each rule that breaks it.
const BROKEN: &[(&str, &str)] = &[
    ("execute/mod.rs", "fn f() { ldap3::Ldap::new(); }"),
    ("directory/mod.rs", "use rustls as tls;"),
    ("mail/folder.rs", "use tokio_rustls::TlsConnector;"),
    ("letters/mod.rs", "use lettre::Message;"),
    ("letters/mod.rs", "use crate::mail::Message;"),
    ("execute/x.rs", "use crate::mail::smtp::SmtpServer;"),
    ("directory/other.rs", "use rcgen::Certificate;"),
    ("domain/x.rs", "use crate::i18n::Text;"),
    (
        "domain/deep/x.rs",
        "use super::super::super::config::Config;",
    ),
    ("domain/x.rs", "fn f() { std::env::var(\"A\"); }"),
    (
        "domain/x.rs",
        "use std::{io, time::{self, Duration}}; fn f() { time::SystemTime::now(); }",
    ),
    (
        "domain/x.rs",
        "use jiff::Timestamp as T; fn f() { T::now(); }",
    ),
    (
        "domain/x.rs",
        "mod y { fn f() -> jiff::Zoned { jiff::Zoned::now() } }",
    ),
    ("domain/x.rs", "use std::*;"),
    ("domain/x.rs", "#[derive(clap::Args)] struct A;"),
    ("domain/x.rs", "fn f() { assert_eq!(1, tokio::x(\"a\")); }"),
    ("domain/x.rs", "#[cfg(not(test))] mod m { use std::fs; }"),
    (
        "commands/password/reset.rs",
        "use std::fs; fn f() { fs::write(\"a\", \"b\"); }",
    ),
    (
        "commands/x.rs",
        "fn f() -> Box<dyn crate::directory::DirectoryWriter> { g() }",
    ),
    (
        "commands/x.rs",
        "use crate::directory; fn f() { directory::ldap::connect(); }",
    ),
    ("commands/x.rs", "extern crate lettre;"),
    (
        "sandbox.rs",
        "use crate::directory::{Directory, DirectoryWriter as W};",
    ),
    (
        "sandbox/mod.rs",
        "fn f() { vec![crate::directory::ldap::connect()]; }",
    ),
    ("execute/x.rs", "use crate::history::files::Folder;"),
    ("execute/x.rs", "use crate::history::journal::Journal;"),
    ("history/files.rs", "use syslog::Facility;"),
    ("commands/x.rs", "use crate::spool::files::FileSpool;"),
    ("execute/x.rs", "use crate::slips::PendingSlips;"),
    ("directory/mod.rs", "use crate::i18n::Text;"),
    ("history/mod.rs", "use super::config::Config;"),
    ("output/table.rs", "use crate::{domain, execute::Report};"),
    ("config/mod.rs", "fn f() { <clap::Command as X>::y(); }"),
    ("config/mod.rs", "fn f() { eprintln!(\"x\"); }"),
    ("lib.rs", "fn f() { m!(print!(\"x\")); }"),
    ("app.rs", "use std::process; fn f() { process::exit(1) }"),
];

/// What must pass.
const FINE: &[(&str, &str)] = &[
    (
        "directory/ldap/mod.rs",
        "use ldap3::Ldap; use crate::directory::DirectoryWriter;",
    ),
    (
        "domain/x.rs",
        "use super::dn::Dn; use crate::domain::entry; use std::time::Duration;",
    ),
    (
        "domain/x.rs",
        "#[cfg(test)] mod tests { use super::*; use std::fs; #[test] fn t() {} }",
    ),
    (
        "domain/x.rs",
        "fn f(tokio: u8, clap: u8) -> u8 { g!(tokio, clap); tokio + clap }",
    ),
    (
        "app.rs",
        "use crate::directory::ldap; use crate::history::files; fn f() { ldap::connect(); }",
    ),
    ("app_offline.rs", "use crate::directory::DirectoryWriter;"),
    (
        "commands/x.rs",
        "use clap::Args; use std::path::PathBuf; use crate::directory::Directory;",
    ),
    (
        "history/mod.rs",
        "use super::domain::dn::Dn; use crate::history::Run;",
    ),
    ("output/mod.rs", "fn f() { println!(\"x\"); }"),
    ("main.rs", "fn main() { std::process::exit(entctl::run()) }"),
    (
        "config/mod.rs",
        "#[cfg(test)] mod tests { #[test] fn t() { println!(\"x\"); } }",
    ),
    ("config/mod.rs", "fn f() { if a != b { print } }"),
];

#[test]
fn every_rule_can_fail() {
    for (file, code) in BROKEN {
        assert!(!snippet(file, code).is_empty(), "passed: {file}: {code}");
    }
    let all: String = BROKEN.iter().map(|(f, c)| snippet(f, c)).collect();
    for rule in RULES {
        assert!(
            all.contains(rule.sentence),
            "never seen to fail: {}",
            rule.sentence
        );
    }
}

#[test]
fn what_is_allowed_passes() {
    for (file, code) in FINE {
        assert_eq!(snippet(file, code), "", "{file}: {code}");
    }
}

#[test]
fn violations_tell_the_line() {
    assert_eq!(
        snippet("output/x.rs", "//! x\n\nuse crate::execute::Report;\n"),
        "src/output/x.rs:3: names crate::execute::Report, but output decides nothing: it knows neither \
         the directory nor who writes\n"
    );
}

#[test]
fn test_code_in_a_file_of_its_own_is_test_code() {
    let files = |attribute: &str| {
        let parent =
            format!("{attribute} #[path = \"x_tests.rs\"] mod tests; {attribute} mod more;");
        let files = [
            ("domain/x.rs", parent.as_str()),
            ("domain/x_tests.rs", "use std::fs;"),
            ("domain/x/more.rs", "use std::net;"),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
        violations(&source::parse_all(&BTreeMap::from(files)))
    };
    assert_eq!(files("#[cfg(test)]"), "");
    assert_eq!(files("#[cfg(unix)]").lines().count(), 2);
}
