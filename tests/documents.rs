//! That the documents are true: their links lead somewhere, the files they name are there, the commands they
//! show are commands, and what scripts rely on is written down. What is really printed is held against
//! `docs/output.md` in `tests/integration/documented_json.rs`.

use clap::CommandFactory;
use entctl::commands::Entctl;
use entctl::error::ExitStatus;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Files below a folder whose name ends so; what is built is left out.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![root().join(folder)];
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                todo.push(path);
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Every document, by its path from the root.
fn documents() -> Vec<(PathBuf, String)> {
    files("", ".md")
        .into_iter()
        .map(|path| {
            let text = read(&path);
            let name = path.strip_prefix(root()).expect("below").to_owned();
            (name, text)
        })
        .collect()
}

/// The lines of the code blocks, and all the others.
fn split_code(text: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut code, mut prose) = (Vec::new(), Vec::new());
    let mut inside = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            code.push(line);
        } else {
            prose.push(line);
        }
    }
    (code, prose)
}

/// What stands between single backticks.
fn inline_code(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The targets of `[text](target)`.
fn links(line: &str) -> Vec<&str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .collect()
}

/// The anchor that a heading gets.
fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            _ => None,
        })
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    let mut seen = 0;
    for (name, text) in documents() {
        for link in split_code(&text).1.iter().flat_map(|line| links(line)) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            seen += 1;
            let (path, place) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() {
                name.clone()
            } else {
                name.parent().expect("a folder").join(path)
            };
            let whole = root().join(&target);
            let has_place = || {
                let text = read(&target);
                let (_, prose) = split_code(&text);
                prose
                    .iter()
                    .any(|line| line.starts_with('#') && anchor(line) == place)
            };
            if !whole.exists() || (!place.is_empty() && !has_place()) {
                broken.push(format!("{}: {link}", name.display()));
            }
        }
    }
    assert!(seen > 20, "{seen} links");
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The file that CONTRIBUTING.md invents to explain how one is added.
const INVENTED: &str = "src/commands/account/rename.rs";

