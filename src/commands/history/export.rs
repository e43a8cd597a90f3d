//! `entctl history export RUN`: one run as one JSON document.

use crate::app::App;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::history::{HistoryError, RunId, RunState, bundle};
use crate::i18n::Text;
use std::path::PathBuf;

/// Write one run to a file, to keep it elsewhere.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportArgs {
    /// Name of the run, as history list shows it
    #[arg(value_name = "RUN")]
    pub run: String,

    /// Write a new file that only you may read
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Reads a run and writes it whole, in JSON whatever the format asked for; needs no directory.
///
/// # Errors
/// The file exists (2); no such run (5); damaged or newer.
pub fn run(app: &App, args: &ExportArgs) -> Result<ExitStatus> {
    if let Some(path) = &args.out {
        app.check_new_file(path)?;
    }
    let profile = app.profile()?;
    let id = RunId::parse(&args.run)
        .ok_or_else(|| explain::history(HistoryError::NoSuchRun(args.run.clone())))?;
    let run = app.history(&profile).load(&id).map_err(explain::history)?;
    let bundle = bundle::write(&run)
        .map_err(|error| -> CommandError { explain::bundle(error, id.as_str()) })?;
    let document = app.printer.json_file(&bundle);
    if run.state != RunState::Finished {
        app.printer
            .warn(&Text::new("history-exported-unfinished").with("run", id.as_str()));
    }
    match &args.out {
        Some(path) => {
            let written = app.write_private_file(path, &document)?;
            app.printer.note(
                &Text::new("history-exported")
                    .with("run", id.as_str())
                    .with("path", written.display().to_string()),
            );
        }
        None => app.printer.answer_bytes(&document),
    }
    Ok(ExitStatus::Done)
}
