//! Children of two people and their other parents, put into the balance.

use super::balance::Balance;
use super::evidence::Evidence;
use super::person::Person;
use super::score::Scorer;

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
            .children
            .iter()
            .filter(|child| b.children.contains(child))
            .copied()
            .collect();
        if let Some(child) = shared.first() {
            balance.add(Evidence::ChildSame, self.share(self.holders(*child)));
            let differ = shared.iter().any(|child| {
                let kinship = |person: &Person| self.population.kinship.get(&(*child, person.id));
                matches!((kinship(a), kinship(b)), (Some(x), Some(y)) if differ(*x, *y))
            });
            if differ {
                balance.evidence.push(Evidence::KinshipDifferent);
            }
        } else if !a.children.is_empty() && !b.children.is_empty() {
            balance.add(Evidence::ChildDifferent, 1.0);
        }
        let partners = |person: &Person| -> Vec<u32> {
            let own = person.children.iter().filter(|c| !shared.contains(c));
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
        let people = &self.population.people;
        let named_alike = x.iter().find(|p| {
            let p = &people[**p as usize];
            y.iter().map(|q| &people[*q as usize]).any(|q| {
                p.given != 0 && p.family != 0 && p.given == q.given && p.family == q.family
            })
        });
        match named_alike {
            Some(partner) => {
                let p = &people[*partner as usize];
                let bearers = |n: u32| f64::from(n) / self.size;
                let chance = bearers(self.population.families.at(p.family).bearers)
                    * bearers(self.population.givens.at(p.given).bearers);
                balance.add(Evidence::PartnerNameSame, chance.max(2.0 / self.size));
            }
            None => balance.add(Evidence::PartnerDifferent, 1.0),
        }
        shared
    }

    /// Adults who name a child.
    pub(super) fn parents_of(&self, child: u64) -> impl Iterator<Item = u32> + '_ {
        let from = self.parents.partition_point(|(c, _)| *c < child);
        self.parents[from..]
            .iter()
            .take_while(move |(c, _)| *c == child)
            .map(|(_, person)| *person)
    }
}

/// Whether two codes of kinship to one child cannot be one person's: mother 10, father 20, brother or sister 37,
/// grandparent 38, and their older codes. What is vague (other relative, guardian) contradicts nothing.
fn differ(x: u16, y: u16) -> bool {
    let kind = |code: u16| match code {
        2 | 10 => Some(10),
        1 | 20 => Some(20),
        37 => Some(37),
        38 => Some(38),
        _ => None,
    };
    matches!((kind(x), kind(y)), (Some(x), Some(y)) if x != y)
}
