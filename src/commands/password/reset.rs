//! `entctl password reset`: a new first password for pupils, to be changed at the first login.

use super::new_passwords::{Handed, Making, hand_out};
use crate::app::{App, Office};
use crate::cli::{NoticeArgs, TargetArgs, WriteArgs};
use crate::commands::shared::{Given, SummaryExtra, Verb, Writing, people_table, protected};
use crate::domain::account::{Account, Role};
use crate::domain::change::{Plan, Refusal};
use crate::domain::intents::{self, AccessAttributes, NOTE_HAD_OWN_PASSWORD, NOTE_STAYS_DISABLED};
use crate::domain::password::Style;
use crate::domain::rules::{ResetRefusal, may_reset};
use crate::domain::stretch::Stretch;
use crate::domain::time::to_generalized;
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::output::{Format, words};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Give pupils a new first password, to be changed at the first login.
#[derive(Debug, Clone, clap::Args)]
pub struct ResetArgs {
    /// Whose accounts.
    #[command(flatten)]
    pub targets: TargetArgs,

    /// Only those who have no password of their own choosing yet
    #[arg(long, help_heading = "New passwords")]
    pub only_new: bool,

    /// First letter for parents and staff who never had a password of their own (with --slips)
    #[arg(long, help_heading = "New passwords", conflicts_with = "print")]
    pub first: bool,

    /// Kind of password: words (French words, 33 bits of entropy or more), letters (syllables, 35), digits
    /// (36) or mixed (letters and digits, 45)
    #[arg(
        long,
        value_name = "STYLE",
        help_heading = "New passwords",
        value_parser = styles(),
        hide_possible_values = true
    )]
    pub style: Option<Style>,

    /// Show the new passwords on the screen (usual for one account on a terminal)
    #[arg(long, help_heading = "New passwords", conflicts_with = "slips")]
    pub print: bool,

    /// Write the slips to hand out: a new file, .csv or .html
    #[arg(long, value_name = "FILE", help_heading = "New passwords")]
    pub slips: Option<PathBuf>,

    /// Take the passwords from a CSV file with the columns login and password
    #[arg(long, value_name = "FILE", help_heading = "New passwords", conflicts_with_all = ["plan", "style", "from", "accounts", "class", "group", "school", "role", "filter"])]
    pub password_from: Option<PathBuf>,

    /// The new passwords end after this time, if they were not used to choose another: 90m, 24h, 7d; without this
    /// option they never end
    #[arg(long, value_name = "TIME", help_heading = "New passwords")]
    pub valid_for: Option<Stretch>,
    /// Mails to those concerned.
    #[command(flatten)]
    pub notices: NoticeArgs,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// The styles by name. The help tells each with its strength, so it does not list them once more.
fn styles() -> impl TypedValueParser<Value = Style> {
    PossibleValuesParser::new(Style::ALL.map(Style::as_str)).try_map(|name| name.parse::<Style>())
}

/// What a reset says, and how it is called.
pub const VERB: Verb = Verb {
    words: "password reset",
    key: "reset",
};

/// Tells the story of a reset: whose, what the rules say, what would be done, a yes, the writing, the slips.
///
/// # Errors
/// Usage (2); not found or several (5); refused by role, school or guard (6); another run of the job (12);
/// directory, history, slips.
pub async fn run(app: &App, args: &ResetArgs) -> Result<ExitStatus> {
    let plan_file = args.write.plan.as_deref();
    let out = WayOut {
        slips: args.slips.as_deref(),
        print: args.print,
    };
    out.check(app, plan_file.is_some())?;
    let hands_out = plan_file.is_none() && !args.write.run.dry_run;
    if hands_out && args.first && args.slips.is_none() {
        return Err(no_way_out());
    }
    let mut writing = Writing::open(app, VERB, &args.write.run, plan_file).await?;
    let roles = roles(args.first);
    // Refused before anybody is looked for.
    writing.notify(args.notices, false)?;
    writing.will_make_passwords();
    let (given, imposed) = match &args.password_from {
        Some(file) => super::new_passwords::imposed(app, &mut writing, file).await?,
        None => (writing.serving(&args.targets, roles).await?, None),
    };
    let one = !args.targets.accounts.is_empty() && given.len() == 1;
    writing.notify(args.notices, one)?;
    if hands_out && !out.leads_somewhere(app, given.len(), args.first) {
        return Err(no_way_out());
    }
    let names = writing.office.people.access().await?;
    let until = until(app, args, &names)?;
    writing.purpose.valid_until = until;
    let mut plan = plan(&writing.office, args, &given, until).await?;
    if names.must_change.is_none() {
        app.printer.warn(&Text::new("reset-cannot-force"));
    }
    writing.guard(&mut plan, roles).await?;
    // Made before anything is asked: what the server's policy cannot take is told now.
    let making = Making {
        style: args.style.unwrap_or(writing.office.profile.passwords.style),
        imposed,
        to_csv: out.is_csv(app),
    };
    let passwords = making.make(app, &writing.office, &plan, &given).await?;
    writing.purpose.style = Some(making.style.as_str().to_owned());
    writing.purpose.first = args.first;

    let question = if writing.is_shown() && !plan.changes.is_empty() {
        let simulated = args.write.run.dry_run;
        Some(show(app, &writing.office, &plan, &given, until, simulated).await?)
    } else {
        None
    };
    if let Some(status) = writing.ends_here(&plan, question).await? {
        return Ok(status);
    }
    let accounts: Vec<&Account> = changed(&plan, &given);
    let handed = Handed {
        passwords,
        slips: args.slips.as_deref(),
    };
    carry_out(app, &mut writing, &plan, &accounts, handed).await
}

