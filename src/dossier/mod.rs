//! All that is held on one person, for that person (right of access): what is shown, what never is, and how
//! other people are named. Reads nothing: entries, names and runs are handed in.

mod page;
mod sections;
mod values;

pub use page::render;
pub use sections::{Row, Section, heading, sections};
pub use values::{Names, Places, References, Unread, about};

use crate::domain::account::{Account, AccountRef};
use crate::domain::change::{Change, Modification, NewValue};
use crate::domain::entry::{Attribute, Entry};
use crate::history::{AccountRun, OutcomeKind};
use crate::i18n::{Localizer, Text};
use crate::schema::words::{self, ValueKind};
use jiff::Timestamp;
use serde::Serialize;
use zeroize::Zeroize;

/// The whole document (`type` `account-export` in JSON).
#[derive(Debug, Serialize)]
pub struct Dossier {
    r#type: &'static str,
    exported_at: Timestamp,
    account: AccountRef,
    roles: Vec<&'static str>,
    schools: Vec<String>,
    state: Vec<&'static str>,
    attributes: Vec<Held>,
    children: Vec<String>,
    parents: Vec<String>,
    groups: Vec<String>,
    /// What entries of relatives say of this person.
    relations: Vec<Relation>,
    /// People of schools outside the profile, who are not named.
    people_not_shown: usize,
    history: Vec<Done>,
}

/// An attribute and what it holds, other people by name.
#[derive(Debug, Serialize)]
pub struct Held {
    attribute: String,
    label: String,
    values: Vec<String>,
    /// Values that are not text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    base64: Vec<String>,
    #[serde(skip)]
    bytes: Vec<Vec<u8>>,
    #[serde(skip)]
    kind: ValueKind,
}

/// What somebody else's entry says of the person.
#[derive(Debug, Serialize)]
struct Relation {
    name: String,
    #[serde(flatten)]
    held: Held,
}

/// What a run did to the account. The command line is left out: it may name other people.
#[derive(Debug, Serialize)]
struct Done {
    run: String,
    verb: String,
    started_at: Timestamp,
    at: Option<Timestamp>,
    user: String,
    sudo_user: Option<String>,
    reason: Option<String>,
    outcome: Option<OutcomeKind>,
    code: Option<String>,
    sets_password: bool,
    changes: Vec<Step>,
}

/// One attribute that a run wrote.
#[derive(Debug, Serialize)]
struct Step {
    op: &'static str,
    #[serde(flatten)]
    held: Held,
}

/// What the document is made of.
pub struct Material<'a> {
    /// Whose.
    pub account: &'a Account,
    /// The person's entry, secrets taken out.
    pub entry: &'a Entry,
    /// Names of the schools.
    pub schools: Vec<String>,
    /// Names of the children.
    pub children: Vec<String>,
    /// Names of the parents.
    pub parents: Vec<String>,
    /// Names of the groups.
    pub groups: Vec<String>,
    /// Relatives in scope by name, with what their entries say of this person ([`about`]).
    pub relatives: &'a [(String, Entry)],
    /// Runs that touched the account.
    pub runs: &'a [AccountRun],
    /// How entries are named.
    pub names: &'a Names,
    /// Attributes that only say again what `groups` says.
    pub left_out: &'a [String],
    /// People not named.
    pub not_shown: usize,
    /// When.
    pub at: Timestamp,
}

/// Takes away what nobody is shown, and wipes it.
pub fn take_secrets_out(entry: &mut Entry) {
    for attribute in &mut entry.attributes {
        let secret = words::is_secret(&attribute.name);
        for value in &mut attribute.values {
            if secret || words::is_hash(value) {
                value.as_mut_slice().zeroize();
                value.clear();
            }
        }
        // Wiped values are empty; an empty one said nothing before either.
        attribute.values.retain(|value| !value.is_empty());
    }
    entry.attributes.retain(|a| !a.values.is_empty());
}

