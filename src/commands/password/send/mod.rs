//! `entctl password send`: temporary passwords by mail. Nobody but the recipient ever sees one.

use super::new_passwords::make;
use crate::app::{App, Office, PostOffice};
use crate::cli::{RunArgs, TargetArgs, WriteArgs};
use crate::commands::shared::served::Asked;
use crate::commands::shared::{Given, Reporter, SummaryExtra, Verb, Writing, people_table};
use crate::domain::account::{Account, Role};
use crate::domain::change::{Change, Plan};
use crate::domain::dn::Dn;
use crate::domain::password::Style;
use crate::domain::rules::SendRefusal;
use crate::error::{ExitStatus, Result};
use crate::execute::{Ending, MailLimit, Resending, RunReport, Sending, too_often};
use crate::explain;
use crate::history::{Delivery, MailState, Manifest, Run, RunRecord};
use crate::i18n::Text;
use crate::output::{Cell, Column, Format, words};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

mod earlier;
mod letters;
mod recipients;
mod requested;
mod uniform;

use letters::Letters;
use recipients::Planned;

/// Send parents, teachers and staff a temporary password by mail.
#[derive(Debug, Clone, clap::Args)]
pub struct SendArgs {
    /// Whose accounts.
    #[command(flatten)]
    pub targets: TargetArgs,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,

    /// Take the request for the login on standard input, and answer alike whoever it is
    #[arg(long, help_heading = "For a login page", conflicts_with_all = ["requested", "watch", "accounts", "class", "group", "school", "role", "filter", "from", "plan", "dry_run", "yes", "reason", "max_changes", "keep_going", "rejects", "detailed_exitcode", "job", "wait"])]
    pub uniform: bool,

    /// Send what the login page has asked for, and end
    #[arg(long, help_heading = "For a login page", conflicts_with_all = ["accounts", "class", "group", "school", "role", "filter", "from", "plan", "dry_run", "reason", "max_changes", "keep_going", "rejects", "detailed_exitcode"])]
    pub requested: bool,

    /// With --requested, stay and send what will be asked for
    #[arg(long, help_heading = "For a login page", requires = "requested")]
    pub watch: bool,
}

/// How it is called, and what its sentences begin with.
pub const VERB: Verb = Verb {
    words: "password send",
    key: "send",
};

/// Where each mail goes, beside the people.
const SENT_TO: Column = Column {
    key: "sent_to",
    title: "column-sent-to",
};

/// Those a selector stands for.
const ROLES: [Role; 3] = [Role::Parent, Role::Teacher, Role::Staff];

/// Tells the story: whose, to which address, what would be sent, a yes, the sending.
///
/// # Errors
/// Usage (2); not found or several (5); refused by role, address, limit or guard (6); mail server (1, 10, 11);
/// another run of the job (12); directory, history.
pub async fn run(app: &App, args: &SendArgs) -> Result<ExitStatus> {
    if args.uniform {
        return uniform::run(app).await;
    }
    if args.requested {
        return requested::run(app, args).await;
    }
    let plan_file = args.write.plan.as_deref();
    let mut writing = Writing::open(app, VERB, &args.write.run, plan_file).await?;
    let post = app.post_office(&writing.office.profile)?;
    let given = writing.serving(&args.targets, &ROLES).await?;
    let planned = recipients::plan(app, &writing.office, &post, &given, true).await?;
    carry_out(app, &mut writing, &post, planned, &args.write.run).await
}

/// Carries out a saved plan: `plan` is what is left of it as the directory stands now. Addresses and the end of the
/// passwords are those of today.
///
/// # Errors
/// As [`run`].
pub async fn apply(
    app: &App,
    writing: &mut Writing<'_>,
    plan: Plan,
    given: &[Given],
    args: &RunArgs,
) -> Result<ExitStatus> {
    let post = app.post_office(&writing.office.profile)?;
    let mut planned = recipients::plan(app, &writing.office, &post, given, true).await?;
    planned.plan.unchanged = plan.unchanged;
    let mut refusals = plan.refusals;
    refusals.append(&mut planned.plan.refusals);
    planned.plan.refusals = refusals;
    carry_out(app, writing, &post, planned, args).await
}

