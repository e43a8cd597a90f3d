//! Which account serves a person who has several (SDET `ENTPersonRelation`): of an absorbed account the one that
//! absorbed it; of a secondary that is closed its principal. A secondary that is open serves itself. Pure.

use super::account::Account;
use super::dn::Dn;
use std::collections::{BTreeMap, BTreeSet};

/// How an account leads to the one that serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// It was merged into it.
    Merged,
    /// It is its closed secondary.
    Linked,
    /// The login of an account that was merged into it; there may be no such entry any more.
    FormerLogin,
}

/// Why nobody can tell which account serves. Never made by a join; by hand, or by another tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// The account that it leads to is not there.
    Gone,
    /// It leads on and on, or round in a circle.
    Chain,
}

impl Broken {
    /// Stable machine code.
    pub fn code(self) -> &'static str {
        match self {
            Broken::Gone => "joined-to-nobody",
            Broken::Chain => "joined-in-chain",
        }
    }
}

/// Most accounts one after the other: an absorbed one, the secondary that absorbed it, the principal of that.
pub const STEPS: usize = 2;

/// Where an account leads next; `None` where it serves itself.
pub fn next(account: &Account) -> Option<(&Dn, Tie)> {
    let ties = &account.ties;
    match (&ties.merged_into, &ties.linked_to) {
        (Some(kept), _) => Some((kept, Tie::Merged)),
        (None, Some(principal)) if account.state.disabled => Some((principal, Tie::Linked)),
        _ => None,
    }
}

/// The account that serves in the place of this one, and how it leads there; `None` where it serves itself. `known`:
/// all that may be met on the way, as far as they exist.
///
/// An absorbed account leads to the one that absorbed it, and where that one is a closed secondary, to its principal.
///
/// # Errors
/// Any longer way is none that a join makes.
pub fn serving<'a>(
    account: &Account,
    known: &'a BTreeMap<Dn, Account>,
) -> Result<Option<(&'a Account, Tie)>, Broken> {
    let Some((dn, how)) = next(account) else {
        return Ok(None);
    };
    let there = |dn: &Dn| known.get(dn).ok_or(Broken::Gone);
    let first = there(dn)?;
    match (how, next(first)) {
        (_, None) => Ok(Some((first, how))),
        (Tie::Merged, Some((dn, Tie::Linked))) => {
            let second = there(dn)?;
            match next(second) {
                None => Ok(Some((second, how))),
                Some(_) => Err(Broken::Chain),
            }
        }
        _ => Err(Broken::Chain),
    }
}

/// Whether these are accounts of one person, joined to each other or to a third.
pub fn same_person(one: &Account, other: &Account) -> bool {
    let around = |account: &Account| -> BTreeSet<Dn> {
        let ties = &account.ties;
        let led = ties.linked_to.iter().chain(&ties.merged_into);
        let own = led.chain([&account.dn]);
        own.cloned().collect()
    };
    let mut joined = around(one);
    joined.extend(one.ties.linked.iter().chain(&one.ties.merged).cloned());
    !joined.is_disjoint(&around(other))
}

#[cfg(test)]
mod tests {
    use super::super::account::{Role, tests::person};
    use super::*;
    use proptest::prelude::*;

    fn dn(number: usize) -> Dn {
        Dn::parse(&format!("uid=p{number},dc=x")).expect("dn")
    }

    fn account(number: usize) -> Account {
        let mut account = person(&[Role::Parent]);
        account.dn = dn(number);
        account
    }

    fn merged(number: usize, into: usize) -> Account {
        let mut account = account(number);
        account.ties.merged_into = Some(dn(into));
        account.state.disabled = true;
        account
    }

    fn linked(number: usize, to: usize, closed: bool) -> Account {
        let mut account = account(number);
        account.ties.linked_to = Some(dn(to));
        account.state.disabled = closed;
        account
    }

    fn led(accounts: &[Account]) -> Result<Option<(Dn, Tie)>, Broken> {
        let known = accounts.iter().map(|a| (a.dn.clone(), a.clone())).collect();
        Ok(serving(&accounts[0], &known)?.map(|(account, tie)| (account.dn.clone(), tie)))
    }

