//! Which profile a command works with.

use super::EXAMPLE_FILE;
use super::model::{Config, Profile};
use super::nearest::nearest;
use crate::error::{CommandError, Result};
use crate::i18n::Text;

impl Config {
    /// The profile of this name; where none is given, `default_profile`, else the only one of the
    /// configuration file. Sandbox profiles are never taken unless named, so starting a sandbox does not
    /// change what a command without `--profile` does.
    ///
    /// # Errors
    /// Exit 2: `config-missing` where there is no profile at all, `profile-not-chosen` where there are
    /// several, `profile-unknown` with the nearest name. Machine details: `{"profiles": [names]}`.
    pub fn profile(&self, name: Option<&str>) -> Result<&Profile> {
        // An empty ENTCTL_PROFILE is how a shell unsets one for a single command.
        let name = name
            .filter(|name| !name.is_empty())
            .or(self.default_profile.as_deref());
        let error = match name {
            Some(name) => match self.profiles.get(name) {
                Some(profile) => return Ok(profile),
                None if self.profiles.is_empty() => self.missing(),
                None => self.unknown(name),
            },
            None => {
                let mut own = self
                    .profiles
                    .values()
                    .filter(|profile| self.source.as_ref() == Some(&profile.source));
                match (own.next(), own.next()) {
                    (Some(only), None) => return Ok(only),
                    _ if self.profiles.is_empty() => self.missing(),
                    _ => self.not_chosen(),
                }
            }
        };
        // A sandbox that could not be read may be the very profile that is missed.
        let error = self
            .warnings
            .iter()
            .cloned()
            .fold(error, CommandError::because);
        Err(error.details(serde_json::json!({
            "profiles": self.profiles.keys().collect::<Vec<_>>(),
        })))
    }

    fn missing(&self) -> CommandError {
        let file = self
            .looked_for
            .as_ref()
            .map(|file| file.display().to_string())
            .unwrap_or_default();
        let message = if self.source.is_some() {
            "config-no-profile"
        } else {
            "config-missing"
        };
        CommandError::usage("config-missing", Text::new(message).with("file", &file))
            .hint(
                Text::new("config-hint-write")
                    .with("example", EXAMPLE_FILE)
                    .with("file", &file),
            )
            .hint(Text::new("config-hint-sandbox").with("command", "entctl sandbox up"))
    }

    fn unknown(&self, name: &str) -> CommandError {
        let error = CommandError::usage(
            "profile-unknown",
            Text::new("config-profile-unknown").with("name", name),
        );
        let error = match nearest(name, self.profiles.keys().map(String::as_str)) {
            Some(near) => error.hint(Text::new("config-hint-nearest").with("nearest", near)),
            None => error,
        };
        error.hint(self.names())
    }

    fn not_chosen(&self) -> CommandError {
        CommandError::usage("profile-not-chosen", Text::new("config-profile-not-chosen"))
            .hint(self.names())
            .hint(
                Text::new("config-hint-choose")
                    .with("option", "--profile")
                    .with("key", "default_profile"),
            )
    }

    fn names(&self) -> Text {
        let names: Vec<&str> = self.profiles.keys().map(String::as_str).collect();
        Text::new("config-hint-names").with("names", names.join(", "))
    }
}
