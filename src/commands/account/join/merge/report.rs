//! `--report`: who uses which login from now on, for the letter home.

use super::Merges;
use super::shown::{children, login_of};
use crate::app::{App, Office};
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::domain::join::Decision;
use crate::error::{CommandError, ExitStatus, Result};
use crate::execute::RunReport;
use crate::history::OutcomeKind;
use crate::i18n::Text;
use crate::output::Format;
use crate::spreadsheet::write_csv;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const COLUMNS: [&str; 4] = ["name", "login", "former_logins", "children"];

/// Writes the file, a line for each merge that was carried out, or was so already; gives the status of the whole.
///
/// # Errors
/// The file cannot be written: partly done (3), for the accounts are merged.
pub(super) async fn write(
    app: &App,
    office: &Office,
    file: &Path,
    decisions: &[Decision],
    merges: &Merges,
    done: &RunReport,
    status: ExitStatus,
) -> Result<ExitStatus> {
    let merged: BTreeSet<&Dn> = done
        .decisions
        .iter()
        .filter(|range| {
            let ending = done.of_decision(range);
            ending.is_some_and(|ending| ending.outcome == OutcomeKind::Done)
        })
        .filter_map(|range| merges.plan.changes.get(range.start))
        .map(|change| &change.account.dn)
        .chain(merges.plan.unchanged.iter().map(|account| &account.dn))
        .collect();
    let merged: Vec<&Decision> = decisions
        .iter()
        .filter(|decision| merged.contains(&decision.kept.dn))
        .collect();
    let accounts = merged.iter().flat_map(|decision| decision.accounts());
    let known = children(office, accounts).await?;
    let rows: Vec<[String; 4]> = merged.iter().map(|d| row(d, &known)).collect();
    match app.write_private_file(file, &write_csv(&COLUMNS, &rows)) {
        Ok(path) => {
            if app.printer.format() != Format::Json {
                let path = path.display().to_string();
                app.printer
                    .note(&Text::new("merge-report-written").with("file", path));
            }
            Ok(status)
        }
        Err(error) => Err(CommandError::new(
            ExitStatus::Partial,
            "report-not-written",
            Text::new("merge-report-not-written"),
        )
        .because(error.message().clone())),
    }
}

fn row(decision: &Decision, known: &BTreeMap<Dn, String>) -> [String; 4] {
    let others = decision.others.iter().map(|(other, _)| other);
    let children: BTreeSet<Dn> = decision
        .accounts()
        .flat_map(|account| account.children.iter().cloned())
        .collect();
    [
        decision.kept.display_name.clone(),
        login_of(&decision.kept),
        others
            .map(|other: &Account| login_of(other))
            .collect::<Vec<_>>()
            .join(", "),
        super::shown::names_of(&children, known),
    ]
}
