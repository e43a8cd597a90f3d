//! Mail into a folder: each message a file `.eml`, for the sandbox. Every recipient is accepted; a message is
//! accepted once its file is on disk.

use super::{Accepted, Envelope, MailError, MailErrorKind, MailServer, Message, Receipt, Step};
use crate::i18n::visible;
use async_trait::async_trait;
use std::fs::{DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// A folder that stands in for a mail server.
#[derive(Debug, Clone)]
pub struct MailFolder {
    folder: PathBuf,
}

impl MailFolder {
    /// This folder; it is made (0700) where it does not exist.
    pub fn new(folder: PathBuf) -> Self {
        MailFolder { folder }
    }

    fn failed(&self, step: Step, error: &io::Error) -> MailError {
        MailError {
            server: visible(&self.folder.display().to_string()),
            ..MailError::new(MailErrorKind::Storage, step, error.to_string())
        }
    }
}

#[async_trait]
impl MailServer for MailFolder {
    async fn open(&self, envelope: &Envelope) -> Result<Box<dyn Accepted>, MailError> {
        // Found out now, as a server that is down would be: nothing has been written in the directory yet.
        let folder = self.folder.clone();
        let asked = blocking(move || ready(&folder)).await;
        asked.map_err(|error| self.failed(Step::Connect, &error))?;
        Ok(Box::new(Place {
            folder: self.clone(),
            envelope: envelope.clone(),
        }))
    }

    async fn close(&self) {}
}

/// A recipient; all are accepted.
struct Place {
    folder: MailFolder,
    envelope: Envelope,
}

#[async_trait]
impl Accepted for Place {
    async fn deliver(self: Box<Self>, message: &Message) -> Result<Receipt, MailError> {
        let folder = self.folder.folder.clone();
        let (copy, envelope) = (message.clone(), self.envelope.clone());
        let written = blocking(move || write(&folder, &envelope, &copy)).await;
        written.map_err(|error| self.folder.failed(Step::Message, &error))?;
        Ok(Receipt {
            id: message.id().clone(),
            code: None,
        })
    }

    async fn give_up(self: Box<Self>) {}
}

/// Disks block; the one thread of the program goes on meanwhile.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(io::Error::other("interrupted")))
}

fn ready(folder: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    // The nearest to asking "could I?" that is true for every user: a file without a name.
    tempfile::tempfile_in(folder).map(drop)
}

/// The same message again takes the place of the first: one message, one file. The envelope stands before the
/// headers as a delivering server writes it (RFC 5321 section 4.4, and `Delivered-To` by custom).
fn write(folder: &Path, envelope: &Envelope, message: &Message) -> io::Result<()> {
    let mut draft = tempfile::Builder::new()
        .prefix(".draft-")
        .tempfile_in(folder)?;
    write!(
        draft,
        "Return-Path: <{}>\r\nDelivered-To: {}\r\n",
        envelope.from, envelope.to
    )?;
    draft.write_all(message.expose())?;
    draft.as_file().sync_all()?;
    draft
        .persist(folder.join(format!("{}.eml", message.id().token())))
        .map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}
