//! `entctl history resume`: finishes a run that a crash, a lost connection or Ctrl-C left in the middle.

use crate::app::{App, Office};
use crate::commands::password;
use crate::commands::password::send::ByItself;
use crate::commands::shared::{Reporter, SummaryExtra, allowed, barred, resume_line, stays_closed};
use crate::domain::account::Account;
use crate::domain::change::{Change, Plan};
use crate::domain::dn::Dn;
use crate::domain::password::Style;
use crate::domain::secret::Password;
use crate::error::{CommandError, ExitStatus, Result};
use crate::execute::{NewPasswords, RunReport};
use crate::explain;
use crate::history::{
    Delivery, History, HistoryError, Outcome, OutcomeKind, Run, RunId, RunRecord, RunState,
};
use crate::i18n::Text;
use crate::output::Format;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Finish a run that was interrupted.
#[derive(Debug, Clone, clap::Args)]
pub struct ResumeArgs {
    /// Name of the run; the only unfinished one where it is missing
    #[arg(value_name = "RUN")]
    pub run: Option<String>,
}

/// Finds the run, looks where it stands, finishes it.
///
/// # Errors
/// No such run, or several unfinished ones (5); it or its job under way (12); directory, history, slips.
pub async fn run(app: &App, args: &ResumeArgs) -> Result<ExitStatus> {
    let profile = app.profile()?;
    let history = app.history(&profile);
    let unfinished = history.unfinished().map_err(explain::history)?;
    let Some(id) = which(&*history, args, &unfinished)? else {
        app.printer.note(&Text::new("resume-nothing"));
        return Ok(ExitStatus::Done);
    };
    let (run, record) = match history.reopen(&id) {
        // A marker without a folder: the run never began.
        Err(HistoryError::NoSuchRun(_)) if args.run.is_none() => {
            app.printer.note(&Text::new("resume-nothing"));
            return Ok(ExitStatus::Done);
        }
        opened => opened.map_err(explain::history)?,
    };
    // Whom a profile may see and change is what the run was planned by: another one must not finish it.
    if run.manifest.profile != profile.name || run.manifest.base_dn != profile.base_dn {
        return Err(CommandError::new(
            ExitStatus::Refused,
            "other-profile",
            Text::new("resume-other-profile").with("run", id.as_str()),
        )
        .hint(resume_line(&run.manifest)));
    }
    allowed(&profile, &run.manifest.verb)?;
    // Its next turn may be due at this very moment: never two of one job at once. The worker of a login page always
    // is there; it leaves a run alone whose own lock is held.
    let _job = match &run.manifest.job {
        Some(_) if password::send::is_requested(&run.manifest) => None,
        Some(job) if run.state != RunState::Finished => {
            Some(app.lock_job(&profile, job, Duration::ZERO).await?)
        }
        _ => None,
    };
    take_up(app, run, record, None).await
}

/// Finishes a run that is opened again, under the lock of its job if it has one. `by_itself`: no person asked for it.
///
/// # Errors
/// As [`run`].
pub async fn take_up(
    app: &App,
    run: Run,
    record: Box<dyn RunRecord>,
    by_itself: Option<ByItself>,
) -> Result<ExitStatus> {
    let id = run.manifest.run.clone();
    match run.state {
        RunState::Finished => {
            app.printer
                .note(&Text::new("resume-finished").with("run", id.as_str()));
            Ok(ExitStatus::Done)
        }
        RunState::Prepared => forget(app, &run, record),
        RunState::Running | RunState::Unfinished => finish(app, run, record, by_itself).await,
    }
}

fn which(history: &dyn History, args: &ResumeArgs, unfinished: &[RunId]) -> Result<Option<RunId>> {
    if let Some(text) = &args.run {
        return RunId::parse(text)
            .map(Some)
            .ok_or_else(|| explain::history(HistoryError::NoSuchRun(text.clone())));
    }
    match unfinished {
        [] => Ok(None),
        [only] => Ok(Some(only.clone())),
        several => {
            let mut error = CommandError::new(
                ExitStatus::NotFound,
                "several-unfinished",
                Text::new("resume-several").with("count", several.len()),
            );
            for run in several.iter().filter_map(|id| history.load(id).ok()) {
                error = error.show(resume_line(&run.manifest));
            }
            Err(error)
        }
    }
}

