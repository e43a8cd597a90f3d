//! What a stopped run of mailed passwords has left to do, found by reading the directory.

use super::Resending;
use crate::domain::dn::Dn;
use crate::error::Result;
use crate::execute::settle::{judge, owner_changed, reset_since};
use crate::execute::work::ending_of;
use crate::execute::write::gone;
use crate::execute::{Door, Ending, Standing};
use crate::history::{Outcome, OutcomeKind, Run};
use std::collections::BTreeMap;

impl Door {
    /// Finds out what a stopped run has left to do. `barred`: accounts that may not be changed any more, with the
    /// code of the reason.
    ///
    /// # Errors
    /// The directory is out of reach.
    pub async fn left_to_send(
        &self,
        run: &Run,
        barred: &BTreeMap<Dn, &'static str>,
    ) -> Result<Resending> {
        let manifest = &run.manifest;
        let given_since = self
            .history
            .passwords_set_since(manifest.started_at, Some(&manifest.run))
            .unwrap_or_default();
        let mut left = Resending::default();
        for (number, change) in (0u64..).zip(&run.changes) {
            let outcome = run.outcomes.get(&number);
            if let Some(outcome) = outcome.filter(|o| o.outcome != OutcomeKind::Unknown) {
                left.known.insert(number, ending_of(outcome));
                continue;
            }
            // How far the mail came is not forgotten where nothing more is done.
            let settled = |ending: Ending| Ending {
                mail: outcome.and_then(|outcome| outcome.mail),
                ..ending
            };
            let Some(now) = self.look(change).await? else {
                left.settled.insert(number, settled(gone()));
                continue;
            };
            let moved = self.names.password_moved(change, &now);
            let must_change = self.names.must_change_in(&now);
            let lost = match judge(change, &now, &self.names) {
                // Where the directory tells nothing of passwords, it may hold ours. Its clock counts whole seconds:
                // what the history knows to be written is written.
                Standing::NotDone => {
                    !self.names.tell_the_owners_choice() || outcome.is_some_and(was_written)
                }
                Standing::PasswordSet => true,
                Standing::OwnerChanged => {
                    left.settled.insert(number, settled(owner_changed()));
                    continue;
                }
                Standing::Overtaken | Standing::Done if moved && !must_change => {
                    left.settled.insert(number, settled(owner_changed()));
                    continue;
                }
                Standing::Overtaken | Standing::Done => moved,
            };
            if lost && given_since.contains(&change.account.dn) {
                left.settled.insert(number, settled(reset_since()));
            } else if let Some(code) = barred.get(&change.account.dn) {
                left.settled.insert(number, Ending::not_sent(code, lost));
            } else if lost {
                left.lost.insert(number);
            } else {
                left.untouched.insert(number);
            }
        }
        Ok(left)
    }
}

/// Whether the history knows that the password was written: not where the server never answered.
fn was_written(outcome: &Outcome) -> bool {
    outcome.mail.is_some() && outcome.code.as_deref() != Some("outcome-unknown")
}
