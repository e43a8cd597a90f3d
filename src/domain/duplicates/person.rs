//! What is compared of each person, small enough for a million of them: names by their place in a table,
//! everything that is only compared for being equal as a 64-bit mark.

use super::children::Children;
use super::contact;
use super::names::Names;
use super::score::Pair;
use super::tallies::Tallies;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hasher;
use std::sync::OnceLock;

/// A person as the directory describes them, before anything is made small. Texts as written.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Raw {
    /// The directory's id (`uid`), else what else is unique.
    pub uid: String,
    /// The entry's name as written.
    pub dn: String,
    /// The entry's name as names are compared.
    pub key: String,
    /// Login.
    pub login: String,
    /// Family name in use (`sn`).
    pub family: String,
    /// Family name at birth (`ENTPersonNomPatro`).
    pub birth_name: String,
    /// Given name (`givenName`).
    pub given: String,
    /// Other given names (`ENTPersonAutresPrenoms`).
    pub other_given: Vec<String>,
    /// Civility (`personalTitle`).
    pub title: String,
    /// `ENTPersonSexe`: M or F.
    pub sex: String,
    /// Birth date as written.
    pub birth_date: String,
    /// Mail addresses of the person's own.
    pub mails: Vec<String>,
    /// Telephones, mobile and not.
    pub phones: Vec<String>,
    /// `ENTPersonAdresse`, lines joined by `$`.
    pub address: String,
    /// `ENTPersonCodePostal`.
    pub postcode: String,
    /// `ENTPersonVille`.
    pub town: String,
    /// Names of the children, as names are compared.
    pub children: Vec<String>,
    /// The same in the same order, as written.
    pub children_written: Vec<String>,
    /// Keys of the feeds.
    pub join_keys: Vec<String>,
    /// Names of the accounts it is joined to already, as names are compared.
    pub joined: Vec<String>,
    /// Names of the accounts of which somebody said that they are another's, as names are compared.
    pub apart: Vec<String>,
    /// How the account is used.
    pub standing: Standing,
}

/// How an account is used: which of two is better kept.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// Its owner chose the password.
    pub own_password: bool,
    /// Last login, in seconds since 1970; 0 for never, or not told.
    pub last_login: i64,
    /// A mail address is known, to recover the password with.
    pub recovery: bool,
}

/// As told by civility or sex.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sex {
    /// Not told.
    #[default]
    Unknown,
    /// Mme, Mlle, F.
    Female,
    /// M., M.
    Male,
}

/// A person, made small.
#[derive(Debug)]
pub struct Person {
    /// uid, DN, login, family and given name as written, each ended by NUL.
    label: Box<str>,
    /// Mark of the entry's name.
    pub(super) id: u64,
    pub(super) family: u32,
    pub(super) birth: u32,
    pub(super) given: u32,
    pub(super) other_given: u32,
    pub(super) sex: Sex,
    /// Day, month and year as one number; 0 where unknown.
    pub(super) birth_date: u64,
    pub(super) home: contact::Home,
    pub(super) standing: Standing,
    /// Mobiles, landlines, children, keys of the feeds, accounts it is joined to; then of each mail address mark and
    /// shape. In one place: a million people have seven million of them.
    marks: Box<[u64]>,
    /// Where each kind ends.
    ends: [u16; 5],
}

impl Person {
    fn part(&self, at: usize) -> &str {
        self.label.split('\0').nth(at).unwrap_or("")
    }

    fn kind(&self, at: usize) -> &[u64] {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.marks[usize::from(from)..usize::from(self.ends[at])]
    }

    pub(super) fn mobiles(&self) -> &[u64] {
        self.kind(0)
    }

    pub(super) fn landlines(&self) -> &[u64] {
        self.kind(1)
    }

    pub(super) fn children(&self) -> &[u64] {
        self.kind(2)
    }

    pub(super) fn join_keys(&self) -> &[u64] {
        self.kind(3)
    }

    pub(super) fn joined(&self) -> &[u64] {
        self.kind(4)
    }

