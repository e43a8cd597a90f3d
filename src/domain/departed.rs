//! Who has no reason to hold an account any more, and by what that is seen (`docs/decisions/0009`). The feed
//! takes their accounts away; entctl only says whose data must go.

use super::account::{Account, Role, School};
use super::dn::Dn;
use super::names;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// By what it is seen that somebody has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// A pupil without a class.
    NoClass,
    /// A pupil whose classes the schools no longer have.
    ClassGone,
    /// A pupil or an adult whose schools are no longer there.
    SchoolGone,
    /// A parent of whom no child is left.
    NoChild,
    /// A parent whose children have all gone, each by evidence of their own.
    ChildrenGone,
    /// Staff without post or school.
    NoPost,
    /// Somebody who is nothing to any school.
    NoRole,
    /// Disabled by a person, and untouched since.
    Disabled,
}

impl Evidence {
    /// All of them.
    pub const ALL: [Evidence; 8] = [
        Evidence::NoClass,
        Evidence::ClassGone,
        Evidence::SchoolGone,
        Evidence::NoChild,
        Evidence::ChildrenGone,
        Evidence::NoPost,
        Evidence::NoRole,
        Evidence::Disabled,
    ];

    /// Stable code; the words are `departed-…`.
    pub fn as_str(self) -> &'static str {
        match self {
            Evidence::NoClass => "no-class",
            Evidence::ClassGone => "class-gone",
            Evidence::SchoolGone => "school-gone",
            Evidence::NoChild => "no-child",
            Evidence::ChildrenGone => "children-gone",
            Evidence::NoPost => "no-post",
            Evidence::NoRole => "no-role",
            Evidence::Disabled => "disabled",
        }
    }
}

/// Somebody who has gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// By what it is seen: one for each role.
    pub evidence: Vec<Evidence>,
    /// Gone since then at the latest; `None` where the directory gives no date for it.
    pub since: Option<Timestamp>,
}

/// What is known beside the accounts themselves.
#[derive(Debug, Clone, Default)]
pub struct Known<'a> {
    /// Every school there is.
    pub schools: BTreeMap<&'a Dn, &'a School>,
    /// Children that are there, by parent, from both sides of the link; a parent who is not here has
    /// children that cannot be judged.
    pub children: BTreeMap<&'a Dn, Vec<&'a Account>>,
    /// When entries were last changed, schools' too.
    pub changed: BTreeMap<Dn, Timestamp>,
    /// Whether this directory writes down classes, schools of people, families.
    pub writes_classes: bool,
    /// Schools of people.
    pub writes_schools: bool,
    /// Families.
    pub writes_families: bool,
}

/// Whether somebody has gone: in every role they have. The date is the latest of all that speaks of them, the
/// last login included: whoever was there since had not gone.
pub fn departure(account: &Account, known: &Known<'_>) -> Option<Departure> {
    let mut signs = Vec::new();
    for role in &account.roles {
        signs.push(match role {
            Role::Pupil => pupil(account, known)?,
            Role::Parent => parent(account, known)?,
            Role::Teacher | Role::Staff => staff(account, known)?,
        });
    }
    if account.roles.is_empty() {
        let nothing = account.schools.is_empty() && account.children.is_empty();
        signs.push(
            (nothing && known.writes_schools)
                .then(|| (Evidence::NoRole, known.changed_at(account)))?,
        );
    }
    let since = signs
        .iter()
        .map(|(_, since)| *since)
        .collect::<Option<Vec<Timestamp>>>()
        .and_then(|dates| dates.into_iter().chain(account.state.last_login_at).max());
    let mut evidence: Vec<Evidence> = signs.into_iter().map(|(evidence, _)| evidence).collect();
    evidence.dedup();
    Some(Departure { evidence, since })
}

type Sign = (Evidence, Option<Timestamp>);

