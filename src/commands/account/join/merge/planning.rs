//! From decisions to a plan of merges.

use super::super::planning::{self, Refusals, into_one, recent, scene, within_reach};
use crate::app::{App, Office};
use crate::domain::account::Account;
use crate::domain::change::Plan;
use crate::domain::dn::Dn;
use crate::domain::join::{
    Asked, Decision, JoinNames, Joined, MergeRules, Remark, Scene, Verdict, carry, merge,
};
use crate::domain::redirect::MailRules;
use crate::error::{CommandError, Result};
use crate::i18n::Text;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What a person asked for beside the accounts.
#[derive(Debug, Clone, Copy)]
pub struct MergeAsk {
    /// The moment.
    pub now: Timestamp,
    /// Whether two accounts in use are merged all the same.
    pub both_active: bool,
    /// Whether absorbed accounts go, instead of staying closed.
    pub delete_absorbed: bool,
}

/// Merges, planned.
pub struct Merges {
    /// The plan.
    pub plan: Plan,
    /// What a person should know.
    pub remarks: Vec<Remark>,
    /// What it was computed from.
    pub scene: Scene,
    /// The attributes.
    pub names: JoinNames,
    /// How redirects and recovery addresses are written, where the profile says so.
    pub mail: Option<MailRules>,
}

/// The attributes of merges in this directory, and how mail is written.
///
/// # Errors
/// No attributes that say that an account was absorbed (2); as the directory answers.
async fn names(
    app: &App,
    office: &Office,
    delete_absorbed: bool,
) -> Result<(JoinNames, Option<MailRules>)> {
    let mut names = planning::names(office).await?;
    if !delete_absorbed && (names.merged_into.is_none() || names.absorbed.is_none()) {
        return Err(
            CommandError::usage("join-not-configured", Text::new("merge-not-configured"))
                .hint(Text::new("merge-not-configured-hint")),
        );
    }
    names.dn_syntax = office
        .people
        .attributes_of_names()
        .await?
        .unwrap_or_default();
    app.printer.trace(&format!(
        "names are looked for in {}",
        names.naming().join(", ")
    ));
    let mail = office
        .profile
        .redirect
        .as_ref()
        .map(|_| app.mail_rules(office));
    let mail = mail.transpose()?;
    if let Some(rules) = &mail {
        names.mail = rules.attributes();
    }
    Ok((names, mail))
}

/// Plans the merges among these decisions, all from one look at the directory. Several decisions on one kept account
/// are one in the plan.
///
/// # Errors
/// As the directory answers; what the directory cannot hold (2). Whoever may not be merged is a refusal of the plan.
pub async fn plan_merges(
    app: &App,
    office: &Office,
    decisions: &[Decision],
    ask: &MergeAsk,
) -> Result<Merges> {
    let asked_for: Vec<&Decision> = decisions
        .iter()
        .filter(|decision| decision.verdict == Verdict::Merge)
        .collect();
    let (names, mail) = names(app, office, ask.delete_absorbed).await?;
    let accounts = asked_for.iter().flat_map(|d| d.accounts());
    let mut scene = scene(office, &names, accounts).await?;
    let asked = Asked {
        merge: true,
        closes: ask.delete_absorbed || names.locked.is_some(),
        both_active: ask.both_active,
        recent: recent(office, ask.now),
    };
    let refused = Refusals::read(office, &names, &scene, &asked_for).await?;
    let mut plan = Plan::default();
    let mut allowed: Vec<&Decision> = Vec::new();
    for decision in asked_for {
        let refusals = refused.of(decision, asked);
        if refusals.is_empty() {
            allowed.push(decision);
        } else {
            plan.refusals.extend(refusals);
        }
    }
    let allowed = into_one(&allowed);
    if ask.delete_absorbed {
        let absorbed: BTreeSet<Dn> = allowed
            .iter()
            .flat_map(|d| &d.others)
            .map(|(other, _)| other.dn.clone())
            .collect();
        scene = office.people.whole(&names, &scene, &absorbed).await?;
    }
    let mut forwards = BTreeMap::new();
    if let Some(rules) = mail.as_ref().filter(|rules| rules.way.aliases.is_some()) {
        forwards = forwarding(office, rules, &scene, &allowed).await?;
    }
    let mut planned: Vec<(Decision, Joined)> = Vec::new();
    for decision in allowed {
        let rules = MergeRules {
            join_keys: office.profile.join.join_keys,
            delete_absorbed: ask.delete_absorbed,
            mail: mail.as_ref().map(|rules| (rules, &decision.kept)),
        };
        let mut joined = merge(&scene, &names, &rules, &decision.parties());
        joined.remarks.extend(left_aside(&forwards, &decision));
        planned.push((decision, joined));
    }
    let remarks = within_reach(office, planned, &mut plan).await?;
    Ok(Merges {
        plan,
        remarks,
        scene,
        names,
        mail,
    })
}

