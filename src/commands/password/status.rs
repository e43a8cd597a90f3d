//! `entctl password status`: where passwords stand, as the server knows it.

use crate::app::App;
use crate::cli::TargetArgs;
use crate::commands::shared::served::texts;
use crate::commands::shared::{Given, names_or_name, serving, targets};
use crate::domain::account::{AccountRef, Role};
use crate::error::{ExitStatus, Result};
use crate::output::{Cell, Column, Format, Table, words};
use crate::people::Who;
use jiff::Timestamp;
use serde::Serialize;

/// Show where passwords stand: to be changed, locked, never used.
#[derive(Debug, Clone, clap::Args)]
pub struct StatusArgs {
    /// Whose accounts.
    #[command(flatten)]
    pub targets: TargetArgs,
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
        key: "state",
        title: "column-state",
    },
    Column {
        key: "password_changed_at",
        title: "column-password-changed",
    },
    Column {
        key: "locked_since",
        title: "column-locked-since",
    },
    Column {
        key: "last_login_at",
        title: "column-last-login",
    },
    Column {
        key: "temporary_until",
        title: "column-temporary-until",
    },
];

#[derive(Serialize)]
struct StatusJson {
    r#type: &'static str,
    account: AccountRef,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    asked: Vec<String>,
    state: Vec<&'static str>,
    must_change: bool,
    disabled: bool,
    locked_since: Option<Timestamp>,
    password_changed_at: Option<Timestamp>,
    last_login_at: Option<Timestamp>,
    temporary_until: Option<Timestamp>,
}

/// Reads and shows.
///
/// # Errors
/// Not found (5); as the directory answers.
pub async fn run(app: &App, args: &StatusArgs) -> Result<ExitStatus> {
    let office = app.open().await?;
    let mut given: Vec<Given> = Vec::new();
    if args.targets.accounts.is_empty() {
        // Of a closed secondary there is a password to be told of, too: it is left out of nothing but new ones.
        let who = match args.targets.from {
            Some(_) => Who::Serving,
            None => Who::Entry,
        };
        given = targets(app, &office, &args.targets, &[Role::Pupil], who).await?;
    } else {
        for text in &names_or_name(&office, &args.targets.accounts).await? {
            given.push(serving(app, &office, text, false).await?);
        }
    }
    let localizer = app.printer.localizer();
    let language = localizer.language();
    let at = |moment: Option<Timestamp>| Cell::Shown {
        value: moment.map(|m| m.to_string()).unwrap_or_default(),
        words: moment
            .map(|m| words::moment(m, language))
            .unwrap_or_default(),
    };
    let mut table = Table::new(COLUMNS).yielding(&["last_login_at", "password_changed_at"]);
    for one in &given {
        let account = &one.account;
        let state = &account.state;
        if app.printer.format() == Format::Json {
            app.printer.json(&StatusJson {
                r#type: "password-status",
                account: account.reference(),
                asked: texts(one),
                state: words::state_codes(account),
                must_change: state.must_change,
                disabled: state.disabled,
                locked_since: state.locked_since,
                password_changed_at: state.password_changed_at,
                last_login_at: state.last_login_at,
                temporary_until: state.temporary_end(),
            });
            continue;
        }
        table.push(vec![
            account.display_name.clone().into(),
            account.login.clone().into(),
            Cell::Shown {
                value: words::state_codes(account).join(","),
                words: words::state(account, localizer),
            },
            at(state.password_changed_at),
            at(state.locked_since),
            at(state.last_login_at),
            at(state.temporary_end()),
        ]);
    }
    if app.printer.format() != Format::Json {
        app.printer.table(&table);
    }
    Ok(ExitStatus::Done)
}
