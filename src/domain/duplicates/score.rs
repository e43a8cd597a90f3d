//! One pair: what speaks for it and against it, and the score.

use super::evidence::{Evidence, Side};
use super::names::{Likeness, family_likeness, given_likeness};
use super::person::{Person, Population, Sex};
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
}

/// Fewer people than this say nothing of how rare a name is.
const FEWEST: usize = 1000;
/// How far below a tier a capped score stays.
const BELOW: f64 = 0.001;

/// The people, with what is counted of them once.
pub(super) struct Scorer<'a> {
    pub population: &'a Population,
    weights: &'a Weights,
    /// People, as rarity is told.
    size: f64,
    /// Bearers from which a name is common.
    common: u32,
    /// Marks that several people have, and how many.
    shared: Vec<(u64, u32)>,
    /// Every child with each adult who names it.
    parents: Vec<(u64, u32)>,
}

/// Products of the likelihoods under each hypothesis, as they are gathered.
struct Balance<'a> {
    weights: &'a Weights,
    one: f64,
    relative: f64,
    stranger: f64,
    evidence: Vec<Evidence>,
    /// Whether two relatives of these names would be a father and his son, or brothers, but no couple.
    no_couple: bool,
}

impl Balance<'_> {
    /// Puts a piece of evidence into the balance; `share` of the people would agree by chance, where counted.
    fn add(&mut self, evidence: Evidence, share: f64) {
        let weight = self.weights.of(evidence);
        self.one *= weight.one;
        let relative = match weight.namesake {
            Some(namesake) if self.no_couple => namesake,
            _ => weight.relative,
        };
        // A relative agrees by chance too: two sisters may both have married a Martin.
        let chance = match weight.stranger {
            None => 0.2 * share,
            Some(_) => 0.0,
        };
        self.relative *= relative + chance;
        self.stranger *= weight.stranger.unwrap_or(share.min(1.0));
        self.evidence.push(evidence);
    }

    fn has(&self, evidence: Evidence) -> bool {
        self.evidence.contains(&evidence)
    }

    fn count(&self, several: &[Evidence]) -> usize {
        several.iter().filter(|e| self.has(**e)).count()
    }
}

impl<'a> Scorer<'a> {
    pub fn new(population: &'a Population, weights: &'a Weights) -> Self {
        let people = &population.people;
        let size = people.len().max(FEWEST) as f64;
        let mut marks: Vec<u64> = Vec::with_capacity(people.len() * 6);
        let mut parents = Vec::with_capacity(people.len());
        for (at, person) in (0u32..).zip(people) {
            marks.extend(
                person
                    .mails
                    .iter()
                    .chain(&person.mobiles)
                    .chain(&person.landlines)
                    .chain(&person.children)
                    .chain([&person.house, &person.area]),
            );
            parents.extend(person.children.iter().map(|child| (*child, at)));
        }
        marks.sort_unstable();
        let mut shared = Vec::new();
        for run in marks.chunk_by(|x, y| x == y) {
            if run.len() > 1 && run[0] != 0 {
                shared.push((run[0], u32::try_from(run.len()).unwrap_or(u32::MAX)));
            }
        }
        shared.shrink_to_fit();
        parents.sort_unstable();
        let by_share = (people.len() as f64 * weights.tier.common_share) as u32;
        Scorer {
            population,
            weights,
            size,
            common: weights.tier.common.max(by_share),
            shared,
            parents,
        }
    }

    /// How many people have a mark.
    fn holders(&self, mark: u64) -> u32 {
        self.shared
            .binary_search_by_key(&mark, |(m, _)| *m)
            .map_or(1, |at| self.shared[at].1)
    }

    fn share(&self, holders: u32) -> f64 {
        f64::from(holders.max(2)) / self.size
    }

