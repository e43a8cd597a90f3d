//! One file per verb: its arguments, then one function that tells the story.

use crate::app::App;
use crate::cli::GlobalArgs;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::output::Format;

pub mod account;
mod completions;
pub mod history;
mod man;
mod parse;
pub mod password;
pub mod plan;
pub mod sandbox;
mod shared;

pub use man::pages;
pub use parse::{Shown, parse};

/// Administer the accounts of a school's ENT in its directory
#[derive(Debug, clap::Parser)]
#[command(name = "entctl", bin_name = "entctl", version)]
pub struct Entctl {
    /// Options of every command.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The objects, most used first.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Give, change and look at passwords
    #[command(subcommand)]
    Password(password::PasswordCommand),
    /// Find people, look at accounts, open and close them
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Look at a plan that was saved with --plan, and carry it out
    #[command(subcommand)]
    Plan(plan::PlanCommand),
    /// See what was done, by whom and why; finish what was interrupted
    #[command(subcommand)]
    History(history::HistoryCommand),
    /// A real directory with two made-up schools, to learn and to try
    #[command(subcommand)]
    Sandbox(sandbox::SandboxCommand),
    /// Print the completion script of a shell
    Completions(completions::CompletionsArgs),
    /// Write the man pages
    #[command(hide = true)]
    Man(man::ManArgs),
}

/// Runs the command that was asked for.
///
/// # Errors
/// As each command says.
pub async fn dispatch(app: &App, command: Command) -> Result<ExitStatus> {
    if app.printer.format() == Format::Ldif && !writes_ldif(&command) {
        return Err(
            CommandError::usage("format-unsupported", Text::new("format-unsupported"))
                .hint(Text::new("format-unsupported-hint")),
        );
    }
    match command {
        Command::Password(command) => password::dispatch(app, command).await,
        Command::Account(command) => account::dispatch(app, command).await,
        Command::Plan(command) => plan::dispatch(app, command).await,
        Command::History(command) => history::dispatch(app, command).await,
        Command::Sandbox(command) => sandbox::dispatch(app, command),
        Command::Completions(args) => completions::run(app, &args),
        Command::Man(args) => man::run(app, &args),
    }
}

/// The few commands that show changes, and so have some to write as LDIF.
fn writes_ldif(command: &Command) -> bool {
    matches!(
        command,
        Command::Plan(plan::PlanCommand::Show(_))
            | Command::History(history::HistoryCommand::Show(_))
    )
}
