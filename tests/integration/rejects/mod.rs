//! `--keep-going`: the accounts left out are named, kept in a file, mended and read again.

mod scene;

use crate::interrupted::MODIFY;
use crate::premises::slips;
use crate::support::proxy::{Fault, Proxy, Step, When};
use scene::{BAD, GOOD, Ground, HEADER, assert_named, cells, codes, typed, windows_1252};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn without_keep_going_nothing_is_written_and_every_row_is_named() {
    let ground = Ground::new();
    let before = ground.school.dump();
    let list = ground.write("liste.csv", ground.list().replace("repeated", ""));
    for (words, status) in [
        (&["account", "lock"][..], 2),
        (&["password", "reset", "--slips", "s.csv"], 2),
    ] {
        let run = ground.run(words, &list).run().expect_status(status);
        assert!(run.stderr.contains("19"), "{run}");
    }
    // Without the row that stands there twice the others are told, all of them.
    let mut rows = ground.rows.clone();
    rows.remove(17);
    let list = ground.write("liste2.csv", format!("{HEADER}\n{}\n", rows.join("\n")));
    let run = ground
        .run(&["account", "lock"], &list)
        .run()
        .expect_status(6);
    assert_named(&run.stderr, "line", [3, 7, 11]);
    ground.school.assert_untouched(&before);
    let left: Vec<_> = std::fs::read_dir(ground.school.file(""))
        .expect("home")
        .flatten()
        .collect();
    assert_eq!(left.len(), 2, "no rejects, no slips: {left:?}");
}

#[test]
fn rows_left_out_are_kept_mended_and_read_again() {
    let ground = Ground::new();
    for (encoding, bytes) in [
        ("windows-1252", windows_1252(&ground.list())),
        ("utf-8", ground.list().into_bytes()),
    ] {
        let name = format!("{encoding}.csv");
        let list = ground.write(&name, &bytes);
        let slips_file = format!("slips-{encoding}.csv");
        let before = ground.school.dump();
        let french = encoding == "utf-8";
        let run = ground.run(
            &["password", "reset", "--keep-going", "--slips", &slips_file],
            &list,
        );
        let run = if french { run.french() } else { run };
        let run = run.run().expect_status(3);
        let word = if french { "Ligne" } else { "Line" };
        assert_named(&run.stderr, word, BAD.map(|(line, _)| line));
        let rejects = ground
            .school
            .file(format!("{encoding}-rejects.csv").as_str());
        assert!(run.stderr.contains(&rejects.display().to_string()), "{run}");
        assert_eq!(slips(&ground.school.file(&slips_file)).len(), GOOD);
        let traces = ["pwdLastSuccess", "pwdFailureTime"];
        let changed = before
            .comparable()
            .without(&traces)
            .changed(&ground.school.dump().comparable().without(&traces));
        assert_eq!(changed, ground.dns());
        assert_eq!(
            std::fs::read(&list).expect("the list"),
            bytes,
            "left as it was"
        );

        // As they stood there, formula defused, quotes and separators kept, the own column “code” too.
        let kept = cells(&rejects);
        assert_eq!(kept[0].join(";"), format!("{HEADER} 2;line;code;reason"));
        assert_eq!(codes(&kept), BAD.into_iter().collect());
        let row = |code: &str| {
            let row = kept.iter().find(|row| row[row.len() - 2] == code);
            row.unwrap_or_else(|| panic!("{code}")).clone()
        };
        assert_eq!(row("not-found")[3], "'=1+1;\"ici\"");
        assert_eq!(row("not-found")[4], "y");
        assert_eq!(row("ambiguous")[3], "à voir");

        // Mended: somebody who is there, and the class that tells namesakes apart.
        let text = std::fs::read_to_string(&rejects).expect("the rejects");
        let found = ground.school.entry("accents");
        let mended = text
            .replace(
                "Inconnue;Zélie",
                &format!(
                    "{};{}",
                    found.one("sn").expect("a name"),
                    found.one("givenName").expect("a name")
                ),
            )
            .replace(";;à voir", ";6A;à voir");
        assert_ne!(mended, text);
        std::fs::write(&rejects, mended).expect("mended");
        let slips_again = format!("slips-again-{encoding}.csv");
        let again = ground
            .run(
                &["password", "reset", "--keep-going", "--slips", &slips_again],
                &rejects,
            )
            .run()
            .expect_status(3);
        let logins: BTreeSet<String> = slips(&ground.school.file(&slips_again))
            .into_iter()
            .map(|(login, _)| login)
            .collect();
        // One who stood there twice stands in what was left out once.
        let mut wanted: BTreeSet<String> = ["accents", "namesake_6a"]
            .map(|who| ground.school.login(who))
            .into();
        wanted.insert(typed(&ground.good[0]));
        assert_eq!(logins, wanted, "{again}");
        // What is left is numbered by the lines of the file that was read, with one set of reasons.
        let left = ground
            .school
            .file(format!("{encoding}-rejects-rejects.csv").as_str());
        let left = cells(&left);
        assert_eq!(left[0], kept[0]);
        let wanted = [(4, "out-of-scope"), (5, "protected"), (7, "role-parent")];
        assert_eq!(codes(&left), wanted.into_iter().collect(), "{again}");
    }
}

