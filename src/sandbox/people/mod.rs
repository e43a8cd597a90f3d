//! The made-up people of the two schools: a pure function of the seed and of the number of pupils.
//!
//! The cast (`cast`) comes first and is always the same, so that documents and tests may speak of Léa Dupont
//! in 6A; chance fills up the rest (`families`, `staff`).

mod builder;
mod cast;
mod courses;
mod dice;
mod families;
mod logins;
mod names;
mod staff;

pub(super) use cast::PUPILS as CAST_PUPILS;
pub(super) use courses::{Course, class_courses};

use std::collections::{BTreeMap, BTreeSet};

/// What is known of the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Password {
    /// None was ever set.
    Never,
    /// A first one was given and must be changed; it was not used yet. GeneralizedTime of when.
    Initial(&'static str),
    /// Chosen by the person; GeneralizedTime of when.
    Chosen(&'static str),
}

/// What pupils and adults have in common. Texts are as the directory holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) uid: String,
    pub(super) login: String,
    pub(super) alias: Option<String>,
    pub(super) title: Option<&'static str>,
    pub(super) given: String,
    pub(super) family: String,
    pub(super) birth_name: Option<String>,
    /// Full name where it is not given and family name.
    pub(super) full_name: Option<String>,
    /// `jj/mm/aaaa`.
    pub(super) birth_date: Option<String>,
    pub(super) sex: char,
    pub(super) mail: Option<String>,
    pub(super) home_phone: Option<String>,
    pub(super) mobile: Option<String>,
    pub(super) address: Option<Address>,
    pub(super) language: Option<&'static str>,
    /// Numbers under which the academy's feed knows the person.
    pub(super) join_key: u32,
    pub(super) password: Password,
    /// GeneralizedTime of the last good login.
    pub(super) last_login: Option<&'static str>,
    pub(super) disabled: bool,
}

impl Person {
    /// Full name, as `cn` and `displayName` hold it.
    pub(super) fn full_name(&self) -> String {
        match &self.full_name {
            Some(name) => name.clone(),
            None => format!("{} {}", self.given, self.family),
        }
    }
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// Lines separated by `$`.
    pub(super) lines: String,
    pub(super) postal_code: &'static str,
    pub(super) town: &'static str,
}

/// A pupil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pupil {
    pub(super) person: Person,
    /// Index into [`super::tree::SCHOOLS`].
    pub(super) school: usize,
    pub(super) class: String,
    pub(super) course: &'static Course,
    pub(super) groups: Vec<String>,
    pub(super) relations: Vec<Relation>,
    /// Only the older attributes name the parents.
    pub(super) older_links: bool,
    pub(super) of_age: bool,
    /// Number in the school's register.
    pub(super) register: u32,
}

/// An adult in relation with a pupil, in the national codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Relation {
    /// Index into [`Population::adults`].
    pub(super) adult: usize,
    /// 10 mother, 20 father, 38 grandparent, 50 guardian, 90 other.
    pub(super) kinship: u8,
    /// 1 legal guardian, 2 in charge, 3 contact.
    pub(super) legal: u8,
    /// Pays the fees.
    pub(super) pays: bool,
}

/// An adult: parent, teacher, staff, or several of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Adult {
    pub(super) person: Person,
    /// Indexes into [`Population::pupils`].
    pub(super) children: Vec<usize>,
    pub(super) post: Option<Post>,
}

/// Work at a school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Post {
    pub(super) kind: PostKind,
    /// Schools, home structure first.
    pub(super) schools: Vec<usize>,
    /// Classes taught.
    pub(super) classes: Vec<(usize, String)>,
    /// Class of which the person is head teacher.
    pub(super) head_of: Option<(usize, String)>,
}

/// What the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PostKind {
    /// Teaches: code and label of the subject.
    Teacher(&'static str, &'static str),
    /// National profile, code and label of the post, service.
    Staff {
        profile: &'static str,
        code: &'static str,
        label: &'static str,
        service: &'static str,
    },
}

/// Everybody, and what the directory does not tell of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Population {
    pub(super) pupils: Vec<Pupil>,
    pub(super) adults: Vec<Adult>,
    /// Pairs of entries (indexes into `adults`) that are one person, and how the second differs.
    pub(super) duplicates: Vec<(usize, usize, &'static str)>,
    /// `uid`s of the cast by a stable name.
    pub(super) cast: BTreeMap<&'static str, String>,
}

impl Population {
    /// The people for this seed; `pupils` is at least as many as the cast has.
    pub(super) fn generate(seed: u64, pupils: u32) -> Self {
        let mut builder = builder::Builder::new(seed, pupils);
        cast::add(&mut builder);
        families::fill_up(&mut builder, pupils as usize);
        staff::add(&mut builder, pupils);
        builder.finish()
    }

    /// Classes of a school that have pupils, in the order of their names.
    pub(super) fn classes(&self, school: usize) -> BTreeSet<&str> {
        self.pupils
            .iter()
            .filter(|p| p.school == school)
            .map(|p| p.class.as_str())
            .collect()
    }

    /// Whether an adult has children in both schools.
    pub(super) fn in_both_schools(&self, adult: &Adult) -> bool {
        let mut schools = adult.children.iter().map(|c| self.pupils[*c].school);
        schools
            .next()
            .is_some_and(|first| schools.any(|other| other != first))
    }
}

#[cfg(test)]
mod tests;
