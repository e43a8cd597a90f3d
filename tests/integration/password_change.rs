//! One's own password, changed at a terminal and by a program.

use super::premises::{School, printed};
use crate::support::pty::Terminal;

const NEW: &str = "nouveau-mot-7f";

/// What is typed at the three questions of a change.
fn answer(terminal: &mut Terminal, question: &str, secret: &str) {
    terminal.expect(question);
    terminal.send_line(secret);
}

/// A new password from the office, to be changed at the first login.
fn given(school: &School, who: &str) -> String {
    let run = school
        .inter(&["--format", "json", "password", "reset"])
        .args([&school.login(who), "--yes", "--print"])
        .run()
        .expect_success();
    printed(&run)
}

#[test]
fn the_first_password_is_changed_at_a_terminal_and_never_shown() {
    let school = School::up(30);
    let first = given(&school, "namesake_6a");
    assert!(school.bind("namesake_6a", &first).must_change);
    let login = school.login("namesake_6a");
    let change = school.inter(&["password", "change", &login]);
    let mut terminal = Terminal::start(change);
    answer(&mut terminal, "Current password:", &first);
    let said = terminal.expect("New password:");
    assert!(said.contains("must be changed now"), "{said}");
    assert!(said.contains("at least 6 characters"), "{said}");
    terminal.send_line(NEW);
    answer(&mut terminal, "New password, again:", NEW);
    terminal.expect("Your password is changed.");
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    for secret in [first.as_str(), NEW] {
        assert!(!raw.contains(secret), "{screen}");
    }
    let bound = school.bind("namesake_6a", NEW);
    assert_eq!((bound.code, bound.must_change), (0, false), "{bound:?}");
    assert_ne!(school.bind("namesake_6a", &first).code, 0);
    assert_eq!(school.entry("namesake_6a").one("pwdReset"), None);
}

#[test]
fn in_french_the_login_is_asked_for_too() {
    let school = School::up(30);
    let first = given(&school, "namesake_6a");
    let change = school.inter(&["password", "change"]).french();
    let mut terminal = Terminal::start(change);
    answer(
        &mut terminal,
        "Votre identifiant :",
        &school.login("namesake_6a"),
    );
    answer(&mut terminal, "Mot de passe actuel :", &first);
    answer(&mut terminal, "Nouveau mot de passe :", NEW);
    answer(&mut terminal, "une seconde fois :", NEW);
    terminal.expect("Votre mot de passe est changé.");
    assert_eq!(terminal.wait().0, 0);
    assert_eq!(school.bind("namesake_6a", NEW).code, 0);
}

#[test]
fn a_wrong_old_password_is_refused_before_a_new_one_is_asked_for() {
    let school = School::up(30);
    let before = school.entry("accents").all("userPassword");
    let login = school.login("accents");
    let mut terminal = Terminal::start(school.inter(&["password", "change", &login]));
    answer(&mut terminal, "Current password:", "not-this-one");
    let (status, screen) = terminal.wait();
    assert_eq!(status, 11, "{screen}");
    assert!(screen.contains("is wrong, or the login"), "{screen}");
    assert!(!screen.contains("New password"), "{screen}");
    assert!(!screen.contains("not-this-one"), "{screen}");
    assert_eq!(school.entry("accents").all("userPassword"), before);
    let bound = school.bind("accents", &school.old_password("accents"));
    assert_eq!(bound.code, 0, "{bound:?}");
}

#[test]
fn mistakes_in_the_new_password_are_told_and_asked_again() {
    let school = School::up(30);
    let login = school.login("accents");
    let old = school.old_password("accents");
    let mut terminal = Terminal::start(school.inter(&["password", "change", &login]));
    answer(&mut terminal, "Current password:", &old);
    answer(&mut terminal, "New password:", "abc");
    terminal.expect("too short: at least 6 characters");
    answer(&mut terminal, "New password:", &login);
    terminal.expect("The password is the login");
    answer(&mut terminal, "New password:", NEW);
    answer(&mut terminal, "password, again:", "nouveau-mot-7g");
    terminal.expect("The two are not the same");
    answer(&mut terminal, "New password:", NEW);
    answer(&mut terminal, "password, again:", NEW);
    terminal.expect("Your password is changed.");
    assert_eq!(terminal.wait().0, 0);
    assert_eq!(school.bind("accents", NEW).code, 0);
}

#[test]
fn a_program_gives_both_passwords_on_standard_input() {
    let school = School::up(30);
    let login = school.login("accents");
    let old = school.old_password("accents");
    let change = ["--format", "json", "password", "change", "--stdin", &login];
    let run = school
        .inter(&change)
        .stdin(format!("{old}\n{NEW}\n"))
        .run()
        .expect_success();
    let answer = run.json();
    assert_eq!(answer["outcome"], "done");
    assert_eq!(answer["account"]["login"], login.as_str());
    assert_eq!(school.bind("accents", NEW).code, 0);
    for (input, status, code) in [
        (format!("wrong-one\n{NEW}x\n"), 11, "old-password-wrong"),
        (format!("{NEW}\nabc\n"), 6, "password-refused"),
        (format!("{NEW}\n{NEW}\n"), 6, "password-used-before"),
        // Used before this one: only the server knows.
        (format!("{NEW}\n{old}\n"), 6, "password-used-before"),
        (format!("{NEW}\n"), 2, ""),
        (String::new(), 2, ""),
    ] {
        let told = school
            .inter(&change)
            .stdin(input.clone())
            .run()
            .expect_status(status);
        if !code.is_empty() {
            assert_eq!(told.json_errors()[0]["code"], code, "{told}");
        }
        let said = format!("{}{}", told.stdout, told.stderr);
        for secret in input.lines().filter(|line| *line != "abc") {
            assert!(!said.contains(secret), "{told}");
        }
        assert_eq!(school.bind("accents", NEW).code, 0, "still the one before");
    }
}