/// When the passwords end, to the second, as the directory keeps it. Where it has no place for an end, that is said.
fn until(app: &App, args: &ResetArgs, names: &AccessAttributes) -> Result<Option<Timestamp>> {
    let Some(Stretch(valid_for)) = args.valid_for else {
        return Ok(None);
    };
    if names.must_change.is_none() {
        return Err(CommandError::new(
            ExitStatus::Refused,
            "cannot-tell",
            Text::new("expire-cannot-tell"),
        )
        .hint(Text::new("expire-cannot-tell-hint")));
    }
    if names.temporary_until.is_none() {
        app.printer.warn(&Text::new("reset-end-in-history"));
    }
    let valid_for = i64::try_from(valid_for.as_secs()).unwrap_or(i64::MAX);
    let end = app.now().as_second().saturating_add(valid_for);
    Ok(Some(Timestamp::from_second(end).unwrap_or(Timestamp::MAX)))
}

/// Where new passwords go.
#[derive(Debug, Clone, Copy)]
pub struct WayOut<'a> {
    /// `--slips`.
    pub slips: Option<&'a Path>,
    /// `--print`.
    pub print: bool,
}

impl WayOut<'_> {
    /// Checks that the slips can be made; a plan that is saved makes none.
    ///
    /// # Errors
    /// Exit 2.
    pub fn check(self, app: &App, saves_plan: bool) -> Result<()> {
        match self.slips {
            Some(_) if saves_plan => Err(CommandError::usage(
                "plan-with-slips",
                Text::new("plan-with-slips"),
            )
            .hint(Text::new("plan-with-slips-hint"))),
            Some(slips) => app.check_slips_target(slips),
            None => Ok(()),
        }
    }

    /// Passwords go to slips, or to the screen: by `--print`, or by themselves for one account on a terminal;
    /// in a machine's format only where `--print` asks for it. First letters go to slips alone.
    pub fn leads_somewhere(self, app: &App, accounts: usize, first: bool) -> bool {
        if first {
            return self.slips.is_some();
        }
        self.print
            || self.slips.is_some()
            || (accounts == 1
                && app.printer.format() == Format::Table
                && app.printer.stdout_is_terminal())
    }

    /// Whether they end in a CSV.
    pub fn is_csv(self, app: &App) -> bool {
        match self.slips {
            Some(path) => path
                .extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case("csv")),
            None => app.printer.format() == Format::Csv,
        }
    }
}

/// New passwords that nobody would see.
pub fn no_way_out() -> CommandError {
    CommandError::usage("no-way-out", Text::new("reset-print-or-slips"))
        .hint(Text::new("reset-print-or-slips-hint"))
}

/// Through the door with the passwords, and what is said of it.
///
/// # Errors
/// As [`Writing::write`]; passwords that reached nobody (3).
pub async fn carry_out(
    app: &App,
    writing: &mut Writing<'_>,
    plan: &Plan,
    accounts: &[&Account],
    handed: Handed<'_>,
) -> Result<ExitStatus> {
    let to_screen = handed.slips.is_none();
    let (mut report, passwords) = hand_out(app, writing, plan, accounts, handed).await?;
    let shown = if to_screen {
        passwords.iter().map(|(n, p)| (*n, p.expose())).collect()
    } else {
        BTreeMap::new()
    };
    let extra = SummaryExtra {
        passwords: shown,
        notices: writing.notices_for_machines(&report).await,
        ..SummaryExtra::default()
    };
    writing.report(plan, &report, extra);
    let until = writing.purpose.valid_until;
    super::new_passwords::tell(app, plan, &report, &passwords, accounts, to_screen, until);
    super::new_passwords::shown(app, &app.door(&writing.office), &mut report)?;
    writing.notices_for_people(&report).await;
    Ok(writing.status(plan, &report))
}

/// The roles a class or a school stands for.
fn roles(first: bool) -> &'static [Role] {
    if first {
        &[Role::Parent, Role::Teacher, Role::Staff]
    } else {
        &[Role::Pupil]
    }
}

