//! Redirects that stand in entries of their own, read and joined to the people whose mail they are about. Where
//! redirects stand on the accounts, nothing is asked of the directory.

use super::{People, Place, Sweep};
use crate::directory::{Depth, Search};
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::domain::redirect::{AliasRule, Aliases, MailRules};
use crate::error::Result;
use crate::explain;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::LazyLock;

/// Addresses looked for in one search.
const BATCH: usize = 50;

impl People {
    /// Joins the aliases of these people to their entries.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn join_aliases(&self, rules: &MailRules, entries: &mut [Entry]) -> Result<Aliases> {
        let Some(rule) = &rules.way.aliases else {
            return Ok(Aliases::default());
        };
        let own: BTreeSet<String> = entries
            .iter()
            .flat_map(|entry| rules.ent_addresses(entry))
            .collect();
        let own: Vec<String> = own.into_iter().collect();
        let mut found = Vec::new();
        let of = |own: &[String]| rule.filter(own);
        for batch in own.chunks(BATCH) {
            found.extend(self.search_parts(&place(rule), batch, &of).await?);
        }
        let aliases = Aliases::new(rule, found);
        for entry in entries {
            aliases.join(rules, entry);
        }
        Ok(aliases)
    }

    /// Reads the people whom this filter finds, with all that mail stands in, aliases joined. Each entry is handed over
    /// as it comes.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn sweep_mail(
        &self,
        rules: &MailRules,
        filter: Option<Filter>,
        hand_over: &mut (dyn FnMut(Vec<Entry>) + Send),
    ) -> Result<(Sweep, Aliases)> {
        let aliases = match &rules.way.aliases {
            Some(rule) => {
                let all = rule.among(Filter::present(&rule.address));
                Aliases::new(rule, self.aliases(rule, all).await?)
            }
            None => Aliases::default(),
        };
        let attributes = rules.attributes();
        let sweep = self
            .sweep_each(
                &attributes,
                filter,
                &mut |entry| aliases.join(rules, entry),
                hand_over,
            )
            .await?;
        Ok((sweep, aliases))
    }

    /// The ENT addresses whose mail goes on to one of these.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn aliased_to(
        &self,
        rules: &MailRules,
        addresses: &[String],
    ) -> Result<BTreeSet<String>> {
        let mut own = BTreeSet::new();
        let Some(rule) = &rules.way.aliases else {
            return Ok(own);
        };
        let leading = |addresses: &[String]| {
            let leads = |address: &String| Filter::equal(&rules.way.attribute, address);
            rule.among(Filter::Or(addresses.iter().map(leads).collect()))
        };
        for batch in addresses.chunks(BATCH) {
            for alias in self.search_parts(&place(rule), batch, &leading).await? {
                own.extend(alias.texts(&rule.address));
            }
        }
        Ok(own)
    }

    async fn aliases(&self, rule: &AliasRule, filter: Filter) -> Result<Vec<Entry>> {
        let mut found = Vec::new();
        self.directory
            .search_pages(
                &Search {
                    base: rule.base.clone(),
                    depth: Depth::Subtree,
                    filter,
                    attributes: vec!["*".to_owned()],
                },
                &mut |page| {
                    found.extend(page);
                    ControlFlow::Continue(())
                },
            )
            .await
            .map_err(explain::directory)?;
        Ok(found)
    }
}

/// Where aliases stand.
fn place(rule: &AliasRule) -> Place<'_> {
    static ALL: LazyLock<Vec<String>> = LazyLock::new(|| vec!["*".to_owned()]);
    Place {
        base: &rule.base,
        attributes: &ALL,
    }
}
