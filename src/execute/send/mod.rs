//! Passwords that go by mail, account by account: recipient accepted, then the directory written, then the message
//! accepted. Whatever fails, the person has the old password, or the new one in a mail that was accepted, or is
//! named and left for a resume.

use super::{Door, Ending, MailLimit, NewPasswords, Progress, RunReport};
use crate::domain::change::{Change, Plan};
use crate::domain::decision::decisions;
use crate::domain::rules::SendRefusal;
use crate::domain::secret::Password;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::history::{Manifest, RunId, RunRecord};
use crate::i18n::Text;
use crate::mail::{Accepted, Envelope, MailError, MailErrorKind, MailServer, Message, Step};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::Ordering;
use std::time::Duration;

mod going;
mod left;
mod parcel;
mod refused;
mod restore;

use going::Going;

/// How long is waited before the mail server is asked again.
const WAITS: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
];

/// How long a run waits in all for recipients that are refused for now. Nothing was written for them: with a server
/// that knows nobody yet (grey-listing), hundreds are named in minutes, not in hours.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often is looked whether Ctrl-C was pressed, while a mail server takes its time.
const GLANCE: Duration = Duration::from_millis(50);

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

/// What the server said to each recipient that it was asked for, by place of the parcel.
type Opened = BTreeMap<usize, Result<Box<dyn Accepted>, MailError>>;

/// What a stopped run has left to do, as the directory shows it.
#[derive(Default)]
pub struct Resending {
    /// What the history knows to be over.
    pub known: BTreeMap<u64, Ending>,
    /// What needs nothing more, as was found out now.
    pub settled: BTreeMap<u64, Ending>,
    /// Still as it was: to be sent like any other.
    pub untouched: BTreeSet<u64>,
    /// Holds a password that nobody knows.
    pub lost: BTreeSet<u64>,
}

/// Whether the next recipient may fare better. 421 ends the conversation, whoever it was about (RFC 5321 section
/// 3.8), and a server that is too busy to say hello is so for all.
fn concerns_one(error: &MailError) -> bool {
    let for_now = error.kind == MailErrorKind::Temporary
        && error.step == Step::Recipient
        && error.code != Some(421);
    error.kind.concerns_one_recipient() || for_now
}

/// Whether a server breaks off over one recipient, as it seems: while it looks at the recipient's domain, it may run
/// out of time, or out of patience. Where the next one fares alike, it is the server.
fn breaks_off_over(error: &MailError) -> bool {
    let kinds = [
        MailErrorKind::Temporary,
        MailErrorKind::Timeout,
        MailErrorKind::ConnectionLost,
    ];
    error.step == Step::Recipient && kinds.contains(&error.kind)
}

/// Whether a message was refused for good, after the write: by its content, or by the server whatever it holds.
fn refuses_message(error: &MailError) -> bool {
    error.kind == MailErrorKind::Refused && matches!(error.step, Step::Data | Step::Message)
}

/// In which order the mails go, and whose fault it is where one does not.
struct Queue {
    /// Places among the parcels, the next one first.
    waiting: VecDeque<usize>,
    /// Those that were put off once.
    put_off: BTreeSet<usize>,
    /// Who failed last, and how, where nobody has fared better since.
    failed: Option<(usize, MailErrorKind)>,
}

impl Queue {
    fn new(parcels: usize) -> Self {
        Queue {
            waiting: (0..parcels).collect(),
            put_off: BTreeSet::new(),
            failed: None,
        }
    }

    /// Whether another one failed alike just before: then it is the server.
    fn is_the_server(&mut self, at: usize, error: &MailError) -> bool {
        let before = self.failed.replace((at, error.kind));
        before.is_some_and(|(other, kind)| other != at && kind == error.kind)
    }

    /// Lets the others go first, once.
    fn put_off(&mut self, at: usize) -> bool {
        let first = self.put_off.insert(at);
        if first {
            self.waiting.push_back(at);
        }
        first
    }
}

