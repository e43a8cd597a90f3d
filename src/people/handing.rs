//! Pages of entries handed to a thread of one's own, and given back when it has looked at them: memory is given back best
//! by the thread that took it, and the one that reads has the time.

use crate::domain::entry::Entry;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

/// The end of the one who reads.
#[derive(Debug)]
pub struct Handing {
    hand: SyncSender<Vec<Entry>>,
    done: Receiver<Vec<Entry>>,
}

/// The end of the one who looks.
#[derive(Debug)]
pub struct Handed {
    pages: Receiver<Vec<Entry>>,
    done: Sender<Vec<Entry>>,
}

/// Both ends. So many pages wait at most: whoever hands over waits then, and memory stays bounded.
pub fn handing(ahead: usize) -> (Handing, Handed) {
    let (hand, pages) = sync_channel(ahead);
    let (give_back, done) = channel();
    let handed = Handed {
        pages,
        done: give_back,
    };
    (Handing { hand, done }, handed)
}

impl Handing {
    /// Hands a page over; false where nobody takes any more.
    pub fn hand(&mut self, page: Vec<Entry>) -> bool {
        self.done.try_iter().for_each(drop);
        self.hand.send(page).is_ok()
    }
}

impl Handed {
    /// Looks at every page, until the other end is let go of.
    pub fn each(self, mut look: impl FnMut(&[Entry])) {
        for page in self.pages {
            look(&page);
            // Whoever reads no more takes none back.
            let _ = self.done.send(page);
        }
    }
}
