//! Which files are read, and which profile is taken.

use super::*;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

struct Files {
    folder: TempDir,
}

impl Files {
    fn new() -> Self {
        Files {
            folder: tempfile::tempdir().expect("folder"),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("write");
        path
    }
}

fn profiles(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("[profiles.{name}]\nurls = [\"ldapi:///\"]\nbase_dn = \"dc={name}\"\n"))
        .collect()
}

#[test]
fn without_any_file_the_way_on_is_shown() {
    let files = Files::new();
    let user = files.path("config.toml");
    let config = load(None, &user, &[]).expect("absent is fine");
    let error = config.profile(None).expect_err("nothing there");
    assert_eq!(error.code(), "config-missing");
    let french = said(&error, Language::Fr);
    assert!(french.contains("entctl sandbox up"), "{french}");
    assert!(french.contains("config.example.toml"), "{french}");
    assert!(french.contains(&user.display().to_string()), "{french}");
    assert_eq!(
        config.profile(Some("x")).expect_err("none").code(),
        "config-missing"
    );
}

#[test]
fn a_file_without_profiles_says_so() {
    let files = Files::new();
    let user = files.write("config.toml", "language = \"fr\"\n");
    let config = load(None, &user, &[]).expect("loads");
    let error = config.profile(None).expect_err("no profile");
    assert!(said(&error, Language::En).contains("holds no profile"));
}

#[test]
fn an_explicit_file_must_be_readable_and_wins() {
    let files = Files::new();
    let user = files.write("user.toml", profiles(&["user"]));
    let explicit = files.write("explicit.toml", profiles(&["explicit"]));
    let config = load(Some(&explicit), &user, &[]).expect("loads");
    assert_eq!(config.profile(None).expect("only one").name, "explicit");
    for (path, words) in [
        (files.path("absent.toml"), "n'existe pas"),
        (files.folder.path().to_owned(), "le système répond"),
        (files.write("latin1.toml", b"# caf\xe9\n"), "UTF-8"),
        (
            files.write("large.toml", vec![b'#'; 1024 * 1024 + 1]),
            "trop gros",
        ),
    ] {
        let error = load(Some(&path), &user, &[]).expect_err("unreadable");
        assert_eq!(error.code(), "config-unreadable");
        let french = said(&error, Language::Fr);
        assert!(french.contains(words), "{french}");
        assert!(french.contains(&path.display().to_string()), "{french}");
    }
}

#[test]
fn sandboxes_join_where_the_name_is_free() {
    let files = Files::new();
    let user = files.write("config.toml", profiles(&["ecole", "sandbox"]));
    let sandbox = files.write("sandbox.toml", profiles(&["sandbox", "sandbox-college"]));
    let broken = files.write("broken.toml", "x = [");
    let config = load(
        None,
        &user,
        &[sandbox.clone(), files.path("gone.toml"), broken.clone()],
    )
    .expect("loads");
    assert_eq!(
        config.profiles.keys().collect::<Vec<_>>(),
        ["ecole", "sandbox", "sandbox-college"]
    );
    assert_eq!(config.profiles["sandbox"].source, user);
    assert_eq!(config.profiles["sandbox-college"].source, sandbox);
    assert_eq!(config.warnings.len(), 1);
    let error = config.profile(Some("broken")).expect_err("unknown");
    assert!(said(&error, Language::Fr).contains(&broken.display().to_string()));
}

#[test]
fn a_sandbox_changes_nothing_for_who_did_not_name_it() {
    let files = Files::new();
    let sandbox = [files.write("sandbox.toml", profiles(&["sandbox"]))];
    let user = files.write("config.toml", profiles(&["ecole"]));
    let config = load(None, &user, &sandbox).expect("loads");
    assert_eq!(config.profile(None).expect("the user's own").name, "ecole");
    let alone = load(None, &files.path("absent.toml"), &sandbox).expect("loads");
    assert_eq!(
        alone.profile(Some("sandbox")).expect("named").name,
        "sandbox"
    );
    let error = alone.profile(None).expect_err("not named");
    assert_eq!(error.code(), "profile-not-chosen");
    assert!(said(&error, Language::Fr).contains("sandbox"));
}

#[test]
fn several_profiles_want_a_choice() {
    let both = profiles(&["college", "lycee"]);
    let config = read(&both).expect("loads");
    let error = config.profile(None).expect_err("two");
    assert_eq!(error.code(), "profile-not-chosen");
    assert!(said(&error, Language::Fr).contains("Profils connus : college, lycee"));
    let config = read(&format!("default_profile = \"lycee\"\n{both}")).expect("loads");
    assert_eq!(config.profile(None).expect("default").name, "lycee");
    assert_eq!(config.profile(Some("")).expect("as none").name, "lycee");
    assert_eq!(
        config.profile(Some("college")).expect("named").name,
        "college"
    );
    let error = config.profile(Some("collège")).expect_err("unknown");
    assert_eq!(error.code(), "profile-unknown");
    let french = said(&error, Language::Fr);
    assert!(
        french.contains("Vouliez-vous dire « college » ?"),
        "{french}"
    );
    let error = read(&format!("default_profile = \"licee\"\n{both}"))
        .expect("loads")
        .profile(None)
        .expect_err("unknown default")
        .clone();
    assert!(said(&error, Language::En).contains("Did you mean “lycee”?"));
}
