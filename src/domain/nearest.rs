//! The people whose names come nearest to a misspelled one, best first.

use std::cmp::Ordering;

/// Scores under this are not offered.
///
/// Chosen on French names (see the tests): "lea dupond", "filipe martin", "lefevre jean" score 0.85 and
/// more against Léa Dupont, Philippe Martin, Jean Lefebvre; "lea durand" and "lea martin" stay under 0.75
/// against Léa Dupont.
const THRESHOLD: f64 = 0.80;
/// A typed word this unlike the word it is compared with is another name, however well the others fit:
/// Alexandrine Durand is not Alexandrine Dupont.
const WORD_THRESHOLD: f64 = 0.65;
/// The same for words of up to three letters, where one slip changes a third of the word: `lae`, `léa`.
const SHORT_WORD_THRESHOLD: f64 = 0.55;
/// What the words of the name that were not typed may weigh: enough to put the whole name first.
const COVERAGE_WEIGHT: f64 = 0.05;
/// Words compared on each side: the best assignment is searched among all.
const MOST_WORDS: usize = 8;

/// Puts candidates in order by how near their folded words come to those typed, and gives at most
/// `most` of them with their scores (0 to 1), best first. Only those near enough are given, which may be
/// nobody; they are to be offered to a person, never taken.
///
/// Each typed word is set against a word of its own, so that the sum is best. Two words are compared by
/// the mean of the optimal string alignment (left out, added, wrong and swapped letters) and of
/// Jaro-Winkler (which favours a right beginning); longer words weigh more. Words written apart or
/// together ("dartagnan", "le roy") are compared both ways. Equal scores are ordered by the words, then
/// by the order the candidates came in, so that the same question has the same answer.
pub fn nearest<'a, T>(
    query_words: &[String],
    candidates: impl Iterator<Item = (&'a T, Vec<String>)>,
    most: usize,
) -> Vec<(&'a T, f64)> {
    let mut scored: Vec<(&'a T, f64, Vec<String>)> = candidates
        .map(|(candidate, words)| (candidate, score(query_words, &words), words))
        .filter(|(_, score, _)| *score >= THRESHOLD)
        .collect();
    scored.sort_by(|a, b| match b.1.total_cmp(&a.1) {
        Ordering::Equal => a.2.cmp(&b.2),
        unequal => unequal,
    });
    scored
        .into_iter()
        .take(most)
        .map(|(candidate, score, _)| (candidate, score))
        .collect()
}

/// How near two names come, words written apart or together.
fn score(typed: &[String], name: &[String]) -> f64 {
    let typed = &typed[..typed.len().min(MOST_WORDS)];
    let name = &name[..name.len().min(MOST_WORDS)];
    let apart = assignment_score(typed, name, similarity);
    let name_joined = joinings(name).map(|(name, joined)| {
        assignment_score(typed, &name, |t, n| {
            similarity(t, n).filter(|_| n != joined || nearly_equal(t, n))
        })
    });
    let typed_joined = joinings(typed).map(|(typed, joined)| {
        assignment_score(&typed, name, |t, n| {
            similarity(t, n).filter(|_| t != joined || nearly_equal(t, n))
        })
    });
    name_joined.chain(typed_joined).fold(apart, f64::max)
}

/// The words with two neighbours written as one, and that one.
fn joinings(words: &[String]) -> impl Iterator<Item = (Vec<String>, String)> {
    (1..words.len()).map(|i| {
        let mut joined = words.to_vec();
        let second = joined.remove(i);
        joined[i - 1].push_str(&second);
        let one = joined[i - 1].clone();
        (joined, one)
    })
}

/// Words written together may hide a whole short name, so they must agree but for one slip:
/// `alexandrineli` is not `alexandrine`.
fn nearly_equal(a: &str, b: &str) -> bool {
    strsim::osa_distance(a, b) <= 1
}

/// The score of the best assignment of typed words to words of the name.
fn assignment_score(
    typed: &[String],
    name: &[String],
    similarity: impl Fn(&str, &str) -> Option<f64>,
) -> f64 {
    let length = |words: &[String]| -> f64 { words.iter().map(|w| letters(w)).sum() };
    if typed.is_empty() || typed.len() > name.len() {
        return 0.0;
    }
    let alike: Vec<Vec<Option<f64>>> = typed
        .iter()
        .map(|t| name.iter().map(|n| similarity(t, n)).collect())
        .collect();
    let Some((sum, covered)) = best(&alike, typed, name, 0, 0) else {
        return 0.0;
    };
    (1.0 - COVERAGE_WEIGHT) * sum / length(typed) + COVERAGE_WEIGHT * covered / length(name)
}

/// The best sum of weighted similarities for the typed words from `i` on, with the letters of the name
/// they cover; `taken` marks the name's words in use. `None` where a word is left without a partner.
fn best(
    alike: &[Vec<Option<f64>>],
    typed: &[String],
    name: &[String],
    i: usize,
    taken: u32,
) -> Option<(f64, f64)> {
    if i == typed.len() {
        return Some((0.0, 0.0));
    }
    (0..name.len())
        .filter(|j| taken & (1 << j) == 0)
        .filter_map(|j| {
            let word = alike[i][j]?;
            let (sum, covered) = best(alike, typed, name, i + 1, taken | (1 << j))?;
            Some((sum + word * letters(&typed[i]), covered + letters(&name[j])))
        })
        .max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)))
}

