//! What all mails to people have in common: in whose name they are written, in which language, how an account is
//! called.

use crate::app::{App, Office, PostOffice};
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::domain::mail_address::{MailAddress, Mailbox};
use crate::error::{CommandError, ExitStatus, Result};
use crate::history::RunId;
use crate::i18n::{Language, Text};
use crate::letters::{About, Facts, Letter};
use crate::mail::message::Parts;
use crate::mail::{Message, MessageId};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// In whose name the mails of a command are written, and how.
pub struct Correspondence {
    /// The school that writes, by account.
    schools: BTreeMap<Dn, String>,
    /// Where a person has named none that we write.
    language: Language,
    ent_url: Option<String>,
}

impl Correspondence {
    /// Gets ready to write to these.
    ///
    /// # Errors
    /// As the directory answers; configuration.
    pub async fn new(app: &App, office: &Office, accounts: &[&Account]) -> Result<Self> {
        Ok(Correspondence {
            schools: schools_of(office, accounts).await?,
            language: app.config()?.language.unwrap_or(Language::Fr),
            ent_url: office.profile.slips.ent_url.clone(),
        })
    }

    /// The letter to one person. `preferred`: the languages that the person reads, as written in the directory.
    ///
    /// # Errors
    /// Never with checked templates.
    pub fn letter(
        &self,
        post: &PostOffice,
        account: &Account,
        preferred: Option<&str>,
        at: Timestamp,
        about: About<'_>,
    ) -> Result<Letter> {
        let school = self.schools.get(&account.dn).map(String::as_str);
        let facts = Facts {
            school: school
                .or(post.settings.from.name.as_deref())
                .unwrap_or("ENT"),
            person: &account.display_name,
            contact: post.settings.contact.as_deref(),
            ent_url: self.ent_url.as_deref(),
            date: &at.to_zoned(post.time_zone.clone()),
            about,
        };
        post.letters
            .write(&facts, language_of(preferred, self.language))
    }
}

/// The message that a letter goes in. `number` tells the mails of one run to one account apart.
///
/// # Errors
/// It cannot be written; nothing of a password is in the error.
pub fn message(
    post: &PostOffice,
    run: &RunId,
    number: u32,
    at: Timestamp,
    (account, address): (&Account, &MailAddress),
    letter: &Letter,
) -> Result<Message> {
    let from = &post.settings.from;
    Message::compose(&Parts {
        id: MessageId::of(run.as_str(), account.dn.as_str(), number, &from.address),
        date: at,
        from,
        reply_to: post.settings.reply_to.as_ref(),
        to: &Mailbox::new(&account.display_name, address.clone()),
        subject: &letter.subject,
        language: letter.language.as_str(),
        text: &letter.text,
        html: &letter.html,
    })
    .map_err(|_| {
        CommandError::new(
            ExitStatus::Failed,
            "letters-not-written",
            Text::new("letters-not-written"),
        )
    })
}

/// The language that a person reads: `preferredLanguage` is a list as of RFC 9110 section 12.5.4, `en-GB, fr;q=0.5`.
fn language_of(preferred: Option<&str>, otherwise: Language) -> Language {
    preferred
        .iter()
        .flat_map(|list| list.split([',', ';']))
        .find_map(|one| Language::from_locale(one.trim()))
        .unwrap_or(otherwise)
}

/// What the person types at the login page.
pub fn login_of(account: &Account) -> &str {
    account
        .alias
        .as_deref()
        .or(account.login.as_deref())
        .or(account.uid.as_deref())
        .unwrap_or_default()
}

/// The school that writes to each of these: their own, else that of a child, those of the profile first.
///
/// # Errors
/// As the directory answers.
async fn schools_of(office: &Office, accounts: &[&Account]) -> Result<BTreeMap<Dn, String>> {
    let names = office.people.school_names().await?;
    let ours: Vec<Dn> = office
        .people
        .schools()
        .await?
        .into_iter()
        .map(|school| school.dn.clone())
        .collect();
    let children: Vec<Dn> = accounts
        .iter()
        .filter(|account| account.schools.is_empty())
        .flat_map(|account| account.children.iter().cloned())
        .collect();
    let children = office.people.read_accounts(&children).await?;
    let children: BTreeMap<&Dn, _> = children.iter().map(|child| (&child.dn, child)).collect();
    Ok(accounts
        .iter()
        .filter_map(|account| {
            let of_children = account
                .children
                .iter()
                .filter_map(|dn| children.get(dn))
                .flat_map(|child| child.schools.iter());
            let all: Vec<&Dn> = account.schools.iter().chain(of_children).collect();
            let school = all
                .iter()
                .find(|dn| ours.contains(dn))
                .or_else(|| all.first())?;
            Some((account.dn.clone(), names.get(*school)?.clone()))
        })
        .collect())
}
