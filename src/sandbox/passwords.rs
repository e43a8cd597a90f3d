//! Passwords of the sandbox: random ones for its administrators, known ones for its people.

use crate::domain::secret::Password;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::RngExt;
use rand::distr::Alphanumeric;
use sha1::{Digest, Sha1};

/// A password for an administrator, from the system's secure source: 24 letters and digits, 142 bits.
pub(super) fn random() -> Password {
    Password::new(
        rand::rng()
            .sample_iter(Alphanumeric)
            .take(24)
            .map(char::from)
            .collect(),
    )
}

/// The password that one of the people has chosen. Nobody real hides behind it, so that anybody may know
/// the rule and log in as anybody.
pub(super) fn of_person(uid: &str) -> Password {
    Password::new(format!("ent-{uid}"))
}

/// `{SSHA}` as slapd compares it: quick, which is what thousands of made-up people need.
pub(super) fn hash(password: &Password, salt: &[u8]) -> String {
    let mut sha = Sha1::new();
    sha.update(password.expose());
    sha.update(salt);
    let mut value = sha.finalize().to_vec();
    value.extend_from_slice(salt);
    format!("{{SSHA}}{}", STANDARD.encode(value))
}

/// A salt that repeats with the uid, so that the same seed gives the same data.
pub(super) fn salt_of_person(uid: &str) -> Vec<u8> {
    Sha1::digest(uid.as_bytes())[..8].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_sha1_of_password_and_salt_then_the_salt() {
        // echo -n "secretSALT" | openssl sha1 -binary | (cat; echo -n SALT) | base64
        let hashed = hash(&Password::new("secret".into()), b"SALT");
        assert_eq!(hashed, "{SSHA}8bX4JQDfZqtTfvnQ4ssDmWb17/FTQUxU");
    }

    #[test]
    fn administrators_do_not_share_a_password() {
        let (a, b) = (random(), random());
        assert_eq!(a.chars(), 24);
        assert!(a != b);
    }
}
