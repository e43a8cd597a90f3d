//! Passwords from files, programs and variables; and that nothing of them shows in an error.

use super::*;
use crate::i18n::{Language, Localizer};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn read(source: &PasswordSource) -> Result<Password> {
    read_password(source, &mut || panic!("nothing asks at the terminal here"))
}

/// A file with exactly this mode.
fn file(folder: &TempDir, content: &[u8], mode: u32) -> PathBuf {
    let path = folder.path().join("password");
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .and_then(|mut file| {
            file.write_all(content)?;
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode))
        })
        .expect("file");
    path
}

fn read_file(content: &[u8], mode: u32) -> Result<Password> {
    let folder = tempfile::tempdir().expect("folder");
    read(&PasswordSource::File(file(&folder, content, mode)))
}

fn sh(script: &str) -> Vec<String> {
    ["sh", "-c", script].map(str::to_owned).to_vec()
}

fn said(error: &CommandError, language: Language) -> String {
    let localizer = Localizer::new(language);
    std::iter::once(error.message())
        .chain(error.causes())
        .chain(error.hints())
        .map(|text| localizer.say(text))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Both languages say these words (English, French), and neither tells the secret.
fn refused(result: Result<Password>, code: &str, english: &str, french: &str) {
    let error = result.expect_err(english);
    assert_eq!((error.code(), error.status().code()), (code, 2));
    for (language, words) in [(Language::En, english), (Language::Fr, french)] {
        let said = said(&error, language);
        assert!(said.contains(words), "{said} ({words})");
        assert!(!said.contains("config-"), "untranslated: {said}");
        assert!(!said.contains("s3cret"), "told: {said}");
    }
    assert!(!format!("{error:?}").contains("s3cret"));
}

#[test]
fn a_file_gives_its_first_line() {
    for (content, password) in [
        (&b"s3cret"[..], "s3cret"),
        (b"s3cret\n", "s3cret"),
        (b"s3cret\r\nnot this\n", "s3cret"),
        (b" s3 cret \n", " s3 cret "),
        (b"\xef\xbb\xbfs3cret\n", "s3cret"),
        ("s3crèt\n".as_bytes(), "s3crèt"),
    ] {
        for mode in [0o600, 0o400] {
            let read = read_file(content, mode).expect("readable");
            assert_eq!(read.expose(), password);
        }
    }
}

#[test]
fn a_file_open_to_others_is_refused_with_the_way_to_close_it() {
    for mode in [0o640, 0o604, 0o620, 0o610, 0o644, 0o777] {
        let shown = format!("{mode:04o}");
        refused(read_file(b"s3cret", mode), "password-file", &shown, &shown);
        refused(
            read_file(b"s3cret", mode),
            "password-file",
            "chmod 600 /",
            "Fermez-le avec : chmod 600 /",
        );
    }
}

#[test]
fn a_file_must_belong_to_the_user_or_to_root() {
    assert_eq!(exposure(1000, 0o600, 1000), None);
    assert_eq!(exposure(0, 0o400, 1000), None);
    assert_eq!(exposure(1001, 0o600, 1000), Some(Exposure::Owner(1001)));
    assert_eq!(exposure(1000, 0o600, 0), Some(Exposure::Owner(1000)));
    assert_eq!(exposure(1000, 0o610, 1000), Some(Exposure::Mode));
}

#[test]
fn a_file_given_away_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let path = file(&folder, b"s3cret", 0o600);
    // Only root may give a file away; the rule itself is tested above for everybody.
    if std::os::unix::fs::chown(&path, Some(65534), None).is_ok() {
        refused(
            read(&PasswordSource::File(path)),
            "password-file",
            "another user (number 65534)",
            "un autre utilisateur (numéro 65534)",
        );
    }
}

#[test]
fn what_holds_no_password_is_refused() {
    for (content, english, french) in [
        (&b""[..], "is empty", "est vide"),
        (b"\ns3cret\n", "is empty", "est vide"),
        (b"s3cret\xff\n", "UTF-8", "UTF-8"),
        (&[b'x'; 5000], "more than 4094 bytes", "dépasse 4094 octets"),
    ] {
        refused(read_file(content, 0o600), "password-file", english, french);
    }
    let folder = tempfile::tempdir().expect("folder");
    let source = |path: PathBuf| PasswordSource::File(path);
    refused(
        read(&source(folder.path().join("absent"))),
        "password-file",
        "does not exist",
        "n'existe pas",
    );
    refused(
        read(&source(folder.path().to_owned())),
        "password-file",
        "ordinary file",
        "fichier ordinaire",
    );
}

