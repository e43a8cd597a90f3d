//! `entctl password send --requested`: sends what the login page has asked for (`--uniform`), through the same rules,
//! limits and records as `password send` at the desk.
//!
//! A record is taken away once a run stands for it. A run of this job that began after a request and names its
//! account is its answer: so a crash in between makes nobody two mails.

use super::letters::Letters;
use super::{SendArgs, VERB, recipients, tell};
use crate::app::{App, Office, Purpose};
use crate::commands::history::take_up;
use crate::commands::password::new_passwords::make;
use crate::commands::shared::{Given, Reporter, SummaryExtra};
use crate::config::{LoginPageSettings, Profile};
use crate::domain::account::{Account, AccountRef};
use crate::domain::change::{Change, Operation, Plan};
use crate::domain::dn::Dn;
use crate::domain::job::JobName;
use crate::domain::rules::SendRefusal;
use crate::error::{ExitStatus, Result};
use crate::execute::Sending;
use crate::explain;
use crate::history::{
    Delivery, HistoryError, MailState, Outcome, OutcomeKind, Run, RunId, RunRecord, RunState,
};
use crate::i18n::Text;
use crate::spool::{RecordName, Request, Spool};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The job that its runs are, where no other name is given.
const JOB: &str = "password-send-requested";

/// How long a request waits for a mail server or a directory that is away. After that the visitor has asked again,
/// or given up: a mail would come as a surprise.
const KEPT: SignedDuration = SignedDuration::from_hours(1);

/// The hour of the ceiling, and of what is noted once.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Most accounts of one run: what comes in meanwhile does not wait for thousands.
const AT_ONCE: usize = 100;

/// How often a worker that stays looks whether there is something.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The longest wait after a failure; it begins with [`LOOK_AGAIN`] and doubles.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Why a mail could not be begun, where that passes.
const MAIL_AWAY: [&str; 4] = [
    "mail-unreachable",
    "mail-timeout",
    "mail-connection-lost",
    "mail-temporary",
];

/// How long after that a run is tried again.
const TRY_AGAIN: SignedDuration = SignedDuration::from_mins(5);

/// Nobody knows of it but the history: the visitor was answered long ago.
const EXPIRED: &str = "request-expired";

/// One worker.
struct Worker<'a> {
    app: &'a App,
    profile: Profile,
    settings: LoginPageSettings,
    spool: Box<dyn Spool>,
    job: JobName,
    /// Unfinished runs of others, which are read once.
    not_ours: BTreeSet<RunId>,
}

/// What earlier runs of the job have done, as far as it counts today.
#[derive(Default)]
struct Earlier {
    /// When the last run began that names an account.
    served: BTreeMap<Dn, Timestamp>,
    /// Mails of the last hour.
    mailed: u64,
    /// Refusals noted in the last hour.
    noted: BTreeSet<(Dn, String)>,
}

/// Serves what waits, once or as long as it is not stopped.
///
/// # Errors
/// Not configured (2); another worker (12); as `password send`. With `--watch` a failure is told once, and tried again.
pub async fn run(app: &App, args: &SendArgs) -> Result<ExitStatus> {
    let profile = app.profile()?;
    let settings = app.login_page(&profile)?;
    let job = match &args.write.run.job {
        Some(job) => job.clone(),
        None => JOB.parse().expect("a name of a job"),
    };
    let wait = Duration::from_secs(args.write.run.wait.unwrap_or(0));
    let _lock = app.lock_job(&profile, &job, wait).await?;
    app.watch_termination();
    let mut worker = Worker {
        app,
        spool: app.spool(&settings),
        profile,
        settings,
        job,
        not_ours: BTreeSet::new(),
    };
    if args.watch {
        worker.stay().await
    } else {
        worker.look().await
    }
}

