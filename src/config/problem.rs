//! One mistake in a configuration file: where it stands, what is wrong, what was expected.

use super::nearest::Suggestion;
use crate::error::CommandError;
use crate::i18n::Text;
use std::path::Path;

/// Mistakes shown at once; a file with more is most likely not a configuration at all.
const SHOWN: usize = 50;

/// A mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Byte offset in the text.
    pub at: usize,
    /// Full name of the key, such as `profiles.college.base_dn`; empty for a mistake of the TOML itself.
    pub key: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong. Values are kept only where they cannot be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Not TOML here.
    Syntax {
        /// Sentence key under `config-syntax-`.
        what: &'static str,
    },
    /// No such key.
    UnknownKey(Option<Suggestion>),
    /// A password written into the file.
    PasswordInFile,
    /// A profile name that could not name a folder.
    ProfileName,
    /// Another type of value is expected.
    WrongType {
        /// What is expected.
        expected: Text,
        /// The type found, as TOML names it.
        found: &'static str,
    },
    /// The right type, a value that does not fit.
    Invalid {
        /// What is expected.
        expected: Text,
        /// What stands there, where it may be shown.
        given: Option<String>,
        /// The nearest value that would do.
        nearest: Option<String>,
    },
    /// A key that must be there is not.
    Missing {
        /// What is expected.
        expected: Text,
    },
    /// The key has no use without another.
    Needs {
        /// The other key.
        other: &'static str,
    },
    /// The key cannot stand beside another.
    Conflicts {
        /// The other key.
        other: &'static str,
    },
    /// `method = "external"` proves nothing on this address.
    ExternalNeedsProof {
        /// The address.
        url: String,
    },
    /// `start_tls` although no address begins in clear.
    StartTlsUnused,
}

impl Fault {
    /// Stable code for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Syntax { .. } => "syntax",
            Fault::UnknownKey(_) => "unknown-key",
            Fault::PasswordInFile => "password-in-file",
            Fault::ProfileName => "profile-name",
            Fault::WrongType { .. } => "wrong-type",
            Fault::Invalid { .. } => "invalid-value",
            Fault::Missing { .. } => "missing-key",
            Fault::Needs { .. } => "needs-key",
            Fault::Conflicts { .. } => "conflicting-keys",
            Fault::ExternalNeedsProof { .. } => "external-needs-proof",
            Fault::StartTlsUnused => "start-tls-unused",
        }
    }
}

impl Problem {
    fn sentence(&self) -> Text {
        let keyed = |word: &str| Text::new(format!("config-{word}")).with("key", &self.key);
        match &self.fault {
            Fault::Syntax { what } => Text::new(format!("config-syntax-{what}")),
            Fault::UnknownKey(None) => keyed("unknown-key"),
            Fault::UnknownKey(Some(Suggestion::Spelling(name))) => {
                keyed("unknown-key-nearest").with("nearest", name)
            }
            Fault::UnknownKey(Some(Suggestion::Elsewhere(path))) => {
                keyed("unknown-key-elsewhere").with("path", path)
            }
            Fault::PasswordInFile => keyed("password-in-file")
                .with("sources", "password_file, password_command, password_env"),
            Fault::ProfileName => keyed("profile-name"),
            Fault::WrongType { expected, found } => keyed("wrong-type")
                .with("expected", expected.clone())
                .with("found", Text::new(format!("config-type-{found}"))),
            Fault::Invalid {
                expected,
                given,
                nearest,
            } => match (given, nearest) {
                (Some(given), Some(nearest)) => keyed("invalid-value-nearest")
                    .with("given", given)
                    .with("nearest", nearest)
                    .with("expected", expected.clone()),
                (Some(given), None) => keyed("invalid-value")
                    .with("given", given)
                    .with("expected", expected.clone()),
                (None, _) => keyed("invalid-hidden").with("expected", expected.clone()),
            },
            Fault::Missing { expected } => keyed("missing-key").with("expected", expected.clone()),
            Fault::Needs { other } => keyed("needs-key").with("other", *other),
            Fault::Conflicts { other } => keyed("conflicting-keys").with("other", *other),
            Fault::ExternalNeedsProof { url } => {
                keyed("external-needs-proof").with("url", url.as_str())
            }
            Fault::StartTlsUnused => keyed("start-tls-unused").with("scheme", "ldap://"),
        }
    }
}

/// The error that shows all the problems of one file, in the order of the file.
pub fn error(mut problems: Vec<Problem>, text: &str, file: &Path) -> CommandError {
    problems.sort_by_key(|problem| problem.at);
    let shown_file = file.display().to_string();
    let mut error = CommandError::usage(
        "config-invalid",
        Text::new("config-invalid")
            .with("file", &shown_file)
            .with("count", problems.len()),
    );
    let mut details = Vec::new();
    for problem in problems.iter().take(SHOWN) {
        let (line, column) = position(text, problem.at);
        error = error.show(
            Text::new("config-problem-at")
                .with("file", &shown_file)
                .with("line", line.to_string())
                .with("column", column.to_string())
                .with("problem", problem.sentence()),
        );
        details.push(serde_json::json!({
            "file": shown_file,
            "line": line,
            "column": column,
            "key": problem.key,
            "code": problem.fault.code(),
        }));
    }
    if let Some(more @ 1..) = problems.len().checked_sub(SHOWN) {
        error = error.show(Text::new("config-problems-more").with("count", more));
    }
    error
        .details(serde_json::json!({ "problems": details }))
        .hint(Text::new("config-see-example").with("example", super::EXAMPLE_FILE))
}

/// Line and column of a byte offset, both from 1; the column counts characters.
pub fn position(text: &str, at: usize) -> (usize, usize) {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let column = before[line_start..]
        .chars()
        .filter(|c| *c != '\u{feff}')
        .count();
    (before.matches('\n').count() + 1, column + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "\u{feff}é = 1\r\nàb";
        assert_eq!(position(text, 3), (1, 1));
        assert_eq!(position(text, 5), (1, 2));
        assert_eq!(position(text, text.len()), (2, 3));
        assert_eq!(position(text, 10_000), (2, 3));
    }
}
