//! How long something holds: `90m`, `24h`, `7d`.

use std::str::FromStr;
use std::time::Duration;

/// Longest: a year.
const MOST: u64 = 366 * 86_400;

/// A stretch of minutes, hours or days: a year at most, never nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch(pub Duration);

/// The text is no stretch of time, or too long a one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("90m, 24h, 7d")]
pub struct NotAStretch;

impl FromStr for Stretch {
    type Err = NotAStretch;

    /// Reads `90m`, `24h`, `7d`, in French `7j`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (number, seconds) = [("m", 60), ("h", 3600), ("d", 86_400), ("j", 86_400)]
            .into_iter()
            .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))
            .ok_or(NotAStretch)?;
        let number: u64 = number.trim_end().parse().map_err(|_| NotAStretch)?;
        let whole = number.checked_mul(seconds).ok_or(NotAStretch)?;
        if !(1..=MOST).contains(&whole) {
            return Err(NotAStretch);
        }
        Ok(Stretch(Duration::from_secs(whole)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_never_nothing_and_a_year_at_most() {
        for (text, seconds) in [
            ("90m", 5400),
            ("24h", 86_400),
            ("7d", 604_800),
            (" 7 j ", 604_800),
        ] {
            let read = text.parse::<Stretch>().expect(text);
            assert_eq!(read.0.as_secs(), seconds, "{text}");
        }
        for text in [
            "",
            "7",
            "d",
            "0d",
            "-1d",
            "367d",
            "7w",
            "1.5h",
            "99999999999999999999d",
        ] {
            assert_eq!(text.parse::<Stretch>(), Err(NotAStretch), "{text}");
        }
    }
}
