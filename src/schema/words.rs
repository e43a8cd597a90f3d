//! How attributes are said to the person they are about, and which are never said: the table `words.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What the values of an attribute are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueKind {
    /// Words, shown as they are.
    #[default]
    Text,
    /// An instant (GeneralizedTime).
    Time,
    /// `O`, `N`, `TRUE`, `FALSE`.
    YesNo,
    /// Lines separated by dollar signs.
    Lines,
    /// The name of an entry, which may stand in another directory.
    Name,
    /// The name of the entry of whoever wrote, which need not be a person's.
    Author,
    /// A pupil's link to an adult: the adult's entry, then codes, separated by dollar signs.
    Link,
}

/// An attribute that has words.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    name: String,
    #[serde(default)]
    kind: ValueKind,
    #[serde(default)]
    operational: bool,
    #[serde(default)]
    names_people: bool,
}

/// The whole table.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    secrets: Vec<String>,
    named: Vec<String>,
    attributes: Vec<Known>,
    kinship: BTreeMap<String, String>,
    legal: BTreeMap<String, String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("words.toml")).expect("the embedded table, which a test reads")
});

/// Beginnings of password hashes (RFC 2307 section 5.3, crypt(5)), which may stand in any attribute.
const HASHES: [&str; 12] = [
    "{ssha", "{sha", "{smd5", "{md5", "{crypt", "{pbkdf2", "{argon2", "{bcrypt", "$argon2", "$2y$",
    "$6$", "$y$",
];

/// An attribute's name without its options (RFC 4512 section 2.5).
fn base(attribute: &str) -> &str {
    attribute.split(';').next().unwrap_or(attribute)
}

fn known(attribute: &str) -> Option<(usize, &'static Known)> {
    let name = base(attribute);
    WORDS
        .attributes
        .iter()
        .enumerate()
        .find(|(_, known)| known.name.eq_ignore_ascii_case(name))
}

/// Key of the words for an attribute, `None` for one that has only its name.
pub fn key(attribute: &str) -> Option<String> {
    let name = base(attribute);
    let named = || {
        WORDS
            .named
            .iter()
            .find(|named| named.eq_ignore_ascii_case(name))
    };
    known(attribute)
        .map(|(_, known)| &known.name)
        .or_else(named)
        .map(|name| format!("attribute-{}", name.to_ascii_lowercase()))
}

/// What the values of an attribute are.
pub fn kind(attribute: &str) -> ValueKind {
    known(attribute).map_or(ValueKind::Text, |(_, known)| known.kind)
}

/// Place on the page: those of the table in its order, the others behind.
pub fn place(attribute: &str) -> usize {
    known(attribute).map_or(usize::MAX, |(place, _)| place)
}

/// Names that have words, and are on no page.
pub fn named() -> Vec<&'static str> {
    WORDS.named.iter().map(String::as_str).collect()
}

/// Every name of the table.
pub fn names() -> Vec<&'static str> {
    WORDS.attributes.iter().map(|k| k.name.as_str()).collect()
}

/// Attributes that a server hands out only when asked by name, and that tell something of the person.
pub fn operational() -> Vec<&'static str> {
    let asked = WORDS.attributes.iter().filter(|known| known.operational);
    asked.map(|known| known.name.as_str()).collect()
}

/// Attributes that hold names of people's entries.
pub fn naming_people() -> Vec<&'static str> {
    let naming = WORDS.attributes.iter().filter(|known| known.names_people);
    naming.map(|known| known.name.as_str()).collect()
}

/// Who an adult is to a pupil, by the code of the link; `None` for a code that nobody knows.
pub fn kinship(code: &str) -> Option<&'static str> {
    WORDS.kinship.get(code).map(String::as_str)
}

/// Whether an adult answers for a pupil in law, by the code of the link.
pub fn legal(code: &str) -> Option<&'static str> {
    WORDS.legal.get(code).map(String::as_str)
}

/// Every word that [`kinship`] and [`legal`] may say, for the tests of sentences.
pub fn link_words() -> (Vec<&'static str>, Vec<&'static str>) {
    let all = |words: &'static BTreeMap<String, String>| {
        let mut all: Vec<&str> = words.values().map(String::as_str).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    (all(&WORDS.kinship), all(&WORDS.legal))
}

/// Whether an attribute holds what nobody is ever shown.
pub fn is_secret(attribute: &str) -> bool {
    let name = base(attribute).to_ascii_lowercase();
    WORDS.secrets.iter().any(|part| name.contains(part))
}

/// Whether a value is a password hash, wherever it stands.
pub fn is_hash(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value).to_ascii_lowercase();
    HASHES.iter().any(|beginning| text.contains(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, Localizer};
    use crate::schema::Schema;
    use std::collections::BTreeSet;

    #[test]
    fn every_attribute_of_the_table_has_words_in_both_languages() {
        for language in Language::ALL {
            let localizer = Localizer::new(language);
            for name in names().into_iter().chain(named()) {
                let key = key(name).expect("known");
                assert!(localizer.has(&key), "{key} in {}", language.as_str());
            }
        }
    }

    #[test]
    fn no_attribute_stands_twice_and_none_is_a_secret() {
        let all: BTreeSet<String> = names().iter().map(|n| n.to_ascii_lowercase()).collect();
        assert_eq!(all.len(), names().len());
        for name in names() {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn every_attribute_a_preset_reads_of_a_person_has_words() {
        for preset in ["sdet", "inetorgperson"] {
            let schema = Schema::preset(preset, &BTreeMap::new()).expect(preset);
            for name in schema.person_attributes() {
                assert!(key(&name).is_some(), "{name} of {preset}");
            }
            assert!(is_secret(schema.password()), "{preset}");
        }
    }

    #[test]
    fn secrets_are_known_by_any_spelling() {
        for name in [
            "userPassword",
            "USERPASSWORD;x-old",
            "sambaNTPassword",
            "pwdHistory",
            "entctlTemporaryPasswordEnd",
            "ntPwdHistory",
            "krbPrincipalKey",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["mail", "pwdChangedTime", "pwdReset", "cn;lang-fr"] {
            assert!(!is_secret(name), "{name}");
        }
        for value in ["{SSHA}abc", "20260901#1.2#38#{Ssha512}abc", "x$6$salt$hash"] {
            assert!(is_hash(value.as_bytes()), "{value}");
        }
        assert!(!is_hash(b"AC-TOULOUSE$1234"));
    }
}
