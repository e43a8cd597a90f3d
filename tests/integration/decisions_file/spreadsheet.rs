//! A file of decisions through a real spreadsheet: opened, saved as its own kind of file, saved as CSV again.

use super::{Premises, Sheet, not_same};
use crate::support::entctl::Home;
use entctl::domain::duplicates::check::{Side, check};
use entctl::spreadsheet::{Table, write_csv};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

const MISSING: &str = "LibreOffice Calc is missing: install libreoffice-calc-nogui (or scripts/install-packages.sh test)";

/// `;`, quotes, UTF-8, first line 1; then how cells are taken.
const AS_IT_COMES: &str = "CSV:59,34,76,1";
/// The same, every cell a text: what a careful person chooses in the window.
const AS_TEXT: &str = "CSV:59,34,76,1,1/2/2/2/3/2/4/2/5/2/6/2/7/2/8/2/9/2/10/2";

/// Converts a file as the program without a window does.
#[track_caller]
fn convert(home: &Home, file: &Path, to: &str, from: Option<&str>) -> PathBuf {
    let office = Path::new("/usr/bin/soffice");
    assert!(office.exists(), "{MISSING}");
    let folder = home.file(format!("as-{}", to.split(':').next().unwrap_or(to)));
    let profile = format!(
        "-env:UserInstallation=file://{}",
        home.file("office").display()
    );
    let mut words = vec![
        profile,
        "--headless".to_owned(),
        "--convert-to".to_owned(),
        to.to_owned(),
        "--outdir".to_owned(),
        folder.display().to_string(),
    ];
    words.extend(from.map(|filter| format!("--infilter={filter}")));
    words.push(file.display().to_string());
    home.program(office, &words)
        .timeout(Duration::from_secs(180))
        .run()
        .expect_success();
    let ending = to.split(':').next().unwrap_or(to);
    let name = file.file_stem().expect("a name");
    folder.join(name).with_extension(ending)
}

/// There and back: what a person has after opening the file, saving it, and saving it as CSV.
#[track_caller]
pub fn through_a_spreadsheet(home: &Home, file: &Path, how: &str) -> Vec<u8> {
    let sheet = convert(home, file, "ods", Some(how));
    // `;`, quotes where needed, UTF-8, cells as they are shown.
    let csv = convert(
        home,
        &sheet,
        "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true",
        None,
    );
    std::fs::read(csv).expect("the file that was saved")
}

/// People whose numbers a spreadsheet takes for its own, and whose names it might run, cut or change.
const PEOPLE: [(&str, &str, &str, &str); 6] = [
    ("00123", "D'Août; \"dit\" Léon", "Zoé", "zoe.daout"),
    ("1E5", "1er mai", "=Œdipe", "oedipe.mai"),
    ("00124", "L’Hôte", "+Zoé", "zoe.lhote"),
    ("F-77", "Çelik, née Ünal", "@Ayşe", "ayse.celik"),
    ("0900", "-Tiret", "Mai-68", "mai.tiret"),
    ("3E2", "TRUE", "Ève", "eve.true"),
];

/// Parents of those names.
fn arrive(premises: &Premises) {
    let pupil = &premises.pupils_of("6A")[0].dn;
    for (uid, family, given, login) in PEOPLE {
        let ldif = format!(
            "dn: {}\nchangetype: add\nobjectClass: ENTPerson\nobjectClass: ENTAuxPersRelEleve\nuid: {uid}\ncn: {given} \
             {family}\nsn: {family}\ngivenName: {given}\nENTPersonLogin: {login}\nENTPersonJointure: AAF${uid}\n\
             ENTAuxPersRelEleveEleve: {pupil}\n",
            premises.dn_of_uid(uid)
        );
        let answer = premises.manage().modify(&ldif);
        assert!(answer.ok(), "{answer:?}");
    }
}

/// Each with the next, as `account duplicates` writes them.
fn pairs() -> Sheet {
    let columns = [
        "uid_a", "uid_b", "keep", "decision", "cluster", "check", "name_a", "name_b", "login_a",
        "login_b",
    ];
    let rows: Vec<Vec<String>> = PEOPLE
        .chunks(2)
        .zip(1..)
        .map(|(pair, number)| {
            let side = |at: usize| Side {
                uid: pair[at].0,
                family: pair[at].1,
                given: pair[at].2,
            };
            let name = |at: usize| format!("{} {}", pair[at].2, pair[at].1);
            let cell = |text: &str| text.to_owned();
            vec![
                cell(pair[0].0),
                cell(pair[1].0),
                cell("a"),
                cell("dismiss"),
                number.to_string(),
                check(side(0), side(1)),
                name(0),
                name(1),
                cell(pair[0].3),
                cell(pair[1].3),
            ]
        })
        .collect();
    Sheet(Table::read(&write_csv(&columns, &rows)).expect("a table"))
}

#[test]
fn saved_by_a_real_spreadsheet_the_decisions_are_the_same() {
    let premises = Premises::up(60);
    arrive(&premises);
    let sheet = pairs();
    let file = premises.file("pairs.csv");
    let home = premises.sandbox().home();
    let planned = |name: &str, bytes: &[u8]| {
        let file = premises.write(name, bytes);
        let words = [
            "account",
            "dismiss",
            "--from",
            &file,
            "--dry-run",
            "--format",
            "json",
        ];
        let output = premises.inter(&words).run().expect_success();
        let lines = output.json_lines();
        let names = lines.iter().filter(|line| line["type"] != "summary");
        names
            .map(|line| line["account"]["uid"].to_string())
            .collect::<BTreeSet<String>>()
    };
    let bytes = sheet.bytes();
    std::fs::write(&file, &bytes).expect("written");
    let asked = planned("as-written.csv", &bytes);
    assert!(
        asked.contains("\"00123\"") && asked.contains("\"0900\""),
        "{asked:?}"
    );
    let mut changed = false;
    for (name, how) in [("as-it-comes.csv", AS_IT_COMES), ("as-text.csv", AS_TEXT)] {
        let saved = through_a_spreadsheet(home, &file, how);
        let text = String::from_utf8_lossy(&saved).into_owned();
        changed |= !text.contains("00123");
        assert_eq!(planned(name, &saved), asked, "{text}");
    }
    assert!(
        changed,
        "a spreadsheet takes 00123 for a number, or this shows nothing"
    );

    // Turned upside down in one column, and saved.
    let turned = home.write("turned.csv", sheet.turned("uid_b").bytes());
    let saved = through_a_spreadsheet(home, &turned, AS_TEXT);
    let saved = premises.write("saved.csv", saved);
    premises
        .inter(&[
            "account",
            "dismiss",
            "--from",
            &saved,
            "--yes",
            "--keep-going",
        ])
        .run()
        .expect_status(2);

    let saved = through_a_spreadsheet(home, &file, AS_IT_COMES);
    let saved = premises.write("saved.csv", saved);
    premises
        .inter(&["account", "dismiss", "--from", &saved, "--yes"])
        .run()
        .expect_success();
    for pair in PEOPLE.chunks(2) {
        assert_eq!(
            not_same(&premises, pair[0].0),
            [premises.dn_of_uid(pair[1].0)]
        );
    }
}
