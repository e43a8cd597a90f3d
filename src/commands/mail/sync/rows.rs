//! What the rows of the file ask for.

use super::desired;
use crate::commands::shared::Given;
use crate::domain::account::AccountRef;
use crate::domain::change::Refusal;
use crate::domain::redirect::Wanted;
use crate::spreadsheet::Desired;
use std::collections::HashMap;

/// Two rows lead to one account, by a join, and want different things of it.
const CONTRADICTORY: &str = "joined-contradictory";

/// The rows of the file.
pub struct Rows<'a> {
    /// In the order of their lines.
    desired: &'a [Desired],
    /// Further rows that lead to an account, by a join, by its place.
    met: HashMap<usize, Vec<u64>>,
}

impl<'a> Rows<'a> {
    /// `met`: further rows that lead to accounts which others name.
    pub fn new(desired: &'a [Desired], met: &[Given<usize>]) -> Self {
        let mut rows = Rows {
            desired,
            met: HashMap::new(),
        };
        for given in met {
            let lines = rows.met.entry(given.account).or_default();
            lines.extend(given.line);
        }
        rows
    }

    /// Whether one row alone leads to this account.
    pub fn is_one(&self, given: &Given<usize>) -> bool {
        !self.met.contains_key(&given.account)
    }

    fn on(&self, line: u64) -> Option<&Desired> {
        let at = self.desired.binary_search_by_key(&line, |row| row.line);
        self.desired.get(at.ok()?)
    }

    /// What is wanted of an account, by all the rows that lead to it. `account`: how it is named in a refusal.
    ///
    /// # Errors
    /// A cell that says nothing that can be; rows that want different things.
    pub fn wanted(
        &self,
        given: &Given<usize>,
        account: impl Fn() -> AccountRef,
    ) -> Result<Wanted, Vec<Refusal>> {
        let further = self.met.get(&given.account).into_iter().flatten();
        let mut together: Option<(u64, Wanted)> = None;
        for line in given.line.iter().chain(further) {
            let refuse = |line: u64, code: &str, given_there: String| Refusal {
                account: Some(account()),
                given: Some(given_there),
                line: Some(line),
                code: code.to_owned(),
            };
            let row = self.on(*line).map(desired::wanted);
            let wanted = row
                .transpose()
                .map_err(|(code, there)| vec![refuse(*line, code, there)])?
                .unwrap_or_default();
            together = Some(match together {
                None => (*line, wanted),
                Some((first, before)) => match desired::both(&before, &wanted) {
                    Some(both) => (first, both),
                    None => {
                        return Err(vec![
                            refuse(first, CONTRADICTORY, line.to_string()),
                            refuse(*line, CONTRADICTORY, first.to_string()),
                        ]);
                    }
                },
            });
        }
        Ok(together.map(|(_, wanted)| wanted).unwrap_or_default())
    }
}
