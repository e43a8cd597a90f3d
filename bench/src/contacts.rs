//! Mail addresses, phone numbers and homes as people have them.

use crate::chance::Chance;
use crate::people::{Address, Home};
use crate::spelling::plain;
use crate::words::places::{COMPLEMENTS, KINDS, PROVIDERS, STREETS, TOWNS};
use std::collections::{BTreeMap, HashSet};

/// Gives out mail addresses and numbers, none of them twice.
#[derive(Debug, Clone, Default)]
pub struct Contacts {
    given_out: HashSet<String>,
    /// Addresses by town, where others may live as well.
    buildings: BTreeMap<String, Vec<Address>>,
}

/// Of homes: in a building where somebody lives already, with a landline of their own.
const NEIGHBOURS: f64 = 0.05;
/// Of homes: with a landline.
const LANDLINES: f64 = 0.55;

impl Contacts {
    /// A mail address made of the names, as people choose theirs.
    pub fn mail(&mut self, chance: &mut Chance, given: &str, surname: &str) -> String {
        let given: String = plain(given)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let surname: String = plain(surname)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let initial: String = given.chars().take(1).collect();
        let provider = *chance.weighted(PROVIDERS);
        let shape = *chance.weighted(&[(0_u32, 45), (1, 15), (2, 12), (3, 10), (4, 10), (5, 8)]);
        let number = chance.number(1, 99);
        let local = match shape {
            0 => format!("{given}.{surname}"),
            1 => format!("{surname}.{given}"),
            2 => format!("{initial}{surname}"),
            3 => format!("{given}{number}"),
            4 => format!("{given}{surname}{number}"),
            _ => format!(
                "{}{number}{initial}",
                chance.one(&["lilou", "titi", "soleil", "toulouse", "papillon", "rugby"])
            ),
        };
        self.fresh(|again| match again {
            0 => format!("{local}@{provider}"),
            again => format!("{local}{again}@{provider}"),
        })
    }

    /// An address that a whole family uses.
    pub fn family_mail(&mut self, chance: &mut Chance, surname: &str) -> String {
        let surname: String = plain(surname)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let provider = *chance.weighted(PROVIDERS);
        let word = *chance.one(&["famille.", "famille", "les", "fam."]);
        self.fresh(|again| match again {
            0 => format!("{word}{surname}@{provider}"),
            again => format!("{word}{surname}{again}@{provider}"),
        })
    }

    /// A mobile number, ten digits.
    pub fn mobile(&mut self, chance: &mut Chance) -> String {
        let prefix = *chance.weighted(&[("06", 4), ("07", 1)]);
        self.number(chance, prefix)
    }

    /// A landline, ten digits.
    pub fn landline(&mut self, chance: &mut Chance) -> String {
        let prefix = *chance.weighted(&[("056", 4), ("095", 1)]);
        self.number(chance, prefix)
    }

    fn number(&mut self, chance: &mut Chance, prefix: &str) -> String {
        loop {
            let number: String = format!("{prefix}{:08}", chance.number(10_000_000, 99_999_999))
                .chars()
                .take(10)
                .collect();
            if self.given_out.insert(number.clone()) {
                return number;
            }
        }
    }

    fn fresh(&mut self, make: impl Fn(u32) -> String) -> String {
        let mut again = 0;
        loop {
            let value = make(again);
            if self.given_out.insert(value.clone()) {
                return value;
            }
            again += 1;
        }
    }

    /// A home near a school's town; some have strangers for neighbours at the very address.
    pub fn home(&mut self, chance: &mut Chance, near: usize) -> Home {
        let town = if chance.happens(0.65) {
            near
        } else {
            (near + chance.index(7) + TOWNS.len() - 3) % TOWNS.len()
        };
        let (town, postcode) = TOWNS[town];
        let built = self.buildings.entry(postcode.to_owned()).or_default();
        if !built.is_empty() && chance.happens(NEIGHBOURS) {
            let address = chance.one(built).clone();
            let landline = chance.happens(LANDLINES).then(|| self.landline(chance));
            return Home { address, landline };
        }
        loop {
            let bis = *chance.weighted(&[("", 93), (" bis", 6), (" ter", 1)]);
            let kinds: Vec<(usize, u32)> = KINDS
                .iter()
                .enumerate()
                .map(|(at, kind)| (at, kind.2))
                .collect();
            let address = Address {
                number: format!("{}{bis}", chance.number(1, 120)),
                kind: *chance.weighted(&kinds),
                street: (*chance.ranked(STREETS, 25.0)).to_owned(),
                complement: chance
                    .happens(0.25)
                    .then(|| (chance.index(COMPLEMENTS.len()), chance.number(1, 30))),
                postcode: postcode.to_owned(),
                town: town.to_owned(),
            };
            if self.given_out.insert(format!("{address:?}")) {
                let landline = chance.happens(LANDLINES).then(|| self.landline(chance));
                self.buildings
                    .entry(postcode.to_owned())
                    .or_default()
                    .push(address.clone());
                return Home { address, landline };
            }
        }
    }
}
