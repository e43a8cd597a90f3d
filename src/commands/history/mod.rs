//! `entctl history …`

use crate::app::App;
use crate::error::{ExitStatus, Result};

mod export;
mod filter;
mod list;
mod one_account;
mod prune;
mod resume;

mod show;
pub mod undo;

pub use resume::take_up;

/// See what was done, by whom and why; take it back; finish what was interrupted.
#[derive(Debug, clap::Subcommand)]
pub enum HistoryCommand {
    /// List the runs, newest first
    List(list::ListArgs),
    /// Show one run: who, when, why, and what became of each account
    Show(show::ShowArgs),
    /// Take a run back: every account as it was before, save what others have changed since
    Undo(undo::UndoArgs),
    /// Finish a run that was interrupted
    Resume(resume::ResumeArgs),
    /// Write one run to a file, to keep it elsewhere
    Export(export::ExportArgs),
    /// Take old runs out of the history
    Prune(prune::PruneArgs),
}

/// Runs the verb.
///
/// # Errors
/// As each verb says.
pub async fn dispatch(app: &App, command: HistoryCommand) -> Result<ExitStatus> {
    match command {
        HistoryCommand::List(args) => list::run(app, &args),
        HistoryCommand::Show(args) => show::run(app, &args),
        HistoryCommand::Resume(args) => resume::run(app, &args).await,
        HistoryCommand::Export(args) => export::run(app, &args),
        HistoryCommand::Prune(args) => prune::run(app, &args),
        HistoryCommand::Undo(args) => undo::run(app, &args).await,
    }
}
