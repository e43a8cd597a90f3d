//! What links gave, when one of the accounts concerned is absorbed: the kept account's records are those of all the
//! links it has from now on, and a value that is its own by now is in none of them.

use super::Work;
use crate::domain::dn::Dn;
use crate::domain::effect::alike;
use crate::domain::join::gift::Gift;
use crate::domain::join::link::recorded;

/// The records of the accounts of a merge, but those of links between them.
pub(super) struct Records {
    gifts: Vec<Gift>,
}

impl Records {
    pub(super) fn read(work: &Work<'_>) -> Self {
        let holders = std::iter::once(&work.kept).chain(&work.absorbed);
        let between = |gift: &Gift| {
            let mut parties = std::iter::once(&work.kept).chain(&work.absorbed);
            parties.any(|party| gift.is_from(party))
        };
        Records {
            gifts: holders
                .flat_map(|holder| recorded(&work.draft, work.names, holder))
                .filter(|gift| !between(gift))
                .collect(),
        }
    }

    /// Whether a link to somebody else gave this value.
    pub(super) fn gave(&self, on: &Dn, attribute: &str, value: &str) -> bool {
        self.gifts.iter().any(|gift| {
            gift.attribute.eq_ignore_ascii_case(attribute)
                && alike(&gift.value, value)
                && gift.on().as_ref() == Some(on)
        })
    }

    /// Writes them to the kept account, in its name.
    pub(super) fn write(&self, work: &mut Work<'_>) {
        let names = work.names;
        let Some(attribute) = &names.record else {
            return;
        };
        let mut records: Vec<String> = Vec::new();
        for gift in &self.gifts {
            let gift = in_name_of_kept(work, gift);
            let record = gift.record();
            if !self.is_own(work, &gift) && !records.contains(&record) {
                records.push(record);
            }
        }
        let kept = work.kept.clone();
        for record in work.draft.values(&kept, attribute) {
            if !records.contains(&record) {
                work.draft.remove(&kept, attribute, &record);
            }
        }
        for record in &records {
            work.draft.need_class(&kept, names.record_class.as_ref());
            work.draft.add(&kept, attribute, record);
        }
        for other in work.absorbed.clone() {
            let held = work.draft.values(&other, attribute);
            if !work.stays || held.is_empty() {
                continue;
            }
            for record in held {
                work.draft.remove(&other, attribute, &record);
            }
            work.drop_record_class(&other);
        }
    }

    /// Whether the value is there by what one of the accounts had of its own.
    fn is_own(&self, work: &Work<'_>, gift: &Gift) -> bool {
        let Some(on) = gift.on() else {
            return false;
        };
        // On the kept account what stands on any of them, elsewhere what names any of them.
        let mut places = vec![on.clone()];
        let is_class = gift.attribute.eq_ignore_ascii_case("objectClass");
        if on == work.kept && !is_class {
            places.extend(work.absorbed.iter().cloned());
        }
        places.iter().any(|place| {
            let Some(entry) = work.scene.entry(place) else {
                return false;
            };
            let values = entry.texts(&gift.attribute);
            values.iter().any(|value| {
                !self.gave(place, &gift.attribute, value)
                    && alike(&as_kept(work, &gift.attribute, value), &gift.value)
            })
        })
    }
}

/// The same gift, to the kept account.
fn in_name_of_kept(work: &Work<'_>, gift: &Gift) -> Gift {
    Gift {
        on: work.as_kept(&gift.on),
        value: as_kept(work, &gift.attribute, &gift.value),
        ..gift.clone()
    }
}

/// The value in the name of the kept account, by number where groups hold numbers.
fn as_kept(work: &Work<'_>, attribute: &str, value: &str) -> String {
    let names = work.names;
    let is_number = names
        .member_id
        .iter()
        .any(|a| a.eq_ignore_ascii_case(attribute));
    if let (true, Some(id)) = (is_number, &names.id) {
        let mut absorbed = work.absorbed.iter();
        let theirs = absorbed.any(|other| work.draft.holds(other, id, value));
        if let (true, Some(own)) = (theirs, work.draft.values(&work.kept, id).pop()) {
            return own;
        }
        return value.to_owned();
    }
    work.as_kept(value)
}