/// The plan: who is changed, who has nothing to change, who is refused and why.
async fn plan(
    office: &Office,
    args: &ResetArgs,
    given: &[Given],
    until: Option<Timestamp>,
) -> Result<Plan> {
    let protected = protected(office, given).await?;
    let names = office.people.access().await?;
    if names.password_changed.is_none() && (args.only_new || args.first) {
        return Err(CommandError::new(
            ExitStatus::Refused,
            "cannot-tell",
            Text::new("reset-cannot-tell"),
        )
        .hint(Text::new("reset-cannot-tell-hint")));
    }
    let mut plan = Plan::default();
    for given in given {
        let account = &given.account;
        let allowed = if protected.contains(&account.dn) {
            Err(ResetRefusal::Protected)
        } else {
            may_reset(account, args.first)
        };
        match allowed {
            // Whoever chose a password is left out of a bulk `--first`, as `--only-new` does.
            Err(ResetRefusal::OwnPassword) if args.only_new => {
                plan.unchanged.push(account.reference());
            }
            Err(refusal) => plan.refusals.push(Refusal {
                account: Some(account.reference()),
                given: None,
                line: given.line,
                code: refusal.code().to_owned(),
            }),
            Ok(()) if args.only_new && account.state.chose_password() => {
                plan.unchanged.push(account.reference());
            }
            Ok(()) => plan.changes.push(match until {
                Some(until) => intents::reset_until(
                    account,
                    &names,
                    &to_generalized(until),
                    account.state.has_temporary_class,
                ),
                None => intents::reset(account, &names),
            }),
        }
    }
    Ok(plan)
}

/// The accounts of the changes, in their order.
fn changed<'a>(plan: &Plan, given: &'a [Given]) -> Vec<&'a Account> {
    let given: BTreeMap<_, _> = given.iter().map(|g| (&g.account.dn, &g.account)).collect();
    plan.changes
        .iter()
        .filter_map(|change| given.get(&change.account.dn).copied())
        .collect()
}

/// Shows what is about to be done, and gives the question.
pub async fn show(
    app: &App,
    office: &Office,
    plan: &Plan,
    given: &[Given],
    until: Option<Timestamp>,
    simulated: bool,
) -> Result<Text> {
    let ends = until.map(|at| words::moment(at, app.printer.localizer().language()));
    let schools = office.people.school_names().await?;
    let accounts = changed(plan, given);
    let noted = |note: &str| {
        plan.changes
            .iter()
            .filter(|change| change.notes.iter().any(|n| n == note))
            .count()
    };
    if let ([account], false) = (accounts.as_slice(), simulated) {
        let school = account.schools.iter().find_map(|dn| schools.get(dn));
        let line =
            words::account_line(account, school.map(String::as_str), app.printer.localizer());
        if noted(NOTE_STAYS_DISABLED) > 0 {
            app.printer
                .note(&Text::new("reset-note-disabled").with("name", account.display_name.clone()));
        }
        return Ok(match ends {
            Some(until) => Text::new("reset-confirm-one-until")
                .with("who", line)
                .with("until", until),
            None => Text::new("reset-confirm-one").with("who", line),
        });
    }
    let owned: Vec<Account> = accounts.into_iter().cloned().collect();
    app.printer
        .table(&people_table(&owned, &schools, app.printer.localizer()));
    let count = plan.changes.len();
    let question = match &ends {
        Some(until) => Text::new("reset-confirm-many-until")
            .with("count", count)
            .with("until", until),
        None => Text::new("reset-confirm-many").with("count", count),
    };
    if simulated {
        if let Some(until) = ends {
            app.printer
                .note(&Text::new("reset-until").with("until", until));
        }
        return Ok(question);
    }
    let own = noted(NOTE_HAD_OWN_PASSWORD);
    if own > 0 {
        app.printer
            .note(&Text::new("reset-note-own").with("count", own));
    }
    let today = reset_today(app, office, plan);
    if today > 0 {
        app.printer
            .note(&Text::new("reset-note-today").with("count", today));
    }
    let disabled = noted(NOTE_STAYS_DISABLED);
    if disabled > 0 {
        app.printer
            .note(&Text::new("reset-note-disabled-many").with("count", disabled));
    }
    app.printer
        .note(&Text::new("reset-note-no-undo").with("count", plan.changes.len()));
    Ok(question)
}

/// How many of the accounts were given a password by a run since midnight.
fn reset_today(app: &App, office: &Office, plan: &Plan) -> usize {
    let midnight = app
        .now()
        .to_zoned(jiff::tz::TimeZone::system())
        .start_of_day()
        .map(|day| day.timestamp());
    let Ok(midnight) = midnight else { return 0 };
    let Ok(set) = app
        .history(&office.profile)
        .passwords_set_since(midnight, None)
    else {
        return 0;
    };
    plan.changes
        .iter()
        .filter(|change| set.contains(&change.account.dn))
        .count()
}
