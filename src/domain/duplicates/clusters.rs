//! Three accounts and more of one person, and which of them is better kept.

use super::person::{Person, Population};
use super::score::{Pair, Scorer, Tier};
use super::weights::Weights;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Accounts that are one person's, as far as the pairs tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Places of the people, the one proposed to keep first.
    pub members: Vec<u32>,
    /// Why that one.
    pub reason: KeepReason,
    /// Its pairs, best first; `a` is the one proposed to keep of the two.
    pub pairs: Vec<Pair>,
}

/// Why an account is proposed to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepReason {
    /// It alone has a password that its owner chose.
    OwnPassword,
    /// It was used last.
    LastLogin,
    /// It alone has an address to recover the password with.
    Recovery,
    /// It has more children.
    Children,
    /// Nothing tells them apart: the first by number.
    First,
}

impl KeepReason {
    /// All of them.
    pub const ALL: [KeepReason; 5] = [
        KeepReason::OwnPassword,
        KeepReason::LastLogin,
        KeepReason::Recovery,
        KeepReason::Children,
        KeepReason::First,
    ];

    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            KeepReason::OwnPassword => "own-password",
            KeepReason::LastLogin => "last-login",
            KeepReason::Recovery => "recovery",
            KeepReason::Children => "children",
            KeepReason::First => "first",
        }
    }
}

/// Puts pairs (best first) together: what a good pair begins, another good one extends, unless two of the
/// accounts contradict each other; a merely possible pair stands for itself. Clusters come in the order of their
/// best pair.
pub fn clusters(population: &Population, weights: &Weights, pairs: Vec<Pair>) -> Vec<Cluster> {
    let scorer = Scorer::new(population, weights);
    // Which group each person is in, and the members and pairs of each group.
    let mut group_of: BTreeMap<u32, usize> = BTreeMap::new();
    let mut groups: Vec<(Vec<u32>, Vec<Pair>)> = Vec::new();
    for mut pair in pairs {
        let (a, b) = (
            group_of.get(&pair.a).copied(),
            group_of.get(&pair.b).copied(),
        );
        let members =
            |group: Option<usize>, person: u32| group.map_or(vec![person], |g| groups[g].0.clone());
        let (left, right) = (members(a, pair.a), members(b, pair.b));
        let same = a.is_some() && a == b;
        let fits = same
            || (pair.tier < Tier::Possible || (a.is_none() && b.is_none()))
                && left.iter().all(|x| {
                    right
                        .iter()
                        .all(|y| (*x, *y) == (pair.a, pair.b) || !scorer.contradict(*x, *y))
                });
        if !fits {
            if pair.tier < Tier::Possible {
                // One of two accounts that contradict each other is a third one's: which, a person must see.
                pair.tier = Tier::Possible;
                pair.score = pair.score.min(weights.tier.probable - 0.001);
            }
            groups.push((vec![pair.a, pair.b], vec![pair]));
            continue;
        }
        match (a, b) {
            (Some(g), Some(h)) if g != h => {
                let (moved, theirs) = std::mem::take(&mut groups[h]);
                for person in &moved {
                    group_of.insert(*person, g);
                }
                groups[g].0.extend(moved);
                groups[g].1.extend(theirs);
                groups[g].1.push(pair);
            }
            (Some(g), Some(_)) => groups[g].1.push(pair),
            (Some(g), None) => {
                group_of.insert(pair.b, g);
                groups[g].0.push(pair.b);
                groups[g].1.push(pair);
            }
            (None, Some(g)) => {
                group_of.insert(pair.a, g);
                groups[g].0.push(pair.a);
                groups[g].1.push(pair);
            }
            (None, None) => {
                group_of.insert(pair.a, groups.len());
                group_of.insert(pair.b, groups.len());
                groups.push((vec![pair.a, pair.b], vec![pair]));
            }
        }
    }
    let mut clusters: Vec<Cluster> = groups
        .into_iter()
        .filter(|(members, _)| !members.is_empty())
        .map(|(members, pairs)| cluster(population, members, pairs))
        .collect();
    clusters.sort_by(|x, y| {
        let best = |c: &Cluster| c.pairs.first().map_or(0.0, |p| p.score);
        best(y)
            .total_cmp(&best(x))
            .then_with(|| x.members.cmp(&y.members))
    });
    clusters
}

fn cluster(population: &Population, mut members: Vec<u32>, mut pairs: Vec<Pair>) -> Cluster {
    let people = &population.people;
    let worth = |at: &u32| {
        let person = &people[*at as usize];
        (
            Reverse(person.standing),
            Reverse(person.children().len()),
            *at,
        )
    };
    members.sort_by_key(worth);
    let rank = |at: u32| members.iter().position(|m| *m == at);
    for pair in &mut pairs {
        if rank(pair.b) < rank(pair.a) {
            std::mem::swap(&mut pair.a, &mut pair.b);
        }
    }
    pairs.sort_by(|x, y| {
        let place = |p: &Pair| (rank(p.a), rank(p.b));
        y.score
            .total_cmp(&x.score)
            .then_with(|| place(x).cmp(&place(y)))
    });
    Cluster {
        reason: reason(&people[members[0] as usize], &people[members[1] as usize]),
        members,
        pairs,
    }
}

/// What sets the first apart from the next best.
fn reason(kept: &Person, next: &Person) -> KeepReason {
    let (a, b) = (kept.standing, next.standing);
    if a.own_password != b.own_password {
        KeepReason::OwnPassword
    } else if a.last_login != b.last_login {
        KeepReason::LastLogin
    } else if a.recovery != b.recovery {
        KeepReason::Recovery
    } else if kept.children().len() != next.children().len() {
        KeepReason::Children
    } else {
        KeepReason::First
    }
}
