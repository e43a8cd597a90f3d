//! Texts that are expected to name somebody, looked for while everybody is read: whom each names is known when the last
//! has come.

use super::many::prepare;
use crate::domain::entry::{Entry, Value, shown};
use crate::domain::texts::Texts;
use crate::schema::{IDENTIFIERS, SHOWN_ALONE, Schema};

/// The logical name of logins that a person had with accounts merged into theirs.
const FORMER: &str = "former_login";

/// What is looked for, and what was found so far.
#[derive(Debug, Default)]
pub struct Expected {
    /// As they are compared.
    texts: Texts,
    /// Where in the list each of them stands last.
    rows: Vec<usize>,
    /// One that is looked for.
    text: String,
    found: Vec<Found>,
}

#[derive(Debug, Clone, Copy)]
enum Found {
    Nobody,
    /// This one, of whom nothing more need be known: the account serves itself, and the text is its own now.
    Plainly(usize),
    /// More is to be known first.
    Unclear,
}

impl Expected {
    /// Names of entries are not looked for.
    pub fn of(texts: &[&str]) -> Self {
        let plain = texts.iter().enumerate();
        let plain = plain.filter(|(_, text)| !text.contains('=') && !text.trim().is_empty());
        let mut expected = Expected {
            texts: Texts::with_capacity(texts.len()),
            rows: Vec::with_capacity(texts.len()),
            found: vec![Found::Nobody; texts.len()],
            text: String::new(),
        };
        let mut as_compared = String::new();
        for (at, text) in plain {
            prepare(text, &mut as_compared);
            match expected.texts.add(&as_compared) {
                Ok(_) => expected.rows.push(at),
                Err(known) => expected.rows[known] = at,
            }
        }
        expected
    }

    /// Looks at one of the people, in any order. Which text plainly names this one, as far as has been seen.
    pub fn look(&mut self, schema: &Schema, place: usize, entry: &Entry) -> Option<usize> {
        let mut plainly = None;
        let mut tied = None;
        let leads = || schema.leading().any(|tie| entry.has(tie));
        let mut text = std::mem::take(&mut self.text);
        for logical in IDENTIFIERS {
            let values = schema.all(logical).iter().map(|a| entry.values(a));
            let alone = SHOWN_ALONE.contains(&logical);
            let values: &mut dyn Iterator<Item = &Value> = match alone {
                true => &mut values.filter_map(<[_]>::first).take(1),
                false => &mut values.flatten(),
            };
            for value in values {
                prepare(&shown(value), &mut text);
                let Some(at) = self.texts.find(&text).map(|place| self.rows[place]) else {
                    continue;
                };
                let tied = *tied.get_or_insert_with(leads);
                self.found[at] = match self.found[at] {
                    Found::Nobody if !tied && logical != FORMER => {
                        plainly = Some(at);
                        Found::Plainly(place)
                    }
                    // Named by it in two ways.
                    Found::Plainly(before) if before == place && logical != FORMER => {
                        Found::Plainly(place)
                    }
                    _ => Found::Unclear,
                };
            }
        }
        self.text = text;
        plainly
    }

    /// The place of the one whom the text at this place of the list plainly names.
    pub fn named(&self, at: usize) -> Option<usize> {
        match self.found.get(at)? {
            Found::Plainly(place) => Some(*place),
            Found::Nobody | Found::Unclear => None,
        }
    }
}
