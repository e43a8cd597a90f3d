//! People made small for the comparison, by a thread of their own: whoever reads them reads on meanwhile.

use super::handing::{Handing, handing};
use crate::domain::account::Role;
use crate::domain::duplicates::Population;
use crate::domain::entry::Entry;
use crate::schema::Schema;
use std::sync::Arc;
use std::thread::JoinHandle;

/// Pages that wait to be made small, at most: the one who reads waits then, and memory stays bounded.
const PAGES_AHEAD: usize = 2;

/// A population that grows while it is read.
#[derive(Debug)]
pub struct Gathering {
    handing: Handing,
    small: JoinHandle<Population>,
}

impl Gathering {
    /// Takes entries of which every one is of a person who is compared. Keeps the names of their children, who are read
    /// afterwards.
    pub fn of_all(schema: Arc<Schema>) -> Self {
        let comparing = schema.comparing();
        Gathering::start(Population::with_children(), move |entry, population| {
            population.add(&comparing.of(entry));
        })
    }

    /// Takes entries of any kind: keeps people of this role who are not absorbed, and what pupils tell of the adults
    /// who are responsible for them.
    pub fn of_role(schema: Arc<Schema>, role: Role) -> Self {
        let comparing = schema.comparing();
        Gathering::start(Population::default(), move |entry, population| {
            if schema.is_compared(entry, role) {
                population.add(&comparing.of(entry));
            }
            if schema.is_pupil(entry) {
                let (name, kinship) = schema.child(entry);
                population.add_child(entry.dn.normalized(), &name, &kinship);
            }
        })
    }

    fn start(
        mut population: Population,
        gather: impl Fn(&Entry, &mut Population) + Send + 'static,
    ) -> Self {
        let (handing, handed) = handing(PAGES_AHEAD);
        let small = std::thread::spawn(move || {
            handed.each(|entries| {
                for entry in entries {
                    gather(entry, &mut population);
                }
            });
            population.sort();
            population
        });
        Gathering { handing, small }
    }

    /// Hands some entries over; false where nobody takes them any more, which only a panic over there explains.
    pub fn hand(&mut self, entries: Vec<Entry>) -> bool {
        self.handing.hand(entries)
    }

    /// Everybody, sorted.
    ///
    /// # Panics
    /// Where the other thread has.
    pub fn finish(self) -> Population {
        drop(self.handing);
        match self.small.join() {
            Ok(population) => population,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}
