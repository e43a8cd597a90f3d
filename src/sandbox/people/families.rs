//! Fills the schools up with families, and makes some parents stand twice, as feeds do.

use super::builder::{Builder, share};
use super::courses::Course;
use super::names;
use super::{Address, Password};
use std::collections::HashMap;

/// Adds pupils with their parents until there are `wanted`, counting those there already.
pub(super) fn fill_up(builder: &mut Builder, wanted: usize) {
    let mut open = places(builder, wanted);
    // Siblings rarely sit in one class: the places are shuffled.
    for i in (1..open.len()).rev() {
        let j = builder.dice.below(i as u64 + 1) as usize;
        open.swap(i, j);
    }
    while let Some(place) = open.pop() {
        let mut children = vec![place];
        if builder.dice.percent(11) {
            children.extend(open.pop());
        }
        family(builder, &children);
    }
}

type Place = (&'static Course, String);

/// The places in the classes that the cast leaves free.
fn places(builder: &Builder, wanted: usize) -> Vec<Place> {
    let mut taken: HashMap<(usize, String), usize> = HashMap::new();
    for pupil in &builder.population.pupils {
        *taken
            .entry((pupil.school, pupil.class.clone()))
            .or_default() += 1;
    }
    let mut places = Vec::with_capacity(wanted);
    for (course, pupils) in share(wanted) {
        let classes = course.classes(pupils);
        for n in 0..pupils {
            let class = &classes[n % classes.len()];
            match taken.get_mut(&(course.school, class.clone())) {
                Some(left) if *left > 0 => *left -= 1,
                _ => places.push((course, class.clone())),
            }
        }
    }
    // Where classes are tiny the cast may hold more places than its share.
    places.truncate(wanted.saturating_sub(builder.population.pupils.len()));
    places
}

fn family(builder: &mut Builder, places: &[Place]) {
    let name = builder.family_name();
    let home = (builder.address(), builder.home_phone());
    let mut children = Vec::new();
    for (course, class) in places {
        let sex = builder.sex();
        let given = builder.child_name(sex);
        // Some bear both names.
        let both = format!("{name}-{}", builder.family_name());
        let family = if builder.dice.percent(4) && !name.contains([' ', '-']) {
            both.as_str()
        } else {
            name
        };
        children.push(builder.pupil(given, family, sex, course, class));
    }
    let mut parents = Vec::new();
    let alone = builder.dice.percent(12);
    for (sex, kinship) in [('F', 10), ('M', 20)] {
        if alone && sex == 'M' {
            continue;
        }
        parents.push((relative(builder, name, sex, &home), kinship, 1));
    }
    if builder.dice.percent(3) {
        parents.push((relative(builder, name, 'F', &home), 38, 3));
    }
    for (parent, kinship, legal) in &parents {
        for child in &children {
            builder.relate(*child, *parent, *kinship, *legal);
        }
    }
    let (mother, _, _) = parents[0];
    if parents.len() > 1 && builder.dice.percent(6) {
        // One mailbox for the couple.
        let shared = builder.population.adults[mother].person.mail.clone();
        builder.population.adults[parents[1].0].person.mail = shared;
    }
    // Mostly families of several children: each school's file brought the parent along.
    let risk = if children.len() > 1 { 45 } else { 3 };
    for (parent, kinship, _) in parents.into_iter().filter(|(_, k, _)| *k != 38) {
        if builder.dice.percent(risk) {
            let last = children[children.len() - 1];
            if children.len() > 1 {
                part(builder, last, parent);
            }
            let difference = builder.dice.pick(&Difference::ALL);
            duplicate_as(builder, parent, last, difference, kinship);
        }
    }
}

/// Takes a parent away from a child that the second account will name instead.
fn part(builder: &mut Builder, child: usize, parent: usize) {
    let population = &mut builder.population;
    population.pupils[child]
        .relations
        .retain(|r| r.adult != parent);
    population.adults[parent].children.retain(|c| *c != child);
}

fn relative(
    builder: &mut Builder,
    family: &str,
    sex: char,
    (address, phone): &(Address, String),
) -> usize {
    let given = builder.adult_name(sex);
    let own = builder.family_name();
    // A quarter of the mothers keep their own name, another quarter is known by both.
    let (family, birth_name) = match builder.dice.below(4) {
        0 if sex == 'F' => (own, None),
        1 if sex == 'F' => (family, Some(own.to_owned())),
        _ => (family, None),
    };
    let index = builder.adult(given, family, sex);
    let listed = builder.dice.percent(70);
    let person = &mut builder.population.adults[index].person;
    person.birth_name = birth_name;
    person.address = Some(address.clone());
    person.home_phone = listed.then(|| phone.clone());
    index
}

/// How the second account of one person differs from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    /// In nothing but login and key.
    Same,
    /// Names in capitals without accents, as older office software writes them.
    UpperCase,
    /// The name at birth instead of the one in use, or both.
    BirthName,
    /// A compound given name cut short, or a hyphen lost.
    GivenName,
    /// A letter wrong in the family name.
    Typo,
    /// Another mail address.
    OtherMail,
    /// No mail address.
    NoMail,
    /// Moved: other address and phone.
    Moved,
}

