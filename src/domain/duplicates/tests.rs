//! Families: who is found, and who must never be.

use super::*;
use proptest::prelude::*;

fn person(uid: &str, title: &str, given: &str, family: &str) -> Raw {
    Raw {
        uid: uid.to_owned(),
        dn: format!("uid={uid},dc=x"),
        key: format!("uid={uid},dc=x"),
        login: format!("l.{uid}"),
        title: title.to_owned(),
        given: given.to_owned(),
        family: family.to_owned(),
        ..Raw::default()
    }
}

/// Puts somebody in a household: address, telephones, mail and child, all shared.
fn at_home(mut raw: Raw) -> Raw {
    raw.address = "12 bis rue des Lilas".to_owned();
    raw.postcode = "31000".to_owned();
    raw.phones = vec!["0561910001".to_owned(), "0639981234".to_owned()];
    raw.mails = vec!["famille@courriel.example".to_owned()];
    raw.children = vec!["uid=child,dc=x".to_owned()];
    raw
}

/// A town of people who have nothing to do with each other, so that names have a rarity.
fn town() -> Vec<Raw> {
    let givens = [
        "Sophie", "Julie", "Julien", "Marie", "Nathalie", "Marc", "Luc", "Karim", "Fatima", "Paul",
    ];
    let families = [
        "Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau",
    ];
    (0..600)
        .map(|n| {
            let given = givens[n % givens.len()];
            let family = format!(
                "{}{}",
                families[n % families.len()],
                ["", "el", "ot"][n % 3]
            );
            let mut raw = person(&format!("t{n:04}"), "", given, &family);
            // Numbers far apart: neighbours would be a slip of each other.
            raw.phones = vec![format!(
                "06{:08}",
                (n * 48_271_013 + 11_111_117) % 90_000_000
            )];
            raw.mails = vec![format!("p{n}@courriel.example")];
            raw
        })
        .collect()
}

fn found(people: &[Raw]) -> (Population, Vec<Pair>) {
    let mut population = Population::default();
    for raw in people {
        population.add(raw);
    }
    population.sort();
    let pairs = find(&population, &Weights::built_in(), &mut |_| {}).pairs;
    (population, pairs)
}

/// The tier of two people among the town.
fn tier(a: &Raw, b: &Raw) -> Option<Tier> {
    let mut people = town();
    people.extend([a.clone(), b.clone()]);
    let (population, pairs) = found(&people);
    pairs
        .iter()
        .find(|pair| {
            let uid = |at: u32| population.people()[at as usize].uid().to_owned();
            let both = [uid(pair.a), uid(pair.b)];
            both.contains(&a.uid) && both.contains(&b.uid)
        })
        .map(|pair| pair.tier)
}

fn is_sure(tier: Option<Tier>) -> bool {
    tier.is_some_and(|tier| tier < Tier::Possible)
}

#[test]
fn spouses_who_share_everything_are_never_probable() {
    for (title_a, a, title_b, b) in [
        ("M.", "Marc", "Mme", "Sophie"),
        ("", "Marc", "", "Sophie"),
        ("", "Michel", "", "Michèle"),
        ("", "Frédéric", "", "Frédérique"),
        ("", "Jean-Marie", "", "Marie"),
        ("M.", "Dominique", "Mme", "Dominique"),
        ("", "Julien", "", "Julie"),
    ] {
        let x = at_home(person("a", title_a, a, "Roques"));
        let y = at_home(person("b", title_b, b, "Roques"));
        assert!(!is_sure(tier(&x, &y)), "{a} {b}: {:?}", tier(&x, &y));
    }
}

