//! Names of children and who is what to them, small enough for a million: sorted lists once everybody is read, and
//! what is learnt afterwards beside them.

use super::tallies::Index;
use std::collections::HashMap;

/// What is known of the children.
#[derive(Debug, Default)]
pub(super) struct Children {
    /// Every name, one behind the other.
    text: String,
    /// Mark of the child, where its name begins and how long it is; in order once settled.
    names: Vec<(u64, u32, u32)>,
    /// Mark of child and adult together, and the code of kinship; in order once settled.
    kinship: Vec<(u64, u16)>,
    index: Index,
    late_names: HashMap<u64, (u32, u32)>,
    late_kinship: HashMap<u64, u16>,
    settled: bool,
}

/// One mark for a child and an adult.
fn both(child: u64, adult: u64) -> u64 {
    child ^ adult.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The last that was said of each stays.
fn last_said<T>(list: &mut Vec<T>, key: impl Fn(&T) -> u64) {
    list.sort_by_key(&key);
    list.reverse();
    // Reversed, the last said comes first of its like, and that is the one which stays.
    list.dedup_by_key(|one| key(one));
    list.reverse();
    list.shrink_to_fit();
}

impl Children {
    /// Tells a child's name.
    pub fn name(&mut self, child: u64, name: &str) {
        let place = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let (begin, length) = (place(self.text.len()), place(name.len()));
        self.text.push_str(name);
        if self.settled {
            self.late_names.insert(child, (begin, length));
        } else {
            self.names.push((child, begin, length));
        }
    }

    /// Tells what an adult is to a child.
    pub fn relate(&mut self, child: u64, adult: u64, code: u16) {
        if self.settled {
            self.late_kinship.insert(both(child, adult), code);
        } else {
            self.kinship.push((both(child, adult), code));
        }
    }

    /// Puts what is known in order, to be asked for.
    pub fn settle(&mut self) {
        for (child, (begin, length)) in std::mem::take(&mut self.late_names) {
            self.names.push((child, begin, length));
        }
        self.kinship.extend(std::mem::take(&mut self.late_kinship));
        last_said(&mut self.names, |(child, _, _)| *child);
        last_said(&mut self.kinship, |(both, _)| *both);
        self.index = Index::of(self.kinship.iter().map(|(both, _)| *both));
        self.text.shrink_to_fit();
        self.settled = true;
    }

    /// A child's name, where it is known.
    pub fn name_of(&self, child: u64) -> Option<&str> {
        let (begin, length) = self.late_names.get(&child).copied().or_else(|| {
            let at = self
                .names
                .binary_search_by_key(&child, |(c, _, _)| *c)
                .ok()?;
            Some((self.names[at].1, self.names[at].2))
        })?;
        self.text
            .get(begin as usize..begin as usize + length as usize)
    }

    /// The code of kinship of an adult to a child.
    pub fn kinship(&self, child: u64, adult: u64) -> Option<u16> {
        let both = both(child, adult);
        let late = match self.late_kinship.is_empty() {
            true => None,
            false => self.late_kinship.get(&both).copied(),
        };
        late.or_else(|| {
            let mut near = self.kinship[self.index.places(both)].iter();
            near.find(|(b, _)| *b == both).map(|(_, code)| *code)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_last_of_a_child_holds_before_and_after_the_people_are_sorted() {
        let mut children = Children::default();
        for (child, name) in [(7, "Léa"), (5, "Tom"), (7, "Zoé"), (3, "")] {
            children.name(child, name);
        }
        for (child, adult, code) in [(7, 1, 10), (7, 2, 20), (7, 1, 38)] {
            children.relate(child, adult, code);
        }
        children.settle();
        let names =
            |children: &Children| [3, 5, 7, 9].map(|c| children.name_of(c).map(str::to_owned));
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(names(&children), [some(""), some("Tom"), some("Zoé"), None]);
        assert_eq!(
            [1, 2, 3].map(|adult| children.kinship(7, adult)),
            [Some(38), Some(20), None]
        );
        children.name(5, "Tim");
        children.name(9, "Ève");
        children.relate(7, 1, 10);
        assert_eq!(
            names(&children),
            [some(""), some("Tim"), some("Zoé"), some("Ève")]
        );
        assert_eq!(children.kinship(7, 1), Some(10));
        children.settle();
        assert_eq!(
            names(&children),
            [some(""), some("Tim"), some("Zoé"), some("Ève")]
        );
        assert_eq!(children.kinship(7, 1), Some(10));
    }
}
