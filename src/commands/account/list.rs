//! `entctl account list`: accounts by what they have in common.

use super::departed;
use crate::app::App;
use crate::cli::TargetArgs;
use crate::commands::shared::{PersonJson, people_table, person_json, selector, targets};
use crate::domain::account::{Account, Role};
use crate::error::{ExitStatus, Result};
use crate::i18n::Text;
use crate::output::{Format, words};
use crate::people::Who;
use serde::Serialize;

/// List accounts by class, group, school, role or state.
#[derive(Debug, Clone, clap::Args)]
pub struct ListArgs {
    /// Whose accounts.
    #[command(flatten)]
    pub targets: TargetArgs,

    /// Only accounts in this state
    #[arg(
        long,
        value_name = "STATE",
        value_enum,
        help_heading = "Whose accounts"
    )]
    pub state: Vec<StateChoice>,

    /// With --state departed: only who has been gone since then at the latest; an age (3m: three months) or
    /// a date
    #[arg(
        long,
        value_name = "MOMENT",
        requires = "state",
        help_heading = "Whose accounts"
    )]
    pub since: Option<String>,
}

/// `--state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum StateChoice {
    /// Open, with a password of their own.
    Active,
    /// Disabled by a person.
    Disabled,
    /// Locked after wrong passwords.
    Locked,
    /// The password must be changed at the next login.
    MustChange,
    /// No password was ever set.
    NoPassword,
    /// Nobody ever got in.
    NeverUsed,
    /// Gone: without class, child, post or school.
    Departed,
    /// The secondary account of a link.
    Linked,
    /// Merged into another account; such accounts are in no other list.
    Absorbed,
}

impl StateChoice {
    pub(super) fn fits(self, account: &Account) -> bool {
        let codes = words::state_codes(account);
        match self {
            StateChoice::Active => codes.contains(&"active"),
            StateChoice::Disabled => codes.contains(&"disabled"),
            StateChoice::Locked => codes.contains(&"locked"),
            StateChoice::MustChange => codes.contains(&"must-change"),
            StateChoice::NoPassword => codes.contains(&"no-password"),
            StateChoice::NeverUsed => account.state.last_login_at.is_none(),
            // Told by what stands around the account, not by its state: see `departed`.
            StateChoice::Departed => false,
            StateChoice::Linked => account.ties.linked_to.is_some(),
            StateChoice::Absorbed => account.ties.merged_into.is_some(),
        }
    }
}

#[derive(Serialize)]
struct ListJson {
    r#type: &'static str,
    accounts: Vec<PersonJson>,
}

/// Lists.
///
/// # Errors
/// Unknown class, group or school (5); as the directory answers.
pub async fn run(app: &App, args: &ListArgs) -> Result<ExitStatus> {
    if args.state.contains(&StateChoice::Departed) {
        return departed::run(app, args).await;
    }
    if args.since.is_some() {
        return Err(departed::since_alone());
    }
    let office = app.open().await?;
    let mut accounts: Vec<Account> = Vec::new();
    if args.state.contains(&StateChoice::Absorbed) && args.targets.from.is_none() {
        let selector = selector(&args.targets, roles(&args.targets));
        accounts = office.people.absorbed(&selector).await?;
    }
    let mut wanted = args.targets.clone();
    if wanted == TargetArgs::default() {
        // A list of nobody in particular is a list of everybody in scope.
        wanted.role = crate::cli::RoleChoice::ALL.to_vec();
    }
    let found = targets(app, &office, &wanted, roles(&wanted), Who::Entry).await?;
    accounts.extend(found.into_iter().map(|g| g.account));
    if !args.state.is_empty() {
        accounts.retain(|a| args.state.iter().any(|state| state.fits(a)));
    }
    let schools = office.people.school_names().await?;
    if app.printer.format() == Format::Json {
        app.printer.json(&ListJson {
            r#type: "accounts",
            accounts: accounts.iter().map(|a| person_json(a, &schools)).collect(),
        });
        return Ok(ExitStatus::Done);
    }
    app.printer
        .table(&people_table(&accounts, &schools, app.printer.localizer()));
    app.printer
        .note(&Text::new("list-count").with("count", accounts.len()));
    Ok(ExitStatus::Done)
}

/// A class is its pupils; a school is everybody in it.
pub(super) fn roles(targets: &TargetArgs) -> &'static [Role] {
    if targets.class.is_some() {
        &[Role::Pupil]
    } else {
        &Role::ALL
    }
}
