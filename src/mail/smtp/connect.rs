//! From a name to a protected stream: TCP, TLS, or STARTTLS in our own hands.

use super::session::{answered, lost, timed};
use super::wire::{Heard, Stream};
use super::{Security, Settings};
use crate::domain::certificate::TlsProblem;
use crate::mail::{MailError, MailErrorKind, Step};
use crate::trust;
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

/// Whose certificates are believed, read once.
pub(super) struct Trust(Arc<ClientConfig>);

impl Trust {
    /// As for the directory: `ca_file` in place of the system's authorities.
    pub fn read(ca_file: Option<&Path>) -> Result<Self, MailError> {
        let roots = trust::roots(ca_file).map_err(|e| tls(e.problem, e.words))?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|e| tls(TlsProblem::Other, e.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Trust(Arc::new(config)))
    }
}

fn tls(problem: TlsProblem, words: String) -> MailError {
    MailError {
        tls: Some(problem),
        ..MailError::new(MailErrorKind::Tls, Step::Tls, words)
    }
}

/// A stream that is protected as the settings say, where it leads, and whether the greeting is behind it.
pub(super) struct Line {
    pub stream: Box<dyn Stream>,
    pub peer: SocketAddr,
    pub greeted: bool,
}

/// Connects.
pub(super) async fn open(settings: &Settings, trust: Option<&Trust>) -> Result<Line, MailError> {
    let tcp = timed(settings.timeout, Step::Connect, tcp(settings)).await?;
    let tcp =
        tcp.map_err(|e| MailError::new(MailErrorKind::Unreachable, Step::Connect, e.to_string()))?;
    let peer = tcp.peer_addr().map_err(|_| lost(Step::Connect))?;
    let plain = |stream| Line {
        stream: Box::new(stream),
        peer,
        greeted: false,
    };
    match (settings.security, trust) {
        (Security::Plain, _) => Ok(plain(tcp)),
        (Security::Implicit, Some(trust)) => {
            let stream = encrypted(settings, trust, tcp).await?;
            Ok(Line {
                stream,
                peer,
                greeted: false,
            })
        }
        (Security::StartTls, Some(trust)) => {
            let tcp = start_tls(settings, tcp).await?;
            let stream = encrypted(settings, trust, tcp).await?;
            Ok(Line {
                stream,
                peer,
                greeted: true,
            })
        }
        (_, None) => Err(tls(TlsProblem::Other, String::new())),
    }
}

/// Tries the addresses in the resolver's order, each with its share of the time that is left.
async fn tcp(settings: &Settings) -> io::Result<TcpStream> {
    let addresses: Vec<SocketAddr> = match settings.host.parse::<IpAddr>() {
        Ok(ip) => vec![SocketAddr::new(ip, settings.port)],
        Err(_) => {
            // `localhost` may be spoken to in clear, so it has to be this machine indeed.
            let only_local = settings.is_local();
            lookup_host((settings.host.as_str(), settings.port))
                .await?
                .filter(|address| !only_local || address.ip().is_loopback())
                .collect()
        }
    };
    let deadline = Instant::now() + settings.timeout;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for (tried, address) in addresses.iter().enumerate() {
        let left = deadline.saturating_duration_since(Instant::now());
        let share = left / u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = error,
            Err(_) => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(last)
}

async fn encrypted(
    settings: &Settings,
    trust: &Trust,
    tcp: TcpStream,
) -> Result<Box<dyn Stream>, MailError> {
    let name = ServerName::try_from(settings.host.clone())
        .map_err(|e| tls(TlsProblem::WrongName, e.to_string()))?;
    let connecting = TlsConnector::from(trust.0.clone()).connect(name, tcp);
    match timed(settings.timeout, Step::Tls, connecting).await? {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(match trust::inside(&error) {
            Some(inner) => tls(trust::problem(inner), inner.to_string()),
            None => tls(TlsProblem::Other, error.to_string()),
        }),
    }
}

/// STARTTLS (RFC 3207), one answer at a time. What the server, or somebody between, says behind its answer in clear
/// would be taken for its first word under TLS by a reader that keeps a buffer: it ends the conversation
/// ([`Heard::take`] takes one answer a command, and no octet more).
async fn start_tls(settings: &Settings, mut tcp: TcpStream) -> Result<TcpStream, MailError> {
    let mut heard = Heard::default();
    exchange(settings, &mut tcp, &mut heard, Step::Greeting, None).await?;
    answered(&heard, Step::Greeting, 220)?;
    let hello = format!("EHLO {}\r\n", super::session::own_name(settings));
    exchange(settings, &mut tcp, &mut heard, Step::Hello, Some(&hello)).await?;
    answered(&heard, Step::Hello, 250)?;
    let offered = heard
        .lines()
        .skip(1)
        .any(|line| line.eq_ignore_ascii_case("STARTTLS"));
    if !offered {
        let words = "STARTTLS is not offered";
        return Err(MailError::new(MailErrorKind::Insecure, Step::Tls, words));
    }
    let told = exchange(
        settings,
        &mut tcp,
        &mut heard,
        Step::Tls,
        Some("STARTTLS\r\n"),
    )
    .await;
    told.map_err(|error| match error.kind {
        MailErrorKind::Protocol => MailError {
            kind: MailErrorKind::Insecure,
            ..error
        },
        _ => error,
    })?;
    answered(&heard, Step::Tls, 220)?;
    Ok(tcp)
}

/// Says something, if anything, and hears one answer.
async fn exchange(
    settings: &Settings,
    tcp: &mut TcpStream,
    heard: &mut Heard,
    step: Step,
    say: Option<&str>,
) -> Result<(), MailError> {
    heard.forget();
    let conversation = async {
        if let Some(words) = say {
            tcp.write_all(words.as_bytes()).await?;
        }
        let mut buffer = [0_u8; 1024];
        while !heard.is_whole() {
            let count = tcp.read(&mut buffer).await?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            heard.take(&buffer[..count])?;
        }
        Ok::<(), io::Error>(())
    };
    match timed(settings.timeout, step, conversation).await? {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(MailError::new(
            MailErrorKind::Protocol,
            step,
            error.to_string(),
        )),
        Err(_) => Err(lost(step)),
    }
}
