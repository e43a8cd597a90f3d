//! Plans of several verbs in one. Each was computed from the directory as it is; in one run the later ones find what
//! the earlier ones have written.

use crate::domain::change::{Change, Modification, NewValue, Plan, Reliance};
use crate::domain::effect::alike;

/// Puts a plan behind another one. A value that both give is given once, by the first: the class that a link and a
/// dismissal both need, a child that two decisions bring. The other one finds it given.
pub(super) fn put(plan: &mut Plan, more: Plan) {
    for mut change in more.changes {
        for earlier in &plan.changes {
            if earlier.target() == change.target() {
                find_given(&mut change, earlier);
            }
        }
        if !change.modifications.is_empty() || change.removes_entry() {
            plan.changes.push(change);
        }
    }
    plan.unchanged.extend(more.unchanged);
    plan.refusals.extend(more.refusals);
}

/// The change as it is where an earlier one of the same entry has been written.
fn find_given(change: &mut Change, earlier: &Change) {
    for modification in &earlier.modifications {
        let Modification::Add { attribute, values } = modification else {
            continue;
        };
        for value in values {
            if let NewValue::Text(value) = value {
                find_value(change, attribute, value);
            }
        }
    }
}

fn find_value(change: &mut Change, attribute: &str, value: &str) {
    let is = |name: &str| name.eq_ignore_ascii_case(attribute);
    let adds = |text: &NewValue| matches!(text, NewValue::Text(text) if alike(text, value));
    for modification in &mut change.modifications {
        if let Modification::Add { attribute, values } = modification
            && is(attribute)
        {
            values.retain(|text| !adds(text));
        }
    }
    let empty =
        |m: &Modification| matches!(m, Modification::Add { values, .. } if values.is_empty());
    change.modifications.retain(|m| !empty(m));
    change.relies_on.retain(|reliance| match reliance {
        Reliance::Lacks {
            attribute,
            value: lacked,
        } => !(is(attribute) && alike(lacked, value)),
        _ => true,
    });
    let still = change.modifications.iter().any(|m| is(m.attribute()));
    change
        .before
        .retain(|before| still || !is(&before.attribute));
    for before in &mut change.before {
        if is(&before.attribute) && !before.values.iter().any(|v| alike(v, value)) {
            before.values.push(value.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountRef;
    use crate::domain::change::{Before, Operation};
    use crate::domain::dn::Dn;

    fn change(target: &str, adds: &[(&str, &str)]) -> Change {
        let dn = |uid: &str| Dn::parse(&format!("uid={uid},dc=x")).expect("dn");
        Change {
            account: AccountRef {
                dn: dn(target),
                uid: None,
                login: None,
                name: target.to_owned(),
            },
            operation: Operation::Modify,
            relies_on: adds
                .iter()
                .map(|(attribute, value)| Reliance::Lacks {
                    attribute: (*attribute).to_owned(),
                    value: (*value).to_owned(),
                })
                .collect(),
            besides: Vec::new(),
            with: Vec::new(),
            modifications: adds
                .iter()
                .map(|(attribute, value)| Modification::Add {
                    attribute: (*attribute).to_owned(),
                    values: vec![NewValue::Text((*value).to_owned())],
                })
                .collect(),
            before: adds
                .iter()
                .map(|(attribute, _)| Before {
                    attribute: (*attribute).to_owned(),
                    values: Vec::new(),
                })
                .collect(),
            notes: Vec::new(),
        }
    }

    fn plan(changes: Vec<Change>) -> Plan {
        Plan {
            changes,
            ..Plan::default()
        }
    }

    #[test]
    fn what_two_decisions_give_is_given_once() {
        let link = change("a", &[("objectClass", "Joined"), ("linked", "b")]);
        let dismissal = change("a", &[("notSame", "c"), ("objectclass", "joined")]);
        let mut whole = plan(vec![link.clone()]);
        put(&mut whole, plan(vec![dismissal]));
        assert_eq!(whole.changes, [link, change("a", &[("notSame", "c")])]);
    }

    #[test]
    fn what_another_entry_is_given_and_what_nobody_gave_stays() {
        let first = change("a", &[("objectClass", "Joined")]);
        let elsewhere = change("b", &[("objectClass", "Joined")]);
        let nothing_left = change("a", &[("objectClass", "Joined")]);
        let mut whole = plan(vec![first.clone()]);
        put(&mut whole, plan(vec![elsewhere.clone(), nothing_left]));
        assert_eq!(whole.changes, [first, elsewhere]);
    }
}
