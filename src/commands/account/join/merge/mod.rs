//! `entctl account merge`: one person, one account that counts.

mod planning;
mod report;
mod shown;

pub use planning::{MergeAsk, Merges, plan_carries, plan_merges};

use super::link::very_one;
use crate::app::App;
use crate::cli::WriteArgs;
use crate::commands::shared::{Verb, Writing, decisions_from, show_decisions};
use crate::domain::account::{Account, Role};
use crate::domain::duplicates::KeepReason;
use crate::domain::join::{Decision, Verdict, better_kept};
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::i18n::Text;
use crate::output::Format;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Merge the accounts of one person: one counts from then on, with the children, groups and rights of all.
#[derive(Debug, Clone, clap::Args)]
pub struct MergeArgs {
    /// Two accounts or more of one person; which one is kept is proposed, with the reason
    #[arg(
        value_name = "ACCOUNT",
        required_unless_present_any = ["keep", "from"],
        conflicts_with_all = ["keep", "absorb", "from"]
    )]
    pub accounts: Vec<String>,

    /// The account that counts from then on: login, alias, mail address, number, or a name as one would say it, in
    /// quotes
    #[arg(
        long,
        value_name = "ACCOUNT",
        requires = "absorb",
        conflicts_with = "from"
    )]
    pub keep: Option<String>,

    /// An account that is absorbed: it is closed, and leads to the one that is kept; may be given several times
    #[arg(long, value_name = "ACCOUNT", requires = "keep")]
    pub absorb: Vec<String>,

    /// The decisions of a CSV file (- for standard input), as account duplicates --format csv writes it
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,

    /// Merge them even if several were used recently
    #[arg(long)]
    pub both_active: bool,

    /// Delete the absorbed accounts in place of closing them; their passwords do not come back by history undo
    #[arg(long)]
    pub delete_absorbed: bool,

    /// Write down who uses which login from now on, for the letter home: a new CSV file
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// How it is called, and what its sentences begin with.
pub const VERB: Verb = Verb {
    words: "account merge",
    key: "merge",
};

/// Whose accounts, which one is kept, the plan, both side by side, a yes, the writing.
///
/// # Errors
/// Usage, configuration (2); not found or several (5); refused (6); another run of the job (12); directory, history.
pub async fn run(app: &App, args: &MergeArgs) -> Result<ExitStatus> {
    if args.keep.is_none() && args.from.is_none() && args.accounts.len() < 2 {
        return Err(
            CommandError::usage("usage", Text::new("merge-two-accounts"))
                .hint(Text::new("merge-two-accounts-hint")),
        );
    }
    if let Some(file) = &args.report {
        app.check_new_file(file)?;
        if args.write.plan.is_some() {
            return Err(CommandError::usage(
                "usage",
                Text::new("merge-report-not-in-plan"),
            ));
        }
    }
    let plan_file = args.write.plan.as_deref();
    let mut writing = Writing::open(app, VERB, &args.write.run, plan_file).await?;
    let (decisions, reason) = match &args.from {
        Some(file) => {
            let decisions = decisions_from(app, &mut writing, file, Verdict::Merge).await?;
            (decisions, None)
        }
        None => {
            let (kept, others, reason) = whose(app, &mut writing, args).await?;
            let decision = Decision {
                verdict: Verdict::Merge,
                kept,
                others: others.into_iter().map(|other| (other, None)).collect(),
            };
            (vec![decision], reason)
        }
    };
    let ask = MergeAsk {
        now: app.now(),
        both_active: args.both_active,
        delete_absorbed: args.delete_absorbed,
    };
    let checking = app.printer.waiting(&Text::new("join-checking"));
    let mut merges = plan_merges(app, &writing.office, &decisions, &ask).await?;
    drop(checking);
    let roles: BTreeSet<Role> = decisions
        .iter()
        .flat_map(|decision| decision.kept.roles.iter().copied())
        .collect();
    let roles: Vec<Role> = roles.into_iter().collect();
    writing.guard(&mut merges.plan, &roles).await?;
    let mut question = None;
    if args.from.is_some() && writing.is_shown() {
        show_decisions(app, &merges.plan, &decisions);
    }
    if let [decision] = decisions.as_slice()
        && args.from.is_none()
        && !merges.plan.changes.is_empty()
    {
        if writing.is_shown() {
            shown::show(app, &writing.office, decision, &merges).await?;
        }
        if app.printer.format() != Format::Json {
            if let Some(reason) = reason {
                shown::propose(app, decision, reason);
            }
            shown::warn(app, decision, &merges, args.delete_absorbed);
        }
        let key = match (args.delete_absorbed, reason) {
            (true, _) => "merge-confirm-delete",
            (false, Some(_)) => "merge-confirm-proposed",
            (false, None) => "merge-confirm-one",
        };
        let login = |account: &Account| {
            let login = account.login.clone();
            login.unwrap_or_else(|| account.display_name.clone())
        };
        question = Some(
            Text::new(key)
                .with("kept", login(&decision.kept))
                .with("count", decision.others.len()),
        );
    }
    if let Some(status) = writing.ends_here(&merges.plan, question).await? {
        return Ok(status);
    }
    let (status, done) = writing.carry_out_and_tell(&merges.plan).await?;
    match &args.report {
        Some(file) => {
            report::write(
                app,
                &writing.office,
                file,
                &decisions,
                &merges,
                &done,
                status,
            )
            .await
        }
        None => Ok(status),
    }
}

/// The accounts, the kept one first, and why that one where nobody has said.
async fn whose(
    app: &App,
    writing: &mut Writing<'_>,
    args: &MergeArgs,
) -> Result<(Account, Vec<Account>, Option<KeepReason>)> {
    let texts: Vec<&String> = args
        .keep
        .iter()
        .chain(&args.absorb)
        .chain(&args.accounts)
        .collect();
    let mut accounts: Vec<Account> = Vec::new();
    for text in texts {
        accounts.push(very_one(writing, text).await?);
    }
    let mut reason = None;
    if args.keep.is_none() {
        let recovery = recovery(app, writing, &accounts).await?;
        if let Some((order, why)) = better_kept(&accounts, &recovery) {
            accounts = order.iter().map(|at| accounts[*at].clone()).collect();
            reason = Some(why);
        }
    }
    let others = accounts.split_off(1.min(accounts.len()));
    match accounts.pop() {
        Some(kept) => Ok((kept, others, reason)),
        None => Err(CommandError::usage(
            "usage",
            Text::new("merge-two-accounts"),
        )),
    }
}

/// Whether each account has an address to recover the password with.
async fn recovery(app: &App, writing: &Writing<'_>, accounts: &[Account]) -> Result<Vec<bool>> {
    let office = &writing.office;
    if office.profile.redirect.is_none() {
        return Ok(accounts.iter().map(|a| !a.mails.is_empty()).collect());
    }
    let rules = app.mail_rules(office)?;
    let listed: Vec<_> = accounts.iter().map(|a| a.dn.clone()).collect();
    let read = office
        .people
        .directory()
        .read_many(&listed, &rules.attributes())
        .await
        .map_err(explain::directory)?;
    Ok(accounts
        .iter()
        .zip(read)
        .map(|(account, entry)| {
            entry.is_some_and(|entry| rules.recovery(&account.roles, &entry).is_some())
        })
        .collect())
}
