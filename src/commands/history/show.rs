//! `entctl history show RUN`: who, when, why, and what became of each account.

use super::list::{RunJson, state_code};
use crate::app::App;
use crate::commands::shared::{changes, resume_line};
use crate::domain::account::AccountRef;
use crate::domain::decision::{decisions, others};
use crate::domain::dn::Dn;
use crate::domain::ldif;
use crate::error::{ExitStatus, Result};
use crate::explain;
use crate::history::{
    Delivery, HistoryError, MailState, Mentioned, Outcome, OutcomeKind, Run, RunId, RunState,
};
use crate::i18n::Text;
use crate::output::{Card, Cell, Column, Format, Table, words};
use jiff::Timestamp;
use serde::Serialize;

/// Show one run: who, when, why, and what became of each account.
#[derive(Debug, Clone, clap::Args)]
pub struct ShowArgs {
    /// Name of the run, as history list shows it
    #[arg(value_name = "RUN")]
    pub run: String,
}

const COLUMNS: &[Column] = &[
    Column {
        key: "name",
        title: "column-name",
    },
    Column {
        key: "login",
        title: "column-login",
    },
    Column {
        key: "change",
        title: "column-change",
    },
    Column {
        key: "outcome",
        title: "column-outcome",
    },
    Column {
        key: "code",
        title: "column-because",
    },
];

/// The line of `history list`, with what only this run is asked for.
#[derive(Serialize)]
struct WholeRunJson<'a> {
    r#type: &'static str,
    #[serde(flatten)]
    run: RunJson,
    base_dn: &'a Dn,
    delivery: &'a Delivery,
    style: Option<&'a str>,
    accounts: Vec<AccountJson<'a>>,
}

/// What became of one account in a run.
#[derive(Serialize)]
pub struct AccountJson<'a> {
    account: &'a AccountRef,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    with: Vec<&'a AccountRef>,
    outcome: Option<OutcomeKind>,
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<MailState>,
    at: Option<Timestamp>,
}

impl<'a> AccountJson<'a> {
    fn new(account: &'a AccountRef, outcome: Option<&'a Outcome>) -> Self {
        AccountJson {
            account,
            with: Vec::new(),
            outcome: outcome.map(|o| o.outcome),
            code: outcome.and_then(|o| o.code.as_deref()),
            mail: outcome.and_then(|o| o.mail),
            at: outcome.map(|o| o.at),
        }
    }
}

impl<'a> From<&'a Mentioned> for AccountJson<'a> {
    fn from(mentioned: &'a Mentioned) -> Self {
        AccountJson::new(&mentioned.account, mentioned.outcome.as_ref())
    }
}

/// Reads a run; needs no directory.
///
/// # Errors
/// No such run (5); damaged or newer.
pub fn run(app: &App, args: &ShowArgs) -> Result<ExitStatus> {
    let profile = app.profile()?;
    let id = RunId::parse(&args.run)
        .ok_or_else(|| explain::history(HistoryError::NoSuchRun(args.run.clone())))?;
    let run = app.history(&profile).load(&id).map_err(explain::history)?;
    if app.printer.format() == Format::Json {
        app.printer.json(&WholeRunJson {
            r#type: "run",
            base_dn: &run.manifest.base_dn,
            delivery: &run.manifest.delivery,
            style: run.manifest.style.as_deref(),
            accounts: accounts(&run),
            run: RunJson::from(&run.summary()),
        });
        return Ok(ExitStatus::Done);
    }
    if app.printer.format() == Format::Ldif {
        let records: String = run.changes.iter().map(ldif::forward).collect();
        app.printer.answer(&format!("version: 1\n\n{records}"));
        return Ok(ExitStatus::Done);
    }
    if app.printer.format() == Format::Table {
        show_card(app, &run);
    }
    let mut table = Table::new(COLUMNS);
    let decisions = decisions(&run.changes);
    for (line, decision) in accounts(&run).into_iter().zip(decisions) {
        let mut row = vec![
            line.account.name.clone().into(),
            line.account.login.clone().into(),
            changes::cell(&run.changes[decision], &app.printer),
        ];
        let [outcome, code] = outcome_cells(line.outcome, line.code);
        row.push(line.mail.map_or(outcome, mail_cell));
        row.push(code);
        table.push(row);
    }
    app.printer.table(&table);
    if matches!(run.state, RunState::Unfinished | RunState::Prepared) {
        app.printer.warn(&resume_line(&run.manifest));
    }
    Ok(ExitStatus::Done)
}

fn show_card(app: &App, run: &Run) {
    let manifest = &run.manifest;
    let language = app.printer.localizer().language();
    let mut card = Card::new();
    card.line("column-run", Some(manifest.run.to_string()));
    card.line("column-command", Some(manifest.verb.clone()));
    card.line(
        "column-user",
        Some(words::who(&manifest.user, manifest.sudo_user.as_deref())),
    );
    card.line("card-host", Some(manifest.host.clone()));
    card.line(
        "column-started",
        Some(words::moment(manifest.started_at, language)),
    );
    card.line(
        "card-finished",
        run.finished_at.map(|at| words::moment(at, language)),
    );
    card.line("column-reason", manifest.reason.clone());
    card.line("card-job", manifest.job.as_ref().map(ToString::to_string));
    card.line(
        "card-undoes",
        manifest.undoes.as_ref().map(ToString::to_string),
    );
    card.line("card-profile", Some(manifest.profile.clone()));
    let state = Text::new(format!("run-{}", state_code(run.state)));
    card.line("column-run-state", Some(app.printer.say(&state)));
    app.printer.card(&card);
}

fn accounts(run: &Run) -> Vec<AccountJson<'_>> {
    decisions(&run.changes)
        .into_iter()
        .filter_map(|decision| {
            let changes = &run.changes[decision.clone()];
            let account = &changes.first()?.account;
            let mut line = AccountJson::new(account, run.outcome_of(decision));
            line.with = others(changes);
            if run.manifest.delivery == Delivery::Mail {
                line.mail = line.mail.or(Some(MailState::Prepared));
            }
            Some(line)
        })
        .collect()
}

/// How far a password that goes by mail has come.
fn mail_cell(state: MailState) -> Cell {
    Cell::Coded {
        code: state.as_str().to_owned(),
        text: Text::new(format!("mail-state-{}", state.as_str())),
    }
}

/// How an account ended, and why where it was not done.
pub fn outcome_cells(outcome: Option<OutcomeKind>, code: Option<&str>) -> [Cell; 2] {
    let outcome = outcome_code(outcome);
    [
        Cell::Coded {
            code: outcome.to_owned(),
            text: Text::new(format!("outcome-kind-{outcome}")),
        },
        code.map_or_else(
            || Cell::from(""),
            |code| Cell::Coded {
                code: code.to_owned(),
                text: Text::new(format!("outcome-{code}")),
            },
        ),
    ]
}

fn outcome_code(outcome: Option<OutcomeKind>) -> &'static str {
    match outcome {
        None => "pending",
        Some(OutcomeKind::Done) => "done",
        Some(OutcomeKind::Unchanged) => "unchanged",
        Some(OutcomeKind::Refused) => "refused",
        Some(OutcomeKind::Failed) => "failed",
        Some(OutcomeKind::Unknown) => "unknown",
    }
}