/// Stopped before its intent was durable: nothing was written, and nothing of it is kept.
fn forget(app: &App, run: &Run, mut record: Box<dyn RunRecord>) -> Result<ExitStatus> {
    if let Delivery::Slips { path } = &run.manifest.delivery {
        app.discard_slips(path, &run.manifest.run)?;
    }
    record.abandon().map_err(explain::history)?;
    app.printer
        .note(&Text::new("resume-forgotten").with("run", run.manifest.run.as_str()));
    Ok(ExitStatus::Done)
}

/// Killed between the final slips and the end of the run: all was settled, only the end is missing.
fn only_close(app: &App, run: &Run, mut record: Box<dyn RunRecord>) -> Result<ExitStatus> {
    record.finish(app.now()).map_err(explain::history)?;
    app.printer
        .note(&Text::new("resume-finished").with("run", run.manifest.run.as_str()));
    Ok(ExitStatus::Done)
}

/// A person's own change that was cut off: only that person knows either password, and none is ever tried.
fn leave_to_the_owner(app: &App, run: &Run, mut record: Box<dyn RunRecord>) -> Result<ExitStatus> {
    let open: Vec<u64> = (0..run.changes.len() as u64)
        .filter(|number| !run.outcomes.contains_key(number))
        .collect();
    if open.is_empty() {
        return only_close(app, run, record);
    }
    for number in open {
        record
            .record(&Outcome {
                change: number,
                outcome: OutcomeKind::Unknown,
                code: Some("owner-knows".to_owned()),
                shown: false,
                mail: None,
                at: app.now(),
            })
            .map_err(explain::history)?;
    }
    record.finish(app.now()).map_err(explain::history)?;
    let name = run.changes.first().map(|c| c.account.name.clone());
    app.printer
        .warn(&Text::new("resume-owner-knows").with("name", name.unwrap_or_default()));
    Ok(ExitStatus::Partial)
}

/// Whether every change has its outcome. Without that a file of the slips' name is somebody else's.
fn settled(run: &Run) -> bool {
    (0..run.changes.len() as u64).all(|number| {
        run.outcomes
            .get(&number)
            .is_some_and(|outcome| outcome.outcome != OutcomeKind::Unknown)
    })
}

async fn finish(
    app: &App,
    run: Run,
    record: Box<dyn RunRecord>,
    by_itself: Option<ByItself>,
) -> Result<ExitStatus> {
    if let Delivery::Slips { path } = &run.manifest.delivery
        && settled(&run)
        && app.slips_are_final(path, &run.manifest.run)?
    {
        return only_close(app, &run, record);
    }
    if run.manifest.delivery == Delivery::None && run.changes.iter().any(Change::sets_password) {
        return leave_to_the_owner(app, &run, record);
    }
    let office = app.open().await?;
    let kind = run.manifest.verb.replace(' ', "-");
    let reporter = Reporter::new(app, kind);
    let plan = Plan {
        changes: run.changes.clone(),
        ..Plan::default()
    };
    let accounts = in_order(&office, &plan).await?;
    let mut stopped = barred(&office, &others(&office, &plan).await?).await?;
    // Half-way through a merge an account may have no child of its own left, which would put it in scope.
    stopped.retain(|_, code| *code == "protected");
    stopped.extend(barred(&office, &accounts).await?);
    for (change, account) in run.changes.iter().zip(&accounts) {
        if let Some(code) = stays_closed(&office, change, account) {
            stopped.entry(account.dn.clone()).or_insert(code);
        }
    }
    let barred = stopped;
    if run.manifest.delivery == Delivery::Mail {
        return password::send::resume(app, &office, &run, record, &accounts, &barred, by_itself)
            .await;
    }
    let accounts: Vec<&Account> = accounts.iter().collect();
    let (known, remake) = passwords(app, &office, &run, &accounts).await?;
    let shown: BTreeMap<u64, Password> = known.by_change.clone();
    app.watch_interrupt();
    let mut bar = app.printer.progress(&Text::new("resume-progress"));
    let door = app.door(&office);
    let mut report: RunReport = door
        .resume(&run, record, known, remake, &barred, &mut |done, total| {
            bar.at(done, total);
        })
        .await;
    bar.close();
    let to_screen = run.manifest.delivery == Delivery::Print;
    let extra = SummaryExtra {
        passwords: if to_screen {
            shown.iter().map(|(n, p)| (*n, p.expose())).collect()
        } else {
            BTreeMap::new()
        },
        valid_until: run.manifest.valid_until,
        ..SummaryExtra::default()
    };
    reporter.done(&plan, &report, &extra);
    if matches!(run.manifest.delivery, Delivery::None | Delivery::Nobody) {
        if app.printer.format() != Format::Json {
            app.printer.note(
                &Text::new("resume-done")
                    .with("count", report.decisions_written())
                    .with("run", report.run.as_str()),
            );
        }
    } else {
        let until = run.manifest.valid_until;
        password::tell(app, &plan, &report, &shown, &accounts, to_screen, until);
    }
    password::shown(app, &door, &mut report)?;
    Ok(report.status())
}

