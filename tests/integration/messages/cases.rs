//! Every case: how it is made to go wrong.

use super::document::{Case, Part};
use super::stage::{Said, Stage, in_language, typed};
use crate::support::ber::op;
use crate::support::proxy::{Fault, Step, When};
use crate::support::pty::{CTRL_C, ENTER, Terminal};
use entctl::i18n::Language;

macro_rules! typed_cases {
    ($($title:literal, $status:literal, [$($arg:literal),* $(,)?];)*) => {
        &[$(Case {
            title: $title,
            status: $status,
            run: |stage, language| stage.run(language, &[$($arg),*]),
        }),*]
    };
}

const COMMAND_LINE: &[Case] = typed_cases![
    "An option that does not exist", 2, ["password", "reset", "--klass", "6A"];
    "A command that does not exist", 2, ["password", "rest"];
    "No command", 2, ["password"];
    "A value that does not fit", 2, ["--format", "xml", "account", "list"];
    "A style that does not exist", 2, ["password", "reset", "--class", "6A", "--style", "emoji"];
    "A limit that is none", 2, ["password", "reset", "--class", "6A", "--max-changes", "beaucoup"];
    "A value is missing", 2, ["password", "reset", "--class"];
    "An argument is missing", 2, ["account", "find"];
    "Options that exclude each other", 2,
        ["password", "reset", "--class", "6A", "--print", "--slips", "slips.csv"];
    "A first letter without slips", 2, ["password", "reset", "--role", "parent", "--first"];
    "Nobody named", 2, ["--profile", "essai", "password", "reset", "--print", "--yes"];
    "Nowhere for the passwords to go", 2, ["--profile", "essai", "password", "reset", "--class", "6A", "--yes"];
    "Nobody there to confirm", 2,
        ["--profile", "essai", "password", "reset", "--class", "6A", "--slips", "slips.csv"];
    "A change is not confirmed in JSON", 2,
        ["--profile", "essai", "--format", "json", "password", "reset", "zoe.lefevre", "--print"];
    "Nobody there to type a password", 2, ["--profile", "essai", "password", "change", "zoe.lefevre"];
    "No login for a change of one's own password", 2, ["--profile", "essai", "password", "change"];
];

const CONFIGURATION: &[Case] = typed_cases![
    "A profile that does not exist", 2, ["--profile", "colege", "account", "list"];
    "A configuration that is not there", 2, ["--config", "absent.toml", "account", "list"];
    "A configuration that is not TOML", 2, ["--config", "mistakes.toml", "account", "list"];
    "Settings that do not exist or do not fit", 2, ["--config", "unknown-key.toml", "account", "list"];
    "A password file that others may read", 2, ["--config", "open.toml", "account", "list"];
    "A password that would cross the network unprotected", 2, ["--config", "plain.toml", "account", "list"];
];

const DIRECTORY: &[Case] = &[
    Case {
        title: "The server is down",
        status: 10,
        run: |stage, language| stage.run(language, &["--config", "down.toml", "account", "list"]),
    },
    Case {
        title: "Wrong password of the profile",
        status: 11,
        run: |stage, language| stage.run(language, &["--config", "wrong.toml", "account", "list"]),
    },
    Case {
        title: "A certificate of an unknown authority",
        status: 10,
        run: |stage, language| {
            stage.run(
                language,
                &["--config", "unknown-ca.toml", "account", "list"],
            )
        },
    },
    Case {
        title: "A certificate that has expired",
        status: 10,
        run: |stage, language| {
            let args = ["--config", "ca.toml", "account", "list"];
            stage.run_as(language, &args, |entctl| entctl.at("@2130-01-01 12:00:00"))
        },
    },
    Case {
        title: "A certificate that is not valid yet, or a clock that is slow",
        status: 10,
        run: |stage, language| {
            let args = ["--config", "ca.toml", "account", "list"];
            stage.run_as(language, &args, |entctl| entctl.at("@2019-01-01 12:00:00"))
        },
    },
    Case {
        title: "The server falls silent while it is read",
        status: 10,
        run: |stage, language| {
            let step = Step::held(When::Operation(op::SEARCH, 2), Fault::Stall);
            stage.run_through(
                language,
                step,
                &["--config", "bureau.toml", "account", "list"],
            )
        },
    },
    Case {
        title: "The server goes down while it is written to: nobody knows whether it was done",
        status: 3,
        run: |stage, language| {
            let step = Step::done(When::Operation(op::MODIFY, 1), Fault::Down);
            stage.run_through(language, step, &reset_zoe(&slips("lost", language)))
        },
    },
    Case {
        title: "Ctrl-C while it is written to",
        status: 130,
        run: |stage, language| {
            let slips = slips("stopped", language);
            let args = ["--config", "bureau.toml", "password", "reset"];
            let more = ["--from", "many.csv", "--slips", &slips, "--yes"];
            stage.interrupt(language, &[&args[..], &more[..]].concat())
        },
    },
    Case {
        title: "The connection is cut while it is read",
        status: 10,
        run: |stage, language| {
            let step = Step::held(When::Operation(op::SEARCH, 2), Fault::Down);
            stage.run_through(
                language,
                step,
                &["--config", "bureau.toml", "account", "list"],
            )
        },
    },
    Case {
        title: "The account of the profile has no right to see anybody",
        status: 5,
        run: |stage, language| {
            let args = ["--config", "nobody.toml", "account", "show", "zoe.lefevre"];
            stage.run(language, &args)
        },
    },
];

