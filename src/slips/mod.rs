//! The paper slips that carry new passwords to their owners: what stands on one, how they are laid out
//! (a file for a spreadsheet, a page to print), and the file protocol that loses nobody's password.

mod page;
mod partial;
mod pending;
pub(crate) mod private_file;
mod target;

pub use pending::PendingSlips;
pub use target::SlipsTarget;

use crate::domain::secret::Password;
use crate::error::Result;
use crate::i18n::{Language, Localizer};
use crate::output::words;
use crate::spreadsheet::{fold, write_csv};
use jiff::Timestamp;
use std::fmt::Write as _;
use std::path::Path;
use zeroize::Zeroizing;

/// What one person takes home. `Debug` hides the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// Name of the school.
    pub school: String,
    /// Class; empty for adults.
    pub class: String,
    /// Family name.
    pub last_name: String,
    /// Given name.
    pub first_name: String,
    /// What to type at the login page.
    pub login: String,
    /// The new password.
    pub password: Password,
}

/// What stands on every slip beside the person's own lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SlipText {
    /// Address of the ENT's login page.
    pub ent_url: Option<String>,
    /// A line of the school's own: whom to ask.
    pub help: Option<String>,
    /// When the passwords end; `None` where they do not.
    pub until: Option<Timestamp>,
    /// Characters that the server asks of a password one chooses, where known.
    pub min_length: Option<u32>,
}

/// Kind of slips file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipFormat {
    /// For a spreadsheet or a mail merge.
    Csv,
    /// A page to print and cut.
    Html,
}

impl SlipFormat {
    /// Extensions understood, letters' case aside.
    pub const EXTENSIONS: [&'static str; 3] = ["csv", "html", "htm"];

    /// The format a file name asks for, `None` where its extension is none of
    /// [`SlipFormat::EXTENSIONS`].
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(SlipFormat::Csv),
            "html" | "htm" => Some(SlipFormat::Html),
            _ => None,
        }
    }
}

/// Column that is there where the passwords end.
const UNTIL: &str = "valid_until";

/// Columns of the CSV, the same in every language.
const COLUMNS: [&str; 7] = [
    "school",
    "class",
    "last_name",
    "first_name",
    "login",
    "password",
    "ent_url",
];

/// Lays the slips out, by school, class, last name and first name, in the localizer's language. The same
/// slips give the same bytes, in whatever order they come.
///
/// # Errors
/// `slips-not-rendered` where the page cannot be laid out.
pub fn render(
    format: SlipFormat,
    slips: Vec<&Slip>,
    text: &SlipText,
    localizer: &Localizer,
) -> Result<Zeroizing<Vec<u8>>> {
    let mut sorted = slips;
    sorted.sort_by_cached_key(|slip| order(slip));
    match format {
        SlipFormat::Csv => Ok(csv(&sorted, text)),
        SlipFormat::Html => page::render(&sorted, text, localizer),
    }
}

fn csv(slips: &[&Slip], text: &SlipText) -> Zeroizing<Vec<u8>> {
    let mut columns = COLUMNS.to_vec();
    columns.extend(text.until.map(|_| UNTIL));
    // The form that every spreadsheet takes for a moment.
    let until = text.until.map(|at| words::moment(at, Language::En));
    let rows: Vec<Vec<&str>> = slips
        .iter()
        .map(|slip| {
            let mut row = vec![
                slip.school.as_str(),
                &slip.class,
                &slip.last_name,
                &slip.first_name,
                &slip.login,
                slip.password.expose(),
                text.ent_url.as_deref().unwrap_or_default(),
            ];
            row.extend(until.as_deref());
            row
        })
        .collect();
    Zeroizing::new(write_csv(&columns, &rows))
}

/// As a French list is sorted: accents and case aside, numbers by value (`6B2` before `6B10`). What
/// folds alike is ordered as written: two spellings of a class stay apart, and the order is always the
/// same.
fn order(slip: &Slip) -> [String; 9] {
    let folded = |text: &String| natural(text);
    [
        folded(&slip.school),
        slip.school.clone(),
        folded(&slip.class),
        slip.class.clone(),
        folded(&slip.last_name),
        folded(&slip.first_name),
        slip.last_name.clone(),
        slip.first_name.clone(),
        slip.login.clone(),
    ]
}

/// Folded, with every number padded so that comparing the text compares the numbers.
fn natural(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut digits = String::new();
    for c in fold(text).chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            let _ = write!(out, "{digits:0>8}");
            digits.clear();
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests;