/// The accounts of the changes, in their order; one that is gone is named by what the history kept.
async fn in_order(office: &Office, plan: &Plan) -> Result<Vec<Account>> {
    let names: Vec<_> = plan.changes.iter().map(|c| c.account.dn.clone()).collect();
    let found = office.people.read_accounts(&names).await?;
    let found: BTreeMap<&Dn, &Account> = found.iter().map(|a| (&a.dn, a)).collect();
    Ok(plan
        .changes
        .iter()
        .map(|change| {
            found.get(&change.account.dn).map_or_else(
                || Account::gone(&change.account),
                |account| (*account).clone(),
            )
        })
        .collect())
}

/// The other accounts of its decisions, as far as they are still there.
async fn others(office: &Office, plan: &Plan) -> Result<Vec<Account>> {
    let named = plan.changes.iter().flat_map(|change| &change.with);
    let names: BTreeSet<Dn> = named.map(|other| other.dn.clone()).collect();
    let names: Vec<Dn> = names.into_iter().collect();
    office.people.read_accounts(&names).await
}

/// The passwords of the run: those of its slips; new ones where those are lost, or were only meant for a
/// screen that nobody saw.
async fn passwords(
    app: &App,
    office: &Office,
    run: &Run,
    accounts: &[&Account],
) -> Result<(NewPasswords, bool)> {
    let path = match &run.manifest.delivery {
        // Mailed ones are made where they are sent.
        Delivery::None | Delivery::Mail => return Ok((NewPasswords::default(), false)),
        Delivery::Nobody => {
            let known = NewPasswords {
                by_change: password::expire::unknown_ones(app, office, &run.changes).await?,
                ..NewPasswords::default()
            };
            return Ok((known, false));
        }
        Delivery::Slips { path } => Some(path),
        Delivery::Print => None,
    };
    let changes = run.changes.len() as u64;
    if let Some(path) = path
        && let Some((by_change, slips)) =
            app.pending_slips(path, &run.manifest, changes, &office.profile)?
    {
        let known = NewPasswords {
            by_change,
            slips: Some(slips),
            to_screen: false,
        };
        return Ok((known, false));
    }
    let shown = |number: &u64| run.outcomes.get(number).is_some_and(|o| o.shown);
    let nobody_saw = !run.outcomes.values().any(|o| o.shown);
    if path.is_some() {
        app.printer.warn(&Text::new("resume-slips-lost"));
    } else if nobody_saw {
        app.printer.warn(&Text::new("resume-not-shown"));
    }
    let style = run
        .manifest
        .style
        .as_deref()
        .and_then(|style| style.parse::<Style>().ok())
        .unwrap_or(office.profile.passwords.style);
    let rules = app.policy(office).await?;
    let mut by_change = password::make(style, &rules, run.changes.len())?;
    // What somebody has seen stays as it is.
    by_change.retain(|number, _| !shown(number));
    let slips = match path {
        Some(path) => {
            let slips = password::make_slips(app, office, accounts, &by_change).await?;
            let mut file =
                app.slips_file(path, slips, &office.profile, run.manifest.valid_until)?;
            file.prepare(&run.manifest.run)?;
            Some(file)
        }
        None => None,
    };
    let known = NewPasswords {
        by_change,
        to_screen: slips.is_none(),
        slips,
    };
    Ok((known, true))
}
