//! A tool's answer held against the truth.

use crate::truth::{Pair, Truth, pair};
use crate::truth_files::FileError;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How sure a tool is of a pair; the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Tier {
    Certain,
    Probable,
    Possible,
}

impl Tier {
    /// All of them.
    pub const ALL: [Tier; 3] = [Tier::Certain, Tier::Probable, Tier::Possible];

    /// As it stands in the table.
    pub fn word(self) -> &'static str {
        match self {
            Tier::Certain => "certain",
            Tier::Probable => "probable",
            Tier::Possible => "possible",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Tier::ALL.into_iter().find(|tier| tier.word() == word)
    }
}

/// Pairs that a tool found.
pub type Answer = BTreeMap<Pair, Tier>;

/// Reads a tool's table: `uid_a`, `uid_b` and `tier` by their headings, whatever stands beside them, separated by
/// semicolons. A pair that stands twice counts once, with the surest tier.
///
/// # Errors
/// [`FileError`] where a heading is missing, a tier is not known, or an account is not of this directory: an
/// answer that cannot be read must not pass for a bad one.
pub fn answer(path: &Path, truth: &Truth) -> Result<Answer, FileError> {
    let name = path.display().to_string();
    let wrong = |line, what: String| FileError::Line(name.clone(), line, what);
    let text = std::fs::read_to_string(path).map_err(|e| FileError::Io(name.clone(), e))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut answer = Answer::new();
    if text.is_empty() {
        return Ok(answer);
    }
    let named = |e| FileError::Csv(name.clone(), e);
    let mut input = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.as_bytes());
    let header = input.headers().map_err(named)?.clone();
    let column = |wanted: &str| {
        header
            .iter()
            .position(|h| h == wanted)
            .ok_or_else(|| wrong(1, format!("no column {wanted}")))
    };
    let (a, b, tier) = (column("uid_a")?, column("uid_b")?, column("tier")?);
    for record in input.records() {
        let record = record.map_err(named)?;
        let line = record.position().map_or(0, csv::Position::line);
        let field = |at| record.get(at).unwrap_or_default();
        let found = Tier::parse(field(tier))
            .ok_or_else(|| wrong(line, format!("tier {:?}", field(tier))))?;
        for uid in [field(a), field(b)] {
            if !truth.people.contains_key(uid) {
                return Err(wrong(line, format!("nobody is called {uid:?}")));
            }
        }
        if field(a) == field(b) {
            return Err(wrong(line, format!("{:?} beside itself", field(a))));
        }
        let known = answer.entry(pair(field(a), field(b))).or_insert(found);
        *known = (*known).min(found);
    }
    Ok(answer)
}

/// Found, wrong, missed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pairs of one person that were found.
    pub right: usize,
    /// Pairs of two people that were taken for one.
    pub wrong: usize,
    /// Pairs of one person that were not found.
    pub missed: usize,
}

