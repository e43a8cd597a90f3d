//! Makes families: who lives with whom, whose children go where, and what makes different people look alike.

use crate::chance::Chance;
use crate::contacts::Contacts;
use crate::people::{Child, HomeId, Person, PersonId, Role, SchoolId, Sex, Tie, World};
use crate::schools::{class, schools};
use crate::words::given::{Generation, NEAR, given, others};
use crate::words::surnames::surname;
use crate::words::{ORIGINS, Origin};

/// How grown-ups live together, in percent of families.
const SHAPES: [(Shape, u32); 6] = [
    (Shape::Married, 47),
    (Shape::TwoNames, 19),
    (Shape::Separated, 16),
    (Shape::Single, 9),
    (Shape::Reconstituted, 7),
    (Shape::SameSex, 2),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Married,
    TwoNames,
    Separated,
    Single,
    Reconstituted,
    SameSex,
}

/// What is settled beforehand of a family to be made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wish {
    pub(crate) school: Option<SchoolId>,
    /// The first parent, made already.
    pub(crate) first: Option<PersonId>,
    pub(crate) shape: Option<Shape>,
}

/// Makes a world step by step.
#[derive(Debug)]
pub(crate) struct Maker {
    pub(crate) world: World,
    pub(crate) contacts: Contacts,
    pub(crate) chance: Chance,
}

impl Maker {
    /// Makes families until there are so many grown-ups, with one school for each `per_school` of them.
    pub(crate) fn people(mut self, count: usize, per_school: usize) -> Self {
        // Always an even number: a collège and a lycée stand beside each other.
        let pairs = (count / per_school.max(1) / 2).max(1);
        self.world.schools = schools(&mut self.chance, &mut self.contacts, pairs);
        while self.world.people.len() < count {
            let parents = self.family(&Wish::default());
            self.relatives(&parents);
        }
        self.educators();
        self
    }

    pub(crate) fn person(
        &mut self,
        origin: Origin,
        sex: Sex,
        generation: Generation,
        birth_name: &str,
        home: HomeId,
    ) -> PersonId {
        let first = given(&mut self.chance, origin, sex, generation);
        let year = match generation {
            Generation::Grandparent => self.chance.number(1938, 1961),
            Generation::Parent => self.chance.number(1963, 1992),
            Generation::Child => self.chance.number(2006, 2015),
        };
        let others = others(&mut self.chance, origin, sex, &first);
        let born = self.date(year);
        let mail = self
            .chance
            .happens(0.92)
            .then(|| self.contacts.mail(&mut self.chance, &first, birth_name));
        let mobile = self
            .chance
            .happens(0.95)
            .then(|| self.contacts.mobile(&mut self.chance));
        self.world.people.push(Person {
            sex,
            origin,
            generation,
            born,
            given: first,
            others,
            birth_name: birth_name.to_owned(),
            used_name: birth_name.to_owned(),
            mail,
            mobile,
            home,
            partner: None,
        });
        self.world.people.len() - 1
    }

    fn date(&mut self, year: u32) -> String {
        format!(
            "{:02}/{:02}/{year}",
            self.chance.number(1, 28),
            self.chance.number(1, 12)
        )
    }

    pub(crate) fn home(&mut self, school: SchoolId) -> HomeId {
        let near = self.world.schools[school].town;
        let home = self.contacts.home(&mut self.chance, near);
        self.world.homes.push(home);
        self.world.homes.len() - 1
    }

    /// Gives another given name, and the mail address that goes with it.
    pub(crate) fn rename(&mut self, person: PersonId, given: &str) {
        let surname = self.world.people[person].used_name.clone();
        let mail = self.contacts.mail(&mut self.chance, given, &surname);
        let person = &mut self.world.people[person];
        given.clone_into(&mut person.given);
        person.others.retain(|other| other != given);
        person.mail = person.mail.is_some().then_some(mail);
    }

    pub(crate) fn tie(&mut self, a: PersonId, b: PersonId, tie: Tie) {
        self.world.ties.push((a.min(b), a.max(b), tie));
    }

    /// One family; returns its grown-ups, the first parent first.
    pub(crate) fn family(&mut self, wish: &Wish) -> Vec<PersonId> {
        let shape = wish.shape.unwrap_or_else(|| *self.chance.weighted(&SHAPES));
        let school = wish
            .school
            .unwrap_or_else(|| self.chance.index(self.world.schools.len()));
        let first = wish.first.unwrap_or_else(|| {
            let home = self.home(school);
            let origin = *self.chance.weighted(&ORIGINS);
            let name = surname(&mut self.chance, origin);
            let sex = match shape {
                Shape::Single if self.chance.happens(0.85) => Sex::Woman,
                Shape::SameSex if self.chance.happens(0.5) => Sex::Woman,
                _ => Sex::Man,
            };
            self.person(origin, sex, Generation::Parent, &name, home)
        });
        if shape == Shape::Single {
            self.children(&[first], first, school);
            return vec![first];
        }
        let second = self.partner(first, shape, school);
        self.children(&[first, second], first, school);
        let mut parents = vec![first, second];
        if shape == Shape::Reconstituted {
            parents.extend(self.former_partner(second, school));
        }
        parents
    }

