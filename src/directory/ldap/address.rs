//! Server URLs (RFC 4516, without the search part), parsed before anything is connected.
//!
//! Our own parser, because ldap3 panics on a URL without a host and keeps the brackets of an IPv6
//! address in the name it checks certificates against.

use crate::directory::{DirectoryError, ErrorKind};
use std::net::IpAddr;
use std::path::PathBuf;

/// A host as written in a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    /// A DNS name, ASCII.
    Name(String),
    /// A literal address, the brackets of IPv6 taken off.
    Ip(IpAddr),
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// `ldap://` and `ldaps://`.
    Tcp {
        /// The host.
        host: Host,
        /// Port, 389 or 636 where the URL gives none.
        port: u16,
        /// Whether TLS comes first (`ldaps://`).
        tls: bool,
    },
    /// `ldapi://`, a local socket.
    Socket(PathBuf),
}

/// One server of the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// The URL as configured, for messages. Never holds a password: such URLs are refused.
    pub url: String,
    /// Where it is.
    pub place: Place,
}

fn invalid(url: Option<&str>, why: &str) -> DirectoryError {
    let mut error = DirectoryError::new(ErrorKind::InvalidUrl, why);
    error.url = url.map(crate::i18n::visible);
    error
}

impl Address {
    /// Parses `ldap://host[:port]`, `ldaps://host[:port]` or `ldapi://%2Fpath%2Fto%2Fsocket`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidUrl`]. A URL with a user part is not repeated in the error, since a password
    /// may stand in it.
    pub(super) fn parse(url: &str) -> Result<Self, DirectoryError> {
        let (scheme, rest) = url
            .split_once("://")
            .ok_or_else(|| invalid(Some(url), "no scheme: ldap://, ldaps:// or ldapi://"))?;
        if rest.contains('@') {
            return Err(invalid(
                None,
                "a user name or a password does not belong in the URL",
            ));
        }
        let authority = match rest.split_once(['/', '?', '#']) {
            None => rest,
            Some((authority, "")) => authority,
            Some(_) => {
                return Err(invalid(
                    Some(url),
                    "nothing may follow the host (a socket path is written with %2F)",
                ));
            }
        };
        if authority.is_empty() {
            return Err(invalid(Some(url), "no host, or no socket path"));
        }
        let place = match scheme.to_ascii_lowercase().as_str() {
            "ldap" => tcp(url, authority, false)?,
            "ldaps" => tcp(url, authority, true)?,
            "ldapi" => Place::Socket(
                percent_decoded(authority)
                    .ok_or_else(|| invalid(Some(url), "not a percent-encoded socket path"))?
                    .into(),
            ),
            _ => return Err(invalid(Some(url), "unknown scheme")),
        };
        Ok(Address {
            url: url.to_owned(),
            place,
        })
    }

    /// Whether what is said to this server cannot leave the machine.
    pub(super) fn is_local(&self) -> bool {
        match &self.place {
            Place::Socket(_) => true,
            Place::Tcp { host, .. } => match host {
                Host::Ip(ip) => ip.is_loopback(),
                Host::Name(name) => name.eq_ignore_ascii_case("localhost"),
            },
        }
    }

    /// Whether TLS is part of the scheme.
    pub(super) fn is_ldaps(&self) -> bool {
        matches!(self.place, Place::Tcp { tls: true, .. })
    }
}

fn tcp(url: &str, authority: &str, tls: bool) -> Result<Place, DirectoryError> {
    let (host, port) = if let Some(bracketed) = authority.strip_prefix('[') {
        let (host, tail) = bracketed
            .split_once(']')
            .ok_or_else(|| invalid(Some(url), "a bracket is not closed"))?;
        let ip = host
            .parse()
            .map(IpAddr::V6)
            .map_err(|_| invalid(Some(url), "not an IPv6 address"))?;
        let port = match tail.strip_prefix(':') {
            Some(port) => Some(port),
            None if tail.is_empty() => None,
            None => return Err(invalid(Some(url), "text after the closing bracket")),
        };
        (Host::Ip(ip), port)
    } else {
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        (named(url, host)?, port)
    };
    let port = match port {
        None => {
            if tls {
                636
            } else {
                389
            }
        }
        Some(text) => text
            .parse()
            .ok()
            .filter(|port| *port != 0)
            .ok_or_else(|| invalid(Some(url), "not a port number"))?,
    };
    Ok(Place::Tcp { host, port, tls })
}

fn named(url: &str, host: &str) -> Result<Host, DirectoryError> {
    if let Ok(ip) = host.parse() {
        return Ok(Host::Ip(IpAddr::V4(ip)));
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if host.is_empty() || !host.chars().all(fits) {
        // Names with accents must be written in their `xn--` form, the one in the certificate.
        return Err(invalid(Some(url), "not a host name in ASCII"));
    }
    Ok(Host::Name(host.to_owned()))
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                return None;
            }
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
        }
    }
    // A NUL would end the path early in the system call.
    String::from_utf8(bytes)
        .ok()
        .filter(|path| !path.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(url: &str) -> Place {
        Address::parse(url).expect(url).place
    }

    #[test]
    fn urls_are_understood() {
        assert_eq!(
            place("ldap://annuaire.ecole.test"),
            Place::Tcp {
                host: Host::Name("annuaire.ecole.test".into()),
                port: 389,
                tls: false
            }
        );
        assert_eq!(
            place("LDAPS://[::1]:1636/"),
            Place::Tcp {
                host: Host::Ip("::1".parse().expect("ip")),
                port: 1636,
                tls: true
            }
        );
        assert_eq!(
            place("ldapi://%2Frun%2Fslapd%2Fldapi"),
            Place::Socket("/run/slapd/ldapi".into())
        );
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for url in [
            "",
            "ldap:///",
            "ldap://",
            "ldaps://:636",
            "ldapi:///",
            "ldapi:///run/ldapi",
            "ldapi://%2",
            "ldapi://%+1",
            "ldap://h:0",
            "ldap://h:70000",
            "ldap://h/dc=test",
            "ldap://[::1",
            "ldap://[::1]x",
            "ldap://[h]",
            "ldap://\u{e9}cole.test",
            "http://h",
            "h:389",
        ] {
            let error = Address::parse(url).expect_err(url);
            assert_eq!(error.kind, ErrorKind::InvalidUrl, "{url}");
        }
    }

    #[test]
    fn a_password_in_a_url_is_not_repeated() {
        let error = Address::parse("ldap://admin:abricot-42@h").expect_err("refused");
        assert!(!format!("{error:?} {error}").contains("abricot"));
    }

    #[test]
    fn only_this_machine_is_local() {
        for (url, local) in [
            ("ldap://127.8.0.1", true),
            ("ldap://[::1]", true),
            ("ldap://LocalHost", true),
            ("ldapi://%2Ftmp%2Fs", true),
            ("ldap://192.0.2.1", false),
            ("ldap://localhost.ecole.test", false),
            ("ldap://[::2]", false),
            ("ldap://127.0.0.1.ecole.test", false),
        ] {
            assert_eq!(Address::parse(url).expect(url).is_local(), local, "{url}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser(text in "(ldap[si]?://)?.{0,30}") {
            let _ = Address::parse(&text);
        }
    }
}