#[test]
fn a_woman_known_by_two_names_is_found_by_her_mobile() {
    let mut a = person("a", "Mme", "Mathilde", "Castanier");
    let mut b = person("b", "Mme", "Mathilde", "Roques");
    a.phones = vec!["06 39 98 12 34".to_owned()];
    b.phones = vec!["+33 (0)6.39.98.12.34".to_owned()];
    assert_eq!(tier(&a, &b), Some(Tier::Probable), "no name at birth");
    let mut third = town();
    third[0].phones.push("0639981234".to_owned());
    third.extend([a.clone(), b.clone()]);
    let (_, pairs) = found(&third);
    assert!(
        pairs.iter().all(|pair| pair.tier > Tier::Certain),
        "a third one's number too"
    );
    let mail = vec!["mathilde@courriel.example".to_owned()];
    (a.mails, b.mails) = (mail.clone(), mail);
    assert!(is_sure(tier(&a, &b)), "the same mail too");
    a.mails.clear();
    b.birth_name = "CASTANIER".to_owned();
    assert!(is_sure(tier(&a, &b)), "name at birth");
}

#[test]
fn whoever_bears_a_word_for_a_name_or_none_is_compared_like_everybody() {
    let mut a = at_home(person("a", "M.", "Antoine", "Ou"));
    let mut b = at_home(person("b", "M.", "Antoine", "OU"));
    assert_eq!(tier(&a, &b), Some(Tier::Certain));
    b.family = "Et".to_owned();
    assert_ne!(tier(&a, &b), Some(Tier::Certain));
    for (given, family) in [("", ""), ("Antoine", ""), ("", "Ou"), ("épouse", "née")] {
        (a.given, a.family) = (given.to_owned(), family.to_owned());
        assert_ne!(tier(&a, &b), Some(Tier::Certain), "{given} {family}");
    }
}

#[test]
fn the_same_person_typed_twice_is_certain() {
    let a = at_home(person("a", "M.", "Jean-François", "Le Goff"));
    let b = at_home(person("b", "M.", "JEAN FRANCOIS", "LEGOFF"));
    assert_eq!(tier(&a, &b), Some(Tier::Certain));
}

#[test]
fn a_father_and_his_son_of_one_name_are_two() {
    let mut a = at_home(person("a", "M.", "Antoine", "Roques"));
    let mut b = at_home(person("b", "M.", "Antoine", "Roques"));
    a.phones = vec!["0561910001".to_owned(), "0639980001".to_owned()];
    b.phones = vec!["0561910001".to_owned(), "0639980002".to_owned()];
    a.mails = vec!["a@courriel.example".to_owned()];
    b.mails = vec!["b@courriel.example".to_owned()];
    assert!(!is_sure(tier(&a, &b)), "{:?}", tier(&a, &b));
}

#[test]
fn what_a_child_tells_of_kinship_is_believed() {
    let mut population = Population::default();
    for raw in town() {
        population.add(&raw);
    }
    population.add(&at_home(person("a", "M.", "Antoine", "Roques")));
    population.add(&at_home(person("b", "M.", "Antoine", "Roques")));
    population.sort();
    let weights = Weights::built_in();
    let before = find(&population, &weights, &mut |_| {}).pairs;
    assert_eq!(before[0].tier, Tier::Certain);
    let kinship = [("uid=a,dc=x".to_owned(), 20), ("uid=b,dc=x".to_owned(), 38)];
    population.add_child("uid=child,dc=x", "Lou Roques", &kinship);
    let after = again(&population, &weights, &before);
    assert!(after.iter().all(|pair| pair.tier == Tier::Possible));
}

#[test]
fn a_name_alone_is_never_more_than_possible() {
    let a = person("a", "M.", "Théophraste", "Roquebrunière");
    let b = person("b", "M.", "Theophraste", "ROQUEBRUNIERE");
    assert_eq!(tier(&a, &b), Some(Tier::Possible));
    let a = person("a", "Mme", "Sophie", "Martin");
    let b = person("b", "Mme", "Sophie", "Martin");
    assert_eq!(tier(&a, &b), None, "common");
}

#[test]
fn twins_and_other_birth_dates_are_two() {
    let mut a = at_home(person("a", "M.", "Antoine", "Roques"));
    let mut b = at_home(person("b", "M.", "Antoine", "Roques"));
    a.birth_date = "07/03/1980".to_owned();
    b.birth_date = "08/03/1980".to_owned();
    assert_eq!(tier(&a, &b), None);
    let mut b = at_home(person("b", "M.", "Bertrand", "Roques"));
    b.birth_date = a.birth_date.clone();
    assert!(!is_sure(tier(&a, &b)));
}

