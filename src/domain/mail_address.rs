//! A mail address as a school types one, checked once and compared as mail servers and directories do.

use email_address::{EmailAddress, Options};
use std::fmt;
use std::str::FromStr;

/// Most octets of a mail address (RFC 5321 section 4.5.3.1.3, the angle brackets aside).
const LONGEST: usize = 254;

/// A mail address in the form of RFC 5321, in ASCII, with a whole domain. Quoted names, comments and addresses
/// of machines are right by the book and typed by nobody. Kept as typed; compared without letters' case, as
/// directories compare it (RFC 4524 section 2.16).
#[derive(Debug, Clone)]
pub struct MailAddress(String);

/// The text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("name@domain.tld")]
pub struct NotAMailAddress;

impl MailAddress {
    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the `@`, in small letters.
    pub fn domain(&self) -> String {
        let (_, domain) = self.0.rsplit_once('@').unwrap_or_default();
        domain.to_ascii_lowercase()
    }

    /// The form in which two addresses are one.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl PartialEq for MailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for MailAddress {}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for MailAddress {
    type Err = NotAMailAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let plain = text.is_ascii()
            && text.len() <= LONGEST
            && !text
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || "\"()<>,;:\\[]$".contains(c));
        let options = Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        if plain && EmailAddress::parse_with_options(text, options).is_ok() {
            Ok(MailAddress(text.to_owned()))
        } else {
            Err(NotAMailAddress)
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_a_mail_server_takes() {
        for good in [
            " lea.dupont+ent@mail.example.fr ",
            "A@B.FR",
            "o'neill@x.org",
        ] {
            assert!(good.parse::<MailAddress>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "lea",
            "lea@localhost",
            "\"a b\"@example.fr",
            "lea@[192.0.2.1]",
            "Léa <lea@example.fr>",
            "lea@example.fr, leo@example.fr",
            "lea@example.fr\r\nBcc: x@y.fr",
            "lea..x@example.fr",
        ] {
            assert_eq!(bad.parse::<MailAddress>(), Err(NotAMailAddress), "{bad}");
        }
    }

    #[test]
    fn letters_case_makes_no_other_address() {
        let one: MailAddress = "Lea@Example.FR".parse().expect("address");
        let other: MailAddress = "lea@example.fr".parse().expect("address");
        assert_eq!(one, other);
        assert_eq!(one.key(), other.key());
        assert_eq!(one.domain(), "example.fr");
    }

    #[test]
    fn a_domain_holds_those_below_it_and_no_other() {
        let own = ["ent.example.fr".to_owned()];
        assert!(within("ENT.example.fr", &own));
        assert!(within("eleves.ent.example.fr", &own));
        assert!(!within("parent.example.fr", &own));
        assert!(!within("example.fr", &own));
    }
}
