//! Random numbers from the operating system: the real source behind [`Random`].

use crate::domain::password::Random;
use rand::distr::{Distribution, Uniform};
use rand::rngs::{StdRng, SysError, SysRng};
use rand::{SeedableRng, TryRng};

/// A cryptographic generator (rand's `StdRng`) keyed with 256 bits of the operating system's own source.
///
/// The system is asked once, when it is made: where its source fails, that is an error before anything is
/// drawn, and never a weaker source in its place. `Debug` and `Clone` are left out on purpose: who knows
/// its state knows the passwords to come.
pub struct SystemRandom(StdRng);

/// The operating system gave no random numbers.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the system's random source failed: {0}")]
pub struct SystemRandomFailed(SysError);

impl SystemRandom {
    /// Asks the operating system for a key.
    ///
    /// # Errors
    /// Where the system's source fails.
    pub fn new() -> Result<Self, SystemRandomFailed> {
        SystemRandom::keyed_by(&mut SysRng)
    }

    fn keyed_by(source: &mut impl TryRng<Error = SysError>) -> Result<Self, SystemRandomFailed> {
        StdRng::try_from_rng(source)
            .map(SystemRandom)
            .map_err(SystemRandomFailed)
    }
}

impl Random for SystemRandom {
    fn below(&mut self, bound: u32) -> u32 {
        // `Uniform` rejects what would favour some numbers; `random_range` takes a small bias.
        match Uniform::new(0, bound) {
            Ok(uniform) => uniform.sample(&mut self.0),
            // Only for a bound of 0, which the trait excludes.
            Err(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::password::{PolicyRules, Style, generate};

    /// A system whose source is broken.
    struct Broken;

    impl TryRng for Broken {
        type Error = SysError;

        fn try_next_u32(&mut self) -> Result<u32, SysError> {
            Err(SysError::UNEXPECTED)
        }

        fn try_next_u64(&mut self) -> Result<u64, SysError> {
            Err(SysError::UNEXPECTED)
        }

        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), SysError> {
            Err(SysError::UNEXPECTED)
        }
    }

    #[test]
    fn a_broken_source_is_an_error() {
        assert!(SystemRandom::keyed_by(&mut Broken).is_err());
    }

    #[test]
    fn numbers_are_uniform() {
        let mut random = SystemRandom::new().expect("a random source");
        for bound in [3_u32, 8, 40, 100] {
            let draws = 2000 * bound;
            let mut counts = vec![0_u32; usize::try_from(bound).expect("small")];
            for _ in 0..draws {
                counts[usize::try_from(random.below(bound)).expect("small")] += 1;
            }
            let chi_square: f64 = counts
                .iter()
                .map(|count| (f64::from(*count) - 2000.0).powi(2) / 2000.0)
                .sum();
            // Mean `bound - 1`, variance twice that: eight deviations, one run in many millions.
            let freedom = f64::from(bound - 1);
            let limit = freedom + 8.0 * (2.0 * freedom).sqrt() + 16.0;
            assert!(chi_square < limit, "{bound}: {chi_square}");
        }
    }

    #[test]
    fn a_bound_that_is_no_power_of_two_is_not_favoured() {
        // Taking the remainder of 32 bits would give a third of these twice as often as the others.
        let bound = 3 << 30;
        let mut random = SystemRandom::new().expect("a random source");
        let low = (0..30_000)
            .filter(|_| random.below(bound) < (1 << 30))
            .count();
        assert!((9_000..11_000).contains(&low), "{low}");
    }

    #[test]
    fn two_sources_differ() {
        let draw = || {
            let mut random = SystemRandom::new().expect("a random source");
            generate(Style::Mixed, &PolicyRules::default(), &mut random).expect("fits")
        };
        assert_ne!(draw(), draw());
    }
}
