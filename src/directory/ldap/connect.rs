//! From a URL to a connection: name resolution, TCP or local socket, StartTLS, TLS.

use super::Settings;
use super::address::{Address, Host, Place};
use super::link::{Link, not_understood};
use super::results::{outcome, shown};
use super::tls::{self, Trust};
use crate::directory::{DirectoryError, ErrorKind, TlsProblem};
use crate::trust;
use ldap3::{LdapConnAsync, LdapConnSettings, LdapError, StdStream};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpStream, UnixStream, lookup_host};
use tokio::time::{Instant, timeout_at};

/// Opens a connection within the connect time limit, without binding.
///
/// # Errors
/// [`ErrorKind::Unreachable`], [`ErrorKind::Timeout`], [`ErrorKind::Tls`], [`ErrorKind::Busy`] where
/// StartTLS is put off, [`ErrorKind::Protocol`].
pub(super) async fn open(
    settings: &Settings,
    trust: Option<&Trust>,
    address: &Address,
    index: usize,
) -> Result<Link, DirectoryError> {
    let deadline = Instant::now() + settings.connect_timeout;
    let opened = match &address.place {
        Place::Socket(path) => {
            let stream = timeout_at(deadline, UnixStream::connect(path)).await;
            let stream = reached(stream, settings.connect_timeout)?;
            let stream = stream.into_std().map_err(|e| unreachable(&e))?;
            LdapConnAsync::with_settings(
                LdapConnSettings::new().set_std_stream(StdStream::Unix(stream)),
                "ldapi:///",
            )
            .await
        }
        Place::Tcp { host, port, tls } => {
            let stream = timeout_at(deadline, tcp(host, *port, deadline)).await;
            let stream = reached(stream, settings.connect_timeout)?;
            let mut options = LdapConnSettings::new()
                .set_std_stream(StdStream::Tcp(
                    stream.into_std().map_err(|e| unreachable(&e))?,
                ))
                .set_conn_timeout(deadline.saturating_duration_since(Instant::now()))
                .set_starttls(settings.start_tls && !tls);
            if let Some(trust) = trust {
                options = options.set_config(trust.config_for(address)?);
            }
            let name = match host {
                Host::Name(name) => name.clone(),
                Host::Ip(ip) if ip.is_ipv4() => ip.to_string(),
                Host::Ip(_) => tls::IPV6_PLACEHOLDER.to_owned(),
            };
            let scheme = if *tls { "ldaps" } else { "ldap" };
            let url = format!("{scheme}://{name}:{port}");
            // The answer to StartTLS can make the library panic.
            match tokio::spawn(async move { LdapConnAsync::with_settings(options, &url).await })
                .await
            {
                Ok(opened) => opened,
                Err(_panic) => return Err(not_understood()),
            }
        }
    };
    let (connection, handle) = opened.map_err(|e| handshake(e, settings.connect_timeout))?;
    let protected = address.is_local() || address.is_ldaps() || settings.start_tls;
    Ok(Link::start(
        connection,
        handle,
        address.url.clone(),
        index,
        protected,
    ))
}

fn unreachable(error: &io::Error) -> DirectoryError {
    DirectoryError::new(ErrorKind::Unreachable, shown(&error.to_string()))
}

fn reached<T, E>(found: Result<io::Result<T>, E>, limit: Duration) -> Result<T, DirectoryError> {
    match found {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) if error.kind() != io::ErrorKind::TimedOut => Err(unreachable(&error)),
        Ok(Err(_)) | Err(_) => Err(DirectoryError::new(
            ErrorKind::Timeout,
            format!("no connection within {} ms", limit.as_millis()),
        )),
    }
}

/// Tries the addresses of a host in the resolver's order; each gets its share of the time left, so that
/// one that swallows packets does not use up the others' time.
async fn tcp(host: &Host, port: u16, deadline: Instant) -> io::Result<TcpStream> {
    let addresses: Vec<SocketAddr> = match host {
        Host::Ip(ip) => vec![SocketAddr::new(*ip, port)],
        Host::Name(name) => {
            let found = lookup_host((name.as_str(), port)).await?;
            // `localhost` may be spoken to in plain text, so it has to be this machine indeed.
            let only_local = name.eq_ignore_ascii_case("localhost");
            found
                .filter(|address| !only_local || address.ip().is_loopback())
                .collect()
        }
    };
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for (tried, address) in addresses.iter().enumerate() {
        let left = deadline.saturating_duration_since(Instant::now());
        let share = left / u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // Requests are small and follow each other closely: waiting to fill packets costs 40 ms.
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Ok(Err(error)) => last = error,
            Err(_) => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(last)
}

/// What an error means once TCP stands: only StartTLS and the handshake are left.
fn handshake(error: LdapError, limit: Duration) -> DirectoryError {
    match error {
        LdapError::Timeout { .. } => DirectoryError::new(
            ErrorKind::Timeout,
            format!("no secure connection within {} ms", limit.as_millis()),
        ),
        LdapError::Io { source } => match trust::inside(&source) {
            Some(inner) => tls::error(trust::problem(inner), &inner.to_string()),
            None => tls::error(TlsProblem::Other, &source.to_string()),
        },
        LdapError::LdapResult { result } => match outcome(&result) {
            Err(refused) if refused.kind == ErrorKind::Busy => refused,
            _ => DirectoryError {
                result_code: Some(result.rc),
                ..tls::error(
                    TlsProblem::Other,
                    &format!("StartTLS refused: {}", result.text),
                )
            },
        },
        other => tls::error(TlsProblem::Other, &other.to_string()),
    }
}
