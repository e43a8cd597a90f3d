//! `entctl mail sync`: redirects and recovery addresses as a file says, every night.

use super::desired::{self, Wish};
use super::refused;
use crate::app::{App, Office};
use crate::cli::{NoticeArgs, RoleChoice, WriteArgs};
use crate::commands::shared::{Given, List, Verb, Writing, changes, protected, read_rows, served};
use crate::domain::account::Role;
use crate::domain::change::{Plan, Refusal};
use crate::domain::dn::Dn;
use crate::domain::job::JobName;
use crate::domain::limits::{ChangeLimit, shrank};
use crate::domain::redirect::graph::{Forward, leading_into, loops};
use crate::domain::redirect::{Aliases, MailRules, Wanted, same};
use crate::domain::ties;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::i18n::Text;
use crate::people::{Resolved, Selector, Sweep, Who};
use crate::spreadsheet::{self, Desired};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

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

/// Two rows lead to one account, by a join, and want different things of it.
const CONTRADICTORY: &str = "joined-contradictory";

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
    let list = read_rows(app, &args.file, writing.keeps_going())?;
    writing.rejects_beside(&args.file)?;
    let desired = spreadsheet::read_desired(&list.table)
        .map_err(|fault| spreadsheet::refused(&list.name, &[fault]))?;
    writing.silent = true;
    let everybody = Everybody::read(app, &writing.office).await?;
    let limit = args.max_shrink.or(writing.office.profile.limits.max_shrink);
    let rows = list.rows().len() as u64;
    if let Some(before) = rows_before(app, &writing.office, run.job.as_ref())? {
        check_shrink(limit, before, rows, "mail-sync-shrank")?;
    } else {
        let there = redirecting(&writing.office, &everybody, &selector).await?;
        let named: BTreeSet<u64> = list.rows().into_iter().map(|(line, _)| line).collect();
        let wanted = desired
            .iter()
            .filter(|row| named.contains(&row.line) && desired::redirects(row))
            .count() as u64;
        check_shrink(limit, there.len() as u64, wanted, "mail-sync-fewer")?;
    }
    writing.purpose.rows = Some(rows);

    let (given, met) = whose(&mut writing, &everybody.sweep, list).await?;
    let rows = Rows::new(&desired, &met);
    let mut plan = make(&writing, &everybody, &given, &rows).await?;
    // Whoever is meant by a row that names nobody would lose the redirect: not tonight.
    if args.prune && writing.leaves_rows_out() {
        app.printer.warn(&Text::new("mail-sync-not-pruned"));
    } else if args.prune {
        prune(&writing.office, &everybody, &given, &selector, &mut plan).await?;
    }
    writing.guard_among(&mut plan, &selector).await?;
    if writing.is_shown() && !plan.changes.is_empty() {
        served::tell(app, &given);
        app.printer
            .table(&changes::table(&plan.changes, &app.printer));
    }
    if let Some(status) = writing.ends_here(&plan, None).await? {
        return Ok(status);
    }
    writing.carry_out(&plan).await
}

/// Everybody of the directory, and where their mail goes.
struct Everybody {
    rules: MailRules,
    sweep: Sweep,
    aliases: Aliases,
}

impl Everybody {
    async fn read(app: &App, office: &Office) -> Result<Everybody> {
        let rules = app.mail_rules(office)?;
        let people = &office.people;
        let mut sweep = people.sweep(&rules.attributes(), None).await?;
        let aliases = people.join_all_aliases(&rules, &mut sweep).await?;
        Ok(Everybody {
            rules,
            sweep,
            aliases,
        })
    }
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

/// The accounts that the rows name or lead to, looked up among everybody; and the further rows that lead to one of them.
async fn whose(
    writing: &mut Writing<'_>,
    sweep: &Sweep,
    list: List,
) -> Result<(Vec<Given>, Vec<Given>)> {
    let people = &writing.office.people;
    let texts: Vec<&str> = list.rows().into_iter().map(|(_, text)| text).collect();
    let resolved: Vec<Resolved> = if list.by_name {
        people.resolve_many(&texts, Who::Serving).await?
    } else {
        people.resolve_among(sweep, &texts, Who::Serving).await?
    };
    let mut rows = list.named(resolved);
    let met = std::mem::take(&mut rows.met);
    writing.named_in(list.table);
    Ok((writing.named_by(rows)?, met))
}

/// What the rows of the file ask for.
struct Rows<'a> {
    by_line: BTreeMap<u64, &'a Desired>,
    /// Further rows that lead to an account, by a join.
    met: BTreeMap<&'a Dn, Vec<u64>>,
}

