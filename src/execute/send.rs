//! Passwords that go by mail, account by account: recipient accepted, then the directory written, then the message
//! accepted. Whatever fails, the person has the old password, or the new one in a mail that was accepted, or is
//! named and left for a resume.

use super::restore::Former;
use super::settle::{judge, no_longer_allowed, owner_changed, reset_since};
use super::work::ending_of;
use super::write::gone;
use super::{Door, Ending, MailLimit, NewPasswords, Progress, RunReport, Standing};
use crate::domain::change::{Change, Plan};
use crate::domain::dn::Dn;
use crate::domain::rules::SendRefusal;
use crate::domain::secret::Password;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::history::{MailState, Manifest, Outcome, OutcomeKind, Run, RunId, RunRecord};
use crate::i18n::Text;
use crate::mail::{Accepted, Envelope, MailError, MailErrorKind, MailServer, Message};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

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

impl Parcel {
    /// What is left of it without those that have ended.
    fn without(&self, ended: &BTreeMap<u64, Ending>) -> Parcel {
        let open = self.changes.iter().filter(|n| !ended.contains_key(n));
        Parcel {
            changes: open.copied().collect(),
        }
    }
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
    /// Counted again when everything else is ready; `None` for a resume, which sends what was counted before.
    pub limit: Option<MailLimit>,
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

/// One go at a run.
struct Going<'a> {
    sending: &'a Sending<'a>,
    changes: &'a [Change],
    record: Box<dyn RunRecord>,
    attempt: u32,
    endings: BTreeMap<u64, Ending>,
    lost: BTreeSet<u64>,
    /// Why no other mail is begun.
    stopped: Option<CommandError>,
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
        let turn = self.turn(&manifest).await?;
        let over = self.over_limit(plan, sending)?;
        let mut record = self.history.begin(manifest).map_err(explain::history)?;
        if let Err(error) = record.intend(&plan.changes) {
            record.abandon().map_err(explain::history)?;
            return Err(explain::history(error));
        }
        // Whoever counts next counts these.
        drop(turn);
        let too_often = Ending::not_sent(SendRefusal::TooOften.code(), false);
        let going = Going {
            sending,
            changes: &plan.changes,
            record,
            attempt: 0,
            endings: over.into_iter().map(|n| (n, too_often.clone())).collect(),
            lost: BTreeSet::new(),
            stopped: None,
        };
        Ok(self.go(going, opened, progress).await)
    }

    /// Finds out what a stopped run has left to do. `barred`: accounts that may not be changed any more, with the
    /// code of the reason.
    ///
    /// # Errors
    /// The directory is out of reach.
    pub async fn left_to_send(
        &self,
        run: &Run,
        barred: &BTreeMap<Dn, &'static str>,
    ) -> Result<Resending> {
        let manifest = &run.manifest;
        let given_since = self
            .history
            .passwords_set_since(manifest.started_at, Some(&manifest.run))
            .unwrap_or_default();
        let mut left = Resending::default();
        for (number, change) in (0u64..).zip(&run.changes) {
            let outcome = run.outcomes.get(&number);
            if let Some(outcome) = outcome.filter(|o| o.outcome != OutcomeKind::Unknown) {
                left.settled.insert(number, ending_of(outcome));
                continue;
            }
            let Some(now) = self.look(change).await? else {
                left.settled.insert(number, gone());
                continue;
            };
            let moved = self.names.password_moved(change, &now);
            let must_change = self.names.must_change_in(&now);
            let lost = match judge(change, &now, &self.names) {
                // Where the directory tells nothing of passwords, it may hold ours. Its clock counts whole seconds:
                // what the history knows to be written is written.
                Standing::NotDone => {
                    !self.names.tell_the_owners_choice()
                        || outcome.is_some_and(|o| o.mail.is_some())
                }
                Standing::PasswordSet => true,
                Standing::OwnerChanged => {
                    left.settled.insert(number, owner_changed());
                    continue;
                }
                Standing::Overtaken | Standing::Done if moved && !must_change => {
                    left.settled.insert(number, owner_changed());
                    continue;
                }
                Standing::Overtaken | Standing::Done => moved,
            };
            if lost && given_since.contains(&change.account.dn) {
                left.settled.insert(number, reset_since());
            } else if let Some(code) = barred.get(&change.account.dn) {
                left.settled.insert(number, no_longer_allowed(code));
            } else if lost {
                left.lost.insert(number);
            } else {
                left.untouched.insert(number);
            }
        }
        Ok(left)
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
            let parcel = &parcel.without(&going.endings);
            if parcel.changes.is_empty() {
                if let Some(Ok(accepted)) = opened.remove(&at) {
                    accepted.give_up().await;
                }
                continue;
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

    /// Writes the accounts of one mail and hands it over. Gives the mail server's failure, if that is what went wrong.
    async fn deliver_parcel(
        &self,
        going: &mut Going<'_>,
        parcel: &Parcel,
        accepted: Box<dyn Accepted>,
    ) -> Option<MailError> {
        let sending = going.sending;
        let compose = |parcel: &Parcel| {
            let (run, attempt) = (going.record.id(), going.attempt);
            sending
                .letters
                .message(run, attempt, parcel, &sending.passwords)
        };
        // Before the write: what cannot be said must not be done.
        let whole = match compose(parcel) {
            Ok(message) => message,
            Err(error) => {
                accepted.give_up().await;
                going.refuse(parcel, &error, (self.clock)());
                return None;
            }
        };
        let mut written: Vec<(u64, Option<Former>)> = Vec::new();
        for number in &parcel.changes {
            match self.write_one(going, *number).await {
                Ok(Some(former)) => written.push((*number, former)),
                Ok(None) => {}
                Err(error) => {
                    going.stopped = Some(error);
                    break;
                }
            }
        }
        if written.is_empty() {
            accepted.give_up().await;
            return None;
        }
        let numbers: Vec<u64> = written.iter().map(|(number, _)| *number).collect();
        let delivered = if numbers == parcel.changes {
            self.deliver(sending, parcel, accepted, &whole).await
        } else {
            let changes = numbers;
            let less = Parcel { changes };
            let (run, attempt) = (going.record.id(), going.attempt);
            match sending
                .letters
                .message(run, attempt, &less, &sending.passwords)
            {
                Ok(message) => self.deliver(sending, parcel, accepted, &message).await,
                Err(_) => {
                    accepted.give_up().await;
                    let step = crate::mail::Step::Data;
                    Err((MailError::new(MailErrorKind::Protocol, step, ""), false))
                }
            }
        };
        let failed = match delivered {
            Ok(()) => {
                for (number, _) in written {
                    let ending = Ending {
                        mail: Some(MailState::Mailed),
                        ..Ending::done()
                    };
                    going.lost.remove(&number);
                    going.note(number, ending, (self.clock)());
                }
                return None;
            }
            Err(failed) => failed,
        };
        let (error, may_be_there) = failed;
        let explained = explain::mail(&error);
        for (number, former) in written {
            let back = match former {
                // A mail that may be on its way must not become a lie.
                Some(former) if !may_be_there => self.put_back(&former).await,
                _ => false,
            };
            let ending = if back {
                Ending {
                    mail: Some(MailState::Restored),
                    reason: Some(
                        Text::new("send-restored").with("reason", explained.message().clone()),
                    ),
                    ..Ending::failed(&explained)
                }
            } else {
                not_mailed(&explained)
            };
            going.note(number, ending, (self.clock)());
        }
        Some(error)
    }

    /// Writes one account. `Some` where it is written, with what it held where that could be put back.
    async fn write_one(
        &self,
        going: &mut Going<'_>,
        number: u64,
    ) -> Result<Option<Option<Former>>> {
        let change = &going.changes[usize::try_from(number).unwrap_or(usize::MAX)];
        // A password that nobody knows is no use to anybody.
        let mut former = if going.lost.contains(&number) {
            None
        } else {
            self.former(change).await?
        };
        let password = going.sending.passwords.get(&number);
        let ending = self.write(change, password).await?;
        if ending.outcome != OutcomeKind::Done {
            let ending = if going.lost.contains(&number) {
                Ending {
                    outcome: OutcomeKind::Unknown,
                    status: ExitStatus::NotMailed,
                    ..ending
                }
            } else {
                ending
            };
            let failed = Ending {
                mail: Some(MailState::Failed),
                ..ending
            };
            going.note(number, failed, (self.clock)());
            return Ok(None);
        }
        let noted = going
            .record
            .record(&Outcome {
                change: number,
                outcome: OutcomeKind::Unknown,
                code: None,
                shown: false,
                mail: Some(MailState::Written),
                at: (self.clock)(),
            })
            .and_then(|()| going.record.sync());
        // The person gets the mail all the same; nothing more is begun.
        if let Err(error) = noted {
            going.stopped = Some(explain::history_after_write(error));
        }
        if let Some(kept) = &mut former
            && self.note_written(kept, change).await.is_err()
        {
            former = None;
        }
        Ok(Some(former))
    }

    /// Hands a message over; after a failure that may pass, the same message again. With the error: whether it may be
    /// on its way all the same.
    async fn deliver(
        &self,
        sending: &Sending<'_>,
        parcel: &Parcel,
        accepted: Box<dyn Accepted>,
        message: &Message,
    ) -> Result<(), (MailError, bool)> {
        let envelope = sending.letters.envelope(parcel);
        let mut answer = accepted.deliver(message).await.map(drop);
        let mut may_be_there = false;
        for wait in WAITS {
            match &answer {
                Ok(()) => break,
                Err(error) => {
                    may_be_there |= error.kind == MailErrorKind::OutcomeUnknown;
                    if !error.kind.may_pass() {
                        break;
                    }
                }
            }
            tokio::time::sleep(wait).await;
            answer = match sending.server.open(&envelope).await {
                Ok(accepted) => accepted.deliver(message).await.map(drop),
                Err(error) => Err(error),
            };
        }
        answer.map_err(|error| {
            may_be_there |= error.kind == MailErrorKind::OutcomeUnknown;
            (error, may_be_there)
        })
    }
}

impl Going<'_> {
    /// Keeps an ending, and tells it to the history.
    fn note(&mut self, number: u64, ending: Ending, at: jiff::Timestamp) {
        let noted = self
            .record
            .record(&Outcome {
                change: number,
                outcome: ending.outcome,
                code: ending.code.clone(),
                shown: false,
                mail: ending.mail,
                at,
            })
            .and_then(|()| self.record.sync());
        self.endings.insert(number, ending);
        if let Err(error) = noted {
            self.stopped
                .get_or_insert(explain::history_after_write(error));
        }
    }

    /// The accounts of a mail that is not begun: as they were, those aside that an earlier go has left without a
    /// password that anybody knows.
    fn refuse(&mut self, parcel: &Parcel, error: &CommandError, at: jiff::Timestamp) {
        for number in &parcel.changes {
            let ending = if self.lost.contains(number) {
                not_mailed(error)
            } else {
                Ending {
                    mail: Some(MailState::Failed),
                    ..Ending::failed(error)
                }
            };
            self.note(*number, ending, at);
        }
    }
}

/// Written, and not known to be mailed.
fn not_mailed(error: &CommandError) -> Ending {
    Ending {
        status: ExitStatus::NotMailed,
        mail: Some(MailState::Failed),
        ..Ending::because(
            OutcomeKind::Unknown,
            error.code(),
            Text::new("send-written").with("reason", error.message().clone()),
        )
    }
}