const PEOPLE: &[Case] = typed_cases![
    "Nobody of this name", 5, ["--profile", "essai", "password", "reset", "xyzzy plugh", "--print", "--yes"];
    "A misspelled name: the nearest are offered, none is taken", 5,
        ["--profile", "essai", "password", "reset", "zoe lefevbre", "--print", "--yes"];
    "Namesakes", 5, ["--profile", "essai", "password", "reset", "lea dupont", "--print", "--yes"];
    "Namesakes, in JSON", 5,
        ["--profile", "essai", "--format", "json", "password", "reset", "lea dupont", "--print", "--yes"];
    "A part of a name does not count with --yes", 5,
        ["--profile", "essai", "password", "reset", "zoe", "--print", "--yes"];
    "A pupil of another school", 6,
        ["--profile", "essai-college", "password", "reset", "lucas bernard", "--print", "--yes"];
    "A pupil of another school is not shown", 5, ["--profile", "essai-college", "account", "show", "lucas bernard"];
    "A parent", 6, ["--profile", "essai", "password", "reset", "isabelle bernard", "--print", "--yes"];
    "A parent who chose a password gets no first letter", 6,
        ["--profile", "essai", "password", "reset", "isabelle bernard", "--first", "--slips", "x.csv", "--yes"];
    "An account that the configuration protects", 6,
        ["--config", "protected.toml", "password", "reset", "zoe.lefevre", "--print", "--yes"];
    "An unknown class", 5, ["--profile", "essai-lycee", "account", "list", "--class", "9Z"];
    "A class that both schools have", 5, ["--profile", "essai", "account", "list", "--class", "ULIS"];
    "An unknown school", 5, ["--profile", "essai", "account", "list", "--school", "9999999Z"];
    "A school outside the profile", 5, ["--profile", "essai-college", "account", "list", "--school", "0310043Y"];
    "An unknown group", 5, ["--profile", "essai", "account", "list", "--group", "Échecs"];
    "A filter that is malformed", 2, ["--profile", "essai", "account", "list", "--filter", "(sn=Dupont"];
    "More changes than allowed", 6,
        ["--profile", "essai", "password", "reset", "--class", "6A", "--max-changes", "2", "--slips", "x.csv", "--yes"];
    "Several refused: each is named, nothing is done", 6,
        ["--profile", "essai", "password", "reset", "isabelle bernard", "celine dupont", "zoe.lefevre",
         "--slips", "x.csv", "--yes"];
    "Characters that mean something to a directory", 5,
        ["--profile", "essai", "account", "find", " a,b+c\"d\\e*f(g)h$i"];
    "Escape sequences are shown, not obeyed", 5,
        ["--profile", "essai", "account", "find", "\u{1b}[31mrouge\u{7}"];
];