/// SDET wants a class of every pupil: one whose classes the school no longer declares has none either. A
/// school that declares no class at all is kept badly, and says nothing.
fn pupil(account: &Account, known: &Known<'_>) -> Option<Sign> {
    if !known.writes_classes {
        return None;
    }
    let there = |dn: &Dn| known.schools.get(dn).copied();
    if account.classes.is_empty() {
        return Some((Evidence::NoClass, known.changed_at(account)));
    }
    let mut all_schools_gone = true;
    let mut since = known.changed_at(account);
    for class in &account.classes {
        let Some(school) = there(&class.school) else {
            // Nobody wrote down when the school went.
            since = None;
            continue;
        };
        all_schools_gone = false;
        let wanted = names::fold_class(&class.name);
        if school.classes.is_empty()
            || school
                .classes
                .iter()
                .any(|name| names::fold_class(name) == wanted)
        {
            return None;
        }
        let changed = known.changed.get(&school.dn).copied();
        since = since.zip(changed).map(|(a, b)| a.max(b));
    }
    Some(if all_schools_gone {
        (Evidence::SchoolGone, None)
    } else {
        (Evidence::ClassGone, since)
    })
}

fn parent(account: &Account, known: &Known<'_>) -> Option<Sign> {
    if !known.writes_families {
        return None;
    }
    let children = known.children.get(&account.dn)?;
    if children.is_empty() {
        // A link to a child who is no longer there was not changed when the child went: no date.
        let since = known.changed_at(account);
        return Some((
            Evidence::NoChild,
            since.filter(|_| account.children.is_empty()),
        ));
    }
    let mut since = Some(Timestamp::MIN);
    for child in children {
        let (_, gone) = pupil(child, known)?;
        since = since.zip(gone).map(|(a, b)| a.max(b));
    }
    Some((Evidence::ChildrenGone, since))
}

fn staff(account: &Account, known: &Known<'_>) -> Option<Sign> {
    if !known.writes_schools {
        return None;
    }
    if account.schools.is_empty() {
        return Some((Evidence::NoPost, known.changed_at(account)));
    }
    let gone = account
        .schools
        .iter()
        .all(|school| !known.schools.contains_key(school));
    gone.then_some((Evidence::SchoolGone, None))
}

