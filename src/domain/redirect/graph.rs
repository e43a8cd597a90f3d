//! Loops among redirects: mail that goes round and arrives nowhere. Pure; a hundred thousand accounts are no
//! matter.

use foldhash::fast::RandomState;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::hash::BuildHasher;

/// Who forwards where: the addresses an account receives at, and those it forwards to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forward {
    /// Addresses of the account itself.
    pub own: Vec<String>,
    /// Addresses its mail goes to.
    pub to: Vec<String>,
}

/// Who of many forwards to one of them, told by a few bytes each: the others are in no loop. May take one for such
/// who is not; never the other way round.
#[derive(Debug, Default)]
pub struct Inward {
    own: HashSet<u64, RandomState>,
    to: Vec<u64>,
    /// Where in `to` each ends.
    ends: Vec<u32>,
    mark: Mark,
}

/// Makes the few bytes of an address.
#[derive(Debug, Default)]
struct Mark {
    state: RandomState,
    lower: String,
}

impl Inward {
    /// Adds the next one: its own addresses, and those that it forwards to.
    pub fn add(&mut self, own: &[String], to: &[String]) {
        let mark = &mut self.mark;
        self.own.extend(own.iter().map(|own| mark.of(own)));
        self.to.extend(to.iter().map(|to| mark.of(to)));
        self.ends.push(self.to.len() as u32);
    }

    /// Whether mail to this address comes to one of them. To be asked once all are there.
    pub fn is_here(&self, address: &str) -> bool {
        self.own
            .contains(&self.mark.state.hash_one(key(address).as_str()))
    }

    /// Those who forward to one of them, by position.
    pub fn forwarding(&self) -> impl Iterator<Item = usize> {
        let starts = std::iter::once(&0).chain(&self.ends);
        let all = starts.zip(&self.ends).enumerate();
        all.filter_map(|(at, (start, end))| {
            let to = self.to.get(*start as usize..*end as usize)?;
            to.iter().any(|to| self.own.contains(to)).then_some(at)
        })
    }
}

impl Mark {
    fn of(&mut self, address: &str) -> u64 {
        if !address.is_ascii() {
            return self.state.hash_one(key(address).as_str());
        }
        self.lower.clear();
        self.lower.push_str(address.trim());
        self.lower.make_ascii_lowercase();
        self.state.hash_one(self.lower.as_str())
    }
}

/// The loops, as positions in the list: each in the order in which mail goes round, the lowest first. An account
/// that forwards to itself is a loop of one. Where loops are knotted into each other, one walk through the knot
/// stands for them.
pub fn loops(forwards: &[Forward]) -> Vec<Vec<usize>> {
    let mut owners: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, forward) in forwards.iter().enumerate() {
        for own in &forward.own {
            owners.entry(key(own)).or_default().push(at);
        }
    }
    let mut graph: DiGraph<(), (), u32> = DiGraph::default();
    let nodes: Vec<NodeIndex<u32>> = forwards.iter().map(|_| graph.add_node(())).collect();
    let mut next: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, forward) in forwards.iter().enumerate() {
        for to in &forward.to {
            for owner in owners.get(&key(to)).into_iter().flatten() {
                graph.add_edge(nodes[at], nodes[*owner], ());
                next.entry(at).or_default().push(*owner);
            }
        }
    }
    let mut found: Vec<Vec<usize>> = kosaraju_scc(&graph)
        .into_iter()
        .map(|part| {
            let mut part: Vec<usize> = part.into_iter().map(NodeIndex::index).collect();
            part.sort_unstable();
            part
        })
        .filter(|part| {
            let itself = |at: &usize| next.get(at).is_some_and(|to| to.contains(at));
            part.len() > 1 || part.first().is_some_and(itself)
        })
        .map(|part| walk(part, &next))
        .collect();
    found.sort();
    found
}

/// Whose mail ends in a loop without being in it: the way from them into it, by position, the loop's first member at
/// its end. `loops` are those of [`loops`].
pub fn leading_into(forwards: &[Forward], loops: &[Vec<usize>]) -> BTreeMap<usize, Vec<usize>> {
    if loops.is_empty() {
        return BTreeMap::new();
    }
    let mut sources: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, forward) in forwards.iter().enumerate() {
        for to in &forward.to {
            sources.entry(key(to)).or_default().push(at);
        }
    }
    let mut ahead: VecDeque<usize> = loops.iter().flatten().copied().collect();
    let mut inside: Vec<bool> = vec![false; forwards.len()];
    for at in &ahead {
        inside[*at] = true;
    }
    let mut ways: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    while let Some(at) = ahead.pop_front() {
        let further = ways.get(&at).cloned().unwrap_or_else(|| vec![at]);
        for own in &forwards[at].own {
            for source in sources.get(&key(own)).into_iter().flatten() {
                if inside[*source] || ways.contains_key(source) {
                    continue;
                }
                let mut way = vec![*source];
                way.extend(&further);
                ways.insert(*source, way);
                ahead.push_back(*source);
            }
        }
    }
    ways
}

