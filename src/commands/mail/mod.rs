//! `entctl mail …`

use crate::app::App;
use crate::error::{ExitStatus, Result};

mod check;
pub mod clear;
mod desired;
mod list;
mod one;
mod refused;
pub mod set;
mod show;
pub mod sync;

/// See and set where the mail of the ENT goes, and where forgotten passwords may be sent.
#[derive(Debug, clap::Subcommand)]
pub enum MailCommand {
    /// Show the ENT address of an account, its redirect and its recovery address
    Show(show::ShowArgs),
    /// Redirect the mail of an account, or set its recovery address
    Set(set::SetArgs),
    /// Take a redirect or a recovery address away
    Clear(clear::ClearArgs),
    /// See who forwards where, and mail that goes round in loops
    List(list::ListArgs),
    /// Bring redirects and recovery addresses in line with a file
    Sync(sync::SyncArgs),
}

/// Runs the verb.
///
/// # Errors
/// As each verb says.
pub async fn dispatch(app: &App, command: MailCommand) -> Result<ExitStatus> {
    match command {
        MailCommand::Show(args) => show::run(app, &args).await,
        MailCommand::Set(args) => set::run(app, &args).await,
        MailCommand::Clear(args) => clear::run(app, &args).await,
        MailCommand::List(args) => list::run(app, &args).await,
        MailCommand::Sync(args) => sync::run(app, &args).await,
    }
}
