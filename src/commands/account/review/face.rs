//! What a person sees of an account while deciding: all that tells whose it is, and whether it is used.

use super::super::show::group_names;
use crate::app::Office;
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::domain::duplicates::Raw;
use crate::domain::names::fold;
use crate::error::Result;
use crate::explain;
use crate::i18n::{Localizer, Text};
use crate::output::{Mark, words};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// One account.
#[derive(Debug, Clone)]
pub(super) struct Face {
    /// As the commands see it.
    pub account: Account,
    /// What is compared of it: names, telephones, address.
    pub raw: Raw,
    /// Children who may be seen.
    pub children: Vec<Account>,
    /// How many children there are beside them.
    pub not_shown: usize,
    /// Usual names of the schools, the children's too.
    pub schools: BTreeSet<String>,
    /// Names of the groups.
    pub groups: Vec<String>,
}

/// One line of a comparison: of both accounts, what is shown, and what is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Key of what it is about.
    pub title: &'static str,
    /// What is shown of the first and of the second.
    pub shown: [Vec<String>; 2],
    /// Whether both say the same. [`Mark::None`] where one of them says nothing, or where a difference tells nothing.
    pub mark: Mark,
}

impl Face {
    /// Changes where what makes this account this person's changes: not with a login or a password.
    pub fn mark(&self) -> String {
        let raw = &self.raw;
        let ties = &self.account.ties;
        let mut parts: Vec<String> = vec![
            raw.key.clone(),
            self.account.entry_uuid.clone().unwrap_or_default(),
            raw.uid.clone(),
            raw.login.clone(),
        ];
        parts.extend([&raw.family, &raw.given, &raw.birth_name, &raw.title].map(|t| fold(t)));
        parts.extend([&raw.birth_date, &raw.address, &raw.postcode, &raw.town].map(Clone::clone));
        for several in [
            &raw.other_given,
            &raw.mails,
            &raw.phones,
            &raw.children,
            &raw.join_keys,
        ] {
            let mut sorted = several.clone();
            sorted.sort();
            parts.push(sorted.join("\u{1}"));
        }
        let tied = ties.linked_to.iter().chain(&ties.merged_into);
        let tied = tied.chain(&ties.linked).chain(&ties.merged);
        parts.extend(tied.map(|dn| dn.normalized().to_owned()));
        parts.push(self.account.state.disabled.to_string());
        let digest = Sha256::digest(parts.join("\u{0}").as_bytes());
        digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Whether the directory says that these are two people.
    pub fn is_told_apart(&self, other: &Face) -> bool {
        let says = |a: &Face, b: &Face| a.account.ties.not_same.contains(&b.account.dn);
        says(self, other) || says(other, self)
    }

    /// Whether one of them serves the person of the other already.
    pub fn is_tied(&self, other: &Face) -> bool {
        let serves = |a: &Face, b: &Face| a.account.ties.served_by() == Some(&b.account.dn);
        serves(self, other) || serves(other, self)
    }

    /// How it is called where there is room for a line.
    pub fn named(&self) -> String {
        words::called(&self.account.display_name, self.account.login.as_deref())
    }
}

/// Reads these accounts, by the names of their entries. Those that are gone, or outside the profile, are left out.
///
/// # Errors
/// As the directory answers.
pub(super) async fn faces(office: &Office, names: &[Dn]) -> Result<BTreeMap<Dn, Face>> {
    let people = &office.people;
    let schema = people.schema();
    let accounts = people.read_accounts(names).await?;
    let inside = people.in_scope(&accounts).await?;
    let accounts: Vec<Account> = accounts
        .into_iter()
        .zip(inside)
        .filter_map(|(account, inside)| inside.then_some(account))
        .collect();
    let there: Vec<Dn> = accounts.iter().map(|a| a.dn.clone()).collect();
    let entries = people
        .directory()
        .read_many(&there, &schema.compared_attributes())
        .await
        .map_err(explain::directory)?;
    let school_names = people.school_names().await?;
    let mut found = BTreeMap::new();
    for (account, entry) in accounts.into_iter().zip(entries) {
        let Some(entry) = entry else {
            continue;
        };
        let all = people.children_of(&account).await?;
        let inside = people.in_scope(&all).await?;
        let count = all.len();
        let children: Vec<Account> = all
            .into_iter()
            .zip(inside)
            .filter_map(|(child, inside)| inside.then_some(child))
            .collect();
        let schools = account
            .schools
            .iter()
            .chain(children.iter().flat_map(|child| &child.schools))
            .filter_map(|dn| school_names.get(dn).cloned())
            .collect();
        let mut groups = group_names(office, &account).await?;
        groups.sort();
        groups.dedup();
        let face = Face {
            raw: schema.compared(&entry),
            not_shown: count - children.len(),
            children,
            schools,
            groups,
            account,
        };
        found.insert(face.account.dn.clone(), face);
    }
    Ok(found)
}

/// What a comparison is made of.
enum Alike {
    /// Accents, case and hyphens aside.
    Folded,
    /// By the digits that a telephone number ends with, however it is written.
    Phone,
    /// That they differ tells nothing: everybody has an own one.
    Own,
}

/// The lines of two accounts, those without anything on either side left out.
pub(super) fn lines(a: &Face, b: &Face, localizer: &Localizer) -> Vec<Line> {
    let one = |text: &str| -> Vec<String> {
        let text = text.trim();
        if text.is_empty() {
            Vec::new()
        } else {
            vec![text.to_owned()]
        }
    };
    type Of<'a> = Box<dyn Fn(&Face) -> Vec<String> + 'a>;
    let language = localizer.language();
    let rows: Vec<(&'static str, Alike, Of<'_>)> = vec![
        (
            "review-family",
            Alike::Folded,
            Box::new(|f| one(&f.raw.family)),
        ),
        (
            "review-given",
            Alike::Folded,
            Box::new(|f| one(&f.raw.given)),
        ),
        (
            "review-birth-name",
            Alike::Folded,
            Box::new(|f| one(&f.raw.birth_name)),
        ),
        (
            "review-title",
            Alike::Folded,
            Box::new(|f| one(&f.raw.title)),
        ),
        (
            "review-birth-date",
            Alike::Folded,
            Box::new(|f| one(&f.raw.birth_date)),
        ),
        (
            "review-mail",
            Alike::Folded,
            Box::new(|f| distinct(&f.raw.mails)),
        ),
        (
            "review-phone",
            Alike::Phone,
            Box::new(|f| distinct(&f.raw.phones)),
        ),
        (
            "review-address",
            Alike::Folded,
            Box::new(|f| address(&f.raw)),
        ),
        (
            "review-children",
            Alike::Folded,
            Box::new(|f| children(f, localizer)),
        ),
        (
            "review-schools",
            Alike::Folded,
            Box::new(|f| f.schools.iter().cloned().collect()),
        ),
        (
            "review-groups",
            Alike::Folded,
            Box::new(|f| f.groups.clone()),
        ),
        ("review-login", Alike::Own, Box::new(|f| one(&f.raw.login))),
        (
            "review-state",
            Alike::Own,
            Box::new(|f| vec![words::state(&f.account, localizer)]),
        ),
        (
            "review-used",
            Alike::Own,
            Box::new(move |f| {
                let at = f.account.state.last_login_at;
                at.map(|at| words::moment(at, language))
                    .into_iter()
                    .collect()
            }),
        ),
        (
            "review-key",
            Alike::Folded,
            Box::new(|f| distinct(&f.raw.join_keys)),
        ),
        ("review-number", Alike::Own, Box::new(|f| one(&f.raw.uid))),
    ];
    rows.into_iter()
        .map(|(title, alike, of)| line(title, &alike, [of(a), of(b)]))
        .filter(|line| !line.shown.iter().all(Vec::is_empty))
        .collect()
}

fn line(title: &'static str, alike: &Alike, shown: [Vec<String>; 2]) -> Line {
    let compared = |values: &[String]| -> BTreeSet<String> {
        values
            .iter()
            .map(|value| match alike {
                Alike::Phone => ending(value),
                Alike::Folded | Alike::Own => fold(value),
            })
            .collect()
    };
    let tells = !matches!(alike, Alike::Own) && !shown.iter().any(Vec::is_empty);
    let (a, b) = (compared(&shown[0]), compared(&shown[1]));
    let mark = match tells {
        false => Mark::None,
        true if a == b => Mark::Same,
        true if a.is_disjoint(&b) => Mark::Different,
        true => Mark::Partly,
    };
    Line { title, shown, mark }
}

/// The last nine digits: whatever stands before them is the country, or the zero of the country itself.
fn ending(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(9)..].to_owned()
}

