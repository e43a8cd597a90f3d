//! The thread that speaks to servers. What has been asked for leaves, and what comes is taken from the network, also while
//! somebody works through what came before: a server that must wait for its reader loses time that nobody gets back.

use crate::directory::{DirectoryError, ErrorKind};
use std::future::{Future, pending};
use std::io;
use std::sync::OnceLock;
use tokio::runtime::{Builder, Handle};
use tokio::task::JoinHandle;

/// Starts a task there. Connections belong to the thread in which they were opened: whoever opens one does that there too.
///
/// # Errors
/// [`ErrorKind::Unreachable`] where the system gives no thread.
pub(super) fn spawn<F>(task: F) -> Result<JoinHandle<F::Output>, DirectoryError>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    static THREAD: OnceLock<Handle> = OnceLock::new();
    let thread = match THREAD.get() {
        Some(thread) => thread,
        // Of two that are started at once, one idles to the end.
        None => {
            let started = start().map_err(|error| {
                DirectoryError::new(
                    ErrorKind::Unreachable,
                    super::results::shown(&error.to_string()),
                )
            })?;
            THREAD.get_or_init(|| started)
        }
    };
    Ok(thread.spawn(task))
}

fn start() -> io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new()
        .name("network".to_owned())
        .spawn(move || runtime.block_on(pending::<()>()))?;
    Ok(handle)
}
