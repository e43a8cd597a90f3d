//! `entctl account unlink`: a link taken back, and no more than it.

use super::link::very_one;
use super::planning::{Joining, scene, within_reach};
use super::records::Records;
use super::shown::{self, Way};
use crate::app::{App, Office};
use crate::cli::WriteArgs;
use crate::commands::shared::{Verb, Writing, barred};
use crate::domain::account::{Account, AccountRef, Role};
use crate::domain::change::{Plan, Refusal};
use crate::domain::dn::Dn;
use crate::domain::join::{Decision, Gift, Joined, Remark, Scene, Verdict, unlink};
use crate::error::{ExitStatus, Result};
use crate::explain;
use crate::i18n::Text;
use crate::people::Who;
use std::collections::{BTreeMap, BTreeSet};

/// Take a link back: the principal loses what it gave, and only that.
#[derive(Debug, Clone, clap::Args)]
pub struct UnlinkArgs {
    /// Secondary accounts: login, alias, mail address, number, or a name as one would say it, in quotes
    #[arg(value_name = "SECONDARY", required = true)]
    pub secondaries: Vec<String>,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// How it is called, and what its sentences begin with.
pub const VERB: Verb = Verb {
    words: "account unlink",
    key: "unlink",
};

/// Which links, the plan, a yes, the writing.
///
/// # Errors
/// Usage, configuration (2); not found or several (5); refused (6); another run of the job (12); directory, history.
pub async fn run(app: &App, args: &UnlinkArgs) -> Result<ExitStatus> {
    let plan_file = args.write.plan.as_deref();
    let mut writing = Writing::open(app, VERB, &args.write.run, plan_file).await?;
    let joining = Joining::of(&writing.office, true).await?;
    let looking = app.printer.waiting(&Text::new("join-checking"));
    let (named, others) = by_record(&writing, &joining, &args.secondaries).await?;
    drop(looking);
    let mut secondaries = named;
    if !others.is_empty() {
        for account in very_ones(&mut writing, others).await? {
            if !secondaries.iter().any(|s| s.dn == account.dn) {
                secondaries.push(account);
            }
        }
    }
    let checking = app.printer.waiting(&Text::new("join-checking"));
    let records = Records::read(app, &writing.office, &joining.names)?;
    let records = records.as_ref();
    let (mut plan, decisions, remarks) =
        plan_unlinks(&writing.office, &joining, records, secondaries).await?;
    drop(checking);
    writing.guard(&mut plan, &[Role::Parent]).await?;
    if writing.is_shown() && !plan.changes.is_empty() {
        let office = &writing.office;
        shown::decisions(app, office, &joining, &decisions, &plan.changes, Way::Apart).await?;
    }
    shown::remarks(app, &remarks);
    if let Some(status) = writing.ends_here(&plan, None).await? {
        return Ok(status);
    }
    writing.carry_out(&plan).await
}

/// The accounts that only a record names, since nobody goes by these texts any more; and the texts that are left.
async fn by_record(
    writing: &Writing<'_>,
    joining: &Joining,
    texts: &[String],
) -> Result<(Vec<Account>, Vec<String>)> {
    let people = &writing.office.people;
    let typed: Vec<&str> = texts.iter().map(String::as_str).collect();
    let identified = people.identified(&typed, Who::Entry).await?;
    let unknown: Vec<&str> = typed
        .iter()
        .zip(&identified)
        .filter_map(|(text, found)| found.is_none().then_some(*text))
        .collect();
    let recorded = people.recorded_as(&joining.names, &unknown).await?;
    let all: BTreeSet<Dn> = recorded.iter().flatten().cloned().collect();
    let all: Vec<Dn> = all.into_iter().collect();
    let there = people.read_accounts(&all).await?;
    let there: BTreeSet<&Dn> = there.iter().map(|account| &account.dn).collect();
    let mut gone: BTreeMap<Dn, Account> = BTreeMap::new();
    let mut met: BTreeSet<&str> = BTreeSet::new();
    for (text, recorded) in unknown.into_iter().zip(&recorded) {
        for dn in recorded.iter().filter(|dn| !there.contains(dn)) {
            met.insert(text);
            let account = Account::gone(&AccountRef::of_name(dn));
            gone.insert(dn.clone(), account);
        }
    }
    let left = typed.into_iter().filter(|text| !met.contains(text));
    Ok((
        gone.into_values().collect(),
        left.map(str::to_owned).collect(),
    ))
}

/// The very accounts that these texts name.
async fn very_ones(writing: &mut Writing<'_>, texts: Vec<String>) -> Result<Vec<Account>> {
    if let [only] = texts.as_slice() {
        return Ok(vec![very_one(writing, only).await?]);
    }
    // A name without quotes is no way of naming several: each text is an account of its own.
    let found = writing.each(&texts, &[Role::Parent]).await?;
    Ok(found.into_iter().map(|given| given.account).collect())
}

/// Plans what takes these secondaries off their principals.
async fn plan_unlinks(
    office: &Office,
    joining: &Joining,
    records: Option<&Records>,
    secondaries: Vec<Account>,
) -> Result<(Plan, Vec<Decision>, Vec<Remark>)> {
    let mut plan = Plan::default();
    let refusal = |account: &Account, code: &str, given: Option<String>| Refusal {
        account: Some(account.reference()),
        given,
        line: None,
        code: code.to_owned(),
    };
    let mut decisions: Vec<Decision> = Vec::new();
    let mut of = principals(office, joining, &secondaries).await?;
    for secondary in secondaries {
        let principals = of.remove(&secondary.dn).unwrap_or_default();
        if principals.is_empty() {
            if let Some(gone) = &secondary.ties.linked_to {
                let gone = gone.rdn_value();
                plan.refusals
                    .push(refusal(&secondary, "principal-gone", gone));
            } else if secondary.ties.merged_into.is_some() {
                plan.refusals.push(refusal(&secondary, "is-absorbed", None));
            } else if secondary.ties.linked.is_empty() {
                plan.unchanged.push(secondary.reference());
            } else {
                let others: Vec<Dn> = secondary.ties.linked.iter().cloned().collect();
                let others = office.people.read_accounts(&others).await?;
                let logins: Vec<String> = others.into_iter().filter_map(|o| o.login).collect();
                let given = (!logins.is_empty()).then(|| logins.join(", "));
                plan.refusals
                    .push(refusal(&secondary, "is-principal", given));
            }
        }
        for kept in principals {
            match decisions.iter_mut().find(|d| d.kept.dn == kept.dn) {
                Some(same) => same.others.push((secondary.clone(), None)),
                None => decisions.push(Decision {
                    verdict: Verdict::Link,
                    kept,
                    others: vec![(secondary.clone(), None)],
                }),
            }
        }
    }
    let accounts: Vec<Account> = decisions
        .iter()
        .flat_map(|d| d.accounts().cloned())
        .collect();
    let barred = barred(office, &accounts).await?;
    let kept_out = |decision: &Decision| {
        let there = |account: &&Account| !account.roles.is_empty();
        let mut accounts = decision.accounts().filter(there);
        accounts.find_map(|account| Some(refusal(account, barred.get(&account.dn)?, None)))
    };
    let mut planned: Vec<(Decision, Joined)> = Vec::new();
    let mut scene = scene(office, &joining.names, accounts.iter()).await?;
    read_what_holds(office, joining, &mut scene).await?;
    for decision in decisions {
        let kept = &decision.kept.dn;
        if let Some(refused) = kept_out(&decision) {
            plan.refusals.push(refused);
            continue;
        }
        if let Some(records) = records {
            let of = |other: &Account| records.of(&joining.names, kept, &other.dn);
            let unknown = decision
                .others
                .iter()
                .find(|(other, _)| of(other).is_none());
            if let Some((other, _)) = unknown {
                plan.refusals.push(refusal(other, "link-elsewhere", None));
                continue;
            }
            let all = decision.others.iter().map(|(other, _)| &other.dn);
            let all: BTreeSet<&Dn> = all.chain(&decision.kept.ties.linked).collect();
            let gifts = all
                .into_iter()
                .filter_map(|dn| records.of(&joining.names, kept, dn));
            scene.note(kept, gifts.flatten().collect());
        }
        let parties = decision.parties();
        let joined = unlink(&scene, &joining.names, &joining.rules, &parties);
        planned.push((decision, joined));
    }
    let decisions = planned
        .iter()
        .map(|(decision, _)| decision.clone())
        .collect();
    let remarks = within_reach(office, planned, &mut plan).await?;
    Ok((plan, decisions, remarks))
}

/// Reads the entries that hold a gift and name nobody any more: a group that knows its members by number.
async fn read_what_holds(office: &Office, joining: &Joining, scene: &mut Scene) -> Result<()> {
    let names = &joining.names;
    let Some(attribute) = &names.record else {
        return Ok(());
    };
    let holding: BTreeSet<Dn> = scene
        .entries()
        .flat_map(|entry| entry.texts(attribute))
        .filter_map(|record| Gift::read(&record)?.on())
        .filter(|dn| scene.entry(dn).is_none())
        .collect();
    if holding.is_empty() {
        return Ok(());
    }
    let holding: Vec<Dn> = holding.into_iter().collect();
    let read = office
        .people
        .directory()
        .read_many(&holding, &names.attributes())
        .await
        .map_err(explain::directory)?;
    let all = scene.entries().cloned().chain(read.into_iter().flatten());
    *scene = Scene::new(all, names);
    Ok(())
}

/// The principals of each secondary: the one that it names, else those that still know of it.
async fn principals(
    office: &Office,
    joining: &Joining,
    secondaries: &[Account],
) -> Result<BTreeMap<Dn, Vec<Account>>> {
    let people = &office.people;
    let named: BTreeSet<&Dn> = secondaries
        .iter()
        .filter_map(|secondary| secondary.ties.linked_to.as_ref())
        .collect();
    let named: Vec<Dn> = named.into_iter().cloned().collect();
    let there = people.read_accounts(&named).await?;
    let there: BTreeMap<&Dn, &Account> = there.iter().map(|a| (&a.dn, a)).collect();
    let mut found: BTreeMap<Dn, Vec<Account>> = BTreeMap::new();
    let mut left: Vec<Dn> = Vec::new();
    for secondary in secondaries {
        let named = secondary.ties.linked_to.as_ref();
        match named.and_then(|named| there.get(named)) {
            Some(principal) => {
                found.insert(secondary.dn.clone(), vec![(*principal).clone()]);
            }
            None => left.push(secondary.dn.clone()),
        }
    }
    for (secondary, tied) in people.principals_of(&joining.names, &left).await? {
        found.insert(
            secondary,
            tied.into_iter().map(|tied| tied.account).collect(),
        );
    }
    Ok(found)
}
