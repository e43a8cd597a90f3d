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
    /// The redirect, the recovery address, or both were changed by an administrator.
    AddressChanged,
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
    pub const ALL: [Kind; 3] = [
        Kind::TemporaryPassword,
        Kind::PasswordChanged,
        Kind::AddressChanged,
    ];

    /// Its name, that of its files.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::TemporaryPassword => "temporary-password",
            Kind::PasswordChanged => "password-changed",
            Kind::AddressChanged => "address-changed",
        }
    }

    /// The variables a template may use; those of [`Kind::TemporaryPassword`] include `accounts`, a list of `name`,
    /// `login`, `former` and `password`. HTML has `subject` too.
    pub fn variables(self) -> &'static [&'static str] {
        match self {
            Kind::TemporaryPassword => &[
                "school", "person", "contact", "ent_url", "date", "lang", "accounts", "until",
            ],
            Kind::PasswordChanged => &[
                "school", "person", "contact", "ent_url", "date", "lang", "login",
            ],
            Kind::AddressChanged => &[
                "school",
                "person",
                "contact",
                "ent_url",
                "date",
                "lang",
                "address",
                "redirect",
                "recovery",
                "keep_copy",
                "others",
                "elsewhere",
            ],
        }
    }

    /// The variables a template must use, in both forms.
    pub fn required(self) -> &'static [&'static str] {
        match self {
            Kind::TemporaryPassword => &["school", "account.login", "account.password", "until"],
            Kind::PasswordChanged => &["school", "date"],
            Kind::AddressChanged => &["school", "date", "address"],
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
    "en/address-changed.txt",
    "en/address-changed.html",
    "fr/temporary-password.txt",
    "fr/temporary-password.html",
    "fr/password-changed.txt",
    "fr/password-changed.html",
    "fr/address-changed.txt",
    "fr/address-changed.html",
];
