//! Mail addresses: which ones are taken, in which form they are kept, when two are the same mailbox. One place
//! for all: what is typed, what the directory holds, what a configuration says, what the mail server is told.

use email_address::{EmailAddress, Options};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// Most octets of an address (RFC 5321 section 4.5.3.1.3, the angle brackets aside).
const LONGEST: usize = 254;

/// Most octets of what stands before the `@` (RFC 5321 section 4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;

/// An address as a mail server takes it: `local@domain` in ASCII, the attribute `mail` being an IA5String
/// (RFC 4524 section 2.16), so that no extension (SMTPUTF8) is ever needed to send to it. A domain with accents
/// is kept as its ASCII form (IDNA, UTS 46).
///
/// Equal where they are one mailbox by the book: the domain without regard to case, the local part as it is
/// written (RFC 5321 section 2.4).
#[derive(Clone)]
pub struct MailAddress {
    text: String,
    at: usize,
}

impl MailAddress {
    /// Reads an address, blanks around it aside; `None` where it is none that is taken.
    ///
    /// Refused although some book allows them: quoted local parts, comments, addresses of machines (`[127.0.0.1]`),
    /// names without a dot, letters with accents before the `@`, and the old ways of naming a second server in front
    /// of it (`lea%ecole.fr@example.fr`, `ecole.fr!lea@example.fr`), which Postfix still follows (`allow_percent_hack`,
    /// `swap_bangpath`). Nobody types them but to play tricks.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        if let Some(domain) = everyday_domain(typed) {
            return Some(MailAddress {
                at: typed.len() - domain.len() - 1,
                text: typed.to_owned(),
            });
        }
        let (local, domain) = typed.rsplit_once('@')?;
        let plain = local.is_ascii()
            && local.len() <= LONGEST_LOCAL
            && !typed
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || "\"()<>,;:\\[]$%!".contains(c));
        if !plain || domain.len() > LONGEST {
            return None;
        }
        let domain = if domain.is_ascii() {
            domain.to_owned()
        } else {
            idna::domain_to_ascii_strict(domain).ok()?
        };
        if !is_domain(&domain) {
            return None;
        }
        let text = format!("{local}@{domain}");
        let options = Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        EmailAddress::parse_with_options(&text, options).ok()?;
        (text.len() <= LONGEST).then_some(MailAddress {
            at: local.len(),
            text,
        })
    }

    /// The whole address, as it is stored and sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        &self.text[..self.at]
    }

    /// What stands behind it, in ASCII.
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }

    /// The form in which two addresses are one to a directory, which has no regard to case (RFC 4524 section 2.16).
    pub fn key(&self) -> String {
        self.text.to_ascii_lowercase()
    }

    /// The same without what stands behind a `+`: mail to `lea+ent@…` goes to `lea@…` (RFC 5233, and
    /// `recipient_delimiter` of Postfix).
    pub fn mailbox_key(&self) -> String {
        let local = match self.local().split_once('+') {
            Some((mailbox, _)) if !mailbox.is_empty() => mailbox,
            _ => self.local(),
        };
        format!("{local}@{}", self.domain()).to_ascii_lowercase()
    }

    /// The forms in which a directory may hold this mailbox: as it is, without what stands behind a `+`, and both with
    /// the letters of the domain (an attribute of UTF-8 holds `école.fr` as it was typed).
    pub fn forms(&self) -> Vec<String> {
        let mut forms = vec![self.key(), self.mailbox_key()];
        let (letters, answer) = idna::domain_to_unicode(&self.domain().to_ascii_lowercase());
        if answer.is_ok() {
            let spelled: Vec<String> = forms
                .iter()
                .filter_map(|form| Some(format!("{}@{letters}", form.rsplit_once('@')?.0)))
                .collect();
            forms.extend(spelled);
        }
        forms.sort();
        forms.dedup();
        forms
    }

    /// Whether both are one mailbox in practice: no server known tells `Lea` from `lea`. For guards, which have to
    /// err on that side.
    pub fn resembles(&self, other: &Self) -> bool {
        self.text.eq_ignore_ascii_case(&other.text)
    }

    /// Whether its domain is this one, or stands below it.
    pub fn is_within(&self, domain: &str) -> bool {
        is_domain_within(self.domain(), domain)
    }
}

/// Whether a domain in ASCII is this one, in any letters, or stands below it.
pub(super) fn is_domain_within(domain: &str, above: &str) -> bool {
    match above
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
    {
        true => is_below(domain, above),
        false => is_below(
            domain,
            &idna::domain_to_ascii(above).unwrap_or_else(|_| above.into()),
        ),
    }
}

