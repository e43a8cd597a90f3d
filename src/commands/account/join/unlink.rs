//! `entctl account unlink`: a link taken back, and no more than it.

use super::link::very_one;
use super::planning::{Joining, scene, within_reach};
use crate::app::{App, Office};
use crate::cli::WriteArgs;
use crate::commands::shared::{Verb, Writing, barred};
use crate::domain::account::{Account, AccountRef, Role};
use crate::domain::change::{Plan, Refusal};
use crate::domain::dn::Dn;
use crate::domain::join::{Decision, Joined, Remark, Verdict, unlink};
use crate::error::{ExitStatus, Result};

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
    let mut secondaries: Vec<Account> = Vec::new();
    for text in &args.secondaries {
        for account in whose(&mut writing, &joining, text).await? {
            if !secondaries.iter().any(|s| s.dn == account.dn) {
                secondaries.push(account);
            }
        }
    }
    let (mut plan, remarks) = plan_unlinks(&writing.office, &joining, secondaries).await?;
    writing.guard(&mut plan, &[Role::Parent]).await?;
    let _ = remarks;
    if let Some(status) = writing.ends_here(&plan, None).await? {
        return Ok(status);
    }
    writing.carry_out(&plan).await
}

/// The account that a text names; or, where nobody goes by it any more, the one that a record names.
async fn whose(writing: &mut Writing<'_>, joining: &Joining, text: &str) -> Result<Vec<Account>> {
    let people = &writing.office.people;
    let typed = [text.to_owned()];
    if !people.any_identifier(&typed).await? {
        let gone = people.recorded_as(&joining.names, text).await?;
        let there = people.read_accounts(&gone).await?;
        let gone: Vec<Account> = gone
            .into_iter()
            .filter(|dn| !there.iter().any(|account| account.dn == *dn))
            .map(|dn| Account::gone(&by_name_alone(dn)))
            .collect();
        if !gone.is_empty() {
            return Ok(gone);
        }
    }
    Ok(vec![very_one(writing, text).await?])
}

/// An account of which nothing but its name in a record is left.
fn by_name_alone(dn: Dn) -> AccountRef {
    let number = dn.rdn_value();
    AccountRef {
        name: number.clone().unwrap_or_else(|| dn.as_str().to_owned()),
        uid: number,
        login: None,
        dn,
    }
}

/// Plans what takes these secondaries off their principals.
async fn plan_unlinks(
    office: &Office,
    joining: &Joining,
    secondaries: Vec<Account>,
) -> Result<(Plan, Vec<Remark>)> {
    let mut plan = Plan::default();
    let refusal = |account: &Account, code: &str, given: Option<String>| Refusal {
        account: Some(account.reference()),
        given,
        line: None,
        code: code.to_owned(),
    };
    let mut decisions: Vec<Decision> = Vec::new();
    for secondary in secondaries {
        let principals = principals(office, joining, &secondary).await?;
        if principals.is_empty() {
            if let Some(gone) = &secondary.ties.linked_to {
                let gone = gone.rdn_value();
                plan.refusals
                    .push(refusal(&secondary, "principal-gone", gone));
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
    let scene = scene(office, &joining.names, accounts.iter()).await?;
    for decision in decisions {
        if let Some(refused) = kept_out(&decision) {
            plan.refusals.push(refused);
            continue;
        }
        let parties = decision.parties();
        let joined = unlink(&scene, &joining.names, &joining.rules, &parties, &[]);
        planned.push((decision, joined));
    }
    let remarks = within_reach(office, planned, &mut plan).await?;
    Ok((plan, remarks))
}

/// The principals of a secondary: the one that it names, else those that still know of it.
async fn principals(
    office: &Office,
    joining: &Joining,
    secondary: &Account,
) -> Result<Vec<Account>> {
    let people = &office.people;
    if let Some(named) = &secondary.ties.linked_to {
        let found = people.read_accounts(std::slice::from_ref(named)).await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let found = people.principals_of(&joining.names, &secondary.dn).await?;
    Ok(found.into_iter().map(|tied| tied.account).collect())
}
