//! To whom a temporary password may go: the recovery address of each account, and every reason against it.

use crate::app::{App, Office, PostOffice};
use crate::commands::shared::{Given, login_of, protected};
use crate::directory::{Depth, Search};
use crate::domain::account::{Account, Role};
use crate::domain::change::{Plan, Refusal};
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::domain::intents;
use crate::domain::mail_address::MailAddress;
use crate::domain::redirect::MailRules;
use crate::domain::rules::{SendRefusal, may_send};
use crate::domain::ties;
use crate::domain::time::to_generalized;
use crate::error::Result;
use crate::execute::MailLimit;
use crate::explain;
use crate::people::Place;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// Redirects that are followed one after the other: mail servers give up long before (RFC 5321 section 6.3).
const HOPS: usize = 50;

/// Conditions in one search: an address, in one of the attributes.
const BATCH: usize = 200;

/// From so many addresses on, everybody who has one is read once.
const EVERYBODY_FROM: usize = 200;

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
    /// The login that was asked for, in the place of which this account's counts from now on.
    pub former: Option<String>,
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
    let mut entries: Vec<Entry> = office
        .people
        .directory()
        .read_many(&dns, &attributes)
        .await
        .map_err(explain::directory)?
        .into_iter()
        .zip(dns)
        .map(|(entry, dn)| entry.unwrap_or_else(|| Entry::new(dn)))
        .collect();
    let aliases = office.people.join_aliases(&rules, &mut entries).await?;

    let mut refused: BTreeMap<Dn, &'static str> = BTreeMap::new();
    let mut candidates = Vec::new();
    for (given, entry) in given.iter().zip(entries) {
        let account = &given.account;
        let allowed = if protected.contains(&account.dn) {
            Err(SendRefusal::Protected)
        } else {
            may_send(account)
        };
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
        let value = rules
            .value_with(&candidate.entry, &candidate.attribute, &candidate.address)
            .unwrap_or_else(|| candidate.address.to_string());
        // What stands in an alias is looked at there.
        let apart = rules.way.aliases.is_some()
            && candidate
                .attribute
                .eq_ignore_ascii_case(&rules.way.attribute);
        let relied = (!apart).then_some((candidate.attribute.as_str(), value.as_str()));
        let mut change =
            intents::temporary(account, &names, &to_generalized(until), has_class, relied);
        if apart {
            let address = candidate.address.as_str();
            change.besides = aliases.leading(&rules, &candidate.entry, address);
        }
        // Whoever was asked for is answered by this: `Earlier::serves`.
        let asked = candidate.given.asked.iter();
        change.with = asked
            .filter_map(|asked| asked.instead.account.clone())
            .collect();
        planned.plan.changes.push(change);
        let languages = language.as_ref().and_then(|l| candidate.entry.text(l));
        planned.recipients.insert(
            account.dn.clone(),
            Recipient {
                account: account.clone(),
                address: candidate.address,
                languages,
                former: former_login(candidate.given),
            },
        );
    }
    Ok(planned)
}

