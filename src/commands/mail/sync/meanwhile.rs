//! Rows held against the people while these come from the directory: a night on which nothing has changed is settled when
//! the last of them has come.

use super::super::desired;
use crate::domain::entry::Entry;
use crate::domain::redirect::{MailRules, holds_already};
use crate::people::prepared;
use crate::schema::{IDENTIFIERS, Schema};
use crate::spreadsheet::Desired;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// What was found so far.
pub struct Meanwhile<'a> {
    hasher: RandomState,
    /// Rows by what they name. Another that comes out the same is no harm: what counts in the end is which account a
    /// row leads to.
    rows: HashMap<u64, &'a Desired>,
    settled: Settled,
}

/// Which row says of an account what is so already, by the account's place.
#[derive(Debug, Default)]
pub struct Settled(Vec<u64>);

impl Settled {
    /// Whether the row of this line does.
    pub fn by(&self, place: usize, line: Option<u64>) -> bool {
        line.is_some_and(|line| self.0.get(place) == Some(&line))
    }
}

impl<'a> Meanwhile<'a> {
    /// `named`: each row's line and what it names; `desired`: what the rows say, in the order of their lines.
    pub fn new(named: &[(u64, &str)], desired: &'a [Desired]) -> Self {
        let hasher = RandomState::new();
        let rows = named.iter().filter_map(|(line, text)| {
            let at = desired.binary_search_by_key(line, |row| row.line).ok()?;
            Some((hasher.hash_one(prepared(text)), &desired[at]))
        });
        Meanwhile {
            rows: rows.collect(),
            hasher,
            settled: Settled::default(),
        }
    }

    /// Looks at the next account.
    pub fn look(&mut self, rules: &MailRules, schema: &Schema, entry: &Entry) {
        let values = IDENTIFIERS
            .iter()
            .flat_map(|n| schema.all(n))
            .flat_map(|attribute| entry.values(attribute));
        let row = values.into_iter().find_map(|value| {
            let text = prepared(&String::from_utf8_lossy(value));
            self.rows.get(&self.hasher.hash_one(text))
        });
        let settled = row.filter(|row| {
            desired::wanted(row)
                .is_ok_and(|wanted| holds_already(rules, &schema.roles_of(entry), entry, &wanted))
        });
        self.settled.0.push(settled.map_or(0, |row| row.line));
    }

    /// All that was found.
    pub fn end(self) -> Settled {
        self.settled
    }
}
