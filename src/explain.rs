//! Turns the failures of the ports into errors for a person: what happened, in plain words, the exit status,
//! and what to do next. The server's own words stay, as a cause.

mod mail;
mod spool;

use crate::directory::{DirectoryError, ErrorKind, PolicyReason, TlsProblem};
use crate::error::{CommandError, ExitStatus};
use crate::history::bundle::BundleError;
use crate::history::{HistoryError, JobHolder};
use crate::i18n::Text;
use std::io::ErrorKind as Kind;

pub use mail::mail;
pub use spool::spool;

/// Why the system refused, in the person's language where it is one of the usual reasons.
pub fn system(words: &str) -> Text {
    system_cause(words).unwrap_or_else(|| Text::new("system-other").with("words", words))
}

/// The usual reasons, by the number that the standard library puts behind the system's English words.
fn system_cause(words: &str) -> Option<Text> {
    let (_, after) = words.rsplit_once("(os error ")?;
    let number = after.split(')').next()?.parse().ok()?;
    let key = match std::io::Error::from_raw_os_error(number).kind() {
        Kind::NotFound => "system-not-found",
        Kind::PermissionDenied => "system-denied",
        Kind::AlreadyExists => "system-exists",
        Kind::NotADirectory => "system-not-a-folder",
        Kind::IsADirectory => "system-a-folder",
        Kind::ReadOnlyFilesystem => "system-read-only",
        Kind::StorageFull | Kind::QuotaExceeded => "system-full",
        Kind::FileTooLarge => "system-too-large",
        Kind::ConnectionRefused => "system-connection-refused",
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown => "system-no-network",
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe => "system-cut",
        _ => return None,
    };
    Some(Text::new(key))
}

/// A failed directory call.
pub fn directory(error: DirectoryError) -> CommandError {
    let (status, code) = match error.kind {
        ErrorKind::Unreachable => (ExitStatus::Unreachable, "unreachable"),
        ErrorKind::Tls => (ExitStatus::Unreachable, "certificate"),
        ErrorKind::Timeout => (ExitStatus::Unreachable, "timeout"),
        ErrorKind::ConnectionLost => (ExitStatus::Unreachable, "connection-lost"),
        ErrorKind::Busy => (ExitStatus::Unreachable, "busy"),
        ErrorKind::InvalidCredentials => (ExitStatus::Denied, "credentials"),
        ErrorKind::BindAccountLocked => (ExitStatus::Denied, "own-account-locked"),
        ErrorKind::MustChangeFirst => (ExitStatus::Denied, "own-password-must-change"),
        ErrorKind::InsufficientAccess => (ExitStatus::Denied, "no-rights"),
        ErrorKind::NoSuchObject => (ExitStatus::NotFound, "no-such-object"),
        ErrorKind::AssertionFailed => (ExitStatus::Refused, "drift"),
        ErrorKind::SizeLimit => (ExitStatus::Failed, "size-limit"),
        ErrorKind::ServerTimeLimit => (ExitStatus::Failed, "server-time-limit"),
        ErrorKind::PolicyRefused => (ExitStatus::Refused, "password-refused"),
        ErrorKind::ValueConflict => (ExitStatus::Refused, "value-conflict"),
        ErrorKind::InvalidFilter => (ExitStatus::Usage, "filter-invalid"),
        ErrorKind::InvalidUrl => (ExitStatus::Usage, "url-invalid"),
        ErrorKind::OutcomeUnknown => (ExitStatus::Partial, "outcome-unknown"),
        ErrorKind::Protocol => (ExitStatus::Unreachable, "protocol"),
        ErrorKind::Insecure => (ExitStatus::Usage, "insecure"),
        ErrorKind::Other => (ExitStatus::Failed, "server-refused"),
    };
    let key = match error.tls {
        Some(TlsProblem::UnknownIssuer) => "directory-certificate-unknown".to_owned(),
        Some(TlsProblem::Expired) => "directory-certificate-expired".to_owned(),
        Some(TlsProblem::NotYetValid) => "directory-certificate-early".to_owned(),
        Some(TlsProblem::WrongName) => "directory-certificate-name".to_owned(),
        Some(TlsProblem::Other) | None => format!("directory-{code}"),
    };
    let message = Text::new(key).with("url", error.url.clone().unwrap_or_default());
    let mut explained = CommandError::new(status, code, message);
    if let Some(result) = error.result_code {
        // A number alone tells a person nothing.
        explained = match error.diagnostic.as_str() {
            "" => explained.technical(format!("result code {result}")),
            words => explained.because(
                Text::new("directory-server-says")
                    .with("code", u64::from(result))
                    .with("words", words),
            ),
        };
    } else if !error.diagnostic.is_empty() {
        // Ours and the libraries' own words are English; the sentence says the same to a person.
        explained = match system_cause(&error.diagnostic) {
            Some(cause) => explained.because(cause),
            None if error.tls == Some(TlsProblem::Other) => {
                explained.because(Text::new("directory-cause").with("words", &error.diagnostic))
            }
            None => explained,
        }
        .technical(error.diagnostic.clone());
    }
    match error.kind {
        ErrorKind::Tls if error.tls == Some(TlsProblem::UnknownIssuer) => {
            explained.hint(Text::new("directory-certificate-unknown-hint"))
        }
        ErrorKind::Unreachable
        | ErrorKind::Tls
        | ErrorKind::Timeout
        | ErrorKind::InvalidCredentials
        | ErrorKind::BindAccountLocked
        | ErrorKind::InsufficientAccess
        | ErrorKind::Insecure
        | ErrorKind::SizeLimit => explained.hint(Text::new(format!("directory-{code}-hint"))),
        _ => explained,
    }
}

