//! Which pair is shown next, and what a key makes of it. Pure: the people who may be one, and the answers so far, say
//! all; so that a review goes on where it was, whatever ended it.

use super::ledger::{Answer, Entry, Ledger, Seen};
use crate::domain::dn::Dn;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Accounts that may be one person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The accounts, the one proposed to keep first; at least two.
    pub members: Vec<Dn>,
    /// Which of them were found to be alike.
    pub pairs: Vec<(Dn, Dn)>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    /// Number of the person, from 0.
    pub number: usize,
    /// All the accounts of the person.
    pub members: Vec<Dn>,
    /// The one to keep.
    pub kept: Dn,
    /// The one that is compared with it.
    pub other: Dn,
    /// Its number among those that are compared with the kept one, from 1.
    pub place: usize,
    /// How many are compared with the kept one.
    pub of: usize,
}

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// Rapprocher.
    Link,
    /// Fusionner.
    Merge,
    /// Two people.
    Dismiss,
    /// The other one is kept.
    Turn,
    /// Another time.
    Later,
    /// Takes the last answer back.
    Back,
    /// To the end: what is decided is shown and applied.
    Apply,
    /// What the keys do.
    Help,
    /// Leaves; what is decided stays.
    Quit,
}

impl Key {
    /// The key of a letter. Both languages' letters hold in both: hands learn one of them.
    pub fn of(letter: char) -> Option<Key> {
        let mut lower = letter.to_lowercase();
        Some(match lower.next()? {
            'r' | 'l' => Key::Link,
            'f' | 'm' => Key::Merge,
            'd' | 'n' => Key::Dismiss,
            'o' | 'x' => Key::Turn,
            'p' | 's' => Key::Later,
            'u' => Key::Back,
            'a' => Key::Apply,
            '?' | 'h' => Key::Help,
            'q' => Key::Quit,
            _ => return None,
        })
    }
}

/// Why an answer was not taken: what was decided before stands against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conflict {
    /// The account concerned.
    pub other: Dn,
    /// The one it is to be joined to.
    pub kept: Dn,
}

/// A review under way.
#[derive(Debug)]
pub(super) struct Session {
    groups: Vec<Group>,
    ledger: Ledger,
    /// Answers given before it was begun.
    before: usize,
    /// Pairs that are not to be shown after all.
    left_out: BTreeSet<(Dn, Dn)>,
}

impl Session {
    /// Goes on with what was answered before.
    pub fn new(groups: Vec<Group>, ledger: Ledger) -> Self {
        let before = ledger.entries.len();
        Session {
            groups,
            ledger,
            before,
            left_out: BTreeSet::new(),
        }
    }

    /// Leaves a pair out: one of the accounts is gone, or somebody has decided meanwhile.
    pub fn leave_out(&mut self, question: &Question) {
        let pair = (question.kept.clone(), question.other.clone());
        self.left_out.insert(pair);
    }

    /// The answers so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// How many people there are.
    pub fn people(&self) -> usize {
        self.groups.len()
    }

    /// How many pairs wait for an answer, those left for later in this session aside.
    pub fn left(&self) -> usize {
        let mut count = 0;
        for (number, group) in self.groups.iter().enumerate() {
            self.questions(number, group, &mut |_, _| count += 1);
        }
        count
    }

    /// The next pair: those never answered first, then those that an earlier session left for later.
    pub fn next(&self) -> Option<Question> {
        let mut fresh = None;
        let mut postponed = None;
        for (number, group) in self.groups.iter().enumerate() {
            self.questions(number, group, &mut |question, was_later| {
                let place = if was_later {
                    &mut postponed
                } else {
                    &mut fresh
                };
                place.get_or_insert(question);
            });
            if fresh.is_some() {
                break;
            }
        }
        fresh.or(postponed)
    }

