//! The rules that no sum of agreements lifts a pair above.

use super::balance::Balance;
use super::evidence::Evidence;
use super::score::{BELOW, Scorer};

impl Scorer<'_> {
    /// The score that the rules allow at most. Precision comes before everything: where one of these speaks, no
    /// sum of agreements lifts a pair above.
    pub(super) fn ceiling(&self, balance: &Balance<'_>) -> f64 {
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
}
