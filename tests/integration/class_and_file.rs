//! Many passwords at once: a class, a school, a group, a filter, a file of a French spreadsheet.

use crate::school::{PROFILE, Pupil, School, last_cell, listed, read_slips, slips_folder};
use crate::support::ber::op;
use crate::support::proxy::{Fault, Proxy, Step, When};
use crate::support::pty::Terminal;
use crate::support::waiting::wait_until;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Resets with these options into a new slips file, and checks that exactly these pupils were.
#[track_caller]
fn assert_resets(school: &School, name: &str, options: &[&str], pupils: &[Pupil]) -> PathBuf {
    let before = school.dump();
    let path = slips_folder(school.home()).join(format!("{name}.csv"));
    let _ = school
        .entctl(["password", "reset", "--yes", "--slips"])
        .arg(&path)
        .args(options)
        .run()
        .expect_success();
    let names: BTreeSet<String> = pupils.iter().map(|p| p.dn.clone()).collect();
    assert_eq!(school.changed_since(&before), names, "{options:?}");
    school.assert_slips(&path, pupils);
    path
}

#[test]
fn a_class_gets_a_line_each_a_summary_and_slips_that_bind() {
    let school = School::small();
    let class = school.class("6A");
    let before = school.dump();
    let folder = slips_folder(school.home());
    let slips = folder.join("slips.csv");
    let command = || {
        school
            .entctl([
                "password", "reset", "--class", "6A", "--yes", "--format", "json",
            ])
            .arg("--slips")
            .arg(&slips)
    };
    let output = command().run().expect_success();
    let mut lines = output.json_lines();
    let summary = lines.pop().expect("a summary");
    assert_eq!(summary["type"], "summary");
    assert_eq!(summary["counts"], serde_json::json!({"done": class.len()}));
    let told: BTreeSet<&str> = lines
        .iter()
        .filter(|l| l["outcome"] == "done")
        .filter_map(|l| l["account"]["dn"].as_str())
        .collect();
    assert_eq!(lines.len(), class.len(), "{output}");
    let names: BTreeSet<&str> = class.iter().map(|p| p.dn.as_str()).collect();
    assert_eq!(told, names);
    assert!(!output.stdout.contains("\"password\":"), "{output}");
    school.assert_slips(&slips, &class);
    let names: BTreeSet<String> = class.iter().map(|p| p.dn.clone()).collect();
    assert_eq!(school.changed_since(&before), names);

    // The same again: the file is there, so nothing happens.
    let (kept, before) = (read_slips(&slips), school.dump());
    let again = command().run().expect_status(2);
    assert_eq!(again.stdout, "", "{again}");
    assert_eq!(again.json_errors()[0]["code"], "slips-exists");
    school.assert_untouched(&before);
    assert_eq!(read_slips(&slips), kept);
    assert_eq!(listed(&folder), [slips]);
}

#[test]
fn a_school_a_group_and_a_filter_mean_their_pupils() {
    let school = School::small();
    let pupils = school.pupils("");
    // The lycée's classes have names of their own, ULIS aside, which both schools have.
    let lycee: Vec<Pupil> = pupils
        .iter()
        .filter(|p| p.class.contains(' ') || p.login == "noe.muller")
        .cloned()
        .collect();
    assert!(lycee.len() > 10);
    assert_resets(&school, "lycee", &["--school", "0310043Y"], &lycee);

    let latin = school.pupils("(memberOf=cn=0310042X_6EME LATIN,ou=groupes,dc=ent,dc=test)");
    assert!(!latin.is_empty());
    assert_resets(&school, "latin", &["--group", "6EME LATIN"], &latin);

    let dupont = school.pupils("(sn=Dupont)");
    assert!(dupont.len() > 3);
    assert_resets(
        &school,
        "dupont",
        &["--filter", "(sn=Dupont)", "--role", "pupil"],
        &dupont,
    );
}

