//! What a join of accounts is computed from: the accounts, and every entry that names one of them, found by search.

use super::{BATCH, People, Place};
use crate::directory::{Depth, Search};
use crate::domain::dn::Dn;
use crate::domain::entry::{Attribute, Entry};
use crate::domain::filter::Filter;
use crate::domain::join::{JoinNames, Scene, named};
use crate::domain::subschema::attributes_of_names;
use crate::domain::time::LOCKED_FOR_GOOD;
use crate::error::{CommandError, ExitStatus, Result};
use crate::explain;
use crate::i18n::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// From so many accounts on, everything that names anybody is read in one sweep: a search for each of them, and most
/// directories have no index of these attributes, would read it many times.
const SWEEP_FROM: usize = 500;

impl People {
    /// Every attribute in which an entry may name another one, by the schema that the server itself publishes (RFC 4512
    /// section 4.2). `None` where it publishes none, or not to us.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn attributes_of_names(&self) -> Result<Option<Vec<String>>> {
        let wanted = |name: &str| vec![name.to_owned()];
        let read = |dn: Dn, attributes: Vec<String>| async move {
            self.directory
                .read(&dn, &attributes)
                .await
                .map_err(explain::directory)
        };
        let Ok(root) = Dn::parse("") else {
            return Ok(None);
        };
        let root = read(root, wanted("subschemaSubentry")).await?;
        let place = root.and_then(|entry| entry.text("subschemaSubentry"));
        let Some(place) = place.and_then(|place| Dn::parse(&place).ok()) else {
            return Ok(None);
        };
        let schema = read(place, wanted("attributeTypes")).await?;
        Ok(schema
            .filter(|entry| entry.has("attributeTypes"))
            .map(|entry| attributes_of_names(&entry.texts("attributeTypes"))))
    }

    /// The same scene, with these accounts as a whole: what is to be made again must have been read. What holds a
    /// password is left out.
    ///
    /// # Errors
    /// As the directory answers; refused (6) where one holds what no history keeps.
    pub async fn whole(
        &self,
        names: &JoinNames,
        scene: &Scene,
        accounts: &BTreeSet<Dn>,
    ) -> Result<Scene> {
        let mut attributes = names.attributes();
        attributes.push("*".to_owned());
        let listed: Vec<Dn> = accounts.iter().cloned().collect();
        let read = self.directory.read_many(&listed, &attributes).await;
        let mut entries: BTreeMap<Dn, Entry> =
            scene.entries().map(|e| (e.dn.clone(), e.clone())).collect();
        for mut entry in read.map_err(explain::directory)?.into_iter().flatten() {
            let secret = names.password.as_deref().unwrap_or_default();
            entry
                .attributes
                .retain(|a| !a.name.eq_ignore_ascii_case(secret));
            // A lock by the server itself, after wrong passwords, is over by then.
            if let Some(lock) = &names.locked
                && !entry.holds(lock, LOCKED_FOR_GOOD)
            {
                entry
                    .attributes
                    .retain(|a| !a.name.eq_ignore_ascii_case(lock));
            }
            let not_text =
                |a: &&Attribute| a.values.iter().any(|v| std::str::from_utf8(v).is_err());
            if let Some(attribute) = entry.attributes.iter().find(not_text) {
                let called = entry.text("cn").unwrap_or_default();
                return Err(CommandError::new(
                    ExitStatus::Refused,
                    "not-text",
                    Text::new("merge-not-text")
                        .with("name", called)
                        .with("attribute", attribute.name.as_str()),
                )
                .hint(Text::new("merge-not-text-hint")));
            }
            entries.insert(entry.dn.clone(), entry);
        }
        Ok(Scene::new(entries.into_values(), names))
    }

    /// The scene of these accounts: they themselves, their children, and what names them anywhere below `top`. An
    /// account that is not there is left out.
    ///
    /// # Errors
    /// As the directory answers.
    pub async fn join_scene(
        &self,
        names: &JoinNames,
        accounts: &BTreeSet<Dn>,
        top: &Dn,
    ) -> Result<Scene> {
        let mut entries = BTreeMap::new();
        let listed: Vec<Dn> = accounts.iter().cloned().collect();
        self.join_entries(names, &listed, &mut entries).await?;
        let mut naming = self.naming(names, accounts, top).await?;
        naming.extend(self.counting(names, &entries, top).await?);
        for entry in naming {
            entries.entry(entry.dn.clone()).or_insert(entry);
        }
        // A child that does not name its parent is a child all the same.
        let children: BTreeSet<Dn> = accounts
            .iter()
            .filter_map(|dn| entries.get(dn))
            .flat_map(|entry| names.children.iter().flat_map(|a| entry.texts(a)))
            .filter_map(|child| Dn::parse(&child).ok())
            .filter(|child| !entries.contains_key(child))
            .collect();
        let children: Vec<Dn> = children.into_iter().collect();
        self.join_entries(names, &children, &mut entries).await?;
        Ok(Scene::new(entries.into_values(), names))
    }

    /// Reads these entries as joins need them.
    async fn join_entries(
        &self,
        names: &JoinNames,
        wanted: &[Dn],
        into: &mut BTreeMap<Dn, Entry>,
    ) -> Result<()> {
        let read = self.directory.read_many(wanted, &names.attributes()).await;
        for entry in read.map_err(explain::directory)?.into_iter().flatten() {
            into.insert(entry.dn.clone(), entry);
        }
        Ok(())
    }

    /// The groups below `top` that have one of these accounts as a member by number.
    async fn counting(
        &self,
        names: &JoinNames,
        accounts: &BTreeMap<Dn, Entry>,
        top: &Dn,
    ) -> Result<Vec<Entry>> {
        let Some(id) = names.id.as_ref().filter(|_| !names.member_id.is_empty()) else {
            return Ok(Vec::new());
        };
        let numbers: Vec<String> = accounts.values().flat_map(|e| e.texts(id)).collect();
        let mut found = Vec::new();
        let counting = |numbers: &[String]| {
            let by =
                |attribute: &String| Filter::any_of(attribute, numbers.iter().map(String::as_str));
            Filter::Or(names.member_id.iter().map(by).collect())
        };
        let attributes = names.attributes();
        let place = Place {
            base: top,
            attributes: &attributes,
        };
        for batch in numbers.chunks(BATCH) {
            found.extend(self.search_parts(&place, batch, &counting).await?);
        }
        Ok(found)
    }

    /// Everything below `top` that names one of these accounts.
    async fn naming(
        &self,
        names: &JoinNames,
        accounts: &BTreeSet<Dn>,
        top: &Dn,
    ) -> Result<Vec<Entry>> {
        let naming = names.naming();
        let mut found = Vec::new();
        if naming.is_empty() {
            return Ok(found);
        }
        let about = |entry: &Entry| {
            naming.iter().any(|attribute| {
                let values = entry.texts(attribute);
                values
                    .iter()
                    .any(|value| named(value).any(|dn| accounts.contains(&dn)))
            })
        };
        let attributes = names.attributes();
        if accounts.len() < SWEEP_FROM {
            let listed: Vec<&Dn> = accounts.iter().collect();
            let any = |accounts: &[&Dn]| {
                let each = accounts.iter().flat_map(|dn| naming_filters(names, dn));
                Filter::Or(each.collect())
            };
            let place = Place {
                base: top,
                attributes: &attributes,
            };
            for batch in listed.chunks(BATCH) {
                let entries = self.search_parts(&place, batch, &any).await?;
                found.extend(entries.into_iter().filter(about));
            }
            return Ok(found);
        }
        let search = Search {
            base: top.clone(),
            depth: Depth::Subtree,
            filter: Filter::Or(naming.iter().map(|a| Filter::present(*a)).collect()),
            attributes,
        };
        self.directory
            .search_pages(&search, &mut |page| {
                found.extend(page.into_iter().filter(about));
                ControlFlow::Continue(())
            })
            .await
            .map_err(explain::directory)?;
        Ok(found)
    }
}

