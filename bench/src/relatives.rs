//! People whom families bring with them, and who look like them: grandparents in charge, brothers and sisters,
//! twins, homonyms, educators.

use crate::families::{Maker, Shape, Wish};
use crate::people::{HomeId, PersonId, Role, SchoolId, Sex, Tie};
use crate::words::Origin;
use crate::words::given::{Generation, given};
use crate::words::surnames::surname;

impl Maker {
    /// Some families bring others with them that look like them.
    pub(crate) fn relatives(&mut self, parents: &[PersonId]) {
        let first = parents[0];
        if self.chance.happens(0.03) {
            self.grandparent(first);
        }
        if self.chance.happens(0.02) {
            self.sibling(first, false);
        }
        if self.chance.happens(0.006) {
            self.sibling(first, true);
        }
        let known = *self.chance.one(parents);
        if self.chance.happens(0.012) {
            let same_school = self.chance.happens(0.5);
            self.homonym(known, same_school);
        }
    }

    fn school_of(&self, person: PersonId) -> SchoolId {
        let child = self
            .world
            .children
            .iter()
            .rev()
            .find(|c| c.grown_ups.iter().any(|(p, _)| *p == person));
        child.map_or(0, |child| child.school)
    }

    /// A grandparent in charge of the grandchildren beside the parent, at the same address or not.
    fn grandparent(&mut self, parent: PersonId) {
        let one = self.world.people[parent].clone();
        let school = self.school_of(parent);
        let home = if self.chance.happens(0.5) {
            one.home
        } else {
            self.home(school)
        };
        let elder = self.person(
            one.origin,
            one.sex,
            Generation::Grandparent,
            &one.birth_name,
            home,
        );
        match (self.chance.number(0, 9), one.sex) {
            (0, _) => {
                self.rename(elder, &one.given);
                self.tie(parent, elder, Tie::NamesakeGenerations);
            }
            // The same first initial.
            (1..=5, _) => {
                for _ in 0..200 {
                    let name = given(
                        &mut self.chance,
                        one.origin,
                        one.sex,
                        Generation::Grandparent,
                    );
                    if name != one.given && name.chars().next() == one.given.chars().next() {
                        self.rename(elder, &name);
                        break;
                    }
                }
            }
            _ => {}
        }
        self.tie(
            parent,
            elder,
            if one.sex == Sex::Man {
                Tie::FatherAndSon
            } else {
                Tie::MotherAndDaughter
            },
        );
        if home != one.home && self.chance.happens(0.4) {
            self.one_landline(one.home, home);
            self.tie(parent, elder, Tie::GrandparentsLandline);
        }
        let latest = self.world.children.len().saturating_sub(8);
        for child in &mut self.world.children[latest..] {
            if child.grown_ups.iter().any(|(p, _)| *p == parent) {
                child.grown_ups.push((elder, Role::Grandparent));
            }
        }
    }

    /// Gives a new home the landline of an older one.
    fn one_landline(&mut self, old: HomeId, new: HomeId) {
        let landline = match self.world.homes[old].landline.clone() {
            Some(landline) => landline,
            None => self.contacts.landline(&mut self.chance),
        };
        self.world.homes[old].landline = Some(landline.clone());
        self.world.homes[new].landline = Some(landline);
    }

