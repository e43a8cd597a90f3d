//! What a server says about itself (RFC 4512 section 5.1).

use super::link::Link;
use super::search::{self, Query};
use crate::directory::{Capabilities, DirectoryError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Asks the server once per connection. A root DSE that may not be read leaves the lists empty: no
/// capability is then relied on.
///
/// # Errors
/// As for any read; a failure is not kept.
pub(super) async fn capabilities(
    link: &Arc<Link>,
    window: &Arc<Semaphore>,
    limit: Duration,
) -> Result<Capabilities, DirectoryError> {
    let asked = async {
        let wanted =
            ["supportedControl", "supportedExtension", "namingContexts"].map(str::to_owned);
        let query = Query::entry(String::new(), &wanted);
        let found = search::entry(link, window, limit, &query).await?;
        Ok(
            found.map_or_else(Capabilities::default, |entry| Capabilities {
                controls: entry.texts("supportedControl"),
                extensions: entry.texts("supportedExtension"),
                naming_contexts: entry.texts("namingContexts"),
            }),
        )
    };
    link.capabilities.get_or_try_init(|| asked).await.cloned()
}
