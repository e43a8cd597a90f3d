//! `entctl account refresh`, for cron: what the nightly feed has moved is put right in every link.

use super::merge::plan_carries;
use super::planning::{Joining, scene, within_reach};
use super::records::Records;
use super::shown;
use crate::app::{App, Office};
use crate::cli::{TargetArgs, WriteArgs};
use crate::commands::shared::{Verb, Writing, changes};
use crate::domain::account::{Account, AccountRef, Role};
use crate::domain::change::Plan;
use crate::domain::dn::Dn;
use crate::domain::join::{
    Decision, Joined, Parties, Remark, Scene, Standing, Verdict, refresh, standing,
};
use crate::domain::limits::{ChangeLimit, shrank};
use crate::error::{ExitStatus, Result};
use crate::i18n::Text;
use crate::people::Selector;
use std::collections::{BTreeMap, BTreeSet};

/// Bring the links of accounts in line with what the nightly feed has written since (for cron).
#[derive(Debug, Clone, clap::Args)]
pub struct RefreshArgs {
    /// Whose accounts, principal or secondary; everybody's where nothing is said.
    #[command(flatten)]
    pub targets: TargetArgs,

    /// Withdraw all the same where more linked accounts are missing than this: a number, or a share (usual: 20%)
    #[arg(long, value_name = "N|P%", help_heading = "Before writing")]
    pub max_shrink: Option<ChangeLimit>,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// How it is called, and what its sentences begin with.
pub const VERB: Verb = Verb {
    words: "account refresh",
    key: "refresh",
};

/// The job that it is a run of, where no other name is given.
const JOB: &str = "account-refresh";

/// A principal and its secondaries, those included of which only a record is left.
struct Family {
    principal: Account,
    others: BTreeMap<Dn, Account>,
}

/// Every link, what it gives today, the guards, the writing.
///
/// # Errors
/// Usage, configuration (2); not found or several (5); too many changes, refused (6); another run of the job (12);
/// directory, history.
pub async fn run(app: &App, args: &RefreshArgs) -> Result<ExitStatus> {
    let run = args.write.run.as_job(JOB);
    let mut writing = Writing::open(app, VERB, &run, args.write.plan.as_deref()).await?;
    writing.silent = true;
    let joining = Joining::of(&writing.office, true).await?;
    let reading = app.printer.waiting(&Text::new("join-checking"));
    let mut families = families(&writing.office, &joining).await?;
    drop(reading);
    let mut chosen = None;
    if args.targets == TargetArgs::default() {
        families = in_scope(&writing.office, families).await?;
    } else {
        let roles: &[Role] = match args.targets.class {
            Some(_) => &[Role::Parent],
            None => &Role::ALL,
        };
        let given = writing.targets(&args.targets, roles).await?;
        let given: BTreeSet<Dn> = given.into_iter().map(|g| g.account.dn).collect();
        families.retain(|family| family.members().any(|account| given.contains(&account.dn)));
        chosen = Some(given);
    }
    let limit = args.max_shrink.or(writing.office.profile.limits.max_shrink);
    let checking = app.printer.waiting(&Text::new("join-checking"));
    let (mut plan, remarks, held_back) =
        plan(app, &writing.office, &joining, families, limit).await?;
    // What was merged likewise: the feed knows an absorbed account as it was.
    let carried = plan_carries(app, &writing.office, chosen.as_ref()).await?;
    within_reach(&writing.office, carried, &mut plan).await?;
    drop(checking);
    writing
        .guard_among(&mut plan, &selector(&args.targets))
        .await?;
    shown::remarks(app, &remarks);
    if held_back {
        app.printer.warn(&Text::new("refresh-held-back"));
    }
    if writing.is_shown() && !plan.changes.is_empty() {
        app.printer
            .table(&changes::table(&plan.changes, &app.printer));
    }
    if let Some(status) = writing.ends_here(&plan, None).await? {
        return Ok(status);
    }
    writing.carry_out(&plan).await
}

/// Everybody who is linked, by principal.
async fn families(office: &Office, joining: &Joining) -> Result<Vec<Family>> {
    let people = &office.people;
    let tied = people.linked(&joining.names).await?;
    let mut members: BTreeMap<Dn, BTreeSet<Dn>> = BTreeMap::new();
    for one in &tied {
        let account = &one.account;
        let recorded = one
            .gifts
            .iter()
            .filter_map(|gift| Dn::parse(&gift.from).ok());
        let own: BTreeSet<Dn> = account
            .ties
            .linked
            .iter()
            .cloned()
            .chain(recorded)
            .collect();
        if !own.is_empty() {
            members.entry(account.dn.clone()).or_default().extend(own);
        }
        if let Some(principal) = &account.ties.linked_to {
            let others = members.entry(principal.clone()).or_default();
            others.insert(account.dn.clone());
        }
    }
    let mut known: BTreeMap<Dn, Account> = tied
        .into_iter()
        .map(|one| (one.account.dn.clone(), one.account))
        .collect();
    let unread: BTreeSet<&Dn> = members
        .iter()
        .flat_map(|(principal, others)| others.iter().chain([principal]))
        .filter(|dn| !known.contains_key(dn))
        .collect();
    let unread: Vec<Dn> = unread.into_iter().cloned().collect();
    let read = people.read_accounts(&unread).await?;
    known.extend(read.into_iter().map(|a| (a.dn.clone(), a)));
    let account = |dn: &Dn| {
        let known = known.get(dn).cloned();
        known.unwrap_or_else(|| Account::gone(&AccountRef::of_name(dn)))
    };
    Ok(members
        .into_iter()
        .map(|(principal, others)| Family {
            principal: account(&principal),
            others: others
                .into_iter()
                .map(|dn| {
                    let other = account(&dn);
                    (dn, other)
                })
                .collect(),
        })
        .collect())
}

/// Those of whom somebody is in scope.
async fn in_scope(office: &Office, families: Vec<Family>) -> Result<Vec<Family>> {
    let all: Vec<Account> = families.iter().flat_map(Family::members).cloned().collect();
    let inside = office.people.in_scope(&all).await?;
    let inside: BTreeSet<&Dn> = all
        .iter()
        .zip(inside)
        .filter(|(_, inside)| *inside)
        .map(|(account, _)| &account.dn)
        .collect();
    let ours = |family: &Family| family.members().any(|account| inside.contains(&account.dn));
    Ok(families.into_iter().filter(|family| ours(family)).collect())
}

/// What the links give and no longer give. Whether nothing is withdrawn because too many are missing.
async fn plan(
    app: &App,
    office: &Office,
    joining: &Joining,
    families: Vec<Family>,
    limit: Option<ChangeLimit>,
) -> Result<(Plan, Vec<Remark>, bool)> {
    let mut plan = Plan::default();
    if families.is_empty() {
        return Ok((plan, Vec::new(), false));
    }
    let names = &joining.names;
    let accounts = families.iter().flat_map(Family::members);
    let mut scene = scene(office, names, accounts).await?;
    let mut remarks = Vec::new();
    let (mut all, mut there) = (0, 0);
    for family in &families {
        for dn in family.others.keys() {
            match standing(&scene, names, &family.principal.dn, dn) {
                Standing::Absorbed => {}
                Standing::Tied => {
                    all += 1;
                    there += 1;
                }
                Standing::Vanished | Standing::Untied => all += 1,
            }
        }
    }
    let withdraws = !shrank(limit, all, there);
    note_records(app, office, joining, &families, &mut scene)?;
    let mut planned: Vec<(Decision, Joined)> = Vec::new();
    for family in families {
        if scene.entry(&family.principal.dn).is_none() {
            remarks.extend(family.others.values().map(|other| {
                Remark {
                    code: "principal-gone",
                    about: other
                        .login
                        .clone()
                        .unwrap_or_else(|| other.display_name.clone()),
                    attribute: String::new(),
                }
            }));
            continue;
        }
        let decision = family.decision();
        let mut joined = refresh(&scene, names, &joining.rules, &family.parties(), withdraws);
        // What one should know of those who are missing is told whether there is anything to do or not.
        remarks.append(&mut joined.remarks);
        planned.push((decision, joined));
    }
    within_reach(office, planned, &mut plan).await?;
    Ok((plan, remarks, !withdraws))
}

/// What this machine's history knows, where the directory has no place for it. A link that it does not know keeps what
/// it gave.
fn note_records(
    app: &App,
    office: &Office,
    joining: &Joining,
    families: &[Family],
    scene: &mut Scene,
) -> Result<()> {
    let Some(records) = Records::read(app, office, &joining.names)? else {
        return Ok(());
    };
    for family in families {
        let principal = &family.principal.dn;
        let gifts = family
            .others
            .keys()
            .filter_map(|other| records.of(&joining.names, principal, other));
        scene.note(principal, gifts.flatten().collect());
    }
    Ok(())
}

fn selector(targets: &TargetArgs) -> Selector {
    Selector {
        class: targets.class.clone(),
        group: targets.group.clone(),
        school: targets.school.clone(),
        roles: targets.role.iter().map(|role| Role::from(*role)).collect(),
        filter: targets.filter.clone(),
    }
}

impl Family {
    fn members(&self) -> impl Iterator<Item = &Account> {
        std::iter::once(&self.principal).chain(self.others.values())
    }

    fn parties(&self) -> Parties {
        Parties {
            kept: self.principal.reference(),
            others: self.others.values().map(Account::reference).collect(),
        }
    }

    fn decision(&self) -> Decision {
        Decision {
            verdict: Verdict::Link,
            kept: self.principal.clone(),
            others: self.others.values().map(|a| (a.clone(), None)).collect(),
        }
    }
}
