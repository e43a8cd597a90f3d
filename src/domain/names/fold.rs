//! Bringing names to the words that are compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Civilities, as whole words of what was typed, dot taken off.
const CIVILITIES: [&str; 7] = [
    "m",
    "mr",
    "mme",
    "mlle",
    "monsieur",
    "madame",
    "mademoiselle",
];

/// Folds a name to lowercase words without accents, joined by single spaces: `Léa-Zoé D’Œuvre` gives
/// `lea zoe d oeuvre`.
///
/// Compatibility decomposition (NFKD) with the combining marks dropped, lowercase, ligatures written out
/// (œ, æ, ß, and the letters that Unicode does not decompose: ø, ł, đ, ð, þ, ı). Hyphens, every kind of
/// apostrophe and all other punctuation separate words; invisible format characters vanish. Folding
/// twice changes nothing.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // Letter by letter, since most are plain ones; what a decomposition would put into another order are marks, and
    // those are dropped.
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            folded.push(c.to_ascii_lowercase());
        } else if c.is_ascii() {
            separate(&mut folded);
        } else {
            fold_letter(c, &mut folded);
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn fold_letter(c: char, folded: &mut String) {
    // Decomposed again after lowercasing: `İ` becomes `i` and a combining dot only then.
    let letters = std::iter::once(c)
        .nfkd()
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !is_invisible(*c));
    for c in letters {
        if let Some(written) = written_out(c) {
            folded.push_str(written);
        } else if c.is_alphanumeric() && !is_apostrophe_letter(c) {
            folded.push(c);
        } else {
            separate(folded);
        }
    }
}

fn separate(folded: &mut String) {
    if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// The folded words of what was typed, without civilities (`M.`, `Mme`, `monsieur`…) where something
/// else remains.
///
/// A civility is one only as a word of its own: the `m` of `m'bala` and of `j.-m.` stays.
pub fn tokens(text: &str) -> Vec<String> {
    let words = |keep_civilities: bool| -> Vec<String> {
        text.split(|c: char| c.is_whitespace() || ".,;:()[]".contains(c))
            .filter(|part| keep_civilities || !is_civility(part))
            .flat_map(folded_words)
            .collect()
    };
    let named = words(false);
    if named.is_empty() { words(true) } else { named }
}

/// The folded words of a stored name, civilities kept: somebody may be called Monsieur.
pub(super) fn folded_words(name: &str) -> Vec<String> {
    fold(name)
        .split_whitespace()
        .map(ToOwned::to_owned)
        .collect()
}

/// Folds the name of a class: case, accents and spaces aside, leading dashes left out (`6 a` is `6A`,
/// `--2NDE 4` is `2nde4`). Other punctuation stays, since `3-1` and `31` may both exist; every kind of
/// dash is the same one.
pub fn fold_class(text: &str) -> String {
    let folded: String = text
        .nfkd()
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !is_invisible(*c) && !c.is_whitespace())
        .map(|c| if is_dash(c) { '-' } else { c })
        .collect();
    folded.trim_start_matches('-').to_owned()
}

/// Whether a word of its own is a civility, its dot taken off.
pub(super) fn is_civility(part: &str) -> bool {
    CIVILITIES.contains(&part.to_lowercase().as_str())
}

/// Letters that stand for two, or that Unicode gives no decomposition.
fn written_out(c: char) -> Option<&'static str> {
    Some(match c {
        'œ' => "oe",
        'æ' => "ae",
        'ß' => "ss",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        _ => return None,
    })
}

/// Apostrophes that Unicode counts as letters (modifier letters).
fn is_apostrophe_letter(c: char) -> bool {
    matches!(
        c,
        '\u{2b9}'
            ..='\u{2bf}' | '\u{2c8}' | '\u{2ca}' | '\u{2cb}' | '\u{a78c}' | '\u{7f4}' | '\u{7f5}'
    )
}

/// Characters without a shape: soft hyphen, zero-width space and joiners, byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_fold_to_plain_words() {
        for (name, expected) in [
            ("Léa DUPONT", "lea dupont"),
            ("Jean-Baptiste", "jean baptiste"),
            ("  d’Artagnan ", "d artagnan"),
            ("Maëlys L'Hôpital", "maelys l hopital"),
            ("Nʼguyen", "n guyen"),
            ("Ng´uyen", "ng uyen"),
            ("CŒUR-Læticia", "coeur laeticia"),
            ("Weiß / Straße", "weiss strasse"),
            ("İpek Yıldız", "ipek yildiz"),
            ("Ｌéa", "lea"),
            ("Du\u{ad}pont", "dupont"),
            ("Le\u{301}a", "lea"),
            ("«»…", ""),
        ] {
            assert_eq!(fold(name), expected, "{name}");
        }
    }

    #[test]
    fn civilities_are_dropped_where_a_name_remains() {
        for (typed, expected) in [
            ("M. Dupont", "dupont"),
            ("M.Dupont", "dupont"),
            ("mme dupont-martin", "dupont martin"),
            ("Dupont, Mlle Léa", "dupont lea"),
            ("MADAME de La Tour", "de la tour"),
            ("m'bala", "m bala"),
            ("J.-M. Petit", "j m petit"),
            ("Madame", "madame"),
            ("", ""),
        ] {
            assert_eq!(tokens(typed).join(" "), expected, "{typed}");
        }
    }

    #[test]
    fn classes_compare_without_case_accents_and_spaces() {
        assert_eq!(fold_class("6 a"), fold_class("6A"));
        assert_eq!(fold_class("--2NDE 4"), "2nde4");
        assert_eq!(fold_class("– 6ème A"), "6emea");
        assert_eq!(fold_class("3–1"), "3-1");
        assert_ne!(fold_class("3-1"), fold_class("31"));
    }

    proptest! {
        #[test]
        fn letter_by_letter_is_the_whole_at_once(text in "[ -~à-ÿœŒÆİıǅ\u{300}-\u{345}\u{1e00}-\u{1eff}]{0,12}|\\PC{0,12}") {
            let whole: String = text
                .nfkd()
                .flat_map(char::to_lowercase)
                .nfkd()
                .filter(|c| !is_combining_mark(*c) && !is_invisible(*c))
                .collect();
            prop_assert_eq!(fold(&text), fold(&whole));
        }

        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
            let class = fold_class(&text);
            prop_assert_eq!(fold_class(&class), class.clone());
        }
    }
}
