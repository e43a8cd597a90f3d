//! The people who are always there: the cases a school office meets, one of each at least.

use super::Password;
use super::builder::{Builder, GIVEN_OUT, TIMES};
use super::courses::class_courses;
use super::families::{Difference, duplicate};
use crate::sandbox::tree::{COLLEGE, LYCEE};

/// Pupils the cast has; at least so many must be asked for.
pub(in crate::sandbox) const PUPILS: u32 = 25;

const CHOSEN: Password = Password::Chosen(TIMES[1]);

/// Adds the cast. `name` stands in `truth.json`, so that tests and documents find the uid.
pub(super) fn add(builder: &mut Builder) {
    namesakes(builder);
    hard_names(builder);
    states(builder);
    siblings(builder);
    same_parent_thrice(builder);
    teacher_and_parent(builder);
}

fn pupil(
    builder: &mut Builder,
    role: &'static str,
    (given, family, sex): (&str, &str, char),
    (school, class): (usize, &str),
) -> usize {
    // The names of classes below are those of `courses`; a slip would show in every test.
    let course = class_courses(school, class).unwrap_or(&super::courses::COURSES[0]);
    let index = builder.pupil(given, family, sex, course, class);
    let pupil = &mut builder.population.pupils[index];
    pupil.older_links = false;
    pupil.person.disabled = false;
    pupil.person.password = CHOSEN;
    pupil.person.last_login = Some(TIMES[5]);
    pupil.person.mail = Some(format!(
        "{}@{}",
        pupil.person.login,
        crate::sandbox::tree::MAIL_DOMAIN
    ));
    builder.name_pupil(role, index);
    index
}

fn parent(
    builder: &mut Builder,
    role: &'static str,
    (given, family, sex): (&str, &str, char),
    children: &[usize],
) -> usize {
    let index = builder.adult(given, family, sex);
    let address = builder.address();
    let person = &mut builder.population.adults[index].person;
    person.title = Some(if sex == 'M' { "M." } else { "Mme" });
    person.address = Some(address);
    person.mail = Some(format!("{}@courriel.example", person.login));
    person.disabled = false;
    person.language = None;
    person.password = CHOSEN;
    person.last_login = Some(TIMES[6]);
    for child in children {
        builder.relate(*child, index, if sex == 'M' { 20 } else { 10 }, 1);
    }
    builder.name_adult(role, index);
    index
}

/// Two in one school, in different classes; two across the schools; an ambiguous class.
fn namesakes(builder: &mut Builder) {
    let lea = pupil(
        builder,
        "namesake_6a",
        ("Léa", "Dupont", 'F'),
        (COLLEGE, "6A"),
    );
    parent(builder, "parent_college", ("Céline", "Dupont", 'F'), &[lea]);
    let other = pupil(
        builder,
        "namesake_5a",
        ("Léa", "Dupont", 'F'),
        (COLLEGE, "5A"),
    );
    parent(
        builder,
        "parent_of_namesake_5a",
        ("Marc", "Dupont", 'M'),
        &[other],
    );
    for (role, of, place) in [
        (
            "namesake_college",
            "parent_of_namesake_college",
            (COLLEGE, "3A"),
        ),
        (
            "namesake_lycee",
            "parent_of_namesake_lycee",
            (LYCEE, "2NDE 1"),
        ),
    ] {
        let hugo = pupil(builder, role, ("Hugo", "Martin", 'M'), place);
        // Two women of one name who are not one person: the trap for whoever looks for duplicates.
        parent(builder, of, ("Sophie", "Martin", 'F'), &[hugo]);
    }
    let lina = pupil(
        builder,
        "ulis_college",
        ("Lina", "Martin-Durand", 'F'),
        (COLLEGE, "ULIS"),
    );
    parent(
        builder,
        "parent_ulis_college",
        ("Hélène", "Martin-Durand", 'F'),
        &[lina],
    );
    let noe = pupil(
        builder,
        "ulis_lycee",
        ("Noé", "Müller", 'M'),
        (LYCEE, "ULIS"),
    );
    parent(builder, "parent_lycee", ("Stéphane", "Müller", 'M'), &[noe]);
}

