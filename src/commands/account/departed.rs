//! `entctl account list --state departed`: whose data must go, and by what it is seen.

use super::list::{ListArgs, roles};
use crate::app::{App, Office};
use crate::cli::TargetArgs;
use crate::commands::shared::{PersonJson, past_moment, people_table, person_json, targets};
use crate::domain::account::Account;
use crate::domain::departed::{Departure, Evidence};
use crate::domain::dn::Dn;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::output::{Cell, Column, Format, words};
use crate::people::{Selector, Who};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct ListJson {
    r#type: &'static str,
    accounts: Vec<DepartedJson>,
}

/// A person, and by what it is seen that they have gone; empty where another state was asked for too.
#[derive(Serialize)]
struct DepartedJson {
    #[serde(flatten)]
    person: PersonJson,
    evidence: Vec<&'static str>,
    gone_since: Option<Timestamp>,
}

/// Lists those who have gone, and those in the other states asked for.
///
/// # Errors
/// A time that is none (2); unknown class, group or school (5); as the directory answers.
pub async fn run(app: &App, args: &ListArgs) -> Result<ExitStatus> {
    let since = match &args.since {
        Some(text) => Some(past_moment(
            app,
            "--since",
            text,
            "history-not-a-time-hint",
        )?),
        None => None,
    };
    let office = app.open().await?;
    let found = asked_for(app, &office, &args.targets).await?;
    let mut gone = office.people.departures(&found).await?;
    let mut undated = 0;
    if let Some(since) = since {
        let all = gone.len();
        gone.retain(|_, departure| departure.since.is_some());
        undated = all - gone.len();
        gone.retain(|_, departure| departure.since.is_some_and(|at| at <= since));
        gone.extend(long_disabled(&office, &found, since, &gone).await?);
    }
    let accounts: Vec<Account> = found
        .into_iter()
        .filter(|account| {
            gone.contains_key(&account.dn) || args.state.iter().any(|state| state.fits(account))
        })
        .collect();
    show(app, &office, &accounts, &gone).await?;
    if app.printer.format() != Format::Json {
        app.printer
            .note(&Text::new("list-count").with("count", accounts.len()));
        if !gone.is_empty() {
            app.printer.note(&Text::new("departed-who-deletes"));
        }
    }
    if undated > 0 {
        app.printer
            .note(&Text::new("departed-undated").with("count", undated));
    }
    Ok(ExitStatus::Done)
}

/// `--since` is about those who have gone.
pub fn since_alone() -> CommandError {
    CommandError::usage("since-without-departed", Text::new("departed-since-alone"))
        .hint(Text::new("departed-since-alone-hint"))
}

/// Everybody, those included who are nothing to any school, unless somebody was named.
async fn asked_for(app: &App, office: &Office, wanted: &TargetArgs) -> Result<Vec<Account>> {
    if *wanted == TargetArgs::default() {
        return office.people.select(&Selector::default()).await;
    }
    let given = targets(app, office, wanted, roles(wanted), Who::Entry).await?;
    Ok(given.into_iter().map(|g| g.account).collect())
}

/// Accounts that a person disabled, and that nobody touched since: the mark itself has no date
/// (draft-behera-ldap-password-policy section 5.3.3).
async fn long_disabled(
    office: &Office,
    accounts: &[Account],
    since: Timestamp,
    gone: &BTreeMap<Dn, Departure>,
) -> Result<Vec<(Dn, Departure)>> {
    let disabled: Vec<Dn> = accounts
        .iter()
        .filter(|a| a.state.disabled && !gone.contains_key(&a.dn))
        .map(|a| a.dn.clone())
        .collect();
    let changed = office.people.changed(disabled).await?;
    Ok(changed
        .into_iter()
        .filter(|(_, at)| *at <= since)
        .map(|(dn, at)| {
            let departure = Departure {
                evidence: vec![Evidence::Disabled],
                since: Some(at),
            };
            (dn, departure)
        })
        .collect())
}

async fn show(
    app: &App,
    office: &Office,
    accounts: &[Account],
    gone: &BTreeMap<Dn, Departure>,
) -> Result<()> {
    let schools = office.people.school_names().await?;
    let codes = |account: &Account| -> Vec<&'static str> {
        let departure = gone.get(&account.dn).into_iter();
        departure
            .flat_map(|d| d.evidence.iter().map(|e| e.as_str()))
            .collect()
    };
    let since = |account: &Account| gone.get(&account.dn).and_then(|d| d.since);
    if app.printer.format() == Format::Json {
        app.printer.json(&ListJson {
            r#type: "accounts",
            accounts: accounts
                .iter()
                .map(|account| DepartedJson {
                    person: person_json(account, &schools),
                    evidence: codes(account),
                    gone_since: since(account),
                })
                .collect(),
        });
        return Ok(());
    }
    let localizer = app.printer.localizer();
    let mut table = people_table(accounts, &schools, localizer);
    table.columns.extend([
        Column {
            key: "evidence",
            title: "column-evidence",
        },
        Column {
            key: "gone_since",
            title: "column-gone-since",
        },
    ]);
    for (row, account) in table.rows.iter_mut().zip(accounts) {
        let codes = codes(account);
        let said: Vec<String> = codes
            .iter()
            .map(|code| localizer.word(&format!("departed-{code}")))
            .collect();
        row.push(Cell::Shown {
            value: codes.join(","),
            words: said.join(", "),
        });
        let at = since(account);
        row.push(Cell::Shown {
            value: at.map(|at| at.to_string()).unwrap_or_default(),
            words: at
                .map(|at| words::day(at, localizer.language()))
                .unwrap_or_default(),
        });
    }
    app.printer.table(&table);
    Ok(())
}