impl Difference {
    const ALL: [Difference; 8] = [
        Difference::Same,
        Difference::UpperCase,
        Difference::BirthName,
        Difference::GivenName,
        Difference::Typo,
        Difference::OtherMail,
        Difference::NoMail,
        Difference::Moved,
    ];

    /// Stable name in `truth.json`.
    fn as_str(self) -> &'static str {
        match self {
            Difference::Same => "same",
            Difference::UpperCase => "upper-case",
            Difference::BirthName => "birth-name",
            Difference::GivenName => "given-name",
            Difference::Typo => "typo",
            Difference::OtherMail => "other-mail",
            Difference::NoMail => "no-mail",
            Difference::Moved => "moved",
        }
    }
}

/// A second account for one person, tied to `child` with the kinship of the first. Returns the index.
pub(super) fn duplicate(
    builder: &mut Builder,
    first: usize,
    child: usize,
    difference: Difference,
) -> usize {
    let mother = builder.population.adults[first].person.sex == 'F';
    duplicate_as(
        builder,
        first,
        child,
        difference,
        if mother { 10 } else { 20 },
    )
}

fn duplicate_as(
    builder: &mut Builder,
    first: usize,
    child: usize,
    difference: Difference,
    kinship: u8,
) -> usize {
    let original = builder.population.adults[first].person.clone();
    let (mut given, mut family) = (original.given.clone(), original.family.clone());
    let mut birth_name = original.birth_name.clone();
    match difference {
        Difference::UpperCase => {
            given = capitals(&given);
            family = capitals(&family);
        }
        Difference::BirthName => match birth_name.take() {
            Some(name) => family = name,
            None => family = format!("{family}-{}", builder.family_name()),
        },
        Difference::GivenName => given = shorten(&given),
        Difference::Typo => family = mistype(&family),
        _ => {}
    }
    let index = builder.adult(&given, &family, original.sex);
    let (address, phone) = (builder.address(), builder.home_phone());
    let other_mail = format!(
        "{}.{}@{}",
        super::logins::plain(&family),
        builder.dice.between(10, 99),
        builder.dice.pick(names::MAIL_DOMAINS)
    );
    let own_mail = builder.dice.percent(70);
    let person = &mut builder.population.adults[index].person;
    person.birth_name = birth_name;
    person.address = original.address;
    person.home_phone = original.home_phone;
    person.mobile = original.mobile;
    person.mail = original.mail;
    match difference {
        Difference::OtherMail => person.mail = Some(other_mail),
        Difference::NoMail => person.mail = None,
        Difference::Moved => {
            person.address = Some(address);
            person.home_phone = Some(phone);
            if !own_mail {
                person.mail = None;
            }
        }
        _ => {}
    }
    // Of two accounts mostly one alone is used.
    if builder.dice.percent(70) {
        let person = &mut builder.population.adults[index].person;
        person.password = Password::Never;
        person.last_login = None;
    }
    builder.relate(child, index, kinship, 1);
    builder
        .population
        .duplicates
        .push((first, index, difference.as_str()));
    index
}

fn capitals(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .collect::<String>()
        .to_uppercase()
}

/// `Marie-Christine` → `Marie`, `Thi Hoa` → `Thi`; a simple name gets a second one.
fn shorten(given: &str) -> String {
    match given.split_once(['-', ' ']) {
        Some((first, _)) => first.to_owned(),
        None => format!("{given} Marie"),
    }
}

/// Doubles a consonant or takes the last letter away: what a clerk's hand does.
fn mistype(family: &str) -> String {
    let letters: Vec<char> = family.chars().collect();
    match letters.iter().rposition(|c| "lmnrst".contains(*c)) {
        Some(at) => {
            let mut wrong = letters.clone();
            wrong.insert(at, letters[at]);
            wrong.into_iter().collect()
        }
        None => letters[..letters.len().saturating_sub(1).max(1)]
            .iter()
            .collect(),
    }
}
