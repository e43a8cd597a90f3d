//! Many accounts at once: by class, group, school, role or filter; only those in scope.

use super::People;
use crate::directory::{Depth, Search};
use crate::domain::account::{Account, ClassRef, Role, School};
use crate::domain::dn::Dn;
use crate::domain::filter::Filter;
use crate::domain::names;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::i18n::Text;
use std::collections::{BTreeMap, BTreeSet};

/// Which accounts are meant; several conditions narrow each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector {
    /// `--class 6A`.
    pub class: Option<String>,
    /// `--group`.
    pub group: Option<String>,
    /// `--school UAI`.
    pub school: Option<String>,
    /// `--role`; where empty, the verb's own.
    pub roles: BTreeSet<Role>,
    /// `--filter`, RFC 4515.
    pub filter: Option<String>,
}

impl Selector {
    /// Whether nothing was asked for.
    pub fn is_empty(&self) -> bool {
        *self == Selector::default()
    }
}

impl People {
    /// Which of these accounts a selector means, in scope; all in scope, where nothing was asked for.
    ///
    /// # Errors
    /// As [`People::select`].
    pub async fn among(&self, selector: &Selector, accounts: &[Account]) -> Result<Vec<bool>> {
        if selector.is_empty() {
            return self.in_scope(accounts).await;
        }
        let meant = self.select(selector).await?;
        let meant: BTreeSet<&Dn> = meant.iter().map(|account| &account.dn).collect();
        Ok(accounts.iter().map(|a| meant.contains(&a.dn)).collect())
    }

    /// The names of those whom a selector means; `None` where nothing was asked for, and everybody in scope is meant.
    ///
    /// # Errors
    /// As [`People::select`].
    pub async fn meant(&self, selector: &Selector) -> Result<Option<BTreeSet<Dn>>> {
        if selector.is_empty() {
            return Ok(None);
        }
        let meant = self.select(selector).await?;
        Ok(Some(meant.into_iter().map(|account| account.dn).collect()))
    }

    /// The accounts a selector means, in scope, sorted for reading. Accounts that were absorbed by others are left out.
    ///
    /// # Errors
    /// Unknown or ambiguous class, group or school (exit 5); else as the directory answers.
    pub async fn select(&self, selector: &Selector) -> Result<Vec<Account>> {
        let school = match &selector.school {
            Some(uai) => Some(self.school_by_uai(uai).await?.clone()),
            None => None,
        };
        let mut found = match (&selector.class, &selector.group) {
            (Some(class), _) => {
                let class = self.class(class, school.as_ref()).await?;
                self.around_class(&class, &selector.roles).await?
            }
            (None, Some(group)) => self.group_members(group).await?,
            (None, None) => self.by_condition(selector, school.as_ref()).await?,
        };
        if let (Some(_), Some(group)) = (&selector.class, &selector.group) {
            let members: BTreeSet<Dn> = self
                .group_members(group)
                .await?
                .into_iter()
                .map(|a| a.dn)
                .collect();
            found.retain(|account| members.contains(&account.dn));
        }
        if !selector.roles.is_empty() {
            found.retain(|account| !account.roles.is_disjoint(&selector.roles));
        }
        if let Some(typed) = &selector.filter
            && (selector.class.is_some() || selector.group.is_some())
        {
            let matching = self.matching(typed, &found).await?;
            found.retain(|account| matching.contains(&account.dn));
        }
        if let Some(school) = &school {
            let inside = self.of_school(&found, school).await?;
            found.retain(|account| inside.contains(&account.dn));
        }
        found.retain(|account| account.ties.merged_into.is_none());
        let mut found = self.keep_in_scope(found).await?;
        let mut seen = BTreeSet::new();
        found.retain(|account| seen.insert(account.dn.clone()));
        super::sort_for_reading(&mut found);
        Ok(found)
    }