#[test]
fn a_class_of_two_schools_must_be_told_apart() {
    let school = School::small();
    let before = school.dump();
    let path = slips_folder(school.home()).join("ulis.csv");
    let ambiguous = school
        .entctl(["password", "reset", "--class", "ULIS", "--yes", "--slips"])
        .arg(&path)
        .run()
        .expect_status(5);
    for uai in ["0310042X", "0310043Y"] {
        assert!(ambiguous.stderr.contains(uai), "{ambiguous}");
    }
    school.assert_untouched(&before);
    assert!(!path.exists());
    let lina = school.pupil("lina.martin-durand");
    assert_resets(
        &school,
        "ulis",
        &["--class", "ulis", "--school", "0310042X"],
        &[lina],
    );
}

#[test]
fn a_profile_of_one_school_means_its_own_pupils() {
    let school = School::small();
    let before = school.dump();
    let path = slips_folder(school.home()).join("a.csv");
    let output = school
        .sandbox
        .entctl_as(&school.sandbox.college(), ["password", "reset", "--yes"])
        .args(["--class", "2NDE 1", "--slips"])
        .arg(&path)
        .run()
        .expect_status(5);
    assert!(!output.stderr.contains("Bernard"), "{output}");
    school.assert_untouched(&before);
}

#[test]
fn imposed_passwords_are_the_ones_that_bind() {
    let school = School::small();
    let class = school.class("5A");
    let mut file = "Identifiant;Mot de passe\r\n".to_owned();
    for (number, pupil) in class.iter().enumerate() {
        file += &format!("{};Étoile-{number}-du-matin\r\n", pupil.login);
    }
    let (file, _, _) = encoding_rs::WINDOWS_1252.encode(&file);
    let file = school.home().write("imposes.csv", &file);
    let slips = assert_resets(
        &school,
        "imposes",
        &["--password-from", file.to_str().expect("UTF-8")],
        &class,
    );
    let slips = read_slips(&slips);
    for (number, pupil) in class.iter().enumerate() {
        assert_eq!(slips[&pupil.typed], format!("Étoile-{number}-du-matin"));
    }
}

#[test]
fn one_imposed_password_too_short_stops_all_before_anything() {
    let school = School::small();
    let before = school.dump();
    let file = school.home().write(
        "imposes.csv",
        "login;password\nzoe.lefevre;assez-long\nromane.faure;court\nemma.bernard;assez-long-aussi\n",
    );
    let folder = slips_folder(school.home());
    let output = school
        .entctl(["password", "reset", "--yes", "--password-from"])
        .arg(&file)
        .arg("--slips")
        .arg(folder.join("a.csv"))
        .run()
        .expect_status(6);
    assert!(output.stderr.contains("line 3, Romane Faure"), "{output}");
    assert!(!output.to_string().contains("court"), "{output}");
    assert!(!output.stderr.contains("Lefèvre"), "{output}");
    school.assert_untouched(&before);
    assert!(listed(&folder).is_empty());
}

/// How a spreadsheet of a French school writes a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Columns {
    Names,
    Logins,
}

/// Saves a list as a French spreadsheet does: Windows-1252, semicolons, CRLF. Pupils whose names that
/// character set cannot hold, or who are named like another of their class, cannot be in a list of names.
fn saved_by_a_spreadsheet(school: &School, pupils: &[Pupil], columns: Columns) -> PathBuf {
    let mut text = match columns {
        Columns::Names => "Nom;Prénom;Classe\r\n".to_owned(),
        Columns::Logins => "Nom;Prénom;Identifiant\r\n".to_owned(),
    };
    for pupil in pupils {
        let last = match columns {
            Columns::Names => &pupil.class,
            Columns::Logins => &pupil.login,
        };
        text += &format!("{};{};{last}\r\n", pupil.family, pupil.given);
    }
    let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(&text);
    assert!(!lossy, "the list would not be what it says");
    assert!(bytes.contains(&0xe9), "é as one byte");
    school.home().write("liste.csv", &bytes)
}

