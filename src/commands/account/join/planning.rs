//! From decisions to a plan: who may not be joined and why, what a link gives, what lies outside the schools.

use crate::app::Office;
use crate::commands::shared::barred;
use crate::domain::account::{Account, AccountRef};
use crate::domain::change::{Change, Plan, Refusal, Reliance};
use crate::domain::dn::Dn;
use crate::domain::join::{
    Asked, Decision, JoinNames, JoinRefusal, JoinRules, Joined, Remark, Scene, Verdict, link,
    may_join,
};
use crate::domain::time::LOCKED_FOR_GOOD;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// What a person asked for beside the accounts.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// The moment.
    pub now: Timestamp,
    /// Whether two accounts in use are joined all the same.
    pub both_active: bool,
    /// Whether this machine's history is enough of a record, where the directory has no place for one.
    pub local_record: bool,
}

/// How accounts are joined in this directory.
#[derive(Debug, Clone)]
pub struct Joining {
    /// The attributes.
    pub names: JoinNames,
    /// The rules of the profile.
    pub rules: JoinRules,
}

impl Joining {
    /// As the profile says, and as far as this server can.
    ///
    /// # Errors
    /// No attributes that tie two accounts, or no place to record what a link gives (2); as the directory answers.
    pub async fn of(office: &Office, local_record: bool) -> Result<Joining> {
        let settings = &office.profile.join;
        let names = names(office).await?;
        if names.linked_to.is_none() || names.secondaries.is_none() {
            return Err(CommandError::usage(
                "join-not-configured",
                Text::new("join-not-configured"),
            )
            .hint(Text::new("join-not-configured-hint")));
        }
        if names.record.is_none() && !local_record {
            return Err(CommandError::usage(
                "link-record-missing",
                Text::new("link-record-missing"),
            )
            .hint(Text::new("link-record-missing-hint")));
        }
        let rules = JoinRules {
            secondary_stays_open: settings.secondary_stays_open,
            local_record,
            group_placeholder: settings
                .group_placeholder
                .as_ref()
                .map(|dn| dn.as_str().to_owned()),
        };
        if names.locked.is_none() && !rules.secondary_stays_open {
            return Err(CommandError::new(
                ExitStatus::Refused,
                "cannot-lock",
                Text::new("link-cannot-lock"),
            )
            .hint(Text::new("link-cannot-lock-hint")));
        }
        Ok(Joining { names, rules })
    }
}

/// The attributes of joins, as the profile says, and as far as this server can.
///
/// # Errors
/// As the directory answers.
pub(super) async fn names(office: &Office) -> Result<JoinNames> {
    let settings = &office.profile.join;
    let schema = office.people.schema();
    Ok(JoinNames {
        // A server without a password policy closes nothing.
        locked: office.people.access().await?.locked,
        ..schema.join(&settings.rights, &settings.references)
    })
}

/// Plans the links among these decisions, all from one look at the directory. Several decisions on one principal are
/// one in the plan.
///
/// # Errors
/// As [`Joining::of`]; as the directory answers. Whoever may not be linked is a refusal of the plan.
pub async fn plan_links(
    office: &Office,
    decisions: &[Decision],
    ask: &Ask,
) -> Result<(Plan, Vec<Remark>)> {
    let links: Vec<&Decision> = decisions
        .iter()
        .filter(|decision| decision.verdict == Verdict::Link)
        .collect();
    let mut plan = Plan::default();
    if links.is_empty() {
        return Ok((plan, Vec::new()));
    }
    let joining = Joining::of(office, ask.local_record).await?;
    let scene = scene(
        office,
        &joining.names,
        links.iter().flat_map(|d| d.accounts()),
    )
    .await?;
    let asked = Asked {
        merge: false,
        closes: !joining.rules.secondary_stays_open,
        both_active: ask.both_active,
        recent: recent(office, ask.now),
    };
    let refused = Refusals::read(office, &joining.names, &scene, &links).await?;
    let mut allowed: Vec<&Decision> = Vec::new();
    for decision in links {
        let mut refusals = refused.of(decision, asked);
        if joining.names.record.is_none() && refusals.is_empty() {
            refusals.extend(second_without_record(decision));
        }
        if refusals.is_empty() {
            allowed.push(decision);
        } else {
            plan.refusals.extend(refusals);
        }
    }
    let planned: Vec<(Decision, Joined)> = into_one(&allowed)
        .into_iter()
        .map(|decision| {
            let parties = decision.parties();
            let mut joined = link(&scene, &joining.names, &joining.rules, &parties);
            stays_open(&mut joined, &decision.kept, &joining);
            (decision, joined)
        })
        .collect();
    let remarks = within_reach(office, planned, &mut plan).await?;
    Ok((plan, remarks))
}

