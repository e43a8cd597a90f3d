//! The kinds of password that are generated.

use super::generate::StyleDoesNotFit;
use super::rules::PolicyRules;
use super::{letters, mixed, words};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a generated password looks like (`--style`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// French words joined by hyphens, without accents: read aloud, typed on a phone.
    Words,
    /// Syllables that can be pronounced, without `i`, `l` and `o`.
    Letters,
    /// Digits from 2 to 9.
    Digits,
    /// Small and capital letters and digits that are not taken for one another.
    Mixed,
}

/// A style that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such style: {0}")]
pub struct UnknownStyle(pub String);

impl Style {
    /// Every style, the one proposed first in front.
    pub const ALL: [Style; 4] = [Style::Words, Style::Letters, Style::Digits, Style::Mixed];

    /// As typed after `--style` and written in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Style::Words => "words",
            Style::Letters => "letters",
            Style::Digits => "digits",
            Style::Mixed => "mixed",
        }
    }

    /// How many parts a password has under these rules: words, syllables, digits or characters.
    ///
    /// # Errors
    /// Where none of the style obeys the rules and is strong enough.
    pub(super) fn parts(self, rules: &PolicyRules) -> Result<usize, StyleDoesNotFit> {
        self.fitting_parts(rules)
            .ok_or_else(|| StyleDoesNotFit::new(self, rules))
    }

    /// The same without saying what would fit instead.
    pub(super) fn fitting_parts(self, rules: &PolicyRules) -> Option<usize> {
        let minimum = rules.minimum_length;
        let (parts, shortest, longest) = match self {
            Style::Words => {
                let parts = words::parts_for(minimum);
                (parts, words::shortest(parts), words::longest(parts))
            }
            Style::Letters => {
                let parts = minimum.div_ceil(2).max(letters::FEWEST_SYLLABLES);
                let length = parts.saturating_mul(2);
                (parts, length, length)
            }
            Style::Digits => {
                // A spreadsheet keeps fifteen digits of a number: more would be lost there.
                let parts = minimum.clamp(FEWEST_DIGITS, MOST_DIGITS);
                (parts, parts, parts)
            }
            Style::Mixed => {
                let parts = minimum.max(mixed::FEWEST);
                (parts, parts, parts)
            }
        };
        (parts <= MOST_PARTS && rules.admits(shortest, longest)).then_some(parts)
    }

    /// The entropy of a generated password under these rules, in bits: the logarithm to base 2 of how
    /// many different ones there are, all equally likely.
    ///
    /// # Errors
    /// Where the style does not fit the rules.
    pub fn entropy_bits(self, rules: &PolicyRules) -> Result<f64, StyleDoesNotFit> {
        let parts = self.parts(rules)?;
        let count = f64::from(u32::try_from(parts).unwrap_or(u32::MAX));
        Ok(match self {
            Style::Words => count * words::BITS,
            Style::Letters => letters::bits(parts),
            Style::Digits => count * 3.0,
            Style::Mixed => mixed::bits(parts),
        })
    }
}

/// Twelve digits out of eight: 36 bits.
pub(super) const FEWEST_DIGITS: usize = 12;
/// What a spreadsheet keeps of a number.
pub(super) const MOST_DIGITS: usize = 15;
/// No policy of this world asks for more; keeps a mistyped one from filling the memory.
const MOST_PARTS: usize = 128;

impl FromStr for Style {
    type Err = UnknownStyle;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Style::ALL
            .into_iter()
            .find(|style| style.as_str() == text)
            .ok_or_else(|| UnknownStyle(text.to_owned()))
    }
}

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(minimum_length: usize, maximum_length: Option<usize>) -> PolicyRules {
        PolicyRules {
            minimum_length,
            maximum_length,
            ..PolicyRules::default()
        }
    }

    #[test]
    fn styles_are_written_and_read_alike() {
        for style in Style::ALL {
            assert_eq!(style.as_str().parse(), Ok(style));
            let json = serde_json::to_string(&style).expect("json");
            assert_eq!(json, format!("\"{style}\""));
        }
        assert_eq!(
            "Words".parse::<Style>(),
            Err(UnknownStyle("Words".to_owned()))
        );
    }

    #[test]
    fn every_style_is_strong_enough() {
        let bits = |style: Style| style.entropy_bits(&PolicyRules::default()).expect("fits");
        assert!((bits(Style::Words) - 33.0).abs() < 1e-9);
        assert!((35.0..36.0).contains(&bits(Style::Letters)));
        assert!((bits(Style::Digits) - 36.0).abs() < 1e-9);
        assert!((45.0..48.0).contains(&bits(Style::Mixed)));
    }

    #[test]
    fn a_longer_minimum_makes_them_longer() {
        let parts = |style: Style, minimum| style.parts(&limits(minimum, None));
        assert_eq!(parts(Style::Words, 17), Ok(3));
        assert_eq!(parts(Style::Words, 18), Ok(4));
        assert_eq!(parts(Style::Letters, 13), Ok(7));
        assert_eq!(parts(Style::Digits, 14), Ok(14));
        assert_eq!(parts(Style::Mixed, 20), Ok(20));
        assert!(parts(Style::Digits, 16).is_err());
    }

    #[test]
    fn a_style_that_does_not_fit_names_one_that_does() {
        let refused = |style: Style, min, max| style.parts(&limits(min, max)).err();
        let fits = |style, fits| Some(StyleDoesNotFit { style, fits });
        assert_eq!(
            refused(Style::Words, 6, Some(25)),
            fits(Style::Words, Some(Style::Letters))
        );
        assert_eq!(
            refused(Style::Digits, 16, None),
            fits(Style::Digits, Some(Style::Words))
        );
        assert_eq!(
            refused(Style::Letters, 6, Some(10)),
            fits(Style::Letters, Some(Style::Mixed))
        );
        assert_eq!(refused(Style::Mixed, 6, Some(8)), fits(Style::Mixed, None));
        assert_eq!(
            refused(Style::Mixed, 12, Some(10)),
            fits(Style::Mixed, None)
        );
        assert_eq!(refused(Style::Mixed, 6, Some(9)), None);
        assert!(refused(Style::Mixed, usize::MAX, None).is_some());
        assert!(refused(Style::Words, usize::MAX, None).is_some());
    }
}
