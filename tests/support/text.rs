//! Makes two runs of the same thing read the same: whatever differs by nature becomes a word in brackets.

use super::entctl::Home;

/// Makes an output comparable with a snapshot:
///
/// | found | becomes |
/// | --- | --- |
/// | the folder of the test's home | `[HOME]` |
/// | another path below `/tmp` | `[TMP]` |
/// | a run id such as `20261122-155234-k3f9` | `[RUN]` |
/// | `127.0.0.1:38412`, `localhost:38412` | `127.0.0.1:[PORT]` |
/// | `2026-11-22`, `22/11/2026` | `[DATE]` |
/// | `15:52`, `15:52:34`, `T15:52:34.123Z`, `+01:00` after it | `[TIME]` |
/// | `20261122155234Z` (GeneralizedTime, RFC 4517 section 3.3.13) | `[TIMESTAMP]` |
/// | `12 ms`, `1.3 s`, `1,3 s`, `2 min` | `[DURATION]` |
/// | `"elapsed_ms":12`, `"pid":12` | `"elapsed_ms":[N]` |
pub fn normalize(home: &Home, text: &str) -> String {
    let text = text.replace(&home.path().display().to_string(), "[HOME]");
    lines(&text)
}

fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        // Only at the start of a word: `x12 ms` is not a duration, `1.2.3` not a time.
        let inside = before.is_alphanumeric() || matches!(before, '.' | ',' | '_' | '-');
        let found = RULES
            .iter()
            .filter(|rule| !inside || rule.anywhere)
            .find_map(|rule| (rule.find)(rest).map(|length| (length, rule.put)));
        match found {
            Some((length, put)) => {
                before = rest[..length].chars().next_back().unwrap_or(' ');
                out.push_str(put);
                rest = &rest[length..];
            }
            None => {
                out.push(c);
                before = c;
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

/// Something that differs from run to run.
struct Rule {
    /// How long it is at the start of this text.
    find: fn(&str) -> Option<usize>,
    put: &'static str,
    /// Whether it may stand right after a letter or a digit.
    anywhere: bool,
}

/// In this order: the longer before its own beginning.
const RULES: &[Rule] = &[
    rule(|t| shaped(t, "########-######-****"), "[RUN]"),
    rule(|t| shaped(t, "##############Z"), "[TIMESTAMP]"),
    rule(date, "[DATE]"),
    rule(time, "[TIME]"),
    Rule {
        find: |t| time(t.strip_prefix('T')?).map(|length| length + 1),
        put: "[TIME]",
        anywhere: true,
    },
    rule(duration, "[DURATION]"),
    rule(port, "127.0.0.1:[PORT]"),
    Rule {
        find: temporary,
        put: "[TMP]",
        anywhere: true,
    },
    Rule {
        find: |t| member(t, "\"elapsed_ms\":"),
        put: "\"elapsed_ms\":[N]",
        anywhere: true,
    },
    Rule {
        find: |t| member(t, "\"pid\":"),
        put: "\"pid\":[N]",
        anywhere: true,
    },
];

const fn rule(find: fn(&str) -> Option<usize>, put: &'static str) -> Rule {
    Rule {
        find,
        put,
        anywhere: false,
    }
}

/// The length of a pattern of `#` (digit), `*` (lower-case letter or digit) and other characters as they
/// are, where it is a whole word.
fn shaped(text: &str, pattern: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let fits = bytes.len() >= pattern.len()
        && pattern.bytes().zip(bytes).all(|(p, b)| match p {
            b'#' => b.is_ascii_digit(),
            b'*' => b.is_ascii_digit() || b.is_ascii_lowercase(),
            other => *b == other,
        });
    let ends = bytes
        .get(pattern.len())
        .is_none_or(|b| !b.is_ascii_alphanumeric());
    (fits && ends).then_some(pattern.len())
}

fn date(text: &str) -> Option<usize> {
    // A T may follow: the time after it is a rule of its own.
    let iso = shaped(text, "####-##-##").or_else(|| {
        let before_time = text.get(..10)?;
        (text.as_bytes().get(10) == Some(&b'T'))
            .then(|| shaped(before_time, "####-##-##"))
            .flatten()
    });
    iso.or_else(|| shaped(text, "##/##/####"))
}

fn time(text: &str) -> Option<usize> {
    let mut length = ["##:##:##", "##:##"].iter().find_map(|pattern| {
        let start = text.get(..pattern.len())?;
        shaped(start, pattern)
    })?;
    let rest = &text[length..];
    if let Some(fraction) = rest.strip_prefix('.') {
        length += match digits(fraction) {
            0 => 0,
            count => count + 1,
        };
    }
    let rest = &text[length..];
    if rest.starts_with('Z') {
        length += 1;
    } else if rest.starts_with(['+', '-']) {
        length += rest
            .get(1..6)
            .and_then(|zone| shaped(zone, "##:##"))
            .map_or(0, |zone| zone + 1);
    }
    Some(length)
}

fn duration(text: &str) -> Option<usize> {
    let mut length = digits(text);
    if length == 0 {
        return None;
    }
    if let Some(fraction) = text[length..].strip_prefix(['.', ',']) {
        length += match digits(fraction) {
            0 => return None,
            count => count + 1,
        };
    }
    let mut rest = &text[length..];
    for space in [" ", "\u{a0}", "\u{202f}"] {
        if let Some(after) = rest.strip_prefix(space) {
            length += space.len();
            rest = after;
        }
    }
    let unit = ["ms", "min", "s"].into_iter().find(|unit| {
        rest.strip_prefix(unit)
            .is_some_and(|after| !after.starts_with(char::is_alphanumeric))
    })?;
    Some(length + unit.len())
}

fn port(text: &str) -> Option<usize> {
    let host = ["127.0.0.1:", "localhost:", "[::1]:"]
        .into_iter()
        .find(|host| text.starts_with(host))?;
    match digits(&text[host.len()..]) {
        0 => None,
        count => Some(host.len() + count),
    }
}

/// The first folder below the temporary one: what is in it keeps its name.
fn temporary(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("/tmp/")?;
    let name = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_')))
        .unwrap_or(rest.len());
    (name > 0).then_some("/tmp/".len() + name)
}

/// A JSON member whose number differs.
fn member(text: &str, name: &str) -> Option<usize> {
    let rest = text.strip_prefix(name)?;
    let number = rest.trim_start_matches(' ');
    match digits(number) {
        0 => None,
        count => Some(text.len() - number.len() + count),
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_by_nature_is_named() {
        for (found, expected) in [
            ("run 20261122-155234-k3f9 done", "run [RUN] done"),
            ("ldap://127.0.0.1:38412/", "ldap://127.0.0.1:[PORT]/"),
            ("le 22/11/2026 à 15:52", "le [DATE] à [TIME]"),
            (
                "\"2026-11-22T15:52:34.123Z\",\"2026-11-22T15:52:34+01:00\"",
                "\"[DATE][TIME]\",\"[DATE][TIME]\"",
            ),
            (
                "pwdChangedTime: 20261122155234Z",
                "pwdChangedTime: [TIMESTAMP]",
            ),
            (
                "en 1,3 s, 12ms, 2\u{a0}min",
                "en [DURATION], [DURATION], [DURATION]",
            ),
            ("/tmp/.tmpX1y2/slips.csv", "[TMP]/slips.csv"),
            (
                "{\"pid\":42,\"elapsed_ms\": 7}",
                "{\"pid\":[N],\"elapsed_ms\":[N]}",
            ),
        ] {
            assert_eq!(lines(found), expected);
        }
    }

    #[test]
    fn what_tells_something_stays() {
        for text in [
            "25 comptes en 6A, 3 sessions",
            "version 1.2.3",
            "é 1,5 km — 0310042X",
            "20261122-155234",
            "lea.dupont42",
            "12 secondes",
        ] {
            assert_eq!(lines(text), text);
        }
    }

    #[test]
    fn the_home_is_named() {
        let home = Home::new();
        let text = format!("{}", home.file("slips.csv").display());
        assert_eq!(normalize(&home, &text), "[HOME]/home/slips.csv");
    }
}