/// Accents, compounds, apostrophes, ligatures, and everything a DN or a filter trips over.
fn hard_names(builder: &mut Builder) {
    for (role, name, place) in [
        ("accents", ("Zoé", "Lefèvre", 'F'), (COLLEGE, "6A")),
        (
            "particle",
            ("Jean-Baptiste", "de La Tour", 'M'),
            (COLLEGE, "5A"),
        ),
        (
            "compound",
            ("Anne-Sophie", "Le Goff", 'F'),
            (LYCEE, "2NDE 1"),
        ),
        ("apostrophe", ("Chloé", "N'Guyen", 'F'), (COLLEGE, "4A")),
        ("ligature", ("Maël", "Œuvrard", 'M'), (COLLEGE, "6A")),
    ] {
        let child = pupil(builder, role, name, place);
        let (_, family, _) = name;
        let given = builder.adult_name('F');
        let parent_role = match role {
            "accents" => "parent_accents",
            "particle" => "parent_particle",
            "compound" => "parent_compound",
            "apostrophe" => "parent_apostrophe",
            _ => "parent_ligature",
        };
        parent(builder, parent_role, (given, family, 'F'), &[child]);
    }
    let odd = pupil(
        builder,
        "special_characters",
        ("Jean \"Jeannot\"", "O'Neil (fils)", 'M'),
        (COLLEGE, "4A"),
    );
    builder.population.pupils[odd].person.full_name =
        Some(r#"Jean "Jeannot" O'Neil (fils), dit *Le\Grand* + 1$"#.to_owned());
    parent(
        builder,
        "parent_special_characters",
        ("Siobhán", "O'Neil", 'F'),
        &[odd],
    );
}

/// Every state of an account, an alias, a missing address, links in the older attributes alone.
fn states(builder: &mut Builder) {
    let alias = pupil(builder, "alias", ("Inès", "García", 'F'), (LYCEE, "TERM 1"));
    builder.population.pupils[alias].person.alias = Some("ines31".to_owned());
    parent(builder, "parent_alias", ("María", "García", 'F'), &[alias]);

    let never = pupil(
        builder,
        "never_set",
        ("Romane", "Faure", 'F'),
        (COLLEGE, "6A"),
    );
    never_set(builder, Some(never), None);
    let nobody = parent(
        builder,
        "parent_never_set",
        ("Julie", "Faure", 'F'),
        &[never],
    );
    never_set(builder, None, Some(nobody));

    let initial = pupil(
        builder,
        "initial",
        ("Manon", "Girard", 'F'),
        (COLLEGE, "6A"),
    );
    let person = &mut builder.population.pupils[initial].person;
    person.password = Password::Initial(GIVEN_OUT);
    person.last_login = None;
    let waiting = parent(
        builder,
        "parent_initial",
        ("Éric", "Girard", 'M'),
        &[initial],
    );
    let person = &mut builder.population.adults[waiting].person;
    person.password = Password::Initial(GIVEN_OUT);
    person.last_login = None;

    let disabled = pupil(
        builder,
        "disabled",
        ("Nathan", "Rousseau", 'M'),
        (COLLEGE, "4A"),
    );
    builder.population.pupils[disabled].person.disabled = true;
    let shut = parent(
        builder,
        "parent_disabled",
        ("Gérald", "Rousseau", 'M'),
        &[disabled],
    );
    builder.population.adults[shut].person.disabled = true;

    let older = pupil(
        builder,
        "older_links",
        ("Jules", "Morel", 'M'),
        (COLLEGE, "3A"),
    );
    builder.population.pupils[older].older_links = true;
    builder.population.pupils[older].person.mail = None;
    parent(
        builder,
        "mother_older_links",
        ("Agnès", "Morel", 'F'),
        &[older],
    );
    let father = parent(builder, "no_mail", ("Hervé", "Morel", 'M'), &[older]);
    builder.population.adults[father].person.mail = None;
}

fn never_set(builder: &mut Builder, pupil: Option<usize>, adult: Option<usize>) {
    let population = &mut builder.population;
    let people = pupil
        .map(|p| &mut population.pupils[p].person)
        .into_iter()
        .chain(adult.map(|a| &mut population.adults[a].person));
    for person in people {
        person.password = Password::Never;
        person.last_login = None;
    }
}

/// One parent for children in both schools; and one who stands twice, once per child.
fn siblings(builder: &mut Builder) {
    let small = pupil(
        builder,
        "sibling_college",
        ("Emma", "Bernard", 'F'),
        (COLLEGE, "6A"),
    );
    let big = pupil(
        builder,
        "sibling_lycee",
        ("Lucas", "Bernard", 'M'),
        (LYCEE, "2NDE 1"),
    );
    parent(
        builder,
        "parent_both_schools",
        ("Isabelle", "Bernard", 'F'),
        &[small, big],
    );

    let small = pupil(
        builder,
        "child_of_duplicate_college",
        ("Camille", "Petit", 'F'),
        (COLLEGE, "5A"),
    );
    let big = pupil(
        builder,
        "child_of_duplicate_lycee",
        ("Théo", "Petit", 'M'),
        (LYCEE, "1ERE 1"),
    );
    let mother = parent(builder, "duplicate_a", ("Nathalie", "Petit", 'F'), &[small]);
    let second = duplicate(builder, mother, big, Difference::Same);
    builder.name_adult("duplicate_b", second);
}

/// A family of three accounts: one cluster.
fn same_parent_thrice(builder: &mut Builder) {
    let first = pupil(
        builder,
        "triplet_child_a",
        ("Ilyès", "Benali", 'M'),
        (COLLEGE, "6A"),
    );
    let second = pupil(
        builder,
        "triplet_child_b",
        ("Yasmine", "Benali", 'F'),
        (COLLEGE, "4A"),
    );
    let third = pupil(
        builder,
        "triplet_child_c",
        ("Mehdi", "Benali", 'M'),
        (LYCEE, "1ERE 1"),
    );
    let father = parent(builder, "triplet_a", ("Karim", "Benali", 'M'), &[first]);
    let again = duplicate(builder, father, second, Difference::NoMail);
    builder.name_adult("triplet_b", again);
    let once_more = duplicate(builder, father, third, Difference::UpperCase);
    builder.name_adult("triplet_c", once_more);
    builder
        .population
        .duplicates
        .push((again, once_more, "upper-case"));
}

/// The child of a teacher of the same school. `staff` gives her the post.
fn teacher_and_parent(builder: &mut Builder) {
    let adam = pupil(
        builder,
        "child_of_teacher",
        ("Adam", "Fontaine", 'M'),
        (COLLEGE, "3A"),
    );
    parent(
        builder,
        "teacher_and_parent",
        ("Claire", "Fontaine", 'F'),
        &[adam],
    );
}
