//! `entctl account …`

use crate::app::App;
use crate::error::{ExitStatus, Result};

pub mod access;
mod correction;
mod departed;
pub mod dismiss;
mod duplicates;
mod export;
mod find;
pub mod join;
mod list;
pub mod review;
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
    /// Look at people who have several accounts, side by side, and decide
    Review(review::ReviewArgs),
    /// Remember that two accounts are of two people, however alike
    Dismiss(dismiss::DismissArgs),
    /// Link the accounts of one person: one is enough from then on, and all stay
    Link(join::link::LinkArgs),
    /// Take a link back: the principal loses what it gave, and only that
    Unlink(join::unlink::UnlinkArgs),
    /// Merge the accounts of one person: one counts from then on, with the children, groups and rights of all
    Merge(join::merge::MergeArgs),
    /// Bring links in line with what the nightly feed has written since (for cron)
    Refresh(join::refresh::RefreshArgs),
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
        AccountCommand::Review(args) => review::run(app, &args).await,
        AccountCommand::Dismiss(args) => dismiss::run(app, &args).await,
        AccountCommand::Link(args) => join::link::run(app, &args).await,
        AccountCommand::Unlink(args) => join::unlink::run(app, &args).await,
        AccountCommand::Merge(args) => join::merge::run(app, &args).await,
        AccountCommand::Refresh(args) => join::refresh::run(app, &args).await,
        AccountCommand::Lock(args) => access::run(app, &args, access::Direction::Lock).await,
        AccountCommand::Unlock(args) => access::run(app, &args, access::Direction::Unlock).await,
    }
}
