//! People made small for the comparison, by a thread of their own: whoever reads them reads on meanwhile.

use crate::domain::account::Role;
use crate::domain::duplicates::Population;
use crate::domain::entry::Entry;
use crate::schema::Schema;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Pages that wait to be made small, at most: the one who reads waits then, and memory stays bounded.
const PAGES_AHEAD: usize = 2;

/// A population that grows while it is read.
#[derive(Debug)]
pub struct Gathering {
    hand: SyncSender<Vec<Entry>>,
    small: JoinHandle<Population>,
}

impl Gathering {
    /// Takes entries of which every one is of a person who is compared. Keeps the names of their children, who are read
    /// afterwards.
    pub fn of_all(schema: Arc<Schema>) -> Self {
        Gathering::start(Population::with_children(), move |entries, population| {
            let comparing = schema.comparing();
            for entry in entries.into_iter().flatten() {
                population.add(&comparing.of(&entry));
            }
        })
    }

    /// Takes entries of any kind: keeps people of this role who are not absorbed, and what pupils tell of the adults
    /// who are responsible for them.
    pub fn of_role(schema: Arc<Schema>, role: Role) -> Self {
        Gathering::start(Population::default(), move |entries, population| {
            let comparing = schema.comparing();
            for entry in entries.into_iter().flatten() {
                if schema.is_compared(&entry, role) {
                    population.add(&comparing.of(&entry));
                }
                if schema.is_pupil(&entry) {
                    let (name, kinship) = schema.child(&entry);
                    population.add_child(entry.dn.normalized(), &name, &kinship);
                }
            }
        })
    }

    fn start(
        mut population: Population,
        gather: impl FnOnce(std::sync::mpsc::Receiver<Vec<Entry>>, &mut Population) + Send + 'static,
    ) -> Self {
        let (hand, handed) = sync_channel(PAGES_AHEAD);
        let small = std::thread::spawn(move || {
            gather(handed, &mut population);
            population.sort();
            population
        });
        Gathering { hand, small }
    }

    /// Hands some entries over; false where nobody takes them any more, which only a panic over there explains.
    pub fn hand(&self, entries: Vec<Entry>) -> bool {
        self.hand.send(entries).is_ok()
    }

    /// Everybody, sorted.
    ///
    /// # Panics
    /// Where the other thread has.
    pub fn finish(self) -> Population {
        drop(self.hand);
        match self.small.join() {
            Ok(population) => population,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}
