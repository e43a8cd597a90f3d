//! What belongs together, put together pair by pair.

/// Things by number, each in one family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Families {
    above: Vec<usize>,
}

impl Families {
    /// So many things, each alone.
    pub fn new(count: usize) -> Self {
        Families {
            above: (0..count).collect(),
        }
    }

    /// Puts the families of two things together. The one that holds the lowest number goes on.
    pub fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.of(one), self.of(other));
        let (low, high) = (one.min(other), one.max(other));
        self.above[high] = low;
    }

    /// The family of a thing, by its lowest number; shortens the way for the next time.
    pub fn of(&mut self, thing: usize) -> usize {
        let root = self.root(thing);
        let mut at = thing;
        while self.above[at] != root {
            at = std::mem::replace(&mut self.above[at], root);
        }
        root
    }

    /// The same without shortening the way.
    pub fn root(&self, thing: usize) -> usize {
        let mut at = thing;
        while self.above[at] != at {
            at = self.above[at];
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_belongs_to_one_of_a_family_belongs_to_all() {
        let mut families = Families::new(6);
        families.join(4, 2);
        families.join(5, 4);
        families.join(0, 1);
        assert_eq!(families.of(5), 2);
        let all: Vec<usize> = (0..6).map(|at| families.root(at)).collect();
        assert_eq!(all, [0, 0, 2, 3, 2, 2]);
        families.join(5, 1);
        assert_eq!(families.of(2), 0);
    }
}
