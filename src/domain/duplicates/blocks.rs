//! Which pairs are compared at all: those who share a telephone, an address, a child, a name… A million people
//! have a trillion pairs and a few million of these.

use super::person::{Person, Population, mark, mark_with};
use super::score::{Pair, Scorer};
use super::tallies::Counted;
use super::weights::Weights;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};

/// A block of more people than this is split by one thing more after the other; what is larger after all is left
/// out. So the work for one account has a bound, whatever the number of people.
const LARGEST: usize = 40;
/// A name that more people bear than this is common: two of them who share nothing else are two for certain, and
/// are not compared.
const NAMESAKES: usize = 12;
/// Threads that compare; the answer is the same with any number.
const WORKERS: usize = 2;

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// Pairs worth a question, best first.
    pub pairs: Vec<Pair>,
    /// Pairs compared.
    pub compared: u64,
    /// Groups of people too large to compare each with each, and left out: a very common name, an office's number.
    pub left_out: u64,
}

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Steps done.
    pub done: u64,
    /// Steps in all.
    pub total: u64,
}

type Keys = fn(&Scorer<'_>, &Person, &mut Vec<u64>);

/// Every way to be found, those that take longest first: each is gone by one thread.
const WAYS: [Keys; 10] = [
    namesakes,
    children,
    sounds,
    houses,
    names,
    landlines,
    mobiles,
    mails,
    birth_dates,
    join_keys,
];

/// What large blocks are split by, one after the other.
const SPLITS: [Keys; 3] = [given_sounds, areas, numbers];

/// Finds the pairs of a sorted population.
///
/// Memory beside the population: a mark and a place for each key of the ways that are gone at one time (two), about
/// 60 bytes for a person, and the pairs that were found.
pub fn find(
    population: &Population,
    weights: &Weights,
    progress: &mut dyn FnMut(Progress),
) -> Found {
    let people = &population.people;
    // Both kinds of counting go through everybody: one each.
    let named = std::thread::scope(|scope| {
        scope.spawn(|| population.tallies());
        Counted::of(people, |person, put| {
            full_names(population, person, put);
        })
    });
    let mut scorer = Scorer::new(population, weights);
    scorer.count_names(named);
    let scorer = &scorer;
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Found::default());
    let mut step = Progress {
        done: 0,
        total: WAYS.len() as u64 * people.len() as u64,
    };
    progress(step);
    std::thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        let handles: Vec<_> = (0..WORKERS)
            .map(|_| {
                let (tell, next, found) = (tell.clone(), &next, &found);
                scope.spawn(move || {
                    let mut keyed = Vec::with_capacity(people.len());
                    while let Some(way) = WAYS.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let more = go(scorer, *way, &mut keyed);
                        found
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .add(more);
                        // Nobody listens where the other one has failed.
                        let _ = tell.send(());
                    }
                })
            })
            .collect();
        drop(tell);
        for () in told {
            step.done += people.len() as u64;
            progress(step);
        }
        for handle in handles {
            if let Err(panic) = handle.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    in_order(&mut found.pairs);
    found
}

/// Goes one way: puts everybody into the blocks it tells, and compares those.
fn go(scorer: &Scorer<'_>, way: Keys, keyed: &mut Vec<(u64, u32)>) -> Found {
    keyed.clear();
    let mut keys = Vec::new();
    for (at, person) in (0u32..).zip(&scorer.population.people) {
        keys.clear();
        way(scorer, person, &mut keys);
        keyed.extend(keys.iter().map(|key| (*key, at)));
    }
    keyed.sort_unstable();
    keyed.dedup();
    let mut found = Found::default();
    for block in keyed.chunk_by(|x, y| x.0 == y.0) {
        compare_block(scorer, block, &SPLITS, &mut found);
    }
    found
}

impl Found {
    /// Adds what another way found; who was found twice stands there once.
    fn add(&mut self, other: Found) {
        self.compared += other.compared;
        self.left_out += other.left_out;
        self.pairs.extend(other.pairs);
        self.pairs.sort_by_key(|pair| (pair.a, pair.b));
        self.pairs.dedup_by_key(|pair| (pair.a, pair.b));
    }
}

/// Compares these pairs again, where more is known of their children by now.
pub fn again(population: &Population, weights: &Weights, pairs: &[Pair]) -> Vec<Pair> {
    let scorer = Scorer::new(population, weights);
    let mut pairs: Vec<Pair> = pairs
        .iter()
        .filter_map(|pair| scorer.compare(pair.a, pair.b))
        .collect();
    in_order(&mut pairs);
    pairs
}

/// Best first; the people are in order of their ids, so equal scores have an order too.
fn in_order(pairs: &mut [Pair]) {
    pairs.sort_by(|x, y| {
        y.score
            .total_cmp(&x.score)
            .then_with(|| (x.a, x.b).cmp(&(y.a, y.b)))
    });
}

