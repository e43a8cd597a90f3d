//! The change that a correction writes: one Modify, which relies on who the person is and on the values it
//! replaces.

use super::{Field, Owner};
use crate::domain::account::Account;
use crate::domain::change::{Before, Change, Operation, Reliance};
use crate::domain::effect::steps;
use crate::domain::entry::Entry;
use crate::domain::intents::relied_identity;

/// Note of a change: the nightly feed owns a field and will write its own value again.
pub const NOTE_FEED_OWNED: &str = "feed-owned";
/// Note of a change: the full name was composed of the names corrected, and follows them.
pub const NOTE_NAMES_FOLLOW: &str = "names-follow";
/// Note of a change: the full name was not composed of the names corrected, and stays.
pub const NOTE_FULL_NAME_KEPT: &str = "full-name-kept";

/// A field with its new values, as [`super::normalise`] gave them; none empties it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The field.
    pub field: Field,
    /// Its values from now on.
    pub values: Vec<String>,
}

/// The attributes that names stand in, and those that are composed of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameParts {
    /// Family name (`sn`).
    pub family: String,
    /// Given name (`givenName`).
    pub given: String,
    /// Names composed of both (`displayName`, `cn`), in the order they are shown.
    pub composed: Vec<String>,
}

/// The change that brings these corrections about on the entry as it was read; `None` where everything is as
/// asked already.
pub fn correct(
    account: &Account,
    entry: &Entry,
    corrections: &[Correction],
    names: &NameParts,
) -> Option<Change> {
    let mut wanted: Vec<(String, Vec<String>)> = Vec::new();
    let mut notes = Vec::new();
    for Correction { field, values } in corrections {
        if same_values(field, &entry.texts(&field.attribute), values) {
            continue;
        }
        if field.owner == Owner::Feed && !notes.contains(&NOTE_FEED_OWNED.to_owned()) {
            notes.push(NOTE_FEED_OWNED.to_owned());
        }
        wanted.push((field.attribute.clone(), values.clone()));
    }
    if wanted.is_empty() {
        return None;
    }
    follow(entry, &mut wanted, names, &mut notes);
    let mut change = Change {
        account: account.reference(),
        operation: Operation::Modify,
        besides: Vec::new(),
        with: Vec::new(),
        relies_on: relied_identity(account),
        modifications: Vec::new(),
        before: Vec::new(),
        notes,
    };
    for (attribute, values) in wanted {
        let former = entry.texts(&attribute);
        if former.is_empty() {
            change.relies_on.push(Reliance::Absent {
                attribute: attribute.clone(),
            });
        }
        change
            .relies_on
            .extend(former.iter().map(|value| Reliance::Holds {
                attribute: attribute.clone(),
                value: value.clone(),
            }));
        // Value by value, never as a whole: what somebody adds at this very moment is not written over.
        let left = |values: &[String], others: &[String]| -> Vec<String> {
            let new = |value: &&String| !others.contains(value);
            values.iter().filter(new).cloned().collect()
        };
        let (take, put) = (left(&former, &values), left(&values, &former));
        change.modifications.extend(steps(&attribute, take, put));
        change.before.push(Before {
            attribute,
            values: former,
        });
    }
    Some(change)
}

/// Whether the field holds these values already. A telephone number written in another way is the same one.
fn same_values(field: &Field, former: &[String], values: &[String]) -> bool {
    let form = |value: &String| match field.kind {
        super::Kind::Phone => super::phone::normalise(value).unwrap_or_else(|| value.clone()),
        _ => value.clone(),
    };
    let sorted = |values: &[String]| {
        let mut forms: Vec<String> = values.iter().map(form).collect();
        forms.sort();
        forms
    };
    sorted(former) == sorted(values)
}

/// Composed names follow the names they were composed of, exactly; any other full name is somebody's choice
/// and stays. What names the entry itself cannot be replaced (RFC 4511 section 4.6).
fn follow(
    entry: &Entry,
    wanted: &mut Vec<(String, Vec<String>)>,
    names: &NameParts,
    notes: &mut Vec<String>,
) {
    let new = |attribute: &str| {
        let found = wanted
            .iter()
            .find(|(a, _)| a.eq_ignore_ascii_case(attribute));
        found.map(|(_, values)| values.first().cloned())
    };
    let (family, given) = (new(&names.family), new(&names.given));
    if family.is_none() && given.is_none() {
        return;
    }
    let former = |attribute: &str| entry.text(attribute).unwrap_or_default();
    let old = (former(&names.given), former(&names.family));
    let now = (
        given.flatten().unwrap_or_else(|| old.0.clone()),
        family.flatten().unwrap_or_else(|| old.1.clone()),
    );
    let mut following = Vec::new();
    for attribute in &names.composed {
        if wanted
            .iter()
            .any(|(a, _)| a.eq_ignore_ascii_case(attribute))
        {
            continue;
        }
        let held = entry.texts(attribute);
        if held.is_empty() {
            continue;
        }
        let composed = COMPOSERS
            .iter()
            .find(|compose| held == [compose(&old.0, &old.1)])
            .filter(|_| !entry.dn.is_named_by(attribute));
        match composed {
            Some(compose) => following.push((attribute.clone(), vec![compose(&now.0, &now.1)])),
            None => notes.push(NOTE_FULL_NAME_KEPT.to_owned()),
        }
    }
    notes.dedup();
    if !following.is_empty() {
        notes.push(NOTE_NAMES_FOLLOW.to_owned());
    }
    wanted.extend(following);
}

