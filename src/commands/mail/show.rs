//! `entctl mail show`: the ENT address, the redirect, the recovery address.

use super::one::read;
use crate::app::App;
use crate::commands::shared::served::texts;
use crate::commands::shared::{PersonJson, changes, person_json, serving};
use crate::domain::account::Role;
use crate::error::{ExitStatus, Result};
use crate::i18n::Text;
use crate::output::{Card, Format, words};
use crate::people::Needs;
use serde::Serialize;

/// Show the ENT address of an account, its redirect and its recovery address.
#[derive(Debug, Clone, clap::Args)]
pub struct ShowArgs {
    /// Login, alias, mail address, number, or a name as one would say it
    #[arg(value_name = "ACCOUNT", required = true)]
    pub account: Vec<String>,
}

#[derive(Serialize)]
struct MailJson {
    r#type: &'static str,
    account: PersonJson,
    ent_addresses: Vec<String>,
    redirect: Vec<String>,
    keep_copy: Option<bool>,
    active: Option<bool>,
    recovery: Option<String>,
    recovery_attribute: Option<String>,
    recovery_is_redirect: Option<bool>,
}

/// Reads and shows.
///
/// # Errors
/// No way of redirecting configured (2); not found or several (5); as the directory answers.
pub async fn run(app: &App, args: &ShowArgs) -> Result<ExitStatus> {
    let office = app.open().await?;
    let rules = app.mail_rules(&office)?;
    office.people.foresee(Needs {
        schools: true,
        attributes: rules.attributes(),
        ..Needs::default()
    });
    let given = serving(app, &office, &args.account.join(" "), false).await?;
    let account = &given.account;
    let (entry, _) = read(&office, &rules, account).await?;
    let schools = office.people.school_names().await?;
    let redirect = rules.redirect(&entry);
    let recovery = rules.recovery(&account.roles, &entry);
    let forwards = !redirect.addresses.is_empty();
    if app.printer.format() == Format::Json {
        app.printer.json(&MailJson {
            r#type: "mail",
            account: PersonJson {
                asked: texts(&given),
                ..person_json(account, &schools)
            },
            ent_addresses: rules.ent_addresses(&entry),
            keep_copy: forwards.then_some(redirect.keep_copy),
            active: forwards.then_some(redirect.active),
            redirect: redirect.addresses,
            recovery_attribute: recovery.as_ref().map(|r| r.attribute.clone()),
            recovery_is_redirect: recovery.as_ref().map(|r| r.is_redirect),
            recovery: recovery.map(|r| r.address),
        });
        return Ok(ExitStatus::Done);
    }
    let localizer = app.printer.localizer();
    let school = account.schools.iter().find_map(|dn| schools.get(dn));
    let none = |key: &str| vec![localizer.word(key)];
    let mut card = Card::new();
    card.line(
        "card-name",
        Some(words::account_line(
            account,
            school.map(String::as_str),
            localizer,
        )),
    );
    let own = rules.ent_addresses(&entry);
    let own = if own.is_empty() {
        none("mail-show-no-address")
    } else {
        own
    };
    card.lines("mail-show-address", own);
    if forwards {
        card.lines("mail-show-redirect", redirect.addresses);
        let copy = match (redirect.active, redirect.keep_copy) {
            (false, _) => "mail-show-inactive",
            (true, true) => "mail-show-copy",
            (true, false) => "mail-show-no-copy",
        };
        card.lines("mail-show-copy-title", none(copy));
    } else {
        card.lines("mail-show-redirect", none("mail-show-no-redirect"));
    }
    let recovery = match recovery {
        Some(recovery) => {
            let from = if recovery.is_redirect {
                localizer.word("mail-show-is-redirect")
            } else {
                changes::label(&recovery.attribute, localizer)
            };
            vec![
                localizer.say(
                    &Text::new("mail-show-recovery-from")
                        .with("address", recovery.address)
                        .with("field", from),
                ),
            ]
        }
        // Nobody sends a pupil a password.
        None if account.is(Role::Pupil) => none("mail-show-pupil"),
        None => none("mail-show-no-recovery"),
    };
    card.lines("mail-show-recovery", recovery);
    app.printer.card(&card);
    Ok(ExitStatus::Done)
}
