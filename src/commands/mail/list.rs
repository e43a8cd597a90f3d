//! `entctl mail list`: who forwards where, and the loops among them.

use crate::app::{App, Office};
use crate::cli::TargetArgs;
use crate::commands::shared::targets;
use crate::domain::account::{Account, AccountRef, Role};
use crate::domain::dn::Dn;
use crate::domain::filter::Filter;
use crate::domain::redirect::graph::{Forward, loops};
use crate::domain::redirect::{MailRules, Redirect};
use crate::error::{CommandError, ExitStatus, Result};
use crate::i18n::Text;
use crate::output::{Cell, Column, Format, Table, words};
use crate::people::Who;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Who forwards where.
#[derive(Debug, Clone, clap::Args)]
pub struct ListArgs {
    /// Whose accounts.
    #[command(flatten)]
    pub targets: TargetArgs,

    /// Only redirects that lead out of the ENT
    #[arg(long, help_heading = "Whose accounts")]
    pub external: bool,

    /// Only redirects from which mail comes back and goes round for ever
    #[arg(long, help_heading = "Whose accounts")]
    pub loops: bool,

    /// Only redirects that lead to this domain
    #[arg(long, value_name = "DOMAIN", help_heading = "Whose accounts")]
    pub domain: Option<String>,
}

/// One account that forwards.
struct Line {
    account: Account,
    own: Vec<String>,
    redirect: Redirect,
    external: Option<bool>,
    ring: Option<usize>,
}

#[derive(Serialize)]
struct RedirectsJson<'a> {
    r#type: &'static str,
    redirects: Vec<LineJson<'a>>,
}

#[derive(Serialize)]
struct LineJson<'a> {
    account: AccountRef,
    roles: Vec<&'static str>,
    ent_addresses: &'a [String],
    redirect: &'a [String],
    keep_copy: bool,
    active: bool,
    external: Option<bool>,
    r#loop: Option<usize>,
}

/// Reads those who forward in one search, finds the loops, lists.
///
/// # Errors
/// `--external` without the ENT's own domains (2); unknown class, group or school (5); as the directory answers.
pub async fn run(app: &App, args: &ListArgs) -> Result<ExitStatus> {
    let office = app.open().await?;
    let rules = app.mail_rules(&office)?;
    if args.external && rules.own_domains.is_empty() {
        return Err(CommandError::usage(
            "own-domains-missing",
            Text::new("mail-list-no-domains").with("profile", &office.profile.name),
        )
        .hint(Text::new("mail-list-no-domains-hint").with("profile", &office.profile.name)));
    }
    let mut lines = read(app, &office, &rules, args).await?;
    lines.retain(|line| {
        let leads = |wanted: &String| {
            // What no mail server takes is to be found, too: the text behind the `@` is looked at.
            let to = |a: &String| {
                let domain = a.rsplit_once('@').map(|(_, domain)| domain.trim());
                domain.is_some_and(|d| d.eq_ignore_ascii_case(wanted.trim()))
            };
            line.redirect.addresses.iter().any(to)
        };
        (!args.external || line.external == Some(true))
            && (!args.loops || line.ring.is_some())
            && args.domain.as_ref().is_none_or(leads)
    });
    if app.printer.format() == Format::Json {
        app.printer.json(&RedirectsJson {
            r#type: "mail-redirects",
            redirects: lines.iter().map(json).collect(),
        });
        return Ok(ExitStatus::Done);
    }
    app.printer.table(&table(app, &lines));
    app.printer
        .note(&Text::new("mail-list-count").with("count", lines.len()));
    Ok(ExitStatus::Done)
}

