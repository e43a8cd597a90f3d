//! Notices: mails without secrets to those whose password, redirect or recovery address an administrator changes.
//! They are derived from the plan and sent once what was written is recorded; whatever becomes of them changes
//! nothing of that.

use crate::app::{App, Office};
use crate::cli::NoticeArgs;
use crate::domain::account::{Account, AccountRef};
use crate::domain::change::Plan;
use crate::domain::dn::Dn;
use crate::domain::notice::{Notice, notices, touches};
use crate::domain::redirect::MailRules;
use crate::error::{CommandError, ExitStatus, Result};
use crate::execute::RunReport;
use crate::explain;
use crate::i18n::Text;
use crate::output::Format;
use sending::Ready;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

mod sending;

/// Addresses that are named before the question; of more only their number is said.
const NAMED: usize = 4;

/// The notices of one command.
#[derive(Default)]
pub struct Notices {
    /// How the directory has addresses written; `None` where nobody is told.
    rules: Option<MailRules>,
    /// Asked for in so many words: what stands in the way is an error then, else a warning.
    asked: bool,
    mails: Vec<Mail>,
    unusable: Vec<(u64, AccountRef, String)>,
    /// Once somebody is to be told: what is needed for it, or what stands in the way.
    ready: Option<Result<Ready>>,
}

/// A mail to be written.
struct Mail {
    /// Number of the change.
    change: u64,
    /// Which one of the account's, from 1.
    number: u32,
    account: Account,
    languages: Option<String>,
    notice: Notice,
}

/// What became of one notice, in JSON.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeJson {
    address: String,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

/// What became of all, by number of the change.
#[derive(Debug, Clone, Default)]
pub struct Notified {
    /// One an address.
    pub by_change: BTreeMap<u64, Vec<NoticeJson>>,
    /// Whether nothing was to be sent.
    simulated: bool,
}

impl Notified {
    fn note(&mut self, change: u64, address: &str, outcome: &'static str, code: Option<&str>) {
        self.by_change.entry(change).or_default().push(NoticeJson {
            address: address.to_owned(),
            outcome,
            code: code.map(str::to_owned),
        });
    }

    /// How many ended so.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        let kinds: &[&str] = if self.simulated {
            &["planned"]
        } else {
            &["sent", "failed"]
        };
        let mut counts: BTreeMap<&'static str, u64> = kinds.iter().map(|kind| (*kind, 0)).collect();
        for one in self.by_change.values().flatten() {
            *counts.entry(one.outcome).or_insert(0) += 1;
        }
        counts
    }
}

impl Notices {
    /// Whether anybody is told. `one`: one account was named, and nobody has to ask for it.
    ///
    /// # Errors
    /// Asked for, and the configuration does not say how to send mail or where addresses stand (2).
    pub fn asked(app: &App, office: &Office, args: NoticeArgs, one: bool) -> Result<Self> {
        let rules = if args.notify {
            app.mail_settings(&office.profile)?;
            Some(app.mail_rules(office)?)
        } else {
            let mail = office.profile.mail.as_ref();
            let usual = one && mail.is_some_and(|mail| mail.notices);
            // A directory without redirects and recovery addresses has nobody to be told.
            (usual && !args.no_notify)
                .then(|| app.mail_rules(office).ok())
                .flatten()
        };
        Ok(Notices {
            rules,
            asked: args.notify,
            ..Notices::default()
        })
    }

