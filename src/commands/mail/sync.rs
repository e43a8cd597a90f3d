//! `entctl mail sync`: redirects and recovery addresses as a file says, every night.

use super::desired;
use super::refused;
use crate::app::{App, Office};
use crate::cli::{NoticeArgs, RoleChoice, WriteArgs};
use crate::commands::shared::{Given, List, Verb, Writing, all_protected, changes, served};
use crate::domain::account::{Account, AccountRef, Role};
use crate::domain::change::{Plan, Refusal};
use crate::domain::dn::Dn;
use crate::domain::job::JobName;
use crate::domain::limits::{ChangeLimit, shrank};
use crate::domain::redirect::Wanted;
use crate::domain::shares;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::i18n::Text;
use crate::people::{Placed, Selector, Who};
use everybody::Everybody;
use futures_util::try_join;
use loops::in_loops;
use paper::Paper;
use rows::Rows;
use std::collections::{BTreeSet, HashSet};
use std::panic::resume_unwind;
use std::path::PathBuf;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

mod everybody;
mod loops;
mod meanwhile;
mod paper;
mod rows;

/// Bring redirects and recovery addresses in line with a file.
#[derive(Debug, Clone, clap::Args)]
pub struct SyncArgs {
    /// CSV or JSON lines (- for standard input): a column login, or any other identifier; redirect, keep_copy,
    /// recovery; an empty cell leaves things as they are, - takes them away; keep_copy is yes or no (oui, non)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Take away the redirects of those who are not in the file
    #[arg(long)]
    pub prune: bool,

    /// With --prune, of this class only
    #[arg(long, value_name = "CLASS", help_heading = "Whose accounts")]
    pub class: Option<String>,

    /// With --prune, of this group only
    #[arg(long, value_name = "GROUP", help_heading = "Whose accounts")]
    pub group: Option<String>,

    /// With --prune, of this school only
    #[arg(long, value_name = "UAI", help_heading = "Whose accounts")]
    pub school: Option<String>,

    /// With --prune, of this role only
    #[arg(long, value_name = "ROLE", value_enum, help_heading = "Whose accounts")]
    pub role: Vec<RoleChoice>,

    /// With --prune, of those matched by an RFC 4515 filter only
    #[arg(long, value_name = "FILTER", help_heading = "Whose accounts")]
    pub filter: Option<String>,

    /// Accept a file that is shorter than before: by so many rows, or by this share
    #[arg(long, value_name = "N|P%", help_heading = "Before writing")]
    pub max_shrink: Option<ChangeLimit>,