async fn carry_out(
    app: &App,
    writing: &mut Writing<'_>,
    post: &PostOffice,
    mut planned: Planned,
    args: &RunArgs,
) -> Result<ExitStatus> {
    if let ([], [only], false) = (
        planned.plan.changes.as_slice(),
        planned.plan.refusals.as_slice(),
        writing.keeps_going(),
    ) && only.code == SendRefusal::TooOften.code()
        && let Some(account) = &only.account
    {
        return Err(too_often(&account.name, recipients::limit(post)));
    }
    writing.guard(&mut planned.plan, &ROLES).await?;
    let plan = planned.plan.clone();
    writing.purpose.delivery = Delivery::Mail;
    writing.purpose.valid_until = Some(planned.until);
    let style = writing.office.profile.passwords.style;
    writing.purpose.style = Some(style.as_str().to_owned());
    let letters = Letters::new(app, &writing.office, post, &plan.changes, planned).await?;
    let question = if writing.is_shown() && !plan.changes.is_empty() {
        Some(show(app, &writing.office, &letters, args.dry_run).await?)
    } else {
        None
    };
    if let Some(status) = writing.ends_here(&plan, question).await? {
        return Ok(status);
    }
    let rules = app.policy(&writing.office).await?;
    let sending = Sending {
        server: &*post.server,
        letters: &letters,
        parcels: letters.parcels(),
        passwords: make(style, &rules, plan.changes.len())?,
        limit: Some(recipients::limit(post)),
    };
    let report = writing.send(&plan, &sending).await?;
    writing.report(&plan, &report, SummaryExtra::default());
    tell(app, &report, &BTreeSet::new());
    Ok(writing.status(&plan, &report))
}

/// Shows to whom would be written, in a simulation the letter too, and gives the question.
async fn show(app: &App, office: &Office, letters: &Letters<'_>, simulated: bool) -> Result<Text> {
    let parcels = letters.parcels();
    let schools = office.people.school_names().await?;
    let localizer = app.printer.localizer();
    let accounts: Vec<Account> = letters.recipients().map(|r| r.account.clone()).collect();
    if simulated || accounts.len() > 1 {
        let mut table = people_table(&accounts, &schools, localizer);
        let addresses = letters.recipients().map(|r| r.address.to_string());
        table.add(SENT_TO, addresses.map(Cell::from));
        app.printer.table(&table);
    }
    if let (true, Some(parcel), Format::Table) = (simulated, parcels.first(), app.printer.format())
    {
        let letter = letters.letter(parcel, None)?;
        let address = letters.recipient(parcel).address.to_string();
        app.printer.note(
            &Text::new("send-letter")
                .with("address", address)
                .with("subject", letter.subject.clone()),
        );
        app.printer.answer(&format!("\n{}", *letter.text));
    }
    app.printer
        .note(&Text::new("reset-note-no-undo").with("count", accounts.len()));
    Ok(match (accounts.as_slice(), parcels.as_slice()) {
        ([account], [parcel]) => {
            let school = account.schools.iter().find_map(|dn| schools.get(dn));
            Text::new("send-confirm-one")
                .with(
                    "who",
                    words::account_line(account, school.map(String::as_str), localizer),
                )
                .with("address", letters.recipient(parcel).address.to_string())
        }
        _ => Text::new("send-confirm").with("count", accounts.len()),
    })
}

/// One summary line. `before`: those whom an earlier go at the run has mailed theirs.
fn tell(app: &App, report: &RunReport, before: &BTreeSet<u64>) {
    let mailed = report
        .endings
        .iter()
        .filter(|(number, ending)| {
            ending.mail == Some(MailState::Mailed) && !before.contains(number)
        })
        .count();
    if mailed > 0 && app.printer.format() != Format::Json {
        app.printer.note(
            &Text::new("send-done")
                .with("count", mailed)
                .with("run", report.run.as_str()),
        );
    }
}

/// What holds where nobody is there who asked for a run to be gone on with.
#[derive(Debug, Clone, Copy)]
pub struct ByItself {
    /// It began so long ago that those who were not begun are not sent anything any more.
    pub late: bool,
}

/// Whether a run was the worker's of a login page, which goes on with it by itself.
pub fn is_requested(manifest: &Manifest) -> bool {
    manifest.verb == VERB.words
        && manifest.job.is_some()
        && manifest.command.iter().any(|word| word == "--requested")
}