#[test]
fn pairs_joined_already_do_not_come_back() {
    let a = at_home(person("a", "M.", "Antoine", "Roques"));
    let mut b = at_home(person("b", "M.", "Antoine", "Roques"));
    assert!(is_sure(tier(&a, &b)));
    b.joined = vec![a.key.clone()];
    assert_eq!(tier(&a, &b), None);
}

#[test]
fn pairs_that_somebody_told_apart_do_not_come_back() {
    let a = at_home(person("a", "M.", "Antoine", "Roques"));
    let mut b = at_home(person("b", "M.", "Antoine", "Roques"));
    let c = at_home(person("c", "M.", "Antoine", "Roques"));
    b.apart = vec![a.key.clone()];
    assert_eq!(tier(&a, &b), None, "said by one of the two");
    assert!(is_sure(tier(&a, &c)) && is_sure(tier(&b, &c)));
    // A third who looks like both is one of the two, and which is not guessed.
    let mut people = town();
    people.extend([a.clone(), b.clone(), c]);
    let (population, pairs) = found(&people);
    for cluster in clusters(&population, &Weights::built_in(), pairs) {
        assert!(cluster.members.len() < 3, "{cluster:?}");
    }
    // Told from outside the directory.
    b.apart.clear();
    let mut population = Population::default();
    for raw in town().iter().chain([&a, &b]) {
        population.add(raw);
    }
    population.keep_apart(&b.key, &a.key);
    population.sort();
    let pairs = find(&population, &Weights::built_in(), &mut |_| {}).pairs;
    assert!(pairs.iter().all(|pair| pair.tier == Tier::Possible));
}

#[test]
fn whoever_is_joined_to_one_third_does_not_come_back_either() {
    let mut a = at_home(person("a", "M.", "Antoine", "Roques"));
    let mut b = at_home(person("b", "M.", "Antoine", "Roques"));
    (a.joined, b.joined) = (vec!["uid=z,dc=x".to_owned()], vec!["uid=z,dc=x".to_owned()]);
    assert_eq!(tier(&a, &b), None);
    // But whoever both are not is nobody's proof.
    (a.apart, b.apart) = (std::mem::take(&mut a.joined), std::mem::take(&mut b.joined));
    assert!(is_sure(tier(&a, &b)));
}

#[test]
fn three_accounts_are_one_cluster_with_one_to_keep() {
    let mut people = town();
    for uid in ["a", "b", "c"] {
        let mut raw = at_home(person(uid, "M.", "Antoine", "Roques"));
        raw.standing.own_password = uid == "b";
        people.push(raw);
    }
    let (population, pairs) = found(&people);
    let clusters = clusters(&population, &Weights::built_in(), pairs);
    assert_eq!(clusters.len(), 1);
    let uids: Vec<&str> = clusters[0]
        .members
        .iter()
        .map(|at| population.people()[*at as usize].uid())
        .collect();
    assert_eq!(uids, ["b", "a", "c"]);
    assert_eq!(clusters[0].reason, KeepReason::OwnPassword);
    assert_eq!(clusters[0].pairs.len(), 3);
}

#[test]
fn a_cluster_never_joins_a_couple() {
    let mut people = town();
    let mut wife = at_home(person("a", "Mme", "Claude", "Roques"));
    wife.mails = vec!["a@courriel.example".to_owned()];
    // Neither title nor more than an initial: she, or he?
    let nobody = at_home(person("b", "", "Claude", "Roques"));
    let husband = at_home(person("c", "M.", "Claude", "Roques"));
    people.extend([wife, nobody, husband]);
    let (population, pairs) = found(&people);
    for cluster in clusters(&population, &Weights::built_in(), pairs) {
        assert!(cluster.members.len() < 3, "{cluster:?}");
    }
}