#[test]
fn the_same_list_again_changes_nobody_and_overwrites_nothing() {
    let ground = Ground::new();
    let list = ground.write("liste.csv", ground.list());
    let before = ground.closed();
    let lock = ["--format", "json", "account", "lock", "--keep-going"];
    let left_out: BTreeSet<(u64, &str)> = BAD.into_iter().filter(|(line, _)| *line != 41).collect();

    // A simulation first: named, nothing written anywhere.
    let simulated = ground
        .run(&lock, &list)
        .arg("--dry-run")
        .run()
        .expect_status(3);
    let summary = simulated.json_lines().pop().expect("a summary");
    assert_eq!(summary["counts"]["planned"], GOOD + 1, "{simulated}");
    assert_eq!(summary["counts"]["refused"], 5, "{simulated}");
    assert!(summary["rejects"].is_null(), "{simulated}");
    assert_eq!(ground.closed(), before);

    let mut first = Vec::new();
    for (turn, outcome) in ["done", "unchanged", "unchanged"].into_iter().enumerate() {
        let run = ground.run(&lock, &list).run().expect_status(3);
        let mut lines = run.json_lines();
        let summary = lines.pop().expect("a summary");
        let name = match turn {
            0 => "liste-rejects.csv".to_owned(),
            _ => format!("liste-rejects-{}.csv", turn + 1),
        };
        let rejects = ground.school.file(name.as_str());
        assert_eq!(summary["rejects"], rejects.display().to_string(), "{run}");
        assert_eq!(summary["counts"][outcome], GOOD + 1, "{run}");
        assert_eq!(summary["counts"]["refused"], 5, "{run}");
        assert_eq!(summary["run"].is_null(), turn > 0, "{run}");
        assert_eq!(codes(&cells(&rejects)), left_out);
        let refused: BTreeSet<(u64, String)> = lines
            .iter()
            .filter(|line| line["outcome"] == "refused")
            .map(|line| {
                assert!(
                    line["message"].as_str().is_some_and(|m| !m.is_empty()),
                    "{line}"
                );
                let code = line["code"].as_str().expect("a code").to_owned();
                (line["line"].as_u64().expect("a line"), code)
            })
            .collect();
        let wanted = left_out
            .iter()
            .map(|(line, code)| (*line, (*code).to_owned()));
        assert_eq!(refused, wanted.collect(), "{run}");
        let done = lines
            .iter()
            .filter(|line| line["outcome"] == outcome)
            .count();
        assert_eq!(done, GOOD + 1, "{run}");
        // Those before stay as they were.
        first.push((
            rejects.clone(),
            std::fs::read(&rejects).expect("the rejects"),
        ));
        for (path, content) in &first {
            assert_eq!(&std::fs::read(path).expect("the rejects"), content);
        }
    }
    let mut closed = ground.closed();
    closed.retain(|dn| !before.contains(dn));
    let mut wanted = ground.dns();
    wanted.insert(ground.school.dn("parent_college"));
    assert_eq!(closed, wanted);
}

