//! One file per verb: its arguments, then one function that tells the story.

use crate::app::App;
use crate::cli::GlobalArgs;
use crate::config::verbs::VERBS;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::output::Format;

pub mod account;
mod completions;
pub mod history;
pub mod mail;
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
    /// The same in words, such as `password reset`.
    #[arg(skip)]
    pub verb: String,
}

/// The objects, most used first.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Give, change and look at passwords
    #[command(subcommand)]
    Password(password::PasswordCommand),
    /// See and set where the mail of the ENT goes, and where forgotten passwords may be sent
    #[command(subcommand)]
    Mail(mail::MailCommand),
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

/// Runs the command that was asked for, where the profile is not narrowed to others.
///
/// # Errors
/// A command that the profile leaves out (6); else as each command says.
pub async fn dispatch(app: &App, typed: Entctl) -> Result<ExitStatus> {
    let Entctl { command, verb, .. } = typed;
    if app.printer.format() == Format::Ldif && !writes_ldif(&command) {
        return Err(
            CommandError::usage("format-unsupported", Text::new("format-unsupported"))
                .hint(Text::new("format-unsupported-hint")),
        );
    }
    check_command(app, &verb)?;
    match command {
        Command::Password(command) => password::dispatch(app, command).await,
        Command::Mail(command) => mail::dispatch(app, command).await,
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

/// Refuses a command that the profile leaves out. What needs no directory (sandbox, completions, man, help)
/// is for everybody; a profile that cannot be read is told by the command itself.
fn check_command(app: &App, verb: &str) -> Result<()> {
    if !VERBS.contains(&verb) {
        return Ok(());
    }
    app.profile()
        .map_or(Ok(()), |profile| shared::allowed(&profile, verb))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn a_profile_may_be_narrowed_to_every_command_on_a_directory() {
        let tree = Entctl::command();
        let mut verbs: Vec<String> = tree
            .get_subcommands()
            .filter(|object| !["sandbox", "help"].contains(&object.get_name()))
            .flat_map(|object| {
                let name = object.get_name().to_owned();
                object
                    .get_subcommands()
                    .map(move |verb| format!("{name} {}", verb.get_name()))
            })
            .collect();
        verbs.sort();
        assert_eq!(verbs, VERBS, "config::verbs::VERBS, in alphabetical order");
    }
}
