//! Passwords in memory: redacted when printed, wiped when dropped, never serialized.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// A password. `Debug` prints `****`; there is no `Display` and no `Serialize`, so it cannot slip into a
/// log, a plan or an error by accident. The memory is wiped on drop.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// Takes ownership of a password; the argument's memory becomes the secret's.
    pub fn new(text: String) -> Self {
        Password(SecretString::from(text))
    }

    /// The password itself. Every call is a place where it may leave: keep them few, and look at each.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Length in characters, which is what a password policy counts and a person sees.
    pub fn chars(&self) -> usize {
        self.expose().chars().count()
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Password {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let shown = format!("{:?}", Some(Password::new("abricot-42".into())));
        assert_eq!(shown, "Some(****)");
    }
}
