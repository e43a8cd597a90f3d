//! Points in time as a person types them: a date, a moment, or an age. Pure: the present and its time zone
//! are handed in.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Span, Timestamp, Zoned};
use std::str::FromStr;

/// A point in time, or rather the stretch that its words cover: `22/11/2026` is that whole day, so that
/// *since* it begins with its first moment and *until* it ends with its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// So long ago: `26h`, `3d`, `2w`, `3m`, `1y`.
    Ago(i64, Unit),
    /// A day, in the reader's time zone.
    Day(Date),
    /// A minute of a clock in the reader's time zone.
    Minute(DateTime),
    /// A second of that clock.
    Second(DateTime),
    /// A moment that says its own zone (RFC 3339).
    Moment(Timestamp),
}

/// Unit of an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// `h`
    Hours,
    /// `d`, in French `j`
    Days,
    /// `w`
    Weeks,
    /// `m`: months of the calendar. Nobody asks a history for minutes.
    Months,
    /// `y`, in French `a` or `an`: years of the calendar.
    Years,
}

/// The text is none of the forms, or no day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("22/11/2026, 2026-11-22, 2026-11-22T17:12, 26h, 3d, 2w, 3m, 1y")]
pub struct NotATime;

impl When {
    /// The first moment that the words cover; `None` beyond the calendar.
    pub fn begins(self, now: &Zoned) -> Option<Timestamp> {
        let zone = now.time_zone();
        match self {
            When::Ago(count, unit) => Some(now.checked_sub(unit.span(count)?).ok()?.timestamp()),
            When::Day(day) => Some(day.to_zoned(zone.clone()).ok()?.timestamp()),
            When::Minute(clock) | When::Second(clock) => {
                Some(clock.to_zoned(zone.clone()).ok()?.timestamp())
            }
            When::Moment(moment) => Some(moment),
        }
    }

    /// The first moment after what the words cover; `None` beyond the calendar.
    pub fn ended(self, now: &Zoned) -> Option<Timestamp> {
        let zone = now.time_zone();
        if let When::Day(day) = self {
            // Not 24 hours later: twice a year a day is longer or shorter.
            let next = day.tomorrow().ok()?.to_zoned(zone.clone()).ok()?;
            return Some(next.timestamp());
        }
        let begins = self.begins(now)?;
        let length = match self {
            When::Minute(_) => SignedDuration::from_mins(1),
            When::Second(_) => SignedDuration::from_secs(1),
            When::Moment(moment) if moment.subsec_nanosecond() == 0 => SignedDuration::from_secs(1),
            When::Moment(_) | When::Ago(..) | When::Day(_) => SignedDuration::from_nanos(1),
        };
        begins.checked_add(length).ok()
    }
}

impl Unit {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "h" => Unit::Hours,
            "d" | "j" => Unit::Days,
            "w" => Unit::Weeks,
            "m" => Unit::Months,
            "y" | "a" | "an" | "ans" => Unit::Years,
            _ => return None,
        })
    }

    fn span(self, count: i64) -> Option<Span> {
        let span = Span::new();
        match self {
            Unit::Hours => span.try_hours(count),
            Unit::Days => span.try_days(count),
            Unit::Weeks => span.try_weeks(count),
            Unit::Months => span.try_months(count),
            Unit::Years => span.try_years(count),
        }
        .ok()
    }
}

impl FromStr for When {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        age(text)
            .or_else(|| date(text).map(When::Day))
            .or_else(|| clock(text))
            .or_else(|| text.parse().ok().map(When::Moment))
            .ok_or(NotATime)
    }
}

fn age(text: &str) -> Option<When> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let unit = Unit::parse(&text[end..].to_lowercase())?;
    Some(When::Ago(text[..end].parse().ok()?, unit))
}

