//! People as they stand in the directory: typed in by an office with its habits and its mistakes, each of
//! which is noted beside what was typed.

use crate::chance::Chance;
use crate::habits::Habits;
use crate::level::Level;
use crate::people::{ChildId, Occasion, Person, PersonId, SchoolId, Sex, World};
use crate::spelling::{rejoined, typo, without_accents};
use std::collections::BTreeSet;

/// What became of something on its way from the person to the directory. Noted only where it really did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Mark {
    NameTypo,
    AccentsLost,
    Rejoined,
    SecondGiven,
    Swapped,
    OtherSurname,
    NoTitle,
    NoMail,
    PartnerMail,
    MailTypo,
    NoMobile,
    PhoneTypo,
    NoAddress,
    AddressTypo,
    /// A filler for a mail, a mobile or a date.
    Filler,
    /// The school's own number as the person's.
    SchoolNumber,
}

impl Mark {
    /// As it stands in the file of the people.
    pub fn word(self) -> &'static str {
        match self {
            Mark::NameTypo => "typo-in-name",
            Mark::AccentsLost => "accents-lost",
            Mark::Rejoined => "hyphen-or-blank",
            Mark::SecondGiven => "second-given-name",
            Mark::Swapped => "names-swapped",
            Mark::OtherSurname => "maiden-or-married-name",
            Mark::NoTitle => "no-title",
            Mark::NoMail => "no-mail",
            Mark::PartnerMail => "mail-of-the-spouse",
            Mark::MailTypo => "typo-in-mail",
            Mark::NoMobile => "no-mobile",
            Mark::PhoneTypo => "typo-in-phone",
            Mark::NoAddress => "no-address",
            Mark::AddressTypo => "typo-in-address",
            Mark::Filler => "placeholder",
            Mark::SchoolNumber => "school-phone",
        }
    }
}

/// One entry to be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Record {
    pub uid: String,
    pub person: PersonId,
    pub school: SchoolId,
    pub children: Vec<ChildId>,
    pub occasion: Occasion,
    pub surname: String,
    pub given: String,
    pub birth_name: Option<String>,
    pub others: Vec<String>,
    pub title: Option<&'static str>,
    pub sex: Option<&'static str>,
    pub born: Option<String>,
    pub mail: Option<String>,
    pub mobile: Option<String>,
    pub home_phone: Option<String>,
    pub address: Option<String>,
    pub postcode: Option<String>,
    pub town: Option<String>,
    pub jointure: String,
    pub marks: BTreeSet<Mark>,
}

/// Types everybody in, on every occasion; gives names that tell nothing about who is who.
pub fn records(world: &World, level: &Level, chance: &mut Chance) -> Vec<Record> {
    let habits: Vec<Habits> = world.schools.iter().map(|_| Habits::new(chance)).collect();
    let mut records: Vec<Record> = world
        .occasions
        .iter()
        .map(|occasion| {
            let mut typist = Typist {
                world,
                level,
                habits: &habits[occasion.school],
                chance: chance.apart(),
                marks: BTreeSet::new(),
            };
            typist.record(occasion)
        })
        .collect();
    chance.shuffle(&mut records);
    for (number, record) in records.iter_mut().enumerate() {
        record.uid = uid(number);
        // The feed's keys are in no order either, and never the same twice.
        record.jointure = format!("AC-TOULOUSE${}", 2_000_000 + number * 7 + chance.index(7));
    }
    records
}

/// `LxxCiiii`, as the national scheme has it.
fn uid(number: usize) -> String {
    let letter = |n: usize| char::from(b'a' + (n % 26) as u8);
    let high = number / 10_000;
    format!(
        "t{}{}3{:04}",
        letter(high / 26),
        letter(high),
        number % 10_000
    )
}

struct Typist<'a> {
    world: &'a World,
    level: &'a Level,
    habits: &'a Habits,
    chance: Chance,
    marks: BTreeSet<Mark>,
}