    /// Mark and shape of each mail address.
    pub(super) fn mails(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let pairs = self.marks[usize::from(self.ends[4])..].chunks_exact(2);
        pairs.map(|pair| (pair[0], pair[1]))
    }

    /// The directory's id.
    pub fn uid(&self) -> &str {
        self.part(0)
    }

    /// The entry's name.
    pub fn dn(&self) -> &str {
        self.part(1)
    }

    /// The login; empty where there is none.
    pub fn login(&self) -> &str {
        self.part(2)
    }

    /// Family name as written.
    pub fn family_name(&self) -> &str {
        self.part(3)
    }

    /// Given name as written.
    pub fn given_name(&self) -> &str {
        self.part(4)
    }

    /// First and last name.
    pub fn display_name(&self) -> String {
        format!("{} {}", self.given_name(), self.family_name())
            .trim()
            .to_owned()
    }

    /// How the account is used.
    pub fn standing(&self) -> Standing {
        self.standing
    }
}

/// The people at hand, and what is known of their children.
#[derive(Debug, Default)]
pub struct Population {
    pub(super) people: Vec<Person>,
    pub(super) families: Names,
    pub(super) givens: Names,
    streets: contact::Streets,
    children: Children,
    /// Names of the children's entries, where somebody is going to ask for them.
    child_names: Option<ChildNames>,
    /// Counted when first asked for.
    tallies: OnceLock<Tallies>,
    /// Two accounts of which somebody said that they are two people's, by their marks, the smaller first.
    apart: HashSet<(u64, u64)>,
}

/// Names of entries by their marks, each once.
#[derive(Debug, Default)]
struct ChildNames {
    /// One behind the other, each ended by NUL.
    text: String,
    places: HashMap<u64, u32>,
}

impl ChildNames {
    fn add(&mut self, mark: u64, name: &str) {
        if let (Ok(at), Entry::Vacant(place)) =
            (u32::try_from(self.text.len()), self.places.entry(mark))
        {
            place.insert(at);
            self.text.push_str(name);
            self.text.push('\0');
        }
    }

    fn of(&self, mark: u64) -> Option<&str> {
        let from = *self.places.get(&mark)? as usize;
        self.text[from..].split('\0').next()
    }
}

impl Population {
    /// Nobody yet; the names of the children's entries will be kept, for [`Population::children_of`]. Some 80 bytes a
    /// child.
    pub fn with_children() -> Self {
        Population {
            child_names: Some(ChildNames::default()),
            ..Population::default()
        }
    }

    /// The children that tell something of these pairs: names of their entries as written, in order. Nothing where
    /// they were not kept.
    pub fn children_of(&self, pairs: &[Pair]) -> Vec<&str> {
        let mut asked: BTreeSet<u64> = BTreeSet::new();
        for pair in pairs {
            let of = |at: u32| self.people[at as usize].children();
            let (a, b) = (of(pair.a), of(pair.b));
            if pair.rests_on_the_family() {
                // The father of these and the grandfather of those are two.
                asked.extend(a.iter().chain(b));
            } else {
                asked.extend(a.iter().filter(|child| b.contains(child)));
            }
        }
        let known = self.child_names.iter();
        let mut names: Vec<&str> = known
            .flat_map(|known| asked.iter().filter_map(|child| known.of(*child)))
            .collect();
        names.sort_unstable();
        names
    }

    /// Remembers that two accounts are two people's, whoever says so: `key` is an entry's name as names are
    /// compared. The pair does not come back, and no cluster holds both.
    pub fn keep_apart(&mut self, key: &str, other: &str) {
        self.apart.insert(in_order(dn_mark(key), dn_mark(other)));
    }

    /// Whether somebody said that these are two people's.
    pub(super) fn are_apart(&self, a: &Person, b: &Person) -> bool {
        self.apart.contains(&in_order(a.id, b.id))
    }

