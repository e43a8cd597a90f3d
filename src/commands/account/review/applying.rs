//! From answers to one plan: links, merges and dismissals together, shown, confirmed, carried out as one run.

use super::super::dismiss::plan_dismissals;
use super::super::join::merge::{MergeAsk, plan_merges};
use super::super::join::planning::{Ask, plan_links};
use super::ReviewArgs;
use super::beside;
use super::face::{Face, faces};
use super::ledger::Ledger;
use super::shelf::Shelf;
use super::waiting;
use crate::app::{App, Office};
use crate::commands::shared::{SummaryExtra, Writing};
use crate::domain::account::Role;
use crate::domain::change::Plan;
use crate::domain::dn::Dn;
use crate::domain::join::{Decision, Verdict};
use crate::error::{ExitStatus, Result};
use crate::execute::{NewPasswords, RunReport};
use crate::history::OutcomeKind;
use crate::i18n::Text;
use crate::output::Format;
use std::collections::{BTreeMap, BTreeSet};

/// Shows what is decided, asks, writes; what was done leaves the list, what was refused stays in it.
///
/// # Errors
/// Refused (6); directory, history; interrupted.
pub(super) async fn apply(
    app: &App,
    writing: &mut Writing<'_>,
    args: &ReviewArgs,
    shelf: &mut Shelf<'_>,
) -> Result<ExitStatus> {
    let ledger = shelf.ledger().clone();
    let entries = ledger.decided();
    if entries.is_empty() {
        app.printer.note(&Text::new("review-nothing"));
        return Ok(ExitStatus::Done);
    }
    let names: BTreeSet<&Dn> = entries
        .iter()
        .flat_map(|entry| [&entry.kept.dn, &entry.other.dn])
        .collect();
    let names: Vec<Dn> = names.into_iter().cloned().collect();
    let faces = faces(&writing.office, &names).await?;
    let decisions = decisions(&ledger, &faces);
    let ask = Ask {
        now: app.now(),
        both_active: args.both_active,
        local_record: args.local_record,
    };
    let mut plan = plan_decisions(app, &writing.office, &decisions, &ask).await?;
    writing.guard(&mut plan, &Role::ALL).await?;
    if writing.is_shown() {
        app.printer.table(&waiting::table(app, &entries, &faces));
    }
    let question = Text::new("review-confirm").with("count", entries.len());
    if let Some(status) = writing.ends_here(&plan, Some(question)).await? {
        if args.write.plan.is_some() {
            app.printer.note(&Text::new("review-plan-saved"));
        }
        return Ok(status);
    }
    let report = writing.write(&plan, NewPasswords::default()).await?;
    let mut left = ledger.clone();
    let mut count = 0usize;
    for entry in entries {
        if is_done(&plan, &report, &entry.kept.dn, &entry.other.dn) {
            left.forget(&entry.kept.dn, &entry.other.dn);
            count += 1;
        }
    }
    // Before anything is said: a broken pipe must not make done what is done already.
    let kept = shelf.keep(&left);
    writing.report(&plan, &report, SummaryExtra::default());
    if app.printer.format() != Format::Json {
        if count > 0 {
            app.printer.note(
                &Text::new("review-done")
                    .with("count", count)
                    .with("run", report.run.as_str()),
            );
        }
        let stay = left.decided().len();
        if stay > 0 {
            app.printer
                .note(&Text::new("review-stay").with("count", stay));
        }
    }
    kept?;
    Ok(writing.status(&plan, &report))
}

/// Whether all that was to be written of these two was.
fn is_done(plan: &Plan, report: &RunReport, kept: &Dn, other: &Dn) -> bool {
    let refused = plan.refusals.iter().any(|refusal| {
        let account = refusal.account.as_ref();
        account.is_some_and(|a| a.dn == *kept || a.dn == *other)
    });
    let mut about = (0u64..)
        .zip(&plan.changes)
        .filter(|(_, change)| change.is_about(kept) && change.is_about(other))
        .peekable();
    if about.peek().is_none() {
        let unchanged = |dn: &Dn| plan.unchanged.iter().any(|account| account.dn == *dn);
        return !refused && (unchanged(kept) || unchanged(other));
    }
    about.all(|(number, _)| {
        report.endings.get(&number).is_some_and(|ending| {
            matches!(ending.outcome, OutcomeKind::Done | OutcomeKind::Unchanged)
        })
    })
}

/// The answers as decisions: what is joined to one account is one decision, and those who are two people are so with
/// all the accounts of either.
fn decisions(ledger: &Ledger, faces: &BTreeMap<Dn, Face>) -> Vec<Decision> {
    let account = |dn: &Dn| faces.get(dn).map(|face| face.account.clone());
    let mut found: Vec<Decision> = Vec::new();
    for entry in ledger.decided() {
        let (Some(verdict), Some(kept), Some(other)) = (
            entry.answer.verdict(),
            account(&entry.kept.dn),
            account(&entry.other.dn),
        ) else {
            continue;
        };
        let same = found.iter_mut().find(|decision| {
            verdict != Verdict::Dismiss
                && decision.verdict == verdict
                && decision.kept.dn == kept.dn
        });
        match same {
            Some(decision) => decision.others.push((other, None)),
            None => found.push(Decision {
                verdict,
                kept,
                others: vec![(other, None)],
            }),
        }
    }
    for (a, b) in ledger.implied() {
        if let (Some(kept), Some(other)) = (account(&a), account(&b)) {
            found.push(Decision {
                verdict: Verdict::Dismiss,
                kept,
                others: vec![(other, None)],
            });
        }
    }
    found
}

/// One plan of all the decisions: the links, the merges, then who is not the same.
///
/// # Errors
/// As the directory answers; what it has no place for (2). Whoever may not be joined is a refusal of the plan.
async fn plan_decisions(
    app: &App,
    office: &Office,
    decisions: &[Decision],
    ask: &Ask,
) -> Result<Plan> {
    let of = |verdict: Verdict| -> Vec<Decision> {
        let these = decisions.iter().filter(|d| d.verdict == verdict);
        these.cloned().collect()
    };
    let _checking = app.printer.waiting(&Text::new("join-checking"));
    let (mut plan, _) = plan_links(office, &of(Verdict::Link), ask).await?;
    let merges = of(Verdict::Merge);
    if !merges.is_empty() {
        let ask = MergeAsk {
            now: ask.now,
            both_active: ask.both_active,
            delete_absorbed: false,
        };
        let merges = plan_merges(app, office, &merges, &ask).await?;
        beside::put(&mut plan, merges.plan);
    }
    let dismissals = of(Verdict::Dismiss);
    if !dismissals.is_empty() {
        beside::put(&mut plan, plan_dismissals(office, &dismissals).await?);
    }
    Ok(plan)
}
