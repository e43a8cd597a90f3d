//! Entries read as what is compared of two people who may be one.

use super::Schema;
use crate::domain::account::Role;
use crate::domain::dn::Dn;
use crate::domain::duplicates::{Raw, Standing};
use crate::domain::entry::{Entry, Value, owned};
use crate::domain::filter::Filter;
use crate::domain::time::parse_generalized;
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

/// What is compared of people: where among the attributes that are looked at each thing stands. Of a hundred thousand
/// entries none is searched for each name again.
#[derive(Debug)]
pub struct Comparing {
    /// All that is looked at, each once.
    attributes: Vec<String>,
    id: Places,
    login: Places,
    family: Places,
    birth_name: Places,
    given: Places,
    title: Places,
    birth_date: Places,
    children: Places,
    join_keys: Places,
    apart: Places,
    joined: Places,
    must_change: Places,
    password_changed: Places,
    last_login: Places,
    other_given: Places,
    sex: Places,
    mails: Places,
    phones: Places,
    address: Places,
    postcode: Places,
    town: Places,
}

/// Places in [`Comparing::attributes`], in the order in which they count.
type Places = Vec<usize>;

/// An entry's values by the places of [`Comparing::attributes`].
struct Values<'a>(Vec<&'a [Value]>);

impl<'a> Values<'a> {
    fn each(&self, places: &Places) -> impl Iterator<Item = &'a Value> {
        places.iter().flat_map(|at| self.0[*at])
    }

    fn text(&self, places: &Places) -> Option<String> {
        self.each(places).next().map(|value| owned(value))
    }

    fn texts(&self, places: &Places) -> Vec<String> {
        self.each(places).map(|value| owned(value)).collect()
    }

    fn names(&self, places: &Places) -> impl Iterator<Item = Dn> {
        self.each(places)
            .filter_map(|value| Dn::parse(&String::from_utf8_lossy(value)).ok())
    }

    fn keys(&self, places: &Places) -> Vec<String> {
        self.names(places).map(Dn::into_normalized).collect()
    }

    fn time(&self, places: &Places) -> Option<i64> {
        let value = self.each(places).next()?;
        parse_generalized(&String::from_utf8_lossy(value)).map(|at| at.as_second())
    }
}

impl Comparing {
    /// What is compared of a person.
    pub fn of(&self, entry: &Entry) -> Raw {
        let values = self.values(entry);
        let text = |places: &Places| values.text(places).unwrap_or_default();
        let mails = values.texts(&self.mails);
        let (children_written, children) = values
            .names(&self.children)
            .map(|dn| (dn.as_str().to_owned(), dn.into_normalized()))
            .unzip();
        let mut must_change = values.each(&self.must_change);
        let must_change = must_change
            .next()
            .is_some_and(|value| value.eq_ignore_ascii_case(b"TRUE"));
        Raw {
            uid: Some(text(&self.id))
                .filter(|uid| !uid.is_empty())
                .unwrap_or_else(|| entry.dn.as_str().to_owned()),
            dn: entry.dn.as_str().to_owned(),
            key: entry.dn.normalized().to_owned(),
            login: text(&self.login),
            family: text(&self.family),
            birth_name: text(&self.birth_name),
            given: text(&self.given),
            other_given: values.texts(&self.other_given),
            title: text(&self.title),
            sex: text(&self.sex),
            birth_date: text(&self.birth_date),
            standing: Standing {
                // As `AccountState::chose_password` has it.
                own_password: !must_change && values.time(&self.password_changed).is_some(),
                last_login: values.time(&self.last_login).unwrap_or(0),
                recovery: !mails.is_empty(),
            },
            mails,
            phones: values.texts(&self.phones),
            address: text(&self.address),
            postcode: text(&self.postcode),
            town: text(&self.town),
            children,
            children_written,
            join_keys: values.texts(&self.join_keys),
            joined: values.keys(&self.joined),
            apart: values.keys(&self.apart),
        }
    }

    fn values<'a>(&self, entry: &'a Entry) -> Values<'a> {
        let mut values: Vec<&[Value]> = vec![&[]; self.attributes.len()];
        for attribute in &entry.attributes {
            let mut known = self.attributes.iter();
            let at = known.position(|known| known.eq_ignore_ascii_case(&attribute.name));
            // As `Entry::values`: the first of a name.
            if let Some(values) = at.map(|at| &mut values[at]).filter(|v| v.is_empty()) {
                *values = &attribute.values;
            }
        }
        Values(values)
    }
}

/// The places of attributes in the list of all, where they are put if they are new.
fn placed<'a>(
    all: &mut Vec<String>,
    attributes: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>,
) -> Places {
    let mut places = Places::new();
    for attribute in attributes {
        let attribute = attribute.as_ref();
        let known = all.iter().position(|a| a.eq_ignore_ascii_case(attribute));
        places.push(known.unwrap_or(all.len()));
        if known.is_none() {
            all.push(attribute.to_owned());
        }
    }
    places
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
    pub fn comparing(&self) -> Comparing {
        let data = &self.compared;
        let mut all = Vec::new();
        let ties = ["linked_to", "linked", "merged_into", "merged"];
        let joined = placed(&mut all, ties.iter().flat_map(|tie| self.all(tie)));
        let mut logical = |name: &str| placed(&mut all, self.all(name));
        let (id, login) = (logical("id"), logical("login"));
        let (family, birth_name) = (logical("family_name"), logical("birth_name"));
        let (given, title) = (logical("given_name"), logical("title"));
        let (birth_date, children) = (logical("birth_date"), logical("children"));
        let (join_keys, apart) = (logical("join_key"), logical("not_same"));
        let (must_change, last_login) = (logical("must_change"), logical("last_login"));
        let password_changed = logical("password_changed");
        let mut listed = |names: &[String]| placed(&mut all, self.behind(names));
        Comparing {
            id,
            login,
            family,
            birth_name,
            given,
            title,
            birth_date,
            children,
            join_keys,
            apart,
            joined,
            must_change,
            password_changed,
            last_login,
            other_given: listed(&data.other_given),
            sex: listed(&data.sex),
            mails: listed(&data.mails),
            phones: listed(&data.phones),
            address: listed(&data.address),
            postcode: listed(&data.postcode),
            town: listed(&data.town),
            attributes: all,
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