#[test]
fn a_large_household_is_split_and_not_forgotten() {
    let mut people = town();
    let (begin, end) = (
        ["Bas", "Kor", "Lim", "Muf", "Sed", "Tan"],
        [
            "bert", "dric", "foul", "gwen", "hild", "joss", "kant", "lomb", "mang", "nour",
        ],
    );
    for n in 0..120 {
        let mut raw = at_home(person(
            &format!("h{n:03}"),
            "",
            &format!("{}{}", begin[n % 6], end[n / 6 % 10]),
            "Roques",
        ));
        raw.children = Vec::new();
        raw.mails = vec![format!("h{}@courriel.example", n % 60)];
        raw.phones = vec![format!("06399800{:02}", n % 60)];
        people.push(raw);
    }
    let (_, pairs) = found(&people);
    let sure = pairs.iter().filter(|pair| pair.tier < Tier::Possible);
    assert_eq!(sure.count(), 60);
}

fn given() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Sophie",
        "Marc",
        "Jean-Pierre",
        "Anne-Marie",
        "Julien",
        "Karim",
        "Thi Hoa",
        "Zoé",
        "Luc",
    ])
}

fn family() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Roques",
        "de La Tour",
        "Martin-Durand",
        "N'Diaye",
        "Le Goff",
    ])
}

fn anybody() -> impl Strategy<Value = Raw> {
    let title = prop::sample::select(vec!["", "M.", "Mme"]);
    (title, given(), family(), any::<[bool; 4]>()).prop_map(|(title, given, family, home)| {
        let mut raw = at_home(person("x", title, given, family));
        if home[0] {
            raw.mails.clear();
        }
        if home[1] {
            raw.phones.truncate(1);
        }
        if home[2] {
            raw.address.clear();
        }
        if home[3] {
            raw.children.clear();
        }
        raw
    })
}

/// Title and given name of two who live together.
type Couple = ((&'static str, &'static str), (&'static str, &'static str));

