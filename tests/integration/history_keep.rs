//! `history prune`, `history export`, and a history written by an older entctl.

use crate::premises::School;
use crate::support::entctl::{Entctl, Home};
use crate::support::output::Output;
use crate::support::pty::Terminal;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// The history of the first format, as it was written then.
fn first_format() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/history-v1")
}

/// Its runs: a class reset, two accounts locked, a lock that was cut.
const RESET: &str = "20261122-191636-hr2x";
const LOCKED: &str = "20261122-191636-czcj";
const CUT: &str = "20261122-191636-edsp";

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a copy");
        }
    }
}

/// A machine with the history of the first format, and no directory.
struct Office {
    home: Home,
}

impl Office {
    fn new() -> Self {
        let home = Home::new();
        let folder = home.path().join("config/entctl");
        std::fs::create_dir_all(&folder).expect("a folder");
        let history = home.file("history");
        copy(&first_format(), &history);
        let profile = |name: &str, base: &str| {
            format!(
                "[profiles.{name}]\nurls = [\"ldap://127.0.0.1:1\"]\nbase_dn = \"{base}\"\n\
                 history = \"{}\"\nsyslog = false\n",
                history.display()
            )
        };
        let text = profile("college", "dc=ent,dc=test") + &profile("elsewhere", "dc=else");
        std::fs::write(folder.join("config.toml"), text).expect("the configuration");
        Office { home }
    }

    fn entctl(&self, args: &[&str]) -> Entctl {
        self.home
            .entctl(["--profile", "college", "history"])
            .args(args)
    }

    fn runs(&self) -> Vec<String> {
        let folder = self.home.file("history/runs");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("runs")
            .map(|entry| {
                entry
                    .expect("entry")
                    .file_name()
                    .into_string()
                    .expect("name")
            })
            .collect();
        names.sort();
        names
    }
}

fn runs(output: &Output) -> Vec<(String, String)> {
    let json = output.json();
    let listed = json["runs"].as_array().expect("runs").iter();
    listed
        .map(|run| {
            let text = |key: &str| run[key].as_str().expect(key).to_owned();
            (text("run"), text("state"))
        })
        .collect()
}

#[test]
fn what_the_first_format_recorded_is_listed_and_shown() {
    let office = Office::new();
    let list = office.entctl(&["list", "--format", "json"]).run();
    let list = list.expect_success();
    assert_eq!(list.stderr, "", "{list}");
    let pair = |run: &str, state: &str| (run.to_owned(), state.to_owned());
    assert_eq!(
        runs(&list),
        [
            pair(CUT, "unfinished"),
            pair(LOCKED, "finished"),
            pair(RESET, "finished")
        ]
    );
    let show = office.entctl(&["show", RESET, "--format", "json"]).run();
    let show = show.expect_success().json();
    assert_eq!(show["verb"], "password reset");
    assert_eq!(show["reason"], "rentrée");
    assert_eq!(show["user"], "secretaire");
    assert_eq!(show["counts"]["done"], 10);
    assert_eq!(show["accounts"].as_array().map(Vec::len), Some(10));
    let show = office.entctl(&["show", CUT, "--format", "json"]).run();
    let show = show.expect_success().json();
    let accounts = show["accounts"].as_array().expect("accounts");
    let outcomes: Vec<&Value> = accounts.iter().map(|a| &a["outcome"]).collect();
    assert_eq!(outcomes, [&Value::from("done"), &Value::Null, &Value::Null]);
    let of_one = office.entctl(&[
        "list",
        "--account",
        "Anne-Sophie Barbier",
        "--format",
        "json",
    ]);
    let of_one = of_one.run().expect_success();
    assert_eq!(runs(&of_one), [pair(LOCKED, "finished")]);
}

