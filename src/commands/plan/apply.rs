//! `entctl plan apply`: carries out what was planned, looked at and saved, where nothing has moved since.

use super::{FileArgs, gives_passwords, read};
use crate::app::{App, Office};
use crate::cli::{NoticeArgs, RunArgs};
use crate::commands::account::access::Direction;
use crate::commands::account::{dismiss, join, review, set};
use crate::commands::history::undo;
use crate::commands::mail;
use crate::commands::password::new_passwords::{Handed, make};
use crate::commands::password::reset::{self, WayOut, no_way_out};
use crate::commands::password::{expire, send};
use crate::commands::shared::{
    Given, Verb, Writing, allowed, barred, changes, resume_line, stays_closed,
};
use crate::config::Profile;
use crate::domain::account::{Account, Role};
use crate::domain::change::{Change, Plan, Refusal};
use crate::domain::decision::{self, Fault};
use crate::domain::effect::touched_names;
use crate::domain::password::Style;
use crate::domain::rules::{SendRefusal, may_reset, may_send};
use crate::error::{CommandError, ExitStatus, Result};
use crate::execute::{moved, moved_besides};
use crate::explain;
use crate::history::{HistoryError, RunId, RunState};
use crate::i18n::Text;
use crate::plan_file::{About, SavedPlan};
use futures_util::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

/// Decisions that are looked at at once.
const LOOKS_IN_FLIGHT: usize = 8;

/// Carry out a saved plan, unless anything has changed since.
#[derive(Debug, Clone, clap::Args)]
pub struct ApplyArgs {
    /// The plan.
    #[command(flatten)]
    pub file: FileArgs,

    /// Show the new passwords on the screen (usual for one account on a terminal)
    #[arg(long, help_heading = "New passwords", conflicts_with = "slips")]
    pub print: bool,

    /// Write the slips to hand out: a new file, .csv or .html
    #[arg(long, value_name = "FILE", help_heading = "New passwords")]
    pub slips: Option<PathBuf>,

    /// Mails to those concerned.
    #[command(flatten)]
    pub notices: NoticeArgs,

    /// Before writing.
    #[command(flatten)]
    pub run: RunArgs,
}

/// Reads, checks whose plan it is and that nothing has moved, writes.
///
/// # Errors
/// Not a plan (2); altered, another directory, profile or version, applied already, drift (6); directory,
/// history, slips.
pub async fn run(app: &App, args: &ApplyArgs) -> Result<ExitStatus> {
    let SavedPlan { about, plan, seal } = read(app, &args.file.file)?;
    let saved = SavedPlan { about, plan, seal };
    let profile = app.profile()?;
    check_profile(&saved.about, &profile)?;
    allowed(&profile, &saved.about.verb)?;
    let applied = app
        .history(&profile)
        .plan_applied(&saved.seal)
        .map_err(explain::history)?;
    if let Some(run) = applied {
        return Err(applied_by(app, &profile, run));
    }
    let out = WayOut {
        slips: args.slips.as_deref(),
        print: args.print,
    };
    let by_mail = saved.about.verb == send::VERB.words;
    let to_nobody = saved.about.verb == expire::VERB.words;
    let passwords = gives_passwords(&saved) && !by_mail && !to_nobody;
    if passwords {
        out.check(app, false)?;
        let count = saved.plan.accounts();
        if !args.run.dry_run && !out.leads_somewhere(app, count, saved.about.first) {
            return Err(no_way_out());
        }
    } else if args.slips.is_some() || args.print {
        return Err(CommandError::usage(
            "plan-without-passwords",
            Text::new("plan-without-passwords"),
        ));
    }
    let verb = verb(&saved.about.verb)?;
    // Whoever applies what a job planned does that job: its lock, and its place among its runs.
    let run = RunArgs {
        job: args.run.job.clone().or_else(|| saved.about.job.clone()),
        ..args.run.clone()
    };
    let mut writing = Writing::open_reviewed(app, verb, &run).await?;
    let one = saved.plan.accounts() == 1 && names_one(&saved.about.verb);
    writing.notify(args.notices, one)?;
    check_directory(&saved.about, &writing.office).await?;
    let reason = saved.about.reason.clone();
    writing.purpose.reason = args.run.reason.clone().or(reason);
    writing.purpose.style.clone_from(&saved.about.style);
    writing.purpose.first = saved.about.first;
    if passwords {
        writing.purpose.valid_until = still_to_come(app, &saved.about)?;
    }
    writing.purpose.undoes.clone_from(&saved.about.undoes);
    writing.purpose.rows = saved.about.rows;
    writing.purpose.plan = Some(saved.seal.clone());

    let (mut plan, accounts) = as_of_now(&writing.office, &saved).await?;
    writing.left_out_before(saved.plan.refusals.clone());
    if by_mail {
        let given: Vec<Given> = accounts.into_iter().map(Given::from).collect();
        return send::apply(app, &mut writing, plan, &given, &run).await;
    }
    let roles: BTreeSet<Role> = accounts.iter().flat_map(|a| a.roles.clone()).collect();
    let roles: Vec<Role> = roles.into_iter().collect();
    writing.guard(&mut plan, &roles).await?;
    if to_nobody {
        return expire::apply(app, &mut writing, &plan).await;
    }
    let mut question = Text::new("plan-confirm").with("count", plan.accounts());
    if writing.is_shown() && !plan.changes.is_empty() {
        if passwords {
            let given: Vec<Given> = accounts.iter().cloned().map(Given::from).collect();
            let (until, simulated) = (saved.about.valid_until, args.run.dry_run);
            question = reset::show(app, &writing.office, &plan, &given, until, simulated).await?;
        } else {
            app.printer
                .table(&changes::table(&plan.changes, &app.printer));
        }
    }
    if let Some(status) = writing.ends_here(&plan, Some(question)).await? {
        return Ok(status);
    }
    if !passwords {
        return writing.carry_out(&plan).await;
    }
    let style = saved
        .about
        .style
        .as_deref()
        .and_then(|style| style.parse::<Style>().ok())
        .unwrap_or(writing.office.profile.passwords.style);
    let rules = app.policy(&writing.office).await?;
    let handed = Handed {
        passwords: make(style, &rules, plan.changes.len())?,
        slips: args.slips.as_deref(),
    };
    let accounts: Vec<&Account> = accounts.iter().collect();
    reset::carry_out(app, &mut writing, &plan, &accounts, handed).await
}

