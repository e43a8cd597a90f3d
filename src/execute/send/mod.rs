//! Passwords that go by mail, account by account: recipient accepted, then the directory written, then the message
//! accepted. Whatever fails, the person has the old password, or the new one in a mail that was accepted, or is
//! named and left for a resume.

use super::{Door, Ending, NewPasswords, Progress, RunReport};
use crate::domain::change::{Change, Plan};
use crate::domain::secret::Password;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::history::{Manifest, RunId, RunRecord};
use crate::i18n::Text;
use crate::mail::{Accepted, Envelope, MailError, MailErrorKind, MailServer, Message};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

mod going;
mod left;
mod parcel;
mod restore;

use going::Going;

/// How long is waited before the mail server is asked again.
const WAITS: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
];

/// One mail: the changes whose passwords stand in it. Several where accounts share an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Numbers of the changes; at least one.
    pub changes: Vec<u64>,
}

/// Who writes the mails.
pub trait Letterbox: Send + Sync {
    /// From whom and to whom.
    fn envelope(&self, parcel: &Parcel) -> Envelope;

    /// The message. The same arguments give the same bytes, and the same name.
    ///
    /// # Errors
    /// It cannot be written; nothing of a password is in the error.
    fn message(
        &self,
        run: &RunId,
        attempt: u32,
        parcel: &Parcel,
        passwords: &BTreeMap<u64, Password>,
    ) -> Result<Message>;
}

/// What is sent, and through whom.
pub struct Sending<'a> {
    /// The mail server.
    pub server: &'a dyn MailServer,
    /// Who writes.
    pub letters: &'a dyn Letterbox,
    /// The mails, in their order.
    pub parcels: Vec<Parcel>,
    /// By number of the change.
    pub passwords: BTreeMap<u64, Password>,
}

/// What a stopped run has left to do, as the directory shows it.
#[derive(Default)]
pub struct Resending {
    /// What needs nothing more.
    pub settled: BTreeMap<u64, Ending>,
    /// Still as it was: to be sent like any other.
    pub untouched: BTreeSet<u64>,
    /// Holds a password that nobody knows.
    pub lost: BTreeSet<u64>,
}

/// Whether the next recipient may fare better.
fn concerns_one(error: &MailError) -> bool {
    error.kind.concerns_one_recipient() || error.kind == MailErrorKind::Temporary
}

impl Door {
    /// Carries out a plan of passwords that go by mail. The run begins once the server has accepted a recipient:
    /// with a server that is down, nothing has happened.
    ///
    /// # Errors
    /// Only where nothing was written.
    pub async fn send_by_mail(
        &self,
        manifest: Manifest,
        plan: &Plan,
        sending: &Sending<'_>,
        progress: &mut Progress<'_>,
    ) -> Result<RunReport> {
        let mut opened = BTreeMap::new();
        for (at, parcel) in sending.parcels.iter().enumerate() {
            let answer = self.open(sending, parcel).await;
            let go_on = match &answer {
                Ok(_) => false,
                Err(error) if concerns_one(error) => true,
                Err(error) => return Err(explain::mail(error)),
            };
            opened.insert(at, answer);
            if !go_on {
                break;
            }
        }
        let mut record = self.history.begin(manifest).map_err(explain::history)?;
        if let Err(error) = record.intend(&plan.changes) {
            record.abandon().map_err(explain::history)?;
            return Err(explain::history(error));
        }
        let going = Going {
            sending,
            changes: &plan.changes,
            record,
            attempt: 0,
            endings: BTreeMap::new(),
            lost: BTreeSet::new(),
            stopped: None,
        };
        Ok(self.go(going, opened, progress).await)
    }

    /// Finishes a run that stopped: fresh passwords, freshly mailed. `changes` are those of the run, the ones left to
    /// do planned anew.
    pub async fn send_again(
        &self,
        record: Box<dyn RunRecord>,
        changes: &[Change],
        left: Resending,
        sending: &Sending<'_>,
        progress: &mut Progress<'_>,
    ) -> RunReport {
        let going = Going {
            sending,
            changes,
            record,
            // Another message than the first: it must have another name.
            attempt: u32::try_from((self.clock)().as_second()).unwrap_or(u32::MAX),
            endings: left.settled,
            lost: left.lost,
            stopped: None,
        };
        self.go(going, BTreeMap::new(), progress).await
    }

    /// Asks the server to accept a recipient, again after a wait where it has too much to do.
    async fn open(
        &self,
        sending: &Sending<'_>,
        parcel: &Parcel,
    ) -> Result<Box<dyn Accepted>, MailError> {
        let envelope = sending.letters.envelope(parcel);
        let mut waits = WAITS.iter();
        loop {
            let answer = sending.server.open(&envelope).await;
            match (&answer, waits.next()) {
                (Err(error), Some(wait)) if error.kind == MailErrorKind::Temporary => {
                    tokio::time::sleep(*wait).await;
                }
                _ => return answer,
            }
        }
    }

    async fn go(
        &self,
        mut going: Going<'_>,
        mut opened: BTreeMap<usize, Result<Box<dyn Accepted>, MailError>>,
        progress: &mut Progress<'_>,
    ) -> RunReport {
        let total = going.changes.len() as u64;
        // What was settled by looking is told to the history too.
        for (number, ending) in going.endings.clone() {
            going.note(number, ending, (self.clock)());
        }
        progress(going.endings.len() as u64, total);
        let mut out_of_reach: Option<CommandError> = None;
        for (at, parcel) in going.sending.parcels.iter().enumerate() {
            if self.interrupted.load(Ordering::Relaxed) || going.stopped.is_some() {
                break;
            }
            if let Some(error) = &out_of_reach {
                going.refuse(parcel, error, (self.clock)());
                continue;
            }
            let accepted = match opened.remove(&at) {
                Some(answer) => answer,
                None => self.open(going.sending, parcel).await,
            };
            match accepted {
                Ok(accepted) => {
                    let answer = self.deliver_parcel(&mut going, parcel, accepted).await;
                    // What is refused after the write would be refused for the next one too, and each costs
                    // somebody the password.
                    out_of_reach = answer.map(|error| explain::mail(&error));
                }
                Err(error) => {
                    let explained = explain::mail(&error);
                    going.refuse(parcel, &explained, (self.clock)());
                    out_of_reach = (!concerns_one(&error)).then_some(explained);
                }
            }
            progress(going.endings.len() as u64, total);
        }
        going.sending.server.close().await;
        self.end(going, total)
    }

    fn end(&self, going: Going<'_>, total: u64) -> RunReport {
        let Going {
            record,
            endings,
            mut stopped,
            ..
        } = going;
        let stop = |status, code, key: &str| CommandError::new(status, code, Text::new(key));
        let is = |status| endings.values().any(|ending| ending.status == status);
        if stopped.is_none() && is(ExitStatus::NotMailed) {
            let key = "send-not-mailed";
            stopped = Some(stop(ExitStatus::NotMailed, "not-mailed", key));
        }
        if stopped.is_none() && is(ExitStatus::Partial) {
            let key = "execute-outcome-unknown";
            stopped = Some(stop(ExitStatus::Partial, "outcome-unknown", key));
        }
        if stopped.is_none() && (endings.len() as u64) < total {
            let key = "execute-interrupted";
            stopped = Some(stop(ExitStatus::Interrupted, "interrupted", key));
        }
        let report = RunReport {
            run: record.id().clone(),
            endings,
            slips: None,
            stopped,
            changes: total,
            record: Some(record),
        };
        self.close(report, NewPasswords::default())
    }
}
