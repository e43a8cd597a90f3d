//! What went wrong, for a person and for a script: one error type, one table of exit statuses.

use crate::i18n::Text;

/// The exit statuses of entctl, the same for every command (`docs/output.md`). A status that is not in
/// this table is a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ExitStatus {
    /// Done, or nothing to do.
    Done = 0,
    /// Failed; nothing was changed.
    Failed = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// Partly done, or a single write whose outcome stays unknown.
    Partial = 3,
    /// Changes are pending (`--dry-run --detailed-exitcode`).
    Pending = 4,
    /// Not found, or ambiguous.
    NotFound = 5,
    /// Refused: scope, role, guard, drift.
    Refused = 6,
    /// The directory cannot be reached.
    Unreachable = 10,
    /// Authentication or rights refused.
    Denied = 11,
    /// Another run holds the lock.
    Locked = 12,
    /// Written, but the mail did not go out.
    NotMailed = 13,
    /// Interrupted by the person.
    Interrupted = 130,
}

impl ExitStatus {
    /// Every status, for the documents and the test that keeps them true.
    pub const ALL: [ExitStatus; 12] = [
        ExitStatus::Done,
        ExitStatus::Failed,
        ExitStatus::Usage,
        ExitStatus::Partial,
        ExitStatus::Pending,
        ExitStatus::NotFound,
        ExitStatus::Refused,
        ExitStatus::Unreachable,
        ExitStatus::Denied,
        ExitStatus::Locked,
        ExitStatus::NotMailed,
        ExitStatus::Interrupted,
    ];

    /// The number given to the shell.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// Key of the sentence that explains it in the man pages.
    pub fn text(self) -> Text {
        Text::new(format!("exit-status-{}", self.code()))
    }
}

/// A failure as it is shown: what, why, and what to do next.
///
/// Boxed inside, so that results stay small.
#[derive(Debug, Clone)]
pub struct CommandError(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    status: ExitStatus,
    code: &'static str,
    message: Text,
    causes: Vec<Text>,
    hints: Vec<Text>,
    details: Option<serde_json::Value>,
    shown: Vec<Text>,
    technical: Vec<String>,
}

/// What every fallible step of a command returns.
pub type Result<T, E = CommandError> = std::result::Result<T, E>;

impl CommandError {
    /// An error with its exit status, its stable machine code and its sentence.
    pub fn new(status: ExitStatus, code: &'static str, message: Text) -> Self {
        CommandError(Box::new(Parts {
            status,
            code,
            message,
            causes: Vec::new(),
            hints: Vec::new(),
            details: None,
            shown: Vec::new(),
            technical: Vec::new(),
        }))
    }

    /// Wrong usage: exit 2.
    pub fn usage(code: &'static str, message: Text) -> Self {
        CommandError::new(ExitStatus::Usage, code, message)
    }

    /// Adds why it went wrong.
    #[must_use]
    pub fn because(mut self, cause: Text) -> Self {
        self.0.causes.push(cause);
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: Text) -> Self {
        self.0.hints.push(hint);
        self
    }

    /// Adds machine-readable details for `--format json` (candidates, rows).
    #[must_use]
    pub fn details(mut self, details: serde_json::Value) -> Self {
        self.0.details = Some(details);
        self
    }

    /// Adds lines shown under the message (candidates, faulty rows).
    #[must_use]
    pub fn show(mut self, line: Text) -> Self {
        self.0.shown.push(line);
        self
    }

    /// Adds words of a library or a system, which speak no French: for `--verbose` and JSON.
    #[must_use]
    pub fn technical(mut self, words: impl Into<String>) -> Self {
        self.0.technical.push(words.into());
        self
    }

    /// The exit status.
    pub fn status(&self) -> ExitStatus {
        self.0.status
    }

    /// The stable machine code.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The sentence.
    pub fn message(&self) -> &Text {
        &self.0.message
    }

    /// The causes, nearest first.
    pub fn causes(&self) -> &[Text] {
        &self.0.causes
    }

    /// What to do next.
    pub fn hints(&self) -> &[Text] {
        &self.0.hints
    }

    /// Details for machines.
    pub fn machine_details(&self) -> Option<&serde_json::Value> {
        self.0.details.as_ref()
    }

    /// Words of libraries and systems.
    pub fn technical_words(&self) -> &[String] {
        &self.0.technical
    }

    /// Lines under the message.
    pub fn lines(&self) -> &[Text] {
        &self.0.shown
    }
}
