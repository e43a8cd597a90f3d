//! New passwords of a run: made or read before anything is asked, handed out once they are written. Used by
//! `password reset` and by `history resume`.

use crate::app::{App, Office};
use crate::commands::shared::{Given, Writing, rows_of, served};
use crate::domain::account::{Account, Role};
use crate::domain::change::Plan;
use crate::domain::intents::NOTE_STAYS_DISABLED;
use crate::domain::password::{self, PersonalWords, PolicyRules, Style};
use crate::domain::secret::Password;
use crate::error::{CommandError, ExitStatus, Result};
use crate::execute::{Door, NewPasswords, RunReport};
use crate::history::Delivery;
use crate::i18n::Text;
use crate::output::{Cell, Column, Format, Table, words};
use crate::people::Who;
use crate::slips::Slip;
use crate::spreadsheet;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Where new passwords come from.
pub struct Making {
    /// Kind, where they are made.
    pub style: Style,
    /// Those a school imposes, by place in the list of accounts given.
    pub imposed: Option<Vec<Password>>,
    /// Whether they end in a CSV, in which a spreadsheet would take some for formulas.
    pub to_csv: bool,
}

impl Making {
    /// A password for each change of the plan, within the server's rules.
    ///
    /// # Errors
    /// A style the rules leave no room for (2); imposed passwords that the rules refuse, each named (6).
    pub async fn make(
        &self,
        app: &App,
        office: &Office,
        plan: &Plan,
        given: &[Given],
    ) -> Result<BTreeMap<u64, Password>> {
        let rules = app.policy(office).await?;
        match &self.imposed {
            Some(imposed) => {
                check_imposed(&rules, given, imposed, self.to_csv)?;
                let by_name: BTreeMap<_, _> =
                    given.iter().map(|g| &g.account.dn).zip(imposed).collect();
                Ok((0u64..)
                    .zip(&plan.changes)
                    .filter_map(|(number, change)| {
                        Some((number, (*by_name.get(&change.account.dn)?).clone()))
                    })
                    .collect())
            }
            None => make(self.style, &rules, plan.changes.len()),
        }
    }
}

/// The system's secure source of random numbers.
///
/// # Errors
/// There is none.
pub fn random_source() -> Result<crate::random::SystemRandom> {
    crate::random::SystemRandom::new().map_err(|error| {
        CommandError::new(
            ExitStatus::Failed,
            "no-random",
            Text::new("reset-no-random"),
        )
        .because(crate::explain::system(&error.to_string()))
    })
}

/// Makes so many passwords.
///
/// # Errors
/// A style the rules leave no room for; no random source.
pub fn make(style: Style, rules: &PolicyRules, count: usize) -> Result<BTreeMap<u64, Password>> {
    let mut random = random_source()?;
    (0..count as u64)
        .map(|number| {
            password::generate(style, rules, &mut random)
                .map(|made| (number, made))
                .map_err(|misfit| {
                    let mut error = CommandError::usage(
                        "style-does-not-fit",
                        Text::new("reset-style-misfit").with("style", style.as_str()),
                    );
                    if let Some(other) = misfit.fits {
                        error = error.hint(
                            Text::new("reset-style-misfit-hint").with("style", other.as_str()),
                        );
                    }
                    error
                })
        })
        .collect()
}

/// The accounts and passwords of `--password-from`.
///
/// # Errors
/// A faulty file (2); unknown (5) or out-of-scope (6) rows, all named.
pub async fn imposed(
    app: &App,
    writing: &mut Writing<'_>,
    file: &Path,
) -> Result<(Vec<Given>, Option<Vec<Password>>)> {
    let bytes = app.read_input(file)?;
    let name = file.display().to_string();
    let refused = |faults: Vec<_>| spreadsheet::refused(&name, &faults);
    let table = spreadsheet::Table::read(&bytes).map_err(refused)?;
    let names = table.names_alone();
    let rows = spreadsheet::read_passwords(table).map_err(refused)?;
    // Only now is it certain that the first line is a header, and no account with its password.
    writing.named_in(names);
    let texts: Vec<(u64, &str)> = rows
        .iter()
        .map(|row| (row.line, row.given.text()))
        .collect();
    let found = rows_of(&writing.office, &name, &texts, Who::Serving).await?;
    let given = writing.named_by(found.each_alone())?;
    served::tell(app, &given);
    // A row that names nobody may have been left out.
    let lines: BTreeSet<u64> = given.iter().filter_map(|g| g.line).collect();
    let passwords = rows
        .into_iter()
        .filter(|row| lines.contains(&row.line))
        .map(|row| row.password)
        .collect();
    Ok((given, Some(passwords)))
}

/// Every imposed password that the rules refuse, named before anything is written; never the password.
fn check_imposed(
    rules: &PolicyRules,
    given: &[Given],
    imposed: &[Password],
    to_csv: bool,
) -> Result<()> {
    let faults: Vec<Text> = given
        .iter()
        .zip(imposed)
        .filter_map(|(given, password)| {
            let account = &given.account;
            let person = PersonalWords {
                login: account.login.as_deref(),
                given: &account.given_name,
                family: &account.family_name,
            };
            let weakness = password::check(password, rules, &person)
                .into_iter()
                .find(|weakness| weakness.is_refused())
                .map(|weakness| super::change::weakness_text(&weakness))
                .or_else(|| {
                    let formula = password.expose().starts_with(['=', '+', '-', '@', '\'']);
                    (to_csv && formula).then(|| Text::new("weakness-formula"))
                })?;
            Some(
                Text::new("reset-imposed-row")
                    .with("line", given.line.unwrap_or_default())
                    .with("name", &account.display_name)
                    .with("reason", weakness),
            )
        })
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(spreadsheet::with_rows(
        CommandError::new(
            ExitStatus::Refused,
            "password-refused",
            Text::new("reset-imposed-refused").with("count", faults.len()),
        ),
        faults,
    ))
}

