//! One pair: what speaks for it and against it, and the score.

use super::balance::Balance;
use super::evidence::{Evidence, Side};
use super::likeness::Likeness;
use super::person::{Person, Population, Sex};
use super::remembered::Remembered;
use super::tallies::{Counted, Tallies};
use super::weights::Weights;

/// How sure a pair is, surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Two strong agreements beside the name, and nothing against: may be joined without a look.
    Certain,
    /// To be looked at, and mostly one person.
    Probable,
    /// Worth a question.
    Possible,
}

impl Tier {
    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Tier::Certain => "certain",
            Tier::Probable => "probable",
            Tier::Possible => "possible",
        }
    }
}

/// Two accounts that may be one person's. `a` and `b` are places in [`Population::people`].
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The one.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// 0 to 1: how likely it is that they are one person, capped where a rule forbids to be sure.
    pub score: f64,
    /// The tier that the score falls in.
    pub tier: Tier,
    /// What speaks for it and against it, most telling first.
    pub evidence: Vec<Evidence>,
    /// Names of children of both, where known.
    pub children: Vec<String>,
    /// Entries' marks of the children of both.
    pub(super) shared: Vec<u64>,
}

impl Pair {
    /// Two people of whom nothing is known yet, for [`super::again`].
    pub fn unscored(a: u32, b: u32) -> Self {
        Pair {
            a,
            b,
            score: 0.0,
            tier: Tier::Possible,
            evidence: Vec::new(),
            children: Vec::new(),
            shared: Vec::new(),
        }
    }

    /// Whether what their children say of them may matter: nothing that is one's own is the same.
    pub fn rests_on_the_family(&self) -> bool {
        !self.evidence.iter().any(|evidence| OWN.contains(evidence))
    }
}

/// What is one's own, and not the household's.
pub(super) const OWN: [Evidence; 4] = [
    Evidence::MailSame,
    Evidence::MobileSame,
    Evidence::BirthDateSame,
    Evidence::JoinKeySame,
];

/// Fewer people than this say nothing of how rare a name is.
const FEWEST: usize = 1000;
/// How far below a tier a capped score stays.
pub(super) const BELOW: f64 = 0.001;

/// The people, with what is counted of them once.
pub(super) struct Scorer<'a> {
    pub population: &'a Population,
    pub weights: &'a Weights,
    /// People, as rarity is told.
    pub size: f64,
    /// Bearers from which a name is common.
    pub common: u32,
    tallies: &'a Tallies,
    /// What given names are to each other.
    pub(super) remembered: Remembered,
    /// Full names that several bear; by [`Scorer::count_names`].
    named: Counted,
}

impl<'a> Scorer<'a> {
    pub fn new(population: &'a Population, weights: &'a Weights) -> Self {
        let people = &population.people;
        let size = people.len().max(FEWEST) as f64;
        let by_share = (people.len() as f64 * weights.tier.common_share) as u32;
        Scorer {
            population,
            weights,
            size,
            common: weights.tier.common.max(by_share),
            tallies: population.tallies(),
            remembered: Remembered::default(),
            named: Counted::default(),
        }
    }

    /// Keeps who bears which full name.
    pub fn count_names(&mut self, named: Counted) {
        self.named = named;
    }

    /// How many bear a full name.
    pub fn namesakes(&self, name: u64) -> usize {
        self.named.holders(name) as usize
    }

    /// How many people have a mark.
    pub fn holders(&self, mark: u64) -> u32 {
        self.tallies.shared.holders(mark)
    }