const FILES: &[Case] = typed_cases![
    "No such file", 2, ["--profile", "essai", "account", "lock", "--from", "absent.csv", "--yes"];
    "An empty file", 2, ["--profile", "essai", "account", "lock", "--from", "empty.csv", "--yes"];
    "Titles without rows", 2, ["--profile", "essai", "account", "lock", "--from", "titles.csv", "--yes"];
    "No column that names an account", 2,
        ["--profile", "essai", "account", "lock", "--from", "no-column.csv", "--yes"];
    "A row with a cell too many", 2, ["--profile", "essai", "account", "lock", "--from", "row.csv", "--yes"];
    "An empty cell", 2, ["--profile", "essai", "account", "lock", "--from", "cell.csv", "--yes"];
    "A file that was cut", 2, ["--profile", "essai", "account", "lock", "--from", "cut.csv", "--yes"];
    "A quotation mark that never closes", 2,
        ["--profile", "essai", "account", "lock", "--from", "quote.csv", "--yes"];
    "A login twice", 2, ["--profile", "essai", "account", "lock", "--from", "twice.csv", "--yes"];
    "Bytes that are no text", 2, ["--profile", "essai", "account", "lock", "--from", "bytes.csv", "--yes"];
    "A file that is no spreadsheet", 2, ["--profile", "essai", "account", "lock", "--from", "nul.csv", "--yes"];
    "Rows that name nobody, several, or somebody elsewhere", 6,
        ["--profile", "essai-college", "account", "lock", "--from", "people.csv", "--yes"];
    "Windows-1252, as a French spreadsheet saves it, is read", 0,
        ["--profile", "essai", "account", "lock", "--from", "windows.csv", "--dry-run"];
    "UTF-16 is read", 0, ["--profile", "essai", "account", "lock", "--from", "utf16.csv", "--dry-run"];
    "A password that the rules refuse, named before anything is written", 6,
        ["--profile", "essai", "password", "reset", "--password-from", "passwords.csv",
         "--slips", "x.csv", "--yes"];
];

const DISK: &[Case] = &[
    Case {
        title: "The slips file exists",
        status: 2,
        run: |stage, language| stage.run(language, &reset_class("kept.csv")),
    },
    Case {
        title: "The folder of the slips does not exist",
        status: 2,
        run: |stage, language| stage.run(language, &reset_class("nowhere/slips.csv")),
    },
    Case {
        title: "A kind of slips file that is not known",
        status: 2,
        run: |stage, language| stage.run(language, &reset_class("slips.docx")),
    },
    Case {
        title: "The disk of the slips is full",
        status: 1,
        run: |stage, language| {
            let args = ["--profile", "essai", "password", "reset", "--class", "6A"];
            stage.run_with_full_disk(language, &args)
        },
    },
    Case {
        title: "The history cannot be written",
        status: 1,
        run: |stage, language| {
            let args = [
                "--config",
                "history.toml",
                "password",
                "reset",
                "zoe.lefevre",
            ];
            let more = ["--slips", "unwritten.csv", "--yes"];
            stage.run(language, &[&args[..], &more[..]].concat())
        },
    },
];

const OWN_PASSWORD: &[Case] = &[
    Case {
        title: "The current password is wrong",
        status: 11,
        run: |stage, language| {
            change(
                stage,
                language,
                "zoe.lefevre",
                "pas-le-bon\nbien-plus-long-9\n",
            )
        },
    },
    Case {
        title: "A login that does not exist",
        status: 5,
        run: |stage, language| change(stage, language, "zoe.lefebvre", "a\nb\n"),
    },
    Case {
        title: "The new password is too short",
        status: 6,
        run: |stage, language| {
            let typed = format!("{}\ncourt\n", first_password(stage));
            change(stage, language, "mael.oeuvrard", &typed)
        },
    },
    Case {
        title: "The new password is the old one",
        status: 6,
        run: |stage, language| {
            let old = first_password(stage);
            change(stage, language, "mael.oeuvrard", &format!("{old}\n{old}\n"))
        },
    },
    Case {
        title: "Only one of the two lines",
        status: 2,
        run: |stage, language| change(stage, language, "mael.oeuvrard", "seul\n"),
    },
];

const MEANWHILE: &[Case] = &[
    Case {
        title: "Another administrator disables the account between plan and write",
        status: 6,
        run: |stage, language| {
            let pupil = stage.school.pupil("zoe.lefevre");
            let disable = format!(
                "dn: {}\nchangetype: modify\nreplace: pwdAccountLockedTime\n\
                 pwdAccountLockedTime: 000001010000Z\n-\n",
                pupil.dn
            );
            let eye = crate::school::manager(&stage.school.sandbox);
            let step = Step::held(
                When::Operation(op::MODIFY, 1),
                Fault::call(move |_| {
                    let _ = eye.modify(&disable).expect_success();
                }),
            );
            let said = stage.run_through(language, step, &reset_zoe(&slips("drift", language)));
            let enable = format!(
                "dn: {}\nchangetype: modify\nreplace: pwdAccountLockedTime\n-\n",
                pupil.dn
            );
            let _ = stage.school.eye.modify(&enable).expect_success();
            said
        },
    },
    Case {
        title: "A disabled pupil stays disabled, and is named",
        status: 0,
        run: |stage, language| {
            let slips = slips("disabled", language);
            let args = ["--profile", "essai", "password", "reset", "nathan.rousseau"];
            stage.run(
                language,
                &[&args[..], &["--slips", &slips, "--yes"]].concat(),
            )
        },
    },
    Case {
        title: "Already disabled: nothing to do",
        status: 0,
        run: |stage, language| {
            let args = [
                "--profile",
                "essai",
                "account",
                "lock",
                "nathan.rousseau",
                "--yes",
            ];
            stage.run(language, &args)
        },
    },
];

