//! The plans of single accounts: what a reset, a lock and an unlock write, and what they rely on.

use super::account::Account;
use super::change::{Before, Change, Modification, NewValue, Operation, Reliance};
use super::time::LOCKED_FOR_GOOD;

/// The attributes that passwords and access stand in, as the schema names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessAttributes {
    /// `userPassword`.
    pub password: String,
    /// `pwdReset`; `None` where the directory has no such thing.
    pub must_change: Option<String>,
    /// `pwdAccountLockedTime`.
    pub locked: Option<String>,
    /// `pwdChangedTime`.
    pub password_changed: Option<String>,
    /// The end of a temporary password that was mailed; `None` where the directory has no such thing.
    pub temporary_until: Option<String>,
    /// The auxiliary class that it needs.
    pub temporary_class: Option<String>,
}

/// Note of a change: the account is disabled, and stays so.
pub const NOTE_STAYS_DISABLED: &str = "stays-disabled";
/// Note of a change: the account was locked after wrong passwords, and is opened by this.
pub const NOTE_WAS_LOCKED: &str = "was-locked";
/// Note of a change: the owner had chosen a password, which is replaced.
pub const NOTE_HAD_OWN_PASSWORD: &str = "had-own-password";

/// A new initial password: password and must-change in one Modify, so that no crash falls between.
///
/// On OpenLDAP a change of the password opens a locked account by itself, and would open a disabled one
/// too: there the mark of disabling is taken away and added again in the same Modify, which keeps it
/// (`replace` reopens silently, `add` alone gives 20).
pub fn reset(account: &Account, names: &AccessAttributes) -> Change {
    let mut modifications = vec![Modification::Replace {
        attribute: names.password.clone(),
        values: vec![NewValue::Password],
    }];
    if let Some(attribute) = &names.must_change {
        modifications.push(Modification::Replace {
            attribute: attribute.clone(),
            values: vec![NewValue::Text("TRUE".into())],
        });
    }
    // The end of a mailed password must not be taken for that of this one.
    if let (Some(attribute), true) = (
        &names.temporary_until,
        account.state.temporary_until.is_some(),
    ) {
        modifications.push(Modification::Replace {
            attribute: attribute.clone(),
            values: Vec::new(),
        });
    }
    let mut notes = Vec::new();
    if let Some(attribute) = &names.locked
        && account.state.disabled
    {
        let mark = || vec![NewValue::Text(LOCKED_FOR_GOOD.into())];
        modifications.push(Modification::Delete {
            attribute: attribute.clone(),
            values: mark(),
        });
        modifications.push(Modification::Add {
            attribute: attribute.clone(),
            values: mark(),
        });
        notes.push(NOTE_STAYS_DISABLED.to_owned());
    }
    if account.state.locked_since.is_some() {
        notes.push(NOTE_WAS_LOCKED.to_owned());
    }
    if account.state.chose_password() {
        notes.push(NOTE_HAD_OWN_PASSWORD.to_owned());
    }
    let mut relies_on = relied_identity(account);
    relies_on.extend(relied_disabling(account, names));
    if let Some(attribute) = &names.password_changed {
        relies_on.push(match &account.state.password_mark {
            Some(value) => Reliance::Holds {
                attribute: attribute.clone(),
                value: value.clone(),
            },
            None => Reliance::Absent {
                attribute: attribute.clone(),
            },
        });
    }
    Change {
        account: account.reference(),
        operation: Operation::Modify,
        besides: Vec::new(),
        with: Vec::new(),
        relies_on,
        modifications,
        before: Vec::new(),
        notes,
    }
}

/// A password with an end: what [`reset`] writes, and the end, in the same Modify. `has_class`: whether the entry has
/// the class that the end needs. Where the directory has no place for an end, only the history knows it.
pub fn reset_until(
    account: &Account,
    names: &AccessAttributes,
    until: &str,
    has_class: bool,
) -> Change {
    let mut change = reset(account, names);
    if let Some(attribute) = &names.temporary_until {
        change.modifications.retain(|modification| {
            !matches!(modification, Modification::Replace { attribute: a, .. } if a == attribute)
        });
        if let (Some(class), false) = (&names.temporary_class, has_class) {
            change.modifications.push(Modification::Add {
                attribute: "objectClass".to_owned(),
                values: vec![NewValue::Text(class.clone())],
            });
        }
        change.modifications.push(Modification::Replace {
            attribute: attribute.clone(),
            values: vec![NewValue::Text(until.to_owned())],
        });
    }
    change
}

/// A temporary password that goes by mail: [`reset_until`]. `address` is relied on: the attribute of the recovery
/// address, and the value it holds.
pub fn temporary(
    account: &Account,
    names: &AccessAttributes,
    until: &str,
    has_class: bool,
    address: Option<(&str, &str)>,
) -> Change {
    let mut change = reset_until(account, names, until, has_class);
    change
        .relies_on
        .extend(address.map(|(attribute, value)| Reliance::Holds {
            attribute: attribute.to_owned(),
            value: value.to_owned(),
        }));
    change
}

/// Disables an account; `None` where it is disabled already. One Replace, so that a lock which the server
/// sets at the same moment is no hindrance.
pub fn lock(account: &Account, names: &AccessAttributes) -> Option<Change> {
    if account.state.disabled {
        return None;
    }
    access(account, names, vec![NewValue::Text(LOCKED_FOR_GOOD.into())])
}

/// Opens an account that is disabled or was locked after wrong passwords; `None` where it is open.
pub fn unlock(account: &Account, names: &AccessAttributes) -> Option<Change> {
    if !account.state.disabled && account.state.locked_since.is_none() {
        return None;
    }
    access(account, names, Vec::new())
}

