//! The mails themselves: who is written to, in which language, in the name of which school.

use super::recipients::{Planned, Recipient};
use crate::app::{App, Office, PostOffice};
use crate::commands::shared::{language_of, login_of, schools_of};
use crate::domain::account::Account;
use crate::domain::change::Change;
use crate::domain::dn::Dn;
use crate::domain::mail_address::Mailbox;
use crate::domain::secret::Password;
use crate::error::{CommandError, ExitStatus, Result};
use crate::execute::{Letterbox, Parcel};
use crate::history::RunId;
use crate::i18n::{Language, Text};
use crate::letters::{About, Account as LetterAccount, Facts, Letter};
use crate::mail::message::Parts;
use crate::mail::{Envelope, Message, MessageId};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Writes the mails of one run.
pub struct Letters<'a> {
    post: &'a PostOffice,
    /// By number of the change.
    recipients: BTreeMap<u64, Recipient>,
    /// The school that writes, by account.
    schools: BTreeMap<Dn, String>,
    ent_url: Option<String>,
    language: Language,
    at: Timestamp,
    until: Timestamp,
}

impl<'a> Letters<'a> {
    /// Gets ready. `changes`: all of the run, numbered by their place; those of `planned` are among them.
    ///
    /// # Errors
    /// As the directory answers; configuration.
    pub async fn new(
        app: &App,
        office: &Office,
        post: &'a PostOffice,
        changes: &[Change],
        planned: Planned,
    ) -> Result<Letters<'a>> {
        let accounts: Vec<&Account> = planned.recipients.values().map(|r| &r.account).collect();
        let schools = schools_of(office, &accounts).await?;
        let mut by_name = planned.recipients;
        Ok(Letters {
            post,
            recipients: (0u64..)
                .zip(changes)
                .filter_map(|(number, change)| Some((number, by_name.remove(&change.account.dn)?)))
                .collect(),
            schools,
            ent_url: office.profile.slips.ent_url.clone(),
            language: app.config()?.language.unwrap_or(Language::Fr),
            at: app.now(),
            until: planned.until,
        })
    }

    /// One mail for each address.
    pub fn parcels(&self) -> Vec<Parcel> {
        let mut parcels: Vec<Parcel> = Vec::new();
        let mut place: BTreeMap<String, usize> = BTreeMap::new();
        for (number, recipient) in &self.recipients {
            let at = *place
                .entry(recipient.address.key())
                .or_insert_with(|| parcels.len());
            match parcels.get_mut(at) {
                Some(parcel) => parcel.changes.push(*number),
                None => parcels.push(Parcel {
                    changes: vec![*number],
                }),
            }
        }
        parcels
    }

    /// Everybody who gets one, in order.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.recipients.values().map(|recipient| &recipient.account)
    }

    /// To whom the first mail of a parcel goes.
    pub fn recipient(&self, parcel: &Parcel) -> &Recipient {
        // A parcel is made of recipients.
        &self.recipients[&parcel.changes[0]]
    }

    /// The letter; without passwords it shows a placeholder.
    ///
    /// # Errors
    /// Never with checked templates.
    pub fn letter(
        &self,
        parcel: &Parcel,
        passwords: Option<&BTreeMap<u64, Password>>,
    ) -> Result<Letter> {
        let first = self.recipient(parcel);
        let accounts: Vec<LetterAccount<'_>> = parcel
            .changes
            .iter()
            .filter_map(|number| {
                let account = &self.recipients.get(number)?.account;
                let password = match passwords {
                    Some(passwords) => Some(passwords.get(number)?),
                    None => None,
                };
                Some(LetterAccount {
                    name: &account.display_name,
                    login: login_of(account),
                    password,
                })
            })
            .collect();
        let zone = &self.post.time_zone;
        let (at, until) = (
            self.at.to_zoned(zone.clone()),
            self.until.to_zoned(zone.clone()),
        );
        let from = self.post.settings.from.name.as_deref();
        let facts = Facts {
            school: self
                .schools
                .get(&first.account.dn)
                .map(String::as_str)
                .or(from)
                .unwrap_or("ENT"),
            person: &first.account.display_name,
            contact: self.post.settings.contact.as_deref(),
            ent_url: self.ent_url.as_deref(),
            date: &at,
            about: About::TemporaryPassword {
                accounts: &accounts,
                until: Some(&until),
            },
        };
        let language = language_of(first.languages.as_deref(), self.language);
        self.post.letters.write(&facts, language)
    }
}

impl Letterbox for Letters<'_> {
    fn envelope(&self, parcel: &Parcel) -> Envelope {
        Envelope {
            from: self.post.settings.from.address.clone(),
            to: self.recipient(parcel).address.clone(),
        }
    }

    fn message(
        &self,
        run: &RunId,
        attempt: u32,
        parcel: &Parcel,
        passwords: &BTreeMap<u64, Password>,
    ) -> Result<Message> {
        let letter = self.letter(parcel, Some(passwords))?;
        let recipient = self.recipient(parcel);
        let from = &self.post.settings.from;
        let dn = recipient.account.dn.as_str();
        Message::compose(&Parts {
            id: MessageId::of(run.as_str(), dn, attempt, &from.address),
            date: self.at,
            from,
            reply_to: self.post.settings.reply_to.as_ref(),
            to: &Mailbox::new(&recipient.account.display_name, recipient.address.clone()),
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
}
