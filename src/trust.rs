//! Whose certificates are believed: the same for every server that entctl speaks to.

use crate::domain::certificate::TlsProblem;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, RootCertStore};
use std::path::Path;

/// Certificates that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// What is wrong.
    pub problem: TlsProblem,
    /// The file and the reason, in the libraries' words.
    pub words: String,
}

impl Unusable {
    fn file(file: &Path, why: &str) -> Self {
        Unusable {
            problem: TlsProblem::Other,
            words: format!("{}: {why}", file.display()),
        }
    }
}

/// The authorities that are believed.
///
/// A `ca_file` *replaces* the system's: who runs a private authority means that one, and not also the hundred
/// others whose certificates any of them could issue. Without it the system's count, those that can be read; one
/// broken file there does not empty the store.
///
/// # Errors
/// [`Unusable`] where the file cannot be read or holds nothing usable, or the system has none.
pub fn roots(ca_file: Option<&Path>) -> Result<RootCertStore, Unusable> {
    let mut roots = RootCertStore::empty();
    if let Some(file) = ca_file {
        for certificate in certificates(file)? {
            roots
                .add(certificate)
                .map_err(|e| Unusable::file(file, &e.to_string()))?;
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(Unusable {
                problem: TlsProblem::UnknownIssuer,
                words: "the system has no certificate authorities; name one in ca_file".to_owned(),
            });
        }
    }
    Ok(roots)
}

/// The certificates of a PEM file; at least one.
///
/// # Errors
/// [`Unusable`], which names the file.
pub fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Unusable> {
    let found = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| Unusable::file(file, &e.to_string()))?;
    if found.is_empty() {
        return Err(Unusable::file(file, "no certificate in it"));
    }
    Ok(found)
}

/// What rustls found wrong.
pub fn problem(error: &rustls::Error) -> TlsProblem {
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
pub fn inside(error: &std::io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}