/// The members in the order mail takes, as far as one walk goes; those off the walk after it.
fn walk(part: Vec<usize>, next: &BTreeMap<usize, Vec<usize>>) -> Vec<usize> {
    let Some(first) = part.first().copied() else {
        return part;
    };
    let mut left: std::collections::BTreeSet<usize> = part.into_iter().collect();
    let mut order = Vec::with_capacity(left.len());
    let mut here = Some(first);
    while let Some(at) = here {
        left.remove(&at);
        order.push(at);
        here = next
            .get(&at)
            .into_iter()
            .flatten()
            .find(|to| left.contains(to))
            .copied();
    }
    order.extend(left);
    order
}

fn key(address: &str) -> String {
    address.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Accounts named by number; each forwards to these.
    fn forwards(edges: &[&[usize]]) -> Vec<Forward> {
        let address = |n: &usize| format!("P{n}@ent.example");
        edges
            .iter()
            .enumerate()
            .map(|(n, to)| Forward {
                own: vec![address(&n).to_lowercase()],
                to: to.iter().map(address).collect(),
            })
            .collect()
    }

    #[test]
    fn a_chain_is_no_loop_and_a_ring_is() {
        assert!(loops(&forwards(&[&[1], &[2], &[]])).is_empty());
        assert_eq!(loops(&forwards(&[&[1], &[0]])), [[0, 1]]);
        assert_eq!(loops(&forwards(&[&[2], &[0], &[1], &[0]])), [[0, 2, 1]]);
        assert_eq!(loops(&forwards(&[&[0], &[]])), [[0]]);
    }

    #[test]
    fn a_way_into_a_ring_is_told_by_its_steps() {
        // 4 → 3 → 0 ⇄ 1, 2 alone, 5 → outside.
        let all = forwards(&[&[1], &[0], &[], &[0], &[3], &[9]]);
        let rings = loops(&all);
        assert_eq!(rings, [[0, 1]]);
        let ways = leading_into(&all, &rings);
        assert_eq!(ways.keys().copied().collect::<Vec<_>>(), [3, 4]);
        assert_eq!(ways[&4], [4, 3, 0]);
        assert!(leading_into(&all, &[]).is_empty());
    }

    #[test]
    fn whoever_forwards_out_of_the_ent_is_in_no_loop() {
        let mut inward = Inward::default();
        for forward in forwards(&[&[1], &[0], &[], &[9], &[9, 2], &[5]]) {
            inward.add(&forward.own, &forward.to);
        }
        assert_eq!(inward.forwarding().collect::<Vec<_>>(), [0, 1, 4, 5]);
        assert!(inward.is_here(" P3@Ent.example"));
        assert!(!inward.is_here("p9@ent.example"));
    }

    #[test]
    fn two_who_share_an_address_both_receive() {
        let mut shared = forwards(&[&[1], &[], &[0]]);
        shared[2].own = vec!["p1@ENT.example".into()];
        assert_eq!(loops(&shared), [[0, 2]]);
    }

    #[test]
    fn a_hundred_thousand_in_one_ring_are_found() {
        let ring: Vec<Forward> = (0..100_000_usize)
            .map(|n| Forward {
                own: vec![format!("p{n}@e.x")],
                to: vec![format!("p{}@e.x", (n + 1) % 100_000)],
            })
            .collect();
        let found = loops(&ring);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].len(), 100_000);
    }

    /// Whether mail from `from` comes back to it, by following every redirect.
    fn returns(edges: &[BTreeSet<usize>], from: usize) -> bool {
        let (mut seen, mut ahead) = (BTreeSet::new(), vec![from]);
        while let Some(at) = ahead.pop() {
            for to in &edges[at] {
                if *to == from {
                    return true;
                }
                if seen.insert(*to) {
                    ahead.push(*to);
                }
            }
        }
        false
    }

    proptest! {
        #[test]
        fn exactly_those_to_whom_mail_comes_back_are_in_a_loop(
            edges in proptest::collection::vec(
                proptest::collection::btree_set(0_usize..12, 0..3), 12)
        ) {
            let listed: Vec<Vec<usize>> = edges.iter().map(|e| e.iter().copied().collect()).collect();
            let listed: Vec<&[usize]> = listed.iter().map(Vec::as_slice).collect();
            let found: BTreeSet<usize> = loops(&forwards(&listed)).into_iter().flatten().collect();
            let expected: BTreeSet<usize> = (0..12).filter(|n| returns(&edges, *n)).collect();
            prop_assert_eq!(&found, &expected);
            let mut inward = Inward::default();
            for forward in forwards(&listed) {
                inward.add(&forward.own, &forward.to);
            }
            let forwarding: BTreeSet<usize> = inward.forwarding().collect();
            prop_assert!(expected.is_subset(&forwarding));
        }
    }
}