const TERMINAL: &[Case] = &[
    Case {
        title: "Namesakes: one is chosen, then nothing confirmed",
        status: 0,
        run: |stage, language| {
            let args = ["--profile", "essai", "password", "reset", "lea dupont"];
            at_terminal(stage, language, &args, |terminal| {
                terminal.expect(which(language));
                terminal.send_line("7");
                terminal.expect(which(language));
                terminal.send_line("1");
                terminal.expect("/N] ");
                terminal.send_line("peut-être");
                terminal.expect("/N] ");
                terminal.send(ENTER);
            })
        },
    },
    Case {
        title: "A misspelled name: none of the nearest is chosen",
        status: 5,
        run: |stage, language| {
            let args = ["--profile", "essai", "password", "reset", "zoe lefevbre"];
            at_terminal(stage, language, &args, |terminal| {
                terminal.expect(which(language));
                terminal.send(ENTER);
            })
        },
    },
    Case {
        title: "Ctrl-C at the question",
        status: 130,
        run: |stage, language| {
            let args = ["--profile", "essai", "password", "reset", "zoe.lefevre"];
            at_terminal(stage, language, &args, |terminal| {
                terminal.expect("/N] ");
                terminal.send(CTRL_C);
            })
        },
    },
    Case {
        title: "One's own password: the rules, and two that differ",
        status: 130,
        run: |stage, language| {
            let args = ["--profile", "essai", "password", "change", "mael.oeuvrard"];
            at_terminal(stage, language, &args, |terminal| {
                let (current, new, again) = match language {
                    Language::En => (
                        "Current password: ",
                        "New password: ",
                        "New password, again: ",
                    ),
                    Language::Fr => (
                        "Mot de passe actuel : ",
                        "Nouveau mot de passe : ",
                        "Nouveau mot de passe, une seconde fois : ",
                    ),
                };
                for (prompt, typed) in [
                    (current, first_password(stage).as_str()),
                    (new, "court"),
                    (new, "bien-plus-long-9"),
                    (again, "bien-plus-long-8"),
                ] {
                    terminal.expect(prompt);
                    terminal.send_line(typed);
                }
                terminal.expect(new);
                terminal.send(CTRL_C);
            })
        },
    },
];

const HISTORY: &[Case] = typed_cases![
    "A run that does not exist", 5, ["--profile", "essai", "history", "show", "20260901-083012-k3f9"];
    "A name that is none of a run", 5, ["--profile", "essai", "history", "show", "hier"];
    "A history that anybody may write to", 1, ["--config", "open-history.toml", "history", "list"];
    "An age that is none", 2,
        ["--profile", "essai", "history", "prune", "--older-than", "soon", "--yes"];
    "Nothing to finish", 0, ["--profile", "essai-lycee", "history", "resume"];
];

const UNDO: &[Case] = &[
    Case {
        title: "A password cannot come back",
        status: 6,
        run: |stage, language| {
            let reset = ["password", "reset", "zoe.lefevre", "--print"];
            let run = done(stage, &reset);
            take_back(stage, language, &run, &[])
        },
    },
    Case {
        title: "Somebody else has decided since",
        status: 6,
        run: |stage, language| {
            let zoe = stage.school.pupil("zoe.lefevre");
            let step = |step: &str| {
                let ldif = format!("dn: {}\nchangetype: modify\n{step}\n", zoe.dn);
                let _ = stage.school.eye.modify(&ldif).expect_success();
            };
            step("add: pwdAccountLockedTime\npwdAccountLockedTime: 20990101000000Z");
            let run = done(stage, &["account", "unlock", "zoe.lefevre"]);
            step("add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z");
            let said = take_back(stage, language, &run, &[]);
            let _ = done(stage, &["account", "unlock", "zoe.lefevre"]);
            said
        },
    },
    Case {
        title: "Everything is as before already",
        status: 0,
        run: |stage, language| {
            let run = done(stage, &["account", "lock", "zoe.lefevre"]);
            let _ = take_back(stage, language, &run, &[]);
            take_back(stage, language, &run, &[])
        },
    },
    Case {
        title: "Somebody who is not in the run",
        status: 5,
        run: |stage, language| {
            let run = done(stage, &["account", "lock", "zoe.lefevre"]);
            let said = take_back(stage, language, &run, &["--only", "hugo.martin"]);
            let _ = take_back(stage, language, &run, &[]);
            said
        },
    },
    Case {
        title: "A run of another profile",
        status: 6,
        run: |stage, language| {
            let run = done(stage, &["account", "lock", "zoe.lefevre"]);
            let args = [
                "--profile",
                "essai-college",
                "history",
                "undo",
                &run,
                "--yes",
            ];
            let said = stage.run(language, &args);
            let _ = take_back(stage, language, &run, &[]);
            said
        },
    },
];

