//! Rows and columns, for the screen and for spreadsheets.

use super::facing::wrap;
use crate::i18n::{Localizer, Text, visible};
use crate::spreadsheet;
use tabled::builder::Builder;
use tabled::settings::{Padding, Style};
use unicode_width::UnicodeWidthStr;

/// A column: its machine name (CSV header, the same in every language) and its title.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// CSV header.
    pub key: &'static str,
    /// Key of the title.
    pub title: &'static str,
}

/// What stands in one place of a table.
#[derive(Debug, Clone)]
pub enum Cell {
    /// Data, the same for people and machines.
    Data(String),
    /// A code for machines, and how it is said to people.
    Coded {
        /// In CSV.
        code: String,
        /// On the screen.
        text: Text,
    },
    /// Words on the screen, a value in CSV.
    Shown {
        /// In CSV.
        value: String,
        /// On the screen, already in words.
        words: String,
    },
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Cell::Data(value.to_owned())
    }
}

impl From<String> for Cell {
    fn from(value: String) -> Self {
        Cell::Data(value)
    }
}

impl From<Option<String>> for Cell {
    fn from(value: Option<String>) -> Self {
        Cell::Data(value.unwrap_or_default())
    }
}

/// A table, in the order it is shown.
#[derive(Debug, Clone)]
pub struct Table {
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, as long as the columns.
    pub rows: Vec<Vec<Cell>>,
    /// Columns that a narrow screen goes without, the first to go first.
    yielding: &'static [&'static str],
    /// Whether each row stands upright on a screen that is too narrow all the same.
    upright: bool,
}

impl Table {
    /// An empty table.
    pub fn new(columns: &[Column]) -> Self {
        Table {
            columns: columns.to_vec(),
            rows: Vec::new(),
            yielding: &[],
            upright: false,
        }
    }

    /// Names the columns (`key`) that say least: a screen that is too narrow goes without them, the first first.
    #[must_use]
    pub fn yielding(mut self, columns: &'static [&'static str]) -> Self {
        self.yielding = columns;
        self
    }

    /// On a screen that is too narrow all the same each row stands upright: a line for each column, an empty one
    /// between the rows. For tables with whole sentences in them.
    #[must_use]
    pub fn upright(mut self) -> Self {
        self.upright = true;
        self
    }

    /// Adds a row.
    pub fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// Adds a column behind the others, one cell for each row.
    pub fn add(&mut self, column: Column, cells: impl IntoIterator<Item = Cell>) {
        self.columns.push(column);
        let mut cells = cells.into_iter();
        for row in &mut self.rows {
            row.push(cells.next().unwrap_or_else(|| Cell::from("")));
        }
    }

    /// The table for a screen: titles, a line, rows; columns that are empty everywhere are left out, and on a screen of
    /// `width` those that yield, as far as it takes.
    pub(super) fn to_text(&self, localizer: &Localizer, width: Option<usize>) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let shown: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| words(cell, localizer)).collect())
            .collect();
        let mut used: Vec<usize> = (0..self.columns.len())
            .filter(|i| shown.iter().any(|row| !row[*i].is_empty()))
            .collect();
        let mut yielding = self.yielding.iter();
        loop {
            let text = self.lines(&shown, &used, localizer);
            // The line below the titles is as wide as the widest row.
            let wide = text.lines().nth(1).map_or(0, |line| line.chars().count());
            if width.is_none_or(|width| wide <= width) {
                return text;
            }
            let Some(key) = yielding.next() else {
                return match width {
                    Some(width) if self.upright => {
                        self.stood_upright(&shown, &used, localizer, width)
                    }
                    _ => text,
                };
            };
            used.retain(|i| self.columns[*i].key != *key);
        }
    }

    fn lines(&self, shown: &[Vec<String>], used: &[usize], localizer: &Localizer) -> String {
        let mut builder = Builder::default();
        builder.push_record(used.iter().map(|i| localizer.word(self.columns[*i].title)));
        for row in shown {
            builder.push_record(used.iter().map(|i| row[*i].clone()));
        }
        let mut table = builder.build();
        table.with(Style::psql()).with(Padding::new(1, 1, 0, 0));
        // tabled pads every line to the same width; trailing blanks only trouble those who copy.
        table
            .to_string()
            .lines()
            .map(|line| format!("{}\n", line.trim_end()))
            .collect()
    }

    fn stood_upright(
        &self,
        shown: &[Vec<String>],
        used: &[usize],
        localizer: &Localizer,
        width: usize,
    ) -> String {
        let titles: Vec<String> = self
            .columns
            .iter()
            .map(|column| localizer.word(column.title))
            .collect();
        let beside = used.iter().map(|i| titles[*i].width()).max().unwrap_or(0) + 2;
        let mut out = String::new();
        for (number, row) in shown.iter().enumerate() {
            if number > 0 {
                out.push('\n');
            }
            for i in used.iter().filter(|i| !row[**i].is_empty()) {
                let mut title = titles[*i].as_str();
                for line in wrap(&row[*i], width.saturating_sub(beside)) {
                    let fill = " ".repeat(beside - title.width());
                    out.push_str(&format!("{title}{fill}{line}\n"));
                    title = "";
                }
            }
        }
        out
    }

    pub(super) fn to_csv(&self) -> Vec<u8> {
        let columns: Vec<&str> = self.columns.iter().map(|c| c.key).collect();
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| row.iter().map(value).collect())
            .collect();
        spreadsheet::write_csv(&columns, &rows)
    }
}

