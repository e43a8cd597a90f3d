//! To whom a temporary password may go: the recovery address of each account, and every reason against it.

use crate::app::{App, Office, PostOffice};
use crate::commands::shared::{Given, protected};
use crate::directory::{Depth, Search};
use crate::domain::account::{Account, Role};
use crate::domain::change::{Plan, Refusal};
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::domain::intents;
use crate::domain::mail_address::MailAddress;
use crate::domain::redirect::{MailRules, same};
use crate::domain::rules::{SendRefusal, may_send};
use crate::domain::time::to_generalized;
use crate::error::Result;
use crate::execute::MailLimit;
use crate::explain;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Redirects that are followed one after the other: mail servers give up long before (RFC 5321 section 6.3).
const HOPS: usize = 50;

/// Addresses looked for in one search.
const BATCH: usize = 50;

/// Roles that have recovery addresses.
const RECOVERED: [Role; 3] = [Role::Parent, Role::Teacher, Role::Staff];

/// Somebody who gets a mail.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// Whose account.
    pub account: Account,
    /// Where the mail goes.
    pub address: MailAddress,
    /// `preferredLanguage` as written.
    pub languages: Option<String>,
}

/// What would be sent, and to whom.
pub struct Planned {
    /// Changes and refusals.
    pub plan: Plan,
    /// Those of the changes.
    pub recipients: BTreeMap<Dn, Recipient>,
    /// Until when the passwords work.
    pub until: Timestamp,
}

/// A candidate whose address is still to be looked at from outside.
struct Candidate<'a> {
    given: &'a Given,
    entry: Entry,
    address: MailAddress,
    attribute: String,
}

/// Plans. `counted`: whether what was sent before counts against the limit of each account.
///
/// # Errors
/// As the directory and the history answer; no way of redirecting configured (2).
pub async fn plan(
    app: &App,
    office: &Office,
    post: &PostOffice,
    given: &[Given],
    counted: bool,
) -> Result<Planned> {
    let rules = app.mail_rules(office)?;
    let names = office.people.access().await?;
    let language = office.people.schema().field("language");
    let language = language.map(|field| field.attribute);
    let protected = protected(office, given).await?;
    let now = app.now();
    let sent = if counted {
        let period = span(post.settings.account_period);
        app.history(&office.profile)
            .mailed_since(now.checked_sub(period).unwrap_or(Timestamp::UNIX_EPOCH))
            .map_err(explain::history)?
    } else {
        BTreeMap::new()
    };
    let mut attributes = rules.attributes();
    attributes.extend(language.clone());
    let dns: Vec<Dn> = given.iter().map(|g| g.account.dn.clone()).collect();
    let entries = office
        .people
        .directory()
        .read_many(&dns, &attributes)
        .await
        .map_err(explain::directory)?;

    let mut refused: BTreeMap<Dn, &'static str> = BTreeMap::new();
    let mut candidates = Vec::new();
    for (given, entry) in given.iter().zip(entries) {
        let account = &given.account;
        let allowed = if protected.contains(&account.dn) {
            Err(SendRefusal::Protected)
        } else {
            may_send(account)
        };
        let entry = entry.unwrap_or_else(|| Entry::new(account.dn.clone()));
        let found = allowed.and_then(|()| address(&rules, account, &entry));
        let too_often =
            sent.get(&account.dn).copied().unwrap_or_default() >= post.settings.max_per_account;
        match found {
            Ok(_) if too_often => {
                refused.insert(account.dn.clone(), SendRefusal::TooOften.code());
            }
            Ok((address, attribute)) => candidates.push(Candidate {
                given,
                entry,
                address,
                attribute,
            }),
            Err(refusal) => {
                refused.insert(account.dn.clone(), refusal.code());
            }
        }
    }
    for dn in behind(office, &rules, &candidates).await? {
        refused.insert(dn, SendRefusal::Behind.code());
    }
    if !post.settings.shared_addresses {
        for dn in shared(office, &rules, &candidates).await? {
            refused.entry(dn).or_insert(SendRefusal::Shared.code());
        }
    }
    let until = now
        .checked_add(span(post.settings.valid_for))
        .unwrap_or(Timestamp::MAX);
    let mut planned = Planned {
        plan: Plan::default(),
        recipients: BTreeMap::new(),
        until,
    };
    for given in given {
        let dn = &given.account.dn;
        if let Some(code) = refused.get(dn) {
            planned.plan.refusals.push(Refusal {
                account: Some(given.account.reference()),
                given: None,
                line: given.line,
                code: (*code).to_owned(),
            });
        }
    }
    for candidate in candidates {
        let account = &candidate.given.account;
        if refused.contains_key(&account.dn) {
            continue;
        }
        let has_class = names
            .temporary_class
            .as_deref()
            .is_some_and(|class| candidate.entry.holds("objectClass", class));
        // As the directory holds it: one value may hold several addresses.
        let held = candidate.entry.texts(&candidate.attribute);
        let value = held
            .iter()
            .find(|value| value.contains(candidate.address.local()))
            .cloned()
            .unwrap_or_else(|| candidate.address.to_string());
        planned.plan.changes.push(intents::temporary(
            account,
            &names,
            &to_generalized(until),
            has_class,
            (&candidate.attribute, &value),
        ));
        let languages = language.as_ref().and_then(|l| candidate.entry.text(l));
        planned.recipients.insert(
            account.dn.clone(),
            Recipient {
                account: account.clone(),
                address: candidate.address,
                languages,
            },
        );
    }
    Ok(planned)
}

