//! `entctl history prune`: takes old runs out of the history, told beforehand what that gives up.

use crate::app::App;
use crate::commands::shared::{past_moment, require_yes_for_machines};
use crate::error::{ExitStatus, Result};
use crate::explain;
use crate::history::{History, OutcomeKind, Pruned, Run, RunId, RunState, RunSummary};
use crate::i18n::{Language, Text};
use crate::output::{Cell, Column, Format, Table, words};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeSet;

/// Take old runs out of the history.
#[derive(Debug, Clone, clap::Args)]
pub struct PruneArgs {
    /// Only runs that ended longer ago: an age (6m, 1y, 2y: months, years; h, d, w too) or a date
    #[arg(long, value_name = "AGE", default_value = "1y")]
    pub older_than: String,

    /// Show what would be done, and do nothing
    #[arg(long, help_heading = "Before writing")]
    pub dry_run: bool,

    /// Do not ask for confirmation
    #[arg(long, short, help_heading = "Before writing")]
    pub yes: bool,
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
        key: "reason",
        title: "column-reason",
    },
];

/// What goes, and what that gives up.
#[derive(Serialize)]
struct PruneJson {
    r#type: &'static str,
    outcome: &'static str,
    count: usize,
    oldest: Option<Timestamp>,
    newest: Option<Timestamp>,
    undoable: usize,
    runs: Vec<String>,
    kept: Vec<KeptJson>,
}

/// A run that could not be taken away.
#[derive(Serialize)]
struct KeptJson {
    run: String,
    code: &'static str,
    message: String,
}

/// What is to go.
struct Old {
    runs: Vec<RunSummary>,
    undoable: usize,
}

/// Looks which runs are old enough, says what goes with them, asks, takes them away. Only ended runs of the
/// profile's own directory are looked at; the directory itself is not needed.
///
/// # Errors
/// What is no age, or no yes where nobody can be asked (2); the history cannot be read or written.
pub fn run(app: &App, args: &PruneArgs) -> Result<ExitStatus> {
    let before = past_moment(
        app,
        "--older-than",
        &args.older_than,
        "prune-not-an-age-hint",
    )?;
    require_yes_for_machines(app, args.yes, args.dry_run)?;
    let profile = app.profile()?;
    let history = app.history(&profile);
    let (mut runs, damaged) = history.list().map_err(explain::history)?;
    for error in damaged {
        app.printer.warn(explain::history(error).message());
    }
    runs.retain(|run| {
        run.state == RunState::Finished
            && run.manifest.base_dn == profile.base_dn
            && run.finished_at.is_some_and(|ended| ended < before)
    });
    let old = Old {
        undoable: runs.iter().filter(|run| undoable(&*history, run)).count(),
        runs,
    };
    if old.runs.is_empty() {
        if app.printer.format() == Format::Json {
            app.printer.json(&answer(&old, "unchanged", None));
        } else if !args.yes {
            app.printer.note(&Text::new("prune-nothing"));
        }
        return Ok(ExitStatus::Done);
    }
    let language = app.printer.localizer().language();
    if args.dry_run {
        match app.printer.format() {
            Format::Json => app.printer.json(&answer(&old, "planned", None)),
            _ => app.printer.table(&table(&old, language)),
        }
        for text in what_goes(&old, language) {
            app.printer.note(&text);
        }
        return Ok(ExitStatus::Done);
    }
    if !args.yes {
        // In the question itself: it must be read even where notes are not wanted.
        let [what, back] = what_goes(&old, language);
        let question = Text::new("prune-question").with("what", what);
        if !app.printer.confirm(&question.with("back", back))? {
            app.printer.note(&Text::new("nothing-done"));
            return Ok(ExitStatus::Done);
        }
    }
    let ids: Vec<RunId> = old.runs.iter().map(|r| r.manifest.run.clone()).collect();
    let pruned = history.prune(&ids).map_err(explain::history)?;
    Ok(report(app, old, pruned))
}

/// Whether there is something that could be taken back. A password never can.
fn undoable(history: &dyn History, run: &RunSummary) -> bool {
    let some_done = run.counts.get(&OutcomeKind::Done).is_some_and(|n| *n > 0);
    let whole = |run: &Run| {
        (0u64..).zip(&run.changes).any(|(number, change)| {
            let outcome = run.outcomes.get(&number).map(|o| o.outcome);
            outcome == Some(OutcomeKind::Done) && !change.sets_password()
        })
    };
    some_done && history.load(&run.manifest.run).is_ok_and(|run| whole(&run))
}

fn begun(runs: &[RunSummary]) -> (Option<Timestamp>, Option<Timestamp>) {
    let times = || runs.iter().map(|run| run.manifest.started_at);
    (times().min(), times().max())
}

/// How many go, from when to when, and what can no longer be taken back then.
fn what_goes(old: &Old, language: Language) -> [Text; 2] {
    let (oldest, newest) = begun(&old.runs);
    let said =
        |at: Option<Timestamp>| at.map_or_else(String::new, |at| words::moment(at, language));
    [
        Text::new("prune-what-goes")
            .with("count", old.runs.len())
            .with("oldest", said(oldest))
            .with("newest", said(newest)),
        Text::new("prune-no-way-back").with("count", old.undoable),
    ]
}

fn report(app: &App, mut old: Old, pruned: Pruned) -> ExitStatus {
    let gone: BTreeSet<&RunId> = pruned.gone.iter().collect();
    old.runs.retain(|run| gone.contains(&run.manifest.run));
    let status = match (pruned.kept.is_empty(), pruned.gone.is_empty()) {
        (true, _) => ExitStatus::Done,
        (false, false) => ExitStatus::Partial,
        (false, true) => ExitStatus::Failed,
    };
    let mut kept = Vec::new();
    for (run, error) in pruned.kept {
        let error = explain::history(error);
        app.printer.warn(
            &Text::new("prune-kept")
                .with("run", run.as_str())
                .with("why", error.message().clone()),
        );
        kept.push(KeptJson {
            run: run.to_string(),
            code: error.code(),
            message: app.printer.say(error.message()),
        });
    }
    let language = app.printer.localizer().language();
    match app.printer.format() {
        Format::Json => app.printer.json(&answer(&old, "done", Some(kept))),
        Format::Csv => app.printer.table(&table(&old, language)),
        Format::Table | Format::Ldif => {}
    }
    if app.printer.format() != Format::Json && !old.runs.is_empty() {
        app.printer
            .note(&Text::new("prune-done").with("count", old.runs.len()));
    }
    status
}

fn answer(old: &Old, outcome: &'static str, kept: Option<Vec<KeptJson>>) -> PruneJson {
    let (oldest, newest) = begun(&old.runs);
    PruneJson {
        r#type: "history-prune",
        outcome,
        count: old.runs.len(),
        oldest,
        newest,
        undoable: old.undoable,
        runs: old
            .runs
            .iter()
            .map(|r| r.manifest.run.to_string())
            .collect(),
        kept: kept.unwrap_or_default(),
    }
}

fn table(old: &Old, language: Language) -> Table {
    let mut table = Table::new(COLUMNS);
    for run in &old.runs {
        let manifest = &run.manifest;
        table.push(vec![
            manifest.run.as_str().into(),
            Cell::Shown {
                value: manifest.started_at.to_string(),
                words: words::moment(manifest.started_at, language),
            },
            words::who(manifest.user.as_str(), manifest.sudo_user.as_deref()).into(),
            manifest.verb.clone().into(),
            manifest.reason.clone().into(),
        ]);
    }
    table
}