/// Those in scope who forward; loops are told of everybody who can be read, since mail does not stop at a school.
async fn read(app: &App, office: &Office, rules: &MailRules, args: &ListArgs) -> Result<Vec<Line>> {
    let on_accounts = rules.way.aliases.is_none();
    let forwarding = on_accounts.then(|| Filter::present(&rules.way.attribute));
    let people = &office.people;
    let mut forwards: Vec<Forward> = Vec::new();
    let (sweep, _) = people
        .sweep_mail(rules, forwarding, &mut |page| {
            forwards.extend(page.iter().map(|entry| rules.forward(entry)));
        })
        .await?;
    // Position in a loop: which loop, and where in it.
    let mut rings: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (number, ring) in (1..).zip(loops(&forwards)) {
        rings.extend(
            ring.into_iter()
                .enumerate()
                .map(|(k, at)| (at, (number, k))),
        );
    }
    let schema = office.people.schema();
    let accounts: Vec<Account> = sweep.entries().map(|e| schema.account(&e)).collect();
    let inside = if args.targets == TargetArgs::default() {
        office.people.in_scope(&accounts).await?
    } else {
        let meant = targets(app, office, &args.targets, &Role::ALL, Who::Entry).await?;
        let meant: BTreeSet<&Dn> = meant.iter().map(|given| &given.account.dn).collect();
        accounts.iter().map(|a| meant.contains(&a.dn)).collect()
    };
    let mut lines: Vec<((usize, usize), Line)> = Vec::new();
    for (at, (account, inside)) in accounts.into_iter().zip(inside).enumerate() {
        let Some(entry) = sweep.at(at) else {
            continue;
        };
        let redirect = rules.redirect(&entry);
        let absorbed = account.ties.merged_into.is_some();
        if !inside || absorbed || redirect.addresses.is_empty() {
            continue;
        }
        let external = (!rules.own_domains.is_empty())
            .then(|| redirect.addresses.iter().any(|a| !rules.is_own(a)));
        let ring = rings.get(&at).copied();
        lines.push((
            ring.unwrap_or((usize::MAX, 0)),
            Line {
                account,
                own: forwards[at].own.clone(),
                redirect,
                external,
                ring: ring.map(|(number, _)| number),
            },
        ));
    }
    // Loops first, each in the order in which mail goes round; then by name.
    lines.sort_by_cached_key(|(ring, line)| {
        (
            *ring,
            line.account.family_name.clone(),
            line.account.dn.clone(),
        )
    });
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

fn json(line: &Line) -> LineJson<'_> {
    LineJson {
        account: line.account.reference(),
        roles: line
            .account
            .roles
            .iter()
            .map(|role| role.as_str())
            .collect(),
        ent_addresses: &line.own,
        redirect: &line.redirect.addresses,
        keep_copy: line.redirect.keep_copy,
        active: line.redirect.active,
        external: line.external,
        r#loop: line.ring,
    }
}

const COLUMNS: &[Column] = &[
    Column {
        key: "last_name",
        title: "column-last-name",
    },
    Column {
        key: "first_name",
        title: "column-first-name",
    },
    Column {
        key: "role",
        title: "column-role",
    },
    Column {
        key: "login",
        title: "column-login",
    },
    Column {
        key: "ent_address",
        title: "mail-show-address",
    },
    Column {
        key: "redirect",
        title: "mail-show-redirect",
    },
    Column {
        key: "keep_copy",
        title: "mail-show-copy-title",
    },
    Column {
        key: "external",
        title: "mail-list-external",
    },
    Column {
        key: "loop",
        title: "mail-list-loop",
    },
];

fn table(app: &App, lines: &[Line]) -> Table {
    let localizer = app.printer.localizer();
    let yes_no = |value: Option<bool>| Cell::Shown {
        value: match value {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        }
        .to_owned(),
        words: match value {
            Some(true) => localizer.word("export-yes"),
            Some(false) => localizer.word("export-no"),
            None => String::new(),
        },
    };
    let mut table = Table::new(COLUMNS).yielding(&["role", "ent_address", "keep_copy", "external"]);
    for line in lines {
        let roles: Vec<&str> = line.account.roles.iter().map(|r| r.as_str()).collect();
        table.push(vec![
            line.account.family_name.clone().into(),
            line.account.given_name.clone().into(),
            Cell::Shown {
                value: roles.join(","),
                words: words::roles(&line.account, localizer),
            },
            line.account.login.clone().into(),
            line.own.join(", ").into(),
            line.redirect.addresses.join(", ").into(),
            yes_no(Some(line.redirect.keep_copy)),
            yes_no(line.external),
            line.ring.map(|n| n.to_string()).unwrap_or_default().into(),
        ]);
    }
    table
}