/// The domain of an address that [`MailAddress::parse`] takes as it stands, seen at a glance; `None` for all others.
pub(super) fn everyday_domain(typed: &str) -> Option<&str> {
    let (local, domain) = typed.rsplit_once('@')?;
    let fits = local.len() <= LONGEST_LOCAL && typed.len() <= LONGEST;
    (fits && is_everyday(local) && is_domain(domain)).then_some(domain)
}

/// Whether a domain is this one or stands below it, both in ASCII.
pub(super) fn is_below(domain: &str, above: &str) -> bool {
    let from = domain.len().checked_sub(above.len());
    from.is_some_and(|from| {
        let (rest, end) = domain.as_bytes().split_at(from);
        !above.is_empty()
            && end.eq_ignore_ascii_case(above.as_bytes())
            && matches!(rest.last(), None | Some(b'.'))
    })
}

/// Whether it is made of letters, digits and what people put between them, as nearly all are: a dot-string (RFC 5321
/// section 4.1.2) that needs no further reading.
fn is_everyday(local: &str) -> bool {
    local.split('.').all(|atom| {
        !atom.is_empty()
            && atom
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+'))
    })
}

/// A host name of the Internet with at least two labels, the last one no number (RFC 1123 section 2.1).
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    domain.split('.').all(is_label)
        && domain
            .rsplit_once('.')
            .is_some_and(|(_, last)| !last.bytes().all(|b| b.is_ascii_digit()))
}

impl PartialEq for MailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.local() == other.local() && self.domain().eq_ignore_ascii_case(other.domain())
    }
}

impl Eq for MailAddress {}

impl Hash for MailAddress {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.local().hash(state);
        self.domain().to_ascii_lowercase().hash(state);
    }
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text is no address that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("name@domain.tld")]
pub struct NotAMailAddress;

impl FromStr for MailAddress {
    type Err = NotAMailAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        MailAddress::parse(text).ok_or(NotAMailAddress)
    }
}

/// Whether a domain is one of these, or below one of them.
pub fn within(domain: &str, domains: &[String]) -> bool {
    domains.iter().any(|own| {
        let own = own.trim_start_matches('.');
        domain.eq_ignore_ascii_case(own)
            || domain
                .to_ascii_lowercase()
                .ends_with(&format!(".{}", own.to_ascii_lowercase()))
    })
}

/// An address with the name that a reader sees: `Collège Jean-Moulin <ent@college.example.fr>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name, without anything that could end a header; `None` where there is none.
    pub name: Option<String>,
    /// The address.
    pub address: MailAddress,
}

impl Mailbox {
    /// A mailbox with a name from anywhere: control characters and what is invisible become blanks, for a header
    /// ends with a line break, and more than a line's worth is cut.
    pub fn new(name: &str, address: MailAddress) -> Self {
        let name = header_words(name, 120);
        Mailbox {
            name: (!name.is_empty()).then_some(name),
            address,
        }
    }

    /// Reads `address` or `name <address>`; the name may stand in quotation marks.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let Some(rest) = typed.strip_suffix('>') else {
            return MailAddress::parse(typed).map(|address| Mailbox {
                name: None,
                address,
            });
        };
        let (name, address) = rest.rsplit_once('<')?;
        let name = name.trim();
        let quoted = name.strip_prefix('"').and_then(|n| n.strip_suffix('"'));
        let name = quoted.unwrap_or(name);
        if name.chars().any(|c| c.is_control() || "<>\"".contains(c)) {
            return None;
        }
        Some(Mailbox::new(name, MailAddress::parse(address)?))
    }
}

