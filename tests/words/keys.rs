//! No sentence without a use, no use without a sentence.

use crate::{fluent, literals};
use clap::CommandFactory as _;
use entctl::config::keys::{KEYS, Section};
use entctl::domain::account::Role;
use entctl::domain::correction::{Elsewhere, Wrong};
use entctl::domain::departed::Evidence;
use entctl::domain::duplicates;
use entctl::domain::join::{JoinRefusal, Verdict};
use entctl::domain::redirect::MailRefusal;
use entctl::error::ExitStatus;
use entctl::schema::{Schema, words};
use std::collections::{BTreeMap, BTreeSet};

/// Keys made of a prefix and a code, and the codes: all of them, and no other.
fn made_keys() -> Vec<(&'static str, Vec<String>)> {
    let listed = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    let access = ["nothing", "confirm", "simulated", "done", "progress"];
    let policy = [
        "password-expired",
        "account-locked",
        "own-password-must-change",
        "password-change-forbidden",
        "old-password-needed",
        "password-too-weak",
        "password-too-short",
        "password-too-young",
        "password-used-before",
    ];
    vec![
        (
            "exit-status-",
            ExitStatus::ALL
                .iter()
                .map(|status| status.code().to_string())
                .collect(),
        ),
        (
            "role-",
            [Role::Pupil, Role::Parent, Role::Teacher, Role::Staff]
                .iter()
                .map(|role| role.as_str().to_owned())
                .chain(["unknown".to_owned()])
                .collect(),
        ),
        (
            "duplicates-reason-",
            duplicates::Evidence::ALL
                .iter()
                .map(|evidence| evidence.code().to_owned())
                .collect(),
        ),
        (
            "duplicates-keep-",
            duplicates::KeepReason::ALL
                .iter()
                .map(|reason| reason.code().to_owned())
                .collect(),
        ),
        (
            "app-ldif-",
            listed(&["line", "base64", "name", "elsewhere", "change"]),
        ),
        (
            "duplicates-tier-",
            listed(&["certain", "probable", "possible"]),
        ),
        ("review-", listed(&["nothing", "simulated", "progress"])),
        (
            "review-decided-",
            Verdict::ALL
                .iter()
                .map(|verdict| verdict.code().to_owned())
                .collect(),
        ),
        ("access-lock-", listed(&access)),
        ("access-unlock-", listed(&access)),
        ("decision-", listed(&["link", "merge", "dismiss"])),
        (
            "dismiss-",
            listed(&access)
                .into_iter()
                .chain(listed(&["two", "no-place", "no-place-hint"]))
                .collect(),
        ),
        (
            "decisions-left-",
            listed(&["link", "merge", "dismiss", "undecided"]),
        ),
        ("correct-", listed(&access)),
        ("link-", listed(&access)),
        ("unlink-", listed(&access)),
        ("merge-", listed(&access)),
        (
            "merge-field-",
            listed(&[
                "name",
                "birth-name",
                "birth-date",
                "login",
                "mails",
                "children",
                "last-login",
                "state",
            ]),
        ),
        (
            "merge-remark-",
            listed(&["redirect-left", "feed-brings-back", "login-free"]),
        ),
        ("refresh-", listed(&access)),
        ("mail-set-", about_one(&access)),
        ("mail-clear-", about_one(&access)),
        (
            "mail-sync-",
            listed(&[
                "nothing",
                "confirm",
                "simulated",
                "done",
                "progress",
                "shrank",
                "fewer",
                "loop",
                "loops",
                "loops-hint",
                "shrank-hint",
            ]),
        ),
        ("reset-", listed(&["nothing", "simulated", "progress"])),
        (
            "send-",
            listed(&["nothing", "confirm", "simulated", "progress"]),
        ),
        ("expire-", listed(&["nothing", "simulated", "progress"])),
        (
            "mail-state-",
            listed(&["prepared", "written", "mailed", "failed", "restored"]),
        ),
        (
            "undo-",
            listed(&["nothing", "simulated", "done", "progress"]),
        ),
        ("policy-", listed(&policy)),
        (
            "set-field-",
            ["sdet", "inetorgperson"]
                .iter()
                .filter_map(|preset| Schema::preset(preset, &BTreeMap::new()))
                .flat_map(|schema| schema.fields())
                .map(|field| field.name)
                .chain(["display-name".to_owned(), "full-name".to_owned()])
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
        ),
        (
            "set-expected-",
            Wrong::ALL.iter().map(|w| w.as_str().to_owned()).collect(),
        ),
        (
            "set-elsewhere-",
            Elsewhere::ALL
                .iter()
                .map(|e| e.as_str().to_owned())
                .collect(),
        ),
        (
            "departed-",
            Evidence::ALL
                .iter()
                .map(|evidence| evidence.as_str())
                .chain(["who-deletes", "undated", "since-alone", "since-alone-hint"])
                .map(str::to_owned)
                .collect(),
        ),
        (
            "directory-",
            listed(&[
                "unreachable",
                "unreachable-hint",
                "certificate",
                "certificate-hint",
                "certificate-unknown-hint",
                "certificate-unknown",
                "certificate-expired",
                "certificate-early",
                "certificate-name",
                "timeout",
                "timeout-hint",
                "connection-lost",
                "busy",
                "credentials",
                "credentials-hint",
                "own-account-locked",
                "own-account-locked-hint",
                "own-password-must-change",
                "no-rights",
                "no-rights-hint",
                "no-such-object",
                "drift",
                "size-limit",
                "size-limit-hint",
                "server-time-limit",
                "password-refused",
                "value-conflict",
                "filter-invalid",
                "url-invalid",
                "outcome-unknown",
                "protocol",
                "insecure",
                "insecure-hint",
                "server-refused",
                // Said as they are.
                "server-says",
                "cause",
            ]),
        ),
        (
            // What may become of an account: the policy's reasons, and what the server or the run says.
            "outcome-",
            policy
                .iter()
                .copied()
                .chain([
                    "taken-back",
                    "held-back",
                    "drift",
                    "drift-disabled",
                    "gone",
                    "protected",
                    "out-of-scope",
                    "account-absorbed",
                    "account-secondary",
                    "owner-changed",
                    "owner-knows",
                    "outcome-unknown",
                    "refused-by-server",
                    "busy",
                    "credentials",
                    "own-account-locked",
                    "no-rights",
                    "size-limit",
                    "server-time-limit",
                    "password-refused",
                    "value-conflict",
                    "protocol",
                    "insecure",
                    "server-refused",
                ])
                .chain([
                    "mail-unreachable",
                    "mail-timeout",
                    "mail-connection-lost",
                    "mail-certificate",
                    "mail-insecure",
                    "mail-denied",
                    "mail-recipient-refused",
                    "mail-temporary",
                    "mail-refused",
                    "mail-outcome-unknown",
                    "mail-protocol",
                    "mail-storage",
                    "letters-not-written",
                    "role-pupil",
                    "role-unknown",
                    "account-disabled",
                    "recovery-missing",
                    "recovery-unusable",
                    "recovery-behind",
                    "recovery-shared",
                    "sent-too-often",
                    "request-expired",
                    "address-invalid",
                ])
                .chain([
                    "kind-pending",
                    "kind-done",
                    "kind-unchanged",
                    "kind-refused",
                    "kind-failed",
                    "kind-unknown",
                ])
                .map(str::to_owned)
                .collect(),
        ),
        ("export-kinship-", listed(&words::link_words().0)),
        ("export-legal-", listed(&words::link_words().1)),
        (
            "refusal-",
            listed(&[
                "role-parent",
                "role-teacher",
                "role-staff",
                "role-unknown",
                "own-password",
                "protected",
                "out-of-scope",
                "moved-since",
                "linked-since",
                "password-not-kept",
                "not-kept",
                "gone-since",
                "made-anew",
                "drift",
                "gone",
                "not-found",
                "ambiguous",
                "repeated",
                "empty-cell",
                "role-hint",
                "own-password-hint",
                "role-pupil",
                "account-disabled",
                "account-absorbed",
                "account-secondary",
                "joined-to-nobody",
                "joined-in-chain",
                "joined-contradictory",
                "recovery-missing",
                "recovery-unusable",
                "recovery-shared",
                "sent-too-often",
                "role-unknown-hint",
            ])
            .into_iter()
            .chain(MailRefusal::ALL.iter().map(|why| why.code().to_owned()))
            .chain(JoinRefusal::ALL.iter().map(|why| why.code().to_owned()))
            .chain(listed(&[
                "join-out-of-scope",
                "join-protected",
                "principal-gone",
                "is-principal",
                "is-absorbed",
                "link-elsewhere",
                "local-record-one",
            ]))
            .chain(listed(&[
                "redirect-loop",
                "address-invalid",
                "keep-copy-invalid",
            ]))
            .chain(listed(&[
                "unknown-word",
                "repeated-row",
                "contradictory",
                "absorbed-twice",
                "chain",
                "with-line",
                "same-account",
                "joined",
            ]))
            .collect(),
        ),
        ("link-part-", listed(&["principal", "secondary"])),
        (
            "link-remark-",
            listed(&[
                "single-kept",
                "may-be-fed",
                "last-member",
                "vanished",
                "untied",
                "principal-gone",
            ]),
        ),
        (
            "run-",
            listed(&["running", "prepared", "unfinished", "finished"]),
        ),
        (
            "state-",
            listed(&[
                "active",
                "disabled",
                "locked",
                "must-change",
                "no-password",
                "linked",
                "absorbed",
            ]),
        ),
        (
            "sandbox-state-",
            listed(&["running", "stopped", "crashed", "absent"]),
        ),
        (
            "spreadsheet-column-",
            listed(&[
                "login",
                "id",
                "join-key",
                "mail",
                "name",
                "last-name",
                "first-name",
                "class",
                "school",
                "password",
                "named",
            ]),
        ),
        ("spreadsheet-misfit-", listed(&["check", "name", "login"])),
        (
            "spreadsheet-hint-",
            listed(&[
                "encoding",
                "cut",
                "columns",
                "header",
                "repeated",
                "empty",
                "mixed-family",
                "misfit",
            ]),
        ),
        (
            "config-type-",
            listed(&[
                "string", "integer", "float", "boolean", "datetime", "array", "table",
            ]),
        ),
        (
            "config-section-",
            Section::ALL
                .iter()
                .map(|section| ending(&section.text().key, "config-section-"))
                .collect(),
        ),
        (
            "config-key-",
            KEYS.iter()
                .map(|key| ending(&key.text().key, "config-key-"))
                .collect(),
        ),
        (
            "letters-weekday-",
            (1..=7).map(|day| day.to_string()).collect(),
        ),
        (
            "letters-month-",
            (1..=12).map(|month| month.to_string()).collect(),
        ),
        ("value-", value_names()),
        (
            "attribute-",
            words::names()
                .into_iter()
                .chain(words::named())
                .map(str::to_ascii_lowercase)
                .collect(),
        ),
        (
            "export-verb-",
            listed(&[
                "password-reset",
                "password-send",
                "password-change",
                "password-expire",
                "account-set",
                "account-lock",
                "account-unlock",
                "account-link",
                "account-unlink",
                "account-refresh",
                "account-merge",
                "account-dismiss",
                "mail-set",
                "mail-clear",
                "mail-sync",
                "history-undo",
            ]),
        ),
    ]
}

