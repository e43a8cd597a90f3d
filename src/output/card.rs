//! Titled lines about one thing.

use crate::i18n::{Localizer, visible};

/// What stands on the left.
#[derive(Debug)]
enum Title {
    /// A key.
    Key(&'static str),
    /// Words already.
    Words(String),
}

/// A card: titles on the left, what they say on the right; empty lines are left out.
#[derive(Debug, Default)]
pub struct Card {
    lines: Vec<(Title, Vec<String>)>,
}

impl Card {
    /// An empty card.
    pub fn new() -> Self {
        Card::default()
    }

    /// One line; nothing where there is no value.
    pub fn line(&mut self, title: &'static str, value: Option<String>) {
        self.lines(title, value);
    }

    /// Several values under one title.
    pub fn lines(&mut self, title: &'static str, values: impl IntoIterator<Item = String>) {
        let values: Vec<String> = values.into_iter().filter(|v| !v.is_empty()).collect();
        if !values.is_empty() {
            self.lines.push((Title::Key(title), values));
        }
    }

    /// Several values under a title that is in words already, for what is named by the directory.
    pub fn titled(&mut self, title: String, values: Vec<String>) {
        self.lines.push((Title::Words(title), values));
    }

    pub(super) fn to_text(&self, localizer: &Localizer) -> String {
        let titles: Vec<String> = self
            .lines
            .iter()
            .map(|(title, _)| match title {
                Title::Key(key) => localizer.word(key),
                Title::Words(words) => visible(words),
            })
            .collect();
        let width = titles.iter().map(|t| t.chars().count()).max().unwrap_or(0);
        let mut out = String::new();
        for (title, (_, values)) in titles.iter().zip(&self.lines) {
            for (i, value) in values.iter().enumerate() {
                let head = if i == 0 { title.as_str() } else { "" };
                let fill = " ".repeat(width - head.chars().count());
                out.push_str(&format!("{head}{fill}  {}\n", visible(value)));
            }
        }
        out
    }
}
