//! The rule that no administrator password crosses a network in clear text unless somebody wrote that it
//! may.

use super::model::{Authentication, Profile};
use super::url::{Scheme, ServerUrl};
use crate::error::CommandError;
use crate::i18n::Text;

/// Whether connecting to this address as the profile says would send a password in clear text although
/// nobody allowed it: simple authentication over `ldap://` without StartTLS to a host that is not this
/// machine. An address that cannot be read counts as one that would.
pub fn plaintext_refused(profile: &Profile, url: &str) -> bool {
    if profile.allow_plaintext_password
        || !matches!(profile.authentication, Authentication::Simple { .. })
    {
        return false;
    }
    match ServerUrl::parse(url) {
        Some(url) => url.scheme == Scheme::Ldap && !profile.start_tls && !url.is_local(),
        None => true,
    }
}

/// The refusal in words: exit 2, code `plaintext-password-refused`.
pub fn plaintext_error(profile: &Profile, url: &str) -> CommandError {
    CommandError::usage(
        "plaintext-password-refused",
        Text::new("config-plaintext-refused")
            .with("url", url)
            .with("profile", &profile.name),
    )
    .hint(
        Text::new("config-hint-encrypt")
            .with("scheme", "ldaps://")
            .with("setting", "start_tls = true"),
    )
    .hint(
        Text::new("config-hint-allow-plaintext").with("setting", "allow_plaintext_password = true"),
    )
}