/// Text that may stand in a header: one line, single blanks, at most so many characters.
pub fn header_words(text: &str, most: usize) -> String {
    let plain: String = text
        .chars()
        .map(|c| {
            let hidden = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}');
            if c.is_control() || hidden { ' ' } else { c }
        })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn address(text: &str) -> MailAddress {
        MailAddress::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    proptest! {
        #[test]
        fn what_needs_no_further_reading_would_pass_it(
            local in "[a-zA-Z0-9_+.-]{0,66}",
            domain in "[a-zA-Z0-9-]{0,8}(\\.[a-zA-Z0-9-]{1,65}){0,3}",
        ) {
            let text = format!("{local}@{domain}");
            let read = EmailAddress::is_valid(&text);
            let taken = MailAddress::parse(&text).is_some();
            prop_assert!(read || !taken, "{}", text);
            if is_everyday(&local) && is_domain(&domain) && local.len() <= LONGEST_LOCAL && text.len() <= LONGEST {
                prop_assert!(read && taken, "{}", text);
            }
        }
    }

    #[test]
    fn what_a_server_takes_as_it_is_is_taken() {
        for text in [
            "lea@example.fr",
            "lea.dupont+ent@mail.example.fr",
            "l'o_x@ex-ample.fr",
            "x@xn--cole-9oa.fr",
        ] {
            assert_eq!(address(text).as_str(), text);
        }
        assert_eq!(address("  lea@example.fr\n").as_str(), "lea@example.fr");
    }

    #[test]
    fn a_domain_with_accents_is_kept_in_ascii() {
        assert_eq!(address("lea@école.fr").as_str(), "lea@xn--cole-9oa.fr");
        assert_eq!(address("lea@ÉCOLE.fr"), address("lea@école.fr"));
    }

    #[test]
    fn tricks_and_halves_are_refused() {
        let long = format!("{}@example.fr", "a".repeat(65));
        let longer = format!("lea@{}fr", "abcdefgh.".repeat(30));
        for text in [
            "",
            "lea",
            "lea@",
            "@example.fr",
            "lea@localhost",
            "lea@example.",
            "lea@.fr",
            "lea@example..fr",
            "lea@-example.fr",
            "lea@ex_ample.fr",
            "lea@10.0.0.1",
            "lea@[127.0.0.1]",
            "lea@[IPv6:::1]",
            "\"lea dupont\"@example.fr",
            "\"lea\"@example.fr",
            "lea@evil.fr@example.fr",
            "lea(x)@example.fr",
            "lea%ecole.fr@example.fr",
            "ecole.fr!lea@example.fr",
            "lea@example.fr.",
            "<>",
            "<lea@example.fr>",
            "lea@example.fr;b@example.fr",
            "léa@example.fr",
            "lea@example.fr\r\nBcc: x@example.fr",
            "lea\0@example.fr",
            "lea@example\u{200b}.fr/x",
            "lea..d@example.fr",
            ".lea@example.fr",
            "lea.@example.fr",
            "lea@example.fr, b@example.fr",
            "Léa <lea@example.fr>",
            long.as_str(),
            longer.as_str(),
        ] {
            assert!(MailAddress::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn the_case_of_the_domain_never_counts() {
        assert_eq!(address("lea@Example.FR"), address("lea@example.fr"));
        assert_ne!(address("Lea@example.fr"), address("lea@example.fr"));
        assert!(address("Lea@example.fr").resembles(&address("lea@EXAMPLE.fr")));
        assert!(!address("lea@example.fr").resembles(&address("leo@example.fr")));
    }

    #[test]
    fn what_stands_behind_a_plus_is_the_same_mailbox() {
        assert_eq!(
            address("Lea+ent@École.fr").mailbox_key(),
            "lea@xn--cole-9oa.fr"
        );
        assert_eq!(address("+lea@ecole.fr").mailbox_key(), "+lea@ecole.fr");
        assert_eq!(
            address("Lea+ent@École.fr").forms(),
            [
                "lea+ent@xn--cole-9oa.fr",
                "lea+ent@école.fr",
                "lea@xn--cole-9oa.fr",
                "lea@école.fr",
            ]
        );
        assert_eq!(address("lea@ecole.fr").forms(), ["lea@ecole.fr"]);
    }

    #[test]
    fn a_domain_covers_those_below_it() {
        let lea = address("lea@mail.Example.fr");
        assert!(lea.is_within("example.FR") && lea.is_within("mail.example.fr"));
        assert!(
            !lea.is_within("ample.fr") && !lea.is_within("") && !lea.is_within("x.mail.example.fr")
        );
        assert!(address("lea@école.fr").is_within("École.fr"));
    }

    #[test]
    fn a_mailbox_has_a_name_or_none() {
        let full = Mailbox::parse("Collège Jean-Moulin <ent@college.example.fr>").expect("full");
        assert_eq!(full.name.as_deref(), Some("Collège Jean-Moulin"));
        assert_eq!(full.address, address("ent@college.example.fr"));
        let quoted = Mailbox::parse("\"Dupont, Léa\" <lea@example.fr>").expect("quoted");
        assert_eq!(quoted.name.as_deref(), Some("Dupont, Léa"));
        assert_eq!(Mailbox::parse("lea@example.fr").expect("plain").name, None);
        for text in [
            "",
            "Léa <lea>",
            "a\r\nBcc: b <lea@example.fr>",
            "<a> <lea@example.fr>",
            "Léa <lea@example.fr",
        ] {
            assert_eq!(Mailbox::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_one_line_of_ascii(text in ".{0,20}@.{0,20}") {
            if let Some(address) = MailAddress::parse(&text) {
                prop_assert!(address.as_str().is_ascii());
                prop_assert!(address.as_str().bytes().all(|b| b > b' ' && b != 0x7f));
                prop_assert!(address.domain().contains('.'));
                prop_assert_eq!(MailAddress::parse(address.as_str()), Some(address));
            }
        }

        #[test]
        fn no_name_ends_a_header(name in any::<String>()) {
            let mailbox = Mailbox::new(&name, address("lea@example.fr"));
            let name = mailbox.name.unwrap_or_default();
            prop_assert!(!name.chars().any(char::is_control));
            prop_assert!(name.chars().count() <= 120);
        }
    }
}
