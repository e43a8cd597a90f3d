//! `entctl account link`: the accounts of one person, of which one gets the rights of all.

use super::planning::{Ask, Joining, plan_links};
use super::shown::{self, Way};
use crate::app::App;
use crate::cli::{TargetArgs, WriteArgs};
use crate::commands::shared::{Verb, Writing, decisions_from, show_decisions};
use crate::domain::account::{Account, Role};
use crate::domain::join::{Decision, Verdict};
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use std::path::PathBuf;

/// Link the accounts of one person: one is enough from then on, and all stay.
#[derive(Debug, Clone, clap::Args)]
pub struct LinkArgs {
    /// The account that gets the children, groups and rights of the others: login, alias, mail address, number, or a
    /// name as one would say it, in quotes
    #[arg(
        value_name = "PRINCIPAL",
        required_unless_present = "from",
        conflicts_with = "from"
    )]
    pub principal: Option<String>,

    /// The other accounts of the same person; they stay, and are closed unless the configuration says otherwise
    #[arg(value_name = "SECONDARY", required_unless_present = "from")]
    pub secondaries: Vec<String>,

    /// The decisions of a CSV file (- for standard input), as account duplicates --format csv writes it
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,

    /// Link them even if several were used recently
    #[arg(long)]
    pub both_active: bool,

    /// Where the directory has no place for what the link gives, let this machine's history be the only record
    #[arg(long)]
    pub local_record: bool,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// How it is called, and what its sentences begin with.
pub const VERB: Verb = Verb {
    words: "account link",
    key: "link",
};

/// Whose accounts, the plan, a yes, the writing.
///
/// # Errors
/// Usage, configuration (2); not found or several (5); refused (6); another run of the job (12); directory, history.
pub async fn run(app: &App, args: &LinkArgs) -> Result<ExitStatus> {
    let plan_file = args.write.plan.as_deref();
    let mut writing = Writing::open(app, VERB, &args.write.run, plan_file).await?;
    let decisions = match &args.from {
        Some(file) => decisions_from(app, &mut writing, file, Verdict::Link).await?,
        None => typed(&mut writing, args).await?,
    };
    let ask = Ask {
        now: app.now(),
        both_active: args.both_active,
        local_record: args.local_record,
    };
    let checking = app.printer.waiting(&Text::new("join-checking"));
    let (mut plan, remarks) = plan_links(&writing.office, &decisions, &ask).await?;
    drop(checking);
    writing.guard(&mut plan, &[Role::Parent]).await?;
    if writing.is_shown() && !plan.changes.is_empty() {
        let office = &writing.office;
        match decisions.as_slice() {
            [_] => {
                let joining = Joining::of(office, args.local_record).await?;
                let changes = &plan.changes;
                let way = Way::Together;
                shown::decisions(app, office, &joining, &decisions, changes, way).await?;
            }
            several => show_decisions(app, &plan, several),
        }
    }
    shown::remarks(app, &remarks);
    if let Some(status) = writing.ends_here(&plan, None).await? {
        return Ok(status);
    }
    writing.carry_out(&plan).await
}

/// The decision that was typed.
async fn typed(writing: &mut Writing<'_>, args: &LinkArgs) -> Result<Vec<Decision>> {
    let Some(principal) = &args.principal else {
        return Ok(Vec::new());
    };
    let kept = very_one(writing, principal).await?;
    let mut others = Vec::new();
    for text in &args.secondaries {
        others.push((very_one(writing, text).await?, None));
    }
    Ok(vec![Decision {
        verdict: Verdict::Link,
        kept,
        others,
    }])
}

/// The very account that a text names.
///
/// # Errors
/// As [`Writing::targets`].
pub async fn very_one(writing: &mut Writing<'_>, text: &str) -> Result<Account> {
    let wanted = TargetArgs {
        accounts: vec![text.to_owned()],
        ..TargetArgs::default()
    };
    let mut found = writing.targets(&wanted, &[Role::Parent]).await?;
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only.account),
        _ => Err(CommandError::usage(
            "one-account-only",
            Text::new("set-one-account"),
        )),
    }
}
