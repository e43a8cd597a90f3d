//! Who has gone, as the directory shows it: few searches, whoever is asked for.

use super::People;
use crate::domain::account::{Account, Role};
use crate::domain::departed::{Departure, Known, departure};
use crate::domain::dn::Dn;
use crate::domain::time::parse_generalized;
use crate::error::Result;
use crate::explain;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// When the server last changed an entry (RFC 4512 section 3.4.4).
const CHANGED: &str = "modifyTimestamp";

impl People {
    /// Those of these accounts that have gone, by name.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn departures(&self, accounts: &[Account]) -> Result<BTreeMap<Dn, Departure>> {
        let schools = self.all_schools().await?;
        let parents: Vec<&Account> = accounts.iter().filter(|a| a.is(Role::Parent)).collect();
        let named: BTreeSet<Dn> = parents.iter().flat_map(|p| p.children.clone()).collect();
        let named: Vec<Dn> = named.into_iter().collect();
        let own_side: BTreeMap<Dn, Account> = self
            .read_accounts(&named)
            .await?
            .into_iter()
            .map(|child| (child.dn.clone(), child))
            .collect();
        let mut known = Known {
            schools: schools.iter().map(|school| (&school.dn, school)).collect(),
            writes_classes: !self.schema.all("pupil_classes").is_empty(),
            writes_schools: !self.schema.all("home_structure").is_empty(),
            writes_families: !self.schema.all("children").is_empty(),
            ..Known::default()
        };
        for parent in &parents {
            let there = parent.children.iter().filter_map(|c| own_side.get(c));
            known.children.insert(&parent.dn, there.collect());
        }
        // The pupils' side is a search without an index on most servers: asked only where nobody is left on
        // the parents' side.
        let unsure: Vec<&Account> = parents
            .into_iter()
            .filter(|parent| departure(parent, &known).is_some())
            .collect();
        let pupils_side = self.pupils_naming(&unsure).await?;
        let mut naming: BTreeMap<&Dn, Vec<&Account>> = BTreeMap::new();
        for child in &pupils_side {
            for parent in &child.parents {
                naming.entry(parent).or_default().push(child);
            }
        }
        for parent in unsure {
            let unseen = parent.children.iter().any(|c| !own_side.contains_key(c));
            if unseen && !self.scope.is_everything() {
                // The profile does not see every school: a child who is not seen may well be there.
                known.children.remove(&parent.dn);
                continue;
            }
            let more = naming.remove(&parent.dn).unwrap_or_default();
            known.children.entry(&parent.dn).or_default().extend(more);
        }
        // Dates are read only of those who have gone.
        let mut dated: BTreeSet<Dn> = BTreeSet::new();
        for account in accounts.iter().filter(|a| departure(a, &known).is_some()) {
            let family = known.children.get(&account.dn).into_iter().flatten();
            for one in family.copied().chain([account]) {
                dated.insert(one.dn.clone());
                dated.extend(one.classes.iter().map(|class| class.school.clone()));
            }
        }
        known.changed = self.changed(dated).await?;
        Ok(accounts
            .iter()
            .filter_map(|a| Some((a.dn.clone(), departure(a, &known)?)))
            .collect())
    }

    /// When these entries were last changed.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn changed(
        &self,
        names: impl IntoIterator<Item = Dn>,
    ) -> Result<BTreeMap<Dn, Timestamp>> {
        let names: Vec<Dn> = names.into_iter().collect();
        if names.is_empty() {
            return Ok(BTreeMap::new());
        }
        let entries = self
            .directory
            .read_many(&names, &[CHANGED.to_owned()])
            .await
            .map_err(explain::directory)?;
        Ok(entries
            .iter()
            .flatten()
            .filter_map(|entry| {
                let at = parse_generalized(&entry.text(CHANGED)?)?;
                Some((entry.dn.clone(), at))
            })
            .collect())
    }
}
