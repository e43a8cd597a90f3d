//! Which attribute and class says what, as data: the presets `sdet` and `inetorgperson`, each name
//! replaceable by the configuration. Turns entries into accounts and schools, and questions into filters.

use crate::domain::account::{Account, ClassRef, Role};
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::domain::intents::AccessAttributes;
use crate::domain::names::NameAttributes;
use crate::domain::undo::UndoAttributes;
use std::collections::{BTreeMap, BTreeSet};

mod compared;
mod fields;
mod joined;
mod reading;
pub use reading::Roles;
pub mod redirect;
pub mod words;

/// The presets: name and TOML source.
const PRESETS: &[(&str, &str)] = &[
    ("sdet", include_str!("sdet.toml")),
    ("inetorgperson", include_str!("inetorgperson.toml")),
];

/// Operational attributes that every account is read with, whatever the preset.
const OPERATIONAL: &[&str] = &["objectClass", "entryUUID"];

/// Logical names of what names one person exactly: what comes first wins.
pub const IDENTIFIERS: [&str; 6] = ["login", "alias", "mail", "id", "join_key", "former_login"];

/// Those of [`IDENTIFIERS`] of which an account shows one value, the first, and is named by no other.
pub const SHOWN_ALONE: [&str; 3] = ["login", "alias", "id"];

/// The place of the logins that a person had with accounts merged into theirs.
pub const FORMER_LOGIN: u8 = 5;

/// How one directory writes down people, schools and groups.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    people: Vec<String>,
    schools: Vec<String>,
    groups: Vec<String>,
    profile_attribute: String,
    // Asked for a score of times for each entry that is read.
    attributes: foldhash::HashMap<String, Vec<String>>,
    roles: BTreeMap<Role, RoleMarks>,
    fields: BTreeMap<String, fields::FieldData>,
    compared: compared::ComparedData,
}

/// What marks a role: object classes first, values of the profile attribute second.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleMarks {
    object_classes: Vec<String>,
    profiles: Vec<String>,
}

impl Schema {
    /// A preset with some attributes replaced. `None` for an unknown preset; the configuration has
    /// checked both names and keys.
    pub fn preset(name: &str, replaced: &BTreeMap<String, Vec<String>>) -> Option<Self> {
        let (_, source) = PRESETS.iter().find(|(preset, _)| *preset == name)?;
        let mut schema: Schema = toml::from_str(source).ok()?;
        for (logical, attributes) in replaced {
            schema
                .attributes
                .insert(logical.clone(), attributes.clone());
        }
        Some(schema)
    }

    /// The attributes behind a logical name; empty where the directory has none.
    pub fn all(&self, logical: &str) -> &[String] {
        self.attributes.get(logical).map_or(&[], Vec::as_slice)
    }

    /// The attributes by which an account leads to another of the same person.
    pub fn leading(&self) -> impl Iterator<Item = &str> {
        let ties = ["linked_to", "merged_into"];
        let all = ties.into_iter().flat_map(|tie| self.all(tie));
        all.map(String::as_str)
    }

    /// The first attribute behind a logical name.
    pub fn one(&self, logical: &str) -> Option<&str> {
        self.all(logical).first().map(String::as_str)
    }

    /// The attribute that holds the password.
    pub fn password(&self) -> &str {
        self.one("password").unwrap_or("userPassword")
    }

    /// Everything an [`Account`] is made from.
    pub fn person_attributes(&self) -> Vec<String> {
        let mut wanted: BTreeSet<&str> = OPERATIONAL.iter().copied().collect();
        wanted.insert(&self.profile_attribute);
        for logical in [
            "id",
            "login",
            "alias",
            "join_key",
            "family_name",
            "given_name",
            "full_name",
            "display_name",
            "birth_name",
            "birth_date",
            "title",
            "mail",
            "must_change",
            "account_locked",
            "password_changed",
            "last_login",
            "temporary_until",
            "home_structure",
            "functions",
            "pupil_classes",
            "teacher_classes",
            "children",
            "parents_linked",
            "parents_dn",
            "parents_text",
            "linked_to",
            "linked",
            "merged_into",
            "merged",
            "not_same",
            "former_login",
        ] {
            wanted.extend(self.all(logical).iter().map(String::as_str));
        }
        wanted.into_iter().map(str::to_owned).collect()
    }

