//! What is looked at before a redirect or a recovery address is set: loops through other redirects, and who
//! is on the phone.

use crate::app::{App, Office};
use crate::directory::{Depth, Search};
use crate::domain::account::{Account, Role};
use crate::domain::filter::Filter;
use crate::domain::mail_address::MailAddress;
use crate::domain::redirect::{MailRules, same};
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::i18n::Text;
use crate::output::Card;
use std::collections::BTreeSet;

/// Redirects that are followed one after the other: mail servers give up long before (RFC 5321 section 6.3).
const HOPS: usize = 50;

/// Refuses a redirect from which mail comes back, by whatever way. Follows the redirects from address to
/// address: one small search each time, never everybody.
///
/// # Errors
/// Exit 6 with the way that mail would go; as the directory answers.
pub(super) async fn no_loop(
    office: &Office,
    rules: &MailRules,
    own: &[String],
    to: &[MailAddress],
) -> Result<()> {
    let start = own.first().cloned();
    let mut ahead: Vec<Vec<String>> = to
        .iter()
        .map(|a| start.iter().cloned().chain([a.to_string()]).collect())
        .collect();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for _ in 0..HOPS {
        ahead.retain(|way| {
            way.last()
                .is_some_and(|last| seen.insert(last.to_lowercase()))
        });
        if ahead.is_empty() {
            return Ok(());
        }
        let mut next = Vec::new();
        for (at, address, further) in redirects_of(office, rules, &ahead).await? {
            let mut way = ahead[at].clone();
            // Back at the start, or into a loop of others that never ends.
            let returns = way.iter().chain(own).any(|been| same(been, &address));
            way.push(address);
            if returns {
                return Err(looped(&way));
            }
            if further {
                next.push(way);
            }
        }
        ahead = next;
    }
    Ok(())
}

/// Where mail to the last address of each way goes on to: the way, the address, and whether it may go further.
async fn redirects_of(
    office: &Office,
    rules: &MailRules,
    ways: &[Vec<String>],
) -> Result<Vec<(usize, String, bool)>> {
    let last = |way: &Vec<String>| way.last().cloned().unwrap_or_default();
    let inside: Vec<String> = ways
        .iter()
        .map(last)
        .filter(|address| rules.own_domains.is_empty() || rules.is_own(address))
        .collect();
    if inside.is_empty() {
        return Ok(Vec::new());
    }
    let parts = rules
        .address
        .iter()
        .flat_map(|attribute| inside.iter().map(move |a| Filter::equal(attribute, a)))
        .collect();
    let mut filter = vec![office.people.schema().people_filter(), Filter::Or(parts)];
    if rules.way.aliases.is_none() {
        filter.push(Filter::present(&rules.way.attribute));
    }
    let mut entries = office
        .people
        .directory()
        .search(&Search {
            base: office.people.bases().people.clone(),
            depth: Depth::Subtree,
            filter: Filter::And(filter),
            attributes: rules.attributes(),
        })
        .await
        .map_err(explain::directory)?;
    office.people.join_aliases(rules, &mut entries).await?;
    let mut found = Vec::new();
    for entry in &entries {
        let own = rules.ent_addresses(entry);
        let from = ways
            .iter()
            .position(|way| own.iter().any(|own| same(own, &last(way))));
        if let Some(at) = from {
            let to = rules.redirect(entry).addresses;
            found.extend(to.into_iter().map(|address| (at, address, true)));
        }
    }
    Ok(found)
}

fn looped(way: &[String]) -> CommandError {
    CommandError::new(
        ExitStatus::Refused,
        "redirect-loop",
        Text::new("mail-loop").with("way", way.join(" → ")),
    )
    .hint(Text::new("mail-loop-hint"))
}

/// Shows what only the right person can tell, before a recovery address is set: a stranger on the phone must not
/// get in.
///
/// # Errors
/// As the directory answers.
pub(super) async fn ask_the_caller(app: &App, office: &Office, account: &Account) -> Result<()> {
    let people = &office.people;
    let mut card = Card::new();
    if account.is(Role::Parent) {
        let mut children = people.children_of(account).await?;
        let inside = people.in_scope(&children).await?;
        let mut keep = inside.into_iter();
        children.retain(|_| keep.next().unwrap_or(false));
        card.lines(
            "mail-ask-child",
            children.iter().map(|child| {
                let classes: Vec<&str> = child.classes.iter().map(|c| c.name.as_str()).collect();
                [
                    child.display_name.clone(),
                    classes.join(", "),
                    child.birth_date.clone().unwrap_or_default(),
                ]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(", ")
            }),
        );
    }
    card.line("mail-ask-birth-date", account.birth_date.clone());
    card.line("mail-ask-address", postal_address(office, account).await?);
    app.printer.note(&Text::new("mail-ask"));
    app.printer.card(&card);
    Ok(())
}

async fn postal_address(office: &Office, account: &Account) -> Result<Option<String>> {
    let schema = office.people.schema();
    let attributes: Vec<String> = ["address", "postcode", "city"]
        .iter()
        .filter_map(|field| schema.field(field).map(|field| field.attribute))
        .collect();
    if attributes.is_empty() {
        return Ok(None);
    }
    let entry = office
        .people
        .directory()
        .read(&account.dn, &attributes)
        .await
        .map_err(explain::directory)?;
    let part = |field: &str| {
        let attribute = schema.field(field)?.attribute;
        let value = entry.as_ref()?.text(&attribute)?.replace('$', ", ");
        (!value.trim().is_empty()).then_some(value)
    };
    let joined = |parts: [Option<String>; 2], between: &str| {
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(between))
    };
    let town = joined([part("postcode"), part("city")], " ");
    Ok(joined([part("address"), town], ", "))
}
