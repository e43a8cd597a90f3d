//! Refusals that are worth keeping where nobody is there to read them.

use crate::domain::account::AccountRef;
use crate::domain::change::{Change, Operation};
use crate::error::Result;
use crate::execute::Door;
use crate::explain;
use crate::history::{MailState, Manifest, Outcome, OutcomeKind};

impl Door {
    /// Keeps a run that writes nothing: to whom nothing is sent, and the code of the reason.
    ///
    /// # Errors
    /// History not writable.
    pub fn note_refused(&self, manifest: Manifest, refused: &[(AccountRef, String)]) -> Result<()> {
        let at = (self.clock)();
        let changes: Vec<Change> = refused
            .iter()
            .map(|(account, _)| Change {
                account: account.clone(),
                operation: Operation::Modify,
                besides: Vec::new(),
                with: Vec::new(),
                relies_on: Vec::new(),
                modifications: Vec::new(),
                before: Vec::new(),
                notes: Vec::new(),
            })
            .collect();
        let noted = || {
            let mut record = self.history.begin(manifest)?;
            record.intend(&changes)?;
            for (change, (_, code)) in (0u64..).zip(refused) {
                record.record(&Outcome {
                    change,
                    outcome: OutcomeKind::Refused,
                    code: Some(code.clone()),
                    shown: false,
                    mail: Some(MailState::Failed),
                    at,
                })?;
            }
            record.finish(at)
        };
        noted().map_err(explain::history)
    }
}
