//! `entctl completions SHELL`.

use super::Entctl;
use crate::app::App;
use crate::error::{ExitStatus, Result};
use clap::CommandFactory;

/// Print the completion script of a shell
#[derive(Debug, Clone, clap::Args)]
pub struct CompletionsArgs {
    /// Shell to complete for
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: clap_complete::Shell,
}

/// Writes the script to stdout.
///
/// # Errors
/// Never.
pub fn run(app: &App, args: &CompletionsArgs) -> Result<ExitStatus> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Entctl::command(), "entctl", &mut script);
    app.printer.answer_bytes(&script);
    Ok(ExitStatus::Done)
}