impl Worker<'_> {
    /// Looks again and again, until it is told to end.
    async fn stay(&mut self) -> Result<ExitStatus> {
        let mut told = None;
        let mut pause = LOOK_AGAIN;
        while !self.app.is_interrupted() {
            match self.look().await {
                // A configuration that is wrong stays wrong.
                Err(error) if error.status() == ExitStatus::Usage => return Err(error),
                Err(error) => {
                    if told != Some(error.code()) {
                        told = Some(error.code());
                        self.app.printer.error(&error);
                    }
                    self.app.pause(pause).await;
                    pause = (pause * 2).min(LONGEST_WAIT);
                }
                Ok(_) => {
                    told = None;
                    pause = LOOK_AGAIN;
                    self.app.pause(LOOK_AGAIN).await;
                }
            }
        }
        Ok(ExitStatus::Done)
    }

    /// Finishes what a worker before has left, then serves all that waits. The exit status is the worst of all.
    async fn look(&mut self) -> Result<ExitStatus> {
        let mut worst = self.finish_own_runs().await?;
        loop {
            let waiting = self.spool.waiting().map_err(explain::spool)?;
            self.spool.remove(&waiting.blank).map_err(explain::spool)?;
            if !waiting.damaged.is_empty() {
                self.app
                    .printer
                    .warn(&Text::new("requested-damaged").with("count", waiting.damaged.len()));
                self.spool
                    .remove(&waiting.damaged)
                    .map_err(explain::spool)?;
            }
            if waiting.requests.is_empty() || self.app.is_interrupted() {
                return Ok(worst);
            }
            let (status, more) = self.serve(waiting.requests).await?;
            worst = worse(worst, status);
            if !more {
                return Ok(worst);
            }
        }
    }

    /// Takes up the runs of this job whose worker died or was stopped in the middle, or that a mail server cut off
    /// that was down. Any other that left somebody without a mail is for a person to look at: it would go wrong again.
    async fn finish_own_runs(&mut self) -> Result<ExitStatus> {
        let history = self.app.history(&self.profile);
        let mut worst = ExitStatus::Done;
        for id in history.unfinished().map_err(explain::history)? {
            if self.not_ours.contains(&id) {
                continue;
            }
            let Ok(run) = history.load(&id) else { continue };
            if !self.is_ours(&run) {
                self.not_ours.insert(id);
                continue;
            }
            if !was_cut_off(&run) && !may_be_tried_again(&run, self.app.now()) {
                continue;
            }
            let (run, record) = match history.reopen(&id) {
                Err(HistoryError::NoSuchRun(_) | HistoryError::UnderWay(_)) => continue,
                opened => opened.map_err(explain::history)?,
            };
            worst = worse(worst, take_up(self.app, run, record).await?);
        }
        Ok(worst)
    }

    fn is_ours(&self, run: &Run) -> bool {
        run.manifest.job.as_ref() == Some(&self.job)
            && run.manifest.profile == self.profile.name
            && run.manifest.base_dn == self.profile.base_dn
    }

    fn earlier(&self, now: Timestamp) -> Result<Earlier> {
        let since = now.checked_sub(HOUR).unwrap_or(Timestamp::UNIX_EPOCH);
        let runs = self
            .app
            .history(&self.profile)
            .runs_of_job(&self.job, since)
            .map_err(explain::history)?;
        let mut earlier = Earlier::default();
        for run in runs.iter().filter(|run| self.is_ours(run)) {
            earlier.add(run, since);
        }
        Ok(earlier)
    }

    /// Serves the oldest of these requests. Also gives whether there are more that could be served now.
    async fn serve(&self, requests: Vec<Request>) -> Result<(ExitStatus, bool)> {
        let now = self.app.now();
        let earlier = self.earlier(now)?;
        let (served, open): (Vec<Request>, Vec<Request>) = requests
            .into_iter()
            .partition(|request| earlier.serves(request));
        self.drop_all(&served)?;
        let (expired, due): (Vec<Request>, Vec<Request>) = open
            .into_iter()
            .partition(|request| now.duration_since(request.at) > KEPT);
        let free = self.settings.max_per_hour.saturating_sub(earlier.mailed);
        let free = usize::try_from(free).unwrap_or(usize::MAX).min(AT_ONCE);
        let whose = accounts_of(&due, free);
        let late = accounts_of(&expired, AT_ONCE);
        if whose.is_empty() && late.is_empty() {
            return Ok((ExitStatus::Done, false));
        }
        let office = self.app.open_as(self.profile.clone()).await?;
        let late_accounts = self.in_scope(&office, &late).await?;
        let refused = late_accounts
            .iter()
            .map(|account| (account.reference(), EXPIRED.to_owned()))
            .collect();
        self.note(&office, &earlier, refused)?;
        self.drop_of(&expired, &late)?;
        let mut status = ExitStatus::Done;
        if !whose.is_empty() {
            let accounts = self.in_scope(&office, &whose).await?;
            status = self.send(&office, &earlier, accounts).await?;
            self.drop_of(&due, &whose)?;
        }
        let left = |all: &[Request], done: &BTreeSet<Dn>| {
            all.iter().any(|request| !done.contains(&request.account))
        };
        let more = (left(&due, &whose) && whose.len() == AT_ONCE) || left(&expired, &late);
        Ok((status, more))
    }

    /// Those of these accounts that the profile may see, in the same order every time.
    async fn in_scope(&self, office: &Office, whose: &BTreeSet<Dn>) -> Result<Vec<Account>> {
        let names: Vec<Dn> = whose.iter().cloned().collect();
        let accounts = office.people.read_accounts(&names).await?;
        let inside = office.people.in_scope(&accounts).await?;
        Ok(accounts
            .into_iter()
            .zip(inside)
            .filter(|(_, inside)| *inside)
            .map(|(account, _)| account)
            .collect())
    }

    fn purpose(&self, office: &Office) -> Purpose {
        Purpose {
            reason: Some(self.app.printer.say(&Text::new("requested-reason"))),
            delivery: Delivery::Mail,
            style: Some(office.profile.passwords.style.as_str().to_owned()),
            job: Some(self.job.clone()),
            ..Purpose::of(VERB.words)
        }
    }

    /// Sends to those who may be sent to, and notes the others.
    async fn send(
        &self,
        office: &Office,
        earlier: &Earlier,
        accounts: Vec<Account>,
    ) -> Result<ExitStatus> {
        let app = self.app;
        let post = app.post_office(&office.profile)?;
        let given: Vec<Given> = accounts.into_iter().map(Given::from).collect();
        let planned = recipients::plan(app, office, &post, &given, true).await?;
        let plan = planned.plan.clone();
        let refused = plan
            .refusals
            .iter()
            .filter_map(|refusal| Some((refusal.account.clone()?, refusal.code.clone())))
            .collect();
        self.note(office, earlier, refused)?;
        if plan.changes.is_empty() {
            return Ok(ExitStatus::Done);
        }
        let letters = Letters::new(app, office, &post, &plan.changes, planned).await?;
        let rules = app.policy(office).await?;
        let sending = Sending {
            server: &*post.server,
            letters: &letters,
            parcels: letters.parcels(),
            passwords: make(office.profile.passwords.style, &rules, plan.changes.len())?,
            limit: Some(recipients::limit(&post)),
        };
        let manifest = app.manifest(office, self.purpose(office));
        let sent = app
            .door(office)
            .send_by_mail(manifest, &plan, &sending, &mut |_, _| {})
            .await;
        let report = match sent {
            Ok(report) => report,
            // Somebody at the desk was quicker.
            Err(error) if error.code() == SendRefusal::TooOften.code() => {
                let code = error.code().to_owned();
                let refused = plan.changes.iter();
                let refused = refused.map(|c| (c.account.clone(), code.clone())).collect();
                self.note(office, earlier, refused)?;
                return Ok(ExitStatus::Done);
            }
            Err(error) => return Err(error),
        };
        let changes = Plan {
            changes: plan.changes,
            ..Plan::default()
        };
        Reporter::new(app, VERB.words.replace(' ', "-")).done(
            &changes,
            &report,
            &SummaryExtra::default(),
        );
        tell(app, &report);
        Ok(report.status())
    }

    /// Keeps in the history whom nothing is sent, and why: each reason once an hour, and no more an hour than mails
    /// may be sent, so that no visitor fills a disk.
    fn note(
        &self,
        office: &Office,
        earlier: &Earlier,
        mut refused: Vec<(AccountRef, String)>,
    ) -> Result<()> {
        refused
            .retain(|(account, code)| !earlier.noted.contains(&(account.dn.clone(), code.clone())));
        let free = self
            .settings
            .max_per_hour
            .saturating_sub(earlier.noted.len() as u64);
        refused.truncate(usize::try_from(free).unwrap_or(usize::MAX));
        if refused.is_empty() {
            return Ok(());
        }
        let manifest = self.app.manifest(office, self.purpose(office));
        let history = self.app.history(&office.profile);
        let mut record = history.begin(manifest).map_err(explain::history)?;
        let changes: Vec<Change> = refused
            .iter()
            .map(|(account, _)| Change {
                account: account.clone(),
                operation: Operation::Modify,
                relies_on: Vec::new(),
                modifications: Vec::new(),
                before: Vec::new(),
                notes: Vec::new(),
            })
            .collect();
        note_all(&mut *record, &changes, &refused, self.app.now()).map_err(explain::history)
    }

    fn drop_all(&self, requests: &[Request]) -> Result<()> {
        let names: Vec<RecordName> = requests.iter().map(|r| r.name.clone()).collect();
        self.spool.remove(&names).map_err(explain::spool)
    }

    /// Takes away the requests of these accounts: several of one person are one.
    fn drop_of(&self, requests: &[Request], whose: &BTreeSet<Dn>) -> Result<()> {
        let done: Vec<Request> = requests
            .iter()
            .filter(|request| whose.contains(&request.account))
            .cloned()
            .collect();
        self.drop_all(&done)
    }
}

