//! Addresses of mail servers: `smtps://` and `smtp://`, host and port only.

use super::url::host_and_port;
use std::net::IpAddr;

/// A mail server's address, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailUrl {
    /// Whether TLS comes first (`smtps://`, RFC 8314 section 3.3).
    pub implicit_tls: bool,
    /// Host name or IP address without brackets.
    pub host: String,
    /// Port; 465 for `smtps`, 587 for `smtp` where none is given.
    pub port: u16,
}

impl MailUrl {
    /// Reads an address; `None` for what is not one. A name and password in it have no place in a configuration.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let implicit_tls = match scheme.to_ascii_lowercase().as_str() {
            "smtps" => true,
            "smtp" => false,
            _ => return None,
        };
        let (host, port) = host_and_port(rest.strip_suffix('/').unwrap_or(rest))?;
        Some(MailUrl {
            implicit_tls,
            host,
            port: port.unwrap_or(if implicit_tls { 465 } else { 587 }),
        })
    }

    /// Whether the server is this machine; names other than `localhost` are never looked up for this.
    pub fn is_local(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_read_and_nothing_else() {
        let read = |text| MailUrl::parse(text).map(|u| (u.implicit_tls, u.host, u.port));
        assert_eq!(
            read("smtps://mail.example.fr"),
            Some((true, "mail.example.fr".into(), 465))
        );
        assert_eq!(
            read("SMTP://mail.example.fr/"),
            Some((false, "mail.example.fr".into(), 587))
        );
        assert_eq!(read("smtp://[::1]:25"), Some((false, "::1".into(), 25)));
        for text in [
            "mail.example.fr",
            "http://mail.example.fr",
            "smtps://",
            "smtps://user:secret@mail.example.fr",
            "smtps://mail.example.fr:0",
            "smtps://mail.example.fr/x",
            "smtps://mail.example.fr?x",
        ] {
            assert_eq!(MailUrl::parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_this_machine() {
        let local = |text| MailUrl::parse(text).expect("an address").is_local();
        assert!(local("smtp://localhost") && local("smtp://127.0.0.2") && local("smtp://[::1]"));
        assert!(!local("smtp://localhost.example.fr") && !local("smtp://10.0.0.1"));
    }
}
