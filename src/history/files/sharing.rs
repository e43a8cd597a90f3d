//! A history that several administrators share: a folder made beforehand, writable by its group. Whatever is
//! made in a shared folder belongs to that group and may be read and written by it, whatever the umask; in
//! any other folder it is private.
//!
//! No secret is ever kept in a history, so that nothing is given away here.

use super::disk::sync_folder;
use crate::history::HistoryError;
use rustix::fs::{CWD, Gid, Mode, OFlags, RenameFlags};
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Group and setgid: what is made in it belongs to the group too.
const SHARED_FOLDER: u32 = 0o2770;
const SHARED_FILE: u32 = 0o660;
const PRIVATE_FOLDER: u32 = 0o700;
const PRIVATE_FILE: u32 = 0o600;

/// The group that shares this folder; `None` where it is private, or not there yet.
fn group(folder: &Path) -> io::Result<Option<u32>> {
    match fs::metadata(folder) {
        Ok(found) => Ok((found.mode() & 0o020 != 0).then(|| found.gid())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Refuses a history that anybody on the machine could rewrite.
///
/// # Errors
/// [`HistoryError::WorldWritable`].
pub(super) fn check(root: &Path) -> Result<(), HistoryError> {
    match fs::metadata(root) {
        Ok(found) if found.is_dir() && found.mode() & 0o002 != 0 => {
            Err(HistoryError::WorldWritable(root.to_owned()))
        }
        _ => Ok(()),
    }
}

/// Makes the root where it is missing, private, and everything above it; durable where it was made.
pub(super) fn make_root(root: &Path) -> io::Result<()> {
    if root.is_dir() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(PRIVATE_FOLDER)
        .create(root)?;
    sync_folder(parent(root))
}

/// Makes a folder of the history where it is missing. One that stands already is opened to the group, if its
/// parent has become shared since and it is ours to open.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    match make_new_folder(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let found = fs::metadata(path)?;
            let ours = found.uid() == rustix::process::geteuid().as_raw();
            if let Some(gid) = group(parent(path))?
                && ours
                && !is_shared(&found, gid, SHARED_FOLDER)
            {
                // What it holds already keeps its rights: that is for its owner to open.
                share(&open_folder(path)?, gid, SHARED_FOLDER)?;
            }
            Ok(())
        }
        // The name of a folder is as durable as the folder above it.
        Ok(()) => sync_folder(parent(path)),
        made => made,
    }
}

/// Makes a folder that must not exist yet. In a shared history it appears under its name only once it is
/// shared: nobody meets it closed.
pub(super) fn make_new_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.mode(PRIVATE_FOLDER);
    let Some(gid) = group(parent(path))? else {
        return builder.create(path);
    };
    // A name of its own: another user may be making the same folder this very moment.
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", super::suffix()));
    let beside = path.with_file_name(name);
    builder.create(&beside)?;
    let made = share(&open_folder(&beside)?, gid, SHARED_FOLDER).and_then(|()| {
        match rustix::fs::renameat_with(CWD, &beside, CWD, path, RenameFlags::NOREPLACE) {
            // A file system that cannot promise it: only a folder that is there already is in the way.
            Err(rustix::io::Errno::INVAL) if path.symlink_metadata().is_err() => {
                fs::rename(&beside, path)
            }
            Err(rustix::io::Errno::INVAL) => Err(io::ErrorKind::AlreadyExists.into()),
            renamed => Ok(renamed?),
        }
    });
    if made.is_err() {
        let _ = fs::remove_dir(&beside);
    }
    made
}

/// Makes a file that must not exist yet, for writing.
pub(super) fn new_file(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(PRIVATE_FILE)
        .open(path)?;
    if let Some(gid) = group(parent(path))?
        && let Err(error) = share(&file, gid, SHARED_FILE)
    {
        let _ = fs::remove_file(path);
        return Err(error);
    }
    Ok(file)
}

/// Opens a file of lines to append to it, and makes it where it is missing: shared from the moment it can be
/// seen. A last line that a crash or a full disk cut is taken away: the next one must not grow into it.
/// Only the holder of the run's lock may call this.
pub(super) fn open_to_append(path: &Path) -> io::Result<File> {
    let append = |path: &Path| OpenOptions::new().read(true).append(true).open(path);
    match append(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => {
            let mut file = opened?;
            let mut lines = Vec::new();
            file.read_to_end(&mut lines)?;
            let whole = lines.iter().rposition(|byte| *byte == b'\n');
            let whole = whole.map_or(0, |end| end + 1);
            if whole < lines.len() {
                file.set_len(whole as u64)?;
            }
            return Ok(file);
        }
    }
    let beside = beside(path);
    super::disk::remove_if_there(&beside)?;
    drop(new_file(&beside)?);
    let file = append(&beside)?;
    fs::rename(&beside, path)?;
    Ok(file)
}

/// The name of something that is not whole yet: no reader takes it for anything.
pub(super) fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("/"))
}

fn open_folder(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

fn is_shared(found: &Metadata, gid: u32, mode: u32) -> bool {
    found.gid() == gid && found.mode() & 0o7777 == mode
}

/// Gives what was opened to the group: by its descriptor, so that it is this very file.
fn share(opened: &File, gid: u32, mode: u32) -> io::Result<()> {
    let found = opened.metadata()?;
    if found.gid() != gid {
        rustix::fs::fchown(opened, None, Some(Gid::from_raw(gid)))?;
    }
    // After the group: a change of group takes the setgid bit away.
    if !is_shared(&opened.metadata()?, gid, mode) {
        rustix::fs::fchmod(opened, Mode::from_raw_mode(mode))?;
    }
    Ok(())
}
