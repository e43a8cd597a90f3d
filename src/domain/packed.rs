//! Entries kept small: many of them, of which only a few are looked at again. An [`Entry`] is a score of
//! small allocations; here it is a run of bytes beside those of all the others.

use super::dn::Dn;
use super::entry::{Attribute, Entry, Value, Values};

/// Bytes of one block: memory is taken block by block, never all anew.
const BLOCK: usize = 1 << 20;

/// Entries by place, in the order they were put in.
#[derive(Debug, Default)]
pub struct Packed {
    /// Attribute descriptions, each once.
    names: Vec<String>,
    blocks: Vec<Vec<u8>>,
    /// Block, and where in it.
    places: Vec<(u32, u32)>,
    /// Where one is written down before it has its place.
    scratch: Vec<u8>,
}

impl Packed {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Puts one in, as it is now; gives its place.
    pub fn push(&mut self, entry: &Entry) -> usize {
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        put(&mut bytes, entry.dn.as_str().as_bytes());
        put_number(&mut bytes, entry.attributes.len());
        let mut next = 0;
        for attribute in &entry.attributes {
            let name = self.place_of(&attribute.name, next);
            next = name + 1;
            put_number(&mut bytes, name);
            put_number(&mut bytes, attribute.values.len());
            for value in &attribute.values {
                put(&mut bytes, value);
            }
        }
        let full = |block: &Vec<u8>| block.len() + bytes.len() > BLOCK;
        if self.blocks.last().is_none_or(full) {
            self.blocks.push(Vec::with_capacity(bytes.len().max(BLOCK)));
        }
        let block = self.blocks.len() - 1;
        if let Some(last) = self.blocks.last_mut() {
            self.places.push((block as u32, last.len() as u32));
            last.extend_from_slice(&bytes);
        }
        self.scratch = bytes;
        self.places.len() - 1
    }

    /// The place of this name, which is put in where it is new. Attributes of most entries come in one order: it is
    /// looked for where it would stand then, first.
    fn place_of(&mut self, name: &str, likely: usize) -> usize {
        let is_it = |held: &String| held == name;
        if self.names.get(likely).is_some_and(is_it) {
            return likely;
        }
        self.names.iter().position(is_it).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        })
    }

    /// The one at this place, to look into.
    pub fn view(&self, at: usize) -> Option<View<'_>> {
        let (block, start) = *self.places.get(at)?;
        let bytes = self.blocks.get(block as usize)?.get(start as usize..)?;
        let mut reader = Reader(bytes);
        Some(View {
            names: &self.names,
            name: std::str::from_utf8(reader.bytes()?).ok()?,
            attributes: reader.0,
        })
    }

    /// The one at this place.
    pub fn entry(&self, at: usize) -> Option<Entry> {
        self.view(at)?.entry()
    }
}

/// One packed entry.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    names: &'a [String],
    name: &'a str,
    attributes: &'a [u8],
}

impl<'a> View<'a> {
    /// The entry's name, as it was read.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The values of an attribute, one after the other; stops where `visit` says so, and tells that it did.
    pub fn any_value(&self, attribute: &str, mut visit: impl FnMut(&'a [u8]) -> bool) -> bool {
        let mut reader = Reader(self.attributes);
        let mut look = || -> Option<bool> {
            for _ in 0..reader.number()? {
                let name = self.names.get(reader.number()?)?;
                let wanted = name.eq_ignore_ascii_case(attribute);
                for _ in 0..reader.number()? {
                    let value = reader.bytes()?;
                    if wanted && visit(value) {
                        return Some(true);
                    }
                }
            }
            Some(false)
        };
        look().unwrap_or(false)
    }

    /// Whether the attribute holds a value.
    pub fn has(&self, attribute: &str) -> bool {
        self.any_value(attribute, |_| true)
    }

    /// The whole entry.
    pub fn entry(&self) -> Option<Entry> {
        let mut entry = Entry::new(Dn::parse(self.name).ok()?);
        let mut reader = Reader(self.attributes);
        for _ in 0..reader.number()? {
            let name = self.names.get(reader.number()?)?.as_str().into();
            let count = reader.number()?;
            let mut values = Values::with_capacity(count);
            for _ in 0..count {
                values.push(Value::from_slice(reader.bytes()?));
            }
            entry.attributes.push(Attribute { name, values });
        }
        Some(entry)
    }
}

fn put(into: &mut Vec<u8>, bytes: &[u8]) {
    put_number(into, bytes.len());
    into.extend_from_slice(bytes);
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn put_number(into: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        into.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<usize> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let (first, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= usize::from(first & 0x7f).checked_shl(shift)?;
            if first & 0x80 == 0 {
                return Some(number);
            }
            shift += 7;
        }
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_large_entry_has_a_block_of_its_own() {
        let dn = |n: u32| Dn::parse(&format!("uid={n},dc=x")).expect("dn");
        let large = vec![b'x'; BLOCK + 1];
        let mut packed = Packed::default();
        let small = Entry::new(dn(1)).with("cn", &["a"]);
        let whole = Entry::new(dn(2)).with("jpegPhoto", &[large]);
        assert_eq!(packed.push(&small), 0);
        assert_eq!(packed.push(&whole), 1);
        assert_eq!(packed.push(&small), 2);
        assert_eq!(packed.entry(1), Some(whole));
        assert_eq!(packed.entry(2), Some(small));
        assert_eq!(packed.entry(3), None);
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back_as_it_was(
            entries in proptest::collection::vec(
                proptest::collection::vec(
                    ("[a-zA-Z]{1,6}", proptest::collection::vec(
                        proptest::collection::vec(any::<u8>(), 0..200), 0..4)), 0..6), 1..8)
        ) {
            let entries: Vec<Entry> = entries.into_iter().enumerate().map(|(n, attributes)| {
                let dn = Dn::parse(&format!("uid=é{n}\\,,dc=x")).expect("dn");
                let entry = Entry::new(dn);
                attributes.iter().fold(entry, |entry, (name, values)| entry.with(name, values))
            }).collect();
            let mut packed = Packed::default();
            for entry in &entries {
                packed.push(entry);
            }
            prop_assert_eq!(packed.len(), entries.len());
            for (at, entry) in entries.iter().enumerate() {
                let back = packed.entry(at);
                prop_assert_eq!(back.as_ref(), Some(entry));
                let view = packed.view(at).expect("there");
                prop_assert_eq!(view.name(), entry.dn.as_str());
                for attribute in &entry.attributes {
                    let mut seen = Vec::new();
                    view.any_value(&attribute.name, |value| {
                        seen.push(Value::from_slice(value));
                        false
                    });
                    let of_name = |a: &&Attribute| a.name.eq_ignore_ascii_case(&attribute.name);
                    let all: Vec<Value> = entry.attributes.iter().filter(of_name)
                        .flat_map(|a| a.values.clone()).collect();
                    prop_assert_eq!(view.has(&attribute.name), !all.is_empty());
                    prop_assert_eq!(seen, all);
                }
            }
        }
    }
}