/// A person who could not log in with their own password.
pub fn own_login(error: DirectoryError) -> CommandError {
    match error.kind {
        ErrorKind::InvalidCredentials => CommandError::new(
            ExitStatus::Denied,
            "old-password-wrong",
            Text::new("change-old-wrong"),
        )
        .hint(Text::new("change-old-wrong-hint")),
        ErrorKind::BindAccountLocked => CommandError::new(
            ExitStatus::Denied,
            "own-account-locked",
            Text::new("change-locked"),
        )
        .hint(Text::new("change-locked-hint")),
        _ => directory(error),
    }
}

/// A refused password, with the policy's reason in words where the server gave one.
pub fn password_refused(error: DirectoryError) -> CommandError {
    let Some(reason) = error.policy else {
        return directory(error);
    };
    let code = match reason {
        PolicyReason::PasswordExpired => "password-expired",
        PolicyReason::AccountLocked => "account-locked",
        PolicyReason::ChangeAfterReset => "own-password-must-change",
        PolicyReason::PasswordModNotAllowed => "password-change-forbidden",
        PolicyReason::MustSupplyOldPassword => "old-password-needed",
        PolicyReason::InsufficientQuality => "password-too-weak",
        PolicyReason::TooShort => "password-too-short",
        PolicyReason::TooYoung => "password-too-young",
        PolicyReason::InHistory | PolicyReason::Unchanged => "password-used-before",
    };
    CommandError::new(
        ExitStatus::Refused,
        code,
        Text::new(format!("policy-{code}")),
    )
}

/// A history that failed after something was written to the directory: what was written stays written.
pub fn history_after_write(error: HistoryError) -> CommandError {
    CommandError::new(
        ExitStatus::Partial,
        "not-recorded",
        Text::new("history-not-recorded"),
    )
    .because(Text::new("directory-cause").with("words", error.to_string()))
}

/// Who runs a job, and since when.
pub fn job_holder(holder: &JobHolder) -> Text {
    let since = holder.since.to_zoned(jiff::tz::TimeZone::system());
    Text::new("job-holder")
        .with("user", &holder.user)
        .with("host", &holder.host)
        .with("pid", u64::from(holder.pid))
        .with("day", since.strftime("%d").to_string())
        .with("month", since.strftime("%m").to_string())
        .with("year", since.strftime("%Y").to_string())
        .with("time", since.strftime("%H:%M").to_string())
}