#[test]
fn an_interrupted_run_of_the_first_format_is_resumed() {
    let school = School::up(60);
    school.profile("college", school.sandbox().url(), "syslog = false");
    let history = school.history("college");
    copy(&first_format(), &history);
    let intent = history.join("runs").join(CUT).join("intent.jsonl");
    let mut text = std::fs::read_to_string(&intent).expect("the intent");
    // A directory filled anew gives other entryUUIDs; all else is as it was.
    let lines: Vec<Value> = text
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str(line).expect("a change"))
        .collect();
    assert_eq!(lines.len(), 3);
    for line in &lines {
        let dn = line["account"]["dn"].as_str().expect("dn");
        let entry = school.eye().read(dn, &["entryUUID"]).expect("the entry");
        let then = line["relies_on"][0]["value"].as_str().expect("entryUUID");
        text = text.replace(then, &entry.one("entryUUID").expect("entryUUID"));
    }
    std::fs::write(&intent, text).expect("the intent");

    let resumed = school.with("college", &["history", "resume", CUT]).run();
    let _ = resumed.expect_success();
    let locked = |line: &Value| {
        let dn = line["account"]["dn"].as_str().expect("dn");
        let entry = school.eye().read(dn, &["pwdAccountLockedTime"]);
        entry.expect("the entry").one("pwdAccountLockedTime")
    };
    // The first one was recorded as done before the machine stopped: it is not done twice.
    assert_eq!(locked(&lines[0]), None);
    assert_eq!(locked(&lines[1]).as_deref(), Some("000001010000Z"));
    assert_eq!(locked(&lines[2]).as_deref(), Some("000001010000Z"));
    let list = school.with("college", &["history", "list", "--outcome", "unfinished"]);
    assert_eq!(list.run().status, Some(5));
}

#[test]
fn what_is_old_goes_and_what_has_not_ended_stays() {
    let office = Office::new();
    // The fixture is of November 2026; this is two years later.
    let later = "@2028-11-22 12:00:00";
    let all = [LOCKED, CUT, RESET];

    let young = office
        .entctl(&["prune", "--older-than", "3y", "--yes"])
        .at(later)
        .run();
    let young = young.expect_success();
    assert_eq!(
        (young.stdout.as_str(), young.stderr.as_str()),
        ("", ""),
        "{young}"
    );

    let dry = office
        .entctl(&["prune", "--dry-run", "--format", "json"])
        .at(later)
        .run();
    let dry = dry.expect_success();
    let json = dry.json();
    assert_eq!(json["type"], "history-prune");
    assert_eq!(json["outcome"], "planned");
    assert_eq!(json["count"], 2);
    // Passwords cannot be taken back: only the lock could be.
    assert_eq!(json["undoable"], 1);
    assert_eq!(json["runs"], serde_json::json!([LOCKED, RESET]));
    assert_eq!(json["oldest"], "2026-11-22T19:16:36.195533458Z");
    assert_eq!(json["newest"], "2026-11-22T19:16:36.257955044Z");
    assert!(
        dry.stderr.contains("1 of them could still be undone"),
        "{dry}"
    );
    let mut expected = all.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(office.runs(), expected);

    // Nobody is there to say yes.
    let unasked = office.entctl(&["prune"]).at(later).run();
    assert_eq!(unasked.status, Some(2), "{unasked}");
    let unasked = office
        .entctl(&["prune", "--format", "json"])
        .at(later)
        .run();
    assert_eq!(unasked.status, Some(2), "{unasked}");
    assert_eq!(office.runs(), expected);

    let pruned = office.entctl(&["prune", "--yes"]).at(later).run();
    let pruned = pruned.expect_success();
    assert_eq!(pruned.stdout, "", "{pruned}");
    assert_eq!(
        pruned.stderr, "2 runs taken out of the history.\n",
        "{pruned}"
    );
    assert_eq!(office.runs(), [CUT]);
    let again = office
        .entctl(&["prune", "--yes", "--format", "json"])
        .at(later)
        .run();
    let again = again.expect_success().json();
    assert_eq!(again["outcome"], "unchanged");
    assert_eq!(again["count"], 0);
}

#[test]
fn what_goes_is_said_before_it_is_asked() {
    let office = Office::new();
    let later = "@2028-11-22 12:00:00";
    for (answer, left) in [("n", 3), ("", 3), ("oui", 1)] {
        let prune = office.entctl(&["prune", "--quiet"]).at(later).french();
        let mut terminal = Terminal::start(prune);
        let question = terminal.expect("[o/N]");
        for part in [
            "2 opérations partent",
            "22/11/2026",
            "1 d'entre elles peut encore",
        ] {
            assert!(question.contains(part), "{part}: {question}");
        }
        assert_eq!(office.runs().len(), 3);
        terminal.send_line(answer);
        let (status, screen) = terminal.wait();
        assert_eq!(status, 0, "{screen}");
        assert_eq!(office.runs().len(), left, "{answer}: {screen}");
    }
}

