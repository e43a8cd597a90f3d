//! Two people, however alike their accounts: written on both, so that whoever looks next need not ask again.

use super::draft::Draft;
use super::names::JoinNames;
use super::scene::Scene;
use super::{Joined, Parties};
use crate::domain::account::AccountRef;

/// Writes on each account of these pairs the name of the other; all accounts must be in the scene. The pairs of one
/// decision have accounts in common, so that each entry is written once. Done again, it changes nothing.
pub fn dismiss(scene: &Scene, names: &JoinNames, pairs: &[(AccountRef, AccountRef)]) -> Joined {
    let (Some(attribute), Some((kept, _))) = (&names.not_same, pairs.first()) else {
        return Joined::default();
    };
    let mut parties = Parties {
        kept: kept.clone(),
        others: Vec::new(),
    };
    let mut draft = Draft::new(scene);
    for (a, b) in pairs {
        for (on, of) in [(a, b), (b, a)] {
            if *on != parties.kept && !parties.others.contains(on) {
                parties.others.push(on.clone());
            }
            if draft.add(&on.dn, attribute, of.dn.as_str()) {
                draft.need_class(&on.dn, names.record_class.as_ref());
            }
        }
    }
    Joined {
        changes: draft.changes(&parties),
        remarks: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{dn, names, parent, reference};
    use super::*;
    use crate::domain::change::NewValue;

    fn added(joined: &Joined) -> Vec<(String, Vec<String>)> {
        let text = |value: &NewValue| match value {
            NewValue::Text(text) => text.clone(),
            NewValue::Password => String::new(),
        };
        joined
            .changes
            .iter()
            .map(|change| {
                let values = change.modifications.iter().flat_map(|m| match m {
                    crate::domain::change::Modification::Add { attribute, values } => values
                        .iter()
                        .map(|value| format!("{attribute}={}", text(value)))
                        .collect(),
                    other => vec![format!("{other:?}")],
                });
                (change.target().to_string(), values.collect())
            })
            .collect()
    }

    #[test]
    fn both_remember_each_other_and_asked_again_nothing_changes() {
        let people = ["a", "b", "c"].map(|uid| parent(uid, &[]));
        let scene = Scene::new(people.clone(), &names());
        let pairs = [
            (reference("a"), reference("b")),
            (reference("c"), reference("b")),
        ];
        let joined = dismiss(&scene, &names(), &pairs);
        let [a, b, c] = ["a", "b", "c"].map(|uid| dn(uid).to_string());
        assert_eq!(
            added(&joined),
            [
                (
                    a.clone(),
                    vec![format!("notSame={b}"), "objectClass=Joined".into()]
                ),
                (
                    b.clone(),
                    vec![
                        format!("notSame={a}"),
                        format!("notSame={c}"),
                        "objectClass=Joined".into()
                    ]
                ),
                (
                    c.clone(),
                    vec![format!("notSame={b}"), "objectClass=Joined".into()]
                ),
            ],
            "an entry is written once"
        );
        assert_eq!(joined.changes[0].account, reference("a"));
        assert_eq!(joined.changes[2].with, [reference("b"), reference("c")]);

        // Half of it is there: the other half is added.
        let half = [
            people[0].clone().with("notSame", &[b.to_uppercase()]),
            people[1].clone(),
        ];
        let scene = Scene::new(half, &names());
        let joined = dismiss(&scene, &names(), &pairs[..1]);
        assert_eq!(joined.changes.len(), 1);
        let whole = [
            people[0].clone().with("notSame", &[b.to_uppercase()]),
            people[1].clone().with("notSame", &[a]),
        ];
        let scene = Scene::new(whole, &names());
        assert_eq!(dismiss(&scene, &names(), &pairs[..1]).changes, []);
    }
}
