//! The sandbox's own certificate authority, and what it signs.

use super::error::SandboxError;
use super::files::{private_file, private_folder};
use super::layout::Layout;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

/// Organization in the subject of every certificate of a sandbox. Without a blank, for it stands in slapd's
/// configuration too.
pub(super) const ORGANIZATION: &str = "entctl-sandbox";

/// Names the server may be reached by.
const SERVER_NAMES: [&str; 3] = ["127.0.0.1", "::1", "localhost"];

/// Makes `ca.pem`, `server.pem`, `client.pem` and the keys of the last two, all 0600. The authority's own
/// key is never written: nothing else is ever to be signed.
///
/// `client` becomes the common name of the client certificate.
pub(super) fn make(layout: &Layout, client: &str) -> Result<(), SandboxError> {
    let folder = layout.tls();
    private_folder(&folder)?;

    let ca_key = KeyPair::generate()?;
    let mut ca = parameters("CA", &[])?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    private_file(&layout.ca_file(), &ca.self_signed(&ca_key)?.pem())?;
    let issuer = Issuer::from_params(&ca, &ca_key);

    let leaves = [
        (
            "server",
            "localhost",
            &SERVER_NAMES[..],
            ExtendedKeyUsagePurpose::ServerAuth,
        ),
        ("client", client, &[], ExtendedKeyUsagePurpose::ClientAuth),
    ];
    for (file, common_name, names, usage) in leaves {
        let key = KeyPair::generate()?;
        let mut leaf = parameters(common_name, names)?;
        leaf.use_authority_key_identifier_extension = true;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![usage];
        let certificate = leaf.signed_by(&key, &issuer)?;
        private_file(&folder.join(format!("{file}.pem")), &certificate.pem())?;
        private_file(&folder.join(format!("{file}.key")), &key.serialize_pem())?;
    }
    Ok(())
}

/// Valid so long that tests may move the clock by years.
fn parameters(common_name: &str, names: &[&str]) -> Result<CertificateParams, rcgen::Error> {
    let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    let mut parameters = CertificateParams::new(names)?;
    parameters.not_before = date_time_ymd(2020, 1, 1);
    parameters.not_after = date_time_ymd(2120, 1, 1);
    let subject = &mut parameters.distinguished_name;
    subject.remove(DnType::CommonName);
    subject.push(DnType::OrganizationName, ORGANIZATION);
    subject.push(DnType::CommonName, common_name);
    Ok(parameters)
}
