//! What all mails to people have in common: in whose name they are written, in which language, how an account is
//! called.

use crate::app::Office;
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::error::Result;
use crate::i18n::Language;
use std::collections::BTreeMap;

/// The language that a person reads: `preferredLanguage` is a list as of RFC 9110 section 12.5.4, `en-GB, fr;q=0.5`.
pub fn language_of(preferred: Option<&str>, otherwise: Language) -> Language {
    preferred
        .iter()
        .flat_map(|list| list.split([',', ';']))
        .find_map(|one| Language::from_locale(one.trim()))
        .unwrap_or(otherwise)
}

/// What the person types at the login page.
pub fn login_of(account: &Account) -> &str {
    account
        .alias
        .as_deref()
        .or(account.login.as_deref())
        .or(account.uid.as_deref())
        .unwrap_or_default()
}

/// The school that writes to each of these: their own, else that of a child, those of the profile first.
///
/// # Errors
/// As the directory answers.
pub async fn schools_of(office: &Office, accounts: &[&Account]) -> Result<BTreeMap<Dn, String>> {
    let names = office.people.school_names().await?;
    let ours: Vec<Dn> = office
        .people
        .schools()
        .await?
        .into_iter()
        .map(|school| school.dn.clone())
        .collect();
    let children: Vec<Dn> = accounts
        .iter()
        .filter(|account| account.schools.is_empty())
        .flat_map(|account| account.children.iter().cloned())
        .collect();
    let children = office.people.read_accounts(&children).await?;
    let children: BTreeMap<&Dn, _> = children.iter().map(|child| (&child.dn, child)).collect();
    Ok(accounts
        .iter()
        .filter_map(|account| {
            let of_children = account
                .children
                .iter()
                .filter_map(|dn| children.get(dn))
                .flat_map(|child| child.schools.iter());
            let all: Vec<&Dn> = account.schools.iter().chain(of_children).collect();
            let school = all
                .iter()
                .find(|dn| ours.contains(dn))
                .or_else(|| all.first())?;
            Some((account.dn.clone(), names.get(*school)?.clone()))
        })
        .collect())
}
