//! The name somebody probably meant.

use super::keys::{KEYS, Section};

/// What is offered for an unknown key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suggestion {
    /// A name of the same table that is spelt almost alike.
    Spelling(String),
    /// The full name of a key of another table that is spelt exactly alike.
    Elsewhere(String),
}

/// The nearest of the candidates, where one is near enough to be worth offering: few letters differ, or
/// it begins alike.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Comparing is quadratic, and no name is that long.
    if given.len() > 64 {
        return None;
    }
    let given = given.to_lowercase().replace('-', "_");
    candidates
        .into_iter()
        .map(|candidate| {
            let known = candidate.to_lowercase().replace('-', "_");
            let letters = given.chars().count().max(known.chars().count());
            let close = strsim::osa_distance(&given, &known) * 3 <= letters;
            let alike = strsim::jaro_winkler(&given, &known);
            (candidate, close || alike >= 0.9, alike)
        })
        .filter(|(_, near, _)| *near)
        .max_by(|a, b| a.2.total_cmp(&b.2))
        .map(|(candidate, ..)| candidate)
}

/// What to offer for an unknown key of a table; `profile` is the name of the profile it stands in, if any.
pub fn suggestion(section: Section, name: &str, profile: Option<&str>) -> Option<Suggestion> {
    let profiles = (section == Section::Top).then_some("profiles");
    let names = section
        .keys()
        .map(|key| key.name)
        .chain(section.subsections().iter().map(|(name, _)| *name))
        .chain(profiles);
    let spelling = nearest(name, names);
    let elsewhere = KEYS
        .iter()
        .find(|key| key.name == name && key.section != section)
        .map(|key| match profile {
            Some(profile) => key.path().replacen("NAME", profile, 1),
            None => key.path(),
        });
    match (elsewhere, spelling) {
        (Some(path), _) => Some(Suggestion::Elsewhere(path)),
        (None, Some(name)) => Some(Suggestion::Spelling(name.to_owned())),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_names_are_recognized() {
        for (section, given, meant) in [
            (Section::Profile, "url", "urls"),
            (Section::Profile, "base-dn", "base_dn"),
            (Section::Profile, "BaseDN", "base_dn"),
            (Section::Profile, "connect_timout", "connect_timeout"),
            (Section::Profile, "atributes", "attributes"),
            (Section::Top, "profile", "profiles"),
            (Section::Top, "langage", "language"),
            (Section::Attributes, "diplay_name", "display_name"),
        ] {
            assert_eq!(
                suggestion(section, given, None),
                Some(Suggestion::Spelling(meant.into())),
                "{given}"
            );
        }
    }

    #[test]
    fn a_right_name_in_the_wrong_table_is_sent_home() {
        assert_eq!(
            suggestion(Section::Profile, "password_file", Some("college")),
            Some(Suggestion::Elsewhere(
                "profiles.college.bind.password_file".into()
            ))
        );
        assert_eq!(
            suggestion(Section::Top, "urls", None),
            Some(Suggestion::Elsewhere("profiles.NAME.urls".into()))
        );
    }

    #[test]
    fn far_names_are_not_offered() {
        for given in ["couleur", "x", "", "smtp_host"] {
            assert_eq!(suggestion(Section::Profile, given, None), None, "{given}");
        }
    }
}
