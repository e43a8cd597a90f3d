//! Telephone numbers in any French notation. Stored as the feed writes them: international, in the groups a
//! French reader expects (`+33 6 39 98 12 34`, `+262 262 90 12 34`); numbers of other countries, whose groups
//! are not known here, without spaces (`+4930123456`). The numbering plan is that of the Arcep (decision
//! 2018-0881): nine digits after +33, the overseas departments and collectivities each under a code of their
//! own, written 0262…, 0590… within the Republic.

/// Overseas: what begins a number in the national notation after the 0, and the code of the country. The
/// longest beginning wins.
const OVERSEAS: [(&str, &str); 14] = [
    ("262", "262"),
    ("263", "262"),
    ("269", "262"),
    ("639", "262"),
    ("692", "262"),
    ("693", "262"),
    ("590", "590"),
    ("690", "590"),
    ("691", "590"),
    ("594", "594"),
    ("694", "594"),
    ("596", "596"),
    ("696", "596"),
    ("697", "596"),
];

/// 06 39 98 is metropolitan, though 06 39 is Mayotte's: the Arcep keeps it for numbers that nobody has.
const METROPOLITAN: &str = "63998";

/// The stored form; `None` for what is no telephone number.
pub(crate) fn normalise(typed: &str) -> Option<String> {
    let (international, digits) = digits(typed)?;
    if !international {
        return national(digits.strip_prefix('0')?);
    }
    if let Some(rest) = digits.strip_prefix("33") {
        // +33 (0)6…: the zero is for callers within.
        return national(rest.strip_prefix('0').unwrap_or(rest));
    }
    for code in ["262", "590", "594", "596"] {
        if let Some(rest) = digits.strip_prefix(code) {
            let rest = rest.strip_prefix('0').unwrap_or(rest);
            return (rest.len() == 9 && !rest.starts_with('0')).then(|| overseas(code, rest));
        }
    }
    // Saint-Pierre-et-Miquelon has six digits of its own.
    if let Some(rest) = digits.strip_prefix("508") {
        return (rest.len() == 6).then(|| format!("+508 {}", pairs(rest)));
    }
    // E.164: at most fifteen digits in all, no country begins with 0. Below eight there is none.
    ((8..=15).contains(&digits.len()) && !digits.starts_with('0')).then(|| format!("+{digits}"))
}

/// The digits of the stored form of a metropolitan number written as nearly all are, without a text being made of it: of
/// a million people two million are read. `None` says no more than that it takes [`normalise`].
pub(crate) fn everyday(typed: &str) -> Option<u64> {
    let (rest, begin, length) = match typed.strip_prefix('+') {
        Some(rest) => (rest, 33, 11),
        None => (typed, 0, 10),
    };
    let (mut digits, mut count) = (0_u64, 0);
    for byte in rest.bytes() {
        match byte {
            b'0'..=b'9' if count < length => {
                digits = digits * 10 + u64::from(byte - b'0');
                count += 1;
            }
            b' ' | b'.' | b'-' => {}
            _ => return None,
        }
    }
    let within = digits % 1_000_000_000;
    // What begins with 26, 50, 59, 63 or 69 may be overseas ([`OVERSEAS`], and 508).
    let metropolitan = !matches!(within / 10_000_000, 0..=9 | 26 | 50 | 59 | 63 | 69);
    (count == length && digits / 1_000_000_000 == begin && metropolitan)
        .then_some(33_000_000_000 + within)
}

/// Whether it begins with `+` or `00`, and its digits after that.
fn digits(typed: &str) -> Option<(bool, String)> {
    let typed = typed.trim();
    let (plus, rest) = match typed.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, typed),
    };
    let rest = rest.replacen("(0)", "", usize::from(plus || rest.starts_with("00")));
    let mut digits = String::new();
    for c in rest.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '.' | '-' | '/' | '(' | ')' | '\u{2010}' | '\u{2011}' => {}
            c if c.is_whitespace() && !c.is_control() => {}
            _ => return None,
        }
    }
    match (plus, digits.strip_prefix("00")) {
        (true, _) => Some((true, digits)),
        (false, Some(after)) => Some((true, after.to_owned())),
        (false, None) => Some((false, digits)),
    }
}