impl Counts {
    /// The share of what was found that is true; 1 where nothing was found.
    pub fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// The share of what is true that was found; 1 where nothing was to be found.
    pub fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    /// The harmonic mean of both.
    pub fn f1(self) -> f64 {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// Each tier by itself (missed: what is in none of the tiers up to it).
    pub alone: Vec<(Tier, Counts)>,
    /// Each tier with the surer ones.
    pub up_to: Vec<(Tier, Counts)>,
    /// By what sets the two entries apart: found in certain or probable, and all.
    pub kinds: BTreeMap<String, (usize, usize)>,
    /// By what makes two people look alike: taken for one in certain, in probable, in possible; and all.
    pub traps: BTreeMap<String, ([usize; 3], usize)>,
    /// Pairs of two people in `certain`.
    pub false_certain: Vec<Pair>,
}

impl Evaluation {
    /// Counts of certain and probable together.
    pub fn main(&self) -> Counts {
        self.up_to
            .iter()
            .find(|(tier, _)| *tier == Tier::Probable)
            .map(|(_, counts)| *counts)
            .unwrap_or_default()
    }
}

/// Holds an answer against the truth.
pub fn evaluate(answer: &Answer, truth: &Truth) -> Evaluation {
    let mut evaluation = Evaluation::default();
    for tier in Tier::ALL {
        evaluation
            .alone
            .push((tier, counts(answer, truth, |t| t == tier)));
        evaluation
            .up_to
            .push((tier, counts(answer, truth, |t| t <= tier)));
    }
    for (pair, kinds) in &truth.same {
        let found = answer.get(pair).is_some_and(|tier| *tier <= Tier::Probable);
        for kind in kinds {
            let (hits, all) = evaluation.kinds.entry(kind.clone()).or_default();
            *hits += usize::from(found);
            *all += 1;
        }
    }
    for kinds in truth.traps.values() {
        for kind in kinds {
            evaluation.traps.entry(kind.clone()).or_default().1 += 1;
        }
    }
    for (pair, tier) in answer {
        if truth.same.contains_key(pair) {
            continue;
        }
        for kind in why_alike(pair, truth) {
            evaluation.traps.entry(kind).or_default().0[*tier as usize] += 1;
        }
        if *tier == Tier::Certain {
            evaluation.false_certain.push(pair.clone());
        }
    }
    evaluation
}

fn counts(answer: &Answer, truth: &Truth, takes: impl Fn(Tier) -> bool) -> Counts {
    let right = answer
        .iter()
        .filter(|(pair, tier)| takes(**tier) && truth.same.contains_key(*pair))
        .count();
    let wrong = answer
        .iter()
        .filter(|(pair, tier)| takes(**tier) && !truth.same.contains_key(*pair))
        .count();
    Counts {
        right,
        wrong,
        missed: truth.same.len() - right,
    }
}

/// Why two people may have been taken for one.
pub fn why_alike(pair: &Pair, truth: &Truth) -> BTreeSet<String> {
    if let Some(kinds) = truth.traps.get(pair) {
        return kinds.clone();
    }
    let marks = |uid: &String| {
        truth
            .people
            .get(uid)
            .map(|(_, marks)| marks.clone())
            .unwrap_or_default()
    };
    let (a, b) = (marks(&pair.0), marks(&pair.1));
    let both: BTreeSet<String> = ["placeholder", "school-phone"]
        .into_iter()
        .filter(|mark| a.contains(*mark) && b.contains(*mark))
        .map(|mark| format!("both-{mark}"))
        .collect();
    if both.is_empty() {
        BTreeSet::from(["unrelated".to_owned()])
    } else {
        both
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth() -> Truth {
        let mut truth = Truth::default();
        for (uid, person) in [("a", 1), ("b", 1), ("c", 2), ("d", 3), ("e", 3), ("f", 4)] {
            truth
                .people
                .insert(uid.to_owned(), (person, BTreeSet::new()));
        }
        truth
            .same
            .insert(pair("a", "b"), BTreeSet::from(["moved-house".to_owned()]));
        truth
            .same
            .insert(pair("d", "e"), BTreeSet::from(["no-mail".to_owned()]));
        truth
            .traps
            .insert(pair("a", "c"), BTreeSet::from(["twins".to_owned()]));
        truth
    }

    fn read(text: &str) -> Result<Answer, FileError> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        answer(file.path(), &truth())
    }

    #[test]
    fn tiers_add_up() {
        let answer = read("\u{feff}cluster;uid_a;uid_b;score;tier\n1;b;a;0.99;certain\n1;a;c;0.9;probable\n2;c;f;0.3;possible\n")
            .expect("a table");
        let evaluation = evaluate(&answer, &truth());
        assert_eq!(
            evaluation.alone[0].1,
            Counts {
                right: 1,
                wrong: 0,
                missed: 1
            }
        );
        assert_eq!(
            evaluation.alone[1].1,
            Counts {
                right: 0,
                wrong: 1,
                missed: 2
            }
        );
        assert_eq!(
            evaluation.main(),
            Counts {
                right: 1,
                wrong: 1,
                missed: 1
            }
        );
        assert!((evaluation.main().f1() - 0.5).abs() < 1e-9);
        assert_eq!(evaluation.kinds["moved-house"], (1, 1));
        assert_eq!(evaluation.kinds["no-mail"], (0, 1));
        assert_eq!(evaluation.traps["twins"], ([0, 1, 0], 1));
        assert_eq!(evaluation.traps["unrelated"], ([0, 0, 1], 0));
        assert!(evaluation.false_certain.is_empty());
    }

    #[test]
    fn a_false_pair_in_certain_is_named() {
        let answer = read("uid_a;uid_b;tier\nc;a;certain\n").expect("a table");
        assert_eq!(evaluate(&answer, &truth()).false_certain, [pair("a", "c")]);
    }

    #[test]
    fn a_pair_told_twice_counts_once_with_the_surer_tier() {
        let answer = read("uid_a;uid_b;tier\na;b;possible\nb;a;certain\n").expect("a table");
        assert_eq!(answer, Answer::from([(pair("a", "b"), Tier::Certain)]));
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_no_answer() {
        for text in [
            "uid_a;uid_b\na;b\n",
            "uid_a;uid_b;tier\na;b;sure\n",
            "uid_a;uid_b;tier\na;z;certain\n",
            "uid_a;uid_b;tier\na;a;certain\n",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_measures_are_the_usual_ones() {
        let counts = Counts {
            right: 90,
            wrong: 10,
            missed: 30,
        };
        assert!((counts.precision() - 0.9).abs() < 1e-9);
        assert!((counts.recall() - 0.75).abs() < 1e-9);
        assert!((counts.f1() - 2.0 * 0.9 * 0.75 / 1.65).abs() < 1e-9);
    }
}
