//! Trust: which certificates a server may show, and the one we show.
//!
//! Our own, not the library's: its default silently trusts nobody at all when one system certificate cannot be loaded,
//! and it cannot check the certificate of an IPv6 address.

use super::Settings;
use super::address::Host;
use super::results::shown;
use crate::directory::{DirectoryError, ErrorKind, TlsProblem};
use crate::trust;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// An error of the TLS layer.
pub(super) fn error(problem: TlsProblem, diagnostic: &str) -> DirectoryError {
    DirectoryError {
        tls: Some(problem),
        ..DirectoryError::new(ErrorKind::Tls, shown(diagnostic))
    }
}

/// Certificates read once for all the servers of a profile.
#[derive(Clone)]
pub(super) struct Trust {
    provider: Arc<CryptoProvider>,
    roots: Arc<RootCertStore>,
    identity: Option<Arc<Identity>>,
}

/// What we show: a certificate with those that vouch for it, and its key.
type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl Trust {
    /// Reads the certificates named in the settings.
    ///
    /// # Errors
    /// [`ErrorKind::Tls`] where a file cannot be read or holds nothing usable; it names the file.
    pub(super) fn read(settings: &Settings) -> Result<Self, DirectoryError> {
        let roots = trust::roots(settings.ca_file.as_deref()).map_err(unusable_file)?;
        let identity = match (&settings.client_certificate, &settings.client_key) {
            (Some(chain), Some(key)) => Some(Arc::new((
                trust::certificates(chain).map_err(unusable_file)?,
                PrivateKeyDer::from_pem_file(key).map_err(|e| unusable(key, &e.to_string()))?,
            ))),
            (None, None) => None,
            (Some(alone), None) | (None, Some(alone)) => {
                return Err(unusable(alone, "certificate and key come together"));
            }
        };
        Ok(Trust {
            provider: Arc::new(ring::default_provider()),
            roots: Arc::new(roots),
            identity,
        })
    }

    /// The client configuration.
    ///
    /// # Errors
    /// [`ErrorKind::Tls`] where the client certificate and its key do not fit.
    fn config(&self) -> Result<Arc<ClientConfig>, DirectoryError> {
        let failed = |e: &dyn std::fmt::Display| error(TlsProblem::Other, &e.to_string());
        let builder = ClientConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|e| failed(&e))?
            .with_root_certificates(self.roots.clone());
        let config = match self.identity.as_deref() {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => builder
                .with_client_auth_cert(chain.clone(), key.clone_key())
                .map_err(|e| failed(&e))?,
        };
        Ok(Arc::new(config))
    }
}

/// Puts TLS on a connection; the certificate must be that of the host in the URL, name or address.
///
/// # Errors
/// [`ErrorKind::Tls`].
pub(super) async fn secured(
    stream: TcpStream,
    trust: &Trust,
    host: &Host,
) -> Result<TlsStream<TcpStream>, DirectoryError> {
    let name = match host {
        Host::Ip(ip) => ServerName::IpAddress((*ip).into()),
        Host::Name(name) => ServerName::try_from(name.clone())
            .map_err(|e| error(TlsProblem::Other, &e.to_string()))?,
    };
    let connector = TlsConnector::from(trust.config()?);
    let shaken = connector.connect(name, stream).await;
    shaken.map_err(|source| match trust::inside(&source) {
        Some(inner) => error(trust::problem(inner), &inner.to_string()),
        None => error(TlsProblem::Other, &source.to_string()),
    })
}

fn unusable(file: &Path, why: &str) -> DirectoryError {
    error(TlsProblem::Other, &format!("{}: {why}", file.display()))
}

fn unusable_file(unusable: trust::Unusable) -> DirectoryError {
    error(unusable.problem, &unusable.words)
}
