//! Records of links where the directory has no place for them: this machine's history.

use crate::app::{App, Office};
use crate::domain::change::Change;
use crate::domain::dn::Dn;
use crate::domain::join::{Gift, JoinNames, gifts_of};
use crate::error::Result;
use crate::explain;
use crate::history::OutcomeKind;

/// The runs that give by a link, or take back what one gave.
const VERBS: [&str; 4] = [
    "account link",
    "account refresh",
    "account unlink",
    "history undo",
];

/// What the history of this machine knows of links in this directory.
pub struct Records {
    /// What was written for links, oldest first.
    changes: Vec<Change>,
}

impl Records {
    /// Reads the history, where it is the only record.
    ///
    /// # Errors
    /// The history cannot be read.
    pub fn read(app: &App, office: &Office, names: &JoinNames) -> Result<Option<Records>> {
        if names.record.is_some() {
            return Ok(None);
        }
        let history = app.history(&office.profile);
        let (mut runs, _) = history.list().map_err(explain::history)?;
        runs.retain(|run| {
            let manifest = &run.manifest;
            VERBS.contains(&manifest.verb.as_str()) && manifest.base_dn == office.profile.base_dn
        });
        runs.sort_by(|a, b| a.manifest.run.cmp(&b.manifest.run));
        let mut changes = Vec::new();
        for summary in runs {
            let run = history
                .load(&summary.manifest.run)
                .map_err(explain::history)?;
            let written = (0u64..).zip(run.changes).filter(|(number, _)| {
                let outcome = run.outcomes.get(number).map(|o| o.outcome);
                outcome == Some(OutcomeKind::Done)
            });
            changes.extend(written.map(|(_, change)| change));
        }
        Ok(Some(Records { changes }))
    }

    /// What the link of these two gave; `None` where it was made elsewhere.
    pub fn of(&self, names: &JoinNames, principal: &Dn, secondary: &Dn) -> Option<Vec<Gift>> {
        gifts_of(&self.changes, names, principal, secondary)
    }
}