    /// What tells who somebody is, apart from names: identity and roles.
    pub fn role_attributes(&self) -> Vec<String> {
        let mut wanted: Vec<String> = OPERATIONAL.iter().map(|a| (*a).to_owned()).collect();
        wanted.push(self.profile_attribute.clone());
        wanted
    }

    /// What tells which accounts are one person's.
    pub fn tie_attributes(&self) -> Vec<String> {
        ["linked_to", "linked", "merged_into", "merged"]
            .iter()
            .flat_map(|tie| self.all(tie).iter().cloned())
            .collect()
    }

    /// Everything a [`School`] is made from.
    pub fn school_attributes(&self) -> Vec<String> {
        ["school_code", "school_name", "school_classes"]
            .iter()
            .flat_map(|l| self.all(l).iter().cloned())
            .collect()
    }

    /// The attributes a name is searched by.
    pub fn name_attributes(&self) -> NameAttributes {
        NameAttributes {
            full: self.one("full_name").unwrap_or("cn").to_owned(),
            family: self.one("family_name").unwrap_or("sn").to_owned(),
            given: self.one("given_name").unwrap_or("givenName").to_owned(),
            also: Vec::new(),
        }
    }

    /// Matches every person.
    pub fn people_filter(&self) -> Filter {
        Filter::any_of("objectClass", &self.people)
    }

    /// Matches every school.
    pub fn schools_filter(&self) -> Filter {
        Filter::any_of("objectClass", &self.schools)
    }

    /// Matches every group.
    pub fn groups_filter(&self) -> Filter {
        Filter::any_of("objectClass", &self.groups)
    }

    /// Matches the people of a role.
    pub fn role_filter(&self, role: Role) -> Filter {
        let marks = &self.roles[&role];
        let mut parts: Vec<Filter> = marks
            .object_classes
            .iter()
            .map(|class| Filter::equal("objectClass", class))
            .collect();
        // Profiles count only where no object class tells: they are often kept badly.
        if parts.is_empty() {
            parts.extend(
                marks
                    .profiles
                    .iter()
                    .map(|p| Filter::equal(&self.profile_attribute, p)),
            );
        }
        Filter::And(vec![self.people_filter(), Filter::Or(parts)])
    }

    /// Matches the person whose login, alias, mail, id, join key or former login is exactly this.
    pub fn identifier_filter(&self, text: &str) -> Filter {
        let parts: Vec<Filter> = IDENTIFIERS
            .iter()
            .flat_map(|logical| self.all(logical))
            .map(|attribute| Filter::equal(attribute, text))
            .collect();
        Filter::And(vec![self.people_filter(), Filter::Or(parts)])
    }

    /// Whom any of these texts names. Attribute by attribute, the logins first: a server holds each entry it finds against
    /// one part after the other until one fits.
    pub fn identifiers_filter(&self, texts: &[&str]) -> Filter {
        let parts: Vec<Filter> = IDENTIFIERS
            .iter()
            .flat_map(|logical| self.all(logical))
            .flat_map(|attribute| texts.iter().map(move |text| Filter::equal(attribute, text)))
            .collect();
        Filter::And(vec![Filter::Or(parts), self.people_filter()])
    }