    /// Adds a person.
    pub fn add(&mut self, raw: &Raw) {
        for other in &raw.apart {
            self.keep_apart(&raw.key, other);
        }
        if let Some(names) = &mut self.child_names {
            for (key, written) in raw.children.iter().zip(&raw.children_written) {
                names.add(dn_mark(key), written);
            }
        }
        let mut label = String::new();
        let parts = [&raw.uid, &raw.dn, &raw.login, &raw.family, &raw.given];
        for (at, part) in parts.into_iter().enumerate() {
            if at > 0 {
                label.push('\0');
            }
            label.extend(part.split('\0'));
        }
        let family = self.families.family(&raw.family);
        let birth = match raw.birth_name == raw.family {
            true => family,
            false => self.families.family(&raw.birth_name),
        };
        let given = self.givens.given(&raw.given);
        let other_given = self.givens.given(&raw.other_given.join(" "));
        self.families.bear(family);
        if birth != 0 && birth != family {
            self.families.bear(birth);
        }
        self.givens.bear(given);
        let home = contact::home(&raw.address, &raw.postcode, &raw.town, &mut self.streets);
        let (mobiles, landlines): (Vec<u64>, Vec<u64>) = raw
            .phones
            .iter()
            .filter_map(|typed| contact::phone_number(typed))
            .partition(|number| contact::is_mobile(*number));
        let of = |kind: u8, texts: &[String]| -> Vec<u64> {
            let said = texts.iter().filter(|t| !t.trim().is_empty());
            said.map(|t| mark(kind, &[t.trim()])).collect()
        };
        let mut marks = Vec::with_capacity(8);
        let mut ends = [0; 5];
        for (kind, end) in [
            mobiles,
            landlines,
            of(b'd', &raw.children),
            of(b'k', &raw.join_keys),
            of(b'd', &raw.joined),
        ]
        .into_iter()
        .zip(&mut ends)
        {
            marks.extend(sorted(kind).into_iter().take(MOST_OF_A_KIND));
            *end = u16::try_from(marks.len()).unwrap_or(u16::MAX);
        }
        let mails = raw.mails.iter();
        let mails = mails.filter_map(|m| Some((contact::mail_mark(m)?, contact::mail_shape(m))));
        for (mark, shape) in sorted(mails.collect()) {
            marks.extend([mark, shape]);
        }
        self.people.push(Person {
            label: label.into(),
            id: dn_mark(&raw.key),
            family,
            birth: if birth == family { 0 } else { birth },
            given,
            other_given,
            sex: sex(&raw.title, &raw.sex),
            birth_date: date_mark(&raw.birth_date),
            home,
            standing: raw.standing,
            marks: marks.into(),
            ends,
        });
        self.tallies = OnceLock::new();
    }

    /// Tells a child's name, and what adults are to it: their entries' names as compared, and the code of kinship
    /// (SDET `lien`: 10 mother, 20 father, 38 grandparent…).
    pub fn add_child(&mut self, key: &str, name: &str, kinship: &[(String, u16)]) {
        let child = dn_mark(key);
        self.children.name(child, name);
        for (adult, code) in kinship {
            self.children.relate(child, dn_mark(adult), *code);
        }
    }

    /// Everybody, in the order of [`Population::sort`] once sorted.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// A child's name, where it is known.
    pub(super) fn child_name(&self, child: u64) -> Option<&str> {
        self.children.name_of(child)
    }

    /// Kinship of an adult to a child (`ENTElevePersRelEleve`, second field), by their marks.
    pub(super) fn kinship(&self, child: u64, adult: u64) -> Option<u16> {
        self.children.kinship(child, adult)
    }

    /// What is counted of all; once, and kept as long as nobody comes.
    pub(super) fn tallies(&self) -> &Tallies {
        self.tallies.get_or_init(|| Tallies::of(&self.people))
    }