impl<'a> Rows<'a> {
    fn new(desired: &'a [Desired], met: &'a [Given]) -> Self {
        let mut rows = Rows {
            by_line: desired.iter().map(|row| (row.line, row)).collect(),
            met: BTreeMap::new(),
        };
        for given in met {
            let lines = rows.met.entry(&given.account.dn).or_default();
            lines.extend(given.line);
        }
        rows
    }

    /// What is wanted of an account, by all the rows that lead to it.
    fn wanted(&self, given: &Given) -> Result<Wanted, Vec<Refusal>> {
        let further = self.met.get(&given.account.dn).into_iter().flatten();
        let mut together: Option<(u64, Wanted)> = None;
        for line in given.line.iter().chain(further) {
            let refuse = |line: u64, code: &str, given_there: String| Refusal {
                account: Some(given.account.reference()),
                given: Some(given_there),
                line: Some(line),
                code: code.to_owned(),
            };
            let row = self.by_line.get(line).map(|row| desired::wanted(row));
            let wanted = row
                .transpose()
                .map_err(|(code, there)| vec![refuse(*line, code, there)])?
                .unwrap_or_default();
            together = Some(match together {
                None => (*line, wanted),
                Some((first, before)) => match desired::both(&before, &wanted) {
                    Some(both) => (first, both),
                    None => {
                        return Err(vec![
                            refuse(first, CONTRADICTORY, line.to_string()),
                            refuse(*line, CONTRADICTORY, first.to_string()),
                        ]);
                    }
                },
            });
        }
        Ok(together.map(|(_, wanted)| wanted).unwrap_or_default())
    }
}

/// What each row asks for, and the loops that this would make.
async fn make(
    writing: &Writing<'_>,
    everybody: &Everybody,
    given: &[Given],
    rows: &Rows<'_>,
) -> Result<Plan> {
    let Everybody {
        rules,
        sweep,
        aliases,
    } = everybody;
    let kept = protected(&writing.office, given).await?;
    let mut plan = Plan::default();
    let refuse = |given: &Given, code: &str| Refusal {
        account: Some(given.account.reference()),
        given: None,
        line: given.line,
        code: code.to_owned(),
    };
    let mut wishes: Vec<(&Given, Wanted)> = Vec::new();
    for one in given {
        let wanted = match rows.wanted(one) {
            Ok(wanted) => wanted,
            Err(refusals) => {
                plan.refusals.extend(refusals);
                continue;
            }
        };
        if kept.contains(&one.account.dn) {
            plan.refusals.push(refuse(one, "protected"));
            continue;
        }
        wishes.push((one, wanted));
    }
    let looped = in_loops(rules, sweep, &wishes, writing.keeps_going())?;
    for (one, wanted) in wishes {
        if looped.contains(&one.account.dn) {
            plan.refusals.push(refuse(one, "redirect-loop"));
            continue;
        }
        let Some(entry) = sweep.entry(&one.account.dn) else {
            plan.refusals.push(refuse(one, "gone"));
            continue;
        };
        match aliases.plan(rules, &one.account, entry, &wanted) {
            Ok(changes) if changes.is_empty() => plan.unchanged.push(one.account.reference()),
            Ok(changes) => plan.changes.extend(changes),
            Err(why) => {
                let given = refused::what(why, rules, &wanted);
                let refusal = refuse(one, why.code());
                plan.refusals.push(Refusal { given, ..refusal });
            }
        }
    }
    Ok(plan)
}

