//! The parsed file against the list of keys: every mistake is collected, every good value kept.

use super::keys::{KEYS, Section};
use super::nearest::{Suggestion, suggestion};
use super::problem::{Fault, Problem};
use super::value::{self, Surroundings, Value, table_expected};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Names under which people write a password itself.
const PASSWORD_NAMES: [&str; 6] = [
    "password",
    "bind_password",
    "bindpw",
    "passwd",
    "pwd",
    "mot_de_passe",
];

/// One table of the file with what was good in it.
#[derive(Debug, Default)]
pub struct Table {
    /// Where it is named: byte offset.
    pub at: usize,
    /// Its full name, such as `profiles.college.bind`; empty for the top.
    pub path: String,
    /// Its values with the byte offset of each key.
    values: BTreeMap<&'static str, (usize, Value)>,
    /// Keys that stand there, good or not.
    present: BTreeSet<&'static str>,
    /// The tables inside.
    tables: BTreeMap<&'static str, Table>,
}

impl Table {
    /// The value of a key.
    pub fn value(&self, name: &str) -> Option<&Value> {
        debug_assert!(KEYS.iter().any(|key| key.name == name), "{name}");
        self.values.get(name).map(|(_, value)| value)
    }

    /// Whether the key stands there, with a good value or not.
    pub fn has(&self, name: &str) -> bool {
        self.present.contains(name)
    }

    /// Where the key stands; where its table is named if it does not.
    pub fn at(&self, name: &str) -> usize {
        self.values.get(name).map_or(self.at, |(at, _)| *at)
    }

    /// A table inside.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// All values by name.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.values.iter().map(|(name, (_, value))| (*name, value))
    }

    /// A problem of one of its keys.
    pub fn problem(&self, name: &str, fault: Fault) -> Problem {
        Problem {
            at: self.at(name),
            key: join(&self.path, name),
            fault,
        }
    }
}

/// The whole file.
#[derive(Debug, Default)]
pub struct Document {
    /// The top.
    pub top: Table,
    /// The profiles by name.
    pub profiles: BTreeMap<String, Table>,
}

/// Walks the file.
pub fn check(
    root: &DeTable<'_>,
    around: &Surroundings<'_>,
    problems: &mut Vec<Problem>,
) -> Document {
    let mut walker = Walker { around, problems };
    let mut document = Document::default();
    let rest = walker.table(Section::Top, root, None, &mut document.top);
    for (key, value) in rest {
        if key.get_ref() == "profiles" {
            walker.profiles(value, &mut document);
        } else {
            walker.unknown(
                Section::Top,
                "",
                key.get_ref(),
                key.span().start,
                value,
                None,
            );
        }
    }
    document
}

type Entry<'t, 'i> = (
    &'t Spanned<std::borrow::Cow<'i, str>>,
    &'t Spanned<DeValue<'i>>,
);

struct Walker<'a> {
    around: &'a Surroundings<'a>,
    problems: &'a mut Vec<Problem>,
}

impl Walker<'_> {
    fn report(&mut self, at: usize, key: String, fault: Fault) {
        self.problems.push(Problem { at, key, fault });
    }

    /// Reads the known keys and tables of one table; hands back the others.
    fn table<'t, 'i>(
        &mut self,
        section: Section,
        table: &'t DeTable<'i>,
        profile: Option<&str>,
        into: &mut Table,
    ) -> Vec<Entry<'t, 'i>> {
        let mut rest = Vec::new();
        for (key, value) in table {
            let name: &str = key.get_ref();
            let at = key.span().start;
            let path = join(&into.path, name);
            if let Some(known) = section.keys().find(|known| known.name == name) {
                into.present.insert(known.name);
                match value::read(known.kind, value, self.around) {
                    Ok(value) => {
                        into.values.insert(known.name, (at, value));
                    }
                    Err(faults) => {
                        for (at, fault) in faults {
                            self.report(at, path.clone(), fault);
                        }
                    }
                }
            } else if let Some((name, inner)) = section
                .subsections()
                .iter()
                .find(|(inner, _)| *inner == name)
            {
                let Some(members) = self.as_table(value, &path) else {
                    continue;
                };
                let mut found = Table {
                    at,
                    path,
                    ..Table::default()
                };
                let rest = self.table(*inner, members, profile, &mut found);
                self.unknowns(*inner, &found.path, rest, profile);
                into.tables.insert(name, found);
            } else {
                rest.push((key, value));
            }
        }
        for known in section.keys().filter(|known| known.required) {
            if !into.present.contains(known.name) {
                let expected = known.kind.expected();
                self.report(
                    into.at,
                    join(&into.path, known.name),
                    Fault::Missing { expected },
                );
            }
        }
        rest
    }

    fn profiles(&mut self, value: &Spanned<DeValue<'_>>, document: &mut Document) {
        let Some(profiles) = self.as_table(value, "profiles") else {
            return;
        };
        for (key, value) in profiles {
            let name: &str = key.get_ref();
            let at = key.span().start;
            let path = join("profiles", name);
            if !is_profile_name(name) {
                self.report(at, path, Fault::ProfileName);
                continue;
            }
            let Some(members) = self.as_table(value, &path) else {
                continue;
            };
            let mut found = Table {
                at,
                path,
                ..Table::default()
            };
            let rest = self.table(Section::Profile, members, Some(name), &mut found);
            self.unknowns(Section::Profile, &found.path, rest, Some(name));
            document.profiles.insert(name.to_owned(), found);
        }
    }

    fn as_table<'t, 'i>(
        &mut self,
        value: &'t Spanned<DeValue<'i>>,
        path: &str,
    ) -> Option<&'t DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            let fault = Fault::WrongType {
                expected: table_expected(),
                found: value.get_ref().type_str(),
            };
            self.report(value.span().start, path.to_owned(), fault);
        }
        table
    }

    fn unknowns(
        &mut self,
        section: Section,
        path: &str,
        rest: Vec<Entry<'_, '_>>,
        profile: Option<&str>,
    ) {
        for (key, value) in rest {
            self.unknown(
                section,
                path,
                key.get_ref(),
                key.span().start,
                value,
                profile,
            );
        }
    }

    fn unknown(
        &mut self,
        section: Section,
        path: &str,
        name: &str,
        at: usize,
        value: &Spanned<DeValue<'_>>,
        profile: Option<&str>,
    ) {
        let is_profile = section == Section::Top
            && is_profile_name(name)
            && value.get_ref().as_table().is_some_and(|table| {
                table
                    .keys()
                    .any(|key| key.get_ref() == "urls" || key.get_ref() == "base_dn")
            });
        let fault = if PASSWORD_NAMES.contains(&name.to_lowercase().as_str())
            && section != Section::Attributes
        {
            Fault::PasswordInFile
        } else if is_profile {
            Fault::UnknownKey(Some(Suggestion::Elsewhere(join("profiles", name))))
        } else {
            Fault::UnknownKey(suggestion(section, name, profile))
        };
        self.report(at, join(path, name), fault);
    }
}

/// Whether a name can stand for a profile: on a command line, and as a folder of the history.
pub fn is_profile_name(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_alphanumeric)
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && name.len() <= 100
}

/// A full name as TOML writes it: quoted where it must be.
fn join(path: &str, name: &str) -> String {
    let bare = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let name = if bare {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    };
    match path {
        "" => name,
        path => format!("{path}.{name}"),
    }
}