#[test]
fn a_named_pipe_does_not_hang() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("pipe");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &path,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .expect("pipe");
    refused(
        read(&PasswordSource::File(path)),
        "password-file",
        "ordinary file",
        "fichier ordinaire",
    );
}

#[test]
fn a_program_gives_its_first_line() {
    for (script, password) in [
        ("echo s3cret; echo not this", "s3cret"),
        ("printf s3cret", "s3cret"),
        ("printf 's3cret\\r\\n'; head -c 300000 /dev/zero", "s3cret"),
        (
            "echo noise >&2; head -c 300000 /dev/zero >&2; echo s3cret",
            "s3cret",
        ),
        ("cat; echo s3cret", "s3cret"),
    ] {
        let read = read(&PasswordSource::Command(sh(script))).expect(script);
        assert_eq!(read.expose(), password, "{script}");
    }
}

#[test]
fn a_program_is_run_without_a_shell() {
    let command = ["printf", "%s", "$HOME; `id`"].map(str::to_owned).to_vec();
    let read = read(&PasswordSource::Command(command)).expect("printf");
    assert_eq!(read.expose(), "$HOME; `id`");
}

#[test]
fn what_a_program_leaves_behind_is_not_waited_for() {
    let begun = Instant::now();
    let read =
        command::run(&sh("sleep 20 & echo s3cret"), Duration::from_secs(15)).expect("password");
    assert_eq!(read.expose(), "s3cret");
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn failing_programs_are_told_apart() {
    let code = "password-command";
    let run = |script: &str| read(&PasswordSource::Command(sh(script)));
    refused(run("echo s3cret; exit 7"), code, "status 7", "code 7");
    refused(
        run("printf 'no \\033[31mkey\\n' >&2; exit 1"),
        code,
        "it says: no \\x1b[31mkey",
        "il dit : no \\x1b[31mkey",
    );
    refused(run("kill -9 $$"), code, "signal 9", "signal 9");
    refused(run("true"), code, "is empty", "est vide");
    refused(run("echo; echo s3cret"), code, "is empty", "est vide");
    let missing = ["entctl-no-such-program".to_owned()].to_vec();
    refused(
        read(&PasswordSource::Command(missing)),
        code,
        "no such program",
        "n'existe pas",
    );
    let forbidden = ["/etc/passwd".to_owned()].to_vec();
    refused(
        read(&PasswordSource::Command(forbidden)),
        code,
        "no right to run",
        "droit de le lancer",
    );
}

#[test]
fn a_program_that_does_not_end_is_stopped() {
    let begun = Instant::now();
    refused(
        command::run(
            &sh("echo s3cret; exec sleep 60"),
            Duration::from_millis(300),
        ),
        "password-command",
        "was stopped",
        "a été arrêté",
    );
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_program_may_be_run_from_within_a_runtime() {
    let read = read(&PasswordSource::Command(sh("echo s3cret"))).expect("password");
    assert_eq!(read.expose(), "s3cret");
}

#[test]
fn a_variable_gives_its_value() {
    let given = from_variable("X", Some("s3cret".into())).expect("set");
    assert_eq!(given.expose(), "s3cret");
    let home = read(&PasswordSource::Environment("PATH".into())).expect("PATH is set");
    assert!(!home.is_empty());
    let code = "password-environment";
    refused(
        read(&PasswordSource::Environment(
            "ENTCTL_NOT_SET_ANYWHERE".into(),
        )),
        code,
        "ENTCTL_NOT_SET_ANYWHERE gives no password",
        "elle n'est pas définie",
    );
    refused(
        from_variable("X", Some("".into())),
        code,
        "is empty",
        "est vide",
    );
    let bytes = std::os::unix::ffi::OsStringExt::from_vec(b"s3cret\xff".to_vec());
    refused(from_variable("X", Some(bytes)), code, "UTF-8", "UTF-8");
}

#[test]
fn the_prompt_is_asked_only_where_it_is_the_source() {
    let mut asked = 0;
    let read = read_password(&PasswordSource::Prompt, &mut || {
        asked += 1;
        Ok(Password::new("s3cret".into()))
    });
    assert_eq!(read.expect("prompt").expose(), "s3cret");
    assert_eq!(asked, 1);
}