    /// Hands out every open question of a group, and whether an earlier session left it for later.
    fn questions(&self, number: usize, group: &Group, found: &mut dyn FnMut(Question, bool)) {
        let walk = self.walk(&group.members);
        let others: Vec<&Dn> = group.members.iter().filter(|m| **m != walk.kept).collect();
        let mut apart = BTreeSet::new();
        let mut all_answered = true;
        for (place, other) in others.iter().enumerate() {
            match walk.answers.get(*other) {
                Some((Answer::Later, at)) if *at >= self.before => continue,
                Some((Answer::Later, _)) | None => {}
                Some((Answer::Dismiss, _)) => {
                    apart.insert(*other);
                    continue;
                }
                Some(_) => continue,
            }
            let turned = |(a, b): &(Dn, Dn)| {
                (a == *other && *b == walk.kept) || (b == *other && *a == walk.kept)
            };
            if self.left_out.iter().any(turned) {
                continue;
            }
            // Decided beside a third account, where two persons share one.
            if !walk.answers.contains_key(*other) && self.ledger.joined_to(other).is_some() {
                continue;
            }
            all_answered = false;
            found(
                Question {
                    number,
                    members: group.members.clone(),
                    kept: walk.kept.clone(),
                    other: (*other).clone(),
                    place: place + 1,
                    of: others.len(),
                },
                walk.answers.contains_key(*other),
            );
        }
        if all_answered {
            for rest in among(group, &apart) {
                self.questions(number, &rest, found);
            }
        }
    }

    fn walk(&self, members: &[Dn]) -> Walk {
        let mut walk = Walk {
            kept: members[0].clone(),
            answers: BTreeMap::new(),
        };
        for (place, entry) in self.ledger.entries.iter().enumerate() {
            let (kept, other) = (&entry.kept.dn, &entry.other.dn);
            if !members.contains(kept) || !members.contains(other) {
                continue;
            }
            if entry.answer == Answer::Turn {
                walk.kept = kept.clone();
                walk.answers.clear();
                continue;
            }
            // The first answer of a person says who is kept, whoever is proposed by now.
            if walk.answers.is_empty() {
                walk.kept = kept.clone();
            }
            if *kept == walk.kept {
                walk.answers.insert(other.clone(), (entry.answer, place));
            }
        }
        walk
    }

    /// Takes an answer.
    ///
    /// # Errors
    /// Joined to another account by an earlier answer.
    pub fn answer(
        &mut self,
        question: &Question,
        answer: Answer,
        marks: (String, String),
        at: Timestamp,
    ) -> Result<(), Conflict> {
        let (mut kept, mut other) = (question.kept.clone(), question.other.clone());
        let (mut kept_mark, mut other_mark) = marks;
        if matches!(answer, Answer::Link | Answer::Merge)
            && let Some(before) = self.ledger.conflict(&kept, &other)
        {
            return Err(Conflict {
                other: before.other.dn.clone(),
                kept: before.kept.dn.clone(),
            });
        }
        if answer == Answer::Turn {
            std::mem::swap(&mut kept, &mut other);
            std::mem::swap(&mut kept_mark, &mut other_mark);
        }
        let seen = |dn, mark| Seen { dn, mark };
        let of_several = question.members.len() > 2;
        self.ledger.entries.push(Entry {
            answer,
            kept: seen(kept, kept_mark),
            other: seen(other, other_mark),
            group: if of_several {
                question.members.clone()
            } else {
                Vec::new()
            },
            at,
        });
        Ok(())
    }

    /// Takes the last answer back, of an earlier session too. `None`: there is none.
    pub fn back(&mut self) -> Option<Entry> {
        let last = self.ledger.entries.pop()?;
        self.before = self.before.min(self.ledger.entries.len());
        Some(last)
    }
}

/// What was answered of one person.
struct Walk {
    kept: Dn,
    answers: BTreeMap<Dn, (Answer, usize)>,
}

/// Those who are not the kept one may be one person among themselves: the groups of those who are alike.
fn among(group: &Group, apart: &BTreeSet<&Dn>) -> Vec<Group> {
    let alike = |a: &Dn, b: &Dn| {
        let is =
            |pair: &&(Dn, Dn)| (pair.0 == *a && pair.1 == *b) || (pair.0 == *b && pair.1 == *a);
        group.pairs.iter().any(|pair| is(&pair))
    };
    let mut rest: Vec<&Dn> = group.members.iter().filter(|m| apart.contains(m)).collect();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let mut members = vec![rest.remove(0)];
        let mut looked = 0;
        while looked < members.len() {
            let (near, far): (Vec<&Dn>, Vec<&Dn>) =
                rest.iter().partition(|m| alike(members[looked], m));
            members.extend(near);
            rest = far;
            looked += 1;
        }
        if members.len() > 1 {
            found.push(Group {
                members: members.into_iter().cloned().collect(),
                pairs: group.pairs.clone(),
            });
        }
    }
    found
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
