//! `entctl account lock` and `account unlock`: the same story in two directions.

use crate::app::{App, Office};
use crate::cli::{TargetArgs, WriteArgs};
use crate::commands::shared::{Given, Verb, Writing, people_table, protected};
use crate::domain::account::{Account, Role};
use crate::domain::change::{Plan, Refusal};
use crate::domain::intents;
use crate::domain::rules::may_unlock;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use std::collections::BTreeSet;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Disable.
    Lock,
    /// Enable.
    Unlock,
}

impl Direction {
    /// How it is called, and what its sentences begin with.
    pub fn verb(self) -> Verb {
        match self {
            Direction::Lock => Verb {
                words: "account lock",
                key: "access-lock",
            },
            Direction::Unlock => Verb {
                words: "account unlock",
                key: "access-unlock",
            },
        }
    }
}

/// Disable or enable accounts.
#[derive(Debug, Clone, clap::Args)]
pub struct AccessArgs {
    /// Whose accounts.
    #[command(flatten)]
    pub targets: TargetArgs,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// Whose, the plan, a yes, the writing.
///
/// # Errors
/// Usage (2); not found or several (5); refused (6); another run of the job (12); directory, history.
pub async fn run(app: &App, args: &AccessArgs, direction: Direction) -> Result<ExitStatus> {
    let plan_file = args.write.plan.as_deref();
    let mut writing = Writing::open(app, direction.verb(), &args.write.run, plan_file).await?;
    let roles = roles(&args.targets);
    let given = writing.targets(&args.targets, roles).await?;
    let by_name = !args.targets.accounts.is_empty() || args.targets.from.is_some();
    let mut plan = plan(&writing.office, &given, direction, by_name).await?;
    writing.guard(&mut plan, roles).await?;
    if writing.is_shown() {
        show(app, &writing.office, &plan, &given).await?;
    }
    if let Some(status) = writing.ends_here(&plan, None).await? {
        return Ok(status);
    }
    writing.carry_out(&plan).await
}

/// A class is its pupils: closing it must not close their parents and teachers. A school is everybody in it.
fn roles(targets: &TargetArgs) -> &'static [Role] {
    if targets.class.is_some() {
        &[Role::Pupil]
    } else {
        &Role::ALL
    }
}

/// `by_name`: each was named, and is answered for; a selector passes over what a join has closed.
async fn plan(
    office: &Office,
    given: &[Given],
    direction: Direction,
    by_name: bool,
) -> Result<Plan> {
    let protected = protected(office, given).await?;
    let names = office.people.access().await?;
    if names.locked.is_none() {
        return Err(CommandError::new(
            ExitStatus::Refused,
            "cannot-lock",
            Text::new("access-cannot-lock"),
        ));
    }
    let mut plan = Plan::default();
    let stays_open = office.profile.join.secondary_stays_open;
    for Given { account, line, .. } in given {
        let refusal = |code: &str| Refusal {
            account: Some(account.reference()),
            given: None,
            line: *line,
            code: code.to_owned(),
        };
        if protected.contains(&account.dn) {
            plan.refusals.push(refusal("protected"));
            continue;
        }
        if direction == Direction::Unlock
            && let Err(why) = may_unlock(account, stays_open)
        {
            if by_name {
                plan.refusals.push(refusal(why.code()));
            } else {
                plan.unchanged.push(account.reference());
            }
            continue;
        }
        let change = match direction {
            Direction::Lock => intents::lock(account, &names),
            Direction::Unlock => intents::unlock(account, &names),
        };
        match change {
            Some(change) => plan.changes.push(change),
            None => plan.unchanged.push(account.reference()),
        }
    }
    Ok(plan)
}

async fn show(app: &App, office: &Office, plan: &Plan, given: &[Given]) -> Result<()> {
    if plan.changes.is_empty() {
        return Ok(());
    }
    let schools = office.people.school_names().await?;
    let changed: BTreeSet<_> = plan.changes.iter().map(|c| &c.account.dn).collect();
    let accounts: Vec<Account> = given
        .iter()
        .filter(|g| changed.contains(&g.account.dn))
        .map(|g| g.account.clone())
        .collect();
    app.printer
        .table(&people_table(&accounts, &schools, app.printer.localizer()));
    Ok(())
}
