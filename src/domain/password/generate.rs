//! Making a new password.

use super::random::{Random, pick};
use super::rules::PolicyRules;
use super::style::Style;
use super::{letters, mixed, words};
use crate::domain::secret::Password;

/// No password of this style obeys the rules and is strong enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no password of the style {style} fits the policy")]
pub struct StyleDoesNotFit {
    /// The style asked for.
    pub style: Style,
    /// A style that would fit; `None` where none does.
    pub fits: Option<Style>,
}

impl StyleDoesNotFit {
    /// The refusal of a style, with the first other one that fits.
    pub(super) fn new(style: Style, rules: &PolicyRules) -> Self {
        let fits = Style::ALL
            .into_iter()
            .find(|other| *other != style && other.fitting_parts(rules).is_some());
        StyleDoesNotFit { style, fits }
    }
}

/// Digits that are not taken for letters.
const DIGITS: [char; 8] = ['2', '3', '4', '5', '6', '7', '8', '9'];

/// Makes a password of a style within the rules; its strength is [`Style::entropy_bits`].
///
/// It is ASCII, begins with a letter or a digit from 2 to 9 (never `=`, `+`, `-`, `@` or `0`, which a
/// spreadsheet would take for a formula or drop), and has at most 15 digits where it has digits alone.
///
/// # Errors
/// Where no password of the style obeys the rules; the error names one that fits.
pub fn generate(
    style: Style,
    rules: &PolicyRules,
    random: &mut dyn Random,
) -> Result<Password, StyleDoesNotFit> {
    let parts = style.parts(rules)?;
    Ok(Password::new(match style {
        Style::Words => words::draw(parts, random),
        Style::Letters => letters::draw(parts, random),
        Style::Digits => {
            let mut password = String::with_capacity(parts);
            password.extend((0..parts).map(|_| *pick(&DIGITS, random)));
            password
        }
        Style::Mixed => mixed::draw(parts, random),
    }))
}

#[cfg(test)]
mod tests {
    use super::super::random::tests::Seeded;
    use super::*;
    use std::collections::BTreeSet;

    fn limits(minimum_length: usize, maximum_length: Option<usize>) -> PolicyRules {
        PolicyRules {
            minimum_length,
            maximum_length,
            ..PolicyRules::default()
        }
    }

    #[test]
    fn a_thousand_of_each_style_keep_the_promises() {
        for rules in [
            limits(6, None),
            limits(12, Some(26)),
            limits(13, Some(14)),
            limits(15, Some(40)),
            limits(6, Some(10)),
            limits(24, None),
        ] {
            for style in Style::ALL {
                for seed in 0..1000 {
                    let Ok(password) = generate(style, &rules, &mut Seeded(seed)) else {
                        assert!(style.entropy_bits(&rules).is_err());
                        break;
                    };
                    let text = password.expose();
                    assert!(password.chars() >= rules.minimum_length, "{style} {text}");
                    assert!(
                        rules.maximum_length.is_none_or(|m| text.len() <= m),
                        "{style} {text}"
                    );
                    assert!(!text.starts_with(['=', '+', '-', '@', '0']), "{text}");
                    looks_like(style, text);
                }
            }
        }
    }

    fn looks_like(style: Style, text: &str) {
        match style {
            Style::Words => {
                assert!(text.split('-').count() >= 3, "{text}");
                assert!(
                    text.split('-')
                        .all(|w| w.len() >= 5 && w.bytes().all(|b| b.is_ascii_lowercase())),
                    "{text}"
                );
            }
            Style::Letters => {
                assert!(text.bytes().all(|b| b.is_ascii_lowercase()), "{text}");
                assert!(!text.contains(['i', 'l', 'o']), "{text}");
                assert!(text.len() >= 12, "{text}");
            }
            Style::Digits => {
                assert!(text.bytes().all(|b| (b'2'..=b'9').contains(&b)), "{text}");
                assert!((12..=15).contains(&text.len()), "{text}");
            }
            Style::Mixed => {
                assert!(text.bytes().any(|b| b.is_ascii_lowercase()), "{text}");
                assert!(text.bytes().any(|b| b.is_ascii_uppercase()), "{text}");
                assert!(text.bytes().any(|b| b.is_ascii_digit()), "{text}");
                assert!(
                    !text.contains(['0', 'O', 'o', '1', 'l', 'I', 'i']),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn no_two_of_a_batch_are_equal() {
        for style in Style::ALL {
            let mut random = Seeded(2026);
            let batch: BTreeSet<String> = (0..10_000)
                .map(|_| {
                    let password =
                        generate(style, &PolicyRules::default(), &mut random).expect("fits");
                    password.expose().to_owned()
                })
                .collect();
            assert_eq!(batch.len(), 10_000, "{style}");
        }
    }

    #[test]
    fn a_short_policy_is_met_by_the_mixed_style_alone() {
        let rules = limits(6, Some(10));
        for style in [Style::Words, Style::Letters, Style::Digits] {
            assert_eq!(
                generate(style, &rules, &mut Seeded(0)).err(),
                Some(StyleDoesNotFit {
                    style,
                    fits: Some(Style::Mixed)
                })
            );
        }
        let password = generate(Style::Mixed, &rules, &mut Seeded(0)).expect("fits");
        assert_eq!(password.chars(), 9);
    }
}
