//! `entctl password …`

use crate::app::App;
use crate::error::{ExitStatus, Result};

mod change;
pub mod expire;
pub mod new_passwords;
pub mod reset;
pub mod send;
mod status;

pub use new_passwords::{make, make_slips, shown, tell};

/// Give, change and look at passwords.
#[derive(Debug, clap::Subcommand)]
pub enum PasswordCommand {
    /// Give pupils a new first password, to be changed at the first login
    Reset(reset::ResetArgs),
    /// Send parents, teachers and staff a temporary password by mail
    Send(send::SendArgs),
    /// Change one's own password
    Change(change::ChangeArgs),
    /// Show where passwords stand: to be changed, locked, never used
    Status(status::StatusArgs),
    /// End the temporary passwords that were not used in time (for cron)
    Expire(expire::ExpireArgs),
}

/// Runs the verb.
///
/// # Errors
/// As each verb says.
pub async fn dispatch(app: &App, command: PasswordCommand) -> Result<ExitStatus> {
    match command {
        PasswordCommand::Reset(args) => reset::run(app, &args).await,
        PasswordCommand::Send(args) => send::run(app, &args).await,
        PasswordCommand::Change(args) => change::run(app, &args).await,
        PasswordCommand::Status(args) => status::run(app, &args).await,
        PasswordCommand::Expire(args) => expire::run(app, &args).await,
    }
}