/// Prefixes under which the code itself holds every ending as a text: `at("no-rows", …)`.
const ENDINGS_IN_SOURCE: [&str; 4] = [
    "config-expected-",
    "config-syntax-",
    "config-",
    "spreadsheet-",
];

/// What a verb says that writes to one account at a time.
fn about_one(usual: &[&str]) -> Vec<String> {
    let own = ["done-one", "one-account", "one-account-hint"];
    usual.iter().chain(&own).map(ToString::to_string).collect()
}

fn ending(key: &str, prefix: &str) -> String {
    key.strip_prefix(prefix).expect("its prefix").to_owned()
}

/// The names of values in the command line, as keys spell them; `N|P%` is the same in both languages.
fn value_names() -> Vec<String> {
    fn walk(command: &clap::Command, found: &mut BTreeSet<String>) {
        for argument in command.get_arguments() {
            let takes = argument.get_action().takes_values();
            for name in argument.get_value_names().unwrap_or_default() {
                let plain = name.replace('=', "").to_lowercase();
                if takes && plain.chars().all(|c| c.is_ascii_alphabetic()) && plain.len() > 1 {
                    found.insert(plain);
                }
            }
        }
        for sub in command.get_subcommands() {
            walk(sub, found);
        }
    }
    let mut found = BTreeSet::new();
    walk(&entctl::commands::Entctl::command(), &mut found);
    found.into_iter().collect()
}

