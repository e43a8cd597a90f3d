//! The ways of writing a redirect, as data: `redirects.toml`, each name replaceable.

use crate::domain::dn::Dn;
use crate::domain::redirect::{AliasRule, CopyRule, MailClass, Way};
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WayData {
    attribute: String,
    #[serde(default)]
    separator: Option<String>,
    several: bool,
    #[serde(default)]
    class: Option<ClassData>,
    #[serde(default)]
    aliases: Option<AliasData>,
    copy: CopyData,
}

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct AliasData {
    class: String,
    address: String,
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
    /// Where alias entries stand.
    pub aliases: Option<Dn>,
    /// How a copy is said: `never`, `own-address`, `value`.
    pub copy: Option<String>,
    /// With `value`: the attribute.
    pub copy_attribute: Option<String>,
    /// With `value`: there while a copy is kept.
    pub copy_value: Option<String>,
    /// With `value`: there while none is kept.
    pub no_copy_value: Option<String>,
}

/// The way of this name, with what the configuration says otherwise. `None` for an unknown name, and for aliases that
/// stand nowhere: both of which the configuration refuses.
pub fn way(name: &str, replaced: &Replaced) -> Option<Way> {
    let data = WAYS.get(name)?.clone();
    let attribute = replaced.attribute.clone().unwrap_or(data.attribute);
    let copy = copy_rule(data.copy, replaced);
    let aliases = match (data.aliases, &replaced.aliases) {
        (Some(rule), Some(base)) => Some(AliasRule {
            base: base.clone(),
            class: replaced.class.clone().unwrap_or(rule.class),
            address: rule.address,
        }),
        (Some(_), None) => return None,
        (None, _) => None,
    };
    let class = if aliases.is_some() {
        None
    } else {
        class(data.class, replaced, &attribute, &copy)
    };
    Some(Way {
        attribute,
        separator: data.separator,
        several: replaced.several.unwrap_or(data.several),
        class,
        aliases,
        copy,
    })
}

/// The auxiliary class of the accounts.
fn class(
    data: Option<ClassData>,
    replaced: &Replaced,
    attribute: &str,
    copy: &CopyRule,
) -> Option<MailClass> {
    if let Some(name) = &replaced.class {
        // Another class: of its attributes only these are known. It goes with the last of them.
        return Some(MailClass {
            name: name.clone(),
            added: true,
            attributes: [Some(attribute), copy.attribute()]
                .into_iter()
                .flatten()
                .map(str::to_owned)
                .collect(),
        });
    }
    let mut class = data.map(|data| MailClass {
        name: data.name,
        added: data.added,
        attributes: data.attributes,
    })?;
    if replaced.attribute.is_some() && class.added && !class.attributes.is_empty() {
        class.attributes.push(attribute.to_owned());
    }
    Some(class)
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

/// Whether the way of this name has redirects in entries of their own.
pub fn stands_apart(name: &str) -> bool {
    WAYS.get(name).is_some_and(|way| way.aliases.is_some())
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
            let replaced = Replaced {
                aliases: Some(Dn::parse("ou=mail,dc=x").expect("dn")),
                ..Replaced::default()
            };
            let way = way(name, &replaced).expect(name);
            assert_eq!(way.class.is_none(), stands_apart(name), "{name}");
            let Some(class) = way.class else {
                continue;
            };
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
