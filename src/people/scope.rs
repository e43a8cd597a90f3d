//! Whom a profile may see: its schools, and where it is narrowed further, its classes and roles.

use super::People;
use crate::domain::account::{Account, Role, School};
use crate::domain::dn::Dn;
use crate::domain::names;
use crate::error::Result;
use std::collections::BTreeSet;

/// What a profile is narrowed to; everything where a set is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    schools: BTreeSet<String>,
    /// Folded, as class names are compared.
    classes: BTreeSet<String>,
    roles: BTreeSet<Role>,
}

impl Scope {
    /// Schools by UAI number, classes by name, roles; an empty set narrows nothing.
    pub fn new(
        schools: BTreeSet<String>,
        classes: impl IntoIterator<Item = impl AsRef<str>>,
        roles: BTreeSet<Role>,
    ) -> Self {
        Scope {
            schools,
            classes: classes
                .into_iter()
                .map(|class| names::fold_class(class.as_ref()))
                .collect(),
            roles,
        }
    }

    /// Whether nothing is narrowed.
    pub fn is_everything(&self) -> bool {
        *self == Scope::default()
    }

    /// Whether there is a limit to some schools.
    pub fn names_schools(&self) -> bool {
        !self.schools.is_empty()
    }

    /// Whether it takes the schools of the directory to tell who is in scope.
    pub(super) fn asks_for_schools(&self) -> bool {
        !self.schools.is_empty() || !self.classes.is_empty()
    }

    /// The same within one school.
    pub(super) fn within(&self, school: &School) -> Self {
        Scope {
            schools: school.uai.iter().cloned().collect(),
            ..self.clone()
        }
    }

    /// Whether a school is in scope.
    pub(super) fn covers(&self, school: &School) -> bool {
        self.schools.is_empty()
            || school
                .uai
                .as_ref()
                .is_some_and(|uai| self.schools.contains(uai))
    }

    /// Whether a class of this name is in scope, in the schools that are.
    pub fn covers_class(&self, name: &str) -> bool {
        self.classes.is_empty() || self.classes.contains(&names::fold_class(name))
    }

    /// Whether what the entry itself says puts the person in scope, `ours` being the schools in scope: by the
    /// school, and where classes are given, by a class there (a pupil's, or one that is taught). Roles are
    /// another matter: a child counts for the parent, whoever else may be seen.
    fn owns(&self, account: &Account, ours: &BTreeSet<Dn>) -> bool {
        if self.classes.is_empty() {
            return self.schools.is_empty() || !account.schools.is_disjoint(ours);
        }
        account.classes.iter().any(|class| {
            (self.schools.is_empty() || ours.contains(&class.school))
                && self.covers_class(&class.name)
        })
    }

    /// Every role of the account must be allowed: the strictest wins, as in the password rules. Somebody of
    /// no known role is nobody's where roles are given.
    fn allows_roles(&self, account: &Account) -> bool {
        self.roles.is_empty() || (!account.roles.is_empty() && account.roles.is_subset(&self.roles))
    }
}

