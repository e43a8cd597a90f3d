//! When people are typed in: once each, most of them; twice or thrice by two schools or by one.

use crate::families::Maker;
use crate::level::Level;
use crate::people::{ChildId, HomeId, Occasion, PersonId, SchoolId, Tie, World};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Of the families with children in two schools: the second school did not find them and typed them anew.
const SECOND_SCHOOL: f64 = 0.17;
/// Then, for each of the parents (the others were found).
const EACH_PARENT: f64 = 0.85;
/// Of all grown-ups: typed in twice by one school.
const SAME_SCHOOL: f64 = 0.012;
/// Of those who stand twice: once more.
const THIRD: f64 = 0.05;

impl Maker {
    /// Decides when everybody was typed in.
    pub(crate) fn typed_in(mut self, level: &Level) -> World {
        let by_person = self.children_of();
        // Parents of the same children share the decision of the second school, and the move to another house.
        let mut second_school: HashMap<ChildId, bool> = HashMap::new();
        let mut moved: HashMap<HomeId, Option<HomeId>> = HashMap::new();
        for (person, children) in by_person {
            let mut schools: BTreeMap<SchoolId, Vec<ChildId>> = BTreeMap::new();
            for child in &children {
                schools
                    .entry(self.world.children[*child].school)
                    .or_default()
                    .push(*child);
            }
            let anew = *second_school
                .entry(children[0])
                .or_insert_with(|| self.chance.happens(SECOND_SCHOOL));
            let mut groups: Vec<(SchoolId, Vec<ChildId>)> = Vec::new();
            for (school, children) in schools {
                match groups.first_mut() {
                    Some(first) if !(anew && self.chance.happens(EACH_PARENT)) => {
                        first.1.extend(children)
                    }
                    _ => groups.push((school, children)),
                }
            }
            if self.chance.happens(SAME_SCHOOL) {
                groups.push(self.once_more(&groups));
            }
            if groups.len() == 2 && self.chance.happens(THIRD) {
                groups.push(self.once_more(&groups));
            }
            self.occasions(person, groups, level, &mut moved);
        }
        self.homonyms();
        self.world
    }

    /// Every grown-up's children, in order.
    fn children_of(&self) -> BTreeMap<PersonId, Vec<ChildId>> {
        let mut by_person: BTreeMap<PersonId, Vec<ChildId>> = BTreeMap::new();
        for (id, child) in self.world.children.iter().enumerate() {
            for (person, _) in &child.grown_ups {
                by_person.entry(*person).or_default().push(id);
            }
        }
        by_person
    }

    /// The form filled in again at the first school: for the youngest child alone, or for the same ones.
    fn once_more(&mut self, groups: &[(SchoolId, Vec<ChildId>)]) -> (SchoolId, Vec<ChildId>) {
        let (school, children) = groups[0].clone();
        let youngest = children[children.len() - 1];
        if self.chance.happens(0.6) {
            (school, vec![youngest])
        } else {
            (school, children)
        }
    }

    fn occasions(
        &mut self,
        person: PersonId,
        groups: Vec<(SchoolId, Vec<ChildId>)>,
        level: &Level,
        moved: &mut HashMap<HomeId, Option<HomeId>>,
    ) {
        let one = self.world.people[person].clone();
        let (mut home, mut mobile, mut mail) = (one.home, one.mobile, one.mail);
        for (number, (school, children)) in groups.into_iter().enumerate() {
            if number > 0 {
                let near = self.world.schools[school].town;
                let next = *moved.entry(home).or_insert_with(|| {
                    self.chance.happens(level.moved).then(|| {
                        self.world
                            .homes
                            .push(self.contacts.home(&mut self.chance, near));
                        self.world.homes.len() - 1
                    })
                });
                home = next.unwrap_or(home);
                if self.chance.happens(level.new_mobile) {
                    mobile = Some(self.contacts.mobile(&mut self.chance));
                }
                if self.chance.happens(level.new_mail) {
                    mail = Some(
                        self.contacts
                            .mail(&mut self.chance, &one.given, &one.used_name),
                    );
                }
            }
            self.world.occasions.push(Occasion {
                person,
                school,
                children,
                home,
                mobile: mobile.clone(),
                mail: mail.clone(),
            });
        }
    }

    /// Names that two people bear by chance or by wish, apart from those who are tied already.
    fn homonyms(&mut self) {
        let mut schools: BTreeMap<PersonId, BTreeSet<SchoolId>> = BTreeMap::new();
        for occasion in &self.world.occasions {
            let known = schools.entry(occasion.person).or_default();
            known.insert(occasion.school);
            known.extend(
                occasion
                    .children
                    .iter()
                    .map(|child| self.world.children[*child].school),
            );
        }
        let tied: BTreeSet<(PersonId, PersonId)> =
            self.world.ties.iter().map(|(a, b, _)| (*a, *b)).collect();
        let mut by_name: BTreeMap<(String, String), Vec<PersonId>> = BTreeMap::new();
        for (id, person) in self.world.people.iter().enumerate() {
            by_name
                .entry((person.used_name.clone(), person.given.clone()))
                .or_default()
                .push(id);
        }
        for same in by_name.values() {
            for (at, a) in same.iter().enumerate() {
                for b in &same[at + 1..] {
                    if tied.contains(&(*a, *b)) {
                        continue;
                    }
                    let meet = !schools[a].is_disjoint(&schools[b]);
                    self.tie(
                        *a,
                        *b,
                        if meet {
                            Tie::HomonymAtSchool
                        } else {
                            Tie::HomonymElsewhere
                        },
                    );
                }
            }
        }
    }
}