fn couple() -> impl Strategy<Value = Couple> {
    prop::sample::select(vec![
        (("M.", "Marc"), ("Mme", "Sophie")),
        (("M.", "Frédéric"), ("Mme", "Frédérique")),
        (("M.", "Julien"), ("Mme", "Julie")),
        (("M.", "Jean"), ("Mme", "Jeanne")),
        (("M.", "Jean-Marie"), ("Mme", "Marie")),
        (("M.", "Michel"), ("Mme", "Michèle")),
        (("M.", "Dominique"), ("Mme", "Danielle")),
        (("M.", "Stéphane"), ("Mme", "Stéphanie")),
        (("M.", "Joël"), ("Mme", "Joëlle")),
        (("M.", "Alexandre"), ("Mme", "Alexandra")),
        (("M.", "Karim"), ("Mme", "Karima")),
        (("Mme", "Laure"), ("Mme", "Laura")),
        (("Mme", "Céline"), ("Mme", "Cécile")),
        (("Mme", "Sandra"), ("Mme", "Sandrine")),
        (("Mme", "Anne"), ("Mme", "Anna")),
        (("M.", "Jean-Pierre"), ("M.", "Jean-Paul")),
        (("M.", "Luc"), ("M.", "Lucas")),
        (("M.", "Mathieu"), ("M.", "Mathias")),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_people_is_irrelevant(mut people in prop::collection::vec(anybody(), 2..8), turn in 0usize..8) {
        for (n, raw) in people.iter_mut().enumerate() {
            raw.uid = format!("x{n}");
            raw.key = format!("uid=x{n},dc=x");
            raw.dn.clone_from(&raw.key);
        }
        let (_, before) = found(&people);
        let by = turn % people.len();
        people.rotate_left(by);
        let (_, after) = found(&people);
        prop_assert_eq!(before, after);
    }

    #[test]
    fn a_couple_is_never_sure_whatever_it_shares(a in anybody(), b in anybody()) {
        prop_assume!(a.given != b.given);
        let (mut a, mut b) = (a, b);
        a.uid = "a".into();
        a.key = "uid=a,dc=x".into();
        b.uid = "b".into();
        b.key = "uid=b,dc=x".into();
        b.family.clone_from(&a.family);
        prop_assert!(!is_sure(tier(&a, &b)));
    }

    #[test]
    fn spouses_who_share_all_but_the_given_name_are_never_sure(couple in couple(), also in any::<[bool; 5]>()) {
        let (a, b) = couple;
        let (mut x, mut y) = (at_home(person("a", a.0, a.1, "Roques")), at_home(person("b", b.0, b.1, "Roques")));
        if also[0] {
            // One is entered with nothing but the first letter.
            x.given = x.given.chars().take(1).chain(".".chars()).collect();
        }
        if also[1] {
            x.title.clear();
            y.title.clear();
        }
        if also[2] {
            // A second given name each, of which one is the other's.
            x.other_given = vec!["Claude".to_owned()];
            y.other_given = vec!["Claude".to_owned()];
        }
        if also[3] {
            y.family = "ROQUES CASTANIER".to_owned();
        }
        if also[4] {
            x.children.clear();
        }
        prop_assert!(!is_sure(tier(&x, &y)), "{:?} {:?}: {:?}", x, y, tier(&x, &y));
    }

    #[test]
    fn father_and_son_and_mother_and_daughter_are_never_sure(title in prop::sample::select(vec!["M.", "Mme", ""]), given in given(), apart in 0u8..3) {
        let (mut parent, mut grown) = (at_home(person("a", title, given, "Roques")), at_home(person("b", title, given, "Roques")));
        match apart {
            0 => {
                parent.birth_date = "02/04/1952".to_owned();
                grown.birth_date = "07/03/1980".to_owned();
            }
            1 => {
                parent.phones = vec!["0561910001".to_owned(), "0639981234".to_owned()];
                grown.phones = vec!["0561910001".to_owned(), "0712905566".to_owned()];
                parent.mails = vec!["aieul@courriel.example".to_owned()];
                grown.mails = vec!["famille@courriel.example".to_owned()];
            }
            _ => {
                parent.phones.truncate(1);
                parent.mails.clear();
            }
        }
        let mut population = Population::default();
        for raw in town().iter().chain([&parent, &grown]) {
            population.add(raw);
        }
        if apart == 2 {
            let kinship = [("uid=a,dc=x".to_owned(), 38), ("uid=b,dc=x".to_owned(), 20)];
            population.add_child("uid=child,dc=x", "Lou Roques", &kinship);
        }
        population.sort();
        let pairs = find(&population, &Weights::built_in(), &mut |_| {}).pairs;
        let uid = |at: u32| population.people()[at as usize].uid();
        let theirs = |pair: &&Pair| [uid(pair.a), uid(pair.b)].iter().all(|uid| ["a", "b"].contains(uid));
        prop_assert!(pairs.iter().filter(theirs).all(|pair| pair.tier == Tier::Possible));
    }

    #[test]
    fn a_parent_under_two_names_is_found_by_a_mobile_of_her_own(given in given(), digits in 10_000_000u32..90_000_000, birth in any::<bool>()) {
        let mut a = person("a", "Mme", given, "Castanier");
        let mut b = person("b", "Mme", given, "Roques");
        a.phones = vec![format!("06{digits}")];
        b.phones = vec![format!("+33 (0)6 {digits}")];
        if birth {
            b.birth_name = "CASTANIER".to_owned();
        }
        prop_assert!(is_sure(tier(&a, &b)));
    }

    #[test]
    fn how_a_name_is_put_down_changes_nothing(given in given(), family in family()) {
        let a = at_home(person("a", "", given, family));
        let b = at_home(person("b", "", &given.to_uppercase().replace('-', " "), &family.to_uppercase().replace(' ', "-")));
        let c = at_home(person("b", "", given, family));
        prop_assert_eq!(tier(&a, &b), tier(&a, &c));
        prop_assert_eq!(tier(&a, &b), Some(Tier::Certain));
    }
}
