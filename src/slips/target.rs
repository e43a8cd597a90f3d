//! Where the slips shall go, checked before anything is done.

use super::SlipFormat;
use crate::error::{CommandError, Result};
use crate::i18n::Text;
use rustix::fs::{Access, access};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A slips file as it was asked for: its place and its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipsTarget {
    path: PathBuf,
    format: SlipFormat,
}

impl SlipsTarget {
    /// Takes a path as it was typed and makes it absolute, so that a resume finds it from any folder.
    /// Nothing on disk is looked at yet.
    ///
    /// # Errors
    /// `slips-extension` (exit 2) for an extension that is no format.
    pub fn new(path: &Path) -> Result<Self> {
        let refused = || {
            CommandError::usage(
                "slips-extension",
                Text::new("slips-extension").with("path", shown(path)).with(
                    "extensions",
                    SlipFormat::EXTENSIONS.map(|e| format!(".{e}")).join(", "),
                ),
            )
        };
        let format = SlipFormat::of(path).ok_or_else(refused)?;
        let path = std::path::absolute(path).map_err(|_| refused())?;
        Ok(SlipsTarget { path, format })
    }

    /// Checks that the file can be made: for a new run, not for a resume, whose file may be there.
    ///
    /// # Errors
    /// Exit 2: `slips-exists` (a slips file is never overwritten; a link counts, wherever it leads),
    /// `slips-pending` where another run is making it,
    /// `slips-folder` where the folder is missing or may not be written to.
    pub fn check(&self) -> Result<()> {
        if self.path.symlink_metadata().is_ok() {
            return Err(CommandError::usage(
                "slips-exists",
                Text::new("slips-exists").with("path", shown(&self.path)),
            )
            .hint(Text::new("slips-hint-other-name")));
        }
        if self.is_pending() {
            return Err(CommandError::usage(
                "slips-pending",
                Text::new("slips-pending").with("path", shown(&self.path)),
            )
            .hint(Text::new("slips-pending-hint")));
        }
        let key = match access(self.folder(), Access::WRITE_OK | Access::EXEC_OK) {
            _ if !self.folder().is_dir() => "slips-folder-missing",
            Ok(()) => return Ok(()),
            Err(_) => "slips-folder-unwritable",
        };
        Err(CommandError::usage(
            "slips-folder",
            Text::new(key).with("folder", shown(self.folder())),
        ))
    }

    /// Whether another run, under way or interrupted, is making this very file.
    fn is_pending(&self) -> bool {
        let prefix = self.hidden("", "");
        let prefix = prefix.file_name().unwrap_or_default().to_string_lossy();
        let prefix = prefix.trim_end_matches('.');
        std::fs::read_dir(self.folder()).is_ok_and(|mut files| {
            files.any(|file| {
                file.is_ok_and(|file| {
                    let name = file.file_name();
                    let name = name.to_string_lossy();
                    name.strip_prefix(prefix)
                        .is_some_and(|rest| rest.starts_with('.') && rest.ends_with(".partial"))
                })
            })
        })
    }

    /// The file asked for, absolute.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its format.
    pub fn format(&self) -> SlipFormat {
        self.format
    }

    /// The file that holds a run's slips until it is over: `.<name>.<run id>.partial`, in the same
    /// folder, so that it is on the same disk with the same protection.
    pub fn partial_path(&self, run_id: &str) -> PathBuf {
        self.hidden(run_id, "partial")
    }

    /// The finished file before it gets its name.
    pub(super) fn ready_path(&self, run_id: &str) -> PathBuf {
        self.hidden(run_id, "ready")
    }

    /// The name taken where somebody else has put a file under the one asked for meanwhile:
    /// `<name>-<run id>.<extension>`.
    pub(super) fn other_path(&self, run_id: &str) -> PathBuf {
        let mut name = self.path.file_stem().unwrap_or_default().to_owned();
        name.push(format!("-{}.", safe(run_id)));
        name.push(self.path.extension().unwrap_or_default());
        self.path.with_file_name(name)
    }

    pub(super) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("/"))
    }

    fn hidden(&self, run_id: &str, kind: &str) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(self.path.file_name().unwrap_or_default());
        name.push(format!(".{}.{kind}", safe(run_id)));
        self.path.with_file_name(name)
    }
}

/// A run id comes from a file name or the command line: nothing in it may lead to another folder.
fn safe(run_id: &str) -> String {
    run_id.replace(['/', '\0'], "_")
}

/// A path for a sentence.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ExitStatus;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn target(path: &Path) -> SlipsTarget {
        SlipsTarget::new(path).expect("a slips file")
    }

    #[test]
    fn the_extension_is_the_format() {
        for (name, format) in [
            ("a.csv", SlipFormat::Csv),
            ("b.HTML", SlipFormat::Html),
            ("été/c.htm", SlipFormat::Html),
        ] {
            assert_eq!(target(Path::new(name)).format(), format);
        }
        for name in ["a.pdf", "csv", ".csv", "", "..", "/"] {
            let error = SlipsTarget::new(Path::new(name)).expect_err(name);
            assert_eq!(
                (error.status(), error.code()),
                (ExitStatus::Usage, "slips-extension")
            );
        }
    }

    #[test]
    fn what_stands_there_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("slips.html");
        assert!(target(&path).check().is_ok());
        symlink("/nowhere/at/all", &path).expect("link");
        assert_eq!(
            target(&path).check().expect_err("link").code(),
            "slips-exists"
        );
        fs::remove_file(&path).expect("removed");
        fs::write(&path, "mine").expect("written");
        assert_eq!(
            target(&path).check().expect_err("file").code(),
            "slips-exists"
        );
    }

    #[test]
    fn the_folder_must_be_there() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("file");
        fs::write(&file, "").expect("written");
        for path in [folder.path().join("no/slips.csv"), file.join("slips.csv")] {
            let error = target(&path).check().expect_err("refused");
            assert_eq!(error.code(), "slips-folder");
            assert_eq!(error.message().key, "slips-folder-missing");
        }
    }

    #[test]
    fn other_files_of_a_run_stay_in_the_folder() {
        let target = target(Path::new("/srv/6A.html"));
        let name = |path: PathBuf| path.display().to_string();
        assert_eq!(name(target.partial_path("r1")), "/srv/.6A.html.r1.partial");
        assert_eq!(name(target.other_path("r1")), "/srv/6A-r1.html");
        assert_eq!(
            name(target.partial_path("../../x")),
            "/srv/.6A.html..._.._x.partial"
        );
    }
}
