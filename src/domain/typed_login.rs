//! What a visitor typed on a login page: a login, or nothing that could be one. People type passwords there.

/// Longest login that is looked for, in bytes: attributes of logins are far shorter.
const LONGEST: usize = 256;

/// The login in what was read: one line, its end or none, blanks around it aside (a keyboard that completes words
/// adds one). `None` where this cannot be a login: empty, several lines, too long, not UTF-8, with control characters
/// or the star of a search.
pub fn read(bytes: &[u8]) -> Option<&str> {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).ok()?;
    let login = text.trim_matches(' ');
    let plain = !login.is_empty()
        && login.len() <= LONGEST
        && !login.chars().any(|c| c.is_control() || c == '*');
    plain.then_some(login)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_line_is_a_login_with_or_without_its_end() {
        for bytes in [
            "lea.dupont",
            "lea.dupont\n",
            "lea.dupont\r\n",
            " lea.dupont ",
        ] {
            assert_eq!(read(bytes.as_bytes()), Some("lea.dupont"), "{bytes:?}");
        }
        assert_eq!(read("léa".as_bytes()), Some("léa"));
    }

    #[test]
    fn what_cannot_be_a_login_is_none() {
        let long = "a".repeat(LONGEST + 1);
        for bytes in [
            "", "\n", "   ", "a\nb", "a\n\n", "a\0", "a\tb", "lea*", "a\rb", &long,
        ] {
            assert_eq!(read(bytes.as_bytes()), None, "{bytes:?}");
        }
        assert_eq!(read(&[0x6c, 0xe9, 0x61]), None, "Latin-1");
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_plain_and_stood_in_the_line(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Some(login) = read(&bytes) {
                prop_assert!(!login.is_empty() && login.len() <= LONGEST);
                prop_assert!(!login.contains(['*', '\n', '\r', '\0']));
                prop_assert_eq!(login.trim_matches(' '), login);
                prop_assert!(bytes.windows(login.len()).any(|w| w == login.as_bytes()));
            }
        }
    }
}
