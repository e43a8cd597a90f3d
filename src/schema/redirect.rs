//! The ways of writing a redirect, as data: `redirects.toml`, each name replaceable.

use crate::domain::redirect::{CopyRule, MailClass, Way};
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WayData {
    attribute: String,
    #[serde(default)]
    separator: Option<String>,
    several: bool,
    class: ClassData,
    copy: CopyData,
}

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassData {
    name: String,
    added: bool,
    attributes: Vec<String>,
}

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case", deny_unknown_fields)]
enum CopyData {
    Never,
    OwnAddress,
    Values {
        attribute: String,
        #[serde(default)]
        forwarding: Option<String>,
        #[serde(default)]
        kept: Option<String>,
        #[serde(default)]
        dropped: Option<String>,
        #[serde(default)]
        resting: Option<String>,
    },
    Letter {
        attribute: String,
        letter: char,
    },
}

static WAYS: LazyLock<BTreeMap<String, WayData>> = LazyLock::new(|| {
    toml::from_str(include_str!("redirects.toml")).expect("the embedded table, which a test reads")
});

/// What a configuration says otherwise than the way it names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replaced {
    /// Another attribute.
    pub attribute: Option<String>,
    /// Another class.
    pub class: Option<String>,
    /// Whether there may be several addresses.
    pub several: Option<bool>,
    /// How a copy is said: `never`, `own-address`, `value`.
    pub copy: Option<String>,
    /// With `value`: the attribute.
    pub copy_attribute: Option<String>,
    /// With `value`: there while a copy is kept.
    pub copy_value: Option<String>,
    /// With `value`: there while none is kept.
    pub no_copy_value: Option<String>,
}

/// The way of this name, with what the configuration says otherwise. `None` for an unknown name, which the
/// configuration refuses.
pub fn way(name: &str, replaced: &Replaced) -> Option<Way> {
    let data = WAYS.get(name)?.clone();
    let attribute = replaced.attribute.clone().unwrap_or(data.attribute);
    let copy = copy_rule(data.copy, replaced);
    let mut class = MailClass {
        name: data.class.name,
        added: data.class.added,
        attributes: data.class.attributes,
    };
    if let Some(name) = &replaced.class {
        // Another class: of its attributes only these are known. It goes with the last of them.
        class = MailClass {
            name: name.clone(),
            added: true,
            attributes: [Some(attribute.as_str()), copy.attribute()]
                .into_iter()
                .flatten()
                .map(str::to_owned)
                .collect(),
        };
    } else if replaced.attribute.is_some() && class.added && !class.attributes.is_empty() {
        class.attributes.push(attribute.clone());
    }
    Some(Way {
        attribute,
        separator: data.separator,
        several: replaced.several.unwrap_or(data.several),
        class: Some(class),
        copy,
    })
}

fn copy_rule(data: CopyData, replaced: &Replaced) -> CopyRule {
    let usual = match data {
        CopyData::Never => CopyRule::Never,
        CopyData::OwnAddress => CopyRule::OwnAddress,
        CopyData::Letter { attribute, letter } => CopyRule::Letter { attribute, letter },
        CopyData::Values {
            attribute,
            forwarding,
            kept,
            dropped,
            resting,
        } => CopyRule::Values {
            attribute,
            forwarding,
            kept,
            dropped,
            resting,
        },
    };
    match replaced.copy.as_deref() {
        Some("never") => CopyRule::Never,
        Some("own-address") => CopyRule::OwnAddress,
        Some(_) => CopyRule::Values {
            attribute: replaced
                .copy_attribute
                .clone()
                .or_else(|| usual.attribute().map(str::to_owned))
                .unwrap_or_default(),
            forwarding: None,
            kept: replaced.copy_value.clone(),
            dropped: replaced.no_copy_value.clone(),
            resting: None,
        },
        None => usual,
    }
}

/// The names of the ways.
pub fn names() -> impl Iterator<Item = &'static str> {
    WAYS.keys().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_that_goes_knows_what_is_written() {
        for name in names() {
            let way = way(name, &Replaced::default()).expect(name);
            let class = way.class.expect("class");
            if class.added && !class.attributes.is_empty() {
                for written in [Some(way.attribute.as_str()), way.copy.attribute()] {
                    let known = |w: &str| class.attributes.iter().any(|a| a == w);
                    assert!(written.is_none_or(known), "{name}: {written:?}");
                }
            }
        }
    }

    #[test]
    fn a_configuration_may_say_otherwise() {
        let replaced = Replaced {
            attribute: Some("ENTPersonMailRedirection".into()),
            class: Some("ENTMail".into()),
            copy: Some("own-address".into()),
            ..Replaced::default()
        };
        let way = way("own", &replaced).expect("way");
        assert_eq!(way.attribute, "ENTPersonMailRedirection");
        assert_eq!(way.copy, CopyRule::OwnAddress);
        assert_eq!(
            way.class.expect("class").attributes,
            ["ENTPersonMailRedirection"]
        );
    }
}
