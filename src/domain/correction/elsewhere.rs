//! What people ask to correct that is no field: another command does it, or the feed alone.

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// `password reset`.
    Password,
    /// `account lock`, `account unlock`.
    State,
    /// Redirect and recovery address: the person's own choice.
    Mail,
    /// Login, alias, number, join key: others find the account by them.
    Identifiers,
    /// Classes, groups, school, posts: the feed alone.
    Classes,
    /// Parents and children: the feed alone.
    Family,
}

impl Elsewhere {
    /// All of them.
    pub const ALL: [Elsewhere; 6] = [
        Elsewhere::Password,
        Elsewhere::State,
        Elsewhere::Mail,
        Elsewhere::Identifiers,
        Elsewhere::Classes,
        Elsewhere::Family,
    ];

    /// Stable word; the sentence is `set-elsewhere-…`.
    pub fn as_str(self) -> &'static str {
        match self {
            Elsewhere::Password => "password",
            Elsewhere::State => "state",
            Elsewhere::Mail => "mail",
            Elsewhere::Identifiers => "identifiers",
            Elsewhere::Classes => "classes",
            Elsewhere::Family => "family",
        }
    }

    /// The words it is asked for by, in both languages, folded.
    fn words(self) -> &'static [&'static str] {
        match self {
            Elsewhere::Password => &["password", "userpassword", "motdepasse", "mdp"],
            Elsewhere::State => &[
                "state",
                "etat",
                "locked",
                "disabled",
                "verrouille",
                "desactive",
            ],
            Elsewhere::Mail => &[
                "redirect",
                "redirection",
                "adressederedirection",
                "recovery",
                "secours",
                "adressedesecours",
            ],
            Elsewhere::Identifiers => &[
                "login",
                "identifiant",
                "alias",
                "id",
                "uid",
                "number",
                "numero",
                "joinkey",
                "cledejointure",
                "ine",
            ],
            Elsewhere::Classes => &[
                "class",
                "classes",
                "classe",
                "group",
                "groups",
                "groupe",
                "groupes",
                "school",
                "etablissement",
                "role",
                "profil",
                "function",
                "fonction",
            ],
            Elsewhere::Family => &[
                "parent",
                "parents",
                "responsable",
                "responsables",
                "child",
                "children",
                "enfant",
                "enfants",
            ],
        }
    }
}

/// Who does what was asked for by this name, where it is no field.
pub fn elsewhere(typed: &str) -> Option<Elsewhere> {
    let typed = super::value::folded(typed);
    Elsewhere::ALL
        .into_iter()
        .find(|what| what.words().contains(&typed.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_field_is_said_to_whom_it_belongs() {
        for (typed, whose) in [
            ("password", Elsewhere::Password),
            ("Mot de passe", Elsewhere::Password),
            ("adresse-de-secours", Elsewhere::Mail),
            ("Identifiant", Elsewhere::Identifiers),
            ("classe", Elsewhere::Classes),
            ("enfants", Elsewhere::Family),
            ("désactivé", Elsewhere::State),
        ] {
            assert_eq!(elsewhere(typed), Some(whose), "{typed}");
        }
        assert_eq!(elsewhere("phone"), None);
        assert_eq!(elsewhere(""), None);
    }
}
