//! The truth on disk: `pairs.csv` (who is one person, who only looks like it) and `people.csv` (every entry).

use crate::truth::{Truth, pair};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// Pairs, with the verdict `same` or `different` and the kinds, separated by blanks.
const PAIRS: &str = "pairs.csv";
/// Entries, with their person's number and what happened when they were typed.
const PEOPLE: &str = "people.csv";

/// What is wrong with a file of the bench.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read or written.
    #[error("{0}: {1}")]
    Io(String, io::Error),
    /// It is not the table that it should be.
    #[error("{0}: {1}")]
    Csv(String, csv::Error),
    /// A line says something that cannot be.
    #[error("{0}, line {1}: {2}")]
    Line(String, u64, String),
}

/// Writes both files into a folder.
///
/// # Errors
/// [`FileError`] where the disk refuses.
pub fn write(folder: &Path, truth: &Truth) -> Result<(), FileError> {
    let rows = truth
        .same
        .iter()
        .map(|(pair, kinds)| (pair, "same", kinds))
        .chain(
            truth
                .traps
                .iter()
                .map(|(pair, kinds)| (pair, "different", kinds)),
        );
    let pairs = rows
        .map(|((a, b), verdict, kinds)| [a.clone(), b.clone(), verdict.to_owned(), joined(kinds)]);
    table(
        &folder.join(PAIRS),
        ["uid_a", "uid_b", "verdict", "kinds"],
        pairs,
    )?;
    let people = truth
        .people
        .iter()
        .map(|(uid, (person, marks))| [uid.clone(), person.to_string(), joined(marks)]);
    table(&folder.join(PEOPLE), ["uid", "person", "marks"], people)
}

/// Reads both files.
///
/// # Errors
/// [`FileError`] where they are not there or not what [`write`] writes.
pub fn read(folder: &Path) -> Result<Truth, FileError> {
    let mut truth = Truth::default();
    let path = folder.join(PAIRS);
    rows(&path, |line, [a, b, verdict, kinds]: [String; 4]| {
        let into = match verdict.as_str() {
            "same" => &mut truth.same,
            "different" => &mut truth.traps,
            other => {
                return Err(FileError::Line(
                    path.display().to_string(),
                    line,
                    other.to_owned(),
                ));
            }
        };
        into.insert(pair(&a, &b), split(&kinds));
        Ok(())
    })?;
    let path = folder.join(PEOPLE);
    rows(&path, |line, [uid, person, marks]: [String; 3]| {
        let person = person
            .parse()
            .map_err(|_| FileError::Line(path.display().to_string(), line, person.clone()))?;
        truth.people.insert(uid, (person, split(&marks)));
        Ok(())
    })?;
    Ok(truth)
}

fn joined(words: &BTreeSet<String>) -> String {
    words
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

fn split(words: &str) -> BTreeSet<String> {
    words.split_whitespace().map(str::to_owned).collect()
}

fn table<const N: usize>(
    path: &Path,
    header: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<(), FileError> {
    let named = |e| FileError::Csv(path.display().to_string(), e);
    let mut out = csv::WriterBuilder::new()
        .delimiter(b';')
        .from_path(path)
        .map_err(named)?;
    out.write_record(header).map_err(named)?;
    for row in rows {
        out.write_record(&row).map_err(named)?;
    }
    out.flush()
        .map_err(|e| FileError::Io(path.display().to_string(), e))
}

fn rows<const N: usize>(
    path: &Path,
    mut each: impl FnMut(u64, [String; N]) -> Result<(), FileError>,
) -> Result<(), FileError> {
    let named = |e| FileError::Csv(path.display().to_string(), e);
    let mut input = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_path(path)
        .map_err(named)?;
    for record in input.records() {
        let record = record.map_err(named)?;
        let line = record.position().map_or(0, csv::Position::line);
        let mut fields = record.iter().map(str::to_owned);
        let row = std::array::from_fn(|_| fields.next().unwrap_or_default());
        each(line, row)?;
    }
    Ok(())
}
