//! The accounts that a file names by number or by login: those very accounts, whoever serves in their place, found
//! with few searches however long the file is.

use super::People;
use super::many::prepared;
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::domain::filter::Filter;
use crate::domain::join::Lookup;
use crate::error::Result;
use std::collections::{BTreeMap, BTreeSet, HashMap};

impl People {
    /// The account that holds each of these values under one of these logical names, in the order given. An account
    /// without a number is named by its entry.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn listed(&self, logical: &[&str], texts: &[&str]) -> Result<Vec<Lookup>> {
        let distinct: BTreeSet<&str> = texts.iter().map(|text| text.trim()).collect();
        let (named, plain): (Vec<Dn>, Vec<&str>) = self.split_names(&distinct);
        let mut found = self.read_accounts(&named).await?;
        let attributes: Vec<&String> = logical
            .iter()
            .flat_map(|logical| self.schema.all(logical))
            .collect();
        let holding = |texts: &[&str]| {
            let parts = attributes
                .iter()
                .map(|attribute| Filter::any_of(attribute, texts.iter().copied()))
                .collect();
            Filter::And(vec![self.schema.people_filter(), Filter::Or(parts)])
        };
        found.extend(self.search_accounts_of(&plain, &holding).await?);
        let inside = self.in_scope(&found).await?;
        let mut by_value: HashMap<String, BTreeMap<&Dn, (usize, bool)>> = HashMap::new();
        for (at, (account, inside)) in found.iter().zip(inside).enumerate() {
            for value in values(account, logical) {
                let of = by_value.entry(prepared(value)).or_default();
                of.insert(&account.dn, (at, inside));
            }
        }
        Ok(texts
            .iter()
            .map(|text| {
                let Some(named) = by_value.get(&prepared(text)) else {
                    return Lookup::Not("not-found");
                };
                let mut here = named.values().filter(|(_, inside)| *inside);
                match (here.next(), here.next()) {
                    (Some((at, _)), None) => Lookup::One(Box::new(found[*at].clone())),
                    (Some(_), Some(_)) => Lookup::Not("ambiguous"),
                    (None, _) => Lookup::Not("out-of-scope"),
                }
            })
            .collect())
    }

    /// The names of entries among these texts, and the others.
    pub(super) fn split_names<'a>(&self, texts: &BTreeSet<&'a str>) -> (Vec<Dn>, Vec<&'a str>) {
        let mut names = Vec::new();
        let mut plain = Vec::new();
        for text in texts.iter().filter(|text| !text.is_empty()) {
            match Dn::parse(text) {
                Ok(dn) if dn.is_within(&self.bases.people) => names.push(dn),
                _ => plain.push(*text),
            }
        }
        (names, plain)
    }
}

/// What an account may be named by.
fn values<'a>(account: &'a Account, logical: &[&str]) -> Vec<&'a str> {
    let mut values = vec![account.dn.as_str()];
    for name in logical {
        values.extend(match *name {
            "id" => account.uid.as_deref(),
            "login" => account.login.as_deref(),
            "alias" => account.alias.as_deref(),
            _ => None,
        });
    }
    values
}
