//! What can go wrong with a sandbox.

use crate::error::{CommandError, ExitStatus};
use crate::i18n::Text;
use std::path::{Path, PathBuf};

/// Why a sandbox could not be made, started or stopped. Holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The name is not 1 to 32 of `a-z`, `0-9` and `-`, or begins with `-`.
    #[error("invalid sandbox name: {0}")]
    InvalidName(String),
    /// The number of pupils is outside [`super::MIN_PUPILS`] to [`super::MAX_PUPILS`].
    #[error("{0} pupils")]
    PupilsOutOfRange(u32),
    /// The folder's path is not UTF-8, or holds a control character, so it cannot stand in slapd's and
    /// our configuration.
    #[error("unusable path: {}", .0.display())]
    UnusablePath(PathBuf),
    /// There is no sandbox of that name.
    #[error("no sandbox {0}")]
    Absent(String),
    /// slapd or slapadd is not installed.
    #[error("{0} not found")]
    ProgramMissing(&'static str),
    /// slapd is installed without a part it needs (a schema file, a module).
    #[error("slapd lacks {0}")]
    PartMissing(String),
    /// slapadd refused the configuration or the data; its last words.
    #[error("slapadd: {0}")]
    Load(String),
    /// slapd did not start, or does not answer; the last lines of its log.
    #[error("slapd: {0}")]
    Start(String),
    /// slapd did not end when asked to.
    #[error("slapd {0} does not end")]
    WillNotStop(i32),
    /// A certificate could not be made.
    #[error("certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl SandboxError {
    /// Gives an I/O error its path.
    pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> SandboxError + '_ {
        move |source| SandboxError::Io {
            path: path.to_owned(),
            source,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            SandboxError::InvalidName(_) => "sandbox-invalid-name",
            SandboxError::PupilsOutOfRange(_) => "sandbox-pupils-out-of-range",
            SandboxError::UnusablePath(_) => "sandbox-unusable-path",
            SandboxError::Absent(_) => "sandbox-absent",
            SandboxError::ProgramMissing(_) => "sandbox-program-missing",
            SandboxError::PartMissing(_) => "sandbox-part-missing",
            SandboxError::Load(_) => "sandbox-load-failed",
            SandboxError::Start(_) => "sandbox-start-failed",
            SandboxError::WillNotStop(_) => "sandbox-will-not-stop",
            SandboxError::Certificate(_) => "sandbox-certificate-failed",
            SandboxError::Io { .. } => "sandbox-file-failed",
        }
    }
}

impl From<SandboxError> for CommandError {
    /// The same failure as it is shown; the machine code is the key of its sentence.
    fn from(error: SandboxError) -> Self {
        let key = error.key();
        let text = Text::new(key);
        let failed = |text| CommandError::new(ExitStatus::Failed, key, text);
        let install = || Text::new("sandbox-hint-install");
        match error {
            SandboxError::InvalidName(name) => CommandError::usage(key, text.with("name", name)),
            SandboxError::PupilsOutOfRange(given) => CommandError::usage(
                key,
                text.with("given", u64::from(given))
                    .with("min", u64::from(super::MIN_PUPILS))
                    .with("max", u64::from(super::MAX_PUPILS)),
            ),
            SandboxError::UnusablePath(path) => {
                CommandError::usage(key, text.with("path", path.display().to_string()))
            }
            SandboxError::Absent(name) => {
                CommandError::new(ExitStatus::NotFound, key, text.with("name", name.clone()))
                    .hint(Text::new("sandbox-hint-up").with("name", name))
            }
            SandboxError::ProgramMissing(program) => {
                failed(text.with("program", program)).hint(install())
            }
            SandboxError::PartMissing(part) => failed(text.with("part", part)).hint(install()),
            SandboxError::Load(words) | SandboxError::Start(words) => {
                let mut shown = failed(text);
                for line in words.lines() {
                    shown = shown.show(Text::new("sandbox-log-line").with("line", line));
                }
                shown
            }
            SandboxError::WillNotStop(pid) => failed(text.with("pid", pid.to_string())),
            SandboxError::Certificate(cause) => {
                failed(text).because(Text::new("sandbox-log-line").with("line", cause.to_string()))
            }
            SandboxError::Io { path, source } => {
                failed(text.with("path", path.display().to_string()))
                    .because(crate::explain::system(&source.to_string()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, Localizer};

    #[test]
    fn every_failure_has_its_sentence_in_both_languages() {
        let all = || {
            vec![
                SandboxError::InvalidName("É".into()),
                SandboxError::PupilsOutOfRange(1),
                SandboxError::UnusablePath("/x".into()),
                SandboxError::Absent("demo".into()),
                SandboxError::ProgramMissing("slapd"),
                SandboxError::PartMissing("ppolicy".into()),
                SandboxError::Load("a\nb".into()),
                SandboxError::Start("a".into()),
                SandboxError::WillNotStop(7),
                SandboxError::Certificate(rcgen::Error::CouldNotParseCertificate),
                SandboxError::Io {
                    path: "/x".into(),
                    source: std::io::Error::other("full"),
                },
            ]
        };
        for language in Language::ALL {
            let words = Localizer::new(language);
            for error in all() {
                let shown = CommandError::from(error);
                let texts = std::iter::once(shown.message())
                    .chain(shown.causes())
                    .chain(shown.hints())
                    .chain(shown.lines());
                for text in texts {
                    assert!(words.has(&text.key), "{} in {language:?}", text.key);
                    let said = words.say(text);
                    assert!(!said.contains("{$"), "{said}");
                }
            }
        }
    }

    #[test]
    fn a_missing_slapd_names_its_package() {
        let shown = CommandError::from(SandboxError::ProgramMissing("slapd"));
        let words = Localizer::new(Language::Fr);
        assert!(
            words
                .say(&shown.hints()[0])
                .contains("sudo apt-get install slapd")
        );
    }
}
