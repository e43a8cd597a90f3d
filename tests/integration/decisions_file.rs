//! Decisions from a file, and two people told apart.

mod many;
mod spreadsheet;

use crate::premises::School as Premises;
use crate::support::output::Output;
use entctl::spreadsheet::{Table, write_csv};
use serde_json::Value;

const NOT_SAME: &str = "entctlNotSame";

/// A file of decisions in the hands of a person.
pub struct Sheet(pub Table);

impl Sheet {
    /// All pairs of the sandbox, however unlikely, and nothing decided.
    fn of(premises: &Premises) -> Self {
        let asked = [
            "account",
            "duplicates",
            "--tier",
            "possible",
            "--format",
            "csv",
        ];
        let csv = premises.inter(&asked).run().expect_success().stdout;
        let sheet = Sheet(Table::read(csv.as_bytes()).expect("a table"));
        assert!(sheet.0.rows.len() > 8, "{csv}");
        sheet
    }

    pub fn column(&self, name: &str) -> usize {
        let at = self.0.columns.iter().position(|column| column == name);
        at.unwrap_or_else(|| panic!("no column {name}"))
    }

    pub fn cell(&mut self, row: usize, name: &str) -> &mut String {
        let at = self.column(name);
        &mut self.0.rows[row].cells[at]
    }

