//! Each school's own way of writing: names, numbers, addresses, and what it types where it knows nothing.

use crate::chance::Chance;
use crate::people::Address;
use crate::spelling::without_accents;
use crate::words::places::{COMPLEMENTS, KINDS, NO_DATE, NO_MAIL, NO_MOBILE};

/// How an office writes phone numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digits {
    Together,
    Blanks,
    Points,
    Slashes,
    Plus,
    PlusZero,
    DoubleZero,
}

/// How it writes addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Streets {
    InFull,
    Short,
    Capitals,
    ShortCapitals,
}

/// The habits of one office.
#[derive(Debug, Clone)]
pub(crate) struct Habits {
    pub(crate) digits: Digits,
    pub(crate) streets: Streets,
    /// Surnames in capitals; with accents or without.
    pub(crate) capitals: bool,
    pub(crate) accents: bool,
    pub(crate) birth_names: bool,
    pub(crate) sex: bool,
    pub(crate) other_names: bool,
    pub(crate) old_titles: bool,
    pub(crate) no_mail: Option<&'static str>,
    pub(crate) no_mobile: Option<&'static str>,
    pub(crate) no_date: Option<&'static str>,
    pub(crate) birth_dates: bool,
    /// The school's own number as everybody's phone.
    pub(crate) own_number: bool,
}

impl Habits {
    pub(crate) fn new(chance: &mut Chance) -> Self {
        use Digits::{Blanks, DoubleZero, Plus, PlusZero, Points, Slashes, Together};
        use Streets::{Capitals, InFull, Short, ShortCapitals};
        Habits {
            digits: *chance.weighted(&[
                (Together, 35),
                (Blanks, 30),
                (Points, 12),
                (Slashes, 3),
                (Plus, 14),
                (PlusZero, 3),
                (DoubleZero, 3),
            ]),
            streets: *chance.weighted(&[
                (InFull, 40),
                (Short, 20),
                (Capitals, 20),
                (ShortCapitals, 20),
            ]),
            capitals: chance.happens(0.5),
            accents: chance.happens(0.6),
            birth_names: chance.happens(0.45),
            sex: chance.happens(0.3),
            other_names: chance.happens(0.35),
            old_titles: chance.happens(0.25),
            no_mail: chance.happens(0.17).then(|| *chance.one(NO_MAIL)),
            no_mobile: chance.happens(0.17).then(|| *chance.one(NO_MOBILE)),
            no_date: chance.happens(0.08).then(|| *chance.one(NO_DATE)),
            birth_dates: chance.happens(0.08),
            own_number: chance.happens(0.08),
        }
    }

    /// A number of ten digits as this office writes it.
    pub(crate) fn phone(&self, number: &str) -> String {
        let pairs = |between: &str| {
            number
                .as_bytes()
                .chunks(2)
                .map(|pair| String::from_utf8_lossy(pair).into_owned())
                .collect::<Vec<_>>()
                .join(between)
        };
        let spoken = || {
            let rest = pairs(" ");
            rest.get(1..).unwrap_or_default().to_owned()
        };
        match self.digits {
            Digits::Together => number.to_owned(),
            Digits::Blanks => pairs(" "),
            Digits::Points => pairs("."),
            Digits::Slashes => pairs("/"),
            Digits::Plus => format!("+33 {}", spoken()),
            Digits::PlusZero => format!("+33 (0){}", spoken()),
            Digits::DoubleZero => format!("0033{}", number.get(1..).unwrap_or_default()),
        }
    }

    /// A surname as this office writes it.
    pub(crate) fn surname(&self, name: &str) -> String {
        let name = self.given(name);
        if self.capitals {
            name.to_uppercase()
        } else {
            name
        }
    }

    /// A given name as this office writes it.
    pub(crate) fn given(&self, name: &str) -> String {
        if self.accents {
            name.to_owned()
        } else {
            without_accents(name)
        }
    }

    /// The lines of an address, joined by `$`.
    pub(crate) fn address(&self, address: &Address) -> String {
        let (kind, short, _) = KINDS[address.kind];
        let short_form = matches!(self.streets, Streets::Short | Streets::ShortCapitals);
        let street = format!(
            "{} {} {}",
            address.number,
            if short_form { short[0] } else { kind },
            address.street
        );
        let complement = address.complement.map(|(which, number)| {
            let (long, abbreviated) = COMPLEMENTS[which];
            format!("{} {number}", if short_form { abbreviated } else { long })
        });
        let lines = match complement {
            Some(complement) => format!("{complement}${street}"),
            None => street,
        };
        match self.streets {
            Streets::InFull | Streets::Short => lines,
            Streets::Capitals | Streets::ShortCapitals => {
                without_accents(&lines).to_uppercase().replace('-', " ")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_in_every_french_way() {
        let mut habits = Habits::new(&mut Chance::new(1));
        let ways = [
            (Digits::Together, "0612345678"),
            (Digits::Blanks, "06 12 34 56 78"),
            (Digits::Points, "06.12.34.56.78"),
            (Digits::Slashes, "06/12/34/56/78"),
            (Digits::Plus, "+33 6 12 34 56 78"),
            (Digits::PlusZero, "+33 (0)6 12 34 56 78"),
            (Digits::DoubleZero, "0033612345678"),
        ];
        for (digits, expected) in ways {
            habits.digits = digits;
            assert_eq!(habits.phone("0612345678"), expected);
        }
    }
}