impl People {
    /// Which of these accounts are in scope: a pupil or an adult of the school by structure (or by class,
    /// where the profile names classes), a parent by any child. An absorbed account, which has no children any more,
    /// is where the account that absorbed it is.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn in_scope(&self, accounts: &[Account]) -> Result<Vec<bool>> {
        self.these_in_scope(&accounts.iter().collect::<Vec<_>>())
            .await
    }

    /// The same for accounts that are kept elsewhere.
    pub(super) async fn these_in_scope(&self, accounts: &[&Account]) -> Result<Vec<bool>> {
        let mut inside = self.in_scope_themselves(accounts).await?;
        let kept = |(account, inside): (&&Account, &bool)| {
            let kept = account.ties.merged_into.clone();
            kept.filter(|_| !*inside)
        };
        let names: BTreeSet<Dn> = accounts.iter().zip(&inside).filter_map(kept).collect();
        if names.is_empty() {
            return Ok(inside);
        }
        let names: Vec<Dn> = names.into_iter().collect();
        let kept = self.read_accounts(&names).await?;
        let there = self
            .in_scope_themselves(&kept.iter().collect::<Vec<_>>())
            .await?;
        let there: BTreeSet<&Dn> = kept
            .iter()
            .zip(there)
            .filter(|(_, there)| *there)
            .map(|(account, _)| &account.dn)
            .collect();
        for (account, inside) in accounts.iter().zip(&mut inside) {
            let kept = account.ties.merged_into.as_ref();
            *inside |= kept.is_some_and(|kept| there.contains(kept));
        }
        Ok(inside)
    }

    async fn in_scope_themselves(&self, accounts: &[&Account]) -> Result<Vec<bool>> {
        let scope = &self.scope;
        if !scope.asks_for_schools() {
            return Ok(accounts.iter().map(|a| scope.allows_roles(a)).collect());
        }
        let ours: BTreeSet<Dn> = self.schools().await?.iter().map(|s| s.dn.clone()).collect();
        let own = |account: &Account| scope.owns(account, &ours);
        // Nobody is read for an account whose roles are not allowed anyway.
        let by_child = |account: &Account| account.is(Role::Parent) && scope.allows_roles(account);
        // A parent's schools are those of the children; read once each, many at a time.
        let unsure: BTreeSet<&Dn> = accounts
            .iter()
            .filter(|a| by_child(a) && !own(a))
            .flat_map(|a| &a.children)
            .collect();
        let names: Vec<Dn> = unsure.into_iter().cloned().collect();
        let children = self.read_accounts(&names).await?;
        let in_ours: BTreeSet<&Dn> = children
            .iter()
            .filter(|child| own(child))
            .map(|child| &child.dn)
            .collect();
        let mut inside: Vec<bool> = accounts
            .iter()
            .map(|account| {
                scope.allows_roles(account)
                    && (own(account)
                        || (by_child(account)
                            && account.children.iter().any(|c| in_ours.contains(c))))
            })
            .collect();
        // Older data: the child names the parent, and the parent does not name the child.
        let outside: Vec<&Account> = accounts
            .iter()
            .zip(&inside)
            .filter(|(account, inside)| !**inside && by_child(account))
            .map(|(account, _)| *account)
            .collect();
        let naming = self.pupils_naming(&outside).await?;
        let named: BTreeSet<&Dn> = naming
            .iter()
            .filter(|child| own(child))
            .flat_map(|child| &child.parents)
            .collect();
        for (account, inside) in accounts.iter().zip(&mut inside) {
            *inside |= by_child(account) && named.contains(&account.dn);
        }
        Ok(inside)
    }

    /// Keeps those in scope.
    pub(super) async fn keep_in_scope(&self, accounts: Vec<Account>) -> Result<Vec<Account>> {
        let keep = self.in_scope(&accounts).await?;
        Ok(accounts
            .into_iter()
            .zip(keep)
            .filter_map(|(account, keep)| keep.then_some(account))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::{ClassRef, tests::person};

    fn school() -> Dn {
        Dn::parse("ENTStructureSIREN=1,dc=x").expect("dn")
    }

    fn in_class(roles: &[Role], class: &str) -> Account {
        let mut account = person(roles);
        account.schools = BTreeSet::from([school()]);
        account.classes = vec![ClassRef {
            school: school(),
            name: class.into(),
        }];
        account
    }

    fn scope(schools: &[&str], classes: &[&str], roles: &[Role]) -> Scope {
        let schools = schools.iter().map(|s| (*s).to_owned()).collect();
        Scope::new(schools, classes, roles.iter().copied().collect())
    }

    #[test]
    fn a_class_is_that_of_a_school_in_scope() {
        let ours = BTreeSet::from([school()]);
        let narrowed = scope(&["0310042X"], &["6 a"], &[]);
        assert!(narrowed.owns(&in_class(&[Role::Pupil], "6A"), &ours));
        assert!(narrowed.owns(&in_class(&[Role::Teacher], "6A"), &ours));
        assert!(!narrowed.owns(&in_class(&[Role::Pupil], "6B"), &ours));
        assert!(!narrowed.owns(&in_class(&[Role::Pupil], "6A"), &BTreeSet::new()));
        let mut staff = person(&[Role::Staff]);
        staff.schools = ours.clone();
        assert!(!narrowed.owns(&staff, &ours), "staff have no class");
        assert!(scope(&["0310042X"], &[], &[]).owns(&staff, &ours));
    }

    #[test]
    fn every_role_must_be_allowed() {
        let pupils = scope(&[], &[], &[Role::Pupil, Role::Parent]);
        assert!(pupils.allows_roles(&person(&[Role::Pupil])));
        assert!(pupils.allows_roles(&person(&[Role::Pupil, Role::Parent])));
        assert!(!pupils.allows_roles(&person(&[Role::Parent, Role::Teacher])));
        assert!(!pupils.allows_roles(&person(&[])));
        assert!(Scope::default().allows_roles(&person(&[])));
    }
}