#[test]
fn every_sentence_the_code_names_exists() {
    let known = fluent::by_key("en");
    let missing: Vec<_> = literals::read()
        .keys
        .into_iter()
        .filter(|(key, _)| !known.contains_key(key))
        .collect();
    assert_eq!(missing, Vec::new());
}

#[test]
fn every_key_made_of_parts_exists() {
    let known = fluent::by_key("en");
    for (prefix, codes) in made_keys() {
        for code in codes {
            let key = format!("{prefix}{code}");
            assert!(known.contains_key(&key), "{key}");
        }
    }
}

#[test]
fn every_code_of_the_tables_stands_in_the_source() {
    let said = literals::read().all;
    // Counted above from the code's own lists; the names of types are the TOML reader's, those of
    // fields the presets', those of links the table's.
    let counted = [
        "exit-status-",
        "config-section-",
        "config-key-",
        "config-type-",
        "value-",
        "attribute-",
        "set-field-",
        "export-kinship-",
        "export-legal-",
        "letters-weekday-",
        "letters-month-",
    ];
    for (prefix, codes) in made_keys() {
        if counted.contains(&prefix) {
            continue;
        }
        for code in codes {
            let whole = format!("{prefix}{code}");
            let part = code.strip_prefix("kind-").unwrap_or(&code);
            let part = part.strip_suffix("-hint").unwrap_or(part);
            let words = part.replace('-', " ");
            let names = [part.to_owned(), part.replace('-', "_"), words, whole];
            assert!(
                names.iter().any(|name| said.contains(name)),
                "{prefix}{code} cannot come up any more"
            );
        }
    }
}