/// A French number without its leading 0.
fn national(rest: &str) -> Option<String> {
    if let Some(six) = rest.strip_prefix("508").filter(|six| six.len() == 6) {
        return Some(format!("+508 {}", pairs(six)));
    }
    if rest.len() != 9 || rest.starts_with('0') {
        return None;
    }
    let code = OVERSEAS
        .iter()
        .find(|(begin, _)| rest.starts_with(begin) && !rest.starts_with(METROPOLITAN));
    Some(match code {
        Some((_, code)) => overseas(code, rest),
        None => format!("+33 {} {}", &rest[..1], pairs(&rest[1..])),
    })
}

fn overseas(code: &str, rest: &str) -> String {
    format!("+{code} {} {}", &rest[..3], pairs(&rest[3..]))
}

fn pairs(digits: &str) -> String {
    let mut written = String::with_capacity(digits.len() * 3 / 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 2 == 0 {
            written.push(' ');
        }
        written.push(digit);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_french_notation_gives_one_number() {
        for typed in [
            "06 39 98 12 34",
            "0639981234",
            "06.39.98.12.34",
            "06-39-98-12-34",
            "06/39/98/12/34",
            "06\u{a0}39\u{202f}98 12 34",
            "+33 6 39 98 12 34",
            "+33639981234",
            "+33 (0)6 39 98 12 34",
            "0033 6 39 98 12 34",
            "00 33 (0)6 39 98 12 34",
            "+33 06 39 98 12 34",
            "(06) 39 98 12 34",
        ] {
            assert_eq!(
                normalise(typed).as_deref(),
                Some("+33 6 39 98 12 34"),
                "{typed}"
            );
        }
        assert_eq!(
            normalise("05 61 91 00 01").as_deref(),
            Some("+33 5 61 91 00 01")
        );
    }

    #[test]
    fn overseas_numbers_get_their_own_code() {
        for (typed, stored) in [
            ("0262 90 12 34", "+262 262 90 12 34"),
            ("0692 12 34 56", "+262 692 12 34 56"),
            ("+262 692 12 34 56", "+262 692 12 34 56"),
            ("00262 0692 12 34 56", "+262 692 12 34 56"),
            ("0639 01 23 45", "+262 639 01 23 45"),
            ("0269 61 23 45", "+262 269 61 23 45"),
            ("0590 12 34 56", "+590 590 12 34 56"),
            ("0690 12 34 56", "+590 690 12 34 56"),
            ("0594 12 34 56", "+594 594 12 34 56"),
            ("0696 12 34 56", "+596 696 12 34 56"),
            ("0508 41 12 34", "+508 41 12 34"),
            ("+508 41 12 34", "+508 41 12 34"),
        ] {
            assert_eq!(normalise(typed).as_deref(), Some(stored), "{typed}");
        }
    }

    #[test]
    fn numbers_of_other_countries_are_kept_in_e164() {
        for (typed, stored) in [
            ("+49 30 123456", "+4930123456"),
            ("0044 20 7946 0958", "+442079460958"),
            ("+1 (202) 555-0142", "+12025550142"),
        ] {
            assert_eq!(normalise(typed).as_deref(), Some(stored), "{typed}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for typed in [
            "",
            "+",
            "00",
            "0",
            "06 39 98 12",
            "06 39 98 12 345",
            "639981234",
            "00 39 98 12 34 x",
            "3949",
            "+33 6 39",
            "+262 692 12",
            "+1234567890123456",
            "06\t39981234\u{7}",
            "٠٦٣٩٩٨١٢٣٤",
            "sur liste rouge",
        ] {
            assert_eq!(normalise(typed), None, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn a_stored_number_is_its_own_form(typed in "[+0-9 ().-]{0,24}") {
            if let Some(stored) = normalise(&typed) {
                prop_assert_eq!(normalise(&stored), Some(stored.clone()), "{}", typed);
            }
        }

        #[test]
        fn anything_at_all_may_be_typed(typed in any::<String>()) {
            if let Some(stored) = normalise(&typed) {
                prop_assert!(stored.starts_with('+') && stored.len() <= 24, "{}", stored);
            }
        }
    }
}