/// Without a record in the directory nobody could tell what came by which of several links: a principal has one.
fn second_without_record(decision: &Decision) -> Option<Refusal> {
    let linked = decision.kept.ties.linked.iter();
    let all: BTreeSet<&Dn> = decision
        .others
        .iter()
        .map(|(other, _)| &other.dn)
        .chain(linked)
        .collect();
    (all.len() > 1).then(|| Refusal {
        account: Some(decision.kept.reference()),
        given: None,
        line: decision.line(),
        code: "local-record-one".to_owned(),
    })
}

/// The account that is to be enough must not have been closed meanwhile: nobody would get in any more.
fn stays_open(joined: &mut Joined, kept: &Account, joining: &Joining) {
    let Some(locked) = joining
        .names
        .locked
        .as_ref()
        .filter(|_| !kept.state.disabled)
    else {
        return;
    };
    let own = |change: &&mut Change| *change.target() == kept.dn;
    if let Some(change) = joined.changes.iter_mut().find(own) {
        change.relies_on.push(Reliance::Lacks {
            attribute: locked.clone(),
            value: LOCKED_FOR_GOOD.to_owned(),
        });
    }
}

/// What is read for decisions about these accounts.
///
/// # Errors
/// As the directory answers.
pub async fn scene<'a>(
    office: &Office,
    names: &JoinNames,
    accounts: impl Iterator<Item = &'a Account>,
) -> Result<Scene> {
    let accounts: BTreeSet<Dn> = accounts.map(|account| account.dn.clone()).collect();
    let top = &office.profile.base_dn;
    office.people.join_scene(names, &accounts, top).await
}

/// Since when a login is recent.
pub fn recent(office: &Office, now: Timestamp) -> Timestamp {
    let length =
        SignedDuration::try_from(office.profile.join.recent).unwrap_or(SignedDuration::MAX);
    now.saturating_sub(length).unwrap_or(Timestamp::MIN)
}

/// Decisions on one principal are one: what the first gives the second finds given. In the order of the first of each.
pub(super) fn into_one(decisions: &[&Decision]) -> Vec<Decision> {
    let mut whole: Vec<Decision> = Vec::new();
    let mut places: BTreeMap<&Dn, usize> = BTreeMap::new();
    for decision in decisions {
        let place = *places.entry(&decision.kept.dn).or_insert(whole.len());
        let Some(same) = whole.get_mut(place) else {
            whole.push((*decision).clone());
            continue;
        };
        for (other, line) in &decision.others {
            if !same.others.iter().any(|(o, _)| o.dn == other.dn) {
                same.others.push((other.clone(), *line));
            }
        }
    }
    whole
}

/// Puts the changes of decisions into the plan, unless one would write what is not this profile's to write; gives the
/// remarks of those that are in.
///
/// # Errors
/// As the directory answers.
pub async fn within_reach(
    office: &Office,
    planned: Vec<(Decision, Joined)>,
    plan: &mut Plan,
) -> Result<Vec<Remark>> {
    let mut remarks = Vec::new();
    let outside = Outside::read(office, &planned).await?;
    for (decision, mut joined) in planned {
        if let Some(refusal) = outside.refusal(&decision, &joined.changes) {
            plan.refusals.push(refusal);
            continue;
        }
        note(&mut joined);
        rely_on_who_they_are(&mut joined.changes, &decision);
        remarks.append(&mut joined.remarks);
        if joined.changes.is_empty() {
            plan.unchanged.push(decision.kept.reference());
        }
        plan.changes.append(&mut joined.changes);
    }
    Ok(remarks)
}