#[test]
fn a_list_from_a_pipe_has_no_file_beside_it() {
    let ground = Ground::new();
    let run = |more: &[&str], input: &str| {
        ground
            .run(&["account", "lock", "--keep-going"], Path::new("-"))
            .args(more)
            .stdin(input)
            .run()
    };
    let list = "login\nnobody.here\n";
    let none = run(&[], list).expect_status(5);
    assert!(none.stderr.contains("Line 2"), "{none}");
    let home = || {
        std::fs::read_dir(ground.school.file(""))
            .expect("home")
            .count()
    };
    assert_eq!(home(), 0, "no file");
    // Neither where a shell hands in a pipe by a name.
    let pipe = ground.school.file("tube");
    let _ = ground
        .school
        .sandbox()
        .home()
        .program("mkfifo", [&pipe])
        .run()
        .expect_success();
    let feed = ground
        .school
        .sandbox()
        .home()
        .program("sh", ["-c", "printf 'login\\nnobody.here\\n' >tube"])
        .spawn();
    let _ = ground
        .run(&["account", "lock", "--keep-going"], &pipe)
        .run()
        .expect_status(5);
    let _ = feed.wait().expect_success();
    assert_eq!(home(), 1, "the pipe alone");
    // Where one is asked for, there it is, with the columns of what was read.
    let _ = run(&["--rejects", "asked.csv"], list).expect_status(5);
    let asked = cells(&ground.school.file("asked.csv"));
    assert_eq!(asked[0], ["login", "line", "code", "reason"]);
    assert_eq!(asked[1][..3], ["nobody.here", "2", "not-found"]);
    // It is never written over, and looked for before anything else.
    let before = std::fs::read(ground.school.file("asked.csv")).expect("the rejects");
    let good = format!("login\n{}\nnobody.here\n", typed(&ground.good[0]));
    let closed = ground.closed();
    let refused = run(&["--rejects", "asked.csv"], &good).expect_status(2);
    assert!(refused.stderr.contains("asked.csv"), "{refused}");
    assert_eq!(ground.closed(), closed);
    assert_eq!(
        std::fs::read(ground.school.file("asked.csv")).expect("the rejects"),
        before
    );
    // Nobody is left out: no file.
    let only = format!("login\n{}\n", typed(&ground.good[0]));
    let _ = run(&["--rejects", "nobody.csv"], &only).expect_success();
    assert!(!ground.school.file("nobody.csv").exists());
}

#[test]
fn imposed_passwords_never_stand_among_the_rejects() {
    let ground = Ground::new();
    let secret = "Choucroute-garnie-7431";
    let other = "Potiron-vapeur-9912";
    let (first, second) = (&ground.good[0], ground.school.entry("ulis_lycee"));
    let list = format!(
        "login;ancien;mot de passe\n{};{other};{secret}\nnobody.here;{other};{secret}1\n{};{other};{secret}2\n",
        typed(first),
        typed(&second),
    );
    let list = ground.write("imposes.csv", list);
    let run = ground
        .school
        .with("garde", &["password", "reset", "--yes", "--keep-going"])
        .args(["--slips", "s.csv", "--rejects", "r.csv", "--password-from"])
        .arg(&list)
        .run()
        .expect_status(3);
    assert_eq!(
        slips(&ground.school.file("s.csv")),
        [(typed(first), secret.to_owned())]
    );
    let rejects = ground.school.file("r.csv");
    let kept = cells(&rejects);
    assert_eq!(kept[0], ["login", "line", "code", "reason"]);
    assert_eq!(
        codes(&kept),
        [(3, "not-found"), (4, "out-of-scope")]
            .into_iter()
            .collect()
    );
    let said = format!("{}{}{}", run.stdout, run.stderr, kept.concat().concat());
    for word in [secret, other] {
        assert!(!said.contains(word), "{said}");
    }
}

#[test]
fn nothing_is_written_where_the_rejects_could_not_be_kept() {
    let ground = Ground::new();
    let before = ground.school.dump();
    // Read-only even for root, who may write anywhere else.
    let script = "set -e; mkdir -p ro; cp \"$1\" ro/liste.csv; mount -t tmpfs x /mnt 2>/dev/null || exit 99; \
                  mount --bind ro ro; mount -o remount,ro,bind ro; shift; exec \"$@\"";
    let list = ground.write("liste.csv", ground.list());
    let unshare: &[&str] = if rustix::process::geteuid().is_root() {
        &["--mount"]
    } else {
        &["--mount", "--map-root-user"]
    };
    for more in [&[][..], &["--rejects", "ro/rejects.csv"]] {
        let run = ground
            .school
            .sandbox()
            .home()
            .program("unshare", unshare)
            .args(["sh", "-c", script, "sh"])
            .arg(&list)
            .arg(env!("CARGO_BIN_EXE_entctl"))
            .args(["--profile", "garde", "--format", "json", "account", "lock"])
            .args(["--yes", "--keep-going", "--from", "ro/liste.csv"])
            .args(more)
            .run();
        assert_ne!(
            run.status,
            Some(99),
            "mounting needs root or user namespaces\n{run}"
        );
        let run = run.expect_status(2);
        assert_eq!(run.json_errors()[0]["code"], "file-folder", "{run}");
        ground.school.assert_untouched(&before);
    }
}

