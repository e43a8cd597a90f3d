//! `entctl account show`: one card.

use super::tied::{self, Tied};
use crate::app::{App, Office};
use crate::commands::shared::served::texts;
use crate::commands::shared::{Given, PersonJson, one, person_json, serving};
use crate::directory::{Depth, Search};
use crate::domain::account::{Account, AccountRef, Role};
use crate::domain::dn::Dn;
use crate::domain::filter::Filter;
use crate::domain::time::parse_generalized;
use crate::error::{ExitStatus, Result};
use crate::explain;
use crate::i18n::Text;
use crate::output::{Card, Format, words};
use crate::people::Needs;
use jiff::Timestamp;
use serde::Serialize;

/// Show one account: who, where, family, groups, state.
#[derive(Debug, Clone, clap::Args)]
pub struct ShowArgs {
    /// Login, alias, mail address, number, or a name as one would say it
    #[arg(value_name = "ACCOUNT", required = true)]
    pub account: Vec<String>,
}

#[derive(Serialize)]
struct CardJson {
    r#type: &'static str,
    account: PersonJson,
    alias: Option<String>,
    mail: Vec<String>,
    join_keys: Vec<String>,
    children: Vec<PersonJson>,
    parents: Vec<PersonJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    linked_to: Option<AccountRef>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    linked: Vec<AccountRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<AccountRef>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    merged: Vec<AccountRef>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    former_logins: Vec<String>,
    /// Relatives that are named but cannot be read: gone, or outside the profile.
    relatives_not_shown: usize,
    groups: Vec<String>,
    must_change: bool,
    disabled: bool,
    locked_since: Option<Timestamp>,
    password_changed_at: Option<Timestamp>,
    last_login_at: Option<Timestamp>,
    last_changed_by: Option<String>,
    last_changed_at: Option<Timestamp>,
    last_run: Option<String>,
}

/// Who is around an account.
struct Around {
    children: Vec<Account>,
    parents: Vec<Account>,
    tied: Tied,
    not_shown: usize,
    groups: Vec<String>,
    changed_by: Option<String>,
    changed_at: Option<Timestamp>,
    last_run: Option<(String, Timestamp, String)>,
}

/// Reads and shows the card.
///
/// # Errors
/// Not found or several (5); as the directory answers.
pub async fn run(app: &App, args: &ShowArgs) -> Result<ExitStatus> {
    let office = app.open().await?;
    let text = args.account.join(" ");
    office.people.foresee(Needs {
        schools: true,
        attributes: shown_besides(&office),
        ..Needs::default()
    });
    // The name of an entry means that entry: the only way to see what an absorbed account still holds.
    let given = if Dn::parse(&text).is_ok() {
        Given::from(one(app, &office, &text, false).await?)
    } else {
        serving(app, &office, &text, false).await?
    };
    let asked = texts(&given);
    let account = given.account;
    let around = look_around(app, &office, &account).await?;
    let schools = office.people.school_names().await?;
    if app.printer.format() == Format::Json {
        let people = |accounts: &[Account]| {
            accounts
                .iter()
                .map(|a| person_json(a, &schools))
                .collect::<Vec<_>>()
        };
        app.printer.json(&CardJson {
            r#type: "account",
            children: people(&around.children),
            parents: people(&around.parents),
            linked_to: around.tied.linked_to.as_ref().map(Account::reference),
            linked: tied::references(&around.tied.linked),
            merged_into: around.tied.merged_into.as_ref().map(Account::reference),
            merged: tied::references(&around.tied.merged),
            former_logins: account.ties.former_logins.iter().cloned().collect(),
            relatives_not_shown: around.not_shown,
            groups: around.groups,
            alias: account.alias.clone(),
            mail: account.mails.clone(),
            join_keys: account.join_keys.clone(),
            must_change: account.state.must_change,
            disabled: account.state.disabled,
            locked_since: account.state.locked_since,
            password_changed_at: account.state.password_changed_at,
            last_login_at: account.state.last_login_at,
            last_changed_by: around.changed_by,
            last_changed_at: around.changed_at,
            last_run: around.last_run.map(|(run, _, _)| run),
            account: PersonJson {
                asked,
                ..person_json(&account, &schools)
            },
        });
        return Ok(ExitStatus::Done);
    }
    let localizer = app.printer.localizer();
    let language = localizer.language();
    let moment = |at: Option<Timestamp>| at.map(|at| words::moment(at, language));
    let line = |person: &Account| {
        let school = person.schools.iter().find_map(|dn| schools.get(dn));
        words::account_line(person, school.map(String::as_str), localizer)
    };
    let mut card = Card::new();
    card.line("card-name", Some(title_and_name(&account)));
    card.line("card-birth-name", account.birth_name.clone());
    card.line("card-role", Some(words::roles(&account, localizer)));
    card.lines(
        "card-school",
        account.schools.iter().map(|dn| {
            schools
                .get(dn)
                .cloned()
                .unwrap_or_else(|| dn.as_str().to_owned())
        }),
    );
    card.line(
        "card-class",
        joined(account.classes.iter().map(|c| c.name.clone())),
    );
    card.line("card-birth-date", account.birth_date.clone());
    card.line("card-login", account.login.clone());
    card.line("card-alias", account.alias.clone());
    card.line("card-number", account.uid.clone());
    card.lines("card-mail", account.mails.iter().cloned());
    card.lines("card-children", around.children.iter().map(line));
    card.lines("card-parents", around.parents.iter().map(line));
    let tied = &around.tied;
    card.lines("card-linked-to", tied.linked_to.iter().map(line));
    card.lines("card-linked", tied.linked.iter().map(line));
    card.lines("card-merged-into", tied.merged_into.iter().map(line));
    card.lines("card-merged", tied.merged.iter().map(line));
    card.lines(
        "card-former-logins",
        account.ties.former_logins.iter().cloned(),
    );
    if around.not_shown > 0 {
        let text = Text::new("card-not-shown-count").with("count", around.not_shown);
        card.line("card-not-shown", Some(app.printer.say(&text)));
    }
    card.lines("card-groups", around.groups);
    card.line("card-state", Some(words::state(&account, localizer)));
    card.line("card-locked-since", moment(account.state.locked_since));
    card.line(
        "card-password-changed",
        moment(account.state.password_changed_at),
    );
    card.line(
        "column-temporary-until",
        moment(account.state.temporary_end()),
    );
    card.line("card-last-login", moment(account.state.last_login_at));
    if let (Some(by), Some(at)) = (around.changed_by, moment(around.changed_at)) {
        let text = Text::new("card-changed-by").with("by", by).with("at", at);
        card.line("card-changed", Some(app.printer.say(&text)));
    }
    if let Some((run, at, verb)) = around.last_run {
        let text = Text::new("card-run")
            .with("run", run)
            .with("at", words::moment(at, language))
            .with("verb", verb);
        card.line("card-last-run", Some(app.printer.say(&text)));
    }
    app.printer.card(&card);
    Ok(ExitStatus::Done)
}

