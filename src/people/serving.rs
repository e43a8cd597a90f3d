//! From the account that was named to the one that serves the person ([`crate::domain::ties`]), and what a text names
//! in the end.

use super::People;
use crate::domain::account::{Account, AccountRef};
use crate::domain::dn::Dn;
use crate::domain::ties::{Broken, STEPS, Tie, next, serving};
use crate::error::Result;
use std::collections::{BTreeMap, BTreeSet};

/// Which account is meant by a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The one that serves the person: of an absorbed account the kept one, of a closed secondary its principal.
    Serving,
    /// The very entry that was named.
    Entry,
}

/// What a text named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// This account.
    One(Box<Found>),
    /// Several; never the first one.
    Many(Vec<Found>),
    /// None; these are nearest, to be chosen by a person, never taken.
    Nothing {
        /// At most five, best first.
        nearest: Vec<Found>,
    },
    /// Somebody outside the profile's schools, of whom nothing is told.
    OutOfScope,
    /// An account of which nobody can tell who is served by it.
    Broken(Box<Account>, Broken),
}

/// An account that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The account that is meant.
    pub account: Account,
    /// What led to it, where that is another one.
    pub instead: Option<Instead>,
}

/// What was named in the place of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instead {
    /// Its login, or the name where it has none.
    pub of: String,
    /// The account that was named; a former login is that of none.
    pub account: Option<AccountRef>,
    /// How it leads to the account.
    pub tie: Tie,
}

/// An account that was named, and where it leads.
#[derive(Debug, Clone)]
pub(super) struct Led {
    named: Account,
    to: Result<Option<(Account, Tie)>, Broken>,
    former: Option<String>,
}

impl Led {
    /// `known`: all that may be met on the way.
    pub fn new(named: Account, known: &BTreeMap<Dn, Account>, who: Who) -> Self {
        let to = match who {
            Who::Entry => Ok(None),
            Who::Serving => {
                serving(&named, known).map(|to| to.map(|(account, tie)| (account.clone(), tie)))
            }
        };
        Led {
            named,
            to,
            former: None,
        }
    }

    /// The account that was named.
    pub fn named(&self) -> &Account {
        &self.named
    }

    /// The account that is meant; the one that was named where nobody can tell.
    pub fn account(&self) -> &Account {
        match &self.to {
            Ok(Some((account, _))) => account,
            Ok(None) | Err(_) => &self.named,
        }
    }

    /// It was named by this login of an account that was merged into it.
    pub fn by_former_login(&mut self, login: &str) {
        self.former = Some(login.to_owned());
    }

    /// What was found.
    pub fn found(self) -> Found {
        let own = || {
            let login = self.named.login.clone();
            login.unwrap_or_else(|| self.named.display_name.clone())
        };
        let former = self.former.clone().map(|of| Instead {
            of,
            account: None,
            tie: Tie::FormerLogin,
        });
        let named = Some(self.named.reference());
        match self.to {
            Ok(Some((account, tie))) => Found {
                instead: former.or_else(|| {
                    Some(Instead {
                        of: own(),
                        account: named,
                        tie,
                    })
                }),
                account,
            },
            Ok(None) | Err(_) => Found {
                account: self.named,
                instead: former,
            },
        }
    }

    fn is_direct(&self) -> bool {
        self.former.is_none() && matches!(self.to, Ok(None))
    }
}

impl People {
    /// Those to whom these accounts lead; few searches, and none where nobody is joined.
    pub(super) async fn on_the_way(
        &self,
        named: &[&Account],
        who: Who,
    ) -> Result<BTreeMap<Dn, Account>> {
        let mut known: BTreeMap<Dn, Account> = BTreeMap::new();
        if who == Who::Entry {
            return Ok(known);
        }
        let leads = |account: &Account| next(account).map(|(dn, _)| dn.clone());
        let mut ahead: BTreeSet<Dn> = named.iter().copied().filter_map(leads).collect();
        for _ in 0..STEPS {
            ahead.retain(|dn| !known.contains_key(dn));
            let names: Vec<Dn> = std::mem::take(&mut ahead).into_iter().collect();
            for account in self.read_accounts(&names).await? {
                ahead.extend(leads(&account));
                known.insert(account.dn.clone(), account);
            }
        }
        Ok(known)
    }

    /// Where these accounts lead, as far as that is in scope.
    pub(super) async fn led_in_scope(&self, named: Vec<Account>, who: Who) -> Result<Vec<Led>> {
        let known = self
            .on_the_way(&named.iter().collect::<Vec<_>>(), who)
            .await?;
        let led: Vec<Led> = named
            .into_iter()
            .map(|account| Led::new(account, &known, who))
            .collect();
        let meant: Vec<&Account> = led.iter().map(Led::account).collect();
        let mut inside = self.these_in_scope(&meant).await?.into_iter();
        let mut led = led;
        led.retain(|_| inside.next().unwrap_or(false));
        Ok(led)
    }

    /// The accounts that serve these people, in their order, in scope or not; of one of whom nobody can tell why.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn serving(&self, named: Vec<Account>) -> Result<Vec<Result<Found, Broken>>> {
        let known = self
            .on_the_way(&named.iter().collect::<Vec<_>>(), Who::Serving)
            .await?;
        Ok(named
            .into_iter()
            .map(|account| {
                let led = Led::new(account, &known, Who::Serving);
                match led.to {
                    Err(broken) => Err(broken),
                    Ok(_) => Ok(led.found()),
                }
            })
            .collect())
    }
}

/// What is left of those found, once the ones out of scope are taken out. Those that lead to one account are one.
pub(super) fn among(inside: Vec<Led>) -> Resolved {
    let mut left = one_each(inside);
    if left.iter().any(|led| led.to.is_ok()) {
        left.retain(|led| led.to.is_ok());
    }
    match (left.len(), left.first().map(|led| &led.to)) {
        (0, _) => Resolved::OutOfScope,
        (_, Some(Err(broken))) => {
            let broken = *broken;
            Resolved::Broken(Box::new(left.remove(0).named), broken)
        }
        (1, _) => Resolved::One(Box::new(left.remove(0).found())),
        _ => {
            left.sort_by_cached_key(|led| super::reading_order(led.account()));
            Resolved::Many(left.into_iter().map(Led::found).collect())
        }
    }
}

/// One for each account that is meant; that which was named itself before those that lead to it.
pub(super) fn one_each(led: Vec<Led>) -> Vec<Led> {
    let mut places: BTreeMap<Dn, usize> = BTreeMap::new();
    let mut left: Vec<Led> = Vec::with_capacity(led.len());
    for one in led {
        match places.get(&one.account().dn) {
            Some(at) if one.is_direct() => left[*at] = one,
            Some(_) => {}
            None => {
                places.insert(one.account().dn.clone(), left.len());
                left.push(one);
            }
        }
    }
    left
}