    /// Absorbed accounts, those of the people whom a selector means; all in scope, where nothing was asked for.
    /// They have no children and no roles of their own any more: they belong where the accounts do that absorbed them.
    ///
    /// # Errors
    /// As [`People::select`].
    pub async fn absorbed(&self, selector: &Selector) -> Result<Vec<Account>> {
        let marks = self.schema.all("merged_into").iter();
        let marks: Vec<Filter> = marks.map(Filter::present).collect();
        if marks.is_empty() {
            return Ok(Vec::new());
        }
        let filter = Filter::And(vec![self.schema.people_filter(), Filter::Or(marks)]);
        let mut found = self.search_accounts(filter).await?;
        if selector.is_empty() {
            found = self.keep_in_scope(found).await?;
        } else {
            let meant = self.select(selector).await?;
            let meant: BTreeSet<&Dn> = meant.iter().map(|account| &account.dn).collect();
            let kept = |account: &Account| account.ties.merged_into.clone();
            found.retain(|account| kept(account).is_some_and(|kept| meant.contains(&kept)));
        }
        super::sort_for_reading(&mut found);
        Ok(found)
    }

    /// The school in scope with this number.
    ///
    /// # Errors
    /// Exit 5 with the schools there are.
    pub async fn school_by_uai(&self, uai: &str) -> Result<&School> {
        let schools = self.schools().await?;
        schools
            .iter()
            .find(|s| {
                s.uai
                    .as_deref()
                    .is_some_and(|u| u.eq_ignore_ascii_case(uai))
            })
            .copied()
            .ok_or_else(|| unknown_school(uai, &schools))
    }

    /// The class with this name: the one school in scope that has it.
    async fn class(&self, name: &str, school: Option<&School>) -> Result<ClassRef> {
        let schools: Vec<&School> = match school {
            Some(school) => vec![school],
            None => self.schools().await?,
        };
        let wanted = names::fold_class(name);
        let mut having: Vec<(&School, &String)> = schools
            .iter()
            .flat_map(|s| s.classes.iter().map(move |c| (*s, c)))
            .filter(|(_, class)| self.scope.covers_class(class))
            .filter(|(_, class)| names::fold_class(class) == wanted)
            .collect();
        match having.len() {
            1 => {
                let (school, class) = having.remove(0);
                Ok(ClassRef {
                    school: school.dn.clone(),
                    name: class.clone(),
                })
            }
            0 => Err(self.unknown_class(name, &schools)),
            _ => {
                let mut error = CommandError::new(
                    ExitStatus::NotFound,
                    "class-ambiguous",
                    Text::new("people-class-ambiguous").with("class", name),
                );
                for (school, _) in &having {
                    error = error.show(school_line(school));
                }
                let uai = having
                    .first()
                    .and_then(|(s, _)| s.uai.clone())
                    .unwrap_or_default();
                Err(error.hint(Text::new("people-class-ambiguous-hint").with("uai", uai)))
            }
        }
    }

    fn unknown_class(&self, name: &str, schools: &[&School]) -> CommandError {
        let mut error = CommandError::new(
            ExitStatus::NotFound,
            "class-unknown",
            Text::new("people-class-unknown").with("class", name),
        );
        for school in schools {
            let classes: Vec<&str> = school
                .classes
                .iter()
                .map(String::as_str)
                .filter(|class| self.scope.covers_class(class))
                .collect();
            error = error.show(
                Text::new("people-classes-of")
                    .with("school", &school.name)
                    .with("classes", classes.join(", ")),
            );
        }
        error
    }

