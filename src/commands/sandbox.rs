//! `entctl sandbox …`: a real directory with two made-up schools, to learn and to try.

use crate::app::App;
use crate::error::{ExitStatus, Result};
use crate::i18n::Text;
use crate::output::{Card, Format};
use crate::sandbox::{self, SandboxInfo, SandboxState, UpOutcome, UpRequest};

/// A real directory with two made-up schools, to learn and to try.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum SandboxCommand {
    /// Start the sandbox, made anew where there is none
    Up(UpArgs),
    /// Stop the sandbox and take everything of it away
    Down(NameArgs),
    /// Show where the sandbox is, and how to reach it
    Status(NameArgs),
    /// Start again with the people as they were at first
    Reset(NameArgs),
    /// Open a shell in which entctl and the directory tools speak to the sandbox
    Shell(NameArgs),
}

/// Which sandbox.
#[derive(Debug, Clone, clap::Args)]
pub struct NameArgs {
    /// Name of the sandbox: several may stand side by side
    #[arg(long, value_name = "NAME", default_value = "sandbox")]
    pub name: String,
}

/// Start the sandbox.
#[derive(Debug, Clone, clap::Args)]
pub struct UpArgs {
    /// Which sandbox.
    #[command(flatten)]
    pub name: NameArgs,

    /// Number of pupils of the two schools together
    #[arg(long, value_name = "N", default_value_t = 900)]
    pub pupils: u32,

    /// The same number gives the same people
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}

/// Runs the verb; needs no configuration.
///
/// # Errors
/// As the sandbox says: slapd missing, port, disk.
pub fn dispatch(app: &App, command: SandboxCommand) -> Result<ExitStatus> {
    let paths = app.sandboxes();
    match command {
        SandboxCommand::Up(args) => {
            app.printer.note(&Text::new("sandbox-starting"));
            let request = UpRequest {
                name: args.name.name,
                pupils: args.pupils,
                seed: args.seed,
            };
            let (info, outcome) = sandbox::up(&paths, &request)?;
            tell_up(app, &info, outcome == UpOutcome::AlreadyRunning);
        }
        SandboxCommand::Down(args) => {
            let stopped = sandbox::down(&paths, &args.name)?;
            let key = if stopped {
                "sandbox-is-down"
            } else {
                "sandbox-was-not-up"
            };
            app.printer.note(&Text::new(key).with("name", &args.name));
        }
        SandboxCommand::Status(args) => {
            let info = sandbox::status(&paths, &args.name)?;
            show(app, &info);
        }
        SandboxCommand::Reset(args) => {
            app.printer.note(&Text::new("sandbox-starting"));
            let info = sandbox::reset(&paths, &args.name)?;
            tell_up(app, &info, false);
        }
        SandboxCommand::Shell(args) => {
            let info = sandbox::status(&paths, &args.name)?;
            if info.state == SandboxState::Running {
                app.printer
                    .note(&Text::new("sandbox-shell").with("name", &args.name));
            }
            sandbox::shell(&info)?;
        }
    }
    Ok(ExitStatus::Done)
}

fn tell_up(app: &App, info: &SandboxInfo, was_up: bool) {
    if app.printer.format() == Format::Json {
        app.printer.json(info);
        return;
    }
    let key = if was_up {
        "sandbox-was-up"
    } else {
        "sandbox-is-up"
    };
    app.printer.note(&Text::new(key).with("name", &info.name));
}

fn show(app: &App, info: &SandboxInfo) {
    if app.printer.format() == Format::Json {
        app.printer.json(info);
        return;
    }
    let mut card = Card::new();
    card.line("sandbox-card-name", Some(info.name.clone()));
    let state = Text::new(format!("sandbox-state-{}", info.state.as_str()));
    card.line("sandbox-card-state", Some(app.printer.say(&state)));
    card.line("sandbox-card-url", info.url.clone());
    card.line("sandbox-card-ldaps-url", info.ldaps_url.clone());
    let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|p| p.display().to_string());
    card.line("sandbox-card-config", path(&info.config));
    card.line("sandbox-card-mail", path(&info.mail_dir));
    app.printer.card(&card);
}