    /// Mails to those concerned.
    #[command(flatten)]
    pub notices: NoticeArgs,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// How it is called, and what its sentences begin with.
pub const VERB: Verb = Verb {
    words: "mail sync",
    key: "mail-sync",
};

/// The job that it is a run of, where no other name is given.
const JOB: &str = "mail-sync";

/// The file, everybody in one search, the plan, the guards, the writing.
///
/// # Errors
/// A faulty file (2); rows that name nobody (5); loops, a file that shrank, too many changes, refusals (6);
/// another run of the job (12); directory, history.
pub async fn run(app: &App, args: &SyncArgs) -> Result<ExitStatus> {
    let run = args.write.run.as_job(JOB);
    let selector = selector(args);
    let mut writing = Writing::open(app, VERB, &run, args.write.plan.as_deref()).await?;
    writing.notify(args.notices, false)?;
    // After the job is ours: while another run was waited for, the file may have become a newer one.
    let bytes = app.read_input(&args.file)?;
    let name = args.file.display().to_string();
    writing.rejects_beside(&args.file)?;
    writing.silent = true;
    let reading = app.printer.waiting(&Text::new("join-checking"));
    let (arrive, rows) = oneshot::channel();
    let paper = Paper::read(name, bytes, writing.keeps_going(), arrive);
    // A faulty file is told at once, whoever else is still to come.
    let (Paper { list, desired }, mut everybody) =
        try_join!(paper, Everybody::read(app, &writing.office, rows))?;
    drop(reading);
    let limit = args.max_shrink.or(writing.office.profile.limits.max_shrink);
    let rows = list.rows().len() as u64;
    if let Some(before) = rows_before(app, &writing.office, run.job.as_ref())? {
        check_shrink(limit, before, rows, "mail-sync-shrank")?;
    } else {
        let there = everybody.redirecting(&writing.office, &selector).await?;
        let there = there.len() as u64;
        let named: BTreeSet<u64> = list.rows().into_iter().map(|(line, _)| line).collect();
        let wanted = desired
            .iter()
            .filter(|row| named.contains(&row.line) && desired::redirects(row))
            .count() as u64;
        check_shrink(limit, there, wanted, "mail-sync-fewer")?;
    }
    writing.purpose.rows = Some(rows);

    let Named { given, met } = whose(&mut writing, &everybody, list).await?;
    let rows = Rows::new(&desired, &met);
    let (mut plan, concerned) = make(&writing, &mut everybody, &given, &rows).await?;
    // Whoever is meant by a row that names nobody would lose the redirect: not tonight.
    if args.prune && writing.leaves_rows_out() {
        app.printer.warn(&Text::new("mail-sync-not-pruned"));
    } else if args.prune {
        let named: HashSet<usize> = given.iter().map(|one| one.account).collect();
        let left = everybody
            .clear_the_others(&writing.office, &named, &selector)
            .await?;
        plan.changes.extend(left);
    }
    drop((everybody, given, met, desired));
    writing.reports_on(&concerned);
    writing.guard_among(&mut plan, &selector).await?;
    if writing.is_shown() && !plan.changes.is_empty() {
        served::tell(app, &concerned);
        app.printer
            .table(&changes::table(&plan.changes, &app.printer));
    }
    if let Some(status) = writing.ends_here(&plan, None).await? {
        return Ok(status);
    }
    writing.carry_out(&plan).await
}

/// What a thread beside has brought; its panic is ours.
async fn joined<T>(beside: JoinHandle<T>) -> T {
    beside
        .await
        .unwrap_or_else(|ended| resume_unwind(ended.into_panic()))
}

fn selector(args: &SyncArgs) -> Selector {
    Selector {
        class: args.class.clone(),
        group: args.group.clone(),
        school: args.school.clone(),
        roles: args.role.iter().map(|role| Role::from(*role)).collect(),
        filter: args.filter.clone(),
    }
}

/// How many rows the last run of this job read, if one ended here.
fn rows_before(app: &App, office: &Office, job: Option<&JobName>) -> Result<Option<u64>> {
    let (runs, _) = app
        .history(&office.profile)
        .list()
        .map_err(explain::history)?;
    Ok(runs
        .into_iter()
        .map(|run| run.manifest)
        .filter(|manifest| {
            manifest.job.as_ref() == job
                && manifest.profile == office.profile.name
                && manifest.base_dn == office.profile.base_dn
        })
        .filter_map(|manifest| Some((manifest.run, manifest.rows?)))
        .max()
        .map(|(_, rows)| rows))
}

fn check_shrink(
    limit: Option<ChangeLimit>,
    before: u64,
    now: u64,
    sentence: &'static str,
) -> Result<()> {
    if !shrank(limit, before, now) {
        return Ok(());
    }
    Err(CommandError::new(
        ExitStatus::Refused,
        "source-shrank",
        Text::new(sentence).with("before", before).with("now", now),
    )
    .hint(Text::new("mail-sync-shrank-hint")))
}

/// The accounts that rows name or lead to, by place among everybody, in the order of the rows; and the further rows
/// that lead to one of them.
struct Named {
    given: Vec<Given<usize>>,
    met: Vec<Given<usize>>,
}

async fn whose(writing: &mut Writing<'_>, everybody: &Everybody, list: List) -> Result<Named> {
    let sweep = &everybody.sweep;
    let people = &writing.office.people;
    let texts: Vec<&str> = list.rows().into_iter().map(|(_, text)| text).collect();
    let placed: Vec<Placed> = if list.by_name {
        let resolved = people.resolve_many(&texts, Who::Serving).await?;
        resolved.into_iter().map(|r| sweep.placed(r)).collect()
    } else {
        let known: Vec<Option<usize>> = (0..texts.len())
            .map(|row| everybody.settled.named(row))
            .collect();
        let rest = texts.iter().zip(&known);
        let rest: Vec<&str> = rest
            .filter_map(|(text, at)| at.is_none().then_some(*text))
            .collect();
        let mut rest = people
            .places_among(sweep, &rest, Who::Serving)
            .await?
            .into_iter();
        let mut next = || rest.next().unwrap_or(Placed::Nothing);
        let placed = known.into_iter();
        placed
            .map(|at| at.map_or_else(&mut next, |at| Placed::One(at, None)))
            .collect()
    };
    let mut rows = list.placed(placed);
    let met = std::mem::take(&mut rows.met);
    writing.named_in(list.table);
    let given = writing.named_among(rows)?;
    Ok(Named { given, met })
}

/// Rows that are looked at together: what is made of them is held until they are told apart.
const LOOKED_AT: usize = 10_000;

/// What a row comes to.
enum Row {
    Refused(Vec<Refusal>),
    Unchanged(AccountRef),
    /// Perhaps a change.
    Wish(Wanted),
}

/// What each row asks for, and the loops that this would make. Beside the plan, the accounts that a report may have
/// something to tell of.
async fn make(
    writing: &Writing<'_>,
    everybody: &mut Everybody,
    given: &[Given<usize>],
    rows: &Rows<'_>,
) -> Result<(Plan, Vec<Given>)> {
    let mut settled = std::mem::take(&mut everybody.settled);
    let everybody = &*everybody;
    let schema = writing.office.people.schema();
    let kept = all_protected(&writing.office).await?;
    let mut plan = Plan::default();
    // On most nights these are nearly all.
    plan.unchanged.reserve(given.len());
    let mut concerned = Vec::new();
    let mut wishes: Vec<(&Given<usize>, Wanted)> = Vec::new();
    // Whoever forwards to somebody here may be in a loop.
    let inward: HashSet<usize> = everybody.inward.forwarding().collect();
    let free = |one: &Given<usize>, dn: &Dn| !inward.contains(&one.account) && !kept.contains(dn);
    // Most rows say what is so already: nothing is kept of them but their names.
    let look = |one: &&Given<usize>| {
        let one = *one;
        let entry = everybody.sweep.at(one.account)?;
        let named = || schema.reference(&entry);
        let concerned = (!one.asked.is_empty()).then(|| in_full(one, schema.account(&entry)));
        let row = match rows.wanted(one, named) {
            Err(refusals) => Row::Refused(refusals),
            Ok(_) if kept.contains(&entry.dn) => {
                Row::Refused(vec![refuse(named(), one.line, "protected")])
            }
            Ok(wanted)
                if free(one, &entry.dn) && everybody.holds_already(schema, &entry, &wanted) =>
            {
                Row::Unchanged(named())
            }
            Ok(wanted) => Row::Wish(wanted),
        };
        Some((concerned, row))
    };
    for some in given.chunks(LOOKED_AT) {
        let settled: Vec<Option<AccountRef>> = some
            .iter()
            .map(|one| {
                let alone = rows.is_one(one) && one.asked.is_empty();
                let account = settled.take(one.account, one.line).filter(|_| alone)?;
                free(one, &account.dn).then_some(account)
            })
            .collect();
        let open = some.iter().zip(&settled);
        let open: Vec<&Given<usize>> = open
            .filter_map(|(one, settled)| settled.is_none().then_some(one))
            .collect();
        let mut looked = open.iter().zip(shares::each(&open, look));
        for settled in settled {
            if let Some(account) = settled {
                plan.unchanged.push(account);
                continue;
            }
            let Some((one, Some((told, row)))) = looked.next() else {
                continue;
            };
            concerned.extend(told);
            match row {
                Row::Refused(refusals) => plan.refusals.extend(refusals),
                Row::Unchanged(account) => plan.unchanged.push(account),
                Row::Wish(wanted) => wishes.push((*one, wanted)),
            }
        }
    }
    let looped = in_loops(everybody, &wishes, writing.keeps_going())?;
    for (one, wanted) in wishes {
        let Some(entry) = everybody.sweep.at(one.account) else {
            continue;
        };
        let account = schema.account(&entry);
        if looped.contains(&one.account) {
            let refusal = refuse(account.reference(), one.line, "redirect-loop");
            plan.refusals.push(refusal);
            continue;
        }
        match everybody.plan(&account, &entry, &wanted) {
            Ok(changes) if changes.is_empty() => plan.unchanged.push(account.reference()),
            Ok(changes) => {
                plan.changes.extend(changes);
                if one.asked.is_empty() {
                    concerned.push(in_full(one, account));
                }
            }
            Err(why) => {
                let given = refused::what(why, &everybody.rules, &wanted);
                let refusal = refuse(account.reference(), one.line, why.code());
                plan.refusals.push(Refusal { given, ..refusal });
            }
        }
    }
    Ok((plan, concerned))
}

fn in_full(one: &Given<usize>, account: Account) -> Given {
    Given {
        account,
        line: one.line,
        asked: one.asked.clone(),
    }
}

fn refuse(account: AccountRef, line: Option<u64>, code: &str) -> Refusal {
    Refusal {
        account: Some(account),
        given: None,
        line,
        code: code.to_owned(),
    }
}