    /// The same word in every row.
    fn decide(&mut self, word: &str) {
        for row in 0..self.0.rows.len() {
            *self.cell(row, "decision") = word.to_owned();
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let rows: Vec<&Vec<String>> = self.0.rows.iter().map(|row| &row.cells).collect();
        let rows: Vec<&[String]> = rows.into_iter().map(Vec::as_slice).collect();
        write_csv(&self.0.columns, &rows)
    }

    /// One column upside down, the others as they were.
    fn turned(&self, name: &str) -> Sheet {
        let at = self.column(name);
        let mut table = self.0.clone();
        let cells: Vec<String> = self
            .0
            .rows
            .iter()
            .rev()
            .map(|row| row.cells[at].clone())
            .collect();
        for (row, cell) in table.rows.iter_mut().zip(cells) {
            row.cells[at] = cell;
        }
        Sheet(table)
    }
}

fn summary(output: &Output) -> Value {
    output.json_lines().pop().expect("a summary")
}

/// Who is remembered as somebody else.
fn not_same(premises: &Premises, uid: &str) -> Vec<String> {
    let entry = premises.eye().read(&premises.dn_of_uid(uid), &["*"]);
    entry.expect("an entry").all(NOT_SAME)
}

#[test]
fn two_people_told_apart_are_remembered_on_both_accounts_and_taken_back() {
    let premises = Premises::up(120);
    let mut sheet = Sheet::of(&premises);
    let (a, b) = (
        sheet.cell(0, "uid_a").clone(),
        sheet.cell(0, "uid_b").clone(),
    );
    let before = premises.dump();
    let dismiss = ["account", "dismiss", &a, &b, "--yes", "--format", "json"];
    premises
        .inter(&[&dismiss[..4], &["--dry-run"]].concat())
        .run()
        .expect_success();
    premises.assert_untouched(&before);
    let done = premises.inter(&dismiss).run().expect_success();
    let run = summary(&done)["run"].as_str().expect("a run").to_owned();
    assert_eq!(not_same(&premises, &a), [premises.dn_of_uid(&b)]);
    assert_eq!(not_same(&premises, &b), [premises.dn_of_uid(&a)]);
    let after = premises.dump();
    assert_eq!(before.comparable().changed(&after.comparable()).len(), 2);

    // The same again, the other way round.
    let again = ["account", "dismiss", &b, &a, "--yes"];
    let again = premises.inter(&again).run().expect_success();
    assert!(again.stderr.contains("already"), "{again}");
    premises.assert_untouched(&after);

    premises
        .inter(&["history", "undo", &run, "--yes"])
        .run()
        .expect_success();
    assert_eq!(before.comparable().diff(&premises.dump().comparable()), "");

    let status = |words: &[&str], status: i32| {
        let run = premises.inter(words).run().expect_status(status);
        run.stderr
    };
    let twice = status(&["account", "dismiss", &a, &a, "--yes"], 6);
    assert!(twice.contains("twice"), "{twice}");
    status(&["account", "dismiss", &a, "nobody-at-all", "--yes"], 5);
    status(&["account", "dismiss", &a, "--yes"], 2);
    status(&["account", "dismiss", &a, &b, "--from", "x.csv"], 2);
    assert_eq!(before.comparable().diff(&premises.dump().comparable()), "");
}

#[test]
fn all_rows_are_looked_at_first_and_those_left_out_can_be_mended() {
    let premises = Premises::up(120);
    let mut sheet = Sheet::of(&premises);
    sheet.0.rows.truncate(9);
    sheet.decide("dismiss");
    *sheet.cell(1, "decision") = String::new();
    *sheet.cell(2, "decision") = "merge".to_owned();
    *sheet.cell(3, "decision") = "perhaps".to_owned();
    *sheet.cell(4, "uid_b") = "nobody".to_owned();
    *sheet.cell(5, "keep") = "c".to_owned();
    let good = [0, 6, 7, 8];
    let file = premises.write("pairs.csv", sheet.bytes());
    let before = premises.dump();
    let whole = ["account", "dismiss", "--from", &file, "--yes"];
    let refused = premises.inter(&whole).run().expect_status(5);
    for line in ["Line 5", "Line 6", "Line 7"] {
        assert!(refused.stderr.contains(line), "{refused}");
    }
    let machine = premises
        .inter(&[&whole[..], &["--format", "json"]].concat())
        .run()
        .expect_status(5);
    let error = &machine.json_errors()[0];
    assert_eq!(error["code"], "file-rows");
    let codes: Vec<&str> = error["details"]["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["code"].as_str())
        .collect();
    assert_eq!(codes, ["unknown-word", "not-found", "unknown-word"]);
    premises.assert_untouched(&before);

    let going = [&whole[..], &["--keep-going", "--format", "json"]].concat();
    let done = premises.inter(&going).run().expect_status(3);
    let told = summary(&done);
    assert_eq!(told["counts"]["refused"], 3, "{done}");
    assert_eq!(
        told["rows_left"],
        serde_json::json!({ "merge": 1, "undecided": 1 })
    );
    for row in 0..9 {
        let (a, b) = (
            sheet.cell(row, "uid_a").clone(),
            sheet.cell(row, "uid_b").clone(),
        );
        let remembered = not_same(&premises, &a).contains(&premises.dn_of_uid(&b));
        assert_eq!(remembered, good.contains(&row), "row {row}");
    }
    // What was left out, mended; then all of it once more.
    let rejects = premises.file("pairs-rejects.csv");
    let kept = std::fs::read(&rejects).expect("the rejects");
    let mut mended = Sheet(Table::read(&kept).expect("a table"));
    let lines: Vec<String> = (0..3).map(|row| mended.cell(row, "line").clone()).collect();
    assert_eq!(lines, ["5", "6", "7"]);
    *mended.cell(0, "decision") = "dismiss".to_owned();
    *mended.cell(1, "decision") = String::new();
    *mended.cell(2, "keep") = "b".to_owned();
    let mended = premises.write("mended.csv", mended.bytes());
    premises
        .inter(&["account", "dismiss", "--from", &mended, "--yes"])
        .run()
        .expect_success();
    let after = premises.dump();
    for file in [&file, &mended] {
        let again = [
            "account",
            "dismiss",
            "--from",
            file,
            "--yes",
            "--keep-going",
        ];
        let _ = premises.inter(&again).run();
        premises.assert_untouched(&after);
    }
}

#[test]
fn one_column_sorted_alone_refuses_the_whole_file() {
    let premises = Premises::up(120);
    let mut sheet = Sheet::of(&premises);
    sheet.decide("dismiss");
    let before = premises.dump();
    for column in [
        "uid_a", "uid_b", "check", "name_a", "name_b", "login_a", "login_b",
    ] {
        let file = premises.write(
            format!("{column}.csv").as_str(),
            sheet.turned(column).bytes(),
        );
        let words = [
            "account",
            "dismiss",
            "--from",
            &file,
            "--yes",
            "--keep-going",
        ];
        let refused = premises.inter(&words).french().run().expect_status(2);
        assert!(
            refused.stderr.contains("triez des lignes entières"),
            "{refused}"
        );
        let json = [&words[..], &["--format", "json"]].concat();
        let refused = premises.inter(&json).run().expect_status(2);
        let code = refused.json_errors()[0]["code"].clone();
        let expected = ["file-misfit", "file-mixed-family"];
        assert!(
            expected.contains(&code.as_str().unwrap_or_default()),
            "{column} {refused}"
        );
    }
    premises.assert_untouched(&before);
    // What means nothing to the command is nobody's harm.
    for column in ["score", "tier", "reasons", "in_words"] {
        let file = premises.write(
            format!("{column}.csv").as_str(),
            sheet.turned(column).bytes(),
        );
        premises
            .inter(&["account", "dismiss", "--from", &file, "--dry-run"])
            .run()
            .expect_success();
    }
}

#[test]
fn who_is_outside_is_not_written_and_not_named() {
    let premises = Premises::up(120);
    let college: Vec<String> = {
        let asked = [
            "account",
            "duplicates",
            "--tier",
            "possible",
            "--format",
            "csv",
        ];
        let csv = premises.college(&asked).run().expect_success().stdout;
        let table = Table::read(csv.as_bytes()).expect("a table");
        table
            .rows
            .iter()
            .flat_map(|row| row.cells[..2].to_vec())
            .collect()
    };
    let mut sheet = Sheet::of(&premises);
    let outside = (0..sheet.0.rows.len())
        .find(|row| !college.contains(&sheet.cell(*row, "uid_b").clone()))
        .expect("somebody of the lycée");
    let row = sheet.0.rows[outside].clone();
    let (a, b) = (
        sheet.cell(outside, "uid_a").clone(),
        sheet.cell(outside, "uid_b").clone(),
    );
    sheet.0.rows = vec![row];
    sheet.decide("dismiss");
    let names = [
        sheet.cell(0, "name_a").clone(),
        sheet.cell(0, "name_b").clone(),
    ];
    let file = premises.write("outside.csv", sheet.bytes());
    let before = premises.dump();
    let refused = premises
        .college(&["account", "dismiss", "--from", &file, "--yes"])
        .run()
        .expect_status(6);
    assert!(
        names.iter().all(|name| !refused.stderr.contains(name)),
        "{refused}"
    );
    premises
        .college(&["account", "dismiss", &a, &b, "--yes"])
        .run()
        .expect_status(6);
    premises.assert_untouched(&before);
}
