//! A password for nobody: it takes the place of one that has ended.

use super::mixed;
use super::random::Random;
use super::rules::PolicyRules;
use crate::domain::secret::Password;

/// Characters, where the rules do not ask for other numbers.
const LENGTH: usize = 40;

/// A sign that is neither a letter nor a digit, for policies that ask for one.
const SIGN: char = '+';

/// A long password that is not meant to be read, typed or kept; `None` where the rules leave no room for one.
pub fn unknown(rules: &PolicyRules, random: &mut dyn Random) -> Option<Password> {
    let length = LENGTH.max(rules.minimum_length);
    let length = rules.maximum_length.map_or(length, |most| length.min(most));
    if length < rules.minimum_length || length <= mixed::FEWEST {
        return None;
    }
    let mut text = mixed::draw(length - 1, random);
    text.push(SIGN);
    Some(Password::new(text))
}

#[cfg(test)]
mod tests {
    use super::super::random::tests::Seeded;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_as_long_as_the_rules_allow(seed: u64, least in 0_usize..120, room in 10_usize..120) {
            let rules = PolicyRules {
                minimum_length: least,
                maximum_length: Some(least + room),
                ..PolicyRules::default()
            };
            let made = unknown(&rules, &mut Seeded(seed)).expect("there is room");
            prop_assert!(made.chars() >= least && made.chars() <= least + room);
            prop_assert!(made.chars() >= LENGTH.min(least + room));
        }
    }

    #[test]
    fn no_two_are_alike_and_short_ones_are_not_made() {
        let rules = PolicyRules::default();
        let made = |seed| unknown(&rules, &mut Seeded(seed)).expect("made");
        assert_ne!(made(1), made(2));
        let narrow = PolicyRules {
            maximum_length: Some(8),
            ..PolicyRules::default()
        };
        assert!(unknown(&narrow, &mut Seeded(1)).is_none());
    }
}
