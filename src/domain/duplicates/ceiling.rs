//! The rules that no sum of agreements lifts a pair above.

use super::balance::Balance;
use super::evidence::Evidence;
use super::score::{BELOW, OWN, Scorer};

impl Scorer<'_> {
    /// The score that the rules allow at most. Precision comes before everything: where one of these speaks, no
    /// sum of agreements lifts a pair above.
    pub(super) fn ceiling(&self, balance: &Balance<'_>) -> f64 {
        let tiers = &self.weights.tier;
        let (possible, probable) = (tiers.probable - BELOW, tiers.certain - BELOW);
        let has = |evidence| balance.has(evidence);
        let any = |several: &[Evidence]| balance.count(several) > 0;
        let own = balance.count(&OWN);
        let partner = has(Evidence::PartnerSame);
        let partner_name = has(Evidence::PartnerNameSame);
        let child = has(Evidence::ChildSame);
        let home = any(&[
            Evidence::AddressSame,
            Evidence::AddressNear,
            Evidence::LandlineSame,
            Evidence::LandlineNear,
        ]);
        let near = any(&[Evidence::MailNear, Evidence::MobileNear]);
        let apart = balance.count(&[Evidence::MailDifferent, Evidence::MobileDifferent]);
        let unlike = [
            Evidence::GivenDifferent,
            Evidence::SexDifferent,
            Evidence::KinshipDifferent,
        ];
        let full = has(Evidence::GivenSame) || has(Evidence::GivenFirst);
        let vague = any(&[
            Evidence::GivenPart,
            Evidence::GivenNear,
            Evidence::NamesSwapped,
        ]);
        let initial = has(Evidence::GivenInitial);
        let one = own > 0 || partner;
        if any(&unlike)
            || !(full || vague || initial)
            // J. Roques is Jean, or Julie.
            || (initial && !(balance.no_couple && own > 0 && apart == 0))
            // A name alone: homonyms.
            || !(one || home || child || near || partner_name)
            // Couples of homonyms.
            || (partner_name && !(one || home || child || near) && has(Evidence::AddressDifferent) && apart > 0)
            // A father and his son of one name share the home, a grandson, and the grandson's mother.
            || (apart == 2 && !one && !partner_name)
            || (balance.namesake && own == 0)
            // Jean, and Jean-Christophe his son.
            || (has(Evidence::GivenPart) && apart > 0 && own == 0)
            || (vague && apart == 2 && own == 0)
            // Couples and brothers have like names, and one home. Known to be of one sex, and not both of their
            // own apart, it is a slip of the hand.
            || (vague
                && !one
                && !partner_name
                && !near
                && (apart == 2 || (has(Evidence::GivenPart) && !balance.no_couple)))
            // Two women with a child may bear one first name, and share the mail.
            || (has(Evidence::FamilyDifferent)
                && (!one || has(Evidence::MobileDifferent))
                && !(full && home && partner_name)
                && !(full && home && child && apart == 0))
        {
            return possible;
        }
        let strong = own
            + usize::from(partner)
            + usize::from(has(Evidence::AddressSame) || has(Evidence::LandlineSame))
            + usize::from(child)
            + usize::from(partner_name);
        let needed = 2 + balance.count(&[
            Evidence::GivenNear,
            Evidence::GivenPart,
            Evidence::NamesSwapped,
            Evidence::FamilyNear,
        ]);
        let other_name = any(&[
            Evidence::FamilyDifferent,
            Evidence::FamilyPart,
            Evidence::GivenInitial,
        ]);
        if strong < needed
            || own == 0
            || apart == 2
            || other_name
            // Two women, or two men, with one child and nearly one name.
            || (child && (vague || !has(Evidence::FamilySame)))
        {
            return probable;
        }
        1.0
    }
}
