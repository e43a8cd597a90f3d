//! `speed`: how fast entctl is on a real slapd, beside what one would use instead (docs/performance.md).
//!
//! One program, run by `make bench-speed`, that builds directories of its own, runs entctl and its peers in turn on the
//! same work, and prints a table of medians and ratios. It starts itself again for what must be a process of its own:
//! to measure one command ([`process`]), and as the bare client ([`bare`]).

mod bare;
mod ber;
mod config;
mod delay;
mod machine;
mod people;
mod process;
mod recorder;
mod rows;
mod server;
mod table;
mod trace;

use clap::{Parser, Subcommand};
use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// What goes wrong while measuring is told in words and ends the measure.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Measures how fast entctl is, beside what one would use instead
#[derive(Debug, Parser)]
#[command(version)]
struct Speed {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Measure, and print a table in Markdown; exit 1 where a target is missed, 2 where it could not be measured
    Run(rows::Wanted),
    /// Send what entctl sent once more, with nothing else to do
    Bare {
        /// What was recorded
        #[arg(long)]
        trace: PathBuf,
        /// The server, `127.0.0.1:389`
        #[arg(long)]
        server: String,
        /// Requests under way at most
        #[arg(long, default_value_t = bare::WINDOW)]
        window: usize,
    },
    /// Run one command and say how long it took and what it needed
    #[command(hide = true)]
    Measured {
        /// Where to say it
        #[arg(long)]
        out: PathBuf,
        /// Where the command's answer goes
        #[arg(long)]
        answer: PathBuf,
        /// The command
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let done = match Speed::parse().task {
        Task::Run(wanted) => rows::run(&wanted),
        Task::Bare {
            trace,
            server,
            window,
        } => bare::run(&trace, &server, window).map(|()| true),
        Task::Measured {
            out,
            answer,
            command,
        } => process::measure_here(&command, &answer, &out).map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "speed: {error}");
            ExitCode::from(2)
        }
    }
}
