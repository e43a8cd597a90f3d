//! `entctl history list`: the runs, newest first.

use crate::app::App;
use crate::error::{ExitStatus, Result};
use crate::explain;
use crate::history::{OutcomeKind, RunState, RunSummary};
use crate::i18n::Text;
use crate::output::{Cell, Column, Format, Table, words};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// List the runs, newest first.
#[derive(Debug, Clone, clap::Args)]
pub struct ListArgs {}

const COLUMNS: &[Column] = &[
    Column {
        key: "run",
        title: "column-run",
    },
    Column {
        key: "started_at",
        title: "column-started",
    },
    Column {
        key: "user",
        title: "column-user",
    },
    Column {
        key: "command",
        title: "column-command",
    },
    Column {
        key: "changes",
        title: "column-changes",
    },
    Column {
        key: "state",
        title: "column-run-state",
    },
    Column {
        key: "reason",
        title: "column-reason",
    },
];

/// A run in JSON, without its changes.
#[derive(Serialize)]
pub struct RunJson {
    run: String,
    verb: String,
    command: Vec<String>,
    state: RunState,
    started_at: Timestamp,
    finished_at: Option<Timestamp>,
    user: String,
    sudo_user: Option<String>,
    host: String,
    profile: String,
    url: String,
    bound_as: Option<String>,
    reason: Option<String>,
    changes: u64,
    counts: BTreeMap<OutcomeKind, u64>,
}

impl From<&RunSummary> for RunJson {
    fn from(run: &RunSummary) -> Self {
        let manifest = run.manifest.clone();
        RunJson {
            run: manifest.run.to_string(),
            verb: manifest.verb,
            command: manifest.command,
            state: run.state,
            started_at: manifest.started_at,
            finished_at: run.finished_at,
            user: manifest.user,
            sudo_user: manifest.sudo_user,
            host: manifest.host,
            profile: manifest.profile,
            url: manifest.url,
            bound_as: manifest.bound_as,
            reason: manifest.reason,
            changes: run.changes,
            counts: run.counts.clone(),
        }
    }
}

#[derive(Serialize)]
struct RunsJson {
    r#type: &'static str,
    runs: Vec<RunJson>,
}

/// Reads the history; needs no directory.
///
/// # Errors
/// The history cannot be read.
pub fn run(app: &App, _args: &ListArgs) -> Result<ExitStatus> {
    let profile = app.profile()?;
    let (runs, damaged) = app.history(&profile).list().map_err(explain::history)?;
    for error in damaged {
        app.printer.warn(explain::history(error).message());
    }
    if app.printer.format() == Format::Json {
        app.printer.json(&RunsJson {
            r#type: "runs",
            runs: runs.iter().map(RunJson::from).collect(),
        });
        return Ok(ExitStatus::Done);
    }
    let language = app.printer.localizer().language();
    let mut table = Table::new(COLUMNS);
    for run in &runs {
        let manifest = &run.manifest;
        table.push(vec![
            manifest.run.as_str().into(),
            Cell::Shown {
                value: manifest.started_at.to_string(),
                words: words::moment(manifest.started_at, language),
            },
            who(manifest.user.as_str(), manifest.sudo_user.as_deref()).into(),
            manifest.verb.clone().into(),
            done_of(run).into(),
            Cell::Coded {
                code: state_code(run.state).to_owned(),
                text: Text::new(format!("run-{}", state_code(run.state))),
            },
            manifest.reason.clone().into(),
        ]);
    }
    app.printer.table(&table);
    for run in runs
        .iter()
        .filter(|r| matches!(r.state, RunState::Unfinished | RunState::Prepared))
    {
        app.printer.warn(
            &Text::new("guard-unfinished")
                .with("run", run.manifest.run.as_str())
                .with("profile", &profile.name),
        );
    }
    Ok(ExitStatus::Done)
}

/// `secretaire`, or `root (secretaire)` behind sudo.
pub fn who(user: &str, sudo_user: Option<&str>) -> String {
    match sudo_user {
        Some(behind) => format!("{user} ({behind})"),
        None => user.to_owned(),
    }
}

fn done_of(run: &RunSummary) -> String {
    let done = run.counts.get(&OutcomeKind::Done).copied().unwrap_or(0);
    format!("{done}/{}", run.changes)
}

/// The stable code of a run's state.
pub fn state_code(state: RunState) -> &'static str {
    match state {
        RunState::Running => "running",
        RunState::Prepared => "prepared",
        RunState::Unfinished => "unfinished",
        RunState::Finished => "finished",
    }
}