/// Whether a plan of one change was made for one account that was named, as far as its verb tells.
fn names_one(verb: &str) -> bool {
    ![undo::VERB.words, mail::sync::VERB.words].contains(&verb)
}

/// Carried out already; or begun, and to be finished by a resume.
fn applied_by(app: &App, profile: &Profile, run: RunId) -> CommandError {
    let begun = app.history(profile).load(&run).ok();
    let error = explain::history(HistoryError::PlanApplied(run));
    match begun {
        Some(begun) if begun.state != RunState::Finished => {
            error.hint(resume_line(&begun.manifest))
        }
        _ => error,
    }
}

/// When the passwords of a plan end. Those that have ended before they are given help nobody.
fn still_to_come(app: &App, about: &About) -> Result<Option<Timestamp>> {
    match about.valid_until {
        Some(until) if until <= app.now() => {
            Err(
                CommandError::new(ExitStatus::Refused, "plan-ended", Text::new("plan-ended"))
                    .hint(Text::new("plan-again-hint")),
            )
        }
        until => Ok(until),
    }
}

/// A plan is carried out by whoever made it: what a profile may see and change is what it was made from.
fn check_profile(about: &About, profile: &Profile) -> Result<()> {
    if about.base_dn != profile.base_dn {
        return Err(other_directory());
    }
    if about.profile != profile.name {
        return Err(CommandError::new(
            ExitStatus::Refused,
            "plan-other-profile",
            Text::new("plan-other-profile")
                .with("profile", &about.profile)
                .with("ours", &profile.name),
        )
        .hint(Text::new("plan-other-profile-hint").with("profile", &about.profile)));
    }
    Ok(())
}

/// Two directories may have the same names: the server's own identity of the top tells them apart.
async fn check_directory(about: &About, office: &Office) -> Result<()> {
    let now = office.people.directory_id(&about.base_dn).await?;
    if about.directory == now {
        Ok(())
    } else {
        Err(other_directory())
    }
}

fn other_directory() -> CommandError {
    CommandError::new(
        ExitStatus::Refused,
        "plan-other-directory",
        Text::new("plan-other-directory"),
    )
    .hint(Text::new("plan-again-hint"))
}

/// The verb that a plan names, with its sentences.
fn verb(words: &str) -> Result<Verb> {
    [
        reset::VERB,
        send::VERB,
        expire::VERB,
        Direction::Lock.verb(),
        Direction::Unlock.verb(),
        undo::VERB,
        set::VERB,
        dismiss::VERB,
        join::link::VERB,
        join::unlink::VERB,
        join::merge::VERB,
        join::refresh::VERB,
        mail::set::VERB,
        mail::clear::VERB,
        mail::sync::VERB,
        review::VERB,
    ]
    .into_iter()
    .find(|verb| verb.words == words)
    .ok_or_else(|| {
        CommandError::new(
            ExitStatus::Refused,
            "plan-altered",
            Text::new("plan-unknown-verb").with("verb", words),
        )
        .hint(Text::new("plan-again-hint"))
    })
}

