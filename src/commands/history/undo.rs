//! `entctl history undo RUN`: a run taken back, value by value. What others have changed since is left alone
//! and named.

use super::one_account;
use crate::app::App;
use crate::cli::{NoticeArgs, WriteArgs};
use crate::commands::shared::{Verb, Writing, allowed, changes, refusal_text, resume_line};
use crate::domain::account::{AccountRef, Role};
use crate::domain::change::{Change, Plan, Refusal};
use crate::domain::decision;
use crate::domain::mention::Mention;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::history::{HistoryError, Mentioned, OutcomeKind, Run, RunId, RunState, bundle};
use crate::i18n::Text;
use crate::output::words;
use crate::spreadsheet;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

mod way_back;

/// How it is called, and what its sentences begin with.
pub const VERB: Verb = Verb {
    words: "history undo",
    key: "undo",
};

/// Take a run back.
#[derive(Debug, Clone, clap::Args)]
pub struct UndoArgs {
    /// Name of the run, as history list shows it
    #[arg(value_name = "RUN", required_unless_present_any = ["from", "only"])]
    pub run: Option<String>,

    /// Take back the run that history export wrote to this file, on whatever machine it was done
    #[arg(long, value_name = "FILE", conflicts_with = "run")]
    pub from: Option<PathBuf>,

    /// Only these accounts of the run: a login, a number or a whole name
    #[arg(long, value_name = "ACCOUNT", num_args = 1.., help_heading = "Whose accounts")]
    pub only: Vec<String>,