#[test]
fn nobody_is_found_by_a_login_that_is_not_there() {
    let school = School::up(30);
    let told = school
        .inter(&["password", "change", "--stdin", "nobody.here"])
        .stdin("a-password\nanother-one\n")
        .run()
        .expect_status(5);
    assert!(told.stderr.contains("nobody.here"), "{told}");
    // A name is no login: the first one found must not be taken.
    let told = school
        .inter(&["password", "change", "--stdin", "zoe lefevre"])
        .stdin("a-password\nanother-one\n")
        .run();
    let _ = told.expect_status(5);
}

#[test]
fn no_administrator_is_needed() {
    let school = School::up(30);
    let url = school.sandbox().url().to_owned();
    let base = school.sandbox().base_dn().to_owned();
    let anonymous = "method = \"anonymous\"\n";
    school.profile_as("anybody", &url, "", anonymous);
    let template = format!("user_dn_template = \"uid={{login}},ou=personnes,{base}\"");
    school.profile_as("template", &url, &template, anonymous);
    let steps = [
        ("anybody", school.login("accents")),
        ("template", school.uid("accents")),
    ];
    let mut old = school.old_password("accents");
    for (profile, login) in steps {
        let new = format!("choisi-par-{profile}");
        let _ = school
            .with(profile, &["password", "change", "--stdin", &login])
            .stdin(format!("{old}\n{new}\n"))
            .run()
            .expect_success();
        let bound = school.bind("accents", &new);
        assert_eq!((bound.code, bound.must_change), (0, false), "{bound:?}");
        old = new;
    }
    // The alias is a login too.
    let old = school.old_password("alias");
    let _ = school
        .with("anybody", &["password", "change", "--stdin", "ines31"])
        .stdin(format!("{old}\n{NEW}\n"))
        .run()
        .expect_success();
    assert_eq!(school.bind("alias", NEW).code, 0);
}

#[test]
fn a_login_cannot_reach_into_the_name_pattern() {
    let school = School::up(30);
    let base = school.sandbox().base_dn().to_owned();
    let template = format!("user_dn_template = \"uid={{login}},ou=personnes,{base}\"");
    school.profile_as(
        "template",
        school.sandbox().url(),
        &template,
        "method = \"anonymous\"\n",
    );
    let manage = school.sandbox_folder().join("passwords/admin-manage");
    let password = std::fs::read_to_string(manage).expect("a password");
    let hostile = format!("admin-manage,ou=administrateurs,{base}");
    let told = school
        .with("template", &["password", "change", "--stdin", &hostile])
        .stdin(format!("{}\n{NEW}\n", password.trim_end()))
        .run()
        .expect_status(11);
    assert!(!told.stderr.contains(password.trim_end()), "{told}");
}

#[test]
fn a_closed_account_is_told_so() {
    let school = School::up(30);
    let login = school.login("disabled");
    let old = school.old_password("disabled");
    for (run, sentence) in [
        (
            school.inter(&["password", "change", "--stdin", &login]),
            "locked or disabled",
        ),
        (
            school
                .inter(&["password", "change", "--stdin", &login])
                .french(),
            "Ce compte est verrouillé ou désactivé.",
        ),
    ] {
        let told = run.stdin(format!("{old}\n{NEW}\n")).run().expect_status(11);
        assert!(told.stderr.contains(sentence), "{told}");
    }
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let school = School::up(30);
    let told = school.inter(&["password", "change"]).run();
    let _ = told.expect_status(2);
    let told = school
        .inter(&["password", "change", &school.login("accents")])
        .run();
    let _ = told.expect_status(2);
    let bound = school.bind("accents", &school.old_password("accents"));
    assert_eq!(bound.code, 0, "{bound:?}");
}

#[test]
fn who_leaves_at_a_question_finds_the_terminal_as_it_was() {
    use crate::support::pty::{CTRL_C, CTRL_D};
    let school = School::up(30);
    let before = school.dump();
    let login = school.login("accents");
    for keys in [CTRL_C, CTRL_D] {
        let script = "\"$@\"; echo \"status $?\"; stty -a | grep -ow -e '-\\?echo' -e '-\\?icanon' -e '-\\?isig'";
        let room = school.sandbox().home().program("sh", ["-c", script, "sh"]);
        let run = room
            .arg(env!("CARGO_BIN_EXE_entctl"))
            .args(["--profile", &school.sandbox().profile()])
            .args(["password", "change", &login]);
        let mut terminal = Terminal::start(run);
        terminal.expect("Current password:");
        terminal.send("half-a-secret");
        terminal.send(if keys == CTRL_D { "\u{15}" } else { "" });
        terminal.send(keys);
        terminal.expect("Nothing was done");
        terminal.expect("status 130");
        let (_, screen) = terminal.wait();
        for mode in ["echo", "icanon", "isig"] {
            assert!(screen.lines().any(|line| line == mode), "{mode}\n{screen}");
        }
        assert!(!screen.contains("half-a-secret"), "{screen}");
    }
    school.assert_untouched(&before);
}
