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

/// Fewest accounts that a usual limit leaves free: below this a person sees what is done.
const USUAL_LEAST: u64 = 50;

/// The limit of a verb where neither the command line nor the configuration gives one. Locking people out
/// by the hundred is hardly ever meant; new passwords for a whole school are, every September; an undo and
/// an unlock give back what there was.
const USUAL: [(&str, ChangeLimit); 3] = [
    ("account lock", ChangeLimit::Percent(10)),
    ("mail sync", ChangeLimit::Percent(10)),
    ("password expire", ChangeLimit::Percent(10)),
];

/// How much shorter than before a file may be that says how everything is to be, where nothing else is said.
const USUAL_SHRINK: ChangeLimit = ChangeLimit::Percent(20);

/// Whether a file that says how everything is to be has lost more rows than it may: it was cut, or its source is
/// broken. `limit`: as typed or configured, else the usual fifth.
pub fn shrank(limit: Option<ChangeLimit>, before: u64, now: u64) -> bool {
    let limit = limit.unwrap_or(USUAL_SHRINK);
    before.saturating_sub(now) > limit.allowed(before)
}

/// How many changes a run may make, and of how many people that is reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// As typed, as configured, or usual.
    pub limit: ChangeLimit,
    /// Never fewer than this.
    pub at_least: u64,
}

impl Allowance {
    /// So many and no more: as somebody has said, whatever is usual.
    pub fn typed(limit: ChangeLimit) -> Self {
        Allowance { limit, at_least: 0 }
    }

    /// What was typed, else what the profile says, else what is usual for the verb; `None` is no limit.
    pub fn of(
        verb: &str,
        typed: Option<ChangeLimit>,
        configured: Option<ChangeLimit>,
    ) -> Option<Self> {
        if let Some(limit) = typed.or(configured) {
            return Some(Allowance::typed(limit));
        }
        let (_, limit) = USUAL.iter().find(|(usual, _)| *usual == verb)?;
        Some(Allowance {
            limit: *limit,
            at_least: USUAL_LEAST,
        })
    }

    /// The most changes allowed where `concerned` accounts are concerned.
    pub fn allowed(self, concerned: u64) -> u64 {
        self.limit.allowed(concerned).max(self.at_least)
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
    fn what_was_typed_comes_before_what_is_configured_and_what_is_usual() {
        let (typed, configured) = (ChangeLimit::Count(3), ChangeLimit::Percent(50));
        let of = |typed, configured| Allowance::of("account lock", typed, configured);
        let allowed = |a: Option<Allowance>| a.map(|a| a.allowed(1_000));
        assert_eq!(allowed(of(Some(typed), Some(configured))), Some(3));
        assert_eq!(allowed(of(None, Some(configured))), Some(500));
        assert_eq!(allowed(of(None, None)), Some(100), "a tenth");
        assert_eq!(of(None, None).map(|a| a.allowed(20)), Some(USUAL_LEAST));
        assert_eq!(Allowance::of("password reset", None, None), None);
    }

    #[test]
    fn a_file_may_grow_and_lose_a_fifth_and_no_more() {
        assert!(!shrank(None, 100, 100) && !shrank(None, 100, 500));
        assert!(!shrank(None, 100, 80) && shrank(None, 100, 79));
        assert!(!shrank(Some(ChangeLimit::Percent(100)), 100, 0));
        assert!(shrank(Some(ChangeLimit::Count(3)), 100, 96));
    }

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
