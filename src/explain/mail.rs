//! Failures of the mail port as errors for a person.

use super::system_cause;
use crate::domain::certificate::TlsProblem;
use crate::error::{CommandError, ExitStatus};
use crate::i18n::Text;
use crate::mail::{MailError, MailErrorKind};

/// A failed call of the mail port.
pub fn mail(error: &MailError) -> CommandError {
    let (status, code) = match error.kind {
        MailErrorKind::Unreachable => (ExitStatus::Unreachable, "mail-unreachable"),
        MailErrorKind::Timeout => (ExitStatus::Unreachable, "mail-timeout"),
        MailErrorKind::ConnectionLost => (ExitStatus::Unreachable, "mail-connection-lost"),
        MailErrorKind::Tls => (ExitStatus::Failed, "mail-certificate"),
        MailErrorKind::Insecure => (ExitStatus::Usage, "mail-insecure"),
        MailErrorKind::Denied => (ExitStatus::Denied, "mail-denied"),
        MailErrorKind::RecipientRefused => (ExitStatus::Refused, "mail-recipient-refused"),
        MailErrorKind::Temporary => (ExitStatus::Failed, "mail-temporary"),
        MailErrorKind::Refused => (ExitStatus::Failed, "mail-refused"),
        MailErrorKind::OutcomeUnknown => (ExitStatus::NotMailed, "mail-outcome-unknown"),
        MailErrorKind::Protocol => (ExitStatus::Failed, "mail-protocol"),
        MailErrorKind::Storage => (ExitStatus::Failed, "mail-storage"),
    };
    let key = match error.tls {
        Some(TlsProblem::UnknownIssuer) => "mail-certificate-unknown",
        Some(TlsProblem::Expired) => "mail-certificate-expired",
        Some(TlsProblem::NotYetValid) => "mail-certificate-early",
        Some(TlsProblem::WrongName) => "mail-certificate-name",
        Some(TlsProblem::Other) | None => code,
    };
    let message = Text::new(key).with("server", &error.server);
    let mut explained = CommandError::new(status, code, message);
    // The server's own words where they may be repeated, else its number alone.
    explained = match (error.code, error.words.as_str()) {
        (Some(code), "") => {
            explained.because(Text::new("mail-server-code").with("code", code.to_string()))
        }
        (Some(code), words) => explained
            .because(Text::new("mail-server-says").with("words", format!("{code} {words}"))),
        (None, "") => explained,
        (None, words) => match system_cause(words) {
            Some(cause) => explained.because(cause),
            None => explained,
        }
        .technical(words),
    };
    explained = explained.technical(format!("step: {}", error.step.as_str()));
    match error.kind {
        MailErrorKind::Unreachable => explained.hint(Text::new("mail-unreachable-hint")),
        MailErrorKind::Insecure => {
            explained.hint(Text::new("mail-insecure-hint").with("scheme", "smtps://"))
        }
        MailErrorKind::Denied => {
            explained.hint(Text::new("mail-denied-hint").with("settings", "user, password_…"))
        }
        MailErrorKind::Tls if error.tls == Some(TlsProblem::UnknownIssuer) => {
            explained.hint(Text::new("mail-certificate-hint").with("setting", "ca_file = \"…\""))
        }
        _ => explained,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, Localizer};
    use crate::mail::Step;

    #[test]
    fn every_failure_is_said_in_both_languages() {
        for kind in MailErrorKind::ALL {
            for step in Step::ALL {
                let error = mail(&MailError {
                    server: "smtps://mail.example.fr:465".into(),
                    code: Some(550),
                    ..MailError::new(kind, step, "5.1.1 no such user")
                });
                for language in Language::ALL {
                    let localizer = Localizer::new(language);
                    let said = localizer.say(error.message());
                    assert!(said.contains("smtps://mail.example.fr:465"), "{said}");
                    let cause = localizer.say(&error.causes()[0]);
                    assert!(cause.contains("550 5.1.1 no such user"), "{cause}");
                    for hint in error.hints() {
                        assert!(!localizer.say(hint).contains("mail-"), "{hint:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_certificate_is_told_apart() {
        let error = mail(&MailError {
            tls: Some(TlsProblem::Expired),
            ..MailError::new(MailErrorKind::Tls, Step::Tls, "expired")
        });
        assert_eq!(
            (error.code(), error.status()),
            ("mail-certificate", ExitStatus::Failed)
        );
        assert_eq!(error.message().key, "mail-certificate-expired");
    }
}
