//! The schools: a collège and a lycée beside each other in each town.

use crate::chance::Chance;
use crate::contacts::Contacts;
use crate::people::School;
use crate::words::places::TOWNS;

const NAMES: &[&str] = &[
    "Jean-Jaurès",
    "Marie-Curie",
    "Pierre-de-Fermat",
    "Louise-Michel",
    "Jean-Moulin",
    "Antoine-de-Saint-Exupéry",
    "Georges-Pompidou",
    "Simone-Veil",
    "Olympe-de-Gouges",
    "Claude-Nougaro",
    "Lucie-Aubrac",
    "Raymond-Naves",
];

/// So many pairs of a collège and a lycée; the other one of school `n` is `n ^ 1`.
pub(crate) fn schools(chance: &mut Chance, contacts: &mut Contacts, pairs: usize) -> Vec<School> {
    let mut made = Vec::new();
    for pair in 0..pairs {
        let town = pair % TOWNS.len();
        for lycee in [false, true] {
            let number = made.len();
            let kind = if lycee { "Lycée" } else { "Collège" };
            made.push(School {
                uai: format!(
                    "{:07}{}",
                    310_000 + number,
                    (b'A' + (number % 23) as u8) as char
                ),
                siret: format!("1931{number:05}00018"),
                name: format!(
                    "{kind} {} ({} {})",
                    chance.one(NAMES),
                    TOWNS[town].0,
                    number / 2 + 1
                ),
                phone: contacts.landline(chance),
                town,
                lycee,
            });
        }
    }
    made
}

/// A class of a collège or a lycée.
pub(crate) fn class(chance: &mut Chance, lycee: bool) -> &'static str {
    const COLLEGE: &[&str] = &[
        "6A", "6B", "6C", "5A", "5B", "5C", "4A", "4B", "4C", "3A", "3B", "3C",
    ];
    const LYCEE: &[&str] = &[
        "2A", "2B", "2C", "1G1", "1G2", "1STMG", "TG1", "TG2", "TSTMG",
    ];
    let classes = if lycee { LYCEE } else { COLLEGE };
    classes[chance.index(classes.len())]
}