fn words(cell: &Cell, localizer: &Localizer) -> String {
    match cell {
        Cell::Data(text) => visible(text),
        Cell::Coded { text, .. } => localizer.say(text),
        Cell::Shown { words, .. } => visible(words),
    }
}

fn value(cell: &Cell) -> String {
    match cell {
        Cell::Data(text) => text.clone(),
        Cell::Coded { code, .. } => code.clone(),
        Cell::Shown { value, .. } => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    const COLUMNS: &[Column] = &[
        Column {
            key: "name",
            title: "column-name",
        },
        Column {
            key: "role",
            title: "column-role",
        },
        Column {
            key: "login",
            title: "column-login",
        },
    ];

    #[test]
    fn a_narrow_screen_goes_without_the_columns_that_say_least() {
        let mut table = Table::new(COLUMNS).yielding(&["role", "login"]);
        table.push(vec![
            "Céline Dupont".into(),
            "parent".into(),
            "celine.dupont".into(),
        ]);
        let localizer = Localizer::new(Language::En);
        let text = |width| table.to_text(&localizer, width);
        assert!(text(None).contains("parent") && text(Some(80)).contains("parent"));
        let narrow = text(Some(35));
        assert!(
            !narrow.contains("parent") && narrow.contains("celine.dupont"),
            "{narrow}"
        );
        let narrowest = text(Some(3));
        assert!(
            narrowest.contains("Céline Dupont") && !narrowest.contains("celine"),
            "{narrowest}"
        );
    }

    #[test]
    fn rows_stand_upright_where_nothing_else_fits() {
        let mut table = Table::new(COLUMNS).upright();
        table.push(vec![
            "Céline Marie Dupont".into(),
            "".into(),
            "celine.dupont".into(),
        ]);
        table.push(vec!["Léa Martin".into(), "".into(), "lea.martin".into()]);
        let localizer = Localizer::new(Language::En);
        assert_eq!(
            table.to_text(&localizer, Some(21)),
            "Name   Céline Marie\n       Dupont\nLogin  celine.dupont\n\nName   Léa Martin\nLogin  lea.martin\n"
        );
        assert!(table.to_text(&localizer, Some(80)).contains('|'));
        assert!(table.to_text(&localizer, None).contains('|'));
    }
}
