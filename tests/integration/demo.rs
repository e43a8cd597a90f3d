//! `scripts/demo.sh`, with the binary under test: the demonstration is a promise, so it is kept here.

use crate::support::entctl::{Entctl, Home};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/demo.sh");

fn demo(home: &Home, program: impl AsRef<Path>) -> Entctl {
    home.program("bash", [SCRIPT])
        .env("ENTCTL", program.as_ref())
        .timeout(Duration::from_secs(180))
}

/// entctl, but with this piece of shell before it: `"$@"` are its arguments.
fn lying(home: &Home, lie: &str) -> std::path::PathBuf {
    let script = format!(
        "#!/bin/sh\n{lie}\nexec '{}' \"$@\"\n",
        env!("CARGO_BIN_EXE_entctl")
    );
    let path = home.write("entctl-that-lies", script);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    path
}

/// What a run leaves in the room, HOME aside.
fn left_behind(home: &Home) -> Vec<String> {
    ["config", "data", "state", "cache", "run", "tmp"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(home.path().join(folder)).expect("a folder"))
        .map(|entry| entry.expect("an entry").path().display().to_string())
        .collect()
}

#[test]
fn the_demonstration_shows_what_it_says_and_leaves_nothing() {
    let home = Home::new();
    let output = demo(&home, env!("CARGO_BIN_EXE_entctl")).run();
    assert_eq!(output.status, Some(0), "{output}");
    assert_eq!(output.stderr, "", "{output}");
    for shown in [
        "$ entctl sandbox up --name demo",
        "$ entctl --profile demo password reset \"lea dupont 6A\" --print --yes",
        "$ entctl --profile demo password change lea.dupont --stdin",
        "$ entctl --profile demo password reset --class 6A --slips etiquettes-6A.csv --yes",
        "$ entctl --profile demo account lock --class 6A --plan fermeture.plan",
        "$ entctl plan show fermeture.plan",
        "$ entctl --profile demo plan apply fermeture.plan",
        "$ entctl --profile demo history undo ",
        "$ entctl --profile demo history list",
        "$ entctl sandbox down --name demo",
        "Tout ce qui a été montré a été vérifié.",
    ] {
        assert!(output.stdout.contains(shown), "{shown}\n{output}");
    }
    assert_eq!(left_behind(&home), Vec::<String>::new());
}

#[test]
fn a_demonstration_of_what_is_not_so_fails_and_leaves_nothing() {
    for (lie, said) in [
        // Says that the password is changed, and changes nothing.
        (
            "case \"$*\" in *'password change'*) cat >/dev/null; exit 0 ;; esac",
            "le mot de passe choisi par Léa n’ouvre pas son compte",
        ),
        // Says that the sandbox is gone, and leaves it there.
        (
            "case \"$*\" in *'sandbox down'*) \
             [ -e \"$HOME/lied\" ] || { touch \"$HOME/lied\"; exit 0; } ;; esac",
            "l’annuaire d’essai répond encore",
        ),
        (
            "case \"$*\" in *--class*) exit 6 ;; esac",
            "la classe n’a pas été réinitialisée",
        ),
        // Says that the run is taken back, and takes nothing back.
        (
            "case \"$*\" in *'history undo'*) exit 0 ;; esac",
            "tout devait redevenir comme avant",
        ),
    ] {
        let home = Home::new();
        let output = demo(&home, lying(&home, lie)).run();
        assert_eq!(output.status, Some(1), "{lie}\n{output}");
        assert!(output.stderr.contains(said), "{lie}\n{output}");
        assert!(!output.stdout.contains("Tout ce qui a été montré"));
        assert_eq!(left_behind(&home), Vec::<String>::new(), "{lie}");
    }
}
