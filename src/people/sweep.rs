//! Everybody at once, for what is about everybody: one search, looked up in memory afterwards. A row of a file
//! must not cost a search, nor an account much memory.

use super::many::{prepare, prepared};
use super::serving::Led;
use super::{Instead, People, Resolved, Who};
use crate::directory::{Depth, Search};
use crate::domain::account::Account;
use crate::domain::dn::Dn;
use crate::domain::entry::{Entry, shown};
use crate::domain::filter::Filter;
use crate::domain::packed::Packed;
use crate::domain::shares;
use crate::domain::ties::{Broken, STEPS, next};
use crate::error::Result;
use crate::explain;
use crate::schema::{IDENTIFIERS, SHOWN_ALONE, Schema};
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;
use std::ops::ControlFlow;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Logical names of the schema that name a person.
const NAMES: [&str; 5] = [
    "family_name",
    "given_name",
    "full_name",
    "display_name",
    "home_structure",
];

/// What tells by which account a person is served.
const TIES: [&str; 3] = ["linked_to", "merged_into", "account_locked"];

/// Texts looked up at once: the accounts that they name are held together.
const LOOKED_UP: usize = 1_000;

/// The people of a directory as one search gave them, kept small: about half a kilobyte each.
#[derive(Debug, Default)]
pub struct Sweep {
    people: Packed,
    by_name: Index,
    /// By what names them, without case.
    by_text: Index,
}

/// What a text named among the people of a sweep, by place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placed {
    /// This account; what led to it, where another one was named.
    One(usize, Option<Box<Instead>>),
    /// Several.
    Many,
    /// None.
    Nothing,
    /// Somebody outside the profile's schools.
    OutOfScope,
    /// An account of which nobody can tell who is served by it.
    Broken(Broken),
}

impl People {
    /// Reads the people whom this filter finds, everybody without one, in scope or not: who they are, and these
    /// attributes.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn sweep(&self, attributes: &[String], filter: Option<Filter>) -> Result<Sweep> {
        self.sweep_each(attributes, filter, &mut |_| {}, &mut |_| {})
            .await
    }

    /// The same, where each entry may first be given what belongs to it and stands elsewhere; what names a person must
    /// stay as it is. Page by page, they are handed over afterwards, in the order of their places.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn sweep_each(
        &self,
        attributes: &[String],
        filter: Option<Filter>,
        each: &mut (dyn FnMut(&mut Entry) + Send),
        hand_over: &mut (dyn FnMut(Vec<Entry>) + Send),
    ) -> Result<Sweep> {
        let mut wanted: BTreeSet<String> = attributes.iter().cloned().collect();
        if self.scope.is_everything() {
            wanted.extend(self.schema.role_attributes());
            wanted.extend(
                IDENTIFIERS
                    .iter()
                    .chain(&NAMES)
                    .chain(&TIES)
                    .flat_map(|n| self.schema.all(n).iter().cloned()),
            );
        } else {
            // Who is in scope is told by schools, classes and children.
            wanted.extend(self.schema.person_attributes());
        }
        let mut parts = vec![self.schema.people_filter()];
        parts.extend(filter);
        let mut sweep = Sweep::default();
        let search = Search {
            base: self.bases.people.clone(),
            depth: Depth::Subtree,
            filter: Filter::And(parts),
            attributes: wanted.into_iter().collect(),
        };
        let named_by = naming(&self.schema);
        self.directory
            .search_pages(&search, &mut |mut page| {
                for entry in &mut page {
                    each(entry);
                    sweep.take(&named_by, entry);
                }
                hand_over(page);
                ControlFlow::Continue(())
            })
            .await
            .map_err(explain::directory)?;
        Ok(sweep)
    }

    /// What each of these identifiers names, by place, without asking the directory again but for who is in scope. Few
    /// accounts are held at a time, however many texts there are.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn places_among(
        &self,
        sweep: &Sweep,
        texts: &[&str],
        who: Who,
    ) -> Result<Vec<Placed>> {
        // Nearly all are plain, and nothing has to be waited for.
        let plain = shares::each(texts, |text| sweep.plainly(self, text, who));
        let mut placed = Vec::with_capacity(texts.len());
        for (texts, plain) in texts.chunks(LOOKED_UP).zip(plain.chunks(LOOKED_UP)) {
            let rest: Vec<&str> = texts
                .iter()
                .zip(plain)
                .filter_map(|(text, at)| at.is_none().then_some(*text))
                .collect();
            let mut rest = self.resolve_among(sweep, &rest, who).await?.into_iter();
            placed.extend(plain.iter().map(|at| match at {
                Some(at) => Placed::One(*at, None),
                None => rest.next().map_or(Placed::Nothing, |r| sweep.placed(r)),
            }));
        }
        Ok(placed)
    }

    /// What each of these identifiers names, without asking the directory again but for who is in scope.
    async fn resolve_among(
        &self,
        sweep: &Sweep,
        texts: &[&str],
        who: Who,
    ) -> Result<Vec<Resolved>> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let named: Vec<Vec<Led>> = texts
            .iter()
            .map(|text| {
                let found: Vec<Account> = sweep
                    .named(&self.schema, text)
                    .into_iter()
                    .filter_map(|at| sweep.account(self, at))
                    .collect();
                let known = sweep.on_the_way(self, &found, who);
                let led = found.into_iter();
                led.map(|account| Led::new(account, &known, who)).collect()
            })
            .collect();
        let all: Vec<&Account> = named.iter().flatten().map(Led::account).collect();
        let mut inside = self.these_in_scope(&all).await?.into_iter();
        Ok(named
            .into_iter()
            .zip(texts)
            .map(|(mut found, text)| {
                if found.is_empty() {
                    return Resolved::Nothing {
                        nearest: Vec::new(),
                    };
                }
                found.retain(|_| inside.next().unwrap_or(false));
                super::serving::among(self.best_ranked(found, text))
            })
            .collect())
    }
}