    /// The pupils of a class, or the adults around it where other roles were asked for.
    async fn around_class(&self, class: &ClassRef, roles: &BTreeSet<Role>) -> Result<Vec<Account>> {
        let pupils = self
            .search_accounts(self.schema.class_filter(class))
            .await?;
        if roles.is_empty() || *roles == BTreeSet::from([Role::Pupil]) {
            return Ok(pupils);
        }
        let mut found = self.parents_of(&pupils).await?;
        if roles.contains(&Role::Teacher) {
            let value = format!("{}${}", class.school, class.name);
            let filter = Filter::Or(
                self.schema
                    .all("teacher_classes")
                    .iter()
                    .map(|a| Filter::equal(a, &value))
                    .collect(),
            );
            found.extend(self.search_accounts(filter).await?);
        }
        found.extend(pupils);
        Ok(found)
    }

    /// The parents of these pupils, from both sides of the link.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn parents_of(&self, pupils: &[Account]) -> Result<Vec<Account>> {
        let named: BTreeSet<Dn> = pupils.iter().flat_map(|p| p.parents.clone()).collect();
        let named: Vec<Dn> = named.into_iter().collect();
        let naming = async {
            let names: Vec<Dn> = pupils.iter().map(|p| p.dn.clone()).collect();
            if self.schema.all("children").is_empty() {
                return Ok(Vec::new());
            }
            let parents = |names: &[Dn]| self.schema.parents_filter(names);
            self.search_accounts_of(&names, &parents).await
        };
        let (named, naming) = futures_util::join!(self.read_accounts(&named), naming);
        let mut parents: BTreeMap<Dn, Account> =
            named?.into_iter().map(|a| (a.dn.clone(), a)).collect();
        for account in naming? {
            parents.insert(account.dn.clone(), account);
        }
        Ok(parents.into_values().collect())
    }

    /// The children of a parent, from both sides of the link.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn children_of(&self, parent: &Account) -> Result<Vec<Account>> {
        let named: Vec<Dn> = parent.children.iter().cloned().collect();
        let alone = [parent];
        let (named, naming) =
            futures_util::join!(self.read_accounts(&named), self.pupils_naming(&alone));
        let mut children: BTreeMap<Dn, Account> =
            named?.into_iter().map(|a| (a.dn.clone(), a)).collect();
        for account in naming? {
            children.insert(account.dn.clone(), account);
        }
        Ok(children.into_values().collect())
    }

    /// The pupils who name one of these parents, from the pupils' side of the link.
    pub(super) async fn pupils_naming(&self, parents: &[&Account]) -> Result<Vec<Account>> {
        let linked = self.schema.all("parents_linked");
        let whole = self.schema.all("parents_dn").iter();
        let whole: Vec<&String> = whole.chain(self.schema.all("parents_text")).collect();
        if linked.is_empty() && whole.is_empty() {
            return Ok(Vec::new());
        }
        let naming = |parents: &[&Account]| {
            let parts = parents
                .iter()
                .flat_map(|parent| {
                    let name = parent.dn.as_str();
                    let linked = linked
                        .iter()
                        .map(move |a| Filter::begins(a, format!("{name}$")));
                    linked.chain(whole.iter().map(move |a| Filter::equal(*a, name)))
                })
                .collect();
            Filter::And(vec![
                self.schema.role_filter(Role::Pupil),
                Filter::Or(parts),
            ])
        };
        self.search_accounts_of(parents, &naming).await
    }

    /// The people of a group: members of a group entry with this name, and people who name the group.
    async fn group_members(&self, name: &str) -> Result<Vec<Account>> {
        let member = self.schema.one("member").unwrap_or("member").to_owned();
        let groups = self
            .directory
            .search(&Search {
                base: self.bases.groups.clone(),
                depth: Depth::Subtree,
                filter: Filter::And(vec![self.schema.groups_filter(), Filter::equal("cn", name)]),
                attributes: vec![member.clone()],
            })
            .await
            .map_err(explain::directory)?;
        if groups.len() > 1 {
            let mut error = CommandError::new(
                ExitStatus::NotFound,
                "group-ambiguous",
                Text::new("people-group-ambiguous").with("group", name),
            );
            for group in &groups {
                error = error.show(Text::new("plain").with("text", group.dn.as_str()));
            }
            return Err(error);
        }
        let mut found = Vec::new();
        if let Some(group) = groups.first() {
            let members: Vec<Dn> = group
                .texts(&member)
                .iter()
                .filter_map(|m| Dn::parse(m).ok())
                .collect();
            found.extend(self.read_accounts(&members).await?);
        }
        let values: Vec<String> = self
            .schools()
            .await?
            .iter()
            .map(|school| format!("{}${name}", school.dn))
            .collect();
        let parts: Vec<Filter> = self
            .schema
            .all("pupil_groups")
            .iter()
            .flat_map(|a| values.iter().map(move |v| Filter::equal(a, v)))
            .collect();
        if !parts.is_empty() {
            found.extend(self.search_accounts(Filter::Or(parts)).await?);
        }
        if groups.is_empty() && found.is_empty() {
            return Err(CommandError::new(
                ExitStatus::NotFound,
                "group-unknown",
                Text::new("people-group-unknown").with("group", name),
            ));
        }
        Ok(found)
    }

    /// By school, role and filter alone.
    async fn by_condition(
        &self,
        selector: &Selector,
        school: Option<&School>,
    ) -> Result<Vec<Account>> {
        let roles: Vec<Role> = if selector.roles.is_empty() {
            Role::ALL.to_vec()
        } else {
            selector.roles.iter().copied().collect()
        };
        let typed = selector.filter.clone().map(Filter::Typed);
        let schools: Vec<&School> = match school {
            Some(school) => vec![school],
            None if self.is_scoped() => self.schools().await?,
            None => {
                // Everybody of these roles: one search.
                let mut parts = vec![Filter::Or(
                    roles.iter().map(|r| self.schema.role_filter(*r)).collect(),
                )];
                if selector.roles.is_empty() {
                    parts = vec![self.schema.people_filter()];
                }
                parts.extend(typed);
                return self.search_accounts(Filter::And(parts)).await;
            }
        };
        let mut found = Vec::new();
        for school in schools {
            let mut parts = vec![
                self.schema.people_filter(),
                self.schema.school_filter(&school.dn),
            ];
            let wants_parents = roles.contains(&Role::Parent);
            if !wants_parents {
                parts.extend(typed.clone());
            }
            let own = self.search_accounts(Filter::And(parts)).await?;
            if wants_parents {
                let pupils: Vec<Account> =
                    own.iter().filter(|a| a.is(Role::Pupil)).cloned().collect();
                found.extend(self.parents_of(&pupils).await?);
            }
            found.extend(own);
        }
        if let (true, Some(typed)) = (roles.contains(&Role::Parent), &selector.filter) {
            let matching = self.matching(typed, &found).await?;
            found.retain(|account| matching.contains(&account.dn));
        }
        Ok(found)
    }

    /// Which of these belong to the school: by structure, or as a parent by a child.
    pub(super) async fn of_school(
        &self,
        accounts: &[Account],
        school: &School,
    ) -> Result<BTreeSet<Dn>> {
        let only = People {
            scope: self.scope.within(school),
            ..self.clone()
        };
        let inside = only.in_scope(accounts).await?;
        Ok(accounts
            .iter()
            .zip(inside)
            .filter(|(_, inside)| *inside)
            .map(|(account, _)| account.dn.clone())
            .collect())
    }
}

/// No school in scope has this number: says which there are.
pub fn unknown_school(uai: &str, schools: &[&School]) -> CommandError {
    let mut error = CommandError::new(
        ExitStatus::NotFound,
        "school-unknown",
        Text::new("people-school-unknown").with("uai", uai),
    );
    for school in schools {
        error = error.show(school_line(school));
    }
    error
}

fn school_line(school: &School) -> Text {
    Text::new("people-school-line")
        .with("uai", school.uai.clone().unwrap_or_default())
        .with("name", &school.name)
}
