//! Trust: which certificates a server may show, and the one we show.
//!
//! Always our own rustls configuration: ldap3's default silently trusts nobody at all when one system
//! certificate cannot be loaded.

use super::Settings;
use super::address::{Address, Host, Place};
use super::results::shown;
use crate::directory::{DirectoryError, ErrorKind, TlsProblem};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
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

/// What rustls found wrong.
pub(super) fn problem(error: &rustls::Error) -> TlsProblem {
    let rustls::Error::InvalidCertificate(certificate) = error else {
        return TlsProblem::Other;
    };
    match certificate {
        // A certificate of another authority that has the same name fails by its signature.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            TlsProblem::UnknownIssuer
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsProblem::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsProblem::NotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsProblem::WrongName
        }
        _ => TlsProblem::Other,
    }
}

/// The rustls error inside an I/O error, which is how tokio-rustls hands it over.
pub(super) fn inside(error: &std::io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
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
    /// A `ca_file` *replaces* the system's roots: who runs a private authority means that one, and not
    /// also the hundred others whose certificates any of them could issue. Without it the system's roots
    /// count, those that can be read; one broken file there does not empty the store.
    ///
    /// # Errors
    /// [`ErrorKind::Tls`] where a file cannot be read or holds nothing usable; it names the file.
    pub(super) fn read(settings: &Settings) -> Result<Self, DirectoryError> {
        let mut roots = RootCertStore::empty();
        if let Some(file) = &settings.ca_file {
            for certificate in certificates(file)? {
                roots
                    .add(certificate)
                    .map_err(|e| unusable(file, &e.to_string()))?;
            }
        } else {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if roots.is_empty() {
                return Err(error(
                    TlsProblem::UnknownIssuer,
                    "the system has no certificate authorities; name one in ca_file",
                ));
            }
        }
        let identity = match (&settings.client_certificate, &settings.client_key) {
            (Some(chain), Some(key)) => Some((
                certificates(chain)?,
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

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, DirectoryError> {
    let found = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| unusable(file, &e.to_string()))?;
    if found.is_empty() {
        return Err(unusable(file, "no certificate in it"));
    }
    Ok(found)
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
