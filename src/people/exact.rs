//! Whose login this is, for somebody who is not to learn whether it is anybody's.

use super::People;
use crate::directory::{Depth, Search};
use crate::domain::dn::Dn;
use crate::domain::filter::Filter;
use crate::error::Result;
use crate::explain;

impl People {
    /// The one account with exactly this login or alias; `None` where it is nobody's, or that of several. With
    /// nothing to look for, the same is asked with a value that is nobody's.
    ///
    /// What the directory finds is compared again, letter by letter (ASCII case aside): an attribute whose own rule
    /// is lax must not let a visitor guess by parts.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn whose_login(&self, login: Option<&str>) -> Result<Option<Dn>> {
        let nobody = format!("{:032x}", rand::random::<u128>());
        let text = login.unwrap_or(&nobody);
        let attributes: Vec<String> = ["login", "alias"]
            .iter()
            .flat_map(|logical| self.schema.all(logical))
            .cloned()
            .collect();
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
        let mut exact = found.into_iter().filter(|entry| {
            attributes
                .iter()
                .flat_map(|attribute| entry.texts(attribute))
                .any(|held| held.eq_ignore_ascii_case(text))
        });
        Ok(match (exact.next(), exact.next()) {
            (Some(one), None) => Some(one.dn),
            _ => None,
        })
    }
}