fn note_all(
    record: &mut dyn RunRecord,
    changes: &[Change],
    refused: &[(AccountRef, String)],
    at: Timestamp,
) -> Result<(), HistoryError> {
    record.intend(changes)?;
    for (change, (_, code)) in (0u64..).zip(refused) {
        record.record(&Outcome {
            change,
            outcome: OutcomeKind::Refused,
            code: Some(code.clone()),
            shown: false,
            mail: Some(MailState::Failed),
            at,
        })?;
    }
    record.finish(at)
}

impl Earlier {
    fn add(&mut self, run: &Run, since: Timestamp) {
        for (number, change) in (0u64..).zip(&run.changes) {
            let dn = &change.account.dn;
            let begun = run.manifest.started_at;
            let last = self.served.entry(dn.clone()).or_insert(begun);
            *last = begun.max(*last);
            let outcome = run.outcomes.get(&number).filter(|o| o.at >= since);
            match outcome {
                // Meant, and nobody knows: it may still go out.
                None if run.state != RunState::Finished => self.mailed += 1,
                None => {}
                Some(outcome) if outcome.outcome == OutcomeKind::Refused => {
                    let code = outcome.code.clone().unwrap_or_default();
                    self.noted.insert((dn.clone(), code));
                }
                Some(outcome) if outcome.mail.is_some_and(went_out) => self.mailed += 1,
                Some(_) => {}
            }
        }
    }