/// The attributes that hold what names an account.
fn naming(schema: &Schema) -> Vec<&String> {
    IDENTIFIERS.iter().flat_map(|n| schema.all(n)).collect()
}

impl Sweep {
    fn take(&mut self, named_by: &[&String], entry: &Entry) {
        let at = self.people.push(entry);
        self.by_name.note(entry.dn.normalized(), at);
        let mut text = String::new();
        for value in named_by.iter().flat_map(|a| entry.values(a)) {
            prepare(&shown(value), &mut text);
            self.by_text.note(&text, at);
        }
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Everybody, in the server's order, made again one by one.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        (0..self.people.len()).filter_map(|at| self.people.entry(at))
    }

    /// The entry at this place.
    pub fn at(&self, place: usize) -> Option<Entry> {
        self.people.entry(place)
    }

    /// The account at this place.
    pub fn account(&self, people: &People, place: usize) -> Option<Account> {
        Some(people.schema.account(&self.people.entry(place)?))
    }

    /// The entry of this name.
    pub fn entry(&self, dn: &Dn) -> Option<Entry> {
        self.people.entry(self.place(dn)?)
    }

    /// Its place, in the order of [`Sweep::entries`].
    pub fn place(&self, dn: &Dn) -> Option<usize> {
        self.by_name.places(dn.normalized()).find(|at| {
            let view = self.people.view(*at);
            view.is_some_and(|view| {
                view.name() == dn.as_str() || Dn::parse(view.name()).is_ok_and(|there| there == *dn)
            })
        })
    }

    /// What another way of looking up has found, by place. Whoever came into the directory since is not here.
    pub fn placed(&self, resolved: Resolved) -> Placed {
        match resolved {
            Resolved::One(found) => self.place(&found.account.dn).map_or(Placed::Nothing, |at| {
                Placed::One(at, found.instead.map(Box::new))
            }),
            Resolved::Many(_) => Placed::Many,
            Resolved::Nothing { .. } => Placed::Nothing,
            Resolved::OutOfScope => Placed::OutOfScope,
            Resolved::Broken(_, why) => Placed::Broken(why),
        }
    }

