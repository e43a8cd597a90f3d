//! Which attribute and class says what, as data: the presets `sdet` and `inetorgperson`, each name
//! replaceable by the configuration. Turns entries into accounts and schools, and questions into filters.

use crate::domain::account::{Account, AccountState, ClassRef, Role, School};
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::domain::intents::AccessAttributes;
use crate::domain::names::NameAttributes;
use crate::domain::time::{LOCKED_FOR_GOOD, parse_generalized};
use std::collections::{BTreeMap, BTreeSet};

/// The presets: name and TOML source.
const PRESETS: &[(&str, &str)] = &[
    ("sdet", include_str!("sdet.toml")),
    ("inetorgperson", include_str!("inetorgperson.toml")),
];

/// Operational attributes that every account is read with, whatever the preset.
const OPERATIONAL: &[&str] = &["objectClass", "entryUUID"];

/// How one directory writes down people, schools and groups.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    people: Vec<String>,
    schools: Vec<String>,
    groups: Vec<String>,
    profile_attribute: String,
    attributes: BTreeMap<String, Vec<String>>,
    roles: BTreeMap<Role, RoleMarks>,
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
            "home_structure",
            "functions",
            "pupil_classes",
            "teacher_classes",
            "children",
            "parents_linked",
            "parents_dn",
            "parents_text",
        ] {
            wanted.extend(self.all(logical).iter().map(String::as_str));
        }
        wanted.into_iter().map(str::to_owned).collect()
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

    /// Matches the person whose login, alias, mail, id or join key is exactly this.
    pub fn identifier_filter(&self, text: &str) -> Filter {
        let parts: Vec<Filter> = ["login", "alias", "mail", "id", "join_key"]
            .iter()
            .flat_map(|logical| self.all(logical))
            .map(|attribute| Filter::equal(attribute, text))
            .collect();
        Filter::And(vec![self.people_filter(), Filter::Or(parts)])
    }

    /// Which identifier of the account the text is: 0 login, 1 alias, 2 mail, 3 id, 4 join key.
    pub fn identifier_rank(&self, account: &Account, text: &str) -> Option<u8> {
        // As the server compares: case aside, and spaces as far as they mean nothing (RFC 4518 section 2.6.1).
        let prepared = |text: &str| {
            let words: Vec<&str> = text.split_whitespace().collect();
            words.join(" ").to_lowercase()
        };
        let asked = prepared(text);
        let same = |value: &str| prepared(value) == asked;
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

    /// The classes a school's own entry and its class groups declare: the first `$` field of each value.
    pub fn class_name_of(value: &str) -> &str {
        value.split('$').next().unwrap_or(value)
    }

    /// The school an entry describes.
    pub fn school(&self, entry: &Entry) -> School {
        let text = |logical: &str| {
            self.all(logical)
                .iter()
                .find_map(|attribute| entry.text(attribute))
        };
        let mut classes: Vec<String> = self
            .all("school_classes")
            .iter()
            .flat_map(|attribute| entry.texts(attribute))
            .map(|value| Self::class_name_of(&value).to_owned())
            .collect();
        classes.sort();
        classes.dedup();
        School {
            dn: entry.dn.clone(),
            uai: text("school_code"),
            name: text("school_name").unwrap_or_else(|| entry.dn.as_str().to_owned()),
            classes,
        }
    }

    /// The account an entry describes.
    pub fn account(&self, entry: &Entry) -> Account {
        let text = |logical: &str| {
            self.all(logical)
                .iter()
                .find_map(|attribute| entry.text(attribute))
                .filter(|value| !value.is_empty())
        };
        let texts = |logical: &str| -> Vec<String> {
            self.all(logical)
                .iter()
                .flat_map(|attribute| entry.texts(attribute))
                .collect()
        };
        let names = |logical: &str| -> BTreeSet<Dn> {
            texts(logical)
                .iter()
                .filter_map(|value| Dn::parse(value).ok())
                .collect()
        };
        let classes: Vec<ClassRef> = texts("pupil_classes")
            .into_iter()
            .chain(texts("teacher_classes"))
            .filter_map(|value| ClassRef::parse(&value))
            .collect();
        let mut schools = names("home_structure");
        schools.extend(classes.iter().map(|class| class.school.clone()));
        schools.extend(before_dollar(&texts("functions")));
        let mut parents = names("parents_dn");
        parents.extend(names("parents_text"));
        parents.extend(before_dollar(&texts("parents_linked")));
        let given_name = text("given_name").unwrap_or_default();
        let family_name = text("family_name").unwrap_or_default();
        let display_name = if given_name.is_empty() || family_name.is_empty() {
            text("display_name")
                .or_else(|| text("full_name"))
                .unwrap_or_else(|| format!("{given_name}{family_name}"))
        } else {
            format!("{given_name} {family_name}")
        };
        Account {
            dn: entry.dn.clone(),
            entry_uuid: entry.text("entryUUID"),
            uid: text("id"),
            login: text("login"),
            alias: text("alias"),
            birth_name: text("birth_name")
                .filter(|name| name.to_lowercase() != family_name.to_lowercase()),
            family_name,
            given_name,
            display_name,
            title: text("title"),
            birth_date: text("birth_date"),
            roles: self.roles_of(entry),
            schools,
            classes,
            children: names("children"),
            parents,
            mails: texts("mail"),
            join_keys: texts("join_key"),
            state: self.state(entry),
            evidence: self.evidence(entry),
        }
    }

    /// What a change to this entry relies on: who it is, what it is, where it belongs.
    fn evidence(&self, entry: &Entry) -> Vec<(String, String)> {
        let mut evidence = Vec::new();
        let mut keep = |attribute: &str, value: Option<String>| {
            evidence.extend(value.map(|value| (attribute.to_owned(), value)));
        };
        keep("entryUUID", entry.text("entryUUID"));
        for logical in ["login", "home_structure"] {
            for attribute in self.all(logical) {
                keep(attribute, entry.text(attribute));
            }
        }
        for marks in self.roles.values() {
            for class in &marks.object_classes {
                keep(
                    "objectClass",
                    entry.holds("objectClass", class).then(|| class.clone()),
                );
            }
        }
        evidence
    }

    fn roles_of(&self, entry: &Entry) -> BTreeSet<Role> {
        let marked = |attribute: &str, marks: &[String]| {
            marks.iter().any(|mark| entry.holds(attribute, mark))
        };
        let by_class: BTreeSet<Role> = self
            .roles
            .iter()
            .filter(|(_, marks)| marked("objectClass", &marks.object_classes))
            .map(|(role, _)| *role)
            .collect();
        if !by_class.is_empty() {
            return by_class;
        }
        self.roles
            .iter()
            .filter(|(_, marks)| marked(&self.profile_attribute, &marks.profiles))
            .map(|(role, _)| *role)
            .collect()
    }

    fn state(&self, entry: &Entry) -> AccountState {
        let first = |logical: &str| {
            self.all(logical)
                .iter()
                .find_map(|attribute| entry.text(attribute))
        };
        let locked = first("account_locked");
        AccountState {
            disabled: locked.as_deref() == Some(LOCKED_FOR_GOOD),
            locked_since: locked.as_deref().and_then(parse_generalized),
            must_change: first("must_change").is_some_and(|v| v.eq_ignore_ascii_case("TRUE")),
            password_changed_at: first("password_changed")
                .as_deref()
                .and_then(parse_generalized),
            password_mark: first("password_changed"),
            last_login_at: first("last_login").as_deref().and_then(parse_generalized),
        }
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
        }
    }
}

