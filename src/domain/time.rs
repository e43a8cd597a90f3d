//! Instants as the directory writes them (GeneralizedTime, RFC 4517 section 3.3.13).

use jiff::{Timestamp, civil, tz::TimeZone};

/// The value of `pwdAccountLockedTime` that means *disabled until somebody enables it*
/// (draft-behera-ldap-password-policy section 5.3.3), as opposed to locked after wrong passwords.
pub const LOCKED_FOR_GOOD: &str = "000001010000Z";

/// Reads a GeneralizedTime such as `20260901061500Z`, `20260901061500.123456Z` or
/// `2026090108+0200`. Gives `None` for what is not one, [`LOCKED_FOR_GOOD`] included.
pub fn parse_generalized(text: &str) -> Option<Timestamp> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    if !(digits == 10 || digits == 12 || digits == 14) {
        return None;
    }
    let minute = if digits >= 12 { number(10, 12)? } else { 0 };
    let second = if digits >= 14 { number(12, 14)? } else { 0 };
    let mut rest = &text[digits..];
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        // Whole seconds are all that entctl compares and shows.
        let n = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if n == 0 {
            return None;
        }
        rest = &fraction[n..];
    }
    let offset_minutes = match rest.as_bytes() {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), tail @ ..] if tail.len() == 2 || tail.len() == 4 => {
            let tail = std::str::from_utf8(tail).ok()?;
            let hours: i32 = tail.get(0..2)?.parse().ok()?;
            let minutes: i32 = tail.get(2..4).map_or(Ok(0), str::parse).ok()?;
            (hours * 60 + minutes) * if *sign == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    let year = number(0, 4)?;
    if year == 0 {
        return None;
    }
    let date = civil::DateTime::new(
        year,
        number(4, 6)?.try_into().ok()?,
        number(6, 8)?.try_into().ok()?,
        number(8, 10)?.try_into().ok()?,
        minute.try_into().ok()?,
        second.min(59).try_into().ok()?,
        0,
    )
    .ok()?;
    let utc = date.to_zoned(TimeZone::UTC).ok()?.timestamp();
    utc.checked_sub(jiff::SignedDuration::from_mins(offset_minutes.into()))
        .ok()
}

/// Writes an instant as GeneralizedTime in UTC, whole seconds: `20260901061500Z`.
pub fn to_generalized(instant: Timestamp) -> String {
    instant
        .to_zoned(TimeZone::UTC)
        .strftime("%Y%m%d%H%M%SZ")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_servers_write_them() {
        let expected: Timestamp = "2026-09-01T06:15:00Z".parse().expect("timestamp");
        for text in [
            "20260901061500Z",
            "20260901061500.123456Z",
            "202609010615Z",
            "20260901081500+0200",
            "20260901081500+02",
        ] {
            assert_eq!(parse_generalized(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_time_is_none() {
        for text in [
            "",
            "2026",
            LOCKED_FOR_GOOD,
            "20261301000000Z",
            "20260901061500",
            "20260901061500.Z",
            "20260901061500+020",
        ] {
            assert_eq!(parse_generalized(text), None, "{text}");
        }
    }

    #[test]
    fn written_times_read_back() {
        let instant: Timestamp = "2026-11-22T15:04:05Z".parse().expect("timestamp");
        assert_eq!(to_generalized(instant), "20261122150405Z");
        assert_eq!(parse_generalized(&to_generalized(instant)), Some(instant));
    }
}