    /// The places that a text names.
    fn named(&self, schema: &Schema, text: &str) -> Vec<usize> {
        let by_name = Dn::parse(text).ok().and_then(|dn| self.place(&dn));
        if let Some(at) = by_name {
            return vec![at];
        }
        let wanted = prepared(text);
        if wanted.is_empty() {
            return Vec::new();
        }
        self.by_text
            .places(&wanted)
            .filter(|at| self.holds(schema, *at, &IDENTIFIERS, &wanted))
            .collect()
    }

    /// The one account that a text names, where nothing more need be known of it: it serves itself, it is named by
    /// what is its own now, and the profile sees everybody.
    fn plainly(&self, people: &People, text: &str, who: Who) -> Option<usize> {
        if !people.scope.is_everything() {
            return None;
        }
        let named = self.named(&people.schema, text);
        let ([at], Some(view)) = (named.as_slice(), self.people.view(*named.first()?)) else {
            return None;
        };
        let tied = people.schema.leading().any(|tie| view.has(tie));
        let formerly = ["former_login"];
        let former = self.holds(&people.schema, *at, &formerly, &prepared(text));
        ((who == Who::Entry || !tied) && !former).then_some(*at)
    }

    /// Whether one of these logical names holds this, prepared: as [`Schema::identifier_rank`] has it, without an
    /// account made of the entry.
    fn holds(&self, schema: &Schema, at: usize, logical: &[&str], wanted: &str) -> bool {
        let Some(view) = self.people.view(at) else {
            return false;
        };
        let same = |value: &[u8]| {
            value == wanted.as_bytes() || prepared(&String::from_utf8_lossy(value)) == wanted
        };
        logical.iter().any(|logical| {
            let mut attributes = schema.all(logical).iter();
            if !SHOWN_ALONE.contains(logical) {
                return attributes.any(|attribute| view.any_value(attribute, same));
            }
            let first = attributes.find_map(|attribute| {
                let mut first = None;
                view.any_value(attribute, |value| {
                    first = Some(same(value));
                    true
                });
                first
            });
            first.unwrap_or(false)
        })
    }

    /// Those to whom these accounts lead.
    fn on_the_way(&self, people: &People, found: &[Account], who: Who) -> BTreeMap<Dn, Account> {
        let mut known = BTreeMap::new();
        for account in found.iter().filter(|_| who == Who::Serving) {
            let mut last = account.clone();
            for _ in 0..STEPS {
                let Some(entry) = next(&last).and_then(|(dn, _)| self.entry(dn)) else {
                    break;
                };
                last = people.schema.account(&entry);
                known.insert(last.dn.clone(), last.clone());
            }
        }
        known
    }
}

/// Places by a text: half a hash and the place in one number, in order once somebody asks: on many nights nobody does. What a
/// place really holds is looked at there.
#[derive(Debug, Default)]
struct Index {
    /// Until somebody asks.
    noted: Mutex<Vec<u64>>,
    ordered: OnceLock<Vec<u64>>,
    state: RandomState,
}

impl Index {
    /// To be called before anything is looked up.
    fn note(&mut self, text: &str, at: usize) {
        let number = self.half_hash(text) | at as u64;
        let noted = self.noted.get_mut();
        noted.unwrap_or_else(PoisonError::into_inner).push(number);
    }

    fn ordered(&self) -> &[u64] {
        self.ordered.get_or_init(|| {
            // Nothing that could panic runs under this lock.
            let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
            let mut numbers = std::mem::take(&mut *noted);
            numbers.sort_unstable();
            numbers.dedup();
            numbers.shrink_to_fit();
            numbers
        })
    }

    fn places(&self, text: &str) -> impl Iterator<Item = usize> {
        let numbers = self.ordered();
        let first = self.half_hash(text);
        let from = numbers.partition_point(|one| *one < first);
        let found = numbers.iter().skip(from);
        found
            .take_while(move |one| **one & !PLACE == first)
            .map(|one| (*one & PLACE) as usize)
    }

