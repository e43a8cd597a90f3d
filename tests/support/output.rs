//! What a run of entctl gave.

use std::fmt;

/// How a run ended. Shown whole: standard output, standard error and exit status, as snapshots keep it.
#[derive(Debug, Clone)]
pub struct Output {
    /// Exit status; `None` when a signal ended it.
    pub status: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Standard output as text; bytes that are not UTF-8 are replaced.
    pub stdout: String,
    /// Standard error as text.
    pub stderr: String,
    /// Standard output as it came (a CSV with its BOM).
    pub stdout_bytes: Vec<u8>,
}

impl Output {
    /// Checks the exit status, showing everything where it is another one.
    ///
    /// # Panics
    /// Where the status is another one.
    #[track_caller]
    pub fn expect_status(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "\n{self}");
        self
    }

    /// Checks that it went well (exit status 0).
    ///
    /// # Panics
    /// Where it did not.
    #[track_caller]
    pub fn expect_success(self) -> Self {
        self.expect_status(0)
    }

    /// Standard output as one JSON document.
    ///
    /// # Panics
    /// Where it is none.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not one JSON document: {error}\n{self}"))
    }

    /// Standard output as JSON lines.
    ///
    /// # Panics
    /// Where a line is not JSON.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        parse_lines(&self.stdout, self)
    }

    /// Standard error as JSON lines (errors under `--format json`).
    ///
    /// # Panics
    /// Where a line is not JSON.
    #[track_caller]
    pub fn json_errors(&self) -> Vec<serde_json::Value> {
        parse_lines(&self.stderr, self)
    }
}

#[track_caller]
fn parse_lines(text: &str, whole: &Output) -> Vec<serde_json::Value> {
    text.lines()
        .map(|line| {
            serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("not JSON: {line:?}: {error}\n{whole}"))
        })
        .collect()
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_block(f, &self.stdout)?;
        f.write_str("--- stderr ---\n")?;
        write_block(f, &self.stderr)?;
        match (self.status, self.signal) {
            (Some(code), _) => writeln!(f, "[exit status: {code}]"),
            (None, Some(signal)) => writeln!(f, "[ended by signal {signal}]"),
            (None, None) => writeln!(f, "[exit status: unknown]"),
        }
    }
}

/// Writes text, and says so where its last line has no end.
fn write_block(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str(text)?;
    if !text.is_empty() && !text.ends_with('\n') {
        f.write_str("⏎ missing\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::entctl::Home;

    #[test]
    fn all_three_are_shown_together() {
        let home = Home::new();
        let script = "echo out; printf err >&2; exit 7";
        let output = home.program("sh", ["-c", script]).run();
        assert_eq!(
            output.to_string(),
            "out\n--- stderr ---\nerr⏎ missing\n[exit status: 7]\n"
        );
    }

    #[test]
    fn json_lines_are_read_one_by_one() {
        let home = Home::new();
        let script = "printf '{\"type\":\"a\"}\\n{\"type\":\"b\"}\\n'";
        let output = home.program("sh", ["-c", script]).run().expect_success();
        let types: Vec<_> = output
            .json_lines()
            .iter()
            .map(|l| l["type"].clone())
            .collect();
        assert_eq!(types, ["a", "b"]);
        assert!(std::panic::catch_unwind(|| output.json()).is_err());
    }
}
