//! `entctl history undo RUN`: a run taken back, value by value. What others have changed since is left alone
//! and named.

use super::one_account;
use crate::app::{App, Office};
use crate::cli::WriteArgs;
use crate::commands::shared::{
    Reporter, SummaryExtra, check_limit, people_table, refuse_if_any, require_yes_for_machines,
    resume_line, unfinished_runs,
};
use crate::domain::account::{Account, Role};
use crate::domain::change::Change;
use crate::domain::mention::Mention;
use crate::error::{CommandError, ExitStatus, Result};
use crate::execute::NewPasswords;
use crate::explain;
use crate::history::{Delivery, HistoryError, Mentioned, OutcomeKind, Run, RunId, RunState};
use crate::i18n::Text;
use crate::output::{Format, words};
use crate::spreadsheet;
use std::collections::BTreeSet;
use way_back::{Left, WayBack};

mod way_back;

/// Take a run back.
#[derive(Debug, Clone, clap::Args)]
pub struct UndoArgs {
    /// Name of the run, as history list shows it
    #[arg(value_name = "RUN")]
    pub run: String,

    /// Only these accounts of the run: a login, a number or a whole name
    #[arg(long, value_name = "ACCOUNT", num_args = 1.., help_heading = "Whose accounts")]
    pub only: Vec<String>,

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
    let reporter = Reporter::new(app, "history-undo");
    require_yes_for_machines(app, args.write.yes, args.write.dry_run)?;
    let run = load(app, &args.run)?;
    let meant = only(app, &run, &args.only)?;
    let office = app.open().await?;
    unfinished_runs(app, &office);
    let WayBack {
        mut plan,
        left,
        accounts,
    } = way_back::find(&office, &meant).await?;
    refuse_if_any(&plan.refusals)?;
    if plan.changes.is_empty() && !left.is_empty() {
        return Err(nothing_comes_back(&run.manifest.run, &left));
    }
    check_limit(
        &office,
        app.limit(args.write.max_changes, &office),
        plan.changes.len(),
        &Role::ALL,
    )
    .await?;
    // Those of whom nothing is taken back, for the report.
    let changed: BTreeSet<_> = plan.changes.iter().map(|c| c.account.dn.clone()).collect();
    plan.refusals = left
        .iter()
        .filter(|left| !changed.contains(&left.account.dn))
        .map(Left::refusal)
        .collect();
    tell_left(app, &left);
    if plan.changes.is_empty() {
        if app.printer.format() == Format::Json {
            reporter.planned(&plan);
        }
        app.printer.note(&Text::new("undo-nothing"));
        return Ok(ExitStatus::Done);
    }
    let count = plan.changes.len();
    if args.write.dry_run {
        if app.printer.format() == Format::Json {
            reporter.planned(&plan);
        } else {
            show(app, &office, &plan.changes, &accounts).await?;
            app.printer
                .note(&Text::new("undo-simulated").with("count", count));
        }
        return Ok(ExitStatus::Done);
    }
    if !args.write.yes {
        show(app, &office, &plan.changes, &accounts).await?;
        let at = words::moment(run.manifest.started_at, app.printer.localizer().language());
        let question = Text::new("undo-confirm")
            .with("count", count)
            .with("at", at)
            .with("verb", &run.manifest.verb);
        if !app.printer.confirm(&question)? {
            app.printer.note(&Text::new("nothing-done"));
            return Ok(ExitStatus::Done);
        }
    }
    let manifest = app.manifest(
        "history undo",
        &office,
        args.write.reason.clone(),
        Delivery::None,
        None,
    );
    app.watch_interrupt();
    let mut bar = app.printer.progress(&Text::new("undo-progress"));
    let report = app
        .door(&office)
        .carry_out(
            manifest,
            &plan,
            NewPasswords::default(),
            &mut |done, total| {
                bar.at(done, total);
            },
        )
        .await;
    bar.close();
    let report = report?;
    reporter.done(&plan, &report, &SummaryExtra::default());
    let written = report.written().len();
    if written > 0 && app.printer.format() != Format::Json {
        app.printer.note(
            &Text::new("undo-done")
                .with("count", written)
                .with("run", report.run.as_str()),
        );
    }
    Ok(match report.status() {
        ExitStatus::Done if !left.is_empty() => ExitStatus::Partial,
        status => status,
    })
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

/// The changes that were done, of these accounts alone where some are named.
fn only<'a>(app: &App, run: &'a Run, typed: &[String]) -> Result<Vec<&'a Change>> {
    let mut meant = BTreeSet::new();
    for text in typed {
        let who = Mention::typed(text);
        let mentions: Vec<Mentioned> = (0u64..)
            .zip(&run.changes)
            .filter_map(|(number, change)| {
                Some(Mentioned {
                    run: run.manifest.run.clone(),
                    account: change.account.clone(),
                    sign: who.fits(&change.account)?,
                    outcome: run.outcomes.get(&number).cloned(),
                })
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
    Ok((0u64..)
        .zip(&run.changes)
        .filter(|(number, change)| {
            let done = run
                .outcomes
                .get(number)
                .is_some_and(|o| o.outcome == OutcomeKind::Done);
            done && (typed.is_empty() || meant.contains(&change.account.dn))
        })
        .map(|(_, change)| change)
        .collect())
}

/// All of it was changed by others since, or cannot come back.
fn nothing_comes_back(run: &RunId, left: &[Left]) -> CommandError {
    let passwords = left.iter().all(|l| l.why == way_back::Why::Password);
    let (code, key) = if passwords {
        ("password-not-kept", "undo-passwords")
    } else {
        ("moved-since", "undo-all-left")
    };
    let error = CommandError::new(
        ExitStatus::Refused,
        code,
        Text::new(key).with("run", run.as_str()),
    );
    let error = if passwords {
        error
    } else {
        spreadsheet::with_rows(error, left.iter().flat_map(Left::lines))
    };
    if passwords {
        error.hint(Text::new("undo-passwords-hint"))
    } else {
        error
    }
}

/// Names what stays as it is, before anybody is asked.
fn tell_left(app: &App, left: &[Left]) {
    for line in left.iter().flat_map(Left::lines) {
        app.printer.warn(&line);
    }
}

async fn show(app: &App, office: &Office, changes: &[Change], accounts: &[Account]) -> Result<()> {
    let schools = office.people.school_names().await?;
    let restored: Vec<Account> = changes
        .iter()
        .rev()
        .filter_map(|c| accounts.iter().find(|a| a.dn == c.account.dn).cloned())
        .collect();
    app.printer
        .table(&people_table(&restored, &schools, app.printer.localizer()));
    Ok(())
}