/// What the feed has brought back to absorbed accounts, given to those that are kept; of all in scope, or where some
/// were chosen, of theirs. An absorbed account whose kept one is gone is left.
///
/// # Errors
/// As the directory answers.
pub async fn plan_carries(
    app: &App,
    office: &Office,
    chosen: Option<&BTreeSet<Dn>>,
) -> Result<Vec<(Decision, Joined)>> {
    let (names, _) = names(app, office, true).await?;
    let mut families: BTreeMap<Dn, Vec<Account>> = BTreeMap::new();
    for absorbed in office.people.merged(&names).await? {
        if let Some(kept) = absorbed.ties.merged_into.clone() {
            families.entry(kept).or_default().push(absorbed);
        }
    }
    let listed: Vec<Dn> = families.keys().cloned().collect();
    let kept = office.people.read_accounts(&listed).await?;
    let inside = office.people.in_scope(&kept).await?;
    let mut decisions: Vec<Decision> = Vec::new();
    for (kept, inside) in kept.into_iter().zip(inside) {
        let others = families.remove(&kept.dn).unwrap_or_default();
        let wanted = match chosen {
            None => inside,
            Some(chosen) => {
                let mut all = others.iter().chain([&kept]);
                all.any(|account| chosen.contains(&account.dn))
            }
        };
        if wanted {
            decisions.push(Decision {
                verdict: Verdict::Merge,
                kept,
                others: others.into_iter().map(|other| (other, None)).collect(),
            });
        }
    }
    if decisions.is_empty() {
        return Ok(Vec::new());
    }
    let accounts = decisions.iter().flat_map(|d| d.accounts());
    let scene = scene(office, &names, accounts).await?;
    Ok(decisions
        .into_iter()
        .map(|decision| {
            let joined = carry(&scene, &names, &decision.parties());
            (decision, joined)
        })
        .collect())
}

/// Whether the mail of each of these accounts goes elsewhere, by an entry of its own; all asked for at once.
async fn forwarding(
    office: &Office,
    rules: &MailRules,
    scene: &Scene,
    decisions: &[Decision],
) -> Result<BTreeMap<Dn, bool>> {
    let accounts: BTreeSet<&Dn> = decisions
        .iter()
        .flat_map(|d| d.accounts())
        .map(|account| &account.dn)
        .collect();
    let mut entries: Vec<_> = accounts
        .into_iter()
        .filter_map(|dn| scene.entry(dn).cloned())
        .collect();
    let _ = office.people.join_aliases(rules, &mut entries).await?;
    Ok(entries
        .into_iter()
        .map(|entry| {
            let forwards = !rules.redirect(&entry).addresses.is_empty();
            (entry.dn, forwards)
        })
        .collect())
}

/// Redirects that stand in entries of their own, of accounts that are absorbed by one that has none.
fn left_aside(forwards: &BTreeMap<Dn, bool>, decision: &Decision) -> Vec<Remark> {
    let all_known = decision.accounts().all(|a| forwards.contains_key(&a.dn));
    let forwards = |account: &Account| forwards.get(&account.dn).copied().unwrap_or(false);
    if !all_known || forwards(&decision.kept) {
        return Vec::new();
    }
    decision
        .others
        .iter()
        .filter(|(other, _)| forwards(other))
        .map(|(other, _)| Remark {
            code: "redirect-left",
            about: other.display_name.clone(),
            attribute: String::new(),
        })
        .collect()
}
