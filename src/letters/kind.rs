//! Which letters there are, and what may stand in each.

use crate::i18n::Language;

/// How the first line of a text begins.
pub(super) const SUBJECT: &str = "Subject:";

/// The frame of every HTML page.
pub(super) const LAYOUT: &str = "layout.html";

/// A letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A temporary password.
    TemporaryPassword,
    /// The password was changed by an administrator.
    PasswordChanged,
    /// The redirect was changed.
    RedirectChanged,
    /// The recovery address was changed.
    RecoveryChanged,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Html,
}

impl Form {
    pub const ALL: [Form; 2] = [Form::Text, Form::Html];
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [
        Kind::TemporaryPassword,
        Kind::PasswordChanged,
        Kind::RedirectChanged,
        Kind::RecoveryChanged,
    ];

    /// Its name, that of its files.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::TemporaryPassword => "temporary-password",
            Kind::PasswordChanged => "password-changed",
            Kind::RedirectChanged => "redirect-changed",
            Kind::RecoveryChanged => "recovery-changed",
        }
    }

    /// The variables a template may use; those of [`Kind::TemporaryPassword`] include `accounts`, a list of `name`,
    /// `login` and `password`. HTML has `subject` too.
    pub fn variables(self) -> &'static [&'static str] {
        match self {
            Kind::TemporaryPassword => &[
                "school", "person", "contact", "ent_url", "date", "lang", "accounts", "until",
            ],
            Kind::PasswordChanged => &[
                "school", "person", "contact", "ent_url", "date", "lang", "login",
            ],
            Kind::RedirectChanged => &[
                "school",
                "person",
                "contact",
                "ent_url",
                "date",
                "lang",
                "login",
                "address",
                "keep_copy",
            ],
            Kind::RecoveryChanged => &[
                "school", "person", "contact", "ent_url", "date", "lang", "login", "address",
            ],
        }
    }

    /// The variables a template must use, in both forms.
    pub fn required(self) -> &'static [&'static str] {
        match self {
            Kind::TemporaryPassword => &["school", "account.login", "account.password", "until"],
            Kind::PasswordChanged => &["school", "date"],
            Kind::RedirectChanged | Kind::RecoveryChanged => &["school", "date", "address"],
        }
    }

    /// The name of a template: `fr/temporary-password.txt`.
    pub(super) fn template(self, language: Language, form: Form) -> String {
        let ending = match form {
            Form::Text => "txt",
            Form::Html => "html",
        };
        format!("{}/{}.{ending}", language.as_str(), self.as_str())
    }
}

macro_rules! built_in {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../locales/letters/", $name)))),+]
    };
}

/// The templates of entctl, by name.
pub(super) const BUILT_IN: &[(&str, &str)] = built_in![
    "layout.html",
    "en/temporary-password.txt",
    "en/temporary-password.html",
    "en/password-changed.txt",
    "en/password-changed.html",
    "en/redirect-changed.txt",
    "en/redirect-changed.html",
    "en/recovery-changed.txt",
    "en/recovery-changed.html",
    "fr/temporary-password.txt",
    "fr/temporary-password.html",
    "fr/password-changed.txt",
    "fr/password-changed.html",
    "fr/redirect-changed.txt",
    "fr/redirect-changed.html",
    "fr/recovery-changed.txt",
    "fr/recovery-changed.html",
];
