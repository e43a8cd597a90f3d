//! What taking a run back comes to: the inverse changes, and everything that stays as it is, with its reason.

use crate::app::Office;
use crate::commands::shared::{barred, stays_closed};
use crate::domain::account::{Account, AccountRef, Role};
use crate::domain::change::{Change, Plan, Refusal};
use crate::domain::decision::{accounts, after, others};
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::join::{Gift, JoinNames};
use crate::domain::undo::{self, UndoAttributes, links};
use crate::error::Result;
use crate::explain;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Note of a change that leaves some values as others have made them since; code of what is left so.
const MOVED_SINCE: &str = "moved-since";
/// Code of an account that was given a password: nobody keeps the former one.
pub const PASSWORD_NOT_KEPT: &str = "password-not-kept";

/// Code of an account that is made again: neither its password nor what the server itself gave it comes back.
const MADE_ANEW: &str = "made-anew";

/// Code of a link that has given more since: that is no part of the run.
const LINKED_SINCE: &str = "linked-since";

/// Looks at the accounts as they are now, and computes the way back of each decision: the inverse changes, last
/// first; accounts that are back already as unchanged ones; as refusals the accounts that may not be changed, and
/// what stays as it is. What a later decision left is taken back before what an earlier one did, and each is computed
/// on the entries as they will be then.
///
/// # Errors
/// As the directory answers.
pub async fn find(office: &Office, decisions: &[Vec<&Change>]) -> Result<Plan> {
    let names = office.people.schema().undo();
    let settings = &office.profile.join;
    let joins = office
        .people
        .schema()
        .join(&settings.rights, &settings.references);
    let decisions = by_entry(decisions);
    let mut entries = entries(office, &decisions, &names).await?;
    let people = People::of(office, &decisions).await?;
    let mut plan = Plan::default();
    for decision in decisions.iter().rev() {
        people.take_back(decision, &mut entries, (&names, &joins), &mut plan);
    }
    // What a join has closed since is opened by taking back the join alone.
    for change in std::mem::take(&mut plan.changes) {
        let account = people.present.get(&change.account.dn);
        match account.and_then(|account| stays_closed(office, &change, account)) {
            None => plan.changes.push(change),
            Some(code) => plan.refusals.push(Refusal {
                account: Some(change.account),
                given: None,
                line: None,
                code: code.to_owned(),
            }),
        }
    }
    Ok(plan)
}

type Entries = HashMap<Dn, Option<Entry>>;

/// The entries that were written, as they are now. One that was made or has gone is read whole and without what the
/// server keeps in it by itself: that is nobody's work.
async fn entries(
    office: &Office,
    decisions: &[Vec<Change>],
    names: &UndoAttributes,
) -> Result<Entries> {
    let mut whole: BTreeSet<&Dn> = BTreeSet::new();
    let mut parts: BTreeSet<&Dn> = BTreeSet::new();
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    for change in decisions.iter().flatten() {
        if change.makes_entry() || change.removes_entry() {
            whole.insert(change.target());
        } else {
            parts.insert(change.target());
            wanted.extend(undo::attributes(change, names));
        }
    }
    let directory = office.people.directory();
    let mut found = Entries::new();
    let whole: Vec<Dn> = whole.into_iter().cloned().collect();
    let parts: Vec<Dn> = parts
        .into_iter()
        .filter(|dn| !whole.contains(dn))
        .cloned()
        .collect();
    let wanted: Vec<String> = wanted.into_iter().collect();
    for (names, attributes) in [(whole, vec!["*".to_owned()]), (parts, wanted)] {
        let read = directory
            .read_many(&names, &attributes)
            .await
            .map_err(explain::directory)?;
        found.extend(names.into_iter().zip(read));
    }
    Ok(found)
}

/// The people concerned, as they are now, and those of them who may not be changed.
struct People {
    present: HashMap<Dn, Account>,
    barred: BTreeMap<Dn, &'static str>,
}