/// The plan as the directory stands now: what has moved, is gone, out of reach or forbidden is refused. Gives
/// the accounts of the changes that are left, in their order.
async fn as_of_now(office: &Office, saved: &SavedPlan) -> Result<(Plan, Vec<Account>)> {
    let changes = &saved.plan.changes;
    let names: BTreeSet<_> = decision::accounts(changes)
        .into_iter()
        .map(|account| account.dn.clone())
        .chain(changes.iter().map(|c| c.account.dn.clone()))
        .collect();
    let names: Vec<_> = names.into_iter().collect();
    // Those of several changes are looked at in the order of their writes.
    let alone: Vec<&Change> = changes.iter().filter(|c| c.with.is_empty()).collect();
    let targets: Vec<_> = alone.iter().map(|c| c.target().clone()).collect();
    let attributes: BTreeSet<String> = alone
        .iter()
        .flat_map(|change| &change.relies_on)
        .map(|reliance| reliance.attribute().to_owned())
        .collect();
    let attributes: Vec<String> = attributes.into_iter().collect();
    let entries = office
        .people
        .directory()
        .read_many(&targets, &attributes)
        .await
        .map_err(explain::directory)?;
    let accounts = office.people.read_accounts(&names).await?;
    let barred = barred(office, &accounts).await?;
    let by_name: BTreeMap<_, _> = accounts
        .iter()
        .map(|account| (&account.dn, account))
        .collect();

    let mut plan = Plan {
        unchanged: saved.plan.unchanged.clone(),
        ..Plan::default()
    };
    let mut changed = Vec::new();
    let mut entries = entries.into_iter();
    let decisions = saved.plan.decisions();
    let mut faults = faults(office, changes, &decisions).await?;
    for (at, decision) in decisions.into_iter().enumerate() {
        let parts = &changes[decision];
        let Some(change) = parts.first() else {
            continue;
        };
        if !change.with.is_empty() {
            let account = by_name.get(&change.account.dn);
            let named = decision::accounts(parts).into_iter();
            let mut barred = named.filter_map(|a| barred.get(&a.dn).copied());
            let refused = |code: &str, given: Option<String>| Refusal {
                account: Some(change.account.clone()),
                given,
                line: None,
                code: code.to_owned(),
            };
            match (account, barred.next(), faults.remove(&at)) {
                (None, _, _) => plan.refusals.push(refused("gone", None)),
                (_, Some(code), _) => plan.refusals.push(refused(code, None)),
                (_, _, Some(fault)) if fault.gone => plan.refusals.push(refused("gone", None)),
                (_, _, Some(fault)) => plan.refusals.push(refused("drift", fault.attribute)),
                (Some(account), None, None) => {
                    changed.extend(parts.iter().map(|_| (*account).clone()));
                    plan.changes.extend_from_slice(parts);
                }
            }
            continue;
        }
        let entry = entries.next().flatten();
        let refused = |code: &str, given: Option<String>| Refusal {
            account: Some(change.account.clone()),
            given,
            line: None,
            code: code.to_owned(),
        };
        let there = entry.is_some() || change.makes_entry();
        let (true, Some(account)) = (there, by_name.get(&change.account.dn)) else {
            plan.refusals.push(refused("gone", None));
            continue;
        };
        let besides = moved_besides(office.people.directory(), change)
            .await
            .map_err(explain::directory)?;
        let moved = match &entry {
            _ if besides.is_some() => besides,
            // Another one stands where an entry was to be made.
            Some(_) if change.makes_entry() => touched_names(change).into_iter().next(),
            Some(entry) => change
                .drifted(entry)
                .first()
                .map(|moved| moved.attribute().to_owned()),
            None => None,
        };
        // Of somebody outside the profile nothing is told, not even whether they have changed.
        if let Some(code) = barred.get(&account.dn) {
            plan.refusals.push(refused(code, None));
        } else if let Some(field) = moved {
            plan.refusals.push(refused("drift", Some(field)));
        } else if let Some(code) = stays_closed(office, change, account)
            .or_else(|| forbidden(change, account, &saved.about))
        {
            plan.refusals.push(refused(code, None));
        } else {
            changed.push((*account).clone());
            plan.changes.push(change.clone());
        }
    }
    Ok((plan, changed))
}

/// Of decisions of several changes: what has moved, by their place. Several are looked at a time, for each is a round
/// trip or two. One that builds upon an earlier one of the plan is judged at the door, once that is written.
async fn faults(
    office: &Office,
    changes: &[Change],
    decisions: &[Range<usize>],
) -> Result<BTreeMap<usize, Fault>> {
    let directory = office.people.directory();
    let waits = decision::waits(changes, decisions);
    let alone = |range: &Range<usize>| changes[range.start].with.is_empty();
    let looks = decisions
        .iter()
        .enumerate()
        .filter(|(at, range)| !alone(range) && waits[*at].is_empty())
        .map(|(at, range)| async move {
            let fault = moved(directory, &changes[range.clone()]).await;
            fault.map(|fault| fault.map(|fault| (at, fault)))
        });
    let found: Vec<Option<(usize, Fault)>> = futures_util::stream::iter(looks)
        .buffered(LOOKS_IN_FLIGHT)
        .try_collect()
        .await
        .map_err(explain::directory)?;
    Ok(found.into_iter().flatten().collect())
}

/// The role rules hold for a plan too.
fn forbidden(change: &Change, account: &Account, about: &About) -> Option<&'static str> {
    // What nobody will know may be given to anybody.
    if !change.sets_password() || about.verb == expire::VERB.words {
        return None;
    }
    if about.verb == send::VERB.words {
        return may_send(account).err().map(SendRefusal::code);
    }
    may_reset(account, about.first)
        .err()
        .map(|refusal| refusal.code())
}