/// Puts the document together.
pub fn assemble(material: Material<'_>, localizer: &Localizer) -> Dossier {
    let Material {
        account,
        entry,
        names,
        ..
    } = material;
    let mut attributes: Vec<Held> = entry
        .attributes
        .iter()
        .filter(|a| !material.left_out.iter().any(|left| same(left, &a.name)))
        .filter_map(|attribute| held(attribute, names, localizer))
        .collect();
    attributes.sort_by_cached_key(|held| {
        let name = held.attribute.to_ascii_lowercase();
        (words::place(&held.attribute), name)
    });
    let relations = material
        .relatives
        .iter()
        .flat_map(|(name, entry)| entry.attributes.iter().map(move |a| (name, a)))
        .filter_map(|(name, attribute)| {
            Some(Relation {
                name: name.clone(),
                held: held(attribute, names, localizer)?,
            })
        })
        .collect();
    Dossier {
        r#type: "account-export",
        exported_at: material.at,
        account: account.reference(),
        roles: account.roles.iter().map(|r| r.as_str()).collect(),
        schools: material.schools,
        state: crate::output::words::state_codes(account),
        attributes,
        children: material.children,
        parents: material.parents,
        groups: material.groups,
        relations,
        people_not_shown: material.not_shown,
        history: material
            .runs
            .iter()
            .map(|run| done(run, names, localizer))
            .collect(),
    }
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// The words for an attribute, else its own name.
fn label(attribute: &str, localizer: &Localizer) -> String {
    words::key(attribute).map_or_else(
        || attribute.to_owned(),
        |key| localizer.say(&Text::new(key)),
    )
}

/// What is shown of an attribute; nothing where it is secret or empty.
fn held(attribute: &Attribute, names: &Names, localizer: &Localizer) -> Option<Held> {
    if words::is_secret(&attribute.name) {
        return None;
    }
    let kind = words::kind(&attribute.name);
    let mut held = Held {
        label: label(&attribute.name, localizer),
        attribute: attribute.name.to_string(),
        values: Vec::new(),
        base64: Vec::new(),
        bytes: Vec::new(),
        kind,
    };
    for value in attribute.values.iter().filter(|v| !words::is_hash(v)) {
        match std::str::from_utf8(value) {
            Ok(text) => held.values.push(names.say(text, kind)),
            Err(_) => {
                held.base64.push(values::base64(value));
                held.bytes.push(value.to_vec());
            }
        }
    }
    (!held.values.is_empty() || !held.bytes.is_empty()).then_some(held)
}

fn done(run: &AccountRun, names: &Names, localizer: &Localizer) -> Done {
    let manifest = &run.manifest;
    let outcome = run.outcome.as_ref();
    Done {
        run: manifest.run.to_string(),
        verb: manifest.verb.clone(),
        started_at: manifest.started_at,
        at: outcome.map(|o| o.at),
        user: manifest.user.clone(),
        sudo_user: manifest.sudo_user.clone(),
        reason: manifest.reason.clone(),
        outcome: outcome.map(|o| o.outcome),
        code: outcome.and_then(|o| o.code.clone()),
        sets_password: run.changes.iter().any(Change::sets_password),
        changes: run
            .changes
            .iter()
            .flat_map(|change| &change.modifications)
            .filter_map(|modification| step(modification, names, localizer))
            .collect(),
    }
}

fn step(modification: &Modification, names: &Names, localizer: &Localizer) -> Option<Step> {
    let (op, attribute, values) = match modification {
        Modification::Add { attribute, values } => ("add", attribute, values),
        Modification::Delete { attribute, values } => ("delete", attribute, values),
        Modification::Replace { attribute, values } => ("replace", attribute, values),
    };
    if words::is_secret(attribute) {
        return None;
    }
    let kind = words::kind(attribute);
    let texts = values.iter().filter_map(|value| match value {
        NewValue::Text(text) if !words::is_hash(text.as_bytes()) => Some(names.say(text, kind)),
        _ => None,
    });
    Some(Step {
        op,
        held: Held {
            attribute: attribute.clone(),
            label: label(attribute, localizer),
            values: texts.collect(),
            base64: Vec::new(),
            bytes: Vec::new(),
            kind,
        },
    })
}

#[cfg(test)]
mod tests;
