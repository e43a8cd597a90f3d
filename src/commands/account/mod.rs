//! `entctl account …`

use crate::app::App;
use crate::error::{ExitStatus, Result};

pub mod access;
mod correction;
mod departed;
mod duplicates;
mod export;
mod find;
mod list;
pub mod set;
mod show;
mod tied;

/// Find people, look at accounts, open and close them.
#[derive(Debug, clap::Subcommand)]
pub enum AccountCommand {
    /// Find people by a name as one would say it, a login, a mail address, or part of either
    Find(find::FindArgs),
    /// Show one account: who, where, family, groups, state
    Show(show::ShowArgs),
    /// List accounts by class, group, school, role or state
    List(list::ListArgs),
    /// Correct what the directory holds on a person: names, birth date, telephone, address
    Set(set::SetArgs),
    /// Find people who have several accounts, with the reasons
    Duplicates(duplicates::DuplicatesArgs),
    /// Disable accounts: nobody gets in until they are enabled again
    Lock(access::AccessArgs),
    /// Enable accounts that are disabled, or locked after wrong passwords
    Unlock(access::AccessArgs),
    /// Give a person all that the directory holds on them
    Export(export::ExportArgs),
}

/// Runs the verb.
///
/// # Errors
/// As each verb says.
pub async fn dispatch(app: &App, command: AccountCommand) -> Result<ExitStatus> {
    match command {
        AccountCommand::Find(args) => find::run(app, &args).await,
        AccountCommand::Show(args) => show::run(app, &args).await,
        AccountCommand::List(args) => list::run(app, &args).await,
        AccountCommand::Set(args) => set::run(app, &args).await,
        AccountCommand::Export(args) => export::run(app, &args).await,
        AccountCommand::Duplicates(args) => duplicates::run(app, &args).await,
        AccountCommand::Lock(args) => access::run(app, &args, access::Direction::Lock).await,
        AccountCommand::Unlock(args) => access::run(app, &args, access::Direction::Unlock).await,
    }
}
