//! The spellings that fold to the same letters: what a server that keeps accents must be asked for.

/// At most this many spellings are put into one filter.
pub(super) const MOST: usize = 64;

/// How far the spellings of a piece go, from all of them to the likely ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Every letter with any of its accents.
    All,
    /// At most two accented letters in the piece (`Éléa` has two, hardly any name has three together).
    TwoAccents,
    /// At most two accented letters, French accents only.
    TwoFrenchAccents,
}

impl Reach {
    /// From the widest to the narrowest.
    pub(super) const ALL: [Reach; 3] = [Reach::All, Reach::TwoAccents, Reach::TwoFrenchAccents];

    fn most_accents(self) -> usize {
        match self {
            Reach::All => usize::MAX,
            Reach::TwoAccents | Reach::TwoFrenchAccents => 2,
        }
    }
}

/// The accented forms of a letter; the first `usize` of them are French.
fn accents(letter: char) -> (&'static [char], usize) {
    match letter {
        'a' => (&['à', 'â', 'ä', 'á', 'ã', 'å'], 3),
        'c' => (&['ç'], 1),
        'e' => (&['é', 'è', 'ê', 'ë'], 4),
        'i' => (&['î', 'ï', 'í'], 2),
        'n' => (&['ñ'], 0),
        'o' => (&['ô', 'ö', 'ó', 'õ'], 2),
        'u' => (&['û', 'ü', 'ù', 'ú'], 3),
        'y' => (&['ÿ'], 1),
        _ => (&[], 0),
    }
}

/// The letter that may stand for two.
fn ligature(first: char, second: char) -> Option<char> {
    match (first, second) {
        ('o', 'e') => Some('œ'),
        ('a', 'e') => Some('æ'),
        ('s', 's') => Some('ß'),
        _ => None,
    }
}

/// The spellings of the letters `start..start + length` of a folded word, the plain one first; `None`
/// where there are more than [`MOST`].
///
/// A ligature across an edge is seen: the window `euvr` of `oeuvre` is also looked for as `œuvr`.
pub(super) fn spellings(
    word: &[char],
    start: usize,
    length: usize,
    reach: Reach,
) -> Option<Vec<String>> {
    let end = (start + length).min(word.len());
    // What may stand for the letters up to each position: (spelling, accents used).
    let mut ending_at: Vec<Vec<(String, usize)>> = vec![Vec::new(); end - start + 1];
    ending_at[0].push((String::new(), 0));
    for position in start..end {
        let letter = word[position];
        let so_far = std::mem::take(&mut ending_at[position - start]);
        let (accents, french) = accents(letter);
        let allowed = match reach {
            Reach::TwoFrenchAccents => &accents[..french],
            Reach::All | Reach::TwoAccents => accents,
        };
        let next = word.get(position + 1);
        let joined_before = (position == start && position > 0)
            .then(|| ligature(word[position - 1], letter))
            .flatten();
        let joined_after = next.and_then(|next| ligature(letter, *next));
        for (spelling, used) in &so_far {
            let mut put = |at: usize, c: char, used: usize| {
                let mut longer = spelling.clone();
                longer.push(c);
                ending_at[at - start].push((longer, used));
            };
            put(position + 1, letter, *used);
            if *used < reach.most_accents() {
                for accented in allowed {
                    put(position + 1, *accented, used + 1);
                }
            }
            if let Some(joined) = joined_before {
                put(position + 1, joined, *used);
            }
            if let Some(joined) = joined_after {
                put((position + 2).min(end), joined, *used);
            }
        }
        // Counted early: a piece of vowels has thousands of spellings.
        if ending_at[position + 1 - start].len() > MOST {
            return None;
        }
    }
    let found = std::mem::take(&mut ending_at[end - start]);
    Some(found.into_iter().map(|(spelling, _)| spelling).collect())
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    fn all(word: &str, start: usize, length: usize, reach: Reach) -> Option<Vec<String>> {
        spellings(&word.chars().collect::<Vec<_>>(), start, length, reach)
    }

    #[test]
    fn every_spelling_folds_back() {
        let found = all("dupont", 0, 4, Reach::All).expect("few");
        assert_eq!(found.len(), 5 * 5);
        assert_eq!(found[0], "dupo");
        assert!(found.iter().all(|s| fold(s) == "dupo"));
    }

    #[test]
    fn ligatures_are_seen_inside_and_across_the_edges() {
        let inside = all("coeur", 0, 4, Reach::TwoFrenchAccents).expect("few");
        assert!(inside.contains(&"cœu".to_owned()));
        assert!(inside.contains(&"coeu".to_owned()));
        let before = all("oeuvre", 1, 4, Reach::All).expect("few");
        assert!(before.contains(&"œuvr".to_owned()));
        let after = all("leboeuf", 0, 4, Reach::All).expect("few");
        assert!(after.contains(&"lebœ".to_owned()));
        let sharp = all("weiss", 1, 4, Reach::All).expect("few");
        assert!(sharp.contains(&"eiß".to_owned()));
        let after = all("weissen", 0, 4, Reach::All).expect("few");
        assert!(after.contains(&"weiß".to_owned()));
    }

    #[test]
    fn too_many_spellings_are_narrowed() {
        assert_eq!(all("ocea", 0, 4, Reach::All), None);
        let likely = all("ocea", 0, 4, Reach::TwoFrenchAccents).expect("few");
        assert!(likely.len() <= MOST);
        assert!(likely.contains(&"océa".to_owned()));
        assert!(!likely.contains(&"ôçéa".to_owned()), "three accents");
    }

    #[test]
    fn spellings_are_all_different() {
        for word in ["coeur", "aelle", "weiss", "noel", "ssoe"] {
            for reach in Reach::ALL {
                let Some(mut found) = all(word, 0, 4, reach) else {
                    continue;
                };
                let count = found.len();
                found.sort();
                found.dedup();
                assert_eq!(found.len(), count, "{word}");
            }
        }
    }
}
