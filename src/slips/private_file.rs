//! Files that nobody else may read, written whole or not at all.

use crate::i18n::Text;
use rustix::fs::OFlags;
use rustix::io::Errno;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use zeroize::Zeroizing;

/// Permissions from the first moment: the owner reads and writes.
const MODE: u32 = 0o600;

/// Why a private file could not be written or read.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The system's answer.
    Io(io::Error),
    /// Others could read it: a disk that keeps no permissions, or a file that somebody opened up or put
    /// there.
    NotPrivate,
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Trouble::Io(error)
    }
}

impl Trouble {
    /// The cause as a sentence.
    pub(crate) fn text(&self) -> Text {
        let key = match self {
            Trouble::NotPrivate => "slips-cause-not-private",
            Trouble::Io(error) => match error.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "slips-cause-full",
                ErrorKind::FileTooLarge => "slips-cause-too-large",
                ErrorKind::PermissionDenied => "slips-cause-denied",
                ErrorKind::ReadOnlyFilesystem => "slips-cause-read-only",
                ErrorKind::NotFound => "slips-cause-missing",
                ErrorKind::AlreadyExists => "slips-cause-exists",
                _ => {
                    return Text::new("slips-cause-other").with("error", error.to_string());
                }
            },
        };
        Text::new(key)
    }
}

/// Creates a file that must not exist yet (a link is not followed), writes it and brings it and its name
/// to the disk. On any error after its creation it is taken away again.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(path)?;
    let written = fill(&mut file, bytes).and_then(|()| Ok(sync_folder_of(path)?));
    if written.is_err() {
        // What counts is the first error; a file that cannot be removed holds nothing valid.
        let _ = fs::remove_file(path);
    }
    written
}

fn fill(file: &mut File, bytes: &[u8]) -> Result<(), Trouble> {
    // Some disks (FAT) ignore the mode, and a umask may take even the owner's rights.
    if file.metadata()?.mode() & 0o7777 != MODE {
        return Err(Trouble::NotPrivate);
    }
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

/// Reads a file that must be ours and closed to others; `None` where there is none. A link is not
/// followed.
pub(super) fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, Trouble> {
    let opened = OpenOptions::new()
        .read(true)
        // Without NONBLOCK a pipe in its place would hold us for ever.
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
        .open(path);
    let mut file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if Errno::from_io_error(&error) == Some(Errno::LOOP) => {
            return Err(Trouble::NotPrivate);
        }
        Err(error) => return Err(error.into()),
    };
    let metadata = file.metadata()?;
    let ours = metadata.uid() == rustix::process::geteuid().as_raw();
    if !(metadata.is_file() && ours && metadata.mode() & 0o7777 == MODE) {
        return Err(Trouble::NotPrivate);
    }
    // One byte more than its length, so that reading to the end never makes the buffer grow.
    let size = usize::try_from(metadata.len()).unwrap_or(0);
    let mut bytes = Zeroizing::new(Vec::with_capacity(size + 1));
    file.read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Removes a file if it is there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Brings the names in a file's folder to the disk.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    match File::open(folder)?.sync_all() {
        // Network disks that cannot do it say so; their server does it at once.
        Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(()),
        other => other,
    }
}
