//! `entctl account lock` and `account unlock`: the same story in two directions.

use crate::app::{App, Office};
use crate::cli::{TargetArgs, WriteArgs};
use crate::commands::shared::{
    Given, Reporter, SummaryExtra, check_limit, people_table, protected, refuse_if_any,
    require_yes_for_machines, targets, unfinished_runs,
};
use crate::domain::account::{Account, Role};
use crate::domain::change::{Plan, Refusal};
use crate::domain::intents;
use crate::error::{CommandError, ExitStatus, Result};
use crate::execute::NewPasswords;
use crate::history::Delivery;
use crate::i18n::Text;
use crate::output::Format;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Disable.
    Lock,
    /// Enable.
    Unlock,
}

impl Direction {
    fn verb(self) -> &'static str {
        match self {
            Direction::Lock => "account lock",
            Direction::Unlock => "account unlock",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Direction::Lock => "account-lock",
            Direction::Unlock => "account-unlock",
        }
    }

    /// `access-lock-…` or `access-unlock-…`.
    fn text(self, what: &str) -> Text {
        match self {
            Direction::Lock => Text::new(format!("access-lock-{what}")),
            Direction::Unlock => Text::new(format!("access-unlock-{what}")),
        }
    }
}

/// Disable or enable accounts.
#[derive(Debug, Clone, clap::Args)]
pub struct AccessArgs {
    /// Whose accounts.
    #[command(flatten)]
    pub targets: TargetArgs,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// Whose, the plan, a yes, the writing.
///
/// # Errors
/// Usage (2); not found or several (5); refused (6); directory, history.
pub async fn run(app: &App, args: &AccessArgs, direction: Direction) -> Result<ExitStatus> {
    let reporter = Reporter::new(app, direction.kind());
    require_yes_for_machines(app, args.write.yes, args.write.dry_run)?;
    let office = app.open().await?;
    unfinished_runs(app, &office);
    let roles = roles(&args.targets);
    let given = targets(app, &office, &args.targets, roles, args.write.yes).await?;
    let plan = plan(&office, &given, direction).await?;
    refuse_if_any(&plan.refusals)?;
    check_limit(
        &office,
        app.limit(args.write.max_changes, &office),
        plan.changes.len(),
        roles,
    )
    .await?;
    if plan.changes.is_empty() {
        if app.printer.format() == Format::Json {
            reporter.planned(&plan);
        }
        app.printer.note(&direction.text("nothing"));
        return Ok(ExitStatus::Done);
    }
    if args.write.dry_run {
        if app.printer.format() == Format::Json {
            reporter.planned(&plan);
        } else {
            show(app, &office, &plan, &given).await?;
            app.printer.note(
                &direction
                    .text("simulated")
                    .with("count", plan.changes.len()),
            );
        }
        return Ok(ExitStatus::Done);
    }
    if !args.write.yes {
        show(app, &office, &plan, &given).await?;
        let question = direction.text("confirm").with("count", plan.changes.len());
        if !app.printer.confirm(&question)? {
            app.printer.note(&Text::new("nothing-done"));
            return Ok(ExitStatus::Done);
        }
    }
    let manifest = app.manifest(
        direction.verb(),
        &office,
        args.write.reason.clone(),
        Delivery::None,
        None,
    );
    app.watch_interrupt();
    let mut bar = app.printer.progress(&direction.text("progress"));
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
            &direction
                .text("done")
                .with("count", written)
                .with("run", report.run.as_str()),
        );
    }
    Ok(report.status())
}

/// A class is its pupils: closing it must not close their parents and teachers. A school is everybody in it.
fn roles(targets: &TargetArgs) -> &'static [Role] {
    if targets.class.is_some() {
        &[Role::Pupil]
    } else {
        &Role::ALL
    }
}

async fn plan(office: &Office, given: &[Given], direction: Direction) -> Result<Plan> {
    let protected = protected(office, given).await?;
    let names = office.people.access().await?;
    if names.locked.is_none() {
        return Err(CommandError::new(
            ExitStatus::Refused,
            "cannot-lock",
            Text::new("access-cannot-lock"),
        ));
    }
    let mut plan = Plan::default();
    for Given { account, line } in given {
        if protected.contains(&account.dn) {
            plan.refusals.push(Refusal {
                account: Some(account.reference()),
                given: None,
                line: *line,
                code: "protected".to_owned(),
            });
            continue;
        }
        let change = match direction {
            Direction::Lock => intents::lock(account, &names),
            Direction::Unlock => intents::unlock(account, &names),
        };
        match change {
            Some(change) => plan.changes.push(change),
            None => plan.unchanged.push(account.reference()),
        }
    }
    Ok(plan)
}

async fn show(app: &App, office: &Office, plan: &Plan, given: &[Given]) -> Result<()> {
    let schools = office.people.school_names().await?;
    let accounts: Vec<Account> = given
        .iter()
        .filter(|g| plan.changes.iter().any(|c| c.account.dn == g.account.dn))
        .map(|g| g.account.clone())
        .collect();
    app.printer
        .table(&people_table(&accounts, &schools, app.printer.localizer()));
    Ok(())
}