    /// The pair, where it is worth a question.
    pub fn compare(&self, at: u32, other: u32) -> Option<Pair> {
        let (at, other) = (at.min(other), at.max(other));
        let (a, b) = (
            &self.population.people[at as usize],
            &self.population.people[other as usize],
        );
        if are_joined(a, b) {
            return None;
        }
        let mut balance = Balance {
            weights: self.weights,
            one: self.weights.prior.one / self.size,
            relative: self.weights.prior.relative / self.size,
            stranger: 1.0,
            evidence: Vec::with_capacity(12),
            no_couple: false,
        };
        self.names(a, b, &mut balance);
        // Most pairs end here: couples, and strangers in one house.
        if balance.has(Evidence::GivenDifferent) && (a.birth_date == 0 || b.birth_date == 0) {
            let best = balance.one / (balance.relative + f64::MIN_POSITIVE);
            if best < 1e-4 && a.join_keys.is_empty() {
                return None;
            }
        }
        self.contacts(a, b, &mut balance);
        let shared = self.family(a, b, at, other, &mut balance);
        self.weigh(at, other, balance, shared)
    }

    fn names(&self, a: &Person, b: &Person, balance: &mut Balance<'_>) {
        let (families, givens) = (&self.population.families, &self.population.givens);
        let one_sex = a.sex == b.sex && a.sex != Sex::Unknown;
        if a.sex != b.sex && a.sex != Sex::Unknown && b.sex != Sex::Unknown {
            balance.evidence.push(Evidence::SexDifferent);
        }
        let share = |bearers: u32| f64::from(bearers.max(1)) / self.size;
        let given = self.given(a, b, one_sex);
        let swapped = || {
            let crossed = |x: &Person, y: &Person| {
                let (family, given) = (&families.at(x.family).joined, &givens.at(y.given).joined);
                let first = &givens.at(y.given).words[0];
                let same = family == given || family == first;
                let near = || family.len() > 4 && strsim::osa_distance(family, given) <= 1;
                (same, same || near())
            };
            let (x, y) = (crossed(a, b), crossed(b, a));
            a.family != 0 && b.family != 0 && (x.0 || y.0) && x.1 && y.1
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
                Likeness::Same => (Evidence::GivenSame, share(x.max(y))),
                Likeness::Part => (Evidence::GivenPart, 2.0 * share(x.max(y))),
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
            (_, Some((x, y))) => {
                balance.add(
                    Evidence::FamilyBirth,
                    2.0 * share(bearers(x).max(bearers(y))),
                );
            }
            (Likeness::Part, None) => balance.add(Evidence::FamilyPart, 3.0 * most),
            (Likeness::Near, None) => balance.add(Evidence::FamilyNear, 0.0),
            (Likeness::Different, None) => balance.add(Evidence::FamilyDifferent, 0.0),
        }
    }

    /// How the given names stand to each other, the other given names looked at where both are of one sex;
    /// `None` where one has none.
    fn given(&self, a: &Person, b: &Person, one_sex: bool) -> Option<Likeness> {
        if a.given == 0 || b.given == 0 {
            return None;
        }
        if a.given == b.given {
            return Some(Likeness::Same);
        }
        let givens = &self.population.givens;
        let direct = given_likeness(givens.at(a.given), givens.at(b.given), self.common, one_sex);
        let also = |x: &Person, y: &Person| {
            let usual = givens.at(x.given);
            usual.joined.len() > 2 && givens.at(y.other_given).words.contains(&usual.joined)
        };
        if direct == Likeness::Different && one_sex && (also(a, b) || also(b, a)) {
            return Some(Likeness::Part);
        }
        Some(direct)
    }

    fn contacts(&self, a: &Person, b: &Person, balance: &mut Balance<'_>) {
        let mut own = |x: &[u64], y: &[u64], same: Evidence, different: Evidence| {
            let office = self.weights.tier.office;
            let personal = |marks: &[u64]| -> Vec<u64> {
                let mine = marks.iter().filter(|m| self.holders(**m) <= office);
                mine.copied().collect()
            };
            let (x, y) = (personal(x), personal(y));
            let rarest = x
                .iter()
                .filter(|mark| y.contains(mark))
                .map(|mark| self.holders(*mark))
                .min();
            match rarest {
                Some(holders) => balance.add(same, self.share(holders)),
                None if !x.is_empty() && !y.is_empty() => balance.add(different, 1.0),
                None => {}
            }
        };
        own(
            &a.mails,
            &b.mails,
            Evidence::MailSame,
            Evidence::MailDifferent,
        );
        own(
            &a.mobiles,
            &b.mobiles,
            Evidence::MobileSame,
            Evidence::MobileDifferent,
        );
        own(
            &a.landlines,
            &b.landlines,
            Evidence::LandlineSame,
            Evidence::LandlineDifferent,
        );
        if a.area != 0 && b.area != 0 {
            if a.house != 0 && a.house == b.house {
                balance.add(Evidence::AddressSame, self.share(self.holders(a.house)));
            } else if a.area == b.area {
                balance.add(Evidence::AreaSame, self.share(self.holders(a.area)));
            } else {
                balance.add(Evidence::AddressDifferent, 1.0);
            }
        }
        if a.birth_date != 0 && b.birth_date != 0 {
            balance.add(
                if a.birth_date == b.birth_date {
                    Evidence::BirthDateSame
                } else {
                    Evidence::BirthDateDifferent
                },
                1.0,
            );
        }
        if a.join_keys.iter().any(|key| b.join_keys.contains(key)) {
            balance.add(Evidence::JoinKeySame, 1.0);
        }
    }