    fn half_hash(&self, text: &str) -> u64 {
        self.state.hash_one(text) & !PLACE
    }
}

/// The half of an index number that is the place.
const PLACE: u64 = 0xffff_ffff;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::Expected;
    use proptest::prelude::*;

    const TEXTS: [&str; 8] = [
        "lea.dupont",
        "LEA.Dupont",
        "lea  dupont",
        " lea dupont",
        "l\u{e9}a",
        "4012",
        "lea@ecole.example",
        "",
    ];

    /// Attributes by place among all that name somebody, each with values by place in [`TEXTS`].
    type Held = Vec<(usize, Vec<usize>)>;

    fn held() -> impl Strategy<Value = Held> {
        let values = proptest::collection::vec(0..TEXTS.len(), 1..4);
        proptest::collection::vec((0_usize..12, values), 0..6)
    }

    fn entry(number: usize, named_by: &[&String], held: &Held) -> Entry {
        let dn = Dn::parse(&format!("uid=e{number},dc=x")).expect("a name");
        let mut entry = Entry::new(dn);
        for (attribute, values) in held {
            let values: Vec<String> = values.iter().map(|v| TEXTS[*v].to_owned()).collect();
            entry.put(named_by[attribute % named_by.len()], &values);
        }
        entry
    }

    proptest! {
        #[test]
        fn a_sweep_finds_whom_a_single_search_finds(
            people in proptest::collection::vec((held(), proptest::bool::weighted(0.3)), 1..12),
            preset in prop_oneof![Just("sdet"), Just("inetorgperson")],
            order in Just((0..12).collect::<Vec<usize>>()).prop_shuffle(),
        ) {
            let schema = Schema::preset(preset, &BTreeMap::new()).expect("a preset");
            let named_by = naming(&schema);
            let entries: Vec<Entry> = people
                .iter()
                .enumerate()
                .map(|(number, (held, tied))| {
                    let mut entry = entry(number, &named_by, held);
                    if let Some(tie) = schema.one("merged_into").filter(|_| *tied) {
                        entry.put(tie, &["uid=other,dc=x".to_owned()]);
                    }
                    entry
                })
                .collect();
            let is_tied = |at: usize| schema.all("merged_into").iter().any(|a| entries[at].has(a));
            let mut sweep = Sweep::default();
            for entry in &entries {
                sweep.take(&named_by, entry);
            }
            let mut expected = Expected::of(&TEXTS);
            for place in order {
                if let Some(entry) = entries.get(place) {
                    expected.look(&schema, place, entry);
                }
            }
            for (at, text) in TEXTS.iter().enumerate() {
                let wanted = prepared(text);
                let last = TEXTS.iter().rposition(|other| prepared(other) == wanted);
                let plainly = match sweep.named(&schema, text)[..] {
                    [one] if last == Some(at) => {
                        (!is_tied(one) && !sweep.holds(&schema, one, &["former_login"], &wanted)).then_some(one)
                    }
                    _ => None,
                };
                prop_assert_eq!(expected.named(at), plainly, "{}", text);
            }
            for text in TEXTS.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
                let accounts = entries.iter().map(|entry| schema.account(entry));
                let singly: Vec<bool> = accounts
                    .map(|account| schema.identifier_rank(&account, text).is_some())
                    .collect();
                let together: Vec<bool> = entries
                    .iter()
                    .map(|entry| {
                        let account = schema.account(entry);
                        schema.identifiers(&account).any(|v| prepared(v) == prepared(text))
                    })
                    .collect();
                prop_assert_eq!(&together, &singly, "{}", text);
                let named = sweep.named(&schema, text);
                let swept: Vec<bool> = (0..entries.len()).map(|at| named.contains(&at)).collect();
                prop_assert_eq!(&swept, &singly, "{}", text);
            }
            prop_assert!(sweep.named(&schema, "").is_empty());
        }
    }
}