fn distinct(values: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let all = values.iter().map(|v| v.trim()).filter(|v| !v.is_empty());
    all.filter(|v| seen.insert(fold(v)))
        .map(str::to_owned)
        .collect()
}

fn address(raw: &Raw) -> Vec<String> {
    let lines = raw.address.split('$').map(str::trim);
    let place = [raw.postcode.trim(), raw.town.trim()];
    let place = place.iter().filter(|p| !p.is_empty()).copied();
    let place = place.collect::<Vec<_>>().join(" ");
    let whole: Vec<&str> = lines
        .chain([place.as_str()])
        .filter(|line| !line.is_empty())
        .collect();
    if whole.is_empty() {
        Vec::new()
    } else {
        vec![whole.join(", ")]
    }
}

fn children(face: &Face, localizer: &Localizer) -> Vec<String> {
    let mut said: Vec<String> = face
        .children
        .iter()
        .map(|child| {
            let classes: Vec<&str> = child.classes.iter().map(|c| c.name.as_str()).collect();
            if classes.is_empty() {
                child.display_name.clone()
            } else {
                format!("{} ({})", child.display_name, classes.join(", "))
            }
        })
        .collect();
    said.sort();
    if face.not_shown > 0 {
        said.push(localizer.say(&Text::new("card-not-shown-count").with("count", face.not_shown)));
    }
    said
}
