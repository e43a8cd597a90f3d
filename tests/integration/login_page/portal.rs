//! The examples for a portal (`contrib/login-page/`): run for real, and allowed by the line for sudo.

use super::*;

fn example(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("contrib/login-page")
        .join(name);
    std::fs::read_to_string(file).expect("an example")
}

/// The words in quotes of a list, in either language.
fn words(text: &str) -> Vec<String> {
    text.lines()
        .skip_while(|line| !line.ends_with("= ["))
        .skip(1)
        .take_while(|line| !line.starts_with(']'))
        .flat_map(|line| line.split(','))
        .map(|word| word.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

#[test]
fn both_examples_call_what_sudo_allows_and_entctl_understands() {
    let line = example("sudoers");
    let line = line.lines().last().expect("a line");
    let (_, allowed) = line.split_once("NOPASSWD: ").expect("a command");
    for name in ["forgotten_password.py", "forgotten_password.php"] {
        let words = words(&example(name));
        assert_eq!(
            words[..4],
            ["/usr/bin/sudo", "-n", "-u", "entctl"],
            "{name}"
        );
        assert_eq!(words[4..].join(" "), allowed, "{name}");
        let command = words.iter().skip_while(|word| !word.ends_with("/entctl"));
        <entctl::commands::Entctl as clap::Parser>::try_parse_from(command).expect(name);
    }
}

#[test]
fn the_example_in_python_asks_for_whoever_was_typed_and_says_one_sentence() {
    let school = School::up(30);
    let server = Smtp::start(Manner::new(Tls::None));
    page(&school, server.port, "", "");
    // No second user here: the same words without sudo, with this program and this profile.
    let text = example("forgotten_password.py");
    let here = text
        .replace("\"/usr/bin/sudo\", \"-n\", \"-u\", \"entctl\",\n", "\n")
        .replace("/usr/bin/entctl", env!("CARGO_BIN_EXE_entctl"))
        .replace("\"college\"", "\"page\"");
    assert_ne!(here, text);
    school.write("forgotten_password.py", &here);
    let say = |typed: &str| {
        school.write("typed", typed);
        let script = "import forgotten_password as page; \
                      print(page.forgotten_password(open('typed', newline='').read()))";
        school
            .sandbox()
            .home()
            .program("/usr/bin/python3", ["-B", "-c", script])
            .run()
            .expect_success()
    };
    let login = school.login(PARENT);
    let hostile = format!("$(touch {})", school.file("broken-in").display());
    let answers: Vec<Output> = [
        login.as_str(),
        "nobody",
        &hostile,
        "--help",
        "",
        &"x".repeat(100_000),
    ]
    .into_iter()
    .map(say)
    .collect();
    for answer in &answers {
        assert_eq!(seen(answer), seen(&answers[0]));
        assert!(answer.stdout.contains("adresse de secours"), "{answer}");
        assert_eq!(answer.stderr, "", "nothing failed");
    }
    assert!(!school.file("broken-in").exists());
    assert_eq!(records(&school).len(), answers.len());
    work(&school).run().expect_success();
    let mails = arrived(&server);
    assert_eq!(mails.len(), 1);
    assert_temporary(&school, PARENT, &mails[0].1);
    // A failure is for the operator, never for the visitor.
    std::fs::remove_dir(spool(&school)).expect("empty");
    std::fs::write(spool(&school), "in the way").expect("a file");
    let failed = say(SECRET);
    assert_eq!(failed.stdout, answers[0].stdout);
    assert!(failed.stderr.contains("exit status 1"), "{failed}");
    assert!(!failed.stderr.contains(SECRET), "{failed}");
}
