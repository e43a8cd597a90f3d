//! Entries read as what is compared of two people who may be one.

use super::Schema;
use crate::domain::account::Role;
use crate::domain::dn::Dn;
use crate::domain::duplicates::{Raw, Standing};
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use std::collections::BTreeSet;

/// `[compared]` of a preset: logical names, else attributes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ComparedData {
    other_given: Vec<String>,
    sex: Vec<String>,
    mails: Vec<String>,
    phones: Vec<String>,
    address: Vec<String>,
    postcode: Vec<String>,
    town: Vec<String>,
}

/// Logical names that are read beside those of `[compared]`.
const LOGICAL: [&str; 17] = [
    "id",
    "login",
    "family_name",
    "given_name",
    "birth_name",
    "birth_date",
    "title",
    "join_key",
    "children",
    "linked_to",
    "linked",
    "merged_into",
    "merged",
    "must_change",
    "password_changed",
    "last_login",
    "not_same",
];

impl Schema {
    /// The attributes that are read of people who are compared.
    pub fn compared_attributes(&self) -> Vec<String> {
        let data = &self.compared;
        let mut wanted: BTreeSet<&str> = LOGICAL
            .iter()
            .flat_map(|logical| self.all(logical))
            .map(String::as_str)
            .collect();
        for listed in [
            &data.other_given,
            &data.sex,
            &data.mails,
            &data.phones,
            &data.address,
            &data.postcode,
            &data.town,
        ] {
            wanted.extend(self.behind(listed));
        }
        wanted.into_iter().map(str::to_owned).collect()
    }

    /// Matches the people of a role who are not absorbed by another account.
    pub fn compared_filter(&self, role: Role) -> Filter {
        let absorbed = self.all("merged_into").iter().map(Filter::present);
        let mut parts = vec![self.role_filter(role)];
        parts.extend(absorbed.map(|present| Filter::Not(Box::new(present))));
        Filter::And(parts)
    }

    /// Whether [`Schema::compared_filter`] matches, as far as the entry shows its classes.
    pub fn is_compared(&self, entry: &Entry, role: Role) -> bool {
        // A server knows that ENTEleve is an ENTPerson; a file may not say it.
        self.roles_of(entry).contains(&role)
            && !self.all("merged_into").iter().any(|a| entry.has(a))
    }

    /// What is compared of a person.
    pub fn compared(&self, entry: &Entry) -> Raw {
        let text = |logical: &str| -> String {
            let found = self.all(logical).iter().find_map(|a| entry.text(a));
            found.unwrap_or_default()
        };
        let texts = |attributes: &[String]| -> Vec<String> {
            self.behind(attributes)
                .flat_map(|a| entry.texts(a))
                .collect()
        };
        let first =
            |attributes: &[String]| texts(attributes).into_iter().next().unwrap_or_default();
        let names = |values: Vec<String>| -> Vec<String> {
            values
                .iter()
                .filter_map(|value| Dn::parse(value).ok())
                .map(|dn| dn.normalized().to_owned())
                .collect()
        };
        let data = &self.compared;
        let mails = texts(&data.mails);
        let state = self.state(entry);
        Raw {
            uid: Some(text("id"))
                .filter(|uid| !uid.is_empty())
                .unwrap_or_else(|| entry.dn.as_str().to_owned()),
            dn: entry.dn.as_str().to_owned(),
            key: entry.dn.normalized().to_owned(),
            login: text("login"),
            family: text("family_name"),
            birth_name: text("birth_name"),
            given: text("given_name"),
            other_given: texts(&data.other_given),
            title: text("title"),
            sex: first(&data.sex),
            birth_date: text("birth_date"),
            standing: Standing {
                own_password: state.chose_password(),
                last_login: state.last_login_at.map_or(0, |at| at.as_second()),
                recovery: !mails.is_empty(),
            },
            mails,
            phones: texts(&data.phones),
            address: first(&data.address),
            postcode: first(&data.postcode),
            town: first(&data.town),
            children: names(
                self.all("children")
                    .iter()
                    .flat_map(|a| entry.texts(a))
                    .collect(),
            ),
            join_keys: self
                .all("join_key")
                .iter()
                .flat_map(|a| entry.texts(a))
                .collect(),
            joined: names(
                ["linked_to", "linked", "merged_into", "merged"]
                    .iter()
                    .flat_map(|tie| self.all(tie))
                    .flat_map(|a| entry.texts(a))
                    .collect(),
            ),
            apart: names(
                self.all("not_same")
                    .iter()
                    .flat_map(|a| entry.texts(a))
                    .collect(),
            ),
        }
    }

    /// What is read of a child: the name, and what each adult is to it.
    pub fn child_attributes(&self) -> Vec<String> {
        ["given_name", "family_name", "parents_linked"]
            .iter()
            .flat_map(|logical| self.all(logical).iter().cloned())
            .collect()
    }

    /// A child's name, and the code of kinship of each adult, by the adult's name as names are compared (SDET
    /// `ENTElevePersRelEleve`: `<DN>$<lien>$…`).
    pub fn child(&self, entry: &Entry) -> (String, Vec<(String, u16)>) {
        let text = |logical: &str| {
            let found = self.all(logical).iter().find_map(|a| entry.text(a));
            found.unwrap_or_default()
        };
        let name = format!("{} {}", text("given_name"), text("family_name"));
        let kinship = self
            .all("parents_linked")
            .iter()
            .flat_map(|a| entry.texts(a))
            .filter_map(|value| {
                let mut fields = value.split('$');
                let adult = Dn::parse(fields.next()?).ok()?;
                Some((
                    adult.normalized().to_owned(),
                    fields.next()?.trim().parse().ok()?,
                ))
            })
            .collect();
        (name.trim().to_owned(), kinship)
    }

    /// Whether the entry is a pupil's.
    pub fn is_pupil(&self, entry: &Entry) -> bool {
        self.roles_of(entry).contains(&Role::Pupil)
    }

    fn behind<'a>(&'a self, listed: &'a [String]) -> impl Iterator<Item = &'a str> {
        listed
            .iter()
            .flat_map(|name| {
                let attributes = self.attributes.get(name);
                attributes.map_or(std::slice::from_ref(name), Vec::as_slice)
            })
            .map(String::as_str)
    }
}
