//! The one source of randomness: a generator that gives the same sequence for a seed on every machine and in
//! every version (unlike `StdRng`), and the few ways in which it is asked.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// A seeded source of chance.
#[derive(Debug, Clone)]
pub struct Chance(Pcg64);

impl Chance {
    /// Begins a sequence.
    pub fn new(seed: u64) -> Self {
        Chance(Pcg64::seed_from_u64(seed))
    }

    /// A separate sequence, so that one more question asked of one thing changes nothing in another.
    pub fn apart(&mut self) -> Self {
        Chance(Pcg64::seed_from_u64(self.0.random()))
    }

    /// True with this probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.0.random_bool(probability.clamp(0.0, 1.0))
    }

    /// A number from `low` to `high`, both included.
    pub fn number(&mut self, low: u32, high: u32) -> u32 {
        self.0.random_range(low..=high)
    }

    /// An index below `length`, which must not be 0.
    pub fn index(&mut self, length: usize) -> usize {
        self.0.random_range(0..length)
    }

    /// One of them, each as likely.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.index(of.len())]
    }

    /// One of them, the first ones far more often: the share of rank r is about 1/(r + `flat`), as names are
    /// spread in a population (Zipf, Mandelbrot).
    pub fn ranked<'a, T>(&mut self, of: &'a [T], flat: f64) -> &'a T {
        // The inverse of the integral of 1/(r + flat): near enough, and no table for each list.
        let share: f64 = self.0.random();
        let length = of.len() as f64;
        let rank = flat * (((length + flat) / flat).powf(share)) - flat;
        &of[(rank as usize).min(of.len() - 1)]
    }

    /// One of the first, by the weights beside them.
    pub fn weighted<'a, T>(&mut self, of: &'a [(T, u32)]) -> &'a T {
        let total: u32 = of.iter().map(|(_, weight)| weight).sum();
        let mut left = self.number(0, total - 1);
        for (item, weight) in of {
            if left < *weight {
                return item;
            }
            left -= weight;
        }
        &of[of.len() - 1].0
    }

    /// Puts them in an order of its own.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.index(at + 1);
            items.swap(at, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_names_of_a_list_are_the_common_ones() {
        let mut chance = Chance::new(7);
        let list: Vec<u32> = (0..100).collect();
        let mut seen = [0_u32; 100];
        for _ in 0..20_000 {
            seen[*chance.ranked(&list, 5.0) as usize] += 1;
        }
        assert!(
            seen[0] > 3 * seen[30] && seen[30] > seen[99] && seen[99] > 0,
            "{seen:?}"
        );
    }

    #[test]
    fn weights_are_kept() {
        let mut chance = Chance::new(7);
        let never = [("a", 1), ("b", 0), ("c", 3)];
        let got: Vec<&str> = (0..1000).map(|_| *chance.weighted(&never)).collect();
        assert!(!got.contains(&"b"));
        let a = got.iter().filter(|g| **g == "a").count();
        assert!((180..320).contains(&a), "{a}");
    }

    #[test]
    fn shuffling_loses_nobody() {
        let mut items: Vec<u32> = (0..50).collect();
        Chance::new(1).shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}
