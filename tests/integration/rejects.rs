//! `--keep-going`: the accounts left out are named, kept in a file, mended and read again.

use crate::premises::{DISABLED, School, slips};
use crate::school::assert_private;
use crate::support::entctl::Entctl;
use crate::support::ldap_utils::Scope;
use crate::support::ldif::LdifEntry;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Number of the collège.
const COLLEGE: &str = "0310042X";
/// Rows that name one pupil each.
const GOOD: usize = 34;

/// A school with a guarded profile of the collège, and a list of forty: six of them name nobody that may be
/// reset.
struct Ground {
    school: School,
    good: Vec<LdifEntry>,
    /// Lines of the list, after the header.
    rows: Vec<String>,
}

/// Line of the list, and what is wrong with it.
const BAD: [(u64, &str); 6] = [
    (3, "not-found"),
    (7, "ambiguous"),
    (11, "out-of-scope"),
    (15, "protected"),
    (19, "repeated"),
    (41, "role-parent"),
];

/// The list's own columns; one is called as one of those that are added.
const HEADER: &str = "Nom;Prénom;Classe;Remarque;code";

impl Ground {
    fn new() -> Self {
        let school = School::up(200);
        let guarded = school.entry("never_set");
        let more = format!(
            "schools = [\"{}\"]\nprotected = \"(uid={})\"\n",
            COLLEGE,
            guarded.one("uid").expect("a number")
        );
        school.profile("garde", school.sandbox().url(), &more);
        let text = |entry: &LdifEntry, name: &str| entry.one(name).unwrap_or_default();
        let class = |entry: &LdifEntry| {
            let class = text(entry, "ENTEleveClasses");
            class.rsplit('$').next().unwrap_or_default().to_owned()
        };
        let row = |entry: &LdifEntry, remark: &str| {
            let (family, given) = (text(entry, "sn"), text(entry, "givenName"));
            format!("{family};{given};{};{remark};x", class(entry))
        };
        let mut good = Vec::new();
        let mut seen = BTreeSet::new();
        for entry in ["6A", "6B", "5A", "5B", "4A"]
            .iter()
            .flat_map(|c| school.pupils_of(c))
        {
            let plain = |s: &str| {
                s.chars()
                    .all(|c| c.is_ascii_alphabetic() || "éèàçôï".contains(c))
            };
            let (family, given) = (text(&entry, "sn"), text(&entry, "givenName"));
            let name = format!("{family} {given}");
            if entry.one("pwdAccountLockedTime").is_none()
                && entry.dn != guarded.dn
                && plain(&family)
                && plain(&given)
                && !["Dupont", "Lefèvre"].contains(&family.as_str())
                && seen.insert(name)
                && good.len() < GOOD
            {
                good.push(entry);
            }
        }
        assert_eq!(good.len(), GOOD);
        let mut rows: Vec<String> = good.iter().map(|entry| row(entry, "été")).collect();
        let namesake = school.entry("namesake_6a");
        let parent = school.entry("parent_college");
        for (line, code) in BAD {
            let row = match code {
                "not-found" => "Inconnue;Zélie;6A;\"=1+1;\"\"ici\"\"\";y".to_owned(),
                "ambiguous" => format!(
                    "{};{};;à voir;y",
                    text(&namesake, "sn"),
                    text(&namesake, "givenName")
                ),
                "out-of-scope" => row(&school.entry("ulis_lycee"), "lycée"),
                "protected" => row(&guarded, "à garder"),
                "repeated" => row(&good[0], "encore"),
                _ => format!(
                    "{};{};;parent;y",
                    text(&parent, "sn"),
                    text(&parent, "givenName")
                ),
            };
            rows.insert(usize::try_from(line).expect("a line") - 2, row);
        }
        assert_eq!(rows.len(), 40);
        Ground { school, good, rows }
    }

    /// The list as a French spreadsheet saves it.
    fn list(&self) -> String {
        format!("{HEADER}\r\n{}\r\n", self.rows.join("\r\n"))
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        PathBuf::from(self.school.write(name, content))
    }

    fn run(&self, words: &[&str], list: &Path) -> Entctl {
        self.school
            .with("garde", words)
            .args(["--yes", "--from"])
            .arg(list)
    }

    /// Who of these pupils is disabled.
    fn closed(&self) -> BTreeSet<String> {
        let filter = format!("(pwdAccountLockedTime={DISABLED})");
        let base = format!("ou=personnes,{}", self.school.sandbox().base_dn());
        let found = self
            .school
            .eye()
            .search(&base, Scope::Sub, &filter, &["1.1"]);
        found.into_iter().map(|entry| entry.dn).collect()
    }

    fn dns(&self) -> BTreeSet<String> {
        self.good.iter().map(|entry| entry.dn.clone()).collect()
    }
}

/// Bytes as older spreadsheets save them.
fn windows_1252(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin letters alone"))
        .collect()
}

/// Header and rows of a rejects file, as a spreadsheet reads it; it must be private.
#[track_caller]
fn cells(path: &Path) -> Vec<Vec<String>> {
    assert_private(path);
    let bytes = std::fs::read(path).expect("the rejects");
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a BOM");
    csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .from_reader(text)
        .records()
        .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
        .collect()
}

/// Line and code of each row.
fn codes(cells: &[Vec<String>]) -> BTreeSet<(u64, &str)> {
    cells[1..]
        .iter()
        .map(|row| {
            let [.., line, code, reason] = row.as_slice() else {
                panic!("{row:?}")
            };
            assert!(!reason.is_empty(), "{row:?}");
            (line.parse().expect("a line"), code.as_str())
        })
        .collect()
}

/// The accounts left out are named with their line, in this language.
#[track_caller]
fn assert_named(said: &str, word: &str, lines: impl IntoIterator<Item = u64>) {
    for line in lines {
        let start = format!("{word} {line}");
        assert_eq!(
            said.lines()
                .filter(|l| l.contains(&format!("{start}:")) || l.contains(&format!("{start} :")))
                .count(),
            1,
            "{start}\n{said}"
        );
    }
}

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

/// What a slip tells to type.
fn typed(entry: &LdifEntry) -> String {
    let alias = entry.one("ENTPersonAlias");
    alias
        .or_else(|| entry.one("ENTPersonLogin"))
        .expect("a login")
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