    /// Puts people in the order of their ids, so that what follows does not depend on how they came, and takes
    /// away who stands there twice.
    pub fn sort(&mut self) {
        let people = &mut self.people;
        // By the beginning of the id, which is at hand; the whole is only looked at where that is the same.
        let mut order: Vec<(u128, u32)> = (0u32..)
            .zip(people.iter())
            .map(|(at, person)| {
                let mut begin = [0; 16];
                for (to, from) in begin.iter_mut().zip(person.uid().bytes()) {
                    *to = from;
                }
                (u128::from_be_bytes(begin), at)
            })
            .collect();
        order.sort_unstable_by(|(x, a), (y, b)| {
            x.cmp(y).then_with(|| {
                let (p, q) = (&people[*a as usize], &people[*b as usize]);
                (p.uid(), p.id, a).cmp(&(q.uid(), q.id, b))
            })
        });
        // Each to its place, without a second list.
        for at in 0..people.len() {
            let mut from = order[at].1 as usize;
            while from < at {
                from = order[from].1 as usize;
            }
            order[at].1 = u32::try_from(from).unwrap_or(u32::MAX);
            people.swap(at, from);
        }
        people.dedup_by(|a, b| a.id == b.id);
        people.shrink_to_fit();
        self.tallies = OnceLock::new();
        self.children.settle();
        self.families.complete();
        self.givens.complete();
        self.streets = contact::Streets::default();
    }
}

/// Marks of one kind that are kept of a person: nobody has so many children, and what an office has is not one's own.
const MOST_OF_A_KIND: usize = 5_000;

/// A mark: equal texts of a kind have equal ones. At 64 bits, a million people have two different texts with one
/// mark once in tens of millions of directories.
pub(super) fn mark(kind: u8, parts: &[&str]) -> u64 {
    // SipHash with fixed keys: the same in every run.
    #[allow(deprecated)]
    let mut hasher = std::hash::SipHasher::new();
    hasher.write_u8(kind);
    for part in parts {
        hasher.write(part.as_bytes());
        hasher.write_u8(0xff);
    }
    hasher.finish().max(1)
}

/// The mark of texts and a number.
pub(super) fn mark_with(kind: u8, parts: &[&str], number: u64) -> u64 {
    #[allow(deprecated)]
    let mut hasher = std::hash::SipHasher::new();
    hasher.write_u8(kind);
    for part in parts {
        hasher.write(part.as_bytes());
        hasher.write_u8(0xff);
    }
    hasher.write_u64(number);
    hasher.finish().max(1)
}

/// The mark of an entry's name, written as names are compared.
pub(super) fn dn_mark(key: &str) -> u64 {
    mark(b'd', &[key.trim()])
}

fn in_order(x: u64, y: u64) -> (u64, u64) {
    (x.min(y), x.max(y))
}

fn sorted<M: Ord>(mut marks: Vec<M>) -> Vec<M> {
    marks.sort_unstable();
    marks.dedup();
    marks
}

fn sex(title: &str, sex: &str) -> Sex {
    match title.trim().trim_end_matches('.').to_lowercase().as_str() {
        "m" | "mr" | "monsieur" => Sex::Male,
        "mme" | "mlle" | "madame" | "mademoiselle" => Sex::Female,
        _ => match sex.trim() {
            "M" | "m" => Sex::Male,
            "F" | "f" => Sex::Female,
            _ => Sex::Unknown,
        },
    }
}

/// `jj/mm/aaaa`, `aaaa-mm-jj` and `aaaammjj` are one date. The first of January is none: it stands where the day
/// is not known, or where a form asked for a date.
fn date_mark(written: &str) -> u64 {
    let date = date(written);
    if date % 10_000 == 101 { 0 } else { date }
}

fn date(written: &str) -> u64 {
    let parts: Vec<u64> = written
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|part| part.parse().ok())
        .collect();
    match parts[..] {
        [day, month, year] if year > 31 => year * 10_000 + month * 100 + day,
        [year, month, day] => year * 10_000 + month * 100 + day,
        [whole] if whole > 10_000_000 => whole.to_string()[..8].parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_stays_small() {
        assert!(size_of::<Person>() <= 152, "{}", size_of::<Person>());
    }

    #[test]
    fn one_date_in_every_notation() {
        for written in [
            "07/03/1980",
            "1980-03-07",
            "19800307",
            "19800307000000Z",
            "7/3/1980",
        ] {
            assert_eq!(date_mark(written), 19_800_307, "{written}");
        }
        assert_eq!(date_mark(""), 0);
        assert_eq!(date_mark("01/01/1970"), 0);
    }
}
