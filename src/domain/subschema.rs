//! Which attributes hold names of entries, as a server's own schema says (RFC 4512 section 4.1.2).

use std::collections::{BTreeMap, BTreeSet};

/// The syntaxes of names: DN, and Name And Optional UID (RFC 4517 sections 3.3.9 and 3.3.21).
const NAME_SYNTAXES: [&str; 2] = [
    "1.3.6.1.4.1.1466.115.121.1.12",
    "1.3.6.1.4.1.1466.115.121.1.34",
];

/// The type that other types of names are made from; nothing is ever held in it itself (RFC 4519 section 2.7).
const ABSTRACT: &str = "distinguishedName";

/// One attribute type, as far as it matters here.
#[derive(Debug, Default)]
struct Definition {
    names: Vec<String>,
    above: Option<String>,
    syntax: Option<String>,
    /// The server's own, or read only.
    is_its_own: bool,
}

/// The attributes of people's making that hold names of entries, each by its first name, in order. `definitions` are
/// the values of `attributeTypes` of a subschema entry; what cannot be read among them is passed over.
pub fn attributes_of_names(definitions: &[String]) -> Vec<String> {
    let all: Vec<Definition> = definitions.iter().filter_map(|d| read(d)).collect();
    let by_name: BTreeMap<String, &Definition> = all
        .iter()
        .flat_map(|one| one.names.iter().map(move |n| (n.to_lowercase(), one)))
        .collect();
    let mut found = BTreeSet::new();
    for one in all.iter().filter(|one| !one.is_its_own) {
        let Some(name) = one.names.first() else {
            continue;
        };
        let is_name = syntax_of(one, &by_name).is_some_and(|s| NAME_SYNTAXES.contains(&s));
        if is_name && !name.eq_ignore_ascii_case(ABSTRACT) {
            found.insert(name.clone());
        }
    }
    found.into_iter().collect()
}

/// The syntax of a type, or that of the type it is made from.
fn syntax_of<'a>(
    one: &'a Definition,
    by_name: &BTreeMap<String, &'a Definition>,
) -> Option<&'a str> {
    let mut at = one;
    // A type is never made from itself; a server that says so is not followed for ever.
    for _ in 0..16 {
        if let Some(syntax) = &at.syntax {
            return Some(syntax);
        }
        at = by_name.get(&at.above.as_ref()?.to_lowercase())?;
    }
    None
}

fn read(definition: &str) -> Option<Definition> {
    let mut words = words(definition).into_iter();
    let mut one = Definition::default();
    if words.next()? != "(" {
        return None;
    }
    // A type may be known by its number alone.
    one.names.push(words.next()?);
    while let Some(word) = words.next() {
        match word.as_str() {
            "NAME" => {
                let named = match words.next()?.as_str() {
                    "(" => words.by_ref().take_while(|w| w != ")").collect(),
                    name => vec![name.to_owned()],
                };
                let number = std::mem::replace(&mut one.names, named);
                one.names.extend(number);
            }
            "SUP" => one.above = words.next(),
            "SYNTAX" => {
                let syntax = words.next()?;
                one.syntax = syntax.split('{').next().map(str::to_owned);
            }
            "NO-USER-MODIFICATION" => one.is_its_own = true,
            "USAGE" => one.is_its_own |= words.next()? != "userApplications",
            _ => {}
        }
    }
    Some(one)
}

/// Words, parentheses, and what stands between quotes.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '(' | ')' => (&rest[..1], &rest[1..]),
            '\'' => match rest[1..].split_once('\'') {
                Some(parts) => parts,
                None => (&rest[1..], ""),
            },
            _ => {
                let end = rest
                    .find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '\''))
                    .unwrap_or(rest.len());
                rest.split_at(end)
            }
        };
        found.push(word.to_owned());
        rest = after.trim_start();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(definitions: &[&str]) -> Vec<String> {
        let all: Vec<String> = definitions.iter().map(|d| (*d).to_owned()).collect();
        attributes_of_names(&all)
    }

    #[test]
    fn names_are_known_by_their_syntax_or_that_of_what_they_are_made_from() {
        let found = of(&[
            "( 2.5.4.49 NAME 'distinguishedName' SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )",
            "( 2.5.4.31 NAME 'member' DESC 'RFC2256: (member) of a group' SUP distinguishedName )",
            "( 2.5.4.32 NAME ( 'owner' 'ownerOf' ) SUP distinguishedName )",
            "( 1.1 NAME 'lead' SUP OWNEROF )",
            "( 1.2 NAME 'tutor' SYNTAX 1.3.6.1.4.1.1466.115.121.1.12{64} SINGLE-VALUE )",
            "( 1.3 NAME 'uniqueMember' SYNTAX 1.3.6.1.4.1.1466.115.121.1.34 )",
            "( 1.4 NAME 'memberOf' SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 NO-USER-MODIFICATION USAGE dSAOperation )",
            "( 1.5 NAME 'creatorsName' SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 USAGE directoryOperation )",
            "( 1.6 NAME 'cn' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 USAGE userApplications )",
            "( 1.7 SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )",
            "( 1.8 NAME 'loop' SUP loop )",
            "no definition",
        ]);
        assert_eq!(
            found,
            ["1.7", "lead", "member", "owner", "tutor", "uniqueMember"]
        );
    }

    proptest! {
        #[test]
        fn whatever_a_server_says_is_read_to_its_end(text in "[ ()'a-zA-Z.é{}$]{0,60}") {
            let _ = of(&[&text]);
        }
    }
}
