//! `entctl password expire`, for cron: ends the temporary passwords that were not used in time.

mod candidates;

use crate::app::{App, Office};
use crate::cli::{RoleChoice, RunArgs, WriteArgs};
use crate::commands::shared::{SummaryExtra, Verb, Writing, changes};
use crate::domain::account::Role;
use crate::domain::change::{Change, Plan};
use crate::domain::expiry::{AtEnd, NOTE_OUTLIVED};
use crate::domain::password;
use crate::domain::secret::Password;
use crate::error::{CommandError, ExitStatus, Result};
use crate::execute::{NewPasswords, RunReport};
use crate::history::Delivery;
use crate::i18n::Text;
use crate::output::Format;
use crate::people::Selector;
use std::collections::BTreeMap;

/// End the temporary passwords that were not used in time (for cron).
#[derive(Debug, Clone, clap::Args)]
pub struct ExpireArgs {
    /// Of this class only
    #[arg(long, value_name = "CLASS", help_heading = "Whose accounts")]
    pub class: Option<String>,

    /// Of this group only
    #[arg(long, value_name = "GROUP", help_heading = "Whose accounts")]
    pub group: Option<String>,

    /// Of this school only
    #[arg(long, value_name = "UAI", help_heading = "Whose accounts")]
    pub school: Option<String>,

    /// Of this role only
    #[arg(long, value_name = "ROLE", value_enum, help_heading = "Whose accounts")]
    pub role: Vec<RoleChoice>,

    /// Of those matched by an RFC 4515 filter only
    #[arg(long, value_name = "FILTER", help_heading = "Whose accounts")]
    pub filter: Option<String>,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// How it is called, and what its sentences begin with.
pub const VERB: Verb = Verb {
    words: "password expire",
    key: "expire",
};

/// The job that it is a run of, where no other name is given.
const JOB: &str = "password-expire";

/// Whose end has come, the guards, the writing; then the ends that outlived their passwords.
///
/// # Errors
/// A directory that does not tell who chose a password, too many changes (6); another run of the job (12);
/// directory, history.
pub async fn run(app: &App, args: &ExpireArgs) -> Result<ExitStatus> {
    let run = RunArgs {
        job: args.write.run.job.clone().or_else(|| JOB.parse().ok()),
        ..args.write.run.clone()
    };
    let mut writing = Writing::open(app, VERB, &run, args.write.plan.as_deref()).await?;
    writing.silent = true;
    let selector = args.selector();
    let found = candidates::find(app, &writing.office, &selector).await?;
    let mut plan = Plan {
        changes: found.ended,
        ..Plan::default()
    };
    writing.guard_among(&mut plan, &selector).await?;
    // Of these nobody notices anything: they do not count against the limit.
    plan.changes.extend(found.outlived);
    carry_out(app, &mut writing, &plan).await
}

/// Carries out a saved plan: what is left of it as the directory stands now.
///
/// # Errors
/// As [`run`].
pub async fn apply(app: &App, writing: &mut Writing<'_>, plan: &Plan) -> Result<ExitStatus> {
    carry_out(app, writing, plan).await
}

async fn carry_out(app: &App, writing: &mut Writing<'_>, plan: &Plan) -> Result<ExitStatus> {
    let passwords = unknown_ones(app, &writing.office, &plan.changes).await?;
    if !passwords.is_empty() {
        writing.purpose.delivery = Delivery::Nobody;
    }
    let ended = plan.changes.iter().filter(|c| !is_tidying(c)).count();
    let question = if writing.is_shown() && !plan.changes.is_empty() {
        app.printer
            .table(&changes::table(&plan.changes, app.printer.localizer()));
        if !passwords.is_empty() {
            app.printer.note(&Text::new("reset-note-no-undo"));
        }
        Some(match (ended, at_end(plan)) {
            (0, _) => Text::new("expire-confirm-tidy").with("count", plan.changes.len()),
            (_, AtEnd::Replace) => Text::new("expire-confirm").with("count", ended),
            (_, AtEnd::Disable) => Text::new("expire-confirm-disable").with("count", ended),
        })
    } else {
        None
    };
    if let Some(status) = writing.ends_here(plan, question).await? {
        return Ok(status);
    }
    let passwords = NewPasswords {
        by_change: passwords,
        ..NewPasswords::default()
    };
    let report = writing.write(plan, passwords).await?;
    writing.report(plan, &report, SummaryExtra::default());
    tell(app, plan, &report);
    Ok(writing.status(plan, &report))
}

/// One summary line.
fn tell(app: &App, plan: &Plan, report: &RunReport) {
    if app.printer.format() == Format::Json {
        return;
    }
    let written = report.written();
    let (tidied, ended): (Vec<_>, Vec<_>) = (0u64..)
        .zip(&plan.changes)
        .filter(|(number, _)| written.contains(number))
        .partition(|(_, change)| is_tidying(change));
    let (key, count) = match (ended.len(), tidied.len(), at_end(plan)) {
        (0, 0, _) => return,
        (0, count, _) => ("expire-tidied", count),
        (count, _, AtEnd::Replace) => ("expire-done", count),
        (count, _, AtEnd::Disable) => ("expire-disabled", count),
    };
    app.printer.note(
        &Text::new(key)
            .with("count", count)
            .with("run", report.run.as_str()),
    );
}

fn is_tidying(change: &Change) -> bool {
    change.notes.iter().any(|note| note == NOTE_OUTLIVED)
}

/// What a plan does at the end: it was made by the settings of that day.
fn at_end(plan: &Plan) -> AtEnd {
    if plan.changes.iter().any(Change::sets_password) {
        AtEnd::Replace
    } else {
        AtEnd::Disable
    }
}

/// Passwords that nobody will know, for the changes that need one. They are nowhere but in memory, and gone with it.
///
/// # Errors
/// The server's rules leave no room (2); no random source; as the directory answers.
pub async fn unknown_ones(
    app: &App,
    office: &Office,
    changes: &[Change],
) -> Result<BTreeMap<u64, Password>> {
    if !changes.iter().any(Change::sets_password) {
        return Ok(BTreeMap::new());
    }
    let rules = app.policy(office).await?;
    let mut random = super::new_passwords::random_source()?;
    (0u64..)
        .zip(changes)
        .filter(|(_, change)| change.sets_password())
        .map(|(number, _)| {
            let made = password::unknown(&rules, &mut random).ok_or_else(|| {
                CommandError::usage("style-does-not-fit", Text::new("expire-no-room"))
                    .hint(Text::new("expire-no-room-hint"))
            })?;
            Ok((number, made))
        })
        .collect()
}

impl ExpireArgs {
    fn selector(&self) -> Selector {
        Selector {
            class: self.class.clone(),
            group: self.group.clone(),
            school: self.school.clone(),
            roles: self.role.iter().map(|role| Role::from(*role)).collect(),
            filter: self.filter.clone(),
        }
    }
}
