//! The mails themselves: who is written to, in which language, in the name of which school.

use super::recipients::{Planned, Recipient};
use crate::app::{App, Office, PostOffice};
use crate::commands::shared::{Correspondence, login_of, message};
use crate::domain::account::Account;
use crate::domain::change::Change;
use crate::domain::secret::Password;
use crate::error::Result;
use crate::execute::{Letterbox, Parcel};
use crate::history::RunId;
use crate::letters::{About, Account as LetterAccount, Letter};
use crate::mail::{Envelope, Message};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Writes the mails of one run.
pub struct Letters<'a> {
    post: &'a PostOffice,
    /// By number of the change.
    recipients: BTreeMap<u64, Recipient>,
    writing: Correspondence,
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
        let writing = Correspondence::new(app, office, &accounts).await?;
        let mut by_name = planned.recipients;
        Ok(Letters {
            post,
            recipients: (0u64..)
                .zip(changes)
                .filter_map(|(number, change)| Some((number, by_name.remove(&change.account.dn)?)))
                .collect(),
            writing,
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
    pub fn recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.recipients.values()
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
                let recipient = self.recipients.get(number)?;
                let account = &recipient.account;
                let password = match passwords {
                    Some(passwords) => Some(passwords.get(number)?),
                    None => None,
                };
                Some(LetterAccount {
                    name: &account.display_name,
                    login: login_of(account),
                    former: recipient.former.as_deref(),
                    password,
                })
            })
            .collect();
        let until = self.until.to_zoned(self.post.time_zone.clone());
        let about = About::TemporaryPassword {
            accounts: &accounts,
            until: Some(&until),
        };
        let languages = first.languages.as_deref();
        self.writing
            .letter(self.post, &first.account, languages, self.at, about)
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
        let to = (&recipient.account, &recipient.address);
        message(self.post, run, attempt, self.at, to, &letter)
    }
}