    /// Whether a run that began after a request stands for it.
    fn serves(&self, request: &Request) -> bool {
        self.served
            .get(&request.account)
            .is_some_and(|begun| *begun >= request.at)
    }
}

/// Whether a mail went out, or may have.
fn went_out(state: MailState) -> bool {
    matches!(state, MailState::Mailed | MailState::Written)
}

/// Whether a run has changes that nobody has come to, or to the end of.
fn was_cut_off(run: &Run) -> bool {
    run.state == RunState::Prepared
        || (0..run.changes.len() as u64).any(|number| {
            run.outcomes
                .get(&number)
                .is_none_or(|outcome| outcome.mail == Some(MailState::Written))
        })
        // Killed between the last outcome and the end.
        || run
            .outcomes
            .values()
            .all(|outcome| outcome.outcome != OutcomeKind::Unknown)
}

/// Whether only a mail server that was away has kept a run from its end, some time ago.
fn may_be_tried_again(run: &Run, now: Timestamp) -> bool {
    now.duration_since(run.manifest.started_at) < KEPT
        && run
            .outcomes
            .values()
            .filter(|outcome| outcome.outcome == OutcomeKind::Unknown)
            .all(|outcome| {
                let code = outcome.code.as_deref().unwrap_or_default();
                MAIL_AWAY.contains(&code) && now.duration_since(outcome.at) > TRY_AGAIN
            })
}

/// The accounts of the oldest requests, so many at most.
fn accounts_of(requests: &[Request], most: usize) -> BTreeSet<Dn> {
    let mut whose = BTreeSet::new();
    for request in requests {
        if whose.len() == most {
            break;
        }
        whose.insert(request.account.clone());
    }
    whose
}

/// The exit status of two things: 13, then 3, then whatever failed.
fn worse(one: ExitStatus, other: ExitStatus) -> ExitStatus {
    let rank = |status: &ExitStatus| match status {
        ExitStatus::NotMailed => u16::MAX,
        ExitStatus::Partial => u16::MAX - 1,
        status => u16::from(status.code()),
    };
    std::cmp::max_by_key(one, other, rank)
}
