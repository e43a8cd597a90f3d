//! `entctl account set`: the right of correction, one person at a time.

use super::correction::{self, Typed};
use crate::app::{App, Office};
use crate::cli::{NoticeArgs, TargetArgs, WriteArgs};
use crate::commands::shared::{Given, Verb, Writing, protected};
use crate::domain::account::{Account, Role};
use crate::domain::change::{Change, Plan, Refusal};
use crate::domain::correction::{NOTE_FEED_OWNED, NOTE_FULL_NAME_KEPT, correct};
use crate::domain::effect;
use crate::domain::entry::Entry;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::i18n::Text;
use crate::output::{Cell, Column, Format, Table, words};
use jiff::tz::TimeZone;

/// Correct what the directory holds on a person.
#[derive(Debug, Clone, clap::Args)]
pub struct SetArgs {
    /// Account: login, alias, mail address, number, or a name as one would say it
    #[arg(value_name = "ACCOUNT")]
    pub account: String,

    /// What to correct, such as mobile=0639981234 (mobile= takes the value away): first-name, last-name,
    /// birth-name, other-names, title, birth-date, phone, work-phone, mobile, mail, address, postcode, city,
    /// country, language
    #[arg(value_name = "FIELD=VALUE", required = true)]
    pub fields: Vec<String>,

    /// Mails to those concerned.
    #[command(flatten)]
    pub notices: NoticeArgs,

    /// Before writing.
    #[command(flatten)]
    pub write: WriteArgs,
}

/// How it is called, and what its sentences begin with.
pub const VERB: Verb = Verb {
    words: "account set",
    key: "correct",
};

/// What is typed, whose account, the change, a yes, the writing.
///
/// # Errors
/// An unknown field or an impossible value (2); not found or several (5); refused (6); another run of the job
/// (12); directory, history.
pub async fn run(app: &App, args: &SetArgs) -> Result<ExitStatus> {
    let schema = app.schema_of(&app.profile()?);
    let today = app.now().to_zoned(TimeZone::system()).date();
    let (more, fields) = correction::split(&args.fields)?;
    let typed = correction::read(&schema, fields, today)?;
    let plan_file = args.write.plan.as_deref();
    let mut writing = Writing::open(app, VERB, &args.write.run, plan_file).await?;
    writing.notify(args.notices, true)?;
    let given = whose(&mut writing, &args.account, more).await?;
    let entry = read(&writing.office, &given.account).await?;
    let mut plan = plan(&writing.office, &given, &entry, &typed, today).await?;
    writing.guard(&mut plan, &Role::ALL).await?;
    if let Some(change) = plan.changes.first() {
        if writing.is_shown() {
            show(app, &writing.office, &given.account, change).await?;
        }
        warn(app, change);
    }
    if let Some(status) = writing.ends_here(&plan, None).await? {
        return Ok(status);
    }
    writing.carry_out(&plan).await
}

/// The one account that is meant, whose name may have been typed without quotes.
async fn whose(writing: &mut Writing<'_>, first: &str, more: &[String]) -> Result<Given> {
    let mut accounts = vec![first.to_owned()];
    accounts.extend(more.iter().cloned());
    let wanted = TargetArgs {
        accounts,
        ..TargetArgs::default()
    };
    let mut found = writing.targets(&wanted, &Role::ALL).await?;
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(
            CommandError::usage("one-account-only", Text::new("set-one-account"))
                .hint(Text::new("set-one-account-hint")),
        ),
    }
}

/// The entry with every attribute that a correction may look at.
async fn read(office: &Office, account: &Account) -> Result<Entry> {
    let schema = office.people.schema();
    let names = schema.name_parts();
    let mut attributes: Vec<String> = schema.fields().into_iter().map(|f| f.attribute).collect();
    attributes.extend([names.family, names.given]);
    attributes.extend(names.composed);
    let mut entries = office
        .people
        .directory()
        .read_many(std::slice::from_ref(&account.dn), &attributes)
        .await
        .map_err(explain::directory)?;
    entries.pop().flatten().ok_or_else(|| {
        CommandError::new(
            ExitStatus::NotFound,
            "not-found",
            Text::new("pick-nothing").with("text", &account.display_name),
        )
    })
}

async fn plan(
    office: &Office,
    given: &Given,
    entry: &Entry,
    typed: &[Typed],
    today: jiff::civil::Date,
) -> Result<Plan> {
    let account = &given.account;
    let schema = office.people.schema();
    let mut plan = Plan::default();
    if protected(office, std::slice::from_ref(given))
        .await?
        .contains(&account.dn)
    {
        plan.refusals.push(Refusal {
            account: Some(account.reference()),
            given: None,
            line: None,
            code: "protected".to_owned(),
        });
        return Ok(plan);
    }
    let corrections = correction::of(schema, account, entry, typed, today)?;
    match correct(account, entry, &corrections, &schema.name_parts()) {
        Some(change) => plan.changes.push(change),
        None => plan.unchanged.push(account.reference()),
    }
    Ok(plan)
}

const COLUMNS: &[Column] = &[
    Column {
        key: "field",
        title: "column-field",
    },
    Column {
        key: "before",
        title: "column-before",
    },
    Column {
        key: "after",
        title: "column-after",
    },
];

/// Who it is, then old and new of each field.
async fn show(app: &App, office: &Office, account: &Account, change: &Change) -> Result<()> {
    let schools = office.people.school_names().await?;
    let school = account.schools.iter().find_map(|dn| schools.get(dn));
    let who = words::account_line(account, school.map(String::as_str), app.printer.localizer());
    app.printer.note(&Text::new("plain").with("text", who));
    let schema = office.people.schema();
    let mut table = Table::new(COLUMNS);
    for one in effect::touched(change).unwrap_or_default() {
        let name = correction::field_name(schema, &one.attribute);
        table.push(vec![
            Cell::Coded {
                text: Text::new(format!("set-field-{name}")),
                code: name,
            },
            values(app, &one.before),
            values(app, &one.after),
        ]);
    }
    app.printer.table(&table);
    Ok(())
}

/// Values as one reads them: the lines of an address one after the other, and a word where there is nothing.
fn values(app: &App, values: &[String]) -> Cell {
    let value = values.join(", ");
    Cell::Shown {
        words: if value.is_empty() {
            app.printer.localizer().word("set-empty")
        } else {
            value.replace('$', ", ")
        },
        value,
    }
}

/// What the person should know before saying yes.
fn warn(app: &App, change: &Change) {
    if app.printer.format() == Format::Json {
        return;
    }
    let has = |note: &str| change.notes.iter().any(|n| n == note);
    if has(NOTE_FULL_NAME_KEPT) {
        app.printer.note(&Text::new("set-full-name-kept"));
    }
    if has(NOTE_FEED_OWNED) {
        app.printer.warn(&Text::new("set-feed-owned"));
    }
}
