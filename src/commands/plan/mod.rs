//! `entctl plan …`

use crate::app::App;
use crate::domain::change::Change;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::plan_file::{self, ENTCTL_VERSION, PlanFileError, SavedPlan};
use std::path::{Path, PathBuf};

mod apply;
mod show;

/// Look at a plan that was saved with --plan, and carry it out.
#[derive(Debug, clap::Subcommand)]
pub enum PlanCommand {
    /// Show a saved plan: whose accounts, and what would be done
    Show(show::ShowArgs),
    /// Carry out a saved plan, unless anything has changed since
    Apply(apply::ApplyArgs),
}

/// The file.
#[derive(Debug, Clone, clap::Args)]
pub struct FileArgs {
    /// File that --plan wrote
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Runs the verb.
///
/// # Errors
/// As each verb says.
pub async fn dispatch(app: &App, command: PlanCommand) -> Result<ExitStatus> {
    match command {
        PlanCommand::Show(args) => show::run(app, &args),
        PlanCommand::Apply(args) => apply::run(app, &args).await,
    }
}

/// Reads a saved plan.
///
/// # Errors
/// Not readable, not a plan (2); edited, newer, of another version (6).
fn read(app: &App, file: &Path) -> Result<SavedPlan> {
    let bytes = app.read_input(file)?;
    let say = |key: &str| Text::new(key).with("file", file.display().to_string());
    plan_file::read(&bytes).map_err(|error| match error {
        PlanFileError::NotAPlan => CommandError::usage("not-a-plan", say("plan-not-a-plan"))
            .hint(Text::new("plan-not-a-plan-hint")),
        PlanFileError::Altered => {
            CommandError::new(ExitStatus::Refused, "plan-altered", say("plan-altered"))
                .hint(Text::new("plan-again-hint"))
        }
        PlanFileError::NewerFormat { version } => CommandError::new(
            ExitStatus::Refused,
            "plan-newer",
            say("plan-newer").with("version", u64::from(version)),
        )
        .hint(Text::new("plan-newer-hint")),
        PlanFileError::OtherVersion { version } => CommandError::new(
            ExitStatus::Refused,
            "plan-other-version",
            say("plan-other-version")
                .with("version", version)
                .with("ours", ENTCTL_VERSION),
        )
        .hint(Text::new("plan-again-hint")),
    })
}

/// Whether new passwords are among what a plan gives.
fn gives_passwords(saved: &SavedPlan) -> bool {
    saved.plan.changes.iter().any(Change::sets_password)
}