    /// Children of both, and the other parents; gives the children of both.
    fn family(
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
    pub fn parents_of(&self, child: u64) -> impl Iterator<Item = u32> + '_ {
        let from = self.parents.partition_point(|(c, _)| *c < child);
        self.parents[from..]
            .iter()
            .take_while(move |(c, _)| *c == child)
            .map(|(_, person)| *person)
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

    /// The score that the rules allow at most. Precision comes before everything: where one of these speaks, no
    /// sum of agreements lifts a pair above.
    fn ceiling(&self, balance: &Balance<'_>) -> f64 {
        let tiers = &self.weights.tier;
        let (possible, probable) = (tiers.probable - BELOW, tiers.certain - BELOW);
        let has = |evidence| balance.has(evidence);
        let own = balance.count(&[
            Evidence::MailSame,
            Evidence::MobileSame,
            Evidence::BirthDateSame,
            Evidence::JoinKeySame,
            Evidence::PartnerSame,
        ]);
        let home = balance
            .count(&[Evidence::AddressSame, Evidence::LandlineSame])
            .min(1);
        let family = balance.count(&[Evidence::ChildSame, Evidence::PartnerNameSame]);
        let children = balance.count(&[Evidence::ChildSame]);
        let partner = balance.count(&[Evidence::PartnerNameSame]);
        let strong = own + home + family;
        let other = balance.count(&[Evidence::MailDifferent, Evidence::MobileDifferent]);
        let others = other == 2;
        let unlike = [
            Evidence::GivenDifferent,
            Evidence::SexDifferent,
            Evidence::KinshipDifferent,
        ];
        let named = [
            Evidence::GivenSame,
            Evidence::GivenPart,
            Evidence::GivenNear,
            Evidence::NamesSwapped,
        ];
        let vague = [
            Evidence::GivenPart,
            Evidence::GivenNear,
            Evidence::NamesSwapped,
        ];
        if balance.count(&unlike) > 0
            || balance.count(&named) == 0
            // A name alone, or with a partner's: homonyms, and couples of homonyms.
            || (own + home + children == 0
                && (!has(Evidence::PartnerNameSame) || other > 0 || has(Evidence::AddressDifferent)))
            // Two families may have had one number after another.
            || (own + children + partner == 0 && other > 0 && !has(Evidence::AddressSame))
            // A father and his son of one name share the home, and a grandson.
            || (others && own == 0)
            // Couples and brothers have like names, and one home. Known to be of one sex, and nothing else of
            // their own apart, it is a slip of the hand.
            || (balance.count(&vague) > 0
                && own + partner == 0
                && !(balance.no_couple && other == 0))
            // Two women with a child may bear one first name, and share the mail.
            || (has(Evidence::FamilyDifferent)
                && (own + partner == 0 || has(Evidence::MobileDifferent)))
        {
            return possible;
        }
        let needed = 2 + balance.count(&[Evidence::GivenNear, Evidence::NamesSwapped]);
        if strong < needed || own == 0 || others || has(Evidence::FamilyDifferent) {
            return probable;
        }
        1.0
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
    }
}

/// Whether they are joined already, to each other or to one third.
fn are_joined(a: &Person, b: &Person) -> bool {
    a.joined.contains(&b.id)
        || b.joined.contains(&a.id)
        || a.joined.iter().any(|third| b.joined.contains(third))
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