/// How directories compose a full name of a given and a family name.
const COMPOSERS: [fn(&str, &str) -> String; 4] = [
    |given, family| format!("{given} {family}"),
    |given, family| format!("{family} {given}"),
    |given, family| format!("{given} {}", family.to_uppercase()),
    |given, family| format!("{} {given}", family.to_uppercase()),
];

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;
    use crate::domain::account::{Role, tests::person};
    use crate::domain::change::{Modification, NewValue};
    use crate::domain::effect::touched;
    use std::collections::BTreeSet;

    fn field(attribute: &str, kind: Kind, owner: Owner) -> Field {
        Field {
            name: attribute.to_lowercase(),
            attribute: attribute.into(),
            kind,
            choices: Vec::new(),
            roles: BTreeSet::new(),
            owner,
            several: false,
            required: false,
        }
    }

    fn to(attribute: &str, kind: Kind, values: &[&str]) -> Correction {
        Correction {
            field: field(attribute, kind, Owner::Feed),
            values: values.iter().map(|v| (*v).to_owned()).collect(),
        }
    }

    fn names() -> NameParts {
        NameParts {
            family: "sn".into(),
            given: "givenName".into(),
            composed: vec!["displayName".into(), "cn".into()],
        }
    }

    fn entry() -> Entry {
        Entry::new(person(&[]).dn)
            .with("sn", &["Dupont"])
            .with("givenName", &["Léa"])
            .with("displayName", &["Léa Dupont"])
            .with("cn", &["DUPONT Léa"])
            .with("mobile", &["06 39 98 12 34"])
    }

    fn written(change: &Change) -> Vec<(String, Vec<String>)> {
        touched(change)
            .expect("kept")
            .into_iter()
            .map(|one| (one.attribute, one.after))
            .collect()
    }

    #[test]
    fn a_value_that_somebody_adds_meanwhile_is_not_written_over() {
        let wanted = [to("mobile", Kind::Phone, &["+33 6 39 98 00 00"])];
        let change = correct(&person(&[]), &entry(), &wanted, &names()).expect("a change");
        let whole = |m: &Modification| matches!(m, Modification::Replace { .. });
        assert!(!change.modifications.iter().any(whole), "{change:?}");
        let gone = [to("mobile", Kind::Phone, &[])];
        let change = correct(&person(&[]), &entry(), &gone, &names()).expect("a change");
        assert_eq!(
            change.modifications,
            [Modification::Delete {
                attribute: "mobile".into(),
                values: vec![NewValue::Text("06 39 98 12 34".into())],
            }]
        );
    }

    fn one(attribute: &str, value: &str) -> (String, Vec<String>) {
        (attribute.to_owned(), vec![value.to_owned()])
    }

    #[test]
    fn a_correction_relies_on_the_former_value_and_keeps_it_for_undo() {
        let pupil = person(&[Role::Pupil]);
        let wanted = [
            to("mobile", Kind::Phone, &["+33 6 39 98 00 00"]),
            to("homePhone", Kind::Phone, &["+33 5 61 91 00 00"]),
        ];
        let change = correct(&pupil, &entry(), &wanted, &names()).expect("a change");
        assert_eq!(
            change.assertion().to_string(),
            "(&(objectClass=ENTEleve)(mobile=06 39 98 12 34)(!(homePhone=*)))"
        );
        let before: Vec<_> = change.before.iter().map(|b| b.values.len()).collect();
        assert_eq!(before, [1, 0]);
        assert_eq!(change.notes, [NOTE_FEED_OWNED]);
    }

    #[test]
    fn the_same_value_is_nothing_to_do() {
        let pupil = person(&[Role::Pupil]);
        // The same number in the other notation, too.
        let wanted = [
            to("mobile", Kind::Phone, &["+33 6 39 98 12 34"]),
            to("sn", Kind::Name, &["Dupont"]),
            to("homePhone", Kind::Phone, &[]),
        ];
        assert_eq!(correct(&pupil, &entry(), &wanted, &names()), None);
        let upper = [to("sn", Kind::Name, &["DUPONT"])];
        assert!(correct(&pupil, &entry(), &upper, &names()).is_some());
    }

    #[test]
    fn a_full_name_composed_of_the_names_follows_them() {
        let pupil = person(&[Role::Pupil]);
        let wanted = [to("sn", Kind::Name, &["Durand"])];
        let change = correct(&pupil, &entry(), &wanted, &names()).expect("a change");
        assert_eq!(
            written(&change),
            [
                one("sn", "Durand"),
                one("displayName", "Léa Durand"),
                one("cn", "DURAND Léa")
            ]
        );
        assert_eq!(change.notes, [NOTE_FEED_OWNED, NOTE_NAMES_FOLLOW]);
        assert_eq!(change.before[2].values, ["DUPONT Léa"]);
    }

    #[test]
    fn a_full_name_of_its_own_stays() {
        let pupil = person(&[Role::Pupil]);
        let own = Entry::new(entry().dn)
            .with("sn", &["Dupont"])
            .with("givenName", &["Léa"])
            .with("displayName", &["Léa Dupont-Martin"])
            .with("cn", &["Léa Dupont", "Lea"]);
        let wanted = [to("givenName", Kind::Name, &["Léo"])];
        let change = correct(&pupil, &own, &wanted, &names()).expect("a change");
        assert_eq!(written(&change), [one("givenName", "Léo")]);
        assert!(change.notes.contains(&NOTE_FULL_NAME_KEPT.to_owned()));
    }

    #[test]
    fn the_name_of_the_entry_is_left_alone() {
        let dn = crate::domain::dn::Dn::parse("cn=DUPONT Léa,dc=x").expect("dn");
        let entry = Entry { dn, ..entry() };
        let wanted = [to("sn", Kind::Name, &["Durand"])];
        let change = correct(&person(&[]), &entry, &wanted, &names()).expect("a change");
        assert_eq!(
            written(&change),
            [one("sn", "Durand"), one("displayName", "Léa Durand")]
        );
    }
}
