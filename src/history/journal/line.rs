//! What the system log is told of one change: `name=value` words, each free of spaces.

use crate::domain::account::AccountRef;
use crate::history::{Manifest, Outcome, OutcomeKind};
use std::fmt::Write as _;

/// The line of one outcome: run, command, who, whose account, how it ended. Reasons and names of people are
/// left to the history: they are free text.
pub(super) fn change(manifest: &Manifest, account: &AccountRef, outcome: &Outcome) -> String {
    let mut line = String::new();
    word(&mut line, "run", manifest.run.as_str());
    word(&mut line, "command", &manifest.verb.replace(' ', "-"));
    if let Some(job) = &manifest.job {
        word(&mut line, "job", job.as_str());
    }
    word(&mut line, "user", &manifest.user);
    if let Some(behind) = &manifest.sudo_user {
        word(&mut line, "sudo_user", behind);
    }
    word(&mut line, "account", account.dn.as_str());
    if let Some(login) = &account.login {
        word(&mut line, "login", login);
    }
    word(&mut line, "outcome", kind(outcome.outcome));
    if let Some(code) = &outcome.code {
        word(&mut line, "code", code);
    }
    line
}

fn kind(kind: OutcomeKind) -> &'static str {
    match kind {
        OutcomeKind::Done => "done",
        OutcomeKind::Unchanged => "unchanged",
        OutcomeKind::Refused => "refused",
        OutcomeKind::Failed => "failed",
        OutcomeKind::Unknown => "unknown",
    }
}

/// Appends `name=value`. Whatever could end a word or a line, or steer a terminal that shows the log, stands
/// as `\xHH`, byte by byte, and so does the backslash: the value can be had back.
fn word(line: &mut String, name: &str, value: &str) {
    if !line.is_empty() {
        line.push(' ');
    }
    line.push_str(name);
    line.push('=');
    for c in value.chars() {
        // Letters and digits of any language; of the rest only what ASCII prints.
        if c.is_alphanumeric() || (c.is_ascii_graphic() && c != '\\') {
            line.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(line, "\\x{byte:02x}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unescape(text: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some(hex) = rest.strip_prefix("\\x") {
                bytes.push(u8::from_str_radix(&hex[..2], 16).expect("two digits"));
                rest = &hex[2..];
            } else {
                rest = &rest[c.len_utf8()..];
                bytes.extend(c.to_string().bytes());
            }
        }
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn a_value_can_neither_end_its_word_nor_the_line() {
        let mut line = String::new();
        word(&mut line, "login", "a b\nuser=root\u{202e}\\é");
        assert_eq!(line, r"login=a\x20b\x0auser=root\xe2\x80\xae\x5cé");
    }

    proptest! {
        #[test]
        fn any_value_is_one_word_and_can_be_had_back(value in "\\PC*|.*") {
            let mut line = String::new();
            word(&mut line, "x", &value);
            prop_assert!(!line.contains(char::is_whitespace));
            prop_assert!(!line.contains(char::is_control));
            prop_assert_eq!(unescape(&line[2..]), value);
        }
    }
}
