//! What speaks for each hypothesis, as it is gathered for one pair.

use super::evidence::Evidence;
use super::weights::Weights;

/// Products of the likelihoods under each hypothesis, as they are gathered.
pub(super) struct Balance<'a> {
    pub weights: &'a Weights,
    pub one: f64,
    pub relative: f64,
    pub stranger: f64,
    pub evidence: Vec<Evidence>,
    /// Whether two relatives of these names would be a father and his son, or brothers, but no couple.
    pub no_couple: bool,
    /// Whether a third account beside the children of the two bears their name.
    pub namesake: bool,
}

impl Balance<'_> {
    /// Puts a piece of evidence into the balance; `share` of the people would agree by chance, where counted.
    pub fn add(&mut self, evidence: Evidence, share: f64) {
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

    pub fn has(&self, evidence: Evidence) -> bool {
        self.evidence.contains(&evidence)
    }

    pub fn count(&self, several: &[Evidence]) -> usize {
        several.iter().filter(|e| self.has(**e)).count()
    }
}
