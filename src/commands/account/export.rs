//! `entctl account export`: all that the directory holds on one person, for that person.

use super::show::group_names;
use crate::app::{App, Office};
use crate::commands::shared::one;
use crate::domain::account::{Account, Role};
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::dossier::{self, Dossier, Material, Names, Places, References, Unread};
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::history::AccountRun;
use crate::i18n::Text;
use crate::output::{Card, Format};
use crate::schema::words;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Give a person all that the directory holds on them.
#[derive(Debug, Clone, clap::Args)]
pub struct ExportArgs {
    /// Login, alias, mail address, number, or a name as one would say it
    #[arg(value_name = "ACCOUNT", required = true)]
    pub account: Vec<String>,

    /// Write a new file: .json, or .html to print
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// What a file is to hold, by its ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Json,
    Html,
}

/// Reads all there is, then writes or shows it.
///
/// # Errors
/// Another ending, or the file exists (2); not found or several (5); as the directory and the history answer.
pub async fn run(app: &App, args: &ExportArgs) -> Result<ExitStatus> {
    let out = match &args.out {
        Some(path) => Some((path, ending(path)?)),
        None => None,
    };
    if let Some((path, _)) = out {
        app.check_new_file(path)?;
    }
    let office = app.open().await?;
    let account = one(app, &office, &args.account.join(" "), false).await?;
    let (dossier, not_shown) = gather(app, &office, &account).await?;
    match out {
        Some((path, ending)) => {
            let content = match ending {
                Ending::Json => app.printer.json_file(&dossier),
                Ending::Html => dossier::render(&dossier, app.printer.localizer())?,
            };
            let written = app.write_private_file(path, &content)?;
            let path = written.display().to_string();
            app.printer
                .note(&Text::new("export-done").with("path", path));
        }
        None if app.printer.format() == Format::Json => app.printer.json(&dossier),
        None => show(app, &dossier),
    }
    if not_shown > 0 {
        app.printer
            .warn(&Text::new("export-not-shown").with("count", not_shown));
    }
    Ok(ExitStatus::Done)
}

fn ending(path: &Path) -> Result<Ending> {
    let ending = path.extension().and_then(|e| e.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("json") => Ok(Ending::Json),
        Some("html" | "htm") => Ok(Ending::Html),
        _ => Err(CommandError::usage(
            "export-extension",
            Text::new("export-extension").with("path", path.display().to_string()),
        )),
    }
}

fn show(app: &App, dossier: &Dossier) {
    let localizer = app.printer.localizer();
    let (title, made) = dossier::heading(dossier, localizer);
    app.printer
        .answer_text(&Text::new("plain").with("text", title));
    app.printer
        .answer_text(&Text::new("plain").with("text", made));
    for section in dossier::sections(dossier, localizer) {
        app.printer.answer("\n");
        app.printer
            .answer_text(&Text::new("plain").with("text", &section.title));
        let mut card = Card::new();
        for row in section.rows {
            let values = row.said(localizer);
            card.titled(row.title, values);
        }
        app.printer.card(&card);
    }
    app.printer.answer("\n");
    for key in ["export-others", "export-password"] {
        app.printer.answer_text(&Text::new(key));
    }
}

/// Everything about the account, and how many people of other schools are not named.
async fn gather(app: &App, office: &Office, account: &Account) -> Result<(Dossier, usize)> {
    let people = &office.people;
    let schema = people.schema();
    let entry = read_whole(office, account).await?;
    let mut children = Vec::new();
    if account.is(Role::Parent) {
        children = people.children_of(account).await?;
    }
    let mut parents = Vec::new();
    if account.is(Role::Pupil) {
        parents = people.parents_of(std::slice::from_ref(account)).await?;
    }
    let mut relatives = children.clone();
    relatives.extend(parents.iter().cloned());
    let mut hidden: BTreeSet<Dn> = BTreeSet::new();
    for (relative, inside) in relatives.iter().zip(people.in_scope(&relatives).await?) {
        if !inside {
            hidden.insert(relative.dn.clone());
        }
    }
    relatives.retain(|r| !hidden.contains(&r.dn));
    let entries = entries_of(office, account, &relatives).await?;
    let runs = runs_on(app, office, account)?;

    let mut references = References::default();
    let base = &office.profile.base_dn;
    references.add_entry(&entry, base);
    for (_, entry) in &entries {
        references.add_entry(entry, base);
    }
    for run in &runs {
        for change in &run.changes {
            references.add_change(change, base);
        }
    }
    let known = names(app, office, references.all(), &mut hidden).await?;
    let mut groups = group_names(office, account).await?;
    let member_of = schema.all("member_of");
    groups.extend(
        member_of
            .iter()
            .flat_map(|attribute| entry.texts(attribute))
            .filter_map(|dn| Dn::parse(&dn).ok()?.rdn_value()),
    );
    groups.sort();
    groups.dedup();
    let schools = people.school_names().await?;
    let named = |people: &[Account]| {
        let mut names: Vec<String> = people
            .iter()
            .filter(|person| !hidden.contains(&person.dn))
            .map(|person| person.display_name.clone())
            .collect();
        names.sort();
        names
    };
    let places = Places {
        base: base.clone(),
        people: people.bases().people.clone(),
        person: account.dn.clone(),
    };
    let unread = Unread {
        gone: app.printer.localizer().word("export-person-gone"),
        technical: app.printer.localizer().word("export-technical"),
    };
    let names = Names::new(places, known, unread);
    let not_shown = hidden.len();
    let dossier = dossier::assemble(
        Material {
            account,
            entry: &entry,
            schools: account
                .schools
                .iter()
                .filter_map(|dn| schools.get(dn).cloned())
                .collect(),
            children: named(&children),
            parents: named(&parents),
            groups,
            relatives: &entries,
            runs: &runs,
            names: &names,
            left_out: member_of,
            not_shown,
            at: app.now(),
        },
        app.printer.localizer(),
    );
    Ok((dossier, not_shown))
}