#[test]
fn every_sentence_is_used() {
    let said = literals::read().all;
    let made: BTreeSet<String> = made_keys()
        .into_iter()
        .flat_map(|(prefix, codes)| codes.into_iter().map(move |code| format!("{prefix}{code}")))
        .collect();
    let by_ending = |key: &str| {
        ENDINGS_IN_SOURCE.iter().any(|prefix| {
            key.strip_prefix(prefix)
                .is_some_and(|end| said.contains(end))
        })
    };
    let unused: Vec<String> = fluent::all("en")
        .into_iter()
        // Those have tests of their own.
        .filter(|message| !["help.ftl", "examples.ftl"].contains(&message.file.as_str()))
        .map(|message| message.key)
        .filter(|key| !said.contains(key) && !made.contains(key) && !by_ending(key))
        .collect();
    assert_eq!(unused, Vec::<String>::new(), "nobody ever reads these");
}

#[test]
fn every_exit_status_has_its_sentence_in_both_languages() {
    for language in ["en", "fr"] {
        let known = fluent::by_key(language);
        for status in ExitStatus::ALL {
            let message = known
                .get(&status.text().key)
                .unwrap_or_else(|| panic!("{language}: {status:?}"));
            assert!(message.pattern.len() > 3, "{message:?}");
        }
    }
}
