//! Directory values and typed words are data: nothing in them steers a terminal, a spreadsheet, a filter or a
//! name in the directory.

use super::premises::{School, printed, slips};
use crate::support::output::Output;
use crate::support::pty::Terminal;
use base64::Engine as _;

/// What a terminal obeys or is deceived by: escape sequences of both kinds, controls, a carriage return that
/// hides a line's beginning, text that runs backwards, invisible characters.
const HOSTILE: [&str; 8] = [
    "\u{1b}[2J\u{1b}]0;title\u{7}",
    "\u{9b}31m",
    "\u{7f}\u{8}\u{8}",
    "x\r\nError: no\tsuch",
    "\u{202e}drazah\u{202c}",
    "\u{2066}iso\u{2069}",
    "\u{200f}\u{200b}\u{feff}",
    "\u{90}dcs\u{9c}",
];

/// Checks that nothing of it reached standard output or standard error as it is. A line end is the end of a
/// line of ours.
#[track_caller]
fn assert_tame(output: &Output) {
    let said = format!("{}{}", output.stdout, output.stderr);
    for c in said.chars() {
        let steers = (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        assert!(
            !steers,
            "U+{:04X} reached the terminal\n{output:?}",
            c as u32
        );
    }
}

fn base64(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// Replaces single-valued attributes of an entry, whatever the characters.
fn set(school: &School, dn: &str, values: &[(&str, &str)]) {
    let mut ldif = format!("dn:: {}\nchangetype: modify\n", base64(dn));
    for (attribute, value) in values {
        ldif.push_str(&format!(
            "replace: {attribute}\n{attribute}:: {}\n-\n",
            base64(value)
        ));
    }
    school.manage().modify(&ldif).expect_success();
}

/// Gives people of class 6A hostile names.
fn poison(school: &School) {
    let people = [
        "accents",
        "namesake_6a",
        "sibling_college",
        "initial",
        "ligature",
    ];
    for (number, who) in people.into_iter().enumerate() {
        let text = format!(
            "{}{}",
            HOSTILE[number % HOSTILE.len()],
            HOSTILE[(number + 4) % HOSTILE.len()]
        );
        let name = format!("Léa{text}");
        set(
            school,
            &school.dn(who),
            &[
                ("displayName", &name),
                ("cn", &name),
                ("sn", &format!("Dupont{text}")),
                ("givenName", &name),
                ("ENTPersonDateNaissance", &format!("01/01/2015{text}")),
            ],
        );
    }
}

#[test]
fn names_never_steer_the_terminal() {
    let school = School::up(60);
    poison(&school);
    let uid = school.uid("accents");
    let file = school.write("list.csv", "login\nnobody\u{1b}[31m\n\u{202e}ydobon\n");
    let faulty = school.write("faulty.csv", "\u{1b}[31m;\u{9b}x\nx;\u{202e}\n");
    for format in ["table", "csv", "json"] {
        for lang in ["en", "fr"] {
            for (args, status) in [
                (&["account", "find", "dupont"][..], 0),
                (&["account", "list", "--class", "6A"], 0),
                (&["account", "show", &uid], 0),
                (&["account", "show", "dupont"], 5),
                (&["account", "show", "l\u{1b}[31méa dupond"], 5),
                (&["account", "show", "\u{202e}\u{7}"], 5),
                (&["account", "list", "--class", "\u{1b}[31m6A"], 5),
                (&["account", "list", "--group", "\u{9b}31m"], 5),
                (&["account", "list", "--school", "\u{1b}c"], 5),
                (&["account", "list", "--filter", "(cn=\u{1b}"], 2),
                (&["password", "status", "--class", "6A"], 0),
                (&["password", "reset", "--class", "6A", "--dry-run"], 0),
                (&["account", "lock", "--dry-run", "--class", "6A"], 0),
                (&["account", "lock", "--from", &file, "--yes"], 5),
                (&["account", "lock", "--from", &faulty, "--yes"], 2),
                (&["account", "lock", "--from", "\u{1b}[31m.csv", "--yes"], 2),
                (
                    &[
                        "password",
                        "reset",
                        &uid,
                        "--yes",
                        "--slips",
                        "\u{1b}/s.csv",
                    ],
                    2,
                ),
                (&["history", "show", "\u{1b}[31m"], 5),
                (&["password", "change", "\u{1b}[31m", "--stdin"], 5),
                (&["--\u{1b}[31m"], 2),
                (&["\u{1b}[31m"], 2),
                (&["--profile", "\u{1b}[31m"], 2),
            ] {
                let mut run = school.sandbox().home().entctl([
                    "--format",
                    format,
                    "--lang",
                    lang,
                    "--verbose",
                ]);
                if args[0] != "--profile" {
                    run = run.args(["--profile", &school.sandbox().profile()]);
                }
                let output = run.args(args).stdin("a\nb\n").run();
                assert_tame_in(&output, format);
                assert_eq!(output.status, Some(status), "{args:?}\n{output}");
            }
        }
    }
    // Written ones too, with what they leave in the history.
    let output = school
        .inter(&["password", "reset", "--class", "6A", "--yes"])
        .args(["--print", "--reason", "\u{1b}[31mmotif\u{202e}"])
        .run()
        .expect_success();
    assert_tame(&output);
    assert_tame(&school.inter(&["history", "list"]).run().expect_success());
    let runs = std::fs::read_dir(school.sandbox_history().join("runs")).expect("runs");
    for run in runs.flatten() {
        let show = school.inter(&["history", "show"]).arg(run.file_name());
        assert_tame(&show.run().expect_success());
    }
}

/// A CSV that goes to a file or a program is data and stays as it is; the talk beside it is for people.
#[track_caller]
fn assert_tame_in(output: &Output, format: &str) {
    assert_tame(&Output {
        stdout: if format == "csv" {
            String::new()
        } else {
            output.stdout.clone()
        },
        ..output.clone()
    });
}

#[test]
fn at_a_terminal_a_csv_is_tame_too() {
    let school = School::up(60);
    poison(&school);
    let list = ["--format", "csv", "account", "list", "--class", "6A"];
    let terminal = Terminal::start(school.inter(&list));
    let mut terminal = terminal;
    terminal.expect("10 accounts.");
    let raw = terminal.raw();
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    let text = String::from_utf8(raw).expect("UTF-8").replace("\r\n", "\n");
    assert!(text.contains("zoe.lefevre"), "{screen}");
    assert_tame(&Output {
        status: Some(0),
        signal: None,
        stdout: text,
        stderr: String::new(),
        stdout_bytes: Vec::new(),
    });
}

#[test]
fn json_says_the_same_in_escapes() {
    let school = School::up(30);
    let name = "Léa\u{9b}31m\u{202e}x\u{7f}\u{1b}[0m";
    set(&school, &school.dn("accents"), &[("givenName", name)]);
    let show = ["--format", "json", "account", "show"];
    let output = school
        .inter(&show)
        .arg(school.login("accents"))
        .run()
        .expect_success();
    assert_tame(&output);
    let told = output.json()["account"]["name"].clone();
    assert!(told.as_str().expect("a name").contains(name), "{told}");
}

#[test]
fn very_long_names_are_shown_and_found() {
    let school = School::up(30);
    let long = "Maximilien-".repeat(900);
    set(
        &school,
        &school.dn("accents"),
        &[("displayName", &long), ("givenName", &long), ("cn", &long)],
    );
    let login = school.login("accents");
    for args in [
        &["account", "show", &login][..],
        &["account", "find", "lefevre"],
        &["account", "list", "--class", "6A"],
        &["password", "reset", &login, "--yes", "--print"],
        &["password", "reset", &login, "--yes", "--slips", "s.html"],
    ] {
        let output = school.inter(args).run().expect_success();
        assert_tame(&output);
    }
}

#[test]
fn names_full_of_signs_resolve() {
    let school = School::up(30);
    let full = r#"Jean "Jeannot" O'Neil (fils), dit *Le\Grand* + 1$"#;
    let uid = school.uid("special_characters");
    set(
        &school,
        &school.dn("special_characters"),
        &[
            ("givenName", r#"  Jean "Jeannot""#),
            ("sn", r#" O'Neil (fils), dit *Le\Grand* + 1$"#),
        ],
    );
    for text in [
        full,
        r#"jean "jeannot" o'neil (fils)"#,
        "Jean Jeannot O'Neil fils",
        "  JEAN \"JEANNOT\" O'NEIL (FILS)  4A",
    ] {
        let output = school
            .inter(&["--format", "json", "account", "show", text])
            .run()
            .expect_success();
        assert_eq!(output.json()["account"]["uid"], uid, "{text}");
    }
    let run = school
        .inter(&["--format", "json", "password", "reset", "--yes", "--print"])
        .arg(full)
        .run()
        .expect_success();
    assert!(
        school
            .bind("special_characters", &printed(&run))
            .must_change
    );
}

/// A pupil whose number, name in the directory and login are made of everything that means something in a
/// name, a filter or a `$`-separated value.
fn strange_pupil(school: &School, uid: &str, login: &str) -> String {
    let escaped: String = uid
        .char_indices()
        .map(|(at, c)| match c {
            ' ' | '#' if at == 0 => format!("\\{c}"),
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' => format!("\\{c}"),
            _ => c.to_string(),
        })
        .collect();
    let dn = school.dn_of_uid(&escaped);
    let model = school.entry("accents");
    let mut ldif = format!("dn:: {}\nchangetype: add\n", base64(&dn));
    let operational = [
        "structuralobjectclass",
        "entryuuid",
        "creatorsname",
        "createtimestamp",
        "entrycsn",
        "modifiersname",
        "modifytimestamp",
        "entrydn",
        "subschemasubentry",
        "hassubordinates",
        "memberof",
        "pwdchangedtime",
        "pwdlastsuccess",
        "pwdhistory",
        "pwdfailuretime",
        "uid",
        "entpersonlogin",
        "userpassword",
        "mail",
        "entpersonjointure",
        "sn",
        "cn",
        "displayname",
        "pwdpolicysubentry",
    ];
    for (attribute, values) in &model.attributes {
        if operational.contains(&attribute.to_lowercase().as_str()) {
            continue;
        }
        for value in values {
            ldif.push_str(&format!(
                "{attribute}:: {}\n",
                base64::engine::general_purpose::STANDARD.encode(value)
            ));
        }
    }
    for (attribute, value) in [
        ("uid", uid),
        ("ENTPersonLogin", login),
        ("ENTPersonJointure", "AC-TOULOUSE$(999)*"),
        ("sn", " Étrange, (l')*"),
        ("cn", " Zoé Étrange, (l')*"),
        ("displayName", " Zoé Étrange, (l')*"),
        ("userPassword", "un-mot-ancien-4"),
    ] {
        ldif.push_str(&format!("{attribute}:: {}\n", base64(value)));
    }
    school.manage().modify(&ldif).expect_success();
    dn
}

#[test]
fn a_name_in_the_directory_full_of_signs_is_shown_reset_and_locked() {
    let school = School::up(30);
    for (uid, login) in [
        (r#" a,b+c"d\e*f(g)h$i"#, r#"x*(y)\z,"w"+$"#),
        ("#9;<x>=é", "*"),
    ] {
        let dn = strange_pupil(&school, uid, login);
        for text in [login, uid, dn.as_str()] {
            let show = ["--format", "json", "account", "show", "--", text];
            let output = school.inter(&show).run().expect_success();
            assert_eq!(output.json()["account"]["uid"], uid, "{text}");
        }
        let reset = ["--format", "json", "password", "reset", "--yes", "--print"];
        let run = school
            .inter(&reset)
            .args(["--", &dn])
            .run()
            .expect_success();
        let password = printed(&run);
        let bound = crate::support::ldap_utils::bind(school.sandbox().url(), &dn, &password);
        assert_eq!((bound.code, bound.must_change), (0, true), "{bound:?}");
        let lock = ["account", "lock", "--yes", "--", &dn];
        let _ = school.inter(&lock).run().expect_success();
        let entry = school.eye().read(&dn, &["pwdAccountLockedTime"]);
        assert_eq!(
            entry.expect("the entry").one("pwdAccountLockedTime"),
            Some("000001010000Z".to_owned())
        );
        // Nobody else was touched by a `*`.
        let zoe = school.bind("accents", &school.old_password("accents"));
        assert_eq!((zoe.code, zoe.must_change), (0, false));
        school
            .manage()
            .modify(&format!("dn:: {}\nchangetype: delete\n", base64(&dn)))
            .expect_success();
    }
}

#[test]
fn a_star_is_a_star() {
    let school = School::up(30);
    let before = school.dump();
    for text in ["*", "lea*", "(|(uid=*))", "*)(uid=*", "\\2a", "zoe.lef*"] {
        let told = school
            .inter(&["password", "reset", "--yes", "--print", "--", text])
            .run()
            .expect_status(5);
        assert_eq!(told.stdout, "", "{text}");
        let told = school
            .inter(&["password", "change", "--stdin", "--", text])
            .stdin("un-mot-1\nun-mot-2\n")
            .run();
        let _ = told.expect_status(5);
    }
    let told = school.inter(&["account", "list", "--group", "*"]).run();
    let _ = told.expect_status(5);
    let told = school.inter(&["account", "list", "--class", "*"]).run();
    let _ = told.expect_status(5);
    school.assert_untouched(&before);
}

#[test]
fn a_spreadsheet_calculates_nothing_and_reads_back_the_same() {
    let school = School::up(30);
    let formulas = [
        ("accents", "=cmd|' /C calc'!A0"),
        ("namesake_6a", "+1+2"),
        ("sibling_college", "@SUM(A1)"),
        ("initial", "-1"),
    ];
    for (who, formula) in formulas {
        set(
            &school,
            &school.dn(who),
            &[("sn", formula), ("givenName", formula)],
        );
    }
    let _ = school
        .inter(&["password", "reset", "--class", "6A", "--yes"])
        .args(["--slips", "s.csv"])
        .run()
        .expect_success();
    let list = school
        .inter(&["--format", "csv", "account", "list", "--class", "6A"])
        .run()
        .expect_success();
    let written = std::fs::read_to_string(school.file("s.csv")).expect("the slips");
    for text in [&written, &list.stdout] {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .from_reader(text.as_bytes());
        let mut defused = 0;
        for row in reader.records() {
            for cell in &row.expect("a row") {
                assert!(
                    !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{cell}"
                );
                defused += usize::from(cell.contains("cmd|"));
            }
        }
        assert!(defused > 0, "{text}");
    }
    // What was written is read back: the same people, by their logins.
    let again = school
        .inter(&["--format", "json", "password", "reset", "--yes", "--print"])
        .args(["--from", &school.file("s.csv").display().to_string()])
        .run()
        .expect_success();
    assert_eq!(
        again.json_lines().len() - 1,
        slips(&school.file("s.csv")).len()
    );
}

#[test]
fn a_page_of_slips_runs_nothing() {
    let school = School::up(30);
    set(
        &school,
        &school.dn("accents"),
        &[
            ("sn", "</td><script>alert(1)</script>"),
            ("givenName", "<img src=x onerror=alert(1)>&amp;\""),
        ],
    );
    let _ = school
        .inter(&["password", "reset", "--yes", "--slips", "s.html"])
        .arg(school.login("accents"))
        .run()
        .expect_success();
    let page = std::fs::read_to_string(school.file("s.html")).expect("the page");
    assert!(
        !page.contains("<script>alert") && !page.contains("<img"),
        "{page}"
    );
    assert!(page.contains("&lt;script&gt;alert"), "{page}");
}
