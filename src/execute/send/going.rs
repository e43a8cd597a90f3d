//! One go at a run: what it knows of each account, told to the history as it comes.

use super::{Parcel, Sending};
use crate::domain::change::Change;
use crate::error::{CommandError, ExitStatus};
use crate::execute::Ending;
use crate::explain;
use crate::history::{MailState, Outcome, OutcomeKind, RunRecord};
use crate::i18n::Text;
use std::collections::{BTreeMap, BTreeSet};

/// One go at a run.
pub(super) struct Going<'a> {
    pub(super) sending: &'a Sending<'a>,
    pub(super) changes: &'a [Change],
    pub(super) record: Box<dyn RunRecord>,
    pub(super) attempt: u32,
    pub(super) endings: BTreeMap<u64, Ending>,
    pub(super) lost: BTreeSet<u64>,
    /// Why no other mail is begun.
    pub(super) stopped: Option<CommandError>,
    /// Why some were not begun, where the mail server is to blame: the run waits for another go.
    pub(super) left_open: Option<CommandError>,
}

impl Going<'_> {
    /// Keeps an ending, and tells it to the history.
    pub(super) fn note(&mut self, number: u64, ending: Ending, at: jiff::Timestamp) {
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

    /// The accounts of a mail that cannot be sent: as they were, those aside that an earlier go has left without a
    /// password that anybody knows.
    pub(super) fn refuse(&mut self, parcel: &Parcel, error: &CommandError, at: jiff::Timestamp) {
        for number in &parcel.changes {
            let ending = self.ending_of(*number, error);
            self.note(*number, ending, at);
        }
    }

    /// The same where the mail server is the reason and not the address: named, and left to a resume.
    pub(super) fn leave(&mut self, parcel: &Parcel, error: &CommandError, at: jiff::Timestamp) {
        for number in &parcel.changes {
            let ending = self.ending_of(*number, error);
            if self.lost.contains(number) {
                self.note(*number, ending, at);
            } else {
                self.endings.insert(*number, ending);
            }
        }
        self.left_open.get_or_insert_with(|| error.clone());
    }

    fn ending_of(&self, number: u64, error: &CommandError) -> Ending {
        if self.lost.contains(&number) {
            not_mailed(error)
        } else {
            Ending {
                mail: Some(MailState::Failed),
                ..Ending::failed(error)
            }
        }
    }
}

/// Written, and not known to be mailed.
pub(super) fn not_mailed(error: &CommandError) -> Ending {
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
