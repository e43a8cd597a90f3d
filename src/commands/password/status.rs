//! `entctl password status`: where passwords stand, as the server knows it.

use crate::app::App;
use crate::cli::TargetArgs;
use crate::commands::shared::{names_or_name, one, targets};
use crate::domain::account::{Account, AccountRef, AccountState, Role};
use crate::domain::time::parse_generalized;
use crate::error::{ExitStatus, Result};
use crate::output::{Cell, Column, Format, Table, words};
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
    state: Vec<&'static str>,
    must_change: bool,
    disabled: bool,
    locked_since: Option<Timestamp>,
    password_changed_at: Option<Timestamp>,
    last_login_at: Option<Timestamp>,
    temporary_until: Option<Timestamp>,
}

/// When the password ends. An end that outlived its password, the owner having chosen another, is none.
fn ends(state: &AccountState) -> Option<Timestamp> {
    let until = state.temporary_until.as_deref().and_then(parse_generalized);
    let set_after = |until: &Timestamp| state.password_changed_at.is_some_and(|at| at > *until);
    until.filter(|until| state.must_change && !set_after(until))
}

/// Reads and shows.
///
/// # Errors
/// Not found (5); as the directory answers.
pub async fn run(app: &App, args: &StatusArgs) -> Result<ExitStatus> {
    let office = app.open().await?;
    let mut accounts: Vec<Account> = Vec::new();
    if args.targets.accounts.is_empty() {
        let found = targets(app, &office, &args.targets, &[Role::Pupil], false).await?;
        accounts.extend(found.into_iter().map(|g| g.account));
    } else {
        for text in &names_or_name(&office, &args.targets.accounts).await? {
            accounts.push(one(app, &office, text, false).await?);
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
    let mut table = Table::new(COLUMNS);
    for account in &accounts {
        let state = &account.state;
        if app.printer.format() == Format::Json {
            app.printer.json(&StatusJson {
                r#type: "password-status",
                account: account.reference(),
                state: words::state_codes(state),
                must_change: state.must_change,
                disabled: state.disabled,
                locked_since: state.locked_since,
                password_changed_at: state.password_changed_at,
                last_login_at: state.last_login_at,
                temporary_until: ends(state),
            });
            continue;
        }
        table.push(vec![
            account.display_name.clone().into(),
            account.login.clone().into(),
            Cell::Shown {
                value: words::state_codes(state).join(","),
                words: words::state(state, localizer),
            },
            at(state.password_changed_at),
            at(state.locked_since),
            at(state.last_login_at),
            at(ends(state)),
        ]);
    }
    if app.printer.format() != Format::Json {
        app.printer.table(&table);
    }
    Ok(ExitStatus::Done)
}
