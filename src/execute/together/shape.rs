//! Which changes may be written together, and which of them write the same attribute types.
//!
//! A transaction that fails at its end must not have been the first to write an attribute type: slapd forgets it for the
//! disk and keeps it in memory, and what is written with it later cannot be read (docs/transactions.md). So of each
//! shape one change is written by itself first; whatever its kind of write stores is stored then, what the server adds
//! of its own included. Pure.

use super::Turn;
use crate::domain::change::{Change, Modification, Operation, Reliance};
use crate::domain::dn::Dn;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Attributes of groups: overlays write to other entries when they change.
const MEMBERS: [&str; 3] = ["member", "uniqueMember", "memberOf"];

/// Changes of one shape write the same attribute types.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape {
    /// What is given a value, in lower case, options included.
    pub(super) attributes: BTreeSet<String>,
    /// Of a password.
    pub(super) password: Option<PasswordShape>,
}

/// On what it depends which attribute types a password policy writes beside a password.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PasswordShape {
    /// The entry's own policy, as its name; `None` for the policy of all.
    pub(super) policy: Option<String>,
    /// Whether the entry is known to have held a password: only then a policy that keeps former ones has one to keep.
    pub(super) had_one: bool,
}

/// Parts those that may be written together from those that may not: a single Modify of the account's own entry that
/// relies on no other entry, in this database, whose entry no other change of the run writes.
pub(super) fn part(
    changes: &[Change],
    todo: Vec<Turn>,
    context: impl Fn(&Dn) -> bool,
) -> (Vec<Turn>, Vec<Turn>) {
    let mut written: HashMap<&str, usize> = HashMap::new();
    for change in changes {
        *written.entry(change.target().normalized()).or_default() += 1;
    }
    todo.into_iter().partition(|(_, range)| {
        let [change] = &changes[range.clone()] else {
            return false;
        };
        is_independent(change)
            && written.get(change.target().normalized()) == Some(&1)
            && context(change.target())
    })
}

fn is_independent(change: &Change) -> bool {
    let of_group = |m: &Modification| {
        MEMBERS
            .iter()
            .any(|name| base_name(m.attribute()).eq_ignore_ascii_case(name))
    };
    change.operation == Operation::Modify
        && change.with.is_empty()
        && change.besides.is_empty()
        && !change.modifications.is_empty()
        && !change.modifications.iter().any(of_group)
}

/// An attribute description without its options.
fn base_name(attribute: &str) -> &str {
    attribute.split(';').next().unwrap_or(attribute)
}

/// The shape of a change. `password_changed`: the attribute that tells when the password was set; `policies`: the
/// entries with a policy of their own.
pub(super) fn shape(
    change: &Change,
    password_changed: Option<&str>,
    policies: &BTreeMap<Dn, String>,
) -> Shape {
    let gives = |m: &Modification| match m {
        Modification::Add { attribute, values } | Modification::Replace { attribute, values }
            if !values.is_empty() =>
        {
            Some(attribute.to_lowercase())
        }
        _ => None,
    };
    let had_one = change.relies_on.iter().any(|reliance| {
        matches!(reliance, Reliance::Holds { attribute, .. }
            if password_changed.is_some_and(|name| name.eq_ignore_ascii_case(attribute)))
    });
    Shape {
        attributes: change.modifications.iter().filter_map(gives).collect(),
        password: change.sets_password().then(|| PasswordShape {
            policy: policies.get(change.target()).cloned(),
            had_one,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountRef;
    use crate::domain::change::{Condition, NewValue};

    fn change(dn: &str, modifications: Vec<Modification>) -> Change {
        Change {
            account: AccountRef {
                dn: Dn::parse(dn).expect("dn"),
                uid: None,
                login: None,
                name: "Léa".into(),
            },
            operation: Operation::Modify,
            relies_on: Vec::new(),
            besides: Vec::new(),
            with: Vec::new(),
            modifications,
            before: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn gives(attribute: &str, value: NewValue) -> Modification {
        Modification::Replace {
            attribute: attribute.into(),
            values: vec![value],
        }
    }

    fn mail(dn: &str) -> Change {
        change(dn, vec![gives("mail", NewValue::Text("a@b.fr".into()))])
    }

    #[test]
    fn only_independent_changes_go_together() {
        let mut with = mail("uid=b,dc=x");
        with.with = vec![mail("uid=z,dc=x").account];
        let mut besides = mail("uid=c,dc=x");
        besides.besides = vec![Condition {
            dn: Dn::parse("uid=z,dc=x").expect("dn"),
            relies_on: Vec::new(),
        }];
        let mut elsewhere = mail("uid=d,dc=x");
        elsewhere.operation = Operation::ModifyEntry {
            dn: Dn::parse("cn=alias,dc=x").expect("dn"),
        };
        let mut made = mail("uid=e,dc=x");
        made.operation = Operation::DeleteEntry {
            dn: Dn::parse("cn=alias2,dc=x").expect("dn"),
        };
        let changes = vec![
            mail("uid=a,dc=x"),
            with,
            besides,
            elsewhere,
            made,
            mail("uid=f,dc=other"),
            mail("uid=twice,dc=x"),
            mail("UID=Twice,dc=x"),
            change(
                "uid=g,dc=x",
                vec![gives("uniqueMember;x-a", NewValue::Text("uid=a".into()))],
            ),
            change("uid=h,dc=x", Vec::new()),
        ];
        let todo: Vec<Turn> = (0..changes.len()).map(|at| (at, at..at + 1)).collect();
        let base = Dn::parse("dc=x").expect("dn");
        let (together, alone) = part(&changes, todo, |dn| dn.is_within(&base));
        assert_eq!(together, [(0, 0..1)]);
        assert_eq!(alone.len(), changes.len() - 1);
    }

    #[test]
    fn what_a_server_adds_tells_shapes_apart() {
        let reset = |dn: &str, since: Option<&str>| {
            let mut reset = change(
                dn,
                vec![
                    gives("userPassword", NewValue::Password),
                    gives("pwdReset", NewValue::Text("TRUE".into())),
                    Modification::Delete {
                        attribute: "pwdEndTime".into(),
                        values: Vec::new(),
                    },
                ],
            );
            reset.relies_on = vec![match since {
                Some(value) => Reliance::Holds {
                    attribute: "PwdChangedTime".into(),
                    value: value.into(),
                },
                None => Reliance::Absent {
                    attribute: "pwdChangedTime".into(),
                },
            }];
            reset
        };
        let own = BTreeMap::from([(Dn::parse("uid=p,dc=x").expect("dn"), "cn=staff".to_owned())]);
        let of = |change: &Change| shape(change, Some("pwdChangedTime"), &own);
        let usual = of(&reset("uid=a,dc=x", Some("20260101000000Z")));
        assert_eq!(
            usual.attributes,
            BTreeSet::from(["pwdreset".to_owned(), "userpassword".to_owned()])
        );
        assert_eq!(usual, of(&reset("uid=b,dc=x", Some("20250101000000Z"))));
        assert_ne!(usual, of(&reset("uid=c,dc=x", None)));
        assert_ne!(usual, of(&reset("uid=p,dc=x", Some("20260101000000Z"))));
        assert_eq!(of(&mail("uid=a,dc=x")).password, None);
    }
}