fn title_and_name(account: &Account) -> String {
    match &account.title {
        Some(title) => format!("{title} {}", account.display_name),
        None => account.display_name.clone(),
    }
}

fn joined(parts: impl Iterator<Item = String>) -> Option<String> {
    let all: Vec<String> = parts.collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// Family from both sides of the link, groups from both sides of theirs, and who changed the entry last.
async fn look_around(app: &App, office: &Office, account: &Account) -> Result<Around> {
    let people = &office.people;
    let schema = people.schema();
    let (mut children, mut parents) = (Vec::new(), Vec::new());
    let mut named = 0;
    let is_parent = account.is(Role::Parent);
    let is_pupil = account.is(Role::Pupil);
    // All at once: none of these waits for another.
    let (found_children, found_parents, tied, entry, groups) = futures_util::join!(
        async {
            match is_parent {
                true => people.children_of(account).await,
                false => Ok(Vec::new()),
            }
        },
        async {
            match is_pupil {
                true => people.parents_of(std::slice::from_ref(account)).await,
                false => Ok(Vec::new()),
            }
        },
        Tied::read(office, account),
        async { people.entry(&account.dn, &shown_besides(office)).await },
        group_names(office, account),
    );
    if is_parent {
        named = account.children.len();
        children = found_children?;
    }
    if is_pupil {
        named += account.parents.len();
        parents = found_parents?;
    }
    let found = children
        .iter()
        .chain(&parents)
        .filter(|a| account.children.contains(&a.dn) || account.parents.contains(&a.dn))
        .count();
    // A relative outside the profile (school, class or role) is not shown: as if they were not there.
    let mut hidden = 0;
    let (children_inside, parents_inside) =
        futures_util::join!(people.in_scope(&children), people.in_scope(&parents));
    for (relatives, inside) in [
        (&mut children, children_inside?),
        (&mut parents, parents_inside?),
    ] {
        let mut inside = inside.into_iter();
        let before = relatives.len();
        relatives.retain(|_| inside.next().unwrap_or(false));
        hidden += before - relatives.len();
    }

    let (tied, not_there) = tied?;
    hidden += not_there;

    let entry = entry?;
    let mut groups = groups?;
    if let Some(entry) = &entry {
        groups.extend(
            schema
                .all("member_of")
                .iter()
                .flat_map(|a| entry.texts(a))
                .filter_map(|dn| Dn::parse(&dn).ok()?.rdn_value()),
        );
    }
    groups.sort();
    groups.dedup();
    let changed_by = entry
        .as_ref()
        .and_then(|e| e.text("modifiersName"))
        .map(|name| {
            Dn::parse(&name)
                .ok()
                .and_then(|dn| dn.rdn_value())
                .unwrap_or(name)
        });
    let changed_at = entry
        .as_ref()
        .and_then(|e| e.text("modifyTimestamp"))
        .and_then(|at| parse_generalized(&at));
    let last_run = app
        .history(&office.profile)
        .last_run_on(&account.reference())
        .ok()
        .flatten()
        .map(|run| {
            let manifest = run.manifest;
            (manifest.run.to_string(), manifest.started_at, manifest.verb)
        });
    Ok(Around {
        not_shown: named.saturating_sub(found) + hidden,
        children,
        parents,
        tied,
        groups,
        changed_by,
        changed_at,
        last_run,
    })
}

/// What the card shows of the entry that is no part of an account.
fn shown_besides(office: &Office) -> Vec<String> {
    let mut attributes: Vec<String> = office.people.schema().all("member_of").to_vec();
    attributes.extend(["modifiersName".to_owned(), "modifyTimestamp".to_owned()]);
    attributes
}

/// Groups that name the account as a member.
pub(super) async fn group_names(office: &Office, account: &Account) -> Result<Vec<String>> {
    let people = &office.people;
    let member = people.schema().one("member").unwrap_or("member");
    let entries = people
        .directory()
        .search(&Search {
            base: people.bases().groups.clone(),
            depth: Depth::Subtree,
            filter: Filter::And(vec![
                people.schema().groups_filter(),
                Filter::equal(member, account.dn.as_str()),
            ]),
            attributes: vec!["cn".to_owned()],
        })
        .await
        .map_err(explain::directory)?;
    Ok(entries.iter().filter_map(|e| e.text("cn")).collect())
}