    /// Finds out who is to be told; the directory is read for those alone whom a change may concern. `adults`:
    /// passwords are given to others than pupils, to whom nobody writes.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn prepare(&mut self, office: &Office, plan: &Plan, adults: bool) -> Result<()> {
        let Some(rules) = &self.rules else {
            return Ok(());
        };
        let concerned: Vec<_> = (0u64..)
            .zip(&plan.changes)
            .filter(|(_, change)| touches(rules, change) || (adults && change.sets_password()))
            .collect();
        if concerned.is_empty() {
            return Ok(());
        }
        let schema = office.people.schema();
        let language = schema.field("language").map(|field| field.attribute);
        let mut attributes: BTreeSet<String> = rules.attributes().into_iter().collect();
        attributes.extend(schema.person_attributes());
        attributes.extend(language.clone());
        let attributes: Vec<String> = attributes.into_iter().collect();
        let dns: Vec<Dn> = concerned
            .iter()
            .map(|(_, c)| c.account.dn.clone())
            .collect();
        let entries = office
            .people
            .directory()
            .read_many(&dns, &attributes)
            .await
            .map_err(explain::directory)?;
        let (there, mut entries): (Vec<_>, Vec<_>) = concerned
            .into_iter()
            .zip(entries)
            .filter_map(|(change, entry)| Some((change, entry?)))
            .unzip();
        office.people.join_aliases(rules, &mut entries).await?;
        // Several aliases of one account say the same.
        let mut seen: BTreeSet<(Dn, String)> = BTreeSet::new();
        for ((number, change), entry) in there.into_iter().zip(entries) {
            let account = schema.account(&entry);
            let found = notices(rules, &account, &entry, change);
            for address in found.unusable {
                self.unusable.push((number, account.reference(), address));
            }
            for (place, notice) in (1..).zip(found.mails) {
                if !seen.insert((account.dn.clone(), notice.to.key())) {
                    continue;
                }
                self.mails.push(Mail {
                    change: number,
                    number: place,
                    account: account.clone(),
                    languages: language.as_ref().and_then(|l| entry.text(l)),
                    notice,
                });
            }
        }
        Ok(())
    }

    /// Says to whom a notice would go: before the question, and in a simulation.
    pub fn announce(&self, app: &App) {
        let mut addresses: Vec<&str> = self.mails.iter().map(|m| m.notice.to.as_str()).collect();
        addresses.dedup();
        let count = addresses.len();
        if count == 0 || app.printer.format() == Format::Json {
            return;
        }
        app.printer.note(&if count > NAMED {
            Text::new("notices-many").with("count", count)
        } else {
            Text::new("notices-to")
                .with("count", count)
                .with("addresses", addresses.join(", "))
        });
    }

    /// What would be sent, of a simulation.
    pub fn planned(&self) -> Option<Notified> {
        self.rules.as_ref()?;
        let mut notified = Notified {
            simulated: true,
            ..Notified::default()
        };
        for mail in &self.mails {
            notified.note(mail.change, mail.notice.to.as_str(), "planned", None);
        }
        Some(notified)
    }

    /// Gets ready, before anything is written: templates and the password of the mail server. Nothing is connected.
    ///
    /// # Errors
    /// Those of [`App::post_office`], where notices were asked for; else whoever is not told is named at the end.
    pub async fn open(&mut self, app: &App, office: &Office) -> Result<()> {
        if self.mails.is_empty() {
            return Ok(());
        }
        let accounts: Vec<&Account> = self.mails.iter().map(|mail| &mail.account).collect();
        let ready = Ready::new(app, office, &accounts).await;
        if let Err(error) = &ready
            && (self.asked || error.status() == ExitStatus::Interrupted)
        {
            return Err(error.clone());
        }
        self.ready = Some(ready);
        Ok(())
    }

    /// Tells those whose accounts were written. Whoever cannot be told is named; the first failure of the server
    /// itself is the last thing that is waited for.
    pub async fn send(&self, app: &App, report: &RunReport) -> Option<Notified> {
        self.rules.as_ref()?;
        let written = report.written();
        let mut notified = Notified::default();
        for (change, account, address) in &self.unusable {
            if written.contains(change) {
                let key = "outcome-address-invalid";
                tell(app, account, address, Text::new(key));
                notified.note(*change, address, "failed", Some("address-invalid"));
            }
        }
        let due: Vec<&Mail> = self
            .mails
            .iter()
            .filter(|mail| written.contains(&mail.change))
            .collect();
        let mut bar = app.printer.progress(&Text::new("notices-progress"));
        let (ready, mut given_up) = match &self.ready {
            Some(Ok(ready)) => (Some(ready), None),
            Some(Err(error)) => (None, Some(error.clone())),
            None => (None, None),
        };
        let mut failed: Vec<(&Mail, Text)> = Vec::new();
        for (done, mail) in (0u64..).zip(&due) {
            bar.at(done, due.len() as u64);
            if given_up.is_none() && app.is_interrupted() {
                given_up = Some(interrupted());
            }
            let error = match (&given_up, ready) {
                (None, Some(ready)) => match ready.deliver(app, &report.run, mail, done == 0).await
                {
                    Ok(()) => {
                        notified.note(mail.change, mail.notice.to.as_str(), "sent", None);
                        continue;
                    }
                    Err(failed) => {
                        if failed.is_the_servers {
                            given_up = Some(failed.error.clone());
                        }
                        failed.error
                    }
                },
                (Some(error), _) => error.clone(),
                // Nobody was to be told.
                (None, None) => break,
            };
            let address = mail.notice.to.as_str();
            notified.note(mail.change, address, "failed", Some(error.code()));
            failed.push((mail, error.message().clone()));
        }
        bar.close();
        if let Some(ready) = ready {
            ready.post.server.close().await;
        }
        for (mail, reason) in failed {
            let account = mail.account.reference();
            tell(app, &account, mail.notice.to.as_str(), reason);
        }
        let sent = notified.counts().get("sent").copied().unwrap_or(0);
        if sent > 0 && app.printer.format() != Format::Json {
            app.printer
                .note(&Text::new("notices-sent").with("count", sent));
        }
        Some(notified)
    }
}

/// Names somebody who was not told.
fn tell(app: &App, account: &AccountRef, address: &str, reason: Text) {
    app.printer.warn(
        &Text::new("notices-failed")
            .with("name", &account.name)
            .with("address", address)
            .with("reason", reason),
    );
}

fn interrupted() -> CommandError {
    let text = Text::new("notices-interrupted");
    CommandError::new(ExitStatus::Interrupted, "interrupted", text)
}
