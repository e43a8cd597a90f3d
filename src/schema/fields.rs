//! The fields that a school may correct, as data: see `[fields]` in the presets.

use super::Schema;
use crate::domain::account::Role;
use crate::domain::correction::{Field, Kind, NameParts, Owner};
use crate::domain::names;
use std::collections::BTreeSet;

/// A field as a preset writes it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldData {
    /// A logical name of `[attributes]`, else the attribute itself.
    attribute: String,
    kind: Kind,
    #[serde(default)]
    choices: Vec<String>,
    /// Whom it is about; everybody where left out.
    #[serde(default)]
    roles: BTreeSet<Role>,
    owner: Owner,
    #[serde(default)]
    several: bool,
    #[serde(default)]
    required: bool,
    /// Other names that people type.
    #[serde(default)]
    also: Vec<String>,
}

impl Schema {
    /// The fields that may be corrected in this directory, by name.
    pub fn fields(&self) -> Vec<Field> {
        self.fields
            .iter()
            .filter_map(|(name, data)| self.field_of(name, data))
            .collect()
    }

    /// The field with this name, or one of the other names people type; accents, case, spaces and hyphens
    /// aside. `None` where there is none, or the directory has no attribute for it.
    pub fn field(&self, typed: &str) -> Option<Field> {
        let wanted = folded(typed);
        self.fields
            .iter()
            .find(|(name, data)| {
                folded(name) == wanted || data.also.iter().any(|also| folded(also) == wanted)
            })
            .and_then(|(name, data)| self.field_of(name, data))
    }

    /// Where names stand, and the names composed of them.
    pub fn name_parts(&self) -> NameParts {
        let names = self.name_attributes();
        NameParts {
            family: names.family,
            given: names.given,
            composed: ["display_name", "full_name"]
                .iter()
                .flat_map(|logical| self.all(logical).iter().cloned())
                .collect(),
        }
    }

    fn field_of(&self, name: &str, data: &FieldData) -> Option<Field> {
        let attribute = match self.attributes.get(&data.attribute) {
            Some(attributes) => attributes.first()?.clone(),
            None => data.attribute.clone(),
        };
        Some(Field {
            name: name.to_owned(),
            attribute,
            kind: data.kind,
            choices: data.choices.clone(),
            roles: data.roles.clone(),
            owner: data.owner,
            several: data.several,
            required: data.required,
        })
    }
}

/// Letters and digits alone, without accents and case.
fn folded(text: &str) -> String {
    names::fold(text)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::correction::elsewhere;
    use std::collections::BTreeMap;

    fn preset(name: &str) -> Schema {
        Schema::preset(name, &BTreeMap::new()).expect("preset")
    }

    #[test]
    fn fields_are_found_by_the_words_of_a_school_office() {
        for (typed, name, attribute) in [
            ("phone", "phone", "homePhone"),
            ("téléphone", "phone", "homePhone"),
            ("Prénom", "first-name", "givenName"),
            ("NOM", "last-name", "sn"),
            ("portable", "mobile", "mobile"),
            ("code postal", "postcode", "ENTPersonCodePostal"),
            ("code_postal", "postcode", "ENTPersonCodePostal"),
            ("naissance", "birth-date", "ENTPersonDateNaissance"),
            ("courriel", "mail", "mail"),
            ("civilité", "title", "personalTitle"),
            ("ville", "city", "ENTPersonVille"),
            ("street", "address", "ENTPersonAdresse"),
        ] {
            let field = preset("sdet").field(typed).expect(typed);
            assert_eq!(
                (field.name.as_str(), field.attribute.as_str()),
                (name, attribute)
            );
        }
        assert_eq!(preset("sdet").field("password"), None);
    }

    #[test]
    fn no_word_means_two_things() {
        for name in ["sdet", "inetorgperson"] {
            let schema = preset(name);
            let mut seen = BTreeSet::new();
            for (name, data) in &schema.fields {
                for word in data.also.iter().chain([name]) {
                    assert!(seen.insert(folded(word)), "{word} twice");
                    assert_eq!(elsewhere(word), None, "{word}");
                }
                let choosing = data.kind == Kind::Choice;
                assert_eq!(choosing, !data.choices.is_empty(), "{name}");
            }
        }
    }

    #[test]
    fn a_field_without_an_attribute_is_not_there() {
        assert_eq!(preset("inetorgperson").field("birth-date"), None);
        let moved = BTreeMap::from([("mail".to_owned(), vec!["ENTPersonAutresMails".to_owned()])]);
        let schema = Schema::preset("sdet", &moved).expect("preset");
        assert_eq!(
            schema.field("courriel").expect("mail").attribute,
            "ENTPersonAutresMails"
        );
    }
}
