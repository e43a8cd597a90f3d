//! Mail, telephones, addresses, birth dates and keys of two people, put into the balance.

use super::balance::Balance;
use super::contact::{numbers_near, shapes_near};
use super::evidence::Evidence;
use super::person::Person;
use super::score::Scorer;

impl Scorer<'_> {
    pub(super) fn contacts(&self, a: &Person, b: &Person, balance: &mut Balance<'_>) {
        let office = self.weights.tier.office;
        let personal = |mark: u64| self.holders(mark) <= office;
        let mine = |person: &Person| person.mails().any(|(mark, _)| personal(mark));
        let same = a.mails().filter(|m| b.mails().any(|n| *m == n));
        let same = same.map(|(mark, _)| self.holders(mark));
        match same.filter(|holders| *holders <= office).min() {
            Some(holders) => balance.add(Evidence::MailSame, self.own_share(holders)),
            None if !mine(a) || !mine(b) => {}
            None => {
                let near = a.mails().any(|(mark, m)| {
                    personal(mark)
                        && b.mails()
                            .any(|(other, n)| shapes_near(m, n) && personal(other))
                });
                let evidence = if near {
                    Evidence::MailNear
                } else {
                    Evidence::MailDifferent
                };
                balance.add(evidence, 1.0);
            }
        }
        let mut numbers = |x: &[u64], y: &[u64], kinds: [Evidence; 3], own: bool| {
            let mine = |numbers: &[u64]| numbers.iter().any(|n| personal(*n));
            let same = x.iter().filter(|n| y.contains(n));
            let same = same.map(|n| self.holders(*n));
            match same.filter(|holders| *holders <= office).min() {
                Some(holders) if own => balance.add(kinds[0], self.own_share(holders)),
                Some(holders) => balance.add(kinds[0], self.share(holders)),
                None if !mine(x) || !mine(y) => {}
                None => {
                    let near = x.iter().any(|m| {
                        personal(*m) && y.iter().any(|n| numbers_near(*m, *n) && personal(*n))
                    });
                    balance.add(if near { kinds[1] } else { kinds[2] }, 1.0);
                }
            }
        };
        let mobile = [
            Evidence::MobileSame,
            Evidence::MobileNear,
            Evidence::MobileDifferent,
        ];
        numbers(a.mobiles(), b.mobiles(), mobile, true);
        let landline = [
            Evidence::LandlineSame,
            Evidence::LandlineNear,
            Evidence::LandlineDifferent,
        ];
        numbers(a.landlines(), b.landlines(), landline, false);
        let (here, there) = (a.home, b.home);
        if here.area != 0 && there.area != 0 {
            let both = here.nearly.iter().zip(&there.nearly);
            let nearly = both.filter(|(x, y)| x == y && **x != 0);
            let nearly = nearly.map(|(mark, _)| self.holders(*mark)).min();
            if here.house != 0 && here.house == there.house {
                balance.add(Evidence::AddressSame, self.share(self.holders(here.house)));
            } else if let Some(holders) = nearly {
                balance.add(Evidence::AddressNear, self.share(holders));
            } else if here.area == there.area {
                balance.add(Evidence::AreaSame, self.share(self.holders(here.area)));
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
        if a.join_keys().iter().any(|key| b.join_keys().contains(key)) {
            balance.add(Evidence::JoinKeySame, 1.0);
        }
    }
}
