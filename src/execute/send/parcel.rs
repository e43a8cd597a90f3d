//! One mail: its accounts written, its message handed over, and the way back where that fails.

use super::going::{Going, not_mailed};
use super::restore::Former;
use super::{Parcel, Sending, WAITS};
use crate::error::{ExitStatus, Result};
use crate::execute::{Door, Ending};
use crate::explain;
use crate::history::{MailState, Outcome, OutcomeKind};
use crate::i18n::Text;
use crate::mail::{Accepted, MailError, MailErrorKind, Message};

impl Door {
    /// Writes the accounts of one mail and hands it over. Gives the mail server's failure, if that is what went wrong.
    pub(super) async fn deliver_parcel(
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
            // What cannot be noted is not begun.
            if going.stopped.is_some() {
                break;
            }
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
