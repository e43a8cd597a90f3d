//! Made-up French families and the truth about them, to measure how well parents who stand twice are found.
//!
//! [`families`](made) makes people as they are ([`people::World`]); [`records`] types them in as offices do;
//! [`truth`] says which entries are one person; [`ldif`] writes them as a directory; [`evaluate`] holds a tool's
//! answer against the truth, beside the rule of [`naive`].
//!
//! Nothing is shared with the tool that is measured: no code, no list of names.

mod chance;
mod contacts;
pub mod evaluate;
mod families;
mod habits;
pub mod ldif;
pub mod level;
pub mod measure;
pub mod naive;
mod occasions;
pub mod people;
pub mod records;
mod relatives;
pub mod report;
mod schools;
mod spelling;
pub mod truth;
pub mod truth_files;
pub mod words;

pub use chance::Chance;

use contacts::Contacts;
use families::Maker;
use level::Level;
use people::World;
use records::Record;
use truth::Truth;

/// How many grown-ups share a school.
const PER_SCHOOL: usize = 500;

/// A directory and the truth about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Made {
    pub world: World,
    pub records: Vec<Record>,
    pub truth: Truth,
}

/// Makes a directory of at least `people` grown-ups. The same seed gives the same one.
pub fn made(people: usize, seed: u64, level: &Level) -> Made {
    let mut chance = Chance::new(seed);
    let maker = Maker {
        world: World::default(),
        contacts: Contacts::default(),
        chance: chance.apart(),
    };
    let world = maker.people(people, PER_SCHOOL).typed_in(level);
    let records = records::records(&world, level, &mut chance);
    let truth = Truth::of(&world, &records);
    Made {
        world,
        records,
        truth,
    }
}