    /// All that names an account exactly: the values of [`IDENTIFIERS`].
    pub fn identifiers<'a>(&self, account: &'a Account) -> impl Iterator<Item = &'a str> + use<'a> {
        let own = [&account.login, &account.alias, &account.uid];
        let own = own.into_iter().flatten().map(String::as_str);
        let former = account.ties.former_logins.iter().map(String::as_str);
        own.chain(account.mails.iter().map(String::as_str))
            .chain(account.join_keys.iter().map(String::as_str))
            .chain(former)
    }

    /// Which identifier of the account the text is, as a place in [`IDENTIFIERS`].
    pub fn identifier_rank(&self, account: &Account, text: &str) -> Option<u8> {
        // As the server compares: case aside, and spaces as far as they mean nothing (RFC 4518 section 2.6.1).
        let prepared = |text: &str| {
            let words: Vec<&str> = text.split_whitespace().collect();
            words.join(" ").to_lowercase()
        };
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        let asked = prepared(text);
        let asked_is_plain = is_plain(&asked);
        let same = |value: &str| match asked_is_plain && is_plain(value) {
            true => value.eq_ignore_ascii_case(&asked),
            false => prepared(value) == asked,
        };
        if account.login.as_deref().is_some_and(same) {
            Some(0)
        } else if account.alias.as_deref().is_some_and(same) {
            Some(1)
        } else if account.mails.iter().any(|m| same(m)) {
            Some(2)
        } else if account.uid.as_deref().is_some_and(same) {
            Some(3)
        } else if account.join_keys.iter().any(|k| same(k)) {
            Some(4)
        } else if account.ties.former_logins.iter().any(|l| same(l)) {
            Some(FORMER_LOGIN)
        } else {
            None
        }
    }

    /// Matches the pupils of a class of a school.
    pub fn class_filter(&self, class: &ClassRef) -> Filter {
        let value = format!("{}${}", class.school, class.name);
        Filter::And(vec![
            self.role_filter(Role::Pupil),
            Filter::Or(
                self.all("pupil_classes")
                    .iter()
                    .map(|a| Filter::equal(a, &value))
                    .collect(),
            ),
        ])
    }

    /// Matches the people whose own entry names this school as home structure.
    pub fn school_filter(&self, school: &Dn) -> Filter {
        Filter::Or(
            self.all("home_structure")
                .iter()
                .map(|a| Filter::equal(a, school.as_str()))
                .collect(),
        )
    }

    /// Matches the parents who name one of these pupils.
    pub fn parents_filter(&self, children: &[Dn]) -> Filter {
        Filter::Or(
            self.all("children")
                .iter()
                .flat_map(|a| children.iter().map(move |c| Filter::equal(a, c.as_str())))
                .collect(),
        )
    }

    /// Whether an entry describes a person.
    pub fn is_person(&self, entry: &Entry) -> bool {
        self.people
            .iter()
            .any(|class| entry.holds("objectClass", class))
    }

    /// The attributes that passwords and access stand in.
    pub fn access(&self) -> AccessAttributes {
        AccessAttributes {
            password: self.password().to_owned(),
            must_change: self.one("must_change").map(str::to_owned),
            locked: self.one("account_locked").map(str::to_owned),
            password_changed: self.one("password_changed").map(str::to_owned),
            temporary_until: self.one("temporary_until").map(str::to_owned),
            temporary_class: self.one("temporary_class").map(str::to_owned),
        }
    }

    /// The attributes that an undo must know by their meaning.
    pub fn undo(&self) -> UndoAttributes {
        let mut identity = vec!["entryUUID".to_owned()];
        for logical in ["login", "id"] {
            identity.extend(self.all(logical).iter().cloned());
        }
        let joins = [
            (
                "relation_class",
                &["linked_to", "linked", "merged_into", "merged"][..],
            ),
            ("record_class", &["link_record", "not_same", "former_login"]),
        ];
        let classes = joins.iter().filter_map(|(class, logical)| {
            let users = logical.iter().flat_map(|l| self.all(l).iter().cloned());
            Some((self.one(class)?.to_owned(), users.collect()))
        });
        UndoAttributes {
            identity,
            locked: self.one("account_locked").map(str::to_owned),
            classes: classes.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_loads_and_names_the_same_things() {
        let sdet = Schema::preset("sdet", &BTreeMap::new()).expect("preset");
        for (name, _) in PRESETS {
            let schema = Schema::preset(name, &BTreeMap::new()).expect(name);
            assert_eq!(
                schema.attributes.keys().collect::<BTreeSet<_>>(),
                sdet.attributes.keys().collect::<BTreeSet<_>>(),
                "{name}"
            );
            assert_eq!(schema.roles.len(), Role::ALL.len(), "{name}");
        }
    }
}
