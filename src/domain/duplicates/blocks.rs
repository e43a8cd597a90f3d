//! Which pairs are compared at all: those who share a telephone, an address, a child, a name… A million people
//! have a trillion pairs and a few million of these.

use super::person::{Person, Population, mark};
use super::score::{Pair, Scorer};
use super::weights::Weights;

/// A block of more people than this is split by the given name; of more than this after that it is left out.
const LARGEST: usize = 40;

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

type Keys = fn(&Population, &Person, &mut Vec<u64>);

/// Every way to be found, cheap ones first.
const WAYS: [Keys; 9] = [
    mails,
    mobiles,
    landlines,
    children,
    houses,
    join_keys,
    names,
    sounds,
    birth_dates,
];

/// Finds the pairs of a sorted population.
pub fn find(
    population: &Population,
    weights: &Weights,
    progress: &mut dyn FnMut(Progress),
) -> Found {
    let scorer = Scorer::new(population, weights);
    let mut found = Found::default();
    let people = &population.people;
    let total = WAYS.len() as u64 * people.len() as u64;
    let mut keyed: Vec<(u64, u32)> = Vec::with_capacity(people.len());
    let mut keys = Vec::new();
    for (step, way) in WAYS.iter().enumerate() {
        keyed.clear();
        for (at, person) in (0u32..).zip(people) {
            keys.clear();
            way(population, person, &mut keys);
            keyed.extend(keys.iter().map(|key| (*key, at)));
        }
        keyed.sort_unstable();
        keyed.dedup();
        let mut since = 0usize;
        let mut seen = 0usize;
        for block in keyed.chunk_by(|x, y| x.0 == y.0) {
            compare_block(&scorer, block, &mut found);
            seen += block.len();
            if seen - since > 8192 {
                since = seen;
                let part = (seen as u64 * people.len() as u64) / keyed.len().max(1) as u64;
                progress(Progress {
                    done: step as u64 * people.len() as u64 + part,
                    total,
                });
            }
        }
    }
    progress(Progress { done: total, total });
    found.pairs.sort_by_key(|pair| (pair.a, pair.b));
    found.pairs.dedup_by_key(|pair| (pair.a, pair.b));
    in_order(&mut found.pairs);
    found
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

fn compare_block(scorer: &Scorer<'_>, block: &[(u64, u32)], found: &mut Found) {
    if block.len() < 2 {
        return;
    }
    if block.len() <= LARGEST {
        return each_with_each(scorer, block, found);
    }
    let people = &scorer.population.people;
    let mut split: Vec<(u64, u32)> = block
        .iter()
        .map(|(_, at)| {
            let person = &people[*at as usize];
            let given = scorer.population.givens.at(person.given);
            (
                mark(b'x', &[&given.sound, &person.home.area.to_string()]),
                *at,
            )
        })
        .collect();
    split.sort_unstable();
    for part in split.chunk_by(|x, y| x.0 == y.0) {
        if part.len() <= LARGEST {
            each_with_each(scorer, part, found);
        } else {
            found.left_out += 1;
        }
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

fn mails(_: &Population, person: &Person, keys: &mut Vec<u64>) {
    keys.extend(person.mails.iter().map(|(mark, _)| *mark));
}

fn mobiles(_: &Population, person: &Person, keys: &mut Vec<u64>) {
    keys.extend(&person.mobiles);
}

fn landlines(_: &Population, person: &Person, keys: &mut Vec<u64>) {
    keys.extend(&person.landlines);
}

fn children(_: &Population, person: &Person, keys: &mut Vec<u64>) {
    keys.extend(&person.children);
}

fn houses(_: &Population, person: &Person, keys: &mut Vec<u64>) {
    keys.extend((person.home.house != 0).then_some(person.home.house));
}

fn join_keys(_: &Population, person: &Person, keys: &mut Vec<u64>) {
    keys.extend(&person.join_keys);
}

/// Each family name with the given name, in either order: so names in each other's place meet too.
fn names(population: &Population, person: &Person, keys: &mut Vec<u64>) {
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
        keys.push(mark(b'n', &[x, y]));
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

/// How the names sound, within a postcode.
fn sounds(population: &Population, person: &Person, keys: &mut Vec<u64>) {
    let given = population.givens.at(person.given);
    let Some(initial) = given.sound.get(..1).filter(|_| person.home.area != 0) else {
        return;
    };
    let family = population.families.at(person.family);
    keys.push(mark(
        b's',
        &[&family.sound, initial, &person.home.area.to_string()],
    ));
}

fn birth_dates(population: &Population, person: &Person, keys: &mut Vec<u64>) {
    if person.birth_date != 0 {
        let given = population.givens.at(person.given);
        keys.push(mark(b'b', &[&given.sound, &person.birth_date.to_string()]));
    }
}
