//! Everybody of the directory, and where their mail goes.

use super::desired::Wish;
use super::joined;
use super::meanwhile::{Looked, Looks, Meanwhile, Redirected, Settled};
use crate::app::{App, Office};
use crate::commands::shared::all_protected;
use crate::domain::account::Account;
use crate::domain::change::Change;
use crate::domain::entry::Entry;
use crate::domain::redirect::graph::Inward;
use crate::domain::redirect::{Aliases, MailRefusal, MailRules, Wanted, holds_already};
use crate::domain::ties;
use crate::error::Result;
use crate::people::{Selector, Sweep, handing};
use crate::schema::Schema;
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

/// Accounts that are held at once while it is asked who of them is meant.
const HELD: usize = 1_000;

/// Pages that wait to be looked at, at most: reading waits then, and memory stays bounded. About so many come while a file of
/// a hundred thousand rows is read.
const PAGES_AHEAD: usize = 24;

/// Everybody of the directory, and where their mail goes.
pub struct Everybody {
    /// How a redirect is written.
    pub rules: MailRules,
    /// The people.
    pub sweep: Sweep,
    /// Who forwards to somebody here.
    pub inward: Inward,
    /// Which rows say what is so already.
    pub settled: Settled,
    redirected: Vec<Redirected>,
    aliases: Aliases,
}

impl Everybody {
    /// One search, whose pages are made small as they come; another one for aliases where redirects stand there. Rows
    /// are held against each account by another thread, as soon as they are there.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn read(
        app: &App,
        office: &Office,
        rows: oneshot::Receiver<Meanwhile>,
    ) -> Result<Everybody> {
        let rules = app.mail_rules(office)?;
        let schema = office.people.schema();
        let (mut reader, pages) = handing(PAGES_AHEAD);
        let looks = Looks {
            rules: rules.clone(),
            schema: Arc::clone(schema),
            // Elsewhere it must be asked first who is in scope.
            for_rows: office.people.scope().is_everything(),
        };
        let beside = spawn_blocking(move || looks.at(pages, rows));
        let (sweep, aliases) = office
            .people
            .sweep_mail(&rules, None, &mut |page| {
                // Nobody takes them any more after a panic over there, which is told below.
                let _ = reader.hand(page);
            })
            .await?;
        drop(reader);
        let Looked {
            settled,
            inward,
            redirected,
        } = joined(beside).await;
        Ok(Everybody {
            rules,
            sweep,
            inward,
            settled,
            redirected,
            aliases,
        })
    }

    /// Whether all that is wanted is so already.
    pub fn holds_already(&self, schema: &Schema, entry: &Entry, wanted: &Wanted) -> bool {
        let now = self.rules.standing(entry);
        holds_already(&self.rules, &schema.roles_of(entry), entry, &now, wanted)
    }

    /// The changes that bring this about.
    ///
    /// # Errors
    /// What may not be.
    pub fn plan(
        &self,
        account: &Account,
        entry: &Entry,
        wanted: &Wanted,
    ) -> Result<Vec<Change>, MailRefusal> {
        self.aliases.plan(&self.rules, account, entry, wanted)
    }

    /// Where the accounts of the selector stand that have a redirect. One in whose place another serves is nobody's to
    /// count or to clear: a row that names it is about the other.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn redirecting(&self, office: &Office, selector: &Selector) -> Result<Vec<usize>> {
        let people = &office.people;
        let meant = people.meant(selector).await?;
        let mut found = Vec::new();
        let mut held: Vec<(usize, Account)> = Vec::new();
        let everybody = meant.is_none() && people.scope().is_everything();
        for Redirected { place: at, plainly } in self.redirected.iter().copied() {
            if plainly && everybody {
                found.push(at);
                continue;
            }
            let Some(entry) = self.sweep.at(at) else {
                continue;
            };
            let account = people.schema().account(&entry);
            match &meant {
                _ if ties::next(&account).is_some() => {}
                Some(meant) if meant.contains(&entry.dn) => found.push(at),
                Some(_) => {}
                None => held.push((at, account)),
            }
            if held.len() == HELD {
                found.extend(inside(office, std::mem::take(&mut held)).await?);
            }
        }
        found.extend(inside(office, held).await?);
        found.sort_unstable();
        Ok(found)
    }

    /// Takes away the redirects of the selector's accounts that are not named. What is protected is nobody's to clear;
    /// it was not asked for by name either.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn clear_the_others(
        &self,
        office: &Office,
        named: &HashSet<usize>,
        selector: &Selector,
    ) -> Result<Vec<Change>> {
        let kept = all_protected(office).await?;
        let away = Wanted {
            redirect: Wish::Clear,
            ..Wanted::default()
        };
        let left = self.redirecting(office, selector).await?;
        let mut cleared = Vec::new();
        for at in left.into_iter().filter(|at| !named.contains(at)) {
            let Some(entry) = self.sweep.at(at).filter(|entry| !kept.contains(&entry.dn)) else {
                continue;
            };
            let account = office.people.schema().account(&entry);
            if let Ok(changes) = self.plan(&account, &entry, &away) {
                cleared.extend(changes);
            }
        }
        Ok(cleared)
    }
}

/// Those in scope.
async fn inside(office: &Office, held: Vec<(usize, Account)>) -> Result<Vec<usize>> {
    let (places, accounts): (Vec<usize>, Vec<Account>) = held.into_iter().unzip();
    let inside = office.people.in_scope(&accounts).await?;
    let all = places.into_iter().zip(inside);
    Ok(all
        .filter_map(|(at, inside)| inside.then_some(at))
        .collect())
}