/// Matches what names this entry: as a name, or as a field of a value with `$` in it. Where an attribute holds names,
/// the server takes no part of one (RFC 4517 section 4.2.15 has no substrings), and answers by the first alone.
fn naming_filters(names: &JoinNames, dn: &Dn) -> Vec<Filter> {
    let mut parts = Vec::new();
    for attribute in names.naming() {
        parts.push(Filter::equal(attribute, dn.as_str()));
    }
    let sign = sign_of(dn);
    for attribute in &names.child_links {
        parts.push(Filter::begins(attribute, sign));
    }
    for attribute in &names.references {
        parts.push(Filter::contains(attribute, sign));
    }
    parts
}

/// What the name begins with in every spelling: in a text, to the server, a space behind a comma is another value. What
/// comes behind it is looked at here.
fn sign_of(dn: &Dn) -> &str {
    let name = dn.as_str();
    let end = name.find(|c: char| matches!(c, ',' | '+' | ';' | '\\' | '"' | ' ') || !c.is_ascii());
    &name[..end.unwrap_or(name.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_looked_for_in_the_ways_it_may_stand_there() {
        let names = JoinNames {
            child_links: vec!["linked".into()],
            member: vec!["member".into()],
            references: vec!["seeAlso".into()],
            ..JoinNames::default()
        };
        let dn = Dn::parse("uid=a,dc=x").expect("dn");
        let filters: Vec<String> = naming_filters(&names, &dn)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            filters,
            [
                "(linked=uid=a,dc=x)",
                "(member=uid=a,dc=x)",
                "(seeAlso=uid=a,dc=x)",
                "(linked=uid=a*)",
                "(seeAlso=*uid=a*)",
            ]
        );
    }

    #[test]
    fn a_name_is_looked_for_by_what_all_its_spellings_have_in_common() {
        for (name, sign) in [
            ("uid=F26a,ou=p,dc=x", "uid=F26a"),
            ("uid=F26a, ou=p,dc=x", "uid=F26a"),
            ("cn=Anne\\, Marie,dc=x", "cn=Anne"),
            ("cn=Léa,dc=x", "cn=L"),
        ] {
            assert_eq!(sign_of(&Dn::parse(name).expect("dn")), sign);
        }
    }
}
