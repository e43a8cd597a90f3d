//! `entctl plan show`: what a saved plan would do. Asks no directory.

use super::{FileArgs, read};
use crate::app::App;
use crate::commands::shared::{changes, note_unchanged, refusal_text};
use crate::domain::change::{Change, Refusal};
use crate::domain::ldif;
use crate::error::{ExitStatus, Result};
use crate::i18n::Text;
use crate::output::{Card, Format, words};
use crate::plan_file::{About, SavedPlan};
use serde::Serialize;

/// Show a saved plan: whose accounts, and what would be done.
#[derive(Debug, Clone, clap::Args)]
pub struct ShowArgs {
    /// The plan.
    #[command(flatten)]
    pub file: FileArgs,
}

#[derive(Serialize)]
struct PlanJson<'a> {
    r#type: &'static str,
    #[serde(flatten)]
    about: &'a About,
    seal: &'a str,
    #[serde(rename = "planned")]
    changes: &'a [Change],
    #[serde(rename = "refused")]
    refusals: &'a [Refusal],
}

/// Shows.
///
/// # Errors
/// As [`read`].
pub fn run(app: &App, args: &ShowArgs) -> Result<ExitStatus> {
    let saved = read(app, &args.file.file)?;
    match app.printer.format() {
        Format::Json => app.printer.json(&PlanJson {
            r#type: "plan",
            about: &saved.about,
            seal: &saved.seal,
            changes: &saved.plan.changes,
            refusals: &saved.plan.refusals,
        }),
        Format::Ldif => app.printer.answer(&ldif_of(&saved)),
        Format::Table | Format::Csv => show(app, &saved),
    }
    Ok(ExitStatus::Done)
}

fn ldif_of(saved: &SavedPlan) -> String {
    let records = saved.plan.changes.iter().map(ldif::forward);
    std::iter::once("version: 1\n\n".to_owned())
        .chain(records)
        .collect()
}

fn show(app: &App, saved: &SavedPlan) {
    let localizer = app.printer.localizer();
    if app.printer.format() == Format::Table {
        let about = &saved.about;
        let mut card = Card::new();
        card.line("column-command", Some(about.verb.clone()));
        card.line(
            "column-user",
            Some(words::who(&about.user, about.sudo_user.as_deref())),
        );
        card.line("card-host", Some(about.host.clone()));
        card.line(
            "card-made",
            Some(words::moment(about.made_at, localizer.language())),
        );
        card.line("column-reason", about.reason.clone());
        card.line("card-profile", Some(about.profile.clone()));
        app.printer.card(&card);
    }
    app.printer
        .table(&changes::table(&saved.plan.changes, &app.printer));
    for refusal in &saved.plan.refusals {
        app.printer.warn(&refusal_text(refusal));
    }
    app.printer
        .note(&Text::new("plan-count").with("count", saved.plan.accounts()));
    note_unchanged(app, &saved.plan);
}
