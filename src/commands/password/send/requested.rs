//! `entctl password send --requested`: sends what the login page has asked for (`--uniform`), through the same rules,
//! limits and records as `password send` at the desk.
//!
//! A record is taken away once a run stands for it. A run of this job that began after a request and names its
//! account is its answer: so a crash in between makes nobody a second run. A second mail it can make: where the process is
//! killed after the mail server's yes and before that is noted, nobody can tell, and a fresh password is sent; the first
//! no longer works then.

use super::earlier::{Earlier, Next, TRY_AGAIN, is_late, lost, next};
use super::letters::Letters;
use super::{ByItself, SendArgs, VERB, recipients, tell};
use crate::app::{App, Office, Purpose};
use crate::commands::history::take_up;
use crate::commands::password::new_passwords::make;
use crate::commands::shared::{Given, Reporter, SummaryExtra};
use crate::config::{LoginPageSettings, Profile};
use crate::domain::account::{Account, AccountRef};
use crate::domain::change::Plan;
use crate::domain::dn::Dn;
use crate::domain::job::JobName;
use crate::domain::rules::SendRefusal;
use crate::domain::ties::Broken;
use crate::error::{ExitStatus, Result};
use crate::execute::Sending;
use crate::explain;
use crate::history::{Delivery, HistoryError, Run, RunId, RunState};
use crate::i18n::Text;
use crate::spool::{RecordName, Request, Spool};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The job that its runs are, where no other name is given.
const JOB: &str = "password-send-requested";

/// How long a request waits for a mail server or a directory that is away. After that the visitor has asked again,
/// or given up: a mail would come as a surprise.
pub(super) const KEPT: SignedDuration = SignedDuration::from_hours(1);

/// The hour of the ceiling, and of what is noted once.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Most accounts of one run: what comes in meanwhile does not wait for thousands.
const AT_ONCE: usize = 100;

/// How often a worker that stays looks whether there is something.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The longest wait after a failure; it begins with [`LOOK_AGAIN`] and doubles.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Nobody knows of it but the history: the visitor was answered long ago.
pub(super) const EXPIRED: &str = "request-expired";

