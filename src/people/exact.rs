//! Whose login this is, for somebody who is not to learn whether it is anybody's.

use super::People;
use crate::directory::{Depth, Search};
use crate::domain::dn::Dn;
use crate::domain::entry::Entry;
use crate::domain::filter::Filter;
use crate::error::Result;
use crate::explain;

impl People {
    /// The one account with exactly this login or alias, else the one that has it as a former login; `None` where it is
    /// nobody's, or that of several. With nothing to look for, the same is asked with a value that is nobody's.
    ///
    /// By which account the person is served is not asked here: that would be one search more for some than for others.
    ///
    /// What the directory finds is compared again, letter by letter (ASCII case aside): an attribute whose own rule
    /// is lax must not let a visitor guess by parts.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn whose_login(&self, login: Option<&str>) -> Result<Option<Dn>> {
        let nobody = format!("{:032x}", rand::random::<u128>());
        let text = login.unwrap_or(&nobody);
        let of = |logical: &[&str]| -> Vec<String> {
            let names = logical.iter().flat_map(|logical| self.schema.all(logical));
            names.cloned().collect()
        };
        let (now, before) = (of(&["login", "alias"]), of(&["former_login"]));
        let attributes: Vec<String> = now.iter().chain(&before).cloned().collect();
        let found = self
            .directory
            .search(&Search {
                base: self.bases.people.clone(),
                depth: Depth::Subtree,
                filter: Filter::Or(
                    attributes
                        .iter()
                        .map(|attribute| Filter::equal(attribute, text))
                        .collect(),
                ),
                attributes: attributes.clone(),
            })
            .await
            .map_err(explain::directory)?;
        let held = |entry: &Entry, attributes: &[String]| {
            attributes
                .iter()
                .flat_map(|attribute| entry.texts(attribute))
                .any(|held| held.eq_ignore_ascii_case(text))
        };
        let whose = |attributes: &[String]| -> Vec<Dn> {
            let exact = found.iter().filter(|entry| held(entry, attributes));
            exact.map(|entry| entry.dn.clone()).collect()
        };
        // The login of somebody there is nobody's former one.
        let mut whose = Some(whose(&now))
            .filter(|whose| !whose.is_empty())
            .unwrap_or_else(|| whose(&before));
        Ok(if whose.len() == 1 { whose.pop() } else { None })
    }
}
