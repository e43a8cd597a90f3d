//! Children of two people and their other parents, put into the balance.

use super::balance::Balance;
use super::evidence::Evidence;
use super::likeness::{Likeness, family_likeness};
use super::person::{Person, Sex};
use super::score::{OWN, Scorer};

impl Scorer<'_> {
    /// Children of both, and the other parents; gives the children of both.
    pub(super) fn family(
        &self,
        a: &Person,
        b: &Person,
        at: u32,
        other: u32,
        balance: &mut Balance<'_>,
    ) -> Vec<u64> {
        let shared: Vec<u64> = a
            .children()
            .iter()
            .filter(|child| b.children().contains(child))
            .copied()
            .collect();
        if let Some(child) = shared.first() {
            balance.add(Evidence::ChildSame, self.share(self.holders(*child)));
        } else if !a.children().is_empty() && !b.children().is_empty() {
            balance.add(Evidence::ChildDifferent, 1.0);
        }
        if self.kinship_differs(a, b, &shared, balance.count(&OWN) == 0) {
            balance.evidence.push(Evidence::KinshipDifferent);
        }
        if self.namesake_beside(a, b, at, other) {
            balance.namesake = true;
        }
        let partners = |person: &Person| -> Vec<u32> {
            let own = person.children().iter().filter(|c| !shared.contains(c));
            let mut found: Vec<u32> = own
                .flat_map(|child| self.parents_of(*child))
                .filter(|p| *p != at && *p != other)
                .collect();
            found.sort_unstable();
            found.dedup();
            found
        };
        let (x, y) = (partners(a), partners(b));
        if x.is_empty() || y.is_empty() {
            return shared;
        }
        if x.iter().any(|p| y.contains(p)) {
            balance.add(Evidence::PartnerSame, 2.0 / self.size);
            return shared;
        }
        match x
            .iter()
            .find(|p| y.iter().any(|q| self.named_alike(**p, *q)))
        {
            Some(partner) if !balance.namesake => {
                let p = &self.population.people[*partner as usize];
                let bearers = |n: u32| f64::from(n) / self.size;
                let family = if p.family == a.family || p.family == b.family {
                    // Couples of one name: whoever has his name mostly has hers.
                    self.weights.prior.couple_name
                } else {
                    bearers(self.population.families.at(p.family).bearers)
                };
                let given = bearers(self.population.givens.at(p.given).bearers);
                let chance = family * given.max(self.weights.prior.rarest_given);
                balance.add(Evidence::PartnerNameSame, chance.max(2.0 / self.size));
            }
            Some(_) => {}
            None => balance.add(Evidence::PartnerDifferent, 1.0),
        }
        shared
    }

    /// Whether what they are to their children cannot be one person's: mother and father to one child, or the
    /// parent of these and the grandparent of those, all of them at school, where nothing else is one's own.
    fn kinship_differs(&self, a: &Person, b: &Person, shared: &[u64], nothing_own: bool) -> bool {
        let kin = |person: &Person, child: u64| {
            let code = self.population.kinship(child, person.id);
            code.and_then(kind)
        };
        let apart = |x: Option<Kin>, y: Option<Kin>| matches!((x, y), (Some(x), Some(y)) if x != y);
        if shared
            .iter()
            .any(|child| apart(kin(a, *child), kin(b, *child)))
        {
            return true;
        }
        let is = |person: &Person, wanted: &[Kin]| {
            let mut children = person.children().iter();
            children.any(|child| kin(person, *child).is_some_and(|kin| wanted.contains(&kin)))
        };
        let generations = |x: &Person, y: &Person| {
            is(x, &[Kin::Grandparent])
                && is(y, &[Kin::Mother, Kin::Father])
                && !is(y, &[Kin::Grandparent])
                && !is(x, &[Kin::Mother, Kin::Father])
        };
        nothing_own && (generations(a, b) || generations(b, a))
    }

    /// Whether a third account of a child of theirs bears the name of one of the two: a father and his son, who
    /// are to the children what each other's partners would be.
    fn namesake_beside(&self, a: &Person, b: &Person, at: u32, other: u32) -> bool {
        let people = &self.population.people;
        let called = |p: &Person, q: &Person| p.given == q.given && p.family == q.family;
        let kin = |person: &Person, child: u64| {
            let code = self.population.kinship(child, person.id);
            code.and_then(kind)
        };
        [a, b].into_iter().any(|person| {
            person.children().iter().any(|child| {
                self.parents_of(*child)
                    .filter(|p| *p != at && *p != other)
                    .map(|p| &people[p as usize])
                    .any(|third| {
                        let (x, y) = (kin(person, *child), kin(third, *child));
                        called(third, person) && x.is_some() && y.is_some() && x != y
                    })
            })
        })
    }

    /// Whether two accounts bear one name, but for a slip.
    fn named_alike(&self, p: u32, q: u32) -> bool {
        let people = &self.population.people;
        let (p, q) = (&people[p as usize], &people[q as usize]);
        if p.given == 0 || q.given == 0 || p.family == 0 || q.family == 0 {
            return false;
        }
        if p.given == q.given && p.family == q.family {
            return true;
        }
        let one_sex = p.sex == q.sex && p.sex != Sex::Unknown;
        let given = self.given(p, q, one_sex);
        let families = &self.population.families;
        let family = family_likeness(families.at(p.family), families.at(q.family), self.common);
        matches!(
            given,
            Some(Likeness::Same | Likeness::First | Likeness::Near)
        ) && matches!(family, Likeness::Same | Likeness::Near)
    }
}

/// What somebody is to a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kin {
    Mother,
    Father,
    Sibling,
    Grandparent,
}

/// The codes of kinship that say who somebody is (SDET `lien`, and their older codes). What is vague (other
/// relative, guardian) contradicts nothing.
fn kind(code: u16) -> Option<Kin> {
    match code {
        2 | 10 => Some(Kin::Mother),
        1 | 20 => Some(Kin::Father),
        37 => Some(Kin::Sibling),
        38 => Some(Kin::Grandparent),
        _ => None,
    }
}