/// The number of another go at a run: its messages must have other names than those before, or a reader's server
/// takes them for the same and drops them. Microseconds, for two resumes may fall into one second; the number is part
/// of a hash, and 0 is the first go's.
fn attempt_at(at: jiff::Timestamp) -> u32 {
    let turn = at.as_microsecond().rem_euclid(i64::from(u32::MAX));
    u32::try_from(turn).unwrap_or_default().saturating_add(1)
}

fn interrupted() -> CommandError {
    CommandError::new(
        ExitStatus::Interrupted,
        "interrupted",
        Text::new("execute-interrupted"),
    )
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
        let mut patience = PATIENCE;
        let mut queue = Queue::new(sending.parcels.len());
        let opened = match self
            .first_accepted(sending, &mut queue, &mut patience)
            .await
        {
            Ok(opened) => opened,
            Err(error) => {
                sending.server.close().await;
                return Err(error);
            }
        };
        let (record, over) = match self.begin(manifest, plan, sending).await {
            Ok(begun) => begun,
            Err(error) => {
                for accepted in opened.into_values().flatten() {
                    accepted.give_up().await;
                }
                sending.server.close().await;
                return Err(error);
            }
        };
        let mut going = Going {
            sending,
            changes: &plan.changes,
            record,
            attempt: 0,
            endings: BTreeMap::new(),
            lost: BTreeSet::new(),
            stopped: None,
            left_open: None,
        };
        for number in over {
            let too_often = Ending::not_sent(SendRefusal::TooOften.code(), false);
            going.note(number, too_often, (self.clock)());
        }
        Ok(self.go(going, queue, opened, patience, progress).await)
    }

    /// Asks until the server accepts somebody: until then nothing is begun. Gives what it said of each; those over whom
    /// it broke off are at the end of the queue.
    async fn first_accepted(
        &self,
        sending: &Sending<'_>,
        queue: &mut Queue,
        patience: &mut Duration,
    ) -> Result<Opened> {
        let mut opened = Opened::new();
        let mut put_off = VecDeque::new();
        let mut last = None;
        while let Some(at) = queue.waiting.pop_front() {
            let answer = self.open(sending, &sending.parcels[at], patience).await;
            let error = match answer {
                None => return Err(interrupted()),
                Some(Ok(accepted)) => {
                    queue.failed = None;
                    opened.insert(at, Ok(accepted));
                    break;
                }
                Some(Err(error)) => error,
            };
            if concerns_one(&error) {
                queue.failed = None;
                opened.insert(at, Err(error));
            } else if breaks_off_over(&error) && !queue.is_the_server(at, &error) {
                queue.put_off.insert(at);
                put_off.push_back(at);
                last = Some(error);
            } else {
                return Err(explain::mail(&error));
            }
        }
        let mut refused: Vec<usize> = opened.keys().copied().collect();
        refused.append(&mut queue.waiting.drain(..).collect());
        // There is nobody but those it broke off over.
        if let (true, Some(error)) = (refused.is_empty(), last) {
            return Err(explain::mail(&error));
        }
        queue.waiting = refused.into_iter().chain(put_off).collect();
        Ok(opened)
    }

    /// Counts once more, and makes the intents durable before anybody else counts. Also gives the changes of accounts
    /// that were sent as many as may be.
    async fn begin(
        &self,
        manifest: Manifest,
        plan: &Plan,
        sending: &Sending<'_>,
    ) -> Result<(Box<dyn RunRecord>, BTreeSet<u64>)> {
        let _turn = self.turn(&manifest).await?;
        let over = self.over_limit(plan, sending)?;
        let mut record = self.history.begin(manifest).map_err(explain::history)?;
        match record.intend(&plan.changes) {
            Ok(()) => Ok((record, over)),
            Err(error) => Err(explain::history(record.abandon().err().unwrap_or(error))),
        }
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
        let mut going = Going {
            sending,
            changes,
            record,
            attempt: attempt_at((self.clock)()),
            endings: left.known,
            lost: left.lost,
            stopped: None,
            left_open: None,
        };
        for (number, ending) in left.settled {
            going.note(number, ending, (self.clock)());
        }
        let queue = Queue::new(sending.parcels.len());
        self.go(going, queue, Opened::new(), PATIENCE, progress)
            .await
    }

    /// Asks the server to accept a recipient, again after a wait where it has too much to do. `None`: interrupted,
    /// and nothing is lost by it.
    async fn open(
        &self,
        sending: &Sending<'_>,
        parcel: &Parcel,
        patience: &mut Duration,
    ) -> Option<Result<Box<dyn Accepted>, MailError>> {
        let envelope = sending.letters.envelope(parcel);
        let asking = async {
            let mut waits = WAITS.iter();
            loop {
                let answer = sending.server.open(&envelope).await;
                match (&answer, waits.next()) {
                    (Err(error), Some(wait))
                        if error.kind == MailErrorKind::Temporary && *wait <= *patience =>
                    {
                        *patience -= *wait;
                        tokio::time::sleep(*wait).await;
                    }
                    _ => return answer,
                }
            }
        };
        tokio::select! {
            answer = asking => Some(answer),
            () = self.until_interrupted() => None,
        }
    }

    /// Returns when Ctrl-C was pressed.
    async fn until_interrupted(&self) {
        while !self.interrupted.load(Ordering::Relaxed) {
            tokio::time::sleep(GLANCE).await;
        }
    }

    async fn go(
        &self,
        mut going: Going<'_>,
        mut queue: Queue,
        mut opened: Opened,
        mut patience: Duration,
        progress: &mut Progress<'_>,
    ) -> RunReport {
        let total = going.changes.len() as u64;
        progress(going.endings.len() as u64, total);
        let mut out_of_reach: Option<CommandError> = None;
        let sending = going.sending;
        while let Some(at) = queue.waiting.pop_front() {
            if self.interrupted.load(Ordering::Relaxed) || going.stopped.is_some() {
                break;
            }
            let parcel = &sending.parcels[at].without(&going.endings);
            if parcel.changes.is_empty() {
                if let Some(Ok(accepted)) = opened.remove(&at) {
                    accepted.give_up().await;
                }
                continue;
            }
            if let Some(error) = &out_of_reach {
                going.leave(parcel, error, (self.clock)());
                continue;
            }
            let accepted = match opened.remove(&at) {
                Some(answer) => Some(answer),
                None => self.open(going.sending, parcel, &mut patience).await,
            };
            let Some(accepted) = accepted else { break };
            match accepted {
                Ok(accepted) => {
                    match self.deliver_parcel(&mut going, parcel, accepted).await {
                        None => queue.failed = None,
                        // One message may be refused for what stands in it. A second one in a row: so would be all,
                        // and each costs somebody the password.
                        Some(error)
                            if refuses_message(&error) && !queue.is_the_server(at, &error) => {}
                        Some(error) => out_of_reach = Some(explain::mail(&error)),
                    }
                }
                Err(error) => {
                    let explained = explain::mail(&error);
                    if concerns_one(&error) {
                        queue.failed = None;
                        going.refuse(parcel, &explained, (self.clock)());
                    } else if breaks_off_over(&error) && !queue.is_the_server(at, &error) {
                        if !queue.put_off(at) {
                            going.leave(parcel, &explained, (self.clock)());
                        }
                    } else {
                        going.leave(parcel, &explained, (self.clock)());
                        out_of_reach = Some(explained);
                    }
                }
            }
            progress(going.endings.len() as u64, total);
        }
        going.sending.server.close().await;
        self.end(going)
    }

    fn end(&self, going: Going<'_>) -> RunReport {
        let Going {
            changes,
            record,
            endings,
            stopped,
            left_open,
            ..
        } = going;
        let not_mailed = endings
            .values()
            .filter(|ending| ending.status == ExitStatus::NotMailed)
            .count();
        let stopped = stopped.or_else(|| {
            let text = Text::new("send-not-mailed").with("count", not_mailed);
            let error = CommandError::new(ExitStatus::NotMailed, "not-mailed", text);
            if not_mailed > 0 {
                Some(error)
            } else {
                left_open
            }
        });
        self.close(
            RunReport::new(record, endings, decisions(changes), stopped),
            NewPasswords::default(),
        )
    }
}
