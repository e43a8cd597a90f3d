//! Puts people together one by one, keeping identifiers unique.

use super::courses::Course;
use super::dice::Dice;
use super::logins::{self, Logins};
use super::names;
use super::{Address, Adult, Password, Person, Population, Pupil, Relation};
use crate::sandbox::tree::LYCEE;
use std::collections::BTreeMap;

/// Times a password was set or a login went well, all within the school year that began on 2026-09-01.
pub(super) const TIMES: [&str; 8] = [
    "20260901083000Z",
    "20260902141205Z",
    "20260907070910Z",
    "20260914163341Z",
    "20260921120000Z",
    "20260928175526Z",
    "20261005061814Z",
    "20261012194802Z",
];

/// When the office gave out first passwords.
pub(super) const GIVEN_OUT: &str = "20260831090000Z";

/// Makes people. Everybody is made by [`Builder::pupil`] or [`Builder::adult`], in an order that depends on
/// the seed and the number of pupils alone.
#[derive(Debug)]
pub(super) struct Builder {
    pub(super) dice: Dice,
    logins: Logins,
    made: u32,
    pub(super) population: Population,
}

impl Builder {
    pub(super) fn new(seed: u64, pupils: u32) -> Self {
        // Other numbers of pupils give other people, not the same ones and some more: a sandbox is made
        // whole or not at all.
        Builder {
            dice: Dice::new(seed ^ (u64::from(pupils) << 32)),
            logins: Logins::default(),
            made: 0,
            population: Population {
                pupils: Vec::new(),
                adults: Vec::new(),
                duplicates: Vec::new(),
                cast: BTreeMap::new(),
            },
        }
    }

    pub(super) fn finish(self) -> Population {
        self.population
    }

    fn person(&mut self, given: &str, family: &str, sex: char) -> Person {
        let number = self.made;
        self.made += 1;
        Person {
            uid: logins::uid(number),
            login: self.logins.give(given, family),
            alias: None,
            title: None,
            given: given.to_owned(),
            family: family.to_owned(),
            birth_name: None,
            full_name: None,
            birth_date: None,
            sex,
            mail: None,
            home_phone: None,
            mobile: None,
            address: None,
            language: None,
            join_key: 100_000 + number,
            password: Password::Never,
            last_login: None,
            disabled: false,
        }
    }

    /// Adds a pupil with all that a school's file has of one, parents apart. Returns the index.
    pub(super) fn pupil(
        &mut self,
        given: &str,
        family: &str,
        sex: char,
        course: &'static Course,
        class: &str,
    ) -> usize {
        let mut person = self.person(given, family, sex);
        let dice = &mut self.dice;
        // One in twelve repeats a year.
        let year = course.birth_year - u64::from(dice.below(12) == 0);
        let (month, day) = (dice.between(1, 12), dice.between(1, 28));
        person.birth_date = Some(format!("{day:02}/{month:02}/{year}"));
        if dice.percent(90) {
            person.mail = Some(format!(
                "{}@{}",
                person.login,
                crate::sandbox::tree::MAIL_DOMAIN
            ));
        }
        (person.password, person.last_login) = password(dice, 15, 4);
        person.disabled = dice.below(200) == 0;
        let of_age = year < 2008 || (year == 2008 && month < 9);
        let groups = if course.is_special() || dice.percent(30) {
            Vec::new()
        } else {
            let prefix = course.label.split(' ').next().unwrap_or_default();
            vec![format!("{prefix} {}", dice.pick(&super::courses::GROUPS))]
        };
        let older_links = dice.percent(5);
        let register = 20_000 + self.made;
        self.population.pupils.push(Pupil {
            person,
            school: course.school,
            class: class.to_owned(),
            course,
            groups,
            relations: Vec::new(),
            older_links,
            of_age,
            register,
        });
        self.population.pupils.len() - 1
    }

    /// Adds an adult with names, mail, phones and password, address apart. Returns the index.
    pub(super) fn adult(&mut self, given: &str, family: &str, sex: char) -> usize {
        let mut person = self.person(given, family, sex);
        let dice = &mut self.dice;
        person.title = match sex {
            'M' => Some("M."),
            _ => Some("Mme"),
        };
        if dice.percent(5) {
            person.title = None;
        }
        if dice.percent(85) {
            let domain = dice.pick(names::MAIL_DOMAINS);
            person.mail = Some(format!("{}@{domain}", person.login));
        }
        if dice.percent(80) {
            person.mobile = Some(phone(dice, "6"));
        }
        if dice.percent(3) {
            person.language = Some(dice.pick(names::LANGUAGES));
        }
        (person.password, person.last_login) = password(dice, 30, 3);
        person.disabled = dice.below(250) == 0;
        self.population.adults.push(Adult {
            person,
            children: Vec::new(),
            post: None,
        });
        self.population.adults.len() - 1
    }