    /// Mails to those concerned.
    #[command(flatten)]
    pub notices: NoticeArgs,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// The run, whose accounts, the way back, a yes, the writing.
///
/// # Errors
/// No such run, no such account in it (5); not ended, another profile's, nothing that can be taken back (6);
/// under way (12); directory, history.
pub async fn run(app: &App, args: &UndoArgs) -> Result<ExitStatus> {
    let (named, wanted) = args.words();
    let run = match (&args.from, named) {
        (Some(file), _) => exported(app, file)?,
        (None, Some(name)) => load(app, name)?,
        (None, None) => {
            return Err(
                CommandError::usage("run-missing", Text::new("undo-run-missing"))
                    .hint(Text::new("history-no-such-run-hint")),
            );
        }
    };
    let meant = only(app, &run, wanted)?;
    let plan_file = args.write.plan.as_deref();
    let mut writing = Writing::open(app, VERB, &args.write.run, plan_file).await?;
    writing.notify(args.notices, false)?;
    writing.purpose.undoes = Some(run.manifest.run.clone());
    let mut plan = way_back::find(&writing.office, &meant).await?;
    if nothing_is_left_to_do(&plan) {
        return Err(nothing_comes_back(&run.manifest.run, &plan.refusals));
    }
    writing.guard(&mut plan, &Role::ALL).await?;
    if writing.is_shown() && !plan.changes.is_empty() {
        app.printer
            .table(&changes::table(&plan.changes, &app.printer));
    }
    let at = words::moment(run.manifest.started_at, app.printer.localizer().language());
    let question = Text::new("undo-question")
        .with("count", plan.accounts())
        .with("at", at)
        .with("verb", &run.manifest.verb);
    if let Some(status) = writing.ends_here(&plan, Some(question)).await? {
        return Ok(status);
    }
    writing.carry_out(&plan).await
}

impl UndoArgs {
    /// The run and the accounts. `--only lea RUN` takes the run for one more account: nobody is called so.
    fn words(&self) -> (Option<&str>, &[String]) {
        match (&self.run, &self.from, self.only.split_last()) {
            (None, None, Some((last, others))) if RunId::parse(last).is_some() => {
                (Some(last), others)
            }
            _ => (self.run.as_deref(), &self.only),
        }
    }
}

/// A run of another machine, if it was done in this directory. Its profile need not have a name here: whom
/// the present one may change is judged account by account.
fn exported(app: &App, file: &Path) -> Result<Run> {
    let bytes = app.read_input(file)?;
    let name = file.display().to_string();
    let run = bundle::read(&bytes).map_err(|error| explain::bundle(error, &name))?;
    let profile = app.profile()?;
    if run.manifest.base_dn != profile.base_dn {
        return Err(CommandError::new(
            ExitStatus::Refused,
            "other-directory",
            Text::new("undo-other-directory").with("file", name),
        ));
    }
    allowed(&profile, &run.manifest.verb)?;
    ended(run)
}

/// The run, if it is one that this profile may take back.
fn load(app: &App, typed: &str) -> Result<Run> {
    let profile = app.profile()?;
    let id = RunId::parse(typed)
        .ok_or_else(|| explain::history(HistoryError::NoSuchRun(typed.to_owned())))?;
    let run = app.history(&profile).load(&id).map_err(explain::history)?;
    // Whom a profile may see and change is what the run was planned by: another one must not undo it.
    if run.manifest.profile != profile.name || run.manifest.base_dn != profile.base_dn {
        return Err(CommandError::new(
            ExitStatus::Refused,
            "other-profile",
            Text::new("undo-other-profile").with("run", id.as_str()),
        )
        .hint(
            Text::new("undo-other-profile-hint")
                .with("run", id.as_str())
                .with("profile", &run.manifest.profile),
        ));
    }
    allowed(&profile, &run.manifest.verb)?;
    ended(run)
}

/// What has not come to its end is finished first.
fn ended(run: Run) -> Result<Run> {
    let id = run.manifest.run.clone();
    match run.state {
        RunState::Finished => Ok(run),
        RunState::Running => Err(explain::history(HistoryError::UnderWay(id))),
        RunState::Prepared | RunState::Unfinished => Err(CommandError::new(
            ExitStatus::Refused,
            "run-unfinished",
            Text::new("undo-unfinished").with("run", id.as_str()),
        )
        .hint(resume_line(&run.manifest))),
    }
}

/// The decisions that were done, of these accounts alone where some are named: one on several accounts goes by any of
/// them.
fn only<'a>(app: &App, run: &'a Run, typed: &[String]) -> Result<Vec<Vec<&'a Change>>> {
    let mut meant = BTreeSet::new();
    for text in typed {
        let who = Mention::typed(text);
        let mentions: Vec<Mentioned> = (0u64..)
            .zip(&run.changes)
            .flat_map(|(number, change)| {
                let accounts = decision::accounts(std::slice::from_ref(change));
                let outcome = run.outcomes.get(&number);
                let mentioned = |account: &AccountRef| {
                    Some(Mentioned {
                        run: run.manifest.run.clone(),
                        account: account.clone(),
                        sign: who.fits(account)?,
                        outcome: outcome.cloned(),
                    })
                };
                accounts
                    .into_iter()
                    .filter_map(mentioned)
                    .collect::<Vec<_>>()
            })
            .collect();
        if mentions.is_empty() {
            return Err(CommandError::new(
                ExitStatus::NotFound,
                "not-found",
                Text::new("undo-nobody")
                    .with("text", text)
                    .with("run", run.manifest.run.as_str()),
            )
            .hint(
                Text::new("undo-nobody-hint")
                    .with("run", run.manifest.run.as_str())
                    .with("profile", &run.manifest.profile),
            ));
        }
        let account = one_account::choose(app, text, one_account::candidates(mentions))?;
        meant.insert(account.dn);
    }
    let was_done = |at: &usize| {
        run.outcomes
            .get(&(*at as u64))
            .is_some_and(|o| o.outcome == OutcomeKind::Done)
    };
    Ok(decision::decisions(&run.changes)
        .into_iter()
        .filter(|range| {
            let accounts = decision::accounts(&run.changes[range.clone()]);
            typed.is_empty() || accounts.iter().any(|account| meant.contains(&account.dn))
        })
        .map(|range| {
            let done = range.filter(was_done);
            done.map(|at| &run.changes[at]).collect::<Vec<_>>()
        })
        .filter(|done| !done.is_empty())
        .collect())
}

/// Whether all of it was changed by others since, or cannot come back.
fn nothing_is_left_to_do(plan: &Plan) -> bool {
    plan.changes.is_empty()
        && plan.unchanged.is_empty()
        && !plan.refusals.is_empty()
        && plan.refusals.iter().all(Refusal::lets_the_rest_pass)
}

fn nothing_comes_back(run: &RunId, left: &[Refusal]) -> CommandError {
    let told = |code: &'static str, key: &str| {
        let text = Text::new(key).with("run", run.as_str());
        CommandError::new(ExitStatus::Refused, code, text)
    };
    if left.iter().all(|l| l.code == way_back::PASSWORD_NOT_KEPT) {
        return told(way_back::PASSWORD_NOT_KEPT, "undo-passwords")
            .hint(Text::new("undo-passwords-hint"));
    }
    spreadsheet::with_rows(
        told("moved-since", "undo-all-left"),
        left.iter().map(refusal_text),
    )
}