/// Replaces the mark of locking; `None` where the directory has none.
fn access(account: &Account, names: &AccessAttributes, values: Vec<NewValue>) -> Option<Change> {
    let attribute = names.locked.clone()?;
    let mut relies_on = relied_identity(account);
    relies_on.extend(relied_disabling(account, names));
    Some(Change {
        account: account.reference(),
        operation: Operation::Modify,
        besides: Vec::new(),
        with: Vec::new(),
        relies_on,
        modifications: vec![Modification::Replace {
            attribute: attribute.clone(),
            values,
        }],
        before: vec![before_lock(account, attribute)],
        notes: Vec::new(),
    })
}

fn before_lock(account: &Account, attribute: String) -> Before {
    let value = if account.state.disabled {
        Some(LOCKED_FOR_GOOD.to_owned())
    } else {
        account.state.locked_since.map(super::time::to_generalized)
    };
    Before {
        attribute,
        values: value.into_iter().collect(),
    }
}

/// Who an account is, as a change relies on it.
pub(super) fn relied_identity(account: &Account) -> Vec<Reliance> {
    account
        .evidence
        .iter()
        .map(|(attribute, value)| Reliance::Holds {
            attribute: attribute.clone(),
            value: value.clone(),
        })
        .collect()
}

/// Disabled or not is relied on; locked after wrong passwords is login state and is not.
fn relied_disabling(account: &Account, names: &AccessAttributes) -> Option<Reliance> {
    let attribute = names.locked.clone()?;
    let value = LOCKED_FOR_GOOD.to_owned();
    Some(if account.state.disabled {
        Reliance::Holds { attribute, value }
    } else {
        Reliance::Lacks { attribute, value }
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::account::{Role, tests::person};

    pub fn names() -> AccessAttributes {
        AccessAttributes {
            password: "userPassword".into(),
            must_change: Some("pwdReset".into()),
            locked: Some("pwdAccountLockedTime".into()),
            password_changed: Some("pwdChangedTime".into()),
            temporary_until: Some("entctlTemporaryPasswordEnd".into()),
            temporary_class: Some("entctlAccount".into()),
        }
    }

    #[test]
    fn a_reset_relies_on_what_it_saw() {
        let mut pupil = person(&[Role::Pupil]);
        assert_eq!(
            reset(&pupil, &names()).assertion().to_string(),
            "(&(objectClass=ENTEleve)(!(pwdAccountLockedTime=000001010000Z))(!(pwdChangedTime=*)))"
        );
        pupil.state.password_mark = Some("20260901080000Z".into());
        pupil.state.locked_since = Some(jiff::Timestamp::UNIX_EPOCH);
        let change = reset(&pupil, &names());
        assert_eq!(
            change.assertion().to_string(),
            "(&(objectClass=ENTEleve)(!(pwdAccountLockedTime=000001010000Z))\
             (pwdChangedTime=20260901080000Z))"
        );
        assert_eq!(change.notes, [NOTE_WAS_LOCKED]);
        assert_eq!(change.modifications.len(), 2, "one Modify, two steps");
    }

    #[test]
    fn a_disabled_account_stays_disabled_through_a_reset() {
        let mut pupil = person(&[Role::Pupil]);
        pupil.state.disabled = true;
        let change = reset(&pupil, &names());
        assert_eq!(change.notes, [NOTE_STAYS_DISABLED]);
        assert!(
            change
                .assertion()
                .to_string()
                .contains("(pwdAccountLockedTime=000001010000Z)")
        );
        assert!(matches!(
            &change.modifications[2..],
            [Modification::Delete { .. }, Modification::Add { .. }]
        ));
    }

    #[test]
    fn a_temporary_password_ends_with_the_same_modify() {
        let parent = person(&[Role::Parent]);
        let address = Some(("mail", "claire@boite.example"));
        let change = temporary(&parent, &names(), "20261123100000Z", false, address);
        assert!(change.sets_password());
        assert_eq!(
            &change.modifications[2..],
            [
                Modification::Add {
                    attribute: "objectClass".into(),
                    values: vec![NewValue::Text("entctlAccount".into())],
                },
                Modification::Replace {
                    attribute: "entctlTemporaryPasswordEnd".into(),
                    values: vec![NewValue::Text("20261123100000Z".into())],
                },
            ]
        );
        assert!(
            change
                .assertion()
                .to_string()
                .contains("(mail=claire@boite.example)")
        );
        let again = temporary(&parent, &names(), "20261123100000Z", true, address);
        assert_eq!(again.modifications.len(), 3, "the class is there");
    }

    #[test]
    fn a_slip_has_not_the_end_of_a_mailed_password() {
        let mut parent = person(&[Role::Parent]);
        parent.state.temporary_until = Some("20261123100000Z".into());
        let change = reset(&parent, &names());
        assert!(change.modifications.contains(&Modification::Replace {
            attribute: "entctlTemporaryPasswordEnd".into(),
            values: vec![],
        }));
        let mailed = temporary(
            &parent,
            &names(),
            "20270101000000Z",
            true,
            Some(("mail", "a@b.fr")),
        );
        assert_eq!(mailed.modifications.len(), 3, "one end, not two");
    }

    #[test]
    fn locking_twice_is_nothing_to_do() {
        let mut pupil = person(&[Role::Pupil]);
        assert!(unlock(&pupil, &names()).is_none());
        assert!(lock(&pupil, &names()).is_some());
        pupil.state.disabled = true;
        assert!(lock(&pupil, &names()).is_none());
        let open = unlock(&pupil, &names()).expect("change");
        assert_eq!(open.before[0].values, [LOCKED_FOR_GOOD]);
    }
}
