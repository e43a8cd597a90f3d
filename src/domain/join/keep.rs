//! Which of a person's accounts is better kept.

use crate::domain::account::Account;
use crate::domain::duplicates::{KeepReason, Standing};
use std::cmp::Reverse;

/// The order in which these accounts are better kept, by their places, and why the first one. `recovery`: whether each
/// has an address to recover the password with. As `account duplicates` proposes it. None where there is nothing to
/// choose from.
pub fn better_kept(accounts: &[Account], recovery: &[bool]) -> Option<(Vec<usize>, KeepReason)> {
    let standing = |at: usize| {
        let state = &accounts[at].state;
        Standing {
            own_password: state.chose_password(),
            last_login: state.last_login_at.map_or(0, |login| login.as_second()),
            recovery: recovery.get(at).copied().unwrap_or_default(),
        }
    };
    let children = |at: usize| accounts[at].children.len();
    let mut order: Vec<usize> = (0..accounts.len()).collect();
    order.sort_by_key(|at| {
        let account = &accounts[*at];
        // One that nobody can log in with is kept only where there is no other.
        (
            account.state.disabled,
            Reverse(standing(*at)),
            Reverse(children(*at)),
            account.uid.clone(),
            account.dn.clone(),
        )
    });
    let (first, next) = (*order.first()?, *order.get(1)?);
    let (a, b) = (standing(first), standing(next));
    let reason = if a.own_password != b.own_password {
        KeepReason::OwnPassword
    } else if a.last_login != b.last_login {
        KeepReason::LastLogin
    } else if a.recovery != b.recovery {
        KeepReason::Recovery
    } else if children(first) != children(next) {
        KeepReason::Children
    } else {
        KeepReason::First
    };
    Some((order, reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::{Role, tests::person};
    use crate::domain::dn::Dn;
    use jiff::Timestamp;

    fn account(uid: &str) -> Account {
        let mut account = person(&[Role::Parent]);
        account.uid = Some(uid.to_owned());
        account.dn = Dn::parse(&format!("uid={uid},dc=x")).expect("dn");
        account
    }

    #[test]
    fn the_one_that_is_used_is_kept_and_why_is_told() {
        let mut accounts = vec![account("1"), account("2"), account("3")];
        let of = |accounts: &[Account], recovery: &[bool]| {
            let (order, reason) = better_kept(accounts, recovery).expect("two");
            (order[0], reason)
        };
        let none = [false; 3];
        assert_eq!(of(&accounts, &none), (0, KeepReason::First));
        let child = Dn::parse("uid=k,dc=x").expect("dn");
        accounts[1].children.insert(child);
        assert_eq!(of(&accounts, &none), (1, KeepReason::Children));
        assert_eq!(
            of(&accounts, &[false, false, true]),
            (2, KeepReason::Recovery)
        );
        accounts[0].state.last_login_at =
            Some(Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(9));
        assert_eq!(
            of(&accounts, &[false, false, true]),
            (0, KeepReason::LastLogin)
        );
        accounts[1].state.password_changed_at = Some(Timestamp::UNIX_EPOCH);
        assert_eq!(of(&accounts, &none), (1, KeepReason::OwnPassword));
        accounts[1].state.disabled = true;
        assert_eq!(of(&accounts, &none).0, 0, "nobody can log in with it");
        assert_eq!(better_kept(&accounts[..1], &none), None);
    }
}