/// The codes of what a person should know stand with the first change of a decision, for machines.
fn note(joined: &mut Joined) {
    let codes: BTreeSet<&str> = joined.remarks.iter().map(|remark| remark.code).collect();
    if let Some(first) = joined.changes.first_mut() {
        first.notes.extend(codes.into_iter().map(str::to_owned));
    }
}

/// Login, role and school of the accounts must be what they were: another person's account is another decision.
fn rely_on_who_they_are(changes: &mut [Change], decision: &Decision) {
    for account in decision.accounts() {
        let Some(change) = changes.iter_mut().find(|c| *c.target() == account.dn) else {
            continue;
        };
        for (attribute, value) in &account.evidence {
            let reliance = Reliance::Holds {
                attribute: attribute.clone(),
                value: value.clone(),
            };
            if !change.relies_on.contains(&reliance) {
                change.relies_on.push(reliance);
            }
        }
    }
}

/// What of the changes is not this profile's to write.
struct Outside {
    /// People, with the code of the reason.
    people: BTreeMap<Dn, &'static str>,
    others: BTreeSet<Dn>,
}

impl Outside {
    async fn read(office: &Office, planned: &[(Decision, Joined)]) -> Result<Outside> {
        let mut outside = Outside {
            people: BTreeMap::new(),
            others: BTreeSet::new(),
        };
        let people = &office.people;
        if people.scope().is_everything() && office.profile.protected.is_none() {
            return Ok(outside);
        }
        let targets: BTreeSet<&Dn> = planned
            .iter()
            .flat_map(|(_, joined)| &joined.changes)
            .map(Change::target)
            .collect();
        let targets: Vec<Dn> = targets.into_iter().cloned().collect();
        let reached = people.reached(&targets).await?;
        outside.people = barred(office, &reached.people).await?;
        outside.others = reached.outside;
        Ok(outside)
    }

    /// Why a decision cannot be carried out here; of those outside nothing is told.
    fn refusal(&self, decision: &Decision, changes: &[Change]) -> Option<Refusal> {
        let reason = |change: &Change| {
            let dn = change.target();
            let elsewhere = self.others.contains(dn).then_some("out-of-scope");
            self.people.get(dn).copied().or(elsewhere)
        };
        let reasons: Vec<(&Dn, &str)> = changes
            .iter()
            .filter_map(|change| Some((change.target(), reason(change)?)))
            .collect();
        let of_ours = |dn: &Dn| decision.accounts().find(|account| account.dn == *dn);
        let (dn, code) = reasons
            .iter()
            .find(|(_, code)| *code == "out-of-scope")
            .or(reasons.first())?;
        let (account, code) = match (of_ours(dn), *code) {
            (Some(account), code) => (account, code),
            (None, "out-of-scope") => (&decision.kept, "join-out-of-scope"),
            (None, _) => (&decision.kept, "join-protected"),
        };
        Some(Refusal {
            account: Some(account.reference()),
            given: None,
            line: decision.line(),
            code: code.to_owned(),
        })
    }
}

/// Who may not be joined.
pub(super) struct Refusals {
    barred: BTreeMap<Dn, &'static str>,
    /// The accounts to which others are tied, as far as they may be named.
    named: BTreeMap<Dn, AccountRef>,
    /// Pairs of which it was decided that they are two people.
    not_same: BTreeSet<[Dn; 2]>,
}

/// Two accounts, whichever comes first.
fn pair(a: &Account, b: &Account) -> [Dn; 2] {
    let mut pair = [a.dn.clone(), b.dn.clone()];
    pair.sort();
    pair
}