/// How many one account may be sent.
pub fn limit(post: &PostOffice) -> MailLimit {
    MailLimit {
        per_account: post.settings.max_per_account,
        period: span(post.settings.account_period),
    }
}

fn span(duration: std::time::Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// The recovery address and its attribute. Where there are only addresses that end in the ENT mailbox, that is said.
fn address(
    rules: &MailRules,
    account: &Account,
    entry: &Entry,
) -> Result<(MailAddress, String), SendRefusal> {
    if let Some(recovery) = rules.recovery(&account.roles, entry) {
        let address = MailAddress::parse(&recovery.address).ok_or(SendRefusal::NoAddress)?;
        return Ok((address, recovery.attribute));
    }
    let any = rules
        .recovery_attributes(&account.roles)
        .into_iter()
        .flat_map(|attribute| entry.texts(attribute))
        .any(|text| MailAddress::parse(&text).is_some());
    Err(if any {
        SendRefusal::Behind
    } else {
        SendRefusal::NoAddress
    })
}

/// The people who hold one of these addresses in one of these attributes.
async fn holders(
    office: &Office,
    rules: &MailRules,
    attributes: &BTreeSet<String>,
    addresses: &BTreeSet<String>,
) -> Result<Vec<Entry>> {
    let schema = office.people.schema();
    let mut wanted = rules.attributes();
    wanted.extend(schema.role_attributes());
    let addresses: Vec<&String> = addresses.iter().collect();
    let mut found = Vec::new();
    for batch in addresses.chunks(BATCH) {
        let parts = attributes
            .iter()
            .flat_map(|attribute| batch.iter().map(move |a| Filter::equal(attribute, a)))
            .collect();
        let entries = office
            .people
            .directory()
            .search(&Search {
                base: office.people.bases().people.clone(),
                depth: Depth::Subtree,
                filter: Filter::And(vec![schema.people_filter(), Filter::Or(parts)]),
                attributes: wanted.clone(),
            })
            .await
            .map_err(explain::directory)?;
        found.extend(entries);
    }
    Ok(found)
}

/// Those whose recovery address forwards, by whatever way, to their own ENT mailbox.
async fn behind(
    office: &Office,
    rules: &MailRules,
    candidates: &[Candidate<'_>],
) -> Result<BTreeSet<Dn>> {
    let receiving: BTreeSet<String> = rules.address.iter().cloned().collect();
    let mut found = BTreeSet::new();
    let mut seen: BTreeSet<(usize, String)> = BTreeSet::new();
    let mut ahead: Vec<(usize, String)> = candidates
        .iter()
        .enumerate()
        .map(|(at, candidate)| (at, candidate.address.key()))
        .collect();
    for _ in 0..HOPS {
        ahead.retain(|step| seen.insert(step.clone()));
        if ahead.is_empty() {
            break;
        }
        let addresses = ahead.iter().map(|(_, address)| address.clone()).collect();
        let entries = holders(office, rules, &receiving, &addresses).await?;
        let mut next = Vec::new();
        for (at, address) in &ahead {
            let own = rules.ent_addresses(&candidates[*at].entry);
            let receives = |entry: &&Entry| {
                receiving
                    .iter()
                    .flat_map(|attribute| entry.texts(attribute))
                    .any(|held| same(&held, address))
            };
            for to in entries
                .iter()
                .filter(receives)
                .flat_map(|entry| rules.redirect(entry).addresses)
            {
                if own.iter().any(|own| same(own, &to)) {
                    found.insert(candidates[*at].entry.dn.clone());
                }
                next.push((*at, to.to_ascii_lowercase()));
            }
        }
        ahead = next;
    }
    Ok(found)
}

/// Those whose recovery address is that of somebody else too.
async fn shared(
    office: &Office,
    rules: &MailRules,
    candidates: &[Candidate<'_>],
) -> Result<BTreeSet<Dn>> {
    let everybody: BTreeSet<Role> = RECOVERED.into_iter().collect();
    let attributes = rules
        .recovery_attributes(&everybody)
        .into_iter()
        .map(str::to_owned)
        .collect();
    let addresses = candidates.iter().map(|c| c.address.key()).collect();
    let schema = office.people.schema();
    let mut users: BTreeMap<String, BTreeSet<Dn>> = BTreeMap::new();
    for entry in holders(office, rules, &attributes, &addresses).await? {
        let roles = schema.account(&entry).roles;
        if let Some(recovery) = rules.recovery(&roles, &entry) {
            let key = recovery.address.trim().to_ascii_lowercase();
            users.entry(key).or_default().insert(entry.dn);
        }
    }
    Ok(candidates
        .iter()
        .filter(|candidate| {
            users
                .get(&candidate.address.key())
                .is_some_and(|users| users.iter().any(|user| *user != candidate.entry.dn))
        })
        .map(|candidate| candidate.entry.dn.clone())
        .collect())
}
