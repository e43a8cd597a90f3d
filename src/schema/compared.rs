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

/// What is compared of people, by the attributes of a schema.
#[derive(Debug)]
pub struct Comparing<'a> {
    schema: &'a Schema,
    id: &'a [String],
    login: &'a [String],
    family: &'a [String],
    birth_name: &'a [String],
    given: &'a [String],
    title: &'a [String],
    birth_date: &'a [String],
    children: &'a [String],
    join_keys: &'a [String],
    apart: &'a [String],
    joined: Vec<&'a String>,
    other_given: Vec<&'a str>,
    sex: Vec<&'a str>,
    mails: Vec<&'a str>,
    phones: Vec<&'a str>,
    address: Vec<&'a str>,
    postcode: Vec<&'a str>,
    town: Vec<&'a str>,
}

impl Comparing<'_> {
    /// What is compared of a person.
    pub fn of(&self, entry: &Entry) -> Raw {
        let text = |attributes: &[String]| -> String {
            let found = attributes.iter().find_map(|a| entry.text(a));
            found.unwrap_or_default()
        };
        let texts = |attributes: &[&str]| -> Vec<String> {
            attributes.iter().flat_map(|a| entry.texts(a)).collect()
        };
        let first = |attributes: &[&str]| {
            let found = attributes.iter().find_map(|a| entry.text(a));
            found.unwrap_or_default()
        };
        let names = |attributes: &mut dyn Iterator<Item = &String>| -> Vec<String> {
            attributes
                .flat_map(|a| entry.values(a))
                .filter_map(|value| Dn::parse(&String::from_utf8_lossy(value)).ok())
                .map(Dn::into_normalized)
                .collect()
        };
        let mails = texts(&self.mails);
        let state = self.schema.state(entry);
        Raw {
            uid: Some(text(self.id))
                .filter(|uid| !uid.is_empty())
                .unwrap_or_else(|| entry.dn.as_str().to_owned()),
            dn: entry.dn.as_str().to_owned(),
            key: entry.dn.normalized().to_owned(),
            login: text(self.login),
            family: text(self.family),
            birth_name: text(self.birth_name),
            given: text(self.given),
            other_given: texts(&self.other_given),
            title: text(self.title),
            sex: first(&self.sex),
            birth_date: text(self.birth_date),
            standing: Standing {
                own_password: state.chose_password(),
                last_login: state.last_login_at.map_or(0, |at| at.as_second()),
                recovery: !mails.is_empty(),
            },
            mails,
            phones: texts(&self.phones),
            address: first(&self.address),
            postcode: first(&self.postcode),
            town: first(&self.town),
            children: names(&mut self.children.iter()),
            join_keys: self.join_keys.iter().flat_map(|a| entry.texts(a)).collect(),
            joined: names(&mut self.joined.iter().copied()),
            apart: names(&mut self.apart.iter()),
        }
    }
}

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

    /// What is compared of a person. Of many, look [`Schema::comparing`] up once.
    pub fn compared(&self, entry: &Entry) -> Raw {
        self.comparing().of(entry)
    }

    /// The attributes that are compared, looked up once for many people.
    pub fn comparing(&self) -> Comparing<'_> {
        let data = &self.compared;
        let ties = ["linked_to", "linked", "merged_into", "merged"];
        Comparing {
            schema: self,
            id: self.all("id"),
            login: self.all("login"),
            family: self.all("family_name"),
            birth_name: self.all("birth_name"),
            given: self.all("given_name"),
            title: self.all("title"),
            birth_date: self.all("birth_date"),
            children: self.all("children"),
            join_keys: self.all("join_key"),
            apart: self.all("not_same"),
            joined: ties.iter().flat_map(|tie| self.all(tie)).collect(),
            other_given: self.behind(&data.other_given).collect(),
            sex: self.behind(&data.sex).collect(),
            mails: self.behind(&data.mails).collect(),
            phones: self.behind(&data.phones).collect(),
            address: self.behind(&data.address).collect(),
            postcode: self.behind(&data.postcode).collect(),
            town: self.behind(&data.town).collect(),
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
