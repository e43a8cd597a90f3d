//! Random numbers as a port: the real source is `crate::random`.

/// A source of random numbers that nobody can foresee.
pub trait Random {
    /// A number from 0 to `bound - 1`, each as likely as the others. `bound` is at least 1.
    fn below(&mut self, bound: u32) -> u32;
}

/// The place of a choice among `choices`, uniform. A choice has at least one alternative.
pub(super) fn pick<'a, T>(choices: &'a [T], random: &mut dyn Random) -> &'a T {
    let bound = u32::try_from(choices.len()).unwrap_or(u32::MAX);
    let place = usize::try_from(random.below(bound)).unwrap_or_default();
    &choices[place]
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// SplitMix64: not for secrets, but the same numbers for the same seed.
    pub(crate) struct Seeded(pub u64);

    impl Random for Seeded {
        fn below(&mut self, bound: u32) -> u32 {
            assert!(bound > 0, "there is a choice");
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            u32::try_from(z % u64::from(bound)).unwrap_or_default()
        }
    }

    /// Gives the numbers of a list, one after the other.
    pub(crate) struct Scripted(pub Vec<u32>);

    impl Random for Scripted {
        fn below(&mut self, bound: u32) -> u32 {
            let number = self.0.remove(0);
            assert!(number < bound, "{number} is not below {bound}");
            number
        }
    }

    #[test]
    fn a_pick_is_the_numbered_choice() {
        let mut random = Scripted(vec![2, 0]);
        assert_eq!(*pick(&["a", "b", "c"], &mut random), "c");
        assert_eq!(*pick(&["a", "b", "c"], &mut random), "a");
    }
}