/// The DNs before the first `$` of structured values; values without one are left out.
fn before_dollar(values: &[String]) -> impl Iterator<Item = Dn> {
    values
        .iter()
        .filter_map(|value| value.split_once('$'))
        .filter_map(|(dn, _)| Dn::parse(dn).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sdet() -> Schema {
        Schema::preset("sdet", &BTreeMap::new()).expect("preset")
    }

    fn dn(text: &str) -> Dn {
        Dn::parse(text).expect("dn")
    }

    #[test]
    fn every_preset_loads_and_names_the_same_things() {
        let sdet = sdet();
        for (name, _) in PRESETS {
            let schema = Schema::preset(name, &BTreeMap::new()).expect(name);
            assert_eq!(
                schema.attributes.keys().collect::<Vec<_>>(),
                sdet.attributes.keys().collect::<Vec<_>>(),
                "{name}"
            );
            assert_eq!(schema.roles.len(), Role::ALL.len(), "{name}");
        }
    }

    #[test]
    fn a_teacher_may_be_a_parent_too() {
        let entry = Entry::new(dn("uid=a,dc=x"))
            .with(
                "objectClass",
                &["ENTPerson", "ENTAuxEnseignant", "ENTAuxPersRelEleve"],
            )
            .with("ENTPersonProfils", &["National_DIR"]);
        let account = sdet().account(&entry);
        assert_eq!(
            account.roles,
            BTreeSet::from([Role::Parent, Role::Teacher]),
            "object classes win over the profile"
        );
    }

    #[test]
    fn the_profile_tells_where_no_class_does() {
        let entry = Entry::new(dn("uid=a,dc=x"))
            .with("objectClass", &["ENTPerson"])
            .with("ENTPersonProfils", &["national_elv"]);
        assert_eq!(sdet().account(&entry).roles, BTreeSet::from([Role::Pupil]));
    }

    #[test]
    fn parents_are_found_in_new_and_old_links() {
        let entry = Entry::new(dn("uid=e,dc=x"))
            .with("objectClass", &["ENTEleve"])
            .with("ENTElevePersRelEleve", &["uid=p1,dc=x$10$1$1$1$0"])
            .with("ENTEleveAutoriteParentale", &["uid=p2,dc=x"])
            .with("ENTElevePersRelEleve2", &["UID=p1,dc=x"])
            .with("ENTEleveClasses", &["ENTStructureSIREN=1,dc=x$6A"]);
        let account = sdet().account(&entry);
        assert_eq!(
            account.parents,
            BTreeSet::from([dn("uid=p1,dc=x"), dn("uid=p2,dc=x")])
        );
        assert_eq!(
            account.schools,
            BTreeSet::from([dn("ENTStructureSIREN=1,dc=x")])
        );
    }

    #[test]
    fn locked_by_the_server_is_not_disabled() {
        let state = |value: &str| {
            sdet()
                .account(&Entry::new(dn("uid=e,dc=x")).with("pwdAccountLockedTime", &[value]))
                .state
        };
        assert!(state(LOCKED_FOR_GOOD).disabled);
        assert!(!state("20261101080000Z").disabled);
        assert!(state("20261101080000Z").locked_since.is_some());
    }
}