    #[test]
    fn whoever_was_not_joined_serves_themselves() {
        assert_eq!(led(&[account(1)]), Ok(None));
        let mut disabled = account(1);
        disabled.state.disabled = true;
        assert_eq!(led(&[disabled]), Ok(None), "closed by a person");
    }

    #[test]
    fn an_absorbed_account_leads_to_the_one_that_was_kept() {
        assert_eq!(
            led(&[merged(1, 2), account(2)]),
            Ok(Some((dn(2), Tie::Merged)))
        );
        let mut open = merged(1, 2);
        open.state.disabled = false;
        assert_eq!(led(&[open, account(2)]), Ok(Some((dn(2), Tie::Merged))));
    }

    #[test]
    fn a_secondary_leads_to_its_principal_where_it_is_closed() {
        let way = [linked(1, 2, true), account(2)];
        assert_eq!(led(&way), Ok(Some((dn(2), Tie::Linked))));
        assert_eq!(led(&[linked(1, 2, false), account(2)]), Ok(None));
    }

    #[test]
    fn what_a_secondary_absorbed_leads_to_the_principal() {
        let way = [merged(1, 2), linked(2, 3, true), account(3)];
        assert_eq!(led(&way), Ok(Some((dn(3), Tie::Merged))));
        let way = [merged(1, 2), linked(2, 3, false), account(3)];
        assert_eq!(led(&way), Ok(Some((dn(2), Tie::Merged))));
    }

    #[test]
    fn a_chain_is_not_followed_to_whoever_stands_at_its_end() {
        for way in [
            vec![merged(1, 2), merged(2, 3), account(3)],
            vec![linked(1, 2, true), linked(2, 3, true), account(3)],
            vec![linked(1, 2, true), merged(2, 3), account(3)],
            vec![
                merged(1, 2),
                linked(2, 3, true),
                linked(3, 4, true),
                account(4),
            ],
            vec![merged(1, 1)],
            vec![merged(1, 2), merged(2, 1)],
            vec![merged(1, 2), linked(2, 1, true)],
        ] {
            assert_eq!(led(&way), Err(Broken::Chain), "{}", way.len());
        }
        assert_eq!(led(&[merged(1, 2)]), Err(Broken::Gone));
    }

    #[test]
    fn accounts_that_were_joined_are_one_persons_and_namesakes_are_not() {
        let mut kept = account(2);
        kept.ties.merged.insert(dn(1));
        assert!(same_person(&kept, &kept));
        assert!(same_person(&kept, &merged(1, 2)) && same_person(&merged(1, 2), &kept));
        assert!(
            same_person(&merged(1, 2), &linked(3, 2, false)),
            "by a third"
        );
        let mut principal = account(3);
        principal.ties.linked.insert(dn(2));
        assert!(
            same_person(&principal, &merged(1, 2)),
            "absorbed by its secondary"
        );
        assert!(!same_person(&account(1), &account(2)));
        assert!(!same_person(&merged(1, 2), &merged(3, 4)));
    }

    proptest! {
        #[test]
        fn whatever_the_ties_nobody_is_served_by_an_account_that_another_serves(
            ties in proptest::collection::vec((0usize..6, 0usize..6, 0u8..5), 6),
        ) {
            let known: BTreeMap<Dn, Account> = ties
                .iter()
                .enumerate()
                .map(|(number, (a, b, kind))| {
                    let mut made = match kind {
                        0 => account(number),
                        1 => merged(number, *a),
                        2 => linked(number, *a, true),
                        3 => linked(number, *a, false),
                        _ => merged(number, *a),
                    };
                    if *kind == 4 {
                        made.ties.linked_to = Some(dn(*b));
                    }
                    (made.dn.clone(), made)
                })
                .collect();
            for account in known.values() {
                match serving(account, &known) {
                    Ok(None) => prop_assert!(next(account).is_none()),
                    Ok(Some((serves, _))) => {
                        prop_assert!(serves.dn != account.dn);
                        prop_assert!(next(serves).is_none());
                    }
                    Err(why) => prop_assert!(why == Broken::Chain, "all are there"),
                }
            }
        }
    }
}
