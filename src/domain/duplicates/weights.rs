//! The weights, as data: `weights.toml`.

use super::evidence::Evidence;
use std::collections::BTreeMap;

/// Probabilities and thresholds.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub(super) prior: Prior,
    pub(super) tier: Thresholds,
    evidence: BTreeMap<String, Weight>,
    /// The same by place of [`Evidence::ALL`], for speed.
    #[serde(skip)]
    placed: Vec<Weight>,
    /// How much the children may at most speak for one person, against relatives.
    #[serde(skip)]
    families: f64,
}

/// How many of each kind are expected beside an account.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Prior {
    pub one: f64,
    pub relative: f64,
    pub reused: f64,
    pub couple_name: f64,
    pub rarest_given: f64,
}

/// From which score on.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thresholds {
    pub certain: f64,
    pub probable: f64,
    pub possible: f64,
    pub common: u32,
    pub common_share: f64,
    pub office: u32,
}

/// How likely a piece of evidence is. What is not in the table says nothing.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weight {
    pub one: f64,
    pub relative: f64,
    /// The same where both bear one given name, `relative` where left out: a father and his son are not a couple.
    pub namesake: Option<f64>,
    /// `None`: counted.
    pub stranger: Option<f64>,
}

const SILENT: Weight = Weight {
    one: 1.0,
    relative: 1.0,
    namesake: None,
    stranger: Some(1.0),
};

impl Weights {
    /// Those that entctl comes with.
    ///
    /// # Panics
    /// Never: a test reads the file.
    pub fn built_in() -> Self {
        let mut weights: Weights =
            toml::from_str(include_str!("weights.toml")).unwrap_or_else(|_| Weights {
                prior: Prior {
                    one: 0.0,
                    relative: 1.0,
                    reused: 1.0,
                    couple_name: 1.0,
                    rarest_given: 1.0,
                },
                tier: Thresholds {
                    certain: 2.0,
                    probable: 2.0,
                    possible: 2.0,
                    common: 0,
                    common_share: 0.0,
                    office: 0,
                },
                evidence: BTreeMap::new(),
                placed: Vec::new(),
                families: 1.0,
            });
        weights.placed = Evidence::ALL
            .iter()
            .map(|e| weights.evidence.get(e.code()).copied().unwrap_or(SILENT))
            .collect();
        let most = |several: &[Evidence]| {
            several.iter().fold(1.0, |most: f64, evidence| {
                let weight = weights.of(*evidence);
                let relative = weight.namesake.unwrap_or(weight.relative);
                most.max(weight.one / relative.min(weight.relative))
            })
        };
        weights.families = most(&[Evidence::ChildSame, Evidence::ChildDifferent])
            * most(&[
                Evidence::PartnerSame,
                Evidence::PartnerNameSame,
                Evidence::PartnerDifferent,
            ]);
        weights
    }

    /// The most by which what is known of their children makes one person of two likelier than two relatives: a pair
    /// that this does not save needs no look at the families.
    pub(super) fn most_of_families(&self) -> f64 {
        self.families
    }

    pub(super) fn of(&self, evidence: Evidence) -> Weight {
        self.placed
            .get(evidence as usize)
            .copied()
            .unwrap_or(SILENT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_evidence_that_there_is() {
        let weights: Weights = toml::from_str(include_str!("weights.toml")).expect("weights");
        for code in weights.evidence.keys() {
            assert!(Evidence::ALL.iter().any(|e| e.code() == code), "{code}");
        }
        for (place, evidence) in Evidence::ALL.iter().enumerate() {
            assert_eq!(*evidence as usize, place);
        }
    }
}
