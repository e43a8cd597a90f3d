//! Somebody asked for one account, and another serves the person: how that is told.

use super::pick::Given;
use crate::app::App;
use crate::domain::account::{Account, AccountRef};
use crate::domain::dn::Dn;
use crate::domain::ties::{Broken, Tie};
use crate::error::{CommandError, ExitStatus};
use crate::i18n::Text;
use crate::people::Instead;
use std::collections::BTreeMap;

/// So many are told one by one.
const TOLD: usize = 5;

/// What was asked for in the place of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// As it was typed, or stands in the file.
    pub text: String,
    /// The account that this names, and how it leads to the other.
    pub instead: Instead,
}

impl Asked {
    /// What a run keeps of it: the account that was asked for when it was begun.
    pub fn before(account: &AccountRef) -> Self {
        let of = account
            .login
            .clone()
            .unwrap_or_else(|| account.name.clone());
        Asked {
            text: of.clone(),
            instead: Instead {
                of,
                account: Some(account.clone()),
                tie: Tie::Merged,
            },
        }
    }
}

/// The texts that led to accounts by a join, by account: JSON `asked`.
pub type AskedFor = BTreeMap<Dn, Vec<String>>;

/// The texts that led to these accounts by a join.
pub fn asked_for<'a>(given: impl IntoIterator<Item = &'a Given>) -> AskedFor {
    let mut asked: AskedFor = BTreeMap::new();
    for one in given {
        if !one.asked.is_empty() {
            let texts = asked.entry(one.account.dn.clone()).or_default();
            texts.extend(one.asked.iter().map(|asked| asked.text.clone()));
        }
    }
    asked
}

/// What was asked for in the place of this account.
pub fn texts(given: &Given) -> Vec<String> {
    given.asked.iter().map(|asked| asked.text.clone()).collect()
}

/// Says of each, or of how many, that another account serves.
pub fn tell<'a>(app: &App, given: impl IntoIterator<Item = &'a Given>) {
    let led: Vec<(&Instead, &Account)> = given
        .into_iter()
        .flat_map(|given| given.asked.iter().map(|a| (&a.instead, &given.account)))
        .collect();
    if led.len() > TOLD {
        app.printer
            .note(&Text::new("served-many").with("count", led.len()));
        return;
    }
    for (instead, account) in led {
        app.printer.note(&sentence(instead, account));
    }
}

/// What led where.
pub fn sentence(instead: &Instead, account: &Account) -> Text {
    let key = match instead.tie {
        Tie::Merged => "served-merged",
        Tie::Linked => "served-linked",
        Tie::FormerLogin => "served-former",
    };
    let login = account.login.as_ref();
    Text::new(key)
        .with("asked", &instead.of)
        .with("account", login.unwrap_or(&account.display_name))
}

/// Nobody can tell which account serves in the place of this one.
pub fn broken(account: &Account, why: Broken) -> CommandError {
    let login = account.login.as_ref();
    CommandError::new(
        ExitStatus::Refused,
        why.code(),
        Text::new(format!("refusal-{}", why.code()))
            .with("name", login.unwrap_or(&account.display_name)),
    )
    .hint(Text::new("joined-broken-hint"))
}
