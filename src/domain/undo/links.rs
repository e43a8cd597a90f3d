//! Values that several links give: taking one of these links back leaves what another one gives.

use crate::domain::change::{Change, Modification, NewValue};
use crate::domain::dn::Dn;
use crate::domain::effect::alike;
use crate::domain::entry::Entry;
use crate::domain::join::{Gift, JoinNames};

/// What is recorded on the account a decision is about, and was not recorded by the decision itself.
pub fn recorded_beside(decision: &[Change], principal: &Entry, names: &JoinNames) -> Vec<Gift> {
    let Some(record) = &names.record else {
        return Vec::new();
    };
    let own: Vec<&str> = decision
        .iter()
        .filter(|change| *change.target() == principal.dn)
        .flat_map(|change| added(change, record))
        .collect();
    let records = principal.texts(record);
    records
        .iter()
        .filter(|text| !own.contains(&text.as_str()))
        .filter_map(|text| Gift::read(text))
        .collect()
}

/// Leaves out of a way back the values that these gifts are.
pub fn leave(inverse: &mut Change, gifts: &[Gift]) {
    let target = inverse.target().clone();
    let given = |attribute: &str, value: &NewValue| match value {
        NewValue::Text(text) => gifts.iter().any(|gift| {
            gift.attribute.eq_ignore_ascii_case(attribute)
                && alike(&gift.value, text)
                && gift.on().as_ref() == Some(&target)
        }),
        NewValue::Password => false,
    };
    inverse.modifications.retain_mut(|modification| {
        let Modification::Delete { attribute, values } = modification else {
            return true;
        };
        let all = values.len();
        values.retain(|value| !given(attribute, value));
        // Nothing named takes the whole attribute away.
        all == 0 || !values.is_empty()
    });
}

/// The records of a decision, of one secondary, that must outlive its undoing: they stand for values that were there
/// already, by another link that has gone since. Without them nobody could take these values back.
pub fn still_needed(
    decision: &[Change],
    secondary: &Dn,
    beside: &[Gift],
    names: &JoinNames,
) -> Vec<Gift> {
    let (Some(first), Some(record)) = (decision.first(), &names.record) else {
        return Vec::new();
    };
    let principal = &first.account.dn;
    let writes = |gift: &Gift| {
        let on = gift.on();
        decision
            .iter()
            .filter(|change| on.as_ref() == Some(change.target()))
            .any(|change| added(change, &gift.attribute).any(|value| alike(value, &gift.value)))
    };
    let needed: Vec<Gift> = decision
        .iter()
        .filter(|change| change.target() == principal)
        .flat_map(|change| added(change, record))
        .filter_map(Gift::read)
        .filter(|gift| gift.is_from(secondary) && !writes(gift))
        .filter(|gift| !beside.iter().any(|other| other.is_same_value(gift)))
        .collect();
    let is_class = |gift: &Gift| gift.attribute.eq_ignore_ascii_case("objectClass");
    if needed.iter().all(is_class) {
        return Vec::new();
    }
    needed
}

/// These records, as gifts on the account that holds them: for [`leave`].
pub fn as_gifts(records: &[Gift], principal: &Dn, names: &JoinNames) -> Vec<Gift> {
    let record = names.record.as_deref().unwrap_or_default();
    let on = |gift: &Gift| Gift::new(principal, principal, record, &gift.record());
    records.iter().map(on).collect()
}

/// The secondaries that a decision tied to the account it is about.
pub fn tied(decision: &[Change], names: &JoinNames) -> Vec<Dn> {
    let Some(linked_to) = &names.linked_to else {
        return Vec::new();
    };
    let ties = |change: &&Change| {
        let principal = &change.account.dn;
        let of = |value: &str| Dn::parse(value).is_ok_and(|dn| dn == *principal);
        added(change, linked_to).any(of)
    };
    decision
        .iter()
        .filter(ties)
        .map(|change| change.target().clone())
        .collect()
}

fn added<'a>(change: &'a Change, name: &'a str) -> impl Iterator<Item = &'a str> {
    change
        .modifications
        .iter()
        .filter_map(move |modification| match modification {
            Modification::Add { attribute, values }
            | Modification::Replace { attribute, values }
                if attribute.eq_ignore_ascii_case(name) =>
            {
                Some(values)
            }
            _ => None,
        })
        .flatten()
        .filter_map(|value| match value {
            NewValue::Text(text) => Some(text.as_str()),
            NewValue::Password => None,
        })
}