/// The person's entry with all that may be shown.
async fn read_whole(office: &Office, account: &Account) -> Result<Entry> {
    let people = &office.people;
    let mut wanted = vec!["*".to_owned()];
    wanted.extend(words::operational().into_iter().map(str::to_owned));
    wanted.extend(people.schema().all("member_of").iter().cloned());
    let mut entry = people
        .directory()
        .read(&account.dn, &wanted)
        .await
        .map_err(explain::directory)?
        .unwrap_or_else(|| Entry::new(account.dn.clone()));
    dossier::take_secrets_out(&mut entry);
    Ok(entry)
}

/// What the relatives' entries say of the person, with the relatives' names.
async fn entries_of(
    office: &Office,
    account: &Account,
    relatives: &[Account],
) -> Result<Vec<(String, Entry)>> {
    let schema = office.people.schema();
    let linked = ["parents_linked", "parents_dn", "parents_text", "children"]
        .iter()
        .flat_map(|logical| schema.all(logical).iter().cloned());
    let known = words::naming_people().into_iter().map(str::to_owned);
    // Servers may answer an attribute that is asked for twice twice.
    let mut seen = BTreeSet::new();
    let wanted: Vec<String> = linked
        .chain(known)
        .filter(|name| seen.insert(name.to_ascii_lowercase()))
        .collect();
    let names: Vec<Dn> = relatives.iter().map(|r| r.dn.clone()).collect();
    if names.is_empty() || wanted.is_empty() {
        return Ok(Vec::new());
    }
    let entries = office
        .people
        .directory()
        .read_many(&names, &wanted)
        .await
        .map_err(explain::directory)?;
    Ok(relatives
        .iter()
        .zip(entries)
        .filter_map(|(relative, entry)| {
            let said = dossier::about(&entry?, &account.dn);
            Some((relative.display_name.clone(), said))
        })
        .collect())
}

fn runs_on(app: &App, office: &Office, account: &Account) -> Result<Vec<AccountRun>> {
    let history = app.history(&office.profile);
    let (runs, damaged) = history
        .runs_on(&account.reference())
        .map_err(explain::history)?;
    for error in damaged {
        app.printer.warn(explain::history(error).message());
    }
    Ok(runs)
}

/// What the entries that values name are called. People outside the profile's schools are not named, and
/// added to `hidden`.
async fn names(
    app: &App,
    office: &Office,
    wanted: &BTreeSet<Dn>,
    hidden: &mut BTreeSet<Dn>,
) -> Result<BTreeMap<Dn, String>> {
    let people = &office.people;
    let mut known = people.school_names().await?;
    let unknown = |known: &BTreeMap<Dn, String>| -> Vec<Dn> {
        let unknown = wanted.iter().filter(|dn| !known.contains_key(dn));
        unknown.cloned().collect()
    };
    let accounts = people.read_accounts(&unknown(&known)).await?;
    let inside = people.in_scope(&accounts).await?;
    for (account, inside) in accounts.into_iter().zip(inside) {
        let name = if inside {
            account.display_name
        } else {
            hidden.insert(account.dn.clone());
            app.printer.localizer().word("export-person-elsewhere")
        };
        known.insert(account.dn, name);
    }
    let schema = people.schema();
    let mut attributes: Vec<String> = schema.all("school_name").to_vec();
    attributes.extend(["displayName", "cn", "ou", "o"].map(str::to_owned));
    let others = unknown(&known);
    if !others.is_empty() {
        let entries = people
            .directory()
            .read_many(&others, &attributes)
            .await
            .map_err(explain::directory)?;
        for entry in entries.into_iter().flatten() {
            if let Some(name) = attributes.iter().find_map(|a| entry.text(a)) {
                known.insert(entry.dn, name);
            }
        }
    }
    Ok(known)
}