/// A thousand pupils that can be named by name and class alone.
fn thousand(school: &School) -> Vec<Pupil> {
    let key = |p: &Pupil| (p.given.clone(), p.family.clone(), p.class.clone());
    let can_be_saved = |p: &Pupil| {
        !encoding_rs::WINDOWS_1252
            .encode(&format!("{}{}", p.given, p.family))
            .2
    };
    let all = school.pupils("");
    let mut seen = std::collections::BTreeMap::new();
    for pupil in &all {
        *seen.entry(key(pupil)).or_insert(0) += 1;
    }
    let list: Vec<Pupil> = all
        .into_iter()
        .filter(can_be_saved)
        .filter(|p| seen[&key(p)] == 1 && !p.family.contains('"') && !p.given.contains('"'))
        .filter(|p| p.class != "ULIS" && p.login != "zoe.lefevre")
        .take(1_000)
        .collect();
    assert_eq!(list.len(), 1_000);
    list
}

/// Checks all slips, and binds as one of ten (all of them with `ENTCTL_PROVE`): each bind is a process.
#[track_caller]
fn assert_thousand(school: &School, path: &Path, pupils: &[Pupil]) {
    let slips = read_slips(path);
    assert_eq!(slips.len(), pupils.len());
    let every = if std::env::var_os("ENTCTL_PROVE").is_some() {
        1
    } else {
        10
    };
    for pupil in pupils.iter().step_by(every).filter(|p| p.locked.is_none()) {
        school.assert_given(pupil, &slips[&pupil.typed]);
    }
}

fn a_thousand_by(columns: Columns) {
    let school = School::with(1_200);
    let pupils = thousand(&school);
    let zoe = school.pupil("zoe.lefevre");
    let list = saved_by_a_spreadsheet(&school, &pupils, columns);
    let slips = slips_folder(school.home()).join("rentree.csv");
    let before = school.dump();

    // In the middle of the bulk, somebody at the desk gives one pupil a password.
    let (tell, told) = std::sync::mpsc::channel();
    let desk = school.entctl(["password", "reset", "zoe lefevre", "--print", "--yes"]);
    let proxy = Proxy::start(school.sandbox.url());
    let through = school.through(&proxy);
    let started = Instant::now();
    proxy.arm(Step::held(
        When::Operation(op::MODIFY, 500),
        Fault::call(move |_| {
            let _ = tell.send(desk.run());
            // A bar is shown for work that takes a while, however fast the machine.
            wait_until("the work takes a while", || {
                started.elapsed() > Duration::from_millis(600)
            });
        }),
    ));
    let mut terminal = Terminal::start(
        through
            .entctl(["password", "reset", "--yes", "--from"])
            .arg(&list)
            .arg("--slips")
            .arg(&slips)
            .french(),
    );
    let desk = told
        .recv_timeout(Duration::from_secs(60))
        .unwrap_or_else(|error| panic!("{error}\n{}", terminal.screen()))
        .expect_success();
    let given = last_cell(&desk.stdout, &zoe.login);
    school.assert_given(&zoe, &given);
    terminal.expect("Mots de passe ");
    terminal.expect("/1000");
    terminal.expect("1000 mots de passe réinitialisés");
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");

    let mut names: BTreeSet<String> = pupils.iter().map(|p| p.dn.clone()).collect();
    names.insert(zoe.dn.clone());
    assert_eq!(school.changed_since(&before), names);
    assert_thousand(&school, &slips, &pupils);
    // The bulk did not touch what the desk had done.
    school.assert_given(&zoe, &given);
    assert!(through.unfinished().is_empty(), "{PROFILE}");
}

#[test]
fn a_thousand_pupils_of_a_list_of_names_while_the_desk_works() {
    a_thousand_by(Columns::Names);
}

#[test]
fn a_thousand_pupils_of_a_list_of_logins_while_the_desk_works() {
    a_thousand_by(Columns::Logins);
}