fn compare_block(scorer: &Scorer<'_>, block: &[(u64, u32)], splits: &[Keys], found: &mut Found) {
    if block.len() < 2 {
        return;
    }
    if block.len() <= LARGEST {
        return each_with_each(scorer, block, found);
    }
    let Some((split, further)) = splits.split_first() else {
        found.left_out += 1;
        return;
    };
    let people = &scorer.population.people;
    let mut parts: Vec<(u64, u32)> = Vec::with_capacity(block.len());
    let mut keys = Vec::new();
    for (_, at) in block {
        keys.clear();
        split(scorer, &people[*at as usize], &mut keys);
        parts.extend(keys.iter().map(|key| (*key, *at)));
    }
    parts.sort_unstable();
    for part in parts.chunk_by(|x, y| x.0 == y.0) {
        compare_block(scorer, part, further, found);
    }
}

fn each_with_each(scorer: &Scorer<'_>, block: &[(u64, u32)], found: &mut Found) {
    for (at, (_, a)) in block.iter().enumerate() {
        for (_, b) in &block[at + 1..] {
            found.compared += 1;
            found.pairs.extend(scorer.compare(*a, *b));
        }
    }
}

fn mails(_: &Scorer<'_>, person: &Person, keys: &mut Vec<u64>) {
    keys.extend(person.mails().map(|(mark, _)| mark));
}

fn mobiles(_: &Scorer<'_>, person: &Person, keys: &mut Vec<u64>) {
    keys.extend(person.mobiles());
}

fn landlines(_: &Scorer<'_>, person: &Person, keys: &mut Vec<u64>) {
    keys.extend(person.landlines());
}

fn children(_: &Scorer<'_>, person: &Person, keys: &mut Vec<u64>) {
    keys.extend(person.children());
}

fn houses(_: &Scorer<'_>, person: &Person, keys: &mut Vec<u64>) {
    keys.extend((person.home.house != 0).then_some(person.home.house));
}

fn join_keys(_: &Scorer<'_>, person: &Person, keys: &mut Vec<u64>) {
    keys.extend(person.join_keys());
}

/// Each family name with the given name, in either order: so names in each other's place meet too.
fn full_names(population: &Population, person: &Person, put: &mut dyn FnMut(u64)) {
    let given = population.givens.at(person.given);
    let Some(first) = given.words.first().filter(|first| !first.is_empty()) else {
        return;
    };
    let mut put = |family: &str| {
        let (x, y) = if family <= &**first {
            (family, &**first)
        } else {
            (&**first, family)
        };
        put(mark(b'n', &[x, y]));
    };
    for place in [person.family, person.birth] {
        let family = population.families.at(place);
        if place == 0 {
            continue;
        }
        put(&family.joined);
        if family.words.len() > 1 {
            family.words.iter().for_each(|word| put(word));
        }
    }
}

/// Full names that few bear.
fn names(scorer: &Scorer<'_>, person: &Person, keys: &mut Vec<u64>) {
    full_names(scorer.population, person, &mut |name| {
        if scorer.namesakes(name) <= NAMESAKES {
            keys.push(name);
        }
    });
}

/// Full names that many bear, each with one thing more that tells two of them from two hundred: where they live,
/// nearly the same mail address, a partner of one name.
fn namesakes(scorer: &Scorer<'_>, person: &Person, keys: &mut Vec<u64>) {
    full_names(scorer.population, person, &mut |name| {
        if scorer.namesakes(name) <= NAMESAKES {
            return;
        }
        let mut with = |more: u64| {
            if more != 0 {
                keys.push(both(name, more));
            }
        };
        with(person.home.area);
        with(person.home.nearly[0]);
        person.mails().for_each(|(_, shape)| with(shape));
        for child in person.children() {
            for partner in scorer.parents_of(*child) {
                let partner = &scorer.population.people[partner as usize];
                if partner.id != person.id {
                    with(both(u64::from(partner.given), 1));
                }
            }
        }
    });
}

/// Two marks as one.
fn both(x: u64, y: u64) -> u64 {
    mark_with(
        b'+',
        &[],
        x.rotate_left(32)
            .wrapping_add(y.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
    )
}

/// How the names sound, within a postcode.
fn sounds(scorer: &Scorer<'_>, person: &Person, keys: &mut Vec<u64>) {
    let given = scorer.population.givens.at(person.given);
    let Some(initial) = given.sound.get(..1).filter(|_| person.home.area != 0) else {
        return;
    };
    let family = scorer.population.families.at(person.family);
    keys.push(mark_with(b's', &[&family.sound, initial], person.home.area));
}

fn birth_dates(scorer: &Scorer<'_>, person: &Person, keys: &mut Vec<u64>) {
    if person.birth_date != 0 {
        let given = scorer.population.givens.at(person.given);
        keys.push(mark_with(b'b', &[&given.sound], person.birth_date));
    }
}

fn given_sounds(scorer: &Scorer<'_>, person: &Person, keys: &mut Vec<u64>) {
    let given = scorer.population.givens.at(person.given);
    keys.push(mark(b'x', &[&given.sound]));
}

fn areas(_: &Scorer<'_>, person: &Person, keys: &mut Vec<u64>) {
    keys.push(person.home.area);
}

fn numbers(_: &Scorer<'_>, person: &Person, keys: &mut Vec<u64>) {
    keys.push(person.home.nearly[1]);
}