impl People {
    async fn of(office: &Office, decisions: &[Vec<Change>]) -> Result<Self> {
        let mut dns: BTreeSet<Dn> = BTreeSet::new();
        for change in decisions.iter().flatten() {
            dns.insert(change.account.dn.clone());
            dns.extend(change.with.iter().map(|other| other.dn.clone()));
            if !change.with.is_empty() {
                dns.insert(change.target().clone());
            }
        }
        let dns: Vec<Dn> = dns.into_iter().collect();
        let accounts = office.people.read_accounts(&dns).await?;
        let barred = barred(office, &accounts).await?;
        let named = accounts.into_iter().map(|a| (a.dn.clone(), a));
        Ok(People {
            present: named.collect(),
            barred,
        })
    }

    /// Why a decision may not be taken back. Whether the account it is about is in scope counts; of the others, whether
    /// they are protected: what was merged into another account may have no child of its own left.
    fn barred(&self, decision: &[Change]) -> Option<&'static str> {
        let (first, others) = (decision.first()?, others(decision));
        let of = |dn: &Dn| self.barred.get(dn).copied();
        let is_other = |dn: &Dn| others.iter().any(|other| other.dn == *dn);
        let pupils = decision.iter().map(Change::target).filter(|dn| {
            let pupil = self.present.get(dn);
            !is_other(dn) && pupil.is_some_and(|a| a.roles.contains(&Role::Pupil))
        });
        of(&first.account.dn)
            .or_else(|| {
                others
                    .iter()
                    .find_map(|o| of(&o.dn).filter(|code| *code == "protected"))
            })
            .or_else(|| {
                let gone = !self.present.contains_key(&first.account.dn);
                others.iter().filter(|_| gone).find_map(|o| of(&o.dn))
            })
            .or_else(|| {
                let several = !first.with.is_empty();
                pupils.filter(|_| several).find_map(of)
            })
    }

    /// As it is called now; of somebody who may not be changed, nothing is told but what the history tells.
    fn current(&self, known: &AccountRef) -> AccountRef {
        match self.present.get(&known.dn) {
            Some(account) if !self.barred.contains_key(&known.dn) => account.reference(),
            _ => known.clone(),
        }
    }

    /// Whose value it is that stays as it is: of a decision on several, that of the entry itself.
    fn owner(&self, change: &Change, account: &AccountRef) -> AccountRef {
        let target = change.target();
        if change.with.is_empty() || *target == change.account.dn {
            return account.clone();
        }
        let named = change.with.iter().find(|other| other.dn == *target);
        match (self.present.get(target), named) {
            (_, Some(other)) => self.current(other),
            // A group of that name; a person outside the profile is not named.
            (Some(entry), None) if self.barred.contains_key(target) && !entry.roles.is_empty() => {
                account.clone()
            }
            (Some(entry), None) if !entry.roles.is_empty() => entry.reference(),
            (_, None) => AccountRef {
                dn: target.clone(),
                uid: None,
                login: None,
                name: target.rdn_value().unwrap_or_default(),
            },
        }
    }

    fn take_back(
        &self,
        decision: &[Change],
        entries: &mut Entries,
        (names, joins): (&UndoAttributes, &JoinNames),
        plan: &mut Plan,
    ) {
        let Some(first) = decision.first() else {
            return;
        };
        let reason = self.barred(decision);
        let several = !first.with.is_empty();
        let account = match reason {
            None => self.current(&first.account),
            Some(_) => first.account.clone(),
        };
        let refusal = |code: &str, about: &AccountRef, given: Option<String>| Refusal {
            account: Some(about.clone()),
            given,
            line: None,
            code: code.to_owned(),
        };
        let is_there = |account: &&AccountRef| self.present.contains_key(&account.dn);
        let somebody = accounts(decision).iter().any(is_there);
        let principal = entries.get(&first.account.dn).and_then(Option::as_ref);
        let gifts = principal
            .filter(|_| several)
            .map(|entry| links::recorded_beside(decision, entry, joins))
            .unwrap_or_default();
        let tied = links::tied(decision, joins);
        let mut needed: Vec<Gift> = Vec::new();
        for secondary in &tied {
            needed.extend(links::still_needed(decision, secondary, &gifts, joins));
        }
        let mut stays = links::as_gifts(&needed, &first.account.dn, joins);
        stays.extend(gifts.iter().cloned());
        let mut inverses = Vec::new();
        let mut left = Vec::new();
        for change in decision.iter().rev() {
            let now = entries.get(change.target()).and_then(Option::as_ref);
            let owner = self.owner(change, &account);
            // What is made again is another one to the server: no sign of it is left to be known by.
            let made_again = inverses
                .iter()
                .any(|one: &Change| one.makes_entry() && one.target() == change.target());
            let nameless = UndoAttributes {
                identity: Vec::new(),
                ..names.clone()
            };
            let signs = if made_again { &nameless } else { names };
            let undone = undo::undo(change, now, signs).filter(|_| somebody);
            let Some(undone) = undone else {
                left.push(refusal("gone-since", &owner, None));
                continue;
            };
            if change.sets_password() {
                left.push(refusal(PASSWORD_NOT_KEPT, &owner, None));
            } else if !undone.lost.is_empty() {
                left.push(refusal("not-kept", &owner, None));
            }
            for moved in undone.moved {
                left.push(refusal(MOVED_SINCE, &owner, Some(moved.attribute)));
            }
            let Some(mut inverse) = undone.change else {
                continue;
            };
            links::leave(&mut inverse, &stays);
            if inverse.modifications.is_empty() && !inverse.makes_entry() {
                continue;
            }
            if several {
                let after = after(&inverse, now);
                entries.insert(inverse.target().clone(), after);
                if change.removes_entry() && first.with.iter().any(|o| o.dn == *change.target()) {
                    left.push(refusal(MADE_ANEW, &owner, None));
                }
            }
            inverse.account = account.clone();
            inverse.with = inverse.with.iter().map(|o| self.current(o)).collect();
            inverses.push(inverse);
        }
        for secondary in tied {
            let unties = inverses.iter().any(|one| *one.target() == secondary);
            if let Some(other) = first.with.iter().find(|other| other.dn == secondary)
                && unties
                && gifts
                    .iter()
                    .chain(&needed)
                    .any(|gift| gift.is_from(&secondary))
            {
                let given = account.login.clone().or(Some(account.name.clone()));
                left.push(refusal(LINKED_SINCE, &self.current(other), given));
            }
        }
        if inverses.is_empty() && left.is_empty() {
            plan.unchanged.push(account);
            return;
        }
        if let Some(code) = reason
            && (several || left.iter().all(|l| l.code != "gone-since"))
        {
            plan.refusals.push(refusal(code, &account, None));
            return;
        }
        let partly = left.iter().any(|l| l.code != MADE_ANEW);
        if let Some(inverse) = inverses.first_mut() {
            inverse.notes.extend(partly.then(|| MOVED_SINCE.to_owned()));
        }
        plan.changes.append(&mut inverses);
        plan.refusals.append(&mut left);
    }
}

/// One change an entry: several of one run that stand alone are taken back as one, for their writes have no order.
/// Those that set a password stay apart: what cannot come back must not keep the rest. So do entries that were made
/// or taken away, and so does every decision of several changes: another one may have written other values into the
/// same entry.
fn by_entry(decisions: &[Vec<&Change>]) -> Vec<Vec<Change>> {
    let mut grouped: Vec<(bool, Vec<&Change>)> = Vec::new();
    let mut places: HashMap<&Dn, usize> = HashMap::new();
    for decision in decisions {
        match decision.as_slice() {
            [change] if change.with.is_empty() => {
                if change.sets_password() || change.makes_entry() || change.removes_entry() {
                    grouped.push((true, vec![change]));
                    continue;
                }
                let place = *places.entry(change.target()).or_insert(grouped.len());
                match grouped.get_mut(place) {
                    Some((_, group)) => group.push(change),
                    None => grouped.push((true, vec![change])),
                }
            }
            several => grouped.push((false, several.to_vec())),
        }
    }
    grouped
        .iter()
        .map(|(alone, group)| {
            if *alone {
                undo::compose(group).into_iter().collect()
            } else {
                group.iter().map(|change| (*change).clone()).collect()
            }
        })
        .collect()
}
