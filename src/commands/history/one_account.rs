//! One account in the history: which one is meant, and what each run did to it. A namesake is never guessed.

use crate::app::App;
use crate::domain::account::AccountRef;
use crate::domain::mention::Mention;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::history::{History, HistoryError, Mentioned, OutcomeKind, RunId};
use crate::i18n::Text;
use crate::output::Format;
use std::collections::BTreeMap;

/// What each run did to the account, and the runs that could not be looked through.
pub type Found = (BTreeMap<RunId, Vec<Mentioned>>, Vec<HistoryError>);

/// Finds the account that is meant, then all that was ever done to it, under whatever name it had then.
///
/// # Errors
/// Nobody of that name, or several (5); the history cannot be read.
pub fn find(app: &App, history: &dyn History, typed: &str, who: &Mention) -> Result<Found> {
    let (mentions, _) = history.mentions(who).map_err(explain::history)?;
    let account = choose(app, typed, candidates(mentions))?;
    let (mentions, damaged) = history
        .mentions(&Mention::of(&account.dn))
        .map_err(explain::history)?;
    let mut by_run: BTreeMap<RunId, Vec<Mentioned>> = BTreeMap::new();
    for mention in mentions {
        by_run.entry(mention.run.clone()).or_default().push(mention);
    }
    Ok((by_run, damaged))
}

/// The accounts recognized by the surest sign, each once, by its latest names.
pub fn candidates(mentions: Vec<Mentioned>) -> Vec<AccountRef> {
    let surest = mentions.iter().map(|mention| mention.sign).min();
    let mut accounts: Vec<AccountRef> = Vec::new();
    for mention in mentions {
        if Some(mention.sign) == surest && accounts.iter().all(|a| a.dn != mention.account.dn) {
            accounts.push(mention.account);
        }
    }
    accounts.sort_by(|a, b| (&a.name, &a.login).cmp(&(&b.name, &b.login)));
    accounts
}

/// The one that is meant; a person at the terminal chooses among several.
///
/// # Errors
/// Nobody, several, nothing chosen (5).
pub fn choose(app: &App, typed: &str, mut candidates: Vec<AccountRef>) -> Result<AccountRef> {
    match candidates.len() {
        0 => Err(CommandError::new(
            ExitStatus::NotFound,
            "not-found",
            Text::new("history-nobody").with("text", typed),
        )
        .hint(Text::new("history-nobody-hint"))),
        1 => Ok(candidates.remove(0)),
        _ => {
            let question = Text::new("history-several").with("text", typed);
            if app.printer.can_ask() && app.printer.format() == Format::Table {
                let lines: Vec<String> = candidates.iter().map(line).collect();
                return match app.printer.choose(&question, &lines)? {
                    Some(chosen) => Ok(candidates.remove(chosen)),
                    None => Err(CommandError::new(
                        ExitStatus::NotFound,
                        "nothing-chosen",
                        Text::new("nothing-done"),
                    )),
                };
            }
            let mut error = CommandError::new(ExitStatus::NotFound, "ambiguous", question);
            for candidate in &candidates {
                error = error
                    .show(Text::new("plain").with("text", line(candidate)))
                    .technical(candidate.dn.as_str());
            }
            Err(error
                .details(serde_json::json!({ "candidates": candidates }))
                .hint(Text::new("history-several-hint")))
        }
    }
}

/// What tells namesakes apart as far as the history knows: name, login, number.
fn line(account: &AccountRef) -> String {
    [
        Some(&account.name),
        account.login.as_ref(),
        account.uid.as_ref(),
    ]
    .into_iter()
    .flatten()
    .map(|text| crate::i18n::visible(text))
    .collect::<Vec<_>>()
    .join(" · ")
}

/// Where a run changed one account in several steps, the step that asks for most attention speaks for it.
pub fn telling(mentions: &[Mentioned]) -> Option<&Mentioned> {
    mentions.iter().max_by_key(|mention| {
        match mention.outcome.as_ref().map(|outcome| outcome.outcome) {
            Some(OutcomeKind::Unknown) => 5,
            None => 4,
            Some(OutcomeKind::Failed) => 3,
            Some(OutcomeKind::Refused) => 2,
            Some(OutcomeKind::Done) => 1,
            Some(OutcomeKind::Unchanged) => 0,
        }
    })
}