    /// A brother or a sister with a family, or a twin.
    fn sibling(&mut self, person: PersonId, twin: bool) {
        let one = self.world.people[person].clone();
        let school = if self.chance.happens(0.6) {
            self.school_of(person)
        } else {
            self.chance.index(self.world.schools.len())
        };
        let together = self.chance.happens(0.35);
        let home = if together {
            one.home
        } else {
            self.home(school)
        };
        // Two of the same sex are the harder ones to tell apart.
        let sex = if twin || self.chance.happens(0.6) {
            one.sex
        } else {
            one.sex.other()
        };
        let other = self.person(one.origin, sex, Generation::Parent, &one.birth_name, home);
        if twin {
            self.world.people[other].born.clone_from(&one.born);
        }
        let mut tries = 0;
        while self.world.people[other].given == one.given
            || (twin
                && tries < 30
                && self.world.people[other].given.chars().next() != one.given.chars().next())
        {
            let name = given(&mut self.chance, one.origin, sex, Generation::Parent);
            self.rename(other, &name);
            tries += 1;
        }
        self.tie(person, other, if twin { Tie::Twins } else { Tie::Siblings });
        let shape = if self.chance.happens(0.7) {
            Shape::Married
        } else {
            Shape::TwoNames
        };
        let family = self.family(&Wish {
            school: Some(school),
            first: Some(other),
            shape: Some(shape),
        });
        if together {
            self.tie(person, other, Tie::SiblingsAtOneAddress);
            for in_law in &family[1..] {
                self.tie(person, *in_law, Tie::InLawsAtOneAddress);
            }
            if let Some(partner) = one.partner {
                self.tie(partner, other, Tie::InLawsAtOneAddress);
            }
        } else if self.chance.happens(0.3) {
            // Both leave the number of their parents.
            self.one_landline(one.home, home);
            self.tie(person, other, Tie::GrandparentsLandline);
        }
    }

    /// Somebody else of the same name and sex.
    fn homonym(&mut self, person: PersonId, same_school: bool) {
        let one = self.world.people[person].clone();
        let school = if same_school {
            self.school_of(person)
        } else {
            self.chance.index(self.world.schools.len())
        };
        let home = self.home(school);
        let other = self.person(
            one.origin,
            one.sex,
            Generation::Parent,
            &one.used_name,
            home,
        );
        self.rename(other, &one.given);
        self.family(&Wish {
            school: Some(school),
            first: Some(other),
            ..Wish::default()
        });
    }

    /// Homes for children, with educators in charge of several: one address and one number for all of them.
    pub(crate) fn educators(&mut self) {
        for _ in 0..(self.world.people.len() / 2500).max(1) {
            let school = self.chance.index(self.world.schools.len());
            let home = self.home(school);
            let line = self.contacts.landline(&mut self.chance);
            self.world.homes[home].landline = Some(line);
            let team: Vec<PersonId> = (0..self.chance.number(2, 4))
                .map(|_| {
                    let sex = if self.chance.happens(0.6) {
                        Sex::Woman
                    } else {
                        Sex::Man
                    };
                    let name = surname(&mut self.chance, Origin::French);
                    self.person(Origin::French, sex, Generation::Parent, &name, home)
                })
                .collect();
            let mail = self.contacts.family_mail(&mut self.chance, "foyer");
            for (at, one) in team.iter().enumerate() {
                self.world.people[*one].mail = Some(mail.clone());
                for other in &team[..at] {
                    self.tie(*other, *one, Tie::Colleagues);
                    self.tie(*other, *one, Tie::SharedMail);
                }
            }
            for _ in 0..self.chance.number(3, 7) {
                let name = surname(&mut self.chance, Origin::French);
                let educator = *self.chance.one(&team);
                let before = self.world.children.len();
                self.children(&[educator], educator, school);
                for child in &mut self.world.children[before..] {
                    child.surname.clone_from(&name);
                    child.grown_ups = vec![(educator, Role::Educator)];
                }
            }
            // An educator in charge of nobody has no account.
            let idle: Vec<PersonId> = team
                .into_iter()
                .filter(|e| {
                    !self
                        .world
                        .children
                        .iter()
                        .any(|c| c.grown_ups.iter().any(|(p, _)| p == e))
                })
                .collect();
            for educator in idle {
                let before = self.world.children.len();
                self.children(&[educator], educator, school);
                for child in &mut self.world.children[before..] {
                    child.grown_ups = vec![(educator, Role::Educator)];
                }
            }
        }
    }
}
