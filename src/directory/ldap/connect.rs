//! From a URL to a connection: name resolution, TCP or local socket, StartTLS, TLS.

use super::address::{Address, Host, Place};
use super::courier::{self, Found};
use super::link::{Carried, Link, not_understood};
use super::results::shown;
use super::tls::{self, Trust};
use super::{Settings, network};
use crate::directory::{DirectoryError, ErrorKind, TlsProblem};
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, StdStream};
use std::io;
use std::net::SocketAddr;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpStream, UnixStream, lookup_host};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::client::TlsStream;

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
    let reached = reach(
        address.clone(),
        trust.cloned(),
        settings.start_tls,
        settings.connect_timeout,
    );
    let url = address.url.clone();
    let local = address.is_local();
    let opened = network::spawn(async move {
        let (connection, handle, library) = library().await?;
        let stream = reached.await?;
        let protected = local || stream.is_secured();
        let found = Arc::new(Found::default());
        let courier = tokio::spawn(stream.carry(library, Arc::clone(&found)));
        let carried = Carried { courier, found };
        Ok(Link::start(
            connection, handle, carried, url, index, protected,
        ))
    })?;
    opened.await.map_err(|_panic| not_understood())?
}

/// What leads to a server.
enum Wire {
    Local(UnixStream),
    Plain(TcpStream),
    Secured(Box<TlsStream<TcpStream>>),
}

impl Wire {
    fn is_secured(&self) -> bool {
        matches!(self, Wire::Secured(_))
    }

    async fn carry(self, library: StdUnixStream, found: Arc<Found>) -> io::Result<()> {
        let library = UnixStream::from_std(library)?;
        match self {
            Wire::Local(stream) => courier::carry(stream, library, found).await,
            Wire::Plain(stream) => courier::carry(stream, library, found).await,
            Wire::Secured(stream) => courier::carry(stream, library, found).await,
        }
    }
}

async fn reach(
    address: Address,
    trust: Option<Trust>,
    start_tls: bool,
    limit: Duration,
) -> Result<Wire, DirectoryError> {
    let deadline = Instant::now() + limit;
    let (host, port, tls) = match &address.place {
        Place::Socket(path) => {
            let stream = timeout_at(deadline, UnixStream::connect(path)).await;
            return reached(stream, limit).map(Wire::Local);
        }
        Place::Tcp { host, port, tls } => (host, *port, *tls),
    };
    let stream = timeout_at(deadline, tcp(host, port, deadline)).await;
    let mut stream = reached(stream, limit)?;
    if !tls && !start_tls {
        return Ok(Wire::Plain(stream));
    }
    let Some(trust) = trust else {
        return Err(tls::error(TlsProblem::Other, "no certificates to trust"));
    };
    let secured = async {
        if !tls {
            super::start_tls::ask(&mut stream).await?;
        }
        tls::secured(stream, &trust, host).await
    };
    match timeout_at(deadline, secured).await {
        Ok(secured) => Ok(Wire::Secured(Box::new(secured?))),
        Err(_elapsed) => Err(DirectoryError::new(
            ErrorKind::Timeout,
            format!("no secure connection within {} ms", limit.as_millis()),
        )),
    }
}

/// The library, and the other end of what it takes for a connection.
async fn library() -> Result<(LdapConnAsync, Ldap, StdUnixStream), DirectoryError> {
    let (ours, its) = StdUnixStream::pair().map_err(|e| unreachable(&e))?;
    ours.set_nonblocking(true).map_err(|e| unreachable(&e))?;
    let settings = LdapConnSettings::new().set_std_stream(StdStream::Unix(its));
    let (connection, handle) = LdapConnAsync::with_settings(settings, "ldapi:///")
        .await
        .map_err(|e| DirectoryError::new(ErrorKind::Unreachable, shown(&e.to_string())))?;
    Ok((connection, handle, ours))
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
