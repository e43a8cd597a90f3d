//! Trust: which certificates a server may show, and the one we show.
//!
//! Always our own rustls configuration: ldap3's default silently trusts nobody at all when one system
//! certificate cannot be loaded.

use super::Settings;
use super::address::{Address, Host, Place};
use super::results::shown;
use crate::directory::{DirectoryError, ErrorKind, TlsProblem};
use crate::trust;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::path::Path;
use std::sync::Arc;

/// The name given to ldap3 in place of an IPv6 literal, which it cannot use (it keeps the brackets).
/// Never resolved, never sent: the connection is already made and SNI is off.
pub(super) const IPV6_PLACEHOLDER: &str = "ipv6.invalid";

/// An error of the TLS layer.
pub(super) fn error(problem: TlsProblem, diagnostic: &str) -> DirectoryError {
    DirectoryError {
        tls: Some(problem),
        ..DirectoryError::new(ErrorKind::Tls, shown(diagnostic))
    }
}

/// Certificates read once for all the servers of a profile.
pub(super) struct Trust {
    provider: Arc<CryptoProvider>,
    roots: Arc<RootCertStore>,
    identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
}

impl Trust {
    /// Reads the certificates named in the settings.
    ///
    /// # Errors
    /// [`ErrorKind::Tls`] where a file cannot be read or holds nothing usable; it names the file.
    pub(super) fn read(settings: &Settings) -> Result<Self, DirectoryError> {
        let roots = trust::roots(settings.ca_file.as_deref()).map_err(unusable_file)?;
        let identity = match (&settings.client_certificate, &settings.client_key) {
            (Some(chain), Some(key)) => Some((
                trust::certificates(chain).map_err(unusable_file)?,
                PrivateKeyDer::from_pem_file(key).map_err(|e| unusable(key, &e.to_string()))?,
            )),
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

    /// The client configuration for one server.
    ///
    /// # Errors
    /// [`ErrorKind::Tls`] where the client certificate and its key do not fit.
    pub(super) fn config_for(
        &self,
        address: &Address,
    ) -> Result<Arc<ClientConfig>, DirectoryError> {
        let failed = |e: &dyn std::fmt::Display| error(TlsProblem::Other, &e.to_string());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(self.roots.clone(), self.provider.clone())
                .build()
                .map_err(|e| failed(&e))?;
        let (verifier, sni): (Arc<dyn ServerCertVerifier>, bool) = match &address.place {
            Place::Tcp {
                host: Host::Ip(ip @ std::net::IpAddr::V6(_)),
                ..
            } => {
                let name = ServerName::IpAddress((*ip).into());
                (Arc::new(ForAddress { verifier, name }), false)
            }
            _ => (verifier, true),
        };
        let builder = ClientConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|e| failed(&e))?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => builder
                .with_client_auth_cert(chain.clone(), key.clone_key())
                .map_err(|e| failed(&e))?,
        };
        config.enable_sni = sni;
        Ok(Arc::new(config))
    }
}

fn unusable(file: &Path, why: &str) -> DirectoryError {
    error(TlsProblem::Other, &format!("{}: {why}", file.display()))
}

fn unusable_file(unusable: trust::Unusable) -> DirectoryError {
    error(unusable.problem, &unusable.words)
}

/// The usual verifier, told the address we really connected to. Only the name is replaced; every check
/// is the usual verifier's.
#[derive(Debug)]
struct ForAddress {
    verifier: Arc<WebPkiServerVerifier>,
    name: ServerName<'static>,
}

impl ServerCertVerifier for ForAddress {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _placeholder: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.verifier
            .verify_server_cert(end_entity, intermediates, &self.name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