/// Settles those of a run to whom nothing is sent where it goes on by itself: too late, or as many mails as may be.
fn hold_back(
    app: &App,
    office: &Office,
    run: &Run,
    limit: MailLimit,
    left: &mut Resending,
    by_itself: ByItself,
) -> Result<()> {
    if by_itself.late {
        for number in std::mem::take(&mut left.untouched) {
            let expired = Ending::not_sent(requested::EXPIRED, false);
            left.settled.insert(number, expired);
        }
    }
    let since = app.now().checked_sub(limit.period);
    let sent = app
        .history(&office.profile)
        .mailed_since(since.unwrap_or(Timestamp::UNIX_EPOCH))
        .map_err(explain::history)?;
    for (number, change) in (0u64..).zip(&run.changes) {
        let sent = sent.get(&change.account.dn).copied().unwrap_or_default();
        // What is meant and not begun is counted there as if it were sent.
        let meant = run
            .outcomes
            .get(&number)
            .is_none_or(|outcome| outcome.mail == Some(MailState::Prepared));
        if sent.saturating_sub(u64::from(meant)) < limit.per_account {
            continue;
        }
        let lost = left.lost.remove(&number);
        if left.untouched.remove(&number) || lost {
            let too_often = Ending::not_sent(SendRefusal::TooOften.code(), lost);
            left.settled.insert(number, too_often);
        }
    }
    Ok(())
}

/// Finishes a run that stopped: whoever holds a password that nobody knows is sent a fresh one. `by_itself`: nobody asked
/// for it.
///
/// # Errors
/// As the directory answers; configuration.
pub async fn resume(
    app: &App,
    office: &Office,
    run: &Run,
    record: Box<dyn RunRecord>,
    accounts: &[Account],
    barred: &BTreeMap<Dn, &'static str>,
    by_itself: Option<ByItself>,
) -> Result<ExitStatus> {
    let door = app.door(office);
    let mut left = door.left_to_send(run, barred).await?;
    let post = app.post_office(&office.profile)?;
    if let Some(by_itself) = by_itself {
        let limit = recipients::limit(&post);
        hold_back(app, office, run, limit, &mut left, by_itself)?;
    }
    let mailed: BTreeSet<u64> = (left.known.iter())
        .filter(|(_, ending)| ending.mail == Some(MailState::Mailed))
        .map(|(number, _)| *number)
        .collect();
    let open: BTreeSet<u64> = left.untouched.union(&left.lost).copied().collect();
    let given: Vec<Given> = (0u64..)
        .zip(accounts.iter().zip(&run.changes))
        .filter(|(number, _)| open.contains(number))
        .map(|(_, (account, change))| Given {
            asked: change.with.iter().map(Asked::before).collect(),
            ..Given::from(account.clone())
        })
        .collect();
    let planned = recipients::plan(app, office, &post, &given, false).await?;
    let changes = planned_anew(run, &planned, &mut left, &open);
    let letters = Letters::new(app, office, &post, &changes, planned).await?;
    let style = run.manifest.style.as_deref();
    let style = style
        .and_then(|style| style.parse::<Style>().ok())
        .unwrap_or(office.profile.passwords.style);
    let rules = app.policy(office).await?;
    let sending = Sending {
        server: &*post.server,
        letters: &letters,
        parcels: letters.parcels(),
        passwords: make(style, &rules, changes.len())?,
        limit: None,
    };
    app.watch_interrupt();
    let mut bar = app.printer.progress(&Text::new("resume-progress"));
    let report = door
        .send_again(record, &changes, left, &sending, &mut |done, total| {
            bar.at(done, total);
        })
        .await;
    bar.close();
    let plan = Plan {
        changes,
        ..Plan::default()
    };
    Reporter::new(app, VERB.words.replace(' ', "-")).done(&plan, &report, &SummaryExtra::default());
    tell(app, &report, &mailed);
    Ok(report.status())
}

/// The changes of the run, those left to do as the directory stands now. Who may not be sent anything any more is
/// settled; one whose password is lost stays open.
fn planned_anew(
    run: &Run,
    planned: &Planned,
    left: &mut Resending,
    open: &BTreeSet<u64>,
) -> Vec<Change> {
    let fresh: BTreeMap<&Dn, &Change> = planned
        .plan
        .changes
        .iter()
        .map(|change| (&change.account.dn, change))
        .collect();
    let refused: BTreeMap<&Dn, &str> = planned
        .plan
        .refusals
        .iter()
        .filter_map(|refusal| Some((&refusal.account.as_ref()?.dn, refusal.code.as_str())))
        .collect();
    (0u64..)
        .zip(&run.changes)
        .map(|(number, change)| {
            let dn = &change.account.dn;
            if let (true, Some(code)) = (open.contains(&number), refused.get(dn)) {
                let lost = left.lost.contains(&number);
                left.settled.insert(number, Ending::not_sent(code, lost));
            }
            match fresh.get(dn) {
                Some(fresh) if open.contains(&number) => (*fresh).clone(),
                _ => change.clone(),
            }
        })
        .collect()
}