    /// Adults who name a child.
    pub fn parents_of(&self, child: u64) -> impl Iterator<Item = u32> + '_ {
        self.tallies.parents.of_child(child)
    }

    /// The same of what is one's own: nobody's number but these two's is a stranger's only by a slip, or where the
    /// operator gave it out again.
    pub fn own_share(&self, holders: u32) -> f64 {
        let others = f64::from(holders.max(2) - 2);
        (others + self.weights.prior.reused) / self.size
    }

    /// The share of the people, others than these two among them, with a thing of so many holders.
    pub fn share(&self, holders: u32) -> f64 {
        f64::from(holders.max(2)) / self.size
    }

    /// The pair, where it is worth a question.
    pub fn compare(&self, at: u32, other: u32) -> Option<Pair> {
        let (at, other) = (at.min(other), at.max(other));
        let (a, b) = (
            &self.population.people[at as usize],
            &self.population.people[other as usize],
        );
        if are_joined(a, b) || self.population.are_apart(a, b) {
            return None;
        }
        let mut balance = Balance {
            weights: self.weights,
            one: self.weights.prior.one / self.size,
            relative: self.weights.prior.relative / self.size,
            stranger: 1.0,
            evidence: Vec::with_capacity(12),
            no_couple: false,
            namesake: false,
        };
        self.names(a, b, &mut balance);
        // Most pairs end here: couples, and strangers in one house.
        if balance.has(Evidence::GivenDifferent) && (a.birth_date == 0 || b.birth_date == 0) {
            let best = balance.one / (balance.relative + f64::MIN_POSITIVE);
            if best < 1e-4 && a.join_keys().is_empty() {
                return None;
            }
        }
        self.contacts(a, b, &mut balance);
        // Nor does anything that their children may tell make one person of these.
        let best = balance.one * self.weights.most_of_families();
        if best < balance.relative * self.weights.tier.possible {
            return None;
        }
        let shared = self.family(a, b, at, other, &mut balance);
        self.weigh(at, other, balance, shared)
    }

    fn weigh(
        &self,
        at: u32,
        other: u32,
        mut balance: Balance<'_>,
        shared: Vec<u64>,
    ) -> Option<Pair> {
        let sum = balance.one + balance.relative + balance.stranger;
        let likely = if sum > 0.0 { balance.one / sum } else { 0.0 };
        let score = likely.min(self.ceiling(&balance));
        let tiers = &self.weights.tier;
        let tier = if score >= tiers.certain {
            Tier::Certain
        } else if score >= tiers.probable {
            Tier::Probable
        } else if score >= tiers.possible {
            Tier::Possible
        } else {
            return None;
        };
        let household = [
            Evidence::AddressSame,
            Evidence::LandlineSame,
            Evidence::ChildSame,
        ];
        if balance.has(Evidence::GivenDifferent) && balance.count(&household) > 0 {
            balance.evidence.push(Evidence::Couple);
        }
        let names: Vec<String> = shared
            .iter()
            .filter_map(|child| self.population.child_name(*child))
            .map(str::to_owned)
            .collect();
        let mut evidence = balance.evidence;
        evidence.sort_by_key(|e| (e.side() == Side::Against, *e));
        Some(Pair {
            a: at,
            b: other,
            score,
            tier,
            evidence,
            children: names,
            shared,
        })
    }

    /// Whether two accounts cannot be one person's, whatever a third has with both.
    pub fn contradict(&self, at: u32, other: u32) -> bool {
        let (a, b) = (
            &self.population.people[at as usize],
            &self.population.people[other as usize],
        );
        let known = |x: Sex, y: Sex| x != Sex::Unknown && y != Sex::Unknown;
        let one_sex = a.sex == b.sex && a.sex != Sex::Unknown;
        (known(a.sex, b.sex) && a.sex != b.sex)
            || self.given(a, b, one_sex) == Some(Likeness::Different)
            || (a.birth_date != 0 && b.birth_date != 0 && a.birth_date != b.birth_date)
            || self.population.are_apart(a, b)
    }
}

/// Whether they are joined already, to each other or to one third.
fn are_joined(a: &Person, b: &Person) -> bool {
    a.joined().contains(&b.id)
        || b.joined().contains(&a.id)
        || a.joined().iter().any(|third| b.joined().contains(third))
}
