//! Entries read as what they describe: accounts and schools.

use super::{RoleMarks, Schema};
use crate::domain::account::{Account, AccountRef, AccountState, ClassRef, Role, School, Ties};
use crate::domain::dn::Dn;
use crate::domain::entry::{Entry, Values, is_among, shown};
use crate::domain::time::{LOCKED_FOR_GOOD, parse_generalized};
use std::borrow::Cow;
use std::collections::BTreeSet;

impl Schema {
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

    /// How the account that an entry describes is named; nothing else is read.
    pub fn reference(&self, entry: &Entry) -> AccountRef {
        let text = |logical: &str| {
            self.all(logical)
                .iter()
                .find_map(|attribute| entry.text(attribute))
                .filter(|value| !value.is_empty())
        };
        AccountRef {
            dn: entry.dn.clone(),
            uid: text("id"),
            login: text("login"),
            name: self.display_name(entry),
        }
    }

    /// First and last name; what the directory shows where one of them is missing.
    fn display_name(&self, entry: &Entry) -> String {
        let text = |logical: &str| {
            let mut attributes = self.all(logical).iter();
            let first = attributes.find_map(|attribute| entry.values(attribute).first());
            first
                .map(|value| shown(value))
                .filter(|value| !value.is_empty())
        };
        let given_name = text("given_name").unwrap_or_default();
        let family_name = text("family_name").unwrap_or_default();
        if given_name.is_empty() || family_name.is_empty() {
            text("display_name")
                .or_else(|| text("full_name"))
                .map_or_else(|| format!("{given_name}{family_name}"), Cow::into_owned)
        } else {
            [&given_name, " ", &family_name].concat()
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
        let display_name = self.display_name(entry);
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
            full_name: text("full_name").unwrap_or_else(|| display_name.clone()),
            display_name,
            title: text("title"),
            birth_date: text("birth_date"),
            roles: self.roles_of(entry),
            schools,
            classes,
            children: names("children"),
            parents,
            ties: Ties {
                linked_to: names("linked_to").pop_first(),
                linked: names("linked"),
                merged_into: names("merged_into").pop_first(),
                merged: names("merged"),
                not_same: names("not_same"),
                former_logins: texts("former_login").into_iter().collect(),
            },
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

    /// The same for many, of whom most are alike.
    pub fn roles(&self) -> Roles<'_> {
        Roles {
            schema: self,
            known: Vec::new(),
        }
    }

    /// What somebody is, by object class first, profile second.
    pub fn roles_of(&self, entry: &Entry) -> BTreeSet<Role> {
        let marked = |attribute: &str, marks: fn(&RoleMarks) -> &[String]| {
            let values = entry.values(attribute);
            let roles = self.roles.iter();
            let mut of_it = BTreeSet::new();
            of_it.extend(roles.filter_map(|(role, of_role)| {
                let mut marks = marks(of_role).iter();
                marks.any(|mark| is_among(values, mark)).then_some(*role)
            }));
            of_it
        };
        let by_class = marked("objectClass", |role| &role.object_classes);
        if by_class.is_empty() {
            return marked(&self.profile_attribute, |role| &role.profiles);
        }
        by_class
    }

    pub(super) fn state(&self, entry: &Entry) -> AccountState {
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
            temporary_until: first("temporary_until"),
            has_temporary_class: self
                .one("temporary_class")
                .is_some_and(|class| entry.holds("objectClass", class)),
            last_login_at: first("last_login").as_deref().and_then(parse_generalized),
        }
    }
}

/// The DNs before the first `$` of structured values; values without one are left out.
pub(super) fn before_dollar(values: &[String]) -> impl Iterator<Item = Dn> {
    values
        .iter()
        .filter_map(|value| value.split_once('$'))
        .filter_map(|(dn, _)| Dn::parse(dn).ok())
}

/// What people are, where many are asked about: told once for all who have the same classes and profiles.
pub struct Roles<'a> {
    schema: &'a Schema,
    /// The latest last.
    known: Vec<(Values, Values, BTreeSet<Role>)>,
}

impl Roles<'_> {
    /// Kinds of people that are remembered; a directory has a handful.
    const KINDS: usize = 16;

    /// As [`Schema::roles_of`].
    pub fn of(&mut self, entry: &Entry) -> &BTreeSet<Role> {
        let classes = entry.values("objectClass");
        let profiles = entry.values(&self.schema.profile_attribute);
        let alike =
            |(held, also, _): &(Values, Values, _)| **held == *classes && **also == *profiles;
        let at = self.known.iter().rposition(alike).unwrap_or_else(|| {
            if self.known.len() == Self::KINDS {
                self.known.remove(0);
            }
            let roles = self.schema.roles_of(entry);
            self.known.push((classes.into(), profiles.into(), roles));
            self.known.len() - 1
        });
        &self.known[at].2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn sdet() -> Schema {
        Schema::preset("sdet", &BTreeMap::new()).expect("preset")
    }

    fn dn(text: &str) -> Dn {
        Dn::parse(text).expect("dn")
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