const SANDBOX: &[Case] = typed_cases![
    "A name that will not do", 2, ["sandbox", "up", "--name", "Mon bac"];
    "Too few pupils", 2, ["sandbox", "up", "--name", "petit", "--pupils", "3"];
    "There is none of that name", 5, ["sandbox", "shell", "--name", "absent"];
    "Down where there is none", 0, ["sandbox", "down", "--name", "absent"];
];

/// The whole list, in the order of the document.
pub const PARTS: &[Part] = &[
    Part {
        title: "The command line",
        cases: COMMAND_LINE,
    },
    Part {
        title: "The configuration",
        cases: CONFIGURATION,
    },
    Part {
        title: "The directory",
        cases: DIRECTORY,
    },
    Part {
        title: "People",
        cases: PEOPLE,
    },
    Part {
        title: "Files",
        cases: FILES,
    },
    Part {
        title: "Slips and history",
        cases: DISK,
    },
    Part {
        title: "One's own password",
        cases: OWN_PASSWORD,
    },
    Part {
        title: "What others do meanwhile",
        cases: MEANWHILE,
    },
    Part {
        title: "At a terminal",
        cases: TERMINAL,
    },
    Part {
        title: "The history",
        cases: HISTORY,
    },
    Part {
        title: "Taking a run back",
        cases: UNDO,
    },
    Part {
        title: "The sandbox",
        cases: SANDBOX,
    },
];

/// Carries this out; the name of the run.
fn done(stage: &Stage, args: &[&str]) -> String {
    let output = stage
        .school
        .entctl(["--format", "json"])
        .args(args)
        .arg("--yes")
        .run()
        .expect_success();
    let summary = output.json_lines().pop().expect("a summary");
    summary["run"].as_str().expect("a run").to_owned()
}

fn take_back(stage: &Stage, language: Language, run: &str, more: &[&str]) -> Said {
    let args = ["--profile", "essai", "history", "undo", run, "--yes"];
    stage.run(language, &[&args[..], more].concat())
}

/// A name of its own for each language: a slips file is never overwritten.
fn slips(name: &str, language: Language) -> String {
    format!("{name}-{}.csv", language.as_str())
}

fn reset_zoe(slips: &str) -> [&str; 8] {
    [
        "--config",
        "bureau.toml",
        "password",
        "reset",
        "zoe.lefevre",
        "--slips",
        slips,
        "--yes",
    ]
}

fn reset_class(slips: &str) -> [&str; 9] {
    [
        "--profile",
        "essai",
        "password",
        "reset",
        "--class",
        "6A",
        "--slips",
        slips,
        "--yes",
    ]
}

/// The end of the question which of several is meant.
fn which(language: Language) -> &'static str {
    match language {
        Language::En => "none): ",
        Language::Fr => "aucun) : ",
    }
}

/// The password the sandbox gave to Maël Œuvrard.
fn first_password(stage: &Stage) -> String {
    stage.school.pupil("mael.oeuvrard").first_password()
}

fn change(stage: &Stage, language: Language, login: &str, typed: &str) -> Said {
    let args = ["--profile", "essai", "password", "change", login, "--stdin"];
    stage.run_as(language, &args, |entctl| entctl.stdin(typed))
}

fn at_terminal(
    stage: &Stage,
    language: Language,
    args: &[&str],
    play: impl FnOnce(&mut Terminal),
) -> Said {
    let entctl = in_language(stage.home().entctl(args), language);
    let mut terminal = Terminal::start(entctl);
    play(&mut terminal);
    let (status, answer) = terminal.wait();
    Said {
        command: typed(args),
        answer,
        status,
    }
}
