//! What two given names are to each other, kept for the next time: in houses and under family names the same ones meet
//! again and again.

use super::likeness::Likeness;
use super::tallies::scattered;
use std::sync::atomic::{AtomicU64, Ordering};

/// Places for what is kept. What comes to a place that is taken takes it.
const PLACES: usize = 1 << 16;
/// Bits of a name's place; of a name beyond them nothing is kept.
const BITS: u32 = 30;

/// What may be kept, by its code less one: 0 is what an empty place holds.
const ALL: [Likeness; 6] = [
    Likeness::Same,
    Likeness::First,
    Likeness::Part,
    Likeness::Near,
    Likeness::Initial,
    Likeness::Different,
];

/// For several threads at once, without a lock: names and answer are one number.
#[derive(Debug)]
pub(super) struct Remembered(Box<[AtomicU64]>);

impl Default for Remembered {
    fn default() -> Self {
        Remembered((0..PLACES).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Remembered {
    /// What is kept of the names in these places, else what `find` says. It must always say the same of the same names.
    pub fn or_find(
        &self,
        names: (u32, u32),
        one_sex: bool,
        find: impl FnOnce() -> Likeness,
    ) -> Likeness {
        let (a, b) = (u64::from(names.0), u64::from(names.1));
        if (a | b) >> BITS != 0 {
            return find();
        }
        let asked = (a << BITS | b) << 4 | u64::from(one_sex) << 3;
        let place = &self.0[(scattered(asked) >> 48) as usize % PLACES];
        let kept = place.load(Ordering::Relaxed);
        let answer = || ALL.get(((kept & 7) as usize).checked_sub(1)?);
        if let Some(likeness) = answer().filter(|_| kept & !7 == asked) {
            return *likeness;
        }
        let likeness = find();
        place.store(asked | (likeness as u64 + 1), Ordering::Relaxed);
        likeness
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_said_again_and_of_nobody_else() {
        let remembered = Remembered::default();
        let found = |a: u32, b: u32, one_sex: bool| {
            ALL[(a as usize * 7 + b as usize * 3 + usize::from(one_sex)) % ALL.len()]
        };
        for _ in 0..2 {
            // More than there are places.
            for (a, b) in (0..400).flat_map(|a| (0..400).map(move |b| (a, b))) {
                for one_sex in [true, false] {
                    let said = remembered.or_find((a, b), one_sex, || found(a, b, one_sex));
                    assert_eq!(said, found(a, b, one_sex), "{a} {b} {one_sex}");
                }
            }
        }
        let again = || unreachable!("it is remembered");
        assert_eq!(
            remembered.or_find((399, 399), false, again),
            found(399, 399, false)
        );
        let far = (1 << BITS, 1);
        for likeness in ALL {
            assert_eq!(remembered.or_find(far, true, || likeness), likeness);
        }
    }
}
