//! Logging in, and the choice among the servers of a profile.

use super::address::Address;
use super::link::Link;
use super::operation::{self, Request, at};
use super::results::{bind_outcome, redact};
use super::tls::Trust;
use super::{BindOutcome, Credentials, Settings, connect};
use crate::directory::{DirectoryError, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use zeroize::Zeroizing;

/// Checks what may be checked without a network: URLs, and that no password would go out in plain text.
///
/// # Errors
/// [`ErrorKind::InvalidUrl`]; [`ErrorKind::Insecure`].
pub(super) fn addresses(settings: &Settings) -> Result<Vec<Address>, DirectoryError> {
    if settings.urls.is_empty() {
        return Err(DirectoryError::new(ErrorKind::InvalidUrl, "no URL"));
    }
    let addresses: Vec<Address> = settings
        .urls
        .iter()
        .map(|url| Address::parse(url))
        .collect::<Result<_, _>>()?;
    if let Credentials::Simple { dn, password } = &settings.credentials {
        // RFC 4513 section 5.1.2: a name with an empty password is let in as nobody by some servers, and
        // would look like a success.
        if password.is_empty() {
            return Err(DirectoryError::new(ErrorKind::Insecure, "empty password"));
        }
        if dn.as_str().is_empty() {
            return Err(DirectoryError::new(ErrorKind::Insecure, "empty bind name"));
        }
        let plain = addresses.iter().find(|address| {
            !(address.is_local()
                || address.is_ldaps()
                || settings.start_tls
                || settings.allow_plaintext_password)
        });
        if let Some(address) = plain {
            return Err(DirectoryError {
                url: Some(address.url.clone()),
                ..DirectoryError::new(
                    ErrorKind::Insecure,
                    "the password would cross the network in plain text",
                )
            });
        }
    }
    Ok(addresses)
}

/// Connects and logs in to the first server that answers, beginning with the one at `first`.
///
/// # Errors
/// A refusal of the login ends the search at once (the next server would count it as one more wrong
/// password). Otherwise the most telling error of all: TLS before time limit before any other, the last
/// one among equals.
pub(super) async fn first_that_answers(
    settings: &Settings,
    credentials: &Credentials,
    first: usize,
) -> Result<(Arc<Link>, BindOutcome), DirectoryError> {
    operation::silence_library_panics();
    let addresses = addresses(settings)?;
    let any_tls = settings.start_tls || addresses.iter().any(Address::is_ldaps);
    let trust = any_tls.then(|| Trust::read(settings)).transpose()?;
    let mut told: Option<DirectoryError> = None;
    for step in 0..addresses.len() {
        let index = (first + step) % addresses.len();
        let address = &addresses[index];
        let attempt = one(settings, credentials, trust.as_ref(), address, index).await;
        let mut error = match attempt {
            Ok(found) => return Ok(found),
            Err(error) => error,
        };
        error.url = Some(address.url.clone());
        if !goes_on(error.kind) {
            return Err(error);
        }
        if told
            .as_ref()
            .is_none_or(|former| weight(error.kind) >= weight(former.kind))
        {
            told = Some(error);
        }
    }
    Err(told.unwrap_or_else(|| DirectoryError::new(ErrorKind::InvalidUrl, "no URL")))
}

/// Connects and logs in to the server at this place among the settings' URLs, and to no other.
///
/// # Errors
/// As the one server answers.
pub(super) async fn to_the_one(
    settings: &Settings,
    credentials: &Credentials,
    index: usize,
) -> Result<(Arc<Link>, BindOutcome), DirectoryError> {
    let alone = Settings {
        urls: settings.urls.get(index).cloned().into_iter().collect(),
        ..settings.clone()
    };
    first_that_answers(&alone, credentials, 0).await
}

fn goes_on(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Unreachable
            | ErrorKind::Tls
            | ErrorKind::Timeout
            | ErrorKind::ConnectionLost
            | ErrorKind::Busy
            | ErrorKind::Protocol
    )
}

fn weight(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Tls => 2,
        ErrorKind::Timeout => 1,
        _ => 0,
    }
}

async fn one(
    settings: &Settings,
    credentials: &Credentials,
    trust: Option<&Trust>,
    address: &Address,
    index: usize,
) -> Result<(Arc<Link>, BindOutcome), DirectoryError> {
    let link = Arc::new(connect::open(settings, trust, address, index).await?);
    let mut secret = None;
    let request = match credentials {
        // Sent although the protocol does not ask for it: it shows that the server is alive and speaks
        // LDAP, so that the next one can be tried.
        Credentials::Anonymous => Request::SimpleBind {
            dn: String::new(),
            password: Zeroizing::default(),
        },
        Credentials::Simple { dn, password } => {
            secret = Some(password.expose());
            Request::SimpleBind {
                dn: dn.as_str().to_owned(),
                password: Zeroizing::new(password.expose().to_owned()),
            }
        }
        Credentials::External => Request::ExternalBind,
    };
    let result = operation::call(&link, settings.operation_timeout, None, request).await?;
    let policy =
        bind_outcome(&result).map_err(|error| at(&link, redact(error, secret.as_slice())))?;
    let outcome = BindOutcome {
        must_change: policy.asks_for_change(),
        expires_in: policy.expires_in,
        grace: policy.grace,
    };
    link.must_change
        .store(outcome.must_change, Ordering::Relaxed);
    Ok((link, outcome))
}