    /// Ties an adult to a pupil, on both sides.
    pub(super) fn relate(&mut self, pupil: usize, adult: usize, kinship: u8, legal: u8) {
        let relations = &mut self.population.pupils[pupil].relations;
        let pays = legal == 1 && relations.is_empty();
        relations.push(Relation {
            adult,
            kinship,
            legal,
            pays,
        });
        self.population.adults[adult].children.push(pupil);
    }

    /// Remembers one of the cast under a stable name.
    pub(super) fn name_pupil(&mut self, role: &'static str, pupil: usize) {
        let uid = self.population.pupils[pupil].person.uid.clone();
        self.population.cast.insert(role, uid);
    }

    /// Remembers one of the cast under a stable name.
    pub(super) fn name_adult(&mut self, role: &'static str, adult: usize) {
        let uid = self.population.adults[adult].person.uid.clone();
        self.population.cast.insert(role, uid);
    }

    /// An address somewhere around Toulouse.
    pub(super) fn address(&mut self) -> Address {
        let dice = &mut self.dice;
        let mut lines = format!("{} {}", dice.between(1, 180), dice.pick(names::STREETS));
        if dice.percent(25) {
            lines = format!("{lines}${}", dice.pick(names::ADDRESS_EXTRAS));
        }
        let (postal_code, town) = dice.pick(names::TOWNS);
        Address {
            lines,
            postal_code,
            town,
        }
    }

    /// A phone at home.
    pub(super) fn home_phone(&mut self) -> String {
        phone(&mut self.dice, "5")
    }

    /// A given name for a pupil of this sex.
    pub(super) fn child_name(&mut self, sex: char) -> &'static str {
        self.dice.pick(if sex == 'M' {
            names::BOYS
        } else {
            names::GIRLS
        })
    }

    /// A given name for an adult of this sex.
    pub(super) fn adult_name(&mut self, sex: char) -> &'static str {
        self.dice
            .pick(if sex == 'M' { names::MEN } else { names::WOMEN })
    }

    /// A family name, the frequent ones more often.
    pub(super) fn family_name(&mut self) -> &'static str {
        self.dice.pick_early(names::FAMILIES)
    }

    /// M or F.
    pub(super) fn sex(&mut self) -> char {
        if self.dice.percent(50) { 'M' } else { 'F' }
    }
}

/// A number of the range that the French regulator keeps for fiction (`0N 99 …`, `06 39 98 …`).
fn phone(dice: &mut Dice, kind: &str) -> String {
    let four = dice.below(10_000);
    let (first, second) = (four / 100, four % 100);
    match kind {
        "6" => format!("+33 6 39 98 {first:02} {second:02}"),
        other => format!("+33 {other} 61 91 {first:02} {second:02}"),
    }
}

/// Password and last login: `never` of a hundred have none yet, `initial` one they have not used.
fn password(dice: &mut Dice, never: u64, initial: u64) -> (Password, Option<&'static str>) {
    let throw = dice.below(100);
    let at = dice.below(TIMES.len() as u64 - 1) as usize;
    if throw < never {
        (Password::Never, None)
    } else if throw < never + initial {
        (Password::Initial(GIVEN_OUT), None)
    } else {
        // The last login is not before the password was chosen.
        let later = dice.between(at as u64 + 1, TIMES.len() as u64 - 1) as usize;
        let login = dice.percent(80).then_some(TIMES[later]);
        (Password::Chosen(TIMES[at]), login)
    }
}

/// Every pupil's course index for the shares of the schools: two thirds at the collège.
pub(super) fn share(pupils: usize) -> Vec<(&'static Course, usize)> {
    use super::courses::COURSES;
    let lycee = pupils / 3;
    let mut shares = Vec::new();
    for school in 0..crate::sandbox::tree::SCHOOLS.len() {
        let total = if school == LYCEE {
            lycee
        } else {
            pupils - lycee
        };
        let special = (total / 60).clamp(1, 12);
        let levels: Vec<_> = COURSES
            .iter()
            .filter(|c| c.school == school && !c.is_special())
            .collect();
        let each = (total - special) / levels.len();
        let mut rest = (total - special) % levels.len();
        for level in levels {
            let extra = usize::from(rest > 0);
            rest -= extra;
            shares.push((level, each + extra));
        }
        shares.extend(
            COURSES
                .iter()
                .filter(|c| c.school == school && c.is_special())
                .map(|c| (c, special)),
        );
    }
    shares
}