    fn partner(&mut self, first: PersonId, shape: Shape, school: SchoolId) -> PersonId {
        let one = self.world.people[first].clone();
        let origin = if self.chance.happens(0.8) {
            one.origin
        } else {
            *self.chance.weighted(&ORIGINS)
        };
        let name = surname(&mut self.chance, origin);
        let sex = if shape == Shape::SameSex {
            one.sex
        } else {
            one.sex.other()
        };
        let home = if shape == Shape::Separated {
            self.home(school)
        } else {
            one.home
        };
        let second = self.person(origin, sex, Generation::Parent, &name, home);
        let marries = match shape {
            Shape::Married | Shape::Separated => true,
            Shape::SameSex => self.chance.happens(0.5),
            _ => false,
        };
        if marries {
            self.marry(first, second);
        }
        // Two people of one name may also have met with it.
        let one_name = self.world.people[first].used_name == self.world.people[second].used_name;
        match shape {
            Shape::Separated => {
                self.tie(first, second, Tie::SeparatedParents);
                return second;
            }
            Shape::SameSex => self.tie(first, second, Tie::SameSexCouple),
            _ => {}
        }
        self.tie(
            first,
            second,
            if one_name {
                Tie::SpousesOneName
            } else {
                Tie::SpousesTwoNames
            },
        );
        self.world.people[first].partner = Some(second);
        self.world.people[second].partner = Some(first);
        if shape == Shape::Married && one_name && self.chance.happens(0.012) {
            self.near_names(first, second);
        }
        self.share(first, second);
        second
    }

    /// The second takes the first's name, or both names, or neither.
    fn marry(&mut self, first: PersonId, second: PersonId) {
        let name = self.world.people[first].used_name.clone();
        let own = self.world.people[second].birth_name.clone();
        let used = match *self.chance.weighted(&[(0_u32, 78), (1, 8), (2, 14)]) {
            0 => name.clone(),
            1 if !own.contains([' ', '-']) && !name.contains([' ', '-']) => format!("{own}-{name}"),
            _ => own,
        };
        let one_name = used == name;
        self.world.people[second].used_name.clone_from(&used);
        if one_name {
            // Many have an address under the name that they use.
            let given = self.world.people[second].given.clone();
            if self.chance.happens(0.6) {
                self.rename(second, &given);
            }
        }
    }

    /// Frédéric and Frédérique, Camille and Camille.
    fn near_names(&mut self, first: PersonId, second: PersonId) {
        let (man, woman) = *self.chance.ranked(NEAR, 30.0);
        let (him, her) = if self.world.people[first].sex == Sex::Man {
            (first, second)
        } else {
            (second, first)
        };
        self.rename(him, man);
        self.rename(her, woman);
        self.tie(first, second, Tie::SpousesNearNames);
    }

    /// One mail for the family, one mobile for the couple.
    fn share(&mut self, first: PersonId, second: PersonId) {
        if self.chance.happens(0.1) {
            let name = self.world.people[first].used_name.clone();
            let mail = self.contacts.family_mail(&mut self.chance, &name);
            self.world.people[first].mail = Some(mail.clone());
            self.world.people[second].mail = Some(mail);
            self.tie(first, second, Tie::SharedMail);
        } else if self.chance.happens(0.06) && self.world.people[second].mail.is_some() {
            self.world.people[first].mail = self.world.people[second].mail.clone();
            self.tie(first, second, Tie::SharedMail);
        }
        if self.chance.happens(0.06) && self.world.people[second].mobile.is_some() {
            self.world.people[first].mobile = self.world.people[second].mobile.clone();
            self.tie(first, second, Tie::SharedMobile);
        }
    }

    /// The other parent of half-brothers and half-sisters, elsewhere.
    fn former_partner(&mut self, parent: PersonId, school: SchoolId) -> Option<PersonId> {
        let one = self.world.people[parent].clone();
        let home = self.home(school);
        let name = surname(&mut self.chance, one.origin);
        let other = self.person(one.origin, one.sex.other(), Generation::Parent, &name, home);
        self.tie(parent, other, Tie::SeparatedParents);
        self.children(&[other, parent], other, school);
        Some(other)
    }

    /// One to four children, some of them in the school beside.
    pub(crate) fn children(
        &mut self,
        parents: &[PersonId],
        named_after: PersonId,
        school: SchoolId,
    ) {
        let count = *self
            .chance
            .weighted(&[(1_u32, 42), (2, 38), (3, 15), (4, 5)]);
        let father = self.world.people[named_after].clone();
        let surname = match parents.get(1) {
            Some(second) if self.chance.happens(0.1) => {
                format!(
                    "{}-{}",
                    father.birth_name, self.world.people[*second].birth_name
                )
            }
            Some(second) if self.chance.happens(0.06) => {
                self.world.people[*second].birth_name.clone()
            }
            _ => father.birth_name.clone(),
        };
        for number in 0..count {
            let school = match number {
                0 => school,
                _ if self.chance.happens(0.45) => school ^ 1,
                _ if self.chance.happens(0.04) => self.chance.index(self.world.schools.len()),
                _ => school,
            };
            let sex = if self.chance.happens(0.5) {
                Sex::Woman
            } else {
                Sex::Man
            };
            let lycee = self.world.schools[school].lycee;
            let year = if lycee {
                self.chance.number(2008, 2011)
            } else {
                self.chance.number(2011, 2015)
            };
            let child = Child {
                given: given(&mut self.chance, father.origin, sex, Generation::Child),
                surname: surname.clone(),
                born: self.date(year),
                school,
                class: class(&mut self.chance, lycee),
                grown_ups: parents
                    .iter()
                    .map(|p| (*p, Role::parent(self.world.people[*p].sex)))
                    .collect(),
            };
            self.world.children.push(child);
        }
    }
}
