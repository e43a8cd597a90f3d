//! `entctl history list`: the runs, newest first.

use super::filter::FilterArgs;
use super::one_account;
use super::show::{AccountJson, outcome_cells};
use crate::app::App;
use crate::commands::shared::resume_line;
use crate::domain::job::JobName;
use crate::error::{ExitStatus, Result};
use crate::explain;
use crate::history::{Mentioned, OutcomeKind, RunId, RunState, RunSummary};
use crate::i18n::{Language, Text};
use crate::output::{Cell, Column, Format, Table, words};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::BTreeMap;

/// List the runs, newest first.
#[derive(Debug, Clone, clap::Args)]
pub struct ListArgs {
    /// Which runs.
    #[command(flatten)]
    pub filter: FilterArgs,
}

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

/// What became of the account asked for.
const ACCOUNT_COLUMNS: [Column; 2] = [
    Column {
        key: "outcome",
        title: "column-outcome",
    },
    Column {
        key: "code",
        title: "column-because",
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
    job: Option<JobName>,
    plan: Option<String>,
    undoes: Option<RunId>,
    left_out: u64,
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
            job: manifest.job,
            plan: manifest.plan,
            undoes: manifest.undoes,
            left_out: manifest.left_out,
            changes: run.changes,
            counts: run.counts.clone(),
        }
    }
}

#[derive(Serialize)]
struct RunsJson<'a> {
    r#type: &'static str,
    runs: Vec<ListedJson<'a>>,
}

/// A line of the list: the changes of the account asked for, where one was.
#[derive(Serialize)]
struct ListedJson<'a> {
    #[serde(flatten)]
    run: RunJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    accounts: Option<Vec<AccountJson<'a>>>,
}

/// Reads the history; needs no directory.
///
/// # Errors
/// The history cannot be read; a time that is none (2); nothing matches a filter (5).
pub fn run(app: &App, args: &ListArgs) -> Result<ExitStatus> {
    let filter = args.filter.read(&app.now().to_zoned(TimeZone::system()))?;
    let profile = app.profile()?;
    let history = app.history(&profile);
    let (mut runs, mut damaged) = history.list().map_err(explain::history)?;
    let mut mentioned = BTreeMap::new();
    if let (Some(typed), Some(who)) = (&args.filter.account, &filter.account) {
        let (found, unread) = one_account::find(app, history.as_ref(), typed, who)?;
        mentioned = found;
        damaged.extend(unread);
    }
    for error in damaged {
        app.printer.warn(explain::history(error).message());
    }
    let of = |run: &RunId| mentioned.get(run).map_or(&[][..], Vec::as_slice);
    runs.retain(|run| filter.keeps(run, of(&run.manifest.run)));
    let language = app.printer.localizer().language();
    if runs.is_empty() && !args.filter.is_empty() {
        return Err(filter.nothing(language));
    }
    let with_account = filter.account.is_some();
    if app.printer.format() == Format::Json {
        let listed = |run: &RunSummary| ListedJson {
            run: RunJson::from(run),
            accounts: with_account.then(|| {
                of(&run.manifest.run)
                    .iter()
                    .map(AccountJson::from)
                    .collect()
            }),
        };
        app.printer.json(&RunsJson {
            r#type: "runs",
            runs: runs.iter().map(listed).collect(),
        });
        return Ok(ExitStatus::Done);
    }
    let mut columns = COLUMNS.to_vec();
    if with_account {
        columns.extend(ACCOUNT_COLUMNS);
    }
    let mut table = Table::new(&columns);
    for run in &runs {
        let mut row = row(run, language);
        if with_account {
            row.extend(account_cells(of(&run.manifest.run)));
        }
        table.push(row);
    }
    app.printer.table(&table);
    if runs.is_empty() {
        app.printer.note(&Text::new("history-empty"));
    }
    for run in runs
        .iter()
        .filter(|r| matches!(r.state, RunState::Unfinished | RunState::Prepared))
    {
        app.printer.warn(&resume_line(&run.manifest));
    }
    Ok(ExitStatus::Done)
}

fn row(run: &RunSummary, language: Language) -> Vec<Cell> {
    let manifest = &run.manifest;
    vec![
        manifest.run.as_str().into(),
        Cell::Shown {
            value: manifest.started_at.to_string(),
            words: words::moment(manifest.started_at, language),
        },
        words::who(manifest.user.as_str(), manifest.sudo_user.as_deref()).into(),
        manifest.verb.clone().into(),
        done_of(run).into(),
        Cell::Coded {
            code: state_code(run.state).to_owned(),
            text: Text::new(format!("run-{}", state_code(run.state))),
        },
        manifest.reason.clone().into(),
    ]
}

fn account_cells(mentioned: &[Mentioned]) -> [Cell; 2] {
    let outcome = one_account::telling(mentioned).and_then(|m| m.outcome.as_ref());
    outcome_cells(
        outcome.map(|o| o.outcome),
        outcome.and_then(|o| o.code.as_deref()),
    )
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