/// One worker.
struct Worker<'a> {
    app: &'a App,
    profile: Profile,
    settings: LoginPageSettings,
    spool: Box<dyn Spool>,
    job: JobName,
    /// Unfinished runs of others, which are read once.
    not_ours: BTreeSet<RunId>,
    /// When this process has gone on with a run.
    tried: BTreeMap<RunId, Timestamp>,
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
        tried: BTreeMap::new(),
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

    /// Finishes what a worker before has left, serves all that waits, then tries again what a mail server kept from its
    /// end: whoever asks now is not kept waiting by that. The exit status is the worst of all.
    async fn look(&mut self) -> Result<ExitStatus> {
        let left = self.go_on(Next::AtOnce).await;
        let served = self.serve_all().await;
        let again = self.go_on(Next::Again).await;
        Ok(worse(worse(left?, served?), again?))
    }

    async fn serve_all(&self) -> Result<ExitStatus> {
        let mut worst = ExitStatus::Done;
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

    /// Goes on with the runs of this job that are due in this way. What goes wrong every time is left to a person.
    async fn go_on(&mut self, due: Next) -> Result<ExitStatus> {
        let history = self.app.history(&self.profile);
        let mut worst = ExitStatus::Done;
        for id in history.unfinished().map_err(explain::history)? {
            let now = self.app.now();
            let just_tried = |at: &Timestamp| now.duration_since(*at) < TRY_AGAIN;
            if self.app.is_interrupted()
                || self.not_ours.contains(&id)
                || self.tried.get(&id).is_some_and(just_tried)
            {
                continue;
            }
            let Ok(run) = history.load(&id) else { continue };
            if !self.is_ours(&run) {
                self.not_ours.insert(id);
                continue;
            }
            if next(&run, now) != due || !self.may_send_again(&run, now)? {
                continue;
            }
            let (run, record) = match history.reopen(&id) {
                Err(HistoryError::NoSuchRun(_) | HistoryError::UnderWay(_)) => continue,
                opened => opened.map_err(explain::history)?,
            };
            let by_itself = ByItself {
                late: is_late(&run, now),
            };
            worst = worse(
                worst,
                take_up(self.app, run, record, Some(by_itself)).await?,
            );
            // Whatever the history could not note: never at every look.
            self.tried.insert(id.clone(), self.app.now());
            if let Ok(run) = history.load(&id)
                && run.state == RunState::Unfinished
                && due == Next::Again
                && next(&run, self.app.now()) == Next::Left
            {
                let left = Text::new("requested-left").with("run", id.as_str());
                self.app.printer.warn(&left);
            }
        }
        Ok(worst)
    }

    /// Whether the ceiling of this hour has room for the passwords that a run sends once more. Where it never has, an
    /// hour of its own.
    fn may_send_again(&self, run: &Run, now: Timestamp) -> Result<bool> {
        let again = lost(run);
        if again == 0 {
            return Ok(true);
        }
        let mailed = self.earlier(now)?.mailed;
        Ok(mailed == 0 || mailed + again <= self.settings.max_per_hour)
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
        let (late_accounts, mut refused) = self.serving(&office, &late).await?;
        refused.extend(
            late_accounts
                .iter()
                .map(|given| (given.account.reference(), EXPIRED.to_owned())),
        );
        self.note(&office, &earlier, refused)?;
        self.drop_of(&expired, &late)?;
        let mut status = ExitStatus::Done;
        if !whose.is_empty() {
            let (given, unknown) = self.serving(&office, &whose).await?;
            status = self.send(&office, &earlier, &given, unknown).await?;
            self.drop_of(&due, &whose)?;
        }
        let left = |all: &[Request], done: &BTreeSet<Dn>| {
            all.iter().any(|request| !done.contains(&request.account))
        };
        let more = (left(&due, &whose) && whose.len() == AT_ONCE) || left(&expired, &late);
        Ok((status, more))
    }

    /// The accounts that serve these people, as far as the profile may see them, in the same order every time. Of whom
    /// nobody can tell, that stands apart, with the reason.
    async fn serving(
        &self,
        office: &Office,
        whose: &BTreeSet<Dn>,
    ) -> Result<(Vec<Given>, Vec<(AccountRef, String)>)> {
        let names: Vec<Dn> = whose.iter().cloned().collect();
        let named = office.people.read_accounts(&names).await?;
        let led = office.people.serving(named.clone()).await?;
        let mut accounts: Vec<Given> = Vec::new();
        let mut unknown: Vec<(Account, Broken)> = Vec::new();
        for (named, led) in named.into_iter().zip(led) {
            let found = match led {
                Ok(found) => found,
                Err(why) => {
                    unknown.push((named, why));
                    continue;
                }
            };
            let login = named.login.unwrap_or_default();
            let given = Given::found(found, &login, None);
            match accounts
                .iter_mut()
                .find(|g| g.account.dn == given.account.dn)
            {
                Some(first) => first.asked.extend(given.asked),
                None => accounts.push(given),
            }
        }
        let meant: Vec<Account> = accounts.iter().map(|given| given.account.clone()).collect();
        let mut inside = office.people.in_scope(&meant).await?.into_iter();
        accounts.retain(|_| inside.next().unwrap_or(false));
        let nobody: Vec<Account> = unknown.iter().map(|(account, _)| account.clone()).collect();
        let inside = office.people.in_scope(&nobody).await?;
        let unknown = unknown.into_iter().zip(inside);
        let unknown = unknown.filter(|(_, inside)| *inside);
        let unknown =
            unknown.map(|((account, why), _)| (account.reference(), why.code().to_owned()));
        Ok((accounts, unknown.collect()))
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

    /// Sends to those who may be sent to, and notes the others. `unknown`: those of whom nobody can tell who serves them.
    async fn send(
        &self,
        office: &Office,
        earlier: &Earlier,
        given: &[Given],
        unknown: Vec<(AccountRef, String)>,
    ) -> Result<ExitStatus> {
        let app = self.app;
        let post = app.post_office(&office.profile)?;
        let planned = recipients::plan(app, office, &post, given, true).await?;
        let plan = planned.plan.clone();
        let refused = plan
            .refusals
            .iter()
            .filter_map(|refusal| Some((refusal.account.clone()?, refusal.code.clone())))
            .chain(unknown)
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
        tell(app, &report, &BTreeSet::new());
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
        self.app.door(office).note_refused(manifest, &refused)
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
