//! Addresses of directory servers: `ldap://`, `ldaps://` and `ldapi://`, scheme and place only.

use std::net::{Ipv4Addr, Ipv6Addr};

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// TCP, plain until StartTLS (RFC 4511 section 4.14).
    Ldap,
    /// TLS from the first byte.
    Ldaps,
    /// A socket of this machine.
    Ldapi,
}

/// A server address, checked. A search base, a filter or a name and password in the address
/// (RFC 4516 allows the first two) have no place in a configuration and are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl {
    /// How it is spoken to.
    pub scheme: Scheme,
    /// Host name or IP address without brackets; for `ldapi` the percent-encoded socket path, empty for
    /// the server's usual one.
    pub host: String,
    /// Port where one is given.
    pub port: Option<u16>,
}

impl ServerUrl {
    /// Reads an address; `None` for what is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "ldap" => Scheme::Ldap,
            "ldaps" => Scheme::Ldaps,
            "ldapi" => Scheme::Ldapi,
            _ => return None,
        };
        let place = rest.strip_suffix('/').unwrap_or(rest);
        if scheme == Scheme::Ldapi {
            return is_socket_path(place).then(|| ServerUrl {
                scheme,
                host: place.to_owned(),
                port: None,
            });
        }
        let (host, port) = host_and_port(place)?;
        Some(ServerUrl { scheme, host, port })
    }

    /// Whether what is sent stays on this machine: `ldapi`, `localhost`, `127.0.0.0/8` or `::1`. Names
    /// other than `localhost` are never looked up for this: an answer can be forged.
    pub fn is_local(&self) -> bool {
        self.scheme == Scheme::Ldapi
            || self.host.eq_ignore_ascii_case("localhost")
            || self
                .host
                .parse::<Ipv4Addr>()
                .is_ok_and(|ip| ip.is_loopback())
            || self
                .host
                .parse::<Ipv6Addr>()
                .is_ok_and(|ip| ip.is_loopback())
    }
}

/// A port from 1 to 65535, digits alone (`u16::from_str` would take a sign).
fn port_number(digits: &str) -> Option<u16> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|port| *port != 0)
}

/// A host name (RFC 1123, underscores let through) or an IPv4 address. What looks like an IPv4 address
/// must be one: `127.1` and `10.0.0.256` mean something else to every resolver.
fn is_host(host: &str) -> bool {
    let numeric = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if numeric {
        return host.parse::<Ipv4Addr>().is_ok();
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    host.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        })
}

/// A percent-encoded socket path, or nothing.
fn is_socket_path(place: &str) -> bool {
    let bytes = place.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'%' => {
                let hex = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_hexdigit);
                if !hex(at + 1) || !hex(at + 2) {
                    return false;
                }
                at += 3;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'~' => at += 1,
            _ => return false,
        }
    }
    true
}

/// A host, without the brackets of IPv6, and a port where one is given.
pub(super) fn host_and_port(place: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match place.strip_prefix('[') {
        Some(bracketed) => {
            let (host, tail) = bracketed.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            let port = match tail {
                "" => None,
                tail => Some(tail.strip_prefix(':')?),
            };
            (host, port)
        }
        None => {
            let (host, port) = match place.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (place, None),
            };
            if !is_host(host) {
                return None;
            }
            (host, port)
        }
    };
    let port = match port {
        Some(digits) => Some(port_number(digits)?),
        None => None,
    };
    Some((host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_read() {
        for (text, host, port, local) in [
            (
                "ldaps://annuaire.example.fr",
                "annuaire.example.fr",
                None,
                false,
            ),
            ("LDAP://annuaire:389/", "annuaire", Some(389), false),
            ("ldap://127.0.0.1:1389", "127.0.0.1", Some(1389), true),
            ("ldap://127.8.9.10", "127.8.9.10", None, true),
            ("ldap://10.0.0.1", "10.0.0.1", None, false),
            ("ldap://[::1]:1389", "::1", Some(1389), true),
            ("ldaps://[2001:db8::1]", "2001:db8::1", None, false),
            ("ldap://LocalHost", "LocalHost", None, true),
            (
                "ldap://localhost.evil.example",
                "localhost.evil.example",
                None,
                false,
            ),
            ("ldap://127.evil.example", "127.evil.example", None, false),
            ("ldapi:///", "", None, true),
            ("ldapi://%2Frun%2Fldapi", "%2Frun%2Fldapi", None, true),
        ] {
            let url = ServerUrl::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (url.host.as_str(), url.port, url.is_local()),
                (host, port, local),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "annuaire.example.fr",
            "http://annuaire.example.fr",
            "ldap:/annuaire",
            "ldap://",
            "ldap:///",
            "ldap://:389",
            "ldap://::1",
            "ldap://[::1",
            "ldap://[::1]389",
            "ldap://[annuaire]",
            "ldap://annuaire:0",
            "ldap://annuaire:+389",
            "ldap://annuaire:65536",
            "ldap://annuaire:",
            "ldap://127.1",
            "ldap://user:secret@annuaire",
            "ldap://annuaire/dc=ent",
            "ldap://annuaire//",
            "ldap://-annuaire",
            "ldap://an nuaire",
            "ldapi:///run/ldapi",
            "ldapi://%2",
        ] {
            assert_eq!(ServerUrl::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "(ldap[si]?://)?.{0,20}") {
            let _ = ServerUrl::parse(&text);
        }
    }
}
