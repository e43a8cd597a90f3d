//! The columns entctl knows, by every name a school writes at their head.

use crate::i18n::Text;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A column that commands ask for. The canonical name is contract; the others are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// What one types at the login page.
    Login,
    /// The directory's own id (`uid`).
    Id,
    /// The entry's name.
    Dn,
    /// Key under which the feeds know the person (`ENTPersonJointure`).
    JoinKey,
    /// A mail address of the account.
    Mail,
    /// First and last name in one cell, in any order.
    Name,
    /// Family name.
    LastName,
    /// Given name.
    FirstName,
    /// Class of a pupil.
    Class,
    /// School, by name or national number.
    School,
    /// A password that a school imposes.
    Password,
}

impl Column {
    /// All of them.
    pub const ALL: [Column; 11] = [
        Column::Login,
        Column::Id,
        Column::Dn,
        Column::JoinKey,
        Column::Mail,
        Column::Name,
        Column::LastName,
        Column::FirstName,
        Column::Class,
        Column::School,
        Column::Password,
    ];

    /// Names understood, the canonical one first; compared by [`fold`].
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Column::Login => &["login", "identifiant", "compte", "identifiant ent"],
            Column::Id => &["id", "uid"],
            Column::Dn => &["dn"],
            Column::JoinKey => &["join_key", "clé de jointure", "jointure"],
            Column::Mail => &[
                "mail",
                "courriel",
                "mél",
                "email",
                "adresse e-mail",
                "adresse mail",
                "adresse électronique",
                "mail address",
            ],
            Column::Name => &["name", "nom complet", "élève", "full name", "pupil"],
            Column::LastName => &[
                "last_name",
                "nom",
                "nom de famille",
                "family name",
                "surname",
            ],
            Column::FirstName => &["first_name", "prénom", "given name"],
            Column::Class => &["class", "classe"],
            Column::School => &["school", "établissement", "uai"],
            Column::Password => &["password", "mot de passe", "mdp"],
        }
    }

    /// The stable name, the same in every language.
    pub fn canonical(self) -> &'static str {
        self.names()[0]
    }

    /// The name to tell a person, which is one of those understood.
    pub fn label(self) -> Text {
        Text::new(format!(
            "spreadsheet-column-{}",
            self.canonical().replace('_', "-")
        ))
    }

    /// Where the column stands in a header: the name that comes first in [`Column::names`] wins.
    pub fn position(self, header: &[String]) -> Option<usize> {
        self.names().iter().find_map(|name| position(name, header))
    }
}

/// Where a name stands in a header, compared by [`fold`].
pub(super) fn position(name: &str, header: &[String]) -> Option<usize> {
    let wanted = fold(name);
    header.iter().position(|written| fold(written) == wanted)
}

/// Text for comparing: letters' case, accents, spaces, hyphens, underscores and apostrophes aside; `œ`
/// is `oe`.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        let kept = |c: &char| !c.is_whitespace() && !matches!(c, '_' | '-' | '\'');
        return text
            .chars()
            .filter(kept)
            .map(|c| c.to_ascii_lowercase())
            .collect();
    }
    text.nfkd()
        .filter(|c| !is_combining_mark(*c) && !c.is_whitespace())
        .filter(|c| !matches!(c, '_' | '-' | '\'' | '\u{2010}' | '\u{2011}' | '\u{2019}'))
        .flat_map(char::to_lowercase)
        .fold(String::with_capacity(text.len()), |mut out, c| {
            match c {
                'œ' => out.push_str("oe"),
                'æ' => out.push_str("ae"),
                c => out.push(c),
            }
            out
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, Localizer};
    use std::collections::BTreeMap;

    #[test]
    fn folding_sets_aside_what_schools_write_differently() {
        for (written, same) in [
            ("Prénom", "PRENOM"),
            ("Identifiant ENT", "identifiant_ent"),
            ("Pre\u{301}nom", "prénom"),
            ("Cœur d’Or", "coeur d'or"),
            ("Adresse\u{a0}mail", "adresse-mail"),
        ] {
            assert_eq!(fold(written), fold(same));
        }
        assert_ne!(fold("nom"), fold("prénom"));
    }

    #[test]
    fn no_name_means_two_columns() {
        let mut seen = BTreeMap::new();
        for column in Column::ALL {
            for name in column.names() {
                assert_eq!(seen.insert(fold(name), column), None, "{name}");
            }
        }
    }

    #[test]
    fn a_column_is_found_where_the_person_was_told_to_put_it() {
        for language in Language::ALL {
            let localizer = Localizer::new(language);
            // The entry's name is only for machines and never proposed.
            for column in Column::ALL.into_iter().filter(|c| *c != Column::Dn) {
                let label = localizer.say(&column.label());
                assert_eq!(
                    column.position(&["x".into(), label.clone()]),
                    Some(1),
                    "{label}"
                );
            }
        }
    }

    #[test]
    fn the_canonical_name_wins() {
        let header = ["Identifiant".to_owned(), "Login".to_owned()];
        assert_eq!(Column::Login.position(&header), Some(1));
    }
}
