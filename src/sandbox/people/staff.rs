//! Teachers and the other people who work at the schools.

use super::builder::{Builder, TIMES};
use super::courses::SUBJECTS;
use super::{Password, Post, PostKind};
use crate::sandbox::tree::{COLLEGE, LYCEE};

/// Posts every school has, once each while the staff is small, then in turn.
const POSTS: [PostKind; 6] = [
    staff("National_DIR", "DIR", "DIRECTION", "Direction"),
    staff("National_EVS", "EDU", "EDUCATION", "Vie scolaire"),
    staff(
        "National_ETA",
        "ADF",
        "PERSONNELS ADMINISTRATIFS",
        "Secrétariat",
    ),
    staff("National_DOC", "DOC", "DOCUMENTATION", "CDI"),
    staff(
        "National_EVS",
        "ASE",
        "ASSISTANT D'EDUCATION",
        "Vie scolaire",
    ),
    staff(
        "National_ETA",
        "MDS",
        "PERSONNELS MEDICO-SOCIAUX",
        "Infirmerie",
    ),
];

const fn staff(
    profile: &'static str,
    code: &'static str,
    label: &'static str,
    service: &'static str,
) -> PostKind {
    PostKind::Staff {
        profile,
        code,
        label,
        service,
    }
}

/// Classes a teacher has.
const CLASSES_EACH: usize = 5;

/// Adds the staff: about 120 for 900 pupils, never fewer than 12; a quarter do not teach. One in fifteen
/// is a parent who is there already.
pub(super) fn add(builder: &mut Builder, pupils: u32) {
    let count = (pupils as usize * 120 / 900).max(12);
    let classes = [COLLEGE, LYCEE].map(|school| {
        let names = builder.population.classes(school);
        names.into_iter().map(str::to_owned).collect::<Vec<_>>()
    });
    let parents = builder.population.adults.len();
    let mut heads: std::collections::HashSet<(usize, String)> = std::collections::HashSet::new();
    for n in 0..count {
        let home = if n % 3 == 2 { LYCEE } else { COLLEGE };
        let who = match n {
            // The first is the cast's teacher whose child goes to the collège.
            0 => teacher_of_the_cast(builder),
            _ if n % 15 == 14 => free_parent(builder, parents),
            _ => None,
        };
        let adult = who.unwrap_or_else(|| newcomer(builder));
        let post = if n % 4 == 1 {
            Post {
                kind: POSTS[n / 4 % POSTS.len()],
                schools: vec![home],
                classes: Vec::new(),
                head_of: None,
            }
        } else {
            let mut post = teacher(builder, n, home, &classes);
            post.head_of = post.classes.iter().find(|c| !heads.contains(*c)).cloned();
            heads.extend(post.head_of.clone());
            post
        };
        builder.population.adults[adult].post = Some(post);
        if (1..=3).contains(&n) {
            // These are of the cast: accounts in use.
            let person = &mut builder.population.adults[adult].person;
            person.password = Password::Chosen(TIMES[1]);
            person.disabled = false;
        }
        match n {
            1 => builder.name_adult("staff_college", adult),
            2 => builder.name_adult("teacher_lycee", adult),
            3 => builder.name_adult("teacher_college", adult),
            _ => {}
        }
    }
}

fn teacher(builder: &mut Builder, n: usize, home: usize, classes: &[Vec<String>; 2]) -> Post {
    let (code, label) = builder.dice.pick_early(SUBJECTS);
    let own = &classes[home];
    let mut taught: Vec<(usize, String)> = (0..CLASSES_EACH.min(own.len()))
        .map(|k| (home, own[(n * 3 + k) % own.len()].clone()))
        .collect();
    let mut schools = vec![home];
    if n % 20 == 7 {
        // Shared between the two schools.
        let other = if home == COLLEGE { LYCEE } else { COLLEGE };
        schools.push(other);
        taught.extend(classes[other].first().map(|c| (other, c.clone())));
    }
    Post {
        kind: PostKind::Teacher(code, label),
        schools,
        classes: taught,
        head_of: None,
    }
}

fn newcomer(builder: &mut Builder) -> usize {
    let sex = builder.sex();
    let given = builder.adult_name(sex);
    let family = builder.family_name();
    let adult = builder.adult(given, family, sex);
    let (day, month, year) = (
        builder.dice.between(1, 28),
        builder.dice.between(1, 12),
        builder.dice.between(1963, 2000),
    );
    let person = &mut builder.population.adults[adult].person;
    person.birth_date = Some(format!("{day:02}/{month:02}/{year}"));
    person.mail = person
        .mail
        .is_some()
        .then(|| format!("{}@ac-toulouse.example", person.login));
    adult
}

fn teacher_of_the_cast(builder: &Builder) -> Option<usize> {
    let uid = builder.population.cast.get("teacher_and_parent")?;
    let adults = &builder.population.adults;
    adults.iter().position(|a| a.person.uid == *uid)
}

/// A parent with a working account who has no post yet. Not one of the cast, and not one who stands twice:
/// whether a teacher's parent account is a duplicate is another question.
fn free_parent(builder: &mut Builder, parents: usize) -> Option<usize> {
    let start = builder.dice.below(parents as u64) as usize;
    let population = &builder.population;
    (0..parents).map(|k| (start + k) % parents).find(|at| {
        let adult = &population.adults[*at];
        adult.post.is_none()
            && matches!(adult.person.password, Password::Chosen(_))
            && !population
                .duplicates
                .iter()
                .any(|(a, b, _)| a == at || b == at)
            && !population.cast.values().any(|uid| *uid == adult.person.uid)
    })
}