/// A file that is not, or no longer, a run as `history export` wrote it.
pub fn bundle(error: BundleError, file: &str) -> CommandError {
    let (code, key) = match &error {
        BundleError::NotABundle => ("not-an-exported-run", "bundle-not-one"),
        BundleError::Damaged(_) => ("exported-run-damaged", "bundle-damaged"),
        BundleError::Newer(_) => ("exported-run-newer", "bundle-newer"),
    };
    CommandError::usage(code, Text::new(key).with("file", file)).technical(error.to_string())
}

/// A history that cannot be read or written.
pub fn history(error: HistoryError) -> CommandError {
    match error {
        HistoryError::Unwritable { path, reason } => CommandError::new(
            ExitStatus::Failed,
            "history-unwritable",
            Text::new("history-unwritable").with("path", path.display().to_string()),
        )
        .because(system(&reason))
        .hint(Text::new("history-unwritable-hint")),
        HistoryError::Unreadable { path, reason } => CommandError::new(
            ExitStatus::Failed,
            "history-unreadable",
            Text::new("history-unreadable").with("path", path.display().to_string()),
        )
        .because(system(&reason)),
        HistoryError::NoSuchRun(run) => CommandError::new(
            ExitStatus::NotFound,
            "no-such-run",
            Text::new("history-no-such-run").with("run", run),
        )
        .hint(Text::new("history-no-such-run-hint")),
        HistoryError::WorldWritable(path) => CommandError::new(
            ExitStatus::Failed,
            "history-world-writable",
            Text::new("history-world-writable").with("path", path.display().to_string()),
        )
        .hint(Text::new("history-world-writable-hint")),
        HistoryError::UnderWay(run) => CommandError::new(
            ExitStatus::Locked,
            "run-under-way",
            Text::new("history-under-way").with("run", run.as_str()),
        ),
        HistoryError::PlanApplied(run) => CommandError::new(
            ExitStatus::Refused,
            "plan-applied",
            Text::new("plan-applied").with("run", run.as_str()),
        )
        .hint(Text::new("plan-applied-hint").with("run", run.as_str())),
        HistoryError::JobUnderWay { job, holder } => {
            let error = CommandError::new(
                ExitStatus::Locked,
                "job-under-way",
                Text::new("job-under-way").with("job", job.as_str()),
            )
            .hint(Text::new("job-under-way-hint"));
            match holder {
                Some(holder) => error.because(job_holder(&holder)),
                None => error,
            }
        }
        HistoryError::NewerFormat { run, version } => CommandError::new(
            ExitStatus::Failed,
            "history-newer",
            Text::new("history-newer")
                .with("run", run.as_str())
                .with("version", u64::from(version)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, Localizer};

    #[test]
    fn the_usual_reasons_of_the_system_are_said_in_the_language_of_the_person() {
        // ENOENT, EACCES, EEXIST, ENOTDIR, EISDIR, EROFS, ENOSPC, EFBIG, ECONNREFUSED, ENETUNREACH, EPIPE
        for number in [2, 13, 17, 20, 21, 30, 28, 27, 111, 101, 32] {
            let words = std::io::Error::from_raw_os_error(number).to_string();
            let said = system(&words);
            assert_ne!(said.key, "system-other", "{words}");
            for language in Language::ALL {
                let localizer = Localizer::new(language);
                assert!(localizer.has(&said.key), "{}", said.key);
                assert!(!localizer.say(&said).contains("os error"));
            }
        }
        assert_eq!(system("something else (os error 6)").key, "system-other");
        assert_eq!(system("line 3: not JSON").key, "system-other");
    }

    #[test]
    fn english_words_of_a_library_are_kept_for_the_expert() {
        let error = directory(DirectoryError::new(
            ErrorKind::ConnectionLost,
            "the server closed the connection",
        ));
        assert!(error.causes().is_empty());
        assert_eq!(
            error.technical_words(),
            ["the server closed the connection"]
        );
        let refused = std::io::Error::from_raw_os_error(111).to_string();
        let error = directory(DirectoryError::new(ErrorKind::Unreachable, refused));
        assert_eq!(error.causes()[0].key, "system-connection-refused");
    }
}