#[test]
fn only_runs_of_the_profiles_own_directory_go() {
    let office = Office::new();
    let pruned = office
        .home
        .entctl(["--profile", "elsewhere", "history", "prune", "--yes"])
        .args(["--older-than", "0h"])
        .at("@2028-11-22 12:00:00")
        .run();
    let _ = pruned.expect_success();
    assert_eq!(office.runs().len(), 3);
}

#[test]
fn what_is_no_age_is_said() {
    let office = Office::new();
    for (wrong, french) in [
        ("soon", false),
        ("12", true),
        ("5x", false),
        // To come: everything would go.
        ("01/09/2199", true),
    ] {
        let mut prune = office.entctl(&["prune", "--yes", "--older-than", wrong]);
        if french {
            prune = prune.french();
        }
        let output = prune.run();
        assert_eq!(output.status, Some(2), "{output}");
        let hint = if french { "1a" } else { "1y" };
        assert!(output.stderr.contains(hint), "{output}");
    }
    assert_eq!(office.runs().len(), 3);
}

#[test]
fn a_run_is_exported_whole_and_for_its_owner_alone() {
    let office = Office::new();
    let file = office.home.file("run.json");
    let name = file.display().to_string();
    let output = office.entctl(&["export", LOCKED, "--out", &name]).run();
    let output = output.expect_success();
    assert_eq!(output.stdout, "", "{output}");
    let mode = std::fs::metadata(&file)
        .expect("the file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o600);
    let bytes = std::fs::read(&file).expect("the file");

    let printed = office.entctl(&["export", LOCKED]).run().expect_success();
    assert_eq!(printed.stdout_bytes, bytes);
    let json = printed.json();
    assert_eq!(json["format_version"], 1);
    assert_eq!(json["type"], "history-export");
    let manifest = office
        .home
        .file(format!("history/runs/{LOCKED}/manifest.json"));
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(manifest).expect("manifest")).expect("JSON");
    for (key, value) in manifest.as_object().expect("an object") {
        assert_eq!(&json["content"]["manifest"][key], value, "{key}");
    }
    assert_eq!(json["content"]["state"], "finished");
    assert_eq!(json["content"]["changes"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        json["content"]["outcomes"].as_array().map(Vec::len),
        Some(2)
    );

    let run = entctl::history::bundle::read(&bytes).expect("a whole export");
    assert_eq!(run.manifest.run.as_str(), LOCKED);
    assert_eq!(run.changes.len(), 2);
    // The checksum as the documentation has it, by another program than ours.
    let _ = office.home.write("content", json["content"].to_string());
    let sum = office.home.program("sha256sum", ["content"]).run();
    let sum = sum.expect_success().stdout;
    assert_eq!(json["sha256"].as_str(), sum.split(' ').next());

    let again = office.entctl(&["export", RESET, "--out", &name]).run();
    assert_eq!(again.status, Some(2), "{again}");
    assert_eq!(std::fs::read(&file).expect("the file"), bytes);
    let cut = office.entctl(&["export", CUT]).run().expect_success();
    assert_eq!(cut.json()["content"]["state"], "unfinished");
    assert!(cut.stderr.contains("has not ended"), "{cut}");
    let none = office.entctl(&["export", "20261122-191636-zzzz"]).run();
    assert_eq!(none.status, Some(5), "{none}");
}

#[test]
fn thousands_of_runs_are_taken_away_in_seconds() {
    let many = std::env::var_os("ENTCTL_PROVE").is_some();
    let count = if many { 5_000 } else { 300 };
    let office = Office::new();
    let runs = office.home.file("history/runs");
    for number in 0..count {
        let id = format!("20260101-000000-{number:04}");
        let folder = runs.join(&id);
        copy(&runs.join(LOCKED), &folder);
        let manifest = folder.join("manifest.json");
        let text = std::fs::read_to_string(&manifest).expect("manifest");
        std::fs::write(&manifest, text.replace(LOCKED, &id)).expect("manifest");
    }
    let begun = std::time::Instant::now();
    let prune = office.entctl(&["prune", "--yes", "--format", "json"]);
    let output = prune.at("@2028-11-22 12:00:00").run().expect_success();
    assert_eq!(output.json()["count"], count + 2);
    assert_eq!(output.json()["undoable"], count + 1);
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    assert_eq!(office.runs(), [CUT]);
}
