//! The mails that entctl writes to people: which there are, their templates, and what is put in.
//!
//! A letter is a text and an HTML page in each language ([`kind`]); a school may put its own in their place, which
//! are checked when they are read ([`check`]). What stands in them is explained in `docs/letters.md`.

mod check;
pub mod kind;
#[cfg(test)]
mod tests;

use crate::domain::mail_address::{MailAddress, header_words};
use crate::domain::notice::{Addresses, Side};
use crate::domain::secret::Password;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::{Language, Localizer, Text, visible};
use jiff::Zoned;
pub use kind::Kind;
use kind::{Form, LAYOUT};
use minijinja::{Environment, UndefinedBehavior, Value};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use zeroize::Zeroizing;

/// The documents that explain the templates.
pub const DOCUMENT: &str = "docs/letters.md";

/// Most characters of a subject.
const LONGEST_SUBJECT: usize = 180;

/// What every letter says.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The school's name.
    pub school: &'a str,
    /// To whom, as one addresses them.
    pub person: &'a str,
    /// Whom to ask, such as "la vie scolaire, 05 61 00 00 00"; the school office where none is named.
    pub contact: Option<&'a str>,
    /// The ENT's login page: the only link in any letter.
    pub ent_url: Option<&'a str>,
    /// When it happened, in the school's time zone.
    pub date: &'a Zoned,
    /// What the letter is about.
    pub about: About<'a>,
}

/// What a letter is about.
#[derive(Debug, Clone)]
pub enum About<'a> {
    /// A temporary password, or those of several accounts that share the address.
    TemporaryPassword {
        /// The accounts; at least one.
        accounts: &'a [Account<'a>],
        /// Until when it works, in the school's time zone; `None` where it has no end.
        until: Option<&'a Zoned>,
    },
    /// An administrator changed the password.
    PasswordChanged {
        /// Of the account.
        login: &'a str,
    },
    /// The redirect, the recovery address, or both changed. Each address is told what concerns it: there is no
    /// place for another one.
    AddressChanged {
        /// Where the letter goes.
        address: &'a MailAddress,
        /// What became of it.
        what: Addresses,
    },
}

impl About<'_> {
    /// The kind of letter.
    pub fn kind(&self) -> Kind {
        match self {
            About::TemporaryPassword { .. } => Kind::TemporaryPassword,
            About::PasswordChanged { .. } => Kind::PasswordChanged,
            About::AddressChanged { .. } => Kind::AddressChanged,
        }
    }
}

/// One account in a letter with temporary passwords.
#[derive(Debug, Clone)]
pub struct Account<'a> {
    /// Whose it is.
    pub name: &'a str,
    /// Its login.
    pub login: &'a str,
    /// Another login of the person, which does not count any more, where that was asked for.
    pub former: Option<&'a str>,
    /// The password; `None` shows a placeholder, for a simulation.
    pub password: Option<&'a Password>,
}

/// A letter, written. `Debug` prints its subject alone: the rest may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its language.
    pub language: Language,
    /// Its subject, one line without secrets.
    pub subject: String,
    /// The text.
    pub text: Zeroizing<String>,
    /// The same as a whole HTML page.
    pub html: Zeroizing<String>,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({:?})", self.subject)
    }
}

/// The templates, checked.
#[derive(Debug, Clone)]
pub struct Letters {
    /// Sources by name, such as `fr/temporary-password.txt`.
    sources: BTreeMap<String, String>,
}

impl Letters {
    /// The letters of entctl; those of the folder, where one is given, stand in their place. The folder holds
    /// files named as ours: `fr/temporary-password.txt`, `layout.html`.
    ///
    /// # Errors
    /// Exit 2, code `letters-invalid`: every fault of every template, with file and line.
    pub fn load(folder: Option<&Path>) -> Result<Self> {
        check::load(folder)
    }

    /// Writes a letter.
    ///
    /// # Errors
    /// Exit 1, code `letters-not-written`; never seen with checked templates. It says nothing of what was put in.
    pub fn write(&self, facts: &Facts<'_>, language: Language) -> Result<Letter> {
        let localizer = Localizer::new(language);
        let context = context(facts, &localizer);
        self.fill(facts.about.kind(), language, context)
            .map_err(|_| {
                CommandError::new(
                    ExitStatus::Failed,
                    "letters-not-written",
                    Text::new("letters-not-written"),
                )
            })
    }