impl Known<'_> {
    /// When the account's entry was last changed: what was taken from it was taken then or before.
    fn changed_at(&self, account: &Account) -> Option<Timestamp> {
        self.changed.get(&account.dn).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::{ClassRef, tests::person};
    use std::collections::BTreeSet;

    fn at(day: &str) -> Timestamp {
        format!("{day}T08:00:00Z").parse().expect("time")
    }

    fn school(dn: &str, classes: &[&str]) -> School {
        School {
            dn: Dn::parse(dn).expect("dn"),
            uai: None,
            name: dn.to_owned(),
            classes: classes.iter().map(|c| (*c).to_owned()).collect(),
        }
    }

    fn account(uid: &str, roles: &[Role]) -> Account {
        Account {
            dn: Dn::parse(&format!("uid={uid},dc=x")).expect("dn"),
            ..person(roles)
        }
    }

    fn pupil_of(uid: &str, school: &School, class: &str) -> Account {
        let mut pupil = account(uid, &[Role::Pupil]);
        pupil.schools = BTreeSet::from([school.dn.clone()]);
        pupil.classes = vec![ClassRef {
            school: school.dn.clone(),
            name: class.to_owned(),
        }];
        pupil
    }

    fn knowing<'a>(schools: &[&'a School]) -> Known<'a> {
        Known {
            schools: schools.iter().map(|s| (&s.dn, *s)).collect(),
            writes_classes: true,
            writes_schools: true,
            writes_families: true,
            ..Known::default()
        }
    }

    #[test]
    fn a_pupil_has_gone_with_the_class() {
        let college = school("o=college,dc=x", &["6A"]);
        let mut known = knowing(&[&college]);
        assert_eq!(departure(&pupil_of("a", &college, "6 a"), &known), None);
        let gone = pupil_of("b", &college, "6Z");
        known.changed.insert(gone.dn.clone(), at("2026-03-01"));
        let seen = departure(&gone, &known).expect("gone");
        assert_eq!(seen.evidence, [Evidence::ClassGone]);
        assert_eq!(
            seen.since, None,
            "nobody knows when the school lost the class"
        );
        known.changed.insert(college.dn.clone(), at("2026-07-01"));
        assert_eq!(
            departure(&gone, &known).expect("gone").since,
            Some(at("2026-07-01"))
        );
        let mut without = account("c", &[Role::Pupil]);
        known.changed.insert(without.dn.clone(), at("2026-03-01"));
        let seen = departure(&without, &known).expect("gone");
        assert_eq!(
            (seen.evidence.as_slice(), seen.since),
            (&[Evidence::NoClass][..], Some(at("2026-03-01")))
        );
        // Who logged in since had not gone.
        without.state.last_login_at = Some(at("2026-09-01"));
        assert_eq!(
            departure(&without, &known).expect("gone").since,
            Some(at("2026-09-01"))
        );
    }

    #[test]
    fn a_school_that_declares_no_class_says_nothing() {
        let college = school("o=college,dc=x", &[]);
        let known = knowing(&[&college]);
        assert_eq!(departure(&pupil_of("a", &college, "6A"), &known), None);
        let lost = school("o=gone,dc=x", &["6A"]);
        let seen = departure(&pupil_of("a", &lost, "6A"), &known).expect("gone");
        assert_eq!(
            (seen.evidence.as_slice(), seen.since),
            (&[Evidence::SchoolGone][..], None)
        );
    }

    #[test]
    fn a_parent_has_gone_with_the_last_child() {
        let college = school("o=college,dc=x", &["6A"]);
        let mut known = knowing(&[&college]);
        let parent = account("p", &[Role::Parent]);
        known.changed.insert(parent.dn.clone(), at("2026-03-01"));
        assert_eq!(
            departure(&parent, &known),
            None,
            "children that cannot be judged"
        );
        known.children.insert(&parent.dn, vec![]);
        let seen = departure(&parent, &known).expect("gone");
        assert_eq!(
            (seen.evidence.as_slice(), seen.since),
            (&[Evidence::NoChild][..], Some(at("2026-03-01")))
        );
        let mut dangling = parent.clone();
        dangling.children = BTreeSet::from([Dn::parse("uid=none,dc=x").expect("dn")]);
        assert_eq!(departure(&dangling, &known).expect("gone").since, None);
        let (here, gone) = (pupil_of("a", &college, "6A"), account("b", &[Role::Pupil]));
        known.changed.insert(gone.dn.clone(), at("2026-04-01"));
        known.children.insert(&parent.dn, vec![&here, &gone]);
        assert_eq!(departure(&parent, &known), None);
        known.children.insert(&parent.dn, vec![&gone]);
        let seen = departure(&parent, &known).expect("gone");
        assert_eq!(
            (seen.evidence.as_slice(), seen.since),
            (&[Evidence::ChildrenGone][..], Some(at("2026-04-01")))
        );
    }

    #[test]
    fn who_has_two_roles_has_gone_only_from_both() {
        let college = school("o=college,dc=x", &["6A"]);
        let mut known = knowing(&[&college]);
        let mut both = account("p", &[Role::Parent, Role::Teacher]);
        known.children.insert(&both.dn, vec![]);
        assert_eq!(
            departure(&both, &known).expect("gone").evidence,
            [Evidence::NoChild, Evidence::NoPost]
        );
        let dn = both.dn.clone();
        both.schools = BTreeSet::from([college.dn.clone()]);
        let mut known = knowing(&[&college]);
        known.children.insert(&dn, vec![]);
        assert_eq!(departure(&both, &known), None, "a post is left");
    }

    #[test]
    fn a_directory_that_writes_nothing_down_says_nothing() {
        for role in Role::ALL {
            assert_eq!(departure(&account("a", &[role]), &Known::default()), None);
        }
        assert_eq!(departure(&account("a", &[]), &Known::default()), None);
    }
}
