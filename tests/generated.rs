//! What stands in the repository and is made from the source: it must be as the source makes it now.

use entctl::commands;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("man")
}

/// The files below a folder, relative to it.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeSet<PathBuf>) {
        for path in std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|file| file.path())
        {
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                found.insert(path.strip_prefix(root).expect("below").to_owned());
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(folder, folder, &mut found);
    found
}

#[test]
fn the_man_pages_are_those_of_this_source() {
    let mut stale = Vec::new();
    let pages = commands::pages();
    for (name, page) in &pages {
        match std::fs::read_to_string(folder().join(name)) {
            Ok(kept) if kept == *page => {}
            Ok(_) => stale.push(format!("{} is out of date", name.display())),
            Err(error) => stale.push(format!("{}: {error}", name.display())),
        }
    }
    let made: BTreeSet<PathBuf> = pages.into_iter().map(|(name, _)| name).collect();
    for extra in files(&folder()).difference(&made) {
        stale.push(format!("{} is of no command", extra.display()));
    }
    assert!(
        stale.is_empty(),
        "write them anew: make man\n{}",
        stale.join("\n")
    );
}

#[test]
fn there_is_a_page_for_every_command_in_both_languages() {
    let names: BTreeSet<PathBuf> = commands::pages()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    for name in [
        "entctl.1",
        "entctl-password.1",
        "entctl-password-reset.1",
        "entctl-history-resume.1",
        "entctl-sandbox-up.1",
        "entctl.toml.5",
    ] {
        assert!(names.contains(Path::new(name)), "{name}");
        assert!(names.contains(&Path::new("fr").join(name)), "fr/{name}");
    }
    assert_eq!(names.len() % 2, 0);
}

/// A page as a reader sees it, 80 columns wide, without overstrikes.
fn rendered(page: &Path) -> (String, String) {
    let output = Command::new("man")
        .args(["--warnings=w", "--local-file", "--encoding=UTF-8"])
        .arg(page)
        .env("LC_ALL", "C.UTF-8")
        .env("MANWIDTH", "80")
        .env("MAN_KEEP_FORMATTING", "")
        .env("PAGER", "cat")
        .output()
        .expect("man is missing: sudo apt-get install man-db groff-base");
    assert!(output.status.success(), "{}", page.display());
    (
        String::from_utf8(output.stdout).expect("UTF-8"),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn every_page_is_shown_without_a_warning() {
    for name in files(&folder()) {
        let (text, warnings) = rendered(&folder().join(&name));
        assert_eq!(warnings, "", "{}", name.display());
        let french = name.starts_with("fr");
        let headings: &[&str] = match (french, name.extension().is_some_and(|e| e == "5")) {
            (false, false) => &[
                "NAME",
                "SYNOPSIS",
                "DESCRIPTION",
                "OPTIONS",
                "EXIT STATUS",
                "ENVIRONMENT",
                "FILES",
                "SEE ALSO",
            ],
            (true, false) => &[
                "NOM",
                "SYNOPSIS",
                "DESCRIPTION",
                "OPTIONS",
                "CODES DE RETOUR",
                "ENVIRONNEMENT",
                "FICHIERS",
                "VOIR AUSSI",
            ],
            (false, true) => &["NAME", "DESCRIPTION", "TOP OF THE FILE", "SEE ALSO"],
            (true, true) => &["NOM", "DESCRIPTION", "HAUT DU FICHIER", "VOIR AUSSI"],
        };
        let mut after = text.lines();
        for heading in headings {
            assert!(
                after.any(|line| line == *heading),
                "{}: {heading}\n{text}",
                name.display()
            );
        }
        // Accents come through.
        assert_eq!(text.contains("é"), french, "{}\n{text}", name.display());
        assert!(!text.contains("\\f") && !text.contains("\\("), "{text}");
    }
}

#[test]
fn the_page_of_reset_says_what_the_help_says() {
    let (text, _) = rendered(&folder().join("fr/entctl-password-reset.1"));
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "entctl password reset [OPTIONS] [COMPTE]...",
        "Quels comptes",
        "--class CLASSE",
        "Avant d'écrire",
        "-y, --yes",
        "entctl --profile college password reset \"lea dupont 6A\"",
        "130 interrompu",
        "~/.config/entctl/config.toml",
        "entctl-password(1), entctl.toml(5)",
    ] {
        assert!(flat.contains(said), "{said}\n{text}");
    }
}
