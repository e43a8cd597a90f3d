//! The measure itself, at a size at which it says nothing: that every row is there, and holds figures.

use std::path::Path;
use std::process::Command;

/// All that a whole run prints, in order.
const TABLES: [&str; 12] = [
    "### Bulk reset of",
    "### Bulk reset of",
    "### Bulk reset of 10, of which the server refuses 7",
    "### One reset among",
    "### One reset among",
    "### `account duplicates` over",
    "### How `account duplicates --from-ldif` grows",
    "### `mail sync` of",
    "### How bulk reset grows",
    "### How bulk reset, guarded grows",
    "### How `mail sync`, unchanged grows",
    "### Targets",
];

/// The programs that are measured stand beside this one wherever the whole workspace was built, as it is for its tests.
/// Else they are built: a second time, with other features, would cost minutes.
fn built() {
    let beside = |name| {
        Path::new(env!("CARGO_BIN_EXE_speed"))
            .with_file_name(name)
            .is_file()
    };
    if beside("entctl") && beside("families") {
        return;
    }
    let build = Command::new(env!("CARGO"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .args(["build", "--quiet", "--locked", "--workspace"])
        .status()
        .expect("cargo runs");
    assert!(build.success());
}

#[test]
fn every_row_is_there_and_holds_figures() {
    built();
    let output = Command::new(env!("CARGO_BIN_EXE_speed"))
        .args(["run", "--scale", "0.0005", "--turns", "1"])
        .output()
        .expect("speed runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let tables = String::from_utf8(output.stdout).expect("UTF-8");
    let titles: Vec<&str> = tables.lines().filter(|l| l.starts_with("### ")).collect();
    let knows_guarded = titles.iter().any(|title| title.contains("guarded grows"));
    let wanted = TABLES
        .iter()
        .filter(|t| knows_guarded || !t.contains("guarded grows"));
    for (title, wanted) in titles.iter().zip(wanted.clone()) {
        assert!(title.starts_with(wanted), "{title} is not {wanted}");
    }
    assert_eq!(titles.len(), wanted.count(), "{tables}");

    let (head, figures) = tables.split_at(tables.find("###").expect("a table"));
    assert!(head.contains("durable after"), "{head}");
    let rows = figures
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    let mut measured = 0;
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let is_head = ["", "size", "target"].contains(&cells[0]);
        if is_head || cells.contains(&"not available") {
            continue;
        }
        measured += 1;
        // The asked and the measured of a target, the times and sizes of all else.
        let figures = if cells.len() == 4 {
            &cells[2..3]
        } else {
            &cells[1..]
        };
        for cell in figures {
            let number = cell.split(' ').next().and_then(|n| n.parse::<f64>().ok());
            assert!(
                number.is_some_and(|n| n.is_finite() && n >= 0.0),
                "{cell} in {row}"
            );
        }
    }
    assert!(measured > 25, "{tables}");
}