/// The login that somebody typed who is served by another account.
fn former_login(given: &Given) -> Option<String> {
    let asked = given.asked.first()?;
    let typed = match &asked.instead.account {
        Some(account) => account.login.clone(),
        None => Some(asked.instead.of.clone()),
    };
    typed.filter(|typed| *typed != login_of(&given.account))
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

/// The recovery address and its attribute. Where there are only addresses that end in the ENT mailbox, or none that a
/// mail can go to, that is said.
fn address(
    rules: &MailRules,
    account: &Account,
    entry: &Entry,
) -> Result<(MailAddress, String), SendRefusal> {
    let recovery = rules
        .recovery(&account.roles, entry)
        .and_then(|found| Some((MailAddress::parse(&found.address)?, found.attribute)));
    if let Some(found) = recovery {
        return Ok(found);
    }
    let held: Vec<String> = rules
        .recovery_attributes(&account.roles)
        .into_iter()
        .flat_map(|attribute| entry.texts(attribute))
        .filter(|text| !text.trim().is_empty())
        .collect();
    Err(if held.is_empty() {
        SendRefusal::NoAddress
    } else if held.iter().any(|text| MailAddress::parse(text).is_some()) {
        SendRefusal::Behind
    } else {
        SendRefusal::Unusable
    })
}

/// The people who hold one of these addresses in one of these attributes, in whatever form.
async fn holders(
    office: &Office,
    rules: &MailRules,
    attributes: &BTreeSet<String>,
    addresses: &BTreeSet<MailAddressKey>,
) -> Result<Vec<Entry>> {
    let schema = office.people.schema();
    let mut wanted = rules.attributes();
    wanted.extend(schema.role_attributes());
    wanted.extend(schema.tie_attributes());
    let forms: BTreeSet<String> = addresses
        .iter()
        .flat_map(|key| MailAddress::parse(key).map_or_else(|| vec![key.clone()], |a| a.forms()))
        .collect();
    let forms: Vec<String> = forms.into_iter().collect();
    // One value may hold several addresses.
    let asked = |attribute: &String, form: &String| {
        if rules.way.separator.is_some() && attribute.eq_ignore_ascii_case(&rules.way.attribute) {
            Filter::contains(attribute, form)
        } else {
            Filter::equal(attribute, form)
        }
    };
    let of_redirects = |attribute: &String| attribute.eq_ignore_ascii_case(&rules.way.attribute);
    let led = if attributes.iter().any(of_redirects) {
        office.people.aliased_to(rules, &forms).await?
    } else {
        BTreeSet::new()
    };
    let led_by: BTreeSet<String> = led.iter().map(|own| own.to_lowercase()).collect();
    let led: Vec<Filter> = led
        .iter()
        .flat_map(|own| rules.address.iter().map(move |a| Filter::equal(a, own)))
        .collect();
    let held = forms.iter().flat_map(|form| {
        attributes
            .iter()
            .map(move |attribute| asked(attribute, form))
    });
    let asked: Vec<Filter> = held.chain(led.iter().cloned()).collect();
    let mailboxes: BTreeSet<String> = forms.iter().map(|form| mailbox(form)).collect();
    let concerned = |entry: &Entry| {
        let held = attributes.iter().flat_map(|a| parts_of(rules, entry, a));
        let mut own = rules.address.iter().flat_map(|a| entry.texts(a));
        held.into_iter()
            .any(|address| mailboxes.contains(&mailbox(&address)))
            || own.any(|address| led_by.contains(&address.to_lowercase()))
    };
    let among = |any: Vec<Filter>| Filter::And(vec![schema.people_filter(), Filter::Or(any)]);
    let base = &office.people.bases().people;
    let mut found = Vec::new();
    if forms.len() < EVERYBODY_FROM {
        let place = Place {
            base,
            attributes: &wanted,
        };
        let any = |asked: &[Filter]| among(asked.to_vec());
        for batch in asked.chunks(BATCH) {
            let entries = office.people.search_parts(&place, batch, &any).await?;
            found.extend(entries.into_iter().filter(concerned));
        }
    } else {
        // Few servers have an index of all these attributes: so many would be looked for in everybody, again and again.
        let any = attributes.iter().map(Filter::present).chain(led);
        let search = Search {
            base: base.clone(),
            depth: Depth::Subtree,
            filter: among(any.collect()),
            attributes: wanted,
        };
        office
            .people
            .directory()
            .search_pages(&search, &mut |page| {
                found.extend(page.into_iter().filter(concerned));
                ControlFlow::Continue(())
            })
            .await
            .map_err(explain::directory)?;
    }
    office.people.join_aliases(rules, &mut found).await?;
    Ok(found)
}

/// The addresses that an attribute holds: one value of the redirect may hold several.
fn parts_of(rules: &MailRules, entry: &Entry, attribute: &str) -> Vec<String> {
    let values = entry.texts(attribute);
    let is_redirect = attribute.eq_ignore_ascii_case(&rules.way.attribute);
    match rules.way.separator.as_deref().filter(|_| is_redirect) {
        Some(separator) => values
            .iter()
            .flat_map(|value| value.split(separator))
            .map(|part| part.trim().to_owned())
            .collect(),
        None => values,
    }
}

/// An address as it is compared.
type MailAddressKey = String;

/// The mailbox of an address as an entry holds it.
fn mailbox(text: &str) -> MailAddressKey {
    MailAddress::parse(text).map_or_else(
        || text.trim().to_lowercase(),
        |address| address.mailbox_key(),
    )
}

/// Those whose recovery address forwards, by whatever way, to their own ENT mailbox.
async fn behind(
    office: &Office,
    rules: &MailRules,
    candidates: &[Candidate<'_>],
) -> Result<BTreeSet<Dn>> {
    let receiving: BTreeSet<String> = rules.address.iter().cloned().collect();
    let own: Vec<BTreeSet<MailAddressKey>> = candidates
        .iter()
        .map(|candidate| {
            let addresses = rules.ent_addresses(&candidate.entry);
            addresses.iter().map(|address| mailbox(address)).collect()
        })
        .collect();
    let mut found = BTreeSet::new();
    let mut seen: BTreeSet<(usize, MailAddressKey)> = BTreeSet::new();
    let mut ahead: Vec<(usize, MailAddressKey)> = candidates
        .iter()
        .enumerate()
        .map(|(at, candidate)| (at, candidate.address.mailbox_key()))
        .collect();
    for _ in 0..HOPS {
        ahead.retain(|step| seen.insert(step.clone()));
        if ahead.is_empty() {
            break;
        }
        let addresses = ahead.iter().map(|(_, address)| address.clone()).collect();
        let mut onward: BTreeMap<MailAddressKey, BTreeSet<MailAddressKey>> = BTreeMap::new();
        for entry in holders(office, rules, &receiving, &addresses).await? {
            let to = rules.redirect(&entry).addresses;
            let to: BTreeSet<MailAddressKey> = to.iter().map(|to| mailbox(to)).collect();
            for held in receiving
                .iter()
                .flat_map(|attribute| entry.texts(attribute))
            {
                onward.entry(mailbox(&held)).or_default().extend(to.clone());
            }
        }
        let mut next = Vec::new();
        for (at, address) in &ahead {
            for to in onward.get(address).into_iter().flatten() {
                if own[*at].contains(to) {
                    found.insert(candidates[*at].entry.dn.clone());
                }
                next.push((*at, to.clone()));
            }
        }
        ahead = next;
    }
    Ok(found)
}

/// Those whose recovery address is that of somebody else too; one person's accounts that were joined may share theirs.
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
    let mut users: BTreeMap<MailAddressKey, Vec<Account>> = BTreeMap::new();
    for entry in holders(office, rules, &attributes, &addresses).await? {
        let account = schema.account(&entry);
        let recovery = rules.recovery(&account.roles, &entry);
        if let Some(address) = recovery.and_then(|found| MailAddress::parse(&found.address)) {
            users.entry(address.key()).or_default().push(account);
        }
    }
    Ok(candidates
        .iter()
        .filter(|candidate| {
            let person = &candidate.given.account;
            users
                .get(&candidate.address.key())
                .is_some_and(|users| users.iter().any(|user| !ties::same_person(person, user)))
        })
        .map(|candidate| candidate.entry.dn.clone())
        .collect())
}