impl Typist<'_> {
    fn record(&mut self, occasion: &Occasion) -> Record {
        let person = &self.world.people[occasion.person];
        let (mut surname, mut given) = (self.surname(person), self.given(person));
        if self.chance.happens(self.level.swapped) && surname != given {
            std::mem::swap(&mut surname, &mut given);
            self.marks.insert(Mark::Swapped);
        }
        let mail = self.mail(occasion, person);
        let mobile = self.mobile(occasion);
        let home_phone = self.home_phone(occasion);
        let (address, postcode, town) = self.address(occasion);
        let title = self.title(person);
        let born = self.born(person);
        Record {
            uid: String::new(),
            person: occasion.person,
            school: occasion.school,
            children: occasion.children.clone(),
            occasion: occasion.clone(),
            birth_name: (self.habits.birth_names && self.chance.happens(0.8))
                .then(|| self.habits.surname(&person.birth_name)),
            others: if self.habits.other_names {
                person
                    .others
                    .iter()
                    .map(|name| self.habits.given(name))
                    .collect()
            } else {
                Vec::new()
            },
            sex: self
                .habits
                .sex
                .then_some(if person.sex == Sex::Man { "M" } else { "F" }),
            surname,
            given,
            title,
            born,
            mail,
            mobile,
            home_phone,
            address,
            postcode,
            town,
            jointure: String::new(),
            marks: std::mem::take(&mut self.marks),
        }
    }

    /// Notes a mark where something really changed.
    fn changed(&mut self, before: &str, after: String, mark: Mark) -> String {
        if before != after {
            self.marks.insert(mark);
        }
        after
    }

    fn surname(&mut self, person: &Person) -> String {
        let mut name = person.used_name.clone();
        if person.birth_name != person.used_name && self.chance.happens(self.level.other_surname) {
            let other = match self.chance.number(0, 5) {
                // Both, as some forms ask for them.
                0 if !person.used_name.contains(&person.birth_name) => {
                    format!("{} {}", person.used_name, person.birth_name)
                }
                _ => person.birth_name.clone(),
            };
            name = self.changed(&name, other, Mark::OtherSurname);
        }
        let name = self.misspelled(name);
        self.habits.surname(&name)
    }

    fn given(&mut self, person: &Person) -> String {
        let mut name = self.misspelled(person.given.clone());
        if self.chance.happens(self.level.second_given) && !person.others.is_empty() {
            let count = 1 + self.chance.index(person.others.len());
            let between = *self.chance.one(&[" ", ", "]);
            for other in &person.others[..count] {
                name.push_str(between);
                name.push_str(other);
            }
            self.marks.insert(Mark::SecondGiven);
        }
        self.habits.given(&name)
    }

    fn misspelled(&mut self, mut name: String) -> String {
        if self.chance.happens(self.level.hyphen) {
            let other = rejoined(&mut self.chance, &name);
            name = self.changed(&name, other, Mark::Rejoined);
        }
        if !self.habits.accents || self.chance.happens(self.level.accents_lost) {
            let other = without_accents(&name);
            name = self.changed(&name, other, Mark::AccentsLost);
        }
        if self.chance.happens(self.level.name_typo) {
            let other = typo(&mut self.chance, &name);
            name = self.changed(&name, other, Mark::NameTypo);
        }
        name
    }

    fn title(&mut self, person: &Person) -> Option<&'static str> {
        if self.chance.happens(self.level.no_title) {
            self.marks.insert(Mark::NoTitle);
            return None;
        }
        Some(match person.sex {
            Sex::Man => "M.",
            Sex::Woman if self.habits.old_titles && person.birth_name == person.used_name => "Mlle",
            Sex::Woman => "Mme",
        })
    }

    fn born(&mut self, person: &Person) -> Option<String> {
        if self.habits.birth_dates && self.chance.happens(0.6) {
            return Some(person.born.clone());
        }
        let filler = self.habits.no_date?;
        self.marks.insert(Mark::Filler);
        Some(filler.to_owned())
    }

    fn mail(&mut self, occasion: &Occasion, person: &Person) -> Option<String> {
        let mut mail = occasion.mail.clone();
        if mail.is_some() && self.chance.happens(self.level.no_mail) {
            mail = None;
        }
        if self.chance.happens(self.level.partner_mail) {
            let theirs = person
                .partner
                .and_then(|partner| self.world.people[partner].mail.clone());
            if theirs.is_some() && theirs != person.mail {
                self.marks.insert(Mark::PartnerMail);
                mail = theirs;
            }
        }
        let Some(mut mail) = mail else {
            self.marks.insert(Mark::NoMail);
            if self.habits.no_mail.is_some() {
                self.marks.insert(Mark::Filler);
            }
            return self.habits.no_mail.map(str::to_owned);
        };
        if self.chance.happens(self.level.mail_typo)
            && let Some((local, domain)) = mail.split_once('@')
        {
            let wrong = format!("{}@{domain}", typo(&mut self.chance, local));
            mail = self.changed(&mail.clone(), wrong, Mark::MailTypo);
        }
        Some(mail)
    }

    fn mobile(&mut self, occasion: &Occasion) -> Option<String> {
        let known = occasion
            .mobile
            .as_deref()
            .filter(|_| !self.chance.happens(self.level.no_mobile));
        let Some(known) = known else {
            self.marks.insert(Mark::NoMobile);
            if self.habits.no_mobile.is_some() {
                self.marks.insert(Mark::Filler);
            }
            return self.habits.no_mobile.map(str::to_owned);
        };
        let number = self.dialled(known);
        Some(self.habits.phone(&number))
    }

    /// A number with perhaps a wrong digit.
    fn dialled(&mut self, number: &str) -> String {
        if !self.chance.happens(self.level.phone_typo) {
            return number.to_owned();
        }
        let mut digits: Vec<char> = number.chars().collect();
        let at = 2 + self.chance.index(digits.len() - 2);
        digits[at] = *self
            .chance
            .one(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        let wrong: String = digits.into_iter().collect();
        self.changed(number, wrong, Mark::PhoneTypo)
    }

    fn home_phone(&mut self, occasion: &Occasion) -> Option<String> {
        if self.habits.own_number && self.chance.happens(0.5) {
            self.marks.insert(Mark::SchoolNumber);
            return Some(
                self.habits
                    .phone(&self.world.schools[occasion.school].phone),
            );
        }
        let landline = self.world.homes[occasion.home].landline.clone()?;
        let number = self.dialled(&landline);
        Some(self.habits.phone(&number))
    }

    fn address(&mut self, occasion: &Occasion) -> (Option<String>, Option<String>, Option<String>) {
        if self.chance.happens(self.level.no_address) {
            self.marks.insert(Mark::NoAddress);
            return (None, None, None);
        }
        let mut address = self.world.homes[occasion.home].address.clone();
        if self.chance.happens(self.level.address_typo) {
            let wrong = typo(&mut self.chance, &address.street);
            address.street = self.changed(&address.street.clone(), wrong, Mark::AddressTypo);
        }
        if self.chance.happens(self.level.postcode_typo) {
            let wrong = format!(
                "{}{:03}",
                &address.postcode[..2],
                self.chance.index(10) * 100
            );
            address.postcode = self.changed(&address.postcode.clone(), wrong, Mark::AddressTypo);
        }
        let town = self.habits.surname(&address.town);
        (
            Some(self.habits.address(&address)),
            Some(address.postcode),
            Some(town),
        )
    }
}