/// Who of the file would be in a loop, were it written: with the redirects of everybody else as they are.
/// `leave_out`: those are left out then, else it is an error.
fn in_loops(
    rules: &MailRules,
    sweep: &Sweep,
    wishes: &[(&Given, Wanted)],
    leave_out: bool,
) -> Result<BTreeSet<Dn>> {
    let mut lines: BTreeMap<usize, u64> = BTreeMap::new();
    // What is as it was is not of this file's making.
    let mut moved: BTreeSet<usize> = BTreeSet::new();
    let mut forwards: Vec<Forward> = sweep
        .entries()
        .iter()
        .map(|entry| rules.forward(entry))
        .collect();
    for (one, wanted) in wishes {
        let Some(at) = sweep.place(&one.account.dn) else {
            continue;
        };
        match &wanted.redirect {
            Wish::Leave => continue,
            Wish::Clear => forwards[at].to.clear(),
            Wish::Set(to) => {
                let to: Vec<String> = to.iter().map(ToString::to_string).collect();
                if !same_addresses(&forwards[at].to, &to) {
                    moved.insert(at);
                }
                forwards[at].to = to;
            }
        }
        lines.insert(at, one.line.unwrap_or(0));
    }
    let mut looped = BTreeSet::new();
    let mut told = Vec::new();
    let rings = loops(&forwards);
    let mut ways: Vec<Vec<usize>> = leading_into(&forwards, &rings)
        .into_iter()
        .filter(|(at, _)| moved.contains(at))
        .map(|(_, way)| way)
        .collect();
    ways.sort_by_key(|way| lines.get(&way[0]).copied());
    for mut ring in rings {
        // A loop that nobody of the file is in was there before, and stays somebody else's.
        if !ring.iter().any(|at| lines.contains_key(at)) {
            continue;
        }
        // The way begins where the file does.
        let first =
            (0..ring.len()).min_by_key(|k| lines.get(&ring[*k]).copied().unwrap_or(u64::MAX));
        ring.rotate_left(first.unwrap_or(0));
        looped.extend(
            ring.iter()
                .filter(|at| lines.contains_key(at))
                .map(|at| sweep.entries()[*at].dn.clone()),
        );
        let closed: Vec<usize> = ring.iter().chain(ring.first()).copied().collect();
        let of_the_file: Vec<usize> = ring
            .into_iter()
            .filter(|at| lines.contains_key(at))
            .collect();
        told.push(way_told(&forwards, &lines, &of_the_file, &closed));
    }
    for way in ways {
        looped.insert(sweep.entries()[way[0]].dn.clone());
        told.push(way_told(&forwards, &lines, &way[..1], &way));
    }
    if told.is_empty() || leave_out {
        return Ok(looped);
    }
    Err(spreadsheet::with_rows(
        CommandError::new(
            ExitStatus::Refused,
            "redirect-loop",
            Text::new("mail-sync-loops").with("count", told.len()),
        ),
        told,
    )
    .hint(Text::new("mail-sync-loops-hint")))
}

/// The rows that are to blame, and the way that mail would go.
fn way_told(
    forwards: &[Forward],
    lines: &BTreeMap<usize, u64>,
    of_the_file: &[usize],
    way: &[usize],
) -> Text {
    let line = |at: &usize| lines.get(at).map(ToString::to_string);
    let rows: Vec<String> = of_the_file.iter().filter_map(line).collect();
    let address = |at: &usize| forwards[*at].own.first().cloned().unwrap_or_default();
    let way: Vec<String> = way.iter().map(address).collect();
    Text::new("mail-sync-loop")
        .with("count", rows.len())
        .with("lines", rows.join(", "))
        .with("way", way.join(" → "))
}

fn same_addresses(a: &[String], b: &[String]) -> bool {
    let within = |a: &[String], b: &[String]| a.iter().all(|x| b.iter().any(|y| same(x, y)));
    within(a, b) && within(b, a)
}

/// The accounts of the selector that have a redirect. One in whose place another serves is nobody's to count or to clear:
/// a row that names it is about the other.
async fn redirecting(
    office: &Office,
    everybody: &Everybody,
    selector: &Selector,
) -> Result<Vec<Given>> {
    let Everybody { rules, sweep, .. } = everybody;
    let schema = office.people.schema();
    let accounts: Vec<_> = sweep
        .entries()
        .iter()
        .filter(|entry| !rules.redirect(entry).addresses.is_empty())
        .map(|entry| schema.account(entry))
        .filter(|account| ties::next(account).is_none())
        .collect();
    let inside = office.people.among(selector, &accounts).await?;
    Ok(accounts
        .into_iter()
        .zip(inside)
        .filter(|(_, inside)| *inside)
        .map(|(account, _)| account.into())
        .collect())
}

/// Takes away the redirects of those who are not in the file.
async fn prune(
    office: &Office,
    everybody: &Everybody,
    given: &[Given],
    selector: &Selector,
    plan: &mut Plan,
) -> Result<()> {
    let Everybody {
        rules,
        sweep,
        aliases,
    } = everybody;
    let named: BTreeSet<&Dn> = given.iter().map(|one| &one.account.dn).collect();
    let mut left = redirecting(office, everybody, selector).await?;
    left.retain(|one| !named.contains(&one.account.dn));
    let kept = protected(office, &left).await?;
    let away = Wanted {
        redirect: Wish::Clear,
        ..Wanted::default()
    };
    for one in &left {
        let Some(entry) = sweep.entry(&one.account.dn) else {
            continue;
        };
        // What is protected is nobody's to clear; it was not asked for by name either.
        if kept.contains(&one.account.dn) {
            continue;
        }
        if let Ok(changes) = aliases.plan(rules, &one.account, entry, &away) {
            plan.changes.extend(changes);
        }
    }
    Ok(())
}
