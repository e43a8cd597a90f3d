//! The adapter against a real slapd, and against servers that misbehave on purpose.

mod fake;
mod login;
mod misbehaving;
mod policy;
mod reading;
mod servers;
mod slapd;
mod writing;

use super::{Credentials, LdapDirectory, Settings};
use crate::directory::{DirectoryError, RawModification, RawModificationKind};
use crate::domain::dn::Dn;
use crate::domain::secret::Password;
use std::time::Duration;

/// Short, so that a server that says nothing does not hold up the tests.
const SHORT: Duration = Duration::from_millis(300);
/// For servers that behave: long enough for a busy machine.
const LONG: Duration = Duration::from_secs(20);

fn dn(text: &str) -> Dn {
    Dn::parse(text).expect("a DN")
}

fn settings(url: &str) -> Settings {
    Settings {
        urls: vec![url.to_owned()],
        start_tls: false,
        ca_file: None,
        client_certificate: None,
        client_key: None,
        credentials: Credentials::Anonymous,
        connect_timeout: LONG,
        operation_timeout: LONG,
        page_size: 200,
        allow_plaintext_password: false,
        window: 16,
    }
}

fn simple(settings: Settings, name: &str, password: &str) -> Settings {
    Settings {
        credentials: Credentials::Simple {
            dn: dn(name),
            password: Password::new(password.to_owned()),
        },
        ..settings
    }
}

fn impatient(settings: Settings) -> Settings {
    Settings {
        connect_timeout: SHORT,
        operation_timeout: SHORT,
        ..settings
    }
}

async fn refused(settings: Settings) -> DirectoryError {
    match LdapDirectory::connect(settings).await {
        Ok(_) => panic!("connected"),
        Err(error) => error,
    }
}

fn change(kind: RawModificationKind, attribute: &str, values: &[&str]) -> RawModification {
    RawModification {
        kind,
        attribute: attribute.to_owned(),
        values: values.iter().map(|v| v.as_bytes().to_vec()).collect(),
    }
}

fn replace(attribute: &str, values: &[&str]) -> RawModification {
    change(RawModificationKind::Replace, attribute, values)
}