fn date(text: &str) -> Option<Date> {
    let number = |part: &str, digits: std::ops::RangeInclusive<usize>| -> Option<i16> {
        let plain = digits.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse().ok())?
    };
    let parts = |separator| text.split(separator).collect::<Vec<_>>();
    let (year, month, day) = match (parts('/').as_slice(), parts('-').as_slice()) {
        ([day, month, year], _) => (
            number(year, 4..=4)?,
            number(month, 1..=2)?,
            number(day, 1..=2)?,
        ),
        (_, [year, month, day]) => (
            number(year, 4..=4)?,
            number(month, 2..=2)?,
            number(day, 2..=2)?,
        ),
        _ => return None,
    };
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// A date and a clock time, as lists show it: `22/11/2026 17:12`, `2026-11-22 17:12`, with seconds or not.
fn clock(text: &str) -> Option<When> {
    let (day, time) = text.split_once([' ', 'T'])?;
    let day = date(day)?;
    let parts: Vec<&str> = time.split(':').collect();
    let number = |part: &str| -> Option<i8> {
        let plain = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse().ok())?
    };
    let (second, [hour, minute]) = match *parts.as_slice() {
        [hour, minute] => (None, [hour, minute]),
        [hour, minute, second] => (Some(number(second)?), [hour, minute]),
        _ => return None,
    };
    let time = Time::new(number(hour)?, number(minute)?, second.unwrap_or(0), 0).ok()?;
    let at = day.to_datetime(time);
    Some(second.map_or(When::Minute(at), |_| When::Second(at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    /// 22 November 2026, 17:12:34 in Paris, whose clock went back on 25 October.
    fn now() -> Zoned {
        // The rule itself, so that the machine's time zone files do not matter.
        let paris = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("zone");
        let utc: Timestamp = "2026-11-22T16:12:34Z".parse().expect("time");
        utc.to_zoned(paris)
    }

    fn covers(text: &str) -> (String, String) {
        let when: When = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
        let said = |at: Option<Timestamp>| at.expect("in the calendar").to_string();
        (said(when.begins(&now())), said(when.ended(&now())))
    }

    #[test]
    fn a_date_is_its_whole_day() {
        let day = (
            "2026-11-20T23:00:00Z".to_owned(),
            "2026-11-21T23:00:00Z".to_owned(),
        );
        for text in ["21/11/2026", "2026-11-21", " 21/11/2026 "] {
            assert_eq!(covers(text), day, "{text}");
        }
        assert_eq!(covers("1/9/2026").0, "2026-08-31T22:00:00Z");
    }

    #[test]
    fn the_day_the_clocks_go_back_has_25_hours() {
        let (begins, ended) = covers("25/10/2026");
        assert_eq!(begins, "2026-10-24T22:00:00Z");
        assert_eq!(ended, "2026-10-25T23:00:00Z");
    }

    #[test]
    fn a_moment_is_as_long_as_it_is_said() {
        for (text, begins, ended) in [
            ("22/11/2026 17:12", "16:12:00", "16:13:00"),
            ("2026-11-22 17:12", "16:12:00", "16:13:00"),
            ("2026-11-22T17:12:34", "16:12:34", "16:12:35"),
            ("2026-11-22T16:12:34Z", "16:12:34", "16:12:35"),
            ("2026-11-22T17:12:34+01:00", "16:12:34", "16:12:35"),
            ("2026-11-22T16:12:34.5Z", "16:12:34.5", "16:12:34.500000001"),
        ] {
            let at = |time: &str| format!("2026-11-22T{time}Z");
            assert_eq!(covers(text), (at(begins), at(ended)), "{text}");
        }
    }

    #[test]
    fn an_age_is_counted_back_from_now() {
        for (text, begins) in [
            ("26h", "2026-11-21T14:12:34Z"),
            ("0h", "2026-11-22T16:12:34Z"),
            ("3d", "2026-11-19T16:12:34Z"),
            ("3j", "2026-11-19T16:12:34Z"),
            ("3D", "2026-11-19T16:12:34Z"),
            ("2w", "2026-11-08T16:12:34Z"),
            // The same time on the clock, before the clocks went back.
            ("5w", "2026-10-18T15:12:34Z"),
            ("3m", "2026-08-22T15:12:34Z"),
            // February has no 31st: its last day.
            ("9m", "2026-02-22T16:12:34Z"),
            ("1y", "2025-11-22T16:12:34Z"),
            ("1a", "2025-11-22T16:12:34Z"),
            ("1an", "2025-11-22T16:12:34Z"),
            ("2ans", "2024-11-22T16:12:34Z"),
        ] {
            let (start, end) = covers(text);
            assert_eq!(start, begins, "{text}");
            assert_eq!(end, begins.replace('Z', ".000000001Z"), "{text}");
        }
    }

    #[test]
    fn a_month_ago_from_its_31st_is_a_day_of_the_calendar() {
        let zone = now().time_zone().clone();
        let march: Timestamp = "2027-03-31T10:00:00Z".parse().expect("time");
        let when: When = "1m".parse().expect("age");
        let begins = when.begins(&march.to_zoned(zone)).expect("calendar");
        assert_eq!(begins.to_string(), "2027-02-28T11:00:00Z");
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in [
            "",
            "h",
            "3",
            "3x",
            "30s",
            "30min",
            "3 d",
            "-3d",
            "3dd",
            "31/02/2026",
            "22/11/26",
            "2026-2-3",
            "2026-13-01",
            "22-11-2026",
            "11/22/2026",
            "22/11/2026 25:00",
            "22/11/2026 7:1",
            "22/11/2026 17:12:34:56",
            "hier",
            "99999999999999999999d",
            "٣d",
        ] {
            assert_eq!(text.parse::<When>(), Err(NotATime), "{text}");
        }
    }

    #[test]
    fn beyond_the_calendar_there_is_no_moment() {
        for text in ["999999999d", "9223372036854775807h", "999999m", "99999y"] {
            let when: When = text.parse().expect("an age");
            assert_eq!(when.begins(&now()), None, "{text}");
            assert_eq!(when.ended(&now()), None, "{text}");
        }
    }
}