    /// Fills both templates. The engine's own errors may quote what was put in, and stay inside.
    fn fill(
        &self,
        kind: Kind,
        language: Language,
        mut context: BTreeMap<&'static str, Value>,
    ) -> Result<Letter, minijinja::Error> {
        let text = kind.template(language, Form::Text);
        let html = kind.template(language, Form::Html);
        let environment = self.environment(&[&text, &html, LAYOUT])?;
        let filled = Zeroizing::new(environment.get_template(&text)?.render(&context)?);
        let (subject, text) = split_subject(&filled).unwrap_or_default();
        let subject = header_words(subject, LONGEST_SUBJECT);
        context.insert("subject", Value::from(subject.as_str()));
        let html = Zeroizing::new(environment.get_template(&html)?.render(&context)?);
        Ok(Letter {
            language,
            subject,
            text: tidy(text),
            html,
        })
    }

    fn environment(&self, names: &[&str]) -> Result<Environment<'_>, minijinja::Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for (name, source) in &self.sources {
            if names.contains(&name.as_str()) {
                environment.add_template(name, source)?;
            }
        }
        Ok(environment)
    }
}

/// The subject and the rest of a text that begins with `Subject: …` and an empty line.
fn split_subject(filled: &str) -> Option<(&str, &str)> {
    let (first, rest) = filled.split_once('\n')?;
    let subject = first.strip_prefix(kind::SUBJECT)?.trim();
    let rest = rest
        .strip_prefix("\r\n")
        .or_else(|| rest.strip_prefix('\n'))?;
    (!subject.is_empty()).then_some((subject, rest))
}

/// Never more than one empty line, none at the ends.
fn tidy(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut empty = 0;
    for line in text.trim().lines() {
        let line = line.trim_end();
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// What is put in, by the names of [`kind::Kind::variables`].
fn context(facts: &Facts<'_>, localizer: &Localizer) -> BTreeMap<&'static str, Value> {
    let optional =
        |text: Option<&str>| text.map_or(Value::from(()), |text| Value::from(visible(text)));
    let mut context = BTreeMap::from([
        ("lang", Value::from(localizer.language().as_str())),
        ("school", Value::from(visible(facts.school))),
        ("person", Value::from(visible(facts.person))),
        ("contact", optional(facts.contact)),
        ("ent_url", optional(facts.ent_url)),
        ("date", Value::from(in_words(facts.date, localizer))),
    ]);
    let mut put = |name: &'static str, value: Value| {
        context.insert(name, value);
    };
    match &facts.about {
        About::TemporaryPassword { accounts, until } => {
            let placeholder = localizer.word("letters-password-placeholder");
            let accounts: Vec<Value> = accounts
                .iter()
                .map(|account| {
                    let password = account
                        .password
                        .map_or(placeholder.as_str(), Password::expose);
                    Value::from(BTreeMap::from([
                        ("name", Value::from(visible(account.name))),
                        ("login", Value::from(visible(account.login))),
                        ("former", optional(account.former)),
                        ("password", Value::from(visible(password))),
                    ]))
                })
                .collect();
            put("accounts", Value::from(accounts));
            let until = until.map(|until| in_words(until, localizer));
            put("until", optional(until.as_deref()));
        }
        About::PasswordChanged { login } => put("login", Value::from(visible(login))),
        About::AddressChanged { address, what } => {
            put("address", Value::from(visible(address.as_str())));
            let side = |side: Option<Side>| optional(side.map(Side::as_str));
            put("redirect", side(what.redirect));
            put("recovery", side(what.recovery));
            put("keep_copy", Value::from(what.keep_copy));
            put("others", Value::from(what.others));
            put("elsewhere", Value::from(what.elsewhere));
        }
    }
    context
}

/// `mardi 24 novembre 2026 à 18 h 05`: people overlook a digit sooner than a word.
pub fn in_words(moment: &Zoned, localizer: &Localizer) -> String {
    let weekday = moment.weekday().to_monday_one_offset();
    let key = if moment.day() == 1 {
        "letters-date-first"
    } else {
        "letters-date"
    };
    let text = Text::new(key)
        .with("weekday", Text::new(format!("letters-weekday-{weekday}")))
        .with("day", moment.day().to_string())
        .with(
            "month",
            Text::new(format!("letters-month-{}", moment.month())),
        )
        .with("year", moment.year().to_string())
        .with("hour", moment.hour().to_string())
        .with("minute", format!("{:02}", moment.minute()));
    localizer.say(&text)
}
