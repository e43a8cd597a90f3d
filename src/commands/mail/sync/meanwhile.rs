//! Rows held against the people while these come from the directory: a night on which nothing has changed is settled when
//! the last of them has come.

use super::super::desired;
use crate::domain::account::AccountRef;
use crate::domain::entry::Entry;
use crate::domain::redirect::graph::Inward;
use crate::domain::redirect::{MailRules, Standing, holds_already};
use crate::people::{Expected, Handed};
use crate::schema::{Roles, Schema};
use crate::spreadsheet::Desired;
use std::sync::Arc;
use tokio::sync::oneshot;

/// What was found so far.
pub struct Meanwhile {
    desired: Arc<Vec<Desired>>,
    /// Where in `desired` stands what each row says; nothing where that is not known.
    rows: Vec<Option<usize>>,
    settled: Settled,
}

/// Which rows name whom, and which of them say what is so already.
#[derive(Debug, Default)]
pub struct Settled {
    expected: Expected,
    /// In the order of places, the accounts of whom a row says what is so already, with the row's line.
    unchanged: Vec<(usize, Option<(u64, AccountRef)>)>,
}

impl Settled {
    /// The place of the one whom this row, by its place in the list, plainly names.
    pub fn named(&self, row: usize) -> Option<usize> {
        self.expected.named(row)
    }

    /// The account at this place, where the row of this line says what is so already.
    pub fn take(&mut self, place: usize, line: Option<u64>) -> Option<AccountRef> {
        let at = self.unchanged.binary_search_by_key(&place, |(at, _)| *at);
        let (by, account) = self.unchanged[at.ok()?].1.take()?;
        (Some(by) == line).then_some(account)
    }
}

/// What a look at the people needs.
pub struct Looks {
    /// How mail is written down.
    pub rules: MailRules,
    /// How people are.
    pub schema: Arc<Schema>,
    /// Whether rows are held against them.
    pub for_rows: bool,
}

impl Looks {
    /// Looks at everybody, page by page. Those who come before the rows wait for these; where none come, nothing is
    /// settled.
    pub fn at(self, pages: Handed, rows: oneshot::Receiver<Meanwhile>) -> Looked {
        let mut rows = match self.for_rows {
            true => rows.blocking_recv().ok(),
            false => None,
        };
        let mut inward = Inward::default();
        let mut redirected = Vec::new();
        let mut roles = self.schema.roles();
        let leading: Vec<&str> = self.schema.leading().collect();
        let mut people = 0;
        pages.each(|page| {
            let places = people..;
            people += page.len();
            for (place, entry) in places.zip(page) {
                let now = self.rules.standing(entry);
                inward.add(&now.own, &now.redirect.addresses);
                if !now.redirect.addresses.is_empty() {
                    let mut ties = leading.iter();
                    redirected.push(Redirected {
                        place,
                        plainly: !ties.any(|tie| entry.has(tie)),
                    });
                }
                if let Some(rows) = &mut rows {
                    rows.look(&self, &mut roles, place, entry, &now);
                }
            }
        });
        Looked {
            settled: rows.map(|rows| rows.settled).unwrap_or_default(),
            inward,
            redirected,
        }
    }
}

/// What was seen of everybody.
pub struct Looked {
    /// Which rows say what is so already.
    pub settled: Settled,
    /// Who forwards to somebody here.
    pub inward: Inward,
    /// Who has a redirect, in the order of places.
    pub redirected: Vec<Redirected>,
}

/// An account that has a redirect.
#[derive(Debug, Clone, Copy)]
pub struct Redirected {
    /// Its place.
    pub place: usize,
    /// Whether it leads to no other account.
    pub plainly: bool,
}

impl Meanwhile {
    /// `named`: each row's line and what it names; `desired`: what the rows say, in the order of their lines.
    pub fn new(named: &[(u64, &str)], desired: Arc<Vec<Desired>>) -> Self {
        let said = |line: &u64| desired.binary_search_by_key(line, |row| row.line).ok();
        let texts: Vec<&str> = named.iter().map(|(_, text)| *text).collect();
        Meanwhile {
            rows: named.iter().map(|(line, _)| said(line)).collect(),
            settled: Settled {
                expected: Expected::of(&texts),
                // On most nights these are nearly all.
                unchanged: Vec::with_capacity(texts.len()),
            },
            desired,
        }
    }

    /// Looks at the account at this place, whose mail stands like this.
    fn look(
        &mut self,
        with: &Looks,
        roles: &mut Roles<'_>,
        place: usize,
        entry: &Entry,
        now: &Standing,
    ) {
        let Looks { rules, schema, .. } = with;
        let row = self.settled.expected.look(schema, place, entry);
        let Some(row) = row.and_then(|row| self.rows[row]) else {
            return;
        };
        let row = &self.desired[row];
        if desired::wanted(row)
            .is_ok_and(|wanted| holds_already(rules, roles.of(entry), entry, now, &wanted))
        {
            let account = schema.reference(entry);
            self.settled
                .unchanged
                .push((place, Some((row.line, account))));
        }
    }
}
