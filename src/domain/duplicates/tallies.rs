//! What is counted once of all people: how many have a mark, who names a child.

use super::person::Person;
use std::ops::Range;

/// People whose marks are counted at a time: how much memory that takes does not grow with their number.
const AT_A_TIME: usize = 1 << 18;

/// Marks that several people have, and how many; found in a step or two, whatever their number.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// In order of what [`scattered`] makes of them.
    marks: Vec<u64>,
    counts: Vec<u32>,
    index: Index,
}

/// Where in a list that is in order of evenly spread marks those with the same first bits stand.
#[derive(Debug, Default)]
pub(super) struct Index {
    begins: Vec<u32>,
    bits: u32,
}

impl Index {
    /// Of so many marks, in order.
    pub fn of(marks: impl ExactSizeIterator<Item = u64>) -> Self {
        let all = u32::try_from(marks.len()).unwrap_or(u32::MAX);
        let bits = marks.len().max(2).ilog2();
        let mut begins = Vec::with_capacity((1 << bits) + 1);
        for (at, mark) in (0u32..).zip(marks) {
            let first = (mark >> (64 - bits)) as usize;
            while begins.len() <= first {
                begins.push(at);
            }
        }
        begins.resize((1 << bits) + 1, all);
        Index { begins, bits }
    }

    /// The few places where a mark may stand.
    pub fn places(&self, mark: u64) -> Range<usize> {
        if self.begins.is_empty() {
            return 0..0;
        }
        let first = (mark >> (64 - self.bits)) as usize;
        self.begins[first] as usize..self.begins[first + 1] as usize
    }
}

/// One mark for one, spread evenly: telephone numbers are marks too, and all begin alike.
pub(super) fn scattered(mark: u64) -> u64 {
    mark.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Counted {
    /// Counts the marks that `put` hands over, which is asked to hand over those of each part: a mark of people is
    /// always in the same part.
    fn of_parts(parts: u64, mut put: impl FnMut(&mut dyn FnMut(u64))) -> Self {
        let mut counted = Counted::default();
        let mut kept: Vec<u64> = Vec::new();
        // By their first bits, so that the parts are in order too.
        let width = u64::MAX / parts + u64::from(parts > 1);
        for part in 0..parts {
            kept.clear();
            put(&mut |mark| {
                let scattered = scattered(mark);
                if scattered != 0 && (parts == 1 || scattered / width == part) {
                    kept.push(scattered);
                }
            });
            kept.sort_unstable();
            for run in kept.chunk_by(|x, y| x == y).filter(|run| run.len() > 1) {
                counted.marks.push(run[0]);
                counted
                    .counts
                    .push(u32::try_from(run.len()).unwrap_or(u32::MAX));
            }
        }
        counted.marks.shrink_to_fit();
        counted.counts.shrink_to_fit();
        counted.index = Index::of(counted.marks.iter().copied());
        counted
    }

    /// Counts the marks of these people, which `put` tells of each.
    pub fn of(people: &[Person], put: impl Fn(&Person, &mut dyn FnMut(u64))) -> Self {
        let parts = people.len().div_ceil(AT_A_TIME).max(1) as u64;
        Counted::of_parts(parts, |keep| {
            for person in people {
                put(person, keep);
            }
        })
    }

    /// How many have this mark; 1 where nobody else has.
    pub fn holders(&self, mark: u64) -> u32 {
        let scattered = scattered(mark);
        let places = self.index.places(scattered);
        let from = places.start;
        let found = self.marks[places].iter().position(|m| *m == scattered);
        found.map_or(1, |at| self.counts[from + at])
    }
}

/// Every child with the adults who name it.
#[derive(Debug, Default)]
pub(super) struct Parents {
    /// In order of the child's mark, which is as good as drawn by lot.
    named: Vec<(u64, u32)>,
    index: Index,
}

impl Parents {
    /// Of these people.
    pub fn of(people: &[Person]) -> Self {
        let all: usize = people.iter().map(|person| person.children().len()).sum();
        let mut named = Vec::with_capacity(all);
        for (at, person) in (0u32..).zip(people) {
            named.extend(person.children().iter().map(|child| (*child, at)));
        }
        named.sort_unstable();
        let index = Index::of(named.iter().map(|(child, _)| *child));
        Parents { named, index }
    }

    /// Adults who name a child, in order.
    pub fn of_child(&self, child: u64) -> impl Iterator<Item = u32> + '_ {
        self.named[self.index.places(child)]
            .iter()
            .filter(move |(named, _)| *named == child)
            .map(|(_, person)| *person)
    }
}

/// What is counted of all people.
#[derive(Debug)]
pub(super) struct Tallies {
    /// Marks of what people may have in common.
    pub shared: Counted,
    /// Who names which child.
    pub parents: Parents,
}

impl Tallies {
    /// Of these people.
    pub fn of(people: &[Person]) -> Self {
        Tallies {
            shared: Counted::of(people, |person, put| {
                let lists = [person.mobiles(), person.landlines(), person.children()];
                lists
                    .iter()
                    .for_each(|list| list.iter().for_each(|m| put(*m)));
                person.home.nearly.iter().for_each(|m| put(*m));
                put(person.home.house);
                put(person.home.area);
                person.mails().for_each(|(mark, _)| put(mark));
            }),
            parents: Parents::of(people),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn what_several_have_is_counted_in_any_number_of_parts(
            marks in proptest::collection::vec(0u64..40, 0..60),
            far in proptest::collection::vec(any::<u64>(), 0..5),
            parts in 1u64..5,
        ) {
            let all: Vec<u64> = marks.iter().chain(&far).chain(&far).copied().collect();
            let counted = Counted::of_parts(parts, |put| all.iter().for_each(|m| put(*m)));
            let mut expected: BTreeMap<u64, u32> = BTreeMap::new();
            for mark in &all {
                *expected.entry(*mark).or_default() += 1;
            }
            expected.remove(&0);
            for (mark, count) in expected {
                prop_assert_eq!(counted.holders(mark), count, "{}", mark);
            }
            prop_assert_eq!(counted.holders(0), 1, "nothing is nobody's");
            prop_assert_eq!(counted.holders(1_000_000), 1);
        }
    }
}
