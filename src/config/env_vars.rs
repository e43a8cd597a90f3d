//! Every environment variable entctl looks at, with what it is for. The man pages and the documents list
//! them from here. None holds a secret of its own; a profile may name one that does (`password_env`).

use crate::i18n::Text;

/// Path of the configuration file, as `--config`.
pub const ENTCTL_CONFIG: &str = "ENTCTL_CONFIG";

/// Name of the profile, as `--profile`.
pub const ENTCTL_PROFILE: &str = "ENTCTL_PROFILE";

/// Present and not empty: no colours (<https://no-color.org>).
pub const NO_COLOR: &str = "NO_COLOR";

/// Language, before all others (POSIX.1 chapter 8.2).
pub const LC_ALL: &str = "LC_ALL";

/// Language of messages.
pub const LC_MESSAGES: &str = "LC_MESSAGES";

/// Language where the others are not set.
pub const LANG: &str = "LANG";

/// Folder of the configuration: `$XDG_CONFIG_HOME/entctl/config.toml`.
pub const XDG_CONFIG_HOME: &str = "XDG_CONFIG_HOME";

/// Folder of the history and of the sandboxes (XDG base directory specification).
pub const XDG_STATE_HOME: &str = "XDG_STATE_HOME";

/// Home folder: where the XDG folders are when not set, and `~/` in the configuration.
pub const HOME: &str = "HOME";

/// Every variable with the key of its sentence.
pub const ALL: &[(&str, &str)] = &[
    (ENTCTL_CONFIG, "config-env-config"),
    (ENTCTL_PROFILE, "config-env-profile"),
    (NO_COLOR, "config-env-no-color"),
    (LC_ALL, "config-env-lc-all"),
    (LC_MESSAGES, "config-env-lc-messages"),
    (LANG, "config-env-lang"),
    (XDG_CONFIG_HOME, "config-env-xdg-config-home"),
    (XDG_STATE_HOME, "config-env-xdg-state-home"),
    (HOME, "config-env-home"),
];

/// Each variable with its sentence.
pub fn all() -> impl Iterator<Item = (&'static str, Text)> {
    ALL.iter().map(|(name, key)| (*name, Text::new(*key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, Localizer};

    #[test]
    fn each_variable_is_described_in_both_languages() {
        for language in Language::ALL {
            let localizer = Localizer::new(language);
            for (name, text) in all() {
                assert!(localizer.has(&text.key), "{name}");
            }
        }
    }
}
