//! `entctl account find`: people by a name as one would say it.

use crate::app::App;
use crate::commands::shared::served::{self, texts};
use crate::commands::shared::{Given, PersonJson, people_table, person_json};
use crate::domain::account::Account;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::output::{Format, words};
use crate::people::{Found, Needs, Who, reading_order};
use serde::Serialize;

/// Rows shown to a person before the rest is only counted; machines get all.
const SHOWN: usize = 50;

/// Find people by a name as one would say it, a login, a mail address, or part of either.
#[derive(Debug, Clone, clap::Args)]
pub struct FindArgs {
    /// A name, with the class where it helps ("dupont 6A"), a login, a mail address
    #[arg(value_name = "TEXT", required = true)]
    pub text: Vec<String>,
}

#[derive(Serialize)]
struct FoundJson {
    r#type: &'static str,
    accounts: Vec<PersonJson>,
}

/// Searches and shows; nobody found is exit 5 with the nearest names.
///
/// # Errors
/// Nobody (5); as the directory answers.
pub async fn run(app: &App, args: &FindArgs) -> Result<ExitStatus> {
    let text = args.text.join(" ");
    let office = app.open().await?;
    office.people.foresee(Needs {
        schools: true,
        ..Needs::default()
    });
    let mut found = office.people.find(&text).await?;
    let schools = office.people.school_names().await?;
    if found.is_empty() {
        let near = office.people.nearest_to(&text, Who::Serving).await?;
        let mut error = CommandError::new(
            ExitStatus::NotFound,
            "not-found",
            Text::new(if near.is_empty() {
                "pick-nothing"
            } else {
                "pick-near"
            })
            .with("text", &text),
        );
        for Found { account, .. } in &near {
            let school = account.schools.iter().find_map(|dn| schools.get(dn));
            let line =
                words::account_line(account, school.map(String::as_str), app.printer.localizer());
            error = error.show(Text::new("plain").with("text", line));
        }
        return Err(error);
    }
    found.sort_by_cached_key(|found| reading_order(&found.account));
    served::tell(app, &found_by(&found, &text));
    if app.printer.format() == Format::Json {
        app.printer.json(&FoundJson {
            r#type: "accounts",
            accounts: found_by(&found, &text)
                .iter()
                .map(|given| PersonJson {
                    asked: texts(given),
                    ..person_json(&given.account, &schools)
                })
                .collect(),
        });
        return Ok(ExitStatus::Done);
    }
    let mut found: Vec<Account> = found.into_iter().map(|found| found.account).collect();
    let total = found.len();
    if app.printer.format() == Format::Table {
        found.truncate(SHOWN);
    }
    app.printer
        .table(&people_table(&found, &schools, app.printer.localizer()));
    if found.len() < total {
        app.printer
            .note(&Text::new("find-more").with("count", total - found.len()));
    }
    Ok(ExitStatus::Done)
}

fn found_by(found: &[Found], text: &str) -> Vec<Given> {
    let found = found.iter();
    found
        .map(|found| Given::found(found.clone(), text, None))
        .collect()
}