#[test]
fn a_simulation_tells_by_its_exit_status_whether_there_is_something_to_do() {
    let ground = Ground::new();
    let pupil = typed(&ground.good[0]);
    let list = ground.write("un.csv", format!("login\n{pupil}\n"));
    let simulate = |list: &Path, more: &[&str]| {
        ground
            .run(
                &["account", "lock", "--dry-run", "--detailed-exitcode"],
                list,
            )
            .args(more)
            .run()
    };
    let _ = simulate(&list, &[]).expect_status(4);
    let _ = ground
        .run(&["account", "lock", "--dry-run"], &list)
        .run()
        .expect_status(0);
    let _ = ground
        .run(&["account", "lock"], &list)
        .run()
        .expect_success();
    let _ = simulate(&list, &[]).expect_status(0);
    // Somebody left out comes before something to do.
    let both = ground.write(
        "deux.csv",
        format!("login\n{}\nnobody.here\n", typed(&ground.good[1])),
    );
    let _ = simulate(&both, &["--keep-going"]).expect_status(3);
    let _ = simulate(&both, &[]).expect_status(5);
}

#[test]
fn closing_is_limited_as_usual_unless_more_is_asked_for() {
    let ground = Ground::new();
    let mut list = "login\n".to_owned();
    let pupils = ["6A", "6B", "5A", "5B", "4A", "4B", "3A", "3B"]
        .map(|class| ground.school.pupils_of(class));
    for pupil in pupils
        .iter()
        .flatten()
        .filter(|p| p.one("pwdAccountLockedTime").is_none())
        .take(60)
    {
        list.push_str(&format!(
            "{}\n",
            pupil.one("ENTPersonLogin").expect("a login")
        ));
    }
    let count = list.lines().count() - 1;
    assert!(count > 50, "{count}");
    let list = ground.write("soixante.csv", list);
    let before = ground.school.dump();
    let lock = |more: &[&str]| {
        ground
            .run(
                &["--format", "json", "account", "lock", "--keep-going"],
                &list,
            )
            .args(more)
            .run()
    };
    for more in [&[][..], &["--dry-run"], &["--max-changes", "10"]] {
        let run = lock(more).expect_status(6);
        assert_eq!(run.json_errors()[0]["code"], "too-many-changes", "{run}");
    }
    ground.school.assert_untouched(&before);
}

#[test]
fn who_is_refused_in_the_middle_of_a_run_is_among_the_rejects_too() {
    let ground = Ground::new();
    // While the first account is written, another administrator closes the last one of the list, and somebody
    // takes the name of the rejects file.
    let last = ground.good.last().expect("somebody").dn.clone();
    for taken in [false, true] {
        let history = if taken { "autre" } else { "garde" };
        let (eye, dn) = (ground.school.manage(), last.clone());
        let file = ground.school.file("r.csv");
        let step = Step::held(
            When::Operation(MODIFY, 1),
            Fault::call(move |_| {
                let answer = eye.modify(&format!(
                    "dn: {dn}\nchangetype: modify\nreplace: pwdAccountLockedTime\n\
                     pwdAccountLockedTime: 000001010000Z\n-\n"
                ));
                assert!(answer.ok(), "{answer}");
                if taken {
                    std::fs::write(&file, "theirs").expect("a file");
                }
            }),
        );
        let proxy = Proxy::with(ground.school.sandbox().url(), [step]);
        ground.school.profile(history, &proxy.url(), "");
        let good: Vec<String> = ground.good.iter().map(typed).collect();
        let list = ground.write("bons.csv", format!("login\n{}\n", good.join("\n")));
        let run = ground
            .school
            .with(
                history,
                &[
                    "--format",
                    "json",
                    "password",
                    "reset",
                    "--yes",
                    "--keep-going",
                ],
            )
            .args(["--slips", if taken { "s2.csv" } else { "s1.csv" }])
            .args(["--rejects", "r.csv", "--from"])
            .arg(&list)
            .run()
            .expect_status(3);
        let summary = run.json_lines().pop().expect("a summary");
        assert_eq!(summary["counts"]["done"], GOOD - 1, "{run}");
        assert_eq!(summary["counts"]["refused"], 1, "{run}");
        let rejects = ground.school.file("r.csv");
        if taken {
            // What was written stays written: not “nothing was changed”, and the file is not overwritten.
            assert!(summary["rejects"].is_null(), "{run}");
            assert!(
                run.stderr.contains("\"code\":\"rejects-not-written\""),
                "{run}"
            );
            assert_eq!(std::fs::read_to_string(&rejects).expect("theirs"), "theirs");
        } else {
            assert_eq!(summary["rejects"], rejects.display().to_string(), "{run}");
            let line = u64::try_from(GOOD + 1).expect("a line");
            assert_eq!(
                codes(&cells(&rejects)),
                [(line, "drift")].into_iter().collect()
            );
            std::fs::remove_file(&rejects).expect("away");
            let open = format!("dn: {last}\nchangetype: modify\ndelete: pwdAccountLockedTime\n-\n");
            let _ = ground.school.manage().modify(&open).expect_success();
        }
    }
}
