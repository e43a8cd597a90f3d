//! Texts by place: many of them, each once, looked up by what they say. They stand behind each other in one piece of
//! memory; of a hundred thousand, none is a piece of its own.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Texts by place, in the order in which they were put in.
#[derive(Debug, Default)]
pub struct Texts {
    all: String,
    /// Where in `all` each ends.
    ends: Vec<usize>,
    places: HashTable<u32>,
    state: RandomState,
    shapes: Shapes,
}

/// How texts begin and how long they are: whoever has not the shape of one of them is none of them, and nothing that is
/// far away in memory need be looked at.
#[derive(Debug)]
struct Shapes(Box<[u64; 256]>);

impl Default for Shapes {
    fn default() -> Self {
        Shapes(Box::new([0; 256]))
    }
}

impl Shapes {
    /// A bit for each length, the last for all that are longer.
    fn of(text: &str) -> (usize, u64) {
        let first = text.bytes().next().unwrap_or_default();
        (usize::from(first), 1 << text.len().min(63))
    }
}

impl Texts {
    /// None yet, and memory for so many.
    pub fn with_capacity(count: usize) -> Self {
        Texts {
            ends: Vec::with_capacity(count),
            places: HashTable::with_capacity(count),
            ..Texts::default()
        }
    }

    /// The place of a text.
    pub fn find(&self, text: &str) -> Option<usize> {
        let (first, length) = Shapes::of(text);
        if self.shapes.0[first] & length == 0 {
            return None;
        }
        let hash = self.state.hash_one(text);
        let found = self.places.find(hash, |at| self.at(*at as usize) == text);
        found.map(|at| *at as usize)
    }

    /// Puts a text in at the next place.
    ///
    /// # Errors
    /// Where it stands already; nothing is put in then.
    pub fn add(&mut self, text: &str) -> Result<usize, usize> {
        if let Some(at) = self.find(text) {
            return Err(at);
        }
        let place = self.ends.len();
        self.all.push_str(text);
        self.ends.push(self.all.len());
        let (first, length) = Shapes::of(text);
        self.shapes.0[first] |= length;
        let Texts {
            all,
            ends,
            places,
            state,
            ..
        } = self;
        let hash = |text: &str| state.hash_one(text);
        places.insert_unique(hash(text), place as u32, |at| {
            hash(among(all, ends, *at as usize))
        });
        Ok(place)
    }

    fn at(&self, place: usize) -> &str {
        among(&self.all, &self.ends, place)
    }
}

fn among<'a>(all: &'a str, ends: &[usize], place: usize) -> &'a str {
    let start = place.checked_sub(1).map_or(0, |before| ends[before]);
    &all[start..ends[place]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn each_is_found_where_it_was_put_in_first(said in proptest::collection::vec("[abé]{0,3}", 0..60)) {
            let mut texts = Texts::with_capacity(said.len() % 7);
            let mut known: HashMap<&str, usize> = HashMap::new();
            for text in &said {
                let next = known.len();
                let expected = match known.get(text.as_str()) {
                    Some(at) => Err(*at),
                    None => Ok(next),
                };
                prop_assert_eq!(texts.add(text), expected);
                known.entry(text).or_insert(next);
            }
            for (text, at) in &known {
                prop_assert_eq!(texts.find(text), Some(*at));
            }
            prop_assert_eq!(texts.find("abab"), None);
        }
    }
}
