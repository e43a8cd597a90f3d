//! The file of the night, read by a thread of its own while the directory is asked for everybody.

use super::joined;
use super::meanwhile::Meanwhile;
use crate::commands::shared::{List, rows_in};
use crate::error::Result;
use crate::spreadsheet::{self, Desired};
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

/// What the file says.
pub struct Paper {
    /// Whom the rows name.
    pub list: List,
    /// What they want, in the order of their lines.
    pub desired: Arc<Vec<Desired>>,
}

impl Paper {
    /// Reads what a file of this name holds, and sends it to whoever holds it against the people: from that thread, for
    /// the one that waits here may be waiting for them.
    ///
    /// # Errors
    /// A faulty file (2); every fault is told, and nothing is sent.
    pub async fn read(
        name: String,
        bytes: impl AsRef<[u8]> + Send + 'static,
        keep_going: bool,
        rows: oneshot::Sender<Meanwhile>,
    ) -> Result<Paper> {
        let read = spawn_blocking(move || {
            let list = rows_in(name, bytes.as_ref(), keep_going)?;
            let desired = spreadsheet::read_desired(&list.table)
                .map_err(|fault| spreadsheet::refused(&list.name, &[fault]))?;
            let desired = Arc::new(desired);
            // Nobody takes it where the directory has failed, and that is told over there; names of people are looked up
            // in another way.
            if !list.by_name {
                let _ = rows.send(Meanwhile::new(&list.rows(), Arc::clone(&desired)));
            }
            Ok(Paper { list, desired })
        });
        joined(read).await
    }
}
