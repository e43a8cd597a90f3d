//! Names and sex of two people, put into the balance.

use super::balance::Balance;
use super::evidence::Evidence;
use super::likeness::{Likeness, family_likeness, given_likeness};
use super::names::within;
use super::person::{Person, Sex};
use super::score::Scorer;

impl Scorer<'_> {
    pub(super) fn names(&self, a: &Person, b: &Person, balance: &mut Balance<'_>) {
        let (families, givens) = (&self.population.families, &self.population.givens);
        let one_sex = a.sex == b.sex && a.sex != Sex::Unknown;
        if a.sex != b.sex && a.sex != Sex::Unknown && b.sex != Sex::Unknown {
            balance.evidence.push(Evidence::SexDifferent);
        }
        let share = |bearers: u32| f64::from(bearers.max(1)) / self.size;
        let given_share = |bearers: u32| share(bearers).max(self.weights.prior.rarest_given);
        let given = self.given(a, b, one_sex);
        let swapped = || {
            if a.family == 0 || b.family == 0 {
                return false;
            }
            let crossed = |x: &Person, y: &Person| {
                let (family, given) = (&families.at(x.family).joined, &givens.at(y.given).joined);
                let first = &givens.at(y.given).words[0];
                // Two given names, in the place of the family name.
                let begun = families.at(x.family).words.first().unwrap_or(family);
                let same = family == given || family == first || begun == given || begun == first;
                let near = || family.len() > 4 && within(family, given, 1);
                (same, same || near())
            };
            let (x, y) = (crossed(a, b), crossed(b, a));
            (x.0 || y.0) && x.1 && y.1
        };
        if given == Some(Likeness::Different) && swapped() {
            let rare = share(families.at(a.family).bearers) * share(givens.at(a.given).bearers);
            balance.add(
                Evidence::NamesSwapped,
                rare.max(1.0 / self.size / self.size),
            );
            return;
        }
        balance.no_couple =
            given == Some(Likeness::Same) || (one_sex && given != Some(Likeness::Different));
        if let Some(likeness) = given {
            let (x, y) = (givens.at(a.given).bearers, givens.at(b.given).bearers);
            let (evidence, chance) = match likeness {
                Likeness::Same => (Evidence::GivenSame, given_share(x.max(y))),
                Likeness::First => (Evidence::GivenFirst, given_share(x.max(y))),
                Likeness::Part => (Evidence::GivenPart, 2.0 * given_share(x.max(y))),
                Likeness::Initial => (Evidence::GivenInitial, 0.0),
                Likeness::Near => (Evidence::GivenNear, 0.0),
                Likeness::Different => (Evidence::GivenDifferent, 0.0),
            };
            balance.add(evidence, chance);
        }
        if a.family == 0 || b.family == 0 {
            return;
        }
        let bearers = |place: u32| families.at(place).bearers;
        let alike = |x: u32, y: u32| {
            x != 0
                && y != 0
                && (x == y
                    || family_likeness(families.at(x), families.at(y), self.common)
                        == Likeness::Same)
        };
        let direct = if a.family == b.family {
            Likeness::Same
        } else {
            family_likeness(families.at(a.family), families.at(b.family), self.common)
        };
        let most = share(bearers(a.family).max(bearers(b.family)));
        let born = [(a.birth, b.family), (a.family, b.birth), (a.birth, b.birth)]
            .into_iter()
            .find(|(x, y)| alike(*x, *y));
        match (direct, born) {
            (Likeness::Same, _) => balance.add(Evidence::FamilySame, most),
            // Often with a mere slip between the name in use and the other's name at birth: it is one name.
            (Likeness::Near, _) => balance.add(Evidence::FamilyNear, 0.0),
            (_, Some((x, y))) => {
                balance.add(
                    Evidence::FamilyBirth,
                    2.0 * share(bearers(x).max(bearers(y))),
                );
            }
            (Likeness::Part, None) => balance.add(Evidence::FamilyPart, 3.0 * most),
            (_, None) => balance.add(Evidence::FamilyDifferent, 0.0),
        }
    }

    /// How the given names stand to each other, the other given names looked at where both are of one sex;
    /// `None` where one has none.
    pub(super) fn given(&self, a: &Person, b: &Person, one_sex: bool) -> Option<Likeness> {
        if a.given == 0 || b.given == 0 {
            return None;
        }
        if a.given == b.given {
            return Some(Likeness::Same);
        }
        let givens = &self.population.givens;
        let direct = self.remembered.or_find((a.given, b.given), one_sex, || {
            given_likeness(givens.at(a.given), givens.at(b.given), self.common, one_sex)
        });
        let also = |x: &Person, y: &Person| {
            let usual = givens.at(x.given);
            usual.joined.len() > 2 && givens.at(y.other_given).words.contains(&usual.joined)
        };
        if direct == Likeness::Different && one_sex && (also(a, b) || also(b, a)) {
            return Some(Likeness::Part);
        }
        Some(direct)
    }
}
