//! Rows held against the people while these come from the directory: a night on which nothing has changed is settled when
//! the last of them has come.

use super::super::desired;
use crate::domain::account::AccountRef;
use crate::domain::entry::Entry;
use crate::domain::redirect::{MailRules, holds_already};
use crate::people::{Expected, People};
use crate::schema::Schema;
use crate::spreadsheet::Desired;
use std::collections::HashMap;

/// What was found so far.
pub struct Meanwhile<'a> {
    /// What each row says; nothing where that is not known.
    rows: Vec<Option<&'a Desired>>,
    settled: Settled,
    people: usize,
}

/// Which rows name whom, and which of them say what is so already.
#[derive(Debug, Default)]
pub struct Settled {
    expected: Expected,
    /// By the account's place: the line that does, and the account.
    unchanged: HashMap<usize, (u64, AccountRef)>,
}

impl Settled {
    /// The place of the one whom this row, by its place in the list, plainly names.
    pub fn named(&self, row: usize) -> Option<usize> {
        self.expected.named(row)
    }

    /// The account at this place, where the row of this line says what is so already.
    pub fn take(&mut self, place: usize, line: Option<u64>) -> Option<AccountRef> {
        let (by, account) = self.unchanged.remove(&place)?;
        (Some(by) == line).then_some(account)
    }
}

impl<'a> Meanwhile<'a> {
    /// `named`: each row's line and what it names; `desired`: what the rows say, in the order of their lines.
    pub fn new(people: &People, named: &[(u64, &str)], desired: &'a [Desired]) -> Self {
        let said = |line: &u64| {
            let at = desired.binary_search_by_key(line, |row| row.line).ok()?;
            Some(&desired[at])
        };
        let texts: Vec<&str> = named.iter().map(|(_, text)| *text).collect();
        Meanwhile {
            rows: named.iter().map(|(line, _)| said(line)).collect(),
            settled: Settled {
                expected: Expected::new(people, &texts),
                unchanged: HashMap::new(),
            },
            people: 0,
        }
    }

    /// Looks at the next account.
    pub fn look(&mut self, rules: &MailRules, schema: &Schema, entry: &Entry) {
        let place = self.people;
        self.people += 1;
        let row = self.settled.expected.look(schema, entry);
        let Some(row) = row.and_then(|row| self.rows[row]) else {
            return;
        };
        if desired::wanted(row)
            .is_ok_and(|wanted| holds_already(rules, &schema.roles_of(entry), entry, &wanted))
        {
            let account = schema.reference(entry);
            self.settled.unchanged.insert(place, (row.line, account));
        }
    }

    /// All that was found.
    pub fn end(self) -> Settled {
        self.settled
    }
}