/// The pairs of these accounts that are noted as two people, on either of them.
fn dismissed(scene: &Scene, names: &JoinNames, accounts: &[&Account]) -> BTreeSet<[Dn; 2]> {
    let noted = |account: &Account| -> Vec<Dn> {
        let entry = scene.entry(&account.dn);
        let values = names
            .not_same
            .iter()
            .zip(entry)
            .flat_map(|(a, e)| e.texts(a));
        values.filter_map(|name| Dn::parse(&name).ok()).collect()
    };
    let mut pairs = BTreeSet::new();
    for account in accounts {
        for other in noted(account) {
            let mut pair = [account.dn.clone(), other];
            pair.sort();
            pairs.insert(pair);
        }
    }
    pairs
}

impl Refusals {
    pub(super) async fn read(
        office: &Office,
        names: &JoinNames,
        scene: &Scene,
        decisions: &[&Decision],
    ) -> Result<Refusals> {
        let accounts: BTreeMap<&Dn, &Account> = decisions
            .iter()
            .flat_map(|decision| decision.accounts())
            .map(|account| (&account.dn, account))
            .collect();
        let third: BTreeSet<Dn> = accounts
            .values()
            .flat_map(|account| {
                let ties = &account.ties;
                ties.linked_to
                    .iter()
                    .chain(&ties.merged_into)
                    .chain(&ties.linked)
            })
            .filter(|dn| !accounts.contains_key(dn))
            .cloned()
            .collect();
        let third: Vec<Dn> = third.into_iter().collect();
        let mut named = office.people.read_accounts(&third).await?;
        let mut inside = office.people.in_scope(&named).await?.into_iter();
        named.retain(|_| inside.next().unwrap_or(false));
        let all: Vec<Account> = accounts.values().map(|a| (*a).clone()).collect();
        let barred = barred(office, &all).await?;
        let named = named.iter().chain(&all);
        let both: Vec<&Account> = accounts.values().copied().collect();
        Ok(Refusals {
            not_same: dismissed(scene, names, &both),
            barred,
            named: named.map(|a| (a.dn.clone(), a.reference())).collect(),
        })
    }

    /// Every reason against a decision; one for each of its accounts at most.
    pub(super) fn of(&self, decision: &Decision, asked: Asked) -> Vec<Refusal> {
        let refusal = |account: &Account, code: &str, given: Option<String>| Refusal {
            account: Some(account.reference()),
            given,
            line: decision.line(),
            code: code.to_owned(),
        };
        let barred = |account: &Account| {
            let code = self.barred.get(&account.dn)?;
            Some(refusal(account, code, None))
        };
        let mut refusals: Vec<Refusal> = decision.accounts().filter_map(barred).collect();
        if !refusals.is_empty() {
            return refusals;
        }
        for (other, line) in &decision.others {
            let kept = &decision.kept;
            let dismissed = self.not_same.contains(&pair(kept, other));
            let known =
                kept.ties.linked.contains(&other.dn) || kept.ties.merged.contains(&other.dn);
            let judged = may_join(kept, other, asked).and(if dismissed && !known {
                Err(JoinRefusal::NotSame)
            } else {
                Ok(())
            });
            if let Err(why) = judged {
                let given = self.other_party(why, kept, other);
                let about = if why.is_of_kept() { kept } else { other };
                refusals.push(Refusal {
                    line: *line,
                    ..refusal(about, why.code(), given)
                });
            }
        }
        refusals
    }

    /// The account that the reason is about, beside the one that is refused: so that the sentence can say which
    /// decision would work.
    fn other_party(&self, why: JoinRefusal, kept: &Account, other: &Account) -> Option<String> {
        use JoinRefusal as Why;
        let dn = match why {
            Why::KeptIsSecondary => kept.ties.linked_to.as_ref(),
            Why::KeptIsAbsorbed => kept.ties.merged_into.as_ref(),
            Why::OtherIsSecondary => other.ties.linked_to.as_ref(),
            Why::OtherIsAbsorbed => other.ties.merged_into.as_ref(),
            _ => Some(&kept.dn),
        };
        let named = self.named.get(dn?)?;
        Some(named.login.clone().unwrap_or_else(|| named.name.clone()))
    }
}
