//! Judging a password that a person or a school chose.

use super::rules::PolicyRules;
use crate::domain::names::fold;
use crate::domain::secret::Password;

/// What the owner is called: words that make a poor password.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PersonalWords<'a> {
    /// What one types at the login page.
    pub login: Option<&'a str>,
    /// Given name.
    pub given: &'a str,
    /// Family name.
    pub family: &'a str,
}

/// What is wrong with a chosen password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Nothing at all.
    Empty,
    /// Fewer characters than asked.
    TooShort {
        /// Fewest characters.
        minimum: usize,
    },
    /// More than the server takes, counted in octets as OpenLDAP does.
    TooLong {
        /// Most characters.
        maximum: usize,
    },
    /// A control character, which cannot be typed again or printed.
    ControlCharacter,
    /// A space at the beginning or the end, lost when it is copied from a slip.
    LeadingOrTrailingSpace,
    /// It is the login.
    IsLogin,
    /// It is the name, or a part of it, digits aside.
    IsName,
}

impl Weakness {
    /// Whether such a password is refused. The others are only to be said: the server takes them, and a
    /// school may have its reasons.
    pub fn is_refused(self) -> bool {
        match self {
            Weakness::Empty
            | Weakness::TooShort { .. }
            | Weakness::TooLong { .. }
            | Weakness::ControlCharacter => true,
            Weakness::LeadingOrTrailingSpace | Weakness::IsLogin | Weakness::IsName => false,
        }
    }
}

/// What is wrong with a chosen password, refusals first; nothing where it is fine.
///
/// A password that begins with `=`, `+`, `-` or `@` is fine: files for spreadsheets defuse it.
pub fn check(
    password: &Password,
    rules: &PolicyRules,
    person: &PersonalWords<'_>,
) -> Vec<Weakness> {
    let text = password.expose();
    if text.is_empty() {
        return vec![Weakness::Empty];
    }
    let mut found = Vec::new();
    if password.chars() < rules.minimum_length {
        found.push(Weakness::TooShort {
            minimum: rules.minimum_length,
        });
    }
    if let Some(maximum) = rules.maximum_length.filter(|most| text.len() > *most) {
        found.push(Weakness::TooLong { maximum });
    }
    if text.contains(char::is_control) {
        found.push(Weakness::ControlCharacter);
    }
    if text.trim() != text {
        found.push(Weakness::LeadingOrTrailingSpace);
    }
    let same = |a: &str, b: &str| !a.is_empty() && a == b;
    let folded = joined(text);
    if person
        .login
        .is_some_and(|login| same(&joined(login), &folded))
    {
        found.push(Weakness::IsLogin);
    } else if names(person)
        .iter()
        .any(|name| same(name, folded.trim_matches(|c: char| c.is_ascii_digit())))
    {
        found.push(Weakness::IsName);
    }
    found
}

/// A text as folded letters and digits without anything between.
fn joined(text: &str) -> String {
    fold(text).replace(' ', "")
}

/// The given name, the family name and both, in the forms that logins take.
fn names(person: &PersonalWords<'_>) -> Vec<String> {
    let given = joined(person.given);
    let family = joined(person.family);
    let initial: String = given.chars().take(1).collect();
    vec![
        format!("{given}{family}"),
        format!("{family}{given}"),
        format!("{initial}{family}"),
        format!("{family}{initial}"),
        given,
        family,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(password: &str, rules: &PolicyRules) -> Vec<Weakness> {
        let person = PersonalWords {
            login: Some("l.dupont7"),
            given: "Léa",
            family: "Le Dupont",
        };
        check(&Password::new(password.to_owned()), rules, &person)
    }

    #[test]
    fn passwords_are_judged() {
        let rules = PolicyRules {
            maximum_length: Some(16),
            ..PolicyRules::default()
        };
        for (password, expected) in [
            ("abricot-42", vec![]),
            ("=abricot", vec![]),
            ("", vec![Weakness::Empty]),
            ("abcde", vec![Weakness::TooShort { minimum: 6 }]),
            ("éééééé", vec![]),
            ("ééééééééé", vec![Weakness::TooLong { maximum: 16 }]),
            ("abricot\u{7}", vec![Weakness::ControlCharacter]),
            (" abricot", vec![Weakness::LeadingOrTrailingSpace]),
            ("L.Dupont7", vec![Weakness::IsLogin]),
            ("ldupont7", vec![Weakness::IsLogin]),
            ("Lédupont", vec![Weakness::IsName]),
            ("lea.ledupont", vec![Weakness::IsName]),
            ("LEDUPONT2012", vec![Weakness::IsName]),
            ("ledupontlea!", vec![Weakness::IsName]),
            (
                "lea\n",
                vec![
                    Weakness::TooShort { minimum: 6 },
                    Weakness::ControlCharacter,
                    Weakness::LeadingOrTrailingSpace,
                    Weakness::IsName,
                ],
            ),
        ] {
            assert_eq!(judged(password, &rules), expected, "{password:?}");
        }
    }

    #[test]
    fn only_what_the_server_or_a_keyboard_would_not_take_is_refused() {
        let refused = |password: &str| {
            judged(password, &PolicyRules::default())
                .into_iter()
                .any(Weakness::is_refused)
        };
        assert!(refused("abc") && refused("") && refused("abri\tcot"));
        assert!(!refused("l.dupont7") && !refused("ledupont") && !refused("abricot "));
    }

    #[test]
    fn signs_alone_are_nobodys_name() {
        let nameless = PersonalWords::default();
        let found = check(
            &Password::new("!!!!!!".to_owned()),
            &PolicyRules::default(),
            &nameless,
        );
        assert_eq!(found, []);
    }
}