#[test]
fn every_file_that_is_named_is_there() {
    let mut missing = Vec::new();
    let mut seen = 0;
    for (name, text) in documents() {
        let (_, prose) = split_code(&text);
        for code in prose.iter().flat_map(|line| inline_code(line)) {
            let is_path = ["src/", "tests/", "locales/", "scripts/", "docs/"]
                .iter()
                .any(|folder| code.starts_with(folder));
            if !is_path || code.contains('<') || code.contains(' ') || code == INVENTED {
                continue;
            }
            seen += 1;
            if !root().join(code).exists() {
                missing.push(format!("{}: {code}", name.display()));
            }
        }
    }
    assert!(seen > 40, "{seen} paths");
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_room_is_in_the_architecture() {
    let document = read("docs/architecture.md");
    let rooms: Vec<String> = read("src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect();
    assert!(rooms.len() > 10, "{rooms:?}");
    for room in rooms {
        let named = [format!("`src/{room}.rs`"), format!("`src/{room}/")];
        assert!(
            named.iter().any(|name| document.contains(name.as_str())),
            "docs/architecture.md does not say what src/{room} is"
        );
    }
}

/// Words as a shell splits them; redirections and what follows them fall away.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in line.chars().chain([' ']) {
        match c {
            '"' => quoted = !quoted,
            '>' | '|' if !quoted => break,
            ' ' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    words
}

#[test]
fn every_command_that_is_shown_is_one() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (name, text) in documents() {
        if name.ends_with("messages.md") {
            // It shows what is said to commands that are wrong.
            continue;
        }
        let (code, prose) = split_code(&text);
        let mut shown: Vec<&str> = code
            .iter()
            .map(|line| line.trim_start_matches("$ ").trim())
            .collect();
        // Elsewhere a line in backticks may be a pattern (`entctl OBJECT VERB`).
        if name.to_string_lossy().starts_with("README") {
            shown.extend(prose.iter().flat_map(|line| inline_code(line)));
        }
        for line in shown.iter().filter(|line| line.starts_with("entctl ")) {
            seen += 1;
            if let Err(error) = Entctl::command().try_get_matches_from(shell_words(line)) {
                wrong.push(format!("{}: {line}\n{error}", name.display()));
            }
        }
    }
    assert!(seen > 40, "{seen} commands");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The rows of `docs/output.md` whose first cell is this exit status.
fn rows_of(status: ExitStatus) -> Vec<String> {
    let head = format!("| {} |", status.code());
    read("docs/output.md")
        .lines()
        .filter(|line| line.starts_with(&head))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_exit_status_is_documented() {
    for status in ExitStatus::ALL {
        assert!(!rows_of(status).is_empty(), "{}", status.code());
    }
}

/// The source without its tests, one text a file.
fn sources() -> Vec<(PathBuf, String)> {
    files("src", ".rs")
        .into_iter()
        .filter(|path| {
            let path = path.to_string_lossy();
            !path.ends_with("tests.rs") && !path.contains("/tests/")
        })
        .map(|path| {
            let text = read(&path);
            let product = text.split("#[cfg(test)]").next().unwrap_or_default();
            (path, product.to_owned())
        })
        .collect()
}

/// A string literal at the beginning of a text, white space aside.
fn literal(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix('"')?.split('"').next()
}

/// The stable codes of errors with their exit statuses, as the source makes them.
fn codes_in_source() -> BTreeMap<String, BTreeSet<u8>> {
    let by_name: BTreeMap<String, u8> = ExitStatus::ALL
        .iter()
        .map(|status| (format!("{status:?}"), status.code()))
        .collect();
    let mut codes: BTreeMap<String, BTreeSet<u8>> = BTreeMap::new();
    let mut add = |code: &str, status: u8| {
        codes.entry(code.to_owned()).or_default().insert(status);
    };
    for (_, text) in sources() {
        for rest in text.split("CommandError::usage(").skip(1) {
            if let Some(code) = literal(rest) {
                add(code, ExitStatus::Usage.code());
            }
        }
        let mut before = "";
        for rest in text.split("ExitStatus::") {
            // `fault(ExitStatus::…, "…")` names a sentence, not a code.
            let names_a_code = !before.trim_end().ends_with("fault(");
            before = rest;
            let Some((name, rest)) = rest.split_once(',') else {
                continue;
            };
            if let (true, Some(status), Some(code)) =
                (names_a_code, by_name.get(name), literal(rest))
            {
                add(code, *status);
            }
        }
    }
    codes
}

#[test]
fn every_code_is_documented_with_its_exit_status() {
    let codes = codes_in_source();
    assert!(codes.len() > 60, "{codes:#?}");
    let mut missing = Vec::new();
    for (code, statuses) in codes {
        for status in ExitStatus::ALL {
            if statuses.contains(&status.code())
                && !rows_of(status)
                    .iter()
                    .any(|row| row.contains(&format!("`{code}`")))
            {
                missing.push(format!("{} {code}", status.code()));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "add to the table of codes in docs/output.md: {missing:#?}"
    );
}

#[test]
fn every_type_of_json_is_documented() {
    let document = read("docs/output.md");
    let mut types = BTreeSet::new();
    for (_, text) in sources() {
        types.extend(
            text.split("r#type:")
                .skip(1)
                .filter_map(literal)
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
        );
    }
    assert!(types.len() > 6, "{types:?}");
    for name in types {
        assert!(document.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn the_attributes_of_the_example_are_those_of_the_preset() {
    let preset: toml::Table = read("src/schema/sdet.toml").parse().expect("TOML");
    let preset = preset["attributes"].as_table().expect("attributes");
    let example = read("config.example.toml");
    let section = example
        .split("#[profiles.college.attributes]")
        .nth(1)
        .expect("the section");
    let shown: String = section
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with('#'))
        .map(|line| format!("{}\n", &line[1..]))
        .collect();
    let shown: toml::Table = shown.parse().expect("TOML");
    for (name, value) in preset {
        let said = match &shown[name] {
            toml::Value::String(one) => vec![one.as_str()],
            several => several
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(toml::Value::as_str)
                .collect(),
        };
        let meant: Vec<&str> = value
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(toml::Value::as_str)
            .collect();
        // Where no directory has one of its own, the example shows one that may be added.
        if !meant.is_empty() {
            assert_eq!(said, meant, "{name} in config.example.toml");
        }
    }
    assert_eq!(shown.len(), preset.len());
}