/// What is handed out by a run, and how.
pub struct Handed<'a> {
    /// By change number.
    pub passwords: BTreeMap<u64, Password>,
    /// The slips file, or the screen.
    pub slips: Option<&'a Path>,
}

/// Writes the plan with its passwords: the one door, with a progress bar. Where they go to the screen, the
/// run ends when the caller has shown them ([`crate::execute::Door::shown`]).
///
/// # Errors
/// Only where nothing was written.
pub async fn hand_out(
    app: &App,
    writing: &mut Writing<'_>,
    plan: &Plan,
    accounts: &[&Account],
    handed: Handed<'_>,
) -> Result<(RunReport, BTreeMap<u64, Password>)> {
    let slips = match handed.slips {
        Some(path) => {
            let slips = make_slips(app, &writing.office, accounts, &handed.passwords).await?;
            let until = writing.purpose.valid_until;
            Some(app.slips_file(path, slips, &writing.office.profile, until)?)
        }
        None => None,
    };
    writing.purpose.delivery = match handed.slips {
        Some(path) => Delivery::Slips {
            path: app.slips_path(path)?,
        },
        None => Delivery::Print,
    };
    let passwords = NewPasswords {
        by_change: handed.passwords.clone(),
        to_screen: slips.is_none(),
        slips,
    };
    let report = writing.write(plan, passwords).await?;
    Ok((report, handed.passwords))
}

/// The slips of these accounts, with the names of their schools.
///
/// # Errors
/// As the directory answers.
pub async fn make_slips(
    app: &App,
    office: &Office,
    accounts: &[&Account],
    passwords: &BTreeMap<u64, Password>,
) -> Result<Vec<(u64, Slip)>> {
    let schools = office.people.school_names().await?;
    Ok((0u64..)
        .zip(accounts)
        .filter_map(|(number, account)| {
            let class = if account.is(Role::Pupil) {
                account.classes.first().map(|c| c.name.clone())
            } else {
                None
            };
            Some((
                number,
                Slip {
                    school: account
                        .schools
                        .iter()
                        .find_map(|dn| schools.get(dn).cloned())
                        .unwrap_or_default(),
                    class: class.unwrap_or_else(|| {
                        crate::output::words::roles(account, app.printer.localizer())
                    }),
                    last_name: account.family_name.clone(),
                    first_name: account.given_name.clone(),
                    login: account
                        .alias
                        .clone()
                        .or_else(|| account.login.clone())
                        .or_else(|| account.uid.clone())
                        .unwrap_or_default(),
                    password: passwords.get(&number)?.clone(),
                },
            ))
        })
        .collect())
}

const PASSWORD_COLUMNS: &[Column] = &[
    Column {
        key: "name",
        title: "column-name",
    },
    Column {
        key: "class",
        title: "column-class",
    },
    Column {
        key: "login",
        title: "column-login",
    },
    Column {
        key: "password",
        title: "column-password",
    },
];

/// Tells a person what came of it: the passwords where they are to be shown, the slips, one summary line,
/// and who stays disabled.
pub fn tell(
    app: &App,
    plan: &Plan,
    report: &RunReport,
    passwords: &BTreeMap<u64, Password>,
    accounts: &[&Account],
    to_screen: bool,
    until: Option<Timestamp>,
) {
    let printer = &app.printer;
    if printer.format() == Format::Json {
        return;
    }
    let written = report.written();
    if to_screen {
        let mut table = Table::new(PASSWORD_COLUMNS);
        for (number, account) in (0u64..).zip(accounts) {
            if let (true, Some(password)) = (written.contains(&number), passwords.get(&number)) {
                let classes: Vec<&str> = account.classes.iter().map(|c| c.name.as_str()).collect();
                table.push(vec![
                    account.display_name.clone().into(),
                    classes.join(", ").into(),
                    account.login.clone().into(),
                    Cell::Data(password.expose().to_owned()),
                ]);
            }
        }
        printer.table(&table);
    }
    for (number, change) in (0u64..).zip(&plan.changes) {
        if written.contains(&number) && change.notes.iter().any(|n| n == NOTE_STAYS_DISABLED) {
            printer.warn(&Text::new("reset-stays-disabled").with("name", &change.account.name));
        }
    }
    if written.is_empty() || report.unfinished() {
        return;
    }
    printer.note(
        &Text::new("reset-done")
            .with("count", written.len())
            .with("run", report.run.as_str()),
    );
    if let Some(until) = until {
        let until = words::moment(until, printer.localizer().language());
        printer.note(&Text::new("reset-until").with("until", until));
    }
    if let Some(path) = &report.slips {
        printer.note(&Text::new("reset-slips").with("path", path.display().to_string()));
    }
}

/// Ends a run whose passwords were shown. Where they did not reach the screen, it stays unfinished, and its
/// resume gives others.
///
/// # Errors
/// Not seen (3); the history cannot be written (3).
pub fn shown(app: &App, door: &Door, report: &mut RunReport) -> Result<()> {
    if app.printer.was_seen() {
        return door.shown(report);
    }
    Err(CommandError::new(
        ExitStatus::Partial,
        "not-shown",
        Text::new("reset-not-shown").with("run", report.run.as_str()),
    )
    .hint(Text::new("reset-not-shown-hint").with("run", report.run.as_str())))
}
