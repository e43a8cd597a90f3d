//! How many accounts one run may change.

use std::str::FromStr;

/// A limit on the changes of one run, as in `max_changes` and `--max-changes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeLimit {
    /// So many accounts.
    Count(u64),
    /// A share of the accounts concerned, in per cent, 1 to 100.
    Percent(u8),
}

/// The text is neither a number nor a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("N, P%")]
pub struct NotALimit;

impl ChangeLimit {
    /// The most changes allowed where `concerned` accounts are concerned; a share is rounded down.
    pub fn allowed(self, concerned: u64) -> u64 {
        match self {
            ChangeLimit::Count(count) => count,
            ChangeLimit::Percent(share) => concerned * u64::from(share) / 100,
        }
    }
}

impl FromStr for ChangeLimit {
    type Err = NotALimit;

    /// Reads `50` or `10%`. Zero is not a limit: it would refuse every run.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_suffix('%').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotALimit);
        }
        let number: u64 = digits.parse().map_err(|_| NotALimit)?;
        if number == 0 {
            return Err(NotALimit);
        }
        if digits.len() == text.len() {
            return Ok(ChangeLimit::Count(number));
        }
        u8::try_from(number)
            .ok()
            .filter(|share| *share <= 100)
            .map(ChangeLimit::Percent)
            .ok_or(NotALimit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read() {
        for (text, limit) in [
            ("50", Ok(ChangeLimit::Count(50))),
            ("10%", Ok(ChangeLimit::Percent(10))),
            ("100%", Ok(ChangeLimit::Percent(100))),
            ("101%", Err(NotALimit)),
            ("0", Err(NotALimit)),
            ("0%", Err(NotALimit)),
            ("+5", Err(NotALimit)),
            ("-5", Err(NotALimit)),
            ("5 %", Err(NotALimit)),
            ("%", Err(NotALimit)),
            ("", Err(NotALimit)),
        ] {
            assert_eq!(text.parse(), limit, "{text}");
        }
    }

    #[test]
    fn a_share_is_rounded_down() {
        assert_eq!(ChangeLimit::Percent(10).allowed(99), 9);
        assert_eq!(ChangeLimit::Count(5).allowed(1_000), 5);
    }
}
