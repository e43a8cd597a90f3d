//! Taking the class out of what was typed: "dupont 6A", "Léa in 6A", "2nde 4 martin".

use super::fold::{fold, fold_class, is_civility, tokens};

/// What was typed, as folded words and the class among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameQuery {
    /// The folded words of the name, civilities aside; never empty unless nothing was typed.
    pub words: Vec<String>,
    /// The class, spelled as in the list of known classes.
    pub class: Option<String>,
}

/// Reads what was typed against the classes there are.
///
/// A class is seen in parentheses ("dupont (6A)"), else at the end ("dupont 2nde 4"), else at the
/// beginning ("6A dupont"); the longest match wins, and the end wins over the beginning. "en" or "in"
/// beside it goes with it. Classes compare as [`fold_class`] does; where none does, also without
/// punctuation and ordinal endings ("6e A", "6ème-A" for `6A`), if only one class can be meant.
///
/// A class never swallows all the words: "6A" alone is a name. A class may be called like a person
/// (class `ROSE`): where nobody is found, the caller may ask again with the [`tokens`] of the whole text.
pub fn parse_query(text: &str, known_classes: &[String]) -> NameQuery {
    in_parentheses(text, known_classes)
        .or_else(|| at_an_end(text, known_classes))
        .unwrap_or_else(|| NameQuery {
            words: tokens(text),
            class: None,
        })
}

fn in_parentheses(text: &str, known: &[String]) -> Option<NameQuery> {
    let (before, rest) = text.split_once('(')?;
    let (inside, after) = rest.split_once(')')?;
    let class = find_class(without_connective(inside, Side::First).as_str(), known)?;
    named(&format!("{before} {after}"), class)
}

fn at_an_end(text: &str, known: &[String]) -> Option<NameQuery> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .filter(|w| !fold(w).is_empty())
        .collect();
    for length in (1..words.len()).rev() {
        let (name, last) = words.split_at(words.len() - length);
        if let Some(class) = find_class(&last.join(" "), known) {
            let rest = without_connective(&name.join(" "), Side::Last);
            if let Some(query) = named(&rest, class) {
                return Some(query);
            }
        }
        let (first, name) = words.split_at(length);
        let first = without_connective(&first.join(" "), Side::First);
        if let Some(class) = find_class(&first, known)
            && let Some(query) = named(&name.join(" "), class)
        {
            return Some(query);
        }
    }
    None
}

/// The query, if a name is left beside the class.
fn named(rest: &str, class: &str) -> Option<NameQuery> {
    let words = tokens(rest);
    let names_someone = words
        .iter()
        .any(|word| !is_connective(word) && !is_civility(word));
    names_someone.then(|| NameQuery {
        words,
        class: Some(class.to_owned()),
    })
}

#[derive(Clone, Copy)]
enum Side {
    First,
    Last,
}

fn is_connective(word: &str) -> bool {
    matches!(fold(word).as_str(), "en" | "in")
}

/// Drops "en" or "in" at one side where something else remains.
fn without_connective(text: &str, side: Side) -> String {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let index = match side {
        Side::First => 0,
        Side::Last => words.len().saturating_sub(1),
    };
    if words.len() > 1 && is_connective(words[index]) {
        words.remove(index);
    }
    words.join(" ")
}

fn find_class<'a>(typed: &str, known: &'a [String]) -> Option<&'a str> {
    let wanted = fold_class(typed);
    if wanted.is_empty() {
        return None;
    }
    if let Some(class) = known.iter().find(|class| fold_class(class) == wanted) {
        return Some(class);
    }
    let loose = loose_class(typed);
    if loose.is_empty() {
        return None;
    }
    let mut alike = known.iter().filter(|class| loose_class(class) == loose);
    let first = alike.next()?;
    let same = fold_class(first);
    alike
        .all(|other| fold_class(other) == same)
        .then_some(first.as_str())
}

/// A class without punctuation and without the ordinal ending right after a digit: `6e A` and `6ème A`
/// give `6a`, `1ère S` gives `1s`; `2nde` stays.
fn loose_class(text: &str) -> String {
    let folded = fold(text).replace(' ', "");
    let mut out = String::with_capacity(folded.len());
    let mut rest = folded.as_str();
    while let Some(c) = rest.chars().next() {
        out.push(c);
        rest = &rest[c.len_utf8()..];
        if c.is_ascii_digit() {
            for ending in ["eme", "ere", "er", "e"] {
                if let Some(after) = rest.strip_prefix(ending) {
                    rest = after;
                    break;
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<String> {
        ["6A", "6 B", "2NDE 4", "--TG-1", "4", "ROSE", "3-1", "31"]
            .map(str::to_owned)
            .to_vec()
    }

    #[test]
    fn the_class_is_taken_out_of_the_words() {
        for (typed, words, class) in [
            ("dupont 6A", "dupont", Some("6A")),
            ("dupont 6 a", "dupont", Some("6A")),
            ("6a dupont", "dupont", Some("6A")),
            ("dupont en 6A", "dupont", Some("6A")),
            ("Léa in 6b", "lea", Some("6 B")),
            ("en 6A Léa Dupont", "lea dupont", Some("6A")),
            ("Dupont, Léa (6A)", "dupont lea", Some("6A")),
            ("léa (en 6A) dupont", "lea dupont", Some("6A")),
            ("dupont 2nde 4", "dupont", Some("2NDE 4")),
            ("dupont 4", "dupont", Some("4")),
            ("dupont tg-1", "dupont", Some("--TG-1")),
            ("dupont tg 1", "dupont", Some("--TG-1")),
            ("dupont 6e A", "dupont", Some("6A")),
            ("dupont en 6ème A", "dupont", Some("6A")),
            ("dupont 3-1", "dupont", Some("3-1")),
            ("dupont 31", "dupont", Some("31")),
            ("Mme Rose", "rose", None),
            ("lea rose", "lea", Some("ROSE")),
            ("dupont 5C", "dupont 5c", None),
            ("6A", "6a", None),
            ("en 6A", "en 6a", None),
            ("(6A)", "6a", None),
            ("dupont (toto)", "dupont toto", None),
            ("Mme Dupont", "dupont", None),
            ("", "", None),
        ] {
            let query = parse_query(typed, &known());
            assert_eq!(query.words.join(" "), words, "{typed}");
            assert_eq!(query.class.as_deref(), class, "{typed}");
        }
    }

    #[test]
    fn a_class_that_could_be_two_is_none() {
        let known = ["6-A", "6.A"].map(str::to_owned);
        assert_eq!(parse_query("dupont 6A", &known).class, None);
        assert_eq!(
            parse_query("dupont 6.a", &known).class.as_deref(),
            Some("6.A")
        );
    }
}