fn letters(word: &str) -> f64 {
    f64::from(u32::try_from(word.chars().count()).unwrap_or(u32::MAX))
}

/// How alike two words are, 0 to 1; `None` where they are different names.
fn similarity(a: &str, b: &str) -> Option<f64> {
    let longest = letters(a).max(letters(b));
    if longest == 0.0 {
        return None;
    }
    let slips = f64::from(u32::try_from(strsim::osa_distance(a, b)).unwrap_or(u32::MAX));
    let alike = f64::midpoint(1.0 - slips / longest, strsim::jaro_winkler(a, b));
    let least = if longest <= 3.0 {
        SHORT_WORD_THRESHOLD
    } else {
        WORD_THRESHOLD
    };
    (alike >= least).then_some(alike)
}

#[cfg(test)]
mod tests {
    use super::super::names::tokens;
    use super::*;
    use proptest::prelude::*;

    fn offered(typed: &str, name: &str) -> Option<f64> {
        nearest(&tokens(typed), [(&(), tokens(name))].into_iter(), 5)
            .first()
            .map(|(_, score)| *score)
    }

    #[test]
    fn slips_and_other_spellings_are_near() {
        for (typed, name) in [
            ("lea dupond", "Léa Dupont"),
            ("lae dupont", "Léa Dupont"),
            ("dupomt lea", "Léa Dupont"),
            ("dupond", "Léa Dupont"),
            ("filipe martin", "Philippe Martin"),
            ("lefevre jean", "Jean Lefebvre"),
            ("gaultier anne", "Anne Gauthier"),
            ("mickael beranger", "Michaël Bérenger"),
            ("johan benoist", "Yohan Benoît"),
            ("dartagnan charles", "Charles d’Artagnan"),
            ("anne le roy", "Anne Leroy"),
            ("jeanbaptiste petit", "Jean-Baptiste Petit"),
            ("jean batiste petit", "Jean-Baptiste Petit"),
            ("ngyuen thi", "Thi Nguyễn"),
        ] {
            let score = offered(typed, name);
            assert!(score.is_some(), "{typed} / {name}");
        }
    }

    #[test]
    fn other_people_are_not_near() {
        for (typed, name) in [
            ("lea martin", "Léa Dupont"),
            ("lea durand", "Léa Dupont"),
            ("alexandrine durand", "Alexandrine Dupont"),
            ("alexandrine li", "Alexandrine Wu"),
            ("jean dupont", "Marie Dupont"),
            ("lea dupont martin", "Léa Dupont"),
            ("dupont", "Marchand"),
            ("", "Léa Dupont"),
        ] {
            assert_eq!(offered(typed, name), None, "{typed} / {name}");
        }
    }

    #[test]
    fn the_best_come_first_and_no_more_than_asked() {
        let names = ["Léo Dupont", "Léa Dumont", "Léa Dupont", "Karim Vasseur"];
        let typed = tokens("lea dupond");
        let candidates = || names.iter().map(|name| (name, tokens(name)));
        let found: Vec<&str> = nearest(&typed, candidates(), 5)
            .into_iter()
            .map(|(name, _)| *name)
            .collect();
        assert_eq!(found, ["Léa Dupont", "Léo Dupont", "Léa Dumont"]);
        assert_eq!(nearest(&typed, candidates(), 1).len(), 1);
    }

    #[test]
    fn the_whole_name_stands_before_a_longer_one() {
        let names = ["Léa Dupont-Martin", "Léa Dupont"];
        let typed = tokens("lea dupond");
        let found = nearest(&typed, names.iter().map(|n| (n, tokens(n))), 5);
        assert_eq!(*found[0].0, "Léa Dupont");
        assert_eq!(found.len(), 2);
    }

    proptest! {
        #[test]
        fn the_order_of_the_candidates_does_not_matter(turn in 0usize..6) {
            let names = ["Léa Dupont", "Léa Dupond", "Léa Dupon", "Lia Dupont", "Léa Dumont", "Leo Dupont"];
            let mut turned = names;
            turned.rotate_left(turn);
            let typed = tokens("lea dupomt");
            let ask = |names: &[&'static str]| -> Vec<(String, f64)> {
                nearest(&typed, names.iter().map(|n| (n, tokens(n))), 5)
                    .into_iter()
                    .map(|(name, score)| ((*name).to_owned(), score))
                    .collect()
            };
            prop_assert_eq!(ask(&names), ask(&turned));
        }

        #[test]
        fn scores_are_between_nought_and_one(
            typed in prop::collection::vec("[a-z]{1,8}", 1..5),
            name in prop::collection::vec("[a-z]{1,8}", 1..5),
        ) {
            let score = score(&typed, &name);
            prop_assert!((0.0..=1.0 + 1e-9).contains(&score), "{score}");
            prop_assert!((assignment_score(&name, &name, similarity) - 1.0).abs() < 1e-9);
        }
    }
}
